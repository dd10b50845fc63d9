"""The bundled gene table: what it holds, how names are found in it, how damage is told."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from raredx.columns.genes import GeneMatch, GeneTable, gene_table
from raredx.errors import InputError
from raredx.readers.genes import COLUMN_NAMES, read_gene_table
from raredx.vocabulary import UNKNOWN_INDEX, Assembly

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="module")
def genes() -> GeneTable:
    return read_gene_table()


def symbol_of(genes: GeneTable, match: GeneMatch) -> str:
    return genes.symbol[match.index] if match.index >= 0 else ""


@pytest.mark.parametrize(
    ("hgnc_id", "symbol", "ensembl", "ncbi", "found", "how"),
    [
        ("HGNC:1100", None, None, None, "BRCA1", "hgnc_id"),
        ("HGNC:HGNC:1100", None, None, None, "BRCA1", "hgnc_id"),
        ("1100", None, None, None, "BRCA1", "hgnc_id"),
        ("HGNC:1100", "BRCA2", None, None, "BRCA1", "hgnc_id"),
        ("HGNC:9", None, None, None, "LRP1", "hgnc_id"),  # merged entry
        ("HGNC:99999999", "BRCA2", None, None, "BRCA2", "symbol"),
        (None, "BRCA1", None, None, "BRCA1", "symbol"),
        (None, "C9ORF72", None, None, "C9orf72", "symbol"),
        (None, " brca1 ", None, None, "BRCA1", "symbol"),
        (None, "PROSC", None, None, "PLPBP", "previous"),
        (None, "mll5", None, None, "KMT2E", "previous"),
        (None, "p53", None, None, "TP53", "alias"),
        (None, "no-such", "ENSG00000012048.23", None, "BRCA1", "ensembl"),
        (None, None, None, "672", "BRCA1", "ncbi"),
        (None, "no-such", None, None, "", "unmatched"),
        ("", "", "", "", "", "unmatched"),
        ("rubbish", None, None, None, "", "unmatched"),
    ],
)
def test_names_lead_to_genes(genes, hgnc_id, symbol, ensembl, ncbi, found, how):
    match = genes.resolve(hgnc_id, symbol, ensembl, ncbi)
    assert (symbol_of(genes, match), match.how) == (found, how)


def test_a_current_symbol_outweighs_a_previous_one_of_another_gene():
    table = gene_table(hgnc_id=[1, 2], symbol=["AK3", "AK4"], previous=["AK6", "AK3"])
    assert table.resolve(None, "AK3") == GeneMatch(0, "symbol")


@pytest.mark.parametrize("column", ["previous", "alias"])
def test_an_ambiguous_name_is_named_not_resolved(column):
    table = gene_table(hgnc_id=[1, 2], symbol=["BB", "AA"], **{column: ["x|y", "z|x"]})
    assert table.resolve(None, "x") == GeneMatch(UNKNOWN_INDEX, "ambiguous", ("AA", "BB"))
    assert table.resolve(None, "Z").how == column


def test_an_ambiguous_previous_symbol_is_not_saved_by_an_alias():
    table = gene_table(
        hgnc_id=[1, 2, 3], symbol=["AA", "BB", "CC"], previous=["x", "x", ""], alias=["", "", "x"]
    )
    assert table.resolve(None, "x").how == "ambiguous"


def test_spans_chromosomes_and_transcripts(genes):
    brca1 = genes.resolve("HGNC:1100", None).index
    assert genes.span(brca1, Assembly.GRCH37) == ("17", 41196312, 41277500)
    assert genes.span(brca1, Assembly.GRCH38) == ("17", 43044295, 43125483)
    assert genes.mane_select["NM_007294"] == genes.mane_select["ENST00000357654"] == brca1
    assert genes.mane_plus_clinical["NM_133379"] == genes.resolve(None, "TTN").index
    leucine = genes.resolve(None, "MT-TL1").index
    assert genes.span(leucine, Assembly.GRCH37) == ("MT", 3230, 3304)
    assert genes.chromosome[genes.resolve(None, "SHOX").index] == "X"
    assert genes.span(UNKNOWN_INDEX, Assembly.GRCH38) is None


@pytest.mark.parametrize(
    ("symbol", "coding"),
    [("BRCA1", True), ("RNU4-2", False), ("MT-TL1", False), ("IGHM", True), ("PCDHA1", True)],
)
def test_coding_genes(genes, symbol, coding):
    assert genes.is_coding(genes.resolve(None, symbol).index) is coding


def test_an_unknown_gene_is_not_coding(genes):
    assert genes.is_coding(UNKNOWN_INDEX) is False


def test_constraint_and_imprinting(genes):
    assert genes.pli[genes.resolve(None, "GNAS").index] > 0.99
    assert np.isnan(genes.pli[genes.resolve(None, "MT-TL1").index])
    assert genes.imprinted[genes.resolve(None, "H19").index] == "unknown"
    assert genes.imprinted[genes.resolve(None, "BRCA1").index] == ""


def test_columns_are_equal_long_ordered_and_read_only(genes):
    assert len(genes) > 40_000
    assert (np.diff(genes.hgnc_id) > 0).all()
    assert genes.span_grch38.shape == (len(genes), 2)
    assert not genes.hgnc_id.flags.writeable
    for spans in (genes.span_grch37, genes.span_grch38):
        assert (spans[:, 0] <= spans[:, 1]).all()
    assert any("licence: CC0" in source for source in genes.sources)


def test_reading_loads_neither_pandas_nor_numba():
    code = (
        "import sys; from raredx.readers.genes import read_gene_table; read_gene_table();"
        "print([m for m in ('pandas', 'numba', 'cyvcf2') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def write_table(path: Path, **changed: str | None) -> Path:
    columns = dict.fromkeys(COLUMN_NAMES, "x\ty") | {
        name: "1\t2" for name in COLUMN_NAMES if "_start" in name or "_end" in name
    }
    columns |= {"hgnc_id": "1\t2", "pli": "nan\t0.5"} | changed
    lines = ["##source=test", *(f"#{k}\t{v}" for k, v in columns.items() if v is not None)]
    path.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode(), mtime=0))
    return path


def test_another_table_can_be_read(tmp_path):
    table = read_gene_table(write_table(tmp_path / "g.gz"))
    assert (len(table), table.sources) == (2, ("source=test",))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"symbol": None}, "has no column symbol"),
        ({"alias": "x\ty\tz"}, "column alias has 3 values for 2 genes"),
        ({"grch37_end": "1"}, "column grch37_end has 1 values for 2 genes"),
        ({"hgnc_id": "1\tabc"}, "column hgnc_id"),
    ],
)
def test_a_damaged_table_is_told(tmp_path, changed, message):
    path = write_table(tmp_path / "g.gz", **changed)
    with pytest.raises(InputError) as caught:
        read_gene_table(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert message in str(caught.value)
    assert "scripts/build_genes.py" in caught.value.mend


@pytest.mark.parametrize(
    "content",
    [b"no gzip", gzip.compress(b"##a\n" * 99, mtime=0)[:-9], b""],
    ids=["no gzip", "cut off", "empty"],
)
def test_a_file_that_is_no_table_is_told(tmp_path, content):
    path = tmp_path / "g.gz"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"g\.gz: (cannot be read|has no column)"):
        read_gene_table(path)


def test_a_missing_table_is_told(tmp_path):
    with pytest.raises(InputError, match=r"cannot be read \(No such file or directory\)"):
        read_gene_table(tmp_path / "none.gz")


@pytest.mark.shared
@pytest.mark.skipif(not (SHARED / "data" / "genes").is_dir(), reason="no data beside the checkout")
def test_building_again_gives_the_same_bytes(tmp_path):
    out = tmp_path / "genes.tsv.gz"
    script = ROOT / "scripts" / "build_genes.py"
    subprocess.run([sys.executable, script, SHARED / "data", out], check=True, capture_output=True)
    assert out.read_bytes() == (ROOT / "src/raredx/data/genes.tsv.gz").read_bytes()
