"""Kernels give the same bytes in Python, compiled, from the store, and by Numba's own function.

Everything here runs in processes of its own, without the settings of the test suite.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import kernel_calls
from raredx.kernels.machine_code import is_supported

pytestmark = pytest.mark.skipif(not is_supported(), reason="machine code is kept on Linux x86-64")


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("kernels/*/*.bin"))


def test_every_kernel_of_a_real_run_can_be_stored(fx_warm):
    folder, told = fx_warm
    assert len(files(folder)) == told["kernels"] >= 24
    assert not [*folder.glob("kernels/*/numba")], "Numba kept what the store could not"


def test_no_kernel_computes_in_narrow_types(fx_warm):
    """There Python and machine code would differ: see the head of jit.py."""
    assert fx_warm[1]["narrow"] == []


def test_narrow_types_would_be_found(tmp_path):
    found, *_ = kernel_calls.run(kernel_calls.find_narrow_arithmetic, tmp_path).split()
    assert int(found) >= 2


def test_a_real_run_gives_the_same_bytes_in_three_ways(fx_warm, tmp_path):
    """A run from the store, without Numba; then each of its calls in Python."""
    text = kernel_calls.run(kernel_calls.compare_three_ways, fx_warm[0], OUT=str(tmp_path))
    told = json.loads(text)
    assert told["calls"] > 50
    assert len(told["kernels"]) >= 24


def test_every_kind_of_argument_and_result(tmp_path):
    stored = kernel_calls.run(kernel_calls.call_in_every_way, tmp_path).split()
    assert "kernel_calls.pair_of-i-f.bin" in stored
    assert "kernel_calls.one_of-i2A1-i.bin" in stored
    assert "kernel_calls.fill-(i2C2,(f8C1))-(b,i)-f8C2.bin" in stored
    assert not [name for name in stored if "allocate" in name]


def test_small_work_compiles_nothing(tmp_path):
    runs = int(kernel_calls.run(kernel_calls.small_work, tmp_path))
    assert runs > 3


def test_threads_share_a_kernel_and_let_python_go_on(tmp_path):
    kernel_calls.run(kernel_calls.compile_two, tmp_path)
    turns, _ = kernel_calls.run(kernel_calls.use_threads, tmp_path).split(maxsplit=1)
    assert int(turns) > 20


COMPILED = "(4, 5.0, True) 6 ['numba', 'llvmlite']\n"
LOADED = "(4, 5.0, True) 6 []\n"


def test_compiled_once_then_loaded(tmp_path):
    assert kernel_calls.run(kernel_calls.compile_two, tmp_path) == COMPILED
    assert kernel_calls.run(kernel_calls.compile_two, tmp_path) == LOADED


def test_two_processes_at_once(tmp_path):
    both = [kernel_calls.start(kernel_calls.compile_two, tmp_path) for _ in range(2)]
    assert [process.communicate(timeout=240)[0] for process in both] == [COMPILED] * 2
    assert len(files(tmp_path)) == 2
    assert kernel_calls.run(kernel_calls.compile_two, tmp_path) == LOADED


def test_damaged_files_are_compiled_again(tmp_path):
    kernel_calls.run(kernel_calls.compile_two, tmp_path)
    whole = [file.read_bytes() for file in files(tmp_path)]
    first, second = files(tmp_path)
    first.write_bytes(whole[0][:-20])
    second.write_bytes(whole[0])
    assert kernel_calls.run(kernel_calls.compile_two, tmp_path) == COMPILED
    assert [file.read_bytes() for file in files(tmp_path)] == whole


def test_an_unwritable_folder_is_read_and_the_temporary_one_written(tmp_path):
    nowhere = tmp_path / "file"
    nowhere.write_text("")
    assert kernel_calls.run(kernel_calls.compile_two, nowhere) == COMPILED
    assert kernel_calls.run(kernel_calls.compile_two, nowhere) == LOADED
    (spare,) = (tmp_path / "file-temporary").iterdir()
    assert spare.name.startswith("raredx-kernels-")


def test_where_nothing_can_be_written_it_is_compiled_each_time(tmp_path):
    assert kernel_calls.run(kernel_calls.without_any_folder, tmp_path) == COMPILED
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("fallback", ["without_executable_memory", "on_another_platform"])
def test_numba_itself_serves_where_machine_code_cannot(tmp_path, fallback):
    told = kernel_calls.run(getattr(kernel_calls, fallback), tmp_path)
    assert told == COMPILED
    assert [*tmp_path.glob("kernels/*/numba/*")], "Numba keeps what it compiled"
    assert files(tmp_path) == []


def test_settings_of_numba_have_their_own_machine_code(tmp_path):
    kernel_calls.run(kernel_calls.compile_two, tmp_path)
    told = kernel_calls.run(kernel_calls.compile_two, tmp_path, NUMBA_CPU_NAME="x86-64")
    assert told == COMPILED
    assert len([*(tmp_path / "kernels").iterdir()]) == 2
