"""`raredx rulesets`: what is bundled, and every threshold of one."""

from __future__ import annotations

import tomllib

import msgspec
import pytest
from click.testing import CliRunner

from raredx.cli.main import cli
from raredx.settings import RuleSet, decode_ruleset, read_ruleset


def rulesets(*words):
    ran = CliRunner().invoke(cli, ["rulesets", *words])
    assert ran.exit_code == 0
    return ran.stdout


def test_list():
    lines = [line.split("\t") for line in rulesets("list").splitlines()]
    assert [line[0] for line in lines] == ["gel", "gel-incomplete"]
    assert all(len(line) == 3 and line[2] for line in lines)


@pytest.mark.parametrize("name", ["gel", "gel-incomplete"])
def test_what_is_shown_is_a_rule_set_again(name):
    """With its checksum above; saved as a file it gives the same rules."""
    loaded = read_ruleset(name)
    text = rulesets("show", name)
    assert text.splitlines()[0] == f"# sha256 {loaded.sha256}"
    assert decode_ruleset(text.encode(), where="shown").rules == loaded.rules


@pytest.mark.parametrize("table", ["consequence", "phenotype", "acmg", "score"])
def test_every_key_of_a_table_is_shown(table):
    shown = tomllib.loads(rulesets("show", "gel"))
    keys = {field.encode_name for field in msgspec.structs.fields(type(getattr(
        read_ruleset("gel").rules, table)))}  # fmt: skip
    assert set(shown[table]) == keys


def test_no_table_is_shown_that_is_not_read():
    known = {field.encode_name for field in msgspec.structs.fields(RuleSet)}
    shown = tomllib.loads(rulesets("show", "gel"))
    assert set(shown) <= known
    assert "ranking" not in shown


def test_the_incomplete_one_differs_in_penetrance_alone():
    one, other = (read_ruleset(name).rules for name in ("gel", "gel-incomplete"))
    for table in ("phenotype", "acmg", "score", "consequence", "frequency"):
        assert getattr(one, table) == getattr(other, table)
    assert one.segregation.incomplete_penetrance != other.segregation.incomplete_penetrance


def test_show_of_none():
    ran = CliRunner().invoke(cli, ["rulesets", "show", "none"])
    assert ran.exit_code == 2
    assert ran.stderr.startswith("raredx: none: no such rule set\n")
