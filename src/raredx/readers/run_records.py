"""The records of two variant files at the same alleles: in what do they differ?

Asked of a candidate that one run has and the other has not, where the variant files differ: what
the file says of this one variant tells more than that it is another file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pysam

from raredx.columns.records import dataclass
from raredx.columns.run_changes import ARROW, Cause
from raredx.columns.runs import AlleleKey, allele_key

MAX_UNINDEXED_BYTES = 200_000_000
"""Size up to which a file without an index is read from its beginning. Our choice: some seconds."""

_KINDS: tuple[tuple[Cause, re.Pattern[str]], ...] = (
    (Cause.CLINVAR, re.compile(r"(?i)^cln|^clin_?sig|clinvar")),
    (Cause.PREDICTOR, re.compile(r"(?i)revel|alphamissense|^am_|cadd|spliceai|^ds_")),
    (Cause.FREQUENCY, re.compile(r"(?i)gnomad|popmax|grpmax|exac|topmed|1000g|max_af|._af$|^af_.")),
)
"""What a field of INFO or of an annotation speaks of, by its name; the first that fits."""

_ANNOTATIONS = ("CSQ", "ANN", "BCSQ", "vep")
_FORMAT = re.compile(r"Format: *\W?([\w.|+ -]+)")

Causes = dict[Cause, tuple[str, ...]]


@dataclass(frozen=True)
class SiteRecord:
    """One allele of a variant file.

    Attributes
    ----------
    filters : str
    fields : dict
        Cause to the fields that speak of it: name to text. Other fields are left out.
    calls : dict
        Sample to its genotype.
    """

    filters: str
    fields: Mapping[Cause, Mapping[str, str]]
    calls: Mapping[str, str]


def read_site_records(
    path: Path, alleles: Iterable[AlleleKey]
) -> dict[AlleleKey, SiteRecord] | None:
    """Read some alleles of a variant file.

    Parameters
    ----------
    path : Path
        VCF, VCF.gz or BCF.
    alleles : iterable of AlleleKey

    Returns
    -------
    dict or None
        The alleles that the file has. None where it cannot be looked up: it is not there, not
        readable, or large and without an index.
    """
    wanted = set(alleles)
    try:
        with pysam.VariantFile(str(path)) as file:
            indexed = file.index is not None
            if not indexed and path.stat().st_size > MAX_UNINDEXED_BYTES:
                return None
            names = _annotation_fields(file.header)
            found: dict[AlleleKey, SiteRecord] = {}
            for record in _records(file, wanted, indexed=indexed):
                for place, alt in enumerate(record.alts or ()):
                    key = allele_key(record.chrom, record.pos, record.ref or "", alt)
                    if key in wanted and key not in found:
                        found[key] = _site(record, place, names)
            return found
    except (OSError, ValueError):
        return None


def _records(file: Any, wanted: set[AlleleKey], *, indexed: bool) -> Iterable[Any]:
    """Give the records at some alleles, by the index, or all of them."""
    if not indexed:
        yield from file
        return
    contigs = {allele_key(name, 1, "N", "N")[0]: name for name in file.header.contigs}
    for contig, pos, ref, _ in sorted(wanted):
        if contig in contigs:
            yield from file.fetch(contigs[contig], pos - 1, pos - 1 + len(ref))


def _annotation_fields(header: Any) -> dict[str, list[str]]:
    """Give the names of the parts of each annotation that the header declares."""
    found = {}
    for name in _ANNOTATIONS:
        if name in header.info:
            stated = _FORMAT.search(header.info[name].description or "")
            found[name] = stated[1].strip().split("|") if stated else []
    return found


def _site(record: Any, place: int, names: Mapping[str, list[str]]) -> SiteRecord:
    """Take what is compared of one allele."""
    fields: dict[Cause, dict[str, str]] = {}
    for key, value in record.info.items():
        if key in names:
            for cause, part, text in _parts(value, names[key]):
                fields.setdefault(cause, {})[part] = text
        elif (kind := _kind(key)) is not None:
            fields.setdefault(kind, {})[key] = _text(value, place)
    calls = {
        name: ("|" if sample.phased else "/").join(
            "." if allele is None else str(allele) for allele in sample.get("GT", ()) or ()
        )
        for name, sample in record.samples.items()
    }
    return SiteRecord(";".join(record.filter.keys()) or ".", fields, calls)


def _kind(name: str) -> Cause | None:
    """Tell what a field speaks of."""
    return next((cause for cause, pattern in _KINDS if pattern.search(name)), None)


def _text(value: Any, place: int) -> str:
    """Write the value of a field for one allele, where there is one for each."""
    if isinstance(value, tuple):
        value = value[place] if place < len(value) else value
    return f"{value:g}" if isinstance(value, float) else str(value)


def _parts(value: Any, names: list[str]) -> Iterable[tuple[Cause, str, str]]:
    """Cut an annotation into parts by what they speak of; the entries of a part stand together."""
    entries = [entry.split("|") for entry in (value if isinstance(value, tuple) else (value,))]
    width = max((len(entry) for entry in entries), default=0)
    labels = [*names, *(f"part {number}" for number in range(len(names), width))]
    for number, label in enumerate(labels):
        texts = dict.fromkeys(entry[number] for entry in entries if number < len(entry))
        yield _kind(label) or Cause.ANNOTATION, label, ",".join(filter(None, texts))


def record_causes(old: SiteRecord | None, new: SiteRecord | None, samples: Iterable[str]) -> Causes:
    """Say in what the records of one allele differ.

    Parameters
    ----------
    old, new : SiteRecord or None
        None where the file has no such allele.
    samples : iterable of str
        Whose genotypes are compared.

    Returns
    -------
    dict
        Empty where they are the same.
    """
    if old is None or new is None:
        if old is new:
            return {}
        words = "not in the VCF", "in the VCF"
        return {Cause.VARIANTS: (f"{words[old is not None]} {ARROW} {words[new is not None]}",)}
    found: dict[Cause, tuple[str, ...]] = {}
    calls = [
        f"gt of {name}: {old.calls.get(name, 'none')} {ARROW} {new.calls.get(name, 'none')}"
        for name in samples
        if old.calls.get(name) != new.calls.get(name)
    ]
    if old.filters != new.filters:
        calls.insert(0, f"filter: {old.filters} {ARROW} {new.filters}")
    if calls:
        found[Cause.GENOTYPE] = tuple(calls)
    for cause in dict.fromkeys((*old.fields, *new.fields)):
        before, after = old.fields.get(cause, {}), new.fields.get(cause, {})
        differing = [
            f"{name}: {before.get(name) or 'none'} {ARROW} {after.get(name) or 'none'}"
            for name in dict.fromkeys((*before, *after))
            if before.get(name, "") != after.get(name, "")
        ]
        if differing:
            found[cause] = tuple(differing[:2])  # the others follow from them
    return found
