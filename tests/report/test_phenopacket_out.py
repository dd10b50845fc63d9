"""The phenopacket that is written: by GA4GH's own classes, by our reader, and by what it holds."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from google.protobuf import json_format
from phenopackets.schema.v2.phenopackets_pb2 import Family as FamilyMessage
from phenopackets.schema.v2.phenopackets_pb2 import Phenopacket as PacketMessage

from conftest import DEMO
from family_reports import HOSTILE, demo_report, family_report, hostile_report, scout_report
from raredx.columns.family import Family, singleton
from raredx.columns.results import CandidateTable
from raredx.pipeline.rank import rank
from raredx.pipeline.request import RankRequest
from raredx.readers.pedigree import read_pedigrees
from raredx.readers.phenopackets import read_phenopacket
from raredx.report.heading import FamilyHeading
from raredx.report.phenopacket_interpretations import allelic_state
from raredx.report.phenopacket_out import phenopacket_text
from raredx.vocabulary import Karyotype, Sex


def message_of(text):
    """By GA4GH's classes, which refuse unknown keys and wrong types."""
    tree = json.loads(text)
    message = FamilyMessage() if "proband" in tree else PacketMessage()
    return json_format.ParseDict(tree, message)


def proband_of(report):
    document = json.loads(phenopacket_text(report))
    return document.get("proband", document)


def variants_of(packet):
    """Every genomic interpretation with the id of its disease."""
    return [
        (found["diagnosis"]["disease"]["id"], genomic)
        for found in packet.get("interpretations", ())
        for genomic in found["diagnosis"]["genomicInterpretations"]
    ]


def vcf_record(genomic):
    return genomic["variantInterpretation"]["variationDescriptor"]["vcfRecord"]


def with_cells(report, **cells):
    """The report with one row, the first, in which these cells are changed."""
    columns = {name: column[:1] for name, column in report.table.columns.items()}
    columns |= {name: [value] for name, value in cells.items()}
    table = CandidateTable(columns, report.table.members, report.table.details[:1])
    return replace(report, table=table)


def with_pedigree(report, **changes):
    pedigree = replace(report.family.pedigree, **changes)
    return replace(report, family=replace(report.family, pedigree=pedigree))


def of_family(report, family):
    """The report for another family of which nothing was found."""
    about = FamilyHeading(family.pedigree.family_id, family.proband_id, (), ())
    heading = replace(report.heading, families=(about,))
    empty = CandidateTable({name: [] for name in report.table.columns}, report.table.members)
    return replace(report, family=family, heading=heading, table=empty)


# --- the schema ----------------------------------------------------------------------------------


def test_the_document_is_the_json_form_of_its_message():
    """Nothing is lost or written otherwise by protobuf; it leaves out what is a default alone."""
    text = phenopacket_text(demo_report())
    again = json_format.MessageToDict(message_of(text))
    tree = json.loads(text)
    for _, genomic in variants_of(tree["proband"]):
        said = genomic["variantInterpretation"].pop("therapeuticActionability")
        assert said == "UNKNOWN_ACTIONABILITY"
    assert again == tree


def test_the_real_trio(fx_shared):
    report = scout_report(fx_shared)
    message = message_of(phenopacket_text(report))
    assert message.proband.subject.id == "ADM1059A2"
    assert [p.individual_id for p in message.pedigree.persons] == [
        "ADM1059A1", "ADM1059A2", "ADM1059A3",
    ]  # fmt: skip
    (found,) = message.proband.interpretations
    (genomic,) = found.diagnosis.genomic_interpretations
    assert found.diagnosis.disease.id == "ORPHA:551"
    assert genomic.variant_interpretation.variation_descriptor.vcf_record.pos == 16023
    assert genomic.variant_interpretation.variation_descriptor.expressions[0].syntax == "hgvs.n"


