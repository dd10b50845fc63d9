"""What is odd about samples taken together, in words: pairs, duos and trios."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from raredx.checks.expected_kinship import FULL_SIBLINGS, PARENT_CHILD, SIBLINGS_OR_HALF
from raredx.checks.pair_answers import DUPLICATE
from raredx.checks.sample_findings import percent
from raredx.columns.check_results import Finding, Severity, UpdSegment
from raredx.columns.check_statistics import Answer, DuoStats, PairStats, TrioStats
from raredx.settings import CheckSettings
from raredx.vocabulary import Outcome

IDENTITY = (
    "Check both samples (tube, file, name) and the pedigree file before anything else; de novo, "
    "recessive and phase calls rest on it."
)
_IMPRINTED = ("6", "7", "11", "14", "15", "20")
"""Chromosomes whose uniparental disomy is known to cause disease by imprinting: clinical rules
3.5 [mem]."""
_EXCESS_P = 1e-6
"""Probability of so many errors on one contig, by the rate of the others. Our choice."""


def outcome_of(answers: Sequence[Answer], question: str) -> Outcome:
    """Give the answer to one question."""
    found = [a.outcome for a in answers if a.question == question]
    return found[0] if found else Outcome.NOT_ASSESSED


def find_in_pair(pair: PairStats, settings: CheckSettings, founders: bool) -> Iterator[Finding]:
    """Tell of two samples that are not as related as stated."""
    if outcome_of(pair.answers, "kinship") is not Outcome.FAIL:
        return
    subject = (pair.first, pair.second)
    stated = pair.relation_expected or "not said to be related"
    figures = _figures(pair)
    looks = pair.relation_inferred
    if looks == DUPLICATE:
        twins = pair.relation_expected in (FULL_SIBLINGS, SIBLINGS_OR_HALF)
        yield Finding(
            "same_person", Severity.WARNING if twins else Severity.ERROR, subject,
            pair.kinship_corrected, pair.expected_kinship,
            f"look like the {looks}, stated {stated}: {figures}, "
            f"{pair.ibs0:,} opposite homozygotes",
            f"Are they twins? If not: {IDENTITY[0].lower()}{IDENTITY[1:]}" if twins else IDENTITY,
            changes_results=True,
        )  # fmt: skip
        return
    if (
        pair.kinship_corrected > pair.expected_kinship_max
        and pair.relation_expected != PARENT_CHILD
    ):
        yield from _closer(pair, (stated, figures), settings, founders)
        return
    kind = "not_parent_and_child" if pair.relation_expected == PARENT_CHILD else "less_related"
    if looks == PARENT_CHILD != pair.relation_expected:
        kind = "not_siblings"
    r0 = f", {pair.ibs0:,} opposite homozygotes"
    grave = pair.expected_kinship >= settings.second_degree_kinship
    yield Finding(
        kind, Severity.ERROR if grave else Severity.WARNING, subject, pair.kinship_corrected,
        pair.expected_kinship, f"stated {stated}, look {_as(looks)}: {figures}{r0}", IDENTITY,
        changes_results=grave,
    )  # fmt: skip


def _figures(pair: PairStats) -> str:
    """Write the kinship of a pair with what is needed to weigh it."""
    text = f"kinship {pair.kinship_corrected:.3f} over {pair.informative:,} informative sites"
    if abs(pair.kinship_corrected - pair.kinship) >= 0.0005:
        text += f" ({pair.kinship:.3f} before correction for homozygosity by descent)"
    expected = pair.expected_kinship
    return text if math.isnan(expected) else f"{text}, {expected:.3f} expected"


def _as(looks: str) -> str:
    """Put an inferred relation into a sentence."""
    return looks if looks == "unrelated" else f"like {looks}"


def _closer(
    pair: PairStats, words: tuple[str, str], settings: CheckSettings, founders: bool
) -> Iterator[Finding]:
    """Tell of two samples that are more related than stated.

    Two people whose parents the pedigree does not name may well be related: that is a fact
    about the family unless they are as close as parent and child.
    """
    stated, figures = words
    close = pair.kinship_corrected > settings.first_degree_kinship and pair.same_family
    if founders and pair.same_family and not close:
        yield Finding(
            "founders_related", Severity.NOTE, (pair.first, pair.second), pair.kinship_corrected,
            pair.expected_kinship,
            f"look like {pair.relation_inferred}, the pedigree names no shared ancestor: "
            f"{figures}",
            "Add the shared ancestors to the pedigree if the family knows of them.",
            changes_results=False,
        )  # fmt: skip
        return
    yield Finding(
        "more_related", Severity.ERROR if close else Severity.WARNING,
        (pair.first, pair.second), pair.kinship_corrected, pair.expected_kinship_max,
        f"stated {stated}, look like {pair.relation_inferred}: {figures}, "
        f"{pair.ibs0:,} opposite homozygotes", IDENTITY, changes_results=close,
    )  # fmt: skip


def find_in_duo(
    duo: DuoStats, pair: PairStats | None, settings: CheckSettings
) -> Iterator[Finding]:
    """Tell of a parent who is none by opposite homozygotes, or by MT or Y."""
    subject = (duo.child, duo.parent)
    if outcome_of(duo.answers, "parentage") is Outcome.FAIL:
        looks = ""
        if pair is not None and pair.relation_inferred:
            looks = f"; kinship {pair.kinship_corrected:.3f}, 0.250 expected: they look "
            looks += _as(pair.relation_inferred)
        yield Finding(
            "not_parent_and_child", Severity.ERROR, subject, duo.rate,
            settings.parentage_max_rate,
            f"{duo.parent} is not the {duo.role} of {duo.child} by the genotypes: "
            f"{duo.opposite:,} of {duo.informative:,} sites homozygous in both are opposite "
            f"({percent(duo.rate)}; a parent has below {percent(settings.parentage_max_rate)})"
            f"{looks}", IDENTITY, changes_results=True,
        )  # fmt: skip
        return
    question = "maternal_line" if duo.role == "mother" else "paternal_line"
    if outcome_of(duo.answers, question) is Outcome.FAIL:
        yield Finding(
            question, Severity.WARNING, subject, duo.line.rate, settings.line_max_rate,
            f"{duo.line.errors} of {duo.line.informative} sites on {duo.line.contig} differ "
            f"between child and {duo.role}",
            "Autosomes decide; where they agree, check whether the calls on this contig are of "
            "another reference or another pipeline.",
            changes_results=duo.role == "mother",
        )  # fmt: skip


def find_in_trio(
    trio: TrioStats, segments: Sequence[UpdSegment], settings: CheckSettings, parents_fit: bool
) -> Iterator[Finding]:
    """Tell of Mendelian errors that no single parent explains, new variants, and disomy."""
    subject = (trio.child, trio.father, trio.mother)
    mendel = outcome_of(trio.answers, "mendel")
    if mendel is Outcome.FAIL and parents_fit:
        yield Finding(
            "mendel_errors", Severity.ERROR, subject, trio.rate, settings.mendel_max_rate,
            f"{trio.errors:,} of {trio.informative:,} informative sites break Mendel's laws "
            f"({percent(trio.rate)}, {percent(settings.mendel_max_rate)} allowed), though each "
            f"parent alone fits; in {trio.child_only:,} both parents are reference",
            "Look for contamination of the child, and for parents called on other sites or with "
            "other filters than the child.",
            changes_results=True,
        )  # fmt: skip
    if mendel is Outcome.FAIL or not parents_fit:
        return
    if outcome_of(trio.answers, "de_novo") is Outcome.FAIL:
        limit = trio.de_novo_limit
        limit = (
            settings.de_novo_factor * settings.de_novo_per_genome if math.isnan(limit) else limit
        )
        yield Finding(
            "de_novo_excess", Severity.WARNING, subject, float(trio.de_novo), limit,
            f"{trio.de_novo:,} new single-base variants with good reads in the child, at most "
            f"{limit:.0f} are plausible for a file of this extent (a genome has 44 to 82)",
            "Look for contamination of the child, missing data of a parent, or DNA of a cell "
            "line; de novo candidates are then mostly false.",
            changes_results=True,
        )  # fmt: skip
    if outcome_of(trio.answers, "uniparental") is Outcome.FAIL:
        for segment in segments:
            yield _uniparental(segment, settings)
    yield from _find_contigs(trio, {s.contig for s in segments}, settings)


def _uniparental(segment: UpdSegment, settings: CheckSettings) -> Finding:
    """Describe one uniparental segment, or the deletion that may look like one."""
    whole = segment.contig_share > settings.upd_min_share
    where = f"chromosome {segment.contig}" + (
        "" if whole else f", {segment.start:,} to {segment.end:,} ({segment.length / 1e6:.1f} Mb)"
    )
    absent = "mother" if segment.parent == "father" else "father"
    figures = (
        f"{segment.uniparental:,} of {segment.informative:,} informative sites lack the "
        f"{absent}'s allele"
    )
    depth = "" if math.isnan(segment.depth_ratio) else f", depth {segment.depth_ratio:.2f} of usual"
    if segment.deletion_suspected:
        what = f"a deletion of the copy from the {absent} is likely"
        code = "deletion_or_disomy"
    else:
        side = "maternal" if segment.parent == "mother" else "paternal"
        name = {"mixed": "iso- and heterodisomy", "unclear": "disomy"}.get(
            segment.kind, segment.kind
        )
        what, code = f"{side} uniparental {name}", "uniparental_disomy"
    imprinted = ""
    if segment.contig in _IMPRINTED and not segment.deletion_suspected:
        imprinted = " This chromosome carries imprinted disease genes."
    return Finding(
        code, Severity.WARNING, (segment.child,), float(segment.length),
        float(settings.upd_min_length), f"{where}: {what}; {figures}{depth}",
        "Confirm by array or reads; homozygous candidates here are expected to have one "
        f"carrier parent only.{imprinted}",
        changes_results=False,
    )  # fmt: skip


def _find_contigs(
    trio: TrioStats, explained: set[str], settings: CheckSettings
) -> Iterator[Finding]:
    """Tell of a chromosome with many more errors than the others."""
    for one in trio.contigs:
        others = [c for c in trio.contigs if c.contig not in explained | {one.contig}]
        informative = sum(c.informative for c in others)
        if one.contig in explained or one.errors < settings.contig_min_errors or not informative:
            continue
        usual = max(sum(c.errors for c in others), 1) / informative
        if one.rate < settings.contig_error_factor * usual:
            continue
        if poisson_tail(one.errors, usual * one.informative) > _EXCESS_P:
            continue
        yield Finding(
            "mendel_contig", Severity.WARNING, (trio.child, trio.father, trio.mother), one.rate,
            usual,
            f"chromosome {one.contig}: {one.errors:,} of {one.informative:,} informative sites "
            f"break Mendel's laws ({percent(one.rate)}; {percent(usual)} elsewhere)",
            "Think of a large deletion, of uniparental disomy, or of sites that are hard to call.",
            changes_results=False,
        )  # fmt: skip


def poisson_tail(n: int, mean: float) -> float:
    """Give the probability of `n` or more where `mean` are expected.

    Examples
    --------
    >>> poisson_tail(0, 3.0), round(poisson_tail(3, 3.0), 4)
    (1.0, 0.5768)
    """
    if n <= 0 or mean <= 0:
        return 1.0 if n <= 0 else 0.0
    log_term = -mean + n * math.log(mean) - math.lgamma(n + 1)
    if n <= mean:
        below = [math.exp(-mean + k * math.log(mean) - math.lgamma(k + 1)) for k in range(n)]
        return max(0.0, 1.0 - math.fsum(below))
    total, term, k = 0.0, 1.0, n
    while term > 1e-17 * (total + 1):
        total += term
        k += 1
        term *= mean / k
    return min(1.0, math.exp(log_term) * total) if log_term > -745 else 0.0
