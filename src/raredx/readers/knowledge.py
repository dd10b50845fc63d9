"""The bundled tables of facts: reported variants, coding transcripts, what is known of genes.

`scripts/build_clinvar.py`, `build_coding.py` and `build_gene_facts.py` write them;
`docs/data.md` says what they hold and where it comes from.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from raredx.columns.clinvar import ClinvarTable
from raredx.columns.coding import CodingTranscripts
from raredx.columns.gene_facts import GeneFacts
from raredx.columns.genes import GeneTable
from raredx.readers.packed_columns import encode_columns, read_packed
from raredx.vocabulary import UNKNOWN_INDEX, Assembly, GeneValidity, Outcome

CLINVAR_NAME = "clinvar.gz"
CODING_NAME = "coding.gz"
GENE_FACTS_NAME = "gene_facts.gz"

_COUNTS = ("plp", "plp_missense", "plp_loss", "panels", "modes")
_ANSWERS = ("validity", "loss_of_function")


def encode_clinvar(table: ClinvarTable) -> bytes:
    """Write reported variants; rows ascend by contig and position."""
    columns: dict[str, Any] = {
        "contig": table.contig,
        "step": _steps(table.contig, table.position),
        "clinvar_class": table.clinvar_class,
        "stars": table.stars,
        "kind": table.kind,
        "variation": table.variation,
        "ref": table.ref,
        "alt": table.alt,
    }
    more = {"assembly": table.assembly.value, "date": table.date, "complete": table.complete}
    return encode_columns("clinvar", table.about, columns, more)


def read_clinvar_table(path: Path | None = None) -> ClinvarTable:
    """Read the variants reported to ClinVar that come with the package (GRCh38).

    Parameters
    ----------
    path : Path, optional
        Another file of the same layout.

    Raises
    ------
    InputError
        If the file is missing or damaged.

    Examples
    --------
    >>> table = read_clinvar_table()
    >>> table.complete, table.assembly.value, table.date, table.between(1, 1, 1020000)
    (False, 'GRCh38', '2024-12-15', range(0, 1))
    """
    found = read_packed(CLINVAR_NAME, "clinvar", "build_clinvar.py", path)
    contig = found.numbers("contig")
    return ClinvarTable(
        assembly=Assembly(found.head["assembly"]),
        date=found.head["date"],
        contig=contig,
        position=_places(contig, found.numbers("step")),
        ref=found.text("ref"),
        alt=found.text("alt"),
        clinvar_class=found.numbers("clinvar_class"),
        stars=found.numbers("stars"),
        kind=found.numbers("kind"),
        variation=found.numbers("variation"),
        complete=found.head["complete"],
        about=tuple(found.head["about"]),
    )


def _steps(contig: NDArray[Any], position: NDArray[Any]) -> NDArray[np.uint32]:
    """Give the distance of each row from the one before, or from 0 where a contig begins."""
    steps = np.diff(position.astype(np.int64), prepend=0)
    begins = np.diff(contig, prepend=-1) != 0
    steps[begins] = position[begins]
    if (steps < 0).any():
        raise ValueError("rows do not ascend")
    return steps.astype(np.uint32)


def _places(contig: NDArray[Any], steps: NDArray[Any]) -> NDArray[np.int32]:
    """Undo `_steps`."""
    reached = np.cumsum(steps, dtype=np.int64)
    begins = np.flatnonzero(np.diff(contig, prepend=-1))
    before = reached[begins] - steps[begins]
    rows = np.diff(begins, append=len(steps))
    places: NDArray[np.int32] = (reached - np.repeat(before, rows)).astype(np.int32)
    return places


def encode_coding(table: CodingTranscripts, genes: GeneTable) -> bytes:
    """Write coding transcripts; exons as lengths and gaps in the order of the transcript."""
    start, count = table.exon_start[:-1], np.diff(table.exon_start)
    first, last = _along(table, table.exon_first, table.exon_last, np.repeat(table.forward, count))
    gaps = first - np.concatenate([[0], last[:-1]]) - 1
    gaps[start] = 0
    low, high = _along(table, table.cds_first, table.cds_last, table.forward)
    gene = np.full(len(start), UNKNOWN_INDEX, np.int32)
    known = np.flatnonzero(table.row_of_gene >= 0)
    gene[table.row_of_gene[known]] = known
    columns: dict[str, Any] = {
        "hgnc_id": genes.hgnc_id[gene],
        "gene": gene,
        "contig": table.contig,
        "forward": table.forward.astype(np.int8),
        "begin": np.where(table.forward, table.exon_first[start], table.exon_last[start]),
        "cds_begin": (low - first[start]).astype(np.uint32),
        "cds_length": (high - low + 1).astype(np.uint32),
        "exons": count.astype(np.uint16),
        "exon_length": (last - first + 1).astype(np.uint32),
        "gap": gaps.astype(np.uint32),
        "transcript": table.transcript,
    }
    return encode_columns("coding", table.about, columns, {"genes": genes.digest})


def read_coding_transcripts(table: GeneTable, path: Path | None = None) -> CodingTranscripts:
    """Read the MANE Select transcripts that come with the package (GRCh38).

    Parameters
    ----------
    table : GeneTable
        What `row_of_gene` is aligned with. Where it is another one than the file was joined with,
        genes are joined anew by HGNC number.
    path : Path, optional
        Another file of the same layout.

    Raises
    ------
    InputError
        If the file is missing or damaged.
    """
    found = read_packed(CODING_NAME, "coding", "build_coding.py", path)
    forward = found.numbers("forward").astype(np.bool_)
    exon_start = np.zeros(len(forward) + 1, np.int64)
    np.cumsum(found.numbers("exons"), out=exon_start[1:])
    count, start = np.diff(exon_start), exon_start[:-1]
    begin = found.numbers("begin").astype(np.int64)
    begin[~forward] *= -1
    length, gap = found.numbers("exon_length"), found.numbers("gap")
    reached = np.cumsum(length.astype(np.int64) + gap)
    ends = reached + np.repeat(begin - (reached[start] - length[start]), count)
    exon_first, exon_last = _on_genome(ends - length, ends - 1, np.repeat(forward, count))
    low = begin + found.numbers("cds_begin")
    cds_first, cds_last = _on_genome(low, low + found.numbers("cds_length") - 1, forward)
    row_of_gene = np.full(len(table), UNKNOWN_INDEX, np.int32)
    same = bool(table.digest) and found.head["genes"] == table.digest
    gene = found.numbers("gene") if same else _join(table, found.numbers("hgnc_id"))
    rows = np.flatnonzero(gene >= 0)
    row_of_gene[gene[rows]] = rows
    return CodingTranscripts(
        transcript=found.text("transcript"),
        row_of_gene=row_of_gene,
        contig=found.numbers("contig"),
        forward=forward,
        cds_first=cds_first,
        cds_last=cds_last,
        exon_start=exon_start,
        exon_first=exon_first,
        exon_last=exon_last,
        about=tuple(found.head["about"]),
    )


def _along(
    table: CodingTranscripts, first: NDArray[Any], last: NDArray[Any], forward: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Turn places on the genome into ones that ascend along the transcript: minus, if reverse."""
    low, high = first.astype(np.int64), last.astype(np.int64)
    return np.where(forward, low, -high), np.where(forward, high, -low)


