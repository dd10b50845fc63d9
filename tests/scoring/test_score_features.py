"""What the score of a candidate is made of, question by question, in tables."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from builders import Row, read_table
from raredx.evidence_settings import ScoreSettings
from raredx.scoring.score_features import ADDENDS, FEATURES, PHENOTYPE_BEND, members_of
from raredx.vocabulary import (
    ClinvarClass,
    ConsequenceClass,
    DeNovoGrade,
    GeneValidity,
    Genotype,
    Mode,
    Outcome,
    Phase,
)
from score_cases import OUTSIDE, Family, Variant, World, left_open, one, pair, shown

NEUTRAL = Variant(popmax=1e-4)
"""A missense variant of a frequency that counts nothing."""
MODES = {
    "DN": Mode.DE_NOVO, "AD": Mode.AUTOSOMAL_DOMINANT, "AR": Mode.AUTOSOMAL_RECESSIVE_HOM,
    "CH": Mode.COMPOUND_HET, "XLR": Mode.X_LINKED_RECESSIVE, "XLD": Mode.X_LINKED_DOMINANT,
    "XCH": Mode.X_LINKED_COMPOUND_HET, "Y": Mode.Y_LINKED, "MT": Mode.MITOCHONDRIAL,
    "XHF": Mode.X_LINKED_HET_FEMALE,
}  # fmt: skip


def numbers(text):
    """Read `null_variant 1, acmg_point -4`."""
    words = (part.split() for part in text.split(",") if part.strip())
    return {name: float(value) for name, value in words}


def of_addend(features, name, candidate=0):
    """Features of one addend that are not 0."""
    mine = {feature for feature, addend in FEATURES if addend == name}
    return {k: v for k, v in shown(features, candidate).items() if k in mine}


def test_every_feature_belongs_to_an_addend_and_every_addend_has_one():
    assert len({name for name, _ in FEATURES}) == len(FEATURES)
    assert {addend for _, addend in FEATURES} == set(ADDENDS)


def test_a_neutral_candidate_has_nothing_but_the_prior():
    features = one(NEUTRAL).features()
    assert features.values[0, 0] == 1.0
    assert set(shown(features)) == {"inherited"}


# --- effect --------------------------------------------------------------------------------------

EFFECTS = """
class          | consequence               | criteria                          | effect
MODERATE       | missense_variant          |                                   |
MODERATE       | missense_variant          | PP3                               | acmg_point 1
MODERATE       | missense_variant          | PP3_Strong PM1 PS1                | acmg_point 10
MODERATE       | missense_variant          | BP4                               | acmg_point -1
MODERATE       | missense_variant          | PP3 BP1                           |
# the family, rarity and PVS1 have addends or features of their own
MODERATE       | missense_variant          | PS2 PM3 PP1 BS4 BP2 PM6           |
MODERATE       | missense_variant          | PM2_Supporting BS1 BA1 BS2        |
MODERATE       | missense_variant          | PS2 PP3                           | acmg_point 1
HIGH           | stop_gained               | PVS1                              | null_variant 1
HIGH           | stop_gained               | PVS1_Very_Strong PS3              | null_variant 1, acmg_point 4
HIGH           | stop_gained               | PVS1_Strong                       | null_variant 1
HIGH           | stop_gained               | PVS1_Moderate                     | null_variant 0.75
HIGH           | stop_gained               | PVS1_Supporting                   | null_variant 0.75
HIGH           | splice_donor_variant      |                                   | null_variant 0.75
# a curator who set PVS1 aside says that it is no loss of function
HIGH           | stop_gained               | PVS1_NotMet                       |
MODERATE       | missense_variant          | PP3_NotMet                        |
MODERATE       | inframe_deletion          |                                   | in_frame 1
MODERATE       | inframe_insertion         | PM4                               | in_frame 1, acmg_point 2
MODERATE       | protein_altering_variant  |                                   | in_frame 1
MODERATE       | disruptive_inframe_deletion | BP3                             | in_frame 1, acmg_point -1
# a frameshift that is high is no in-frame change
HIGH           | frameshift_variant        | PVS1                              | null_variant 1
NONE           | intron_variant            | PP3                               | acmg_point 1
NONE           | synonymous_variant        | BP4 BP7                           | acmg_point -2
NONCODING_GENE | non_coding_transcript_exon_variant |                          |
"""


@pytest.mark.parametrize("row", read_table(text=EFFECTS), ids=lambda r: " | ".join(r.values()))
def test_effect(row):
    variant = replace(
        NEUTRAL, strength=ConsequenceClass[row["class"]], consequence=row["consequence"],
        criteria=row["criteria"],
    )  # fmt: skip
    assert of_addend(one(variant).features(), "effect") == numbers(row["effect"])


def test_a_row_shown_without_an_effect_counts_less_than_any():
    """An intron of a listed gene, no prediction, no word of ClinVar: shown, and far below."""
    shown = replace(
        NEUTRAL, strength=ConsequenceClass.NONE, consequence="intron_variant", near=True
    )
    assert of_addend(one(shown).features(), "effect") == {"no_effect": 1.0}
    rescued = replace(shown, near=False)
    assert of_addend(one(rescued).features(), "effect") == {}
    assert ScoreSettings().no_effect < min(ScoreSettings().in_frame, 0.0)


def test_a_stronger_pvs1_never_counts_less():
    strengths = ("NotMet", "Supporting", "Moderate", "Strong", "Very_Strong")
    shares = [
        shown(one(Variant(strength=ConsequenceClass.HIGH, criteria=f"PVS1_{s}")).features())
        .get("null_variant", 0.0)
        for s in strengths
    ]  # fmt: skip
    assert shares == sorted(shares)
    assert shares[0] < shares[-1]


# --- rarity --------------------------------------------------------------------------------------

RARITIES = """
popmax | rarity
nan    |
0      | rarity 2, absent 1
1e-9   | rarity 2
1e-6   | rarity 2
1e-5   | rarity 1
1e-4   |
1e-3   | rarity -1
0.01   | rarity -2
1      | rarity -4
"""


@pytest.mark.parametrize("row", read_table(text=RARITIES), ids=lambda r: r["popmax"])
def test_rarity(row):
    """Powers of ten below 1 in 10,000, no further than 1 in 1,000,000."""
    popmax = float(row["popmax"])
    features = one(Variant(popmax=popmax)).features()
    found = {k: round(v, 5) for k, v in of_addend(features, "rarity").items()}
    assert {k: v for k, v in found.items() if v} == numbers(row["rarity"])
    assert ("rarity" in left_open(features)) == (popmax != popmax)


def test_rarity_of_a_pair_is_open_where_one_frequency_is_unknown():
    family = Family(pair(0, 0, 1), (Variant(popmax=1e-6), Variant(popmax=np.nan)))
    features = family.features()
    assert "rarity" in left_open(features)
    assert of_addend(features, "rarity") == {"rarity": pytest.approx(1.0)}  # what is known counts


# --- segregation ---------------------------------------------------------------------------------

SEGREGATIONS = """
mode | proband      | grade    | posterior | phase          | penetrance | fits | segregation
DN   | HETEROZYGOUS | HIGH     | 1         |                | complete   | yes  | de_novo_high 1
DN   | HETEROZYGOUS | HIGH     | 0.1       |                | complete   | yes  | de_novo_high 1, de_novo_posterior -1
DN   | HETEROZYGOUS | HIGH     | 0         |                | complete   | yes  | de_novo_high 1, de_novo_posterior -3
DN   | HETEROZYGOUS | HIGH     | nan       |                | complete   | yes  | de_novo_high 1
DN   | HETEROZYGOUS | MEDIUM   | 1         |                | complete   | yes  | de_novo_medium 1
DN   | HETEROZYGOUS | LOW      | 1         |                | complete   | yes  | de_novo_low 1
DN   | HETEROZYGOUS | POSSIBLE | nan       |                | complete   | ?    | de_novo_low 1
DN   | HETEROZYGOUS | NONE     | nan       |                | complete   | ?    | de_novo_low 1
AD   | HETEROZYGOUS | NONE     | nan       |                | complete   | yes  | inherited 1
AD   | HETEROZYGOUS | NONE     | nan       |                | complete   | ?    | one_copy_open 1
AD   | HETEROZYGOUS | NONE     | nan       |                | incomplete | yes  | one_copy_open 1
XLD  | HETEROZYGOUS | NONE     | nan       |                | complete   | yes  | inherited 1
Y    | HEMIZYGOUS   | NONE     | nan       |                | complete   | yes  | inherited 1
MT   | HETEROZYGOUS | NONE     | nan       |                | complete   | ?    | one_copy_open 1
AR   | HOMOZYGOUS   | NONE     | nan       |                | complete   | yes  | two_copies 1
AR   | HOMOZYGOUS   | NONE     | nan       |                | complete   | ?    | two_copies 1
XLR  | HEMIZYGOUS   | NONE     | nan       |                | complete   | yes  | hemizygous 1
XLR  | HOMOZYGOUS   | NONE     | nan       |                | complete   | yes  | two_copies 1
# a call that does not tell the number of copies, `./1`, or a man heterozygous on X
AR   | CARRIER      | NONE     | nan       |                | complete   | ?    | one_copy_open 1
XLR  | CARRIER      | NONE     | nan       |                | complete   | ?    | one_copy_open 1
XHF  | HETEROZYGOUS | NONE     | nan       |                | complete   | yes  | het_female 1
CH   | HETEROZYGOUS | NONE     | nan       | TRANS          | complete   | yes  | two_copies 1
CH   | HETEROZYGOUS | NONE     | nan       | TRANS_PHASED   | complete   | yes  | two_copies 1
CH   | HETEROZYGOUS | NONE     | nan       | PROBABLE_TRANS | complete   | yes  | two_copies 1
CH   | HETEROZYGOUS | NONE     | nan       | UNKNOWN        | complete   | ?    | two_copies 1, phase_open 1
CH   | HETEROZYGOUS | NONE     | nan       | LIKELY_CIS     | complete   | ?    | two_copies 1, likely_in_cis 1
XCH  | HETEROZYGOUS | NONE     | nan       | UNKNOWN        | complete   | ?    | two_copies 1, phase_open 1
"""


@pytest.mark.parametrize("row", read_table(text=SEGREGATIONS), ids=lambda r: " ".join(r.values()))
def test_segregation(row):
    variant = replace(
        NEUTRAL, proband=Genotype[row["proband"]], grade=DeNovoGrade[row["grade"]],
        posterior=float(row["posterior"]),
    )  # fmt: skip
    mode, fits = MODES[row["mode"]], Outcome.PASS if row["fits"] == "yes" else Outcome.NOT_ASSESSED
    facts = {"complete": row["penetrance"] == "complete", "segregation": fits}
    if row["phase"]:
        rows = pair(0, 0, 1, mode=mode, phase=Phase[row["phase"]], **facts)
        family = Family(rows, (variant, variant))
    else:
        family = one(variant, mode=mode, **facts)
    assert of_addend(family.features(), "segregation") == numbers(row["segregation"])


def test_an_event_is_as_new_as_its_surest_variant():
    """Grade and posterior of the best; a variant whose posterior is unknown takes none away."""
    rows = tuple(Row(n, Mode.DE_NOVO) for n in range(3))
    variants = (
        Variant(grade=DeNovoGrade.LOW, posterior=0.01),
        Variant(grade=DeNovoGrade.HIGH, posterior=np.nan),
        Variant(grade=DeNovoGrade.MEDIUM, posterior=0.1),
    )
    for order in ((0, 1, 2), (2, 0, 1), (1, 2, 0)):
        family = Family(rows, tuple(variants[n] for n in order))
        found = of_addend(family.features(), "segregation")
        assert found == {"de_novo_high": 1.0, "de_novo_posterior": pytest.approx(-1.0)}


# --- gene ----------------------------------------------------------------------------------------

GENES = """
validity     | panels | known
NOT_ASSESSED | 0      |
NOT_ASSESSED | 1      | known_gene 1
DEFINITIVE   | 0      | known_gene 1
STRONG       | 0      | known_gene 1
MODERATE     | 0      | known_gene 1
LIMITED      | 0      |
DISPUTED     | 0      | disputed_gene 1
REFUTED      | 0      | disputed_gene 1
DISPUTED     | 2      | known_gene 1
"""


@pytest.mark.parametrize("row", read_table(text=GENES), ids=lambda r: " ".join(r.values()))
def test_known_and_disputed_genes(row):
    validity = (GeneValidity[row["validity"]], *[GeneValidity.NOT_ASSESSED] * 2)
    world = World(validity=validity, panels=(int(row["panels"]), 0, 0))
    assert of_addend(one(NEUTRAL, world=world).features(), "gene") == numbers(row["known"])


def bits(text):
    return sum(1 << MODES[word] for word in text.split())


MONO, BI = "DN AD", "AR CH"
ALLOWED = """
panels say  | mode | other mode
            | AD   | no
            | AR   | no
            | CH   | no
            | XLR  | no
            | MT   | no
