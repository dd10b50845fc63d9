"""The columns of the workbook: which a clinician reads first, their titles, widths and words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from raredx.columns.near_misses import NEAR_MISS_FIELDS
from raredx.columns.records import dataclass
from raredx.columns.results import FIELDS, MEMBER_FIELDS, OutputField
from raredx.report.family_report import FamilyReport
from raredx.report.html_words import (
    CHOICES,
    CLASSES,
    MODES,
    ORIGINS,
    PHASES,
    TIERS,
    consequence_words,
)

FIRST = (
    "rank", "tier", "gene", "mode", "consequence", "hgvs_c", "hgvs_p", "acmg_class", "disease",
    "popmax_af", "clinvar",
)  # fmt: skip
"""What a clinician looks at before the genotypes; the only part that is printed."""
SECOND = (
    "probability", "reason", "flags", "not_assessed", "acmg_criteria", "matched_terms", "panels",
    "chrom", "pos", "ref", "alt", "partner", "phase", "parent_of_origin", "transcript",
)  # fmt: skip
NEAR_FIRST = (
    "rank", "gene", "mode", "question", "observed", "threshold", "margin", "needed", "consequence",
    "hgvs_c", "genotypes",
)  # fmt: skip
NEAR_SECOND = ("hgvs_p", "popmax_af", "clinvar", "matched_terms", "panels", "rule", "not_assessed")

TITLES: dict[str, str] = {
    "hgnc_id": "HGNC", "mode": "Mode of inheritance", "hgvs_c": "HGVS, coding DNA",
    "hgvs_p": "HGVS, protein", "acmg_class": "ACMG class (proposed)", "acmg_points": "ACMG points",
    "acmg_criteria": "ACMG criteria", "acmg_reasons": "ACMG criteria, with reasons",
    "acmg_not_assessed": "ACMG criteria not assessed", "acmg_posterior": "ACMG posterior",
    "acmg_temperature": "ACMG temperature", "popmax_af": "Highest population frequency",
    "popmax_source": "Population of that frequency", "clinvar": "ClinVar",
    "clinvar_stars": "ClinVar stars", "chrom": "Chromosome", "pos": "Position", "ref": "REF",
    "alt": "ALT", "variant_id": "ID in the VCF", "disease_id": "Disease identifier",
    "matched_terms": "Matched HPO terms", "moi": "Inheritance on the panels",
    "mane_refseq": "MANE RefSeq", "filter": "FILTER", "not_assessed": "Not assessed",
    "revel": "REVEL", "alphamissense": "AlphaMissense", "cadd": "CADD", "spliceai": "SpliceAI",
    "loftee": "LOFTEE", "pli": "pLI", "flags": "Look at", "family_id": "Family",
    "gt": "genotype", "dp": "read depth", "gq": "genotype quality", "ab": "allele balance",
}  # fmt: skip
"""Titles of columns whose name would not do."""

WIDE = {
    "reason": 110, "needed": 40, "disease": 28, "consequence": 24, "mode": 20, "hgvs_c": 28,
    "hgvs_p": 28, "flags": 24, "not_assessed": 24, "matched_terms": 40, "acmg_criteria": 24,
    "clinvar": 16, "panels": 40, "observed": 26, "threshold": 22, "rule": 40, "genotypes": 24,
    "acmg_reasons": 60, "acmg_not_assessed": 40, "frequencies": 30, "moi": 24, "partner": 24,
    "ref": 10, "alt": 10, "rank": 7, "tier": 9, "margin": 16, "gt": 12, "dp": 12,
    "gq": 12, "ab": 12,
}  # fmt: skip
"""Width in characters; 14 for all others."""
_USUAL = 14
WRAPPED = frozenset(
    {"reason", "needed", "disease", "consequence", "mode", "hgvs_c", "hgvs_p", "clinvar",
     "acmg_class", "flags", "observed", "threshold", "margin", "genotypes"}
)  # fmt: skip

FORMATS = {
    "rank": "0", "pos": "0", "dp": "0", "gq": "0", "ab": "0.00", "score": "0.00",
    "probability": "0.0%", "popmax_af": "[=0]0;[<0.001]0.0E+00;0.0000",
    **{field.name: "0.00" for field in FIELDS if field.name.startswith("score_")},
}  # fmt: skip
"""Number formats; as they come for all others."""

_WORDS: dict[str, dict[str, str]] = {
    "tier": TIERS, "mode": MODES, "acmg_class": CLASSES, "phase": PHASES,
    "parent_of_origin": ORIGINS, "transcript_choice": CHOICES,
}  # fmt: skip
_CODES = frozenset(
    {"flags", "not_assessed", "clinvar", "moi", "segregation", "acmg_temperature", "de_novo_grade"}
)
_TERMS = frozenset({"consequence", "worst_consequence"})


@dataclass(frozen=True)
class SheetColumn:
    """One column of a sheet.

    Attributes
    ----------
    title : str
        What stands above it.
    field : OutputField
        What it shows.
    sources : tuple of (str or None)
        Column of the table for each family; None where a family has none.
    printed : bool
    """

    title: str
    field: OutputField
    sources: tuple[str | None, ...]
    printed: bool

    @property
    def width(self) -> int:
        """Width in characters."""
        return WIDE.get(self.field.name, _USUAL)


def candidate_columns(reports: Sequence[FamilyReport]) -> list[SheetColumn]:
    """Give the columns of the candidates in the order of a clinician.

    The genotypes of the family's members stand behind ClinVar, depth, quality and balance at the
    end. Of one family they have the members' names; of several the place in the family, so that
    probands stand under each other.
    """
    declared = {field.name: field for field in FIELDS}
    count = len(reports)

    def fixed(names: Sequence[str], *, printed: bool) -> list[SheetColumn]:
        return [
            SheetColumn(_title(name), declared[name], (name,) * count, printed) for name in names
        ]

    ahead = ("family_id",) if count > 1 else ()
    rest = [name for name in declared if name not in {*ahead, *FIRST, *SECOND}]
    places = _places(reports)
    gt, *others = MEMBER_FIELDS
    return [
        *fixed((*ahead, *FIRST), printed=True),
        *_member_columns(gt, places, printed=True),
        *fixed((*SECOND, *rest), printed=False),
        *(column for field in others for column in _member_columns(field, places, printed=False)),
    ]


def near_miss_columns(reports: Sequence[FamilyReport]) -> list[SheetColumn]:
    """Give the columns of the near misses in the order of a clinician."""
    declared = {field.name: field for field in NEAR_MISS_FIELDS}
    ahead = ("family_id",) if len(reports) > 1 else ()
    first = (*ahead, *NEAR_FIRST)
    known = (*first, *NEAR_SECOND)
    return [
        SheetColumn(_title(name), declared[name], (name,) * len(reports), name in first)
        for name in (*known, *(name for name in declared if name not in known))
    ]


def _title(name: str) -> str:
    """Give the title of a column."""
    words = name.replace("_", " ")
    return TITLES.get(name, words[:1].upper() + words[1:])


def _places(reports: Sequence[FamilyReport]) -> dict[str, tuple[str | None, ...]]:
    """Name the places of all families, and who has each in which family."""
    found: dict[str, list[str | None]] = {}
    for number, report in enumerate(reports):
        roles = {member.individual: member.role for member in report.about.members}
        met: dict[str, int] = {}
        for name in report.table.members:
            role = roles.get(name, "relative")
            met[role] = met.get(role, 0) + 1
            place = role if met[role] == 1 else f"{role} {met[role]}"
            if len(reports) == 1:
                place = f"{name} ({role})" if name != role else name
            found.setdefault(place, [None] * len(reports))[number] = name
    return {place: tuple(names) for place, names in found.items()}


def _member_columns(
    field: OutputField, places: dict[str, tuple[str | None, ...]], *, printed: bool
) -> list[SheetColumn]:
    """Give one column of each place."""
    return [
        SheetColumn(
            f"{place}: {TITLES[field.name]}",
            field,
            tuple(f"{field.name}_{name}" if name is not None else None for name in names),
            printed,
        )
        for place, names in places.items()
    ]


def shown(value: Any, name: str) -> str | int | float:
    """Give what a cell shows: words for codes, `not assessed` in words, lists joined by `; `.

    Examples
    --------
    >>> shown("de_novo", "mode"), shown("not_assessed", "popmax_af"), shown(None, "cadd")
    ('New in the proband (de novo)', 'not assessed', '')
    >>> shown(["low_gq", "half_call"], "flags"), shown(0.25, "ab")
    ('low gq; half call', 0.25)
    """
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "; ".join(_word(item, name) for item in value)
    if isinstance(value, str):
        return _word(value, name)
    return float(value) if isinstance(value, float) else int(value)


def _word(text: str, name: str) -> str:
    """Give a code in words."""
    if text == "not_assessed":
        return "not assessed"
    if name in _TERMS:
        return consequence_words(text) if text else ""
    if name in _CODES:
        return text.replace("_", " ")
    return _WORDS.get(name, {}).get(text, text)
