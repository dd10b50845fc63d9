"""A high SpliceAI score makes a candidate of a variant inside a gene that no consequence names."""

from __future__ import annotations

import csv
from pathlib import Path
from unittest import mock

import pysam
import pytest

import raredx
import raredx.pipeline.plan
from builders import read_table
from raredx.pipeline.rank import rank
from raredx.pipeline.request import RankRequest
from raredx.readers.bcf_sieve import BcfSieve
from raredx.readers.genes import read_gene_table
from raredx.readers.sieve import Sieve
from vcf_files import CSQ_FIELDS, csq, csq_line, info_line, vcf_text

TABLE = read_gene_table()
DELTAS = (
    "SpliceAI_pred_DS_AG",
    "SpliceAI_pred_DS_AL",
    "SpliceAI_pred_DS_DG",
    "SpliceAI_pred_DS_DL",
)
FIELDS = (*CSQ_FIELDS, *DELTAS, "SpliceAI_pred_DP_AG")
FREQUENCY = info_line("gnomad_AF", "A", "Float", "gnomAD")
RAW = info_line(
    "SpliceAI", ".", "String", "ALLELE|SYMBOL|DS_AG|DS_AL|DS_DG|DS_DL|DP_AG|DP_AL|DP_DG|DP_DL"
)
ONE = info_line("spliceai_max", "1", "Float", "largest of the four")
EACH = info_line("SpliceAI_DS_max", "A", "Float", "largest of the four")
TEXT = info_line("spliceai_max", ".", "String", "largest of the four")


@pytest.fixture(scope="module")
def fx_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("splice")


def ways(folder: Path, text: str, **options) -> list[dict[str, str]]:
    """Rank a family of one by htslib alone, by the sieve of text and by that of BCF.

    All three give the same rows.
    """
    (folder / "x.vcf").write_text(text)
    with (
        pysam.VariantFile(str(folder / "x.vcf")) as source,
        pysam.VariantFile(str(folder / "x.bcf"), "wb", header=source.header) as out,
    ):
        for record in source:
            out.write(record)
    found = []
    for name, exact in (("x.vcf", True), ("x.vcf", False), ("x.bcf", True), ("x.bcf", False)):
        request = RankRequest(
            vcf=str(folder / name), output=str(folder / "out.tsv"), exact=exact, **options
        )
        with (
            mock.patch.object(raredx.pipeline.plan, "read_gene_table", return_value=TABLE),
            mock.patch.object(Sieve, "pays", return_value=True),
            mock.patch.object(BcfSieve, "pays", return_value=True),
        ):
            rank(request, lambda *_: None)
        lines = (folder / "out.tsv").read_text().splitlines()
        rows = [line for line in lines if not line.startswith("##")]
        found.append(list(csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE)))
    assert found[0] == found[1] == found[2] == found[3]
    return found[0]


def candidates(folder: Path, *records: str, info=(), **options) -> list[tuple[str, str, str]]:
    """Give gene, ALT and tier of each candidate, once for each."""
    text = vcf_text(records=records, info=[csq_line(FIELDS), *info, FREQUENCY], samples=("kid",))
    rows = ways(folder, text, **options)
    return sorted({(row["gene"], row["alt"], row["tier"]) for row in rows})


def intron(alt="T", gene="CFTR", consequence="intron_variant", **values: str) -> str:
    return csq(
        FIELDS, Allele=alt, SYMBOL=gene, Gene="", Consequence=consequence, **values
    )  # fmt: skip


RESCUED = [("CFTR", "T", "untiered")]

# --- one score, however it is written ------------------------------------------------------------

