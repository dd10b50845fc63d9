"""Comparing rule sets: what each keeps is what a ranking under it keeps, however the file is read."""

from __future__ import annotations

import csv
import itertools
import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from raredx.columns.counts import QUESTIONS
from raredx.columns.ruleset_comparison import COMPARED_FIELDS, KEPT, VERDICT_FIELDS
from raredx.errors import SettingsError
from raredx.pipeline.compare_rulesets import check_labels, compare_rulesets
from raredx.pipeline.rank import rank
from raredx.pipeline.request import RankRequest
from raredx.readers.bcf_sieve import BcfSieve
from raredx.readers.gate import Gate, join_gates
from raredx.readers.sieve import Sieve
from raredx.report.ruleset_comparison_text import summary_lines
from raredx.settings import list_rulesets

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "data" / "demo"
SCHEMA = ROOT / "src" / "raredx" / "data" / "schemas" / "ruleset_comparison.schema.json"
FAMILY = RankRequest(
    vcf=str(DEMO / "family.vcf.gz"), ped=DEMO / "family.ped", panels=("all",), output=None,
    command="raredx compare-rulesets --panel all family.vcf.gz",
)  # fmt: skip
EVERY = tuple(list_rulesets())
FOUR = ("gel", "slivar", "talos", "g2p")


def silent(*_: object) -> None:
    pass


def compare(request, names, folder, **options):
    """Compare; give the comparison, and what was written."""
    asked = replace(request, output=str(folder / "x.tsv"), json=str(folder / "x.json"), **options)
    found = compare_rulesets(asked, names, silent)
    return found, (folder / "x.tsv").read_text(), (folder / "x.json").read_text()


@pytest.fixture(scope="module")
def fx_all(tmp_path_factory):
    return compare(FAMILY, EVERY, tmp_path_factory.mktemp("all"))


def ranked(request: RankRequest) -> dict[tuple[object, ...], tuple[object, ...]]:
    """Rank; give rank, tier and mode of the best candidate of each variant and gene."""
    table = rank(request, silent).table
    found: dict[tuple[object, ...], tuple[object, ...]] = {}
    for row in range(len(table)):
        place = tuple(table[n][row] for n in ("family_id", "chrom", "pos", "ref", "alt", "gene"))
        found.setdefault(place, tuple(table[name][row] for name in ("rank", "tier", "mode")))
    return found


def kept(found, label):
    place = found.labels.index(label)
    return {
        tuple(row.cells[n] for n in ("family_id", "chrom", "pos", "ref", "alt", "gene")): (
            row.verdicts[place].rank, row.verdicts[place].tier, row.verdicts[place].mode,
        )
        for row in found.rows
        if row.verdicts[place].is_kept
    }  # fmt: skip


@pytest.mark.parametrize("name", EVERY)
def test_what_is_kept_is_what_a_ranking_keeps(fx_all, name):
    assert kept(fx_all[0], name) == ranked(replace(FAMILY, ruleset=name))


@pytest.mark.parametrize("name", EVERY)
def test_what_is_kept_of_a_real_trio(fx_shared, name, tmp_path):
    folder = fx_shared / "data" / "families" / "scout_643594"
    request = replace(FAMILY, vcf=str(folder / "643594.clinical.vcf.gz"), ped=folder / "643594.ped")
    found, _, _ = compare(request, (name, "gel-incomplete" if name == "gel" else "gel"), tmp_path)
    assert kept(found, name) == ranked(replace(request, ruleset=name))


def test_every_verdict_says_what_was_observed_and_asked(fx_all):
    verdicts = [v for row in fx_all[0].rows for v in row.verdicts]
    assert {v.verdict for v in verdicts} <= {KEPT, *QUESTIONS}
    assert len({v.verdict for v in verdicts}) > 5
    for verdict in verdicts:
        said = verdict.observed, verdict.threshold, verdict.rule
        assert all(said) if not verdict.is_kept else said == ("", "", ""), verdict


def test_at_least_one_keeps_each_row(fx_all):
    assert all(any(v.is_kept for v in row.verdicts) for row in fx_all[0].rows)


@pytest.mark.parametrize("way", ["scan", "threads", "exact", "small batches"])
def test_every_way_of_reading_gives_the_same_bytes(fx_all, way, monkeypatch, tmp_path):
    if way in ("scan", "threads"):
        monkeypatch.setattr(Sieve, "pays", lambda self: True)
        monkeypatch.setattr(BcfSieve, "pays", lambda self: True)
    options = {"exact": {"exact": True}, "small batches": {"batch_rows": 7},
               "threads": {"threads": 3}}.get(way, {})  # fmt: skip
    assert compare(FAMILY, EVERY, tmp_path, **options)[1:] == fx_all[1:]


def test_the_order_of_the_rule_sets_changes_no_verdict(tmp_path):
    one, *_ = compare(FAMILY, FOUR, tmp_path)
    other, *_ = compare(FAMILY, FOUR[::-1], tmp_path)
    assert [row.verdicts for row in one.rows] == [row.verdicts[::-1] for row in other.rows]
    assert [row.cells for row in one.rows] == [row.cells for row in other.rows]


