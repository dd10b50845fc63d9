"""Build the wheel, install it alone into a clean environment, and rank the demonstration family.

The working tree is out of reach of that environment: what the wheel lacks shows here.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def run(*words: str | Path, cwd: Path) -> str:
    """Run a command and give its output; a failure ends the script with what it said."""
    done = subprocess.run([str(w) for w in words], cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words))}\n{done.stdout}{done.stderr}")
    return done.stdout


def check_rows(rows: list[str]) -> None:
    """Look for what each bundled table gives to the answer that fits the family's terms."""
    names = rows[0].split("\t")
    found = [dict(zip(names, row.split("\t"), strict=True)) for row in rows[1:]]
    own = next((row for row in found if (row["gene"], row["tier"]) == ("FOXG1", "1")), None)
    if own is None:
        sys.exit("the installed wheel has no FOXG1 of Tier 1")
    if not (own["disease_id"] and own["matched_terms"]):
        sys.exit("the installed wheel has no HPO")
    if "PVS1" not in own["acmg_criteria"] or own["acmg_class"] == "uncertain":
        sys.exit(f"the installed wheel judges {own['acmg_criteria']} of a known frameshift")
    if any("no ClinVar table" in row["acmg_not_assessed"] for row in found):
        sys.exit("the installed wheel has no ClinVar table")


def main() -> None:
    """Build, install, run, compare."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
            "-w", work, ROOT, cwd=work)  # fmt: skip
        wheel = next(work.glob("raredx-*.whl"))
        venv.create(work / "clean", with_pip=True)
        python = work / "clean" / "bin" / "python"
        install = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        run(*install, "--require-hashes", "-r", ROOT / "requirements" / "run.txt", cwd=work)
        run(*install, "--no-deps", wheel, cwd=work)
        for name in ("family.vcf.gz", "family.ped"):
            (work / name).write_bytes((ROOT / "data" / "demo" / name).read_bytes())
        raredx = work / "clean" / "bin" / "raredx"
        os.environ["RAREDX_CACHE_DIR"] = str(work / "cache")
        kernels = run(raredx, "warmup", cwd=work).split(" compiled kernels in ")[0]
        run(raredx, "rank", "--quiet", "--ped", "family.ped", "--panel", "all", "-o", "out.tsv",
            "family.vcf.gz", cwd=work)  # fmt: skip
        rows = [r for r in (work / "out.tsv").read_text().splitlines() if not r.startswith("##")]
        check_rows(rows)
        panels = run(raredx, "panels", "list", cwd=work).count("\n")
        if panels < 80:
            sys.exit(f"the installed wheel lists {panels} panels")
        print(f"{wheel.name}: {wheel.stat().st_size / 1e6:.1f} MB, {len(rows) - 1} rows, "
              f"{panels - 1} panels, {kernels} compiled kernels")  # fmt: skip


if __name__ == "__main__":
    main()