DN AD       | AD   | no
DN AD       | DN   | no
DN AD       | AR   | yes
DN AD       | CH   | yes
# one heterozygous variant in a gene that asks for two
AR CH       | AD   | yes
AR CH       | DN   | yes
AR CH       | AR   | no
AR CH       | CH   | no
DN AD AR CH | AD   | no
DN AD AR CH | CH   | no
# any mode on X where any is known: panels seldom tell them apart
XLR         | XLR  | no
XLR         | XLD  | no
XLR         | XHF  | no
XLD         | XLR  | no
XLD         | XCH  | no
XHF         | XCH  | no
DN XLD      | DN   | no
XLR         | DN   | yes
XLR         | AD   | yes
AR CH       | XLR  | yes
AR CH       | XHF  | yes
DN AD       | XLD  | yes
MT          | MT   | no
MT          | AD   | yes
AD          | MT   | yes
Y           | Y    | no
"""


@pytest.mark.parametrize("row", read_table(text=ALLOWED), ids=lambda r: " ".join(r.values()))
def test_a_mode_that_the_panels_do_not_know_of_a_gene(row):
    world = World(panels=(1, 0, 0), modes=(bits(row["panels say"]), 0, 0))
    found = of_addend(one(NEUTRAL, mode=MODES[row["mode"]], world=world).features(), "gene")
    assert found.pop("other_mode", 0.0) == float(row["other mode"] == "yes")
    assert found == {"known_gene": 1.0}


CONSTRAINTS = """
pli  | mode | constraint
1    | DN   | 0.7
1    | AD   | 0.7
0.9  | XLD  | 0.6
0    | AD   | -0.3
0.3  | AD   | 0
nan  | AD   | 0
1    | AR   | 0
1    | CH   | 0
1    | XLR  | 0
1    | MT   | 0
"""


@pytest.mark.parametrize("row", read_table(text=CONSTRAINTS), ids=lambda r: " ".join(r.values()))
def test_constraint_counts_in_dominant_modes(row):
    world = World(pli=(float(row["pli"]), np.nan, np.nan))
    features = one(NEUTRAL, mode=MODES[row["mode"]], world=world).features()
    found = of_addend(features, "gene").get("constraint", 0.0)
    assert found == pytest.approx(float(row["constraint"]), abs=1e-6)


def test_of_a_gene_outside_the_table_nothing_is_known():
    world = World(z=(1.0, 2.0, 3.0), pli=(1.0, 1.0, 1.0))
    features = one(replace(NEUTRAL, gene=OUTSIDE), world=world).features()
    assert of_addend(features, "gene") == {}
    assert "phenotype" in left_open(features)


# --- panel ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gene", "answer", "sign"),
    [
        (0, Outcome.PASS, 1),
        (0, Outcome.NOT_ASSESSED, 1),  # on the panel, inheritance not told
        (0, Outcome.FAIL, -1),  # on the panel, for another mode
        (1, Outcome.FAIL, -1),
        (OUTSIDE, Outcome.FAIL, -1),
    ],
)
def test_panel(gene, answer, sign):
    family = one(replace(NEUTRAL, gene=gene), world=World(green=frozenset({0})), panel=answer)
    features = family.features()
    assert np.sign(of_addend(features, "panel")["panel"]) == sign
    assert "panel" not in left_open(features)


# --- phenotype -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("z", "expected"),
    [
        (PHENOTYPE_BEND, {}),
        (PHENOTYPE_BEND + 2, {"phenotype_above": 2.0}),
        (PHENOTYPE_BEND - 1.5, {"phenotype_below": -1.5}),
    ],
)
def test_phenotype_bends(z, expected):
    features = one(NEUTRAL, world=World(z=(z, 0.0, 0.0))).features()
    assert of_addend(features, "phenotype") == expected
    assert "phenotype" not in left_open(features)


def test_a_gene_that_hpo_does_not_know_is_not_assessed():
    features = one(NEUTRAL, world=World(z=(np.nan, 0.0, 0.0))).features()
    assert of_addend(features, "phenotype") == {"phenotype_unknown": 1.0}
    assert "phenotype" in left_open(features)


# --- ClinVar -------------------------------------------------------------------------------------

REPORTED = """
class             | share
NOT_ASSESSED      | 0
ABSENT            | 0
BENIGN            | -1
LIKELY_BENIGN     | -1
UNCERTAIN         | 0
CONFLICTING       | 0.125
LIKELY_PATHOGENIC | 0.75
PATHOGENIC        | 1
OTHER             | 0
"""


@pytest.mark.parametrize("row", read_table(text=REPORTED), ids=lambda r: r["class"])
def test_reported(row):
    features = one(replace(NEUTRAL, clinvar=ClinvarClass[row["class"]])).features()
    assert of_addend(features, "reported").get("clinvar", 0.0) == float(row["share"])
    assert ("reported" in left_open(features)) == (row["class"] == "NOT_ASSESSED")


def test_every_class_of_clinvar_has_a_share():
    assert {row["class"] for row in read_table(text=REPORTED)} == {c.name for c in ClinvarClass}


def test_reported_is_open_only_where_no_variant_was_looked_up():
    variants = (Variant(clinvar=ClinvarClass.NOT_ASSESSED), Variant())
    assert "reported" not in left_open(Family(pair(0, 0, 1), variants).features())


# --- several rows of one candidate ---------------------------------------------------------------

STRONG = Variant("stop_gained", ConsequenceClass.HIGH, 0.0, ClinvarClass.PATHOGENIC, "PVS1 PM1")
WEAK = Variant("missense_variant", ConsequenceClass.MODERATE, 1e-4, ClinvarClass.ABSENT, "BP4")


def test_a_pair_is_the_mean_of_its_two():
    alone = [shown(one(v, mode=Mode.AUTOSOMAL_RECESSIVE_HOM).features()) for v in (STRONG, WEAK)]
    both = shown(Family(pair(0, 0, 1, phase=Phase.TRANS), (STRONG, WEAK)).features())
    expected = {
        name: (alone[0].get(name, 0.0) + alone[1].get(name, 0.0)) / 2
        for name in alone[0] | alone[1]
    }
    assert both == pytest.approx({name: value for name, value in expected.items() if value})


@pytest.mark.parametrize("order", [(STRONG, WEAK), (WEAK, STRONG)], ids=["first", "last"])
def test_an_event_is_its_strongest(order):
    new = {"grade": DeNovoGrade.HIGH, "posterior": 1.0}
    variants = tuple(replace(v, **new) for v in order)
    event = Family((Row(0, Mode.DE_NOVO), Row(1, Mode.DE_NOVO)), variants).features()
    assert shown(event) == shown(one(replace(STRONG, **new), mode=Mode.DE_NOVO).features())


@pytest.mark.parametrize(
    "other",
    [
        replace(WEAK, clinvar=ClinvarClass.PATHOGENIC),
        replace(WEAK, consequence="inframe_deletion"),
    ],
    ids=["clinvar", "in-frame"],
)
def test_of_variants_as_strong_the_order_decides_nothing(other):
    rows = (Row(0, Mode.DE_NOVO), Row(1, Mode.DE_NOVO))
    assert shown(Family(rows, (WEAK, other)).features()) == shown(
        Family(rows, (other, WEAK)).features()
    )


def test_no_candidates():
    features = Family((), ()).features()
    assert features.values.shape == (0, len(FEATURES))
    assert features.open.shape == (0, len(ADDENDS))


def test_members_in_the_order_of_the_rows():
    rows = (Row(0, Mode.DE_NOVO, candidate=1), *pair(0, 1, 2), Row(3, Mode.DE_NOVO, candidate=1))
    family = Family(rows, (NEUTRAL,) * 4)
    found = members_of(family.candidate_rows())
    assert found == [[1, 2], [0, 3]]
