"""Hold the fast reader against the exact path on generated and damaged files, for long.

    fuzz_sieve.py --kind structured --records 1000000 --jobs 2     valid files
    fuzz_sieve.py --kind nasty --seconds 600                       damaged lines
    fuzz_sieve.py --kind squeezed --seconds 600                    damaged BGZF blocks
    fuzz_sieve.py --kind seeds --seconds 600                       damaged real files
    fuzz_sieve.py --kind bytes --seconds 600                       any bytes, into the scan alone
    fuzz_sieve.py --atheris --seconds 600                          the same, guided by coverage
    fuzz_sieve.py --replay FOLDER                                  one finding again

A finding is made smaller and saved in a folder of its own under --output; then the exit code
is 1. Kind, seed and case number make a case again: the same options, the same cases.
Atheris is not among the dependencies; it sees the Python around the compiled scan, not the scan.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from random import Random
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the children are forked
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

ATHERIS: Any = importlib.import_module("atheris") if "--atheris" in sys.argv else None
with ATHERIS.instrument_imports(include=["raredx"]) if ATHERIS else nullcontext():
    from fuzz.answers import open_bench
    from fuzz.campaign import MAKERS, Campaign, Plan, Tally
    from fuzz.damage import read_seeds
    from fuzz.findings import load, make_smaller, save
    from fuzz.raw_bytes import body_of, draw_target

SEEDS = ("data/demo", "../shared/data/broken", "../shared/acceptance/broken-files",
         "../shared/data/exome", "../shared/data/families",
         "../shared/data/annotation/vep_versions", "../shared/data/annotation/slices")  # fmt: skip
MOST_BYTES = 3 << 20


def read_options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kind", choices=[*MAKERS, "bytes", "all"], default="structured")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=1e9, help="stop after so long")
    parser.add_argument("--records", type=int, default=1 << 62, help="stop after so many records")
    parser.add_argument("--cases", type=int, default=1 << 62, help="stop after so many files")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--most", type=int, default=100, help="records of a file at most")
    parser.add_argument("--every", type=int, default=10, help="every so many files is a whole run")
    parser.add_argument("--real", nargs="*", default=SEEDS, help="folders of files, for seeds")
    parser.add_argument("--output", type=Path, default=Path("fuzz-findings"))
    parser.add_argument(
        "--ignore", nargs="*", default=[], help="parts of an answer that may differ"
    )
    parser.add_argument(
        "--atheris", action="store_true", help="bytes, guided by coverage of Python"
    )
    parser.add_argument("--replay", type=Path, help="folder of a finding")
    return parser.parse_args(arguments)


def seed_files(names: Sequence[str]) -> list[Path]:
    """List the real files that are there; names stand below the repository."""
    folders = (ROOT / name for name in names)
    found = (
        path for folder in folders if folder.is_dir() for path in sorted(folder.rglob("*.vcf*"))
    )
    return [
        p for p in found if p.suffix in (".vcf", ".gz", ".bgz") and p.stat().st_size < MOST_BYTES
    ]


def tell(tally: Tally) -> None:
    rate = tally.records / max(tally.seconds, 1e-9)
    said = ", ".join(f"{n} {what}" for what, n in sorted(tally.verdicts.items()))
    read = f"{tally.cases} files, {tally.records} records sifted, {rate:.0f}/s"
    print(f"{tally.seconds:.0f} s: {read}: {said}", flush=True)


def run(options: argparse.Namespace, kind: str) -> int:
    """Run one kind; give the number of findings."""
    seeds = tuple(read_seeds(seed_files(options.real))) if kind == "seeds" else ()
    plan = Plan(kind, options.seed, options.most, options.every, seeds, tuple(options.ignore))
    print(f"{kind}, seed {options.seed}" + (f", {len(seeds)} real files" if seeds else ""))
    tally = Campaign(plan, options.jobs).run(
        seconds=options.seconds, records=options.records, cases=options.cases, tell=tell
    )
    tell(tally)
    for what, n in tally.deaths.most_common(10):
        print(f"  {n} children died, {what}")
    for finding in tally.findings:
        smaller = finding if finding.kind == "bytes" else make_smaller(finding)
        place = save(smaller, options.output)
        print(f"  {place}: {finding.why[:300]}")
    return tally.verdicts["differs"]


def run_atheris(options: argparse.Namespace) -> int:
    """Let libFuzzer draw the bytes; it ends the process."""
    with tempfile.TemporaryDirectory() as corpus, open_bench() as bench:
        target, case = draw_target(Random(options.seed), bench)
        lines = body_of(case).splitlines(keepends=True)
        for number, line in enumerate(lines):
            (Path(corpus) / str(number)).write_bytes(line)

        def scan(data: bytes) -> None:
            fault = target.fault(data)
            if fault:
                raise AssertionError(fault)

        options.output.mkdir(parents=True, exist_ok=True)
        seconds = int(min(options.seconds, 1e8))
        flags = [f"-max_total_time={seconds}", f"-seed={options.seed + 1}", "-max_len=5000"]
        ATHERIS.Setup([sys.argv[0], corpus, *flags, f"-artifact_prefix={options.output}/"], scan)
        ATHERIS.Fuzz()
    return 0


def main(arguments: list[str] | None = None) -> int:
    options = read_options(arguments)
    if options.replay:
        verdict = load(options.replay)
        print(f"{verdict.kind}: {verdict.why}")
        return int(verdict.kind == "differs")
    if options.atheris:
        return run_atheris(options)
    kinds = [*MAKERS, "bytes"] if options.kind == "all" else [options.kind]
    return int(sum(run(options, kind) for kind in kinds) > 0)


if __name__ == "__main__":
    sys.exit(main())
