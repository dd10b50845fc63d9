"""What a user asks for: an allele, a place, a name in HGVS, a gene or an identifier."""

from __future__ import annotations

import re

from raredx.columns.genes import GeneTable
from raredx.columns.records import dataclass
from raredx.errors import SettingsError
from raredx.vocabulary import UNKNOWN_INDEX, Assembly

_BASES = "[ACGTN]+"
_ALLELE = re.compile(
    rf"^(?P<contig>[^\s:]+?)[-:_](?P<pos>[\d,]+)[-:_]?(?P<ref>{_BASES})[-:_>/]"
    rf"(?P<alt>{_BASES}|\*|<[^<>]+>)$",
    re.I,
)
_PLACE = re.compile(r"^(?P<contig>[^\s:]+?)[:-](?P<pos>[\d,]+)(?:-(?P<last>[\d,]+))?$")
_HGVS = re.compile(r"^(?P<name>(?:HGNC:)?[^\s:]+?)(?:\([^)]*\))?:(?P<what>[cnpgm]\..+)$")
_ON_MT = re.compile(r"^m\.\S+$")
_SUBSTITUTION = re.compile(rf"^[gm]\.(?P<pos>\d+)(?P<ref>{_BASES})>(?P<alt>{_BASES})$", re.I)
_FIRST = re.compile(r"^[gm]\.\(?(?P<pos>\d+)(?:_(?P<last>\d+))?")
_REFSEQ_CONTIG = re.compile(r"^NC_0*(?P<number>\d+)\.?(?P<version>\d*)$", re.I)
_REFSEQ_MT = 12920
"""NC_012920: the mitochondrion of both assemblies."""
_GRCH37_VERSIONS = (10, 11, 11, 11, 9, 11, 13, 10, 11, 10, 9, 11, 10, 8, 9, 9, 10, 9, 9, 10, 8, 10,
                    10, 9)  # fmt: skip
"""Versions of NC_000001 to NC_000024 that are GRCh37 (its assembly report, GCF_000001405.25);
GRCh38 has the next of each (GCF_000001405.26)."""
_IDENTIFIER = re.compile(r"^rs\d+$", re.I)
_LETTERS = {
    "Ala": "A", "Arg": "R", "Asn": "N", "Asp": "D", "Cys": "C", "Gln": "Q", "Glu": "E",
    "Gly": "G", "His": "H", "Ile": "I", "Leu": "L", "Lys": "K", "Met": "M", "Phe": "F",
    "Pro": "P", "Ser": "S", "Thr": "T", "Trp": "W", "Tyr": "Y", "Val": "V", "Ter": "*",
    "Sec": "U",
}  # fmt: skip
_CODONS = re.compile("|".join(_LETTERS))
_CODONS_ANY_CASE = re.compile("|".join(_LETTERS), re.I)
_FORMS = (
    "chr7-117559590-ATCT-A, 7:117559590, NM_000492.4:c.1521_1523del, CFTR:p.Phe508del, CFTR or "
    "rs113993960"
)


@dataclass(frozen=True)
class VariantQuery:
    """A question for one variant, or for the variants of a gene.

    Attributes
    ----------
    text : str
        As it was asked.
    kind : str
        `allele`, `place`, `hgvs`, `gene` or `identifier`.
    contig : str
    position, last : int
        1-based, inclusive; 0 where there is none.
    ref, alt : str
        Upper case; ALT may be `*` or symbolic.
    gene : int
        Row of the gene table, -1 where it is not known.
    accession : str
        Transcript or protein as it was named, or the identifier.
    change : str
        In HGVS, with its `c.` or `p.`, as `comparable` writes it.
    """

    text: str
    kind: str
    contig: str = ""
    position: int = 0
    last: int = 0
    ref: str = ""
    alt: str = ""
    gene: int = UNKNOWN_INDEX
    accession: str = ""
    change: str = ""


def read_query(text: str, table: GeneTable, assembly: Assembly) -> VariantQuery:
    """Read what a user asks for.

    Raises
    ------
    SettingsError
        If it is none of the forms, a gene that is not known, or a chromosome of the other
        assembly.

    Examples
    --------
    >>> from raredx.columns.genes import gene_table
    >>> table, assembly = gene_table([1884], ["CFTR"]), Assembly.GRCH38
    >>> query = read_query("chr7-117559590-ATCT-A", table, assembly)
    >>> query.kind, query.contig, query.position, query.ref, query.alt
    ('allele', 'chr7', 117559590, 'ATCT', 'A')
    >>> read_query("CFTR:p.Phe508del", table, assembly).change
    'p.F508del'
    >>> read_query("7:1,000", table, assembly).position
    1000
    >>> query = read_query("NC_000007.14:g.117559593C>T", table, assembly)
    >>> query.contig, query.position, query.ref, query.alt
    ('7', 117559593, 'C', 'T')
    """
    asked = text.strip()
    if _IDENTIFIER.match(asked):
        return VariantQuery(text, "identifier", accession=asked.lower())
    found = _HGVS.match(asked)
    if found and found["what"][0] in "gm":
        contig = _contig_of(found["name"], assembly)
        return _genomic(text, contig, found["what"])
    if found:
        gene, what = _gene_of(found["name"], table), comparable(found["what"])
        named = is_accession(found["name"])
        if gene == UNKNOWN_INDEX and not named:
            raise _no_gene(text, found["name"], table)
        return VariantQuery(text, "hgvs", gene=gene, accession=found["name"], change=what)
    if asked.upper().startswith("HGNC:"):
        gene = _gene_of(asked, table)
        if gene != UNKNOWN_INDEX:
            return VariantQuery(text, "gene", gene=gene, accession=asked)
    by_position = _by_position(text, asked)
    if by_position is not None:
        return by_position
    gene = _gene_of(asked, table) if asked else UNKNOWN_INDEX
    if gene == UNKNOWN_INDEX:
        raise _no_gene(text, asked, table)
    return VariantQuery(text, "gene", gene=gene, accession=asked)


