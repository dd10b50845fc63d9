"""Cases of an evaluation that are terms alone: every gene (or disease) of HPO is ranked."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from raredx.columns.evaluation import CaseOutcome, TruthCase
from raredx.columns.genes import GeneTable
from raredx.columns.ontology import Ontology
from raredx.columns.profiles import without_publication
from raredx.columns.records import dataclass
from raredx.evidence_settings import PhenotypeSettings
from raredx.readers.ontology_cache import read_ontology
from raredx.scoring.metrics import mid_rank
from raredx.scoring.phenotype import PhenotypeScorer
from raredx.vocabulary import UNKNOWN_INDEX


@dataclass(frozen=True)
class TermCase:
    """One case, its terms as rows of the ontology.

    Attributes
    ----------
    place : int
        Where it stands among the cases.
    terms, excluded : tuple of int
    gene : str
        Symbol of the answer.
    hgnc : int
        Its HGNC number; 0 where the gene table does not know it.
    disease : str
        Identifier of the answer where diseases are ranked, among those of the same source
        (`OMIM`); empty where genes are.
    """

    place: int
    terms: tuple[int, ...]
    excluded: tuple[int, ...]
    gene: str
    hgnc: int
    disease: str


@dataclass(frozen=True)
class TermBatch:
    """Cases of one publication, or any where none is forgotten."""

    forget: str
    cases: tuple[TermCase, ...]
    settings: PhenotypeSettings


@dataclass(frozen=True)
class TermRank:
    """Where the answer of a case stands: rank (NaN: nowhere), and how many at or above it."""

    place: int
    rank: float
    n_to_answer: int
    n_candidates: int


_TERM_ID = re.compile("HP:[0-9]{1,7}")

BATCH = 25
"""Most cases that a process gets at once; changes no result."""


def find_rows(ontology: Ontology, ids: Sequence[str]) -> tuple[tuple[int, ...], int]:
    """Rows of terms, former ones replaced, each once; and how many are no terms.

    Unlike the terms of one patient, those of thousands of published cases are not refused for
    one that is unknown: it is left out and counted.
    """
    rows: dict[int, None] = {}
    n_unknown = 0
    for term_id in ids:
        is_id = bool(_TERM_ID.fullmatch(term_id))
        row = ontology.row(term_id) if is_id else UNKNOWN_INDEX
        if row < 0 and is_id:
            number = int(term_id[3:])
            at = int(np.searchsorted(ontology.former_number, number))
            if at < len(ontology.former_number) and ontology.former_number[at] == number:
                row = int(ontology.former_term[at])
        if row < 0:
            n_unknown += 1
        else:
            rows[row] = None
    return tuple(rows), n_unknown


def known_terms(ontology: Ontology, ids: Sequence[str]) -> tuple[list[str], int]:
    """Terms that are, or were, terms of this HPO, as written; and how many others there are."""
    known = [term_id for term_id in ids if find_rows(ontology, [term_id])[0]]
    return known, len(ids) - len(known)


def hgnc_number(case: TruthCase, table: GeneTable) -> int:
    """HGNC number of the gene of a case; 0 where the gene table does not know it."""
    found = table.resolve(case.hgnc_id or None, case.gene).index
    return int(table.hgnc_id[found]) if found >= 0 else 0


def plan_batches(
    cases: Sequence[TermCase], publications: Sequence[str], settings: PhenotypeSettings
) -> list[TermBatch]:
    """Put cases together that share a publication, since forgetting one takes its time.

    Parameters
    ----------
    cases : sequence of TermCase
    publications : sequence of str, shape (case,)
        Publication to forget for each; empty for none.
    settings : PhenotypeSettings

    Examples
    --------
    >>> cases = [TermCase(place, (), (), "NBAS", 15625, "") for place in range(3)]
    >>> batches = plan_batches(cases, ["PMID:2", "PMID:1", "PMID:2"], PhenotypeSettings())
    >>> [(batch.forget, [case.place for case in batch.cases]) for batch in batches]
    [('PMID:2', [0, 2]), ('PMID:1', [1])]
    """
    shared: dict[str, list[TermCase]] = {}
    for case, publication in zip(cases, publications, strict=True):
        shared.setdefault(publication, []).append(case)
    return [
        TermBatch(publication, tuple(some[start : start + BATCH]), settings)
        for publication, some in shared.items()
        for start in range(0, len(some), BATCH)
    ]


@lru_cache(maxsize=1)
def bundled_ontology() -> Ontology:
    """Read the ontology once in each process."""
    return read_ontology()


@lru_cache(maxsize=1)
def _scorer(forget: str, settings: PhenotypeSettings) -> PhenotypeScorer:
    """Prepare to score by the ontology without what one publication told."""
    ontology = bundled_ontology()
    known = without_publication(ontology, forget) if forget else ontology
    return PhenotypeScorer(known, settings)


def rank_batch(batch: TermBatch) -> list[TermRank]:
    """Rank the answer of each case among all genes, or among all diseases of its source.

    Forgetting a publication may take a disease, and with it a gene, out of the ontology.
    """
    scorer = _scorer(batch.forget, batch.settings)
    ontology = scorer.ontology
    found = []
    for case in batch.cases:
        scores = scorer.score(case.terms, case.excluded)
        if case.disease:
            source = case.disease.partition(":")[0]
            names = ontology.disease_id
            among = np.array([name.startswith(f"{source}:") for name in names], bool)
            row = _disease_row(ontology, case.disease)
            found.append(_stand(case, scores.disease, among, row))
        else:
            row = _gene_row(ontology, case)
            found.append(_stand(case, scores.gene, np.ones(len(scores.gene), bool), row))
    return found


def _gene_row(ontology: Ontology, case: TermCase) -> int:
    """Row of the gene of a case; by its symbol where it has no HGNC number; -1 for none."""
    if case.hgnc:
        return ontology.gene_of_hgnc.get(case.hgnc, UNKNOWN_INDEX)
    symbols = list(ontology.gene_symbol)
    return symbols.index(case.gene) if case.gene in symbols else UNKNOWN_INDEX


def _disease_row(ontology: Ontology, disease_id: str) -> int:
    """Row of a disease; -1 for none."""
    names = list(ontology.disease_id)
    return names.index(disease_id) if disease_id in names else UNKNOWN_INDEX


def _stand(
    case: TermCase, score: NDArray[np.float64], among: NDArray[np.bool_], row: int
) -> TermRank:
    """Rank one answer; higher scores are better, and NaN comes last."""
    n_candidates = int(among.sum())
    if row < 0 or not among[row]:
        return TermRank(case.place, math.nan, -1, n_candidates)
    falling = np.where(np.isnan(score), np.inf, -score)[among]
    rank, n_to_answer = mid_rank(falling, int(among[:row].sum()))
    return TermRank(case.place, rank, n_to_answer, n_candidates)


def outcome_of(case: TruthCase, found: TermRank) -> CaseOutcome:
    """Turn a rank into the outcome of a case."""
    return CaseOutcome(
        case, found.rank, found.n_candidates, found.n_to_answer,
        answer=-1 if math.isnan(found.rank) else 0,
    )  # fmt: skip
