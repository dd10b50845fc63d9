"""The gate's questions, asked of one line of VCF text.

Each answer is either certain, and then the same as that of `readers.gate`, or the line is kept
for the exact path. `words`, `table` and `limits` are what `readers.scan_tests` lays out: the
words that are looked for, all whole numbers of a run, and its limits. `marks` is the room of
one line. They are few arrays, because each array that is handed on costs time at every line.
"""

from __future__ import annotations

import numpy as np

from raredx.kernels.jit import kernel
from raredx.kernels.raw_text import (
    COLON,
    COMMA,
    DOT,
    EQUALS,
    HAS_ALT,
    HAS_MISSING,
    HAS_REF,
    IS_ODD,
    NUMBER,
    ODD,
    SEMICOLON,
    TAB,
    find_byte,
    holds_any,
    is_word,
    read_call,
    read_decimal,
)
from raredx.kernels.vectors import ONE, WIDTH, equal_bytes, lowest_bit

KEPT, FILTERED, COMMON, COMMON_LISTED, NOT_CARRIED, NOT_CALLED, SILENT, COMMON_ENTRY, OUTSIDE = (
    range(9)
)
"""What becomes of a line: kept for the exact path, or dropped, and why. `COMMON` has one ALT
allele, `COMMON_LISTED` several; `COMMON_ENTRY` is too common by its first consequence;
`OUTSIDE` lies in no region."""

PASS_NAMES, INFO_KEYS, KNOWN_WORDS, ENTRY_WORDS, CODING_TERMS, TERMS, REGION_NAMES = range(7)
"""Sections of the words: FILTER names that pass; INFO keys (frequencies, ClinVar, consequences);
what ClinVar's field says of what may be rescued; the same in consequences; terms that count in
any gene, and those that count in a listed one; contigs."""

(
    N_TABS, PASSES, NEAR, N_FREQUENCIES, HAS_KNOWN, HAS_REGIONS, JUDGES_TEXT, READS_KNOWN, N_KEYS,
    N_WANTED, N_FAMILIES, N_FIELDS, N_LISTED, N_PLACES, N_SPLICE, N_MARKS, ENDS, SECTIONS, FAMILIES,
    WANTED, STARTS, REGIONS, FIELDS, LISTED, SPLICE, CALLS, FOUND, INFO, WIDE, OPEN_ON_MT, N_HEAD,
) = range(31)  # fmt: skip
"""Places in `table`. Tabs of a line; whether PASS passes, or `ANY_FILTER`; whether homozygous and
new alleles pass without a term; INFO keys that hold frequencies; whether ClinVar has an INFO key;
whether there are regions; whether the consequences, and ClinVar's key, are declared as text; then
how many there are of INFO keys, samples, families, fields of a consequence that name a gene, hashes
of listed genes, fields that hold frequencies, stretches of fields that hold splice predictions, and
marks. From `ENDS` on, where in `table` stand the ends of words, the sections of words, families,
the tabs before each sample, the first regions of contigs, regions, fields, hashes, and the splice
predictions (INFO key, first and last field of each); where in `marks` stand the calls, the values
of INFO keys, and INFO itself; whether near misses are kept too; and whether
frequencies are not asked on MT."""

STRICT, NEAR_MISS = 0, 3
"""Columns of `limits` where the limits of a frequency, and of rescue, begin: what the rule set
asks, and what a near miss may have."""

ANY_FILTER = 2
"""Stands at `PASSES` where every FILTER passes."""

FIXED_TABS = 9
"""Tabs before the first sample."""

OTHER, AUTOSOME, MITOCHONDRION = range(3)
NO, COMMON_PAST_RESCUE, COMMON_UNLESS_KNOWN, UNSURE = range(4)
ASK_ON = 2
ABSENT, FLAG, UNSOUGHT = -1, -2, -3


