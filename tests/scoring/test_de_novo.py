"""How far the reads support a de novo call, asked of a family."""

from __future__ import annotations

import numpy as np
import pytest

from builders import batch, calls, family, read_table, trio
from raredx.scoring.de_novo import REASONS, grade_de_novo, reasons_in_words
from raredx.scoring.inheritance import judge_single
from raredx.settings import DeNovoSettings
from raredx.vocabulary import DE_NOVO_GRADE_NAMES, DeNovoGrade, Mode, Outcome

SETTINGS = DeNovoSettings()


def grade(*, members, genotypes, place="7", clustered=False, **columns):
    """Grade one variant: the grade's name and the reasons in words."""
    found = batch(genotypes=[genotypes], place=place, **columns)
    grades, bits = grade_de_novo(
        found, calls(batch=found, family=members), SETTINGS, np.array([clustered])
    )
    assert grades.dtype == np.int8
    return DE_NOVO_GRADE_NAMES[DeNovoGrade(int(grades[0]))], reasons_in_words(int(bits[0]))


TABLE = """
place | sex | proband  | father   | mother   | grade    | reasons
7     | F   | 0/1      | 0/0      | 0/0      | high     |
7     | F   | 0/1@0.20 | 0/0      | 0/0      | high     |
7     | F   | 0/1@0.80 | 0/0      | 0/0      | high     |
7     | F   | 0/1@0.19 | 0/0      | 0/0      | low      | allele_balance
7     | F   | 0/1@0.81 | 0/0      | 0/0      | medium   | allele_balance
7     | F   | 0/1      | 0/0@0.05 | 0/0      | low      | parental_alt_reads   # 2 reads in 40
7     | F   | 0/1      | 0/0@0.03 | 0/0@0.03 | low      | parental_alt_reads   # 1 read in each
7     | F   | 0/1      | ./.      | 0/0      | possible | parent_not_called
7     | F   | 0/1      | ./0      | 0/0      | possible | parent_not_called
7     | F   | 1/1      | 0/0      | 0/0      | low      | no_reference_copy
X     | M   | 1        | 0        | 0/0      | high     |
X     | M   | 1        | .        | 0/0      | high     |                      # a son's X: the mother only
X     | M   | 1        | 0@0.50   | 0/0      | high     |
X     | M   | 1        | 0        | ./.      | possible | parent_not_called
X     | ?   | 1        | .        | 0/0      | high     |
X     | F   | 0/1      | .        | 0/0      | possible | parent_not_called
X     | M   | 0/1@0.90 | 0        | 0/0      | high     |                      # hemizygous
Y     | M   | 1        | 0        | .        | high     |                      # the father only
Y     | M   | 1        | .        | .        | possible | parent_not_called
PAR1  | M   | 0/1      | ./.      | 0/0      | possible | parent_not_called
"""


@pytest.mark.parametrize("row", read_table(text=TABLE), ids=lambda row: " ".join(row.values()))
def test_trio(row):
    genotypes = [row["proband"], row["father"], row["mother"]]
    found = grade(members=trio(sex=row["sex"]), genotypes=genotypes, place=row["place"])
    assert found == (row["grade"], row["reasons"])


@pytest.mark.parametrize(
    ("place", "people", "expected"),
    [
        ("7", "proband father 0 F A\nfather 0 0 M U", "possible"),
        ("X", "proband father 0 M A\nfather 0 0 M U", "possible"),
        ("X", "proband 0 mother M A\nmother 0 0 F U", "high"),
        ("Y", "proband father 0 M A\nfather 0 0 M U", "high"),
        ("7", "proband 0 0 F A\nuncle 0 0 M U", "possible"),
    ],
)
def test_parents_not_sequenced(place, people, expected):
    found = grade(members=family(people=people), genotypes=["1", "0"], place=place)
    assert found[0] == expected


