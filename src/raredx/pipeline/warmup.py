"""Compile every kernel that a ranking or a check calls, before anybody waits for one.

Which kernels, and for which types of arguments, is not written down anywhere: a simulated trio
is ranked and checked, and whatever is called is compiled and stored; the scan of BCF by itself.
A test holds what this reaches against the kernels that there are.
"""

from __future__ import annotations

import os
import struct
import tempfile
import zlib
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

from raredx.columns.genome import CONTIG_LENGTHS
from raredx.columns.records import dataclass
from raredx.errors import OutputError
from raredx.kernels.jit import compiles_nothing, everything_compiled
from raredx.kernels.store import FOLDER_VARIABLE, Store
from raredx.pipeline.check import check
from raredx.pipeline.rank import rank
from raredx.pipeline.request import CheckRequest, RankRequest
from raredx.readers.bcf_sieve import prepare_scan
from raredx.readers.bgzf import END_OF_FILE
from raredx.vocabulary import Assembly

_SITES_OF_A_CONTIG = 500
_STEP = 20_000
_FIRST_POSITION = 20_000_000
_CALLS = {
    "0/0": "0/0:30,0:30:99:0,90,900", "0/1": "0/1:15,15:30:99:400,0,400",
    "1/1": "1/1:0,30:30:99:900,90,0", "./.": "./.:.:.:.:.", "1": "1:0,30:30:99:900,900,0",
    "0": "0:30,0:30:99:0,900,900", "0/1m": "0/1:28,2:30:40:40,0,800",
}  # fmt: skip
_TRIOS = (
    ("0/1", "0/0", "0/0"), ("0/1", "0/1", "0/0"), ("0/1", "0/0", "0/1"), ("1/1", "0/1", "0/1"),
    ("0/1", "0/1m", "0/0"), ("0/1", "./.", "0/0"), ("1/1", "0/0", "1/1"), ("1", "0", "0/1"),
    ("0/0", "0/1", "0/0"), ("0/0", "1/1", "0/1"), ("0/1", "1/1", "0/0"), ("0/1", "0/0", "1/1"),
)  # fmt: skip
"""Calls of proband, father and mother; `m` has too few reads for a heterozygote."""
_CSQ = "Allele|Consequence|IMPACT|SYMBOL|Gene|Feature_type|Feature|BIOTYPE|gnomADe_AF"
_HEADER = f"""##fileformat=VCFv4.2
##FILTER=<ID=PASS,Description="All filters passed">
##INFO=<ID=CSQ,Number=.,Type=String,Description="Ensembl VEP. Format: {_CSQ}">
##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Reads of each allele">
##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Reads">
##FORMAT=<ID=GQ,Number=1,Type=Integer,Description="Genotype quality">
##FORMAT=<ID=PL,Number=G,Type=Integer,Description="Genotype likelihoods">"""
_PED = "F\tkid\tfather\tmother\t1\t2\nF\tfather\t0\t0\t1\t1\nF\tmother\t0\t0\t2\t1\n"
_BLOCK = 60_000


@dataclass(frozen=True)
class Warmed:
    """What was done.

    Attributes
    ----------
    folder : Path or None
        Where the kernels are; None where the environment says that nothing is compiled.
    n_kernels : int
        How many kernels lie there, counted once for each kind of arguments.
    unwritable : Path or None
        The folder that would have been the first choice.
    """

    folder: Path | None
    n_kernels: int = 0
    unwritable: Path | None = None


def warm_up() -> Warmed:
    """Rank and check a simulated trio with every kernel compiled and stored.

    Raises
    ------
    OutputError
        If no folder can be written, or the one that the environment names cannot.
    """
    if compiles_nothing():
        return Warmed(None)
    store = Store()
    first, _ = store.folders
    folder = store.writable_folder()
    if folder is None or (folder != first and os.environ.get(FOLDER_VARIABLE)):
        hint = f"Set {FOLDER_VARIABLE} to a folder that can be written."
        raise OutputError(str(first), "cannot be written", hint)
    with tempfile.TemporaryDirectory(prefix="raredx-") as work, everything_compiled():
        vcf, ped = Path(work) / "trio.vcf.gz", Path(work) / "trio.ped"
        vcf.write_bytes(b"".join(_bgzf("\n".join(_vcf_lines()) + "\n")))
        ped.write_text(_PED, encoding="utf-8")
        out = str(Path(work) / "trio.tsv")
        rank(RankRequest(vcf=str(vcf), ped=ped, output=out), lambda *_: None)
        check(CheckRequest(vcf=str(vcf), ped=ped, output=out), lambda *_: None)
        prepare_scan()
    unwritable = None if folder == first else first
    return Warmed(folder, len([*folder.glob("*.bin")]), unwritable)


def _vcf_lines() -> Iterator[str]:
    """Write a trio with every kind of call, mostly of common alleles, on every chromosome."""
    yield _HEADER
    lengths = {**CONTIG_LENGTHS[Assembly.GRCH38], 25: 16_569}
    names = {code: {23: "chrX", 24: "chrY", 25: "chrM"}.get(code, f"chr{code}") for code in lengths}
    for code, length in lengths.items():
        yield f"##contig=<ID={names[code]},length={length}>"
    yield "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tkid\tfather\tmother"
    for code, length in lengths.items():
        first, step = (_FIRST_POSITION, _STEP) if length > _FIRST_POSITION * 2 else (100, 20)
        n_sites = min(_SITES_OF_A_CONTIG, (length - first) // step)
        for n, trio in enumerate(islice(cycle(_TRIOS), n_sites)):
            frequency = 0.0 if n < len(_TRIOS) else 0.1 + n % 8 / 10
            gene = f"GENE{code}"
            entry = f"T|missense_variant|MODERATE|{gene}|ENSG{code}|Transcript|ENST{code}"
            info = f"CSQ={entry}|protein_coding|{frequency:g}"
            calls = "\t".join(_CALLS[call] for call in trio)
            yield (
                f"{names[code]}\t{first + n * step}\t.\tC\tT\t50\tPASS\t{info}"
                f"\tGT:AD:DP:GQ:PL\t{calls}"
            )


def _bgzf(text: str) -> Iterator[bytes]:
    """Write text as BGZF, in blocks that are stored as they are: SAM specification, 4.1."""
    data = text.encode()
    for start in range(0, len(data), _BLOCK):
        part = data[start : start + _BLOCK]
        packer = zlib.compressobj(0, zlib.DEFLATED, -15)
        packed = packer.compress(part) + packer.flush()
        head = struct.pack("<BBBBIBBHBBHH", 31, 139, 8, 4, 0, 0, 255, 6, 66, 67, 2,
                           len(packed) + 25)  # fmt: skip
        yield head + packed + struct.pack("<II", zlib.crc32(part), len(part))
    yield END_OF_FILE
