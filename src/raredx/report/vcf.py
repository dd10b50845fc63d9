"""The candidates as annotated VCF or BCF, sorted, valid for htslib."""

from __future__ import annotations

import importlib
import tempfile
from pathlib import Path
from typing import Any

from raredx.columns.results import CandidateTable
from raredx.report.heading import Heading

_PARTS = (
    "alt", "family_id", "rank", "candidate_id", "tier", "score", "gene", "mode",
    "segregation_pattern", "penetrance", "partner", "flags", "probability", "score_prior",
    "score_effect", "score_rarity", "score_segregation", "score_gene", "score_panel",
    "score_phenotype", "score_reported", "acmg_class", "acmg_points", "acmg_criteria",
    "disease_id",
)  # fmt: skip
_DECLARED = (
    '##INFO=<ID=RAREDX,Number=.,Type=String,Description="raredx candidates of this record. '
    f'Format: {"|".join(_PARTS)}">',
    '##INFO=<ID=RAREDX_RANK,Number=1,Type=Integer,Description="Best rank of a raredx candidate">',
    '##INFO=<ID=RAREDX_TIER,Number=1,Type=String,Description="Best raredx tier">',
)
_MODES = {".bcf": "wb", ".gz": "wz", ".bgz": "wz"}


def write_vcf(
    table: CandidateTable, heading: Heading, header_text: str, name: str, place: Path
) -> None:
    """Write the records of the candidates with what raredx says of them.

    Parameters
    ----------
    table : CandidateTable
        With records.
    heading : Heading
    header_text : str
        Header of the input, for the samples that were read.
    name : str
        The output's name: `.vcf`, `.vcf.gz` or `.bcf` tells the format; `-` is VCF.
    place : Path
        Where to write for now.
    """
    pysam = importlib.import_module("pysam")  # only now: most runs write no VCF
    annotations: dict[str, list[int]] = {}
    for row, record in enumerate(table.records):
        annotations.setdefault(record, []).append(row)
    lines = [_annotate(table, record, rows) for record, rows in annotations.items()]
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "candidates.vcf"
        plain.write_text(_header(header_text, heading) + "".join(lines), encoding="utf-8")
        with pysam.VariantFile(str(plain)) as source:
            found = list(enumerate(source))  # htslib declares what is not, as it reads
            order = {contig: n for n, contig in enumerate(source.header.contigs)}
            records = sorted(found, key=lambda item: (order[item[1].chrom], item[1].pos, item[0]))
            mode = _MODES.get(Path(name).suffix, "w")
            target = "-" if name == "-" else str(place)
            with pysam.VariantFile(target, mode, header=source.header) as out:
                for _, entry in records:
                    out.write(entry)


def _header(text: str, heading: Heading) -> str:
    """Put our declarations before the line of column names."""
    lines = text.rstrip("\n").split("\n")
    ours = [f"##{key}={value}" for key, value in heading.lines()]
    return "\n".join([*lines[:-1], *_DECLARED, *ours, lines[-1]]) + "\n"


def _annotate(table: CandidateTable, record: str, rows: list[int]) -> str:
    """Add our INFO fields to a VCF line."""
    cells = record.split("\t")
    said = ",".join("|".join(_escape(table[part][row]) for part in _PARTS) for row in rows)
    rank = min(table["rank"][row] for row in rows)
    tier = min(table["tier"][row] for row in rows)
    ours = f"RAREDX={said};RAREDX_RANK={rank};RAREDX_TIER={tier}"
    cells[7] = ours if cells[7] == "." else f"{cells[7]};{ours}"
    return "\t".join(cells) + "\n"


def _escape(value: Any) -> str:
    """Write a value so that INFO can hold it.

    Examples
    --------
    >>> _escape(["low_gq", "half_call"]), _escape("a,b|c;d=e f")
    ('low_gq&half_call', 'a%2Cb%7Cc%3Bd%3De_f')
    """
    text = "&".join(value) if isinstance(value, list) else str("" if value is None else value)
    for letter, code in (("%", "%25"), (",", "%2C"), ("|", "%7C"), (";", "%3B"), ("=", "%3D")):
        text = text.replace(letter, code)
    return text.replace(" ", "_")
