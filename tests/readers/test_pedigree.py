"""Pedigrees: everything people write into a PED file, and every refusal word for word."""

from __future__ import annotations

import pytest

from builders import read_table
from raredx.columns.family import merge_linked
from raredx.errors import InputError
from raredx.readers.pedigree import SampleList, choose_families, read_hpo_terms, read_pedigrees
from raredx.vocabulary import Affection, Sex

TRIO = "F1 kid dad mum 2 2\nF1 dad 0 0 1 1\nF1 mum 0 0 2 1\n"
COLUMNS = "Give family, individual, father, mother, sex and phenotype."


@pytest.fixture
def fx_read(tmp_path):
    """Write a PED file of this text and read it; bytes as they are."""

    def read(text):
        path = tmp_path / "family.ped"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_pedigrees(path)

    return read


@pytest.fixture
def fx_refused(tmp_path, fx_read):
    """Read a PED file that must be refused; give the message without the folder."""

    def refused(text):
        with pytest.raises(InputError) as caught:
            fx_read(text)
        assert caught.value.exit_code == 3
        return str(caught.value).replace(f"{tmp_path}/", "")

    return refused


def rows_of(pedigree):
    """Write a pedigree back as rows of words."""
    names = (*pedigree.members, "0")
    return [
        f"{pedigree.family_id} {name} {names[pedigree.father[m]]} {names[pedigree.mother[m]]} "
        f"{pedigree.sex[m]} {pedigree.affection[m]}"
        for m, name in enumerate(pedigree.members)
    ]


PLAIN = TRIO.splitlines()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(TRIO, id="blanks"),
        pytest.param(TRIO.replace(" ", "\t"), id="tabs"),
        pytest.param(TRIO.replace(" ", "   "), id="several blanks"),
        pytest.param("\n\n  \n" + TRIO.replace("\n", "\n\n"), id="empty lines"),
        pytest.param("#Family ID\tIndividual ID\n" + TRIO, id="header with #"),
        pytest.param("Family\tID\tFather\tMother\tSex\tStatus\n" + TRIO, id="header"),
        pytest.param("FAMILY_ID ID PAT MAT SEX PHEN\n" + TRIO, id="header in capitals"),
        pytest.param("Family ID\tIndividual ID\tF\tM\tS\tP\n" + TRIO, id="header with blanks"),
        pytest.param("# a remark\n" + TRIO + "   # another\n", id="comments"),
        pytest.param(TRIO.replace("\n", "\r\n"), id="windows line ends"),
        pytest.param(TRIO.replace("\n", "\r"), id="old macintosh line ends"),
        pytest.param("\ufeff" + TRIO, id="byte order mark"),
        pytest.param("\ufeff#Family ID\n" + TRIO, id="byte order mark and header"),
        pytest.param(TRIO.rstrip(), id="no line end at the end"),
        pytest.param(TRIO.replace(" 0 0 ", " -9 -9 "), id="-9 for no parent"),
        pytest.param(TRIO.replace(" 0 0 ", " . NA "), id="other words for no parent"),
        pytest.param(TRIO.replace("\n", " remark 7 x\n"), id="extra columns"),
        pytest.param(TRIO.replace("2 2\n", "female affected\n"), id="words"),
    ],
)
def test_one_family_written_in_many_ways(fx_read, text):
    (family,) = fx_read(text)
    assert rows_of(family) == PLAIN


@pytest.mark.parametrize(
    ("written", "sex"),
    [("1", "MALE"), ("2", "FEMALE"), ("0", "UNKNOWN"), ("-9", "UNKNOWN"), (".", "UNKNOWN"),
     ("3", "UNKNOWN"), ("other", "UNKNOWN"), ("M", "MALE"), ("f", "FEMALE"), ("Male", "MALE"),
     ("unknown", "UNKNOWN")],
)  # fmt: skip
def test_sex(fx_read, written, sex):
    (family,) = fx_read(f"F1 kid 0 0 {written} 2\n")
    assert Sex(int(family.sex[0])) is Sex[sex]


