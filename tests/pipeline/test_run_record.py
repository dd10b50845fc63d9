"""run.json: what it records, what it leaves out, and that only time and memory differ."""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import platform
import shutil
import socket
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import jsonschema
import msgspec
import pytest

from evidence_files import PED, clinvar_vcf, small_vcf
from raredx import __version__
from raredx.errors import InputError
from raredx.pipeline.request import RankRequest
from raredx.pipeline.run_request import request_arguments, request_of
from raredx.readers.knowledge_heads import bundled_sources
from raredx.settings import CheckSettings, read_ruleset
from raredx.versions import RUN_TIME_PACKAGES, package_versions
from raredx.vocabulary import Assembly
from recorded_runs import ranked

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "src" / "raredx" / "data" / "schemas" / "run.schema.json"


@pytest.fixture(scope="module")
def fx_request(tmp_path_factory):
    folder = tmp_path_factory.mktemp("inputs")
    ped = folder / "family.ped"
    ped.write_text(PED)
    return RankRequest(
        vcf=str(small_vcf(folder)), ped=ped, panels=("402",), hpo="HP:0001250",
        command="raredx rank …",
    )  # fmt: skip


@pytest.fixture(scope="module")
def fx_run(fx_request, tmp_path_factory):
    return ranked(tmp_path_factory.mktemp("run") / "a", fx_request)


