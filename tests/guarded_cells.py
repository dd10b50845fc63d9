"""What a spreadsheet program may evaluate, told without the code that guards against it."""

from __future__ import annotations

_TRIMMED = "".join(chr(n) for n in range(0x21)) + "\x7f\x85\xa0\u200b\u202e\ufeff"
_BEGIN = set('=+-@"＝＋－＠﹦﹢﹣﹫\u2212\uff02')
"""A quote may hide one of the others."""


def begins_a_formula(cell: str) -> bool:
    """Whether a program that trims the unseen would look for a formula in the cell."""
    return cell.lstrip(_TRIMMED)[:1] in _BEGIN
