"""Close variants of one proband: which are one event, and which crowd."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import reference_de_novo as reference
from builders import Row, batch, calls, candidate_rows, family, read_table, trio
from raredx.scoring.events import find_clusters, find_events, join_de_novo
from raredx.settings import DeNovoSettings
from raredx.vocabulary import Mode

SETTINGS = DeNovoSettings()
NEW = ("0/1", "0/0", "0/0")


def events_of(*, genotypes, position, rows=None, mode=Mode.DE_NOVO, members=None, **columns):
    """Find the events; give the rows, the batch and the events."""
    n = len(position)
    columns.setdefault("site", list(range(n)))
    found = batch(genotypes=genotypes, position=position, **columns)
    made = candidate_rows(rows=rows or [Row(v, mode, candidate=v) for v in range(n)])
    read = calls(batch=found, family=members or trio())
    return made, found, find_events(made, found, read, SETTINGS)


def groups(found):
    """Events as tuples of variants, sorted."""
    return sorted(found.members)


# Two variants, by the proband's, father's and mother's calls; the second so many bases behind.
TWO = """
first               | second              | bases | ref  | one
0/1 0/0 0/0         | 0/1 0/0 0/0         | 1     | A    | yes
0/1 0/0 0/0         | 0/1 0/0 0/0         | 100   | A    | yes
0/1 0/0 0/0         | 0/1 0/0 0/0         | 101   | A    | no
0/1 0/0 0/0         | 0/1 0/0 0/0         | 103   | ACCC | yes   # counted from the last base of REF
0/1 0/0 0/0         | 0/1 0/0 0/0         | 104   | ACCC | no
0/1 0/0 0/0         | 0/1 0/0 0/0         | 0     | A    | no    # two alleles of one base
0/1 0/0 0/0         | 0/1 0/0 0/0         | 3     | ACCC | no    # the first deletes that base
0/1 0/0 0/0         | 0/1 0/0 0/0         | 4     | ACCC | yes
0|1^7 0/0 0/0       | 0|1^7 0/0 0/0       | 10    | A    | yes
0|1^7 0/0 0/0       | 1|0^7 0/0 0/0       | 10    | A    | no    # opposite haplotypes
0|1^7 0/0 0/0       | 1|0^8 0/0 0/0       | 10    | A    | yes   # another set tells nothing
0|1 0/0 0/0         | 1|0 0/0 0/0         | 10    | A    | no    # phased over the contig
0/1 0/0 0/0         | 1|0^7 0/0 0/0       | 10    | A    | yes
0/1 0/1 0/0         | 0/1 0/1 0/0         | 10    | A    | yes
0/1 0/1 0/0         | 0/1 0/0 0/1         | 10    | A    | no    # one from each parent
0/1 0/1 0/0         | 0/1 0/0 0/0         | 10    | A    | yes
0/1 0/1 0/0         | 0/1 ./. 0/1         | 10    | A    | yes   # the father is not known
0|1^7 0/1 0/0       | 0|1^7 0/0 0/1       | 10    | A    | yes   # one set tells more than calls
"""


@pytest.mark.parametrize("row", read_table(text=TWO), ids=lambda row: " ".join(row.values()))
def test_two_variants(row):
    _, _, found = events_of(
        genotypes=[row["first"].split(), row["second"].split()],
        position=[1000, 1000 + int(row["bases"])],
        ref=[row["ref"], "A"],
    )
    assert groups(found) == ([(0, 1)] if row["one"] == "yes" else [])
    assert found.number.tolist() == ([0, 0] if row["one"] == "yes" else [-1, -1])


def test_a_chain_may_be_longer_than_the_distance():
    _, _, found = events_of(genotypes=[NEW] * 4, position=[1000, 1090, 1180, 1300])
    assert groups(found) == [(0, 1, 2)]
    assert [found.variants_of(row) for row in range(4)] == [(0, 1, 2)] * 3 + [()]


def test_contigs_are_apart():
    _, _, found = events_of(genotypes=[NEW] * 2, position=[1000, 1010], place=["7", "other"])
    assert groups(found) == []


def test_two_events_on_two_haplotypes():
    """Four close variants, phased: each haplotype has its own event."""
    one, other = ("0|1^7", "0/0", "0/0"), ("1|0^7", "0/0", "0/0")
    _, _, found = events_of(
        genotypes=[one, other, one, other], position=[1000, 1010, 1020, 1030]
    )  # fmt: skip
    assert groups(found) == [(0, 2), (1, 3)]


def test_no_member_is_in_trans_with_another():
    """The middle one is not phased: it joins one of two that are in trans, not both."""
    one, other = ("0|1^7", "0/0", "0/0"), ("1|0^7", "0/0", "0/0")
    _, _, found = events_of(genotypes=[one, NEW, other], position=[1000, 1010, 1020])
    assert groups(found) == [(0, 1)]


def test_a_known_haplotype_comes_before_the_nearest():
    """The third, of parents not called, is phased with the first, and not with the second."""
    _, _, found = events_of(
        genotypes=[
            ("0|1^7", "0/1", "0/0"), ("0/1", "0/0", "0/1"), ("0|1^7", "./.", "./."),
        ],
        position=[1000, 1010, 1020],
    )  # fmt: skip
    assert groups(found) == [(0, 2)]


def test_modes_and_penetrance_are_apart():
    rows = [
        Row(0, Mode.DE_NOVO), Row(1, Mode.AUTOSOMAL_DOMINANT, candidate=1),
        Row(2, Mode.AUTOSOMAL_DOMINANT, candidate=2, complete=False),
        Row(3, Mode.AUTOSOMAL_RECESSIVE_HOM, candidate=3),
        Row(4, Mode.AUTOSOMAL_RECESSIVE_HOM, candidate=4),
    ]  # fmt: skip
    _, _, found = events_of(
        genotypes=[NEW] * 5, position=[1000, 1010, 1020, 1030, 1040], rows=rows
    )  # fmt: skip
    assert groups(found) == []


@pytest.mark.parametrize("mode", [Mode.AUTOSOMAL_DOMINANT, Mode.X_LINKED_DOMINANT, Mode.Y_LINKED])
def test_dominant_rows_have_events_and_stay_candidates(mode):
    rows, _, found = events_of(
        genotypes=[("0/1", "0/1", "0/0")] * 2, position=[1000, 1010], mode=mode
    )
    assert groups(found) == [(0, 1)]
    assert join_de_novo(rows, found).candidate.tolist() == [0, 1]


def test_new_alleles_of_one_event_are_one_candidate():
    rows, _, found = events_of(
        genotypes=[NEW] * 4, position=[1000, 1010, 5000, 5010],
        rows=[Row(n, Mode.DE_NOVO, candidate=n) for n in (0, 1, 2, 3)],
    )  # fmt: skip
    assert join_de_novo(rows, found).candidate.tolist() == [0, 0, 1, 1]


def test_an_event_in_two_genes_is_two_candidates():
    """Overlapping genes: the second variant lies in both."""
    rows = [
        Row(0, Mode.DE_NOVO, gene=0), Row(1, Mode.DE_NOVO, candidate=1, gene=0),
        Row(1, Mode.DE_NOVO, candidate=2, gene=1), Row(2, Mode.DE_NOVO, candidate=3, gene=1),
    ]  # fmt: skip
    made, _, found = events_of(genotypes=[NEW] * 3, position=[1000, 1010, 1020], rows=rows)
    assert [found.variants_of(row) for row in range(4)] == [(0, 1, 2)] * 4
    assert join_de_novo(made, found).candidate.tolist() == [0, 0, 1, 1]


def test_a_variant_by_itself_in_two_genes_is_no_event():
    rows = [Row(0, Mode.DE_NOVO, gene=0), Row(0, Mode.DE_NOVO, candidate=1, gene=1)]
    made, _, found = events_of(genotypes=[NEW], position=[1000], rows=rows)
    assert groups(found) == []
    assert join_de_novo(made, found).candidate.tolist() == [0, 1]


def test_no_rows():
    alone = family(people="proband 0 0 F A")
    made, _, found = events_of(genotypes=[], position=[], rows=[], members=alone)
    assert groups(found) == []
    assert len(join_de_novo(made, found)) == 0


CALLS = st.sampled_from(["0/1", "0|1^7", "1|0^7", "0|1^8", "1|0^8"])
PARENT = st.sampled_from(["0/0", "0/1", "./."])
VARIANT = st.tuples(st.integers(1000, 1600), CALLS, PARENT, PARENT, st.sampled_from(["A", "ACCC"]))


def opposite(a, b):
    """Whether two drawn variants lie on opposite haplotypes of one set."""
    return {a[1], b[1]} in ({"0|1^7", "1|0^7"}, {"0|1^8", "1|0^8"})


@given(st.lists(VARIANT, min_size=1, max_size=8, unique=True), st.randoms())
def test_properties(drawn, shuffled):
    """Events share no variant, hold no gap and none in trans, and do not know the file's order."""

    def find(order):
        _, _, found = events_of(
            genotypes=[drawn[n][1:4] for n in order],
            position=[drawn[n][0] for n in order],
            ref=[drawn[n][4] for n in order],
            alt=["T" * (n + 1) for n in order],
        )
        return found.members

    drawn = sorted(drawn)
    members = find(range(len(drawn)))
    flat = [v for own in members for v in own]
    assert len(flat) == len(set(flat))
    for own in members:
        assert len(own) > 1
        alleles = [drawn[v] for v in own]
        end = 0
        for first, second in pairwise(alleles):
            end = max(end, first[0] + len(first[4]) - 1)
            assert end < second[0] <= end + SETTINGS.event_distance
        assert not any(opposite(a, b) for a in alleles for b in alleles)
    order = list(range(len(drawn)))
    shuffled.shuffle(order)
    again = find(order)
    assert {frozenset(order[v] for v in own) for own in again} == {
        frozenset(own) for own in members
    }


