"""PVS1 and PM4: is the product lost, or changed in length?

The tree of Abou Tayoun 2018, doi:10.1002/humu.23626 (clinical rules 4.3). What we cannot know is
whether a region is critical, and how often the population loses an exon: both branches are left
out, and an unknown role is judged by the share of the protein alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from raredx.columns.acmg import LADDER, Answer, Open, Value, make_criterion
from raredx.columns.coding_map import CodingMap
from raredx.columns.records import dataclass
from raredx.evidence_settings import AcmgSettings
from raredx.scoring.acmg_subject import (
    IN_FRAME_TERMS,
    LOSS_TERMS,
    SPLICE_TERMS,
    AcmgReferences,
    Subject,
)
from raredx.scoring.genetic_code import frameshift_stop, substitution
from raredx.vocabulary import GENE_VALIDITY_NAMES, GeneValidity, Outcome

HIGH_CONFIDENCE, LOW_CONFIDENCE = "HC", "LC"
"""LOFTEE's words: none of its filters doubts a loss, the end of the transcript among them; or one
does: at most moderate evidence."""


@dataclass(frozen=True)
class _Branch:
    """Where in the tree a variant ends: strength, why, and what was not known on the way."""

    strength: str
    reason: str
    open_question: str = ""


@dataclass(frozen=True)
class _Gate:
    """Whether loss of function is how the gene causes disease, and by how much that lowers."""

    outcome: Outcome
    reason: str
    steps: int = 0


def lowered(strength: str, steps: int) -> str:
    """Lower a strength; empty below supporting.

    Examples
    --------
    >>> lowered("very_strong", 1), lowered("supporting", 1)
    ('strong', '')
    """
    place = LADDER.index(strength) - steps
    return LADDER[place] if place >= 0 else ""


def judge_null(
    subject: Subject, references: AcmgReferences, settings: AcmgSettings, *, not_mechanism: bool
) -> Iterator[Answer]:
    """Judge PVS1.

    Parameters
    ----------
    not_mechanism : bool
        Whether an applied panel says that loss of function does not cause the disease.
    """
    if not subject.is_loss or subject.on_mt or not_mechanism:
        return
    gate = _gate(subject, references, settings)
    if gate.outcome is Outcome.NOT_ASSESSED:
        yield Open("PVS1", gate.reason)
    if gate.outcome is not Outcome.PASS:
        return
    branch = _branch(subject, settings)
    if not branch.strength:
        return
    reasons = [branch.reason, gate.reason]
    strength = lowered(branch.strength, gate.steps + subject.steps_for_transcript)
    if subject.steps_for_transcript:
        reasons.append("not on MANE Select, one step less")
    if subject.loftee == LOW_CONFIDENCE and strength in ("strong", "very_strong"):
        strength = "moderate"
        reasons.append("low confidence by LOFTEE, at most moderate")
    if strength:
        values: dict[str, Value] = {"exon": subject.exon or None, "loftee": subject.loftee or None}
        yield make_criterion("PVS1", strength, ", ".join(reasons), values)
    if branch.open_question:
        yield Open("PVS1", f"above {branch.strength}, {branch.open_question}", also=True)


def _gate(subject: Subject, references: AcmgReferences, settings: AcmgSettings) -> _Gate:
    """Ask whether loss of function is a mechanism of the gene."""
    gene, symbol = subject.gene, subject.symbol
    validity = references.validity(gene)
    if GeneValidity.REFUTED <= validity <= GeneValidity.LIMITED:
        word = GENE_VALIDITY_NAMES[validity]
        return _Gate(Outcome.FAIL, f"role of {symbol} in a disease is {word}")
    steps = 1 if validity is GeneValidity.MODERATE else 0
    lower = " (moderate validity of the gene, one step less)" if steps else ""
    if references.mechanism(gene) is Outcome.PASS:
        return _Gate(Outcome.PASS, f"loss of function is a mechanism of {symbol}{lower}", steps)
    reported, _, losses = references.reported(gene)
    if losses >= settings.pvs1_min_reported and losses > settings.pvs1_min_share * reported:
        what = (
            f"{losses} of {reported} reported (likely) pathogenic variants of {symbol} are losses"
        )
        return _Gate(Outcome.PASS, what + lower, steps)
    if references.mechanism(gene) is Outcome.FAIL:
        return _Gate(Outcome.FAIL, f"{symbol} causes disease by another mechanism")
    pli = references.pli(gene)
    if pli >= settings.pvs1_min_pli:
        what = f"{symbol} is intolerant to loss of function (pLI {pli:.2f}), one step less"
        return _Gate(Outcome.PASS, what + lower, steps + 1)
    why = "is not known to be a mechanism of" if references.facts else "was not looked up for"
    return _Gate(Outcome.NOT_ASSESSED, f"loss of function {why} {symbol}")


def _branch(subject: Subject, settings: AcmgSettings) -> _Branch:
    """Follow the tree for the gravest of the variant's consequences."""
    term = next(term for term in LOSS_TERMS if term in subject.terms)
    if term == "transcript_ablation":
        return _Branch("very_strong", "whole transcript deleted")
    if term == "start_lost":
        return _Branch(
            "supporting", "start codon lost", "where the next start lies was not looked up"
        )
    if term in SPLICE_TERMS:
        return _splice_branch(subject, settings)
    name = "premature stop" if term == "stop_gained" else "frameshift"
    if subject.map is not None and subject.coding_base > 0:
        return _stop_branch(subject, subject.map, settings, name)
    return _branch_by_exon(subject, name)


