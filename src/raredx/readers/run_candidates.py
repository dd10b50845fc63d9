"""Results of a recorded run -> its candidates and near misses, from JSON or from the TSV."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from raredx.columns.guarded_text import unguard
from raredx.columns.near_misses import NEAR_MISS_FIELDS
from raredx.columns.results import FIELDS, MEMBER_FIELDS
from raredx.columns.runs import (
    NOT_ASSESSED,
    AlleleKey,
    RecordedRun,
    RunCandidate,
    RunVariant,
    allele_key,
)
from raredx.errors import InputError
from raredx.readers.run_files import find_output, text_of
from raredx.readers.text_table import read_text

ADDEND_PREFIX = "score_"
_ADDENDS = tuple(f.name for f in FIELDS if f.name.startswith(ADDEND_PREFIX))
_OTHER = "The table is not one that `raredx rank` wrote; rank again."

Candidates = tuple[RunCandidate, ...]


def read_candidates(run: RecordedRun) -> Candidates:
    """Read the candidates of a run: from its JSON output, else from its TSV.

    Raises
    ------
    InputError
        If the run has neither, or what is there is not what it wrote.
    """
    place = find_output(run, "json")
    if place is not None:
        return _from_json(place)
    place = find_output(run, "tsv")
    if place is not None:
        return _from_tsv(place)
    written = [one.name for one in run.outputs if one.role in ("json", "tsv")]
    if written:
        what = f"its candidates are missing: {', '.join(written)}"
        mend = "Put them beside the record, or run where their paths lead to them."
    else:
        what = "the run wrote its candidates neither as JSON nor as TSV to a file"
        mend = "Rank again with a file for either (-o OUT.tsv, --json FILE)."
    raise InputError(run.path, what, mend)


def _from_json(place: Path) -> Candidates:
    """Read the JSON output."""
    try:
        document = msgspec.json.decode(place.read_bytes())
        return tuple(
            _candidate(family, found)
            for family in document["families"]
            for found in family["candidates"]
        )
    except (msgspec.DecodeError, KeyError, TypeError, ValueError, AttributeError) as fault:
        raise InputError(str(place), f"no table of candidates: {fault}", _OTHER) from None


def _candidate(family: Mapping[str, Any], found: Mapping[str, Any]) -> RunCandidate:
    """Read one candidate of the JSON output."""
    own = {name: text_of(value) for name, value in found.items() if not isinstance(value, dict)}
    del own["variants"]
    own |= {
        ADDEND_PREFIX + name: _or_open(value, text_of(value))
        for name, value in found["addends"].items()
    }
    return RunCandidate(
        family_id=family["family_id"],
        proband=family["proband"],
        mode=found["mode"],
        gene=text_of(found["gene"]),
        hgnc_id=text_of(found["hgnc_id"]),
        rank=int(found["rank"]),
        score=float(found["score"]),
        probability=float(found["probability"]),
        tier=found["tier"],
        addends=dict(found["addends"]),
        variants=tuple(_variant(own, one) for one in found["variants"]),
    )


def _variant(own: Mapping[str, str], found: Mapping[str, Any]) -> RunVariant:
    """Read one variant; its cells are those of the row that the TSV has for it."""
    cells = dict(own)
    cells |= {field.name: text_of(found[field.name]) for field in FIELDS if field.name in found}
    cells["popmax_af"] = _or_open(found["popmax_af"], cells["popmax_af"])
    genotypes = {
        member: {name: text_of(value) for name, value in calls.items()}
        for member, calls in found["genotypes"].items()
    }
    curated = frozenset(one["code"] for one in found["acmg"] if one["curated"])
    return RunVariant(
        found["chrom"], int(found["pos"]), found["ref"], found["alt"], cells, genotypes, curated
    )


def _or_open(value: Any, text: str) -> str:
    """Write a number that JSON leaves null as the table does."""
    return NOT_ASSESSED if value is None else text


def _from_tsv(place: Path) -> Candidates:
    """Read the TSV; rows with one family and `candidate_id` are one candidate."""
    groups: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in _rows(place, tuple(field.name for field in FIELDS)):
        groups.setdefault((row["family_id"], row["candidate_id"]), []).append(row)
    try:
        return tuple(_of_rows(rows) for rows in groups.values())
    except (KeyError, ValueError) as fault:
        raise InputError(str(place), f"no table of candidates: {fault}", _OTHER) from None


def _rows(place: Path, needed: tuple[str, ...]) -> list[dict[str, str]]:
    """Give the rows of a table by column, without what guards a spreadsheet.

    Not by `text_table`, to which case means nothing: ids of individuals stand in the columns.
    """
    lines = [line for line in read_text(place).split("\n") if line and not line.startswith("##")]
    names = lines[0].split("\t") if lines else []
    missing = [name for name in needed if name not in names]
    if missing:
        raise InputError(str(place), f"has no column {missing[0]}", _OTHER)
    rows = [line.split("\t") for line in lines[1:]]
    if any(len(row) != len(names) for row in rows):
        raise InputError(str(place), "has a row that does not fit the header", _OTHER)
    return [dict(zip(names, map(_cell, row), strict=True)) for row in rows]


def _of_rows(rows: list[dict[str, str]]) -> RunCandidate:
    """Make one candidate of its rows."""
    head = rows[0]
    return RunCandidate(
        family_id=head["family_id"],
        proband=head["proband"],
        mode=head["mode"],
        gene=head["gene"],
        hgnc_id=head["hgnc_id"],
        rank=int(head["rank"]),
        score=float(head["score"]),
        probability=float(head["probability"]),
        tier=min(row["tier"] for row in rows),
        addends={name.removeprefix(ADDEND_PREFIX): _number(head[name]) for name in _ADDENDS},
        variants=tuple(_of_row(row) for row in rows),
    )


def _number(text: str) -> float | None:
    """Read a number that may not be assessed."""
    return None if text in ("", NOT_ASSESSED) else float(text)


def _of_row(row: Mapping[str, str]) -> RunVariant:
    """Make one variant of its row; the columns of the members carry their ids."""
    genotypes: dict[str, dict[str, str]] = {}
    for field in MEMBER_FIELDS:
        prefix = f"{field.name}_"
        for name, cell in row.items():
            if name.startswith(prefix):
                genotypes.setdefault(name.removeprefix(prefix), {})[field.name] = cell
    cells = {field.name: row[field.name] for field in FIELDS}
    genotypes = {name: calls for name, calls in genotypes.items() if calls.get("gt")}
    return RunVariant(row["chrom"], int(row["pos"]), row["ref"], row["alt"], cells, genotypes)


def _cell(cell: str) -> str:
    """Read a cell of our TSV: blanks as one, and without the guard against formulas."""
    return unguard(" ".join(cell.split()))


NearMisses = dict[tuple[str, AlleleKey], tuple[Mapping[str, str], ...]]
"""Rows of near misses by family and variant."""


def read_near_misses(run: RecordedRun) -> NearMisses:
    """Read the near misses that a run wrote: from its table of them, else from its JSON output.

    Raises
    ------
    InputError
        If what is there is not what the run wrote.
    """
    place = find_output(run, "near_misses")
    try:
        if place is not None:
            rows = _rows(place, tuple(field.name for field in NEAR_MISS_FIELDS))
        else:
            place = find_output(run, "json")
            rows = _near_rows_of_json(place) if place is not None else []
        found: dict[tuple[str, AlleleKey], tuple[Mapping[str, str], ...]] = {}
        for row in rows:
            key = allele_key(row["chrom"], int(row["pos"]), row["ref"], row["alt"])
            name = row["family_id"], key
            found[name] = (*found.get(name, ()), row)
    except (msgspec.DecodeError, KeyError, TypeError, ValueError, AttributeError) as fault:
        raise InputError(str(place), f"no table of near misses: {fault}", _OTHER) from None
    return found


def _near_rows_of_json(place: Path) -> list[dict[str, str]]:
    """Give the near misses of the JSON output as rows of their table."""
    document = msgspec.json.decode(place.read_bytes())
    return [
        {name: text_of(value) for name, value in line.items()}
        | {"family_id": family["family_id"], "proband": family["proband"]}
        for family in document["families"]
        for line in family.get("near_misses", ())
    ]
