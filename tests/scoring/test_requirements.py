"""What rule sets ask beside frequency and segregation: tables, and that `gel` asks none of it."""

from __future__ import annotations

import numpy as np
import pytest

from builders import (
    OnPanel,
    Row,
    Transcript,
    batch,
    calls,
    candidate_rows,
    evidence,
    family,
    genes,
    panel,
    read_table,
    trio,
)
from raredx.scoring.frequency import judge_homozygotes
from raredx.scoring.known import known_in_mode
from raredx.scoring.panel_match import AppliedPanels
from raredx.scoring.requirements import (
    ConsequenceFacts,
    asked_modes,
    judge_consequence_in_mode,
    judge_grade,
    judge_required_panel,
    kept_candidates,
    may_pair,
    narrow_family,
)
from raredx.settings import DeNovoSettings, PanelSettings, read_ruleset
from raredx.vocabulary import (
    MODE_NAMES,
    ClinvarClass,
    Confidence,
    ConsequenceClass,
    DeNovoGrade,
    Mode,
    Moi,
    Outcome,
)

RULES = {name: read_ruleset(name).rules for name in ("gel", "slivar", "talos", "g2p")}
WORDS = {"pass": Outcome.PASS, "fail": Outcome.FAIL, "?": Outcome.NOT_ASSESSED}
MODES = {name: mode for mode, name in MODE_NAMES.items()}


def test_names_of_modes():
    assert asked_modes(RULES["gel"].segregation.modes) == frozenset(Mode)
    assert frozenset(Mode) - asked_modes(RULES["talos"].segregation.modes) == {Mode.Y_LINKED}


# --- relatives -----------------------------------------------------------------------------------

PEOPLE = """
gran 0   0    F U
dad  0   gran M U
mum  0   0    F ?
sis  dad mum  F A
kid  dad mum  F A
"""


@pytest.mark.parametrize(
    ("relatives", "members", "samples", "father", "mother"),
    [
        ("all", ("gran", "dad", "mum", "sis", "kid"), [3, 1, -1, 2, 0], 1, 2),
        ("parents", ("kid", "dad", "mum"), [0, 1, -1], 1, 2),
        ("none", ("kid",), [0], -1, -1),
    ],
)
def test_relatives_that_are_looked_at(relatives, members, samples, father, mother):
    whole = family(people=PEOPLE, sequenced=["kid", "dad", "sis", "gran"], proband="kid")
    found = narrow_family(whole, relatives)
    assert found.pedigree.members == members
    assert found.proband_id == "kid"
    assert found.sample.tolist() == samples
    assert (found.father, found.mother) == (father, mother)
    place = {name: index for index, name in enumerate(whole.pedigree.members)}
    for index, name in enumerate(members):
        assert found.pedigree.sex[index] == whole.pedigree.sex[place[name]]
        assert found.pedigree.affection[index] == whole.pedigree.affection[place[name]]
    if relatives == "parents":  # grandparents are not looked at
        assert found.pedigree.mother.tolist() == [2, -1, -1]


def test_a_parent_who_is_not_in_the_pedigree():
    duo = family(people="kid 0 mum M A\nmum 0 0 F U", sequenced=["mum", "kid"])
    found = narrow_family(duo, "parents")
    assert found.pedigree.members == ("kid", "mum")
    assert (found.father, found.mother) == (-1, 1)
    assert found.sample.tolist() == [1, 0]


# --- frequency -----------------------------------------------------------------------------------

COUNTS = """
mode                    | count | gel  | slivar | talos | g2p
de_novo                 | 0     | pass | pass   | pass  | pass
de_novo                 | 1     | pass | pass   | fail  | pass
autosomal_dominant      | 1     | pass | pass   | fail  | pass
autosomal_recessive_hom | 5     | pass | pass   | pass  | pass
autosomal_recessive_hom | 6     | pass | pass   | fail  | pass
autosomal_recessive_hom | -1    | pass | pass   | ?     | pass
compound_het            | 9     | pass | pass   | fail  | pass
compound_het            | 10    | pass | fail   | fail  | pass
compound_het            | -1    | pass | ?      | ?     | pass
x_linked_recessive      | 1     | pass | pass   | fail  | pass
mitochondrial           | 900   | pass | pass   | pass  | pass
"""


@pytest.mark.parametrize("row", read_table(text=COUNTS), ids=lambda row: " ".join(row.values()))
@pytest.mark.parametrize("name", RULES)
def test_homozygotes(name, row):
    count = np.array([int(row["count"])], np.int32)
    found = judge_homozygotes(count, MODES[row["mode"]], RULES[name].frequency)
    assert found.tolist() == [WORDS[row[name]]]


