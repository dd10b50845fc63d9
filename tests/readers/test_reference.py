"""Reference sequences: with an index and without, plain and compressed, and what differs."""

from __future__ import annotations

import gzip
import os
import shutil

import pysam
import pytest

from raredx.errors import InputError
from raredx.readers.reference import Reference, ReferenceComparison

SEQUENCES = {"chr1": "acgtNRACGT" * 30, "2": "TTTTT", "chrM": "GATC" * 5}


@pytest.fixture
def fx_fasta(tmp_path):
    path = tmp_path / "ref.fa"
    lines = []
    for name, bases in SEQUENCES.items():
        lines += [f">{name} about it", *(bases[k : k + 60] for k in range(0, len(bases), 60))]
    path.write_text("\n".join(lines) + "\n")
    return path


def with_index(path):
    pysam.faidx(str(path))
    return path


def bgzipped(path):
    target = path.with_name("ref.fa.gz")
    pysam.tabix_compress(str(path), str(target))
    return target


def bgzipped_with_index(path):
    return with_index(bgzipped(path))


WAYS = [lambda path: path, with_index, bgzipped, bgzipped_with_index]


@pytest.mark.parametrize("way", WAYS, ids=["plain", "indexed", "bgzip", "bgzip, indexed"])
def test_every_base_of_every_way(fx_fasta, way):
    path = way(fx_fasta)
    before = sorted(os.listdir(path.parent))
    with Reference(path) as reference:
        assert reference.lengths == {name: len(bases) for name, bases in SEQUENCES.items()}
        for name, bases in SEQUENCES.items():
            found = [reference.bases(name, k + 1, 1) for k in range(len(bases))]
            assert "".join(found) == bases.upper()
        assert reference.bases("2", 4, 9) == "TT"
        assert reference.bases("2", 6, 1) == ""
        assert reference.bases("chr1", 1, 3) == "ACG"
    assert sorted(os.listdir(path.parent)) == before, "nothing is written beside the file"


def test_names_with_and_without_chr(fx_fasta):
    with Reference(fx_fasta) as reference:
        assert [reference.contig(n) for n in ("1", "chr2", "MT", "chrM", "X", "2_alt")] == [
            "chr1", "2", "chrM", "chrM", "", "",
        ]  # fmt: skip


COMPARED = [
    # contig, position, REF; compared, different, unknown
    ("1", 1, "A", 1, 0, 0),
    ("1", 1, "acgt", 1, 0, 0),
    ("1", 1, "C", 1, 1, 0),
    ("1", 1, "AT", 1, 1, 0),
    ("1", 5, "A", 0, 0, 1),
    ("1", 4, "TA", 0, 0, 1),
    ("1", 4, "GA", 1, 1, 0),
    ("1", 6, "R", 1, 0, 0),
    ("chr2", 5, "T", 1, 0, 0),
    ("chr2", 5, "TT", 1, 1, 0),
    ("chr2", 6, "T", 1, 1, 0),
    ("chr7", 1, "A", 0, 0, 1),
]


@pytest.mark.parametrize(
    ("contig", "position", "ref", "compared", "different", "unknown"), COMPARED
)
def test_comparison(fx_fasta, contig, position, ref, compared, different, unknown):
    with Reference(fx_fasta) as reference:
        comparison = ReferenceComparison(reference)
        comparison.add(contig, position, ref)
    facts = comparison.facts
    found = [sum(tally.values()) for tally in (facts.compared, facts.different, facts.unknown)]
    assert found == [compared, different, unknown]


def test_first_differences_are_shown(fx_fasta):
    with Reference(fx_fasta) as reference:
        comparison = ReferenceComparison(reference)
        for position in range(1, 40):
            comparison.add("1", position, "CCCCCCCCCCCCCCCC")
        comparison.add("2", 6, "T")
    facts = comparison.facts
    assert facts.examples[0] == "1:1 REF CCCCCCCCC…(16), reference ACGTNRACG…(16)"
    assert len(facts.examples) == 5


def test_a_position_beyond_the_end_says_so(fx_fasta):
    with Reference(fx_fasta) as reference:
        comparison = ReferenceComparison(reference)
        comparison.add("2", 6, "T")
    assert comparison.facts.examples == ["2:6 REF T, reference ends before"]


def test_distant_places_are_fetched_anew(fx_fasta, monkeypatch):
    monkeypatch.setattr("raredx.readers.reference._CHUNK", 16)
    with Reference(fx_fasta) as reference:
        for start in (1, 250, 3, 100, 299):
            wanted = SEQUENCES["chr1"][start - 1 : start + 19].upper()
            assert reference.bases("chr1", start, 20) == wanted


def refuse(path, what):
    with pytest.raises(InputError) as fault, Reference(path):
        pass
    assert what in str(fault.value)
    assert fault.value.where == str(path)


def test_what_is_no_fasta_file_is_refused(tmp_path, fx_fasta):
    refuse(tmp_path / "none.fa", "No such file or directory")
    vcf = tmp_path / "x.vcf"
    vcf.write_text("##fileformat=VCFv4.2\n")
    refuse(vcf, "not a FASTA file")
    zipped = tmp_path / "ref.fa.gzip"
    with fx_fasta.open("rb") as plain, gzip.open(zipped, "wb") as packed:
        shutil.copyfileobj(plain, packed)
    refuse(zipped, "compressed with gzip, which cannot be read at a place")
    empty = tmp_path / "empty.fa"
    empty.touch()
    refuse(empty, "not a FASTA file")
    ragged = tmp_path / "ragged.fa"
    ragged.write_text(">a\nACGT\nAC\nACGT\n")
    refuse(ragged, "cannot be read as FASTA")


def test_an_index_of_another_file_is_refused(fx_fasta):
    (fx_fasta.parent / "ref.fa.fai").write_text("chr1\t99999\t3\t60\t61\n")
    with Reference(fx_fasta) as reference, pytest.raises(InputError) as fault:
        reference.bases("chr1", 90000, 5)
    assert str(fault.value) == (
        f"{fx_fasta}: cannot be read as FASTA, or does not fit its index\n"
        "  Check the file, and make its index anew with `samtools faidx`."
    )
