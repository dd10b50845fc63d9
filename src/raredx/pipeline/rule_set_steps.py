"""The steps of a trail that only some rule sets have: call quality, modes, panel, consequence.

The answers are those of `scoring.row_questions` and `scoring.call_quality`, asked of every variant
that was read, whatever else it fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from raredx.columns.candidates import CandidateRows
from raredx.columns.records import dataclass
from raredx.columns.trail import Step
from raredx.pipeline.family import RunContext
from raredx.scoring.acmg_subject import AcmgReferences
from raredx.scoring.call_quality import call_figures, judge_call_quality
from raredx.scoring.candidates import origin_of
from raredx.scoring.de_novo import doubt_improbable, grade_de_novo
from raredx.scoring.evidence import Evidence
from raredx.scoring.family_calls import FamilyCalls
from raredx.scoring.frequency import find_popmax
from raredx.scoring.posterior import de_novo_posterior
from raredx.scoring.question_rules import listed, rule_of, source_of
from raredx.scoring.requirements import asked_modes
from raredx.scoring.row_questions import ROW_QUESTIONS, RowFacts, ask_rows, asked_of_family
from raredx.vocabulary import (
    DE_NOVO_GRADE_NAMES,
    MODE_NAMES,
    UNKNOWN_INDEX,
    DeNovoGrade,
    Mode,
    Outcome,
    PhaseReason,
)

Told = tuple[NDArray[np.int64], NDArray[np.int8]]
"""Variants whose de novo grade is known from a run, and these grades."""


@dataclass(frozen=True)
class FewAnswers:
    """What only some rule sets ask, of every variant that was read.

    Attributes
    ----------
    evidence : Evidence
    context : RunContext
    call_quality : int8, shape (variant,)
        `Outcome`.
    facts : RowFacts or None
        None where nothing is asked of candidates.
    """

    evidence: Evidence
    context: RunContext
    call_quality: NDArray[np.int8]
    facts: RowFacts | None

    @property
    def asked(self) -> tuple[str, ...]:
        """Questions that the rule set asks in a family."""
        return asked_of_family(self.context.rules)

    def answer(self, question: str, rows: CandidateRows) -> NDArray[np.int8]:
        """Ask a question of rows; PASS where the rule set does not ask."""
        if question not in self.asked or self.facts is None:
            return np.full(len(rows), Outcome.PASS, np.int8)
        return ask_rows(question, rows, self.evidence, self.facts, self.context.rules)


def ask_few(
    evidence: Evidence,
    calls: FamilyCalls,
    context: RunContext,
    references: AcmgReferences,
    told: Told,
) -> FewAnswers:
    """Prepare the questions that only some rule sets ask.

    Parameters
    ----------
    evidence : Evidence
        Of every variant that was read.
    calls : FamilyCalls
    context : RunContext
    references : AcmgReferences
    told : (int64, int8)
        Variants that the run judged, and their de novo grades: clusters are known only there.
    """
    rules, n = context.rules, len(evidence.batch)
    asked = asked_of_family(rules)
    quality = np.full(n, Outcome.PASS, np.int8)
    if "call_quality" in asked:
        known = evidence.known
        quality = judge_call_quality(evidence.batch, calls, known, rules.call_quality)
    if not set(ROW_QUESTIONS).intersection(asked):
        return FewAnswers(evidence, context, quality, None)
    grade = _grades(evidence, calls, context)
    variants, grades = told
    grade[variants] = grades
    facts = RowFacts(calls, grade, origin_of(calls), context.panels, references)
    return FewAnswers(evidence, context, quality, facts)


def _grades(evidence: Evidence, calls: FamilyCalls, context: RunContext) -> NDArray[np.int8]:
    """Grade every variant as if it were de novo, and stood alone."""
    batch, rules = evidence.batch, context.rules
    popmax, _ = find_popmax(batch["af"], context.limits)
    probability = de_novo_posterior(batch, calls, popmax, rules.de_novo, rules.mosaic.error_rate)
    alone = np.zeros(len(batch), bool)
    grade, _ = doubt_improbable(
        grade_de_novo(batch, calls, rules.de_novo, alone), probability, rules.de_novo
    )
    return grade.copy()


def rows_in_mode(
    evidence: Evidence, pairs: Sequence[int], mode: Mode, partners: Sequence[int] = ()
) -> CandidateRows:
    """Make rows of variants in genes, as if they were candidates.

    Parameters
    ----------
    evidence : Evidence
    pairs : sequence of int
        Rows of `VariantGenes`.
    mode : Mode
    partners : sequence of int
        For each a row of `VariantGenes` with which it is a pair: two rows each. Without them each
        is a candidate by itself.
    """
    own = np.asarray(pairs, np.int64)
    other = np.asarray(partners, np.int64)
    variant = evidence.genes.variant
    candidate = np.arange(own.size, dtype=np.int64)
    partner = np.full(own.size, UNKNOWN_INDEX, np.int64)
    if other.size:
        partner = np.concatenate([variant[other], variant[own]])
        candidate, own = np.concatenate([candidate, candidate]), np.concatenate([own, other])
    n = own.size
    passes = np.full(n, Outcome.PASS, np.int8)
    return CandidateRows(
        candidate, own, variant[own], partner, evidence.genes.gene[own],
        np.full(n, mode, np.int8), np.full(n, True), np.full(n, False), passes, passes,
        np.zeros(n, np.int8), np.full(n, PhaseReason.NOTHING, np.int8),
    )  # fmt: skip


def call_quality_steps(few: FewAnswers, calls: FamilyCalls, variant: int) -> tuple[Step, ...]:
    """Ask the quality of the calls, where the rule set does; every figure is told."""
    rules = few.context.rules
    if "call_quality" not in few.asked:
        return ()
    known, settings = few.evidence.known, rules.call_quality
    figures = call_figures(few.evidence.batch, calls, known, settings, variant)

    def words(outcome: Outcome) -> list[str]:
        return [
            f"{f.member}: {f.name} {'missing' if f.observed is None else f'{f.observed:.3g}'}, "
            f"asked {f.threshold} ({f.setting})"
            for f in figures
            if f.outcome is outcome
        ]

    failing, missing = words(Outcome.FAIL), words(Outcome.NOT_ASSESSED)
    observed = "every figure is good enough"
    if failing:
        observed = "; ".join(failing)
    elif missing:
        observed = f"open: {'; '.join(missing)}"
    asked = dict.fromkeys(f"{figure.name} {figure.threshold}" for figure in figures)
    shown = (("fails", failing), ("not assessed", missing), ("passes", words(Outcome.PASS)))
    return (
        Step(
            "call_quality",
            Outcome(int(few.call_quality[variant])),
            observed,
            f"of the {settings.asked_of}: {listed(asked)}",
            rule_of("call_quality", rules),
            source_of(rules),
            "the calls were better: " + "; ".join(failing),
            tuple(f"{line}: {answer}" for answer, lines in shown for line in lines),
        ),
    )


def unasked_mode_step(mode: Mode, context: RunContext) -> Step | None:
    """Say that the rule set does not ask a mode; None where it does."""
    rules = context.rules
    if mode in asked_modes(rules.segregation.modes):
        return None
    name = MODE_NAMES[mode].replace("_", " ")
    return Step(
        "segregation",
        Outcome.FAIL,
        f"{rules.name} does not ask for {name}",
        f"one of the modes {', '.join(rules.segregation.modes)}",
        f"{rules.name} {rules.version}: segregation.modes",
        source_of(rules),
        f"the rule set asked for {name}",
    )


def unpaired_term_step(few: FewAnswers, pair: int) -> Step | None:
    """Say that the rule set pairs no variant of such a consequence; None where it does."""
    evidence, rules = few.evidence, few.context.rules
    if evidence.pairable is None or evidence.pairable[pair]:
        return None
    entry = int(evidence.genes.tier_entry[pair])
    terms = evidence.batch.transcripts.consequence[entry]
    return Step(
        "segregation",
        Outcome.FAIL,
        f"{terms} alone is not paired",
        f"another term than {', '.join(rules.consequence.not_in_pairs)}",
        f"{rules.name} {rules.version}: consequence.not_in_pairs",
        source_of(rules),
        "its consequence were one that is paired",
    )


def with_required_panel(step: Step, few: FewAnswers, rows: CandidateRows) -> Step:
    """Let the panel question drop, where the rule set asks for a panel.

    Parameters
    ----------
    step : Step
        The panel question as it decides the tier.
    few : FewAnswers
    rows : CandidateRows
        One row.
    """
    rules = few.context.rules
    if "panel" not in few.asked:
        return step
    level = rules.panel.required
    fits = ", for a mode of inheritance that fits" if rules.panel.mode_must_fit else ""
    return replace(
        step,
        outcome=Outcome(int(few.answer("panel", rows)[0])),
        threshold=f"at least {level} on an applied panel{fits}",
        rule=rule_of("panel", rules),
        drops=True,
    )


def row_steps(few: FewAnswers, rows: CandidateRows) -> tuple[Step, ...]:
    """Ask the de novo grade and the consequence under a mode, where the rule set does.

    Parameters
    ----------
    few : FewAnswers
    rows : CandidateRows
        One candidate by itself, or the pairs of one allele: the best of them is told.
    """
    found = []
    if "de_novo_grade" in few.asked and (rows.mode == Mode.DE_NOVO).any():
        found.append(_grade_step(few, rows))
    if "consequence_in_mode" in few.asked and len(rows):
        found.append(_consequence_step(few, rows))
    return tuple(found)


def _grade_step(few: FewAnswers, rows: CandidateRows) -> Step:
    """Ask whether the reads bear out that an allele is new."""
    rules, variant = few.context.rules, int(rows.variant[0])
    assert few.facts is not None
    grade = DE_NOVO_GRADE_NAMES[DeNovoGrade(int(few.facts.grade[variant]))] or "none"
    least, gq = rules.de_novo.kept_min_grade, rules.de_novo.parent_min_gq
    of_parents = f", GQ of the parents at least {gq:g}" if gq else ""
    return Step(
        "de_novo_grade",
        Outcome(int(few.answer("de_novo_grade", rows)[0])),
        f"grade {grade}",
        f"grade {least} or better{of_parents}",
        rule_of("de_novo_grade", rules),
        source_of(rules),
        f"its de novo grade were {least} or better{of_parents}",
    )


_ASCENDING = (Outcome.FAIL, Outcome.NOT_ASSESSED, Outcome.PASS)


def _worst(answers: NDArray[np.int8]) -> Outcome:
    """Give the answer of a candidate from those of its rows: all must pass."""
    return min((Outcome(int(answer)) for answer in answers), key=_ASCENDING.index)


def _consequence_step(few: FewAnswers, rows: CandidateRows) -> Step:
    """Ask whether the consequence is enough under the mode; of pairs, the best answer is told."""
    rules, evidence = few.context.rules, few.evidence
    answers = few.answer("consequence_in_mode", rows)
    best = max(
        (_worst(answers[rows.candidate == candidate]) for candidate in np.unique(rows.candidate)),
        key=_ASCENDING.index,
    )
    entry = int(evidence.genes.tier_entry[rows.pair[0]])
    mode = MODE_NAMES[Mode(int(rows.mode[0]))].replace("_", " ")
    modes = listed(name.replace("_", " ") for name in rules.consequence.moderate_modes)
    other = " (PM5)" if rules.consequence.moderate_with_pm5 else ""
    return Step(
        "consequence_in_mode",
        best,
        f"{evidence.batch.transcripts.consequence[entry]}, as {mode}",
        f"high impact or known pathogenic; moderate impact as {modes}"
        + (f", or at a residue with a known pathogenic change{other}" if other else ""),
        rule_of("consequence_in_mode", rules),
        source_of(rules),
        f"its impact were high, or enough as {mode}",
    )
