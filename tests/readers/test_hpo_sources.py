"""hp.obo, phenotype.hpoa and phenotype_to_genes.txt as an ontology."""

from __future__ import annotations

import gzip
import math

import numpy as np
import pytest
from hypothesis import given

from hpo_texts import GENES, LINES, OBO, TABLE, genes_of, hpoa_text, profile, same, write_sources
from raredx.columns.ontology import Ontology
from raredx.errors import InputError
from raredx.readers.hpo_annotations import parse_frequency
from raredx.readers.hpo_sources import build_ontology
from reference_ontology import ancestors_of, information_of, profiles_of
from small_ontologies import annotated, sources_of


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Ontology:
    return write_sources(tmp_path_factory.mktemp("hpo")).build()


def former(ontology: Ontology, number: int) -> tuple[str, bool, str, str]:
    """What became of a number: term, obsolete or not, former name, terms to consider."""
    place = ontology.former_number.tolist().index(number)
    row = int(ontology.former_term[place])
    return (
        ontology.term_id(row) if row >= 0 else "",
        bool(ontology.former_obsolete[place]),
        ontology.former_name[place],
        ontology.former_consider[place],
    )


def names_above(ontology: Ontology, term_id: str) -> set[str]:
    return {ontology.name[row] for row in ontology.ancestors(ontology.row(term_id))}


def test_releases_and_licence(small):
    assert (small.release, small.annotation_release) == ("2025-01-16", "2025-01-17")
    said = "\n".join(small.about)
    assert "source: Human Phenotype Ontology 2025-01-16" in said
    assert "licence: https://hpo.jax.org/app/license" in said
    assert "doi:10.1093/nar/gkad1005" in said
    assert "left out: 1 negated annotations, 1 on inheritance, onset and course" in said
    assert "made with" not in said


def test_parents_stand_before_children(small):
    assert small.term_id(0) == "HP:0000001"
    for row in range(len(small.number)):
        found = small.ancestors(row).tolist()
        assert found == sorted(found)
        assert found[-1] == row


def test_names_and_synonyms(small):
    row = small.row("HP:0000252")
    assert small.name[row] == "Microcephaly"
    assert small.synonyms[row] == 'Small head|Decreased size of "skull"'


def test_a_term_with_two_parents_has_the_ancestors_of_both(small):
    assert names_above(small, "HP:0000252") == {
        "All",
        "Phenotypic abnormality",
        "Abnormality of head or neck",
        "Abnormality of the nervous system",
        "Abnormality of brain morphology",
        "Microcephaly",
    }


def test_phenotypes_lie_below_phenotypic_abnormality(small):
    others = [small.name[row] for row in np.flatnonzero(~small.phenotypic)]
    assert others == ["All", "Mode of inheritance", "Autosomal dominant inheritance"]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1275, ("HP:0001250", False, "", "")),
        (10820, ("HP:0001250", True, "obsolete Drop fits", "")),  # by an alternative number
        (10819, ("HP:0001250", True, "obsolete Atonic fits", "")),  # by an obsolete term
        (4168, ("", True, "obsolete Large or small head", "HP:0000252|HP:0000152")),
        (4169, ("", True, "obsolete Fits with a small head", "HP:0001250|HP:0000252")),
    ],
)
def test_former_numbers_lead_to_what_replaces_them(small, number, expected):
    assert former(small, number) == expected
    assert small.row(f"HP:{number:07d}") == -1


def test_profiles(small):
    assert list(small.disease_id) == ["OMIM:308350", "OMIM:607208", "ORPHA:2512"]
    assert list(small.disease_name) == ["DEE-1", "Dravet", "MCPH"]
    assert profile(small, "OMIM:308350") == pytest.approx(
        {
            "HP:0001250": 4 / 8,  # 3 of 4 and 1 of 4
            "HP:0000252": (0.5 + 0.895) / 2,  # 50 % and "very frequent"
        }
    )
    assert profile(small, "ORPHA:2512") == {"HP:0000252": 1.0}  # "excluded" is no term of it
    assert profile(small, "OMIM:607208") == {"HP:0001250": 0.5}  # not stated; 0/7 left out


