"""What the panel commands print: panels as tables and as JSON, and how their genes joined."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from raredx.columns.genes import MatchKind
    from raredx.columns.panel import Panel, PanelMatch


def header(panel: Panel) -> dict[str, Any]:
    """Collect what a panel says of itself."""
    from dataclasses import fields

    from raredx.columns.panel import PanelHeader

    return {item.name: getattr(panel, item.name) for item in fields(PanelHeader)}


def gene_documents(panel: Panel) -> list[dict[str, str]]:
    """Write each gene row as words."""
    from raredx.vocabulary import CONFIDENCE_NAMES, Confidence

    text_columns = ("symbol", "hgnc_id", "moi_exact", "lof_mechanism", "penetrance", "details")
    return [
        {
            **{name: getattr(panel, name)[row] for name in text_columns},
            "confidence": CONFIDENCE_NAMES[Confidence(panel.confidence[row])],
            "moi": panel.moi[row].value,
            "matched_by": panel.match.how[row],
        }
        for row in range(len(panel))
    ]


def panel_document(panel: Panel) -> dict[str, Any]:
    """Write a panel as one JSON document."""
    from raredx.vocabulary import CONFIDENCE_NAMES

    loci = [
        {**locus._asdict(), "confidence": CONFIDENCE_NAMES[locus.confidence]}
        for locus in panel.loci
    ]
    return {
        **header(panel),
        "genes": gene_documents(panel),
        "loci": loci,
        "matched": panel.match.counts,
        "alternatives": panel.match.alternatives,
    }


def print_match(match: PanelMatch) -> None:
    """Say how the genes joined, and name those that did not join by a current name."""
    counts = ", ".join(f"{n} by {how}" for how, n in match.counts.items() if how in _FOUND)
    click.echo(f"Genes found: {counts or 'none'}.")
    for how, said in _SAID.items():
        names = match.names(how)
        if names:
            told = (f"{name}{_choices(match, name)}" for name in names)
            click.echo(f"{said} ({len(names)}): {', '.join(told)}")


_FOUND = ("hgnc_id", "symbol", "ensembl", "ncbi", "previous", "alias")
_SAID: dict[MatchKind, str] = {
    "previous": "Found by a previous symbol",
    "alias": "Found by an alias",
    "ambiguous": "Ambiguous, not used",
    "unmatched": "Not found, not used",
}


def _choices(match: PanelMatch, name: str) -> str:
    """Name the genes that an ambiguous name could mean."""
    choices = match.alternatives.get(name)
    return f" ({' or '.join(choices)})" if choices else ""


def print_table(rows: Sequence[tuple[str, ...]]) -> None:
    """Print rows with aligned columns; the last one is not padded."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        click.echo("  ".join(cells).rstrip())


def print_json(document: object) -> None:
    """Print a JSON document."""
    import json

    click.echo(json.dumps(document, indent=2, ensure_ascii=False))
