"""Runs of homozygosity of every sample, and uniparental segments of every trio."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from raredx.checks.trio_counts import Triple
from raredx.columns.check_results import CONTIG_LABELS, RohSegment, UpdSegment
from raredx.columns.genome import LAST_AUTOSOME
from raredx.columns.sites import SiteBatch
from raredx.kernels import roh, uniparental
from raredx.kernels.site_calls import AUTOSOMAL
from raredx.settings import CheckSettings

_NO_CONTIG = 126
"""Contig code of the row that closes what is open at the end."""


def site_table(batch: SiteBatch, kind: NDArray[np.int8]) -> NDArray[np.int64]:
    """Lay out kind, contig and position of every row for the kernels of segments."""
    return np.stack(
        [kind.astype(np.int64), batch["contig_code"].astype(np.int64), batch["position"]], axis=1
    )


def _last_row(n_samples: int) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """Make a row of a contig that is none, at which everyone is heterozygous."""
    return np.array([[AUTOSOMAL, _NO_CONTIG, 1]]), np.ones((1, n_samples), np.int8)


class RohFinder:
    """Runs of homozygosity, found batch by batch."""

    def __init__(self, n_samples: int, settings: CheckSettings) -> None:
        inside, outside = settings.roh_het_inside, settings.roh_het_outside
        self._limits = np.array(
            [
                math.log((1 - inside) / (1 - outside)), math.log(outside / inside),
                settings.roh_max_dip, settings.roh_max_gap, settings.roh_min_length,
                settings.roh_min_sites, settings.roh_min_score, inside,
            ]
        )  # fmt: skip
        self._state = np.zeros((n_samples, roh.N_RUN_STATE), np.int64)
        self._score = np.zeros((n_samples, 2))
        self._found: list[list[int]] = []

    def add(
        self, sites: NDArray[np.int64], af: NDArray[np.float64], codes: NDArray[np.int8]
    ) -> None:
        """Extend the runs over a batch."""
        rows = len(self._state) * (len(sites) // int(self._limits[roh.MIN_SITES]) + 2)
        out, out_n = np.zeros((rows, roh.N_ROH_COLUMNS), np.int64), np.zeros(1, np.int64)
        roh.extend_runs(codes, sites, af, self._limits, self._state, self._score, out, out_n)
        self._found += out[: out_n[0]].tolist()

    def finish(self, samples: Sequence[str]) -> tuple[RohSegment, ...]:
        """Close open runs, and give all by sample, contig and start."""
        sites, codes = _last_row(len(self._state))
        self.add(sites, np.full(1, np.nan), codes)
        return tuple(
            RohSegment(samples[i], CONTIG_LABELS[contig], start, end, hom, het, score / 1000)
            for i, contig, start, end, hom, het, score in sorted(self._found)
        )

    def covered(self, sample: int) -> int:
        """Autosomal length between neighbouring variants of a sample, long gaps left out."""
        return int(self._state[sample, roh.COVERED])


class UpdFinder:
    """Uniparental segments of trios, found batch by batch."""

    def __init__(self, trios: list[Triple], settings: CheckSettings) -> None:
        self._trios = np.array(trios, np.int64).reshape(-1, 3)
        self._settings = settings
        self._limits = np.array(
            [
                settings.upd_min_sites, settings.upd_list_length, settings.upd_max_dip,
                round(100 * settings.upd_min_share),
            ], np.int64,
        )  # fmt: skip
        self._state = np.zeros((2 * len(trios), uniparental.N_UPD_STATE), np.int64)
        self._origins = np.zeros((len(trios), _NO_CONTIG + 1, 4), np.int64)
        self._found: list[list[int]] = []

    def add(
        self, sites: NDArray[np.int64], depth: NDArray[np.int32], codes: NDArray[np.int8]
    ) -> None:
        """Extend the segments over a batch."""
        least = int(self._limits[uniparental.MIN_SITES])
        rows = len(self._state) * (len(sites) // least + 2)
        out, out_n = np.zeros((rows, uniparental.N_UPD_COLUMNS), np.int64), np.zeros(1, np.int64)
        uniparental.extend_segments(
            codes, sites, depth, self._trios, self._limits, self._state, out, out_n
        )
        uniparental.count_origins(codes, sites, self._trios, self._origins)
        self._found += out[: out_n[0]].tolist()

    def finish(self, samples: Sequence[str], mean_depth: Sequence[float]) -> tuple[UpdSegment, ...]:
        """Close open segments, and give all by trio, contig and start.

        Parameters
        ----------
        samples : sequence of str
        mean_depth : sequence of float
            Autosomal mean depth of each sample, NaN unknown.
        """
        sites, codes = _last_row(len(samples))
        self.add(sites, np.full((1, len(samples)), -1, np.int32), codes)
        rows = sorted(self._found, key=lambda row: (row[0], row[2], row[3], row[1]))
        return tuple(self._segment(row, samples, mean_depth) for row in rows)

    def thin_contigs(self, trio: int) -> list[str]:
        """Name the contigs with sites of a trio, but too few that tell whose alleles are there."""
        counts = self._origins[trio, : LAST_AUTOSOME + 1]
        told = counts[:, 1:].sum(axis=1)
        thin = (counts.sum(axis=1) > 0) & (told < self._settings.upd_min_sites)
        return [CONTIG_LABELS[int(contig)] for contig in np.flatnonzero(thin)]

    def _segment(
        self, row: list[int], samples: Sequence[str], mean_depth: Sequence[float]
    ) -> UpdSegment:
        """Describe one row of the kernel's output."""
        trio, side, contig, start, end, *counts = row
        uniparental_n, informative, to_hom, to_het, child_het, depth, depth_n = counts
        child = int(self._trios[trio, 0])
        told = int(self._origins[trio, contig, 1:].sum())
        ratio = depth / depth_n / mean_depth[child] if depth_n else math.nan
        settings = self._settings
        short = end - start + 1 < settings.upd_min_length
        usable = uniparental_n + to_hom + to_het
        no_het = child_het <= settings.iso_max_het * usable
        return UpdSegment(
            child=samples[child], contig=CONTIG_LABELS[contig], start=start, end=end,
            parent="mother" if side else "father",
            kind=self._kind(to_hom, to_het), informative=informative, uniparental=uniparental_n,
            parent_het_child_hom=to_hom, parent_het_child_het=to_het, child_het=child_het,
            contig_share=uniparental_n / told if told else math.nan, depth_ratio=ratio,
            deletion_suspected=no_het and (short or ratio <= settings.deletion_max_depth),
        )  # fmt: skip

    def _kind(self, to_hom: int, to_het: int) -> str:
        """Tell isodisomy from heterodisomy by the sites at which the giver is heterozygous."""
        if not to_hom + to_het:
            return "unclear"
        share = to_het / (to_hom + to_het)
        if share <= self._settings.iso_max_het:
            return "isodisomy"
        return "heterodisomy" if share >= self._settings.hetero_min_het else "mixed"
