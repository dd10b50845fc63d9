"""The phenotype score written out term by term from docs/phenotype.md, in plain Python."""

from __future__ import annotations

import math
from collections.abc import Iterable

from raredx.columns.ontology import Ontology
from raredx.evidence_settings import PhenotypeSettings


def profile_of(ontology: Ontology, disease: int, settings: PhenotypeSettings) -> dict[int, float]:
    """Frequency of each term of a disease, held back where few patients were counted."""
    found = {}
    for place in range(ontology.profile_start[disease], ontology.profile_start[disease + 1]):
        term = int(ontology.profile_term[place])
        total = sum(
            int(ontology.line_total[line])
            for line in range(len(ontology.line_disease))
            if ontology.line_disease[line] == disease and ontology.line_term[line] == term
        )
        stated = float(ontology.profile_frequency[place])
        if total:
            more = settings.prior_patients
            stated = (stated * total + settings.prior_frequency * more) / (total + more)
        found[term] = stated
    return found


def shared(ontology: Ontology, one: int, other: int) -> float:
    """Information of the most informative common ancestor."""
    common = set(ontology.ancestors(one).tolist()) & set(ontology.ancestors(other).tolist())
    return max(float(ontology.information[ancestor]) for ancestor in common)


def fit_of(
    ontology: Ontology, disease: int, terms: Iterable[int], settings: PhenotypeSettings
) -> float:
    """Sum over the patient's terms of how well the disease accounts for each, less its length."""
    profile = profile_of(ontology, disease, settings)
    total = 0.0
    for query in terms:
        best = max(
            (
                math.exp(shared(ontology, query, term)) * frequency**settings.frequency_weight
                for term, frequency in profile.items()
            ),
            default=0.0,
        )
        total += math.log(settings.background + (1 - settings.background) * best)
        total -= settings.profile_weight * math.log(sum(profile.values()) + 2)
    return total


def against_of(
    ontology: Ontology, disease: int, terms: Iterable[int], settings: PhenotypeSettings
) -> float:
    """Sum over the terms that the patient does not have."""
    profile = profile_of(ontology, disease, settings)
    total = 0.0
    for query in terms:
        below = [f for term, f in profile.items() if query in ontology.ancestors(term)]
        here = min(max(below, default=0.0), 0.95)
        everywhere = min(math.exp(-float(ontology.information[query])), 0.95)
        total += math.log((1 - here) / (1 - everywhere))
    return total


def scores_of(
    ontology: Ontology, terms: list[int], excluded: list[int], settings: PhenotypeSettings
) -> tuple[list[float], list[float]]:
    """Scores of the diseases and of the genes."""
    top = int(next(r for r in range(len(ontology.number)) if ontology.number[r] == 118))
    query, absent = (
        sorted({t for t in some if top in ontology.ancestors(t) and t != top})
        for some in (terms, excluded)
    )
    fits = [
        fit_of(ontology, disease, query, settings)
        + settings.excluded_weight * against_of(ontology, disease, absent, settings)
        for disease in range(len(ontology.disease_id))
    ]
    genes = []
    for gene in range(len(ontology.gene_symbol)):
        start, stop = ontology.gene_start[gene], ontology.gene_start[gene + 1]
        parts = []
        for disease in ontology.gene_disease[start:stop].tolist():
            sharing = ontology.gene_disease.tolist().count(disease)
            parts.append(math.exp(fits[disease]) / sharing**settings.shared_gene_weight)
        genes.append(math.log(sum(parts) if settings.sum_diseases else max(parts)))
    held = min(1.0, settings.independent_terms / math.sqrt(len(query)))
    both = []
    for values in (fits, genes):
        mean = sum(math.exp(held * value) for value in values) / len(values)
        both.append([held * value - math.log(mean) for value in values])
    return both[0], both[1]
