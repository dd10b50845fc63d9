"""Every way of reading one file ends in the same bytes: scan, threads, exact, BCF, plain, index."""

from __future__ import annotations

import gzip
import hashlib
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pysam
import pytest

import make_trio
from raredx.errors import InputError
from raredx.pipeline.rank import rank
from raredx.pipeline.request import RankRequest
from raredx.readers import chunks, sieve
from raredx.readers.bcf_sieve import BcfSieve
from raredx.readers.sieve import Sieve


@pytest.fixture(scope="module")
def fx_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated trio as BGZF, BCF, plain text, plain gzip; and one among forty others."""
    folder = tmp_path_factory.mktemp("ways")
    make_trio.main(["-n", "4000", "-o", str(folder / "x.vcf.gz"), "--procs", "1"])
    text = gzip.decompress((folder / "x.vcf.gz").read_bytes())
    (folder / "x.vcf").write_bytes(text)
    (folder / "plain.vcf.gz").write_bytes(gzip.compress(text, mtime=0))
    with (
        pysam.VariantFile(str(folder / "x.vcf")) as source,
        pysam.VariantFile(str(folder / "x.bcf"), "wb", header=source.header) as out,
    ):
        for record in source:
            out.write(record)
    lines = text.decode().splitlines()
    others = "\t".join(f"other{n}" for n in range(40))
    wide = [
        line if line.startswith("##")
        else f"{line}\t{others}" if line.startswith("#")
        else "\t".join([line, *(["./."] * 40)])
        for line in lines
    ]  # fmt: skip
    (folder / "wide.vcf").write_text("\n".join(wide) + "\n")
    return folder


@pytest.fixture
def fx_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scan files of any size, in pieces small enough for a small file to have many."""
    monkeypatch.setattr(Sieve, "pays", lambda self: True)
    monkeypatch.setattr(BcfSieve, "pays", lambda self: True)
    monkeypatch.setattr(sieve, "HELD_BYTES", 1 << 16)
    monkeypatch.setattr(chunks, "TEXT_BYTES", 1 << 17)


def run(folder: Path, name: str, **options: Any) -> tuple[bytes, bytes, bytes, dict[str, Any]]:
    """Rank a file; give TSV, JSON, VCF, and what run.json says of the input and the counts."""
    out = folder / "out"
    request = RankRequest(
        vcf=str(folder / name), ped=folder / "x.ped", panels=("all",), output=f"{out}.tsv",
        json=f"{out}.json", vcf_out=f"{out}.vcf", command="raredx rank",
    )  # fmt: skip
    rank(replace(request, **options), lambda *_: None)
    document = json.loads((folder / "run.json").read_text())
    written = [Path(f"{out}.{ending}").read_bytes() for ending in ("tsv", "json", "vcf")]
    return written[0], written[1], written[2], document


def same_counts(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(
        one[key] == other[key] for key in ("counts", "warnings", "heading", "panel_question")
    )


@pytest.mark.parametrize("name", ["x.vcf.gz", "x.bcf", "x.vcf", "wide.vcf"])
@pytest.mark.parametrize("threads", [1, 2, 5])
def test_the_scan_changes_no_byte(fx_files, fx_scan, name, threads):
    exact = run(fx_files, name, exact=True)
    scanned = run(fx_files, name, threads=threads, batch_rows=7)
    assert scanned[:3] == exact[:3]
    assert same_counts(scanned[3], exact[3])
    assert exact[0].count(b"\n") > 30
    assert scanned[3]["counts"]["records"] > 3900


def test_every_form_of_a_file_gives_the_same_table(fx_files, fx_scan):
    names = ("x.vcf.gz", "x.bcf", "x.vcf", "wide.vcf", "plain.vcf.gz")
    tables = [run(fx_files, name)[0] for name in names]
    assert tables[1:] == tables[:1] * 4


@pytest.mark.parametrize("name", ["x.vcf.gz", "x.bcf", "x.vcf"])
@pytest.mark.parametrize("threads", [1, 3])
def test_the_checksum_is_that_of_the_file(fx_files, fx_scan, name, threads):
    """It is made of the bytes that the scan reads anyway."""
    document = run(fx_files, name, threads=threads)[3]
    found = {entry["role"]: entry for entry in document["inputs"]}["vcf"]
    data = (fx_files / name).read_bytes()
    assert (found["sha256"], found["size"]) == (hashlib.sha256(data).hexdigest(), len(data))


def test_progress_tells_records_place_and_share(fx_files, fx_scan):
    told: list[tuple[int, str, float]] = []
    for name in ("x.vcf.gz", "x.bcf"):
        told.clear()
        request = RankRequest(
            vcf=str(fx_files / name), ped=fx_files / "x.ped", output=str(fx_files / "p.tsv")
        )
        rank(request, lambda *said: told.append(said))
        shares = [share for _, _, share in told if not math.isnan(share)]
        assert shares == sorted(shares)
        assert shares[-1] == 1.0
        assert told[0][1].startswith("chr1:")
        assert [records for records, _, _ in told] == sorted(records for records, _, _ in told)


def test_the_log_says_why_htslib_reads_all(fx_files):
    request = RankRequest(
        vcf=str(fx_files / "plain.vcf.gz"), ped=fx_files / "x.ped", output=str(fx_files / "l.tsv")
    )
    result = rank(request, lambda *_: None)
    assert "neither BGZF nor plain text" in result.remarks[0]
    whole = rank(replace(request, vcf=str(fx_files / "x.vcf.gz")), lambda *_: None)
    assert whole.remarks == ()


@pytest.mark.parametrize("ending", ["vcf.gz", "bcf"])
@pytest.mark.parametrize("share", [0.4, 0.8])
@pytest.mark.parametrize("threads", [1, 2])
def test_a_damaged_block_is_refused_by_name(fx_files, fx_scan, tmp_path, ending, share, threads):
    data = bytearray((fx_files / f"x.{ending}").read_bytes())
    place = int(len(data) * share)
    data[place : place + 40] = bytes(40)
    (tmp_path / f"x.{ending}").write_bytes(bytes(data))
    (tmp_path / "x.ped").write_bytes((fx_files / "x.ped").read_bytes())
    with pytest.raises(InputError, match=r"damaged: (the|no) BGZF block at byte \d+|no BGZF block"):
        run(tmp_path, f"x.{ending}", threads=threads)
    assert not (tmp_path / "out.tsv").exists()
