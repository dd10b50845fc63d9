"""Which assembly a header tells, and what it declares."""

from __future__ import annotations

import cyvcf2
import pytest

from raredx.errors import InputError
from raredx.readers.header import VcfHeader, decide_assembly, read_header
from raredx.vocabulary import Assembly
from vcf_files import contig_lines, csq_line, info_line, vcf_text

A37, A38 = Assembly.GRCH37, Assembly.GRCH38


def header(**contigs):
    return VcfHeader(("kid",), {k.removeprefix("_"): v for k, v in contigs.items()}, {}, {}, "")


@pytest.mark.parametrize(
    ("contigs", "stated", "assembly"),
    [
        ({"chr1": 248956422}, None, A38),
        ({"_1": 249250621}, None, A37),
        ({"chr1": 249250621, "chrM": 16571}, None, A37),  # hg19 of UCSC
        ({"X": 156040895}, None, A38),
        ({"chr1": 248956422}, A38, A38),
        ({"chr21": 46709983, "chrUn_KI270302v1": 2274}, None, A38),
        ({"chr1": 0, "chr2": 242193529}, None, A38),
        ({"MT": 16569}, A37, A37),  # the same length in both: the user decides
        ({}, A38, A38),
        ({"chr1": 0}, A37, A37),
        ({"scaffold_1": 5}, A38, A38),
    ],
)
def test_assembly_by_lengths(contigs, stated, assembly):
    assert decide_assembly(header(**contigs), stated, where="x.vcf") is assembly


MEND = "State the assembly: GRCh37 or GRCh38."
UNKNOWN = "the assembly cannot be told: the header gives no contig lengths"


@pytest.mark.parametrize(
    ("contigs", "stated", "message"),
    [
        (
            {"chr1": 248956422}, A37,
            "x.vcf: this is GRCh38, not GRCh37: chr1 is 248956422 long\n"
            "  Say GRCh38, or nothing.",
        ),
        (
            {"_1": 249250621}, A38,
            "x.vcf: this is GRCh37, not GRCh38: 1 is 249250621 long\n  Say GRCh37, or nothing.",
        ),
        ({}, None, f"x.vcf: {UNKNOWN}\n  {MEND}"),
        ({"chr1": 0, "MT": 0}, None, f"x.vcf: {UNKNOWN}\n  {MEND}"),
        ({"MT": 16569}, None, f"x.vcf: {UNKNOWN}\n  {MEND}"),
        (
            {"chr1": 195471971}, None,
            "x.vcf: neither GRCh37 nor GRCh38: chr1 is 195471971 long\n"
            "  Give a VCF of GRCh37 or GRCh38.",
        ),
        (
            {"chr1": 248956422, "chr2": 243199373}, None,
            "x.vcf: contig lengths of GRCh37 and of GRCh38 stand in one header\n"
            "  Give a VCF of one assembly.",
        ),
    ],
)  # fmt: skip
def test_assembly_that_is_refused(contigs, stated, message):
    with pytest.raises(InputError) as caught:
        decide_assembly(header(**contigs), stated, where="x.vcf")
    assert (str(caught.value), caught.value.exit_code) == (message, 3)


def test_an_assembly_stated_for_another_genome_is_refused():
    """Contig lengths of a mouse contradict GRCh38 as those of GRCh37 do."""
    with pytest.raises(InputError):
        decide_assembly(header(chr1=195471971, chr2=182113224), A38, where="x.vcf")


def test_a_header_that_contradicts_itself_is_refused_whatever_is_stated():
    with pytest.raises(InputError):
        decide_assembly(header(chr1=248956422, chr2=243199373), A38, where="x.vcf")


def test_what_a_header_declares(tmp_path):
    path = tmp_path / "x.vcf"
    info = [csq_line(("Allele", "Consequence")), info_line("X_AF", "A", "Float", "a, b and c")]
    path.write_text(
        vcf_text(
            records=[], samples=("kid", "mum"), info=info,
            contigs=[*contig_lines(A37, prefix="", mt="MT"), "##contig=<ID=GL000192.1>"],
        )
    )  # fmt: skip
    found = read_header(cyvcf2.VCF(str(path)))
    assert found.samples == ("kid", "mum")
    assert found.info["X_AF"] == ("A", "Float", "a, b and c")
    assert found.info["CSQ"][2].endswith("Format: Allele|Consequence")
    assert found.format["AD"] == ("R", "Integer", "Reads")
    assert (found.contigs["1"], found.contigs["MT"], found.contigs["GL000192.1"]) == (
        249250621, 16569, 0,
    )  # fmt: skip
