"""Fetch the table library of the HTML report and put it beside our own script.

    python scripts/vendor_js.py            fetch with npm, check, write
    python scripts/vendor_js.py --check    compare what is there with its checksums, fetch nothing

The package is named and pinned here; npm downloads it, and nothing of it is run.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ASSETS = Path(__file__).resolve().parents[1] / "src" / "raredx" / "report" / "assets"
PACKAGE = "datatables.net@3.1.5"
ARCHIVE_SHA256 = "929abd7ebe941812372f363b0b8c5fbb4c666064492ba8829ce92c8a27510fc1"
FILES = {
    "package/js/dataTables.min.js": "dataTables.min.js",
    "package/License.txt": "dataTables.LICENSE.txt",
}
"""Place in the package to name among the assets."""
SUMS = "SHA256SUMS"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the checksums only")
    if not parser.parse_args().check:
        for name, text in fetch().items():
            (ASSETS / name).write_bytes(text)
        write_sums()
    wrong = changed()
    for name in wrong:
        print(f"{name}: not what {SUMS} says", file=sys.stderr)
    return 1 if wrong else 0


def fetch() -> dict[str, bytes]:
    """Download the package, compare its checksum, and give the files that we ship."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["npm", "pack", "--silent", "--ignore-scripts", PACKAGE], cwd=folder, check=True
        )
        (archive,) = Path(folder).glob("*.tgz")
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        if digest != ARCHIVE_SHA256:
            raise SystemExit(f"{PACKAGE} has SHA-256 {digest}, expected {ARCHIVE_SHA256}")
        with tarfile.open(archive) as package:
            found = {FILES[name]: package.extractfile(name) for name in FILES}
            return {name: file.read() for name, file in found.items() if file is not None}


def write_sums() -> None:
    """Write the checksums, as `sha256sum --check` reads them."""
    lines = [f"{_digest(ASSETS / name)}  {name}\n" for name in sorted(FILES.values())]
    (ASSETS / SUMS).write_text("".join(lines), encoding="ascii")


def changed() -> list[str]:
    """Name the files that are not what their checksums say."""
    lines = (ASSETS / SUMS).read_text(encoding="ascii").splitlines()
    sums = dict(reversed(line.split("  ")) for line in lines)
    return [name for name in FILES.values() if sums.get(name) != _digest(ASSETS / name)]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
