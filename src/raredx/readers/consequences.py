"""Consequences from VEP `CSQ`, SnpEff `ANN` and bcftools `BCSQ`: layout and alleles.

The layout is read from the header's Format, never assumed. An entry belongs to an ALT allele
only when the annotator's own way of writing alleles says so, exactly.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

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

    def gene_names(self, entry: Sequence[str]) -> tuple[str, str, str]:
        """HGNC id, symbol and gene id of an entry."""
        return (
            self.value(entry, "hgnc_id"),
            self.value(entry, "symbol"),
            self.value(entry, "gene_id"),
        )


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
        self._names = allele_names(layout.kind, self._ref, self._alts)
        sequences = [n for n, alt in enumerate(self._alts, 1) if is_variant_allele(alt)]
        self._only = sequences[0] if len(sequences) == 1 and len(self._alts) == 1 else 0

    def numbers(self, entry: Sequence[str]) -> tuple[int, ...]:
        """ALT numbers that an entry belongs to; empty where it fits none exactly."""
        if self._layout.kind == "BCSQ":
            return self._bcftools(entry)
        place = self._layout.place
        if "allele_number" in place and place["allele_number"] < len(entry):
            written = entry[place["allele_number"]]
            if written.isdigit() and 0 < int(written) <= len(self._alts):
                return (int(written),)
        allele = entry[place["allele"]] if "allele" in place else ""
        number = self._names.get(allele.upper(), 0)
        return (number,) if number else ()

    def _bcftools(self, entry: Sequence[str]) -> tuple[int, ...]:
        """BCSQ names no allele: the DNA change does, or there is only one."""
        if self._only:
            return (self._only,)
        place = self._layout.place.get("dna_change", -1)
        change = entry[place] if 0 <= place < len(entry) else ""
        written = {
            f"{self._position}{self._ref}>{alt}": number for number, alt in enumerate(self._alts, 1)
        }
        return tuple(written[part] for part in change.split("+") if part in written)
