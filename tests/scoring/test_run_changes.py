"""What moved and why: tables of candidates in two runs, with the cause a person would name."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raredx.columns.counts import QUESTIONS as ASKED_OF_A_RUN
from raredx.columns.run_changes import Cause, Change, Difference, Ground, WhyNot
from raredx.columns.runs import RunCandidate, RunVariant
from raredx.scoring.run_admissions import (
    CAUSES_OF_QUESTION,
    RULES_OF_QUESTION,
    Absence,
    Evidence,
    explain_absence,
    near_miss_asked,
    place_change,
)
from raredx.scoring.run_causes import CAUSES_OF_ADDEND, explain_move, row_causes
from raredx.scoring.run_changes import Side, compare_candidates
from raredx.scoring.score_features import ADDENDS

CELLS = {"clinvar": "Pathogenic", "clinvar_stars": "2", "panels": "p1 (green)", "moi": "biallelic",
         "popmax_af": "0", "consequence": "missense_variant", "revel": "0.9", "filter": "PASS",
         "acmg_class": "uncertain", "acmg_criteria": "PM2_Supporting"}  # fmt: skip
CALLS = {"kid": {"gt": "0/1", "dp": "30", "gq": "99", "ab": "0.5"},
         "mum": {"gt": "0/0", "dp": "30", "gq": "99", "ab": "0"}}  # fmt: skip

CLINVAR = Difference(Cause.CLINVAR, "ClinVar", "2024", "2025")
PANEL = Difference(Cause.PANEL, "panel p1", "v1", "v2")
FREQUENCY_RULE = Difference(Cause.RULE, "frequency.dominant", "0.001", "0.0001")
WEIGHT = Difference(Cause.RULE, "score.rarity", "0.95", "1.2")
HPO = Difference(Cause.HPO, "HPO terms of kid", "HP:1", "HP:2")
PED = Difference(Cause.PEDIGREE, "affection of mum", "unaffected", "affected")
VCF = Difference(Cause.VARIANTS, "VCF", "a", "b")
CODE = Difference(Cause.CODE, "raredx", "1", "2")
NUMPY = Difference(Cause.LIBRARIES, "numpy", "1", "2")
CURATED = Difference(Cause.CURATED, "curated criteria", "", "x.tsv")


def variant(pos=100, calls=None, curated=(), **cells):
    return RunVariant(
        "chr1", pos, "A", "T", CELLS | cells, calls or CALLS, frozenset(curated)
    )  # fmt: skip


def candidate(*variants, rank=1, mode="de_novo", symbol="G1", score=None, **addends):
    known = dict.fromkeys(ADDENDS, 0.0) | addends
    total = round(sum(value or 0 for value in known.values()), 4) if score is None else score
    variants = variants or (variant(),)
    tier = min(one.cells.get("tier", "1") for one in variants)
    return RunCandidate("F1", "kid", mode, symbol, "", rank, total, 0.5, tier, known, variants)


def move(old, new, *differences):
    found = explain_move(old, new, differences)
    assert found is not None
    return found


# --- moves -----------------------------------------------------------------------------------------

GQ = {**CALLS, "kid": {**CALLS["kid"], "gq": "12"}}
MOVES = {
    # name: (addend, changed cells, calls, differences, cause)
    "clinvar in the row": ("reported", {"clinvar": "Benign"}, None, (VCF,), Cause.CLINVAR),
    "clinvar of the run": ("reported", {}, None, (CLINVAR,), Cause.CLINVAR),
    "frequency": ("rarity", {"popmax_af": "0.01"}, None, (VCF,), Cause.FREQUENCY),
    "a weight": ("rarity", {}, None, (WEIGHT,), Cause.RULE),
    "a weight among others": ("rarity", {}, None, (WEIGHT, HPO, PED), Cause.RULE),
    "green to amber": ("panel", {"panels": "p1 (amber)"}, None, (PANEL,), Cause.PANEL),
    "a panel elsewhere": ("panel", {}, None, (PANEL, HPO), Cause.PANEL),
    "consequence": ("effect", {"consequence": "stop_gained"}, None, (VCF,), Cause.ANNOTATION),
    "predictor": ("effect", {"revel": "0.1"}, None, (VCF, HPO), Cause.PREDICTOR),
    "curated": ("effect", {}, None, (CURATED, HPO), Cause.CURATED),
    "call": ("segregation", {}, GQ, (VCF,), Cause.GENOTYPE),
    "affection": ("segregation", {}, None, (PED, HPO), Cause.PEDIGREE),
    "posterior by frequency": ("segregation", {"popmax_af": "0.1"}, None, (VCF,), Cause.FREQUENCY),
    "terms": ("phenotype", {}, None, (HPO, PANEL, VCF), Cause.HPO),
    "nothing but the version": ("gene", {}, None, (CODE, NUMPY), Cause.CODE),
    "nothing but a library": ("gene", {}, None, (NUMPY,), Cause.LIBRARIES),
    "the only thing that differs": ("prior", {}, None, (VCF,), Cause.VARIANTS),
}


@pytest.mark.parametrize("name", MOVES)
def test_the_cause_of_an_addend(name):
    addend, cells, calls, differences, cause = MOVES[name]
    old = candidate(variant(), **{addend: 1.0})
    new = candidate(variant(calls=calls, **cells), **{addend: 0.25})
    reason, addends = move(old, new, *differences)
    assert (reason.cause, reason.causes, reason.certain) == (cause, (cause,), True)
    (one,) = addends
    assert (one.name, one.delta, one.share, one.causes) == (addend, -0.75, 1.0, (cause,))
    assert reason.words.endswith(f"-0.75 ({addend})")


def test_every_addend_has_its_causes():
    assert set(CAUSES_OF_ADDEND) == set(ADDENDS)


def test_two_addends_with_two_causes():
    old = candidate(variant(), reported=0.0, rarity=1.0)
    new = candidate(variant(clinvar="Benign", popmax_af="0.01"), reported=-1.0, rarity=0.5)
    reason, addends = move(old, new, VCF)
    assert (reason.cause, reason.causes) == (Cause.SEVERAL, (Cause.CLINVAR, Cause.FREQUENCY))
    assert (reason.certain, reason.ground) == (True, Ground.COLUMNS)
    assert [(one.name, one.share) for one in addends] == [("reported", 0.6667), ("rarity", 0.3333)]
    assert reason.words == (
        "ClinVar (clinvar: Pathogenic -> Benign), -1.00 (reported); "
        "population frequency (popmax_af: 0 -> 0.01), -0.50 (rarity)"
    )


def test_what_is_not_known_is_one_of_several():
    """Nothing in the row, and two things that could be behind it."""
    reason, _ = move(candidate(effect=1.0), candidate(effect=0.0), CLINVAR, CURATED)
    assert (reason.cause, reason.certain) == (Cause.SEVERAL, False)
    assert set(reason.causes) == {Cause.CLINVAR, Cause.CURATED}
    assert " or " in reason.words


def test_nothing_that_differs():
    reason, _ = move(candidate(effect=1.0), candidate(effect=0.0))
    assert (reason.cause, reason.causes, reason.ground) == (Cause.UNKNOWN, (), Ground.NONE)
    assert reason.words == "nothing recorded tells why: -1.00 (effect)"


def test_rounding_is_no_move():
    assert explain_move(candidate(rarity=1.0), candidate(rarity=1.0001), (VCF,)) is None
    assert explain_move(candidate(rarity=1.0), candidate(rarity=1.001), (VCF,)) is not None


def test_an_addend_that_was_not_assessed():
    _, addends = move(candidate(panel=None), candidate(panel=0.0), PANEL)
    (one,) = addends
    assert (one.name, one.delta, one.old != one.old, one.causes) == (
        "panel", 0.0, True, (Cause.PANEL,),
    )  # fmt: skip


TIERS = {
    "panel": ({"panels": "p1 (amber)"}, (PANEL,), Cause.PANEL),
    "consequence": ({"consequence": "stop_gained"}, (VCF,), Cause.ANNOTATION),
    "known to ClinVar": ({"clinvar": "Uncertain"}, (VCF,), Cause.CLINVAR),
    "rule": ({}, (Difference(Cause.RULE, "consequence.high", "a", "b"),), Cause.RULE),
}


@pytest.mark.parametrize("name", TIERS)
def test_the_cause_of_a_tier(name):
    cells, differences, cause = TIERS[name]
    reason, addends = move(
        candidate(variant(tier="1")), candidate(variant(tier="3", **cells)), *differences
    )
    assert (reason.cause, addends) == (cause, ())
    assert reason.words.endswith("tier 1 -> 3")


CLASSES = {
    "frequency": ("PM2_Supporting", "BS1", {"popmax_af": "0.01"}, (), (VCF, HPO), Cause.FREQUENCY),
    "predictor": ("PP3_Strong", "BP4", {"revel": "0.1"}, (), (VCF, HPO), Cause.PREDICTOR),
    "new in the child": ("", "PS2", {}, (), (PED, HPO), Cause.PEDIGREE),
    "curated": ("", "PS3", {}, ("PS3",), (CURATED, HPO), Cause.CURATED),
    "rule": ("", "PM1", {}, (), (Difference(Cause.RULE, "acmg.pm2_dominant", "1", "2"), HPO),
             Cause.RULE),
}  # fmt: skip


@pytest.mark.parametrize("name", CLASSES)
def test_the_cause_of_a_class(name):
    before, after, cells, curated, differences, cause = CLASSES[name]
    old = candidate(variant(acmg_criteria=before))
    new = candidate(variant(acmg_criteria=after, acmg_class="benign", curated=curated, **cells))
    reason, _ = move(old, new, *differences)
    assert reason.cause is cause
    assert reason.words.endswith("class uncertain -> benign")


def test_a_difference_of_another_family_is_no_cause():
    other = replace(PED, family="F2")
    reason, _ = move(candidate(segregation=1.0), candidate(segregation=0.0), other, HPO)
    assert Cause.PEDIGREE not in reason.causes


def test_of_lists_what_left_and_what_came():
    old, new = variant(panels="p1 (green);p2 (red)"), variant(panels="p1 (amber);p2 (red)")
    told = row_causes(candidate(old), candidate(new))
    assert told == {Cause.PANEL: ("panels: p1 (green) -> p1 (amber)",)}


def test_of_a_pair_the_variant_is_named():
    old, new = (candidate(variant(), variant(200, clinvar=text)) for text in ("a", "b"))
    assert row_causes(old, new) == {Cause.CLINVAR: ("chr1-200-A-T clinvar: a -> b",)}


# --- candidates that one run has not ---------------------------------------------------------------


def absent(*differences, evidence=None, one=None, **about):
    told = {"candidate": one or candidate(), "run": "new", "present_is_new": False,
            "family_is_there": True} | about  # fmt: skip
    return explain_absence(Absence(**told), differences, evidence or Evidence())


def asked(*answer, records=None):
    """Evidence with one answer, and with what the records differ in."""
    who = ((Ground.EXPLANATION, lambda _: (WhyNot(*answer),)),) if answer else ()
    return Evidence(who, lambda _: records)


@pytest.mark.parametrize("difference", [CLINVAR, PANEL, FREQUENCY_RULE, HPO, PED, VCF, CODE, NUMPY])
def test_the_only_difference_is_the_cause(difference):
    reason = absent(difference)
    assert (reason.cause, reason.certain) == (difference.cause, True)
    assert reason.ground is Ground.ONLY_DIFFERENCE
    assert reason.words.endswith(": the only difference")


def test_several_differences_and_no_evidence():
    reason = absent(CLINVAR, FREQUENCY_RULE, NUMPY)
    assert (reason.cause, reason.certain, reason.ground) == (Cause.SEVERAL, False, Ground.NONE)
    assert reason.causes == (Cause.CLINVAR, Cause.RULE)
    assert reason.words.startswith("one of: ClinVar (ClinVar: 2024 -> 2025), rule (")


def test_what_only_ranks_admits_nothing():
    """Terms and weights move candidates; a limit can drop one."""
    reason = absent(HPO, WEIGHT, FREQUENCY_RULE)
    assert (reason.cause, reason.certain) == (Cause.RULE, True)
    assert "score.rarity" not in reason.words
    assert reason.words.endswith("the only difference that can admit it")


def test_nothing_differs():
    assert absent().cause is Cause.UNKNOWN


def test_a_family_that_is_not_there():
    reason = absent(VCF, family_is_there=False)
    assert reason.cause is Cause.PEDIGREE
    assert reason.words == "family F1 with proband kid is not in new"


NOT_THERE = {Cause.VARIANTS: ("in the VCF -> not in the VCF",)}
QUESTIONS = {
    # name: (answer, differences, what the records differ in, cause)
    "filter": (("filter", "LowQual", "PASS"), (VCF, PED), {Cause.GENOTYPE: ("filter",)},
               Cause.GENOTYPE),
    "frequency": (("frequency", "0.1", "at most 0.001"), (VCF, PED), {Cause.FREQUENCY: ("AF",)},
                  Cause.FREQUENCY),
    "limit": (("frequency", "0.0005", "at most 0.0001", "gel: frequency.dominant = 0.0001"),
              (FREQUENCY_RULE, PED), None, Cause.RULE),
    "consequence": (("consequence", "synonymous"), (PANEL, PED), None, Cause.PANEL),
    "segregation": (("segregation", "mum"), (CLINVAR, PED), None, Cause.PEDIGREE),
    "regions": (("regions", ""), (Difference(Cause.REGIONS, "regions", "", "chr2"), PED), None,
                Cause.REGIONS),
    "not in the file": (("file", "no record"), (VCF, PED), NOT_THERE, Cause.VARIANTS),
    "not in a file that is gone": (("file", "no record"), (VCF, PED), None, Cause.VARIANTS),
}  # fmt: skip


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_question_that_failed_chooses(name):
    answer, differences, records, cause = QUESTIONS[name]
    reason = absent(*differences, evidence=asked(*answer, records=records))
    assert (reason.cause, reason.certain) == (cause, True)
    assert reason.ground is Ground.EXPLANATION
    assert f"{answer[0]} of chr1-100-A-T in new" in reason.words


def test_two_questions_each_of_which_keeps_it_out():
    """The limit alone would drop it, and so would the affected mother: both are causes."""
    rule = "gel: frequency.dominant = 0.0001"
    answers = (WhyNot("frequency", "0.0005", "at most 0.0001", rule), WhyNot("segregation", "mum"))
    evidence = Evidence(((Ground.EXPLANATION, lambda _: answers),))
    reason = absent(FREQUENCY_RULE, PED, evidence=evidence)
    assert (reason.cause, reason.causes) == (Cause.SEVERAL, (Cause.RULE, Cause.PEDIGREE))
    assert reason.certain
    assert ") and pedigree (" in reason.words


def test_what_a_file_that_is_gone_may_have_told():
    """The FILTER failed, and the file is another one: its call, or ClinVar that no more rescues."""
    reason = absent(VCF, PED, evidence=asked("filter", "LowQual", "PASS"))
    assert (reason.causes, reason.certain) == ((Cause.GENOTYPE, Cause.CLINVAR), False)


@pytest.mark.parametrize(
    ("here", "there", "limit", "causes"),
    [
        ("0", "0.05", "0.0001", {Cause.FREQUENCY}),  # would have failed the old limit too
        ("0.0005", "0.0005", "0.0001", {Cause.RULE}),  # the old frequency fails the new limit
        ("0.0005", "0.05", "0.0001", {Cause.FREQUENCY, Cause.RULE}),  # either alone
        ("0.00001", "0.0005", "0.0001", {Cause.FREQUENCY, Cause.RULE}),  # only both together
        ("not_assessed", "0.0005", "0.0001", {Cause.FREQUENCY, Cause.RULE}),
    ],
)
def test_a_frequency_and_its_limit(here, there, limit, causes):
    rule = "gel 1.0: frequency.dominant = 0.0001"
    evidence = asked(
        "frequency", f"{there} in gnomad", f"at most {limit}, dominant", rule,
        records={Cause.FREQUENCY: ("AF",)},
    )  # fmt: skip
    one = candidate(variant(popmax_af=here))
    reason = absent(VCF, FREQUENCY_RULE, evidence=evidence, one=one)
    assert set(reason.causes) == causes


def test_records_tell_more_than_that_the_file_is_another():
    told = {Cause.GENOTYPE: ("gt of mum: 0/0 -> 0/1",)}
    reason = absent(VCF, evidence=asked(records=told))
    assert (reason.cause, reason.certain, reason.ground) == (Cause.GENOTYPE, True, Ground.RECORDS)
    assert reason.words == "genotype (gt of mum: 0/0 -> 0/1)"
    both = absent(VCF, PED, evidence=asked(records=told))
    assert (set(both.causes), both.certain) == ({Cause.GENOTYPE, Cause.PEDIGREE}, False)


def test_equal_records_acquit_the_file():
    reason = absent(VCF, PED, evidence=asked(records={}))
    assert (reason.cause, reason.certain) == (Cause.PEDIGREE, True)
    assert absent(VCF, evidence=asked(records={})).cause is Cause.VARIANTS


def test_an_answer_that_nothing_supports():
    """A frequency failed, but only the pedigree differs: both are told."""
    reason = absent(PED, CLINVAR, evidence=asked("carried", "reference", records={}))
    assert reason.cause is Cause.PEDIGREE
    reason = absent(CLINVAR, PANEL, evidence=asked("carried", "reference"))
    assert (reason.cause, reason.certain) == (Cause.SEVERAL, False)
    assert reason.words.endswith("carried of chr1-100-A-T in new: reference")


def test_a_lacking_partner_chooses_nothing():
    pair = candidate(variant(), variant(200), mode="compound_het")
    reason = absent(PED, PANEL, one=pair, evidence=asked("segregation", "one heterozygous allele"))
    assert (reason.cause, reason.certain) == (Cause.SEVERAL, False)


def test_in_another_mode():
    new = candidate(
        variant(calls={**CALLS, "mum": {**CALLS["mum"], "gt": "0/1"}}), mode="autosomal_dominant"
    )
    reason = absent(VCF, relatives=(new,))
    assert reason.cause is Cause.GENOTYPE
    words = "genotype (gt of mum: 0/0 -> 0/1); in new it is autosomal_dominant, rank 1"
    assert reason.words == words


def test_near_misses_of_the_same_gene_and_mode():
    row = {"gene": "G1", "mode": "de_novo", "question": "frequency", "observed": "0.1",
           "threshold": "x", "rule": "r"}  # fmt: skip
    one = candidate()
    key = ("F1", one.variants[0].key)
    ask = near_miss_asked({key: [row]}, one)
    assert ask(one.variants[0]) == (WhyNot("frequency", "0.1", "x", "r"),)
    for change in ({"gene": "G2"}, {"mode": "autosomal_dominant"}):
        assert near_miss_asked({key: [row | change]}, one)(one.variants[0]) == ()
    assert near_miss_asked({}, one)(one.variants[0]) == ()


def test_who_stands_above():
    reason = place_change({"A"}, {"A", "B", "C", "D", "E"}, 2, 6)
    words = "others moved: rank 2 -> 6, now above it: B; C; D and 1 more"
    assert (reason.cause, reason.words) == (Cause.OTHERS, words)
    assert place_change({"A"}, {"A"}, 2, 3).cause is Cause.UNKNOWN


# --- two lists -------------------------------------------------------------------------------------

LISTS = st.lists(
    st.tuples(st.integers(1, 8), st.sampled_from(["0", "0.01"]), st.sampled_from([0.0, 0.5])),
    unique_by=lambda one: one[0], max_size=8,
)  # fmt: skip


def side(name, made):
    found = tuple(
        candidate(
            variant(100 + number, popmax_af=af), rank=rank, symbol=f"G{number}", rarity=rarity
        )
        for rank, (number, af, rarity) in enumerate(made, start=1)
    )
    return Side(name, frozenset({("F1", "kid")}), found)


@given(LISTS, LISTS)
def test_every_candidate_is_in_one_group_and_the_mirror_agrees(old, new):
    """Appeared, vanished, moved and unchanged add up, and turned round they swap."""

    def compared(one, other):
        return compare_candidates(side("a", one), side("b", other), (VCF,), lambda *_: Evidence())

    there, back = compared(old, new), compared(new, old)
    groups = {
        change: {one.gene for one in there.changes if one.change is change} for change in Change
    }
    names = [{f"G{number}" for number, *_ in made} for made in (old, new)]
    assert groups[Change.APPEARED] == names[1] - names[0]
    assert groups[Change.VANISHED] == names[0] - names[1]
    assert len(groups[Change.MOVED]) + there.unchanged == len(names[0] & names[1])
    turned = {Change.APPEARED: Change.VANISHED, Change.VANISHED: Change.APPEARED}
    assert {(one.gene, turned.get(one.change, one.change), one.reason.cause)
            for one in there.changes} == {(one.gene, one.change, one.reason.cause)
                                          for one in back.changes}  # fmt: skip
    assert all(one.reason.cause is not Cause.UNKNOWN for one in there.changes)


def test_every_question_has_causes_and_settings():
    """A new question of a ranking must be known here, or `raredx diff` names no cause."""
    assert set(ASKED_OF_A_RUN) <= set(CAUSES_OF_QUESTION)
    assert set(ASKED_OF_A_RUN) - {"carried"} <= set(RULES_OF_QUESTION)
