"""No cell of a TSV can be taken for a formula, and nothing is lost by that."""

from __future__ import annotations

import csv
import io

import pytest

from family_reports import HOSTILE, hostile_report
from guarded_cells import begins_a_formula
from raredx.columns.check_results import Finding, Severity
from raredx.columns.evaluation import CaseOutcome, Evaluation, TruthCase
from raredx.columns.results import FIELDS
from raredx.report.check_rows import CheckRow
from raredx.report.check_tsv import _cell
from raredx.report.evaluation_tsv import evaluation_tsv_text
from raredx.report.near_miss_tsv import near_misses_text
from raredx.report.spreadsheet_cells import EXCEL_UNITS, tsv_cell, workbook_text
from raredx.report.tsv import lines_text, tsv_text
from raredx.scoring.calibration import judge_calibration
from raredx.scoring.metrics import Draws, Grouping, summarise_strata


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(1)", "'@SUM(1)"),
        (" =1", "' =1"),
        ("\t=1", "' =1"),
        ("\r\n=1", "'  =1"),
        ("\x00=1", "'\x00=1"),
        ("\u200b=1", "'\u200b=1"),
        ("＝1", "'＝1"),
        ("－1", "'－1"),
        ("﹢1", "'﹢1"),
        ("\u22121", "'\u22121"),
        ('"=1"', '\'"=1"'),
        ('"', "'\""),
        ("'=1", "''=1"),
        ("-", "'-"),
        # what looks like one, and is none
        ("", ""),
        ("'", "'"),
        ("5'UTR", "5'UTR"),
        ("'quoted'", "'quoted'"),
        ("c.-12A>G", "c.-12A>G"),
        ("p.=", "p.="),
        ("./.", "./."),
        ("*", "*"),
        ("<DEL>", "<DEL>"),
        ("]chr2:5]A", "]chr2:5]A"),
        ("HP:0001250 Seizure", "HP:0001250 Seizure"),
    ],
)
def test_text(text, cell):
    assert tsv_cell(text) == cell


@pytest.mark.parametrize(
    ("value", "cell"),
    [(-0.5, "-0.5"), (-3, "-3"), (1e-07, "1e-07"), (None, ""), (["-a", "=b"], "'-a;=b"), ([], "")],
)
def test_numbers_stay_numbers_and_lists_are_one_text(value, cell):
    assert tsv_cell(value) == cell


def rows_of(text: str) -> list[list[str]]:
    """The table as a spreadsheet program cuts it: cells in quotes may hold tabs and line ends."""
    lines = io.StringIO(text, newline="")
    csv.field_size_limit(1_000_000)
    return [row for row in csv.reader(lines, delimiter="\t") if not row[0].startswith("##")]


def test_the_table_of_hostile_texts():
    report = hostile_report()
    header, *rows = rows_of(tsv_text(report.table, report.heading))
    assert len(rows) == len(HOSTILE)
    numbers = {field.name for field in FIELDS if field.kind in ("integer", "number")}
    for number, row in enumerate(rows):
        assert len(row) == len(header)
        for name, cell in zip(header, row, strict=True):
            if name in numbers or name.startswith(("dp_", "gq_", "ab_")):
                assert cell == str(-1 - number)
            else:
                assert not begins_a_formula(cell)
    assert not any(begins_a_formula(name) for name in header)


def test_near_misses_and_other_tables_of_hostile_texts():
    report = hostile_report()
    genes = [{"gene": text, "matched_terms": [text]} for text in HOSTILE]
    for text in (
        near_misses_text(report.near_misses, report.heading),
        lines_text(("gene", "matched_terms"), genes, report.heading),
    ):
        header, *rows = rows_of(text)
        assert len(rows) == len(HOSTILE)
        for row in rows:
            assert len(row) == len(header)
            cells = [c for c in row if not c.removeprefix("-").isdecimal()]
            assert not any(map(begins_a_formula, cells))


def test_heading_lines_begin_with_their_mark():
    report = hostile_report()
    text = tsv_text(report.table, report.heading)
    above = text.split("\nrank\t")[0].split("\n")
    assert len(above) > len(HOSTILE)
    assert all(line.startswith("##raredx_") and "\t" not in line for line in above)


def test_checks():
    finding = Finding("=a", Severity.NOTE, ("=b",), 1.0, -2.0, "=c", "", False)
    row = CheckRow("finding", finding.subject[0], finding.code, -1.5, -2, "note", finding.message)
    assert [_cell(value) for value in row] == [
        "finding", "'=b", "'=a", "-1.5", "-2", "note", "'=c",
    ]  # fmt: skip
    assert [_cell(value) for value in (True, None, float("nan"))] == ["true", "", ""]


def test_evaluations():
    truth = TruthCase("=s", "+g", strata=("@x",))
    outcomes = [CaseOutcome(truth, fault="-f")]
    grouping = Grouping("gene", lambda c: c.gene)
    figures = summarise_strata(outcomes, ("=by",), grouping, Draws(20))
    found = Evaluation(
        (("raredx_version", "1"),), "gene", ("=by",), tuple(outcomes), figures,
        judge_calibration(outcomes), (),
    )  # fmt: skip
    header, row = rows_of(evaluation_tsv_text(found))
    cells = dict(zip(header, row, strict=True))
    assert (cells["sample"], cells["gene"], cells["fault"]) == ("'=s", "'+g", "'-f")
    assert (header[-1], row[-1]) == ("'=by", "'@x")


# --- cells of XLSX -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "=1+1"),  # the type of the cell says that it is text
        ("a\tb\nc\r", "a b c "),
        ("a\x01\x7f\x85", "a[U+0001][U+007F] "),
        ("\ufffe\uffff", "[U+FFFE][U+FFFF]"),
        ("left\u202eright", "left[U+202E]right"),
        ("\ud800", "[U+D800]"),
        ("é 中 🧬", "é 中 🧬"),
    ],
)
def test_what_cannot_be_seen_is_shown(text, cell):
    assert workbook_text(text) == cell


@pytest.mark.parametrize("letter", ["x", "é", "🧬"])
@pytest.mark.parametrize("units", [EXCEL_UNITS - 1, EXCEL_UNITS, EXCEL_UNITS + 1, 3 * EXCEL_UNITS])
def test_long_texts_are_cut_and_say_so(letter, units):
    """Excel counts units of UTF-16, of which a letter has one or two."""
    size = len(letter.encode("utf-16-le")) // 2
    text = letter * (units // size)
    cell = workbook_text(text)
    assert len(cell.encode("utf-16-le")) // 2 <= EXCEL_UNITS
    if units // size * size <= EXCEL_UNITS:
        assert cell == text
    else:
        assert cell.endswith(f"… (cut: {len(text)} characters)")
        assert cell.startswith(letter * 15_000)
        assert "\ufffd" not in cell
