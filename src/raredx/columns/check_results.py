"""What `raredx check` found out: every statistic of a run, its answers, and the findings.

Every statistic answers its questions in three values, and says why where it has no answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from raredx.columns.check_statistics import (
    Answer,
    DuoStats,
    PairStats,
    SampleStats,
    TrioStats,
)
from raredx.columns.genome import MT_CODE, X_CODE, Y_CODE
from raredx.columns.records import dataclass
from raredx.vocabulary import Assembly

CONTIG_LABELS: dict[int, str] = {n: str(n) for n in range(1, 23)} | {
    X_CODE: "X", Y_CODE: "Y", MT_CODE: "MT",
}  # fmt: skip
"""Contig codes as results write them."""


class Severity(StrEnum):
    """How much a finding matters, gravest first."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


QUESTIONS: dict[str, str] = {
    "sex": "do the sex chromosomes fit the stated sex?",
    "missingness": "are nearly all calls made?",
    "contamination": "is the sample free of another person's DNA?",
    "ti_tv": "do transitions stand to transversions as in human variation?",
    "het_hom": "do heterozygous stand to homozygous calls as in one outbred person?",
    "inbreeding": "are long runs of homozygosity short and few?",
    "kinship": "are the two as related as the pedigree says?",
    "parentage": "is this the parent? (opposite homozygotes)",
    "mendel": "do the genotypes of the trio obey Mendel's laws?",
    "maternal_line": "do mother and child share their mitochondrial genome?",
    "paternal_line": "do father and son share their Y chromosome?",
    "de_novo": "are there no more new variants than a child has?",
    "uniparental": "has every chromosome one copy from each parent?",
    "roles": "do the samples fit best where the pedigree puts them?",
}
"""Every question of a check, by the name that answers carry."""


@dataclass(frozen=True)
class RohSegment:
    """A run of homozygosity, from its first homozygous site to its last.

    Attributes
    ----------
    hom_alt, het : int
        Calls of the sample in the run; a few heterozygotes are genotyping errors.
    score : float
        Natural logarithm of the odds of a run against none.
    """

    sample: str
    contig: str
    start: int
    end: int
    hom_alt: int
    het: int
    score: float

    @property
    def length(self) -> int:
        """Base pairs, both ends included."""
        return self.end - self.start + 1


@dataclass(frozen=True)
class UpdSegment:
    """A stretch in which a child has both copies, or its only copy, from one parent.

    Attributes
    ----------
    parent : str
        'mother' or 'father': where the alleles come from.
    kind : str
        'isodisomy' (two copies of one chromosome), 'heterodisomy' (both chromosomes of the
        parent), 'mixed', or 'unclear'.
    informative : int
        Sites that show one parent's allele missing, and sites that show both present.
    uniparental : int
        The former.
    parent_het_child_hom, parent_het_child_het : int
        What tells isodisomy from heterodisomy.
    contig_share : float
        Uniparental sites of the segment over all informative sites of the contig.
    depth_ratio : float
        Child's mean depth here over its autosomal mean; NaN without DP.
    deletion_suspected : bool
        No heterozygote, and half the depth or a short stretch.
    """

    child: str
    contig: str
    start: int
    end: int
    parent: str
    kind: str
    informative: int
    uniparental: int
    parent_het_child_hom: int
    parent_het_child_het: int
    child_het: int
    contig_share: float
    depth_ratio: float
    deletion_suspected: bool

    @property
    def length(self) -> int:
        """Base pairs, both ends included."""
        return self.end - self.start + 1