def test_hostile_text_fits_the_schema_and_stays_exact():
    report = hostile_report()
    report.table.columns["pos"][:] = range(1, len(HOSTILE) + 1)  # the reader takes no others
    message = message_of(phenopacket_text(report))
    assert message.subject.id == "=1+1"
    refs = {
        genomic.variant_interpretation.variation_descriptor.vcf_record.ref
        for found in message.interpretations
        for genomic in found.diagnosis.genomic_interpretations
    }
    assert refs == set(HOSTILE)
    assert not message.phenotypic_features  # none of them is a term of HPO
    for found in message.interpretations:
        for genomic in found.diagnosis.genomic_interpretations:
            described = genomic.variant_interpretation.variation_descriptor
            assert not described.HasField("gene_context")
            assert not described.expressions


# --- the reader of raredx ------------------------------------------------------------------------


def read_back(report, tmp_path):
    place = tmp_path / "packet.json"
    place.write_text(phenopacket_text(report), encoding="utf-8")
    return read_phenopacket(place)


def same_pedigree(one, two):
    names = ("family_id", "members", "karyotypes", "deceased")
    assert [getattr(one, name) for name in names] == [getattr(two, name) for name in names]
    for name in ("father", "mother", "sex", "affection"):
        assert getattr(one, name).tolist() == getattr(two, name).tolist()


def test_terms_sex_and_pedigree_come_back(tmp_path):
    found = read_back(demo_report(), tmp_path)
    assert found.proband == "proband"
    assert found.sex is Sex.MALE
    assert found.observed == ("HP:0001250", "HP:0000252")
    assert found.excluded == ("HP:0001263",)
    assert found.labels["HP:0000252"] == "Microcephaly"
    assert found.hpo_version == demo_report().heading.hpo.split(",")[0].removeprefix("HPO ")
    assert found.notes == ()
    same_pedigree(found.pedigree, demo_report().family.pedigree)


def test_the_real_trio_comes_back(fx_shared, tmp_path):
    report = scout_report(fx_shared)
    found = read_back(report, tmp_path)
    assert found.observed == ("HP:0001250", "HP:0001263")
    same_pedigree(found.pedigree, report.family.pedigree)


PEOPLE = {
    "parents who are only named": "F kid dad mum 2 2",
    "one parent": "F kid 0 mum 1 2\nF mum 0 0 2 1",
    "half siblings": "F kid dad mum 1 2\nF dad 0 0 1 1\nF mum 0 0 2 1\nF half dad 0 2 0",
    "three generations": "F gran 0 0 2 2\nF gramps 0 0 1 0\nF mum gramps gran 2 2\n"
    "F dad 0 0 1 1\nF kid dad mum 0 2",
    "cousins": "F a 0 0 1 1\nF b 0 0 2 1\nF dad a b 1 1\nF mum a b 2 1\nF kid dad mum 1 2",
}


@pytest.mark.parametrize("people", PEOPLE.values(), ids=PEOPLE)
def test_other_pedigrees_come_back(people, tmp_path):
    (tmp_path / "f.ped").write_text(people.replace(" ", "\t") + "\n")
    (pedigree,) = read_pedigrees(tmp_path / "f.ped")
    sample = np.full(len(pedigree.members), -1, np.int16)
    proband = pedigree.members.index("kid")
    sample[proband] = 0
    report = of_family(demo_report(), Family(pedigree, proband, sample))
    found = read_back(report, tmp_path)
    assert found.proband == "kid"
    same_pedigree(found.pedigree, pedigree)
    assert found.pedigree.line == pedigree.line  # whoever had no line of their own has none


def test_karyotypes_and_deaths_come_back(tmp_path):
    karyotypes = {"proband": Karyotype.XXY, "mother": Karyotype.X0}
    report = with_pedigree(
        demo_report(), karyotypes=karyotypes, deceased=frozenset({"proband", "father"})
    )
    document = json.loads(phenopacket_text(report))
    assert document["proband"]["subject"]["karyotypicSex"] == "XXY"
    assert {r["id"]: r["subject"].get("karyotypicSex") for r in document["relatives"]} == {
        "father": None, "mother": "XO",
    }  # fmt: skip
    same_pedigree(read_back(report, tmp_path).pedigree, report.family.pedigree)


