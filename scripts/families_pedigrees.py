"""Read every pedigree of the shared data, and hold relations against the 1000 Genomes' notes."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from families_engine import table
from raredx.checks.check_links import KinTable, link_samples
from raredx.columns.family import Pedigree
from raredx.errors import InputError
from raredx.readers.pedigree import read_pedigrees

NOTES = {"Siblings": 8, "Second Order": 9}
"""Columns of the 1000 Genomes pedigree that name relatives, and their places."""
_ID = re.compile(r"[A-Z]{2}\d+")


@dataclass(frozen=True)
class PedFacts:
    """What one file holds.

    Attributes
    ----------
    trios : int
        Members with both parents named.
    half_siblings : int
        Pairs with exactly one named parent in common, the other another or not named.
    named_only : int
        Parents without a line of their own in the family.
    refused : str
        The message where the file is refused; nothing else is known then.
    """

    families: int = 0
    members: int = 0
    affected: int = 0
    trios: int = 0
    half_siblings: int = 0
    named_only: int = 0
    refused: str = ""


def pedigree_files(data: Path) -> list[Path]:
    """List every PED and FAM file below the shared data that is read here."""
    places = (data / "pedigrees", data / "families")
    return sorted(p for place in places for p in place.rglob("*") if p.suffix in (".ped", ".fam"))


def read_facts(path: Path) -> PedFacts:
    """Read one file, or the message with which it is refused."""
    try:
        found = read_pedigrees(path)
    except InputError as fault:
        return PedFacts(refused=str(fault).replace(f"{path.parent}/", ""))
    return PedFacts(
        len(found),
        sum(len(p.members) for p in found),
        sum(int((p.affection == 2).sum()) for p in found),
        sum(int(((p.father >= 0) & (p.mother >= 0)).sum()) for p in found),
        sum(map(_half_siblings, found)),
        sum(line == 0 for p in found for line in p.line),
    )


def _half_siblings(pedigree: Pedigree) -> int:
    """Count pairs of members with exactly one named parent in common."""
    couples = list(zip(pedigree.father.tolist(), pedigree.mother.tolist(), strict=True))
    return sum(
        len({*one} & {*other} - {-1}) == 1 for n, one in enumerate(couples) for other in couples[:n]
    )


def stated_relation(parents: dict[str, set[str]], one: str, other: str) -> str:
    """Name the relation that ids of parents state, whatever the family ids; empty for none.

    Examples
    --------
    >>> parents = {"kid": {"dad", "mum"}, "sis": {"dad", "mum"}, "dad": {"gran"}, "aunt": {"gran"}}
    >>> stated_relation(parents, "kid", "sis"), stated_relation(parents, "gran", "kid")
    ('full siblings', 'grandparent')
    >>> stated_relation(parents, "kid", "aunt"), stated_relation(parents, "kid", "nobody")
    ("parent's sibling", '')
    """
    mine, theirs = parents.get(one, set()), parents.get(other, set())
    if one in theirs or other in mine:
        return "parent and child"
    if mine & theirs:
        return "full siblings" if len(mine & theirs) == 2 else "one parent in common"
    for young, old in ((one, other), (other, one)):
        for parent in parents.get(young, set()):
            if old in parents.get(parent, set()):
                return "grandparent"
            if parents.get(parent, set()) & parents.get(old, set()):
                return "parent's sibling"
    return ""


def compare_notes(path: Path) -> Counter[tuple[str, str, str, str]]:
    """Count pairs of noted relatives: column, by ids of parents, families, raredx's relation."""
    lines = [x.split("\t") for x in path.read_text().splitlines() if not x.startswith("#")]
    parents = {cells[1]: {*cells[2:4]} - {"0"} for cells in lines}
    family = {cells[1]: cells[0] for cells in lines}
    names = tuple(parents)
    place = {name: n for n, name in enumerate(names)}
    kin = KinTable(link_samples(names, read_pedigrees(path)))
    found: Counter[tuple[str, str, str, str]] = Counter()
    seen = set()
    for column, number in NOTES.items():
        for cells in lines:
            for other in _ID.findall(cells[number]):
                pair = (column, *sorted((cells[1], other)))
                if other not in parents or pair in seen:
                    continue
                seen.add(pair)
                stated = stated_relation(parents, cells[1], other)
                told = kin.between(place[cells[1]], place[other]).relation
                same = "one family" if family[cells[1]] == family[other] else "two families"
                found[column, stated or "nothing", same, told or "nothing"] += 1
    return found


def compare_children(path: Path) -> Counter[tuple[str, str]]:
    """Count people by the column Relationship: with a child or parent named, and by raredx."""
    lines = [x.split("\t") for x in path.read_text().splitlines() if not x.startswith("#")]
    members = {
        name: (pedigree, n)
        for pedigree in read_pedigrees(path)
        for n, name in enumerate(pedigree.members)
        if pedigree.line[n]
    }
    found: Counter[tuple[str, str]] = Counter()
    for cells in lines:
        pedigree, n = members[cells[1]]
        named = {cells[2], cells[3]} - {"0"}
        parents = {
            pedigree.members[int(p)] for p in (pedigree.father[n], pedigree.mother[n]) if p >= 0
        }
        found[str(len(named)), "as in the file" if parents == named else "otherwise"] += 1
    return found


def report(data: Path) -> str:
    """Write what every pedigree holds, and the comparison with the notes."""
    rows: list[tuple[object, ...]] = []
    for path in pedigree_files(data):
        facts = read_facts(path)
        shown = (facts.families, facts.members, facts.affected, facts.trios,
                 facts.half_siblings, facts.named_only)  # fmt: skip
        cells = ("", "", "", "", "", "") if facts.refused else shown
        rows.append((path.relative_to(data), *cells, facts.refused.replace("\n", "; ")))
    heads = ("file", "families", "members", "affected", "trios", "one parent in common",
             "parents without a line", "refused")  # fmt: skip
    thousand = data / "pedigrees" / "20130606_g1k.ped"
    return "\n\n".join((
        table(heads, rows),
        table(("parents named", "in raredx", "people"),
              [(*key, n) for key, n in sorted(compare_children(thousand).items())]),
        table(("note", "by ids of parents", "family ids", "raredx", "pairs"),
              [(*key, n) for key, n in sorted(compare_notes(thousand).items())]),
    ))  # fmt: skip
