"""Candidates by hand for the score: variants with their criteria, genes and a proband's panels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from builders import Row, Transcript, batch, candidate_rows, evidence, genes
from raredx.columns.acmg import Assessment, Criterion, make_criterion
from raredx.columns.candidates import CandidateRows
from raredx.columns.gene_codes import GeneCodes
from raredx.columns.gene_facts import GeneFacts
from raredx.evidence_settings import ScoreSettings
from raredx.scoring.evidence import Evidence
from raredx.scoring.score import Scores, panel_ratio, score_candidates
from raredx.scoring.score_features import (
    ADDENDS,
    FEATURES,
    FamilyFigures,
    Features,
    GeneFigures,
    candidate_features,
)
from raredx.vocabulary import (
    ClinvarClass,
    ConsequenceClass,
    DeNovoGrade,
    GeneValidity,
    Genotype,
    Mode,
    Outcome,
)

N_GENES = 3
OUTSIDE = N_GENES
"""Code of a gene that only the annotation knows."""

ROUND = ScoreSettings(
    explained_share=0.5, prior=-4.0, null_variant=1.5, in_frame=0.25, no_effect=-2.75,
    acmg_point=0.3, rarity=1.0,
    absent=0.5, de_novo_high=2.0, de_novo_medium=1.0, de_novo_low=-1.0, de_novo_posterior=1.0,
    two_copies=2.25, phase_open=-1.25, likely_in_cis=-2.0, hemizygous=0.75, inherited=-0.75,
    one_copy_open=-1.5, het_female=-1.75, known_gene=1.25, disputed_gene=-0.5, other_mode=-1.0,
    constraint=0.5, panel_share=0.75, phenotype_above=0.6, phenotype_below=0.4,
    phenotype_unknown=0.0, clinvar=1.25,
)  # fmt: skip
"""Round weights with the signs that the bundled rule sets have."""


@dataclass(frozen=True)
class Variant:
    """One variant; criteria as `PVS1_Strong PP3`."""

    consequence: str = "missense_variant"
    strength: ConsequenceClass = ConsequenceClass.MODERATE
    popmax: float = 1e-5
    clinvar: ClinvarClass = ClinvarClass.ABSENT
    criteria: str = ""
    grade: DeNovoGrade = DeNovoGrade.NONE
    posterior: float = np.nan
    proband: Genotype = Genotype.HETEROZYGOUS
    gene: int = 0
    near: bool = False


@dataclass(frozen=True)
class World:
    """What is known of the genes AAA, BBB and CCC, and asked of the proband.

    `z` are standard scores of their phenotype, None without HPO terms; `green` the genes on the
    applied panel, None without one.
    """

    validity: tuple[int, ...] = (GeneValidity.NOT_ASSESSED,) * N_GENES
    panels: tuple[int, ...] = (0,) * N_GENES
    modes: tuple[int, ...] = (0,) * N_GENES
    pli: tuple[float, ...] = (np.nan,) * N_GENES
    z: tuple[float, ...] | None = None
    green: frozenset[int] | None = None
    n_known: int = 100
    panel_share: float = ROUND.panel_share

    def codes(self) -> GeneCodes:
        """Make the gene codes."""
        return GeneCodes(replace(genes(), pli=np.array(self.pli, np.float32)))

    def facts(self) -> GeneFacts:
        """Make the facts that the score asks about."""
        nothing = np.zeros(N_GENES, np.int32)
        return GeneFacts(
            plp=nothing, plp_missense=nothing, plp_loss=nothing,
            validity=np.array(self.validity, np.int8),
            loss_of_function=np.full(N_GENES, Outcome.NOT_ASSESSED, np.int8),
            panels=np.array(self.panels, np.int16), modes=np.array(self.modes, np.int16),
        )  # fmt: skip

    def figures(self) -> GeneFigures:
        """Make what the features ask about genes."""
        z = self.z
        weigh: Callable[[int, Outcome], float] | None = None
        if self.green is not None:
            weigh = panel_ratio(self.green, self.n_known, self.panel_share)
        of = None if z is None else lambda gene: z[gene] if gene < len(z) else np.nan
        return GeneFigures(self.codes(), self.facts(), of, weigh)


@dataclass(frozen=True)
class Family:
    """A family's candidates: rows, and the answer of each to the panel question."""

    rows: tuple[Row, ...]
    variants: tuple[Variant, ...] = (Variant(),)
    world: World = field(default_factory=World)
    panel: tuple[Outcome, ...] = ()

    def features(self) -> Features:
        """Gather the features of the candidates."""
        answers = self.panel or (Outcome.PASS,) * len(self.rows)
        return candidate_features(
            self.candidate_rows(), self.evidence(), self.assessments(),
            np.array(answers, np.int8), (self.figures(), self.world.figures()),
        )  # fmt: skip

    def candidate_rows(self) -> CandidateRows:
        """Lay the rows out as columns."""
        return candidate_rows(rows=self.rows)

    def score(self, settings: ScoreSettings = ROUND) -> Scores:
        """Score the candidates."""
        return score_candidates(self.features(), settings)

    def evidence(self) -> Evidence:
        """Lay the variants out; the one transcript of each is judged."""
        found = batch(
            genotypes=[["0/1"]] * len(self.variants),
            transcripts=[[Transcript(v.consequence, v.gene)] for v in self.variants],
            clinvar_class=[v.clinvar for v in self.variants],
        )
        made = evidence(
            batch=found,
            gene=[v.gene for v in self.variants],
            consequence_class=[v.strength for v in self.variants],
            near=[v.near for v in self.variants],
        )
        entry = np.arange(len(self.variants))
        return replace(made, genes=replace(made.genes, entry=entry, tier_entry=entry))

    def assessments(self) -> list[Assessment]:
        """Give every row the criteria of its variant."""
        return [assessment(self.variants[row.variant].criteria) for row in self.rows]

    def figures(self) -> FamilyFigures:
        """Make what the features ask about the variants."""
        return FamilyFigures(
            np.array([v.grade for v in self.variants], np.int8),
            np.array([v.posterior for v in self.variants], np.float64),
            np.array([v.proband for v in self.variants], np.int8),
            np.array([v.popmax for v in self.variants], np.float32),
        )


