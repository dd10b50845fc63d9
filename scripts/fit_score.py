"""Fit the weights of the score on the development families, cross-validated by publication.

    python scripts/fit_score.py FAMILIES [--cache FILE] [--ablations]

FAMILIES holds `truth.tsv` and `<sample>.vcf.gz`, `.ped`, `.hpo.txt` for each family. Every family
is ranked as a trio and as its proband alone, with predictors and without, its own publication
left out of HPO; each also without its answer, so that "none of these" is learnt. The features
are those of `raredx.scoring.score_features`, the likelihood is that of the right gene among all
candidates and none. Prints the weights to copy into `ScoreSettings`, and what they reach on
publications that they were not fitted on.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import pickle
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from math import log, log10
from pathlib import Path
from unittest import mock

import numpy as np

from raredx.evidence_settings import ScoreSettings
from raredx.pipeline import rank as ranking
from raredx.pipeline.request import RankRequest
from raredx.scoring.calibration import calibration_error, equal_width_bins
from raredx.scoring.metrics import mid_rank
from raredx.scoring.score import weights_of
from raredx.scoring.score_features import FEATURES, PLACE

WAYS = [(alone, bare) for alone in (False, True) for bare in (False, True)]
FIXED = (
    "acmg_point", "no_effect", "de_novo_medium", "de_novo_low", "de_novo_posterior",
    "likely_in_cis", "het_female", "disputed_gene", "panel", "phenotype_unknown", "clinvar",
)  # fmt: skip
"""Not fitted: calibrated elsewhere, or too rare in these families to be learnt from them."""
RISING = ("null_variant", "rarity", "absent", "known_gene", "constraint", "phenotype_above",
          "phenotype_below")  # fmt: skip
FALLING = ("phase_open", "one_copy_open", "other_mode")
"""Weights that more of the same evidence must not turn round."""
SHRINK = 0.0002
UNANSWERED = 0.02
"""How much a family without its answer counts; with it the weights hold for a share of
1 / 1.02 of families with one."""
FOLDS = 5
ABLATIONS = {
    "effect": ("null_variant", "in_frame", "no_effect", "acmg_point"),
    "null variants": ("null_variant",),
    "ACMG points": ("acmg_point",),
    "rarity": ("rarity", "absent"),
    "segregation": tuple(name for name, addend in FEATURES if addend == "segregation"),
    "gene": ("known_gene", "disputed_gene", "other_mode", "constraint"),
    "known genes": ("known_gene", "disputed_gene"),
    "inheritance of the gene": ("other_mode",),
    "constraint": ("constraint",),
    "phenotype": ("phenotype_above", "phenotype_below", "phenotype_unknown"),
}
"""What is left out, one thing after the other; the rest is fitted anew."""


@dataclass
class Case:
    """One family in one way: features and genes of its candidates."""

    sample: str
    gene: str
    publication: str
    alone: bool
    bare: bool
    values: np.ndarray
    genes: list[str]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("families", type=Path)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--ablations", action="store_true")
    given = parser.parse_args()
    if given.cache and given.cache.is_file():
        cases = pickle.loads(given.cache.read_bytes())
    else:
        cases = [case for found in gather(given.families) for case in found]
        if given.cache:
            given.cache.write_bytes(pickle.dumps(cases))
    print(f"{len(cases)} cases")
    report(cases)
    weights = fit(cases)
    weights[PLACE["prior"]] = even_prior(weights[PLACE["prior"]])
    print(f"\nall cases, explained_share {explained():.2f}:")
    for name, value in zip(PLACE, weights, strict=True):
        if name not in FIXED:
            print(f"    {name}: float = {value:.2f}")
    if given.ablations:
        for title, names in ABLATIONS.items():
            print(f"\nwithout {title}")
            report([leave_out(case, names) for case in cases])


def gather(folder: Path) -> Iterator[list[Case]]:
    """Rank every family in every way."""
    with (folder / "truth.tsv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    with ProcessPoolExecutor(2) as pool:
        yield from pool.map(rank_family, [folder] * len(rows), rows, chunksize=5)


def rank_family(folder: Path, row: dict[str, str]) -> list[Case]:
    """Rank one family in every way; keep the features."""
    sample, found = row["sample"], []
    with tempfile.TemporaryDirectory() as place:
        ped = folder / f"{sample}.ped"
        single = Path(place) / "single.ped"
        single.write_text(alone_of(ped.read_text(encoding="utf-8"), sample), encoding="utf-8")
        for alone, bare in WAYS:
            request = RankRequest(
                vcf=str(folder / f"{sample}.vcf.gz"),
                ped=single if alone else ped,
                hpo=str(folder / f"{sample}.hpo.txt"),
                forget=row["pmid"],
                ignore_predictors=bare,
                output=None,
            )
            judged = capture(request)
            rows = judged.rows
            genes = dict(zip(rows.candidate.tolist(), rows.gene.tolist(), strict=True))
            names = [judged.codes.symbol(genes[n]) for n in range(len(judged.features.values))]
            found.append(
                Case(sample, row["gene"], row["pmid"], alone, bare, judged.features.values, names)
            )
    return found


def capture(request: RankRequest):
    """Run a ranking; give what was judged of its family."""
    kept = []
    judge = ranking.judge_family

    def keep(*given):
        kept.append(judge(*given))
        return kept[-1]

    with mock.patch.object(ranking, "judge_family", keep):
        ranking.rank(request, lambda *_: None)
    return kept[0]


def leave_out(case: Case, names: tuple[str, ...]) -> Case:
    """Take some features for 0."""
    values = case.values.copy()
    values[:, [PLACE[name] for name in names]] = 0.0
    return replace(case, values=values)


def alone_of(text: str, sample: str) -> str:
    """Leave of a PED file the line of the proband, without parents."""
    for line in text.splitlines():
        cells = line.split("\t")
        if cells[1] == sample:
            return "\t".join([*cells[:2], "0", "0", *cells[4:]]) + "\n"
    raise ValueError(f"{sample} has no line")


class Stack:
    """The cases as one matrix; each case is followed by "none of these"."""

    def __init__(self, cases: list[Case]) -> None:
        blocks, right, weights, sizes = [], [], [], []
        for case in cases:
            hit = np.array([gene == case.gene for gene in case.genes], bool)
            for removed in (False, True):
                values = case.values[~hit] if removed else case.values
                answer = np.zeros(len(values), bool) if removed else hit
                blocks += [values, np.zeros((1, len(FEATURES)))]
                right += [answer, [not answer.any()]]
                weights.append(UNANSWERED if removed else 1.0)
                sizes.append(len(values) + 1)
        self.values, self.right = np.concatenate(blocks), np.concatenate(right)
        self.weights = np.array(weights)
        self.start = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        self.sizes = np.array(sizes)

    def shares(self, score: np.ndarray) -> np.ndarray:
        """Share of each line of the odds of its case."""
        top = np.repeat(np.maximum.reduceat(score, self.start), self.sizes)
        odds = np.exp(score - top)
        return odds / np.repeat(np.add.reduceat(odds, self.start), self.sizes)


def fit(cases: list[Case]) -> np.ndarray:
    """Fit the free weights: projected Newton steps on the penalised likelihood, in log10 odds."""
    stack, weights = Stack(cases), weights_of(ScoreSettings())
    free = np.array([name not in FIXED for name, _ in FEATURES])
    shrunk = free & np.array([name != "prior" for name, _ in FEATURES])
    low = np.array([0.0 if name in RISING else -np.inf for name, _ in FEATURES])
    high = np.array([0.0 if name in FALLING else np.inf for name, _ in FEATURES])
    weights = np.clip(np.where(free, 0.0, weights), low, high)
    total = stack.weights.sum()
    every = np.repeat(stack.weights, stack.sizes) / total
    scale = log(10)

    def loss(w: np.ndarray) -> float:
        share = stack.shares(stack.values @ w * scale)
        right = np.add.reduceat(np.where(stack.right, share, 0.0), stack.start)
        told = float((stack.weights * np.log(np.maximum(right, 1e-300))).sum() / total)
        return -told + SHRINK * scale**2 * float((w[shrunk] ** 2).sum()) / 2

    for _ in range(60):
        share = stack.shares(stack.values @ weights * scale)
        right = np.repeat(
            np.add.reduceat(np.where(stack.right, share, 0.0), stack.start), stack.sizes
        )
        wanted = np.where(stack.right, share / np.maximum(right, 1e-300), 0.0)
        slope = (stack.values * ((share - wanted) * every)[:, None]).sum(axis=0) * scale
        slope += np.where(shrunk, SHRINK * scale**2 * weights, 0.0)
        means = np.add.reduceat(stack.values * share[:, None], stack.start)
        bend = (stack.values * (share * every)[:, None]).T @ stack.values
        bend -= (means * (stack.weights / total)[:, None]).T @ means
        bend = bend * scale**2 + np.diag(np.where(shrunk, SHRINK * scale**2, 1e-9))
        held = ~free | ((weights <= low) & (slope > 0)) | ((weights >= high) & (slope < 0))
        step = np.zeros_like(weights)
        go = ~held
        step[go] = -np.linalg.solve(bend[np.ix_(go, go)], slope[go])
        before, size = loss(weights), 1.0
        while size > 1e-6 and loss(np.clip(weights + size * step, low, high)) > before:
            size /= 2
        weights = np.clip(weights + size * step, low, high)
        if before - loss(weights) < 1e-9:
            break
    return weights


def report(cases: list[Case]) -> None:
    """Print what weights reach on publications that they were not fitted on."""
    fold = [int(hashlib.sha256(c.publication.encode()).hexdigest(), 16) % FOLDS for c in cases]
    results: dict[tuple[bool, bool], list[tuple[float, float, bool, float]]] = {}
    for number in range(FOLDS):
        weights = fit([c for c, f in zip(cases, fold, strict=True) if f != number])
        for case, own in zip(cases, fold, strict=True):
            if own == number:
                results.setdefault((case.alone, case.bare), []).append(judge(case, weights))
    for (alone, bare), found in sorted(results.items()):
        rank = np.array([r for r, *_ in found])
        top, hit = np.array([p for _, p, *_ in found]), np.array([h for *_, h, _ in found])
        none = np.mean([n for *_, n in found])
        error = calibration_error(top, hit, equal_width_bins(top))
        tops = " ".join(f"{k}: {100 * np.mean(rank <= k):.1f}" for k in (1, 5, 10))
        print(
            f"{'singleton' if alone else 'trio':9s} {'without predictors' if bare else '':18s} "
            f"top {tops}  calibration error {error:.3f}  none {none:.3f}"
        )


def judge(case: Case, weights: np.ndarray) -> tuple[float, float, bool, float]:
    """Rank of the right gene, probability of the first gene, whether it is right, that of none."""
    score = case.values @ weights
    odds = 10.0**score
    whole = odds.sum() + 1
    best: dict[str, float] = {}
    total: dict[str, float] = {}
    for gene, value, share in zip(case.genes, score, odds / whole, strict=True):
        best[gene] = max(value, best.get(gene, -np.inf))
        total[gene] = total.get(gene, 0.0) + share
    rank = np.inf
    if case.gene in best:
        rank, _ = mid_rank(-np.array([*best.values()]), [*best].index(case.gene))
    first = max(total, key=total.__getitem__) if total else ""
    return rank, total.get(first, 0.0), first == case.gene, float(1 / whole)


def explained() -> float:
    """Give the share of families with an answer that the fitted prior holds for."""
    return 1 / (1 + UNANSWERED)


def even_prior(fitted: float) -> float:
    """Turn the fitted prior into one at even odds, which `explained_share` shifts."""
    share = explained()
    return fitted - log10(share / (1 - share))


if __name__ == "__main__":
    main()
