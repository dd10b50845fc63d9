"""Text that no spreadsheet program takes for a formula: the rule, there and back.

A spreadsheet program evaluates a cell that begins with `=`, `+`, `-` or `@`, whatever the author
of the file meant. What a VCF, a PED file, a panel or an HPO file holds may begin so by chance or on
purpose (docs/decisions/0016; OWASP ASVS 5.0.0, requirement 1.2.10). Tables are written with
`guard`, and read again with `unguard`.
"""

from __future__ import annotations

import unicodedata

MARK = "'"
"""Stands before text that would be taken for a formula: the spreadsheet's own sign for text."""

_BEGINS_A_FORMULA = frozenset("=+-@\N{MINUS SIGN}")
_QUOTE = '"'
"""A cell that begins with a quote is read up to the next one, over tabs and line ends."""
_SKIPPED = frozenset("CZ")
"""First letter of the Unicode categories that programs may trim: controls, formats, blanks."""


def guard(text: str) -> str:
    r"""Put an apostrophe before text that a spreadsheet program would take for a formula.

    Asked of the first letter after blanks, controls and apostrophes: one of `= + - @`, in any
    width, or a quote, behind which a program would look for one. Apostrophes are passed over so
    that the answer can be undone: of a cell that begins with an apostrophe and then, by the same
    rule, with one of these, one apostrophe is ours.

    Examples
    --------
    >>> [guard(text) for text in ("=1", " @A1", "\uff1d1", "'-x", '"=1"')]
    ["'=1", "' @A1", "'＝1", "''-x", '\'"=1"']
    >>> [guard(text) for text in ("", "a=1", "0/1", "*", "5'UTR")]
    ['', 'a=1', '0/1', '*', "5'UTR"]
    """
    if not text or (text[0].isascii() and text[0].isalnum()):
        return text  # nearly all cells, without a look at Unicode
    return MARK + text if _is_risky(text) else text


def unguard(cell: str) -> str:
    """Take off the apostrophe that `guard` has put before a text.

    Examples
    --------
    >>> [unguard(cell) for cell in ("'=1", "''-x", "'quoted'", "a", "")]
    ['=1', "'-x", "'quoted'", 'a', '']
    """
    return cell[1:] if cell.startswith(MARK) and _is_risky(cell) else cell


def _is_risky(text: str) -> bool:
    """Whether the first letter that counts would begin a formula or a quotation."""
    for letter in text:
        if letter == MARK or unicodedata.category(letter)[0] in _SKIPPED:
            continue
        plain = unicodedata.normalize("NFKC", letter)[0]
        return plain in _BEGINS_A_FORMULA or plain == _QUOTE
    return False
