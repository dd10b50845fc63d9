"""`raredx rank` from the command line: what is said, what is written, and the exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from raredx.cli.main import cli

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "data" / "demo"
VCF, PED = str(DEMO / "family.vcf.gz"), str(DEMO / "family.ped")
DEMO_FAMILY = ("--ped", PED, VCF)
NO_PANEL = "no panel applied: all genes are in scope and nothing is Tier 1 or 2"


def rank(*words):
    """Run in this process; give exit code, standard output and standard error."""
    ran = CliRunner().invoke(cli, ["rank", *map(str, words)])
    if ran.exception is not None and not isinstance(ran.exception, SystemExit):
        raise ran.exception
    return ran.exit_code, ran.stdout, ran.stderr


def shell(*words, **options):
    """Run as a process of its own, as users do."""
    command = [sys.executable, "-m", "raredx", "rank", *map(str, words)]
    environment = os.environ | {"NUMBA_BOUNDSCHECK": "1"}
    return subprocess.run(command, capture_output=True, timeout=120, env=environment, **options)


# --- what is written where -----------------------------------------------------------------------


def test_to_standard_output_and_to_a_file(tmp_path):
    code, out, err = rank(*DEMO_FAMILY)
    assert code == 0
    path = tmp_path / "out.tsv"
    code, nothing, said = rank(*DEMO_FAMILY, "-o", path)
    assert (code, nothing, said) == (0, "", err)
    assert path.read_text(encoding="utf-8") == out
    assert sorted(os.listdir(tmp_path)) == ["out.run.json", "out.tsv", "run.json"]


def test_the_command_of_the_heading_leaves_out_what_changes_nothing(tmp_path):
    _, out, _ = rank(*DEMO_FAMILY, "-@", "2", "--quiet", "-r", "chr7", "--hpo", "HP:0001250",
                     "--json", tmp_path / "x.json")  # fmt: skip
    (line,) = [line for line in out.splitlines() if line.startswith("##raredx_command=")]
    assert line == (
        f"##raredx_command=raredx rank --ped {PED} --hpo HP:0001250 --ruleset gel -r chr7 {VCF}"
    )


def test_every_output_at_once(tmp_path):
    names = ["a.tsv", "b.json", "c.bcf"]
    options = zip(("-o", "--json", "--vcf"), (tmp_path / n for n in names), strict=True)
    code, out, _ = rank(*DEMO_FAMILY, *(word for pair in options for word in pair))
    assert (code, out) == (0, "")
    assert sorted(os.listdir(tmp_path)) == ["a.run.json", *names, "run.json"]


def test_what_is_said(tmp_path):
    code, _, err = rank(*DEMO_FAMILY, "-o", tmp_path / "x.tsv", "-r", "chr14")
    assert code == 0
    *notes, last = err.splitlines()
    assert f"note: {NO_PANEL}" in notes
    assert all(line.startswith(("note: ", "warning: ")) for line in notes)
    assert last.endswith("0 Tier 1, 0 Tier 2, 1 Tier 3, 0 untiered")


def test_quiet_says_nothing(tmp_path):
    assert rank(*DEMO_FAMILY, "--quiet", "-o", tmp_path / "x.tsv") == (0, "", "")


def test_log_json_is_lines_of_json(tmp_path):
    code, _, err = rank(*DEMO_FAMILY, "--log-json", "-o", tmp_path / "x.tsv")
    events = [json.loads(line) for line in err.splitlines()]
    assert code == 0
    assert {event["level"] for event in events} <= {"info", "warning"}
    assert events[-1]["event"] == "ranked"
    assert events[-1]["records"] == 4312
    assert set(events[-1]["tiers"]) == {"1", "2", "3", "untiered"}


# --- what is refused -----------------------------------------------------------------------------

CHECK_PATH = "Check the path."
FOLDER = "Check that the folder exists and can be written to."
REFUSED = {
    "no such VCF": (
        3, ["no.vcf"], f"raredx: no.vcf: No such file or directory\n  {CHECK_PATH}",
    ),
    "no such PED": (
        3, ["--ped", "no.ped", VCF],
        f"raredx: no.ped: No such file or directory\n  {CHECK_PATH}",
    ),
    "no PED": (
        3, [VCF],
        f"raredx: {VCF}: has 3 samples, and there is no pedigree\n"
        "  Give a PED file that says who is whose child and who is affected.",
    ),
    "proband not a sample": (
        3, [VCF, "--proband", "x"],
        f"raredx: {VCF}: the proband is not a sample\n  It has 3 samples.",
    ),
    "proband in no family": (
        3, [*DEMO_FAMILY, "--proband", "x"],
        f"raredx: {PED}: the proband is in no family\n  Correct the proband's id.",
    ),
    "member not a sample": (
        3, ["--ped", "other.ped", VCF],
        f"raredx: other.ped:2: the person in column 2 is not a sample of {VCF} (it has 3 samples)\n"
        "  Correct the id in the PED file, add the sample to the VCF, "
        "or allow unsequenced relatives.",
    ),
    "own mother": (
        3, ["--ped", "self.ped", VCF],
        "raredx: self.ped:1: this person is their own mother\n  Correct the mother.",
    ),
    "assembly": (
        3, [*DEMO_FAMILY, "--assembly", "GRCh37"],
        f"raredx: {VCF}: this is GRCh38, not GRCh37: chr1 is 248956422 long\n"
        "  Say GRCh38, or nothing.",
    ),
    "panel": (
        2, [*DEMO_FAMILY, "--panel", "nonsense"],
        "raredx: panel: no panel or file is called 'nonsense'\n"
        "  `raredx panels list` names all panels.",
    ),
    "rule set": (
        2, [*DEMO_FAMILY, "--ruleset", "none"],
        "raredx: none: no such rule set\n"
        "  Bundled: g2p, gel, gel-incomplete, slivar, talos; otherwise give the path of a TOML file.",
    ),
    "key of a rule set": (
        2, [*DEMO_FAMILY, "--ruleset", "key.toml"],
        "raredx: key.toml: Object contains unknown field `dominat` - at `$.frequency`\n"
        "  `raredx rulesets show gel` prints every key with its meaning.",
    ),
    "value of a rule set": (
        2, [*DEMO_FAMILY, "--ruleset", "value.toml"],
        "raredx: value.toml: frequency.dominant is 1.5, not a fraction from 0 to 1",
    ),
    "text of a rule set": (
        2, [*DEMO_FAMILY, "--ruleset", "text.toml"],
        "raredx: text.toml: not a TOML file: Expected '=' after a key in a key/value pair "
        "(at line 1, column 6)",
    ),
    "HPO": (
        2, [*DEMO_FAMILY, "--hpo", "HP:1"],
        "raredx: HPO terms: HP:1 is not in HPO 2025-01-16\n  Nearest: HP:0000001 All. Write ids as "
        "HP:0001250; `raredx hpo search` finds them by name.",
    ),
    "region": (
        2, [*DEMO_FAMILY, "-r", "7:9-3"],
        "raredx: 7:9-3: the region ends before it begins\n  Write contig:first-last.",
    ),
    "contig": (
        2, [*DEMO_FAMILY, "-r", "chr99"],
        f"raredx: {VCF}: no contig chr99 (it has chr1, chr2, chr3, chr4, …)",
    ),
    "BED": (
        3, [*DEMO_FAMILY, "-R", "no.bed"], f"raredx: no.bed: No such file or directory\n  {CHECK_PATH}",
    ),
    "genes of no panel": (
        2, [*DEMO_FAMILY, "--panel-only"],
        "raredx: panel genes only: no panel is applied\n  Give a panel as well.",
    ),
    "genes outside the regions": (
        2, [*DEMO_FAMILY, "--panel", "402", "--panel-only", "-r", "chr7:1-2"],
        "raredx: panel genes only: none of the regions asked for lies in a gene of the panels\n"
        "  Give other regions, or none.",
    ),
    "empty": (
        3, ["empty.vcf"], "raredx: empty.vcf: the file is empty\n  Give a VCF with variants.",
    ),
    "no records": (
        3, ["header.vcf"],
        "raredx: header.vcf: holds no variant records\n  Give a VCF with variants.",
    ),
    "no samples": (
        3, ["sites.vcf"], "raredx: sites.vcf: holds no samples\n  Give a VCF with genotypes.",
    ),
    "truncated": (
        3, ["--ped", PED, "cut.vcf.gz"],
        "raredx: cut.vcf.gz: truncated: the end-of-file block is missing\n"
        "  Copy or make the file again.",
    ),
    "disk full": (
        3, [*DEMO_FAMILY, "-o", "/dev/full"],
        "raredx: /dev/full: cannot be written: No space left on device\n"
        "  Free some space, or write elsewhere.",
    ),
    "disk full for JSON": (
        3, [*DEMO_FAMILY, "-o", "out.tsv", "--json", "/dev/full"],
        "raredx: /dev/full: cannot be written: No space left on device\n"
        "  Free some space, or write elsewhere.",
    ),
    "no folder": (
        3, [*DEMO_FAMILY, "-o", "none/out.tsv"],
        f"raredx: none/out.tsv: cannot be written: No such file or directory\n  {FOLDER}",
    ),
    "a folder": (
        3, [*DEMO_FAMILY, "--vcf", "."],
        f"raredx: .: cannot be written: Is a directory\n  {FOLDER}",
    ),
}  # fmt: skip


@pytest.fixture
def fx_place(tmp_path, monkeypatch):
    """Stand in a folder with the files that the table names."""
    from vcf_files import csq, vcf_text  # noqa: PLC0415

    text = vcf_text(records=[f"chr7 1000 A T CSQ={csq()} GT 0/1"])
    head = "".join(line for line in text.splitlines(keepends=True) if line.startswith("#"))
    ruleset = (ROOT / "src" / "raredx" / "data" / "rulesets" / "gel.toml").read_text()
    files = {
        "empty.vcf": "",
        "header.vcf": head,
        "sites.vcf": "\n".join(
            "\t".join(line.split("\t")[:8]) if not line.startswith("##") else line
            for line in text.splitlines()
        ) + "\n",
        "other.ped": "F1 proband 0 0 1 2\nF1 grandma 0 0 2 1\n",
        "self.ped": "F1 proband 0 proband 2 2\n",
        "key.toml": ruleset.replace("\ndominant =", "\ndominat =", 1),
        "value.toml": ruleset.replace("\ndominant = 0.001", "\ndominant = 1.5", 1),
        "text.toml": "this is no TOML\n",
    }  # fmt: skip
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    (tmp_path / "cut.vcf.gz").write_bytes((DEMO / "family.vcf.gz").read_bytes()[:300_000])
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", REFUSED)
def test_refused(fx_place, name):
    """One message, the right exit code, and nothing left behind."""
    if "/dev/full" in REFUSED[name][1] and not Path("/dev/full").exists():
        pytest.skip("no /dev/full")
    code, words, message = REFUSED[name]
    before = sorted(os.listdir(fx_place))
    assert rank(*words) == (code, "", message + "\n")
    assert sorted(os.listdir(fx_place)) == before


def test_two_outputs_to_one_place():
    code, out, err = rank(*DEMO_FAMILY, "--json", "-")
    assert (code, out) == (2, "")
    assert err.endswith("Error: Two outputs cannot both go to '-'; -o FILE names one.\n")


def test_an_old_output_survives_a_fault(fx_place):
    (fx_place / "out.tsv").write_text("old")
    code, *_ = rank("--ped", PED, "cut.vcf.gz", "-o", "out.tsv")
    assert (code, (fx_place / "out.tsv").read_text()) == (3, "old")


@pytest.mark.parametrize("option", ["-o", "--json", "--vcf"])
def test_an_input_is_no_output(fx_place, option):
    """A slip of the hand must not cost the patient's data."""
    raw = Path(VCF).read_bytes()
    (fx_place / "family.vcf.gz").write_bytes(raw)
    words = [*DEMO_FAMILY[:2], "-r", "chr14", option, "family.vcf.gz", "family.vcf.gz"]
    (fx_place / "family.vcf.gz.tbi").write_bytes(Path(f"{VCF}.tbi").read_bytes())
    code, *_ = rank(*words)
    assert (fx_place / "family.vcf.gz").read_bytes() == raw
    assert code == 2


