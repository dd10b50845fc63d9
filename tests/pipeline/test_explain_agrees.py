"""`raredx explain` answers as `raredx rank` does: every allele, in one code path."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import raredx.pipeline.plan
from explanations import assert_agree, explain_all, rows_explained, rows_of
from gate_files import BCSQ_INFO, INFO, records, write_panel
from raredx.pipeline.explain import explain
from raredx.pipeline.request import RankRequest
from raredx.readers.genes import read_gene_table
from raredx.vocabulary import Assembly
from vcf_files import compress, csq, vcf_text

DEMO = Path(__file__).resolve().parents[2] / "data" / "demo"
TABLE = read_gene_table()

PEDIGREES = {
    "trio, affected son": ("kid", "F kid dad mum 1 2\nF dad 0 0 1 1\nF mum 0 0 2 1\n"),
    "trio, affected daughter and father": (
        "kid", "F kid dad mum 2 2\nF dad 0 0 1 2\nF mum 0 0 2 1\n"),
    "sex not stated": ("kid", "F kid dad mum 0 2\nF dad 0 0 1 1\nF mum 0 0 2 0\n"),
    "a proband alone": ("kid", "F kid 0 0 1 2\n"),
    "mother not sequenced": ("kid", "F kid dad lost 1 2\nF dad 0 0 1 1\nF lost 0 0 2 1\n"),
    "three generations": (
        "kid", "F kid dad mum 1 2\nF dad 0 0 1 1\nF mum gran 0 2 2\nF gran 0 0 1 1\n"),
    "two families": (
        None, "F kid 0 0 1 2\nG dad 0 mum 1 2\nG mum 0 0 2 1\n"),
}  # fmt: skip
"""Proband, and the lines of a PED; samples are kid, dad and mum."""


@pytest.fixture(scope="module")
def fx_folder(tmp_path_factory):
    """A panel of some of the genes."""
    return write_panel(tmp_path_factory.mktemp("gate"))


def request_for(folder: Path, text: str, ped: str, **options) -> RankRequest:
    (folder / "x.vcf").write_text(text)
    (folder / "x.ped").write_text(ped)
    return RankRequest(
        vcf=str(folder / "x.vcf"), ped=folder / "x.ped", output=None, allow_unsequenced=True,
        **options,
    )  # fmt: skip


@pytest.mark.parametrize("ruleset", ["gel", "gel-incomplete"])
def test_every_allele_of_the_demonstration_family(ruleset):
    both = assert_agree(
        RankRequest(
            vcf=str(DEMO / "family.vcf.gz"), ped=DEMO / "family.ped", panels=("402",),
            ruleset=ruleset, regions=("chr1", "chr2", "chr7", "chr17", "chrX", "chrM"), output=None,
        )
    )  # fmt: skip
    assert any(trail.kept for allele in both.trails for trail in allele)


@pytest.mark.parametrize("panels", [("all",), ()])
def test_every_allele_of_a_real_trio(fx_shared, panels):
    folder = fx_shared / "data" / "families" / "scout_643594"
    both = assert_agree(
        RankRequest(
            vcf=str(folder / "643594.clinical.vcf.gz"), ped=folder / "643594.ped", panels=panels,
            output=None,
        )
    )  # fmt: skip
    assert len(both.trails) > 600


@settings(max_examples=120)
@given(
    records(), st.booleans(), st.sampled_from([*PEDIGREES]),
    st.sampled_from(["gel", "gel-incomplete"]),
)  # fmt: skip
def test_every_allele_of_small_files(fx_folder, made, panel, family, ruleset):
    """Filters, limits, half calls, X, Y, MT, several ALTs, missing parents: whatever comes."""
    text = vcf_text(records=made, samples=("kid", "dad", "mum"), info=INFO)
    panels = (str(fx_folder / "panel.tsv"),) if panel else ()
    _, ped = PEDIGREES[family]
    with mock.patch.object(raredx.pipeline.plan, "read_gene_table", return_value=TABLE):
        assert_agree(request_for(fx_folder, text, ped, panels=panels, ruleset=ruleset))


@settings(max_examples=15)
@given(records(), st.sampled_from([*PEDIGREES]))
def test_a_window_answers_as_the_whole_file(fx_folder, made, family):
    """Of every allele, found through the index or not."""
    text = vcf_text(records=sorted_records(made), samples=("kid", "dad", "mum"), info=INFO)
    _, ped = PEDIGREES[family]
    request = request_for(
        fx_folder, text, ped.replace(" 0 2\n", " 1 2\n"), panels=(str(fx_folder / "panel.tsv"),)
    )
    if "<DEL>" not in text:
        compress(fx_folder / "x.vcf")
        request = RankRequest(**{**request.__dict__, "vcf": str(fx_folder / "x.vcf.gz")})
    with mock.patch.object(raredx.pipeline.plan, "read_gene_table", return_value=TABLE):
        both = explain_all(request)
        expected = rows_of(both.result)
        for name in dict.fromkeys(trail.variant for allele in both.trails for trail in allele):
            found = explain(request, name)
            assert rows_explained([[*found.trails]]) == [r for r in expected if r[1] == name]
            whole = {(t.family_id, t.failed) for a in both.trails for t in a if t.variant == name}
            assert {(t.family_id, t.failed) for t in found.trails} <= whole


def sorted_records(made):
    order = ["chr7", "chr7_KI270803v1_alt", "chr13", "chrX", "chrY", "chrM"]
    return sorted(made, key=lambda r: (order.index(r.split()[0]), int(r.split()[1])))


TRIO = "F kid dad mum 1 2\nF dad 0 0 1 1\nF mum 0 0 2 1\n"


def agree_in_window(folder, made, asked, *, info=INFO, **options):
    """Explain one allele through the index; ask for the rows of the whole file."""
    contigs = options.pop("contigs", None)
    text = vcf_text(records=made, samples=("kid", "dad", "mum"), info=info, contigs=contigs)
    request = request_for(folder, text, options.pop("ped", TRIO), **options)
    compress(folder / "x.vcf")
    request = RankRequest(**{**request.__dict__, "vcf": str(folder / "x.vcf.gz")})
    both = explain_all(request)
    found = explain(request, asked)
    assert found.trails, found.conclusion
    name = found.trails[0].variant
    assert rows_explained([[*found.trails]]) == [r for r in rows_of(both.result) if r[1] == name]
    whole = {t.variant: t.failed for allele in both.trails for t in allele}
    assert found.trails[0].failed == whole[found.trails[0].variant]
    return found.trails[0]


def span_of(symbol):
    return TABLE.span(TABLE.resolve(None, symbol).index, Assembly.GRCH38)[1:]


def gene(symbol, **values):
    return f"CSQ={csq(SYMBOL=symbol, Gene='', **values)}"


def test_a_partner_far_away_in_the_gene(tmp_path):
    """The first and the last base of DMD are 2.2 million bases apart."""
    ped = "F kid dad mum 2 2\nF dad 0 0 1 1\nF mum 0 0 2 1\n"
    first, last = span_of("DMD")
    made = [f"chrX {first + 10} A T {gene('DMD')} GT 0/1 0/0 0/1",
            f"chrX {last - 10} A T {gene('DMD')} GT 0/1 0 0/0"]  # fmt: skip
    trail = agree_in_window(tmp_path, made, f"chrX-{first + 10}-A-T", ped=ped)
    assert f"chrX-{last - 10}-A-T" in [row.partner for row in trail.rows]


@pytest.mark.parametrize("contigs", [(), ("##contig=<ID=chr1>",)])
def test_a_partner_on_a_contig_that_the_header_does_not_name(tmp_path, contigs):
    first, _ = span_of("CFTR")
    made = [f"chr7 {first + 10} A T {gene('CFTR')} GT 0/1 0/1 0/0",
            f"chr7 {first + 90_000} A T {gene('CFTR')} GT 0/1 0/0 0/1"]  # fmt: skip
    asked = f"chr7-{first + 10}-A-T"
    trail = agree_in_window(tmp_path, made, asked, contigs=contigs, assembly=Assembly.GRCH38)
    assert [row.partner for row in trail.rows] == [f"chr7-{first + 90_000}-A-T"]


def test_a_partner_upstream_of_the_gene(tmp_path):
    """A known allele 4,900 bases before the gene pairs with one inside it."""
    first, _ = span_of("CFTR")
    known = gene("CFTR", Consequence="upstream_gene_variant", CLIN_SIG="pathogenic")
    made = [f"chr7 {first - 4900} A T {known} GT 0/1 0/1 0/0",
            f"chr7 {first + 50_000} A T {gene('CFTR')} GT 0/1 0/0 0/1"]  # fmt: skip
    trail = agree_in_window(tmp_path, made, f"chr7-{first + 50_000}-A-T")
    assert [row.partner for row in trail.rows] == [f"chr7-{first - 4900}-A-T"]


def test_a_partner_in_a_gene_that_nobody_knows(tmp_path):
    made = [f"chr7 1000000 A T {gene('NOBODY1')} GT 0/1 0/1 0/0",
            f"chr7 3000000 A T {gene('NOBODY1')} GT 0/1 0/0 0/1"]  # fmt: skip
    trail = agree_in_window(tmp_path, made, "chr7-1000000-A-T")
    assert [row.partner for row in trail.rows] == ["chr7-3000000-A-T"]


def test_new_alleles_that_crowd_around_it(tmp_path):
    """Neighbours in no gene of its own, up to 1,000 bases away, make a new allele doubtful."""
    reads = "GT:AD:DP:GQ 0/1:20,20:40:99 0/0:40,0:40:99 0/0:40,0:40:99"
    _, last = span_of("CFTR")
    place = last + 11_500  # beyond what is read of the gene
    made = [f"chr7 {place} A T {gene('CFTR')} {reads}",
            f"chr7 {place + 500} A T {gene('OTHER1')} {reads}",
            f"chr7 {place + 950} A T {gene('OTHER2')} {reads}"]  # fmt: skip
    trail = agree_in_window(tmp_path, made, f"chr7-{place}-A-T")
    assert "de novo (low confidence)" in trail.rows[0].reason


def test_a_consequence_that_stands_in_another_record(tmp_path):
    """`@1000` points to the compound of an earlier record."""
    made = [
        "chr7 1000 A T BCSQ=missense|CFTR|T1|protein_coding|+|1A>1B|1000A>T+1900C>G GT 1/1 0/1 0/1",
        "chr7 1900 C G BCSQ=@1000 GT 1/1 0/1 0/1",
    ]
    trail = agree_in_window(
        tmp_path, made, "chr7-1900-C-G", info=BCSQ_INFO, allow_missing_frequency=True
    )
    assert trail.kept


def test_a_pointer_to_a_record_that_a_run_drops(tmp_path):
    """The run never sees the compound, so it cannot answer the consequence."""
    made = [
        "chr7 1000 A T;LowQual BCSQ=missense|CFTR|T1|protein_coding|+|1A>1B|1000A>T+1900C>G "
        "GT 1/1 0/1 0/1",
        "chr7 1900 C G BCSQ=@1000 GT 1/1 0/1 0/1",
    ]
    trail = agree_in_window(tmp_path, made, "chr7-1900-C-G", info=BCSQ_INFO)
    assert trail.failed == "consequence"


def test_a_split_site_of_which_one_record_is_dropped(tmp_path):
    made = [f"chr7 117559590 A T;LowQual {gene('CFTR')} GT 1/0 1/0 0/0",
            f"chr7 117559590 A G {gene('CFTR', Allele='G')} GT 0/1 0/0 0/1"]  # fmt: skip
    trail = agree_in_window(tmp_path, made, "chr7-117559590-A-G")
    assert not trail.kept
    assert "chr7-117559590-A-T" in " ".join(
        detail for g in trail.genes for m in g.modes for s in m.steps for detail in s.details
    )


@pytest.mark.parametrize(("regions", "failed"), [(("chr7:1-2000",), "regions"), (("chr7",), "")])
def test_regions_of_the_run(tmp_path, regions, failed):
    made = [f"chr7 117559590 A T {gene('CFTR')} GT 1/1 0/1 0/1",
            f"chr7 1500 A T {gene('CFTR')} GT 0/1 0/1 0/1"]  # fmt: skip
    trail = agree_in_window(tmp_path, sorted_records(made), "chr7-117559590-A-T", regions=regions)
    assert trail.failed == failed
    assert [s.outcome.name for s in trail.steps if s.question == "regions"] == [
        "FAIL" if failed else "PASS"
    ]
