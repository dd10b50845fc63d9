"""PS2, PM6, PM3, BP2, PP1 and BS4: what the genotypes of a family tell, and how they are cited."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acmg_cases import (
    LOSS_KNOWN,
    NOTHING_KNOWN,
    Case,
    Variant,
    alone,
    gene_facts,
    judge,
    labels,
    opens,
)
from builders import OnPanel, Row, family, genes, panel, pedigree, read_table, trio
from raredx.evidence_settings import AcmgSettings
from raredx.scoring.acmg_de_novo import strength_of
from raredx.scoring.acmg_meioses import count_meioses
from raredx.vocabulary import (
    ClinvarClass,
    DeNovoGrade,
    GeneValidity,
    Mode,
    Moi,
    Outcome,
    Phase,
)

TABLE = genes(symbols=("AAA", "BBB", "CCC", "DDD", "EEE"))


def green(moi=Moi.MONOALLELIC_AND_BIALLELIC):
    """Apply a panel on which AAA is green."""
    return (panel(rows=[OnPanel("AAA", moi=moi)], table=TABLE),)


NEW = Variant(genotypes=("0/1", "0/0", "0/0"))

DE_NOVO = """
grade    | relatedness  | gene      | label          | open
high     | pass         | on panel  | PS2_Moderate   |
medium   | pass         | on panel  | PS2_Moderate   |
low      | pass         | on panel  |                |               # not believed
possible | pass         | on panel  |                | PM6 PS2       # a parent was not called
high     | not_assessed | on panel  | PM6_Supporting | PS2           # parentage assumed
high     | fail         | on panel  |                | PM6 PS2       # not the parents
high     | pass         | definitive | PS2_Supporting |              # gene known, no panel
high     | pass         | moderate  | PS2_Supporting |
high     | not_assessed | definitive |               | PS2           # 0.25 points
high     | pass         | limited   |                | PM6 PS2       # nothing ties it to a disease
high     | pass         | unknown   |                | PM6 PS2
"""


@pytest.mark.parametrize("row", read_table(text=DE_NOVO), ids=str)
def test_new_alleles(row):
    gene = row["gene"]
    validity = GeneValidity[
        {"on panel": "NOT_ASSESSED", "unknown": "NOT_ASSESSED"}.get(gene, gene.upper())
    ]
    found = judge(
        NEW, mode="DN", panels=green() if gene == "on panel" else (),
        facts=gene_facts(validity=validity), grade=DeNovoGrade[row["grade"].upper()],
        relatedness=Outcome[row["relatedness"].upper()],
    )  # fmt: skip
    assert labels(found, "PS2", "PM6") == row["label"].split()
    assert [o for o in ("PM6", "PS2") if opens(found, o)] == row["open"].split()


def test_new_allele_cites_the_parents():
    found = judge(NEW, mode="DN", panels=green())
    (ps2,) = [c for c in found.criteria if c.code == "PS2"]
    assert ps2.reason == (
        "new, parentage confirmed, high confidence in the reads: "
        "father father 0/0, mother mother 0/0"
    )
    assert ps2.values == {"proband_points": 1.0, "grade": "high", "posterior": 0.9}
    assert (ps2.about, ps2.points) == ("family", 2)


def test_new_allele_in_a_gene_that_asks_for_another_mode():
    """A biallelic gene of moderate validity: the panel does not fit, the gene is known."""
    found = judge(NEW, mode="DN", panels=green(Moi.BIALLELIC))
    assert labels(found, "PS2") == ["PS2_Supporting"]


def test_grade_that_counts_is_a_setting():
    low = {"mode": "DN", "panels": green(), "grade": DeNovoGrade.LOW}
    assert labels(judge(NEW, **low), "PS2") == []
    assert labels(judge(NEW, settings=AcmgSettings(de_novo_min_grade="low"), **low), "PS2") == [
        "PS2_Moderate"
    ]


def test_inherited_alleles_are_not_new():
    assert labels(judge(Variant(), mode="AD", panels=green()), "PS2", "PM6") == []


PAIR = (
    Variant(3100, genotypes=("0/1", "0/1", "0/0")),
    Variant(3250, genotypes=("0/1", "0/0", "0/1"), clinvar_class=ClinvarClass.PATHOGENIC, stars=2),
)


def pair(*variants, phase=Phase.TRANS, **case):
    """Assess the first variant of a pair."""
    rows = (
        Row(variant=0, partner=1, mode=Mode.COMPOUND_HET, phase=phase),
        Row(variant=1, partner=0, mode=Mode.COMPOUND_HET, phase=phase),
    )
    return Case(variants=variants, rows=rows, **case).assess()[0]


PARTNERS = """
partner           | phase          | PM3
pathogenic        | trans          | PM3
pathogenic        | trans_phased   | PM3
pathogenic        | probable_trans | PM3_Supporting
pathogenic        | unknown        | PM3_Supporting
pathogenic        | likely_cis     |
likely_pathogenic | trans          | PM3
likely_pathogenic | unknown        |                  # 0.25 points
likely_pathogenic | probable_trans |
uncertain         | trans          |                  # 0.25 points
uncertain         | unknown        |
benign            | trans          |
"""


@pytest.mark.parametrize("row", read_table(text=PARTNERS), ids=str)
def test_other_allele(row):
    partner = replace(PAIR[1], clinvar_class=ClinvarClass[row["partner"].upper()])
    found = pair(PAIR[0], partner, phase=Phase[row["phase"].upper()])
    assert labels(found, "PM3") == row["PM3"].split()


def test_other_allele_cites_both_variants_in_both_parents():
    (pm3,) = [c for c in pair(*PAIR).criteria if c.code == "PM3"]
    assert pm3.reason == (
        "in trans with chr7-3250-A-G, pathogenic by ClinVar: "
        "father father 0/1 and 0/0, mother mother 0/0 and 0/1"
    )
    assert pm3.values == {"proband_points": 1.0}


def test_other_allele_by_its_own_criteria():
    """A loss of function in a gene where that is the mechanism, and absent: nine points."""
    loss = Variant(3200, consequence="stop_gained", genotypes=("0/1", "0/0", "0/1"), af=(0.0,))
    found = pair(PAIR[0], loss)
    assert "likely pathogenic by its own criteria" in found.criteria[0].reason
    assert labels(found, "PM3") == ["PM3"]


def test_own_criteria_are_cited_before_clinvar_where_both_say_the_same():
    loss = Variant(3200, consequence="stop_gained", genotypes=("0/1", "0/0", "0/1"), af=(0.0,),
                   clinvar_class=ClinvarClass.LIKELY_PATHOGENIC, stars=2)  # fmt: skip
    assert "by its own criteria" in pair(PAIR[0], loss).criteria[0].reason
    more = replace(loss, clinvar_class=ClinvarClass.PATHOGENIC)
    assert "pathogenic by ClinVar" in pair(PAIR[0], more).criteria[0].reason


def test_two_alleles_never_prove_each_other():
    """Each of them alone is uncertain; that they meet makes neither pathogenic."""
    two = [replace(v, af=(0.0,), clinvar_class=ClinvarClass.ABSENT, revel=0.95) for v in PAIR]
    assert labels(pair(*two), "PM3") == []


@pytest.mark.parametrize(("stars", "label"), [(2, ["PM3"]), (1, ["PM3"]), (0, []), (-1, [])])
def test_reported_partner_needs_a_review(stars, label):
    assert labels(pair(PAIR[0], replace(PAIR[1], stars=stars)), "PM3") == label


def test_new_allele_beside_an_inherited_one():
    """PS2 in a recessive gene: half the points, unless the alleles are known to be in trans."""
    new = Variant(3100, genotypes=("0/1", "0/0", "0/0"))
    for phase, expected in (
        (Phase.UNKNOWN, ["PS2_Supporting"]),
        (Phase.TRANS_PHASED, ["PS2_Moderate"]),
    ):
        found = pair(new, PAIR[1], phase=phase, panels=green(Moi.BIALLELIC))
        assert labels(found, "PS2") == expected


def test_homozygous():
    both = Variant(genotypes=("1/1", "0/1", "0/1"))
    (pm3,) = [c for c in judge(both, mode="AR").criteria if c.code == "PM3"]
    assert (pm3.label, pm3.values) == ("PM3_Supporting", {"proband_points": 0.5})
    assert pm3.reason == "homozygous: proband proband 1/1, father father 0/1, mother mother 0/1"


def test_homozygous_over_a_deletion_or_by_disomy():
    one = Variant(genotypes=("1/1", "0/1", "0/0"))
    found = judge(one, mode="AR")
    assert labels(found, "PM3") == []
    assert opens(found, "PM3") == [
        "homozygous by disomy or over a deletion: father father 0/1, mother mother 0/0"
    ]


def test_homozygous_without_parents():
    found = judge(Variant(genotypes=("1/1",)), mode="AR", family=alone())
    assert labels(found, "PM3") == ["PM3_Supporting"]


BESIDE = """
own       | other     | mode | inheritance | BP2 | open
0/1 0/1 0/0 | 0/1 0/0 0/1 | AD | monoallelic | BP2 |        # in trans in a dominant gene
0/1 0/1 0/0 | 0/1 0/0 0/1 | AD | biallelic   |     | yes    # the panel asks for another mode
0/1 0/1 0/0 | 0/1 0/0 0/1 | AD |             |     | yes    # not known whether dominant
0/1 0/1 0/0 | 0/1 0/1 0/0 | AD | monoallelic | BP2 |        # in cis: both from the father
0/1 0/1 0/0 | 0/1 0/1 0/0 | AD |             | BP2 |        # whatever the gene
0/1 0/0 0/1 | 0/1 0/0 0/1 | AD | monoallelic | BP2 |        # both from the mother
0/1 0/0 0/0 | 0/1 0/0 0/0 | AD | monoallelic |     |        # both new: phase not known
0/1 0/1 0/1 | 0/1 0/0 0/1 | AD | monoallelic |     |        # phase not known
0|1 0/1 0/1 | 0|1 0/0 0/1 | AD | monoallelic | BP2 |        # by phase set, in cis
0|1 0/1 0/1 | 1|0 0/0 0/1 | AD | monoallelic | BP2 |        # by phase set, in trans
"""


@pytest.mark.parametrize("row", read_table(text=BESIDE), ids=str)
def test_pathogenic_neighbour(row):
    own = Variant(3100, genotypes=tuple(row["own"].split()))
    other = replace(PAIR[1], genotypes=tuple(row["other"].split()))
    panels = green(Moi[row["inheritance"].upper()]) if row["inheritance"] else ()
    rows = (
        Row(variant=0, mode=Mode.AUTOSOMAL_DOMINANT),
        Row(variant=1, mode=Mode.AUTOSOMAL_DOMINANT, candidate=1),
    )
    found = Case(variants=(own, other), rows=rows, panels=panels).assess()
    assert labels(found[0], "BP2") == row["BP2"].split()
    assert bool(opens(found[0], "BP2")) == (row["open"] == "yes")
    assert labels(found[1], "BP2") == []  # a pathogenic one is not made benign


def test_dominant_by_the_bundled_panels():
    """Without an applied panel the modes of the bundled ones tell."""
    rows = tuple(Row(variant=n, mode=Mode.AUTOSOMAL_DOMINANT, candidate=n) for n in range(2))
    for modes, expected in ((1 << Mode.AUTOSOMAL_DOMINANT, ["BP2"]), (1 << Mode.COMPOUND_HET, [])):
        found = Case(variants=PAIR, rows=rows, facts=gene_facts(modes=modes)).assess()
        assert labels(found[0], "BP2") == expected
        assert opens(found[0], "BP2") == []


def test_two_pathogenic_variants_in_trans_are_not_made_benign():
    """In a dominant gene: each is pathogenic, so neither speaks against the other."""
    both = (replace(PAIR[0], clinvar_class=ClinvarClass.PATHOGENIC, stars=2), PAIR[1])
    rows = tuple(Row(variant=n, mode=Mode.AUTOSOMAL_DOMINANT, candidate=n) for n in range(2))
    for found in Case(variants=both, rows=rows, panels=green()).assess():
        assert labels(found, "BP2") == []


def test_neighbour_cites_the_trio():
    rows = tuple(Row(variant=n, mode=Mode.AUTOSOMAL_DOMINANT, candidate=n) for n in range(2))
    found = Case(variants=PAIR, rows=rows, panels=green()).assess()
    (bp2,) = [c for c in found[0].criteria if c.code == "BP2"]
    assert bp2.reason == (
        "in trans, in a dominant gene, with chr7-3250-A-G, pathogenic by ClinVar: proband proband "
        "0/1 and 0/1, father father 0/1 and 0/0, mother mother 0/0 and 0/1"
    )


def test_variants_of_one_event_are_not_neighbours():
    near = (
        Variant(3100, genotypes=("0/1", "0/0", "0/0")),
        replace(PAIR[1], position=3120, genotypes=("0/1", "0/0", "0/0")),
    )
    rows = tuple(Row(variant=n, mode=Mode.DE_NOVO) for n in range(2))
    found = Case(variants=near, rows=rows, panels=green()).assess()
    assert labels(found[0], "BP2") == []


# --- PP1 and BS4 ---------------------------------------------------------------------------------

THREE_GENERATIONS = """
    proband  father  mother  F A
    father   granddad granny M A
    mother   0       0       F U
    sister   father  mother  F A
    brother  father  mother  M U
    aunt     granddad granny F A
    cousin   uncle   aunt    M A
    uncle    0       0       M U
    granddad 0       0       M A
    granny   0       0       F U