def test_a_proband_alone_is_a_phenopacket(tmp_path):
    family = singleton("S1")
    report = of_family(demo_report(), family)
    document = json.loads(phenopacket_text(report))
    assert {"proband", "pedigree"} & set(document) == set()
    assert document["subject"] == {"id": "S1", "sex": "UNKNOWN_SEX"}
    found = read_back(report, tmp_path)
    assert (found.proband, found.sex, found.pedigree) == ("S1", Sex.UNKNOWN, None)
    assert found.notes == ("the phenopacket states no HPO term that was observed",)


def test_a_run_with_what_was_written_finds_the_same(tmp_path):
    """PED file and typed terms on one side, the phenopacket alone on the other."""
    report = demo_report()
    place = tmp_path / "packet.json"
    place.write_text(phenopacket_text(report), encoding="utf-8")
    request = RankRequest(
        vcf=str(DEMO / "family.vcf.gz"), phenopacket=place, panels=("all",), output=None,
        command="raredx rank",
    )  # fmt: skip
    again = rank(request, lambda *_: None)
    assert again.table.columns == report.table.columns
    assert again.heading.families[0].observed == report.about.observed
    assert again.heading.families[0].excluded == report.about.excluded
    second = family_report(again, DEMO / "family.ped")
    assert phenopacket_text(second) == phenopacket_text(report)


# --- interpretations -----------------------------------------------------------------------------


def test_every_tiered_variant_stands_in_it_once():
    report = demo_report()
    table = report.table
    tiered = [n for n, tier in enumerate(table["tier"]) if tier != "untiered"]
    wanted = {(table["chrom"][n], str(table["pos"][n]), table["alt"][n]) for n in tiered}
    found = [vcf_record(genomic) for _, genomic in variants_of(proband_of(report))]
    assert len(found) == len(wanted) > 10
    assert {(r["chrom"], r["pos"], r["alt"]) for r in found} == wanted


def test_untiered_variants_are_left_out_and_counted(fx_shared):
    report = scout_report(fx_shared)
    packet = proband_of(report)
    left = report.table["tier"].count("untiered")
    assert left > 0
    assert len(variants_of(packet)) == len(report.table) - left
    assert f"{left} untiered left out" in packet["metaData"]["updates"][0]["comment"]


def test_a_variant_of_two_candidates_stands_with_the_better_one():
    report = demo_report()
    columns = {
        name: [column[0], column[0], column[1]] for name, column in report.table.columns.items()
    }
    columns["disease_id"] = ["OMIM:1", "OMIM:2", "OMIM:3"]
    columns["rank"] = [1, 2, 3]
    table = CandidateTable(columns, report.table.members, report.table.details[:3])
    found = variants_of(proband_of(replace(report, table=table)))
    assert [disease for disease, _ in found] == ["OMIM:1", "OMIM:3"]


def test_partners_stand_under_one_disease():
    found = variants_of(proband_of(demo_report()))
    nbas = [
        (disease, genomic)
        for disease, genomic in found
        if genomic["variantInterpretation"]["variationDescriptor"]["geneContext"]["symbol"]
        == "NBAS"
    ]
    assert [disease for disease, _ in nbas] == ["OMIM:616483"] * 2
    candidates = [
        {e["name"]: e["value"] for e in
         genomic["variantInterpretation"]["variationDescriptor"]["extensions"]}
        for _, genomic in nbas
    ]  # fmt: skip
    assert candidates[0]["raredx_candidate_id"] == candidates[1]["raredx_candidate_id"]
    assert candidates[0]["raredx_mode"] == "compound_het"


