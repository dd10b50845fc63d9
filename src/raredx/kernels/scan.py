"""Scan raw VCF text: find the lines that the gate is certain to drop, count them, leave the others.

A structural index of tabs and line ends is made of each line first; no later step leaves the
line, and no load leaves the array. A line of any other shape than the header promises is kept
for the exact path.
"""

from __future__ import annotations

from raredx.kernels.jit import kernel
from raredx.kernels.raw_text import NEWLINE, PADDING, RETURN, SEMICOLON, TAB, is_word
from raredx.kernels.scan_consequences import judge_calls
from raredx.kernels.scan_record import (
    ANY_FILTER,
    AUTOSOME,
    COMMON,
    COMMON_LISTED,
    ENDS,
    FILTERED,
    FIXED_TABS,
    FOUND,
    HAS_REGIONS,
    INFO,
    KEPT,
    MITOCHONDRION,
    N_TABS,
    N_WANTED,
    NEAR_MISS,
    OPEN_ON_MT,
    OTHER,
    OUTSIDE,
    PASSES,
    REGION_NAMES,
    REGIONS,
    SECTIONS,
    STARTS,
    STRICT,
    UNSOUGHT,
    WANTED,
    WIDE,
    begins_with_gt,
    count_alts,
    filter_outcome,
    judge_frequency,
    read_calls,
)
from raredx.kernels.vectors import ONE, WIDTH, count_bits, equal_bytes, low_bytes, lowest_bit

SCANNED, N_KEPT, N_RUNS, POSITION, UNFILTERED, DROPPED, COUNTS = 0, 1, 2, 3, 4, 5, 8
"""Places in `totals`: lines scanned, kept, runs of one contig; where scanning stopped; dropped
lines whose FILTER is `.`; dropped lines; from `COUNTS` on lines and alleles for each fate."""

TELLS, COUNTED = 1, 2
"""Flags of a line: a biallelic single-base change whose FILTER has not failed; a line of the right
shape, in a region that is read."""

N_TOTALS = COUNTS + 2 * (OUTSIDE + 1)


@kernel
def index_line(text, start, end, table, marks):
    """Find the tabs and the end of a line.

    `marks` takes the first nine tabs, then where each wanted sample begins. Gives the place of
    the line end, the number of tabs, and whether a control byte stands in the line.
    """
    n_tabs, n_found, odd, place = 0, 0, False, start
    wanted, n_wanted = table[WANTED], table[N_WANTED]
    while place < end:
        mask = low_bytes(text, place)
        if n_tabs >= FIXED_TABS and mask != 0:  # samples that nobody asks for are only counted
            reach = n_tabs + WIDTH
            idle = n_found == n_wanted or table[wanted + n_found] > reach
            if idle and place + WIDTH <= end and mask == equal_bytes(text, place, TAB):
                n_tabs += count_bits(mask)
                mask = mask ^ mask
        while mask != 0:
            at = place + lowest_bit(mask)
            if at >= end:
                return end, n_tabs, True
            byte = text[at]
            if byte == NEWLINE:
                return at, n_tabs, odd
            if byte == TAB:
                if n_tabs < FIXED_TABS:
                    marks[n_tabs] = at
                n_tabs += 1
                if n_found < n_wanted and n_tabs == table[wanted + n_found]:
                    marks[FIXED_TABS + n_found] = at + 1
                    n_found += 1
            else:
                odd = True
            mask &= mask - ONE
        place += WIDTH
    return end, n_tabs, True


@kernel
def contig_kind(text, start, end):
    """Whether a contig is an autosome, the mitochondrion, or another one."""
    named = end - start > 3 and text[start] | 32 == 99 and text[start + 1] | 32 == 104
    if named and text[start + 2] | 32 == 114:  # chr
        start += 3
    size, first = end - start, text[start]
    if size == 1:
        if 49 <= first <= 57:
            return AUTOSOME
        return MITOCHONDRION if first | 32 == 109 else OTHER
    if size != 2:
        return OTHER
    second = text[start + 1]
    if first | 32 == 109 and second | 32 == 116:
        return MITOCHONDRION
    if first == 49 and 48 <= second <= 57:
        return AUTOSOME
    return AUTOSOME if first == 50 and 48 <= second <= 50 else OTHER


