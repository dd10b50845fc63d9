"""A total order of the candidates of a family: tier, evidence, then stated tie-breaks."""

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
from raredx.scoring.frequency import find_popmax
from raredx.settings import RankingSettings
from raredx.vocabulary import (
    MODE_NAMES,
    ClinvarClass,
    ConsequenceClass,
    DeNovoGrade,
    Mode,
    Outcome,
)

_ROUNDING = 1 + 1e-6
"""Frequencies are single precision: a value at the limit must not fall beyond it."""


@dataclass(frozen=True)
class Ranking:
    """Order of the candidates.

    Attributes
    ----------
    order : int64, shape (row,)
        Rows, best candidate first, partners together.
    rank : int64, shape (row,)
        Rank of each row's candidate, from 1.
    score : float64, shape (row,)
        Evidence of the candidate, in points: the mean over the two variants of a pair, the
        best of the variants of one event.
    candidate_id : list of str
        One for each row; partners, and the variants of one event, share it.
    """

    order: NDArray[np.int64]
    rank: NDArray[np.int64]
    score: NDArray[np.float64]
    candidate_id: list[str]


def score_rows(
    rows: CandidateRows,
    evidence: Evidence,
    grade: NDArray[np.int8],
    hemizygous: NDArray[np.bool_],
    codes: GeneCodes,
    settings: RankingSettings,
) -> NDArray[np.float64]:
    """Add up the points of every row; each addend is a key of the rule set's `ranking`.

    Parameters
    ----------
    grade : int8, shape (variant,)
        `DeNovoGrade`.
    hemizygous : bool, shape (variant,)
        Whether the proband is hemizygous.
    """
    popmax, _ = find_popmax(evidence.batch["af"], evidence.limits)
    out = np.zeros(len(rows))
    for row in range(len(rows)):
        variant, mode = int(rows.variant[row]), Mode(int(rows.mode[row]))
        strength = int(evidence.genes.consequence_class[rows.pair[row]])
        points = {
            ConsequenceClass.HIGH: settings.high_impact,
            ConsequenceClass.MODERATE: settings.moderate_impact,
            ConsequenceClass.NONCODING_GENE: settings.noncoding_gene,
        }.get(ConsequenceClass(strength), 0.0)
        points += _clinvar_points(int(evidence.batch["clinvar_class"][variant]), settings)
        limit = float(np.nanmin(evidence.limits.of(mode))) if popmax[variant] >= 0 else np.nan
        if popmax[variant] == 0:
            points += settings.absent
        elif popmax[variant] <= limit * settings.rare_fraction * _ROUNDING:
            points += settings.rare
        if rows.segregation[row] == Outcome.NOT_ASSESSED:
            points += settings.segregation_not_assessed
        else:
            points += _segregation_points(
                mode, int(grade[variant]), bool(hemizygous[variant]), settings
            )
        if strength == ConsequenceClass.HIGH and mode in (Mode.DE_NOVO, Mode.AUTOSOMAL_DOMINANT):
            gene = int(rows.gene[row])
            if codes.in_table(gene) and codes.table.pli[gene] >= settings.constrained_pli:
                points += settings.constrained
        out[row] = points
    return out


def _clinvar_points(code: int, settings: RankingSettings) -> float:
    return {
        ClinvarClass.PATHOGENIC: settings.pathogenic,
        ClinvarClass.LIKELY_PATHOGENIC: settings.likely_pathogenic,
        ClinvarClass.CONFLICTING: settings.conflicting,
        ClinvarClass.BENIGN: settings.benign,
        ClinvarClass.LIKELY_BENIGN: settings.benign,
    }.get(ClinvarClass(code), 0.0)


def _segregation_points(
    mode: Mode, grade: int, hemizygous: bool, settings: RankingSettings
) -> float:
    """Points of a mode that fits the family."""
    if mode is Mode.DE_NOVO:
        return {
            DeNovoGrade.HIGH: settings.de_novo_high,
            DeNovoGrade.MEDIUM: settings.de_novo_medium,
        }.get(DeNovoGrade(grade), settings.de_novo_low)
    if mode in (Mode.AUTOSOMAL_RECESSIVE_HOM, Mode.COMPOUND_HET, Mode.X_LINKED_COMPOUND_HET):
        return settings.both_alleles
    if mode is Mode.X_LINKED_RECESSIVE:
        return settings.hemizygous if hemizygous else settings.both_alleles
    return settings.inherited


def rank_candidates(
    rows: CandidateRows,
    evidence: Evidence,
    tier: NDArray[np.int8],
    points: NDArray[np.float64],
    names: tuple[GeneCodes, str],
) -> Ranking:
    """Order the candidates.

    By best tier of the candidate; score, highest first; segregation assessed before not;
    complete penetrance before incomplete; then contig, position, REF, ALT of the first
    variant, gene symbol, mode, and the second variant. Nothing depends on the order of the
    file, the batch size or the number of threads.
    """
    codes, proband = names
    n_candidates = int(rows.candidate.max()) + 1 if len(rows) else 0
    members: list[list[int]] = [[] for _ in range(n_candidates)]
    for row, candidate in enumerate(rows.candidate.tolist()):
        members[candidate].append(row)
    batch = evidence.batch

    def place(row: int) -> tuple[int, str, int, str, str]:
        v = int(rows.variant[row])
        contig = int(batch["contig_code"][v])
        return (contig or 99, batch["contig"][v], int(batch["position"][v]), batch["ref"][v],
                batch["alt"][v])  # fmt: skip

    keyed = []
    for own in members:
        own.sort(key=lambda row: (int(tier[row]), place(row)))
        head = own[0]
        join = np.mean if rows.partner[head] >= 0 else np.max  # a pair needs both, an event is one
        score = round(float(join([points[row] for row in own])), 6)
        seg = 0 if any(rows.segregation[row] == Outcome.PASS for row in own) else 1
        places = sorted(place(row) for row in own)
        gene = codes.symbol(int(rows.gene[head]))
        mode = MODE_NAMES[Mode(int(rows.mode[head]))]
        key = (int(tier[head]), -score, seg, not rows.complete[head], places[0], gene, mode, places)
        text = "\t".join([proband, gene, mode, *(str(p[1:]) for p in places)])
        name = f"{gene}-{mode}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
        keyed.append((key, own, score, name))
    keyed.sort(key=lambda item: item[0])
    return _lay_out(keyed, len(rows))


def _lay_out(keyed: Sequence[tuple[Any, list[int], float, str]], n: int) -> Ranking:
    """Turn the ordered candidates into columns."""
    order: list[int] = []
    rank, score = np.zeros(n, np.int64), np.zeros(n)
    names = [""] * n
    for number, (_, own, points, name) in enumerate(keyed, start=1):
        for row in own:
            order.append(row)
            rank[row], score[row], names[row] = number, points, name
    return Ranking(np.array(order, np.int64), rank, score, names)
