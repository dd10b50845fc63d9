"""phenotype.hpoa and phenotype_to_genes.txt -> annotations of diseases, and diseases of genes.

The headings of 2018 to 2025 are known (`#DatabaseID`, `DatabaseID`, `database_id`); columns are
found by name. Formats: hpo.jax.org/data/annotation-format.
"""

from __future__ import annotations

import math
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from raredx.columns.records import dataclass
from raredx.errors import InputError
from raredx.readers.hpo_text import DOWNLOAD, read_hpo_text, table_rows
from raredx.readers.obo import release_of

FREQUENCY_CLASSES = {
    "HP:0040280": 1.0,  # obligate, 100 %
    "HP:0040281": 0.895,  # very frequent, 80 to 99 %
    "HP:0040282": 0.545,  # frequent, 30 to 79 %
    "HP:0040283": 0.17,  # occasional, 5 to 29 %
    "HP:0040284": 0.025,  # very rare, 1 to 4 %
    "HP:0040285": 0.0,  # excluded, 0 %
}
"""HPO's classes of frequency, at the middle of the range that HPO defines for each."""

_HPOA_COLUMNS = {
    "database_id": ("databaseid",),
    "disease_name": ("diseasename",),
    "qualifier": ("qualifier",),
    "hpo_id": ("hpoid",),
    "reference": ("reference",),
    "frequency": ("frequency",),
    "aspect": ("aspect",),
}
_GENE_COLUMNS = {
    "ncbi_gene_id": ("ncbigeneid", "entrezgeneid", "geneid"),
    "gene_symbol": ("genesymbol", "entrezgenesymbol"),
    "disease_id": ("diseaseid", "diseaseidforlink"),
}
_ID = re.compile(r"HP:\d{7}")
_COUNTS = re.compile(r"(\d{1,9})\s*/\s*(\d{1,9})")
_PERCENT = re.compile(r"(\d+(?:\.\d*)?)\s*%")


class Frequency(NamedTuple):
    """Patients with the term, of how many; or a stated share, NaN where there is none."""

    n_with: int
    total: int
    stated: float


NOT_STATED = Frequency(0, 0, math.nan)


class Annotation(NamedTuple):
    """One line that says that patients of a disease have a term."""

    disease: str
    term: int
    frequency: Frequency
    reference: str


@dataclass(frozen=True, eq=False)
class AnnotationFile:
    """What phenotype.hpoa says.

    Attributes
    ----------
    release, ontology_release : str
        Its date, and the release of HPO that it was made with; empty where not stated.
    annotations : tuple of Annotation
        Of phenotypes (aspect P), without the negated ones, in the order of the file.
    disease_name : dict of str to str
        The name that most lines of the disease give; the first among equals.
    n_negated, n_other, n_unread : int
        Lines that deny a phenotype; lines on inheritance, onset and the like; frequencies that
        could not be read and count as not stated.
    """

    where: str
    release: str
    ontology_release: str
    annotations: tuple[Annotation, ...]
    disease_name: dict[str, str]
    n_negated: int
    n_other: int
    n_unread: int


def read_annotations(path: Path) -> AnnotationFile:
    """Read phenotype.hpoa.

    Raises
    ------
    InputError
        If the file cannot be read, is another one, does not state its date, has a short line or
        no annotation of a phenotype.
    """
    where = str(path)
    text = read_hpo_text(path)
    annotations: list[Annotation] = []
    names: dict[str, dict[str, int]] = {}
    n_negated = n_other = n_unread = 0
    for line, cells in table_rows(text, where, _HPOA_COLUMNS, "phenotype.hpoa"):
        disease, name, qualifier, term, reference, frequency, aspect = cells
        if not disease or not _ID.fullmatch(term):
            fact = f"has disease {disease!r} and term {term!r}"
            raise InputError(f"{where}:{line}", fact, DOWNLOAD)
        known = names.setdefault(disease, {})
        known[name] = known.get(name, 0) + 1
        if aspect != "P":
            n_other += 1
        elif qualifier.strip().upper() == "NOT":
            n_negated += 1
        else:
            found = parse_frequency(frequency)
            n_unread += found is None
            number = int(term[3:])
            annotations.append(Annotation(disease, number, found or NOT_STATED, reference))
    if not annotations:
        raise InputError(where, "annotates no disease with a phenotype", DOWNLOAD)
    release, ontology_release = _releases(text, where)
    common = {disease: max(known, key=known.__getitem__) for disease, known in names.items()}
    return AnnotationFile(
        where, release, ontology_release, tuple(annotations), common, n_negated, n_other, n_unread
    )


@cache
def parse_frequency(text: str) -> Frequency | None:
    """Read a frequency of phenotype.hpoa; None for text that is none.

    Examples
    --------
    >>> parse_frequency("3/8"), parse_frequency("HP:0040281").stated, parse_frequency("17%").stated
    (Frequency(n_with=3, total=8, stated=nan), 0.895, 0.17)
    >>> parse_frequency("").total, parse_frequency("often")
    (0, None)
    """
    text = text.strip()
    if text in ("", "-"):
        return NOT_STATED
    if text in FREQUENCY_CLASSES:
        return Frequency(0, 0, FREQUENCY_CLASSES[text])
    counts = _COUNTS.fullmatch(text)
    if counts:
        n_with, total = int(counts[1]), int(counts[2])
        return Frequency(n_with, total, math.nan) if total else NOT_STATED
    percent = _PERCENT.fullmatch(text)
    return Frequency(0, 0, float(percent[1]) / 100) if percent else None


def _releases(text: str, where: str) -> tuple[str, str]:
    """Read the date of the annotations and the release of HPO from the comments."""
    found = {}
    for line in text.split("\n", 20)[:20]:
        if not line.startswith("#"):
            continue
        key, _, value = line[1:].partition(":")
        found[key.strip().lower()] = value
    release = release_of(found.get("version", found.get("date", "")))
    if not release:
        fact = "does not state its release (#version or #date), which HPO asks to be shown"
        raise InputError(where, fact, DOWNLOAD)
    return release, release_of(found.get("hpo-version", ""))


def read_gene_diseases(path: Path) -> dict[tuple[str, str], tuple[str, ...]]:
    """Read the diseases of each gene from phenotype_to_genes.txt.

    Returns
    -------
    dict
        From NCBI Gene number and symbol to diseases, each ascending.

    Raises
    ------
    InputError
        If the file cannot be read, is another one, or links no gene to a disease. Some releases
        of 2022 and 2023 do not name the disease.
    """
    where = str(path)
    rows = table_rows(read_hpo_text(path), where, _GENE_COLUMNS, "phenotype_to_genes.txt")
    found: dict[tuple[str, str], set[str]] = {}
    for ncbi, symbol, disease in {cells for _, cells in rows}:
        found.setdefault((ncbi.rpartition(":")[2], symbol), set()).add(disease)
    if not found:
        raise InputError(where, "links no gene to a disease", DOWNLOAD)
    return {gene: tuple(sorted(found[gene])) for gene in sorted(found, key=lambda g: (g[1], g[0]))}
