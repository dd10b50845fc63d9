"""Answers to the questions of a check: pass, fail, or not assessed and why."""

from __future__ import annotations

from raredx.columns.check_results import SiteSelection
from raredx.columns.check_statistics import Answer
from raredx.columns.records import dataclass
from raredx.settings import CheckSettings
from raredx.vocabulary import Outcome


@dataclass(frozen=True)
class Basis:
    """What every answer rests on: what the file holds, and the thresholds."""

    selection: SiteSelection
    settings: CheckSettings

    @property
    def why_not_compared(self) -> str:
        """Why genotypes of two people may not be compared; empty where they may."""
        return self.selection.why


def judged(question: str, ok: bool) -> Answer:
    """Answer pass or fail.

    Examples
    --------
    >>> judged("sex", True).outcome.name
    'PASS'
    """
    return Answer(question, Outcome.PASS if ok else Outcome.FAIL)


def not_assessed(question: str, reason: str) -> Answer:
    """Leave a question open, and say why.

    Examples
    --------
    >>> not_assessed("sex", "no variant on X").reason
    'no variant on X'
    """
    return Answer(question, Outcome.NOT_ASSESSED, reason)


def too_few(question: str, n: int, needed: int, what: str) -> Answer:
    """Leave a question open for want of data.

    Examples
    --------
    >>> too_few("kinship", 12, 500, "informative sites").reason
    '12 informative sites, 500 are needed'
    """
    return not_assessed(question, f"{n} {what}, {needed} are needed")
