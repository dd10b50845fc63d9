"""Records of runs, whole and damaged; the files that they name; candidates out of TSV and JSON."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from raredx.columns.runs import FileState, RecordedFile, allele_key
from raredx.errors import InputError
from raredx.readers.run_files import decode_run, look_at, read_run

ABC = "90a3ed9e32b2aaf4c61c410eb925426119e1a9dc53d4286ade99a809dfaedc58"
WHAT = "Give run.json or NAME.run.json, as `raredx rank` wrote it, or its folder."


@pytest.fixture(scope="module")
def fx_document(fx_demo):
    return json.loads((fx_demo.folder / "run.json").read_text(encoding="utf-8"))


def test_a_record_in_a_folder_and_by_name(fx_demo, tmp_path):
    whole = read_run(fx_demo.folder)
    assert whole.path == str(fx_demo.folder / "run.json")
    by_name = read_run(fx_demo.folder / "candidates.run.json")
    assert by_name.document == whole.document
    assert [one.role for one in whole.inputs] == ["ped", "vcf"]
    (tmp_path / "a.run.json").write_bytes((fx_demo.folder / "run.json").read_bytes())
    assert read_run(tmp_path).path == str(tmp_path / "a.run.json")
    (tmp_path / "b.run.json").write_text("{}")
    with pytest.raises(InputError, match=r"holds several records: a.run.json, b.run.json"):
        read_run(tmp_path)


def test_a_folder_without_one(tmp_path):
    with pytest.raises(InputError) as fault:
        read_run(tmp_path)
    assert str(fault.value) == f"{tmp_path}: holds no run.json\n  {WHAT}"
    with pytest.raises(InputError, match="No such file or directory"):
        read_run(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "run.json: damaged, or no JSON: Input data was truncated"),
        (b"\xff\xfe", "run.json: damaged, or no JSON: "),
        (b"not json", "run.json: damaged, or no JSON: "),
        (b"[" * 100_000, "run.json: damaged, or no JSON: "),
        (b"[1]", f"run.json: is no record of a run of raredx\n  {WHAT}"),
        (b'{"schema_version": "2.0"}', "run.json: is no record of a run of raredx"),
    ],
)
def test_what_is_no_record(raw, message):
    with pytest.raises(InputError) as fault:
        decode_run(raw, "run.json")
    assert str(fault.value).startswith(message)


@pytest.mark.parametrize("version", ["1.1", "3.0", "", None])
def test_another_version_is_refused(fx_document, version):
    raw = json.dumps({**fx_document, "schema_version": version}).encode()
    with pytest.raises(InputError) as fault:
        decode_run(raw, "run.json")
    assert str(fault.value) == (
        f"run.json: is a record of version {version}, and this raredx reads 2.x\n"
        "  Rank again with this version of raredx, which writes a new record."
    )


def test_a_later_version_of_the_same_kind_is_read(fx_document):
    """2.1 may hold more."""
    raw = json.dumps({**fx_document, "schema_version": "2.1", "more": 1}).encode()
    assert decode_run(raw, "run.json").document["more"] == 1


@pytest.mark.parametrize(
    ("where", "value", "words"),
    [
        (("inputs", 0, "size"), "7", "Expected `int`, got `str` - at `$.inputs[0].size`"),
        (("inputs", 0), {"role": "vcf"}, "missing required field `name`"),
        (("inputs", 0, "more"), 1, "a file has the keys more, name, role, sha256, size"),
        (("outputs",), None, "Expected `array`, got `null`"),
        (("heading", "families", 0, "members"), 5, "Expected `array`, got `int`"),
        (("settings",), {}, "missing required field `rules`"),
        (("arguments",), "-o x", "Expected `object | null`"),
        (("knowledge", 0, "sha256"), None, "Expected `str`, got `null`"),
    ],
)
def test_a_damaged_record(fx_document, where, value, words):
    document = json.loads(json.dumps(fx_document))
    place = document
    for key in where[:-1]:
        place = place[key]
    place[where[-1]] = value
    with pytest.raises(InputError) as fault:
        decode_run(json.dumps(document).encode(), "run.json")
    assert str(fault.value).startswith("run.json: damaged: ")
    assert words in str(fault.value)


@given(st.binary(max_size=60), st.integers(0, 3000), st.integers(0, 40))
def test_no_traceback_for_bytes_that_changed(fx_document, new, start, cut):
    """A record with bytes put in, taken out or overwritten is read or refused, never more."""
    raw = json.dumps(fx_document).encode()
    damaged = raw[:start] + new + raw[start + cut :]
    with suppress(InputError):
        decode_run(damaged, "run.json")


# --- files -----------------------------------------------------------------------------------------


def record(name="a.txt", size=4, sha256=ABC):
    return RecordedFile("vcf", name, size, sha256)


def test_what_became_of_a_file(tmp_path):
    (tmp_path / "a.txt").write_text("abcd")
    (tmp_path / "sub").mkdir()
    found = look_at(record(sha256="88d4266fd4e6338d13b845fcf289579d209c897823b9217da3e161936f031589"),
                    tmp_path)  # fmt: skip
    assert (found.state, found.size) == (FileState.UNCHANGED, 4)
    other = look_at(record(), tmp_path)
    assert (other.state, len(other.sha256)) == (FileState.CHANGED, 64)
    longer = look_at(record(size=3), tmp_path)
    assert (longer.state, longer.size, longer.sha256) == (FileState.CHANGED, 4, "")
    gone = look_at(record(name="b.txt"), tmp_path)
    assert (gone.state, gone.reason) == (FileState.MISSING, "No such file or directory")
    folder = look_at(record(name="sub"), tmp_path)
    assert (folder.state, folder.reason) == (FileState.MISSING, "is a folder")
    stream = look_at(record(name="-"), tmp_path)
    assert stream.state is FileState.NOT_ASSESSED
    assert look_at(record(name="a\0b"), tmp_path).state is FileState.MISSING


# --- alleles ---------------------------------------------------------------------------------------

BASES = st.text("ACGT", min_size=1, max_size=6)
FLANK = st.text("ACGT", max_size=5)
SUBSTITUTION = st.integers(1, 6).flatmap(
    lambda n: st.tuples(*(st.text("ACGT", min_size=n, max_size=n),) * 2)
)


@given(SUBSTITUTION, FLANK, FLANK, st.booleans())
def test_shared_bases_make_no_other_allele(change, before, after, chr_):
    """However many bases REF and ALT share on both sides, the key of a substitution is the same."""
    ref, alt = change
    assume(ref != alt)
    name = "chr7" if chr_ else "7"
    plain = allele_key("7", 100 + len(before), ref, alt)
    assert allele_key(name, 100, before + ref + after, before + alt + after) == plain


@given(BASES, BASES, st.integers(1, 10**6))
def test_a_key_is_its_own_key(ref, alt, pos):
    key = allele_key("chr7", pos, ref, alt)
    assert allele_key(*key) == key


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("chr1", 10, "A", "T"), ("1", 10, "a", "t"), True),
        (("chrM", 10, "A", "T"), ("MT", 10, "A", "T"), True),
        (("1", 10, "AT", "A"), ("1", 10, "ATG", "AG"), True),
        (("1", 9, "GA", "GT"), ("1", 10, "A", "T"), True),
        (("1", 10, "A", "T"), ("2", 10, "A", "T"), False),
        (("1", 10, "A", "T"), ("1", 10, "A", "G"), False),
        (("1", 10, "A", "AT"), ("1", 11, "A", "AT"), False),
        (("GL000192.1", 10, "A", "T"), ("gl000192.1", 10, "A", "T"), False),
    ],
)
def test_same_alleles(one, other, same):
    assert (allele_key(*one) == allele_key(*other)) is same
