"""Slow, obvious twins of the ontology's arithmetic, written from HPO's documents.

A term is a number, a disease a name; hierarchy and profiles are dictionaries, frequencies exact
fractions.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

CLASSES = {
    "HP:0040280": Fraction(1),
    "HP:0040281": Fraction(895, 1000),
    "HP:0040282": Fraction(545, 1000),
    "HP:0040283": Fraction(17, 100),
    "HP:0040284": Fraction(25, 1000),
    "HP:0040285": Fraction(0),
}


class Line(NamedTuple):
    """One line of phenotype.hpoa on a phenotype."""

    disease: str
    term: int
    frequency: str
    reference: str
    negated: bool = False


def ancestors_of(term: int, parents: Mapping[int, Iterable[int]]) -> set[int]:
    """Everything above a term, and the term."""
    return {term}.union(*(ancestors_of(parent, parents) for parent in parents[term]))


def pooled_frequency(frequencies: Iterable[str]) -> Fraction:
    """Join frequencies: patients counted outweigh what is stated, which outweighs nothing."""
    counts, stated = [], []
    for text in frequencies:
        if "/" in text:
            n_with, total = map(int, text.split("/"))
            if total:
                counts.append((n_with, total))
        elif text.endswith("%"):
            stated.append(Fraction(text[:-1]) / 100)
        elif text:
            stated.append(CLASSES[text])
    if counts:
        pooled = Fraction(sum(n for n, _ in counts), sum(total for _, total in counts))
    elif stated:
        pooled = sum(stated, Fraction(0)) / len(stated)
    else:
        pooled = Fraction(1, 2)
    return min(pooled, Fraction(1))


def profiles_of(lines: Iterable[Line]) -> dict[str, dict[int, Fraction]]:
    """Terms and frequencies of every disease that has one above 0."""
    found: dict[str, dict[int, list[str]]] = {}
    for line in lines:
        if not line.negated:
            terms = found.setdefault(line.disease, {})
            terms.setdefault(line.term, []).append(line.frequency)
    pooled = {
        disease: {term: pooled_frequency(texts) for term, texts in terms.items()}
        for disease, terms in found.items()
    }
    positive = {
        disease: {term: share for term, share in terms.items() if share}
        for disease, terms in pooled.items()
    }
    return {disease: terms for disease, terms in positive.items() if terms}


def information_of(
    profiles: Mapping[str, Mapping[int, Fraction]], parents: Mapping[int, Iterable[int]]
) -> dict[int, float]:
    """-ln of the mean over diseases of the highest frequency of a term or one below it."""
    above = {term: ancestors_of(term, parents) for term in parents}
    raw = {}
    for term in parents:
        mean = sum(
            max((share for other, share in terms.items() if term in above[other]), default=0)
            for terms in profiles.values()
        )
        raw[term] = -math.log(max(Fraction(mean), Fraction(1, 4)) / len(profiles))
        if term in (1, 118):
            raw[term] = 0.0
    return {term: max(0.0, *(raw[other] for other in above[term])) for term in parents}
