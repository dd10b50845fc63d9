"""Signs of mosaicism in proband, parents and siblings."""

from __future__ import annotations

import numpy as np
import pytest

from builders import batch, calls, family, read_table, trio
from raredx.scoring.mosaic import carrying_siblings, find_mosaic_signs
from raredx.settings import MosaicSettings
from raredx.vocabulary import Mode

SETTINGS = MosaicSettings()


def signs(*, genotypes, members=None, place="7", sex="F", **columns):
    found = batch(genotypes=[genotypes], place=place, **columns)
    return find_mosaic_signs(
        found, calls(batch=found, family=members or trio(sex=sex)), SETTINGS
    )  # fmt: skip


# 40 reads each. A heterozygote has 12 ALT reads or fewer in 8 of 1,000, 13 in 19 of 1,000.
PROBAND = """
place | sex | proband   | father  | mother  | mosaic
7     | F   | 0/1       | 0/0     | 0/0     | no
7     | F   | 0/1@0.325 | 0/0     | 0/0     | no
7     | F   | 0/1@0.30  | 0/0     | 0/0     | yes
7     | F   | 0/1@0.30  | ./.     | 0/0     | yes     # no parent is known to carry it
7     | F   | 0/1@0.30  | 0/1     | 0/0     | no      # inherited: in every cell
7     | F   | 0/1@0.30  | 0/0     | 0/1     | no
7     | F   | 0/1@0.20  | 0/1     | 0/0     | no      # at the limit
7     | F   | 0/1@0.175 | 0/1     | 0/0     | yes     # inherited, and yet below a fifth
7     | F   | 0/1@0.95  | 0/0     | 0/0     | no      # too many are no mosaic
7     | F   | 0/0@0.10  | 0/0     | 0/0     | no      # called without it
7     | F   | 1/1@0.60  | 0/0     | 0/0     | no      # another question
7     | F   | ./1@0.10  | 0/0     | 0/0     | no      # a half-call promises nothing
PAR1  | M   | 0/1@0.30  | 0/0     | 0/0     | yes
X     | F   | 0/1@0.30  | 0       | 0/0     | yes
X     | M   | 1         | 0       | 0/0     | no
X     | M   | 1@0.95    | 0       | 0/0     | no      # two stray reads of 40
X     | M   | 1@0.85    | 0       | 0/0     | yes
X     | M   | 0/1@0.85  | 0       | 0/0     | yes     # read as hemizygous
X     | M   | 0/1@0.40  | 0       | 0/0     | yes     # a man has one copy
X     | M   | 1@0.85    | 1       | 0/0     | yes     # a father gives no X to a son
X     | M   | 1@0.85    | 0       | 0/1     | no
Y     | M   | 1@0.80    | 0       | .       | yes
X     | M   | ./1@0.40  | 0       | 0/0     | no
7     | F   | 1@0.80    | 0/0     | 0/0     | no      # one allele called on an autosome
MT    | F   | 0/1@0.10  | 0/0     | 0/0     | no      # heteroplasmy
"""


@pytest.mark.parametrize("row", read_table(text=PROBAND), ids=lambda row: " ".join(row.values()))
def test_proband(row):
    found = signs(
        genotypes=[row["proband"], row["father"], row["mother"]], place=row["place"], sex=row["sex"]
    )
    assert found.proband.tolist() == [row["mosaic"] == "yes"]


def test_proband_by_fraction_alone():
    """No reads, only a stated fraction: the limit counts, chance cannot be told."""
    unknown = {"alt_reads": [[-1] * 3], "ref_reads": [[-1] * 3]}
    for fraction, wanted in ((0.19, True), (0.2, False), (0.3, False)):
        found = signs(genotypes=[f"0/1@{fraction}", "0/0", "0/0"], **unknown)
        assert found.proband.tolist() == [wanted]


def test_reads_of_another_alt_are_not_this_one():
    """1/2 with 20 reads of each ALT: half of all reads, though none shows REF."""
    columns = {"alt_reads": [[20, 0, 0]], "ref_reads": [[0, 40, 40]]}
    assert signs(genotypes=["1/2", "0/0", "0/0"], **columns).proband.tolist() == [False]
    columns["alt_fraction"] = [[20 / 70, 0, 0]]
    columns["other_dosage"] = [[1, 0, 0]]
    assert signs(genotypes=["1/2", "0/0", "0/0"], **columns).proband.tolist() == [True]


