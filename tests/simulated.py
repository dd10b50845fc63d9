"""Families by gene dropping: founders from allele frequencies, meioses with crossovers, reads.

Independent sites on the chromosomes of GRCh38, as a file called from reads holds them: those at
which a sequenced member carries ALT. What is planted (uniparental disomy, deletions,
contamination, errors) is planted in haplotypes or reads, never in counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from raredx.columns.family import Pedigree
from raredx.columns.genome import CONTIG_LENGTHS, region_codes
from raredx.columns.sites import SITE_COLUMNS, SiteBatch
from raredx.vocabulary import Assembly, Sex

LENGTHS = CONTIG_LENGTHS[Assembly.GRCH38] | {25: 16569}
MOTHER, FATHER = 1, 0


@dataclass(frozen=True)
class Disomy:
    """Both copies of a stretch from one parent; `kind` is 'isodisomy' or 'heterodisomy'."""

    child: str
    contig: int
    parent: int
    kind: str
    start: int = 1
    end: int = 400_000_000


@dataclass(frozen=True)
class Deletion:
    """A stretch of one of a person's two copies is gone."""

    person: str
    contig: int
    copy: int
    start: int
    end: int


@dataclass(frozen=True)
class Study:
    """How sites are spread and called."""

    autosomal: int = 20_000
    on_x: int = 800
    on_y: int = 120
    on_mt: int = 30
    depth: float = 30.0
    error: float = 0.001
    new_variants: int = 0
    diploid_men: bool = False
    with_reads: bool = True
    with_af: bool = True
    contigs: tuple[int, ...] = tuple(range(1, 23))
    max_af: float = 1.0
    seed: int = 1
    disomies: tuple[Disomy, ...] = ()
    deletions: tuple[Deletion, ...] = ()
    contaminated: dict[str, float] = field(default_factory=dict)
    karyotypes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Genome:
    """Haplotypes of everyone: shape (person, 2, site), -1 for a copy that is not there."""

    contig: NDArray[np.int64]
    position: NDArray[np.int64]
    af: NDArray[np.float64]
    copies: NDArray[np.int8]


def _sites(study: Study, random: np.random.Generator) -> tuple[NDArray[np.int64], ...]:
    """Spread sites over the contigs, by length on the autosomes."""
    weights = np.array([LENGTHS[c] for c in study.contigs], float)
    numbers = random.multinomial(study.autosomal, weights / weights.sum())
    plan = list(zip(study.contigs, numbers.tolist(), strict=True))
    plan += [(23, study.on_x), (24, study.on_y), (25, study.on_mt)]
    low = {23: 3_000_000, 24: 7_000_000}  # behind PAR1, and on Y behind the transposed region
    high = {23: 88_000_000, 24: 20_000_000}
    drawn = [np.unique(random.integers(low.get(c, 1), high.get(c, LENGTHS[c]), n)) for c, n in plan]
    contig = np.concatenate([np.full(len(at), c) for (c, _), at in zip(plan, drawn, strict=True)])
    return contig, np.concatenate(drawn)


def _gamete(
    copies: NDArray[np.int8], contig: NDArray[np.int64], position: NDArray[np.int64],
    random: np.random.Generator,
) -> NDArray[np.int8]:  # fmt: skip
    """Draw a gamete: on each contig one crossover in 100 Mb, on average, from a random strand."""
    out = np.empty(len(contig), np.int8)
    for code in np.unique(contig):
        here = contig == code
        length = LENGTHS[int(code)]
        breaks = np.sort(random.uniform(0, length, random.poisson(length / 1e8)))
        strand = (random.integers(2) + np.searchsorted(breaks, position[here])) % 2
        out[here] = np.where(strand == 0, copies[0, here], copies[1, here])
    return out


def drop_genes(pedigree: Pedigree, study: Study) -> Genome:
    """Draw founders, and let them have the children of the pedigree."""
    random = np.random.default_rng(study.seed)
    contig, position = _sites(study, random)
    n, people = len(contig), len(pedigree.members)
    af = 0.01 * (0.99 / 0.01) ** random.uniform(size=n)
    copies = np.full((people, 2, n), -1, np.int8)
    auto, x, y, mt = contig <= 22, contig == 23, contig == 24, contig == 25
    left = list(range(people))
    while left:
        for person in list(left):
            parents = (int(pedigree.father[person]), int(pedigree.mother[person]))
            if any(p in left for p in parents):
                continue
            male = pedigree.sex[person] == Sex.MALE
            drawn = (random.uniform(size=(2, n)) < af).astype(np.int8)
            for side, parent in enumerate(parents):
                if parent >= 0:
                    drawn[side, auto] = _gamete(
                        copies[parent][:, auto], contig[auto], position[auto], random
                    )
            father, mother = parents
            if mother >= 0:
                drawn[MOTHER, x] = _gamete(copies[mother][:, x], contig[x], position[x], random)
                drawn[MOTHER, mt] = copies[mother, MOTHER, mt]
            if father >= 0 and not male:
                drawn[FATHER, x] = copies[
                    father, MOTHER, x
                ]  # a man's X stands on his mother's side
            if father >= 0 and male:
                drawn[FATHER, y] = copies[father, FATHER, y]
            drawn[FATHER, mt] = -1
            drawn[MOTHER, y] = -1
            drawn[FATHER, x if male else y] = -1
            copies[person] = drawn
            left.remove(person)
    genome = Genome(contig, position, af, copies)
    _plant(genome, pedigree, study, random)
    return genome


