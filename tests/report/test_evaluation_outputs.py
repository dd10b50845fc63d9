"""An evaluation as TSV, JSON, Markdown, SVG and on a terminal."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from raredx.columns.evaluation import CaseOutcome, Evaluation, TruthCase
from raredx.report.evaluation_json import evaluation_json_text
from raredx.report.evaluation_markdown import evaluation_markdown_text
from raredx.report.evaluation_svg import LEFT, SIDE, TOP, evaluation_svg_text
from raredx.report.evaluation_terminal import WIDTH, print_evaluation
from raredx.report.evaluation_tsv import COLUMNS, evaluation_tsv_text
from raredx.scoring.calibration import judge_calibration
from raredx.scoring.metrics import Draws, Grouping, summarise_strata

ABOUT = (
    ("raredx_version", "1.0"),
    ("raredx_command", "raredx evaluate truth.tsv out"),
    ("raredx_ranked", "results as given"),
    ("raredx_intervals", "20 draws of genes, seed 1"),
)


def evaluation(outcomes, by=("rank",), warnings=()):
    figures = summarise_strata(outcomes, by, Grouping("gene", lambda c: c.gene), Draws(20))
    calibration = judge_calibration(outcomes)
    return Evaluation(ABOUT, "gene", by, tuple(outcomes), figures, calibration, warnings)


def case(sample, p, answer, stratum="x"):
    truth = TruthCase(sample, f"GENE_{sample}", strata=(stratum,))
    rank = answer + 1.0 if answer >= 0 else float("nan")
    best = int(np.argmax(p)) if len(p) else -1
    return CaseOutcome(truth, rank, len(p), answer + 1 if answer >= 0 else -1, len(p), 1,
                       np.array(p, float), answer, best, 1 - sum(p))  # fmt: skip


@pytest.fixture
def found():
    outcomes = [
        case("S1", [0.75, 0.125], 0),
        case("S2", [0.5, 0.25], 1, "a|b"),
        case("S3", [], -1),
        CaseOutcome(TruthCase("S4", "GENE_S4", strata=("x",)), fault="demo.ped:1:\n no family"),
    ]
    return evaluation(outcomes, warnings=("counted as a miss: 1 case (S4: x_y)",))


def test_tsv(found):
    lines = evaluation_tsv_text(found).splitlines()
    assert lines[:4] == [f"##{key}={value}" for key, value in ABOUT]
    assert lines[4] == "##raredx_warning=counted as a miss: 1 case (S4: x_y)"
    assert lines[5].split("\t") == [*COLUMNS, "truth_rank"]  # a stratum of a taken name
    rows = [dict(zip(lines[5].split("\t"), row.split("\t"), strict=True)) for row in lines[6:]]
    assert [row["rank"] for row in rows] == ["1", "2", "", ""]
    assert [row["probability"] for row in rows] == ["0.75", "0.25", "0", ""]
    assert [row["none_probability"] for row in rows] == ["0.125", "0.25", "1", ""]
    assert [row["candidates"] for row in rows] == ["2", "2", "0", ""]
    assert rows[3]["fault"] == "demo.ped:1: no family"


def test_json_has_no_number_that_json_lacks(found):
    document = json.loads(evaluation_json_text(found), parse_constant=pytest.fail)
    assert [c["rank"] for c in document["cases"]] == [1.0, 2.0, None, None]
    assert document["cases"][1]["strata"] == {"rank": "a|b"}
    assert document["about"]["version"] == "1.0"
    assert document["calibration"]["cases_not_assessed"] == 1
    assert [f["cases"] for f in document["figures"]] == [4, 4, 1, 3]
    part = document["calibration"]["parts"][0]
    assert part["n"] == sum(b["n"] for b in part["bins"]) == 2
    assert part["ece_width"] == pytest.approx((abs(0.5 - 0) + abs(0.75 - 1)) / 2)


def test_markdown_tables_have_their_columns(found):
    text = evaluation_markdown_text(found)
    for block in text.split("\n\n"):
        if block.startswith("| "):
            widths = {line.replace("\\|", "").count("|") for line in block.splitlines()}
            assert len(widths) == 1
    assert "| rank=a\\|b | 1 |" in text
    assert "- counted as a miss: 1 case (S4: x\\_y)" in text
    assert text.startswith("```console\nraredx evaluate truth.tsv out\n```\n")


def test_svg_is_drawn_within_its_axes(found):
    root = ElementTree.fromstring(evaluation_svg_text(found))
    marks = root.findall("{http://www.w3.org/2000/svg}circle")
    n_bins = sum(len(part.bins) for part in found.calibration.parts)
    assert len(marks) == n_bins > 3
    for mark in marks:
        assert LEFT <= float(mark.get("cx")) <= float(root.get("width"))
        assert TOP <= float(mark.get("cy")) <= TOP + SIDE
    texts = [text.text for text in root.findall("{http://www.w3.org/2000/svg}text")]
    assert "most probable gene of each case" in texts
    first = found.calibration.parts[0].bins[0]  # predicted 0.5, never true
    place = (LEFT + first.predicted * SIDE, TOP + SIDE)
    assert (float(marks[0].get("cx")), float(marks[0].get("cy"))) == place


def test_terminal_lines_fit(found):
    file = io.StringIO()
    print_evaluation(found, file)
    table = [x for x in file.getvalue().splitlines() if not x.startswith(("To review", "warning"))]
    assert max(len(line) for line in table) <= WIDTH
    assert "rank=a|b" in file.getvalue()
    assert "most probable gene of each case" in file.getvalue()


def test_nothing_found_and_no_probabilities():
    outcomes = [CaseOutcome(TruthCase("S1", "A"), n_genes=3)]
    one = evaluation(outcomes, by=())
    file = io.StringIO()
    print_evaluation(one, file)
    assert "To review: no answer was found among 3.0 genes." in file.getvalue()
    assert "Calibration: not assessed" in file.getvalue()
    assert "Calibration: not assessed" in evaluation_markdown_text(one)
    assert "not assessed" in evaluation_svg_text(one)
    assert json.loads(evaluation_json_text(one))["figures"][0]["median_rank"] is None


def test_the_same_evaluation_gives_the_same_bytes(found):
    for write in (evaluation_tsv_text, evaluation_json_text, evaluation_markdown_text,
                  evaluation_svg_text):  # fmt: skip
        assert write(found) == write(found)
