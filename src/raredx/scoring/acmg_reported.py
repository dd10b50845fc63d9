"""PS1, PM5, PM1, PP2 and BP1: what is reported of the same residue, the neighbours, the gene?

The variant itself never counts: what ClinVar says of it is shown beside, and is no criterion
(PP5 and BP6 are retired). Strengths by review stars are those of Exomiser's automatic
classification (clinical rules 4.2).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from raredx.columns.acmg import LADDER, Answer, Open, Value, make_criterion
from raredx.columns.clinvar import ClinvarTable, allele_name, changed_bases, trimmed
from raredx.columns.coding_map import CodingMap, SpliceSite
from raredx.columns.records import dataclass
from raredx.evidence_settings import AcmgSettings
from raredx.scoring.acmg_subject import IN_FRAME_TERMS, AcmgReferences, Subject
from raredx.scoring.genetic_code import (
    BaseChange,
    complement,
    makes_residue,
    possible_codons,
)
from raredx.vocabulary import ClinvarClass, Outcome, ReportedKind

SAME_RESIDUE = {2: "strong", 1: "moderate", 0: "supporting"}
"""PS1 by stars; more than two are as two."""
OTHER_RESIDUE = {2: "moderate", 1: "supporting", 0: "supporting"}
"""PM5 by stars."""
DONOR_MOTIF, ACCEPTOR_MOTIF = (-6, 3), (-20, 1)
"""Bases of a splice motif, the intron's negative and the exon's positive: three and six at a
donor, twenty and one at an acceptor (Walker 2023, doi:10.1016/j.ajhg.2023.06.002)."""
_PATHOGENIC = (ClinvarClass.PATHOGENIC, ClinvarClass.LIKELY_PATHOGENIC)
_BENIGN = (ClinvarClass.BENIGN, ClinvarClass.LIKELY_BENIGN)


@dataclass(frozen=True)
class Reported:
    """One reported (likely) pathogenic variant."""

    position: int
    ref: str
    alt: str
    clinvar_class: ClinvarClass
    stars: int
    kind: ReportedKind

    def named(self, contig: int) -> str:
        """Write it as contig-position-ref-alt, with class and stars."""
        words = self.clinvar_class.name.lower().replace("_", " ")
        stars = f"{max(self.stars, 0)} star{'' if self.stars == 1 else 's'}"
        return f"{allele_name(contig, self.position, self.ref, self.alt)} ({words}, {stars})"


def _reported(table: ClinvarTable, subject: Subject, first: int, last: int) -> Iterator[Reported]:
    """List the (likely) pathogenic variants of a stretch, without the variant itself."""
    own = subject.position, subject.ref, subject.alt
    for row in table.between(subject.contig, first, last):
        if table.clinvar_class[row] not in _PATHOGENIC:
            continue
        position, ref, alt = trimmed(int(table.position[row]), table.ref[row], table.alt[row])
        if (position, ref, alt) != own:
            yield Reported(
                position, ref, alt, ClinvarClass(int(table.clinvar_class[row])),
                int(table.stars[row]), ReportedKind(int(table.kind[row])),
            )  # fmt: skip


def judge_reported(
    subject: Subject, references: AcmgReferences, settings: AcmgSettings
) -> Iterator[Answer]:
    """Judge PS1, PM5, PM1, PP2 and BP1."""
    if subject.is_missense:
        yield from _judge_residue(subject, references, settings)
    elif subject.map is not None and not subject.on_mt:
        yield from _judge_splicing(subject, references, settings)
    if subject.is_missense or not subject.terms.isdisjoint(IN_FRAME_TERMS):
        yield from _judge_hot_spot(subject, references, settings)
    if settings.use_pp2_bp1 and subject.is_missense:
        yield from _judge_gene(subject, references, settings)


def _judge_residue(
    subject: Subject, references: AcmgReferences, settings: AcmgSettings
) -> Iterator[Answer]:
    """Judge PS1 and PM5 of a missense variant."""
    own_map, table = subject.map, references.clinvar
    if table is None or own_map is None or subject.coding_base < 0:
        yield from _both_open(_place_unknown(subject, references))
        return
    codon = (subject.coding_base - 1) // 3 + 1
    positions = own_map.codon_positions(codon)
    near = [
        reported
        for reported in _reported(table, subject, min(positions), max(positions))
        if reported.position in positions and reported.kind is ReportedKind.MISSENSE
        and len(reported.ref) == len(reported.alt) == 1
        and not _may_splice(own_map, reported.position)
    ]  # fmt: skip
    if not near or subject.spliceai >= settings.splice_pathogenic:
        return
    unknown = ""
    if not subject.is_snv:
        unknown = "more than one base is changed"
    elif subject.substitution is None:
        unknown = "no protein change in the annotation"
    elif subject.substitution[1] != codon:
        unknown = "the annotation counts residues in another transcript"
    elif math.isnan(subject.spliceai) and _may_splice(own_map, subject.position):
        unknown = "at the end of an exon without a SpliceAI score"
    if unknown:
        yield from _both_open(f"{unknown}, residue {codon} has {near[0].named(subject.contig)}")
    else:
        yield from _compare_residues(subject, own_map, near)


def _both_open(reason: str) -> Iterator[Answer]:
    """Leave PS1 and PM5 open."""
    yield Open("PS1", reason)
    yield Open("PM5", reason)


def _place_unknown(subject: Subject, references: AcmgReferences) -> str:
    """Say why the residue of a missense variant cannot be looked up."""
    if references.clinvar is None:
        return f"no ClinVar table for {references.assembly.value}"
    if subject.on_mt:
        return "no coding map of mitochondrial genes"
    return "not in the coding sequence of a MANE Select transcript"


def _may_splice(own_map: CodingMap, position: int) -> bool:
    """Whether a base of an exon is part of a splice motif."""
    site = own_map.splice_site(position)
    if site is None or site.distance < 0:
        return False
    return site.distance <= (DONOR_MOTIF if site.kind == "donor" else ACCEPTOR_MOTIF)[1]


def _change(own_map: CodingMap, position: int, ref: str, alt: str) -> BaseChange:
    """Read a change of one base on the strand of the gene."""
    place = (own_map.coding_base(position) - 1) % 3
    if own_map.forward:
        return BaseChange(place, ref, alt)
    return BaseChange(place, complement(ref), complement(alt))


def _compare_residues(
    subject: Subject, own_map: CodingMap, near: list[Reported]
) -> Iterator[Answer]:
    """Hold the residues that reported variants make against the candidate's."""
    if subject.substitution is None:
        return
    before, number, after = subject.substitution
    own = _change(own_map, subject.position, subject.ref, subject.alt)
    changes = [_change(own_map, r.position, r.ref, r.alt) for r in near]
    codons = tuple(
        codon
        for codon in possible_codons(own, (before, after))
        if all(codon[change.place] == change.ref for change in changes)
    )
    found: dict[Outcome, list[Reported]] = {outcome: [] for outcome in Outcome}
    for reported, change in zip(near, changes, strict=True):
        found[makes_residue(codons, change, after)].append(reported)
    values: dict[str, Value] = {"residue": number}
    for outcome, code, strengths, what in (
        (Outcome.PASS, "PS1", SAME_RESIDUE, "same change of residue"),
        (Outcome.FAIL, "PM5", OTHER_RESIDUE, "other change of residue"),
    ):
        if found[outcome]:
            best = max(found[outcome], key=lambda r: (r.stars, r.clinvar_class, -r.position))
            strength = strengths[min(max(best.stars, 0), 2)]
            reason = f"{what} {number} as {best.named(subject.contig)}"
            yield make_criterion(code, strength, reason, {**values, "stars": best.stars})
    if found[Outcome.NOT_ASSESSED] and not found[Outcome.PASS]:
        named = found[Outcome.NOT_ASSESSED][0].named(subject.contig)
        yield Open("PS1", f"codon not known, residue made by {named} either way")
        if not found[Outcome.FAIL]:
            yield Open("PM5", f"codon not known, residue made by {named} either way")


