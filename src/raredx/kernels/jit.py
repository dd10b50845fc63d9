"""What a kernel is, and which way one call of it takes: machine code, Python, or the compiler.

`@kernel` keeps the Python function and imports no Numba, which alone takes a quarter of a
second. A call takes the first of these that can be had, and all give the same bytes:

native     machine code of these types of arguments from the store in the user's cache
           directory (`store`), put into memory and called without the GIL (`machine_code`)
plain      the Python function itself, where the work is small: a first run on a few thousand
           records compiles nothing
compiled   Numba compiles it (`compiler`), the machine code is stored for later runs, and
           called like any other. Where it cannot be stored, Numba's own function is called

How to write one::

    @kernel
    def judge(af, limit, out): ...          # arrays and scalars in, `out` last

    @kernel(compiled_only=True)             # never plain: hopeless in Python
    def scan(block, out): ...

    scan.is_ready(block, out)               # whether a call would compile nothing

Machine code cannot allocate: scratch comes from the caller. Kernels may call kernels, and
return numbers, truth values, or tuples of them. They may compare float32, but compute with
`np.float64(x)` (Numba's `float(x)` leaves a float32 as it is): so Python and machine code
agree, and a test looks for what does not. That nothing is written into a read-only array, and
nothing beyond one, is seen to by the tests alone (`NUMBA_BOUNDSCHECK=1`).

A function written in LLVM, in a module that imports Numba, has a stand-in in Python::

    trailing_zeros = intrinsic_from("raredx.kernels.simd", "trailing_zeros", count_in_python)

Kernels call `trailing_zeros`. The module is imported when a kernel that needs it is compiled,
and the name found in it (`@numba.extending.intrinsic`, or any other function that Numba can
compile) takes the place of the stand-in; plain kernels call `count_in_python`. The machine
code is made for a level of x86-64 (`store.cpu_level()`: "x86-64-v2", "-v3", "-v4"), not for
the very processor, so that machines can share a store.

`NUMBA_DISABLE_JIT=1` makes every call plain; `NUMBA_BOUNDSCHECK=1` leaves all to Numba, bounds
checked. Neither touches the store. No choice changes a result.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, overload

from raredx.kernels import plain
from raredx.kernels.machine_code import is_supported
from raredx.kernels.native import NativeFunction
from raredx.kernels.signature import count_elements, signature_of
from raredx.kernels.store import Store

PLAIN_SECONDS, PLAIN_SECONDS_IN_ALL = 0.3, 1.0
"""How long one kernel, and all of them, may run in Python before they are compiled: importing
Numba and compiling one takes about 1.5 s. Our choice."""
SECONDS_PER_ELEMENT = 2e-6
"""Guess for a kernel that has not run yet: it reads each element of its arrays once or twice."""

LONGEST_SIGNATURE = 64
"""Letters of a signature that stand in the name of a file; file systems allow 255 in all."""


class Intrinsic(NamedTuple):
    """A function that Numba finds elsewhere; called from Python, its stand-in."""

    module: str
    name: str
    stand_in: Callable[..., Any]

    def __call__(self, *args: Any) -> Any:
        """Call the stand-in."""
        return self.stand_in(*args)

    def compilable(self) -> Any:
        """Import what Numba compiles."""
        return getattr(importlib.import_module(self.module), self.name)


def intrinsic_from(module: str, name: str, stand_in: Callable[..., Any]) -> Intrinsic:
    """Name a function in a module that imports Numba, and its stand-in in Python."""
    return Intrinsic(module, name, stand_in)


class _Runtime:
    """What all kernels of a process share."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.store = Store()
        self.compile_all = False
        self.plain_seconds = 0.0
        self.disabled = _is_set("NUMBA_DISABLE_JIT")
        self.checked = _is_set("NUMBA_BOUNDSCHECK")

    @property
    def compiler(self) -> Any:
        """The module that imports Numba."""
        return importlib.import_module("raredx.kernels.compiler")


def _is_set(name: str) -> bool:
    return os.environ.get(name, "") not in ("", "0")


runtime = _Runtime()


