"""Input files by size and SHA-256, standard input included."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import field
from pathlib import Path

from raredx.columns.records import dataclass
from raredx.errors import InputError
from raredx.readers.bgzf import END_OF_FILE

# A child passes standard input on and hashes it on the way: htslib reads while it waits, so
# a thread of this process could not.
_TEE = """
import hashlib, json, os, sys
digest, size, start, end = hashlib.sha256(), 0, b"", b""
out = sys.stdout.fileno()
while True:
    block = os.read(0, 1 << 20)
    if not block:
        break
    digest.update(block)
    size += len(block)
    start = (start + block[:18])[:18]
    end = (end + block)[-28:]
    view = memoryview(block)
    try:
        while view:
            view = view[os.write(out, view):]
    except BrokenPipeError:
        break
json.dump({"sha256": digest.hexdigest(), "size": size, "start": start.hex(), "end": end.hex()},
          sys.stderr)
"""


@dataclass
class InputRecord:
    """One input of a run."""

    role: str
    name: str
    size: int = 0
    sha256: str = ""


@dataclass
class InputList:
    """The inputs of a run, in the order in which they were named."""

    records: list[InputRecord] = field(default_factory=list)

    def add_file(self, role: str, path: Path, digest: str = "") -> None:
        """Hash a file, unless whoever read it has done so."""
        try:
            if not digest:
                with path.open("rb") as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
            self.records.append(InputRecord(role, str(path), path.stat().st_size, digest))
        except OSError as fault:
            raise InputError(str(path), fault.strerror or str(fault), "Check the path.") from None


@contextmanager
def tee_standard_input(inputs: InputList) -> Iterator[str]:
    """Give a path from which standard input can be read, and hash it on the way.

    Raises
    ------
    InputError
        If standard input is empty or was cut off.
    """
    child = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _TEE], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert child.stdout is not None
    assert child.stderr is not None
    try:
        yield f"/dev/fd/{child.stdout.fileno()}"
    finally:
        child.stdout.close()
        report = child.stderr.read()
        child.stderr.close()
        child.wait()
    facts = json.loads(report)
    bgzf = facts["start"].startswith("1f8b") and facts["start"][24:28] == "4243"
    if bgzf and facts["end"] != END_OF_FILE.hex():
        raise InputError("standard input", "truncated: the end-of-file block is missing")
    inputs.records.append(InputRecord("vcf", "-", facts["size"], facts["sha256"]))
