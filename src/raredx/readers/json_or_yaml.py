"""A JSON or YAML document as plain dicts, lists and scalars, refused with its line if it is none.

YAML is read event by event: no object is made from a tag, depth and size are bounded, also where
aliases repeat a part, and a key that stands twice is refused in both formats. An unquoted YAML
scalar is handed on as it is written, as `Unquoted`: only whoever knows which type is due can tell
whether `007`, `no` or `2018-03-01` is a number, a truth value, a date or a name.
"""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

from raredx.errors import InputError, private

MAX_BYTES = 16 << 20
"""Largest document that is read. Our choice: a phenopacket with a thousand terms has 0.2 MB."""
MAX_DEPTH = 100
MAX_VALUES = 1_000_000
"""Largest number of values of a YAML document, aliases written out. Our choice."""
_GZIP = b"\x1f\x8b"
_YAML_STRING = ("tag:yaml.org,2002:str", "!")


class Unquoted(str):
    """A YAML scalar without quotes, as written."""

    __slots__ = ()


def read_document(path: Path, *, kind: str) -> Any:
    """Read a JSON or YAML document.

    `.json` is JSON, `.yaml` and `.yml` are YAML, and of any other name JSON begins with a
    brace or bracket.

    Parameters
    ----------
    path : Path
    kind : str
        What the document should be, for messages.

    Returns
    -------
    dict, list, str, bool, float, int or None
        A mapping's keys are text. Scalars of YAML without quotes are `Unquoted`.

    Raises
    ------
    InputError
        If the file cannot be read, is larger than `MAX_BYTES`, no text, damaged, nested deeper
        than `MAX_DEPTH`, or holds a key twice.
    """
    text = _read_text(path, kind)
    suffix = path.suffix.lower()
    if suffix in {".yaml", ".yml"}:
        return _decode_yaml(text, str(path), kind)
    if suffix == ".json" or text.lstrip()[:1] in {"{", "["}:
        return _decode_json(text, str(path), kind)
    return _decode_yaml(text, str(path), kind)