def _by_position(text: str, asked: str) -> VariantQuery | None:
    """Read an allele or a place; None for what is neither."""
    if _ON_MT.match(asked):
        return _genomic(text, "MT", asked)
    found = _ALLELE.match(asked)
    if found:
        return _allele(found, found["contig"], text)
    found = _PLACE.match(asked)
    if found:
        position = _number(found["pos"], text)
        last = _number(found["last"], text) if found["last"] else position
        if last < position:
            raise SettingsError(f"variant {text}", "ends before it begins", f"Write {_FORMS}.")
        return VariantQuery(text, "place", found["contig"], position, last)
    return None


def _genomic(text: str, contig: str, change: str) -> VariantQuery:
    """Read `g.` and `m.`: a substitution is an allele, anything else a place."""
    found = _SUBSTITUTION.match(change)
    if found:
        return _allele(found, contig, text)
    found = _FIRST.match(change)
    if not found:
        raise SettingsError(f"variant {text}", "names no position", f"Write {_FORMS}.")
    position = _number(found["pos"], text)
    last = _number(found["last"], text) if found["last"] else position
    return VariantQuery(text, "place", contig, position, max(position, last))


def _contig_of(name: str, assembly: Assembly) -> str:
    """Give the chromosome of a RefSeq accession; other names as they are."""
    found = _REFSEQ_CONTIG.match(name)
    if not found:
        return name
    number = int(found["number"])
    if number == _REFSEQ_MT:
        return "MT"
    if not 1 <= number <= len(_GRCH37_VERSIONS):
        raise SettingsError(name, "is no chromosome of the human genome", f"Write {_FORMS}.")
    version = _GRCH37_VERSIONS[number - 1] + (assembly is Assembly.GRCH38)
    if found["version"] and int(found["version"]) != version:
        raise SettingsError(
            name,
            f"is not of {assembly.value}, on which the file stands (NC_{number:06}.{version})",
            "Give the place on the assembly of the file.",
        )
    return {23: "X", 24: "Y"}.get(number, str(number))


def _no_gene(text: str, name: str, table: GeneTable) -> SettingsError:
    """Say that something is no variant; and which genes an ambiguous name may mean."""
    match = table.resolve(None, name) if name else None
    if match and match.alternatives:
        genes = " or ".join(match.alternatives)
        return SettingsError(f"variant {text}", f"{name} may be {genes}", "Name one of them.")
    return SettingsError(f"variant {text}", "is no variant and no known gene", f"Write {_FORMS}.")


def _allele(found: re.Match[str], contig: str, text: str) -> VariantQuery:
    """Read an allele: position, REF and ALT."""
    position, ref, alt = _number(found["pos"], text), found["ref"].upper(), found["alt"].upper()
    if ref == alt:
        raise SettingsError(f"variant {text}", "REF and ALT are the same", f"Write {_FORMS}.")
    return VariantQuery(text, "allele", contig, position, position + len(ref) - 1, ref, alt)


def _number(digits: str, text: str) -> int:
    """Read a position."""
    number = int(digits.replace(",", "") or 0)
    if not 1 <= number < 1 << 31:
        what = "positions begin at 1 and end at 2,147,483,647"
        raise SettingsError(f"variant {text}", what, f"Write {_FORMS}.")
    return number


def is_accession(name: str) -> bool:
    """Whether a name is that of a transcript or a protein.

    Examples
    --------
    >>> is_accession("NM_000492.4"), is_accession("ensp00000003084"), is_accession("CFTR")
    (True, True, False)
    """
    return name.upper().startswith(_ACCESSIONS)


_ACCESSIONS = ("NM_", "NR_", "NP_", "XM_", "XR_", "XP_", "ENST", "ENSP")


