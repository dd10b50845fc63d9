"""What is told of a run beside its candidates: heading, warnings, and the record run.json."""

from __future__ import annotations

import platform
from typing import Any

from raredx import __version__
from raredx.columns.family import Family
from raredx.columns.genes import MatchKind
from raredx.columns.near_misses import NearMissTable
from raredx.columns.ontology import Ontology
from raredx.columns.records import dataclass
from raredx.columns.results import CandidateTable
from raredx.errors import private
from raredx.pipeline.family import RunContext
from raredx.pipeline.phenotypes import FamilyPhenotype
from raredx.pipeline.plan import Plan
from raredx.pipeline.request import RankRequest
from raredx.readers.htslib import HtslibMessages
from raredx.readers.vcf import VariantStream
from raredx.report.heading import FamilyHeading, Heading, Member
from raredx.scoring.evidence import Evidence
from raredx.scoring.judged import Judged
from raredx.settings import LoadedRuleSet
from raredx.versions import RUN_TIME_PACKAGES, package_versions
from raredx.vocabulary import Affection, Sex


@dataclass(frozen=True)
class DescribedFamily:
    """The candidates of a family, and what belongs to it as a whole.

    Attributes
    ----------
    none : float
        Probability that none of the candidates explains the phenotype.
    genes, diseases : tuple of dict
        Ranked.
    """

    table: CandidateTable
    none: float
    phenotype: FamilyPhenotype
    genes: tuple[dict[str, Any], ...]
    diseases: tuple[dict[str, Any], ...]
    near_misses: NearMissTable


@dataclass(frozen=True)
class JudgedFamilies:
    """All families of a run.

    Attributes
    ----------
    judged : list of Judged
        In the same order.
    panel_answers : dict
        Rows by answer to the panel question.
    about : tuple of str
        Sources of the tables that evidence was looked up in.
    """

    families: list[DescribedFamily]
    judged: list[Judged]
    panel_answers: dict[str, int]
    warnings: list[str]
    about: tuple[str, ...]


def heading_of(
    request: RankRequest, loaded: LoadedRuleSet, plan: Plan, found: JudgedFamilies
) -> Heading:
    """Gather what stands above the results."""
    sources = plan.read.sources
    panels = tuple(
        {
            "panel_id": panel.panel_id,
            "name": panel.name,
            "version": panel.version,
            "date": panel.date,
            "moi_source": panel.moi_source,
            "genes": panel.n_genes,
            "green": panel.n_green,
        }
        for panel in plan.panels
    )
    return Heading(
        version=__version__,
        command=request.command,
        ruleset=loaded.rules.name,
        ruleset_version=loaded.rules.version,
        ruleset_sha256=loaded.sha256,
        assembly=plan.read.assembly.value,
        consequences=sources.layout.key,
        frequency_sources=sources.frequency_sources,
        predictors=sources.predictors,
        clinvar="declared" if sources.has_clinvar else "not_assessed",
        panels=panels,
        families=tuple(
            _family_heading(family, described, plan)
            for family, described in zip(plan.families, found.families, strict=True)
        ),
        notes=plan.notes + _too_many_terms(plan, loaded.rules.phenotype.max_terms),
        order=request.order,
        explained_share=loaded.rules.score.explained_share,
        missense_tool=loaded.rules.acmg.missense_tool,
        hpo=_hpo_words(plan.ontology, request.forget),
        data=found.about + (plan.ontology.about if plan.ontology is not None else ()),
    )


def _too_many_terms(plan: Plan, most: int) -> tuple[str, ...]:
    """Say where more terms are stated than are judged."""
    return tuple(
        f"{len(found.observed)} HPO terms of {private(family.proband_id, 'a proband')}: the {most} "
        "most informative of them are judged"
        for family, found in zip(plan.families, plan.phenotypes, strict=True)
        if len(found.observed) > most
    )


