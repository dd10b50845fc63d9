"""Standard error tells of nobody by name, at any level; the outputs do."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from pseudonym_runs import Names, write_ped, write_vcf
from raredx.cli.main import cli
from raredx.errors import InputError, logged, named, private, renamed, shown

MARK = "zqu17x"
NAMES = Names(f"{MARK}kid", f"{MARK}mum", f"{MARK}dad", f"{MARK}fam")
LEVELS = {"text": [], "json": ["--log-json"], "quiet": ["--quiet"]}


def run(*words):
    """Run the command line; give exit code, standard output and standard error."""
    ran = CliRunner().invoke(cli, [str(word) for word in words])
    if ran.exception is not None and not isinstance(ran.exception, SystemExit):
        raise ran.exception
    return ran.exit_code, ran.stdout, ran.stderr


@pytest.fixture(scope="module")
def fx_trio(tmp_path_factory):
    """A trio whose people are marks, in files that are not."""
    folder = tmp_path_factory.mktemp("trio")
    write_vcf(folder / "trio.vcf", NAMES, contigs=())
    write_ped(folder / "trio.ped", NAMES)
    return folder


def ped_of(folder, change=("", ""), name="changed.ped"):
    """Write the pedigree with something changed."""
    path = folder / name
    path.write_text((folder / "trio.ped").read_text().replace(*change))
    return path


# --- what goes well ------------------------------------------------------------------------------


@pytest.mark.parametrize("level", LEVELS)
def test_a_ranking_tells_of_nobody(fx_trio, level):
    code, out, err = run(
        "rank", "--ped", fx_trio / "trio.ped", *LEVELS[level], fx_trio / "trio.vcf"
    )
    assert code == 0
    assert MARK not in err
    assert f"gt_{NAMES.kid}" in out


def test_notes_name_people_in_outputs_alone(fx_trio):
    """Nobody has a sex, the father no sample, and the proband no terms."""
    rows = f"{NAMES.family}\t{NAMES.kid}\t0\t0\t0\t2\n"
    ped = fx_trio / "alone.ped"
    ped.write_text(rows + f"{MARK}two\t{NAMES.mother}\t0\t0\t2\t1\n")
    code, out, err = run("rank", "--ped", ped, fx_trio / "trio.vcf")
    said = err.splitlines()
    assert (code, MARK in err) == (0, False)
    for note, words in (
        (f"sex of {NAMES.kid} is not stated", "note: sex of the proband is not stated"),
        (f"no HPO terms for {NAMES.kid}", "note: no HPO terms for a proband"),
        (f"no relative sequenced for {NAMES.kid}",
         "note: no relative sequenced for 1 of the probands: segregation not assessed"),
        (f"not judged: families {MARK}two",
         "note: no affected member sequenced, not judged: 1 families"),
    ):  # fmt: skip
        assert any(line.startswith(f"##raredx_note={note}") or note in line
                   for line in out.splitlines() if "raredx_note" in line), note  # fmt: skip
        assert any(line.startswith(words) for line in said), words


@pytest.mark.parametrize("level", ["text", "json"])
def test_findings_tell_code_and_role(fx_trio, level):
    swap = write_ped(
        fx_trio / "swap.ped", Names(NAMES.father, NAMES.mother, NAMES.kid, NAMES.family)
    )
    code, out, err = run("rank", "--ped", swap, *LEVELS[level], fx_trio / "trio.vcf")
    assert (code, MARK in err) == (0, False)
    assert "check: samples_swapped, of the family; the outputs say more" in err
    assert f"{NAMES.family}: the samples fit better in other places" in out


def test_a_strict_ranking_tells_code_and_role(fx_trio):
    swap = write_ped(
        fx_trio / "swap.ped", Names(NAMES.father, NAMES.mother, NAMES.kid, NAMES.family)
    )
    code, _, err = run("rank", "--strict", "--ped", swap, fx_trio / "trio.vcf")
    assert (code, MARK in err) == (4, False)
    assert " would change results: samples_swapped, of the family; the outputs say more" in err


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("output", ["-", "file"])
def test_a_check_tells_of_nobody(fx_trio, tmp_path, level, output):
    swap = write_ped(
        fx_trio / "swap.ped", Names(NAMES.father, NAMES.mother, f"{MARK}other", NAMES.family)
    )
    place = "-" if output == "-" else tmp_path / "x.tsv"
    code, out, err = run(
        "check", "--ped", swap, "-o", place, *LEVELS[level], fx_trio / "trio.vcf"
    )  # fmt: skip
    assert (code, MARK in err) == (4, False)
    if level == "json":
        found = [json.loads(line) for line in err.splitlines()]
        subjects = {who for one in found[:-1] for who in one["subject"]}
        assert "member 2 of family 1" in subjects
        assert all(MARK not in line for line in subjects)
    assert MARK in (out if output == "-" else place.read_text())


def test_a_phenopacket_tells_of_nobody(fx_trio):
    packet = {
        "id": f"{MARK}p",
        "proband": {
            "id": "x",
            "subject": {"id": NAMES.kid, "sex": "MALE"},
            "phenotypicFeatures": [{"type": {"id": "HP:0001250"}}],
            "metaData": {"phenopacketSchemaVersion": "2.0.0"},
        },
        "relatives": [
            {"subject": {"id": f"{MARK}aunt", "sex": "OTHER_SEX"}},
            {"subject": {"id": NAMES.mother, "karyotypicSex": "XXYY"}},
        ],
        "metaData": {"phenopacketSchemaVersion": "2.0.0"},
    }
    path = fx_trio / "case.json"
    path.write_text(json.dumps(packet))
    code, out, err = run("rank", "--phenopacket", path, fx_trio / "trio.vcf")
    assert (code, MARK in err) == (0, False)
    assert "note: the family has no pedigree: relatives not used: one, one" in err
    assert f"relatives not used: {MARK}aunt, {NAMES.mother}" in out


# --- what is refused -----------------------------------------------------------------------------

LINE_2 = f"{NAMES.family}\t{NAMES.father}\t0\t0\t1\t1"
REFUSED = {
    # what is changed in the PED file, options, what the first line says after the file
    "twice": ((LINE_2, f"{NAMES.family}\t{NAMES.kid}\t0\t0\t1\t1"), [],
              ":2: the person in column 2 stands already on line 1"),
    "twice, elsewhere": ((LINE_2, f"{MARK}2\t{NAMES.kid}\t0\t0\t1\t1"), [],
                         ":2: the person in column 2 stands already on line 1, in another family"),
    "columns shifted": ((LINE_2, f"x\t{LINE_2}"), [], ":2: phenotype"),
    "sex": ((LINE_2, LINE_2[:-3] + f"{MARK}\t1"), [], ":2: sex is no code that is known"),
    "own mother": ((f"\t{NAMES.father}\t{NAMES.mother}", f"\t0\t{NAMES.kid}"), [],
                   ":1: this person is their own mother"),
    "sex of a parent": ((LINE_2, LINE_2[:-3] + "2\t1"), [],
                        ":1: the father of this person, is female"),
    "one for both": ((f"\t{NAMES.father}\t{NAMES.mother}", f"\t{MARK}x\t{MARK}x"), [],
                     ":1: the mother of this person, is male"),
    "own ancestor": ((LINE_2, f"{NAMES.family}\t{NAMES.father}\t{NAMES.kid}\t0\t1\t1"), [],
                     ":1: this person is their own ancestor"),
    "no sample": ((LINE_2, LINE_2.replace(NAMES.father, f"{MARK}gran")), [],
                  ":2: the person in column 2 is not a sample of "),
    "nobody affected": (("\t1\t2\tHP", "\t1\t1\tHP"), [],
                        ":1: the family has no affected member with a sample"),
    "no such proband": (("", ""), ["--proband", f"{MARK}x"], ": the proband is in no family"),
    "proband without a sample": (
        (f"\t{NAMES.father}\t{NAMES.mother}", f"\t{NAMES.father}\t{MARK}gran"),
        ["--proband", f"{MARK}gran"],
        ": the proband is not a sample of ",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_fault_of_the_pedigree_is_told_by_its_place(fx_trio, name):
    change, words, said = REFUSED[name]
    ped = ped_of(fx_trio, change) if change[0] else fx_trio / "trio.ped"
    code, out, err = run("rank", "--ped", ped, *words, fx_trio / "trio.vcf")
    assert (code, out, MARK in err) == (3, "", False), err
    if name != "columns shifted":
        assert err.startswith(f"raredx: {ped}{said}"), err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--karyotype", f"{MARK}x=XXY"], "a karyotype given with the run: names nobody of the"),
        (["--karyotype", f"{NAMES.kid}={MARK}"], "a karyotype given with the run: karyotype is no"),
    ],
)
def test_a_fault_of_an_option_does_not_quote_ids(fx_trio, words, said):
    code, _, err = run("rank", "--ped", fx_trio / "trio.ped", *words, fx_trio / "trio.vcf")
    assert (code, MARK in err) == (2, False)
    assert err.startswith(f"raredx: {said}")


def test_samples_without_a_pedigree(fx_trio):
    code, _, err = run("rank", "--proband", f"{MARK}x", fx_trio / "trio.vcf")
    assert (code, MARK in err) == (3, False)
    assert err.endswith(": the proband is not a sample\n  It has 3 samples.\n")


def test_a_sample_named_twice(fx_trio):
    twice = write_vcf(fx_trio / "twice.vcf", Names(NAMES.kid, NAMES.kid, NAMES.father))
    code, _, err = run("rank", "--ped", fx_trio / "trio.ped", twice)
    assert (code, MARK in err) == (3, False), err


# --- marks ---------------------------------------------------------------------------------------


def test_a_marked_name_has_two_readings():
    text = f"{private('kid')} of {named(['a', 'b', 'c'], 'samples', 2)}"
    assert (shown(text), logged(text)) == ("kid of a, b, …", "a person of 3 samples")
    assert shown(renamed(text, {"kid": "S-1"}.get)) == "S-1 of 3 samples"


@pytest.mark.parametrize("name", ["\ufdd0", "a\ufdd1b", "\ufdd2\ufdd0x\ufdd1y", "\\1", ""])
def test_marks_in_a_name_mark_nothing(name):
    text = f"<{private(name, 'who')}>"
    assert logged(text) == "<who>"
    assert not set(shown(text)) & set("\ufdd0\ufdd1\ufdd2")


def test_a_fault_keeps_its_marks_when_it_is_raised_anew():
    fault = InputError(private("kid", "a place"), f"{private('kid')} is", private("dad", ""))
    again = InputError(fault.where, fault.what, fault.mend)
    assert str(again) == "kid: kid is\n  dad"
    assert again.logged() == "a place: a person is\n  "
