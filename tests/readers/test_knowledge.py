"""The bundled tables of facts: what they hold, how they are packed, and that they are current."""

from __future__ import annotations

import csv
import gzip
import re
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from build_gene_facts import read_clingen, read_gene2phenotype
from raredx.columns.clinvar import ClinvarTable, reported_at
from raredx.columns.coding import CodingTranscripts
from raredx.columns.gene_facts import GeneFacts
from raredx.columns.genes import gene_table
from raredx.columns.genome import contig_code
from raredx.errors import InputError
from raredx.readers.genes import read_gene_table
from raredx.readers.knowledge import (
    encode_clinvar,
    encode_coding,
    encode_gene_facts,
    read_clinvar_table,
    read_coding_transcripts,
    read_gene_facts,
)
from raredx.readers.packed_columns import PackedColumns, encode_columns, read_packed
from raredx.readers.panels import read_all_panels
from raredx.vocabulary import (
    MODE_NAMES,
    Assembly,
    ClinvarClass,
    Confidence,
    GeneValidity,
    Mode,
    Outcome,
    ReportedKind,
)
from reported_genes import assign_genes

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "src" / "raredx" / "data"
BUILT = (("clinvar", "clinvar.gz"), ("coding", "coding.gz"), ("gene_facts", "gene_facts.gz"))


@pytest.fixture(scope="module")
def fx_genes():
    return read_gene_table()


@pytest.fixture(scope="module")
def fx_coding(fx_genes):
    return read_coding_transcripts(fx_genes)


@pytest.fixture(scope="module")
def fx_facts(fx_genes):
    return read_gene_facts(fx_genes)


# Packing


COLUMNS = st.integers(0, 30).flatmap(
    lambda rows: st.dictionaries(
        st.sampled_from("abcdef"),
        st.sampled_from([np.int8, np.uint16, np.int32, np.uint32, np.int64]).flatmap(
            lambda kind: hnp.arrays(kind, rows)
        ),
        max_size=4,
    )
)


@given(COLUMNS, st.lists(st.text("ACGT µ", max_size=5), min_size=1, max_size=9))
def test_columns_come_back(columns, words):
    packed = encode_columns("t", ["about"], columns | {"text": words}, {"more": [1]})
    assert packed == encode_columns("t", ["about"], columns | {"text": words}, {"more": [1]})
    found = PackedColumns(packed, "t")
    assert (found.head["about"], found.head["more"]) == (["about"], [1])
    assert list(found.text("text")) == words
    for name, values in columns.items():
        assert found.numbers(name).dtype == values.dtype
        assert found.numbers(name).tolist() == values.tolist()


@pytest.mark.parametrize("word", ["a\tb", "a\nb"])
def test_a_text_with_a_separator_is_refused(word):
    with pytest.raises(ValueError, match="a value of column w holds a separator"):
        encode_columns("t", [], {"w": [word, "c"]})


GOOD = encode_columns("t", [], {"n": np.arange(9)})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no gzip", "cannot be read"),
        (GOOD[:-9], "cannot be read"),
        (b"", "cannot be read"),
        (encode_columns("other", [], {}), "it is no table t of layout 1"),
        (gzip.compress(gzip.decompress(GOOD)[:-1], mtime=0), "its columns are cut off"),
        (gzip.compress(b"{}\n", mtime=0), "it is no table t of layout 1"),
    ],
    ids=["no gzip", "cut off", "empty", "other table", "short", "no head"],
)
def test_damage_is_told(tmp_path, content, message):
    path = tmp_path / "t.gz"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_packed("t.gz", "t", "build_t.py", path)
    assert caught.value.where == str(path)
    assert message in caught.value.what
    assert "scripts/build_t.py" in caught.value.mend


def test_a_missing_file_is_told(tmp_path, fx_genes):
    for read in (read_coding_transcripts, read_gene_facts):
        with pytest.raises(InputError, match="No such file"):
            read(fx_genes, tmp_path / "none.gz")


# The tables go and come back


