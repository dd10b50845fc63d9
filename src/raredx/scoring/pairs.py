"""Two alleles of one gene: every pair of the proband that the family does not exclude.

Two heterozygous alleles, or a homozygous and a heterozygous one (clinical rules 2.5). Two
homozygous alleles are two candidates of their own.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from raredx.columns.batch import VariantBatch
from raredx.columns.candidates import CandidateRows
from raredx.columns.family import Family
from raredx.columns.records import dataclass
from raredx.kernels import compound_het as kernels
from raredx.scoring.evidence import Evidence
from raredx.scoring.family_calls import FamilyCalls
from raredx.scoring.relatives import calls_agree
from raredx.scoring.requirements import asked_modes
from raredx.settings import SegregationSettings
from raredx.vocabulary import Genotype, Mode, Outcome, Region, Sex


@dataclass(frozen=True)
class PairAnswers:
    """Every pair of alleles of one gene that may pair, and what the family says of it.

    Attributes
    ----------
    rows : int64, shape (row,)
        Rows of `VariantGenes` that may pair.
    on_x : bool, shape (row,)
    pairs : int64, shape (pair, 2)
        Places in `rows`.
    phase, reason, outcome : int8, shape (pair,)
        `Phase`, `PhaseReason` that tells it, and `Outcome`.
    """

    rows: NDArray[np.int64]
    on_x: NDArray[np.bool_]
    pairs: NDArray[np.int64]
    phase: NDArray[np.int8]
    reason: NDArray[np.int8]
    outcome: NDArray[np.int8]


def collect_pairs(
    evidence: Evidence, calls: FamilyCalls, settings: SegregationSettings
) -> CandidateRows:
    """Collect the pairs of one family that it does not exclude, two rows each, numbered from 0."""
    answers, genes = judge_pairs(evidence, calls, settings), evidence.genes
    rows, pairs, on_x = answers.rows, answers.pairs, answers.on_x
    variant = genes.variant[rows]
    kept = np.flatnonzero(answers.outcome != Outcome.FAIL)
    both, other = pairs[kept].ravel(), pairs[kept][:, ::-1].ravel()
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
        segregation=np.repeat(answers.outcome[kept], 2),
        frequency=frequency_of_pairs(evidence, calls)[variant[both]],
        phase=np.repeat(answers.phase[kept], 2),
        phase_reason=np.repeat(answers.reason[kept], 2),
    )


def judge_pairs(
    evidence: Evidence, calls: FamilyCalls, settings: SegregationSettings
) -> PairAnswers:
    """Judge every pair of the alleles of one gene that may pair in the proband.

    Parameters
    ----------
    evidence : Evidence
    calls : FamilyCalls
    settings : SegregationSettings
        Modes, phase sets and `cis_max_distance` are used.
    """
    genes = evidence.genes
    rows, on_x, starts = _rows_by_gene(evidence, calls, asked_modes(settings.modes))
    variant = genes.variant[rows]
    pairs = _pairs_of_genes(starts)
    homozygous = calls.proband[variant] == Genotype.HOMOZYGOUS
    pairs = pairs[~homozygous[pairs].all(axis=1)]
    judged = np.empty((pairs.shape[0], 3), np.int8)
    kernels.judge_pairs(
        np.ascontiguousarray(calls.genotype[variant]),
        _phases(evidence.batch, calls, variant, use=settings.use_phase_sets),
        _sites(evidence.batch, variant, on_x),
        _members(calls),
        pairs,
        settings.cis_max_distance,
        judged,
    )
    agree = np.ones(variant.size, bool)
    for chromosome in (False, True):
        place = np.flatnonzero(on_x == chromosome)
        agree[place] = calls_agree(calls, variant[place], on_x=chromosome)
    doubtful = ~agree[pairs].all(axis=1) & (judged[:, 2] == Outcome.PASS)
    judged[doubtful, 2] = Outcome.NOT_ASSESSED
    same = _same_allele(evidence.batch, variant[pairs[:, 0]], variant[pairs[:, 1]])
    judged[same, 2] = Outcome.FAIL
    return PairAnswers(rows, on_x, pairs, judged[:, 0], judged[:, 1], judged[:, 2])


def frequency_of_pairs(evidence: Evidence, calls: FamilyCalls) -> NDArray[np.int8]:
    """Judge the frequency of every variant as part of a pair; X may have limits of its own.

    Returns
    -------
    int8, shape (variant,)
        `Outcome`.
    """
    out, settings = evidence.frequency(Mode.COMPOUND_HET), evidence.limits.settings
    if not (settings.by_mode or settings.max_homozygotes):
        return out
    on_x = calls.region == Region.X
    return np.where(on_x, evidence.frequency(Mode.X_LINKED_COMPOUND_HET), out).astype(np.int8)


def known_in_pairs(evidence: Evidence, calls: FamilyCalls) -> NDArray[np.bool_]:
    """Say which known pathogenic variants are rare enough to count as such in a pair."""
    if not evidence.limits.settings.known_by_mode:
        return evidence.known
    on_x = calls.region == Region.X
    other = evidence.known_in(Mode.X_LINKED_COMPOUND_HET)
    return np.where(on_x, other, evidence.known_in(Mode.COMPOUND_HET))


def _rows_by_gene(
    evidence: Evidence, calls: FamilyCalls, asked: frozenset[Mode]
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.int64]]:
    """Rows of `genes` that may pair, sorted by gene; whether on X; and where genes start."""
    genes, region = evidence.genes, calls.region
    states = (Genotype.HETEROZYGOUS, Genotype.CARRIER, Genotype.HOMOZYGOUS)
    here = np.zeros(region.shape, bool)
    if Mode.COMPOUND_HET in asked:
        here |= np.isin(region, (Region.AUTOSOMAL, Region.PSEUDOAUTOSOMAL))
    if Mode.X_LINKED_COMPOUND_HET in asked and calls.sexes[0, 0] != Sex.MALE:
        here |= region == Region.X
    rare = frequency_of_pairs(evidence, calls) != Outcome.FAIL
    rare |= known_in_pairs(evidence, calls)
    allowed = np.isin(calls.proband, states) & here & rare
    wanted = evidence.reportable & allowed[genes.variant]
    if evidence.pairable is not None:
        wanted &= evidence.pairable
    rows = np.flatnonzero(wanted)
    on_x = region[genes.variant[rows]] == Region.X
    order = np.lexsort((genes.variant[rows], on_x, genes.gene[rows]))
    rows, on_x = rows[order], on_x[order]
    gene = genes.gene[rows].astype(np.int64) * 2 + on_x
    starts = np.append(np.flatnonzero(np.append(True, gene[1:] != gene[:-1])), rows.size)
    return rows, on_x, starts if rows.size else np.zeros(1, np.int64)


def _pairs_of_genes(starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """List every pair of rows of each gene, shape (pair, 2)."""
    sizes = np.diff(starts)
    pairs = np.empty((int((sizes * (sizes - 1) // 2).sum()), 2), np.int64)
    kernels.list_pairs(starts, pairs)
    return pairs


def _phases(
    batch: VariantBatch, calls: FamilyCalls, variant: NDArray[np.int64], *, use: bool
) -> NDArray[np.int32]:
    """Give phase sets as numbers, -1 none, and haplotypes, shape (row, member, 2)."""
    if not use:
        return np.full((variant.size, calls.samples.size, 2), -1, np.int32)
    names = batch["phase_set"][variant][:, calls.samples]
    haplotypes = batch["haplotype"][variant][:, calls.samples]
    contigs = batch["contig"][variant]
    out = np.full((*names.shape, 2), -1, np.int32)
    numbers: dict[tuple[str, str], int] = {}
    for row, member in zip(*np.nonzero(haplotypes >= 0), strict=True):
        name = contigs[row], names[row, member]
        out[row, member, 0] = numbers.setdefault(name, len(numbers))
        out[row, member, 1] = haplotypes[row, member]
    return out


def _sites(
    batch: VariantBatch, variant: NDArray[np.int64], on_x: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Site number, position, and whether on X, shape (row, 3)."""
    return np.stack([batch["site"][variant], batch["position"][variant], on_x], axis=1).astype(
        np.int64
    )


def _members(calls: FamilyCalls) -> NDArray[np.int64]:
    """Status, sex on X, columns of the parents, and closeness to the proband of each member."""
    family = calls.family
    pedigree = family.pedigree
    return np.array(
        [
            (
                calls.affection[column],
                calls.sexes[column, 0],
                calls.column_of(int(pedigree.father[member])),
                calls.column_of(int(pedigree.mother[member])),
                _is_close(family, member),
            )
            for column, member in enumerate(calls.members)
        ],
        np.int64,
    )


def _is_close(family: Family, member: int) -> bool:
    """Whether a member is a parent or a full sibling of the proband."""
    own = family.father, family.mother
    theirs = int(family.pedigree.father[member]), int(family.pedigree.mother[member])
    return member in own or (theirs == own and min(own) >= 0)


def _same_allele(
    batch: VariantBatch, first: NDArray[np.int64], second: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Whether two rows are one allele that the file holds twice."""
    same = np.ones(first.size, bool)
    for name in ("contig_code", "position", "ref", "alt"):
        same &= batch[name][first] == batch[name][second]
    return same
