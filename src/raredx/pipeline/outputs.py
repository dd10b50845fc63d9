"""The outputs of a ranking: which there are, for whom each is written, and by what.

What writes a format is loaded when the format is asked for: most runs write one or two.
"""

from __future__ import annotations

import hashlib
import importlib
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from raredx.columns.family import Family
from raredx.columns.records import dataclass
from raredx.errors import SettingsError
from raredx.pipeline.request import RankRequest
from raredx.pipeline.result import RunResult
from raredx.report.family_report import FamilyReport
from raredx.report.json_document import json_text
from raredx.report.tsv import lines_text, tsv_text
from raredx.report.writing import OutputSet
from raredx.scoring.gene_ranking import DISEASE_COLUMNS, GENE_COLUMNS

FAMILY = "{family}"
"""What stands in the name of an output for the id of its family."""

_NOT_IN_NAMES = re.compile(r"[^\w.+-]")


@dataclass(frozen=True)
class OutputKind:
    """One kind of output.

    Attributes
    ----------
    role : str
        Its name in run.json.
    attribute : str
        Field of the request that names the file.
    text : callable or None
        Gives the text for the result of a run.
    writer : str
        Otherwise `module:function` of `raredx.report`, given what `takes` says.
    takes : str
        `table`: candidates and heading. `near`: near misses and heading. `families`: a report of
        each family. `family`: one report, and a file for each family. `records`: what a VCF needs.
    binary : bool
        Whether the function writes to a place, its last argument, rather than giving a text.
    """

    role: str
    attribute: str
    text: Callable[[RunResult], str] | None = None
    writer: str = ""
    takes: str = ""
    binary: bool = False

    @property
    def by_family(self) -> bool:
        """Whether each family has a file of its own."""
        return self.takes == "family"


def _json(run: RunResult) -> str:
    ranked = {"genes": run.genes, "diseases": run.diseases}
    return json_text(run.table, run.heading, ranked, run.near_misses)


KINDS = (
    OutputKind("tsv", "output", lambda run: tsv_text(run.table, run.heading)),
    OutputKind("json", "json", _json),
    OutputKind("vcf", "vcf_out", writer="vcf:write_vcf", takes="records", binary=True),
    OutputKind(
        "genes", "genes_out", lambda run: lines_text(GENE_COLUMNS, run.genes, run.heading)
    ),
    OutputKind(
        "diseases",
        "diseases_out",
        lambda run: lines_text(DISEASE_COLUMNS, run.diseases, run.heading),
    ),
    OutputKind("jsonl", "jsonl", writer="candidates_jsonl:jsonl_text", takes="table"),
    OutputKind(
        "parquet", "parquet", writer="candidates_parquet:write_parquet", takes="table", binary=True
    ),
    OutputKind("xlsx", "xlsx", writer="workbook:write_workbook", takes="families", binary=True),
    OutputKind("near_misses", "near_misses", writer="near_miss_tsv:near_misses_text", takes="near"),
    OutputKind("html", "html", writer="html_page:page_text", takes="family"),
    OutputKind(
        "phenopacket", "phenopacket_out", writer="phenopacket_out:phenopacket_text", takes="family"
    ),
)  # fmt: skip


def asked_names(request: RankRequest) -> list[str]:
    """Name the outputs that are asked for, as they were given."""
    names = (getattr(request, kind.attribute) for kind in KINDS)
    return [name for name in names if name is not None]


def check_names(request: RankRequest, families: list[Family]) -> None:
    """Refuse names that do not tell families, or two outputs, apart.

    Raises
    ------
    SettingsError
        With the name to give instead.
    """
    taken = {name.casefold() for name in asked_names(request)}
    for kind in KINDS:
        name = getattr(request, kind.attribute)
        if name is None:
            continue
        path = Path(name)
        if FAMILY in name and not kind.by_family:
            what = f"holds {FAMILY}, and is one file for all families"
            raise SettingsError(name, what, "Give it a name of its own.")
        if kind.by_family and len(families) > 1 and FAMILY not in name:
            better = str(path.with_name(f"{path.stem}-{FAMILY}{path.suffix}"))
            what = f"is one file, and {len(families)} families are judged"
            raise SettingsError(name, what, f"Name it {better}, or choose a proband.")
        if FAMILY not in name:
            continue
        for family in families:
            own = family_name(name, family.pedigree.family_id).casefold()
            if own in taken or Path(own).name.endswith("run.json"):
                what = "would give two outputs, or two families, one file"
                raise SettingsError(name, what, "Give it another name, or change the family ids.")
            taken.add(own)


def family_name(name: str, family_id: str) -> str:
    """Name the file of a family; what a file name should not hold becomes `_`.

    Examples
    --------
    >>> family_name("out/{family}.html", "F 1/2"), family_name("out/report.html", "F1")
    ('out/F_1_2.html', 'out/report.html')
    """
    return name.replace(FAMILY, _NOT_IN_NAMES.sub("_", family_id))


def _places(
    kind: OutputKind, name: str, run: RunResult, reports: Callable[[], tuple[FamilyReport, ...]]
) -> Iterator[tuple[str, Any]]:
    """Give the file names of an output, each with what its function is given."""
    if kind.takes == "family":
        for report in reports():
            yield family_name(name, report.about.family_id), (report,)
    elif kind.takes == "families":
        yield name, (reports(),)
    elif kind.takes == "near":
        yield name, (run.near_misses, run.heading)
    elif kind.takes == "records":
        yield name, (run.table, run.heading, run.header, name)
    else:
        yield name, (run.table, run.heading)


def write_outputs(
    request: RankRequest, run: RunResult, outputs: OutputSet
) -> list[tuple[str, str]]:
    """Write every output that is asked for to its temporary place; give role and name of each."""
    written, reports = [], cache(run.reports)
    for kind in KINDS:
        name = getattr(request, kind.attribute)
        if name is None:
            continue
        if kind.text is not None:
            outputs.write_text(name, kind.text(run))
            written.append((kind.role, name))
            continue
        module, _, function = kind.writer.partition(":")
        write = getattr(importlib.import_module(f"raredx.report.{module}"), function)
        if FAMILY in name:
            outputs.withdraw(name)
        for own, given in _places(kind, name, run, reports):
            if own != name:
                outputs.prepare(own)
            if kind.binary:
                with outputs.guard(own) as place:
                    write(*given, place)
            else:
                outputs.write_text(own, write(*given))
            written.append((kind.role, own))
    return written


def describe_outputs(written: list[tuple[str, str]], outputs: OutputSet) -> list[dict[str, Any]]:
    """Hash what was written to files."""
    found = []
    for role, name in written:
        if name != "-" and outputs.place(name).is_file():
            raw = outputs.place(name).read_bytes()
            digest = hashlib.sha256(raw).hexdigest()
            found.append({"role": role, "name": name, "size": len(raw), "sha256": digest})
    return found
