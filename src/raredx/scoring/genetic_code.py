"""The standard genetic code, and what a change of one base does to an unknown codon.

An annotation names residues, not codons. A codon is one of at most six; the bases that two
variants replace, and the residues that they make, narrow it down. What every codon that is left
agrees on is certain, and nothing else is used.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product

from raredx.columns.records import dataclass
from raredx.vocabulary import Outcome

_BASES = "TCAG"
_RESIDUES = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
CODE: dict[str, str] = {
    "".join(bases): residue
    for bases, residue in zip(product(_BASES, repeat=3), _RESIDUES, strict=True)
}
"""Codon to residue; `*` is a stop. NCBI genetic code 1."""

_COMPLEMENT = str.maketrans("ACGT", "TGCA")
_THREE_LETTERS = {
    "Ala": "A", "Arg": "R", "Asn": "N", "Asp": "D", "Cys": "C", "Gln": "Q", "Glu": "E", "Gly": "G",
    "His": "H", "Ile": "I", "Leu": "L", "Lys": "K", "Met": "M", "Phe": "F", "Pro": "P", "Ser": "S",
    "Thr": "T", "Trp": "W", "Tyr": "Y", "Val": "V", "Ter": "*",
}  # fmt: skip
_RESIDUE = r"[A-Z][a-z]{2}|[A-Z*]"
_SUBSTITUTION = re.compile(rf"(?:^|:)(?:p\.)?\(?({_RESIDUE})(\d+)({_RESIDUE})\)?$")
_BCFTOOLS = re.compile(r"^(\d+)([A-Z*])>\1([A-Z*])$")
_FRAMESHIFT = re.compile(r"p\.\(?(?:[A-Z][a-z]{2}|[A-Z])(\d+).*fs(?:(?:Ter|\*|X)(\d+|\?))?")


def complement(bases: str) -> str:
    """Give the bases of the other strand, in the same order.

    Examples
    --------
    >>> complement("AC")
    'TG'
    """
    return bases.translate(_COMPLEMENT)


@lru_cache(maxsize=4096)
def substitution(text: str) -> tuple[str, int, str] | None:
    """Read one residue for another out of a protein change; None for anything else.

    Examples
    --------
    >>> substitution("ENSP00000269305.4:p.Arg175His"), substitution("p.(R175H)")
    (('R', 175, 'H'), ('R', 175, 'H'))
    >>> substitution("175R>175H"), substitution("p.Arg175fs")
    (('R', 175, 'H'), None)
    """
    text = text.strip()
    bcftools = _BCFTOOLS.match(text)
    if bcftools:
        return bcftools[2], int(bcftools[1]), bcftools[3]
    found = _SUBSTITUTION.search(text)
    if not found:
        return None
    ref, alt = (_THREE_LETTERS.get(word, word) for word in (found[1], found[3]))
    known = len(ref) == 1 and len(alt) == 1
    return (ref, int(found[2]), alt) if known else None


def frameshift_stop(text: str) -> int:
    """Give the residue at which a shifted frame meets its stop, counted in the protein; -1 unknown.

    Examples
    --------
    >>> frameshift_stop("NP_1.1:p.(Pro528ArgfsTer146)"), frameshift_stop("p.Glu23Valfs*17")
    (673, 39)
    >>> frameshift_stop("p.Glu23fs")
    -1
    """
    found = _FRAMESHIFT.search(text)
    if not found or not found[2] or found[2] == "?":
        return -1
    return int(found[1]) + int(found[2]) - 1


@dataclass(frozen=True)
class BaseChange:
    """One base for another within a codon, on the strand of the gene.

    Attributes
    ----------
    place : int
        0, 1 or 2.
    ref, alt : str
    """

    place: int
    ref: str
    alt: str

    def within(self, codon: str) -> str:
        """Give the codon that the change makes."""
        return codon[: self.place] + self.alt + codon[self.place + 1 :]


@lru_cache(maxsize=65536)
def possible_codons(change: BaseChange, residues: tuple[str, str]) -> tuple[str, ...]:
    """List the codons of a residue that a change turns into another residue.

    Examples
    --------
    >>> possible_codons(BaseChange(1, "G", "A"), ("R", "H"))
    ('CGT', 'CGC')
    >>> possible_codons(BaseChange(0, "G", "A"), ("R", "H"))
    ()
    """
    before, after = residues
    return tuple(
        codon
        for codon, residue in CODE.items()
        if residue == before
        and codon[change.place] == change.ref
        and CODE[change.within(codon)] == after
    )


def makes_residue(codons: tuple[str, ...], change: BaseChange, residue: str) -> Outcome:
    """Say whether another missense change of the same codon makes this residue.

    Parameters
    ----------
    codons : tuple of str
        What the codon may be: `possible_codons`.
    change : BaseChange
        The other change, which is known to be missense.
    residue : str

    Returns
    -------
    Outcome
        PASS where every codon says so, FAIL where none does; NOT_ASSESSED where codons differ,
        or none has the base that the change replaces.

    Examples
    --------
    >>> codons = possible_codons(BaseChange(2, "T", "A"), ("D", "E"))
    >>> makes_residue(codons, BaseChange(2, "T", "G"), "E").name  # GAT>GAA, GAT>GAG
    'PASS'
    >>> makes_residue(codons, BaseChange(0, "G", "A"), "E").name  # GAT>AAT, asparagine
    'FAIL'
    """
    made = set()
    for codon in codons:
        if codon[change.place] == change.ref:
            other = CODE[change.within(codon)]
            if other not in ("*", CODE[codon]):
                made.add(other)
    if not made or (residue in made and len(made) > 1):
        return Outcome.NOT_ASSESSED
    return Outcome.PASS if residue in made else Outcome.FAIL
