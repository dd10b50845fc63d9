"""Write the bundled panels from PanelApp and the ACMG list of secondary findings.

    python scripts/build_panels.py SHARED_DATA_DIR [OUT_DIR]

A panel of PanelApp's API (exact modes of inheritance) outweighs the same panel of the combined
table (reduced modes, no version). Panels without a green gene are left out. The same inputs
give the same bytes; panel files in OUT_DIR that are no longer made are removed.
"""

from __future__ import annotations

import csv
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from panel_groups import GROUP_OF_PANEL
from raredx.columns.genes import GeneTable
from raredx.columns.panel import (
    GENE,
    PanelDraft,
    PanelHeader,
    PanelRecord,
    best_confidence,
    join_panel,
)
from raredx.readers.genes import read_gene_table
from raredx.readers.panel_terms import disease_group_of, parse_confidence, parse_moi
from raredx.readers.panel_tsv import encode_panel
from raredx.readers.panelapp import decode_api_panel
from raredx.readers.panels import PanelSummary, index_text
from raredx.vocabulary import Confidence

OUT = Path(__file__).resolve().parents[1] / "data" / "panels"

PANELAPP_LICENCE = (
    "content: Genomics England PanelApp, see its terms of use; collection: MIT (PanelAppRex)"
)
ACMG_LICENCE = "list: ACMG, Miller et al. 2022, doi:10.1016/j.gim.2022.04.006; table: MIT"

SYMBOL_COLUMN = "Gene"
Table = dict[str, list[dict[str, str]]]


def main() -> None:
    shared = Path(sys.argv[1])
    out = Path(sys.argv[2]) if len(sys.argv) > 2 else OUT
    genes = read_gene_table()
    commits = read_commits(shared / "PROVENANCE.tsv")
    drafts = {}
    for draft in read_all_drafts(shared / "panels", genes, commits):
        greens = [r for r in draft.records if r.confidence >= Confidence.GREEN]
        if any(record.entity_type == GENE for record in greens):
            drafts[draft.header.panel_id] = draft
        else:
            print(f"left out, no green gene: {draft.header.panel_id} {draft.header.name}")
    ordered = [drafts[panel_id] for panel_id in sorted(drafts, key=natural_order)]
    write_panels(ordered, out)
    report(ordered, genes, out)


def natural_order(panel_id: str) -> tuple[str, int]:
    stem, _, number = panel_id.rpartition("-")
    return (stem, int(number)) if number.isdigit() else (panel_id, 0)


def read_commits(path: Path) -> dict[str, str]:
    """Map file name to the commit, with its date, that the file was taken from."""
    commits = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, _, rest = line.partition("\t")
        found = re.search(r"repo=github.com/(\S+).*commit=(\w{7})\w* \(([\d-]+)\)", rest)
        if found and name.startswith("panels/"):
            commits[name.rpartition("/")[2]] = f"{found[1]}@{found[2]} ({found[3]})"
    return commits


def read_all_drafts(
    folder: Path, genes: GeneTable, commits: dict[str, str]
) -> Iterator[PanelDraft]:
    yield read_acmg(folder / "acmg_sf" / "acmg_sf.tsv", commits)
    table_path = folder / "panelapp" / "PanelAppData_combined_core.tsv"
    table = read_table(table_path)
    hgnc_ids: dict[str, str] = {}
    exact = set()
    for path in sorted((folder / "panelapp").glob("panel_*.json")):
        draft = decode_api_panel(path.read_text(encoding="utf-8"), path.name)
        number = draft.header.panel_id.removeprefix("panelapp-")
        exact.add(number)
        hgnc_ids |= {r.symbol: r.hgnc_id for r in draft.records if r.hgnc_id}
        yield with_source(draft, number, commits[path.name])
    for number in sorted(set(table) - exact, key=int):
        yield reduced_draft(number, table[number], hgnc_ids, genes, commits[table_path.name])


def with_source(draft: PanelDraft, number: str, commit: str) -> PanelDraft:
    group = draft.header.disease_group or GROUP_OF_PANEL.get(int(number), "other")
    header = replace(
        draft.header,
        disease_group=group,
        source="PanelApp API (Genomics England)",
        source_version=commit,
        licence=PANELAPP_LICENCE,
    )
    return PanelDraft(header, draft.records)


def read_table(path: Path) -> Table:
    """Rows of the combined table by panel number."""
    table: Table = {}
    with path.open(newline="", encoding="utf-8") as stream:
        for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            table.setdefault(row["id"], []).append(row)
    return table


