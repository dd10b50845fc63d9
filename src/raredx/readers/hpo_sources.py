"""hp.obo, phenotype.hpoa and phenotype_to_genes.txt -> `Ontology`.

Nothing is altered: names, synonyms, hierarchy and annotations stand as HPO released them.
Definitions and cross references are left out, and so are negated annotations; what is left out
is counted in `Ontology.about`.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from raredx.columns.genes import LIST_SEPARATOR, GeneTable
from raredx.columns.ontology import PHENOTYPIC_ABNORMALITY, ROOT, Ontology
from raredx.columns.profiles import (
    Closure,
    Lines,
    frequency_mass,
    information_of,
    pool_profiles,
    renumbered,
    starts_of,
)
from raredx.errors import InputError
from raredx.readers.hpo_annotations import AnnotationFile, read_annotations, read_gene_diseases
from raredx.readers.hpo_text import DOWNLOAD
from raredx.readers.obo import OboFile, OboTerm, read_obo
from raredx.vocabulary import UNKNOWN_INDEX

ABOUT = (
    "content: names, synonyms, hierarchy and annotations as released, unaltered; definitions and "
    "cross references left out",
    "licence: https://hpo.jax.org/app/license (cite HPO, show its release, do not alter it)",
    "citation: Gargano et al. 2024, The Human Phenotype Ontology in 2024, doi:10.1093/nar/gkad1005",
    "home: https://hpo.jax.org, Human Phenotype Ontology Consortium and Monarch Initiative",
)


def build_ontology(obo: Path, hpoa: Path, genes: Path, table: GeneTable) -> Ontology:
    """Make an ontology from the files that HPO releases, plain or gzipped.

    Parameters
    ----------
    obo, hpoa, genes
        hp.obo, phenotype.hpoa, phenotype_to_genes.txt.
    table
        Leads from the NCBI Gene number, or else the symbol, to the HGNC number.

    Raises
    ------
    InputError
        If a file cannot be read or is another one, or the files do not belong together.

    Notes
    -----
    Annotations of aspect P are kept whose term, or what replaces it, lies below HP:0000118.
    Diseases without a term above frequency 0 are left out, and genes without such a disease.
    """
    obo_file = read_obo(obo)
    terms = _term_columns(obo_file)
    annotation_file = read_annotations(hpoa)
    annotated = _annotation_columns(annotation_file, terms)
    linked = _gene_columns(genes, annotated["disease_id"], table)
    closure = Closure(terms["ancestor_start"], terms["ancestor"])
    mass = frequency_mass(annotated.pop("profiles"), closure)
    n_diseases = len(annotated["disease_id"])
    about = _about(obo_file, annotation_file, annotated.pop("n_unknown"))
    columns = {
        **terms,
        **annotated,
        **linked,
        "release": obo_file.release,
        "annotation_release": annotation_file.release,
        "about": about,
        "digest": "",
        "mass": mass,
        "information": information_of(mass, n_diseases, terms["number"], closure),
    }
    for value in columns.values():
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
    return Ontology(**columns)


def _about(obo: OboFile, hpoa: AnnotationFile, n_unknown: int) -> tuple[str, ...]:
    """Say what the ontology was made from, and what was left out."""
    made_with = hpoa.ontology_release
    other = f", made with HPO {made_with}" if made_with not in ("", obo.release) else ""
    source = (
        f"source: Human Phenotype Ontology {obo.release} (hp.obo, phenotype_to_genes.txt), "
        f"annotations of {hpoa.release} (phenotype.hpoa{other})"
    )
    counts = {
        "negated annotations": hpoa.n_negated,
        "on inheritance, onset and course": hpoa.n_other,
        f"with a term that HPO {obo.release} does not have below HP:0000118": n_unknown,
    }
    left_out = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)
    unread = (f"read as not stated: {hpoa.n_unread:,} frequencies",) if hpoa.n_unread else ()
    return (source, *ABOUT, f"left out: {left_out or 'nothing'}", *unread)


def _term_columns(obo: OboFile) -> dict[str, Any]:
    """Columns of the terms and of the former numbers."""
    current = {term.number: term for term in obo.terms if not term.obsolete}
    if ROOT not in current or PHENOTYPIC_ABNORMALITY not in current:
        fact = f"has no term HP:{ROOT:07d} or HP:{PHENOTYPIC_ABNORMALITY:07d}"
        raise InputError(obo.where, fact, DOWNLOAD)
    order = _parents_first(obo, current)
    row_of = {number: row for row, number in enumerate(order)}
    ancestors: list[list[int]] = []
    for row, number in enumerate(order):
        parents = (row_of[p] for p in current[number].parents if p in row_of)
        ancestors.append(sorted({row}.union(*(ancestors[parent] for parent in parents))))
    top = row_of[PHENOTYPIC_ABNORMALITY]
    return {
        "number": np.array(order, np.int32),
        "phenotypic": np.array([top in found for found in ancestors], np.bool_),
        "name": [current[number].name for number in order],
        "synonyms": [LIST_SEPARATOR.join(current[number].synonyms) for number in order],
        "ancestor_start": starts_of(np.array([len(found) for found in ancestors])),
        "ancestor": np.array([a for found in ancestors for a in found], np.int32),
        **_former_columns(obo, row_of),
    }


def _parents_first(obo: OboFile, current: dict[int, OboTerm]) -> list[int]:
    """Order everything at and below the root: parents first, then by number."""
    children: dict[int, list[OboTerm]] = {}
    for term in current.values():
        term.parents = list(dict.fromkeys(term.parents))
        for parent in term.parents:
            if parent not in current:
                fact = f"HP:{term.number:07d} lies below HP:{parent:07d}, which is no current term"
                raise InputError(f"{obo.where}:{term.line}", fact, DOWNLOAD)
            children.setdefault(parent, []).append(term)
    below, waiting = {ROOT}, [ROOT]
    while waiting:
        found = {child.number for child in children.get(waiting.pop(), ())} - below
        below |= found
        waiting.extend(found)
    open_parents = {n: sum(p in below for p in current[n].parents) for n in below}
    ready = [number for number, n_open in open_parents.items() if not n_open]
    heapq.heapify(ready)
    order: list[int] = []
    while ready:
        number = heapq.heappop(ready)
        order.append(number)
        for child in children.get(number, ()):
            open_parents[child.number] -= 1
            if not open_parents[child.number]:
                heapq.heappush(ready, child.number)
    if len(order) < len(below):
        stuck = min(below.difference(order))
        fact = f"HP:{stuck:07d} lies below itself"
        raise InputError(f"{obo.where}:{current[stuck].line}", fact, DOWNLOAD)
    return order


def _former_columns(obo: OboFile, row_of: dict[int, int]) -> dict[str, Any]:
    """Columns of alternative and obsolete numbers."""
    terms = {term.number: term for term in obo.terms}
    host = {number: term.number for term in obo.terms for number in term.alternatives}
    obsolete = {number for number, term in terms.items() if term.obsolete}
    successor = {}
    for number in host.keys() | obsolete:
        replaced = terms[number].replaced_by if number in obsolete else []
        # Several replacements are a choice that a person has to make.
        if len(set(replaced)) < 2:
            successor[number] = replaced[0] if replaced else host.get(number, UNKNOWN_INDEX)
    former = sorted((host.keys() | obsolete) - row_of.keys())
    consider = [
        [*terms[n].consider, *(terms[n].replaced_by if n not in successor else ())]
        if n in obsolete
        else []
        for n in former
    ]
    return {
        "former_number": np.array(former, np.int32),
        "former_term": np.array([_follow(n, successor, row_of) for n in former], np.int32),
        "former_obsolete": np.array([n in obsolete for n in former], np.bool_),
        "former_name": [terms[n].name if n in obsolete else "" for n in former],
        "former_consider": [
            LIST_SEPARATOR.join(f"HP:{n:07d}" for n in dict.fromkeys(found)) for found in consider
        ],
    }


def _follow(number: int, successor: dict[int, int], row_of: dict[int, int]) -> int:
    """Give the row of the current term at the end of the replacements."""
    seen = set()
    while number not in row_of:
        if number in seen or number not in successor:
            return UNKNOWN_INDEX
        seen.add(number)
        number = successor[number]
    return row_of[number]


class _Kept(NamedTuple):
    """Annotations in the order in which they stand in the ontology."""

    disease_id: list[str]
    lines: Lines
    reference: list[str]


def _annotation_columns(hpoa: AnnotationFile, terms: dict[str, Any]) -> dict[str, Any]:
    """Columns of diseases, profiles and lines; and `profiles`, and `n_unknown` left out."""
    kept = _known_lines(hpoa, terms)
    profiles = pool_profiles(kept.lines)
    n_terms = np.bincount(profiles.disease, minlength=len(kept.disease_id))
    alive = n_terms > 0
    if not alive.any():
        fact = "has no phenotype that the ontology knows"
        raise InputError(hpoa.where, fact, "Give hp.obo and phenotype.hpoa of one release.")
    rows, with_profile = renumbered(alive), alive[kept.lines.disease]
    lines = kept.lines.among(with_profile)
    codes: dict[str, int] = {}
    cited = (text for text, stays in zip(kept.reference, with_profile, strict=True) if stays)
    reference = [codes.setdefault(text, len(codes)) for text in cited]
    disease_id = [kept.disease_id[row] for row in np.flatnonzero(alive).tolist()]
    return {
        "disease_id": disease_id,
        "disease_name": [hpoa.disease_name[disease] for disease in disease_id],
        "profiles": profiles._replace(disease=rows[profiles.disease]),
        "profile_start": starts_of(n_terms[alive]),
        "profile_term": profiles.term,
        "profile_frequency": profiles.frequency,
        "line_disease": rows[lines.disease],
        "line_term": lines.term,
        "line_count": lines.n_with,
        "line_total": lines.total,
        "line_frequency": lines.frequency,
        "line_reference": np.array(reference, np.int32),
        "reference": list(codes),
        "n_unknown": len(hpoa.annotations) - len(kept.reference),
    }


def _known_lines(hpoa: AnnotationFile, terms: dict[str, Any]) -> _Kept:
    """Annotations with a phenotype that the ontology knows, ascending by disease, then term."""
    phenotypic = terms["phenotypic"]
    row_of = _rows_of(terms["number"], np.arange(len(phenotypic)), phenotypic)
    former = terms["former_term"]
    row_of |= _rows_of(terms["former_number"], former, (former >= 0) & phenotypic[former])
    found = [line for line in hpoa.annotations if line.term in row_of]
    disease_id = sorted({line.disease for line in found})
    disease_row = {disease: row for row, disease in enumerate(disease_id)}
    found.sort(key=lambda line: (disease_row[line.disease], row_of[line.term]))
    lines = Lines(
        np.array([disease_row[line.disease] for line in found], np.int32),
        np.array([row_of[line.term] for line in found], np.int32),
        np.array([line.frequency.n_with for line in found], np.int32),
        np.array([line.frequency.total for line in found], np.int32),
        np.array([line.frequency.stated for line in found], np.float32),
    )
    return _Kept(disease_id, lines, [line.reference for line in found])


def _rows_of(number: NDArray[Any], row: NDArray[Any], kept: NDArray[np.bool_]) -> dict[int, int]:
    """Give the row of each number that is kept."""
    return dict(zip(number[kept].tolist(), row[kept].tolist(), strict=True))


def _gene_columns(path: Path, disease_id: Sequence[str], table: GeneTable) -> dict[str, Any]:
    """Columns of the genes that have a disease with a profile, by symbol."""
    row_of = {disease: row for row, disease in enumerate(disease_id)}
    genes = {
        gene: [row_of[disease] for disease in diseases if disease in row_of]
        for gene, diseases in read_gene_diseases(path).items()
    }
    genes = {gene: rows for gene, rows in genes.items() if rows}
    if not genes:
        fact = "has no gene of a disease that phenotype.hpoa annotates"
        raise InputError(str(path), fact, "Give files of one release.")
    return {
        "gene_hgnc": np.array([_hgnc(*gene, table) for gene in genes], np.int32),
        "gene_symbol": [symbol for _, symbol in genes],
        "gene_start": starts_of(np.array([len(rows) for rows in genes.values()])),
        "gene_disease": np.array([row for rows in genes.values() for row in rows], np.int32),
    }


def _hgnc(ncbi: str, symbol: str, table: GeneTable) -> int:
    """Give the HGNC number of a gene, 0 where the table does not know it."""
    match = table.resolve(None, None, None, ncbi)
    if match.index < 0:
        match = table.resolve(None, symbol)
        if match.how == "alias":  # of another gene, more often than not: its number would be known
            return 0
    return int(table.hgnc_id[match.index]) if match.index >= 0 else 0
