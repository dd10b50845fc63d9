"""Is one sample what it should be? Its questions, answered from its own figures."""

from __future__ import annotations

import math

from raredx.checks.answers import Basis, judged, not_assessed, too_few
from raredx.checks.sex_chromosomes import SexEvidence
from raredx.columns.check_statistics import Answer, SampleStats
from raredx.columns.family import HAS_Y
from raredx.vocabulary import Karyotype, Sex


def answer_sample(stats: SampleStats, sex: SexEvidence, basis: Basis) -> tuple[Answer, ...]:
    """Answer every question about one sample, in a fixed order."""
    return (
        answer_sex(stats, sex),
        answer_missingness(stats, basis),
        answer_contamination(stats, basis),
        answer_ti_tv(stats, basis),
        answer_het_hom(stats, basis),
        answer_inbreeding(stats, basis),
    )


def sex_of(karyotype: Karyotype, sex: Sex) -> Sex:
    """Give the sex that calls should show: by the Y of a stated karyotype, or as stated.

    Examples
    --------
    >>> sex_of(Karyotype.XXY, Sex.UNKNOWN).name, sex_of(Karyotype.UNKNOWN, Sex.FEMALE).name
    ('MALE', 'FEMALE')
    """
    if karyotype is Karyotype.UNKNOWN:
        return sex
    return Sex.MALE if karyotype in HAS_Y else Sex.FEMALE


def answer_sex(stats: SampleStats, sex: SexEvidence) -> Answer:
    """Hold the sex chromosomes against the pedigree; a stated karyotype goes before the sex."""
    stated = sex_of(stats.stated_karyotype, stats.stated_sex)
    if stated is Sex.UNKNOWN:
        return not_assessed("sex", "no sex is stated")
    if stats.stated_karyotype is not Karyotype.UNKNOWN and sex.karyotype is not Karyotype.UNKNOWN:
        return judged("sex", stats.stated_karyotype is sex.karyotype)
    if sex.sex is Sex.UNKNOWN:
        return not_assessed("sex", sex.reason)
    return judged("sex", stated is sex.sex)


def answer_missingness(stats: SampleStats, basis: Basis) -> Answer:
    """Hold the share of missing calls against its limit."""
    needed = basis.settings.ratio_min_sites
    if not basis.selection.reference_calls:
        return not_assessed("missingness", basis.selection.why_no_reference)
    if stats.sites < needed:
        return too_few("missingness", stats.sites, needed, "autosomal sites")
    return judged("missingness", stats.missingness <= basis.settings.max_missingness)


def answer_contamination(stats: SampleStats, basis: Basis) -> Answer:
    """Look for reads of another person: foreign reads, and skewed heterozygotes.

    Without population frequencies the plain share of reference reads at homozygous calls
    stands in, which is less than the foreign share; it passes only together with the
    heterozygotes. Homozygotes of a file without common variants are often artefacts.
    """
    settings, question = basis.settings, "contamination"
    if basis.selection.rare_only:
        return not_assessed(question, basis.selection.why_rare)
    balance_known = stats.balance_sites >= settings.balance_min_sites
    if balance_known and stats.low_het_share > settings.max_low_het_share:
        return judged(question, False)
    if stats.contamination_sites >= settings.contamination_min_sites:
        return judged(question, stats.contamination <= settings.max_contamination)
    if stats.ref_reads_sites >= settings.contamination_min_sites:
        if stats.ref_reads_at_hom_alt > settings.max_contamination:
            return judged(question, False)
        if balance_known:
            return judged(question, True)
    return not_assessed(
        question,
        f"reads are known of {stats.ref_reads_sites} homozygous calls "
        f"({settings.contamination_min_sites} are needed) and {stats.balance_sites} "
        f"heterozygous ones ({settings.balance_min_sites})",
    )


def within(above: int, below: int, limits: tuple[float, float]) -> bool:
    """Whether a ratio of counts lies within limits, or beyond them by chance.

    Chance is three standard errors of the logarithm of the ratio.

    Examples
    --------
    >>> within(620, 380, (1.8, 3.6)), within(62_000, 38_000, (1.8, 3.6))
    (True, False)
    """
    if not above or not below:
        return False
    ratio, chance = above / below, math.exp(3 * math.sqrt(1 / above + 1 / below))
    return limits[0] / chance <= ratio <= limits[1] * chance


def answer_ti_tv(stats: SampleStats, basis: Basis) -> Answer:
    """Hold transitions over transversions against human variation."""
    settings = basis.settings
    n = stats.transitions + stats.transversions
    if n < settings.ratio_min_sites:
        return too_few("ti_tv", n, settings.ratio_min_sites, "SNVs")
    limits = settings.min_ti_tv, settings.max_ti_tv
    return judged("ti_tv", within(stats.transitions, stats.transversions, limits))


def answer_het_hom(stats: SampleStats, basis: Basis) -> Answer:
    """Hold heterozygous over homozygous calls against one outbred person."""
    settings, n = basis.settings, stats.het + stats.hom_alt
    if n < settings.ratio_min_sites:
        return too_few("het_hom", n, settings.ratio_min_sites, "SNVs")
    if basis.selection.rare_only:
        return not_assessed("het_hom", basis.selection.why_rare)
    limits = settings.min_het_hom, settings.max_het_hom
    return judged("het_hom", within(stats.het, stats.hom_alt, limits))


def answer_inbreeding(stats: SampleStats, basis: Basis) -> Answer:
    """Hold the share of the genome in runs of homozygosity against unrelated parents'."""
    settings = basis.settings
    if basis.selection.rare_only:
        return not_assessed("inbreeding", basis.selection.why_rare)
    if stats.covered_bp < settings.roh_min_covered or math.isnan(stats.froh):
        return too_few(
            "inbreeding", stats.covered_bp // 1_000_000, settings.roh_min_covered // 1_000_000,
            "Mb covered by variants",
        )  # fmt: skip
    return judged("inbreeding", stats.froh < settings.froh_note)