PLACES = st.lists(st.tuples(st.integers(1, 25), st.integers(1, 250_000_000)), max_size=30)


@given(PLACES)
def test_reported_variants_come_back(tmp_path_factory, places):
    path = tmp_path_factory.mktemp("clinvar") / "clinvar.gz"
    places = sorted(places)
    given_table = ClinvarTable(
        assembly=Assembly.GRCH38,
        date="2025-01-01",
        contig=np.array([contig for contig, _ in places], np.int8),
        position=np.array([position for _, position in places], np.int32),
        ref=["A"] * len(places),
        alt=[str(n) for n in range(len(places))],
        clinvar_class=np.full(len(places), 6, np.int8),
        stars=np.full(len(places), -1, np.int8),
        kind=np.full(len(places), 1, np.int8),
        variation=np.arange(len(places), dtype=np.int32),
        complete=True,
        about=("x",),
    )
    path.write_bytes(encode_clinvar(given_table))
    found = read_clinvar_table(path)
    for name in ("contig", "position", "clinvar_class", "stars", "kind", "variation"):
        one, other = getattr(found, name), getattr(given_table, name)
        assert one.dtype == other.dtype
        assert one.tolist() == other.tolist()
    assert (found.date, found.complete, found.about) == ("2025-01-01", True, ("x",))
    assert not places or list(found.alt) == given_table.alt


def test_rows_out_of_order_are_refused():
    table = read_clinvar_table()
    wrong = replace(table, position=table.position[::-1].copy())
    with pytest.raises(ValueError, match="rows do not ascend"):
        encode_clinvar(wrong)


@st.composite
def coding_tables(draw):
    """Up to four genes, some without a transcript."""
    n_genes = draw(st.integers(1, 4))
    chosen = sorted(draw(st.sets(st.integers(0, n_genes - 1), min_size=1)))
    order = draw(st.permutations(chosen))
    exons, counts, ends, forward = [], [], [], []
    for _ in chosen:
        sizes = draw(st.lists(st.integers(1, 70_000), min_size=1, max_size=4))
        place, own = draw(st.integers(1, 200_000_000)), []
        for size in sizes:
            own.append((place, place + size - 1))
            place += size + draw(st.integers(1, 1_000_000))
        strand = draw(st.booleans())
        low, high = sorted(draw(st.tuples(*[st.integers(own[0][0], own[-1][1])] * 2)))
        exons += own if strand else own[::-1]
        counts.append(len(own))
        ends.append((low, high))
        forward.append(strand)
    row_of_gene = np.full(n_genes, -1, np.int32)
    row_of_gene[order] = np.arange(len(order))
    return CodingTranscripts(
        transcript=[f"ENST{gene}" for gene in order],
        row_of_gene=row_of_gene,
        contig=np.arange(1, len(order) + 1, dtype=np.int8),
        forward=np.array(forward, np.bool_),
        cds_first=np.array([low for low, _ in ends], np.int32),
        cds_last=np.array([high for _, high in ends], np.int32),
        exon_start=np.cumsum([0, *counts]),
        exon_first=np.array([first for first, _ in exons], np.int32),
        exon_last=np.array([last for _, last in exons], np.int32),
    )


@given(coding_tables())
def test_transcripts_come_back(tmp_path_factory, table):
    path = tmp_path_factory.mktemp("coding") / "coding.gz"
    numbers = list(range(5, 5 + len(table.row_of_gene)))
    names = [f"G{n}" for n in numbers]
    genes = replace(gene_table(hgnc_id=numbers, symbol=names), digest="d-1")
    path.write_bytes(encode_coding(table, genes))
    for read_with in (genes, replace(genes, digest="other")):
        found = read_coding_transcripts(read_with, path)
        for name in ("row_of_gene", "contig", "forward", "cds_first", "cds_last", "exon_start",
                     "exon_first", "exon_last"):  # fmt: skip
            one, other = getattr(found, name), getattr(table, name)
            assert one.dtype == other.dtype, name
            assert one.tolist() == other.tolist(), name
        assert list(found.transcript) == table.transcript


