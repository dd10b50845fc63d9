"""The candidates as Parquet: the columns of the TSV, typed."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import numpy as np

from raredx.columns.results import FIELDS, MEMBER_FIELDS, CandidateTable, OutputField
from raredx.report.heading import Heading


def write_parquet(table: CandidateTable, heading: Heading, place: Path) -> None:
    """Write the candidates as one Parquet file.

    `integer` columns are int64, `number` columns double, `list` columns lists of strings, all
    others strings. A number that was not assessed is null; the column `not_assessed` names the
    question. Heading lines are metadata of the file under their keys, those of one key under each
    other; what a column means is metadata of the column. No time is written.

    Parameters
    ----------
    table : CandidateTable
    heading : Heading
    place : Path
    """
    arrow = importlib.import_module("pyarrow")  # only now: most runs write no Parquet
    parquet = importlib.import_module("pyarrow.parquet")
    kinds = {
        "integer": arrow.int64(),
        "number": arrow.float64(),
        "string": arrow.string(),
        "list": arrow.list_(arrow.string()),
    }
    columns = _columns(table.members)
    schema = arrow.schema(
        [
            arrow.field(name, kinds[field.kind], metadata={"about": field.about})
            for name, field in columns.items()
        ],
        metadata=_metadata(heading),
    )
    arrays = [
        _array(arrow, [_value(value, field) for value in table[name]], kinds[field.kind])
        for name, field in columns.items()
    ]
    parquet.write_table(arrow.Table.from_arrays(arrays, schema=schema), str(place))


def _columns(members: tuple[str, ...]) -> dict[str, OutputField]:
    """Give every column of the table with what it holds."""
    fixed = {field.name: field for field in FIELDS}
    return fixed | {
        f"{field.name}_{member}": field for member in members for field in MEMBER_FIELDS
    }


def _metadata(heading: Heading) -> dict[str, str]:
    """Gather the heading lines by key."""
    found: dict[str, list[str]] = {}
    for key, value in heading.lines():
        found.setdefault(key, []).append(value)
    return {key: "\n".join(values) for key, values in found.items()}


def _value(value: Any, field: OutputField) -> Any:
    """Give a value that fits its column; None where a number was not assessed."""
    if field.kind in ("integer", "number") and value == "not_assessed":
        return None
    return float(value) if field.kind == "number" and value is not None else value


def _array(arrow: Any, values: list[Any], kind: Any) -> Any:
    """Make an Arrow array of a list of values, None where there is none.

    From buffers, laid out as Arrow's columnar format says: `pyarrow.array` would load pandas to
    ask whether a list is one of its series, which costs more than all of the writing.
    """
    known = np.array([value is not None for value in values], bool)
    bits = None
    if not known.all():
        bits = arrow.py_buffer(np.packbits(known, bitorder="little"))
    if arrow.types.is_list(kind):
        items = [item for value in values for item in value or ()]
        child = _array(arrow, items, kind.value_type)
        buffers = [bits, _offsets(arrow, [len(value or ()) for value in values])]
        made = arrow.Array.from_buffers(kind, len(values), buffers, children=[child])
    elif arrow.types.is_string(kind):
        texts = [(value or "").encode("utf-8") for value in values]
        data = arrow.py_buffer(b"".join(texts))
        buffers = [bits, _offsets(arrow, [len(text) for text in texts]), data]
        made = arrow.Array.from_buffers(kind, len(values), buffers)
    else:
        of_numbers = np.int64 if arrow.types.is_integer(kind) else np.float64
        data = arrow.py_buffer(np.array([value or 0 for value in values], of_numbers))
        made = arrow.Array.from_buffers(kind, len(values), [bits, data])
    made.validate()
    return made


def _offsets(arrow: Any, lengths: list[int]) -> Any:
    """Give where each value begins, and where the last one ends."""
    ends = np.zeros(len(lengths) + 1, np.int32)
    np.cumsum(lengths, out=ends[1:], dtype=np.int32)
    return arrow.py_buffer(ends)
