"""Regions as users type them, BED files, and the records that they give."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import genes
from raredx.errors import InputError, SettingsError
from raredx.readers.regions import (
    WHOLE_CONTIG,
    Interval,
    fit_to_chromosomes,
    fit_to_file,
    in_every_naming,
    intersect,
    join_near,
    read_bed,
    read_region,
)
from vcf_files import compress, csq, read_file, vcf_text

MEND = "Write contig:first-last, 1-based."


@pytest.mark.parametrize(
    ("text", "contig", "first", "last"),
    [
        ("chr7", "chr7", 1, WHOLE_CONTIG),
        ("7:100-200", "7", 100, 200),
        ("7:117,480,025-117,668,665", "7", 117480025, 117668665),
        ("chrX:5", "chrX", 5, 5),
        ("chrX:5-", "chrX", 5, WHOLE_CONTIG),
        (" MT:1-10 ", "MT", 1, 10),
        ("HLA-A*01:01:01:01:5-9", "HLA-A*01:01:01:01", 5, 9),
    ],
)
def test_regions(text, contig, first, last):
    assert read_region(text) == Interval(contig, first, last)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", f": not a region\n  {MEND}"),
        ("chr7:9-5", "chr7:9-5: the region ends before it begins\n  Write contig:first-last."),
    ],
)
def test_regions_that_are_none(text, message):
    with pytest.raises(SettingsError) as caught:
        read_region(text)
    assert str(caught.value).removeprefix(": ") == message.removeprefix(": ")
    assert caught.value.exit_code == 2


def test_bed_counts_from_zero(tmp_path):
    path = tmp_path / "x.bed"
    path.write_text("# remark\ntrack name=x\nbrowser y\n\nchr7\t99\t200\tCFTR\nX 0 5\r\n")
    assert read_bed(path) == [Interval("chr7", 100, 200), Interval("X", 1, 5)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("chr7\t5\n", "x.bed:1: not a BED line\n  Give contig, start and end."),
        ("#\nchr7\tfive\t6\n", "x.bed:2: not a BED line\n  Give contig, start and end."),
        ("chr7\t6\t6\n", "x.bed:1: the region ends before it begins"),
        ("# none\n", "x.bed: no region\n  Give contig, start and end on each line."),
        (b"\xff\xfe", "x.bed: not a text file"),
        (None, "x.bed: No such file or directory"),
    ],
)
def test_bed_files_that_are_refused(tmp_path, text, message):
    path = tmp_path / "x.bed"
    if text is not None:
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(InputError) as caught:
        read_bed(path)
    assert str(caught.value).replace(f"{tmp_path}/", "") == message


CONTIGS = ["chr1", "chr2", "chrX", "chrM", "chrUn_1"]


@pytest.mark.parametrize(
    ("asked", "fitted"),
    [
        ("2:5-9 1:7-8", "chr1:7-8 chr2:5-9"),  # order of the file
        ("1:5-9 chr1:8-20", "chr1:5-20"),  # overlap
        ("1:5-9 1:10-20", "chr1:5-20"),  # touch
        ("1:5-9 1:11-20", "chr1:5-9 chr1:11-20"),
        ("1:5-90 1:7-8", "chr1:5-90"),  # one in the other
        ("MT:1-5 x:2-3", "chrX:2-3 chrM:1-5"),
        ("chrUn_1:3-4", "chrUn_1:3-4"),
        ("1:5-9 7:1-2", "chr1:5-9"),  # one contig of two is in the file
    ],
)
def test_fitted_to_the_file(asked, fitted):
    found = fit_to_file([read_region(r) for r in asked.split()], CONTIGS, where="x.vcf")
    assert [f"{i.contig}:{i.first}-{i.last}" for i in found] == fitted.split()


def test_no_contig_of_the_file():
    with pytest.raises(SettingsError) as caught:
        fit_to_file([Interval("7", 1, 2)], CONTIGS, where="x.vcf")
    assert str(caught.value) == "x.vcf: no contig 7 (it has chr1, chr2, chrX, chrM, …)"


def listed(text):
    return [read_region(r) for r in text.split()]


def written(regions):
    return " ".join(f"{i.contig}:{i.first}-{i.last}" for i in regions)


@pytest.mark.parametrize(
    ("regions", "gap", "joined"),
    [
        ("1:5-9 1:10-20", 0, "1:5-20"),
        ("1:5-9 1:11-20", 0, "1:5-9 1:11-20"),
        ("1:5-9 1:11-20", 1, "1:5-20"),
        ("1:5-9 1:8-20", 0, "1:5-20"),
        ("1:5-90 1:7-8 1:95-99", 4, "1:5-99"),
        ("1:5-9 2:10-20", 99, "1:5-9 2:10-20"),
        ("", 5, ""),
    ],
)
def test_joined_where_near(regions, gap, joined):
    assert written(join_near(listed(regions), gap)) == joined


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("1:5-9", "1:8-20", "1:8-9"),
        ("1:5-90", "1:8-20 1:30-40 1:90-99", "1:8-20 1:30-40 1:90-90"),
        ("1:5-9 1:15-19 2:1-4", "1:9-15", "1:9-9 1:15-15"),
        ("1:5-9", "1:10-20", ""),
        ("1:5-9", "2:5-9", ""),
        ("2:5-9 1:5-9", "1:5-9 2:5-9", "2:5-9 1:5-9"),  # order of the first
        ("", "1:5-9", ""),
    ],
)
def test_what_lies_in_both(one, other, both):
    assert written(intersect(listed(one), listed(other))) == both


SPANS = st.lists(
    st.tuples(st.sampled_from("12"), st.integers(1, 40), st.integers(0, 9)), max_size=9
)


def bases(regions):
    return {(r.contig, base) for r in regions for base in range(r.first, r.last + 1)}


@given(one=SPANS, other=SPANS, gap=st.integers(0, 6))
def test_against_sets_of_bases(one, other, gap):
    a, b = (
        fit_to_chromosomes(Interval(contig, first, first + more) for contig, first, more in spans)
        for spans in (one, other)
    )
    assert bases(a) == {(c, base) for c, f, more in one for base in range(f, f + more + 1)}
    assert all(x.contig != y.contig or x.last + 1 < y.first for x, y in pairwise(a))
    assert bases(intersect(a, b)) == bases(a) & bases(b)
    joined = join_near(a, gap)
    assert bases(joined) >= bases(a)
    assert all(x.contig != y.contig or x.last + gap + 1 < y.first for x, y in pairwise(joined))
    assert {r.first for r in joined} <= {r.first for r in a}
    assert {r.last for r in joined} <= {r.last for r in a}


def test_chromosomes_in_their_order():
    found = fit_to_chromosomes(listed("chrM:1-5 X:2-3 chrUn_1:7-8 chr2:5-9 2:8-12 chr10:1-2"))
    assert written(found) == "2:5-12 10:1-2 X:2-3 MT:1-5 chrUn_1:7-8"


def test_every_name_that_a_file_may_use():
    found = in_every_naming(listed("2:5-9 MT:1-5 chrUn_1:7-8"))
    assert written(found) == "2:5-9 chr2:5-9 MT:1-5 M:1-5 chrM:1-5 chrMT:1-5 chrUn_1:7-8"


@pytest.fixture(scope="module")
def fx_indexed(tmp_path_factory):
    """Records at 100, 150 (a deletion to 160), 200 and 300 of chr7, and one on chr8."""
    path = tmp_path_factory.mktemp("regions") / "x.vcf"
    places = [("chr7", 100, "A"), ("chr7", 150, "ACGTACGTACG"), ("chr7", 200, "A"),
              ("chr7", 300, "A"), ("chr8", 100, "A")]  # fmt: skip
    records = [
        f"{chrom} {pos} {ref} {'T' if len(ref) == 1 else 'A'} "
        f"CSQ={csq(Allele='T' if len(ref) == 1 else '-')} GT 0/1"
        for chrom, pos, ref in places
    ]
    path.write_text(vcf_text(records=records))
    return compress(path)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("7", "100 150 200 300"),
        ("7:100-200 8", "100 150 200 100"),
        ("7:155-200", "150 200"),  # a deletion that reaches in
        ("7:100-155 7:158-300", "100 150 200 300"),  # reached from two regions, given once
        ("7:100-150 7:155 7:160", "100 150"),
        ("8 7:300", "300 100"),
        ("7:400-500", ""),
    ],
)
def test_each_record_of_the_regions_once(fx_indexed, asked, found):
    regions = fit_to_file([read_region(r) for r in asked.split()], ["chr7", "chr8"], where="x.vcf")
    read = read_file(fx_indexed, table=genes(), regions=tuple(regions))
    assert read.batch["position"].tolist() == [int(p) for p in found.split()]
    assert read.counts.records == len(found.split())
