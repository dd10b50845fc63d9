"""Hold raredx against the tables that GEMINI's authors expect, command by command.

expected/MANIFEST.tsv names the command behind each table, DB_TO_FILES.tsv the VCF and PED of
each database. What GEMINI's flags filter (impact, depth, genotype quality, number of
kindreds, families) is filtered here in the same way, so that segregation alone is compared.
"""

from __future__ import annotations

import re
import shlex
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from families_engine import FamilyVerdict, VcfRecord, judge, read_records, table
from families_sites import mendel_answer, read_sites
from raredx.checks.segments import RohFinder, site_table
from raredx.errors import InputError
from raredx.readers.pedigree import read_pedigrees
from raredx.settings import CheckSettings
from raredx.vocabulary import Sex

MODES = {
    "autosomal_dominant": "autosomal_dominant",
    "autosomal_recessive": "autosomal_recessive_hom",
}
"""GEMINI's tools whose tables are here with their files, and raredx's modes."""

Row = tuple[int, str]
"""Number of the record, and family."""


@dataclass(frozen=True)
class Command:
    """One line of the manifest whose files are here."""

    name: str
    tool: str
    options: dict[str, str]
    vcf: Path
    ped: Path
    rows: dict[Row, dict[str, str]]

    @property
    def strict(self) -> bool:
        """Whether GEMINI asks its stricter questions: without `--lenient`."""
        return "--lenient" not in self.options


@dataclass
class Comparison:
    """Rows of one table, by who has them."""

    both: Counter[str] = field(default_factory=Counter)
    only_gemini: list[Row] = field(default_factory=list)
    only_raredx: dict[Row, str] = field(default_factory=dict)


def read_commands(folder: Path) -> tuple[list[Command], Counter[str]]:
    """Read the manifest; count the tables left out, by cause."""
    expected = folder / "expected"
    files = {
        cells[0]: (cells[1], cells[2])
        for cells in (
            line.split("\t") for line in (expected / "DB_TO_FILES.tsv").read_text().splitlines()[1:]
        )
    }
    commands, left_out = [], Counter[str]()
    for line in (expected / "MANIFEST.tsv").read_text().splitlines()[1:]:
        name, text = line.split("\t", 1)
        words = shlex.split(re.split(r" \| | &?> ", text)[0])
        tool = words[words.index("gemini") + 1] if "gemini" in words else ""
        vcf, ped = files.get(next((w for w in words if w.endswith(".db")), ""), ("", ""))
        if not (expected / name).is_file():
            left_out[f"{tool or name.rpartition('.')[0]}: no table here"] += 1
        elif tool not in MODES:
            left_out[f"{name.split('.')[0].removeprefix('test-')}: another kind of table"] += 1
        elif not (folder / vcf).is_file():
            left_out[f"{tool}: no VCF here"] += 1
        else:
            rows = _read_table(expected / name)
            commands.append(Command(name, tool, _options(words), folder / vcf, folder / ped, rows))
    return commands, left_out


def _options(words: list[str]) -> dict[str, str]:
    """Read the flags of a command; those without a value get an empty one."""
    found = {}
    for word, after in zip(words, [*words[1:], ""], strict=True):
        if word.startswith("-"):
            found[word] = "" if after.startswith("-") or after.endswith(".db") else after
    return found


def _read_table(path: Path) -> dict[Row, dict[str, str]]:
    """Read one expected table, warnings left out."""
    lines = [x for x in path.read_text().splitlines() if not x.startswith("WARNING")]
    if not lines:
        return {}
    heads = lines[0].split("\t")
    rows = [dict(zip(heads, line.split("\t"), strict=False)) for line in lines[1:]]
    return {(int(row["variant_id"]), row["family_id"]): row for row in rows}


def impacts(commands: list[Command]) -> dict[tuple[Path, int], str]:
    """GEMINI's impact of each record, from whichever table names it."""
    return {
        (command.vcf, number): row["impact_severity"]
        for command in commands
        for (number, _), row in command.rows.items()
        if "impact_severity" in row
    }


def snpeff_genes(info: dict[str, str]) -> tuple[str, ...]:
    """Read the gene of the first consequence: GEMINI's records have one gene each."""
    cells = info.get("EFF", "").split(",")[0].split("|")
    return (cells[5],) if len(cells) > 5 and cells[5] else ()


def raredx_rows(
    command: Command,
    verdicts: list[FamilyVerdict],
    records: list[VcfRecord],
    impact: dict[tuple[Path, int], str],
) -> dict[Row, str]:
    """Give the rows that raredx does not refuse, after the filters of the command."""
    options = command.options
    wanted = re.search(r"impact_severity = '(\w+)'", options.get("--filter", ""))
    families = set(filter(None, options.get("--families", "").split(",")))
    found: dict[Row, str] = {}
    for verdict in verdicts:
        if families and verdict.family_id not in families:
            continue
        for record in records:
            answer = verdict.answer(record.number, MODES[command.tool])
            severity = impact.get((command.vcf, record.number))
            wide = wanted is None or severity == wanted[1]
            if answer != "fail" and wide and _measured(record, verdict, options):
                found[record.number, verdict.family_id] = answer
    gene = {record.number: record.genes for record in records}
    kindreds: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for number, family in found:
        kindreds[gene[number]].add(family)
    least = int(options.get("--min-kindreds", "1"))
    return {row: a for row, a in found.items() if len(kindreds[gene[row[0]]]) >= least}


def _measured(record: VcfRecord, verdict: FamilyVerdict, options: dict[str, str]) -> bool:
    """Whether every member of known affection reaches the depth and GQ that are asked for."""
    people = (*verdict.affected, *verdict.unaffected)
    return all(
        float(record.calls[person].get(key, "0")) >= float(options[flag])
        for flag, key in (("-d", "DP"), ("--min-gq", "GQ"))
        if flag in options
        for person in people
    )


