"""The stream: the same columns for any batch size, and every broken file in one line."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from builders import genes
from raredx.columns.batch import VARIANT_COLUMNS, TranscriptColumns
from raredx.errors import InputError
from raredx.readers.htslib import catch_messages
from raredx.readers.vcf_file import VcfFile
from vcf_files import OPEN, compress, csq, read_file, vcf_text

N = 60


@pytest.fixture(scope="module")
def fx_many(tmp_path_factory):
    """Sixty records of one to three alleles with none to three entries each."""
    made = []
    for n in range(N):
        alts = ["T", "T,G", "T,*,G", "C"][n % 4]
        entries = [csq(Allele=a, Feature=f"E{n}{k}") for a in alts.split(",") for k in range(n % 3 + 1)]  # fmt: skip
        call = ["0/1", "1/2", "1/3", "./1"][n % 4]
        made.append(f"chr{n // 10 + 1} {1000 + n} A {alts} CSQ={','.join(entries)} GT {call} 0/0")
    path = tmp_path_factory.mktemp("many") / "many.vcf"
    path.write_text(vcf_text(records=made, samples=("kid", "dad")))
    return path


def values(batch):
    """Every array of a batch, for comparison."""
    found = {c.name: batch[c.name] for c in VARIANT_COLUMNS}
    return found | {f.name: getattr(batch.transcripts, f.name) for f in fields(TranscriptColumns)}


@pytest.mark.parametrize("rows", [1, 2, 7, 10_000])
def test_batch_size_changes_nothing(fx_many, rows):
    whole = read_file(fx_many, table=genes(), keep_records=True)
    parts = read_file(fx_many, table=genes(), keep_records=True, batch_rows=rows)
    assert len(whole.batches) == 1
    assert len(whole.batch) == len(whole.batch.records) == 90
    expected, found = values(whole.batch), values(parts.batch)
    for name, array in expected.items():
        np.testing.assert_array_equal(found[name], array, err_msg=name)
    assert parts.batch.records == whole.batch.records
    assert parts.counts == whole.counts
    sizes = [len(batch) for batch in parts.batches]
    assert sum(sizes) == 90
    assert all(rows <= size <= rows + 1 for size in sizes[:-1])  # a site is never split


def test_arrays_cannot_be_written(fx_many):
    batch = read_file(fx_many, table=genes()).batch
    with pytest.raises(ValueError, match="read-only"):
        batch["position"][0] = 1


def test_sites_of_a_record(fx_many):
    batch = read_file(fx_many, table=genes(), keep_records=True).batch
    assert batch["site"][:7].tolist() == [0, 1, 1, 2, 2, 3, 4]
    assert batch["alt_index"][:7].tolist() == [1, 1, 2, 1, 3, 1, 1]
    assert batch["alt"][:7].tolist() == ["T", "T", "G", "T", "G", "C", "T"]
    assert batch["contig"][[0, -1]].tolist() == ["chr1", "chr6"]
    assert batch["contig_code"][[0, -1]].tolist() == [1, 6]
    assert batch.records[3] == batch.records[4]
    assert batch.records[3].split("\t")[:5] == ["chr1", "1002", ".", "A", "T,*,G"]


@pytest.mark.parametrize("suffix", [".vcf.gz", ".bcf"])
def test_every_format_gives_the_same(fx_many, tmp_path, suffix):
    import pysam  # noqa: PLC0415

    target = tmp_path / f"many{suffix}"
    mode = {".vcf.gz": "wz", ".bcf": "wb"}[suffix]
    with (
        pysam.VariantFile(str(fx_many)) as source,
        pysam.VariantFile(str(target), mode, header=source.header) as out,
    ):
        for record in source:
            out.write(record)
    expected, found = (values(read_file(p, table=genes()).batch) for p in (fx_many, target))
    for name, array in expected.items():
        np.testing.assert_array_equal(found[name], array, err_msg=name)


def test_filters(fx_batch):
    entry = csq()
    read = fx_batch(
        f"chr7 1 A T CSQ={entry} GT 0/1", f"chr7 2 A T;. CSQ={entry} GT 0/1",
        f"chr7 3 A T;LowQual CSQ={entry} GT 0/1", f"chr7 4 A T,G;LowQual CSQ={entry} GT 0/1",
    )  # fmt: skip
    assert read.batch["filters"].tolist() == ["PASS", "."]
    assert read.batch["filter_outcome"].tolist() == [1, -1]
    assert read.counts.unfiltered_records == 1
    assert (read.counts.records, read.counts.failed["filter"]) == (4, 3)


def test_contigs_in_every_spelling(fx_batch):
    names = ["1", "chr22", "X", "chrY", "MT", "chrM", "chrUn_KI270302v1", "HLA-A"]
    contigs = [f"##contig=<ID={name}>" for name in names]
    read = fx_batch(*(f"{name} 5 A T CSQ={csq()} GT 0/1" for name in names), contigs=contigs)
    assert read.batch["contig"].tolist() == names
    assert read.batch["contig_code"].tolist() == [1, 22, 23, 24, 25, 25, 0, 0]


def test_lower_case_alleles(fx_batch):
    """An alignment in lower case is the same allele."""
    read = fx_batch(f"chr7 5 a t CSQ={csq(Allele='T')} GT 0/1", f"chr7 6 a t CSQ={csq(Allele='t')} GT 0/1")  # fmt: skip
    assert read.batch["position"].tolist() == [5, 6]


# --- files that cannot be read -------------------------------------------------------------------

CHECK = "Check that the file is complete and a valid VCF."


def refuse(path):
    """Read a file that must be refused; give the message."""
    with pytest.raises(InputError) as caught:
        read_file(path, table=genes())
    assert caught.value.exit_code == 3
    return str(caught.value)


def good_records(n=3):
    return [f"chr7 {k + 1} A T CSQ={csq()} GT 0/1" for k in range(n)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "x.vcf: the file is empty\n  Give a VCF with variants."),
        (b"hello\n", f"x.vcf: cannot be read: not a VCF or BCF file\n  {CHECK}"),
        (
            b"version https://git-lfs.github.com/spec/v1\n",
            "x.vcf: a Git LFS pointer, not the file itself\n  Run `git lfs pull`.",
        ),
        (vcf_text(records=[]).encode(), "x.vcf: holds no variant records\n  Give a VCF with variants."),
        (
            vcf_text(records=good_records()).replace("chr7\t1\t", "chr7\tone\t").encode(),
            "x.vcf: cannot be read at the first record: Could not parse the position 'one'\n"
            f"  {CHECK}",
        ),
        (
            vcf_text(records=good_records()).replace("chr7\t3\t", "chr7\tthree\t").encode(),
            f"x.vcf: cannot be read after 2 records: Could not parse the position 'three'\n  {CHECK}",
        ),
        (
            (vcf_text(records=good_records(2)) + "chr7\t3\t.\tA\n").encode(),
            None,  # htslib's words differ between versions
        ),
    ],
    ids=["empty", "no VCF", "LFS", "no records", "first record", "third record", "cut line"],
)  # fmt: skip
def test_broken_files(tmp_path, content, message):
    path = tmp_path / "x.vcf"
    path.write_bytes(content)
    said = refuse(path)
    if message is None:
        assert said.startswith("x.vcf: cannot be read after 2 records: ")
    else:
        assert said == message


def test_a_folder_and_a_missing_file(tmp_path):
    assert refuse(tmp_path) == f"{tmp_path.name}: Is a directory\n  Check the path."
    assert refuse(tmp_path / "no.vcf") == "no.vcf: No such file or directory\n  Check the path."


@pytest.fixture
def fx_big(tmp_path):
    """A compressed file of several blocks."""
    path = tmp_path / "big.vcf"
    path.write_text(vcf_text(records=good_records(20_000)))
    return compress(path)


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
def test_truncated_files(fx_big, kept):
    raw = fx_big.read_bytes()
    fx_big.write_bytes(raw[: int(len(raw) * kept)])
    assert refuse(fx_big) == (
        "big.vcf.gz: truncated: the end-of-file block is missing\n  Copy or make the file again."
    )


def test_a_damaged_block_is_told(fx_big):
    """The ends are whole, and the middle is not."""
    raw = bytearray(fx_big.read_bytes())
    middle = len(raw) // 2
    raw[middle : middle + 2000] = bytes(2000)
    fx_big.write_bytes(raw)
    said = refuse(fx_big)
    assert said.startswith("big.vcf.gz: cannot be read after ")
    assert len(said.splitlines()) == 2


def test_plain_gzip_cut_off(tmp_path):
    """gzip, not bgzip: there is no end block to look for, but the records stop in the middle."""
    import gzip  # noqa: PLC0415

    path = tmp_path / "x.vcf.gz"
    raw = gzip.compress(vcf_text(records=good_records(20_000)).encode(), mtime=0)
    path.write_bytes(raw[: len(raw) // 2])
    assert refuse(path).startswith("x.vcf.gz: cannot be read")


def test_regions_without_an_index(tmp_path):
    path = tmp_path / "x.vcf"
    path.write_text(vcf_text(records=good_records()))
    with catch_messages() as messages:
        for target in (path, compress(path, index=False)):
            file = VcfFile(str(target), target.name, messages)
            with pytest.raises(InputError) as caught:
                file.check_index()
            assert str(caught.value) == (
                f"{target.name}: regions need an index (.tbi or .csi), and there is none\n"
                "  Compress with bgzip and index with `tabix -p vcf` or `bcftools index`."
            )
        VcfFile(str(compress(path)), "x", messages).check_index()


def test_the_open_gate_is_open(fx_many):
    """The helper of these tests drops nothing that was called."""
    read = read_file(fx_many, table=genes(), gate=OPEN)
    assert read.counts.records == N
    assert sum(read.counts.failed.values()) + sum(read.counts.unassessable.values()) == 0


@pytest.mark.parametrize("name", ["improperly_formatted.vcf", "test_vcf.vcf", "cosmic.vcf.gz"])
def test_real_broken_files(fx_shared, name):
    said = refuse(Path(fx_shared) / "data" / "broken" / name)
    assert said.startswith(f"{name}: cannot be read")
    assert said.endswith(CHECK)
