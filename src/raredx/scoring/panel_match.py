"""Is the gene green on an applied panel, and does the mode fit what the panel asks for?"""

from __future__ import annotations

from dataclasses import dataclass

from raredx.columns.panel import Panel
from raredx.vocabulary import Confidence, Mode, Moi, Outcome

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
    Moi.UNKNOWN: frozenset(Mode),
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
        return (
            f"{self.panel.panel_id} v{self.panel.version} {self.panel.name} "
            f"({self.confidence.name.lower()})"
        )


def index_panels(panels: list[Panel]) -> dict[int, list[PanelEntry]]:
    """List the panel entries of each gene code, panels in the order given.

    A gene that stands twice on a panel (two modes of inheritance) gives two entries.
    """
    found: dict[int, list[PanelEntry]] = {}
    for panel in panels:
        rows = zip(
            panel.gene_index.tolist(),
            panel.confidence.tolist(),
            panel.moi,
            panel.lof_mechanism,
            strict=True,
        )
        for gene, confidence, moi, mechanism in rows:
            if gene >= 0:
                entry = PanelEntry(panel, Confidence(min(confidence, 3)), moi, mechanism)
                found.setdefault(gene, []).append(entry)
    return found


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
