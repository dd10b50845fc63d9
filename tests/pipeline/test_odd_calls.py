"""Odd but possible input, through the whole program: a message or a flag, never a silent pass.

Whole runs of a trio on one gene; what the row says is looked at, and what the run refuses.
"""

from __future__ import annotations

import csv

import pytest

from builders import read_table
from raredx.errors import InputError
from raredx.pipeline.rank import rank
from raredx.pipeline.request import RankRequest
from vcf_files import FORMATS, contig_lines, csq, csq_line, info_line, vcf_text

TRIO = "F kid dad mum {sex} 2\nF dad 0 0 1 1\nF mum 0 0 2 1\n"
SAMPLES = ("kid", "dad", "mum")
GIRL = TRIO.format(sex=2)
PLACES = {"7": ("chr7", 117559590), "X": ("chrX", 154000000), "XTR": ("chrX", 90000000)}
INFO = (csq_line(), info_line("AF_grpmax", "A", "Float", "Frequency"),
        info_line("OLD_MULTIALLELIC", "1", "String", "What vt decompose split"))  # fmt: skip
EXTRA = (
    *FORMATS,
    '##FORMAT=<ID=PS,Number=1,Type=Integer,Description="Phase set">',
    '##FORMAT=<ID=AF,Number=A,Type=Float,Description="Fraction">',
)


def consequence(allele="T", impact="missense_variant"):
    return f"CSQ={csq(Allele=allele, Consequence=impact)}"


