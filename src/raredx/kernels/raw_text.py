"""Words, numbers and genotypes in raw bytes: what the scan of VCF text is made of.

Everywhere `text` is a uint8 array of which at least `PADDING` bytes lie beyond the place
`end`; a stretch is given by its first place and the place after its last.
"""

from __future__ import annotations

import numpy as np

from raredx.kernels.jit import kernel
from raredx.kernels.vectors import ONE, WIDTH, equal_bytes, lowest_bit

PADDING = 128
"""Bytes that must follow a text in its array: a vector is loaded from any place before its end,
and from the one after."""

TAB, NEWLINE, RETURN = 9, 10, 13
DOT, COMMA, COLON, SEMICOLON, EQUALS = 46, 44, 58, 59, 61
NUMBER, MISSING, ODD = 0, 1, 2
"""What a stretch of text is: a number that is read as strtod does, `.`, or anything else."""

HAS_ALT, HAS_REF, HAS_MISSING, IS_ODD, HAS_TWO_ALTS = 1, 2, 4, 8, 16
"""What alleles a call has; `IS_ODD` where it is not to be read here."""

_MOST_DIGITS = 15
_EXACT_TENS = 22
"""A decimal of up to 15 digits, times or over 10 to at most 22, is rounded once: then a double
division gives what strtod gives (Clinger 1990, doi:10.1145/93542.93557)."""


@kernel
def find_byte(text, start, end, byte):
    """First place of a byte in a stretch; its end where there is none."""
    while start < end:
        mask = equal_bytes(text, start, byte)
        if mask != 0:
            start += lowest_bit(mask)
            return min(start, end)
        start += WIDTH
    return end


@kernel
def is_word(text, start, end, words, first, last):
    """Whether a stretch of text is a word."""
    if end - start != last - first:
        return False
    for i in range(end - start):  # noqa: SIM110  (Numba knows no generators)
        if text[start + i] != words[first + i]:
            return False
    return True


@kernel
def holds_any(text, start, end, words, ends, first, last):
    """Whether one of the words `first` to `last` stands anywhere in a stretch.

    Words have two bytes or more, or one; `ends[n]` is where word n ends and the next begins.
    """
    for n in range(first, last):
        a, size = ends[n], ends[n + 1] - ends[n]
        place = start
        while place + size <= end:
            mask = equal_bytes(text, place, words[a])
            if size > 1:
                mask &= equal_bytes(text, place + 1, words[a + 1])
            while mask != 0:
                at = place + lowest_bit(mask)
                if at + size > end:
                    break
                if is_word(text, at, at + size, words, a, a + size):
                    return True
                mask &= mask - ONE
            place += WIDTH
    return False


@kernel
def name_hash(text, start, end):
    """Hash what is compared of a gene's name; 0 where it is empty, -1 where it is not ASCII.

    The case, blanks, a prefix that ends in `:` and what follows a `.` do not count, so that
    names which mean the same gene have the same hash (FNV-1a, 32 bits).
    """
    value, size = np.int64(2166136261), 0
    for place in range(start, end):
        byte = np.int64(text[place])
        if byte >= 128:
            return -1
        if byte == 58:
            value, size = np.int64(2166136261), 0
        elif byte == 46:
            return value if size else 0
        elif byte > 32:
            byte -= 32 if 97 <= byte <= 122 else 0
            value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
            size += 1
    return value if size else 0


@kernel
def hash_names(text, end, out):
    """Hash the names of a text, each ended by `|`; give how many there are."""
    n, start = 0, 0
    while start < end and n < out.size:
        stop = find_byte(text, start, end, 124)
        out[n] = name_hash(text, start, stop)
        n += 1
        start = stop + 1
    return n


@kernel
def power_of_ten(n):
    """Ten to the n, exactly, for n from 0 to 22."""
    value = 1.0
    for _ in range(n):
        value *= 10.0
    return value


@kernel
def read_digits(text, start, end, value):
    """Read on a run of digits; the number and the place after it."""
    while start < end and 48 <= text[start] <= 57:
        if value < 10**17:
            value = value * 10 + (text[start] - 48)
        start += 1
    return value, start


@kernel
def read_exponent(text, start, end):
    """Read `e-5` and the like at a place: the exponent, and whether it can be read."""
    negative = False
    start += 1
    if start < end and (text[start] == 43 or text[start] == 45):
        negative = text[start] == 45
        start += 1
    value, stop = read_digits(text, start, end, 0)
    good = stop == end and 0 < stop - start <= 3
    return (-value if negative else value), good


@kernel
def read_decimal(text, start, end):
    """Read a decimal: what it is, and its value; whatever strtod might read otherwise is odd."""
    if end - start == 1 and text[start] == DOT:
        return MISSING, 0.0
    negative = start < end and text[start] == 45
    first = start + 1 if negative else start
    digits, place = read_digits(text, first, end, 0)
    if place == first:
        return ODD, 0.0
    n_digits, power = place - first, 0
    if place < end and text[place] == DOT:
        begin = place + 1
        digits, place = read_digits(text, begin, end, digits)
        if place == begin:
            return ODD, 0.0
        power = begin - place
        n_digits += place - begin
    if place < end and (text[place] == 101 or text[place] == 69):
        exponent, good = read_exponent(text, place, end)
        if not good:
            return ODD, 0.0
        power += exponent
        place = end
    if place != end or n_digits > _MOST_DIGITS or abs(power) > _EXACT_TENS:
        return ODD, 0.0
    ten = power_of_ten(abs(power))
    value = digits / ten if power < 0 else digits * ten
    return NUMBER, (-value if negative else value)


@kernel
def read_call(text, start, end, n_alts):
    """Tell what alleles the genotype has that begins at a place: bits `HAS_ALT` and so on."""
    found, alt = 0, 0
    while True:
        if start < end and text[start] == DOT:
            found |= HAS_MISSING
            start += 1
        else:
            number, stop = read_digits(text, start, end, 0)
            if stop == start or stop - start > 4 or number > n_alts:
                return IS_ODD
            found |= HAS_ALT if number > 0 else HAS_REF
            if number > 0 and alt > 0 and number != alt:
                found |= HAS_TWO_ALTS
            alt = max(alt, number)
            start = stop
        if start >= end or text[start] == COLON or text[start] == TAB:
            return found
        if text[start] != 47 and text[start] != 124:  # / and |
            return IS_ODD
        start += 1
