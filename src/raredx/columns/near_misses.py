"""Near misses: variants that fail exactly one question, every column declared once."""

from __future__ import annotations

from typing import Any

from raredx.columns.records import dataclass
from raredx.columns.results import OutputField

NEAR_MISS_FIELDS: tuple[OutputField, ...] = (
    OutputField("rank", "integer", "place among the near misses of the family, 1 is nearest"),
    OutputField("gene", "string", "approved symbol, or the annotation's name"),
    OutputField("hgnc_id", "string", "HGNC identifier"),
    OutputField("mode", "string", "mode in which exactly one question failed"),
    OutputField("question", "string", "that question: filter, frequency, consequence, segregation"),
    OutputField("observed", "string", "what was observed"),
    OutputField("threshold", "string", "what the question asks for"),
    OutputField("margin", "string", "by how much it failed"),
    OutputField("rule", "string", "the setting that decided, and its source"),
    OutputField("chrom", "string", "contig, as the file writes it"),
    OutputField("pos", "integer", "position, 1-based"),
    OutputField("ref", "string", "reference allele"),
    OutputField("alt", "string", "alternative allele"),
    OutputField("variant_id", "string", "ID of the VCF record"),
    OutputField("consequence", "string", "Sequence Ontology terms on the chosen transcript"),
    OutputField("transcript", "string", "chosen transcript"),
    OutputField("hgvs_c", "string", "HGVS, coding DNA"),
    OutputField("hgvs_p", "string", "HGVS, protein"),
    OutputField("popmax_af", "number", "highest population frequency, or not_assessed"),
    OutputField("clinvar", "string", "ClinVar significance, as written; not_assessed if not read"),
    OutputField("filter", "string", "FILTER"),
    OutputField("genotypes", "list", "genotype of each sequenced member, id=GT"),
    OutputField("panels", "list", "applied panels on which the gene is green: id, version, name"),
    OutputField("matched_terms", "list", "HPO terms of the proband, each with its nearest"),
    OutputField("not_assessed", "list", "questions that could not be answered"),
    OutputField("family_id", "string", "family"),
    OutputField("proband", "string", "proband"),
    OutputField("needed", "string", "what would have to be different, in words"),
)
"""Columns of the near misses, in order."""


@dataclass(frozen=True)
class NearMissTable:
    """Near misses, one row for each variant and gene.

    Attributes
    ----------
    columns : dict
        Field name to one value for each row: `None` where there is none.
    found : dict
        Family id to the number found, of which the nearest are listed.
    """

    columns: dict[str, list[Any]]
    found: dict[str, int]

    def __len__(self) -> int:
        return len(self.columns["rank"])

    def __getitem__(self, name: str) -> list[Any]:
        return self.columns[name]

    def of_family(self, family_id: str) -> NearMissTable:
        """Give the rows of one family."""
        rows = [n for n, family in enumerate(self["family_id"]) if family == family_id]
        found = {family_id: self.found[family_id]} if family_id in self.found else {}
        columns = {name: [column[row] for row in rows] for name, column in self.columns.items()}
        return NearMissTable(columns, found)

    def rows(self) -> list[dict[str, Any]]:
        """Give each row by the names of the columns."""
        return [
            {name: column[row] for name, column in self.columns.items()} for row in range(len(self))
        ]


def empty_near_misses() -> NearMissTable:
    """Make a table without rows.

    Examples
    --------
    >>> len(empty_near_misses())
    0
    """
    return NearMissTable({field.name: [] for field in NEAR_MISS_FIELDS}, {})
