"""The probability of a new allele, asked of a family: who matters, and what is known of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from builders import batch, calls, family, read_table, trio
from raredx.scoring.posterior import copies_of_trio, de_novo_posterior
from raredx.settings import DeNovoSettings
from raredx.vocabulary import Karyotype

SETTINGS, ERROR = DeNovoSettings(), 0.002


def posterior(*, genotypes, members=None, place="7", sex="F", popmax=0.0, **columns):
    """Give the probability of one variant, None where nothing can be said."""
    found = batch(genotypes=[genotypes], place=place, **columns)
    read = calls(batch=found, family=members or trio(sex=sex))
    out = de_novo_posterior(found, read, np.array([popmax], np.float32), SETTINGS, ERROR)
    assert out.dtype == np.float64
    return None if np.isnan(out[0]) else float(out[0])


TABLE = """
place | sex | proband  | father   | mother   | copies | said
7     | F   | 0/1      | 0/0      | 0/0      | 2 2 2  | new
7     | F   | 0/1      | 0/1      | 0/0      | 2 2 2  | not new
7     | F   | 0/1      | 0/0      | 0/0@0.45 | 2 2 2  | not new   # called wrongly
7     | F   | 0/1@0.05 | 0/0      | 0/0      | 2 2 2  | not new   # two reads of 40
7     | F   | 1|0      | 0|0      | 0|0      | 2 2 2  | new
7     | F   | ./1      | 0/0      | 0/0      | 2 2 2  | new       # one copy at least
7     | F   | ./1@0.50 | 0/0      | 0/0      | 2 2 2  | new
7     | F   | 1        | 0/0      | 0/0      | 1 2 2  | new
7     | F   | 1/1      | 0/0      | 0/0      | 0 2 2  | nothing   # two new copies: no model
7     | F   | 0/0      | 0/0      | 0/0      | 0 2 2  | nothing
7     | F   | ./.      | 0/0      | 0/0      | 0 2 2  | nothing
7     | F   | 0/1      | ./.      | 0/0      | 2 -1 2 | nothing
7     | F   | 0/1      | 0/0      | ./0      | 2 2 -1 | nothing
7     | F   | 1/2      | 0/0      | 0/0      | 2 2 2  | new       # the other allele is not asked
7     | F   | 0/1      | 0/2      | 0/0      | 2 2 2  | new
PAR1  | M   | 0/1      | 0/0      | 0/0      | 2 2 2  | new
PAR1  | M   | 0/1      | ./.      | 0/0      | 2 -1 2 | nothing
X     | F   | 0/1      | 0        | 0/0      | 2 1 2  | new
X     | F   | 0/1      | 0/0      | 0/0      | 2 1 2  | new       # the father called as if he had two
X     | M   | 1        | .        | 0/0      | 1 0 2  | new
X     | M   | 1        | 1        | 0/0      | 1 0 2  | new       # a father gives no X to a son
X     | M   | 1        | 0        | ./.      | 1 0 -1 | nothing
X     | M   | 0/1@0.90 | 0        | 0/0      | 1 0 2  | new
X     | M   | 0/1@0.50 | 0        | 0/0      | 1 0 2  | not sure  # neither none nor one of one
X     | ?   | 1        | .        | 0/0      | 1 0 2  | new
Y     | M   | 1        | 0        | .        | 1 1 0  | new
Y     | M   | 1        | .        | .        | 1 -1 0 | nothing
MT    | M   | 0/1      | 0/0      | 0/0      | 0 2 2  | nothing
other | F   | 0/1      | 0/0      | 0/0      | 0 2 2  | nothing
"""
SAID = {"new": (0.999, 1.0), "not new": (0.0, 1e-3), "not sure": (0.0, 0.5)}


@pytest.mark.parametrize("row", read_table(text=TABLE), ids=lambda row: " ".join(row.values()))
def test_trio(row):
    genotypes = [row["proband"], row["father"], row["mother"]]
    found = batch(genotypes=[genotypes], place=row["place"])
    copies = copies_of_trio(calls(batch=found, family=trio(sex=row["sex"])))[0]
    assert copies.tolist() == [int(n) for n in row["copies"].split()]
    said = posterior(genotypes=genotypes, place=row["place"], sex=row["sex"])
    if row["said"] == "nothing":
        assert said is None
    else:
        low, high = SAID[row["said"]]
        assert low <= said <= high


def with_karyotypes(**karyotypes):
    """A trio of a girl with stated sex chromosomes."""
    members = trio()
    stated = replace(members.pedigree, karyotypes=karyotypes)
    return replace(members, pedigree=stated)


@pytest.mark.parametrize(
    ("karyotypes", "proband", "father", "copies"),
    [
        ({}, "0/1", "0", [2, 1, 2]),
        ({"proband": Karyotype.X0}, "1", "0", [1, 1, 2]),  # from either parent
        ({"proband": Karyotype.X0}, "0/1@0.40", "0", [1, 1, 2]),  # called as if she had two
        ({"proband": Karyotype.XXX}, "0/1", "0", [2, 1, 2]),
        ({"father": Karyotype.XXY}, "0/1", "0/0", [2, 2, 2]),
    ],
)
def test_copies_of_x_by_karyotype(karyotypes, proband, father, copies):
    found = batch(genotypes=[[proband, father, "0/0"]], place="X")
    read = calls(batch=found, family=with_karyotypes(**karyotypes))
    assert copies_of_trio(read)[0].tolist() == copies


def test_one_x_from_either_parent():
    members = with_karyotypes(proband=Karyotype.X0)
    assert posterior(genotypes=["1", "0", "0/0"], members=members, place="X") > 0.999
    assert posterior(genotypes=["1", "0@0.90", "0/0"], members=members, place="X") < 1e-3
    assert posterior(genotypes=["1", ".", "0/0"], members=members, place="X") is None


@pytest.mark.parametrize(
    ("place", "people", "said"),
    [
        ("7", "proband father 0 F A\nfather 0 0 M U", False),
        ("X", "proband father 0 M A\nfather 0 0 M U", False),
        ("X", "proband 0 mother M A\nmother 0 0 F U", True),
        ("Y", "proband father 0 M A\nfather 0 0 M U", True),
    ],
)
def test_parents_not_sequenced(place, people, said):
    found = posterior(genotypes=["1", "0"], members=family(people=people), place=place)
    assert (found is not None) == said


def pl(*rows):
    """Likelihoods of proband, father and mother."""
    return {
        name: [[row[n] for row in rows]] for n, name in enumerate(("pl_ref", "pl_het", "pl_hom"))
    }


HET, REF = (500, 0, 600), (0, 99, 1200)
NO_READS = {"alt_reads": [[-1] * 3], "ref_reads": [[-1] * 3], "alt_fraction": [[np.nan] * 3]}
TRIO = ["0/1", "0/0", "0/0"]


def test_likelihoods_alone_are_enough():
    assert posterior(genotypes=TRIO, **pl(HET, REF, REF), **NO_READS) > 0.999


def test_likelihoods_come_before_reads():
    """40 clean reads, but the caller doubts the father's call."""
    assert posterior(genotypes=TRIO, **pl(HET, (0, 3, 40), REF)) < 0.01