SCORES = """
where        | written                            | candidate
# four delta scores in CSQ
CSQ          | 0.00 0.00 0.00 0.00                | no
CSQ          | 0.19 0.10 0.00 0.00                | no
CSQ          | 0.20 0.00 0.00 0.00                | yes
CSQ          | 0.00 0.20 0.00 0.00                | yes
CSQ          | 0.00 0.00 0.21 0.00                | yes
CSQ          | 0.00 0.00 0.00 0.99                | yes
CSQ          | 0.10 0.10 0.10 0.10                | no
CSQ          | - - - 0.2                          | yes
CSQ          | - - - -                            | no
CSQ          | 0.1&0.3 - - -                      | yes
CSQ          | 0.1&0.15 - - -                     | no
CSQ          | . . . 1                            | yes
CSQ          | 2e-1 - - -                         | yes
CSQ          | 0.1999 - - -                       | no
# single precision makes 0.2 of it
CSQ          | 0.1999999999 - - -                 | yes
# SpliceAI's own annotation
SpliceAI     | T|CFTR|0.00|0.19|0.00|0.00|2|-3|9|12   | no
SpliceAI     | T|CFTR|0.00|0.00|0.00|0.20|2|-3|9|12   | yes
SpliceAI     | T|CFTR|0.20|0.00|0.00|0.00|2|-3|9|12   | yes
# positions are no scores
SpliceAI     | T|CFTR|0.00|0.00|0.00|0.00|2|-3|9|12   | no
SpliceAI     | T|CFTR|.|.|.|.|.|.|.|.                 | no
# of another allele
SpliceAI     | G|CFTR|0.90|0.00|0.00|0.00|2|-3|9|12   | no
# of the second of two genes
SpliceAI     | T|ASZ1|0.00|0.00|0.00|0.00|2|-3|9|12,T|CFTR|0.00|0.50|0.00|0.00|2|-3|9|12 | yes
# one number in INFO
spliceai_max | 0.19                               | no
spliceai_max | 0.2                                | yes
spliceai_max | 0.20                               | yes
spliceai_max | 1                                  | yes
spliceai_max | .                                  | no
SpliceAI_DS_max | 0.199                           | no
SpliceAI_DS_max | 0.2                             | yes
text         | 0.2                                | yes
text         | 0.1,0.1                            | no
none         | -                                  | no
"""
HEADERS = {"SpliceAI": RAW, "spliceai_max": ONE, "SpliceAI_DS_max": EACH}


def score_rows():
    """Rows of the table; the bars of SpliceAI's annotation stand close."""
    return read_table(text=SCORES)


@pytest.mark.parametrize("row", score_rows(), ids=lambda r: f"{r['where']} {r['written']}")
def test_a_score_from_two_tenths_on(fx_folder, row):
    where, written = row["where"], row["written"]
    values, about, info = {}, "", []
    if where == "CSQ":
        cells = [cell if cell != "-" else "" for cell in written.split()]
        values = dict(zip(DELTAS, cells, strict=True))
    elif where == "text":
        info, about = [TEXT], f";spliceai_max={written}"
    elif where != "none":
        info, about = [HEADERS[where]], f";{where}={written}"
    record = f"chr7 117559590 A T CSQ={intron(**values)}{about} GT 0/1"
    found = candidates(fx_folder, record, info=info)
    assert found == (RESCUED if row["candidate"] == "yes" else [])


# --- which variant, which gene -------------------------------------------------------------------

INSIDE = """
consequence                | candidate
intron_variant             | yes
synonymous_variant         | yes
5_prime_UTR_variant        | yes
3_prime_UTR_variant        | yes
non_coding_transcript_exon_variant | yes
upstream_gene_variant      | no
downstream_gene_variant    | no
regulatory_region_variant  | no
intergenic_variant         | no
"""


@pytest.mark.parametrize("row", read_table(text=INSIDE), ids=lambda r: r["consequence"])
def test_only_inside_a_gene(fx_folder, row):
    entry = intron(consequence=row["consequence"], SpliceAI_pred_DS_AG="0.9")
    found = candidates(fx_folder, f"chr7 117559590 A T CSQ={entry} GT 0/1")
    assert found == (RESCUED if row["candidate"] == "yes" else [])


def test_in_each_gene_it_lies_in_but_not_beside(fx_folder):
    deltas = {"SpliceAI_pred_DS_AL": "0.5"}
    entries = [
        intron(**deltas), intron(gene="BRCA2", consequence="synonymous_variant", **deltas),
        intron(gene="TTN", consequence="upstream_gene_variant", **deltas),
    ]  # fmt: skip
    found = candidates(fx_folder, f"chr7 117559590 A T CSQ={','.join(entries)} GT 0/1")
    assert found == [("BRCA2", "T", "untiered"), ("CFTR", "T", "untiered")]