"""
# Who of these carries it, and how many transmissions are informative.
MEIOSES = """
carriers                               | lacking                   | meioses
father                                 | mother                    | 1
sister                                 | mother                    | 1       # from the same parent
sister                                 |                           | 1
father sister                          | mother                    | 2
granddad                               | mother granny             | 2       # through the father
granddad father                        | mother granny             | 2
aunt                                   | mother                    | 1       # father has it: one of his sibling
father aunt                            | mother                    | 2
cousin                                 | mother uncle              | 2
father sister aunt cousin granddad     | mother granny uncle       | 5
father sister aunt cousin              | mother granny uncle       | 4
cousin                                 | father mother uncle       | 0       # cannot have one origin
"""


def members(text, names):
    return [names.index(word) for word in text.split()]


@pytest.mark.parametrize("row", read_table(text=MEIOSES), ids=str)
def test_meioses(row):
    tree = pedigree(people=THREE_GENERATIONS)
    carriers, lacking = (members(row[name], tree.members) for name in ("carriers", "lacking"))
    found = count_meioses(tree, 0, carriers, lacking, on_x=False)
    assert found == int(row["meioses"])


X_FAMILY = """
    proband  father  mother  M A
    father   0       0       M U
    mother   granddad granny F U
    brother  father  mother  M A
    uncle    granddad granny M A
    granddad 0       0       M A
    granny   0       0       F U
