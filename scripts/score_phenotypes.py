"""Measure the phenotype score, and variants of it, on development cases: docs/phenotype.md.

    score_phenotypes.py SHARED [--variants NAME,NAME] [--every N] [--write RANKS | --read RANKS]
    score_phenotypes.py SHARED --folds 5       choose among the variants by publication
    score_phenotypes.py SHARED --calibration    how far the evidence of n terms may be trusted

SHARED holds evaluation/phenotype_cases.dev.tsv.gz and evaluation/cada_clinvar_cases.tsv. Every
annotation that cites a case's own publication is forgotten before the case is scored. Cases
without terms or without gene are left out; a gene that HPO does not know, or does not know any
more, is a miss and stays in the denominator. Ties share their mid-rank.
"""

from __future__ import annotations

import argparse
import csv
import functools
import gzip
import hashlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from raredx.columns.ontology import Ontology
from raredx.columns.profiles import without_publication
from raredx.evidence_settings import PhenotypeSettings
from raredx.pipeline.evaluate_phenotype import find_rows
from raredx.readers.genes import read_gene_table
from raredx.readers.knowledge import read_gene_facts
from raredx.readers.ontology_cache import read_ontology
from raredx.scoring.phenotype import PhenotypeScorer

DEFAULT = PhenotypeSettings()
STUDY = msgspec.structs.replace(
    DEFAULT, frequency_weight=0.5, prior_patients=0.0, shared_gene_weight=0.5, sum_diseases=False
)
DRAWS, SEED = 1000, 1
TOP = (1, 3, 5, 10)


class Variant(NamedTuple):
    """A way to score: settings, and the weight of ln(1 + P/LP variants of the gene in ClinVar)."""

    settings: PhenotypeSettings
    gene_prior: float = 0.0


def changed(**values: float | bool) -> Variant:
    return Variant(msgspec.structs.replace(DEFAULT, **values))


VARIANTS: dict[str, Variant] = {
    "study": Variant(STUDY),
    "study + sum over diseases": Variant(msgspec.structs.replace(STUDY, sum_diseases=True)),
    "study + frequencies held back": Variant(
        msgspec.structs.replace(STUDY, prior_patients=4.0, frequency_weight=0.75)
    ),
    "default": Variant(DEFAULT),
    "frequency_weight 0.5": changed(frequency_weight=0.5),
    "frequency_weight 1": changed(frequency_weight=1.0),
    "prior_patients 0": changed(prior_patients=0.0),
    "prior_patients 2": changed(prior_patients=2.0),
    "prior_patients 8": changed(prior_patients=8.0),
    "background 0.4": changed(background=0.4),
    "background 0.8": changed(background=0.8),
    "profile_weight 0.2": changed(profile_weight=0.2),
    "profile_weight 0.3": changed(profile_weight=0.3),
    "profile_weight 0.5": changed(profile_weight=0.5),
    "shared_gene_weight 0": changed(shared_gene_weight=0.0),
    "shared_gene_weight 0.5": changed(shared_gene_weight=0.5),
    "phenodigm_share 0.25": changed(phenodigm_share=0.25),
    "phenodigm_share 0.5": changed(phenodigm_share=0.5),
    "phenodigm_share 1": changed(phenodigm_share=1.0),
    "excluded_weight 0.1": changed(excluded_weight=0.1),
    "excluded_weight 0.25": changed(excluded_weight=0.25),
    "excluded_weight 1": changed(excluded_weight=1.0),
    "gene prior 0.05": Variant(DEFAULT, 0.05),
    "gene prior 0.1": Variant(DEFAULT, 0.1),
    "gene prior 0.2": Variant(DEFAULT, 0.2),
}


class Case(NamedTuple):
    """One case, its terms as rows of the ontology."""

    source: str
    case_id: str
    gene: str
    hgnc: int
    publication: str
    terms: tuple[int, ...]
    excluded: tuple[int, ...]


