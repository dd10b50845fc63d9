"""What to look at before believing a row, as short words; docs/fields.md explains each."""

from __future__ import annotations

import numpy as np

from raredx.columns.genome import in_transposed_region
from raredx.scoring.judged import Judged
from raredx.scoring.mosaic import carrying_siblings
from raredx.vocabulary import (
    Affection,
    ClinvarClass,
    ConsequenceClass,
    Genotype,
    Karyotype,
    Mode,
    Moi,
    Outcome,
    Phase,
    PhaseReason,
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
    sample = int(judged.calls.samples[0])
    found += [q for q in judged.answers.open_of(rows, row) if q not in found]
    if np.isnan(batch["gq"][variant, sample]):
        found.append("gq")
    if batch["depth"][variant, sample] < 0:
        found.append("depth")
    if np.isnan(batch["alt_fraction"][variant, sample]):
        found.append("allele_balance")
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
    if judged.mosaic.proband[variant]:
        found.append("mosaic_possible")
    two_alleles = region != Region.MITOCHONDRIAL and genotype == Genotype.HETEROZYGOUS
    if two_alleles and fraction > limits.flag_max_het_fraction:
        found.append("allele_balance")
    if batch["missing_alleles"][variant, sample] > 0:
        found.append("half_call")
    found += _ploidy_flags(judged, variant)
    if batch["other_dosage"][variant, sample] > 0:
        found.append("two_alt_alleles")
    if judged.calls.sex[0] == Sex.UNKNOWN and region in (Region.X, Region.Y):
        found.append("sex_unknown")
    if region == Region.MITOCHONDRIAL:
        found.append("homoplasmic" if genotype == Genotype.HEMIZYGOUS else "heteroplasmic")
    return found


def _ploidy_flags(judged: Judged, variant: int) -> list[str]:
    """Where the proband's call and the expected number of copies contradict each other."""
    calls, batch = judged.calls, judged.evidence.batch
    region, genotype = calls.region[variant], calls.proband[variant]
    sample = int(calls.samples[0])
    ploidy, uncalled = (int(batch[n][variant, sample]) for n in ("ploidy", "missing_alleles"))
    found = []
    if genotype == Genotype.CARRIER and not uncalled:
        found.append("male_het_on_x" if region == Region.X else "het_on_y")
        if region == Region.X and in_transposed_region(
            int(batch["contig_code"][variant]), int(batch["position"][variant]), judged.assembly
        ):
            found.append("x_transposed_region")
    if ploidy == 1 and region in (Region.AUTOSOMAL, Region.PSEUDOAUTOSOMAL):
        found.append("haploid_call_on_autosome")
    if ploidy == 1 and region == Region.X and calls.sexes[0, 0] == Sex.FEMALE:
        found.append("haploid_call_in_female")
    if ploidy > 2 and calls.family.pedigree.karyotype(calls.members[0]) is not Karyotype.XXX:
        found.append("ploidy_above_two")
    return found


def _pair_flags(judged: Judged, row: int) -> list[str]:
    """Doubts about a pair."""
    rows = judged.rows
    if int(rows.partner[row]) < 0:
        return []
    phase, reason = Phase(int(rows.phase[row])), PhaseReason(int(rows.phase_reason[row]))
    found = []
    if phase is Phase.UNKNOWN:
        found.append("phase_conflict" if reason is PhaseReason.CONFLICT else "phase_unknown")
    elif phase is Phase.PROBABLE_TRANS:
        found.append("phase_probable")
    elif phase is Phase.LIKELY_CIS:
        found.append("likely_in_cis")
    own = (rows.gene == rows.gene[row]) & (rows.partner >= 0)
    if len({*rows.variant[own].tolist()}) > 2:
        found.append("more_than_two_hits")
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
    if mode is Mode.Y_LINKED and father == -1:
        found.append("de_novo_possible")
    if dominant and 1 not in (father, mother) and -1 in (father, mother):
        found.append("de_novo_possible")
    givers = [c for c, has in ((calls.father, father), (calls.mother, mother)) if has == 1]
    if dominant and any(calls.affection[c] == Affection.UNKNOWN for c in givers):
        found.append("transmitting_parent_affection_unknown")
    found += _origin_flags(judged, row)
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
    if mode is Mode.X_LINKED_HET_FEMALE:
        found.append("skewed_x_inactivation")
    found += _pair_flags(judged, row)
    if not rows.complete[row]:
        found.append("imprinted" if rows.imprinted[row] else "incomplete_penetrance")
    return found


def _origin_flags(judged: Judged, row: int) -> list[str]:
    """Where a new allele may come from, or one that a parent seems to lack."""
    variant, mode = int(judged.rows.variant[row]), Mode(int(judged.rows.mode[row]))
    father, mother = (int(x) for x in judged.origin[variant])
    found = []
    if mode is Mode.DE_NOVO and carrying_siblings(judged.calls, variant):
        found.append("shared_by_siblings")
    if judged.events.variants_of(row):
        found.append("multinucleotide_event")
    signs = judged.mosaic.parents_in(mode, variant, (father, mother))
    found += ["father_mosaic_possible"] * signs[0] + ["mother_mosaic_possible"] * signs[1]
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
