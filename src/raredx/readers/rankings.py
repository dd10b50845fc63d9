"""Results of a ranking, of raredx or of any tool -> the genes and their ranks.

A tab-separated table with columns `rank` and `gene` (`symbol`, `gene_symbol`); `probability`,
`candidate_id`, `hgnc_id` and `tier` are read where they are there. Rows with one `candidate_id`
are one candidate. A gene has the best rank of its rows.
"""

from __future__ import annotations

import math

import numpy as np

from raredx.columns.evaluation import Ranking
from raredx.columns.records import dataclass
from raredx.errors import InputError
from raredx.readers.text_table import TextTable, decode_table


@dataclass
class _Gene:
    """A gene of a result, as far as it has been read."""

    hgnc_id: str = ""
    rank: float = math.inf
    probability: float = 0.0
    tiered: bool = False


def decode_ranking(text: str, where: str) -> Ranking:
    r"""Read the genes of one result.

    Several genes in one cell (`,` or `&` between) each get the rank and the probability of the
    row. A row without a rank is ranked by its place in the table. Rows without a gene count
    together as one unnamed gene.

    Parameters
    ----------
    text : str
        The table; lines that begin with `##` are skipped.
    where : str
        File, for messages.

    Raises
    ------
    InputError
        If a column is missing, or a rank or probability is none.

    Examples
    --------
    >>> found = decode_ranking(
    ...     "rank\tgene\tcandidate_id\tprobability\n1\tNBAS\ta\t0.5\n1\tNBAS\ta\t0.5\n"
    ...     "2\tDBT\tb\t0.2\n2\tNBAS\tc\t0.1\n", "case.tsv")
    >>> found.gene, found.rank.tolist(), found.probability.round(3).tolist(), round(found.none, 3)
    (('NBAS', 'DBT'), [1.0, 2.0], [0.6, 0.2], 0.2)
    """
    table = decode_table(text, where)
    gene_place = table.need("gene", "symbol", "gene_symbol")
    rank_place = table.need("rank")
    hgnc_place, tier_place = table.place("hgnc_id"), table.place("tier")
    shares = _candidate_probabilities(table)
    genes: dict[str, _Gene] = {}
    counted: set[tuple[str, str]] = set()
    for row, cells in enumerate(table.rows):
        rank = _rank(table, row, cells[rank_place])
        name, share = shares[row] if shares is not None else ("", 0.0)
        symbols = [s.strip() for s in cells[gene_place].replace("&", ",").split(",")]
        for symbol in symbols:
            gene = genes.setdefault(symbol, _Gene())
            gene.rank = min(gene.rank, rank)
            if hgnc_place >= 0 and len(symbols) == 1:  # of several, whose it is cannot be told
                gene.hgnc_id = gene.hgnc_id or cells[hgnc_place]
            gene.tiered |= tier_place >= 0 and cells[tier_place] in ("1", "2")
            if (symbol, name) not in counted:
                counted.add((symbol, name))
                gene.probability += share
    found = list(genes.values())
    probability, none = None, math.nan
    if shares is not None:
        probability = np.minimum(np.array([gene.probability for gene in found], float), 1.0)
        none = 1.0 - math.fsum(dict(shares).values())
    return Ranking(
        tuple(genes),
        tuple(gene.hgnc_id for gene in found),
        np.array([gene.rank for gene in found], np.float64),
        probability,
        none,
        sum(gene.tiered for gene in found) if tier_place >= 0 else -1,
    )


def _rank(table: TextTable, row: int, text: str) -> float:
    """Read a rank; the place of the row where there is none."""
    if not text:
        return float(row + 1)
    rank = _number(text)
    if not math.isfinite(rank):
        raise InputError(table.line(row), f"rank is {text!r}", "Write a number, 1 is best.")
    return rank


def _candidate_probabilities(table: TextTable) -> list[tuple[str, float]] | None:
    """Give candidate and probability of each row; None where the result has no probabilities.

    Without a `candidate_id` each row is a candidate of its own. One empty cell leaves all open.
    """
    place, name_place = table.place("probability"), table.place("candidate_id")
    if place < 0 or not all(cells[place] for cells in table.rows):
        return None
    found: list[tuple[str, float]] = []
    stated: dict[str, float] = {}
    for row, cells in enumerate(table.rows):
        share = _number(cells[place])
        if not 0 <= share <= 1:
            what = f"probability is {cells[place]!r}"
            raise InputError(table.line(row), what, "Write a number from 0 to 1.")
        name = cells[name_place] if name_place >= 0 else str(row)
        if stated.setdefault(name, share) != share:
            what = f"candidate {name} has two probabilities, {stated[name]:g} and {share:g}"
            raise InputError(table.line(row), what, "Give all its rows the same.")
        found.append((name, share))
    return found


def _number(text: str) -> float:
    """Read a number; NaN if it is none."""
    try:
        return float(text)
    except ValueError:
        return math.nan
