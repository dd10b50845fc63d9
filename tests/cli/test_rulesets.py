"""`raredx rulesets`: what is bundled, and every threshold of one."""

from __future__ import annotations

import tomllib

import msgspec
import pytest
from click.testing import CliRunner

from raredx.cli.main import cli
from raredx.settings import RuleSet, decode_ruleset, list_rulesets, read_ruleset


def rulesets(*words):
    ran = CliRunner().invoke(cli, ["rulesets", *words])
    assert ran.exit_code == 0
    return ran.stdout


def test_list():
    lines = [line.split("\t") for line in rulesets("list").splitlines()]
    assert [line[0] for line in lines] == ["g2p", "gel", "gel-incomplete", "slivar", "talos"]
    assert all(len(line) == 3 and line[2] for line in lines)


@pytest.mark.parametrize("name", list_rulesets())
def test_what_is_shown_is_a_rule_set_again(name):
    """With its checksum above; saved as a file it gives the same rules."""
    loaded = read_ruleset(name)
    text = rulesets("show", name)
    assert text.splitlines()[0] == f"# sha256 {loaded.sha256}"
    assert decode_ruleset(text.encode(), where="shown").rules == loaded.rules


def table_of(name):
    """Type of a table of rule sets, by its key."""
    return type(getattr(read_ruleset("gel").rules, name))


@pytest.mark.parametrize(
    "table",
    ["quality", "call_quality", "frequency", "consequence", "known_pathogenic", "panel",
     "segregation", "de_novo", "phenotype", "acmg", "score"],
)  # fmt: skip
def test_every_key_of_a_table_is_shown(table):
    """One that stands for nothing asked is left out, and shown in a comment."""
    text = rulesets("show", "gel")
    fields = {field.encode_name: field.default for field in msgspec.structs.fields(table_of(table))}
    asked = {key for key, default in fields.items() if default is not None}
    assert set(tomllib.loads(text)[table]) == asked
    for key in fields.keys() - asked:
        assert f"\n# {key} = " in text


def test_no_table_is_shown_that_is_not_read():
    known = {field.encode_name for field in msgspec.structs.fields(RuleSet)}
    shown = tomllib.loads(rulesets("show", "gel"))
    assert set(shown) <= known
    assert "ranking" not in shown


def test_the_incomplete_one_differs_in_penetrance_alone():
    one, other = (read_ruleset(name).rules for name in ("gel", "gel-incomplete"))
    for table in (
        "phenotype",
        "acmg",
        "score",
        "consequence",
        "frequency",
        "call_quality",
        "panel",
    ):
        assert getattr(one, table) == getattr(other, table)
    assert one.segregation.incomplete_penetrance != other.segregation.incomplete_penetrance


def test_show_of_none():
    ran = CliRunner().invoke(cli, ["rulesets", "show", "none"])
    assert ran.exit_code == 2
    assert ran.stderr.startswith("raredx: none: no such rule set\n")
