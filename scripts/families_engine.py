"""Judge the families of any VCF with raredx, by segregation alone.

The tools whose truth is compared here ship small VCFs with snpEff, VEP or no consequences at
all. `judge` writes such a file anew, calls and FORMAT untouched, with PASS in FILTER, a number
for each record in ID and one consequence of one gene for each ALT in INFO; then the reader and
the engine of `raredx rank` judge it, with rules that refuse nothing but a contradiction.
"""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from raredx.columns.batch import VariantBatch, concatenate_batches
from raredx.columns.genome import region_codes
from raredx.columns.terms import SEVERITY
from raredx.pipeline.family import gather_evidence
from raredx.pipeline.inputs import InputList
from raredx.pipeline.plan import Plan, make_plan
from raredx.pipeline.request import RankRequest
from raredx.readers.htslib import catch_messages
from raredx.readers.vcf import VariantStream
from raredx.readers.vcf_file import VcfFile
from raredx.scoring.candidates import collect_candidates
from raredx.scoring.family_calls import FamilyCalls, read_calls
from raredx.scoring.split_sites import join_split_sites
from raredx.settings import RuleSet, read_ruleset
from raredx.vocabulary import (
    MODE_NAMES,
    OUTCOME_NAMES,
    PHASE_NAMES,
    PHASE_REASON_NAMES,
    Affection,
    Assembly,
    Mode,
    Outcome,
    Phase,
    PhaseReason,
)

_SPLIT = "OLD_MULTIALLELIC"
"""What vt decompose writes into INFO: the engine reads its half-calls accordingly."""

Allele = tuple[int, int]
"""Number of the record in the file and of the ALT allele, both from 1."""

_CONSEQUENCES = (
    '##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequences. '
    'Format: Allele|Consequence|SYMBOL|ALLELE_NUM">\n'
)


@dataclass(frozen=True)
class VcfRecord:
    """One line of a VCF, as text.

    Attributes
    ----------
    number : int
        From 1.
    name : str
        Contig, position, REF and ALT, joined by `_`.
    genes : tuple of str
    calls : dict
        Sample to FORMAT key to value.
    """

    number: int
    name: str
    contig: str
    position: int
    ref: str
    alts: tuple[str, ...]
    info: dict[str, str]
    genes: tuple[str, ...]
    calls: dict[str, dict[str, str]]

    def gt(self, *samples: str) -> str:
        """Write the genotypes of some samples."""
        return ", ".join(self.calls[sample]["GT"] for sample in samples)


@dataclass(frozen=True)
class FamilyVerdict:
    """What raredx says of one family.

    Attributes
    ----------
    members, affected, unaffected : tuple of str
        The proband first among `members`.
    parents : tuple of str
        Father and mother of the proband, those that were sequenced.
    modes : dict
        Allele to mode to `pass` or `not_assessed`, under complete penetrance.
    relaxed : dict
        The same under incomplete penetrance, where complete penetrance fails.
    pairs : dict
        Two alleles to outcome, phase and what tells it.
    """

    family_id: str
    proband: str
    members: tuple[str, ...]
    affected: tuple[str, ...]
    unaffected: tuple[str, ...]
    parents: tuple[str, ...]
    modes: dict[Allele, dict[str, str]]
    relaxed: dict[Allele, dict[str, str]]
    pairs: dict[tuple[Allele, Allele], tuple[str, str, str]]

    def answer(self, number: int, mode: str, *, relaxed: bool = False) -> str:
        """Give the answer for the first ALT of a record: pass, not_assessed or fail."""
        found = self.modes.get((number, 1), {}).get(mode)
        if found is None and relaxed:
            found = self.relaxed.get((number, 1), {}).get(mode)
        return found or "fail"


