"""The bundled family: a file that any tool can open, with the stated answers in it."""

import csv
import gzip
from pathlib import Path

import cyvcf2
import pysam
import pytest

import make_demo

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "data" / "demo"
SHARED = ROOT.parent / "shared"
FILES = ("family.vcf.gz", "family.vcf.gz.tbi", "family.ped", "truth.tsv", "README.md")

# proband, mother, father; written from the genetics, not taken from the generator.
GENOTYPES = {
    "FOXG1": ("0/1", "0/0", "0/0"),
    "NBAS p.Arg1004Ter": ("0/1", "0/1", "0/0"),
    "NBAS p.Leu1055Pro": ("0/1", "0/0", "0/1"),
    "EDA": ("1", "0/1", "0"),
    "NHEJ1": ("1/1", "0/1", "0/1"),
    "MT-TL1": ("0/1", "0/1", "0/0"),
    "CFTR": ("1/1", "0/1", "0/1"),
    "DBT": ("1/1", "0/1", "0/1"),
    "CLN3 p.Glu295Ter": ("0/1", "0/1", "0/0"),
    "CLN3 p.Val330Ile": ("0/1", "0/1", "0/0"),
    "POMGNT1": ("0/1", "0/0", "0/1"),
    "TMEM132B": ("0/1", "0/0", "0/0"),
    "BRCA2": ("0/1", "0/0", "0/1"),
    "ACTN3": ("1/1", "0/1", "0/1"),
}


@pytest.fixture(scope="module")
def fx_lines():
    with gzip.open(DEMO / "family.vcf.gz", "rt", encoding="utf-8") as lines:
        return lines.read().splitlines()


@pytest.fixture(scope="module")
def fx_records(fx_lines):
    return [line.split("\t") for line in fx_lines if not line.startswith("#")]