def _judge_splicing(
    subject: Subject, references: AcmgReferences, settings: AcmgSettings
) -> Iterator[Answer]:
    """Judge PS1 for splicing: another variant of the same base, or of the same motif.

    Outside the outermost two bases of the intron only where SpliceAI predicts an effect, as of
    the reported one nothing is known but its class; at these two beside PVS1, at supporting.
    """
    own_map = subject.map
    site = own_map.splice_site(subject.span[0]) if own_map is not None else None
    if own_map is None or site is None or not _in_motif(site):
        return
    if references.clinvar is None:
        yield Open("PS1", f"no ClinVar table for {references.assembly.value}")
        return
    core = site.distance in (-1, -2)
    if core and not subject.is_loss:
        return
    if not core and (subject.is_loss or subject.changes_protein):
        return
    if not core and not subject.spliceai >= settings.splice_pathogenic:
        return
    best = ("", "")
    for reported, same_base in _reported_at_site(subject, own_map, site, references.clinvar):
        likely = reported.clinvar_class is ClinvarClass.LIKELY_PATHOGENIC
        place = (2 if same_base else 1) - likely
        strength = "supporting" if core else LADDER[place]
        what = "same base" if same_base else "same splice motif"
        reason = f"{what} as {reported.named(subject.contig)}"
        if not best[0] or LADDER.index(strength) > LADDER.index(best[0]):
            best = strength, reason
    if best[0]:
        yield make_criterion("PS1", best[0], best[1])


