"""Every row of the inheritance conformance suite, through raredx (docs/conformance.md).

The tables in tests/conformance/ are the authority: they are written from the genetics.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from conformance import call_fields, export, lay_out
from conformance_raredx import Answer, by_file, judge_by_program, read_expected
from conformance_runs import gene_table, judge_by_functions
from conformance_tables import MODES, TABLES, Row, read_places, read_rows, read_table

ROWS = {row.id: row for row in read_rows()}
TOPICS = sorted({row.topic for row in ROWS.values()})
OUTCOMES = {"pass", "fail", "not_assessed"}
TRANS = {"in_trans", "in_trans_phased"}
OPEN_PHASES = {"probably_in_trans", "unknown", "likely_in_cis"}


@pytest.fixture(scope="session")
def fx_suite(tmp_path_factory):
    """Folder of the exported suite, and the lines of its expected.tsv."""
    folder = tmp_path_factory.mktemp("conformance")
    export(folder)
    return folder, read_expected(folder)


def differences(expected, answers):
    """Name the rows that were answered otherwise, with their families, rules and notes."""
    lines = []
    for one in expected:
        given = answers[one.row]
        if one.expected not in given:
            cells = ROWS[one.row].cells
            asked = " ".join(cells[n] for n in ("genotypes", "second", "second_genotypes")).strip()
            said = " or ".join(" ".join(filter(None, answer)) for answer in given)
            lines.append(
                f"{one.row} {one.mode} {one.penetrance} [{cells['pedigree']}] {asked}: "
                f"{' '.join(filter(None, one.expected))} expected, {said} given"
                f" ({cells['rule']}; {cells['note']})"
            )
    return lines


# --- raredx against the tables -------------------------------------------------------------------


@pytest.fixture(scope="session")
def fx_by_functions(fx_suite):
    folder, expected = fx_suite
    answers = {}
    for own in by_file(expected).values():
        answers |= judge_by_functions(folder, own)
    return answers


@pytest.fixture(scope="session")
def fx_by_program(fx_suite):
    folder, expected = fx_suite
    answers = {}
    with pytest.MonkeyPatch.context() as patch:
        # one gene table for the hundreds of runs
        patch.setattr("raredx.pipeline.plan.read_gene_table", gene_table)
        for own in by_file(expected).values():
            answers |= judge_by_program(folder, own)
    return answers


@pytest.mark.parametrize("topic", TOPICS)
def test_by_functions(fx_suite, fx_by_functions, topic):
    asked = [one for one in fx_suite[1] if one.topic == topic]
    assert asked
    assert differences(asked, fx_by_functions) == []


@pytest.mark.parametrize("topic", TOPICS)
def test_by_program(fx_suite, fx_by_program, topic):
    """A mode that fails has no row; otherwise the row's columns agree."""
    asked = [one for one in fx_suite[1] if one.topic == topic]
    assert differences(asked, fx_by_program) == []


def test_a_wrong_table_is_noticed(fx_suite, fx_by_functions):
    """The runner can fail: each expectation turned round is reported."""
    asked = fx_suite[1][:50]
    turned = [
        replace(one, expected=Answer("fail" if one.expected.outcome == "pass" else "pass"))
        for one in asked
    ]
    assert len(differences(turned, fx_by_functions)) == len(asked)


# --- the tables themselves -----------------------------------------------------------------------


def test_the_suite_is_large_and_covers_every_mode_and_answer():
    counted = Counter((r.cells["mode"], r.cells["expected"]) for r in ROWS.values())
    assert len(ROWS) >= 600
    assert set(counted) == {(mode, outcome) for mode in MODES for outcome in OUTCOMES}


def test_the_document_counts_the_rows():
    text = (TABLES.parents[1] / "docs" / "conformance.md").read_text(encoding="utf-8")
    assert f"\n{len(ROWS):,} small cases" in text


