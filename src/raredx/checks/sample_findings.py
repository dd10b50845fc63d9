"""What is odd about one sample, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from raredx.checks.sample_answers import sex_of
from raredx.columns.check_results import Finding, RohSegment, Severity
from raredx.columns.check_statistics import SampleStats
from raredx.settings import CheckSettings
from raredx.vocabulary import Karyotype, Outcome, Sex

_SEX = {Sex.MALE: "male", Sex.FEMALE: "female", Sex.UNKNOWN: "unclear"}
_ODD_KARYOTYPES = (Karyotype.X0, Karyotype.XXY, Karyotype.XYY, Karyotype.XXX)
_NAN = float("nan")

CHECK_SAMPLE = (
    "Check the identity of the sample (tube, file, name) and the pedigree file; results on X "
    "and Y follow the stated sex."
)
STATE_KARYOTYPE = (
    "Have it confirmed; where it is right, state it in the pedigree's karyotype column, which "
    "decides how X and Y are read."
)


def failed(stats: SampleStats, question: str) -> bool:
    """Whether a question about a sample was answered no."""
    return any(a.question == question and a.outcome is Outcome.FAIL for a in stats.answers)


def describe_sex(stats: SampleStats) -> str:
    """Say what X and Y show, as far as they were looked at.

    Examples
    --------
    >>> from types import SimpleNamespace as Some
    >>> describe_sex(Some(x_sites=100, x_het_rate=0.6, y_sites=0, depth_auto=30.0, depth_x=29.0,
    ...     depth_y=float("nan")))
    '60.0 % of 100 variant calls on X are heterozygous, depth on X is 0.97 of the autosomes'
    """
    parts = []
    if stats.x_sites:
        parts.append(f"{stats.x_het_rate:.1%} of {stats.x_sites:,} variant calls on X")
        parts[-1] = parts[-1].replace("%", " %") + " are heterozygous"
    if stats.y_sites:
        rate = f"{stats.y_called_rate:.1%}".replace("%", " %")
        parts.append(f"{rate} of {stats.y_sites:,} sites on Y are called")
    for name, depth in (("X", stats.depth_x), ("Y", stats.depth_y)):
        if not math.isnan(depth) and stats.depth_auto > 0:
            parts.append(f"depth on {name} is {depth / stats.depth_auto:.2f} of the autosomes")
    return ", ".join(parts)


def percent(value: float) -> str:
    """Write a fraction in per cent, with a digit that matters.

    Examples
    --------
    >>> percent(0.123), percent(0.00042)
    ('12.3 %', '0.042 %')
    """
    return f"{100 * value:.1f} %" if abs(value) >= 0.01 or value == 0 else f"{100 * value:.2g} %"


def find_in_sample(
    stats: SampleStats, runs: Sequence[RohSegment], settings: CheckSettings
) -> Iterator[Finding]:
    """Give the findings about one sample, gravest questions first."""
    yield from _find_sex(stats)
    yield from _find_quality(stats, settings)
    yield from _find_homozygosity(stats, runs, settings)


def _find_sex(stats: SampleStats) -> Iterator[Finding]:
    """Tell of sex chromosomes that are not as stated, or not XX or XY."""
    seen = stats.karyotype.name if stats.karyotype is not Karyotype.UNKNOWN else ""
    figures = describe_sex(stats)
    if failed(stats, "sex"):
        stated = sex_of(stats.stated_karyotype, stats.stated_sex)
        if stats.stated_karyotype is not Karyotype.UNKNOWN:
            said = f"stated {stats.stated_karyotype.name}"
            code = "karyotype_mismatch"
        else:
            said, code = f"stated {_SEX[stated]}", "sex_mismatch"
        found = f"{_SEX[stats.sex]} ({seen})" if seen else _SEX[stats.sex]
        yield Finding(
            code, Severity.ERROR, (stats.sample,), stats.x_het_rate, _NAN,
            f"{said}, the calls say {found}: {figures}", CHECK_SAMPLE, changes_results=True,
        )  # fmt: skip
    elif stats.karyotype in _ODD_KARYOTYPES and stats.stated_karyotype is Karyotype.UNKNOWN:
        doubt = (
            "; in a man the loss of Y from blood cells looks the same"
            if stats.karyotype is Karyotype.X0 and stats.stated_sex is not Sex.FEMALE
            else ""
        )
        yield Finding(
            "karyotype_hint", Severity.WARNING, (stats.sample,), stats.x_het_rate, _NAN,
            f"the calls look like {seen}: {figures}{doubt}", STATE_KARYOTYPE,
            changes_results=True,
        )  # fmt: skip


def _find_quality(stats: SampleStats, settings: CheckSettings) -> Iterator[Finding]:
    """Tell of contamination, missing calls and odd ratios."""
    if failed(stats, "contamination"):
        yield _contamination(stats, settings)
    if failed(stats, "missingness"):
        yield Finding(
            "missing_calls", Severity.WARNING, (stats.sample,), stats.missingness,
            settings.max_missingness,
            f"{percent(stats.missingness)} of {stats.sites:,} autosomal calls are missing "
            f"({percent(settings.max_missingness)} allowed)",
            "Call the family jointly, or from gVCFs; a missing parent leaves de novo and "
            "compound heterozygous candidates open.",
            changes_results=True,
        )  # fmt: skip
    if failed(stats, "ti_tv"):
        low = stats.ti_tv < settings.min_ti_tv
        limit = settings.min_ti_tv if low else settings.max_ti_tv
        yield Finding(
            "ti_tv", Severity.WARNING, (stats.sample,), stats.ti_tv, limit,
            f"transitions over transversions are {stats.ti_tv:.2f}, "
            f"{'below' if low else 'above'} {limit:g} (genomes 2.0 to 2.1, exomes 2.6 to 3.3)",
            "Many calls may be artefacts: check the filters of the caller."
            if low else "Check which sites the file keeps.",
            changes_results=False,
        )  # fmt: skip
    if failed(stats, "het_hom"):
        high = stats.het_hom > settings.max_het_hom
        limit = settings.max_het_hom if high else settings.min_het_hom
        yield Finding(
            "het_hom", Severity.WARNING, (stats.sample,), stats.het_hom, limit,
            f"heterozygous over homozygous calls are {stats.het_hom:.2f}, "
            f"{'above' if high else 'below'} {limit:g} (people have 1.2 to 2.0)",
            "Look for contamination, and for a filter that takes homozygotes out."
            if high else "Look for related parents, and for heterozygotes lost to low depth.",
            changes_results=False,
        )  # fmt: skip


def _contamination(stats: SampleStats, settings: CheckSettings) -> Finding:
    """Describe the signs of another person's reads."""
    parts, value = [], stats.contamination
    if stats.contamination > settings.max_contamination:
        parts.append(
            f"an estimated {percent(stats.contamination)} of the reads are of somebody else "
            f"(reference reads at {stats.contamination_sites:,} homozygous calls)"
        )
    elif math.isnan(value) and stats.ref_reads_at_hom_alt > settings.max_contamination:
        value = stats.ref_reads_at_hom_alt
        parts.append(
            f"{percent(value)} of the reads at {stats.ref_reads_sites:,} homozygous calls are "
            "reference"
        )
    if stats.low_het_share > settings.max_low_het_share:
        value = stats.low_het_share if not parts else value
        parts.append(
            f"{percent(stats.low_het_share)} of {stats.balance_sites:,} heterozygous calls have "
            f"less than 30 % ALT reads (mean {percent(stats.het_balance)})"
        )
    return Finding(
        "contamination", Severity.WARNING, (stats.sample,), value, settings.max_contamination,
        "looks contaminated: " + "; ".join(parts),
        "Estimate it from the reads, and sequence anew if it is so: false heterozygotes and "
        "false new variants follow.",
        changes_results=True,
    )  # fmt: skip


