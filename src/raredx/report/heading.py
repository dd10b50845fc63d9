"""What stands above the results in every format: versions, rule set, panels, family, notes."""

from __future__ import annotations

from dataclasses import asdict, field, replace
from typing import Any

from raredx.columns.records import dataclass


@dataclass(frozen=True)
class Member:
    """One family member, for the heading."""

    individual: str
    role: str
    sex: str
    affection: str
    sequenced: bool


@dataclass(frozen=True)
class FamilyHeading:
    """One family, for the heading.

    Attributes
    ----------
    hpo_terms : tuple of str
        HPO ids that were judged.
    observed, excluded : tuple of str
        Terms with their names; the excluded ones are shown, and weigh what the rule set says.
    phenotype_source : str
        Where they come from.
    none_of_these : float or None
        Probability that no candidate explains the phenotype.
    """

    family_id: str
    proband: str
    members: tuple[Member, ...]
    hpo_terms: tuple[str, ...]
    observed: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    phenotype_source: str = ""
    none_of_these: float | None = None


@dataclass(frozen=True)
class CheckAnswer:
    """How often one question about the samples was answered how; `reason` of one left open."""

    question: str
    passed: int
    failed: int
    not_assessed: int
    reason: str


@dataclass(frozen=True)
class CheckFinding:
    """One finding about the samples."""

    code: str
    severity: str
    subject: tuple[str, ...]
    message: str
    changes_results: bool

    def words(self) -> str:
        """Write the finding."""
        return f"{', '.join(self.subject)}: {self.message} ({self.code})"


@dataclass(frozen=True)
class Checks:
    """The short check of the samples of a ranking.

    Attributes
    ----------
    sites : int
        Sites that were looked at, an even sample of the file's.
    answers : tuple of CheckAnswer
    findings : tuple of CheckFinding
    """

    sites: int = 0
    answers: tuple[CheckAnswer, ...] = ()
    findings: tuple[CheckFinding, ...] = ()

    def lines(self) -> list[str]:
        """Write the check for text formats: what failed, passed and was left open, and why.

        Examples
        --------
        >>> answers = (CheckAnswer("sex", 2, 0, 1, "no Y"), CheckAnswer("mendel", 0, 1, 0, ""))
        >>> for line in Checks(900, answers).lines():
        ...     print(line)
        900 sites looked at
        fail: mendel 1
        pass: sex 2
        not_assessed: sex 1 (no Y)
        """
        found = [f"{self.sites} sites looked at"]
        for word, field_name in (("fail", "failed"), ("pass", "passed")):
            counts = ((a.question, getattr(a, field_name)) for a in self.answers)
            named = ", ".join(f"{question} {n}" for question, n in counts if n)
            found += [f"{word}: {named}"] if named else []
        by_reason: dict[str, list[str]] = {}
        for answer in self.answers:
            if answer.not_assessed:
                words = f"{answer.question} {answer.not_assessed}"
                by_reason.setdefault(answer.reason, []).append(words)
        found += [f"not_assessed: {', '.join(w)} ({why})" for why, w in by_reason.items()]
        return found + [
            f"{finding.severity}: {finding.words()}"
            + (" [changes results]" if finding.changes_results else "")
            for finding in self.findings
        ]


@dataclass(frozen=True)
class Heading:
    """The heading of one run; the same in TSV, JSON, VCF and run.json.

    Attributes
    ----------
    panels : tuple of dict
        `panel_id`, `name`, `version`, `date`, `moi_source`, `genes`, `green`.
    notes : tuple of str
        What a reader must know: no panel applied, frequencies not assessed.
    checks : Checks
        Whether the samples are what the pedigree says.
    order : str
        `score` or `tier`: what comes first.
    explained_share : float
        Share of families that the probabilities take to be explained by a candidate.
    missense_tool : str
        The one that criteria use.
    hpo : str
        Release of HPO; empty where no term was judged.
    data : tuple of str
        Sources of what evidence was looked up in, with version and licence.
    """

    version: str
    command: str
    ruleset: str
    ruleset_version: str
    ruleset_sha256: str
    assembly: str
    consequences: str
    frequency_sources: tuple[str, ...]
    predictors: tuple[str, ...]
    clinvar: str
    panels: tuple[dict[str, Any], ...] = ()
    families: tuple[FamilyHeading, ...] = ()
    notes: tuple[str, ...] = field(default=())
    checks: Checks = field(default_factory=Checks)
    order: str = "score"
    explained_share: float = 0.0
    missense_tool: str = ""
    hpo: str = ""
    data: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """Give the heading as a document for JSON.

        As `asdict` does, which would copy each value of each of hundreds of panels.

        Examples
        --------
        >>> heading = Heading("1", "x", "gel", "1", "", "GRCh38", "CSQ", (), (), "declared")
        >>> heading.document() == asdict(heading)
        True
        """
        found = asdict(replace(self, panels=()))
        found["panels"] = tuple(dict(panel) for panel in self.panels)
        return found

    def lines(self) -> list[tuple[str, str]]:
        """Give the heading as keys and values, for text formats."""
        found = [
            ("raredx_version", self.version),
            ("raredx_command", self.command),
            (
                "raredx_ruleset",
                f"{self.ruleset} version {self.ruleset_version} sha256 {self.ruleset_sha256}",
            ),
            ("raredx_assembly", self.assembly),
            ("raredx_consequences", self.consequences),
            ("raredx_frequency_sources", ",".join(self.frequency_sources) or "none"),
            ("raredx_clinvar", self.clinvar),
            ("raredx_predictors", ",".join(self.predictors) or "none"),
            ("raredx_order", self.order),
            (
                "raredx_probability",
                f"of explaining the phenotype, where {self.explained_share:.3g} of families are "
                "explained by a candidate",
            ),
            (
                "raredx_acmg",
                f"proposed class, for a person to confirm; missense tool {self.missense_tool}",
            ),
            ("raredx_hpo", self.hpo or "not used"),
        ]
        found += [
            (
                "raredx_panel",
                f"{p['panel_id']} version {p['version'] or 'unknown'} date "
                f"{p['date'] or 'unknown'} green {p['green']} of {p['genes']} moi "
                f"{p['moi_source']}: {p['name']}",
            )
            for p in self.panels
        ]
        for family in self.families:
            found.append(("raredx_family", f"{family.family_id} proband {family.proband}"))
            found += [
                (
                    "raredx_member",
                    f"{m.individual} {m.role} {m.sex} {m.affection}"
                    + ("" if m.sequenced else " not sequenced"),
                )
                for m in family.members
            ]
            if family.hpo_terms:
                found.append(("raredx_hpo_terms", ",".join(family.hpo_terms)))
                source = family.phenotype_source
                found.append(("raredx_phenotype", f"{'; '.join(family.observed)} ({source})"))
            if family.excluded:
                found.append(("raredx_phenotype_excluded", "; ".join(family.excluded)))
            if family.none_of_these is not None:
                found.append(("raredx_none_of_these", f"probability {family.none_of_these:.3g}"))
        found += [("raredx_check", line) for line in self.checks.lines()]
        found += [("raredx_data", line) for line in self.data]
        found += [("raredx_note", note) for note in self.notes]
        return [(key, " ".join(value.split())) for key, value in found]
