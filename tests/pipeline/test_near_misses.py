"""Near misses: nothing else changes where they are shown, and every path finds the same."""

from __future__ import annotations

import gzip
import json
import shutil
from dataclasses import replace
from pathlib import Path
from unittest import mock

import numpy as np
import pysam
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pysam import bcftools

import raredx.pipeline.plan
import raredx.readers.vcf_file
from evidence_files import clinvar_vcf
from explanations import explain_all
from gate_files import INFO, PED, records, write_panel
from raredx.columns.panel import PanelDraft, PanelHeader, PanelRecord
from raredx.pipeline.rank import rank
from raredx.pipeline.request import RankRequest
from raredx.readers.genes import read_gene_table
from raredx.readers.panel_tsv import encode_panel
from raredx.scoring.near_misses import NEAR_FACTOR, SPLICE_NEIGHBOURS
from raredx.vocabulary import (
    MODE_NAMES,
    Assembly,
    ClinvarClass,
    Confidence,
    Genotype,
    Moi,
    Outcome,
)
from vcf_files import contig_lines, csq, vcf_text

DEMO = Path(__file__).resolve().parents[2] / "data" / "demo"
TABLE = read_gene_table()
TRIO = "F kid dad mum 1 2\nF dad 0 0 1 1\nF mum 0 0 2 1\n"


@pytest.fixture(scope="module")
def fx_folder(tmp_path_factory):
    """A panel of some of the genes."""
    return write_panel(tmp_path_factory.mktemp("gate"))


# --- nothing else changes -------------------------------------------------------------------------


def outputs(folder: Path, request: RankRequest, *, near: bool) -> dict[str, object]:
    """Rank; give every output but the near misses, and what run.json says of the run."""
    folder.mkdir()
    names = {"output": "out.tsv", "vcf_out": "out.vcf", "genes_out": "genes.tsv"}
    asked = {key: str(folder / name) for key, name in names.items()}
    if near:
        asked["near_misses"] = str(folder / "near.tsv")
    result = rank(replace(request, **asked), lambda *_: None)
    found: dict[str, object] = {
        name: (folder / name).read_text().replace(str(folder), "") for name in names.values()
    }
    document = json.loads((folder / "out.tsv.run.json").read_text()) if (
        folder / "out.tsv.run.json").exists() else result.document  # fmt: skip
    found["counts"], found["warnings"] = document["counts"], result.warnings
    found["notes"] = result.heading.notes
    return found


@pytest.fixture(scope="module")
def fx_ways(tmp_path_factory):
    """The demonstration family in every kind of file."""
    folder = tmp_path_factory.mktemp("ways")
    packed = folder / "family.vcf.gz"
    shutil.copy(DEMO / "family.vcf.gz", packed)
    pysam.tabix_index(str(packed), preset="vcf", force=True)
    (folder / "family.vcf").write_bytes(gzip.decompress(packed.read_bytes()))
    with pysam.VariantFile(str(packed)) as source, pysam.VariantFile(
        str(folder / "family.bcf"), "wb", header=source.header
    ) as target:  # fmt: skip
        for record in source:
            target.write(record)
    bcftools.index(str(folder / "family.bcf"))
    return folder


WAYS = {
    "text": ("family.vcf", {}),
    "VCF.gz": ("family.vcf.gz", {}),
    "BCF": ("family.bcf", {}),
    "exact": ("family.vcf.gz", {"exact": True}),
    "three threads": ("family.vcf.gz", {"threads": 3}),
    "small batches": ("family.vcf.gz", {"batch_rows": 7}),
    "regions": ("family.vcf.gz", {"regions": ("chr1", "chr2:1-100000000", "chrX")}),
    "panel genes only": ("family.vcf.gz", {"panel_only": True}),
    "regions of BCF": ("family.bcf", {"regions": ("chr1", "chr2:1-100000000", "chrX")}),
    "another rule set": ("family.vcf.gz", {"ruleset": "gel-incomplete"}),
}


@pytest.mark.parametrize("way", WAYS)
def test_nothing_else_changes(tmp_path, fx_ways, way):
    name, options = WAYS[way]
    request = RankRequest(
        vcf=str(fx_ways / name), ped=DEMO / "family.ped", panels=("402",), output=None, **options
    )
    without = outputs(tmp_path / "without", request, near=False)
    assert outputs(tmp_path / "with", request, near=True) == without


