"""Whole runs by evidence: the score adds up everywhere, and whatever is missing is said.

Most runs read the answers of the demonstration family alone.
"""

from __future__ import annotations

import json
from dataclasses import replace
from math import isclose

import numpy as np
import pysam
import pytest
import yaml

from evidence_files import (
    DELAY,
    DEMO,
    FOXG1,
    MICROCEPHALY,
    SEIZURE,
    clinvar_vcf,
    curated_tsv,
    phenopacket,
    read_tsv,
    small_ped,
    small_vcf,
    write_json,
)
from raredx.errors import InputError, SettingsError
from raredx.pipeline.rank import rank
from raredx.pipeline.request import RankRequest
from raredx.readers.ontology_cache import read_ontology
from raredx.scoring.score_features import ADDENDS
from raredx.settings import read_ruleset
from raredx.vocabulary import Assembly

TERMS = f"{SEIZURE},{DELAY}"
OPEN = "not_assessed"


class Ran:
    """A run with all its outputs."""

    def __init__(self, folder, request):
        self.result = rank(request, lambda *_: None)
        self.text = (folder / "out.tsv").read_text(encoding="utf-8")
        self.rows = read_tsv(self.text)
        self.document = json.loads((folder / "out.json").read_text(encoding="utf-8"))
        self.genes = read_tsv((folder / "genes.tsv").read_text(encoding="utf-8"))
        self.diseases = read_tsv((folder / "diseases.tsv").read_text(encoding="utf-8"))
        self.heading = dict(
            line.removeprefix("##raredx_").split("=", 1)
            for line in self.text.splitlines() if line.startswith("##raredx_")
        )  # fmt: skip
        self.notes = self.result.heading.notes

    def of(self, gene):
        """Give the rows of a gene."""
        return [row for row in self.rows if row["gene"] == gene]

    def scores(self):
        return {row["candidate_id"]: float(row["score"]) for row in self.rows}

    @property
    def candidates(self):
        (family,) = self.document["families"]
        return family["candidates"]


@pytest.fixture(scope="module")
def fx_run(tmp_path_factory):
    """Run the small family with every output; a request's parts by name."""
    shared = tmp_path_factory.mktemp("small")
    vcf, ped = small_vcf(shared), small_ped(shared)

    def run(**parts):
        folder = tmp_path_factory.mktemp("run")
        outputs = {
            "output": "out.tsv", "json": "out.json", "vcf_out": "out.vcf",
            "genes_out": "genes.tsv", "diseases_out": "diseases.tsv",
        }  # fmt: skip
        named = {name: str(folder / file) for name, file in outputs.items()}
        given = {"vcf": str(vcf), "ped": ped, "panels": ("402",), **named, **parts}
        return Ran(folder, RankRequest(**given))

    return run


@pytest.fixture(scope="module")
def fx_bare(fx_run):
    """The small family without a term."""
    return fx_run()


@pytest.fixture(scope="module")
def fx_terms(fx_run):
    """The small family with two terms."""
    return fx_run(hpo=TERMS)


# --- the sum --------------------------------------------------------------------------------------


def summed(values):
    return round(sum(float(value) for value in values if value not in (OPEN, None)), 4)


def test_addends_sum_to_the_score_in_the_table(fx_demo):
    rows = read_tsv((fx_demo.folder / "candidates.tsv").read_text(encoding="utf-8"))
    assert len(rows) > 10
    for row in rows:
        assert summed(row[f"score_{name}"] for name in ADDENDS) == float(row["score"])


def test_addends_sum_to_the_score_in_the_json(fx_demo):
    document = json.loads((fx_demo.folder / "candidates.json").read_text(encoding="utf-8"))
    (family,) = document["families"]
    for candidate in family["candidates"]:
        assert list(candidate["addends"]) == list(ADDENDS)
        assert summed(candidate["addends"].values()) == candidate["score"]