@pytest.mark.parametrize(
    ("mode", "popmax", "counts"),
    [
        (Mode.DE_NOVO, 0.00005, True),
        (Mode.DE_NOVO, 0.0001, False),
        (Mode.X_LINKED_RECESSIVE, 0.0001, False),
        (Mode.COMPOUND_HET, 0.0001, True),
        (Mode.DE_NOVO, np.nan, True),
    ],
)
def test_known_pathogenic_in_a_dominant_mode(mode, popmax, counts):
    """Talos: 0.00005 in dominant modes. GEL: as known in every mode."""
    known, popmax = np.array([True, False]), np.array([popmax] * 2, np.float32)
    found = known_in_mode(known, popmax, mode, RULES["talos"].frequency)
    assert found.tolist() == [counts, False]
    assert known_in_mode(known, popmax, mode, RULES["gel"].frequency).tolist() == [True, False]


# --- panels --------------------------------------------------------------------------------------

LISTED = """
gene                       | mode                | gel  | talos | amber | why
green monoallelic          | de_novo             | pass | pass  | pass  |
green monoallelic          | compound_het        | pass | fail  | fail  | the mode does not fit
green biallelic            | compound_het        | pass | pass  | pass  |
green biallelic            | autosomal_dominant  | pass | fail  | fail  |
amber monoallelic          | de_novo             | pass | fail  | pass  |
amber monoallelic          | compound_het        | pass | fail  | fail  |
red monoallelic            | de_novo             | pass | fail  | fail  |
none                       | de_novo             | pass | fail  | fail  | on no panel
green unknown              | autosomal_dominant  | pass | pass  | pass  |
green xlinked_biallelic    | x_linked_het_female | pass | pass  | fail  | one copy in a woman
green xlinked_monoallelic  | x_linked_het_female | pass | pass  | fail  |
green monoallelic          | x_linked_het_female | pass | fail  | fail  | not a gene of X
green monoallelic_maternally_imprinted | autosomal_dominant | pass | ? | ? | origin not known
"""


@pytest.mark.parametrize("row", read_table(text=LISTED), ids=lambda row: " ".join(row.values()))
@pytest.mark.parametrize("name", ["gel", "talos", "amber"])
def test_panel(name, row):
    settings = PanelSettings("amber", True) if name == "amber" else RULES[name].panel
    level, _, moi = row["gene"].partition(" ")
    listed = [] if level == "none" else [OnPanel("AAA", Confidence[level.upper()], Moi(moi))]
    applied = AppliedPanels([panel(rows=[*listed, OnPanel("BBB")])])
    rows = candidate_rows(rows=[Row(variant=0, mode=MODES[row["mode"]])])
    found = judge_required_panel(rows, applied, np.array([[-1, -1]], np.int8), settings)
    assert found.tolist() == [WORDS[row[name]]]


def test_a_gene_that_is_green_on_one_of_two_panels():
    table = genes()
    red = panel(rows=[OnPanel("AAA", Confidence.RED)], panel_id="1", table=table)
    green = panel(rows=[OnPanel("AAA", moi=Moi.BIALLELIC)], panel_id="2", table=table)
    rows = candidate_rows(
        rows=[Row(variant=0, mode=Mode.COMPOUND_HET), Row(variant=0, mode=Mode.DE_NOVO)]
    )
    origin = np.array([[0, 0]], np.int8)
    found = judge_required_panel(rows, AppliedPanels([red, green]), origin, RULES["talos"].panel)
    assert found.tolist() == [Outcome.PASS, Outcome.FAIL]


def test_without_a_panel_the_question_is_open():
    rows = candidate_rows(rows=[Row(variant=0, mode=Mode.DE_NOVO)])
    origin = np.array([[0, 0]], np.int8)
    for name, outcome in (("gel", Outcome.PASS), ("g2p", Outcome.NOT_ASSESSED)):
        found = judge_required_panel(rows, AppliedPanels([]), origin, RULES[name].panel)
        assert found.tolist() == [outcome]


