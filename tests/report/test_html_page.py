"""The HTML report as text: its policy, its order, its size, and hostile text in every field."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

import vendor_js
from family_reports import family_report, hostile_report, near_misses
from html_reports import MARKUP, Page, many, report_of
from raredx.columns.near_misses import empty_near_misses
from raredx.report import html_packing
from raredx.report.heading import CheckFinding, Checks
from raredx.report.html_page import asset, page_text

DEMO = Path(__file__).resolve().parents[2] / "data" / "demo"
HOSTS = {
    "gnomad.broadinstitute.org", "www.ncbi.nlm.nih.gov", "www.deciphergenomics.org",
    "www.ensembl.org", "grch37.ensembl.org", "genome.ucsc.edu", "omim.org", "www.orpha.net",
    "panelapp.genomicsengland.co.uk", "www.genenames.org",
}  # fmt: skip
SECTIONS = [
    "Family", "Phenotype", "Panels", "Samples", "Candidates", "How the phenotype fits",
    "Near misses", "What was not assessed, and why", "Limits", "Versions, rule set and inputs",
    "Words",
]  # fmt: skip
LOADING = {"img", "iframe", "link", "object", "embed", "video", "audio", "source", "base", "form"}


@pytest.fixture(scope="module")
def fx_report(fx_demo):
    return family_report(fx_demo.result, DEMO / "family.ped")


@pytest.fixture(scope="module")
def fx_page(fx_report):
    return page_text(fx_report)


@pytest.fixture(scope="module", params=["markup", "formulas"])
def fx_hostile(request):
    return page_text(report_of() if request.param == "markup" else hostile_report())


def headings(text, level):
    found = re.findall(rf"<h{level}[^>]*>(.*?)</h{level}>", text, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", heading) for heading in found]


def part(text, gene):
    """Row and details of the candidate of a gene."""
    found = text[text.index(f"<bdi>{gene}</bdi>") :]
    return re.split(r"\n<tr><td>|</tbody>\n</table>\n</div>", found)[0]


def policy_of(page):
    (meta,) = [a for a in page.tags("meta") if a.get("http-equiv") == "Content-Security-Policy"]
    return {part.split()[0]: part.split()[1:] for part in meta["content"].split("; ")}


def digest(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def assert_closed(text):
    """Nothing is loaded, and nothing runs but what the policy names."""
    page = Page(text)
    policy = policy_of(page)
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == ["'none'"]
    assert set(policy) == {"default-src", "script-src", "style-src", "base-uri", "form-action"}
    run = [body for body in page.inside["script"] if body.strip()]
    if 'id="packed"' in text:
        run = [body for body in run if not re.fullmatch(r"[A-Za-z0-9+/=]+", body)]
    assert policy["script-src"] == [digest(body) for body in run]
    assert policy["style-src"] == [digest(body) for body in page.inside["style"]]
    assert {tag for tag, _ in page.elements} & LOADING == set()
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], tag
        assert not {"src", "srcset"} & set(attributes), tag
        target = attributes.get("href", "#")
        if tag != "a":
            assert target.startswith("#"), (tag, target)
        elif not target.startswith("#"):
            assert re.match(r"https://([^/]+)/", target)[1] in HOSTS
            assert attributes["rel"] == "noopener noreferrer external"
            assert attributes["target"] == "_blank"


def test_the_page_is_closed(fx_page):
    assert_closed(fx_page)


def test_the_policy_has_no_loophole(fx_page):
    assert "unsafe" not in fx_page[:3000]
    assert "http" not in "".join(asset("page.css"))


def test_the_order_is_what_a_clinician_needs(fx_page):
    assert headings(fx_page, 2) == SECTIONS
    assert headings(fx_page, 1) == ["Family demo"]


def test_every_candidate_is_a_row_and_pairs_are_one(fx_report, fx_page):
    table = fx_report.table
    names = list(dict.fromkeys(table["candidate_id"]))
    body = fx_page[fx_page.index('<table id="table">') :]
    assert len(re.findall(r"<tr><td>\d+<td><span class=\"tier", body)) == len(names)
    assert len(re.findall(r"<tr class=more>", body)) == len(names)
    assert len(names) < len(table), "the family has a compound heterozygote"
    pair = body[body.index("<bdi>NBAS</bdi>") :]
    pair = pair[: pair.index("<tr class=more>")]
    assert "p.Arg1004Ter" in pair
    assert "p.Leu1055Pro" in pair


def test_a_candidate_says_all_that_is_known_of_it(fx_page):
    text = Page(part(fx_page, "NHEJ1")).text
    for words in (
        "premature stop codon", "Recessive, two equal copies (homozygous)", "Pathogenic",
        "one copy from each parent", "Tier 1: NHEJ1 is green on", "filter pass", "Fit to the family",
        "father 0/1 40 99 0.45", "chr2-219146736-G-A (GRCh38)", "c.532C>T", "NM_024782.3",
        "MANE Select, exon 5/8", "2 of 4 review stars", "not seen", "PVS1 very strong, 8",
        "premature stop at residue 178", "Not assessed: BS2: no counts of homozygotes",
        "Cernunnos-XLF deficiency", "biallelic", "gnomAD", "DECIPHER", "PanelApp",
        "A click sends the variant, gene or disease to that site.",
    ):  # fmt: skip
        assert words in text, words


def test_the_pedigree_is_drawn_once_and_shows_genotypes(fx_page):
    assert fx_page.count('id="pedigree"') == 1
    drawing = re.search(r"<svg class=tree.*?</svg>", part(fx_page, "NHEJ1"), re.DOTALL)[0]
    assert re.findall(r">([^<>]+)</text>", drawing) == ["1/1", "0/1", "0/1"]
    places = re.findall(r"<text x=([\d.]+) y=([\d.]+)>", drawing)
    assert len(set(places)) == 3


def test_phase_and_partner_of_a_pair(fx_page):
    text = Page(part(fx_page, "NBAS")).text
    assert "on different copies (in trans)" in text
    assert "Partner chr2-15394320-A-G" in text
    assert re.search(r"this one (maternal|paternal), its partner (maternal|paternal)", text)


def test_what_was_not_assessed_is_said(fx_page):
    text = Page(fx_page).text
    assert "BS2: seen in healthy adults no counts of homozygotes (14 of 15 rows)" in text
    assert "not validated for diagnostic use" in text
    assert "Structural variants, copy number changes, repeat expansions" in text
    assert "7 such alleles of the file were left out" in text


def test_versions_and_checksums(fx_report, fx_page):
    heading = fx_report.heading
    text = Page(fx_page).text
    assert heading.ruleset_sha256 in text
    assert "443 panels applied" in text
    for line in heading.data:
        assert " ".join(line.split()) in text
    for entry in fx_report.document["inputs"]:
        assert entry["sha256"] in text


def test_the_same_report_gives_the_same_bytes(fx_report, fx_page):
    assert page_text(fx_report) == fx_page


def test_a_family_without_candidates_terms_panels_and_checks(fx_report):
    empty = {name: [] for name in fx_report.table.columns}
    about = replace(fx_report.about, observed=(), hpo_terms=(), none_of_these=1.0)
    heading = replace(
        fx_report.heading, panels=(), checks=Checks(), families=(about,), hpo="", notes=()
    )
    table = replace(fx_report.table, columns=empty, details=[])
    text = page_text(replace(fx_report, table=table, heading=heading, document={}))
    assert_closed(text)
    seen = Page(text).text
    for words in (
        "No variant passed every question. That does not exclude a genetic cause",
        "No HPO term was given: the phenotype was not assessed.",
        "No panel was applied", "The samples were not assessed.", "> 99.9 %",
    ):  # fmt: skip
        assert words in seen, words


def test_findings_about_the_samples_stand_open(fx_report):
    finding = CheckFinding("swap", "error", ("father", "mother"), "exchanged", True)
    checks = replace(fx_report.heading.checks, findings=(finding,))
    text = page_text(replace(fx_report, heading=replace(fx_report.heading, checks=checks)))
    seen = Page(text).text
    assert "Error: father, mother: exchanged This changes the candidates." in seen
    assert "<details open>\n<summary>8 questions" in text
    assert "Nothing was found" not in seen


def test_samples_that_could_not_be_judged_are_no_pass(fx_report):
    checks = replace(
        fx_report.heading.checks,
        answers=tuple(
            replace(a, passed=0, not_assessed=2, reason="too few sites")
            for a in fx_report.heading.checks.answers
        ),
    )
    seen = Page(
        page_text(replace(fx_report, heading=replace(fx_report.heading, checks=checks)))
    ).text
    assert "The data do not tell: no question has an answer. 8 questions: 8 not assessed" in seen
    assert "Nothing was found" not in seen


def test_near_misses_say_what_would_have_to_be_different(fx_report):
    near = near_misses(
        {
            "gene": "CFTR", "mode": "autosomal_dominant", "question": "frequency",
            "observed": "0.002", "threshold": "at most 0.001", "margin": "2 times",
            "rule": "gel", "chrom": "7", "pos": 5, "ref": "A", "alt": "T", "consequence": "stop_gained",
            "hgvs_p": "P1:p.Arg5Ter", "hgvs_c": "", "popmax_af": 0.002, "family_id": "demo",
            "needed": "a frequency of at most 0.001",
        }
    )  # fmt: skip
    seen = Page(page_text(replace(fx_report, near_misses=near))).text
    assert (
        "CFTR p.Arg5Ter premature stop codon 7-5-A-T Dominant, one copy frequency 0.002 "
        "at most 0.001 gel 2 times a frequency of at most 0.001"
    ) in seen


def test_many_near_misses_open_with_a_click(fx_report):
    rows = [{"gene": f"G{n}", "ref": "A", "alt": "T", "family_id": "demo"} for n in range(25)]
    near = replace(near_misses(*rows), found={"demo": 40})
    text = page_text(replace(fx_report, near_misses=near))
    assert "40 found, the nearest 25 listed." in Page(text).text
    shown, _, more = text.partition("<summary>15 more</summary>")
    assert re.findall(r"<bdi>(G\d+)</bdi>", shown) == [f"G{n}" for n in range(10)]
    assert re.findall(r"<bdi>(G\d+)</bdi>", more) == [f"G{n}" for n in range(10, 25)]


def test_no_near_miss_is_said(fx_report):
    seen = Page(page_text(replace(fx_report, near_misses=empty_near_misses()))).text
    assert "None: no variant of a green gene" in seen


def test_hostile_text_stays_text(fx_hostile):
    assert_closed(fx_hostile)
    assert {tag for tag, _ in Page(fx_hostile).elements} <= {
        "html", "head", "meta", "title", "style", "body", "a", "svg", "defs", "pattern", "rect",
        "header", "p", "span", "h1", "bdi", "strong", "main", "div", "section", "h2", "figure", "g",
        "desc", "path", "text", "table", "caption", "thead", "tr", "th", "tbody", "td", "ul", "li",
        "details", "summary", "abbr", "b", "i", "small", "h3", "use", "dl", "dt", "dd", "tspan",
        "figcaption", "code", "footer", "script", "noscript", "circle", "line",
    }  # fmt: skip


def test_hostile_text_is_shown_not_swallowed():
    text = page_text(report_of(MARKUP[:2], who="F\u202e1<i>"))
    seen = Page(text).text
    assert "F[U+202E]1<i>" in seen
    assert "<script>steal()</script>" in seen
    assert "</script><script>steal()</script>" in seen


@pytest.mark.parametrize("text", MARKUP, ids=lambda text: repr(text[:20]))
def test_no_control_or_direction_character_is_left(text):
    page = page_text(report_of((text, "a")))
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", page
    )
    page.encode("utf-8")


def test_template_marks_in_inputs_are_not_rendered():
    seen = Page(page_text(report_of(("{{7*7}}", "{% raw %}")))).text
    assert "{{7*7}}" in seen
    assert "49" not in seen.replace("1749", "")[:4000]


def test_a_printed_page_names_family_and_proband_and_nothing_found(fx_page):
    page = Page(fx_page)
    header = page.inside["style"][1]
    assert header == (
        '@page{@top-left{content:"Family demo\\2c  proband proband"}'
        '@top-right{content:"raredx 0.1.0\\2c  GRCh38"}}'
    )


def test_a_name_cannot_leave_the_print_header():
    page = Page(page_text(report_of(("a", "b"), who='"}body{display:none}</style>')))
    header = page.inside["style"][1]
    assert re.fullmatch(
        r'@page\{@top-left\{content:"[^"{}<>]*"\}@top-right\{content:"[^"{}<>]*"\}\}', header
    )


@pytest.mark.parametrize("n", [100, 500])
def test_a_page_stays_below_one_megabyte(fx_report, n):
    text = page_text(many(fx_report, n))
    assert len(text.encode("utf-8")) < 1_000_000
    assert len(re.findall(r"<tr><td>\d+<td><span class=\"tier", text)) == n


def test_packed_details_are_those_that_would_have_been_written(fx_report, monkeypatch):
    large = many(fx_report, 60)
    whole = page_text(large)
    assert 'id="packed"' not in whole
    monkeypatch.setattr(html_packing, "PAGE_LIMIT", 480_000)
    small = page_text(large)
    assert len(small.encode()) <= 480_000 + 2000  # the note about packing
    packed = re.search(r'<script type="text/plain" id="packed">([^<]+)</script>', small)[1]
    details = json.loads(zlib.decompress(base64.b64decode(packed)))
    kept = small.count("<tr class=more>")
    assert 0 < kept < 60
    assert kept + len(details) == 60
    assert all(detail in whole for detail in details)
    assert f"details are written out for the first {kept} candidates" in Page(small).text


def test_the_library_is_the_one_whose_checksum_we_ship():
    assert vendor_js.changed() == []
    assert "Permission is hereby granted, free of charge" in asset("dataTables.LICENSE.txt")


def test_the_page_carries_the_licence_of_the_library(fx_page):
    assert "Permission is hereby granted, free of charge" in fx_page


def test_an_asset_may_not_end_its_element(monkeypatch, tmp_path):
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "bad.js").write_text("'</SCRIPT>'")
    monkeypatch.setattr("raredx.report.html_page.resources.files", lambda _: tmp_path)
    with pytest.raises(ValueError, match=r"bad\.js would end the element"):
        asset("bad.js")


def test_the_template_engine_is_loaded_only_for_a_page():
    code = "import sys, raredx.report.html_page; print('jinja2' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
