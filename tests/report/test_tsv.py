"""The TSV: heading lines, columns that stay as they are, and cells that stay cells."""

from __future__ import annotations

import csv
import math
from dataclasses import replace

import pytest

from raredx.columns.results import FIELDS, MEMBER_FIELDS, CandidateTable, empty_table, join_tables
from raredx.report.heading import FamilyHeading, Heading, Member
from raredx.report.tsv import table_cells, tsv_text

# In this order for all time: scripts of users read them.
COLUMNS = [
    "rank",
    "candidate_id",
    "tier",
    "score",
    "probability",
    "gene",
    "hgnc_id",
    "mode",
    "segregation_pattern",
    "penetrance",
    "acmg_class",
    "acmg_points",
    "acmg_criteria",
    "disease",
    "disease_id",
    "matched_terms",
    "chrom",
    "pos",
    "ref",
    "alt",
    "variant_id",
    "consequence",
    "impact",
    "transcript",
    "transcript_choice",
    "mane_refseq",
    "exon",
    "hgvs_c",
    "hgvs_p",
    "worst_consequence",
    "worst_transcript",
    "popmax_af",
    "popmax_source",
    "frequencies",
    "homozygotes",
    "clinvar",
    "clinvar_stars",
    "panels",
    "moi",
    "segregation",
    "phase",
    "phase_reason",
    "partner",
    "parent_of_origin",
    "de_novo_grade",
    "de_novo_doubts",
    "de_novo_posterior",
    "event",
    "heteroplasmy",
    "heteroplasmy_mother",
    "filter",
    "not_assessed",
    "revel",
    "alphamissense",
    "cadd",
    "spliceai",
    "loftee",
    "pli",
    "score_prior",
    "score_effect",
    "score_rarity",
    "score_segregation",
    "score_gene",
    "score_panel",
    "score_phenotype",
    "score_reported",
    "acmg_posterior",
    "acmg_temperature",
    "acmg_reasons",
    "acmg_not_assessed",
    "family_id",
    "proband",
    "flags",
    "reason",
]
NAMED_FROM_THE_FIRST = [
    "rank",
    "candidate_id",
    "tier",
    "score",
    "gene",
    "hgnc_id",
    "mode",
    "segregation_pattern",
    "penetrance",
    "chrom",
    "pos",
    "ref",
    "alt",
    "consequence",
    "impact",
    "transcript",
    "hgvs_c",
    "hgvs_p",
    "popmax_af",
    "clinvar",
    "panels",
    "flags",
    "reason",
]
HEADING = Heading(
    version="0.1.0", command="raredx rank x.vcf", ruleset="gel", ruleset_version="1.0",
    ruleset_sha256="ab12", assembly="GRCh38", consequences="CSQ",
    frequency_sources=("exac", "gnomad"), predictors=(), clinvar="declared",
    panels=(
        {"panel_id": "p1", "name": "Deafness", "version": "", "date": "2024-01-02", "green": 3,
         "genes": 5, "moi_source": "exact"},
    ),
    families=(
        FamilyHeading(
            "F1", "kid",
            (Member("kid", "proband", "female", "affected", True),
             Member("dad", "father", "male", "unaffected", False)),
            ("HP:0001250", "HP:0001263"),
            ("HP:0001250 Seizure", "HP:0001263 Global developmental delay"),
            ("HP:0000252 Microcephaly",), "phenopacket kid.json", 0.25,
        ),
        FamilyHeading("F2", "sib", (Member("sib", "proband", "male", "affected", True),), ()),
    ),
    notes=("one\nnote", "another"), explained_share=0.4, missense_tool="revel",
    hpo="HPO 2025-01-16, annotations 2025-01-17", data=("ClinVar, release 2024-12-15",),
)  # fmt: skip


def table(**cells):
    """One row; the cells by name."""
    made = empty_table(("kid",))
    for name, column in made.columns.items():
        column.append(cells.get(name))
    return CandidateTable(made.columns, made.members, [{}], ("",))


def test_columns_are_fixed():
    assert [f.name for f in FIELDS] == COLUMNS
    assert [f.name for f in MEMBER_FIELDS] == ["gt", "dp", "gq", "ab"]


def test_the_names_promised_from_the_first_keep_their_order():
    places = [COLUMNS.index(name) for name in NAMED_FROM_THE_FIRST]
    assert places == sorted(places)


