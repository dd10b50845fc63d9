"""Near misses of rule sets that ask more than `gel`: poor calls, weak new alleles, panels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from raredx.columns.candidates import CandidateRows
from raredx.pipeline.family import imprinted_genes
from raredx.pipeline.rule_set_steps import FewAnswers, rows_in_mode
from raredx.scoring.call_quality import call_figures
from raredx.scoring.candidates import collect_candidates
from raredx.scoring.family_calls import FamilyCalls
from raredx.scoring.near_misses import NearMiss, NearScope, nearest
from raredx.scoring.requirements import asked_modes
from raredx.scoring.row_questions import ROW_QUESTIONS, asked_of_family
from raredx.settings import RuleSet
from raredx.vocabulary import UNKNOWN_INDEX, Mode, Outcome


def asks_few(rules: RuleSet) -> bool:
    """Whether a rule set asks more than `gel`, or fewer modes.

    Examples
    --------
    >>> from raredx.settings import read_ruleset
    >>> [asks_few(read_ruleset(name).rules) for name in ("gel", "slivar")]
    [False, True]
    """
    every = asked_modes(rules.segregation.modes) == frozenset(Mode)
    return asked_of_family(rules) != ("segregation",) or not every


def with_few_questions(
    misses: Sequence[NearMiss],
    few: FewAnswers,
    calls: FamilyCalls,
    scope: NearScope,
    shown: NDArray[np.bool_],
) -> list[NearMiss]:
    """Leave near misses that fail nothing else, and add those that fail one of the few questions.

    Parameters
    ----------
    misses : sequence of NearMiss
        Of the questions that every rule set asks.
    few : FewAnswers
        To the others, of everything that was read.
    calls : FamilyCalls
    scope : NearScope
    shown : bool, shape (variant,)
        Which variants are candidates already.
    """
    modes = asked_modes(few.context.rules.segregation.modes)
    left = [miss for miss in misses if miss.mode in modes and not _fails_more(miss, few)]
    if few.asked == ("segregation",):
        return left
    return nearest([*left, *_by_few(few, calls, scope, shown)])


def _fails_more(miss: NearMiss, few: FewAnswers) -> bool:
    """Whether a near miss fails one of the few questions too."""
    genes = few.evidence.genes
    partners: list[int] = []
    if miss.partner >= 0 and miss.question != "segregation":
        gene = genes.gene[miss.pair]
        at = np.flatnonzero((genes.variant == miss.partner) & (genes.gene == gene))
        partners = at.tolist()
    rows = rows_in_mode(few.evidence, [miss.pair], miss.mode, partners)
    return bool(_failing(few, rows).any())


def _failing(few: FewAnswers, rows: CandidateRows) -> NDArray[np.bool_]:
    """Say which of call quality and the questions of rows each row fails, (question, row)."""
    answers = [few.call_quality[rows.variant]]
    answers += [few.answer(question, rows) for question in ROW_QUESTIONS]
    return np.asarray(np.stack(answers) == Outcome.FAIL, bool)


def _by_few(
    few: FewAnswers, calls: FamilyCalls, scope: NearScope, shown: NDArray[np.bool_]
) -> list[NearMiss]:
    """Find what fails nothing that every rule set asks, and exactly one of the few questions."""
    evidence, context = few.evidence, few.context
    sound = (evidence.batch["filter_outcome"] != Outcome.FAIL) & calls.carried
    rows = collect_candidates(
        replace(evidence, reportable=evidence.reportable & sound[evidence.genes.variant]),
        calls,
        imprinted_genes(context),
        context.rules.segregation,
        relaxes_known=context.rules.known_pathogenic.incomplete_penetrance,
    )
    fails = _failing(few, rows)
    questions = ("call_quality", *ROW_QUESTIONS)
    found = []
    for candidate in np.unique(rows.candidate):
        own = np.flatnonzero(rows.candidate == candidate)
        failed = np.flatnonzero(fails[:, own].any(axis=1))
        if failed.size != 1:
            continue
        question = questions[int(failed[0])]
        for row in own.tolist():
            variant, gene = int(rows.variant[row]), int(rows.gene[row])
            near = gene in scope.genes or evidence.known[variant]
            near |= question == "panel" and gene in context.panels.listed
            if near and not shown[variant] and not evidence.near[rows.pair[row]]:
                mode, partner = Mode(int(rows.mode[row])), int(rows.partner[row])
                size = _size(few, calls, question, [int(v) for v in rows.variant[own]])
                partner = partner if partner != UNKNOWN_INDEX else -1
                found.append(NearMiss(int(rows.pair[row]), mode, question, size, partner))
    return found


def _size(few: FewAnswers, calls: FamilyCalls, question: str, variants: list[int]) -> float:
    """Say how far off it is: figures of calls that fail, otherwise one.

    A new allele whose reads are weak is nearer to that than to an inherited one that no parent has.
    """
    if question == "de_novo_grade":
        return 0.5
    if question != "call_quality":
        return 1.0
    settings = few.context.rules.call_quality
    return float(
        sum(
            figure.outcome is Outcome.FAIL
            for variant in variants
            for figure in call_figures(
                few.evidence.batch, calls, few.evidence.known, settings, variant
            )
        )
    )
