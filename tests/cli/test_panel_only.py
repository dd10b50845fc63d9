"""`raredx rank --panel-only`: what is said and recorded, and the streams it takes."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from raredx.cli.main import cli

DEMO = Path(__file__).resolve().parents[2] / "data" / "demo"
VCF, PED = str(DEMO / "family.vcf.gz"), str(DEMO / "family.ped")
WANTED = ("--ped", PED, "--panel", "402", "--panel-only")
COMMAND = "##raredx_command="


def rank(*words):
    """Run in this process; give exit code, standard output and standard error."""
    ran = CliRunner().invoke(cli, ["rank", *map(str, words)])
    if ran.exception is not None and not isinstance(ran.exception, SystemExit):
        raise ran.exception
    return ran.exit_code, ran.stdout, ran.stderr


def but_for_the_command(text):
    return [line for line in text.splitlines() if not line.startswith(COMMAND)]


@pytest.fixture(scope="module")
def fx_said():
    code, out, err = rank(*WANTED, VCF)
    assert code == 0
    return out, err


def test_the_command_is_recorded_with_it(fx_said):
    (line,) = [line for line in fx_said[0].splitlines() if line.startswith(COMMAND)]
    assert line == (
        f"{COMMAND}raredx rank --ped {PED} --panel 402 --ruleset gel --panel-only {VCF}"
    )


def test_how_much_was_read_is_said(fx_said):
    (note,) = [line for line in fx_said[1].splitlines() if "bases" in line]
    assert note.startswith("note: only the ")
    assert (
        " green and amber genes of the panels, with 2,000 bases on either side, were read: " in note
    )


def test_text_without_an_index(fx_said, tmp_path):
    path = tmp_path / "plain.vcf"
    path.write_bytes(gzip.decompress(Path(VCF).read_bytes()))
    code, out, err = rank(*WANTED, path)
    assert (code, err) == (0, fx_said[1])
    assert but_for_the_command(out) == but_for_the_command(fx_said[0])


@pytest.mark.parametrize("packed", [True, False], ids=["gz", "text"])
def test_standard_input(fx_said, packed):
    raw = Path(VCF).read_bytes()
    command = [sys.executable, "-m", "raredx", "rank", *WANTED, "--quiet", "-"]
    ran = subprocess.run(
        command, input=raw if packed else gzip.decompress(raw), capture_output=True, timeout=120
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert but_for_the_command(ran.stdout.decode()) == but_for_the_command(fx_said[0])


def test_a_stale_index_is_told_of_and_not_used(fx_said, tmp_path):
    path = tmp_path / "family.vcf.gz"
    for suffix in ("", ".tbi"):
        Path(f"{path}{suffix}").write_bytes(Path(f"{VCF}{suffix}").read_bytes())
    os.utime(path, (2_000_000_000, 2_000_000_000))
    code, out, err = rank(*WANTED, path)
    assert code == 0
    assert but_for_the_command(out) == but_for_the_command(fx_said[0])
    assert err.splitlines()[0] == (
        f"warning: {path}.tbi is older than the file: index it again; the whole file is read"
    )


def test_check_has_no_such_option():
    ran = CliRunner().invoke(cli, ["check", *WANTED, VCF])
    assert ran.exit_code == 2
    assert "No such option" in ran.stderr
    assert "--panel-only" in ran.stderr
