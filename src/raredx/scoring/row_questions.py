"""What a rule set asks of candidates beyond frequency and segregation, in order, and what drops.

Each question drops whole candidates: a partner goes along. An answer that is not known keeps
the row and is told. `gel` asks none of them.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from raredx.columns.acmg import Criterion
from raredx.columns.candidates import CandidateRows
from raredx.columns.counts import QUESTIONS
from raredx.columns.records import dataclass
from raredx.scoring.acmg_reported import judge_reported
from raredx.scoring.acmg_subject import AcmgReferences, gather_subject
from raredx.scoring.call_quality import judge_call_quality
from raredx.scoring.evidence import Evidence
from raredx.scoring.family_calls import FamilyCalls
from raredx.scoring.panel_match import AppliedPanels
from raredx.scoring.requirements import (
    ConsequenceFacts,
    asked_modes,
    judge_consequence_in_mode,
    judge_grade,
    judge_required_panel,
    kept_candidates,
)
from raredx.settings import RuleSet
from raredx.vocabulary import ConsequenceClass, Mode, Outcome

FAMILY_QUESTIONS = QUESTIONS[QUESTIONS.index("call_quality") :]
"""The questions that drop alleles in a family, in the order in which they are asked."""
ROW_QUESTIONS = FAMILY_QUESTIONS[2:]
"""Those of them that are asked of candidates."""

_SAME_RESIDUE = ("PM5", "PS1")


def asked_of_family(rules: RuleSet) -> tuple[str, ...]:
    """Name the questions that a rule set asks in a family, in order.

    Examples
    --------
    >>> from raredx.settings import read_ruleset
    >>> asked_of_family(read_ruleset("gel").rules), asked_of_family(read_ruleset("g2p").rules)
    (('segregation',), ('segregation', 'panel'))
    """
    asked = {
        "call_quality": rules.call_quality.asked_of != "nobody",
        "segregation": True,
        "de_novo_grade": rules.de_novo.kept_min_grade != "any",
        "panel": rules.panel.required != "none",
        "consequence_in_mode": asked_modes(rules.consequence.moderate_modes) != frozenset(Mode),
    }
    return tuple(question for question in FAMILY_QUESTIONS if asked[question])


@dataclass(frozen=True)
class RowFacts:
    """What the questions are answered with.

    Attributes
    ----------
    calls : FamilyCalls
    grade : int8, shape (variant,)
        `DeNovoGrade`.
    origin : int8, shape (variant, 2)
        Whether father and mother can have given each variant: 1, 0, -1 not known.
    panels : AppliedPanels
    references : AcmgReferences
        Tables in which other changes of a residue are looked up.
    """

    calls: FamilyCalls
    grade: NDArray[np.int8]
    origin: NDArray[np.int8]
    panels: AppliedPanels
    references: AcmgReferences

    @cached_property
    def inherited(self) -> NDArray[np.bool_]:
        """Whether a parent carries each variant."""
        return np.asarray((self.origin == 1).any(axis=1), bool)

    @cached_property
    def residues(self) -> dict[int, Outcome]:
        """PM5 or PS1 of rows of `VariantGenes`, as far as they were asked."""
        return {}

    @cached_property
    def _new(self) -> dict[str, NDArray[np.int8]]:
        return {}

    def is_new(self, evidence: Evidence, least: str, rules: RuleSet) -> NDArray[np.int8]:
        """Ask of every variant, as if it were de novo, whether its grade is enough; once."""
        if least not in self._new:
            batch, settings = evidence.batch, rules.de_novo
            self._new[least] = judge_grade(batch, self.calls, self.grade, least, settings)
        return self._new[least]


def ask_rows(
    question: str, rows: CandidateRows, evidence: Evidence, facts: RowFacts, rules: RuleSet
) -> NDArray[np.int8]:
    """Ask one of `ROW_QUESTIONS` of every row.

    Returns
    -------
    int8, shape (row,)
        `Outcome`.
    """
    if question == "panel":
        return judge_required_panel(rows, facts.panels, facts.origin, rules.panel)
    if question == "de_novo_grade":
        grade = facts.is_new(evidence, rules.de_novo.kept_min_grade, rules)
        new = rows.mode == Mode.DE_NOVO
        return np.where(new, grade[rows.variant], Outcome.PASS).astype(np.int8)
    about = ConsequenceFacts(
        facts.is_new(evidence, rules.de_novo.moderate_min_grade, rules),
        facts.inherited,
        _same_residue(rows, evidence, facts, rules),
    )
    return judge_consequence_in_mode(rows, evidence, about, rules)


def _same_residue(
    rows: CandidateRows, evidence: Evidence, facts: RowFacts, rules: RuleSet
) -> NDArray[np.int8]:
    """Say whether PM5 or PS1 holds for each row; asked of moderate consequences alone."""
    out = np.full(len(rows), Outcome.FAIL, np.int8)
    if not rules.consequence.moderate_with_pm5:
        return out
    moderate = evidence.genes.consequence_class[rows.pair] == ConsequenceClass.MODERATE
    known, references = facts.residues, facts.references
    for row in np.flatnonzero(moderate).tolist():
        pair = int(rows.pair[row])
        if pair not in known:
            known[pair] = judge_same_residue(evidence, pair, references, rules)
        out[row] = known[pair]
    return out


def judge_same_residue(
    evidence: Evidence, pair: int, references: AcmgReferences, rules: RuleSet
) -> Outcome:
    """Judge whether ClinVar knows a pathogenic missense change of the residue: PM5 or PS1.

    Returns
    -------
    Outcome
        NOT_ASSESSED where the residue cannot be looked up. FAIL for anything but a missense
        variant.
    """
    subject = gather_subject(evidence, pair, references, rules.acmg.missense_tool)
    if not subject.is_missense:
        return Outcome.FAIL
    said = [a for a in judge_reported(subject, references, rules.acmg) if a.code in _SAME_RESIDUE]
    if any(isinstance(answer, Criterion) for answer in said):
        return Outcome.PASS
    return Outcome.NOT_ASSESSED if said else Outcome.FAIL


class RowAnswers:
    """The answers of a family's rows so far, and where its variants were dropped.

    Attributes
    ----------
    call_quality : int8, shape (variant,)
        `Outcome`.
    reached : int8, shape (variant,)
        Place in `FAMILY_QUESTIONS` of the question at which the variant is dropped, where it is.
    """

    def __init__(self, evidence: Evidence, calls: FamilyCalls, rules: RuleSet) -> None:
        self._asked = asked_of_family(rules)
        self._rules = rules
        self._rows: dict[str, NDArray[np.int8]] = {}
        n = len(evidence.batch)
        self.call_quality = np.full(n, Outcome.PASS, np.int8)
        self.reached = np.full(n, FAMILY_QUESTIONS.index("segregation"), np.int8)
        if "call_quality" in self._asked:
            self.call_quality = judge_call_quality(
                evidence.batch, calls, evidence.known, rules.call_quality
            )
            self.reached[self.call_quality == Outcome.FAIL] = 0

    def ask(
        self, question: str, rows: CandidateRows, evidence: Evidence, facts: RowFacts
    ) -> NDArray[np.bool_]:
        """Ask a question where the rule set does, and say which rows it leaves."""
        if question not in self._asked:
            return np.full(len(rows), True)
        answers = ask_rows(question, rows, evidence, facts, self._rules)
        keep = kept_candidates(rows, answers)
        self._rows[question] = answers
        place = np.int8(FAMILY_QUESTIONS.index(question))
        np.maximum.at(self.reached, rows.variant[~keep], place)
        return keep

    def select(self, keep: NDArray[np.bool_]) -> None:
        """Keep the answers of some rows."""
        self._rows = {name: answers[keep] for name, answers in self._rows.items()}

    def open_of(self, rows: CandidateRows, row: int) -> list[str]:
        """Name the questions that a row, of those that are left, could not answer."""
        found = []
        for question in self._asked:
            answer = Outcome.PASS
            if question == "call_quality":
                answer = Outcome(int(self.call_quality[rows.variant[row]]))
            elif question in self._rows:
                answer = Outcome(int(self._rows[question][row]))
            if answer is Outcome.NOT_ASSESSED:
                found.append(question)
        return found
