"""GA4GH phenopackets: what is read, what must never be, and every refusal word for word."""

from __future__ import annotations

import copy
import csv
import gzip
import json
import random
import subprocess
import sys
import tarfile

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from builders import read_table
from raredx.columns.phenopacket import FileLink
from raredx.errors import InputError, shown
from raredx.readers.json_or_yaml import MAX_BYTES
from raredx.readers.pedigree import read_pedigrees
from raredx.readers.phenopackets import read_phenopacket
from raredx.vocabulary import Affection, Karyotype, Sex

CONVERT = "Convert it to version 2 (phenopacket-tools convert), or export it anew."
EXPORT = "Export the phenopacket again."


def notes_of(found):
    """Notes with the names that are marked in them, as outputs show them."""
    return tuple(shown(note) for note in found.notes)


def feature(term, label="", **more):
    return {"type": {"id": term, "label": label}, **more}


META = {"created": "2025-03-01T00:00:00Z", "phenopacketSchemaVersion": "2.0"}
ONE = {
    "id": "case-1",
    "subject": {"id": "kid", "sex": "FEMALE"},
    "phenotypicFeatures": [
        feature("HP:0001250", "Seizure"),
        feature("HP:0001263", "Global developmental delay", excluded=True),
    ],
    "metaData": META,
}


def person(name, father="0", mother="0", sex="UNKNOWN_SEX", status="MISSING", family="F1"):
    return {
        "familyId": family, "individualId": name, "paternalId": father, "maternalId": mother,
        "sex": sex, "affectedStatus": status,
    }  # fmt: skip


TRIO = [
    person("kid", "dad", "mum", "FEMALE", "AFFECTED"),
    person("dad", sex="MALE", status="UNAFFECTED"),
    person("mum", sex="FEMALE", status="AFFECTED"),
]
FAMILY = {"id": "fam-1", "proband": ONE, "pedigree": {"persons": TRIO}, "metaData": META}


def changed(document, **parts):
    return copy.deepcopy(document) | parts


@pytest.fixture
def fx_read(tmp_path):
    """Write a phenopacket, an object as JSON, and read it."""

    def read(document, name="case.json"):
        path = tmp_path / name
        text = document if isinstance(document, (bytes, str)) else json.dumps(document)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_phenopacket(path)

    return read


@pytest.fixture
def fx_refused(tmp_path, fx_read):
    """Read what must be refused; give the message without the folder."""

    def refused(document, name="case.json"):
        with pytest.raises(InputError) as caught:
            fx_read(document, name)
        return str(caught.value).replace(f"{tmp_path}/", "")

    return refused


# --- one proband ---------------------------------------------------------------------------------


def test_a_phenopacket(fx_read, tmp_path):
    found = fx_read(ONE)
    assert found.where == f"{tmp_path}/case.json"
    assert (found.packet_id, found.proband, found.sex) == ("case-1", "kid", Sex.FEMALE)
    assert (found.observed, found.excluded) == (("HP:0001250",), ("HP:0001263",))
    assert found.labels == {"HP:0001250": "Seizure", "HP:0001263": "Global developmental delay"}
    assert [term.label for term in found.terms.observed] == ["Seizure"]
    assert (found.pedigree, found.files, found.publications, found.notes) == (None, (), (), ())


@pytest.mark.parametrize(
    ("dump", "name"),
    [
        pytest.param(json.dumps, "case.json", id="json"),
        pytest.param(lambda d: "\ufeff\n " + json.dumps(d, indent=1), "case.json", id="marked"),
        pytest.param(json.dumps, "case.phenopacket", id="json by content"),
        pytest.param(json.dumps, "case.yaml", id="json is yaml"),
        pytest.param(yaml.safe_dump, "case.yaml", id="yaml"),
        pytest.param(yaml.safe_dump, "case.YML", id="yaml in capitals"),
        pytest.param(yaml.safe_dump, "case", id="yaml by content"),
        pytest.param(lambda d: "---\n" + yaml.safe_dump(d) + "...\n", "case.yaml", id="marks"),
        pytest.param(
            lambda d: yaml.safe_dump(d, default_flow_style=True), "case.yaml", id="yaml in flow"
        ),
        pytest.param(
            lambda d: json.dumps(d).replace("phenotypicFeatures", "phenotypic_features"),
            "case.json",
            id="names of the protobuf",
        ),
    ],
)
@pytest.mark.parametrize("document", [ONE, FAMILY], ids=["one", "family"])
def test_the_same_in_every_form(fx_read, document, dump, name):
    plain, found = fx_read(document), fx_read(dump(document), name)
    assert found.where.endswith(name)
    assert (found.proband, found.sex, found.observed, found.excluded, found.labels) == (
        (plain.proband, plain.sex, plain.observed, plain.excluded, plain.labels)
    )
    assert (found.pedigree is None) == (plain.pedigree is None)


