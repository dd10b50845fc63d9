"""Panels by name or file -> `Panel`; the panels that come with the package.

The bundled panels are files of our own format in `raredx/data/panels`, with `index.tsv` beside
them so that listing reads one file, and `joined.gz` so that reading them all does
(`panel_bundle`). `scripts/build_panels.py` and `scripts/join_panels.py` write them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import fields
from difflib import get_close_matches
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from raredx.columns.genes import GeneTable
from raredx.columns.panel import Panel, join_panel
from raredx.columns.records import dataclass
from raredx.errors import InputError, SettingsError
from raredx.readers.panel_bundle import BUNDLE_NAME, PanelBundle, decode_bundle
from raredx.readers.panel_formats import read_draft
from raredx.readers.panel_terms import parse_moi
from raredx.readers.panel_tsv import decode_panel

__all__ = ["PanelSummary", "list_panels", "parse_moi", "read_all_panels", "read_panel"]

_MEND = "Reinstall raredx, or write the panels again with scripts/build_panels.py."
_SEE_LIST = "`raredx panels list` names all panels."


@dataclass(frozen=True)
class PanelSummary:
    """One line of the index of bundled panels; the counts are of genes, each counted once."""

    panel_id: str
    name: str
    version: str
    date: str
    disease_group: str
    source_disease_group: str
    r_codes: tuple[str, ...]
    n_green: int
    n_amber: int
    n_red: int
    moi_source: str
    source: str
    licence: str


INDEX_COLUMNS = tuple(item.name for item in fields(PanelSummary))


def list_panels() -> tuple[PanelSummary, ...]:
    """List the bundled panels in the order of their identifiers.

    Raises
    ------
    InputError
        If the index is missing or damaged.

    Examples
    --------
    >>> {panel.panel_id: panel.name for panel in list_panels()}["panelapp-402"]
    'Early onset or syndromic epilepsy'
    """
    return _read_index()


def read_panel(id_or_path: str | Path, genes: GeneTable) -> Panel:
    """Read a bundled panel or a panel file.

    Parameters
    ----------
    id_or_path
        Identifier (`panelapp-402`), PanelApp number (`402`), R-code of the test directory
        (`R59`, if one panel has it), or name of a bundled panel, without regard to case;
        otherwise the path of a file, whose content tells its format.
    genes
        Gene table that the genes are looked up in.

    Raises
    ------
    SettingsError
        If no panel has this name, or several have.
    InputError
        If the file cannot be read or understood.

    Examples
    --------
    >>> from raredx.readers.genes import read_gene_table
    >>> read_panel("R208", read_gene_table()).name
    'Inherited breast cancer and ovarian cancer'
    """
    if isinstance(id_or_path, Path):
        return join_panel(read_draft(id_or_path), genes)
    panel_id = _find_bundled(id_or_path)
    if panel_id:
        bundle = _bundle(genes)
        if bundle is not None and panel_id in bundle.names:
            return bundle.panel(panel_id)
        return join_bundled(panel_id, genes)
    if os.path.exists(id_or_path) or _looks_like_path(id_or_path):
        return join_panel(read_draft(Path(id_or_path)), genes)
    raise _unknown_panel(id_or_path)


def read_all_panels(genes: GeneTable) -> tuple[Panel, ...]:
    """Read every bundled panel, in the order of `list_panels`."""
    bundle = _bundle(genes)
    if bundle is not None:
        return tuple(map(bundle.panel, bundle.names))
    return tuple(join_bundled(summary.panel_id, genes) for summary in list_panels())


def index_text(summaries: Iterable[PanelSummary]) -> str:
    """Write the index of bundled panels."""
    lines = ["\t".join(INDEX_COLUMNS)]
    for summary in summaries:
        values = (getattr(summary, name) for name in INDEX_COLUMNS)
        cells = (",".join(v) if isinstance(v, tuple) else str(v) for v in values)
        lines.append("\t".join(cells))
    return "\n".join(lines) + "\n"


def join_bundled(panel_id: str, genes: GeneTable) -> Panel:
    """Read one bundled panel from its own file, and find its genes."""
    name = f"{panel_id}.tsv"
    return join_panel(decode_panel(_bundled_text(name), f"bundled panel {name}"), genes)


def _bundle(genes: GeneTable) -> PanelBundle | None:
    """Read the panels that were joined beforehand; None where they cannot serve."""
    try:
        return decode_bundle(_bundled_file(BUNDLE_NAME).read_bytes(), genes)
    except OSError:
        return None


def _bundled_file(name: str) -> Traversable:
    """Give the place of a file of the bundled panels."""
    return resources.files("raredx") / "data" / "panels" / name


def _bundled_text(name: str) -> str:
    """Read a file of the bundled panels."""
    try:
        return _bundled_file(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        cause = getattr(error, "strerror", None) or str(error)
        raise InputError(
            f"bundled panel file {name}", f"cannot be read ({cause})", _MEND
        ) from error


@cache
def _read_index() -> tuple[PanelSummary, ...]:
    """Parse the index; its columns are those of `PanelSummary`, in that order."""
    lines = _bundled_text("index.tsv").splitlines()
    if not lines or tuple(lines[0].split("\t")) != INDEX_COLUMNS:
        raise InputError("bundled panel file index.tsv", "has other columns", _MEND)
    found = []
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        if len(cells) != len(INDEX_COLUMNS):
            where = f"bundled panel file index.tsv:{number}"
            raise InputError(where, f"has {len(cells)} cells, not {len(INDEX_COLUMNS)}", _MEND)
        row = dict(zip(INDEX_COLUMNS, cells, strict=True))
        counts = {name: int(row.pop(name)) for name in ("n_green", "n_amber", "n_red")}
        codes = tuple(code for code in row.pop("r_codes").split(",") if code)
        found.append(PanelSummary(**row, **counts, r_codes=codes))  # type: ignore[arg-type]
    return tuple(found)


def _find_bundled(text: str) -> str:
    """Find the bundled panel that this identifier, number, R-code or name means."""
    wanted = text.strip().lower()
    panels = list_panels()
    identifiers = {panel.panel_id for panel in panels}
    for identifier in (wanted, f"panelapp-{wanted}"):
        if identifier in identifiers:
            return identifier
    code = re.fullmatch(r"(r\d+)(\.\d+)?", wanted)
    if code:
        found = [panel for panel in panels if code[1].upper() in panel.r_codes]
    else:
        found = [panel for panel in panels if panel.name.lower() == wanted]
    if len(found) > 1:
        names = ", ".join(f"{panel.panel_id} ({panel.name})" for panel in found)
        raise SettingsError("panel", f"{text!r} means several panels: {names}", "Name one of them.")
    return found[0].panel_id if found else ""


def _looks_like_path(text: str) -> bool:
    """Say whether this can only be meant as a file."""
    suffixes = (".tsv", ".csv", ".json", ".txt", ".gz", ".list")
    return text.startswith((".", "/", "~")) or text.lower().endswith(suffixes)


def _unknown_panel(text: str) -> SettingsError:
    """Name the panels that are spelt most alike."""
    panels = list_panels()
    words = {panel.name.lower(): panel for panel in panels}
    words |= {panel.panel_id: panel for panel in panels}
    wanted = text.strip().lower()
    near = [words[word] for word in get_close_matches(wanted, words, n=3, cutoff=0.6)]
    if not near:
        near = [panel for panel in panels if wanted and wanted in panel.name.lower()][:3]
    named = ", ".join(f"{panel.panel_id} ({panel.name})" for panel in dict.fromkeys(near))
    hint = f"Nearest: {named}. " if named else ""
    return SettingsError("panel", f"no panel or file is called {text!r}", f"{hint}{_SEE_LIST}")