def near_rows(path: Path) -> list[str]:
    return [line for line in path.read_text().splitlines() if not line.startswith("##")]


@pytest.mark.parametrize("way", ["text", "BCF", "exact", "three threads", "small batches"])
def test_every_way_finds_the_same(tmp_path, fx_ways, way):
    found = []
    for name, options in (WAYS["VCF.gz"], WAYS[way]):
        request = RankRequest(
            vcf=str(fx_ways / name), ped=DEMO / "family.ped", panels=("402",), output=None,
            near_misses=str(tmp_path / "near.tsv"), **options,
        )  # fmt: skip
        rank(request, lambda *_: None)
        found.append(near_rows(tmp_path / "near.tsv"))
    assert len(found[0]) > 10
    assert found[0] == found[1]


def test_on_the_other_assembly(tmp_path):
    made = [f"7 117199646 A T;LowQual CSQ={csq(SYMBOL='CFTR', Gene='')} GT 1/1 0/1 0/1"]
    contigs = contig_lines(Assembly.GRCH37, prefix="", mt="MT")
    found = near_of(tmp_path, made, contigs=contigs)
    assert [(m["gene"], m["question"]) for m in found] == [("CFTR", "filter")]


# --- every path finds what the answers say --------------------------------------------------------


def near_of(folder: Path, made, ped=TRIO, *, samples=("kid", "dad", "mum"), **options):
    """Rank small records with a panel of their genes; give the near misses as rows."""
    contigs = options.pop("contigs", None)
    (folder / "x.vcf").write_text(
        vcf_text(records=made, samples=samples, info=INFO, contigs=contigs)
    )
    (folder / "x.ped").write_text(ped)
    if "panels" not in options:
        (folder / "panel.tsv").write_text(PANEL)
        options["panels"] = (str(folder / "panel.tsv"),)
    request = RankRequest(
        vcf=str(folder / "x.vcf"), ped=folder / "x.ped", near_misses=str(folder / "near.tsv"),
        output=None, allow_unsequenced=True, **options,
    )  # fmt: skip
    with mock.patch.object(raredx.pipeline.plan, "read_gene_table", return_value=TABLE):
        result = rank(request, lambda *_: None)
    table = result.near_misses
    return [{name: table[name][n] for name in table.columns} for n in range(len(table["rank"]))]


MODES = {"CFTR": Moi.BIALLELIC, "SCN1A": Moi.MONOALLELIC, "BRCA2": Moi.MONOALLELIC_AND_BIALLELIC,
         "DMD": Moi.XLINKED_BIALLELIC}  # fmt: skip
PANEL = encode_panel(
    PanelDraft(
        PanelHeader(panel_id="mine", name="Mine", version="1.0"),
        [PanelRecord("gene", "", gene, Confidence.GREEN, moi, "", "")
         for gene, moi in MODES.items()],
    )
)  # fmt: skip
SINGLE = {"de_novo", "autosomal_dominant", "autosomal_recessive_hom", "x_linked_recessive",
          "x_linked_dominant", "y_linked", "mitochondrial"}  # fmt: skip
PAIRS = {"compound_het", "x_linked_compound_het"}


def slow_near_misses(both) -> dict[tuple[str, str], set[tuple[str, str]]]:
    """Say in plain Python which alleles fail exactly one question: mode and question by gene.

    The trails hold every answer to every question; here they are counted, mode by mode.
    """
    found: dict[tuple[str, str], set[tuple[str, str]]] = {}
    asked, rules = both.asked[0], both.asked[0].context.rules
    batch, genes = asked.evidence.batch, asked.evidence.genes
    applied = asked.context.panels
    for variant, (trail, *_) in enumerate(both.trails):
        if any(t.kept and t.variant == trail.variant for (t, *_) in both.trails):
            continue
        if next(s for s in trail.steps if s.question == "carried").is_against:
            continue
        known = batch["clinvar_class"][variant] in [
            ClinvarClass[name.upper()] for name in rules.known_pathogenic.classes
        ] and not batch["af"][variant].max() > np.float32(0.25)  # five times 5 %
        pairs = np.flatnonzero(genes.variant == variant).tolist()
        severities = batch.transcripts.severity[genes.entry[pairs]].tolist()
        for gene, pair, severity in zip(trail.genes, pairs, severities, strict=True):
            code = int(genes.gene[pair])
            green = applied.is_green(code) if applied.n_panels else code in scope_without(both)
            if not (green or known):
                continue
            passes = gene.consequence.outcome is Outcome.PASS
            passes |= known and severity == min(severities)
            for mode in gene.modes:
                panel = next(s for s in mode.steps if s.question == "panel")
                if mode.penetrance != "complete" or mode.mode not in SINGLE | PAIRS:
                    continue
                if applied.n_panels and green and panel.outcome is Outcome.FAIL:
                    continue
                if mode.mode in PAIRS and not green:
                    continue
                failing = [] if passes else ["consequence"]
                steps = (s for s in trail.steps if s.question == "filter")
                failing += [s.question for s in (*steps, *mode.steps) if s.is_against]
                if len(failing) == 1 and is_near(failing[0], asked, pair, mode, known=known):
                    own = found.setdefault((trail.variant, gene.gene), set())
                    own.add((mode.mode, failing[0]))
    return found


