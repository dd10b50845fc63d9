"""Kinship of every pair of samples: KING-robust, with its standard error."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from raredx.checks.check_links import CheckLinks
from raredx.columns.records import dataclass
from raredx.columns.sites import SiteBatch
from raredx.kernels import relatedness as kernels
from raredx.kernels.site_calls import AUTOSOMAL
from raredx.settings import CheckSettings

BLOCK = 10_000_000
"""Length of a block of the genome, in bases, for standard errors. Our choice."""
GENOME_BLOCKS = 300
"""Blocks of the 22 autosomes of GRCh38."""
_BLOCKS_PER_CONTIG = 100


@dataclass(frozen=True)
class PairCounted:
    """Counts of one pair over sites usable in both, and the estimates made of them.

    Attributes
    ----------
    table : int64, shape (3, 3)
        Sites by the genotype of the first and of the second.
    squares : int64, shape (3,)
        Sums over blocks: see `kernels.relatedness`.
    same_family : bool
    """

    table: NDArray[np.int64]
    squares: NDArray[np.int64]
    same_family: bool

    @property
    def ibs(self) -> tuple[int, int, int]:
        """Sites with no, one and two alleles alike, those without any ALT left out."""
        one = self.table[0, 1] + self.table[1, 0] + self.table[1, 2] + self.table[2, 1]
        opposite = self.table[0, 2] + self.table[2, 0]
        return int(opposite), int(one), int(self.table[1, 1] + self.table[2, 2])

    @property
    def both_het(self) -> int:
        """Sites at which both are heterozygous."""
        return int(self.table[1, 1])

    @property
    def hets(self) -> tuple[int, int]:
        """Heterozygous sites of the first and of the second."""
        return int(self.table[1].sum()), int(self.table[:, 1].sum())

    @property
    def informative(self) -> int:
        """Sites with a heterozygote, or with opposite homozygotes."""
        return sum(self.hets) - self.both_het + self.ibs[0]

    @property
    def kinship(self) -> float:
        """KING-robust kinship, NaN without heterozygotes.

        Manichaikul 2010 (doi:10.1093/bioinformatics/btq559): equation 9 within a family,
        equation 11 between families, which guards against differing heterozygosity.
        """
        first, second = self.hets
        shared = self.both_het - 2 * self.ibs[0]
        if self.same_family:
            return shared / (first + second) if first + second else math.nan
        least = min(first, second)
        return 0.5 + (2 * shared - first - second) / (4 * least) if least else math.nan

    @property
    def standard_error(self) -> float:
        """Of the ratio within a family; NaN without heterozygotes.

        From the spread of blocks about the ratio, which knows of linked sites; at least that
        of independent sites, for a file of few blocks.
        """
        hets = sum(self.hets)
        if not hets:
            return math.nan
        shared = self.both_het - 2 * self.ibs[0]
        squared, product, hets_squared = (int(x) for x in self.squares)
        spread = squared * hets**2 - 2 * shared * hets * product + shared**2 * hets_squared
        one_het = hets - 2 * self.both_het
        independent = (
            self.both_het * (hets - 2 * shared) ** 2
            + one_het * shared**2
            + 4 * self.ibs[0] * hets**2
        )
        return math.sqrt(max(spread, independent)) / hets**2

    @property
    def r0(self) -> float:
        """Opposite homozygotes over sites where both are heterozygous; NaN without."""
        return self.ibs[0] / self.both_het if self.both_het else math.nan


class PairCounts:
    """Counts of every pair, added to batch by batch."""

    def __init__(self, links: CheckLinks, settings: CheckSettings) -> None:
        self.pairs, self.left_out = links.pairs(settings.max_pairs)
        self._links = links
        self._index = np.array(self.pairs, np.int64).reshape(-1, 2)
        self._open = np.full(1, -1, np.int64)
        self._joint = np.zeros((len(self.pairs), kernels.N_JOINT), np.int64)
        self._before = self._joint.copy()
        self._squares = np.zeros((len(self.pairs), kernels.N_SQUARES), np.int64)
        self._blocks: set[int] = set()

    def add(self, batch: SiteBatch, kind: NDArray[np.int8], codes: NDArray[np.int8]) -> None:
        """Count a batch."""
        block = batch["contig_code"].astype(np.int64) * _BLOCKS_PER_CONTIG
        block += batch["position"] // BLOCK
        self._blocks.update(block[kind == AUTOSOMAL].tolist())
        kernels.count_pairs(
            codes, kind, block, self._index, self._open, self._joint, self._before, self._squares
        )

    @property
    def genome_share(self) -> float:
        """Share of the autosomes, in blocks, in which there was a site."""
        return min(1.0, len(self._blocks) / GENOME_BLOCKS)

    def finish(self) -> list[PairCounted]:
        """Close the last block, and give the counts of every pair."""
        kernels.close_block(self._joint, self._before, self._squares)
        links, used = self._links, slice(1, 4)
        return [
            PairCounted(
                joint.reshape(4, 4)[used, used], squares,
                bool(links.family[a] == links.family[b] >= 0),
            )
            for (a, b), joint, squares in zip(
                self.pairs, self._joint, self._squares, strict=True
            )
        ]  # fmt: skip
