"""`raredx verify`: what changed since, what is missing, and whether it comes out the same."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from evidence_files import PED, clinvar_vcf, small_vcf
from raredx.cli.main import cli
from raredx.pipeline.outputs import KINDS

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "src" / "raredx" / "data" / "schemas" / "verification.schema.json"


def raredx(*words, **options):
    """Run in this process; give exit code, standard output and standard error."""
    ran = CliRunner().invoke(cli, [*map(str, words)], **options)
    if ran.exception is not None and not isinstance(ran.exception, SystemExit):
        raise ran.exception
    return ran.exit_code, ran.stdout, ran.stderr


@pytest.fixture
def fx_place(tmp_path, monkeypatch):
    """Stand in a folder with a run in `out`, every output of it, recorded by relative paths."""
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    shutil.move(small_vcf(tmp_path), tmp_path / "in" / "a.vcf")
    (tmp_path / "in" / "a.ped").write_text(PED)
    monkeypatch.chdir(tmp_path)
    words = ["-o", "out/c.tsv", "--json", "out/c.json", "--vcf", "out/c.vcf.gz",
             "--genes", "out/genes.tsv", "--diseases", "out/diseases.tsv"]  # fmt: skip
    code, *_ = raredx("rank", "--quiet", "--ped", "in/a.ped", "--panel", "402", "--hpo",
                      "HP:0001250", *words, "in/a.vcf")  # fmt: skip
    assert code == 0
    return tmp_path


FLAGS = {"output": "-o", "json": "--json", "vcf_out": "--vcf", "genes_out": "--genes",
         "diseases_out": "--diseases", "jsonl": "--jsonl", "parquet": "--parquet", "xlsx": "--xlsx",
         "near_misses": "--near-misses", "html": "--html",
         "phenopacket_out": "--phenopacket-out"}  # fmt: skip


def line(state, kind, role, name):
    return f"{state:<12}  {kind:<9}  {role:<11}  {name}"


FILES = [("input", "ped", "in/a.ped"), ("input", "vcf", "in/a.vcf"),
         ("output", "tsv", "out/c.tsv"), ("output", "json", "out/c.json"),
         ("output", "vcf", "out/c.vcf.gz"), ("output", "genes", "out/genes.tsv"),
         ("output", "diseases", "out/diseases.tsv")]  # fmt: skip


@pytest.mark.parametrize("run", ["out", "out/run.json", "out/c.run.json"])
def test_a_run_that_stands(fx_place, run):
    code, out, err = raredx("verify", run)
    assert (code, err) == (0, "")
    head, *lines, verdict = out.splitlines()
    record = "out/run.json" if run == "out" else run
    assert head == (
        f"{record}: raredx rank --ped in/a.ped --hpo HP:0001250 --panel 402 --ruleset gel in/a.vcf"
    )
    assert lines == [line("unchanged", *file) for file in FILES]
    assert verdict == "all 7 files are unchanged"


def test_what_changed_and_what_is_missing(fx_place):
    with Path("in/a.vcf").open("a") as file:
        file.write("\n")
    size = Path("in/a.vcf").stat().st_size
    text = Path("out/c.tsv").read_text()
    Path("out/c.tsv").write_text(text.replace("FOXG1", "FOXG2", 1))
    Path("out/c.json").unlink()
    code, out, _ = raredx("verify", "out")
    lines = out.splitlines()
    assert code == 4
    assert lines[2] == line("changed", *FILES[1]) + f": {size - 1} bytes, now {size}"
    assert lines[3].startswith(line("changed", *FILES[2]) + ": sha256 ")
    assert lines[3].count("…") == 2
    assert lines[4] == line("missing", *FILES[3]) + ": No such file or directory"
    assert lines[-1] == "does not stand: 2 changed, 1 missing"


def test_from_another_folder(fx_place, monkeypatch):
    """Paths start where the command is run, unless a folder is named."""
    monkeypatch.chdir(fx_place / "in")
    code, out, _ = raredx("verify", "../out")
    assert code == 4
    assert out.splitlines()[-1] == "does not stand: 7 missing"
    assert raredx("verify", "../out", "--folder", "..")[0] == 0
    assert raredx("verify", "../out", "--folder", "..", "--rerun", "--quiet") == (0, "", "")


def test_run_again_gives_the_same_bytes_and_leaves_all_as_it_is(fx_place):
    before = {path: path.stat().st_mtime_ns for path in fx_place.rglob("*")}
    code, out, _ = raredx("verify", "out", "--rerun")
    lines = out.splitlines()
    assert code == 0
    again = [line("unchanged", "run again", role, name) for _, role, name in FILES[2:]]
    assert lines[8:-1] == [*again, line("unchanged", "run again", "record", "out/run.json")]
    assert lines[-1] == "all 7 files are unchanged, and running it again gave the same bytes"
    assert {path: path.stat().st_mtime_ns for path in fx_place.rglob("*")} == before


def test_run_again_with_every_kind_of_output_and_several_families(fx_place):
    """One file for each family, and formats that hold dates elsewhere."""
    Path("in/two.ped").write_text("A\tproband\t0\t0\t1\t2\nB\tfather\t0\t0\t1\t2\n")
    Path("all").mkdir()
    named = [
        word
        for kind in KINDS
        for word in (FLAGS[kind.attribute], f"all/{kind.role}{'-{family}' * kind.by_family}.vcf.gz")
    ]
    code, _, err = raredx("rank", "--quiet", "--ped", "in/two.ped", "--panel", "402", *named,
                          "in/a.vcf")  # fmt: skip
    assert (code, err) == (0, "")
    document = json.loads(Path("all/run.json").read_text())
    roles = [one["role"] for one in document["outputs"]]
    assert set(roles) == {kind.role for kind in KINDS}
    assert len(roles) == len(KINDS) + sum(kind.by_family for kind in KINDS)
    before = sorted(fx_place.rglob("*"))
    code, out, _ = raredx("verify", "all", "--rerun")
    assert code == 0, out
    assert out.count("unchanged     run again") == len(roles) + 1
    assert sorted(fx_place.rglob("*")) == before


def test_run_again_where_the_outputs_are_gone(fx_place):
    """The bytes that were recorded are what counts, not those that lie there."""
    for name in ("c.tsv", "c.json", "c.vcf.gz", "genes.tsv", "diseases.tsv"):
        (fx_place / "out" / name).unlink()
    code, out, _ = raredx("verify", "out", "--rerun")
    assert code == 4
    assert out.count("unchanged     run again") == 6
    assert sorted(os.listdir("out")) == ["c.run.json", "run.json"]


def edit(**changes):
    """Change the record."""
    path = Path("out/run.json")
    document = json.loads(path.read_text())
    for key, value in changes.items():
        document[key] = value(document[key])
    path.write_text(json.dumps(document))


def test_run_again_that_comes_out_otherwise(fx_place):
    """A record of what another version wrote: told before, and taken for a possible reason."""
    edit(
        raredx=lambda _: "0.0.9",
        packages=lambda found: found | {"numpy": "1.0", "made-up": "1.0"},
        outputs=lambda files: [{**file, "sha256": "0" * 64} if file["role"] == "tsv" else file
                               for file in files],
        counts=lambda found: found | {"candidates": 99},
    )  # fmt: skip
    code, out, _ = raredx("verify", "out", "--rerun")
    lines = out.splitlines()
    assert code == 4
    assert "version: raredx was 0.0.9, is 0.1.0" in lines
    assert "version: made-up was 1.0, is not installed" in lines
    (differs,) = [one for one in lines if one.startswith("changed       run again  tsv")]
    assert ": sha256 000000000000…, now " in differs
    assert line("changed", "run again", "record", "out/run.json: differs in counts") in lines
    assert lines[-2] == "what differs may come from the versions above"


def test_run_again_without_an_output_of_the_record(fx_place):
    more = {"role": "html", "name": "out/x.html", "size": 1, "sha256": "0" * 64}
    edit(outputs=lambda files: [*files, more])
    code, out, _ = raredx("verify", "out", "--rerun")
    assert code == 4
    assert line("missing", "run again", "html", "out/x.html: was not written again") in out


def test_changed_inputs_are_not_run_again(fx_place):
    Path("in/a.ped").write_text(PED + "\n")
    code, out, _ = raredx("verify", "out", "--rerun")
    assert code == 4
    assert "not run again: an input is missing or not what it was" in out.splitlines()
    assert "run again  tsv" not in out


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ({"arguments": lambda _: None}, 3,
         "out/run.json: cannot be run again: the record does not hold the arguments of the run\n"
         "  Without --rerun its files alone are compared."),
        ({"arguments": lambda found: found | {"colour": "red"}}, 3,
         "out/run.json: this version of raredx has no argument colour\n"
         "  Run it with the version that the record names."),
        ({"arguments": lambda found: found | {"threads": "many"}}, 3,
         "out/run.json: argument threads cannot be 'many'\n"
         "  The record is damaged; run the ranking anew."),
        ({"arguments": lambda found: found | {"ruleset": "no-such"}}, 2,
         "no-such: no such rule set"),
    ],
    ids=["none", "of another version", "damaged", "refused by the ranking"],
)  # fmt: skip
def test_what_cannot_be_run_again(fx_place, change, code, message):
    edit(**change)
    found, _, err = raredx("verify", "out", "--rerun")
    assert found == code
    assert err.startswith(f"raredx: {message}")


def test_a_run_on_standard_input(fx_place):
    words = [sys.executable, "-m", "raredx", "rank", "--quiet", "--ped", "in/a.ped",
             "-o", "-", "--json", "out/piped.json", "-"]  # fmt: skip
    raw = Path("in/a.vcf").read_bytes()
    subprocess.run(words, input=raw, check=True, timeout=120, stdout=subprocess.DEVNULL)
    code, out, _ = raredx("verify", "out/piped.run.json")
    lines = out.splitlines()
    assert code == 0
    assert line("not assessed", "input", "vcf", "-: standard input or output") in lines
    assert lines[-1] == "all 2 files are unchanged; 1 not assessed"
    code, _, err = raredx("verify", "out/piped.run.json", "--rerun")
    assert code == 3
    assert "cannot be run again: it read standard input, which was not kept" in err


def test_a_run_with_pseudonyms(fx_place):
    """It records no path of an input: these are not assessed, and nothing is run again."""
    Path("in/key").write_text("a long enough line of letters that nobody would guess 1234567890\n")
    Path("in/key").chmod(0o600)
    code, _, err = raredx("rank", "--quiet", "--ped", "in/a.ped", "--pseudonyms", "in/key", "-o",
                          "out/hidden.tsv", "in/a.vcf")  # fmt: skip
    assert (code, err) == (0, "")
    code, out, _ = raredx("verify", "out/hidden.run.json")
    lines = out.splitlines()
    assert code == 0
    why = "pseudonyms stand for names, and its path is not recorded"
    assert line("not assessed", "input", "vcf", f"vcf.vcf: {why}") in lines
    assert line("unchanged", "output", "tsv", "hidden.tsv") in lines
    assert lines[-1] == "1 file is unchanged; 2 not assessed"
    code, _, err = raredx("verify", "out/hidden.run.json", "--rerun")
    assert code == 3
    assert "cannot be run again: pseudonyms stand for names" in err


def test_every_input_is_looked_at(fx_place):
    """Rule set, ClinVar, HPO file, regions: whatever the run read."""
    clinvar_vcf(fx_place / "in", "2 5 A G Benign")
    Path("in/rules.toml").write_text((ROOT / "src/raredx/data/rulesets/gel.toml").read_text())
    Path("in/hpo.txt").write_text("HP:0001250\n")
    Path("in/r.bed").write_text("chr14\t0\t100000000\n")
    code, *_ = raredx("rank", "--quiet", "--ped", "in/a.ped", "--ruleset", "in/rules.toml", "--hpo",
                      "in/hpo.txt", "-R", "in/r.bed", "--clinvar", "in/clinvar.vcf", "-o",
                      "out/d.tsv", "in/a.vcf")  # fmt: skip
    assert code == 0
    assert raredx("verify", "out/d.run.json", "--rerun")[0] == 0
    for name in ("in/clinvar.vcf", "in/rules.toml", "in/hpo.txt", "in/r.bed"):
        kept = Path(name).read_text()
        Path(name).write_text(kept.replace("e", "E", 1) + "#")
        code, out, _ = raredx("verify", "out/d.run.json")
        assert code == 4
        changed = [line for line in out.splitlines() if line.startswith("changed ")]
        assert len(changed) == 1
        assert f"  {name}: " in changed[0]
        Path(name).write_text(kept)


def test_as_json(fx_place):
    Path("out/c.json").unlink()
    code, out, err = raredx("verify", "out", "--json", "-")
    assert code == 4
    assert "does not stand: 1 missing" in err
    document = json.loads(out)
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, schema, cls=jsonschema.Draft202012Validator)
    assert document["stands"] is False
    states = {one["record"]["role"]: one["state"] for one in document["outputs"]}
    assert states["json"] == "missing"
    names = {one["name"] for one in document["versions"]}
    assert {"raredx", "python", "numpy", "rule set gel", "table hpo"} <= names
    code, *_ = raredx("verify", "out", "--quiet", "--rerun", "--json", "v.json")
    again = json.loads(Path("v.json").read_text())
    jsonschema.validate(again, schema, cls=jsonschema.Draft202012Validator)
    assert again["rerun"]["made"] is True


def test_the_record_is_not_written_over(fx_place):
    code, _, err = raredx("verify", "out/run.json", "--json", "out/run.json")
    assert code == 2
    assert "is an input of this run and would be overwritten" in err


def test_hostile_names_do_not_command_the_terminal(fx_place):
    evil = "in/\x1b[31m\u202egood.vcf"
    edit(inputs=lambda files: [{**file, "name": evil} for file in files])
    code, out, _ = raredx("verify", "out")
    assert code == 4
    assert "in/<U+001B>[31m<U+202E>good.vcf" in out
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "out/run.json: damaged, or no JSON: "),
        ("[]", "out/run.json: is no record of a run of raredx"),
        ('{"schema_version": "1.1", "raredx": "0", "heading": {}}',
         "out/run.json: is a record of version 1.1, and this raredx reads 2.x"),
    ],
)  # fmt: skip
def test_no_traceback_for_what_is_no_record(fx_place, text, message):
    Path("out/run.json").write_text(text)
    code, _, err = raredx("verify", "out")
    assert code == 3
    assert err.startswith(f"raredx: {message}")


def test_a_folder_that_is_not_there(fx_place):
    assert raredx("verify", "nowhere")[0] == 3
    assert raredx("verify", "out", "--folder", "nowhere")[0] == 2