# --- de novo -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("least", "grade", "gq", "outcome"),
    [
        ("any", "NONE", (5.0, 5.0), "PASS"),
        ("medium", "HIGH", (19.0, 19.0), "PASS"),
        ("medium", "MEDIUM", (19.0, 19.0), "PASS"),
        ("medium", "LOW", (19.0, 19.0), "FAIL"),
        ("medium", "POSSIBLE", (19.0, np.nan), "FAIL"),
        ("high", "MEDIUM", (19.0, 19.0), "FAIL"),
        ("medium", "HIGH", (18.0, 19.0), "FAIL"),
        ("medium", "HIGH", (19.0, np.nan), "NOT_ASSESSED"),
        ("medium", "HIGH", (18.0, np.nan), "FAIL"),
    ],
)
def test_grade(least, grade, gq, outcome):
    found = batch(genotypes=[["0/1", "0/0", "0/0"]], gq=[[60.0, *gq]])
    read = calls(batch=found, family=trio())
    settings = DeNovoSettings(parent_min_gq=19)
    grades = np.array([DeNovoGrade[grade]], np.int8)
    assert judge_grade(found, read, grades, least, settings).tolist() == [Outcome[outcome]]


def test_the_father_of_a_son_is_not_asked_on_x():
    found = batch(genotypes=[["1", "0", "0/0"]], gq=[[60.0, 1.0, 60.0]], place="X")
    read = calls(batch=found, family=trio(sex="M"))
    grades = np.array([DeNovoGrade.HIGH], np.int8)
    settings = DeNovoSettings(parent_min_gq=19)
    assert judge_grade(found, read, grades, "medium", settings).tolist() == [Outcome.PASS]


# --- consequence ---------------------------------------------------------------------------------


def test_terms_that_make_no_pair():
    terms = ["splice_region_variant", "splice_region_variant&intron_variant", "missense_variant",
             "missense_variant&splice_region_variant", "synonymous_variant"]  # fmt: skip
    found = batch(
        genotypes=[["0/1"]] * 5, transcripts=[[Transcript(consequence=term)] for term in terms]
    )
    told = evidence(batch=found)
    told.genes.tier_entry[:] = np.arange(5)
    pairable = may_pair(told, RULES["slivar"].consequence.not_in_pairs)
    assert pairable.tolist() == [False, False, True, True, True]
    assert may_pair(told, RULES["gel"].consequence.not_in_pairs).all()


CLASSES = {
    "high": ConsequenceClass.HIGH,
    "moderate": ConsequenceClass.MODERATE,
    "rna": ConsequenceClass.NONCODING_GENE,
    "none": ConsequenceClass.NONE,
}

# Talos: what counts alone. `new`: the answer about the reads of a de novo call.
ALONE = """
class    | mode                    | new  | flags | talos | why
high     | de_novo                 | fail |       | pass  | a high impact needs no reads
high     | autosomal_recessive_hom | fail |       | pass  |
moderate | de_novo                 | pass |       | pass  |
moderate | de_novo                 | fail |       | fail  |
moderate | de_novo                 | ?    |       | ?     |
moderate | autosomal_recessive_hom | pass |       | fail  | inherited missense
moderate | autosomal_dominant      | fail |       | fail  |
moderate | autosomal_dominant      | fail | pm5   | pass  |
moderate | autosomal_dominant      | fail | known | pass  | ClinVar
rna      | de_novo                 | pass |       | pass  |
rna      | autosomal_dominant      | fail |       | fail  |
none     | autosomal_dominant      | fail |       | pass  | another question
"""


def told_facts(*, new, inherited, pm5):
    return ConsequenceFacts(
        np.array([WORDS[word] for word in new], np.int8),
        np.array(inherited, bool),
        np.array(pm5, bool),
    )


@pytest.mark.parametrize("row", read_table(text=ALONE), ids=lambda row: " ".join(row.values()))
@pytest.mark.parametrize("name", ["gel", "talos"])
def test_consequence_alone(name, row):
    found = batch(genotypes=[["0/1"]], transcripts=[[Transcript()]])
    told = evidence(
        batch=found, consequence_class=[CLASSES[row["class"]]], known=[row["flags"] == "known"]
    )
    rows = candidate_rows(rows=[Row(variant=0, mode=MODES[row["mode"]])])
    facts = told_facts(new=[row["new"]], inherited=[False], pm5=[row["flags"] == "pm5"])
    judged = judge_consequence_in_mode(rows, told, facts, RULES[name])
    assert judged.tolist() == [Outcome.PASS if name == "gel" else WORDS[row["talos"]]]


