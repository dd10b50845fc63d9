"""The script that writes the evaluation of the development sets into docs/validation.md."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import evaluate_all

SCRIPT = Path(evaluate_all.__file__)


def test_only_the_part_between_the_marks_is_replaced():
    document = "# A\n\n<!-- evaluation -->\nold\n<!-- /evaluation -->\n\n## B\n"
    written = evaluate_all.put(document, "new\n")
    assert written == "# A\n\n<!-- evaluation -->\nnew\n<!-- /evaluation -->\n\n## B\n"
    assert evaluate_all.put(written, "new\n") == written


def test_without_marks_the_part_comes_last():
    written = evaluate_all.put("# A\n\n", "new\n")
    assert written == (
        "# A\n\n## Development sets\n\n<!-- evaluation -->\nnew\n<!-- /evaluation -->\n"
    )


def test_a_mark_without_its_end_is_refused():
    with pytest.raises(SystemExit, match="without <!-- /evaluation -->"):
        evaluate_all.put("<!-- evaluation -->\nold\n", "new\n")


def test_without_the_sets_nothing_is_done(tmp_path):
    document = tmp_path / "validation.md"
    document.write_text("text\n")
    done = subprocess.run(
        [sys.executable, SCRIPT, tmp_path, "--document", document],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "nothing evaluated" in done.stderr
    assert document.read_text() == "text\n"


def test_a_set_against_its_goals(fx_shared):
    done = subprocess.run(
        [sys.executable, SCRIPT, fx_shared / "evaluation", "--only", "phenopackets",
         "--limit", "120", "--jobs", "1"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    assert lines[0] == "| set | figure | at least | aim | measured | met |"
    assert lines[2].startswith("| Phenotype only: published cases | top-1 | 15 | 18 | ")
    assert "### Phenotype only: published cases" in lines
    command = "raredx evaluate --phenotype-only --forget-publication"
    assert f"{command} ../shared/evaluation/phenotype_cases.dev.tsv.gz" in lines


@pytest.mark.parametrize(
    ("least", "aim", "said"), [(True, True, "aim"), (True, False, "yes"), (False, False, "**no**")]
)
def test_how_far_a_goal_is_met(least, aim, said):
    assert evaluate_all.answer(least, aim) == said
