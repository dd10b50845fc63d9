"""How alike are two samples? Counts from which kinship is estimated."""

from __future__ import annotations

from raredx.kernels.jit import kernel
from raredx.kernels.site_calls import AUTOSOMAL

N_JOINT = 16
"""Joint genotypes of two samples: `joint_slot` of their codes."""

SHARED_SQUARED, SHARED_HETS, HETS_SQUARED = 0, 1, 2
N_SQUARES = 3
"""Sums over closed blocks of the genome, for the standard error: shared is both heterozygous
less twice the opposite homozygotes, hets the heterozygotes of both."""


@kernel
def joint_slot(a, b):
    """Give the column of two codes; -1, not used, is a code too."""
    return 4 * (a + 1) + b + 1


@kernel
def count_pairs(codes, kind, block, pairs, open_block, joint, before, squares):
    """Count joint genotypes of pairs at autosomal SNVs.

    codes       (site, sample)  from `site_calls.code_calls`
    kind        (site,)         only AUTOSOMAL rows count
    block       (site,)         number of the block of the genome
    pairs       (pair, 2)       samples
    open_block  (1,)            block that is being counted, -1 at first; written
    joint       (pair, 16)      added to: sites by `joint_slot`
    before      (pair, 16)      `joint` when the block was opened; written
    squares     (pair, 3)       added to when a block is closed
    """
    for v in range(kind.size):
        if kind[v] != AUTOSOMAL:
            continue
        if block[v] != open_block[0]:
            close_block(joint, before, squares)
            open_block[0] = block[v]
        for p in range(pairs.shape[0]):
            joint[p, joint_slot(codes[v, pairs[p, 0]], codes[v, pairs[p, 1]])] += 1


@kernel
def close_block(joint, before, squares):
    """Add the squares of a finished block, and begin anew.

    joint    (pair, 16)  as in `count_pairs`
    before   (pair, 16)  set to `joint`
    squares  (pair, 3)   added to: see the names above
    """
    for p in range(joint.shape[0]):
        shared = hets = 0
        for a in range(3):
            for b in range(3):
                slot = joint_slot(a, b)
                n = joint[p, slot] - before[p, slot]
                hets += n * ((a == 1) + (b == 1))
                if a == 1 and b == 1:
                    shared += n
                elif abs(a - b) == 2:
                    shared -= 2 * n
        for slot in range(N_JOINT):
            before[p, slot] = joint[p, slot]
        squares[p, SHARED_SQUARED] += shared * shared
        squares[p, SHARED_HETS] += shared * hets
        squares[p, HETS_SQUARED] += hets * hets
