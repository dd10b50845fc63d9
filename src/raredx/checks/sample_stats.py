"""Statistics of samples, pairs, duos and trios, counted while the sites go by."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from raredx.checks.answers import Basis
from raredx.checks.check_links import CheckLinks, KinTable, link_samples
from raredx.checks.pair_answers import answer_pair, correct_kinship, infer_relation
from raredx.checks.pair_counts import PairCounted, PairCounts
from raredx.checks.roles import fit_roles
from raredx.checks.sample_answers import answer_sample
from raredx.checks.sample_counts import SampleCounts, inbreeding_by_moments, ratio
from raredx.checks.segments import RohFinder, UpdFinder, site_table
from raredx.checks.sex_chromosomes import infer_sex
from raredx.checks.site_kinds import site_kinds
from raredx.checks.site_selection import describe_selection
from raredx.checks.trio_counts import TrioCounts
from raredx.checks.trio_stats import describe_duos, describe_trios
from raredx.columns.check_results import CheckResult, RohSegment, SiteSelection
from raredx.columns.check_statistics import PairStats, SampleStats
from raredx.columns.family import Pedigree
from raredx.columns.sites import SiteBatch
from raredx.kernels import site_calls as kernels
from raredx.settings import CheckSettings, DeNovoSettings
from raredx.vocabulary import Assembly


class SiteStatistics:
    """Everything a check counts of samples, batch by batch.

    The result does not depend on how the sites are cut into batches; they come in the order
    of the file, a contig's sites together and sorted. Memory does not grow with the sites.

    Parameters
    ----------
    samples : sequence of str
        Names, in the order of the columns of the batches.
    pedigrees : sequence of Pedigree
        Joined to the samples by member id. Samples in none of them are counted alone.
    assembly : Assembly
    settings : CheckSettings
    de_novo : DeNovoSettings
        Read evidence that a new variant needs.

    Examples
    --------
    >>> from raredx.columns.family import singleton
    >>> from raredx.vocabulary import Assembly
    >>> statistics = SiteStatistics(["S1"], [singleton("S1").pedigree], Assembly.GRCH38)
    >>> result = statistics.finish()
    >>> result.samples[0].sites, result.samples[0].answers[0].outcome.name
    (0, 'NOT_ASSESSED')
    """

    def __init__(
        self,
        samples: Sequence[str],
        pedigrees: Sequence[Pedigree],
        assembly: Assembly,
        settings: CheckSettings | None = None,
        de_novo: DeNovoSettings | None = None,
    ) -> None:
        self._settings = settings or CheckSettings()
        self._assembly = assembly
        self._links = link_samples(samples, pedigrees)
        self._kin = KinTable(self._links)
        self._samples = SampleCounts(len(samples), self._settings)
        self._pairs = PairCounts(self._links, self._settings)
        self._trios = TrioCounts(self._links, self._settings, de_novo or DeNovoSettings())
        self._roh = RohFinder(len(samples), self._settings)
        self._upd = UpdFinder(self._links.trios, self._settings)
        self._limits = np.array([self._settings.min_gq, self._settings.min_depth], np.float64)
        self._rows = self._used = 0

    def add(self, batch: SiteBatch) -> None:
        """Count a batch.

        Raises
        ------
        ValueError
            If the batch has not the samples it was promised.
        """
        if batch.n_samples != len(self._links.samples):
            raise ValueError(f"{batch.n_samples} samples, not {len(self._links.samples)}")
        kind = site_kinds(batch, self._assembly)
        codes = np.empty(batch["dosage"].shape, np.int8)
        kernels.code_calls(
            batch["dosage"], batch["missing"], batch["ploidy"], batch["gq"], batch["depth"],
            kind, self._limits, codes,
        )  # fmt: skip
        self._rows += len(batch)
        self._used += int((kind == kernels.AUTOSOMAL).sum())
        for counts in (self._samples, self._pairs, self._trios):
            counts.add(batch, kind, codes)
        sites = site_table(batch, kind)
        self._roh.add(sites, batch["af"].astype(np.float64), codes)
        self._upd.add(sites, batch["depth"], codes)

    def finish(self) -> CheckResult:
        """Close what is open, answer every question, and give the result without findings."""
        links = self._links
        selection = self._selection()
        basis = Basis(selection, self._settings)
        roh = self._roh.finish(links.samples)
        samples = tuple(
            self._sample(number, [r for r in roh if r.sample == name], basis)
            for number, name in enumerate(links.samples)
        )
        depths = [s.depth_auto for s in samples]
        upd = self._upd.finish(links.samples, depths)
        pairs = self._pair_stats([inbreeding(s, basis) for s in samples], basis)
        duos = describe_duos(links, self._trios, upd, basis)
        thin = [self._upd.thin_contigs(n) for n in range(len(links.trios))]
        trios = describe_trios(links, self._trios, samples, (upd, thin), basis)
        return CheckResult(
            assembly=self._assembly, selection=selection, samples=samples, pairs=pairs,
            pairs_left_out=self._pairs.left_out, duos=duos, trios=trios, roh=roh, upd=upd,
            roles=fit_roles(links, self._trios, samples, basis),
        )  # fmt: skip

    def _selection(self) -> SiteSelection:
        """Say what the file holds, as far as it bears on the statistics."""
        counts = self._samples
        single = len(self._links.samples) < 2
        return describe_selection((self._rows, self._used), counts, single, self._settings)

    def _sample(self, number: int, runs: Sequence[RohSegment], basis: Basis) -> SampleStats:
        """Work out the figures of one sample, and answer its questions."""
        links, counted = self._links, self._samples.of(number)
        sex = infer_sex(counted, basis)
        length, covered = sum(r.length for r in runs), self._roh.covered(number)
        reads = counted.reads
        stats = SampleStats(
            sample=links.samples[number], family_id=links.family_id(number),
            stated_sex=links.sex(number), stated_karyotype=links.karyotype(number),
            sites=counted[kernels.SITES], missing=counted[kernels.MISSING],
            half_called=counted[kernels.HALF_CALLED],
            missingness=ratio(counted[kernels.MISSING], counted[kernels.SITES]),
            hom_ref=counted[kernels.HOM_REF], het=counted[kernels.HET],
            hom_alt=counted[kernels.HOM_ALT],
            het_hom=ratio(counted[kernels.HET], counted[kernels.HOM_ALT]),
            transitions=counted[kernels.TRANSITIONS],
            transversions=counted[kernels.TRANSVERSIONS],
            ti_tv=ratio(counted[kernels.TRANSITIONS], counted[kernels.TRANSVERSIONS]),
            x_sites=sex.x_sites, x_het_rate=sex.x_het_rate, y_sites=sex.y_sites,
            y_called_rate=sex.y_called_rate, y_alt_rate=sex.y_alt_rate,
            depth_auto=counted.depth(kernels.AUTO_DEPTH, kernels.AUTO_DEPTH_N),
            depth_x=counted.depth(kernels.X_DEPTH, kernels.X_DEPTH_N),
            depth_y=counted.depth(kernels.Y_DEPTH, kernels.Y_DEPTH_N),
            sex=sex.sex, karyotype=sex.karyotype,
            het_balance=counted.mean(kernels.BALANCE, kernels.BALANCE_N),
            balance_sites=int(reads[kernels.BALANCE_N]),
            low_het_share=counted.mean(kernels.LOW_BALANCE_N, kernels.BALANCE_N),
            contamination=counted.mean(kernels.FOREIGN, kernels.FOREIGN_N),
            contamination_sites=int(reads[kernels.FOREIGN_N]),
            ref_reads_at_hom_alt=counted.mean(kernels.REF_SHARE, kernels.REF_SHARE_N),
            ref_reads_sites=int(reads[kernels.REF_SHARE_N]),
            n_roh=len(runs), roh_bp=length, covered_bp=covered, froh=ratio(length, covered),
            f_af=inbreeding_by_moments(counted.bins),
        )  # fmt: skip
        return replace(stats, answers=answer_sample(stats, sex, basis))

    def _pair_stats(self, f: Sequence[float], basis: Basis) -> tuple[PairStats, ...]:
        """Work out the figures of every pair, and whether they fit the pedigree.

        `f` is each sample's inbreeding coefficient.
        """
        share = self._pairs.genome_share
        out = []
        for (a, b), counted in zip(self._pairs.pairs, self._pairs.finish(), strict=True):
            stats = describe_pair(self._links, self._kin, (a, b), counted)
            corrected = correct_kinship(stats.kinship, f[a], f[b])
            stats = replace(stats, kinship_corrected=corrected)
            answer = answer_pair(stats, share, basis)
            inferred = infer_relation(stats, basis)
            out.append(replace(stats, relation_inferred=inferred, answers=(answer,)))
        return tuple(out)


def inbreeding(stats: SampleStats, basis: Basis) -> float:
    """Give a sample's inbreeding coefficient as far as it matters: F_ROH, or 0."""
    settings = basis.settings
    known = stats.covered_bp >= settings.roh_min_covered and not basis.selection.rare_only
    return stats.froh if known and stats.froh >= settings.froh_note else 0.0


def describe_pair(
    links: CheckLinks, kin: KinTable, pair: tuple[int, int], counted: PairCounted
) -> PairStats:
    """Put the counts of a pair beside what the pedigree says of it."""
    stated = kin.between(*pair)
    return PairStats(
        first=links.samples[pair[0]], second=links.samples[pair[1]],
        same_family=stated.same_family,
        n_sites=sum(counted.ibs), informative=counted.informative, ibs0=counted.ibs[0],
        ibs1=counted.ibs[1], ibs2=counted.ibs[2], het_het=counted.both_het,
        r0=counted.r0, kinship=counted.kinship,
        standard_error=counted.standard_error if counted.informative else math.nan,
        estimator="within_family" if counted.same_family else "between_family",
        expected_kinship=stated.kinship, expected_kinship_max=stated.kinship_max,
        relation_expected=stated.relation, relation_inferred="",
    )  # fmt: skip