@pytest.mark.parametrize(
    ("written", "affection"),
    [("1", "UNAFFECTED"), ("2", "AFFECTED"), ("0", "UNKNOWN"), ("-9", "UNKNOWN"),
     (".", "UNKNOWN"), ("NA", "UNKNOWN"), ("Affected", "AFFECTED"), ("unaffected", "UNAFFECTED")],
)  # fmt: skip
def test_affection(fx_read, written, affection):
    (family,) = fx_read(f"F1 kid 0 0 1 {written}\n")
    assert Affection(int(family.affection[0])) is Affection[affection]


@pytest.mark.parametrize("name", ["FAM", "fam", "Family"])
def test_a_family_called_fam_is_no_header(fx_read, name):
    """What follows a family's name are codes; a header names the columns."""
    (family,) = fx_read(TRIO.replace("F1", name))
    assert [row.partition(" ")[2] for row in rows_of(family)] == [
        row.partition(" ")[2] for row in PLAIN
    ]


def test_a_family_called_fam_before_others_is_kept(fx_read):
    first, second = fx_read("FAM a 0 0 1 2\nOTHER b 0 0 1 2\n")
    assert (first.members, second.members) == (("a",), ("b",))


def test_line_numbers_count_what_is_in_the_file(fx_read):
    (family,) = fx_read("# one\n\nfamily id f m s p\n" + TRIO)
    assert family.line == (4, 5, 6)


def test_a_parent_without_a_line_comes_last(fx_read):
    """Sex follows from the column, affection is not known, and there is no line to point at."""
    (family,) = fx_read("F1 kid dad mum 1 2\nF1 mum 0 0 2 1\n")
    assert rows_of(family) == ["F1 kid dad mum 1 2", "F1 mum 0 0 2 1", "F1 dad 0 0 1 0"]
    assert family.line == (1, 2, 0)


def test_several_families_keep_the_order_of_the_file(fx_read):
    """Also where their lines are mixed; a name is a person of one family."""
    found = fx_read("B b1 0 0 1 2\nA a1 0 0 2 2\nB b2 0 b1x 2 1\nB b1x 0 0 2 0\n")
    assert [(f.family_id, f.members) for f in found] == [("B", ("b1", "b2", "b1x")), ("A", ("a1",))]
    assert found[0].line == (1, 3, 4)


@pytest.mark.parametrize(
    ("seventh", "terms"),
    [
        ("HP:0001250", ("HP:0001250",)),
        ("HP:0001250;HP:0001263", ("HP:0001250", "HP:0001263")),
        ("HP:0001250,HP:0001263,HP:0001250", ("HP:0001250", "HP:0001263")),
        ("HP:0001250|HP:0001263", ("HP:0001250", "HP:0001263")),
        (".", ()),
        ("", ()),
        ("EUR", ()),  # a seventh column of something else
    ],
)
def test_terms_of_the_seventh_column(fx_read, seventh, terms):
    (family,) = fx_read(f"F1\tkid\t0\t0\t1\t2\t{seventh}\n")
    assert family.hpo_terms.get("kid", ()) == terms


def test_terms_are_those_of_the_proband(fx_read, tmp_path):
    text = "F1\tkid\tdad\t0\t1\t2\tHP:0001250\nF1\tdad\t0\t0\t1\t2\tHP:0001263\n"
    (family,) = choose_families(
        fx_read(text), SampleList(("kid", "dad"), "x.vcf"), None, tmp_path / "family.ped"
    )
    assert family.hpo_terms == ("HP:0001250",)


