"""Kernels called in every way, in processes of their own: what tests/kernels/test_jit.py starts.

The test suite sets what makes Numba check bounds, or compile nothing; here neither is set.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from raredx.kernels import jit, native, plain
from raredx.kernels.jit import Kernel, everything_compiled, kernel, runtime
from raredx.kernels.signature import arrays_of, signature_of
from raredx.kernels.store import Store
from raredx.pipeline.check import check
from raredx.pipeline.rank import rank
from raredx.pipeline.request import CheckRequest, RankRequest
from raredx.pipeline.warmup import warm_up

TESTS = Path(__file__).resolve().parent
DEMO = TESTS.parent / "data" / "demo"
HEAVY = ("numba", "llvmlite")


def clean_environment(folder: Path, **others: str) -> dict[str, str]:
    """Without Numba's settings, and with the store in a folder."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("NUMBA_", "COV_"))}
    spare = folder.with_name(f"{folder.name}-temporary")
    spare.mkdir(exist_ok=True)
    return kept | {"RAREDX_CACHE_DIR": str(folder), "TMPDIR": str(spare)} | others


def start(what: Callable[[], None], folder: Path, **others: str) -> subprocess.Popen[str]:
    """Start one of the functions below in a process of its own."""
    code = f"import sys; sys.path.insert(0, {str(TESTS)!r}); import kernel_calls as k; k.{what.__name__}()"
    return subprocess.Popen(
        [sys.executable, "-c", code], env=clean_environment(folder, **others),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def run(what: Callable[[], None], folder: Path, **others: str) -> str:
    """Run one of the functions below in a process of its own, and give what it prints."""
    process = start(what, folder, **others)
    out, err = process.communicate(timeout=240)
    assert process.returncode == 0, err
    return out


def loaded() -> list[str]:
    return [name for name in HEAVY if name in sys.modules]


# --- every kernel of a real run ------------------------------------------------------------------


def compile_every_kernel() -> None:
    """Do what `raredx warmup` does, and print the arithmetic that Python would do otherwise."""
    done = warm_up()
    print(json.dumps({"kernels": done.n_kernels, "narrow": sorted(narrow_arithmetic())}))


def narrow_arithmetic() -> set[str]:
    """Places where Numba computes in float32, or makes a float of an unsigned number."""
    types = runtime.compiler.types
    found = set()
    for made in runtime.compiler.FOR_THE_STORE.values():
        for compiled in made.overloads.values():
            for place, call in compiled.type_annotation.calltypes.items():
                if call is None or getattr(place, "op", "") not in ARITHMETIC:
                    continue
                if place.op == "call":
                    called = compiled.type_annotation.typemap[place.func.name]
                    if getattr(called, "typing_key", None) in EXACT:
                        continue
                    if isinstance(called, types.NumberClass | types.Dispatcher):
                        continue  # np.float32(x), rounded on purpose; another kernel
                unsigned = any(isinstance(a, types.Integer) and not a.signed for a in call.args)
                to_float = call.return_type == types.float64 and unsigned
                if call.return_type == types.float32 or to_float:
                    found.add(f"{made.py_func.__name__}, line {place.loc.line}: {call}")
    return found


EXACT = (float, min, max, abs)
"""Functions that do not round: Numba's `float(x)` leaves a float32 as it is."""
ARITHMETIC = ("binop", "inplace_binop", "unary", "call")


@kernel
def narrow(values, counts, out):
    for i in range(values.size):
        out[i] = values[i] * values[i]
        out[i] += math.log(values[i])
        out[i] += counts[i] + i


def find_narrow_arithmetic() -> None:
    """See that `narrow_arithmetic` would find some."""
    with everything_compiled():
        narrow(np.ones(2, np.float32), np.ones(2, np.uint64), np.zeros(2))
    print(len(narrow_arithmetic()), loaded())


def rank_demo(folder: str) -> None:
    """Rank and check the demonstration family."""
    vcf, ped = str(DEMO / "family.vcf.gz"), DEMO / "family.ped"
    rank(RankRequest(vcf, ped, output=f"{folder}/a.tsv"), lambda *_: None)
    check(CheckRequest(vcf, ped, output=f"{folder}/b.tsv"), lambda *_: None)


def compare_three_ways() -> None:
    """Rank the demonstration family; each call again in Python, and by Numba's own function.

    Numba's function is asked of a few: it takes long to compile.
    """
    calls: list[tuple[Kernel, tuple[Any, ...], tuple[Any, ...], Any]] = []
    whole_call = Kernel.__call__

    def record(self: Kernel, *args: Any) -> Any:
        before = copied(args)
        result = whole_call(self, *args)
        calls.append((self, before, copied(args), result))
        return result

    Kernel.__call__ = record  # type: ignore[method-assign]
    rank_demo(os.environ["OUT"])
    Kernel.__call__ = whole_call  # type: ignore[method-assign]
    assert loaded() == []
    names = {made.name for made, *_ in calls}
    for made, before, after, result in calls:
        assert isinstance(made._native[signature_of(before) or ""], object)
        args = copied(before)
        assert same(plain.run(made.in_python, args), result), made.name
        assert_same_arrays(made.name, args, after)
    for made, before, after, result in calls:
        if made.name in ("segregation.combine", "de_novo.grade_de_novo", "roh.extend_runs"):
            args = copied(before)
            assert same(runtime.compiler.ordinary(made)(*args), result), made.name
            assert_same_arrays(made.name, args, after)
    print(json.dumps({"calls": len(calls), "kernels": sorted(names)}))


def copied(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Copy every array; one with gaps gets gaps again."""
    found: list[Any] = []
    for value in args:
        if isinstance(value, tuple):
            value = copied(value)
        elif isinstance(value, np.ndarray):
            gap = 1 if value.flags.c_contiguous else 2
            room = np.empty((*value.shape[:-1], gap * value.shape[-1]), value.dtype)[..., ::gap]
            room[...] = value
            value = room
        found.append(value)
    return tuple(found)


def same(one: Any, other: Any) -> bool:
    return (one, type(one)) == (other, type(other))


def assert_same_arrays(name: str, one: tuple[Any, ...], other: tuple[Any, ...]) -> None:
    for n, (a, b) in enumerate(zip(arrays_of(one), arrays_of(other), strict=True)):
        assert a.tobytes() == b.tobytes(), f"{name}: array {n}"


# --- what a kernel may take and give -------------------------------------------------------------


@kernel
def pair_of(a, b):
    return a + 1, b * 2.0, a > b


@kernel
def one_of(values, i):
    return values[i]


@kernel
def share(a, b):
    return a / b


@kernel
def fill(grids, scale, out):
    first, second = grids[0], grids[1][0]
    for i in range(first.shape[0]):
        for j in range(first.shape[1]):
            out[i, j] = first[i, j] * scale[1] + second[j]
    if scale[0]:
        out[0, 0] = -1


@kernel
def allocate(n, out):
    """What cannot be stored."""
    room = np.empty(n, np.int64)
    room[:] = 5
    out[0] = room.sum()


GRID = np.arange(12, dtype=np.int16).reshape(3, 4)
ROWS: list[tuple[Kernel, tuple[Any, ...]]] = [
    (pair_of, (3, 2.5)), (pair_of, (np.int8(-1), 7.0)),
    (one_of, (GRID[1], 2)), (one_of, (GRID[:, 2], 1)), (one_of, (np.array([0.5, 0.25]), 1)),
    (one_of, (np.array([True, False]), 1)), (one_of, (np.array([200], np.uint8), 0)),
    (share, (7, 2)), (share, (1.0, 8.0)),
    (fill, ((GRID, (np.arange(4.0),)), (True, 3), np.zeros((3, 4)))),
    (fill, ((GRID.T, (GRID[0],)), (False, 0.5), np.zeros((4, 3))[:, ::-1])),
    (allocate, (4, np.zeros(1, np.int64))),
]  # fmt: skip


def call_in_every_way() -> None:
    """Call small kernels in Python, compiled, from the store, and by Numba's own function."""
    for made, given in ROWS:
        args, expected = copied(given), copied(given)
        result = plain.run(made.in_python, expected)
        assert runtime.plain_seconds == 0.0
        with everything_compiled():
            for _ in range(2):
                assert same(made(*args), result), made.name
                assert_same_arrays(made.name, args, expected)
        again = Kernel(made.function)
        again.__name__ = made.__name__
        if made is not allocate:
            assert again._load(signature_of(args) or ""), made.name
            args = copied(given)
            assert same(again(*args), result), made.name
            assert_same_arrays(made.name, args, expected)
        args = copied(given)
        assert same(runtime.compiler.ordinary(made)(*args), result), made.name
        assert_same_arrays(made.name, args, expected)
    with everything_compiled():
        for zero in (0, 0.0):
            with pytest.raises(ZeroDivisionError, match="division by zero"):
                share(1.0, zero)
    print(*sorted(path.name for path in runtime.store.folders[0].glob("*.bin")), sep="\n")


# --- small work, several threads, several processes ----------------------------------------------


@kernel
def spin(n, out):
    total = 0
    for i in range(n):
        total = (total * 1103515245 + i) % 2147483647
    out[0] = total


SPIN = 8_000_000


def small_work() -> None:
    """Small work compiles nothing and stores nothing; what grows is compiled in the end."""
    out = np.zeros(1, np.int64)
    spin(1000, out)
    assert loaded() == []
    assert not runtime.store.folders[0].exists()
    big = np.zeros(jit.PLAIN_SECONDS_IN_ALL.__ceil__() * 1_000_000, np.int8)
    assert one_of.is_ready(big[:100], 0)
    assert not one_of.is_ready(big, 0)
    never = jit.kernel(compiled_only=True)(one_of.function)
    assert not never.is_ready(big[:100], 0)
    assert loaded() == []
    assert one_of(big, 5) == 0
    assert "numba" in loaded()
    assert one_of.is_ready(big[:100], 0)
    runs = 0
    while spin._native == {}:
        spin(20_000, out)
        runs += 1
    print(runs)


def use_threads() -> None:
    """Call one kernel from two threads that meet it for the first time, while Python goes on."""
    rooms = [np.zeros(1, np.int64) for _ in range(2)]
    threads = [threading.Thread(target=spin, args=(SPIN, room)) for room in rooms]
    for thread in threads:
        thread.start()
    turns = 0
    while any(thread.is_alive() for thread in threads):
        time.sleep(0.001)
        turns += 1
    alone = np.zeros(1, np.int64)
    spin(SPIN, alone)
    assert [room[0] for room in rooms] == [alone[0]] * 2
    print(turns, loaded())


def compile_two() -> None:
    """Compile two kernels; print what was loaded for it."""
    with everything_compiled():
        print(pair_of(3, 2.5), one_of(GRID[1], 2), loaded())


def without_executable_memory() -> None:
    """Fall back to Numba's own function where memory cannot be made executable."""

    def forbid(image: object) -> None:
        raise PermissionError

    native.put_into_memory = forbid  # type: ignore[assignment]
    compile_two()


def without_any_folder() -> None:
    """Compile where nothing can be written."""
    Store.writable_folder = lambda store: None  # type: ignore[method-assign]
    compile_two()


def on_another_platform() -> None:
    """Fall back to Numba's own function where machine code is not kept."""
    jit.is_supported = lambda: False
    compile_two()
