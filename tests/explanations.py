"""Every allele of a file explained in one read, beside what the ranking of the same file says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from unittest import mock

import raredx.pipeline.rank
from raredx.columns.family import Family
from raredx.columns.trail import VariantTrail
from raredx.pipeline.explain_window import WindowReader, ask_window
from raredx.pipeline.inputs import InputList
from raredx.pipeline.plan import make_plan
from raredx.pipeline.rank import RunResult, rank
from raredx.pipeline.request import RankRequest
from raredx.pipeline.sample_tap import SampleAnswers, fill_unknown_sexes
from raredx.pipeline.trails import Asked, trail_of
from raredx.readers.htslib import catch_messages
from raredx.readers.vcf_file import VcfFile
from raredx.settings import read_ruleset, with_explained_share
from raredx.vocabulary import Outcome

FUNNEL = (
    "regions", "filter", "frequency", "consequence", "carried", "call_quality", "segregation",
    "de_novo_grade", "panel", "consequence_in_mode",
)  # fmt: skip


@dataclass(frozen=True)
class Both:
    """A ranking, and the trail of every allele that its file holds, one list for each allele."""

    result: RunResult
    told: SampleAnswers
    trails: list[list[VariantTrail]]
    asked: list[Asked]


def rank_in_memory(request: RankRequest) -> tuple[RunResult, SampleAnswers]:
    """Rank without an output; also give what the sample checks told."""
    kept: list[SampleAnswers] = []
    judge = raredx.pipeline.rank.judge_sample

    def listening(*args: Any) -> SampleAnswers:
        kept.append(judge(*args))
        return kept[-1]

    none: dict[str, Any] = dict(output=None, json=None, vcf_out=None)
    with mock.patch.object(raredx.pipeline.rank, "judge_sample", listening):
        result = rank(replace(request, **none), lambda *_: None)
    return result, kept[0]


def explain_all(request: RankRequest) -> Both:
    """Rank, and explain every allele, with what the sample checks of the ranking told."""
    result, told = rank_in_memory(request)
    loaded = with_explained_share(read_ruleset(request.ruleset), request.explained_share)
    with catch_messages() as messages:
        file = VcfFile(request.vcf, request.vcf_name, messages, exact=True)
        plan = make_plan(replace(request, near_misses="-"), file, loaded, InputList())
        contigs = tuple(file.header.contigs)
        file.close()
        families, _ = fill_unknown_sexes(plan.families, told.sexes)
        plan = replace(plan, families=families)
        window = WindowReader(request, messages, plan, contigs).read(())
        parents_of: Callable[[Family], Outcome] = told.parents_of
        asked = ask_window(request, plan, window, parents_of)
        trails = [[trail_of(one, row) for one in asked] for row in range(window.n_asked)]
    return Both(result, told, trails, asked)


def rows_of(result: RunResult) -> list[tuple[Any, ...]]:
    """Give what a trail tells of each row of the candidates."""
    table = result.table
    return sorted(
        (
            table["family_id"][row],
            "-".join(str(table[name][row]) for name in ("chrom", "pos", "ref", "alt")),
            table["gene"][row], table["mode"][row], table["penetrance"][row], table["tier"][row],
            table["score"][row], table["acmg_class"][row], table["partner"][row],
            table["reason"][row],
        )
        for row in range(len(table))
    )  # fmt: skip


def rows_explained(trails: list[list[VariantTrail]]) -> list[tuple[Any, ...]]:
    """Give the same of every row that the trails tell."""
    return sorted(
        (
            trail.family_id, trail.variant, row.gene, row.mode, row.penetrance, row.tier, row.score,
            row.acmg_class, row.partner, row.reason,
        )
        for allele in trails for trail in allele for row in trail.rows
    )  # fmt: skip


def dropped_by(result: RunResult) -> dict[str, int]:
    """Count the alleles that each question of a run dropped."""
    steps = result.document["counts"]["steps"]
    found = {step["question"]: step["failed"] + step["not_assessed"] for step in steps}
    return {question: n for question, n in found.items() if n}


def dropped_in(trails: list[list[VariantTrail]]) -> dict[str, int]:
    """Count the alleles by the question that their trails name: of any family the last."""
    found: Counter[str] = Counter()
    for allele in trails:
        if not any(trail.kept for trail in allele):
            found[max((trail.failed for trail in allele), key=FUNNEL.index)] += 1
    found.pop("regions", None)  # a run does not read, nor count, what lies outside
    return dict(found)


def contradictions(trails: list[list[VariantTrail]]) -> list[str]:
    """Say where a trail contradicts itself: its steps, its rows, its sentence."""
    found = []
    for trail in (trail for allele in trails for trail in allele):
        against = [step.question for step in trail.steps if step.is_against]
        found += [
            f"{trail.variant} is kept against {against}" for _ in [0] if trail.kept and against
        ]
        says_kept = trail.conclusion.startswith("It is a candidate")
        if says_kept != trail.kept or bool(trail.failed) == trail.kept:
            found.append(f"{trail.variant}: {trail.kept} {trail.failed} {trail.conclusion}")
        n_kept = 0
        for gene in trail.genes:
            own = [*against, *([gene.consequence.question] if gene.consequence.is_against else [])]
            for mode in gene.modes:
                every = [*own, *(step.question for step in mode.against)]
                n_kept += mode.kept
                where = f"{trail.variant} {gene.gene} {mode.mode} {mode.penetrance}"
                if mode.kept and every:
                    found.append(f"{where} is kept against {every}")
                if not mode.kept and not every and not mode.note:
                    found.append(f"{where} is dropped, but nothing says why")
        if bool(n_kept) != trail.kept:
            found.append(f"{trail.variant}: {n_kept} modes kept, {len(trail.rows)} rows")
    return found


def assert_agree(request: RankRequest) -> Both:
    """Ask for the same answers of the ranking and of the trails."""
    both = explain_all(request)
    assert rows_explained(both.trails) == rows_of(both.result)
    assert dropped_in(both.trails) == dropped_by(both.result)
    assert contradictions(both.trails) == []
    return both