REFUSED = [
    ("F1 kid 0 0 1\n", f"family.ped:1: 5 columns, not 6\n  {COLUMNS}"),
    ("kid\n", f"family.ped:1: 1 columns, not 6\n  {COLUMNS}"),
    (TRIO + "F1 sib dad mum 1\n", f"family.ped:4: 5 columns, not 6\n  {COLUMNS}"),
    (
        "F1 kid 0 0 x 2\n",
        "family.ped:1: sex is 'x'\n  Write 1 male, 2 female or 0 unknown.",
    ),
    (
        "# one\nF1 kid 0 0 1 3\n",
        "family.ped:2: phenotype is '3'\n  Write 1 unaffected, 2 affected or 0 unknown.",
    ),
    ("F1 0 0 0 1 2\n", "family.ped:1: individual id is '0'\n  Name the person in column 2."),
    ("F1\t\t0\t0\t1\t2\n", "family.ped:1: individual id is ''\n  Name the person in column 2."),
    (
        TRIO + "F1 kid dad mum 2 2\n",
        "family.ped:4: kid stands already on line 1\n  Remove one of the lines.",
    ),
    (
        TRIO + "other kid 0 0 2 2\n",
        "family.ped:4: kid stands already on line 1, in family F1\n"
        "  Give each person one family.",
    ),
    ("F1 kid kid 0 1 2\n", "family.ped:1: kid is their own father\n  Correct the father."),
    ("F1 kid 0 kid 2 2\n", "family.ped:1: kid is their own mother\n  Correct the mother."),
    (
        "F1 kid mum dad 1 2\nF1 dad 0 0 1 1\nF1 mum 0 0 2 1\n",
        "family.ped:1: mum, the father of kid, is female\n"
        "  Correct the sex of mum, or the father.",
    ),
    (
        "F1 kid 0 dad 1 2\nF1 dad 0 0 1 1\n",
        "family.ped:1: dad, the mother of kid, is male\n"
        "  Correct the sex of dad, or the mother.",
    ),
    (
        "F1 kid par par 1 2\nF1 par 0 0 0 1\n",
        "family.ped:1: par is both father and mother of kid\n  Correct one of the parents.",
    ),
    (
        "F1 a b 0 1 2\nF1 b c 0 1 1\nF1 c a 0 1 1\n",
        "family.ped:1: a is their own ancestor\n  Correct the parents.",
    ),
    ("", "family.ped: no pedigree line\n  Give six columns for each person."),
    ("# only a remark\n\n", "family.ped: no pedigree line\n  Give six columns for each person."),
    (b"F1 kid \xff\xfe 0 1 2\n", "family.ped: not a text file\n  Save the pedigree as UTF-8."),
    (
        "F1\tkid\t0\t0\t1\t2\tHP:12\n",
        "family.ped:1: 'HP:12' is not an HPO term\n  Write it as HP:0001250.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), REFUSED, ids=[m.split("\n")[0] for _, m in REFUSED])
def test_refused_with_line_and_mend(fx_refused, text, message):
    assert fx_refused(text) == message


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError) as caught:
        read_pedigrees(tmp_path / "none.ped")
    assert str(caught.value) == f"{tmp_path}/none.ped: No such file or directory"


def test_hpo_terms_typed_by_hand():
    with pytest.raises(InputError) as caught:
        read_hpo_terms("HP:0001250,seizures", where="HPO terms")
    assert str(caught.value) == (
        "HPO terms: 'seizures' is not an HPO term\n  Write it as HP:0001250."
    )


# --- families and samples ------------------------------------------------------------------------

SIBS = """
F1  dad  0   0   1 1
F1  mum  0   0   2 1
F1  kid1 dad mum 1 2
F1  kid2 dad mum 2 2
F1  kid3 0   0   2 2
"""


def choose(pedigrees, path, samples, *, proband=None, allow=False):
    """Choose families; `(family, proband, columns in member order)` of each."""
    listed = SampleList(tuple(samples.split()), "kids.vcf", allow)
    return [
        (f.pedigree.family_id, f.proband_id, f.sample.tolist())
        for f in choose_families(pedigrees, listed, proband, path)
    ]


@pytest.mark.parametrize(
    ("samples", "asked", "proband", "columns"),
    [
        ("dad mum kid1 kid2 kid3", None, "kid1", [0, 1, 2, 3, 4]),
        ("kid3 kid2 kid1 mum dad", None, "kid1", [4, 3, 2, 1, 0]),
        ("dad mum kid2 kid3", None, "kid2", [0, 1, -1, 2, 3]),  # kid1 was not sequenced
        ("kid3 kid1 other", None, "kid1", [-1, -1, 1, -1, 0]),  # no parents: the first affected
        ("dad mum kid1 kid2 kid3", "kid3", "kid3", [0, 1, 2, 3, 4]),
        ("dad mum kid1 kid2 kid3", "dad", "dad", [0, 1, 2, 3, 4]),  # asked for, though unaffected
    ],
)
def test_choice_of_the_proband(fx_read, tmp_path, samples, asked, proband, columns):
    """The affected, sequenced member with most sequenced parents; the first of equals."""
    found = choose(fx_read(SIBS), tmp_path / "f.ped", samples, proband=asked, allow=True)
    assert found == [("F1", proband, columns)]


def test_parents_decide_before_the_order_of_the_file(fx_read, tmp_path):
    """An affected grandmother stands first; the child has both parents sequenced."""
    text = "F1 gran 0 0 2 2\nF1 mum 0 gran 2 2\nF1 dad 0 0 1 1\nF1 kid dad mum 1 2\n"
    found = choose(fx_read(text), tmp_path / "f.ped", "gran mum dad kid")
    assert found == [("F1", "kid", [0, 1, 2, 3])]


TWO = "A a 0 0 1 2\nB b 0 0 2 2\n"


def test_every_family_or_the_one_of_the_proband(fx_read, tmp_path):
    pedigrees, path = fx_read(TWO), tmp_path / "f.ped"
    assert choose(pedigrees, path, "b a") == [("A", "a", [1]), ("B", "b", [0])]
    assert choose(pedigrees, path, "b a", proband="b") == [("B", "b", [0])]
    assert choose(pedigrees, path, "b", proband="b") == [("B", "b", [0])]  # a need not be there


@pytest.mark.parametrize(
    ("text", "samples", "options", "message"),
    [
        (
            TRIO, "kid mum", {},
            "family.ped:2: dad is not a sample of kids.vcf (it has kid, mum)\n"
            "  Correct the id in the PED file, add the sample to the VCF, "
            "or allow unsequenced relatives.",
        ),
        (
            TRIO, "s1 s2 s3 s4 s5 s6 s7", {},
            "family.ped:1: kid is not a sample of kids.vcf (it has s1, s2, s3, s4, s5, s6, …)\n"
            "  Correct the id in the PED file, add the sample to the VCF, "
            "or allow unsequenced relatives.",
        ),
        (
            TRIO, "dad mum", {"allow": True},
            "family.ped:1: family F1 has no affected member with a sample\n"
            "  Write phenotype 2 for the proband, or name the proband.",
        ),
        (
            TRIO.replace("2 2", "2 0"), "kid dad mum", {},
            "family.ped:1: family F1 has no affected member with a sample\n"
            "  Write phenotype 2 for the proband, or name the proband.",
        ),
        (
            TRIO, "kid dad mum", {"proband": "nobody"},
            "family.ped: nobody is in no family\n  Correct the proband's id.",
        ),
        (
            TRIO, "dad mum", {"proband": "kid", "allow": True},
            "family.ped: the proband kid is not a sample of kids.vcf (it has dad, mum)\n"
            "  Correct the id in the PED file or add the sample to the VCF.",
        ),
    ],
)  # fmt: skip
def test_families_that_do_not_fit_the_samples(fx_read, tmp_path, text, samples, options, message):
    with pytest.raises(InputError) as caught:
        choose(fx_read(text), tmp_path / "family.ped", samples, **options)
    assert str(caught.value).replace(f"{tmp_path}/", "") == message


def test_unsequenced_relatives_when_allowed(fx_read, tmp_path):
    found = choose(fx_read(TRIO), tmp_path / "f.ped", "mum kid", allow=True)
    assert found == [("F1", "kid", [1, -1, 0])]


# --- real files ----------------------------------------------------------------------------------

REAL = {
    # file: families, members, affected
    "20130606_g1k.ped": (1996, 3512, 0),
    "ceph1463.bad.ped": (1, 8, 0),
    "ceph1463.good.ped": (1, 8, 0),
    "ceph1463.ped": (1, 17, 0),
    "h1k.ped": (89, 227, 163),
    "joint.subset.ped": (153, 288, 222),
    "octet.ped": (2, 14, 0),
    "pedfilter-filtering-1.ped": (1, 4, 0),
    "pedfilter-filtering-2.ped": (1, 2, 0),
    "pedfilter-filtering-3.ped": (2, 5, 0),
    "pop.ped": (1, 5, 3),
    "test.fam.ped": (1, 6, 2),
    "test.fam2.ped": (1, 6, 2),
    "test.mendel.ped": (1, 3, 0),
    "../families/scout_643594/643594.ped": (1, 3, 1),
    "../families/ashkenazi_trio/ashk-trio.ped": (1, 3, 1),
    "../families/genmod/multi_family.ped": (2, 6, 2),
    "../families/gemini/unicode.ped": (1, 1, 0),
    "../families/hail/tdt.fam": (14, 18, 10),
}


@pytest.mark.parametrize("name", REAL)
def test_real_pedigrees_are_read(fx_shared, name):
    found = read_pedigrees(fx_shared / "data" / "pedigrees" / name)
    members = sum(len(f.members) for f in found)
    affected = sum(int((f.affection == Affection.AFFECTED).sum()) for f in found)
    assert (len(found), members, affected) == REAL[name]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("pedigrees/a6.ped", "a6.ped:12: mom_4 is their own mother\n  Correct the mother."),
        ("pedigrees/pedfilter-toIds.ped", f"pedfilter-toIds.ped:1: 1 columns, not 6\n  {COLUMNS}"),
        (
            "families/hail/mendel.fam",
            "mendel.fam:9: Dad3, the father of Son3, is female\n"
            "  Correct the sex of Dad3, or the father.",
        ),
        (
            "families/gemini/test_extended_ped.ped",
            f"test_extended_ped.ped:2: 2 columns, not 6\n  {COLUMNS}",
        ),
    ],
)
def test_real_pedigrees_that_cannot_be(fx_shared, name, message):
    with pytest.raises(InputError) as caught:
        read_pedigrees(fx_shared / "data" / name)
    assert str(caught.value).rpartition("/")[2].endswith(message.rpartition("/")[2])


