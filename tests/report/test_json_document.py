"""The JSON documents against the schemas that ship with the package."""

from __future__ import annotations

import hashlib
import json
from importlib import resources
from itertools import pairwise
from pathlib import Path

import jsonschema
import pytest

import build_schemas

SCHEMAS = resources.files("raredx") / "data" / "schemas"


def schema(name):
    place = SCHEMAS / name
    if not place.is_file():
        pytest.skip(f"no {name} yet")
    return json.loads(place.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def fx_document(fx_demo):
    return json.loads((fx_demo.folder / "candidates.json").read_text(encoding="utf-8"))


def test_candidates_follow_their_schema(fx_document):
    found = schema("candidates.schema.json")
    jsonschema.Draft202012Validator.check_schema(found)
    jsonschema.validate(fx_document, found, cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    ("name", "build"),
    [("candidates", build_schemas.candidates_schema), ("run", build_schemas.run_schema),
     ("check", build_schemas.check_schema), ("verification", build_schemas.verification_schema),
     ("diff", build_schemas.diff_schema)],
)  # fmt: skip
def test_the_schemas_are_those_that_the_script_writes(name, build):
    assert schema(f"{name}.schema.json") == build()


def test_run_follows_its_schema(fx_demo):
    document = json.loads((fx_demo.folder / "run.json").read_text(encoding="utf-8"))
    found = schema("run.schema.json")
    jsonschema.Draft202012Validator.check_schema(found)
    jsonschema.validate(document, found, cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("families", 0, "candidates", 0, "tier"), "4"),
        (("families", 0, "candidates", 0, "variants", 0, "pos"), "x"),
        (("families", 0, "candidates", 0, "mode"), "sporadic"),
        (("families", 0, "candidates", 0, "probability"), 1.5),
        (("families", 0, "candidates", 0, "addends", "panel"), "not_assessed"),
        (("families", 0, "candidates", 0, "variants", 0, "acmg_class"), "VUS"),
        (("families", 0, "candidates", 0, "variants", 0, "acmg", 0, "strength"), "weak"),
        (("families", 0, "candidates", 0, "variants", 0, "acmg", 0, "values"), None),
        (("families", 0, "genes", 0, "rank"), 0),
        (("families", 0, "diseases", 0, "probability"), None),
        (("families", 0, "observed", 0), "Seizure"),
        (("families", 0, "none_of_these"), None),
        (("run", "order"), "rank"),
        (("run", "data"), "ClinVar"),
        (("schema_version",), 7),
    ],
)
def test_the_schema_refuses_what_is_wrong(fx_document, where, value):
    """A schema that allows everything would prove nothing."""
    document = json.loads(json.dumps(fx_document))
    place = document
    for key in where[:-1]:
        place = place[key]
    assert where[-1] in place if isinstance(place, dict) else 0 <= where[-1] < len(place)
    place[where[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema("candidates.schema.json"))


def test_the_same_candidates_as_in_the_table(fx_demo, fx_document):
    table = fx_demo.result.table
    (family,) = fx_document["families"]
    listed = [
        (c["rank"], c["candidate_id"], c["gene"], c["mode"], v["pos"], v["tier"])
        for c in family["candidates"]
        for v in c["variants"]
    ]
    names = ("rank", "candidate_id", "gene", "mode", "pos", "tier")
    assert sorted(listed) == sorted(zip(*(table[name] for name in names), strict=True))
    for candidate in family["candidates"]:
        assert candidate["tier"] == min(v["tier"] for v in candidate["variants"])


def test_genotypes_of_every_member(fx_document):
    candidates = fx_document["families"][0]["candidates"]
    (first,) = next(c for c in candidates if c["gene"] == "FOXG1")["variants"]
    assert set(first["genotypes"]) == {"proband", "father", "mother"}
    assert first["genotypes"]["proband"]["gt"] == "0/1"
    assert set(first["genotypes"]["mother"]) == {"gt", "dp", "gq", "ab"}


def test_run_json_stands_under_both_names(fx_demo):
    own = fx_demo.folder / "candidates.run.json"
    assert own.read_bytes() == (fx_demo.folder / "run.json").read_bytes()


def test_run_json_names_inputs_and_outputs(fx_demo):
    document = json.loads((fx_demo.folder / "run.json").read_text(encoding="utf-8"))
    assert [entry["role"] for entry in document["inputs"]] == ["ped", "vcf"]
    assert [entry["role"] for entry in document["outputs"]] == ["tsv", "json", "vcf"]
    for entry in document["inputs"] + document["outputs"]:
        raw = Path(entry["name"]).read_bytes()
        assert (entry["size"], entry["sha256"]) == (len(raw), hashlib.sha256(raw).hexdigest())


def test_every_allele_is_accounted_for(fx_demo):
    counts = fx_demo.result.document["counts"]
    steps = counts["steps"]
    assert [s["question"] for s in steps] == [
        "filter", "frequency", "carried", "consequence", "segregation",
    ]  # fmt: skip
    assert steps[0]["alleles_in"] == counts["alleles"]
    for one, following in pairwise(steps):
        assert one["alleles_out"] == following["alleles_in"]
    for one in steps:
        assert one["alleles_out"] == one["alleles_in"] - one["failed"] - one["not_assessed"]
    table = fx_demo.result.table
    distinct = {*zip(table["chrom"], table["pos"], table["alt"], strict=True)}
    assert steps[-1]["alleles_out"] == len(distinct)
