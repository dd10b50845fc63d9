"""Does a variant fit the family? Tables after clinical rules, section 3.

In the tables, a member is written as status and genotype: `A` affected, `U` unaffected, `?`
unknown, `-` not sequenced. The proband and the sibs show their sex first (`M`, `F`, `?`); the
proband is affected unless a table says otherwise. `0/1@0.40` gives the fraction of ALT reads.
Outcomes: pass, fail, open (not assessed).
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import Row, batch, calls, candidate_rows, evidence, family, read_table
from raredx.kernels import segregation as kernels
from raredx.scoring.candidates import collect_candidates, origin_of
from raredx.scoring.family_calls import parent_carries
from raredx.scoring.fit_tables import fit_table
from raredx.scoring.inheritance import judge_single
from raredx.scoring.mode_answers import SINGLE_MODES
from raredx.settings import FrequencySettings, SegregationSettings
from raredx.vocabulary import Affection, Genotype, Mode, Outcome, Phase, Sex

WORDS = {Outcome.PASS: "pass", Outcome.FAIL: "fail", Outcome.NOT_ASSESSED: "open"}
COMPLETE = SegregationSettings(incomplete_penetrance=False)
INCOMPLETE = SegregationSettings(incomplete_penetrance=True)
SHORT = {
    "DN": Mode.DE_NOVO,
    "AD": Mode.AUTOSOMAL_DOMINANT,
    "AR": Mode.AUTOSOMAL_RECESSIVE_HOM,
    "XLR": Mode.X_LINKED_RECESSIVE,
    "XLD": Mode.X_LINKED_DOMINANT,
    "YL": Mode.Y_LINKED,
    "MT": Mode.MITOCHONDRIAL,
}


def read_family(row):
    """Make the family of a table row and the genotypes of its sequenced members.

    Each member has as many genotypes as the row has variants.
    """
    sex, *proband = row["proband"].split()
    people, genotypes = [f"proband father mother {sex} {row.get('status', 'A')}"], [proband]
    samples = ["proband"]
    sibs = [cell.split() for cell in row.get("sibs", "").split(";") if cell.strip()]
    cells = [("father", "M", row["father"].split()), ("mother", "F", row["mother"].split())]
    cells += [(f"sib{n}", cell[1], [cell[0], *cell[2:]]) for n, cell in enumerate(sibs, start=1)]
    for name, own_sex, cell in cells:
        status, *own = ["?"] if cell == ["-"] else cell
        parents = "father mother" if name.startswith("sib") else "0 0"
        people.append(f"{name} {parents} {own_sex} {status}")
        if own and own != ["-"]:
            samples.append(name)
            genotypes.append(own)
    return family(people="\n".join(people), sequenced=samples), genotypes


def judge(row, *, alt=1, mode=None, complete=True):
    """Judge one mode for a table row of one variant."""
    members, genotypes = read_family(row)
    found = batch(genotypes=[[own[0] for own in genotypes]], place=row["place"], alt_index=[alt])
    asked = SHORT[row["mode"]] if mode is None else mode
    outcome = judge_single(calls(batch=found, family=members), asked, complete=complete)
    return WORDS[Outcome(int(outcome[0]))]


def rows_of(text):
    return [
        pytest.param(row, id=" ".join("-".join(row.values()).split()))
        for row in read_table(text=text)
    ]


# --- autosomes -----------------------------------------------------------------------------------

DE_NOVO = """
place | proband | father | mother | sibs    | mode | outcome
7     | F 0/1   | U 0/0  | U 0/0  |         | DN   | pass
7     | F 0|1   | U 0|0  | U 0|0  |         | DN   | pass
7     | F 0/1   | U 0/1  | U 0/0  |         | DN   | fail
7     | F 0/1   | U 0/0  | U 0/1  |         | DN   | fail
7     | F 1/1   | U 0/1  | U 0/0  |         | DN   | fail   # no clean de novo: isodisomy, deletion
7     | F 1/1   | U 0/0  | U 0/0  |         | DN   | pass   # graded low: no reference copy
7     | F 0/0   | U 0/0  | U 0/0  |         | DN   | fail
7     | F ./.   | U 0/0  | U 0/0  |         | DN   | fail
7     | F ./1   | U 0/0  | U 0/0  |         | DN   | pass
7     | F 0/1   | U ./.  | U 0/0  |         | DN   | open
7     | F 0/1   | U ./0  | U 0/0  |         | DN   | open
7     | F 0/1   | U ./1  | U 0/0  |         | DN   | fail
7     | F 0/1   | -      | U 0/0  |         | DN   | open   # duo
7     | F 0/1   | U -    | U 0/0  |         | DN   | open
7     | F 0/1   | -      | U 0/1  |         | DN   | fail
7     | F 0/1   | -      | -      |         | DN   | open   # singleton
7     | F 0/1   | A 0/0  | U 0/0  |         | DN   | fail   # an affected parent without it
7     | F 0/1   | ? 0/0  | U 0/0  |         | DN   | pass
7     | F 0/1   | U 0/0  | U 0/0  | U M 0/0 | DN   | pass   # quad
7     | F 0/1   | U 0/0  | U 0/0  | U M 0/1 | DN   | fail   # a healthy brother has it
7     | F 0/1   | U 0/0  | U 0/0  | U M ./. | DN   | open
7     | F 0/1   | U 0/0  | U 0/0  | A M 0/1 | DN   | pass   # germline mosaic parent
7     | F 0/1   | U 0/0  | U 0/0  | A M 0/0 | DN   | fail
7     | F 0/1   | U 0/0  | U 0/0  | ? M 0/1 | DN   | pass   # unknown status is ignored
PAR1  | M 0/1   | U 0/0  | U 0/0  |         | DN   | pass
PAR1  | M 0/1   | U ./.  | U 0/0  |         | DN   | open   # the father gives a son his PAR
PAR1  | M 0/1   | U 0/1  | U 0/0  |         | DN   | fail
other | F 0/1   | U 0/0  | U 0/0  |         | DN   | fail   # no mode on an alternative contig
"""
AUTOSOMAL_DOMINANT = """
place | proband | father | mother | sibs             | mode | outcome
7     | F 0/1   | A 0/1  | U 0/0  |                  | AD   | pass
7     | F 1/1   | A 0/1  | A 0/1  |                  | AD   | pass  # hom-alt allowed
7     | F 0/1   | A 1/1  | U 0/0  |                  | AD   | pass
7     | F 0/1   | A 0/0  | U 0/0  |                  | AD   | fail
7     | F 0/1   | U 0/1  | U 0/0  |                  | AD   | fail
7     | F 0/1   | A 0/1  | U 0/1  |                  | AD   | fail
7     | F 0/1   | U 0/0  | U 0/0  |                  | AD   | fail  # not inherited
7     | F 0/1   | ? 0/1  | U 0/0  |                  | AD   | pass  # unknown status is ignored
7     | F 0/1   | A ./1  | U 0/0  |                  | AD   | pass
7     | F 0/1   | A ./0  | U 0/0  |                  | AD   | open
7     | F 0/1   | A ./.  | U 0/0  |                  | AD   | open
7     | F 0/1   | A 0/1  | U ./.  |                  | AD   | open
7     | F 0/1   | -      | A 0/1  |                  | AD   | pass  # duo, the affected parent tells
7     | F 0/1   | -      | U 0/0  |                  | AD   | open
7     | F 0/1   | -      | U 0/1  |                  | AD   | fail
7     | F 0/1   | -      | -      |                  | AD   | open  # singleton
7     | F 0/1   | A 0/1  | U 0/0  | A M 0/1          | AD   | pass
7     | F 0/1   | A 0/1  | U 0/0  | A M 0/0          | AD   | fail
7     | F 0/1   | A 0/1  | U 0/0  | U M 0/0; U F 0/0 | AD   | pass
7     | F 0/1   | A 0/1  | U 0/0  | U M 0/0; U F 0/1 | AD   | fail
7     | F 0/1   | A 0/1  | U 0/0  | ? M 0/1; ? F 0/0 | AD   | pass
7     | F 0/1   | A 0/1  | U 0/0  | A M ./.          | AD   | open
PAR1  | M 0/1   | A 0/1  | U 0/0  |                  | AD   | pass  # autosomal rules in both sexes
X     | F 0/1   | A 1    | U 0/0  |                  | AD   | fail  # the mode does not exist there
MT    | F 1     | U 0    | A 1    |                  | AD   | fail
"""
AUTOSOMAL_RECESSIVE = """
place | proband | father | mother | sibs    | mode | outcome
7     | F 1/1   | U 0/1  | U 0/1  |         | AR   | pass
7     | F 0/1   | U 0/1  | U 0/0  |         | AR   | fail
7     | F 1/1   | U 0/1  | U 0/0  |         | AR   | pass  # one parent: isodisomy, deletion or null, kept
7     | F 1/1   | U 0/0  | U 0/1  |         | AR   | pass
7     | F 1/1   | U 0/0  | U 0/0  |         | AR   | fail
7     | F 1/1   | U 1/1  | U 0/1  |         | AR   | fail  # a healthy father with two copies
7     | F 1/1   | A 1/1  | U 0/1  |         | AR   | pass
7     | F 1/1   | A 0/1  | U 0/1  |         | AR   | fail  # an affected father with one
7     | F 1/1   | U ./.  | U 0/1  |         | AR   | open
7     | F 1/1   | U ./1  | U 0/1  |         | AR   | open  # the father may have two copies
7     | F 1/1   | U ./0  | U 0/1  |         | AR   | open
7     | F ./1   | U 0/1  | U 0/1  |         | AR   | open
7     | F ./0   | U 0/1  | U 0/1  |         | AR   | fail
7     | F 1/1   | -      | U 0/1  |         | AR   | open  # duo
7     | F 1/1   | -      | -      |         | AR   | open  # singleton
7     | F 1/1   | U 0/1  | U 0/1  | U M 0/1 | AR   | pass  # quad
7     | F 1/1   | U 0/1  | U 0/1  | U M 0/0 | AR   | pass
7     | F 1/1   | U 0/1  | U 0/1  | U M 1/1 | AR   | fail
7     | F 1/1   | U 0/1  | U 0/1  | U M ./. | AR   | open
7     | F 1/1   | U 0/1  | U 0/1  | U M ./1 | AR   | open
7     | F 1/1   | U 0/1  | U 0/1  | U M ./0 | AR   | pass  # one copy of something else
7     | F 1/1   | U 0/1  | U 0/1  | A M 1/1 | AR   | pass
7     | F 1/1   | U 0/1  | U 0/1  | A M 0/1 | AR   | fail
7     | F 1/1   | U 0/1  | U 0/1  | A M ./1 | AR   | open
7     | F 1/1   | U 0/1  | U 0/1  | A M ./0 | AR   | fail  # one copy of something else
7     | F 1/1   | U 0/1  | U 0/1  | A M ./. | AR   | open
7     | F 1/1   | U 0/1  | U 0/1  | ? M 1/1 | AR   | pass
PAR1  | M 1/1   | U 0/1  | U 0/1  |         | AR   | pass
PAR1  | M 0/1   | U 0/1  | U 0/0  |         | AR   | fail
X     | F 1/1   | U 0    | U 0/1  |         | AR   | fail  # the mode does not exist there
"""

# --- X, Y, mitochondria --------------------------------------------------------------------------

X_LINKED_RECESSIVE = """
place | proband    | father   | mother | sibs         | mode | outcome
X     | M 1        | U 0      | U 0/1  |              | XLR  | pass
X     | M 1/1      | U 0      | U 0/1  |              | XLR  | pass
X     | M 1/1      | U 0/0    | U 0/1  |              | XLR  | pass
X     | M 0/1@0.90 | U 0      | U 0/1  |              | XLR  | pass  # a diploid caller, hemizygous
X     | M 0/1@0.40 | U 0      | U 0/1  |              | XLR  | open  # mosaic, XXY or mismapped
X     | M ./1      | U 0      | U 0/1  |              | XLR  | open
X     | M 0        | U 0      | U 0/1  |              | XLR  | fail
X     | M 1        | U 0      | U 0/0  |              | XLR  | pass  # new in the son
X     | M 1        | U .      | U 0/1  |              | XLR  | pass  # his father gave him no X
X     | M 1        | -        | U 0/1  |              | XLR  | pass
X     | M 1        | U 0      | U ./.  |              | XLR  | open
X     | M 1        | U 0      | -      |              | XLR  | open
X     | M 1        | -        | -      |              | XLR  | open  # singleton
X     | M 1        | U 1      | U 0/1  |              | XLR  | fail  # a healthy man has it
X     | M 1        | A 1      | U 0/1  |              | XLR  | pass
X     | M 1        | A 0      | U 0/1  |              | XLR  | fail
X     | M 1        | U 0      | U 1/1  |              | XLR  | fail
X     | M 1        | U 0      | U 0/1  | U M 1        | XLR  | fail
X     | M 1        | U 0      | U 0/1  | U M 0; A M 1 | XLR  | pass
X     | M 1        | U 0      | U 0/1  | A M 0        | XLR  | fail
X     | M 1        | U 0      | U 0/1  | U F 0/1      | XLR  | pass  # a carrier sister
X     | M 1        | U 0      | U 0/1  | U M 0/1@0.50 | XLR  | open
X     | F 1/1      | A 1      | U 0/1  |              | XLR  | pass
X     | F 1/1      | U 1      | U 0/1  |              | XLR  | fail
X     | F 1/1      | U 0      | U 0/1  |              | XLR  | pass  # isodisomy or deletion, kept
X     | F 1/1      | U 0      | U 0/0  |              | XLR  | fail
X     | F 1/1      | -        | U 0/1  |              | XLR  | open
X     | F 0/1      | U 0      | U 0/1  |              | XLR  | fail
X     | ? 1        | U 0      | U 0/1  |              | XLR  | pass  # unknown sex, one copy
X     | ? 1        | U .      | U 0/1  |              | XLR  | pass
X     | ? 1/1      | A 1      | U 0/1  |              | XLR  | pass
X     | ? 0/1      | U 0      | U 0/1  |              | XLR  | fail
X     | ? 1/1      | U .      | U 0/1  |              | XLR  | open
PAR1  | M 1/1      | U 0/1    | U 0/1  |              | XLR  | fail  # pseudo-autosomal
7     | M 1/1      | U 0/1    | U 0/1  |              | XLR  | fail
"""
X_LINKED_DOMINANT = """
place | proband    | father     | mother | sibs         | mode | outcome
X     | F 0/1      | A 1        | U 0/0  |              | XLD  | pass
X     | F 0/1      | U 0        | A 0/1  |              | XLD  | pass
X     | F 0/1      | U 0        | U 0/0  |              | XLD  | fail  # not inherited
X     | F 0/1      | U 1        | U 0/0  |              | XLD  | fail
X     | F 0/1      | U 0        | U 0/1  |              | XLD  | fail  # complete penetrance
X     | F 0/1      | -          | A 0/1  |              | XLD  | pass
X     | F 0/1      | -          | -      |              | XLD  | open
X     | F 0/1      | U 0/1@0.40 | A 0/1  |              | XLD  | open  # a doubtful call in a man
X     | M 1        | U 0        | A 0/1  |              | XLD  | pass
X     | M 1        | A 1        | U 0/0  |              | XLD  | fail  # no male-to-male
X     | M 1        | U .        | A 0/1  |              | XLD  | pass
X     | M 1        | U 0        | U 0/0  |              | XLD  | fail
X     | M 1        | U 0        | -      |              | XLD  | open
X     | F 0/1      | A 1        | U 0/0  | A F 0/1      | XLD  | pass
X     | F 0/1      | A 1        | U 0/0  | A F 0/0      | XLD  | fail
X     | F 0/1      | A 1        | U 0/0  | U M 0        | XLD  | pass
X     | F 0/1      | U 0        | A 0/1  | U M 1        | XLD  | fail
X     | ? 0/1      | A 1        | U 0/0  |              | XLD  | pass
PAR1  | F 0/1      | A 0/1      | U 0/0  |              | XLD  | fail
"""
X_DE_NOVO = """
place | proband    | father | mother | sibs | mode | outcome
X     | M 1        | U 0    | U 0/0  |      | DN   | pass
X     | M 1        | U .    | U 0/0  |      | DN   | pass  # the father's call is irrelevant
X     | M 1        | -      | U 0/0  |      | DN   | pass
X     | M 0/1@0.90 | U 0    | U 0/0  |      | DN   | pass
X     | M 1        | U 0    | U 0/1  |      | DN   | fail
X     | M 1        | U 0    | U ./.  |      | DN   | open
X     | M 1        | U 0    | -      |      | DN   | open
X     | M 1        | U 1    | U 0/0  |      | DN   | fail  # both parents without it
X     | F 0/1      | U 0    | U 0/0  |      | DN   | pass
X     | F 0/1      | U .    | U 0/0  |      | DN   | open
X     | F 0/1      | U 0/0  | U 0/0  |      | DN   | pass
X     | ? 1        | U .    | U 0/0  |      | DN   | pass
X     | ? 0/1      | U .    | U 0/0  |      | DN   | open
Y     | M 1        | U 0    | U .    |      | DN   | pass
Y     | M 1        | U 0    | U ./.  |      | DN   | pass
Y     | M 1        | U 0    | -      |      | DN   | pass
Y     | M 1        | U 1    | U .    |      | DN   | fail
Y     | M 1        | U .    | U .    |      | DN   | open
Y     | M 1        | -      | U .    |      | DN   | open
MT    | F 1        | U 0    | U 0    |      | DN   | fail  # absence in the mother's blood proves nothing
"""
Y_LINKED = """
place | proband    | father | mother | sibs    | mode | outcome
Y     | M 1        | A 1    | U .    |         | YL   | pass
Y     | M 1/1      | A 1/1  | U ./.  |         | YL   | pass
Y     | M 0/1@0.90 | A 1    | U 0/0  |         | YL   | pass
Y     | M 1        | U 1    | U .    |         | YL   | fail
Y     | M 1        | U 0    | U .    |         | YL   | fail  # not inherited
Y     | M 1        | A 0    | U .    |         | YL   | fail
Y     | M 1        | U .    | U .    |         | YL   | fail  # he would be affected
Y     | M 1        | -      | U .    |         | YL   | open
Y     | M 1        | A 1    | A .    |         | YL   | pass  # females are ignored
Y     | M 1        | A 1    | U 0/1  | A F 0/0 | YL   | pass
Y     | M 1        | A 1    | U .    | U M 1   | YL   | fail
Y     | M 1        | A 1    | U .    | U M 0   | YL   | open  # his brother cannot have another Y
Y     | F 0/1      | A 1    | U .    |         | YL   | fail
Y     | ? 1        | A 1    | U .    |         | YL   | pass
PAR1  | M 0/1      | A 0/1  | U 0/0  |         | YL   | fail
"""
MITOCHONDRIAL = """
place | proband    | father | mother     | sibs         | mode | outcome
MT    | F 1        | U 0    | A 1        |              | MT   | pass
MT    | F 1/1      | U 0/0  | U 0/1@0.30 |              | MT   | pass  # a bottleneck
MT    | F 0/1@0.60 | U 0    | U 0/1@0.10 |              | MT   | pass
MT    | F 0/1@0.06 | U 0    | U 0/1@0.10 |              | MT   | pass
MT    | F 0/1@0.04 | U 0    | U 0/1@0.10 |              | MT   | fail  # below the least heteroplasmy
MT    | F 1        | U 0    | U 0        |              | MT   | pass  # unseen in the mother's blood
MT    | F 1        | U .    | U 0/1@0.30 |              | MT   | pass  # the father says nothing
MT    | F 1        | -      | U 0/1@0.30 |              | MT   | pass
MT    | F 1        | U 0    | U .        |              | MT   | open
MT    | F 1        | U 0    | -          |              | MT   | open
MT    | F 1        | U 0    | U 1        |              | MT   | open  # a healthy homoplasmic mother (LHON)
MT    | F 1        | U 0    | U 0/1@0.30 | A M 1        | MT   | pass
MT    | F 1        | U 0    | U 0/1@0.30 | A M 0/1@0.70 | MT   | pass
MT    | F 1        | U 0    | U 0/1@0.30 | A M 0        | MT   | fail
MT    | F 1        | U 0    | U 0/1@0.30 | U M 0/1@0.20 | MT   | pass
MT    | F 1        | U 0    | U 0/1@0.30 | U M 1        | MT   | open
MT    | F 0        | U 0    | U 0/1@0.30 |              | MT   | fail
MT    | ? 1        | U 0    | A 1        |              | MT   | pass
7     | F 1/1      | U 0/1  | U 0/1      |              | MT   | fail
"""


@pytest.mark.parametrize(
    "row",
    rows_of(DE_NOVO) + rows_of(AUTOSOMAL_DOMINANT) + rows_of(AUTOSOMAL_RECESSIVE)
    + rows_of(X_LINKED_RECESSIVE) + rows_of(X_LINKED_DOMINANT) + rows_of(X_DE_NOVO)
    + rows_of(Y_LINKED) + rows_of(MITOCHONDRIAL),
)  # fmt: skip
def test_complete_penetrance(row):
    assert judge(row) == row["outcome"]


WEAK = """
place | proband    | father | mother | sibs    | mode | complete | incomplete
7     | F 0/1      | U 0/1  | U 0/0  |         | AD   | fail     | pass  # the transmitting parent is healthy
7     | F 0/1      | U 1/1  | U 0/0  |         | AD   | fail     | fail  # a healthy homozygote contradicts
7     | F 0/1      | U ./1  | U 0/0  |         | AD   | fail     | open
7     | F 0/1      | U ./0  | U 0/1  |         | AD   | fail     | pass
7     | F 0/1      | U 0/0  | U 0/0  |         | AD   | fail     | fail  # not inherited
7     | F 0/1      | A 0/0  | U 0/1  |         | AD   | fail     | fail  # an affected parent without it
7     | F 0/1      | A 0/1  | U 0/0  | U M 0/1 | AD   | fail     | pass
7     | F 0/1      | A 0/1  | U 0/0  | U M 1/1 | AD   | fail     | fail
7     | F 0/1      | A 0/1  | U 0/0  |         | AD   | pass     | pass
7     | F 0/1      | -      | U 0/1  |         | AD   | fail     | pass
X     | F 0/1      | U 0    | U 0/1  |         | XLD  | fail     | pass  # healthy female carriers
X     | M 1        | U 0    | U 0/1  |         | XLD  | fail     | pass
X     | F 0/1      | U 1    | U 0/0  |         | XLD  | fail     | fail  # a healthy man has it
X     | F 0/1      | U 0    | U 0/1  | U M 1   | XLD  | fail     | fail
Y     | M 1        | U 1    | U .    |         | YL   | fail     | pass
Y     | M 1        | U 0    | U .    |         | YL   | fail     | fail
7     | F 1/1      | U 1/1  | U 0/1  |         | AR   | fail     | fail  # modes without a table of their own
X     | M 1        | U 1    | U 0/1  |         | XLR  | fail     | fail
MT    | F 1        | U 0    | U 1    |         | MT   | open     | open
7     | F 0/1      | U 0/0  | U 0/1  |         | DN   | fail     | fail
"""


@pytest.mark.parametrize("row", rows_of(WEAK))
def test_incomplete_penetrance(row):
    found = (judge(row), judge(row, complete=False))
    assert found == (row["complete"], row["incomplete"])


TWO_ALTS = """
place | proband | father | mother | mode | ALT 1 | ALT 2
7     | F 1/2   | A 0/1  | U 0/0  | AD   | pass  | fail  # each allele is judged on its own
7     | F 1/2   | U 0/0  | A 0/2  | AD   | fail  | pass
7     | F 1/2   | U 0/1  | U 0/2  | DN   | fail  | fail
7     | F 1/2   | U 0/0  | U 0/2  | DN   | pass  | fail
7     | F 0/2   | U 0/1  | U 0/0  | DN   | fail  | pass
7     | F 1/2   | U 0/1  | U 0/2  | AR   | fail  | fail  # two alleles, none homozygous
7     | F 2/2   | U 1/2  | U 0/2  | AR   | fail  | pass
7     | F 1/1   | U 1/2  | U 0/1  | AR   | pass  | fail
X     | F 1/2   | A 1    | U 0/2  | XLR  | fail  | fail
X     | F 1/2   | A 1    | U 0/0  | XLD  | pass  | fail
X     | M 2     | U 0    | U 1/2  | XLR  | fail  | pass
MT    | F 2     | U 0    | U 1    | MT   | fail  | pass
"""


@pytest.mark.parametrize("row", rows_of(TWO_ALTS))
def test_two_alternative_alleles(row):
    assert (judge(row, alt=1), judge(row, alt=2)) == (row["ALT 1"], row["ALT 2"])


@pytest.mark.parametrize("status", ["U", "?"])
def test_proband_must_carry_whatever_their_status(status):
    row = {"place": "7", "proband": "F 0/0", "father": "U 0/0", "mother": "U 0/0", "status": status}
    assert {judge(row, mode=mode) for mode in SINGLE_MODES} == {"fail"}


def test_proband_of_unknown_status_is_judged_by_the_family():
    row = {"place": "7", "proband": "F 0/1", "father": "U 0/0", "mother": "U 0/0", "status": "?"}
    assert judge(row, mode=Mode.DE_NOVO) == "pass"


def test_heteroplasmy_of_a_sister_called_reference():
    """Diploid callers write 0/0 up to a fraction of about 0.2; clinical rules 3.5 ask the reads."""
    row = {"place": "MT", "proband": "F 1", "father": "U 0", "mother": "U 0/1@0.30",
           "sibs": "A F 0/0@0.12", "mode": "MT"}  # fmt: skip
    assert judge(row) == "pass"


def test_distant_relatives_are_held_against_the_table():
    """An obligate carrier between affected relatives means incomplete penetrance."""
    people = """proband father mother F A
                father grandfather 0 M U
                mother 0 0 F U
                grandfather 0 0 M A"""
    members = family(people=people)
    found = calls(batch=batch(genotypes=[["0/1", "0/1", "0/0", "0/1"]]), family=members)
    mode = Mode.AUTOSOMAL_DOMINANT
    assert judge_single(found, mode, complete=True).tolist() == [Outcome.FAIL]
    assert judge_single(found, mode, complete=False).tolist() == [Outcome.PASS]


def test_samples_in_any_order():
    """The order of the samples in the file changes nothing."""
    people = "proband father mother F A\nfather 0 0 M U\nmother 0 0 F U"
    for order in (["mother", "proband", "father"], ["father", "mother", "proband"]):
        genotype = {"proband": "1/1", "father": "0/1", "mother": "0/0"}
        found = calls(
            batch=batch(genotypes=[[genotype[name] for name in order]]),
            family=family(people=people, sequenced=order),
        )
        assert found.genotype.tolist() == [[2, 1, 0]]
        assert origin_of(found).tolist() == [[1, 0]]


@given(st.sampled_from(sorted(SHORT)), st.booleans())
def test_unknown_status_is_silent_in_every_table(name, complete):
    mode = SHORT[name]
    if mode is Mode.DE_NOVO or (not complete and mode not in (Mode.AUTOSOMAL_DOMINANT, Mode.X_LINKED_DOMINANT, Mode.Y_LINKED)):  # fmt: skip
        return
    table = fit_table(mode, complete=complete)
    assert set(table[Affection.UNKNOWN].ravel().tolist()) == {kernels.SILENT}


MEMBERS = st.sampled_from(["0/0", "0/1", "1/1", "./.", "./1", "./0", "0/2"])


@given(
    st.lists(MEMBERS, min_size=4, max_size=4), st.sampled_from(["DN", "AD", "AR"]), st.booleans()
)
def test_a_lost_call_never_excludes(genotypes, name, complete):
    """Missing data of a relative neither supports nor excludes: it never turns pass or open to fail."""
    people = "proband father mother F A\nfather 0 0 M U\nmother 0 0 F U\nsib father mother M U"
    members = family(people=people)

    def outcome(of):
        found = calls(batch=batch(genotypes=[of]), family=members)
        return judge_single(found, SHORT[name], complete=complete)[0]

    before = outcome(genotypes)
    for relative in (1, 2, 3):
        after = outcome([g if n != relative else "./." for n, g in enumerate(genotypes)])
        if before != Outcome.FAIL:
            assert after != Outcome.FAIL
            # and it is never worth as much as a call
            assert after == Outcome.NOT_ASSESSED or name == "AD"


@pytest.mark.parametrize(
    ("genotype", "answer"),
    [
        (Genotype.REFERENCE, 0),
        (Genotype.CARRIER, 1),
        (Genotype.MISSING, -1),
        (Genotype.PARTIAL, -1),
    ],
)
def test_parent_carries(genotype, answer):
    members = family(people="proband father 0 F A\nfather 0 0 M U")
    word = {0: "0/0", 1: "./1", -1: "./."}[answer] if genotype is not Genotype.PARTIAL else "./0"
    found = calls(batch=batch(genotypes=[["0/1", word]]), family=members)
    assert found.genotype[0, found.father] == genotype
    assert parent_carries(found, found.father).tolist() == [answer]
    assert parent_carries(found, found.mother).tolist() == [-1]


# --- compound heterozygotes ----------------------------------------------------------------------

# Two variants a and b of one gene, ten bases apart unless the site says otherwise.
PAIRS = """
place | site | proband     | father    | mother      | sibs          | outcome | phase
7     | two  | F 0/1 0/1   | U 0/1 0/0 | U 0/0 0/1   |               | pass    | in_trans
7     | two  | F 0/1 0/1   | U 0/0 0/1 | U 0/1 0/0   |               | pass    | in_trans
7     | two  | F 0/1 0/1   | U 0/1 0/1 | U 0/0 0/0   |               | fail    | -        # in cis
7     | two  | F 0/1 0/1   | ? 0/1 0/1 | U 0/0 0/0   |               | fail    | -        # in cis
7     | two  | F 0/1 0/1   | U 0/1 0/0 | U 0/1 0/0   |               | open    | unknown  # b is new
7     | two  | F 0/1 0/1   | U 0/1 0/0 | U 0/0 0/0   |               | open    | unknown  # b is new
7     | two  | F 0/1 0/1   | U 0/0 0/0 | U 0/0 0/0   |               | open    | unknown
7     | two  | F 0/1 0/1   | U 0/1 0/0 | U 0/1 0/1   |               | fail    | -        # healthy mother with both
7     | two  | F 0/1 0/1   | ? 0/1 0/0 | ? 0/1 0/1   |               | open    | unknown  # a uninformative
7     | two  | F 0/1 0/1   | A 0/1 0/1 | U 0/0 0/1   |               | open    | unknown
7     | two  | F 0/1 0/1   | U 1/1 0/0 | U 0/0 0/1   |               | fail    | -        # healthy, two copies of a
7     | two  | F 0/1 0/1   | -         | U 0/1 0/0   |               | open    | probably_in_trans
7     | two  | F 0/1 0/1   | U 0/1 0/0 | -           |               | open    | probably_in_trans
7     | two  | F 0/1 0/1   | -         | U 0/1 0/1   |               | fail    | -
7     | two  | F 0/1 0/1   | -         | U 0/0 0/0   |               | open    | unknown
7     | two  | F 0/1 0/1   | -         | -           |               | open    | unknown  # singleton
7     | two  | F 0/1 0/1   | U ./. ./. | U 0/1 0/0   |               | open    | probably_in_trans
7     | two  | F 0/1 0/1   | U ./0 0/0 | U 0/0 0/1   |               | open    | probably_in_trans
7     | two  | F 0/1 0/1   | U ./1 0/0 | U 0/0 0/1   | U M 0/0 0/0   | open    | in_trans # the father may be 1/1
7     | two  | F ./1 0/1   | U 0/1 0/0 | U 0/0 0/1   |               | open    | in_trans # zygosity unknown
7     | two  | F 0/1 0/0   | U 0/1 0/0 | U 0/0 0/1   |               | fail    | -
7     | two  | F 1/1 0/1   | U 0/1 0/0 | U 0/1 0/1   |               | pass    | in_trans # the mother has both on one haplotype
7     | two  | F 1/1 0/1   | U 0/1 0/1 | U 0/1 0/1   |               | fail    | -        # one healthy parent has both in trans
7     | two  | F 1/1 0/1   | U 0/1 0/1 | ? 0/1 0/1   |               | open    | in_trans # it may be the mother
7     | two  | F 1/1 0/1   | U 0/1 0/0 | A 0/1 0/1   |               | fail    | -        # the mother has both in cis, and is ill
7     | two  | F 0/1 0/1   | U 0/1 0/0 | A 0|1 0|1   |               | fail    | -        # and here on one haplotype
7     | two  | F 1/1 0/1   | U 0/1 0/0 | U 1/1 0/1   |               | fail    | -        # the mother has what the proband has
7     | two  | F 1/1 0/1   | U 0/1 0/0 | U 1/1 0/0   |               | fail    | -        # the first is harmless
7     | two  | F 1/1 0/1   | U 0/1 0/0 | U 0/0 0/1   |               | open    | in_trans # isodisomy or deletion
7     | two  | F 1/1 0/1   | -         | U 0/1 0/1   |               | open    | in_trans
7     | two  | F 1/1 1/1   | U 0/1 0/1 | U 0/1 0/1   |               | fail    | -        # two candidates of their own
7     | two  | F 0|1 1|0   | -         | -           |               | pass    | in_trans_phased
7     | two  | F 0|1^5 1|0^5 | -       | -           |               | pass    | in_trans_phased
7     | two  | F 0|1^5 1|0^6 | -       | -           |               | open    | unknown  # two sets tell nothing
7     | two  | F 0|1^5 0|1^5 | -       | -           |               | fail    | -        # one haplotype
7     | two  | F 0|1 0/1   | -         | -           |               | open    | unknown
7     | two  | F 0|1^5 0|1^5 | U 0/1 0/0 | U 0/0 0/1 |               | open    | unknown  # transmission says trans
7     | two  | F 0|1^5 1|0^5 | U 0/1 0/1 | U 0/0 0/0 |               | fail    | -        # the healthy father gave both
7     | two  | F 0|1^5 1|0^5 | ? 0/1 0/1 | U 0/0 0/0 |               | open    | unknown  # transmission says cis
7     | two  | F 0|1^5 1|0^5 | U 0/1 0/0 | U 0/0 0/0 |               | pass    | in_trans_phased # the second is new
7     | two  | F 0|1^5 0|1^5 | U 0/1 0/0 | U 0/0 0/0 |               | fail    | -        # new, on the father's haplotype
7     | two  | F 0|1^5 1|0^5 | -         | U 0/1 0/0 |               | pass    | in_trans_phased
7     | two  | F 0/1 0/1   | U 0/1 0/0 | U 0/0 0/1   | U M 0/1 0/0   | pass    | in_trans
7     | two  | F 0/1 0/1   | U 0/1 0/0 | U 0/0 0/1   | U M 0/1 0/1   | fail    | -        # healthy brother with both
7     | two  | F 0/1 0/1   | U 0/1 0/0 | U 0/0 0/1   | U M 0/0 0/0   | pass    | in_trans
7     | two  | F 0/1 0/1   | U 0/1 0/0 | U 0/0 0/1   | U M 0/1 ./.   | open    | in_trans
7     | two  | F 0/1 0/1   | U 0/1 0/0 | U 0/0 0/1   | U M ./. ./.   | open    | in_trans
7     | two  | F 0/1 0/1   | U 0/1 0/0 | U 0/0 0/1   | U M ./0 0/1   | open    | in_trans
7     | two  | F 0/1 0/1   | U 0/1 0/0 | U 0/0 0/1   | A M 0/1 0/1   | pass    | in_trans
7     | two  | F 0/1 0/1   | U 0/1 0/0 | U 0/0 0/1   | A M 0/1 0/0   | fail    | -        # affected brother lacks b
7     | two  | F 0/1 0/1   | U 0/1 0/0 | U 0/0 0/1   | A M 0/1 ./.   | open    | in_trans
7     | two  | F 0/1 0/1   | U 0/1 0/0 | U 0/0 0/1   | ? M 0/1 0/1   | pass    | in_trans
7     | two  | F 0/1 0/1   | A 0/1 0/0 | U 0/0 0/1   |               | fail    | -        # affected father lacks b
7     | one  | F 1/2       | U 0/1     | U 0/2       |               | pass    | in_trans # both alleles at one site
7     | one  | F 1/2       | -         | -           |               | pass    | in_trans
7     | one  | F 1/2       | U 1/2     | U 0/1       |               | fail    | -
7     | one  | F 1/2       | U 0/1     | U 0/2       | U M 1/2       | fail    | -
7     | one  | F 1/2       | U 0/1     | U 0/2       | A M 0/2       | fail    | -
PAR1  | two  | M 0/1 0/1   | U 0/1 0/0 | U 0/0 0/1   |               | pass    | in_trans
X     | two  | F 0/1 0/1   | U 0 0     | U 0/1 0/0   |               | open    | unknown  # b is new
X     | two  | F 0/1 0/1   | U 1 0     | U 0/0 0/1   |               | fail    | -        # a healthy man with a
X     | two  | F 0/1 0/1   | -         | U 0/0 0/1   |               | open    | probably_in_trans
X     | two  | F 0/1 0/1   | U 0 0     | U 0/1 0/1   |               | fail    | -
X     | two  | M 1 1       | U 0 0     | U 0/1 0/1   |               | fail    | -        # hemizygous: no pair
Y     | two  | ? 0/1 0/1   | U 0 0     | U . .       |               | fail    | -
MT    | two  | F 0/1 0/1   | U 0 0     | U 0/1 0/0   |               | fail    | -
"""
PHASES = {
    "unknown": Phase.UNKNOWN,
    "in_trans": Phase.TRANS,
    "probably_in_trans": Phase.PROBABLE_TRANS,
    "in_cis": Phase.CIS,
    "in_trans_phased": Phase.TRANS_PHASED,
    "likely_in_cis": Phase.LIKELY_CIS,
}


def judge_pair(row):
    """Collect the compound heterozygous candidates of a table row: mode, outcome, phase."""
    members, genotypes = read_family(row)
    one_site = row["site"] == "one"
    if one_site:
        genotypes = [[own[0], own[0]] for own in genotypes]
    found = batch(
        genotypes=[[own[n] for own in genotypes] for n in (0, 1)],
        place=row["place"],
        alt_index=[1, 2] if one_site else [1, 1],
        site=[0, 0] if one_site else [0, 1],
    )
    candidates = collect_candidates(
        evidence(batch=found), calls(batch=found, family=members), frozenset(), COMPLETE
    )
    pairs = np.flatnonzero(candidates.partner >= 0)
    if not pairs.size:
        return None, "fail", "-"
    assert candidates.variant[pairs].tolist() == [0, 1]
    assert candidates.partner[pairs].tolist() == [1, 0]
    assert len(set(candidates.candidate[pairs].tolist())) == 1
    outcome = WORDS[Outcome(int(candidates.segregation[pairs[0]]))]
    phase = {v: k for k, v in PHASES.items()}[Phase(int(candidates.phase[pairs[0]]))]
    return Mode(int(candidates.mode[pairs[0]])), outcome, phase


@pytest.mark.parametrize("row", rows_of(PAIRS))
def test_compound_heterozygotes(row):
    mode, outcome, phase = judge_pair(row)
    assert (outcome, phase) == (row["outcome"], row["phase"])
    expected = Mode.X_LINKED_COMPOUND_HET if row["place"] == "X" else Mode.COMPOUND_HET
    assert mode in (None, expected)


AFFECTED_MEN = """
place | site | proband   | father | mother    | sibs    | outcome | phase
X     | two  | F 0/1 0/1 | A 1 0  | U 0/0 0/1 |         | pass    | in_trans # an affected girl needs an affected father
X     | two  | F 0/1 0/1 | A 0 1  | U 0/1 0/0 |         | pass    | in_trans
X     | two  | F 0/1 0/1 | A 1 0  | U 0/0 0/1 | A M 0 1 | pass    | in_trans # her brother has their mother's
X     | two  | F 0/1 0/1 | A 1 0  | U 0/0 0/1 | U M 0 0 | pass    | in_trans
X     | one  | F 1/2     | A 1    | U 0/2     |         | pass    | in_trans
"""


@pytest.mark.parametrize("row", rows_of(AFFECTED_MEN))
def test_affected_men_carry_one_allele_of_an_x_linked_pair(row):
    """Clinical rules 3.2, XLR: affected males hemizygous, females compound heterozygous."""
    assert judge_pair(row) == (Mode.X_LINKED_COMPOUND_HET, row["outcome"], row["phase"])


@pytest.mark.parametrize(
    "genotypes", ["M 0/1@0.40 0/1@0.40", "M ./1 ./1", "M 0/1@0.40 ./1"], ids=str
)
def test_a_man_has_no_pair_on_x(genotypes):
    """Clinical rules 3.1: a male 0/1 on X is mosaic, XXY or mismapped, never a het carrier."""
    row = {
        "place": "X",
        "site": "two",
        "proband": genotypes,
        "father": "U 0 0",
        "mother": "U 0/1 0/0",
    }
    assert judge_pair(row) == (None, "fail", "-")


def test_pairs_stay_within_their_gene():
    """Three variants in two genes: one pair; each variant of a triple pairs with both others."""
    members, _ = read_family({"proband": "F 0/1", "father": "-", "mother": "-"})
    for gene, n_pairs in (([0, 0, 1], 1), ([0, 0, 0], 3), ([0, 1, 2], 0)):
        found = batch(genotypes=[["0/1"]] * 3)
        candidates = collect_candidates(
            evidence(batch=found, gene=gene), calls(batch=found, family=members), frozenset(),
            COMPLETE,
        )  # fmt: skip
        paired = candidates.partner >= 0
        assert len(set(candidates.candidate[paired].tolist())) == n_pairs
        own, other = candidates.variant[paired], candidates.partner[paired]
        assert [gene[v] for v in own] == [gene[v] for v in other]


# --- what is collected ---------------------------------------------------------------------------


def collect(row, *, imprinted=frozenset(), incomplete=False):
    """Names of the modes, penetrance and imprinting of every candidate of a row."""
    members, genotypes = read_family(row)
    found = batch(genotypes=[[own[0] for own in genotypes]], place=row["place"])
    rows = collect_candidates(
        evidence(batch=found),
        calls(batch=found, family=members),
        imprinted,
        INCOMPLETE if incomplete else COMPLETE,
    )
    columns = (rows.mode, rows.complete, rows.imprinted)
    return [(Mode(m), bool(c), bool(i)) for m, c, i in zip(*columns, strict=True)]


def test_healthy_father_of_an_imprinted_gene():
    """He may have it from his mother: kept for an imprinted gene, and only there."""
    row = {"place": "7", "proband": "F 0/1", "father": "U 0/1", "mother": "U 0/0"}
    assert collect(row) == []
    assert collect(row, imprinted=frozenset({0})) == [(Mode.AUTOSOMAL_DOMINANT, False, True)]
    assert collect(row, imprinted=frozenset({1})) == []
    assert collect(row, incomplete=True) == [(Mode.AUTOSOMAL_DOMINANT, False, False)]


def test_complete_penetrance_is_not_reported_twice():
    row = {"place": "7", "proband": "F 0/1", "father": "A 0/1", "mother": "U 0/0"}
    assert collect(row, incomplete=True) == [(Mode.AUTOSOMAL_DOMINANT, True, False)]


def test_relatives_removed_lose_no_candidate_in_incomplete_mode():
    """Clinical rules 9: fewer relatives, never fewer modes."""
    whole = {"place": "7", "proband": "F 0/1", "father": "U 0/1", "mother": "U 0/0"}
    modes = {mode for mode, *_ in collect(whole, incomplete=True)}
    for relative in ("father", "mother"):
        assert modes <= {mode for mode, *_ in collect(whole | {relative: "-"}, incomplete=True)}


def test_a_variant_that_no_rule_names_is_shown_only_where_both_copies_or_a_de_novo_fit():
    """Near misses inside a panel gene: rare for certain, and in three modes only."""
    limits = {"sources": ("gnomad",), "frequency": FrequencySettings()}
    members, _ = read_family({"proband": "F 0/1", "father": "A 0/1", "mother": "U 0/0"})
    trio_members, _ = read_family({"proband": "F 0/1", "father": "U 0/0", "mother": "U 0/0"})
    for of, genotypes, af, modes in (
        (trio_members, ["0/1", "0/0", "0/0"], 0.0, [Mode.DE_NOVO]),
        (trio_members, ["0/1", "./.", "0/0"], 0.0, []),  # de novo, but not for certain
        (trio_members, ["0/1", "0/0", "0/0"], 0.5, []),
        (trio_members, ["0/1", "0/0", "0/0"], np.nan, []),  # frequency not known
        (trio_members, ["1/1", "0/1", "0/1"], 0.005, [Mode.AUTOSOMAL_RECESSIVE_HOM]),
        (trio_members, ["1/1", "./.", "0/1"], 0.005, [Mode.AUTOSOMAL_RECESSIVE_HOM]),
        (members, ["0/1", "0/1", "0/0"], 0.0, []),  # inherited dominant
    ):
        found = batch(genotypes=[genotypes], af=[[af]])
        rows = collect_candidates(
            evidence(batch=found, near=[True], **limits), calls(batch=found, family=of),
            frozenset(), INCOMPLETE,
        )  # fmt: skip
        assert rows.mode.tolist() == modes, (genotypes, af)


FREQUENCIES = """
proband | father | mother | af     | known | modes
F 0/1   | U 0/0  | U 0/0  | 0.001  |       | DN
F 0/1   | U 0/0  | U 0/0  | 0.0011 |       |
F 0/1   | U 0/0  | U 0/0  | 0.0011 | yes   | DN # known pathogenic: neither frequency nor consequence
F 0/1   | A 0/1  | U 0/0  | 0.0011 |       |
F 0/1   | A 0/1  | U 0/0  | nan    |       | AD # not known is not too common
F 1/1   | U 0/1  | U 0/1  | 0.01   |       | AR # each mode its own limit
F 1/1   | U 0/1  | U 0/1  | 0.011  |       |
F 1/1   | U 0/1  | U 0/1  | 0.011  | yes   | AR
F 1/1   | U 0/0  | U 0/0  | 0.0    | yes   | DN # known, but it must fit the family
"""


@pytest.mark.parametrize("row", rows_of(FREQUENCIES))
def test_frequency_of_each_mode(row):
    members, genotypes = read_family(row)
    found = batch(genotypes=[[own[0] for own in genotypes]], af=[[float(row["af"])]])
    facts = evidence(batch=found, sources=("gnomad",), known=[row["known"] == "yes"])
    rows = collect_candidates(facts, calls(batch=found, family=members), frozenset(), COMPLETE)
    assert [Mode(m) for m in rows.mode] == [SHORT[name] for name in row["modes"].split()]


@pytest.mark.parametrize(
    ("first", "second", "known", "kept"),
    [
        (0.01, 0.01, [False, False], True),
        (0.0, 0.011, [False, False], False),
        (0.0, 0.011, [False, True], True),
        (0.0, 0.011, [True, False], False),
    ],
)
def test_both_partners_pass_the_recessive_limit(first, second, known, kept):
    members, _ = read_family({"proband": "F 0/1", "father": "U 0/1", "mother": "U 0/0"})
    found = batch(genotypes=[["0/1", "0/1", "0/0"], ["0/1", "0/0", "0/1"]], af=[[first], [second]])
    rows = collect_candidates(
        evidence(batch=found, sources=("gnomad",), known=known),
        calls(batch=found, family=members),
        frozenset(),
        COMPLETE,
    )
    assert bool((rows.mode == Mode.COMPOUND_HET).any()) is kept


@pytest.mark.parametrize(("alts", "kept"), [(("C", "C"), False), (("C", "G"), True)])
def test_an_allele_that_the_file_holds_twice_is_no_pair(alts, kept):
    """The same allele in two records is one allele; two alleles of one position are two."""
    members, _ = read_family({"proband": "F 0/1", "father": "-", "mother": "-"})
    found = batch(genotypes=[["0/1"]] * 2, position=[100, 100], alt=list(alts))
    rows = collect_candidates(
        evidence(batch=found), calls(batch=found, family=members), frozenset(), COMPLETE
    )
    assert bool((rows.partner >= 0).any()) is kept


def test_builder_of_candidate_rows_matches_the_real_thing():
    """The rows that other tests build by hand have the columns that collection gives."""
    made = candidate_rows(rows=[Row(variant=0, mode=Mode.DE_NOVO)])
    row = {"place": "7", "proband": "F 0/1", "father": "U 0/0", "mother": "U 0/0"}
    members, genotypes = read_family(row)
    found = batch(genotypes=[[own[0] for own in genotypes]])
    real = collect_candidates(
        evidence(batch=found), calls(batch=found, family=members), frozenset(), COMPLETE
    )
    for name in type(real).__dataclass_fields__:
        assert getattr(made, name).dtype == getattr(real, name).dtype, name
    assert members.pedigree.sex[0] == Sex.FEMALE


@pytest.mark.parametrize(
    ("place", "proband", "son"),
    [
        ("X", "M 1", True),
        ("X", "M 0/1@0.40", True),
        ("X", "F 0/1", False),
        ("X", "F 1", False),  # a haploid call does not make a girl a son
        ("X", "? 1", True),
        ("X", "? 0/1", False),
        ("7", "M 1/1", False),
        ("Y", "M 1", False),
    ],
)
def test_to_whom_a_father_gives_no_x(place, proband, son):
    sex, genotype = proband.split()
    members, _ = read_family({"proband": f"{sex} 0/1", "father": "U 0/0", "mother": "U 0/0"})
    found = batch(genotypes=[[genotype, "0", "0/0"]], place=place)
    assert calls(batch=found, family=members).son_on_x.tolist() == [son]


def test_a_girl_called_haploid_on_x_may_have_it_from_an_affected_father():
    """Her mother is unaffected, and a son could then not have inherited it; she can."""
    people = "girl dad mum F A\ndad 0 0 M A\nmum 0 0 F U"
    members = family(people=people)
    found = batch(genotypes=[["1", "1", "0/0"]], place="X")
    read = calls(batch=found, family=members)
    assert judge_single(read, Mode.X_LINKED_DOMINANT, complete=True).tolist() == [Outcome.PASS]
