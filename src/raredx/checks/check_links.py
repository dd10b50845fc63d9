"""Whose sample is whose in the pedigrees: the pairs, duos, trios and families of a check."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from raredx.checks.expected_kinship import UNRELATED, expected_kinship, linked, relation
from raredx.columns.family import Pedigree, merge_linked
from raredx.columns.records import dataclass
from raredx.vocabulary import Karyotype, Sex


@dataclass(frozen=True)
class Kin:
    """What the pedigrees say of two samples.

    `kinship` and `kinship_max` are NaN, and `relation` empty, where they say nothing.
    """

    kinship: float
    kinship_max: float
    relation: str
    same_family: bool
    both_founders: bool


@dataclass(frozen=True)
class CheckLinks:
    """Samples joined to pedigrees by their ids.

    Attributes
    ----------
    samples : tuple of str
    pedigrees : tuple of Pedigree
        Those with at least one sample.
    family : int64, shape (sample,)
        Index in `pedigrees`, -1 for a sample in none.
    member : int64, shape (sample,)
        Index in the pedigree's members.
    parents : int64, shape (sample, 2)
        Samples of father and mother, -1 without.
    """

    samples: tuple[str, ...]
    pedigrees: tuple[Pedigree, ...]
    family: NDArray[np.int64]
    member: NDArray[np.int64]
    parents: NDArray[np.int64]

    def family_id(self, sample: int) -> str:
        """Family of a sample, empty for none."""
        number = int(self.family[sample])
        return self.pedigrees[number].family_id if number >= 0 else ""

    def sex(self, sample: int) -> Sex:
        """Sex of a sample by the pedigree."""
        number = int(self.family[sample])
        if number < 0:
            return Sex.UNKNOWN
        return Sex(self.pedigrees[number].sex[self.member[sample]])

    def karyotype(self, sample: int) -> Karyotype:
        """Sex chromosomes of a sample by the pedigree."""
        number = int(self.family[sample])
        if number < 0:
            return Karyotype.UNKNOWN
        return self.pedigrees[number].karyotype(int(self.member[sample]))

    def sex_on_x(self, sample: int) -> Sex:
        """Whether a sample inherits X like a man or a woman, by the pedigree."""
        number = int(self.family[sample])
        if number < 0:
            return Sex.UNKNOWN
        return Sex(self.pedigrees[number].sex_on_x[self.member[sample]])

    def of_family(self, number: int) -> list[int]:
        """List the samples of one pedigree, in the order of the file."""
        return [int(s) for s in np.flatnonzero(self.family == number)]

    @property
    def trios(self) -> list[tuple[int, int, int]]:
        """Samples of child, father and mother, in the order of the children."""
        rows = enumerate(self.parents.tolist())
        return [(child, f, m) for child, (f, m) in rows if f >= 0 and m >= 0]

    @property
    def duos(self) -> list[tuple[int, int, str]]:
        """Samples of child and parent, and the parent's role; those of trios included."""
        return [
            (child, parent, role)
            for child, row in enumerate(self.parents.tolist())
            for parent, role in zip(row, ("father", "mother"), strict=True)
            if parent >= 0
        ]

    def pairs(self, most: int) -> tuple[list[tuple[int, int]], int]:
        """List pairs of samples: all, or within families only where all are too many.

        Returns
        -------
        list of (int, int)
            First those within families, then those between, each in the order of the file.
        int
            How many pairs were left out.
        """
        everyone = list(combinations(range(len(self.samples)), 2))
        within = [(a, b) for a, b in everyone if self.family[a] == self.family[b] >= 0]
        chosen = within[:most]
        if len(everyone) <= most:
            known = set(within)
            chosen = within + [pair for pair in everyone if pair not in known]
        return chosen, len(everyone) - len(chosen)


def link_samples(samples: Sequence[str], pedigrees: Sequence[Pedigree]) -> CheckLinks:
    """Join samples to pedigrees by id; pedigrees that share people are merged first.

    Examples
    --------
    >>> from raredx.columns.family import singleton
    >>> links = link_samples(["S1", "S2"], [singleton("S1").pedigree])
    >>> links.family.tolist(), links.trios, links.pairs(10)
    ([0, -1], [], ([(0, 1)], 0))
    """
    place = {name: index for index, name in enumerate(samples)}
    kept = [p for p in merge_linked(pedigrees) if any(name in place for name in p.members)]
    family, member = np.full(len(samples), -1), np.full(len(samples), -1)
    parents = np.full((len(samples), 2), -1)
    for number, pedigree in enumerate(kept):
        for index, name in enumerate(pedigree.members):
            sample = place.get(name, -1)
            if sample < 0 or family[sample] >= 0:
                continue
            family[sample], member[sample] = number, index
            for side, column in enumerate((pedigree.father, pedigree.mother)):
                if column[index] >= 0:
                    parents[sample, side] = place.get(pedigree.members[column[index]], -1)
    return CheckLinks(tuple(samples), tuple(kept), family, member, parents)


class KinTable:
    """What the pedigrees say of any two samples; each pedigree is worked out once."""

    def __init__(self, links: CheckLinks) -> None:
        self._links = links
        self._kinship = [expected_kinship(p) for p in links.pedigrees]
        self._kinship_max = [expected_kinship(p, shared_unknowns=True) for p in links.pedigrees]
        self._linked = [linked(p) for p in links.pedigrees]
        self._known: dict[tuple[int, int], Kin] = {}

    def between(self, first: int, second: int) -> Kin:
        """Say how two samples are related. Samples of different families are strangers."""
        pair = min(first, second), max(first, second)
        if pair not in self._known:
            self._known[pair] = self._work_out(*pair)
        return self._known[pair]

    def _work_out(self, first: int, second: int) -> Kin:
        """Look two samples up in their pedigrees."""
        links = self._links
        number = int(links.family[first])
        if number < 0 or number != links.family[second]:
            stated = number >= 0 and links.family[second] >= 0
            value = 0.0 if stated else float("nan")
            return Kin(value, value, UNRELATED if stated else "", False, True)
        pedigree = links.pedigrees[number]
        a, b = int(links.member[first]), int(links.member[second])
        founders = all(pedigree.father[m] < 0 and pedigree.mother[m] < 0 for m in (a, b))
        if not self._linked[number][a, b]:
            return Kin(float("nan"), float("nan"), "", True, founders)
        kinship = float(self._kinship[number][a, b])
        most = float(self._kinship_max[number][a, b])
        word = relation(pedigree, a, b, kinship) if kinship else UNRELATED
        return Kin(kinship, most, word, True, founders)
