"""Reports of one family, made from a run, and with hostile text in every field."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from conftest import DEMO
from raredx.columns.family import Family, Pedigree
from raredx.columns.near_misses import NEAR_MISS_FIELDS, NearMissTable, empty_near_misses
from raredx.columns.results import FIELDS, MEMBER_FIELDS, CandidateTable
from raredx.pipeline.rank import rank
from raredx.pipeline.request import RankRequest
from raredx.readers.pedigree import read_pedigrees
from raredx.report.family_report import FamilyReport
from raredx.report.heading import FamilyHeading, Heading, Member

HOSTILE = (
    "=1+1", "+1+1", "-1+1", "@SUM(1)", " =1+1", "\t=1+1", "\r=1+1", "\n=1+1", "\x00=1+1",
    "＝1+1", "\ufeff=1+1", "\u200b=1+1", "\u00a0=1+1", "'=1+1", '"=1+1"', '"', '""=1+1',
    "=cmd|'/c calc'!A1", '=HYPERLINK("http://example.org","x")', "<script>alert(1)</script>",
    "http://example.org/x", "internal:A1", "mailto:a@example.org", "a\x01b\x1fc\x7fd\x85e\ufffef",
    "left\u202eright\u2066", "_x0041_", "&L&Z&F", "x" * 40_000, "\U0001f9ec" * 20_000, "{=1}", "",
)  # fmt: skip
"""What any field of a VCF, PED, panel or HPO file may hold."""


def family_report(result, ped: Path, near: NearMissTable | None = None) -> FamilyReport:
    """The report of the one family of a run; all members have samples."""
    (pedigree,) = read_pedigrees(ped)
    about = result.heading.families[0]
    family = Family(
        pedigree,
        pedigree.members.index(about.proband),
        np.arange(len(pedigree.members), dtype=np.int16),
    )
    return FamilyReport(
        result.heading, family, result.table, near or empty_near_misses(), result.document,
        result.genes, result.diseases,
    )  # fmt: skip


@cache
def demo_report() -> FamilyReport:
    """The demonstration family with two observed terms and an excluded one; nothing is written."""
    request = RankRequest(
        vcf=str(DEMO / "family.vcf.gz"), ped=DEMO / "family.ped", panels=("all",), output=None,
        hpo="HP:0001250,HP:0000252,-HP:0001263", command="raredx rank --panel all family.vcf.gz",
    )  # fmt: skip
    return family_report(rank(request, lambda *_: None), DEMO / "family.ped")


def scout_report(shared: Path) -> FamilyReport:
    """A real annotated trio; nothing is written."""
    folder = shared / "data" / "families" / "scout_643594"
    request = RankRequest(
        vcf=str(folder / "643594.clinical.vcf.gz"), ped=folder / "643594.ped", panels=("all",),
        output=None, hpo="HP:0001250,HP:0001263", command="raredx rank 643594.clinical.vcf.gz",
    )  # fmt: skip
    return family_report(rank(request, lambda *_: None), folder / "643594.ped")


def near_misses(*rows: dict) -> NearMissTable:
    """Near misses with these cells."""
    columns = {f.name: [row.get(f.name) for row in rows] for f in NEAR_MISS_FIELDS}
    families = [name for name in columns["family_id"] if name]
    return NearMissTable(columns, {name: families.count(name) for name in families})


def _rows(fields, suffix: str = ""):
    """One cell of hostile text for each row and field of text or lists; numbers elsewhere."""
    for field in fields:
        if field.kind == "string":
            yield field.name + suffix, list(HOSTILE)
        elif field.kind == "list":
            yield field.name + suffix, [[text, text] for text in HOSTILE]
        else:
            yield field.name + suffix, [-1 - n for n in range(len(HOSTILE))]


def hostile_report() -> FamilyReport:
    """A report with a row for each hostile text, in every column of text; numbers are negative."""
    who = "=1+1"
    table = CandidateTable(
        dict(_rows(FIELDS)) | dict(_rows(MEMBER_FIELDS, f"_{who}")),
        (who,),
        [{"transcripts": [], "acmg": [], "phenotype": [], "report_events": []} for _ in HOSTILE],
    )
    near = NearMissTable(dict(_rows(NEAR_MISS_FIELDS)), {who: 1})
    heading = Heading(
        version="1", command="=1+1", ruleset="=1+1", ruleset_version="=1+1", ruleset_sha256="=1+1",
        assembly="GRCh38", consequences="=1+1", frequency_sources=HOSTILE, predictors=HOSTILE,
        clinvar="=1+1", notes=HOSTILE, data=HOSTILE, hpo="=1+1",
        panels=tuple(
            {"panel_id": text, "name": text, "version": text, "date": text, "moi_source": text,
             "genes": 1, "green": 1}
            for text in HOSTILE
        ),
        families=(
            FamilyHeading(
                who, who, (Member(who, "proband", "unknown", "affected", True),), HOSTILE,
                HOSTILE, HOSTILE, "=1+1", 0.5,
            ),
        ),
    )  # fmt: skip
    none = np.array([-1], np.int16)
    zero = np.array([0], np.int8)
    pedigree = Pedigree(who, (who,), none, none, zero, zero, (1,))
    return FamilyReport(heading, Family(pedigree, 0, none + 1), table, near, {"inputs": []})


def renamed(report: FamilyReport, family_id: str) -> FamilyReport:
    """The same report of a family of another name."""
    about = replace(report.about, family_id=family_id)
    table = CandidateTable(
        report.table.columns | {"family_id": [family_id] * len(report.table)},
        report.table.members,
        report.table.details,
        report.table.records,
    )
    pedigree = replace(report.family.pedigree, family_id=family_id)
    return replace(
        report,
        heading=replace(report.heading, families=(about,)),
        family=replace(report.family, pedigree=pedigree),
        table=table,
    )
