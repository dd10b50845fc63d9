"""Damage: at the text of a file, and at its compressed blocks."""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

from fuzz.cases import END_BLOCK, Case, bgzf_block, name_of, pack, structured
from vcf_files import csq_line, info_line

BYTES = (b"\0", b"\xff", b"\x80", b"\xc4\x9c", b"\r", b"\n", b"\t", b" ", b";", b"=", b",", b"|", b":", b"/",
         b".", b"#", b"\x1f\x8b", b"\x0b", b"-", b"9", b"A", b'"', b"<", b"\xef\xbb\xbf", b"\xa0")  # fmt: skip


def nasty(rng: Random, most: int = 12) -> Case:
    """Draw a valid file and damage some of its lines, seldom its header."""
    case = without_index(structured(rng, most))
    text = mutate_text(rng, case.text, rng.choice((1, 1, 1, 2, 3, 6)))
    blocks = "random" if case.blocks == "bcf" else case.blocks  # bcftools may not read it
    return replace(
        case, data=pack(rng, text, blocks), text=text, blocks=blocks, name=name_of(blocks)
    )


def without_index(case: Case) -> Case:
    """Read regions without an index: with one, what is damaged elsewhere is not seen."""
    return replace(case, request=case.request | {"index": False})


def mutate_text(rng: Random, text: bytes, n: int) -> bytes:
    """Damage a text in so many places; nearly all of them below the header."""
    lines = text.split(b"\n")
    body = next((k for k, line in enumerate(lines) if not line.startswith(b"#")), 0)
    for _ in range(n):
        at = rng.randrange(body, len(lines)) if rng.random() < 0.98 else rng.randrange(len(lines))
        lines[at] = rng.choice(LINE_DAMAGE)(rng, lines[at])
        if rng.random() < 0.05:
            other = rng.randrange(body, len(lines))
            lines[at], lines[other] = lines[other], lines[at]
    return b"\n".join(lines)


def _byte(rng: Random, line: bytes) -> bytes:
    at = rng.randrange(len(line) + 1)
    return line[:at] + bytes([rng.randrange(256)]) + line[at + 1 :]


def _special(rng: Random, line: bytes) -> bytes:
    at = rng.randrange(len(line) + 1)
    return line[:at] + rng.choice(BYTES) + line[at + rng.choice((0, 1)) :]


def _cut(rng: Random, line: bytes) -> bytes:
    return line[: rng.randrange(len(line) + 1)]


def _drop(rng: Random, line: bytes) -> bytes:
    at = rng.randrange(len(line) + 1)
    return line[:at] + line[at + rng.randrange(1, 20) :]


def _column(rng: Random, line: bytes) -> bytes:
    cells = line.split(b"\t")
    at = rng.randrange(len(cells))
    cells[at : at + 1] = rng.choice(
        ([], [cells[at], cells[at]], [b""], [cells[at], b""], [rng.choice(BYTES)])
    )
    return b"\t".join(cells)


def _tabs(rng: Random, line: bytes) -> bytes:
    return line.replace(b"\t", rng.choice((b"\t\t", b" ", b"", b"\t ")), rng.choice((1, 3, 99)))