def test_lines_cite(small):
    cited = [small.reference[row] for row in small.line_reference]
    term = [small.term_id(row) for row in small.line_term]
    disease = [small.disease_id[row] for row in small.line_disease]
    assert set(zip(disease, term, cited, strict=True)) == {
        ("OMIM:308350", "HP:0001250", "PMID:11"),
        ("OMIM:308350", "HP:0001250", "PMID:22"),
        ("OMIM:308350", "HP:0000252", "PMID:22;PMID:33"),
        ("OMIM:308350", "HP:0000252", "OMIM:308350"),
        ("ORPHA:2512", "HP:0000252", "ORPHA:2512"),
        ("ORPHA:2512", "HP:0007270", "ORPHA:2512"),
        ("OMIM:607208", "HP:0001250", "PMID:33"),  # of the obsolete term that it replaces
        ("OMIM:607208", "HP:0007270", "PMID:44"),
    }


def test_genes_join_by_number_then_by_symbol(small):
    assert genes_of(small) == {
        "ARX": ["OMIM:308350"],
        "MCPH1": ["ORPHA:2512"],
        "NO-SUCH": ["ORPHA:2512"],
        "SCN1A-OLD": ["OMIM:308350", "OMIM:607208"],
    }
    hgnc = dict(zip(small.gene_symbol, small.gene_hgnc.tolist(), strict=True))
    assert hgnc == {"ARX": 18060, "MCPH1": 6954, "NO-SUCH": 0, "SCN1A-OLD": 10585}


def test_information(small):
    told = {small.term_id(row): value for row, value in enumerate(small.information.tolist())}
    # Microcephaly: 0.6975 of the patients of one disease, all of another, of three diseases.
    assert told["HP:0000252"] == pytest.approx(-math.log((0.6975 + 1) / 3))
    assert told["HP:0001250"] == pytest.approx(-math.log((0.5 + 0.5) / 3))
    assert told["HP:0002121"] == pytest.approx(-math.log(0.25 / 3))  # no disease has it
    # Head or neck tells no less than 0.6975 + 1; nervous system no less than 0.6975 + 1 + 0.5.
    assert told["HP:0000152"] == pytest.approx(-math.log((0.6975 + 1) / 3))
    assert told["HP:0000707"] == pytest.approx(-math.log((0.6975 + 1 + 0.5) / 3))
    assert told["HP:0000001"] == told["HP:0000118"] == 0


def test_arrays_are_closed_to_writing(small):
    for name in Ontology.__dataclass_fields__:
        value = getattr(small, name)
        if isinstance(value, np.ndarray):
            assert not value.flags.writeable, name


def test_gzipped_files_give_the_same(tmp_path, small):
    plain = write_sources(tmp_path)
    packed = [path.with_suffix(".gz") for path in plain]
    for path, other in zip(plain, packed, strict=True):
        other.write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    assert same(build_ontology(*packed, TABLE), small) == []


OLD_HEAD = """#description: HPO annotations for rare diseases
#date: 2021-02-08
#HPO-version: http://purl.obolibrary.org/obo/hp.obo/hp/releases/2021-02-08/hp.obo.owl
"""
OLD_COLUMNS = (
    *("DatabaseID", "DiseaseName", "Qualifier", "HPO_ID", "Reference", "Evidence", "Onset"),
    *("Frequency", "Sex", "Modifier", "Aspect", "Biocuration"),
)
OLD_GENES = (
    "#Format: HPO-id<tab>HPO label<tab>entrez-gene-id<tab>entrez-gene-symbol<tab>Additional Info "
    "from G-D source<tab>G-D source<tab>disease-ID for link\n"
    "HP:0001250\tSeizure\t170302\tARX\t-\tmim2gene\tOMIM:308350\n"
)