def test_tsv(fx_all):
    found, text, _ = fx_all
    lines = text.splitlines()
    heading = [line for line in lines if line.startswith("##")]
    rows = list(csv.DictReader(lines[len(heading) :], delimiter="\t", quoting=csv.QUOTE_NONE))
    names = [field.name for field in COMPARED_FIELDS]
    names += [f"{field.name}_{name}" for name in EVERY for field in VERDICT_FIELDS]
    assert list(rows[0]) == names
    assert len(rows) == len(found.rows)
    assert [row["kept_by"].split(";") for row in rows] == [found.kept_by(r) for r in found.rows]
    assert [f"##raredx_comparison={line}" for line in summary_lines(found)] == [
        line for line in heading if line.startswith("##raredx_comparison=")
    ]
    command = (
        "raredx compare-rulesets --panel all g2p gel gel-incomplete slivar talos family.vcf.gz"
    )
    assert f"##raredx_command={command}" in heading


def test_json_fits_its_schema(fx_all):
    document = json.loads(fx_all[2])
    jsonschema.validate(document, json.loads(SCHEMA.read_text()))
    assert document["counts"] == fx_all[0].counts()
    assert [one["label"] for one in document["rulesets"]] == list(EVERY)
    assert set(document["variants"][0]["verdicts"]) == set(EVERY)


def test_counts_agree_with_the_rows(fx_all):
    found = fx_all[0]
    counts, own = found.counts(), [set(found.kept_by(row)) for row in found.rows]
    assert counts["kept_by_all"] == sum(one == set(EVERY) for one in own)
    for label in EVERY:
        assert counts["kept"][label] == sum(label in one for one in own)
        assert counts["kept_alone"][label] == sum(one == {label} for one in own)
        dropped = sum(counts["dropped_by"][label].values())
        assert dropped + counts["kept"][label] == counts["variants_and_genes"]
    pairs = [(two["first"], two["second"], two["both"]) for two in counts["agreement"]]
    assert pairs == [
        (a, b, sum({a, b} <= one for one in own)) for a, b in itertools.combinations(EVERY, 2)
    ]


def test_a_file_of_ones_own_with_other_filters(tmp_path):
    """A FILTER that only one of the rule sets lets pass."""
    gel = (ROOT / "src" / "raredx" / "data" / "rulesets" / "gel.toml").read_text()
    own = gel.replace('pass_filters = ["PASS"]', 'pass_filters = ["PASS", "LowQual"]')
    (tmp_path / "own.toml").write_text(own)
    path = str(tmp_path / "own.toml")
    found, *_ = compare(FAMILY, ("gel", path), tmp_path)
    assert kept(found, "own") == ranked(replace(FAMILY, ruleset=path))
    assert kept(found, "gel") == ranked(FAMILY)


def test_pseudonyms_leave_no_name(tmp_path):
    key = tmp_path / "key"
    key.write_bytes(b"0123456789abcdef" * 4)
    _, text, json_text = compare(FAMILY, ("gel", "g2p"), tmp_path, pseudonyms=key)
    document = json.loads(json_text)
    people = {"proband", "father", "mother", "DEMO"}
    texts = [str(v) for row in document["variants"] for v in (row["family_id"], row["proband"])]
    texts += [v["observed"] for row in document["variants"] for v in row["verdicts"].values()]
    assert any("father " in one for one in texts)  # the role stays, the name goes
    assert people.isdisjoint(texts)
    assert not any(f"{name} {name}" in one for one in texts for name in people)
    rows = [line for line in text.splitlines() if not line.startswith("##")]
    assert people.isdisjoint({cell for line in rows[1:] for cell in line.split("\t")})


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ((), "rule sets: 0 rule sets cannot be compared"),
        (("gel",), "rule sets: 1 rule set cannot be compared"),
        (("gel", "slivar", "gel"), "gel: is the name of two rule sets"),
        (("a/mine.toml", "b/mine.toml"), "mine: is the name of two rule sets"),
    ],
)
def test_rule_sets_that_cannot_be_compared(names, message):
    with pytest.raises(SettingsError) as fault:
        check_labels(names)
    assert str(fault.value).startswith(message)


def gate(**changes):
    plain = Gate(
        frozenset({"PASS"}), {"gnomad": 0.01, "exac": 0.02}, 0.05, ("missense_variant",),
        ("missense_variant",), ((0, 1, 2),),
    )  # fmt: skip
    return replace(plain, **changes)


def test_gates_are_joined_to_the_loosest():
    other = gate(
        pass_filters=frozenset({"q10"}), limits={"gnomad": 0.5}, known_limit=0.01,
        terms=("stop_gained",), near=True, listed=frozenset({7}), splice_limit=0.2,
        any_filter=True, open_on_mt=True,
    )  # fmt: skip
    found = join_gates([gate(), other])
    assert found.several == (gate(), other)
    assert replace(found, several=()) == gate(
        pass_filters=frozenset({"PASS", "q10"}), limits={"gnomad": 0.5},
        terms=("missense_variant", "stop_gained"), near=True, listed=frozenset({7}),
        splice_limit=0.2, any_filter=True, open_on_mt=True,
    )  # fmt: skip