FACTS = GeneFacts(
    plp=np.array([0, 3, 0, 0], np.int32),
    plp_missense=np.array([0, 1, 0, 0], np.int32),
    plp_loss=np.array([0, 2, 0, 0], np.int32),
    validity=np.array([-1, 5, -1, 0], np.int8),
    loss_of_function=np.array([-1, 1, -1, 0], np.int8),
    panels=np.array([0, 0, 7, 0], np.int16),
    modes=np.array([0, 0, 3, 0], np.int16),
    about=("x",),
)


def test_facts_come_back_and_join_another_table_by_number(tmp_path):
    genes = gene_table(hgnc_id=[10, 20, 30, 40], symbol=["A", "B", "C", "D"])
    genes = replace(genes, digest="d-1")
    path = tmp_path / "facts.gz"
    path.write_bytes(encode_gene_facts(FACTS, genes))
    same = read_gene_facts(genes, path)
    # 20 was merged into 25, 40 is gone, 50 is new.
    other_table = gene_table(
        hgnc_id=[10, 25, 30, 50], symbol=["A", "BB", "C", "E"], former_id=["", "20", "", ""]
    )
    other = read_gene_facts(other_table, path)
    for name in (
        "plp",
        "plp_missense",
        "plp_loss",
        "validity",
        "loss_of_function",
        "panels",
        "modes",
    ):
        values = getattr(FACTS, name)
        assert getattr(same, name).tolist() == values.tolist()
        assert getattr(same, name).dtype == values.dtype
        blank = -1 if name in ("validity", "loss_of_function") else 0
        assert getattr(other, name).tolist() == [*values[:3].tolist(), blank]


# What the bundled tables hold


def test_reported_variants_of_the_package():
    table = read_clinvar_table()
    assert len(table.position) == 72582
    assert (table.assembly, table.complete) == (Assembly.GRCH38, False)
    assert set(table.clinvar_class.tolist()) == {
        ClinvarClass.PATHOGENIC,
        ClinvarClass.LIKELY_PATHOGENIC,
    }
    assert set(table.stars.tolist()) == {2, 3, 4}
    keys = list(zip(table.contig.tolist(), table.position.tolist(), strict=True))
    assert keys == sorted(keys)
    row = reported_at(table, 25, 3243, "A", "G")  # MELAS
    assert (int(table.variation[row]), table.stars[row]) == (9589, 2)
    assert all("licence" in line or "CC0" in line for line in table.about)


@pytest.mark.parametrize(
    ("symbol", "accession", "exons", "residues"),
    [
        # Exons and residues of the MANE Select transcript, as Ensembl and UniProt count them.
        ("BRCA1", "ENST00000357654", 23, 1863),
        ("CFTR", "ENST00000003084", 27, 1480),
        ("DMD", "ENST00000357033", 79, 3685),
        ("HBB", "ENST00000335295", 3, 147),
        ("TTN", "ENST00000589042", 363, 35991),
        ("BRAF", "ENST00000646891", 18, 766),
    ],
)
def test_known_transcripts(fx_genes, fx_coding, symbol, accession, exons, residues):
    row = fx_coding.row_of_gene[fx_genes.resolve(None, symbol).index]
    assert fx_coding.transcript[row] == accession
    found = fx_coding.map_of(row)
    assert (len(found.exons), found.codons) == (exons, residues)
    assert found.coding_length == 3 * (residues + 1)


def test_coding_sequences_are_whole_codons(fx_coding):
    lengths = [fx_coding.map_of(row).coding_length for row in range(len(fx_coding.transcript))]
    assert len(lengths) == 19156
    assert [row for row, length in enumerate(lengths) if length % 3 or length < 6] == []


def test_transcripts_lie_in_the_locus_of_their_gene(fx_genes, fx_coding):
    """The gene table was joined to the same transcripts by other means: accession and span."""
    for gene, row in enumerate(fx_coding.row_of_gene.tolist()):
        if row < 0:
            continue
        assert fx_coding.transcript[row] in fx_genes.mane_select_transcripts[gene]
        chromosome, first, last = fx_genes.span(gene, Assembly.GRCH38)
        exons = fx_coding.map_of(row).exons
        assert contig_code(chromosome) == fx_coding.contig[row]
        assert first <= min(exons)[0] <= max(exons)[1] <= last


