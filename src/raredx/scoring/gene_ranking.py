"""Genes and diseases of one family, ranked: what its candidates add up to."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10
from typing import Any

from raredx.scoring.gene_phenotype import DiseaseFit
from raredx.scoring.judged import Judged
from raredx.scoring.score_features import PHENOTYPE_BEND, members_of
from raredx.vocabulary import MODE_NAMES, TIER_NAMES, Mode, Tier

GENE_COLUMNS = (
    "rank", "gene", "hgnc_id", "probability", "score", "candidates", "best_candidate", "mode",
    "tier", "disease_id", "disease", "matched_terms", "family_id", "proband",
)  # fmt: skip
DISEASE_COLUMNS = (
    "rank", "disease_id", "disease", "gene", "hgnc_id", "probability", "phenotype_score",
    "matched_terms", "best_candidate", "family_id", "proband",
)  # fmt: skip
LISTED = 100
"""Diseases listed for a family."""

_LEAST = 1e-300


def rank_genes(judged: Judged) -> list[dict[str, Any]]:
    """Rank the genes of a family: the probability of a gene is that of its candidates together.

    Returns
    -------
    list of dict
        `GENE_COLUMNS` of each gene, best first; the score is log10 of its odds.
    """
    rows, scores = judged.rows, judged.scores
    by_gene: dict[int, list[list[int]]] = {}
    for own in members_of(rows):
        by_gene.setdefault(int(rows.gene[own[0]]), []).append(own)
    found = []
    for gene, candidates in by_gene.items():
        numbers = [int(rows.candidate[own[0]]) for own in candidates]
        probability = float(sum(scores.probability[n] for n in numbers))
        best = min(candidates, key=lambda own: int(judged.ranking.rank[own[0]]))
        fit = judged.phenotype.best(gene) if judged.phenotype else None
        found.append(
            {
                "gene": judged.codes.symbol(gene),
                "hgnc_id": judged.codes.hgnc_id(gene),
                "probability": probability,
                "score": round(log10(max(probability, _LEAST) / max(scores.none, _LEAST)), 4),
                "candidates": len(candidates),
                "best_candidate": judged.ranking.candidate_id[best[0]],
                "mode": MODE_NAMES[Mode(int(rows.mode[best[0]]))],
                "tier": TIER_NAMES[
                    Tier(min(int(judged.tiers.tier[row]) for own in candidates for row in own))
                ],
                "disease_id": fit.disease_id if fit else "",
                "disease": fit.name if fit else "",
                "matched_terms": list(fit.terms) if fit else [],
                "family_id": judged.family.pedigree.family_id,
                "proband": judged.family.proband_id,
            }
        )
    return _numbered(found, "gene")


def rank_diseases(judged: Judged, ranked: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rank the diseases of the ranked genes of a family, the best hundred; none without HPO terms.

    Each gene's probability is shared among its diseases by their phenotype addends, weighted as
    the gene's own is.
    """
    phenotype = judged.phenotype
    if phenotype is None:
        return []
    weights = judged.rules.score
    genes = {judged.codes.symbol(gene): gene for gene in dict.fromkeys(judged.rows.gene.tolist())}
    found: list[tuple[float, int, dict[str, Any]]] = []
    for line in ranked:
        diseases = phenotype.diseases_of(genes[line["gene"]])
        beyond = [float(phenotype.disease[disease]) - PHENOTYPE_BEND for disease in diseases]
        logs = [
            weights.phenotype_above * max(d, 0.0) + weights.phenotype_below * min(d, 0.0)
            for d in beyond
        ]
        odds = [10.0 ** (value - max(logs)) for value in logs]
        found += [
            (line["probability"] * share / sum(odds), disease, line)
            for disease, share in zip(diseases, odds, strict=True)
        ]
    found.sort(key=lambda item: (-round(item[0], 12), item[1], item[2]["gene"]))
    lines = [_disease_line(phenotype.fit(d), p, line) for p, d, line in found[:LISTED]]
    return _numbered(lines, "disease_id")


def _disease_line(fit: DiseaseFit, probability: float, gene: dict[str, Any]) -> dict[str, Any]:
    """Describe a disease of a gene."""
    return {
        "disease_id": fit.disease_id,
        "disease": fit.name,
        "probability": probability,
        "phenotype_score": round(fit.score, 4),
        "matched_terms": list(fit.terms),
        **{
            name: gene[name]
            for name in ("gene", "hgnc_id", "best_candidate", "family_id", "proband")
        },
    }


def _numbered(found: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """Order by probability, then name, number, and round what is shown."""
    found.sort(key=lambda line: (-round(line["probability"], 12), line[name], line["gene"]))
    for number, line in enumerate(found, start=1):
        line["rank"] = number
        line["probability"] = float(f"{line['probability']:.6g}")
    return found