def test_one_variant_in_full():
    _, genomic = next(
        (disease, genomic)
        for disease, genomic in variants_of(proband_of(demo_report()))
        if vcf_record(genomic)["pos"] == "28767732"
    )
    extensions = genomic["variantInterpretation"]["variationDescriptor"].pop("extensions")
    assert genomic == {
        "subjectOrBiosampleId": "proband",
        "interpretationStatus": "CANDIDATE",
        "variantInterpretation": {
            "acmgPathogenicityClassification": "LIKELY_PATHOGENIC",
            "therapeuticActionability": "UNKNOWN_ACTIONABILITY",
            "variationDescriptor": {
                "id": "GRCh38-chr14-28767732-C-CG",
                "label": "FOXG1 ENST00000313071.7:c.460dup",
                "geneContext": {"valueId": "HGNC:3811", "symbol": "FOXG1"},
                "expressions": [
                    {"syntax": "hgvs.c", "value": "ENST00000313071.7:c.460dup"},
                    {"syntax": "hgvs.p", "value": "ENSP00000339004.3:p.Glu154GlyfsTer301"},
                ],
                "vcfRecord": {
                    "genomeAssembly": "GRCh38", "chrom": "chr14", "pos": "28767732",
                    "id": "rs398124204", "ref": "C", "alt": "CG", "filter": "PASS",
                },
                "moleculeContext": "genomic",
                "allelicState": {"id": "GENO:0000135", "label": "heterozygous"},
            },
        },
    }  # fmt: skip
    assert {"name": "raredx_tier", "value": "1"} in extensions


@pytest.mark.parametrize(
    ("acmg_class", "name"),
    [
        ("pathogenic", "PATHOGENIC"),
        ("likely_pathogenic", "LIKELY_PATHOGENIC"),
        ("uncertain", "UNCERTAIN_SIGNIFICANCE"),
        ("likely_benign", "LIKELY_BENIGN"),
        ("benign", "BENIGN"),
        (None, "NOT_PROVIDED"),
    ],
)
def test_acmg_classes(acmg_class, name):
    report = with_cells(demo_report(), acmg_class=acmg_class)
    ((_, genomic),) = variants_of(proband_of(report))
    assert genomic["variantInterpretation"]["acmgPathogenicityClassification"] == name
    message_of(phenopacket_text(report))


def test_what_is_not_known_is_left_out():
    report = with_cells(
        demo_report(), disease="", disease_id="", hgnc_id="", hgvs_c="", hgvs_p="", variant_id="",
        gene="LOC1", gt_proband="./.",
    )  # fmt: skip
    packet = proband_of(report)
    ((disease, genomic),) = variants_of(packet)
    assert disease == "MONDO:0000001"
    described = genomic["variantInterpretation"]["variationDescriptor"]
    assert {"geneContext", "expressions", "allelicState"} & set(described) == set()
    assert "id" not in described["vcfRecord"]
    assert described["label"] == "LOC1 chr2-219146736-G-A"
    prefixes = [r["namespacePrefix"] for r in packet["metaData"]["resources"]]
    assert prefixes == ["HP", "MONDO"]
    message_of(phenopacket_text(report))


HET, HOM, HEMI = "heterozygous", "homozygous", "hemizygous"