def test_a_gene_on_a_patch_has_no_transcript(fx_genes, fx_coding):
    """MANE places SHANK3 on a fix patch: nothing can be said of places on the primary assembly."""
    assert fx_coding.row_of_gene[fx_genes.resolve(None, "SHANK3").index] == -1


V, LOF = GeneValidity, Outcome


@pytest.mark.parametrize(
    ("symbol", "validity", "loss"),
    [
        ("BRCA1", V.DEFINITIVE, LOF.PASS),
        ("SCN1A", V.DEFINITIVE, LOF.PASS),
        ("FGFR3", V.DEFINITIVE, LOF.FAIL),  # activating
        ("PTPN11", V.DEFINITIVE, LOF.FAIL),  # activating
        ("COL1A1", V.DEFINITIVE, LOF.NOT_ASSESSED),  # dominant negative, and 144 truncations
        ("ABCB6", V.MODERATE, LOF.NOT_ASSESSED),
        ("OR4F5", V.NOT_ASSESSED, LOF.NOT_ASSESSED),
    ],
)
def test_known_genes(fx_genes, fx_facts, symbol, validity, loss):
    row = fx_genes.resolve(None, symbol).index
    assert fx_facts.validity[row] == validity
    assert fx_facts.loss_of_function[row] == loss


def test_counts_of_reported_variants(fx_genes, fx_facts):
    table = read_clinvar_table()
    loss = (table.kind == ReportedKind.LOSS) | (table.kind == ReportedKind.SPLICE_SITE)
    assert fx_facts.plp.sum() >= len(table.position) - 5  # the rest lies in no gene
    assert fx_facts.plp_missense.sum() == (table.kind == ReportedKind.MISSENSE).sum()
    assert fx_facts.plp_loss.sum() == loss.sum()
    assert (fx_facts.plp >= fx_facts.plp_missense + fx_facts.plp_loss).all()
    for symbol in ("RMRP", "RNU4ATAC", "MT-TL1", "TERC"):  # genes of RNA, one of them in an intron
        assert fx_facts.plp[fx_genes.resolve(None, symbol).index] > 1


def test_no_mechanism_is_denied_where_loss_of_function_is_reported(fx_facts):
    denied = fx_facts.loss_of_function == Outcome.FAIL
    often = (fx_facts.plp_loss >= 3) & (10 * fx_facts.plp_loss > fx_facts.plp)
    assert denied.sum() > 300
    assert not (denied & often).any()


def test_modes_are_those_of_green_panels(fx_genes, fx_facts):
    """GAA is biallelic, STXBP1 dominant, DMD X-linked; of OR4F5 nothing is known."""

    def modes(symbol):
        bits = int(fx_facts.modes[fx_genes.resolve(None, symbol).index])
        return {MODE_NAMES[mode] for mode in Mode if bits >> mode & 1}

    assert modes("GAA") == {"autosomal_recessive_hom", "compound_het"}
    assert {"de_novo", "autosomal_dominant"} <= modes("STXBP1")
    assert "x_linked_recessive" in modes("DMD")
    assert modes("OR4F5") == set()


def test_green_panels_are_counted_once(fx_genes, fx_facts):
    green = Counter(
        gene
        for panel in read_all_panels(fx_genes)
        if panel.panel_id != "acmg-sf"
        for gene in {
            int(gene)
            for gene, confidence in zip(panel.gene_index, panel.confidence, strict=True)
            if gene >= 0 and confidence == Confidence.GREEN
        }
    )
    assert fx_facts.panels.tolist() == [green[gene] for gene in range(len(fx_genes))]


