"""The outputs of a check: one report, every figure and finding in each format."""

from __future__ import annotations

import dataclasses
import io
import json
import math
from importlib import resources

import jsonschema
import pysam
import pytest

from conftest import DEMO
from raredx.columns.check_results import Finding, Severity
from raredx.columns.check_statistics import Answer
from raredx.errors import SettingsError
from raredx.pipeline.check import check
from raredx.pipeline.request import CheckRequest
from raredx.report.check_json import check_json_text
from raredx.report.check_multiqc import multiqc_names, multiqc_texts
from raredx.report.check_rows import check_rows
from raredx.report.check_terminal import PAIRS_SHOWN, pairs_that_matter, print_report
from raredx.report.check_tsv import check_tsv_text
from raredx.vocabulary import Outcome

NAN = math.nan


@pytest.fixture(scope="module")
def fx_report():
    """The demonstration family, without writing anything."""
    request = CheckRequest(
        vcf=str(DEMO / "family.vcf.gz"), ped=DEMO / "family.ped", command="raredx check family"
    )
    return check(request, lambda *_: None)


def with_findings(report, *findings):
    return dataclasses.replace(report, result=dataclasses.replace(report.result, findings=findings))


def finding(code="odd", severity=Severity.WARNING, subject=("kid",), *, changes=False, mend=""):
    return Finding(code, severity, subject, 1.5, NAN, f"{code} seen", mend, changes)


def printed(report):
    text = io.StringIO()
    print_report(report, text)
    return text.getvalue()


# --- the report ----------------------------------------------------------------------------------


def test_findings_are_sorted_by_what_they_cost(fx_report):
    report = with_findings(
        fx_report,
        finding("n", Severity.NOTE), finding("w"), finding("wc", changes=True),
        finding("e", Severity.ERROR),
    )  # fmt: skip
    assert [f.code for f in report.findings] == ["e", "wc", "w", "n"]
    assert report.changes_results
    assert not with_findings(fx_report, finding()).changes_results


def test_roles(fx_report):
    roles = [fx_report.role(name) for name in ("proband", "father", "mother", "nobody")]
    assert roles == ["child", "father", "mother", ""]


# --- TSV -----------------------------------------------------------------------------------------


def rows_of(report):
    text = check_tsv_text(report)
    lines = [line for line in text.splitlines() if not line.startswith("##")]
    header, *rows = (line.split("\t") for line in lines)
    assert header == ["scope", "subject", "metric", "value", "expected", "outcome", "message"]
    return rows


def test_tsv_has_a_heading_and_seven_columns(fx_report):
    text = check_tsv_text(fx_report)
    heading = dict(line[2:].split("=", 1) for line in text.splitlines() if line.startswith("##"))
    assert heading["raredx_command"] == "raredx check family"
    assert heading["raredx_assembly"] == "GRCh38"
    assert heading["raredx_fasta"] == "none"
    assert {len(row) for row in rows_of(fx_report)} == {7}


def test_tsv_has_every_figure_of_every_subject(fx_report):
    found = {(scope, subject, metric) for scope, subject, metric, *_ in rows_of(fx_report)}
    result = fx_report.result
    for sample in result.samples:
        for field in dataclasses.fields(sample):
            if field.name not in ("sample", "answers"):
                assert ("sample", sample.sample, field.name) in found
    pair, trio = result.pairs[0], result.trios[0]
    assert ("pair", f"{pair.first},{pair.second}", "kinship") in found
    subject = f"{trio.child},{trio.father},{trio.mother}"
    assert {("trio", subject, "rate"), ("trio", subject, "errors_on_7")} <= found
    assert {("trio", subject, "errors_x"), ("trio", subject, "errors_other")} <= found
    for about, answer in result.answers():
        assert any(row[1:] == (",".join(about), answer.question) for row in found)
    for answer in fx_report.file_answers:
        assert ("file", fx_report.vcf, answer.question) in found


