"""Do children fit their parents? Mendelian errors, new variants, one copy from each."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from raredx.checks.answers import Basis, judged, not_assessed, too_few
from raredx.checks.check_links import CheckLinks
from raredx.checks.trio_counts import TrioCounts
from raredx.columns.check_results import CONTIG_LABELS, UpdSegment
from raredx.columns.check_statistics import (
    Answer,
    ContigErrors,
    DuoStats,
    SampleStats,
    TrioStats,
)
from raredx.columns.genome import LAST_AUTOSOME
from raredx.kernels import mendel as kernels
from raredx.vocabulary import Outcome, Sex

AUTOSOMES = slice(1, LAST_AUTOSOME + 1)
"""Slots of the autosomes."""


def errors_of(label: str, slot: NDArray[np.int64]) -> ContigErrors:
    """Give the counts of one slot a name."""
    return ContigErrors(label, int(slot[kernels.INFORMATIVE]), int(slot[kernels.ERRORS]))


def by_contig(counts: NDArray[np.int64]) -> tuple[ContigErrors, ...]:
    """List the autosomes that have informative sites, then the pseudo-autosomal regions."""
    slots = [(CONTIG_LABELS[n], n) for n in range(1, LAST_AUTOSOME + 1)]
    slots.append(("PAR", kernels.PAR_SLOT))
    return tuple(
        errors_of(label, counts[n]) for label, n in slots if counts[n, kernels.INFORMATIVE]
    )


def without_contigs(contigs: Sequence[ContigErrors], left_out: set[str]) -> ContigErrors:
    """Add contigs up, some left out.

    Examples
    --------
    >>> without_contigs([ContigErrors("1", 10, 1), ContigErrors("2", 20, 2)], {"2"})
    ContigErrors(contig='', informative=10, errors=1)
    """
    kept = [c for c in contigs if c.contig not in left_out]
    return ContigErrors("", sum(c.informative for c in kept), sum(c.errors for c in kept))


def uniparental_contigs(upd: Sequence[UpdSegment], child: str, basis: Basis) -> set[str]:
    """Name the contigs on which a child has uniparental segments, if they are few.

    On many contigs at once it is no disomy: a parent is not the parent.
    """
    found = {s.contig for s in upd if s.child == child}
    return found if len(found) <= basis.settings.upd_max_contigs else set()


def describe_duos(
    links: CheckLinks, counts: TrioCounts, upd: Sequence[UpdSegment], basis: Basis
) -> tuple[DuoStats, ...]:
    """Work out the figures of every child with one parent."""
    out = []
    for child, parent, role in links.duos:
        slots = counts.of_duo(child, parent)
        contigs = by_contig(slots)
        name = links.samples[child]
        skipped = uniparental_contigs(upd, name, basis)
        son = links.sex(child) is Sex.MALE
        line = slots[kernels.MT_SLOT if role == "mother" else kernels.Y_SLOT]
        line = line if role == "mother" or son else np.zeros(2, np.int64)
        x_line = np.zeros(2, np.int64) if role == "father" and son else slots[kernels.SON_SLOT]
        total = without_contigs(contigs, set())
        judged_on = without_contigs(contigs, skipped)
        out.append(
            DuoStats(
                child=name, parent=links.samples[parent], role=role,
                informative=total.informative, opposite=total.errors, rate=total.rate,
                contigs=contigs, line=errors_of("MT" if role == "mother" else "Y", line),
                x_line=errors_of("X", x_line),
                answers=(
                    answer_parentage(judged_on, basis),
                    answer_line(errors_of("", line), role, basis),
                ),
            )
        )  # fmt: skip
    return tuple(out)


def answer_parentage(counts: ContigErrors, basis: Basis) -> Answer:
    """Hold opposite homozygotes against a true parent's."""
    settings = basis.settings
    if basis.why_not_compared:
        return not_assessed("parentage", basis.why_not_compared)
    if counts.informative < settings.parentage_min_sites:
        return too_few(
            "parentage", counts.informative, settings.parentage_min_sites,
            "sites homozygous in both",
        )  # fmt: skip
    return judged("parentage", counts.rate <= settings.parentage_max_rate)


def answer_line(counts: ContigErrors, role: str, basis: Basis) -> Answer:
    """Hold the mitochondrial genome of mother and child, or the Y of father and son, together."""
    question = "maternal_line" if role == "mother" else "paternal_line"
    settings = basis.settings
    if not basis.selection.reference_calls:
        return not_assessed(question, basis.selection.why_no_reference)
    if counts.informative < settings.line_min_sites:
        what = "homoplasmic sites on MT" if role == "mother" else "sites on Y in father and son"
        return too_few(question, counts.informative, settings.line_min_sites, what)
    return judged(question, counts.rate <= settings.line_max_rate)


