"""Everything that was found out about one family's rows, in one place for describing them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from raredx.columns.acmg import Assessment
from raredx.columns.candidates import CandidateRows
from raredx.columns.family import Family
from raredx.columns.gene_codes import GeneCodes
from raredx.columns.records import dataclass
from raredx.scoring.events import Events
from raredx.scoring.evidence import Evidence
from raredx.scoring.family_calls import FamilyCalls
from raredx.scoring.gene_phenotype import GenePhenotype
from raredx.scoring.mosaic import MosaicSigns
from raredx.scoring.ranking import Ranking
from raredx.scoring.row_questions import RowAnswers
from raredx.scoring.score import Scores
from raredx.scoring.score_features import Features
from raredx.scoring.tiers import TierResult
from raredx.settings import RuleSet
from raredx.vocabulary import Assembly


@dataclass(frozen=True)
class Judged:
    """One judged family.

    Attributes
    ----------
    grade, doubts : shape (variant,)
        `DeNovoGrade` and bits of the reasons.
    posterior : float64, shape (variant,)
        Probability that the allele is new in the proband, NaN unknown.
    mosaic : MosaicSigns
    events : Events
        Close variants that may be one event.
    scores : Scores
    features : Features
        What the scores add up.
    assessments : list of Assessment
        One for each row.
    phenotype : GenePhenotype or None
        None without HPO terms to judge by.
    origin : int8, shape (variant, 2)
        Whether father and mother can have given the variant.
    n_panels : int
        Panels applied.
    assembly : Assembly
    answers : RowAnswers
        Of the questions that only some rule sets ask, and where variants were dropped.
    """

    family: Family
    calls: FamilyCalls
    evidence: Evidence
    rows: CandidateRows
    tiers: TierResult
    ranking: Ranking
    scores: Scores
    features: Features
    assessments: list[Assessment]
    phenotype: GenePhenotype | None
    grade: NDArray[np.int8]
    doubts: NDArray[np.int16]
    posterior: NDArray[np.float64]
    mosaic: MosaicSigns
    events: Events
    origin: NDArray[np.int8]
    codes: GeneCodes
    rules: RuleSet
    n_panels: int
    assembly: Assembly
    answers: RowAnswers
