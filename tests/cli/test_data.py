"""raredx data show and build-hpo."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from hpo_texts import write_sources
from raredx.cli.data import data
from raredx.errors import InputError, OutputError
from raredx.readers.ontology_cache import read_ontology


def run(*words: str, **variables: str) -> str:
    ran = CliRunner().invoke(data, words, env=variables)
    if ran.exception:
        raise ran.exception
    return ran.output


def words_for(sources, output) -> list[str]:
    return ["build-hpo", "--obo", str(sources.obo), "--hpoa", str(sources.hpoa),
            "--genes", str(sources.genes), "-o", str(output)]  # fmt: skip


def test_build_says_what_it_wrote_and_what_it_left_out(tmp_path):
    out = tmp_path / "hpo.gz"
    text = run(*words_for(write_sources(tmp_path), out))
    assert text.startswith(f"Wrote {out}: {out.stat().st_size:,} bytes.\n")
    assert "source: Human Phenotype Ontology 2025-01-16" in text
    assert "licence: https://hpo.jax.org/app/license" in text
    assert "left out: 1 negated annotations, 1 on inheritance, onset and course\n" in text
    assert "11 terms, 3 diseases, 4 genes, 1 genes without an HGNC number, 8 annotations\n" in text
    assert text.endswith(f"Use it with --hpo-data {out}.\n")
    assert read_ontology(out).release == "2025-01-16"
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "genes.txt", "hp.obo", "hpo.gz", "phenotype.hpoa",
    ]  # fmt: skip


def test_build_from_a_wrong_file_writes_nothing(tmp_path):
    sources, out = write_sources(tmp_path), tmp_path / "hpo.gz"
    with pytest.raises(InputError, match=r"hp\.obo: is no phenotype\.hpoa: it has no column"):
        run(*words_for(sources._replace(hpoa=sources.obo), out))
    assert not out.exists()


def test_build_into_a_missing_folder(tmp_path):
    sources = write_sources(tmp_path)
    with pytest.raises(OutputError, match=r"cannot be written \(No such file or directory\)"):
        run(*words_for(sources, tmp_path / "none" / "hpo.gz"))


def test_build_onto_a_folder_is_refused(tmp_path, monkeypatch):
    sources = write_sources(tmp_path)
    before = sorted(tmp_path.iterdir())
    monkeypatch.chdir(tmp_path)
    for folder in (".", tmp_path):
        with pytest.raises(OutputError, match=r"cannot be written \("):
            run(*words_for(sources, folder))
    assert sorted(tmp_path.iterdir()) == before


def test_show_names_versions_licences_and_citations():
    text = run("show")
    assert "gene table\n  genes: 4" in text
    assert "\npanels\n  panels: 4" in text
    assert "98 panels dated 2025-10-13 to 2026-02-27; licence: content: Genomics England" in text
    assert "\nHPO\n  file: bundled\n  release: 2025-01-16\n" in text
    assert "  diseases: 12,679\n" in text
    assert "doi:10.1093/nar/gkad1005" in text
    assert "\nClinVar\n" in text
    assert "doi:10.1093/nar/gkx1153" in text


def test_show_as_json_with_another_hpo(tmp_path):
    out = tmp_path / "hpo.gz"
    run(*words_for(write_sources(tmp_path), out))
    document = json.loads(run("show", "--json", "--hpo-data", str(out)))
    assert document["HPO"]["file"] == str(out)
    assert document["HPO"]["terms"] == 11
    assert document["HPO"]["annotation_release"] == "2025-01-17"
    assert document["gene table"]["genes"] > 40_000