SEXES = """
sex         | karyotype         | read as         | note
MALE        | UNKNOWN_KARYOTYPE | MALE UNKNOWN    | -
FEMALE      | XX                | FEMALE XX       | -
FEMALE      | XO                | FEMALE X0       | -
MALE        | XXY               | MALE XXY        | -
MALE        | XYY               | MALE XYY        | -
FEMALE      | XXX               | FEMALE XXX      | -
FEMALE      | XY                | FEMALE XY       | -
UNKNOWN_SEX | UNKNOWN_KARYOTYPE | UNKNOWN UNKNOWN | -
OTHER_SEX   | XY                | UNKNOWN XY      | sex of kid is OTHER_SEX: taken as unknown
MALE        | XXYY              | MALE UNKNOWN    | karyotypic sex XXYY of kid is not modelled: not used
2           | 2                 | MALE XY         | -
"""


@pytest.mark.parametrize(
    "row", read_table(text=SEXES), ids=lambda r: f"{r['sex']} {r['karyotype']}"
)
def test_sex_and_karyotype(fx_read, row):
    sex, karyotype = (int(t) if t.isdigit() else t for t in (row["sex"], row["karyotype"]))
    subject = {"id": "kid", "sex": sex, "karyotypicSex": karyotype}
    found = fx_read(changed(ONE, subject=subject))
    assert f"{found.sex.name} {found.karyotype.name}" == row["read as"]
    assert notes_of(found) == ((row["note"],) if row["note"] != "-" else ())


def test_terms_once_each_in_order_and_other_ontologies_noted(fx_read):
    features = [
        feature("HP:0001263"), feature("hp:0001250", "Seizure"), feature(" HP:0001263 "),
        feature("HP:0001250", "Fits", excluded=True),
        feature("NCIT:C76251", "Rh  Positive\nBlood Group"), feature("MONDO:0001208"),
    ]  # fmt: skip
    found = fx_read(changed(ONE, phenotypicFeatures=features))
    assert found.observed == ("HP:0001263", "HP:0001250")
    assert found.excluded == ("HP:0001250",)
    assert found.labels["HP:0001250"] == "Seizure"
    assert notes_of(found) == (
        "features that are no HPO terms are not used: NCIT:C76251 Rh Positive Blood Group, "
        "MONDO:0001208",
    )


@pytest.mark.parametrize("features", [[], [feature("HP:0001250", excluded=True)], None])
def test_without_an_observed_term(fx_read, features):
    found = fx_read(changed(ONE, phenotypicFeatures=features))
    assert found.observed == ()
    assert found.notes == ("the phenopacket states no HPO term that was observed",)


def test_files_and_publications(fx_read):
    cited = [
        {"id": "PMID:30808312", "description": "a report"},
        {"id": "DOI:10.1016/j.jaccas.2020.04.001", "reference": "PMID: 32292915"},
        {"id": "x", "reference": "https://pubmed.ncbi.nlm.nih.gov/15266616/"},
        {"id": "pmid:030808312"},
        {"id": "DOI:10.1/x", "reference": "https://doi.org/10.1/x"},
    ]
    evidence = [{"reference": {"id": "PMID:77"}}]
    document = changed(
        ONE,
        phenotypicFeatures=[feature("HP:0001250", evidence=evidence)],
        files=[
            {
                "uri": "file:///data/trio.vcf.gz",
                "individualToFileIdentifiers": {"kid": "S7"},
                "fileAttributes": {"genomeAssembly": "GRCh38", "fileFormat": "VCF"},
            },
            {"uri": "s3://x/y.bam"},
        ],
        metaData=changed(
            META,
            externalReferences=cited,
            resources=[
                {"id": "mondo", "namespacePrefix": "MONDO", "version": "9"},
                {"id": "hp", "namespacePrefix": "HP", "version": "2025-11-24"},
            ],
        ),
    )
    found = fx_read(document)
    assert found.publications == ("PMID:30808312", "PMID:32292915", "PMID:15266616", "PMID:77")
    assert found.files == (
        FileLink("file:///data/trio.vcf.gz", "GRCh38", {"kid": "S7"}),
        FileLink("s3://x/y.bam"),
    )
    assert found.hpo_version == "2025-11-24"


