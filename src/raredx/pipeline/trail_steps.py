"""The steps of a trail: one question each, with what was observed and what was asked for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from raredx.columns.batch import VariantBatch
from raredx.columns.genome import MT_CODE
from raredx.columns.trail import Step, TranscriptAnswer
from raredx.pipeline.family import RunContext, frequency_outcome
from raredx.readers.regions import Interval
from raredx.scoring.evidence import Evidence
from raredx.scoring.family_calls import FamilyCalls
from raredx.scoring.frequency import find_popmax
from raredx.scoring.known import is_of_known_class
from raredx.scoring.panel_match import AppliedPanels, PanelEntry, judge_entry
from raredx.scoring.question_rules import frequency_limit, loosest_mode, rule_of, source_of
from raredx.scoring.segregation_answers import (
    TOGETHER,
    answer_by_member,
    genotype_words,
    member_words,
    needed_of,
)
from raredx.settings import RuleSet
from raredx.vocabulary import (
    CONFIDENCE_NAMES,
    MODE_NAMES,
    TRANSCRIPT_CHOICE_NAMES,
    Confidence,
    ConsequenceClass,
    Genotype,
    Mode,
    Outcome,
    TranscriptChoice,
)

ANSWERS = {
    Outcome.PASS: "fits", Outcome.FAIL: "contradicts", Outcome.NOT_ASSESSED: "not assessed",
}  # fmt: skip
"""What an answer means for a member, a pair or a panel."""


def variant_name(batch: VariantBatch, variant: int) -> str:
    """Write a variant as chrom-pos-ref-alt."""
    return "-".join(str(batch[n][variant]) for n in ("contig", "position", "ref", "alt"))


def filter_step(evidence: Evidence, variant: int, context: RunContext) -> Step:
    """Ask FILTER."""
    rules, batch = context.rules, evidence.batch
    passing = " or ".join(rules.quality.pass_filters)
    details = []
    if rules.known_pathogenic.spares_filter and evidence.known[variant]:
        details.append(f"not asked: ClinVar says {batch['clinvar'][variant]}")
    return Step(
        "filter",
        Outcome(int(batch["filter_outcome"][variant])),
        f"FILTER {batch['filters'][variant]}",
        passing if rules.quality.judge_filter else "any: not asked",
        rule_of("filter", rules),
        source_of(rules),
        f"FILTER were {passing}",
        tuple(details),
    )


def region_steps(
    batch: VariantBatch, variant: int, regions: tuple[Interval, ...], rules: RuleSet
) -> tuple[Step, ...]:
    """Ask whether the run reads the place; not asked of a run that reads the whole file."""
    if not regions:
        return ()
    contig, first = str(batch["contig"][variant]), int(batch["position"][variant])
    last = first + max(len(batch["ref"][variant]), 1) - 1
    on = [r for r in regions if r.contig == contig]
    inside = any(r.first <= last and first <= r.last for r in on)
    gap = min((max(r.first - last, first - r.last) for r in on), default=0)
    where = f"no region on {contig}" if not on else f"{gap:,} bases from the nearest region"
    return (
        Step(
            "regions",
            Outcome.PASS if inside else Outcome.FAIL,
            "inside" if inside else where,
            "inside the regions, or the panel genes, that the run reads",
            "regions of the run",
            source_of(rules),
            "the regions of the run held its place",
        ),
    )


def carried_step(calls: FamilyCalls, evidence: Evidence, variant: int, context: RunContext) -> Step:
    """Ask whether the proband carries it; every member's call is told."""
    batch = evidence.batch
    lines = []
    for column, sample in enumerate(calls.samples.tolist()):
        who, what = member_words(calls, column, variant)
        lines.append(f"{who}: {what}; {call_words(batch, variant, sample)}")
    own = int(calls.proband[variant])
    genotype = genotype_words(own, int(calls.region[variant]))
    outcome = Outcome.PASS if calls.carried[variant] else Outcome.FAIL
    if outcome is Outcome.FAIL and own == Genotype.MISSING:
        outcome = Outcome.NOT_ASSESSED
    return Step(
        "carried",
        outcome,
        f"proband {genotype}",
        "at least one copy",
        rule_of("carried", context.rules),
        source_of(context.rules),
        "the proband carried it",
        tuple(lines),
    )