KARYOTYPES = """
header                                                     | cells                     | karyotype
%family_id id father mother sex phenotype karyotype        | F kid 0 0 2 2 X0          | X0
%family_id id father mother sex phenotype karyotype        | F kid 0 0 2 2 45,X        | X0
family id father mother sex phenotype karyotype            | F kid 0 0 1 2 47,XXY      | XXY
family id father mother sex phenotype sex_karyotype        | F kid 0 0 1 2 xyy         | XYY
%fid id father mother sex phenotype hpo karyotype          | F kid 0 0 2 2 HP:0001250 XXX | XXX
%fid id father mother sex phenotype karyotype              | F kid 0 0 2 2 .           | UNKNOWN
%fid id father mother sex phenotype karyotype              | F kid 0 0 2 2             | UNKNOWN
%fid id father mother sex phenotype population             | F kid 0 0 2 2 XXY         | UNKNOWN
"""


@pytest.mark.parametrize("row", read_table(text=KARYOTYPES), ids=lambda row: row["cells"])
def test_karyotype_column(tmp_path, row):
    path = tmp_path / "family.ped"
    path.write_text(f"{row['header'].replace('%', '#')}\n{row['cells']}\n")
    (found,) = read_pedigrees(path)
    assert found.karyotype(0).name == row["karyotype"]


