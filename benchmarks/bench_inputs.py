"""What the benchmark measures on: simulated files, made once and kept.

A file is made in a directory of its own and moved into place when it is whole, with a seal beside
it: the generator's checksum and what was asked of it. A changed generator makes new files.

Standard library alone, like `bench.py`, and for the same reason: see there.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Recipe:
    """How an input is simulated: records asked for, and further options of make_trio.py."""

    records: int
    options: tuple[str, ...] = ()
    bcf_of: str = ""  # made by converting that input


COHORT, NO_FREQUENCIES, BARE = ("--samples", "500"), ("--no-frequencies",), ("--no-csq",)
RECIPES = {
    "trio-20k": Recipe(20_000),
    "trio-100k": Recipe(100_000),
    "trio-500k": Recipe(500_000),
    "trio-1M": Recipe(1_000_000),
    "trio-5M": Recipe(5_000_000),
    "nofreq-20k": Recipe(20_000, NO_FREQUENCIES),
    "nofreq-1M": Recipe(1_000_000, NO_FREQUENCIES),
    "bare-20k": Recipe(20_000, BARE),
    "bare-1M": Recipe(1_000_000, BARE),
    "cohort-2k": Recipe(2_000, COHORT),
    "cohort-200k": Recipe(200_000, COHORT),
    "bcf-20k": Recipe(20_000, bcf_of="trio-20k"),
    "bcf-1M": Recipe(1_000_000, bcf_of="trio-1M"),
}
CONVERT = """
import sys, pysam.bcftools
source, out = sys.argv[1:]
pysam.bcftools.view("--no-version", "-Ob", "-o", out, source, catch_stdout=False)
pysam.bcftools.index("-f", out, catch_stdout=False)
"""


@dataclass(frozen=True)
class Input:
    """A file to rank, and the pedigree that goes with it."""

    name: str
    records: int
    path: Path
    ped: Path
    seconds: float | None = None  # wall time of making it

    @property
    def megabytes(self) -> float:
        """Size of the compressed file."""
        return round(self.path.stat().st_size / 1e6, 1)


def generator_digest() -> str:
    """Identify the generator, so that a changed one makes new files."""
    return f"{zlib.crc32((HERE / 'make_trio.py').read_bytes()):08x}"


def make_input(name: str, workdir: Path, recipes: dict[str, Recipe] = RECIPES) -> Input:
    """Make an input unless the same one is there already.

    Raises
    ------
    subprocess.CalledProcessError
        If the generator or the converter fails.
    """
    recipe = recipes[name]
    suffix = ".bcf" if recipe.bcf_of else ".vcf.gz"
    path, seal = workdir / f"{name}{suffix}", workdir / f"{name}.made"
    wanted = {
        "generator": generator_digest(),
        "size": recipe.records,
        "options": [*recipe.options, *([recipe.bcf_of] if recipe.bcf_of else [])],
    }
    made = json.loads(seal.read_text(encoding="utf-8")) if seal.exists() else {}
    if any(made.get(key) != value for key, value in wanted.items()) or not path.exists():
        source = make_input(recipe.bcf_of, workdir, recipes) if recipe.bcf_of else None
        seal.unlink(missing_ok=True)
        print(f"making {path.name} …", file=sys.stderr)
        began = time.perf_counter()
        with tempfile.TemporaryDirectory(dir=workdir, prefix="making-") as making:
            out = Path(making) / path.name
            if source:
                convert(source, out)
            else:
                simulate(recipe, out)
            for file in sorted(Path(making).iterdir()):
                file.replace(workdir / file.name)
        made = {**wanted, "seconds": round(time.perf_counter() - began, 1)}
        seal.write_text(json.dumps(made), encoding="utf-8")
    note = json.loads((workdir / f"{name}.json").read_text(encoding="utf-8"))
    return Input(name, note["records"], path, workdir / f"{name}.ped", made.get("seconds"))


def simulate(recipe: Recipe, out: Path) -> None:
    """Write VCF, index, pedigree and note."""
    generator = [sys.executable, str(HERE / "make_trio.py")]
    asked = ["-n", str(recipe.records), *recipe.options, "-o", str(out)]
    subprocess.run([*generator, *asked], check=True)


def convert(source: Input, out: Path) -> None:
    """Write a VCF as BCF with its index: by bcftools, or by pysam where that is absent."""
    bcftools = shutil.which("bcftools")
    if bcftools:
        view = [bcftools, "view", "--no-version", "-Ob", "-o", str(out), str(source.path)]
        subprocess.run(view, check=True)
        subprocess.run([bcftools, "index", "-f", str(out)], check=True)
    else:
        subprocess.run([sys.executable, "-c", CONVERT, str(source.path), str(out)], check=True)
    shutil.copyfile(source.ped, out.with_suffix(".ped"))
    shutil.copyfile(source.path.parent / f"{source.name}.json", out.with_suffix(".json"))


def make_inputs(names: Iterable[str], workdir: Path) -> list[str]:
    """Make inputs and say of each where it lies, how large it is and how long it took."""
    lines = []
    for name in names:
        data = make_input(name, workdir)
        took = "unknown" if data.seconds is None else f"{data.seconds:.0f} s"
        size = f"{data.records:,} records, {data.megabytes:,.0f} MB"
        lines.append(f"{data.path}: {size}, made in {took}")
    return lines


def make_panel(path: Path) -> Path:
    """Write a panel of 300 genes in a process of its own: the gene table would enlarge this one."""
    subprocess.run([sys.executable, str(HERE / "bench_panel.py"), str(path)], check=True)
    return path