SECRET = {
    "interpretations": [{"diagnosis": {"disease": {"id": "OMIM:154700", "label": "secret"}}}],
    "diseases": [{"term": {"id": "OMIM:154700", "label": "secret"}}],
    "measurements": [{"assay": {"id": "secret"}}],
    "biosamples": [{"id": "secret"}],
    "medicalActions": [{"treatment": {"agent": {"id": "secret"}}}],
}


@pytest.mark.parametrize("document", [ONE, FAMILY], ids=["one", "family"])
def test_the_answer_is_never_read(fx_read, document):
    """Whatever stands in the parts that may hold the diagnosis, also nonsense, changes nothing."""
    plain = fx_read(document)
    for secret in (SECRET, dict.fromkeys(SECRET, "secret"), {"interpretations": [[["secret"]]]}):
        holder = changed(document)
        holder.get("proband", holder).update(secret)
        found = fx_read(holder)
        assert "secret" not in repr(found)
        assert repr(found) == repr(plain)


# --- families ------------------------------------------------------------------------------------


def test_a_family(fx_read):
    relative = {
        "subject": {"id": "mum", "karyotypicSex": "XXX"},
        "phenotypicFeatures": [feature("HP:0001251")],
    }
    files = [{"uri": "file:///data/trio.vcf.gz"}]
    document = changed(FAMILY, relatives=[relative], files=files, consanguinousParents=True)
    document["proband"]["files"] = [{"uri": "file:///data/kid.vcf.gz"}]
    found = fx_read(document)
    pedigree = found.pedigree
    assert (found.packet_id, found.proband, found.sex) == ("fam-1", "kid", Sex.FEMALE)
    assert (pedigree.family_id, pedigree.members) == ("F1", ("kid", "dad", "mum"))
    assert (pedigree.father.tolist(), pedigree.mother.tolist()) == ([1, -1, -1], [2, -1, -1])
    assert pedigree.line == (1, 2, 3)
    assert pedigree.karyotypes == {"mum": Karyotype.XXX}
    assert pedigree.affection.tolist() == [
        Affection.AFFECTED,
        Affection.UNAFFECTED,
        Affection.AFFECTED,
    ]
    assert [link.name for link in found.files] == ["trio.vcf.gz", "kid.vcf.gz"]
    assert notes_of(found) == ("phenotypes of relatives are not used: mum",)


@pytest.mark.parametrize(
    ("status", "deceased"), [("DECEASED", True), ("ALIVE", False), ("UNKNOWN_STATUS", False)]
)
def test_vital_status_of_proband_and_relatives(fx_read, status, deceased):
    vital = {"vitalStatus": {"status": status}}
    one = changed(ONE, subject={"id": "kid", "sex": "FEMALE"} | vital)
    assert fx_read(one).deceased is deceased
    mum = changed(ONE, id="m", subject={"id": "mum"} | vital, phenotypicFeatures=[])
    found = fx_read(changed(FAMILY, proband=one, relatives=[mum]))
    assert found.pedigree.deceased == ({"kid", "mum"} if deceased else set())
    assert fx_read(changed(FAMILY, relatives=[mum])).deceased is False


def test_what_a_family_leaves_open(fx_read):
    persons = [
        person("kid", "dad", "mum", "UNKNOWN_SEX", "MISSING", family=""),
        person("dad", sex="MALE", family="G"),
        person("aunt", "gran", family="H"),
    ]
    relatives = [{"subject": {"id": "uncle"}}]
    found = fx_read(changed(FAMILY, pedigree={"persons": persons}, relatives=relatives))
    pedigree = found.pedigree
    assert pedigree.family_id == "fam-1"
    assert pedigree.members == ("kid", "dad", "aunt", "mum", "gran")
    assert pedigree.line == (1, 2, 3, 0, 0)
    # The kid's own phenopacket tells the sex; parents without an entry are what they are.
    assert pedigree.sex.tolist() == [Sex.FEMALE, Sex.MALE, 0, Sex.FEMALE, Sex.MALE]
    assert pedigree.affection[0] == Affection.AFFECTED
    assert notes_of(found) == (
        "relatives who are not in the pedigree are not used: uncle",
        "affected status of the proband kid is missing: affected",
        "persons of several family ids are taken as one family: G, H",
    )


def test_a_family_without_a_pedigree(fx_read):
    found = fx_read({"proband": ONE, "relatives": [{"subject": {"id": "dad"}}], "metaData": META})
    assert found.pedigree is None
    assert found.packet_id == "case-1"
    assert notes_of(found) == ("the family has no pedigree: relatives not used: dad",)


PED_SEX = {"UNKNOWN_SEX": 0, "MALE": 1, "FEMALE": 2}
PED_STATUS = {"MISSING": 0, "UNAFFECTED": 1, "AFFECTED": 2}
NAMES = ["kid", "dad", "mum", "gran", "aunt"]