def scope_without(both) -> frozenset[int]:
    """Genes of any panel: the scope where none is applied."""
    facts = both.asked[0].plan.facts
    return frozenset(np.flatnonzero(facts.panels > 0).tolist())


def is_near(question, asked, pair, mode, *, known) -> bool:
    """Say whether the one answer that fails fails by little."""
    genes, batch, rules = asked.evidence.genes, asked.evidence.batch, asked.context.rules
    variant = int(genes.variant[pair])
    if question == "filter":
        return True
    if question == "frequency":
        code = next(m for m, name in MODE_NAMES.items() if name == mode.mode)
        limits = asked.evidence.limits.of(code)
        return known or not any(
            value > np.float32(limit * np.float32(NEAR_FACTOR))
            for value, limit in zip(batch["af"][variant], limits, strict=True)
        )
    if question == "consequence":
        splice = float(batch["spliceai"][variant])
        terms = batch.transcripts.consequence[genes.entry[pair]].split("&")
        far = {"upstream_gene_variant", "downstream_gene_variant", "intergenic_variant",
               "regulatory_region_variant", "TF_binding_site_variant"}  # fmt: skip
        splicing = splice > np.float32(rules.acmg.splice_benign) and not far & {*terms}
        beside = splice != splice and bool(SPLICE_NEIGHBOURS & {*terms})
        return bool(genes.other_worse[pair]) or splicing or beside
    if mode.mode in PAIRS:
        return asked.calls.proband[variant] in (Genotype.HETEROZYGOUS, Genotype.CARRIER)
    segregation = next(s for s in mode.steps if s.question == "segregation")
    return mode.mode != "de_novo" and not segregation.details[0].endswith("contradicts")


FLAWS = ("none", "none", "filter", "frequency", "far too frequent", "splice", "predicted", "other",
         "inherited", "known", "common known", "two", "no call")  # fmt: skip


@st.composite
def close_records(draw) -> list[str]:
    """Alleles of few genes, most of which would be candidates but for one flaw."""
    made = []
    for number in range(draw(st.integers(1, 8))):
        gene = draw(st.sampled_from(["CFTR", "CFTR", "BRCA2", "EDA", "ACTN3"]))
        place = {"CFTR": "chr7 1000", "BRCA2": "chr13 2000", "EDA": "chrX 70000000"}
        contig, first = place.get(gene, "chr11 3000").split()
        flaw = draw(st.sampled_from(FLAWS))
        calls = draw(st.sampled_from(["0/1 0/1 0/0", "0/1 0/0 0/1", "0/1 0/0 0/0", "1/1 0/1 0/1"]))
        calls = {"inherited": "1/1 1/1 0/1", "no call": "0/1 ./. 0/0"}.get(flaw, calls)
        term = {"splice": "splice_region_variant&intron_variant", "predicted": "intron_variant",
                "other": "synonymous_variant"}.get(flaw, "missense_variant")  # fmt: skip
        entries = [csq(SYMBOL=gene, Gene="", Consequence=term, Feature="ENST9", MANE_SELECT="NM_9")]
        if flaw == "other":
            entries.append(csq(SYMBOL=gene, Gene="", Consequence="stop_gained", Feature="ENST8"))
        about = [f"CSQ={','.join(entries)}"]
        frequency = {"frequency": "0.03", "far too frequent": "0.3", "common known": "0.3",
                     "two": "0.03"}.get(flaw, draw(st.sampled_from(["0", "0.004"])))  # fmt: skip
        about.append(f"gnomad_AF={frequency}")
        about += ["SpliceAI=T|CFTR|0.15|0.00|.|0.00|1|2|3|4"] if flaw == "predicted" else []
        about += ["CLNSIG=Pathogenic"] if "known" in flaw else []
        filters = ";LowQual" if flaw in ("filter", "two") else ""
        made.append(
            f"{contig} {int(first) + 300 * number} A T{filters} {';'.join(about)} GT {calls}"
        )
    return made