@pytest.mark.parametrize(
    ("read", "most"),
    [(read_clinvar_table, 0.04), (read_coding_transcripts, 0.04), (read_gene_facts, 0.02)],
    ids=["clinvar", "coding", "gene_facts"],
)
def test_loading_is_quick(fx_genes, read, most):
    """Seconds of processor time, the best of five."""
    taken = []
    for _ in range(5):
        start = time.process_time()
        read() if read is read_clinvar_table else read(fx_genes)
        taken.append(time.process_time() - start)
    assert min(taken) < most


@pytest.mark.parametrize(("name", "most"), [("clinvar", 600), ("coding", 1000), ("gene_facts", 60)])
def test_files_are_small(name, most):
    assert (DATA / f"{name}.gz").stat().st_size < most * 1000


# How they are made


def overlapping():
    """Genes with two exons: A 101-150, 251-300; B, reverse, in A's intron; C shares A's end."""
    coding = CodingTranscripts(
        transcript=["TA", "TB", "TC"],
        row_of_gene=np.array([0, 1, 2, -1], np.int32),
        contig=np.ones(3, np.int8),
        forward=np.array([True, False, True]),
        cds_first=np.array([111, 181, 291], np.int32),
        cds_last=np.array([290, 219, 400], np.int32),
        exon_start=np.array([0, 2, 4, 5]),
        exon_first=np.array([101, 251, 211, 181, 281], np.int32),
        exon_last=np.array([150, 300, 220, 190, 420], np.int32),
    )
    genes = gene_table(hgnc_id=[1, 2, 3, 4], symbol=list("ABCD"))
    return coding, genes


@pytest.mark.parametrize(
    ("position", "ref", "alt", "gene"),
    [
        (120, "A", "C", 0),  # coding in A
        (185, "A", "C", 1),  # coding in B, intron of A
        (152, "A", "C", 0),  # splice site of A
        (192, "A", "C", 1),  # splice site of B, intron of A
        (200, "A", "C", 0),  # introns of both: A has more of its own
        (220, "A", "C", 1),  # untranslated in B, intron of A
        (285, "A", "C", 0),  # coding in A, untranslated in C
        (295, "A", "C", 2),  # coding in C, untranslated in A
        (850, "A", "C", 2),  # 430 bases behind C
        (9000, "A", "C", -1),
    ],
)
def test_which_gene_a_variant_is_about(position, ref, alt, gene):
    coding, genes = overlapping()
    others = [(n, "A", "C") for n in (111, 112, 113)]  # A is the gene with most
    rows = sorted([*others, (position, ref, alt)])
    table = replace(
        read_clinvar_table(),
        contig=np.ones(4, np.int8),
        position=np.array([row[0] for row in rows], np.int32),
        ref=[row[1] for row in rows],
        alt=[row[2] for row in rows],
    )
    assert assign_genes(table, coding, genes)[rows.index((position, ref, alt))] == gene


OLD = "gene symbol,DDD category,mutation consequence,hgnc id\n"
NEW = "g2p id,gene symbol,hgnc id,confidence,variant consequence,molecular mechanism\n"


@pytest.mark.parametrize(
    ("text", "validity", "loss"),
    [
        (OLD + "A,confirmed,loss of function,1\n", V.DEFINITIVE, LOF.PASS),
        (OLD + "A,probable,activating,1\n", V.STRONG, LOF.FAIL),
        (OLD + "A,confirmed,uncertain,1\n", V.DEFINITIVE, LOF.NOT_ASSESSED),
        (OLD + "A,possible,loss of function,1\n", V.LIMITED, LOF.NOT_ASSESSED),
        (OLD + "A,both RD and IF,,1\n", V.DEFINITIVE, LOF.NOT_ASSESSED),
        (OLD + "A,possible,activating,1\nA,confirmed,loss of function,1\n", V.DEFINITIVE, LOF.PASS),
        (NEW + "G1,A,1,strong,absent gene product,loss of function\n", V.STRONG, LOF.PASS),
        (NEW + "G1,A,1,moderate,altered,dominant negative\n", V.MODERATE, LOF.FAIL),
        (NEW + "G1,A,1,disputed,absent,loss of function\n", V.DISPUTED, LOF.NOT_ASSESSED),
        (NEW + "G1,A,1,definitive,x,undetermined non-loss-of-function\n", V.DEFINITIVE, LOF.FAIL),
    ],
)
def test_both_layouts_of_gene2phenotype(tmp_path, text, validity, loss):
    path = tmp_path / "g2p.csv"
    path.write_text(text)
    genes = gene_table(hgnc_id=[1], symbol=["A"])
    found, mechanisms, missing = read_gene2phenotype([path], genes)
    assert (found.tolist(), mechanisms.tolist(), missing) == ([validity], [loss], [])


