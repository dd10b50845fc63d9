"""Close variants of one proband: one event, or a cluster that casts doubt on each.

Simultaneous mutations lie within about 100 bases of each other on one haplotype (Harris and
Nielsen 2014, doi:10.1101/gr.170696.113; about 3 % of new alleles, Besenbacher et al. 2016,
doi:10.1371/journal.pgen.1006315).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field, replace

import numpy as np
from numpy.typing import NDArray

from raredx.columns.batch import VariantBatch
from raredx.columns.candidates import CandidateRows
from raredx.columns.records import dataclass
from raredx.columns.sequences import ascending
from raredx.scoring.family_calls import FamilyCalls, parent_carries
from raredx.settings import DeNovoSettings
from raredx.vocabulary import UNKNOWN_INDEX, Mode

EVENT_MODES = (
    Mode.DE_NOVO, Mode.AUTOSOMAL_DOMINANT, Mode.X_LINKED_DOMINANT, Mode.Y_LINKED,
)  # fmt: skip
"""Modes in which one allele is enough, so that close variants may be one."""


@dataclass(frozen=True)
class Events:
    """Which rows belong to one event.

    Attributes
    ----------
    number : int64, shape (row,)
        Number of the event, -1 for a variant by itself.
    members : list of tuple of int
        Variants of each event, in the order of the genome.
    """

    number: NDArray[np.int64]
    members: list[tuple[int, ...]]

    def variants_of(self, row: int) -> tuple[int, ...]:
        """Give the variants of a row's event, none for a variant by itself."""
        number = int(self.number[row])
        return self.members[number] if number >= 0 else ()


@dataclass(frozen=True)
class _Allele:
    """What decides whether two alleles of the proband may lie on one haplotype."""

    variant: int
    contig: str
    position: int
    end: int
    phase_set: str
    haplotype: int
    origin: tuple[int, int]

    def in_trans(self, other: _Allele) -> bool:
        """Whether two alleles are known to lie on different haplotypes, or are one allele.

        Where they replace the same bases of REF, lie on opposite haplotypes of one phase set,
        or come each from another parent.
        """
        if max(self.position, other.position) <= min(self.end, other.end):
            return True
        if self._share_a_set(other):
            return self.haplotype != other.haplotype
        return {self.origin, other.origin} == {(1, 0), (0, 1)}

    def in_cis(self, other: _Allele) -> bool:
        """Whether two alleles are known to lie on one haplotype of one phase set."""
        return self._share_a_set(other) and self.haplotype == other.haplotype

    def _share_a_set(self, other: _Allele) -> bool:
        known = self.haplotype >= 0 and other.haplotype >= 0
        return known and bool(self.phase_set) and self.phase_set == other.phase_set


@dataclass
class _Chain:
    """Alleles of one event while it grows."""

    alleles: list[_Allele] = field(default_factory=list)
    end: int = 0

    def add(self, allele: _Allele) -> None:
        self.alleles.append(allele)
        self.end = max(self.end, allele.end)


def find_events(
    rows: CandidateRows, batch: VariantBatch, calls: FamilyCalls, settings: DeNovoSettings
) -> Events:
    """Find the events among the rows of each mode in which one allele is enough.

    A variant joins an event that it follows by at most `event_distance` bases, counted from
    the last base of REF, and with no member of which it is known to be in trans; if there
    are several, one with a member in cis, then the nearest. Modes, and complete and
    incomplete penetrance, are kept apart.
    """
    number = np.full(len(rows), UNKNOWN_INDEX, np.int64)
    members: list[tuple[int, ...]] = []
    for mode in EVENT_MODES:
        for complete in (True, False):
            here = np.flatnonzero((rows.mode == mode) & (rows.complete == complete))
            if here.size < 2:
                continue
            found = _chains(_alleles(ascending(rows.variant[here]), batch, calls), settings)
            for chain in found:
                own = tuple(allele.variant for allele in chain.alleles)
                if len(own) > 1:
                    number[here[np.isin(rows.variant[here], own)]] = len(members)
                    members.append(own)
    return Events(number, members)