# Two alleles: class, AlphaMissense, stars of a pathogenic ClinVar entry, or new with good reads.
PAIRS = """
first         | second            | talos
high          | high              | pass
high          | moderate 0.60     | pass    # second hit by AlphaMissense
high          | moderate 0.564    | pass    # at the limit
high          | moderate 0.50     | fail
high          | moderate nan      | ?       # a missense change without a score
high          | moderate 0*       | pass    # second hit by ClinVar without a star
moderate 0.60 | moderate 0.60     | fail    # two second hits make no pair
moderate 0.60 | moderate 0*       | fail
moderate new  | moderate 0.60     | pass    # a new missense change counts by itself
moderate new  | moderate 0.50     | fail
moderate new  | moderate new      | pass
"""


def told_pair(sides):
    """Describe the two alleles of a pair, as the table does."""
    score, clinvar, stars, new = [], [], [], []
    for side in sides:
        word = side.partition(" ")[2]
        is_star = word == "0*"
        number = word not in ("", "new", "0*", "nan")
        score.append(float(word) if number else np.nan if word == "nan" else 0.1)
        clinvar.append(ClinvarClass.PATHOGENIC if is_star else ClinvarClass.ABSENT)
        stars.append(0 if is_star else -1)
        new.append("pass" if word == "new" else "fail")
    found = batch(
        genotypes=[["0/1"]] * 2, transcripts=[[Transcript()]] * 2,
        alphamissense=score, clinvar_class=clinvar, clinvar_stars=stars,
    )  # fmt: skip
    strength = [CLASSES[side.partition(" ")[0]] for side in sides]
    told = evidence(batch=found, consequence_class=strength)
    return told, told_facts(new=new, inherited=[word == "fail" for word in new], pm5=[False] * 2)


@pytest.mark.parametrize("row", read_table(text=PAIRS), ids=lambda row: " ".join(row.values()))
@pytest.mark.parametrize("swap", [False, True], ids=["", "swapped"])
def test_consequence_in_a_pair(row, swap):
    sides = [row["first"], row["second"]][:: -1 if swap else 1]
    told, facts = told_pair(sides)
    rows = candidate_rows(
        rows=[Row(variant=0, mode=Mode.COMPOUND_HET, partner=1),
              Row(variant=1, mode=Mode.COMPOUND_HET, partner=0)]
    )  # fmt: skip
    judged = judge_consequence_in_mode(rows, told, facts, RULES["talos"])
    kept = kept_candidates(rows, judged)
    order = (Outcome.FAIL, Outcome.NOT_ASSESSED, Outcome.PASS)
    assert next(o for o in order if o in judged) == WORDS[row["talos"]]
    assert kept.tolist() == [WORDS[row["talos"]] is not Outcome.FAIL] * 2
    assert judge_consequence_in_mode(rows, told, facts, RULES["gel"]).tolist() == [1, 1]


def test_an_inherited_missense_change_does_not_count_as_new_in_a_pair():
    """The reads are those of a new allele, but a parent carries it."""
    told, facts = told_pair(["moderate new", "moderate 0.60"])
    rows = candidate_rows(
        rows=[Row(variant=0, mode=Mode.COMPOUND_HET, partner=1),
              Row(variant=1, mode=Mode.COMPOUND_HET, partner=0)]
    )  # fmt: skip
    assert judge_consequence_in_mode(rows, told, facts, RULES["talos"]).tolist() == [1, 1]
    facts.inherited[:] = True
    assert Outcome.FAIL in judge_consequence_in_mode(rows, told, facts, RULES["talos"])


def test_a_change_that_is_no_missense_has_no_score_to_wait_for():
    told, facts = told_pair(["high", "moderate nan"])
    told.batch.transcripts.consequence[:] = "inframe_deletion"
    rows = candidate_rows(
        rows=[Row(variant=0, mode=Mode.COMPOUND_HET, partner=1),
              Row(variant=1, mode=Mode.COMPOUND_HET, partner=0)]
    )  # fmt: skip
    judged = judge_consequence_in_mode(rows, told, facts, RULES["talos"])
    assert kept_candidates(rows, judged).tolist() == [False, False]


def test_one_row_that_fails_takes_its_partner_along():
    rows = candidate_rows(
        rows=[Row(variant=0, mode=Mode.DE_NOVO, candidate=0),
              Row(variant=1, mode=Mode.COMPOUND_HET, candidate=1, partner=2),
              Row(variant=2, mode=Mode.COMPOUND_HET, candidate=1, partner=1),
              Row(variant=3, mode=Mode.DE_NOVO, candidate=2)]
    )  # fmt: skip
    outcomes = np.array([Outcome.NOT_ASSESSED, Outcome.FAIL, Outcome.PASS, Outcome.PASS], np.int8)
    assert kept_candidates(rows, outcomes).tolist() == [True, False, False, True]