def test_addends_sum_to_the_score_in_the_vcf(fx_demo):
    seen = 0
    with pysam.VariantFile(str(fx_demo.folder / "candidates.vcf.gz")) as source:
        names = source.header.info["RAREDX"].description.rpartition(" ")[2].split("|")
        for record in source:
            for entry in record.info["RAREDX"]:
                cells = dict(zip(names, entry.split("|"), strict=True))
                assert summed(cells[f"score_{name}"] for name in ADDENDS) == float(cells["score"])
                seen += 1
    assert seen == len(fx_demo.result.table)


def test_probabilities_share_one_with_none_of_these(fx_terms):
    (family,) = fx_terms.document["families"]
    odds = [10 ** candidate["score"] for candidate in fx_terms.candidates]
    for candidate, own in zip(fx_terms.candidates, odds, strict=True):
        assert isclose(candidate["probability"], own / (1 + sum(odds)), rel_tol=1e-5)
    assert isclose(family["none_of_these"], 1 / (1 + sum(odds)), rel_tol=1e-5)
    assert fx_terms.heading["none_of_these"].startswith("probability ")


def test_both_variants_of_a_pair_show_the_score_of_the_pair(fx_terms):
    first, second = fx_terms.of("NBAS")
    for name in ("score", "probability", "rank", *(f"score_{addend}" for addend in ADDENDS)):
        assert first[name] == second[name]
    assert first["acmg_criteria"] != second["acmg_criteria"]


@pytest.mark.parametrize("share", [0.3, 0.99])
def test_the_share_of_families_shifts_every_score_alike(fx_run, fx_terms, share):
    found = fx_run(hpo=TERMS, explained_share=share)
    usual = read_ruleset("gel").rules.score.explained_share
    shift = np.log10(share / (1 - share)) - np.log10(usual / (1 - usual))
    assert [row["candidate_id"] for row in found.rows] == [r["candidate_id"] for r in fx_terms.rows]
    for name, score in fx_terms.scores().items():
        assert found.scores()[name] == pytest.approx(score + shift, abs=1.1e-4)
    none = [ran.document["families"][0]["none_of_these"] for ran in (found, fx_terms)]
    assert (none[0] > none[1]) == (share < usual)
    words = f"where {share} of families are explained by a candidate"
    assert found.heading["probability"] == f"of explaining the phenotype, {words}"


# --- where terms come from ------------------------------------------------------------------------


def test_the_same_terms_from_every_source_give_the_same_rows(fx_run, fx_terms, tmp_path):
    """A list, a file, column 7, and a phenopacket beside the PED file, as JSON and as YAML."""
    file = tmp_path / "terms.txt"
    file.write_text(f"{SEIZURE} Seizure  # since 2019\n{DELAY}\n")
    packet = write_json(tmp_path / "case.json", phenopacket())
    as_yaml = tmp_path / "case.yaml"
    as_yaml.write_text(yaml.safe_dump(phenopacket()))
    sources = {
        f"the file {file}": {"hpo": str(file)},
        "column 7 of the PED file": {"ped": small_ped(tmp_path, TERMS)},
        f"phenopacket {packet}": {"phenopacket": packet},
        f"phenopacket {as_yaml}": {"phenopacket": as_yaml},
    }
    names = "HP:0001250 Seizure; HP:0001263 Global developmental delay"
    assert fx_terms.heading["phenotype"] == f"{names} (given with the run)"
    for source, parts in sources.items():
        found = fx_run(**parts)
        assert found.rows == fx_terms.rows, source
        assert found.heading["phenotype"] == f"{names} ({source})"
        assert found.heading["hpo_terms"] == TERMS


def test_files_of_terms_are_among_the_inputs(fx_run, tmp_path):
    file = tmp_path / "terms.txt"
    file.write_text(SEIZURE)
    packet = write_json(tmp_path / "case.json", phenopacket())
    clinvar = clinvar_vcf(tmp_path, "1 5 A G Benign")
    curated = curated_tsv(tmp_path, f"{FOXG1} PS3 strong seen")
    found = fx_run(hpo=str(file), phenopacket=packet, clinvar=clinvar, curated=curated)
    roles = [entry["role"] for entry in found.result.document["inputs"]]
    assert roles == ["hpo", "phenopacket", "ped", "vcf", "clinvar", "curated"]
    assert [one for one in found.notes if "not used: those of the file" in one] == [
        f"HPO terms of phenopacket {packet} not used: those of the file {file} come first"
    ]


