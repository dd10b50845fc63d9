"""The findings of a check for a log: which, and how many samples they are about, but not who."""

from __future__ import annotations

from raredx.checks.annotation_checks import NAMING
from raredx.columns.records import dataclass
from raredx.report.check_report import CheckReport

_FILE = "file"


@dataclass(frozen=True)
class LoggedFinding:
    """One finding without a name.

    Attributes
    ----------
    level, code : str
    subject : tuple of str
        `sample 2` is the second column of the VCF, `family 1` the first of the PED file.
    changes_results : bool
    message : str
    """

    level: str
    code: str
    subject: tuple[str, ...]
    changes_results: bool
    message: str


def logged_findings(report: CheckReport) -> list[LoggedFinding]:
    """Write the findings of a check for a log, gravest first."""
    places = _places(report)
    found = []
    for finding in report.findings:
        about_file = finding.subject == (_FILE,)
        subject = finding.subject if about_file else tuple(
            dict.fromkeys(places.get(name, "a sample") for name in finding.subject)
        )  # fmt: skip
        said = finding.message
        if not about_file or finding.code in NAMING:
            said = f"{finding.code}, of {', '.join(subject)}; the report says more"
        found.append(
            LoggedFinding(
                finding.severity.value, finding.code, subject, finding.changes_results, said
            )
        )
    return found


def _places(report: CheckReport) -> dict[str, str]:
    """Say of every name where it stands; a sample by its column comes first."""
    found: dict[str, str] = {}
    for number, pedigree in enumerate(report.pedigrees, start=1):
        for member, name in enumerate(pedigree.members, start=1):
            found[name] = f"member {member} of family {number}"
    for number, pedigree in enumerate(report.pedigrees, start=1):
        found[pedigree.family_id] = f"family {number}"
    for number, name in enumerate(report.declared.samples, start=1):
        found[name] = f"sample {number}"
    return found
