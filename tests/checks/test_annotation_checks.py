"""Findings about annotation, panel genes and the people of the pedigree."""

from __future__ import annotations

import numpy as np
import pytest

from builders import genes
from raredx.checks.annotation_checks import judge_annotation, judge_samples_named
from raredx.columns.check_results import Severity
from raredx.columns.family import Pedigree
from raredx.columns.file_facts import Declarations, FileFacts
from raredx.columns.panel import PanelDraft, PanelHeader, PanelRecord, join_panel
from raredx.vocabulary import Affection, Confidence, Moi, Outcome, Sex

NOT_ASSESSED, FAIL, PASS = Outcome.NOT_ASSESSED, Outcome.FAIL, Outcome.PASS
KINDS = ("consequence", "frequency", "clinvar")


def judge(*, records=1000, annotated=None, consequences="CSQ", declared=KINDS, panels=(), named=()):
    """Judge a file of which 100 records were looked at."""
    found = dict.fromkeys(declared, 100) | (annotated or {})
    facts = FileFacts(records=records, inspected=100, annotated=found, genes=set(named))
    header = Declarations("x.vcf", consequences=consequences, annotations=tuple(declared))
    verdicts = judge_annotation(facts, header, panels)
    answers = {v.answer.question: v.answer for v in verdicts}
    return answers, {f.code: f for v in verdicts for f in v.findings}


def test_a_file_with_everything():
    answers, findings = judge()
    assert findings == {}
    assert {q: a.outcome for q, a in answers.items()} == {
        "consequences": PASS, "frequencies": PASS, "clinvar": PASS, "panel_genes": NOT_ASSESSED,
    }  # fmt: skip


def test_a_file_with_nothing():
    answers, findings = judge(consequences="", declared=())
    assert {q: a.outcome for q, a in answers.items()} == {
        "consequences": FAIL, "frequencies": FAIL, "clinvar": NOT_ASSESSED,
        "panel_genes": NOT_ASSESSED,
    }  # fmt: skip
    assert {code: finding.severity.value for code, finding in findings.items()} == {
        "no_consequences": "warning", "no_frequencies": "warning", "no_clinvar": "note",
    }  # fmt: skip
    assert not any(finding.changes_results for finding in findings.values())
    assert findings["no_consequences"].message == (
        "no consequences are declared (INFO/CSQ, INFO/BCSQ or INFO/ANN): the file can be "
        "checked, not ranked"
    )


CONSEQUENCES = [
    # annotator, records, of 100 looked at; answer, severity, changes results
    ("CSQ", 1000, 100, PASS, None, False),
    ("CSQ", 1000, 95, PASS, None, False),
    ("CSQ", 1000, 94, FAIL, "warning", False),
    ("ANN", 1000, 94, FAIL, "warning", False),
    ("BCSQ", 1000, 2, PASS, None, False),
    ("CSQ", 1000, 0, FAIL, "error", True),
    ("BCSQ", 1000, 0, FAIL, "error", True),
    ("CSQ", 99, 0, FAIL, "warning", False),
]


@pytest.mark.parametrize(("key", "records", "n", "outcome", "severity", "changes"), CONSEQUENCES)
def test_share_of_consequences(key, records, n, outcome, severity, changes):
    answers, findings = judge(records=records, annotated={"consequence": n}, consequences=key)
    assert answers["consequences"].outcome is outcome
    found = [(f.severity.value, f.changes_results) for f in findings.values()]
    assert found == ([(severity, changes)] if severity else [])


def test_share_of_consequences_in_words():
    assert judge(annotated={"consequence": 94})[1]["few_consequences"].message == (
        "94 % of records have a consequence in INFO/CSQ; the others are not assessed"
    )


@pytest.mark.parametrize(("records", "n", "severity"), [(1000, 1, None), (1000, 0, "error"),
                                                        (99, 0, "warning")])  # fmt: skip
def test_frequencies_that_are_declared_and_never_there(records, n, severity):
    """Declared and absent means not seen in the population: all of a file is then rare."""
    findings = judge(records=records, annotated={"frequency": n})[1]
    assert [f.severity.value for f in findings.values()] == ([severity] if severity else [])
    assert [f.changes_results for f in findings.values()] == (
        [severity == "error"] if severity else []
    )


# --- panels --------------------------------------------------------------------------------------

TABLE = genes(symbols=("AAA", "BBB", "CCC"))