def _on_genome(
    first: NDArray[np.int64], last: NDArray[np.int64], forward: NDArray[np.bool_]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Undo `_along`."""
    low, high = np.where(forward, first, -last), np.where(forward, last, -first)
    return low.astype(np.int32), high.astype(np.int32)


def encode_gene_facts(facts: GeneFacts, genes: GeneTable) -> bytes:
    """Write what is known of genes; those of which nothing is known are left out."""
    known = (facts.validity != GeneValidity.NOT_ASSESSED) | (
        facts.loss_of_function != Outcome.NOT_ASSESSED
    )
    for name in _COUNTS:
        known |= getattr(facts, name) > 0
    rows = np.flatnonzero(known)
    columns: dict[str, Any] = {"hgnc_id": genes.hgnc_id[rows], "gene": rows.astype(np.int32)}
    columns |= {name: getattr(facts, name)[rows] for name in (*_COUNTS, *_ANSWERS)}
    return encode_columns("gene_facts", facts.about, columns, {"genes": genes.digest})


def read_gene_facts(table: GeneTable, path: Path | None = None) -> GeneFacts:
    """Read what is known of genes, a row for each row of the gene table.

    Parameters
    ----------
    table : GeneTable
        Where it is another one than the file was joined with, genes are joined anew by HGNC
        number.
    path : Path, optional
        Another file of the same layout.

    Raises
    ------
    InputError
        If the file is missing or damaged.
    """
    found = read_packed(GENE_FACTS_NAME, "gene_facts", "build_gene_facts.py", path)
    same = bool(table.digest) and found.head["genes"] == table.digest
    gene = found.numbers("gene") if same else _join(table, found.numbers("hgnc_id"))
    rows = np.flatnonzero(gene >= 0)
    columns: dict[str, Any] = {}
    for name in (*_COUNTS, *_ANSWERS):
        values = found.numbers(name)
        blank = -1 if name in _ANSWERS else 0  # NOT_ASSESSED of both vocabularies
        columns[name] = np.full(len(table), blank, values.dtype)
        columns[name][gene[rows]] = values[rows]
    return GeneFacts(**columns, about=tuple(found.head["about"]))


def _join(table: GeneTable, hgnc_id: NDArray[Any]) -> NDArray[np.int32]:
    """Find genes by HGNC number; -1 where the table lacks one."""
    found = [table.resolve(str(number), None).index for number in hgnc_id.tolist()]
    return np.array(found, np.int32)
