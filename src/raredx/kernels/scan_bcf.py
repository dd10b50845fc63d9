"""Scan the records of a BCF file as `scan` scans lines of text: the same questions and fates.

Every place is compared with the end of its record, and that with the end of the data, before it
is read; a record that points beyond is kept for the exact path. Layout: VCF specification 4.3,
section 6.3.
"""

from __future__ import annotations

import numpy as np

from raredx.kernels.jit import kernel
from raredx.kernels.raw_text import HAS_ALT, HAS_MISSING, HAS_REF, HAS_TWO_ALTS, IS_ODD, PADDING
from raredx.kernels.scan import (
    COUNTED,
    N_KEPT,
    N_RUNS,
    POSITION,
    SCANNED,
    TELLS,
    count_fate,
    is_base,
    is_inside,
    is_letter,
)
from raredx.kernels.scan_consequences import judge_calls
from raredx.kernels.scan_record import (
    ABSENT,
    ANY_FILTER,
    ASK_ON,
    CALLS,
    COMMON,
    COMMON_LISTED,
    COMMON_PAST_RESCUE,
    COMMON_UNLESS_KNOWN,
    FILTERED,
    FLAG,
    FOUND,
    HAS_REGIONS,
    INFO,
    KEPT,
    MITOCHONDRION,
    N_FREQUENCIES,
    N_HEAD,
    N_KEYS,
    N_WANTED,
    NEAR_MISS,
    NO,
    OPEN_ON_MT,
    OUTSIDE,
    PASSES,
    STRICT,
    UNSURE,
    WANTED,
    WIDE,
    settle_frequency,
)
from raredx.kernels.vectors import four_bytes_as_float

N_SAMPLES, GT_KEY, KEYS, N_PASS, PASS_IDS, N_CONTIGS, KINDS, REGION_NUMBERS = range(
    N_HEAD, N_HEAD + 8
)
"""Further places in `table`: samples of the file; number of GT in its dictionary; where the numbers
of the INFO keys begin; how many FILTER numbers pass, and where they begin; contigs; where their
kinds, and their numbers among those with regions, begin."""

N_BCF_HEAD = N_HEAD + 8

INT8, INT16, INT32, FLOAT, TEXT, BROKEN = 1, 2, 3, 5, 7, -1
HEAD = 32
"""Bytes before a record's ID: two lengths and six fixed fields."""

_ONE_INT8 = 0x11
"""What stands before a single number of one byte."""

_MISSING_FLOAT, _END_FLOAT = 0x7F800001, 0x7F800002
_ALLELES, _SEQUENCES, _REF_SIZE, _AFTER, _SINGLE = range(5)


@kernel
def unsigned(data, at, n):
    """Read an unsigned number of n bytes, the lowest first."""
    value = np.int64(0)
    for i in range(n):
        value |= np.int64(data[at + i]) << (8 * i)
    return value


@kernel
def signed(data, at, n):
    """Read a signed number of n bytes, the lowest first."""
    value = unsigned(data, at, n)
    return value - (1 << (8 * n)) if value >> (8 * n - 1) else value


@kernel
def width_of(kind):
    """Bytes of one value of a type; 0 for none, -1 for a type that does not exist."""
    if kind in (INT8, TEXT):
        return 1
    if kind == INT16:
        return 2
    if kind in (INT32, FLOAT):
        return 4
    return 0 if kind == 0 else -1


@kernel
def read_type(data, at, end):
    """Read what stands before values: type, number, and place; `BROKEN` where it cannot be."""
    if at >= end:
        return BROKEN, 0, at
    byte = np.int64(data[at])  # of one type with places, or Numba makes floats of both
    kind, size = byte & 15, byte >> 4
    at += 1
    if size == 15:
        if at >= end or data[at] >> 4 != 1:
            return BROKEN, 0, at
        inner = np.int64(data[at]) & 15
        if not 1 <= inner <= 3 or at + 1 + width_of(inner) > end:
            return BROKEN, 0, at
        size = signed(data, at + 1, width_of(inner))
        at += 1 + width_of(inner)
    if size < 0 or width_of(kind) < 0:
        return BROKEN, 0, at
    return kind, size, at


@kernel
def read_values(data, at, end):
    """Read a type and its values: type, number, place, and the place after them."""
    kind, size, at = read_type(data, at, end)
    after = at + size * width_of(kind) if kind != BROKEN else end + 1
    if after > end:
        return BROKEN, 0, at, end
    return kind, size, at, after


@kernel
def read_key(data, at, end):
    """Read a number of the dictionary: the number, -1 where there is none, and the place after."""
    kind, size, at, after = read_values(data, at, end)
    if not INT8 <= kind <= INT32 or size != 1:
        return -1, end
    return signed(data, at, width_of(kind)), after


