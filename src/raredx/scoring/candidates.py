"""Collect the candidates of one family: every mode of every variant that is not excluded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from raredx.columns.batch import VariantBatch
from raredx.columns.candidates import CandidateRows, VariantGenes
from raredx.kernels import compound_het as pair_kernels
from raredx.scoring.frequency import FrequencyLimits, judge_frequency
from raredx.scoring.inheritance import FamilyCalls, judge_single, parent_carries
from raredx.vocabulary import UNKNOWN_INDEX, Genotype, Mode, Outcome, Region, Sex

SINGLE_MODES = (
    Mode.DE_NOVO,
    Mode.AUTOSOMAL_DOMINANT,
    Mode.AUTOSOMAL_RECESSIVE_HOM,
    Mode.X_LINKED_RECESSIVE,
    Mode.X_LINKED_DOMINANT,
    Mode.Y_LINKED,
    Mode.MITOCHONDRIAL,
)
INHERITED_DOMINANT = (Mode.AUTOSOMAL_DOMINANT, Mode.X_LINKED_DOMINANT, Mode.Y_LINKED)
NEAR_MODES = (Mode.DE_NOVO, Mode.AUTOSOMAL_RECESSIVE_HOM)
"""Modes in which a variant without a tiered consequence is still shown."""


@dataclass(frozen=True)
class Evidence:
    """What the questions before segregation found, in the shape of the batch.

    Attributes
    ----------
    batch : VariantBatch
    genes : VariantGenes
    limits : FrequencyLimits
    known : bool, shape (variant,)
        Known pathogenic and rescued.
    reportable : bool, shape (pair,)
        Rows of `genes` whose consequence, or ClinVar, lets them be candidates.
    near : bool, shape (pair,)
        Rows inside a gene of an applied panel whose consequence no rule names: shown
        untiered where both copies, or a de novo variant, fit the family.
    """

    batch: VariantBatch
    genes: VariantGenes
    limits: FrequencyLimits
    known: NDArray[np.bool_]
    reportable: NDArray[np.bool_]
    near: NDArray[np.bool_]

    def frequency(self, mode: Mode) -> NDArray[np.int8]:
        """Judge the frequency of every variant under a mode."""
        return judge_frequency(self.batch["af"], self.limits.of(mode))


def collect_candidates(
    evidence: Evidence,
    calls: FamilyCalls,
    imprinted: frozenset[int],
    *,
    incomplete: bool,
) -> CandidateRows:
    """Collect the candidates of one family.

    Parameters
    ----------
    evidence : Evidence
    calls : FamilyCalls
    imprinted : frozenset of int
        Gene codes whose panels say that only one parent's allele is expressed: there an
        unaffected transmitting parent does not exclude.
    incomplete : bool
        Whether to report incomplete penetrance too.
    """
    outcomes = {mode: judge_single(calls, mode, complete=True) for mode in SINGLE_MODES}
    # Where a dominant row says de_novo_possible, a second row would say nothing more.
    inherited = np.stack([outcomes[mode] for mode in INHERITED_DOMINANT]) != Outcome.FAIL
    told = _parent_not_sequenced(calls) & inherited.any(axis=0)
    outcomes[Mode.DE_NOVO][told] = Outcome.FAIL
    parts = [_single(evidence, o, mode, complete=True) for mode, o in outcomes.items()]
    done = {(m, v) for m, (_, v, *_) in zip(SINGLE_MODES, parts, strict=True) for v in v.tolist()}
    for mode in INHERITED_DOMINANT:
        relaxed = _single(evidence, judge_single(calls, mode, complete=False), mode, complete=False)
        new = np.array([(mode, v) not in done for v in relaxed[1].tolist()], bool)
        by_imprint = mode is Mode.AUTOSOMAL_DOMINANT
        if not incomplete:
            genes = evidence.genes.gene[relaxed[0]]
            new &= by_imprint & np.isin(genes, sorted(imprinted))
        parts.append(tuple(column[new] for column in relaxed))
    columns = [np.concatenate(c) for c in zip(*parts, strict=True)]
    n = columns[0].size
    pairs = _compound(evidence, calls)
    single = CandidateRows(
        candidate=np.arange(n, dtype=np.int64),
        pair=columns[0],
        variant=columns[1],
        partner=np.full(n, UNKNOWN_INDEX, np.int64),
        gene=evidence.genes.gene[columns[0]],
        mode=columns[2],
        complete=columns[3],
        imprinted=~columns[3] & (not incomplete),
        segregation=columns[4],
        frequency=columns[5],
        phase=np.zeros(n, np.int8),
    )
    return _join(single, pairs, n)


def _single(
    evidence: Evidence, segregation: NDArray[np.int8], mode: Mode, *, complete: bool
) -> tuple[NDArray[np.generic], ...]:
    """Columns of the candidates of one mode: pair, variant, mode, penetrance, outcomes."""
    frequency = evidence.frequency(mode)
    allowed = (segregation != Outcome.FAIL) & ((frequency != Outcome.FAIL) | evidence.known)
    wanted = evidence.reportable & allowed[evidence.genes.variant]
    if complete and mode in NEAR_MODES:
        strict = (segregation == Outcome.PASS) | (allowed & (mode is not Mode.DE_NOVO))
        rare = frequency == Outcome.PASS
        wanted |= evidence.near & (strict & rare)[evidence.genes.variant]
    pair = np.flatnonzero(wanted)
    variant = evidence.genes.variant[pair]
    return (
        pair,
        variant,
        np.full(pair.size, mode, np.int8),
        np.full(pair.size, complete, bool),
        segregation[variant],
        frequency[variant],
    )


def _parent_not_sequenced(calls: FamilyCalls) -> NDArray[np.bool_]:
    """Whether a parent of whom a de novo call asks was never sequenced."""
    father = (calls.father < 0) & ~calls.son_on_x
    mother = (calls.mother < 0) & (calls.region != Region.Y)
    return np.asarray(father | mother, bool)


def _compound(evidence: Evidence, calls: FamilyCalls) -> CandidateRows:
    """Pairs of heterozygous variants of one gene, two rows each."""
    genes, region = evidence.genes, calls.region
    frequency = evidence.frequency(Mode.COMPOUND_HET)
    het = np.isin(calls.proband, (Genotype.HETEROZYGOUS, Genotype.CARRIER))
    here = np.isin(region, (Region.AUTOSOMAL, Region.PSEUDOAUTOSOMAL))
    if calls.sex[0] != Sex.MALE:
        here |= region == Region.X
    allowed = het & here & ((frequency != Outcome.FAIL) | evidence.known)
    rows = np.flatnonzero(evidence.reportable & allowed[genes.variant])
    on_x = region[genes.variant[rows]] == Region.X
    order = np.lexsort((genes.variant[rows], on_x, genes.gene[rows]))
    rows, on_x = rows[order], on_x[order]
    gene = genes.gene[rows].astype(np.int64) * 2 + on_x
    starts = np.append(np.flatnonzero(np.append(True, gene[1:] != gene[:-1])), rows.size)
    if not rows.size:
        starts = np.zeros(1, np.int64)
    sizes = np.diff(starts)
    first, second = (np.empty(int((sizes * (sizes - 1) // 2).sum()), np.int64) for _ in range(2))
    pair_kernels.list_pairs(starts, first, second)
    variant = genes.variant[rows]
    phase, outcome = (np.empty(first.size, np.int8) for _ in range(2))
    pair_kernels.judge_pairs(
        np.ascontiguousarray(calls.genotype[variant]),
        np.stack([evidence.batch["site"][variant], on_x], axis=1).astype(np.int64),
        np.stack([calls.affection, calls.sex], axis=1),
        np.array([calls.father, calls.mother], np.int16),
        first,
        second,
        phase,
        outcome,
    )
    outcome[_same_allele(evidence.batch, variant[first], variant[second])] = Outcome.FAIL
    kept = np.flatnonzero(outcome != Outcome.FAIL)
    a, b = first[kept], second[kept]
    both = np.stack([a, b], axis=1).ravel()
    other = np.stack([b, a], axis=1).ravel()
    mode = np.where(on_x[both], Mode.X_LINKED_COMPOUND_HET, Mode.COMPOUND_HET).astype(np.int8)
    return CandidateRows(
        candidate=np.repeat(np.arange(kept.size, dtype=np.int64), 2),
        pair=rows[both],
        variant=variant[both],
        partner=variant[other],
        gene=genes.gene[rows[both]],
        mode=mode,
        complete=np.ones(both.size, bool),
        imprinted=np.zeros(both.size, bool),
        segregation=np.repeat(outcome[kept], 2),
        frequency=frequency[variant[both]],
        phase=np.repeat(phase[kept], 2),
    )


def _same_allele(
    batch: VariantBatch, first: NDArray[np.int64], second: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Whether two rows are one allele that the file holds twice."""
    same = np.ones(first.size, bool)
    for name in ("contig_code", "position", "ref", "alt"):
        same &= batch[name][first] == batch[name][second]
    return same


def _join(single: CandidateRows, pairs: CandidateRows, offset: int) -> CandidateRows:
    """Put the pairs behind the single candidates."""
    names = CandidateRows.__dataclass_fields__
    columns = {n: np.concatenate([getattr(single, n), getattr(pairs, n)]) for n in names}
    columns["candidate"] = np.concatenate([single.candidate, pairs.candidate + offset])
    return CandidateRows(**columns)


def origin_of(calls: FamilyCalls) -> NDArray[np.int8]:
    """Whether father and mother carry each variant, shape (variant, 2): 1, 0, -1 not known."""
    return np.stack(
        [parent_carries(calls, calls.father), parent_carries(calls, calls.mother)], axis=1
    )