def read_cases(shared: Path, ontology: Ontology) -> list[Case]:
    """Read the published cases, then those of ClinVar."""
    table = read_gene_table()
    found = []
    for source, name in (
        ("published", "phenotype_cases.dev.tsv.gz"),
        ("ClinVar", "cada_clinvar_cases.tsv"),
    ):
        path = shared / "evaluation" / name
        opener = gzip.open if name.endswith(".gz") else open
        with opener(path, "rt", encoding="utf-8") as stream:
            for row in csv.DictReader(stream, delimiter="\t"):
                if not row["gene"] or not row["obs"]:
                    continue
                gene = table.resolve(row.get("gene_hgnc") or None, row["gene"]).index
                cites = row["pmid"] if source == "published" else ""
                found.append(
                    Case(
                        source, row["case_id"], row["gene"],
                        int(table.hgnc_id[gene]) if gene >= 0 else 0, cites,
                        rows_of(ontology, row["obs"]), rows_of(ontology, row["exc"]),
                    )
                )  # fmt: skip
    return found


def rows_of(ontology: Ontology, text: str) -> tuple[int, ...]:
    """Rows of terms written with `|` between; former numbers lead to what replaced them."""
    return find_rows(ontology, text.split("|"))[0] if text else ()


def scorer_of(ontology: Ontology, settings: PhenotypeSettings) -> PhenotypeScorer:
    """Make a scorer that remembers what it has said of a term."""
    scorer = PhenotypeScorer(ontology, settings)
    support: Callable[[int], NDArray[np.float64]] = functools.lru_cache(1500)(
        scorer.profiles.support
    )
    scorer.profiles.support = support  # type: ignore[method-assign]
    return scorer


def reported(ontology: Ontology) -> NDArray[np.float64]:
    """Count the P/LP variants of each gene of the ontology in ClinVar."""
    table = read_gene_table()
    facts = read_gene_facts(table)
    place = {number: row for row, number in enumerate(table.hgnc_id.tolist())}
    counts = [
        int(facts.plp[place[number]]) if number in place else 0
        for number in ontology.gene_hgnc.tolist()
    ]
    return np.log1p(np.maximum(np.array(counts, np.float64), 0.0))


Visit = Callable[[int, str, NDArray[np.float64], int], None]


def walk(
    cases: Sequence[Case], ontology: Ontology, variants: dict[str, Variant], visit: Visit
) -> None:
    """Score every case by every variant, and hand on the scores of the genes."""
    by_publication: dict[str, list[int]] = {}
    cited = {part for text in ontology.reference for part in text.split(";")}
    for place, case in enumerate(cases):
        known = case.publication if case.publication in cited else ""
        by_publication.setdefault(known, []).append(place)
    for publication, places in sorted(by_publication.items()):
        here = without_publication(ontology, publication) if publication else ontology
        prior = reported(here)
        for name, (settings, weight) in variants.items():
            scorer = scorer_of(here, settings)
            for place in places:
                row = here.gene_of_hgnc.get(cases[place].hgnc, -1) if cases[place].hgnc else -1
                if row >= 0:
                    scores = scorer.score(cases[place].terms, cases[place].excluded)
                    if scores.terms:
                        visit(place, name, scores.gene + weight * prior, row)
            del scorer.profiles.support  # with what it remembers


def rank_cases(
    cases: Sequence[Case], ontology: Ontology, variants: dict[str, Variant]
) -> dict[str, NDArray[np.float64]]:
    """Rank of the answer of each case by each variant; infinite for a miss."""
    ranks = {name: np.full(len(cases), np.inf) for name in variants}

    def visit(place: int, name: str, gene: NDArray[np.float64], row: int) -> None:
        above, level = (gene > gene[row]).sum(), (gene == gene[row]).sum()
        ranks[name][place] = above + (level + 1) / 2

    walk(cases, ontology, variants, visit)
    return ranks