@pytest.mark.parametrize("dump", [json.dumps, yaml.safe_dump], ids=["json", "yaml"])
def test_a_phenopacket_alone_with_a_vcf_of_one_sample(fx_run, tmp_path, dump):
    """It says sex and terms; the rows are those of a PED file that says the same."""
    vcf = str(small_vcf(tmp_path, samples=("proband",)))
    packet = tmp_path / "case.phenopacket"
    packet.write_text(dump(phenopacket(excluded=[MICROCEPHALY])))
    ped = tmp_path / "alone.ped"
    ped.write_text(f"proband\tproband\t0\t0\t1\t2\t{TERMS}\n")
    found, expected = fx_run(vcf=vcf, ped=None, phenopacket=packet), fx_run(vcf=vcf, ped=ped)
    assert found.rows == expected.rows
    assert found.heading["member"] == "proband proband male affected"
    assert found.heading["phenotype_excluded"] == "HP:0000252 Microcephaly"
    assert {row["score_phenotype"] for row in found.of("FOXG1")} != {OPEN}


def test_a_family_of_a_phenopacket_stands_in_for_the_ped_file(fx_run, fx_terms, tmp_path):
    persons = [
        {"familyId": "demo", "individualId": "proband", "paternalId": "father",
         "maternalId": "mother", "sex": "MALE", "affectedStatus": "AFFECTED"},
        {"familyId": "demo", "individualId": "father", "paternalId": "0", "maternalId": "0",
         "sex": "MALE", "affectedStatus": "UNAFFECTED"},
        {"familyId": "demo", "individualId": "mother", "paternalId": "0", "maternalId": "0",
         "sex": "FEMALE", "affectedStatus": "UNAFFECTED"},
    ]  # fmt: skip
    own = phenopacket()
    family = {"id": "demo", "proband": own, "pedigree": {"persons": persons},
              "metaData": own["metaData"]}  # fmt: skip
    found = fx_run(ped=None, phenopacket=write_json(tmp_path / "family.json", family))
    assert found.rows == fx_terms.rows


def test_excluded_terms_are_shown_and_weigh_nothing(fx_run, fx_terms):
    found = fx_run(hpo=f"{TERMS},-{MICROCEPHALY}")
    assert found.rows == fx_terms.rows
    assert found.heading["phenotype_excluded"] == "HP:0000252 Microcephaly"
    assert found.document["families"][0]["excluded"] == ["HP:0000252 Microcephaly"]
    assert "phenotype_excluded" not in fx_terms.heading


def test_excluded_terms_weigh_what_the_rule_set_says(fx_run, fx_terms, tmp_path):
    """FOXG1 diseases have microcephaly: without it they fit less."""
    own = tmp_path / "own.toml"
    gel = read_ruleset("gel").text
    assert gel.count("\nexcluded_weight = 0.0\n") == 1
    own.write_text(gel.replace("\nexcluded_weight = 0.0\n", "\nexcluded_weight = 1.0\n"))
    found = fx_run(hpo=f"{TERMS},-{MICROCEPHALY}", ruleset=str(own))
    phenotype = [float(ran.of("FOXG1")[0]["score_phenotype"]) for ran in (found, fx_terms)]
    assert phenotype[0] < phenotype[1]


def test_terms_move_the_gene_that_they_fit(fx_bare, fx_terms):
    """Seizures and delay: FOXG1 gains on a gene of the immune system."""
    gain = {
        gene: float(fx_terms.of(gene)[0]["score"]) - float(fx_bare.of(gene)[0]["score"])
        for gene in ("FOXG1", "NHEJ1")
    }
    assert gain["FOXG1"] > 0 > gain["NHEJ1"]
    (foxg1,) = fx_terms.of("FOXG1")
    assert foxg1["matched_terms"].startswith("HP:0001250 Seizure")
    assert foxg1["disease_id"].partition(":")[0] in ("OMIM", "ORPHA")


