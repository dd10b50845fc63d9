"""What ClinVar says a variant does to the transcript -> `ReportedKind`."""

from __future__ import annotations

import re
from functools import lru_cache

from raredx.vocabulary import ReportedKind

STRONGEST_FIRST = (
    ReportedKind.LOSS,
    ReportedKind.SPLICE_SITE,
    ReportedKind.MISSENSE,
    ReportedKind.IN_FRAME,
    ReportedKind.SYNONYMOUS,
    ReportedKind.OTHER,
)
"""Several terms stand for several transcripts; the strongest is what was classified."""

_KINDS = {
    # Sequence Ontology term without `_variant`; ClinVar says nonsense and initiator_codon.
    "stop_gained": ReportedKind.LOSS,
    "nonsense": ReportedKind.LOSS,
    "frameshift": ReportedKind.LOSS,
    "start_lost": ReportedKind.LOSS,
    "initiator_codon": ReportedKind.LOSS,
    "splice_donor": ReportedKind.SPLICE_SITE,
    "splice_acceptor": ReportedKind.SPLICE_SITE,
    "missense": ReportedKind.MISSENSE,
    "inframe_deletion": ReportedKind.IN_FRAME,
    "inframe_insertion": ReportedKind.IN_FRAME,
    "inframe_indel": ReportedKind.IN_FRAME,
    "synonymous": ReportedKind.SYNONYMOUS,
}
_ACCESSIONS = {
    # The same by accession, for files that write nothing else.
    "SO:0001587": ReportedKind.LOSS,
    "SO:0001589": ReportedKind.LOSS,
    "SO:0002012": ReportedKind.LOSS,
    "SO:0001582": ReportedKind.LOSS,
    "SO:0001575": ReportedKind.SPLICE_SITE,
    "SO:0001574": ReportedKind.SPLICE_SITE,
    "SO:0001583": ReportedKind.MISSENSE,
    "SO:0001822": ReportedKind.IN_FRAME,
    "SO:0001821": ReportedKind.IN_FRAME,
    "SO:0001820": ReportedKind.IN_FRAME,
    "SO:0001819": ReportedKind.SYNONYMOUS,
}
_WORDS = re.compile(r"SO:\d+|[A-Za-z0-9_']+")


@lru_cache(maxsize=4096)
def reported_kind(text: str) -> ReportedKind:
    """Read ClinVar's `MC`; OTHER where it says nothing that criteria ask for.

    Parameters
    ----------
    text : str
        `SO:0001583|missense_variant`, several with `,` between; `.` or empty where unknown.

    Examples
    --------
    >>> reported_kind("SO:0001582|initiator_codon_variant,SO:0001583|missense_variant").name
    'LOSS'
    >>> reported_kind("SO:0001627|intron_variant,SO:0001575|splice_donor_variant").name
    'SPLICE_SITE'
    >>> reported_kind(".").name
    'OTHER'
    """
    words = _WORDS.findall(text)
    found = {_ACCESSIONS.get(word) for word in words}
    found |= {_KINDS.get(word.lower().removesuffix("_variant")) for word in words}
    return next((kind for kind in STRONGEST_FIRST if kind in found), ReportedKind.OTHER)
