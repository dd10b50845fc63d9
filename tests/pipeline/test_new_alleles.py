"""The case `new_alleles` through the whole run: what its rows share, and what they say."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from raredx.pipeline.rank import rank
from raredx.pipeline.request import RankRequest

CASE = Path(__file__).resolve().parents[1] / "cases" / "rank" / "new_alleles"


def run(folder, **changes):
    """Rank the case; give the rows and the path of the JSON."""
    request = RankRequest(
        vcf=str(CASE / "input.vcf"), ped=CASE / "family.ped",
        panels=(str(CASE.parent / "panel.tsv"),), output=str(folder / "out.tsv"),
        json=str(folder / "out.json"), command="raredx rank", **changes,
    )  # fmt: skip
    rank(request, lambda *_: None)
    lines = (folder / "out.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if not line.startswith("##")]
    return list(csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture(scope="module")
def fx_case(tmp_path_factory):
    folder = tmp_path_factory.mktemp("new_alleles")
    return run(folder), json.loads((folder / "out.json").read_text(encoding="utf-8"))


def new_rows(rows, gene):
    return [row for row in rows if (row["gene"], row["mode"]) == (gene, "de_novo")]


def test_an_event_is_one_candidate(fx_case):
    rows, document = fx_case
    first, second = new_rows(rows, "SCN1A")
    assert first["event"] == second["event"] == "chr2-66000000-C-T+chr2-66000003-C-T"
    assert [first[k] for k in ("rank", "candidate_id", "score")] == [
        second[k] for k in ("rank", "candidate_id", "score")
    ]
    assert first["partner"] == second["partner"] == ""
    (own,) = [
        candidate
        for family in document["families"]
        for candidate in family["candidates"]
        if candidate["candidate_id"] == first["candidate_id"]
    ]
    assert [variant["pos"] for variant in own["variants"]] == [66000000, 66000003]
    assert [variant["event"] for variant in own["variants"]] == [first["event"]] * 2


def test_the_score_of_an_event_is_that_of_its_best_variant(fx_case):
    """A stop and a missense beside it: as the stop alone, without losing to the mean."""
    rows, _ = fx_case
    found = {row["gene"]: row for row in rows if row["mode"] == "de_novo"}
    effect = {gene: float(row["score_effect"]) for gene, row in found.items()}
    score = {gene: float(row["score"]) for gene, row in found.items()}
    assert effect["SCN1A"] > effect["SCN2A"] == effect["STXBP1"]
    assert score["SCN1A"] > max(score["SCN2A"], score["STXBP1"])
    (stop,) = [row for row in rows if (row["gene"], row["mode"]) == ("SCN1A", "compound_het")
               and "stop_gained" in row["consequence"]]  # fmt: skip
    assert float(stop["score_effect"]) == effect["SCN1A"] / 2  # a pair has the mean


def test_a_sibling_who_shares_it_is_named(fx_case):
    rows, _ = fx_case
    (row,) = new_rows(rows, "STXBP1")
    assert "also in sibling bro: a parent's germline may carry it" in row["reason"]
    assert [r["gene"] for r in rows if "shared_by_siblings" in r["flags"]] == ["STXBP1"]


def test_an_allele_of_a_mosaic_mother_is_not_new(fx_case):
    """CHD7: the mother, called heterozygous on 5 of 40 reads, carries it: it is not new."""
    rows, _ = fx_case
    assert new_rows(rows, "CHD7") == []


def test_likelihoods_overrule_clean_reads(fx_case):
    rows, _ = fx_case
    (doubted,) = new_rows(rows, "KCNQ2")
    (clean,) = new_rows(rows, "SCN2A")
    assert float(doubted["de_novo_posterior"]) < 0.5 < float(clean["de_novo_posterior"])


def test_only_new_alleles_have_a_probability(fx_case):
    rows, _ = fx_case
    assert {row["mode"] for row in rows if row["de_novo_posterior"]} == {"de_novo"}


@pytest.mark.parametrize("batch_rows", [1, 3])
def test_an_event_across_batches(fx_case, tmp_path, batch_rows):
    assert run(tmp_path, batch_rows=batch_rows) == fx_case[0]
