"""Near misses: variants that fail exactly one question, every column declared once."""

from __future__ import annotations

from typing import Any

from raredx.columns.records import dataclass
from raredx.columns.results import OutputField, fields_named

NEAR_MISS_FIELDS: tuple[OutputField, ...] = (
    OutputField("rank", "integer", "place among the near misses of the family, 1 is nearest"),
    *fields_named("gene", "hgnc_id"),
    OutputField("mode", "string", "mode in which exactly one question failed"),
    OutputField(
        "question",
        "string",
        "that question: filter, frequency, consequence, segregation, or one of the rule set's own",
    ),
    OutputField("observed", "string", "what was observed"),
    OutputField("threshold", "string", "what the question asks for"),
    OutputField("margin", "string", "by how much it failed"),
    OutputField("rule", "string", "the setting that decided, and its source"),
    *fields_named(
        "chrom", "pos", "ref", "alt", "variant_id", "consequence", "transcript", "hgvs_c", "hgvs_p",
        "popmax_af", "clinvar", "filter",
    ),
    OutputField("genotypes", "list", "genotype of each sequenced member, id=GT"),
    OutputField("panels", "list", "applied panels on which the gene is green: id, version, name"),
    *fields_named("matched_terms", "not_assessed", "family_id", "proband"),
    OutputField("needed", "string", "what would have to be different, in words"),
)  # fmt: skip
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
