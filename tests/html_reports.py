"""Pages of the HTML report for tests: many candidates, and markup in every field."""

from __future__ import annotations

import html.parser
from dataclasses import replace

import numpy as np

from family_reports import near_misses
from raredx.columns.family import Family, Pedigree
from raredx.columns.near_misses import NEAR_MISS_FIELDS
from raredx.columns.results import FIELDS, MEMBER_FIELDS, CandidateTable
from raredx.report.family_report import FamilyReport
from raredx.report.heading import (
    CheckAnswer,
    CheckFinding,
    Checks,
    FamilyHeading,
    Heading,
    Member,
)

MARKUP = (
    "<script>steal()</script>", "</script><script>steal()</script>", "</style><b>", "--><b>",
    '"><img src=x onerror=steal()>', "'><svg onload=steal()>", "javascript:steal()", "{{7*7}}",
    "{% raw %}", "]]>", "&lt;b&gt;", "a\x00\x1b\x85b", "left\u202eright\u2066", "\ud800", "`${1}`",
    "\\22 }body{display:none}", "x" * 6000, "<" * 300, "", "https://example.org/x",
)  # fmt: skip
"""What may stand in any field of a VCF, PED, panel or HPO file, and break a page."""


def many(report: FamilyReport, n: int) -> FamilyReport:
    """The same report with `n` candidates: those of the report again and again, each a bit other."""
    table = report.table
    groups: dict[str, list[int]] = {}
    for row, name in enumerate(table["candidate_id"]):
        groups.setdefault(name, []).append(row)
    columns = {name: [] for name in table.columns}
    details = []
    for number in range(n):
        rows = list(groups.values())[number % len(groups)]
        for row in rows:
            for name, column in columns.items():
                column.append(table[name][row])
            columns["rank"][-1] = number + 1
            columns["candidate_id"][-1] = f"{table['candidate_id'][row]}-{number}"
            columns["pos"][-1] = table["pos"][row] + 7 * number
            columns["score"][-1] = round(table["score"][row] - number / 50, 4)
            columns["gene"][-1] = f"{table['gene'][row]}-{number}"
            details.append(table.details[row])
    return replace(report, table=CandidateTable(columns, table.members, details))


def _column(field, texts):
    if field.kind == "string":
        return list(texts)
    if field.kind == "list":
        return [[text, f"{text} = {text}"] for text in texts]
    return [n + 1 for n in range(len(texts))]


def _detail(text):
    transcript = dict.fromkeys(
        ("gene", "transcript", "biotype", "consequence", "hgvs_c", "hgvs_p"), text
    )
    flags = {"mane_select": True, "mane_plus_clinical": True, "canonical": True}
    event = dict.fromkeys(
        ("panel_id", "panel_name", "panel_version", "moi", "mode_fits", "tier"), text
    )
    criterion = {"code": text, "strength": text, "points": 1, "about": text, "reason": text,
                 "values": {text: text}, "curated": True}  # fmt: skip
    return {
        "transcripts": [transcript | flags],
        "acmg": [criterion],
        "phenotype": [{"term": text, "nearest": f"{text}!", "share": 0.5}],
        "report_events": [event | {"confidence": "green"}],
    }


def report_of(texts=MARKUP, who="<b>who</b>") -> FamilyReport:
    """A report that holds each text in every field of text; `who` is family and proband."""
    relative = '"><img src=x onerror=steal()>'
    members = (who, relative)
    columns = {field.name: _column(field, texts) for field in FIELDS}
    columns |= {
        f"{field.name}_{member}": _column(field, texts)
        for member in members
        for field in MEMBER_FIELDS
    }
    columns["candidate_id"] = [f"c{n}" for n in range(len(texts))]
    table = CandidateTable(columns, members, [_detail(text) for text in texts])
    near = near_misses(
        *(
            {
                f.name: text if f.kind == "string" else [text] if f.kind == "list" else 1
                for f in NEAR_MISS_FIELDS
            }
            for text in texts
        )
    )
    panels = tuple(
        {"panel_id": text, "name": text, "version": text, "date": text, "moi_source": text,
         "genes": 1, "green": 1}
        for text in texts
    )  # fmt: skip
    about = FamilyHeading(
        who, who,
        (Member(who, "proband", "unknown", "affected", True),
         Member(relative, texts[0], "male", "unknown", True)),
        tuple(texts), tuple(texts), tuple(texts), texts[0], 0.5,
    )  # fmt: skip
    checks = Checks(
        9,
        tuple(CheckAnswer(text, 1, 1, 1, text) for text in texts),
        (CheckFinding(texts[0], "error", tuple(texts), texts[0], True),),
    )
    heading = Heading(
        texts[0], texts[1], texts[0], texts[0], texts[0], "GRCh38", texts[0], tuple(texts),
        tuple(texts), texts[0], panels, (about,), tuple(texts), checks, texts[0], 0.5, texts[0],
        texts[0], tuple(texts),
    )  # fmt: skip
    pedigree = Pedigree(
        who, members, np.array([1, -1], np.int16), np.array([-1, -1], np.int16),
        np.array([0, 1], np.int8), np.array([2, 0], np.int8), (1, 2),
    )  # fmt: skip
    document = {
        "warnings": list(texts),
        "inputs": [{"role": t, "name": t, "size": 1, "sha256": t} for t in texts],
        "packages": {text: text for text in texts},
        "python": texts[0],
        "counts": {
            "alleles_not_sequence": 3,
            "steps": [
                {"question": t, "alleles_in": 1, "failed": 1, "not_assessed": 1, "alleles_out": 1}
                for t in texts
            ],
        },
    }
    family = Family(pedigree, 0, np.array([0, 1], np.int16))
    return FamilyReport(heading, family, table, near, document)


class Page(html.parser.HTMLParser):
    """Elements, attributes and texts of a page, as a browser finds them."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.inside: dict[str, list[str]] = {"script": [], "style": []}
        self._open = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in ("strong", "b", "bdi", "i", "abbr", "a", "code", "span"):
            self.texts.append(" ")  # a new block
        self._open = tag if tag in self.inside else ""

    def handle_endtag(self, tag):
        self._open = ""

    def handle_data(self, data):
        if self._open:
            self.inside[self._open].append(data)
        else:
            self.texts.append(data)

    def tags(self, tag: str) -> list[dict[str, str | None]]:
        """Attributes of every element of one name."""
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self) -> str:
        """Everything a reader sees, in one line."""
        return " ".join("".join(self.texts).split())
