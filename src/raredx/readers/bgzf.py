"""The text of a file block by block: plain, or BGZF with every checksum looked at."""

from __future__ import annotations

import importlib
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

_BLOCK_BYTES = 1 << 16
_BLOCK_HEAD = 18
_READ_BYTES = 1 << 20
_TRAILER = struct.Struct("<II")


class DamagedBlockError(Exception):
    """A BGZF block that is cut off, or does not hold what it says."""


def read_text(path: str) -> Iterator[bytes]:
    """Yield the text of a file block by block; refuse a BGZF file that is damaged."""
    with Path(path).open("rb", buffering=_READ_BYTES) as file:
        start = file.read(_BLOCK_HEAD)
        file.seek(0)
        if not _is_block_head(start):
            while block := file.read(_BLOCK_BYTES):
                yield block
            return
        offset = 0
        while head := file.read(_BLOCK_HEAD):
            if len(head) == _BLOCK_HEAD and not _is_block_head(head):
                raise DamagedBlockError(f"damaged: no BGZF block at byte {offset}")
            n_body = int.from_bytes(head[16:], "little") + 1 - _BLOCK_HEAD
            body = file.read(max(n_body, 0))
            if len(head) < _BLOCK_HEAD or len(body) < n_body:
                raise DamagedBlockError(f"truncated: the BGZF block at byte {offset} is cut off")
            text = _inflate(body)
            if text is None:
                raise DamagedBlockError(f"damaged: the BGZF block at byte {offset} is corrupt")
            offset += _BLOCK_HEAD + n_body
            if text:
                yield text


def _is_block_head(head: bytes) -> bool:
    """Whether a BGZF block begins so: gzip with one extra field, BC of two bytes."""
    magic = head[:3] == b"\x1f\x8b\x08" and head[10:16] == b"\x06\x00BC\x02\x00"
    return magic and len(head) == _BLOCK_HEAD and bool(head[3] & 4)


def _inflate(body: bytes) -> bytes | None:
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


def _load_deflate() -> tuple[Callable[[bytes, int], bytes], Callable[[bytes], int]]:
    """Give what inflates and what computes the checksum: libdeflate where it is installed."""
    try:
        library = importlib.import_module("deflate")
    except ImportError:
        return (lambda data, size: zlib.decompress(data, -zlib.MAX_WBITS, size)), zlib.crc32
    return library.deflate_decompress, library.crc32


_decompress, _crc32 = _load_deflate()
