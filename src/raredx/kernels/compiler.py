"""Compiling kernels: the only import of numba, and only when a kernel must be compiled.

For the store a kernel is compiled without what Python would need to call it and without memory
management, for a level of x86-64 in place of the very processor. Where that cannot be done, or
where bounds are checked, Numba compiles and keeps it in its own ordinary way.
"""

from __future__ import annotations

import functools
import os
from typing import Any

from raredx.kernels.machine_code import NotStorable, encode_image, is_supported, link_image
from raredx.kernels.signature import words_of
from raredx.kernels.store import Store, cpu_level

_FOLDER = Store().writable_folder()
if "NUMBA_CACHE_DIR" not in os.environ and _FOLDER is not None:
    _checked = os.environ.get("NUMBA_BOUNDSCHECK", "") not in ("", "0")
    os.environ["NUMBA_CACHE_DIR"] = str(_FOLDER / ("numba-checked" if _checked else "numba"))

import llvmlite.binding as llvm  # noqa: E402
import numba  # noqa: E402  (the cache directory must be set first)
import numba.core.config  # noqa: E402

compile_function: Any = numba.njit
config: Any = numba.core.config
types: Any = numba.types

if is_supported() and config.CPU_NAME is None:
    config.CPU_NAME, config.CPU_FEATURES = cpu_level(), ""

_ENTRY = "raredx_entry"
_OPTIONS = {
    "nogil": True, "_nrt": False, "no_cpython_wrapper": True, "no_cfunc_wrapper": True,
}  # fmt: skip


@functools.cache
def ordinary(kernel: Any) -> Any:
    """Give the function that Numba compiles, keeps and calls in its own way."""
    function = kernel.linked(ordinary, lambda intrinsic: intrinsic.compilable())
    return compile_function(nogil=True, cache="NUMBA_CACHE_DIR" in os.environ)(function)


FOR_THE_STORE: dict[Any, Any] = {}
"""What Numba makes of each kernel that has been compiled for the store, or is called by one."""


def _bare(kernel: Any) -> Any:
    """Give the function that Numba compiles for the store."""
    if kernel not in FOR_THE_STORE:
        function = kernel.linked(_bare, lambda intrinsic: intrinsic.compilable())
        FOR_THE_STORE[kernel] = compile_function(**_OPTIONS)(function)
    return FOR_THE_STORE[kernel]


def machine_code(kernel: Any, signature: str) -> bytes | None:
    """Compile a kernel for one kind of arguments.

    Parameters
    ----------
    kernel : Kernel
        What to compile.
    signature : str
        Types of the arguments, see `signature.signature_of`.

    Returns
    -------
    bytes or None
        What `native.NativeFunction` reads; None where the kernel cannot be stored.
    """
    arguments = _numba_types(signature)
    try:
        dispatcher = _bare(kernel)
        dispatcher.compile(arguments)
        compiled = dispatcher.overloads[arguments]
        returns = _result_words(compiled.signature.return_type)
        binary = _object_file(compiled.library.get_llvm_str(), compiled.fndesc.llvm_func_name)
        return encode_image(link_image(binary, _ENTRY, returns))
    except (NotStorable, numba.errors.NumbaError):
        return None


def _object_file(code: str, name: str) -> bytes:
    """Translate LLVM's language; in the large model all addresses can be written anywhere."""
    machine = llvm.Target.from_default_triple().create_target_machine(
        cpu=config.CPU_NAME, features=config.CPU_FEATURES or "", opt=3,
        reloc="static", codemodel="large",
    )  # fmt: skip
    arguments = [str(a.type) for a in llvm.parse_assembly(code).get_function(name).arguments]
    binary: bytes = machine.emit_object(llvm.parse_assembly(code + _entry(name, arguments)))
    return binary


def _entry(name: str, arguments: list[str]) -> str:
    """Write a function that takes all arguments from one row of 64-bit words, and calls another.

    Python hands over one address much sooner than a hundred numbers.
    """
    words = "ptr" if arguments[0] == "ptr" else "i64*"
    lines = [f"define i32 @{_ENTRY}({words} %words) {{"]
    for n, kind in enumerate(arguments):
        lines.append(f"%place.{n} = getelementptr i64, {words} %words, i64 {n}")
        lines.append(f"%word.{n} = load i64, {words} %place.{n}")
        if kind == "i64":
            lines.append(f"%given.{n} = add i64 %word.{n}, 0")
        elif kind == "double":
            lines.append(f"%given.{n} = bitcast i64 %word.{n} to double")
        elif kind == "i8":
            lines.append(f"%given.{n} = trunc i64 %word.{n} to i8")
        else:
            lines.append(f"%given.{n} = inttoptr i64 %word.{n} to {kind}")
    given = ", ".join(f"{kind} %given.{n}" for n, kind in enumerate(arguments))
    return "\n".join((*lines, f'%status = call i32 @"{name}"({given})', "ret i32 %status", "}"))


def _numba_types(signature: str) -> tuple[Any, ...]:
    """Read the types of arguments."""
    stack: list[list[Any]] = [[]]
    for word in words_of(signature):
        if word == "(":
            stack.append([])
        elif word == ")":
            parts = stack.pop()
            stack[-1].append(types.BaseTuple.from_types(parts))
        else:
            stack[-1].append(_SCALARS[word] if word in _SCALARS else _array_type(word))
    return tuple(stack[0])


_SCALARS = {"i": types.int64, "f": types.float64, "b": types.boolean}
_NAMES = {"i": "int", "u": "uint", "f": "float"}


def _array_type(word: str) -> Any:
    """Read one type of array, such as `i1C2`."""
    kind, layout, axes = word[0], word[2], int(word[3])
    name = "boolean" if kind == "b" else f"{_NAMES[kind]}{8 * int(word[1])}"
    return types.Array(getattr(types, name), axes, layout)


def _result_words(returned: Any) -> str:
    """Write the types of what a kernel returns."""
    if returned is types.none:
        return ""
    if not isinstance(returned, types.BaseTuple):
        return _result_word(returned)
    if len(returned) < 2:
        raise NotStorable("a short tuple")
    return ",".join(map(_result_word, returned))


def _result_word(returned: Any) -> str:
    kind = types.unliteral(returned)
    if isinstance(kind, types.Boolean):
        return "b1"
    if isinstance(kind, types.Integer):
        return f"{'i' if kind.signed else 'u'}{kind.bitwidth // 8}"
    if isinstance(kind, types.Float):
        return f"f{kind.bitwidth // 8}"
    raise NotStorable(f"returns {kind}")
