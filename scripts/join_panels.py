"""Join the bundled panels to the bundled gene table, once for all runs.

    python scripts/join_panels.py [PANELS_DIR]

Run it after `build_panels.py` or `build_genes.py`, and whenever the way in which genes are found
or modes are fitted has changed; a test says when it was forgotten.
"""

from __future__ import annotations

import sys
from pathlib import Path

from raredx.readers.genes import read_gene_table
from raredx.readers.panel_bundle import BUNDLE_NAME, encode_bundle
from raredx.readers.panels import join_bundled, list_panels

OUT = Path(__file__).resolve().parents[1] / "data" / "panels"


def main() -> None:
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else OUT
    genes = read_gene_table()
    panels = [join_bundled(summary.panel_id, genes) for summary in list_panels()]
    packed = encode_bundle(panels, genes)
    (out / BUNDLE_NAME).write_bytes(packed)
    print(f"{out / BUNDLE_NAME}: {len(panels)} panels, {len(packed)} bytes")


if __name__ == "__main__":
    main()
