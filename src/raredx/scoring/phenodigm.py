"""PhenoDigm's similarity of a patient and each disease, as a share of the score if wanted.

Smedley et al. 2013, doi:10.1093/database/bat025: the best and the mean match of the terms of both
sides, as a share of what a perfect match would have. We take the information by frequency
(`Ontology.information`) where PhenoDigm counts annotations, and the mean of each side.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from raredx.columns.ontology import Ontology
from raredx.scoring.phenotype_profiles import (
    DiseaseProfiles,
    best_of_each,
    shared_ancestors,
    shared_information,
    sum_of_each,
)


def blend_phenodigm(
    profiles: DiseaseProfiles, terms: NDArray[np.int64], fit: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Mix PhenoDigm's similarity into the fit of the diseases.

    Parameters
    ----------
    profiles : DiseaseProfiles
    terms : int64, shape (query,)
        Rows of the terms of the patient.
    fit : float64, shape (disease,)

    Returns
    -------
    float64, shape (disease,)
        `(1 - phenodigm_share)` of the standard score of the fit and `phenodigm_share` of that of
        the similarity, with the mean and the spread of the fit.
    """
    if not len(fit):
        return fit
    share = profiles.settings.phenodigm_share
    spread, mean = float(fit.std()), float(fit.mean())
    similar = phenodigm_similarity(profiles.ontology, terms)
    if not spread or not similar.std():
        return fit
    own, other = (fit - mean) / spread, (similar - similar.mean()) / similar.std()
    mixed: NDArray[np.float64] = mean + spread * ((1.0 - share) * own + share * other)
    return mixed


def phenodigm_similarity(ontology: Ontology, terms: NDArray[np.int64]) -> NDArray[np.float64]:
    """Give best match over best possible, and mean match over mean possible, added up.

    Returns
    -------
    float64, shape (disease,)
        At most 2.
    """
    start, annotated = ontology.profile_start, ontology.profile_term
    n_ancestors = np.diff(ontology.ancestor_start)
    n_terms = np.diff(start)
    nearest = np.zeros(len(annotated))
    best, total = np.zeros(len(n_terms)), np.zeros(len(n_terms))
    for term in terms.tolist():
        shared = shared_ancestors(ontology, term)
        overlap = shared / (n_ancestors[term] + n_ancestors - shared)
        match = np.sqrt(overlap * shared_information(ontology, term))[annotated]
        nearest = np.maximum(nearest, match)
        of_term = best_of_each(match, start, 0.0)
        best = np.maximum(best, of_term)
        total += of_term
    possible = np.sqrt(ontology.information[terms].astype(np.float64))
    if not possible.any():
        return best
    means = total / len(terms) + sum_of_each(nearest, start) / np.maximum(n_terms, 1)
    similarity: NDArray[np.float64] = best / possible.max() + 0.5 * means / possible.mean()
    return similarity
