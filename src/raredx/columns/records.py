"""`dataclass` for the many small classes of the package, made without compiling code.

Python's own decorator writes six methods of each class as text and compiles them: about half a
millisecond for each class, and a ranking loads eighty. Here all classes share the same methods;
`fields`, `replace` and `asdict` work as ever, and to a type checker it is Python's own. Fields
that are no argument (`init=False`, `InitVar`) and ordering are left to Python's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, FrozenInstanceError, fields
from dataclasses import dataclass as _dataclass
from functools import partial
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, TypeVar

__all__ = ["dataclass"]

T = TypeVar("T")


def _make(
    cls: type[T],
    *,
    frozen: bool = False,
    eq: bool = True,
    repr: bool = True,  # noqa: A002  (as Python's own names it)
    kw_only: bool = False,
) -> type[T]:
    """Make a class of fields, with the methods below."""
    made: Any = _dataclass(init=False, repr=False, eq=False, kw_only=kw_only)(cls)
    found = fields(made)
    made.__record_names__ = tuple(f.name for f in found if not f.kw_only)
    made.__record_defaults__ = {f.name: f.default for f in found if f.default is not MISSING}
    made.__record_factories__ = {
        f.name: f.default_factory for f in found if f.default_factory is not MISSING
    }
    made.__init__ = _init_and_look if hasattr(made, "__post_init__") else _init
    if repr:
        made.__repr__ = _show([f.name for f in found if f.repr])
    if eq:
        made.__eq__, by_value = _compare([f.name for f in found if f.compare])
        made.__hash__ = by_value if frozen else None
    if frozen:
        made.__setattr__ = _refuse_set
        made.__delattr__ = _refuse_delete
    return made  # type: ignore[no-any-return]


def _init(self: Any, *values: Any, **named: Any) -> None:
    """Fill the fields: by place, by name, and with what they are where nothing is given."""
    names = self.__record_names__
    if values:
        if len(values) > len(names):
            raise TypeError(
                f"{type(self).__name__} takes {len(names)} values by place, not {len(values)}"
            )
        for name, value in zip(names, values, strict=False):
            if name in named:
                raise TypeError(f"{type(self).__name__} got {name} twice")
            named[name] = value
    known = self.__dataclass_fields__
    if len(named) != len(known) or named.keys() != known.keys():
        unknown = named.keys() - known.keys()
        if unknown:
            raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(unknown))}")
        named = {
            **self.__record_defaults__,
            **{name: make() for name, make in self.__record_factories__.items()},
            **named,
        }
        missing = [name for name in known if name not in named]
        if missing:
            raise TypeError(f"{type(self).__name__} lacks {', '.join(missing)}")
    self.__dict__.update(named)


def _init_and_look(self: Any, *values: Any, **named: Any) -> None:
    """Fill the fields, and let the class look at them."""
    _init(self, *values, **named)
    self.__post_init__()


def _show(names: list[str]) -> Callable[[Any], str]:
    """Make the method that writes an object with these fields."""

    @recursive_repr()
    def show(self: Any) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__qualname__}({shown})"

    return show


def _compare(names: list[str]) -> tuple[Callable[[Any, object], bool], Callable[[Any], int]]:
    """Make the methods that compare and hash these fields; a class that inherits them too."""

    def values(self: Any) -> tuple[Any, ...]:
        return tuple([getattr(self, name) for name in names])

    def equal(self: Any, other: object) -> bool:
        return values(self) == values(other) if type(other) is type(self) else NotImplemented

    def by_value(self: Any) -> int:
        return hash(values(self))

    return equal, by_value


def _refuse_set(self: Any, name: str, value: object) -> None:
    """Refuse a change."""
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_delete(self: Any, name: str) -> None:
    """Refuse a change."""
    raise FrozenInstanceError(f"cannot delete field {name!r}")


if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(cls=None, /, **how):
        """Make a class of fields; `frozen`, `eq`, `repr` and `kw_only` as in Python's own.

        Examples
        --------
        >>> @dataclass(frozen=True)
        ... class Point:
        ...     x: int
        ...     y: int = 0
        >>> Point(1), Point(1) == Point(1, 0), Point(x=2).x
        (Point(x=1, y=0), True, 2)
        """
        return partial(_make, **how) if cls is None else _make(cls, **how)
