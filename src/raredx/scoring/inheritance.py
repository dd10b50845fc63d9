"""Does a variant fit the family? Every mode, for complete and incomplete penetrance.

Each member's call is held against the mode's fit table, the parents are asked what they can
have given, and the rest of the pedigree whether it leaves room.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from raredx.kernels import segregation as kernels
from raredx.scoring.family_calls import FamilyCalls
from raredx.scoring.fit_tables import WHERE, fit_table, has_incomplete
from raredx.scoring.relatives import judge_relatives
from raredx.vocabulary import Genotype, Mode, Outcome, Sex

_DE_NOVO_BY: tuple[Mode, ...] = (Mode.AUTOSOMAL_DOMINANT, Mode.X_LINKED_DOMINANT, Mode.Y_LINKED)


def judge_single(calls: FamilyCalls, mode: Mode, *, complete: bool) -> NDArray[np.int8]:
    """Judge one mode in which one variant is enough.

    Parameters
    ----------
    calls : FamilyCalls
    mode : Mode
        Any but the compound heterozygous ones.
    complete : bool
        Complete penetrance; modes without a table of their own for incomplete penetrance
        give the same for both.

    Returns
    -------
    int8, shape (variant,)
        `Outcome`; FAIL where the mode does not exist at the position.
    """
    out = np.full(calls.region.shape, Outcome.FAIL, np.int8)
    for table in _DE_NOVO_BY if mode is Mode.DE_NOVO else (mode,):
        rows = np.flatnonzero(calls.lies_in(WHERE[table]) & calls.carried)
        if rows.size:
            out[rows] = _judge(calls.select(rows), table, mode, complete=complete)
    return out


def _only_het_women(calls: FamilyCalls, out: NDArray[np.int8]) -> None:
    """Keep the weaker class for heterozygous women; in doubt it is not assessed."""
    one_x = calls.sexes[0, 0] == Sex.MALE
    states = Genotype.HETEROZYGOUS, Genotype.CARRIER
    out[~np.isin(calls.proband, states) | one_x] = Outcome.FAIL
    doubtful = calls.proband == Genotype.CARRIER
    if calls.sexes[0, 0] == Sex.UNKNOWN:
        doubtful[:] = True
    out[(out == Outcome.PASS) & doubtful] = Outcome.NOT_ASSESSED


def _judge(calls: FamilyCalls, table: Mode, mode: Mode, *, complete: bool) -> NDArray[np.int8]:
    """Judge variants that the proband carries, where the table's mode exists."""
    complete = complete or not has_incomplete(table) or mode is Mode.DE_NOVO
    out = _join_members_and_parents(calls, table, mode, complete=complete)
    if mode is Mode.DE_NOVO:
        return out
    if mode is Mode.X_LINKED_HET_FEMALE:
        _only_het_women(calls, out)
    left = np.flatnonzero(out != Outcome.FAIL)
    if left.size:
        room = judge_relatives(calls, mode, left, complete=complete)
        out[left[room == Outcome.FAIL]] = Outcome.FAIL
        out[left[(room == Outcome.NOT_ASSESSED) & (out[left] == Outcome.PASS)]] = (
            Outcome.NOT_ASSESSED
        )
    return out


def _join_members_and_parents(
    calls: FamilyCalls, table: Mode, mode: Mode, *, complete: bool
) -> NDArray[np.int8]:
    """Join what the members say under one mode's table with what the parents say."""
    members, by_parents, out = (np.empty(calls.region.shape, np.int8) for _ in range(3))
    place = 1 if table is Mode.Y_LINKED else 0
    kernels.judge_members(
        calls.genotype,
        calls.affection,
        np.ascontiguousarray(calls.sexes[:, place]),
        fit_table(table, complete=complete),
        members,
    )
    kernels.judge_parents(
        int(mode),
        calls.proband,
        calls.parent(calls.father),
        calls.parent(calls.mother),
        calls.x_from_mother,
        calls.region,
        by_parents,
    )
    kernels.combine(members, by_parents, out)
    return out
