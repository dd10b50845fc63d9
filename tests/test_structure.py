"""The shape of the package: imports point one way, each library has one owner, files stay small."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "raredx"
MODULES = sorted(SOURCE.rglob("*.py"))
BASE = {"errors", "vocabulary", "settings", "evidence_settings", "question_settings"}
PACKAGES = {"checks", "cli", "columns", "kernels", "pipeline", "readers", "report", "scoring"}

MAY_IMPORT: dict[str, set[str]] = {
    "__init__": set(),
    "__main__": {"cli"},
    "errors": set(),
    "vocabulary": set(),
    "settings": {"errors", "vocabulary", "evidence_settings", "question_settings"},
    "question_settings": {"evidence_settings"},
    "evidence_settings": set(),
    "versions": set(),
    "columns": {"errors", "vocabulary"},
    "kernels": {"vocabulary", "versions"},
    "readers": BASE | {"columns", "kernels"},
    "report": BASE | {"columns"},
    "scoring": BASE | {"columns", "kernels"},
    "checks": BASE | {"columns", "kernels"},
    "pipeline": BASE | {"checks", "columns", "readers", "report", "scoring", "versions"},
    "cli": BASE | {"pipeline"},
}
"""Which packages a package may import, beside itself and the version of raredx."""
ALSO = {
    "cli/panels.py": {"readers", "columns"},
    "cli/panel_output.py": {"columns"},
    "cli/data.py": {"readers", "columns"},
    "cli/hpo.py": {"readers", "columns"},
    "cli/hpo_term.py": {"columns"},
    "cli/main.py": {"readers"},
    "cli/hpo_rank.py": {"readers", "columns", "scoring"},
    "pipeline/warmup.py": {"kernels"},
}
"""`raredx panels`, `raredx hpo` and `raredx data` show and convert what lies in files: they need
no pipeline, but read panels and ontologies and print them."""

OWNERS: dict[str, tuple[str, ...]] = {
    "numba": ("kernels/compiler.py", "kernels/simd.py"),
    "llvmlite": ("kernels/compiler.py", "kernels/simd.py"),
    "click": ("cli/",),
    "rich": ("cli/", "report/"),
    "cyvcf2": ("readers/",),
    "pysam": ("readers/", "report/"),
    "pandas": ("readers/", "report/"),
    "phenopackets": ("readers/",),
    "google": ("readers/",),
    "yaml": ("readers/",),
    "dask": ("pipeline/cohort.py",),
    "jinja2": ("report/",),
    "markupsafe": ("report/",),
    "vl_convert": ("report/vega.py",),
    "xlsxwriter": ("report/",),
    "pyarrow": ("report/",),
}
"""Third-party libraries, and the only places that may import them."""

FORBIDDEN_NAMES = {"utils.py", "util.py", "common.py", "core.py", "helpers.py", "misc.py"}
MODULE_LINES, FUNCTION_LINES = 400, 60


def name_of(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def package_of(path: Path) -> str:
    """First part of a module's name: a package, or a module of the top level."""
    return path.relative_to(SOURCE).with_suffix("").parts[0]


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and full name of everything imported anywhere in a module; relative ones as `.name`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = "." * node.level + (node.module or "")
            yield from ((node.lineno, f"{origin}.{alias.name}") for alias in node.names)


CASES = [pytest.param(path, id=name_of(path)) for path in MODULES]


def test_exceptions_name_modules_that_exist():
    assert set(ALSO) <= {name_of(path) for path in MODULES}


def test_every_package_has_its_rule():
    """A new package or top-level module is a decision, and stands in the table first."""
    assert {package_of(path) for path in MODULES} <= set(MAY_IMPORT)
    assert {path.parent.name for path in SOURCE.glob("*/__init__.py")} == PACKAGES


@pytest.mark.parametrize("path", CASES)
def test_imports_point_one_way(path):
    here = package_of(path)
    allowed = (
        MAY_IMPORT[here] | ALSO.get(name_of(path), set()) | ({here} if here in PACKAGES else set())
    )
    wrong = []
    for line, name in imported(parse(path)):
        assert not name.startswith("."), f"line {line}: relative import {name}"
        top, *rest = name.split(".")
        if top == "raredx" and rest[0] != "__version__" and rest[0] not in allowed:
            wrong.append(f"line {line}: {here} may not import {name}")
    assert wrong == []


@pytest.mark.parametrize("path", CASES)
def test_each_dependency_has_its_owner(path):
    wrong = [
        f"line {line}: only {OWNERS[name.split('.')[0]]} may import {name}"
        for line, name in imported(parse(path))
        if not name_of(path).startswith(OWNERS.get(name.split(".")[0], ("",)))
    ]
    assert wrong == []


@pytest.mark.parametrize("path", CASES)
def test_no_import_inside_a_function(path):
    """Except in the command line, where a subcommand loads its libraries when it is called."""
    if package_of(path) == "cli":
        return
    functions = [
        node
        for node in ast.walk(parse(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    ]
    assert [f"line {line}: {name}" for node in functions for line, name in imported(node)] == []


def module_graph() -> dict[str, set[str]]:
    """Module to the modules that it imports, by dotted name."""
    names = {}
    for path in MODULES:
        parts = path.relative_to(SOURCE.parent).with_suffix("").parts
        names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    graph = {}
    for module, path in names.items():
        found = set()
        for _, name in imported(parse(path)):
            head = name.rpartition(".")[0]
            found.add(name if name in names else head)
        graph[module] = (found & set(names)) - {module}
    return graph


def test_no_cycles():
    """Taking away modules that import nothing left must, in the end, take all of them."""
    graph = module_graph()
    assert graph["raredx.settings"] >= {"raredx.errors", "raredx.vocabulary"}  # the graph is one
    while True:
        done = {module for module, needs in graph.items() if not needs}
        if not done:
            break
        graph = {module: needs - done for module, needs in graph.items() if module not in done}
    assert graph == {}


def test_names_say_what_is_inside():
    assert [name_of(path) for path in MODULES if path.name in FORBIDDEN_NAMES] == []


@pytest.mark.parametrize("path", CASES)
def test_modules_are_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MODULE_LINES


@pytest.mark.parametrize("path", CASES)
def test_functions_are_short(path):
    """Counted with the docstring, without decorators: the options of a command are a list."""
    long = []
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                long.append(f"{node.name}: {lines} lines")
    assert long == []


@pytest.mark.parametrize("path", CASES)
def test_every_module_says_what_it_is(path):
    assert ast.get_docstring(parse(path))


HELP = """
import sys
from raredx.cli.main import main
sys.argv = ["raredx", *{arguments!r}]
try:
    main()
except SystemExit as done:
    assert not done.code, done.code
print("LOADED", *sorted({{name.partition(".")[0] for name in sys.modules}}))
"""


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]], ids=" ".join)
@pytest.mark.skipif(not (SOURCE / "cli" / "main.py").exists(), reason="no cli/main.py yet")
def test_help_loads_no_heavy_library(arguments):
    """Help must come at once: a subcommand loads its libraries when it is called."""
    done = subprocess.run(
        [sys.executable, "-c", HELP.format(arguments=arguments)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    *said, loaded = done.stdout.strip().splitlines()
    assert "raredx" in " ".join(said).lower()
    modules = set(loaded.split()[1:])
    assert "click" in modules
    assert modules & {"numba", "numpy", "pandas", "cyvcf2", "pysam", "llvmlite"} == set()
