"""BGZF: how blocks are inflated, with every checksum looked at.

libdeflate does it where the `deflate` package is installed: called by the kernels at its
addresses, or, where the package does not show them, block by block. Otherwise isal or zlib.
A block that these refuse is asked again of zlib, which alone decides what is damaged.
"""

from __future__ import annotations

import ctypes
import importlib
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_BLOCK_BYTES = 1 << 16
BLOCK_HEAD = 18
END_OF_FILE = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
"""The empty block with which a whole BGZF file ends: SAM specification, section 4.1.2."""

_READ_BYTES = 1 << 16
_TRAILER = struct.Struct("<II")


class DamagedBlockError(Exception):
    """A BGZF block that is cut off, or does not hold what it says."""


def cut_off(offset: int) -> DamagedBlockError:
    """Say that a block is not there as a whole."""
    return DamagedBlockError(f"truncated: the BGZF block at byte {offset} is cut off")


def no_block(offset: int) -> DamagedBlockError:
    """Say that something else stands where a block should begin."""
    return DamagedBlockError(f"damaged: no BGZF block at byte {offset}")


def corrupt(offset: int) -> DamagedBlockError:
    """Say that a block does not hold what it says."""
    return DamagedBlockError(f"damaged: the BGZF block at byte {offset} is corrupt")


def read_text(path: str) -> Iterator[bytes]:
    """Yield the text of a file block by block; refuse a BGZF file that is damaged."""
    with Path(path).open("rb", buffering=_READ_BYTES) as file:
        start = file.read(BLOCK_HEAD)
        file.seek(0)
        if not is_block_head(start):
            while block := file.read(_BLOCK_BYTES):
                yield block
            return
        offset = 0
        while head := file.read(BLOCK_HEAD):
            if len(head) == BLOCK_HEAD and not is_block_head(head):
                raise no_block(offset)
            n_body = int.from_bytes(head[16:], "little") + 1 - BLOCK_HEAD
            body = file.read(max(n_body, 0))
            if len(head) < BLOCK_HEAD or len(body) < n_body:
                raise cut_off(offset)
            text = inflate(body)
            if text is None:
                raise corrupt(offset)
            offset += BLOCK_HEAD + n_body
            if text:
                yield text


def read_stretch(path: str, begin: int, end: int) -> Iterator[bytes]:
    """Yield the text between two virtual offsets of a BGZF file, block by block.

    Parameters
    ----------
    path : str
    begin, end : int
        Byte where a block begins, times 65,536, plus a place in its text.

    Raises
    ------
    DamagedBlockError
        If a block is cut off or damaged.
    """
    with Path(path).open("rb", buffering=_READ_BYTES) as file:
        offset, last = begin >> 16, end >> 16
        file.seek(offset)
        while offset < last or (offset == last and end & 0xFFFF):
            head = file.read(BLOCK_HEAD)
            if not head:
                return
            if not is_block_head(head):
                raise no_block(offset) if len(head) == BLOCK_HEAD else cut_off(offset)
            n_body = int.from_bytes(head[16:], "little") + 1 - BLOCK_HEAD
            body = file.read(max(n_body, 0))
            if len(body) < n_body:
                raise cut_off(offset)
            text = inflate(body)
            if text is None:
                raise corrupt(offset)
            first = begin & 0xFFFF if offset == begin >> 16 else 0
            yield text[first : end & 0xFFFF] if offset == last else text[first:]
            offset += BLOCK_HEAD + n_body


def is_block_head(head: bytes) -> bool:
    """Whether a BGZF block begins so: gzip with one extra field, BC of two bytes."""
    magic = head[:3] == b"\x1f\x8b\x08" and head[10:16] == b"\x06\x00BC\x02\x00"
    return magic and len(head) == BLOCK_HEAD and bool(head[3] & 4)


def inflate(body: bytes) -> bytes | None:
    """Inflate what follows the head of a block; None where the checksum is not met."""
    if len(body) < _TRAILER.size:
        return None
    data, (expected, size) = body[: -_TRAILER.size], _TRAILER.unpack(body[-_TRAILER.size :])
    with suppress(Exception):  # each library raises its own; zlib decides below
        if 0 < size <= _BLOCK_BYTES:
            text: bytes = _decompress(data, size)
            if _crc32(text) == expected:
                return text
    try:  # htslib does not ask whether the size is right
        text = zlib.decompress(data, wbits=-zlib.MAX_WBITS)
    except zlib.error:
        return None
    return text if zlib.crc32(text) == expected and len(text) <= _BLOCK_BYTES else None


def _load_inflate() -> tuple[Callable[[bytes, int], bytes], Callable[[bytes], int]]:
    """Give what inflates and what computes the checksum, the fastest that is installed."""
    with suppress(ImportError):
        library = importlib.import_module("deflate")
        return library.deflate_decompress, library.crc32
    try:
        zlib_like = importlib.import_module("isal.isal_zlib")
    except ImportError:
        zlib_like = zlib
    return (
        (lambda data, size: zlib_like.decompress(data, -zlib.MAX_WBITS, size)),
        zlib_like.crc32,
    )


_decompress, _crc32 = _load_inflate()


def inflater_addresses() -> NDArray[np.int64] | None:
    """Give the addresses of libdeflate's functions, and of a decompressor for one thread.

    Returns
    -------
    int64, shape (3,), or None
        Inflating, checksum, decompressor; None where the `deflate` package does not show them.
    """
    try:
        library = ctypes.CDLL(importlib.import_module("deflate._deflate").__file__ or "")
        allocate = library.libdeflate_alloc_decompressor
        allocate.restype = ctypes.c_void_p
        functions = [library.libdeflate_deflate_decompress, library.libdeflate_crc32]
        handle = allocate()
    except (ImportError, OSError, AttributeError):
        return None
    places = [ctypes.cast(function, ctypes.c_void_p).value for function in functions]
    return np.array([*places, handle], np.int64) if handle and all(places) else None
