"""Other tools' published answers on their own families, and every pedigree of the shared data.

The figures are those of docs/validation.md, which says who is right; `compare_families.py` and
`compare_genmod.py` print what the document shows.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import compare_genmod
import families_gemini
import families_genmod
import families_others
import families_pedigrees
from families_engine import judge
from raredx.readers.pedigree import read_pedigrees

pytestmark = pytest.mark.shared

DOCUMENT = (Path(__file__).resolve().parents[1] / "docs" / "validation.md").read_text("utf-8")


def rows_of(text, *, start):
    """Rows of the Markdown table in a text whose head begins with `start`."""
    lines = text[text.index(start) :].split("\n\n")[0].splitlines()
    return lines[2:]


# --- GEMINI -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fx_gemini(fx_shared, tmp_path_factory):
    folder = fx_shared / "data" / "families" / "gemini"
    commands, left_out = families_gemini.read_commands(folder)
    found = families_gemini.compare(commands, tmp_path_factory.mktemp("gemini"))
    return folder, commands, left_out, found


def test_every_table_whose_files_are_here_is_compared(fx_gemini):
    _, commands, left_out, _ = fx_gemini
    assert Counter(c.tool for c in commands) == {
        "autosomal_dominant": 20,
        "autosomal_recessive": 17,
    }
    assert sum(left_out.values()) == 50
    assert not [cause for cause in left_out if "no VCF" in cause]


def test_no_row_is_geminis_alone(fx_gemini):
    *_, found = fx_gemini
    assert {name: c.only_gemini for name, c in found.items() if c.only_gemini} == {}


def test_three_rows_are_raredxs_alone_and_strictness_explains_them(fx_gemini):
    _, commands, _, found = fx_gemini
    alone = {name: c.only_raredx for name, c in found.items() if c.only_raredx}
    assert alone == {"test-auto-dom.04.tsv": {(1, "2"): "pass", (1, "3"): "pass", (2, "3"): "pass"}}
    (command,) = [c for c in commands if c.name in alone]
    assert command.strict
    assert families_gemini.why_strict(command, "3") == (
        "strict: no affected child of two parents of known affection"
    )


@pytest.mark.parametrize(
    ("tool", "expected"),
    [
        ("autosomal_dominant", {"pass": 38, "not_assessed": 52}),
        ("autosomal_recessive", {"pass": 21, "not_assessed": 21}),
    ],
)
def test_rows_of_both(fx_gemini, tool, expected):
    _, commands, _, found = fx_gemini
    total = Counter()
    for command in commands:
        if command.tool == tool:
            total += found[command.name].both
    assert total == expected
    shown = sum(expected.values())
    cells = f"| {shown} | {expected['pass']} | {expected['not_assessed']} |"
    assert cells in DOCUMENT


def test_mendelian_errors_are_geminis(fx_gemini, tmp_path):
    folder, *_ = fx_gemini
    vcf, ped = folder / "test.mendel.vcf", folder / "test.mendel.ped"
    rows = families_gemini.mendel_rows(vcf, ped)
    lines = int((folder / "expected" / "test-mendel-error.04.tsv").read_text())
    assert sum(map(bool, rows)) == lines - 1 == 19
    table = (folder / "expected" / "test-mendel-error.01.tsv").read_text().splitlines()
    named = {int(row.split("\t")[3]): row.split("\t")[10] for row in table[1:]}
    child = families_gemini.new_in_child(vcf, ped, tmp_path)
    assert named == {1: "plausible de novo", 2: "loss of heterozygosity", 3: "plausible de novo"}
    for number, kind in named.items():
        assert rows[number - 1] == "error"
        answers = child.modes[number, 1]
        assert ("de_novo" in answers) == (kind == "plausible de novo")
        assert ("autosomal_recessive_hom" in answers) == (kind == "loss of heterozygosity")
    assert sum("de_novo" in answers for answers in child.modes.values()) == 14


def test_no_mendelian_error_in_family_1(fx_gemini):
    folder, *_ = fx_gemini
    rows = families_gemini.mendel_rows(
        folder / "test.auto_rec.vcf", folder / "test.auto_rec.ped", "1"
    )
    assert (folder / "expected" / "test-mendel-error.06.tsv").read_text() == ""
    assert rows == [""] * 5


@pytest.mark.parametrize(
    ("least_sites", "least_length", "runs"),
    [
        (20, 1_500_000, []),
        (3, 50_000_000, [("10", 1142208, 52004315, 3), ("11", 1142208, 52004315, 3)]),
        (3, 200_000_000, []),
    ],
)
def test_runs_of_homozygosity(fx_gemini, least_sites, least_length, runs):
    folder, *_ = fx_gemini
    assert families_gemini.roh_rows(folder / "test.roh.vcf", least_sites, least_length) == runs


# --- genmod -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fx_genmod(fx_shared, tmp_path_factory):
    folder = fx_shared / "data" / "families" / "genmod"
    vcf = folder / "test_vcf_regions_models.vcf"
    records = families_genmod.read_records(vcf, families_genmod.genes_of)
    place = tmp_path_factory.mktemp("genmod")
    (verdict,) = judge(vcf, folder / "recessive_trio.ped", records, place)
    return folder, records, verdict, place


def test_genmod_fixture_by_mode(fx_genmod):
    _, records, verdict, _ = fx_genmod
    counts, lines = families_genmod.compare_modes(records, verdict)
    assert {
        mode: (c["both"], c["genmod"], c["pass"], c["not_assessed"]) for mode, c in counts.items()
    } == {
        "de_novo": (5, 0, 0, 0),
        "autosomal_dominant": (0, 1, 0, 0),
        "autosomal_recessive_hom": (3, 1, 1, 0),
        "compound_het": (5, 0, 1, 6),
        "x_linked_recessive": (0, 1, 0, 0),
        "x_linked_dominant": (0, 1, 0, 0),
        "mitochondrial": (0, 0, 1, 0),
    }
    assert not [line for line in lines if str(line[2]).startswith("unexplained")]


def test_genmod_fixture_pairs(fx_genmod):
    _, records, verdict, _ = fx_genmod
    counts, only_genmod = families_genmod.compare_pairs(records, verdict)
    assert only_genmod == []
    assert {k: n for k, n in counts.items() if k[0] == "both"} == {
        ("both", "pass", "in_trans"): 1,
        ("both", "not_assessed", "unknown"): 3,
    }
    homozygous = {k[1:]: n for k, n in counts.items() if "homozygous" in k[0]}
    assert homozygous == {("pass", "in_trans"): 1, ("not_assessed", "in_trans"): 6}
    assert not [key for key in counts if "unexplained" in key[0]]


def test_a_second_family_in_the_file_changes_nothing(fx_genmod):
    folder, records, verdict, place = fx_genmod
    vcf = folder / "test_vcf_regions_models.vcf"
    first, second = judge(vcf, folder / "multi_family.ped", records, place)
    assert first == verdict
    assert second.proband == "proband_2"


def test_the_document_shows_the_scout_trio(fx_shared, capsys):
    compare_genmod.main(fx_shared)
    printed = capsys.readouterr().out
    head = "| raredx | genmod | both | only genmod | only raredx: pass | not assessed |"
    labels = "| raredx | answer | genmod | records |"
    pairs = "| raredx | phase | left open by |"
    for start in (head, labels, pairs):
        assert rows_of(printed, start=start) == rows_of(DOCUMENT, start=start)
    assert "unexplained" not in printed


# --- Jannovar, slivar, hail -----------------------------------------------------------------------


def test_jannovar(fx_shared, tmp_path):
    rows = families_others.jannovar_rows(fx_shared / "data" / "families" / "jannovar", tmp_path)
    agreement = Counter((row[0], row[5].split(",")[0]) for row in rows)
    assert agreement == {
        ("jv_ad", "both"): 5,  # the affected father has the pair of DDX11L1 in cis
        ("jv_ad", "only raredx"): 1,
        ("jv_ar", "both"): 4,
        ("jv_ar", "only raredx"): 2,
    }
    told = [row for row in rows if row[3] != "-"]
    assert len(told) == 5
    assert all("pass" in row[4] for row in told)


def test_slivar_compound_heterozygotes(fx_shared, tmp_path):
    rows = families_others.slivar_rows(fx_shared, tmp_path)
    found = Counter((row[3].split(",")[0], row[4]) for row in rows)
    assert found == {
        ("yes", "pass"): 7,
        ("yes", "not_assessed"): 2,  # one of them is new
        ("no", "fail"): 2,
        ("no", "not_assessed"): 3,  # two new ones; carried by parents of unknown affection
    }


def test_slivar_de_novo(fx_shared, tmp_path):
    assert families_others.slivar_de_novo(fx_shared, tmp_path) == {("de novo", "pass"): 4}


def test_hail_mendelian_errors(fx_shared, tmp_path):
    rows = families_others.hail_mendel(fx_shared / "data" / "families" / "hail", tmp_path)
    published = {"Son1": 23, "Dtr1": 18}  # hail's own test of this file
    assert Counter(row[0] for row in rows if row[3]) == published
    assert not [row for row in rows if not row[3]]
    missed = Counter(row[5] for row in rows if row[4] == "-")
    assert missed == {"Y of a daughter": 2, "Y pseudo-autosomal": 4}


def test_hail_transmissions(fx_shared):
    assert families_others.transmissions(fx_shared / "data" / "families" / "hail") == (96, 96)


# --- pedigrees ----------------------------------------------------------------------------------

REFUSED = {
    "gemini/test_extended_ped.ped": "test_extended_ped.ped:2: 2 columns, not 6",
    "hail/mendel.fam": "mendel.fam:9: Dad3, the father of Son3, is female",
    "hail/mendelWithMissingSex.fam": "mendelWithMissingSex.fam:9: Dad3, the father of Son3, is female",
    "jannovar/family.ped": "family.ped:1: father, the father of index, is female",
    "varfish/example_gatk_hc.3.7-0.ped": "example_gatk_hc.3.7-0.ped:1: Case_1_mother-N1-DNA1-WGS1, "
    "the mother of Case_1_index-N1-DNA1-WGS1, is male",
    "pedigrees/a6.ped": "a6.ped:12: mom_4 is their own mother",
    "pedigrees/pedfilter-toIds.ped": "pedfilter-toIds.ped:1: 1 columns, not 6",
    "pedigrees/test-unknown-gma.ped": "test-unknown-gma.ped:4: aunt, the mother of cousin1, is male",
}

HELD = """
file                            | families members affected trios in_common no_line
pedigrees/20130606_g1k.ped      | 1996     3512    0        641   7         0
pedigrees/ceph1463.ped          | 1        17      0        13    0         0
pedigrees/ceph1463.good.ped     | 1        8       0        4     0         4
pedigrees/ceph1463.bad.ped      | 1        8       0        4     0         4
pedigrees/pop.ped               | 1        5       3        1     2         0
pedigrees/octet.ped             | 2        14      0        5     0         0
pedigrees/h1k.ped               | 89       227     163      41    3         2
pedigrees/test.fam.ped          | 1        6       2        1     1         0
pedigrees/test.fam2.ped         | 1        6       2        3     0         0
slivar_cases/ceph.ped           | 34       606     0        459   0         1
genmod/duo.ped                  | 1        2       1        0     0         0
gemini/test.auto_dom.no_parents.3.ped | 3  9       5        0     0         0
"""


def short(path):
    return "/".join(path.parts[-2:])


def test_every_pedigree_is_read_or_refused_with_its_cause(fx_shared):
    files = families_pedigrees.pedigree_files(fx_shared / "data")
    facts = {short(path): families_pedigrees.read_facts(path) for path in files}
    assert len(facts) == 57
    refused = {name: f.refused.splitlines()[0] for name, f in facts.items() if f.refused}
    assert refused == REFUSED
    assert all(f.families >= 1 and f.members >= f.families for f in facts.values() if not f.refused)
    assert all(len(f.refused.splitlines()) == 2 for f in facts.values() if f.refused)


@pytest.mark.parametrize("line", HELD.strip().splitlines()[1:])
def test_what_a_pedigree_holds(fx_shared, line):
    name, figures = (part.strip() for part in line.split("|"))
    place = fx_shared / "data" / ("" if name.startswith("pedigrees") else "families")
    facts = families_pedigrees.read_facts(place / name)
    assert facts == families_pedigrees.PedFacts(*map(int, figures.split()))


def test_parents_of_the_1000_genomes(fx_shared):
    path = fx_shared / "data" / "pedigrees" / "20130606_g1k.ped"
    assert families_pedigrees.compare_children(path) == {
        ("0", "as in the file"): 2739,
        ("1", "as in the file"): 121,
        ("2", "as in the file"): 641,
    }
    lines = [x.split("\t") for x in path.read_text().splitlines() if not x.startswith("#")]
    family = {cells[1]: cells[0] for cells in lines}
    families = read_pedigrees(path)
    assert all(0 not in p.line for p in families)
    guests = {
        (p.family_id, name) for p in families for name in p.members if family[name] != p.family_id
    }
    assert len(guests) == len({name for _, name in guests}) == 11
    across = sum(
        (p.family_id, p.members[father]) in guests or (p.family_id, p.members[mother]) in guests
        for p in families
        for father, mother in zip(p.father, p.mother, strict=True)
        if father >= 0 and mother >= 0
    )
    assert across == 5


def test_relatives_noted_for_the_1000_genomes(fx_shared):
    found = families_pedigrees.compare_notes(fx_shared / "data" / "pedigrees" / "20130606_g1k.ped")
    assert sum(found.values()) == 118
    one_family = {key: n for key, n in found.items() if key[2] == "one family"}
    assert one_family == {
        ("Siblings", "one parent in common", "one family", "siblings or half siblings"): 3,
        ("Siblings", "nothing", "one family", "nothing"): 1,
    }
    told = Counter()
    for (_, by_ids, families, relation), n in found.items():
        if by_ids != "nothing" and families == "two families":
            told[relation] += n
    assert told == {
        "second-degree relatives": 11,
        "half siblings": 4,
        "full siblings": 3,
        "siblings or half siblings": 1,
    }
