"""ACMG/AMP criteria of a candidate row, and the class that they propose."""

from __future__ import annotations

from dataclasses import field

from raredx.columns.clinvar import allele_name
from raredx.columns.records import dataclass
from raredx.vocabulary import Assembly

Value = str | int | float | None

LADDER = ("supporting", "moderate", "strong", "very_strong")
"""Strengths, weakest first."""

POINTS = {"not_met": 0, "supporting": 1, "moderate": 2, "strong": 4, "very_strong": 8,
          "stand_alone": 8}  # fmt: skip
"""Points of a strength (Tavtigian 2020, doi:10.1002/humu.24088); negative for a benign code.

There BA1 has no points, since it decides by itself; 8 is our choice, so that the sum agrees.
"""

OWN_STRENGTH = {
    "PVS": "very_strong", "PS": "strong", "PM": "moderate", "PP": "supporting",
    "BA": "stand_alone", "BS": "strong", "BP": "supporting",
}  # fmt: skip
"""Strength in the name of a code (Richards 2015, doi:10.1038/gim.2015.30)."""

ABOUT = {
    **dict.fromkeys(
        ("PVS1", "PS1", "PS3", "PS4", "PM1", "PM2", "PM4", "PM5", "PP2", "PP3"), "variant"
    ),
    **dict.fromkeys(("BA1", "BS1", "BS2", "BS3", "BP1", "BP3", "BP4", "BP7"), "variant"),
    **dict.fromkeys(("PS2", "PM3", "PM6", "PP1", "BS4", "BP2"), "family"),
    **dict.fromkeys(("PP4", "BP5"), "curated"),
}
"""What each code in use is about; the retired PP5 and BP6 are none
(Biesecker and Harrison 2018, doi:10.1038/gim.2018.42)."""

RETIRED = ("PP5", "BP6")


@dataclass(frozen=True)
class Criterion:
    """One criterion that holds, or that a curator set aside.

    Attributes
    ----------
    code : str
        `PVS1`, `PM2`, …
    strength : str
        `supporting`, `moderate`, `strong`, `very_strong`, `stand_alone`; `not_met` for one that
        a curator set aside.
    points : int
        Of the strength: `POINTS`, benign ones negative.
    about : str
        `variant`, `family` or `curated`: what the ranking may count with the variant; what it
        counts as segregation already; what only a curator can say and is about neither (PP4, the
        phenotype, and BP5, another cause).
    reason : str
        In words, with the genotypes where the family is cited.
    values : dict
        The figures behind it.
    curated : bool
        Whether a curator added or changed it.
    """

    code: str
    strength: str
    points: int
    about: str
    reason: str
    values: dict[str, Value] = field(default_factory=dict)
    curated: bool = False

    @property
    def label(self) -> str:
        """Code, with the strength where that is not the code's own.

        Examples
        --------
        >>> make_criterion("PM2", "supporting", "").label, make_criterion("PVS1", "", "").label
        ('PM2_Supporting', 'PVS1')
        """
        if self.strength == "not_met":
            return f"{self.code}_NotMet"
        if self.strength == own_strength(self.code):
            return self.code
        return f"{self.code}_{''.join(w.capitalize() for w in self.strength.split('_'))}"

    @property
    def is_benign(self) -> bool:
        """Whether the code speaks against pathogenicity."""
        return self.code[0] == "B"


def own_strength(code: str) -> str:
    """Give the strength in the name of a code.

    Examples
    --------
    >>> own_strength("PVS1"), own_strength("BS2")
    ('very_strong', 'strong')
    """
    return OWN_STRENGTH[code.rstrip("0123456789")]


def points_of(code: str, strength: str) -> int:
    """Give the points of a code at a strength, negative for a benign code.

    Examples
    --------
    >>> points_of("PM2", "supporting"), points_of("BS1", "strong"), points_of("BA1", "not_met")
    (1, -4, 0)
    """
    return -POINTS[strength] if code[0] == "B" else POINTS[strength]


def make_criterion(
    code: str, strength: str, reason: str, values: dict[str, Value] | None = None
) -> Criterion:
    """Make a criterion with its points; an empty strength is the code's own.

    Examples
    --------
    >>> make_criterion("BP4", "moderate", "REVEL 0.1").points
    -2
    """
    strength = strength or own_strength(code)
    points = points_of(code, strength)
    return Criterion(code, strength, points, ABOUT[code], reason, values or {})


@dataclass(frozen=True)
class Open:
    """A criterion that could not be judged for want of data.

    Attributes
    ----------
    code, reason : str
    also : bool
        Whether it is said even where the criterion holds: it might hold at a higher strength.
    """

    code: str
    reason: str
    also: bool = False


Answer = Criterion | Open
"""What a question about a criterion may give; one that does not hold gives nothing."""


@dataclass(frozen=True)
class Assessment:
    """What the criteria of a row add up to: a proposal, for a person to confirm.

    Attributes
    ----------
    criteria : tuple of Criterion
        Pathogenic first, strongest first.
    points : int
        Sum over all.
    variant_points : int
        Sum over the criteria that are about the variant itself.
    acmg_class : str
        `pathogenic`, `likely_pathogenic`, `uncertain`, `likely_benign`, `benign`.
    temperature : str
        Of an uncertain one (ACGS): `hot`, `warm`, `tepid`, `cool`, `cold`, `ice_cold`; empty
        for the other classes.
    posterior : float
        Probability of pathogenicity, prior 0.1 (Tavtigian 2018, doi:10.1038/gim.2017.210).
    not_assessed : tuple of str
        Codes that could not be judged, with the reason: `PS1: no ClinVar table for GRCh37`.
    """

    criteria: tuple[Criterion, ...]
    points: int
    variant_points: int
    acmg_class: str
    temperature: str
    posterior: float
    not_assessed: tuple[str, ...] = ()

    @property
    def labels(self) -> list[str]:
        """Codes with strengths, in order."""
        return [criterion.label for criterion in self.criteria]


@dataclass(frozen=True)
class CuratedCriterion:
    """What a curator says of one criterion of one variant.

    Attributes
    ----------
    contig : int
        1 to 22, X 23, Y 24, MT 25.
    position : int
    ref, alt : str
        In upper case.
    gene : int
        Gene code; -1 for any gene that the variant meets.
    code, strength : str
        As in `Criterion`.
    comment, author, date : str
        As written; may be empty.
    where : str
        File and line.
    """

    contig: int
    position: int
    ref: str
    alt: str
    gene: int
    code: str
    strength: str
    comment: str = ""
    author: str = ""
    date: str = ""
    where: str = ""

    @property
    def name(self) -> str:
        """Variant and code, for messages."""
        return f"{allele_name(self.contig, self.position, self.ref, self.alt)} {self.code}"


@dataclass(frozen=True)
class CuratedCriteria:
    """All that curators say, in the order of the file."""

    rows: tuple[CuratedCriterion, ...] = ()
    assembly: Assembly | None = None

    def __len__(self) -> int:
        return len(self.rows)
