"""Any bytes into the compiled scan: it must stay inside its array, and see every line once.

`ScanTarget` is the one place that knows how the scan is called. The text stands at the end of a
stretch of memory behind which nothing can be read, so that a load beyond the padding ends the
process; whoever runs this does so in a child.
"""

from __future__ import annotations

import ctypes
import mmap
from dataclasses import replace
from itertools import pairwise
from random import Random

import numpy as np
from numpy.typing import NDArray

from fuzz.answers import EXACT, Bench
from fuzz.cases import Case, structured
from fuzz.damage import mutate_text
from raredx.kernels.raw_text import PADDING
from raredx.pipeline.inputs import InputList
from raredx.pipeline.plan import make_plan
from raredx.readers.chunks import Found
from raredx.readers.htslib import catch_messages
from raredx.readers.sieve import Sieve
from raredx.readers.vcf import VariantStream
from raredx.readers.vcf_file import VcfFile
from raredx.settings import read_ruleset

MOST_BYTES = 1 << 18


class ScanTarget:
    """The scan, ready for the lines of one file.

    Parameters
    ----------
    bench : Bench
    case : Case
        Gives header, samples and gate.
    """

    def __init__(self, bench: Bench, case: Case) -> None:
        bench.put(case)
        request = bench.request(case, EXACT)
        with catch_messages() as messages:
            file = VcfFile(request.vcf, request.vcf_name, messages, exact=True)
            read = make_plan(request, file, read_ruleset(request.ruleset), InputList()).read
            gated = VariantStream(file, read)._gated
            sieve = Sieve(request.vcf, gated, file.header, read.samples, read.regions)
            self._scanner = sieve._scanner
            file.close()
        self._memory, self._room = _guarded(MOST_BYTES + PADDING)

    def scan(self, data: bytes) -> list[Found]:
        """Scan bytes as they are; a line end is added where there is none."""
        text = data[: MOST_BYTES - 1]
        text += b"" if text.endswith(b"\n") else b"\n"
        place = self._room.size - PADDING - len(text)
        room = self._room[place:]
        room[: len(text)] = np.frombuffer(text, np.uint8)
        room[len(text) :] = 10  # what follows must not matter
        return self._scanner.scan(room, 0, len(text))

    def fault(self, data: bytes) -> str:
        """Say what is wrong with a scan of these bytes; empty where nothing is."""
        found = self.scan(data)
        text = data[: MOST_BYTES - 1]
        text += b"" if text.endswith(b"\n") else b"\n"
        begins = [int(place) for part in found for place in part.begins[:-1]]
        ends = [0, *(at + 1 for at, byte in enumerate(text) if byte == 10)]
        if begins != ends[:-1] or (found and int(found[-1].begins[-1]) != len(text)):
            return f"lines: begin at {begins[:9]}, not at {ends[:9]}"
        kept = sum(len(part.kept) for part in found)
        if any((np.diff(part.kept) <= 0).any() or (part.dropped < 0).any() for part in found):
            return "the lines that are left are not in order"
        whole = _fates(found)  # before the room is used again
        singly = [fate for a, b in pairwise(ends) for fate in _fates(self.scan(text[a:b]))]
        if whole != singly:
            number = next(n for n, (a, b) in enumerate(zip(whole, singly, strict=True)) if a != b)
            return f"line {number} of {len(whole)}, {kept} left, has another fate alone"
        return ""


def _fates(found: list[Found]) -> list[tuple[bool, int]]:
    """Give of each line whether it is left, and its flags."""
    fates = []
    for part in found:
        left = {int(number) for number in part.kept}
        fates += [(n in left, int(flag)) for n, flag in enumerate(part.flags)]
    return fates


def _guarded(size: int) -> tuple[mmap.mmap, NDArray[np.uint8]]:
    """Make an array behind whose last byte nothing may be read."""
    page = mmap.PAGESIZE
    whole = -(-size // page) * page
    memory = mmap.mmap(-1, whole + page)
    room = np.frombuffer(memory, np.uint8)
    libc = ctypes.CDLL(None, use_errno=True)
    place = ctypes.c_void_p(room.ctypes.data + whole)
    if libc.mprotect(place, ctypes.c_size_t(page), 0):
        raise OSError(ctypes.get_errno(), "mprotect")
    return memory, room[:whole]


def make_bytes(rng: Random, text: bytes) -> bytes:
    """Draw bytes that look like records for a while."""
    chance = rng.random()
    if chance < 0.1:
        return rng.randbytes(rng.randrange(2000))
    if chance < 0.2:
        return bytes(
            rng.choice(b"\t\n\r\0.;=,|:/01ACGTPASS#x\xff") for _ in range(rng.randrange(600))
        )
    text = mutate_text(rng, text, rng.choice((1, 3, 10)))
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.randbytes(rng.choice((0, 0, 1, 40))) + text[at:]


def body_of(case: Case) -> bytes:
    """Give the records of a case."""
    return b"".join(case.parts()[1])


def draw_target(rng: Random, bench: Bench) -> tuple[ScanTarget, Case]:
    """Draw the header and the gate that bytes are scanned under."""
    case = structured(rng, 12)
    request = {k: v for k, v in case.request.items() if k != "regions"}  # some name no contig
    case = replace(case, request=request).with_text(case.text.replace(b"\r", b""), plain=True)
    return ScanTarget(bench, case), case
