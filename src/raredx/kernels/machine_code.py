"""From an object file of LLVM to bytes that run wherever they are put.

An object file (ELF, x86-64) is reduced to one block: its code and constants, with everything
resolved that lies inside. What is left to do when the block is put into memory is a list of
addresses to write: places inside the block, and functions of the C library. Anything else, and
any function that is not on a short list, makes the code one that cannot be stored.

System V ABI, AMD64 supplement, chapters 4.1 to 4.4: https://gitlab.com/x86-psABIs/x86-64-ABI
"""

from __future__ import annotations

import json
import platform
import struct
import sys
from typing import NamedTuple

EXTERNALS = {
    "memcpy", "memmove", "memset", "memcmp", "exp", "exp2", "expm1", "log", "log2", "log10",
    "log1p", "pow", "sqrt", "floor", "ceil", "trunc", "rint", "round", "fmod", "fma",
}  # fmt: skip
"""Functions of the C and mathematical library that code may call."""

_SECTION = struct.Struct("<IIQQQQIIQQ")
_SYMBOL = struct.Struct("<IBBHQQ")
_RELOCATION = struct.Struct("<QQq")
_LENGTH = struct.Struct("<I")
_SYMBOLS, _RELOCATIONS, _NO_BITS = 2, 4, 8
_WRITABLE, _IN_MEMORY = 1, 2
_UNDEFINED = 0
_ABSOLUTE_64 = 1
_RELATIVE = {2: "<i", 4: "<i", 24: "<q"}
"""Kinds of relocations: R_X86_64_64; R_X86_64_PC32, PLT32 and PC64."""
_LARGEST_ALIGNMENT = 4096


class NotStorable(ValueError):  # noqa: N818
    """The object file asks for something that is not done here."""


class Image(NamedTuple):
    """A block of machine code, and what must be written into it once its address is known."""

    code: bytes
    entry: int
    """Offset of the function."""
    inside: list[tuple[int, int]]
    """Offset at which to write an address, and the offset whose address that is."""
    outside: list[tuple[int, str]]
    """Offset at which to write an address, and the function whose address that is."""
    returns: str
    """What the function returns: words of `signature`, with size; empty for nothing."""


def is_supported() -> bool:
    """Whether machine code of this computer can be kept: Linux on x86-64, 64 bit Python."""
    return sys.platform == "linux" and platform.machine() == "x86_64" and sys.maxsize == 2**63 - 1


class _Section(NamedTuple):
    name: int
    kind: int
    flags: int
    address: int
    offset: int
    size: int
    link: int
    info: int
    alignment: int
    entry_size: int


class _Symbol(NamedTuple):
    name: str
    section: int
    value: int


