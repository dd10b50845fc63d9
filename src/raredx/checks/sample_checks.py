"""Are these samples what the pedigree says? Findings from what was counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from raredx.checks.check_links import CheckLinks, KinTable, link_samples
from raredx.checks.family_swaps import find_family_swaps
from raredx.checks.relative_findings import (
    find_in_duo,
    find_in_pair,
    find_in_trio,
    outcome_of,
)
from raredx.checks.sample_findings import find_in_sample, percent
from raredx.columns.check_results import Assignment, CheckResult, Finding, RoleFit, Severity
from raredx.columns.check_statistics import PairStats
from raredx.columns.family import Pedigree
from raredx.settings import CheckSettings
from raredx.vocabulary import Outcome

_ORDER = tuple(Severity)
_WAYS_TOLD = 3
"""Ways to put exchanged samples right that a message holds; the result has all. Our choice."""
_Pair = frozenset[str]


def judge_samples(
    result: CheckResult, pedigrees: Sequence[Pedigree], settings: CheckSettings
) -> tuple[Finding, ...]:
    """Say what is odd about the samples of a check.

    One cause gives one finding as far as that can be told: samples that fit better in other
    places explain their Mendelian errors and kinships; a parent who is none explains the
    trio's errors and new variants.

    Parameters
    ----------
    result : CheckResult
        From `SiteStatistics.finish`.
    pedigrees : sequence of Pedigree
        Those that the statistics were made with.
    settings : CheckSettings

    Returns
    -------
    tuple of Finding
        Errors, warnings, notes; within these files, samples, pairs, duos, trios, families.
    """
    links = link_samples([s.sample for s in result.samples], pedigrees)
    found = [
        *_find_in_file(result),
        *_find_in_samples(result, settings),
        *_find_in_relatives(result, links, settings),
    ]
    return tuple(sorted(found, key=lambda finding: _ORDER.index(finding.severity)))


def _find_in_file(result: CheckResult) -> Iterator[Finding]:
    """Tell what the file lacks for the statistics."""
    selection = result.selection
    if selection.rare_only:
        yield Finding(
            "rare_variants_only", Severity.NOTE, ("file",), selection.hom_alt_share, float("nan"),
            f"sex, relatedness, Mendelian errors and contamination were not judged: "
            f"{selection.why_rare}",
            "Check the file before common variants were taken out.", changes_results=False,
        )  # fmt: skip
    if not selection.reference_calls:
        yield Finding(
            "no_reference_calls", Severity.WARNING, ("file",), selection.reference_share,
            float("nan"),
            "relatedness, Mendelian errors and new variants were not judged: "
            f"{selection.why_no_reference}",
            "Call the family jointly, or from gVCFs: no de novo variant can be told here.",
            changes_results=True,
        )  # fmt: skip
    if result.pairs_left_out:
        yield Finding(
            "pairs_left_out", Severity.NOTE, ("file",), float(result.pairs_left_out),
            float(len(result.pairs)),
            f"{result.pairs_left_out:,} pairs of samples of different families were not compared",
            "Check fewer families at a time to look for samples swapped between them.",
            changes_results=False,
        )  # fmt: skip


def _find_in_samples(result: CheckResult, settings: CheckSettings) -> Iterator[Finding]:
    """Give the findings about single samples.

    A homozygous chromosome that trio genotypes explain is told once, with the trio.
    """
    told = {(s.child, s.contig) for s in result.upd}
    for stats in result.samples:
        runs = [
            r for r in result.roh
            if r.sample == stats.sample and (r.sample, r.contig) not in told
        ]  # fmt: skip
        yield from find_in_sample(stats, runs, settings)


def _find_in_relatives(
    result: CheckResult, links: CheckLinks, settings: CheckSettings
) -> Iterator[Finding]:
    """Give the findings about pairs, duos, trios and families, without those explained."""
    moved: set[str] = set()
    for fit in result.roles:
        if outcome_of(fit.answers, "roles") is Outcome.FAIL:
            yield _swap(fit)
            moved |= {name for put in fit.best for place in put.moved for name in place}
    for swap in find_family_swaps(result, links, settings):
        yield swap
        moved |= set(swap.subject)
    pairs = {frozenset((p.first, p.second)): p for p in result.pairs}
    strangers = {
        (d.child, d.parent) for d in result.duos
        if outcome_of(d.answers, "parentage") is Outcome.FAIL
    }  # fmt: skip
    explained = moved | _duplicates(pairs)
    told = {frozenset(d) for d in strangers}
    yield from _find_in_pairs(result, links, (explained, told), settings)
    for duo in result.duos:
        if not explained & {duo.child, duo.parent}:
            pair = pairs.get(frozenset((duo.child, duo.parent)))
            yield from find_in_duo(duo, pair, settings)
    for trio in result.trios:
        members = {trio.child, trio.father, trio.mother}
        if members & explained:
            continue
        fits = not {(trio.child, trio.father), (trio.child, trio.mother)} & strangers
        segments = [s for s in result.upd if s.child == trio.child]
        yield from find_in_trio(trio, segments, settings, fits)


def _duplicates(pairs: dict[_Pair, PairStats]) -> set[str]:
    """Name the samples that are somebody else's too."""
    out: set[str] = set()
    for names, pair in pairs.items():
        if pair.relation_inferred.startswith("same") and _failed(pair):
            out |= names
    return out


def _failed(pair: PairStats) -> bool:
    return outcome_of(pair.answers, "kinship") is Outcome.FAIL


def _find_in_pairs(
    result: CheckResult, links: CheckLinks, explained: tuple[set[str], set[_Pair]],
    settings: CheckSettings,
) -> Iterator[Finding]:  # fmt: skip
    """Give the findings about pairs, without those of explained samples and of told duos."""
    samples, told = explained
    kin, place = KinTable(links), {name: n for n, name in enumerate(links.samples)}
    for pair in result.pairs:
        duplicate = pair.relation_inferred.startswith("same")
        if not duplicate and ({pair.first, pair.second} & samples):
            continue
        if not duplicate and frozenset((pair.first, pair.second)) in told:
            continue
        stated = kin.between(place[pair.first], place[pair.second])
        yield from find_in_pair(pair, settings, stated.both_founders)


def _swap(fit: RoleFit) -> Finding:
    """Describe the places in which the samples of a family fit better."""
    ways = "; or ".join(_describe(way) for way in fit.best[:_WAYS_TOLD])
    if len(fit.best) > _WAYS_TOLD:
        ways += f"; or {len(fit.best) - _WAYS_TOLD} more ways"
    stated, best = fit.stated, fit.best[0]
    effects = []
    if stated.errors != best.errors:
        effects.append(
            f"Mendelian errors fall from {stated.errors:,} of {stated.informative:,} sites "
            f"({percent(stated.rate)}) to {best.errors:,} of {best.informative:,} "
            f"({percent(best.rate)})"
        )
    if stated.sex_mismatches != best.sex_mismatches:
        effects.append(
            f"samples whose sex does not fit fall from {stated.sex_mismatches} to "
            f"{best.sex_mismatches}"
        )
    return Finding(
        "samples_swapped", Severity.ERROR, (fit.family_id,), stated.rate, best.rate,
        f"the samples fit better in other places of the pedigree: {ways}; with that "
        + " and ".join(effects),
        "Find out where they were swapped (tubes, sample sheet, pedigree file), and mend it "
        "there.",
        changes_results=True,
    )  # fmt: skip


def _describe(way: Assignment) -> str:
    """Say which sample belongs in which place."""
    return ", ".join(f"sample {sample} in the place of {place}" for place, sample in way.moved)