def test_conflicting_sexes_are_refused(fx_run, tmp_path):
    ped = small_ped(tmp_path, sex="2")
    packet = write_json(tmp_path / "case.json", phenopacket())
    with pytest.raises(InputError) as refused:
        fx_run(ped=ped, phenopacket=packet)
    assert str(refused.value) == (
        f"{packet}: proband is male here and female in {ped}:1\n"
        "  Correct the wrong one; a swapped sample shows as this too."
    )


# --- without ------------------------------------------------------------------------------------


def test_without_terms_the_phenotype_is_not_assessed_and_the_rest_ranks(fx_bare):
    assert fx_bare.heading["hpo"] == "not used"
    assert "no HPO terms for proband: phenotype not assessed" in fx_bare.notes
    assert not {"phenotype", "hpo_terms"} & fx_bare.heading.keys()
    for row in fx_bare.rows:
        assert row["score_phenotype"] == OPEN
        assert row["disease"] == row["disease_id"] == row["matched_terms"] == ""
    assert {candidate["addends"]["phenotype"] for candidate in fx_bare.candidates} == {None}
    scores = [float(row["score"]) for row in fx_bare.rows]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) > 5
    assert fx_bare.diseases == fx_bare.document["families"][0]["diseases"] == []
    assert fx_bare.genes


@pytest.mark.parametrize("terms", ["HP:0000118", "HP:0000001;HP:0000006"])
def test_terms_that_say_nothing(fx_run, fx_bare, terms):
    found = fx_run(hpo=terms)
    said = "only terms at the root or outside phenotypic abnormality: phenotype not assessed"
    assert said in found.notes
    assert found.rows == fx_bare.rows
    assert found.heading["hpo"].startswith("HPO 2")
    assert "hpo_terms" not in found.heading


def test_only_excluded_terms(fx_run, fx_bare):
    found = fx_run(hpo=f"-{MICROCEPHALY}")
    assert "no observed HPO term for proband: phenotype not assessed" in found.notes
    assert found.rows == fx_bare.rows
    assert found.heading["phenotype_excluded"] == "HP:0000252 Microcephaly"


def test_a_gene_that_hpo_does_not_know_counts_neutral(fx_terms):
    (decoy,) = fx_terms.of("TMEM132B")
    assert decoy["score_phenotype"] == OPEN
    assert decoy["disease_id"] == ""


def test_without_a_panel(fx_run):
    found = fx_run(panels=())
    assert {row["score_panel"] for row in found.rows} == {OPEN}
    assert len({row["score"] for row in found.rows}) > 5


def test_without_parents(fx_run, tmp_path):
    vcf = small_vcf(tmp_path, samples=("proband",))
    found = fx_run(vcf=str(vcf), ped=None, hpo=TERMS)
    (foxg1,) = found.of("FOXG1")
    assert foxg1["mode"] == "autosomal_dominant"
    assert not {"PS2", "PM6"} & {label[:3] for label in foxg1["acmg_criteria"].split(";")}
    assert foxg1["score_segregation"] != OPEN


def test_without_predictors(fx_run):
    found = fx_run(ignore_predictors=True)
    labels = {label[:3] for row in found.rows for label in row["acmg_criteria"].split(";")}
    assert "PM2" in labels
    assert not {"PP3", "BP4"} & labels
    missense = [row for row in found.rows if row["consequence"] == "missense_variant"]
    assert missense
    assert all("PP3" in row["acmg_not_assessed"] for row in missense)