def test_a_variant_that_a_consequence_names_gains_no_other_gene(fx_folder):
    deltas = {"SpliceAI_pred_DS_AL": "0.9"}
    entries = [intron(**deltas), intron(gene="BRCA2", consequence="missense_variant", **deltas)]
    found = candidates(fx_folder, f"chr7 117559590 A T CSQ={','.join(entries)} GT 0/1")
    assert found == [("BRCA2", "T", "3")]


def test_each_allele_has_its_own_score(fx_folder):
    entries = ",".join(intron(alt=alt) for alt in "TG")
    about = "SpliceAI=T|CFTR|0.10|0.00|0.00|0.00|1|1|1|1,G|CFTR|0.80|0.00|0.00|0.00|1|1|1|1"
    record = f"chr7 117559590 A T,G CSQ={entries};{about} GT 1/2"
    assert candidates(fx_folder, record, info=[RAW]) == [("CFTR", "G", "untiered")]
    record = f"chr7 117559590 A T,G CSQ={entries};SpliceAI_DS_max=0.3,0.1 GT 1/2"
    assert candidates(fx_folder, record, info=[EACH]) == [("CFTR", "T", "untiered")]


def test_a_common_variant_is_not_rescued(fx_folder):
    entry = intron(SpliceAI_pred_DS_AG="0.9")
    record = f"chr7 117559590 A T CSQ={entry};gnomad_AF=0.2 GT 0/1"
    assert candidates(fx_folder, record) == []


def test_a_variant_that_the_proband_lacks_is_not_rescued(fx_folder):
    entry = intron(SpliceAI_pred_DS_AG="0.9")
    kept = f"chr7 117559590 A T CSQ={entry} GT 0/1"
    assert candidates(fx_folder, kept, f"chr7 117559690 A T CSQ={entry} GT 0/0") == RESCUED


# --- panels and rule sets ------------------------------------------------------------------------


def test_on_a_green_gene_it_is_untiered_too(fx_folder):
    (fx_folder / "green.txt").write_text("CFTR\n")
    entry = intron(SpliceAI_pred_DS_AG="0.9")
    record = f"chr7 117559590 A T CSQ={entry} GT 0/1"
    assert candidates(fx_folder, record, panels=(str(fx_folder / "green.txt"),)) == RESCUED


def own_rules(folder: Path, limit: str) -> str:
    """Write the bundled rule set with another limit."""
    text = (Path(raredx.__file__).parent / "data" / "rulesets" / "gel.toml").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("min_spliceai")]
    lines.insert(lines.index("[consequence]") + 1, f"min_spliceai = {limit}")
    (folder / "own.toml").write_text("\n".join(lines) + "\n")
    return str(folder / "own.toml")


@pytest.mark.parametrize(
    ("limit", "score", "candidate"),
    [
        ("2", "1.00", False),  # turned off
        ("2.0", "0.20", False),
        ("0.5", "0.49", False),
        ("0.5", "0.50", True),
        ("0.7", "0.7", True),  # single precision holds it as 0.69999999
        ("0.35", "0.35", True),
        ("0.9", "0.9", True),
        ("0.9", "0.89", False),
    ],
)
@pytest.mark.parametrize("where", ["CSQ", "SpliceAI", "spliceai_max"])
def test_the_limit_of_a_rule_set(fx_folder, limit, score, candidate, where):
    values = {"SpliceAI_pred_DS_DG": score} if where == "CSQ" else {}
    written = f"T|CFTR|0.00|{score}|0.00|0.00|1|1|1|1" if where == "SpliceAI" else score
    about = f";{where}={written}" if where != "CSQ" else ""
    info = [HEADERS[where]] if where != "CSQ" else []
    record = f"chr7 117559590 A T CSQ={intron(**values)}{about} GT 0/1"
    ruleset = own_rules(fx_folder, limit)
    found = candidates(fx_folder, record, info=info, ruleset=ruleset)
    assert found == (RESCUED if candidate else [])


def test_without_predictors_nothing_is_rescued(fx_folder):
    entry = intron(SpliceAI_pred_DS_AG="0.9")
    missense = intron(consequence="missense_variant", gene="BRCA2", SpliceAI_pred_DS_AG="0.9")
    records = [f"chr{c} {p} A T CSQ={e} GT 0/1" for c, p, e in
               ((7, 117559590, entry), (13, 32338000, missense))]  # fmt: skip
    found = candidates(fx_folder, *records, ignore_predictors=True)
    assert found == [("BRCA2", "T", "3")]
