"""raredx hpo rank: genes and diseases by terms alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from hpo_texts import write_sources
from raredx.cli.hpo import hpo
from raredx.errors import InputError, SettingsError
from raredx.readers.ontology_cache import encode_ontology, read_ontology

MARFAN = "HP:0001166,HP:0001083,HP:0002616"  # arachnodactyly, ectopia lentis, aortic root aneurysm


def run(*words: str):
    ran = CliRunner().invoke(hpo, ["rank", *words])
    if ran.exception:
        raise ran.exception
    return ran


def ranking(*words: str) -> list[dict]:
    return json.loads(run(*words, "--json").stdout)["ranking"]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Cache of the small HPO."""
    folder = tmp_path_factory.mktemp("hpo")
    path = folder / "hpo.gz"
    path.write_bytes(encode_ontology(write_sources(folder).build()))
    return str(path)


def test_genes_with_their_best_disease_and_matches():
    lines = run(MARFAN, "--limit", "3").stdout.splitlines()
    assert lines[0].split() == ["rank", "score", "gene", "disease", "name", "best", "matches"]
    assert lines[1].split()[0] == "1"
    assert lines[1].split()[2] == "FBN1"
    assert "Arachnodactyly" in lines[1]
    assert len(lines) == 4


def test_diseases():
    found = [row["disease"] for row in ranking(MARFAN, "--diseases", "--limit", "5")]
    assert "Marfan syndrome" in found
    lines = run(MARFAN, "--diseases", "--limit", "1").stdout.splitlines()
    assert lines[0].split() == ["rank", "score", "disease", "name", "best", "matches"]


def test_json_says_what_it_was_made_of():
    found = json.loads(run(MARFAN, "--limit", "1", "--json").stdout)
    ontology = read_ontology()
    assert found["hpo"] == {
        "release": ontology.release,
        "annotations": ontology.annotation_release,
    }
    assert found["terms"] == [
        ontology.term_id(row) for row in sorted(ontology.row(t) for t in MARFAN.split(","))
    ]
    best = found["ranking"][0]
    assert best["gene"] == "FBN1"
    assert best["hgnc_id"] == "HGNC:3603"
    assert best["rank"] == 1
    assert [set(match) for match in best["matches"]] == [
        {"term", "annotated", "common", "information", "of"}
    ] * 3
    informative = [match["information"] for match in best["matches"]]
    assert informative == sorted(informative, reverse=True)


def test_order_and_former_ids_change_nothing():
    backwards = ",".join(reversed(MARFAN.split(",")))
    assert ranking(backwards) == ranking(MARFAN)
    ran = run("HP:0001275")  # an alternative id of seizure
    assert "HP:0001275" in ran.stderr
    assert ran.stdout == run("HP:0001250").stdout


def test_a_text_file_of_terms(tmp_path: Path):
    path = tmp_path / "terms.txt"
    path.write_text(MARFAN.replace(",", "\n") + "\n")
    assert run(str(path)).stdout == run(MARFAN).stdout


def test_excluded_terms_are_said_to_have_no_weight():
    ran = run(MARFAN, "--excluded", "HP:0001249")
    assert ran.stdout == run(MARFAN).stdout
    assert "raredx: 1 excluded terms have weight 0: see --excluded-weight\n" in ran.stderr


def test_excluded_terms_with_weight():
    terms = "HP:0001166,HP:0001083"
    plain = {
        row["disease_id"]: row["score"] for row in ranking(terms, "--diseases", "--limit", "50")
    }
    weighed = ranking(
        terms, "--diseases", "--limit", "50", "--excluded", "HP:0002616", "--excluded-weight", "1"
    )
    lost = {row["disease_id"]: plain.get(row["disease_id"], 0) - row["score"] for row in weighed}
    assert lost["ORPHA:558"] > 0.3  # Marfan syndrome, with aortic root aneurysm
    assert "-HP:0002616" not in run(f"{terms},-HP:0002616").stdout
    assert "excluded terms have weight 0" in run(f"{terms},-HP:0002616").stderr


def test_another_hpo_and_a_publication_forgotten(small):
    terms = ("HP:0001250", "--hpo-data", small)
    assert run(*terms).stdout.splitlines()[0].startswith("rank")
    whole = json.loads(run("HP:0001250", "--json", "--limit", "1").stdout)
    less = json.loads(
        run("HP:0001250", "--json", "--limit", "1", "--forget", "PMID:31675180").stdout
    )
    assert less["about"] == [
        *whole["about"],
        "without the annotations that cite PMID:31675180",
    ]


@pytest.mark.parametrize(
    ("words", "error", "message", "mend"),
    [
        (["HP:0000118"], SettingsError, "no term describes a patient", "below HP:0000118"),
        (["HP:0000006"], SettingsError, "no term describes a patient", "below HP:0000118"),
        (["HP:9999999"], InputError, "HP:9999999", ""),
        (["HP:0001250", "--excluded", "HP:0001250"], SettingsError, "also stands among", "one"),
        (["HP:0001250", "--forget", "PMID:1"], SettingsError, "cites PMID:1", "nothing to forget"),
    ],
)
def test_refusals(words, error, message, mend):
    with pytest.raises(error, match=message) as caught:
        run(*words)
    assert mend in caught.value.mend


def test_a_thousand_terms_are_not_refused():
    ontology = read_ontology()
    rows = [row for row in range(len(ontology.number)) if ontology.phenotypic[row]][50:1050]
    ran = run(",".join(map(ontology.term_id, rows)), "--limit", "1")
    assert "raredx: not used, beyond the 100 most informative: HP:" in ran.stderr
    assert len(ran.stdout.splitlines()) == 2
