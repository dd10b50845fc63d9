"""How the cases of an evaluation are run: options, the proband alone, who the proband is."""

from __future__ import annotations

from pathlib import Path

import pytest

from raredx.columns.evaluation import TruthCase
from raredx.pipeline.evaluate_request import EvaluateRequest
from raredx.pipeline.evaluate_runs import FamilyRun, alone, plan_runs, run_family
from raredx.readers.pedigree import read_pedigrees

CASES = (TruthCase("S1", "NBAS", pmid="PMID:1"), TruthCase("S2", "DBT"), TruthCase("S3", "EDA"))


def planned(**asked):
    request = EvaluateRequest(Path("truth.tsv"), Path("in"), **asked)
    return plan_runs(request, CASES, [Path("in/S1.vcf.gz"), None, Path("in/S3.vcf")])


def test_only_cases_with_a_file_are_run():
    assert [(run.sample, run.vcf.name) for run in planned()] == [
        ("S1", "S1.vcf.gz"), ("S3", "S3.vcf"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "options"),
    [
        ({}, {}),
        ({"forget_publication": True}, {"forget": "PMID:1"}),
        ({"without_predictors": True}, {"ignore_predictors": True}),
        ({"order": "tier"}, {"order": "tier"}),
        ({"explained_share": 0.9}, {"explained_share": 0.9}),
    ],
)
def test_what_is_asked_is_handed_on_and_nothing_else(asked, options):
    usual = {"panels": (), "ruleset": "gel"}
    assert planned(**asked)[0].options == usual | options


PED = """\
fam father 0 0 1 1
fam mother 0 0 2 1
fam child father mother 2 2 HP:0001250,HP:0001263
"""


def pedigree(folder, text, name="S1.ped"):
    path = folder / name
    path.write_text("".join("\t".join(line.split()) + "\n" for line in text.splitlines()))
    return path


def test_the_proband_alone_keeps_sex_status_and_terms(tmp_path):
    (family,) = read_pedigrees(pedigree(tmp_path, PED))
    text = alone(family, "child")
    assert text == "fam\tchild\t0\t0\t2\t2\tHP:0001250,HP:0001263\n"
    (again,) = read_pedigrees(pedigree(tmp_path, text, "alone.ped"))
    assert again.members == ("child",)
    assert alone(again, "child") == text


@pytest.mark.parametrize(
    ("text", "singleton", "fault"),
    [
        ("a x 0 0 1 2\nb y 0 0 1 2", False, "has 2 families, and none has a member S1"),
        ("a x 0 0 1 2\na y 0 0 1 2", True, "has 2 affected members, and none is named S1"),
        ("a x 0 0 1 1", True, "has 0 affected members, and none is named S1"),
        ("a x 0 0 1", False, "5 columns, not 6"),
    ],
)
def test_who_cannot_be_chosen(tmp_path, text, singleton, fault):
    pedigree(tmp_path, text)
    found = run_family(FamilyRun("S1", tmp_path / "S1.vcf", singleton, {}, None))
    assert found.ranking is None
    assert fault in found.fault


def test_a_fault_names_no_temporary_folder(tmp_path):
    pedigree(tmp_path, "fam S1 0 0 1 2")
    found = run_family(FamilyRun("S1", tmp_path / "S1.vcf", True, {}, None))
    assert found.ranking is None
    assert "raredx-evaluate-" not in found.fault
    assert "S1.vcf" in found.fault