@settings(max_examples=250)
@given(
    st.one_of(records(), close_records(), close_records()), st.booleans(), st.sampled_from("12"), st.sampled_from("12"),
    st.sampled_from(["gel", "gel-incomplete"]),
)  # fmt: skip
def test_they_are_the_alleles_that_fail_exactly_one_question(
    fx_folder,
    made,
    panel,
    sex,
    father,
    ruleset,
):
    text = vcf_text(records=made, samples=("kid", "dad", "mum"), info=INFO)
    (fx_folder / "x.vcf").write_text(text)
    (fx_folder / "x.ped").write_text(PED.format(sex=sex, father=father))
    request = RankRequest(
        vcf=str(fx_folder / "x.vcf"), ped=fx_folder / "x.ped", ruleset=ruleset,
        panels=(str(fx_folder / "panel.tsv"),) if panel else (),
        near_misses=str(fx_folder / "near.tsv"), output=None,
    )  # fmt: skip
    with mock.patch.object(raredx.pipeline.plan, "read_gene_table", return_value=TABLE):
        both = explain_all(request)
    table = both.result.near_misses
    found = {
        ("-".join(str(table[c][n]) for c in ("chrom", "pos", "ref", "alt")), table["gene"][n]):
        (table["mode"][n], table["question"][n])
        for n in range(len(table["rank"]))
    }  # fmt: skip
    expected = slow_near_misses(both)
    assert found.keys() == expected.keys()
    assert all(found[name] in expected[name] for name in found)


@settings(max_examples=150)
@given(
    st.one_of(records(), close_records()),
    st.booleans(),
    st.sampled_from("12"),
    st.sampled_from("12"),
)
def test_the_scan_and_the_exact_path_find_the_same(fx_folder, made, panel, sex, father):
    text = vcf_text(records=made, samples=("kid", "dad", "mum"), info=INFO)
    (fx_folder / "x.vcf").write_text(text)
    (fx_folder / "x.ped").write_text(PED.format(sex=sex, father=father))
    found = []
    panels = (str(fx_folder / "panel.tsv"),) if panel else ()
    with mock.patch.object(raredx.pipeline.plan, "read_gene_table", return_value=TABLE):
        for exact in (True, False):
            request = RankRequest(
                vcf=str(fx_folder / "x.vcf"), ped=fx_folder / "x.ped", panels=panels, exact=exact,
                near_misses=str(fx_folder / "near.tsv"), output=str(fx_folder / "out.tsv"),
            )  # fmt: skip
            with mock.patch.object(raredx.readers.vcf_file.Sieve, "pays", return_value=True):
                result = rank(request, lambda *_: None)
            rows = near_rows(fx_folder / "near.tsv"), near_rows(fx_folder / "out.tsv")
            found.append((rows, result.document["counts"]))
        none = replace(request, near_misses=None)
        without = rank(none, lambda *_: None)
    assert found[0] == found[1]
    assert found[0][1] == without.document["counts"]
    assert found[0][0][1] == near_rows(fx_folder / "out.tsv")


def test_a_clinvar_file_tells_of_them_and_orders_them(tmp_path):
    """It rescues none, as in the ranking: what it calls pathogenic comes up, with its word."""
    lines = "2 240744022 T G Pathogenic", "2 240744023 A G Benign"
    request = RankRequest(
        vcf=str(DEMO / "family.vcf.gz"), ped=DEMO / "family.ped", panels=("all",),
        output=str(tmp_path / "out.tsv"), near_misses=str(tmp_path / "near.tsv"),
    )  # fmt: skip

    def place(found):
        at = found.near_misses["pos"].index(240744022)
        return found.near_misses["rank"][at], found.near_misses["clinvar"][at]

    before = rank(request, lambda *_: None)
    told = replace(request, clinvar=clinvar_vcf(tmp_path, *lines))
    after = rank(told, lambda *_: None)
    assert place(before)[1] != "pathogenic"
    assert place(after) == (3, "pathogenic")  # behind two that are known and of high impact
    assert place(before)[0] > 3
    assert sorted(before.near_misses["pos"]) == sorted(after.near_misses["pos"])
