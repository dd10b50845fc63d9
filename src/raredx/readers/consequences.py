"""Consequences from VEP `CSQ`, SnpEff `ANN` and bcftools `BCSQ`: layout and alleles.

The layout is read from the header's Format, never assumed. An entry belongs to an ALT allele
only when the annotator's own way of writing alleles says so, exactly.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from functools import lru_cache
from operator import itemgetter

from raredx.columns.records import dataclass
from raredx.errors import InputError
from raredx.readers.info_fields import FieldNames, find_fields

UNDERSTOOD = "VEP (INFO/CSQ), bcftools csq (INFO/BCSQ) or SnpEff (INFO/ANN)"

_ROLES: dict[str, tuple[str, ...]] = {
    # what it is: the names annotators use, in lower case
    "allele": ("allele",),
    "allele_number": ("allele_num",),
    "consequence": ("consequence", "annotation"),
    "symbol": ("symbol", "gene_name"),
    "gene_id": ("gene", "gene_id"),
    "hgnc_id": ("hgnc_id",),
    "feature_type": ("feature_type",),
    "transcript": ("feature", "feature_id", "transcript"),
    "biotype": ("biotype", "transcript_biotype"),
    "exon": ("exon", "rank"),
    "hgvs_c": ("hgvsc", "hgvs.c"),
    "hgvs_p": ("hgvsp", "hgvs.p"),
    "canonical": ("canonical",),
    "mane": ("mane",),
    "mane_select": ("mane_select",),
    "mane_plus_clinical": ("mane_plus_clinical",),
    "loftee": ("lof",),
    "amino_acid_change": ("amino_acid_change",),
    "dna_change": ("dna_change",),
}
_FORMAT = re.compile(r"(?:Format|annotations)\s*:\s*(.+)$", re.IGNORECASE)


@dataclass(frozen=True)
class ConsequenceLayout:
    """How one annotator writes its entries in one file.

    Attributes
    ----------
    key : str
        INFO key.
    kind : str
        `CSQ`, `ANN` or `BCSQ`: whose rules for alleles hold.
    names : tuple of str
        Field names in order, as the header gives them.
    place : dict
        Role to index; roles that the file lacks are absent.
    fields : FieldNames
        Frequencies, ClinVar and predictors among the fields.
    """

    key: str
    kind: str
    names: tuple[str, ...]
    place: dict[str, int]
    fields: FieldNames = field(default_factory=FieldNames)

    def index(self, name: str) -> int:
        """Place of a field by its name in the header."""
        return self.names.index(name)

    def value(self, entry: Sequence[str], role: str) -> str:
        """Give a field of an entry by its role; empty where the file or the entry lacks it."""
        place = self.place.get(role, -1)
        return entry[place] if 0 <= place < len(entry) else ""

    def reader(self, roles: Sequence[str]) -> Callable[[list[str]], tuple[str, ...]]:
        """Make a function that reads several fields of an entry by their roles at once."""
        return cell_reader([self.place.get(role, -1) for role in roles])

    def gene_names(self, entry: Sequence[str]) -> tuple[str, str, str]:
        """HGNC id, symbol and gene id of an entry."""
        return (
            self.value(entry, "hgnc_id"),
            self.value(entry, "symbol"),
            self.value(entry, "gene_id"),
        )


def cell_reader(places: Sequence[int]) -> Callable[[list[str]], tuple[str, ...]]:
    """Make a function that reads several cells of an entry at once, in the order of `places`.

    A cell is empty where its place is -1, or where the entry is too short to have it. What
    stands at a place is the same for every entry of a file, so it is asked once.

    Examples
    --------
    >>> read = cell_reader([2, -1, 0])
    >>> read(["a", "b", "c", "d"]), read(["a"])
    (('c', '', 'a'), ('', '', 'a'))
    """
    if len(places) < 2:  # itemgetter gives no tuple
        return lambda entry: tuple(entry[p] if 0 <= p < len(entry) else "" for p in places)
    pick: Callable[[list[str]], tuple[str, ...]] = itemgetter(*places)
    width = max(places) + 1
    all_there = min(places) >= 0

    def read(entry: list[str]) -> tuple[str, ...]:
        missing = max(width - len(entry), 0)
        if all_there and not missing:
            return pick(entry)
        return pick(entry + [""] * (missing + 1))  # -1 finds the last cell

    return read


def read_layout(info: dict[str, str], *, where: str) -> ConsequenceLayout:
    """Find the consequence annotation that a header declares.

    Parameters
    ----------
    info : dict
        INFO key to Description, for every declared key.
    where : str
        The file, for messages.

    Raises
    ------
    InputError
        If there is none, or its Format cannot be read.
    """
    for kind in ("CSQ", "BCSQ", "ANN"):
        for key, description in info.items():
            vep = kind == "CSQ" and "ensembl vep" in description.lower()
            if key == kind or (vep and "format:" in description.lower()):
                return _layout(key, kind, description, where)
    raise InputError(
        where,
        "no consequences: none of INFO/CSQ, INFO/BCSQ and INFO/ANN is declared",
        f"Annotate the file with {UNDERSTOOD}.",
    )


def _layout(key: str, kind: str, description: str, where: str) -> ConsequenceLayout:
    """Read the field names out of a Description."""
    found = _FORMAT.search(description.strip().strip('"'))
    if found is None:
        raise InputError(where, f"INFO/{key} has no Format in its Description")
    listed = re.sub(r"[\[\]'\"]", "", found[1].split("or, for")[0])
    names = tuple(re.sub(r"^\*", "", name.strip()) for name in listed.strip(" .,").split("|"))
    lower = [name.lower() for name in names]
    place = {
        role: next(lower.index(name) for name in known if name in lower)
        for role, known in _ROLES.items()
        if any(name in lower for name in known)
    }
    if kind == "BCSQ":
        place["symbol"] = place.pop("gene_id", 1)
    if "consequence" not in place:
        raise InputError(where, f"the Format of INFO/{key} names no consequence field")
    fields = find_fields(list(names), in_consequences=True)
    return ConsequenceLayout(key, kind, names, place, fields)


def is_variant_allele(alt: str) -> bool:
    """Whether an ALT is a sequence: not `*`, not symbolic, not a breakend.

    Examples
    --------
    >>> [is_variant_allele(a) for a in ("T", "*", "<DEL>", "<*>", "G]17:198982]", "acgt")]
    [True, False, False, False, False, True]
    """
    return alt.isalpha() and alt.isascii()


def allele_names(kind: str, ref: str, alts: Sequence[str]) -> dict[str, int]:
    """Map the allele strings an annotator may write to ALT numbers, from 1.

    VEP drops the first base when REF and every sequence ALT of the record share it; an
    allele that is left empty is `-`. Trimmed to its own difference (`--minimal`), or by its
    first base alone as some annotators do, an allele counts only where no other ALT gives the
    same string. SnpEff writes ALT itself.

    Examples
    --------
    >>> allele_names("CSQ", "TA", ["T", "TAA"])
    {'-': 1, 'AA': 2, 'A': 2}
    >>> allele_names("CSQ", "A", ["G", "AT"])
    {'G': 1, 'AT': 2, 'T': 2}
    >>> allele_names("ANN", "TA", ["T", "TAA"])
    {'T': 1, 'TAA': 2}
    """
    ref = ref.upper()
    sequences = {n: alt.upper() for n, alt in enumerate(alts, 1) if is_variant_allele(alt)}
    if kind == "ANN":
        return {alt: number for number, alt in sequences.items()}
    names: dict[str, int] = {}
    trim = bool(sequences) and all(alt[0] == ref[0] for alt in sequences.values())
    indel = any(len(alt) != len(ref) for alt in sequences.values())
    for number, alt in sequences.items():
        names[(alt[1:] or "-") if trim and indel else alt] = number
    own: dict[str, set[int]] = {}
    for number, alt in sequences.items():
        own.setdefault(_minimal(ref, alt), set()).add(number)
        if len(ref) != 1 or len(alt) != 1:
            own.setdefault(alt[1:] or "-", set()).add(number)
    for name, numbers in own.items():
        if len(numbers) == 1:
            names.setdefault(name, next(iter(numbers)))
    return names


@lru_cache(maxsize=4096)
def _known_names(kind: str, ref: str, alts: tuple[str, ...]) -> Mapping[str, int]:
    """Give `allele_names`, worked out once for each REF and ALT."""
    return allele_names(kind, ref, alts)


def _minimal(ref: str, alt: str) -> str:
    """Trim what REF and ALT share at the end, then at the start."""
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while ref and alt and ref[0] == alt[0]:
        ref, alt = ref[1:], alt[1:]
    return alt or "-"


class AlleleMatcher:
    """Give each entry of one record the number of its ALT allele; 0 where none fits."""

    def __init__(self, layout: ConsequenceLayout, site: tuple[int, str, Sequence[str]]) -> None:
        self._layout = layout
        self._position, self._ref, self._alts = site
        self._names = _known_names(layout.kind, self._ref, tuple(self._alts))
        self._allele = layout.place.get("allele", -1)
        self._number = layout.place.get("allele_number", -1)

    def numbers(self, entry: Sequence[str]) -> tuple[int, ...]:
        """ALT numbers that an entry belongs to; empty where it fits none exactly."""
        if self._layout.kind == "BCSQ":
            return self._bcftools(entry)
        if 0 <= self._number < len(entry):
            written = entry[self._number]
            if written.isdigit() and 0 < int(written) <= len(self._alts):
                return (int(written),)
        allele = entry[self._allele] if 0 <= self._allele < len(entry) else ""
        number = self._names.get(allele.upper(), 0)
        return (number,) if number else ()

    def _bcftools(self, entry: Sequence[str]) -> tuple[int, ...]:
        """BCSQ names no allele: the DNA change does, or there is only one."""
        if len(self._alts) == 1 and is_variant_allele(self._alts[0]):
            return (1,)
        place = self._layout.place.get("dna_change", -1)
        change = entry[place] if 0 <= place < len(entry) else ""
        written = {
            f"{self._position}{self._ref}>{alt}": number for number, alt in enumerate(self._alts, 1)
        }
        return tuple(written[part] for part in change.split("+") if part in written)
