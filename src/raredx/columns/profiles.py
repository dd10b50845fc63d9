"""How often the patients of a disease have a term, and how much a term tells.

`pool_profiles` joins the annotations of each disease and term; `frequency_mass` and
`information_of` make the information content from the pooled profiles. The builder of the
ontology and `without_publication` share them, so that taking a publication away gives what a
build without its lines gives.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from raredx.columns.ontology import PHENOTYPIC_ABNORMALITY, ROOT, Ontology
from raredx.columns.sequences import picked

FREQUENCY_NOT_STATED = 0.5
"""Frequency of a term for which no annotation states one. Our choice; LIRICAL takes 1."""

MASS_UNITS = 2.0**40
"""Units of `mass` in 1. Whole numbers add up to the same in any order, and can be taken away."""

MASS_FLOOR = 0.25
"""Least number of diseases that a term is counted for, so that unused terms stay finite (ours)."""

REFERENCE_SEPARATOR = ";"

_CHUNK = 64
"""Diseases looked at together: a table of 64 by 20,000 terms fits into the cache."""


class Lines(NamedTuple):
    """Annotations before pooling: arrays of one length, ascending by disease, then term."""

    disease: NDArray[np.int32]
    term: NDArray[np.int32]
    n_with: NDArray[np.int32]
    total: NDArray[np.int32]
    frequency: NDArray[np.float32]

    def among(self, kept: NDArray[np.bool_]) -> Lines:
        """Keep some lines."""
        return Lines(
            self.disease[kept],
            self.term[kept],
            self.n_with[kept],
            self.total[kept],
            self.frequency[kept],
        )


class Profiles(NamedTuple):
    """Terms of diseases, ascending by disease, then term; frequencies above 0."""

    disease: NDArray[np.int32]
    term: NDArray[np.int32]
    frequency: NDArray[np.float32]


class Closure(NamedTuple):
    """Ancestors of every term, itself included: `ancestor[start[t]:start[t + 1]]`."""

    start: NDArray[np.int64]
    ancestor: NDArray[np.int32]


def pool_profiles(lines: Lines) -> Profiles:
    """Join the annotations of each disease and term.

    Counted patients are added up: 1/4 and 3/4 give 4/8. Where nobody counted, the stated
    frequencies are averaged; where nobody stated one, it is `FREQUENCY_NOT_STATED`. A term that
    no patient has (0/7, "excluded") is left out.

    Parameters
    ----------
    lines : Lines
        `n_with` and `total` are 0 where a line does not count patients, `frequency` is NaN where
        it states none.

    Examples
    --------
    >>> nan = np.nan
    >>> lines = Lines(
    ...     *np.array([[0, 0, 0, 1, 1], [2, 2, 5, 2, 4], [1, 3, 0, 0, 0], [4, 4, 0, 9, 0]], "i4"),
    ...     np.array([nan, nan, 0.25, nan, nan], "f4"),
    ... )
    >>> [column.tolist() for column in pool_profiles(lines)]
    [[0, 0, 1], [2, 5, 4], [0.5, 0.25, 0.5]]
    """
    n = len(lines.disease)
    first = np.ones(n, np.bool_)
    first[1:] = np.diff(lines.disease) != 0
    first[1:] |= np.diff(lines.term) != 0
    pair = np.cumsum(first) - 1
    n_pairs = int(pair[-1]) + 1 if n else 0
    n_with = np.bincount(pair, lines.n_with, n_pairs)
    total = np.bincount(pair, lines.total, n_pairs)
    states = ~np.isnan(lines.frequency)
    stated = np.bincount(pair[states], lines.frequency[states].astype(np.float64), n_pairs)
    n_stated = np.bincount(pair[states], minlength=n_pairs)
    pooled = np.full(n_pairs, FREQUENCY_NOT_STATED)
    np.divide(stated, n_stated, out=pooled, where=n_stated > 0)
    np.divide(n_with, total, out=pooled, where=total > 0)
    frequency = np.minimum(pooled, 1.0).astype(np.float32)
    kept = frequency > 0
    place = np.flatnonzero(first)[kept]
    return Profiles(lines.disease[place], lines.term[place], frequency[kept])


def frequency_mass(profiles: Profiles, closure: Closure) -> NDArray[np.int64]:
    """Add up over diseases the highest frequency of each term or one below it.

    Returns
    -------
    int64, shape (term,)
        In units of 1 / `MASS_UNITS`.

    Examples
    --------
    >>> closure = Closure(np.array([0, 1, 3]), np.array([0, 0, 1]))  # term 1 lies below term 0
    >>> two = Profiles(np.array([4, 7]), np.array([1, 1]), np.array([0.5, 0.25], "f4"))
    >>> (frequency_mass(two, closure) / MASS_UNITS).tolist()
    [0.75, 0.75]
    """
    n_terms = len(closure.start) - 1
    mass = np.zeros(n_terms, np.int64)
    n_pairs = len(profiles.disease)
    if not n_pairs:
        return mass
    units = np.rint(profiles.frequency.astype(np.float64) * MASS_UNITS).astype(np.int64)
    row = np.cumsum(np.diff(profiles.disease, prepend=profiles.disease[:1]) != 0)
    for begin in range(0, int(row[-1]) + 1, _CHUNK):
        chunk = slice(*np.searchsorted(row, (begin, begin + _CHUNK)).tolist())
        term = profiles.term[chunk]
        first = closure.start[term]
        n_ancestors = closure.start[term + 1] - first
        place = np.repeat(first - np.cumsum(n_ancestors) + n_ancestors, n_ancestors)
        place += np.arange(len(place))
        disease = np.repeat(row[chunk] - begin, n_ancestors)
        held = np.zeros((int(row[chunk.stop - 1]) - begin + 1, n_terms), np.int64)
        np.maximum.at(
            held.reshape(-1),
            disease * n_terms + closure.ancestor[place],
            np.repeat(units[chunk], n_ancestors),
        )
        mass += held.sum(axis=0)
    return mass


def information_of(
    mass: NDArray[np.int64], n_diseases: int, number: NDArray[np.int32], closure: Closure
) -> NDArray[np.float32]:
    """Information content of each term by frequency, in nats.

    Parameters
    ----------
    mass : int64, shape (term,)
        From `frequency_mass`.
    n_diseases : int
        Diseases with a profile.
    number : int32, shape (term,)
        Numbers of the terms: HP:0000001 and HP:0000118 tell nothing.
    closure : Closure

    Returns
    -------
    float32, shape (term,)
        Never below that of an ancestor; at most `-ln(MASS_FLOOR / n_diseases)`.

    Examples
    --------
    >>> closure = Closure(np.array([0, 1, 3]), np.array([0, 0, 1]))
    >>> mass = (np.array([1.0, 0.5]) * MASS_UNITS).astype(np.int64)
    >>> information_of(mass, 2, np.array([1, 5], "i4"), closure).tolist()
    [0.0, 1.3862943649291992]
    """
    floored = np.maximum(mass / MASS_UNITS, MASS_FLOOR)
    information = np.maximum(-np.log(floored / max(n_diseases, 1)), 0.0)
    information[(number == ROOT) | (number == PHENOTYPIC_ABNORMALITY)] = 0.0
    highest = np.maximum.reduceat(information[closure.ancestor], closure.start[:-1])
    return highest.astype(np.float32)


def without_publication(ontology: Ontology, publication: str) -> Ontology:
    """Take away every annotation that cites a publication, alone or among others.

    The diseases that it touches are pooled anew; one that is left without a profile is taken
    away, and so is a gene that is left without a disease. All is as in a build without those
    lines, but for `about` and `digest`, which say what was taken away, and the names of diseases.

    Parameters
    ----------
    ontology : Ontology
    publication : str
        As `reference` names it: `PMID:12345678`.

    Returns
    -------
    Ontology
        The same object where no annotation cites the publication.
    """
    cited = [
        row
        for row, text in enumerate(ontology.reference)
        if publication in text and publication in text.split(REFERENCE_SEPARATOR)
    ]
    if not publication or not cited:
        return ontology
    gone = np.zeros(len(ontology.reference), np.bool_)
    gone[cited] = True
    dropped = gone[ontology.line_reference]
    touched = np.zeros(len(ontology.disease_id), np.bool_)
    touched[ontology.line_disease[dropped]] = True
    lines = lines_of(ontology)
    before, after = (
        _profiles_of(ontology, touched),
        pool_profiles(lines.among(touched[lines.disease] & ~dropped)),
    )
    profiles, mass = _replaced(ontology, touched, before, after)
    n_terms = np.bincount(profiles.disease, minlength=len(touched))
    alive = n_terms > 0
    kept = ~dropped & alive[lines.disease]
    used = np.bincount(ontology.line_reference[kept], minlength=len(gone)) > 0
    closure = Closure(ontology.ancestor_start, ontology.ancestor)
    changed: dict[str, Any] = {
        "about": (*ontology.about, f"without the annotations that cite {publication}"),
        "digest": f"{ontology.digest} without {publication}",
        "profile_start": starts_of(n_terms[alive]),
        "profile_term": profiles.term,
        "profile_frequency": profiles.frequency,
        "information": information_of(mass, int(alive.sum()), ontology.number, closure),
        "mass": mass,
        "line_disease": renumbered(alive)[lines.disease[kept]],
        "line_term": lines.term[kept],
        "line_count": lines.n_with[kept],
        "line_total": lines.total[kept],
        "line_frequency": lines.frequency[kept],
        "line_reference": renumbered(used)[ontology.line_reference[kept]],
        "reference": picked(ontology.reference, np.flatnonzero(used).tolist()),
        **({} if alive.all() else _fewer_diseases(ontology, alive)),
    }
    return _changed(ontology, changed)


def lines_of(ontology: Ontology) -> Lines:
    """Give the annotations of an ontology."""
    return Lines(
        ontology.line_disease,
        ontology.line_term,
        ontology.line_count,
        ontology.line_total,
        ontology.line_frequency,
    )


def starts_of(counts: NDArray[Any]) -> NDArray[np.int64]:
    """Give the place of each group, and the end, from the sizes of the groups.

    Examples
    --------
    >>> starts_of(np.array([2, 0, 3])).tolist()
    [0, 2, 2, 5]
    """
    starts = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=starts[1:])
    return starts


def renumbered(kept: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Give the new row of each row that is kept.

    Examples
    --------
    >>> renumbered(np.array([True, False, True])).tolist()
    [0, 0, 1]
    """
    rows: NDArray[np.int32] = np.maximum(np.cumsum(kept) - 1, 0).astype(np.int32)
    return rows


