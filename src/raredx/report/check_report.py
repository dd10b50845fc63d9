"""Everything that `raredx check` reports, in one place for every format; nothing is computed."""

from __future__ import annotations

from raredx.columns.check_results import CheckResult, Finding, Severity
from raredx.columns.check_statistics import Answer
from raredx.columns.family import Pedigree
from raredx.columns.file_facts import Declarations, FileFacts
from raredx.columns.records import dataclass
from raredx.vocabulary import Karyotype, Outcome

_GRAVEST = {severity: number for number, severity in enumerate(Severity)}


@dataclass(frozen=True)
class CheckReport:
    """One check.

    Attributes
    ----------
    version, command : str
    vcf, ped, fasta : str
        Inputs as they were named; empty where there was none.
    pedigrees : tuple of Pedigree
        Those that the samples were held against.
    declared : Declarations
    facts : FileFacts
    file_answers : tuple of Answer
        Of the questions about the file.
    result : CheckResult
        Statistics, with the findings about the file and about the samples.
    notes : tuple of str
        What a reader must know.
    """

    version: str
    command: str
    vcf: str
    ped: str
    fasta: str
    pedigrees: tuple[Pedigree, ...]
    declared: Declarations
    facts: FileFacts
    file_answers: tuple[Answer, ...]
    result: CheckResult
    notes: tuple[str, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding, gravest first, those that change results before the others."""
        return tuple(
            sorted(
                self.result.findings,
                key=lambda f: (_GRAVEST[f.severity], not f.changes_results),
            )
        )

    @property
    def changes_results(self) -> bool:
        """Whether a ranking would differ once the findings are mended."""
        return any(finding.changes_results for finding in self.result.findings)

    def role(self, sample: str) -> str:
        """Say what a sample is in its pedigree: child of whom, or parent of whom."""
        for pedigree in self.pedigrees:
            if sample in pedigree.members:
                return _role(pedigree, pedigree.members.index(sample))
        return ""

    def outcome_of(self, sample: str) -> Outcome:
        """Sum up the answers about a sample alone: a failure, otherwise a pass if there is one."""
        outcomes = {
            answer.outcome for subject, answer in self.result.answers() if subject == (sample,)
        }
        if Outcome.FAIL in outcomes:
            return Outcome.FAIL
        return Outcome.PASS if Outcome.PASS in outcomes else Outcome.NOT_ASSESSED


def karyotype_word(karyotype: Karyotype) -> str:
    """Write sex chromosomes; `unknown` where they are not known.

    Examples
    --------
    >>> karyotype_word(Karyotype.X0), karyotype_word(Karyotype.UNKNOWN)
    ('X0', 'unknown')
    """
    return "unknown" if karyotype is Karyotype.UNKNOWN else karyotype.name


def _role(pedigree: Pedigree, member: int) -> str:
    """Name a member by parents and children."""
    if pedigree.father[member] >= 0 or pedigree.mother[member] >= 0:
        return "child"
    if member in pedigree.father:
        return "father"
    return "mother" if member in pedigree.mother else "founder"
