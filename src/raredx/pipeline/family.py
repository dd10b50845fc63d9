"""One family, from the variants that the stream left to ranked candidates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from raredx.columns.acmg import CuratedCriteria
from raredx.columns.batch import VariantBatch
from raredx.columns.candidates import CandidateRows, VariantGenes
from raredx.columns.family import Family
from raredx.columns.gene_codes import GeneCodes
from raredx.columns.genome import MT_CODE, region_codes
from raredx.columns.records import dataclass
from raredx.columns.terms import SEVERITY
from raredx.scoring import (
    acmg,
    candidates,
    de_novo,
    events,
    family_calls,
    known,
    mosaic,
    posterior,
    ranking,
    score,
    tiers,
    transcripts,
)
from raredx.scoring.acmg_family import FamilyFacts
from raredx.scoring.acmg_subject import AcmgReferences
from raredx.scoring.evidence import Evidence
from raredx.scoring.frequency import FrequencyLimits, find_popmax, judge_frequency
from raredx.scoring.gene_phenotype import GenePhenotype
from raredx.scoring.judged import Judged
from raredx.scoring.panel_match import EXPRESSED_FROM, AppliedPanels
from raredx.scoring.requirements import may_pair, narrow_family
from raredx.scoring.row_questions import ROW_QUESTIONS, RowAnswers, RowFacts
from raredx.scoring.score_features import FamilyFigures, GeneFigures, candidate_features
from raredx.settings import RuleSet
from raredx.vocabulary import Assembly, ConsequenceClass, DeNovoGrade, Mode, Outcome


@dataclass(frozen=True)
class RunContext:
    """What is the same for every family of a run."""

    rules: RuleSet
    limits: FrequencyLimits
    panels: AppliedPanels
    codes: GeneCodes
    assembly: Assembly
    known_noncoding: frozenset[int] = frozenset()
    tier_first: bool = False


@dataclass(frozen=True)
class EvidenceTables:
    """What criteria look up, and what curators said.

    Attributes
    ----------
    references : AcmgReferences
    curated : CuratedCriteria
    about : tuple of str
        Sources with version and licence.
    """

    references: AcmgReferences
    curated: CuratedCriteria
    about: tuple[str, ...]


@dataclass(frozen=True)
class FamilyEvidence:
    """What is known of one family beside its calls.

    Attributes
    ----------
    tables : EvidenceTables
        The same for every family.
    phenotype : GenePhenotype or None
        None without a term to judge by.
    relatedness : Outcome
        Whether the samples of the parents were shown to be those of the proband's parents.
    """

    tables: EvidenceTables
    phenotype: GenePhenotype | None
    relatedness: Outcome


def gather_evidence(batch: VariantBatch, context: RunContext) -> Evidence:
    """Ask of every variant what does not depend on a family."""
    popmax, _ = find_popmax(batch["af"], context.limits)
    rescued = known.is_known_pathogenic(batch, popmax, context.rules)
    genes = transcripts.choose_transcripts(batch, context.codes, context.rules.consequence)
    reportable = _reportable(batch, genes, rescued, context)
    near = np.zeros(reportable.shape, bool)
    if context.rules.consequence.untiered:
        near = _near(batch, genes, context) & ~reportable
    batch = with_filter_answers(batch, rescued, context.rules)
    found = Evidence(batch, genes, context.limits, rescued, reportable, near)
    skipped = context.rules.consequence.not_in_pairs
    return replace(found, pairable=may_pair(found, skipped)) if skipped else found


def with_filter_answers(
    batch: VariantBatch, known: NDArray[np.bool_], rules: RuleSet
) -> VariantBatch:
    """Answer FILTER as the rule set asks it: not at all, or not of known pathogenic variants."""
    outcome = batch["filter_outcome"]
    if not rules.quality.judge_filter:
        outcome = np.full(len(batch), Outcome.PASS, np.int8)
    elif rules.known_pathogenic.spares_filter:
        outcome = np.where((outcome == Outcome.FAIL) & known, Outcome.PASS, outcome)
    else:
        return batch
    columns = batch.columns | {"filter_outcome": outcome.astype(np.int8)}
    return replace(batch, columns=columns)


def _reportable(
    batch: VariantBatch, genes: VariantGenes, rescued: NDArray[np.bool_], context: RunContext
) -> NDArray[np.bool_]:
    """Say which rows of `genes` may be candidates.

    High and moderate consequences may; an exon of a non-coding gene where the gene is green
    on an applied panel or known for a disease; without any of these a variant with a high splice
    prediction, in each gene it lies in, and a known pathogenic one in the gene it hits hardest.
    """
    strength = genes.consequence_class
    green = transcripts.ask_each_gene(
        genes.gene, lambda gene: context.panels.is_green(gene) or gene in context.known_noncoding
    )
    out = strength >= ConsequenceClass.MODERATE
    out |= (strength == ConsequenceClass.NONCODING_GENE) & green
    severity = batch.transcripts.severity[genes.entry].astype(np.int64)
    hardest = np.full(len(batch), np.iinfo(np.int64).max)
    np.minimum.at(hardest, genes.variant, severity)
    named = np.zeros(len(batch), bool)
    np.logical_or.at(named, genes.variant, out)
    unnamed = ~named[genes.variant]
    out |= unnamed & rescued[genes.variant] & (severity == hardest[genes.variant])
    splicing = batch["spliceai"] >= np.float32(context.rules.consequence.min_spliceai)
    inside = severity < SEVERITY["upstream_gene_variant"]
    return np.asarray(out | (unnamed & splicing[genes.variant] & inside), bool)


def _near(batch: VariantBatch, genes: VariantGenes, context: RunContext) -> NDArray[np.bool_]:
    """Say which rows lie inside a gene, green or amber on an applied panel, without a rule."""
    severity = batch.transcripts.severity[genes.entry]
    inside = severity < SEVERITY["upstream_gene_variant"]
    listed = transcripts.ask_each_gene(genes.gene, context.panels.listed.__contains__)
    weak = genes.consequence_class <= ConsequenceClass.NONCODING_GENE
    return np.asarray(inside & listed & weak, bool)


def frequency_outcome(
    batch: VariantBatch, limits: FrequencyLimits, variants: list[int] | slice = slice(None)
) -> NDArray[np.int8]:
    """Hold variants against the loosest limit of any mode that may exist at their place."""
    af = batch["af"][variants]
    out = judge_frequency(af, limits.top(on_mt=False))
    if not limits.open_on_mt:
        return out
    on_mt = batch["contig_code"][variants] == MT_CODE
    return np.where(on_mt, judge_frequency(af, limits.top(on_mt=True)), out).astype(np.int8)


def judge_family(
    evidence: Evidence, family: Family, context: RunContext, found: FamilyEvidence
) -> Judged:
    """Judge, tier, score and rank the candidates of one family."""
    batch, rules = evidence.batch, context.rules
    calls = calls_of(batch, family, context)
    answers = RowAnswers(evidence, calls, rules)
    rows = candidates.collect_candidates(
        _of_good_calls(evidence, answers),
        calls,
        imprinted_genes(context),
        rules.segregation,
        relaxes_known=rules.known_pathogenic.incomplete_penetrance,
    )
    close = events.find_events(rows, batch, calls, rules.de_novo)
    clustered = events.find_clusters(rows, close, batch, rules.de_novo)
    popmax, _ = find_popmax(batch["af"], context.limits)
    probability = posterior.de_novo_posterior(
        batch, calls, popmax, rules.de_novo, rules.mosaic.error_rate
    )
    graded = de_novo.grade_de_novo(batch, calls, rules.de_novo, clustered)
    grade, doubts = de_novo.doubt_improbable(graded, probability, rules.de_novo)
    rows = _without_doubtful_near(rows, evidence, grade)
    origin = candidates.origin_of(calls)
    about = RowFacts(calls, grade, origin, context.panels, found.tables.references)
    rows = _ask_rows(rows, evidence, answers, about)
    result = tiers.judge_tiers(
        rows, evidence, grade, origin, context.panels, rules.de_novo.tier1_min_grade
    )
    rows, result = _without_empty_imprints(rows, result, answers)
    close = events.find_events(rows, batch, calls, rules.de_novo)
    rows = events.join_de_novo(rows, close)
    facts = FamilyFacts(calls, grade, probability, origin, result, close, found.relatedness)
    tables = found.tables
    assessments = acmg.assess(rows, evidence, facts, tables.references, rules.acmg, tables.curated)
    figures = FamilyFigures(grade, probability, calls.proband, popmax)
    features = candidate_features(
        rows, evidence, assessments, result.panel, (figures, _gene_figures(context, found))
    )
    scores = score.score_candidates(features, rules.score)
    order = ranking.rank_candidates(
        rows, evidence, result.tier, scores.total, (context.codes, family.proband_id),
        tier_first=context.tier_first,
    )  # fmt: skip
    signs = mosaic.find_mosaic_signs(batch, calls, rules.mosaic)
    return Judged(
        calls.family, calls, evidence, rows, result, order, scores, features, assessments,
        found.phenotype, grade, doubts, probability, signs, close, origin, context.codes, rules,
        context.panels.n_panels, context.assembly, answers,
    )  # fmt: skip


def calls_of(batch: VariantBatch, family: Family, context: RunContext) -> family_calls.FamilyCalls:
    """Read the genotypes of the relatives that the rule set looks at."""
    region = region_codes(batch["contig_code"], batch["position"], context.assembly)
    settings = context.rules.segregation
    asked = narrow_family(family, settings.relatives)
    return family_calls.read_calls(batch, region, asked, settings)


def imprinted_genes(context: RunContext) -> frozenset[int]:
    """Give the genes in which one parent's allele alone counts, where the rule set asks."""
    asks = context.rules.segregation.imprinting
    return context.panels.imprinted() if asks else frozenset()


