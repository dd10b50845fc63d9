"""The table as a DataFrame: types, missing values, lists."""

from __future__ import annotations

import pandas as pd

from raredx.columns.results import empty_table
from raredx.report.frame import table_frame


def test_types(fx_demo):
    frame = table_frame(fx_demo.result.table)
    assert list(frame.columns) == list(fx_demo.result.table.columns)
    assert len(frame) == len(fx_demo.result.table) > 0
    kinds = {name: str(frame[name].dtype) for name in ("rank", "pos", "score", "gene", "flags")}
    assert kinds == {
        "rank": "Int64", "pos": "Int64", "score": "Float64", "gene": "object", "flags": "object",
    }  # fmt: skip
    assert str(frame["dp_mother"].dtype) == "Int64"
    assert str(frame["ab_father"].dtype) == "Float64"


def test_values(fx_demo):
    frame = table_frame(fx_demo.result.table)
    first = frame[frame["gene"] == "FOXG1"].iloc[0]
    assert (first["pos"], first["tier"], first["acmg_class"]) == (
        28767732,
        "1",
        "likely_pathogenic",
    )
    assert (first["gt_proband"], first["gt_father"]) == ("0/1", "0/0")
    assert isinstance(first["panels"], list)
    assert first["probability"] > 0.01
    assert first["score_phenotype"] > 0
    assert frame.groupby("tier").size().to_dict() == {
        tier: fx_demo.result.table["tier"].count(tier) for tier in set(frame["tier"])
    }


def test_what_was_not_assessed_is_missing():
    table = empty_table(("kid",))
    for name, column in table.columns.items():
        column.append({"popmax_af": "not_assessed", "rank": 1}.get(name))
        column.append({"popmax_af": 0.01, "rank": 2, "dp_kid": 3}.get(name))
    frame = table_frame(table)
    assert frame["popmax_af"].isna().tolist() == [True, False]
    assert frame["popmax_af"][1] == 0.01
    assert frame["dp_kid"].tolist() == [pd.NA, 3]
    assert table["popmax_af"][0] == "not_assessed"  # the table itself is left alone


def test_without_rows():
    frame = table_frame(empty_table(("kid",)))
    assert len(frame) == 0
    assert str(frame["pos"].dtype) == "Int64"
