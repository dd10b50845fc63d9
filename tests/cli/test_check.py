"""`raredx check` from the command line, and the short check inside `raredx rank`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pysam
import pytest
from click.testing import CliRunner

from conftest import DEMO
from raredx.cli.main import cli
from vcf_files import contig_lines, csq, csq_line, vcf_text

VCF, PED = str(DEMO / "family.vcf.gz"), str(DEMO / "family.ped")
with pysam.VariantFile(VCF) as _records:
    RECORDS = sum(1 for _ in _records)
FIRST_LINE = f"{VCF}: GRCh38, {RECORDS:,} records, 3 samples\n"
ASHKENAZI = ("ashkenazi_trio", "ashk-trio.ped", "ashk-trio.vcf.gz")


def run(command, *words):
    """Run in this process; give exit code, standard output and standard error."""
    ran = CliRunner().invoke(cli, [command, *map(str, words)])
    if ran.exception is not None and not isinstance(ran.exception, SystemExit):
        raise ran.exception
    return ran.exit_code, ran.stdout, ran.stderr


def check(*words):
    return run("check", *words)


def shell(*words, **options):
    """Run as a process of its own, as users do."""
    command = [sys.executable, "-m", "raredx", "check", *map(str, words)]
    return subprocess.run(command, capture_output=True, timeout=120, **options)


def findings_of(path):
    document = json.loads(Path(path).read_text(encoding="utf-8"))
    return {finding["code"]: finding for finding in document["findings"]}


def write_ped(folder, *rows):
    path = folder / "own.ped"
    path.write_text("".join("\t".join(row.split()) + "\n" for row in rows))
    return path


# --- what is written where -----------------------------------------------------------------------


def test_the_report_goes_to_standard_output():
    code, out, err = check("--ped", PED, VCF)
    assert (code, err) == (0, "")
    assert out.startswith(FIRST_LINE)
    assert out.endswith("no findings would change results\n")


def test_every_output_at_once(tmp_path):
    tsv, document, table = tmp_path / "a.tsv", tmp_path / "b.json", tmp_path / "c_mqc.json"
    code, out, err = check(
        "--ped", PED, VCF, "-o", tsv, "--json", document, "--multiqc", table
    )  # fmt: skip
    assert (code, err) == (0, "")
    assert "Children and parents" in out
    assert sorted(os.listdir(tmp_path)) == [
        "a.tsv", "b.json", "c_findings_mqc.json", "c_mqc.json", "c_relations_mqc.json",
    ]  # fmt: skip
    assert "\nsample\tproband\tkaryotype\tXY\t\t\t\n" in tsv.read_text()
    assert json.loads(document.read_text())["samples"][0]["karyotype"] == "XY"
    assert json.loads(table.read_text())["data"]["proband"]["karyotype"] == "XY"


@pytest.mark.parametrize("option", ["-o", "--json"])
def test_a_machine_output_on_standard_output_leaves_the_findings_to_the_log(tmp_path, option):
    code, out, err = check("--ped", PED, VCF, option, "-")
    _, _, _ = check("--ped", PED, VCF, "--quiet", option, tmp_path / "x")
    assert code == 0
    assert out == (tmp_path / "x").read_text()
    assert err.splitlines() == [
        "73 records have several ALT alleles; each is judged on its own",
        "findings: 1, of which 0 would change results",
    ]


def test_quiet_says_nothing(tmp_path):
    assert check("--ped", PED, VCF, "--quiet", "-o", tmp_path / "x.tsv") == (0, "", "")


def test_log_json_is_lines_of_json(tmp_path):
    code, out, err = check("--ped", PED, VCF, "--log-json", "-o", tmp_path / "x.tsv")
    *found, last = [json.loads(line) for line in err.splitlines()]
    assert (code, out) == (0, "")
    assert {event["event"] for event in found} == {"finding"}
    assert "multiallelic" in {event["code"] for event in found}
    assert last == {
        "level": "info", "event": "checked", "records": RECORDS, "findings": len(found),
        "changes_results": False,
        "message": f"findings: {len(found)}, of which 0 would change results",
    }  # fmt: skip


def test_the_command_of_the_heading_leaves_out_what_changes_nothing():
    _, out, _ = check("--ped", PED, VCF, "-@", "2", "--quiet", "-r", "chr7", "-o", "-")
    line = f"##raredx_command=raredx check --ped {PED} -r chr7 {VCF}"
    assert line in out.splitlines()


def test_same_bytes_for_any_threads_and_batches(tmp_path):
    from raredx.pipeline.check import check as pipeline  # noqa: PLC0415
    from raredx.pipeline.request import CheckRequest  # noqa: PLC0415

    texts = set()
    for n, (threads, sites) in enumerate([(1, 4096), (2, 7), (1, 1), (3, 10**6)]):
        path = tmp_path / f"{n}.tsv"
        request = CheckRequest(
            vcf=VCF, ped=Path(PED), threads=threads, batch_sites=sites, output=str(path)
        )
        pipeline(request, lambda *_: None)
        texts.add(path.read_bytes())
    assert len(texts) == 1


def test_standard_input_and_bcf_give_the_same_as_the_file(tmp_path):
    bcf = tmp_path / "family.bcf"
    with (
        pysam.VariantFile(VCF) as source,
        pysam.VariantFile(str(bcf), "wb", header=source.header) as out,
    ):
        for record in source:
            out.write(record)

    def figures(text):
        rows = [line.split("\t") for line in text.splitlines() if not line.startswith("##")]
        return [row[:1] + (row[1:] if row[0] != "file" else row[2:]) for row in rows]

    _, plain, _ = check("--ped", PED, "--quiet", "-o", "-", VCF)
    _, binary, _ = check("--ped", PED, "--quiet", "-o", "-", bcf)
    with open(VCF, "rb") as file:
        piped = shell("--ped", PED, "--quiet", "-o", "-", "-", stdin=file)
    assert (piped.returncode, piped.stderr) == (0, b"")
    assert figures(plain) == figures(binary) == figures(piped.stdout.decode())


def test_regions():
    code, out, _ = check("--ped", PED, VCF, "-r", "chr7", "--quiet", "-o", "-")
    rows = [line.split("\t") for line in out.splitlines()]
    contigs = {r[2] for r in rows if r[0] == "file" and r[2].startswith("records_on_")}
    assert (code, contigs) == (0, {"records_on_chr7"})


def test_help():
    code, out, _ = check("--help")
    assert code == 0
    for option in ("--ped", "--proband", "--karyotype", "--fasta", "--panel", "--assembly", "--regions",
                   "--regions-file", "--threads", "--output", "--json", "--multiqc",
                   "--allow-unsequenced", "--quiet", "--log-json"):  # fmt: skip
        assert option in out
    assert "Exit code 4" in out
    assert "4 a check found what would change results" in " ".join(run("--help")[1].split())


# --- findings and exit code 4 --------------------------------------------------------------------


def test_wrong_sex(tmp_path):
    ped = write_ped(
        tmp_path, "demo proband father mother 2 2", "demo father 0 0 1 1", "demo mother 0 0 2 1"
    )
    code, out, _ = check("--ped", ped, VCF, "--json", tmp_path / "x.json")
    finding = findings_of(tmp_path / "x.json")["sex_mismatch"]
    assert code == 4
    assert finding["subject"] == ["proband"]
    assert finding["message"].startswith("stated female, the calls say male (XY): ")
    assert out.endswith("1 finding would change results\n")


def test_a_stated_karyotype_is_held_against_the_calls():
    code, out, _ = check("--ped", PED, "--karyotype", "proband=XXY", VCF)
    assert code == 4
    assert "stated XXY, the calls say male (XY)" in out
    assert check("--ped", PED, "--karyotype", "proband=XY", VCF, "--quiet")[0] == 0
    code, _, err = check("--karyotype", "proband=XY", VCF)
    assert (code, err.splitlines()[0]) == (
        2, "raredx: a karyotype given with the run: names nobody of the pedigree",
    )  # fmt: skip


def test_father_and_child_swapped(tmp_path):
    ped = write_ped(
        tmp_path, "demo father proband mother 1 2", "demo proband 0 0 1 1", "demo mother 0 0 2 1"
    )
    code, _, _ = check("--ped", ped, VCF, "--quiet", "--json", tmp_path / "x.json")
    finding = findings_of(tmp_path / "x.json")["samples_swapped"]
    assert code == 4
    assert "sample father in the place of proband" in finding["message"]
    assert "sample proband in the place of father" in finding["message"]


def test_outputs_are_written_whatever_is_found(tmp_path):
    ped = write_ped(tmp_path, "demo proband 0 0 2 2")
    code, *_ = check("--ped", ped, VCF, "--quiet", "-o", tmp_path / "x.tsv")
    assert code == 4
    assert "finding\tproband\tsex_mismatch\t" in (tmp_path / "x.tsv").read_text()


def test_a_member_without_a_sample(tmp_path):
    ped = write_ped(tmp_path, "demo proband Father mother 1 2", "demo Father 0 0 1 1",
                    "demo mother 0 0 2 1")  # fmt: skip
    code, out, _ = check("--ped", ped, VCF)
    assert code == 4
    assert "1 members of the pedigree are not samples: Father (Father might be father)" in out
    code, out, _ = check("--ped", ped, VCF, "--allow-unsequenced")
    assert code == 0
    assert "note Father: 1 members of the pedigree are not samples" in " ".join(out.split())


def test_the_pedigree_of_another_family(tmp_path):
    ped = write_ped(tmp_path, "other NA1 0 0 1 2")
    code, out, _ = check("--ped", ped, VCF)
    assert code == 4
    assert "no member of the pedigree is a sample of" in out


def test_only_the_family_of_the_proband(tmp_path):
    ped = write_ped(tmp_path, "demo proband 0 0 1 2", "two mother 0 0 1 2")
    assert check("--ped", ped, VCF, "--quiet")[0] == 4, "the mother is stated male"
    assert check("--ped", ped, VCF, "--quiet", "--proband", "proband")[0] == 0


def test_without_a_pedigree(tmp_path):
    code, out, err = check(VCF)
    assert (code, err) == (0, "")
    assert "note: no pedigree given" in out
    assert "not assessed: samples: no pedigree given" in out


def call_of(n):
    return f"0/1:{8 + n % 3},9:20:99"


def small(tmp_path, *records, **parts):
    path = tmp_path / "small.vcf"
    path.write_text(vcf_text(records=[f"{r} {call_of(0)}" for r in records], **parts))
    return path


def test_another_reference(tmp_path):
    fasta = tmp_path / "ref.fa"
    fasta.write_text(">chr7\n" + "ACGT" * 300 + "\n")
    right = [f"chr7 {k} {'ACGT'[(k - 1) % 4]} {'CGTA'[(k - 1) % 4]} ." for k in range(100, 150)]
    code, out, _ = check(small(tmp_path, *right), "--fasta", fasta)
    assert code == 0
    assert "REF alleles" not in out
    wrong = [f"chr7 {k} {'CGTA'[(k - 1) % 4]} {'ACGT'[(k - 1) % 4]} ." for k in range(100, 150)]
    code, out, _ = check(small(tmp_path, *wrong), "--fasta", fasta)
    assert code == 4
    assert "50 of 50 REF alleles (100 %) differ from" in " ".join(out.split())


def test_the_assembly_is_told_by_the_reference(tmp_path):
    """Where the header gives no lengths; the FASTA file is sparse beyond its first bases."""
    fasta, length = tmp_path / "ref.fa", 159138663
    fasta.write_text(">7\n" + "ACGT" * (1 << 18))
    os.truncate(fasta, 3 + length + 1)
    (tmp_path / "ref.fa.fai").write_text(f"7\t{length}\t3\t{length}\t{length + 1}\n")
    vcf = small(tmp_path, "chr7 100 T C .", contigs=contig_lines(None))
    assert check(vcf)[0] == 3
    code, out, _ = check(vcf, "--fasta", fasta)
    assert out.startswith(f"{vcf}: GRCh37, 1 records")
    assert "not assessed: reference" not in out
    assert code == 0


def test_panels(tmp_path):
    panel = tmp_path / "own.txt"
    panel.write_text("CFTR\nNBAS\n")
    entry = csq(SYMBOL="CFTR", Gene="ENSG00000001626")
    vcf = small(tmp_path, f"chr7 100 A T CSQ={entry}")
    code, out, _ = check(vcf, "--panel", panel)
    assert code == 0
    said = " ".join(out.split())
    assert "the annotation names 1 of 2 genes of" in said
    assert "no variant lies in NBAS" in said


def test_hg19_mitochondrion(tmp_path):
    contigs = [*contig_lines()[:-1], "##contig=<ID=chrM,length=16571>"]
    vcf = small(tmp_path, "chr7 100 A T .", "chrM 752 G A .", contigs=contigs)
    code, out, _ = check(vcf)
    assert code == 4
    assert "not rCRS: its length is 16,571; 1 records have other positions" in " ".join(out.split())


def test_a_file_without_annotation_is_checked(tmp_path):
    code, out, _ = check(small(tmp_path, "chr7 100 A T .", info=[]))
    assert code == 0
    assert "the file can be checked, not ranked" in " ".join(out.split())


# --- what is refused -----------------------------------------------------------------------------

CHECK_PATH = "Check the path."
REFUSED = {
    "no such VCF": (3, ["no.vcf"], f"raredx: no.vcf: No such file or directory\n  {CHECK_PATH}"),
    "no such PED": (
        3, ["--ped", "no.ped", VCF],
        f"raredx: no.ped: No such file or directory\n  {CHECK_PATH}",
    ),
    "no such FASTA": (
        3, ["--fasta", "no.fa", VCF],
        f"raredx: no.fa: No such file or directory\n  {CHECK_PATH}",
    ),
    "no FASTA": (
        3, ["--fasta", "self.ped", VCF],
        "raredx: self.ped: not a FASTA file\n  Give the reference genome as FASTA.",
    ),
    "own mother": (
        3, ["--ped", "self.ped", VCF],
        "raredx: self.ped:1: this person is their own mother\n  Correct the mother.",
    ),
    "proband in no family": (
        3, ["--ped", PED, "--proband", "x", VCF],
        f"raredx: {PED}: the proband is in no family\n  Correct the proband's id.",
    ),
    "assembly": (
        3, ["--assembly", "GRCh37", VCF],
        f"raredx: {VCF}: this is GRCh38, not GRCh37: chr1 is 248956422 long\n"
        "  Say GRCh38, or nothing.",
    ),
    "panel": (
        2, ["--panel", "nonsense", VCF],
        "raredx: panel: no panel or file is called 'nonsense'\n"
        "  `raredx panels list` names all panels.",
    ),
    "region": (
        2, ["-r", "7:9-3", VCF],
        "raredx: 7:9-3: the region ends before it begins\n  Write contig:first-last.",
    ),
    "no index": (
        3, ["plain.vcf", "-r", "chr7"],
        "raredx: plain.vcf: regions need an index (.tbi or .csi), and there is none\n"
        "  Compress with bgzip and index with `tabix -p vcf` or `bcftools index`.",
    ),
    "empty": (3, ["empty.vcf"], "raredx: empty.vcf: the file is empty\n  Give a VCF with variants."),
    "no records": (
        3, ["header.vcf"],
        "raredx: header.vcf: holds no variant records\n  Give a VCF with variants.",
    ),
    "no samples": (
        3, ["sites.vcf"], "raredx: sites.vcf: holds no samples\n  Give a VCF with genotypes.",
    ),
    "truncated": (
        3, ["cut.vcf.gz"],
        "raredx: cut.vcf.gz: truncated: the end-of-file block is missing\n"
        "  Copy or make the file again.",
    ),
    "disk full": (
        3, [VCF, "-o", "/dev/full"],
        "raredx: /dev/full: cannot be written: No space left on device\n"
        "  Free some space, or write elsewhere.",
    ),
    "no folder": (
        3, [VCF, "--json", "none/x.json"],
        "raredx: none/x.json: cannot be written: No such file or directory\n"
        "  Check that the folder exists and can be written to.",
    ),
    "name for MultiQC": (
        2, [VCF, "--multiqc", "x.json"],
        "raredx: x.json: MultiQC reads files whose name ends in _mqc.json\n"
        "  Name it like family_mqc.json.",
    ),
    "an input": (
        2, ["plain.vcf", "-o", "plain.vcf"],
        "raredx: plain.vcf: is an input of this run and would be overwritten\n"
        "  Give it another name.",
    ),
    "one place twice": (
        2, [VCF, "--json", "a_findings_mqc.json", "--multiqc", "a_mqc.json"],
        "raredx: a_findings_mqc.json: is another output of this run and would be overwritten\n"
        "  Give it another name.",
    ),
}  # fmt: skip


@pytest.fixture
def fx_place(tmp_path, monkeypatch):
    """Stand in a folder with the files that the table names."""
    text = vcf_text(records=["chr7 1000 A T . GT 0/1"])
    head = "".join(line for line in text.splitlines(keepends=True) if line.startswith("#"))
    bare = [
        line if line[:2] == "##" else "\t".join(line.split("\t")[:8]) for line in text.splitlines()
    ]
    files = {
        "plain.vcf": text,
        "empty.vcf": "",
        "header.vcf": head,
        "sites.vcf": "\n".join(bare) + "\n",
        "self.ped": "F1 proband 0 proband 2 2\n",
    }
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    (tmp_path / "cut.vcf.gz").write_bytes(Path(VCF).read_bytes()[:300_000])
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", REFUSED)
def test_refused(fx_place, name):
    """One message, the right exit code, and nothing left behind."""
    if "/dev/full" in REFUSED[name][1] and not Path("/dev/full").exists():
        pytest.skip("no /dev/full")
    code, words, message = REFUSED[name]
    before = {path: path.read_bytes() for path in fx_place.iterdir()}
    found, _, err = check("--quiet", *words)
    assert (found, err) == (code, message + "\n")
    assert {path: path.read_bytes() for path in fx_place.iterdir()} == before


def test_two_outputs_to_one_place():
    code, out, err = check(VCF, "-o", "-", "--json", "-")
    assert (code, out) == (2, "")
    assert err.endswith("Error: Two outputs cannot both go to '-'; -o FILE names one.\n")


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
    ran = shell("-o", tmp_path / "out.tsv", "-", input=raw)
    said = ran.stderr.decode()
    assert ran.returncode == 3
    assert said.startswith(f"raredx: standard input: {message}")
    assert len(said.splitlines()) == 2
    assert os.listdir(tmp_path) == []


def test_a_reader_that_closes_the_pipe():
    command = f"{sys.executable} -m raredx check --quiet -o - {VCF} | head -n 1"
    ran = subprocess.run(command, shell=True, capture_output=True, timeout=120)
    assert ran.stdout.startswith(b"##raredx_version=")
    assert b"Traceback" not in ran.stderr


# --- inside a ranking ----------------------------------------------------------------------------


def lines_of(text):
    return [
        line.partition("=")[2] for line in text.splitlines() if line.startswith("##raredx_check=")
    ]


def test_rank_says_who_the_samples_are(tmp_path):
    out = tmp_path / "x.tsv"
    words = ("-o", out, "--json", tmp_path / "x.json", "--vcf", tmp_path / "x.vcf")
    assert run("rank", "--ped", PED, VCF, *words)[0] == 0
    lines = lines_of(out.read_text())
    assert lines[0].endswith(" sites looked at")
    assert lines[1] == (
        "pass: sex 3, missingness 3, contamination 3, kinship 3, parentage 2, maternal_line 1, "
        "mendel 1, roles 1"
    )
    assert lines_of((tmp_path / "x.vcf").read_text()) == lines
    for document in (json.loads((tmp_path / "x.json").read_text())["run"],
                     json.loads((tmp_path / "run.json").read_text())["heading"]):  # fmt: skip
        assert document["checks"]["answers"][0] == {
            "question": "sex", "passed": 3, "failed": 0, "not_assessed": 0, "reason": "",
        }  # fmt: skip


@pytest.fixture
def fx_swapped(tmp_path):
    return write_ped(
        tmp_path, "demo father proband mother 1 2", "demo proband 0 0 1 1", "demo mother 0 0 2 1"
    )


def test_rank_warns_of_a_swap(fx_swapped):
    code, out, err = run("rank", "--ped", fx_swapped, VCF)
    assert code == 0
    (warning,) = [line for line in err.splitlines() if "samples_swapped" in line]
    assert warning == ("warning: check: samples_swapped, of the family; the outputs say more")
    assert "demo: the samples fit better in other places" in out
    (line,) = [line for line in lines_of(out) if line.startswith("error: ")]
    assert line.endswith("(samples_swapped) [changes results]")


def test_strict_rank_refuses_a_swap(fx_swapped, tmp_path):
    before = sorted(os.listdir(tmp_path))
    code, out, err = run("rank", "--strict", "--ped", fx_swapped, VCF, "-o", tmp_path / "x.tsv")
    assert (code, out) == (4, "")
    assert err.startswith(
        f"raredx: {VCF}: 1 finding would change results: samples_swapped, of the family; "
    )
    assert err.splitlines()[-1] == (
        "  Mend them first, or rank without being strict; nothing was written."
    )
    assert sorted(os.listdir(tmp_path)) == before


def test_strict_rank_goes_on_where_nothing_is_wrong(tmp_path):
    _, plain, _ = run("rank", "--ped", PED, VCF)
    code, strict, _ = run("rank", "--strict", "--ped", PED, VCF)
    assert (code, strict) == (0, plain)


def test_rank_of_a_few_variants_says_that_it_cannot_tell(tmp_path):
    vcf = small(tmp_path, f"chr7 100 A T CSQ={csq()}", info=[csq_line()])
    code, out, _ = run("rank", "--strict", vcf)
    lines = lines_of(out)
    assert code == 0
    assert lines[0] == "1 sites looked at"
    assert any(line.startswith("not_assessed: ") and "sex 1" in line for line in lines)
    assert not any(line.startswith("pass: ") for line in lines)


def test_the_same_check_by_every_road():
    _, plain, _ = run("rank", "--ped", PED, VCF)
    command = [sys.executable, "-m", "raredx", "rank", "--quiet", "--ped", PED, "-"]
    with open(VCF, "rb") as file:
        piped = subprocess.run(command, stdin=file, capture_output=True, timeout=120)
    assert lines_of(piped.stdout.decode()) == lines_of(plain) != []


# --- real files ----------------------------------------------------------------------------------


def family(fx_shared, name, ped, vcf):
    folder = fx_shared / "data" / "families" / name
    return ("--ped", folder / ped, folder / vcf)


def test_ashkenazi_trio(fx_shared, tmp_path):
    """GIAB HG002 to HG004, exome of chromosome 1: a true trio."""
    code, out, _ = check(*family(fx_shared, *ASHKENAZI), "--json", tmp_path / "x.json")
    document = json.loads((tmp_path / "x.json").read_text())
    assert code == 0
    assert {f["code"] for f in document["findings"]} == {"no_frequencies", "no_clinvar"}
    (trio,) = document["trios"]
    assert trio["rate"] < 0.001
    kinship = {(p["first"], p["second"]): p["kinship"] for p in document["pairs"]}
    assert kinship["HG002", "HG003"] == pytest.approx(0.25, abs=0.02)
    assert kinship["HG002", "HG004"] == pytest.approx(0.25, abs=0.02)
    assert kinship["HG003", "HG004"] == pytest.approx(0.0, abs=0.02)
    assert "not assessed: sex of HG002, HG003, HG004" in out, "the file has no X"


def test_ashkenazi_trio_swapped(fx_shared, tmp_path):
    ped = write_ped(tmp_path, "a HG003 HG002 HG004 1 2", "a HG002 0 0 1 1", "a HG004 0 0 2 1")
    vcf = family(fx_shared, *ASHKENAZI)[-1]
    code, *_ = check("--ped", ped, vcf, "--quiet", "--json", tmp_path / "x.json")
    finding = findings_of(tmp_path / "x.json")["samples_swapped"]
    assert code == 4
    assert "sample HG003 in the place of HG002" in finding["message"]
    code, _, err = run("rank", "--strict", "--allow-missing-frequency", "--ped", ped, vcf)
    assert code == 4
    assert "samples_swapped" in err


def test_scout_trio_is_filtered_to_rare_variants(fx_shared, tmp_path):
    words = family(fx_shared, "scout_643594", "643594.ped", "643594.clinical.vcf.gz")
    code, *_ = check(*words, "--quiet", "--json", tmp_path / "x.json")
    assert code == 0
    assert "rare_variants_only" in findings_of(tmp_path / "x.json")


BROKEN = {
    # file: exit code and the cause that is told
    "1kg_30variants.vcf": (0, ""),
    "1kg_corrupt.vcf.gz": (3, "cannot be read: Reading GZIP stream failed at offset 0"),
    "Case_3.ingested.vcf": (3, "a Git LFS pointer, not the file itself"),
    "cosmic.vcf.gz": (3, "cannot be read: not a VCF or BCF file"),
    "gnomad.genomes.v3.1.2.sites.small.vcf": (3, "holds no samples"),
    "improperly_formatted.vcf":
        (3, "cannot be read at the first record: Invalid character 'N' in 'PL' FORMAT field"),
    "ingest.vcf": (3, "cannot be read after 1 records: Couldn't read GT data"),
    "missing_header.vcf": (3, "holds no samples"),
    "oneline.vcf": (3, "cannot be read at the first record: Couldn't read GT data"),
    "test.esp.zero.vcf": (3, "the assembly cannot be told: the header gives no contig lengths"),
    "test_vcf.vcf": (3, "cannot be read at the first record: Number of columns"),
    "trioDup.vcf": (3, "cannot be read: Empty sample name"),
    "windows.vcf": (3, "cannot be read: not a VCF or BCF file"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files(fx_shared, tmp_path, name):
    path = fx_shared / "data" / "broken" / name
    code, out, err = check("--quiet", "-o", tmp_path / "out.tsv", path)
    assert (code, out) == (BROKEN[name][0], "")
    assert err.startswith(f"raredx: {path}: {BROKEN[name][1]}" if code else "")
    assert len(err.splitlines()) <= 2
    assert os.listdir(tmp_path) == ([] if code else ["out.tsv"])


def test_the_table_holds_every_broken_file(fx_shared):
    assert {p.name for p in (fx_shared / "data" / "broken").iterdir()} == set(BROKEN)