def reduced_draft(
    number: str,
    rows: list[dict[str, str]],
    hgnc_ids: dict[str, str],
    genes: GeneTable,
    commit: str,
) -> PanelDraft:
    """Make a panel of the combined table, which names genes by PanelApp's symbols only.

    The API panels tell the HGNC identifier of most of those symbols; the gene table the rest.
    """
    words = rows[0]["disease_group"]
    header = PanelHeader(
        panel_id=f"panelapp-{number}",
        name=rows[0]["name"],
        disease_group=disease_group_of(words) or GROUP_OF_PANEL.get(int(number), "other"),
        disease_sub_group=rows[0]["disease_sub_group"],
        source_disease_group=words,
        source="PanelApp combined table (Genomics England, by PanelAppRex)",
        source_version=commit,
        licence=PANELAPP_LICENCE,
        moi_source="reduced",
    )
    records: dict[PanelRecord, None] = {}
    for row in rows:
        symbol = row[SYMBOL_COLUMN]
        if symbol not in hgnc_ids:
            match = genes.resolve(None, symbol)
            known = f"HGNC:{genes.hgnc_id[match.index]}" if match.index >= 0 else ""
            hgnc_ids[symbol] = known
        records[
            PanelRecord(
                entity_type=GENE,
                hgnc_id=hgnc_ids[symbol],
                symbol=symbol,
                confidence=parse_confidence(row["confidence_level"]) or Confidence.NONE,
                moi=parse_moi(row["mode_of_inheritance"]),
            )
        ] = None
    return PanelDraft(header, list(records))


def read_acmg(path: Path, commits: dict[str, str]) -> PanelDraft:
    """Read the ACMG list; what is to be reported of a gene stays in `details`."""
    with path.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    records = dict.fromkeys(
        PanelRecord(
            entity_type=GENE,
            hgnc_id=row["hgnc_id"],
            symbol=row["gene_symbol"],
            confidence=Confidence.GREEN,
            moi=parse_moi(row["inheritance"]),
            details=f"report={row['variants_to_report']}",
        )
        for row in rows
    )
    header = PanelHeader(
        panel_id="acmg-sf",
        name="ACMG secondary findings",
        version=max(row["sf_list_version"] for row in rows),
        date="2022",
        disease_group="other",
        source="ACMG SF list",
        source_version=commits[path.name],
        licence=ACMG_LICENCE,
        moi_source="reduced",
    )
    return PanelDraft(header, list(records))


def summary_of(draft: PanelDraft) -> PanelSummary:
    header = draft.header
    rows = ((r.symbol, int(r.confidence)) for r in draft.records if r.entity_type == GENE)
    counts = best_confidence(rows)
    return PanelSummary(
        panel_id=header.panel_id,
        name=header.name,
        version=header.version,
        date=header.date,
        disease_group=header.disease_group,
        source_disease_group=header.source_disease_group,
        r_codes=header.r_codes,
        n_green=counts[Confidence.GREEN],
        n_amber=counts[Confidence.AMBER],
        n_red=counts[Confidence.RED],
        moi_source=header.moi_source,
        source=header.source,
        licence=header.licence,
    )


def write_panels(drafts: list[PanelDraft], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    texts = {f"{draft.header.panel_id}.tsv": encode_panel(draft) for draft in drafts}
    texts["index.tsv"] = index_text(map(summary_of, drafts))
    for name, text in texts.items():
        temporary = out / f".{name}.tmp"
        temporary.write_text(text, encoding="utf-8", newline="\n")
        os.replace(temporary, out / name)
    for stale in sorted(set(out.glob("*.tsv")) - {out / name for name in texts}):
        stale.unlink()


def report(drafts: list[PanelDraft], genes: GeneTable, out: Path) -> None:
    size = sum(path.stat().st_size for path in out.glob("*.tsv"))
    print(f"{out}: {len(drafts)} panels, {size} bytes")
    for what in ("disease_group", "moi_source"):
        counts = Counter(getattr(draft.header, what) for draft in drafts)
        print(f"{what}: " + ", ".join(f"{word} {n}" for word, n in sorted(counts.items())))
    joined: Counter[str] = Counter()
    lost: dict[str, set[str]] = {"ambiguous": set(), "unmatched": set()}
    for draft in drafts:
        match = join_panel(draft, genes).match
        joined.update(match.counts)
        lost["ambiguous"].update(match.names("ambiguous"))
        lost["unmatched"].update(match.names("unmatched"))
    print("rows joined by: " + ", ".join(f"{how} {n}" for how, n in sorted(joined.items())))
    for how, names in lost.items():
        print(f"{how}: {', '.join(sorted(names)) or 'none'}")


if __name__ == "__main__":
    main()