@kernel
def find_regions(text, start, end, words, table):
    """Give the number of a contig among those that have regions; -1 where it has none."""
    section = table[SECTIONS] + REGION_NAMES
    first = table[ENDS] + table[section]
    for n in range(first, table[ENDS] + table[section + 1]):
        if is_word(text, start, end, words, table[n], table[n + 1]):
            return n - first
    return -1


@kernel
def is_inside(first, last, contig, table):
    """Whether a stretch of a contig overlaps one of its regions, which are sorted and apart."""
    if contig < 0:
        return False
    starts, regions = table[STARTS] + contig, table[REGIONS]
    low, high = table[starts], table[starts + 1]
    while low < high:
        middle = (low + high) // 2
        if table[regions + 2 * middle + 1] < first:
            low = middle + 1
        else:
            high = middle
    return low < table[starts + 1] and table[regions + 2 * low] <= last


@kernel
def read_position(text, start, end):
    """Read POS; -1 where it is not 1 to 9 digits."""
    if not 0 < end - start < 10:
        return -1
    value = 0
    for place in range(start, end):
        if not 48 <= text[place] <= 57:
            return -1
        value = value * 10 + (text[place] - 48)
    return value


@kernel
def is_base(byte):
    """Whether a byte is A, C, G or T, in either case."""
    byte |= 32
    return byte == 97 or byte == 99 or byte == 103 or byte == 116


@kernel
def is_letter(byte):
    """Whether a byte is a letter of ASCII."""
    return 97 <= byte | 32 <= 122


@kernel
def is_pass(text, start, end):
    """Whether FILTER is PASS."""
    return (
        end - start == 4
        and text[start] == 80
        and text[start + 1] == 65
        and text[start + 2] == 83
        and text[start + 3] == 83
    )


@kernel
def says_pass(text, start, end):
    """Whether FILTER is PASS to htslib, which passes over semicolons at its end."""
    while end > start and text[end - 1] == SEMICOLON:
        end -= 1
    return is_pass(text, start, end)


@kernel
def judge_line(text, end, kind, words, table, limits, marks):
    """Judge a line: its fate, its sequence alleles, whether FILTER is `.`, and whether it tells.

    Where near misses are kept, FILTER or INFO's frequency may fail, but not both: a line that
    then fails another question is dropped for the first. The exact path says what one is that
    is kept.
    """
    ref, alt, after = marks[2] + 1, marks[3] + 1, marks[4]
    if marks[3] == ref:
        return KEPT, 0, False, False
    plain = is_pass(text, marks[5] + 1, marks[6])
    outcome = 1 if plain and table[PASSES] == 1 else filter_outcome(
        text, marks[5] + 1, marks[6], words, table
    )  # fmt: skip
    tells = False
    if after == alt + 1 and is_letter(text[alt]):
        n_alts, n_sequences = 1, 1
        tells = marks[3] == ref + 1 and is_base(text[ref]) and is_base(text[alt])
        tells = tells and (outcome == 0 or says_pass(text, marks[5] + 1, marks[6]))
    else:
        n_alts, n_sequences = count_alts(text, alt, after)
    if n_alts < 0 or outcome == 2 or (kind == MITOCHONDRION and table[OPEN_ON_MT] == 1):
        return KEPT, 0, False, tells
    first = FILTERED if outcome < 0 and table[PASSES] != ANY_FILTER else KEPT
    if first == FILTERED and table[WIDE] == 0:
        return FILTERED, n_sequences, False, tells
    for place in range(table[FOUND], table[INFO]):
        marks[place] = UNSOUGHT
    marks[table[INFO]], marks[table[INFO] + 1] = marks[6] + 1, marks[7]
    common = judge_frequency(text, n_alts, words, table, limits, STRICT, marks)
    if common != 0:
        fate = KEPT if common < 0 else COMMON if n_alts == 1 else COMMON_LISTED
        if common > 0 and first != KEPT:
            return first, n_sequences, False, tells
        if common < 0 or table[WIDE] == 0:
            return fate, n_sequences, outcome == 0, tells
        if judge_frequency(text, n_alts, words, table, limits, NEAR_MISS, marks) == 1:
            return fate, n_sequences, outcome == 0, tells
        first = fate
    if kind == MITOCHONDRION or not begins_with_gt(text, marks[7] + 1):
        return KEPT, 0, False, tells
    read_calls(text, end, n_alts, table, marks)
    fate = judge_calls(text, kind, n_alts, n_sequences, words, table, limits, marks)
    if fate != KEPT and first != KEPT:
        fate = first
    return fate, n_sequences, outcome == 0, tells


