"""All bundled panels in one file, already joined to the bundled gene table.

Reading 443 files and looking 53,000 names up costs more than ranking a family. So
`scripts/join_panels.py` does it once and writes `joined.gz` beside the panels: distinct genes and
distinct statements about them, and for each row of each panel two numbers that point to them. The
file states which gene table it was joined to; with any other table, or where it cannot be read,
the panels themselves are read, with the same result.

Layout (gzip): one line of JSON, then the numbers as unsigned 16-bit integers, least byte first:
the gene of every row, then the statement of every row.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import fields
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from raredx.columns.genes import GeneTable
from raredx.columns.panel import Panel, PanelHeader, PanelMatch, PanelRecord
from raredx.columns.sequences import Coded
from raredx.readers.packed import inflate
from raredx.vocabulary import Confidence, Moi

BUNDLE_NAME = "joined.gz"
_HEADER = tuple(item.name for item in fields(PanelHeader))
_LISTS = ("r_codes", "aliases")
_OF_GENE = ("symbol", "hgnc_id", "how")
_STATED = ("moi", "moi_exact", "lof_mechanism", "penetrance", "details")
_NUMBER = np.dtype("<u2")


def encode_bundle(panels: Sequence[Panel], genes: GeneTable) -> bytes:
    """Write joined panels.

    Parameters
    ----------
    panels : sequence of Panel
        Joined to `genes`.
    genes : GeneTable
        Read from a file.
    """
    gene_of, statement_of = _Numbers(), _Numbers()
    alternatives: dict[str, tuple[str, ...]] = {}
    for panel in panels:
        rows = zip(panel.symbol, panel.hgnc_id, panel.match.how, panel.gene_index, strict=True)
        gene_of.add((s, h, how, int(index)) for s, h, how, index in rows)
        stated = (getattr(panel, name) for name in _STATED)
        statement_of.add(zip(panel.confidence.tolist(), *stated, strict=True))
        alternatives |= panel.match.alternatives
    *of_gene, index = zip(*gene_of.known, strict=True)
    confidence, *of_statement = zip(*statement_of.known, strict=True)
    document = {
        "genes": genes.digest,
        "panels": [[getattr(panel, name) for name in _HEADER] for panel in panels],
        "rows": [len(panel) for panel in panels],
        "gene_index": index,
        "confidence": confidence,
        "of_gene": dict(zip(_OF_GENE, map(_table, of_gene), strict=True)),
        "of_statement": dict(zip(_STATED, map(_table, of_statement), strict=True)),
        "alternatives": alternatives,
        "loci": {n: panel.loci for n, panel in enumerate(panels) if panel.loci},
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"
    numbers = np.array([gene_of.rows, statement_of.rows], _NUMBER)
    return gzip.compress(text.encode() + numbers.tobytes(), mtime=0)


class _Numbers:
    """Number distinct things in the order in which they are met."""

    def __init__(self) -> None:
        self.known: dict[Any, int] = {}
        self.rows: list[int] = []

    def add(self, things: Iterable[Any]) -> None:
        """Give each thing its number."""
        self.rows.extend(self.known.setdefault(thing, len(self.known)) for thing in things)


def _table(column: tuple[Any, ...]) -> tuple[list[Any], list[int]]:
    """Give the distinct values of a column, and for each row the place of its value."""
    numbers = _Numbers()
    numbers.add(column)
    return list(numbers.known), numbers.rows


class PanelBundle:
    """The panels of a bundle, each made when it is asked for.

    Attributes
    ----------
    names : tuple of str
        Identifiers, in the order of the bundle.
    """

    def __init__(self, document: dict[str, Any], numbers: bytes | bytearray) -> None:
        self._headers = document["panels"]
        self.names: tuple[str, ...] = tuple(header[0] for header in self._headers)
        self._place = {name: n for n, name in enumerate(self.names)}
        self._first = [0, *accumulate(document["rows"])]
        gene, statement = np.frombuffer(numbers, _NUMBER).reshape(2, self._first[-1])
        self._gene_index = _pick(document["gene_index"], np.int32, gene)
        self._confidence = _pick(document["confidence"], np.int8, statement)
        self._columns = {
            name: Coded(values, _pick(codes, _NUMBER, gene))
            for name, (values, codes) in document["of_gene"].items()
        }
        words, codes = document["of_statement"]["moi"]
        document["of_statement"]["moi"] = [Moi(word) for word in words], codes
        self._columns |= {
            name: Coded(values, _pick(codes, _NUMBER, statement))
            for name, (values, codes) in document["of_statement"].items()
        }
        self._alternatives = {s: tuple(a) for s, a in document["alternatives"].items()}
        self._loci = {int(n): loci for n, loci in document["loci"].items()}

    def panel(self, panel_id: str) -> Panel:
        """Make one panel.

        Raises
        ------
        KeyError
            If the bundle has none of this identifier.
        """
        number = self._place[panel_id]
        rows = slice(self._first[number], self._first[number + 1])
        header = dict(zip(_HEADER, self._headers[number], strict=True))
        header |= {name: tuple(header[name]) for name in _LISTS}
        columns: dict[str, Any] = {
            name: Coded(column.values, column.codes[rows]) for name, column in self._columns.items()
        }
        alternatives = self._alternatives
        if alternatives:
            named = set(columns["symbol"])
            alternatives = {s: a for s, a in alternatives.items() if s in named}
        return Panel(
            **header,
            gene_index=self._gene_index[rows],
            confidence=self._confidence[rows],
            match=PanelMatch(columns["symbol"], columns.pop("how"), alternatives),
            loci=tuple(_locus(cells) for cells in self._loci.get(number, ())),
            **columns,
        )


def _locus(cells: Sequence[Any]) -> PanelRecord:
    """Make the record of a repeat or region."""
    record = PanelRecord(*cells)
    return record._replace(confidence=Confidence(record.confidence), moi=Moi(record.moi))


def _pick(values: list[int], kind: Any, rows: NDArray[Any]) -> NDArray[Any]:
    """Look numbers up for every row; read-only."""
    found: NDArray[Any] = np.array(values, kind)[rows]
    found.flags.writeable = False
    return found


def decode_bundle(packed: bytes, genes: GeneTable) -> PanelBundle | None:
    """Read joined panels.

    Returns
    -------
    PanelBundle or None
        None where the bytes are no bundle, or one that was joined to another gene table.
    """
    try:
        text, _, numbers = inflate(packed).partition(b"\n")
        document = json.loads(text)
        if not genes.digest or document["genes"] != genes.digest:
            return None
        return PanelBundle(document, numbers)
    except (OSError, EOFError, zlib.error, ValueError, LookupError, TypeError, AttributeError):
        return None