def measures(ranks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Top-1, 3, 5, 10 in percent and mean reciprocal rank, one row for each case."""
    hits = [100.0 * (ranks <= top) for top in TOP]
    return np.stack([*hits, 1.0 / ranks], axis=1)


def by_gene(values: NDArray[np.float64], genes: Sequence[str]) -> tuple[NDArray[np.float64], ...]:
    """Add up the rows of each gene, and count them."""
    _, place = np.unique(np.array(genes), return_inverse=True)
    total = np.stack([np.bincount(place, column) for column in values.T], axis=1)
    return total, np.bincount(place).astype(np.float64)


class Row(NamedTuple):
    """Measures of all cases, of all genes, of genes with one case, with intervals over genes."""

    micro: NDArray[np.float64]
    macro: NDArray[np.float64]
    once: NDArray[np.float64]
    micro_interval: NDArray[np.float64]
    macro_interval: NDArray[np.float64]


def measure(ranks: NDArray[np.float64], genes: Sequence[str]) -> Row:
    """Measure one set of cases."""
    total, count = by_gene(measures(ranks), genes)
    draws = np.random.default_rng(SEED).integers(0, len(count), (DRAWS, len(count)))
    micro = total[draws].sum(axis=1) / count[draws].sum(axis=1)[:, None]
    macro = (total / count[:, None])[draws].mean(axis=1)
    return Row(
        total.sum(axis=0) / count.sum(),
        (total / count[:, None]).mean(axis=0),
        total[count == 1].mean(axis=0),
        np.quantile(micro, (0.025, 0.975), axis=0),
        np.quantile(macro, (0.025, 0.975), axis=0),
    )


def shown(values: NDArray[np.float64]) -> str:
    tops = "/".join(f"{value:.1f}" for value in values[:4])
    return f"{tops} {values[4]:.3f}"


def interval(bounds: NDArray[np.float64]) -> str:
    return ", ".join(
        f"{name} {bounds[0, place]:.1f} to {bounds[1, place]:.1f}"
        for name, place in (("top-1", 0), ("top-10", 3))
    )


def print_table(cases: Sequence[Case], ranks: dict[str, NDArray[np.float64]]) -> None:
    """Print top-1/3/5/10 and mean reciprocal rank of every variant."""
    for source in ("published", "ClinVar"):
        here = np.array([case.source == source for case in cases])
        genes = [case.gene for case in cases if case.source == source]
        print(f"\n{source}: {here.sum()} cases, {len(set(genes))} genes\n")
        print("| variant | all cases | mean over genes | genes with one case |\n|---|---|---|---|")
        for name, all_ranks in ranks.items():
            row = measure(all_ranks[here], genes)
            cells = (name, shown(row.micro), shown(row.macro), shown(row.once))
            print(f"| {' | '.join(cells)} |")
        if "default" in ranks:
            row = measure(ranks["default"][here], genes)
            print(f"\ndefault, 95 %: {interval(row.micro_interval)}; ", end="")
            print(f"over genes {interval(row.macro_interval)}")


def print_differences(cases: Sequence[Case], ranks: dict[str, NDArray[np.float64]]) -> None:
    """Print by how much each variant differs from the default, with intervals over genes."""
    print("\nDifference from the default in 100 x mean reciprocal rank, 95 % over genes\n")
    sources = ("published", "ClinVar")
    head = [f"{source}, {over}" for source in sources for over in ("cases", "genes")]
    print(f"| variant | {' | '.join(head)} |\n|---|---|---|---|---|")
    for name in ranks:
        cells = [name]
        for source in sources:
            here = np.array([case.source == source for case in cases])
            genes = [case.gene for case in cases if case.source == source]
            gain = 100 * (1 / ranks[name][here] - 1 / ranks["default"][here])
            total, count = by_gene(gain[:, None], genes)
            shape = (DRAWS, len(count))
            draws = np.random.default_rng(SEED).integers(0, len(count), shape)
            each, per_gene = total[:, 0], total[:, 0] / count
            for value, drawn in (
                (each.sum() / count.sum(), each[draws].sum(axis=1) / count[draws].sum(axis=1)),
                (per_gene.mean(), per_gene[draws].mean(axis=1)),
            ):
                low, high = np.quantile(drawn, (0.025, 0.975))
                cells.append(f"{value:+.2f} ({low:+.2f} to {high:+.2f})")
        if name != "default":
            print(f"| {' | '.join(cells)} |")


def read_ranks(path: Path, cases: Sequence[Case]) -> dict[str, NDArray[np.float64]]:
    """Read ranks that were written for the same cases."""
    with path.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    if [row["case"] for row in rows] != [case.case_id for case in cases]:
        raise SystemExit(f"{path}: other cases than those of this run")
    names = [name for name in rows[0] if name not in ("source", "case", "gene")]
    return {name: np.array([float(row[name]) for row in rows]) for name in names}


def fold_of(case: Case, folds: int) -> int:
    """Put a case with all of its publication; one without a publication with its gene."""
    digest = hashlib.sha256((case.publication or case.gene).encode()).digest()
    return int.from_bytes(digest[:4], "big") % folds


def aim(cases: Sequence[Case], ranks: NDArray[np.float64], among: NDArray[np.bool_]) -> float:
    """Mean of four reciprocal ranks: cases and genes, of both sources."""
    found = []
    for source in ("published", "ClinVar"):
        here = among & np.array([case.source == source for case in cases])
        total, count = by_gene(
            measures(ranks[here]), [cases[place].gene for place in np.flatnonzero(here)]
        )
        found += [total.sum(axis=0)[4] / count.sum(), (total / count[:, None]).mean(axis=0)[4]]
    return float(np.mean(found))


def print_folds(cases: Sequence[Case], ranks: dict[str, NDArray[np.float64]], folds: int) -> None:
    """Choose a variant on all folds but one, and measure it on that one."""
    fold = np.array([fold_of(case, folds) for case in cases])
    kept = {name: values for name, values in ranks.items() if "prior 0" not in name}
    print("| fold | chosen on the others | aim there | aim here | default here | study here |")
    print("|---|---|---|---|---|---|")
    for left in range(folds):
        name = max(kept, key=lambda name: aim(cases, kept[name], fold != left))
        here = fold == left
        cells = (
            aim(cases, kept[name], ~here), aim(cases, kept[name], here),
            aim(cases, kept["default"], here), aim(cases, kept["study"], here),
        )  # fmt: skip
        print(f"| {left} | {name} | {' | '.join(f'{value:.4f}' for value in cells)} |")


def print_calibration(cases: Sequence[Case], ontology: Ontology) -> None:
    """Print by how much the answer gains on the average gene, if the evidence is held by a factor.

    The factor with the highest gain is the one at which the scores are likelihood ratios.
    """
    factors = np.array([0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.85, 1.0])
    free = Variant(msgspec.structs.replace(DEFAULT, independent_terms=1e9))
    gains = np.full((len(cases), len(factors)), np.nan)
    default, n_terms = np.full(len(cases), np.nan), np.zeros(len(cases), np.int64)

    def visit(place: int, name: str, gene: NDArray[np.float64], row: int) -> None:
        if name == "free":
            n_terms[place] = len(set(cases[place].terms))
            for column, factor in enumerate(factors):
                held = factor * (gene - gene.max())
                gains[place, column] = held[row] - np.log(np.mean(np.exp(held)))
        else:
            default[place] = gene[row]

    walk(cases, ontology, {"free": free, "default": VARIANTS["default"]}, visit)
    print("| terms | cases | best factor | 1.5 / sqrt(n) | gain at best | gain of default |")
    print("|---|---|---|---|---|---|")
    for low, high in ((1, 1), (2, 2), (3, 3), (4, 5), (6, 8), (9, 12), (13, 20), (21, 999)):
        here = (n_terms >= low) & (n_terms <= high) & ~np.isnan(default)
        _, place = np.unique([cases[i].gene for i in np.flatnonzero(here)], return_inverse=True)
        weight = 1.0 / np.bincount(place)[place]
        mean = np.average(gains[here], axis=0, weights=weight)
        expected = np.minimum(1.0, 1.5 / np.sqrt(n_terms[here])).mean()
        print(
            f"| {low} to {high} | {here.sum()} | {factors[mean.argmax()]:g} | {expected:.2f} | "
            f"{mean.max():.2f} | {np.average(default[here], weights=weight):.2f} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the phenotype score on known cases.")
    parser.add_argument("shared", type=Path)
    parser.add_argument("--variants", help="names, comma between; all by default")
    parser.add_argument("--every", type=int, default=1, help="take every nth case only")
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--calibration", action="store_true")
    parser.add_argument("--write", type=Path, help="write the ranks to this file")
    parser.add_argument("--read", type=Path, help="take the ranks from this file")
    chosen = parser.parse_args()
    ontology = read_ontology()
    cases = read_cases(chosen.shared, ontology)[:: chosen.every]
    if chosen.calibration:
        print_calibration(cases, ontology)
        return
    if chosen.read:
        ranks = read_ranks(chosen.read, cases)
    else:
        names: Iterable[str] = chosen.variants.split(",") if chosen.variants else VARIANTS
        ranks = rank_cases(cases, ontology, {name: VARIANTS[name] for name in names})
    print_table(cases, ranks)
    if "default" in ranks:
        print_differences(cases, ranks)
    if chosen.folds:
        print_folds(cases, ranks, chosen.folds)
    if chosen.write:
        lines = ["\t".join(("source", "case", "gene", *ranks))]
        lines += [
            "\t".join(
                (case.source, case.case_id, case.gene, *(f"{r[i]:g}" for r in ranks.values()))
            )
            for i, case in enumerate(cases)
        ]
        chosen.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