def test_one_place_under_two_names(fx_place):
    before = sorted(os.listdir(fx_place))
    code, *_ = rank(*DEMO_FAMILY, "-o", "out.tsv", "--json", "./out.tsv")
    assert sorted(os.listdir(fx_place)) == before
    assert code == 2


def test_run_json_that_cannot_be_written_leaves_nothing(fx_place):
    (fx_place / "run.json").mkdir()
    before = sorted(os.listdir(fx_place))
    assert rank(*DEMO_FAMILY, "-o", "out.tsv")[0] == 3
    assert sorted(os.listdir(fx_place)) == before


@pytest.mark.parametrize("wrong", [["-r", "chr14"], ["--proband", "proband"]])
def test_help_and_usage(wrong):
    code, out, _ = rank("--help")
    assert code == 0
    for option in ("--ped", "--proband", "--hpo", "--phenopacket", "--hpo-data", "--order",
                   "--explained-share", "--clinvar", "--curated", "--genes", "--diseases", "--panel", "--assembly", "--ruleset",
                   "--regions", "--regions-file", "--panel-only", "--threads", "--output", "--json",
                   "--vcf", "--allow-missing-frequency", "--quiet", "--log-json"):  # fmt: skip
        assert option in out
    code, out, err = rank(*wrong)
    assert (code, out) == (2, "")
    assert "Missing argument 'VCF|-'" in err