@pytest.mark.parametrize(
    ("gq", "depth", "expected"),
    [
        ((20, 20, 20), (10, 10, 10), ("high", "")),
        ((19, 60, 60), (40, 40, 40), ("low", "low_gq")),
        ((60, 19, 60), (40, 40, 40), ("medium", "parent_low_gq")),
        ((60, 60, 19), (40, 40, 9), ("medium", "shallow_parent, parent_low_gq")),
        ((9, 60, 60), (40, 40, 40), ("low", "low_gq")),
        ((60, 0, 60), (40, 40, 40), ("low", "parent_low_gq")),
        ((60, 60, 60), (5, 40, 40), ("low", "low_depth")),
        ((60, 60, 60), (40, 5, 40), ("low", "shallow_parent")),
        ((np.nan, 60, 60), (40, 40, 40), ("medium", "reads_unknown")),
        ((60, 60, np.nan), (40, 40, 40), ("medium", "reads_unknown")),
        ((60, 60, 60), (40, -1, 40), ("medium", "reads_unknown")),
    ],
)
def test_quality_and_depth(gq, depth, expected):
    found = grade(members=trio(), genotypes=["0/1", "0/0", "0/0"], gq=[gq], depth=[depth])
    assert found == expected


def test_no_reads_at_all_is_medium():
    blank = {"gq": [[np.nan] * 3], "depth": [[-1] * 3], "alt_reads": [[-1] * 3]}
    found = grade(
        members=trio(), genotypes=["0/1", "0/0", "0/0"], alt_fraction=[[np.nan] * 3], **blank
    )
    assert found == ("medium", "reads_unknown")


@pytest.mark.parametrize(
    "columns",
    [
        pytest.param({"depth": [[-1, 40, 40]]}, id="depth of the proband"),
        pytest.param({"alt_reads": [[20, -1, 0]]}, id="ALT reads of the father"),
    ],
)
def test_missing_reads_are_at_best_medium(columns):
    found = grade(members=trio(), genotypes=["0/1", "0/0", "0/0"], **columns)
    assert found == ("medium", "reads_unknown")


@pytest.mark.parametrize(
    ("father", "columns", "expected"),
    [
        ("0/0", {"clustered": True}, ("low", "cluster")),
        ("0/0", {"filters": ["."], "filter_outcome": [-1]}, ("medium", "filter_not_assessed")),
        (
            "0/0",
            {"clustered": True, "filters": ["."], "filter_outcome": [-1]},
            ("low", "cluster, filter_not_assessed"),
        ),
        ("./.", {"clustered": True}, ("possible", "parent_not_called, cluster")),
    ],
)
def test_surroundings(father, columns, expected):
    """Crowding is serious; a FILTER that was not run is a doubt."""
    found = grade(members=trio(), genotypes=["0/1", father, "0/0"], **columns)
    assert found == expected


@pytest.mark.parametrize(
    ("genotypes", "new"),
    [
        (["1/1", "0/1", "0/0"], Outcome.FAIL),  # the father carries it: isodisomy or deletion
        (["1/1", "0/0", "0/1"], Outcome.FAIL),
        (["1/1", "0/1@0.10", "0/0"], Outcome.FAIL),  # a mosaic carries it
        (["0/1", "0/1@0.10", "0/0"], Outcome.FAIL),
        (["1/1", "0/1", "0/1"], Outcome.FAIL),
        (["1/1", "0/0", "0/0"], Outcome.PASS),
        (["0/1", "0/0", "0/0"], Outcome.PASS),
    ],
)
def test_two_copies_and_one_carrying_parent_are_not_new(genotypes, new):
    found = batch(genotypes=[genotypes])
    read = calls(batch=found, family=trio())
    assert judge_single(read, Mode.DE_NOVO, complete=True).tolist() == [new]


def test_two_new_copies_stay_low():
    found = grade(members=trio(), genotypes=["1/1", "0/0", "0/0"])
    assert found == ("low", "no_reference_copy")


def test_samples_in_any_order():
    """The reads of proband, father and mother are found wherever they stand."""
    members = trio(sequenced=("mother", "proband", "father"))
    genotypes = ["0/0", "0/1", "0/0"]
    assert grade(members=members, genotypes=genotypes, gq=[[60, 19, 60]])[1] == "low_gq"
    assert grade(members=members, genotypes=genotypes, gq=[[19, 60, 60]])[1] == "parent_low_gq"


def test_every_reason_has_its_own_bit_and_word():
    bits, words = zip(*REASONS, strict=True)
    assert len(set(words)) == len(words)
    assert sorted(bits) == [2**n for n in range(len(bits))]
    assert reasons_in_words(sum(bits)) == ", ".join(words)
    assert reasons_in_words(0) == ""
