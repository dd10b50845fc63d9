"""The step that asks for a second allele: each partner, and those that are nearly one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from raredx.columns.records import dataclass
from raredx.columns.trail import Step
from raredx.pipeline.questions import VariantAnswers
from raredx.pipeline.rule_set_steps import FewAnswers
from raredx.pipeline.trail_steps import ANSWERS, frequency_words, variant_name
from raredx.scoring.evidence import Evidence
from raredx.scoring.family_calls import FamilyCalls
from raredx.scoring.pairs import PairAnswers, frequency_of_pairs, known_in_pairs
from raredx.scoring.question_rules import rule_of, source_of
from raredx.vocabulary import PHASE_NAMES, PHASE_REASON_NAMES, Outcome, Phase, PhaseReason

TOLD = 8
"""Partners of each kind that are told (our choice)."""


@dataclass(frozen=True)
class _Partner:
    """Another allele of the gene, and what the family says of the pair."""

    pair: int
    outcome: Outcome
    words: str


def own_failures(
    evidence: Evidence, answers: VariantAnswers, calls: FamilyCalls, few: FewAnswers
) -> NDArray[np.int64]:
    """Count, for each variant and gene, the questions that an allele of a pair fails by itself."""
    variant = evidence.genes.variant
    found = (answers.filter == Outcome.FAIL).astype(np.int64) + _too_common(evidence, calls)
    found += few.call_quality == Outcome.FAIL
    return np.asarray(found[variant] + ~evidence.reportable, np.int64)


def _too_common(evidence: Evidence, calls: FamilyCalls) -> NDArray[np.bool_]:
    """Say which variants are too frequent to be part of a pair."""
    common = frequency_of_pairs(evidence, calls) == Outcome.FAIL
    return np.asarray(common & ~known_in_pairs(evidence, calls), bool)


def pair_step(
    few: FewAnswers,
    asked: tuple[VariantAnswers, NDArray[np.bool_]],
    calls: FamilyCalls,
    pair: int,
    pairs: PairAnswers,
) -> tuple[Step, list[int]]:
    """Ask for a second allele of the gene that is not in cis.

    Parameters
    ----------
    few : FewAnswers
    asked : (VariantAnswers, bool of shape (variant,))
        What was answered, and which variants a run judges.
    pairs : PairAnswers
        Of the variant with all that may be a partner, nearly or not.

    Returns
    -------
    (Step, list of int)
        And the rows of `VariantGenes` with which it is a pair that the family does not exclude.
    """
    evidence, context = few.evidence, few.context
    answers, kept = asked
    genes = evidence.genes
    gene = context.codes.symbol(int(genes.gene[pair]))
    partners, nearly = [], []
    for partner in _partners(evidence, pair, pairs):
        other = int(genes.variant[partner.pair])
        failing = _failing(few, answers, calls, partner.pair)
        if kept[other] and not failing:
            partners.append(partner)
        elif failing and partner.outcome is not Outcome.FAIL:
            nearly.append(f"{partner.words}, but it fails {failing}")
    outcomes = {partner.outcome for partner in partners}
    best = Outcome.PASS if Outcome.PASS in outcomes else Outcome.FAIL
    if best is Outcome.FAIL and Outcome.NOT_ASSESSED in outcomes:
        best = Outcome.NOT_ASSESSED
    n_fit = sum(partner.outcome is not Outcome.FAIL for partner in partners)
    observed = f"no other allele of {gene} in the proband that fails no question"
    if partners:
        one = len(partners) == 1
        observed = f"{len(partners)} other allele{'' if one else 's'} of {gene}, {n_fit} of them "
        observed += "may be in trans"
    said = [f"{p.words}: {ANSWERS[p.outcome]}" for p in sorted(partners, key=_order)]
    step = Step(
        "segregation",
        best,
        observed,
        "a second allele of the gene, not in cis, fitting every member",
        rule_of("segregation", context.rules),
        source_of(context.rules),
        f"a second allele of {gene} in trans failed no question",
        (*_first(said, "partners"), *_first(sorted(nearly), "near partners")),
    )
    return step, [p.pair for p in partners if p.outcome is not Outcome.FAIL]


def _order(partner: _Partner) -> tuple[int, str]:
    return -int(partner.outcome), partner.words


def _first(words: list[str], kind: str) -> list[str]:
    more = [f"and {len(words) - TOLD} more {kind}"] if len(words) > TOLD else []
    return words[:TOLD] + more


def _partners(evidence: Evidence, pair: int, pairs: PairAnswers) -> list[_Partner]:
    """Give every allele that was paired with one."""
    found = []
    at = np.flatnonzero(pairs.rows == pair)
    for number in np.flatnonzero(np.isin(pairs.pairs, at).any(axis=1)).tolist():
        rows = [int(pairs.rows[place]) for place in pairs.pairs[number].tolist()]
        other = rows[1] if rows[0] == pair else rows[0]
        phase = PHASE_NAMES[Phase(int(pairs.phase[number]))].replace("_", " ")
        reason = PHASE_REASON_NAMES[PhaseReason(int(pairs.reason[number]))]
        name = variant_name(evidence.batch, int(evidence.genes.variant[other]))
        words = f"{name}: phase {phase} ({reason})"
        found.append(_Partner(other, Outcome(int(pairs.outcome[number])), words))
    return found


def _failing(few: FewAnswers, answers: VariantAnswers, calls: FamilyCalls, pair: int) -> str:
    """Name the questions that an allele fails by itself."""
    evidence = few.evidence
    batch, variant = evidence.batch, int(evidence.genes.variant[pair])
    found = []
    if answers.filter[variant] == Outcome.FAIL:
        found.append(f"filter (FILTER {batch['filters'][variant]})")
    if _too_common(evidence, calls)[variant]:
        found.append(f"frequency ({frequency_words(evidence, variant)})")
    if few.call_quality[variant] == Outcome.FAIL:
        found.append("call_quality")
    if not evidence.reportable[pair]:
        entry = int(evidence.genes.tier_entry[pair])
        found.append(f"consequence ({batch.transcripts.consequence[entry]})")
    return " and ".join(found)
