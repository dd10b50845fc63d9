"""HPO terms from several sources, and phenopackets beside PED files: who wins, what is refused."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from builders import pedigree, read_table
from raredx.columns.family import Family
from raredx.columns.phenopacket import FileLink, Phenopacket
from raredx.errors import InputError, SettingsError, shown
from raredx.pipeline.phenopacket_family import check_assembly, join_phenopacket, pedigree_of
from raredx.pipeline.phenotypes import PhenotypeSources, gather_phenotypes
from raredx.readers.pedigree import SampleList, choose_families, read_pedigrees
from raredx.readers.phenopackets import read_phenopacket
from raredx.readers.phenotype_input import NOTHING_LEFT
from raredx.vocabulary import Affection, Assembly, Karyotype, Sex
from term_ontology import hand_ontology, ids_of

HPO = hand_ontology()
SEIZURE, ATAXIA, DELAY, FOCAL = "HP:0001250", "HP:0001251", "HP:0001263", "HP:0007359"


def notes_of(found):
    """Notes with the names that are marked in them, as outputs show them."""
    return tuple(shown(note) for note in found.notes)


def family(proband="kid", terms=""):
    """The family of one affected person, with these terms in column 7 of line 3."""
    made = pedigree(people=f"{proband} 0 0 F A", family_id=f"F-{proband}")
    made = replace(made, line=(3,), hpo_terms={proband: tuple(terms.split())} if terms else {})
    return Family(made, 0, np.array([0], np.int16))


def packet(observed="", excluded="", **parts):
    named = {"where": "case.json", "packet_id": "1", "proband": "kid"}
    terms = {"observed": tuple(observed.split()), "excluded": tuple(excluded.split())}
    return Phenopacket(**{**named, **terms, **parts})


def gather(typed="", from_packet=None, column=""):
    sources = PhenotypeSources(typed, from_packet, "family.ped")
    (found,) = gather_phenotypes(sources, [family(terms=column)], lambda: HPO)
    return found


# --- which source counts -------------------------------------------------------------------------

SOURCES = """
typed                  | packet                | column 7   | observed              | excluded   | source
-                      | -                     | -          | -                     | -          | -
HP:0001250             | -                     | -          | HP:0001250            | -          | given with the run
-                      | HP:0001250            | -          | HP:0001250            | -          | phenopacket case.json
-                      | -                     | HP:0001250 | HP:0001250            | -          | column 7 of the PED file
HP:0001250             | HP:0001251            | HP:0001263 | HP:0001250            | -          | given with the run
-                      | HP:0001251            | HP:0001263 | HP:0001251            | -          | phenopacket case.json
-                      | HP:0001251!HP:0001263 | HP:0001250 | HP:0001251            | HP:0001263 | phenopacket case.json
-                      | !HP:0001263           | HP:0001250 | HP:0001250            | -          | column 7 of the PED file
HP:0001263,-HP:0001251 | -                     | -          | HP:0001263            | HP:0001251 | given with the run
-HP:0001251            | -                     | -          | -                     | HP:0001251 | given with the run
"""


@pytest.mark.parametrize("row", read_table(text=SOURCES), ids=lambda r: " | ".join(r.values()))
def test_the_first_source_with_an_observed_term_counts(row):
    given = {name: cell if cell != "-" else "" for name, cell in row.items()}
    observed, _, excluded = given["packet"].partition("!")
    found = gather(given["typed"], packet(observed, excluded), given["column 7"])
    assert ids_of(HPO, found.observed) == given["observed"]
    assert ids_of(HPO, found.excluded) == given["excluded"]
    assert found.source == given["source"]


def test_without_terms_the_ontology_is_not_read():
    def read():
        raise AssertionError("no term, nothing to look up")

    (found,) = gather_phenotypes(PhenotypeSources(), [family()], read)
    assert notes_of(found) == ("no HPO terms for kid: phenotype not assessed",)
    assert found.observed == ()


def test_what_is_left_aside_is_said():
    found = gather(SEIZURE, packet(ATAXIA), DELAY)
    assert notes_of(found) == (
        "HPO terms of phenopacket case.json not used: those given with the run come first",
        "HPO terms of column 7 of the PED file not used: those given with the run come first",
    )
    found = gather("", packet(f"{SEIZURE} {ATAXIA}"), f"{ATAXIA} {SEIZURE}")
    assert found.notes == ()  # the same terms
    found = gather("", packet(SEIZURE, ATAXIA), SEIZURE)
    assert found.notes == (
        "HPO terms of column 7 of the PED file not used: those of phenopacket case.json come first",
    )


def test_only_terms_that_say_nothing():
    found = gather("HP:0000118,HP:0000006")
    assert (found.observed, found.source) == ((), "given with the run")
    assert found.notes[-1] == NOTHING_LEFT
    found = gather("-HP:0000118")
    assert notes_of(found) == (
        "no observed HPO term for kid: phenotype not assessed",
        "HP:0000118 Phenotypic abnormality is the root and says nothing: not used",
    )


@pytest.mark.parametrize(
    ("observed", "excluded", "kept", "said"),
    [
        (SEIZURE, SEIZURE, "", "HP:0001250 Seizure"),
        (FOCAL, SEIZURE, "", "HP:0001250 Seizure"),  # no seizure at all, yet a focal one
        (SEIZURE, FOCAL, FOCAL, ""),
        (ATAXIA, f"{SEIZURE} {ATAXIA}", SEIZURE, "HP:0001251 Ataxia"),
        ("HP:0000009", SEIZURE, "", "HP:0001250 Seizure"),  # the same term under an old id
    ],
)
def test_a_term_cannot_be_both(observed, excluded, kept, said):
    found = gather("", packet(observed, excluded))
    assert ids_of(HPO, found.excluded) == kept
    wanted = f"excluded, yet observed itself or by a term below it: {said}: not excluded"
    assert [note for note in found.notes if note.startswith("excluded")] == [wanted] * bool(said)


def test_terms_of_a_file(tmp_path):
    path = tmp_path / "terms.txt"
    path.write_text(f"{SEIZURE} Seizure\nNOT {ATAXIA}\n")
    found = gather(str(path))
    assert (ids_of(HPO, found.observed), ids_of(HPO, found.excluded)) == (SEIZURE, ATAXIA)
    assert found.source == f"the file {path}"


def test_each_family_has_its_own_terms():
    families = [family("kid", SEIZURE), family("sis"), family("bob", f"{ATAXIA} HP:0004715")]
    found = gather_phenotypes(PhenotypeSources(ped="family.ped"), families, lambda: HPO)
    assert [ids_of(HPO, one.observed) for one in found] == [SEIZURE, "", f"{ATAXIA} HP:0000003"]
    assert notes_of(found[1]) == ("no HPO terms for sis: phenotype not assessed",)
    assert found[2].notes == ("HP:0004715 is now HP:0000003 Multicystic kidney dysplasia",)


MEND = "Name the proband, or write the terms of each in column 7 of the PED file."


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        (PhenotypeSources(SEIZURE), "HPO terms: given for one proband, and 2 families are judged "
         f"(probands kid, sis)\n  {MEND}"),
        (PhenotypeSources(packet=packet(SEIZURE)), "case.json: given for one proband, and 2 "
         f"families are judged (probands kid, sis)\n  {MEND}"),
    ],
)  # fmt: skip
def test_terms_of_one_proband_for_several_families(sources, message):
    with pytest.raises(SettingsError) as caught:
        gather_phenotypes(sources, [family("kid"), family("sis")], lambda: HPO)
    assert str(caught.value) == message


FIND = "Write ids as HP:0001250; `raredx hpo search` finds them by name."
NEAR = f"Nearest: HP:0001250 Seizure. {FIND}"


def test_the_place_of_an_unknown_term(tmp_path):
    """What was typed is a fault of settings; what stands in a file is one of input."""
    with pytest.raises(SettingsError) as typed:
        gather("HP:1250")
    assert str(typed.value) == f"HPO terms: HP:1250 is not in HPO 2025-01-16\n  {NEAR}"
    with pytest.raises(SettingsError) as words:
        gather(" , ;")
    assert str(words.value) == "HPO terms: ', ;' holds no HPO term\n  Write HP:0001250."
    path = tmp_path / "terms.txt"
    path.write_text("\nHP:1250\n")
    for sources, where in [
        ((str(path),), f"{path}:2"),
        (("", packet("HP:1250")), "case.json: phenotypicFeatures"),
        (("", None, "HP:1250"), "family.ped:3"),
    ]:
        with pytest.raises(InputError) as caught:
            gather(*sources)
        assert str(caught.value) == f"{where}: HP:1250 is not in HPO 2025-01-16\n  {NEAR}"


def test_a_phenopacket_made_with_a_newer_hpo_is_used():
    found = gather("", packet(f"{SEIZURE} HP:6001182", hpo_version="2025-11-24"))
    assert ids_of(HPO, found.observed) == SEIZURE
    assert notes_of(found) == (
        "HP:6001182 is not in HPO 2025-01-16, older than the HPO 2025-11-24 that it is from: "
        "not used",
    )


# --- a phenopacket and a PED file ----------------------------------------------------------------

SAMPLES = SampleList(("kid", "dad", "mum"), "trio.vcf.gz")
TRIO = "kid dad mum F A\ndad 0 0 M U\nmum 0 0 F U"


def joined(parts, people=TRIO, **options):
    stated = [replace(pedigree(people=people), line=(1, 2, 3))] if people else []
    return join_phenopacket(packet(**parts), stated, SAMPLES, ped="family.ped", **options)


def test_a_phenopacket_that_agrees_changes_nothing():
    found = joined({"sex": Sex.FEMALE, "notes": ("said before",)})
    assert (found.proband, found.notes) == ("kid", ("said before",))
    (made,) = found.pedigrees
    assert made.sex.tolist() == [Sex.FEMALE, Sex.MALE, Sex.FEMALE]
    assert made.karyotypes == {}


SEXES = """
ped sex | ped karyotype | packet sex | packet karyotype | sex    | karyotype
?       | -             | FEMALE     | -                | FEMALE | -
F       | -             | UNKNOWN    | -                | FEMALE | -
?       | -             | UNKNOWN    | -                | UNKNOWN | -
M       | -             | MALE       | XXY              | MALE   | XXY
M       | XXY           | MALE       | -                | MALE   | XXY
M       | XXY           | MALE       | XXY              | MALE   | XXY
"""


@pytest.mark.parametrize("row", read_table(text=SEXES), ids=lambda r: " ".join(r.values()))
def test_sex_and_karyotype_are_added_where_the_ped_file_has_none(row):
    stated = pedigree(people=f"kid 0 0 {row['ped sex']} A")
    if row["ped karyotype"] != "-":
        stated = replace(stated, karyotypes={"kid": Karyotype[row["ped karyotype"]]})
    karyotype = row["packet karyotype"].replace("-", "UNKNOWN")
    given = packet(sex=Sex[row["packet sex"]], karyotype=Karyotype[karyotype])
    before = stated.sex.tolist()
    (made,) = join_phenopacket(given, [stated], SAMPLES, ped="family.ped").pedigrees
    assert Sex(int(made.sex[0])).name == row["sex"]
    assert made.karyotype(0).name == row["karyotype"].replace("-", "UNKNOWN")
    assert stated.sex.tolist() == before


def test_contradictions_about_sex():
    with pytest.raises(InputError) as caught:
        joined({"sex": Sex.MALE})
    assert str(caught.value) == (
        "case.json: kid is male here and female in family.ped:1\n"
        "  Correct the wrong one; a swapped sample shows as this too."
    )
    stated = replace(pedigree(people="kid 0 0 F A"), karyotypes={"kid": Karyotype.X0}, line=(1,))
    with pytest.raises(InputError) as caught:
        join_phenopacket(packet(karyotype=Karyotype.XXX), [stated], SAMPLES, ped="family.ped")
    assert str(caught.value) == (
        "case.json: karyotype of kid is XXX here and X0 in family.ped:1\n  Correct the wrong one."
    )
    theirs = pedigree(people="kid dad mum F A\ndad 0 0 F U\nmum 0 0 F U")
    with pytest.raises(InputError) as caught:
        joined({"pedigree": theirs})
    assert str(caught.value) == (
        "case.json: dad is female here and male in family.ped:2\n"
        "  Correct the wrong one; a swapped sample shows as this too."
    )


def test_the_ped_file_comes_before_the_pedigree_of_the_phenopacket():
    theirs = pedigree(people="kid 0 mum F A\ndad 0 0 M A\nmum 0 0 F U\naunt 0 0 F U")
    found = joined({"pedigree": theirs})
    assert notes_of(found) == (
        "pedigree of case.json not used: that of family.ped comes first",
        "parents or affected status differ there: kid, dad",
    )
    assert found.pedigrees[0].members == ("kid", "dad", "mum")
    same = joined({"pedigree": pedigree(people=TRIO)})
    assert same.notes == ("pedigree of case.json not used: that of family.ped comes first",)


@pytest.mark.parametrize(
    ("parts", "options", "fault", "message"),
    [
        ({"proband": "boy"}, {}, InputError,
         "case.json: its proband boy is not a sample of trio.vcf.gz (it has kid, dad, mum)\n"
         "  Correct subject.id, or name the sample in files.individualToFileIdentifiers."),
        ({}, {"people": "sis dad mum F A\ndad 0 0 M U\nmum 0 0 F U"}, InputError,
         "case.json: its proband kid is in no family of family.ped (it has sis, dad, mum)\n"
         "  Correct subject.id, or the id in the PED file."),
        ({}, {"proband": "dad"}, SettingsError,
         "proband dad: is not that of case.json, kid\n"
         "  Name one of them, or give the phenopacket of the other."),
    ],
)  # fmt: skip
def test_probands_that_do_not_agree(parts, options, fault, message):
    with pytest.raises(fault) as caught:
        joined(parts, **options)
    assert str(caught.value) == message


def test_a_ped_file_of_several_families():
    two = [pedigree(people="dad 0 0 M A", family_id="A"), pedigree(people="kid 0 0 F A")]
    with pytest.raises(SettingsError) as caught:
        join_phenopacket(packet(), two, SAMPLES, ped="two.ped")
    assert str(caught.value) == (
        "case.json: is of one proband, and two.ped has 2 families\n"
        "  Name the proband (kid) to judge that family only."
    )
    found = join_phenopacket(packet(sex=Sex.FEMALE), two, SAMPLES, ped="two.ped", proband="kid")
    assert [p.members for p in found.pedigrees] == [("dad",), ("kid",)]


# --- a phenopacket in place of a PED file --------------------------------------------------------


def test_a_phenopacket_alone_is_a_singleton():
    found = joined({"sex": Sex.FEMALE, "karyotype": Karyotype.X0}, people="")
    (alone,) = found.pedigrees
    assert (alone.members, alone.sex.tolist()) == (("kid",), [Sex.FEMALE])
    assert alone.affection.tolist() == [Affection.AFFECTED]
    assert alone.karyotypes == {"kid": Karyotype.X0}
    assert notes_of(found) == ("the phenopacket has no pedigree: samples not used: dad, mum",)
    one = join_phenopacket(packet(), [], SampleList(("kid",), "kid.vcf"))
    assert one.notes == ()


def test_samples_named_otherwise_than_individuals():
    links = (
        FileLink("file:///x/other.vcf.gz", sample_of={"kid": "dad"}),
        FileLink("file:///x/trio.vcf.gz", sample_of={"kid": "S1", "dad": "S2"}),
    )
    samples = SampleList(("S1", "S2", "mum", "dad"), "run/trio.vcf.gz")
    given = packet(pedigree=pedigree(people=TRIO), files=links)
    found = join_phenopacket(given, [], samples)
    assert found.proband == "S1"
    assert found.pedigrees[0].members == ("S1", "S2", "mum")
    both = replace(given, files=(FileLink("trio.vcf.gz", sample_of={"kid": "mum"}),))
    with pytest.raises(InputError) as caught:
        pedigree_of(both, samples)
    assert str(caught.value) == (
        "case.json: kid and mum are one sample, mum\n  Correct individualToFileIdentifiers."
    )


def test_who_has_died_is_known_by_the_name_of_the_sample():
    links = (FileLink("file:///x/trio.vcf.gz", sample_of={"kid": "S1", "dad": "S2"}),)
    samples = SampleList(("S1", "S2", "mum"), "run/trio.vcf.gz")
    tree = replace(pedigree(people=TRIO), deceased=frozenset({"dad", "mum"}))
    given = packet(pedigree=tree, files=links)
    assert pedigree_of(given, samples)[0].deceased == {"S2", "mum"}
    alone = packet(files=links, deceased=True)
    assert pedigree_of(alone, samples)[0].deceased == {"S1"}
    assert joined({"deceased": True}).pedigrees[0].deceased == {"kid"}
    assert joined({}).pedigrees[0].deceased == set()


def test_relatives_who_were_not_sequenced():
    given = packet(pedigree=replace(pedigree(people=TRIO), line=(1, 2, 3)))
    few = SampleList(("kid", "mum"), "duo.vcf")
    with pytest.raises(InputError) as caught:
        pedigree_of(given, few)
    assert str(caught.value) == (
        "case.json: pedigree.persons[1]: dad is not a sample of duo.vcf (it has kid, mum)\n"
        "  Correct the id, add the sample to the VCF, or allow unsequenced relatives."
    )
    (made,) = pedigree_of(given, replace(few, allow_unsequenced=True))
    assert made.members == ("kid", "dad", "mum")
    unlisted = replace(given, pedigree=replace(given.pedigree, line=(1, 0, 3)))
    assert pedigree_of(unlisted, few)[0].members == ("kid", "dad", "mum")


@pytest.mark.parametrize(
    ("stated", "assembly", "refused"),
    [("GRCh38", Assembly.GRCH38, False), ("hg19", Assembly.GRCH37, False),
     ("hg19", Assembly.GRCH38, True), ("GRCh38", Assembly.GRCH37, True),
     ("", Assembly.GRCH38, False), ("T2T", Assembly.GRCH38, False)],
)  # fmt: skip
def test_the_assembly_of_a_linked_file(stated, assembly, refused):
    given = packet(files=(FileLink("file:///a/b.vcf", stated), FileLink("c.vcf", "x")))
    check_assembly(given, "c.vcf", assembly)
    if not refused:
        check_assembly(given, "here/b.vcf", assembly)
        return
    with pytest.raises(InputError) as caught:
        check_assembly(given, "here/b.vcf", assembly)
    assert str(caught.value) == (
        f"case.json: says that b.vcf is on {stated}, and it is on {assembly}\n"
        "  Correct genomeAssembly, or give the right VCF."
    )


def test_from_files_to_families(tmp_path):
    """A family phenopacket gives the families that the same PED file gives."""
    ped, path = tmp_path / "family.ped", tmp_path / "case.json"
    ped.write_text(
        f"F1\tkid\tdad\tmum\t2\t2\t{SEIZURE}\nF1\tdad\t0\t0\t1\t1\nF1\tmum\t0\t0\t2\t1\n"
    )
    persons = [
        {"familyId": "F1", "individualId": "kid", "paternalId": "dad", "maternalId": "mum",
         "sex": "FEMALE", "affectedStatus": "AFFECTED"},
        {"individualId": "dad", "sex": "MALE", "affectedStatus": "UNAFFECTED"},
        {"individualId": "mum", "sex": "FEMALE", "affectedStatus": "UNAFFECTED"},
    ]  # fmt: skip
    document = {
        "proband": {"subject": {"id": "kid"}, "phenotypicFeatures": [{"type": {"id": SEIZURE}}]},
        "pedigree": {"persons": persons},
        "metaData": {"phenopacketSchemaVersion": "2.0"},
    }
    path.write_text(json.dumps(document))
    given = read_phenopacket(path)
    by_ped = choose_families(read_pedigrees(ped), SAMPLES, None, ped)
    alone = join_phenopacket(given, [], SAMPLES)
    by_packet = choose_families(alone.pedigrees, SAMPLES, alone.proband, path)
    for one, other in zip(by_ped, by_packet, strict=True):
        assert one.pedigree.members == other.pedigree.members
        assert (one.proband, one.sample.tolist()) == (other.proband, other.sample.tolist())
        for name in ("father", "mother", "sex", "affection"):
            assert getattr(one.pedigree, name).tolist() == getattr(other.pedigree, name).tolist()
    from_ped = gather_phenotypes(PhenotypeSources(ped=str(ped)), by_ped, lambda: HPO)
    from_packet = gather_phenotypes(PhenotypeSources(packet=given), by_packet, lambda: HPO)
    assert from_ped[0].observed == from_packet[0].observed
    assert [one.source for one in (*from_ped, *from_packet)] == [
        "column 7 of the PED file",
        f"phenopacket {path}",
    ]