@dataclass(frozen=True)
class Assignment:
    """One way to put samples into the places of the pedigree.

    Attributes
    ----------
    places : tuple of (str, str)
        Place in the pedigree, and the sample that would stand there.
    informative, errors : int
        Mendelian errors over all trios and duos of the family.
    sex_mismatches : int
    """

    places: tuple[tuple[str, str], ...]
    informative: int
    errors: int
    sex_mismatches: int

    @property
    def rate(self) -> float:
        """Errors over informative sites, NaN without any."""
        return self.errors / self.informative if self.informative else float("nan")

    @property
    def moved(self) -> tuple[tuple[str, str], ...]:
        """Places whose sample is another than the pedigree says.

        Examples
        --------
        >>> Assignment((("P1", "P2"), ("P2", "P1"), ("C", "C")), 10, 0, 0).moved
        (('P1', 'P2'), ('P2', 'P1'))
        """
        return tuple((place, sample) for place, sample in self.places if place != sample)


@dataclass(frozen=True)
class RoleFit:
    """How well a family's samples fit their places, as stated and at best.

    `best` holds every assignment that fits equally well, that with the fewest exchanges first.
    """

    family_id: str
    tried: int
    stated: Assignment
    best: tuple[Assignment, ...]
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True)
class SiteSelection:
    """What the file holds, as far as it bears on the statistics.

    Attributes
    ----------
    rows, used : int
        Rows of the file, and autosomal biallelic SNVs whose FILTER has not failed.
    carried, with_af, common : int
        ALT-carrying calls at those, over all samples: all, with a population frequency, and
        with one of at least `CheckSettings.common_af`.
    hom_alt_share : float
        Homozygous among them; small where only rare variants are left.
    reference_share : float
        Reference among all calls.
    judged : bool
        Whether there are calls enough to say the following.
    rare_only : bool
        The file looks as if common variants had been taken out.
    reference_calls : bool
        Whether samples that do not carry an allele are called reference there.
    why_rare, why_no_reference : str
        The figures behind the two, empty where nothing stands in the way.
    """

    rows: int
    used: int
    carried: int
    with_af: int
    common: int
    hom_alt_share: float
    reference_share: float
    judged: bool
    rare_only: bool
    reference_calls: bool
    why_rare: str
    why_no_reference: str

    @property
    def why(self) -> str:
        """Why genotypes of this file cannot be compared; empty where they can."""
        return "; ".join(text for text in (self.why_rare, self.why_no_reference) if text)


@dataclass(frozen=True)
class Finding:
    """Something a person should look at before trusting a ranking.

    Attributes
    ----------
    code : str
        Stable name; docs/check.md explains each.
    severity : Severity
    subject : tuple of str
        Samples, or a family.
    value, expected : float
        The figure that was judged, and its limit or expectation; NaN where there is none.
    message : str
        What was seen, with figures.
    mend : str
        What to do.
    changes_results : bool
        Whether candidates would change once this is mended.
    """

    code: str
    severity: Severity
    subject: tuple[str, ...]
    value: float
    expected: float
    message: str
    mend: str
    changes_results: bool


@dataclass(frozen=True)
class CheckResult:
    """Everything a check counted; `findings` is empty until it was judged."""

    assembly: Assembly
    selection: SiteSelection
    samples: tuple[SampleStats, ...]
    pairs: tuple[PairStats, ...]
    pairs_left_out: int
    duos: tuple[DuoStats, ...]
    trios: tuple[TrioStats, ...]
    roh: tuple[RohSegment, ...]
    upd: tuple[UpdSegment, ...]
    roles: tuple[RoleFit, ...]
    findings: tuple[Finding, ...] = ()

    def answers(self) -> Iterator[tuple[tuple[str, ...], Answer]]:
        """Give every answer with the samples it is about, in the order of the result."""
        for one in self.samples:
            yield from (((one.sample,), answer) for answer in one.answers)
        for pair in self.pairs:
            yield from (((pair.first, pair.second), answer) for answer in pair.answers)
        for duo in self.duos:
            yield from (((duo.child, duo.parent), answer) for answer in duo.answers)
        for trio in self.trios:
            subject = (trio.child, trio.father, trio.mother)
            yield from ((subject, answer) for answer in trio.answers)
        for fit in self.roles:
            yield from (((fit.family_id,), answer) for answer in fit.answers)
