"""raredx data: show what data come bundled, build a newer HPO."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from raredx.cli.hpo_option import hpo_data_option
from raredx.cli.panel_output import print_json
from raredx.cli.whole_file import write_whole

if TYPE_CHECKING:
    from raredx.columns.genes import GeneTable
    from raredx.columns.ontology import Ontology

_FILE = click.Path(path_type=Path)


@click.group()
def data() -> None:
    """Show the data that rankings rest on, and renew HPO."""


@data.command("show")
@hpo_data_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show_command(hpo_data: Path | None, as_json: bool) -> None:
    """Show the data in use: versions, dates, licences, citations."""
    from raredx.readers.genes import read_gene_table

    table = read_gene_table()
    document = {
        "gene table": _gene_table(table),
        "panels": _panels(),
        "HPO": _hpo(hpo_data),
        **_knowledge(table),
    }
    if as_json:
        print_json(document)
        return
    for number, (title, facts) in enumerate(document.items()):
        click.echo(f"\n{title}" if number else title)
        for key, value in facts.items():
            shown = f"{value:,}" if isinstance(value, int) else value
            for line in value if isinstance(value, list) else [f"{key}: {shown}"]:
                click.echo(f"  {line}")


@data.command("build-hpo")
@click.option("--obo", type=_FILE, required=True, metavar="FILE", help="hp.obo, plain or gzipped.")
@click.option("--hpoa", type=_FILE, required=True, metavar="FILE", help="phenotype.hpoa.")
@click.option("--genes", type=_FILE, required=True, metavar="FILE", help="phenotype_to_genes.txt.")
@click.option("-o", "--output", type=_FILE, required=True, metavar="FILE", help="File to write.")
def build_hpo_command(obo: Path, hpoa: Path, genes: Path, output: Path) -> None:
    """Build the HPO that raredx reads from the files that HPO releases.

    Take the three files of one release from https://hpo.jax.org. Their content is not altered.
    """
    from raredx.readers.genes import read_gene_table
    from raredx.readers.hpo_sources import build_ontology
    from raredx.readers.ontology_cache import encode_ontology

    ontology = build_ontology(obo, hpoa, genes, read_gene_table())
    packed = encode_ontology(ontology)
    write_whole(output, packed)
    click.echo(f"Wrote {output}: {len(packed):,} bytes.")
    for line in ontology.about:
        click.echo(line)
    counts = _counts(ontology)
    click.echo(", ".join(f"{number:,} {what}" for what, number in counts.items()))
    click.echo(f"Use it with --hpo-data {output}.")


def _gene_table(table: GeneTable) -> dict[str, Any]:
    """Say what the gene table was made from."""
    sources = [line for line in table.sources if line.startswith("source=")]
    return {"genes": len(table), "checksum": table.digest, "sources": sources}


def _panels() -> dict[str, Any]:
    """Count the panels of each source."""
    from raredx.readers.panels import list_panels

    found: dict[tuple[str, str], list[str]] = {}
    for panel in list_panels():
        found.setdefault((panel.source, panel.licence), []).append(panel.date)
    sources = []
    for (source, licence), dates in found.items():
        known = sorted(date for date in dates if date)
        when = f"dated {known[0]} to {known[-1]}" if known else "without dates"
        sources.append(f"source={source}; {len(dates)} panels {when}; licence: {licence}")
    return {"panels": sum(map(len, found.values())), "sources": sources}


def _hpo(path: Path | None) -> dict[str, Any]:
    """Say which HPO is in use, and what it holds."""
    from raredx.readers.ontology_cache import read_ontology

    ontology = read_ontology(path)
    return {
        "file": str(path) if path else "bundled",
        "release": ontology.release,
        "annotation_release": ontology.annotation_release,
        "checksum": ontology.digest,
        **{what.replace(" ", "_"): number for what, number in _counts(ontology).items()},
        "about": list(ontology.about),
    }


def _knowledge(table: GeneTable) -> dict[str, dict[str, Any]]:
    """Say what the facts about genes, variants and transcripts were made from."""
    from raredx.readers.knowledge import (
        read_clinvar_table,
        read_coding_transcripts,
        read_gene_facts,
    )

    return {
        "gene facts": {"about": list(read_gene_facts(table).about)},
        "ClinVar": {"about": list(read_clinvar_table().about)},
        "coding transcripts": {"about": list(read_coding_transcripts(table).about)},
    }


def _counts(ontology: Ontology) -> dict[str, int]:
    """Count what an ontology holds."""
    return {
        "terms": len(ontology.number),
        "diseases": len(ontology.disease_id),
        "genes": len(ontology.gene_symbol),
        "genes without an HGNC number": int((ontology.gene_hgnc == 0).sum()),
        "annotations": len(ontology.line_term),
    }
