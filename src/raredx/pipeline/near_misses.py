"""The near misses of a run: what the wider gate let pass, and what the questions dropped."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from raredx.columns.batch import VariantBatch, concatenate_batches
from raredx.columns.clinvar import ClinvarTable
from raredx.columns.near_misses import NearMissTable, empty_near_misses
from raredx.pipeline.family import FamilyEvidence, RunContext, calls_of, gather_evidence
from raredx.pipeline.few_near_misses import asks_few, with_few_questions
from raredx.pipeline.references import with_clinvar
from raredx.pipeline.rule_set_steps import ask_few
from raredx.scoring.describe_near_misses import NearMissContext, describe_near_misses
from raredx.scoring.evidence import Evidence
from raredx.scoring.judged import Judged
from raredx.scoring.mode_answers import judge_modes
from raredx.scoring.near_misses import NearScope, find_near_misses


def evidence_for_near_misses(
    read: VariantBatch, near: VariantBatch, context: RunContext
) -> Evidence:
    """Gather what was read, and what only the wider gate let pass, as one."""
    return gather_evidence(concatenate_batches([read, near]), context)


def near_misses_of(
    everything: Evidence,
    judged: Judged,
    context: RunContext,
    known: FamilyEvidence,
    reported: ClinvarTable | None = None,
) -> NearMissTable:
    """Find and describe the near misses of a judged family.

    What a ClinVar file tells of them is shown, and orders them; as in the ranking, it rescues
    none.
    """
    batch, rules = everything.batch, context.rules
    calls = calls_of(batch, judged.family, context)
    own = judged.evidence.batch
    shown = {_key(own, variant) for variant in set(judged.rows.variant.tolist())}
    is_shown = np.array([_key(batch, v) in shown for v in range(len(batch))], bool)
    genes = context.panels.green
    if not context.panels.n_panels:
        facts = known.tables.references.facts
        assert facts is not None
        genes = frozenset(np.flatnonzero(facts.panels > 0).tolist())
    scope = NearScope(genes, context.panels)
    answers = judge_modes(calls, rules.segregation)
    misses = find_near_misses(everything, calls, answers, scope, rules, is_shown)
    if asks_few(rules):
        places = {_key(batch, v): v for v in range(len(batch))}
        told = np.array([places[_key(own, v)] for v in range(len(own))], np.int64), judged.grade
        few = ask_few(everything, calls, context, known.tables.references, told)
        misses = with_few_questions(misses, few, calls, scope, is_shown)
    if reported is not None:
        everything = replace(everything, batch=with_clinvar(batch, reported))
    about = NearMissContext(
        everything, calls, context.codes, context.panels, rules, known.phenotype
    )
    return describe_near_misses(misses, about)


def _key(batch: VariantBatch, variant: int) -> tuple[str, int, str, str]:
    """Name a variant."""
    return (
        batch["contig"][variant], int(batch["position"][variant]), batch["ref"][variant],
        batch["alt"][variant],
    )  # fmt: skip


def join_near_misses(tables: list[NearMissTable]) -> NearMissTable:
    """Put the near misses of several families under each other."""
    joined = empty_near_misses()
    for table in tables:
        for name, column in joined.columns.items():
            column += table[name]
        joined.found.update(table.found)
    return joined