@given(
    st.lists(
        st.builds(
            person,
            st.sampled_from(NAMES[1:]),
            st.sampled_from(["0", "", *NAMES]),
            st.sampled_from(["0", ".", *NAMES]),
            st.sampled_from([*PED_SEX]),
            st.sampled_from([*PED_STATUS]),
        ),
        max_size=4,
    ),
    st.sampled_from(["0", *NAMES]),
    st.sampled_from(["0", *NAMES]),
)
def test_a_pedigree_is_that_of_the_same_ped_file(tmp_path_factory, others, father, mother):
    """The same six columns give the same arrays, or are refused in the same words."""
    folder = tmp_path_factory.mktemp("both")
    persons = [person("kid", father, mother, "FEMALE", "AFFECTED"), *others]
    ped, packet = folder / "family.ped", folder / "case.json"
    ped.write_text(
        "".join(
            f"F1\t{p['individualId']}\t{p['paternalId'] or 0}\t{p['maternalId']}\t"
            f"{PED_SEX[p['sex']]}\t{PED_STATUS[p['affectedStatus']]}\n"
            for p in persons
        )
    )
    packet.write_text(json.dumps(changed(FAMILY, pedigree={"persons": persons})))
    try:
        (one,) = read_pedigrees(ped)
    except InputError as fault:
        with pytest.raises(InputError) as caught:
            read_phenopacket(packet)
        same = (
            shown(caught.value.what).split(" already ")[0]
            == shown(fault.what).split(" already ")[0]
        )
        assert same, (caught.value, fault)  # noqa: PT017
        return
    other = read_phenopacket(packet).pedigree
    for name in ("family_id", "members", "line", "karyotypes", "guests"):
        assert getattr(other, name) == getattr(one, name)
    for name in ("father", "mother", "sex", "affection"):
        assert getattr(other, name).tolist() == getattr(one, name).tolist()
        assert getattr(other, name).dtype == getattr(one, name).dtype


# --- refused -------------------------------------------------------------------------------------

