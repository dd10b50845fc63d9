"""Candidates as Parquet, read back with pyarrow and pandas."""

from __future__ import annotations

import subprocess
import sys

import pandas as pd
import pyarrow.parquet as pq
import pytest

from family_reports import HOSTILE, demo_report, hostile_report
from raredx.columns.results import FIELDS, MEMBER_FIELDS, empty_table
from raredx.report.candidates_parquet import write_parquet

TYPES = {
    "integer": "int64",
    "number": "double",
    "string": "string",
    "list": "list<element: string>",
}


@pytest.fixture
def fx_written(tmp_path):
    report = demo_report()
    write_parquet(report.table, report.heading, tmp_path / "c.parquet")
    return report, tmp_path / "c.parquet"


def test_types(fx_written):
    report, place = fx_written
    schema = pq.read_schema(place)
    fields = [(f.name, f) for f in FIELDS]
    fields += [(f"{f.name}_{m}", f) for m in report.table.members for f in MEMBER_FIELDS]
    assert schema.names == [name for name, _ in fields] == list(report.table.columns)
    for name, field in fields:
        assert str(schema.field(name).type).replace("item:", "element:") == TYPES[field.kind]
        assert schema.field(name).metadata[b"about"].decode() == field.about


def test_values(fx_written):
    report, place = fx_written
    rows = pq.read_table(place).to_pylist()
    assert len(rows) == len(report.table) > 10
    numbers = {f.name for f in FIELDS if f.kind in ("integer", "number")}
    for number, row in enumerate(rows):
        for name, value in row.items():
            expected = report.table[name][number]
            if name in numbers and expected == "not_assessed":
                expected = None
            assert value == expected


def test_heading(fx_written):
    report, place = fx_written
    metadata = pq.read_schema(place).metadata
    assert metadata[b"raredx_version"].decode() == report.heading.version
    members = metadata[b"raredx_member"].decode().split("\n")
    assert members[0] == "proband proband male affected"
    assert len(members) == 3
    keys = [key for key, _ in report.heading.lines()]
    assert {key.decode() for key in metadata} >= set(keys)


def test_pandas_reads_it(fx_written):
    report, place = fx_written
    frame = pd.read_parquet(place)
    assert len(frame) == len(report.table)
    assert frame["pos"].dtype == "int64"
    assert frame["score"].dtype == "float64"
    assert list(frame["acmg_criteria"][0]) == report.table["acmg_criteria"][0]
    assert frame.loc[frame["gene"] == "FOXG1", "gt_proband"].tolist() == ["0/1"]


def test_the_same_table_gives_the_same_bytes(fx_written, tmp_path):
    report, place = fx_written
    write_parquet(report.table, report.heading, tmp_path / "again.parquet")
    assert place.read_bytes() == (tmp_path / "again.parquet").read_bytes()


def test_hostile_text_stays_exact(tmp_path):
    report = hostile_report()
    write_parquet(report.table, report.heading, tmp_path / "h.parquet")
    found = pq.read_table(tmp_path / "h.parquet")
    assert found["gene"].to_pylist() == list(HOSTILE)
    assert found["flags"].to_pylist() == [[text, text] for text in HOSTILE]
    assert found["gt_=1+1"].to_pylist() == list(HOSTILE)


def test_without_rows(tmp_path):
    write_parquet(empty_table(("kid",)), demo_report().heading, tmp_path / "e.parquet")
    frame = pd.read_parquet(tmp_path / "e.parquet")
    assert len(frame) == 0
    assert str(frame["pos"].dtype) == "int64"


def test_pandas_is_not_loaded_to_write(tmp_path):
    """`pyarrow.array` would load it: a third of a second for nothing."""
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from raredx.columns.results import empty_table\n"
        "from raredx.report.candidates_parquet import write_parquet\n"
        "from raredx.report.heading import Heading\n"
        "table = empty_table(('kid',))\n"
        "for column in table.columns.values():\n    column.append(None)\n"
        "heading = Heading('1', 'x', 'gel', '1', '', 'GRCh38', 'CSQ', (), (), 'declared')\n"
        f"write_parquet(table, heading, Path({str(tmp_path / 'x.parquet')!r}))\n"
        "print('pandas' in sys.modules, 'pyarrow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_rows_without_any_value(tmp_path):
    table = empty_table(("kid",))
    for column in table.columns.values():
        column += [None, None]
    write_parquet(table, demo_report().heading, tmp_path / "n.parquet")
    found = pq.read_table(tmp_path / "n.parquet")
    assert found.num_rows == 2
    assert {column.null_count for column in found.columns} == {2}


def test_the_libraries_are_loaded_only_to_write():
    """Most runs write neither: nothing of them may stand at the head of a module."""
    modules = ("candidates_parquet", "workbook", "phenopacket_out", "candidates_jsonl")
    code = "import sys\n" + "".join(f"import raredx.report.{name}\n" for name in modules)
    code += "print(sorted({'pyarrow', 'xlsxwriter', 'phenopackets', 'google', 'pandas'} & {*sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