def call_words(batch: VariantBatch, variant: int, sample: int) -> str:
    """Write one call: genotype, depth, quality, reads."""
    depth, gq = int(batch["depth"][variant, sample]), float(batch["gq"][variant, sample])
    share = float(batch["alt_fraction"][variant, sample])
    return (
        f"GT {batch['genotype_text'][variant, sample] or 'missing'}, "
        f"DP {depth if depth >= 0 else 'missing'}, GQ {'missing' if gq != gq else f'{gq:.4g}'}, "
        f"ALT reads {'unknown' if share != share else f'{share:.0%}'}"
    )


def frequency_step(
    evidence: Evidence, variant: int, mode: Mode | None, context: RunContext
) -> Step:
    """Ask the population frequency: under a mode, or against the loosest limit of any."""
    batch, limits, rules = evidence.batch, evidence.limits, context.rules
    _, place = find_popmax(batch["af"][[variant]], limits)
    source = int(place[0])
    if mode is None:
        outcome = Outcome(int(frequency_outcome(batch, limits, [variant])[0]))
        like = loosest_mode(rules, on_mt=bool(batch["contig_code"][variant] == MT_CODE))
        key, least = frequency_limit(rules, like)
        asked = f"loosest limit of any mode ({key})"
    else:
        outcome, like = Outcome(int(evidence.frequency(mode)[variant])), mode
        asked, least = frequency_limit(rules, mode)
    own = limits.of(like)
    over = [
        f"{name} {float(value):.3g} (limit {float(limit):.3g})"
        for name, value, limit in zip(limits.sources, batch["af"][variant], own, strict=True)
        if value > limit
    ]
    details = [f"above the limit: {_first(over)}"] if over else []
    known = bool((evidence.known if mode is None else evidence.known_in(mode))[variant])
    homozygotes = _homozygote_words(evidence, variant, mode)
    details += homozygotes
    if outcome is Outcome.FAIL and known:
        outcome = Outcome.PASS
        details.append(f"rescued: ClinVar says {batch['clinvar'][variant]}")
    elif outcome is Outcome.FAIL and bool(is_of_known_class(batch, rules)[variant]):
        details.append(
            f"ClinVar says {batch['clinvar'][variant]}, but above frequency.known_pathogenic = "
            f"{rules.frequency.known_pathogenic:g} nothing is rescued"
        )
    observed = frequency_words(evidence, variant)
    limit = float(own[source]) if source >= 0 else float("nan")
    few = f", and its {homozygotes[0]}" if homozygotes and not over else ""
    if source >= 0 and bool(is_of_known_class(batch, rules)[variant]):
        least = max(least, rules.frequency.known_pathogenic)
    return Step(
        "frequency",
        outcome,
        observed,
        f"at most {least if limit != limit else limit:.3g}, {asked}",
        rule_of("frequency", rules, like),
        source_of(rules),
        f"its population frequency were {least:.3g} or less{few}",
        tuple(details),
    )


def _homozygote_words(evidence: Evidence, variant: int, mode: Mode | None) -> list[str]:
    """Say how many homozygotes there are, where a mode asks for at most so many."""
    most: dict[str, int] = dict(evidence.limits.settings.max_homozygotes.items())
    if mode is None or MODE_NAMES[mode] not in most:
        return []
    count, limit = int(evidence.batch["homozygotes"][variant]), most[MODE_NAMES[mode]]
    setting = f"frequency.max_homozygotes {MODE_NAMES[mode]} = {limit}"
    return [f"homozygotes {count if count >= 0 else 'not known'}, at most {limit} ({setting})"]


def frequency_words(evidence: Evidence, variant: int) -> str:
    """Say how frequent a variant is in the source where it is most so."""
    popmax, place = find_popmax(evidence.batch["af"][[variant]], evidence.limits)
    highest = float(popmax[0])
    if highest != highest:
        return "no population frequency in the file"
    if highest == 0:
        return "absent from the population sources"
    return f"{highest:.3g} in {evidence.limits.sources[int(place[0])]}"