SUBJECT = "Give subject.id, the name of the proband's sample in the VCF."
OBJECTS = [
    ([ONE, ONE], "case.json: is a list of 2, not a phenopacket\n  Give one phenopacket a file."),
    ({"members": []}, "case.json: is a cohort, not a phenopacket\n  Give one family a file."),
    ("7", "case.json: holds no phenopacket\n  Give a phenopacket as JSON or YAML."),
    ("null", "case.json: holds no phenopacket\n  Give a phenopacket as JSON or YAML."),
    ({}, f"case.json: has no subject\n  {SUBJECT}"),
    (changed(ONE, subject=None), f"case.json: has no subject\n  {SUBJECT}"),
    (changed(ONE, subject={"sex": "MALE"}), f"case.json: subject: has no id\n  {SUBJECT}"),
    (changed(ONE, subject={"id": " "}), f"case.json: subject: has no id\n  {SUBJECT}"),
    (
        changed(ONE, subject={"id": "kid\tsister"}),
        "case.json: subject.id: 'kid\\tsister' holds a control character\n  Correct the id.",
    ),
    (
        changed(ONE, subject="kid"),
        "case.json: subject: is text, not an object\n  Correct it or leave it out.",
    ),
    (
        changed(ONE, subject=[]),
        "case.json: subject: is a list, not an object\n  Correct it or leave it out.",
    ),
    (
        changed(ONE, subject={"id": 7}),
        "case.json: subject.id: is a number, not text\n  Write it in quotes.",
    ),
    (
        changed(ONE, subject={"id": "kid", "sex": "GIRL"}),
        "case.json: subject.sex: is 'GIRL'\n"
        "  Write one of UNKNOWN_SEX, FEMALE, MALE, OTHER_SEX.",
    ),
    (
        changed(ONE, subject={"id": "kid", "sex": 9}),
        "case.json: subject.sex: is 9\n  Write one of UNKNOWN_SEX, FEMALE, MALE, OTHER_SEX.",
    ),
    (
        changed(ONE, phenotypicFeatures={"type": {}}),
        "case.json: phenotypicFeatures: is an object, not a list\n  Put it in square brackets.",
    ),
    (
        changed(ONE, phenotypicFeatures=["HP:0001250"]),
        "case.json: phenotypicFeatures[0]: is text, not an object\n  Correct it or leave it out.",
    ),
    (
        changed(ONE, phenotypicFeatures=[feature("HP:0001250"), {"excluded": True}]),
        "case.json: phenotypicFeatures[1]: has no type.id\n  Give the HPO id of the feature.",
    ),
    (
        changed(ONE, phenotypicFeatures=[feature("HP:0001250", excluded="yes")]),
        "case.json: phenotypicFeatures[0].excluded: is 'yes', not true or false\n"
        "  Write true or false.",
    ),
    (
        changed(ONE, phenotypicFeatuers=[]),
        "case.json: has an unknown key 'phenotypicFeatuers'\n  Is phenotypicFeatures meant?",
    ),
    (
        changed(ONE, remark="x"),
        "case.json: has an unknown key 'remark'\n  Version 2 has id, subject, phenotypicFeatures, "
        "measurements, biosamples, interpretations, diseases, medicalActions, files, metaData.",
    ),
    (
        changed(ONE, phenotypicFeatures=[feature("HP:0001250", negated=True)]),
        "case.json: phenotypicFeatures[0]: has an unknown key 'negated'\n"
        "  It is a key of version 1; convert the file to version 2 (phenopacket-tools convert).",
    ),
    (
        changed(ONE, phenotypic_features=[]),
        "case.json: has phenotypicFeatures twice\n  Remove one of them.",
    ),
    (
        changed(ONE, files=[{"individualToFileIdentifiers": {"kid": 7}}]),
        "case.json: files[0].individualToFileIdentifiers.kid: is a number, not text\n"
        "  Write it in quotes.",
    ),
    (
        changed(ONE, files=[{"individualToFileIdentifiers": ["kid"]}]),
        "case.json: files[0].individualToFileIdentifiers: is a list, not an object\n"
        "  Write pairs of names.",
    ),
    (
        changed(ONE, phenotypicFeatures=[
            feature("HP:1", onset={"gestationalAge": {"weeks": "some"}})
        ]),
        "case.json: phenotypicFeatures[0].onset.gestationalAge.weeks: is 'some', not a whole "
        "number\n  Correct it.",
    ),
    (
        changed(ONE, metaData=changed(META, created=5)),
        "case.json: metaData.created: is a number, not a point in time\n  Write it in quotes.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("document", "message"), OBJECTS, ids=[f"{n} {m[11:50]}" for n, (_, m) in enumerate(OBJECTS)]
)
def test_documents_that_are_no_phenopacket(fx_refused, document, message):
    assert fx_refused(document) == message


def test_values_that_only_protobuf_judges(fx_refused):
    onset = {"age": {"iso8601duration": "P1Y"}, "ageRange": {}}
    two = changed(ONE, phenotypicFeatures=[feature("HP:0001250", onset=onset)])
    said = fx_refused(two)
    assert said.startswith("case.json: does not fit the schema: ")
    assert "oneof" in said
    assert said.endswith("\n  Correct the value.")
    when = fx_refused(changed(ONE, metaData=changed(META, created="last spring")))
    assert when.startswith("case.json: does not fit the schema: ")


@pytest.mark.parametrize(
    "when", ["2025-03-01", "2025-3-1", "2025-03-01 10:00", "2025-03-01T10:00Z"]
)
def test_points_in_time_as_people_write_them(fx_read, when):
    """No time is used; a phenopacket with a date of birth must be readable all the same."""
    document = changed(ONE, metaData=changed(META, created=when))
    document["subject"]["dateOfBirth"] = when
    assert fx_read(document).proband == "kid"


V1 = {
    "id": "old",
    "subject": {"id": "kid", "ageAtCollection": {"age": "P14Y"}},
    "phenotypicFeatures": [feature("HP:0001250", negated=True)],
    "genes": [],
    "htsFiles": [],
}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (V1, f"case.json: is a phenopacket of version 1, not 2: it has ageAtCollection, genes, "
             f"htsFiles, negated\n  {CONVERT}"),
        (changed(V1, metaData={"phenopacketSchemaVersion": "1.0.0-RC3"}),
         f"case.json: is a phenopacket of version 1.0.0-RC3, not 2\n  {CONVERT}"),
        (changed(ONE, metaData={"phenopacketSchemaVersion": "3.0"}),
         f"case.json: is a phenopacket of version 3.0, not 2\n  {CONVERT}"),
        (changed(ONE, metaData={"phenopacketSchemaVersion": "20"}),
         f"case.json: is a phenopacket of version 20, not 2\n  {CONVERT}"),
        ({"proband": V1, "pedigree": {}},
         f"case.json: is a phenopacket of version 1, not 2: it has ageAtCollection, genes, "
         f"htsFiles, negated\n  {CONVERT}"),
    ],
)  # fmt: skip
def test_other_versions(fx_refused, document, message):
    assert fx_refused(document) == message


