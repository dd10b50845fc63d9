"""What the scan of raw text is made of, against Python's own words for it."""

from __future__ import annotations

import math
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raredx.kernels import raw_text, scan, scan_bcf, scan_record
from raredx.readers.gate import bare_name

PAD = raw_text.PADDING


def as_text(data: bytes):
    """Lay bytes out so that nothing may be read behind the padding."""
    return np.frombuffer(data + bytes(PAD), np.uint8)


def laid_out(words: list[bytes]):
    """Words one after the other, and where each begins."""
    ends = np.cumsum([0, *map(len, words)]).astype(np.int64)
    return as_text(b"".join(words)), ends


texts = st.binary(max_size=300)


@given(texts, st.integers(0, 255), st.integers(0, 300), st.integers(0, 300))
def test_find_byte(data, byte, start, end):
    start, end = sorted((min(start, len(data)), min(end, len(data))))
    place = data.find(bytes([byte]), start, end)
    assert raw_text.find_byte(as_text(data), start, end, byte) == (end if place < 0 else place)


@given(
    st.lists(st.sampled_from([b"ab", b"abc", b"b|", b"x", b"aaab"]), min_size=1, max_size=4),
    st.text("abcx|", max_size=200),
)
def test_holds_any(words, text):
    data = text.encode()
    blob, ends = laid_out(words)
    found = raw_text.holds_any(as_text(data), 0, len(data), blob, ends, 0, len(words))
    assert found == any(word in data for word in words)


numbers = st.one_of(
    st.floats(0, 10, allow_nan=False).map("{:.6g}".format),
    st.floats(0, 1).map(repr),
    st.decimals(0, 1, places=9).map(str),
    st.text("0123456789.eE-+x ", max_size=12),
    st.sampled_from(["", ".", "-1", "1e-3", "5.", ".5", "1e", "1e400", "-.", "0x1", "nan", "1,2"]),
)


@given(numbers)
def test_a_decimal_is_read_exactly_or_not_at_all(text):
    """htslib reads with strtod, as Python's float() does."""
    data = text.encode()
    kind, value = raw_text.read_decimal(as_text(data), 0, len(data))
    if kind == raw_text.NUMBER:
        assert value == float(text)
        assert math.copysign(1, value) == math.copysign(1, float(text))
    else:
        assert kind == (raw_text.MISSING if text == "." else raw_text.ODD)


@given(st.floats(1e-9, 1).map("{:.6g}".format))
def test_frequencies_as_they_are_written_are_read(text):
    assert raw_text.read_decimal(as_text(text.encode()), 0, len(text))[0] == raw_text.NUMBER


A, R, M, TWO = raw_text.HAS_ALT, raw_text.HAS_REF, raw_text.HAS_MISSING, raw_text.HAS_TWO_ALTS
CALLS = {
    "0/0": R, "0|1": A | R, "1/1": A, "1": A, "0": R, ".": M, "./.": M, "./1": A | M, "0/.": R | M,
    "1/2": A | TWO, "0/1/1": A | R, "0/0/0/2": A | R, "2|2": A, "1/2/1/2": A | TWO,
}  # fmt: skip


@pytest.mark.parametrize("after", ["", ":9", "\t0/0"], ids=repr)
@pytest.mark.parametrize("call", CALLS)
def test_genotypes(call, after):
    data = (call + after).encode()
    assert raw_text.read_call(as_text(data), 0, len(data), 2) == CALLS[call]


@pytest.mark.parametrize(
    "call", ["", "/", "0/", "|1", "a", "0/3", "1/99999", "0;1", "0/1x", "-1", "0//1"]
)
def test_other_genotypes_are_left_to_htslib(call):
    assert raw_text.read_call(as_text(call.encode()), 0, len(call), 2) == raw_text.IS_ODD


@given(
    st.text("abAB-19", min_size=1, max_size=12),
    st.sampled_from(["", "HGNC:", "x:y:"]),
    st.sampled_from(["", ".", ".7", ".7:2"]),
    st.sampled_from(["", " "]),
)
def test_names_of_one_gene_have_one_hash(name, prefix, version, blank):
    written = (blank + prefix + name.swapcase() + version).encode()
    assert bare_name(written.decode()) == bare_name(name) == name.upper()
    hashes = [raw_text.name_hash(as_text(n), 0, len(n)) for n in (name.encode(), written)]
    assert hashes[0] == hashes[1] > 0


def test_names_of_other_genes_have_other_hashes():
    names = [f"GENE{n}" for n in range(3000)]
    text = "|".join(names).encode() + b"|"
    out = np.zeros(len(names), np.int64)
    assert raw_text.hash_names(as_text(text), len(text), out) == len(names)
    assert len({*out.tolist()}) == len(names)


def test_a_name_that_is_not_ascii_may_be_any():
    assert raw_text.name_hash(as_text("é".encode()), 0, 2) == -1
    assert raw_text.name_hash(as_text(b""), 0, 0) == 0


INFO = st.lists(
    st.sampled_from(["AF=0.1", "AF", "AF=", "AFX=1", "XAF=2", "DB", "", "A=AF=3", "CSQ=x|y"]),
    max_size=9,
)


