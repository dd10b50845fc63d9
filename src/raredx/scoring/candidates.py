"""Collect the candidates of one family: every mode of every variant that is not excluded."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from raredx.columns.candidates import CandidateRows
from raredx.scoring.evidence import Evidence
from raredx.scoring.family_calls import FamilyCalls, parent_carries
from raredx.scoring.inheritance import judge_single
from raredx.scoring.pairs import collect_pairs
from raredx.settings import SegregationSettings
from raredx.vocabulary import UNKNOWN_INDEX, Genotype, Mode, Outcome, PhaseReason, Region

SINGLE_MODES = (
    Mode.DE_NOVO,
    Mode.AUTOSOMAL_DOMINANT,
    Mode.AUTOSOMAL_RECESSIVE_HOM,
    Mode.X_LINKED_RECESSIVE,
    Mode.X_LINKED_DOMINANT,
    Mode.Y_LINKED,
    Mode.MITOCHONDRIAL,
    Mode.X_LINKED_HET_FEMALE,
)
INHERITED_DOMINANT = (Mode.AUTOSOMAL_DOMINANT, Mode.X_LINKED_DOMINANT, Mode.Y_LINKED)
NEAR_MODES = (Mode.DE_NOVO, Mode.AUTOSOMAL_RECESSIVE_HOM)
"""Modes in which a variant without a tiered consequence is still shown."""


def collect_candidates(
    evidence: Evidence,
    calls: FamilyCalls,
    imprinted: frozenset[int],
    settings: SegregationSettings,
) -> CandidateRows:
    """Collect the candidates of one family.

    Parameters
    ----------
    evidence : Evidence
    calls : FamilyCalls
    imprinted : frozenset of int
        Gene codes whose panels say that only one parent's allele is expressed: there an
        unaffected transmitting parent does not exclude.
    settings : SegregationSettings
        Says among others whether to report incomplete penetrance too.
    """
    incomplete = settings.incomplete_penetrance
    outcomes = {mode: judge_single(calls, mode, complete=True) for mode in SINGLE_MODES}
    # Where a dominant row says de_novo_possible, a second row would say nothing more.
    inherited = np.stack([outcomes[mode] for mode in INHERITED_DOMINANT]) != Outcome.FAIL
    told = _parent_not_sequenced(calls) & inherited.any(axis=0)
    outcomes[Mode.DE_NOVO][told] = Outcome.FAIL
    relaxed_modes = INHERITED_DOMINANT if incomplete else (Mode.AUTOSOMAL_DOMINANT,)
    relaxed = {mode: judge_single(calls, mode, complete=False) for mode in relaxed_modes}
    # The weaker class of women with one copy says nothing that another mode on X does not.
    better = [outcomes[m] for m in (Mode.DE_NOVO, Mode.X_LINKED_RECESSIVE, Mode.X_LINKED_DOMINANT)]
    better += [relaxed[Mode.X_LINKED_DOMINANT]] if incomplete else []
    fits_better = (np.stack(better) != Outcome.FAIL).any(axis=0)
    outcomes[Mode.X_LINKED_HET_FEMALE][fits_better] = Outcome.FAIL
    parts = [_single(evidence, o, mode, complete=True) for mode, o in outcomes.items()]
    done = {(m, v) for m, (_, v, *_) in zip(SINGLE_MODES, parts, strict=True) for v in v.tolist()}
    for mode, outcome in relaxed.items():
        part = _single(evidence, outcome, mode, complete=False)
        new = np.array([(mode, v) not in done for v in part[1].tolist()], bool)
        if not incomplete:
            new &= np.isin(evidence.genes.gene[part[0]], sorted(imprinted))
        parts.append(tuple(column[new] for column in part))
    columns = [np.concatenate(c) for c in zip(*parts, strict=True)]
    n = columns[0].size
    pairs = collect_pairs(evidence, calls, settings)
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
        phase_reason=np.full(n, PhaseReason.NOTHING, np.int8),
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


def _join(single: CandidateRows, pairs: CandidateRows, offset: int) -> CandidateRows:
    """Put the pairs behind the single candidates."""
    names = CandidateRows.__dataclass_fields__
    columns = {n: np.concatenate([getattr(single, n), getattr(pairs, n)]) for n in names}
    columns["candidate"] = np.concatenate([single.candidate, pairs.candidate + offset])
    return CandidateRows(**columns)


def origin_of(calls: FamilyCalls) -> NDArray[np.int8]:
    """Whether father and mother can have given each variant: 1, 0, -1 not known.

    A parent carries it or not; but of two carriers one without another copy gave a child's
    single copy for certain, and the other did not.

    Returns
    -------
    int8, shape (variant, 2)
    """
    out = np.stack(
        [parent_carries(calls, calls.father), parent_carries(calls, calls.mother)], axis=1
    )
    lost = (Genotype.HOMOZYGOUS, Genotype.HEMIZYGOUS)
    father, mother = (np.isin(calls.parent(c), lost) for c in (calls.father, calls.mother))
    single = (calls.proband == Genotype.HETEROZYGOUS) & (calls.region != Region.MITOCHONDRIAL)
    out[single & father & ~mother] = (1, 0)
    out[single & mother & ~father] = (0, 1)
    return out