def assessment(text: str) -> Assessment:
    """Read criteria as they are labelled."""
    found = tuple(criterion(word) for word in text.split())
    points = sum(c.points for c in found)
    own = sum(c.points for c in found if c.about == "variant")
    return Assessment(found, points, own, "uncertain", "", 0.1)


def criterion(label: str) -> Criterion:
    """Read one criterion: `PVS1_Very_Strong`, `PP3`, `PVS1_NotMet`."""
    code, _, strength = label.partition("_")
    word = "not_met" if strength == "NotMet" else strength.lower()
    made = make_criterion(code, word, "")
    return replace(made, curated=word == "not_met")


def one(
    variant: Variant | None = None, *, mode: Mode = Mode.AUTOSOMAL_DOMINANT,
    world: World | None = None, panel: Outcome = Outcome.PASS, **row: object,
) -> Family:  # fmt: skip
    """Make the family of one candidate of one variant."""
    variant = variant or Variant()
    made = Row(0, mode, gene=row.pop("gene", variant.gene), **row)
    return Family((made,), (variant,), world or World(), (panel,))


def shown(features: Features, candidate: int = 0) -> dict[str, float]:
    """Features of a candidate that are not 0, as far as scores are shown; without the prior."""
    line = features.values[candidate].tolist()
    names = [name for name, _ in FEATURES]
    return {n: v for n, v in zip(names, line, strict=True) if abs(v) > 1e-6 and n != "prior"}


def addends(scores: Scores, candidate: int = 0) -> dict[str, float]:
    """Addends of a candidate by name; NaN not assessed."""
    return dict(zip(ADDENDS, scores.addends[candidate].tolist(), strict=True))


def left_open(features: Features, candidate: int = 0) -> set[str]:
    """Addends of a candidate that were not assessed."""
    return {name for name, o in zip(ADDENDS, features.open[candidate], strict=True) if o}


def pair(
    candidate: int, a: int, b: int, *, mode: Mode = Mode.COMPOUND_HET, **row: object
) -> tuple[Row, Row]:
    """Make the two rows of a pair."""
    common = {"mode": mode, "candidate": candidate, **row}
    return Row(variant=a, partner=b, **common), Row(variant=b, partner=a, **common)