def _gene_of(name: str, table: GeneTable) -> int:
    """Find the gene of a symbol, an HGNC or Ensembl identifier, or a MANE transcript."""
    if name.upper().startswith("HGNC:"):
        return table.resolve(name, None).index
    if name.upper().startswith("ENSG"):
        return table.resolve(None, None, name.partition(".")[0]).index
    bare = bare_accession(name)
    if re.match(r"^(N[MR]_|ENST)", bare):
        for column in (table.mane_select_transcripts, table.mane_plus_clinical_transcripts):
            for row, pairs in enumerate(column):
                if bare in pairs and bare in transcripts_of(pairs):
                    return row
        return UNKNOWN_INDEX
    return table.resolve(None, name).index


def bare_accession(name: str) -> str:
    """Leave the version of an accession away.

    Examples
    --------
    >>> bare_accession("NM_000492.4"), bare_accession("ENST00000003084")
    ('NM_000492', 'ENST00000003084')
    """
    return name.partition(".")[0].upper()


def transcripts_of(pairs: str) -> list[str]:
    """Give the accessions of `ENST.version,NM.version`, `|` between pairs, without versions.

    Examples
    --------
    >>> transcripts_of("ENST00000003084.11,NM_000492.4")
    ['ENST00000003084', 'NM_000492']
    """
    return [bare_accession(name) for pair in pairs.split("|") for name in pair.split(",")]


def comparable(change: str) -> str:
    """Write a change in HGVS so that the usual ways of writing it are equal.

    One letter for each amino acid, no brackets, no bases after `del` and `dup`; a frameshift by
    the first residue that it changes.

    Examples
    --------
    >>> comparable("p.(Phe508del)"), comparable("c.1521_1523delCTT"), comparable("p.Arg97Ter")
    ('p.F508del', 'c.1521_1523del', 'p.R97*')
    >>> comparable("p.Leu123%3D"), comparable("p.Arg97ProfsTer5"), comparable("p.R97fs")
    ('p.L123=', 'p.R97fs', 'p.R97fs')
    >>> comparable("p.phe508del"), comparable("p.v600e"), comparable("c.350g>a")
    ('p.F508del', 'p.V600E', 'c.350G>A')
    """
    text = change.replace("%3D", "=").replace("(", "").replace(")", "").strip()
    if text.startswith("p."):
        codons = _CODONS_ANY_CASE if text == text.lower() else _CODONS
        text = codons.sub(lambda found: _LETTERS[found[0].title()], text)
        if text[2:3].islower():
            text = re.sub(r"(?<![A-Za-z])[a-z](?=\d)|(?<=\d)[a-z]$", _upper, text)
        return re.sub(r"(?<=\d)[A-Z*]?fs.*$", "fs", text).replace("X", "*")
    text = re.sub(r"[acgt]+(?=>)|(?<=>)[acgt]+|(?<=ins)[acgt]+", _upper, text)
    return re.sub(r"(del|dup)[ACGTNacgtn]+(?=$|ins)", r"\1", text)


def _upper(found: re.Match[str]) -> str:
    return found[0].upper()


def trimmed(position: int, ref: str, alt: str) -> tuple[int, str, str]:
    """Leave out the bases that REF and ALT share, at the end and then at the beginning.

    Examples
    --------
    >>> trimmed(100, "ATCT", "A"), trimmed(98, "GGATCTC", "GGAC"), trimmed(5, "A", "G")
    ((101, 'TCT', ''), (101, 'TCT', ''), (5, 'A', 'G'))
    """
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while ref and alt and ref[0] == alt[0]:
        position, ref, alt = position + 1, ref[1:], alt[1:]
    return position, ref, alt


def may_be_shifted(
    first: tuple[int, str, str], second: tuple[int, str, str], known: dict[int, str]
) -> bool:
    """Whether two trimmed changes may be one, written at two places of a repeat.

    Both insert, or delete, bases that are the same but for where they begin; then the sequence
    from the one to the other has to repeat them. Of that sequence only some bases are known:
    where one of them does not fit, the changes are two.

    Parameters
    ----------
    first, second : (int, str, str)
        As `trimmed` gives them.
    known : dict
        Position to base, of the reference.

    Examples
    --------
    >>> may_be_shifted((101, "TCT", ""), (99, "CTT", ""), {})
    True
    >>> may_be_shifted((101, "A", ""), (109, "A", ""), {108: "C"})
    False
    >>> may_be_shifted((1, "A", ""), (2, "C", ""), {})
    False
    """
    left, right = sorted((first, second))
    (position, ref, alt), (place, other_ref, other_alt) = left, right
    if bool(ref) == bool(alt) or bool(ref) != bool(other_ref) or bool(alt) != bool(other_alt):
        return False
    bases, others = ref or alt, other_ref or other_alt
    shift = (place - position) % len(bases)
    if len(bases) != len(others) or bases[shift:] + bases[:shift] != others:
        return False
    end = place + len(other_ref)
    return all(
        known.get(at, bases[(at - position) % len(bases)]) == bases[(at - position) % len(bases)]
        for at in range(position, end)
    )