@pytest.mark.parametrize("who", [0, 1, 2])
def test_one_person_without_likelihoods_is_judged_by_reads(who):
    blank = [HET, REF, REF]
    blank[who] = (np.nan,) * 3
    assert posterior(genotypes=TRIO, **pl(*blank)) > 0.999
    assert posterior(genotypes=TRIO, **pl(*blank), **NO_READS) is None


def test_nothing_known_of_anyone():
    assert posterior(genotypes=TRIO, **NO_READS) is None


def test_likelihoods_do_not_hold_for_another_alt():
    """PL of 0/0, 0/1, 1/1 say nothing of a proband who is 1/2: the reads do."""
    genotypes = ["1/2", "0/0", "0/2"]
    stated = pl((900, 400, 450), REF, (400, 420, 900))
    columns = {"alt_reads": [[20, 0, 0]], "ref_reads": [[0, 40, 20]]}
    assert posterior(genotypes=genotypes, **stated, **columns) > 0.999


def test_frequency_counts():
    """The same reads: less likely new, the more frequent the allele; unknown is not rare."""
    shallow = {"alt_reads": [[20, 0, 0]], "ref_reads": [[20, 12, 12]]}
    frequencies = (0.0, 1e-5, np.nan, 0.01, 1.0)
    found = [posterior(genotypes=TRIO, **shallow, popmax=af) for af in frequencies]
    assert found[0] == found[1] > found[2] > found[3] > found[4] > 0


@pytest.mark.parametrize(
    ("ref", "alt", "rate"),
    [
        ("A", "C", SETTINGS.snv_mutation_rate / 3),
        ("A", "ACC", SETTINGS.indel_mutation_rate),
        ("AC", "A", SETTINGS.indel_mutation_rate),
        ("AC", "TG", SETTINGS.indel_mutation_rate),
    ],
)
def test_mutation_rate(ref, alt, rate):
    """With PL of 0 and 30 in the parents: 2 mu against 2 q / 1000 (see the kernel's test)."""
    parent = (0, 30, 300)
    found = posterior(
        genotypes=TRIO, **pl((900, 0, 900), parent, parent), ref=[ref], alt=[alt], popmax=1e-5
    )
    odds = 2 * rate / (2 * 1e-5 * 1e-3)
    assert found == pytest.approx(odds / (1 + odds), rel=1e-2)


def test_samples_in_any_order():
    members = trio(sequenced=("mother", "proband", "father"))
    columns = {
        "alt_reads": [[0, 20, 3]],
        "ref_reads": [[40, 20, 37]],
        "alt_fraction": [[0, 0.5, 0.075]],
    }
    doubtful = posterior(genotypes=["0/0", "0/1", "0/0"], members=members, **columns)
    assert doubtful == posterior(genotypes=["0/1", "0/0@0.075", "0/0"])
    assert doubtful < 0.999


def test_no_variants():
    found = batch(genotypes=[])
    out = de_novo_posterior(
        found, calls(batch=found, family=family(people="proband 0 0 F A")),
        np.empty(0, np.float32), SETTINGS, ERROR,
    )  # fmt: skip
    assert out.shape == (0,)