def _cell(rng: Random, line: bytes) -> bytes:
    """Replace one cell by something that could stand there and should not."""
    cells = line.split(b"\t")
    at = rng.randrange(len(cells))
    odd: dict[int, tuple[bytes, ...]] = {
        0: (b"", b"chr1 ", b"chr\xc3\xa9", b"1" * 300, b"chr1\x01", b"*", b"<ctg>"),
        1: (
            b"",
            b"x",
            b"10x",
            b"1e3",
            b"-5",
            b"+5",
            b" 5",
            b"0005",
            b"2147483647",
            b"2147483648",
            b"9999999999",
            b"18446744073709551616",
            b"1.5",
            b"0x10",
            b"\xc2\xb2",
        ),
        3: (b"", b".", b"*", b"<A>", b"A,C", b"5", b"a" * 70_000),
        4: (b"", b",", b"A,", b",A", b"A,,T", b"<DEL", b"DEL>", b"G G", b"5", b"A;T", b"\xc4\x9c"),
        5: (b"", b"x", b"1.2.3", b"1e999", b"-"),
        6: (b"", b"PASS;", b";", b"PASS,q10", b"PASS PASS", b"pass", b"\xff"),
        7: (b"", b";", b"=", b";;;", b"gnomAD_AF", b"gnomAD_AF=0.5x", b"gnomAD_AF=\xff", b"CSQ"),
        8: (b"", b":", b"GT:GT", b"GT:", b":GT", b"G", b"gt", b"GT AD", b"GT:AD:AD:AD:AD:AD"),
    }
    calls = (b"", b"x", b"0/", b"/", b"|", b"0/x", b"0//1", b"-1/0", b"0/99", b"0/1/", b"0 /1", b"0/1:", b":::::",
             b"0/1:x:y:z", b"1" * 40, b"0/0/0/0/0/0/0/0/0/0/0/1", b"0\\1", b"00/01", b"0/2147483648", b"127/128",
             b"/0/1", b"|0|1", b"0|", b"./", b"0/1:1,2,3,4,5,6", b"..", b"0.5")  # fmt: skip
    cells[at] = rng.choice(odd.get(at, calls))
    return b"\t".join(cells)


def _blank(rng: Random, line: bytes) -> bytes:
    return rng.choice((b"", b"\n", b" ", b"\t", b"\r", b"\n" + line, line + b"\n\n", b"\t" * 11))


def _header(rng: Random, line: bytes) -> bytes:
    extra = rng.choice((b"##contig=<ID=chrLate,length=5>", b"#", b"##", b"#CHROM\tPOS", b"# comment",
                        b'##INFO=<ID=LATE,Number=1,Type=Float,Description="x">'))  # fmt: skip
    return rng.choice((extra + b"\n" + line, extra, b"#" + line))


def _twice(rng: Random, line: bytes) -> bytes:
    return rng.choice(
        (line + b"\n" + line, line + line, line + b"\t" + line, line + b"\r", line + b"\t")
    )


LINE_DAMAGE: tuple[Callable[[Random, bytes], bytes], ...] = (
    _byte, _byte, _special, _special, _cut, _drop, _column, _column, _tabs, _cell, _cell, _cell,
    _cell, _cell, _cell, _blank, _header, _twice,
)  # fmt: skip


def blocks_of(data: bytes) -> list[bytes]:
    """Cut a BGZF file into its blocks; what is no block comes as it is."""
    found, at = [], 0
    while at < len(data):
        size = int.from_bytes(data[at + 16 : at + 18], "little") + 1
        if data[at : at + 4] != b"\x1f\x8b\x08\x04" or size < 28:
            return [*found, data[at:]]
        found.append(data[at : at + size])
        at += size
    return found


def squeezed(rng: Random, most: int = 30) -> Case:
    """Draw a valid file and damage it as it is compressed."""
    case = without_index(structured(rng, most))
    blocks = rng.choice(("lines", "random", "random", "bgzf", "tiny", "empty", "gzip", "plain", "bcf",
                         "bcf"))  # fmt: skip
    return cracked(replace(case, blocks=blocks), damage_blocks(rng, pack(rng, case.text, blocks)))


def cracked(case: Case, data: bytes) -> Case:
    """Give a case its damaged bytes; where they are whole again, only its text is another."""
    whole = replace(case, data=data, name=name_of(case.blocks), cracked=False)
    if case.blocks == "plain":
        return replace(whole, text=data)
    try:
        text = gzip.decompress(data)
    except (OSError, EOFError, zlib.error):
        text = case.text if case.blocks == "bcf" else salvaged(data)
        return replace(whole, text=text, cracked=True)
    return replace(whole, text=text) if case.blocks != "bcf" else replace(whole, cracked=True)


