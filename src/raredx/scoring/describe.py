"""Turn judged rows into the columns of the candidate table, in the order of rank."""

from __future__ import annotations

from typing import Any

from raredx.columns.results import CandidateTable, empty_table
from raredx.scoring.de_novo import reasons_in_words
from raredx.scoring.flags import flags_of, not_assessed
from raredx.scoring.frequency import find_popmax
from raredx.scoring.judged import Judged
from raredx.scoring.panel_match import EXPRESSED_FROM
from raredx.scoring.reasons import reason_of
from raredx.scoring.score_features import ADDENDS
from raredx.vocabulary import (
    DE_NOVO_GRADE_NAMES,
    MODE_NAMES,
    OUTCOME_NAMES,
    PHASE_NAMES,
    PHASE_REASON_NAMES,
    TIER_NAMES,
    TRANSCRIPT_CHOICE_NAMES,
    ClinvarClass,
    Confidence,
    DeNovoGrade,
    Genotype,
    Impact,
    Mode,
    Outcome,
    Phase,
    PhaseReason,
    Region,
    Tier,
    TranscriptChoice,
)

_PATTERNS = {  # GelReportModels SegregationPattern; it has none for Y
    Mode.DE_NOVO: "deNovo",
    Mode.AUTOSOMAL_DOMINANT: "InheritedAutosomalDominant",
    Mode.AUTOSOMAL_RECESSIVE_HOM: "SimpleRecessive",
    Mode.COMPOUND_HET: "CompoundHeterozygous",
    Mode.X_LINKED_RECESSIVE: "XLinkedSimpleRecessive",
    Mode.X_LINKED_DOMINANT: "XLinkedMonoallelic",
    Mode.X_LINKED_COMPOUND_HET: "XLinkedCompoundHeterozygous",
    Mode.Y_LINKED: "none",
    Mode.MITOCHONDRIAL: "MitochondrialGenome",
    Mode.X_LINKED_HET_FEMALE: "XLinkedMonoallelic",
}


def describe(judged: Judged) -> CandidateTable:
    """Describe every row of a family."""
    pedigree = judged.family.pedigree
    members = tuple(pedigree.members[m] for m in judged.calls.members)
    table = empty_table(members)
    popmax, source = find_popmax(judged.evidence.batch["af"], judged.evidence.limits)
    sources = judged.evidence.limits.sources
    records: list[str] = []
    for row in judged.ranking.order.tolist():
        variant = int(judged.rows.variant[row])
        place = int(source[variant])
        highest = (float(popmax[variant]), sources[place] if place >= 0 else "")
        cells = {
            **_ranking_cells(judged, row),
            **_score_cells(judged, row),
            **_acmg_cells(judged, row),
            **_disease_cells(judged, row),
            **_variant_cells(judged, variant),
            **_transcript_cells(judged, row),
            **_frequency_cells(judged, variant, highest),
            **_panel_cells(judged, row),
            **_segregation_cells(judged, row),
            **_member_cells(judged, variant, members),
            "not_assessed": not_assessed(judged, row),
            "flags": flags_of(judged, row),
            "reason": reason_of(judged, row, highest),
        }
        for name, column in table.columns.items():
            column.append(cells[name])
        table.details.append(_details(judged, row))
        if judged.evidence.batch.records:
            records.append(judged.evidence.batch.records[variant])
    return CandidateTable(table.columns, members, table.details, tuple(records))


def _number(value: Any) -> float | None:
    """Give a float, or None for NaN."""
    return None if value != value else float(value)


def _ranking_cells(judged: Judged, row: int) -> dict[str, Any]:
    rows, ranking = judged.rows, judged.ranking
    gene = int(rows.gene[row])
    known = judged.codes.in_table(gene)
    return {
        "rank": int(ranking.rank[row]),
        "candidate_id": ranking.candidate_id[row],
        "tier": TIER_NAMES[Tier(int(judged.tiers.tier[row]))],
        "gene": judged.codes.symbol(gene),
        "hgnc_id": judged.codes.hgnc_id(gene),
        "mode": MODE_NAMES[Mode(int(rows.mode[row]))],
        "segregation_pattern": _pattern(judged, row),
        "penetrance": "complete" if rows.complete[row] or rows.imprinted[row] else "incomplete",
        "pli": _number(judged.codes.table.pli[gene]) if known else None,
        "family_id": judged.family.pedigree.family_id,
        "proband": judged.family.proband_id,
    }