def test_a_thousand_terms(fx_run, tmp_path):
    """All are shown, a hundred judged, and that is said."""
    ontology = read_ontology()
    rows = [row for row in np.flatnonzero(ontology.phenotypic).tolist() if row][5:1005]
    file = tmp_path / "many.txt"
    file.write_text("\n".join(ontology.term_id(row) for row in rows))
    found = fx_run(hpo=str(file))
    assert len(found.heading["hpo_terms"].split(",")) == 1000
    said = "1000 HPO terms of proband: the 100 most informative of them are judged"
    assert said in found.notes
    assert all(np.isfinite(float(row["score"])) for row in found.rows)
    assert {row["score_phenotype"] for row in found.of("FOXG1")} != {OPEN}


def test_twice_the_same_term_is_one(fx_run, fx_terms):
    found = fx_run(hpo=f"{TERMS},{SEIZURE}")
    assert found.rows == fx_terms.rows


# --- ACMG/AMP -----------------------------------------------------------------------------------


def test_the_table_and_the_json_tell_the_same_criteria(fx_terms):
    listed = {
        (candidate["candidate_id"], variant["pos"]): variant
        for candidate in fx_terms.candidates
        for variant in candidate["variants"]
    }
    for row in fx_terms.rows:
        variant = listed[row["candidate_id"], int(row["pos"])]
        assert int(row["acmg_points"]) == sum(one["points"] for one in variant["acmg"])
        labels = row["acmg_criteria"].split(";") if row["acmg_criteria"] else []
        assert labels == variant["acmg_criteria"]
        assert [label.partition("_")[0] for label in labels] == [c["code"] for c in variant["acmg"]]
        for one in variant["acmg"]:
            assert one["reason"] in row["acmg_reasons"]
    assert "a person to confirm" in fx_terms.heading["acmg"]


def test_a_pair_cites_the_genotypes_of_the_family(fx_terms):
    reasons = " ".join(row["acmg_reasons"] for row in fx_terms.of("NBAS"))
    assert "PM3: in trans with chr2-15402229-G-A" in reasons
    assert "father father 0/1" in reasons
    assert "mother mother 0/0" in reasons


def test_on_grch37_residues_are_not_compared_and_why(fx_run, tmp_path):
    """The bundled ClinVar table is on GRCh38; nothing of it is used."""
    vcf = small_vcf(tmp_path, assembly=Assembly.GRCH37)
    found = fx_run(vcf=str(vcf), hpo=TERMS)
    assert found.heading["assembly"] == "GRCh37"
    (missense,) = [row for row in found.of("NBAS") if row["consequence"] == "missense_variant"]
    left = missense["acmg_not_assessed"].split(";")
    assert {"PS1: no ClinVar table for GRCh37", "PM5: no ClinVar table for GRCh37"} <= set(left)
    assert not any(line.startswith("ClinVar") for line in found.result.heading.data)
    assert float(found.of("FOXG1")[0]["score_phenotype"]) > 0


def test_a_clinvar_file_of_another_assembly(fx_run, tmp_path):
    with pytest.raises(InputError, match="GRCh37") as refused:
        fx_run(clinvar=clinvar_vcf(tmp_path, "1 5 A G Benign", assembly="GRCh37"))
    assert "GRCh38" in str(refused.value)
    assert str(refused.value).startswith(f"{tmp_path}/clinvar.vcf: ")


def test_a_clinvar_file_in_place_of_the_bundled_table(fx_run, fx_bare, tmp_path):
    """It is named in the heading, and shown for variants of which the VCF says nothing."""
    (silent,) = fx_bare.of("TMEM132B")
    record = f"12 {silent['pos']} {silent['ref']} {silent['alt']} Pathogenic"
    path = clinvar_vcf(tmp_path, record, "1 5 A G Benign")
    found = fx_run(clinvar=path)
    (row,) = found.of("TMEM132B")
    assert (row["clinvar"], row["clinvar_stars"]) == ("pathogenic", "2")
    assert float(row["score_reported"]) > float(silent["score_reported"])
    assert not {"PP5", "BP6"} & {label[:3] for label in row["acmg_criteria"].split(";")}
    about = [line for line in found.result.heading.data if line.startswith("ClinVar")]
    assert about == [f"ClinVar (NCBI), file {path}, release 2025-03-09, GRCh38"]
    assert any(
        note.startswith("the ClinVar file given tells") for note in found.result.heading.notes
    )