def salvaged(data: bytes) -> bytes:
    """Inflate the blocks that can be, each as far as it can be."""
    found = []
    for block in blocks_of(data):
        packed = zlib.decompressobj(31)
        try:
            found.append(packed.decompress(block))
        except zlib.error:
            continue
    return b"".join(found)


def damage_blocks(rng: Random, data: bytes) -> bytes:
    """Damage a compressed file; mostly so that its end-of-file block stays where it belongs."""
    blocks = blocks_of(data)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        rng.choice(BLOCK_DAMAGE)(rng, blocks)
        if not blocks:
            break
    out = b"".join(blocks)
    if rng.random() < 0.8 and data.endswith(END_BLOCK) and not out.endswith(END_BLOCK):
        out += END_BLOCK
    return out


def _flip(rng: Random, blocks: list[bytes]) -> None:
    at = rng.randrange(len(blocks))
    block = bytearray(blocks[at])
    if block:
        block[rng.randrange(len(block))] ^= 1 << rng.randrange(8)
    blocks[at] = bytes(block)


def _truncate(rng: Random, blocks: list[bytes]) -> None:
    at = rng.randrange(len(blocks))
    blocks[at] = blocks[at][: rng.randrange(len(blocks[at]) + 1)]
    if rng.random() < 0.3:
        del blocks[at + 1 :]


def _zero(rng: Random, blocks: list[bytes]) -> None:
    at = rng.randrange(len(blocks))
    start = rng.randrange(len(blocks[at]) + 1)
    n = min(rng.choice((1, 4, 30, 500)), len(blocks[at]) - start)
    blocks[at] = blocks[at][:start] + bytes(n) + blocks[at][start + n :]


def _duplicate(rng: Random, blocks: list[bytes]) -> None:
    at = rng.randrange(len(blocks))
    blocks.insert(rng.randrange(len(blocks) + 1), blocks[at])


def _remove(rng: Random, blocks: list[bytes]) -> None:
    del blocks[rng.randrange(len(blocks))]


def _swap(rng: Random, blocks: list[bytes]) -> None:
    a, b = rng.randrange(len(blocks)), rng.randrange(len(blocks))
    blocks[a], blocks[b] = blocks[b], blocks[a]


def _put(rng: Random, blocks: list[bytes], place: int, value: bytes) -> None:
    """Overwrite bytes of one block; a negative place counts from its end."""
    at = rng.randrange(len(blocks))
    block = bytearray(blocks[at])
    if len(block) >= 28:
        start = place if place >= 0 else len(block) + place
        block[start : start + len(value)] = value
    blocks[at] = bytes(block)


def _size(rng: Random, blocks: list[bytes]) -> None:
    _put(
        rng,
        blocks,
        16,
        struct.pack("<H", rng.choice((0, 1, 17, 25, 27, 100, 65535, rng.randrange(65536)))),
    )


def _length(rng: Random, blocks: list[bytes]) -> None:
    """Say another size of the text: htslib does not ask, others may."""
    _put(
        rng,
        blocks,
        -4,
        struct.pack("<I", rng.choice((0, 1, 65536, 65537, 2**32 - 1, rng.randrange(70000)))),
    )


def _checksum(rng: Random, blocks: list[bytes]) -> None:
    _put(rng, blocks, -8, struct.pack("<I", rng.getrandbits(32)))


def _field(rng: Random, blocks: list[bytes]) -> None:
    """Change a byte of the gzip head."""
    _put(
        rng,
        blocks,
        rng.randrange(16),
        bytes([rng.choice((0, 1, 4, 8, 31, 66, 255, rng.randrange(256)))]),
    )


