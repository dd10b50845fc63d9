"""Candidates as JSON lines, against the schema that ships with the package."""

from __future__ import annotations

import json
from importlib import resources

import jsonschema
import pytest

import build_schemas
from family_reports import HOSTILE, demo_report, hostile_report, scout_report
from raredx.columns.results import FIELDS, MEMBER_FIELDS, empty_table, join_tables
from raredx.report.candidates_jsonl import jsonl_text

PLACE = resources.files("raredx") / "data" / "schemas" / "candidate_line.schema.json"


def lines_of(report):
    text = jsonl_text(report.table, report.heading)
    assert text.endswith("\n")
    return [json.loads(line, parse_constant=pytest.fail) for line in text[:-1].split("\n")]


@pytest.fixture(scope="module")
def fx_validator():
    schema = json.loads(PLACE.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_schema_is_the_one_that_the_script_writes(fx_validator):
    assert fx_validator.schema == build_schemas.candidate_line_schema()


def test_every_line_follows_the_schema(fx_validator):
    lines = lines_of(demo_report())
    assert len(lines) == len(demo_report().table) > 10
    for line in lines:
        fx_validator.validate(line)


def test_lines_of_a_real_trio_follow_the_schema(fx_validator, fx_shared):
    lines = lines_of(scout_report(fx_shared))
    assert len(lines) >= 5
    for line in lines:
        fx_validator.validate(line)
    assert {"ADM1059A1", "ADM1059A2", "ADM1059A3"} == set(lines[0]["genotypes"])
    assert lines[0]["assembly"] == "GRCh37"


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("tier",), 1),
        (("pos",), "100"),
        (("mode",), "sporadic"),
        (("popmax_af",), "not_assessed"),
        (("score_panel",), "not_assessed"),
        (("panels",), "a;b"),
        (("acmg_class",), "VUS"),
        (("genotypes", "proband", "dp"), "12"),
        (("acmg", 0, "strength"), "weak"),
        (("phenotype", 0, "share"), 2),
        (("raredx_version",), None),
        (("family_id",), None),
    ],
)
def test_the_schema_refuses_what_is_wrong(fx_validator, where, value):
    line = lines_of(demo_report())[0]
    fx_validator.validate(line)
    place = line
    for key in where[:-1]:
        place = place[key]
    assert where[-1] in place
    place[where[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        fx_validator.validate(line)


def test_the_values_are_those_of_the_table():
    report = demo_report()
    table = report.table
    for row, line in enumerate(lines_of(report)):
        for field in FIELDS:
            value = table[field.name][row]
            is_open = field.kind == "number" and value == "not_assessed"
            assert line[field.name] == (None if is_open else value)
        for member in table.members:
            for field in MEMBER_FIELDS:
                assert line["genotypes"][member][field.name] == table[f"{field.name}_{member}"][row]
        assert line["transcripts"] == table.details[row]["transcripts"]
        assert line["raredx_version"] == report.heading.version
        assert line["ruleset"] == "gel 1.0"


def test_a_number_that_was_not_assessed_is_null():
    table = empty_table(("kid",))
    cells = {"popmax_af": "not_assessed", "score_panel": "not_assessed", "clinvar": "not_assessed"}
    for name, column in table.columns.items():
        column.append(cells.get(name))
    table.details.append({})
    line = json.loads(jsonl_text(table, demo_report().heading))
    assert (line["popmax_af"], line["score_panel"]) == (None, None)
    assert line["clinvar"] == "not_assessed"  # a text, which says it in words


def test_members_of_another_family_are_left_out():
    one, two = demo_report().table, empty_table(("other",))
    for name, column in two.columns.items():
        column.append({"gt_other": "0/1", "dp_other": 7}.get(name))
    two.details.append({})
    text = jsonl_text(join_tables([one, two]), demo_report().heading)
    lines = [json.loads(line) for line in text.splitlines()]
    assert set(lines[0]["genotypes"]) == {"proband", "father", "mother"}
    assert lines[-1]["genotypes"] == {"other": {"gt": "0/1", "dp": 7, "gq": None, "ab": None}}


def test_hostile_text_stays_exact_and_in_its_line():
    report = hostile_report()
    report.table.columns["gene"][0] = "a\u2028b\u2029c\x85d\r\ne"
    text = jsonl_text(report.table, report.heading)
    assert len(text.splitlines()) == len(HOSTILE)  # which cuts at U+2028 and U+0085 too
    lines = lines_of(report)
    assert lines[0]["gene"] == "a\u2028b\u2029c\x85d\r\ne"
    assert [line["gene"] for line in lines[1:]] == list(HOSTILE[1:])
    assert [line["flags"] for line in lines] == [[text, text] for text in HOSTILE]


def test_the_same_table_gives_the_same_bytes():
    report = demo_report()
    assert jsonl_text(report.table, report.heading) == jsonl_text(report.table, report.heading)