@pytest.mark.parametrize("version", ["2", "2.0", "2.0.2", "v2.0.0", "2.0.0-RC1"])
def test_versions_that_are_2(fx_read, version):
    assert fx_read(changed(ONE, metaData={"phenopacketSchemaVersion": version})).notes == ()


@pytest.mark.parametrize("meta", [None, {}, {"createdBy": "somebody"}])
def test_no_version_is_read_as_2(fx_read, meta):
    note = "the phenopacket does not state its version: read as version 2"
    assert fx_read(changed(ONE, metaData=meta)).notes == (note,)


def family_of(*persons, **parts):
    return changed(FAMILY, pedigree={"persons": list(persons)}, **parts)


PERSONS = "case.json: pedigree.persons"
FAMILIES = [
    (
        {"pedigree": {"persons": TRIO}, "metaData": META},
        "case.json: is a family without a proband\n  Give the phenopacket of the proband.",
    ),
    (
        {"proband": {"id": "x"}, "metaData": META},
        f"case.json: proband: has no subject\n  {SUBJECT}",
    ),
    (
        family_of(*TRIO[1:]),
        "case.json: pedigree: the proband kid is not in it: it names dad, mum\n"
        "  Correct subject.id of the proband or individualId in the pedigree.",
    ),
    (
        family_of(TRIO[0], person("dad", sex="FEMALE")),
        f"{PERSONS}[0]: dad, the father of kid, is female\n"
        "  Correct the sex of dad, or the father.",
    ),
    (family_of(TRIO[0], person("0")), f"{PERSONS}[1]: individual id is '0'\n  Name the person."),
    (
        family_of(*TRIO, TRIO[1]),
        f"{PERSONS}[3]: dad stands already at {PERSONS}[1]\n  Remove one of them.",
    ),
    (
        family_of(person("kid", "kid")),
        f"{PERSONS}[0]: kid is their own father\n  Correct the father.",
    ),
    (
        family_of(person("kid", "par", "par"), person("par")),
        f"{PERSONS}[0]: par is both father and mother of kid\n  Correct one of the parents.",
    ),
    (
        family_of(person("kid", "dad"), person("dad", "old"), person("old", "kid")),
        f"{PERSONS}[0]: kid is their own ancestor\n  Correct the parents.",
    ),
    (
        family_of(person("kid", sex="MALE")),
        f"{PERSONS}[0]: kid is male here and female in the phenopacket of kid\n"
        "  Correct one of them.",
    ),
    (
        changed(FAMILY, relatives=[{"subject": {"id": "mum", "sex": "MALE"}}]),
        f"{PERSONS}[2]: mum is female here and male in the phenopacket of mum\n"
        "  Correct one of them.",
    ),
    (
        changed(FAMILY, relatives=[{"subject": {"id": "kid"}}]),
        "case.json: relatives[0].subject.id: kid has a phenopacket already\n  Remove one of them.",
    ),
    (
        family_of(*(person(f"p{n}") for n in range(2001)), TRIO[0]),
        f"{PERSONS}[2000]: is the 2001th person of one family\n  Give one family, not a cohort.",
    ),
]


@pytest.mark.parametrize(
    ("document", "message"), FAMILIES, ids=[m.split(": ", 1)[1][:50] for _, m in FAMILIES]
)
def test_families_that_cannot_be(fx_refused, document, message):
    assert fx_refused(document) == message


