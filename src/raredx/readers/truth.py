"""Cases with known answers: one line each, as a tab-separated table.

`sample` (or `case_id`) and `gene` must be there; `hgnc`, `disease_id`, `pmid` and columns to
split by may be; cases that are terms alone have them in `obs` and `exc`, `|` between.
"""

from __future__ import annotations

from pathlib import Path

from raredx.columns.evaluation import TruthCase, TruthList
from raredx.columns.records import dataclass
from raredx.errors import InputError
from raredx.readers.text_table import TextTable, read_table

DEFAULT_STRATUM = "stratum"
"""Column to split by where none is named."""

_NOTHING = {"", ".", "-", "na", "none", "unknown"}


@dataclass(frozen=True)
class TruthNeeds:
    """What an evaluation needs of its cases.

    Attributes
    ----------
    by : tuple of str
        Columns to split by; `stratum`, if it is there, where none is named.
    publication, terms, disease : bool
        Whether the publication, the terms, and the disease as the answer are needed.
    limit : int
        The first cases alone; 0 for all.
    """

    by: tuple[str, ...] = ()
    publication: bool = False
    terms: bool = False
    disease: bool = False
    limit: int = 0


def read_truth(path: Path, needs: TruthNeeds) -> TruthList:
    """Read the cases of a file, in its order.

    Cases without an answer, or without terms where these are needed, are left out and counted.

    Raises
    ------
    InputError
        If the file cannot be read, a column is missing, a sample stands twice or is no file
        name, or no case is left.
    """
    table = read_table(path)
    columns = _places(table, needs)
    by = tuple(name.lower() for name in needs.by)
    if not by and DEFAULT_STRATUM in table.columns:
        by = (DEFAULT_STRATUM,)
    by = tuple(dict.fromkeys(by))
    strata = [table.need(name) for name in by]
    rows = range(len(table.rows))[: needs.limit or None]
    cases, seen = [], dict[str, int]()
    without_answer = without_terms = 0
    for row in rows:
        cells = {name: _cell(table, row, place) for name, place in columns.items()}
        sample = table.rows[row][columns["sample"]]
        _check_sample(sample, table, row, seen)
        values = tuple(table.rows[row][place] for place in strata)
        terms, excluded = _terms(cells["terms"]), _terms(cells["excluded"])
        if not cells["disease" if needs.disease else "gene"]:
            without_answer += 1
        elif needs.terms and not terms:
            without_terms += 1
        else:
            cases.append(
                TruthCase(sample, cells["gene"], cells["hgnc"], cells["disease"],
                          cells["publication"], values, terms, excluded)
            )  # fmt: skip
    if not cases:
        what = "has no case with an answer" + (" and terms" if needs.terms else "")
        raise InputError(str(path), what, "Give one line for each case.")
    return TruthList(tuple(cases), by, without_answer, without_terms)


def _places(table: TextTable, needs: TruthNeeds) -> dict[str, int]:
    """Find the columns; refuse a table that lacks one that is needed."""

    def find(needed: bool, *names: str) -> int:
        return table.need(*names) if needed else table.place(*names)

    return {
        "sample": table.need("sample", "case_id"),
        "gene": find(not needs.disease, "gene"),
        "hgnc": table.place("hgnc", "hgnc_id", "gene_hgnc"),
        "disease": find(needs.disease, "disease_id"),
        "publication": find(needs.publication, "pmid"),
        "terms": find(needs.terms, "obs", "hpo"),
        "excluded": table.place("exc", "excluded"),
    }


def _cell(table: TextTable, row: int, place: int) -> str:
    """Give a cell; empty for what stands for nothing, and without its column."""
    text = table.rows[row][place] if place >= 0 else ""
    return "" if text.lower() in _NOTHING else text


def _terms(text: str) -> tuple[str, ...]:
    """Cut a list of HPO ids, each once."""
    return tuple(dict.fromkeys(word for word in text.replace(",", "|").split("|") if word))


def _check_sample(sample: str, table: TextTable, row: int, seen: dict[str, int]) -> None:
    """Refuse a sample without a name or with one that stands twice."""
    if not sample:
        raise InputError(table.line(row), "names no sample", "Name the case in this column.")
    if sample in seen:
        raise InputError(
            table.line(row),
            f"{sample} stands already on line {table.lines[seen[sample]]}",
            "Give each case one line.",
        )
    seen[sample] = row