def compare(commands: list[Command], place: Path) -> dict[str, Comparison]:
    """Judge every command's file, and compare row by row."""
    impact, judged = impacts(commands), {}
    for command in commands:
        if command.vcf not in judged:
            records = read_records(command.vcf, snpeff_genes)
            try:
                verdicts = judge(command.vcf, command.ped, records, place)
            except InputError as fault:
                if "has no affected member with a sample" not in str(fault):
                    raise
                verdicts = []
            judged[command.vcf] = records, verdicts
    found = {}
    for command in commands:
        records, verdicts = judged[command.vcf]
        ours, result = raredx_rows(command, verdicts, records, impact), Comparison()
        for row in command.rows:
            if row in ours:
                result.both[ours[row]] += 1
            else:
                result.only_gemini.append(row)
        result.only_raredx = {row: a for row, a in ours.items() if row not in command.rows}
        found[command.name] = result
    return found


def why_strict(command: Command, family: str) -> str:
    """Say which of GEMINI's strict questions a family does not answer."""
    (pedigree,) = [p for p in read_pedigrees(command.ped) if p.family_id == family]
    for member in range(len(pedigree.members)):
        parents = (int(pedigree.father[member]), int(pedigree.mother[member]))
        both = pedigree.affection[member] == 2 and min(parents) >= 0
        if both and all(pedigree.affection[parent] > 0 for parent in parents):
            return "strict: another family of the gene is left out, too few kindreds"
    return "strict: no affected child of two parents of known affection"


def mendel_rows(vcf: Path, ped: Path, family: str | None = None) -> list[str]:
    """Ask the kernels of `raredx check` at each record of one family's trio.

    Without `family`, the PED file has one family.
    """
    sites = read_sites(vcf)
    (pedigree,) = [p for p in read_pedigrees(ped) if family in (None, p.family_id)]
    child = next(m for m in range(len(pedigree.members)) if pedigree.father[m] >= 0)
    trio = (child, int(pedigree.father[child]), int(pedigree.mother[child]))
    columns = [sites.of(pedigree.members[m]).tolist() for m in trio]
    son = pedigree.sex[child] == Sex.MALE
    return [
        mendel_answer(kind, codes, son=son)
        for kind, codes in zip(sites.kind.tolist(), zip(*columns, strict=True), strict=True)
    ]


def new_in_child(vcf: Path, ped: Path, place: Path) -> FamilyVerdict:
    """Judge the child of the one trio of a PED file, whatever the affection."""
    (pedigree,) = read_pedigrees(ped)
    child = next(m for m in range(len(pedigree.members)) if pedigree.father[m] >= 0)
    (verdict,) = judge(vcf, ped, read_records(vcf), place, proband=pedigree.members[child])
    return verdict


def roh_rows(vcf: Path, least_sites: int, least_length: int) -> list[tuple[str, int, int, int]]:
    """Find runs with raredx, with GEMINI's least number of sites and length and no others."""
    sites = read_sites(vcf)
    settings = msgspec.structs.replace(
        CheckSettings(), roh_min_length=least_length, roh_min_sites=least_sites,
        roh_min_score=1e-3, roh_max_gap=10**9,
    )  # fmt: skip
    finder = RohFinder(len(sites.samples), settings)
    finder.add(site_table(sites.batch, sites.kind), sites.batch["af"].astype(float), sites.codes)
    return [(r.contig, r.start, r.end, r.hom_alt) for r in finder.finish(sites.samples)]


def report(folder: Path, place: Path) -> str:
    """Write the comparison as Markdown."""
    commands, left_out = read_commands(folder)
    found = compare(commands, place)
    rows: list[tuple[object, ...]] = []
    differences: list[tuple[object, ...]] = []
    for command in commands:
        result = found[command.name]
        ours = Counter(result.only_raredx.values())
        flags = " ".join(
            f"{k} {v}".strip() for k, v in command.options.items() if not k.startswith("--col")
        )
        rows.append((
            command.name, command.vcf.name, flags or "-", len(command.rows), result.both["pass"],
            result.both["not_assessed"], len(result.only_gemini), ours["pass"],
            ours["not_assessed"],
        ))  # fmt: skip
        differences += [
            (command.name, f"raredx {answer}", *row, why_strict(command, row[1]))
            for row, answer in result.only_raredx.items()
        ]
        differences += [(command.name, "gemini", *row, "") for row in result.only_gemini]
    totals = [sum(int(str(row[n])) for row in rows) for n in range(3, 9)]
    heads = ("rows", "both: pass", "both: not assessed", "only GEMINI", "only raredx: pass",
             "only raredx: not assessed")  # fmt: skip
    mendel = mendel_rows(folder / "test.mendel.vcf", folder / "test.mendel.ped")
    child = new_in_child(folder / "test.mendel.vcf", folder / "test.mendel.ped", place)
    new = sum("de_novo" in child.modes.get((n, 1), {}) for n in range(1, len(mendel) + 1))
    return "\n\n".join((
        table(("table", "VCF", "flags", *heads), [*rows, ("all", "", "", *totals)]),
        table(("table", "only", "record", "family", "why"), differences),
        table(("left out", "tables"), sorted(left_out.items())),
        f"mendel: {sum(map(bool, mendel))} errors in {len(mendel)} records, "
        f"{new} of them de_novo to the engine",
        table(
            ("least sites", "least length", "runs of raredx"),
            [(n, size, roh_rows(folder / "test.roh.vcf", n, size))
             for n, size in ((20, 1_500_000), (3, 10), (3, 50_000_000), (3, 200_000_000))],
        ),
    ))  # fmt: skip
