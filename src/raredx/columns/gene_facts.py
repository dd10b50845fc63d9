"""What is known of each gene apart from its names: reported variants, validity, mechanism."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from raredx.columns.records import dataclass


@dataclass(frozen=True, eq=False, repr=False)
class GeneFacts:
    """One row for each row of the gene table.

    Attributes
    ----------
    plp, plp_missense, plp_loss : int32, shape (gene,)
        Pathogenic and likely pathogenic variants of at least two stars in ClinVar: all, missense,
        and loss of function (stop gained, frameshift, splice donor and acceptor, start lost).
    validity : int8, shape (gene,)
        `GeneValidity`: best of ClinGen and Gene2Phenotype over the diseases of the gene.
    loss_of_function : int8, shape (gene,)
        `Outcome`: whether loss of function is a known mechanism (Gene2Phenotype); NOT_ASSESSED
        where no source says anything, and where another mechanism is stated but ClinVar reports
        loss of function (`plp_loss` of at least three, and more than a tenth of `plp`).
    panels : int16, shape (gene,)
        Bundled PanelApp panels on which the gene is green.
    modes : int16, shape (gene,)
        Modes that the bundled PanelApp panels allow where the gene is green: bit n for `Mode` n;
        0 where they say nothing.
    about : tuple of str
        Sources with version and licence, a line each.
    """

    plp: NDArray[np.int32]
    plp_missense: NDArray[np.int32]
    plp_loss: NDArray[np.int32]
    validity: NDArray[np.int8]
    loss_of_function: NDArray[np.int8]
    panels: NDArray[np.int16]
    modes: NDArray[np.int16]
    about: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"GeneFacts({len(self.plp)} genes)"