@kernel
def filter_outcome(text, start, end, words, table):
    """FILTER: 1 passes, 0 not assessed (`.`), -1 fails, 2 unsure."""
    if end - start == 1 and text[start] == DOT:
        return 0
    ends, sections = table[ENDS], table[SECTIONS] + PASS_NAMES
    outcome = 1
    while True:
        stop = start
        while stop < end and text[stop] != SEMICOLON:
            c = text[stop]
            plain = 48 <= c <= 57 or 65 <= c <= 90 or 97 <= c <= 122
            if not (plain or c == 95 or c == 46 or c == 58 or c == 43 or c == 45):
                return 2
            stop += 1
        if stop == start or (stop - start == 1 and text[start] == DOT):
            return 2
        passes = False
        for n in range(ends + table[sections], ends + table[sections + 1]):
            passes = passes or is_word(text, start, stop, words, table[n], table[n + 1])
        if not passes:
            outcome = -1
        if stop >= end:
            return outcome
        start = stop + 1


@kernel
def count_alts(text, start, end):
    """ALT alleles, and how many of them are sequences; -1 where one is empty."""
    if end - start == 1 and text[start] == DOT:
        return 0, 0
    alleles, sequences, size, plain = 0, 0, 0, True
    for place in range(start, end + 1):
        c = text[place] if place < end else COMMA
        if c == COMMA:
            if size == 0:
                return -1, 0
            alleles += 1
            sequences += 1 if plain else 0
            size, plain = 0, True
        else:
            size += 1
            plain = plain and (65 <= c <= 90 or 97 <= c <= 122)
    return alleles, sequences


@kernel
def find_key(text, start, end, words, first, last):
    """Find an INFO key where it first stands: the stretch of its value.

    The first place is `ABSENT` where the key does not stand there, `FLAG` where it has no value.
    """
    size, place, at = last - first, start - 1, start
    mask = ONE  # the first key of INFO has no semicolon before it
    while True:
        while mask != 0:
            at = place + lowest_bit(mask) + 1
            after = at + size
            if after > end:
                return ABSENT, ABSENT
            if is_word(text, at, after, words, first, last):
                if after == end or text[after] == SEMICOLON:
                    return FLAG, FLAG
                if text[after] == EQUALS:
                    return after + 1, find_byte(text, after, end, SEMICOLON)
            mask &= mask - ONE
        place = place + 1 if place < start else place + WIDTH
        if place >= end:
            return ABSENT, ABSENT
        mask = equal_bytes(text, place, SEMICOLON) & equal_bytes(text, place + 1, words[first])
        if size > 1:
            mask &= equal_bytes(text, place + 2, words[first + 1])


@kernel
def seek(text, key, words, table, marks):
    """Give where the value of an INFO key begins, looking for it the first time."""
    place = table[FOUND] + 2 * key
    if marks[place] == UNSOUGHT:
        word = table[ENDS] + table[table[SECTIONS] + INFO_KEYS] + key
        start, end = marks[table[INFO]], marks[table[INFO] + 1]
        found = find_key(text, start, end, words, table[word], table[word + 1])
        marks[place], marks[place + 1] = found
    return marks[place]


@kernel
def compare_frequencies(text, start, end, n_alts, limit, limit_of_rescue):
    """Compare the frequencies of all alleles with a limit and with the limit of rescue."""
    n, above, beyond, start_of_list = 0, 0, 0, start
    while True:
        stop = find_byte(text, start, end, COMMA)
        kind, value = read_decimal(text, start, stop)
        if kind == ODD:
            return UNSURE
        if kind == NUMBER:
            value = float32_of(value)
            above += 1 if value > limit else 0
            beyond += 1 if value > limit_of_rescue else 0
        n += 1
        if stop >= end:
            break
        start = stop + 1
    if n != n_alts or above < n or start_of_list == end:
        return NO
    return COMMON_PAST_RESCUE if beyond == n else COMMON_UNLESS_KNOWN


@kernel
def float32_of(value):
    """Round to what htslib keeps of a frequency."""
    return float(np.float32(value))


