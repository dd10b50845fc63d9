"""Places in transcripts, against a twin that writes every base of the transcript down."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raredx.columns.coding import CodingTranscripts


def table(*transcripts):
    """Make a table of `(forward, exons in the order of the transcript, cds first, cds last)`."""
    exons = [exon for _, found, _, _ in transcripts for exon in found]
    counts = [len(found) for _, found, _, _ in transcripts]
    return CodingTranscripts(
        transcript=[f"T{n}" for n in range(len(transcripts))],
        row_of_gene=np.arange(len(transcripts), dtype=np.int32),
        contig=np.ones(len(transcripts), np.int8),
        forward=np.array([t[0] for t in transcripts], np.bool_),
        cds_first=np.array([t[2] for t in transcripts], np.int32),
        cds_last=np.array([t[3] for t in transcripts], np.int32),
        exon_start=np.cumsum([0, *counts]),
        exon_first=np.array([first for first, _ in exons], np.int32),
        exon_last=np.array([last for _, last in exons], np.int32),
    )


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

    def junctions(self, *, up_to=None):
        """Count the bases before each junction; those behind a base of the transcript left out."""
        found = [n for n in range(1, len(self.exon)) if self.exon[n] != self.exon[n - 1]]
        return found if up_to is None else [n for n in found if n <= self.bases.index(up_to)]


@given(transcripts())
def test_every_base(transcript):
    twin, one = Twin(transcript), table((True, [(1, 3)], 1, 3), transcript)
    assert one.coding_length(1) == len(twin.coding)
    for position in range(1, max(twin.bases) + 3):
        in_cds = twin.coding.index(position) + 1 if position in twin.coding else -1
        in_exons = twin.bases.index(position) + 1 if position in twin.bases else -1
        number = (twin.exon[in_exons - 1], len(twin.exons)) if in_exons > 0 else None
        assert one.coding_base(1, position) == in_cds
        assert one.transcript_base(1, position) == in_exons
        assert one.exon_of(1, position) == number
    for base in range(-1, len(twin.coding) + 3):
        there = twin.coding[base - 1] if 1 <= base <= len(twin.coding) else -1
        assert one.genome_position(1, base) == there


@given(transcripts())
def test_codons_are_three_bases_in_a_row(transcript):
    twin, one = Twin(transcript), table(transcript)
    for base in range(1, len(twin.coding) + 1):
        start = (base - 1) // 3 * 3
        wanted = [*twin.coding, -1, -1][start : start + 3]
        assert list(one.codon(0, base)) == wanted


@given(transcripts())
def test_places_in_introns_are_counted_from_the_nearest_exon(transcript):
    """HGVS: from the exon before (+) up to and with the middle, then from the next (-)."""
    twin, one = Twin(transcript), table(transcript)
    sign = 1 if twin.forward else -1
    assert one.place(0, min(twin.bases) - 1) is None
    assert one.place(0, max(twin.bases) + 1) is None
    for position in range(min(twin.bases), max(twin.bases) + 1):
        place = one.place(0, position)
        assert place.count == len(twin.exons)
        if position in twin.bases:
            at = twin.bases.index(position)
            own = [n for n, exon in enumerate(twin.exon) if exon == twin.exon[at]]
            wanted = (twin.exon[at], 0, at - own[0] + 1, own[-1] - at + 1)
        else:
            along = [base * sign for base in twin.bases]
            before = max(n for n, base in enumerate(along) if base < position * sign)
            plus, minus = position * sign - along[before], along[before + 1] - position * sign
            offset = plus if plus <= minus else -minus
            wanted = (twin.exon[before] + (offset < 0), offset, 0, 0)
        assert (place.number, place.offset, place.from_start, place.from_end) == wanted


@given(transcripts())
def test_decay_is_told_from_the_last_junction(transcript):
    """Not in the last exon, nor in the 50 bases before the last junction, nor without any."""
    twin, one = Twin(transcript), table(transcript)
    for base in range(1, len(twin.coding) + 1):
        before = twin.bases.index(twin.coding[base - 1])
        for after_stop in (True, False):
            junctions = twin.junctions(up_to=None if after_stop else twin.coding[-1])
            escapes = not junctions or before >= junctions[-1] - 50
            assert one.escapes_decay(0, base, after_stop=after_stop) == escapes
    length = len(twin.coding)
    assert one.escapes_decay(0, length + 99) == one.escapes_decay(0, length)


@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize(
    ("base", "escapes"),
    [(1, False), (30, False), (150, False), (151, True), (200, True), (201, True), (300, True)],
)
def test_fifty_bases_of_the_penultimate_exon(forward, base, escapes):
    """Two exons of 200 and 100 coding bases: the junction lies behind base 200."""
    exons = [(1001, 1200), (2001, 2100)] if forward else [(2001, 2200), (1001, 1100)]
    one = table((forward, exons, 1001, 2100 if forward else 2200))
    assert one.coding_length(0) == 300
    assert one.escapes_decay(0, base) is escapes


def test_untranslated_exons_count():
    """A junction behind the stop codon counts unless asked otherwise; one before the start too."""
    behind = table((True, [(1, 300), (401, 500)], 1, 150))
    assert not behind.escapes_decay(0, 150)
    assert behind.escapes_decay(0, 150, after_stop=False)
    before = table((True, [(1, 100), (201, 500)], 201, 500))
    assert before.escapes_decay(0, 1)
    assert before.escapes_decay(0, 1, after_stop=False)


@given(transcripts())
def test_edges_of_exons(transcript):
    """The last three bases before a junction and the first one behind it."""
    twin, one = Twin(transcript), table(transcript)
    junctions = twin.junctions()
    for position in range(min(twin.bases) - 2, max(twin.bases) + 3):
        wanted = False
        if position in twin.bases:
            at = twin.bases.index(position)
            own = [n for n, exon in enumerate(twin.exon) if exon == twin.exon[at]]
            ends = [n for n in junctions if n - 1 == own[-1] and n - at <= 3]
            wanted = bool(ends) or at in junctions
        assert one.at_exon_edge(0, position) == wanted


@pytest.mark.parametrize(
    ("base", "share"),
    [(1, 1.0), (3, 1.0), (4, 0.9), (28, 0.1), (30, 0.1), (31, 0.0), (99, 0.0), (0, 1.0)],
)
def test_share_of_the_protein_that_is_lost(base, share):
    """Ten residues and a stop codon."""
    one = table((True, [(1, 33)], 1, 33))
    assert one.share_after(0, base) == pytest.approx(share)


def test_a_coding_sequence_of_a_stop_codon_only():
    assert table((True, [(1, 3)], 1, 3)).share_after(0, 1) == 0.0


def test_it_shows_its_size():
    assert repr(table((True, [(1, 3)], 1, 3))) == "CodingTranscripts(1 transcripts)"