def _of_good_calls(evidence: Evidence, answers: RowAnswers) -> Evidence:
    """Leave no rows of variants whose calls are too poor: they pair with none either."""
    if not (answers.call_quality == Outcome.FAIL).any():
        return evidence
    good = (answers.call_quality != Outcome.FAIL)[evidence.genes.variant]
    return replace(evidence, reportable=evidence.reportable & good, near=evidence.near & good)


def _ask_rows(
    rows: CandidateRows, evidence: Evidence, answers: RowAnswers, about: RowFacts
) -> CandidateRows:
    """Ask what only some rule sets ask of candidates, and drop those that fail."""
    for question in ROW_QUESTIONS:
        keep = answers.ask(question, rows, evidence, about)
        if not keep.all():
            answers.select(keep)
            rows = rows.select(keep)
    return rows


def _gene_figures(context: RunContext, found: FamilyEvidence) -> GeneFigures:
    """Gather what the score asks about genes."""
    facts = found.tables.references.facts
    assert facts is not None
    green = context.panels.green
    weigh = None
    if context.panels.n_panels:
        n_known = int((facts.panels > 0).sum())
        weigh = score.panel_ratio(green, n_known, context.rules.score.panel_share)
    phenotype = found.phenotype
    return GeneFigures(context.codes, facts, phenotype.of if phenotype else None, weigh)


def _without_empty_imprints(
    rows: CandidateRows, result: tiers.TierResult, answers: RowAnswers
) -> tuple[CandidateRows, tiers.TierResult]:
    """Drop rows that stand only for imprinting where no panel entry is imprinted and fits."""
    fits = [
        any(e.fit is not Outcome.FAIL and e.entry.moi in EXPRESSED_FROM for e in events)
        for events in result.events
    ]
    keep = ~rows.imprinted | np.array(fits, bool)
    kept = rows.select(keep)
    answers.select(keep)
    events = [events for events, k in zip(result.events, keep.tolist(), strict=True) if k]
    return kept, tiers.TierResult(result.tier[keep], result.panel[keep], events)


def _without_doubtful_near(
    rows: CandidateRows, evidence: Evidence, grade: NDArray[np.int8]
) -> CandidateRows:
    """Drop de novo rows without a tiered consequence whose reads do not bear them out."""
    doubtful = evidence.near[rows.pair] & (grade[rows.variant] < DeNovoGrade.MEDIUM)
    return rows.select(~(doubtful & (rows.mode == Mode.DE_NOVO)))
