"""Every command block of README and docs runs as it stands, in a copy of the project's root."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from check_docs import DOCUMENTS, ROOT, blocks, script_of

OUTPUTS = {"demo-output", "build", "dist", ".git"}
SHARED = ROOT.parent / "shared"
CASES = [
    pytest.param(script, id=f"{path.relative_to(ROOT)}-{number}")
    for path in DOCUMENTS
    for number, script in enumerate(map(script_of, blocks(path)), 1)
    if len(script.splitlines()) > 1
]


@pytest.fixture
def fx_root(tmp_path: Path) -> Path:
    """A folder that looks like the project's root, with outputs of its own."""
    if not (ROOT / ".venv" / "bin" / "raredx").exists():
        pytest.skip(
            "no .venv/bin/raredx: the documents take the environment that `make setup` makes"
        )
    root = tmp_path / "project"
    root.mkdir()
    for entry in ROOT.iterdir():
        if entry.name not in OUTPUTS:
            (root / entry.name).symlink_to(entry)
    (root / "demo-output").mkdir()
    if SHARED.exists():
        (tmp_path / "shared").symlink_to(SHARED)
    return root


def test_documents_have_commands():
    """README, the recipes and the reports are among what is run."""
    named = {case.id.rpartition("-")[0] for case in CASES}
    assert {"README.md", "docs/recipes.md", "docs/explain.md", "docs/runs.md"} <= named


@pytest.mark.parametrize("script", CASES)
def test_commands_of_documents_run(script, fx_root):
    if "../shared" in script and not SHARED.exists():
        pytest.skip("no ../shared beside the checkout")
    if "bcftools " in script and shutil.which("bcftools") is None:
        pytest.skip("no bcftools on this machine")
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=fx_root,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, f"{script}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
