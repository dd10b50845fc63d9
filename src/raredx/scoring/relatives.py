"""Does the whole pedigree leave room for a mode: relatives without a call, and odd calls?

An unaffected man between two carriers is an obligate carrier, sequenced or not; an affected
aunt whose parents both lack the allele cannot have it. Such relatives can exclude a mode; they
never support one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from raredx.columns.family import Pedigree
from raredx.kernels import elimination as kernels
from raredx.kernels import segregation
from raredx.scoring.family_calls import FamilyCalls
from raredx.scoring.fit_tables import fit_table
from raredx.vocabulary import Affection, Genotype, Karyotype, Mode, Outcome, Sex

_DIPLOID = {
    Genotype.REFERENCE: 1, Genotype.HETEROZYGOUS: 2, Genotype.HOMOZYGOUS: 4,
    Genotype.HEMIZYGOUS: 6 | kernels.SEEN, Genotype.CARRIER: 6, Genotype.PARTIAL: 3,
    Genotype.NOT_APPLICABLE: 1, Genotype.MOSAIC: kernels.ANY | kernels.SEEN,
}  # fmt: skip
_HAPLOID = {
    Genotype.REFERENCE: 1, Genotype.HETEROZYGOUS: 2, Genotype.HOMOZYGOUS: 2,
    Genotype.HEMIZYGOUS: 2, Genotype.CARRIER: 2, Genotype.PARTIAL: 3, Genotype.NOT_APPLICABLE: 1,
}  # fmt: skip
"""Copies that a call allows, as bits 1, 2 and 4 for none, one and two; others allow any. A
haploid call where two are expected may hide a second copy or a deletion; a mosaic relative
need not have the allele from a parent, and need not give it."""

_X_MODES = (Mode.X_LINKED_RECESSIVE, Mode.X_LINKED_DOMINANT, Mode.X_LINKED_HET_FEMALE)
_DOMINANT = (Mode.AUTOSOMAL_DOMINANT, Mode.X_LINKED_DOMINANT, Mode.X_LINKED_HET_FEMALE)
_RECESSIVE = (Mode.AUTOSOMAL_RECESSIVE_HOM, Mode.X_LINKED_RECESSIVE)
_PLAIN = {Sex.MALE: (Karyotype.UNKNOWN, Karyotype.XY, Karyotype.XYY),
          Sex.FEMALE: (Karyotype.UNKNOWN, Karyotype.XX, Karyotype.XXX)}  # fmt: skip


def judge_relatives(
    calls: FamilyCalls, mode: Mode, rows: NDArray[np.int64], *, complete: bool
) -> NDArray[np.int8]:
    """Judge whether the pedigree leaves room for a mode in which one variant is enough.

    Parameters
    ----------
    calls : FamilyCalls
    mode : Mode
        Inherited; on MT nothing is said here.
    rows : int64, shape (row,)
        Variants to judge, where the mode exists.
    complete : bool

    Returns
    -------
    int8, shape (row,)
        FAIL where a relative without a call cannot have a genotype that fits, or a man has
        from his father what his mother lacks on X; NOT_ASSESSED where the calls of relatives
        contradict each other; otherwise PASS.
    """
    if mode is Mode.MITOCHONDRIAL:
        return np.full(rows.size, Outcome.PASS, np.int8)
    out = _room(calls, mode, rows, _wanted(calls.family.pedigree, mode, complete=complete))
    if mode in _X_MODES and _says_something(calls):
        out[_from_father_to_son(calls, calls.genotype[rows])] = Outcome.FAIL
    return out


def calls_agree(calls: FamilyCalls, rows: NDArray[np.int64], *, on_x: bool) -> NDArray[np.bool_]:
    """Whether the calls of the relatives obey Mendel's laws, the proband's own left out.

    Parameters
    ----------
    calls : FamilyCalls
    rows : int64, shape (row,)
        Variants on autosomes and in pseudo-autosomal regions, or on X.
    on_x : bool

    Returns
    -------
    bool, shape (row,)
    """
    mode = Mode.X_LINKED_RECESSIVE if on_x else Mode.AUTOSOMAL_RECESSIVE_HOM
    anything = np.full(len(calls.family.pedigree.members), kernels.ANY, np.int64)
    return np.asarray(_room(calls, mode, rows, anything) == Outcome.PASS, bool)


def _room(
    calls: FamilyCalls, mode: Mode, rows: NDArray[np.int64], wanted: NDArray[np.int64]
) -> NDArray[np.int8]:
    """Ask the kernel; `wanted` holds the copies that each member's phenotype allows."""
    out = np.full(rows.size, Outcome.PASS, np.int8)
    if not _says_something(calls):
        return out
    pedigree, proband = calls.family.pedigree, calls.family.proband
    haploid = _haploid(pedigree, mode)
    links = _links(pedigree, mode)
    if mode in _RECESSIVE:  # two copies may be of one parent: isodisomy, or a deletion
        links = links[links[:, 0] != proband]
    observed = _observed(calls, calls.genotype[rows], haploid)
    if mode in _DOMINANT and not haploid[proband]:
        # a carrier is enough: one copy, or two by isodisomy
        observed[:, proband] |= 6
    scratch = np.empty((3, len(pedigree.members)), np.int64)
    kernels.judge_relatives(observed, wanted, links, _descends(pedigree), proband, scratch, out)
    return out


