"""Small families that a geneticist can read: `tests/cases/rank/CASE/`.

`input.vcf`, `family.ped` and `args.txt` go in; `expected.tsv` holds some columns of what must
come out, every row, in the order of the genome. `make golden` writes the rows anew.
"""

from __future__ import annotations

import csv
import os
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from raredx.cli.main import cli
from raredx.columns.genome import contig_code

CASES = sorted((Path(__file__).resolve().parents[1] / "cases" / "rank").glob("*/"))


def arguments(folder):
    lines = (folder / "args.txt").read_text(encoding="utf-8").splitlines()
    return shlex.split(" ".join(line for line in lines if not line.startswith("#")))


def read_tsv(text):
    lines = [line for line in text.splitlines() if not line.startswith("##")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def place(row):
    return contig_code(row["chrom"]), int(row["pos"]), row["alt"], row["mode"], row["partner"]


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_family(folder, monkeypatch):
    monkeypatch.chdir(folder)
    ran = CliRunner().invoke(cli, ["rank", *arguments(folder), "--quiet", "input.vcf"])
    assert (ran.exit_code, ran.stderr) == (0, ""), ran.output
    expected = folder / "expected.tsv"
    columns = expected.read_text(encoding="utf-8").splitlines()[0].split("\t")
    rows = sorted(read_tsv(ran.stdout), key=place)
    found = "\n".join(["\t".join(columns), *("\t".join(r[c] for c in columns) for r in rows)])
    if os.environ.get("RAREDX_GOLDEN") == "1":
        expected.write_text(found + "\n", encoding="utf-8")
    assert (found + "\n").splitlines() == expected.read_text(encoding="utf-8").splitlines()


def test_there_are_cases():
    assert len(CASES) >= 10
