"""One policy for missing data: every row of the table in docs/inheritance.md is run here."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from builders import batch, calls, evidence, family
from raredx.scoring.candidates import collect_candidates
from raredx.scoring.de_novo import grade_de_novo
from raredx.scoring.inheritance import judge_single
from raredx.settings import DeNovoSettings, SegregationSettings
from raredx.vocabulary import DeNovoGrade, Mode, Outcome

DOCUMENT = Path(__file__).parents[2] / "docs" / "inheritance.md"
TRIO = "kid dad mum {sex} A\ndad 0 0 M {dad}\nmum 0 0 F {mum}"
PASS, FAIL, OPEN = Outcome.PASS, Outcome.FAIL, Outcome.NOT_ASSESSED
DN, AD, AR = Mode.DE_NOVO, Mode.AUTOSOMAL_DOMINANT, Mode.AUTOSOMAL_RECESSIVE_HOM
XLR, XLD, YL, MT = (
    Mode.X_LINKED_RECESSIVE, Mode.X_LINKED_DOMINANT, Mode.Y_LINKED, Mode.MITOCHONDRIAL,
)  # fmt: skip


def people(*, sex="F", dad="U", mum="U", rest=""):
    return TRIO.format(sex=sex, dad=dad, mum=mum) + (f"\n{rest}" if rest else "")


def judge(*, tree, genotypes, mode, place="7", complete=True, sequenced=None):
    """Judge one variant; genotypes stand in the order of the samples."""
    members = family(people=tree, sequenced=sequenced)
    found = calls(batch=batch(genotypes=[genotypes.split()], place=place), family=members)
    return Outcome(int(judge_single(found, mode, complete=complete)[0]))


def proband_not_called():
    for mode in (DN, AD, AR):
        assert judge(tree=people(), genotypes="./. 0/0 0/0", mode=mode) is FAIL
        assert judge(tree=people(), genotypes="./0 0/1 0/1", mode=mode) is FAIL


def parent_not_called():
    assert judge(tree=people(), genotypes="0/1 ./. 0/0", mode=DN) is OPEN
    assert judge(tree=people(), genotypes="1/1 ./. 0/1", mode=AR) is OPEN
    assert judge(tree=people(dad="A"), genotypes="0/1 ./. 0/0", mode=AD) is OPEN
    duo = dict(tree=people(dad="A"), genotypes="0/1 0/0", sequenced=["kid", "mum"])
    assert judge(mode=DN, **duo) is OPEN
    assert judge(mode=AD, **duo) is OPEN
    # where it decides nothing, it leaves nothing open
    assert judge(tree=people(dad="A"), genotypes="0/1 0/1 ./.", mode=DN) is FAIL
    assert judge(tree=people(sex="M"), genotypes="1 0 .", mode=XLR, place="X") is OPEN


def father_where_he_gives_nothing():
    assert judge(tree=people(sex="M"), genotypes="1 . 0/1", mode=XLR, place="X") is PASS
    assert judge(tree=people(sex="M"), genotypes="1 . 0/0", mode=DN, place="X") is PASS
    assert judge(tree=people(mum="A"), genotypes="1 . 1", mode=MT, place="MT") is PASS


def another_member_not_called():
    sister = people(rest="sis dad mum F U")
    assert judge(tree=sister, genotypes="1/1 0/1 0/1 ./.", mode=AR) is OPEN
    assert judge(tree=sister, genotypes="0/1 0/0 0/0 ./.", mode=DN) is OPEN
    unknown = people(rest="sis dad mum F ?")
    assert judge(tree=unknown, genotypes="1/1 0/1 0/1 ./.", mode=AR) is PASS
    # her father is homozygous: she cannot lack the allele
    healthy = people(dad="A", rest="sis dad mum F U")
    assert judge(tree=healthy, genotypes="0/1 1/1 0/0 ./.", mode=AD) is FAIL


def relative_without_a_sample():
    everyone = ["kid", "dad", "mum"]
    brother = people(rest="bro dad mum M U")
    for mode, genotypes in ((AR, "1/1 0/1 0/1"), (DN, "0/1 0/0 0/0")):
        assert judge(tree=brother, genotypes=genotypes, mode=mode, sequenced=everyone) is PASS
    obligate = "kid dad mum F A\ndad old 0 M U\nmum 0 0 F U\nold 0 0 M A"
    facts = dict(tree=obligate, genotypes="0/1 0/0 0/1", sequenced=["kid", "mum", "old"], mode=AD)
    assert judge(complete=True, **facts) is FAIL
    assert judge(complete=False, **facts) is OPEN  # who gave it is not seen


def affection_unknown():
    assert judge(tree=people(dad="?"), genotypes="0/1 0/1 0/0", mode=AD) is PASS
    assert judge(tree=people(dad="?"), genotypes="0/1 0/0 0/0", mode=AD) is FAIL
    assert judge(tree=people(rest="bro dad mum M ?"), genotypes="1/1 0/1 0/1 1/1", mode=AR) is PASS


def sex_unknown():
    alone = "kid 0 0 ? A"
    assert judge(tree=alone, genotypes="1", mode=XLR, place="X") is OPEN
    assert judge(tree=people(sex="?"), genotypes="1 0 0/1", mode=XLR, place="X") is PASS
    assert judge(tree=people(sex="?", dad="A"), genotypes="1 1 .", mode=YL, place="Y") is PASS


def reads_missing():
    members = family(people=people())
    for absent in ("gq", "depth", "alt_reads", "alt_fraction"):
        whole = batch(genotypes=[["0/1", "0/0", "0/0"]])
        blank = np.nan if absent in ("gq", "alt_fraction") else -1
        rest = {absent: [[blank] * 3]}
        found = batch(genotypes=[["0/1", "0/0", "0/0"]], **rest)
        assert grade(whole, members) is DeNovoGrade.HIGH
        assert grade(found, members) is DeNovoGrade.MEDIUM


def grade(found, members):
    rules = DeNovoSettings()
    return DeNovoGrade(
        int(
            grade_de_novo(found, calls(batch=found, family=members), rules, np.zeros(1, bool))[0][0]
        )
    )


def phase_not_known():
    members = family(people="kid 0 0 F A")
    found = batch(genotypes=[["0/1"], ["0/1"]])
    rows = collect_candidates(
        evidence(batch=found), calls(batch=found, family=members), frozenset(),
        SegregationSettings(),
    )  # fmt: skip
    assert rows.segregation[rows.partner >= 0].tolist() == [OPEN, OPEN]


CASES = {
    "the proband's call": proband_not_called,
    "a parent's call or sample, where it decides": parent_not_called,
    "the father's call on MT, or on a son's X": father_where_he_gives_nothing,
    "another member's call (known affection)": another_member_not_called,
    "a relative without a sample (needs `--allow-unsequenced` if they have a PED line)": (
        relative_without_a_sample
    ),
    "affection unknown": affection_unknown,
    "sex unknown": sex_unknown,
    "GQ, depth or AD": reads_missing,
    "phase of a pair": phase_not_known,
}


def documented():
    text = DOCUMENT.read_text(encoding="utf-8")
    table = re.search(r"<!-- missing -->\n(.*?)<!-- /missing -->", text, re.DOTALL)
    assert table
    rows = [line.strip("| ").split(" | ") for line in table[1].splitlines()[2:]]
    return [row[0] for row in rows]


def test_every_row_of_the_document_has_a_case():
    assert documented() == list(CASES)


@pytest.mark.parametrize("what", CASES)
def test_missing(what):
    CASES[what]()