# The first four columns say what is called, then under which mode, then which parent is flagged.
PARENTS = """
place | sex | proband | father    | mother    | mode                    | flagged
7     | F   | 0/1     | 0/0       | 0/0       | de_novo                 |
7     | F   | 0/1     | 0/0@0.05  | 0/0       | de_novo                 | father
7     | F   | 0/1     | 0/0       | 0/0@0.10  | de_novo                 | mother
7     | F   | 0/1     | 0/0@0.05  | 0/0@0.05  | de_novo                 | father mother
7     | F   | 0/1     | 0/0@0.025 | 0/0       | de_novo                 |               # one read of 40
7     | F   | 0/1     | 0/0@0.30  | 0/0       | de_novo                 | father        # a heterozygote?
7     | F   | 0/1     | 0/1@0.15  | 0/0       | autosomal_dominant      | father        # read as mosaic
7     | F   | 0/1     | 0/1       | 0/0       | autosomal_dominant      |
7     | F   | 0/1     | 0/1       | 0/0@0.10  | autosomal_dominant      |               # the father gave it
7     | F   | 0/1     | ./.       | 0/0@0.10  | autosomal_dominant      | mother
7     | F   | 1/1     | 0/1       | 0/0@0.10  | autosomal_recessive_hom | mother        # should carry it
7     | F   | 1/1     | 0/1       | 0/1@0.10  | autosomal_recessive_hom | mother
7     | F   | 0/1     | 0/1       | 0/0@0.10  | compound_het            |
X     | M   | 1       | 0@0.10    | 0/0@0.10  | de_novo                 | mother        # a son's X
X     | M   | 1       | 0         | 0/0@0.10  | x_linked_recessive      | mother
X     | F   | 0/1     | 0@0.10    | 0/0       | de_novo                 | father
X     | F   | 1/1     | 0@0.10    | 0/1       | x_linked_recessive      | father
Y     | M   | 1       | 0@0.10    | .         | de_novo                 | father
MT    | F   | 0/1     | 0/0       | 0/0@0.04  | mitochondrial           |               # heteroplasmy
"""
MODES = {mode.name.lower(): mode for mode in Mode}


@pytest.mark.parametrize("row", read_table(text=PARENTS), ids=lambda row: " ".join(row.values()))
def test_parents(row):
    genotypes = [row["proband"], row["father"], row["mother"]]
    found = signs(genotypes=genotypes, place=row["place"], sex=row["sex"])
    origin = tuple(
        {"0/1": 1, "./.": -1, ".": -1}.get(g.partition("@")[0], 0) for g in genotypes[1:]
    )
    flagged = found.parents_in(MODES[row["mode"]], 0, origin)
    assert flagged == [who in row["flagged"].split() for who in ("father", "mother")]


@pytest.mark.parametrize(("reads", "flagged"), [(2, False), (3, True), (4, True)])
def test_two_reads_of_200_are_errors(reads, flagged):
    columns = {
        "alt_reads": [[100, reads, 0]],
        "ref_reads": [[100, 200 - reads, 200]],
        "alt_fraction": [[0.5, reads / 200, 0]],
    }
    found = signs(genotypes=["0/1", "0/0", "0/0"], **columns)
    assert found.parents_in(Mode.DE_NOVO, 0, (0, 0)) == [flagged, False]


def test_parents_not_sequenced():
    found = signs(genotypes=["0/1"], members=family(people="proband 0 0 F A"))
    assert found.parents_in(Mode.DE_NOVO, 0, (-1, -1)) == [False, False]


FAMILY = """
proband father mother F A
brother father mother M U
half 0 mother F ?
father 0 0 M U
mother 0 0 F U
cousin aunt_man aunt F U
aunt_man 0 0 M U
aunt 0 0 F U
"""


@pytest.mark.parametrize(
    ("brother", "half", "cousin", "named"),
    [
        ("0/0", "0/0", "0/1", []),
        ("0/1", "0/0", "0/0", ["brother"]),
        ("0/0", "0/1", "0/0", ["half"]),
        ("1/1", "./1", "0/0", ["brother", "half"]),
        ("0/1@0.10", "./0", "0/0", ["brother"]),  # a mosaic carries it
        ("./.", "./.", "./.", []),
    ],
)
def test_siblings(brother, half, cousin, named):
    genotypes = ["0/1", brother, half, "0/0", "0/0", cousin, "0/0", "0/0"]
    found = batch(genotypes=[genotypes])
    assert carrying_siblings(calls(batch=found, family=family(people=FAMILY)), 0) == named


def test_people_without_parents_are_no_siblings():
    people = "proband 0 0 F A\nother 0 0 F U"
    found = batch(genotypes=[["0/1", "0/1"]])
    assert carrying_siblings(calls(batch=found, family=family(people=people)), 0) == []


def test_one_row_for_each_variant():
    found = batch(genotypes=[["0/1", "0/0", "0/0"], ["0/1@0.1", "0/0@0.1", "0/0"]])
    both = find_mosaic_signs(found, calls(batch=found, family=trio()), SETTINGS)
    assert both.proband.tolist() == [False, True]
    assert both.reads_in_parent.tolist() == [[False, False], [True, False]]
    assert both.parent.shape == both.giving.shape == (2, 2)
    assert both.proband.dtype == np.bool_
