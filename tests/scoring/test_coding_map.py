"""Where in a transcript a position lies, against lists of every base."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acmg_cases import CODING, EXONS, SYMBOLS, coding_transcripts
from builders import read_table
from raredx.scoring.coding_map import CodingMap, changed_bases

TABLE = coding_transcripts()
MAPS = {name: CodingMap(TABLE, row) for row, name in enumerate(SYMBOLS)}
GENES = st.sampled_from(SYMBOLS)
ANY_POSITION = st.one_of(
    st.integers(990, 4510), st.integers(15490, 19010), st.integers(29990, 30910),
    st.integers(40990, 44510), st.integers(50990, 53410),
)  # fmt: skip


def bases_of(name):
    """List the bases of the spliced transcript, one position each."""
    forward = name != "BBB"
    return [
        position
        for first, last in EXONS[name]
        for position in (range(first, last + 1) if forward else range(last, first - 1, -1))
    ]


def coding_of(name):
    """List the coding bases."""
    first, last = CODING[name]
    return [position for position in bases_of(name) if first <= position <= last]


@given(name=GENES, position=ANY_POSITION)
def test_coding_base_against_the_list(name, position):
    coding = coding_of(name)
    expected = coding.index(position) + 1 if position in coding else -1
    assert MAPS[name].coding_base(position) == expected
    row = SYMBOLS.index(name)
    assert MAPS[name].coding_base(position) == TABLE.coding_base(row, position)
    assert MAPS[name].coding_length == len(coding) == TABLE.coding_length(row)


@pytest.mark.parametrize("name", SYMBOLS)
def test_codons_against_the_list(name):
    coding, found = coding_of(name), MAPS[name]
    assert len(coding) % 3 == 0
    assert found.codons == len(coding) // 3 - 1
    for codon in range(1, len(coding) // 3 + 1):
        assert list(found.codon_positions(codon)) == coding[3 * codon - 3 : 3 * codon]


@pytest.mark.parametrize("name", SYMBOLS)
def test_decay_against_the_list(name):
    """Decay is expected of a stop more than 50 bases before the last junction of exons."""
    bases, coding, found = bases_of(name), coding_of(name), MAPS[name]
    first, last = EXONS[name][-1]
    junction = len(bases) - (last - first + 1)  # bases before the last exon
    for codon in range(1, found.codons + 1):
        before_stop = bases.index(coding[3 * codon - 3])
        to_junction = junction - before_stop
        assert found.escapes_decay(codon) == (to_junction <= 50 or len(EXONS[name]) == 1)


@pytest.mark.parametrize("name", SYMBOLS)
def test_coding_bases_of_each_exon(name):
    coding = set(coding_of(name))
    for number, (first, last) in enumerate(EXONS[name]):
        expected = len(coding.intersection(range(first, last + 1)))
        assert MAPS[name].coding_bases_in(number) == expected


def sites_of(name):
    """List every splice site: kind, exon, its outermost exonic base, direction into the intron."""
    step = 1 if name != "BBB" else -1
    found = []
    for number, (first, last) in enumerate(EXONS[name]):
        start, end = (first, last) if step == 1 else (last, first)
        if number > 0:
            found.append(("acceptor", number, start, -step))
        if number < len(EXONS[name]) - 1:
            found.append(("donor", number, end, step))
    return found


@given(name=GENES, position=ANY_POSITION)
def test_nearest_splice_site_against_the_list(name, position):
    """Distances count from 1 at the outermost base, from -1 in the intron; there is no 0."""
    found = MAPS[name].splice_site(position)
    bases = bases_of(name)
    within = min(bases) <= position <= max(bases)
    exon = [n for n, (first, last) in enumerate(EXONS[name]) if first <= position <= last]
    distances = {}
    for kind, number, edge, into in sites_of(name):
        beyond = (position - edge) * into  # bases beyond the outermost one of the exon
        if exon == [number] or (not exon and within and beyond > 0):
            distances[kind, number] = -beyond if beyond > 0 else 1 - beyond
    if not distances:
        assert found is None
        return
    assert found is not None
    assert distances[found.kind, found.exon] == found.distance
    assert abs(found.distance) == min(abs(d) for d in distances.values())


SPLICE = """
gene | first | last  | exon
AAA  | 1101  | 1101  | 1      # +1
AAA  | 1102  | 1102  | 1      # +2
AAA  | 1103  | 1103  | 0
AAA  | 1100  | 1100  | 0      # last base of the exon
AAA  | 2000  | 2000  | 2      # -1
AAA  | 1999  | 1999  | 2
AAA  | 1998  | 1998  | 0
AAA  | 2195  | 2201  | 2      # deletion over the end of an exon
AAA  | 1000  | 1000  | 0      # before the first exon
AAA  | 4501  | 4501  | 0      # after the last
BBB  | 18899 | 18899 | 1      # +1 on the other strand
BBB  | 18000 | 18000 | 2      # -1
CCC  | 30000 | 30000 | 0
CCC  | 30901 | 30901 | 0
"""


@pytest.mark.parametrize("row", read_table(text=SPLICE), ids=lambda r: f"{r['gene']}-{r['first']}")
def test_spliced_exon(row):
    span = int(row["first"]), int(row["last"])
    assert MAPS[row["gene"]].spliced_exon(span) + 1 == int(row["exon"])


@pytest.mark.parametrize(
    ("variant", "span"),
    [
        ((100, "A", "G"), (100, 100)), ((100, "AC", "GT"), (100, 101)), ((100, "A", "AC"), (100, 101)),
        ((100, "ACT", "A"), (101, 102)), ((100, "CAT", "CAG"), (102, 102)), ((100, "CTT", "CT"), (101, 101)),
        ((100, "ACG", "TT"), (100, 102)),
    ],
)  # fmt: skip
def test_changed_bases(variant, span):
    assert changed_bases(*variant) == span
