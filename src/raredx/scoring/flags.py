"""What to look at before believing a row, as short words; docs/fields.md explains each."""

from __future__ import annotations

from raredx.kernels.de_novo import PARENTAL_READS
from raredx.scoring.judged import Judged
from raredx.vocabulary import (
    Affection,
    ClinvarClass,
    ConsequenceClass,
    Genotype,
    Mode,
    Moi,
    Outcome,
    Phase,
    Region,
    Sex,
)

_LOSS = {"stop_gained", "frameshift_variant", "splice_donor_variant", "splice_acceptor_variant",
         "start_lost", "transcript_ablation"}  # fmt: skip


def flags_of(judged: Judged, row: int) -> list[str]:
    """List the flags of a row, in a fixed order."""
    return [
        *_call_flags(judged, row),
        *_family_flags(judged, row),
        *_gene_flags(judged, row),
    ]


def not_assessed(judged: Judged, row: int) -> list[str]:
    """Name the questions about a row that could not be answered."""
    rows, batch = judged.rows, judged.evidence.batch
    variant = int(rows.variant[row])
    answers = {
        "filter": int(batch["filter_outcome"][variant]),
        "frequency": int(rows.frequency[row]),
        "segregation": int(rows.segregation[row]),
        "panel": int(judged.tiers.panel[row]),
    }
    found = [question for question, answer in answers.items() if answer == Outcome.NOT_ASSESSED]
    if batch["clinvar_class"][variant] == ClinvarClass.NOT_ASSESSED:
        found.append("clinvar")
    return found


def _call_flags(judged: Judged, row: int) -> list[str]:
    """Doubts about the proband's own call."""
    batch, limits = judged.evidence.batch, judged.rules.proband
    variant, sample = int(judged.rows.variant[row]), int(judged.calls.samples[0])
    region = judged.calls.region[variant]
    genotype = judged.calls.proband[variant]
    found = []
    if batch["gq"][variant, sample] < limits.flag_gq:
        found.append("low_gq")
    if 0 <= batch["depth"][variant, sample] < limits.flag_depth:
        found.append("low_depth")
    fraction = batch["alt_fraction"][variant, sample]
    if region != Region.MITOCHONDRIAL and genotype == Genotype.HETEROZYGOUS:
        if fraction < limits.flag_min_het_fraction:
            found.append("mosaic_possible")
        elif fraction > limits.flag_max_het_fraction:
            found.append("allele_balance")
    if batch["missing_alleles"][variant, sample] > 0:
        found.append("half_call")
    if genotype == Genotype.CARRIER and batch["missing_alleles"][variant, sample] == 0:
        found.append("male_het_on_x" if region == Region.X else "het_on_y")
    if genotype == Genotype.HEMIZYGOUS and region in (Region.AUTOSOMAL, Region.PSEUDOAUTOSOMAL):
        found.append("haploid_call_on_autosome")
    if batch["other_dosage"][variant, sample] > 0:
        found.append("two_alt_alleles")
    if judged.calls.sex[0] == Sex.UNKNOWN and region in (Region.X, Region.Y):
        found.append("sex_unknown")
    if region == Region.MITOCHONDRIAL:
        found.append("homoplasmic" if genotype == Genotype.HEMIZYGOUS else "heteroplasmic")
    return found


def _family_flags(judged: Judged, row: int) -> list[str]:
    """Doubts about the family."""
    rows, calls = judged.rows, judged.calls
    variant, mode = int(rows.variant[row]), Mode(int(rows.mode[row]))
    father, mother = (int(x) for x in judged.origin[variant])
    found = []
    if calls.father < 0 or calls.mother < 0:
        found.append("parent_not_sequenced")
    for column, who in ((calls.father, "father"), (calls.mother, "mother")):
        if column >= 0 and calls.genotype[variant, column] in (Genotype.MISSING, Genotype.PARTIAL):
            found.append(f"{who}_not_called")
    dominant = mode in (Mode.AUTOSOMAL_DOMINANT, Mode.X_LINKED_DOMINANT)
    if dominant and 1 not in (father, mother) and -1 in (father, mother):
        found.append("de_novo_possible")
    givers = [c for c, has in ((calls.father, father), (calls.mother, mother)) if has == 1]
    if dominant and any(calls.affection[c] == Affection.UNKNOWN for c in givers):
        found.append("transmitting_parent_affection_unknown")
    if mode is Mode.DE_NOVO and judged.doubts[variant] & PARENTAL_READS:
        found.append("parental_mosaic_possible")
    if mode is Mode.AUTOSOMAL_RECESSIVE_HOM and 0 in (father, mother):
        found.append("isodisomy_or_deletion")
    if mode is Mode.X_LINKED_RECESSIVE:
        if mother == 0:
            found.append("mother_without_allele")
        if father == 0 and calls.proband[variant] == Genotype.HOMOZYGOUS:
            found.append("isodisomy_or_deletion")
    if mode is Mode.MITOCHONDRIAL:
        found += ["mother_without_allele"] * (mother == 0) + ["father_carries"] * (father == 1)
        homoplasmic = (calls.genotype[variant, 1:] == Genotype.HEMIZYGOUS) & (
            calls.affection[1:] == Affection.UNAFFECTED
        )
        found += ["homoplasmic_in_unaffected"] * bool(homoplasmic.any())
    if int(rows.partner[row]) >= 0 and rows.phase[row] != Phase.TRANS:
        found.append("phase_unknown" if rows.phase[row] == Phase.UNKNOWN else "phase_probable")
    if not rows.complete[row]:
        found.append("imprinted" if rows.imprinted[row] else "incomplete_penetrance")
    return found


def _gene_flags(judged: Judged, row: int) -> list[str]:
    """Doubts about gene, transcript and rescue."""
    rows, evidence = judged.rows, judged.evidence
    variant, pair = int(rows.variant[row]), int(rows.pair[row])
    transcripts, entry = evidence.batch.transcripts, int(evidence.genes.tier_entry[pair])
    strength = evidence.genes.consequence_class[pair]
    found = []
    if evidence.known[variant]:
        if rows.frequency[row] == Outcome.FAIL:
            found.append("clinvar_rescued_frequency")
        if strength == ConsequenceClass.NONE:
            found.append("clinvar_rescued_consequence")
    if evidence.near[pair]:
        found.append("consequence_not_tiered")
    if evidence.genes.other_worse[pair]:
        found.append("other_transcript_worse")
    if transcripts.loftee[entry] in ("LC", "OS"):
        found.append("loftee_low_confidence")
    events = [event for event in judged.tiers.events[row] if event.entry.is_green]
    fits = [event for event in events if event.fit is not Outcome.FAIL]
    if events and not fits:
        found.append("green_for_another_mode")
    terms = set(str(transcripts.consequence[entry]).split("&"))
    if terms & _LOSS and any(event.entry.lof_mechanism == "not_lof" for event in events):
        found.append("lof_not_the_mechanism")
    if fits and all(event.entry.moi is Moi.UNKNOWN for event in fits):
        found.append("moi_unknown")
    if any(event.fit is Outcome.NOT_ASSESSED for event in events):
        found.append("parent_of_origin_unknown")
    if not judged.codes.in_table(int(rows.gene[row])):
        found.append("gene_not_in_hgnc")
    return found