def test_tsv_figures(fx_report):
    rows = {tuple(row[:3]): row[3:] for row in rows_of(fx_report)}
    vcf = fx_report.vcf
    with pysam.VariantFile(vcf) as records:
        assert rows["file", vcf, "records"] == [str(sum(1 for _ in records)), "", "", ""]
    assert rows["file", vcf, "reference"] == [
        "", "", "not_assessed", "no reference sequence given",
    ]  # fmt: skip
    assert rows["sample", "proband", "karyotype"][0] == "XY"
    assert rows["sample", "proband", "stated_sex"][0] == "male"
    assert rows["sample", "proband", "sex"][0] == "male"
    assert rows["file", vcf, "selection_rare_only"][0] == "false"
    values = [row[3] for row in rows_of(fx_report)]
    assert "nan" not in values


def test_tsv_findings_stand_first_and_cannot_break_a_row(fx_report):
    odd = dataclasses.replace(
        finding("a", changes=True, mend="Do\nit."), message="tab\there", subject=("x", "y")
    )
    first, second, *_ = rows_of(with_findings(fx_report, finding("b", Severity.NOTE), odd))
    assert first == [
        "finding", "x,y", "a", "1.5", "", "warning", "tab here. Do it. [changes results]",
    ]  # fmt: skip
    assert second == ["finding", "kid", "b", "1.5", "", "note", "b seen"]


def test_an_answer_has_one_row(fx_report):
    """A question and a figure of the same name (`sex`) are told apart by their outcome."""
    rows = [r for r in check_rows(fx_report) if r[:3] == ("sample", "proband", "sex")]
    assert [(row.value, row.outcome) for row in rows] == [(None, "pass"), ("male", "")]


# --- JSON ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fx_schema():
    place = resources.files("raredx") / "data" / "schemas" / "check.schema.json"
    return json.loads(place.read_text(encoding="utf-8"))


