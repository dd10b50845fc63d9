"""Hold raredx against other tools' published answers on their own families.

`compare_families.py SHARED_DIR` judges the families of GEMINI, genmod, Jannovar, slivar and
hail below SHARED_DIR/data with raredx, each family on its own and by segregation alone, reads
every pedigree there, and prints Markdown: who has which rows, and every disagreement.
docs/validation.md says who is right.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import families_gemini
import families_genmod
import families_others
import families_pedigrees


def main(shared: Path) -> None:
    data = shared / "data"
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        print("## GEMINI\n")
        print(families_gemini.report(data / "families" / "gemini", place))
        print("\n## genmod fixtures\n")
        print(families_genmod.report(data / "families" / "genmod", place))
        print()
        print(families_others.report(shared, place))
        print("\n## Pedigrees\n")
        print(families_pedigrees.report(data))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
