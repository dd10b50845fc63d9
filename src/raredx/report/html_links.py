"""Links to public databases, made from identifiers of the expected form only.

Nothing is fetched: a link is followed when a person clicks it, and tells that site the variant.
A value of an input that does not have the form of its kind gives no link.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from raredx.vocabulary import Assembly

_CHROM = re.compile(r"(?:chr)?([1-9]|1[0-9]|2[0-2]|X|Y|M|MT)", re.ASCII)
_BASES = re.compile(r"[ACGT]{1,50}", re.ASCII)
_RS = re.compile(r"rs[1-9][0-9]{0,11}", re.ASCII)
_SYMBOL = re.compile(r"[A-Z][A-Za-z0-9]{0,19}(?:-[A-Za-z0-9]{1,12}){0,2}", re.ASCII)
_HGNC = re.compile(r"HGNC:([1-9][0-9]{0,6})", re.ASCII)
_OMIM = re.compile(r"(?:OMIM|MIM):([1-9][0-9]{5})", re.ASCII)
_ORPHA = re.compile(r"ORPHA:([1-9][0-9]{0,6})", re.ASCII)
_FLANK = 50
"""Bases shown on each side in a genome browser (our choice)."""


class Link(NamedTuple):
    """One link out."""

    name: str
    url: str


def variant_links(cells: dict[str, object], assembly: str) -> list[Link]:
    """Give the links of one variant: gnomAD, ClinVar, DECIPHER, Ensembl and UCSC.

    Examples
    --------
    >>> cells = {"chrom": "chr1", "pos": 55051215, "ref": "G", "alt": "GA", "variant_id": "."}
    >>> links = variant_links(cells, "GRCh38")
    >>> links[0].url
    'https://gnomad.broadinstitute.org/variant/1-55051215-G-GA?dataset=gnomad_r4'
    >>> [link.name for link in links]
    ['gnomAD', 'ClinVar', 'DECIPHER', 'Ensembl', 'UCSC']
    >>> variant_links(cells | {"chrom": "javascript:alert(1)"}, "GRCh38")
    []
    """
    chrom, pos = _CHROM.fullmatch(str(cells["chrom"])), cells["pos"]
    ref, alt = str(cells["ref"]), str(cells["alt"])
    if chrom is None or not isinstance(pos, int) or pos < 1:
        return []
    name = {"MT": "M"}.get(chrom[1], chrom[1])
    new = assembly == Assembly.GRCH38
    found = []
    if _BASES.fullmatch(ref) and _BASES.fullmatch(alt):
        # mitochondrial positions are those of rCRS in both, which gnomAD has in version 3
        dataset = "gnomad_r3" if name == "M" else "gnomad_r4" if new else "gnomad_r2_1"
        where = f"{name}-{pos}-{ref}-{alt}"
        url = f"https://gnomad.broadinstitute.org/variant/{where}?dataset={dataset}"
        found.append(Link("gnomAD", url))
    found.append(Link("ClinVar", _clinvar(str(cells["variant_id"]), name, pos, new)))
    if new and found[0].name == "gnomAD" and name != "M":
        url = f"https://www.deciphergenomics.org/sequence-variant/{name}-{pos}-{ref}-{alt}"
        found.append(Link("DECIPHER", url))
    first, last = max(1, pos - _FLANK), pos + len(ref) - 1 + _FLANK
    contig = {"M": "MT"}.get(name, name)
    site = "www" if new else "grch37"
    place = f"https://{site}.ensembl.org/Homo_sapiens/Location/View?r={contig}:{first}-{last}"
    found.append(Link("Ensembl", place))
    if new or name != "M":  # chrM of hg19 is another sequence than that of GRCh37 files
        track = f"db={'hg38' if new else 'hg19'}&position=chr{name}:{first}-{last}"
        found.append(Link("UCSC", f"https://genome.ucsc.edu/cgi-bin/hgTracks?{track}"))
    return found


def _clinvar(variant_id: str, chrom: str, pos: int, new: bool) -> str:
    """Look a variant up in ClinVar by its rsID, otherwise by its place."""
    names = [part for part in variant_id.split(";") if _RS.fullmatch(part)]
    if names:
        return f"https://www.ncbi.nlm.nih.gov/clinvar/?term={names[0]}"
    contig = {"M": "MT"}.get(chrom, chrom)
    field = "chrpos38" if new or chrom == "M" else "chrpos37"
    return f"https://www.ncbi.nlm.nih.gov/clinvar/?term={contig}[chr]+AND+{pos}[{field}]"


def gene_links(symbol: str, hgnc_id: str) -> list[Link]:
    """Give the links of one gene: PanelApp, OMIM, DECIPHER and HGNC.

    Examples
    --------
    >>> [link.url for link in gene_links("CFTR", "HGNC:1884")][0]
    'https://panelapp.genomicsengland.co.uk/panels/entities/CFTR'
    >>> gene_links("<script>", "javascript:1")
    []
    """
    found = []
    if _SYMBOL.fullmatch(symbol):
        found = [
            Link("PanelApp", f"https://panelapp.genomicsengland.co.uk/panels/entities/{symbol}"),
            Link("OMIM", f"https://omim.org/search?search={symbol}"),
            Link("DECIPHER gene", f"https://www.deciphergenomics.org/gene/{symbol}/overview"),
        ]
    number = _HGNC.fullmatch(hgnc_id)
    if number:
        page = "https://www.genenames.org/data/gene-symbol-report/#!/hgnc_id/HGNC:"
        found.append(Link("HGNC", page + number[1]))
    return found


def disease_url(disease_id: str) -> str:
    """Give the page of a disease, empty for an identifier of another form.

    Examples
    --------
    >>> disease_url("OMIM:219700"), disease_url("ORPHA:551")
    ('https://omim.org/entry/219700', 'https://www.orpha.net/en/disease/detail/551')
    >>> disease_url('OMIM:1"><script>')
    ''
    """
    if number := _OMIM.fullmatch(disease_id):
        return f"https://omim.org/entry/{number[1]}"
    if number := _ORPHA.fullmatch(disease_id):
        return f"https://www.orpha.net/en/disease/detail/{number[1]}"
    return ""