def _stop_branch(
    subject: Subject, own_map: CodingMap, settings: AcmgSettings, name: str
) -> _Branch:
    """Judge a premature stop by its place in the coding sequence."""
    codon = (subject.coding_base - 1) // 3 + 1
    change = substitution(subject.hgvs_p)
    if change is not None and abs(change[1] - codon) <= len(subject.ref) + len(subject.alt):
        codon = change[1]  # HGVS counts from the 3' end of a repeat, VCF from its 5' end
    stop = max(frameshift_stop(subject.hgvs_p), codon)
    if not own_map.escapes_decay(min(stop, own_map.codons + 1)):
        return _Branch("very_strong", f"{name} at residue {codon} of {own_map.codons}, decay")
    share = max(own_map.codons - codon + 1, 0) / own_map.codons
    return _Branch(
        _by_share(share, settings),
        f"{name} at residue {codon} of {own_map.codons}, no decay, {share:.0%} of the protein lost",
    )


def _by_share(share: float, settings: AcmgSettings) -> str:
    """Judge a loss of unknown importance by the share of the protein."""
    return "strong" if share > settings.pvs1_lost_share else "moderate"


def _branch_by_exon(subject: Subject, name: str) -> _Branch:
    """Judge a premature stop by the number of its exon, where its place is not known."""
    number, _, count = subject.exon.partition("/")
    number = number.partition("-")[0]
    if number.isdigit() and count.isdigit():
        left = int(count) - int(number)
        if left > 1:
            return _Branch("very_strong", f"{name} in exon {subject.exon}, decay")
        if left == 1:
            return _Branch(
                "strong", f"{name} in exon {subject.exon}", "last 50 bases of the exon not known"
            )
        lost = "share of the protein that is lost not known"
        return _Branch("moderate", f"{name} in the last exon, {subject.exon}, no decay", lost)
    if subject.loftee == HIGH_CONFIDENCE:
        what = f"{name}, not at the end of the transcript by LOFTEE"
        return _Branch("strong", what, "place in the transcript not known")
    return _Branch("moderate", name, "place in the transcript not known")


def _splice_branch(subject: Subject, settings: AcmgSettings) -> _Branch:
    """Judge a lost splice site by the exon that is skipped."""
    own_map = subject.map
    exon = own_map.spliced_exon(subject.span) if own_map is not None else -1
    if own_map is None or exon < 0:
        return _Branch("moderate", "splice site lost", "exon and frame not known")
    coding = own_map.coding_bases_in(exon)
    name = f"splice site of exon {exon + 1}/{len(own_map.exons)} lost"
    if not coding:
        return _Branch("", f"{name}, not coding")
    share = min(coding / 3 / own_map.codons, 1.0)
    if coding % 3 == 0:
        what = f"{name}, frame kept, {share:.0%} of the protein"
        return _Branch(_by_share(share, settings), what)
    if exon < len(own_map.exons) - 2:
        return _Branch("very_strong", f"{name}, frame lost, decay")
    what = f"{name}, frame lost, no decay, {share:.0%} of the protein or more"
    return _Branch(_by_share(share, settings), what)


def judge_length(subject: Subject) -> Iterator[Answer]:
    """Judge PM4, and say what BP3 would need.

    Supporting for a single residue, as several ClinGen expert panels have it.
    """
    if subject.is_loss:
        return
    if "stop_lost" in subject.terms:
        yield make_criterion("PM4", "", "stop codon lost, the protein is longer")
        return
    difference = abs(len(subject.alt) - len(subject.ref))
    in_frame = not subject.terms.isdisjoint(IN_FRAME_TERMS)
    in_frame |= "protein_altering_variant" in subject.terms and difference > 0
    if in_frame and difference % 3 == 0 and difference:
        residues = difference // 3
        what = "inserted" if len(subject.alt) > len(subject.ref) else "deleted"
        yield make_criterion(
            "PM4",
            "supporting" if residues == 1 else "",
            f"{residues} residue{'s' if residues > 1 else ''} {what}, repeats not looked up",
            {"residues": residues},
        )
        yield Open("BP3", "no annotation of repeats")
