"""Reading the genes of the panels only: the same rows as of the whole file, in every way."""

from __future__ import annotations

import csv
import gzip
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pysam
import pytest

from raredx.errors import SettingsError
from raredx.pipeline.rank import rank
from raredx.pipeline.request import RankRequest
from raredx.readers import jumps
from raredx.readers.gene_regions import gene_regions
from raredx.readers.genes import read_gene_table
from raredx.vocabulary import Assembly
from vcf_files import contig_lines, csq, csq_line, vcf_text

DEMO = Path(__file__).resolve().parents[2] / "data" / "demo"
REQUEST = RankRequest(
    vcf=str(DEMO / "family.vcf.gz"), ped=DEMO / "family.ped", panels=("402",), panel_only=True,
    output=None,
)  # fmt: skip
TABLE = read_gene_table()


def run(folder, request=REQUEST, **changes):
    """Run; give the lines of the TSV without what names files, and the result."""
    path = folder / "out.tsv"
    result = rank(replace(request, output=str(path), **changes), lambda *_: None)
    return path.read_text(encoding="utf-8"), result


def rows_of(text):
    lines = [line for line in text.splitlines() if not line.startswith("##")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def document_of(result):
    """Give run.json without what names the files read and written, and what was spent."""
    others = ("inputs", "outputs", "arguments", "resources")
    return {k: v for k, v in result.document.items() if k not in others}


def place_of(symbol):
    return TABLE.span(TABLE.resolve(None, symbol).index, Assembly.GRCH38)


def panel(folder, *symbols):
    path = folder / f"{'-'.join(symbols)}.txt"
    path.write_text("\n".join(symbols) + "\n")
    return str(path)


# --- against the whole file -----------------------------------------------------------------------


def listed_regions(result):
    """Give contig and bounds of the genes that the run's panels list, from the heading's panels."""
    genes = {
        index
        for wanted in result
        for index, confidence in zip(wanted.gene_index, wanted.confidence, strict=True)
        if index >= 0 and confidence >= 2
    }
    found = gene_regions(TABLE, map(int, genes), Assembly.GRCH38)
    return {(f"chr{r.contig.replace('MT', 'M')}", r.first, r.last) for r in found.regions}


@pytest.mark.parametrize("names", [("402",), ("R59", "402"), ("all",)], ids="+".join)
def test_the_rows_of_the_whole_file_that_lie_in_the_genes(tmp_path, names):
    """But for rank and probability: what lies elsewhere no longer stands above, nor shares it."""
    from raredx.pipeline.inputs import InputList  # noqa: PLC0415
    from raredx.pipeline.plan import read_panels  # noqa: PLC0415

    whole, _ = run(tmp_path, panels=names, panel_only=False)
    only, _ = run(tmp_path, panels=names)
    regions = listed_regions(read_panels(names, TABLE, InputList()))
    expected = [
        row for row in rows_of(whole)
        if any(c == row["chrom"] and a <= int(row["pos"]) <= b for c, a, b in regions)
    ]  # fmt: skip
    assert 0 < len(expected) < len(rows_of(whole))
    for row, before in zip(kept := rows_of(only), expected, strict=True):
        assert 1 <= int(row.pop("rank")) <= int(before.pop("rank"))
        assert float(row.pop("probability")) >= float(before.pop("probability"))
        if row["mode"] == "de_novo":  # few sites show no parentage: PM6 stands for PS2
            assert parentage_left_out(row) == parentage_left_out(before)
            for name in [name for name in row if name.startswith("acmg_")]:
                del row[name], before[name]
    assert kept == expected


def parentage_left_out(row):
    """Give the criteria but for the two of which one holds for a new allele."""
    return [label for label in row["acmg_criteria"].split(";") if label[:3] not in ("PS2", "PM6")]


def test_what_was_read_stands_in_the_notes(tmp_path):
    text, result = run(tmp_path, panels=(panel(tmp_path, "CFTR", "MT-TL1", "SHOX"),))
    _, cftr_first, cftr_last = place_of("CFTR")
    _, shox_first, shox_last = place_of("SHOX")
    n_bases = cftr_last - cftr_first + 4001 + 16_569 + 2 * (shox_last - shox_first + 4001)
    note = (
        "only the 3 green and amber genes of the panels, with 2,000 bases on either side, were "
        f"read: 4 regions, {n_bases:,} bases"
    )
    assert note in result.heading.notes
    assert f"##raredx_note={note}" in text.splitlines()
    assert {row["gene"] for row in rows_of(text)} == {"CFTR", "MT-TL1"}
    assert 0 < result.document["counts"]["records"] < 100


def test_without_it_nothing_is_said(tmp_path):
    _, result = run(tmp_path, panel_only=False)
    assert not [note for note in result.heading.notes if "read" in note]


# --- what is asked in vain ------------------------------------------------------------------------


def refuse(folder, **changes):
    with pytest.raises(SettingsError) as caught:
        run(folder, **changes)
    assert caught.value.exit_code == 2
    assert not (folder / "out.tsv").exists()
    return str(caught.value)


def test_no_panel(tmp_path):
    assert refuse(tmp_path, panels=()) == (
        "panel genes only: no panel is applied\n  Give a panel as well."
    )


def symbol_without_place():
    """Name a gene of the table whose locus on GRCh38 it does not hold."""
    return next(
        symbol for index, symbol in enumerate(TABLE.symbol)
        if TABLE.span(index, Assembly.GRCH38) is None and TABLE.chromosome[index] != "MT"
    )  # fmt: skip


def test_genes_without_a_place_are_named(tmp_path):
    lost = symbol_without_place()
    names = sorted([lost, "NOTAGENE1"])
    _, result = run(tmp_path, panels=(panel(tmp_path, "NOTAGENE1", "CFTR", lost),))
    assert (
        "2 panel genes have no place in the gene table (GRCh38); their variants are not read: "
        f"{names[0]}, {names[1]}"
    ) in result.heading.notes


def test_no_gene_with_a_place(tmp_path):
    assert refuse(tmp_path, panels=(panel(tmp_path, symbol_without_place()),)) == (
        "panel genes only: no gene of the panels has a place in the gene table (GRCh38)\n"
        "  Apply other panels, or read the whole file."
    )


def small(folder, records, *, contigs=None, ped=""):
    """Write a family of one."""
    path = folder / "small.vcf"
    info = [csq_line(), '##INFO=<ID=END,Number=1,Type=Integer,Description="End">']
    path.write_text(vcf_text(records=records, contigs=contigs, info=info))
    return {"vcf": str(path), "ped": None, "allow_missing_frequency": True}


def record(chrom, pos, ref="A", alt="T", more="", gene="CFTR"):
    return f"{chrom} {pos} {ref} {alt} CSQ={csq(Allele=alt, SYMBOL=gene)}{more} GT 0/1"


def test_no_contig_of_the_genes(tmp_path):
    file = small(tmp_path, [record("chr1", 5)], contigs=["##contig=<ID=chr1,length=248956422>"])
    assert refuse(tmp_path, panels=(panel(tmp_path, "CFTR"),), **file) == (
        f"{file['vcf']}: no gene of the panels lies on a contig of the file\n"
        "  Apply other panels, or read the whole file."
    )


def test_contigs_that_the_file_does_not_declare_are_named(tmp_path):
    file = small(tmp_path, [record("chr7", 117_500_000)],
                 contigs=["##contig=<ID=chr7,length=159345973>"])  # fmt: skip
    _, result = run(tmp_path, panels=(panel(tmp_path, "CFTR", "MECP2", "MT-TL1"),), **file)
    note = "the file declares no contig X, MT: regions there are not read"
    assert note in result.heading.notes
    _, result = run(tmp_path, panel_only=False, regions=("7", "chrX:5-9"), **file)
    assert "the file declares no contig chrX: regions there are not read" in result.heading.notes


# --- with regions ---------------------------------------------------------------------------------


def test_where_genes_and_regions_meet(tmp_path):
    own = panel(tmp_path, "CFTR", "FOXG1")
    text, result = run(tmp_path, panels=(own,), regions=("7:117,000,000-117,600,000", "chr1"))
    assert {row["gene"] for row in rows_of(text)} == {"CFTR"}
    note = (
        "only the 2 green and amber genes of the panels, with 2,000 bases on either side, were "
        "read, where they lie in the regions asked for: 1 regions, "
        f"{117_600_000 - place_of('CFTR')[1] + 2001:,} bases"
    )
    assert note in result.heading.notes
    bed = tmp_path / "x.bed"
    bed.write_text("chr14\t0\t107043718\n")
    text, _ = run(tmp_path, panels=(own,), regions_file=bed)
    assert {row["gene"] for row in rows_of(text)} == {"FOXG1"}


def test_genes_and_regions_that_do_not_meet(tmp_path):
    assert refuse(tmp_path, regions=("chr7:1-2",)) == (
        "panel genes only: none of the regions asked for lies in a gene of the panels\n"
        "  Give other regions, or none."
    )


# --- by index, by a scan, in every format: the same bytes -----------------------------------------


def copy(folder, name, *, kind="tbi"):
    """Copy the demonstration file: without index, with one, as text, as BCF."""
    folder.mkdir(exist_ok=True)
    source, path = DEMO / "family.vcf.gz", folder / name
    if kind == "text":
        path.write_bytes(gzip.decompress(source.read_bytes()))
    elif kind.startswith("bcf"):
        with (
            pysam.VariantFile(str(source)) as reader,
            pysam.VariantFile(str(path), "wb", header=reader.header) as out,
        ):
            for line in reader:
                out.write(line)
        if kind == "bcf":
            pysam.tabix_index(str(path), preset="bcf")
    else:
        shutil.copyfile(source, path)
        if kind != "none":
            pysam.tabix_index(str(path), preset="vcf", csi=kind == "csi")
    return str(path)


WAYS = {
    "tbi": ("a.vcf.gz", "tbi"), "csi": ("a.vcf.gz", "csi"), "no index": ("a.vcf.gz", "none"),
    "text": ("a.vcf", "text"), "BCF": ("a.bcf", "bcf"), "BCF without index": ("a.bcf", "bcf none"),
}  # fmt: skip
ASKED = {
    "panel": {"panels": ("402",)},
    "regions": {"panel_only": False, "regions": ("14:28767000-28768000", "chrX", "MT")},
    "both": {"regions": ("chr14", "chr2")},
}


@pytest.fixture
def spy_choice(monkeypatch):
    """Record what is chosen."""
    from raredx.pipeline import read_regions  # noqa: PLC0415

    chosen = []

    def choose(*args, **options):
        chosen.append(jumps.choose_by_index(*args, **options))
        return chosen[-1]

    monkeypatch.setattr(read_regions, "choose_by_index", choose)
    return chosen


@pytest.mark.parametrize("asked", ASKED)
def test_every_way_gives_the_same(tmp_path, asked, spy_choice, monkeypatch):
    """Jumps are made to be cheap, then dear: both are taken."""
    expected, result = run(tmp_path, **ASKED[asked])
    assert result.document["counts"]["records"] > 0
    for name, (file, kind) in WAYS.items():
        path = copy(tmp_path / name, file, kind=kind)
        for cost in (0.0, 1e9):
            monkeypatch.setattr(jumps, "JUMP_SECONDS", cost)
            monkeypatch.setattr(jumps, "INDEX_SECONDS_PER_BYTE", 0.0)
            monkeypatch.setattr(jumps, "HTSLIB_SECONDS_PER_BYTE", 1e-12)
            monkeypatch.setattr(jumps, "JUMPED_SECONDS_PER_BYTE", 1e-12)
            monkeypatch.setattr(jumps, "worthwhile_gap", lambda size: 0)
            text, again = run(tmp_path, vcf=path, **ASKED[asked])
            has_index = kind in ("tbi", "csi", "bcf")
            assert spy_choice[-1].by_index == (has_index and not cost), name
            assert text == expected, name
            assert document_of(again) == document_of(result), name


@pytest.mark.parametrize("changes", [{"exact": True}, {"threads": 3}, {"batch_rows": 2}], ids=str)
@pytest.mark.parametrize("kind", ["tbi", "none"])
def test_options_that_change_no_byte(tmp_path, changes, kind):
    expected, result = run(tmp_path, panels=("all",))
    path = copy(tmp_path / "own", "a.vcf.gz", kind=kind)
    text, again = run(tmp_path, panels=("all",), vcf=path, **changes)
    assert text == expected
    assert document_of(again) == document_of(result)


@pytest.mark.parametrize("fault", ["older", "damaged"])
def test_an_index_that_is_not_used_is_said_to_be_so(tmp_path, fault):
    """The results are those of a scan; only the warning differs."""
    expected, _ = run(tmp_path)
    path = copy(tmp_path / "own", "a.vcf.gz")
    if fault == "older":
        os.utime(path, (2_000_000_000, 2_000_000_000))
        said = f"{path}.tbi is older than the file: index it again; the whole file is read"
    else:
        Path(f"{path}.tbi").write_bytes(b"damaged")
        said = (
            f"{path}.tbi cannot be used: Not a gzipped file (b'da'); index the file again; "
            "the whole file is read"
        )
    text, result = run(tmp_path, vcf=path)
    assert text == expected
    assert result.warnings.count(said) == 1
    assert not [note for note in result.heading.notes if "index" in note]


# --- which records are inside ---------------------------------------------------------------------

_, FIRST, LAST = place_of("CFTR")
FROM, TO = FIRST - 2000, LAST + 2000


def inside(folder, records, *, ways=("none", "tbi"), **changes):
    """Give the positions of the rows, the same without and with an index."""
    file = small(folder, records, contigs=changes.pop("contigs", None))
    own = {"panels": (panel(folder, "CFTR"),)} | changes
    found = []
    for way in ways:
        path = Path(file["vcf"])
        if way == "tbi":
            path = path.with_name("small.vcf.gz")
            pysam.tabix_compress(file["vcf"], str(path), force=True)
            pysam.tabix_index(str(path), preset="vcf", force=True)
        text, result = run(folder, **file | {"vcf": str(path)} | own)
        found.append(([int(row["pos"]) for row in rows_of(text)], document_of(result)))
    assert all(one == found[0] for one in found)
    return found[0][0], found[0][1]["counts"]["records"]


@pytest.fixture
def fx_cheap(monkeypatch):
    """Jump wherever there is an index."""
    costs = ("JUMP_SECONDS", "INDEX_SECONDS_PER_BYTE", "HTSLIB_SECONDS_PER_BYTE",
             "JUMPED_SECONDS_PER_BYTE")  # fmt: skip
    for name in costs:
        monkeypatch.setattr(jumps, name, 1e-15)
    monkeypatch.setattr(jumps, "worthwhile_gap", lambda size: 0)


@pytest.mark.usefixtures("fx_cheap")
@pytest.mark.parametrize(
    ("pos", "ref", "more", "is_in"),
    [
        (FROM, "A", "", True),
        (FROM - 1, "A", "", False),
        (TO, "A", "", True),
        (TO + 1, "A", "", False),
        (FROM - 9, "ACGTACGTAC", "", True),  # its last base is the first of the region
        (FROM - 10, "ACGTACGTAC", "", False),
        (FROM - 9, "ACGTACGTAC", f";END={FROM - 5}", True),  # REF decides, END is left behind
        (FROM - 5, "A", f";END={FROM + 900}", False),  # and here reaches too far
        (TO, "ACGT", "", True),
    ],
)
def test_a_record_is_inside_when_its_ref_is(tmp_path, pos, ref, more, is_in):
    """A second record, well inside, is read in every case."""
    alt = "T" if len(ref) == 1 else "A"
    records = [record("chr7", pos, ref, alt, more), record("chr7", FIRST + 1000)]
    records.sort(key=lambda line: int(line.split()[1]))
    found, n_records = inside(tmp_path, records)
    assert n_records == 1 + is_in
    assert (pos in found) == is_in or len(ref) > 1
    assert FIRST + 1000 in found


@pytest.mark.usefixtures("fx_cheap")
def test_genes_that_overlap_are_read_where_they_do(tmp_path):
    """A gene of no panel is not taken out of the regions of those that are on one."""
    records = [record("chr7", FIRST + 5, gene="OTHER1"), record("chr7", TO + 5)]
    assert inside(tmp_path, records) == ([FIRST + 5], 1)


@pytest.mark.usefixtures("fx_cheap")
@pytest.mark.parametrize("name", ["7", "chr7"])
def test_a_header_without_contigs(tmp_path, name):
    """The file's names are learnt from its records: every usual one is looked for."""
    records = [record(name.replace("7", "1"), 5), record(name, FIRST + 5), record(name, TO + 5)]
    found = inside(tmp_path, records, contigs=[], assembly=Assembly.GRCH38)
    assert found == ([FIRST + 5], 1)


@pytest.mark.usefixtures("fx_cheap")
def test_contigs_that_stand_otherwise_than_in_the_header(tmp_path):
    """The index knows the order of the file: a jump goes forward."""
    _, foxg1, _ = place_of("FOXG1")
    records = [
        record("chr14", foxg1 + 500, gene="FOXG1"),
        record("chr7", FIRST + 5),
        record("chr7", TO + 5),
    ]
    own = panel(tmp_path, "CFTR", "FOXG1")
    lines = contig_lines()
    found, n_records = inside(tmp_path, records, contigs=lines, panels=(own,))
    assert sorted(found) == [foxg1 + 500, FIRST + 5]
    assert n_records == 2
