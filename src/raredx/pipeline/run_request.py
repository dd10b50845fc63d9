"""A request as plain JSON, and back: what `run.json` records so that a run can be repeated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from enum import Enum
from pathlib import Path, PurePath
from typing import Any, get_args, get_origin, get_type_hints

from raredx.errors import InputError
from raredx.pipeline.request import RankRequest

Plain = str | int | float | bool | None | list[Any]


def request_arguments(request: RankRequest) -> dict[str, Plain]:
    """Give every field of a request as JSON knows it.

    Examples
    --------
    >>> found = request_arguments(RankRequest("a.vcf", ped=Path("a.ped"), panels=("R59",)))
    >>> found["vcf"], found["ped"], found["panels"], found["assembly"]
    ('a.vcf', 'a.ped', ['R59'], None)
    """
    return {one.name: _plain(getattr(request, one.name)) for one in fields(request)}


def _plain(value: Any) -> Plain:
    """Write one value."""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    assert value is None or isinstance(value, str | int | float | bool)
    return value


def request_of(arguments: Mapping[str, Any], where: str) -> RankRequest:
    """Make the request that was recorded.

    Parameters
    ----------
    arguments : mapping
        As `request_arguments` gave them.
    where : str
        The record, for messages.

    Raises
    ------
    InputError
        If an argument is of another version of raredx, or is not what its field holds.

    Examples
    --------
    >>> asked = RankRequest("a.vcf", ped=Path("a.ped"), panels=("R59",), explained_share=0.3)
    >>> request_of(request_arguments(asked), "run.json") == asked
    True
    """
    known = {one.name for one in fields(RankRequest)}
    unknown = sorted(arguments.keys() - known)
    if unknown:
        raise InputError(
            where,
            f"this version of raredx has no argument {', '.join(unknown)}",
            "Run it with the version that the record names.",
        )
    hints = get_type_hints(RankRequest)
    values = {}
    for name, value in arguments.items():
        found = _typed(value, hints[name])
        if found is _UNFIT:
            raise InputError(where, f"argument {name} cannot be {value!r}", _DAMAGED)
        values[name] = found
    if "vcf" not in values:
        raise InputError(where, "its arguments name no VCF", _DAMAGED)
    return RankRequest(**values)


_DAMAGED = "The record is damaged; run the ranking anew."
_UNFIT = object()
"""A value that no reading of the field allows."""


def _typed(value: Any, hint: Any) -> Any:
    """Read one value as what its field holds."""
    if get_origin(hint) is tuple:
        kind = get_args(hint)[0]
        fits = isinstance(value, list) and all(isinstance(one, kind) for one in value)
        return tuple(value) if fits else _UNFIT
    kinds = [kind for kind in get_args(hint) or (hint,) if kind is not type(None)]
    if value is None:
        return None if type(None) in get_args(hint) else _UNFIT
    kind = kinds[0]
    if kind is Path or (isinstance(kind, type) and issubclass(kind, Enum)):
        try:
            return kind(value)
        except (ValueError, TypeError):
            return _UNFIT
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value if type(value) is kind else _UNFIT