CURATED = {
    # line: code, strength, said in the reason
    f"{FOXG1} PS3 strong assay": ("PS3", "strong", "assay"),
    f"{FOXG1} PVS1 very_strong panel": ("PVS1", "very_strong", "panel"),
    f"{FOXG1} PM2 not_met common": ("PM2", "not_met", "common"),
}


@pytest.mark.parametrize("line", CURATED)
def test_a_curated_criterion_wins_and_says_so(fx_run, fx_terms, tmp_path, line):
    code, strength, said = CURATED[line]
    found = fx_run(hpo=TERMS, curated=curated_tsv(tmp_path, line))
    (variant,) = next(c for c in found.candidates if c["gene"] == "FOXG1")["variants"]
    (own,) = [one for one in variant["acmg"] if one["code"] == code]
    assert (own["strength"], own["curated"]) == (strength, True)
    assert said in own["reason"]
    (usual,) = next(c for c in fx_terms.candidates if c["gene"] == "FOXG1")["variants"]
    before = [one for one in usual["acmg"] if one["code"] == code]
    for label in (label for label in usual["acmg_criteria"] if label.startswith(code)):
        assert f"(automatic: {label}, {before[0]['reason']}" in own["reason"]
    gained = own["points"] - sum(one["points"] for one in before)
    assert variant["acmg_points"] - usual["acmg_points"] == gained != 0
    assert found.result.warnings == fx_terms.result.warnings


