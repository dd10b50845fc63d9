"""Near misses, one kind at a time: what is found, and the words for it."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import pytest

import raredx.pipeline.plan
from gate_files import INFO
from raredx.columns.near_misses import NEAR_MISS_FIELDS
from raredx.columns.panel import PanelDraft, PanelHeader, PanelRecord
from raredx.pipeline.rank import rank
from raredx.pipeline.request import RankRequest
from raredx.readers.genes import read_gene_table
from raredx.readers.panel_tsv import encode_panel
from raredx.vocabulary import Confidence, Moi
from vcf_files import csq, vcf_text

TABLE = read_gene_table()
TRIO = "F kid dad mum 1 2\nF dad 0 0 1 1\nF mum 0 0 2 1\n"
MODES = {"CFTR": Moi.BIALLELIC, "SCN1A": Moi.MONOALLELIC, "DMD": Moi.XLINKED_BIALLELIC}
PANEL = encode_panel(
    PanelDraft(
        PanelHeader(panel_id="mine", name="Mine", version="1.0"),
        [PanelRecord("gene", "", gene, Confidence.GREEN, moi, "", "")
         for gene, moi in MODES.items()],
    )
)  # fmt: skip


def near(folder: Path, *records: str, ped: str = TRIO, **options) -> list[dict[str, object]]:
    """Rank small records with a panel of their genes; give the near misses as rows."""
    (folder / "x.vcf").write_text(
        vcf_text(records=records, samples=("kid", "dad", "mum"), info=INFO)
    )
    (folder / "x.ped").write_text(ped)
    (folder / "panel.tsv").write_text(PANEL)
    request = RankRequest(
        vcf=str(folder / "x.vcf"), ped=folder / "x.ped", near_misses=str(folder / "near.tsv"),
        panels=(str(folder / "panel.tsv"),), output=None, **options,
    )  # fmt: skip
    with mock.patch.object(raredx.pipeline.plan, "read_gene_table", return_value=TABLE):
        table = rank(request, lambda *_: None).near_misses
    assert list(table.columns) == [field.name for field in NEAR_MISS_FIELDS]
    return [{name: table[name][n] for name in table.columns} for n in range(len(table["rank"]))]


def of(gene: str, **values: str) -> str:
    return f"CSQ={csq(SYMBOL=gene, Gene='', Feature='ENST9', **values)}"


SPLICE = "SpliceAI=T|CFTR|{}|0.00|.|0.00|1|2|3|4"
KNOWN = "CLNSIG=Pathogenic"
OTHER = f"CSQ={csq(SYMBOL='CFTR', Gene='', Consequence='synonymous_variant', MANE_SELECT='NM_9')}," \
        f"{csq(SYMBOL='CFTR', Gene='', Consequence='stop_gained', Feature='ENST8')}"  # fmt: skip

NEW = "GT:AD:DP:GQ 0/1:15,15:30:9 0/0:30,0:30:99 0/0:30,0:30:99"
"""New in the child, by reads that do not bear it out: so it is not shown without a term."""

ONE = [
    # what, record, question, observed, margin
    ("another FILTER", f"chr7 10 A T;LowQual {of('CFTR')} GT 1/1 0/1 0/1",
     ("filter", "FILTER LowQual", "1 filter failed")),
    ("FILTER not told", f"chr7 10 A T;. {of('CFTR')} GT 1/1 0/1 0/1", None),
    ("1.2 times the limit", f"chr7 10 A T {of('CFTR')};gnomad_AF=0.012 GT 1/1 0/1 0/1",
     ("frequency", "0.012 in gnomad", "1.2 times the limit")),
    ("not quite five times", f"chr7 10 A T {of('CFTR')};gnomad_AF=0.049 GT 1/1 0/1 0/1",
     ("frequency", "0.049 in gnomad", "4.9 times the limit")),
    ("six times the limit", f"chr7 10 A T {of('CFTR')};gnomad_AF=0.06 GT 1/1 0/1 0/1", None),
    ("six times, but known", f"chr7 10 A T {of('CFTR')};gnomad_AF=0.06;{KNOWN} GT 1/1 0/1 0/1",
     ("frequency", "0.06 in gnomad", "6 times the limit")),
    ("FILTER and frequency", f"chr7 10 A T;LowQual {of('CFTR')};gnomad_AF=0.012 GT 1/1 0/1 0/1",
     None),
    ("weak splice prediction",
     f"chr2 10 A T {of('SCN1A', Consequence='intron_variant')};{SPLICE.format('0.15')} {NEW}",
     ("consequence", "intron_variant on ENST9 (worst), SpliceAI 0.15", "0.05 below")),
    ("benign splice prediction",
     f"chr7 10 A T {of('CFTR', Consequence='splice_region_variant&intron_variant')};"
     f"{SPLICE.format('0.05')} GT 0/1 0/0 0/0", None),
    ("beside a splice site, no prediction",
     f"chr2 10 A T {of('SCN1A', Consequence='splice_polypyrimidine_tract_variant&intron_variant')} "
     f"{NEW}",
     ("consequence", "splice_polypyrimidine_tract_variant&intron_variant on ENST9 (worst), no "
      "splice prediction in the file", "beside a splice site, effect not known")),
    ("another transcript", f"chr7 10 A T {OTHER} GT 0/1 0/0 0/1", None),  # a partner fails too
    ("inherited, dominant gene", f"chr2 10 A T {of('SCN1A')} GT 0/1 0/1 0/0",
     ("segregation", "father dad (unaffected, heterozygous)", "1 answer contradicts")),
    ("inherited from both", f"chr2 10 A T {of('SCN1A')} GT 0/1 0/1 0/1",
     ("segregation", "father dad (unaffected, heterozygous) and mother mum (unaffected, "
      "heterozygous)", "2 answers contradict")),
    ("a parent has both copies", f"chr7 10 A T {of('CFTR')} GT 1/1 1/1 0/1",
     ("segregation", "father dad (unaffected, homozygous)", "1 answer contradicts")),
    ("one copy, recessive gene", f"chr7 10 A T {of('CFTR')} GT 0/1 0/1 0/0",
     ("segregation", "one heterozygous allele", "one allele is missing")),
    ("not in a panel gene", f"chr9 10 A T;LowQual {of('ABCA1')} GT 1/1 0/1 0/1", None),
    ("known, outside the panels", f"chr9 10 A T;LowQual {of('ABCA1')};{KNOWN} GT 1/1 0/1 0/1",
     ("filter", "FILTER LowQual", "1 filter failed")),
    ("not carried", f"chr7 10 A T;LowQual {of('CFTR')} GT 0/0 0/1 0/1", None),
    ("a candidate already", f"chr7 10 A T {of('CFTR')} GT 1/1 0/1 0/1", None),
]  # fmt: skip


@pytest.mark.parametrize(("record", "expected"), [case[1:] for case in ONE],
                         ids=[case[0] for case in ONE])  # fmt: skip
def test_one_allele(tmp_path, record, expected):
    found = [(row["question"], row["observed"], row["margin"]) for row in near(tmp_path, record)]
    assert found == ([expected] if expected else [])


FATHER, MOTHER = "GT 0/1 0/1 0/0", "GT 0/1 0/0 0/1"

TWO = [
    # what, two records, and of each near miss: position, question, what would have to be different
    ("a second allele with a FILTER",
     (f"chr7 10 A T {of('CFTR')} {FATHER}", f"chr7 900 A T;LowQual {of('CFTR')} {MOTHER}"),
     [(10, "segregation", "one heterozygous allele; chr7-900-A-T fails filter"),
      (900, "filter", "It would be a candidate (compound het with chr7-10-A-T) if FILTER were "
       "PASS.")]),
    ("a second allele that is too frequent",
     (f"chr7 10 A T {of('CFTR')} {FATHER}", f"chr7 900 A T {of('CFTR')};gnomad_AF=0.02 {MOTHER}"),
     [(10, "segregation", "one heterozygous allele; chr7-900-A-T fails frequency"),
      (900, "frequency", "It would be a candidate (compound het with chr7-10-A-T) if its frequency "
       "in gnomad were 0.01 or less.")]),
    ("a second allele beside a splice site",
     (f"chr7 10 A T {of('CFTR')} {FATHER}",
      f"chr7 900 A T {of('CFTR', Consequence='splice_polypyrimidine_tract_variant')} {MOTHER}"),
     [(10, "segregation", "one heterozygous allele; chr7-900-A-T fails consequence"),
      (900, "consequence", "It would be a candidate (compound het with chr7-10-A-T) if a SpliceAI "
       "score of 0.2 or more showed that it disturbs splicing.")]),
    ("a second allele on another transcript",
     (f"chr7 10 A T {of('CFTR')} {FATHER}", f"chr7 900 A T {OTHER} {MOTHER}"),
     [(10, "segregation", "one heterozygous allele; chr7-900-A-T fails consequence"),
      (900, "consequence", "It would be a candidate (compound het with chr7-10-A-T) if ENST8 were "
       "the transcript to judge by.")]),
    ("both from one parent",
     (f"chr7 10 A T {of('CFTR')} {FATHER}", f"chr7 900 A T {of('CFTR')} {FATHER}"),
     [(10, "segregation", "one heterozygous allele; chr7-900-A-T is in cis, or does not fit the "
       "family"),
      (900, "segregation", "one heterozygous allele; chr7-10-A-T is in cis, or does not fit the "
       "family")]),
    ("a second allele that fails two questions",
     (f"chr7 10 A T {of('CFTR')} {FATHER}",
      f"chr7 900 A T;LowQual {of('CFTR')};gnomad_AF=0.02 {MOTHER}"),
     [(10, "segregation", "one heterozygous allele")]),
    ("a pair already",
     (f"chr7 10 A T {of('CFTR')} {FATHER}", f"chr7 900 A T {of('CFTR')} {MOTHER}"), []),
]  # fmt: skip


@pytest.mark.parametrize(("records", "expected"), [case[1:] for case in TWO],
                         ids=[case[0] for case in TWO])  # fmt: skip
def test_two_alleles(tmp_path, records, expected):
    found = {row["pos"]: row for row in near(tmp_path, *records)}
    assert found.keys() == {position for position, _, _ in expected}
    for position, question, words in expected:
        row = found[position]
        assert row["question"] == question
        assert words in (row["observed"], row["needed"])


def test_what_a_member_would_have_to_be(tmp_path):
    (row,) = near(tmp_path, f"chr2 10 A T {of('SCN1A')} GT 0/1 0/1 0/0")
    assert row["needed"] == (
        "It would be a candidate (autosomal dominant) if father dad (unaffected, heterozygous) were "
        "affected, or its penetrance incomplete (rule set gel-incomplete)."
    )
    assert row["genotypes"] == ["kid=0/1", "dad=0/1", "mum=0/0"]


def test_incomplete_penetrance_makes_it_a_candidate(tmp_path):
    """What the sentence says holds."""
    assert (
        near(tmp_path, f"chr2 10 A T {of('SCN1A')} GT 0/1 0/1 0/0", ruleset="gel-incomplete") == []
    )


def test_what_comes_first(tmp_path):
    """Known, then of high impact, then the rest; what lacks a partner last."""
    found = near(
        tmp_path,
        f"chr2 10 A T {of('SCN1A')} GT 0/1 0/1 0/0",
        f"chr7 10 A T {of('CFTR')} GT 0/1 0/1 0/0",
        f"chr7 900 A T;LowQual {of('CFTR', Consequence='stop_gained')};gnomad_AF=0 GT 1/1 0/1 0/1",
        f"chr9 10 A T;LowQual {of('ABCA1')};{KNOWN} GT 1/1 0/1 0/1",
    )
    assert [row["rank"] for row in found] == [1, 2, 3, 4]
    assert [row["gene"] for row in found] == ["ABCA1", "CFTR", "SCN1A", "CFTR"]
    assert [row["question"] for row in found] == ["filter", "filter", "segregation", "segregation"]


def test_no_more_than_are_listed(tmp_path, monkeypatch):
    monkeypatch.setattr("raredx.scoring.describe_near_misses.LISTED", 2)
    made = [f"chr2 {n} A T {of('SCN1A')} GT 0/1 0/1 0/0" for n in range(10, 60, 10)]
    assert len(near(tmp_path, *made)) == 2
    text = (tmp_path / "near.tsv").read_text()
    assert "found 5" in text
    assert "listed 2" in text
