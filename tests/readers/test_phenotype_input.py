"""HPO terms as people write them: lists, files, old ids, slips, and every message word for word."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import read_table
from raredx.columns.phenopacket import StatedTerm
from raredx.errors import InputError
from raredx.readers.nearest_terms import nearest_ids
from raredx.readers.ontology_cache import read_ontology
from raredx.readers.phenotype_input import (
    MAX_BYTES,
    NOTHING_LEFT,
    parse_terms,
    read_terms,
    resolve_terms,
    terms_file,
)
from term_ontology import hand_ontology, ids_of

HPO = hand_ontology()
FIND = "Write ids as HP:0001250; `raredx hpo search` finds them by name."


def ids(terms):
    return " ".join(term.term_id for term in terms)


# --- taking a list apart -------------------------------------------------------------------------

WRITTEN = """
list                                        | observed                | excluded
HP:0001250                                  | HP:0001250              | -
HP:0001250,HP:0001263                       | HP:0001250 HP:0001263   | -
HP:0001250, HP:0001263                      | HP:0001250 HP:0001263   | -
HP:0001250;HP:0001263                       | HP:0001250 HP:0001263   | -
HP:0001250/HP:0001263                       | HP:0001250 HP:0001263   | -
HP:0001250 HP:0001263                       | HP:0001250 HP:0001263   | -
;;HP:0001250,,\\nHP:0001263;                | HP:0001250 HP:0001263   | -
HP:0001250\\r\\nHP:0001263\\r\\n            | HP:0001250 HP:0001263   | -
HP:0001250\\tHP:0001263                     | HP:0001250 HP:0001263   | -
hp:0001250 HP_0001263                       | HP:0001250 HP:0001263   | -
%HP:0001263\\nHP:0001250 % since birth      | HP:0001250              | -
HP:0001250 Seizure\\nHP:0001263 Delay       | HP:0001250 HP:0001263   | -
HP:0001250 (Seizure) - HP:0001263x          | HP:0001250              | -
HP:0001250,-HP:0001263                      | HP:0001250              | HP:0001263
-HP:0001250 !HP:0001263                     | -                       | HP:0001250 HP:0001263
! HP:0001250; HP:0001263                    | HP:0001263              | HP:0001250
NOT HP:0001250, not HP:0001263              | -                       | HP:0001250 HP:0001263
–HP:0001250 −HP:0001263                     | -                       | HP:0001250 HP:0001263
HP:0001250 Seizure,NOT HP:0001263 Delay     | HP:0001250              | HP:0001263
HP:0001250!HP:0001263                       | HP:0001250              | HP:0001263
HP:12 HP:123456789                          | HP:12 HP:123456789      | -
seizures, HP:0001250                        | seizures HP:0001250     | -
HP:0001250, seizures; ataxia                | HP:0001250 seizures ataxia | -
HP:0001250\\tSeizure\\tabsent               | HP:0001250 absent       | -
XHP:0001250                                 | XHP:0001250             | -
"""


@pytest.mark.parametrize("row", read_table(text=WRITTEN), ids=lambda row: row["list"])
def test_a_list_written_in_many_ways(row):
    text = row["list"].replace("%", "#").encode().decode("unicode_escape").encode("latin-1")
    found = parse_terms(text.decode(), lambda _: "here")
    assert ids(found.observed) == row["observed"].removesuffix("-").strip()
    assert ids(found.excluded) == row["excluded"].removesuffix("-").strip()


def test_bars_separate_and_names_stay_with_their_ids():
    found = parse_terms("HP:0001250|HP:0001263 (Delay), \nHP:0001256\tMild, rather", str)
    assert [(t.term_id, t.label, t.where) for t in found.observed] == [
        ("HP:0001250", "", "1"),
        ("HP:0001263", "Delay", "1"),
        ("HP:0001256", "Mild, rather", "2"),
    ]


@pytest.mark.parametrize(
    ("text", "sign", "term"),
    [
        ("- HP:0001250\n- HP:0001263\n", "-", "HP:0001250"),
        ("  – HP:0001250", "–", "HP:0001250"),
        ("--HP:0001250", "-", "HP:0001250"),
        ("HP:0001250 - HP:0001263", "-", "HP:0001263"),
        ("HP:0001250-HP:0001263", "-", "HP:0001263"),
        ("HP:0001250, (-HP:0001263)", "-", "HP:0001263"),
        ("no HP:0001250", "no", "HP:0001250"),
        ("HP:0001250 Seizure, absent: HP:0001263", "absent:", "HP:0001263"),
        ("HP:0001250 Seizure without (HP:0001263)", "without", "HP:0001263"),
    ],
)
def test_signs_that_could_mean_several_things(text, sign, term):
    """An absent term must not be taken for an observed one, nor the other way about."""
    with pytest.raises(InputError) as caught:
        parse_terms(text, lambda line: f"terms.txt:{line}")
    assert str(caught.value) == (
        f"terms.txt:1: '{sign}' before {term} could mean several things\n"
        f"  Write {term} where it was observed, NOT {term} where it is absent."
    )


@given(st.text())
def test_any_text_is_terms_or_refused(text):
    try:
        found = parse_terms(text, str)
        resolve_terms(HPO, (*found.observed, *found.excluded), "here")
    except InputError as fault:
        assert "\n" not in fault.what  # noqa: PT017


# --- files ---------------------------------------------------------------------------------------


@pytest.fixture
def fx_file(tmp_path):
    """Write a file; give its path."""

    def write(text, name="terms.txt"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_a_file_of_terms(fx_file):
    path = fx_file("\ufeff# of the letter\nHP:0001250\tSeizure\n\nNOT HP:0001263\nHP:0001251")
    found = read_terms(f" {path} ", "HPO terms")
    assert found.observed == (
        StatedTerm("HP:0001250", "Seizure", f"{path}:2"),
        StatedTerm("HP:0001251", "", f"{path}:5"),
    )
    assert found.excluded == (StatedTerm("HP:0001263", "", f"{path}:4"),)
    assert terms_file(str(path)) == path


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "holds no HPO term\n  Write one on each line: HP:0001250."),
        ("# nothing yet\n,\n", "holds no HPO term\n  Write one on each line: HP:0001250."),
        (b"\xff\xfeH\0P\0", "not a text file\n  Save the list as UTF-8."),
        (
            '{"id": "x"}',
            "is JSON, not a list of HPO terms\n  Give a phenopacket as a phenopacket.",
        ),
        (
            b"HP:0001250\n" * (MAX_BYTES // 11 + 1),
            "is larger than 1 MB, too large for a list of HPO terms\n  Give one term on each line.",
        ),
    ],
    ids=["empty", "only a remark", "binary", "json", "huge"],
)
def test_files_that_are_no_list(fx_file, content, message):
    path = fx_file(content)
    with pytest.raises(InputError) as caught:
        read_terms(str(path), "HPO terms")
    assert str(caught.value) == f"{path}: {message}"


def test_a_folder_and_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError) as caught:
        read_terms(str(tmp_path), "HPO terms")
    assert str(caught.value) == f"{tmp_path}: Is a directory\n  Check the path."
    with pytest.raises(InputError) as caught:
        read_terms("letters/terms.txt", "HPO terms")
    assert str(caught.value) == (
        "letters/terms.txt: no such file\n  Check the path, or give HPO ids."
    )


@pytest.mark.parametrize("typed", ["", "a\0b", "HP:0001250," * 1000, "x" * 300])
def test_what_is_no_path(typed):
    assert terms_file(typed) is None


# --- looking terms up ----------------------------------------------------------------------------

LOOKED_UP = """
ids                       | rows                  | notes
HP:0001250 HP:0001263     | HP:0001250 HP:0001263 | -
HP:0001263 HP:0001250 HP:0001263 | HP:0001263 HP:0001250 | -
HP:0000009                | HP:0001250            | HP:0000009 is now HP:0001250 Seizure
HP:0000009 HP:0001250     | HP:0001250            | HP:0000009 is now HP:0001250 Seizure
HP:0004715                | HP:0000003            | HP:0004715 is now HP:0000003 Multicystic kidney dysplasia
HP:0000057                | HP:0000003            | HP:0000057 is obsolete, replaced by HP:0000003 Multicystic kidney dysplasia
HP:0200000 HP:0001250     | HP:0001250            | HP:0200000 is obsolete and nothing replaces it: not used
HP:0000006 HP:0001250     | HP:0001250            | HP:0000006 Autosomal dominant inheritance describes no phenotypic abnormality: not used
HP:0000118 HP:0001250     | HP:0001250            | HP:0000118 Phenotypic abnormality is the root and says nothing: not used
HP:0000001                | -                     | HP:0000001 All is the root and says nothing: not used + nothing left
HP:0200000                | -                     | HP:0200000 is obsolete and nothing replaces it: not used + nothing left
"""


@pytest.mark.parametrize("row", read_table(text=LOOKED_UP), ids=lambda row: row["ids"])
def test_looking_terms_up(row):
    found = resolve_terms(HPO, row["ids"].split(), "HPO terms")
    notes = row["notes"].replace("nothing left", NOTHING_LEFT)
    assert ids_of(HPO, found.rows) == row["rows"].removeprefix("-")
    assert found.notes == (tuple(notes.split(" + ")) if notes != "-" else ())


def test_no_terms_are_no_terms():
    assert resolve_terms(HPO, [], "HPO terms").notes == ()


REFUSED = [
    ("HP:0001259", "HP:0001259 is not in HPO 2025-01-16",
     "Nearest: HP:0001249 Intellectual disability or HP:0001250 Seizure or HP:0001251 Ataxia. "),
    ("HP:0012500", "HP:0012500 is not in HPO 2025-01-16", ""),
    ("HP:0002150", "HP:0002150 is not in HPO 2025-01-16", "Nearest: HP:0001250 Seizure. "),
    ("HP:1250", "HP:1250 is not in HPO 2025-01-16", "Nearest: HP:0001250 Seizure. "),
    ("HP:00001250", "HP:00001250 is not in HPO 2025-01-16", "Nearest: HP:0001250 Seizure. "),
    ("HP:٠٠٠١٢٥٠", "'HP:٠٠٠١٢٥٠' is no HPO id", ""),
    ("Seizures", "'Seizures' is no HPO id", "Nearest: HP:0001250 Seizure. "),
    ("ataxie", "'ataxie' is no HPO id", "Nearest: HP:0001251 Ataxia. "),
    ("xyzzy", "'xyzzy' is no HPO id", ""),
    ("OMIM:100100", "'OMIM:100100' is no HPO id", ""),
]  # fmt: skip


@pytest.mark.parametrize(("term", "what", "nearest"), REFUSED, ids=[r[0] for r in REFUSED])
def test_unknown_terms_are_refused_with_the_nearest(term, what, nearest):
    with pytest.raises(InputError) as caught:
        resolve_terms(HPO, ["HP:0001250", term], "HPO terms")
    assert str(caught.value) == f"HPO terms: {what}\n  {nearest}{FIND}"


def test_several_unknown_terms_in_one_message():
    found = parse_terms("HP:0001250\nseizures, xyzzy\nHP:1263 HP:0001259", lambda n: f"a.txt:{n}")
    with pytest.raises(InputError) as caught:
        resolve_terms(HPO, found.observed, "a.txt")
    assert str(caught.value) == (
        "a.txt:2: 'seizures' is no HPO id; 'xyzzy' is no HPO id; HP:1263 is not in HPO 2025-01-16, "
        "and 1 more\n  Nearest: HP:0001250 Seizure for 'seizures'; HP:0001263 Global developmental "
        f"delay for HP:1263. {FIND}"
    )


def test_ids_of_a_newer_hpo_are_left_out_with_a_note():
    """A phenopacket names the release it was written with: its ids are real, if unknown here."""
    stated = [StatedTerm("HP:6001182", "Narrow nails"), StatedTerm("HP:0001250")]
    found = resolve_terms(HPO, stated, "case.json", written_with="hp/releases/2025-11-24")
    assert ids_of(HPO, found.rows) == "HP:0001250"
    assert found.notes == (
        "HP:6001182 Narrow nails is not in HPO 2025-01-16, older than the HPO 2025-11-24 that it "
        "is from: not used",
    )


@pytest.mark.parametrize(
    ("terms", "version"),
    [
        (["HP:6001182"], "2025-01-16"),  # the same release
        (["HP:6001182"], "2024-08-13"),
        (["HP:6001182"], "unknown"),
        (["HP:6001182", "seizures"], "2025-11-24"),  # a word is of no release
        (["HP:1182"], "x2025-01-16"),
    ],
)
def test_other_unknown_ids_are_refused(terms, version):
    with pytest.raises(InputError, match=r"^case.json: "):
        resolve_terms(HPO, terms, "case.json", written_with=version)


NAMES = """
line                                         | rows                  | notes
HP:0001250 Seizure                           | HP:0001250            | -
HP:0001250 epilepsy                          | HP:0001250            | -
HP:0001256 Intellectual disability, mild     | HP:0001256            | -
HP:0001256 Mental retardation, mild          | HP:0001256            | -
HP:0007359 Focal onset seizure               | HP:0007359            | -
HP:0001250 Fits                              | HP:0001250            | a:1 calls HP:0001250 Seizure 'Fits': check that the id is right
HP:0001251 Seizure                           | HP:0001251            | a:1 calls HP:0001251 Ataxia 'Seizure': check that the id is right
HP:0000009 Seizure                           | HP:0001250            | HP:0000009 is now HP:0001250 Seizure
"""


@pytest.mark.parametrize("row", read_table(text=NAMES), ids=lambda row: row["line"])
def test_the_name_beside_an_id_is_compared(row):
    found = resolve_terms(HPO, parse_terms(row["line"], lambda n: f"a:{n}").observed, "a")
    assert ids_of(HPO, found.rows) == row["rows"]
    assert found.notes == ((row["notes"],) if row["notes"] != "-" else ())


def test_words_after_a_name_are_not_lost():
    """`Seizure, ataxia` states two phenotypes; one id would drop the second in silence."""
    with pytest.raises(InputError) as caught:
        resolve_terms(HPO, parse_terms("HP:0001250 Seizure, ataxia", str).observed, "a")
    assert str(caught.value) == f"1: 'ataxia' is no HPO id\n  Nearest: HP:0001251 Ataxia. {FIND}"


def test_a_thousand_terms_and_their_notes():
    ontology = read_ontology()
    former = [f"HP:{number:07d}" for number in ontology.former_number[:1000].tolist()]
    current = [ontology.term_id(row) for row in range(1000, 2000)]
    found = resolve_terms(ontology, [*current, *former], "HPO terms")
    assert len(found.rows) > 1000
    assert 10 < len(found.notes) < 60
    assert sum("more HPO terms likewise" in note for note in found.notes) >= 1


def test_every_id_of_the_release_is_known():
    """Current, alternative and obsolete ids alike: none of them is refused."""
    ontology = read_ontology()
    numbers = [*ontology.number.tolist(), *ontology.former_number.tolist()]
    found = resolve_terms(ontology, [f"HP:{number:07d}" for number in numbers], "HPO terms")
    assert len(found.rows) == int(ontology.phenotypic.sum()) - 1  # all but HP:0000118


@given(st.sampled_from(HPO.number.tolist()), st.integers(0, 6), st.sampled_from("0123456789"))
def test_one_wrong_digit_finds_the_term(number, at, digit):
    written = f"{number:07d}"
    slip = written[:at] + digit + written[at + 1 :]
    near = [int(HPO.number[row]) for row in nearest_ids(HPO, f"HP:{slip}", count=99)]
    assert slip == written or number in near


def test_real_lists_of_spiked_families(fx_shared, tmp_path):
    """Lists as they lie beside the development families read the same from file and typed."""
    ontology = read_ontology()
    with gzip.open(fx_shared / "evaluation" / "phenotype_cases.dev.tsv.gz", "rt") as file:
        header, *rows = (line.rstrip("\n").split("\t") for line in file)
    column = header.index("obs")
    lists = [row[column] for row in rows[:300] if row[column]]
    assert len(lists) > 250
    path = tmp_path / "terms.txt"
    for bars in lists:
        path.write_text(bars.replace("|", "\n"))
        from_file, typed = read_terms(str(path), "a"), read_terms(bars, "a")
        assert ids(from_file.observed) == ids(typed.observed) == bars.replace("|", " ")
        newer = "2026-06-25"
        found = resolve_terms(ontology, from_file.observed, "a", written_with=newer)
        assert len(found.rows) <= len(typed.observed)