def _score_cells(judged: Judged, row: int) -> dict[str, Any]:
    """Give the score of a row's candidate, with its addends and its probability."""
    candidate, scores = int(judged.rows.candidate[row]), judged.scores
    addends = zip(ADDENDS, scores.addends[candidate].tolist(), strict=True)
    return {
        "score": round(float(scores.total[candidate]), 4),
        "probability": float(f"{scores.probability[candidate]:.6g}"),
        **{
            f"score_{name}": "not_assessed" if value != value else round(value, 4)
            for name, value in addends
        },
    }


def _acmg_cells(judged: Judged, row: int) -> dict[str, Any]:
    """Give the proposed class of a row's variant."""
    assessment = judged.assessments[row]
    return {
        "acmg_class": assessment.acmg_class,
        "acmg_points": assessment.points,
        "acmg_criteria": assessment.labels,
        "acmg_posterior": float(f"{assessment.posterior:.6g}"),
        "acmg_temperature": assessment.temperature,
        "acmg_reasons": [f"{c.label}: {c.reason}" for c in assessment.criteria],
        "acmg_not_assessed": list(assessment.not_assessed),
    }


def _disease_cells(judged: Judged, row: int) -> dict[str, Any]:
    """Give the disease of a row's gene that fits best."""
    gene = int(judged.rows.gene[row])
    fit = judged.phenotype.best(gene) if judged.phenotype is not None else None
    return {
        "disease": fit.name if fit else "",
        "disease_id": fit.disease_id if fit else "",
        "matched_terms": list(fit.terms) if fit else [],
    }


def _pattern(judged: Judged, row: int) -> str:
    """Name the segregation as Genomics England does."""
    mode, variant = Mode(int(judged.rows.mode[row])), int(judged.rows.variant[row])
    if mode is Mode.AUTOSOMAL_RECESSIVE_HOM and sorted(judged.origin[variant].tolist()) == [0, 1]:
        return "UniparentalIsodisomy"
    if mode is Mode.AUTOSOMAL_DOMINANT:
        for event in judged.tiers.events[row]:
            expressed = EXPRESSED_FROM.get(event.entry.moi)
            if expressed and event.fit is not Outcome.FAIL:
                silent = "Maternally" if expressed == "father" else "Paternally"
                return f"InheritedAutosomalDominant{silent}Imprinted"
    return _PATTERNS[mode]


def _variant_cells(judged: Judged, variant: int) -> dict[str, Any]:
    batch = judged.evidence.batch
    stars = int(batch["clinvar_stars"][variant])
    unread = batch["clinvar_class"][variant] == ClinvarClass.NOT_ASSESSED
    on_mt = judged.calls.region[variant] == Region.MITOCHONDRIAL
    fraction = batch["alt_fraction"][variant, int(judged.calls.samples[0])]
    return {
        "chrom": batch["contig"][variant],
        "pos": int(batch["position"][variant]),
        "ref": batch["ref"][variant],
        "alt": batch["alt"][variant],
        "variant_id": batch["variant_id"][variant],
        "filter": batch["filters"][variant],
        "clinvar": "not_assessed" if unread else batch["clinvar"][variant],
        "clinvar_stars": stars if stars >= 0 else None,
        "heteroplasmy": _number(fraction) if on_mt else None,
        "heteroplasmy_mother": _number(_mothers_fraction(judged, variant)) if on_mt else None,
        **{
            name: _number(batch[name][variant])
            for name in ("revel", "alphamissense", "cadd", "spliceai")
        },
    }


def _mothers_fraction(judged: Judged, variant: int) -> float:
    """Fraction of the mother's reads with the allele, NaN where not known."""
    if judged.calls.mother < 0:
        return float("nan")
    sample = int(judged.calls.samples[judged.calls.mother])
    return float(judged.evidence.batch["alt_fraction"][variant, sample])


