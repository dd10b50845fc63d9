"""What a report of one family is made from."""

from __future__ import annotations

from typing import Any

from raredx.columns.family import Family
from raredx.columns.near_misses import NearMissTable
from raredx.columns.records import dataclass
from raredx.columns.results import CandidateTable
from raredx.report.heading import FamilyHeading, Heading


@dataclass(frozen=True)
class FamilyReport:
    """One family of a run, for the reports that are written for people.

    Attributes
    ----------
    heading : Heading
        Of the whole run, with this family alone in `families`.
    family : Family
        Its pedigree; the ids are those of the outputs.
    table : CandidateTable
        Its candidates alone, in the order of rank; the rows of one candidate share
        `candidate_id`.
    near_misses : NearMissTable
        Its near misses alone.
    document : dict
        The content of run.json, as far as it is known before the outputs are written.
    genes, diseases : tuple of dict
        Ranked; columns as in `scoring.gene_ranking`.
    """

    heading: Heading
    family: Family
    table: CandidateTable
    near_misses: NearMissTable
    document: dict[str, Any]
    genes: tuple[dict[str, Any], ...] = ()
    diseases: tuple[dict[str, Any], ...] = ()

    @property
    def about(self) -> FamilyHeading:
        """What the heading says of the family."""
        return self.heading.families[0]