LAUGHS = "a0: &a0 [x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 30)
)
"""A few lines that would be 10 to the 29 values, were aliases written out."""
TEXTS = [
    ("case.json", "", "case.json: is empty\n  Give a phenopacket as JSON or YAML."),
    ("case.yaml", " \n", "case.yaml: is empty\n  Give a phenopacket as JSON or YAML."),
    (
        "case.json", json.dumps(ONE)[:60],
        f"case.json:1: is cut off: the text ends before the JSON document does\n  {EXPORT}",
    ),
    (
        "case.json", json.dumps(ONE, indent=1)[:75],
        f"case.json:7: is cut off: the text ends before the JSON document does\n  {EXPORT}",
    ),
    (
        "case.json", '{"id": "x",\n "subject": nobody}',
        f"case.json:2: is no JSON: expecting value (column 13)\n  {EXPORT}",
    ),
    (
        "case.json", "id: x\n",
        f"case.json:1: is no JSON: expecting value (column 1)\n  {EXPORT}",
    ),
    (
        "case.json", '{"subject": {"id": "a", "id": "b"}}',
        "case.json: key 'id' stands twice in one object\n  Remove one.",
    ),
    ("case.json", "[" * 100_000, "case.json: is nested too deeply for a phenopacket"),
    (
        "case.json", b"\xff\xfe{\0}\0",
        "case.json: not a text file\n  Save the phenopacket as JSON or YAML in UTF-8.",
    ),
    ("case.json.gz", gzip.compress(b"{}", mtime=0), "case.json.gz: is compressed\n"
     "  Unpack it first (gunzip)."),
    (
        "case.json", b" " * (MAX_BYTES + 1),
        "case.json: is larger than 16 MB, too large for a phenopacket\n  Give one phenopacket.",
    ),
    (
        "case.yaml", "subject:\n  id: a\n  id: b\n",
        "case.yaml:3: key 'id' stands twice in one object\n  Remove one.",
    ),
    (
        "case.yaml", "id: a\n---\nid: b\n",
        "case.yaml:2: a second document begins\n  Give one phenopacket a file.",
    ),
    (
        "case.yaml", "a: &x\n  b: *x\n",
        "case.yaml:2: alias *x stands for nothing before it\n  Write it out.",
    ),
    (
        "case.yaml", "a: &x b\n*x : c\n",
        "case.yaml:2: a key is not text\n  Write a name before the colon.",
    ),
    (
        "case.yaml", LAUGHS,
        "case.yaml:7: holds more than 1,000,000 values\n  Give one phenopacket.",
    ),
    (
        "case.yaml", "id: !!python/object/apply:os.system [ls]\n",
        "case.yaml:1: tag tag:yaml.org,2002:python/object/apply:os.system makes no sense here\n"
        "  Leave the tag out.",
    ),
    (
        "case.yaml", "id: !!binary aGk=\n",
        "case.yaml:1: tag tag:yaml.org,2002:binary makes no sense here\n  Leave the tag out.",
    ),
    (
        "case.yaml", "? [a, b]\n: c\n",
        "case.yaml:1: a key is not text\n  Write a name before the colon.",
    ),
    ("case.yaml", "[" * 100_000, "case.yaml:1: is nested too deeply for a phenopacket"),
    (
        "case.yaml", "subject: {id: kid\n",
        f"case.yaml:2: is no YAML: did not find expected ',' or '}}'\n  {EXPORT}",
    ),
    (
        "case.txt", "HP:0001250\n",
        "case.txt: holds no phenopacket\n  Give a phenopacket as JSON or YAML.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "message"), TEXTS, ids=[f"{n} {t[2][:40]}" for n, t in enumerate(TEXTS)]
)
def test_files_that_are_no_document(fx_refused, name, text, message):
    assert fx_refused(text, name) == message


def test_a_file_that_is_not_there_and_a_folder(tmp_path):
    with pytest.raises(InputError) as caught:
        read_phenopacket(tmp_path / "none.json")
    assert (
        str(caught.value) == f"{tmp_path}/none.json: No such file or directory\n  Check the path."
    )
    with pytest.raises(InputError) as caught:
        read_phenopacket(tmp_path)
    assert str(caught.value) == f"{tmp_path}: Is a directory\n  Check the path."


def test_yaml_scalars_are_what_the_schema_asks_for(fx_read):
    """Ids that look like numbers, dates or truth values are names as they are written."""
    text = """
id: 2018-03-01
subject:
  id: 007
  alternateIds: [no, 1e3]
  sex: FEMALE
  dateOfBirth: 2018-03-01
phenotypicFeatures:
- type: {id: HP:0001250, label: no}
  excluded: false
- type: {id: 'HP:0001263', label: ~}
  excluded: True
  onset: {gestationalAge: {weeks: 20}}
metaData:
  created: 2025-03-01T10:00:00Z
  phenopacketSchemaVersion: 2.0
"""
    found = fx_read(text, "case.yaml")
    assert (found.packet_id, found.proband, found.sex) == ("2018-03-01", "007", Sex.FEMALE)
    assert (found.observed, found.excluded) == (("HP:0001250",), ("HP:0001263",))
    assert found.labels == {"HP:0001250": "no", "HP:0001263": ""}
    assert found.notes == ()


def test_aliases_repeat_what_they_stand_for(fx_read):
    """PyYAML writes them where a program used one object twice."""
    text = yaml.safe_dump(FAMILY)
    assert "*id001" in text
    found = fx_read(text, "case.yaml")
    assert found.observed == ("HP:0001250",)
    assert found.notes == ()


# --- anything ------------------------------------------------------------------------------------


def read_bytes(path, raw):
    """Read these bytes: a phenopacket or one clear refusal, and nothing else."""
    path.write_bytes(raw)
    try:
        found = read_phenopacket(path)
    except InputError as fault:
        assert fault.where.startswith(str(path))  # noqa: PT017
        assert fault.what  # noqa: PT017
        assert "\n" not in fault.what  # noqa: PT017
        assert len(fault.what) < 400  # noqa: PT017
    else:
        assert found.proband


@given(st.binary(), st.sampled_from([".json", ".yaml", ""]))
def test_any_bytes(tmp_path_factory, raw, suffix):
    read_bytes(tmp_path_factory.getbasetemp() / f"any{suffix}", raw)


VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5),
        st.sampled_from(["MALE", "HP:0001250", "2025-01-01", "\ud800", "a\tb"]),
    ),
    lambda inner: st.lists(inner, max_size=2)
    | st.dictionaries(st.sampled_from(["id", "type", "age", "x"]), inner, max_size=2),
    max_leaves=4,
)  # fmt: skip


