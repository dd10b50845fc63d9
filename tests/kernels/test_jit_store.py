"""Where machine code is kept: whole files only, in folders that can be trusted."""

from __future__ import annotations

import math
import os
import stat
from pathlib import Path

import llvmlite.binding as llvm
import numpy as np
import pytest

from raredx.kernels import store as module
from raredx.kernels.machine_code import (
    Image,
    NotStorable,
    decode_image,
    encode_image,
    is_supported,
    link_image,
)
from raredx.kernels.native import NativeFunction, address_of_array
from raredx.kernels.store import FOLDER_VARIABLE, Store, cpu_level, folder_name


@pytest.fixture
def fx_store(tmp_path, monkeypatch):
    """A store in an empty folder, with an empty directory for temporary files."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "own"))
    monkeypatch.setattr(module.tempfile, "gettempdir", lambda: str(tmp_path / "temporary"))
    return Store()


def test_what_is_written_comes_back(fx_store):
    assert fx_store.read("a") is None
    assert fx_store.write("a", b"code")
    assert fx_store.read("a") == b"code"
    assert Store().read("a") == b"code"
    (file,) = fx_store.folders[0].iterdir()
    assert file.name == "a.bin"


DAMAGE = {
    "empty": lambda stored: b"",
    "cut off": lambda stored: stored[:-1],
    "longer": lambda stored: stored + b"x",
    "one bit": lambda stored: stored[:-1] + bytes([stored[-1] ^ 1]),
    "another format": lambda stored: b"x" + stored[1:],
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_file_counts_as_absent_and_is_replaced(fx_store, damage):
    fx_store.write("a", b"code")
    file = fx_store.folders[0] / "a.bin"
    file.write_bytes(damage(file.read_bytes()))
    assert fx_store.read("a") is None
    fx_store.write("a", b"code")
    assert fx_store.read("a") == b"code"


def test_a_file_under_another_name_counts_as_absent(fx_store):
    fx_store.write("a", b"code")
    (fx_store.folders[0] / "a.bin").rename(fx_store.folders[0] / "b.bin")
    assert fx_store.read("b") is None


def test_the_folder_that_is_named_may_be_read_by_others(fx_store):
    """An image is built by one user, and run by another."""
    before = os.umask(0o022)
    try:
        fx_store.write("a", b"code")
    finally:
        os.umask(before)
    folder = fx_store.folders[0]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755
    assert stat.S_IMODE((folder / "a.bin").stat().st_mode) == 0o644


def unwritable(tmp_path: Path) -> None:
    """Put a file where the first folder should be: root may write everywhere else."""
    (tmp_path / "own").write_text("")


def test_where_nothing_can_be_written_the_temporary_directory_serves(fx_store, tmp_path):
    unwritable(tmp_path)
    assert fx_store.write("a", b"code")
    assert fx_store.read("a") == b"code"
    spare = fx_store.folders[1]
    assert [file.name for file in spare.iterdir()] == ["a.bin"]
    assert stat.S_IMODE(spare.stat().st_mode) == 0o700


def test_a_temporary_folder_that_others_can_write_is_left_alone(fx_store, tmp_path):
    unwritable(tmp_path)
    fx_store.write("a", b"code")
    fx_store.folders[1].chmod(0o777)
    assert fx_store.read("a") is None
    assert not fx_store.write("a", b"code")


def test_a_link_in_the_temporary_directory_is_left_alone(fx_store, tmp_path):
    unwritable(tmp_path)
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    fx_store.folders[1].symlink_to(tmp_path / "elsewhere")
    assert not fx_store.write("a", b"code")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_nothing_can_be_written_anywhere(fx_store, tmp_path):
    unwritable(tmp_path)
    (tmp_path / "temporary").rmdir()
    (tmp_path / "temporary").write_text("")
    assert fx_store.writable_folder() is None
    assert not fx_store.write("a", b"code")
    assert fx_store.read("a") is None


def test_without_a_named_folder_it_is_the_users_cache(monkeypatch, tmp_path):
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    monkeypatch.setattr(module.platformdirs, "user_cache_path", lambda name: tmp_path / name)
    assert Store().folders[0] == tmp_path / "raredx" / "kernels" / folder_name()


def test_a_user_without_a_home_has_the_temporary_folder(fx_store, monkeypatch, tmp_path):
    """No folder named `~` is made in the working directory."""
    monkeypatch.delenv(FOLDER_VARIABLE)
    monkeypatch.setattr(module.platformdirs, "user_cache_path", lambda name: Path("~/.cache"))
    monkeypatch.chdir(tmp_path)
    assert fx_store.write("a", b"code")
    assert fx_store.read("a") == b"code"
    assert [path.name for path in tmp_path.iterdir()] == ["temporary"]
    fx_store.folders[0].chmod(0o777)
    assert fx_store.read("a") is None


@pytest.mark.parametrize(
    ("setting", "changes"),
    [("NUMBA_OPT", True), ("NUMBA_CPU_NAME", True), ("NUMBA_NUM_THREADS", False), ("LANG", False)],
)
def test_settings_that_change_machine_code_change_the_folder(monkeypatch, setting, changes):
    before = folder_name.__wrapped__()
    monkeypatch.setenv(setting, "1")
    assert (folder_name.__wrapped__() != before) == changes


LEVELS = [
    (set(), "x86-64"),
    ({"cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3"}, "x86-64-v2"),
    ({"avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave"}, "x86-64-v3"),
    ({"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}, "x86-64-v4"),
]


@pytest.mark.parametrize("n", range(len(LEVELS)), ids=[name for _, name in LEVELS])
def test_the_level_is_the_highest_that_is_there_whole(monkeypatch, n):
    every = set().union(*(flags for flags, _ in LEVELS[: n + 1]))
    monkeypatch.setattr(module, "_cpu_flags", lambda: every)
    assert cpu_level.__wrapped__() == LEVELS[n][1]
    for flag in LEVELS[n][0]:
        monkeypatch.setattr(module, "_cpu_flags", lambda flag=flag: every - {flag})
        assert cpu_level.__wrapped__() == LEVELS[n - 1][1]


def test_the_level_stands_in_the_name_of_the_folder():
    assert f"-{cpu_level()}-" in folder_name()


# --- the block of machine code -------------------------------------------------------------------

IMAGE = Image(b"code and constants", 4, [(0, 8)], [(8, "log"), (0, "pow")], "i8,f8")


def test_a_block_comes_back_as_it_was():
    assert decode_image(encode_image(IMAGE)) == IMAGE


@pytest.mark.parametrize("length", [0, 3, 10, -1])
def test_a_block_that_is_cut_off(length):
    with pytest.raises(ValueError, match=r"cut off|char"):
        decode_image(encode_image(IMAGE)[:length])


# --- object files, from LLVM's language --------------------------------------------------------

native_only = pytest.mark.skipif(not is_supported(), reason="ELF for x86-64 only")


def object_file(code: str, model: str = "large") -> bytes:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_default_triple().create_target_machine(
        cpu="x86-64", opt=3, reloc="static", codemodel=model
    )
    return machine.emit_object(llvm.parse_assembly(code))


def function_of(body: str, **others: str) -> str:
    """Write a kernel that takes one row of words; `others` stand before it."""
    return "\n".join((*others.values(), f"define i32 @entry(ptr %words) {{ {body} }}"))


REFUSED = {
    "a function that is not on the list": (
        function_of("call void @abort() ret i32 0", other="declare void @abort()"),
        "calls abort",
    ),
    "memory management": (
        function_of(
            "%p = call ptr @NRT_MemInfo_alloc(i64 8) store ptr %p, ptr %words ret i32 0",
            other="declare ptr @NRT_MemInfo_alloc(i64)",
        ),
        "calls NRT_MemInfo_alloc",
    ),
    "a variable": (
        function_of("store i32 1, ptr @v ret i32 0", other="@v = global i32 5"),
        "variables",
    ),
    "a variable that begins as 0": (
        function_of("store i32 1, ptr @v ret i32 0", other="@v = common global i32 0"),
        "lies outside",
    ),
    "no such function": ("define i32 @another() { ret i32 0 }", "no function entry"),
}


@native_only
@pytest.mark.parametrize(("code", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_stored(code, reason):
    with pytest.raises(NotStorable, match=reason):
        link_image(object_file(code), "entry", "")


LOG_OF_TABLE = function_of(
    """
    %result = load ptr, ptr %words
    %place = getelementptr i64, ptr %words, i64 2
    %n = load i64, ptr %place
    %there = getelementptr double, ptr @table, i64 %n
    %number = load double, ptr %there
    %log = call double @log(double %number)
    store double %log, ptr %result
    ret i32 0
    """,
    table="@table = constant [3 x double] [double 2.0, double 3.5, double 10.0]",
    log="declare double @log(double)",
)


@native_only
@pytest.mark.parametrize("n", range(3))
def test_a_block_finds_its_constants_and_the_mathematical_library(n):
    image = link_image(object_file(LOG_OF_TABLE), "entry", "f8")
    assert [name for _, name in image.outside] == ["log"]
    assert image.inside
    function = NativeFunction(encode_image(image), "i")
    assert function(n) == math.log((2.0, 3.5, 10.0)[n])


WORD_NINE = function_of(
    """
    %result = load ptr, ptr %words
    %place = getelementptr i64, ptr %words, i64 9
    %word = load i64, ptr %place
    store i64 %word, ptr %result
    ret i32 0
    """
)
WORDS_NINE = [
    ("an array of two axes, then a number", "i2C2-i", (np.zeros((5, 6), np.int16), 77), 6 * 2),
    ("tuples lie flat", "(i,i)-f-(i,(i,i,i))-i", ((1, 2), 0.5, (3, (4, 5, 6)), 88), 88),
]


@native_only
@pytest.mark.parametrize(
    ("signature", "args", "word"), [row[1:] for row in WORDS_NINE], ids=[r[0] for r in WORDS_NINE]
)
def test_arguments_lie_in_one_row(signature, args, word):
    """Words 0 and 1 are the result and the exception; an array of two axes takes nine."""
    stored = encode_image(link_image(object_file(WORD_NINE), "entry", "i8"))
    assert NativeFunction(stored, signature)(*args) == word


@native_only
def test_a_function_that_the_library_lacks(monkeypatch):
    image = link_image(object_file(LOG_OF_TABLE), "entry", "f8")
    absent = image._replace(outside=[(image.outside[0][0], "no_such_function")])
    with pytest.raises(OSError, match="the C library has no no_such_function"):
        NativeFunction(encode_image(absent), "i")


@native_only
@pytest.mark.parametrize("array", [np.zeros(0), np.arange(6)[2:], np.zeros((2, 3), np.int8)[:, 1]])
def test_addresses_are_those_that_numpy_tells(array):
    assert address_of_array(array) == array.__array_interface__["data"][0]


@pytest.mark.parametrize("binary", [b"MZ" + bytes(100), b"\x7fELF\x01" + bytes(100)])
def test_other_object_files_are_not_stored(binary):
    with pytest.raises(NotStorable, match="no object file for x86-64"):
        link_image(binary, "entry", "")