class _ObjectFile:
    """Sections and symbols of an object file, and the block that is made of it."""

    def __init__(self, binary: bytes) -> None:
        machine = struct.unpack_from("<4sBBxxxxxxxxxxHH", binary)
        if machine != (b"\x7fELF", 2, 1, 1, 62):
            raise NotStorable("no object file for x86-64")
        self.binary = binary
        offset, entry_size, n = struct.unpack_from("<Q", binary, 40) + struct.unpack_from(
            "<HH", binary, 58
        )
        if entry_size != _SECTION.size:
            raise NotStorable("unknown sections")
        self.sections = [
            _Section(*_SECTION.unpack_from(binary, offset + i * entry_size)) for i in range(n)
        ]
        self.places: dict[int, int] = {}
        self.code = bytearray()
        self.symbols: list[_Symbol] = []
        self.inside: list[tuple[int, int]] = []
        self.outside: list[tuple[int, str]] = []

    def content(self, section: _Section) -> bytes:
        return self.binary[section.offset : section.offset + section.size]

    def text_at(self, table: _Section, start: int) -> str:
        names = self.content(table)
        return names[start : names.index(b"\0", start)].decode()

    def lay_out(self) -> None:
        """Put code and constants one behind the other; tables for unwinding are left out."""
        names = self.sections[struct.unpack_from("<H", self.binary, 62)[0]]
        for number, section in enumerate(self.sections):
            if not section.flags & _IN_MEMORY or section.size == 0:
                continue
            if self.text_at(names, section.name) == ".eh_frame":
                continue
            if section.flags & _WRITABLE or section.kind == _NO_BITS:
                raise NotStorable("variables")
            if section.alignment > _LARGEST_ALIGNMENT:
                raise NotStorable("alignment")
            self.code += bytes(-len(self.code) % max(section.alignment, 1))
            self.places[number] = len(self.code)
            self.code += self.content(section)

    def read_symbols(self) -> None:
        for table in self.sections:
            if table.kind == _SYMBOLS:
                for name, _, _, section, value, _ in _SYMBOL.iter_unpack(self.content(table)):
                    text = self.text_at(self.sections[table.link], name)
                    self.symbols.append(_Symbol(text, section, value))

    def place_of(self, symbol: _Symbol) -> int:
        """Offset of a symbol in the block."""
        if symbol.section not in self.places:
            raise NotStorable(f"{symbol.name or 'a section'} lies outside")
        return self.places[symbol.section] + symbol.value

    def relocate(self, offset: int, info: int, addend: int) -> None:
        """Resolve an address inside the block, or note that it must be written later."""
        kind, symbol = info & 0xFFFFFFFF, self.symbols[info >> 32]
        if kind == _ABSOLUTE_64 and symbol.section == _UNDEFINED:
            if symbol.name not in EXTERNALS or addend:
                raise NotStorable(f"calls {symbol.name}")
            self.outside.append((offset, symbol.name))
        elif kind == _ABSOLUTE_64:
            self.inside.append((offset, self.place_of(symbol) + addend))
        elif kind in _RELATIVE:
            value = self.place_of(symbol) + addend - offset
            struct.pack_into(_RELATIVE[kind], self.code, offset, value)
        else:
            raise NotStorable(f"relocation {kind}")


def link_image(binary: bytes, entry: str, returns: str) -> Image:
    """Reduce an object file to a block.

    Parameters
    ----------
    binary : bytes
        Object file of one module, in the large code model.
    entry : str
        Symbol of the function.
    returns : str
        What it returns.

    Raises
    ------
    NotStorable
        If it is no object file for x86-64, has variables, or calls what is not in `EXTERNALS`.
    """
    made = _ObjectFile(binary)
    made.lay_out()
    made.read_symbols()
    for table in made.sections:
        if table.kind == _RELOCATIONS and table.info in made.places:
            start = made.places[table.info]
            for offset, info, addend in _RELOCATION.iter_unpack(made.content(table)):
                made.relocate(start + offset, info, addend)
    starts = [made.place_of(symbol) for symbol in made.symbols if symbol.name == entry]
    if len(starts) != 1:
        raise NotStorable(f"no function {entry}")
    return Image(bytes(made.code), starts[0], made.inside, made.outside, returns)


def encode_image(image: Image) -> bytes:
    """Write a block as bytes: its length, what must be written into it, and the code."""
    about = json.dumps(image._asdict() | {"code": len(image.code)}, separators=(",", ":"))
    return _LENGTH.pack(len(about)) + about.encode() + image.code


def decode_image(stored: bytes) -> Image:
    """Read what `encode_image` wrote.

    Raises
    ------
    ValueError
        If it is something else.

    Examples
    --------
    >>> image = Image(b"code", 0, [(0, 2)], [(3, "log")], "f8")
    >>> decode_image(encode_image(image)) == image
    True
    """
    if len(stored) < _LENGTH.size:
        raise ValueError("cut off")
    start = _LENGTH.size + _LENGTH.unpack_from(stored)[0]
    about = json.loads(stored[_LENGTH.size : start])
    code = stored[start:]
    if len(code) != about["code"]:
        raise ValueError("cut off")
    inside = [(place, target) for place, target in about["inside"]]
    outside = [(place, name) for place, name in about["outside"]]
    return Image(code, about["entry"], inside, outside, about["returns"])
