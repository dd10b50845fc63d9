"""Verifications and comparisons in words: one line each, colours on a terminal, no commands to it."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from raredx.columns.run_changes import (
    CHANGE_FIELDS,
    AddendChange,
    CandidateChange,
    Cause,
    Change,
    Difference,
    Ground,
    Reason,
    RunDiff,
    RunSide,
)
from raredx.columns.runs import FileState, FoundFile, RecordedFile
from raredx.columns.verification import Rerun, Verification, VersionPair
from raredx.report.diff_terminal import print_diff
from raredx.report.diff_tsv import diff_tsv_text
from raredx.report.verify_terminal import print_verification

NAN = float("nan")


class Terminal(io.StringIO):
    def isatty(self):
        return True


def printed(show, what, file=None):
    file = file or io.StringIO()
    show(what, file)
    return file.getvalue()


def change(kind=Change.MOVED, gene="G1", words="ClinVar (a), +1.00 (reported)", **about):
    known = {
        "change": kind, "family_id": "F1", "proband": "kid", "gene": gene, "hgnc_id": "HGNC:1",
        "mode": "de_novo", "variants": ("chr1-1-A-T",), "rank_old": 2, "rank_new": 1,
        "tier_old": "2", "tier_new": "1", "class_old": "uncertain", "class_new": "uncertain",
        "score_old": 1.0, "score_new": 2.0,
        "reason": Reason(Cause.CLINVAR, (Cause.CLINVAR,), True, Ground.COLUMNS, words),
        "addends": (AddendChange("reported", 0.0, 1.0, 1.0, 1.0, (Cause.CLINVAR,), "a"),),
    }  # fmt: skip
    return CandidateChange(**(known | about))


def whole(*changes, differences=()):
    side = RunSide("a/run.json", "0.1.0", "raredx rank x.vcf", 3)
    return RunDiff(side, side, differences, changes, 4, 1)


def test_a_comparison_in_words():
    gone = change(
        Change.VANISHED, "G2", "rule (x)", rank_new=0, tier_new="", class_new="", score_new=NAN,
        addends=(),
    )  # fmt: skip
    lines = printed(
        print_diff, whole(change(), gone, differences=(Difference(Cause.RULE, "k", "1", "2"),))
    ).splitlines()
    assert lines[2:] == [
        "differs: rule, k: 1 -> 2",
        "vanished: 1",
        "  G2 de_novo chr1-1-A-T (kid): rank 2, tier 2, score 1.00",
        "    rule (x)",
        "moved: 1",
        "  G1 de_novo chr1-1-A-T (kid): rank 2 -> 1, tier 2 -> 1, score 1.00 -> 2.00",
        "    ClinVar (a), +1.00 (reported)",
        "unchanged: 4, 1 of them with other columns",
    ]


def test_of_many_libraries_three_are_shown():
    libraries = tuple(Difference(Cause.LIBRARIES, f"l{n}", "1", "2") for n in range(5))
    out = printed(print_diff, whole(differences=libraries))
    assert out.count("differs: libraries, ") == 3
    assert "differs: 2 more libraries\n" in out


@pytest.mark.parametrize("evil", ["\x1b[31mred", "a\rb", "a\u202eb", "[bold]x[/bold]", "[/]"])
def test_hostile_words(evil):
    """Shown as they are, or by number; never to the terminal as a command, nor as markup."""
    shown = "".join(one if one.isprintable() else f"<U+{ord(one):04X}>" for one in evil)
    diff = whole(change(gene=evil, words=evil), differences=(Difference(Cause.PANEL, evil),))
    verification = Verification(
        evil, evil, (FoundFile(RecordedFile("vcf", evil, 1, ""), FileState.MISSING, reason=evil),),
        (), (VersionPair(evil, "1", ""),), Rerun(asked=True, reason=evil),
    )  # fmt: skip
    for show, what in ((print_diff, diff), (print_verification, verification)):
        plain = printed(show, what)
        assert shown in plain
        colours = re.compile(r"\x1b\[[0-9;]*m")
        on_terminal = colours.sub("", printed(show, what, Terminal()))
        assert shown in on_terminal
        assert "\x1b" not in on_terminal
        assert "\r" not in plain + on_terminal


def test_cells_of_the_table_are_no_formulas():
    text = diff_tsv_text(whole(change(gene='=HYPERLINK("x")', words="@SUM\tA1\nx", proband="-1+2")))
    body = [line for line in text.splitlines() if not line.startswith("##")]
    (row,) = csv.DictReader(body, delimiter="\t", quoting=csv.QUOTE_NONE)
    assert list(row) == [field.name for field in CHANGE_FIELDS]
    assert (row["gene"], row["proband"]) == ('\'=HYPERLINK("x")', "'-1+2")
    assert row["why"] == "'@SUM A1 x"
    assert (row["score_delta"], row["addends"]) == ("1", "reported=+1 (100%)")


def test_a_verdict_says_what_was_not_assessed():
    stream = FoundFile(RecordedFile("vcf", "-", 1, ""), FileState.NOT_ASSESSED, reason="stream")
    found = Verification("r", "c", (stream,), (), ())
    assert found.stands
    assert printed(print_verification, found).endswith(
        "all 0 files are unchanged; 1 not assessed\n"
    )


def test_the_document_lists_every_column_and_cause():
    text = (Path(__file__).resolve().parents[2] / "docs" / "runs.md").read_text(encoding="utf-8")
    table = text[text.index("| column | kind | meaning |") :]
    rows = [f"| `{f.name}` | {f.kind} | {f.about} |" for f in CHANGE_FIELDS]
    assert table.splitlines()[2 : 2 + len(rows)] == rows
    causes = text[text.index("| cause | what it is |") : text.index("**A move**")]
    assert all(f"`{cause.value}`" in causes for cause in Cause)
    grounds = text[text.index("**A candidate that only") :]
    assert all(f"`{g.value}`" in grounds for g in Ground if g is not Ground.ORDER)
