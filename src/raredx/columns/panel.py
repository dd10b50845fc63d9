"""Gene panels: what a source says of each gene, and how the genes joined the gene table.

A `PanelDraft` is a panel as its source wrote it; `join_panel` turns it into a `Panel` by
finding each gene in the gene table and fitting its mode of inheritance to its chromosome. No
row is ever dropped: a gene that is not found keeps `UNKNOWN_INDEX` and is named in the report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import field, fields
from functools import cached_property
from itertools import compress
from typing import NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from raredx.columns.genes import GeneMatch, GeneTable, MatchKind
from raredx.columns.genome import PSEUDOAUTOSOMAL, contig_code
from raredx.columns.records import dataclass
from raredx.columns.sequences import Coded, distinct, tally
from raredx.vocabulary import UNKNOWN_INDEX, Assembly, Confidence, Moi

GENE, STR, REGION = "gene", "str", "region"
_MATCH_KINDS: tuple[MatchKind, ...] = get_args(MatchKind)


class PanelRecord(NamedTuple):
    """One gene, short tandem repeat or region of a panel, as its source wrote it.

    `moi_exact` holds the source's own words where it has them; `ensembl` one or two
    identifiers, `|` between. Coordinates are text, 1-based inclusive, empty where unknown;
    `details` holds `key=value` pairs, `;` between.
    """

    entity_type: str
    hgnc_id: str
    symbol: str
    confidence: Confidence
    moi: Moi
    moi_exact: str = ""
    lof_mechanism: str = ""
    penetrance: str = ""
    chromosome: str = ""
    grch37_start: str = ""
    grch37_end: str = ""
    grch38_start: str = ""
    grch38_end: str = ""
    details: str = ""
    ensembl: str = ""


@dataclass(frozen=True, kw_only=True)
class PanelHeader:
    """What a panel is called and where it comes from.

    `disease_group` is our word, `source_disease_group` the source's. `moi_source` is `exact`
    (the source's full statements), `reduced` (codes such as AD, which cannot tell imprinting,
    severity or the kind of X-linkage) or `none`. `date` is empty where the source tells none.
    """

    panel_id: str
    name: str
    version: str = ""
    date: str = ""
    disease_group: str = ""
    disease_sub_group: str = ""
    source_disease_group: str = ""
    r_codes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    source: str = ""
    source_version: str = ""
    licence: str = ""
    moi_source: str = "none"


@dataclass(frozen=True)
class PanelDraft:
    """A panel as read: header and records, not yet joined to the gene table."""

    header: PanelHeader
    records: Sequence[PanelRecord]


@dataclass(frozen=True)
class PanelMatch:
    """How the genes of a panel joined the gene table.

    `how` has one entry per gene row; `alternatives` the genes that an ambiguous name could mean.
    """

    symbol: Sequence[str]
    how: Sequence[MatchKind]
    alternatives: dict[str, tuple[str, ...]]

    @cached_property
    def counts(self) -> dict[MatchKind, int]:
        """Rows per kind of match, the kinds that do not occur left out."""
        counted = tally(self.how)
        return {kind: counted[kind] for kind in _MATCH_KINDS if kind in counted}

    def names(self, kind: MatchKind) -> tuple[str, ...]:
        """Symbols that joined in this way, each once, in the order of the panel.

        Examples
        --------
        >>> PanelMatch(("AA", "XX"), ("symbol", "unmatched"), {}).names("unmatched")
        ('XX',)
        """
        if kind not in self.counts:
            return ()
        pairs = zip(self.symbol, self.how, strict=True)
        return tuple(dict.fromkeys(symbol for symbol, how in pairs if how == kind))


@dataclass(frozen=True, eq=False, repr=False)
class Panel(PanelHeader):
    """Genes of one panel, each with confidence and mode of inheritance.

    A gene may have several rows: diseases of a Gene2Phenotype file, parts of a super-panel.
    Their modes add up, each at its own confidence.

    Attributes
    ----------
    gene_index : int32, shape (gene row,)
        Row of the gene table; `UNKNOWN_INDEX` where the gene was not found.
    symbol, hgnc_id : str, shape (gene row,)
        As the source has them; `hgnc_id` may be empty.
    confidence : int8, shape (gene row,)
        `Confidence` codes.
    moi : Moi, shape (gene row,)
        Mode of inheritance, fitted to the chromosome by `fit_moi`.
    moi_exact : str, shape (gene row,)
        The source's own words; empty where it has none.
    lof_mechanism : str, shape (gene row,)
        `yes`, `not_lof` (loss of function does not cause the disease), `other`; empty where
        the source does not tell.
    penetrance : str, shape (gene row,)
        `complete`, `incomplete`, or empty.
    details : str, shape (gene row,)
        `key=value` pairs, such as what the ACMG list wants reported of a gene; mostly empty.
    loci : PanelRecord, shape (locus,)
        Short tandem repeats and regions; they say nothing about small variants in genes.
    match : PanelMatch
        How each gene row joined.
    """

    gene_index: NDArray[np.int32]
    symbol: Sequence[str]
    hgnc_id: Sequence[str]
    confidence: NDArray[np.int8]
    moi: Sequence[Moi]
    moi_exact: Sequence[str]
    lof_mechanism: Sequence[str]
    penetrance: Sequence[str]
    details: Sequence[str]
    match: PanelMatch
    loci: Sequence[PanelRecord] = field(default=())

    def __len__(self) -> int:
        return len(self.symbol)

    def __repr__(self) -> str:
        return f"Panel({self.panel_id}, {len(self)} gene rows)"

    @property
    def n_genes(self) -> int:
        """Number of genes, each counted once."""
        return distinct(self.symbol)

    @property
    def n_green(self) -> int:
        """Number of genes with a green row, each counted once."""
        green = self.confidence >= Confidence.GREEN
        if isinstance(self.symbol, Coded):
            return len(set(self.symbol.codes[green].tolist()))
        return len(set(compress(self.symbol, green.tolist())))

    def count(self, confidence: Confidence) -> int:
        """Count the genes whose best row has this confidence.

        Examples
        --------
        >>> from raredx.columns.genes import gene_table
        >>> record = PanelRecord("gene", "HGNC:5", "A1BG", Confidence.GREEN, Moi.BIALLELIC)
        >>> draft = PanelDraft(PanelHeader(panel_id="p", name="P"), [record, record])
        >>> join_panel(draft, gene_table(hgnc_id=[5], symbol=["A1BG"])).count(Confidence.GREEN)
        1
        """
        return best_confidence(zip(self.symbol, self.confidence.tolist(), strict=True))[confidence]


def best_confidence(rows: Iterable[tuple[str, int]]) -> Counter[int]:
    """Count genes by the best confidence among their rows.

    Examples
    --------
    >>> best_confidence([("AA", 1), ("AA", 3), ("BB", 2)])
    Counter({3: 1, 2: 1})
    """
    best: dict[str, int] = {}
    for symbol, confidence in rows:
        best[symbol] = max(confidence, best.get(symbol, 0))
    return Counter(best.values())


def join_panel(draft: PanelDraft, genes: GeneTable) -> Panel:
    """Find the genes of a panel in the gene table.

    HGNC identifier first, then symbol, Ensembl gene, previous symbol, alias; an ambiguous name
    is reported and not resolved.

    Examples
    --------
    >>> from raredx.columns.genes import gene_table
    >>> table = gene_table(hgnc_id=[5], symbol=["A1BG"], chromosome=["X"])
    >>> record = PanelRecord("gene", "", "a1bg", Confidence.GREEN, Moi.MONOALLELIC)
    >>> panel = join_panel(PanelDraft(PanelHeader(panel_id="p", name="P"), [record]), table)
    >>> panel.gene_index.tolist(), panel.moi[0].value, panel.match.counts
    ([0], 'xlinked_monoallelic', {'symbol': 1})
    """
    rows = [record for record in draft.records if record.entity_type == GENE]
    matches = [_match(record, genes) for record in rows]
    columns = list(zip(*rows, strict=True)) or [()] * len(PanelRecord._fields)
    named = dict(zip(PanelRecord._fields, columns, strict=True))
    index = [match.index for match in matches]
    confidence = np.array(named["confidence"], np.int8)
    gene_index = np.array(index, np.int32)
    for array in (confidence, gene_index):
        array.flags.writeable = False
    pairs = zip(named["symbol"], matches, strict=True)
    return Panel(
        **{item.name: getattr(draft.header, item.name) for item in fields(PanelHeader)},
        gene_index=gene_index,
        symbol=named["symbol"],
        hgnc_id=named["hgnc_id"],
        confidence=confidence,
        moi=tuple(map(fit_moi, named["moi"], index, [genes] * len(rows))),
        moi_exact=named["moi_exact"],
        lof_mechanism=named["lof_mechanism"],
        penetrance=named["penetrance"],
        details=named["details"],
        match=PanelMatch(
            symbol=named["symbol"],
            how=tuple(match.how for match in matches),
            alternatives={symbol: m.alternatives for symbol, m in pairs if m.alternatives},
        ),
        loci=tuple(record for record in draft.records if record.entity_type != GENE),
    )


def _match(record: PanelRecord, genes: GeneTable) -> GeneMatch:
    """Find one gene, trying each Ensembl identifier in turn; panels share genes, so remember."""
    key = (record.hgnc_id, record.symbol, record.ensembl)
    match = genes.matches.get(key)
    if match is None:
        match = genes.matches[key] = _find(record, genes)
    return match


def _find(record: PanelRecord, genes: GeneTable) -> GeneMatch:
    """Look one gene up."""
    if not record.ensembl:
        return genes.resolve(record.hgnc_id, record.symbol)
    for ensembl in record.ensembl.split("|"):
        match = genes.resolve(record.hgnc_id, record.symbol, ensembl)
        if match.index >= 0:
            break
    return match


def with_hgnc_ids(draft: PanelDraft, genes: GeneTable) -> PanelDraft:
    """Give every gene that is found its current HGNC identifier; symbols stay the source's.

    Examples
    --------
    >>> from raredx.columns.genes import gene_table
    >>> record = PanelRecord("gene", "", "a1bg", Confidence.GREEN, Moi.UNKNOWN)
    >>> draft = PanelDraft(PanelHeader(panel_id="p", name="P"), [record])
    >>> with_hgnc_ids(draft, gene_table(hgnc_id=[5], symbol=["A1BG"])).records[0].hgnc_id
    'HGNC:5'
    """
    records = []
    for record in draft.records:
        index = _match(record, genes).index if record.entity_type == GENE else UNKNOWN_INDEX
        if index != UNKNOWN_INDEX:
            record = record._replace(hgnc_id=f"HGNC:{genes.hgnc_id[index]}")
        records.append(record)
    return PanelDraft(draft.header, records)


_ON_Y = frozenset(
    {
        Moi.MONOALLELIC,
        Moi.MONOALLELIC_NOT_IMPRINTED,
        Moi.XLINKED_MONOALLELIC,
        Moi.XLINKED_BIALLELIC,
    }
)
_ON_X = {
    Moi.MONOALLELIC: Moi.XLINKED_MONOALLELIC,
    Moi.MONOALLELIC_NOT_IMPRINTED: Moi.XLINKED_MONOALLELIC,
    Moi.MONOALLELIC_MATERNALLY_IMPRINTED: Moi.XLINKED_MONOALLELIC,
    Moi.MONOALLELIC_PATERNALLY_IMPRINTED: Moi.XLINKED_MONOALLELIC,
    Moi.MONOALLELIC_AND_BIALLELIC: Moi.XLINKED_MONOALLELIC,
    Moi.MONOALLELIC_AND_MORE_SEVERE_BIALLELIC: Moi.XLINKED_MONOALLELIC,
    Moi.BIALLELIC: Moi.XLINKED_BIALLELIC,
}


def fit_moi(moi: Moi, index: int, genes: GeneTable) -> Moi:
    """Fit a mode to a gene on X or Y outside the pseudo-autosomal regions.

    On X, monoallelic becomes X-linked monoallelic, as does "both"; biallelic becomes X-linked
    biallelic, since a man has one copy. On Y, monoallelic and X-linked (sources have no word
    for Y) become Y-linked. Everything else stays as it is.

    Examples
    --------
    >>> from raredx.columns.genes import gene_table
    >>> table = gene_table(hgnc_id=[1, 2], symbol=["AA", "BB"], chromosome=["X", "7"])
    >>> fit_moi(Moi.BIALLELIC, 0, table).value, fit_moi(Moi.BIALLELIC, 1, table).value
    ('xlinked_biallelic', 'biallelic')
    """
    if index == UNKNOWN_INDEX:
        return moi
    chromosome = genes.chromosome[index]
    if chromosome == "Y" and moi in _ON_Y:
        return Moi.YLINKED
    if chromosome != "X" or moi not in _ON_X:
        return moi
    for assembly in Assembly:
        span = genes.span(index, assembly)
        if span:
            pseudoautosomal = PSEUDOAUTOSOMAL[assembly][contig_code("X")]
            if any(span[1] <= last and span[2] >= first for first, last in pseudoautosomal):
                return moi
    return _ON_X[moi]
