"""The tables that evidence is looked up in, and whole runs in which some of it is missing."""

from __future__ import annotations

import csv
import gzip
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from acmg_cases import Reported, clinvar_table
from builders import batch, gene_codes
from hpo_texts import TABLE, profile, same, write_sources
from raredx.columns.gene_codes import GeneCodes
from raredx.columns.profiles import without_publication
from raredx.errors import InputError
from raredx.evidence_settings import PhenotypeSettings
from raredx.pipeline.phenotypes import FamilyPhenotype
from raredx.pipeline.plan import known_noncoding_genes
from raredx.pipeline.rank import rank
from raredx.pipeline.references import (
    load_ontology,
    phenotype_of,
    with_clinvar,
    without_predictors,
)
from raredx.pipeline.request import RankRequest
from raredx.readers.genes import read_gene_table
from raredx.readers.knowledge import read_gene_facts
from raredx.readers.ontology_cache import encode_ontology
from raredx.scoring.score_features import ADDENDS
from raredx.vocabulary import ClinvarClass

DEMO = Path(__file__).resolve().parents[2] / "data" / "demo"
PREDICTORS = ("revel", "alphamissense", "cadd", "spliceai")

# --- HPO -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fx_hpo(tmp_path_factory):
    """A small HPO, and the cache file that holds it."""
    folder = tmp_path_factory.mktemp("hpo")
    ontology = write_sources(folder).build()
    (folder / "hpo.gz").write_bytes(encode_ontology(ontology))
    return ontology, folder / "hpo.gz"


def test_hpo_of_the_request(fx_hpo):
    ontology, path = fx_hpo
    found = load_ontology(RankRequest(vcf="-", hpo_data=path))
    assert same(found, ontology, but=("digest",)) == []


def test_a_publication_is_forgotten(fx_hpo):
    """The annotations that cite it go, as in an ontology built without them."""
    ontology, path = fx_hpo
    found = load_ontology(RankRequest(vcf="-", hpo_data=path, forget="PMID:22"))
    assert same(found, without_publication(ontology, "PMID:22"), but=("digest", "about")) == []
    assert profile(ontology, "OMIM:308350")["HP:0001250"] == 0.5  # 3/4 of PMID:11, 1/4 of PMID:22
    assert profile(found, "OMIM:308350")["HP:0001250"] == 0.75


def test_an_hpo_file_that_is_none_is_refused(tmp_path):
    (tmp_path / "hpo.gz").write_bytes(b"nothing of the kind")
    with pytest.raises(InputError) as fault:
        load_ontology(RankRequest(vcf="-", hpo_data=tmp_path / "hpo.gz"))
    assert str(tmp_path / "hpo.gz") in str(fault.value)


def test_a_phenotype_needs_a_term_to_judge_by(fx_hpo):
    ontology, _ = fx_hpo
    codes, settings = GeneCodes(TABLE), PhenotypeSettings()
    seizure, everything = ontology.row("HP:0001250"), ontology.row("HP:0000118")

    def judged(*observed, excluded=(), hpo=ontology):
        return phenotype_of(FamilyPhenotype(observed, excluded), hpo, codes, settings)

    assert judged(seizure) is not None
    assert judged(seizure, excluded=(everything,)) is not None
    assert judged() is None
    assert judged(excluded=(seizure,)) is None  # what a patient has not is no phenotype
    assert judged(everything) is None  # says nothing
    assert judged(seizure, hpo=None) is None


# --- ClinVar -------------------------------------------------------------------------------------

SITES = [Reported(117_560_000 + 10 * n) for n in range(3)]


def variants(*classes, **columns):
    """Variants at 117,560,000 and every ten bases, as the annotation has them."""
    n = len(classes)
    return batch(
        genotypes=[["0/1"]] * n, position=[117_560_000 + 10 * k for k in range(n)], alt=["G"] * n,
        clinvar_class=list(classes), **columns,
    )  # fmt: skip


