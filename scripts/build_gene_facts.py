"""Write what is known of each gene: reported variants, validity, mechanism, panels.

    python scripts/build_gene_facts.py SHARED_DATA_DIR [OUT]

SHARED_DATA_DIR holds `panels/clingen/` and `panels/gene2phenotype/`. Run it after
`build_clinvar.py`, `build_coding.py` and `join_panels.py`, whose tables it counts in. The same
inputs give the same bytes. Layout: `readers.packed_columns`.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from raredx.columns.gene_facts import GeneFacts
from raredx.columns.genes import GeneTable
from raredx.evidence_settings import AcmgSettings
from raredx.readers.genes import read_gene_table
from raredx.readers.knowledge import (
    GENE_FACTS_NAME,
    encode_gene_facts,
    read_clinvar_table,
    read_coding_transcripts,
)
from raredx.readers.panels import read_all_panels
from raredx.scoring.panel_match import ALLOWED
from raredx.vocabulary import UNKNOWN_INDEX, Confidence, GeneValidity, Moi, Outcome, ReportedKind
from reported_genes import assign_genes

OUT = Path(__file__).resolve().parents[1] / "src" / "raredx" / "data" / GENE_FACTS_NAME

LOSS_KINDS = (ReportedKind.LOSS, ReportedKind.SPLICE_SITE)

CLINGEN = {
    # "No Known Disease Relationship" is no answer: nothing was found for or against.
    "definitive": GeneValidity.DEFINITIVE,
    "strong": GeneValidity.STRONG,
    "moderate": GeneValidity.MODERATE,
    "limited": GeneValidity.LIMITED,
    "disputed": GeneValidity.DISPUTED,
    "refuted": GeneValidity.REFUTED,
}
GENE2PHENOTYPE = CLINGEN | {
    # Words until 2021, and what Gene2Phenotype made of them. "IF" are incidental findings: "both"
    # is a confirmed disease gene that is also one, "child IF" one in a child only (our reading).
    "confirmed": GeneValidity.DEFINITIVE,
    "both rd and if": GeneValidity.DEFINITIVE,
    "both dd and if": GeneValidity.DEFINITIVE,
    "probable": GeneValidity.STRONG,
    "possible": GeneValidity.LIMITED,
    "child if": GeneValidity.LIMITED,
}
ESTABLISHED = GeneValidity.MODERATE
"""A statement on the mechanism counts from this validity of its gene and disease (our choice)."""

OTHER_MECHANISMS = frozenset(
    {
        "all missense/in frame", "activating", "gain of function", "dominant negative",
        "increased gene dosage", "part of contiguous gene duplication",
        "undetermined non-loss-of-function",
    }
)  # fmt: skip
"""Mechanisms that are not loss of function. "Uncertain" and changes of regulation tell nothing."""

_ACMG = AcmgSettings()
LOSS_REPORTED, LOSS_SHARE = _ACMG.pvs1_min_reported, _ACMG.pvs1_min_share
"""Reported loss-of-function variants, and their share of all, from which on they speak for loss of
function as a mechanism: Abou Tayoun et al. 2018, doi:10.1002/humu.23626, table 1."""


def main() -> None:
    shared = Path(sys.argv[1])
    out = Path(sys.argv[2]) if len(sys.argv) > 2 else OUT
    genes = read_gene_table()
    clingen, created, clingen_missing = read_clingen(
        shared / "panels" / "clingen" / "clingen_gene_validity.csv", genes
    )
    g2p, mechanisms, g2p_missing = read_gene2phenotype(
        sorted((shared / "panels" / "gene2phenotype").glob("*.csv")), genes
    )
    counts, unassigned = count_reported(genes)
    disagree = contradicted(mechanisms, counts)
    mechanisms[disagree] = Outcome.NOT_ASSESSED
    facts = GeneFacts(
        **counts,
        validity=np.maximum(clingen, g2p),
        loss_of_function=mechanisms,
        **ask_panels(genes),
        about=about(created),
    )
    packed = encode_gene_facts(facts, genes)
    out.write_bytes(packed)
    told = {name: int((getattr(facts, name) > 0).sum()) for name in ("plp", "panels")}
    told["validity"] = int((facts.validity != GeneValidity.NOT_ASSESSED).sum())
    told |= {f"loss_of_function {o.name}": int((mechanisms == o).sum()) for o in Outcome}
    print(f"{out}: {len(packed)} bytes; genes with {told}")
    print(f"mechanism contradicted by reported variants: {int(disagree.sum())} genes")
    print(f"variants of no gene: {unassigned}")
    print(f"not found: ClinGen {clingen_missing}, Gene2Phenotype {g2p_missing}")


def count_reported(genes: GeneTable) -> tuple[dict[str, np.ndarray], int]:
    """Count reported variants of each gene; and those that lie in none."""
    table = read_clinvar_table()
    gene = assign_genes(table, read_coding_transcripts(genes), genes)
    known = gene >= 0
    loss = np.isin(table.kind, LOSS_KINDS)
    chosen = {
        "plp": known,
        "plp_missense": known & (table.kind == ReportedKind.MISSENSE),
        "plp_loss": known & loss,
    }
    counts = {
        name: np.bincount(gene[rows], minlength=len(genes)).astype(np.int32)
        for name, rows in chosen.items()
    }
    return counts, int((~known).sum())


def read_clingen(path: Path, genes: GeneTable) -> tuple[np.ndarray, str, list[str]]:
    """Best classification of each gene, the date of the file, and genes that were not found."""
    validity = np.full(len(genes), GeneValidity.NOT_ASSESSED, np.int8)
    missing: set[str] = set()
    created, header = "", None
    with path.open(newline="", encoding="utf-8") as stream:
        for cells in csv.reader(stream):
            if cells[0].startswith("FILE CREATED:"):
                created = cells[0].partition(":")[2].strip()
            elif cells[0] == "GENE SYMBOL":
                header = cells
            elif header and not cells[0].startswith("+"):
                row = dict(zip(header, cells, strict=True))
                index = genes.resolve(row["GENE ID (HGNC)"], row["GENE SYMBOL"]).index
                if index < 0:
                    missing.add(row["GENE SYMBOL"])
                    continue
                word = row["CLASSIFICATION"].lower()
                if word not in CLINGEN and word != "no known disease relationship":
                    raise ValueError(f"{path}: unknown classification {word}")
                validity[index] = max(validity[index], CLINGEN.get(word, UNKNOWN_INDEX))
    return validity, created, sorted(missing)


def read_gene2phenotype(
    paths: list[Path], genes: GeneTable
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Best validity of each gene, whether loss of function is a mechanism, genes not found.

    Both the older headings (`DDD category`, `mutation consequence`) and the current ones
    (`confidence`, `molecular mechanism`, `variant consequence`) are read.
    """
    validity = np.full(len(genes), GeneValidity.NOT_ASSESSED, np.int8)
    mechanisms = np.full(len(genes), Outcome.NOT_ASSESSED, np.int8)
    missing: set[str] = set()
    for path in paths:
        with path.open(newline="", encoding="utf-8") as stream:
            for row in csv.DictReader(stream):
                index = genes.resolve(row["hgnc id"], row["gene symbol"]).index
                if index < 0:
                    missing.add(row["gene symbol"])
                    continue
                word = (row.get("confidence") or row.get("DDD category") or "").strip().lower()
                if word not in GENE2PHENOTYPE:
                    raise ValueError(f"{path}: unknown confidence {word!r}")
                found = GENE2PHENOTYPE[word]
                validity[index] = max(validity[index], found)
                if found >= ESTABLISHED:
                    mechanisms[index] = max(mechanisms[index], mechanism_of(row))
    return validity, mechanisms, sorted(missing)


