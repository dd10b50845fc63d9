"""The demonstration family under other names, and every byte of what a run wrote about it."""

from __future__ import annotations

import base64
import gzip
import io
import json
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet

DEMO = Path(__file__).resolve().parents[1] / "data" / "demo"
KEY = b"sixteen bytes or more make a key"
TERMS = "HP:0001250;HP:0001263;HP:0000252"
CONTIGS = ("chr7", "chr14", "chrX", "chrM")


@dataclass(frozen=True)
class Names:
    """What the people of a trio, and their family, are called."""

    kid: str = "proband"
    mother: str = "mother"
    father: str = "father"
    family: str = "demo"

    @property
    def samples(self) -> tuple[str, str, str]:
        return self.kid, self.mother, self.father


def write_vcf(path: Path, names: Names, *, header=(), info="", name="", contigs=CONTIGS) -> Path:
    """Write some contigs of the demonstration family, or all, with header lines, INFO and an ID added."""
    lines = []
    with gzip.open(DEMO / "family.vcf.gz", "rt") as file:
        for line in file.read().splitlines():
            if line.startswith("#CHROM"):
                cells = line.split("\t")
                assert cells[9:] == ["proband", "mother", "father"]
                lines += [*header, "\t".join([*cells[:9], *names.samples])]
            elif line.startswith("##"):
                lines.append(line)
            elif not contigs or line.split("\t", 1)[0] in contigs:
                cells = line.split("\t")
                cells[2] = name or cells[2]
                cells[7] += info
                lines.append("\t".join(cells))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_ped(path: Path, names: Names, terms: str = TERMS) -> Path:
    """Write the pedigree of the trio."""
    rows = (
        (names.family, names.kid, names.father, names.mother, "1", "2", terms),
        (names.family, names.father, "0", "0", "1", "1", "."),
        (names.family, names.mother, "0", "0", "2", "1", "."),
    )
    path.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
    return path


def write_key(path: Path, key: bytes = KEY) -> Path:
    path.write_bytes(key)
    path.chmod(0o600)
    return path


def unpacked(path: Path) -> bytes:
    """Give a file as it is and whatever is packed in it: BGZF, ZIP, Parquet, a report's details."""
    raw = path.read_bytes()
    found = [path.name.encode(), raw]
    if raw.startswith(b"\x1f\x8b"):
        found.append(gzip.decompress(raw))
    if raw.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(raw)) as folder:
            for name in folder.namelist():
                found += [name.encode(), folder.read(name)]
    if raw.startswith(b"PAR1"):
        table = pyarrow.parquet.read_table(path)
        found += [str(table.schema.metadata).encode(), str(table.to_pydict()).encode()]
    if path.suffix == ".html":
        for text in re.findall(rb"[A-Za-z0-9+/]{200,}={0,2}", raw):
            try:
                found.append(zlib.decompress(base64.b64decode(text)))
            except (ValueError, zlib.error):
                continue
    return b"\n".join(found)


def back(value, real):
    """Put names in for pseudonyms, in keys and texts of a JSON document."""
    text = json.dumps(value, ensure_ascii=False)
    for pseudonym, name in real.items():
        text = text.replace(pseudonym, json.dumps(name, ensure_ascii=False)[1:-1])
    return json.loads(text)