def _plant(genome: Genome, pedigree: Pedigree, study: Study, random: np.random.Generator) -> None:
    """Put disomies, deletions, new variants and odd karyotypes in place."""
    place = {name: number for number, name in enumerate(pedigree.members)}
    contig, position, copies = genome.contig, genome.position, genome.copies
    for d in study.disomies:
        here = (contig == d.contig) & (position >= d.start) & (position <= d.end)
        child = place[d.child]
        giver = int((pedigree.father, pedigree.mother)[d.parent][child])
        if d.kind == "isodisomy":
            one = _gamete(copies[giver][:, here], contig[here], position[here], random)
            copies[child][:, here] = one
        else:
            copies[child][:, here] = copies[giver][:, here]
    for gone in study.deletions:
        here = (contig == gone.contig) & (position >= gone.start) & (position <= gone.end)
        copies[place[gone.person], gone.copy, here] = -1
    for name, karyotype in study.karyotypes.items():
        person, x, y = place[name], contig == 23, contig == 24
        if karyotype == "X0":
            copies[person, FATHER, x] = copies[person, FATHER, y] = -1
        elif karyotype == "XXY":
            copies[person, FATHER, x] = random.uniform(size=int(x.sum())) < genome.af[x]
        else:
            raise ValueError(karyotype)


def batches(
    genome: Genome, pedigree: Pedigree, study: Study, samples: Sequence[str], size: int = 4096
) -> Iterator[SiteBatch]:
    """Call the samples, and cut the sites at which anyone carries ALT into batches.

    `samples` are names of members, in the order of the file; `A=B` is a file that calls the
    DNA of B sample A.
    """
    columns = call_samples(genome, pedigree, study, samples)
    for start in range(0, len(columns["position"]), size):
        yield SiteBatch({name: a[start : start + size].copy() for name, a in columns.items()})


def call_samples(
    genome: Genome, pedigree: Pedigree, study: Study, samples: Sequence[str]
) -> dict[str, NDArray]:
    """Draw reads and calls of every sample at the sites that vary."""
    random = np.random.default_rng(study.seed + 1)
    place = {name: number for number, name in enumerate(pedigree.members)}
    people = [place[name.partition("=")[2] or name] for name in samples]
    own = genome.copies[people]
    present, alt = (own >= 0).sum(axis=1).T, (own == 1).sum(axis=1).T
    new = _new_variants(alt, genome, study, random)
    keep = (alt > 0).any(axis=1) & (genome.af <= study.max_af) | new
    alt, present = alt[keep].copy(), present[keep]
    contig, position, af = genome.contig[keep], genome.position[keep], genome.af[keep]
    af = np.where(new[keep], np.nan, af)
    if not study.with_af:
        af = np.full(len(af), np.nan)
    called = _with_errors(alt, present, study, random)
    depth = random.poisson(study.depth * np.where(contig == 25, 10, present.T / 2).T)
    share = np.divide(alt, present, out=np.zeros(alt.shape), where=present > 0)
    for number, name in enumerate(samples):
        foreign = study.contaminated.get(name, 0.0)
        other = (random.uniform(size=(2, len(af))) < np.nan_to_num(af)).mean(axis=0)
        share[:, number] = (1 - foreign) * share[:, number] + foreign * other
    alt_reads = random.binomial(depth, 0.001 + 0.998 * share)
    return _columns(study, (contig, position, af), (called, present, depth, alt_reads), pedigree)


def _new_variants(
    alt: NDArray, genome: Genome, study: Study, random: np.random.Generator
) -> NDArray[np.bool_]:
    """Give the first sample new variants at sites that nobody varies at."""
    out = np.zeros(len(alt), bool)
    free = np.flatnonzero((alt == 0).all(axis=1) & (genome.contig <= 22))
    chosen = random.choice(free, study.new_variants, replace=False)
    alt[chosen, 0] = 1
    out[chosen] = True
    return out


def _with_errors(
    alt: NDArray, present: NDArray, study: Study, random: np.random.Generator
) -> NDArray:
    """Turn a few genotypes into neighbouring ones."""
    wrong = random.uniform(size=alt.shape) < study.error
    up = random.uniform(size=alt.shape) < 0.5
    moved = np.where(alt == 1, np.where(up, 2, 0), 1)
    return np.where(wrong & (present == 2), moved, alt)


def _columns(
    study: Study, sites: tuple[NDArray, ...], calls: tuple[NDArray, ...], pedigree: Pedigree
) -> dict[str, NDArray]:
    """Lay everything out as the columns of a site batch."""
    (contig, position, af), (called, present, depth, alt_reads) = sites, calls
    one = present == 1
    if study.diploid_men:
        called, ploidy = np.where(one, 2 * called, called), np.where(present > 0, 2, 0)
    else:
        ploidy = present
        autosomal = (contig <= 22)[:, None] & one  # a deletion is called homozygous
        called, ploidy = np.where(autosomal, 2 * called, called), np.where(autosomal, 2, ploidy)
    absent = present == 0
    values = {
        "contig_code": contig, "position": position, "af": af,
        "region": region_codes(contig.astype(np.int8), position.astype(np.int32), Assembly.GRCH38),
        "is_snv": np.ones(len(af)), "is_transition": np.arange(len(af)) % 3 < 2,
        "biallelic": np.ones(len(af)), "passed": np.ones(len(af)),
        "dosage": np.where(absent, -1, called), "ploidy": np.where(absent, 2, ploidy),
        "missing": np.where(absent, 2, 0), "depth": depth,
        "gq": np.where(absent, np.nan, 60.0), "ref_reads": depth - alt_reads,
        "alt_reads": alt_reads,
    }  # fmt: skip
    if not study.with_reads:
        values |= dict.fromkeys(("depth", "ref_reads", "alt_reads"), np.full(depth.shape, -1))
        values["gq"] = np.full(depth.shape, np.nan)
    return {c.name: np.asarray(values[c.name]).astype(c.dtype) for c in SITE_COLUMNS}
