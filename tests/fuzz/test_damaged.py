"""Damaged files: read the same, refused the same, or different in a way that is stated.

htslib may take the process down with it, so all of this runs in children of a script.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "fuzz_sieve.py"


@pytest.mark.parametrize(
    ("kind", "cases"), [("nasty", 120), ("squeezed", 100), ("seeds", 60), ("bytes", 10)]
)
def test_damage_changes_nothing_else(tmp_path: Path, kind: str, cases: int) -> None:
    options = ["--kind", kind, "--cases", str(cases), "--seed", "1", "--output", str(tmp_path)]
    options += ["--real", "data/demo"]  # the same everywhere
    done = subprocess.run(
        [sys.executable, str(SCRIPT), *options],
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{cases} files" in done.stdout
