"""How well does each disease, and each gene, fit the HPO terms of one patient?

A soft likelihood ratio: each term of the patient may come from the disease, by its frequency and
by how rare the feature is elsewhere, or from the background. A gene adds up its diseases. Formula,
figures and what was tried: docs/phenotype.md; decision record 12.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from raredx.columns.ontology import Ontology
from raredx.columns.records import dataclass
from raredx.evidence_settings import PhenotypeSettings
from raredx.scoring.phenodigm import blend_phenodigm
from raredx.scoring.phenotype_profiles import (
    PROFILE_OFFSET,
    DiseaseProfiles,
    best_of_each,
    shared_information,
    sum_of_each,
    usable_terms,
)
from raredx.vocabulary import UNKNOWN_INDEX


@dataclass(frozen=True, eq=False)
class PhenotypeScores:
    """How much likelier each disease and gene is, given the terms, than one drawn at random.

    Attributes
    ----------
    disease : float64, shape (disease,)
        Natural logarithm of a likelihood ratio: the mean of `exp(disease)` is 1. NaN where no term
        could be used: not assessed.
    gene : float64, shape (HPO gene,)
        The same for the genes; the mean of `exp(gene)` is 1.
    best_disease : int32, shape (HPO gene,)
        Row of the disease of the gene that fits best, the first of several alike; -1 where not
        assessed.
    terms : tuple of int
        Rows of the terms that were used, ascending. Those given and not here were double, above
        or beside HP:0000118, or beyond `max_terms`.
    """

    disease: NDArray[np.float64]
    gene: NDArray[np.float64]
    best_disease: NDArray[np.int32]
    terms: tuple[int, ...]


class Match(NamedTuple):
    """A term of the patient, and the term of a disease that comes nearest.

    Attributes
    ----------
    query, annotated, ancestor : int
        Rows: the patient's term, the disease's, and their most informative common ancestor.
    information : float
        Of the ancestor, in nats; 0 where the two have nothing in common.
    """

    query: int
    annotated: int
    ancestor: int
    information: float


def score_phenotype(
    ontology: Ontology,
    terms: Sequence[int],
    excluded: Sequence[int],
    settings: PhenotypeSettings,
) -> PhenotypeScores:
    """Score every disease and every gene of HPO by the terms of a patient.

    Parameters
    ----------
    ontology : Ontology
    terms : sequence of int
        Rows of the terms that the patient has, in any order, twice or not.
    excluded : sequence of int
        Rows of the terms that the patient does not have. They count by `excluded_weight`, 0 by
        default (phenotype study, section 0.4).
    settings : PhenotypeSettings

    Returns
    -------
    PhenotypeScores
        All NaN where no term is below HP:0000118.

    Notes
    -----
    Phenotype study, section 6, with the frequencies held back where few patients were counted, a
    gene as the sum of its diseases, and the evidence divided by the square root of the number of
    terms: decision record 12. A `PhenotypeScorer` shares the preparation among cases.
    """
    return PhenotypeScorer(ontology, settings).score(terms, excluded)


class PhenotypeScorer:
    """Scores any number of cases by one ontology.

    Parameters
    ----------
    ontology : Ontology
    settings : PhenotypeSettings
    """

    def __init__(self, ontology: Ontology, settings: PhenotypeSettings) -> None:
        self.ontology, self.settings = ontology, settings
        self.profiles = DiseaseProfiles(ontology, settings)
        self._length_cost = self.settings.profile_weight * np.log(
            self.profiles.length + PROFILE_OFFSET
        )
        n_genes = np.bincount(ontology.gene_disease, minlength=len(ontology.disease_id))
        self._shared_cost = settings.shared_gene_weight * np.log(np.maximum(n_genes, 1))

    def score(self, terms: Sequence[int], excluded: Sequence[int] = ()) -> PhenotypeScores:
        """Score one case: see `score_phenotype`."""
        used = self.chosen(terms)
        if not len(used):
            return self._not_assessed()
        fit = -len(used) * self._length_cost
        for term in used.tolist():
            fit += self.profiles.support(term)
        if self.settings.excluded_weight:
            for term in self.chosen(excluded).tolist():
                fit += self.settings.excluded_weight * self.profiles.against(term)
        if self.settings.phenodigm_share:
            fit = blend_phenodigm(self.profiles, used, fit)
        gene, best_disease = self._genes(fit)
        held = min(1.0, self.settings.independent_terms / float(np.sqrt(len(used))))
        return PhenotypeScores(
            against_the_mean(held * fit),
            against_the_mean(held * gene),
            best_disease,
            tuple(used.tolist()),
        )

    def chosen(self, terms: Sequence[int]) -> NDArray[np.int64]:
        """Give the rows that are used: of too many the most informative, of these the first."""
        rows = usable_terms(self.ontology, np.array(terms, np.int64))
        most = np.argsort(-self.ontology.information[rows], kind="stable")
        chosen: NDArray[np.int64] = np.sort(rows[most[: self.settings.max_terms]])
        return chosen

    def _genes(self, fit: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
        """Score the genes by the fit of their diseases, and name the best disease of each."""
        disease, start = self.ontology.gene_disease, self.ontology.gene_start
        each = (fit - self._shared_cost)[disease]
        best = best_of_each(each, start, -np.inf)
        beside_best = each - np.repeat(best, np.diff(start))
        place = np.flatnonzero(beside_best == 0.0)
        first = place[np.searchsorted(place, start[:-1])]
        if self.settings.sum_diseases:
            best += np.log(sum_of_each(np.exp(beside_best), start))
        return best, disease[first]

    def _not_assessed(self) -> PhenotypeScores:
        n_diseases, n_genes = len(self.ontology.disease_id), len(self.ontology.gene_hgnc)
        return PhenotypeScores(
            np.full(n_diseases, np.nan),
            np.full(n_genes, np.nan),
            np.full(n_genes, UNKNOWN_INDEX, np.int32),
            (),
        )


def against_the_mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take away the logarithm of the mean likelihood, so that cases can be compared.

    The result is ln(n x posterior) where each of the n is as likely beforehand.

    Examples
    --------
    >>> np.exp(against_the_mean(np.log([1.0, 2.0, 6.0]))).round(3).tolist()
    [0.333, 0.667, 2.0]
    """
    if not len(values):
        return values
    highest = values.max()
    mean: NDArray[np.float64] = values - highest - np.log(np.mean(np.exp(values - highest)))
    return mean


