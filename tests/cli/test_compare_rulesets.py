"""`raredx compare-rulesets` as a user calls it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from raredx.cli.main import cli

DEMO = Path(__file__).resolve().parents[2] / "data" / "demo"
VCF, PED = str(DEMO / "family.vcf.gz"), str(DEMO / "family.ped")


def run(*arguments):
    return CliRunner().invoke(cli, ["compare-rulesets", *arguments])


def test_rows_to_standard_output_and_counts_to_standard_error():
    ran = run("gel", "slivar", "--ped", PED, "--panel", "all", VCF)
    assert ran.exit_code == 0, ran.output
    assert ran.stdout.startswith("##raredx_version=")
    assert f"gel slivar {VCF}" in ran.stdout.splitlines()[1]
    *said, table = ran.stderr.rpartition("\n\n")
    assert "gel keeps 15, " in said[0]
    lines = [line.split() for line in table.splitlines()]
    assert lines[0] == ["kept", "by", "both", "gel", "slivar"]
    assert [line[0] for line in lines[1:]] == ["gel", "slivar"]
    assert lines[1][2] == lines[2][1]


def test_quiet():
    ran = run("gel", "g2p", "--ped", PED, "--quiet", VCF)
    assert (ran.exit_code, ran.stderr) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((VCF,), 2, "Name at least two rule sets and then one VCF"),
        (("gel", VCF), 2, "Name at least two rule sets and then one VCF"),
        (("gel", "gel", VCF), 2, "gel: is the name of two rule sets"),
        (("gel", "mira", VCF), 2, "mira: no such rule set"),
        (("gel", "slivar", "--ruleset", "g2p", VCF), 2, "No such option"),
        (("gel", "slivar", "-o", "-", "--json", "-", VCF), 2, "Two outputs cannot both go to '-'"),
        (("gel", "slivar", "nosuch.vcf"), 3, "nosuch.vcf"),
    ],
)  # fmt: skip
def test_what_cannot_be_run(arguments, code, message):
    ran = run(*arguments)
    assert (ran.exit_code, ran.stdout) == (code, "")
    assert message in ran.stderr


def test_an_input_is_not_overwritten(tmp_path):
    vcf = tmp_path / "x.vcf.gz"
    vcf.write_bytes(Path(VCF).read_bytes())
    ran = run("gel", "slivar", "--ped", PED, "-o", str(vcf), str(vcf))
    assert ran.exit_code == 2
    assert "would be overwritten" in ran.stderr
    assert vcf.read_bytes() == Path(VCF).read_bytes()