@pytest.mark.parametrize("mark", ["", "#"])
def test_headings_of_2021(tmp_path, small, mark):
    hpoa = hpoa_text(LINES, OLD_HEAD, (f"{mark}{OLD_COLUMNS[0]}", *OLD_COLUMNS[1:]))
    found = write_sources(tmp_path, hpoa=hpoa, genes=OLD_GENES).build()
    assert found.annotation_release == "2021-02-08"
    assert "made with HPO 2021-02-08)" in found.about[0]
    assert genes_of(found) == {"ARX": ["OMIM:308350"]}
    assert same(found, small) == ["annotation_release", "about", *(
        name for name in Ontology.__dataclass_fields__ if name.startswith("gene_")
    )]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "n_with", "total", "stated"),
    [
        ("3/8", 3, 8, None),
        ("0/8", 0, 8, None),
        ("3/0", 0, 0, None),  # of nobody: says nothing
        ("", 0, 0, None),
        ("25%", 0, 0, 0.25),
        ("12.5%", 0, 0, 0.125),
        ("HP:0040280", 0, 0, 1.0),
        ("HP:0040281", 0, 0, 0.895),
        ("HP:0040282", 0, 0, 0.545),
        ("HP:0040283", 0, 0, 0.17),
        ("HP:0040284", 0, 0, 0.025),
        ("HP:0040285", 0, 0, 0.0),
    ],
)
def test_frequencies(text, n_with, total, stated):
    found = parse_frequency(text)
    assert found is not None
    assert (found.n_with, found.total) == (n_with, total)
    assert found.stated == stated if stated is not None else math.isnan(found.stated)


def test_a_frequency_that_cannot_be_read_is_told(tmp_path):
    lines = "OMIM:1 One - HP:0001250 PMID:1 often P"
    genes = GENES.replace("OMIM:308350", "OMIM:1")
    found = write_sources(tmp_path, lines=lines, genes=genes).build()
    assert profile(found, "OMIM:1") == {"HP:0001250": 0.5}
    assert found.about[-1] == "read as not stated: 1 frequencies"


def test_terms_that_the_ontology_does_not_know_are_told(tmp_path):
    lines = LINES + "OMIM:308350 DEE-1 - HP:9999999 PMID:11 - P\n"
    found = write_sources(tmp_path, lines=lines).build()
    assert "1 with a term that HPO 2025-01-16 does not have below HP:0000118" in found.about[-1]


def test_an_earlier_number_of_no_phenotype_is_no_phenotype(tmp_path):
    obo = replaced(OBO, "id: HP:0000006\n", "id: HP:0000006\nalt_id: HP:0001415\n")
    lines = LINES + "OMIM:308350 DEE-1 - HP:0001415 PMID:11 - P\n"
    found = write_sources(tmp_path, obo, lines).build()
    assert "1 with a term that HPO 2025-01-16 does not have below" in found.about[-1]
    assert set(profile(found, "OMIM:308350")) == {"HP:0001250", "HP:0000252"}


def test_the_name_most_lines_give(tmp_path):
    lines = LINES.replace("ORPHA:2512   MCPH ", "ORPHA:2512   old", 1)
    lines += "ORPHA:2512 MCPH - HP:0001250 ORPHA:2512 1/2 P\n"
    assert "MCPH" in write_sources(tmp_path, lines=lines).build().disease_name


