"""BGZF blocks: find them in raw bytes, and inflate them with their checksums looked at.

Layout of a block: SAM specification, section 4.1; RFC 1951 and 1952.
"""

from __future__ import annotations

from raredx.kernels.jit import kernel
from raredx.kernels.vectors import call_crc32, call_inflate

HEAD, TAIL, MOST_TEXT = 18, 8, 1 << 16
"""Bytes before and after the data of a block, and the most that it may hold."""

WHOLE, NO_BLOCK = 0, 1
FIRST, SIZE, TEXT, CHECKSUM = range(4)
"""Columns of a table of blocks: where the data begin and how long they are, what they inflate to,
and its CRC-32."""


@kernel
def little_endian(data, at, n):
    """Read an unsigned number of n bytes."""
    value = 0
    for i in range(n):
        value |= data[at + i] << (8 * i)
    return value


@kernel
def is_head(data, at):
    """Whether a block's head stands there: gzip with one extra field, BC of two bytes."""
    return (
        data[at] == 31
        and data[at + 1] == 139
        and data[at + 2] == 8
        and data[at + 3] & 4 != 0
        and data[at + 10] == 6
        and data[at + 11] == 0
        and data[at + 12] == 66
        and data[at + 13] == 67
        and data[at + 14] == 2
        and data[at + 15] == 0
    )


@kernel(compiled_only=True)
def list_blocks(data, n_bytes, room, table, totals):
    """List the whole blocks at the beginning of some bytes, as many as inflate into a room.

    Parameters
    ----------
    data : uint8
    n_bytes : int
        How many of them are there.
    room : int
        Bytes of text that there is room for.
    table : int64, shape (block, 4)
        Taken.
    totals : int64, shape (4,)
        Set: blocks, bytes of data that they take, bytes of text, `WHOLE` or `NO_BLOCK`. A block
        that is cut off, too small, or says that it holds more than a block may is left alone.
    """
    at, n, text, state = 0, 0, 0, WHOLE
    while at + HEAD <= n_bytes and n < table.shape[0]:
        if not is_head(data, at):
            state = NO_BLOCK
            break
        size = little_endian(data, at + 16, 2) + 1
        if at + size > n_bytes:
            break
        if size < HEAD + TAIL:
            state = NO_BLOCK
            break
        holds = little_endian(data, at + size - 4, 4)
        if text + min(holds, MOST_TEXT) > room:
            break
        table[n, FIRST], table[n, SIZE] = at + HEAD, size - HEAD - TAIL
        table[n, TEXT], table[n, CHECKSUM] = holds, little_endian(data, at + size - 8, 4)
        text += min(holds, MOST_TEXT)
        at += size
        n += 1
    totals[0], totals[1], totals[2], totals[3] = n, at, text, state


@kernel(compiled_only=True)
def inflate_blocks(data, table, n_blocks, out, library):
    """Inflate blocks one after the other; give how many, all of them if nothing is wrong.

    Parameters
    ----------
    data : uint8
        As `list_blocks` saw it.
    table : int64, shape (block, 4)
    n_blocks : int
    out : uint8
        Taken, from its beginning on.
    library : int64, shape (3,)
        Addresses of libdeflate's functions for inflating and for the checksum, and of a
        decompressor, which one thread uses at a time.
    """
    at = 0
    for n in range(n_blocks):
        first, size, text = table[n, FIRST], table[n, SIZE], table[n, TEXT]
        if first < 0 or first + size > data.size or text > MOST_TEXT or at + text > out.size:
            return n
        if call_inflate(library[0], library[2], data, first, size, out, at, text) != 0:
            return n
        if call_crc32(library[1], out, at, text) != table[n, CHECKSUM]:
            return n
        at += text
    return n_blocks
