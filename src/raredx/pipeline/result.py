"""What a ranking found, before it is written."""

from __future__ import annotations

from dataclasses import field, replace
from typing import Any

from raredx.columns.family import Family
from raredx.columns.near_misses import NearMissTable, empty_near_misses
from raredx.columns.records import dataclass
from raredx.columns.results import CandidateTable
from raredx.pipeline.run_log import LogLine
from raredx.report.family_report import FamilyReport
from raredx.report.heading import Heading


@dataclass(frozen=True)
class RunResult:
    """What a run found.

    Attributes
    ----------
    table : CandidateTable
    heading : Heading
    document : dict
        The content of run.json.
    warnings : list of str
    remarks : tuple of str
        For the log alone.
    genes, diseases : tuple of dict
        Ranked, of all families.
    near_misses : NearMissTable
        Empty where no output shows them.
    families : tuple of Family
        In the order of the heading.
    header : str
        Header of the VCF, for the samples that were read.
    log : tuple of LogLine
        Warnings, remarks and notes once more, without the names of people.
    """

    table: CandidateTable
    heading: Heading
    document: dict[str, Any]
    warnings: list[str]
    remarks: tuple[str, ...] = ()
    genes: tuple[dict[str, Any], ...] = ()
    diseases: tuple[dict[str, Any], ...] = ()
    near_misses: NearMissTable = field(default_factory=empty_near_misses)
    families: tuple[Family, ...] = ()
    header: str = ""
    log: tuple[LogLine, ...] = ()

    def reports(self) -> tuple[FamilyReport, ...]:
        """Give what belongs to each family, for reports of one family."""
        return tuple(self._report(number) for number in range(len(self.families)))

    def _report(self, number: int) -> FamilyReport:
        about, family = self.heading.families[number], self.families[number]
        own = about.family_id
        return FamilyReport(
            replace(self.heading, families=(about,)),
            family,
            self.table.of_family(own),
            self.near_misses.of_family(own),
            self.document,
            tuple(line for line in self.genes if line["family_id"] == own),
            tuple(line for line in self.diseases if line["family_id"] == own),
        )