CLASSES = [
    # annotated, reported, in a table of everything, found
    (ClinvarClass.NOT_ASSESSED, ClinvarClass.PATHOGENIC, False, ClinvarClass.PATHOGENIC),
    (ClinvarClass.ABSENT, ClinvarClass.PATHOGENIC, True, ClinvarClass.PATHOGENIC),
    (ClinvarClass.ABSENT, ClinvarClass.BENIGN, True, ClinvarClass.BENIGN),
    (ClinvarClass.NOT_ASSESSED, None, True, ClinvarClass.ABSENT),
    (ClinvarClass.NOT_ASSESSED, None, False, ClinvarClass.NOT_ASSESSED),
    (ClinvarClass.ABSENT, None, False, ClinvarClass.ABSENT),
    # what the annotation says stands
    (ClinvarClass.BENIGN, ClinvarClass.PATHOGENIC, True, ClinvarClass.BENIGN),
    (ClinvarClass.PATHOGENIC, None, True, ClinvarClass.PATHOGENIC),
    (ClinvarClass.OTHER, ClinvarClass.PATHOGENIC, True, ClinvarClass.OTHER),
]


@pytest.mark.parametrize(("annotated", "reported", "complete", "found"), CLASSES)
def test_a_clinvar_file_fills_what_the_annotation_leaves_open(annotated, reported, complete, found):
    rows = [] if reported is None else [replace(SITES[0], clinvar_class=reported)]
    before = variants(annotated)
    after = with_clinvar(before, clinvar_table(*rows, complete=complete))
    assert after["clinvar_class"].tolist() == [found]
    assert before["clinvar_class"].tolist() == [annotated]  # not written over


def test_stars_and_words_come_with_the_class():
    table = clinvar_table(replace(SITES[1], clinvar_class=ClinvarClass.LIKELY_PATHOGENIC, stars=3))
    after = with_clinvar(variants(ClinvarClass.ABSENT, ClinvarClass.ABSENT), table)
    assert after["clinvar_stars"].tolist() == [-1, 3]
    assert after["clinvar"].tolist() == ["", "likely_pathogenic"]


def test_only_the_very_allele_counts_and_only_on_known_contigs():
    table = clinvar_table(*SITES, complete=True)
    missing = [ClinvarClass.NOT_ASSESSED] * 3
    found = with_clinvar(variants(*missing), table)["clinvar_class"].tolist()
    assert found == [ClinvarClass.PATHOGENIC] * 3
    other = replace(SITES[0], alt="T")
    absent = with_clinvar(variants(*missing), clinvar_table(other, complete=True))
    assert absent["clinvar_class"].tolist() == [ClinvarClass.ABSENT] * 3
    odd = variants(*missing, contig=["chr7_KI270803v1_alt"] * 3)
    assert with_clinvar(odd, table)["clinvar_class"].tolist() == missing


def test_without_predictors_all_four_are_missing_and_nothing_else():
    scores = {name: [0.9, 0.1] for name in PREDICTORS}
    before = variants(ClinvarClass.ABSENT, ClinvarClass.PATHOGENIC, **scores)
    after = without_predictors(before)
    for name in before.columns:
        if name in PREDICTORS:
            assert np.isnan(after[name]).all()
            assert after[name].dtype == before[name].dtype
            assert not np.isnan(before[name]).any()
        else:
            assert after[name] is before[name]


# --- non-coding genes ----------------------------------------------------------------------------


def test_noncoding_genes_known_for_a_disease():
    """As named in the tables: genes of small RNAs, of MT, and no protein."""
    table = read_gene_table()
    known = known_noncoding_genes(table, read_gene_facts(table))
    names = {table.symbol[gene] for gene in known}
    assert {"RNU4ATAC", "RMRP", "RNU4-2", "TERC", "MT-TL1"} <= names
    assert not {"CFTR", "BRCA1", "MALAT1", "XIST"} & names
    assert not any(table.is_coding(gene) for gene in known)
    assert len(names) < 100


def test_no_gene_is_known_where_nothing_is():
    codes = gene_codes()
    facts = read_gene_facts(read_gene_table())
    n = len(codes.table)
    nothing = replace(facts, panels=np.zeros(n, np.int16), validity=np.full(n, -1, np.int8))
    assert known_noncoding_genes(codes.table, nothing) == frozenset()


# --- whole runs in which something is missing ----------------------------------------------------