def mechanism_of(row: dict[str, str]) -> Outcome:
    """Whether loss of function is the mechanism of a row."""
    words = row.get("molecular mechanism") or row.get("mutation consequence") or ""
    mechanism = words.strip().lower()
    if mechanism.startswith("loss of function"):
        return Outcome.PASS
    return Outcome.FAIL if mechanism in OTHER_MECHANISMS else Outcome.NOT_ASSESSED


def contradicted(mechanisms: np.ndarray, counts: dict[str, np.ndarray]) -> np.ndarray:
    """Say of which genes another mechanism is told, and loss of function reported: no answer."""
    often = counts["plp_loss"] >= LOSS_REPORTED
    share = counts["plp_loss"] > LOSS_SHARE * counts["plp"]
    return (mechanisms == Outcome.FAIL) & often & share


def ask_panels(genes: GeneTable) -> dict[str, np.ndarray]:
    """Count the PanelApp panels on which each gene is green, and gather the modes they allow."""
    found: Counter[int] = Counter()
    modes = np.zeros(len(genes), np.int16)
    for panel in read_all_panels(genes):
        if not panel.panel_id.startswith("panelapp-"):
            continue
        green = np.flatnonzero((panel.confidence >= Confidence.GREEN) & (panel.gene_index >= 0))
        found.update(set(panel.gene_index[green].tolist()))
        for row in green.tolist():
            if panel.moi[row] is not Moi.UNKNOWN:
                for mode in ALLOWED[panel.moi[row]]:
                    modes[panel.gene_index[row]] |= 1 << mode
    counts = np.zeros(len(genes), np.int16)
    counts[list(found)] = list(found.values())
    return {"panels": counts, "modes": modes}


def about(created: str) -> tuple[str, ...]:
    return (
        *(f"reported variants: {line}" for line in read_clinvar_table().about),
        f"validity: ClinGen gene-disease validity, file of {created}, "
        "wildgene2026-sudo/copy_to_analysis_summary@a37fb1d (2026-06-22); licence: CC0; Rehm et "
        "al. 2015, doi:10.1056/NEJMsr1406261",
        "validity and mechanism: Gene2Phenotype (EMBL-EBI): DD, Cancer, Eye and Skin without "
        "date, Cardiac 2021-07-23, rnbeaumont/LoF_Clustering_Genome_Med_2024@c22534e "
        "(2024-03-21); licence: EMBL-EBI terms of use, open; Thormann et al. 2019, "
        "doi:10.1038/s41467-019-10016-3",
        "panels and modes: counts over the bundled PanelApp panels, content Genomics England "
        "PanelApp, see its terms of use; Martin et al. 2019, doi:10.1038/s41588-019-0528-2",
    )


if __name__ == "__main__":
    main()
