"""Take the pictures of the report that README and docs show: the demonstration family, in Chromium.

    python scripts/take_pictures.py

Needs Debian's chromium and chromium-driver. Look at the pictures before they are committed.
"""

from __future__ import annotations

import base64
import subprocess
import sys
import tempfile
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
WIDTH = 1400


def make_report(folder: Path) -> Path:
    """Rank the demonstration family, with its own HPO terms, and give the report."""
    raredx = Path(sys.executable).with_name("raredx")
    page = folder / "report.html"
    subprocess.run(
        [raredx, "rank", "--quiet", "--ped", "data/demo/family.ped", "--panel", "all",
         "--html", page, "-o", folder / "report.tsv", "data/demo/family.vcf.gz"],
        cwd=ROOT, check=True,
    )  # fmt: skip
    return page


def open_browser() -> webdriver.Chrome:
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in ("--headless=new", "--no-sandbox", "--hide-scrollbars"):
        options.add_argument(flag)
    return webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))


def picture(browser: webdriver.Chrome, name: str, top: float, height: int) -> None:
    """Take what is seen from a place of the page on."""
    clip = {"x": 0, "y": top, "width": WIDTH, "height": height, "scale": 1}
    taken = browser.execute_cdp_cmd(
        "Page.captureScreenshot", {"clip": clip, "captureBeyondViewport": True}
    )
    place = PICTURES / f"{name}.png"
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(base64.b64decode(taken["data"]))
    print(place.relative_to(ROOT), place.stat().st_size // 1024, "KiB")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        page = make_report(Path(folder))
        browser = open_browser()
        try:
            browser.set_window_size(WIDTH, 1000)
            browser.get(page.as_uri())
            picture(browser, "report", 0, 1000)
            first = browser.find_element(By.CSS_SELECTOR, "tbody tr button")
            first.click()
            picture(browser, "candidate", first.location["y"] - 20, 900)
            first.click()
            for heading in browser.find_elements(By.TAG_NAME, "h2"):
                if "phenotype fits" in heading.text:
                    picture(browser, "phenotype-and-near-misses", heading.location["y"] - 20, 760)
        finally:
            browser.quit()


if __name__ == "__main__":
    main()
