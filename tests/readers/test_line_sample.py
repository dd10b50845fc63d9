"""The sample of lines: bounded, even, the same by every road, and read as htslib reads."""

from __future__ import annotations

import cyvcf2
import numpy as np
import pysam
import pytest

import make_trio
from raredx.columns.counts import StepCounts
from raredx.columns.gene_codes import GeneCodes
from raredx.columns.genes import gene_table
from raredx.columns.sites import SITE_COLUMNS
from raredx.readers import chunks, sieve
from raredx.readers.annotation_probe import AnnotationProbe
from raredx.readers.annotations import find_sources
from raredx.readers.consequences import read_layout
from raredx.readers.gate import Gate
from raredx.readers.gated_records import GatedRecords
from raredx.readers.header import read_header
from raredx.readers.htslib import catch_messages
from raredx.readers.line_sample import LineSample
from raredx.readers.record_facts import RecordFacts
from raredx.readers.sites import SitePlan, SiteStream
from raredx.readers.vcf_file import VcfFile
from raredx.vocabulary import Assembly
from vcf_files import info_line, vcf_text

GNOMAD = info_line("gnomAD_AF", "A", "Float", "frequency")
FEW = {1: 16, 23: 8, 24: 4, 25: 4}


@pytest.fixture(scope="module")
def fx_trio(tmp_path_factory):
    path = tmp_path_factory.mktemp("trio") / "trio.vcf.gz"
    make_trio.main(["-n", "3000", "-o", str(path), "--procs", "1"])
    return path


def open_vcf(path):
    with catch_messages():
        vcf = cyvcf2.VCF(str(path), lazy=True)
    return vcf, read_header(vcf)


def sifted(path, sample, names=None):
    """Let the sample see a file's lines through the sieve; give what the sieve left."""
    _, header = open_vcf(path)
    layout = read_layout({k: v[2] for k, v in header.info.items()}, where="x")
    sources = find_sources(header, layout)
    limits = dict.fromkeys(sources.frequency_sources, 0.01)
    terms, names = ("missense_variant",), names or header.samples
    gate = Gate(frozenset({"PASS"}), limits, 0.05, terms, terms, ((0, -1, -1),), True)
    gated = GatedRecords(gate, sources, StepCounts(), GeneCodes(gene_table([1], ["X"])))
    if sample is not None:
        sample.columns = tuple(range(len(names)))
    with catch_messages():
        left = [str(record) for record, _ in gated.filter(
            sieve.Sieve(str(path), gated, header, names).records(sample)
        )]  # fmt: skip
    return left


def watched(path, sample, names=None):
    """Let the sample see a file's records one by one."""
    vcf, header = open_vcf(path)
    names = names or header.samples
    vcf.set_samples(list(names))
    sample.columns = tuple(range(len(names)))
    with catch_messages():
        return sum(1 for _ in sample.watch(vcf))


def sample_of(path, most=None):
    _, header = open_vcf(path)
    probe = AnnotationProbe(header, where="x")
    return LineSample(probe, most) if most else LineSample(probe)


def places(batch):
    return list(zip(batch["contig_code"].tolist(), batch["position"].tolist(), strict=True))


def assert_equal(one, other):
    assert len(one) == len(other) > 0
    for column in SITE_COLUMNS:
        np.testing.assert_array_equal(one[column.name], other[column.name], err_msg=column.name)


@pytest.mark.parametrize("most", [None, FEW], ids=["all", "few"])
@pytest.mark.parametrize("columns", [(0, 1, 2), (1, 2), (2,)], ids=str)
def test_every_road_gives_the_same_sample(fx_trio, tmp_path, most, columns):
    names = tuple(open_vcf(fx_trio)[1].samples[c] for c in columns)
    by_sieve, by_record, by_bcf = (sample_of(fx_trio, most) for _ in range(3))
    sifted(fx_trio, by_sieve, names)
    assert watched(fx_trio, by_record, names) > 2900
    bcf = tmp_path / "trio.bcf"
    with (
        pysam.VariantFile(str(fx_trio)) as source,
        pysam.VariantFile(str(bcf), "wb", header=source.header) as out,
    ):
        for record in source:
            out.write(record)
    watched(bcf, by_bcf, names)
    batches = [s.close(Assembly.GRCH38) for s in (by_sieve, by_record, by_bcf)]
    assert_equal(batches[0], batches[1])
    assert_equal(batches[0], batches[2])
    assert batches[0].n_samples == len(names)


@pytest.mark.parametrize(("held", "blocks"), [(2000, 1), (1 << 22, 4)])
def test_how_much_the_sieve_holds_back_changes_nothing(fx_trio, monkeypatch, held, blocks):
    whole = sample_of(fx_trio, FEW)
    watched(fx_trio, whole)
    monkeypatch.setattr(sieve, "HELD_BYTES", held)
    monkeypatch.setattr(chunks, "TEXT_BYTES", blocks << 16)
    monkeypatch.setattr(chunks, "_LINES", 7 * blocks)
    sample = sample_of(fx_trio, FEW)
    sifted(fx_trio, sample)
    assert_equal(sample.close(Assembly.GRCH38), whole.close(Assembly.GRCH38))


def test_the_sieve_leaves_the_same_records(fx_trio):
    assert sifted(fx_trio, sample_of(fx_trio)) == sifted(fx_trio, None) != []


