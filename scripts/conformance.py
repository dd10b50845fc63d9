"""Write the inheritance conformance suite as VCF and PED files that any tool can be run on.

    python scripts/conformance.py OUT

The tables in `tests/conformance/` say, in words and genotypes, which variants fit which family
under which mode of inheritance. OUT is filled with one PED for each pedigree, one VCF for each
pedigree, assembly and way of naming contigs, and `expected.tsv`. Every row has a gene and
positions of its own, a consequence, and a population frequency of 0, so that nothing but
segregation decides. docs/conformance.md describes tables and files. The output is a function
of the tables alone.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from conformance_tables import (
    TABLES,
    Pedigree,
    Place,
    Row,
    Site,
    read_places,
    read_rows,
    read_table,
)

DEPTH = 40
"""Reads of a call whose row states none: shared by the alleles as the genotype says."""
CSQ_FIELDS = (
    "Allele", "Consequence", "IMPACT", "SYMBOL", "Gene", "Feature_type", "Feature", "BIOTYPE",
    "CANONICAL", "ALLELE_NUM", "gnomADe_AF",
)  # fmt: skip
HEADER = (
    '##FILTER=<ID=PASS,Description="All filters passed">',
    '##INFO=<ID=gnomAD_AF,Number=A,Type=Float,Description="Population frequency">',
    '##INFO=<ID=OLD_MULTIALLELIC,Number=1,Type=String,Description="Site before it was split">',
    '##INFO=<ID=ROW,Number=1,Type=String,Description="Row of the conformance tables">',
    '##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from Ensembl VEP. '
    f'Format: {"|".join(CSQ_FIELDS)}">',
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Reads of each allele">',
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Reads">',
    '##FORMAT=<ID=GQ,Number=1,Type=Integer,Description="Genotype quality">',
)
FORMATS = {
    "AF": '##FORMAT=<ID=AF,Number=A,Type=Float,Description="Fraction of ALT reads">',
    "PL": '##FORMAT=<ID=PL,Number=G,Type=Integer,Description="Genotype likelihoods, PHRED">',
    "PS": '##FORMAT=<ID=PS,Number=1,Type=Integer,Description="Phase set">',
    "HP": '##FORMAT=<ID=HP,Number=.,Type=String,Description="Haplotype of each allele">',
    "PGT": '##FORMAT=<ID=PGT,Number=1,Type=String,Description="Physically phased genotype">',
    "PID": '##FORMAT=<ID=PID,Number=1,Type=String,Description="Physical phasing block">',
}
PED_SEX = {"male": "1", "female": "2", "unknown": "0"}
PED_PHENOTYPE = {"unaffected": "1", "affected": "2", "unknown": "0"}
EXPECTED_COLUMNS = (
    "vcf", "ped", "karyotypes", "proband", "chrom", "pos", "ref", "alt", "alts", "partner_pos",
    "partner_ref", "partner_alt", "gene", "topic", "row", "mode", "penetrance", "expected",
    "phase",
)  # fmt: skip


@dataclass(frozen=True)
class Record:
    """One line of a VCF and the row that it belongs to."""

    row: Row
    contig: str
    position: int
    site: Site


def lay_out(rows: Sequence[Row], places: dict[tuple[str, str], Place]) -> list[Record]:
    """Give the records of one file their positions: in each place one row after the other.

    Raises
    ------
    ValueError
        If a place is too small for its rows.
    """
    after: dict[str, int] = {}
    records = []
    for row in rows:
        name = row.cells["place"]
        place = places[name, row.cells["assembly"]]
        start = after.get(name, place.first)
        for site in row.sites:
            records.append(Record(row, place.contig, start + site.offset, site))
        last = start + max(site.offset for site in row.sites)
        if last > place.last:
            raise ValueError(f"{row.vcf}: no room for {row.id} in {name}")
        after[name] = last + place.apart
    return records


def ped_text(pedigree: Pedigree, *, karyotypes: bool = False) -> str:
    """Write a PED; six columns and no header, or with a karyotype in a seventh."""
    columns = ["#family_id", "individual_id", "father_id", "mother_id", "sex", "phenotype"]
    lines = ["\t".join([*columns, "karyotype"])] if karyotypes else []
    for person in pedigree.people:
        cells = [
            pedigree.name, person.name, person.father, person.mother, PED_SEX[person.sex],
            PED_PHENOTYPE[person.phenotype],
        ]  # fmt: skip
        lines.append("\t".join([*cells, person.karyotype or "."] if karyotypes else cells))
    return "\n".join(lines) + "\n"


def default_reads(genotype: str, n_alts: int) -> str:
    """Share the reads between the alleles of a call; `.` where an allele is not called.

    Examples
    --------
    >>> default_reads("0/1", 1), default_reads("1", 1), default_reads("1|2", 2)
    ('20,20', '0,40', '0,20,20')
    >>> default_reads("./1", 1)
    '.'
    """
    alleles = re.split(r"[/|]", genotype)
    if "." in alleles:
        return "."
    share = [DEPTH * alleles.count(str(n)) // len(alleles) for n in range(n_alts + 1)]
    share[int(alleles[0])] += DEPTH - sum(share)
    return ",".join(map(str, share))


def call_fields(call: str, n_alts: int) -> dict[str, str]:
    """Read one call as FORMAT fields, with reads and quality where the row states none."""
    genotype, *stated = call.split()
    fields = dict(word.split("=", 1) for word in stated)
    fields.setdefault("AD", default_reads(genotype, n_alts))
    called = [int(n) for n in fields["AD"].split(",") if n != "."]
    fields.setdefault("DP", str(sum(called)) if called else ".")
    fields.setdefault("GQ", "." if "." in genotype else "99")
    return {"GT": genotype} | fields


def record_line(record: Record, chrom: str, samples: Sequence[str]) -> str:
    """Write one line of a VCF."""
    row, site = record.row, record.site
    entries = []
    for number, alt in enumerate(site.alts, start=1):
        entry = {
            "Allele": alt, "Consequence": "missense_variant", "IMPACT": "MODERATE",
            "SYMBOL": row.gene, "Gene": row.gene, "Feature_type": "Transcript",
            "Feature": f"T_{row.gene}", "BIOTYPE": "protein_coding", "CANONICAL": "YES",
            "ALLELE_NUM": str(number), "gnomADe_AF": "0",
        }  # fmt: skip
        entries.append("|".join(entry[name] for name in CSQ_FIELDS))
    info = f"gnomAD_AF={','.join('0' for _ in site.alts)};ROW={row.id};CSQ={','.join(entries)}"
    if site.decomposed:
        before = "/".join((site.ref, *site.decomposed))
        info = f"OLD_MULTIALLELIC={chrom}:{record.position}:{before};{info}"
    calls = [call_fields(site.calls[name], len(site.alts)) for name in samples]
    keys = ["GT", "AD", "DP", "GQ", *(key for key in FORMATS if any(key in call for call in calls))]
    cells = [":".join(call.get(key, ".") for key in keys) for call in calls]
    fixed = [chrom, str(record.position), ".", site.ref, ",".join(site.alts), "100", "PASS", info]
    return "\t".join([*fixed, ":".join(keys), *cells])


def vcf_text(records: Sequence[Record], contigs: list[dict[str, str]]) -> str:
    """Write one VCF; `contigs` are the lines of contigs.tsv in the order of the file."""
    first = records[0].row
    assembly, naming = first.cells["assembly"], first.cells["contigs"]
    own = [cells for cells in contigs if cells["assembly"] == assembly]
    order = {cells["contig"]: number for number, cells in enumerate(own)}
    lines = ["##fileformat=VCFv4.3", *HEADER]
    body = "\n".join(call for r in records for call in r.site.calls.values())
    lines += [line for key, line in FORMATS.items() if f" {key}=" in body]
    lines += [f"##contig=<ID={c[naming]},length={c['length']}>" for c in own]
    samples = first.pedigree.samples
    fixed = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT"]
    lines.append("\t".join([*fixed, *samples]))
    for record in sorted(records, key=lambda r: (order[r.contig], r.position)):
        lines.append(record_line(record, own[order[record.contig]][naming], samples))
    return "\n".join(lines) + "\n"


def expected_lines(records: Sequence[Record], contigs: list[dict[str, str]]) -> Iterator[list[str]]:
    """Give one line of expected.tsv for each row of a file."""
    by_row: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        by_row[record.row.id].append(record)
    for own in by_row.values():
        row = own[0].row
        (chrom,) = (
            c[row.cells["contigs"]]
            for c in contigs
            if (c["assembly"], c["contig"]) == (row.cells["assembly"], own[0].contig)
        )
        (record, number), *rest = ((own[place], number) for place, number in row.asked)
        partner = ["", "", ""]
        if rest:
            other, other_number = rest[0]
            partner = [str(other.position), other.site.ref, other.site.alts[other_number - 1]]
        has_karyotypes = any(person.karyotype for person in row.pedigree.people)
        name = row.pedigree.name
        yield [
            row.vcf, f"{name}.ped", f"{name}.karyotypes.ped" if has_karyotypes else "",
            row.pedigree.proband, chrom, str(record.position), record.site.ref,
            record.site.alts[number - 1], ",".join(record.site.alts), *partner, row.gene,
            row.topic, row.id, row.cells["mode"], row.cells["penetrance"], row.cells["expected"],
            row.cells["phase"],
        ]  # fmt: skip


def export(out: Path, folder: Path = TABLES) -> list[list[str]]:
    """Write the suite into a folder; give the lines of expected.tsv."""
    out.mkdir(parents=True, exist_ok=True)
    places, contigs = read_places(folder), read_table(folder / "contigs.tsv")
    files: dict[str, list[Row]] = defaultdict(list)
    for row in read_rows(folder):
        files[row.vcf].append(row)
    lines: list[list[str]] = []
    for name, rows in sorted(files.items()):
        pedigree = rows[0].pedigree
        records = lay_out(rows, places)
        (out / name).write_text(vcf_text(records, contigs), encoding="utf-8")
        (out / f"{pedigree.name}.ped").write_text(ped_text(pedigree), encoding="utf-8")
        if any(person.karyotype for person in pedigree.people):
            text = ped_text(pedigree, karyotypes=True)
            (out / f"{pedigree.name}.karyotypes.ped").write_text(text, encoding="utf-8")
        lines += expected_lines(records, contigs)
    text = "".join("\t".join(line) + "\n" for line in [list(EXPECTED_COLUMNS), *lines])
    (out / "expected.tsv").write_text(text, encoding="utf-8")
    return lines


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python scripts/conformance.py OUT")
    written = export(Path(sys.argv[1]))
    print(f"{len(written)} rows in {len({line[0] for line in written})} VCF files")
