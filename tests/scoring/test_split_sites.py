"""A site with several ALT alleles gives the same answers whole and split."""

from __future__ import annotations

import numpy as np
import pytest

from builders import batch, calls, family, read_table
from raredx.scoring.split_sites import join_split_sites
from raredx.vocabulary import Genotype

# One person at one site: the call whole, and how two ways of splitting write it.
CALLS = """
whole | bcftools a | bcftools b | vt a | vt b
0/0   | 0/0        | 0/0        | 0/0  | 0/0
0/1   | 0/1        | 0/0        | 0/1  | 0/.
0/2   | 0/0        | 0/1        | 0/.  | 0/1
1/2   | 1/0        | 0/1        | 1/.  | ./1
1/1   | 1/1        | 0/0        | 1/1  | ./.
2/2   | 0/0        | 1/1        | ./.  | 1/1
1|2   | 1|0        | 0|1        | 1|.  | .|1
./.   | ./.        | ./.        | ./.  | ./.
"""
PEOPLE = "kid 0 0 F A\nother 0 0 F U"


@pytest.mark.parametrize("row", read_table(text=CALLS), ids=lambda row: row["whole"])
@pytest.mark.parametrize("way", ["bcftools", "vt"])
def test_split_calls_read_as_the_whole_ones(row, way):
    whole = batch(
        genotypes=[["1/2", row["whole"]]] * 2, alt_index=[1, 2], site=[0, 0], alt=["C", "G"]
    )
    # the second ALT of the split file is its record's first
    split = join_split_sites(
        batch(
            genotypes=[["1/0", row[f"{way} a"]], ["0/1", row[f"{way} b"]]],
            position=[100, 100],
            alt=["C", "G"],
        )
    )
    assert split["site"].tolist() == [0, 0]
    members = family(people=PEOPLE)
    read = [calls(batch=found, family=members).genotype.tolist() for found in (whole, split)]
    assert read[0] == read[1]
    others = [found["other_dosage"].tolist() for found in (whole, split)]
    if way == "bcftools":
        assert others[0] == others[1]


def test_the_half_calls_of_one_person_complete_each_other():
    split = join_split_sites(
        batch(genotypes=[["1/."], ["./1"]], position=[100, 100], alt=["C", "G"])
    )
    assert split["missing_alleles"].tolist() == [[0], [0]]
    assert split["other_dosage"].tolist() == [[1], [1]]
    members = family(people="kid 0 0 F A")
    found = calls(batch=split, family=members).genotype
    assert found.tolist() == [[Genotype.HETEROZYGOUS]] * 2


def test_reads_of_all_alleles_count():
    """1/2 with 0, 20 and 20 reads: each has half of them, whole or split."""
    split = join_split_sites(
        batch(
            genotypes=[["1/0"], ["0/1"]], position=[100, 100], alt=["C", "G"],
            ref_reads=[[0], [0]], alt_reads=[[20], [20]], alt_fraction=[[1.0], [1.0]],
        )
    )  # fmt: skip
    np.testing.assert_allclose(split["alt_fraction"], [[0.5], [0.5]])


@pytest.mark.parametrize(
    ("first", "second", "columns"),
    [
        ("1/1", "0/1", {"alt": ["C", "G"]}),  # three copies have no room
        ("0|1^7", "0|1^7", {"alt": ["C", "G"]}),  # both on one haplotype
        ("0/1", "0/1", {"alt": ["C", "C"]}),  # one allele twice
        ("0/1", "0/1", {"alt": ["C", "G"], "ref": ["A", "AT"]}),  # two sites
        ("0/1", "0/1", {"alt": ["C", "G"], "position": [100, 101]}),
    ],
)
def test_records_that_are_no_parts_of_one_site_are_left_alone(first, second, columns):
    found = batch(genotypes=[[first], [second]], **({"position": [100, 100]} | columns))
    assert join_split_sites(found) is found
