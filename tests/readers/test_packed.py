"""Gzip files of the package: inflated by either library, told apart, damage refused."""

from __future__ import annotations

import gzip
import sys
import zlib

import pytest

from raredx.readers.packed import digest, inflate

TEXT = b"some text\n" * 1000


@pytest.mark.parametrize("library", ["libdeflate", "zlib"])
@pytest.mark.parametrize("text", [TEXT, b"", b"x"], ids=["long", "empty", "short"])
def test_inflated_with_and_without_libdeflate(monkeypatch, library, text):
    if library == "zlib":
        monkeypatch.setitem(sys.modules, "deflate", None)
    assert inflate(gzip.compress(text, mtime=0)) == text


@pytest.mark.parametrize("library", ["libdeflate", "zlib"])
@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"no gzip",
        gzip.compress(TEXT, mtime=0)[:-9],
        gzip.compress(TEXT, mtime=0)[:-8] + b"\x00" * 4 + len(TEXT).to_bytes(4, "little"),
    ],
    ids=["empty", "no gzip", "cut off", "other checksum"],
)
def test_damage_is_refused(monkeypatch, library, packed):
    if library == "zlib":
        monkeypatch.setitem(sys.modules, "deflate", None)
    if not packed:  # to gzip, a file of no members
        assert inflate(packed) == b""
        return
    with pytest.raises((OSError, EOFError, zlib.error)):
        inflate(packed)


def test_the_digest_is_that_of_the_text():
    assert digest(gzip.compress(TEXT, mtime=0)) == f"{zlib.crc32(TEXT):08x}-{len(TEXT)}"
    assert digest(gzip.compress(TEXT, 1, mtime=0)) == digest(gzip.compress(TEXT, 9, mtime=0))
    assert digest(gzip.compress(TEXT, mtime=0)) != digest(gzip.compress(TEXT + b"x", mtime=0))
    assert digest(b"short") == ""
