"""Which regions a run reads: those asked for, those of panel genes, or where both meet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from raredx.columns.genes import GeneTable
from raredx.columns.genome import MT_CODE, OTHER_CODE, contig_code
from raredx.columns.mitochondria import RCRS_LENGTH
from raredx.columns.panel import Panel
from raredx.columns.records import dataclass
from raredx.errors import SettingsError
from raredx.pipeline.inputs import InputList
from raredx.pipeline.request import RankRequest
from raredx.readers.gene_regions import MARGIN, GeneRegions, gene_regions
from raredx.readers.jumps import WHOLE_FILE, JumpChoice, choose_by_index
from raredx.readers.regions import (
    WHOLE_CONTIG,
    Interval,
    fit_to_chromosomes,
    fit_to_file,
    in_every_naming,
    intersect,
    read_bed,
    read_region,
)
from raredx.readers.vcf_file import VcfFile
from raredx.vocabulary import UNKNOWN_INDEX, Assembly, Confidence

_PANEL_ONLY = "panel genes only"


@dataclass(frozen=True)
class PanelGenes:
    """The genes whose regions may be read.

    Attributes
    ----------
    table : GeneTable
    panels : tuple of Panel
    listed : frozenset of int
        Rows of the table that are green or amber on a panel.
    assembly : Assembly
    """

    table: GeneTable
    panels: tuple[Panel, ...]
    listed: frozenset[int]
    assembly: Assembly


@dataclass(frozen=True)
class ReadRegions:
    """Where a run reads.

    Attributes
    ----------
    regions : tuple of Interval
        In the file's names; on each contig sorted, none touching another. Empty for the whole
        file. A record is inside whose REF spans a base of one.
    choice : JumpChoice
        Whether the index leads there.
    notes : tuple of str
        What was not read; does not depend on the choice.
    """

    regions: tuple[Interval, ...] = ()
    choice: JumpChoice = WHOLE_FILE
    notes: tuple[str, ...] = ()


def check_panel_only(request: RankRequest) -> None:
    """Refuse to read the genes of no panel."""
    if request.panel_only and not request.panels:
        raise SettingsError(_PANEL_ONLY, "no panel is applied", "Give a panel as well.")


def regions_to_read(
    request: RankRequest, file: VcfFile, genes: PanelGenes, inputs: InputList
) -> ReadRegions:
    """Decide which regions of the file are read, and whether to jump to them.

    Raises
    ------
    InputError, SettingsError
        If a region cannot be read, or none is left.
    """
    asked = _asked(request.regions, request.regions_file, inputs)
    if not (asked or request.panel_only):
        return ReadRegions()
    contigs = file.header.contigs
    regions: tuple[Interval, ...] = ()
    notes: tuple[str, ...] = ()
    if asked:
        regions = _named(asked, contigs, where=file.name)
        notes = _undeclared(asked, contigs)
    if request.panel_only:
        found = gene_regions(genes.table, genes.listed, genes.assembly)
        own = _gene_regions_of_file(found, genes, contigs, where=file.name)
        regions = intersect(own, regions) if asked else own
        if not regions:
            what = "none of the regions asked for lies in a gene of the panels"
            raise SettingsError(_PANEL_ONLY, what, "Give other regions, or none.")
        notes = (
            _what_was_read(found, regions, contigs, limited=bool(asked)),
            *_without_place(found, genes),
            *_undeclared(found.regions, contigs),
        )
    choice = WHOLE_FILE
    if request.vcf != "-":
        choice = choose_by_index(request.vcf, regions, tuple(contigs), sieved=not request.exact)
    return ReadRegions(regions, choice, notes)


def choose_regions(
    wanted: tuple[tuple[str, ...], Path | None], file: VcfFile, inputs: InputList
) -> tuple[Interval, ...]:
    """Read the regions asked for, as texts and as a BED file, for a reader that needs an index."""
    asked = _asked(*wanted, inputs)
    if not asked:
        return ()
    file.check_index()
    return tuple(fit_to_file(asked, file.contigs(), where=file.name))


def _asked(texts: tuple[str, ...], bed: Path | None, inputs: InputList) -> list[Interval]:
    """Read the regions asked for."""
    asked = [read_region(text) for text in texts]
    if bed is not None:
        inputs.add_file("regions", bed)
        asked += read_bed(bed)
    return asked


def _named(
    asked: Sequence[Interval], contigs: dict[str, int], *, where: str
) -> tuple[Interval, ...]:
    """Give regions the names of the file; every possible one where its header has none."""
    if contigs:
        return tuple(fit_to_file(list(asked), list(contigs), where=where))
    return in_every_naming(fit_to_chromosomes(asked))


def _gene_regions_of_file(
    found: GeneRegions, genes: PanelGenes, contigs: dict[str, int], *, where: str
) -> tuple[Interval, ...]:
    """Give the regions of genes the names of the file.

    Raises
    ------
    SettingsError
        If none is left: no regions would mean the whole file.
    """
    if not found.regions:
        what = f"no gene of the panels has a place in the gene table ({genes.assembly})"
        raise SettingsError(_PANEL_ONLY, what, "Apply other panels, or read the whole file.")
    try:
        return _named(found.regions, contigs, where=where)
    except SettingsError:
        what = "no gene of the panels lies on a contig of the file"
        raise SettingsError(where, what, "Apply other panels, or read the whole file.") from None


def _what_was_read(
    found: GeneRegions, regions: tuple[Interval, ...], contigs: dict[str, int], *, limited: bool
) -> str:
    """Say how much of the genome was read."""
    chromosomes = fit_to_chromosomes(regions)
    known = {contig_code(name): length for name, length in contigs.items() if length}
    n_bases = 0
    for region in chromosomes:
        code = contig_code(region.contig)
        end = known.get(code) or (RCRS_LENGTH if code == MT_CODE else WHOLE_CONTIG)
        n_bases += max(0, min(region.last, end) - region.first + 1)
    where = ", where they lie in the regions asked for" if limited else ""
    return (
        f"only the {found.n_genes:,} green and amber genes of the panels, with {MARGIN:,} bases on "
        f"either side, were read{where}: {len(chromosomes):,} regions, {n_bases:,} bases"
    )


def _without_place(found: GeneRegions, genes: PanelGenes) -> tuple[str, ...]:
    """Name the genes of which nothing is read: without a locus, or not in the gene table."""
    strangers = {
        symbol
        for panel in genes.panels
        for symbol, index, confidence in zip(
            panel.symbol, panel.gene_index, panel.confidence, strict=True
        )
        if index == UNKNOWN_INDEX and confidence >= Confidence.AMBER
    }
    names = sorted({*found.without_place, *strangers})
    if not names:
        return ()
    return (
        f"{len(names)} panel genes have no place in the gene table ({genes.assembly}); "
        f"their variants are not read: {', '.join(names)}",
    )


def _undeclared(regions: Sequence[Interval], contigs: dict[str, int]) -> tuple[str, ...]:
    """Name the contigs of regions that the header does not declare."""
    codes = {contig_code(name) for name in contigs} - {OTHER_CODE}
    absent = {
        region.contig: None
        for region in regions
        if region.contig not in contigs and contig_code(region.contig) not in codes
    }
    if not (contigs and absent):
        return ()
    return (f"the file declares no contig {', '.join(absent)}: regions there are not read",)
