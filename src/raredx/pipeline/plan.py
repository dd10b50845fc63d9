"""From a request and an open file to a plan: families, panels, sources, gate."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import numpy as np

from raredx.columns.acmg import CuratedCriteria
from raredx.columns.family import Family
from raredx.columns.gene_codes import GeneCodes
from raredx.columns.gene_facts import GeneFacts
from raredx.columns.genes import GeneTable
from raredx.columns.ontology import Ontology
from raredx.columns.panel import Panel
from raredx.columns.records import dataclass
from raredx.errors import InputError, named, private
from raredx.pipeline.families import find_families, read_packet
from raredx.pipeline.family import RunContext
from raredx.pipeline.inputs import InputList
from raredx.pipeline.phenotypes import FamilyPhenotype, PhenotypeSources, gather_phenotypes
from raredx.pipeline.read_regions import PanelGenes, check_panel_only, regions_to_read
from raredx.pipeline.references import load_ontology, read_curation
from raredx.pipeline.request import RankRequest
from raredx.readers.annotations import AnnotationSources, find_sources
from raredx.readers.consequences import read_layout
from raredx.readers.gate import Gate
from raredx.readers.genes import read_gene_table
from raredx.readers.header import decide_assembly
from raredx.readers.knowledge import read_gene_facts
from raredx.readers.panels import read_all_panels, read_panel
from raredx.readers.read_plan import ReadPlan
from raredx.readers.vcf_file import VcfFile
from raredx.scoring.frequency import source_limits
from raredx.scoring.near_misses import NEAR_FACTOR, wider_limits
from raredx.scoring.panel_match import AppliedPanels
from raredx.scoring.transcripts import judged_terms
from raredx.settings import LoadedRuleSet
from raredx.vocabulary import GeneValidity

ALL_PANELS = "all"


@dataclass(frozen=True)
class Plan:
    """Everything a run needs, before the first record is read."""

    read: ReadPlan
    context: RunContext
    families: list[Family]
    panels: tuple[Panel, ...]
    facts: GeneFacts
    curated: CuratedCriteria
    phenotypes: list[FamilyPhenotype]
    ontology: Ontology | None
    notes: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def make_plan(
    request: RankRequest, file: VcfFile, loaded: LoadedRuleSet, inputs: InputList
) -> Plan:
    """Decide what to read and how to judge it; refuse what cannot be judged.

    Raises
    ------
    InputError, SettingsError
        As the readers raise them; and where the file declares no population frequency and
        the request does not allow that.
    """
    rules = loaded.rules
    check_panel_only(request)
    assembly = decide_assembly(file.header, request.assembly, where=request.vcf_name)
    layout = read_layout({k: v[2] for k, v in file.header.info.items()}, where=request.vcf_name)
    sources = find_sources(file.header, layout)
    packet = read_packet(request, file.header, assembly, inputs)
    families, samples, healthy, told = find_families(request, file.header, packet, inputs)
    _check_frequencies(request, sources)
    table = read_gene_table()
    panels = read_panels(request.panels, table, inputs)
    limits = source_limits(sources.frequency_sources, rules.frequency)
    codes, applied = GeneCodes(table), AppliedPanels(panels)
    load = cache(partial(load_ontology, request))
    stated = PhenotypeSources(request.hpo, packet, str(request.ped or ""))
    phenotypes = gather_phenotypes(stated, families, load)
    used = request.hpo_data is not None or any(found.source for found in phenotypes)
    facts = read_gene_facts(table)
    noncoding = known_noncoding_genes(table, facts)
    tier_first = request.order == "tier"
    context = RunContext(rules, limits, applied, codes, assembly, noncoding, tier_first)
    near = bool(panels and sources.frequency_sources) and rules.consequence.untiered
    places = regions_to_read(
        request, file, PanelGenes(table, panels, applied.listed, assembly), inputs
    )
    read = ReadPlan(
        sources,
        codes,
        assembly,
        _gates(request, context, families, near=near),
        samples,
        np.array([family.sample[family.proband] for family in families], np.int16),
        places.regions,
        jumps=places.choice.jumps,
        by_index=places.choice.by_index,
        stretches=places.choice.stretches,
        batch_rows=request.batch_rows,
        keep_records=request.vcf_out is not None,
    )
    clinvar_file = request.clinvar is not None
    notes = _notes(sources, panels, families, clinvar_file=clinvar_file) + told + places.notes
    notes += tuple(note for found in phenotypes for note in found.notes)
    if healthy:
        without = private(f"families {', '.join(healthy)}", f"{len(healthy)} families")
        notes += (f"no affected member sequenced, not judged: {without}",)
    curated = read_curation(request, table, assembly)
    return Plan(
        read, context, families, panels, facts, curated, phenotypes, load() if used else None,
        notes, places.choice.warnings,
    )  # fmt: skip


def under_rules(plan: Plan, request: RankRequest, loaded: LoadedRuleSet) -> Plan:
    """Plan the same run under another rule set."""
    rules, sources = loaded.rules, plan.read.sources.frequency_sources
    limits = source_limits(sources, rules.frequency)
    context = replace(plan.context, rules=rules, limits=limits)
    near = bool(plan.panels and sources) and rules.consequence.untiered
    gate = _gates(request, context, plan.families, near=near)
    return replace(plan, context=context, read=replace(plan.read, gate=gate))


_NEVER = 2.0
"""A SpliceAI score that no variant reaches."""


def _gates(
    request: RankRequest, context: RunContext, families: list[Family], *, near: bool
) -> Gate:
    """Say what certainly fails; and, where near misses are shown, what is not even one."""
    strict = _gate(context, families, near=near, splice=not request.ignore_predictors)
    if not request.shows_near_misses:
        return strict
    splice = min(context.rules.acmg.splice_benign, strict.splice_limit)
    wide = replace(
        strict,
        any_filter=True,
        limits=wider_limits(context.limits).loosest(),
        known_limit=NEAR_FACTOR * strict.known_limit,
        splice_limit=strict.splice_limit if request.ignore_predictors else splice,
    )
    return replace(strict, wide=wide)


def _gate(context: RunContext, families: list[Family], *, near: bool, splice: bool) -> Gate:
    """Say what certainly fails."""
    rules = context.rules
    return Gate(
        frozenset(rules.quality.pass_filters),
        context.limits.loosest(),
        float(np.float32(rules.frequency.known_pathogenic)),  # as the exact path holds it
        judged_terms(rules.consequence, noncoding=True),
        judged_terms(rules.consequence, noncoding=False),
        _trios(families),
        near,
        context.panels.listed | context.known_noncoding,
        rules.consequence.min_spliceai if splice else _NEVER,
        open_on_mt=context.limits.open_on_mt,
        any_filter=not rules.quality.judge_filter or rules.known_pathogenic.spares_filter,
        spared=context.limits.outside_popmax,
    )


def _check_frequencies(request: RankRequest, sources: AnnotationSources) -> None:
    """Refuse a file without population frequencies, unless the user goes on without."""
    if not sources.frequency_sources and not request.allow_missing_frequency:
        raise InputError(
            request.vcf_name,
            "declares no population frequency (no gnomAD or like field in INFO or in "
            f"{sources.layout.key})",
            "Annotate with gnomAD (VEP --af_gnomade, vcfanno or bcftools annotate), or allow "
            "missing frequencies (--allow-missing-frequency) to see every variant marked not "
            "assessed.",
        )


def read_panels(names: tuple[str, ...], table: GeneTable, inputs: InputList) -> tuple[Panel, ...]:
    """Read the panels asked for, each once, in the order given."""
    found: dict[str, Panel] = {}
    for name in names:
        if name == ALL_PANELS:
            found |= {panel.panel_id: panel for panel in read_all_panels(table)}
            continue
        panel = read_panel(name, table)
        if Path(name).is_file():
            inputs.add_file("panel", Path(name))
        found.setdefault(panel.panel_id, panel)
    return tuple(found.values())


def known_noncoding_genes(table: GeneTable, facts: GeneFacts) -> frozenset[int]:
    """Give the genes without a protein that are known for a disease: few, each by name."""
    known = (facts.panels > 0) | (facts.validity >= GeneValidity.MODERATE)
    return frozenset(g for g in np.flatnonzero(known).tolist() if not table.is_coding(g))


def _trios(families: list[Family]) -> tuple[tuple[int, int, int], ...]:
    """Give the columns of proband, father and mother of each family; -1 not sequenced."""
    found = []
    for family in families:
        parents = (int(family.sample[p]) if p >= 0 else -1 for p in (family.father, family.mother))
        found.append((int(family.sample[family.proband]), *parents))
    return tuple((p, f, m) for p, f, m in found)


def _notes(
    sources: AnnotationSources,
    panels: tuple[Panel, ...],
    families: list[Family],
    *,
    clinvar_file: bool,
) -> tuple[str, ...]:
    """Say what a reader of the results must know."""
    notes = []
    if not panels:
        notes.append("no panel applied: all genes are in scope and nothing is Tier 1 or 2")
    if not sources.frequency_sources:
        notes.append("no population frequency declared: frequency is not assessed for any variant")
    if clinvar_file:
        notes.append(
            "the ClinVar file given tells of candidates; a variant that only it would have rescued "
            "from the frequency or consequence question is not among them"
        )
    elif not sources.has_clinvar:
        notes.append("no ClinVar significance declared: known pathogenic variants not assessed")
    alone = [f.proband_id for f in families if len(f.sequenced) == 1]
    if alone:
        whom = named(alone, "of the probands", len(alone))
        notes.append(f"no relative sequenced for {whom}: segregation not assessed")
    return tuple(notes)