# --- clusters ------------------------------------------------------------------------------------


def crowded(position, *, genotypes=None, rows=None, **columns):
    made, found, events = events_of(
        genotypes=genotypes or [NEW] * len(position), position=position, rows=rows, **columns
    )  # fmt: skip
    return np.flatnonzero(find_clusters(made, events, found, SETTINGS)).tolist()


@pytest.mark.parametrize(
    ("position", "doubted"),
    [
        ([1000, 1500, 2000], [0, 1, 2]),
        ([1000, 1500, 2001], []),
        ([1000, 1500], []),
        ([1000, 1050, 1500], []),  # the first two are one event, so there are two candidates
        ([1000, 1050, 1100], []),  # one event
        ([1000, 1050, 1500, 2000], [0, 1, 2, 3]),
        ([1000, 1400, 1800, 2200, 9000], [0, 1, 2, 3]),
    ],
)
def test_clusters(position, doubted):
    assert crowded(position) == doubted


def test_clusters_count_variants_and_not_rows():
    rows = [Row(v, Mode.DE_NOVO, candidate=2 * v + g, gene=g) for v in range(2) for g in range(2)]
    assert crowded([1000, 1500], rows=rows) == []


def test_clusters_are_of_new_alleles():
    rows = [Row(v, Mode.AUTOSOMAL_DOMINANT, candidate=v) for v in range(3)]
    assert crowded([1000, 1500, 2000], rows=rows) == []


def test_clusters_do_not_span_contigs():
    assert crowded([1000, 1500, 2000], place=["7", "7", "other"]) == []


@given(
    st.lists(st.integers(0, 40).map(lambda n: 1000 + 150 * n), unique=True, min_size=1, max_size=7)
)
def test_clusters_twin(position):
    """150 bases apart or more: no events."""
    wanted = reference.crowded(
        position, number=SETTINGS.cluster_candidates, distance=SETTINGS.cluster_distance
    )  # fmt: skip
    assert crowded(position) == sorted(wanted)


def test_a_singleton_has_events():
    """Parents who were not sequenced: nothing speaks against one haplotype."""
    alone = family(people="proband 0 0 F A")
    rows, _, found = events_of(
        genotypes=[["0/1"], ["0/1"]], position=[1000, 1010], mode=Mode.AUTOSOMAL_DOMINANT,
        members=alone,
    )  # fmt: skip
    assert groups(found) == [(0, 1)]
    assert len(rows) == 2