def _alleles(variants: NDArray[np.int64], batch: VariantBatch, calls: FamilyCalls) -> list[_Allele]:
    """Read what matters of the proband's alleles, in the order of the genome."""
    sample = int(calls.samples[0])
    father, mother = (parent_carries(calls, p) for p in (calls.father, calls.mother))
    found = [
        _Allele(
            variant=v,
            contig=batch["contig"][v],
            position=int(batch["position"][v]),
            end=int(batch["position"][v]) + len(batch["ref"][v]) - 1,
            phase_set=batch["phase_set"][v, sample],
            haplotype=int(batch["haplotype"][v, sample]),
            origin=(int(father[v]), int(mother[v])),
        )
        for v in variants.tolist()
    ]
    ref, alt = batch["ref"], batch["alt"]
    return sorted(found, key=lambda a: (a.contig, a.position, ref[a.variant], alt[a.variant]))


def _chains(alleles: Iterable[_Allele], settings: DeNovoSettings) -> list[_Chain]:
    """Put alleles, in the order of the genome, into chains."""
    done: list[_Chain] = []
    near: list[_Chain] = []
    for allele in alleles:
        near = [
            chain for chain in near
            if chain.alleles[0].contig == allele.contig
            and allele.position - chain.end <= settings.event_distance
        ]  # fmt: skip
        open_to = [c for c in near if not any(allele.in_trans(a) for a in c.alleles)]
        with_cis = [c for c in open_to if any(allele.in_cis(a) for a in c.alleles)]
        if open_to:
            chain = max(with_cis or open_to, key=lambda c: c.end)
        else:
            chain = _Chain()
            near.append(chain)
            done.append(chain)
        chain.add(allele)
    return done


def join_de_novo(rows: CandidateRows, events: Events) -> CandidateRows:
    """Make the de novo rows of one event and one gene one candidate; numbers stay dense."""
    candidate = rows.candidate.copy()
    first: dict[tuple[int, int], int] = {}
    for row in np.flatnonzero((events.number >= 0) & (rows.mode == Mode.DE_NOVO)).tolist():
        key = int(events.number[row]), int(rows.gene[row])
        candidate[row] = first.setdefault(key, int(candidate[row]))
    dense = np.searchsorted(ascending(candidate), candidate)
    return replace(rows, candidate=dense.astype(np.int64))


def find_clusters(
    rows: CandidateRows, events: Events, batch: VariantBatch, settings: DeNovoSettings
) -> NDArray[np.bool_]:
    """Mark variants that crowd: too many separate de novo candidates within a short stretch.

    The variants of one event count once, at its first base.

    Returns
    -------
    bool, shape (variant,)
        Whether the variant is one of at least `cluster_candidates` within
        `cluster_distance` bases.
    """
    out = np.zeros(len(batch), bool)
    starts: dict[str, list[tuple[int, tuple[int, ...]]]] = {}
    for own in _separate(rows, events):
        start = min(int(batch["position"][v]) for v in own)
        starts.setdefault(batch["contig"][own[0]], []).append((start, own))
    for found in starts.values():
        found.sort()
        for n in range(len(found) - settings.cluster_candidates + 1):
            group = found[n : n + settings.cluster_candidates]
            if group[-1][0] - group[0][0] <= settings.cluster_distance:
                for _, own in group:
                    out[list(own)] = True
    return out


def _separate(rows: CandidateRows, events: Events) -> set[tuple[int, ...]]:
    """Give the variants of each de novo candidate: an event, or one variant by itself."""
    new = np.flatnonzero(rows.mode == Mode.DE_NOVO).tolist()
    return {events.variants_of(row) or (int(rows.variant[row]),) for row in new}