@pytest.mark.parametrize("beside", ["curated", "clinvar", "hpo_data"])
def test_what_stands_beside_is_refused_before_the_records_are_read(fx_run, tmp_path, beside):
    """A genome takes half a minute: a slip in a small file must not wait for it."""
    damaged = small_vcf(tmp_path)
    damaged.write_text(damaged.read_text(encoding="utf-8") + "chr1\tno place\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"proband-mother-father"):
        fx_run(vcf=str(damaged))
    missing = tmp_path / "not-there.txt"
    with pytest.raises(InputError, match=r"not-there\.txt"):
        fx_run(vcf=str(damaged), **{beside: missing})


def test_a_curated_criterion_of_no_candidate_is_a_warning(fx_run, fx_terms, tmp_path):
    path = curated_tsv(tmp_path, f"{FOXG1} PS3 strong assay", "chrX-999-A-T PM1 moderate spot")
    found = fx_run(hpo=TERMS, curated=path)
    (warning,) = [one for one in found.result.warnings if one not in fx_terms.result.warnings]
    assert warning.startswith(f"{path}:3: PM1 is of no candidate")
    assert "X-999-A-T" in warning
    assert warning in found.result.document["warnings"]


def test_an_unknown_criterion_is_refused(fx_run, tmp_path):
    path = curated_tsv(tmp_path, f"{FOXG1} PS9 strong assay")
    with pytest.raises(InputError, match=r"curated\.tsv:2: criterion 'PS9' is not known"):
        fx_run(curated=path)


@pytest.mark.parametrize("code", ["PP5", "BP6"])
def test_retired_criteria_are_refused(fx_run, tmp_path, code):
    with pytest.raises(InputError, match=f"{code} is retired"):
        fx_run(curated=curated_tsv(tmp_path, f"{FOXG1} {code} supporting lab"))


# --- genes and diseases -------------------------------------------------------------------------


def test_genes_add_up_their_candidates(fx_terms):
    (family,) = fx_terms.document["families"]
    of_gene = {}
    for candidate in fx_terms.candidates:
        of_gene.setdefault(candidate["gene"], []).append(candidate)
    assert [line["rank"] for line in fx_terms.genes] == [str(n) for n in range(1, len(of_gene) + 1)]
    for line in fx_terms.genes:
        own = of_gene[line["gene"]]
        total = sum(candidate["probability"] for candidate in own)
        assert float(line["probability"]) == pytest.approx(total, rel=1e-4)
        assert line["best_candidate"] == own[0]["candidate_id"]
        assert int(line["candidates"]) == len(own)
        assert line["tier"] == min(candidate["tier"] for candidate in own)
    whole = sum(float(line["probability"]) for line in fx_terms.genes) + family["none_of_these"]
    assert whole == pytest.approx(1, abs=1e-4)


def test_diseases_share_the_probability_of_their_gene(fx_terms):
    of_gene = {line["gene"]: float(line["probability"]) for line in fx_terms.genes}
    shares: dict[str, float] = {}
    for line in fx_terms.diseases:
        shares[line["gene"]] = shares.get(line["gene"], 0.0) + float(line["probability"])
    assert "FOXG1" in shares
    assert "TMEM132B" not in shares  # HPO knows no disease of it
    for gene, share in shares.items():
        assert share == pytest.approx(of_gene[gene], rel=1e-4)
    chances = [float(line["probability"]) for line in fx_terms.diseases]
    assert chances == sorted(chances, reverse=True)


@pytest.mark.parametrize("name", ["genes", "diseases"])
def test_the_json_holds_the_same_genes_and_diseases(fx_terms, name):
    (family,) = fx_terms.document["families"]
    found = getattr(fx_terms, name)
    assert len(found) == len(family[name]) > 3
    for line, other in zip(found, family[name], strict=True):
        assert line["hgnc_id"] == other["hgnc_id"]
        assert float(line["probability"]) == other["probability"]
        assert line["matched_terms"].split(";") == (other["matched_terms"] or [""])


def test_two_families_keep_their_own(fx_run, tmp_path):
    """Terms of one family do not help the other."""
    ped = tmp_path / "two.ped"
    ped.write_text(f"A\tproband\t0\t0\t1\t2\t{TERMS}\nB\tmother\t0\t0\t2\t2\n", encoding="utf-8")
    found = fx_run(ped=ped)
    own = {row["family_id"]: row for row in found.rows if row["gene"] == "NBAS"}
    assert own["A"]["score_phenotype"] != OPEN == own["B"]["score_phenotype"]
    assert {line["family_id"] for line in found.diseases} == {"A"}
    assert {line["family_id"] for line in found.genes} == {"A", "B"}
    for family in found.document["families"]:
        ranks = [gene["rank"] for gene in family["genes"]]
        assert ranks == list(range(1, len(ranks) + 1))


# --- the same bytes -----------------------------------------------------------------------------

WHOLE = RankRequest(
    vcf=str(DEMO / "family.vcf.gz"), ped=DEMO / "family.ped", panels=("402",),
    command="raredx rank",
)  # fmt: skip
FILES = {"output": "a.tsv", "json": "a.json", "vcf_out": "a.vcf", "genes_out": "g.tsv",
         "diseases_out": "d.tsv"}  # fmt: skip


def bytes_of(folder, **parts):
    rank(
        replace(WHOLE, **{k: str(folder / name) for k, name in FILES.items()}, **parts),
        lambda *_: None,
    )
    return {name: (folder / name).read_bytes() for name in FILES.values()}


@pytest.fixture(scope="module")
def fx_bytes(tmp_path_factory):
    return bytes_of(tmp_path_factory.mktemp("whole"))


@pytest.mark.parametrize(
    "parts", [{"batch_rows": 1}, {"batch_rows": 7, "threads": 4}, {"exact": True}, {"threads": 2}],
    ids=str,
)  # fmt: skip
def test_every_output_has_the_same_bytes(fx_bytes, tmp_path, parts):
    assert bytes_of(tmp_path, **parts) == fx_bytes


def test_the_order_of_the_terms_changes_no_row(fx_run, fx_terms):
    found = fx_run(hpo=f"{DELAY},{SEIZURE}")
    assert found.rows == fx_terms.rows


def test_a_wrong_share_is_refused(fx_run):
    with pytest.raises(SettingsError, match="explained share: 2 is not between 0 and 1"):
        fx_run(explained_share=2)
