"""A check as TSV: heading lines with `##`, one header row, one row for each figure."""

from __future__ import annotations

import math

from raredx.report.check_report import CheckReport
from raredx.report.check_rows import CheckRow, check_rows
from raredx.report.spreadsheet_cells import tsv_cell


def check_tsv_text(report: CheckReport) -> str:
    """Write heading and rows.

    Numbers have up to six significant digits; a cell is empty where there is no value.
    """
    lines = [f"##{key}={' '.join(value.split())}" for key, value in heading_lines(report)]
    lines.append("\t".join(CheckRow._fields))
    lines += ["\t".join(map(_cell, row)) for row in check_rows(report)]
    return "\n".join(lines) + "\n"


def heading_lines(report: CheckReport) -> list[tuple[str, str]]:
    """Give the heading as keys and values."""
    found = [
        ("raredx_version", report.version),
        ("raredx_command", report.command),
        ("raredx_assembly", report.result.assembly.value),
        ("raredx_vcf", report.vcf),
        ("raredx_ped", report.ped or "none"),
        ("raredx_fasta", report.fasta or "none"),
        ("raredx_consequences", report.declared.consequences or "none"),
    ]
    return found + [("raredx_note", note) for note in report.notes]


def _cell(value: object) -> str:
    """Write one value; NaN is none."""
    if isinstance(value, float) and math.isnan(value):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return tsv_cell(value)
