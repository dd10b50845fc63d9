"""Calling machine code: into memory, arguments as Numba passes them, the GIL let go.

Numba's calling convention: `int status(result *, exception **, arguments ...)`, where an array
is seven words and more (two for its owner, none here; elements; bytes of one; address; then
shape and strides), and a tuple its parts. Here all of them stand in one row of 64-bit words,
whose address is the only argument: see `compiler`.
"""

from __future__ import annotations

import ctypes
import functools
import mmap
import pickle
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from raredx.kernels.machine_code import Image, decode_image
from raredx.kernels.signature import words_of

_RESULTS: dict[str, Any] = {
    "i1": ctypes.c_int8, "i2": ctypes.c_int16, "i4": ctypes.c_int32, "i8": ctypes.c_int64,
    "u1": ctypes.c_uint8, "u2": ctypes.c_uint16, "u4": ctypes.c_uint32, "u8": ctypes.c_uint64,
    "f4": ctypes.c_float, "f8": ctypes.c_double, "b1": ctypes.c_bool,
}  # fmt: skip
_RETURNED, _RETURNED_NONE = 0, -2
_PROTOTYPE = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_char_p)


@functools.cache
def _process() -> ctypes.CDLL:
    """Functions of the C library, and of whatever else is in memory."""
    return ctypes.CDLL(None, use_errno=True)


@functools.cache
def _mathematics() -> ctypes.CDLL:
    return ctypes.CDLL("libm.so.6")


def _address_of(name: str) -> int:
    """Address of a function of the C library."""
    for library in (_process, _mathematics):
        try:
            found = library()[name]
        except AttributeError:
            continue
        return ctypes.cast(found, ctypes.c_void_p).value or 0
    raise OSError(f"the C library has no {name}")


def put_into_memory(image: Image) -> tuple[mmap.mmap, int]:
    """Write the addresses into a block and make it executable, and read-only.

    Returns
    -------
    mapping, address
        The memory, which must live as long as the function; where the function begins.

    Raises
    ------
    OSError
        If the system forbids it.
    """
    memory = mmap.mmap(-1, max(len(image.code), 1), mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    base = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    code = bytearray(image.code)
    for place, target in image.inside:
        struct.pack_into("<Q", code, place, base + target)
    for place, name in image.outside:
        struct.pack_into("<Q", code, place, _address_of(name))
    memory[: len(code)] = bytes(code)
    protect = _process().mprotect
    protect.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    if protect(base, len(memory), mmap.PROT_READ | mmap.PROT_EXEC):
        raise OSError(ctypes.get_errno(), "memory cannot be made executable")
    return memory, base + image.entry


class _Exception(ctypes.Structure):
    """How Numba tells of an exception: its class and arguments, pickled."""

    _fields_ = (("data", ctypes.c_void_p), ("size", ctypes.c_int32))


class NativeFunction:
    """Machine code for one kind of arguments.

    Raises
    ------
    OSError
        If it cannot be put into memory.
    ValueError
        If it is not what `machine_code.encode_image` wrote.
    """

    def __init__(self, stored: bytes, signature: str) -> None:
        image = decode_image(stored)
        words = image.returns.split(",") if image.returns else []
        fields = [(f"part_{i}", _RESULTS[word]) for i, word in enumerate(words)]
        self._names = [name for name, _ in fields]
        self._result: Any = type("Result", (ctypes.Structure,), {"_fields_": fields})
        self._pack = struct.Struct(_layout(signature)).pack
        self._memory, address = put_into_memory(image)
        self._function: Callable[..., int] = _PROTOTYPE(address)

    def __call__(self, *args: Any) -> Any:
        """Call it; what Numba would raise is raised."""
        result, told = self._result(), ctypes.c_void_p()
        flat: list[Any] = [ctypes.addressof(result), ctypes.addressof(told)]
        _flatten(args, flat)
        status = self._function(self._pack(*flat))
        if status not in (_RETURNED, _RETURNED_NONE):
            raise _raised(told)
        if not self._names:
            return None
        parts = tuple([getattr(result, name) for name in self._names])
        return parts if len(parts) > 1 else parts[0]


def _layout(signature: str) -> str:
    """Write the row of words as `struct` reads it."""
    found = ["=qq"]
    for word in words_of(signature):
        if word in "()":
            continue
        found.append("d" if word == "f" else "q" if word in "ib" else f"{5 + 2 * int(word[-1])}q")
    return "".join(found)


def _flatten(values: tuple[Any, ...], flat: list[Any]) -> None:
    """Write arguments as Numba passes them."""
    for value in values:
        if isinstance(value, np.ndarray):
            flat += (0, 0, value.size, value.itemsize, address_of_array(value))
            flat += value.shape
            flat += value.strides
        elif isinstance(value, tuple):
            _flatten(value, flat)
        else:
            flat.append(value.item() if isinstance(value, np.generic) else value)


def _address_by_interface(array: NDArray[Any]) -> int:
    """Where the elements begin, as NumPy tells everybody."""
    address: int = array.__array_interface__["data"][0]
    return address


def _address_by_place(array: NDArray[Any]) -> int:
    """Where the elements begin: the first word after the head of the object, ten times sooner."""
    return _POINTER.from_address(id(array) + _HEAD).value or 0


_POINTER, _HEAD = ctypes.c_size_t, object.__basicsize__
_PROBE = np.arange(3)[1:]
address_of_array = (
    _address_by_place
    if _HEAD == 16 and _address_by_place(_PROBE) == _address_by_interface(_PROBE)
    else _address_by_interface
)
"""The first is used where it is right: NumPy's C interface keeps that place since version 1."""


def _raised(told: ctypes.c_void_p) -> Exception:
    """Make the exception that a kernel raised: in effect always a division by zero."""
    if not told.value:
        return RuntimeError("a kernel failed")
    about = _Exception.from_address(told.value)
    kind, args, *_ = pickle.loads(ctypes.string_at(about.data, about.size))
    exception: Exception = kind(*(args or ()))
    return exception
