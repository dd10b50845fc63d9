"""Measure the segregation kernels: a million sites of a trio, and families of up to 60.

    python benchmarks/kernels.py           print the figures as JSON

Genotypes are drawn at random with a fixed seed: three of ten sites carried by the proband, more
than in any real file, so that every mode has work to do. Everything is compiled, and run once,
before it is measured. `bench.py` runs this file and prints what it finds.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from raredx.columns.family import Family, Pedigree
from raredx.kernels import compound_het
from raredx.scoring.candidates import SINGLE_MODES
from raredx.scoring.family_calls import FamilyCalls, read_calls
from raredx.scoring.inheritance import judge_single
from raredx.settings import SegregationSettings
from raredx.vocabulary import Affection, Region, Sex

SITES = (250_000, 500_000, 1_000_000)
FAMILIES = (3, 6, 12, 24, 48, 60)
FAMILY_SITES = 100_000
ROWS_OF_A_GENE = 4
ROUNDS = 3
REGIONS = {
    Region.AUTOSOMAL: 0.94, Region.X: 0.05, Region.Y: 0.005, Region.MITOCHONDRIAL: 0.005,
}  # fmt: skip


class Calls(dict[str, NDArray[np.generic]]):
    """The columns of a batch that reading genotypes asks for."""

    def __len__(self) -> int:
        return int(self["alt_dosage"].shape[0])


def draw_calls(n_sites: int, n_samples: int) -> Calls:
    """Draw genotypes: reference mostly, some heterozygous, few homozygous or not called."""
    rng = np.random.default_rng(20261121)
    states = rng.choice([0, 1, 2, -1], size=(n_sites, n_samples), p=[0.7, 0.25, 0.04, 0.01])
    dosage = states.astype(np.int8)
    return Calls(
        alt_dosage=dosage,
        missing_alleles=np.where(dosage < 0, 2, 0).astype(np.int8),
        ploidy=np.full(dosage.shape, 2, np.int8),
        alt_fraction=np.select([dosage == 1, dosage == 2], [0.5, 1.0], 0.0).astype(np.float32),
        alt_reads=(np.maximum(dosage, 0) * 15).astype(np.int32),
        depth=np.full(dosage.shape, 30, np.int32),
    )


def draw_regions(n_sites: int) -> NDArray[np.int8]:
    rng = np.random.default_rng(1)
    return rng.choice([*REGIONS], size=n_sites, p=[*REGIONS.values()]).astype(np.int8)


def make_family(n_members: int) -> Family:
    """Make a family of generations: a child of each couple marries on, the others stay single."""
    father, mother = [1, -1, -1], [2, -1, -1]
    sex = [Sex.FEMALE, Sex.MALE, Sex.FEMALE]
    affection = [Affection.AFFECTED, Affection.UNAFFECTED, Affection.UNAFFECTED]
    couple = (1, 2)
    while len(father) < n_members:
        number = len(father)
        if number % 4 == 0 and number + 1 < n_members:  # a spouse, and the next generation
            father += [-1, number]
            mother += [-1, 0 if couple == (1, 2) else couple[1]]
            sex += [Sex.MALE, Sex.FEMALE]
            couple = (number, number + 1)
        else:
            father.append(1)
            mother.append(2)
            sex.append(Sex.MALE if number % 2 else Sex.FEMALE)
        affection += [Affection.UNAFFECTED] * (len(father) - len(affection))
    pedigree = Pedigree(
        "F", tuple(f"M{n}" for n in range(len(father))), np.array(father, np.int16),
        np.array(mother, np.int16), np.array(sex, np.int8), np.array(affection, np.int8),
        tuple(range(1, len(father) + 1)),
    )  # fmt: skip
    return Family(pedigree, 0, np.arange(len(father), dtype=np.int16))


def judge_modes(calls: FamilyCalls) -> None:
    for mode in SINGLE_MODES:
        judge_single(calls, mode, complete=True)


def judge_pairs(calls: FamilyCalls) -> None:
    """Every pair of what the proband carries, four variants to a gene."""
    carried = np.flatnonzero(calls.carried)
    n = carried.size - carried.size % ROWS_OF_A_GENE
    genotype = calls.genotype[carried[:n]]
    starts = np.arange(0, n + 1, ROWS_OF_A_GENE)
    pairs = np.empty((n // ROWS_OF_A_GENE * 6, 2), np.int64)
    compound_het.list_pairs(starts, pairs)
    sites = np.stack([np.arange(n), np.arange(n) * 1000, np.zeros(n)], axis=1).astype(np.int64)
    members = np.array([(2, 2, 1, 2, 0), (1, 1, -1, -1, 1), (1, 2, -1, -1, 1)], np.int64)
    phases = np.full((n, genotype.shape[1], 2), -1, np.int32)
    out = np.empty((pairs.shape[0], 3), np.int8)
    compound_het.judge_pairs(genotype, phases, sites, members, pairs, 150, out)


def cpu_seconds(run: Callable[[], object]) -> float:
    """Best of some rounds: what the work costs when nothing else is in the way."""
    found = []
    for _ in range(ROUNDS):
        began = time.process_time()
        run()
        found.append(time.process_time() - began)
    return min(found)


def measure(n_sites: int, family: Family) -> dict[str, float | int]:
    """Measure reading genotypes and judging every single mode of one family."""
    n_members = len(family.pedigree.members)
    columns, regions = draw_calls(n_sites, n_members), draw_regions(n_sites)
    settings = SegregationSettings()

    def read() -> FamilyCalls:
        return read_calls(columns, regions, family, settings)  # type: ignore[arg-type]

    calls = read()
    judge_modes(calls.select(np.arange(100)))
    genotypes, modes = cpu_seconds(read), cpu_seconds(lambda: judge_modes(calls))
    found: dict[str, float | int] = {
        "sites": n_sites, "members": n_members, "genotypes_s": round(genotypes, 4),
        "modes_s": round(modes, 4), "whole_s": round(genotypes + modes, 4),
    }  # fmt: skip
    if n_members == 3:
        judge_pairs(calls.select(np.arange(100)))
        pairs = cpu_seconds(lambda: judge_pairs(calls))
        found |= {"pairs_s": round(pairs, 4), "whole_s": round(genotypes + modes + pairs, 4)}
    return found


def main() -> None:
    trio = make_family(3)
    report = {
        "sites": [measure(n, trio) for n in SITES],
        "families": [measure(FAMILY_SITES, make_family(n)) for n in FAMILIES],
    }
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
