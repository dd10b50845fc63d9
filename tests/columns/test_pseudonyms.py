"""Pseudonyms: keyed, stable, without collisions; names in text as whole identifiers."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raredx.columns.anonymous_people import anonymous_note, anonymous_packet, anonymous_pedigree
from raredx.columns.family import singleton
from raredx.columns.phenopacket import FileLink, Phenopacket
from raredx.columns.pseudonyms import ALPHABET, Pseudonyms
from raredx.errors import private, shown

KEY = b"sixteen bytes or more make a key"
NAME = st.text(st.characters(exclude_characters="\0"), min_size=1, max_size=20)


def slow_code(key, kind, name, length=10):
    """The definition: HMAC-SHA256 as a number, its digits to the base of the alphabet, last first."""
    text = b"raredx pseudonym 1\0" + kind.encode() + b"\0" + name.encode("utf-8", "surrogatepass")
    number = int(hmac.new(key, text, hashlib.sha256).hexdigest(), 16)
    code = ""
    for _ in range(length):
        code += ALPHABET[number % len(ALPHABET)]
        number //= len(ALPHABET)
    return code


def test_codes_never_change():
    """Whoever has codes of an older version meets the same people."""
    found = Pseudonyms(b"a key of 16 bytes or more")
    assert found.sample("NA12878") == "S-PHJ32HQFQV"
    assert found.family("NA12878") == "F-J97DWRFRZ7"
    assert found.key_id == "K-CQD84HQSRJ"


@given(st.binary(min_size=16, max_size=40), st.lists(NAME, max_size=5))
def test_codes_are_those_of_the_definition(key, names):
    found = Pseudonyms(key)
    for name in names:
        assert found.sample(name) == f"S-{slow_code(key, 'sample', name)}"
        assert found.family(name) == f"F-{slow_code(key, 'family', name)}"
        assert found.real(found.sample(name)) == name


@given(st.lists(NAME, unique=True, max_size=60))
def test_nobody_shares_a_code(names):
    """With codes of one letter nearly everybody would; the first keeps the short one."""
    found = Pseudonyms(KEY, length=1)
    codes = [found.sample(name) for name in names]
    assert len(set(codes)) == len(names)
    assert [found.real(code) for code in codes] == names
    assert [found.sample(name) for name in names] == codes
    assert all(code.startswith(f"S-{slow_code(KEY, 'sample', name, 1)}")
               for code, name in zip(codes, names, strict=True))  # fmt: skip


def test_no_code_is_a_word_or_a_formula():
    found = Pseudonyms(KEY)
    codes = [found.sample(str(number)) for number in range(500)]
    assert set("".join(codes)) <= set(ALPHABET) | set("S-")
    assert not set("AEIOUY01") & set(ALPHABET)
    assert len(set(codes)) == 500


HIDDEN = [
    # names, text, what is hidden in it
    (["kid"], "denovo=kid", ["kid"]),
    (["kid"], "kid1,akid,kid", ["kid"]),
    (["girl"], "girl_2 x-girl", ["girl", "girl"]),
    (["S1-2", "S1"], "S1-2,S1,S1-3", ["S1-2", "S1"]),
    (["S100-2", "S100"], "S100-2,S100,S100-3", ["S100-2", "S100", "S100"]),
    (["1"], "1:AD 11 1.0 rs1 a_1 (1)", ["1", "1"]),
    (["A"], "A|missense A/T A", ["A", "A", "A"]),
    (["a b"], "x=a b;a;b", ["a b"]),
    (["=cmd"], "v==cmd,cmd", ["=cmd"]),
    (["Ülo9"], "Ülo9 Ülo99 Ül", ["Ülo9"]),
    (["."], "./. .", []),
    (["kid"], "", []),
]


@pytest.mark.parametrize(("names", "text", "wanted"), HIDDEN, ids=lambda x: str(x)[:20])
def test_whole_identifiers_are_hidden(names, text, wanted):
    found = Pseudonyms(KEY)
    for name in names:
        found.sample(name)
    hidden = found.hide(text)
    rest = hidden
    for name in wanted:
        code = found.sample(name)
        assert code in rest
        rest = rest.replace(code, "\0", 1)
    assert "S-" not in rest.replace("\0", "")
    back = hidden
    for name in names:
        back = back.replace(found.sample(name), name)
    assert back == text


@pytest.mark.parametrize(
    ("name", "sure"),
    [("A", False), ("chr1", False), ("missense", False), ("12345", False), ("NA128", True),
     ("kid_07", True)],
)  # fmt: skip
def test_where_words_abound_only_sure_names_count(name, sure):
    found = Pseudonyms(KEY)
    found.sample(name)
    assert (found.hide(f"x|{name}|y", sure=True) != f"x|{name}|y") is sure


def test_names_of_files_are_searched_loosely():
    found = Pseudonyms(KEY)
    found.sample("7")
    assert (found.hide("run_7"), found.hide("run_7", loose=True)) == (
        "run_7", f"run_{found.sample('7')}"
    )  # fmt: skip


@given(st.lists(NAME, max_size=4), st.text(max_size=60))
def test_hidden_text_comes_back(names, text):
    found = Pseudonyms(KEY)
    for name in names:
        found.sample(name)
    back = found.hide(text)
    for name in names:
        back = back.replace(found.sample(name), name)
    assert back == text


def test_a_packet_and_its_notes():
    note = f"sex of {private('aunt')} and {private('kid')} is OTHER_SEX"
    packet = Phenopacket(
        "x.json", "case 7", "kid", pedigree=singleton("kid").pedigree, notes=(note,),
        files=(FileLink("file:///a.vcf", sample_of={"kid": "S7"}),),
    )  # fmt: skip
    given_ = Pseudonyms(KEY)
    found = anonymous_packet(packet, given_)
    kid, sample = given_.samples(("kid", "S7"))
    assert (found.proband, found.pedigree.members) == (kid, (kid,))
    assert found.files[0].sample_of == {kid: sample}
    assert shown(found.notes[0]) == f"sex of a person and {kid} is OTHER_SEX"
    assert anonymous_note(found.notes[0], given_) == found.notes[0]
    assert "case 7" not in repr(found)


def test_a_pedigree_keeps_its_order():
    tree = singleton("kid").pedigree
    given_ = Pseudonyms(KEY)
    found = anonymous_pedigree(tree, given_)
    assert (found.members, found.line) == (given_.samples(tree.members), tree.line)
    assert found.family_id == given_.family("kid") != given_.sample("kid")
