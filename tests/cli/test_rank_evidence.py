"""`raredx rank` by evidence from the command line: options, refusals, what is written where."""

from __future__ import annotations

import os

import pytest
from click.testing import CliRunner

from evidence_files import (
    DELAY,
    FOXG1,
    SEIZURE,
    clinvar_vcf,
    curated_tsv,
    phenopacket,
    read_tsv,
    small_ped,
    small_vcf,
    write_json,
)
from raredx.cli.main import cli
from raredx.scoring.gene_ranking import DISEASE_COLUMNS, GENE_COLUMNS

VCF = "proband-mother-father.GRCh38.vcf"
FAMILY = ("--ped", "small.ped", VCF)


def rank(*words):
    """Run in this process; give exit code, standard output and standard error."""
    ran = CliRunner().invoke(cli, ["rank", *map(str, words)])
    if ran.exception is not None and not isinstance(ran.exception, SystemExit):
        raise ran.exception
    return ran.exit_code, ran.stdout, ran.stderr


@pytest.fixture
def fx_place(tmp_path, monkeypatch):
    """Stand in a folder with the small family, and with files that cannot be used."""
    small_vcf(tmp_path)
    small_ped(tmp_path)
    small_ped(tmp_path, sex="2").rename(tmp_path / "daughter.ped")
    small_ped(tmp_path)
    version_1 = phenopacket([], metaData={"phenopacketSchemaVersion": "1.0.0"})
    version_1["phenotypicFeatures"] = [{"type": {"id": SEIZURE}, "negated": True}]
    packets = {
        "case.json": phenopacket(),
        "v1.json": version_1,
        "keys.json": phenopacket(phenotypes=[]),
        "none.json": phenopacket(subject=None),
        "other.json": phenopacket(subject={"id": "somebody"}),
    }
    for name, document in packets.items():
        write_json(tmp_path / name, document)
    (tmp_path / "terms.txt").write_text(f"{SEIZURE}\nHP:0051250 seizure\n")
    (tmp_path / "words.txt").write_text("seizzures\n")
    clinvar_vcf(tmp_path, "1 5 A G Benign", assembly="GRCh37")
    curated_tsv(tmp_path, f"{FOXG1} PS9 strong assay")
    monkeypatch.chdir(tmp_path)
    return tmp_path