def test_json_follows_its_schema(fx_report, fx_schema):
    jsonschema.Draft202012Validator.check_schema(fx_schema)
    report = with_findings(fx_report, finding(changes=True))
    document = json.loads(check_json_text(report))
    jsonschema.validate(document, fx_schema, cls=jsonschema.Draft202012Validator)
    assert document["run"]["changes_results"] is True
    assert document["findings"] == [{
        "code": "odd", "severity": "warning", "subject": ["kid"], "value": 1.5, "expected": None,
        "message": "odd seen", "mend": "", "changes_results": True,
    }]  # fmt: skip
    assert document["samples"][0]["karyotype"] == "XY"
    assert document["samples"][0]["stated_sex"] == "male"
    assert document["file"]["answers"][0] == {
        "question": "samples", "outcome": "pass", "reason": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("findings", 0, "severity"), "fatal"),
        (("samples", 0, "karyotype"), "YY"),
        (("file", "answers", 0, "outcome"), "maybe"),
        (("trios", 0, "rate"), "high"),
        (("run", "assembly"), "hg18"),
        (("schema_version",), 7),
    ],
    ids=str,
)
def test_the_schema_refuses_what_is_wrong(fx_report, fx_schema, where, value):
    document = json.loads(check_json_text(with_findings(fx_report, finding())))
    place = document
    for key in where[:-1]:
        place = place[key]
    assert where[-1] in place
    place[where[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, fx_schema)


# --- MultiQC -------------------------------------------------------------------------------------


def tables_of(report):
    return {name: json.loads(text) for name, text in multiqc_texts(report).items()}


def test_multiqc_names():
    assert multiqc_names("a/fam_mqc.json") == {
        "samples": "a/fam_mqc.json",
        "relations": "a/fam_relations_mqc.json",
        "findings": "a/fam_findings_mqc.json",
    }


@pytest.mark.parametrize("name", ["fam.json", "_mqc.json", "out/_mqc.json", "fam_mqc.tsv"])
def test_multiqc_would_not_read_other_names(name):
    with pytest.raises(SettingsError, match=r"whose name ends in _mqc\.json"):
        multiqc_names(name)


def test_multiqc_tables(fx_report):
    tables = tables_of(fx_report)
    assert {t["id"] for t in tables.values()} == {f"raredx_check_{name}" for name in tables}
    for table in tables.values():
        assert table["plot_type"] == "table"
        columns = {key for row in table["data"].values() for key in row}
        assert columns <= set(table["headers"])
        assert NAN not in [v for row in table["data"].values() for v in row.values()]
    samples = tables["samples"]["data"]
    assert list(samples) == ["proband", "mother", "father"]
    assert samples["mother"]["karyotype"] == "XX"
    relations = tables["relations"]["data"]
    assert relations["proband + father"]["inferred"] == "parent and child"
    assert relations["proband of father + mother"]["outcome"] == "pass"


def test_multiqc_findings(fx_report):
    report = with_findings(
        fx_report,
        finding("a", Severity.ERROR, ("kid", "dad"), changes=True),
        dataclasses.replace(finding("b", subject=("file",)), message="ALT <DEL> & more"),
        finding("a", Severity.ERROR, ("kid", "dad")),
    )
    rows = tables_of(report)["findings"]["data"]
    assert list(rows) == ["a: kid, dad", "a: kid, dad'", "b: family.vcf.gz"]
    assert rows["a: kid, dad"]["changes_results"] == "yes"
    assert rows["b: family.vcf.gz"]["message"] == "ALT &lt;DEL&gt; &amp; more"


def test_multiqc_says_that_nothing_is_wrong(fx_report):
    rows = tables_of(with_findings(fx_report, finding("b", Severity.NOTE)))["findings"]["data"]
    assert list(rows) == ["family.vcf.gz", "b: kid"]
    assert rows["family.vcf.gz"]["severity"] == "pass"


# --- terminal ------------------------------------------------------------------------------------


def test_terminal(fx_report):
    report = with_findings(
        fx_report, finding("bad", Severity.ERROR, changes=True, mend="Mend [it]."), finding("dull")
    )
    lines = printed(report).splitlines()
    assert lines[0] == f"{fx_report.vcf}: GRCh38, {fx_report.facts.records:,} records, 3 samples"
    assert lines[2] == "error   kid: bad seen (bad)"
    assert lines[3] == "        Mend [it]."
    assert lines[4] == "warning kid: dull seen (dull)"
    assert lines[-1] == "1 finding would change results"
    for title in ("Samples", "Pairs", "Children and parents"):
        assert title in lines
    assert "not assessed: reference: no reference sequence given" in lines
    assert all(line == line.rstrip() and len(line) <= 120 for line in lines)


def test_terminal_of_a_clean_check(fx_report):
    text = printed(with_findings(fx_report))
    assert "\nno findings\n" in text
    assert text.endswith("no findings would change results\n")


def test_terminal_names_are_not_cut(fx_report):
    long = "S" * 90
    sample = dataclasses.replace(fx_report.result.samples[0], sample=long)
    report = dataclasses.replace(
        fx_report, result=dataclasses.replace(fx_report.result, samples=(sample,))
    )
    assert printed(report).count("S") >= 90
    assert "…" not in printed(with_findings(report))


def pairs_with(report, relations):
    pair = report.result.pairs[0]
    pairs = tuple(
        dataclasses.replace(
            pair, first=f"a{n}", same_family=family, relation_inferred=inferred,
            answers=(Answer("kinship", outcome),),
        )
        for n, (family, inferred, outcome) in enumerate(relations)
    )  # fmt: skip
    return dataclasses.replace(report, result=dataclasses.replace(report.result, pairs=pairs))


def test_pairs_that_matter(fx_report):
    report = pairs_with(fx_report, [
        (True, "unrelated", Outcome.PASS),
        (False, "unrelated", Outcome.PASS),
        (False, "", Outcome.NOT_ASSESSED),
        (False, "full siblings", Outcome.NOT_ASSESSED),
        (False, "unrelated", Outcome.FAIL),
    ])  # fmt: skip
    shown, hidden = pairs_that_matter(report)
    assert ([pair.first for pair in shown], hidden) == (["a0", "a3", "a4"], 2)
    assert "2 other pairs are not shown" in printed(report)


def test_pairs_that_failed_are_shown_first_where_there_are_many(fx_report):
    many = [(True, "unrelated", Outcome.PASS)] * PAIRS_SHOWN
    shown, hidden = pairs_that_matter(pairs_with(fx_report, [*many, (True, "x", Outcome.FAIL)]))
    assert (shown[0].first, len(shown), hidden) == (f"a{PAIRS_SHOWN}", PAIRS_SHOWN, 1)
