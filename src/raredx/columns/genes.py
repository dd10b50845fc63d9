"""The gene table: names, loci and transcripts of every approved human gene.

The row number is the gene index used everywhere else; `UNKNOWN_INDEX` stands for no gene.
Rows ascend by HGNC number. Lookups are made when first asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from raredx.columns.records import dataclass
from raredx.columns.sequences import picked, upper_cells
from raredx.vocabulary import UNKNOWN_INDEX, Assembly

LIST_SEPARATOR = "|"

MatchKind = Literal[
    "hgnc_id", "symbol", "previous", "alias", "ensembl", "ncbi", "ambiguous", "unmatched"
]

CODING_LOCUS_TYPES = frozenset(
    {
        "gene with protein product",
        "immunoglobulin gene",
        "T cell receptor gene",
        "complex locus constituent",
    }
)
"""HGNC locus types that make a protein; the last one covers the protocadherin and UGT1A genes."""


class GeneMatch(NamedTuple):
    """Which gene a name means, and how that was found.

    `index` is `UNKNOWN_INDEX` where `how` is ambiguous or unmatched; `alternatives` then holds
    the symbols of the genes that an ambiguous name could mean.
    """

    index: int  # type: ignore[assignment]  # tuples have a method of that name
    how: MatchKind
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, repr=False)
class GeneTable:
    """Every approved human gene, one row each.

    Attributes
    ----------
    hgnc_id : int32, shape (gene,)
        HGNC number without its prefix, ascending.
    symbol : str, shape (gene,)
        Approved symbol.
    previous, alias, former_id : str, shape (gene,)
        Earlier symbols, other names, and numbers of entries merged into this one; `|` between.
    ensembl, ncbi : str, shape (gene,)
        Ensembl gene without version, NCBI Gene number; empty where unknown.
    locus_type : str, shape (gene,)
        HGNC locus type.
    chromosome : str, shape (gene,)
        1 to 22, X, Y, MT; X for the genes of the pseudo-autosomal regions; empty where unknown.
    span_grch37, span_grch38 : int32, shape (gene, 2)
        First and last base, 1-based inclusive; 0 where unknown.
    mane_select_transcripts, mane_plus_clinical_transcripts : str, shape (gene,)
        `ENST.version,NM.version`; `|` between pairs.
    pli : float32, shape (gene,)
        ExAC probability of intolerance to loss of function; NaN where unknown.
    imprinted : str, shape (gene,)
        `maternal` or `paternal` (expressed allele), `unknown` for a gene that a catalogue of
        imprinted and candidate genes lists without saying which, empty for the others.
    sources : str, shape (source,)
        What the table was made from, with version, date and licence.
    digest : str
        Checksum and size of the file that the table was read from; empty where there is none.

    Examples
    --------
    >>> table = gene_table(hgnc_id=[1100, 1101], symbol=["BRCA1", "BRCA2"], previous=["", "FANCD1"])
    >>> table.resolve("HGNC:1100", None)
    GeneMatch(index=0, how='hgnc_id', alternatives=())
    >>> table.resolve(None, "FANCD1").how
    'previous'
    """

    hgnc_id: NDArray[np.int32]
    symbol: Sequence[str]
    previous: Sequence[str]
    alias: Sequence[str]
    former_id: Sequence[str]
    ensembl: Sequence[str]
    ncbi: Sequence[str]
    locus_type: Sequence[str]
    chromosome: Sequence[str]
    span_grch37: NDArray[np.int32]
    span_grch38: NDArray[np.int32]
    mane_select_transcripts: Sequence[str]
    mane_plus_clinical_transcripts: Sequence[str]
    pli: NDArray[np.float32]
    imprinted: Sequence[str]
    sources: Sequence[str] = ()
    digest: str = ""

    def __len__(self) -> int:
        return len(self.symbol)

    def __repr__(self) -> str:
        return f"GeneTable({len(self)} genes)"

    def resolve(
        self,
        hgnc_id: str | None,
        symbol: str | None,
        ensembl: str | None = None,
        ncbi: str | None = None,
    ) -> GeneMatch:
        """Find the gene that these names mean.

        Asked in this order, the first answer holds: HGNC identifier (`HGNC:5`, `HGNC:HGNC:5`,
        `5`; a merged entry leads to its successor), approved symbol, Ensembl gene (version
        ignored), NCBI Gene number, previous symbol, alias. Symbols are compared exactly, then
        without regard to case. A previous symbol or alias of several genes is not resolved.

        Examples
        --------
        >>> table = gene_table(hgnc_id=[1, 2], symbol=["AA", "BB"], alias=["x", "x|y"])
        >>> table.resolve(None, "X")
        GeneMatch(index=-1, how='ambiguous', alternatives=('AA', 'BB'))
        >>> table.resolve(None, "bb"), table.resolve(None, "nothing").how
        (GeneMatch(index=1, how='symbol', alternatives=()), 'unmatched')
        """
        if hgnc_id:
            index = self._by_hgnc_id.get(bare_hgnc_id(hgnc_id), UNKNOWN_INDEX)
            if index >= 0:
                return GeneMatch(index, "hgnc_id")
        name = symbol.strip() if symbol else ""
        if name:
            index = self._by_symbol.get(name, UNKNOWN_INDEX)
            if index < 0:
                index = self._by_upper_symbol.get(name.upper(), UNKNOWN_INDEX)
            if index >= 0:
                return GeneMatch(index, "symbol")
        if ensembl:
            index = self._by_ensembl.get(ensembl.strip().partition(".")[0].upper(), UNKNOWN_INDEX)
            if index >= 0:
                return GeneMatch(index, "ensembl")
        if ncbi:
            index = self._by_ncbi.get(ncbi.strip(), UNKNOWN_INDEX)
            if index >= 0:
                return GeneMatch(index, "ncbi")
        return self._resolve_other_name(name) if name else GeneMatch(UNKNOWN_INDEX, "unmatched")

    def is_coding(self, index: int) -> bool:
        """Say whether the gene makes a protein; False for `UNKNOWN_INDEX`.

        Judged by HGNC locus type, or a MANE Select transcript (MANE lists coding ones only).

        Examples
        --------
        >>> table = gene_table(hgnc_id=[1], symbol=["AA"], locus_type=["RNA, transfer"])
        >>> table.is_coding(0)
        False
        """
        if index < 0:
            return False
        return self.locus_type[index] in CODING_LOCUS_TYPES or bool(
            self.mane_select_transcripts[index]
        )

    def span(self, index: int, assembly: Assembly) -> tuple[str, int, int] | None:
        """Chromosome, first and last base (1-based inclusive) of a gene; None where unknown.

        Examples
        --------
        >>> table = gene_table(hgnc_id=[1], symbol=["AA"])
        >>> table.span(0, Assembly.GRCH38) is None
        True
        """
        if index < 0:
            return None
        spans = self.span_grch37 if assembly is Assembly.GRCH37 else self.span_grch38
        first, last = (int(base) for base in spans[index])
        return (self.chromosome[index], first, last) if first > 0 else None

    def names_of(self, indices: Sequence[int]) -> Iterable[str]:
        """Give every name by which `resolve` finds some genes; `|` between several of a kind.

        Examples
        --------
        >>> table = gene_table(hgnc_id=[1, 2], symbol=["AA", "BB"], alias=["x", "y|z"])
        >>> [*table.names_of([1])]
        ['2', 'BB', 'y|z']
        """
        numbers: Sequence[str] = [*self._hgnc_numbers()]
        columns = (numbers, self.symbol, self.previous, self.alias, self.former_id,
                   self.ensembl, self.ncbi)  # fmt: skip
        return (cell for column in columns for cell in picked(column, indices) if cell)

    @cached_property
    def matches(self) -> dict[tuple[str, str, str], GeneMatch]:
        """Answers given so far, by HGNC identifier, symbol and Ensembl identifiers."""
        return {}

    @cached_property
    def mane_select(self) -> dict[str, int]:
        """Gene index of each MANE Select accession, ENST and NM, without version."""
        return _transcript_index(self.mane_select_transcripts)

    @cached_property
    def mane_plus_clinical(self) -> dict[str, int]:
        """Gene index of each MANE Plus Clinical accession, ENST and NM, without version."""
        return _transcript_index(self.mane_plus_clinical_transcripts)

    def _hgnc_numbers(self) -> Iterable[str]:
        """HGNC numbers as text."""
        return map(str, self.hgnc_id.tolist())

    @cached_property
    def _by_hgnc_id(self) -> dict[str, int]:
        current = dict(zip(self._hgnc_numbers(), range(len(self)), strict=True))
        former = {
            number: index
            for index, numbers in enumerate(self.former_id)
            if numbers
            for number in numbers.split(LIST_SEPARATOR)
        }
        return former | current

    @cached_property
    def _by_symbol(self) -> dict[str, int]:
        return dict(zip(self.symbol, range(len(self)), strict=True))

    @cached_property
    def _by_upper_symbol(self) -> dict[str, int]:
        return {symbol: index for index, symbol in enumerate(upper_cells(self.symbol))}

    @cached_property
    def _by_ensembl(self) -> dict[str, int]:
        return _places(self.ensembl)

    @cached_property
    def _by_ncbi(self) -> dict[str, int]:
        return _places(self.ncbi)

    @cached_property
    def _other_names(self) -> tuple[tuple[MatchKind, _OtherNames], ...]:
        """Previous symbols, then aliases."""
        return ("previous", _OtherNames(self.previous)), ("alias", _OtherNames(self.alias))

    def _resolve_other_name(self, name: str) -> GeneMatch:
        """Look a name up among previous symbols, then aliases."""
        for kind, names in self._other_names:
            found = names.rows(name)
            if found:
                if len(found) == 1:
                    return GeneMatch(found[0], kind)
                alternatives = tuple(sorted(self.symbol[index] for index in found))
                return GeneMatch(UNKNOWN_INDEX, "ambiguous", alternatives)
        return GeneMatch(UNKNOWN_INDEX, "unmatched")


def bare_hgnc_id(text: str) -> str:
    """Strip the prefixes of an HGNC identifier.

    Examples
    --------
    >>> bare_hgnc_id("HGNC:HGNC:5"), bare_hgnc_id(" hgnc:5"), bare_hgnc_id("5"), bare_hgnc_id("5.0")
    ('5', '5', '5', '5')
    """
    number = text.rpartition(":")[2].strip()
    return number.removesuffix(".0")


def gene_table(
    hgnc_id: Iterable[int], symbol: Sequence[str], **columns: Sequence[str]
) -> GeneTable:
    """Make a gene table from its first columns; the columns not given are unknown.

    Examples
    --------
    >>> gene_table(hgnc_id=[5], symbol=["A1BG"])
    GeneTable(1 genes)
    """
    n = len(symbol)
    blank: Sequence[str] = ("",) * n
    return GeneTable(
        hgnc_id=np.array(list(hgnc_id), np.int32),
        symbol=symbol,
        previous=columns.get("previous", blank),
        alias=columns.get("alias", blank),
        former_id=columns.get("former_id", blank),
        ensembl=columns.get("ensembl", blank),
        ncbi=columns.get("ncbi", blank),
        locus_type=columns.get("locus_type", blank),
        chromosome=columns.get("chromosome", blank),
        span_grch37=np.zeros((n, 2), np.int32),
        span_grch38=np.zeros((n, 2), np.int32),
        mane_select_transcripts=columns.get("mane_select_transcripts", blank),
        mane_plus_clinical_transcripts=columns.get("mane_plus_clinical_transcripts", blank),
        pli=np.full(n, np.nan, np.float32),
        imprinted=columns.get("imprinted", blank),
    )


_SEARCHES = 40
"""Names looked for one by one, at about a millisecond, before a table of all is made, at fifty."""


class _OtherNames:
    """Names of a column with several in a cell, `|` between.

    Most names that are asked for are nobody's. A set is made sooner than the table of places.

    Parameters
    ----------
    column : sequence of str
    """

    def __init__(self, column: Sequence[str]) -> None:
        self._column = column
        self._cells = upper_cells(column)
        self._known = set(LIST_SEPARATOR.join(self._cells).split(LIST_SEPARATOR)) - {""}
        self._found: dict[str, tuple[int, ...]] = {}

    def rows(self, name: str) -> tuple[int, ...]:
        """Give the rows that hold a name exactly, or else without regard to case."""
        upper = name.upper()
        if upper not in self._known:
            return ()
        found = self._found.get(upper)
        if found is None:
            found = self._found[upper] = self._search(upper)
        return tuple(i for i in found if name in self._column[i].split(LIST_SEPARATOR)) or found

    def _search(self, upper: str) -> tuple[int, ...]:
        """Find the rows of a name: by looking through all, until that has been done often."""
        if len(self._found) >= _SEARCHES:
            return self._places[upper]
        holding = (i for i, cell in enumerate(self._cells) if upper in cell)
        return tuple(i for i in holding if upper in self._cells[i].split(LIST_SEPARATOR))

    @cached_property
    def _places(self) -> dict[str, tuple[int, ...]]:
        """Rows of each name in upper case."""
        found: dict[str, tuple[int, ...]] = {}
        for index, names in enumerate(self._cells):
            if names:
                for name in names.split(LIST_SEPARATOR):
                    known = found.get(name, ())
                    if index not in known:
                        found[name] = (*known, index)
        return found


def _places(column: Sequence[str]) -> dict[str, int]:
    """Row of each name of a column; blank cells have none."""
    found = dict(zip(column, range(len(column)), strict=True))
    found.pop("", None)
    return found


def _transcript_index(column: Sequence[str]) -> dict[str, int]:
    """Gene index of each accession of a transcript column, without version."""
    return {
        accession.partition(".")[0]: index
        for index, pairs in enumerate(column)
        if pairs
        for accession in pairs.replace(LIST_SEPARATOR, ",").split(",")
    }
