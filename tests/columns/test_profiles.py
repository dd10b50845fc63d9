"""Pooling of annotations, information, and an ontology without one publication."""

from __future__ import annotations

import gzip
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hpo_texts import LINES, genes_of, profile, same, write_sources
from raredx.columns.ontology import Ontology
from raredx.columns.profiles import (
    Closure,
    Lines,
    Profiles,
    frequency_mass,
    information_of,
    lines_of,
    pool_profiles,
    without_publication,
)
from raredx.errors import InputError
from raredx.readers.genes import read_gene_table
from raredx.readers.hpo_annotations import parse_frequency
from raredx.readers.hpo_sources import build_ontology
from raredx.readers.ontology_cache import read_ontology
from reference_ontology import pooled_frequency
from small_ontologies import FREQUENCIES, annotated, sources_of

SAID = ("about", "digest")


def lines_with(frequencies: list[str]) -> Lines:
    """One disease and one term, annotated again and again."""
    found = [parse_frequency(text) for text in frequencies]
    zeros = np.zeros(len(found), np.int32)
    n_with, total = (np.array([f[place] for f in found if f], np.int32) for place in (0, 1))
    return Lines(zeros, zeros, n_with, total, np.array([f.stated for f in found if f], "f4"))


def pooled(frequencies: list[str]) -> float:
    """Frequency of a term with these annotations, 0 where it is left out."""
    found = pool_profiles(lines_with(frequencies)).frequency.tolist()
    return found[0] if found else 0.0


@pytest.mark.parametrize(
    ("frequencies", "expected"),
    [
        (["3/4"], 0.75),
        (["3/4", "1/4"], 0.5),  # patients add up,
        (["1/1", "1/9"], 0.2),  # they are not averaged
        (["0/7"], 0.0),
        (["0/7", "1/1"], 0.125),
        (["5/4"], 1.0),  # more patients than there are
        (["1/4", "HP:0040280"], 0.25),  # counting outweighs a class,
        (["0/4", "HP:0040280"], 0.0),  # also where it found nobody
        (["50%", "100%"], 0.75),
        (["HP:0040281", "HP:0040283"], (0.895 + 0.17) / 2),
        (["HP:0040285"], 0.0),
        (["HP:0040285", "40%"], 0.2),
        (["", "40%"], 0.4),  # nothing stated says nothing
        ([""], 0.5),
        (["", ""], 0.5),
        (["3/0"], 0.5),
        (["120%"], 1.0),
    ],
)
def test_pooling(frequencies, expected):
    assert pooled(frequencies) == pytest.approx(expected)


@given(st.lists(st.sampled_from(FREQUENCIES), min_size=1, max_size=6))
def test_pooling_as_in_the_slow_twin(frequencies):
    assert pooled(frequencies) == pytest.approx(float(pooled_frequency(frequencies)), rel=1e-6)


def test_no_lines_give_no_profiles():
    none = np.empty(0, np.int32)
    found = pool_profiles(Lines(none, none, none, none, np.empty(0, np.float32)))
    assert [len(column) for column in found] == [0, 0, 0]
    assert frequency_mass(found, Closure(np.array([0, 1]), np.array([0], "i4"))).tolist() == [0]


def test_many_diseases_are_added_up_whatever_the_chunks():
    """Terms 1 and 2 lie below term 0; disease n has term 1 in 1/(n + 1), odd ones term 2 in all."""
    closure = Closure(np.array([0, 1, 3, 5]), np.array([0, 0, 1, 0, 2], "i4"))
    n = 150
    pairs = [(d, 1, 1 / (d + 1)) for d in range(n)] + [(d, 2, 1.0) for d in range(1, n, 2)]
    disease, term, share = zip(*sorted(pairs), strict=True)
    profiles = Profiles(np.array(disease, "i4"), np.array(term, "i4"), np.array(share, "f4"))
    mass = frequency_mass(profiles, closure) / 2.0**40
    evens = sum(1 / (d + 1) for d in range(0, n, 2))
    assert mass.tolist() == pytest.approx(
        [75 + evens, sum(1 / (d + 1) for d in range(n)), 75], rel=1e-7
    )


def test_a_term_tells_no_less_than_those_above_it():
    closure = Closure(np.array([0, 1, 3, 6]), np.array([0, 0, 1, 0, 1, 2], "i4"))
    number = np.array([5, 6, 7], "i4")
    mass = (np.array([1, 4, 2]) * 2.0**40).astype(np.int64)
    found = information_of(mass, 4, number, closure)
    assert found.tolist() == pytest.approx([np.log(4), np.log(4), np.log(4)])


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Ontology:
    return write_sources(tmp_path_factory.mktemp("hpo")).build()


def without_lines(text: str, publication: str) -> str:
    """Lines that do not cite a publication; the reference is the fifth cell."""
    rows = [row for row in text.split("\n") if row.strip()]
    return "\n".join(row for row in rows if publication not in row.split()[4].split(";"))


