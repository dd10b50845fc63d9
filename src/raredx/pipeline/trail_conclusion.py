"""The one sentence at the end of a trail: what the variant is, or what would have to differ."""

from __future__ import annotations

from collections.abc import Iterable

from raredx.columns.records import dataclass
from raredx.columns.trail import GeneTrail, KeptRow, ModeTrail, Step
from raredx.vocabulary import Outcome

UNNAMED = "no rule names the consequence: shown only where homozygous or new"
"""Note of a mode in which a variant without a tiered consequence is not shown."""


@dataclass(frozen=True)
class _Way:
    """A gene and mode in which the variant could be a candidate, and what stands in its way."""

    against: tuple[Step, ...]
    note: str
    mode: str
    is_green: bool
    number: int
    words: str

    @property
    def order(self) -> tuple[int, bool, int]:
        """The nearest way comes first: the fewest obstacles, then on a panel, then as asked.

        That the proband's own genotype does not fit the mode is no near way; nor is it for an
        inherited allele to be new.
        """
        failing = [step for step in self.against if step.question == "segregation"]
        far = sum(
            2 if step.observed.startswith("against it: proband") else self.mode == "de_novo"
            for step in failing
        )
        return len(self.against) + bool(self.note) + far, not self.is_green, self.number


def conclude(
    steps: tuple[Step, ...], genes: tuple[GeneTrail, ...], rows: tuple[KeptRow, ...]
) -> str:
    """Say in one sentence what a variant is, or what would have to be different.

    Parameters
    ----------
    steps : tuple of Step
        What does not depend on gene and mode.
    genes : tuple of GeneTrail
    rows : tuple of KeptRow
        The candidates that it makes.
    """
    if rows:
        return _as_candidate(rows)
    against = [step for step in steps if step.is_against]
    ways = [
        _way(against, gene, mode, len(genes) * number + place)
        for place, gene in enumerate(genes)
        for number, mode in enumerate(gene.modes)
    ]
    if not ways:
        every = against + [g.consequence for g in genes if g.consequence.is_against][:1]
        if not genes:
            every.append(_NO_GENE)
        return f"It is not a candidate; it could only be one if {_needed(every)}."
    nearest = min(ways, key=lambda way: way.order)
    if not nearest.against:
        return f"It is not a candidate ({nearest.words}): {nearest.note or 'no row was made'}."
    needed = _needed(nearest.against)
    return f"It is not a candidate; it would be one ({nearest.words}) if {needed}."


_NO_GENE = Step(
    "consequence", Outcome.FAIL, "no consequence", "a gene", "", "",
    "the file's annotation said which gene it lies in and what it does there",
)  # fmt: skip


def _as_candidate(rows: tuple[KeptRow, ...]) -> str:
    best = min(rows, key=lambda row: (row.tier, -row.score))
    tier = "untiered" if best.tier == "untiered" else f"Tier {best.tier}"
    said = f"It is a candidate: {tier} in {best.gene}, {best.mode.replace('_', ' ')}"
    partner = f" with {best.partner}" if best.partner else ""
    if best.penetrance != "complete":
        partner += ", incomplete penetrance"
    return f"{said}{partner}."


def _way(against: list[Step], gene: GeneTrail, mode: ModeTrail, number: int) -> _Way:
    """Gather what stands against one gene and mode; each question once."""
    own = [*against, *([gene.consequence] if gene.consequence.is_against else [])]
    asked = {step.question for step in own}
    own += [step for step in mode.against if step.question not in asked]
    note = mode.note
    if note == UNNAMED and own:  # alone the note says it; beside others it is one obstacle more
        own.append(gene.consequence)
        note = ""
    green = any(s.question == "panel" and s.outcome is not Outcome.FAIL for s in mode.steps)
    words = f"{gene.gene}, {_mode_words(mode)}"
    return _Way(tuple(own), note, mode.mode, green, number, words)


def _mode_words(mode: ModeTrail) -> str:
    words = mode.mode.replace("_", " ")
    return words if mode.penetrance == "complete" else f"{words}, incomplete penetrance"


def _needed(steps: Iterable[Step]) -> str:
    """Join what each question needs."""
    return " and ".join(dict.fromkeys(step.needed for step in steps if step.needed))
