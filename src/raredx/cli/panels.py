"""raredx panels: list the bundled gene panels, show one, bring in one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from raredx.cli.panel_output import (
    gene_documents,
    header,
    panel_document,
    print_json,
    print_match,
    print_table,
)
from raredx.cli.whole_file import write_whole

if TYPE_CHECKING:
    from raredx.readers.panels import PanelSummary


@click.group()
def panels() -> None:
    """List, show and import gene panels."""


@panels.command("list")
@click.option("--group", default="", metavar="TEXT", help="Only disease groups with this text.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_command(group: str, as_json: bool) -> None:
    """List the bundled panels."""
    from raredx.errors import SettingsError
    from raredx.readers.panels import list_panels

    every = list_panels()
    found = [panel for panel in every if _in_group(panel, group)]
    if not found:
        groups = ", ".join(sorted({panel.disease_group for panel in every}))
        raise SettingsError("--group", f"no disease group has {group!r}", f"Groups: {groups}.")
    if as_json:
        print_json([vars(panel) for panel in found])
        return
    rows = [("panel", "version", "date", "green", "modes", "group", "name")]
    for p in found:
        rows.append(
            (
                p.panel_id,
                p.version or "-",
                p.date or "-",
                str(p.n_green),
                p.moi_source,
                p.disease_group,
                p.name,
            )
        )
    print_table(rows)


@panels.command("show")
@click.argument("panel_name", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show_command(panel_name: str, as_json: bool) -> None:
    """Show a panel: identifier, number, R-code or name of a bundled one, or a file."""
    from raredx.readers.genes import read_gene_table
    from raredx.readers.panels import read_panel

    panel = read_panel(panel_name, read_gene_table())
    if as_json:
        print_json(panel_document(panel))
        return
    for key, value in header(panel).items():
        text = ", ".join(value) if isinstance(value, (list, tuple)) else value
        if text:
            click.echo(f"{key}: {text}")
    print_match(panel.match)
    click.echo("")
    rows = [("symbol", "hgnc_id", "confidence", "moi", "lof_mechanism")]
    rows.extend(
        (g["symbol"], g["hgnc_id"], g["confidence"], g["moi"], g["lof_mechanism"])
        for g in gene_documents(panel)
    )
    print_table(rows)
    for locus in panel.loci:
        click.echo(f"{locus.entity_type}: {locus.symbol} {locus.details}")


@panels.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write.")
@click.option("--id", "panel_id", default="", help="Identifier; otherwise made of the file.")
@click.option("--name", default="", help="Name of the panel.")
@click.option("--version", default="", help="Version of the panel.")
def import_command(file: Path, output: Path | None, panel_id: str, name: str, version: str) -> None:
    """Bring a panel FILE into the raredx format and say which genes were found.

    Reads PanelApp JSON and TSV, Gene2Phenotype CSV, and lists with one gene per line.
    """
    from dataclasses import replace

    from raredx.columns.panel import PanelDraft, join_panel, with_hgnc_ids
    from raredx.readers.genes import read_gene_table
    from raredx.readers.panel_formats import read_draft
    from raredx.readers.panel_tsv import encode_panel

    genes = read_gene_table()
    draft = read_draft(file)
    about = replace(
        draft.header,
        panel_id=panel_id or draft.header.panel_id,
        name=name or draft.header.name,
        version=version or draft.header.version,
    )
    draft = PanelDraft(about, draft.records)
    target = output or Path(f"{about.panel_id}.tsv")
    write_whole(target, encode_panel(with_hgnc_ids(draft, genes)).encode())
    click.echo(f"Wrote {target}: {about.name}, {len(draft.records)} rows.")
    print_match(join_panel(draft, genes).match)


def _in_group(panel: PanelSummary, text: str) -> bool:
    """Look for the text in our group and in the source's."""
    wanted = text.lower()
    return wanted in panel.disease_group or wanted in panel.source_disease_group.lower()
