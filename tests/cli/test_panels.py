"""raredx panels list, show, import."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from raredx.cli.panels import panels
from raredx.errors import InputError, OutputError, SettingsError


def run(*words: str) -> str:
    ran = CliRunner().invoke(panels, words)
    if ran.exception:
        raise ran.exception
    return ran.output


def test_list_names_every_panel():
    lines = run("list").splitlines()
    assert lines[0].split() == ["panel", "version", "date", "green", "modes", "group", "name"]
    assert len(lines) > 440
    assert any("panelapp-402" in line and "8.125" in line for line in lines)


def test_list_of_a_group_in_our_words_and_in_the_source_s():
    assert len(run("list", "--group", "hearing").splitlines()) == 5
    assert "Long QT syndrome" in run("list", "--group", "Cardiology")


def test_list_as_json():
    found = json.loads(run("list", "--group", "growth", "--json"))
    assert {panel["disease_group"] for panel in found} == {"growth"}
    assert all(panel["n_green"] > 0 for panel in found)


def test_an_unknown_group_names_the_groups():
    with pytest.raises(SettingsError, match="no disease group has 'xyz'") as caught:
        run("list", "--group", "xyz")
    assert "cardiovascular" in caught.value.mend


def test_show():
    text = run("show", "R208")
    assert "name: Inherited breast cancer and ovarian cancer\n" in text
    assert "moi_source: exact" in text
    assert "Genes found: 8 by hgnc_id.\n" in text
    assert "PALB2   HGNC:26144  green       monoallelic_not_imprinted  yes\n" in text


def test_show_prints_repeats():
    assert "str: ATN1 locus=ATN1_CAG;repeat=CAG" in run("show", "402")


def test_show_as_json():
    found = json.loads(run("show", "402", "--json"))
    assert found["r_codes"] == ["R59"]
    assert found["genes"][0]["confidence"] == "green"
    assert found["loci"][0]["confidence"] == "green"


def test_show_of_an_unknown_panel():
    with pytest.raises(SettingsError, match="no panel or file is called 'nothing'"):
        run("show", "nothing")


def test_import_says_how_the_genes_joined(tmp_path):
    file, out = tmp_path / "mine.txt", tmp_path / "out.tsv"
    file.write_text("BRCA1\nMLL5\np53\nnosuchgene\n")
    words = ["--id", "mine", "--name", "My panel", "--version", "1.0"]
    text = run("import", str(file), "-o", str(out), *words)
    assert text == (
        f"Wrote {out}: My panel, 4 rows.\n"
        "Genes found: 1 by symbol, 1 by previous, 1 by alias.\n"
        "Found by a previous symbol (1): MLL5\n"
        "Found by an alias (1): p53\n"
        "Not found, not used (1): nosuchgene\n"
    )
    assert out.read_text().splitlines() == [
        "##panel_id=mine",
        "##name=My panel",
        "##version=1.0",
        "##source=gene list",
        "##moi_source=none",
        "entity_type\thgnc_id\tsymbol\tconfidence\tmoi",
        "gene\tHGNC:1100\tBRCA1\tgreen\tunknown",
        "gene\tHGNC:18541\tMLL5\tgreen\tunknown",
        "gene\tHGNC:11998\tp53\tgreen\tunknown",
        "gene\t\tnosuchgene\tgreen\tunknown",
    ]
    assert "version: 1.0" in run("show", str(out))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.txt", "out.tsv"]


def test_import_names_the_choices_of_an_ambiguous_gene(tmp_path):
    file = tmp_path / "mine.txt"
    file.write_text("NAC1\n")
    text = run("import", str(file), "-o", str(tmp_path / "out.tsv"))
    assert "Genes found: none.\n" in text
    assert "Ambiguous, not used (1): NAC1 (NACC1 or SCN1A)\n" in text


def test_import_names_its_file_by_the_panel(tmp_path, monkeypatch):
    (tmp_path / "My Genes.txt").write_text("BRCA1\n")
    monkeypatch.chdir(tmp_path)
    assert run("import", "My Genes.txt").startswith("Wrote my-genes.tsv: My Genes, 1 rows.\n")
    assert (tmp_path / "my-genes.tsv").exists()


def test_import_of_a_broken_file_writes_nothing(tmp_path):
    (tmp_path / "x.json").write_text("{")
    with pytest.raises(InputError, match=r"x\.json:1: is no JSON"):
        run("import", str(tmp_path / "x.json"), "-o", str(tmp_path / "out.tsv"))
    assert not (tmp_path / "out.tsv").exists()


def test_import_into_a_missing_folder(tmp_path):
    (tmp_path / "x.txt").write_text("BRCA1\n")
    with pytest.raises(OutputError, match=r"cannot be written \(No such file or directory\)"):
        run("import", str(tmp_path / "x.txt"), "-o", str(tmp_path / "none" / "out.tsv"))