def places(value, way=()):
    """Every way down into a document."""
    yield way
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in inner:
            yield from places(item, (*way, key))


WAYS = [way for way in places(FAMILY) if way]


@given(st.sampled_from(WAYS), VALUES, st.booleans())
def test_any_value_in_any_place(tmp_path_factory, way, value, as_yaml):
    document = copy.deepcopy(FAMILY)
    holder = document
    for key in way[:-1]:
        holder = holder[key]
    holder[way[-1]] = value
    text = json.dumps(document)
    if as_yaml and "\\ud800" not in text:
        text = yaml.safe_dump(document)
    path = tmp_path_factory.getbasetemp() / ("put.yaml" if as_yaml else "put.json")
    read_bytes(path, text.encode("utf-8", "surrogatepass"))


@given(st.integers(0, 2000), st.binary(max_size=3), st.booleans())
def test_any_damage(tmp_path_factory, at, put, as_yaml):
    """Bytes put over those of a good file, and a cut where none are put."""
    raw = (yaml.safe_dump(FAMILY) if as_yaml else json.dumps(FAMILY)).encode()
    damaged = raw[:at] + put + (raw[at + len(put) :] if put else b"")
    path = tmp_path_factory.getbasetemp() / ("hit.yaml" if as_yaml else "hit.json")
    read_bytes(path, damaged)


# --- real phenopackets ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fx_store(fx_shared, tmp_path_factory):
    """The development phenopackets unpacked, with the terms that a study read from each."""
    folder = tmp_path_factory.mktemp("store")
    with tarfile.open(fx_shared / "data" / "cases" / "phenopackets.dev.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    with gzip.open(fx_shared / "evaluation" / "phenotype_cases.dev.tsv.gz", "rt") as file:
        rows = {row["path"]: row for row in csv.DictReader(file, delimiter="\t")}
    return folder, {path.removeprefix("notebooks/"): row for path, row in rows.items()}


def test_every_development_phenopacket(fx_store):
    folder, rows = fx_store
    paths = sorted(folder.rglob("*.json"))
    assert len(paths) == len(rows) == 5346
    empty = 0
    for path in paths:
        row = rows[path.relative_to(folder).as_posix()]
        found = read_phenopacket(path)
        assert "|".join(found.observed) == row["obs"]
        assert "|".join(found.excluded) == row["exc"]
        assert found.sex.name == (row["sex"].removesuffix("_SEX") or "UNKNOWN")
        assert found.publications == (row["pmid"],)
        assert found.hpo_version >= "2024-02-27"
        said = repr(found)
        assert row["disease_id"] not in said
        empty += not found.observed
        assert bool(found.notes) == (not found.observed)
    assert empty == 3


def test_development_phenopackets_as_yaml(fx_store, tmp_path):
    folder, _ = fx_store
    sample = random.Random(5).sample(sorted(folder.rglob("*.json")), 40)
    path = tmp_path / "case.yaml"
    for source in sample:
        path.write_text(yaml.safe_dump(json.loads(source.read_text()), allow_unicode=True))
        plain, found = read_phenopacket(source), read_phenopacket(path)
        assert repr(found).replace(str(path), "") == repr(plain).replace(str(source), "")


# --- what it costs -------------------------------------------------------------------------------

LOADED = """
import sys
import raredx.readers.phenopackets
heavy = {"google", "phenopackets", "yaml"}
print(sorted(heavy & {name.partition(".")[0] for name in sys.modules}))
raredx.readers.phenopackets.read_phenopacket(__import__("pathlib").Path(sys.argv[1]))
print(sorted(heavy & {name.partition(".")[0] for name in sys.modules}))
"""


def test_libraries_are_loaded_only_for_a_phenopacket(tmp_path):
    path = tmp_path / "case.json"
    path.write_text(json.dumps(ONE))
    done = subprocess.run(
        [sys.executable, "-c", LOADED, path], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["[]", "['google', 'phenopackets']"]
