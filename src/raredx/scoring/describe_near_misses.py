"""Turn near misses into the columns of their table, the nearest of most interest first."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from raredx.columns.candidates import VariantGenes
from raredx.columns.gene_codes import GeneCodes
from raredx.columns.near_misses import NEAR_MISS_FIELDS, NearMissTable
from raredx.columns.records import dataclass
from raredx.scoring.call_quality import call_figures
from raredx.scoring.evidence import Evidence
from raredx.scoring.family_calls import FamilyCalls
from raredx.scoring.frequency import find_popmax
from raredx.scoring.gene_phenotype import GenePhenotype
from raredx.scoring.known import is_of_known_class
from raredx.scoring.near_misses import LISTED, NearMiss
from raredx.scoring.panel_match import AppliedPanels
from raredx.scoring.question_rules import frequency_limit, rule_of, setting_of
from raredx.scoring.segregation_answers import TOGETHER, answer_by_member, needed_of
from raredx.settings import RuleSet
from raredx.vocabulary import (
    MODE_NAMES,
    OUTCOME_NAMES,
    TRANSCRIPT_CHOICE_NAMES,
    ClinvarClass,
    ConsequenceClass,
    Mode,
    Outcome,
    TranscriptChoice,
)

PAIR_MODES = (Mode.COMPOUND_HET, Mode.X_LINKED_COMPOUND_HET)


@dataclass(frozen=True)
class NearMissContext:
    """What near misses are described with.

    Attributes
    ----------
    evidence : Evidence
    calls : FamilyCalls
    codes : GeneCodes
    panels : AppliedPanels
    rules : RuleSet
    phenotype : GenePhenotype or None
    """

    evidence: Evidence
    calls: FamilyCalls
    codes: GeneCodes
    panels: AppliedPanels
    rules: RuleSet
    phenotype: GenePhenotype | None

    @property
    def genes(self) -> VariantGenes:
        """Variants and genes."""
        return self.evidence.genes


@dataclass(frozen=True)
class _Words:
    """One near miss in words."""

    observed: str
    threshold: str
    margin: str
    needed: str


def describe_near_misses(misses: list[NearMiss], context: NearMissContext) -> NearMissTable:
    """Describe the near misses of one family, up to `LISTED` of them.

    See `_order` for what comes first.
    """
    pedigree = context.calls.family.pedigree
    known = is_of_known_class(context.evidence.batch, context.rules)
    ordered = sorted(misses, key=lambda miss: _order(miss, context, known))
    columns: dict[str, list[Any]] = {field.name: [] for field in NEAR_MISS_FIELDS}
    for rank, miss in enumerate(ordered[:LISTED], 1):
        cells = {
            "rank": rank,
            "mode": MODE_NAMES[miss.mode],
            "question": miss.question,
            "rule": rule_of(miss.question, context.rules, miss.mode),
            "family_id": pedigree.family_id,
            "proband": context.calls.family.proband_id,
            **_gene_cells(miss, context),
            **_variant_cells(miss, context),
        }
        words = _words(miss, context)
        cells |= {name: getattr(words, name) for name in _Words.__dataclass_fields__}
        for name, column in columns.items():
            column.append(cells[name])
    return NearMissTable(columns, {pedigree.family_id: len(misses)})


def _order(miss: NearMiss, context: NearMissContext, known: NDArray[np.bool_]) -> tuple[Any, ...]:
    """Say what comes first.

    What is known pathogenic, then what hits hardest, by how well the gene fits the terms; of the
    rest, alleles that lack a partner last: everyone carries some.
    """
    genes, batch = context.genes, context.evidence.batch
    variant, gene = int(genes.variant[miss.pair]), int(genes.gene[miss.pair])
    fit = context.phenotype.of(gene) if context.phenotype is not None else float("nan")
    weak = bool(genes.consequence_class[miss.pair] != ConsequenceClass.HIGH)
    lacks_partner = miss.question == "segregation" and miss.mode in PAIR_MODES
    return (
        not known[variant],
        weak,
        weak and lacks_partner,
        -round(fit, 6) if fit == fit else 0.0,
        round(miss.size, 6),
        int(batch["contig_code"][variant]),
        int(batch["position"][variant]),
        batch["ref"][variant],
        batch["alt"][variant],
        gene,
    )


def _gene_cells(miss: NearMiss, context: NearMissContext) -> dict[str, Any]:
    gene = int(context.genes.gene[miss.pair])
    fit = context.phenotype.best(gene) if context.phenotype is not None else None
    green = [entry.label for entry in context.panels.of(gene) if entry.is_green]
    return {
        "gene": context.codes.symbol(gene),
        "hgnc_id": context.codes.hgnc_id(gene),
        "panels": list(dict.fromkeys(green)),
        "matched_terms": list(fit.terms) if fit else [],
    }


def _variant_cells(miss: NearMiss, context: NearMissContext) -> dict[str, Any]:
    batch, calls, genes = context.evidence.batch, context.calls, context.genes
    variant, entry = int(genes.variant[miss.pair]), int(genes.entry[miss.pair])
    transcripts = batch.transcripts
    popmax, _ = find_popmax(batch["af"][[variant]], context.evidence.limits)
    unread = batch["clinvar_class"][variant] == ClinvarClass.NOT_ASSESSED
    frequency = context.evidence.frequency(miss.mode)[variant]
    answers = {"filter": int(batch["filter_outcome"][variant]), "frequency": int(frequency)}
    members = zip(calls.members, calls.samples.tolist(), strict=True)
    return {
        "chrom": batch["contig"][variant],
        "pos": int(batch["position"][variant]),
        "ref": batch["ref"][variant],
        "alt": batch["alt"][variant],
        "variant_id": batch["variant_id"][variant],
        "filter": batch["filters"][variant],
        "consequence": transcripts.consequence[entry],
        "transcript": transcripts.transcript[entry],
        "hgvs_c": transcripts.hgvs_c[entry],
        "hgvs_p": transcripts.hgvs_p[entry],
        "popmax_af": "not_assessed" if popmax[0] != popmax[0] else float(popmax[0]),
        "clinvar": OUTCOME_NAMES[Outcome.NOT_ASSESSED] if unread else batch["clinvar"][variant],
        "genotypes": [
            f"{calls.family.pedigree.members[member]}={batch['genotype_text'][variant, sample]}"
            for member, sample in members
        ],
        "not_assessed": [q for q, answer in answers.items() if answer == Outcome.NOT_ASSESSED],
    }


def _words(miss: NearMiss, context: NearMissContext) -> _Words:
    """Say what was observed, what was asked, and by how much it failed."""
    mode = MODE_NAMES[miss.mode].replace("_", " ")
    partner = ""
    if miss.partner >= 0 and miss.question != "segregation":
        partner = f" with {_name(context, miss.partner)}"
    found = {
        "filter": _filter_words,
        "frequency": _frequency_words,
        "consequence": _consequence_words,
        "segregation": _segregation_words,
    }.get(miss.question, _few_words)(miss, context)
    needed = f"It would be a candidate ({mode}{partner}) if {found.needed}."
    return _Words(found.observed, found.threshold, found.margin, needed)


def _few_words(miss: NearMiss, context: NearMissContext) -> _Words:
    """Say what a question asks that is of some rule sets alone."""
    rules, calls = context.rules, context.calls
    variant, gene = int(context.genes.variant[miss.pair]), int(context.genes.gene[miss.pair])
    mode = MODE_NAMES[miss.mode].replace("_", " ")
    setting = setting_of(miss.question, rules)
    if miss.question == "call_quality":
        batch, known = context.evidence.batch, context.evidence.known
        figures = call_figures(batch, calls, known, rules.call_quality, variant)
        failing = [figure for figure in figures if figure.outcome is Outcome.FAIL]
        observed = "; ".join(f"{f.member} {f.name} {f.observed:.3g}" for f in failing)
        asked = "; ".join(f"{f.name} {f.threshold} ({f.setting})" for f in failing)
        if not failing:
            observed, asked = "the calls of its partner are too poor", setting
        return _Words(observed, asked, f"{miss.size:g} figures fail", "the calls were better")
    if miss.question == "panel":
        symbol, entries = context.codes.symbol(gene), context.panels.of(gene)
        asks = sorted({entry.moi.value for entry in entries if entry.is_green})
        level = max(entry.confidence for entry in entries).name.lower()
        observed = f"green, but for {', '.join(asks)}" if asks else f"only {level}"
        level = rules.panel.required
        return _Words(
            f"{symbol} is {observed} on the applied panels",
            f"at least {level} on an applied panel" + (f", for {mode}" if asks else ""),
            "another mode" if asks else "not listed well enough",
            f"{symbol} were {level} for {mode} on an applied panel",
        )
    terms = context.evidence.batch.transcripts.consequence[int(context.genes.tier_entry[miss.pair])]
    if miss.question == "de_novo_grade":
        return _Words("weaker reads for a new allele", setting, "a weaker grade",
                      "the reads bore a new allele out")  # fmt: skip
    return _Words(f"{terms}, {mode}", setting, f"not enough as {mode}", "its impact were high")


def _name(context: NearMissContext, variant: int) -> str:
    batch = context.evidence.batch
    return "-".join(str(batch[n][variant]) for n in ("contig", "position", "ref", "alt"))


def _filter_words(miss: NearMiss, context: NearMissContext) -> _Words:
    filters = context.evidence.batch["filters"][int(context.genes.variant[miss.pair])]
    passing = " or ".join(context.rules.quality.pass_filters)
    n = len([name for name in filters.split(";") if name not in passing.split(" or ")])
    plural = "filter" if n == 1 else "filters"
    return _Words(f"FILTER {filters}", passing, f"{n} {plural} failed", f"FILTER were {passing}")


def _frequency_words(miss: NearMiss, context: NearMissContext) -> _Words:
    variant = int(context.genes.variant[miss.pair])
    limits = context.evidence.limits
    af, own = context.evidence.batch["af"][variant], limits.of(miss.mode)
    with np.errstate(invalid="ignore", divide="ignore"):
        place = int(np.nanargmax(np.where(np.isnan(af) | np.isnan(own), -1.0, af / own)))
    value, limit = float(af[place]), float(own[place])
    enough, rescue = limit, context.rules.frequency.known_pathogenic
    if (
        limits.in_popmax[place]
        and is_of_known_class(context.evidence.batch, context.rules)[variant]
    ):
        enough = max(limit, rescue)
    most: dict[str, int] = dict(limits.settings.max_homozygotes.items())
    if value <= limit and MODE_NAMES[miss.mode] in most:
        count = int(context.evidence.batch["homozygotes"][variant])
        few = most[MODE_NAMES[miss.mode]]
        asked = f"at most {few} (max_homozygotes)"
        needed = f"it had {few} homozygotes or fewer in the population sources"
        return _Words(f"{count} homozygotes", asked, f"{count - few} too many", needed)
    return _Words(
        f"{value:.3g} in {limits.sources[place]}",
        f"at most {limit:.3g} ({frequency_limit(context.rules, miss.mode)[0]})",
        f"{value / limit:.2g} times the limit",
        f"its frequency in {limits.sources[place]} were {enough:.3g} or less",
    )


def _consequence_words(miss: NearMiss, context: NearMissContext) -> _Words:
    genes, transcripts = context.genes, context.evidence.batch.transcripts
    entry, worst = int(genes.tier_entry[miss.pair]), int(genes.worst_entry[miss.pair])
    judged, other = transcripts.transcript[entry], transcripts.transcript[worst]
    choice = TRANSCRIPT_CHOICE_NAMES[TranscriptChoice(int(genes.choice[miss.pair]))]
    observed = f"{transcripts.consequence[entry]} on {judged} ({choice.replace('_', ' ')})"
    if genes.other_worse[miss.pair]:
        return _Words(
            observed,
            "a high or moderate impact on the transcript that is judged",
            f"{transcripts.consequence[worst]} on {other}, which is not judged",
            f"{other} were the transcript to judge by",
        )
    score = float(context.evidence.batch["spliceai"][int(genes.variant[miss.pair])])
    least = context.rules.consequence.min_spliceai
    if score != score:
        return _Words(
            f"{observed}, no splice prediction in the file",
            f"a high or moderate impact, or SpliceAI from {least:.2g}",
            "beside a splice site, effect not known",
            f"a SpliceAI score of {least:.2g} or more showed that it disturbs splicing",
        )
    return _Words(
        f"{observed}, SpliceAI {score:.2g}",
        f"a high or moderate impact, or SpliceAI from {least:.2g}",
        f"{least - score:.2g} below",
        f"its SpliceAI score were {least:.2g} or more",
    )


def _segregation_words(miss: NearMiss, context: NearMissContext) -> _Words:
    mode = MODE_NAMES[miss.mode].replace("_", " ")
    variant = int(context.genes.variant[miss.pair])
    if miss.mode in PAIR_MODES:
        return _partner_words(miss, context)
    answers = answer_by_member(context.calls, variant, miss.mode, complete=True)
    against = [answer for answer in answers if answer.outcome is Outcome.FAIL]
    members = [answer for answer in against if answer.who not in TOGETHER] or against
    return _Words(
        " and ".join(answer.words() for answer in members),
        f"every member fits {mode}",
        f"{len(members)} {'answer contradicts' if len(members) == 1 else 'answers contradict'}",
        needed_of(answers, miss.mode),
    )


def _partner_words(miss: NearMiss, context: NearMissContext) -> _Words:
    """Say which second allele is missing, and which one comes nearest."""
    gene = context.codes.symbol(int(context.genes.gene[miss.pair]))
    observed = "one heterozygous allele"
    if miss.partner >= 0:
        name = _name(context, miss.partner)
        fails = miss.partner_fails
        why = "is in cis, or does not fit the family" if fails == "phase" else f"fails {fails}"
        observed = f"one heterozygous allele; {name} {why}"
    return _Words(
        observed,
        "two alleles that are not in cis",
        "one allele is missing",
        f"a second allele of {gene} in trans passed every question",
    )
