"""Mendelian errors of duos and trios, stated and imagined, and new variants of children."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
from numpy.typing import NDArray

from raredx.checks.check_links import CheckLinks
from raredx.columns.sites import SiteBatch
from raredx.kernels import mendel as kernels
from raredx.kernels.site_calls import AUTOSOMAL, OTHER_ALLELE
from raredx.settings import CheckSettings, DeNovoSettings

Triple = tuple[int, int, int]
"""Samples of a child, a father and a mother."""


def imagined_triples(
    samples: list[int], trios: list[Triple], *, all_permutations: bool
) -> list[Triple]:
    """List the trios that arise when samples of a family change places.

    All of them for a small family; otherwise those of single swaps.

    Examples
    --------
    >>> len(imagined_triples([0, 1, 2], [(0, 1, 2)], all_permutations=True))
    6
    >>> len(imagined_triples([0, 1, 2, 3], [(0, 1, 2)], all_permutations=False))
    7
    """
    if all_permutations:
        return [(c, f, m) for c, f, m in permutations(samples, 3)] if trios else []
    found = set(trios)
    for a, b in combinations(samples, 2):
        swap = {a: b, b: a}
        found |= {tuple(swap.get(s, s) for s in trio) for trio in trios}  # type: ignore[misc]
    return sorted(found)


class TrioCounts:
    """Counts of duos and trios, added to batch by batch."""

    def __init__(self, links: CheckLinks, settings: CheckSettings, de_novo: DeNovoSettings) -> None:
        self._de_novo, self._max_af = de_novo, settings.de_novo_max_af
        self.stated = links.trios
        self.triples, self.left_out = self._choose_triples(links, settings)
        self._place = {triple: number for number, triple in enumerate(self.triples)}
        self._triple_index = np.array(self.triples, np.int64).reshape(-1, 3)
        self._triple_counts = np.zeros((len(self.triples), kernels.N_SLOTS, 3), np.int64)
        self._pairs = self._choose_pairs(links, settings)
        self._pair_index = np.array(list(self._pairs), np.int64).reshape(-1, 2)
        self._pair_counts = np.zeros((len(self._pairs), kernels.N_SLOTS, 2), np.int64)
        self._new = np.zeros((len(self.stated), 3), np.int64)

    @staticmethod
    def _choose_triples(
        links: CheckLinks, settings: CheckSettings
    ) -> tuple[list[Triple], set[int]]:
        """Choose stated and imagined trios; families whose imagined ones are too many are out."""
        chosen, out = dict.fromkeys(links.trios), set()
        for number in range(len(links.pedigrees)):
            samples = links.of_family(number)
            trios = [t for t in links.trios if links.family[t[0]] == number]
            small = len(samples) <= settings.roles_all_permutations
            room = settings.max_triples - len(chosen)
            if not small and 3 * len(trios) * (len(samples) - 2) > room:
                out.add(number)  # each trio has so many: do not even list them
                continue
            found = imagined_triples(samples, trios, all_permutations=small)
            if len(found) > room:
                out.add(number)
            else:
                chosen |= dict.fromkeys(found)
        return list(chosen), out

    def _choose_pairs(
        self, links: CheckLinks, settings: CheckSettings
    ) -> dict[tuple[int, int], int]:
        """Give numbers to stated duos, and to all pairs where a child has one parent only.

        Families with too many such pairs are left out of trying other places.
        """
        pairs = {(min(child, parent), max(child, parent)) for child, parent, _ in links.duos}
        for child, row in enumerate(links.parents.tolist()):
            if (row[0] < 0) != (row[1] < 0):
                samples = links.of_family(int(links.family[child]))
                if len(samples) * (len(samples) - 1) // 2 > settings.max_pairs:
                    self.left_out.add(int(links.family[child]))
                else:
                    pairs |= set(combinations(samples, 2))
        return {pair: number for number, pair in enumerate(sorted(pairs))}

    def add(self, batch: SiteBatch, kind: NDArray[np.int8], codes: NDArray[np.int8]) -> None:
        """Count a batch."""
        contig = batch["contig_code"]
        kernels.count_trios(codes, kind, contig, self._triple_index, self._triple_counts)
        kernels.count_duos(codes, kind, contig, self._pair_index, self._pair_counts)
        autosomal = (kind == AUTOSOMAL) | (kind == OTHER_ALLELE)
        for number, trio in enumerate(self.stated):
            child, father, mother = (codes[:, s] for s in trio)
            new = autosomal & (child == 1) & (father == 0) & (mother == 0)
            self._count_new(batch, np.flatnonzero(new), number)

    def _count_new(self, batch: SiteBatch, rows: NDArray[np.int64], number: int) -> None:
        """Count new genotypes that the reads bear out, and those without reads to judge by."""
        samples, rule = list(self.stated[number]), self._de_novo
        alt = batch["alt_reads"][rows][:, samples].astype(np.int64)
        ref = batch["ref_reads"][rows][:, samples].astype(np.int64)
        gq, depth = batch["gq"][rows][:, samples], batch["depth"][rows][:, samples]
        known = (alt >= 0).all(axis=1) & (ref >= 0).all(axis=1) & (depth >= 0).all(axis=1)
        share = alt / np.maximum(alt + ref, 1)
        good = known & (depth >= rule.high_min_depth).all(axis=1)
        good &= (np.isnan(gq) | (gq >= rule.high_min_gq)).all(axis=1)
        good &= (share[:, 0] >= rule.min_alt_fraction) & (share[:, 0] <= rule.max_alt_fraction)
        good &= alt[:, 1] + alt[:, 2] <= rule.max_parental_alt_reads
        good &= (share[:, 1:] <= rule.max_parental_alt_fraction).all(axis=1)
        af = batch["af"][rows]
        rare = ~(af >= self._max_af)
        snv = batch["is_snv"][rows]
        self._new[number] += [
            int((good & rare & snv).sum()), int((good & rare & ~snv).sum()),
            int((~known & rare).sum()),
        ]  # fmt: skip

    def of_triple(self, triple: Triple) -> NDArray[np.int64]:
        """Give the counts of a stated or imagined trio: slot, then what was counted."""
        return np.asarray(self._triple_counts[self._place[triple]])

    def of_duo(self, first: int, second: int) -> NDArray[np.int64]:
        """Give the counts of two samples: slot, then informative and opposite."""
        return np.asarray(self._pair_counts[self._pairs[min(first, second), max(first, second)]])

    def new_variants(self, number: int) -> tuple[int, int, int]:
        """Give a stated trio's new SNVs, other new alleles, and those without reads."""
        snvs, others, without = self._new[number].tolist()
        return snvs, others, without