def _transcript_cells(judged: Judged, row: int) -> dict[str, Any]:
    genes, transcripts = judged.evidence.genes, judged.evidence.batch.transcripts
    pair = int(judged.rows.pair[row])
    entry, worst = int(genes.entry[pair]), int(genes.worst_entry[pair])
    impact = Impact(int(transcripts.impact[entry]))
    return {
        "consequence": transcripts.consequence[entry],
        "impact": "" if impact is Impact.UNKNOWN else impact.name,
        "transcript": transcripts.transcript[entry],
        "transcript_choice": TRANSCRIPT_CHOICE_NAMES[TranscriptChoice(int(genes.choice[pair]))],
        "mane_refseq": _mane_refseq(judged, pair),
        "exon": transcripts.exon[entry],
        "hgvs_c": transcripts.hgvs_c[entry],
        "hgvs_p": transcripts.hgvs_p[entry],
        "loftee": transcripts.loftee[entry],
        "worst_consequence": transcripts.consequence[worst],
        "worst_transcript": transcripts.transcript[worst],
    }


def _mane_refseq(judged: Judged, pair: int) -> str:
    """Give the RefSeq accession of a MANE Select transcript, which clinicians report."""
    genes, table = judged.evidence.genes, judged.codes.table
    gene = int(genes.gene[pair])
    if genes.choice[pair] != TranscriptChoice.MANE_SELECT or not judged.codes.in_table(gene):
        return ""
    return table.mane_select_transcripts[gene].partition(",")[2]


def _frequency_cells(judged: Judged, variant: int, popmax: tuple[float, str]) -> dict[str, Any]:
    evidence = judged.evidence
    present = [
        f"{source}={value:.6g}"
        for source, value in zip(
            evidence.limits.sources, evidence.batch["af"][variant].tolist(), strict=True
        )
        if value > 0
    ]
    highest, source = popmax
    homozygotes = int(evidence.batch["homozygotes"][variant])
    return {
        "popmax_af": "not_assessed" if highest != highest else highest,
        "popmax_source": source if highest > 0 else "",
        "frequencies": present,
        "homozygotes": homozygotes if homozygotes >= 0 else None,
    }


def _panel_cells(judged: Judged, row: int) -> dict[str, Any]:
    events = [e for e in judged.tiers.events[row] if e.entry.confidence > Confidence.NONE]
    return {
        "panels": list(dict.fromkeys(event.entry.label for event in events)),
        "moi": list(dict.fromkeys(event.entry.moi.value for event in events)),
    }


def _segregation_cells(judged: Judged, row: int) -> dict[str, Any]:
    rows = judged.rows
    variant, partner = int(rows.variant[row]), int(rows.partner[row])
    mode = Mode(int(rows.mode[row]))
    new = mode is Mode.DE_NOVO
    doubts = reasons_in_words(int(judged.doubts[variant])) if new else ""
    return {
        "segregation": OUTCOME_NAMES[Outcome(int(rows.segregation[row]))],
        "phase": PHASE_NAMES[Phase(int(rows.phase[row]))] if partner >= 0 else "",
        "phase_reason": _phase_reason(judged, row) if partner >= 0 else "",
        "partner": _name(judged, partner) if partner >= 0 else "",
        "parent_of_origin": _parent_of_origin(judged, variant, mode),
        "de_novo_grade": DE_NOVO_GRADE_NAMES[DeNovoGrade(int(judged.grade[variant]))]
        if new
        else "",
        "de_novo_doubts": doubts.split(", ") if doubts else [],
        "de_novo_posterior": _posterior(judged, variant) if new else None,
        "event": "+".join(_name(judged, v) for v in judged.events.variants_of(row)),
    }


def _posterior(judged: Judged, variant: int) -> float | None:
    """Give the probability of a new allele with six significant figures."""
    return _number(float(f"{judged.posterior[variant]:.6g}"))


