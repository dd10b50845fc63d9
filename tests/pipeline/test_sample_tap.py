"""Who the samples are, for the evidence: parents are parents only where that was shown."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from builders import family, pedigree, read_table
from raredx.checks.sample_stats import SiteStatistics
from raredx.columns.check_statistics import Answer
from raredx.pipeline.sample_tap import SampleAnswers, _parentage
from raredx.report.heading import Checks
from raredx.vocabulary import Assembly, Outcome
from simulated import Study, batches, drop_genes

WORDS = {"pass": Outcome.PASS, "fail": Outcome.FAIL, "?": Outcome.NOT_ASSESSED}
TRIO = "kid dad mum F A\ndad 0 0 M U\nmum 0 0 F U"


def answers(question, word):
    """The answers of a duo or pair; `-` where the question was not put."""
    return (Answer(question, WORDS[word]),) if word != "-" else ()


def asked(parentage):
    return SampleAnswers(Checks(0, (), ()), {}, parentage)


# --- one parent ----------------------------------------------------------------------------------

ONE = """
parentage | kinship | parent
pass      | pass    | pass
pass      | ?       | ?
pass      | -       | ?
?         | pass    | ?
-         | pass    | ?
?         | ?       | ?
-         | -       | ?
pass      | fail    | fail
fail      | pass    | fail
fail      | ?       | fail
?         | fail    | fail
fail      | fail    | fail
"""


@pytest.mark.parametrize("row", read_table(text=ONE), ids=lambda r: " ".join(r.values()))
@pytest.mark.parametrize("names", [("kid", "dad"), ("dad", "kid")], ids=["kid-dad", "dad-kid"])
def test_parentage_asks_for_kinship_too(row, names):
    """No more opposite homozygotes than errors make is what siblings may have as well."""
    first, second = names
    result = SimpleNamespace(
        pairs=(
            SimpleNamespace(first=first, second=second, answers=answers("kinship", row["kinship"])),
            SimpleNamespace(first="kid", second="mum", answers=answers("kinship", "pass")),
        ),
        duos=(
            SimpleNamespace(
                child="kid", parent="dad", answers=answers("parentage", row["parentage"])
            ),
        ),
    )
    assert _parentage(result) == {("kid", "dad"): WORDS[row["parent"]]}


def test_a_pair_that_was_not_compared_leaves_parentage_open():
    duo = SimpleNamespace(child="kid", parent="dad", answers=answers("parentage", "pass"))
    found = _parentage(SimpleNamespace(pairs=(), duos=(duo,)))
    assert found == {("kid", "dad"): Outcome.NOT_ASSESSED}


# --- both parents --------------------------------------------------------------------------------

BOTH = """
father | mother | parents
pass   | pass   | pass
pass   | ?      | ?
?      | pass   | ?
?      | ?      | ?
pass   | -      | ?
-      | -      | ?
pass   | fail   | fail
fail   | pass   | fail
fail   | ?      | fail
-      | fail   | fail
"""


@pytest.mark.parametrize("row", read_table(text=BOTH), ids=lambda r: " ".join(r.values()))
def test_parents_pass_only_where_both_do(row):
    parentage = {
        ("kid", parent): WORDS[row[role]]
        for parent, role in (("dad", "father"), ("mum", "mother"))
        if row[role] != "-"
    }
    assert asked(parentage).parents_of(family(people=TRIO)) is WORDS[row["parents"]]


ALL = {("kid", "dad"): Outcome.PASS, ("kid", "mum"): Outcome.PASS}


@pytest.mark.parametrize(
    "people",
    ["kid 0 0 F A", "kid 0 mum F A\nmum 0 0 F U", "kid dad 0 F A\ndad 0 0 M U"],
    ids=["alone", "mother", "father"],
)
def test_a_parent_that_the_pedigree_does_not_name_was_not_shown(people):
    assert asked(ALL).parents_of(family(people=people)) is Outcome.NOT_ASSESSED


def test_the_parents_of_another_child_say_nothing():
    other = {("sib", "dad"): Outcome.PASS, ("sib", "mum"): Outcome.PASS}
    assert asked(other).parents_of(family(people=TRIO)) is Outcome.NOT_ASSESSED
    turned = {("dad", "kid"): Outcome.PASS, ("mum", "kid"): Outcome.PASS}
    assert asked(turned).parents_of(family(people=TRIO)) is Outcome.NOT_ASSESSED


# --- simulated families --------------------------------------------------------------------------

WIDE = """
kid dad mum F A
dad gpf gpm M U
mum 0 0 F U
uncle gpf gpm M U
gpf 0 0 M U
gpm 0 0 F U
stranger 0 0 M U
"""


@pytest.mark.parametrize(
    ("samples", "study", "expected"),
    [
        (("kid", "dad", "mum"), Study(autosomal=8000), Outcome.PASS),
        (("mum", "kid", "dad"), Study(autosomal=8000), Outcome.PASS),
        (("kid", "dad=stranger", "mum"), Study(autosomal=8000), Outcome.FAIL),
        (("kid", "dad=uncle", "mum"), Study(autosomal=8000), Outcome.FAIL),
        (("kid", "dad=mum", "mum=dad"), Study(autosomal=8000), Outcome.PASS),  # still the parents
        (("kid", "dad"), Study(autosomal=8000), Outcome.NOT_ASSESSED),
        (("kid", "dad=stranger"), Study(autosomal=8000), Outcome.FAIL),
        (("kid", "dad", "mum"), Study(autosomal=100), Outcome.NOT_ASSESSED),  # too few sites
        (("kid", "dad", "mum"), Study(autosomal=8000, max_af=0.02), Outcome.NOT_ASSESSED),
    ],
    ids=["trio", "any-order", "stranger", "uncle", "parents-swapped", "duo", "duo-stranger",
         "few-sites", "rare-only"],
)  # fmt: skip
def test_who_passes_for_parents(samples, study, expected):
    tree, stated = pedigree(people=WIDE), pedigree(people=TRIO)
    names = [name.partition("=")[0] for name in samples]
    statistics = SiteStatistics(names, [stated], Assembly.GRCH38)
    for batch in batches(drop_genes(tree, study), tree, study, list(samples)):
        statistics.add(batch)
    found = asked(_parentage(statistics.finish()))
    assert found.parents_of(family(people=TRIO, sequenced=names)) is expected
