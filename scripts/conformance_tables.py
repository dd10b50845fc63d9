"""The tables of the inheritance conformance suite: pedigrees, places and rows.

docs/conformance.md describes the columns; `scripts/conformance.py` writes them as VCF and PED.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

TABLES = Path(__file__).resolve().parents[1] / "tests" / "conformance"
NOT_TOPICS = {"pedigrees", "places", "contigs"}
MODES = (
    "de_novo", "autosomal_dominant", "autosomal_recessive_hom", "compound_het",
    "x_linked_recessive", "x_linked_dominant", "x_linked_het_female", "x_linked_compound_het",
    "y_linked", "mitochondrial",
)  # fmt: skip
PAIR_MODES = ("compound_het", "x_linked_compound_het")


@dataclass(frozen=True)
class Person:
    """One line of pedigrees.tsv; `0` for no parent."""

    name: str
    father: str
    mother: str
    sex: str
    phenotype: str
    sequenced: bool
    karyotype: str
    proband: bool


@dataclass(frozen=True)
class Pedigree:
    """A named family, the proband first."""

    name: str
    people: tuple[Person, ...]

    @property
    def proband(self) -> str:
        """Name of the proband."""
        return next(person.name for person in self.people if person.proband)

    @property
    def samples(self) -> list[str]:
        """Sequenced members; the order of the samples in the VCF."""
        return [person.name for person in self.people if person.sequenced]


@dataclass(frozen=True)
class Site:
    """One record: where it stands from the first record of its row, alleles and calls.

    `calls` holds a call for each sequenced member: `GT`, then `KEY=value` for what is stated.
    `decomposed` are the ALTs that stood here before the site was split, if a tool said so.
    """

    offset: int
    ref: str
    alts: tuple[str, ...]
    calls: dict[str, str]
    decomposed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """One row of a topic table.

    Attributes
    ----------
    sites : tuple of Site
        One record, or two.
    asked : tuple of (int, int)
        Record and ALT number, from 1, of the allele that is asked about; of both for a pair.
    """

    topic: str
    id: str
    cells: dict[str, str]
    pedigree: Pedigree
    sites: tuple[Site, ...]
    asked: tuple[tuple[int, int], ...]

    @property
    def gene(self) -> str:
        """Name of the row's own gene."""
        return f"CS_{self.id}"

    @property
    def vcf(self) -> str:
        """Name of the file that the row is written to."""
        return f"{self.pedigree.name}.{self.cells['assembly']}.{self.cells['contigs']}.vcf"


@dataclass(frozen=True)
class Place:
    """A named stretch of one contig; neighbouring rows stand at least `apart` bases apart."""

    contig: str
    first: int
    last: int
    apart: int


def read_table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True))


def read_pedigrees(path: Path = TABLES / "pedigrees.tsv") -> dict[str, Pedigree]:
    families: dict[str, list[Person]] = defaultdict(list)
    for cells in read_table(path):
        families[cells["pedigree"]].append(
            Person(
                cells["member"], cells["father"], cells["mother"], cells["sex"],
                cells["phenotype"], cells["sequenced"] == "yes", cells["karyotype"],
                cells["proband"] == "yes",
            )
        )  # fmt: skip
    return {
        name: Pedigree(name, tuple(sorted(people, key=lambda person: not person.proband)))
        for name, people in families.items()
    }


def read_calls(text: str, pedigree: Pedigree) -> dict[str, str]:
    """Read `proband 0/1; father 0/0 AD=38,2; others 0/0`: a call for each sequenced member.

    Examples
    --------
    >>> person = Person("proband", "0", "0", "female", "affected", True, "", True)
    >>> read_calls("proband 0/1 AD=9,8", Pedigree("one", (person,)))
    {'proband': '0/1 AD=9,8'}
    """
    stated = dict(part.strip().split(" ", 1) for part in text.split(";"))
    others = stated.pop("others", None)
    unknown = set(stated) - set(pedigree.samples)
    if unknown:
        raise ValueError(f"{pedigree.name} has no sequenced {', '.join(sorted(unknown))}")
    calls = {name: stated.get(name, others) for name in pedigree.samples}
    missing = [name for name, call in calls.items() if call is None]
    if missing:
        raise ValueError(f"no call of {', '.join(missing)} in {text!r}")
    return {name: call for name, call in calls.items() if call is not None}


def read_row(topic: str, cells: dict[str, str], pedigrees: dict[str, Pedigree]) -> Row:
    """Read one row of a topic table."""
    pedigree = pedigrees[cells["pedigree"]]
    ref, alts = cells["variant"].split(">")
    sites = [Site(0, ref, tuple(alts.split(",")), read_calls(cells["genotypes"], pedigree))]
    asked = [(0, int(cells["allele"]))]
    second = cells["second"].split()
    if second and second[0] == "allele":
        asked.append((0, int(second[1])))
    elif second:
        own_ref, own_alts = second[1].split(">")
        calls = read_calls(cells["second_genotypes"], pedigree)
        sites.append(Site(int(second[0]), own_ref, tuple(own_alts.split(",")), calls))
        if second[2:] == ["decomposed"]:
            before = sites[0].alts + sites[1].alts
            sites = [replace(site, decomposed=before) for site in sites]
        if cells["mode"] in PAIR_MODES:
            asked.append((1, 1))
    return Row(topic, cells["id"], cells, pedigree, tuple(sites), tuple(asked))


def read_rows(folder: Path = TABLES) -> list[Row]:
    """Read every row of every topic, in the order of the files."""
    pedigrees = read_pedigrees(folder / "pedigrees.tsv")
    rows = []
    for path in sorted(folder.glob("*.tsv")):
        if path.stem in NOT_TOPICS:
            continue
        for cells in read_table(path):
            try:
                rows.append(read_row(path.stem, cells, pedigrees))
            except (KeyError, ValueError) as fault:
                raise ValueError(f"{path.name}, row {cells.get('id')}: {fault}") from fault
    return rows


def read_places(folder: Path = TABLES) -> dict[tuple[str, str], Place]:
    """Read named places, by place and assembly."""
    return {
        (cells["place"], cells["assembly"]): Place(
            cells["contig"], int(cells["first"]), int(cells["last"]), int(cells["apart"])
        )
        for cells in read_table(folder / "places.tsv")
    }
