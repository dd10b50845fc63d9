"""The HPO cache: round trip, what the bundled one holds, how damage is told."""

from __future__ import annotations

import gzip
import pickle
import subprocess
import sys
import time
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from hpo_texts import same, write_sources
from raredx.columns.ontology import Ontology
from raredx.errors import InputError
from raredx.readers.genes import read_gene_table
from raredx.readers.hpo_sources import build_ontology
from raredx.readers.ontology_cache import PARTS, encode_ontology, read_ontology
from raredx.readers.ontology_head import hpo_about
from small_ontologies import annotated, sources_of

BUNDLED = Path(__file__).resolve().parents[2] / "src" / "raredx" / "data" / "hpo.gz"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Ontology:
    return write_sources(tmp_path_factory.mktemp("hpo")).build()


@pytest.fixture(scope="module")
def hpo() -> Ontology:
    return read_ontology()


def stored(folder: Path, ontology: Ontology) -> Path:
    path = folder / "hpo.gz"
    path.write_bytes(encode_ontology(ontology))
    return path


def test_round_trip(tmp_path, small):
    found = read_ontology(stored(tmp_path, small))
    assert same(found, small, but=("digest",)) == []
    assert repr(found) == "Ontology(HPO 2025-01-16, annotations 2025-01-17)"
    assert found.gene_of_hgnc == small.gene_of_hgnc
    for name in Ontology.__dataclass_fields__:
        value = getattr(found, name)
        if isinstance(value, np.ndarray):
            assert not value.flags.writeable, name
            assert value.flags.aligned, name


@given(annotated())
def test_round_trip_of_any(tmp_path_factory, drawn):
    folder = tmp_path_factory.mktemp("hpo")
    try:
        ontology = sources_of(folder, *drawn)
    except InputError:
        return
    assert same(read_ontology(stored(folder, ontology)), ontology, but=("digest",)) == []


def test_the_same_ontology_gives_the_same_bytes(tmp_path, small):
    packed = encode_ontology(small)
    assert encode_ontology(read_ontology(stored(tmp_path, small))) == packed
    assert packed[4:10] == b"\0\0\0\0\x02\xff"  # no time, no system
    assert (
        read_ontology(stored(tmp_path, small)).digest == f"{zlib.crc32(packed):08x}-{len(packed)}"
    )


def test_numbers_of_any_size(tmp_path, small):
    """Whole numbers are stored as narrow as they fit, for each of these widths."""
    for top in (200, 60_000, 100_000, 2**31 - 1):
        total = small.line_total.copy()
        total[0] = top
        wide = replace(small, line_total=total)
        assert read_ontology(stored(tmp_path, wide)).line_total[0] == top


def test_what_cannot_be_stored(small):
    with pytest.raises(ValueError, match="the ontology has no mass"):
        encode_ontology(replace(small, mass=None))
    with pytest.raises(ValueError, match="name holds a line feed"):
        encode_ontology(replace(small, name=["a\nb", *small.name[1:]]))
    gone = np.flatnonzero(small.line_disease > 0)
    columns = {
        n: getattr(small, n)[gone] for n in Ontology.__dataclass_fields__ if n[:5] == "line_"
    }
    with pytest.raises(ValueError, match="a term of a profile has no line"):
        encode_ontology(replace(small, **columns))


def test_a_cached_ontology_has_no_other_columns(hpo):
    with pytest.raises(AttributeError, match="an ontology has no colour"):
        hpo.colour  # noqa: B018


def test_an_ontology_travels_between_processes(small, tmp_path):
    found = pickle.loads(pickle.dumps(read_ontology(stored(tmp_path, small))))
    assert same(found, small, but=("digest",)) == []


def test_the_bundled_hpo(hpo):
    assert hpo.release == "2025-01-16"
    assert BUNDLED.stat().st_size < 2_100_000
    # phenotype.md, section 3: 5,123 genes, 12,679 disease profiles; prototype: 18,387 phenotypes.
    assert (len(hpo.disease_id), len(hpo.gene_symbol)) == (12_679, 5_123)
    assert int(hpo.phenotypic.sum()) == 18_387
    assert (hpo.gene_hgnc > 0).all()
    assert len(hpo.gene_of_hgnc) == 5_123
    seizure = hpo.row("HP:0001250")
    assert hpo.name[seizure] == "Seizure"
    assert hpo.named(seizure) == "HP:0001250 Seizure"
    assert [hpo.former(n) for n in hpo.former_number.tolist()] == [*range(len(hpo.former_number))]
    assert {hpo.former(n) for n in (0, 1250, 9_999_999)} == {-1}
    assert "Epilepsy" in hpo.synonyms[seizure].split("|")
    assert "Abnormality of the nervous system" in {hpo.name[r] for r in hpo.ancestors(seizure)}
    assert (np.diff(hpo.profile_start) > 0).all()
    assert (np.diff(hpo.gene_start) > 0).all()
    assert ((hpo.profile_frequency > 0) & (hpo.profile_frequency <= 1)).all()
    above = np.repeat(hpo.information, np.diff(hpo.ancestor_start))
    assert (above >= hpo.information[hpo.ancestor]).all()


