"""Run the exported conformance suite through `raredx rank`, and read the answers to its rows.

An answer is an outcome (`pass`, `fail`, `not_assessed`) and, for a pair, its phase. The
program says `fail` by giving no row of the mode. No panel is applied, and the rule set is
`gel`, or `gel-incomplete` for the rows with reduced penetrance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from conformance import EXPECTED_COLUMNS
from conformance_tables import PAIR_MODES
from raredx.pipeline.rank import rank
from raredx.pipeline.request import RankRequest

RULE_SETS = {"complete": "gel", "incomplete": "gel-incomplete"}
COLUMNS = (
    "gene", "chrom", "pos", "ref", "alt", "mode", "penetrance", "segregation", "phase", "partner",
    "flags",
)  # fmt: skip
Table = dict[tuple[str, str, str], list["Found"]]
"""Rows of the candidate table by gene, variant and mode."""


class Answer(NamedTuple):
    """What a tool says of one row."""

    outcome: str
    phase: str = ""


FAIL = Answer("fail")


class Found(NamedTuple):
    """One row of the candidate table."""

    penetrance: str
    answer: Answer
    partner: str
    flags: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """One line of expected.tsv: the row, where its variants stand, and what is right."""

    row: str
    topic: str
    vcf: str
    ped: str
    proband: str
    mode: str
    penetrance: str
    expected: Answer
    gene: str
    chrom: str
    own: tuple[int, str, str]
    partner: tuple[int, str, str] | None
    alts: tuple[str, ...]

    @property
    def is_pair(self) -> bool:
        """Whether two variants are asked about."""
        return self.mode in PAIR_MODES

    def key(self, variant: tuple[int, str, str]) -> str:
        """Write a variant as the candidate table does."""
        return "-".join((self.chrom, *map(str, variant)))


def read_expected(folder: Path) -> list[Asked]:
    """Read expected.tsv of an exported suite."""
    header, *lines = (folder / "expected.tsv").read_text(encoding="utf-8").splitlines()
    if tuple(header.split("\t")) != EXPECTED_COLUMNS:
        raise ValueError(f"{folder.name}/expected.tsv has other columns: export the suite again")
    found = []
    for line in lines:
        c = dict(zip(EXPECTED_COLUMNS, line.split("\t"), strict=True))
        partner = None
        if c["partner_pos"]:
            partner = int(c["partner_pos"]), c["partner_ref"], c["partner_alt"]
        expected = Answer(c["expected"], c["phase"] if c["expected"] != "fail" else "")
        found.append(
            Asked(
                c["row"], c["topic"], c["vcf"], c["karyotypes"] or c["ped"], c["proband"],
                c["mode"], c["penetrance"], expected, c["gene"], c["chrom"],
                (int(c["pos"]), c["ref"], c["alt"]), partner, tuple(c["alts"].split(",")),
            )
        )  # fmt: skip
    return found


def by_file(asked: Iterable[Asked]) -> dict[str, list[Asked]]:
    """Gather the rows of each VCF."""
    files: dict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        files[one.vcf].append(one)
    return files


def rank_file(folder: Path, asked: Asked, rules: str) -> Table:
    """Rank the file of one row."""
    request = RankRequest(
        vcf=str(folder / asked.vcf), ped=folder / asked.ped, proband=asked.proband,
        ruleset=rules, output=None, allow_unsequenced=True,
    )  # fmt: skip
    table = rank(request, lambda *_: None).table
    found: Table = defaultdict(list)
    for cells in zip(*(table[name] for name in COLUMNS), strict=True):
        gene, chrom, pos, ref, alt, mode, penetrance, segregation, phase, partner, flags = cells
        row = Found(penetrance, Answer(segregation, phase or ""), partner or "", tuple(flags))
        found[gene, f"{chrom}-{pos}-{ref}-{alt}", mode].append(row)
    return found


def judge_by_program(folder: Path, asked: list[Asked]) -> dict[str, tuple[Answer, ...]]:
    """Give, for the rows of one file, the answers that the program's table stands for."""
    answers: dict[str, tuple[Answer, ...]] = {}
    for penetrance, rules in RULE_SETS.items():
        own = [one for one in asked if one.penetrance == penetrance]
        if own:
            table = rank_file(folder, own[0], rules)
            answers |= {one.row: answers_of(table, one) for one in own}
    return answers


def answers_of(table: Table, one: Asked) -> tuple[Answer, ...]:
    """Read the answer to one row; several where the table does not tell them apart.

    A variant that fits with complete penetrance is not listed again for incomplete: what is
    open there may be open or pass. A de novo row is left out where the dominant row says
    `de_novo_possible`, and one of x_linked_het_female where another mode fits the variant.
    """

    def rows(mode: str) -> list[Found]:
        return table.get((one.gene, one.key(one.own), mode), [])

    own = rows(one.mode)
    if one.partner is not None and one.is_pair:
        partner = one.key(one.partner)
        return tuple(row.answer for row in own if row.partner == partner) or (FAIL,)
    if one.penetrance == "complete":
        own = [row for row in own if row.penetrance == "complete"]
    elif own and own[0].penetrance == "complete" and own[0].answer.outcome == "not_assessed":
        return Answer("not_assessed"), Answer("pass")
    if own:
        return tuple(row.answer for row in own)
    if one.mode == "de_novo":
        dominant = rows("autosomal_dominant") + rows("x_linked_dominant") + rows("y_linked")
        if any("de_novo_possible" in row.flags for row in dominant):
            return (Answer("not_assessed"),)
    better = rows("de_novo") + rows("x_linked_recessive") + rows("x_linked_dominant")
    if one.mode == "x_linked_het_female" and better:
        return Answer("pass"), Answer("not_assessed"), FAIL
    return (FAIL,)