def _read_text(path: Path, kind: str) -> str:
    """Read the file as text."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as fault:
        words = fault.strerror if isinstance(fault, OSError) else None
        raise InputError(str(path), words or str(fault), "Check the path.") from None
    if len(raw) > MAX_BYTES:
        raise InputError(
            str(path),
            f"is larger than {MAX_BYTES >> 20} MB, too large for a {kind}",
            f"Give one {kind}.",
        )
    if raw[:2] == _GZIP:
        raise InputError(str(path), "is compressed", "Unpack it first (gunzip).")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(
            str(path), "not a text file", f"Save the {kind} as JSON or YAML in UTF-8."
        ) from None
    if not text.strip():
        raise InputError(str(path), "is empty", f"Give a {kind} as JSON or YAML.")
    return text


def _key(key: str) -> str:
    """Name a key; a log does not, since ids of people are keys too."""
    return private(f"key {key!r}", "a key")


def _decode_json(text: str, where: str, kind: str) -> Any:
    """Decode JSON, refusing keys that stand twice."""

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, value in found:
            if key in made:
                what = f"{_key(key)} stands twice in one object"
                raise InputError(where, what, "Remove one.")
            made[key] = value
        return made

    try:
        return json.loads(text, object_pairs_hook=pairs)
    except json.JSONDecodeError as fault:
        if fault.pos >= len(text.rstrip()) or fault.msg.startswith("Unterminated string"):
            what = "is cut off: the text ends before the JSON document does"
        else:
            what = f"is no JSON: {fault.msg.lower()} (column {fault.colno})"
        raise InputError(f"{where}:{fault.lineno}", what, f"Export the {kind} again.") from None
    except RecursionError:
        raise InputError(where, f"is nested too deeply for a {kind}") from None
    except ValueError as fault:  # a number of thousands of digits
        raise InputError(where, f"is no JSON: {fault}", f"Export the {kind} again.") from None


def _decode_yaml(text: str, where: str, kind: str) -> Any:
    """Decode one YAML document."""
    yaml = importlib.import_module("yaml")  # only now: most runs read no YAML
    builder = _Builder(where, kind)
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        for event in yaml.parse(text, Loader=loader):
            builder.take(event)
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        words = getattr(fault, "problem", None) or getattr(fault, "reason", None) or "not YAML"
        raise InputError(
            f"{where}:{mark.line + 1}" if mark else where,
            f"is no YAML: {words}",
            f"Export the {kind} again.",
        ) from None
    return builder.root


class _Open:
    """A mapping or list that is being filled."""

    def __init__(self, value: dict[str, Any] | list[Any], anchor: str | None) -> None:
        self.value, self.anchor = value, anchor
        self.key: str | None = None
        self.size = 1

    @property
    def wants_key(self) -> bool:
        """Whether the next scalar is a key."""
        return isinstance(self.value, dict) and self.key is None


class _Builder:
    """Makes dicts, lists and scalars of the events of a YAML parser, without recursion."""

    def __init__(self, where: str, kind: str) -> None:
        self.where, self.kind = where, kind
        self.root: Any = None
        self.open: list[_Open] = []
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.documents = self.line = 0

    def take(self, event: Any) -> None:
        """Take the next event."""
        name = type(event).__name__
        self.line = event.start_mark.line + 1 if event.start_mark else 0
        if name == "DocumentStartEvent":
            self.documents += 1
            if self.documents > 1:
                raise self._fault("a second document begins", f"Give one {self.kind} a file.")
        elif name == "AliasEvent":
            if event.anchor not in self.anchors:
                raise self._fault(
                    f"alias *{event.anchor} stands for nothing before it", "Write it out."
                )
            self._place(*self.anchors[event.anchor])
        elif name == "ScalarEvent":
            self._scalar(event)
        elif name == "MappingStartEvent":
            self._begin(_Open({}, event.anchor), event.tag)
        elif name == "SequenceStartEvent":
            self._begin(_Open([], event.anchor), event.tag)
        elif name in {"MappingEndEvent", "SequenceEndEvent"}:
            done = self.open.pop()
            self._place(done.value, done.size, done.anchor)

    def _fault(self, what: str, mend: str) -> InputError:
        return InputError(f"{self.where}:{self.line}", what, mend)

    def _begin(self, value: _Open, tag: str | None) -> None:
        """Open a mapping or list."""
        if tag not in (None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"):
            raise self._fault(f"tag {tag} makes no sense here", "Leave the tag out.")
        if len(self.open) >= MAX_DEPTH:
            raise self._fault(f"is nested too deeply for a {self.kind}", "")
        if self.open and self.open[-1].wants_key:
            raise self._fault("a key is not text", "Write a name before the colon.")
        self.open.append(value)

    def _scalar(self, event: Any) -> None:
        """Put a scalar in its place: as a key where one is due."""
        if event.tag not in (None, *_YAML_STRING):
            raise self._fault(f"tag {event.tag} makes no sense here", "Leave the tag out.")
        holder = self.open[-1] if self.open else None
        if holder is not None and holder.wants_key:
            if event.value in holder.value:
                what = f"{_key(event.value)} stands twice in one object"
                raise self._fault(what, "Remove one.")
            holder.key = event.value
            return
        plain = event.implicit[0] and not event.style
        self._place(_plain(event.value) if plain else event.value, 1, event.anchor)

    def _place(self, value: Any, size: int, anchor: str | None = None) -> None:
        """Hang a finished value into what is open."""
        if anchor is not None:
            self.anchors[anchor] = value, size
        if not self.open:
            self.root = value
            return
        holder = self.open[-1]
        if holder.wants_key:  # an alias for a key
            raise self._fault("a key is not text", "Write a name before the colon.")
        holder.size += size
        if holder.size > MAX_VALUES:
            raise self._fault(f"holds more than {MAX_VALUES:,} values", f"Give one {self.kind}.")
        if isinstance(holder.value, list):
            holder.value.append(value)
        else:
            assert holder.key is not None
            holder.value[holder.key] = value
            holder.key = None


def _plain(text: str) -> Unquoted | None:
    """Read an unquoted scalar: nothing, or what is written."""
    return None if text in {"", "~", "null", "Null", "NULL"} else Unquoted(text)
