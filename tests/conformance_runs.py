"""Judge the exported conformance suite by raredx's own functions, without its filters.

Every record that anybody carries is read, with a gate that drops nothing else; the answers of
the whole program are read by `scripts/conformance_raredx.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import numpy as np

from builders import evidence
from conformance_raredx import FAIL, Answer, Asked
from raredx.columns.batch import VariantBatch
from raredx.columns.family import Family
from raredx.columns.genes import GeneTable
from raredx.columns.genome import region_codes
from raredx.readers.genes import read_gene_table
from raredx.readers.pedigree import SampleList, choose_families, read_pedigrees
from raredx.scoring.candidates import collect_candidates
from raredx.scoring.evidence import Evidence
from raredx.scoring.family_calls import FamilyCalls, read_calls
from raredx.scoring.inheritance import judge_single
from raredx.scoring.split_sites import join_split_sites
from raredx.settings import SegregationSettings
from raredx.vocabulary import MODE_NAMES, OUTCOME_NAMES, PHASE_NAMES, Assembly, Outcome, Phase
from vcf_files import OPEN, read_file

MODES = {name: mode for mode, name in MODE_NAMES.items()}
SETTINGS = SegregationSettings()


@cache
def gene_table() -> GeneTable:
    return read_gene_table()


def sample_names(vcf: Path) -> tuple[str, ...]:
    header = next(line for line in vcf.read_text().splitlines() if line.startswith("#CHROM"))
    return tuple(header.split("\t")[9:])


def judge_by_functions(folder: Path, asked: list[Asked]) -> dict[str, tuple[Answer, ...]]:
    """Judge the rows of one file with read_calls, judge_single and collect_candidates."""
    vcf, ped = folder / asked[0].vcf, folder / asked[0].ped
    names = sample_names(vcf)
    assembly = Assembly(vcf.name.split(".")[-3])
    gate = replace(OPEN, trios=tuple((column, -1, -1) for column in range(len(names))))
    found = read_file(
        vcf, table=gene_table(), gate=gate, assembly=assembly, probands=range(len(names))
    )
    if not found.batches:
        return {one.row: (FAIL,) for one in asked}
    (family,) = choose_families(
        read_pedigrees(ped), SampleList(names, vcf.name, True), asked[0].proband, ped
    )
    evidence_of = partial(evidence, sources=found.sources.frequency_sources)
    answers = judge_batch(found.batch, family, (assembly, evidence_of), asked)
    return {row: (answer,) for row, answer in answers.items()}


def judge_batch(
    batch: VariantBatch,
    family: Family,
    context: tuple[Assembly, Callable[..., Evidence]],
    asked: list[Asked],
) -> dict[str, Answer]:
    """Judge rows whose variants stand in a batch; a variant that is not there fails."""
    assembly, evidence_of = context
    batch = join_split_sites(batch)
    region = region_codes(batch["contig_code"], batch["position"], assembly)
    calls = read_calls(batch, region, family, SETTINGS)
    keys = [batch[name].tolist() for name in ("contig", "position", "ref", "alt")]
    place = {key: number for number, key in enumerate(zip(*keys, strict=True))}
    gene = batch.transcripts.gene[batch.transcripts.start[:-1]].tolist()
    pairs = judge_pairs(evidence_of(batch=batch, gene=gene), calls)
    single: dict[tuple[str, str], list[int]] = {}
    answers = {}
    for one in asked:
        variant = place.get((one.chrom, *one.own))
        if variant is None:
            answers[one.row] = FAIL
        elif one.is_pair:
            assert one.partner is not None, one.row
            other = place.get((one.chrom, *one.partner))
            answers[one.row] = pairs.get((one.mode, variant, other), FAIL)
        else:
            key = one.mode, one.penetrance
            if key not in single:
                complete = one.penetrance == "complete"
                single[key] = judge_single(calls, MODES[one.mode], complete=complete).tolist()
            answers[one.row] = Answer(OUTCOME_NAMES[Outcome(single[key][variant])])
    return answers


def judge_pairs(facts: Evidence, calls: FamilyCalls) -> dict[tuple[str, int, int], Answer]:
    """Collect the pairs that are not excluded, by mode and the two variants."""
    rows = collect_candidates(facts, calls, frozenset(), SETTINGS)
    found = {}
    for row in np.flatnonzero(rows.partner >= 0).tolist():
        mode = MODE_NAMES[int(rows.mode[row])]
        outcome = OUTCOME_NAMES[Outcome(int(rows.segregation[row]))]
        phase = PHASE_NAMES[Phase(int(rows.phase[row]))]
        found[mode, int(rows.variant[row]), int(rows.partner[row])] = Answer(outcome, phase)
    return found
