"""One sum and its probability: what is shown adds up, and more evidence never counts less."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import log10

import msgspec
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from builders import Row
from raredx.errors import SettingsError
from raredx.evidence_settings import ScoreSettings
from raredx.scoring.score import (
    SHOWN_DIGITS,
    panel_ratio,
    score_candidates,
    share_odds,
    weights_of,
)
from raredx.scoring.score_features import ADDENDS, FEATURES, PHENOTYPE_BEND, Features
from raredx.settings import decode_ruleset
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
from score_cases import ROUND, Family, Variant, World, addends, one, pair

SINGLE_MODES = [m for m in Mode if m not in (Mode.COMPOUND_HET, Mode.X_LINKED_COMPOUND_HET)]
PAIR_MODES = [Mode.COMPOUND_HET, Mode.X_LINKED_COMPOUND_HET]
SHOWN = 2 * 10.0**-SHOWN_DIGITS
"""What rounding may change."""
CRITERIA = ["", "PP3", "BP4_Strong", "PS1 PM1", "PVS1", "PVS1_Supporting PM2_Supporting", "PS2"]

# --- families drawn ------------------------------------------------------------------------------

VARIANT = st.builds(
    Variant,
    consequence=st.sampled_from(["missense_variant", "stop_gained", "inframe_deletion"]),
    strength=st.sampled_from(list(ConsequenceClass)),
    popmax=st.sampled_from([0.0, 1e-7, 1e-5, 3e-4, 0.02, np.nan]),
    clinvar=st.sampled_from(list(ClinvarClass)),
    criteria=st.sampled_from(CRITERIA),
    grade=st.sampled_from(list(DeNovoGrade)),
    posterior=st.sampled_from([np.nan, 0.0, 0.2, 0.999]),
    proband=st.sampled_from([Genotype.HETEROZYGOUS, Genotype.HOMOZYGOUS, Genotype.HEMIZYGOUS,
                             Genotype.CARRIER]),
)  # fmt: skip


def three(values):
    return st.tuples(values, values, values)


WORLD = st.builds(
    World,
    validity=three(st.sampled_from(list(GeneValidity))),
    panels=three(st.integers(0, 3)),
    modes=three(st.integers(0, (1 << 10) - 1)),
    pli=three(st.sampled_from([np.nan, 0.0, 0.5, 1.0])),
    z=st.none() | three(st.sampled_from([np.nan, -2.0, 0.5, 1.0, 4.0])),
    green=st.none() | st.frozensets(st.integers(0, 2)),
)
SETTINGS = st.builds(
    ScoreSettings,
    **{
        name: st.floats(-5, 5) for name in msgspec.structs.asdict(ROUND)
        if name not in ("explained_share", "panel_share")
    },
    explained_share=st.floats(0.01, 0.99),
)  # fmt: skip


@st.composite
def families(draw, world=WORLD, n_events=1):
    """Candidates of one, of two, and of several variants."""
    variants = tuple(draw(st.lists(VARIANT, min_size=2, max_size=5)))
    number = st.integers(0, len(variants) - 1)
    fits = st.sampled_from([Outcome.PASS, Outcome.NOT_ASSESSED])
    single = st.builds(
        Row, variant=number, mode=st.sampled_from(SINGLE_MODES), gene=st.integers(0, 3),
        complete=st.booleans(), segregation=fits,
    )  # fmt: skip
    groups = [[row] for row in draw(st.lists(single, max_size=4))]
    for a, b in draw(st.lists(st.tuples(number, number), max_size=2)):
        facts = {"phase": draw(st.sampled_from(list(Phase))), "gene": draw(st.integers(0, 3))}
        groups.append([*pair(0, a, b, mode=draw(st.sampled_from(PAIR_MODES)), **facts)])
    for _ in range(draw(st.integers(0, n_events))):
        own = draw(st.lists(number, min_size=2, max_size=3, unique=True))
        gene = draw(st.integers(0, 3))
        groups.append([Row(v, Mode.DE_NOVO, gene=gene, segregation=draw(fits)) for v in own])
    rows, panel = [], []
    for candidate, group in enumerate(groups):
        answer = draw(st.sampled_from(list(Outcome)))
        rows += [replace(row, candidate=candidate) for row in group]
        panel += [answer] * len(group)
    return Family(tuple(rows), variants, draw(world), tuple(panel))


# --- a sum ---------------------------------------------------------------------------------------


@given(families(), SETTINGS)
def test_the_addends_add_up(family, weights):
    scores = family.score(weights)
    assert np.isfinite(scores.total).all()
    np.testing.assert_allclose(np.nansum(scores.addends, axis=1), scores.total, atol=1e-9)
    assert not np.signbit(scores.addends[scores.addends == 0]).any()  # no -0.0 is shown


@given(families(), SETTINGS)
def test_what_is_not_assessed_counts_nothing_and_shows(family, weights):
    features = family.features()
    scores = score_candidates(features, weights)
    missing = np.isnan(scores.addends)
    assert not (missing & ~features.open).any()  # only what was not assessed is missing
    assessed = replace(features, open=np.zeros_like(features.open))
    np.testing.assert_array_equal(score_candidates(assessed, weights).total, scores.total)
    np.testing.assert_array_equal(
        score_candidates(assessed, weights).addends, np.where(missing, 0.0, scores.addends)
    )


def test_an_addend_is_the_sum_of_its_features_times_their_weights():
    """One of everything: each weight lands in its own addend, the panel as it is."""
    features = Features(np.ones((1, len(FEATURES))), np.zeros((1, len(ADDENDS)), bool))
    found = addends(score_candidates(features, ROUND))
    weights = msgspec.structs.asdict(ROUND) | {"panel": 1.0}
    for addend in ADDENDS:
        assert found[addend] == pytest.approx(sum(weights[f] for f, a in FEATURES if a == addend))


def test_every_weight_of_the_rule_set_is_used_and_no_other():
    weights = set(msgspec.structs.asdict(ROUND)) - {"explained_share", "panel_share"}
    assert weights | {"panel"} == {name for name, _ in FEATURES}
    assert len(weights_of(ROUND)) == len(FEATURES)


def test_a_tiny_negative_addend_is_shown_as_zero():
    values = np.zeros((1, len(FEATURES)))
    values[0, [name for name, _ in FEATURES].index("panel")] = -1e-9
    found = score_candidates(Features(values, np.zeros((1, len(ADDENDS)), bool)), ROUND)
    assert str(addends(found)["panel"]) == "0.0"


def test_a_pair_is_the_mean_of_its_two_and_an_event_its_strongest():
    strong = Variant("stop_gained", ConsequenceClass.HIGH, 1e-5, criteria="PVS1")
    weak = Variant(popmax=1e-4, criteria="BP4")

    def of(family):
        found = addends(family.score())
        return found["effect"] + found["rarity"]

    alone = [of(one(v)) for v in (strong, weak)]
    assert alone[0] > alone[1]
    assert of(Family(pair(0, 0, 1), (strong, weak))) == pytest.approx(np.mean(alone))
    event = (Row(0, Mode.DE_NOVO), Row(1, Mode.DE_NOVO))
    assert of(Family(event, (weak, strong))) == alone[0]


# --- probability ---------------------------------------------------------------------------------


@given(st.lists(st.floats(-400, 400), max_size=8))
def test_probabilities_and_none_are_all_there_is(totals):
    probability, none = share_odds(np.array(totals, float))
    assert probability.shape == (len(totals),)
    assert (probability >= 0).all()
    assert 0 <= none <= 1
    assert probability.sum() + none == pytest.approx(1.0)


@given(st.lists(st.floats(-30, 30), min_size=1, max_size=8))
def test_odds_against_none_are_the_score(totals):
    probability, none = share_odds(np.array(totals))
    np.testing.assert_allclose(np.log10(probability / none), totals, atol=1e-9)


def test_without_candidates_none_is_certain():
    scores = Family((), ()).score()
    assert scores.total.size == scores.probability.size == 0
    assert scores.none == 1.0


@given(families(), st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_the_share_explained_moves_the_odds_by_its_own(family, share, other):
    assume(family.rows)
    found, moved = (
        family.score(msgspec.structs.replace(ROUND, explained_share=s)) for s in (share, other)
    )
    by = log10(other / (1 - other)) - log10(share / (1 - share))
    np.testing.assert_allclose(moved.total - found.total, by, atol=SHOWN)
    before, after = (s.probability / s.none for s in (found, moved))
    np.testing.assert_allclose(np.log10(after) - np.log10(before), by, atol=SHOWN)
    np.testing.assert_array_equal(moved.addends[:, 1:], found.addends[:, 1:])  # only the prior


def test_more_families_explained_never_lower_a_probability():
    family = Family((Row(0, Mode.DE_NOVO), Row(0, Mode.AUTOSOMAL_DOMINANT, candidate=1)))
    shares = [0.1, 0.25, 0.5, 0.9]
    found = [family.score(msgspec.structs.replace(ROUND, explained_share=s)) for s in shares]
    for less, more in pairwise(found):
        assert (more.probability > less.probability).all()
        assert more.none < less.none


# --- the order of the file -----------------------------------------------------------------------


@given(st.data(), families())
def test_the_order_of_rows_candidates_and_variants_changes_nothing(data, family):
    plain = family.score()
    n, n_candidates, n_variants = len(family.rows), len(plain.total), len(family.variants)
    by_row = data.draw(st.permutations(range(n)))
    by_candidate = data.draw(st.permutations(range(n_candidates)))
    by_variant = data.draw(st.permutations(range(n_variants)))
    place = {old: new for new, old in enumerate(by_variant)} | {-1: -1}
    rows = tuple(
        replace(
            row, candidate=by_candidate[row.candidate], variant=place[row.variant],
            partner=place[row.partner],
        )
        for row in (family.rows[k] for k in by_row)
    )  # fmt: skip
    shuffled = replace(
        family, rows=rows, variants=tuple(family.variants[k] for k in by_variant),
        panel=tuple(family.panel[k] for k in by_row),
    ).score()  # fmt: skip
    for old, new in enumerate(by_candidate):
        np.testing.assert_array_equal(shuffled.addends[new], plain.addends[old])
        assert shuffled.total[new] == plain.total[old]
        assert shuffled.probability[new] == pytest.approx(plain.probability[old], rel=1e-12)
    assert shuffled.none == pytest.approx(plain.none, rel=1e-12)


# --- more evidence never counts less -------------------------------------------------------------

LADDERS = {  # worse first
    "popmax": [1.0, 0.05, 1e-3, 1e-4, 1e-5, 1e-6, 1e-9, 0.0],
    "criteria": ["BP4_Strong BP7", "BP4", "", "PP3", "PP3_Strong", "PP3_Strong PS1"],
    "clinvar": [ClinvarClass.BENIGN, ClinvarClass.UNCERTAIN, ClinvarClass.CONFLICTING,
                ClinvarClass.LIKELY_PATHOGENIC, ClinvarClass.PATHOGENIC],
    "grade": [DeNovoGrade.POSSIBLE, DeNovoGrade.LOW, DeNovoGrade.MEDIUM, DeNovoGrade.HIGH],
    "posterior": [0.0, 0.01, 0.3, 0.9, 1.0],
}  # fmt: skip
OF_THE_GENE = {
    "z": [-3.0, 0.0, PHENOTYPE_BEND, 1.1, 6.0],
    "pli": [0.0, 0.3, 0.9, 1.0],
    "validity": [GeneValidity.REFUTED, GeneValidity.DISPUTED, GeneValidity.LIMITED,
                 GeneValidity.MODERATE, GeneValidity.STRONG, GeneValidity.DEFINITIVE],
    "panels": [0, 1, 40],
    "modes": [1 << Mode.Y_LINKED, (1 << 10) - 1],
}  # fmt: skip
SETS = st.sampled_from([ROUND, ScoreSettings()])


def steps(ladder):
    return st.tuples(st.integers(0, len(ladder) - 1), st.integers(0, len(ladder) - 1)).map(sorted)


def never_less(worse, better, weights):
    """The first candidate scores no less, and is no less probable beside the others."""
    low, high = worse.score(weights), better.score(weights)
    assert high.total[0] >= low.total[0]
    assert high.probability[0] >= low.probability[0] * (1 - 1e-12)


@pytest.mark.parametrize("name", LADDERS)
@settings(max_examples=60)
@given(st.data(), SETS, VARIANT, WORLD, st.sampled_from(Mode))
def test_better_evidence_on_a_variant(name, data, weights, variant, world, mode):
    """Of a candidate by itself in any mode, and of one of a pair."""
    low, high = data.draw(steps(LADDERS[name]))
    second = data.draw(VARIANT)
    rows = pair(0, 0, 1, mode=mode) if mode in PAIR_MODES else (Row(0, mode),)
    rows = (*rows, Row(1, Mode.DE_NOVO, candidate=1))
    worse, better = (
        Family(rows, (replace(variant, **{name: LADDERS[name][step]}), second), world)
        for step in (low, high)
    )
    never_less(worse, better, weights)


@settings(max_examples=60)
@given(st.data(), SETS, VARIANT, WORLD)
def test_a_stronger_pvs1(data, weights, variant, world):
    ladder = [f"PVS1_{s}" for s in ("NotMet", "Supporting", "Moderate", "Strong", "Very_Strong")]
    low, high = data.draw(steps(ladder))
    worse, better = (
        one(replace(variant, strength=ConsequenceClass.HIGH, criteria=ladder[step]), world=world)
        for step in (low, high)
    )
    never_less(worse, better, weights)


@pytest.mark.parametrize("name", OF_THE_GENE)
@settings(max_examples=60)
@given(st.data(), SETS, VARIANT, WORLD, st.sampled_from(SINGLE_MODES))
def test_better_evidence_on_a_gene(name, data, weights, variant, world, mode):
    low, high = data.draw(steps(OF_THE_GENE[name]))
    worse, better = (
        one(variant, mode=mode, world=replace(world, **{name: (OF_THE_GENE[name][step], 0, 0)}))
        for step in (low, high)
    )
    never_less(worse, better, weights)


@settings(max_examples=60)
@given(st.data(), SETS, VARIANT, WORLD)
def test_better_phase_and_panel(data, weights, variant, world):
    phases = [Phase.LIKELY_CIS, Phase.UNKNOWN, Phase.PROBABLE_TRANS, Phase.TRANS]
    answers = [Outcome.FAIL, Outcome.NOT_ASSESSED, Outcome.PASS]
    low, high = data.draw(steps(phases))
    least, most = data.draw(steps(answers))
    worse, better = (
        Family(pair(0, 0, 1, phase=phases[p]), (variant, variant), world, (answers[a],) * 2)
        for p, a in ((low, least), (high, most))
    )
    never_less(worse, better, weights)


@pytest.mark.parametrize("weights", [ROUND, ScoreSettings()], ids=["round", "bundled"])
def test_parents_who_bear_a_mode_out_count_for_it(weights):
    told, open_ = (one(segregation=s).score(weights).total[0] for s in (1, -1))
    assert told > open_


# --- what is missing -----------------------------------------------------------------------------

ALL_KNOWN = World(
    validity=(GeneValidity.DEFINITIVE,) * 3, panels=(3, 3, 3), z=(4.0, 0.0, 1.5),
    green=frozenset({0, 1}), pli=(0.9, 0.1, 0.5),
)  # fmt: skip
BEST = Variant("stop_gained", ConsequenceClass.HIGH, 0.0, ClinvarClass.PATHOGENIC, "PVS1",
               DeNovoGrade.HIGH, 0.99)  # fmt: skip
GOOD = Variant(popmax=1e-5, criteria="PP3", grade=DeNovoGrade.HIGH, posterior=0.99)
POOR = Variant(popmax=5e-4, criteria="BP4", clinvar=ClinvarClass.BENIGN)
FULL = Family(
    (Row(0, Mode.DE_NOVO), Row(1, Mode.DE_NOVO, candidate=1, gene=2),
     Row(2, Mode.AUTOSOMAL_DOMINANT, candidate=2, gene=1)), (BEST, GOOD, POOR), ALL_KNOWN,
    (Outcome.PASS, Outcome.FAIL, Outcome.PASS),
)  # fmt: skip


def without(**changes):
    """The full family, with something of all its variants changed."""
    return replace(FULL, variants=tuple(replace(v, **changes) for v in FULL.variants))


@pytest.mark.parametrize(
    ("family", "missing"),
    [
        (FULL, set()),
        (replace(FULL, world=replace(ALL_KNOWN, z=None)), {"phenotype"}),
        (replace(FULL, world=replace(ALL_KNOWN, green=None)), {"panel"}),
        (without(clinvar=ClinvarClass.NOT_ASSESSED), {"reported"}),
        (without(popmax=np.nan), {"rarity"}),
        (
            replace(
                without(clinvar=ClinvarClass.NOT_ASSESSED, popmax=np.nan),
                world=replace(ALL_KNOWN, z=None, green=None),
            ),
            {"phenotype", "panel", "reported", "rarity"},
        ),
    ],
    ids=["all", "terms", "panel", "ClinVar", "frequency", "nothing"],
)
def test_what_is_missing_is_said_and_the_rest_still_ranks(family, missing):
    scores = family.score()
    full = FULL.score()
    for candidate in range(3):
        found = addends(scores, candidate)
        assert {name for name, value in found.items() if value != value} == missing
        kept = {name: value for name, value in found.items() if name not in missing}
        before = addends(full, candidate)
        assert kept == {name: before[name] for name in kept}
    assert scores.total[0] > scores.total[1] > scores.total[2]
    assert 0 < scores.none < 1


def test_without_predictors_the_consequence_still_ranks():
    scores = without(criteria="").score()
    assert scores.total[0] > scores.total[1] > scores.total[2]
    assert addends(scores, 0)["effect"] > addends(scores, 1)["effect"] == 0.0


def test_without_parents_the_rest_still_ranks():
    """Alone: no grade, no posterior, nothing that segregation could have told."""
    rows = tuple(
        replace(row, mode=Mode.AUTOSOMAL_DOMINANT, segregation=Outcome.NOT_ASSESSED)
        for row in FULL.rows
    )
    alone = replace(without(grade=DeNovoGrade.NONE, posterior=np.nan), rows=rows)
    scores = alone.score()
    assert scores.total[0] > scores.total[1] > scores.total[2]
    assert {addends(scores, n)["segregation"] for n in range(3)} == {ROUND.one_copy_open}


def test_a_gene_that_hpo_does_not_know_is_not_assessed_unless_the_rule_set_weighs_it():
    family = one(world=World(z=(np.nan, 0.0, 0.0)))
    assert np.isnan(addends(family.score())["phenotype"])
    weighed = msgspec.structs.replace(ROUND, phenotype_unknown=-0.25)
    assert addends(family.score(weighed))["phenotype"] == -0.25


# --- other modes ---------------------------------------------------------------------------------


def test_one_variant_in_a_gene_that_asks_for_two_loses():
    """And gains nothing back where inheritance is unknown, or any mode on X is known."""

    def total(mode, modes):
        world = World(panels=(1, 0, 0), modes=(sum(1 << m for m in modes), 0, 0))
        return one(mode=mode, world=world).score().total[0]

    biallelic = (Mode.AUTOSOMAL_RECESSIVE_HOM, Mode.COMPOUND_HET)
    unknown = total(Mode.AUTOSOMAL_DOMINANT, ())
    lost = total(Mode.AUTOSOMAL_DOMINANT, biallelic) - unknown
    assert lost == pytest.approx(ROUND.other_mode)
    assert total(Mode.AUTOSOMAL_DOMINANT, (Mode.AUTOSOMAL_DOMINANT,)) == unknown
    on_x = total(Mode.X_LINKED_DOMINANT, ())
    assert total(Mode.X_LINKED_DOMINANT, (Mode.X_LINKED_RECESSIVE,)) == on_x


# --- panels --------------------------------------------------------------------------------------

SHARES = st.floats(0.01, 0.99)


@given(st.integers(1, 400), st.integers(1, 400), SHARES)
def test_a_panel_speaks_for_its_genes_and_against_others(n_green, n_known, share):
    weigh = panel_ratio(frozenset(range(n_green)), n_known, share)
    on, off = weigh(0, Outcome.PASS), weigh(-1, Outcome.FAIL)
    assert -1e-12 <= on <= log10(share * n_known) + 1e-12 or n_green >= share * n_known
    assert log10(1 - share) - 1e-12 <= off <= 1e-12
    size = min(n_green / n_known, share)
    # a likelihood ratio: its mean over genes that explain nothing is 1
    assert size * 10**on + (1 - size) * 10**off == pytest.approx(1.0)


@given(st.integers(1, 399), SHARES)
def test_a_larger_panel_tells_less(n_green, share):
    small, large = (panel_ratio(frozenset(range(n)), 400, share) for n in (n_green, n_green + 1))
    assert large(0, Outcome.PASS) <= small(0, Outcome.PASS) + 1e-12
    assert large(-1, Outcome.FAIL) >= small(-1, Outcome.FAIL) - 1e-12


@given(SHARES, st.integers(100, 120))
def test_a_panel_of_all_known_genes_tells_nothing(share, n_green):
    weigh = panel_ratio(frozenset(range(n_green)), 100, share)
    for gene, answer in ((0, Outcome.PASS), (0, Outcome.FAIL), (999, Outcome.FAIL)):
        assert weigh(gene, answer) == pytest.approx(0.0, abs=1e-12)


def test_a_panel_without_green_genes_tells_nothing():
    weigh = panel_ratio(frozenset(), 100, 0.7)
    assert weigh(1, Outcome.PASS) == weigh(1, Outcome.FAIL) == 0.0


def test_where_no_gene_is_known_a_panel_is_all_there_is():
    weigh = panel_ratio(frozenset({1}), 0, 0.7)
    assert weigh(1, Outcome.PASS) == pytest.approx(0.0)


# --- rule sets -----------------------------------------------------------------------------------

RULES = 'name = "own"\nversion = "1"\n[consequence]\nhigh = ["stop_gained"]\n[score]\n'


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("explained_share = 0.0", "Expected `float` > 0.0 - at `$.score.explained_share`"),
        ("explained_share = 1.0", "Expected `float` < 1.0 - at `$.score.explained_share`"),
        ("panel_share = 1.0", "Expected `float` < 1.0 - at `$.score.panel_share`"),
        ("panel_share = nan", "at `$.score.panel_share`"),
        ("prior = nan", "score.prior is nan, not a number from -100 to 100"),
        ("rarity = inf", "score.rarity is inf, not a number from -100 to 100"),
        ("clinvar = -101.0", "score.clinvar is -101.0, not a number from -100 to 100"),
        ("panel = 1.0", "unknown field `panel`"),
    ],
)
def test_weights_that_make_no_sum_are_refused(line, told):
    with pytest.raises(SettingsError) as fault:
        decode_ruleset((RULES + line).encode(), where="own.toml")
    assert told in str(fault.value)


def test_weights_of_a_rule_set_are_read():
    loaded = decode_ruleset((RULES + "rarity = 0.125\n").encode(), where="own.toml")
    assert loaded.rules.score == ScoreSettings(rarity=0.125)
