"""What the score of a candidate is made of: one number for each weight of the rule set.

The score is a sum: every number here times the weight of the same name (`ScoreSettings`), so
that what is shown adds up, and `scripts/fit_score.py` fits the same numbers that a run uses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log10

import numpy as np
from numpy.typing import NDArray

from raredx.columns.acmg import Assessment
from raredx.columns.candidates import CandidateRows
from raredx.columns.gene_codes import GeneCodes
from raredx.columns.gene_facts import GeneFacts
from raredx.columns.records import dataclass
from raredx.scoring.evidence import Evidence
from raredx.vocabulary import (
    ClinvarClass,
    ConsequenceClass,
    DeNovoGrade,
    GeneValidity,
    Genotype,
    Mode,
    Outcome,
    Phase,
)

ADDENDS = (
    "prior", "effect", "rarity", "segregation", "gene", "panel", "phenotype", "reported",
)  # fmt: skip
"""What a score adds up, in the order of the output columns."""

FEATURES: tuple[tuple[str, str], ...] = (
    # weight, addend
    ("prior", "prior"),
    ("null_variant", "effect"),
    ("in_frame", "effect"),
    ("no_effect", "effect"),
    ("acmg_point", "effect"),
    ("rarity", "rarity"),
    ("absent", "rarity"),
    ("de_novo_high", "segregation"),
    ("de_novo_medium", "segregation"),
    ("de_novo_low", "segregation"),
    ("de_novo_posterior", "segregation"),
    ("two_copies", "segregation"),
    ("phase_open", "segregation"),
    ("likely_in_cis", "segregation"),
    ("hemizygous", "segregation"),
    ("inherited", "segregation"),
    ("one_copy_open", "segregation"),
    ("het_female", "segregation"),
    ("known_gene", "gene"),
    ("disputed_gene", "gene"),
    ("other_mode", "gene"),
    ("constraint", "gene"),
    ("panel", "panel"),
    ("phenotype_above", "phenotype"),
    ("phenotype_below", "phenotype"),
    ("phenotype_unknown", "phenotype"),
    ("clinvar", "reported"),
)
"""Every weight of the score with the addend it belongs to."""

PLACE = {name: place for place, (name, _) in enumerate(FEATURES)}

NOT_OF_THE_EFFECT = frozenset({"PVS1", "PM2", "BA1", "BS1", "BS2", "PP4", "BP5"})
"""Criteria whose matter the score has elsewhere: null variants, rarity; of curated ones, how the
phenotype fits."""

_NULL_SHARE = {
    "very_strong": 1.0, "strong": 1.0, "moderate": 0.75, "supporting": 0.75, "not_met": 0.0,
}  # fmt: skip
"""Share of a null variant's weight by strength of PVS1, `_NULL_OPEN` without PVS1, which a weak one
does not undercut: our choice. One that a curator set aside has none."""
_NULL_OPEN = 0.75

_RAREST, _LEVEL = 1e-6, 1e-4
"""A frequency counts down to the first; the second counts nothing either way."""

_MEAN_PLI = 0.3
"""About the mean of pLI over genes (ExAC, doi:10.1038/nature19057); one of unknown pLI has it."""

_DOMINANT = (Mode.DE_NOVO, Mode.AUTOSOMAL_DOMINANT, Mode.X_LINKED_DOMINANT)
_TWO_COPIES = (Mode.AUTOSOMAL_RECESSIVE_HOM, Mode.COMPOUND_HET, Mode.X_LINKED_COMPOUND_HET)
_BY_COPIES = (Mode.AUTOSOMAL_RECESSIVE_HOM, Mode.X_LINKED_RECESSIVE)
_ON_X = (Mode.X_LINKED_RECESSIVE, Mode.X_LINKED_DOMINANT, Mode.X_LINKED_COMPOUND_HET,
         Mode.X_LINKED_HET_FEMALE)  # fmt: skip
_ON_X_BITS = sum(1 << mode for mode in _ON_X)
_TOLD_PHASES = (Phase.TRANS, Phase.TRANS_PHASED, Phase.PROBABLE_TRANS)
_GRADES = {
    DeNovoGrade.HIGH: "de_novo_high",
    DeNovoGrade.MEDIUM: "de_novo_medium",
    DeNovoGrade.LOW: "de_novo_low",
    DeNovoGrade.POSSIBLE: "de_novo_low",
}


@dataclass(frozen=True)
class FamilyFigures:
    """What the features ask about the variants of a family.

    Attributes
    ----------
    grade : int8, shape (variant,)
        `DeNovoGrade`.
    posterior : float64, shape (variant,)
        Probability that the allele is new, NaN unknown.
    proband : int8, shape (variant,)
        `Genotype` of the proband.
    popmax : float32, shape (variant,)
        NaN unknown.
    """

    grade: NDArray[np.int8]
    posterior: NDArray[np.float64]
    proband: NDArray[np.int8]
    popmax: NDArray[np.float32]


@dataclass(frozen=True)
class GeneFigures:
    """What the features ask about genes.

    Attributes
    ----------
    codes : GeneCodes
    facts : GeneFacts
    phenotype : callable or None
        Standard scores of gene codes; NaN for a gene that HPO does not know. None without terms.
    panel : callable or None
        Log10 likelihood ratio of a gene and a row's answer to the panel question, None without
        panels.
    """

    codes: GeneCodes
    facts: GeneFacts
    phenotype: Callable[[int], float] | None
    panel: Callable[[int, Outcome], float] | None


@dataclass(frozen=True)
class Features:
    """The numbers of every candidate.

    Attributes
    ----------
    values : float64, shape (candidate, feature)
    open : bool, shape (candidate, addend)
        Addends that were not assessed.
    """

    values: NDArray[np.float64]
    open: NDArray[np.bool_]


def candidate_features(
    rows: CandidateRows,
    evidence: Evidence,
    assessments: Sequence[Assessment],
    panel_answers: NDArray[np.int8],
    figures: tuple[FamilyFigures, GeneFigures],
) -> Features:
    """Gather the features of every candidate.

    A pair counts with the mean of its two variants, since both are needed; the variants of one
    event with the strongest of them.

    Parameters
    ----------
    assessments : sequence of Assessment
        One for each row.
    panel_answers : int8, shape (row,)
        `Outcome` of the panel question.
    """
    family, genes = figures
    variants = _VariantFeatures(rows, evidence, assessments, family)
    n = int(rows.candidate.max()) + 1 if len(rows) else 0
    values = np.zeros((n, len(FEATURES)))
    left = np.zeros((n, len(ADDENDS)), bool)
    known_genes = _GeneFeatures(genes)
    for candidate, own in enumerate(members_of(rows)):
        line = values[candidate]
        line[PLACE["prior"]] = 1.0
        left[candidate, ADDENDS.index("rarity")] = variants.fill(line, own)
        _fill_segregation(line, rows, own, family)
        # Alleles of recessive diseases are carried: that nobody was seen with one tells little.
        line[PLACE["absent"]] *= 1.0 - line[PLACE["two_copies"]]
        head = own[0]
        mode, gene = Mode(int(rows.mode[head])), int(rows.gene[head])
        known_genes.fill(line, gene, mode)
        left[candidate, ADDENDS.index("phenotype")] = not known_genes.fill_phenotype(line, gene)
        if genes.panel is None:
            left[candidate, ADDENDS.index("panel")] = True
        else:
            answer = Outcome(max(int(panel_answers[row]) for row in own))
            line[PLACE["panel"]] = genes.panel(gene, answer)
        unread = evidence.batch["clinvar_class"][rows.variant[own]] == ClinvarClass.NOT_ASSESSED
        left[candidate, ADDENDS.index("reported")] = bool(unread.all())
    return Features(values, left)


def members_of(rows: CandidateRows) -> list[list[int]]:
    """Give the rows of each candidate."""
    found: list[list[int]] = [[] for _ in range(int(rows.candidate.max()) + 1 if len(rows) else 0)]
    for row, candidate in enumerate(rows.candidate.tolist()):
        found[candidate].append(row)
    return found


class _VariantFeatures:
    """Features of single variants in a gene, and of the candidates they make."""

    def __init__(
        self,
        rows: CandidateRows,
        evidence: Evidence,
        assessments: Sequence[Assessment],
        family: FamilyFigures,
    ) -> None:
        self._rows, self._evidence = rows, evidence
        self._assessments, self._popmax = assessments, family.popmax

    def fill(self, line: NDArray[np.float64], own: Sequence[int]) -> bool:
        """Fill in a candidate's effect and rarity; whether its rarity is not assessed."""
        lines = [self._of_row(row) for row in own]
        unknown = any(self._popmax[self._rows.variant[row]] != self._popmax[self._rows.variant[row]]
                      for row in own)  # fmt: skip
        if int(self._rows.partner[own[0]]) >= 0:
            line += np.mean(lines, axis=0)
        else:
            line += max(lines, key=_strength)
        return unknown

    def _of_row(self, row: int) -> NDArray[np.float64]:
        """Give the features of one row."""
        line = np.zeros(len(FEATURES))
        evidence, assessment = self._evidence, self._assessments[row]
        variant, pair = int(self._rows.variant[row]), int(self._rows.pair[row])
        entry = int(evidence.genes.tier_entry[pair])
        if evidence.genes.consequence_class[pair] == ConsequenceClass.HIGH:
            strengths = [c.strength for c in assessment.criteria if c.code == "PVS1"]
            share = _NULL_SHARE.get(strengths[0], _NULL_OPEN) if strengths else _NULL_OPEN
            line[PLACE["null_variant"]] = share
        elif _is_in_frame(evidence.batch.transcripts.consequence[entry]):
            line[PLACE["in_frame"]] = 1.0
        line[PLACE["no_effect"]] = float(evidence.near[pair])
        line[PLACE["acmg_point"]] = sum(
            c.points
            for c in assessment.criteria
            if c.about != "family" and c.code not in NOT_OF_THE_EFFECT
        )
        popmax = float(self._popmax[variant])
        if popmax == popmax:
            line[PLACE["rarity"]] = log10(_LEVEL) - log10(max(popmax, _RAREST))
            line[PLACE["absent"]] = float(popmax == 0)
        line[PLACE["clinvar"]] = _REPORTED[ClinvarClass(
            int(evidence.batch["clinvar_class"][variant])
        )]  # fmt: skip
        return line