def test_licence_and_citation_without_numpy():
    code = (
        "import sys; from raredx.readers.ontology_head import hpo_about; print(*hpo_about(), sep='|');"
        "print([m for m in ('numpy', 'pandas', 'numba') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    said, loaded = ran.stdout.strip().split("\n")
    assert loaded == "[]"
    assert tuple(said.split("|")) == read_ontology().about == hpo_about(BUNDLED)
    assert "Human Phenotype Ontology 2025-01-16" in said
    assert "doi:10.1093/nar/gkad1005" in said


def test_reading_loads_neither_pandas_nor_numba():
    code = (
        "import sys; from raredx.readers.ontology_cache import read_ontology;"
        "ontology = read_ontology(); ontology.profile_term; ontology.name[5]; ontology.reference[5];"
        "print([m for m in ('pandas', 'numba', 'json', 'difflib') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_reading_takes_milliseconds():
    read_ontology()
    began = time.process_time()
    for part in PARTS.values():
        getattr(read_ontology(), part[0])
    assert time.process_time() - began < 0.25  # 0.025 on the machine it was written on


def damaged(packed: bytes, how: str) -> bytes:
    texts = {
        "empty": b"",
        "no gzip": b"no gzip at all",
        "another gzip file": gzip.compress(b"##source=test\n#symbol\tA\n", mtime=0),
        "head cut off": packed[:30],
        "cut off": packed[:-9],
        "one byte wrong": packed[:-40] + bytes([packed[-40] ^ 1]) + packed[-39:],
        "one byte of the head wrong": packed[:40] + bytes([packed[40] ^ 1]) + packed[41:],
        "other layout": gzip.compress(b"raredx HPO cache 99\n", mtime=0),
        "bare head": gzip.compress(b"raredx HPO cache 1\nrelease\t1\n", mtime=0),
        "no columns": gzip.compress(
            b"raredx HPO cache 1\nrelease\t1\nannotation_release\t1\nchecksum\t0\n", mtime=0
        ),
    }
    return texts[how]


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("empty", "hpo.gz: is empty"),
        ("no gzip", "hpo.gz: is no HPO cache of raredx, or damaged"),
        ("another gzip file", "hpo.gz: is no HPO cache of raredx\n"),
        ("one byte of the head wrong", "hpo.gz: is no HPO cache of raredx, or damaged"),
        ("head cut off", "hpo.gz: is cut off"),
        ("cut off", "hpo.gz: is damaged or cut off: its checksum does not agree"),
        ("one byte wrong", "hpo.gz: is damaged or cut off: its checksum does not agree"),
        ("other layout", "hpo.gz: has layout '99', and this raredx reads '1'"),
        ("bare head", "hpo.gz: has a damaged head"),
        ("no columns", "hpo.gz: lacks number, phenotypic, ancestor_start, ancestor, information"),
    ],
)
def test_damage_is_told(tmp_path, small, how, message):
    path = tmp_path / "hpo.gz"
    path.write_bytes(damaged(encode_ontology(small), how))
    with pytest.raises(InputError) as caught:
        read_ontology(path)
    assert str(caught.value).startswith(f"{path.parent}/{message}")
    assert "Reinstall raredx" in caught.value.mend
    assert "raredx data build-hpo" in caught.value.mend


def test_a_part_that_is_written_wrongly_is_told(tmp_path, small):
    """The checksum agrees: whoever wrote it went wrong."""
    packed = encode_ontology(small)
    inflater = zlib.decompressobj(wbits=31)
    head = inflater.decompress(packed).decode()
    rest = b"x" * len(inflater.unused_data)
    kept, _, _ = head.rpartition("checksum\t")
    head = f"{kept}checksum\t{zlib.crc32(rest):08x}\n"
    path = tmp_path / "hpo.gz"
    path.write_bytes(gzip.compress(head.encode(), mtime=0) + rest)
    found = read_ontology(path)
    with pytest.raises(InputError, match=r"hpo\.gz: cannot be read \("):
        found.number  # noqa: B018


def test_a_missing_file_is_told(tmp_path):
    for read in (read_ontology, hpo_about):
        with pytest.raises(InputError, match=r"none\.gz: cannot be read \(No such file"):
            read(tmp_path / "none.gz")


def test_building_again_gives_the_same_bytes(fx_shared):
    folder = fx_shared / "data" / "hpo"
    names = ("hp.obo.gz", "phenotype.hpoa.gz", "phenotype_to_genes.txt.gz")
    found = build_ontology(*(folder / name for name in names), read_gene_table())
    assert encode_ontology(found) == BUNDLED.read_bytes()