def test_it_follows_its_schema(fx_run):
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(fx_run.document, schema, cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("arguments", "vcf"), 7),
        (("arguments", "no_such_option"), True),
        (("settings", "rules", "frequency", "dominant"), "often"),
        (("settings", "rules", "frequency", "no_such_limit"), 0.1),
        (("settings", "sha256"), "x"),
        (("knowledge", 0, "release"), None),
        (("resources", "wall_seconds"), -1),
        (("outputs", 0, "size"), "7"),
        (("host",), "here"),
    ],
)
def test_the_schema_refuses_what_is_wrong(fx_run, where, value):
    document = json.loads(json.dumps(fx_run.document))
    place = document
    for key in where[:-1]:
        place = place[key]
    place[where[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_versions(fx_run):
    document = fx_run.document
    assert (document["raredx"], document["python"]) == (__version__, platform.python_version())
    assert document["packages"] == package_versions(RUN_TIME_PACKAGES)


def test_every_setting_is_there_with_its_value(fx_run):
    settings = fx_run.document["settings"]
    loaded = read_ruleset("gel")
    assert settings["ruleset"] == "gel"
    assert settings["sha256"] == loaded.sha256
    assert msgspec.convert(settings["rules"], type(loaded.rules)) == loaded.rules
    assert set(settings["rules"]) == {field.name for field in msgspec.structs.fields(loaded.rules)}
    assert msgspec.convert(settings["checks"], CheckSettings) == CheckSettings()


def test_a_setting_that_an_option_overrides(fx_request, tmp_path):
    run = ranked(tmp_path / "a", fx_request, explained_share=0.25)
    assert run.document["settings"]["rules"]["score"]["explained_share"] == 0.25
    plain = ranked(tmp_path / "b", fx_request)
    sums = [one.document["settings"]["values_sha256"] for one in (run, plain)]
    assert sums[0] != sums[1]


def test_knowledge(fx_run, fx_request, tmp_path):
    """Every bundled table that was used, by release and checksum; a file stands for its table."""
    found = {one["name"]: one for one in fx_run.document["knowledge"]}
    assert set(found) == {"clinvar", "coding", "gene_facts", "genes", "hpo", "panels"}
    assert (found["hpo"]["release"], found["clinvar"]["release"]) == ("2025-01-16", "2024-12-15")
    data = ROOT / "src" / "raredx" / "data"
    digest = hashlib.sha256((data / "hpo.gz").read_bytes()).hexdigest()
    assert found["hpo"]["sha256"] == digest
    given = clinvar_vcf(tmp_path, "2 5 A G Benign")
    run = ranked(tmp_path / "a", fx_request, clinvar=given, hpo="", panels=())
    found = {one["name"]: one for one in run.document["knowledge"]}
    assert set(found) == {"clinvar", "coding", "gene_facts", "genes"}
    clinvar = found["clinvar"]
    assert (clinvar["source"], clinvar["release"]) == (str(given), "2025-03-09")
    roles = [one.role for one in run.inputs]
    assert roles == ["ped", "vcf", "clinvar"]


def test_on_grch37_no_table_of_the_other_assembly(fx_request, tmp_path):
    vcf = small_vcf(tmp_path, assembly=Assembly.GRCH37)
    run = ranked(tmp_path / "a", fx_request, vcf=str(vcf), hpo="")
    assert {one["name"] for one in run.document["knowledge"]} == {"genes", "gene_facts", "panels"}


def test_bundled_sources_say_where_they_come_from():
    found = {one.name: one for one in bundled_sources()}
    assert any("HGNC" in line for line in found["genes"].about)
    assert all(len(one.sha256) == 64 for one in found.values())


# --- equal runs ------------------------------------------------------------------------------------


def test_only_the_resources_differ_between_equal_runs(fx_request, tmp_path):
    texts = []
    for _ in range(2):
        ranked(tmp_path / "same", fx_request)
        texts.append((tmp_path / "same" / "run.json").read_text(encoding="utf-8"))
        shutil.rmtree(tmp_path / "same")
    first, second = (json.loads(text) for text in texts)
    spent = first.pop("resources")
    assert set(spent) == {"wall_seconds", "cpu_seconds", "peak_rss_bytes"}
    assert second.pop("resources").keys() == spent.keys()
    assert 0 < spent["wall_seconds"] < 60
    assert spent["peak_rss_bytes"] > 10_000_000
    cut = [
        text[: text.index('"resources"')] for text in texts
    ]  # the last key, so that bytes compare
    assert cut[0] == cut[1]
    assert json.dumps(first) == json.dumps(second)


def test_no_word_of_who_ran_it_and_where(fx_request, tmp_path, monkeypatch):
    """Beyond what the names of files say, which are the user's own."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(fx_request.vcf, "a.vcf")
    shutil.copy(str(fx_request.ped), "a.ped")
    monkeypatch.setenv("SECRET_OF_THE_HOST", "hush-hush")
    request = replace(fx_request, vcf="a.vcf", ped=Path("a.ped"))
    Path("out").mkdir()
    ranked(Path("out/a"), request)
    text = Path("out/a/run.json").read_text(encoding="utf-8")
    names = [word for word in (socket.gethostname(), getpass.getuser()) if len(word) > 5]
    for word in (str(tmp_path), os.getcwd(), "hush-hush", str(ROOT), *names):
        assert word not in text


def test_standard_input_is_recorded_as_such(fx_request, tmp_path):
    command = [sys.executable, "-m", "raredx", "rank", "--quiet", "--ped", str(fx_request.ped),
               "-o", str(tmp_path / "c.tsv"), "-"]  # fmt: skip
    raw = Path(fx_request.vcf).read_bytes()
    subprocess.run(command, input=raw, check=True, timeout=120)
    document = json.loads((tmp_path / "run.json").read_text())
    (vcf,) = [one for one in document["inputs"] if one["role"] == "vcf"]
    assert vcf == {
        "role": "vcf", "name": "-", "size": len(raw), "sha256": hashlib.sha256(raw).hexdigest(),
    }  # fmt: skip
    assert document["arguments"]["vcf"] == "-"


# --- arguments -------------------------------------------------------------------------------------


def test_arguments_are_the_request(fx_request, fx_run):
    made = request_of(fx_run.arguments, "run.json")
    assert replace(made, output="-", json=None) == fx_request
    assert set(fx_run.arguments) == {field.name for field in fields(RankRequest)}


def test_every_kind_of_argument_comes_back():
    request = RankRequest(
        "a.vcf", ped=Path("x/a.ped"), proband="kid", karyotypes=("kid=XXY",), hpo="HP:0001250",
        phenopacket=Path("p.json"), hpo_data=Path("h.gz"), clinvar=Path("c.vcf"), curated=Path("t"),
        order="tier", explained_share=0.5, panels=("a", "b"), assembly=Assembly.GRCH37,
        regions=("1:2-3",), regions_file=Path("r.bed"), panel_only=True, threads=3, output=None,
        json="-", vcf_out="o.bcf", strict=True, exact=True, batch_rows=7,
    )  # fmt: skip
    plain = json.loads(json.dumps(request_arguments(request)))
    assert request_of(plain, "run.json") == request


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"colour": "red"}, "run.json: this version of raredx has no argument colour"),
        ({"threads": "2"}, "run.json: argument threads cannot be '2'"),
        ({"threads": True}, "run.json: argument threads cannot be True"),
        ({"panels": "402"}, "run.json: argument panels cannot be '402'"),
        ({"panels": [402]}, r"run.json: argument panels cannot be \[402\]"),
        ({"assembly": "GRCh36"}, "run.json: argument assembly cannot be 'GRCh36'"),
        ({"vcf": None}, "run.json: argument vcf cannot be None"),
        ({"ped": 5}, "run.json: argument ped cannot be 5"),
    ],
)
def test_arguments_that_are_none(changes, message):
    arguments = request_arguments(RankRequest("a.vcf")) | changes
    with pytest.raises(InputError, match=message):
        request_of(arguments, "run.json")
