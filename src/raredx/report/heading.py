"""What stands above the results in every format: versions, rule set, panels, family, notes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


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
    """One family, for the heading."""

    family_id: str
    proband: str
    members: tuple[Member, ...]
    hpo_terms: tuple[str, ...]


@dataclass(frozen=True)
class Heading:
    """The heading of one run; the same in TSV, JSON, VCF and run.json.

    Attributes
    ----------
    panels : tuple of dict
        `panel_id`, `name`, `version`, `date`, `moi_source`, `genes`, `green`.
    notes : tuple of str
        What a reader must know: no panel applied, frequencies not assessed.
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
        found += [("raredx_note", note) for note in self.notes]
        return [(key, " ".join(value.split())) for key, value in found]