@kernel
def read_alleles(data, at, end, n_alleles):
    """Read REF and ALT.

    Gives the ALT alleles (-1 where one is empty) and how many are sequences, the length of REF,
    the place after them, and whether REF and one ALT are a single base each.
    """
    sequences, ref_size, single = 0, 0, n_alleles == 2
    for n in range(n_alleles):
        kind, size, place, at = read_values(data, at, end)
        if kind != TEXT or size == 0:
            return -1, 0, 0, end, False
        plain = True
        for i in range(place, place + size):
            plain = plain and is_letter(data[i])
        if n == 0:
            ref_size = size
        elif plain:
            sequences += 1
        single = single and size == 1 and is_base(data[place])
    return n_alleles - 1, sequences, ref_size, at, single


@kernel
def filter_outcome(data, at, end, table):
    """Read FILTER: 1 passes, 0 not assessed (none), -1 fails, 2 unsure.

    Gives also whether it says PASS or nothing, and the place after it.
    """
    kind, size, place, after = read_values(data, at, end)
    if kind == 0 or (size == 0 and kind != BROKEN):
        return 0, True, after
    if not INT8 <= kind <= INT32:
        return 2, False, end
    width, outcome, first = width_of(kind), 1, -1
    for i in range(size):
        number = signed(data, place + i * width, width)
        if number < 0:
            return 2, False, end
        first = number if i == 0 else first
        passes = False
        for n in range(table[N_PASS]):
            passes = passes or table[table[PASS_IDS] + n] == number
        if not passes:
            outcome = -1
    return outcome, size == 1 and first == 0, after


@kernel
def read_info(data, at, end, n_info, table, marks, until):
    """Find the values of the wanted keys from a place in INFO on; stop after key `until`.

    Gives the place to go on from and how many fields are left; -1 fields where INFO is broken.
    """
    found, keys, n_keys = table[FOUND], table[KEYS], table[N_KEYS]
    while n_info > 0:
        if at + 2 < end and data[at] == _ONE_INT8:
            number, at = np.int64(data[at + 1]), at + 2
            number -= 256 if number > 127 else 0
        else:
            number, at = read_key(data, at, end)
        kind, size, place, at = read_values(data, at, end)
        if number < 0 or kind == BROKEN:
            return end, -1
        n_info -= 1
        for key in range(n_keys):
            mark = found + 2 * key
            if table[keys + key] != number or marks[mark] != ABSENT:
                continue
            wanted = FLOAT if key < table[N_FREQUENCIES] else TEXT
            marks[mark] = place if kind == wanted else FLAG
            marks[mark + 1] = place + size * width_of(kind)
            if key == until:
                return at, n_info
    return at, 0


@kernel
def compare_source(data, source, n_alts, table, limits, kind, marks):
    """Compare the frequency of every allele with limits: `scan_record.NO` and following."""
    mark = table[FOUND] + 2 * source
    start, end = marks[mark], marks[mark + 1]
    if start == ABSENT:
        return NO
    if start == FLAG or limits[source, 2] == 0.0:
        return UNSURE
    n, above, beyond = (end - start) // 4, 0, 0
    for place in range(start, end, 4):
        bits = unsigned(data, place, 4)
        if bits == _END_FLOAT:
            return UNSURE
        value = np.float64(four_bytes_as_float(data, place))
        if bits != _MISSING_FLOAT and not value <= limits[source, kind]:
            above += 1
            beyond += 1 if value > limits[source, kind + 1] else 0
    if n != n_alts or above < n:
        return NO
    return COMMON_PAST_RESCUE if beyond == n else COMMON_UNLESS_KNOWN


@kernel
def judge_frequency(data, at, end, n_info, n_alts, words, table, limits, kind, marks):
    """Whether a record is too common by INFO for a kind of limits: 1 yes, 0 no, -1 unsure.

    Reads INFO.
    """
    for place in range(table[FOUND], table[INFO]):
        marks[place] = ABSENT
    at, left = read_info(data, at, end, n_info, table, marks, 0)
    told = table[N_FREQUENCIES] > 0 and left >= 0
    if told and compare_source(data, 0, n_alts, table, limits, kind, marks) == COMMON_PAST_RESCUE:
        return 1
    if left > 0:
        at, left = read_info(data, at, end, left, table, marks, -1)
    if left < 0:
        return -1
    for source in range(table[N_FREQUENCIES]):
        answer = compare_source(data, source, n_alts, table, limits, kind, marks)
        settled = settle_frequency(answer, data, words, table, marks)
        if settled != ASK_ON:
            return settled
    return 0


@kernel
def read_call(data, at, size, width, n_alts):
    """Tell what alleles a genotype has, as `raw_text.read_call` does."""
    found, alt = 0, 0
    end = -(1 << (8 * width - 1)) + 1
    for i in range(size):
        value = signed(data, at + i * width, width)
        if value == end:
            break
        if value < 0 or (value >> 1) - 1 > n_alts:
            return IS_ODD
        number = (value >> 1) - 1
        if number < 0:
            found |= HAS_MISSING
        elif number == 0:
            found |= HAS_REF
        else:
            found |= HAS_ALT | (HAS_TWO_ALTS if alt not in (0, number) else 0)
            alt = number
    return found if found else IS_ODD