@pytest.mark.parametrize(
    ("publication", "disease", "expected"),
    [
        ("PMID:11", "OMIM:308350", {"HP:0001250": 1 / 4, "HP:0000252": 0.6975}),
        ("PMID:22", "OMIM:308350", {"HP:0001250": 3 / 4, "HP:0000252": 0.895}),
        ("PMID:33", "OMIM:308350", {"HP:0001250": 1 / 2, "HP:0000252": 0.895}),
        ("OMIM:308350", "OMIM:308350", {"HP:0001250": 1 / 2, "HP:0000252": 0.5}),
    ],
)
def test_without_a_publication(small, publication, disease, expected):
    found = without_publication(small, publication)
    assert profile(found, disease) == pytest.approx(expected)
    assert f"without the annotations that cite {publication}" in found.about
    assert found.digest != small.digest


def test_diseases_and_genes_that_lose_all_are_taken_away(small):
    found = without_publication(small, "PMID:33")  # the only one for OMIM:607208
    assert list(found.disease_id) == ["OMIM:308350", "ORPHA:2512"]
    assert genes_of(found) == {
        "ARX": ["OMIM:308350"],
        "MCPH1": ["ORPHA:2512"],
        "NO-SUCH": ["ORPHA:2512"],
        "SCN1A-OLD": ["OMIM:308350"],
    }
    fewer = without_publication(small, "ORPHA:2512")
    assert list(genes_of(fewer)) == ["ARX", "SCN1A-OLD"]
    assert fewer.gene_hgnc.tolist() == [18060, 10585]


@pytest.mark.parametrize("publication", ["PMID:1", "PMID:222", "PMID:5", "", "22"])
def test_a_publication_that_nobody_cites_changes_nothing(small, publication):
    assert without_publication(small, publication) is small


@pytest.mark.parametrize("publication", ["PMID:11", "PMID:22", "PMID:33", "PMID:44", "ORPHA:2512"])
def test_without_a_publication_equals_a_build_without_its_lines(tmp_path, small, publication):
    anew = write_sources(tmp_path, lines=without_lines(LINES, publication)).build()
    found = without_publication(small, publication)
    assert same(found, anew, but=SAID) == []
    assert same(small, anew, but=SAID) != []
    assert not found.information.flags.writeable


@given(annotated(), st.sampled_from(["PMID:1", "PMID:2", "PMID:12", "X:1"]), st.booleans())
def test_any_publication_taken_away_equals_a_build_without_it(
    tmp_path_factory, drawn, publication, mass_known
):
    parents, lines = drawn
    left = [line for line in lines if publication not in line.reference.split(";")]
    folder = tmp_path_factory.mktemp("hpo")
    try:
        ontology = sources_of(folder, parents, lines)
    except InputError:
        return
    if not mass_known:
        ontology = replace(ontology, mass=None)
    found = without_publication(ontology, publication)
    try:
        anew = sources_of(folder, parents, left)
    except InputError:
        assert len(found.disease_id) == len(found.gene_symbol) == len(found.line_term) == 0
        return
    assert same(found, anew, but=(*SAID, *([] if mass_known else ["mass"]))) == []


def test_two_publications_in_any_order(small):
    one = without_publication(without_publication(small, "PMID:11"), "PMID:33")
    other = without_publication(without_publication(small, "PMID:33"), "PMID:11")
    assert same(one, other, but=SAID) == []


def test_lines_of_an_ontology(small):
    lines = lines_of(small)
    assert lines.total.tolist() == small.line_total.tolist()
    assert lines.among(lines.total > 0).n_with.tolist() == [3, 1, 0]


def test_real_publications_equal_a_build_without_their_lines(fx_shared, tmp_path):
    folder = fx_shared / "data" / "hpo"
    names = ("hp.obo.gz", "phenotype.hpoa.gz", "phenotype_to_genes.txt.gz")
    obo, hpoa, genes = (folder / name for name in names)
    publication = "PMID:33875846"  # among the most cited ones
    rows = gzip.decompress(hpoa.read_bytes()).decode().split("\n")
    kept = [row for row in rows if publication not in "".join(row.split("\t", 5)[4:5]).split(";")]
    assert len(rows) - len(kept) > 150
    (tmp_path / "some.hpoa").write_text("\n".join(kept), encoding="utf-8")
    anew = build_ontology(obo, tmp_path / "some.hpoa", genes, read_gene_table())
    found = without_publication(read_ontology(), publication)
    assert same(found, anew, but=(*SAID, "disease_name")) == []


def test_a_publication_is_taken_away_quickly():
    """Thousands are, one after another, when rankings are measured."""
    ontology = read_ontology()
    without_publication(ontology, "PMID:31675180")  # reads what is read on demand
    began = time.process_time()
    for publication in ("PMID:31675180", "PMID:33743206", "PMID:2766660"):
        assert without_publication(ontology, publication) is not ontology
    assert (time.process_time() - began) / 3 < 0.1  # 0.015 on the machine it was written on