@pytest.fixture(scope="module")
def fx_truth():
    with open(DEMO / "truth.tsv", encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


@pytest.fixture(scope="module")
def fx_entries(fx_records):
    """Give the CSQ entries of each record, by field name."""
    entries = []
    for record in fx_records:
        info = dict(item.partition("=")[::2] for item in record[7].split(";"))
        texts = info["CSQ"].split(",") if "CSQ" in info else []
        entries.append([text.split("|") for text in texts])
    names = make_demo.CSQ_FIELDS
    return [[dict(zip(names, e, strict=True)) for e in of_record] for of_record in entries]


def genotypes_at(row):
    with pysam.TabixFile(str(DEMO / "family.vcf.gz")) as tabix:
        start = int(row["pos"]) - 1
        for line in tabix.fetch(row["chrom"], start, start + 1):
            f = line.split("\t")
            if (f[1], f[3], f[4]) == (row["pos"], row["ref"], row["alt"]):
                return tuple(call.split(":")[0] for call in f[9:]), f
    raise AssertionError(f"{row['gene']} is not in the file")


def test_it_opens_with_three_samples_and_thousands_of_records():
    reader = cyvcf2.VCF(str(DEMO / "family.vcf.gz"))
    assert reader.samples == ["proband", "mother", "father"]
    assert 3000 <= sum(1 for _ in reader) <= 5000


def test_it_stays_small_enough_to_bundle():
    assert (DEMO / "family.vcf.gz").stat().st_size < 1_000_000
    assert sum((DEMO / name).stat().st_size for name in FILES) < 1_100_000


def test_records_are_sorted_and_no_site_stands_twice(fx_records):
    order = {name: i for i, name in enumerate(make_demo.CONTIG_LENGTHS)}
    sites = [(order[r[0]], int(r[1])) for r in fx_records]
    assert sites == sorted(set(sites))
    for (_, position), record in zip(sites, fx_records, strict=True):
        assert position + len(record[3]) <= make_demo.CONTIG_LENGTHS[record[0]]


def test_alleles_are_valid(fx_records):
    for record in fx_records:
        alleles = [record[3], *record[4].split(",")]
        assert len(set(alleles)) == len(alleles), record[:5]
        assert all(a == "*" or set(a) <= set("ACGT") for a in alleles), record[:5]


def test_every_truth_variant_has_its_genotypes(fx_truth):
    found = {}
    for row in fx_truth:
        genotypes, fields = genotypes_at(row)
        protein = fields[7].partition("p.")[2].split("|")[0]
        name = f"{row['gene']} p.{protein}" if row["gene"] in ("NBAS", "CLN3") else row["gene"]
        assert fields[6] == "PASS"
        found[name] = genotypes
    assert found == GENOTYPES


def test_expected_tiers(fx_truth):
    tiers = {(r["gene"], r["alt"]): r["expected_tier"] for r in fx_truth}
    assert set(tiers.values()) == {"1", "2", "3", "none"}
    assert tiers["FOXG1", "CG"] == "1"
    assert tiers["NBAS", "G"] == "2"
    assert tiers["TMEM132B", "A"] == "3"


def test_heteroplasmy_falls_from_child_to_mother(fx_truth):
    row = next(r for r in fx_truth if r["gene"] == "MT-TL1")
    _, fields = genotypes_at(row)
    depths = [[int(x) for x in call.split(":")[1].split(",")] for call in fields[9:]]
    proband, mother, father = (alt / (ref + alt) for ref, alt in depths)
    assert 0.5 < proband < 0.7
    assert 0.1 < mother < 0.2
    assert father < 0.01


def test_the_oddities_of_real_files_are_there(fx_records):
    calls = [c.split(":")[0] for r in fx_records for c in r[9:]]
    assert {"./1", "./.", "0|1", "1|0", "1/2", "0/2", "1", "0"} <= set(calls)
    assert any("*" in r[4] for r in fx_records)
    assert {r[6] for r in fx_records} == {"PASS", "LowQual", "VQSRTrancheSNP99.90to100.00"}
    low = [r for r in fx_records if [c.split(":")[0] for c in r[9:]] == ["0/1", "0/0", "0/0"]]
    assert sum(min(int(c.split(":")[3]) for c in r[9:]) < 20 for r in low) >= 8


def test_males_are_written_haploid_and_diploid_on_x(fx_records):
    outside = [
        r
        for r in fx_records
        if r[0] == "chrX" and not any(a <= int(r[1]) <= b for a, b in make_demo.PAR_X)
    ]
    inside = [r for r in fx_records if r[0] == "chrX" and r not in outside]
    father = {r[11].split(":")[0] for r in outside}
    assert {"0", "1", "0/0", "1/1"} <= father <= {"0", "1", "0/0", "1/1", "./."}
    assert any(r[11].startswith("0/1") for r in inside)
    assert all(r[10].startswith("./.") for r in fx_records if r[0] == "chrY" and int(r[1]) > 3e6)


def test_phased_genotypes_follow_transmission(fx_records):
    for record in fx_records:
        child, mother, father = (c.split(":")[0] for c in record[9:])
        if "|" in child and "." not in mother + father:
            paternal, maternal = child.split("|")
            assert paternal in father, record[:2]
            assert maternal in mother, record[:2]


def test_no_background_variant_competes_with_the_answers(fx_records, fx_entries, fx_truth):
    """Rare and impactful background is one allele per gene and never homozygous."""
    truth = {(r["chrom"], r["pos"]) for r in fx_truth}
    genes = []
    for record, entries in zip(fx_records, fx_entries, strict=True):
        if (record[0], record[1]) in truth or not entries:
            continue
        rare = all(float(e["MAX_AF"] or 0) < 0.01 for e in entries)
        if rare and any(e["IMPACT"] in ("HIGH", "MODERATE") for e in entries):
            genes.append(entries[0]["SYMBOL"])
            assert record[9].split(":")[0] not in ("1/1", "1", "1|1"), record[:5]
    assert len(genes) == len(set(genes)) > 100
    assert not set(genes) & {r["gene"] for r in fx_truth}


def test_pedigree_has_seven_columns_and_terms():
    rows = [line.split("\t") for line in (DEMO / "family.ped").read_text().splitlines()]
    assert [len(row) for row in rows] == [7, 7, 7]
    assert rows[0][:6] == ["demo", "proband", "father", "mother", "1", "2"]
    assert rows[0][6].split(";") == list(make_demo.HPO_TERMS)
    assert [row[5] for row in rows[1:]] == ["1", "1"]


def test_readme_counts_what_is_there(fx_records, fx_truth):
    text = (DEMO / "README.md").read_text(encoding="utf-8")
    assert f"{len(fx_records):,} records" in text
    assert all(row["gene"] in text for row in fx_truth)


def test_frequencies_are_fractions(fx_entries):
    for entries in fx_entries:
        for entry in entries:
            for name in (*make_demo.AF_FIELDS, "MAX_AF"):
                assert not entry[name] or 0 < float(entry[name]) <= 1


needs_shared = pytest.mark.skipif(
    not (SHARED / "data").is_dir(), reason="the source tables do not lie beside the checkout"
)


@pytest.mark.shared
@needs_shared
def test_building_again_gives_the_same_bytes(tmp_path):
    assert make_demo.main([str(SHARED), str(tmp_path)]) == 0
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (DEMO / name).read_bytes(), name


@pytest.mark.shared
@needs_shared
def test_mane_transcripts_carry_the_versions_of_mane(fx_entries):
    table = SHARED / "data" / "genes" / "MANE.GRCh38.from_mane_bb.bigGenePred.tsv.gz"
    with gzip.open(table, "rt", encoding="utf-8") as lines:
        mane = {r["ensembl_tx"]: r for r in csv.DictReader(lines, delimiter="\t")}
    seen = 0
    for entry in (e for entries in fx_entries for e in entries):
        model = mane.get(entry["Feature"])
        status = model["mane_status"] if model else ""
        assert bool(entry["MANE_SELECT"]) == (status == "MANE Select"), entry["Feature"]
        assert bool(entry["MANE_PLUS_CLINICAL"]) == (status == "MANE Plus Clinical")
        if model:
            seen += 1
            assert model["refseq_tx"] == entry["MANE_SELECT"] or entry["MANE_PLUS_CLINICAL"]
            assert model["ensembl_prot"] == entry["ENSP"]
    assert seen > 3000


@pytest.mark.shared
@needs_shared
def test_terms_are_current_in_the_ontology():
    with gzip.open(SHARED / "data" / "hpo" / "hp.obo.gz", "rt", encoding="utf-8") as lines:
        stanzas = lines.read().split("\n\n[Term]\n")
    for term, name in make_demo.HPO_TERMS.items():
        stanza = next(s for s in stanzas if s.startswith(f"id: {term}\n"))
        assert f"\nname: {name}\n" in stanza
        assert "is_obsolete" not in stanza