def _hpo_words(ontology: Ontology | None, forgotten: str) -> str:
    """Name the release of HPO that was used; empty where none was."""
    if ontology is None:
        return ""
    words = f"HPO {ontology.release}, annotations {ontology.annotation_release}"
    return f"{words}, without {forgotten}" if forgotten else words


def _family_heading(family: Family, found: DescribedFamily, plan: Plan) -> FamilyHeading:
    """Describe one family."""
    pedigree = family.pedigree
    members = tuple(
        Member(
            name,
            family.role(number),
            Sex(int(pedigree.sex[number])).name.lower(),
            Affection(int(pedigree.affection[number])).name.lower(),
            bool(family.sample[number] >= 0),
        )
        for number, name in enumerate(pedigree.members)
    )
    ontology, stated = plan.ontology, found.phenotype

    def named(rows: tuple[int, ...]) -> tuple[str, ...]:
        if ontology is None:
            return ()
        return tuple(ontology.named(row) for row in rows)

    return FamilyHeading(
        pedigree.family_id,
        family.proband_id,
        members,
        tuple(ontology.term_id(row) for row in stated.observed) if ontology else (),
        named(stated.observed),
        named(stated.excluded),
        stated.source,
        float(f"{found.none:.6g}"),
    )


def panel_warnings(plan: Plan) -> list[str]:
    """Count the panel genes that joined no gene; run.json names them."""
    found = []
    kinds: tuple[tuple[MatchKind, str], ...] = (
        ("unmatched", "are not in the gene table"),
        ("ambiguous", "are ambiguous"),
    )
    for kind, what in kinds:
        names = {name for panel in plan.panels for name in panel.match.names(kind)}
        if names:
            shown = ", ".join(sorted(names)[:5]) + (", …" if len(names) > 5 else "")
            found.append(f"{len(names)} panel genes {what} (in full in run.json): {shown}")
    return found


def warnings_of(
    messages: HtslibMessages, stream: VariantStream, evidence: Evidence, context: RunContext
) -> list[str]:
    """Gather what went on but should be known."""
    found = []
    if stream.counts.unfiltered_records:
        found.append(f"{stream.counts.unfiltered_records} records have FILTER '.': not assessed")
    if stream.n_unmatched_entries:
        found.append(f"{stream.n_unmatched_entries} consequence entries fit no ALT allele exactly")
    bare = stream.counts.unassessable["consequence"]
    if bare:
        found.append(f"{bare} alleles have no consequence in the file: not assessed")
    other = int((evidence.batch["contig_code"] == 0).sum())
    if other:
        found.append(
            f"{other} alleles lie on contigs other than 1 to 22, X, Y and MT: not assessed"
        )
    shown = [w for w in messages.warnings() if "not defined in the header" not in w]
    return found + [f"htslib: {text}" for text in shown[:5]]


def document_of(
    heading: Heading, plan: Plan, stream: VariantStream, table: CandidateTable
) -> dict[str, Any]:
    """Gather the content of run.json, but for inputs and outputs."""
    counts = stream.counts
    by_tier: dict[str, int] = {}
    for tier in table["tier"]:
        by_tier[tier] = by_tier.get(tier, 0) + 1
    return {
        "raredx": heading.version,
        "python": platform.python_version(),
        "packages": package_versions(RUN_TIME_PACKAGES),
        "heading": heading.document(),
        "counts": {
            "records": counts.records,
            "alleles": counts.alleles + counts.common,
            "alleles_not_sequence": counts.not_sequence,
            "records_unfiltered": counts.unfiltered_records,
            "steps": counts.steps(),
            "candidates": len({*zip(table["family_id"], table["candidate_id"], strict=True)}),
            "rows_by_tier": dict(sorted(by_tier.items())),
        },
        "panel_genes": [
            {
                "panel_id": panel.panel_id,
                "joined_by": dict(panel.match.counts),
                "unmatched": list(panel.match.names("unmatched")),
                "ambiguous": {
                    name: list(panel.match.alternatives.get(name, ()))
                    for name in panel.match.names("ambiguous")
                },
            }
            for panel in plan.panels
        ],
    }