@kernel
def read_calls(data, at, end, n_formats, n_alts, table, marks):
    """Read the genotypes of the wanted samples; whether that could be done."""
    n_samples = table[N_SAMPLES]
    for _ in range(n_formats):
        number, at = read_key(data, at, end)
        kind, size, at = read_type(data, at, end)
        if number < 0 or kind == BROKEN:
            return False
        width = width_of(kind)
        after = at + n_samples * size * width
        if after > end:
            return False
        if number == table[GT_KEY]:
            if not INT8 <= kind <= INT32 or size == 0:
                return False
            for n in range(table[N_WANTED]):
                place = at + table[table[WANTED] + n] * size * width
                marks[table[CALLS] + n] = read_call(data, place, size, width, n_alts)
            return True
        at = after
    return False


@kernel
def judge_record(data, start, shared, end, kind, region, words, table, limits, marks):
    """Judge a record: its fate, its sequence alleles, whether FILTER is missing, and its flags."""
    n_info, n_alleles = unsigned(data, start + 24, 2), unsigned(data, start + 26, 2)
    n_samples, n_formats = unsigned(data, start + 28, 3), unsigned(data, start + 31, 1)
    id_kind, _, _, at = read_values(data, start + HEAD, shared)
    n_alts, sequences, ref_size, at, single = read_alleles(data, at, shared, n_alleles)
    if id_kind == BROKEN or n_alts < 0 or n_samples != table[N_SAMPLES]:
        return KEPT, 0, False, COUNTED
    position = signed(data, start + 12, 4) + 1
    last = position + max(ref_size - 1, 0)
    if table[HAS_REGIONS] == 1 and not is_inside(position, last, region, table):
        return OUTSIDE, 0, False, 0
    outcome, named, at = filter_outcome(data, at, shared, table)
    flags = COUNTED | (TELLS if single and named and 0 <= position < 1000000000 else 0)
    if outcome == 2 or (kind == MITOCHONDRION and table[OPEN_ON_MT] == 1):
        return KEPT, 0, False, flags
    first = FILTERED if outcome < 0 and table[PASSES] != ANY_FILTER else KEPT
    if first == FILTERED and table[WIDE] == 0:
        return FILTERED, sequences, False, flags
    common = judge_frequency(
        data, at, shared, n_info, n_alts, words, table, limits, STRICT, marks
    )  # fmt: skip
    if common != 0:
        fate = KEPT if common < 0 else COMMON if n_alts == 1 else COMMON_LISTED
        if common > 0 and first != KEPT:
            return first, sequences, False, flags
        if common < 0 or table[WIDE] == 0:
            return fate, sequences, outcome == 0, flags
        wider = judge_frequency(
            data, at, shared, n_info, n_alts, words, table, limits, NEAR_MISS, marks
        )  # fmt: skip
        if wider == 1:
            return fate, sequences, outcome == 0, flags
        first = fate
    if kind == MITOCHONDRION or not read_calls(
        data, shared, end, n_formats, n_alts, table, marks
    ):  # fmt: skip
        return KEPT, 0, False, flags
    fate = judge_calls(data, kind, n_alts, sequences, words, table, limits, marks)
    if fate != KEPT and first != KEPT:
        fate = first
    return fate, sequences, outcome == 0, flags


@kernel(compiled_only=True)
def scan_records(data, start, end, words, table, limits, lines, totals):
    """Scan the whole records between two places of the data, as `scan.scan_lines` scans lines.

    `totals[POSITION]` is where the first record begins that is cut off, or that `lines` has no
    room for.
    """
    marks, begins, flags, kept, dropped, runs = lines
    n, n_kept, n_runs, n_dropped, contig = 0, 0, 0, 0, -1
    totals[POSITION] = start
    if start < 0 or end + PADDING > data.size:
        return
    while start + HEAD <= end and n < flags.size:
        size = unsigned(data, start, 4)
        shared, stop = start + 8 + size, start + 8 + size + unsigned(data, start + 4, 4)
        if stop > end or size < HEAD - 8:
            break
        number = signed(data, start + 8, 4)
        begins[n] = start
        fate, sequences, open_filter, flags[n] = KEPT, 0, False, 0
        if 0 <= number < table[N_CONTIGS]:
            if number != contig:
                contig, runs[n_runs] = number, n
                n_runs += 1
            fate, sequences, open_filter, flags[n] = judge_record(
                data, start, shared, stop, table[table[KINDS] + contig],
                table[table[REGION_NUMBERS] + contig], words, table, limits, marks,
            )  # fmt: skip
        if fate == KEPT:
            kept[n_kept], dropped[n_kept] = n, n_dropped
            n_kept, n_dropped = n_kept + 1, 0
        else:
            n_dropped += count_fate(fate, sequences, open_filter, totals)
        n += 1
        start = stop
    begins[n] = start
    totals[SCANNED], totals[N_KEPT], totals[N_RUNS] = n, n_kept, n_runs
    totals[POSITION] = start
