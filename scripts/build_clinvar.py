"""Write the bundled table of variants reported to ClinVar.

    python scripts/build_clinvar.py SHARED_DATA_DIR [OUT]

SHARED_DATA_DIR holds `annotation/clinvar/`: pathogenic and likely pathogenic variants of at
least two stars, GRCh38. The same input gives the same bytes. Layout: `readers.packed_columns`.
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

from raredx.readers.clinvar_file import ClinvarHead, clinvar_table
from raredx.readers.clinvar_lines import Reported, read_record
from raredx.readers.knowledge import CLINVAR_NAME, encode_clinvar
from raredx.vocabulary import Assembly, ClinvarClass

OUT = Path(__file__).resolve().parents[1] / "src" / "raredx" / "data" / CLINVAR_NAME

SOURCE = Path("annotation/clinvar/clinvar_20241215.PLP.ge2star.GRCh38.vcf.gz")
DATE = "2024-12-15"
ABOUT = (
    f"ClinVar (NCBI), release {DATE}, GRCh38: pathogenic and likely pathogenic variants with at "
    "least two review stars; licence: public domain; Landrum et al. 2018, doi:10.1093/nar/gkx1153",
    "taken from the variant cache of the npm package ideogram 1.53.0 (CC0-1.0)",
)


def main() -> None:
    shared = Path(sys.argv[1])
    out = Path(sys.argv[2]) if len(sys.argv) > 2 else OUT
    rows = read_rows(shared / SOURCE)
    head = ClinvarHead(Assembly.GRCH38, DATE, complete=False)
    packed = encode_clinvar(clinvar_table(rows, head, ABOUT))
    out.write_bytes(packed)
    print(f"{out}: {len(rows)} variants, {len(packed)} bytes")


def read_rows(path: Path) -> list[Reported]:
    rows = []
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            if not line.startswith("#"):
                rows.extend(read_record(line))
    for row in rows:
        known = row.clinvar_class in (ClinvarClass.PATHOGENIC, ClinvarClass.LIKELY_PATHOGENIC)
        if not (known and row.stars >= 2 and row.contig and row.variation):
            raise ValueError(f"{row} does not fit the table")
    return rows


if __name__ == "__main__":
    main()
