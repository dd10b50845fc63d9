"""Curated ACMG/AMP criteria: what is read, and what is refused with its line."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from builders import genes
from raredx.errors import InputError
from raredx.readers.curated import read_curated
from raredx.vocabulary import Assembly

TABLE = genes(symbols=("AAA", "BBB", "CCC"), previous=("OLD1", "", ""), alias=("", "X", "X"))
HEADER = "variant\tcode\tstrength\tcomment\n"


def read(tmp_path, text, assembly=Assembly.GRCH38):
    path = tmp_path / "curated.tsv"
    path.write_text(text, encoding="utf-8")
    return read_curated(path, TABLE, assembly)


def refused(tmp_path, text, assembly=Assembly.GRCH38):
    """Give the message of a refusal, the path shortened."""
    with pytest.raises(InputError) as caught:
        read(tmp_path, text, assembly)
    return str(caught.value).replace(str(tmp_path / "curated.tsv"), "FILE")


def test_one_line(tmp_path):
    found = read(tmp_path, f"{HEADER}chr17-7675088-C-T\tPS3\tmoderate\tno activity\n")
    (row,) = found.rows
    assert (row.contig, row.position, row.ref, row.alt) == (17, 7675088, "C", "T")
    assert (row.code, row.strength, row.comment, row.gene) == ("PS3", "moderate", "no activity", -1)
    assert row.where.endswith("curated.tsv:2")
    assert row.name == "17-7675088-C-T PS3"
    assert found.assembly is None


def test_all_columns_in_any_order(tmp_path):
    text = (
        "##assembly=hg38\n##a remark\n"
        "date\tauthor\tgene\tchrom\tpos\tref\talt\tcode\tstrength\tcomment\n"
        "2026-01-02\tAB\tBBB\tX\t1,000\tac\tA\tpm2\tNot met\tseen in controls\n"
    )
    found = read(tmp_path, text)
    (row,) = found.rows
    assert (row.contig, row.position, row.ref, row.alt) == (23, 1000, "AC", "A")
    assert (row.gene, row.code, row.strength) == (1, "PM2", "not_met")
    assert (row.author, row.date) == ("AB", "2026-01-02")
    assert found.assembly is Assembly.GRCH38


@pytest.mark.parametrize(
    ("code", "strength", "expected"),
    [
        ("PM2", "", ("PM2", "moderate")),  # the code's own
        ("PVS1", "", ("PVS1", "very_strong")),
        ("BA1", "", ("BA1", "stand_alone")),
        ("PM2_Supporting", "", ("PM2", "supporting")),
        ("PM2_Supporting", "supporting", ("PM2", "supporting")),
        ("PVS1_VeryStrong", "", ("PVS1", "very_strong")),
        ("pvs1", "Very strong", ("PVS1", "very_strong")),
        ("PS1", "very-strong", ("PS1", "very_strong")),
        ("PP3_NotMet", "", ("PP3", "not_met")),
        ("BA1", "not_met", ("BA1", "not_met")),
        ("BA1", "Stand-alone", ("BA1", "stand_alone")),
    ],
)
def test_strengths(tmp_path, code, strength, expected):
    (row,) = read(tmp_path, f"{HEADER}1-5-A-C\t{code}\t{strength}\t\n").rows
    assert (row.code, row.strength) == expected


@pytest.mark.parametrize("name", ["AAA", "aaa", "HGNC:1", "OLD1"])
def test_genes_by_any_name(tmp_path, name):
    text = f"variant\tgene\tcode\n1-5-A-C\t{name}\tPS3\n"
    assert read(tmp_path, text).rows[0].gene == 0


def test_gzip_and_windows_line_ends(tmp_path):
    path = tmp_path / "curated.tsv.gz"
    path.write_bytes(gzip.compress(b"\xef\xbb\xbfvariant\tcode\r\n1-5-A-C\tPS3\r\n\r\n", mtime=0))
    assert len(read_curated(path, TABLE, Assembly.GRCH38)) == 1


def test_same_code_for_two_variants_and_two_codes_for_one(tmp_path):
    text = "variant\tcode\n1-5-A-C\tPS3\n1-5-A-G\tPS3\n1-5-A-C\tPM1\n"
    assert len(read(tmp_path, text)) == 3


def test_same_code_for_two_genes(tmp_path):
    text = "variant\tgene\tcode\n1-5-A-C\tAAA\tPS3\n1-5-A-C\tBBB\tPS3\n"
    assert [row.gene for row in read(tmp_path, text).rows] == [0, 1]


REFUSED = [
    ("1-5-A-C\tPS9\t\t", "FILE:2: criterion 'PS9' is not known", "Codes: PVS1, PS1"),
    ("1-5-A-C\t\t\t", "FILE:2: criterion '' is not known", "Codes:"),
    ("1-5-A-C\tPP5\t\t", "FILE:2: PP5 is retired", "by its own code"),
    ("1-5-A-C\tBP6\tstrong\t", "FILE:2: BP6 is retired", "by its own code"),
    ("1-5-A-C\tPS3\tmedium\t", "FILE:2: strength 'medium' is not known", "Strengths: not_met, supporting"),
    ("1-5-A-C\tPS3_Hot\t\t", "FILE:2: strength 'Hot' is not known", "Strengths:"),
    ("1-5-A-C\tPS3_Moderate\tstrong\t", "FILE:2: strength is 'strong', and the code says 'PS3_Moderate'", "once"),
    ("1-5-A-C\tPS3\tstand_alone\t", "FILE:2: PS3 is not stand_alone", "BA1 is stand_alone or not_met"),
    ("1-5-A-C\tBA1\tstrong\t", "FILE:2: BA1 is not strong", "no other code stands alone"),
    ("1-5-A\tPS3\t\t", "FILE:2: variant '1-5-A' is not chrom-pos-ref-alt", "17-7675088-C-T"),
    ("1:5:A:C\tPS3\t\t", "FILE:2: variant '1:5:A:C' is not chrom-pos-ref-alt", "17-7675088-C-T"),
    ("30-5-A-C\tPS3\t\t", "FILE:2: contig '30' is not one of 1 to 22, X, Y, MT", "as in the VCF"),
    ("1-five-A-C\tPS3\t\t", "FILE:2: position is 'five'", "as in the VCF"),
    ("1-0-A-C\tPS3\t\t", "FILE:2: position is '0'", "as in the VCF"),
    ("1-5-A-<DEL>\tPS3\t\t", "FILE:2: allele is '<DEL>', not bases", "as in the VCF"),
    ("1-5--C\tPS3\t\t", "FILE:2: allele is '', not bases", "as in the VCF"),
    ("1-5-A-A\tPS3\t\t", "FILE:2: REF and ALT are both A", "as in the VCF"),
    ("1-5-A-C\tPS3", "FILE:2: does not fit the header: cells 2, columns 4", "tabs"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "what", "mend"), REFUSED)
def test_refusals_name_line_fact_and_cure(tmp_path, line, what, mend):
    message = refused(tmp_path, f"{HEADER}{line}\n")
    first, _, second = message.partition("\n")
    assert first == what
    assert mend in second


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("1-5-A-C\t", "1-5-A-C\t"), ("chr1-5-A-C\t", "1-5-A-C\t"), ("1-5-AT-CT\t", "1-5-A-C\t"),
        ("1-5-A-C\tAAA", "1-5-A-C\tAAA"), ("1-5-A-C\tAAA", "1-5-A-C\t"),
    ],
)  # fmt: skip
def test_twice_the_same(tmp_path, first, second):
    message = refused(tmp_path, f"variant\tgene\tcode\n{first}\tPS3\n\n{second}\tPS3\n")
    assert message.startswith("FILE:4: ")
    assert "PS3 stands already on line 2\n  Keep one of the lines." in message


def test_columns_that_are_missing_or_unknown(tmp_path):
    assert "has no column code" in refused(tmp_path, "variant\tstrength\n")
    assert refused(tmp_path, "chrom\tpos\tref\tcode\n").startswith(
        "FILE: has no column variant, and none named alt"
    )
    message = refused(tmp_path, "variant\tcode\tevidence\n")
    assert message.startswith("FILE: column 'evidence' is not known\n  Columns: variant, chrom")


@pytest.mark.parametrize(
    ("name", "what"),
    [("ZZZ", "gene 'ZZZ' is not known"), ("X", "gene 'X' is not known (it may be BBB, CCC)")],
)
def test_unknown_gene(tmp_path, name, what):
    message = refused(tmp_path, f"variant\tgene\tcode\n1-5-A-C\t{name}\tPS3\n")
    assert message == f"FILE:2: {what}\n  Give the approved symbol or the HGNC identifier."


def test_another_assembly(tmp_path):
    text = f"##assembly=GRCh37\n{HEADER}1-5-A-C\tPS3\t\t\n"
    assert refused(tmp_path, text) == (
        "FILE: counted in GRCh37, and the variants in GRCh38\n"
        "  Give the curated criteria of GRCh38."
    )
    assert len(read(tmp_path, text, Assembly.GRCH37)) == 1
    assert "assembly is 'T2T'" in refused(tmp_path, f"##assembly=T2T\n{HEADER}")


def test_no_file(tmp_path):
    with pytest.raises(InputError, match="No such file"):
        read_curated(tmp_path / "none.tsv", TABLE, Assembly.GRCH38)


def test_header_without_rows_is_an_empty_list(tmp_path):
    assert len(read(tmp_path, HEADER)) == 0


def test_example_of_the_documentation(tmp_path):
    """The table in docs/acmg.md can be read as it stands."""
    text = (Path(__file__).parents[2] / "docs" / "acmg.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```text\n(variant\t.*?)```", text, re.DOTALL)
    path = tmp_path / "curated.tsv"
    path.write_text(f"##assembly=GRCh38\n{example}", encoding="utf-8")
    table = genes(symbols=("TP53",))
    found = read_curated(path, table, Assembly.GRCH38).rows
    assert [(row.code, row.strength) for row in found] == [
        ("PS3", "strong"), ("PM1", "not_met"), ("BS2", "supporting"),
    ]  # fmt: skip
