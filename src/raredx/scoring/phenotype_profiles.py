"""What speaks for a disease when a patient has a term? One answer for each term and disease.

A term of the patient and one of the disease share their most informative common ancestor. What it
tells, `information`, is the logarithm of how much likelier the ancestor is in a disease that has
it than in any disease: ln(1 / frequency of the ancestor). See docs/phenotype.md.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from raredx.columns.ontology import PHENOTYPIC_ABNORMALITY, Ontology
from raredx.columns.term_facts import at_or_below
from raredx.evidence_settings import PhenotypeSettings

PROFILE_OFFSET = 2.0
"""Terms that every profile is taken to have beside its own, so that a disease of which one feature
is known does not win by that: phenotype study, section 6; 1 to 4 give the same ranks."""

MAX_FREQUENCY = 0.95
"""Highest frequency that speaks against a disease whose term is excluded: a patient without an
obligate feature makes it unlikely, not impossible (our choice)."""


def shared_information(ontology: Ontology, term: int) -> NDArray[np.float64]:
    """Give the information of the most informative common ancestor of a term and every term.

    Parameters
    ----------
    ontology : Ontology
    term : int
        Row of the term.

    Returns
    -------
    float64, shape (term,)
        In nats; 0 where only HP:0000118 or the root is shared.
    """
    own = np.zeros(len(ontology.number))
    ancestors = ontology.ancestors(term)
    own[ancestors] = ontology.information[ancestors]
    return np.maximum.reduceat(own[ontology.ancestor], ontology.ancestor_start[:-1])


def shared_ancestors(ontology: Ontology, term: int) -> NDArray[np.int64]:
    """Count the ancestors that a term shares with every term, themselves included."""
    own = np.zeros(len(ontology.number), np.int64)
    own[ontology.ancestors(term)] = 1
    return np.add.reduceat(own[ontology.ancestor], ontology.ancestor_start[:-1])


def usable_terms(ontology: Ontology, terms: NDArray[np.int64]) -> NDArray[np.int64]:
    """Keep what describes a patient: once each, ascending, all below HP:0000118."""
    rows = np.unique(terms)
    kept: NDArray[np.int64] = rows[
        ontology.phenotypic[rows] & (ontology.number[rows] != PHENOTYPIC_ABNORMALITY)
    ]
    return kept


def patients_counted(ontology: Ontology) -> NDArray[np.int64]:
    """Count the patients behind the frequency of each term of each profile.

    Returns
    -------
    int64, shape of `profile_term`
        0 where no annotation counts patients.
    """
    n_terms = len(ontology.number)
    disease = np.repeat(np.arange(len(ontology.disease_id)), np.diff(ontology.profile_start))
    profile = disease * n_terms + ontology.profile_term
    order = np.argsort(profile, kind="stable")
    counted = ontology.line_total > 0
    line = ontology.line_disease[counted].astype(np.int64) * n_terms
    line += ontology.line_term[counted]
    place = np.searchsorted(profile[order], line)
    place[place == len(profile)] = 0
    found = profile[order][place] == line if len(profile) else np.zeros(len(line), np.bool_)
    totals = np.zeros(len(profile), np.int64)
    np.add.at(totals, order[place[found]], ontology.line_total[counted][found])
    return totals


def best_of_each(
    values: NDArray[np.float64], start: NDArray[np.int64], empty: float
) -> NDArray[np.float64]:
    """Give the highest value of each group, `empty` for a group without one.

    Examples
    --------
    >>> best_of_each(np.array([3.0, 1.0, 2.0]), np.array([0, 2, 2, 3]), -1.0).tolist()
    [3.0, -1.0, 2.0]
    """
    best = np.maximum.reduceat(np.append(values, empty), start)[:-1]
    best[np.diff(start) == 0] = empty
    return best


def sum_of_each(values: NDArray[np.float64], start: NDArray[np.int64]) -> NDArray[np.float64]:
    """Add up the values of each group.

    Examples
    --------
    >>> sum_of_each(np.array([3.0, 1.0, 2.0]), np.array([0, 2, 2, 3])).tolist()
    [4.0, 0.0, 2.0]
    """
    total = np.add.reduceat(np.append(values, 0.0), start)[:-1]
    total[np.diff(start) == 0] = 0.0
    return total


class DiseaseProfiles:
    """The profiles of all diseases, made ready for any number of cases.

    Parameters
    ----------
    ontology : Ontology
    settings : PhenotypeSettings

    Attributes
    ----------
    frequency : float64, shape of `profile_term`
        Where patients were counted, `prior_patients` others of whom `prior_frequency` have the
        term are added: one patient of one does not make a feature obligate.
    length : float64, shape (disease,)
        Terms that a patient with the disease has, on average.
    """

    def __init__(self, ontology: Ontology, settings: PhenotypeSettings) -> None:
        self.ontology, self.settings = ontology, settings
        stated = ontology.profile_frequency.astype(np.float64)
        counted = patients_counted(ontology)
        added = settings.prior_patients * (counted > 0)
        weight = np.maximum(counted + added, 1.0)
        self.frequency = np.where(
            counted > 0, (stated * counted + settings.prior_frequency * added) / weight, stated
        )
        self._log_frequency = settings.frequency_weight * np.log(self.frequency)
        self.length = sum_of_each(self.frequency, ontology.profile_start)

    def support(self, term: int) -> NDArray[np.float64]:
        """Weigh a term that the patient has, for each disease.

        Returns
        -------
        float64, shape (disease,)
            ln(background + (1 - background) e^b), b the most that any term of the disease gives:
            information shared + frequency_weight ln frequency. ln(background), its least, where
            nothing in the profile accounts for the term.
        """
        shared = shared_information(self.ontology, term)
        values = shared[self.ontology.profile_term] + self._log_frequency
        likelihood = np.exp(best_of_each(values, self.ontology.profile_start, -np.inf))
        background = self.settings.background
        weighed: NDArray[np.float64] = np.log(background + (1.0 - background) * likelihood)
        return weighed

    def against(self, term: int) -> NDArray[np.float64]:
        """Weigh a term that the patient does not have, for each disease.

        Returns
        -------
        float64, shape (disease,)
            ln((1 - frequency in the disease) / (1 - frequency in all)), the frequency that of the
            term or one below it.
        """
        ontology = self.ontology
        has = at_or_below(ontology, term)
        present = np.where(has[ontology.profile_term], self.frequency, 0.0)
        frequency = np.minimum(best_of_each(present, ontology.profile_start, 0.0), MAX_FREQUENCY)
        everywhere = min(float(np.exp(-ontology.information[term])), MAX_FREQUENCY)
        weighed: NDArray[np.float64] = np.log1p(-frequency) - np.log1p(-everywhere)
        return weighed