def test_clingen_is_read_below_its_banner(tmp_path):
    rows = [
        ["CLINGEN GENE DISEASE VALIDITY CURATIONS", "", ""],
        ["FILE CREATED: 2026-06-21", "", ""],
        ["+++", "+++", "+++"],
        ["GENE SYMBOL", "GENE ID (HGNC)", "CLASSIFICATION"],
        ["+++", "+++", "+++"],
        ["A", "HGNC:1", "Limited"],
        ["A", "HGNC:1", "Strong"],
        ["B", "HGNC:2", "No Known Disease Relationship"],
        ["gone", "HGNC:9", "Definitive"],
    ]
    path = tmp_path / "clingen.csv"
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows(rows)
    genes = gene_table(hgnc_id=[1, 2], symbol=["A", "B"])
    validity, created, missing = read_clingen(path, genes)
    assert validity.tolist() == [V.STRONG, V.NOT_ASSESSED]
    assert (created, missing) == ("2026-06-21", ["gone"])


@pytest.mark.shared
@pytest.mark.parametrize(("script", "name"), BUILT)
def test_building_again_gives_the_same_bytes(fx_shared, tmp_path, script, name):
    out = tmp_path / name
    command = [sys.executable, ROOT / "scripts" / f"build_{script}.py", fx_shared / "data", out]
    subprocess.run(command, check=True, capture_output=True)
    assert out.read_bytes() == (DATA / name).read_bytes(), f"run scripts/build_{script}.py"


@pytest.mark.shared
def test_coding_bases_agree_with_published_hgvs(fx_shared, fx_genes, fx_coding):
    """Substitutions of published cases on the MANE Select transcript, GRCh38 coordinates."""
    gene_of = {}
    for gene, pair in enumerate(fx_genes.mane_select_transcripts):
        if pair:
            gene_of[pair.partition(",")[2].partition(".")[0]] = gene
    hgvs = re.compile(r"(NM_\d+)\.\d+:c\.(\d+)([+-]\d+)?([ACGT])>[ACGT]")
    counts: Counter[str] = Counter()
    with gzip.open(fx_shared / "evaluation" / "variants.dev.tsv.gz", "rt") as stream:
        for entry in csv.DictReader(stream, delimiter="\t"):
            found = hgvs.fullmatch(entry["hgvs_c"])
            row = fx_coding.row_of_gene[gene_of[found[1]]] if found and found[1] in gene_of else -1
            if row < 0 or len(entry["ref"]) != 1:
                continue
            position, base, offset = int(entry["pos"]), int(found[2]), int(found[3] or 0)
            own_map = fx_coding.map_of(row)
            site = own_map.splice_site(position)
            if offset:
                kind = "donor" if offset > 0 else "acceptor"
                assert (site.kind, site.distance) == (kind, -abs(offset)), entry["hgvs_c"]
            else:
                assert site is None or site.distance > 0, entry["hgvs_c"]
            toward = offset if fx_coding.forward[row] else -offset
            assert own_map.coding_base(position - toward) == base, entry["hgvs_c"]
            complement = dict(zip("ACGT", "TGCA", strict=True))
            strand = found[4] if fx_coding.forward[row] else complement[found[4]]
            counts["another base"] += strand != entry["ref"]
            counts["intron" if offset else "exon"] += 1
    assert counts["another base"] <= 1  # c.455+4C>G of NM_001163435 is written on T, a slip
    assert counts["exon"] > 3500
    assert counts["intron"] > 400
