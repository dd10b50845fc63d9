"""Neighbours and equals among reported variants."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raredx.columns.clinvar import ClinvarTable, changed_bases, reported_at, trimmed
from raredx.vocabulary import Assembly, ClinvarClass, ReportedKind


def table(rows):
    """Make a table of `(contig, position, ref, alt)`."""
    contig, position, ref, alt = zip(*rows, strict=True) if rows else ((), (), (), ())
    same = np.full(len(rows), ClinvarClass.PATHOGENIC, np.int8)
    return ClinvarTable(
        assembly=Assembly.GRCH38,
        date="2024-12-15",
        contig=np.array(contig, np.int8),
        position=np.array(position, np.int32),
        ref=list(ref),
        alt=list(alt),
        clinvar_class=same,
        stars=np.full(len(rows), 2, np.int8),
        kind=np.full(len(rows), ReportedKind.OTHER, np.int8),
        complete=False,
    )


PLACES = st.tuples(st.integers(1, 25), st.integers(1, 60))


@given(st.lists(PLACES, max_size=40), PLACES, st.integers(-2, 30))
def test_between_gives_the_rows_of_the_stretch(places, start, length):
    rows = [(contig, position, "A", "C") for contig, position in sorted(places)]
    contig, first = start
    found = table(rows).between(contig, first, first + length)
    wanted = [
        n for n, row in enumerate(rows) if row[0] == contig and first <= row[1] <= first + length
    ]
    assert list(found) == wanted


BASES = st.text("ACGT", min_size=1, max_size=4)


@given(BASES, BASES, st.text("ACGT", max_size=4), st.text("ACGT", max_size=4))
def test_an_allele_is_found_with_more_bases_around(ref, alt, before, after):
    """What a caller writes around an allele, as at a site with several, changes nothing."""
    if ref == alt:
        return
    position, short_ref, short_alt = trimmed(100, ref, alt)
    one = table([(1, position, short_ref, short_alt)])
    wide = (100 - len(before), before + ref + after, before + alt + after)
    # Bases around may shift an indel along a repeat: then the shortest form is another one.
    same = trimmed(*wide) == (position, short_ref, short_alt)
    assert (reported_at(one, 1, *wide) == 0) == same
    assert reported_at(one, 1, position, short_ref.lower(), short_alt) == 0


@given(st.integers(1, 500), BASES, BASES)
def test_trimming_keeps_the_change(position, ref, alt):
    """Put into a sequence, the trimmed allele makes the same of it."""
    place, short_ref, short_alt = trimmed(position, ref, alt)
    left = ref[: place - position]
    right = ref[place - position + len(short_ref) :]
    assert left + short_ref + right == ref
    assert left + short_alt + right == alt
    assert min(len(short_ref), len(short_alt)) == 1 or (
        short_ref[0] != short_alt[0] and short_ref[-1] != short_alt[-1]
    )


@pytest.mark.parametrize(
    ("asked", "row"),
    [
        ((1, 100, "C", "T"), 0),
        ((1, 100, "C", "G"), 1),
        ((1, 100, "CAA", "TAA"), 0),
        ((1, 98, "GGC", "GGT"), 0),
        ((1, 100, "CAA", "CA"), 2),
        ((1, 100, "CA", "C"), 2),
        ((1, 100, "C", "A"), -1),
        ((2, 100, "C", "T"), -1),
        ((1, 101, "C", "T"), -1),
        ((2, 100, "C", "CT"), 3),
    ],
)
def test_the_very_allele(asked, row):
    one = table([(1, 100, "C", "T"), (1, 100, "C", "G"), (1, 100, "CA", "C"), (2, 100, "C", "CT")])
    assert reported_at(one, *asked) == row


def test_an_empty_table_has_nothing():
    assert reported_at(table([]), 1, 100, "C", "T") == -1
    assert repr(table([])) == "ClinvarTable(0 variants, 2024-12-15)"


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