class Demo:
    """The demonstration family, whole or with something taken from its files."""

    def __init__(self, folder):
        self.folder = folder
        self.text = gzip.decompress((DEMO / "family.vcf.gz").read_bytes()).decode()
        self.ped = (DEMO / "family.ped").read_text()
        self.whole = self.rank()

    def rank(self, *, text=None, ped=None, **asked):
        """Rank; give the rows by candidate and variant, in their order."""
        (self.folder / "x.vcf").write_text(text or self.text)
        (self.folder / "x.ped").write_text(ped or self.ped)
        out = self.folder / "out.tsv"
        request = RankRequest(
            vcf=str(self.folder / "x.vcf"), ped=self.folder / "x.ped", panels=("all",),
            output=str(out), genes_out=str(self.folder / "genes.tsv"),
        )  # fmt: skip
        rank(replace(request, **asked), lambda *_: None)
        return {
            (row["candidate_id"], row["pos"], row["alt"]): row for row in rows_of(out.read_text())
        }

    def genes(self):
        return rows_of((self.folder / "genes.tsv").read_text())


def rows_of(text):
    lines = [line for line in text.splitlines() if not line.startswith("##")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture(scope="module")
def fx_run(tmp_path_factory):
    return Demo(tmp_path_factory.mktemp("runs"))


def addends(row):
    return {name: row[f"score_{name}"] for name in ADDENDS}


def check_adds_up(rows):
    """Every score is the sum of what is shown; ranks follow it."""
    for row in rows.values():
        shown = [Decimal(cell) for cell in addends(row).values() if cell != "not_assessed"]
        assert sum(shown) == Decimal(row["score"])
    order = [(int(row["rank"]), -float(row["score"])) for row in rows.values()]
    assert order == sorted(order)
    assert [score for _, score in order] == sorted(score for _, score in order)


def check_missing(rows, before, name):
    """One addend of every row is not assessed; the others are what they were."""
    assert rows.keys() == before.keys()
    check_adds_up(rows)
    for key, row in rows.items():
        assert row[f"score_{name}"] == "not_assessed"
        assert addends(row) == addends(before[key]) | {f"{name}": "not_assessed"}


def test_with_everything_every_addend_of_a_known_gene_is_assessed(fx_run):
    rows = fx_run.whole
    assert len(rows) > 10
    check_adds_up(rows)
    best = next(iter(rows.values()))
    assert "not_assessed" not in addends(best).values()
    assert best["disease_id"]


def test_probabilities_of_candidates_and_of_genes_agree(fx_run):
    rows = fx_run.rank()
    by_candidate = {row["candidate_id"]: row for row in rows.values()}
    lines = fx_run.genes()
    for line in lines:
        own = [r for r in by_candidate.values() if r["gene"] == line["gene"]]
        whole = sum(float(row["probability"]) for row in own)
        assert float(line["probability"]) == pytest.approx(whole, rel=1e-4)
        assert int(line["candidates"]) == len(own)
    assert sum(float(line["probability"]) for line in lines) < 1
    assert {line["gene"] for line in lines} == {row["gene"] for row in rows.values()}


def test_without_terms(fx_run):
    ped = re.sub(r"HP:\S+", ".", fx_run.ped)
    check_missing(fx_run.rank(ped=ped), fx_run.whole, "phenotype")


def test_without_a_panel(fx_run):
    rows = fx_run.rank(panels=())
    check_adds_up(rows)
    assert rows
    shared = rows.keys() & fx_run.whole.keys()
    assert len(shared) > 10
    for key in shared:
        assert addends(rows[key]) == addends(fx_run.whole[key]) | {"panel": "not_assessed"}


def test_without_predictors(fx_run):
    """The effect is left to the consequence; no row keeps a score of a predictor."""
    rows = fx_run.rank(ignore_predictors=True)
    check_adds_up(rows)
    assert any(row["revel"] for row in fx_run.whole.values())
    for row in rows.values():
        assert {row[name] for name in PREDICTORS} == {""}
        assert not re.search(r"\b(PP3|BP4)", row["acmg_criteria"])
    shared = rows.keys() & fx_run.whole.keys()
    assert shared == rows.keys()
    for key in shared:
        assert {n for n, cell in addends(rows[key]).items() if cell != addends(fx_run.whole[key])[n]
                } <= {"effect"}  # fmt: skip


def test_without_parents(fx_run):
    (proband,) = [line for line in fx_run.ped.splitlines() if "\tproband\t" in line]
    alone = proband.replace("\tfather\tmother\t", "\t0\t0\t") + "\n"
    rows = fx_run.rank(ped=alone)
    check_adds_up(rows)
    assert len(rows) > 10
    assert not any(float(row["score_segregation"]) > 0 for row in rows.values()
                   if row["mode"] == "autosomal_dominant")  # fmt: skip


def without_clinvar(text):
    """Take the annotation of ClinVar out of a file; VEP's field is called otherwise."""
    lines = [line for line in text.replace("CLIN_SIG", "NOTE").splitlines() if "ID=CLN" not in line]
    return re.sub(r"CLN\w+=[^;\t]*;?", "", "\n".join(lines)) + "\n"


def test_without_clinvar(fx_run):
    rows = fx_run.rank(text=without_clinvar(fx_run.text))
    check_adds_up(rows)
    assert rows
    assert {row["score_reported"] for row in rows.values()} == {"not_assessed"}
    shared = rows.keys() & fx_run.whole.keys()
    assert len(shared) > 5
    for key in shared:
        changed = {n for n, x in addends(rows[key]).items() if x != addends(fx_run.whole[key])[n]}
        # a known variant fits a panel's gene sooner, and needs no effect that is known otherwise
        assert changed <= {"reported", "panel", "effect"}


@pytest.mark.parametrize(
    ("more", "others"),
    [("", "not_assessed"), ("1\t100\t8\tC\tT\t.\t.\tCLNSIG=Benign", "0")],
    ids=["pathogenic-only", "every-class"],
)
def test_a_clinvar_file_in_place_of_the_annotation(fx_run, more, others):
    """A variant that is not in it is absent, if the file holds benign ones too."""
    best = next(iter(fx_run.whole.values()))
    head = ["##fileformat=VCFv4.1", "##source=ClinVar", "##reference=GRCh38",
            '##INFO=<ID=CLNSIG,Number=.,Type=String,Description="significance">',
            '##INFO=<ID=CLNREVSTAT,Number=.,Type=String,Description="status">',
            "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"]  # fmt: skip
    about = "CLNSIG=Likely_pathogenic;CLNREVSTAT=reviewed_by_expert_panel"
    place = [best["chrom"].removeprefix("chr"), best["pos"], "7", best["ref"], best["alt"]]
    path = fx_run.folder / "clinvar.vcf"
    lines = [*head, more, "\t".join([*place, ".", ".", about])]
    path.write_text("\n".join(filter(None, lines)) + "\n")
    rows = fx_run.rank(text=without_clinvar(fx_run.text), clinvar=path)
    check_adds_up(rows)
    key = (best["candidate_id"], best["pos"], best["alt"])
    assert rows[key]["clinvar"] == "likely_pathogenic"
    assert float(rows[key]["score_reported"]) > 0
    rest = [row for k, row in rows.items() if k[0] != best["candidate_id"]]
    assert rest
    assert {row["score_reported"] for row in rest} == {others}


def test_the_share_explained_moves_every_score_alike(fx_run):
    rows = fx_run.rank(explained_share=0.25)
    check_adds_up(rows)
    moved = {
        round(float(row["score"]) - float(fx_run.whole[key]["score"]), 4)
        for key, row in rows.items()
    }
    assert len(moved) == 1
    assert moved.pop() < 0
    assert list(rows) == list(fx_run.whole)


def test_the_tier_first(fx_run):
    rows = fx_run.rank(order="tier")
    assert rows.keys() == fx_run.whole.keys()
    by_candidate = {}
    for row in rows.values():
        tier = 9 if row["tier"] == "untiered" else int(row["tier"])
        now = by_candidate.get(row["rank"], (9, 0.0))
        by_candidate[row["rank"]] = (min(tier, now[0]), -float(row["score"]))
    keys = [by_candidate[rank] for rank in sorted(by_candidate, key=int)]
    assert keys == sorted(keys)
    assert len({tier for tier, _ in keys}) > 1
    for key, row in rows.items():
        assert row["score"] == fx_run.whole[key]["score"]
