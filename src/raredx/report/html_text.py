"""Text of inputs as a page may show it: control and direction characters visible, nothing endless.

Escaping for HTML is left to the template engine; what stands here escaping does not cover.
"""

from __future__ import annotations

import re
from typing import Any

LONGEST_TEXT = 4000
"""Characters of one text; longer ones end in their length (our choice)."""
LONGEST_ALLELE = 24
"""Bases of an allele that are written out (our choice)."""

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff]"
)
"""Control characters, those without width, those that turn the direction, and lone surrogates."""


def visible(text: str) -> str:
    r"""Replace what cannot be seen, and could make a text read as another, by its code.

    Examples
    --------
    >>> visible("a\x07b"), visible("seizure\u202eerutcip"), visible("é δ 中")
    ('a[U+0007]b', 'seizure[U+202E]erutcip', 'é δ 中')
    """
    return _UNSEEN.sub(_code, text)


def _code(found: re.Match[str]) -> str:
    """Write one character as its code; a line end of another system is a blank."""
    letter = found.group()
    if letter in "\r\x0b\x0c\u2028\u2029":
        return " "
    return f"[U+{ord(letter):04X}]"


def shown(value: Any) -> Any:
    r"""Give a value as the template prints it; what is no plain text stays as it is.

    Examples
    --------
    >>> shown(None), shown(3), shown("a\x00")
    ('', 3, 'a[U+0000]')
    >>> shown("x" * 5000)[-24:]
    'xxxx… (5,000 characters)'
    """
    if value is None:
        return ""
    if type(value) is not str:  # text that is markup already, and numbers
        return value
    if len(value) > LONGEST_TEXT:
        value = f"{value[:LONGEST_TEXT]}… ({len(value):,} characters)"
    return value if value.isascii() and value.isprintable() else visible(value)


def allele(bases: str) -> str:
    """Write an allele, a long one by its first bases and its length.

    Examples
    --------
    >>> allele("ACGT"), allele("A" * 300)
    ('ACGT', 'AAAAAAAAAAAA… (300 bases)')
    """
    if len(bases) <= LONGEST_ALLELE:
        return bases
    return f"{bases[: LONGEST_ALLELE // 2]}… ({len(bases):,} bases)"


def shortened(text: str, most: int) -> str:
    """Cut a text in its middle.

    Examples
    --------
    >>> shortened("abcdefghij", 7), shortened("abc", 7)
    ('abc…hij', 'abc')
    """
    if len(text) <= most:
        return text
    half = (most - 1) // 2
    return f"{text[: most - 1 - half]}…{text[-half:]}"


def css_string(text: str) -> str:
    r"""Write a text as a string of CSS: all but letters, digits and blanks by their codes.

    Examples
    --------
    >>> css_string('a"b')
    '"a\\22 b"'
    """
    plain = visible(text)
    return '"' + "".join(_css_letter(letter) for letter in plain) + '"'


def _css_letter(letter: str) -> str:
    """Write one character; the blank that ends a code is part of it."""
    if letter.isascii() and (letter.isalnum() or letter in " -_."):
        return letter
    return f"\\{ord(letter):x} "
