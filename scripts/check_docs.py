"""Keep the documents true: generated tables are current, links lead somewhere, commands run.

`check_docs.py --write` writes the generated parts anew: the columns in docs/fields.md, the
fit tables in docs/inheritance.md, and the output of `make demo` in README.md.

Commands are the lines of every block marked `sh`. They run from the project's root with the
environment's own `raredx`; `make` targets are run by CI itself and left out, and so are lines
that need `../shared` where that is not there. A line that ends in `# exit N` must end so.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from raredx.columns.results import FIELDS
from raredx.scoring.fit_tables import fit_rows
from raredx.vocabulary import MODE_NAMES

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [
    *sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")),
    ROOT / "benchmarks" / "README.md", ROOT / "data" / "demo" / "README.md",
]  # fmt: skip
STATES = ("no call", "reference", "het", "hom", "hemi", "carrier", "half-call", "n/a", "mosaic")


def fields_table() -> str:
    """Write the declared output columns as a table."""
    rows = [f"| `{f.name}` | {f.kind} | {f.about.replace('|', chr(92) + '|')} |" for f in FIELDS]
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


def generated() -> dict[Path, tuple[str, str]]:
    """Give each document with a generated part: the pattern around it, and its content."""
    fields, fits = ROOT / "docs" / "fields.md", ROOT / "docs" / "inheritance.md"
    return {
        fields: (r"(<!-- fields -->\n).*?(<!-- /fields -->)", fields_table() + "\n"),
        fits: (r"(<!-- fits -->\n).*?(<!-- /fits -->)", fits_table() + "\n"),
        ROOT / "README.md": (
            r"(<!-- output of: make demo -->\n```text\n).*?(```)", demo_output() + "\n",
        ),
    }  # fmt: skip


def stale(write: bool) -> list[str]:
    """Name the documents whose generated part is not current, and mend them if asked."""
    found = []
    for path, (pattern, content) in generated().items():
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


def commands() -> list[tuple[Path, str]]:
    """List the commands of every `sh` block; a backslash joins lines."""
    found = []
    for path in DOCUMENTS:
        for block in re.findall(r"```sh\n(.*?)```", path.read_text(encoding="utf-8"), flags=re.S):
            for line in block.replace("\\\n", " ").splitlines():
                if line.strip() and not line.lstrip().startswith("#"):
                    found.append((path, " ".join(line.split())))
    return found


def failing_commands() -> list[str]:
    """Run the commands; name those that do not end as they should."""
    found, seen = [], set()
    shared = (ROOT.parent / "shared").exists()
    for path, line in commands():
        if line in seen or line.startswith("make ") or ("../shared" in line and not shared):
            continue
        seen.add(line)
        wanted = int((re.search(r"# exit (\d+)$", line) or [0, "0"])[1])
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", line], cwd=ROOT, capture_output=True, text=True
        )
        if done.returncode != wanted:
            said = (done.stderr or done.stdout).strip().splitlines()[-1:]
            found.append(f"{path.relative_to(ROOT)}: `{line}` ended with {done.returncode}: {said}")
    print(f"{len(seen)} commands of the documents run")
    return found


def main() -> None:
    """Check everything, or write the generated parts."""
    write = "--write" in sys.argv
    faults = stale(write) + ([] if write else dead_links() + failing_commands())
    print("\n".join(faults) or "documents are true")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