def run(folder, *, records, ped=GIRL, samples=SAMPLES, contigs=None, **options):
    """Rank; give the rows of the table as dictionaries."""
    vcf, pedigree, out = folder / "in.vcf", folder / "in.ped", folder / "out.tsv"
    vcf.write_text(
        vcf_text(records=records, samples=samples, info=INFO, formats=EXTRA, contigs=contigs)
    )
    pedigree.write_text(ped)
    request = RankRequest(
        vcf=str(vcf), ped=pedigree, output=str(out), allow_missing_frequency=True, **options
    )
    rank(request, lambda *_: None)
    lines = [row for row in out.read_text().splitlines() if not row.startswith("##")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


ODD = """
place | sex | format      | kid              | dad            | mum            | mode               | segregation  | words
7     | 2   | GT          | 0/1              | 0/0            | 0/0            | de_novo            | pass         | gq depth allele_balance reads_unknown
7     | 2   | GT:DP:GQ    | 0/1:30:99        | 0/0:30:99      | 0/0:30:99      | de_novo            | pass         | allele_balance reads_unknown
7     | 2   | GT:AD:GQ    | 0/1:15,15:99     | 0/0:30,0:99    | 0/0:30,0:99    | de_novo            | pass         |
7     | 2   | GT:AD:DP    | 0/1:15,15:30     | 0/0:30,0:30    | 0/0:30,0:30    | de_novo            | pass         | gq reads_unknown
7     | 2   | GT:AD:DP:GQ | 0/1:0,0:0:0      | 0/0:30,0:30:99 | 0/0:30,0:30:99 | de_novo            | pass         | low_depth low_gq allele_balance
7     | 2   | GT:AD:DP:GQ | 0/1:15,15:30:99  | 0/0:0,0:0:0    | 0/0:30,0:30:99 | de_novo            | pass         | shallow_parent parent_low_gq
7     | 2   | GT:AD:DP:GQ | 0/1:30:30:99     | 0/0:30:30:99   | 0/0:30:30:99   | de_novo            | pass         | allele_balance
7     | 2   | GT:AD:DP:GQ | 0/1:.:.:.        | 0/0:.:.:.      | 0/0:.:.:.      | de_novo            | pass         | gq depth allele_balance
7     | 2   | GT:AD:DP:GQ | 0/0/1:20,10:30:9 | 0/0:30,0:30:99 | 0/0:30,0:30:99 | de_novo            | pass         | ploidy_above_two
7     | 2   | GT:AD:DP:GQ | 1/1/1:0,30:30:99 | 0/1:15,15:30:9 | 0/1:15,15:30:9 | autosomal_recessive_hom | pass    | ploidy_above_two
7     | 2   | GT:AD:DP:GQ | ./1:15,15:30:99  | 0/1:15,15:30:9 | 0/1:15,15:30:9 | autosomal_recessive_hom | not_assessed | half_call
7     | 2   | GT:AD:DP:GQ | 1:0,30:30:99     | 0/1:15,15:30:9 | 0/1:15,15:30:9 | autosomal_recessive_hom | pass    | haploid_call_on_autosome
7     | 2   | GT:AD:DP:GQ | 1/1:0,30:30:99   | 0/1:15,15:30:9 | 0/0:30,0:30:99 | autosomal_recessive_hom | pass    | isodisomy_or_deletion
X     | 1   | GT:AD:DP:GQ | 0/1:20,10:30:99  | 0:30,0:30:99   | 0/1:15,15:30:9 | x_linked_recessive | not_assessed | male_het_on_x
XTR   | 1   | GT:AD:DP:GQ | 0/1:20,10:30:99  | 0:30,0:30:99   | 0/1:15,15:30:9 | x_linked_recessive | not_assessed | x_transposed_region
X     | 0   | GT:AD:DP:GQ | 1/1:0,30:30:99   | 0:30,0:30:99   | 0/1:15,15:30:9 | x_linked_recessive | pass         | sex_unknown
X     | 2   | GT:AD:DP:GQ | 1:0,30:30:99     | 0:30,0:30:99   | 0/1:15,15:30:9 | x_linked_recessive | pass         | haploid_call_in_female
X     | 2   | GT:AD:DP:GQ | 0/1:15,15:30:99  | 0:30,0:30:99   | 0/1:15,15:30:9 | x_linked_het_female | pass        | skewed_x_inactivation
"""


@pytest.mark.parametrize(
    "row", read_table(text=ODD), ids=lambda r: f"{r['place']} {r['kid']} {r['dad']}"
)
def test_odd_calls_say_so(tmp_path, row):
    chrom, position = PLACES[row["place"]]
    calls = " ".join((row["format"], row["kid"], row["dad"], row["mum"]))
    found = run(
        tmp_path,
        records=[f"{chrom} {position} A T {consequence()} {calls}"],
        ped=TRIO.format(sex=row["sex"]),
    )
    rows = [r for r in found if r["mode"] == row["mode"]]
    assert len(rows) == 1
    assert rows[0]["segregation"] == row["segregation"]
    said = {w for c in ("not_assessed", "flags", "de_novo_doubts") for w in rows[0][c].split(";")}
    assert set(row["words"].split()) <= said


PEDS = """
what                             | lines                                             | message
a loop through oneself           | F kid kid mum 2 2; F mum 0 0 2 1                  | in.ped:1: kid is their own father
a loop through a child           | F kid dad mum 2 2; F dad kid 0 1 1; F mum 0 0 2 1 | in.ped:1: kid is their own ancestor
a mother who is a man            | F kid dad mum 2 2; F dad 0 0 1 1; F mum 0 0 1 1   | in.ped:1: mum, the mother of kid, is male
a father who is a woman          | F kid dad mum 2 2; F dad 0 0 2 1; F mum 0 0 2 1   | in.ped:1: dad, the father of kid, is female
two fathers                      | F kid dad mum 2 2; F kid mum dad 2 2              | in.ped:2: kid stands already on line 1
one parent twice                 | F kid dad dad 2 2; F dad 0 0 0 1                  | in.ped:1: dad is both father and mother of kid
a sample in two families         | F kid dad mum 2 2; G kid 0 0 2 2                  | in.ped:2: kid stands already on line 1, in family F
a karyotype that is none         | family i p m sex phenotype karyotype; F kid 0 0 2 2 XZ | in.ped:2: karyotype is 'XZ'
"""


@pytest.mark.parametrize("row", read_table(text=PEDS), ids=lambda row: row["what"])
def test_pedigrees_that_cannot_be(tmp_path, row):
    lines = "\n".join(line.strip() for line in row["lines"].split(";")) + "\n"
    with pytest.raises(InputError) as fault:
        run(tmp_path, records=["chr7 100 A T . GT 0/1 0/0 0/0"], ped=lines)
    assert str(fault.value).splitlines()[0] == f"{tmp_path}/{row['message']}"
    assert not (tmp_path / "out.tsv").exists()


# One site with two ALT alleles, whole and as the two ways of splitting write it.
WHOLE = (
    "chr7 1000 A T,G CSQ={both} GT:AD:DP:GQ 1/2:0,15,15:30:99 0/1:15,15,0:30:99 0/2:15,0,15:30:99"
)
BCFTOOLS = (
    "chr7 1000 A T CSQ={t} GT:AD:DP:GQ 1/0:0,15:30:99 0/1:15,15:30:99 0/0:15,0:30:99",
    "chr7 1000 A G CSQ={g} GT:AD:DP:GQ 0/1:0,15:30:99 0/0:15,0:30:99 0/1:15,15:30:99",
)
VT = (
    "chr7 1000 A T OLD_MULTIALLELIC=x;CSQ={t} GT:AD:DP:GQ 1/.:0,15:30:99 0/1:15,15:30:99 0/.:15,0:30:99",
    "chr7 1000 A G OLD_MULTIALLELIC=x;CSQ={g} GT:AD:DP:GQ ./1:0,15:30:99 0/.:15,0:30:99 0/1:15,15:30:99",
)
SAME = ("gene", "mode", "pos", "alt", "segregation", "phase", "phase_reason", "parent_of_origin",
        "tier", "score", "ab_kid", "ab_dad", "flags")  # fmt: skip


def told(rows, columns=SAME):
    return sorted(tuple(row[c] for c in columns) for row in rows)


def test_whole_and_split_sites_give_the_same_rows(tmp_path):
    entries = {"t": csq(Allele="T"), "g": csq(Allele="G")}
    entries["both"] = f"{entries['t']},{entries['g']}"
    found = []
    for name, records in (("whole", [WHOLE]), ("bcftools", BCFTOOLS), ("vt", VT)):
        folder = tmp_path / name
        folder.mkdir()
        found.append(run(folder, records=[r.format(**entries) for r in records]))
    whole, *split = (told(rows) for rows in found)
    assert [row[1] for row in whole] == ["compound_het"] * 2
    assert {row[4:7] for row in whole} == {("pass", "in_trans", "two alleles of one site")}
    for rows in split:
        assert rows == whole


def test_writing_the_same_calls_otherwise_changes_nothing(tmp_path):
    """Phased or not, alleles in either order, contigs with or without chr."""
    first = "{c} 1000 A T {csq} GT:AD:DP:GQ {het}:15,15:30:99 {het}:15,15:30:99 0{s}0:30,0:30:99"
    second = "{c} 9000 A T {csq} GT:AD:DP:GQ {het}:15,15:30:99 0{s}0:30,0:30:99 {het}:15,15:30:99"
    found = []
    for number, (het, prefix) in enumerate(
        [("0/1", "chr"), ("1/0", "chr"), ("0/1", ""), ("1/0", "")]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        words = {"c": f"{prefix}7", "het": het, "s": het[1], "csq": consequence()}
        rows = run(
            folder,
            records=[first.format(**words), second.format(**words)],
            contigs=contig_lines(prefix=prefix, mt="MT" if not prefix else "chrM"),
        )
        found.append(told(rows))
    assert len(found[0]) == 2
    assert all(rows == found[0] for rows in found)


PHASED = """
first        | second       | phase           | reason
0|1:77       | 1|0:77       | in_trans_phased | phase set PS:77
0|1:.        | 1|0:.        | in_trans_phased | phased over the contig
0|1:77       | 1|0:88       | unknown         | nothing tells
0/1:77       | 1/0:77       | unknown         | nothing tells
"""


@pytest.mark.parametrize(
    "row", read_table(text=PHASED), ids=lambda row: row["first"] + row["second"]
)
def test_phase_sets_of_a_singleton(tmp_path, row):
    records = [
        f"chr7 {position} A T {consequence()} GT:PS {call}"
        for position, call in ((1000, row["first"]), (9000, row["second"]))
    ]
    found = run(tmp_path, records=records, ped="F kid 0 0 2 2\n", samples=("kid",))
    pairs = [r for r in found if r["mode"] == "compound_het"]
    assert [(r["phase"], r["phase_reason"]) for r in pairs] == [(row["phase"], row["reason"])] * 2
    assert {r["partner"] for r in pairs} == {"chr7-1000-A-T", "chr7-9000-A-T"}


def test_one_haplotype_is_no_pair(tmp_path):
    records = [f"chr7 {p} A T {consequence()} GT:PS 0|1:77" for p in (1000, 9000)]
    found = run(tmp_path, records=records, ped="F kid 0 0 2 2\n", samples=("kid",))
    assert {r["mode"] for r in found} == {"autosomal_dominant"}


def test_close_and_unphased_is_likely_one_haplotype(tmp_path):
    records = [f"chr7 {p} A T {consequence()} GT 0/1" for p in (1000, 1150)]
    found = run(tmp_path, records=records, ped="F kid 0 0 2 2\n", samples=("kid",))
    pairs = [r for r in found if r["mode"] == "compound_het"]
    assert {(r["segregation"], r["phase"]) for r in pairs} == {("not_assessed", "likely_in_cis")}
    assert all("likely_in_cis" in r["flags"].split(";") for r in pairs)


def test_karyotype_option_decides_on_x(tmp_path):
    record = f"chrX 154000000 A T {consequence()} GT 0/1 0 0/1"
    ped = TRIO.format(sex=1)
    plain = run(tmp_path, records=[record], ped=ped)
    assert {r["mode"] for r in plain} == {"x_linked_recessive"}
    stated = run(tmp_path, records=[record], ped=ped, karyotypes=("kid=47,XXY",))
    assert {r["mode"] for r in stated} == {"x_linked_het_female"}


ORIGINS = """
kid | dad | mum | origin
0/1 | 0/1 | 0/0 | paternal
0/1 | 0/0 | 0/1 | maternal
1/1 | 0/1 | 0/1 | both
0/1 | 1/1 | 0/1 | paternal
0/1 | 0/1 | 0/1 | either
1/1 | 0/1 | ./. |
0/1 | 0/0 | 0/0 | new
"""


@pytest.mark.parametrize("row", read_table(text=ORIGINS), ids=lambda row: " ".join(row.values()))
def test_parent_of_origin(tmp_path, row):
    record = f"chr7 1000 A T {consequence()} GT {row['kid']} {row['dad']} {row['mum']}"
    ped = GIRL.replace("1 1\n", "1 2\n", 1).replace("mum 0 0 2 1", "mum 0 0 2 0")
    if row["kid"] == "1/1" or row["origin"] == "new":
        ped = GIRL
    elif row["dad"] == "1/1" or row["origin"] == "either":
        ped = GIRL.replace("dad 0 0 1 1", "dad 0 0 1 2").replace("mum 0 0 2 1", "mum 0 0 2 2")
    elif row["origin"] == "maternal":
        ped = GIRL.replace("mum 0 0 2 1", "mum 0 0 2 2")
    found = run(tmp_path, records=[record], ped=ped)
    assert {r["parent_of_origin"] for r in found} == {row["origin"]}
