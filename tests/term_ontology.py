"""A dozen terms of HPO by hand, with their real ids and names, for what is asked of terms alone."""

from __future__ import annotations

import numpy as np

from raredx.columns.ontology import Ontology

TERMS = """
1        |         | All                             |
5        | 1       | Mode of inheritance             | Inheritance
6        | 5       | Autosomal dominant inheritance  |
118      | 1       | Phenotypic abnormality          | Organ abnormality
707      | 118     | Abnormality of the nervous system |
1250     | 707     | Seizure                         | Seizures|Epilepsy
1251     | 707     | Ataxia                          |
7359     | 1250    | Focal-onset seizure             | Focal seizures
12758    | 707     | Neurodevelopmental delay        |
1249     | 12758   | Intellectual disability         | Mental retardation, nonspecific
1256     | 1249    | Intellectual disability, mild   | Mental retardation, mild
1263     | 12758   | Global developmental delay      |
3        | 118     | Multicystic kidney dysplasia    |
"""
"""Number, parent, name, synonyms."""
FORMER = """
9        | 1250 | alternative
57       | 3    | obsolete
4715     | 3    | alternative
200000   |      | obsolete
"""
"""Number, what replaces it, and what it was."""
RELEASE = "2025-01-16"


def cells(text: str) -> list[list[str]]:
    """Cut a table into cells; the last may hold bars."""
    width = 4 if text is TERMS else 3
    rows = (line.split("|", width - 1) for line in text.strip().splitlines())
    return [[cell.strip() for cell in row] for row in rows]


def hand_ontology() -> Ontology:
    """Make the ontology; it has no disease and no gene."""
    table = cells(TERMS)
    row = {int(line[0]): n for n, line in enumerate(table)}
    above: list[list[int]] = []
    for n, (_, parent, *_names) in enumerate(table):
        above.append(sorted([n, *(above[row[int(parent)]] if parent else [])]))
    former = [(int(n), row[int(term)] if term else -1, how) for n, term, how in cells(FORMER)]
    no_rows, no_share = np.zeros(0, np.int32), np.zeros(0, np.float32)
    return Ontology(
        release=RELEASE,
        annotation_release=RELEASE,
        about=(),
        digest="",
        number=np.array([int(line[0]) for line in table], np.int32),
        phenotypic=np.array([row[118] in own for own in above]),
        name=[line[2] for line in table],
        synonyms=[line[3] for line in table],
        ancestor_start=np.cumsum([0, *map(len, above)]).astype(np.int64),
        ancestor=np.array([x for own in above for x in own], np.int32),
        former_number=np.array([number for number, _, _ in former], np.int32),
        former_term=np.array([term for _, term, _ in former], np.int32),
        former_obsolete=np.array([how == "obsolete" for _, _, how in former]),
        disease_id=[],
        disease_name=[],
        profile_start=np.zeros(1, np.int64),
        profile_term=no_rows,
        profile_frequency=no_share,
        information=np.zeros(len(table), np.float32),
        gene_hgnc=no_rows,
        gene_symbol=[],
        gene_start=np.zeros(1, np.int64),
        gene_disease=no_rows,
        line_disease=no_rows,
        line_term=no_rows,
        line_count=no_rows,
        line_total=no_rows,
        line_frequency=no_share,
        line_reference=no_rows,
        reference=[],
    )


def ids_of(ontology: Ontology, rows: tuple[int, ...]) -> str:
    """Write rows as ids."""
    return " ".join(ontology.term_id(row) for row in rows)