def read_records(
    vcf: Path, genes_of: Callable[[dict[str, str]], tuple[str, ...]] = lambda _: ()
) -> list[VcfRecord]:
    """Read a small VCF as text; `genes_of` finds the genes in INFO."""
    found: list[VcfRecord] = []
    samples: list[str] = []
    for line in _lines(vcf):
        cells = line.split("\t")
        if line.startswith("#CHROM"):
            samples = cells[9:]
        if line.startswith("#") or not line:
            continue
        info = {key: value for key, _, value in (x.partition("=") for x in cells[7].split(";"))}
        keys = cells[8].split(":") if len(cells) > 8 else []
        calls = {
            sample: dict(zip(keys, call.split(":"), strict=False))
            for sample, call in zip(samples, cells[9:], strict=True)
        }
        name = "_".join((cells[0], cells[1], cells[3], cells[4]))
        found.append(
            VcfRecord(
                len(found) + 1, name, cells[0], int(cells[1]), cells[3],
                tuple(cells[4].split(",")), info, genes_of(info), calls,
            )
        )  # fmt: skip
    return found


def _lines(vcf: Path) -> Iterator[str]:
    """Read the lines of a VCF, compressed or not."""
    raw = vcf.read_bytes()
    text = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    yield from text.decode("utf-8").splitlines()


def write_plain(vcf: Path, records: list[VcfRecord], out: Path) -> None:
    """Write a VCF with the same calls, and consequences that say only which gene is hit."""
    lines = []
    numbers = iter(records)
    for line in _lines(vcf):
        kept = f"##INFO=<ID={_SPLIT}," in line or not line.startswith(("##INFO", "##FILTER"))
        if line.startswith("##") and kept:
            lines.append(line)
        elif line.startswith("#CHROM"):
            lines += [_CONSEQUENCES.rstrip(), line]
        elif line and not line.startswith("#"):
            record, cells = next(numbers), line.split("\t")
            entries = [
                f"{alt}|stop_gained|{gene}|{number}"
                for number, alt in enumerate(record.alts, 1)
                for gene in record.genes or (f"record{record.number}",)
            ]
            split = f";{_SPLIT}={record.info[_SPLIT]}" if _SPLIT in record.info else ""
            cells[2], cells[6] = str(record.number), "PASS"
            cells[7] = "CSQ=" + ",".join(entries) + split
            lines.append("\t".join(cells))
    out.write_text("\n".join(lines) + "\n", encoding="utf-8")


def judge(
    vcf: Path, ped: Path, records: list[VcfRecord], place: Path, proband: str | None = None
) -> list[FamilyVerdict]:
    """Judge every family of a PED file on the records of a VCF.

    Parameters
    ----------
    vcf, ped : Path
    records : list of VcfRecord
        Those of `vcf`, with their genes.
    place : Path
        Folder for the file that is written anew.
    proband : str or None
        With it only that person's family, whatever their affection.

    Raises
    ------
    InputError
        As `raredx rank` would.
    """
    plain = place / "plain.vcf"
    write_plain(vcf, records, plain)
    rules_file = place / "permissive.toml"
    rules_file.write_text(_permissive_rules())
    loaded = read_ruleset(str(rules_file))
    with catch_messages() as messages:
        file = VcfFile(str(plain), vcf.name, messages)
        request = RankRequest(
            vcf=str(plain),
            ped=ped,
            proband=proband,
            assembly=None if any(file.header.contigs.values()) else Assembly.GRCH37,
            ruleset=str(rules_file),
            allow_missing_frequency=True,
            allow_unsequenced=True,
        )
        plan = make_plan(request, file, loaded, InputList())
        file.set_samples(plan.read.samples)
        batch = concatenate_batches(list(VariantStream(file, plan.read).batches()))
        file.close()
    return _judge_families(join_split_sites(batch), plan, loaded.rules)


