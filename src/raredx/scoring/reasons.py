"""Why a row has its tier, in one sentence of plain words."""

from __future__ import annotations

import numpy as np

from raredx.scoring.flags import not_assessed
from raredx.scoring.judged import Judged
from raredx.scoring.mosaic import carrying_siblings
from raredx.scoring.panel_match import PanelEntry
from raredx.vocabulary import (
    DE_NOVO_GRADE_NAMES,
    TIER_NAMES,
    TRANSCRIPT_CHOICE_NAMES,
    ConsequenceClass,
    DeNovoGrade,
    Mode,
    Outcome,
    Phase,
    Tier,
    TranscriptChoice,
)

_MODE_WORDS = {
    Mode.DE_NOVO: "de novo",
    Mode.AUTOSOMAL_DOMINANT: "dominant",
    Mode.AUTOSOMAL_RECESSIVE_HOM: "homozygous",
    Mode.COMPOUND_HET: "compound heterozygous",
    Mode.X_LINKED_RECESSIVE: "X-linked recessive",
    Mode.X_LINKED_DOMINANT: "X-linked dominant",
    Mode.X_LINKED_COMPOUND_HET: "X-linked compound heterozygous",
    Mode.Y_LINKED: "Y-linked",
    Mode.MITOCHONDRIAL: "mitochondrial",
    Mode.X_LINKED_HET_FEMALE: "X-linked, one copy in an affected woman",
}
_PHASE_WORDS = {
    Phase.TRANS: "in trans",
    Phase.TRANS_PHASED: "in trans by phase set",
    Phase.PROBABLE_TRANS: "probably in trans",
    Phase.UNKNOWN: "phase unknown",
    Phase.LIKELY_CIS: "likely in cis",
}


def reason_of(judged: Judged, row: int, popmax: tuple[float, str]) -> str:
    """Explain the tier of a row: panel, consequence, frequency, segregation, what is open."""
    tier = Tier(int(judged.tiers.tier[row]))
    head = "Untiered" if tier is Tier.UNTIERED else f"Tier {TIER_NAMES[tier]}"
    parts = [
        _panel(judged, row, tier),
        _consequence(judged, row),
        _frequency(judged, row, popmax),
        _segregation(judged, row),
    ]
    missing = not_assessed(judged, row)
    if missing:
        parts.append(f"not assessed: {', '.join(missing)}")
    return f"{head}: {'; '.join(parts)}."


def _panel(judged: Judged, row: int, tier: Tier) -> str:
    """Say what the panels make of the gene."""
    gene = judged.codes.symbol(int(judged.rows.gene[row]))
    if not judged.n_panels:
        return f"no panel applied, {gene} in scope"
    green = [event for event in judged.tiers.events[row] if event.entry.is_green]
    fits = [event for event in green if event.fit is not Outcome.FAIL]
    if fits:
        entry = fits[0].entry
        more = f" and {len(fits) - 1} more" if len(fits) > 1 else ""
        return (
            f"{gene} is green on {entry.panel.name}{_version(entry)}{more}, {entry.moi.value} fits"
        )
    if green:
        wanted = ", ".join(sorted({event.entry.moi.value for event in green}))
        rest = ", and not green on every applied panel" if tier is Tier.TIER3 else ""
        return f"{gene} is green but asks for {wanted}{rest}"
    return f"{gene} is green on no applied panel"


def _version(entry: PanelEntry) -> str:
    """Version of a panel, where its source tells one."""
    return f" v{entry.panel.version}" if entry.panel.version else ""


def _consequence(judged: Judged, row: int) -> str:
    """Say which consequence was judged, on which transcript."""
    genes, transcripts = judged.evidence.genes, judged.evidence.batch.transcripts
    pair = int(judged.rows.pair[row])
    entry = int(genes.tier_entry[pair])
    strength = ConsequenceClass(int(genes.consequence_class[pair]))
    words = {
        ConsequenceClass.HIGH: "high impact",
        ConsequenceClass.MODERATE: "moderate impact",
        ConsequenceClass.NONCODING_GENE: "exon of a non-coding gene",
        ConsequenceClass.NONE: "consequence not in the rule set",
    }[strength]
    choice = TranscriptChoice(int(genes.choice[pair]))
    if entry != int(genes.entry[pair]):
        choice = TranscriptChoice.MANE_PLUS_CLINICAL
    named = transcripts.transcript[entry] or "a transcript without name"
    text = f"{transcripts.consequence[entry]} ({words}) on {named}"
    text += f" ({TRANSCRIPT_CHOICE_NAMES[choice].replace('_', ' ')})"
    if judged.evidence.known[int(judged.rows.variant[row])]:
        words = judged.evidence.batch["clinvar"][int(judged.rows.variant[row])]
        text += f", known to ClinVar as {words}"
    return text


def _frequency(judged: Judged, row: int, popmax: tuple[float, str]) -> str:
    """Say how rare it is, and under which limit."""
    mode = Mode(int(judged.rows.mode[row]))
    highest, source = popmax
    if judged.rows.frequency[row] == Outcome.NOT_ASSESSED or highest != highest:
        return "population frequency not assessed"
    limits = judged.evidence.limits
    limit = float(limits.of(mode)[limits.sources.index(source)]) if source else np.nan
    if highest == 0:
        return "absent from the population sources"
    relation = "above" if judged.rows.frequency[row] == Outcome.FAIL else "within"
    return f"popmax {highest:.3g} in {source}, {relation} {limit:.3g}"


def _segregation(judged: Judged, row: int) -> str:
    """Say how it segregates."""
    rows = judged.rows
    mode, variant = Mode(int(rows.mode[row])), int(rows.variant[row])
    text = _MODE_WORDS[mode]
    if int(rows.partner[row]) >= 0:
        text += f", {_PHASE_WORDS[Phase(int(rows.phase[row]))]}"
    if mode is Mode.DE_NOVO:
        text += f" ({DE_NOVO_GRADE_NAMES[DeNovoGrade(int(judged.grade[variant]))]} confidence)"
        shared = carrying_siblings(judged.calls, variant)
        if shared:
            text += f", also in sibling {' and '.join(shared)}: a parent's germline may carry it"
    else:
        father, mother = (int(x) for x in judged.origin[variant])
        giver = {(1, 0): "father", (0, 1): "mother", (1, 1): "both parents"}.get((father, mother))
        text += f", from {giver}" if giver else ""
    if rows.segregation[row] == Outcome.PASS:
        weak = mode is Mode.DE_NOVO and judged.grade[variant] < DeNovoGrade.MEDIUM
        return f"{text}, fits the family" + (" if the call is real" if weak else "")
    return f"{text}, family not fully assessed"
