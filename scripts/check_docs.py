"""Keep the documents true: generated tables are current, and links lead somewhere.

`check_docs.py --write` writes the generated parts anew: the columns in docs/fields.md, the
fit tables in docs/inheritance.md, and the output of `make demo` in README.md.

`tests/test_documents.py` runs the commands: every block marked `sh`. A line that ends in
`# exit N` must end so.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from raredx.columns.near_misses import NEAR_MISS_FIELDS
from raredx.columns.results import FIELDS, OutputField
from raredx.scoring.fit_tables import fit_rows
from raredx.vocabulary import MODE_NAMES

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [
    *sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")),
    ROOT / "benchmarks" / "README.md", ROOT / "data" / "demo" / "README.md",
]  # fmt: skip
STATES = ("no call", "reference", "het", "hom", "hemi", "carrier", "half-call", "n/a", "mosaic")


def fields_table(declared: Sequence[OutputField]) -> str:
    """Write declared output columns as a table."""
    rows = [f"| `{f.name}` | {f.kind} | {f.about.replace('|', chr(92) + '|')} |" for f in declared]
    return "\n".join(["| column | kind | meaning |", "|---|---|---|", *rows])


def fits_table() -> str:
    """Write the fit tables, one row for each mode, penetrance, affection and sex."""
    rows = [
        "| " + " | ".join(
            (MODE_NAMES[mode], "complete" if complete else "incomplete", affection, sex,
             *signs.split())
        ) + " |"
        for mode, complete, affection, sex, signs in fit_rows()
    ]  # fmt: skip
    head = "| mode | penetrance | member | sex | " + " | ".join(STATES) + " |"
    return "\n".join([head, "|" + "---|" * (4 + len(STATES)), *rows])


def demo_output() -> str:
    """Run the command of `make demo` and give what it prints."""
    raredx = Path(sys.executable).with_name("raredx")
    out = ROOT / "demo-output"
    out.mkdir(exist_ok=True)
    subprocess.run(
        [raredx, "rank", "--quiet", "--ped", "data/demo/family.ped", "--panel", "all",
         "-o", "demo-output/candidates.tsv", "data/demo/family.vcf.gz"],
        cwd=ROOT, check=True,
    )  # fmt: skip
    show = [sys.executable, "scripts/show_top.py", "demo-output/candidates.tsv", "12"]
    return subprocess.run(
        show, cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.rstrip()


def generated() -> list[tuple[Path, str, str]]:
    """Give each generated part: its document, the pattern around it, and its content."""
    fields, fits = ROOT / "docs" / "fields.md", ROOT / "docs" / "inheritance.md"
    parts = (
        (fields, "fields", fields_table(FIELDS)),
        (fields, "near misses", fields_table(NEAR_MISS_FIELDS)),
        (fits, "fits", fits_table()),
    )
    demo = (
        ROOT / "README.md",
        r"(<!-- output of: make demo -->\n```text\n).*?(```)",
        demo_output(),
    )
    found = [(path, rf"(<!-- {n} -->\n).*?(<!-- /{n} -->)", text) for path, n, text in parts]
    return [(path, pattern, f"{text}\n") for path, pattern, text in [*found, demo]]


def stale(write: bool) -> list[str]:
    """Name the documents whose generated part is not current, and mend them if asked."""
    found = []
    for path, pattern, content in generated():
        text = path.read_text(encoding="utf-8")
        new = re.sub(pattern, lambda m, c=content: m[1] + c + m[2], text, flags=re.S)
        if new != text:
            if write:
                path.write_text(new, encoding="utf-8")
            else:
                found.append(f"{path.relative_to(ROOT)}: generated part is stale; run with --write")
    return found


def dead_links() -> list[str]:
    """Name links to files that are not there."""
    found = []
    for path in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            if not (path.parent / target).exists():
                found.append(f"{path.relative_to(ROOT)}: no such file {target}")
    return found


def blocks(path: Path) -> list[str]:
    """Give the blocks of a document that are marked `sh`."""
    return re.findall(r"```sh\n(.*?)```", path.read_text(encoding="utf-8"), flags=re.S)


def script_of(block: str) -> str:
    r"""Write a block as a script that ends where a command does not end as the document says.

    `make` targets are left out: CI runs them itself.

    Examples
    --------
    >>> print(script_of("make demo\\nraredx rank x.vcf  # exit 3\\n"))
    set -eo pipefail
    rc=0; raredx rank x.vcf || rc=$?; [ $rc = 3 ]
    """
    lines = ["set -eo pipefail"]
    for line in block.replace("\\\n", " ").splitlines():
        command, _, code = line.partition("# exit ")
        if not line.strip() or line.startswith(("#", "make ")):
            continue
        lines.append(f"rc=0; {command.strip()} || rc=$?; [ $rc = {code} ]" if code else line)
    return "\n".join(lines)


def main() -> None:
    """Check everything, or write the generated parts."""
    write = "--write" in sys.argv
    faults = stale(write) + ([] if write else dead_links())
    print("\n".join(faults) or "documents are true")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