def _first(words: list[str]) -> str:
    """Name the first three of several."""
    more = f", and {len(words) - 3} more" if len(words) > 3 else ""
    return ", ".join(words[:3]) + more


def consequence_step(evidence: Evidence, pair: int, context: RunContext) -> Step:
    """Ask the consequence in one gene."""
    genes, transcripts, rules = evidence.genes, evidence.batch.transcripts, context.rules
    variant, entry = int(genes.variant[pair]), int(genes.tier_entry[pair])
    choice = TranscriptChoice(int(genes.choice[pair]))
    if entry != int(genes.entry[pair]):
        choice = TranscriptChoice.MANE_PLUS_CLINICAL
    name = transcripts.transcript[entry] or "a transcript without name"
    observed = f"{transcripts.consequence[entry]} on {name} ({_words(choice)})"
    splice = float(evidence.batch["spliceai"][variant])
    observed += f", SpliceAI {splice:.2g}" if splice == splice else ""
    details = []
    near = bool(evidence.near[pair])
    if near:
        details.append("no rule names it: shown untiered where homozygous or convincingly new")
    if genes.other_worse[pair]:
        worst = int(genes.worst_entry[pair])
        details.append(
            f"it would count as {transcripts.consequence[worst]} on "
            f"{transcripts.transcript[worst]}, which is not judged"
        )
    if evidence.known[variant]:
        details.append(f"known to ClinVar as {evidence.batch['clinvar'][variant]}")
    return Step(
        "consequence",
        Outcome.PASS if evidence.reportable[pair] else Outcome.FAIL,
        observed,
        _consequences_asked(rules),
        rule_of("consequence", rules),
        source_of(rules),
        f"its consequence in {context.codes.symbol(int(genes.gene[pair]))} were of high or "
        "moderate impact on the judged transcript",
        tuple(details),
        drops=not near,
    )


def _consequences_asked(rules: RuleSet) -> str:
    """Say which consequences count."""
    settings = rules.consequence
    on = "any coding" if settings.judged_on == "any" else "the judged"
    found = [f"a high or moderate term on {on} transcript"]
    if settings.noncoding_gene:
        found.append("a term of a non-coding disease gene")
    if settings.min_spliceai <= 1:
        found.append(f"SpliceAI from {settings.min_spliceai:g}")
    if rules.known_pathogenic.classes:
        found.append("known to ClinVar")
    return f"{', '.join(found[:-1])}, or {found[-1]}" if len(found) > 1 else found[0]


def _words(choice: TranscriptChoice) -> str:
    return TRANSCRIPT_CHOICE_NAMES[choice].replace("_", " ")


def transcript_answers(
    evidence: Evidence, pair: int, classes: NDArray[np.int8], context: RunContext
) -> tuple[TranscriptAnswer, ...]:
    """Tell the consequence on every transcript of the gene."""
    genes, transcripts = evidence.genes, evidence.batch.transcripts
    variant, gene = int(genes.variant[pair]), int(genes.gene[pair])
    start, stop = (int(x) for x in transcripts.start[variant : variant + 2])
    found = []
    for entry in range(start, stop):
        if int(transcripts.gene[entry]) != gene:
            continue
        mane = "MANE Select" if transcripts.mane_select[entry] else ""
        mane = mane or ("MANE Plus Clinical" if transcripts.mane_plus_clinical[entry] else "")
        mane = mane or ("canonical" if transcripts.canonical[entry] else "")
        role = "judged" if entry == int(genes.tier_entry[pair]) else ""
        role = role or ("described" if entry == int(genes.entry[pair]) else "")
        found.append(
            TranscriptAnswer(
                transcripts.transcript[entry],
                transcripts.biotype[entry],
                mane,
                transcripts.consequence[entry],
                ConsequenceClass(int(classes[entry])).name.lower(),
                transcripts.hgvs_c[entry],
                transcripts.hgvs_p[entry],
                role,
            )
        )
    return tuple(found)


