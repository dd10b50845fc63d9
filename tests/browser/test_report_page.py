"""The HTML report in real Chromium: it opens, asks for nothing, and does what it promises."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from family_reports import family_report
from html_reports import many, report_of
from raredx.report.html_page import page_text

DEMO = Path(__file__).resolve().parents[2] / "data" / "demo"
N = 14
"""Candidates of the demonstration family."""
READY = "return Number(document.getElementById('table').dataset.ready)"
"""Milliseconds from the start of the navigation until the table is laid out and answers."""


@pytest.fixture(scope="session")
def fx_pages(fx_demo, tmp_path_factory):
    """Pages of the demonstration family, of 500 candidates, and with markup in every field."""
    folder = tmp_path_factory.mktemp("pages")
    report = family_report(fx_demo.result, DEMO / "family.ped")
    pages = {"demo": report, "many": many(report, 500), "hostile": report_of()}
    for name, made in pages.items():
        (folder / f"{name}.html").write_text(page_text(made), encoding="utf-8")
    return {name: folder / f"{name}.html" for name in pages}


def genes(browser):
    return browser.texts("#table > tbody > tr > th")


def status(browser):
    return browser.texts(".status")[0]


def column(browser, name):
    """Position of a column among those shown."""
    return browser.texts("#table > thead th").index(name)


def sort(browser, name):
    browser.all("#table > thead th")[column(browser, name)].find_element(
        "css selector", ".dt-column-title"
    ).click()


def choose(select, text):
    """Choose an option."""
    options = select.find_elements("css selector", "option")
    next(option for option in options if option.text == text).click()


def test_it_opens_and_asks_for_nothing(fx_pages, fx_open):
    for name, page in fx_pages.items():
        browser = fx_open(page)
        assert browser.complaints() == [], name
        assert set(browser.requests()) == {page.as_uri()}, name
        assert browser.run(READY) > 0, name


@pytest.mark.skipif(sys.platform != "linux", reason="network namespaces are Linux's")
def test_it_opens_where_there_is_no_network(fx_pages, fx_chromium):
    """Chromium within a network namespace of its own gives the page as it is with a network."""
    if not shutil.which("unshare"):
        pytest.skip("no unshare on PATH")
    alone = ["unshare", "--net", "--map-root-user"]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine allows no network namespace")
    flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--dump-dom"]
    done = subprocess.run(
        [*alone, fx_chromium[0], *flags, fx_pages["demo"].as_uri()],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert f"{N} of {N} candidates shown" in done.stdout


def test_a_script_that_is_not_ours_does_not_run(fx_pages, fx_open):
    """The policy refuses what markup in an input could smuggle in, were it not text."""
    browser = fx_open(fx_pages["demo"])
    browser.run(
        "document.body.insertAdjacentHTML('beforeend',"
        '\'<img src=x onerror="window.stolen=1"><p style="color:red" onclick="stolen=1">p</p>\');'
        "const s=document.createElement('script');s.textContent='window.stolen=1';"
        "document.body.append(s)"
    )
    browser.all("body > p")[-1].click()
    assert browser.run("return window.stolen") is None
    refused = " ".join(browser.complaints())
    for directive in ("img-src", "script-src", "style-src"):
        assert directive in refused or "default-src" in refused


def test_hostile_text_is_seen_as_text(fx_pages, fx_open):
    browser = fx_open(fx_pages["hostile"])
    assert browser.run("return typeof steal") == "undefined"
    assert browser.run("return document.images.length + document.forms.length") == 0
    seen = browser.one("body").text
    assert "<script>steal()</script>" in seen
    assert '"><img src=x onerror=steal()>' in seen
    browser.all("button.row")[0].click()
    assert "<script>steal()</script>" in browser.one("tr.more").text
    assert browser.complaints() == []


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Rank", lambda cells: int(cells[0])),
        ("Gene", lambda cells: cells[2].lower()),
        ("Evidence", lambda cells: float(cells[8].replace("−", "-"))),
    ],
)
def test_it_sorts(fx_pages, fx_open, name, key):
    browser = fx_open(fx_pages["demo"])
    rows = "#table > tbody > tr"
    for direction in ("ascending", "descending"):
        if (name, direction) != ("Rank", "ascending"):
            sort(browser, name)
        head = browser.all("#table > thead th")[column(browser, name)]
        browser.until(lambda head=head, way=direction: head.get_attribute("aria-sort") == way)
        cells = [
            [cell.text.split("\n")[0] for cell in row.find_elements("css selector", "td,th")]
            for row in browser.all(rows)
        ]
        found = [key(one) for one in cells]
        assert len(found) == N
        assert found == sorted(found, reverse=direction == "descending")


def test_it_searches_and_filters(fx_pages, fx_open):
    browser = fx_open(fx_pages["demo"])
    browser.one("input[type=search]").send_keys("stop codon")
    assert status(browser) == f"{len(genes(browser))} of {N} candidates shown"
    assert set(genes(browser)) == {"NHEJ1", "NBAS"}
    browser.keys("ESCAPE")
    assert len(genes(browser)) == N
    tier, mode = browser.all("#tools select")
    choose(tier, "Tier 3")
    assert 0 < len(genes(browser)) < N
    assert set(browser.texts("#table .tier")) == {"Tier 3"}
    choose(tier, "Every tier")
    choose(mode, "Mitochondrial")
    assert genes(browser) == ["MT-TL1"]
    choose(mode, "Every mode")
    assert len(genes(browser)) == N


def test_the_keyboard_is_enough(fx_pages, fx_open):
    browser = fx_open(fx_pages["demo"])
    browser.keys("/")
    assert browser.run("return document.activeElement.type") == "search"
    browser.keys("d", "e", " ", "n", "o", "v", "o")
    assert 1 < len(genes(browser)) < N
    first = browser.one("button.row")
    browser.run("arguments[0].focus()", first)
    browser.keys("ARROW_DOWN")
    assert browser.run("return document.activeElement") == browser.all("button.row")[1]
    outline = browser.run("return getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    browser.keys("ENTER")
    assert browser.until(lambda: browser.all("tr.more"))
    assert browser.run("return document.activeElement.getAttribute('aria-expanded')") == "true"
    browser.keys("ENTER")
    browser.until(lambda: not browser.all("tr.more"))
    browser.keys("END")
    assert browser.run("return document.activeElement") == browser.all("button.row")[-1]
    browser.keys("HOME", "ARROW_UP")
    assert browser.run("return document.activeElement") == browser.all("button.row")[0]


def test_details_follow_their_row_when_sorted(fx_pages, fx_open):
    browser = fx_open(fx_pages["demo"])
    browser.all("button.row")[1].click()
    gene = genes(browser)[1]
    sort(browser, "Rank")
    sort(browser, "Gene")
    before = browser.run(
        "return document.querySelector('tr.more').previousElementSibling.cells[2].textContent"
    )
    assert before == gene
    assert f"{gene} is" in browser.one("tr.more .why").text


def test_columns_are_hidden_and_shown(fx_pages, fx_open):
    browser = fx_open(fx_pages["demo"])
    browser.all("button.row")[0].click()
    browser.one(".menu > summary").click()
    box = next(b for b in browser.all(".menu label") if b.text == "Disease")
    box.click()
    assert "Disease" not in browser.texts("#table > thead th")
    assert browser.run("return document.querySelector('tr.more > td').colSpan") == 9
    box.click()
    assert "Disease" in browser.texts("#table > thead th")


def test_a_summary_is_copied(fx_pages, fx_open):
    browser = fx_open(fx_pages["demo"])
    browser.command(
        "Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"]
    )
    place = genes(browser).index("NHEJ1")
    browser.all("button.row")[place].click()
    browser.one("tr.more .cards > button").click()
    browser.until(lambda: status(browser) == "Summary copied" or browser.all("dialog"))
    read = "navigator.clipboard.readText().then(arguments[arguments.length - 1])"
    assert browser.all("dialog") == []
    text = browser.driver.execute_async_script(read)
    for words in (
        "Family demo, Proband proband, GRCh38", "Gene: NHEJ1", "Tier: Tier 1",
        "Place: chr2-219146736-G-A (GRCh38)", "father, genotype 0/1, depth 40, quality 99, balance 0.45",
        "It is not validated for diagnostic use.",
    ):  # fmt: skip
        assert words in text, words


def test_without_a_clipboard_the_summary_is_shown(fx_pages, fx_open):
    browser = fx_open(fx_pages["demo"])
    browser.run("navigator.clipboard.writeText = () => Promise.reject(new Error())")
    browser.all("button.row")[0].click()
    browser.one("tr.more .cards > button").click()
    area = browser.until(lambda: browser.all("dialog[open] textarea"))[0]
    assert area.get_attribute("value").startswith("Family demo")
    assert browser.run("return document.activeElement") == area
    browser.keys("ESCAPE")
    browser.until(lambda: not browser.all("dialog"))


def saved(browser, folder, kind):
    """Save the table, and read what was saved."""
    next(b for b in browser.all("#tools button") if b.text == f"Save as {kind.upper()}").click()
    # the name is there before the content is
    (path,) = browser.until(lambda: [p for p in folder.glob(f"*.{kind}") if p.stat().st_size])
    assert path.name.endswith(f".candidates.{kind}")
    text = path.read_bytes().decode("utf-8-sig")
    return list(
        csv.reader(io.StringIO(text, newline=""), delimiter={"tsv": "\t", "csv": ","}[kind])
    )


@pytest.mark.parametrize("kind", ["tsv", "csv"])
def test_the_visible_table_is_saved(fx_pages, fx_open, tmp_path, kind):
    browser = fx_open(fx_pages["demo"])
    browser.one("input[type=search]").send_keys("stop codon")
    browser.one(".menu > summary").click()
    next(b for b in browser.all(".menu label") if b.text == "Tier").click()
    browser.one("h2").click()
    head, *rows = saved(browser, tmp_path, kind)
    assert head == ["Rank", "Gene", "Variant", "Inheritance", "ACMG/AMP class", "Disease",
                    "Probability", "Evidence", "To check"]  # fmt: skip
    assert [row[1] for row in rows] == genes(browser)
    pair = next(row for row in rows if row[1] == "NBAS")
    assert "p.Arg1004Ter" in pair[2]
    assert "; p.Leu1055Pro" in pair[2]
    assert re.fullmatch(r"[+-]\d+\.\d\d", pair[7])
    assert browser.complaints() == []


def test_no_cell_that_is_saved_becomes_a_formula(fx_open, tmp_path):
    texts = ("=1+1", "+1+1", "-1+1", "@SUM(1)", " =1", "\t=1", '"=1"', "＝1", "−1+1", "'=1", "a=1")
    page = tmp_path / "formulas.html"
    page.write_text(page_text(report_of(texts)), encoding="utf-8")
    _, *rows = saved(fx_open(page), tmp_path, "csv")
    genes_saved = [row[2] for row in rows]
    assert len(genes_saved) == len(texts)
    assert all(gene.startswith("'") for gene in genes_saved[:-1])
    assert genes_saved[-1] == "a=1"
    cells = [cell for row in rows for cell in row]
    assert [c for c in cells if c[:1] in "=+-@" and c and not re.fullmatch(r"[+-]?[\d.]+", c)] == []


def test_it_reads_without_javascript(fx_pages, fx_open):
    browser = fx_open(fx_pages["demo"], javascript=False)
    assert len(genes(browser)) == N
    assert browser.all("#tools button") == []
    assert not browser.one("#tools").is_displayed()
    first = browser.one("tr.more summary")
    assert first.is_displayed()
    first.click()
    assert "Why this rank and tier" in browser.one("tr.more .cards").text
    assert browser.requests() == [fx_pages["demo"].as_uri()]


def test_without_javascript_a_long_page_says_what_is_packed(fx_pages, fx_open):
    browser = fx_open(fx_pages["many"], javascript=False)
    assert len(genes(browser)) == 500
    kept = len(browser.all("tr.more"))
    assert 0 < kept < 500
    assert f"details are written out for the first {kept} candidates" in browser.one("main").text


def test_packed_details_unfold(fx_pages, fx_open):
    browser = fx_open(fx_pages["many"])
    browser.run("arguments[0].click()", browser.all("button.row")[-1])
    browser.until(lambda: browser.all("tr.more .cards"))
    assert genes(browser)[-1].partition("-")[0] in browser.one("tr.more .why").text
    assert browser.complaints() == []


def test_five_hundred_candidates_are_searched(fx_pages, fx_open):
    """How long that takes is measured by benchmarks/bench_report.py."""
    browser = fx_open(fx_pages["many"])
    assert len(browser.all("button.row")) == 500
    assert browser.run(READY) > 0
    browser.run(
        "const s = document.querySelector('input[type=search]');"
        "s.value = 'NBAS'; s.dispatchEvent(new Event('input'))"
    )
    browser.until(lambda: 0 < len(genes(browser)) < 500)
    assert all("NBAS" in gene for gene in genes(browser))


AXE = """
const done = arguments[arguments.length - 1];
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
axe.run(document, { runOnly: { type: "tag", values: tags } }).then((found) => done(
  [found.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.html).slice(0, 3).join(" ")),
   found.passes.map((p) => p.id)]));
