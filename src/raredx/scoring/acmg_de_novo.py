"""PS2 and PM6: is the allele new, and were the parents shown to be the parents?

Points for one proband (ClinGen SVI, recommendation for PS2 and PM6, version 1.1): the phenotype
is taken to be consistent where the gene is green on an applied panel and the mode fits, and
consistent with many other genes where only the gene's role in a disease is known. A highly
specific phenotype is for a curator to say.
"""

from __future__ import annotations

from collections.abc import Iterator

from raredx.columns.acmg import Answer, Open, Value, make_criterion
from raredx.columns.batch import VariantBatch
from raredx.evidence_settings import AcmgSettings
from raredx.scoring.acmg_family import PAIRS, FamilyFacts, FamilyRow, cite
from raredx.vocabulary import DE_NOVO_GRADE_NAMES, DeNovoGrade, GeneValidity, Mode, Outcome, Phase

CONSISTENT, HETEROGENEOUS = (1.0, 0.5), (0.5, 0.25)
"""Points with parentage confirmed, and assumed."""
STRENGTH_FROM = ((4.0, "very_strong"), (2.0, "strong"), (1.0, "moderate"), (0.5, "supporting"))
"""Points from which a strength holds (ClinGen SVI, PS2 and PM6; the same for PM3)."""
IN_TRANS = (Phase.TRANS, Phase.TRANS_PHASED)
"""Phases that count as confirmed."""


def strength_of(points: float) -> str:
    """Give the strength of points for a proband; empty below supporting.

    Examples
    --------
    >>> strength_of(1.0), strength_of(0.25)
    ('moderate', '')
    """
    return next((strength for least, strength in STRENGTH_FROM if points >= least), "")


def judge_new(
    row: FamilyRow,
    facts: FamilyFacts,
    batch: VariantBatch,
    validity: GeneValidity,
    settings: AcmgSettings,
) -> Iterator[Answer]:
    """Judge PS2 or PM6 of a row whose variant is new in the proband."""
    father, mother = (int(given) for given in facts.origin[row.variant])
    new_in_pair = row.mode in PAIRS and (father, mother) == (0, 0)
    if row.mode is not Mode.DE_NOVO and not new_in_pair:
        return
    grade = DeNovoGrade(int(facts.grade[row.variant]))
    least = next(g for g, name in DE_NOVO_GRADE_NAMES.items() if name == settings.de_novo_min_grade)
    if grade is DeNovoGrade.POSSIBLE:
        yield Open("PS2", "a parent was not called")
        yield Open("PM6", "a parent was not called")
    if grade < least:
        return
    if facts.relatedness is Outcome.FAIL:
        yield Open("PS2", "the samples are not those of the proband's parents")
        yield Open("PM6", "the samples are not those of the proband's parents")
        return
    points = _points(row, facts, validity)
    if points is None:
        yield Open("PS2", "role of the gene in a disease not known")
        yield Open("PM6", "role of the gene in a disease not known")
        return
    confirmed = facts.relatedness is Outcome.PASS
    code = "PS2" if confirmed else "PM6"
    if not confirmed:
        yield Open("PS2", "parentage was not confirmed from the data")
    strength = strength_of(points)
    if strength:
        told = cite(facts.calls, batch, [row.variant], (facts.calls.father, facts.calls.mother))
        word = "confirmed" if confirmed else "assumed"
        grade_name = DE_NOVO_GRADE_NAMES[grade]
        reason = f"new, parentage {word}, {grade_name} confidence in the reads: {told}"
        probability = float(f"{facts.posterior[row.variant]:.6g}")
        values: dict[str, Value] = {"proband_points": points, "grade": grade_name}
        values["posterior"] = None if probability != probability else probability
        yield make_criterion(code, strength, reason, values)


def _points(row: FamilyRow, facts: FamilyFacts, validity: GeneValidity) -> float | None:
    """Give the points of the proband; None where nothing ties the gene to a disease.

    In a recessive gene half, unless the other allele is known to be in trans.
    """
    assumed = facts.relatedness is not Outcome.PASS
    if facts.tiers.panel[row.number] == Outcome.PASS:
        points = CONSISTENT[assumed]
    elif validity >= GeneValidity.MODERATE:
        points = HETEROGENEOUS[assumed]
    else:
        return None
    halved = row.mode in PAIRS and row.phase not in IN_TRANS
    return points / 2 if halved else points