SEARCH = "Write ids as HP:0001250; `raredx hpo search` finds them by name."
REFUSED = {
    "version 1": (
        3, [*FAMILY, "--phenopacket", "v1.json"],
        "raredx: v1.json: is a phenopacket of version 1.0.0, not 2\n"
        "  Convert it to version 2 (phenopacket-tools convert), or export it anew.",
    ),
    "unknown key": (
        3, [*FAMILY, "--phenopacket", "keys.json"],
        "raredx: keys.json: has an unknown key 'phenotypes'\n  Is phenotypicFeatures meant?",
    ),
    "no proband": (
        3, [*FAMILY, "--phenopacket", "none.json"],
        "raredx: none.json: has no subject\n"
        "  Give subject.id, the name of the proband's sample in the VCF.",
    ),
    "another proband": (
        3, [*FAMILY, "--phenopacket", "other.json"],
        f"raredx: other.json: its proband … is not a sample of {VCF} (it has 3 samples)\n"
        "  Correct subject.id, or name the sample in "
        "files.individualToFileIdentifiers.",
    ),
    "no phenopacket": (
        3, [*FAMILY, "--phenopacket", "no.json"],
        "raredx: no.json: No such file or directory\n  Check the path.",
    ),
    "sexes": (
        3, ["--ped", "daughter.ped", "--phenopacket", "case.json", VCF],
        "raredx: case.json: the proband is male here and female in daughter.ped:1\n"
        "  Correct the wrong one; a swapped sample shows as this too.",
    ),
    "unknown id": (
        2, [*FAMILY, "--hpo", "HP:0051250"],
        "raredx: HPO terms: HP:0051250 is not in HPO 2025-01-16\n  Nearest: HP:0001250 Seizure or "
        f"HP:0011250 Bifid antitragus or HP:0031250 Lip fissure. {SEARCH}",
    ),
    "words": (
        2, [*FAMILY, "--hpo", f"{SEIZURE},seizzures"],
        "raredx: HPO terms: 'seizzures' is no HPO id\n  Nearest: HP:0001250 Seizure or HP:0031951 "
        f"Nocturnal seizures or HP:0031165 Multifocal seizures. {SEARCH}",
    ),
    "words in a file": (
        3, [*FAMILY, "--hpo", "words.txt"],
        "raredx: words.txt:1: 'seizzures' is no HPO id\n  Nearest: HP:0001250 Seizure or HP:0031951 "
        f"Nocturnal seizures or HP:0031165 Multifocal seizures. {SEARCH}",
    ),
    "no file of terms": (
        2, [*FAMILY, "--hpo", "no.txt"],
        "raredx: no.txt: no such file\n  Check the path, or give HPO ids.",
    ),
    "no HPO": (
        3, [*FAMILY, "--hpo", SEIZURE, "--hpo-data", "curated.tsv"],
        "raredx: curated.tsv: is no HPO cache of raredx, or damaged\n  Reinstall raredx, or write "
        "the file again from the files of HPO: raredx data build-hpo --help.",
    ),
    "ClinVar of another assembly": (
        3, [*FAMILY, "--clinvar", "clinvar.vcf"],
        "raredx: clinvar.vcf: this ClinVar file is of GRCh37 (##reference=GRCh37), and the variants "
        "of GRCh38\n  Give the ClinVar file of GRCh38; ClinVar's files are at "
        "https://ftp.ncbi.nlm.nih.gov/pub/clinvar/.",
    ),
    "unknown criterion": (
        3, [*FAMILY, "--curated", "curated.tsv"],
        "raredx: curated.tsv:2: criterion 'PS9' is not known\n  Codes: PVS1, PS1, PS3, PS4, PM1, "
        "PM2, PM4, PM5, PP2, PP3, BA1, BS1, BS2, BS3, BP1, BP3, BP4, BP7, PS2, PM3, PM6, PP1, BS4, "
        "BP2, PP4, BP5.",
    ),
    "no curated criteria": (
        3, [*FAMILY, "--curated", "no.tsv"],
        "raredx: no.tsv: No such file or directory\n  Check the path.",
    ),
    "share of all": (
        2, [*FAMILY, "--explained-share", "1"],
        "raredx: explained share: 1.0 is not between 0 and 1\n  Write 0.3.",
    ),
    "share of none": (
        2, [*FAMILY, "--explained-share", "0"],
        "raredx: explained share: 0.0 is not between 0 and 1\n  Write 0.3.",
    ),
    "curated criteria overwritten": (
        2, [*FAMILY, "--curated", "curated.tsv", "--genes", "curated.tsv"],
        "raredx: curated.tsv: is an input of this run and would be overwritten\n"
        "  Give it another name.",
    ),
    "terms overwritten": (
        2, [*FAMILY, "--hpo", "terms.txt", "-o", "terms.txt"],
        "raredx: terms.txt: is an input of this run and would be overwritten\n"
        "  Give it another name.",
    ),
    "phenopacket overwritten": (
        2, [*FAMILY, "--phenopacket", "case.json", "--json", "case.json"],
        "raredx: case.json: is an input of this run and would be overwritten\n"
        "  Give it another name.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(fx_place, name):
    """One message, the right exit code, and nothing left behind."""
    code, words, message = REFUSED[name]
    before = {path: path.read_bytes() for path in fx_place.iterdir()}
    assert rank(*words) == (code, "", message + "\n")
    assert {path: path.read_bytes() for path in fx_place.iterdir()} == before


@pytest.mark.parametrize(
    "outputs",
    [("--genes", "-"), ("--diseases", "-"), ("-o", "x.tsv", "--genes", "-", "--diseases", "-")],
    ids=" ".join,
)
def test_two_outputs_to_one_place(fx_place, outputs):
    code, out, err = rank(*FAMILY, *outputs)
    assert (code, out) == (2, "")
    assert err.endswith("Error: Two outputs cannot both go to '-'; -o FILE names one.\n")
    assert not (fx_place / "x.tsv").exists()


@pytest.mark.parametrize("order", ["rank", "Tier", ""])
def test_an_order_that_is_none(fx_place, order):
    code, out, err = rank(*FAMILY, "--order", order)
    assert (code, out) == (2, "")
    assert "is not one of 'score', 'tier'" in err


def test_unknown_ids_of_a_program_s_file_are_left_out_and_named(fx_place):
    code, out, err = rank(*FAMILY, "--hpo", "terms.txt")
    assert code == 0
    assert "note: HP:0051250 seizure is not in HPO 2025-01-16: not used" in err.splitlines()
    assert f"##raredx_hpo_terms={SEIZURE}" in out.splitlines()


def test_genes_and_diseases_are_written(fx_place):
    code, out, _ = rank(*FAMILY, "--hpo", f"{SEIZURE},{DELAY}", "-o", "x.tsv", "--genes", "g.tsv",
                        "--diseases", "d.tsv", "--panel", "402")  # fmt: skip
    assert (code, out) == (0, "")
    heading = [line for line in (fx_place / "x.tsv").read_text().splitlines() if line[:2] == "##"]
    for name, columns in (("g.tsv", GENE_COLUMNS), ("d.tsv", DISEASE_COLUMNS)):
        text = (fx_place / name).read_text()
        assert [line for line in text.splitlines() if line[:2] == "##"] == heading
        rows = read_tsv(text)
        assert tuple(rows[0]) == columns
        assert "FOXG1" in {row["gene"] for row in rows[:3]}
    assert "g.tsv" in os.listdir(fx_place)


def test_genes_to_standard_output(fx_place):
    code, out, _ = rank(*FAMILY, "-o", "x.tsv", "--genes", "-")
    assert code == 0
    assert tuple(read_tsv(out)[0]) == GENE_COLUMNS


def test_diseases_without_terms_are_a_table_without_rows(fx_place):
    code, _, err = rank(*FAMILY, "-o", "x.tsv", "--diseases", "d.tsv")
    assert code == 0
    assert (fx_place / "d.tsv").read_text().splitlines()[-1].split("\t") == [*DISEASE_COLUMNS]
    assert "note: no HPO terms for a proband: phenotype not assessed" in err.splitlines()


def test_the_command_of_the_heading_names_what_changes_a_result(fx_place):
    clinvar_vcf(fx_place, "1 5 A G Benign")
    curated_tsv(fx_place, f"{FOXG1} PS3 strong assay")
    words = ["--phenopacket", "case.json", "--clinvar", "clinvar.vcf", "--curated", "curated.tsv",
             "--explained-share", "0.3"]  # fmt: skip
    code, out, _ = rank(*FAMILY, *words, "--order", "tier", "--genes", "g.tsv", "-@", "2")
    assert code == 0
    (line,) = [line for line in out.splitlines() if line.startswith("##raredx_command=")]
    told = line.removeprefix("##raredx_command=raredx rank ").split()
    for flag, value in zip(words[::2], words[1::2], strict=True):
        assert told[told.index(flag) + 1] == value
    assert told[told.index("--order") + 1] == "tier"
    assert not {"--genes", "-@"} & set(told)
    assert "##raredx_order=tier" in out.splitlines()


def test_the_order_by_score_is_not_named(fx_place):
    _, by_default, _ = rank(*FAMILY)
    _, asked, _ = rank(*FAMILY, "--order", "score")
    assert asked == by_default
    assert "--order" not in by_default


def test_warnings_about_curated_criteria_are_told(fx_place):
    curated_tsv(fx_place, "chr9-5-A-T PM1 moderate spot")
    code, _, err = rank(*FAMILY, "--curated", "curated.tsv")
    assert code == 0
    (said,) = [line for line in err.splitlines() if "curated.tsv" in line]
    assert said.startswith("warning: curated.tsv:2: PM1 is of no candidate")


def test_no_variable_of_the_environment_names_another_hpo(fx_place, monkeypatch):
    words = (*FAMILY, "--hpo", SEIZURE)
    before = rank(*words)
    monkeypatch.setenv("RAREDX_HPO", "curated.tsv")
    assert rank(*words) == before
