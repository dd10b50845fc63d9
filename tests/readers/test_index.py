"""What an index says, against the records of the file read one by one."""

from __future__ import annotations

import gzip
import os
import random
import struct
from bisect import bisect_right
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pysam
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from raredx.readers.index import BrokenIndexError, find_index, is_stale, read_index
from raredx.readers.regions import Interval

CONTIGS = ("chr2", "chr1", "chrEmpty", "chrM", "chrX")
"""As the header declares them; in the file they stand otherwise."""
PLACES = ("chr1", "chr2", "chrX", "chrM")
LENGTH = {"chr1": 200_000_000, "chr2": 60_000_000, "chrX": 3_000_000, "chrM": 16_569}
COUNT = {"chr1": 1500, "chr2": 800, "chrX": 300, "chrM": 40}
KINDS = ("tbi", "csi", "bcf")


def records():
    """Positions and REF lengths; some REF reach over bins of several sizes."""
    drawn = random.Random(4)
    for contig in PLACES:
        for position in sorted(drawn.sample(range(1, LENGTH[contig] - 9000), COUNT[contig])):
            yield contig, position, drawn.choice([1] * 40 + [2, 30, 600, 9000])


def vcf_lines():
    drawn = random.Random(5)
    yield "##fileformat=VCFv4.2"
    yield '##INFO=<ID=X,Number=1,Type=String,Description="Text that cannot be compressed">'
    for contig in CONTIGS:
        yield f"##contig=<ID={contig}>"
    yield "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
    for contig, position, length in records():
        text = "".join(drawn.choices("abcdefghijklmnopqrstuvwxyz", k=200))
        yield f"{contig}\t{position}\t.\t{'A' * length}\tT\t.\tPASS\tX={text}"


@dataclass(frozen=True)
class Indexed:
    """A file, its index, and where each record stands: contig, first, last, virtual offset."""

    path: str
    records: list[tuple[str, int, int, int]]

    def index(self):
        return read_index(find_index(self.path), self.path, CONTIGS)


def block_starts(path):
    """Give place in the text and place in the file of each block, by walking over them."""
    raw, at, text = path.read_bytes(), 0, 0
    while at < len(raw):
        size = struct.unpack_from("<H", raw, at + 16)[0] + 1
        yield text, at
        text += struct.unpack_from("<I", raw, at + size - 4)[0]
        at += size


def record_ends(path):
    """Give the places in the text where records begin."""
    text = gzip.decompress(path.read_bytes())
    if path.suffix == ".bcf":
        at = 9 + struct.unpack_from("<I", text, 5)[0]
        while at < len(text):
            yield at
            at += 8 + sum(struct.unpack_from("<II", text, at))
    else:
        at = 0
        for line in text.split(b"\n")[:-1]:
            if not line.startswith(b"#"):
                yield at
            at += len(line) + 1


def with_places(path):
    """Join the records to their virtual offsets."""
    blocks = list(block_starts(path))
    found = []
    for (contig, position, length), at in zip(records(), record_ends(path), strict=True):
        text, place = blocks[bisect_right(blocks, (at, 2**62)) - 1]
        found.append((contig, position, position + length - 1, place << 16 | at - text))
    return Indexed(str(path), found)


