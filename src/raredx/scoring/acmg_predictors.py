"""PP3, BP4 and BP7: what do predictors say of the protein, and of splicing?

One tool for missense, named by the settings before any score is seen; never the best of several.
SpliceAI is asked besides. A missense variant takes PP3 from one of the two.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from raredx.columns.acmg import LADDER, Answer, Criterion, Open, Value, make_criterion
from raredx.columns.records import dataclass
from raredx.evidence_settings import AcmgSettings
from raredx.scoring.acmg_subject import Subject


@dataclass(frozen=True)
class Intervals:
    """Strength of a score: benign up to a bound, pathogenic from a bound, bounds included.

    Attributes
    ----------
    name : str
        Of the tool, as it writes itself.
    benign : tuple of (float, str)
        Bounds, lowest first, with the strength of BP4 up to each.
    pathogenic : tuple of (float, str)
        Bounds, lowest first, with the strength of PP3 from each.
    """

    name: str
    benign: tuple[tuple[float, str], ...]
    pathogenic: tuple[tuple[float, str], ...]

    def judge(self, score: float) -> tuple[str, str]:
        """Give code and strength of a score; both empty between the bounds.

        Examples
        --------
        >>> INTERVALS["revel"].judge(0.932), INTERVALS["revel"].judge(0.29)
        (('PP3', 'strong'), ('BP4', 'supporting'))
        """
        for bound, strength in self.benign:
            if score <= bound:
                return "BP4", strength
        for bound, strength in reversed(self.pathogenic):
            if score >= bound:
                return "PP3", strength
        return "", ""


_S, _M, _T, _V = LADDER
INTERVALS: dict[str, Intervals] = {
    # Pejaver 2022, doi:10.1016/j.ajhg.2022.10.013, table 2.
    "revel": Intervals(
        "REVEL",
        ((0.003, _V), (0.016, _T), (0.183, _M), (0.290, _S)),
        ((0.644, _S), (0.773, _M), (0.932, _T)),
    ),
    "cadd": Intervals(
        "CADD", ((0.15, _T), (17.3, _M), (22.7, _S)), ((25.3, _S), (28.1, _M))
    ),
    # Bergquist 2025, doi:10.1016/j.gim.2025.101402, by the same method. Up to 0.070 it gives 3
    # points; a strength of 3 points is none of the code's, so moderate, 2 points: our choice.
    "alphamissense": Intervals(
        "AlphaMissense",
        ((0.099, _M), (0.169, _S)),
        ((0.792, _S), (0.906, _M), (0.990, _T)),
    ),
}  # fmt: skip
"""Calibrated intervals of each tool for missense variants, by its name in the settings."""

_SILENT = frozenset(
    {
        "synonymous_variant", "stop_retained_variant", "intron_variant", "splice_region_variant",
        "splice_polypyrimidine_tract_variant", "splice_donor_5th_base_variant",
        "splice_donor_region_variant",
    }
)  # fmt: skip
_INTRONIC = re.compile(r"c\.[*-]?\d+([+-]\d+)")
DONOR_DISTANCE, ACCEPTOR_DISTANCE = 7, 21
"""BP7 in an intron from +7 and from -21 outwards (Walker 2023,
doi:10.1016/j.ajhg.2023.06.002)."""
LAST_BASES, FIRST_BASES = 3, 1
"""Bases of an exon at the donor and at the acceptor in which a synonymous variant may act on
splicing (Walker 2023)."""


def judge_predictors(subject: Subject, settings: AcmgSettings) -> Iterator[Answer]:
    """Judge PP3, BP4 and BP7 of a variant that is no loss of function by its consequence."""
    if subject.on_mt:
        if subject.is_missense:
            yield Open("PP3", "no predictor for mitochondrial variants is read")
            yield Open("BP4", "no predictor for mitochondrial variants is read")
        return
    if subject.is_loss:
        return
    if subject.is_missense:
        yield from _missense(subject, settings)
        return
    score = subject.spliceai
    if math.isnan(score):
        yield Open("PP3", "no SpliceAI score")
        if _is_silent(subject):
            yield Open("BP4", "no SpliceAI score")
            yield Open("BP7", "no SpliceAI score")
    elif score >= settings.splice_pathogenic:
        yield _by_splicing(score)
    elif score <= settings.splice_benign and _is_silent(subject):
        yield make_criterion("BP4", "", f"SpliceAI {score:g}", {"spliceai": score})
        yield from _judge_silent(subject)


def _is_silent(subject: Subject) -> bool:
    """Whether splicing is all that a variant can act on: synonymous or intronic, coding gene.

    A leader, an RNA or a regulatory element may be hit in other ways, of which SpliceAI says
    nothing.
    """
    noncoding = any(term.startswith("non_coding_transcript") for term in subject.terms)
    return not (noncoding or subject.changes_protein or subject.terms.isdisjoint(_SILENT))


def _by_splicing(score: float) -> Criterion:
    return make_criterion("PP3", "", f"SpliceAI {score:g}", {"spliceai": score})


def _missense(subject: Subject, settings: AcmgSettings) -> Iterator[Answer]:
    """Judge a missense variant by the tool, and by SpliceAI where that says more."""
    splicing = subject.spliceai >= settings.splice_pathogenic
    code, strength, reason = "", "", ""
    tool = INTERVALS.get(settings.missense_tool)
    if tool is None:
        unknown = "no predictor for missense variants is set"
    elif math.isnan(subject.missense):
        unknown = f"no {tool.name} score"
    else:
        unknown = ""
        code, strength = tool.judge(subject.missense)
        reason = f"{tool.name} {subject.missense:g}"
    values: dict[str, Value] = {str(settings.missense_tool): subject.missense}
    if code == "PP3":
        yield make_criterion("PP3", strength, reason, values)
    elif splicing:
        yield _by_splicing(subject.spliceai)
    elif unknown:
        yield Open("PP3", unknown)
    if code == "BP4" and not splicing:
        capped = min(strength, settings.bp4_max_strength, key=LADDER.index)
        if math.isnan(subject.spliceai):
            reason += ", SpliceAI not known"
        yield make_criterion("BP4", capped, reason, values)
    elif unknown and not splicing:
        yield Open("BP4", unknown)


def _judge_silent(subject: Subject) -> Iterator[Answer]:
    """Judge BP7 of a variant to which SpliceAI gives BP4."""
    if "synonymous_variant" in subject.terms or "stop_retained_variant" in subject.terms:
        at_edge = _at_edge_of_exon(subject)
        if at_edge is None:
            yield Open("BP7", "distance to the ends of the exon not known")
        elif not at_edge:
            yield make_criterion("BP7", "", "synonymous, not at the end of an exon")
        return
    if "intron_variant" not in subject.terms:
        return
    distance = _into_intron(subject)
    if not distance:
        yield Open("BP7", "distance to the exons not known")
    elif distance >= DONOR_DISTANCE or distance <= -ACCEPTOR_DISTANCE:
        yield make_criterion(
            "BP7", "", f"intronic, {distance:+d} from the exon", {"distance": distance}
        )


def _at_edge_of_exon(subject: Subject) -> bool | None:
    """Whether a variant lies in the first base or the last three of an exon; None unknown."""
    sites = None
    if subject.map is not None and subject.coding_base > 0:
        sites = [subject.map.splice_site(position) for position in subject.span]
    if sites is None:
        # VEP's splice region has the three outermost bases of an exon at either end.
        return None if "splice_region_variant" in subject.terms else False
    return any(
        site is not None
        and 0 < site.distance <= (LAST_BASES if site.kind == "donor" else FIRST_BASES)
        for site in sites
    )


def _into_intron(subject: Subject) -> int:
    """Bases from the nearest exon, negative before an acceptor; 0 where it is not known."""
    if subject.map is not None:
        sites = [subject.map.splice_site(position) for position in subject.span]
        found = [site for site in sites if site is not None and site.distance < 0]
        if found:
            nearest = max(found, key=lambda site: site.distance)
            return -nearest.distance if nearest.kind == "donor" else nearest.distance
    written = _INTRONIC.search(subject.hgvs_c)
    return int(written[1]) if written else 0
