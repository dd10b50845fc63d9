"""The candidates as JSON lines; the schema of a line is `data/schemas/candidate_line.schema.json`.

Each line stands for itself: it says by which version and rule set, and on which assembly.
"""

from __future__ import annotations

import json
from typing import Any

from raredx.columns.results import FIELDS, MEMBER_FIELDS, CandidateTable
from raredx.report.heading import Heading

SCHEMA_VERSION = "1.0"
_NUMBERS = frozenset(field.name for field in FIELDS if field.kind in ("integer", "number"))
_LINE_ENDS = {ord(letter): f"\\u{ord(letter):04x}" for letter in "\x85\u2028\u2029"}
"""What JSON leaves as it stands, and some readers of lines take for the end of one."""


def jsonl_text(table: CandidateTable, heading: Heading) -> str:
    """Write one line for each row of the table, in its order.

    A number that was not assessed is null. `genotypes` holds the members of the row's family
    alone. `transcripts`, `acmg`, `phenotype` and `report_events` are those of the JSON document.

    Raises
    ------
    ValueError
        If a number is infinite or NaN, which JSON does not know.

    Examples
    --------
    >>> from raredx.columns.results import empty_table
    >>> heading = Heading("1", "x", "gel", "1", "", "GRCh38", "CSQ", (), (), "declared")
    >>> jsonl_text(empty_table(("S1",)), heading)
    ''
    """
    about = {
        "schema_version": SCHEMA_VERSION,
        "raredx_version": heading.version,
        "ruleset": f"{heading.ruleset} {heading.ruleset_version}",
        "assembly": heading.assembly,
    }
    return "".join(_text(about | _row(table, row)) + "\n" for row in range(len(table)))


def _text(line: dict[str, Any]) -> str:
    """Write one object in one line."""
    text = json.dumps(line, ensure_ascii=False, allow_nan=False)
    return text if text.isascii() else text.translate(_LINE_ENDS)


def _row(table: CandidateTable, row: int) -> dict[str, Any]:
    """Give one row: its columns, the calls of its family, and what tables cannot hold."""
    cells = {field.name: table[field.name][row] for field in FIELDS}
    for name in _NUMBERS:
        if cells[name] == "not_assessed":
            cells[name] = None
    genotypes = {
        member: {f.name: table[f"{f.name}_{member}"][row] for f in MEMBER_FIELDS}
        for member in table.members
        if table[f"gt_{member}"][row] is not None
    }
    return cells | {"genotypes": genotypes} | table.details[row]