@pytest.fixture(scope="module", params=KINDS)
def fx_indexed(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    plain = folder / "x.vcf"
    plain.write_text("\n".join(vcf_lines()) + "\n")
    path = folder / "x.vcf.gz"
    pysam.tabix_compress(str(plain), str(path))
    if request.param == "bcf":
        path = folder / "x.bcf"
        with (
            pysam.VariantFile(str(plain)) as source,
            pysam.VariantFile(str(path), "wb", header=source.header) as out,
        ):
            for record in source:
                out.write(record)
        pysam.tabix_index(str(path), preset="bcf")
    else:
        pysam.tabix_index(str(path), preset="vcf", csi=request.param == "csi")
    return with_places(path)


def wanted(*regions):
    return tuple(Interval(*region) for region in regions)


def overlapping(indexed, regions):
    return {
        offset for contig, first, last, offset in indexed.records
        if any(r.contig == contig and r.first <= last and first <= r.last for r in regions)
    }  # fmt: skip


def inside(indexed, stretches):
    return {
        offset for *_, offset in indexed.records
        if any(begin <= offset < end for begin, end in stretches)
    }  # fmt: skip


REGION = st.sampled_from(PLACES).flatmap(
    lambda contig: st.tuples(
        st.just(contig), st.integers(1, LENGTH[contig]), st.sampled_from([1, 2000, 10**5, 10**7])
    )
)


@settings(max_examples=60)
@given(asked=st.lists(REGION, max_size=6))
def test_stretches_hold_every_record_of_the_regions(fx_indexed, asked):
    regions = wanted(*((contig, first, first + size - 1) for contig, first, size in asked))
    stretches = fx_indexed.index().stretches(regions).tolist()
    assert overlapping(fx_indexed, regions) <= inside(fx_indexed, stretches)
    assert all(begin < end for begin, end in stretches)
    assert all(a[1] < b[0] for a, b in pairwise(stretches))


def test_stretches_hold_little_else(fx_indexed):
    """A point costs the records of its 16 kb window, and a few that lie in wider bins."""
    index = fx_indexed.index()
    for contig, first, _, _ in fx_indexed.records[::61]:
        found = inside(fx_indexed, index.stretches(wanted((contig, first, first))).tolist())
        near = {
            offset for name, position, _, offset in fx_indexed.records
            if name == contig and abs(position - first) < 2**14 + 9000
        }  # fmt: skip
        assert len(found - near) <= 8


def test_everything(fx_indexed):
    regions = wanted(*((contig, 1, 2**31 - 2) for contig in CONTIGS))
    stretches = fx_indexed.index().stretches(regions).tolist()
    assert len(inside(fx_indexed, stretches)) == sum(COUNT.values())
    assert fx_indexed.index().stretches(()).shape == (0, 2)
    assert fx_indexed.index().stretches(wanted(("chrEmpty", 1, 9), ("chr9", 1, 9))).shape == (0, 2)


def test_contigs_in_the_order_of_the_file(fx_indexed):
    index = fx_indexed.index()
    order = [c for c in CONTIGS if c in PLACES] if index.of_bcf else list(PLACES)
    assert list(index.contigs) == list(PLACES)
    assert sorted(order) == sorted(PLACES)
    assert index.of_bcf == fx_indexed.path.endswith(".bcf")


# --- indexes that are no good ---------------------------------------------------------------------


def fault(indexed, index):
    with pytest.raises(BrokenIndexError) as caught:
        read_index(index, indexed.path, CONTIGS)
    return str(caught.value)


def unpacked(indexed):
    return gzip.decompress(find_index(indexed.path).read_bytes())


def test_an_index_cut_off_within(fx_indexed, tmp_path):
    """Inflated, cut, and deflated again; the last 8 bytes of an index may be absent."""
    raw = unpacked(fx_indexed)
    place = tmp_path / "cut"
    steps = [*range(0, 200, 3), *range(200, len(raw) - 9, len(raw) // 30), len(raw) - 9]
    for n in steps:
        place.write_bytes(gzip.compress(raw[:n], 1, mtime=0))
        said = "it is neither a .tbi nor a .csi" if n == 0 else "it is cut off"
        assert fault(fx_indexed, place) in (said, "it is cut off")
    place.write_bytes(gzip.compress(raw[:-8], 1, mtime=0))
    assert list(read_index(place, fx_indexed.path, CONTIGS).contigs) == list(PLACES)


def test_an_index_cut_off_outside(fx_indexed, tmp_path):
    packed = find_index(fx_indexed.path).read_bytes()
    place = tmp_path / "cut"
    for n in (1, 20, len(packed) // 2, len(packed) - 40):
        place.write_bytes(packed[:n])
        assert fault(fx_indexed, place)


@given(at=st.floats(0, 1, exclude_max=True), value=st.integers(0, 255))
def test_a_changed_byte_never_escapes(fx_indexed, tmp_path_factory, at, value):
    """It is read, and still leads somewhere, or is refused; nothing else happens."""
    raw = bytearray(unpacked(fx_indexed))
    # Half of the examples change the head, where the lengths are.
    raw[int(at * 2 * min(400, len(raw)) if at < 0.5 else at * len(raw))] = value
    place = tmp_path_factory.getbasetemp() / "changed"
    place.write_bytes(gzip.compress(bytes(raw), 1, mtime=0))
    with suppress(BrokenIndexError):
        index = read_index(place, fx_indexed.path, CONTIGS)
        index.stretches(wanted(("chr1", 1, 10**8), ("chrM", 5, 5)))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", ""),
        (b"TBI\x01 not packed", "Not a gzipped file"),
        (gzip.compress(b"BAI\x01" + bytes(40), mtime=0), "it is neither a .tbi nor a .csi"),
        (gzip.compress(b"TBI\x01" + struct.pack("<8i", 1, 0, 1, 2, 0, 35, 0, 2) + b"1\0", mtime=0),
         "it is not the index of a VCF"),
        (gzip.compress(b"TBI\x01" + struct.pack("<8i", 2, 2, 1, 2, 0, 35, 0, 2) + b"1\0" + bytes(9), mtime=0),
         "it has 2 contigs and 1 names"),
        (gzip.compress(b"TBI\x01" + struct.pack("<i", -1), mtime=0), "it is cut off"),
        (gzip.compress(b"CSI\x01" + struct.pack("<4i", 40, 5, 0, 0), mtime=0), "its bins have no size"),
        (gzip.compress(b"CSI\x01" + struct.pack("<4i", 14, 5, 0, 2**31 - 1), mtime=0), "it is cut off"),
        (gzip.compress(b"CSI\x01" + struct.pack("<4i", 14, 5, 0, 1) + struct.pack("<iIQi", 1, 40000, 0, 1)
                       + bytes(16), mtime=0), "its bins make no sense"),
    ],
    ids=["empty", "no gzip", "BAI", "BED", "names", "negative", "size", "many", "bin"],
)  # fmt: skip
def test_indexes_that_are_none(fx_indexed, tmp_path, content, message):
    place = tmp_path / "x.tbi"
    place.write_bytes(content)
    assert fault(fx_indexed, place).startswith(message)


def test_an_index_of_another_file(fx_indexed, tmp_path):
    """Of the beginning of a file, of a longer one, of one whose blocks stand elsewhere."""
    raw, own = Path(fx_indexed.path).read_bytes(), find_index(fx_indexed.path)
    cases = {
        "it ends at byte .*, and the file has ": raw[:-28] + raw[len(raw) // 2 :],
        "it points to byte .*, and the file has ": raw[: len(raw) // 2],
        "no block of the file begins at byte ": raw[:100] + raw,
    }
    for message, content in cases.items():
        other = tmp_path / "other"
        other.write_bytes(content)
        with pytest.raises(BrokenIndexError, match=message):
            read_index(own, str(other), CONTIGS)


def test_where_an_index_is_looked_for(tmp_path):
    path = tmp_path / "x.vcf.gz"
    assert find_index(str(path)) is None
    (tmp_path / "x.vcf.gz.tbi").touch()
    assert find_index(str(path)).name == "x.vcf.gz.tbi"
    (tmp_path / "x.vcf.gz.csi").touch()
    assert find_index(str(path)).name == "x.vcf.gz.csi"


@pytest.mark.parametrize(("age", "stale"), [(-1, True), (0, False), (0.4, False), (60, False)])
def test_stale(tmp_path, age, stale):
    path, index = tmp_path / "x", tmp_path / "x.tbi"
    for place, when in ((path, 1000.5), (index, 1000.5 + age)):
        place.touch()
        os.utime(place, (when, when))
    assert is_stale(index, str(path)) is stale
