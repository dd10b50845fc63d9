"""The genetic code, protein changes as annotators write them, and unknown codons."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import read_table
from raredx.scoring.genetic_code import (
    CODE,
    BaseChange,
    complement,
    frameshift_stop,
    makes_residue,
    possible_codons,
    substitution,
)
from raredx.vocabulary import Outcome

BASES = "ACGT"
CODONS = ["".join(c) for c in product(BASES, repeat=3)]


def test_code_is_the_standard_one():
    """Known codons, and the known numbers of codons of each residue."""
    known = {"ATG": "M", "TGG": "W", "TAA": "*", "TAG": "*", "TGA": "*", "GGC": "G", "CAC": "H",
             "CGT": "R", "AGA": "R", "AAA": "K", "TTT": "F", "ATA": "I"}  # fmt: skip
    assert {codon: CODE[codon] for codon in known} == known
    counts = {residue: [*CODE.values()].count(residue) for residue in set(CODE.values())}
    assert counts == {
        **dict.fromkeys("LRS", 6), **dict.fromkeys("AGPTV", 4), **dict.fromkeys("I*", 3),
        **dict.fromkeys("CDEFHKNQY", 2), **dict.fromkeys("MW", 1),
    }  # fmt: skip


def test_strands():
    assert complement("ACGT") == "TGCA"


WRITTEN = """
text                                | residue | number | new
p.Arg175His                         | R       | 175    | H
ENSP00000269305.4:p.Arg175His       | R       | 175    | H
NP_000537.3:p.(Arg175His)           | R       | 175    | H
p.R175H                             | R       | 175    | H
R175H                               | R       | 175    | H
175R>175H                           | R       | 175    | H     # bcftools csq
p.Trp1282Ter                        | W       | 1282   | *
p.W1282*                            | W       | 1282   | *
p.Met1?                             |         |        |
p.Arg175=                           |         |        |
p.Lys2_Leu3del                      |         |        |
p.Pro528ArgfsTer146                 |         |        |
p.Xyz175His                         |         |        |
175R>176H                           |         |        |
                                    |         |        |
"""


@pytest.mark.parametrize("row", read_table(text=WRITTEN), ids=lambda row: row["text"])
def test_substitutions(row):
    expected = (row["residue"], int(row["number"]), row["new"]) if row["residue"] else None
    assert substitution(row["text"]) == expected


@pytest.mark.parametrize(
    ("text", "stop"),
    [
        ("p.Pro528ArgfsTer146", 673), ("NP_1.1:p.(Pro528ArgfsTer146)", 673), ("p.P528fs*146", 673),
        ("p.Pro528fs", -1), ("p.Pro528ArgfsTer?", -1), ("p.Arg175His", -1), ("", -1),
    ],
)  # fmt: skip
def test_stop_of_a_frameshift(text, stop):
    assert frameshift_stop(text) == stop


@given(
    codon=st.sampled_from([c for c in CODONS if CODE[c] != "*"]),
    own=st.tuples(st.integers(0, 2), st.sampled_from(BASES)),
    other=st.tuples(st.integers(0, 2), st.sampled_from(BASES)),
)
def test_what_is_called_certain_is_true(codon, own, other):
    """Whatever the codon really is, an answer that is given agrees with it."""
    mine = BaseChange(own[0], codon[own[0]], own[1])
    theirs = BaseChange(other[0], codon[other[0]], other[1])
    before, after = CODE[codon], CODE[mine.within(codon)]
    reported = CODE[theirs.within(codon)]
    if after in (before, "*") or reported in (before, "*"):
        return  # only missense changes are compared
    codons = possible_codons(mine, (before, after))
    assert codon in codons
    answer = makes_residue(codons, theirs, after)
    if answer is not Outcome.NOT_ASSESSED:
        assert (answer is Outcome.PASS) == (reported == after)


def test_most_residues_are_certain():
    """Over all pairs of missense changes of one codon, few stay open for want of the codon."""
    answers = []
    for codon in (c for c in CODONS if CODE[c] != "*"):
        changes = [
            change
            for place in range(3)
            for change in (BaseChange(place, codon[place], alt) for alt in BASES)
            if CODE[change.within(codon)] not in (CODE[codon], "*")
        ]
        for mine, theirs in product(changes, repeat=2):
            if mine != theirs:
                residues = CODE[codon], CODE[mine.within(codon)]
                codons = possible_codons(mine, residues)
                answers.append(makes_residue(codons, theirs, residues[1]))
    share = answers.count(Outcome.NOT_ASSESSED) / len(answers)
    assert 0 < share < 0.01
    assert answers.count(Outcome.PASS) > 0


def test_impossible_annotation_stays_open():
    """A protein change that no codon with these bases can make says nothing."""
    assert possible_codons(BaseChange(0, "G", "A"), ("R", "H")) == ()
    assert makes_residue((), BaseChange(0, "G", "A"), "H") is Outcome.NOT_ASSESSED
