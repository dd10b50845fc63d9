"""Were two samples of different families swapped? Told by kinship and sex alone."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations

from raredx.checks.check_links import CheckLinks, KinTable
from raredx.checks.relative_findings import outcome_of
from raredx.checks.sample_answers import sex_of
from raredx.columns.check_results import CheckResult, Finding, Severity
from raredx.columns.check_statistics import PairStats
from raredx.settings import CheckSettings
from raredx.vocabulary import Outcome, Sex

_FAR = 0.125
"""Difference between estimated and expected kinship that counts as wrong: half of a
first-degree relation. Our choice."""


class _Kinships:
    """Estimated kinship of samples, expected kinship of their places."""

    def __init__(self, result: CheckResult, links: CheckLinks) -> None:
        self._place = {name: n for n, name in enumerate(links.samples)}
        self._seen = {
            (self._place[p.first], self._place[p.second]): p.kinship_corrected
            for p in result.pairs if outcome_of(p.answers, "kinship") is not Outcome.NOT_ASSESSED
        }  # fmt: skip
        self._kin, self._result, self.n = KinTable(links), result, len(links.samples)
        self._links = links

    def index(self, pair: PairStats) -> tuple[int, int]:
        """Sample numbers of a pair."""
        return self._place[pair.first], self._place[pair.second]

    def wrong(self, sample: int, place: int, left_out: set[int]) -> int:
        """Count the relatives, some left out, that a sample would have wrong in a place."""
        count = 0
        for other in range(self.n):
            if other in (place, sample) or other in left_out:
                continue
            seen = self._seen.get((min(sample, other), max(sample, other)), math.nan)
            expected = self._kin.between(place, other).kinship
            if not math.isnan(seen) and not math.isnan(expected):
                count += abs(seen - expected) > _FAR
        return count

    def exchange(self, a: int, b: int, left_out: set[int]) -> tuple[int, int]:
        """Count relatives wrong for two samples as stated, and with their places exchanged."""
        left_out = left_out | {a, b}
        before = self.wrong(a, a, left_out) + self.wrong(b, b, left_out)
        return before, self.wrong(a, b, left_out) + self.wrong(b, a, left_out)

    def sex_fits(self, sample: int, place: int) -> bool:
        """Whether a sample may stand in a place by its sex."""
        seen = self._result.samples[sample].sex
        stated = self._result.samples[place]
        wanted = sex_of(stated.stated_karyotype, stated.stated_sex)
        return Sex.UNKNOWN in (seen, wanted) or seen is wanted


def find_family_swaps(
    result: CheckResult, links: CheckLinks, settings: CheckSettings
) -> Iterator[Finding]:
    """Find pairs of samples of different families whose exchange puts all kinships right.

    Only samples that have a relative wrong where they stand are tried; each must fit the other
    place by sex, and leave no relative wrong there.
    """
    if not result.pairs or result.pairs_left_out or result.selection.why:
        return
    kinships = _Kinships(result, links)
    doubtful = [s for s in range(kinships.n) if kinships.wrong(s, s, set())]
    strange = [(a, b) for a, b in combinations(doubtful, 2) if links.family[a] != links.family[b]]
    # What explains most comes first; relations to samples that were put right count no more.
    strange.sort(key=lambda pair: -kinships.exchange(pair[0], pair[1], set())[0])
    used: set[int] = set()
    for a, b in strange:
        before, after = kinships.exchange(a, b, used)
        fits = kinships.sex_fits(a, b) and kinships.sex_fits(b, a)
        if used & {a, b} or after or before < 2 or not fits:
            continue
        used |= {a, b}
        names = links.samples[a], links.samples[b]
        families = links.family_id(a) or "none", links.family_id(b) or "none"
        yield Finding(
            "samples_swapped", Severity.ERROR, names, float(before), float(after),
            f"{names[0]} (family {families[0]}) and {names[1]} (family {families[1]}) seem "
            f"exchanged: {before} of their relations are wrong as stated, none the other way "
            "round",
            "Find out where they were swapped (tubes, sample sheet, pedigree file), and mend it "
            "there.",
            changes_results=True,
        )  # fmt: skip
