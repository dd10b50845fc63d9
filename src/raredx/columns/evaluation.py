"""An evaluation at rest: cases with their answers, what was found for each, and the figures."""

from __future__ import annotations

from dataclasses import field

import numpy as np
from numpy.typing import NDArray

from raredx.columns.records import dataclass

TOP = (1, 3, 5, 10, 20)
"""Ranks up to which cases are counted."""

METRICS = (*(f"top{rank}" for rank in TOP), "mrr", "found")
"""Figures with an interval. All are percentages but `mrr`, the mean reciprocal rank."""

PROBABLE = 0.01
"""Probability from which a gene is counted as one to review. Our choice: a hundredth of the
certainty that is shared out."""


@dataclass(frozen=True)
class TruthCase:
    """One case whose answer is known.

    Attributes
    ----------
    sample : str
        Name of the case and of its files.
    gene, hgnc_id, disease_id, pmid : str
        The answer, and the publication of the case; empty where the file has none.
    strata : tuple of str
        Values of the columns by which figures are split.
    terms, excluded : tuple of str
        HPO ids, where the cases stand in one file.
    """

    sample: str
    gene: str
    hgnc_id: str = ""
    disease_id: str = ""
    pmid: str = ""
    strata: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


@dataclass(frozen=True)
class TruthList:
    """The cases of one file, and how many were left out for want of an answer or of terms."""

    cases: tuple[TruthCase, ...]
    by: tuple[str, ...] = ()
    without_answer: int = 0
    without_terms: int = 0


@dataclass(frozen=True, eq=False)
class Ranking:
    """The genes of one result, each once.

    Attributes
    ----------
    gene, hgnc_id : tuple of str, shape (gene,)
        In the order in which the result names them; the identifier empty where it has none.
    rank : float64, shape (gene,)
        The best rank of the gene.
    probability : float64, shape (gene,), or None
        Sum over the distinct candidates of the gene; None where the result has no probability,
        or leaves one out.
    none : float
        Probability that it is none of them: what the candidates leave of 1, below 0 where they
        add up to more; NaN where `probability` is None.
    n_tiered : int
        Genes with a variant in Tier 1 or 2; -1 where the result has no tiers.
    """

    gene: tuple[str, ...]
    hgnc_id: tuple[str, ...]
    rank: NDArray[np.float64]
    probability: NDArray[np.float64] | None = None
    none: float = float("nan")
    n_tiered: int = -1


@dataclass(frozen=True, eq=False)
class CaseOutcome:
    """What was found for one case.

    Attributes
    ----------
    case : TruthCase
    rank : float
        Of the answer: genes ranked above it, and the middle of those that share its rank; NaN
        where it is not among the candidates.
    n_genes : int
        Candidate genes (or diseases).
    n_to_answer : int
        Those ranked at or above the answer; -1 where it was not found.
    n_probable, n_tiered : int
        Genes with a probability of at least `PROBABLE`, and genes of Tier 1 or 2; -1 where the
        result does not say.
    probability : float64, shape (gene,), or None
        Of every candidate gene.
    answer : int
        Place of the answer among them, -1 where it is not there.
    best : int
        Place of the most probable gene, -1 where there is none.
    none : float
        Probability of "none of these", below 0 where the candidates add up to more than 1;
        NaN where unknown.
    found_as : str
        Name of the answer in the result, where it is another than in the truth.
    fault : str
        Why the case gave no result; empty where it did.
    """

    case: TruthCase
    rank: float = float("nan")
    n_genes: int = 0
    n_to_answer: int = -1
    n_probable: int = -1
    n_tiered: int = -1
    probability: NDArray[np.float64] | None = None
    answer: int = -1
    best: int = -1
    none: float = float("nan")
    found_as: str = ""
    fault: str = ""

    @property
    def answer_probability(self) -> float:
        """Probability of the answer: 0 where it is no candidate, NaN where unknown."""
        if self.probability is None:
            return float("nan")
        return float(self.probability[self.answer]) if self.answer >= 0 else 0.0


@dataclass(frozen=True)
class Estimate:
    """A figure, and the ends of its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Figures:
    """The figures of some cases.

    Attributes
    ----------
    name : str
        Which cases: `all`, `genes seen once`, `stratum=A`.
    n_cases, n_groups : int
        Cases, and genes (or diseases) that are an answer.
    micro, macro : tuple of Estimate, shape (metric,)
        As `METRICS`: over cases, and the mean over genes of the figure of each gene.
    median : float
        Median rank of the cases found, the upper of two; NaN where none is.
    to_answer : float
        Mean number of candidates ranked at or above the answer, over the cases found.
    candidates, probable, tiered : float
        Mean numbers of candidate genes, of those with a probability of at least `PROBABLE`,
        and of those in Tier 1 or 2, over the cases whose result says so; NaN where none does.
    """

    name: str
    n_cases: int
    n_groups: int
    micro: tuple[Estimate, ...]
    macro: tuple[Estimate, ...]
    median: float
    to_answer: float
    candidates: float
    probable: float
    tiered: float


@dataclass(frozen=True)
class Bin:
    """Predictions of one bin: bounds, number, mean, and the share that came true."""

    low: float
    high: float
    n: int
    predicted: float
    observed: Estimate


@dataclass(frozen=True)
class Reliability:
    """How well some probabilities hold.

    Attributes
    ----------
    name : str
        Of which event.
    n : int
        Predictions.
    predicted, observed : float
        Mean prediction, and the share that came true.
    ece_width, ece_mass : float
        Expected calibration error, with bins of equal width and of equal numbers.
    ece_chance : Estimate
        What `ece_width` would be if every probability were exactly right: few predictions have
        an error by chance alone. Mean of simulated outcomes, and the ends of the middle 95 %.
    brier, log_loss : float
    bins : tuple of Bin
        Of equal width; bins without a prediction are left out.
    """

    name: str
    n: int
    predicted: float
    observed: float
    ece_width: float
    ece_mass: float
    ece_chance: Estimate
    brier: float
    log_loss: float
    bins: tuple[Bin, ...]


@dataclass(frozen=True)
class Calibration:
    """Reliability of the probabilities of an evaluation.

    Attributes
    ----------
    n_cases, n_not_assessed : int
        Cases whose result has probabilities, and the others.
    parts : tuple of Reliability
        Of the most probable gene of each case, of all genes, and of "none of these"; empty
        where no case has probabilities.
    """

    n_cases: int
    n_not_assessed: int
    parts: tuple[Reliability, ...]


@dataclass(frozen=True)
class Evaluation:
    """One evaluation.

    Attributes
    ----------
    about : tuple of (str, str)
        Version, command, and what was measured how.
    unit : str
        What is ranked: `gene` or `disease`.
    by : tuple of str
        Columns by which figures are split.
    outcomes : tuple of CaseOutcome
        In the order of the truth.
    figures : tuple of Figures
    calibration : Calibration
    warnings, log : tuple of str
        What to know; and the same for logs, which name no case.
    """

    about: tuple[tuple[str, str], ...]
    unit: str
    by: tuple[str, ...]
    outcomes: tuple[CaseOutcome, ...]
    figures: tuple[Figures, ...]
    calibration: Calibration
    warnings: tuple[str, ...] = field(default=())
    log: tuple[str, ...] = field(default=())
