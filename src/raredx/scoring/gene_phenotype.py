"""How well does each gene fit the HPO terms of one proband? Standard scores, for the ranking."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from raredx.columns.gene_codes import GeneCodes
from raredx.columns.ontology import Ontology
from raredx.columns.records import dataclass
from raredx.scoring.phenotype import PhenotypeScores, matched_terms

SHOWN_SHARE = 0.7
"""Share of a term's information that it must have in common with the disease's nearest to be shown
as a match: our choice. The score counts every one."""


@dataclass(frozen=True)
class TermFit:
    """One term of the proband, and the term of a disease that comes nearest.

    Attributes
    ----------
    term, nearest : str
        `HP:… name`.
    share : float
        Share of the term's information that both have in common, 0 to 1.
    """

    term: str
    nearest: str
    share: float


@dataclass(frozen=True)
class DiseaseFit:
    """A disease, its score among all diseases, and the terms that match.

    Attributes
    ----------
    disease_id, name : str
    score : float
        Standard score over all diseases.
    terms : tuple of str
        `HP:… name = HP:… name` for each term of the proband with its nearest of the disease;
        the same term alone where both have it.
    fits : tuple of TermFit
        Of every term that was judged.
    """

    disease_id: str
    name: str
    score: float
    terms: tuple[str, ...]
    fits: tuple[TermFit, ...] = ()


class GenePhenotype:
    """The phenotype scores of a proband, by gene code.

    Parameters
    ----------
    ontology : Ontology
    scores : PhenotypeScores
    codes : GeneCodes
    """

    def __init__(self, ontology: Ontology, scores: PhenotypeScores, codes: GeneCodes) -> None:
        self._ontology, self._codes = ontology, codes
        self.scores = scores
        self._gene = standardised(scores.gene)
        self.disease = standardised(scores.disease)
        self._fits: dict[int, DiseaseFit] = {}
        self._shared: dict[int, NDArray[np.float64]] = {}

    @property
    def assessed(self) -> bool:
        """Whether there was a term to judge by."""
        return bool(self.scores.terms)

    def of(self, gene: int) -> float:
        """Give the standard score of a gene among all that HPO knows, NaN for another one."""
        row = self._row(gene)
        return float(self._gene[row]) if row >= 0 else float("nan")

    def best(self, gene: int) -> DiseaseFit | None:
        """Give the disease of a gene that fits best; None for a gene that HPO does not know."""
        row = self._row(gene)
        return self.fit(int(self.scores.best_disease[row])) if row >= 0 else None

    def diseases_of(self, gene: int) -> list[int]:
        """Rows of the diseases of a gene."""
        row, start = self._row(gene), self._ontology.gene_start
        if row < 0:
            return []
        found: list[int] = self._ontology.gene_disease[start[row] : start[row + 1]].tolist()
        return found

    def fit(self, disease: int) -> DiseaseFit:
        """Describe a disease."""
        if disease not in self._fits:
            self._fits[disease] = self._describe(disease)
        return self._fits[disease]

    def _describe(self, disease: int) -> DiseaseFit:
        ontology = self._ontology
        words, fits = [], []
        for match in matched_terms(ontology, self.scores, disease, self._shared):
            asked, found = ontology.named(match.query), ontology.named(match.annotated)
            whole = float(ontology.information[match.query])
            share = min(match.information / whole, 1.0) if whole > 0 else 0.0
            fits.append(TermFit(asked, found, round(share, 4)))
            if match.information > 0 and match.information >= SHOWN_SHARE * whole:
                words.append(asked if match.query == match.annotated else f"{asked} = {found}")
        return DiseaseFit(
            ontology.disease_id[disease],
            ontology.disease_name[disease],
            float(self.disease[disease]),
            tuple(words),
            tuple(fits),
        )

    def _row(self, gene: int) -> int:
        if not self._codes.in_table(gene):
            return -1
        number = int(self._codes.table.hgnc_id[gene])
        return self._ontology.gene_of_hgnc.get(number, -1)


def standardised(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give standard scores: how many standard deviations above the mean of all.

    Examples
    --------
    >>> standardised(np.array([1.0, 3.0])).tolist(), standardised(np.array([2.0])).tolist()
    ([-1.0, 1.0], [0.0])
    """
    if not values.size or values.min() == values.max():  # rounding would make them differ
        return np.zeros(values.shape)
    standard: NDArray[np.float64] = (values - values.mean()) / values.std()
    return standard
