"""Which rule set keeps which variant: the columns, and what is counted over them."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from raredx.columns.records import dataclass
from raredx.columns.results import OutputField, fields_named

KEPT = "kept"
"""The verdict of a rule set that keeps a variant; otherwise the question that drops it."""

COMPARED_FIELDS: tuple[OutputField, ...] = (
    *fields_named(
        "gene", "hgnc_id", "chrom", "pos", "ref", "alt", "variant_id", "consequence", "transcript",
        "hgvs_c", "hgvs_p",
    ),
    OutputField("max_af", "number", "highest frequency in any population source of the file"),
    OutputField("clinvar", "string", "ClinVar significance, as written"),
    *fields_named("filter", "family_id", "proband"),
    OutputField("kept_by", "list", "rule sets that keep the variant in this gene"),
)  # fmt: skip
"""Columns of a variant and gene, in order; those of each rule set follow."""

VERDICT_FIELDS: tuple[OutputField, ...] = (
    OutputField("verdict", "string", "kept, or the question that drops the variant in this gene"),
    OutputField("rank", "integer", "rank of its best candidate; empty where dropped"),
    OutputField("tier", "string", "tier of that candidate"),
    OutputField("mode", "string", "its mode; where dropped, one in which another set keeps it"),
    OutputField("observed", "string", "where dropped: what was observed"),
    OutputField("threshold", "string", "where dropped: what the question asks for"),
    OutputField("rule", "string", "where dropped: the setting that decides"),
)
"""Columns of each rule set; its label follows the name, with `_` between."""


@dataclass(frozen=True)
class Verdict:
    """What one rule set makes of a variant in a gene; see `VERDICT_FIELDS`."""

    verdict: str
    rank: int | None = None
    tier: str = ""
    mode: str = ""
    observed: str = ""
    threshold: str = ""
    rule: str = ""

    @property
    def is_kept(self) -> bool:
        """Whether it is a candidate."""
        return self.verdict == KEPT


@dataclass(frozen=True)
class ComparedVariant:
    """A variant in a gene that at least one rule set keeps.

    Attributes
    ----------
    cells : dict
        By the names of `COMPARED_FIELDS`, but `kept_by`.
    verdicts : tuple of Verdict
        One for each rule set.
    """

    cells: dict[str, Any]
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True)
class ComparedRuleset:
    """One rule set of a comparison; `label` is how the user called it."""

    label: str
    name: str
    version: str
    sha256: str


@dataclass(frozen=True)
class RulesetComparison:
    """The comparison of some rule sets on one file.

    Attributes
    ----------
    rulesets : tuple of ComparedRuleset
    rows : tuple of ComparedVariant
        In the order of families, then of the file.
    """

    rulesets: tuple[ComparedRuleset, ...]
    rows: tuple[ComparedVariant, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """How the rule sets are called."""
        return tuple(ruleset.label for ruleset in self.rulesets)

    def kept_by(self, row: ComparedVariant) -> list[str]:
        """Name the rule sets that keep a variant."""
        return [label for label, v in zip(self.labels, row.verdicts, strict=True) if v.is_kept]

    def counts(self) -> dict[str, Any]:
        """Count variants and genes: all, kept by all, by each, by each alone, by each two.

        Examples
        --------
        >>> sets = tuple(ComparedRuleset(label, label, "1", "") for label in ("a", "b"))
        >>> both, one = (Verdict("kept"),) * 2, (Verdict("kept"), Verdict("panel"))
        >>> rows = (ComparedVariant({}, both), ComparedVariant({}, one))
        >>> counts = RulesetComparison(sets, rows).counts()
        >>> counts["kept_by_all"], counts["kept"], counts["kept_alone"]
        (1, {'a': 2, 'b': 1}, {'a': 1, 'b': 0})
        >>> counts["agreement"], counts["dropped_by"]["b"]
        ([{'first': 'a', 'second': 'b', 'both': 1, 'either': 2}], {'panel': 1})
        """
        kept = [self.kept_by(row) for row in self.rows]
        dropped: dict[str, dict[str, int]] = {}
        for place, label in enumerate(self.labels):
            said = [row.verdicts[place].verdict for row in self.rows]
            found = {question: said.count(question) for question in sorted({*said} - {KEPT})}
            dropped[label] = found
        return {
            "variants_and_genes": len(self.rows),
            "kept_by_all": sum(len(own) == len(self.labels) for own in kept),
            "kept": {label: sum(label in own for own in kept) for label in self.labels},
            "kept_alone": {label: kept.count([label]) for label in self.labels},
            "agreement": [
                {
                    "first": one,
                    "second": other,
                    "both": sum(one in own and other in own for own in kept),
                    "either": sum(one in own or other in own for own in kept),
                }
                for one, other in combinations(self.labels, 2)
            ],
            "dropped_by": dropped,
        }
