"""`raredx warmup`: what it says, where kernels lie, and that a later run compiles nothing."""

from __future__ import annotations

import ast
import importlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from kernel_calls import clean_environment
from raredx.cli.main import cli
from raredx.kernels.jit import Kernel
from raredx.kernels.machine_code import is_supported
from raredx.kernels.store import Store, folder_name

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "data" / "demo"
SOURCE = ROOT / "src" / "raredx"
RUN_AND_TELL = """
import sys
from raredx.cli.main import main
sys.argv = ["raredx", *sys.argv[1:]]
try:
    main()
finally:
    print(*[name for name in ("numba", "llvmlite") if name in sys.modules], file=sys.stderr)
"""

native_only = pytest.mark.skipif(not is_supported(), reason="machine code: Linux x86-64 only")


def shell(*words, folder, **others):
    """Run as a process of its own; what it imported stands in the last line of standard error."""
    environment = clean_environment(folder, **others)
    command = [sys.executable, "-c", RUN_AND_TELL, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=240, env=environment)


def kernels_called_outside() -> set[str]:
    """Kernels that are called by name anywhere but in kernels, found in the sources."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        if path.parent.name == "kernels":
            continue
        names = {}
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                "raredx.kernels"
            ):
                for alias in node.names:
                    names[alias.asname or alias.name] = (node.module, alias.name)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = node.func
            if isinstance(called, ast.Name) and called.id in names:
                module, name = names[called.id]
                thing = getattr(importlib.import_module(module), name, None)
            elif isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
                if called.value.id not in names:
                    continue
                module, name = names[called.value.id]
                package = importlib.import_module(module)
                owner = getattr(package, name, None) or importlib.import_module(f"{module}.{name}")
                thing = getattr(owner, called.attr, None)
            else:
                continue
            if isinstance(thing, Kernel):
                found.add(thing.name)
    return found


@native_only
def test_after_a_warmup_a_ranking_imports_no_numba(fx_warm, tmp_path):
    folder, told = fx_warm
    done = shell("warmup", folder=folder)
    assert done.returncode == 0, done.stderr
    assert (
        done.stdout
        == f"{told['kernels']} compiled kernels in {folder}/kernels/{the_folder(folder)}\n"
    )
    before = sorted((folder / "kernels").rglob("*"))
    for command in (("rank", "--quiet", "-o", tmp_path / "out.tsv"), ("check", "--quiet")):
        ran = shell(*command, "--ped", DEMO / "family.ped", DEMO / "family.vcf.gz", folder=folder)
        assert ran.returncode == 0, ran.stderr
        assert ran.stderr.splitlines()[-1:] == [""], f"{command[0]} imported {ran.stderr}"
    assert sorted((folder / "kernels").rglob("*")) == before, "a run compiled something else"


def the_folder(folder: Path) -> str:
    (only,) = (folder / "kernels").iterdir()
    return only.name


@native_only
def test_a_first_small_run_compiles_nothing_and_gives_the_same(fx_warm, tmp_path):
    """An empty store: kernels run in Python; a warm one: machine code."""
    outputs = []
    for folder in (tmp_path / "empty", fx_warm[0]):
        ran = shell("rank", "--quiet", "--ped", DEMO / "family.ped", DEMO / "family.vcf.gz",
                    folder=folder)  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        assert ran.stderr.splitlines()[-1:] == [""]
        outputs.append(ran.stdout)
    assert outputs[0] == outputs[1]
    assert not (tmp_path / "empty").exists()


@native_only
def test_every_kernel_that_is_called_is_compiled(fx_warm):
    """A kernel that the simulated trio does not reach would be compiled by a user's first run."""
    called = kernels_called_outside()
    assert {"frequency.judge_frequency", "mendel.count_trios", "roh.extend_runs"} <= called
    stored = {file.name.partition("-")[0] for file in fx_warm[0].glob("kernels/*/*.bin")}
    assert called - stored == set()


@native_only
def test_where_the_home_cannot_be_written_it_says_so(fx_warm, tmp_path):
    """The temporary directory already has the kernels, so that nothing is compiled here."""
    home = tmp_path / "home"
    home.write_text("")
    spare = tmp_path / "t" / f"raredx-kernels-{os.getuid()}-{the_folder(fx_warm[0])}"
    shutil.copytree(next(fx_warm[0].glob("kernels/*")), spare)
    spare.chmod(0o700)
    environment = {"HOME": str(home), "TMPDIR": str(tmp_path / "t"), "RAREDX_CACHE_DIR": ""}
    environment["XDG_CACHE_HOME"] = str(home)
    done = shell("warmup", folder=tmp_path / "unused", **environment)
    assert (done.returncode, done.stderr) == (0, "\n"), done.stderr
    first, second = done.stdout.splitlines()
    assert re.fullmatch(r"/\S*/home/raredx/kernels/\S+ cannot be written: the temporary "
                        r"directory serves\.", first)  # fmt: skip
    assert second == f"{fx_warm[1]['kernels']} compiled kernels in {spare}"


def test_a_folder_that_was_asked_for_must_be_writable(tmp_path):
    """For the builder of an image a temporary folder would be as good as none."""
    nowhere = tmp_path / "file"
    nowhere.write_text("")
    done = shell("warmup", folder=nowhere)
    assert done.returncode == 3
    assert done.stderr.splitlines()[:2] == [
        f"raredx: {nowhere}/kernels/{the_name(nowhere)}: cannot be written",
        "  Set RAREDX_CACHE_DIR to a folder that can be written.",
    ]


def the_name(nowhere: Path) -> str:
    """Name of the folder in a process without Numba's settings."""
    code = "from raredx.kernels.store import folder_name; print(folder_name())"
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, capture_output=True, text=True, env=clean_environment(nowhere))
    return ran.stdout.strip()


@pytest.mark.parametrize("setting", ["NUMBA_DISABLE_JIT", "NUMBA_BOUNDSCHECK"])
def test_settings_that_leave_nothing_to_compile(tmp_path, setting):
    done = shell("warmup", folder=tmp_path, **{setting: "1"})
    assert (done.returncode, done.stderr) == (0, "\n")
    assert done.stdout == ("Nothing to compile: NUMBA_DISABLE_JIT or NUMBA_BOUNDSCHECK is set.\n")
    assert list(tmp_path.iterdir()) == []


def test_help_names_the_variable():
    ran = CliRunner().invoke(cli, ["warmup", "--help"])
    assert ran.exit_code == 0
    assert "RAREDX_CACHE_DIR=/opt/raredx" in ran.stdout


def test_the_folder_of_this_process_is_not_that_of_others(monkeypatch):
    """The test suite sets what changes machine code; its folder must be another one."""
    monkeypatch.setenv("NUMBA_BOUNDSCHECK", "1")
    checked = folder_name.__wrapped__()
    monkeypatch.delenv("NUMBA_BOUNDSCHECK")
    assert folder_name.__wrapped__() != checked
    assert isinstance(Store().folders[0], Path)
