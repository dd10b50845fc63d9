"""Do the samples of a family fit best where the pedigree puts them?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations

from raredx.checks.answers import Basis, judged, not_assessed, too_few
from raredx.checks.check_links import CheckLinks
from raredx.checks.sample_answers import sex_of
from raredx.checks.trio_counts import TrioCounts
from raredx.checks.trio_stats import AUTOSOMES
from raredx.columns.check_results import Assignment, RoleFit
from raredx.columns.check_statistics import Answer, SampleStats
from raredx.kernels import mendel as kernels
from raredx.settings import CheckSettings
from raredx.vocabulary import Sex

_MISMATCH_WEIGHT = 0.05
"""Mendelian errors per site that weigh as much as one sample of the wrong sex. Our choice: half
of what a wrong parent makes."""
_TIE, _BETTER = 0.002, 0.02
"""Differences of that cost: up to the first, assignments fit equally well; from the second on,
one fits better. Our choice."""


class _Family:
    """The samples of one pedigree, and how well they fit any places."""

    def __init__(
        self, links: CheckLinks, counts: TrioCounts, samples: Sequence[SampleStats], number: int
    ) -> None:
        self.samples = links.of_family(number)
        self._counts, self._stats = counts, samples
        self._trios = [t for t in links.trios if links.family[t[0]] == number]
        in_trios = {(t[0], p) for t in self._trios for p in t[1:]}
        self._duos = [
            (child, parent) for child, parent, _ in links.duos
            if links.family[child] == number and (child, parent) not in in_trios
        ]  # fmt: skip

    @property
    def has_parents(self) -> bool:
        """Whether any child has a parent among the samples."""
        return bool(self._trios or self._duos)

    def places(self, settings: CheckSettings) -> Iterator[dict[int, int]]:
        """Give every way to put samples into places that is tried, as stated first."""
        if len(self.samples) <= settings.roles_all_permutations:
            for order in permutations(self.samples):
                yield dict(zip(self.samples, order, strict=True))
            return
        yield {s: s for s in self.samples}
        for a, b in combinations(self.samples, 2):
            yield {s: s for s in self.samples} | {a: b, b: a}

    def fit(self, put: dict[int, int]) -> Assignment:
        """Count errors and sex mismatches with samples in other places."""
        informative = errors = 0
        for child, father, mother in self._trios:
            slots = self._counts.of_triple((put[child], put[father], put[mother]))
            informative += int(slots[AUTOSOMES, kernels.INFORMATIVE].sum())
            errors += int(slots[AUTOSOMES, kernels.ERRORS].sum())
        for child, parent in self._duos:
            slots = self._counts.of_duo(put[child], put[parent])
            informative += int(slots[AUTOSOMES, kernels.INFORMATIVE].sum())
            errors += int(slots[AUTOSOMES, kernels.ERRORS].sum())
        mismatches = 0
        for place, sample in put.items():
            stated = self._stats[place]
            seen = self._stats[sample].sex
            wanted = sex_of(stated.stated_karyotype, stated.stated_sex)
            mismatches += Sex.UNKNOWN not in (seen, wanted) and seen is not wanted
        names = tuple((self._stats[p].sample, self._stats[s].sample) for p, s in put.items())
        return Assignment(names, informative, errors, mismatches)


def cost(assignment: Assignment) -> float:
    """Weigh errors per site and samples of the wrong sex together.

    Examples
    --------
    >>> round(cost(Assignment((), 1000, 10, 1)), 3)
    0.06
    """
    rate = assignment.errors / assignment.informative if assignment.informative else 0.0
    return rate + _MISMATCH_WEIGHT * assignment.sex_mismatches


def fit_roles(
    links: CheckLinks, counts: TrioCounts, samples: Sequence[SampleStats], basis: Basis
) -> tuple[RoleFit, ...]:
    """Try other places for the samples of every family that has a child with a parent.

    All permutations of a small family, single swaps of a larger one.
    """
    out = []
    for number in range(len(links.pedigrees)):
        family = _Family(links, counts, samples, number)
        if not family.has_parents:
            continue
        stated = family.fit({s: s for s in family.samples})
        fits = [stated]
        if number not in counts.left_out:
            fits = [family.fit(put) for put in family.places(basis.settings)]
        least = min(cost(fit) for fit in fits)
        equal = [fit for fit in fits if cost(fit) <= least + _TIE]
        best = tuple(sorted(equal, key=lambda fit: len(fit.moved)))
        out.append(
            RoleFit(
                family_id=links.pedigrees[number].family_id, tried=len(fits), stated=stated,
                best=best, answers=(_answer(stated, best, len(fits), basis),),
            )
        )  # fmt: skip
    return tuple(out)


def _answer(stated: Assignment, best: Sequence[Assignment], tried: int, basis: Basis) -> Answer:
    """Say whether the stated places are as good as any that fits."""
    settings = basis.settings
    if basis.why_not_compared:
        return not_assessed("roles", basis.why_not_compared)
    if tried < 2:
        return not_assessed("roles", "too many trios to try other places")
    if stated.informative < settings.mendel_min_sites:
        return too_few("roles", stated.informative, settings.mendel_min_sites, "informative sites")
    if not min(fit.rate for fit in best) <= settings.mendel_max_rate:
        return not_assessed("roles", "the samples fit in no other places either")
    return judged("roles", cost(stated) - min(cost(fit) for fit in best) < _BETTER)
