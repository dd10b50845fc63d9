"""Version 2 of the phenopacket schema: which parts are read, and whether a document fits them.

GA4GH's own classes (the `phenopackets` package) know the fields; protobuf's JSON reader says
little about where a document is wrong and lets some wrong types pass, so each value is held against
its field first. Parts that may hold the diagnosis are cut off before anything reads them.
"""

from __future__ import annotations

import difflib
import importlib
import re
from datetime import UTC, datetime
from typing import Any

from raredx.errors import InputError, private
from raredx.readers.json_or_yaml import Unquoted

_PHENOPACKET = "org.phenopackets.schema.v2.Phenopacket"
NOT_READ = frozenset(
    {"measurements", "biosamples", "interpretations", "diseases", "medical_actions"}
)
"""Fields of a phenopacket that are not read: they may hold the diagnosis, or say nothing of what
a ranking asks."""
_VERSION_1_KEYS = {
    "": {"genes", "variants", "htsFiles", "hts_files"},
    "subject": {"ageAtCollection", "age_at_collection", "ageRangeAtCollection"},
    "phenotypicFeatures": {"negated", "ageOfOnset", "ageRangeOfOnset", "classOfOnset"},
}
"""Keys that version 2 of the schema took away."""
_TYPES = {bool: "true or false", int: "a number", float: "a number", str: "text"} | {
    dict: "an object", list: "a list", Unquoted: "text",
}  # fmt: skip
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?")


def parse_message(tree: dict[str, Any], name: str, where: str) -> Any:
    """Make a message of the schema from a document.

    Parameters
    ----------
    tree : dict
        As `read_document` gives it.
    name : {"Phenopacket", "Family"}
    where : str
        The file, for messages.

    Returns
    -------
    message
        Of the class of the `phenopackets` package.

    Raises
    ------
    InputError
        If the document is of another version, or a value does not fit its field.
    """
    check_version(tree, where)
    schema = importlib.import_module("phenopackets.schema.v2.phenopackets_pb2")
    json_format = importlib.import_module("google.protobuf.json_format")
    message = getattr(schema, name)()
    fitting = _object(tree, message.DESCRIPTOR, _Place(where))
    try:
        json_format.ParseDict(fitting, message)
    except json_format.ParseError as fault:
        what = re.sub(r"\s+", " ", str(fault)).strip().rstrip(".")
        raise InputError(
            where, f"does not fit the schema: {private(what, 'a value')}", "Correct the value."
        ) from None
    return message


def enum_name(message: Any, field: str) -> str:
    """Name of the value of an enum field, as in the schema."""
    values = message.DESCRIPTOR.fields_by_name[field].enum_type.values_by_number
    return str(values[getattr(message, field)].name)


def check_version(tree: dict[str, Any], where: str) -> None:
    """Refuse a document of another version of the schema.

    Raises
    ------
    InputError
        Also where no version is stated and keys of version 1 stand in it.

    Examples
    --------
    >>> check_version({"metaData": {"phenopacketSchemaVersion": "1.0.0"}}, "case.json")
    Traceback (most recent call last):
    ...
    raredx.errors.InputError: case.json: is a phenopacket of version 1.0.0, not 2
      Convert it to version 2 (phenopacket-tools convert), or export it anew.
    """
    mend = "Convert it to version 2 (phenopacket-tools convert), or export it anew."
    packets = [part for part in (tree, tree.get("proband")) if isinstance(part, dict)]
    stated = [version for part in packets if (version := stated_version(part))]
    for version in stated:
        if not re.fullmatch(r"[vV]?2(\.\d+)*([-.+].*)?", version):
            raise InputError(where, f"is a phenopacket of version {version[:40]}, not 2", mend)
    old = sorted({key for part in packets for key in _version_1_keys(part)})
    if old and not stated:
        what = f"is a phenopacket of version 1, not 2: it has {', '.join(old)}"
        raise InputError(where, what, mend)


def stated_version(tree: dict[str, Any]) -> str:
    """Give the version of the schema that a document states; empty where it states none."""
    meta = tree.get("metaData", tree.get("meta_data"))
    if not isinstance(meta, dict):
        return ""
    version = meta.get("phenopacketSchemaVersion", meta.get("phenopacket_schema_version"))
    return version.strip() if isinstance(version, str) else ""


def _version_1_keys(packet: dict[str, Any]) -> set[str]:
    """Keys of a phenopacket that only version 1 has."""
    features = packet.get("phenotypicFeatures", packet.get("phenotypic_features"))
    parts = [("", packet), ("subject", packet.get("subject"))]
    parts += [("phenotypicFeatures", f) for f in (features if isinstance(features, list) else ())]
    return {
        key
        for name, part in parts
        if isinstance(part, dict)
        for key in _VERSION_1_KEYS[name].intersection(part)
    }


class _Place:
    """Where a value stands: the file, and the way down to it."""

    def __init__(self, where: str, way: str = "") -> None:
        self.where, self.way = where, way

    def __truediv__(self, step: str) -> _Place:
        joined = f"{self.way}.{step}" if self.way and not step.startswith("[") else self.way + step
        return _Place(self.where, joined)

    def fault(self, what: str, mend: str = "") -> InputError:
        return InputError(f"{self.where}: {self.way}" if self.way else self.where, what, mend)


