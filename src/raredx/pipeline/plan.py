"""From a request and an open file to a plan: families, panels, sources, gate."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from raredx.columns.family import Family, Pedigree, singleton
from raredx.columns.gene_codes import GeneCodes
from raredx.columns.genes import GeneTable
from raredx.columns.panel import Panel
from raredx.columns.records import dataclass
from raredx.errors import InputError, SettingsError
from raredx.pipeline.family import RunContext
from raredx.pipeline.inputs import InputList
from raredx.pipeline.read_regions import PanelGenes, check_panel_only, regions_to_read
from raredx.pipeline.request import RankRequest
from raredx.readers.annotations import AnnotationSources, find_sources
from raredx.readers.consequences import read_layout
from raredx.readers.gate import Gate
from raredx.readers.genes import read_gene_table
from raredx.readers.header import VcfHeader, decide_assembly
from raredx.readers.panels import read_all_panels, read_panel
from raredx.readers.pedigree import (
    SampleList,
    choose_families,
    read_hpo_terms,
    read_karyotype,
    read_pedigrees,
)
from raredx.readers.read_plan import ReadPlan
from raredx.readers.vcf_file import VcfFile
from raredx.scoring.frequency import source_limits
from raredx.scoring.panel_match import AppliedPanels
from raredx.scoring.transcripts import judged_terms
from raredx.settings import LoadedRuleSet
from raredx.vocabulary import Karyotype

ALL_PANELS = "all"


@dataclass(frozen=True)
class Plan:
    """Everything a run needs, before the first record is read."""

    read: ReadPlan
    context: RunContext
    families: list[Family]
    panels: tuple[Panel, ...]
    hpo_terms: tuple[str, ...]
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
    hpo = _hpo_terms(request.hpo)
    assembly = decide_assembly(file.header, request.assembly, where=request.vcf_name)
    layout = read_layout({k: v[2] for k, v in file.header.info.items()}, where=request.vcf_name)
    sources = find_sources(file.header, layout)
    families, samples, healthy = _families(request, file.header, inputs)
    _check_frequencies(request, sources)
    table = read_gene_table()
    panels = read_panels(request.panels, table, inputs)
    limits = source_limits(sources.frequency_sources, rules.frequency)
    codes = GeneCodes(table)
    applied = AppliedPanels(panels)
    gate = Gate(
        frozenset(rules.quality.pass_filters),
        limits.loosest(),
        rules.frequency.known_pathogenic,
        judged_terms(rules.consequence, noncoding=bool(panels)),
        judged_terms(rules.consequence, noncoding=False),
        _trios(families),
        bool(panels and sources.frequency_sources),
        applied.listed,
    )
    places = regions_to_read(
        request, file, PanelGenes(table, panels, applied.listed, assembly), inputs
    )
    read = ReadPlan(
        sources,
        codes,
        assembly,
        gate,
        samples,
        np.array([family.sample[family.proband] for family in families], np.int16),
        places.regions,
        jumps=places.choice.jumps,
        by_index=places.choice.by_index,
        stretches=places.choice.stretches,
        batch_rows=request.batch_rows,
        keep_records=request.vcf_out is not None,
    )
    context = RunContext(rules, limits, applied, codes, assembly)
    notes = _notes(sources, panels, families) + places.notes
    if healthy:
        notes += (f"no affected member sequenced, not judged: families {', '.join(healthy)}",)
    return Plan(read, context, families, panels, hpo, notes, places.choice.warnings)


def _hpo_terms(typed: str) -> tuple[str, ...]:
    """Read the HPO ids of the request; a typing error is one of settings, not of a file."""
    try:
        return read_hpo_terms(typed, where="HPO terms")
    except InputError as fault:
        raise SettingsError(fault.where, fault.what, fault.mend) from None


def _families(
    request: RankRequest, header: VcfHeader, inputs: InputList
) -> tuple[list[Family], tuple[str, ...], tuple[str, ...]]:
    """Choose families, the samples to read in file order, and name the families left out.

    The columns of the families count among the samples that are read.
    """
    names, where = header.samples, request.vcf_name
    if not names:
        raise InputError(where, "holds no samples", "Give a VCF with genotypes.")
    if request.ped is None:
        if len(names) > 1 and request.proband is None:
            raise InputError(
                where,
                f"has {len(names)} samples, and there is no pedigree",
                "Give a PED file that says who is whose child and who is affected.",
            )
        chosen = request.proband or names[0]
        if chosen not in names:
            raise InputError(where, f"{chosen} is not a sample", f"It has {', '.join(names[:6])}.")
        alone = singleton(chosen)
        pedigree = with_karyotypes([alone.pedigree], request.karyotypes)[0]
        return [replace(alone, pedigree=pedigree)], (chosen,), ()
    inputs.add_file("ped", request.ped)
    known = SampleList(names, where, request.allow_unsequenced)
    pedigrees = with_karyotypes(read_pedigrees(request.ped), request.karyotypes)
    found = choose_families(pedigrees, known, request.proband, request.ped)
    judged = {family.pedigree.family_id for family in found}
    others = () if request.proband else tuple(p.family_id for p in pedigrees)
    wanted = {int(column) for family in found for column in family.sample if column >= 0}
    samples = tuple(name for number, name in enumerate(names) if number in wanted)
    place = {number: n for n, number in enumerate(sorted(wanted))}
    families = [
        Family(
            family.pedigree,
            family.proband,
            np.array([place.get(int(column), -1) for column in family.sample], np.int16),
        )
        for family in found
    ]
    return families, samples, tuple(name for name in others if name not in judged)


def with_karyotypes(pedigrees: list[Pedigree], stated: tuple[str, ...]) -> list[Pedigree]:
    """Add karyotypes stated with the request; they come before those of the PED file."""
    found: dict[str, Karyotype] = {}
    for text in stated:
        name, _, karyotype = text.rpartition("=")
        if not name or not any(name in pedigree.members for pedigree in pedigrees):
            known = ", ".join(m for pedigree in pedigrees[:3] for m in pedigree.members[:6])
            raise SettingsError(
                f"karyotype {text}",
                "names nobody of the pedigree",
                f"Write ID=XXY; ids: {known}." if known else "Give a PED file with this person.",
            )
        try:
            found[name] = read_karyotype(karyotype, where=f"karyotype {text}")
        except InputError as fault:
            raise SettingsError(fault.where, fault.what, fault.mend) from None
    return [
        replace(
            pedigree,
            karyotypes=pedigree.karyotypes
            | {name: k for name, k in found.items() if name in pedigree.members},
        )
        for pedigree in pedigrees
    ]


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


def _trios(families: list[Family]) -> tuple[tuple[int, int, int], ...]:
    """Give the columns of proband, father and mother of each family; -1 not sequenced."""
    found = []
    for family in families:
        parents = (int(family.sample[p]) if p >= 0 else -1 for p in (family.father, family.mother))
        found.append((int(family.sample[family.proband]), *parents))
    return tuple((p, f, m) for p, f, m in found)


def _notes(
    sources: AnnotationSources, panels: tuple[Panel, ...], families: list[Family]
) -> tuple[str, ...]:
    """Say what a reader of the results must know."""
    notes = []
    if not panels:
        notes.append("no panel applied: all genes are in scope and nothing is Tier 1 or 2")
    if not sources.frequency_sources:
        notes.append("no population frequency declared: frequency is not assessed for any variant")
    if not sources.has_clinvar:
        notes.append("no ClinVar significance declared: known pathogenic variants not assessed")
    notes.append("HPO terms are recorded; they do not change the rank in this version")
    alone = [f.proband_id for f in families if len(f.sequenced) == 1]
    if alone:
        notes.append(f"no relative sequenced for {', '.join(alone)}: segregation not assessed")
    return tuple(notes)