@given(INFO, st.sampled_from(["AF", "CSQ", "DB", "A"]), st.integers(0, 70))
def test_find_key(fields, key, shift):
    """The first field of that name, wherever the vectors begin."""
    info = ";".join(fields)
    data = (" " * shift + info + "\tGT").encode()
    words, ends = laid_out([key.encode()])
    start, end = scan_record.find_key(
        as_text(data), shift, shift + len(info), words, ends[0], ends[1]
    )
    first = next((f for f in info.split(";") if f.partition("=")[0] == key), None)
    if first is None:
        assert start == scan_record.ABSENT
    elif "=" not in first:
        assert start == scan_record.FLAG
    else:
        assert data[start:end].decode() == first.partition("=")[2]


def table_of(wanted=()):
    """A table that tells the tabs before the wanted samples."""
    table = np.zeros(scan_record.N_HEAD + len(wanted), np.int64)
    table[scan_record.WANTED], table[scan_record.N_WANTED] = scan_record.N_HEAD, len(wanted)
    table[scan_record.N_HEAD :] = wanted
    return table


@given(
    st.lists(st.binary(max_size=40).filter(lambda c: not {9, 10} & {*c}), min_size=1, max_size=400),
    st.sets(st.integers(0, 380), max_size=4),
)
def test_index_of_a_line(cells, samples):
    line = b"\t".join(cells)
    data = line + b"\nnext\tline\n"
    wanted = [9 + s for s in sorted(samples)]
    marks = np.full(9 + len(wanted), -1, np.int64)
    stop, n_tabs, odd = scan.index_line(as_text(data), 0, len(data), table_of(wanted), marks)
    assert (stop, n_tabs) == (len(line), len(cells) - 1)
    assert odd == any(byte < 9 for byte in line)
    edges = np.cumsum([len(c) + 1 for c in cells]) - 1
    assert marks[: min(9, n_tabs)].tolist() == edges[: min(9, n_tabs)].tolist()
    for n, tabs in enumerate(wanted):
        if tabs <= n_tabs:
            assert marks[9 + n] == edges[tabs - 1] + 1


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *((n, scan_record.AUTOSOME) for n in ("1", "9", "10", "22", "chr7", "CHR19", "Chr20")),
        *((n, scan_record.MITOCHONDRION) for n in ("M", "MT", "chrM", "chrmt")),
        *((n, scan_record.OTHER) for n in ("X", "chrY", "23", "0", "01", "chr", "chr1_alt", "c", "ch1")),
    ],
)  # fmt: skip
def test_kinds_of_contigs(name, kind):
    assert scan.contig_kind(as_text(name.encode()), 0, len(name)) == kind


@given(
    st.lists(st.tuples(st.integers(1, 300), st.integers(0, 30)), max_size=8),
    st.integers(1, 320),
    st.integers(0, 20),
)
def test_inside_regions(made, first, length):
    regions, end = [], 0
    for start, size in sorted(made):
        if start > end + 1:
            regions.append((start, start + size))
            end = start + size
    head = scan_record.N_HEAD
    table = np.zeros(head + 2 + 2 * len(regions), np.int64)
    table[scan_record.STARTS], table[scan_record.REGIONS] = head, head + 2
    table[head + 1] = len(regions)
    table[head + 2 :] = np.array(regions, np.int64).ravel()
    expected = any(a <= first + length and first <= b for a, b in regions)
    assert scan.is_inside(first, first + length, 0, table) == expected
    assert not scan.is_inside(first, first + length, -1, table)


# --- BCF: the encoding of VCF 4.3, section 6.3.3 --------------------------------------------------


def typed(kind: int, values: bytes, size: int) -> bytes:
    if size < 15:
        return bytes([size << 4 | kind]) + values
    return bytes([0xF0 | kind, 0x12]) + struct.pack("<h", size) + values


@given(st.lists(st.integers(-120, 127), max_size=40), st.sampled_from([1, 2, 3]), st.integers(0, 9))
def test_typed_integers(numbers, kind, missing):
    width = {1: "b", 2: "h", 3: "i"}[kind]
    data = typed(kind, struct.pack(f"<{len(numbers)}{width}", *numbers), len(numbers))
    found, size, place, after = scan_bcf.read_values(as_text(data), 0, len(data))
    assert (found, size, after) == (kind, len(numbers), len(data))
    step = scan_bcf.width_of(kind)
    read = [scan_bcf.signed(as_text(data), place + n * step, step) for n in range(size)]
    assert read == numbers
    if missing and missing < len(data):
        short = data[: len(data) - missing]
        assert scan_bcf.read_values(as_text(short), 0, len(short))[0] == scan_bcf.BROKEN


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_broken(data):
    """Nothing is promised but that it ends, and that no place lies beyond the data."""
    kind, size, place, after = scan_bcf.read_values(as_text(data), 0, len(data))
    assert kind == scan_bcf.BROKEN or 0 <= place <= after <= len(data)
    assert size >= 0
