"""Is the gene green on an applied panel, and does the mode fit what the panel asks for?"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from raredx.columns.panel import Panel
from raredx.columns.records import dataclass
from raredx.columns.sequences import among
from raredx.vocabulary import UNKNOWN_INDEX, Confidence, Mode, Moi, Outcome

_DOMINANT = frozenset({Mode.DE_NOVO, Mode.AUTOSOMAL_DOMINANT})
_RECESSIVE = frozenset({Mode.AUTOSOMAL_RECESSIVE_HOM, Mode.COMPOUND_HET})
_X_RECESSIVE = frozenset({Mode.X_LINKED_RECESSIVE, Mode.X_LINKED_COMPOUND_HET})

# Clinical rules 1.3 and 2.1 (PanelApp strings, GelReportModels enumeration).
ALLOWED: dict[Moi, frozenset[Mode]] = {
    Moi.MONOALLELIC: _DOMINANT,
    Moi.MONOALLELIC_NOT_IMPRINTED: _DOMINANT,
    Moi.MONOALLELIC_MATERNALLY_IMPRINTED: _DOMINANT,
    Moi.MONOALLELIC_PATERNALLY_IMPRINTED: _DOMINANT,
    Moi.BIALLELIC: _RECESSIVE,
    Moi.MONOALLELIC_AND_BIALLELIC: _DOMINANT | _RECESSIVE,
    Moi.MONOALLELIC_AND_MORE_SEVERE_BIALLELIC: _DOMINANT | _RECESSIVE,
    Moi.XLINKED_BIALLELIC: _X_RECESSIVE,
    # "hemizygous mutation in males, monoallelic in females": any allele in either sex
    Moi.XLINKED_MONOALLELIC: _X_RECESSIVE | {Mode.X_LINKED_DOMINANT, Mode.DE_NOVO},
    Moi.YLINKED: frozenset({Mode.Y_LINKED, Mode.DE_NOVO}),
    Moi.MITOCHONDRIAL: frozenset({Mode.MITOCHONDRIAL}),
    # one copy in an affected woman is too weak for a tier of its own
    Moi.UNKNOWN: frozenset(Mode) - {Mode.X_LINKED_HET_FEMALE},
}
EXPRESSED_FROM = {
    Moi.MONOALLELIC_MATERNALLY_IMPRINTED: "father",
    Moi.MONOALLELIC_PATERNALLY_IMPRINTED: "mother",
}
"""The parent whose allele an imprinted gene expresses."""


@dataclass(frozen=True)
class PanelEntry:
    """One gene on one applied panel."""

    panel: Panel
    confidence: Confidence
    moi: Moi
    lof_mechanism: str

    @property
    def is_green(self) -> bool:
        """Whether the evidence is diagnostic grade."""
        return self.confidence >= Confidence.GREEN

    @property
    def label(self) -> str:
        """Panel with version and confidence, as the report shows it."""
        version = f" v{self.panel.version}" if self.panel.version else ""
        return f"{self.panel.panel_id}{version} {self.panel.name} ({self.confidence.name.lower()})"


class AppliedPanels:
    """The panels of a run; the entries of a gene are looked up when they are asked for.

    Parameters
    ----------
    panels : sequence of Panel
        In the order given by the user; with none nothing is Tier 1 or 2.
    """

    def __init__(self, panels: Sequence[Panel]) -> None:
        self._panels = tuple(panels)
        self._entries: dict[int, list[PanelEntry]] = {}
        self._first = [0, *accumulate(len(panel) for panel in panels)]
        self._gene = np.concatenate([p.gene_index for p in panels] or [np.empty(0, np.int32)])
        self._order = np.argsort(self._gene, kind="stable")
        self._sorted = self._gene[self._order]
        confidence = np.concatenate([p.confidence for p in panels] or [np.empty(0, np.int8)])
        self._green = _genes(self._gene[confidence >= Confidence.GREEN])
        self._amber = _genes(self._gene[confidence >= Confidence.AMBER])

    @property
    def n_panels(self) -> int:
        """Number of panels applied."""
        return len(self._panels)

    def of(self, gene: int) -> list[PanelEntry]:
        """Give the entries of a gene, panels in their order.

        A gene that stands twice on a panel (two modes of inheritance) has two entries.
        """
        if gene not in self._entries:
            first, last = np.searchsorted(self._sorted, [gene, gene + 1])
            found = sorted(self._order[first:last].tolist()) if gene >= 0 else []
            self._entries[gene] = [self._entry(place) for place in found]
        return self._entries[gene]

    def _entry(self, place: int) -> PanelEntry:
        number = bisect_right(self._first, place) - 1
        panel, row = self._panels[number], place - self._first[number]
        confidence = Confidence(min(int(panel.confidence[row]), Confidence.GREEN))
        return PanelEntry(panel, confidence, panel.moi[row], panel.lof_mechanism[row])

    def is_green(self, gene: int) -> bool:
        """Whether the gene is green on an applied panel."""
        return gene in self._green

    @property
    def green(self) -> frozenset[int]:
        """Gene codes that are green on an applied panel."""
        return self._green

    @property
    def listed(self) -> frozenset[int]:
        """Gene codes that are green or amber on an applied panel."""
        return self._amber

    def imprinted(self) -> frozenset[int]:
        """Green genes of which a panel says that only one parent's allele is expressed."""
        found: set[int] = set()
        for panel in self._panels:
            said = among(panel.moi, EXPRESSED_FROM)
            if said.any():
                green = panel.confidence >= Confidence.GREEN
                found.update(panel.gene_index[said & green].tolist())
        return frozenset(found)


def _genes(codes: NDArray[np.int32]) -> frozenset[int]:
    """Give the distinct genes among codes; a gene that was not found is none."""
    known = codes[codes != UNKNOWN_INDEX]
    return frozenset(np.flatnonzero(np.bincount(known)).tolist())


def judge_entry(entry: PanelEntry, mode: Mode, origin: tuple[int, int]) -> Outcome:
    """Judge whether a mode fits a green entry of a panel.

    Parameters
    ----------
    entry : PanelEntry
    mode : Mode
    origin : (int, int)
        Whether father and mother carry the allele: 1, 0, or -1 not known.

    Returns
    -------
    Outcome
        FAIL for a gene that is not green or another mode. An imprinted gene asks for the
        expressed parent's allele; where the origin is not known it is NOT_ASSESSED.
    """
    if not entry.is_green or mode not in ALLOWED[entry.moi]:
        return Outcome.FAIL
    if entry.moi not in EXPRESSED_FROM:
        return Outcome.PASS
    father, mother = origin
    giver, other = (father, mother) if EXPRESSED_FROM[entry.moi] == "father" else (mother, father)
    if giver == 1 and other == 0:
        return Outcome.PASS
    if giver == 0 and other == 1:
        return Outcome.FAIL
    return Outcome.NOT_ASSESSED
