"""Genomics England tiers: which applied panel gives a candidate its best tier, and why.

One report event for each applied panel; the best tier is shown (clinical rules 2.1):

* Tier 1: green gene, mode fits, and a high impact, a de novo variant of moderate impact or
  in a non-coding gene, or a known pathogenic variant.
* Tier 2: green gene, mode fits, moderate impact or exon of a non-coding gene.
* Tier 3: the gene is not green on an applied panel.
* Untiered: the gene is green, but asks for another mode.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from raredx.columns.candidates import CandidateRows
from raredx.columns.records import dataclass
from raredx.scoring.evidence import Evidence
from raredx.scoring.panel_match import EXPRESSED_FROM, AppliedPanels, PanelEntry, judge_entry
from raredx.vocabulary import (
    DE_NOVO_GRADE_NAMES,
    ConsequenceClass,
    DeNovoGrade,
    Mode,
    Outcome,
    Tier,
)


@dataclass(frozen=True)
class ReportEvent:
    """What one applied panel makes of a row."""

    entry: PanelEntry
    fit: Outcome
    tier: Tier


@dataclass(frozen=True)
class TierFacts:
    """What decides the tier of a row, apart from panels."""

    consequence: ConsequenceClass
    known: bool
    strong_de_novo: bool


def tier_on_panel(facts: TierFacts, entry: PanelEntry, fit: Outcome) -> Tier:
    """Tier of a row on one panel that lists its gene.

    Loss of function in a gene where it is not the mechanism is not promoted: it counts as
    moderate.
    """
    if not entry.is_green:
        return _outside(facts)
    if fit is Outcome.FAIL:
        return Tier.UNTIERED
    strength = facts.consequence
    if strength is ConsequenceClass.HIGH and entry.lof_mechanism == "not_lof":
        strength = ConsequenceClass.MODERATE
    if strength is ConsequenceClass.HIGH or facts.known:
        return Tier.TIER1
    if strength is ConsequenceClass.NONE:
        return Tier.UNTIERED
    return Tier.TIER1 if facts.strong_de_novo else Tier.TIER2


def _outside(facts: TierFacts) -> Tier:
    """Tier outside the green genes; non-coding genes do not enter Tier 3."""
    coding = facts.consequence >= ConsequenceClass.MODERATE
    return Tier.TIER3 if coding or facts.known else Tier.UNTIERED


@dataclass(frozen=True)
class TierResult:
    """Tiers of all rows.

    Attributes
    ----------
    tier : int8, shape (row,)
        `Tier`.
    panel : int8, shape (row,)
        `Outcome` of the panel question; NOT_ASSESSED without panels.
    events : list
        Report events of each row, best first, then in the order of the panels.
    """

    tier: NDArray[np.int8]
    panel: NDArray[np.int8]
    events: list[list[ReportEvent]]


def judge_tiers(
    rows: CandidateRows,
    evidence: Evidence,
    grade: NDArray[np.int8],
    origin: NDArray[np.int8],
    panels: AppliedPanels,
    tier1_min_grade: str,
) -> TierResult:
    """Judge the tier of every row.

    Parameters
    ----------
    rows : CandidateRows
    evidence : Evidence
    grade : int8, shape (variant,)
        `DeNovoGrade`.
    origin : int8, shape (variant, 2)
        Whether father and mother can have given the variant.
    panels : AppliedPanels
    tier1_min_grade : str
        Weakest grade of a de novo variant that counts as one.
    """
    least = next(g for g in DeNovoGrade if DE_NOVO_GRADE_NAMES[g] == tier1_min_grade)
    tiers, outcomes = np.empty(len(rows), np.int8), np.empty(len(rows), np.int8)
    all_events = []
    for row in range(len(rows)):
        variant, mode = int(rows.variant[row]), Mode(int(rows.mode[row]))
        strength = ConsequenceClass(int(evidence.genes.consequence_class[rows.pair[row]]))
        facts = TierFacts(
            strength,
            bool(evidence.known[variant]),
            mode is Mode.DE_NOVO and grade[variant] >= least,
        )
        father, mother = (int(x) for x in origin[variant])
        events = []
        entries = panels.of(int(rows.gene[row]))
        green = {id(entry.panel) for entry in entries if entry.is_green}
        for entry in entries:
            if id(entry.panel) in green and not entry.is_green:
                continue  # the panel has the gene green by another row
            fit = judge_entry(entry, mode, (father, mother))
            if rows.imprinted[row] and fit is Outcome.PASS and entry.moi not in EXPRESSED_FROM:
                fit = Outcome.FAIL
            events.append(ReportEvent(entry, fit, tier_on_panel(facts, entry, fit)))
        # best first; then panels that state the mode in full, as the clinical ones do
        events.sort(key=lambda e: (e.tier, -int(e.fit), e.entry.panel.moi_source != "exact"))
        tier = events[0].tier if events else Tier.UNTIERED
        if len({id(event.entry.panel) for event in events}) < max(panels.n_panels, 1):
            tier = min(tier, _outside(facts))
        tiers[row] = tier
        outcomes[row] = _panel_outcome(events, panels.n_panels)
        all_events.append(events)
    return TierResult(tiers, outcomes, all_events)


def _panel_outcome(events: list[ReportEvent], n_panels: int) -> Outcome:
    """Answer the panel question over all events."""
    if not n_panels:
        return Outcome.NOT_ASSESSED
    fits = {event.fit for event in events}
    if Outcome.PASS in fits:
        return Outcome.PASS
    return Outcome.NOT_ASSESSED if Outcome.NOT_ASSESSED in fits else Outcome.FAIL
