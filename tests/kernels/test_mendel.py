"""Mendel's laws on autosomes, X, Y and MT."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

import reference_check as reference
from builders import read_table
from raredx.kernels import mendel as kernels
from raredx.kernels import site_calls as kinds

ANSWER = {None: -1, True: 1, False: 0}
ALL = list(product((0, 1, 2), repeat=3))


@pytest.mark.parametrize(("child", "father", "mother"), ALL)
def test_autosomes_twin(child, father, mother):
    expected = ANSWER[reference.mendel(child, father, mother)]
    assert kernels.judge_trio(child, father, mother) == expected


@pytest.mark.parametrize("son", [True, False], ids=["son", "daughter"])
@pytest.mark.parametrize(("child", "father", "mother"), ALL)
def test_x_twin(child, father, mother, son):
    expected = ANSWER[reference.mendel_x(child, father, mother, son=son)]
    assert kernels.judge_x(child, father, mother, son) == expected


TRIOS = """
place | child | father | mother | slot     | informative | errors | new
7     | 0/1   | 0/0    | 0/0    | 7        | 1           | 1      | 1
7     | 1/1   | 0/0    | 0/1    | 7        | 1           | 1      | 0
7     | 0/0   | 1/1    | 0/1    | 7        | 1           | 1      | 0
7     | 0/1   | 0/1    | 0/1    | 7        | 0           | 0      | 0 # nothing could be wrong
7     | 1/1   | 1/1    | 1/1    | 7        | 1           | 0      | 0
7     | 0/0   | 0/0    | 0/0    | 7        | 0           | 0      | 0 # nobody carries it
7     | ./.   | 0/0    | 0/1    | 7        | 0           | 0      | 0
7     | 0/1   | ./.    | 0/0    | 7        | 0           | 0      | 0
indel | 0/1   | 0/0    | 0/0    | other    | 1           | 1      | 1
PAR   | 1/1   | 0/0    | 0/1    | par      | 1           | 1      | 0 # autosomal rules
X     | 1/1   | 0/0    | 0/0    | son      | 1           | 1      | 1
X     | 1/1   | 0/0    | 0/1    | son      | 0           | 0      | 0 # from his mother
X     | 0/0   | 1/1    | 0/0    | son      | 0           | 0      | 0 # nothing from his father
X     | 1/1   | ./.    | 0/0    | son      | 1           | 1      | 0 # his father is not asked
X     | 0/0   | 1/1    | 0/1    | daughter | 1           | 1      | 0 # she has his only X
X     | 0/1   | 1/1    | 0/0    | daughter | 1           | 0      | 0
X     | 1/1   | 0/0    | 0/1    | daughter | 1           | 1      | 0
Y     | 1/1   | 0/0    | ./.    | y        | 0           | 0      | 0 # duos see to it
"""
SLOTS = {
    "7": 7, "other": kernels.OTHER_SLOT, "par": kernels.PAR_SLOT, "son": kernels.SON_SLOT,
    "daughter": kernels.DAUGHTER_SLOT, "y": kernels.Y_SLOT,
}  # fmt: skip
KINDS = {
    "7": kinds.AUTOSOMAL, "indel": kinds.OTHER_ALLELE, "PAR": kinds.PSEUDOAUTOSOMAL,
    "X": kinds.ON_X, "Y": kinds.ON_Y, "MT": kinds.ON_MT, "off": kinds.OFF,
}  # fmt: skip
CODES = {"0/0": 0, "0/1": 1, "1/1": 2, "./.": -1}
CONTIGS = {"X": 23, "PAR": 23, "Y": 24, "MT": 25}


def row(place, *genotypes):
    return (
        np.array([[CODES[g] for g in genotypes]], np.int8),
        np.array([KINDS[place]], np.int8),
        np.array([CONTIGS.get(place, 7)], np.int8),
    )


@pytest.mark.parametrize("line", read_table(text=TRIOS), ids=lambda r: "-".join(r.values()))
def test_trios_by_hand(line):
    out = np.zeros((1, kernels.N_SLOTS, 3), np.int64)
    calls = row(line["place"], line["child"], line["father"], line["mother"])
    kernels.count_trios(*calls, np.array([[0, 1, 2]]), out)
    slot = SLOTS[line["slot"]]
    assert out[0, slot].tolist() == [int(line[k]) for k in ("informative", "errors", "new")]
    others = np.delete(out[0], [slot, kernels.SON_SLOT, kernels.DAUGHTER_SLOT], axis=0)
    assert others.sum() == 0


DUOS = """
place | child | parent | slot | informative | opposite
7     | 1/1   | 0/0    | 7    | 1           | 1
7     | 1/1   | 1/1    | 7    | 1           | 0
7     | 0/0   | 0/0    | 7    | 0           | 0
7     | 0/1   | 0/0    | 7    | 0           | 0
7     | ./.   | 1/1    | 7    | 0           | 0
X     | 1/1   | 0/0    | son  | 1           | 1
Y     | 1/1   | 0/0    | y    | 1           | 1
MT    | 0/0   | 1/1    | mt   | 1           | 1
off   | 0/0   | 1/1    | 7    | 0           | 0
indel | 0/0   | 1/1    | 7    | 0           | 0
"""


@pytest.mark.parametrize("line", read_table(text=DUOS), ids=lambda r: "-".join(r.values()))
def test_duos_by_hand(line):
    out = np.zeros((1, kernels.N_SLOTS, 2), np.int64)
    calls = row(line["place"], line["child"], line["parent"])
    kernels.count_duos(*calls, np.array([[0, 1]]), out)
    slot = (SLOTS | {"mt": kernels.MT_SLOT})[line["slot"]]
    assert out[0, slot].tolist() == [int(line["informative"]), int(line["opposite"])]
    assert out.sum() == int(line["informative"]) + int(line["opposite"])