_REPORTED = {
    ClinvarClass.NOT_ASSESSED: 0.0,
    ClinvarClass.ABSENT: 0.0,
    ClinvarClass.BENIGN: -1.0,
    ClinvarClass.LIKELY_BENIGN: -1.0,
    ClinvarClass.UNCERTAIN: 0.0,
    ClinvarClass.CONFLICTING: 0.125,
    ClinvarClass.LIKELY_PATHOGENIC: 0.75,
    ClinvarClass.PATHOGENIC: 1.0,
    ClinvarClass.OTHER: 0.0,
}
"""Share of the weight `clinvar` by class: our choice. ACMG's PP5 and BP6 are not used; this only
orders candidates, and the addend says so."""


def _strength(line: NDArray[np.float64]) -> tuple[float, ...]:
    """Compare the variants of one event; only those that are alike in everything are equal."""
    return tuple(float(line[PLACE[name]]) for name in _BY_STRENGTH)


_BY_STRENGTH = ("null_variant", "acmg_point", "rarity", "in_frame", "absent", "clinvar")


def _is_in_frame(consequence: str) -> bool:
    """Whether a consequence changes the protein's length without a shift of its frame."""
    return "inframe" in consequence or "protein_altering" in consequence


def _fill_segregation(
    line: NDArray[np.float64], rows: CandidateRows, own: Sequence[int], family: FamilyFigures
) -> None:
    """Fill in how a candidate segregates."""
    head = own[0]
    mode, variant = Mode(int(rows.mode[head])), int(rows.variant[head])
    if mode is Mode.DE_NOVO:
        grade = DeNovoGrade(max(int(family.grade[v]) for v in rows.variant[own].tolist()))
        line[PLACE[_GRADES.get(grade, "de_novo_low")]] = 1.0
        posterior = float(np.nanmax([*family.posterior[rows.variant[own]], 1e-3]))
        known = bool((family.posterior[rows.variant[own]] >= 0).any())
        line[PLACE["de_novo_posterior"]] = log10(posterior) if known else 0.0
    elif mode in _BY_COPIES and family.proband[variant] == Genotype.CARRIER:
        line[PLACE["one_copy_open"]] = 1.0  # how many copies there are is not known
    elif mode in _TWO_COPIES:
        line[PLACE["two_copies"]] = 1.0
        if int(rows.partner[head]) >= 0:
            phase = Phase(int(rows.phase[head]))
            line[PLACE["likely_in_cis"]] = float(phase is Phase.LIKELY_CIS)
            line[PLACE["phase_open"]] = float(
                phase not in _TOLD_PHASES and phase is not Phase.LIKELY_CIS
            )
    elif mode is Mode.X_LINKED_RECESSIVE:
        hemizygous = family.proband[variant] == Genotype.HEMIZYGOUS
        line[PLACE["hemizygous" if hemizygous else "two_copies"]] = 1.0
    elif mode is Mode.X_LINKED_HET_FEMALE:
        line[PLACE["het_female"]] = 1.0
    else:
        told = rows.segregation[head] == Outcome.PASS and bool(rows.complete[head])
        line[PLACE["inherited" if told else "one_copy_open"]] = 1.0


