"""Which candidates of two runs are the same, and which appeared, vanished or moved?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import nan

from raredx.columns.records import dataclass
from raredx.columns.run_changes import (
    AddendChange,
    CandidateChange,
    Cause,
    Change,
    Difference,
    Ground,
    Reason,
)
from raredx.columns.runs import RunCandidate
from raredx.scoring.run_admissions import (
    Absence,
    Evidence,
    explain_absence,
    place_change,
)
from raredx.scoring.run_causes import ROUNDING, explain_move, row_causes

Candidates = Sequence[RunCandidate]
EvidenceOf = Callable[[RunCandidate, bool], Evidence]
"""Gives who can be asked about a candidate, and whether it is one of the new run."""

_NOBODY = RunCandidate("", "", "", "", "", 0, nan, nan, "", {})
"""Stands for the candidate that a run has not."""


@dataclass(frozen=True)
class Side:
    """The candidates of one run.

    Attributes
    ----------
    name : str
        The run, for words.
    families : frozenset of (str, str)
        Family and proband.
    candidates : tuple of RunCandidate
    """

    name: str
    families: frozenset[tuple[str, str]]
    candidates: tuple[RunCandidate, ...]


@dataclass(frozen=True)
class Changes:
    """What became of the candidates of two runs."""

    changes: tuple[CandidateChange, ...]
    unchanged: int
    other_columns: int


def compare_candidates(
    old: Side, new: Side, differences: Sequence[Difference], evidence: EvidenceOf
) -> Changes:
    """Match the candidates of two runs, and give each change with its cause.

    Candidates are the same where family, proband, mode, gene and the set of variants are.

    Parameters
    ----------
    old, new : Side
    differences : sequence of Difference
        Between the runs.
    evidence : callable
    """
    before = {one.key: one for one in old.candidates}
    after = {one.key: one for one in new.candidates}
    appeared = [_appeared(one, (old, new), differences, evidence)
                for key, one in after.items() if key not in before]  # fmt: skip
    vanished = [_vanished(one, (old, new), differences, evidence)
                for key, one in before.items() if key not in after]  # fmt: skip
    above = _Above(old.candidates), _Above(new.candidates)
    moved, same, other = [], 0, 0
    for key, one in before.items():
        if key not in after:
            continue
        change = _moved(one, after[key], differences, above)
        if change is not None:
            moved.append(change)
        else:
            same += 1
            other += bool(row_causes(one, after[key]))
    moved.sort(key=lambda one: (one.family_id, one.proband, one.rank_new))
    return Changes((*appeared, *vanished, *moved), same, other)


class _Above:
    """Who stands above a candidate of a run."""

    def __init__(self, candidates: Candidates) -> None:
        self.keys = {one.key for one in candidates}
        self._families: dict[tuple[str, str], list[RunCandidate]] = {}
        for one in candidates:
            self._families.setdefault((one.family_id, one.proband), []).append(one)

    def __call__(self, candidate: RunCandidate) -> dict[tuple[object, ...], str]:
        """Give keys and names."""
        own = self._families[candidate.family_id, candidate.proband]
        return {one.key: f"{one.gene} {one.mode}" for one in own if one.rank < candidate.rank}


def _moved(
    old: RunCandidate,
    new: RunCandidate,
    differences: Sequence[Difference],
    above: tuple[_Above, _Above],
) -> CandidateChange | None:
    """Compare one candidate of both runs; None where rank, tier, class and score are the same."""
    found = explain_move(old, new, differences)
    if found is not None:
        reason, addends = found
        return _change(Change.MOVED, old, new, reason, addends)
    if old.rank == new.rank and abs(old.score - new.score) <= ROUNDING:
        return None
    order = [one for one in differences if one.cause is Cause.RULE and one.what == "order"]
    if order:
        words = f"rule ({order[0].words})"
        reason = Reason(Cause.RULE, (Cause.RULE,), True, Ground.ORDER, words)
        return _change(Change.MOVED, old, new, reason)
    before, after = above[0](old), above[1](new)
    left = {
        name if key in above[1].keys else f"{name} ({Change.VANISHED.value})"
        for key, name in before.items()
        if key not in after
    }
    came = {
        name if key in above[0].keys else f"{name} ({Change.APPEARED.value})"
        for key, name in after.items()
        if key not in before
    }
    return _change(Change.MOVED, old, new, place_change(left, came, old.rank, new.rank))


def _appeared(
    one: RunCandidate,
    sides: tuple[Side, Side],
    differences: Sequence[Difference],
    evidence: EvidenceOf,
) -> CandidateChange:
    """Explain a candidate that only the new run has."""
    absence = _absence(one, sides[0], present_is_new=True)
    reason = explain_absence(absence, differences, evidence(one, True))
    return _change(Change.APPEARED, _NOBODY, one, reason)


def _vanished(
    one: RunCandidate,
    sides: tuple[Side, Side],
    differences: Sequence[Difference],
    evidence: EvidenceOf,
) -> CandidateChange:
    """Explain a candidate that only the old run has."""
    absence = _absence(one, sides[1], present_is_new=False)
    reason = explain_absence(absence, differences, evidence(one, False))
    return _change(Change.VANISHED, one, _NOBODY, reason)


def _absence(candidate: RunCandidate, side: Side, *, present_is_new: bool) -> Absence:
    """Look for a candidate in a run that has it not."""
    family = (candidate.family_id, candidate.proband)
    gene = candidate.hgnc_id or candidate.gene
    relatives = tuple(
        one
        for one in side.candidates
        if (one.family_id, one.proband) == family
        and (one.hgnc_id or one.gene) == gene
        and one.alleles & candidate.alleles
    )
    return Absence(candidate, side.name, present_is_new, family in side.families, relatives)


def _change(
    change: Change,
    old: RunCandidate,
    new: RunCandidate,
    reason: Reason,
    addends: tuple[AddendChange, ...] = (),
) -> CandidateChange:
    """Put a change together."""
    one = old if change is Change.VANISHED else new
    return CandidateChange(
        change=change,
        family_id=one.family_id,
        proband=one.proband,
        gene=one.gene,
        hgnc_id=one.hgnc_id,
        mode=one.mode,
        variants=tuple(variant.name for variant in one.ordered),
        rank_old=old.rank,
        rank_new=new.rank,
        tier_old=old.tier,
        tier_new=new.tier,
        class_old=old.acmg_class,
        class_new=new.acmg_class,
        score_old=old.score,
        score_new=new.score,
        reason=reason,
        addends=addends,
    )
