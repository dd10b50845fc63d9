"""Generated files: a case is the bytes of one VCF, its pedigree, and what is asked of it."""

from __future__ import annotations

import gzip
import struct
import tempfile
import zlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

import cyvcf2
import pysam
from pysam import bcftools

from fuzz.layouts import Layout, make_layout
from fuzz.records import make_records
from raredx.readers.htslib import catch_messages

END_BLOCK = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
MOST_BLOCK = 0xFF00


@dataclass(frozen=True)
class Case:
    """One input of both paths.

    Attributes
    ----------
    data : bytes
        The file.
    name : str
        Its name.
    ped : str
        The pedigree file; empty where there is none.
    request : dict
        What else is asked: `proband`, `panel`, `ruleset`, and what RankRequest allows.
    n_records : int
        Records written, before any damage.
    text : bytes
        What the file holds, where it was made from text; for making it smaller. Of a cracked file
        what can be inflated.
    blocks : str
        How it was packed.
    cracked : bool
        Whether it was damaged after it was packed.
    """

    data: bytes
    name: str
    ped: str
    request: dict[str, Any] = field(default_factory=dict)
    n_records: int = 0
    text: bytes = b""
    blocks: str = "plain"
    cracked: bool = False

    def parts(self) -> tuple[bytes, list[bytes]]:
        """Give the header, and the lines after it."""
        end = self.text.find(b"\n", self.text.find(b"\n#CHROM") + 1) + 1
        return self.text[:end], self.text[end:].splitlines(keepends=True)

    def with_text(self, text: bytes, *, plain: bool = False) -> Case:
        """Give the same case with another text, packed in the same way or not at all."""
        if plain or self.blocks == "plain":
            return replace(self, data=text, text=text, name="x.vcf", blocks="plain", cracked=False)
        return replace(self, data=pack(Random(0), text, self.blocks), text=text, cracked=False)


def structured(rng: Random, most: int = 40) -> Case:
    """Draw a valid file."""
    layout = make_layout(rng)
    n = rng.randrange(1, most + 1)
    return finish(rng, layout, make_records(rng, layout, n), n)


def finish(rng: Random, layout: Layout, lines: list[str], n: int) -> Case:
    """Put a file together: line ends, and how it is packed."""
    text = layout.head + "".join(line + "\n" for line in lines)
    chance = rng.random()
    if chance < 0.05:
        text = text.replace("\n", "\r\n")
    elif chance < 0.15:
        text = text[:-1]
    blocks = rng.choice(("plain", "plain", "gzip", "bgzf", "bgzf", "lines", "random", "random", "tiny",
                         "empty", "offset", "bcf", "bcf"))  # fmt: skip
    data = text.encode()
    packed = pack(rng, data, blocks)
    return Case(packed, name_of(blocks), layout.ped, dict(layout.request), n, data, blocks)


def name_of(blocks: str) -> str:
    """Name a file by how it is packed."""
    return {"plain": "x.vcf", "bcf": "x.bcf"}.get(blocks, "x.vcf.gz")


def pack(rng: Random, text: bytes, blocks: str) -> bytes:
    """Compress a text, in blocks that end where readers may stumble."""
    if blocks == "plain":
        return text
    if blocks == "bcf":
        return _as_bcf(rng, text)
    if blocks == "gzip":
        return gzip.compress(text, 1, mtime=0)
    level = rng.choice((0, 1, 1, 6))
    return b"".join(bgzf_block(part, level) for part in _parts(rng, text, blocks)) + END_BLOCK


def _as_bcf(rng: Random, text: bytes) -> bytes:
    """Have htslib write a text as BCF, every name declared, then cut it into other blocks."""
    with tempfile.TemporaryDirectory() as folder, catch_messages():
        source, target = Path(folder) / "x.vcf", Path(folder) / "x.bcf"
        source.write_bytes(text)
        vcf = cyvcf2.VCF(str(source), lazy=True)
        for _ in vcf:
            pass  # htslib adds to the header what it meets
        body = b"".join(line for line in text.splitlines(keepends=True) if line[:1] != b"#")
        source.write_bytes(vcf.raw_header.encode() + body)
        vcf.close()
        bcftools.view("--no-version", "-Ou", "-o", str(target), str(source), catch_stdout=False)
        with pysam.BGZFile(str(target)) as file:
            data = file.read()
    blocks = rng.choice(("bgzf", "random", "random", "empty", "tiny"))
    parts = _parts(rng, data, blocks)
    return b"".join(bgzf_block(part, 1) for part in parts) + END_BLOCK


def _parts(rng: Random, text: bytes, blocks: str) -> list[bytes]:
    """Cut a text into the contents of its blocks."""
    size = len(text)
    if blocks == "bgzf":
        cuts = list(range(MOST_BLOCK, size, MOST_BLOCK))
    elif blocks == "lines":
        cuts = _line_ends(text)
    elif blocks == "offset":  # so many bytes after each line end: over all files, at every byte
        after = rng.randrange(-3, 120)
        cuts = [end + after for end in _line_ends(text)]
    elif blocks == "tiny":  # a stretch of blocks of one byte
        start = rng.randrange(size)
        cuts = list(range(start, min(size, start + 700)))
    else:
        n = rng.randrange(1, 60)
        cuts = [rng.randrange(size) for _ in range(n)]
    cuts = sorted({cut for cut in cuts if 0 < cut < size})
    parts: list[bytes] = []
    for start, end in zip([0, *cuts], [*cuts, size], strict=True):
        parts += [text[at : min(end, at + MOST_BLOCK)] for at in range(start, end, MOST_BLOCK)]
        if blocks == "empty":
            parts += [b""] * rng.choice((0, 0, 1, 2))
    return parts


def _line_ends(text: bytes) -> list[int]:
    """Give the places after each line end."""
    found, at = [], text.find(b"\n")
    while at >= 0:
        found.append(at + 1)
        at = text.find(b"\n", at + 1)
    return found


def bgzf_block(text: bytes, level: int = 1, extra: bytes = b"") -> bytes:
    """Write one BGZF block; `extra` are more fields of gzip's extra part, before BC."""
    squeezer = zlib.compressobj(level, zlib.DEFLATED, -15)
    body = squeezer.compress(text) + squeezer.flush()
    size = 12 + len(extra) + 6 + len(body) + 8 - 1
    head = struct.pack("<4BI2BH", 31, 139, 8, 4, 0, 0, 255, len(extra) + 6)
    tail = struct.pack("<II", zlib.crc32(text), len(text))
    return head + extra + struct.pack("<2sHH", b"BC", 2, size) + body + tail