def panel(*symbols):
    rows = [PanelRecord("gene", "", s, Confidence.GREEN, Moi.BIALLELIC) for s in symbols]
    return join_panel(PanelDraft(PanelHeader(panel_id="P1", name="One"), rows), TABLE)


def test_every_panel_gene_is_named():
    answers, findings = judge(panels=[panel("AAA", "BBB")], named={0, 1})
    assert (answers["panel_genes"].outcome, findings) == (PASS, {})


def test_genes_without_a_variant_are_a_note():
    answers, findings = judge(panels=[panel("AAA", "BBB", "CCC")], named={1})
    assert answers["panel_genes"].outcome is PASS
    assert findings["panel_genes_silent"].message == (
        "the annotation names 1 of 3 genes of P1; no variant lies in AAA, CCC, or they bear "
        "another name there"
    )


@pytest.mark.parametrize(("records", "severity"), [(1000, "warning"), (99, "note")])
def test_no_panel_gene_is_named(records, severity):
    findings = judge(records=records, panels=[panel("AAA", "BBB")], named={2})[1]
    assert findings["panel_genes_silent"].severity == severity


def test_panel_genes_that_nobody_knows():
    answers, findings = judge(panels=[panel("AAA", "XYZ9")], named={0})
    assert answers["panel_genes"].outcome is FAIL
    assert findings["panel_gene_unknown"].message == "1 genes of P1 are not in the gene table: XYZ9"


def test_panels_need_consequences():
    answers, _ = judge(consequences="", panels=[panel("AAA")])
    assert (answers["panel_genes"].outcome, answers["panel_genes"].reason) == (
        NOT_ASSESSED, "no consequences",
    )  # fmt: skip


# --- samples and pedigree ------------------------------------------------------------------------


def family(*members, without_line=()):
    none = np.full(len(members), -1, np.int16)
    return Pedigree(
        "F1", members, none, none.copy(), np.full(len(members), Sex.UNKNOWN, np.int8),
        np.full(len(members), Affection.UNKNOWN, np.int8),
        tuple(0 if name in without_line else n for n, name in enumerate(members, 1)),
    )  # fmt: skip


def named(pedigree, *samples, allow=False):
    verdict = judge_samples_named(
        [pedigree] if pedigree else [], Declarations("x.vcf", samples), allow_unsequenced=allow
    )
    return verdict.answer, {finding.code: finding for finding in verdict.findings}


def test_everybody_is_a_sample():
    answer, findings = named(family("kid", "dad"), "dad", "kid")
    assert (answer.outcome, findings) == (PASS, {})


def test_without_a_pedigree():
    answer, findings = named(None, "kid")
    assert (answer.outcome, answer.reason, findings) == (NOT_ASSESSED, "no pedigree given", {})


def test_a_member_without_a_sample_stops_a_ranking():
    answer, findings = named(family("kid", "HG003", "mom"), "kid", "HG-003", "mom")
    finding = findings["member_not_sequenced"]
    assert answer.outcome is FAIL
    assert finding.message == (
        "1 members of the pedigree are not samples: HG003 (HG003 might be HG-003)"
    )
    assert (finding.subject, finding.severity, finding.changes_results) == (
        ("HG003",), Severity.ERROR, True,
    )  # fmt: skip
    assert findings["sample_not_in_pedigree"].message == "1 samples are not in the pedigree: HG-003"


def test_no_guess_where_no_name_is_alike():
    finding = named(family("kid", "dad"), "kid", "NA12878")[1]["member_not_sequenced"]
    assert finding.message == "1 members of the pedigree are not samples: dad"


def test_unsequenced_members_may_be_allowed():
    answer, findings = named(family("kid", "dad"), "kid", allow=True)
    assert answer.outcome is PASS
    assert findings["member_not_sequenced"].severity is Severity.NOTE
    assert not findings["member_not_sequenced"].changes_results


def test_parents_without_a_line_need_no_sample():
    assert named(family("kid", "dad", without_line=("dad",)), "kid")[1] == {}


def test_the_pedigree_of_another_file():
    answer, findings = named(family("kid", "dad"), "S1", "S2", allow=True)
    assert answer.outcome is FAIL
    assert list(findings) == ["no_member_sequenced"]
    assert findings["no_member_sequenced"].message == (
        "no member of the pedigree is a sample of x.vcf (it has S1, S2)"
    )
    assert findings["no_member_sequenced"].changes_results
