"""The gate's questions about the consequences of one record, and the fate of a record.

They follow those of `scan_record`, whose arrays and answers they share.
"""

from __future__ import annotations

from raredx.kernels.jit import kernel
from raredx.kernels.raw_text import COMMA, DOT, NUMBER, ODD, find_byte, name_hash, read_decimal
from raredx.kernels.scan_record import (
    ABSENT,
    CODING_TERMS,
    COMMON_ENTRY,
    FIELDS,
    FOUND,
    HAS_KNOWN,
    JUDGES_TEXT,
    KEPT,
    LISTED,
    N_FIELDS,
    N_FREQUENCIES,
    N_LISTED,
    N_PLACES,
    N_SPLICE,
    NEAR,
    NOT_CALLED,
    NOT_CARRIED,
    SILENT,
    SPLICE,
    TERMS,
    float32_of,
    is_striking,
    judge_carried,
    may_be_known,
    seek,
    value_holds,
)

PIPE, AND = 124, 38


@kernel
def judge_entry(text, start, end, table, limits, known):
    """Whether the first consequence shows that its allele is too common: 1, 0, or -1 unsure."""
    end = find_byte(text, start, end, COMMA)
    field = 0
    for n in range(table[N_FREQUENCIES], table[N_FREQUENCIES] + table[N_PLACES]):
        while field < limits[n, 2]:
            stop = find_byte(text, start, end, PIPE)
            if stop >= end:
                return 0
            start = stop + 1
            field += 1
        stop = find_byte(text, start, end, PIPE)
        highest, at, read = -1.0, start, stop > start
        while at <= stop and stop > start:
            cut = find_byte(text, at, stop, AND)
            kind, value = read_decimal(text, at, cut)
            if kind == ODD:
                return -1
            read = read and kind == NUMBER
            highest = max(highest, value)
            at = cut + 1
        highest = float32_of(highest)
        if read and highest > limits[n, 0] and (highest > limits[n, 1] or known == 0):
            return 1
    return 0


@kernel
def holds_number(table, low, high, wanted):
    """Whether a number stands in an ascending stretch of a table."""
    end = high
    while low < high:
        middle = (low + high) // 2
        if table[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low < end and table[low] == wanted


@kernel
def may_be_listed(text, start, end, table):
    """Whether a consequence may lie in a gene of an applied panel, by the hash of its names."""
    first, last = table[LISTED], table[LISTED] + table[N_LISTED]
    while start < end:
        stop = find_byte(text, start, end, COMMA)
        field = 0
        for n in range(table[FIELDS], table[FIELDS] + table[N_FIELDS]):
            while field < table[n] and start < stop:
                start = find_byte(text, start, stop, PIPE) + 1
                field += 1
            if field < table[n] or start >= stop:
                break
            name = name_hash(text, start, find_byte(text, start, stop, PIPE))
            if name < 0 or (name > 0 and holds_number(table, first, last, name)):
                return True
        start = stop + 1
    return False


@kernel
def may_reach(text, start, end, limit):
    """Whether one of the numbers of a field, `&` between, may be a limit or more."""
    while start < end:
        stop = find_byte(text, start, end, AND)
        kind, value = read_decimal(text, start, stop)
        if kind == ODD or (kind == NUMBER and value >= limit):
            return True
        start = stop + 1
    return False


@kernel
def fields_reach(text, start, end, first, last, limit):
    """Whether one of some fields of any entry may hold a limit or more."""
    while start < end:
        stop = find_byte(text, start, end, COMMA)
        field = 0
        while field <= last and start < stop:
            cut = find_byte(text, start, stop, PIPE)
            if field >= first and may_reach(text, start, cut, limit):
                return True
            start = cut + 1
            field += 1
        start = stop + 1
    return False


@kernel
def may_splice(text, words, table, limits, marks):
    """Whether a splice prediction may be high enough to count without a term."""
    limit = limits[table[N_FREQUENCIES] + table[N_PLACES], 0]
    for n in range(table[N_SPLICE]):
        place = table[SPLICE] + 3 * n
        start = seek(text, table[place], words, table, marks)
        if start == ABSENT:
            continue
        end = marks[table[FOUND] + 2 * table[place] + 1]
        if start < 0 or fields_reach(
            text, start, end, table[place + 1], table[place + 2], limit
        ):  # fmt: skip
            return True
    return False


@kernel
def judge_consequences(text, kind, n_alts, n_sequences, words, table, limits, marks):
    """Judge a line by its consequences: kept, silent, or too common by its first entry."""
    key = table[N_FREQUENCIES] + table[HAS_KNOWN]
    start, end = seek(text, key, words, table, marks), marks[table[FOUND] + 2 * key + 1]
    if start < 0 or start == end or text[start] == DOT or table[JUDGES_TEXT] == 0:
        return KEPT
    known = may_be_known(text, words, table, marks)
    if known < 0:
        return KEPT
    if known == 0 and not value_holds(text, key, words, table, marks, CODING_TERMS):
        counts = value_holds(text, key, words, table, marks, TERMS)
        if not counts and table[NEAR] == 1:
            counts = is_striking(table, marks, kind)
        listed = counts and may_be_listed(text, start, end, table)
        if not listed:
            return KEPT if may_splice(text, words, table, limits, marks) else SILENT
    alone = table[N_PLACES] > 0 and n_alts == 1 and n_sequences == 1
    if alone and judge_entry(text, start, end, table, limits, known) == 1:
        return COMMON_ENTRY
    return KEPT


@kernel
def judge_calls(data, kind, n_alts, n_sequences, words, table, limits, marks):
    """Judge a record whose genotypes have been read: its fate."""
    carried = judge_carried(table, marks)
    if carried == 2:
        return KEPT
    if carried < 1:
        return NOT_CARRIED if carried == 0 else NOT_CALLED
    return judge_consequences(data, kind, n_alts, n_sequences, words, table, limits, marks)