def segregation_step(
    calls: FamilyCalls,
    variant: int,
    mode: Mode,
    outcome: Outcome,
    context: RunContext,
    *,
    complete: bool,
) -> Step:
    """Ask every member whether a mode fits."""
    answers = answer_by_member(calls, variant, mode, complete=complete)
    failing = [a for a in answers if a.outcome is Outcome.FAIL]
    members = [a for a in failing if a.who not in TOGETHER]
    against = [a.words() for a in members or failing]
    left = [a.words() for a in answers if a.outcome is Outcome.NOT_ASSESSED]
    observed = "every member fits"
    if against:
        observed = f"against it: {'; '.join(against)}"
    elif left:
        observed = f"open: {'; '.join(left)}"
    penetrance = "" if complete else ", whether or not carriers are affected"
    return Step(
        "segregation",
        outcome,
        observed,
        f"every member fits {MODE_NAMES[mode].replace('_', ' ')}{penetrance}",
        rule_of("segregation", context.rules),
        source_of(context.rules),
        needed_of(answers, mode),
        tuple(f"{a.who}: {a.what}: {ANSWERS[a.outcome]}" for a in answers),
    )


def panel_step(
    evidence: Evidence, pair: int, mode: Mode, origin: NDArray[np.int8], context: RunContext
) -> Step:
    """Ask the applied panels: they decide the tier, and drop nothing."""
    gene, variant = int(evidence.genes.gene[pair]), int(evidence.genes.variant[pair])
    symbol, panels = context.codes.symbol(gene), context.panels
    entries = panels.of(gene)
    father, mother = (int(x) for x in origin[variant])
    answers = [(entry, judge_entry(entry, mode, (father, mother))) for entry in entries]
    fits = {answer for _, answer in answers}
    outcome = Outcome.PASS if Outcome.PASS in fits else Outcome.FAIL
    if outcome is Outcome.FAIL and Outcome.NOT_ASSESSED in fits:
        outcome = Outcome.NOT_ASSESSED
    if not panels.n_panels:
        outcome, observed = Outcome.NOT_ASSESSED, "no panel applied"
    elif not entries:
        observed = f"{symbol} is on none of the {panels.n_panels} applied panels"
    else:
        observed = _panels_in_short(symbol, answers)
    return Step(
        "panel",
        outcome,
        observed,
        f"green, and its mode of inheritance allows {MODE_NAMES[mode].replace('_', ' ')} "
        "(decides the tier)",
        rule_of("panel", context.rules),
        source_of(context.rules),
        f"{symbol} were green for {MODE_NAMES[mode].replace('_', ' ')} on an applied panel",
        tuple(f"{_entry_words(entry)}: {ANSWERS[answer]}" for entry, answer in answers),
        drops=False,
    )


def _panels_in_short(symbol: str, answers: list[tuple[PanelEntry, Outcome]]) -> str:
    """Say how a gene stands on the applied panels under a mode."""
    best = max(entry.confidence for entry, _ in answers)
    fits = [entry.panel.name for entry, answer in answers if answer is not Outcome.FAIL]
    if fits:
        more = f" and {len(fits) - 1} more" if len(fits) > 1 else ""
        return f"{symbol} is green for it on {fits[0]}{more}"
    if best < Confidence.GREEN:
        return f"{symbol} is only {CONFIDENCE_NAMES[Confidence(best)]} on the applied panels"
    asks = sorted({entry.moi.value for entry, _ in answers if entry.is_green})
    return f"{symbol} is green, but for {', '.join(asks)}"


def _entry_words(entry: PanelEntry) -> str:
    return f"{entry.label}, {entry.moi.value}"


def panel_lines(
    gene: int, context: RunContext, bundled: Callable[[], AppliedPanels]
) -> tuple[str, ...]:
    """Tell the applied panels that list a gene; where none does so green, bundled ones that do."""
    panels = context.panels
    entries = sorted(panels.of(gene), key=lambda entry: -int(entry.confidence))
    found = [_entry_words(entry) for entry in entries]
    if any(entry.is_green for entry in entries):
        return tuple(found)
    symbol = context.codes.symbol(gene)
    if not entries and panels.n_panels:
        found.append(f"{symbol} is on none of the {panels.n_panels} applied panels")
    applied = {entry.panel.panel_id for entry in entries}
    others = [e for e in bundled().of(gene) if e.is_green and e.panel.panel_id not in applied]
    found += [f"not applied: {_entry_words(entry)}" for entry in others]
    return tuple(found)