@pytest.mark.parametrize(
    ("chrom", "pos", "sex", "genotype", "flags", "state"),
    [
        ("chr7", 1000, "M", "0/1", [], HET),
        ("chr7", 1000, "M", "1|0", [], HET),
        ("chr7", 1000, "M", "1/2", [], HET),
        ("chr7", 1000, "M", "1/1", [], HOM),
        ("chr7", 1000, "M", "2|2", [], HOM),
        ("chr7", 1000, "M", "1", [], HEMI),
        ("chr7", 1000, "M", "./1", [], None),
        ("chr7", 1000, "M", "./.", [], None),
        ("chr7", 1000, "M", "0/0", [], None),
        ("chr7", 1000, "M", "", [], None),
        ("chr7", 1000, "M", "0/0/1", [], None),
        # one X: two equal alleles are one, two different ones cannot be
        ("chrX", 50_000_000, "M", "1", [], HEMI),
        ("chrX", 50_000_000, "M", "1/1", [], HEMI),
        ("chrX", 50_000_000, "M", "0/1", [], None),
        ("chrX", 50_000_000, "F", "0/1", [], HET),
        ("chrX", 50_000_000, "F", "1/1", [], HOM),
        ("chrX", 50_000_000, "U", "1/1", [], None),
        ("chrX", 50_000_000, "U", "0/1", [], None),
        ("X", 20_000_000, "X0", "1/1", [], HEMI),
        ("X", 20_000_000, "XXY", "1/1", [], HOM),
        ("chrX", 100_000, "M", "0/1", [], HET),  # pseudo-autosomal
        ("chrX", 100_000, "M", "1/1", [], HOM),
        ("chrY", 10_000_000, "M", "1", [], HEMI),
        ("chrY", 10_000_000, "M", "1/1", [], HEMI),
        ("chrY", 10_000_000, "F", "1/1", [], None),
        # by the reads, whatever the caller wrote
        ("chrM", 3243, "M", "0/1", ["heteroplasmic"], "heteroplasmic"),
        ("MT", 3243, "F", "1/1", ["homoplasmic", "low_gq"], "homoplasmic"),
        ("MT", 3243, "F", "1", ["homoplasmic_in_unaffected"], None),
    ],
)
def test_allelic_states(chrom, pos, sex, genotype, flags, state):
    report = with_cells(
        demo_report(), chrom=chrom, pos=pos, gt_proband=genotype, flags=flags,
    )  # fmt: skip
    own = report.family.proband
    sexes = report.family.pedigree.sex.copy()
    sexes[own] = {"M": Sex.MALE, "F": Sex.FEMALE, "X0": Sex.FEMALE, "XXY": Sex.MALE}.get(sex, 0)
    karyotypes = {"proband": Karyotype[sex]} if sex in Karyotype.__members__ else {}
    report = with_pedigree(report, sex=sexes, karyotypes=karyotypes)
    found = allelic_state(report, 0)
    assert (found["label"] if found else None) == state


# --- metadata and persons ------------------------------------------------------------------------


def test_every_identifier_has_its_resource():
    packet = proband_of(demo_report())
    ids = re.findall(r'"(?:id|valueId)": "([A-Z]+):\w+"', json.dumps(packet))
    prefixes = {r["namespacePrefix"] for r in packet["metaData"]["resources"]}
    assert prefixes == set(ids) == {"HP", "HGNC", "GENO", "MONDO", "OMIM", "ORPHA"}
    for resource in packet["metaData"]["resources"]:
        assert all(resource.values())


def test_dates_are_those_of_the_knowledge():
    document = json.loads(phenopacket_text(demo_report()))
    meta = document["proband"]["metaData"]
    assert meta["phenopacketSchemaVersion"] == "2.0"
    assert meta["createdBy"] == f"raredx {demo_report().heading.version}"
    days = set(re.findall(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", json.dumps(document)))
    assert days == {meta["created"]}
    assert any(meta["created"][:10] in text for text in demo_report().heading.data)
    assert "not the time of writing" in meta["updates"][0]["comment"]


def test_no_file_and_no_command_is_named():
    report = demo_report()
    text = phenopacket_text(report)
    assert "family.vcf" not in text
    assert report.heading.command not in text
    assert "files" not in json.loads(text)


def test_terms_of_relatives_are_not_told():
    """What a PED file says of a relative's phenotype was not used, and is nobody's business."""
    report = with_pedigree(demo_report(), hpo_terms={"mother": ("HP:0000365",)})
    assert "HP:0000365" not in phenopacket_text(report)


def test_the_same_family_gives_the_same_bytes():
    assert phenopacket_text(demo_report()) == phenopacket_text(demo_report())