# --- as a process --------------------------------------------------------------------------------


def test_standard_input_gives_the_same_as_the_file():
    _, out, _ = rank(*DEMO_FAMILY)
    with open(VCF, "rb") as file:
        ran = shell("--ped", PED, "--quiet", "-", stdin=file)
    assert (ran.returncode, ran.stderr) == (0, b"")

    def but_for_the_command(text):
        return [line for line in text.splitlines() if not line.startswith("##raredx_command=")]

    assert but_for_the_command(ran.stdout.decode()) == but_for_the_command(out)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "cannot be read: not a VCF or BCF file"),
        (b"hello", "cannot be read: not a VCF or BCF file"),
        (None, "cannot be read after "),
    ],
    ids=["empty", "no VCF", "cut off"],
)
def test_bad_standard_input(tmp_path, content, message):
    raw = Path(VCF).read_bytes()[:300_000] if content is None else content
    ran = shell("--ped", PED, "-o", tmp_path / "out.tsv", "-", input=raw)
    said = ran.stderr.decode()
    assert ran.returncode == 3
    assert said.startswith(f"raredx: standard input: {message}")
    assert len(said.splitlines()) == 2
    assert os.listdir(tmp_path) == []


def test_a_reader_that_closes_the_pipe():
    command = f"{sys.executable} -m raredx rank --panel all --ped {PED} {VCF} | head -n 1"
    ran = subprocess.run(command, shell=True, capture_output=True, timeout=120)
    assert ran.stdout == b"##raredx_version=" + ran.stdout[17:].splitlines()[0] + b"\n"
    assert b"Traceback" not in ran.stderr
    assert b"Exception" not in ran.stderr