@kernel
def value_holds(text, key, words, table, marks, section):
    """Whether the value of an INFO key holds one of the words of a section."""
    if seek(text, key, words, table, marks) < 0:
        return False
    place, first = table[FOUND] + 2 * key, table[SECTIONS] + section
    return holds_any(
        text, marks[place], marks[place + 1], words, table,
        table[ENDS] + table[first], table[ENDS] + table[first + 1],
    )  # fmt: skip


@kernel
def may_be_known(text, words, table, marks):
    """Whether ClinVar may rescue the record; -1 where that cannot be told."""
    key = table[N_FREQUENCIES]
    if table[HAS_KNOWN] == 1:
        start = seek(text, key, words, table, marks)
        if start == FLAG or (start >= 0 and table[READS_KNOWN] == 0):
            return -1
        if value_holds(text, key, words, table, marks, KNOWN_WORDS):
            return 1
        key += 1
    return 1 if value_holds(text, key, words, table, marks, ENTRY_WORDS) else 0


@kernel
def settle_frequency(answer, data, words, table, marks):
    """Say whether one frequency settles it: 1 too common, 0 not, -1 unsure, or `ASK_ON`."""
    if answer == UNSURE:
        return -1
    if answer == COMMON_PAST_RESCUE:
        return 1
    if answer == COMMON_UNLESS_KNOWN:
        known = may_be_known(data, words, table, marks)
        return -1 if known < 0 else 1 - known
    return ASK_ON


@kernel
def judge_frequency(text, n_alts, words, table, limits, kind, marks):
    """Whether a record is too common by INFO for a kind of limits: 1 yes, 0 no, -1 unsure."""
    for source in range(table[N_FREQUENCIES]):
        start = seek(text, source, words, table, marks)
        if start == ABSENT:
            continue
        if start == FLAG or limits[source, 2] == 0.0:
            return -1
        end = marks[table[FOUND] + 2 * source + 1]
        limit, rescue = limits[source, kind], limits[source, kind + 1]
        answer = compare_frequencies(text, start, end, n_alts, limit, rescue)
        settled = settle_frequency(answer, text, words, table, marks)
        if settled != ASK_ON:
            return settled
    return 0


@kernel
def read_calls(text, end, n_alts, table, marks):
    """Read the genotypes of the wanted samples, which begin at the marks after the tabs."""
    for n in range(table[N_WANTED]):
        marks[table[CALLS] + n] = read_call(text, marks[FIXED_TABS + n], end, n_alts)


@kernel
def judge_carried(table, marks):
    """Whether a proband carries an ALT: 1 yes, 0 no, -1 none, but not all called, 2 unsure."""
    complete, calls = True, table[CALLS]
    for family in range(table[N_FAMILIES]):
        call = marks[calls + table[table[FAMILIES] + 3 * family]]
        if call & IS_ODD:
            return 2
        if call & HAS_ALT:
            return 1
        complete = complete and not call & HAS_MISSING
    return 0 if complete else -1


@kernel
def is_striking(table, marks, contig_kind):
    """Whether a proband has all copies of an autosomal ALT, or an ALT that no parent carries."""
    calls = table[CALLS]
    for family in range(table[N_FAMILIES]):
        place = table[FAMILIES] + 3 * family
        father, mother = table[place + 1], table[place + 2]
        call = marks[calls + table[place]]
        if call & IS_ODD:
            return True
        if not call & HAS_ALT:
            continue
        if call == HAS_ALT and contig_kind == AUTOSOME:
            return True
        if father < 0 or mother < 0:
            continue
        both = marks[calls + father] | marks[calls + mother]
        if both & IS_ODD or both == HAS_REF:
            return True
    return False


@kernel
def begins_with_gt(text, start):
    """Whether FORMAT begins with GT."""
    after = text[start + 2]
    return text[start] == 71 and text[start + 1] == 84 and after in (COLON, TAB)
