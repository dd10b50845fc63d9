"""The workbook for clinicians, read back with openpyxl and as XML."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest

from family_reports import (
    HOSTILE,
    demo_report,
    hostile_report,
    near_misses,
    renamed,
    scout_report,
)
from raredx.columns.near_misses import NEAR_MISS_FIELDS
from raredx.columns.results import FIELDS, CandidateTable, member_columns
from raredx.report import workbook
from raredx.report.knowledge_date import knowledge_date
from raredx.report.spreadsheet_cells import EXCEL_UNITS, workbook_text
from raredx.report.workbook import write_workbook
from raredx.report.workbook_columns import FIRST, candidate_columns, shown
from raredx.vocabulary import Karyotype

SHEETS = ["candidates", "near misses", "family", "provenance", "columns"]
NEAR = near_misses(
    {"rank": 1, "gene": "BRCA2", "mode": "autosomal_dominant", "question": "frequency",
     "observed": "0.0021 in gnomad", "popmax_af": 0.0021, "clinvar": "not_assessed",
     "genotypes": ["proband=0/1", "father=0/0"], "family_id": "demo"},
)  # fmt: skip


def written(tmp_path, *reports, name="w.xlsx"):
    place = tmp_path / name
    write_workbook(reports, place)
    return openpyxl.load_workbook(place)


def rows_of(sheet):
    header, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def fx_book(tmp_path_factory):
    report = replace(demo_report(), near_misses=NEAR)
    return written(tmp_path_factory.mktemp("book"), report)


# --- what stands where ---------------------------------------------------------------------------


def test_sheets(fx_book):
    assert fx_book.sheetnames == SHEETS


def test_columns_come_in_the_order_of_a_clinician(fx_book):
    titles = [cell.value for cell in fx_book["candidates"][1]]
    assert titles[:14] == [
        "Rank", "Tier", "Gene", "Mode of inheritance", "Consequence", "HGVS, coding DNA",
        "HGVS, protein", "ACMG class (proposed)", "Disease", "Highest population frequency",
        "ClinVar", "proband: genotype", "father: genotype", "mother: genotype",
    ]  # fmt: skip
    assert titles[14:16] == ["Probability", "Reason"]
    assert (
        len(titles)
        == len(set(titles))
        == len(FIELDS) + len(member_columns(("proband", "father", "mother")))
    )


def test_no_column_of_the_tables_is_lost():
    shown_fields = [c.sources[0] for c in candidate_columns([demo_report()])]
    assert sorted(shown_fields) == sorted(demo_report().table.columns)
    assert tuple(shown_fields[: len(FIRST)]) == FIRST


def test_cells_of_a_real_trio(fx_shared, tmp_path):
    report = scout_report(fx_shared)
    book = written(tmp_path, report)
    rows = rows_of(book["candidates"])
    assert len(rows) == len(report.table) >= 5
    for number, row in enumerate(rows):
        assert row["Rank"] == report.table["rank"][number]
        assert row["Gene"] == report.table["gene"][number]
        assert row["Position"] == report.table["pos"][number]
        assert row["ADM1059A2 (proband): genotype"] == report.table["gt_ADM1059A2"][number]
        assert row["ADM1059A3 (mother): read depth"] == report.table["dp_ADM1059A3"][number]
        assert row["HGVS, coding DNA"] == report.table["hgvs_c"][number]
        assert row["Tier"] in ("Tier 1", "Tier 2", "Tier 3", "Untiered")
    family = rows_of(book["family"])
    assert [(r["Individual"], r["Role"], r["Father"], r["Mother"]) for r in family[:3]] == [
        ("ADM1059A1", "father", None, None),
        ("ADM1059A2", "proband", "ADM1059A1", "ADM1059A3"),
        ("ADM1059A3", "mother", None, None),
    ]


def test_cells_of_the_demo(fx_book):
    row = next(r for r in rows_of(fx_book["candidates"]) if r["Gene"] == "FOXG1")
    assert row["Tier"] == "Tier 1"
    assert row["Mode of inheritance"] == "New in the proband (de novo)"
    assert row["Consequence"] == "reading frame shifted"
    assert row["ACMG class (proposed)"] == "Likely pathogenic"
    assert (row["Chromosome"], row["Position"], row["REF"], row["ALT"]) == (
        "chr14", 28767732, "C", "CG",
    )  # fmt: skip
    assert (row["proband: genotype"], row["father: genotype"]) == ("0/1", "0/0")
    assert row["Parent of origin"] == "in neither parent"
    assert row["ACMG criteria"] == "PVS1_Strong; PS2_Moderate; PM2_Supporting"
    assert isinstance(row["Score"], float)


@pytest.mark.parametrize(
    ("value", "name", "cell"),
    [
        (None, "cadd", ""),
        ("not_assessed", "popmax_af", "not assessed"),
        ("not_assessed", "score_panel", "not assessed"),
        ("not_assessed", "clinvar", "not assessed"),
        ("not_assessed", "segregation", "not assessed"),
        ("compound_het", "mode", "Recessive, two different variants (compound heterozygous)"),
        ("Likely_pathogenic", "clinvar", "Likely pathogenic"),
        ("missense_variant&splice_region_variant", "consequence",
         "one amino acid changed, near a splice site"),
        ("", "consequence", ""),
        ("untiered", "tier", "Untiered"),
        (["low_gq", "half_call"], "flags", "low gq; half call"),
        (["segregation"], "not_assessed", "segregation"),
        (["PM2_Supporting"], "acmg_criteria", "PM2_Supporting"),
        ("AB_C", "gene", "AB_C"),
        ([], "panels", ""),
        (3, "rank", 3),
        (0.25, "ab", 0.25),
    ],
)  # fmt: skip
def test_words(value, name, cell):
    assert shown(value, name) == cell


def test_near_misses(fx_book):
    (row,) = rows_of(fx_book["near misses"])
    assert (row["Gene"], row["Question"]) == ("BRCA2", "frequency")
    assert row["Genotypes"] == "proband=0/1; father=0/0"
    assert row["ClinVar"] == "not assessed"
    assert row["Highest population frequency"] == 0.0021
    assert len(row) == len(NEAR_MISS_FIELDS)


def test_phenotype_and_the_chance_of_none(fx_book):
    lines = [[c for c in row if c is not None] for row in fx_book["family"].values]
    assert ["demo", "proband", "HP:0001250 Seizure", "observed", "given with the run"] in lines
    assert [
        "demo", "proband", "HP:0001263 Global developmental delay", "excluded", "given with the run",
    ] in lines  # fmt: skip
    assert lines[-1][2].startswith("probability ")


def test_provenance(fx_book):
    lines = list(fx_book["provenance"].values)
    assert lines[1] == (
        "limits", "Proposes; a qualified person decides. Not validated for diagnostic use.",
    )  # fmt: skip
    about = dict(lines)
    heading = demo_report().heading
    assert about["version"] == heading.version
    assert heading.ruleset_sha256 in about["ruleset"]
    assert [key for key, _ in lines].count("panel") == len(heading.panels) > 400
    assert "cut" not in about


def test_provenance_lists_inputs_and_warnings(tmp_path):
    file = {"role": "vcf", "name": "family.vcf.gz", "size": 12, "sha256": "ab" * 32}
    report = replace(demo_report(), document={"inputs": [file], "warnings": ["odd"]})
    lines = list(written(tmp_path, report)["provenance"].values)
    assert ("input", f"vcf: family.vcf.gz, 12 bytes, sha256 {'ab' * 32}") in lines
    assert ("warning", "odd") in lines


def test_every_column_is_explained(fx_book):
    lines = rows_of(fx_book["columns"])
    for name in ("candidates", "near misses"):
        titles = [cell.value for cell in fx_book[name][1]]
        assert [line["Column"] for line in lines if line["Sheet"] == name] == titles
    about = {line["Name in the other outputs"]: line["What it holds"] for line in lines}
    assert about["gt_father"] == "genotype, as written"
    assert all(about[f.name] == f.about for f in NEAR_MISS_FIELDS)
    assert [line["Column"] for line in lines if line["Printed"]][:3] == ["Rank", "Tier", "Gene"]


def test_several_families_stand_under_each_other(tmp_path):
    one = demo_report()
    two = renamed(one, "second")
    roles = {"proband": "kid", "father": "dad", "mother": "mum"}
    columns = {
        "_".join([name.split("_")[0], roles[name.split("_")[1]]])
        if name in member_columns(one.table.members)
        else name: column
        for name, column in two.table.columns.items()
    }
    members = tuple(
        replace(member, individual=roles[member.individual]) for member in two.about.members
    )
    about = replace(two.about, members=members, proband="kid")
    two = replace(
        two,
        table=CandidateTable(columns, ("kid", "dad", "mum"), two.table.details),
        heading=replace(two.heading, families=(about,)),
    )
    rows = rows_of(written(tmp_path, one, two)["candidates"])
    size = len(one.table)
    assert next(iter(rows[0])) == "Family"
    assert [row["Family"] for row in rows] == ["demo"] * size + ["second"] * size
    for place in ("proband", "father", "mother"):
        genotypes = [row[f"{place}: genotype"] for row in rows]
        assert genotypes[:size] == genotypes[size:] == one.table[f"gt_{place}"]


def test_two_brothers_have_columns_of_their_own():
    one = demo_report()
    members = tuple(replace(member, role="brother") for member in one.about.members[1:])
    about = replace(one.about, members=(one.about.members[0], *members))
    brothers = replace(one, heading=replace(one.heading, families=(about,)))
    titles = [c.title for c in candidate_columns([brothers, one]) if c.field.name == "gt"]
    assert [t.removesuffix(": genotype") for t in titles] == [
        "proband", "brother", "brother 2", "father", "mother",
    ]  # fmt: skip


def test_a_full_disk_is_a_fault_of_the_system():
    """Then the run says so in words: `OutputSet.guard` puts an `OSError` so."""
    with pytest.raises(OSError, match="No space left"):
        write_workbook([demo_report()], Path("/dev/full"))


def test_without_rows(tmp_path):
    empty = {name: [] for name in demo_report().table.columns}
    report = replace(demo_report(), table=CandidateTable(empty, demo_report().table.members))
    book = written(tmp_path, report)
    assert book["candidates"].max_row == book["near misses"].max_row == 1
    assert book["candidates"]["A1"].value == "Rank"


# --- look and print ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["candidates", "near misses"])
def test_tables_are_frozen_filtered_and_fit_a_page(fx_book, name):
    sheet = fx_book[name]
    last = openpyxl.utils.get_column_letter(sheet.max_column)
    assert sheet.auto_filter.ref == f"A1:{last}{sheet.max_row}"
    frozen = sheet[sheet.freeze_panes]
    assert frozen.row == 2
    assert sheet.cell(1, frozen.column - 1).value == "Gene"


@pytest.mark.parametrize("name", SHEETS)
def test_print_settings(fx_book, name):
    sheet = fx_book[name]
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.freeze_panes.endswith("2")
    page = sheet.page_setup
    assert (page.paperSize, page.orientation, page.fitToHeight) == (9, "landscape", 0)
    assert page.fitToWidth in (None, 1)  # 1 is what the schema takes where it is not written
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.oddHeader.right.text == "Page &P of &N"
    assert sheet.oddHeader.left.text == "Family demo, proband proband"
    assert "Not validated for diagnostic use." in sheet.oddFooter.left.text


def test_only_the_first_columns_are_printed(fx_book):
    assert fx_book["candidates"].print_area == "'candidates'!$A$1:$N$16"
    assert fx_book["candidates"]["N1"].value == "mother: genotype"
    widths = [
        fx_book["candidates"].column_dimensions[openpyxl.utils.get_column_letter(n)].width
        for n in range(1, 15)
    ]
    assert sum(widths) < 260  # or the letters on paper would be too small to read


def test_formats(fx_book):
    header = {cell.value: cell for cell in fx_book["candidates"][1]}
    below = {title: fx_book["candidates"].cell(2, cell.column) for title, cell in header.items()}
    assert below["Probability"].number_format == "0.0%"
    assert below["Position"].number_format == "0"
    assert below["Score"].number_format == "0.00"
    assert below["Reason"].alignment.wrap_text
    assert header["Rank"].font.bold


# --- hostile text, limits, bytes -----------------------------------------------------------------


def xml_of(place):
    with zipfile.ZipFile(place) as parts:
        return {name: parts.read(name) for name in parts.namelist()}


def test_no_cell_is_a_formula_or_a_link(tmp_path):
    report = hostile_report()
    book = written(tmp_path, report)
    parts = xml_of(tmp_path / "w.xlsx")
    assert not any("calcChain" in name or "external" in name.lower() for name in parts)
    for name, raw in parts.items():
        root = ElementTree.fromstring(raw)
        tags = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert tags & {"f", "hyperlink", "hyperlinks", "ddeLink", "oleObjects"} == set()
        if name.endswith(".rels"):
            assert b"TargetMode" not in raw
        if "worksheets/sheet" in name:
            kinds = {c.get("t", "n") for c in root.iter() if c.tag.endswith("}c")}
            assert kinds <= {"s", "n"}
    for sheet in book:
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


def test_hostile_text_is_shown_as_it_is(tmp_path):
    rows = rows_of(written(tmp_path, hostile_report())["candidates"])
    assert len(rows) == len(HOSTILE)
    for text, row in zip(HOSTILE, rows, strict=True):
        assert (row["Gene"] or "") == workbook_text(text)
        assert len((row["Gene"] or "").encode("utf-16-le")) <= 2 * EXCEL_UNITS
    shown_texts = [row["Gene"] for row in rows]
    assert "=1+1" in shown_texts
    assert "_x0041_" in shown_texts  # Excel's own escape for a letter
    assert any(text and text.endswith("… (cut: 40000 characters)") for text in shown_texts)


def test_hostile_names_in_the_page_header(tmp_path):
    """`&F` would print the name of the file, and more than 255 letters damage the workbook."""
    report = renamed(hostile_report(), "&F&Z" * 40)
    write_workbook([report], tmp_path / "w.xlsx")
    raw = xml_of(tmp_path / "w.xlsx")["xl/worksheets/sheet1.xml"]
    header = ElementTree.fromstring(raw).find(".//{*}oddHeader").text
    assert header == "&LFamily " + "&&F&&Z" * 15 + ", proband =1+1&C&A&RPage &P of &N"
    assert len(header) <= 255


def test_more_rows_than_excel_holds_are_left_out_and_told(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "EXCEL_ROWS", 5)
    book = written(tmp_path, replace(demo_report(), near_misses=NEAR))
    assert book["candidates"].max_row == 5
    assert book["near misses"].max_row == 2
    lines = [row for row in book["provenance"].values if row[0] == "cut"]
    left = len(demo_report().table) - 4
    assert lines == [
        ("cut", f"{left} rows of sheet candidates: Excel holds 5 rows; the TSV has them all")
    ]


def test_numbers_that_are_none_leave_their_cell_empty(tmp_path):
    report = hostile_report()
    report.table.columns["cadd"][:2] = [float("nan"), float("inf")]
    rows = rows_of(written(tmp_path, report)["candidates"])
    assert [row["CADD"] for row in rows[:3]] == [None, None, -3]


def test_the_same_families_give_the_same_bytes(tmp_path):
    report = replace(demo_report(), near_misses=NEAR)
    write_workbook([report], tmp_path / "a.xlsx")
    write_workbook([report], tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_no_time_of_writing_and_nobody_is_named(tmp_path):
    write_workbook([demo_report()], tmp_path / "w.xlsx")
    parts = xml_of(tmp_path / "w.xlsx")
    days = re.findall(rb"\d{4}-\d\d-\d\dT[^<]*", parts["docProps/core.xml"])
    latest = knowledge_date(demo_report().heading)
    assert days == [f"{latest}T00:00:00Z".encode()] * 2
    assert latest.year >= 2025
    assert b"<dc:creator></dc:creator>" in parts["docProps/core.xml"]
    with zipfile.ZipFile(tmp_path / "w.xlsx") as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_karyotypes(tmp_path):
    report = demo_report()
    pedigree = replace(report.family.pedigree, karyotypes={"proband": Karyotype.XXY})
    report = replace(report, family=replace(report.family, pedigree=pedigree))
    rows = rows_of(written(tmp_path, report)["family"])
    assert [row["Karyotype"] for row in rows[:3]] == ["XXY", None, None]
