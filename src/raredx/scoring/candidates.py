"""Collect the candidates of one family: every mode of every variant that is not excluded."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from raredx.columns.candidates import CandidateRows
from raredx.scoring.evidence import Evidence
from raredx.scoring.family_calls import FamilyCalls, parent_carries
from raredx.scoring.mode_answers import SINGLE_MODES, judge_modes
from raredx.scoring.pairs import collect_pairs
from raredx.settings import SegregationSettings
from raredx.vocabulary import UNKNOWN_INDEX, Genotype, Mode, Outcome, PhaseReason, Region

NEAR_MODES = (Mode.DE_NOVO, Mode.AUTOSOMAL_RECESSIVE_HOM)
"""Modes in which a variant without a tiered consequence is still shown."""


def collect_candidates(
    evidence: Evidence,
    calls: FamilyCalls,
    imprinted: frozenset[int],
    settings: SegregationSettings,
    *,
    relaxes_known: bool = False,
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
    relaxes_known : bool
        Whether an unaffected carrier does not exclude known pathogenic variants.
    """
    incomplete = settings.incomplete_penetrance
    answers = judge_modes(calls, settings, relaxes_known=relaxes_known)
    parts = [_single(evidence, answers.of(mode), mode, complete=True) for mode in SINGLE_MODES]
    done = {(m, v) for m, (_, v, *_) in zip(SINGLE_MODES, parts, strict=True) for v in v.tolist()}
    for mode, outcome in answers.relaxed.items():
        part = _single(evidence, outcome, mode, complete=False)
        new = np.array([(mode, v) not in done for v in part[1].tolist()], bool)
        if not incomplete:
            excused = np.isin(evidence.genes.gene[part[0]], sorted(imprinted))
            excused &= mode is Mode.AUTOSOMAL_DOMINANT
            if relaxes_known:
                excused |= evidence.known_in(mode)[part[1]]
            new &= excused
        parts.append(tuple(column[new] for column in part))
    columns = [np.concatenate(c) for c in zip(*parts, strict=True)]
    n = columns[0].size
    imprinted_rows = ~columns[3] & (not incomplete)
    if relaxes_known:
        imprinted_rows &= ~evidence.known[columns[1]]
    pairs = collect_pairs(evidence, calls, settings)
    single = CandidateRows(
        candidate=np.arange(n, dtype=np.int64),
        pair=columns[0],
        variant=columns[1],
        partner=np.full(n, UNKNOWN_INDEX, np.int64),
        gene=evidence.genes.gene[columns[0]],
        mode=columns[2],
        complete=columns[3],
        imprinted=imprinted_rows,
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
    rare = (frequency != Outcome.FAIL) | evidence.known_in(mode)
    allowed = (segregation != Outcome.FAIL) & rare
    wanted = evidence.reportable & allowed[evidence.genes.variant]
    if complete and mode in NEAR_MODES:
        strict = (segregation == Outcome.PASS) | (allowed & (mode is not Mode.DE_NOVO))
        strict &= frequency == Outcome.PASS
        wanted |= evidence.near & strict[evidence.genes.variant]
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
