"""The short form of a check inside a ranking: who the samples are, from a sample of the records.

While the file goes by, some of its lines are kept (`readers.line_sample`). At the end they are
asked what a full check asks of identity and relation. Questions that need every record (new
variants, runs of homozygosity, uniparental disomy, the file itself) are left to `raredx check`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from raredx.checks.relative_findings import outcome_of
from raredx.checks.sample_checks import judge_samples
from raredx.checks.sample_stats import SiteStatistics
from raredx.columns.check_results import CheckResult, Finding, Severity
from raredx.columns.family import Family, Pedigree
from raredx.columns.records import dataclass
from raredx.errors import FindingsError, private
from raredx.readers.annotation_probe import AnnotationProbe
from raredx.readers.header import VcfHeader
from raredx.readers.line_sample import LineSample
from raredx.report.heading import CheckAnswer, CheckFinding, Checks
from raredx.settings import CheckSettings
from raredx.vocabulary import Assembly, Outcome, Sex

_CALLS = {"GT": "String", "DP": "Integer", "GQ": "Integer", "AD": "Integer"}
"""Fields of FORMAT that are read of the records that are kept, and how they are declared."""

ASKED = (
    "sex", "missingness", "contamination", "kinship", "parentage", "maternal_line", "mendel",
    "roles",
)  # fmt: skip
"""Questions that an even sample of the records can answer."""

LEFT_TO_A_CHECK = frozenset({
    "ti_tv", "het_hom", "inbreeding", "roh_one_chromosome", "de_novo_excess", "mendel_contig",
    "uniparental_disomy", "deletion_or_disomy", "pairs_left_out", "rare_variants_only",
})  # fmt: skip
"""Findings that need every record, or that the answers tell already."""


def open_sample(header: VcfHeader, name: str) -> LineSample:
    """Make the sample that the reader of a file is to fill."""
    probe = AnnotationProbe(header, where=name)
    keys = [key for key, first_entry in probe.frequency_keys if not first_entry]
    declared = {header.info[key][1:2] == ("Float",) for key in keys}
    declared |= {header.format.get(key, ("", kind))[1] == kind for key, kind in _CALLS.items()}
    return LineSample(probe, is_regular=declared <= {True})


@dataclass(frozen=True)
class SampleAnswers:
    """Who the samples are.

    Attributes
    ----------
    checks : Checks
    sexes : dict
        Sample to the sex that its calls tell.
    parentage : dict
        Child and parent to whether the two are that, `Outcome`.
    """

    checks: Checks
    sexes: dict[str, Sex]
    parentage: dict[tuple[str, str], Outcome]

    def parents_of(self, family: Family) -> Outcome:
        """Say whether both parents of the proband were shown to be those."""
        names = family.pedigree.members
        answers = [
            self.parentage.get((family.proband_id, names[parent]), Outcome.NOT_ASSESSED)
            if parent >= 0
            else Outcome.NOT_ASSESSED
            for parent in (family.father, family.mother)
        ]
        if Outcome.FAIL in answers:
            return Outcome.FAIL
        return Outcome.NOT_ASSESSED if Outcome.NOT_ASSESSED in answers else Outcome.PASS


def judge_sample(
    sample: LineSample, samples: Sequence[str], pedigrees: Sequence[Pedigree], assembly: Assembly
) -> SampleAnswers:
    """Ask who the samples are, of the records that were kept.

    Parameters
    ----------
    sample : LineSample
        Filled.
    samples : sequence of str
        Those that were read, in file order.
    pedigrees : sequence of Pedigree
    assembly : Assembly
    """
    settings = CheckSettings()
    statistics = SiteStatistics(samples, pedigrees, assembly, settings)
    batch = sample.close(assembly)
    if batch is not None:
        statistics.add(batch)
    result = statistics.finish()
    findings = judge_samples(result, pedigrees, settings)
    checks = Checks(
        len(batch) if batch is not None else 0,
        tuple(_sum_up(question, result) for question in ASKED),
        tuple(_tell(finding) for finding in findings if finding.code not in LEFT_TO_A_CHECK),
    )
    told: dict[str, Sex] = {one.sample: one.sex for one in result.samples if one.sex}
    return SampleAnswers(checks, told, _parentage(result))


def _parentage(result: CheckResult) -> dict[tuple[str, str], Outcome]:
    """Say of each child and parent whether they are that.

    No more opposite homozygotes than errors make is what any close relative may have: the
    kinship of the two has to be that of parent and child as well.
    """
    kin = {
        frozenset((pair.first, pair.second)): outcome_of(pair.answers, "kinship")
        for pair in result.pairs
    }
    found = {}
    for duo in result.duos:
        answers = {
            outcome_of(duo.answers, "parentage"),
            kin.get(frozenset((duo.child, duo.parent)), Outcome.NOT_ASSESSED),
        }
        worst = Outcome.FAIL if Outcome.FAIL in answers else Outcome.NOT_ASSESSED
        found[duo.child, duo.parent] = Outcome.PASS if answers == {Outcome.PASS} else worst
    return found


def fill_unknown_sexes(
    families: Sequence[Family], told: dict[str, Sex]
) -> tuple[list[Family], tuple[str, ...]]:
    """Give members of unknown sex the sex that their calls tell, and say so in notes."""
    filled, notes = [], []
    for family in families:
        pedigree = family.pedigree
        sex = pedigree.sex.copy()
        for member, name in enumerate(pedigree.members):
            if sex[member] == Sex.UNKNOWN and name in told and family.sample[member] >= 0:
                sex[member] = told[name]
                who = private(name, _role(name, families))
                notes.append(
                    f"sex of {who} is not stated; the calls tell: {told[name].name.lower()}"
                )
        filled.append(replace(family, pedigree=replace(pedigree, sex=sex)))
    return filled, tuple(dict.fromkeys(notes))


def _sum_up(question: str, result: CheckResult) -> CheckAnswer:
    """Count the answers to one question, over all that it was asked of."""
    answers = [answer for _, answer in result.answers() if answer.question == question]
    counts = {outcome: sum(a.outcome is outcome for a in answers) for outcome in Outcome}
    open_ones = (a.reason for a in answers if a.outcome is Outcome.NOT_ASSESSED)
    return CheckAnswer(
        question, counts[Outcome.PASS], counts[Outcome.FAIL], counts[Outcome.NOT_ASSESSED],
        next(open_ones, ""),
    )  # fmt: skip


def _tell(finding: Finding) -> CheckFinding:
    """Write a finding for the heading."""
    return CheckFinding(
        finding.code, finding.severity.value, finding.subject, finding.message,
        finding.changes_results,
    )  # fmt: skip


def _words(finding: CheckFinding, families: Sequence[Family]) -> str:
    """Write a finding, marked: a log has its code and whom in a family it is about."""
    who = ", ".join(dict.fromkeys(_role(name, families) for name in finding.subject))
    return private(finding.words(), f"{finding.code}, of {who}; the outputs say more")


def _role(name: str, families: Sequence[Family]) -> str:
    """Say who is meant, without the name."""
    for number, family in enumerate(families, start=1):
        where = f" of family {number}" if len(families) > 1 else ""
        if name in family.pedigree.members:
            role = family.role(family.pedigree.members.index(name))
            article = "the" if role in ("proband", "father", "mother") else "a"
            return f"{article} {role}{where}"
    for number, family in enumerate(families, start=1):
        if name == family.pedigree.family_id:  # after everybody: it may be the proband's name
            return f"family {number}" if len(families) > 1 else "the family"
    return "a sample"


def refuse_findings(checks: Checks, name: str, families: Sequence[Family]) -> None:
    """Refuse to go on where a finding would change results.

    Raises
    ------
    FindingsError
        Naming every such finding; a log tells which, and of whom in the family.
    """
    grave = [finding for finding in checks.findings if finding.changes_results]
    if grave:
        said = "; ".join(_words(finding, families) for finding in grave)
        count = "1 finding" if len(grave) == 1 else f"{len(grave)} findings"
        raise FindingsError(
            name,
            f"{count} would change results: {said}",
            "Mend them first, or rank without being strict; nothing was written.",
        )


def check_warnings(checks: Checks, families: Sequence[Family]) -> list[str]:
    """Put the findings that are more than notes in words; who they are about is marked."""
    return [
        f"check: {_words(finding, families)}"
        for finding in checks.findings
        if finding.severity != Severity.NOTE
    ]
