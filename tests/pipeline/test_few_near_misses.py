"""Near misses under rule sets that ask more than `gel`: their limits, and their questions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.test_rule_set_settings import (
    DE_NOVO_ONLY,
    GOOD,
    GREEN,
    HOM,
    KNOWN,
    QUALITY,
    WEAK_NEW,
    Case,
    line,
    write,
)
from raredx.pipeline.rank import rank

POOR = "1/1:0,40:40:19 0/1:20,20:40:99 0/1:20,20:40:99"
FITS = GREEN + "mode_must_fit = true"
HOMOZYGOTES = "[frequency]\nmax_homozygotes = { autosomal_recessive_hom = 5 }"
BY_MODE = "[frequency]\nby_mode = { autosomal_recessive_hom = 0.001 }"
MINED = QUALITY.format("proband", "min_gq = 20")
CASES = {
    # about: calls, what else of the line, setting, question, observed
    "GQ": (POOR, {}, MINED, "call_quality", "kid gq 19"),
    "GQ, and FILTER": (POOR, {"alt": "T;LowQual"}, MINED, "", ""),
    "amber": (HOM, {"gene": "TTN"}, GREEN, "panel", "TTN is only amber on the applied panels"),
    "amber, and GQ": (POOR, {"gene": "TTN"}, f"{MINED}\n{GREEN}", "", ""),
    "another mode": (HOM, {"gene": "FOXG1"}, FITS, "panel",
                     "FOXG1 is green, but for monoallelic on the applied panels"),
    "a weak new allele": (WEAK_NEW, {"gene": "FOXG1"}, '[de_novo]\nkept_min_grade = "high"',
                          "de_novo_grade", "weaker reads for a new allele"),
    "moderate impact": (HOM, {}, DE_NOVO_ONLY, "consequence_in_mode",
                        "missense_variant, autosomal recessive hom"),
    "homozygotes": (HOM, {"more": "gnomad_AF=0.0001;gnomad_nhomalt=6"}, HOMOZYGOTES,
                    "frequency", "6 homozygotes"),
    "far too many homozygotes": (HOM, {"more": "gnomad_AF=0.0001;gnomad_nhomalt=26"},
                                 HOMOZYGOTES, "", ""),
    "the limit of a mode": (HOM, {"more": "gnomad_AF=0.004"}, BY_MODE, "frequency",
                            "0.004 in gnomad"),
    "far beyond the limit of a mode": (HOM, {"more": "gnomad_AF=0.006"}, BY_MODE, "", ""),
    "a mode that is not asked": (
        "1/1:0,40:40:99 0/1:20,20:40:99 0/0:40,0:40:99", {},
        '[segregation]\nmodes = ["de_novo"]', "", ""),
}  # fmt: skip


def near_misses(folder, calls, how, setting):
    request = write(folder, Case("", (line(calls, **how),), setting, ""))
    request = replace(request, ruleset=str(folder / "mine.toml"), near_misses=str(folder / "n.tsv"))
    result = rank(request, lambda *_: None)
    return result.near_misses.rows(), len(result.table)


@pytest.mark.parametrize("about", CASES)
def test_near_miss(about, tmp_path):
    calls, how, setting, question, observed = CASES[about]
    found, n_kept = near_misses(tmp_path, calls, how, setting)
    assert n_kept == 0
    assert [(row["question"], row["observed"]) for row in found] == (
        [(question, observed)] if question else []
    )
    for row in found:
        assert row["threshold"]
        assert row["rule"].startswith("mine 1: ")
        assert row["needed"].startswith("It would be a candidate (")


def test_what_is_kept_is_no_near_miss(tmp_path):
    found, n_kept = near_misses(tmp_path, HOM, {"more": KNOWN}, DE_NOVO_ONLY)
    assert (found, n_kept) == ([], 1)
    assert near_misses(tmp_path, GOOD, {"gene": "FOXG1"}, FITS) == ([], 1)