class _GeneFeatures:
    """Features of genes."""

    def __init__(self, figures: GeneFigures) -> None:
        self._codes, self._facts = figures.codes, figures.facts
        self._phenotype = figures.phenotype

    def fill(self, line: NDArray[np.float64], gene: int, mode: Mode) -> None:
        """Fill in what is known of a gene, under a mode."""
        if not self._codes.in_table(gene):
            return
        validity = int(self._facts.validity[gene])
        known = validity >= GeneValidity.MODERATE or self._facts.panels[gene] > 0
        line[PLACE["known_gene"]] = float(known)
        line[PLACE["disputed_gene"]] = float(
            not known and validity in (GeneValidity.DISPUTED, GeneValidity.REFUTED)
        )
        line[PLACE["other_mode"]] = float(not self._allows(gene, mode))
        pli = float(self._codes.table.pli[gene])
        if mode in _DOMINANT and pli == pli:
            line[PLACE["constraint"]] = pli - _MEAN_PLI

    def _allows(self, gene: int, mode: Mode) -> bool:
        """Whether what is known of a gene's inheritance allows a mode."""
        bits = int(self._facts.modes[gene])
        if mode in _ON_X and bits & _ON_X_BITS:
            return True
        return not bits or bool(bits >> mode & 1)

    def fill_phenotype(self, line: NDArray[np.float64], gene: int) -> bool:
        """Fill in how well a gene's diseases fit the terms; whether that was assessed."""
        if self._phenotype is None:
            return False
        score = self._phenotype(gene)
        if score != score:
            line[PLACE["phenotype_unknown"]] = 1.0
            return False
        line[PLACE["phenotype_above"]] = max(score - PHENOTYPE_BEND, 0.0)
        line[PLACE["phenotype_below"]] = min(score - PHENOTYPE_BEND, 0.0)
        return True


PHENOTYPE_BEND = 1.0
"""Standard score of a gene at which its phenotype counts nothing either way: below it genes of
whatever disease crowd, above it a match tells more for every step (docs/score.md)."""
