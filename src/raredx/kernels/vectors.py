"""Sixty-four bytes at a time: what the scan of raw text asks the processor's vectors.

A mask has bit n set where byte n answers yes. Whoever calls guarantees that 64 bytes can be
read from the place given (`raw_text.PADDING`); a mask is made of what lies there, so that what
it says of bytes beyond a text must be ignored. `kernels.simd` writes them in LLVM; the
stand-ins here are what they mean.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np

from raredx.kernels.jit import intrinsic_from

WIDTH = 64
"""Bytes that one mask covers."""

ONE = np.uint64(1)
"""One, of the type that masks have."""

_SIMD = "raredx.kernels.simd"


def _equal_bytes(text: Any, at: int, byte: int) -> Any:
    """Mask of the bytes from a place on that equal a byte."""
    return np.uint64(sum(1 << n for n in range(WIDTH) if text[at + n] == byte))


def _low_bytes(text: Any, at: int) -> Any:
    """Mask of the bytes from a place on that are a line end, a tab, or a control byte below."""
    return np.uint64(sum(1 << n for n in range(WIDTH) if text[at + n] < 11))


def _four_bytes_as_float(text: Any, at: int) -> float:
    """Four bytes from a place on as a float32."""
    return float(np.array([int(text[at + n]) for n in range(4)], np.uint8).view(np.float32)[0])


def _lowest_bit(mask: Any) -> int:
    """Place of the lowest bit of a mask that is not 0."""
    number = int(mask)
    return (number & -number).bit_length() - 1


def _count_bits(mask: Any) -> int:
    """Bits of a mask that are set."""
    return int(mask).bit_count()


def _call_inflate(
    function: int, handle: int, source: Any, first: int, size: int, out: Any, at: int, room: int
) -> int:
    """Inflate raw deflate data into a room that they must fill; 0 where they did."""
    data = bytes(int(source[first + n]) for n in range(size))
    try:
        text = zlib.decompress(data, -zlib.MAX_WBITS)
    except zlib.error:
        return 1
    if len(text) != room:
        return 2
    for n, byte in enumerate(text):
        out[at + n] = byte
    return 0


def _call_crc32(function: int, text: Any, at: int, size: int) -> int:
    """CRC-32 of a stretch of a byte array."""
    return zlib.crc32(bytes(int(text[at + n]) for n in range(size)))


equal_bytes = intrinsic_from(_SIMD, "equal_bytes", _equal_bytes)
low_bytes = intrinsic_from(_SIMD, "low_bytes", _low_bytes)
four_bytes_as_float = intrinsic_from(_SIMD, "four_bytes_as_float", _four_bytes_as_float)
lowest_bit = intrinsic_from(_SIMD, "lowest_bit", _lowest_bit)
count_bits = intrinsic_from(_SIMD, "count_bits", _count_bits)
call_inflate = intrinsic_from(_SIMD, "call_inflate", _call_inflate)
call_crc32 = intrinsic_from(_SIMD, "call_crc32", _call_crc32)