def test_heading_lines():
    lines = tsv_text(table(rank=1), HEADING).splitlines()
    assert lines[:-2] == [
        "##raredx_version=0.1.0",
        "##raredx_command=raredx rank x.vcf",
        "##raredx_ruleset=gel version 1.0 sha256 ab12",
        "##raredx_assembly=GRCh38",
        "##raredx_consequences=CSQ",
        "##raredx_frequency_sources=exac,gnomad",
        "##raredx_clinvar=declared",
        "##raredx_predictors=none",
        "##raredx_order=score",
        "##raredx_probability=of explaining the phenotype, where 0.4 of families are explained by a "
        "candidate",
        "##raredx_acmg=proposed class, for a person to confirm; missense tool revel",
        "##raredx_hpo=HPO 2025-01-16, annotations 2025-01-17",
        "##raredx_panel=p1 version unknown date 2024-01-02 green 3 of 5 moi exact: Deafness",
        "##raredx_family=F1 proband kid",
        "##raredx_member=kid proband female affected",
        "##raredx_member=dad father male unaffected not sequenced",
        "##raredx_hpo_terms=HP:0001250,HP:0001263",
        "##raredx_phenotype=HP:0001250 Seizure; HP:0001263 Global developmental delay "
        "(phenopacket kid.json)",
        "##raredx_phenotype_excluded=HP:0000252 Microcephaly",
        "##raredx_none_of_these=probability 0.25",
        "##raredx_family=F2 proband sib",
        "##raredx_member=sib proband male affected",
        "##raredx_check=0 sites looked at",
        "##raredx_data=ClinVar, release 2024-12-15",
        "##raredx_note=one note",
        "##raredx_note=another",
    ]
    assert lines[-2].split("\t") == [*COLUMNS, "gt_kid", "dp_kid", "gq_kid", "ab_kid"]


def test_heading_without_hpo_by_tier():
    lines = tsv_text(table(rank=1), replace(HEADING, hpo="", order="tier")).splitlines()
    assert "##raredx_hpo=not used" in lines
    assert "##raredx_order=tier" in lines


@pytest.mark.parametrize(
    ("name", "value", "cell"),
    [
        ("gene", None, ""),
        ("gene", "", ""),
        ("reason", "a\tb\nc\r\nd", "a b c  d"),
        ("variant_id", "rs1;rs2", "rs1;rs2"),
        ("flags", ["low_gq", "half_call"], "low_gq;half_call"),
        ("flags", [], ""),
        ("flags", ["a\tb"], "a b"),
        ("popmax_af", "not_assessed", "not_assessed"),
        ("popmax_af", 0.0, "0"),
        ("popmax_af", 0.000123456789, "0.000123457"),
        ("popmax_af", 1e-7, "1e-07"),
        ("score", 8.5, "8.5"),
        ("score", -0.5, "-0.5"),
        ("rank", 12, "12"),
        ("pos", 117559590, "117559590"),  # all digits, unlike a score
        ("gt_kid", "0/1", "0/1"),
        ("ab_kid", 0.5, "0.5"),
    ],
)
def test_cells(name, value, cell):
    made = table(**{name: value})
    assert table_cells(made)[name] == [cell]
    rows = tsv_text(made, HEADING).splitlines()[-2:]
    assert len(rows[0].split("\t")) == len(rows[1].split("\t"))


def test_a_table_without_rows_has_its_header():
    text = tsv_text(empty_table(()), HEADING)
    assert text.endswith("reason\n")
    assert text.splitlines()[-1].split("\t") == COLUMNS


def test_members_of_another_family_have_empty_cells():
    one, two = table(rank=1, gt_kid="0/1"), empty_table(("sib",))
    for name, column in two.columns.items():
        column.append({"rank": 1, "gt_sib": "1/1"}.get(name))
    cells = table_cells(join_tables([one, two]))
    assert cells["gt_kid"] == ["0/1", ""]
    assert cells["gt_sib"] == ["", "1/1"]


def test_the_demo_as_a_spreadsheet_reads_it(fx_demo):
    text = (fx_demo.folder / "candidates.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("##")]
    rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    names = [f"{f.name}_{m}" for m in ("proband", "father", "mother") for f in MEMBER_FIELDS]
    assert list(rows[0]) == [*COLUMNS, *names]
    assert all(None not in row.values() and None not in row for row in rows)
    assert {row["tier"] for row in rows} <= {"1", "2", "3", "untiered"}
    assert [int(row["rank"]) for row in rows] == sorted(int(row["rank"]) for row in rows)
    for row in rows:
        assert row["popmax_af"] == "not_assessed" or 0 <= float(row["popmax_af"]) <= 1
        assert math.isfinite(float(row["score"]))
        assert 0 <= float(row["probability"]) <= 1
        assert row["disease"] == "" or row["disease_id"].startswith(
            ("OMIM:", "ORPHA:", "DECIPHER:")
        )
        assert (row["acmg_temperature"] != "") == (row["acmg_class"] == "uncertain")
        assert row["reason"].startswith(("Tier ", "Untiered"))
        assert (row["partner"] != "") == ("compound_het" in row["mode"])
    assert "\r" not in text


def test_partners_share_candidate_and_rank(fx_demo):
    columns = fx_demo.result.table.columns
    found = {}
    for name, rank in zip(columns["candidate_id"], columns["rank"], strict=True):
        found.setdefault(name, set()).add(rank)
    assert all(len(ranks) == 1 for ranks in found.values())
    assert sorted(rank for ranks in found.values() for rank in ranks) == list(
        range(1, len(found) + 1)
    )
