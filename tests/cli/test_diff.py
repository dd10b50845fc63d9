"""`raredx diff` from the command line: text, TSV, JSON, exit codes, and what is refused."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from evidence_files import PED, small_vcf
from raredx.cli.main import cli
from raredx.columns.run_changes import CHANGE_FIELDS, Cause
from raredx.pipeline.request import RankRequest
from recorded_runs import edited_vcf, panel_file, ranked, with_csq

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "src" / "raredx" / "data" / "schemas" / "diff.schema.json"


def diff(*words):
    """Run in this process; give exit code, standard output and standard error."""
    ran = CliRunner().invoke(cli, ["diff", *map(str, words)])
    if ran.exception is not None and not isinstance(ran.exception, SystemExit):
        raise ran.exception
    return ran.exit_code, ran.stdout, ran.stderr


@pytest.fixture(scope="module")
def fx_runs(tmp_path_factory):
    """Two runs: an amber gene, and a frequency that excludes."""
    folder = tmp_path_factory.mktemp("runs")
    vcf = small_vcf(folder)
    ped = folder / "family.ped"
    ped.write_text(PED)
    edit = with_csq(vcf, gnomADg_AF="0.05", MAX_AF="0.05")
    other = edited_vcf(vcf, folder / "other.vcf", 125350344, edit)
    panels = [(panel_file(folder / "a.json"),), (panel_file(folder / "b.json", amber="NHEJ1"),)]
    request = RankRequest(vcf=str(vcf), ped=ped, command="raredx rank a.vcf")
    ranked(folder / "old", request, panels=panels[0])
    ranked(folder / "new", request, panels=panels[1], vcf=other)
    return folder


@pytest.fixture
def fx_place(fx_runs, monkeypatch):
    monkeypatch.chdir(fx_runs)
    return fx_runs


def test_as_text(fx_place):
    code, out, err = diff("old", "new")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "old old/run.json: 8 candidates, raredx rank a.vcf"
    assert lines[1] == "new new/run.json: 7 candidates, raredx rank a.vcf"
    assert [line.split(",")[0] for line in lines if line.startswith("differs: ")] == [
        "differs: variant file", "differs: panel", "differs: panel",
    ]  # fmt: skip
    place = lines.index("vanished: 1")
    assert lines[place + 1].startswith("  TMEM132B de_novo chr12-125350344-G-A (proband): rank ")
    assert lines[place + 2].startswith("    population frequency (gnomADg_AF: none -> 0.05; ")
    (moved,) = [n for n, line in enumerate(lines) if line.startswith("  NHEJ1 ")]
    assert ": tier 1 -> 3, score " in lines[moved] or ", tier 1 -> 3, score " in lines[moved]
    assert lines[moved + 1].startswith("    panel (panels: panelapp-7 v1.0 Answers (green) -> ")
    assert lines[-1].startswith("unchanged: ")
    assert "\x1b" not in out


def test_as_tsv(fx_place):
    code, out, err = diff("old", "new", "-o", "-")
    assert code == 0
    assert "vanished: 1" in err
    assert err.count("\n") == 1  # a log counts, and names nobody
    heading = [line for line in out.splitlines() if line.startswith("##")]
    assert "##raredx_old_version=0.1.0" in heading
    assert sum(line.startswith("##raredx_difference=") for line in heading) == 3
    body = [line for line in out.splitlines() if not line.startswith("##")]
    rows = list(csv.DictReader(body, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert list(rows[0]) == [field.name for field in CHANGE_FIELDS]
    (gone,) = [row for row in rows if row["change"] == "vanished"]
    assert (gone["gene"], gone["cause"], gone["rank_new"], gone["score_new"]) == (
        "TMEM132B", "frequency", "", "",
    )  # fmt: skip
    (moved,) = [row for row in rows if row["gene"] == "NHEJ1"]
    assert (moved["tier_old"], moved["tier_new"], moved["cause"]) == ("1", "3", "panel")
    delta = float(moved["score_new"]) - float(moved["score_old"])
    assert float(moved["score_delta"]) == pytest.approx(delta, abs=1e-3)
    assert moved["addends"].startswith("panel=-")
    assert moved["addends"].endswith("(100%)")


def test_as_json(fx_place, tmp_path):
    path = tmp_path / "d.json"
    assert diff("old", "new", "--json", path, "--quiet") == (0, "", "")
    document = json.loads(path.read_text())
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, schema, cls=jsonschema.Draft202012Validator)
    gone = next(one for one in document["changes"] if one["change"] == "vanished")
    assert (gone["score_new"], gone["rank_new"]) == (None, 0)
    assert gone["reason"]["cause"] in {cause.value for cause in Cause}
    document["changes"][0]["reason"]["cause"] = "fate"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema)


def test_same_runs_same_bytes(fx_place, tmp_path):
    for name in ("a", "b"):
        out = (tmp_path / f"{name}.tsv", tmp_path / f"{name}.json")
        assert diff("old", "new", "-o", out[0], "--json", out[1], "--quiet")[0] == 0
    for ending in ("tsv", "json"):
        assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()


def test_exit_codes(fx_place):
    assert diff("old", "new")[0] == 0
    assert diff("old", "new", "--exit-code")[0] == 4
    assert diff("old", "old", "--exit-code")[0] == 0
    _, out, _ = diff("old", "old")
    assert "no recorded difference" in out
    assert out.splitlines()[-1] == "unchanged: 8"


def test_two_outputs_to_one_place(fx_place):
    code, _, err = diff("old", "new", "-o", "-", "--json", "-")
    assert code == 2
    assert err.endswith("Error: Two outputs cannot both go to '-'; -o FILE names one.\n")


@pytest.mark.parametrize("name", ["old/run.json", "new/run.json", "old/c.tsv", "new/c.json"])
def test_what_it_reads_is_not_written_over(fx_place, name):
    before = Path(name).read_bytes()
    code, _, err = diff("old", "new", "-o", name)
    assert (code, Path(name).read_bytes()) == (2, before)
    assert "would be overwritten" in err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", "bad/run.json: is no record of a run of raredx"),
        ("nothing", "bad/run.json: damaged, or no JSON: "),
    ],
)
def test_no_traceback_for_what_is_no_record(fx_place, text, message):
    Path("bad").mkdir(exist_ok=True)
    Path("bad/run.json").write_text(text)
    for words in (("old", "bad"), ("bad", "new")):
        code, _, err = diff(*words)
        assert code == 3
        assert err.startswith(f"raredx: {message}")


def test_a_table_that_changed(fx_place, tmp_path):
    """Beside the record, where the recorded place has none: refused, unless another one stands."""
    folder = tmp_path / "copy"
    folder.mkdir()
    text = (fx_place / "old" / "run.json").read_text()
    (folder / "run.json").write_text(text.replace(str(fx_place / "old"), str(tmp_path / "gone")))
    for name in ("c.tsv", "c.json"):
        (folder / name).write_bytes((fx_place / "old" / name).read_bytes())
    assert diff(folder, "new", "--quiet")[0] == 0
    (folder / "c.json").write_text("{}")
    code, _, err = diff(folder, "new")
    assert code == 3
    assert err == (
        f"raredx: {folder}/c.json: is not what {folder}/run.json recorded: its size or SHA-256 "
        "differs\n  `raredx verify` names every file that changed; rank again, or give the other "
        "record.\n"
    )
    (folder / "c.json").unlink()
    assert diff(folder, "new", "--quiet")[0] == 0  # the TSV still stands
    (folder / "c.tsv").unlink()
    code, _, err = diff(folder, "new")
    assert code == 3
    assert "its candidates are missing: " in err
