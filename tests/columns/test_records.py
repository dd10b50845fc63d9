"""Classes of fields behave as those that Python's own decorator makes."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import FrozenInstanceError, asdict, field, fields, replace
from functools import cached_property

import pytest

from raredx.columns import records


def make(decorator):
    """The same classes, by either decorator."""

    @decorator(frozen=True)
    class Place:
        """A place."""

        contig: str
        position: int = 1
        notes: list[str] = field(default_factory=list, compare=False)

        @cached_property
        def text(self) -> str:
            return f"{self.contig}:{self.position}"

    @decorator
    class Count:
        """A count."""

        n: int = 0
        inner: dict[str, int] = field(default_factory=dict, repr=False)

        def __post_init__(self) -> None:
            if self.n < 0:
                raise ValueError("fewer than none")

    @decorator(frozen=True, kw_only=True)
    class Head:
        """A head."""

        name: str
        date: str = ""

    @decorator(frozen=True, eq=False, repr=False)
    class Body(Head):
        """A body."""

        rows: tuple[int, ...]
        more: tuple[int, ...] = ()

    return Place, Count, Head, Body


@pytest.fixture(params=[dataclasses.dataclass, records.dataclass], ids=["python", "ours"])
def fx_classes(request):
    return make(request.param)


def test_places_names_and_defaults(fx_classes):
    place, count, head, body = fx_classes
    assert place("1", position=2) == place("1", 2) == place(contig="1", position=2)
    one, other = place("1"), place("1")
    assert one.notes == other.notes == []
    assert one.notes is not other.notes
    assert (place("1").position, count().inner, head(name="x").date) == (1, {}, "")
    made = body((1,), name="x")
    assert (made.rows, made.more, made.name, made.date) == ((1,), (), "x", "")
    assert [f.name for f in fields(body)] == ["name", "date", "rows", "more"]


def test_equal_hashed_shown(fx_classes):
    place, count, head, body = fx_classes
    assert place("1", 2, ["a"]) == place("1", 2, ["b"]) != place("1", 3)
    assert place("1") != head(name="1")
    assert hash(place("1", 2, ["a"])) == hash(place("1", 2)) == hash(("1", 2))
    assert len({place("1"), place("1"), place("2")}) == 2
    assert repr(place("1", 2)).endswith("Place(contig='1', position=2, notes=[])")
    assert repr(count(3, {"a": 1})).endswith("Count(n=3)")
    with pytest.raises(TypeError, match="unhashable"):
        hash(count())
    made = body((1,), name="x")
    assert made == body((2,), name="x") != body((1,), name="y")  # as a head is compared
    assert hash(made) == hash(("x", ""))
    assert repr(made).endswith("Body(name='x', date='')")


def test_frozen_or_not(fx_classes):
    place, count, _, _ = fx_classes
    one = place("1", 2)
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'position'"):
        one.position = 3
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'position'"):
        del one.position
    assert one.text == "1:2"
    many = count()
    many.n = 4
    assert many.n == 4


def test_what_python_does_with_fields(fx_classes):
    place, count, _, body = fx_classes
    assert replace(place("1"), position=5) == place("1", 5)
    assert asdict(count(1, {"a": 2})) == {"n": 1, "inner": {"a": 2}}
    assert replace(body((1,), name="x"), date="d").date == "d"
    assert copy.copy(place("1", 7)) == copy.deepcopy(place("1", 7)) == place("1", 7)


def test_a_class_looks_at_its_fields(fx_classes):
    _, count, _, _ = fx_classes
    with pytest.raises(ValueError, match="fewer than none"):
        count(-1)


@pytest.mark.parametrize(
    ("values", "named", "message"),
    [
        ((), {}, "Place lacks contig"),
        (("1", 2, [], 4), {}, "Place takes 3 values by place, not 4"),
        (("1",), {"contig": "2"}, "Place got contig twice"),
        (("1",), {"nothing": 2, "more": 3}, "Place has no more, nothing"),
    ],
)
def test_wrong_calls_are_refused(fx_classes, values, named, message):
    place = fx_classes[0]
    ours = place.__init__.__module__ == records.__name__
    with pytest.raises(TypeError, match=message if ours else "argument"):
        place(*values, **named)


@records.dataclass(frozen=True)
class Packed:
    """Found by its name, as pickling asks."""

    n: int


def test_pickled():
    assert pickle.loads(pickle.dumps(Packed(3))) == Packed(3)