VITAL_STATUS = """
header                                                        | cells                       | deceased
%family_id id father mother sex phenotype vital_status        | F kid 0 0 2 2 deceased      | yes
%family_id id father mother sex phenotype VitalStatus         | F kid 0 0 2 2 Dead          | yes
family id father mother sex phenotype deceased                | F kid 0 0 2 2 1             | yes
%fid id father mother sex phenotype karyotype deceased        | F kid 0 0 2 2 XX yes        | yes
%fid id father mother sex phenotype vital_status              | F kid 0 0 2 2 alive         | no
%fid id father mother sex phenotype deceased                  | F kid 0 0 2 2 0             | no
%fid id father mother sex phenotype vital_status              | F kid 0 0 2 2 unknown       | no
%fid id father mother sex phenotype vital_status              | F kid 0 0 2 2               | no
%fid id father mother sex phenotype                           | F kid 0 0 2 2 deceased      | no
"""


@pytest.mark.parametrize("row", read_table(text=VITAL_STATUS), ids=lambda r: r["header"])
def test_vital_status_column(fx_read, row):
    """Only a column that a header names; whoever is not stated to have died is not drawn so."""
    (found,) = fx_read(f"{row['header'].replace('%', '#')}\n{row['cells']}\n")
    assert ("kid" in found.deceased) == (row["deceased"] == "yes")