# --- real files ----------------------------------------------------------------------------------

BROKEN = {
    # file: the cause that is told
    "1kg_30variants.vcf": "INFO/CSQ has no Format in its Description",
    "1kg_corrupt.vcf.gz": "cannot be read: Reading GZIP stream failed at offset 0",
    "Case_3.ingested.vcf": "a Git LFS pointer, not the file itself",
    "cosmic.vcf.gz": "cannot be read: not a VCF or BCF file",
    "gnomad.genomes.v3.1.2.sites.small.vcf":
        "the assembly cannot be told: the header gives no contig lengths",
    "improperly_formatted.vcf":
        "cannot be read at the first record: Invalid character 'N' in 'PL' FORMAT field",
    "ingest.vcf": "has 3 samples, and there is no pedigree",
    "missing_header.vcf": "the assembly cannot be told: the header gives no contig lengths",
    "oneline.vcf": "cannot be read at the first record: Couldn't read GT data",
    "test.esp.zero.vcf": "the assembly cannot be told: the header gives no contig lengths",
    "test_vcf.vcf": "cannot be read at the first record: Number of columns",
    "trioDup.vcf": "cannot be read: Empty sample name",
    "windows.vcf": "cannot be read: not a VCF or BCF file",
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files(fx_shared, tmp_path, name):
    path = fx_shared / "data" / "broken" / name
    code, out, err = rank("-o", tmp_path / "out.tsv", path)
    assert (code, out) == (3, "")
    assert err.startswith(f"raredx: {path}: {BROKEN[name]}")
    assert len(err.splitlines()) <= 2
    assert os.listdir(tmp_path) == []


def test_the_table_holds_every_broken_file(fx_shared):
    assert {p.name for p in (fx_shared / "data" / "broken").iterdir()} == set(BROKEN)


def family(fx_shared, name, ped, vcf):
    folder = fx_shared / "data" / "families" / name
    return ("--ped", folder / ped, folder / vcf)


def test_scout_trio(fx_shared, tmp_path):
    words = family(fx_shared, "scout_643594", "643594.ped", "643594.clinical.vcf.gz")
    code, out, _ = rank(*words, "--json", tmp_path / "x.json")
    assert code == 0
    assert "##raredx_assembly=GRCh37" in out
    assert "##raredx_consequences=CSQ" in out
    counts = json.loads((tmp_path / "run.json").read_text())["counts"]
    assert counts["records"] == 680
    assert [step["alleles_out"] for step in counts["steps"]][:2] == [434, 122]


def test_ashkenazi_trio_is_refused_without_frequencies(fx_shared, tmp_path):
    words = family(fx_shared, "ashkenazi_trio", "ashk-trio.ped", "ashk-trio.vcf.gz")
    code, out, err = rank(*words, "-o", tmp_path / "x.tsv")
    assert (code, out, os.listdir(tmp_path)) == (3, "", [])
    assert err == (
        f"raredx: {words[-1]}: declares no population frequency (no gnomAD or like field in INFO "
        "or in BCSQ)\n"
        "  Annotate with gnomAD (VEP --af_gnomade, vcfanno or bcftools annotate), or allow "
        "missing frequencies (--allow-missing-frequency) to see every variant marked not "
        "assessed.\n"
    )


def test_ashkenazi_trio_without_frequencies_when_asked(fx_shared):
    words = family(fx_shared, "ashkenazi_trio", "ashk-trio.ped", "ashk-trio.vcf.gz")
    code, out, err = rank(*words, "--allow-missing-frequency")
    lines = [line for line in out.splitlines() if not line.startswith("##")]
    header, *rows = (line.split("\t") for line in lines)
    column = {name: [row[n] for row in rows] for n, name in enumerate(header)}
    assert code == 0
    assert len(rows) > 1000
    assert set(column["popmax_af"]) == {"not_assessed"}
    assert all("frequency" in cell.split(";") for cell in column["not_assessed"])
    assert set(column["tier"]) == {"3"}
    assert "no population frequency declared: frequency is not assessed for any variant" in err


def test_pfeiffer_is_refused_without_consequences(fx_shared, tmp_path):
    path = fx_shared / "data" / "exome" / "Pfeiffer.vcf.gz"
    code, out, err = rank(path, "-o", tmp_path / "x.tsv")
    assert (code, out, os.listdir(tmp_path)) == (3, "", [])
    assert err == (
        f"raredx: {path}: no consequences: none of INFO/CSQ, INFO/BCSQ and INFO/ANN is declared\n"
        "  Annotate the file with VEP (INFO/CSQ), bcftools csq (INFO/BCSQ) or SnpEff (INFO/ANN).\n"
    )


@pytest.mark.parametrize(
    ("ids", "html", "tsv"),
    [(("F 1", "F_1"), "{family}.html", "x.tsv"), (("Fa", "FA"), "{family}.html", "x.tsv"),
     (("F1", "F2"), "{family}.tsv", "F2.tsv"), (("F1", "F2"), "{family}.run.json", "x.tsv"),
     (("F1", "F2"), "{family}.html", "{family}.tsv")],
)  # fmt: skip
def test_two_outputs_never_share_a_file(ids, html, tsv, tmp_path):
    ped = tmp_path / "two.ped"
    people = zip(ids, ("proband", "father"), strict=True)
    ped.write_text("".join(f"{family}\t{who}\t0\t0\t1\t2\n" for family, who in people))
    result = CliRunner().invoke(
        cli,
        ["rank", "--ped", str(ped), "--html", str(tmp_path / html), "-o", str(tmp_path / tsv),
         str(DEMO / "family.vcf.gz")],
    )  # fmt: skip
    assert result.exit_code == 2
    assert "one file" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["two.ped"]
