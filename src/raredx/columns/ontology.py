"""The Human Phenotype Ontology as arrays: terms, diseases with their terms, genes with theirs.

Rows of terms are in an order in which parents come before children; row 0 is the root,
HP:0000001. All arrays are closed to writing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from raredx.columns.records import dataclass
from raredx.vocabulary import UNKNOWN_INDEX

ROOT = 1
"""HP:0000001, above every term."""

PHENOTYPIC_ABNORMALITY = 118
"""HP:0000118, above every term that describes a patient."""


@dataclass(frozen=True, eq=False, repr=False)
class Ontology:
    """One release of HPO, with its annotations of diseases and genes.

    Attributes
    ----------
    release, annotation_release : str
        Versions of hp.obo and phenotype.hpoa.
    about : tuple of str
        Licence, citation and sources, a line each.
    digest : str
        Checksum and size of the cache that this was read from.
    number : int32, shape (term,)
        Number of the term: 1250 for HP:0001250.
    phenotypic : bool, shape (term,)
        Whether HP:0000118 is among its ancestors, or it is that term itself.
    name, synonyms : str, shape (term,)
        Synonyms with `|` between.
    ancestor_start : int64, shape (term + 1,)
    ancestor : int32
        Ancestors of term `t`, itself included, ascending, at `ancestor_start[t]` to
        `ancestor_start[t + 1]`.
    former_number, former_term : int32, shape (former,)
        Alternative and obsolete numbers, ascending, and the row of what replaces each; -1
        where nothing does.
    former_obsolete : bool, shape (former,)
        Whether the number is of an obsolete term; otherwise it is an alternative one.
    former_name, former_consider : str, shape (former,)
        Name of an obsolete term, and the terms that HPO says to consider in its place, `|` between;
        empty for an alternative number.
    disease_id, disease_name : str, shape (disease,)
        `OMIM:…`, `ORPHA:…` or `DECIPHER:…`.
    profile_start : int64, shape (disease + 1,)
    profile_term : int32
        Rows of the terms of each disease.
    profile_frequency : float32
        Share of patients with the term, pooled over the annotations, above 0.
    information : float32, shape (term,)
        Information content by frequency: -ln of the mean over diseases of the highest frequency
        of the term or one below it; never below that of a parent; 0 for HP:0000001 and HP:0000118,
        which say nothing.
    gene_hgnc : int32, shape (gene,)
        HGNC number; 0 where the gene table does not know the gene.
    gene_symbol : str, shape (gene,)
    gene_start : int64, shape (gene + 1,)
    gene_disease : int32
        Rows of the diseases of each gene.
    line_disease, line_term : int32, shape (line,)
        The annotations before pooling; terms not replaced, negated lines left out.
    line_count, line_total : int32, shape (line,)
        Patients with the term, of how many; 0 and 0 where the line does not count them.
    line_frequency : float32, shape (line,)
        Frequency stated otherwise, NaN where none is.
    line_reference : int32, shape (line,)
        Row of `reference`.
    reference : str
        What a line cites, `;` between several.
    mass : int64, shape (term,), or None
        What `information` is made of, in whole units so that parts can be taken away exactly: see
        `raredx.columns.profiles`. Reckoned when it is needed where it is not given.
    """

    release: str
    annotation_release: str
    about: tuple[str, ...]
    digest: str
    number: NDArray[np.int32]
    phenotypic: NDArray[np.bool_]
    name: Sequence[str]
    synonyms: Sequence[str]
    ancestor_start: NDArray[np.int64]
    ancestor: NDArray[np.int32]
    former_number: NDArray[np.int32]
    former_term: NDArray[np.int32]
    former_obsolete: NDArray[np.bool_]
    disease_id: Sequence[str]
    disease_name: Sequence[str]
    profile_start: NDArray[np.int64]
    profile_term: NDArray[np.int32]
    profile_frequency: NDArray[np.float32]
    information: NDArray[np.float32]
    gene_hgnc: NDArray[np.int32]
    gene_symbol: Sequence[str]
    gene_start: NDArray[np.int64]
    gene_disease: NDArray[np.int32]
    line_disease: NDArray[np.int32]
    line_term: NDArray[np.int32]
    line_count: NDArray[np.int32]
    line_total: NDArray[np.int32]
    line_frequency: NDArray[np.float32]
    line_reference: NDArray[np.int32]
    reference: Sequence[str]
    former_name: Sequence[str] = field(default_factory=tuple)
    former_consider: Sequence[str] = field(default_factory=tuple)
    # A factory leaves nothing on the class, where a column that is read later would be shadowed.
    mass: NDArray[np.int64] | None = field(default_factory=lambda: None)

    def __repr__(self) -> str:
        return f"Ontology(HPO {self.release}, annotations {self.annotation_release})"

    def row(self, term_id: str) -> int:
        """Find the row of a current term, -1 for any other identifier."""
        if not term_id.startswith("HP:") or not (term_id[3:].isascii() and term_id[3:].isdigit()):
            return UNKNOWN_INDEX
        return self._row_of.get(int(term_id[3:]), UNKNOWN_INDEX)

    def term_id(self, row: int) -> str:
        """Write the identifier of a term, `HP:0001250`."""
        return f"HP:{int(self.number[row]):07d}"

    def named(self, row: int) -> str:
        """Write the identifier of a term and its name, `HP:0001250 Seizure`."""
        return f"{self.term_id(row)} {self.name[row]}"

    def former(self, number: int) -> int:
        """Find the row of an alternative or obsolete number, -1 for any other."""
        place = int(np.searchsorted(self.former_number, number))
        known = place < len(self.former_number) and int(self.former_number[place]) == number
        return place if known else UNKNOWN_INDEX

    def ancestors(self, row: int) -> NDArray[np.int32]:
        """Give the rows of the ancestors of a term, itself included, ascending."""
        return self.ancestor[self.ancestor_start[row] : self.ancestor_start[row + 1]]

    @cached_property
    def _row_of(self) -> dict[int, int]:
        return dict(zip(self.number.tolist(), range(len(self.number)), strict=True))

    @cached_property
    def gene_of_hgnc(self) -> dict[int, int]:
        """Row among `gene_hgnc` of each HGNC number."""
        pairs = zip(self.gene_hgnc.tolist(), range(len(self.gene_hgnc)), strict=True)
        return {number: row for number, row in pairs if number}