def _insert(rng: Random, blocks: list[bytes]) -> None:
    garbage = rng.choice((
        b"\0", bytes(28), b"garbage", b"\x1f\x8b", gzip.compress(b"chr1\t5\n", mtime=0), END_BLOCK,
        bgzf_block(b"chr1\t100\t.\tA\tG\t.\tq10\t.\tGT\t0/1\n"), bgzf_block(b""), bgzf_block(b"", 0),
        bgzf_block(b"\n"), bgzf_block(b"x" * 65_280, 1), bgzf_block(b"x", 1, b"XX\2\0ab"),
    ))  # fmt: skip
    blocks.insert(rng.randrange(len(blocks) + 1), garbage)


BLOCK_DAMAGE: tuple[Callable[[Random, list[bytes]], None], ...] = (
    _flip, _flip, _flip, _truncate, _zero, _duplicate, _remove, _swap, _size, _length, _checksum,
    _field, _insert,
)  # fmt: skip


def read_seeds(paths: Sequence[Path]) -> list[bytes]:
    """Read real files as text, each cut to its first 150 kB; unreadable ones are left out."""
    found = []
    for path in paths:
        data = path.read_bytes()
        if data[:2] == b"\x1f\x8b":
            try:
                data = gzip.decompress(data)
            except (OSError, EOFError, zlib.error):
                continue
        end = data.find(b"\n#CHROM\t") + 1
        if data.startswith(b"##fileformat=VCF") and b"\tFORMAT\t" in data[end : end + 200]:
            body = data[end : data.rfind(b"\n", end, end + 150_000) + 1]
            found.append(_judgeable(data[:end]) + body)
    return found


def _judgeable(head: bytes) -> bytes:
    """Add to a header what a run needs: contig lengths, consequences and a frequency."""
    if not any(b"##INFO=<ID=%b," % key in head for key in (b"CSQ", b"ANN", b"BCSQ")):
        head += csq_line().encode() + b"\n"
    if b"AF_popmax" not in head and b"gnomAD" not in head:
        head += info_line("gnomAD_AF", "A", "Float", "added").encode() + b"\n"
    if b"##contig=<ID=chr1," not in head and b"##contig=<ID=1," not in head:
        prefix = b"chr" if b"##contig=<ID=chr" in head else b""
        head += b"##contig=<ID=%b1,length=248956422>\n" % prefix
    return head


def mutated_seed(rng: Random, seeds: Sequence[bytes]) -> Case:
    """Take some records of a real file and damage the text, or its blocks, or both, or nothing."""
    text = rng.choice(seeds)
    body = text.find(b"\n", text.find(b"\n#CHROM") + 1) + 1
    lines = text[body:].splitlines(keepends=True)
    start = rng.randrange(len(lines) + 1)
    text = text[:body] + b"".join(lines[start : start + rng.choice((5, 20, 60))])
    samples = (
        text[text.rfind(b"\n#CHROM") :]
        .partition(b"\n#CHROM")[2]
        .partition(b"\n")[0]
        .split(b"\t")[9:]
    )
    names = [name.decode("utf-8", "replace").strip() for name in samples]
    case = Case(b"", "x.vcf", *_pedigree(names), n_records=text.count(b"\n", body), text=text)
    chance = rng.random()
    if chance < 0.6:
        text = mutate_text(rng, text, rng.choice((1, 1, 2, 5)))
    blocks = rng.choice(("plain", "lines", "random", "bgzf"))
    data = pack(rng, text, blocks)
    case = replace(case, data=data, name=name_of(blocks), text=text, blocks=blocks)
    if chance > 0.5 and blocks != "plain":
        return cracked(case, damage_blocks(rng, data))
    return case


def _pedigree(names: list[str]) -> tuple[str, dict[str, object]]:
    """Make a trio of the first three samples, or take the first alone."""
    request: dict[str, object] = {"panel": True, "ruleset": "gel", "allow_missing_frequency": True}
    if len(names) < 3 or any(not name or " " in name for name in names):
        return "", request | ({"proband": names[0]} if names else {})
    kid, dad, mum = names[:3]
    return f"F\t{kid}\t{dad}\t{mum}\t1\t2\nF\t{dad}\t0\t0\t1\t1\nF\t{mum}\t0\t0\t2\t1\n", request
