"""The VCF's own text without names: lines of the header that are kept, strings of records."""

from __future__ import annotations

import pytest

from raredx.columns.pseudonyms import Pseudonyms
from raredx.readers.anonymous_text import AnonymousText, anonymous_header, n_left_out

KEY = b"sixteen bytes or more make a key"
COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT"

LINES = [
    # a line of the header, what is left of it
    ("##fileformat=VCFv4.2", "##fileformat=VCFv4.2"),
    ("##source=GATK of child1", None),
    ("##SAMPLE=<ID=child1>", None),
    ("##contig=<ID=chr1,length=9,assembly=/data/child1.fa,URL=/x>", "##contig=<ID=chr1,length=9>"),
    ("##contig=<ID=child1>", "##contig=<ID=child1>"),
    ('##FILTER=<ID=q10,Description="below 10">', '##FILTER=<ID=q10,Description="below 10">'),
    ('##INFO=<ID=DP,Number=1,Type=Integer,Description="Depth",Source="child1",Version="3">',
     '##INFO=<ID=DP,Number=1,Type=Integer,Description="Depth">'),
    ('##INFO=<ID=X,Number=.,Type=String,Description="of child1, from /data/child1/a.vcf.gz and b.ped">',
     '##INFO=<ID=X,Number=.,Type=String,Description="of {kid}, from (path) and (path)">'),
    ('##INFO=<ID=child1_AF,Number=A,Type=Float,Description="x">',
     '##INFO=<ID={key}_AF,Number=A,Type=Float,Description="x">'),
    ('##FORMAT=<ID=AD,Number=R,Type=Integer,Description="reads (ref/alt), \\"all\\"">',
     '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="reads (ref/alt), \\"all\\"">'),
    ('##INFO=<ID=CSQ,Number=.,Type=String,Description="From VEP. Format: Allele|A|child1">',
     '##INFO=<ID=CSQ,Number=.,Type=String,Description="From VEP. Format: Allele|A|{kid}">'),
]  # fmt: skip


@pytest.mark.parametrize(("line", "left"), LINES, ids=lambda text: str(text)[:18])
def test_a_header_line(line, left):
    given = Pseudonyms(KEY)
    kid, short = given.samples(("child1", "A"))
    text = anonymous_header(f"{line}\n{COLUMNS}\tchild1\tA\n", given)
    *kept, columns = text.splitlines()
    wanted = [] if left is None else [left.format(kid=kid, key=kid.replace("-", "_"))]
    assert kept == wanted
    assert columns == f"{COLUMNS}\t{kid}\t{short}"


def test_lines_left_out_are_counted():
    text = "\n".join([*(line for line, _ in LINES), COLUMNS])
    assert n_left_out(text) == sum(left is None for _, left in LINES)


INFO = {
    "DP": ("1", "Integer", ""), "CSQ": (".", "String", "Format: Allele|Custom"),
    "GM": (".", "String", ""), "AA": ("1", "String", ""), "MY": (".", "String", "Format: a|b"),
}  # fmt: skip
FORMAT = {"GT": ("1", "String", ""), "DP": ("1", "Integer", ""), "NM": ("1", "String", ""),
          "FT": ("1", "String", "")}  # fmt: skip
FIELDS = [
    ("DP=1", "DP=1"),
    ("GM=child1:AD,1:AR", "GM={kid}:AD,{one}:AR"),
    ("GM=child12", "GM=child12"),
    ("CSQ=A|1|child1", "CSQ=A|1|{kid}"),
    ("MY=A|1", "MY=A|1"),
    ("AA=A", "AA=A"),
    ("undeclared=A", "undeclared={a}"),
    ("child1", "{key}"),
    (".", "."),
]


@pytest.mark.parametrize(("field", "wanted"), FIELDS)
def test_a_field_of_info(field, wanted):
    given = Pseudonyms(KEY)
    kid, a, one = given.samples(("child1", "A", "1"))
    line = f"1\t1\tM:child1:7\tA\tT\t1\tPASS\t{field};DP=1\tGT:DP:NM:FT\t0/1:1:child1:PASS\t1:1:.:A"
    cells = AnonymousText(given, INFO, FORMAT).record(line).split("\t")
    assert cells[7] == wanted.format(kid=kid, a=a, one=one, key=kid.replace("-", "_")) + ";DP=1"
    assert cells[:7] == ["1", "1", f"M:{kid}:7", "A", "T", "1", "PASS"]
    assert cells[8:] == ["GT:DP:NM:FT", f"0/1:1:{kid}:PASS", "1:1:.:A"]


def test_without_pseudonyms_nothing_changes():
    text = AnonymousText(None, INFO, FORMAT)
    assert (text.record("any child1"), text.identifier("child1")) == ("any child1", "child1")