"""
ON_X = """
carriers         | lacking  | meioses
brother          |          | 1
uncle            | granddad | 1      # uncle has it from granny; proband's line is certain
granddad         |          | 1      # his daughter has it for certain, her son by chance
brother uncle    | granddad | 2
"""


@pytest.mark.parametrize("row", read_table(text=ON_X), ids=str)
def test_meioses_on_x(row):
    tree = pedigree(people=X_FAMILY)
    carriers, lacking = (members(row[name], tree.members) for name in ("carriers", "lacking"))
    assert count_meioses(tree, 0, carriers, lacking, on_x=True) == int(row["meioses"])


@given(
    carriers=st.sets(st.integers(1, 9), max_size=6), lacking=st.sets(st.integers(1, 9), max_size=4)
)
def test_meioses_never_exceed_the_transmissions(carriers, lacking):
    """At most one for every member who has a parent; none without a carrier."""
    tree = pedigree(people=THREE_GENERATIONS)
    carriers -= lacking
    found = count_meioses(tree, 0, carriers, lacking, on_x=False)
    assert 0 <= found <= 6
    if not carriers:
        assert found == 0
    assert found == count_meioses(tree, 0, sorted(carriers, reverse=True), lacking, on_x=False)


def big_family():
    return family(people=THREE_GENERATIONS)


# Order of the samples: proband, father, mother, then as in the pedigree.
def calls_of(**carried):
    """Genotypes of the big family: reference but for those named."""
    order = (
        "proband",
        "father",
        "mother",
        "sister",
        "brother",
        "aunt",
        "cousin",
        "uncle",
        "granddad",
        "granny",
    )
    return tuple(carried.get(name, "0/0") for name in order)


ALL = {n: "0/1" for n in ("proband", "father", "sister", "aunt", "cousin", "granddad")}


def test_allele_that_runs_through_a_family():
    found = judge(Variant(genotypes=calls_of(**ALL)), mode="AD", family=big_family())
    (pp1,) = [c for c in found.criteria if c.code == "PP1"]
    assert (pp1.label, pp1.values) == ("PP1_Moderate", {"meioses": 5})
    assert pp1.reason == (
        "5 informative meioses, affected: father father 0/1, sister sister 0/1, "
        "relative aunt 0/1, relative cousin 0/1, relative granddad 0/1"
    )


@pytest.mark.parametrize(
    ("settings", "label"),
    [
        (AcmgSettings(pp1_moderate=6), ["PP1"]), (AcmgSettings(pp1_supporting=6, pp1_moderate=7, pp1_strong=8), []),
        (AcmgSettings(pp1_strong=5), ["PP1_Strong"]),
    ],
)  # fmt: skip
def test_scale_of_meioses_is_a_setting(settings, label):
    found = judge(
        Variant(genotypes=calls_of(**ALL)), mode="AD", family=big_family(), settings=settings
    )
    assert labels(found, "PP1") == label


def test_relatives_without_a_call_say_nothing():
    some = ALL | {"cousin": "./.", "aunt": "./."}
    found = judge(Variant(genotypes=calls_of(**some)), mode="AD", family=big_family())
    assert labels(found, "PP1", "BS4") == ["PP1"]


def test_affected_relative_without_the_allele():
    lacking = {name: genotype for name, genotype in ALL.items() if name != "aunt"}
    found = judge(Variant(genotypes=calls_of(**lacking)), mode="AD", family=big_family())
    (bs4,) = [c for c in found.criteria if c.code == "BS4"]
    assert bs4.reason == "does not run with the disease: relative aunt 0/0"
    assert labels(found, "PP1") == []


SIBS = "proband father mother F A\nfather 0 0 M U\nmother 0 0 F U\n{}"


def sibs(*statuses):
    lines = [f"sib{n} father mother F {status}" for n, status in enumerate(statuses)]
    return family(people=SIBS.format("\n".join(lines)))


RECESSIVE = """
statuses | genotypes        | mode | labels
A        | 1/1              | AR   |                  # two meioses
A A      | 1/1 1/1          | AR   | PP1              # four
A A A    | 1/1 1/1 1/1      | AR   | PP1_Moderate     # six
A A      | 1/1 ./.          | AR   |
A        | 0/1              | AR   | BS4              # affected with one copy
U        | 1/1              | AR   | BS4              # unaffected with both
U        | 0/1              | AR   |
A A      | 1/1 0/0          | AR   | BS4
"""


@pytest.mark.parametrize("row", read_table(text=RECESSIVE), ids=str)
def test_siblings_in_recessive_families(row):
    variant = Variant(genotypes=("1/1", "0/1", "0/1", *row["genotypes"].split()))
    found = judge(variant, mode=row["mode"], family=sibs(*row["statuses"].split()))
    assert labels(found, "PP1", "BS4") == row["labels"].split()


def test_half_siblings_do_not_count_in_recessive_families():
    """They share one parent only; nor does it matter in which order people stand in the file."""
    people = "father 0 0 M U\nmother 0 0 F U\nproband father mother F A\n"
    full = "".join(f"s{n} father mother F A\n" for n in range(2))
    half = "".join(f"s{n} other mother F A\n" for n in range(2)) + "other 0 0 M U\n"
    for siblings, expected in ((full, ["PP1"]), (half, [])):
        tree = family(people=people + siblings, proband="proband")
        texts = {"father": "0/1", "mother": "0/1", "proband": "1/1", "s0": "1/1", "s1": "1/1"}
        order = tree.pedigree.members
        variant = Variant(genotypes=tuple(texts.get(name, "0/1") for name in order))
        assert labels(judge(variant, mode="AR", family=tree), "PP1") == expected


def test_siblings_of_a_compound_heterozygote():
    first = Variant(3100, genotypes=("0/1", "0/1", "0/0", "0/1", "0/1"))
    second = Variant(3200, genotypes=("0/1", "0/0", "0/1", "0/1", "0/1"))
    found = pair(first, second, family=sibs("A", "A"))
    assert labels(found, "PP1") == ["PP1"]
    lacks = replace(second, genotypes=("0/1", "0/0", "0/1", "0/1", "0/0"))
    assert labels(pair(first, lacks, family=sibs("A", "A")), "PP1", "BS4") == ["BS4"]


def test_incomplete_penetrance_forgives_the_healthy():
    """A healthy homozygote is against a mode of complete penetrance only."""
    variant = Variant(genotypes=("0/1", "1/1", "0/0"))
    for complete, expected in ((True, ["BS4"]), (False, [])):
        rows = (Row(variant=0, mode=Mode.AUTOSOMAL_DOMINANT, complete=complete),)
        found = Case(variants=(variant,), rows=rows).assess()[0]
        assert labels(found, "BS4") == expected


def test_healthy_carrier_is_not_bs4():
    """Only an affected relative without it, or a healthy one with two copies, speaks against."""
    assert labels(judge(Variant(genotypes=("0/1", "0/1", "0/0")), mode="AD"), "BS4") == []


def test_mitochondrial_alleles_tell_nothing_by_segregation():
    variant = Variant(
        3243, contig="chrM", gene="CCC", genotypes=("1", "0", "1", "1", "1", "1"), af=(0.001,)
    )
    found = judge(variant, mode="MT", family=sibs("A", "A", "A"))
    assert labels(found, "PP1", "BS4") == []


def test_proband_alone_has_no_family_criteria():
    found = judge(Variant(genotypes=("0/1",)), mode="AD", family=alone())
    assert {c.about for c in found.criteria} <= {"variant"}


@pytest.mark.parametrize(
    ("points", "strength"),
    [(0.25, ""), (0.49, ""), (0.5, "supporting"), (0.99, "supporting"), (1.0, "moderate"),
     (1.99, "moderate"), (2.0, "strong"), (3.99, "strong"), (4.0, "very_strong")],
)  # fmt: skip
def test_points_of_probands(points, strength):
    """ClinGen SVI, PS2 and PM6 version 1.1; PM3 version 1.0."""
    assert strength_of(points) == strength


def test_trio_is_the_default_family():
    assert trio().role(1) == "father"
    assert NOTHING_KNOWN.plp.sum() == LOSS_KNOWN.plp.sum() == 0