def _observed(
    calls: FamilyCalls, genotype: NDArray[np.int8], haploid: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Which copies each member's call allows, as bits, shape (row, member of the pedigree)."""
    out = np.full((genotype.shape[0], len(haploid)), kernels.ANY, np.int64)
    for column, member in enumerate(calls.members):
        table = np.full(len(Genotype), kernels.ANY, np.int64)
        for state, mask in (_HAPLOID if haploid[member] else _DIPLOID).items():
            table[state + 1] = mask
        out[:, member] = table[genotype[:, column].astype(np.int64) + 1]
    return out


def _says_something(calls: FamilyCalls) -> bool:
    """Whether the family is more than a proband with parents who were all sequenced and called."""
    pedigree = calls.family.pedigree
    children = int(((pedigree.father >= 0) | (pedigree.mother >= 0)).sum())
    unsequenced = len(calls.members) < len(pedigree.members)
    open_calls = (Genotype.MISSING, Genotype.PARTIAL, Genotype.CARRIER)
    uncalled = bool(np.isin(calls.genotype, open_calls).any())
    return children > 1 or unsequenced or uncalled


def _haploid(pedigree: Pedigree, mode: Mode) -> NDArray[np.bool_]:
    """Which members have one copy of the chromosome of a mode."""
    if mode in _X_MODES:
        return np.asarray(pedigree.sex_on_x == Sex.MALE, bool)
    return np.full(len(pedigree.members), mode is Mode.Y_LINKED)


def _links(pedigree: Pedigree, mode: Mode) -> NDArray[np.int64]:
    """List the children and how they get the chromosome of a mode.

    On X and Y a child of unknown sex or unusual karyotype is left out: nothing follows.
    """
    found = []
    for child in range(len(pedigree.members)):
        father, mother = int(pedigree.father[child]), int(pedigree.mother[child])
        if father < 0 and mother < 0:
            continue
        kind = kernels.AUTOSOMAL
        if mode in _X_MODES or mode is Mode.Y_LINKED:
            sex = Sex(int(pedigree.sex[child]))
            stated = [pedigree.karyotype(p) for p in (child, father, mother) if p >= 0]
            if sex is Sex.UNKNOWN or stated[0] not in _PLAIN[sex]:
                continue
            if any(k in (Karyotype.XXY, Karyotype.X0) for k in stated[1:]):
                continue
            on_x = kernels.SON_ON_X if sex is Sex.MALE else kernels.DAUGHTER_ON_X
            kind = on_x if mode in _X_MODES else kernels.SON_ON_Y
            if mode is Mode.Y_LINKED and sex is Sex.FEMALE:
                continue
        found.append((child, father, mother, kind))
    return np.array(found, np.int64).reshape(-1, 4)


def _descends(pedigree: Pedigree) -> NDArray[np.bool_]:
    """Whether the first person descends from the second, shape (person, person)."""
    n = len(pedigree.members)
    out = np.zeros((n, n), bool)
    for _ in range(n):
        before = out.copy()
        for child in range(n):
            for parent in (int(pedigree.father[child]), int(pedigree.mother[child])):
                if parent >= 0:
                    out[child, parent] = True
                    out[child] |= out[parent]
        if (out == before).all():
            break
    return out


def _wanted(pedigree: Pedigree, mode: Mode, *, complete: bool) -> NDArray[np.int64]:
    """Which copies the phenotype of each member allows under a mode, as bits."""
    fit, haploid = fit_table(mode, complete=complete), _haploid(pedigree, mode)
    sexes = pedigree.sex_on_y if mode is Mode.Y_LINKED else pedigree.sex_on_x
    out = np.full(len(pedigree.members), kernels.ANY, np.int64)
    for member in range(len(pedigree.members)):
        affection = int(pedigree.affection[member])
        if affection == Affection.UNKNOWN:
            continue
        row = fit[affection, int(sexes[member])]
        states = (Genotype.REFERENCE, Genotype.HETEROZYGOUS, Genotype.HOMOZYGOUS)
        if haploid[member]:
            states = (Genotype.REFERENCE, Genotype.HEMIZYGOUS, Genotype.HEMIZYGOUS)
        fits = [row[state + 1] != segregation.CONTRADICTS for state in states]
        out[member] = sum(bit for bit, fit_one in zip((1, 2, 4), fits, strict=True) if fit_one)
    return out


def _from_father_to_son(calls: FamilyCalls, genotype: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Where a man has an allele of X that his father has and his mother lacks."""
    pedigree = calls.family.pedigree
    carries = np.isin(genotype, (Genotype.HEMIZYGOUS, Genotype.CARRIER))
    lacks = genotype == Genotype.REFERENCE
    found = np.zeros(genotype.shape[0], bool)
    for column, member in enumerate(calls.members):
        father = calls.column_of(int(pedigree.father[member]))
        mother = calls.column_of(int(pedigree.mother[member]))
        is_son = pedigree.sex[member] == Sex.MALE
        is_son &= pedigree.karyotype(member) in _PLAIN[Sex.MALE]
        if father >= 0 and mother >= 0 and is_son:
            found |= carries[:, column] & carries[:, father] & lacks[:, mother]
    return found
