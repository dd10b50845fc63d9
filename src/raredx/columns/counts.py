"""How many alleles entered and left each question of a run."""

from __future__ import annotations

from dataclasses import field

from raredx.columns.records import dataclass

QUESTIONS = (
    "filter", "frequency", "carried", "consequence", "call_quality", "segregation",
    "de_novo_grade", "panel", "consequence_in_mode",
)  # fmt: skip
"""The questions that drop alleles, in the order in which they are asked."""

ALWAYS_ASKED = ("filter", "frequency", "carried", "consequence", "segregation")
"""Those of them that every rule set asks; the others are of some."""


def _zeros() -> dict[str, int]:
    return dict.fromkeys(QUESTIONS, 0)


@dataclass
class StepCounts:
    """Counts of one run.

    Attributes
    ----------
    records, alleles : int
        Records read, and ALT alleles in them that are sequences.
    not_sequence : int
        ALT alleles that are no sequence (`*`, symbolic, breakends) in records that passed
        the gate: not judged.
    unfiltered_records : int
        Records with FILTER `.`, kept and marked not assessed.
    common : int
        Alleles that the gate dropped by frequency alone; part of what frequency failed.
    failed, unassessable : dict
        Alleles dropped by each question: because it failed, or because there was nothing to
        answer it with.
    asked : tuple of str
        Questions that the rule set asks; the funnel shows these.

    Examples
    --------
    >>> counts = StepCounts(alleles=10)
    >>> counts.drop("filter", 4)
    >>> counts.drop("consequence", 1, assessed=False)
    >>> [(s["question"], s["alleles_in"], s["alleles_out"]) for s in counts.steps()][:3]
    [('filter', 10, 6), ('frequency', 6, 6), ('carried', 6, 6)]
    """

    records: int = 0
    alleles: int = 0
    not_sequence: int = 0
    unfiltered_records: int = 0
    common: int = 0
    failed: dict[str, int] = field(default_factory=_zeros)
    unassessable: dict[str, int] = field(default_factory=_zeros)
    asked: tuple[str, ...] = ALWAYS_ASKED

    def drop(self, question: str, n: int, *, assessed: bool = True) -> None:
        """Count alleles that leave at a question."""
        (self.failed if assessed else self.unassessable)[question] += n

    def steps(self) -> list[dict[str, str | int]]:
        """Describe the funnel, question by question."""
        steps: list[dict[str, str | int]] = []
        left = self.alleles + self.common
        for question in QUESTIONS:
            if question not in self.asked:
                continue
            failed = self.failed[question] + (self.common if question == "frequency" else 0)
            dropped = failed + self.unassessable[question]
            steps.append(
                {
                    "question": question,
                    "alleles_in": left,
                    "failed": failed,
                    "not_assessed": self.unassessable[question],
                    "alleles_out": left - dropped,
                }
            )
            left -= dropped
        return steps