def _object(value: Any, descriptor: Any, place: _Place) -> dict[str, Any]:
    """Hold an object against its message; give it with the names that JSON has."""
    if not isinstance(value, dict):
        raise place.fault(f"is {_kind(value)}, not an object", "Correct it or leave it out.")
    by_name = {f.name: f for f in descriptor.fields} | {f.json_name: f for f in descriptor.fields}
    made: dict[str, Any] = {}
    for key, item in value.items():
        field = by_name.get(key)
        if field is None:
            what, mend = f"unknown key {key[:60]!r}", _nearest_key(key, descriptor)
            if mend.startswith(_NO_KEY_IS_LIKE_IT):  # it may be an id that slipped in here
                what = private(what, "unknown key")
            raise place.fault(f"has an {what}", mend)
        if item is None or (descriptor.full_name == _PHENOPACKET and field.name in NOT_READ):
            continue
        if field.json_name in made:
            raise place.fault(f"has {field.json_name} twice", "Remove one of them.")
        made[field.json_name] = _field(item, field, place / field.json_name)
    return made


_NO_KEY_IS_LIKE_IT = "Version 2 has "


def _nearest_key(key: str, descriptor: Any) -> str:
    """Say which key was meant, or which there are."""
    names = [field.json_name for field in descriptor.fields]
    if any(key in old for old in _VERSION_1_KEYS.values()):
        return (
            "It is a key of version 1; convert the file to version 2 (phenopacket-tools convert)."
        )
    close = difflib.get_close_matches(key, names, n=1, cutoff=0.6)
    return f"Is {close[0]} meant?" if close else f"{_NO_KEY_IS_LIKE_IT}{', '.join(names)}."


def _field(value: Any, field: Any, place: _Place) -> Any:
    """Hold a value against its field."""
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        if not isinstance(value, dict):
            raise place.fault(f"is {_kind(value)}, not an object", "Write pairs of names.")
        item = field.message_type.fields_by_name["value"]
        return {
            key: _one(found, item, place / private(key, "(id)")) for key, found in value.items()
        }
    if not field.is_repeated:
        return _one(value, field, place)
    if not isinstance(value, list):
        raise place.fault(f"is {_kind(value)}, not a list", "Put it in square brackets.")
    return [_one(item, field, place / f"[{number}]") for number, item in enumerate(value)]


def _one(value: Any, field: Any, place: _Place) -> Any:
    """Hold one value against the type of its field."""
    if field.type == field.TYPE_MESSAGE:
        if field.message_type.full_name == "google.protobuf.Timestamp":
            return _time(value, place)
        return _object(value, field.message_type, place)
    if field.type == field.TYPE_ENUM:
        return _enum(value, field.enum_type, place)
    if field.type == field.TYPE_BOOL:
        truth = _TRUTH.get(value) if isinstance(value, Unquoted) else value
        if isinstance(truth, bool):
            return truth
        raise place.fault(f"is {_quoted(value)}, not true or false", "Write true or false.")
    if field.type == field.TYPE_STRING:
        if isinstance(value, str):
            return str(value)
        raise place.fault(f"is {_kind(value)}, not text", "Write it in quotes.")
    whole = isinstance(value, int | str) and not isinstance(value, bool)
    if whole and re.fullmatch(r"[-+]?[0-9]{1,9}", str(value)):
        return int(value)
    raise place.fault(f"is {_quoted(value)}, not a whole number", "Correct it.")


def _enum(value: Any, enum: Any, place: _Place) -> str:
    """Hold a value against the names of an enum; its number is allowed too."""
    names = [entry.name for entry in enum.values]
    if isinstance(value, str) and value in names:
        return str(value)
    text = str(value) if isinstance(value, int | Unquoted) else ""
    entry = enum.values_by_number.get(int(text)) if re.fullmatch(r"[0-9]{1,3}", text) else None
    if entry is None or isinstance(value, bool):
        raise place.fault(f"is {_quoted(value)}", f"Write one of {', '.join(names)}.")
    return str(entry.name)


def _time(value: Any, place: _Place) -> str:
    """Write a point in time as protobuf wants it; a day stands for its midnight.

    No time is used; they are read so that a phenopacket with a date in it can be.
    """
    if not isinstance(value, str):
        raise place.fault(f"is {_kind(value)}, not a point in time", "Write it in quotes.")
    text = value.strip()
    try:
        if _DATE.fullmatch(text):
            year, month, day = text.split("-")
            return f"{datetime(int(year), int(month), int(day)):%Y-%m-%d}T00:00:00Z"
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return str(value)  # protobuf has finer fractions of a second; what is none it refuses
    try:
        zoned = found if found.tzinfo else found.replace(tzinfo=UTC)
        return f"{zoned.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"
    except (ValueError, OverflowError):
        return str(value)


def _kind(value: Any) -> str:
    """Name the type of a value."""
    return _TYPES.get(type(value), "nothing")


def _shown(value: Any) -> str:
    """Show a value in a message, as far as it is short."""
    return repr(value)[:60] if isinstance(value, str | int | float) else _kind(value)


def _quoted(value: Any) -> str:
    """Show a value; a log does not, since it may be a name or a date."""
    return private(_shown(value), _kind(value))