@kernel
def count_fate(fate, sequences, open_filter, totals):
    """Count a line that is dropped; 1 where it belongs to what is read, 0 where it lies outside."""
    counted = 0 if fate == OUTSIDE else 1
    totals[DROPPED] += counted
    totals[UNFILTERED] += 1 if open_filter else 0
    totals[COUNTS + 2 * fate] += 1
    totals[COUNTS + 2 * fate + 1] += sequences
    return counted


@kernel
def same_contig(text, start, end, previous, size):
    """Whether a contig has the name that stands at an earlier place."""
    return end - start == size and is_word(text, start, end, text, previous, previous + size)


@kernel(compiled_only=True)
def scan_lines(text, start, end, words, table, limits, lines, totals):
    """Scan the whole lines between two places of a text.

    Parameters
    ----------
    text : uint8
        The last byte before `end` is a line end, and `PADDING` bytes follow it.
    words, table, limits : uint8, int64, float64
        As `readers.scan_tests` lays them out.
    lines : tuple of arrays
        Taken: room for the marks of a line; begins of lines, one more than these; flags; numbers
        of kept lines, and dropped lines before each; numbers of lines that begin a contig.
    totals : int64, shape (N_TOTALS,)
        Added to, but for `POSITION`, where scanning stopped: at the end, or where `lines` is full.
    """
    marks, begins, flags, kept, dropped, runs = lines
    n_tabs, has_regions = table[N_TABS], table[HAS_REGIONS] == 1
    n, n_kept, n_runs, n_dropped = 0, 0, 0, 0
    previous, size, kind, place = -1, 0, OTHER, -1
    totals[POSITION] = start
    if start < 0 or end + PADDING > text.size:
        return
    while start < end and n < flags.size:
        stop, tabs, odd = index_line(text, start, end, table, marks)
        begins[n], flags[n] = start, 0
        fate, sequences, open_filter = KEPT, 0, False
        last = stop - 1 if stop > start and text[stop - 1] == RETURN else stop
        position = -1
        if tabs >= FIXED_TABS and not odd and text[start] != 35 and marks[0] > start:
            if not same_contig(text, start, marks[0], previous, size):
                kind = contig_kind(text, start, marks[0])
                previous, size = start, marks[0] - start
                if has_regions:
                    place = find_regions(text, start, marks[0], words, table)
                runs[n_runs] = n
                n_runs += 1
            position = read_position(text, marks[0] + 1, marks[1])
            flags[n] = COUNTED
        if position >= 0:
            reach = position + max(marks[3] - marks[2] - 2, 0)
            if has_regions and not is_inside(position, reach, place, table):
                fate, flags[n] = OUTSIDE, 0
            else:
                fate, sequences, open_filter, tells = judge_line(
                    text, last, kind, words, table, limits, marks
                )
                flags[n] |= TELLS if tells else 0
        if tabs != n_tabs:  # htslib may read it all the same
            fate = KEPT
        if fate == KEPT:
            kept[n_kept], dropped[n_kept] = n, n_dropped
            n_kept, n_dropped = n_kept + 1, 0
        else:
            n_dropped += count_fate(fate, sequences, open_filter, totals)
        n += 1
        start = stop + 1
    begins[n] = start
    totals[SCANNED], totals[N_KEPT], totals[N_RUNS] = n, n_kept, n_runs
    totals[POSITION] = start
