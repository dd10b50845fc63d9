"""Places in transcripts, against a twin that writes every base of the transcript down."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import read_table
from raredx.columns.coding_map import CodingMap


@st.composite
def transcripts(draw):
    """Up to five exons of up to a hundred bases, and a coding sequence somewhere in them."""
    sizes = draw(st.lists(st.integers(1, 100), min_size=1, max_size=5))
    gaps = draw(st.lists(st.integers(1, 30), min_size=len(sizes), max_size=len(sizes)))
    place, exons = draw(st.integers(1, 50)), []
    for size, gap in zip(sizes, gaps, strict=True):
        exons.append((place, place + size - 1))
        place += size + gap
    bases = [base for first, last in exons for base in range(first, last + 1)]
    ends = draw(st.lists(st.integers(0, len(bases) - 1), min_size=2, max_size=2))
    forward = draw(st.booleans())
    order = exons if forward else exons[::-1]
    return forward, order, bases[min(ends)], bases[max(ends)]


class Twin:
    """The bases of a transcript one by one, in its order."""

    def __init__(self, transcript):
        self.forward, self.exons, low, high = transcript
        self.bases, self.exon = [], []
        for number, (first, last) in enumerate(self.exons, start=1):
            own = list(range(first, last + 1))
            self.bases += own if self.forward else own[::-1]
            self.exon += [number] * len(own)
        self.coding = [base for base in self.bases if low <= base <= high]

    def last_junction(self):
        """Count the bases before the last junction; none is before every base."""
        return self.exon.index(len(self.exons)) if len(self.exons) > 1 else -1000


@given(transcripts())
def test_every_base(transcript):
    twin, found = Twin(transcript), CodingMap(*transcript)
    assert found.coding_length == len(twin.coding)
    for position in range(1, max(twin.bases) + 3):
        there = twin.coding.index(position) + 1 if position in twin.coding else -1
        assert found.coding_base(position) == there


@given(transcripts())
def test_codons_are_three_bases_in_a_row(transcript):
    twin, found = Twin(transcript), CodingMap(*transcript)
    assert found.codons == len(twin.coding) // 3 - 1  # the stop codon is no residue
    for codon in range(1, len(twin.coding) // 3 + 1):
        assert list(found.codon_positions(codon)) == twin.coding[3 * codon - 3 : 3 * codon]


@given(transcripts())
def test_coding_parts_of_the_exons(transcript):
    twin, found = Twin(transcript), CodingMap(*transcript)
    parts = [[base for base in twin.coding if first <= base <= last] for first, last in twin.exons]
    assert [found.coding_bases_in(n) for n in range(len(parts))] == [len(p) for p in parts]
    assert found.coding_exons() == [(min(part), max(part)) for part in parts if part]


@given(transcripts(), st.data())
def test_first_coding_base_that_changes(transcript, data):
    """Of the two ends of a stretch, the one that comes first in the coding sequence."""
    twin, found = Twin(transcript), CodingMap(*transcript)
    span = tuple(sorted(data.draw(st.tuples(*[st.integers(1, max(twin.bases) + 3)] * 2))))
    places = [twin.coding.index(end) + 1 for end in span if end in twin.coding]
    assert found.first_changed(span) == (min(places) if places else -1)


@given(transcripts())
def test_decay_is_told_from_the_last_junction(transcript):
    """Not in the last exon, nor in the 50 bases before the last junction, nor without any."""
    twin, found = Twin(transcript), CodingMap(*transcript)
    for codon in range(1, len(twin.coding) // 3 + 1):
        before = twin.bases.index(twin.coding[3 * codon - 3])
        assert found.escapes_decay(codon) == (before >= twin.last_junction() - 50)


@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize(
    ("codon", "escapes"),
    [(1, False), (10, False), (50, False), (51, True), (67, True), (68, True), (100, True)],
)
def test_fifty_bases_of_the_penultimate_exon(forward, codon, escapes):
    """Two exons of 200 and 100 coding bases; codon 51 begins 50 bases before the junction."""
    exons = [(1001, 1200), (2001, 2100)] if forward else [(2001, 2200), (1001, 1100)]
    found = CodingMap(forward, exons, 1001, 2100 if forward else 2200)
    assert found.coding_length == 300
    assert found.escapes_decay(codon) is escapes


def test_untranslated_exons_count():
    """A junction behind the stop codon counts, and so do the bases before the start."""
    assert not CodingMap(True, [(1, 300), (401, 500)], 1, 150).escapes_decay(50)
    assert CodingMap(True, [(1, 100), (201, 500)], 201, 500).escapes_decay(1)


@given(transcripts())
def test_nearest_splice_site(transcript):
    """Distances count from 1 at the outermost base of the exon; the ends of it have no site."""
    twin, found = Twin(transcript), CodingMap(*transcript)
    for position in twin.bases:
        at = twin.bases.index(position)
        number = twin.exon[at] - 1
        own = [n for n, exon in enumerate(twin.exon) if exon == number + 1]
        distances = {}
        if number > 0:
            distances["acceptor"] = at - own[0] + 1
        if number < len(twin.exons) - 1:
            distances["donor"] = own[-1] - at + 1
        site = found.splice_site(position)
        if site is None:
            assert distances == {}
        else:
            assert site.exon == number
            assert site.distance == distances[site.kind] == min(distances.values())


@given(transcripts())
def test_bases_of_introns_are_counted_from_the_nearest_exon(transcript):
    """HGVS: from the exon before (+) up to and with the middle, then from the next (-)."""
    twin, found = Twin(transcript), CodingMap(*transcript)
    sign = 1 if twin.forward else -1
    along = [base * sign for base in twin.bases]
    for position in set(range(min(twin.bases), max(twin.bases) + 1)) - set(twin.bases):
        before = max(n for n, base in enumerate(along) if base < position * sign)
        plus, minus = position * sign - along[before], along[before + 1] - position * sign
        wanted = (
            ("donor", twin.exon[before] - 1, -plus)
            if plus <= minus
            else ("acceptor", twin.exon[before + 1] - 1, -minus)
        )
        site = found.splice_site(position)
        assert (site.kind, site.exon, site.distance) == wanted


@given(transcripts(), st.integers(1, 5))
def test_no_splice_site_outside(transcript, beyond):
    bases, found = Twin(transcript).bases, CodingMap(*transcript)
    assert found.splice_site(min(bases) - beyond) is None
    assert found.splice_site(max(bases) + beyond) is None


MAPS = {
    "AAA": CodingMap(True, [(1001, 1100), (2001, 2200), (4001, 4500)], 1051, 4101),
    "BBB": CodingMap(False, [(18900, 18999), (17800, 17999), (15500, 15999)], 15899, 18949),
    "CCC": CodingMap(True, [(30001, 30900)], 30101, 30700),
}

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