def test_an_unknown_vital_status_is_refused_with_its_line(fx_refused):
    said = fx_refused("#fid id father mother sex phenotype vital_status\nF kid 0 0 2 2 perhaps\n")
    assert said == (
        "family.ped:2: vital status is 'perhaps'\n  Write deceased or alive, or 0 for unknown."
    )


def test_the_deceased_of_merged_families(fx_read):
    header = "#fid id father mother sex phenotype deceased\n"
    parts = fx_read(header + "F1 kid dad mum 2 2 0\nF2 dad 0 0 1 1 1\nF2 gran 0 0 2 1 1\n")
    assert merge_linked(parts)[0].deceased == {"dad", "gran"}


def test_an_unknown_karyotype_is_refused_with_its_line(tmp_path):
    path = tmp_path / "family.ped"
    path.write_text("#fid id father mother sex phenotype karyotype\nF kid 0 0 2 2 XYZ\n")
    with pytest.raises(InputError) as fault:
        read_pedigrees(path)
    assert str(fault.value) == (
        f"{path}:2: karyotype is 'XYZ'\n  Write one of XX, XY, X0, XXY, XYY, XXX."
    )


def test_parents_whose_line_stands_under_another_family_keep_their_facts(tmp_path):
    path = tmp_path / "two.ped"
    path.write_text(
        "A kid dad mum 1 2\nB dad old 0 1 1\nB mum 0 0 2 1\nB old 0 0 1 2\nB son dad 0 1 2\n"
    )
    first, second = read_pedigrees(path)
    assert (first.family_id, first.members) == ("A", ("kid", "dad", "mum", "old"))
    assert first.affection.tolist() == [2, 1, 1, 2]
    assert first.line == (1, 2, 3, 4)
    assert second.members == ("dad", "mum", "old", "son")


def test_a_guest_is_judged_in_the_family_of_their_own_line(tmp_path):
    path = tmp_path / "two.ped"
    path.write_text(
        "A kid dad mum 1 2\nA mum 0 0 2 1\nB dad old gran 1 2\nB old 0 0 1 1\nB gran 0 0 2 1\n"
    )
    pedigrees = read_pedigrees(path)
    assert pedigrees[0].guests == {"dad", "old", "gran"}
    samples = SampleList(("kid", "dad", "old", "gran"), "x.vcf", allow_unsequenced=True)
    families = choose_families(pedigrees, samples, None, path)
    assert [(f.pedigree.family_id, f.proband_id) for f in families] == [("A", "kid"), ("B", "dad")]
    chosen = choose_families(pedigrees, samples, "dad", path)
    assert [f.pedigree.family_id for f in chosen] == ["B"]


def test_pedigrees_that_share_people_are_merged(tmp_path):
    path = tmp_path / "two.ped"
    path.write_text(
        "A kid dad mum 1 2\nA mum 0 0 2 1\nC x 0 0 1 1\nB dad old 0 1 2\nB old 0 0 1 1\nB aunt old 0 2 1\n"
    )
    merged = merge_linked(read_pedigrees(path))
    assert [p.family_id for p in merged] == ["A", "C"]
    people = merged[0]
    assert set(people.members) == {"kid", "dad", "mum", "old", "aunt"}
    place = people.members.index
    assert people.father[place("kid")] == place("dad")
    assert people.father[place("dad")] == people.father[place("aunt")] == place("old")
    assert people.affection[place("dad")] == Affection.AFFECTED
