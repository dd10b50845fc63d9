"""What a run reads around a variant, and where it drops what it reads.

A window holds every allele of some places, and of the genes around them what a run keeps: all
that a run looks at when it judges the variant. Whole files are the widest of windows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from raredx.columns.batch import VariantBatch, concatenate_batches
from raredx.columns.family import Family
from raredx.columns.genome import MT_CODE, OTHER_CODE, contig_code
from raredx.columns.pseudonyms import Pseudonyms
from raredx.columns.records import dataclass
from raredx.pipeline.family import gather_evidence
from raredx.pipeline.judging import judge_each
from raredx.pipeline.plan import Plan
from raredx.pipeline.questions import ask_each_variant
from raredx.pipeline.references import with_clinvar
from raredx.pipeline.request import RankRequest
from raredx.pipeline.trails import Asked, ask_family
from raredx.readers.gene_regions import gene_regions
from raredx.readers.htslib import HtslibMessages
from raredx.readers.jumps import choose_by_index
from raredx.readers.regions import (
    Interval,
    fit_to_chromosomes,
    fit_to_file,
    in_every_naming,
    intersect,
)
from raredx.readers.vcf import VariantStream
from raredx.readers.vcf_file import VcfFile
from raredx.scoring.describe import describe
from raredx.scoring.split_sites import join_split_sites
from raredx.vocabulary import UNKNOWN_INDEX, Outcome

AROUND_GENE = 10_000
"""Bases read on either side of a gene: annotators name a gene up to 5,000 bases away (VEP's and
SnpEff's default), and what makes a new allele there doubtful lies up to 1,000 bases further
(`de_novo.cluster_distance`); the rest is our choice. Around the variant itself that is read too,
wherever its gene lies."""

AROUND_STRANGER = 2_500_000
"""Bases read on either side of an allele whose gene has no place in the gene table: more than the
longest human gene (RBFOX1, 2.47 million bases on GRCh38)."""

OUTSIDE = "regions"
"""What drops an allele that the run does not read, because it lies outside its regions."""

NEARLY = "nearly"
"""What drops an allele that is read because it may be a near miss: some question of its own."""


@dataclass(frozen=True)
class Window:
    """What was read.

    Attributes
    ----------
    batch : VariantBatch
        Every allele of the places first, then what a run keeps of the genes around.
    n_asked : int
        Alleles of the places.
    dropped : tuple of str
        For each row the question at which a run drops it while it reads, or `OUTSIDE`; empty
        where it goes on to the questions of `ask_each_variant`.
    """

    batch: VariantBatch
    n_asked: int
    dropped: tuple[str, ...]


class WindowReader:
    """Reads what a run would read of some places.

    Parameters
    ----------
    request : RankRequest
    messages : HtslibMessages
    plan : Plan
        Of the run.
    contigs : tuple of str
        Of the file; empty where its header names none.
    pseudonyms : Pseudonyms or None
        What samples are called.
    """

    def __init__(
        self,
        request: RankRequest,
        messages: HtslibMessages,
        plan: Plan,
        contigs: tuple[str, ...],
        pseudonyms: Pseudonyms | None = None,
    ) -> None:
        self.request, self.plan, self.contigs = request, plan, contigs
        self.pseudonyms = pseudonyms
        self._messages = messages

    def fit(self, regions: list[Interval]) -> tuple[Interval, ...]:
        """Give regions the names of the file and its order, joined.

        Raises
        ------
        SettingsError
            If the file has none of their contigs.
        """
        if not self.contigs:
            return in_every_naming(regions)
        return tuple(fit_to_file(regions, list(self.contigs), where=self.request.vcf_name))

    def read(self, places: tuple[Interval, ...]) -> Window:
        """Read every allele of some places; all of the file where there is none."""
        stream, batch = self._stream(places, is_open=True)
        sites = zip(batch["site"].tolist(), batch["alt_index"].tolist(), strict=True)
        inside = self._is_inside(batch, self.plan.read.regions)
        dropped = tuple(
            stream.fates.get(key, "") if within else OUTSIDE
            for key, within in zip(sites, inside.tolist(), strict=True)
        )
        return Window(batch, len(batch), dropped)

    def with_genes(self, window: Window, places: tuple[Interval, ...], rows: list[int]) -> Window:
        """Add what a run keeps of the genes that some rows lie in, where a partner may be."""
        regions = self._around(window.batch, rows)
        if self.plan.read.regions:
            regions = intersect(regions, self.plan.read.regions)
        if not regions:
            return window
        stream, batch = self._stream(regions, is_open=False)
        parts, dropped = [window.batch], window.dropped
        first_site = int(window.batch["site"].max(initial=0)) + 1
        for more, question in ((batch, ""), (stream.near_batch(), NEARLY)):
            apart = more.select(~self._is_inside(more, places))
            site = apart["site"] + first_site
            parts.append(replace(apart, columns=apart.columns | {"site": site}))
            dropped += (question,) * len(apart)
        return Window(concatenate_batches(parts), window.n_asked, dropped)

    def _around(self, batch: VariantBatch, rows: list[int]) -> tuple[Interval, ...]:
        """Give the regions of the genes of some rows, and around those of unknown genes."""
        codes, assembly = self.plan.read.codes, self.plan.read.assembly
        start, gene = batch.transcripts.start, batch.transcripts.gene
        entries = [np.arange(start[row], start[row + 1]) for row in rows]
        named = {*gene[np.concatenate(entries)].tolist()} if entries else set()
        known = {g for g in named if codes.in_table(g)}
        placed = {g for g in known if not gene_regions(codes.table, [g], assembly).without_place}
        settings = self.plan.context.rules.de_novo
        crowd = 2 * (settings.cluster_distance + settings.event_distance)
        wanted = [_widened(batch, row, crowd) for row in rows]
        for row in rows:
            own = {*gene[start[row] : start[row + 1]].tolist()} - {UNKNOWN_INDEX}
            if any(g not in placed for g in own):
                wanted.append(_widened(batch, row, AROUND_STRANGER))
        for region in gene_regions(codes.table, known, assembly).regions:
            margin = 0 if contig_code(region.contig) == MT_CODE else AROUND_GENE
            first = max(1, region.first - margin)
            wanted.append(Interval(region.contig, first, region.last + margin))
        return self._named(wanted)

    def _named(self, wanted: list[Interval]) -> tuple[Interval, ...]:
        """Give regions the names of the file; every possible one where its header has none."""
        here = {contig_code(name) for name in self.contigs} - {OTHER_CODE}
        declared = [w for w in wanted if w.contig in self.contigs or contig_code(w.contig) in here]
        others = fit_to_chromosomes(w for w in wanted if w not in declared)
        named = self.fit(declared) if declared and self.contigs else ()
        return (*named, *in_every_naming(others))

    def _stream(
        self, regions: tuple[Interval, ...], *, is_open: bool
    ) -> tuple[VariantStream, VariantBatch]:
        """Read regions through the gate of the run, or past it."""
        request, read = self.request, self.plan.read
        file = VcfFile(
            request.vcf, request.vcf_name, self._messages, request.threads,
            exact=is_open or request.exact, pseudonyms=self.pseudonyms,
        )  # fmt: skip
        choice = choose_by_index(request.vcf, regions, self.contigs, sieved=not is_open)
        gate = replace(read.gate, is_open=True, wide=None) if is_open else read.gate
        plan = replace(
            read, gate=gate, regions=regions, jumps=choice.jumps, by_index=choice.by_index,
            stretches=choice.stretches, keep_records=False,
        )  # fmt: skip
        file.set_samples(read.samples)
        stream = VariantStream(file, plan)
        batches = list(stream.batches())
        file.close()
        return stream, concatenate_batches(batches)

    @staticmethod
    def _is_inside(batch: VariantBatch, regions: tuple[Interval, ...]) -> NDArray[np.bool_]:
        """Whether the REF of each row overlaps a region; every one does where there is none."""
        out = np.full(len(batch), not regions, bool)
        last = batch["position"] + np.array([max(len(ref), 1) for ref in batch["ref"]], int) - 1
        for region in regions:
            on = batch["contig"] == region.contig
            out |= on & (batch["position"] <= region.last) & (last >= region.first)
        return out


def _widened(batch: VariantBatch, row: int, reach: int) -> Interval:
    position = int(batch["position"][row])
    return Interval(str(batch["contig"][row]), max(1, position - reach), position + reach)


def ask_window(
    request: RankRequest,
    plan: Plan,
    window: Window,
    parents_of: Callable[[Family], Outcome] = lambda _: Outcome.NOT_ASSESSED,
) -> list[Asked]:
    """Ask of each allele of a window what a run asks, and judge each family.

    Parameters
    ----------
    parents_of : callable
        Whether the samples of a family's parents were shown to be those of the proband's
        parents: a run shows that from the whole file.
    """
    evidence = gather_evidence(_joined(window), plan.context)
    answers = ask_each_variant(evidence, plan.context, plan.read.probands)
    kept = answers.kept & _read_on(window)
    left = gather_evidence(evidence.batch.select(kept), plan.context)
    tables, judged = judge_each(request, left, plan, parents_of)
    if request.clinvar is not None and tables.references.clinvar is not None:
        told = with_clinvar(evidence.batch, tables.references.clinvar, kept)
        evidence = gather_evidence(told, plan.context)
    return [
        ask_family(
            (evidence, answers, window.dropped),
            kept,
            one.judged,
            describe(one.judged),
            plan,
            one.known.tables.references,
        )
        for one in judged
    ]


def _read_on(window: Window) -> NDArray[np.bool_]:
    """Which rows a run does not drop while it reads."""
    return np.array([not question for question in window.dropped], bool)


def _joined(window: Window) -> VariantBatch:
    """Join split sites as a run does, which never sees what it drops while it reads.

    What is dropped is joined with all of its site: so would it be if it were not.
    """
    read = _read_on(window)
    whole = join_split_sites(window.batch)
    if read.all():
        return whole
    own = join_split_sites(window.batch.select(read))
    columns = {}
    for name, column in whole.columns.items():
        columns[name] = column.copy()
        columns[name][read] = own[name]
    return replace(whole, columns=columns)