def replaced(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"obo": ""}, "hp.obo: is empty"),
        ({"obo": GENES}, "hp.obo: is no OBO file (it begins with 'hpo_id\\thpo_name"),
        ({"obo": replaced(OBO, "data-version", "remark")}, "does not state its release"),
        ({"obo": "format-version: 1.2\ndata-version: 1\n"}, "hp.obo: holds no HPO term"),
        (
            {"obo": "format-version: 1.2\ndata-version: 1\n[Instance]\nid: x\n"},
            "hp.obo:3: begins with [Instance], not with [Term]",
        ),
        ({"obo": replaced(OBO, "id: HP:0000118", "id: HP:0000119")}, "has no term HP:0000001 or"),
        (
            {"obo": replaced(OBO, "is_a: HP:0002121", "is_a: HP:0002122")},
            "hp.obo:64: HP:0007270 lies below HP:0002122, which is no current term",
        ),
        (
            {"obo": replaced(OBO, "name: Seizure\n", "name: Seizure\nis_a: HP:0007270 ! x\n")},
            "HP:0001250 lies below itself",
        ),
        (
            {"obo": replaced(OBO, "id: HP:0002121\n", "id: HP:0001250\n")},
            "hp.obo:59: defines HP:0001250 again, after line 50",
        ),
        (
            {"obo": replaced(OBO, '"Seizures" EXACT', "Seizures EXACT")},
            "hp.obo:54: cannot be read (synonym: Seizures EXACT plural_form [])",
        ),
        ({"obo": replaced(OBO, "alt_id: HP:0001275", "alt_id: HP:1275")}, "(alt_id: HP:1275)"),
        ({"hpoa": "  \n"}, "phenotype.hpoa: is empty"),
        (
            {"hpoa": GENES},
            "is no phenotype.hpoa: it has no column database_id, disease_name, qualifier, "
            "reference, frequency, aspect (its heading is 'hpo_id, hpo_name,",
        ),
        (
            {"hpoa": replaced(hpoa_text(LINES), "\tfrequency\t", "\tshare\t")},
            "it has no column frequency (its heading is 'database_id, disease_name,",
        ),
        ({"hpoa": "#only\n#comments\n"}, "is no phenotype.hpoa: it has no column database_id"),
        ({"hpoa": hpoa_text(LINES) + "OMIM:1\tx\n"}, "hpoa:17: has 2 cells, and 11 are needed"),
        (
            {"hpoa": replaced(hpoa_text(LINES), "HP:0010819", "HP:10819")},
            "phenotype.hpoa:14: has disease 'OMIM:607208' and term 'HP:10819'",
        ),
        ({"hpoa": hpoa_text(LINES, head="")}, "phenotype.hpoa: does not state its release"),
        ({"lines": ""}, "phenotype.hpoa: annotates no disease with a phenotype"),
        (
            {"lines": "OMIM:1 One - HP:9999999 PMID:1 - P"},
            "phenotype.hpoa: has no phenotype that the ontology knows",
        ),
        ({"genes": "hpo_id\tncbi_gene_id\tgene_symbol\n"}, "it has no column disease_id"),
        ({"genes": GENES.split("\n")[0]}, "genes.txt: links no gene to a disease"),
        (
            {"genes": GENES.replace("OMIM:308350", "OMIM:5").replace("OMIM:607208", "OMIM:6")
             .replace("ORPHA:2512", "OMIM:7")},
            "genes.txt: has no gene of a disease that phenotype.hpoa annotates",
        ),
    ],
)  # fmt: skip
def test_files_that_do_not_fit_are_told(tmp_path, changed, message):
    sources = write_sources(tmp_path, **changed)
    with pytest.raises(InputError) as caught:
        sources.build()
    assert str(caught.value).startswith(f"{tmp_path}/")
    assert message in str(caught.value)
    assert "hpo.jax.org" in caught.value.mend or "of one release" in caught.value.mend


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read (No such file or directory)\n  Check the path."),
        (gzip.compress(OBO.encode(), mtime=0)[:-20], "cannot be read ("),
        (OBO.encode() + b"\xff\n", ":98: is not UTF-8 text"),
    ],
    ids=["missing", "cut off", "no text"],
)
def test_files_that_cannot_be_read_are_told(tmp_path, content, message):
    sources = write_sources(tmp_path)
    sources.obo.unlink()
    if content is not None:
        sources.obo.write_bytes(content)
    with pytest.raises(InputError) as caught:
        sources.build()
    assert message in str(caught.value)


@given(annotated())
def test_closure_pooling_and_information_as_in_the_slow_twin(tmp_path_factory, drawn):
    parents, lines = drawn
    expected = profiles_of(lines)
    folder = tmp_path_factory.mktemp("hpo")
    if not expected:
        with pytest.raises(InputError):
            sources_of(folder, parents, lines)
        return
    found = sources_of(folder, parents, lines)
    assert sorted(found.number.tolist()) == sorted(parents)
    for row, number in enumerate(found.number.tolist()):
        above = {int(found.number[ancestor]) for ancestor in found.ancestors(row)}
        assert above == ancestors_of(number, parents)
    assert list(found.disease_id) == sorted(expected)
    for disease, terms in expected.items():
        shares = {f"HP:{term:07d}": float(share) for term, share in terms.items()}
        assert profile(found, disease) == pytest.approx(shares, rel=1e-6)
    told = dict(zip(found.number.tolist(), found.information.tolist(), strict=True))
    assert told == pytest.approx(information_of(expected, parents), rel=1e-5, abs=1e-6)
