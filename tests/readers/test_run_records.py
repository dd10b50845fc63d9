"""Records of one allele in two variant files: in what they differ, told by kind."""

from __future__ import annotations

import pysam
import pytest

from evidence_files import small_vcf
from raredx.columns.run_changes import Cause
from raredx.columns.runs import allele_key
from raredx.readers import run_records
from raredx.readers.run_records import read_site_records, record_causes
from recorded_runs import edited_vcf, with_call, with_csq

POS = 125350344
KEY = allele_key("chr12", POS, "G", "A")
MEMBERS = ("proband", "mother", "father")


@pytest.fixture(scope="module")
def fx_vcf(tmp_path_factory):
    return small_vcf(tmp_path_factory.mktemp("vcf"))


def told(one, other, keys=(KEY,)):
    found = read_site_records(one, keys), read_site_records(other, keys)
    assert None not in found
    return record_causes(found[0].get(keys[0]), found[1].get(keys[0]), MEMBERS)


def info(**values):
    def edit(cells):
        cells[7] = ";".join([cells[7], *(f"{name}={value}" for name, value in values.items())])

    return edit


def filtered(cells):
    cells[6] = "LowQual"


def worse(cells):
    cells[5] = "1"


EDITS = {
    "a call": (lambda _: with_call(1, "0/1"), {Cause.GENOTYPE: ("gt of mother: 0/0 -> 0/1",)}),
    "a filter": (lambda _: filtered, {Cause.GENOTYPE: ("filter: PASS -> LowQual",)}),
    "a frequency of VEP": (
        lambda vcf: with_csq(vcf, MAX_AF="0.5"), {Cause.FREQUENCY: ("MAX_AF: none -> 0.5",)},
    ),
    "a frequency of INFO": (
        lambda _: info(gnomAD_AF="0.25"), {Cause.FREQUENCY: ("gnomAD_AF: none -> 0.25",)},
    ),
    "ClinVar of INFO": (
        lambda _: info(CLNSIG="Benign"), {Cause.CLINVAR: ("CLNSIG: none -> Benign",)},
    ),
    "ClinVar of VEP": (
        lambda vcf: with_csq(vcf, CLIN_SIG="benign"), {Cause.CLINVAR: ("CLIN_SIG: none -> benign",)},
    ),
    "a predictor": (
        lambda vcf: with_csq(vcf, REVEL="0.01"), {Cause.PREDICTOR: ("REVEL: none -> 0.01",)},
    ),
    "a consequence": (
        lambda vcf: with_csq(vcf, IMPACT="LOW"), {Cause.ANNOTATION: ("IMPACT: HIGH -> LOW",)},
    ),
    "a quality, which is not asked": (lambda _: worse, {}),
}  # fmt: skip


@pytest.mark.parametrize("name", EDITS)
def test_in_what_records_differ(fx_vcf, tmp_path, name):
    make, expected = EDITS[name]
    other = edited_vcf(fx_vcf, tmp_path / "other.vcf", POS, make(fx_vcf))
    assert told(fx_vcf, tmp_path / "other.vcf") == expected
    assert other == str(tmp_path / "other.vcf")


def test_a_record_that_is_in_one_file(fx_vcf, tmp_path):
    def edit(cells):
        cells[4] = "T"

    edited_vcf(fx_vcf, tmp_path / "other.vcf", POS, edit)
    path = tmp_path / "other.vcf"
    assert told(fx_vcf, path) == {Cause.VARIANTS: ("in the VCF -> not in the VCF",)}
    assert told(path, fx_vcf) == {Cause.VARIANTS: ("not in the VCF -> in the VCF",)}
    nowhere = allele_key("chr12", 5, "A", "T")
    assert told(fx_vcf, path, (nowhere,)) == {}


def test_with_an_index_as_without(fx_vcf, tmp_path):
    packed = tmp_path / "a.vcf.gz"
    pysam.tabix_compress(str(fx_vcf), str(packed))
    pysam.tabix_index(str(packed), preset="vcf")
    keys = [KEY, allele_key("2", 219146736, "G", "A"), allele_key("7", 117559590, "ATCT", "A")]
    found = read_site_records(packed, keys)
    assert set(found) == set(keys)
    assert found == read_site_records(fx_vcf, keys)


def test_a_large_file_without_an_index_is_not_read(fx_vcf, monkeypatch):
    monkeypatch.setattr(run_records, "MAX_UNINDEXED_BYTES", 10)
    assert read_site_records(fx_vcf, [KEY]) is None


def test_what_cannot_be_read(tmp_path):
    assert read_site_records(tmp_path / "none.vcf", [KEY]) is None
    (tmp_path / "bad.vcf").write_text("no VCF")
    assert read_site_records(tmp_path / "bad.vcf", [KEY]) is None
