"""ACMG/AMP criteria that people curated: one line for each variant and code.

A tab-separated table with a header. Columns: `variant` (chrom-pos-ref-alt) or `chrom`, `pos`,
`ref` and `alt`; `code`; `strength`; and as you like `gene`, `comment`, `author` and `date`. The
strength is `supporting`, `moderate`, `strong`, `very_strong`, `stand_alone` (BA1) or `not_met`;
empty, it is the code's own. A code may carry it: `PM2_Supporting`. A line
`##assembly=GRCh38` says in which assembly the positions are counted.
"""

from __future__ import annotations

import re
from pathlib import Path

from raredx.columns.acmg import (
    ABOUT,
    POINTS,
    RETIRED,
    CuratedCriteria,
    CuratedCriterion,
    own_strength,
)
from raredx.columns.clinvar import trimmed
from raredx.columns.genes import GeneTable
from raredx.columns.genome import assemblies_named, contig_code
from raredx.errors import InputError
from raredx.readers.text_table import TextTable, decode_table, read_text
from raredx.vocabulary import UNKNOWN_INDEX, Assembly

COLUMNS = ("variant", "chrom", "pos", "ref", "alt", "gene", "code", "strength", "comment",
           "author", "date")  # fmt: skip
_PLACE = ("chrom", "pos", "ref", "alt")
_ASSEMBLY = re.compile(r"^##\s*assembly\s*=\s*(\S+)\s*$", re.IGNORECASE | re.MULTILINE)
_BASES = re.compile(r"[ACGT]+")
STAND_ALONE = "stand_alone"


def read_curated(path: Path, table: GeneTable, assembly: Assembly) -> CuratedCriteria:
    """Read curated criteria.

    Parameters
    ----------
    path : Path
        Plain or gzip.
    table : GeneTable
        Where the genes that the file names are found.
    assembly : Assembly
        Of the run; a file that states another one is refused.

    Raises
    ------
    InputError
        If the file cannot be read, a column is missing or unknown, a variant, gene, code or
        strength cannot be understood, a code is retired, or one stands twice for a variant.
    """
    text = read_text(path)
    stated = _assembly(text, str(path), assembly)
    found = decode_table(text, str(path))
    _check_columns(found)
    rows = [_read_row(found, number, table) for number in range(len(found.rows))]
    _check_once(rows)
    return CuratedCriteria(tuple(rows), stated)


def _assembly(text: str, where: str, assembly: Assembly) -> Assembly | None:
    """Read the assembly that a file states, None where it states none."""
    stated = _ASSEMBLY.search(text)
    if stated is None:
        return None
    known = next(iter(assemblies_named(stated[1])), None)
    if known is None:
        what = f"assembly is {stated[1]!r}"
        raise InputError(where, what, "Write ##assembly=GRCh38 or ##assembly=GRCh37.")
    if known is not assembly:
        what = f"counted in {known.value}, and the variants in {assembly.value}"
        raise InputError(where, what, f"Give the curated criteria of {assembly.value}.")
    return known


def _check_columns(found: TextTable) -> None:
    """Refuse a table without the columns that it needs, or with ones that mean nothing here."""
    found.need("code")
    if found.place("variant") < 0:
        for name in _PLACE:
            if found.place(name) < 0:
                raise InputError(
                    found.where,
                    f"has no column variant, and none named {name}",
                    "Name the variant as chrom-pos-ref-alt, or in chrom, pos, ref and alt.",
                )
    unknown = [name for name in found.columns if name not in COLUMNS]
    if unknown:
        what = f"column {unknown[0]!r} is not known"
        raise InputError(found.where, what, f"Columns: {', '.join(COLUMNS)}.")


def _read_row(found: TextTable, number: int, table: GeneTable) -> CuratedCriterion:
    """Read one line."""
    where = found.line(number)
    cells = found.rows[number]

    def cell(name: str) -> str:
        place = found.place(name)
        return cells[place].strip() if place >= 0 else ""

    words = cell("variant").split("-") if cell("variant") else [cell(name) for name in _PLACE]
    contig, position, ref, alt = _read_variant(words, where)
    code, strength = _read_code(cell("code"), cell("strength"), where)
    return CuratedCriterion(
        contig=contig,
        position=position,
        ref=ref,
        alt=alt,
        gene=_read_gene(cell("gene"), table, where),
        code=code,
        strength=strength,
        comment=cell("comment"),
        author=cell("author"),
        date=cell("date"),
        where=where,
    )