def matched_terms(
    ontology: Ontology,
    scores: PhenotypeScores,
    disease: int,
    shared_with: dict[int, NDArray[np.float64]] | None = None,
) -> list[Match]:
    """Name for each term of the patient the term of a disease that comes nearest, for display.

    Parameters
    ----------
    ontology : Ontology
    scores : PhenotypeScores
        Says which terms were used.
    disease : int
        Row of the disease.
    shared_with : dict, optional
        Kept from disease to disease: term to the information it shares with every other.

    Returns
    -------
    list of Match
        One for each term used. Nearest is the one that shares most information; of several the
        same term, else the most frequent, else the first.
    """
    profile = slice(*ontology.profile_start[disease : disease + 2].tolist())
    annotated = ontology.profile_term[profile]
    frequency = ontology.profile_frequency[profile]
    kept = {} if shared_with is None else shared_with
    found = []
    for term in scores.terms:
        if term not in kept:
            kept[term] = shared_information(ontology, term)
        shared = kept[term][annotated]
        order = np.lexsort((annotated, -frequency, annotated != term, -shared))
        nearest = int(annotated[order[0]])
        common = np.intersect1d(ontology.ancestors(term), ontology.ancestors(nearest))
        # Rows of ancestors ascend, parents first: the last of the most informative is the nearest.
        last = len(common) - 1 - int(np.argmax(ontology.information[common][::-1]))
        information = float(shared[order[0]])
        found.append(Match(term, nearest, int(common[last]), information))
    return found