def _in_motif(site: SpliceSite) -> bool:
    """Whether a place belongs to the motif of its splice site."""
    low, high = DONOR_MOTIF if site.kind == "donor" else ACCEPTOR_MOTIF
    return low <= site.distance <= high


def _reported_at_site(
    subject: Subject, own_map: CodingMap, site: SpliceSite, table: ClinvarTable
) -> Iterator[tuple[Reported, bool]]:
    """List reported variants of a splice motif that act on splicing, and whether on the base."""
    reach = -ACCEPTOR_MOTIF[0] + ACCEPTOR_MOTIF[1]
    low, high = subject.span[0] - reach, subject.span[1] + reach
    for reported in _reported(table, subject, low, high):
        if reported.kind not in (
            ReportedKind.SPLICE_SITE, ReportedKind.OTHER, ReportedKind.SYNONYMOUS,
        ):  # fmt: skip
            continue
        changed = changed_bases(reported.position, reported.ref, reported.alt)
        other = own_map.splice_site(changed[0])
        if other is None or (other.kind, other.exon) != (site.kind, site.exon):
            continue
        core = site.distance in (-1, -2)
        if _in_motif(other) and (other.distance in (-1, -2)) == core:
            yield reported, changed == subject.span


def _judge_hot_spot(
    subject: Subject, references: AcmgReferences, settings: AcmgSettings
) -> Iterator[Answer]:
    """Judge PM1: many reported missense variants around, and no benign one."""
    table = references.clinvar
    if table is None:
        yield Open("PM1", f"no ClinVar table for {references.assembly.value}")
        return
    counts = {"pathogenic": 0, "benign": 0, "uncertain": 0}
    own = subject.position, subject.ref, subject.alt
    first = subject.position - settings.pm1_distance
    last = subject.position + settings.pm1_distance
    for row in table.between(subject.contig, first, last):
        if table.kind[row] != ReportedKind.MISSENSE:
            continue
        if trimmed(int(table.position[row]), table.ref[row], table.alt[row]) == own:
            continue
        known = ClinvarClass(int(table.clinvar_class[row]))
        counts["pathogenic"] += known in _PATHOGENIC
        counts["benign"] += known in _BENIGN
        counts["uncertain"] += known is ClinvarClass.UNCERTAIN
    if counts["pathogenic"] < settings.pm1_min_reported or counts["benign"]:
        return
    reason = (
        f"{counts['pathogenic']} reported (likely) pathogenic missense variants within "
        f"{settings.pm1_distance} bases"
    )
    if not table.complete and not settings.pm1_without_benign:
        yield Open("PM1", f"{reason}, the table lists no benign ones")
    elif not table.complete:
        yield make_criterion("PM1", "supporting", f"{reason}, benign ones not known", {**counts})
    else:
        more = counts["pathogenic"] > counts["uncertain"]
        reason += f", no benign, {counts['uncertain']} of uncertain significance"
        yield make_criterion("PM1", "moderate" if more else "supporting", reason, {**counts})


def _judge_gene(
    subject: Subject, references: AcmgReferences, settings: AcmgSettings
) -> Iterator[Answer]:
    """Judge PP2 and BP1: what kind of variant the gene's reported ones are."""
    reported, missense, losses = references.reported(subject.gene)
    if reported < settings.gene_min_reported:
        for code in ("PP2", "BP1"):
            yield Open(code, f"{reported} reported variants of {subject.symbol} are too few")
        return
    if losses >= settings.gene_min_share * reported:
        reason = f"{losses} of {reported} reported variants of {subject.symbol} are losses"
        yield make_criterion("BP1", "", reason, {"losses": losses, "reported": reported})
    elif missense >= settings.gene_min_share * reported:
        reason = f"{missense} of {reported} reported variants of {subject.symbol} are missense"
        benign = _benign_share(subject, references)
        if math.isnan(benign):
            yield Open("PP2", f"{reason}, the table lists no benign ones")
        elif benign <= settings.gene_max_benign_share:
            values: dict[str, Value] = {"missense": missense, "reported": reported}
            yield make_criterion(
                "PP2", "", f"{reason}, {benign:.0%} of its missense benign", values
            )


def _benign_share(subject: Subject, references: AcmgReferences) -> float:
    """Share of benign ones among the gene's reported missense variants, NaN unknown."""
    table = references.clinvar
    span = references.codes.table.span(subject.gene, references.assembly)
    if table is None or not table.complete or span is None:
        return math.nan
    rows = table.between(subject.contig, span[1], span[2])
    kinds = table.kind[rows.start : rows.stop] == ReportedKind.MISSENSE
    classes = table.clinvar_class[rows.start : rows.stop][kinds]
    benign = sum(int(known) in _BENIGN for known in classes.tolist())
    return benign / len(classes) if len(classes) else math.nan
