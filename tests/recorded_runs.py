"""Small recorded runs that differ in one thing, made from the demonstration family."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from raredx.columns.run_changes import CandidateChange, RunDiff, WhyNotHook
from raredx.columns.runs import RecordedRun
from raredx.pipeline.compare_runs import compare_runs
from raredx.pipeline.rank import rank
from raredx.pipeline.request import RankRequest
from raredx.readers.run_files import read_run

ROOT = Path(__file__).resolve().parents[1]
RULES = ROOT / "src" / "raredx" / "data" / "rulesets" / "gel.toml"
GENES = ("FOXG1", "NBAS", "EDA", "NHEJ1", "MT-TL1", "CFTR", "DBT", "CLN3", "POMGNT1")
MOI = {"FOXG1": "MONOALLELIC, autosomal or pseudoautosomal, NOT imprinted",
       "EDA": "X-LINKED: hemizygous mutation in males, biallelic mutations in females",
       "MT-TL1": "MITOCHONDRIAL"}  # fmt: skip
BOTH_COPIES = "BIALLELIC, autosomal or pseudoautosomal"


def ranked(folder: Path, request: RankRequest, **changes: Any) -> RecordedRun:
    """Rank into a folder of its own: TSV and JSON, unless told otherwise."""
    folder.mkdir()
    names: dict[str, Any] = {"output": str(folder / "c.tsv"), "json": str(folder / "c.json")}
    rank(replace(request, **(names | changes)), lambda *_: None)
    return read_run(folder)


def edited_vcf(path: Path, new: Path, pos: int, edit: Callable[[list[str]], None]) -> str:
    """Copy a VCF with the cells of one record changed; `pos` tells which."""
    lines = path.read_text(encoding="utf-8").splitlines()
    found = 0
    for number, line in enumerate(lines):
        cells = line.split("\t")
        if not line.startswith("#") and cells[1] == str(pos):
            edit(cells)
            lines[number] = "\t".join(cells)
            found += 1
    assert found == 1
    new.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(new)


def with_csq(path: Path, **values: str) -> Callable[[list[str]], None]:
    """Set parts of every consequence entry of a record."""
    text = path.read_text(encoding="utf-8")
    stated = re.search(r'ID=CSQ,.*Format: ([^"]+)"', text)
    assert stated is not None
    names = stated[1].split("|")

    def edit(cells: list[str]) -> None:
        parts = cells[7].split(";")
        for number, part in enumerate(parts):
            if part.startswith("CSQ="):
                entries = [entry.split("|") for entry in part[4:].split(",")]
                for entry in entries:
                    for name, value in values.items():
                        entry[names.index(name)] = value
                parts[number] = "CSQ=" + ",".join("|".join(entry) for entry in entries)
        cells[7] = ";".join(parts)

    return edit


def with_call(column: int, genotype: str) -> Callable[[list[str]], None]:
    """Set the genotype of a sample, 0 the first."""

    def edit(cells: list[str]) -> None:
        call = cells[9 + column]
        cells[9 + column] = genotype + call[call.index(":") :]

    return edit


def panel_file(path: Path, *, amber: str = "", version: str = "1.0") -> str:
    """Write a PanelApp panel of the answers' genes; one of them may be amber."""
    genes = [
        {
            "gene_data": {"gene_symbol": gene, "hgnc_id": None},
            "entity_name": gene,
            "entity_type": "gene",
            "confidence_level": "2" if gene == amber else "3",
            "mode_of_inheritance": MOI.get(gene, BOTH_COPIES),
        }
        for gene in GENES
    ]
    whole = {"id": 7, "name": "Answers", "version": version, "genes": genes}
    path.write_text(json.dumps(whole), encoding="utf-8")
    return str(path)


def rule_file(path: Path, **values: str) -> str:
    """Write the rule set `gel` with some values changed; `__` for the dot in a key."""
    text = RULES.read_text(encoding="utf-8")
    for key, value in values.items():
        table, _, name = key.partition("__")
        start = text.index(f"[{table}]")
        found = re.compile(rf"^{name} = .*$", re.MULTILINE).search(text, start)
        assert found is not None
        text = text[: found.start()] + f"{name} = {value}" + text[found.end() :]
    path.write_text(text, encoding="utf-8")
    return str(path)


def compare(old: RecordedRun, new: RecordedRun, why_not: WhyNotHook | None = None) -> RunDiff:
    return compare_runs(old, new, why_not)


def change_of(diff: RunDiff, gene: str, mode: str = "") -> CandidateChange:
    """Give the one change of a gene."""
    (found,) = [one for one in diff.changes if one.gene == gene and mode in ("", one.mode)]
    return found