@pytest.mark.parametrize("end", ["\n", "\r\n", ""], ids=repr)
def test_odd_line_ends(tmp_path, end):
    text = vcf_text(
        records=[f"chr1 {k} A G gnomAD_AF=0.3 0/1:8,9:17:99" for k in range(1, 9)],
        info=[GNOMAD, info_line("CSQ", ".", "String", "Format: Allele|Consequence|SYMBOL")],
    )
    head, _, body = text.partition("#CHROM")
    lines = f"#CHROM{body}".rstrip("\n").split("\n")
    path = tmp_path / "x.vcf"
    path.write_bytes((head + "\n".join(lines[:1]) + "\n").encode())
    with path.open("ab") as file:
        file.write((end or "\n").join(lines[1:]).encode() + end.encode())
    sample = sample_of(path)
    sifted(path, sample)
    batch = sample.close(Assembly.GRCH38)
    assert places(batch) == [(1, k) for k in range(1, 9)]
    assert batch["gq"][:, 0].tolist() == [99] * 8


def take(tmp_path, records, most=FEW, info=(GNOMAD,)):
    path = tmp_path / "x.vcf"
    path.write_text(vcf_text(records=records, info=list(info)))
    sample = sample_of(path, most)
    watched(path, sample)
    return sample.close(Assembly.GRCH38)


def test_what_is_kept_is_what_tells(tmp_path):
    call = "0/1:8,9:17:99"
    records = ["chr1 1 A G .", "chr1 2 A G,T .", "chr1 3 AT A .", "chr1 4 A G;LowQual .",
               "chr1 5 A G;. .", "chr1 6 A <DEL> .", "chr1 7 A * .", "chr1 8 a g .",
               "GL000192.1 9 A G .", "chrX 5000000 A G .", "chrY 5000000 A G .",
               "chrM 9 A G ."]  # fmt: skip
    batch = take(tmp_path, [f"{record} {call}" for record in records])
    assert places(batch) == [(1, 1), (1, 5), (1, 8), (23, 5000000), (24, 5000000), (25, 9)]


def test_each_stratum_is_bounded_and_even(tmp_path):
    records = [f"chr{c} {k} A G . 0/1:8,9:17:99" for c in (1, 2) for k in range(1, 201)]
    records += [f"chrX {k} A G . 0/1:8,9:17:99" for k in range(5000001, 5000101)]
    records += ["chrY 5000001 A G . 0/1:8,9:17:99", "chrM 5 A G . 0/1:8,9:17:99"]
    batch = take(tmp_path, records)
    found = places(batch)
    autosomes = [(c - 1) * 200 + k - 1 for c, k in found if c < 23]
    assert autosomes == list(range(0, 400, 32))
    assert [k for c, k in found if c == 23] == list(range(5000001, 5000101, 16))
    assert [c for c, _ in found if c > 23] == [24, 25]


def test_where_the_wanted_line_does_not_tell_the_next_one_stands_for_it(tmp_path):
    records = [
        f"chr1 {k} A {'G,T' if k % 4 == 1 else 'G'} . 0/1:8,9,0:17:99" for k in range(1, 101)
    ]
    batch = take(tmp_path, records)
    assert [k for _, k in places(batch)] == list(range(2, 101, 8))


def test_a_file_out_of_order_is_put_in_order(tmp_path):
    records = [f"{c} {k} A G . 0/1:8,9:17:99" for c, k in
               (("chr2", 9), ("chr1", 7), ("chr2", 3), ("chrX", 5000000), ("chr1", 2))]  # fmt: skip
    assert places(take(tmp_path, records)) == [(1, 2), (1, 7), (2, 3), (2, 9), (23, 5000000)]


def test_nothing_kept(tmp_path):
    assert take(tmp_path, ["chr1 5 AT A . 0/1:8,9:17:99"]) is None


def test_frequencies_are_kept_of_long_records_too(tmp_path):
    note = info_line("NOTE", "1", "String", "x")
    popmax = info_line("gnomAD_AF_popmax", "A", "Float", "frequency")
    long = "x" * 5000
    records = [
        f"chr1 1 A G gnomAD_AF=0.1;NOTE={long};gnomAD_AF_popmax=0.4 0/1:8,9:17:99",
        f"chr1 2 A G NOTE={long} 0/1:8,9:17:99",
        "chr1 3 A G NOTE=x;gnomAD_AF=0.2 0/1:8,9:17:99",
    ]
    batch = take(tmp_path, records, info=(GNOMAD, popmax, note))
    assert batch["af"].tolist() == pytest.approx([0.4, 0, 0.2])


def test_read_as_the_whole_file_is_read(fx_trio, tmp_path):
    """Where the sample is the whole file, its sites are those that a check reads."""
    with catch_messages() as messages:
        file = VcfFile(str(fx_trio), "x", messages)
        probe = AnnotationProbe(file.header, where="x")
        facts = RecordFacts(probe, Assembly.GRCH38, None, None)
        plan = SitePlan(file.header.samples, Assembly.GRCH38, probe, batch_sites=10**9)
        (batch,) = SiteStream(file, plan, facts).batches()
        file.close()
    keep = batch["is_snv"] & batch["biallelic"] & (batch["passed"] != 0)
    sample = sample_of(fx_trio)
    sifted(fx_trio, sample)
    found = sample.close(Assembly.GRCH38)
    assert len(found) == keep.sum()
    for column in SITE_COLUMNS:
        np.testing.assert_array_equal(
            found[column.name], batch[column.name][keep], err_msg=column.name
        )
