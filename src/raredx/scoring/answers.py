"""Where in a ranking does the answer stand? Genes are renamed; their identifiers stay."""

from __future__ import annotations

from raredx.columns.evaluation import Ranking, TruthCase
from raredx.columns.genes import GeneTable, bare_hgnc_id


def find_answer(case: TruthCase, ranking: Ranking, table: GeneTable) -> tuple[int, str]:
    """Find the gene of a case in a ranking.

    The name as written comes first; then the HGNC gene that it, or the identifier of the case,
    means, by the identifiers and names in the ranking.

    Parameters
    ----------
    case : TruthCase
    ranking : Ranking
    table : GeneTable

    Returns
    -------
    int
        Place in the ranking, -1 where the gene is not there; the best ranked of several names.
    str
        Its name there, where it is another than that of the case.

    Examples
    --------
    >>> import numpy as np
    >>> from raredx.columns.genes import gene_table
    >>> table = gene_table([5, 6], ["KMT2A", "NBAS"], previous=["MLL", ""])
    >>> ranking = Ranking(("NBAS", "KMT2A"), ("", ""), np.array([1.0, 2.0]))
    >>> find_answer(TruthCase("S1", "MLL"), ranking, table)
    (1, 'KMT2A')
    >>> find_answer(TruthCase("S1", "NBAS"), ranking, table)
    (0, '')
    """
    if case.gene in ranking.gene:
        return ranking.gene.index(case.gene), ""
    wanted = table.resolve(case.hgnc_id or None, case.gene).index
    if wanted < 0:
        return -1, ""
    number = str(int(table.hgnc_id[wanted]))
    places = [
        place
        for place, (name, hgnc_id) in enumerate(zip(ranking.gene, ranking.hgnc_id, strict=True))
        if (bare_hgnc_id(hgnc_id) == number if hgnc_id else _means(name, wanted, table))
    ]
    if not places:
        return -1, ""
    best = min(places, key=lambda place: (ranking.rank[place], place))
    return best, ranking.gene[best]


def _means(name: str, wanted: int, table: GeneTable) -> bool:
    """Whether a name means a gene."""
    return bool(name) and table.resolve(None, name).index == wanted