"""


@pytest.mark.parametrize("opened", [False, True], ids=["closed", "open"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["demo", "hostile"])
def test_no_barrier_is_found(fx_pages, fx_open, fx_axe, name, dark, opened):
    browser = fx_open(fx_pages[name], dark=dark)
    if opened:
        for button in browser.all("button.row")[:4]:
            browser.run("arguments[0].click()", button)
        browser.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    browser.run(fx_axe)
    violations, passed = browser.driver.execute_async_script(AXE)
    assert violations == []
    assert {"color-contrast", "button-name", "label", "html-has-lang"} <= set(passed)


def test_dark_and_light_are_what_is_asked_for(fx_pages, fx_open):
    ground = "return getComputedStyle(document.body).backgroundColor"
    assert fx_open(fx_pages["demo"]).run(ground) == "rgb(255, 255, 255)"
    dark = fx_open(fx_pages["demo"], dark=True)
    levels = [int(n) for n in re.findall(r"\d+", dark.run(ground))]
    assert max(levels) < 40
    dark.command("Emulation.setEmulatedMedia", media="print")
    assert dark.run(ground) in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")


def test_it_prints_on_a4_with_its_header(fx_pages, fx_open, fx_pypdf):
    browser = fx_open(fx_pages["demo"], dark=True)
    browser.all("button.row")[0].click()
    printed = fx_pypdf.PdfReader(io.BytesIO(browser.pdf()))
    pages = [" ".join(page.extract_text().split()) for page in printed.pages]
    assert 3 <= len(pages) <= 12
    for number, page in enumerate(pages, 1):
        assert "Family demo, proband proband" in page
        assert f"Page {number} of {len(pages)}" in page
        assert "Not validated for diagnostic use" in page
    assert "Why this rank and tier" in "".join(pages)
    assert "Save as TSV" not in "".join(pages)


def test_every_printed_page_is_a4(fx_pages, fx_open):
    raw = fx_open(fx_pages["demo"]).pdf()
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", raw)
    assert len(boxes) >= 3
    assert all(abs(float(w) - 595.28) < 1 and abs(float(h) - 841.89) < 1 for w, h in boxes)


def test_a_phone_shows_details_within_its_width(fx_pages, fx_open):
    browser = fx_open(fx_pages["demo"], size=(500, 900))
    browser.command(
        "Emulation.setDeviceMetricsOverride",
        width=390,
        height=844,
        deviceScaleFactor=2,
        mobile=True,
    )
    browser.all("button.row")[0].click()
    box = browser.run(
        "const b = document.querySelector('.cards > section').getBoundingClientRect();"
        "return [b.left, b.right, innerWidth, document.documentElement.scrollWidth]"
    )
    assert box[0] >= 0
    assert box[1] <= box[2]
    assert box[3] <= box[2], "only the table scrolls sideways"
