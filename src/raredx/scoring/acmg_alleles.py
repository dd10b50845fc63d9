"""PM3 and BP2: what does the proband's other allele of the gene say?

The other allele counts by the criteria about it alone, so that two alleles never prove each
other, or by its class in ClinVar.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from raredx.columns.acmg import Answer, Open, Value, make_criterion
from raredx.columns.batch import VariantBatch
from raredx.columns.records import dataclass
from raredx.scoring.acmg_de_novo import IN_TRANS, strength_of
from raredx.scoring.acmg_family import PAIRS, FamilyFacts, FamilyRow, cite
from raredx.scoring.acmg_frequency import DOMINANT
from raredx.vocabulary import UNKNOWN_INDEX, ClinvarClass, Mode, Outcome, Phase, Region

HOMOZYGOUS_POINTS = 0.5
PROBAND_POINTS: dict[tuple[str, bool], float] = {
    ("pathogenic", True): 1.0, ("likely_pathogenic", True): 1.0, ("uncertain", True): 0.25,
    ("pathogenic", False): 0.5, ("likely_pathogenic", False): 0.25,
}  # fmt: skip
"""Points for one proband by the other allele, and whether it is confirmed to be in trans
(ClinGen SVI, recommendation for PM3, version 1.0)."""
_CLINVAR = {
    ClinvarClass.PATHOGENIC: "pathogenic", ClinvarClass.LIKELY_PATHOGENIC: "likely_pathogenic",
}  # fmt: skip


@dataclass(frozen=True)
class Allele:
    """A variant of the gene, and how it stands by itself.

    Attributes
    ----------
    variant : int
    standing : str
        Class as in `Assessment.acmg_class`, by the criteria about the variant or by ClinVar,
        whichever is the more pathogenic.
    source : str
        Which of them says so.
    """

    variant: int
    standing: str
    source: str

    @property
    def is_pathogenic(self) -> bool:
        """Whether the variant is (likely) pathogenic."""
        return self.standing in ("pathogenic", "likely_pathogenic")


_ORDER = ("benign", "likely_benign", "uncertain", "likely_pathogenic", "pathogenic")


def stand(batch: VariantBatch, variant: int, own_class: str, min_stars: int) -> Allele:
    """Say how a variant stands by itself."""
    known = ClinvarClass(int(batch["clinvar_class"][variant]))
    reported = _CLINVAR.get(known, "")
    reviewed = max(int(batch["clinvar_stars"][variant]), 0) >= min_stars
    if reported and reviewed and _ORDER.index(reported) > _ORDER.index(own_class):
        return Allele(variant, reported, "ClinVar")
    return Allele(variant, own_class, "its own criteria")


def judge_other_allele(
    row: FamilyRow, other: Allele | None, facts: FamilyFacts, batch: VariantBatch
) -> Iterator[Answer]:
    """Judge PM3 of a row: homozygous, or with the partner that the row names."""
    calls = facts.calls
    parents = calls.father, calls.mother
    if row.mode is Mode.AUTOSOMAL_RECESSIVE_HOM:
        if 0 in facts.origin[row.variant].tolist():
            told = cite(calls, batch, [row.variant], parents)
            yield Open("PM3", f"homozygous by disomy or over a deletion: {told}")
            return
        told = cite(calls, batch, [row.variant], (0, *parents))
        values: dict[str, Value] = {"proband_points": HOMOZYGOUS_POINTS}
        yield make_criterion("PM3", strength_of(HOMOZYGOUS_POINTS), f"homozygous: {told}", values)
        return
    if row.mode not in PAIRS or other is None or row.phase is Phase.LIKELY_CIS:
        return
    in_trans = row.phase in IN_TRANS
    points = PROBAND_POINTS.get((other.standing, in_trans), 0.0)
    strength = strength_of(points)
    if strength:
        words = other.standing.replace("_", " ")
        told = cite(calls, batch, [row.variant, other.variant], parents)
        told = told or cite(calls, batch, [row.variant, other.variant], (0,))
        phase = "in trans with" if in_trans else "phase unknown, beside"
        reason = f"{phase} {_name(batch, other.variant)}, {words} by {other.source}: {told}"
        yield make_criterion("PM3", strength, reason, {"proband_points": points})


def judge_in_gene(
    row: FamilyRow,
    own: Allele,
    others: Iterable[Allele],
    facts: FamilyFacts,
    batch: VariantBatch,
    dominant: Outcome,
) -> Iterator[Answer]:
    """Judge BP2: in cis with a (likely) pathogenic variant, or in trans in a dominant gene.

    Parameters
    ----------
    dominant : Outcome
        Whether the gene's diseases are inherited in the row's mode, where that is dominant.
    """
    if own.is_pathogenic or facts.calls.region[row.variant] == Region.MITOCHONDRIAL:
        return
    event = facts.events.variants_of(row.number)
    for other in others:
        if not other.is_pathogenic or other.variant == row.variant or other.variant in event:
            continue
        phase = phase_between(row.variant, other.variant, facts, batch)
        in_trans = phase is Phase.TRANS and row.mode in DOMINANT and row.complete
        standing = other.standing.replace("_", " ")
        what = f"with {_name(batch, other.variant)}, {standing} by {other.source}"
        if phase is Phase.CIS or (in_trans and dominant is Outcome.PASS):
            calls = facts.calls
            told = cite(calls, batch, [row.variant, other.variant], (0, calls.father, calls.mother))
            words = "in cis" if phase is Phase.CIS else "in trans, in a dominant gene,"
            yield make_criterion("BP2", "", f"{words} {what}: {told}")
            return
        if in_trans and dominant is Outcome.NOT_ASSESSED:
            yield Open("BP2", f"in trans {what}, whether the gene is dominant not known")


def phase_between(first: int, second: int, facts: FamilyFacts, batch: VariantBatch) -> Phase:
    """Say how two heterozygous variants of the proband lie: by phase set, else by origin."""
    sample = int(facts.calls.samples[0])
    sets = [batch["phase_set"][v, sample] for v in (first, second)]
    sides = [int(batch["haplotype"][v, sample]) for v in (first, second)]
    if sets[0] and sets[0] == sets[1] and min(sides) >= 0:
        same_contig = batch["contig"][first] == batch["contig"][second]
        if same_contig:
            return Phase.CIS if sides[0] == sides[1] else Phase.TRANS
    givers = [tuple(facts.origin[v].tolist()) for v in (first, second)]
    if set(givers) == {(1, 0), (0, 1)}:
        return Phase.TRANS
    if givers[0] == givers[1] and givers[0] in ((1, 0), (0, 1)):
        return Phase.CIS
    return Phase.UNKNOWN


def _name(batch: VariantBatch, variant: int) -> str:
    """Write a variant as chrom-pos-ref-alt."""
    if variant == UNKNOWN_INDEX:
        return ""
    return "-".join(str(batch[n][variant]) for n in ("contig", "position", "ref", "alt"))