def _profiles_of(ontology: Ontology, wanted: NDArray[np.bool_]) -> Profiles:
    """Profiles of some diseases."""
    disease = np.repeat(np.arange(len(wanted), dtype=np.int32), np.diff(ontology.profile_start))
    kept = wanted[disease]
    return Profiles(disease[kept], ontology.profile_term[kept], ontology.profile_frequency[kept])


def _replaced(
    ontology: Ontology, touched: NDArray[np.bool_], before: Profiles, after: Profiles
) -> tuple[Profiles, NDArray[np.int64]]:
    """All profiles and the mass, with those of the touched diseases replaced."""
    others = _profiles_of(ontology, ~touched)
    joined = [np.concatenate(pair) for pair in zip(others, after, strict=True)]
    order = np.argsort(joined[0], kind="stable")
    profiles = Profiles(*(column[order] for column in joined))
    closure = Closure(ontology.ancestor_start, ontology.ancestor)
    mass = ontology.mass
    if mass is None:
        mass = frequency_mass(others, closure)
    else:
        mass = mass - frequency_mass(before, closure)
    return profiles, mass + frequency_mass(after, closure)


def _fewer_diseases(ontology: Ontology, alive: NDArray[np.bool_]) -> dict[str, Any]:
    """Columns of diseases and genes, without the diseases that have lost their profile."""
    n_diseases = np.diff(ontology.gene_start)
    gene = np.repeat(np.arange(len(n_diseases)), n_diseases)
    kept = alive[ontology.gene_disease]
    left = np.bincount(gene[kept], minlength=len(n_diseases))
    known = left > 0
    diseases, genes = np.flatnonzero(alive).tolist(), np.flatnonzero(known).tolist()
    return {
        "disease_id": picked(ontology.disease_id, diseases),
        "disease_name": picked(ontology.disease_name, diseases),
        "gene_hgnc": ontology.gene_hgnc[known],
        "gene_symbol": picked(ontology.gene_symbol, genes),
        "gene_start": starts_of(left[known]),
        "gene_disease": renumbered(alive)[ontology.gene_disease[kept]],
    }


def _changed(ontology: Ontology, changed: dict[str, Any]) -> Ontology:
    """Make an ontology that differs in some columns; its arrays are closed to writing."""
    columns: dict[str, Any] = {
        name: changed.get(name, getattr(ontology, name)) for name in Ontology.__dataclass_fields__
    }
    for value in columns.values():
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
    return Ontology(**columns)
