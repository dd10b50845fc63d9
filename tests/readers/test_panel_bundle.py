"""The panels that were joined beforehand are those that joining gives."""

from __future__ import annotations

import gzip
import json
from dataclasses import fields, replace

import numpy as np
import pytest

from raredx.columns.genes import gene_table
from raredx.columns.panel import PanelDraft, PanelHeader, PanelRecord, join_panel
from raredx.readers import panels
from raredx.readers.genes import read_gene_table
from raredx.readers.panel_bundle import BUNDLE_NAME, decode_bundle, encode_bundle
from raredx.readers.panels import join_bundled, list_panels, read_all_panels, read_panel
from raredx.vocabulary import Confidence, Moi

TABLE = replace(
    gene_table(hgnc_id=[1, 2, 3], symbol=["AA", "BB", "CC"], alias=["x", "x", "y"]), digest="d-1"
)
G, A = Confidence.GREEN, Confidence.AMBER


@pytest.fixture(scope="module")
def fx_genes():
    return read_gene_table()


def assert_same(found, joined):
    for item in fields(joined):
        one, other = getattr(found, item.name), getattr(joined, item.name)
        if item.name == "match":
            assert (tuple(one.how), tuple(one.symbol)) == (tuple(other.how), tuple(other.symbol))
            assert (one.counts, one.alternatives) == (other.counts, other.alternatives)
            for kind in other.counts:
                assert one.names(kind) == other.names(kind)
        elif isinstance(other, np.ndarray):
            assert one.dtype == other.dtype
            assert not one.flags.writeable
            assert one.tolist() == other.tolist()
        else:
            assert one == other, item.name
            assert type(one) is type(other) or list(map(type, one)) == list(map(type, other))
    assert (found.n_genes, found.n_green) == (joined.n_genes, joined.n_green)
    assert (found.count(G), found.count(A)) == (joined.count(G), joined.count(A))


def drafts():
    """One of everything: a gene twice, found late, ambiguous, unknown; repeats; no gene at all."""
    first = [
        PanelRecord("gene", "HGNC:1", "AA", G, Moi.BIALLELIC, "words", "yes", "complete"),
        PanelRecord("gene", "HGNC:1", "AA", A, Moi.MONOALLELIC, details="report=all"),
        PanelRecord("gene", "", "y", G, Moi.UNKNOWN),
        PanelRecord("gene", "", "x", G, Moi.UNKNOWN),
        PanelRecord("gene", "", "nobody", A, Moi.UNKNOWN),
        PanelRecord("str", "", "AA_CAG", G, Moi.MONOALLELIC, chromosome="1", grch38_start="5"),
    ]
    head = PanelHeader(
        panel_id="p1", name="One", version="2", r_codes=("R1", "R2"), aliases=("é",), source="s"
    )
    yield PanelDraft(head, first)
    yield PanelDraft(PanelHeader(panel_id="p2", name="Two"), first[1:3])
    yield PanelDraft(PanelHeader(panel_id="p3", name="None"), [])


def test_read_back_as_written():
    joined = [join_panel(draft, TABLE) for draft in drafts()]
    bundle = decode_bundle(encode_bundle(joined, TABLE), TABLE)
    assert bundle.names == ("p1", "p2", "p3")
    for panel in joined:
        assert_same(bundle.panel(panel.panel_id), panel)
    assert bundle.panel("p1").match.alternatives == {"x": ("AA", "BB")}
    assert bundle.panel("p2").match.alternatives == {}
    assert bundle.panel("p1").loci[0].confidence is G
    with pytest.raises(KeyError):
        bundle.panel("p4")


def test_the_same_panels_give_the_same_bytes():
    packed = [encode_bundle([join_panel(d, TABLE) for d in drafts()], TABLE) for _ in range(2)]
    assert packed[0] == packed[1]


def test_the_bundled_file_is_that_of_the_bundled_panels(fx_genes):
    """Write it again with scripts/join_panels.py where this fails."""
    joined = [join_bundled(summary.panel_id, fx_genes) for summary in list_panels()]
    packed = panels._bundled_file(BUNDLE_NAME).read_bytes()
    assert gzip.decompress(packed) == gzip.decompress(encode_bundle(joined, fx_genes))
    found = read_all_panels(fx_genes)
    assert len(found) == len(joined) > 400
    for one, other in zip(found, joined, strict=True):
        assert_same(one, other)


def cut(packed):
    return packed[:-20]


def other_bytes(packed):
    return b"no gzip"


def odd_document(packed):
    return gzip.compress(b"[]\n", mtime=0)


def no_json(packed):
    return gzip.compress(b"{\n", mtime=0)


def fewer_numbers(packed):
    return gzip.compress(gzip.decompress(packed)[:-2], mtime=0)


def unknown_mode(packed):
    return gzip.compress(gzip.decompress(packed).replace(b'"biallelic"', b'"biallelia"'), mtime=0)


def lacks_a_key(packed):
    head, _, numbers = gzip.decompress(packed).partition(b"\n")
    document = json.loads(head)
    del document["rows"]
    return gzip.compress(json.dumps(document).encode() + b"\n" + numbers, mtime=0)


@pytest.mark.parametrize(
    "damage", [cut, other_bytes, odd_document, no_json, fewer_numbers, unknown_mode, lacks_a_key]
)
def test_a_damaged_bundle_is_none(damage):
    packed = encode_bundle([join_panel(draft, TABLE) for draft in drafts()], TABLE)
    assert decode_bundle(packed, TABLE) is not None
    assert decode_bundle(damage(packed), TABLE) is None


def test_a_bundle_of_another_gene_table_is_none():
    packed = encode_bundle([join_panel(draft, TABLE) for draft in drafts()], TABLE)
    assert decode_bundle(packed, replace(TABLE, digest="d-2")) is None
    unknown = replace(TABLE, digest="")
    packed = encode_bundle([join_panel(draft, unknown) for draft in drafts()], unknown)
    assert decode_bundle(packed, unknown) is None


@pytest.mark.parametrize("content", [None, b"", b"damaged"], ids=["missing", "empty", "damaged"])
def test_without_the_bundle_the_panels_are_read(fx_genes, tmp_path, monkeypatch, content):
    bundled = panels._bundled_file
    if content is not None:
        (tmp_path / BUNDLE_NAME).write_bytes(content)
    wanted = read_panel("R59", fx_genes)

    def place(name):
        return tmp_path / name if name == BUNDLE_NAME else bundled(name)

    monkeypatch.setattr(panels, "_bundled_file", place)
    assert panels._bundle(fx_genes) is None
    assert_same(wanted, read_panel("R59", fx_genes))


def test_panels_join_another_gene_table_gene_by_gene():
    table = gene_table(hgnc_id=[20], symbol=["AARS1"])
    panel = read_panel("402", table)
    assert panel.match.counts["hgnc_id"] == 1
    assert panel.gene_index.max() == 0
