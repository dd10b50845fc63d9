"""Judge every family of a run: the same for a ranking and for an explanation."""

from __future__ import annotations

from collections.abc import Callable

from raredx.columns.family import Family
from raredx.columns.records import dataclass
from raredx.pipeline.family import EvidenceTables, FamilyEvidence, gather_evidence, judge_family
from raredx.pipeline.phenotypes import FamilyPhenotype
from raredx.pipeline.plan import Plan
from raredx.pipeline.references import (
    load_tables,
    phenotype_of,
    with_clinvar,
    without_predictors,
)
from raredx.pipeline.request import RankRequest
from raredx.scoring.evidence import Evidence
from raredx.scoring.judged import Judged
from raredx.vocabulary import Outcome


@dataclass(frozen=True)
class JudgedFamily:
    """One family, judged, with what it was judged by."""

    family: Family
    stated: FamilyPhenotype
    known: FamilyEvidence
    judged: Judged


def judge_each(
    request: RankRequest,
    evidence: Evidence,
    plan: Plan,
    parents_of: Callable[[Family], Outcome],
) -> tuple[EvidenceTables, list[JudgedFamily]]:
    """Judge every family of a plan.

    Parameters
    ----------
    request : RankRequest
    evidence : Evidence
        Of the variants that fail no question of their own.
    plan : Plan
    parents_of : callable
        Whether the samples of a family's parents were shown to be those of the proband's.
    """
    codes, rules = plan.read.codes, plan.context.rules
    if request.ignore_predictors:
        evidence = gather_evidence(without_predictors(evidence.batch), plan.context)
    tables = load_tables(request, evidence, plan.facts, plan.curated, plan.context)
    if request.clinvar is not None and tables.references.clinvar is not None:
        shown = with_clinvar(evidence.batch, tables.references.clinvar)
        evidence = gather_evidence(shown, plan.context)
    found = []
    for family, stated in zip(plan.families, plan.phenotypes, strict=True):
        phenotype = phenotype_of(stated, plan.ontology, codes, rules.phenotype)
        known = FamilyEvidence(tables, phenotype, parents_of(family))
        judged = judge_family(evidence, family, plan.context, known)
        found.append(JudgedFamily(family, stated, known, judged))
    return tables, found
