"""Near misses as TSV."""

from __future__ import annotations

from dataclasses import replace

from family_reports import near_misses
from raredx.columns.near_misses import NEAR_MISS_FIELDS, empty_near_misses
from raredx.report.heading import Heading
from raredx.report.near_miss_tsv import near_misses_text

HEADING = Heading("1", "raredx rank", "gel", "1.0", "", "GRCh38", "CSQ", (), (), "declared")


def test_heading_columns_and_cells():
    near = near_misses(
        {"rank": 1, "gene": "BRCA2", "popmax_af": 0.0021234567, "margin": "-2 reads",
         "genotypes": ["kid=0/1", "dad=0/0"], "family_id": "F1"},
        {"rank": 2, "gene": "TP53", "popmax_af": "not_assessed", "family_id": "F1"},
    )  # fmt: skip
    lines = near_misses_text(replace(near, found={"F1": 12}), HEADING).splitlines()
    assert lines[0] == "##raredx_version=1"
    assert lines[-4] == "##raredx_near_misses=F1 found 12 listed 2"
    header = lines[-3].split("\t")
    assert header == [field.name for field in NEAR_MISS_FIELDS]
    first, second = (dict(zip(header, line.split("\t"), strict=True)) for line in lines[-2:])
    assert (first["rank"], first["popmax_af"], first["margin"]) == ("1", "0.00212346", "'-2 reads")
    assert first["genotypes"] == "kid=0/1;dad=0/0"
    assert (second["popmax_af"], second["genotypes"]) == ("not_assessed", "")


def test_a_family_without_any_is_told():
    near = replace(empty_near_misses(), found={"F 1\n": 0})
    lines = near_misses_text(near, HEADING).splitlines()
    assert lines[-2] == "##raredx_near_misses=F 1 found 0 listed 0"
    assert lines[-1].startswith("rank\tgene\t")
