"""Whether to jump: on both sides of the break-even, and never by an index that may be wrong."""

from __future__ import annotations

import os
import random

import numpy as np
import pysam
import pytest

from raredx.readers.index import find_index, read_index
from raredx.readers.jumps import (
    HTSLIB_SECONDS_PER_BYTE,
    REACH,
    WHOLE_FILE,
    choose_by_index,
    jump_seconds,
    worthwhile_gap,
)
from raredx.readers.regions import Interval

CONTIGS = ("chrA", "chrB", "chrEmpty")
"""As the header declares them; chrB stands first in the file."""
LAST = 190_000_000


@pytest.fixture(scope="module")
def fx_file(tmp_path_factory):
    """20,000 records of 200 letters that deflate badly, even over two contigs."""
    drawn = random.Random(7)
    lines = ["##fileformat=VCFv4.2", *(f"##contig=<ID={name}>" for name in CONTIGS)]
    lines += ["#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"]
    for contig in ("chrB", "chrA"):
        for number in range(10_000):
            text = "".join(drawn.choices("abcdefghijklmnopqrstuvwxyz", k=200))
            lines.append(f"{contig}\t{1 + number * 19_000}\t.\tA\tT\t.\tPASS\tX={text}")
    folder = tmp_path_factory.mktemp("jumps")
    plain, path = folder / "x.vcf", folder / "x.vcf.gz"
    plain.write_text("\n".join(lines) + "\n")
    pysam.tabix_compress(str(plain), str(path))
    pysam.tabix_index(str(path), preset="vcf")
    return path


@pytest.fixture
def fx_own(fx_file, tmp_path):
    """The file and its index, to be changed."""
    for path in (fx_file, fx_file.with_name("x.vcf.gz.tbi")):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path / "x.vcf.gz"


def spread(n, size=1000):
    """Make so many regions, even over both contigs, in the order of the header."""
    own = n // 2
    firsts = [1 + LAST // own * k for k in range(own)]
    return tuple(Interval(c, f, f + size) for c in ("chrA", "chrB") for f in firsts)


def choose(path, regions, **options):
    return choose_by_index(str(path), regions, CONTIGS, **options)


def test_a_few_regions_are_jumped_to(fx_file):
    regions = spread(6)
    choice = choose(fx_file, regions)
    assert choice.by_index
    assert choice.warnings == ()
    assert [jump.contig for jump in choice.jumps] == ["chrB"] * 3 + ["chrA"] * 3
    assert sorted(choice.jumps, key=lambda jump: jump.contig) == [
        Interval(r.contig, max(1, r.first - REACH), r.last) for r in regions
    ]
    index = read_index(find_index(str(fx_file)), str(fx_file))
    assert [list(pair) for pair in choice.stretches] == index.stretches(choice.jumps).tolist()


def test_the_whole_is_read_whole(fx_file):
    everything = tuple(Interval(contig, 1, LAST) for contig in CONTIGS)
    assert choose(fx_file, everything) == WHOLE_FILE
    assert choose(fx_file, ()) == WHOLE_FILE


@pytest.mark.parametrize("sieved", [True, False])
def test_both_sides_of_the_break_even(fx_file, sieved):
    """As regions grow, jumping is chosen up to one size and never again; the model says which."""
    chosen = [
        choose(fx_file, spread(2, size), sieved=sieved) for size in range(0, LAST, LAST // 99)
    ]
    turns = [choice.by_index for choice in chosen]
    n_jumped = turns.index(False)
    assert 0 < n_jumped < len(turns)
    assert not any(turns[n_jumped:])
    size = fx_file.stat().st_size
    per_byte = 7e-9 if sieved else HTSLIB_SECONDS_PER_BYTE
    jumped = 15e-9 if sieved else HTSLIB_SECONDS_PER_BYTE
    index_size = find_index(str(fx_file)).stat().st_size
    last = np.array(chosen[n_jumped - 1].stretches, np.uint64)
    assert jump_seconds(index_size, last, jumped) < size * per_byte
    shares = (last[:, 1] - last[:, 0] >> np.uint64(16)).sum() / size
    assert (0.3 < shares < 0.47) if sieved else (shares > 0.9)


def test_many_small_regions_cost_more_than_the_file(fx_file):
    assert choose(fx_file, spread(40)).by_index
    assert choose(fx_file, spread(2000)) == WHOLE_FILE


def test_neighbours_are_joined_for_the_jump(fx_file):
    gap = worthwhile_gap(fx_file.stat().st_size)
    first = Interval("chrA", 50_000_001, 50_000_100)
    near = Interval("chrA", first.last + REACH + gap + 1, first.last + REACH + gap + 9)
    far = Interval("chrA", first.last + REACH + gap + 2, first.last + REACH + gap + 9)
    assert len(choose(fx_file, (first, near)).jumps) == 1
    assert len(choose(fx_file, (first, far)).jumps) == 2


def test_contigs_without_records_are_not_asked_for(fx_file):
    regions = (Interval("chrA", 5, 9), Interval("chrEmpty", 5, 9), Interval("chr9", 5, 9))
    assert [jump.contig for jump in choose(fx_file, regions).jumps] == ["chrA"]
    assert choose(fx_file, regions[1:]) == WHOLE_FILE


# --- an index that is not used --------------------------------------------------------------------


def test_no_index(fx_own):
    fx_own.with_name("x.vcf.gz.tbi").unlink()
    assert choose(fx_own, spread(2)) == WHOLE_FILE
    assert choose("/dev/null", spread(2)) == WHOLE_FILE
    assert choose("-", spread(2)) == WHOLE_FILE


def test_an_index_older_than_the_file(fx_own):
    os.utime(fx_own, (2_000_000_000, 2_000_000_000))
    choice = choose(fx_own, spread(2))
    assert (choice.by_index, choice.jumps, choice.stretches) == (False, (), ())
    assert choice.warnings == (
        f"{fx_own}.tbi is older than the file: index it again; the whole file is read",
    )


def test_a_damaged_index(fx_own):
    index = fx_own.with_name("x.vcf.gz.tbi")
    index.write_bytes(b"nothing")
    (said,) = choose(fx_own, spread(2)).warnings
    assert said == (
        f"{index} cannot be used: Not a gzipped file (b'no'); index the file again; "
        "the whole file is read"
    )


def test_an_index_that_cannot_be_read(fx_own):
    index = fx_own.with_name("x.vcf.gz.csi")  # before the .tbi, as for htslib
    index.write_bytes(b"")
    assert choose(fx_own, spread(2)).warnings[0].startswith(f"{index} cannot be used: ")
