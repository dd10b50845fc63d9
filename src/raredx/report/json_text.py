"""A document as indented JSON, keys in their order."""

from __future__ import annotations

import json
from typing import Any

import msgspec


def json_text(document: dict[str, Any]) -> str:
    r"""Write a document with an indent of one blank.

    The `json` module indents in Python, value by value. So it writes the values in one line,
    which it does in C, and msgspec, which leaves each value as it stands, breaks the line: the
    same bytes in a tenth of the time.

    Raises
    ------
    ValueError
        If a number is infinite or NaN, which JSON does not know.

    Examples
    --------
    >>> json_text({"b": [], "a": [1.5, "é"]})
    '{\n "b": [],\n "a": [\n  1.5,\n  "é"\n ]\n}\n'
    """
    line = json.dumps(document, ensure_ascii=False, allow_nan=False)
    return msgspec.json.format(line, indent=1) + "\n"
