"""Gene codes of a run: rows of the gene table, then genes that only the annotation knows."""

from __future__ import annotations

from raredx.columns.genes import GeneTable
from raredx.vocabulary import UNKNOWN_INDEX


class GeneCodes:
    """Give each gene that an annotation names one code, and its display name back.

    Examples
    --------
    >>> from raredx.columns.genes import gene_table
    >>> codes = GeneCodes(gene_table(hgnc_id=[1100], symbol=["BRCA1"]))
    >>> codes.code("", "BRCA1", ""), codes.code("", "RP11-1.1", "ENSG00000000001")
    (0, 1)
    >>> codes.symbol(1), codes.hgnc_id(0), codes.hgnc_id(1)
    ('RP11-1.1', 'HGNC:1100', '')
    """

    def __init__(self, table: GeneTable) -> None:
        self.table = table
        self._cache: dict[tuple[str, str, str], int] = {}
        self._extra: list[str] = []
        self._extra_codes: dict[str, int] = {}

    def code(self, hgnc_id: str, symbol: str, gene_id: str) -> int:
        """Code a gene by HGNC id, Ensembl or NCBI id, then symbol; -1 where all are empty."""
        key = (hgnc_id, symbol, gene_id)
        found = self._cache.get(key)
        if found is None:
            found = self._cache[key] = self._resolve(hgnc_id, symbol, gene_id)
        return found

    def _resolve(self, hgnc_id: str, symbol: str, gene_id: str) -> int:
        if gene_id.upper().startswith("HGNC:"):
            hgnc_id, gene_id = hgnc_id or gene_id, ""
        ensembl = gene_id if gene_id[:3].upper() == "ENS" else None
        ncbi = gene_id if gene_id.isdigit() else None
        index = self.table.resolve(hgnc_id or None, None, ensembl, ncbi).index
        if index < 0 and symbol:
            index = self.table.resolve(None, symbol).index
        if index >= 0:
            return index
        name = symbol or gene_id or hgnc_id
        if not name:
            return UNKNOWN_INDEX
        if name not in self._extra_codes:
            self._extra_codes[name] = len(self.table) + len(self._extra)
            self._extra.append(name)
        return self._extra_codes[name]

    def in_table(self, code: int) -> bool:
        """Whether the gene table knows the gene."""
        return 0 <= code < len(self.table)

    def symbol(self, code: int) -> str:
        """Approved symbol, or the name that the annotation gives."""
        if self.in_table(code):
            return self.table.symbol[code]
        return self._extra[code - len(self.table)] if code >= 0 else ""

    def hgnc_id(self, code: int) -> str:
        """HGNC identifier with its prefix; empty for a gene that HGNC does not know."""
        return f"HGNC:{self.table.hgnc_id[code]}" if self.in_table(code) else ""