def _find_homozygosity(
    stats: SampleStats, runs: Sequence[RohSegment], settings: CheckSettings
) -> Iterator[Finding]:
    """Tell of related parents, or of one chromosome that is homozygous alone.

    `runs` are those that nothing else explains.
    """
    longest: dict[str, int] = {}
    for run in runs:
        longest[run.contig] = longest.get(run.contig, 0) + run.length
    total = sum(longest.values())
    contig = max(longest, key=lambda name: longest[name], default="")
    alone = bool(contig) and longest[contig] >= settings.roh_one_contig_share * total
    enough = stats.covered_bp >= settings.roh_min_covered
    if alone and enough and longest[contig] >= settings.roh_one_contig_length:
        yield Finding(
            "roh_one_chromosome", Severity.WARNING, (stats.sample,), float(longest[contig]),
            float(settings.roh_one_contig_length),
            f"{longest[contig] / 1e6:.1f} Mb of chromosome {contig} are homozygous, of "
            f"{total / 1e6:.1f} Mb in all",
            "Think of uniparental isodisomy or a large deletion; genotypes of both parents or "
            "an array can tell.",
            changes_results=False,
        )  # fmt: skip
    elif failed(stats, "inbreeding") and total >= settings.froh_note * stats.covered_bp:
        yield Finding(
            "inbreeding", Severity.NOTE, (stats.sample,), stats.froh, settings.froh_note,
            f"{percent(stats.froh)} of the genome are in {stats.n_roh} runs of homozygosity "
            f"({stats.roh_bp / 1e6:.0f} Mb): the parents seem related "
            f"({percent(settings.froh_note)} in children of second cousins, 6.2 % of first)",
            "Give homozygous candidates in these runs more weight; no fault of the sample.",
            changes_results=False,
        )  # fmt: skip