def describe_trios(
    links: CheckLinks,
    counts: TrioCounts,
    samples: Sequence[SampleStats],
    upd: tuple[Sequence[UpdSegment], Sequence[Sequence[str]]],
    basis: Basis,
) -> tuple[TrioStats, ...]:
    """Work out the figures of every trio.

    `upd` are uniparental segments, and for each trio the contigs too thin to show one.
    """
    segments, thin = upd
    out = []
    for number, trio in enumerate(counts.stated):
        slots = counts.of_triple(trio)
        child = samples[trio[0]]
        read_as = links.sex_on_x(trio[0]) or child.sex
        x_slot = kernels.SON_SLOT if read_as is Sex.MALE else kernels.DAUGHTER_SLOT
        contigs = by_contig(slots)
        total = without_contigs(contigs, set())
        snvs, others, without = counts.new_variants(number)
        expected = expected_new(child, basis)
        own = [s for s in segments if s.child == child.sample]
        skipped = uniparental_contigs(segments, child.sample, basis)
        mendel = answer_mendel(without_contigs(contigs, skipped), basis)
        out.append(
            TrioStats(
                child=child.sample, father=links.samples[trio[1]], mother=links.samples[trio[2]],
                family_id=links.family_id(trio[0]), informative=total.informative,
                errors=total.errors, rate=total.rate,
                child_only=int(slots[AUTOSOMES, kernels.CHILD_ONLY].sum()), contigs=contigs,
                other=errors_of("", slots[kernels.OTHER_SLOT]),
                x=errors_of("X", slots[x_slot]), x_read_as=read_as, de_novo=snvs,
                de_novo_indels=others, de_novo_without_reads=without, de_novo_expected=expected,
                de_novo_limit=basis.settings.de_novo_factor * expected,
                answers=(
                    mendel,
                    answer_new(snvs, without, expected, basis),
                    answer_uniparental((own, thin[number]), mendel, basis),
                ),
            )
        )  # fmt: skip
    return tuple(out)


def answer_mendel(counts: ContigErrors, basis: Basis) -> Answer:
    """Hold the rate of Mendelian errors against good data's."""
    settings = basis.settings
    if basis.why_not_compared:
        return not_assessed("mendel", basis.why_not_compared)
    if counts.informative < settings.mendel_min_sites:
        return too_few("mendel", counts.informative, settings.mendel_min_sites, "informative sites")
    return judged("mendel", counts.rate <= settings.mendel_max_rate)


def expected_new(child: SampleStats, basis: Basis) -> float:
    """Say how many new SNVs the file's extent lets expect at most.

    The most that genomes have, times the child's variants over those of a genome; and never
    less than what an exome may have with a few artefacts. Of a file without common variants
    the extent is unknown: NaN.
    """
    settings = basis.settings
    if basis.selection.rare_only:
        return math.nan
    extent = min(1.0, (child.het + child.hom_alt) / settings.variants_per_genome)
    return max(settings.de_novo_least, settings.de_novo_per_genome * extent)


def answer_new(found: int, without_reads: int, expected: float, basis: Basis) -> Answer:
    """Hold the count of new SNVs against the expectation.

    Where the extent of the file is unknown, no more than an exome may have is a pass all the
    same, and more than a genome may have fails.
    """
    settings = basis.settings
    if not basis.selection.reference_calls:
        return not_assessed("de_novo", basis.selection.why_no_reference)
    if math.isnan(expected):
        if found > settings.de_novo_factor * settings.de_novo_per_genome:
            return judged("de_novo", False)
        if found > settings.de_novo_factor * settings.de_novo_least:
            return not_assessed("de_novo", basis.selection.why_rare)
        expected = settings.de_novo_least
    if without_reads > found and found <= settings.de_novo_factor * expected:
        return not_assessed("de_novo", f"{without_reads} new genotypes have no reads (AD, DP)")
    return judged("de_novo", found <= settings.de_novo_factor * expected)


def answer_uniparental(
    found: tuple[Sequence[UpdSegment], Sequence[str]], mendel: Answer, basis: Basis
) -> Answer:
    """Say whether every chromosome has both parents' alleles.

    Left open where parentage is in doubt, since a wrong parent's alleles are absent too, and
    where a chromosome has too few sites to show a segment.
    """
    (segments, thin), question = found, "uniparental"
    if mendel.outcome is Outcome.FAIL:
        return not_assessed(question, "the trio does not obey Mendel's laws")
    if len({s.contig for s in segments}) > basis.settings.upd_max_contigs:
        return not_assessed(question, "one parent's alleles are missing on many contigs")
    if segments:
        return judged(question, False)
    if mendel.outcome is Outcome.NOT_ASSESSED:
        return not_assessed(question, mendel.reason)
    if thin:
        return not_assessed(
            question,
            f"fewer than {basis.settings.upd_min_sites} sites that tell the parents' alleles "
            f"apart on chromosome {', '.join(thin)}",
        )
    return judged(question, True)