def test_each_row_is_a_case_of_its_own():
    names = [
        n for n in next(iter(ROWS.values())).cells if n not in ("id", "rule", "source", "note")
    ]
    judged = Counter(tuple(row.cells[n] for n in names) for row in ROWS.values())
    assert [key for key, count in judged.items() if count > 1] == []
    total = sum(len(read_table(path)) for path in TABLES.glob("*.tsv") if path.stem in TOPICS)
    assert len(ROWS) == total, "an id stands twice"


def test_no_case_has_two_answers():
    """The same family, calls and mode are answered the same, on any assembly."""
    answers: dict[tuple[str, ...], set[str]] = {}
    for row in ROWS.values():
        names = ("pedigree", "place", "variant", "allele", "genotypes", "second",
                 "second_genotypes", "mode", "penetrance")  # fmt: skip
        key = tuple(row.cells[n] for n in names)
        answers.setdefault(key, set()).add(row.cells["expected"] + row.cells["phase"])
    assert [key for key, found in answers.items() if len(found) > 1] == []


@pytest.mark.parametrize("topic", TOPICS)
def test_rows_are_well_formed(topic):
    for row in ROWS.values():
        if row.topic == topic:
            check_row(row)


def check_row(row: Row):
    cells = row.cells
    assert cells["mode"] in MODES, row.id
    assert cells["expected"] in OUTCOMES, row.id
    assert cells["penetrance"] in {"complete", "incomplete"}
    assert cells["rule"]
    assert cells["source"]
    is_pair = cells["mode"] in ("compound_het", "x_linked_compound_het")
    if is_pair:
        allowed = {"pass": TRANS, "fail": {"", "in_cis", "likely_in_cis"},
                   "not_assessed": TRANS | OPEN_PHASES}[cells["expected"]]  # fmt: skip
        assert cells["phase"] in allowed, row.id
        assert len(row.asked) == 2
    else:
        assert cells["phase"] == ""
    for site in row.sites:
        for call in site.calls.values():
            fields = call_fields(call, len(site.alts))
            numbers = [a for a in fields["GT"].replace("|", "/").split("/") if a != "."]
            assert all(int(a) <= len(site.alts) for a in numbers), call
            assert fields["AD"] == "." or len(fields["AD"].split(",")) == len(site.alts) + 1, call


# --- the exported files --------------------------------------------------------------------------


def test_the_same_tables_give_the_same_bytes(fx_suite, tmp_path):
    folder, _ = fx_suite
    export(tmp_path)
    names = sorted(path.name for path in folder.iterdir())
    assert names == sorted(path.name for path in tmp_path.iterdir())
    assert all((folder / n).read_bytes() == (tmp_path / n).read_bytes() for n in names)


def test_rows_do_not_share_positions_or_genes(fx_suite):
    folder, expected = fx_suite
    assert len({one.gene for one in expected}) == len(expected)
    for vcf in {one.vcf for one in expected}:
        lines = (folder / vcf).read_text(encoding="utf-8").splitlines()
        records = [line.split("\t") for line in lines if not line.startswith("#")]
        places: dict[tuple[str, ...], set[str]] = {}
        for chrom, pos, *_, info, _format in (r[:9] for r in records):
            places.setdefault((chrom, pos), set()).add(info.split("ROW=")[1].split(";")[0])
        assert all(len(rows) == 1 for rows in places.values())


def test_a_place_without_room_is_refused():
    places = read_places()
    edge = next(row for row in ROWS.values() if row.cells["place"] == "PAR1_last")
    with pytest.raises(ValueError, match=rf"no room for {edge.id} in PAR1_last"):
        lay_out([edge, edge], places)


def test_expected_positions_hold_the_asked_alleles(fx_suite):
    folder, expected = fx_suite
    for vcf, own in by_file(expected).items():
        lines = (folder / vcf).read_text(encoding="utf-8").splitlines()
        alleles = set()
        for line in lines:
            if not line.startswith("#"):
                chrom, pos, _, ref, alts = line.split("\t")[:5]
                alleles |= {(chrom, int(pos), ref, alt) for alt in alts.split(",")}
        for one in own:
            assert (one.chrom, *one.own) in alleles
            assert one.partner is None or (one.chrom, *one.partner) in alleles