def _permissive_rules() -> str:
    """Write a rule set in which every consequence counts, and incomplete penetrance too."""
    terms = ", ".join(f'"{term}"' for term in SEVERITY)
    limits = "dominant = 1.0\nrecessive = 1.0\nmitochondrial = 1.0\nknown_pathogenic = 1.0"
    return (
        'name = "permissive"\nversion = "1"\n'
        f"[frequency]\n{limits}\n[consequence]\nmoderate = [{terms}]\n"
        "[segregation]\nincomplete_penetrance = true\n"
    )


def _judge_families(batch: VariantBatch, plan: Plan, rules: RuleSet) -> list[FamilyVerdict]:
    """Judge every family on one batch."""
    evidence = gather_evidence(batch, plan.context)
    evidence = replace(evidence, reportable=np.ones_like(evidence.reportable))
    region = region_codes(batch["contig_code"], batch["position"], plan.read.assembly)
    alleles = [
        (int(number), int(alt))
        for number, alt in zip(batch["variant_id"], batch["alt_index"], strict=True)
    ]
    found = []
    for family in plan.families:
        calls = read_calls(batch, region, family, rules.segregation)
        rows = collect_candidates(evidence, calls, frozenset(), rules.segregation)
        modes: dict[bool, dict[Allele, dict[str, str]]] = {
            True: defaultdict(dict), False: defaultdict(dict),
        }  # fmt: skip
        pairs = {}
        for row in range(len(rows)):
            own, partner = alleles[rows.variant[row]], int(rows.partner[row])
            mode = MODE_NAMES[Mode(int(rows.mode[row]))]
            outcome = OUTCOME_NAMES[Outcome(int(rows.segregation[row]))]
            answers = modes[bool(rows.complete[row])][own]
            if answers.get(mode) != "pass":
                answers[mode] = outcome
            if partner >= 0:
                key = min(own, alleles[partner]), max(own, alleles[partner])
                phase = PHASE_NAMES[Phase(int(rows.phase[row]))]
                pairs[key] = (
                    outcome, phase, PHASE_REASON_NAMES[PhaseReason(int(rows.phase_reason[row]))],
                )  # fmt: skip
        found.append(_verdict(calls, modes, pairs))
    return found


def _verdict(
    calls: FamilyCalls,
    modes: dict[bool, dict[Allele, dict[str, str]]],
    pairs: dict[tuple[Allele, Allele], tuple[str, str, str]],
) -> FamilyVerdict:
    """Put names to the members of a family."""
    pedigree = calls.family.pedigree
    names = tuple(pedigree.members[member] for member in calls.members)

    def of(affection: Affection) -> tuple[str, ...]:
        return tuple(n for n, a in zip(names, calls.affection, strict=True) if a == affection)

    return FamilyVerdict(
        pedigree.family_id, names[0], names, of(Affection.AFFECTED), of(Affection.UNAFFECTED),
        tuple(names[column] for column in (calls.father, calls.mother) if column >= 0),
        dict(modes[True]), dict(modes[False]), pairs,
    )  # fmt: skip


def parents_by_role(ped: str) -> str:
    r"""Give every father of a PED text the sex male and every mother female.

    Examples
    --------
    >>> parents_by_role("F kid dad mum 2 2\nF dad 0 0 2 1\nF mum 0 0 1 1\n")
    'F\tkid\tdad\tmum\t2\t2\nF\tdad\t0\t0\t1\t1\nF\tmum\t0\t0\t2\t1\n'
    """
    rows = [line.split() for line in ped.splitlines() if line.strip()]
    fathers, mothers = {row[2] for row in rows}, {row[3] for row in rows}
    for row in rows:
        row[4] = "1" if row[1] in fathers else "2" if row[1] in mothers else row[4]
    return "".join("\t".join(row) + "\n" for row in rows)


def table(heads: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    """Write a Markdown table."""
    lines = [" | ".join(map(str, row)) for row in (heads, *rows)]
    lines.insert(1, "|".join(["---"] * len(heads)))
    return "\n".join(f"| {line} |" if n != 1 else f"|{line}|" for n, line in enumerate(lines))
