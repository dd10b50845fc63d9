"""Are two samples as related as the pedigree says?"""

from __future__ import annotations

import math

from raredx.checks.answers import Basis, judged, not_assessed, too_few
from raredx.checks.expected_kinship import FULL_SIBLINGS, PARENT_CHILD, SIBLINGS_OR_HALF
from raredx.columns.check_statistics import Answer, PairStats
from raredx.settings import CheckSettings

DUPLICATE = "same person or identical twins"
_EXPECTED_R0 = 0.07
"""Of full siblings, under the neutral spectrum of allele frequencies; docs/check.md."""
_LEAST_IBS0 = 30
"""Opposite homozygotes that siblings should show before their absence tells. Our choice."""
_SIBLING_GENOME = 0.3
"""Share of the genome that must be seen for it: siblings may share one chromosome wholly."""


def correct_kinship(kinship: float, first_f: float, second_f: float) -> float:
    """Put a KING-robust estimate right for people whose parents are related.

    With f the mean of their inbreeding coefficients the estimate is (kinship - f) / (1 - f)
    on average, since their own homozygosity by descent makes opposite homozygotes: from the
    variance 2 p q (1 + F) and covariance 4 p q kinship of genotypes.

    Examples
    --------
    >>> correct_kinship(0.25, 0.0, 0.0), round(correct_kinship(0.0769, 0.1, 0.0), 3)
    (0.25, 0.123)
    """
    f = (first_f + second_f) / 2
    return kinship * (1 - f) + f


def tolerance(
    expected: float, stats: PairStats, genome_share: float, settings: CheckSettings
) -> float:
    """Say how far an estimate may lie from the expected kinship.

    Slack, and z standard errors: of the estimate, by blocks of the genome, and of realised
    kinship, which varies the more the less of the genome is seen. A child shares one half
    with a parent exactly; only what goes beyond, for parents who are related, varies.

    Examples
    --------
    >>> from raredx.columns.check_statistics import PairStats
    >>> pair = PairStats("A", "B", True, 0, 0, 0, 0, 0, 0, 0.0, 0.25, 0.0, "within_family",
    ...                  0.25, 0.25, "full siblings", "")
    >>> round(tolerance(0.25, pair, 1.0, CheckSettings()), 3)
    0.09
    """
    varying = settings.ibd_spread**2 * expected
    if stats.relation_expected == PARENT_CHILD:
        varying = (2 * settings.ibd_spread) ** 2 * max(0.0, expected - 0.25)
    error = math.sqrt(stats.standard_error**2 + varying / max(genome_share, 1e-3))
    return settings.kinship_slack + settings.kinship_z * error


def infer_relation(stats: PairStats, basis: Basis) -> str:
    """Name the relation that the genotypes show; empty where too little is known."""
    settings = basis.settings
    if basis.why_not_compared or stats.informative < settings.kinship_min_sites:
        return ""
    value = stats.kinship_corrected
    if value > settings.duplicate_kinship:
        return DUPLICATE
    if value > settings.first_degree_kinship:
        if stats.r0 <= settings.siblings_min_r0:
            return PARENT_CHILD
        if stats.r0 >= settings.parent_child_max_r0:
            return FULL_SIBLINGS
        return "first-degree relatives"
    if value > settings.second_degree_kinship:
        return "second-degree relatives"
    return "third-degree relatives" if value > settings.third_degree_kinship else "unrelated"


def answer_pair(stats: PairStats, genome_share: float, basis: Basis) -> Answer:
    """Hold the estimate against the pedigree.

    Fails for the same person twice; less or more related than the tolerance allows, more
    from the third degree on; and siblings without opposite homozygotes.
    """
    settings = basis.settings
    if basis.why_not_compared:
        return not_assessed("kinship", basis.why_not_compared)
    if stats.informative < settings.kinship_min_sites:
        return too_few(
            "kinship", stats.informative, settings.kinship_min_sites, "informative sites"
        )
    least, most = stats.expected_kinship, stats.expected_kinship_max
    value = stats.kinship_corrected
    if value > settings.duplicate_kinship:
        # Children of close relatives may come near; twins are not told in a pedigree.
        slack = tolerance(most, stats, genome_share, settings) if not math.isnan(most) else 0.0
        if not value <= most + slack:
            return judged("kinship", False)
    if math.isnan(least):
        return not_assessed("kinship", "the pedigree does not say how the two are related")
    if value < least - tolerance(least, stats, genome_share, settings):
        return judged("kinship", False)
    if stats.relation_expected == PARENT_CHILD:
        return judged("kinship", True)  # more is what related parents make
    limit = max(
        most + tolerance(most, stats, genome_share, settings), settings.third_degree_kinship
    )
    if value > limit:
        return judged("kinship", False)
    return judged("kinship", not siblings_like_parent(stats, genome_share, settings))


def siblings_like_parent(stats: PairStats, genome_share: float, settings: CheckSettings) -> bool:
    """Whether stated siblings have no opposite homozygotes, as parent and child have none.

    The other way round, opposite homozygotes of parent and child, is the question of
    parentage, which leaves chromosomes of uniparental disomy out.
    """
    if stats.relation_expected not in (FULL_SIBLINGS, SIBLINGS_OR_HALF):
        return False
    enough = stats.het_het * _EXPECTED_R0 >= _LEAST_IBS0 and genome_share >= _SIBLING_GENOME
    related = stats.kinship_corrected > settings.first_degree_kinship
    return enough and related and stats.r0 < settings.siblings_min_r0
