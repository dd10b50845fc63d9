"""The phenotype match chart: every value as text too, in the order of rank."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from drawings import parse, words_of
from family_reports import HOSTILE, hostile_report
from raredx.columns.results import CandidateTable
from raredx.report.family_report import FamilyReport
from raredx.report.phenotype_drawing import GENES, KEY, TERMS, draw_phenotype
from raredx.report.vega import SVG

SEIZURE, SMALL_HEAD = "HP:0001250 Seizure", "HP:0000252 Microcephaly"
Fits = list[tuple[str, str, float]]


def report(*rows: tuple[str, str, Fits]) -> FamilyReport:
    """A report with a row for each gene: symbol, disease, and term, nearest and share."""
    details: list[dict[str, Any]] = [
        {"phenotype": [{"term": t, "nearest": n, "share": s} for t, n, s in fits]}
        for _, _, fits in rows
    ]
    columns: dict[str, list[Any]] = {
        "rank": list(range(1, len(rows) + 1)),
        "gene": [gene for gene, _, _ in rows],
        "disease": [disease for _, disease, _ in rows],
    }
    return replace(hostile_report(), table=CandidateTable(columns, (), details))


TWO = report(
    ("SCN1A", "Dravet syndrome", [(SEIZURE, SEIZURE, 1.0), (SMALL_HEAD, "HP:0000240 X", 0.42)]),
    (
        "ASPM",
        "Primary microcephaly 5",
        [(SEIZURE, "HP:0012638 Y", 0.0), (SMALL_HEAD, SMALL_HEAD, 1.0)],
    ),
)


def test_values_in_words():
    root = parse(draw_phenotype(TWO))
    assert root.get("role") == "img"
    assert root.findtext(f"{{{SVG}}}title") == "HPO terms of =1+1 against the best genes"
    assert root.findtext(f"{{{SVG}}}desc") == (
        "Share of each term’s information that the best fitting disease of a gene has in common "
        "with it. SCN1A (Dravet syndrome): HP:0001250 Seizure 100 %, the very term; "
        "HP:0000252 Microcephaly 42 %, nearest HP:0000240 X. "
        "ASPM (Primary microcephaly 5): HP:0001250 Seizure 0 %; "
        "HP:0000252 Microcephaly 100 %, the very term."
    )


def test_values_in_the_chart():
    """Gene by gene from left to right, term by term downwards; 0 % has no dot."""
    root = parse(draw_phenotype(TWO))
    assert words_of(root, "text") == [
        "100 %", "42 %", "0 %", "100 %", "Seizure", "Microcephaly", KEY, "SCN1A", "ASPM",
    ]  # fmt: skip
    titles = [e.text for e in root.iter(f"{{{SVG}}}title")][1:]
    assert sorted(titles) == [
        "ASPM: HP:0000252 Microcephaly 100 %, the very term",
        "ASPM: HP:0000252 Microcephaly 100 %, the very term",  # its ring
        "ASPM: HP:0001250 Seizure 0 %",
        "SCN1A: HP:0000252 Microcephaly 42 %, nearest HP:0000240 X",
        "SCN1A: HP:0001250 Seizure 100 %, the very term",
        "SCN1A: HP:0001250 Seizure 100 %, the very term",
    ]


def test_each_gene_once_and_ten_at_most():
    rows = [(f"G{n // 2}", "", [(SEIZURE, SEIZURE, 1.0)]) for n in range(40)]
    words = words_of(parse(draw_phenotype(report(*rows))), "text")
    assert words[-GENES:] == [f"G{n}" for n in range(GENES)]


def test_a_gene_that_hpo_does_not_know_is_not_assessed():
    root = parse(draw_phenotype(report(("A", "", [(SEIZURE, SEIZURE, 1.0)]), ("B", "", []))))
    assert words_of(root, "text") == ["100 %", "–", "Seizure", KEY, "A", "B"]
    assert "B: HP:0001250 Seizure not assessed" in root.findtext(f"{{{SVG}}}desc")


@pytest.mark.parametrize("rows", [(), (("A", "", []),), (("", "", [(SEIZURE, SEIZURE, 1.0)]),)])
def test_nothing_judged_nothing_drawn(rows):
    assert draw_phenotype(report(*rows)) == ""


def test_more_terms_than_are_drawn():
    fits = [(f"HP:{n:07} T{n}", "", 0.5) for n in range(TERMS + 7)]
    root = parse(draw_phenotype(report(("A", "", fits))))
    assert sum(word.startswith("T") for word in words_of(root, "text")) == TERMS
    assert root.findtext(f"{{{SVG}}}desc").endswith("7 more terms are not drawn.")


def test_hostile_text_stays_text():
    rows = [(text, text, [(t, text, 0.5) for t in HOSTILE]) for text in HOSTILE[:9]]
    svg = draw_phenotype(report(*rows))
    for text in ("http://exa", "http:/…"):
        svg = svg.replace(text, "")
    root = parse(svg)
    assert not {"script", "image", "a", "use"} & {e.tag.split("}")[1] for e in root.iter()}
    assert max(len(word) for word in words_of(root, "text")) < 70


def test_the_same_bytes_each_time():
    assert draw_phenotype(TWO) == draw_phenotype(TWO)


def test_a_real_run(fx_demo):
    """The terms of column 7 of the PED file, against the first genes in the order of rank."""
    table = fx_demo.result.table
    words = words_of(parse(draw_phenotype(replace(hostile_report(), table=table))), "text")
    genes = list(dict.fromkeys(table["gene"]))[:GENES]
    assert words[words.index(KEY) + 1 :] == genes
    judged = fx_demo.result.heading.families[0].hpo_terms
    assert len(words) == len(judged) * (len(genes) + 1) + len(genes) + 1
    assert {"Seizure", "Microcephaly", "100 %"} <= set(words)