def _read_variant(words: list[str], where: str) -> tuple[int, int, str, str]:
    """Read contig, position, REF and ALT."""
    mend = "Write it as in the VCF: 17-7675088-C-T."
    if len(words) != len(_PLACE):
        raise InputError(where, f"variant {'-'.join(words)!r} is not chrom-pos-ref-alt", mend)
    contig, position = contig_code(words[0]), words[1].replace(",", "")
    ref, alt = words[2].upper(), words[3].upper()
    if not contig:
        raise InputError(where, f"contig {words[0]!r} is not one of 1 to 22, X, Y, MT", mend)
    if not (position.isascii() and position.isdigit() and int(position)):
        raise InputError(where, f"position is {words[1]!r}", mend)
    for allele in (ref, alt):
        if not _BASES.fullmatch(allele):
            raise InputError(where, f"allele is {allele!r}, not bases", mend)
    if ref == alt:
        raise InputError(where, f"REF and ALT are both {ref}", mend)
    return contig, int(position), ref, alt


def _read_code(code: str, strength: str, where: str) -> tuple[str, str]:
    """Read code and strength; one may be part of the other."""
    name, _, added = code.partition("_")
    name = name.upper()
    if name in RETIRED:
        raise InputError(
            where,
            f"{name} is retired",
            "State the evidence behind the report by its own code (doi:10.1038/gim.2018.42).",
        )
    if name not in ABOUT:
        raise InputError(where, f"criterion {code!r} is not known", f"Codes: {', '.join(ABOUT)}.")
    inside, beside = _plain(added), _plain(strength)
    if inside and beside and inside != beside:
        what = f"strength is {strength!r}, and the code says {code!r}"
        raise InputError(where, what, "Give the strength once.")
    wanted = inside or beside or own_strength(name)
    if wanted not in POINTS:
        what = f"strength {added or strength!r} is not known"
        raise InputError(where, what, f"Strengths: {', '.join(POINTS)}.")
    if wanted != "not_met" and (wanted == STAND_ALONE) != (name == "BA1"):
        what = f"{name} is not {wanted}"
        mend = "BA1 is stand_alone or not_met; no other code stands alone."
        raise InputError(where, what, mend)
    return name, wanted


def _plain(strength: str) -> str:
    """Write a strength as we do: `VeryStrong`, `very strong` and `Very-strong` are `very_strong`.

    Examples
    --------
    >>> _plain("VeryStrong"), _plain("Stand-alone"), _plain("not met")
    ('very_strong', 'stand_alone', 'not_met')
    """
    bare = re.sub(r"[\s_-]", "", strength).lower()
    joined = {name.replace("_", ""): name for name in POINTS}
    return joined.get(bare, bare)


def _read_gene(name: str, table: GeneTable, where: str) -> int:
    """Find a gene by symbol or HGNC identifier; -1 where none is named."""
    if not name:
        return UNKNOWN_INDEX
    hgnc_id = name if name.upper().startswith("HGNC:") else None
    match = table.resolve(hgnc_id, None if hgnc_id else name)
    if match.index < 0:
        other = f" (it may be {', '.join(match.alternatives)})" if match.alternatives else ""
        what = f"gene {name!r} is not known{other}"
        raise InputError(where, what, "Give the approved symbol or the HGNC identifier.")
    return match.index


def _check_once(rows: list[CuratedCriterion]) -> None:
    """Refuse a code that stands twice for one variant and gene, or for any gene and for one."""
    seen: dict[tuple[int, int, str, str, str], list[CuratedCriterion]] = {}
    for row in rows:
        key = (row.contig, *trimmed(row.position, row.ref, row.alt), row.code)
        for before in seen.setdefault(key, []):
            if UNKNOWN_INDEX in (row.gene, before.gene) or row.gene == before.gene:
                line = before.where.rpartition(":")[2]
                what = f"{row.name} stands already on line {line}"
                raise InputError(row.where, what, "Keep one of the lines.")
        seen[key].append(row)
