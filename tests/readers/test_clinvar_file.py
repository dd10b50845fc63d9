"""A user's ClinVar file: the same rows from every packing, old spellings, and what is refused."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pysam
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raredx.errors import InputError
from raredx.readers import clinvar_file, clinvar_lines
from raredx.readers.clinvar_file import read_clinvar_file
from raredx.readers.clinvar_lines import ClinvarScan, Reported, read_record
from raredx.readers.reported_kinds import reported_kind
from raredx.vocabulary import Assembly, ClinvarClass, ReportedKind

G37, G38 = Assembly.GRCH37, Assembly.GRCH38
HEADER = (
    "##fileformat=VCFv4.1",
    "##fileDate=2025-03-09",
    "##source=ClinVar",
    "##reference=GRCh38",
    '##INFO=<ID=CLNREVSTAT,Number=.,Type=String,Description="review status">',
    '##INFO=<ID=CLNSIG,Number=.,Type=String,Description="significance">',
    '##INFO=<ID=MC,Number=.,Type=String,Description="consequence">',
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO",
)
TWO_STARS = "criteria_provided,_multiple_submitters,_no_conflicts"
MISSENSE = "SO:0001583|missense_variant"
RECORDS = (
    f"1\t100\t11\tC\tT\t.\t.\tALLELEID=9;CLNREVSTAT={TWO_STARS};CLNSIG=Pathogenic;MC={MISSENSE}",
    f"1\t200\t12\tCA\tC\t.\t.\tCLNREVSTAT=no_assertion_criteria_provided;CLNSIG=Benign;MC={MISSENSE}",
    "2\t50\t13\tG\tA\t.\t.\tCLNSIG=Conflicting_interpretations_of_pathogenicity;CLNREVSTAT=.;MC=.",
    "NT_187661.1\t7\t14\tG\tA\t.\t.\tCLNSIG=Pathogenic",
    "X\t5000\t15\tG\tA\t.\t.\tCLNSIG=Pathogenic,_low_penetrance|association;CLNREVSTAT=practice_guideline",
    "MT\t3243\t9589\tA\tG\t.\t.\tCLNREVSTAT=reviewed_by_expert_panel;CLNSIG=Likely_pathogenic",
)
EVERYWHERE = tuple((code, 1, 300_000_000) for code in range(1, 26))


def vcf(records=RECORDS, header=HEADER, *, prefix="", end="\n"):
    lines = [*header, *(f"{prefix}{record}" for record in records)]
    return (end.join(lines) + end).encode()


def write(folder: Path, how: str, text: bytes) -> Path:
    """Write a file plain, as gzip, as BGZF, or as BGZF with an index of either kind."""
    path = folder / ("clinvar.vcf" if how == "plain" else "clinvar.vcf.gz")
    if how == "plain":
        path.write_bytes(text)
    elif how == "gzip":
        path.write_bytes(gzip.compress(text, mtime=0))
    else:
        with pysam.BGZFile(str(path), "wb") as out:
            out.write(text)
        if how != "bgzf":
            pysam.tabix_index(str(path), preset="vcf", csi=how == "csi", force=True)
    return path


def rows(table):
    names = ("contig", "position", "ref", "alt", "clinvar_class", "stars", "kind", "variation")
    columns = [getattr(table, name) for name in names]
    return [
        tuple(cell if isinstance(cell, str) else int(cell) for cell in row)
        for row in zip(*columns, strict=True)
    ]


C, K = ClinvarClass, ReportedKind
EXPECTED = [
    (1, 100, "C", "T", C.PATHOGENIC, 2, K.MISSENSE, 11),
    (1, 200, "CA", "C", C.BENIGN, 0, K.MISSENSE, 12),
    (2, 50, "G", "A", C.CONFLICTING, -1, K.OTHER, 13),
    (23, 5000, "G", "A", C.PATHOGENIC, 4, K.OTHER, 15),
    (25, 3243, "A", "G", C.LIKELY_PATHOGENIC, 3, K.OTHER, 9589),
]


@pytest.mark.parametrize("how", ["plain", "gzip", "bgzf", "tbi", "csi"])
@pytest.mark.parametrize("prefix", ["", "chr"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_same_rows_from_every_packing(tmp_path, how, prefix, end):
    path = write(tmp_path, how, vcf(prefix=prefix, end=end))
    table = read_clinvar_file(path, G38, EVERYWHERE)
    assert rows(table) == EXPECTED
    assert (table.assembly, table.date, table.complete) == (G38, "2025-03-09", True)
    assert table.about == (f"ClinVar (NCBI), file {path}, release 2025-03-09, GRCh38",)


@pytest.mark.parametrize("how", ["plain", "tbi"])
@pytest.mark.parametrize(
    ("places", "positions"),
    [
        ([(1, 100, 100)], [100]),
        ([(1, 99, 99), (1, 101, 199)], []),
        ([(1, 150, 250), (1, 90, 160), (25, 3243, 3243)], [100, 200, 3243]),
        ([(2, 1, 49), (2, 51, 99), (3, 1, 999)], []),
        ([(0, 1, 999)], []),
        ([], []),
    ],
)
def test_only_rows_at_the_places(tmp_path, how, places, positions):
    table = read_clinvar_file(write(tmp_path, how, vcf()), G38, places)
    assert table.position.tolist() == positions


def big_text(n=3999):
    """Records of three contigs with unequal lines, some at one position."""
    made = []
    for number in range(n):
        contig, at = ("1", "2", "X")[number * 3 // n], number % (n // 3) // 2 * 40 + 1
        filler = "A" * (number * 7 % 90)
        made.append(f"{contig}\t{at}\t{number}\tC\tT\t.\t.\tCLNDN={filler};CLNSIG=Benign")
    return made


BIG = big_text()
BIG_ROWS = [row for line in BIG for row in read_record(line)]


@pytest.fixture(scope="module")
def fx_big(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clinvar")
    return {how: write(folder, how, vcf(BIG)) for how in ("plain", "tbi")}


PLACE = st.tuples(st.sampled_from([1, 2, 23, 7]), st.integers(1, 30_000), st.integers(0, 3000))


@given(st.lists(PLACE, min_size=1, max_size=6), st.sampled_from([1, 1000, 1 << 22]))
def test_index_and_scan_agree_with_line_by_line(fx_big, places, size):
    """The twin reads every record and asks whether it lies in a place."""
    asked = [(code, first, first + length) for code, first, length in places]
    wanted = [
        tuple(row)
        for row in BIG_ROWS
        if any(row.contig == c and first <= row.position <= last for c, first, last in asked)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clinvar_file, "_CHUNK_BYTES", size)
        patch.setattr("raredx.readers.jumps.SIEVE_SECONDS_PER_BYTE", 1.0)
        for path in fx_big.values():
            assert rows(read_clinvar_file(path, G38, asked)) == sorted(wanted)


def test_an_index_is_used_where_it_helps(fx_big, monkeypatch):
    def refuse(*_):
        raise AssertionError("the whole file was read")

    path = fx_big["tbi"]
    told = clinvar_file._beginning(path)
    monkeypatch.setattr(clinvar_file, "_beginning", lambda _: told)
    monkeypatch.setattr(clinvar_file, "_text", refuse)
    monkeypatch.setattr("raredx.readers.jumps.SIEVE_SECONDS_PER_BYTE", 1.0)
    assert len(read_clinvar_file(path, G38, [(2, 1, 100)]).position) == 6


def test_a_stale_index_is_not_used(tmp_path):
    path = write(tmp_path, "tbi", vcf(RECORDS[:2]))
    with pysam.BGZFile(str(path), "wb") as out:
        out.write(vcf())
    os.utime(f"{path}.tbi", (1, 1))
    assert rows(read_clinvar_file(path, G38, EVERYWHERE)) == EXPECTED


def test_only_pathogenic_rows_are_not_complete(tmp_path):
    """Then nothing can be said of benign variants, as in the bundled table."""
    path = write(tmp_path, "plain", vcf(RECORDS[:1]))
    assert not read_clinvar_file(path, G38, EVERYWHERE).complete


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        ("CLNSIG=5;CLNREVSTAT=single;CLNALLE=1", [("T", C.PATHOGENIC, 1)]),
        ("CLNSIG=5|2;CLNREVSTAT=mult|single;CLNALLE=1", [("T", C.CONFLICTING, 2)]),
        (
            "CLNSIG=2,5;CLNREVSTAT=single,exp;CLNALLE=2,1",
            [("G", C.BENIGN, 1), ("T", C.PATHOGENIC, 3)],
        ),
        ("CLNSIG=5,2;CLNREVSTAT=exp,single;CLNALLE=0,1", [("T", C.BENIGN, 1)]),
        ("CLNSIG=5;CLNREVSTAT=exp;CLNALLE=-1", []),
        ("CLNSIG=255;CLNREVSTAT=no_criteria;CLNALLE=1", [("T", C.OTHER, 0)]),
    ],
    ids=["one", "two submissions", "two alleles", "REF and ALT", "no allele", "other"],
)
def test_numeric_codes_of_old_files(info, expected):
    found = read_record(f"1\t5\trs9\tC\tT,G\t.\t.\t{info}")
    assert [(row.alt, row.clinvar_class, row.stars) for row in found] == expected
    assert {row.variation for row in found} <= {0}


@pytest.mark.parametrize(
    ("flags", "kind"),
    [("NSM", K.MISSENSE), ("NSF;NSM", K.LOSS), ("ASS", K.SPLICE_SITE), ("SYN", K.SYNONYMOUS)],
)
def test_flags_of_old_files(flags, kind):
    (row,) = read_record(f"1\t5\trs9\tC\tT\t.\t.\tRS=1;{flags};CLNSIG=5")
    assert row.kind == kind


@pytest.mark.parametrize(
    "record",
    [
        "1\t5\t.\tC\tT\t.\t.\t.",
        "1\t5\t.\tC\tT\t.\t.\tCLNSIG=.;CLNREVSTAT=.;MC=.",
        "1\t5\t.\tC\tT\t.\t.\tONC=Oncogenic;CLNSIGINCL=9:Pathogenic",
        "1\t5\t.\tC\t.\t.\t.\tCLNSIG=Benign",
        "1\t5\t.\tC\t<DEL>\t.\t.\tCLNSIG=Benign",
        "1\t5\t.\tC\t*\t.\t.\tCLNSIG=Benign",
    ],
)
def test_what_reports_no_allele_gives_no_row(record):
    assert read_record(record) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("SO:0001587|nonsense", K.LOSS),
        ("SO:0001589|frameshift_variant,SO:0001575|splice_donor_variant", K.LOSS),
        ("SO:0001582|initiator_codon_variant,SO:0001583|missense_variant", K.LOSS),
        ("SO:0001583|missense_variant,SO:0001574|splice_acceptor_variant", K.SPLICE_SITE),
        ("SO:0001627|intron_variant,SO:0001583|missense_variant", K.MISSENSE),
        ("SO:0001820|inframe_indel,SO:0001819|synonymous_variant", K.IN_FRAME),
        ("SO:0001819|synonymous_variant,SO:0001627|intron_variant", K.SYNONYMOUS),
        ("SO:0001627|intron_variant", K.OTHER),
        ("SO:0001578|stop_lost", K.OTHER),
        ("stop_gained", K.LOSS),
        ("SO:0001583", K.MISSENSE),
        ("", K.OTHER),
    ],
)
def test_the_strongest_consequence_counts(text, kind):
    assert reported_kind(text) == kind


def replaced(line, text):
    """Give the header with another text for a line, or without it."""
    return tuple(filter(None, (text if known.startswith(line) else known for known in HEADER)))


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (replaced("##reference", "##reference=GRCh38.p14"), G38),
        (replaced("##reference", "##reference=file:///ref/hg38.fa"), G38),
        (replaced("##reference", "##contig=<ID=chr1,length=248956422>"), G38),
        (replaced("##reference", "##reference=GRCh37.p13"), G37),
        (replaced("##reference", "##contig=<ID=1,assembly=b37,length=249250621>"), G37),
    ],
)
def test_the_assembly_is_told_and_held_against_the_variants(tmp_path, header, told):
    path = write(tmp_path, "plain", vcf(header=header))
    assert read_clinvar_file(path, told, EVERYWHERE).assembly is told
    other = G37 if told is G38 else G38
    with pytest.raises(InputError) as caught:
        read_clinvar_file(path, other, EVERYWHERE)
    assert caught.value.where == str(path)
    assert f"this ClinVar file is of {told} (" in caught.value.what
    assert caught.value.what.endswith(f", and the variants of {other}")
    assert caught.value.mend.startswith(f"Give the ClinVar file of {other}; ClinVar's files are at")


UNSORTED = (RECORDS[1], RECORDS[0])
SPLIT = (RECORDS[0], RECORDS[2], RECORDS[1])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (vcf(header=replaced("##reference", "")), "the assembly cannot be told: no ##reference"),
        (
            vcf(header=("##contig=<ID=1,length=249250621>", *HEADER)),
            "the header contradicts itself: ##reference=GRCh38; 1 is 249250621 long",
        ),
        (vcf(header=replaced("##INFO=<ID=CLNSIG", "")), "declares no INFO field CLNSIG"),
        (vcf(header=HEADER[:-1]), "this is no VCF: it has no #CHROM line"),
        (b"", "this is no VCF: it has no #CHROM line"),
        (b"BCF\x02\x02" + bytes(90), "this is BCF"),
        (vcf(records=()), "the file has no records"),
        (vcf(records=("NC_000001.11" + RECORDS[0][1:],)), "no record lies on chromosomes 1 to 22"),
        (vcf(UNSORTED), ".vcf:10: the file is not sorted: position 100 stands after others"),
        (vcf(SPLIT), ".vcf:11: the file is not sorted: position 200 stands after others"),
        (vcf([RECORDS[0], "1\tabc\tx"]), "10: the line that begins with '1\\tabc\\tx' is damaged"),
        (vcf([RECORDS[0], "1\t170"]), ":10: the line that begins with '1\\t170' is damaged"),
        (vcf([RECORDS[0], "1\t99999999999\tx"]), "no contig and position at its beginning"),
        (vcf([RECORDS[0], "1\t170\t.\tC\tT"]), "is damaged: has 5 columns, not 8"),
    ],
)
def test_what_is_refused(tmp_path, text, message):
    path = write(tmp_path, "plain", text)
    with pytest.raises(InputError) as caught:
        read_clinvar_file(path, G38, EVERYWHERE)
    assert message in f"{caught.value.where}: {caught.value.what}"
    assert caught.value.mend


@pytest.mark.parametrize("how", ["gzip", "bgzf", "tbi"])
@pytest.mark.parametrize("cut", [9, 28, 300])
def test_a_file_that_is_cut_off_is_refused(tmp_path, how, cut):
    path = write(tmp_path, how, vcf(BIG))
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(InputError, match=r"clinvar\.vcf\.gz: (truncated|cannot be read|damaged)"):
        read_clinvar_file(path, G38, EVERYWHERE)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="No such file or directory"):
        read_clinvar_file(tmp_path / "none.vcf.gz", G38, EVERYWHERE)
    with pytest.raises(InputError, match="Is a directory"):
        read_clinvar_file(tmp_path, G38, EVERYWHERE)


def test_lines_with_long_names_are_passed_over():
    """A name that leaves no room for the position is taken apart by itself."""
    scan = ClinvarScan([(1, 1, 9)], "x", whole=True)
    scan.take(
        b"a_very_long_name_of_an_unplaced_contig\t7\t.\tC\tT\t.\t.\tCLNSIG=Benign\n"
        b"1\t5\t8\tC\tT\t.\t.\tCLNSIG=Benign"
    )
    assert [row.variation for row in scan.rows] == [8]
    assert scan.codes == {1}


def test_rows_are_named_as_the_table_is():
    assert Reported._fields == (
        "contig", "position", "ref", "alt", "clinvar_class", "stars", "kind", "variation",
    )  # fmt: skip
    assert clinvar_lines.merged_places([(0, 1, 5)]) == {}


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "assembly", "n_rows", "date"),
    [
        ("annotation/slices/clinvar_20161003.head.vcf.gz", G37, 135, "2016-10-04"),
        ("exome/clinvar-test.vcf.gz", G37, 1999, "2023-07-10"),
        ("annotation/clinvar/clinvar_20241215.PLP.ge2star.GRCh38.vcf.gz", G38, 72582, ""),
    ],
)
def test_real_files(fx_shared, name, assembly, n_rows, date):
    table = read_clinvar_file(fx_shared / "data" / name, assembly, EVERYWHERE)
    assert (len(table.position), table.date) == (n_rows, date)
    assert table.complete == ("PLP" not in name)
    assert set(table.clinvar_class.tolist()) <= set(range(1, 8))
    assert min(table.stars) >= 0