def _phase_reason(judged: Judged, row: int) -> str:
    """Say what tells the phase of a pair."""
    rows, batch = judged.rows, judged.evidence.batch
    reason = PhaseReason(int(rows.phase_reason[row]))
    variants = int(rows.variant[row]), int(rows.partner[row])
    if reason is PhaseReason.TRANSMISSION:
        givers = [_parent_of_origin(judged, v, Mode.COMPOUND_HET) for v in variants]
        return f"this one {givers[0]}, its partner {givers[1]}"
    if reason is PhaseReason.PHASE_SET:
        name = batch["phase_set"][variants[0], int(judged.calls.samples[0])]
        return "phased over the contig" if name == "|" else f"phase set {name}"
    if reason is PhaseReason.ONE_PARENT:
        unseen = {judged.calls.father < 0: "mother", judged.calls.mother < 0: "father"}
        return f"{unseen.get(True, 'one parent')} carries one of them"
    if reason is PhaseReason.DISTANCE:
        first, second = (int(batch["position"][v]) for v in variants)
        return f"{abs(first - second)} bases apart, not phased"
    return PHASE_REASON_NAMES[reason]


def _parent_of_origin(judged: Judged, variant: int, mode: Mode) -> str:
    """Say from which parent the proband has an allele; empty where it is not known."""
    if mode is Mode.DE_NOVO:
        return "new"
    father, mother = (int(x) for x in judged.origin[variant])
    if judged.calls.region[variant] == Region.MITOCHONDRIAL:
        return "maternal" if mother == 1 else ""
    twice = judged.calls.proband[variant] == Genotype.HOMOZYGOUS
    names = {(1, 0): "paternal", (0, 1): "maternal", (1, 1): "both" if twice else "either"}
    names[0, 0] = "new"
    return names.get((father, mother), "")


def _name(judged: Judged, variant: int) -> str:
    """Write a variant as chrom-pos-ref-alt."""
    batch = judged.evidence.batch
    return "-".join(str(batch[n][variant]) for n in ("contig", "position", "ref", "alt"))


def _member_cells(judged: Judged, variant: int, members: tuple[str, ...]) -> dict[str, Any]:
    batch = judged.evidence.batch
    cells: dict[str, Any] = {}
    for name, sample in zip(members, judged.calls.samples.tolist(), strict=True):
        depth = int(batch["depth"][variant, sample])
        cells[f"gt_{name}"] = batch["genotype_text"][variant, sample]
        cells[f"dp_{name}"] = depth if depth >= 0 else None
        cells[f"gq_{name}"] = _number(batch["gq"][variant, sample])
        cells[f"ab_{name}"] = _number(batch["alt_fraction"][variant, sample])
    return cells


def _details(judged: Judged, row: int) -> dict[str, Any]:
    """Collect what only the JSON holds: every transcript, every report event."""
    batch, variant = judged.evidence.batch, int(judged.rows.variant[row])
    transcripts = batch.transcripts
    start, stop = int(transcripts.start[variant]), int(transcripts.start[variant + 1])
    return {
        "transcripts": [
            {
                "gene": judged.codes.symbol(int(transcripts.gene[e])),
                "transcript": transcripts.transcript[e],
                "biotype": transcripts.biotype[e],
                "consequence": transcripts.consequence[e],
                "hgvs_c": transcripts.hgvs_c[e],
                "hgvs_p": transcripts.hgvs_p[e],
                "mane_select": bool(transcripts.mane_select[e]),
                "mane_plus_clinical": bool(transcripts.mane_plus_clinical[e]),
                "canonical": bool(transcripts.canonical[e]),
            }
            for e in range(start, stop)
        ],
        "acmg": [
            {
                "code": c.code,
                "strength": c.strength,
                "points": c.points,
                "about": c.about,
                "reason": c.reason,
                "values": c.values,
                "curated": c.curated,
            }
            for c in judged.assessments[row].criteria
        ],
        "phenotype": _term_fits(judged, int(judged.rows.gene[row])),
        "report_events": [
            {
                "panel_id": event.entry.panel.panel_id,
                "panel_name": event.entry.panel.name,
                "panel_version": event.entry.panel.version,
                "confidence": event.entry.confidence.name.lower(),
                "moi": event.entry.moi.value,
                "mode_fits": OUTCOME_NAMES[event.fit],
                "tier": TIER_NAMES[event.tier],
            }
            for event in judged.tiers.events[row]
        ],
    }


def _term_fits(judged: Judged, gene: int) -> list[dict[str, Any]]:
    """Say how near each term of the proband comes to the disease of a gene that fits best."""
    fit = judged.phenotype.best(gene) if judged.phenotype is not None else None
    return [
        {"term": f.term, "nearest": f.nearest, "share": f.share} for f in (fit.fits if fit else ())
    ]
