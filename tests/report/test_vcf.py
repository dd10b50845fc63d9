"""Candidates as VCF and BCF: valid for htslib, sorted, nothing of the input lost."""

from __future__ import annotations

import warnings

import cyvcf2
import pysam
import pytest

from raredx.report.vcf import write_vcf

PARTS = ("alt|family_id|rank|candidate_id|tier|score|gene|mode|segregation_pattern|penetrance|"
         "partner|flags|probability|score_prior|score_effect|score_rarity|score_segregation|"
         "score_gene|score_panel|score_phenotype|score_reported|acmg_class|acmg_points|"
         "acmg_criteria|disease_id")  # fmt: skip


@pytest.fixture(params=["out.vcf", "out.vcf.gz", "out.bcf"])
def fx_file(request, fx_demo, tmp_path):
    """Write the candidates of the demo in each format."""
    path = tmp_path / request.param
    reader = cyvcf2.VCF(str(fx_demo.folder / "candidates.vcf.gz"))
    text = "\n".join(
        line for line in reader.raw_header.splitlines() if "RAREDX" not in line and "raredx" not in line
    )  # fmt: skip
    write_vcf(fx_demo.result.table, fx_demo.result.heading, text + "\n", path.name, path)
    return path


MAGIC = {".vcf": b"##file", ".gz": b"\x1f\x8b", ".bcf": b"\x1f\x8b"}


def test_htslib_reads_it_without_a_complaint(fx_file, fx_demo, capfd):
    assert fx_file.read_bytes().startswith(MAGIC[fx_file.suffix])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pysam.VariantFile(str(fx_file)) as source:
            records = list(source)
        kinds = {"out.vcf": "VCF", "out.vcf.gz": "VCF", "out.bcf": "BCF"}
        with pysam.VariantFile(str(fx_file)) as source:
            assert source.format == kinds[fx_file.name]
    assert sum(1 for _ in cyvcf2.VCF(str(fx_file))) == len(records)
    said = capfd.readouterr().err.splitlines()
    assert [line for line in said if "Could not retrieve index" not in line] == []
    table = fx_demo.result.table
    sites = {*zip(table["chrom"], table["pos"], strict=True)}
    assert {(r.chrom, r.pos) for r in records} == sites


def test_records_are_sorted_and_stand_once(fx_file):
    with pysam.VariantFile(str(fx_file)) as source:
        order = {name: n for n, name in enumerate(source.header.contigs)}
        places = [(order[r.chrom], r.pos) for r in source]
    assert places == sorted(set(places))


def test_what_is_said_of_each_record(fx_file, fx_demo):
    table = fx_demo.result.table
    with pysam.VariantFile(str(fx_file)) as source:
        declared = source.header.info["RAREDX"].description
        said = {(r.chrom, r.pos): dict(r.info) for r in source}
    assert declared.endswith(f"Format: {PARTS}")
    for row in range(len(table)):
        info = said[table["chrom"][row], table["pos"][row]]
        entries = [dict(zip(PARTS.split("|"), e.split("|"), strict=True)) for e in info["RAREDX"]]
        (own,) = [e for e in entries if e["candidate_id"] == table["candidate_id"][row]
                  and e["alt"] == table["alt"][row]]  # fmt: skip
        assert (own["rank"], own["tier"]) == (str(table["rank"][row]), table["tier"][row])
        assert own["flags"] == "&".join(table["flags"][row])
        assert own["acmg_criteria"] == "&".join(table["acmg_criteria"][row])
        assert float(own["probability"]) == table["probability"][row]
        assert own["score_phenotype"] == str(table["score_phenotype"][row])
        assert info["RAREDX_RANK"] == min(int(e["rank"]) for e in entries)
        assert info["RAREDX_TIER"] == min(e["tier"] for e in entries)


def test_the_input_is_kept(fx_file):
    """Genotypes and annotations of the first answer, as in the bundled file."""
    with pysam.VariantFile(str(fx_file)) as source:
        (found,) = [r for r in source if (r.chrom, r.pos) == ("chr14", 28767732)]
    assert {name: call["GT"] for name, call in found.samples.items()} == {
        "proband": (0, 1), "mother": (0, 0), "father": (0, 0),
    }  # fmt: skip
    assert "FOXG1" in found.info["CSQ"][0]


def test_the_heading_is_in_the_header(fx_file):
    text = cyvcf2.VCF(str(fx_file)).raw_header
    assert "##raredx_assembly=GRCh38" in text
    assert "##raredx_ruleset=gel version" in text


@pytest.mark.parametrize("name", ["none.vcf", "none.bcf"])
def test_without_candidates(fx_demo, tmp_path, name):
    from raredx.columns.results import empty_table  # noqa: PLC0415

    header = cyvcf2.VCF(str(fx_demo.folder / "candidates.vcf.gz")).raw_header
    text = "\n".join(line for line in header.splitlines() if "RAREDX" not in line) + "\n"
    write_vcf(empty_table(()), fx_demo.result.heading, text, name, tmp_path / name)
    with pysam.VariantFile(str(tmp_path / name)) as source:
        assert list(source) == []
