"""A few terms and diseases that a clinician can read, as an ontology, and larger drawn ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from hypothesis import strategies as st

from raredx.columns.ontology import Ontology
from raredx.columns.profiles import (
    Closure,
    Lines,
    frequency_mass,
    information_of,
    pool_profiles,
    starts_of,
)

TREE: dict[int, tuple[str, tuple[int, ...]]] = {
    1: ("All", ()),
    5: ("Mode of inheritance", (1,)),
    118: ("Phenotypic abnormality", (1,)),
    707: ("Abnormality of the nervous system", (118,)),
    1250: ("Seizure", (707,)),
    2069: ("Bilateral tonic-clonic seizure", (1250,)),
    2121: ("Absence seizure", (1250,)),
    1251: ("Ataxia", (707,)),
    478: ("Abnormality of the eye", (118,)),
    1083: ("Ectopia lentis", (478,)),
    518: ("Cataract", (478,)),
    924: ("Abnormality of the skeletal system", (118,)),
    1166: ("Arachnodactyly", (924,)),
    2650: ("Scoliosis", (924,)),
}
"""Number of each term, its name and its parents."""

Annotation = tuple[str, int, str]
"""Disease, number of the term, and its frequency: `3/10`, `0.5`, or empty."""


def make_ontology(
    annotations: Sequence[Annotation],
    genes: Mapping[str, Sequence[str]],
    parents: Mapping[int, Sequence[int]] | None = None,
) -> Ontology:
    """Make an ontology of annotations and of the diseases of each gene."""
    above = parents or {number: up for number, (_, up) in TREE.items()}
    numbers = list(above)
    row = {number: place for place, number in enumerate(numbers)}
    own: list[list[int]] = []
    for place, number in enumerate(numbers):
        own.append(sorted({place}.union(*(own[row[p]] for p in above[number]))))
    diseases = sorted({disease for disease, _, _ in annotations})
    ordered = sorted(annotations, key=lambda a: (diseases.index(a[0]), row[a[1]]))
    counts = [a[2].split("/") if "/" in a[2] else ("0", "0") for a in ordered]
    lines = Lines(
        np.array([diseases.index(a[0]) for a in ordered], np.int32),
        np.array([row[a[1]] for a in ordered], np.int32),
        np.array([int(c[0]) for c in counts], np.int32),
        np.array([int(c[1]) for c in counts], np.int32),
        np.array(
            [float(a[2]) if a[2] and "/" not in a[2] else np.nan for a in ordered], np.float32
        ),
    )
    profiles = pool_profiles(lines)
    closure = Closure(
        starts_of(np.array([len(a) for a in own])),
        np.array([a for ancestors in own for a in ancestors], np.int32),
    )
    n_terms = np.bincount(profiles.disease, minlength=len(diseases))
    number = np.array(numbers, np.int32)
    mass = frequency_mass(profiles, closure)
    symbols = sorted(genes)
    return Ontology(
        release="made",
        annotation_release="made",
        about=(),
        digest="",
        number=number,
        phenotypic=np.array([row[118] in ancestors for ancestors in own]),
        name=[TREE[n][0] if n in TREE else str(n) for n in numbers],
        synonyms=[""] * len(numbers),
        ancestor_start=closure.start,
        ancestor=closure.ancestor,
        former_number=np.zeros(0, np.int32),
        former_term=np.zeros(0, np.int32),
        former_obsolete=np.zeros(0, np.bool_),
        disease_id=diseases,
        disease_name=diseases,
        profile_start=starts_of(n_terms),
        profile_term=profiles.term,
        profile_frequency=profiles.frequency,
        information=information_of(mass, int((n_terms > 0).sum()), number, closure),
        gene_hgnc=np.arange(1, len(symbols) + 1, dtype=np.int32),
        gene_symbol=symbols,
        gene_start=starts_of(np.array([len(genes[symbol]) for symbol in symbols])),
        gene_disease=np.array(
            [diseases.index(d) for symbol in symbols for d in genes[symbol]], np.int32
        ),
        line_disease=lines.disease,
        line_term=lines.term,
        line_count=lines.n_with,
        line_total=lines.total,
        line_frequency=lines.frequency,
        line_reference=np.zeros(len(ordered), np.int32),
        reference=["PMID:1"],
    )


@st.composite
def drawn_ontologies(draw: st.DrawFn) -> tuple[Ontology, list[Annotation]]:
    """Terms with one or several parents, diseases with any profiles, and four genes."""
    parents: dict[int, list[int]] = {1: [], 5: [1], 118: [1]}
    for number in range(200, 200 + draw(st.integers(1, 9))):
        above = st.sampled_from([term for term in parents if term not in (1, 5)])
        parents[number] = draw(st.lists(above, min_size=1, max_size=3, unique=True))
    terms = [term for term in parents if term >= 118]
    names = ["OMIM:1", "OMIM:2", "OMIM:3", "ORPHA:4"]
    frequency = st.sampled_from(["", "1/1", "1/3", "7/9", "0.2", "1", "0.025"])
    extra = st.tuples(st.sampled_from(names), st.sampled_from(terms), frequency)
    annotations = [(name, draw(st.sampled_from(terms)), draw(frequency)) for name in names]
    annotations += draw(st.lists(extra, max_size=14))
    genes = {"A": ["OMIM:1", "OMIM:2"], "B": ["OMIM:2"], "C": ["OMIM:3", "ORPHA:4"], "D": names}
    return make_ontology(annotations, genes, parents), annotations
