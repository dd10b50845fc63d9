"""`raredx explain` as a command: text that can be read, JSON that fits its schema, errors in words."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

import build_schemas
from raredx.cli.main import cli

DEMO = Path(__file__).resolve().parents[2] / "data" / "demo"
FAMILY = ("--ped", str(DEMO / "family.ped"), "--panel", "402", str(DEMO / "family.vcf.gz"))
PLACE = resources.files("raredx") / "data" / "schemas" / "explanation.schema.json"


def run(*arguments: str):
    return CliRunner().invoke(cli, ["explain", *arguments])


def text_of(variant: str, *options: str) -> str:
    result = run("--variant", variant, *options, *FAMILY)
    assert result.exit_code == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def fx_validator():
    schema = json.loads(PLACE.read_text(encoding="utf-8"))
    assert schema == build_schemas.explanation_schema()
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("variant", ["CFTR:p.Phe508del", "CFTR", "chr7-100-A-T", "m.3243A>G"])
def test_json_fits_its_schema(fx_validator, variant):
    document = json.loads(text_of(variant, "--json"))
    fx_validator.validate(document)
    assert document["asked"] == variant


def test_every_step_says_who_asks_what():
    document = json.loads(text_of("CLN3", "--json"))
    steps = [step for trail in document["trails"] for step in trail["steps"]]
    for trail in document["trails"]:
        for gene in trail["genes"]:
            steps += [gene["consequence"], *(s for m in gene["modes"] for s in m["steps"])]
    assert len(steps) > 50
    for step in steps:
        assert all(step[name] for name in ("question", "observed", "threshold", "rule", "source"))
        assert bool(step["needed"]) == (step["outcome"] == "fail")


def test_the_text_in_order():
    lines = text_of("chr1-46197018-G-A").splitlines()
    assert lines[0] == "chr1-46197018-G-A: in the file"
    questions = [line.split()[1] for line in lines if line.startswith("    PASS ")]
    assert questions[:3] == ["filter", "frequency", "carried"]
    assert "  POMGNT1 HGNC:19139" in lines
    assert any(line.startswith("  POMGNT1, compound het: no candidate") for line in lines)
    assert lines[-1] == (
        "It is not a candidate; it would be one (POMGNT1, compound het) if a second allele of "
        "POMGNT1 in trans failed no question."
    )


@pytest.mark.parametrize("variant", ["CFTR", "CLN3", "TTN", "m.3243A>G", "chr7-100-A-T"])
def test_lines_are_short_and_none_is_said_twice(variant):
    lines = text_of(variant, "--panel", "all").splitlines()
    own = [line for line in lines[:-1] if not line.startswith("command: ")]  # one sentence ends it
    assert max(map(len, own)) < 160
    assert lines[-1].startswith(("It is", "None of", "No allele")) or " candidates: " in lines[-1]
    assert sum(line == lines[-1] for line in lines) == 1


def test_a_panel_that_does_not_hold_the_gene():
    """Bundled panels on which it is green are named."""
    text = text_of("CFTR:p.Phe508del")
    assert "- panel CFTR is on none of the 1 applied panels" in text
    assert "- panel not applied: panelapp-386 Pancreatitis (green), biallelic" in text


def test_an_unaffected_carrier():
    text = text_of("SCN1A")
    assert "against it: mother (unaffected, heterozygous)" in text
    assert (
        "if mother (unaffected, heterozygous) were affected, or its penetrance incomplete (rule "
        "set gel-incomplete)"
    ) in " ".join(text.split())


@pytest.mark.parametrize(
    ("variant", "said"),
    [("foo", "variant foo: is no variant and no known gene"), ("", "variant : is no variant"),
     ("1:abc", "variant 1:abc: is no variant"), ("chr77:1", "has no contig chr77")],
)  # fmt: skip
def test_nonsense_is_refused_in_words(variant, said):
    result = run("--variant", variant, *FAMILY)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_standard_input_is_refused():
    result = run("--variant", "CFTR", *FAMILY[:-1], "-")
    assert result.exit_code == 2
    assert "standard input: cannot be looked up" in result.stderr


def test_without_a_variant():
    result = run(*FAMILY)
    assert result.exit_code == 2
    assert "Missing option '--variant'" in result.stderr


def test_hostile_text_stays_text(tmp_path):
    """What a VCF holds reaches the terminal without control or bidirectional characters."""
    import gzip  # noqa: PLC0415

    path = tmp_path / "family.vcf"
    text = gzip.decompress((DEMO / "family.vcf.gz").read_bytes()).decode()
    line = next(row for row in text.splitlines() if row.startswith("chr7\t117559590\t"))
    hostile = line.replace("rs113993960", "\x1b[31m<script>\u202e=cmd()", 1)
    path.write_text(text.replace(line, hostile), encoding="utf-8")
    result = run("--variant", "CFTR:p.Phe508del", *FAMILY[:-1], str(path))
    assert result.exit_code == 0, result.stderr
    assert "\x1b" not in result.stdout
    assert "\u202e" not in result.stdout
    assert "<script>" in result.stdout


def test_a_consequence_that_no_rule_names_stands_in_the_way_too():
    """With a lower frequency alone it would still be no candidate: an intron, heterozygous."""
    last = text_of("chr7-117535138-A-T").splitlines()[-1]
    assert "if its population frequency were 0.01 or less and its consequence in CFTR were" in last


def test_the_overview_of_a_gene_counts_what_the_trails_say():
    """Talos asks of the panel as well: not segregation, which is asked before it."""
    said = text_of("CLN3", "--ruleset", "talos", "--panel", "all")
    (line,) = [line for line in said.splitlines() if line.startswith("family demo: ")]
    assert "2 dropped by panel" in line
    assert "segregation" not in line
    assert said.count("a run counts it as dropped by panel") == 2
