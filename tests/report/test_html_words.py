"""Words, links and drawings of the HTML report, without a page around them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raredx.columns.acmg import ABOUT
from raredx.columns.results import FIELDS
from raredx.report.html_evidence import Scale, columns, rows
from raredx.report.html_flags import CRITERIA, FLAGS
from raredx.report.html_links import disease_url, gene_links, variant_links
from raredx.report.html_text import css_string, visible
from raredx.report.html_words import (
    ADDENDS,
    ADDENDS_ABOUT,
    ADDENDS_SHORT,
    CHOICES,
    CLASSES,
    CONSEQUENCES,
    MODES,
    PHASES,
    TIERS,
    consequence_words,
    fraction_words,
    source_words,
)
from raredx.settings import read_ruleset
from raredx.vocabulary import MODE_NAMES, PHASE_NAMES, TIER_NAMES, TRANSCRIPT_CHOICE_NAMES

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_every_code_has_its_words():
    addends = {f.name.removeprefix("score_") for f in FIELDS if f.name.startswith("score_")}
    assert set(ADDENDS) == set(ADDENDS_ABOUT) == set(ADDENDS_SHORT) == addends
    assert set(MODES) == set(MODE_NAMES.values())
    assert set(PHASES) == set(PHASE_NAMES.values())
    assert set(TIERS) == set(TIER_NAMES.values())
    assert set(CHOICES) == set(TRANSCRIPT_CHOICE_NAMES.values())
    assert set(CRITERIA) == set(ABOUT)
    assert list(CLASSES) == [
        "pathogenic",
        "likely_pathogenic",
        "uncertain",
        "likely_benign",
        "benign",
    ]


def test_every_documented_flag_has_its_sentence():
    text = (DOCS / "fields.md").read_text(encoding="utf-8").partition("## Flags")[2]
    table = text.partition("\n## ")[0]
    documented = {
        flag
        for line in table.splitlines()
        if line.startswith("| `")
        for flag in re.findall(r"`([a-z0-9_]+)`", line.split("|")[1])
    }
    assert len(documented) > 40
    assert set(FLAGS) == documented
    assert all(sentence.endswith(".") for sentence in FLAGS.values())


def test_every_term_of_the_rule_set_is_said_in_words():
    rules = read_ruleset("gel").rules.consequence
    terms = {term for name in ("high", "moderate") for term in getattr(rules, name)}
    assert len(terms) > 10
    for term in terms:
        assert term.removesuffix("_variant").lower() in CONSEQUENCES, term


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ("frameshift_variant", "reading frame shifted"),
        ("missense", "one amino acid changed"),  # bcftools csq
        ("5_prime_UTR_variant", "before the start codon (5′ UTR)"),
        ("NMD_transcript_variant", "on a transcript that is broken down"),
        ("splice_donor_variant&splice_donor_variant", "splice donor site changed"),
        ("&", "consequence not known"),
    ],
)
def test_consequences_in_words(terms, words):
    assert consequence_words(terms) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "not seen"),
        (0.5, "50 % (1 in 2)"),
        (0.001, "0.1 % (1 in 1,000)"),
        (6.5e-07, "0.000065 % (1 in 1,500,000)"),
        (1.0, "100 % (1 in 1)"),
    ],
)
def test_frequencies_in_words(value, words):
    assert fraction_words(value) == words


def test_sources_in_words():
    assert source_words("1000g_popmax") == "1000 Genomes, highest group"
    assert source_words("gnomad_mt_hom") == "gnomAD mitochondrial, homoplasmic"
    assert source_words("local_lab") == "local lab"


CELLS = {"chrom": "chr1", "pos": 100, "ref": "A", "alt": "T", "variant_id": "rs5"}


@pytest.mark.parametrize(
    ("changes", "assembly", "names"),
    [
        ({}, "GRCh38", ["gnomAD", "ClinVar", "DECIPHER", "Ensembl", "UCSC"]),
        ({}, "GRCh37", ["gnomAD", "ClinVar", "Ensembl", "UCSC"]),
        ({"chrom": "MT"}, "GRCh37", ["gnomAD", "ClinVar", "Ensembl"]),  # hg19 has another chrM
        ({"alt": "<DEL>"}, "GRCh38", ["ClinVar", "Ensembl", "UCSC"]),
        ({"ref": "A" * 51}, "GRCh38", ["ClinVar", "Ensembl", "UCSC"]),
        ({"chrom": "GL000220.1"}, "GRCh38", []),
        ({"chrom": "23"}, "GRCh38", []),
        ({"chrom": "1\n"}, "GRCh38", []),
        ({"chrom": "１"}, "GRCh38", []),
        ({"pos": -1}, "GRCh38", []),
        ({"pos": "1;alert()"}, "GRCh38", []),
    ],
)
def test_links_of_a_variant(changes, assembly, names):
    assert [link.name for link in variant_links(CELLS | changes, assembly)] == names


def test_where_the_links_lead():
    urls = {link.name: link.url for link in variant_links(CELLS, "GRCh37")}
    assert urls["gnomAD"].endswith("/variant/1-100-A-T?dataset=gnomad_r2_1")
    assert urls["ClinVar"] == "https://www.ncbi.nlm.nih.gov/clinvar/?term=rs5"
    assert urls["Ensembl"].startswith("https://grch37.ensembl.org/")
    assert urls["UCSC"].endswith("db=hg19&position=chr1:50-150")
    bare = {link.name: link.url for link in variant_links(CELLS | {"variant_id": "."}, "GRCh38")}
    assert bare["ClinVar"].endswith("?term=1[chr]+AND+100[chrpos38]")


@given(st.text(max_size=40), st.text(max_size=40))
def test_links_hold_only_letters_that_a_link_may_hold(first, second):
    cells = {"chrom": first, "pos": 5, "ref": second, "alt": first, "variant_id": second}
    urls = [link.url for link in variant_links(cells, "GRCh38") + gene_links(first, second)]
    urls += [disease_url(f"OMIM:{first}"), disease_url(second)]
    assert all(re.fullmatch(r"(https://[A-Za-z0-9./?=&:_+\[\]!#-]+)?", url) for url in urls)


@given(st.text())
def test_a_css_string_is_one_string(text):
    assert re.fullmatch(r'"([A-Za-z0-9 _.-]|\\[0-9a-f]{1,6} )*"', css_string(text))


@given(st.text(st.characters()))
def test_visible_text_can_be_written(text):
    assert not re.search("[\x00-\x08\x7f-\x9f\u202a-\u202e\u2066-\u2069]", visible(text))
    visible(text).encode("utf-8")


VALUES = st.lists(st.none() | st.floats(-8, 8), min_size=8, max_size=8)


@given(VALUES)
def test_bars_have_the_length_of_their_addends(values):
    """Every addend is drawn once, on its own line, from zero, as long as it is."""
    paths = rows(values)
    drawn = {}
    for kind in ("up", "down"):
        for start, height, length in re.findall(r"M(-?[.\d]+) ([.\d]+)h(-?[.\d]+)", paths[kind]):
            assert float(start) == 0
            drawn[int(float(height))] = float(length)
            assert (float(length) > 0) == (kind == "up")
    expected = {n: v for n, v in enumerate(values) if v is not None and abs(v) >= 0.005}
    assert drawn.keys() == expected.keys()
    assert all(abs(drawn[n] - v) <= 0.0051 for n, v in expected.items())
    assert paths["left"].count("M") == values.count(None)


@given(VALUES)
def test_columns_stay_within_their_chart(values):
    scale = Scale(-8, 8)
    for path in columns(values, scale).values():
        for _, top, length in re.findall(r"M(\d+) ([.\d]+)v(-?[.\d]+)", path):
            assert -0.1 <= float(top) + float(length) <= 40.1
