"""A total order of the candidates of a family: score or tier first, then stated tie-breaks."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from raredx.columns.candidates import CandidateRows
from raredx.columns.gene_codes import GeneCodes
from raredx.columns.records import dataclass
from raredx.scoring.evidence import Evidence
from raredx.scoring.score_features import members_of
from raredx.vocabulary import MODE_NAMES, Mode, Outcome


@dataclass(frozen=True)
class Ranking:
    """Order of the candidates.

    Attributes
    ----------
    order : int64, shape (row,)
        Rows, best candidate first, partners together.
    rank : int64, shape (row,)
        Rank of each row's candidate, from 1.
    candidate_id : list of str
        One for each row; partners, and the variants of one event, share it.
    """

    order: NDArray[np.int64]
    rank: NDArray[np.int64]
    candidate_id: list[str]


def rank_candidates(
    rows: CandidateRows,
    evidence: Evidence,
    tier: NDArray[np.int8],
    score: NDArray[np.float64],
    names: tuple[GeneCodes, str],
    *,
    tier_first: bool = False,
) -> Ranking:
    """Order the candidates.

    By score, highest first, then best tier of the candidate, or by tier first; segregation
    assessed before not; complete penetrance before incomplete; then contig, position, REF, ALT
    of the first variant, gene symbol, mode, and the second variant. Nothing depends on the order
    of the file, the batch size or the number of threads.

    Parameters
    ----------
    tier : int8, shape (row,)
    score : float64, shape (candidate,)
    names : tuple
        Gene codes, and the proband.
    tier_first : bool
        Whether the tier comes before the score.
    """
    codes, proband = names
    batch = evidence.batch

    def place(row: int) -> tuple[int, str, int, str, str]:
        v = int(rows.variant[row])
        contig = int(batch["contig_code"][v])
        return (contig or 99, batch["contig"][v], int(batch["position"][v]), batch["ref"][v],
                batch["alt"][v])  # fmt: skip

    keyed = []
    for candidate, own in enumerate(members_of(rows)):
        own.sort(key=lambda row: (int(tier[row]), place(row)))
        head = own[0]
        best, order = int(tier[head]), -round(float(score[candidate]), 6)
        first = (best, order) if tier_first else (order, best)
        seg = 0 if any(rows.segregation[row] == Outcome.PASS for row in own) else 1
        places = sorted(place(row) for row in own)
        gene = codes.symbol(int(rows.gene[head]))
        mode = MODE_NAMES[Mode(int(rows.mode[head]))]
        key = (*first, seg, not rows.complete[head], places[0], gene, mode, places)
        text = "\t".join([proband, gene, mode, *(str(p[1:]) for p in places)])
        name = f"{gene}-{mode}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
        keyed.append((key, own, name))
    keyed.sort(key=lambda item: item[0])
    return _lay_out(keyed, len(rows))


def _lay_out(keyed: Sequence[tuple[Any, list[int], str]], n: int) -> Ranking:
    """Turn the ordered candidates into columns."""
    order: list[int] = []
    rank = np.zeros(n, np.int64)
    names = [""] * n
    for number, (_, own, name) in enumerate(keyed, start=1):
        for row in own:
            order.append(row)
            rank[row], names[row] = number, name
    return Ranking(np.array(order, np.int64), rank, names)
