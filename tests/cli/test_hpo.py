"""raredx hpo search and show."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from hpo_texts import write_sources
from raredx.cli.hpo import hpo
from raredx.errors import InputError, SettingsError
from raredx.readers.ontology_cache import encode_ontology


def run(*words: str, **variables: str) -> str:
    ran = CliRunner().invoke(hpo, words, env=variables)
    if ran.exception:
        raise ran.exception
    return ran.stdout


def found(*words: str) -> list[str]:
    """Identifiers that a search gives."""
    return [line.split()[0] for line in run("search", *words).splitlines()[1:]]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Cache of the small HPO."""
    folder = tmp_path_factory.mktemp("hpo")
    path = folder / "hpo.gz"
    path.write_bytes(encode_ontology(write_sources(folder).build()))
    return str(path)


def test_search_shows_term_diseases_name_and_synonym(small):
    assert run("search", "seizures", "--hpo-data", small).splitlines() == [
        "term        diseases  name     synonym",
        "HP:0001250  2         Seizure  Seizures",
    ]


def test_search_counts_diseases_with_the_term_or_one_below_it(small):
    lines = run("search", "abnormality", "--hpo-data", small).splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["term", "diseases"],
        ["HP:0000152", "2"],
        ["HP:0012443", "2"],
        ["HP:0000707", "3"],
        ["HP:0000118", "3"],
    ]


def test_search_marks_what_does_not_describe_a_patient(small):
    text = run("search", "dominant", "--hpo-data", small)
    assert "HP:0000006  0         Autosomal dominant inheritance (no phenotype)\n" in text


def test_search_puts_phenotypes_first(small):
    names = [
        line[22:].split("  ")[0] for line in run("search", "a", "--hpo-data", small).split("\n")
    ]
    assert names[1:4] == [
        "Absence seizure",
        "Atypical absence seizure",
        "Abnormality of head or neck",
    ]
    assert names.index("All (no phenotype)") > 4


def test_search_as_json(small):
    assert json.loads(run("search", "EPILEPSY", "--json", "--hpo-data", small)) == [
        {
            "id": "HP:0001250",
            "name": "Seizure",
            "match": "synonym",
            "synonym": "Epilepsy",
            "phenotype": True,
            "n_diseases": 2,
        }
    ]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("seizure", "HP:0001250"),  # its name
        ("Seizures", "HP:0001250"),  # a synonym
        ("big head", "HP:0000256"),
        ("seiz abs", "HP:0002121"),  # words cut short, in any order
        ("microceph", "HP:0000252"),
        ("siezures", "HP:0001250"),  # mistyped
        ("hypertelorisim", "HP:0000316"),
        ("muscel weaknes", "HP:0001324"),
        ("intellectual disabilities", "HP:0001249"),
        ("  short   stature ", "HP:0004322"),
    ],
)
def test_search_finds_what_is_meant(words, first):
    assert found(words)[0] == first


def test_search_takes_several_words_and_a_limit():
    assert found("big", "head", "--limit", "1") == ["HP:0000256"]
    assert len(found("abnormality", "--limit", "7")) == 7
    assert len(found("abnormality")) == 20


def test_search_says_that_words_were_taken_for_others(small):
    ran = CliRunner().invoke(hpo, ["search", "siezure", "--hpo-data", small])
    assert ran.stderr == "No term is called 'siezure'. Alike:\n"
    assert ran.stdout.splitlines()[1].startswith("HP:0001250")


@pytest.mark.parametrize("words", ["qqqqqq", "?", " "])
def test_search_that_finds_nothing(words):
    with pytest.raises(SettingsError, match=r"no term of HPO 2025-01-16 has this name") as caught:
        run("search", words)
    assert caught.value.mend == "Try other words, or fewer."


def test_show(small):
    assert run("show", "HP:0000252", "--hpo-data", small).splitlines() == [
        "id: HP:0000252",
        "name: Microcephaly",
        "synonym: Small head",
        'synonym: Decreased size of "skull"',
        "path: All > Phenotypic abnormality > Abnormality of head or neck > Microcephaly",
        "path: All > Phenotypic abnormality > Abnormality of the nervous system > "
        "Abnormality of brain morphology > Microcephaly",
        "phenotype: yes",
        "terms_below: 0",
        "diseases: 2",
        "genes: 4",
        "information_nats: 0.569",
        "release: HPO 2025-01-16, annotations 2025-01-17",
    ]


@pytest.mark.parametrize(
    ("asked", "lines"),
    [
        ("HP:0001275", ["status: alternative id", "replaced_by: HP:0001250"]),
        ("1275", ["asked_for: HP:0001275", "status: alternative id"]),
        ("hp_0002279", ["asked_for: HP:0002279", "replaced_by: HP:0001250", "id: HP:0001250"]),
        (
            "HP:0010819",
            ["status: obsolete", "former_name: obsolete Atonic fits", "replaced_by: HP:0001250"],
        ),
        ("HP:0001250", ["alternative_id: HP:0001275, HP:0002279",
                        "obsolete_id: HP:0010819, HP:0010820", "terms_below: 2"]),
        ("HP:0000006", ["phenotype: no: it does not describe a patient", "diseases: 0"]),
    ],
)  # fmt: skip
def test_show_follows_former_numbers(small, asked, lines):
    text = run("show", asked, "--hpo-data", small).splitlines()
    assert [line for line in lines if line not in text] == []


def test_show_of_an_obsolete_term_that_nothing_replaces(small):
    assert run("show", "HP:0004168", "--hpo-data", small).splitlines() == [
        "asked_for: HP:0004168",
        "status: obsolete",
        "former_name: obsolete Large or small head",
        "replaced_by: nothing",
        "consider: HP:0000252 Microcephaly",
        "consider: HP:0000152 Abnormality of head or neck",
    ]


def test_show_as_json():
    document = json.loads(run("show", "HP:0001250", "--json"))
    assert document["name"] == "Seizure"
    assert "Epilepsy" in document["synonym"]
    assert "HP:0001275" in document["alternative_id"]
    assert document["diseases"] > document["genes"] > 1000


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("HP:9999999", "HP:9999999: is no term of HPO 2025-01-16"),
        ("seizure", "'seizure': is no identifier like HP:0001250"),
        ("HP:00012500", "'HP:00012500': is no identifier like HP:0001250"),
    ],
)
def test_show_of_no_term(asked, message):
    with pytest.raises(SettingsError) as caught:
        run("show", asked)
    assert str(caught.value) == f"{message}\n  `raredx hpo search` finds terms by name."


def test_another_hpo(small):
    text = run("show", "HP:0000252", "--hpo-data", small)
    assert "release: HPO 2025-01-16, annotations 2025-01-17" in text
    with pytest.raises(InputError, match=r"none\.gz: cannot be read"):
        run("show", "HP:0000252", "--hpo-data", str(Path(small).with_name("none.gz")))


def test_no_variable_of_the_environment_changes_a_result(small):
    assert run("show", "HP:0000252", RAREDX_HPO=small) == run("show", "HP:0000252")