class Kernel:
    """A kernel, and the machine code of it that this process has met."""

    def __init__(self, function: Callable[..., Any], *, compiled_only: bool = False) -> None:
        functools.update_wrapper(self, function)
        self.function = function
        self.compiled_only = compiled_only
        self.name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
        self._native: dict[str, Callable[..., Any]] = {}
        self._plain_seconds = 0.0
        self._plain_elements = 0

    def __call__(self, *args: Any) -> Any:
        """Run the kernel, one way or another."""
        if runtime.disabled:
            return plain.run(self.in_python, args)
        if runtime.checked:
            return runtime.compiler.ordinary(self)(*args)
        signature = signature_of(args)
        if signature is None:
            return runtime.compiler.ordinary(self)(*args)
        found = self._native.get(signature) or self._load(signature)
        if found is None:
            if self._is_small(args):
                return self._run_plain(args)
            found = self._compile(signature)
        return found(*args)

    @functools.cached_property
    def in_python(self) -> Callable[..., Any]:
        """The function, with every kernel and intrinsic that it calls as a function too."""
        return self.linked(lambda other: other.in_python, lambda other: other.stand_in)

    def linked(
        self,
        kernels: Callable[[Kernel], Any],
        intrinsics: Callable[[Intrinsic], Any],
    ) -> Callable[..., Any]:
        """Copy the function, with other objects for the kernels and intrinsics that it calls."""

        def replace(found: Any) -> Any:
            if isinstance(found, Kernel):
                return kernels(found)
            return intrinsics(found) if isinstance(found, Intrinsic) else None

        return plain.with_others(self.function, replace)

    def is_ready(self, *args: Any) -> bool:
        """Whether a call with such arguments would compile nothing.

        Always, while everything is being compiled: then nobody waits for less.
        """
        if runtime.disabled or runtime.compile_all:
            return True
        signature = None if runtime.checked else signature_of(args)
        if signature is None:
            return False
        found = self._native.get(signature) or self._load(signature)
        return found is not None or self._is_small(args)

    def _file_name(self, signature: str) -> str:
        """Name the machine code for one kind of arguments; long kinds by a digest."""
        if len(signature) > LONGEST_SIGNATURE:
            signature = hashlib.sha256(signature.encode()).hexdigest()[:LONGEST_SIGNATURE]
        return f"{self.name}-{signature}"

    def _load(self, signature: str) -> Callable[..., Any] | None:
        """Take the machine code from the store, if it is there and whole."""
        if not is_supported():
            return None
        with runtime.lock:
            if signature not in self._native:
                stored = runtime.store.read(self._file_name(signature))
                if stored is None or not self._put(stored, signature):
                    return None
            return self._native[signature]

    def _put(self, stored: bytes, signature: str) -> bool:
        """Put machine code into memory; whether that could be done."""
        try:
            self._native[signature] = NativeFunction(stored, signature)
        except (OSError, ValueError, KeyError):
            return False
        return True

    def _compile(self, signature: str) -> Callable[..., Any]:
        """Compile, store for later runs, and take what was compiled; or Numba's own function."""
        with runtime.lock:
            if signature not in self._native:
                code = runtime.compiler.machine_code(self, signature) if is_supported() else None
                if code is not None and self._put(code, signature):
                    runtime.store.write(self._file_name(signature), code)
                else:
                    self._native[signature] = runtime.compiler.ordinary(self)
            return self._native[signature]

    def _is_small(self, args: tuple[Any, ...]) -> bool:
        """Whether Python does the work sooner than it would be compiled."""
        if self.compiled_only or runtime.compile_all or not plain.can_run(args):
            return False
        rate = SECONDS_PER_ELEMENT
        if self._plain_elements:
            rate = max(rate, self._plain_seconds / self._plain_elements)
        expected = rate * count_elements(args)
        here, in_all = self._plain_seconds + expected, runtime.plain_seconds + expected
        return here < PLAIN_SECONDS and in_all < PLAIN_SECONDS_IN_ALL

    def _run_plain(self, args: tuple[Any, ...]) -> Any:
        """Run the Python function, and note how long it took."""
        began = time.perf_counter()
        result = plain.run(self.in_python, args)
        seconds = time.perf_counter() - began
        self._plain_seconds += seconds
        self._plain_elements += count_elements(args)
        runtime.plain_seconds += seconds
        return result


@overload
def kernel(function: Callable[..., Any]) -> Kernel: ...
@overload
def kernel(*, compiled_only: bool = False) -> Callable[[Callable[..., Any]], Kernel]: ...
def kernel(
    function: Callable[..., Any] | None = None, *, compiled_only: bool = False
) -> Kernel | Callable[[Callable[..., Any]], Kernel]:
    """Make a kernel of a function: see the head of this module."""
    if function is None:
        return functools.partial(Kernel, compiled_only=compiled_only)
    return Kernel(function, compiled_only=compiled_only)


@contextmanager
def everything_compiled() -> Iterator[Store]:
    """Compile, and store, every kernel that is called; gives the store."""
    before, runtime.compile_all = runtime.compile_all, True
    try:
        yield runtime.store
    finally:
        runtime.compile_all = before


def compiles_nothing() -> bool:
    """Whether the environment keeps kernels in Python, or leaves them to Numba."""
    return runtime.disabled or runtime.checked
