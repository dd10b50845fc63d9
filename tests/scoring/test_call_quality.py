"""Are the calls good enough? Tables a geneticist can read, and a slow twin."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import PLACES, batch, calls, family, read_table, trio
from raredx.scoring.call_quality import call_figures, judge_call_quality
from raredx.settings import CallQualitySettings, read_ruleset
from raredx.vocabulary import Outcome

SLIVAR = read_ruleset("slivar").rules.call_quality
TALOS = read_ruleset("talos").rules.call_quality
SHARES = ("het_min_alt_fraction", "het_max_alt_fraction", "hom_min_alt_fraction",
          "ref_max_alt_fraction")  # fmt: skip
WORDS = {"pass": Outcome.PASS, "fail": Outcome.FAIL, "?": Outcome.NOT_ASSESSED}


def judge(*, genotypes, settings, place="7", sex="F", known=False, members=None, **columns):
    """Judge one variant; genotypes of proband, father, mother, 40 reads each."""
    found = batch(genotypes=[genotypes], place=place, **columns)
    read = calls(batch=found, family=members or trio(sex=sex))
    return judge_call_quality(found, read, np.array([known]), settings).tolist()


# 40 reads each, GQ 60, unless a column says otherwise: figures of proband, father, mother.
FIGURES = """
sex | place | proband   | father   | mother   | gq        | reads      | slivar | talos | why
F   | 7     | 0/1       | 0/0      | 0/0      | 60 60 60  | 40 40 40   | pass   | pass  |
F   | 7     | 0/1       | 0/0      | 0/0      | 20 20 20  | 40 40 40   | pass   | pass  | at the limit
F   | 7     | 0/1       | 0/0      | 0/0      | 19 60 60  | 40 40 40   | fail   | pass  | Talos asks no GQ
F   | 7     | 0/1       | 0/0      | 0/0      | 60 60 19  | 40 40 40   | fail   | pass  | a parent
F   | 7     | 0/1       | 0/0      | 0/0      | 60 60 nan | 40 40 40   | ?      | pass  | GQ not given
F   | 7     | 0/1       | 0/0      | 0/0      | 19 60 nan | 40 40 40   | fail   | pass  | one fails for certain
F   | 7     | 0/1       | 0/0      | 0/0      | 60 60 60  | 10 6 6     | pass   | pass  |
F   | 7     | 0/1       | 0/0      | 0/0      | 60 60 60  | 9 40 40    | pass   | fail  | Talos: 10 reads
F   | 7     | 0/1       | 0/0      | 0/0      | 60 60 60  | 40 5 40    | fail   | pass  | slivar: 6 of each
F   | 7     | 0/1@0.20  | 0/0      | 0/0      | 60 60 60  | 40 40 40   | pass   | pass  | at the limit
F   | 7     | 0/1@0.80  | 0/0      | 0/0      | 60 60 60  | 40 40 40   | pass   | pass  | at the limit
F   | 7     | 0/1@0.175 | 0/0      | 0/0      | 60 60 60  | 40 40 40   | fail   | pass  | 7 of 40
F   | 7     | 0/1@0.825 | 0/0      | 0/0      | 60 60 60  | 40 40 40   | fail   | pass  | 33 of 40
F   | 7     | 0/1@0.10  | 0/0      | 0/0      | 60 60 60  | 40 40 40   | fail   | fail  | 4 ALT reads
F   | 7     | 0/1@nan   | 0/0      | 0/0      | 60 60 60  | 40 40 40   | ?      | ?     | no AD
F   | 7     | 0/1       | 0/0@0.02 | 0/0      | 60 60 60  | 40 40 40   | pass   | pass  | at the limit
F   | 7     | 0/1       | 0/0@0.05 | 0/0      | 60 60 60  | 40 40 40   | fail   | pass  | stray reads
F   | 7     | 1/1       | 0/1      | 0/1      | 60 60 60  | 40 40 40   | pass   | pass  |
F   | 7     | 1/1@0.98  | 0/1      | 0/1      | 60 60 60  | 40 40 40   | pass   | pass  | at the limit
F   | 7     | 1/1@0.95  | 0/1      | 0/1      | 60 60 60  | 40 40 40   | fail   | pass  | two REF reads
F   | 7     | 0/1       | ./.      | 0/0      | 60 60 60  | 40 40 40   | ?      | pass  | no call
F   | 7     | 0/1@0.10  | ./.      | 0/0      | 60 60 60  | 40 40 40   | fail   | fail  |
F   | 7     | ./1       | 0/0      | 0/0      | 60 60 60  | 40 40 40   | ?      | pass  | one copy or two
F   | 7     | 0/1       | ./0      | 0/0      | 60 60 60  | 40 40 40   | ?      | pass  | half-call
F   | X     | 0/1       | 0        | 0/0      | 60 60 60  | 40 40 40   | pass   | pass  |
M   | X     | 1         | 0        | 0/1      | 10 10 20  | 40 40 40   | pass   | pass  | a man on X: 10
M   | X     | 1         | 0        | 0/1      | 9 10 20   | 40 40 40   | fail   | pass  |
M   | X     | 1         | 0        | 0/1      | 10 10 19  | 40 40 40   | fail   | pass  | his mother: 20
M   | PAR1  | 0/1       | 0/1      | 0/0      | 19 20 20  | 40 40 40   | fail   | pass  | as an autosome
M   | X     | 1/1       | 0/0      | 0/1      | 10 10 20  | 40 40 40   | pass   | pass  | called diploid
M   | X     | 1@0.95    | 0        | 0/1      | 60 60 60  | 40 40 40   | fail   | pass  | one allele: as two copies
M   | Y     | 1         | 1        | ./.      | 60 60 60  | 40 40 40   | pass   | pass  | a woman has no call on Y
F   | MT    | 0/1@0.10  | 0/0      | 0/1@0.05 | 60 60 60  | 40 40 40   | pass   | pass  | heteroplasmy is no balance
F   | MT    | 0/1@0.10  | 0/0      | 0/1@0.05 | 19 60 60  | 40 40 40   | fail   | pass  | Talos does not ask on MT
"""


@pytest.mark.parametrize(
    "row", read_table(text=FIGURES), ids=lambda row: " ".join(list(row.values())[:6])
)
@pytest.mark.parametrize("name", ["slivar", "talos"])
def test_figures(name, row):
    genotypes = [row["proband"], row["father"], row["mother"]]
    reads = np.array([int(n) for n in row["reads"].split()])
    made = batch(genotypes=[genotypes], place=row["place"])
    shares = np.nan_to_num(made["alt_fraction"][0])
    known = made["alt_reads"][0] >= 0
    alt = np.where(known, np.round(shares * reads), -1).astype(int)
    if "nan" in row["proband"]:
        alt[0] = -1
    settings = SLIVAR if name == "slivar" else TALOS
    if "nan" in row["proband"]:  # neither AD, nor DP
        reads[0] = -1
    found = judge(
        genotypes=genotypes, settings=settings, place=row["place"],
        sex="M" if row["sex"] == "M" else "F",
        gq=[[float(n) for n in row["gq"].split()]],
        depth=[reads.tolist()],
        alt_reads=[alt.tolist()], ref_reads=[np.where(alt >= 0, reads - alt, -1).tolist()],
    )  # fmt: skip
    assert found == [WORDS[row[name]]]


def test_nothing_is_asked_by_gel():
    """Not even a missing call leaves a question that is not asked open."""
    settings = read_ruleset("gel").rules.call_quality
    found = batch(genotypes=[["./.", "0/1@0.01", "./."]])
    read = calls(batch=found, family=trio())
    assert judge_call_quality(found, read, np.array([False]), settings).tolist() == [Outcome.PASS]
    assert call_figures(found, read, np.array([False]), settings, 0) == []


def test_a_known_pathogenic_variant_is_spared_the_depth_and_nothing_else():
    shallow = {"depth": [[8, 40, 40]], "alt_reads": [[5, 0, 0]], "ref_reads": [[3, 40, 40]]}
    call = {"genotypes": ["0/1", "0/0", "0/0"], "settings": TALOS}
    assert judge(**call, **shallow) == [Outcome.FAIL]
    assert judge(**call, **shallow, known=True) == [Outcome.PASS]
    shallow["alt_reads"] = [[4, 0, 0]]
    assert judge(**call, **shallow, known=True) == [Outcome.FAIL]


@pytest.mark.parametrize(("depth_counts", "outcome"), [("dp", "PASS"), ("ad", "FAIL")])
def test_depth_is_dp_or_the_reads_of_ad(depth_counts, outcome):
    """Reads that speak for neither allele count in DP alone."""
    settings = CallQualitySettings("proband", min_depth=10, depth_counts=depth_counts)
    found = judge(
        genotypes=["0/1", "0/0", "0/0"], settings=settings,
        depth=[[10, 10, 10]], ref_reads=[[4, 10, 10]], alt_reads=[[5, 0, 0]],
    )  # fmt: skip
    assert found == [Outcome[outcome]]


def test_the_proband_alone():
    settings = msgspec.structs.replace(SLIVAR, asked_of="proband")
    bad_parents = {"gq": [[60, 1, 1]]}
    assert judge(genotypes=["0/1", "0/0", "0/0"], settings=settings, **bad_parents) == [
        Outcome.PASS
    ]
    assert judge(genotypes=["0/1", "0/0", "0/0"], settings=SLIVAR, **bad_parents) == [Outcome.FAIL]


@pytest.mark.parametrize("limit", ["min_gq", "min_depth", "min_alt_reads", *SHARES])
def test_a_call_that_is_not_there_is_not_assessed(limit):
    """A record whose FORMAT has no GT: no allele is called, and none is missing."""
    value = {"min_gq": 20, "min_depth": 10, "min_alt_reads": 5}.get(limit, 0.5)
    settings = CallQualitySettings("proband", **{limit: value})
    found = judge(
        genotypes=["./.", "0/0", "0/0"], settings=settings,
        missing_alleles=[[0, 0, 0]], ploidy=[[0, 2, 2]],
    )  # fmt: skip
    assert found == [Outcome.NOT_ASSESSED]


def test_every_sequenced_member_of_the_family_is_asked():
    people = "kid dad mum F A\ndad 0 0 M U\nmum 0 0 F U\nsis dad mum F U\naunt 0 0 F U"
    members = family(people=people, sequenced=["sis", "kid", "dad", "mum"])
    good = judge(genotypes=["0/0", "0/1", "0/0", "0/1"], settings=SLIVAR, members=members)
    assert good == [Outcome.PASS]
    for sample in range(4):
        gq = [[60.0] * 4]
        gq[0][sample] = 5.0
        found = judge(
            genotypes=["0/0", "0/1", "0/0", "0/1"], settings=SLIVAR, members=members, gq=gq
        )
        assert found == [Outcome.FAIL]


def test_explained():
    """What `judge_call_quality` judges, one figure after the other."""
    found = batch(
        genotypes=[["0/1", "0/0", "0/0"], ["0/1@0.15", "0/0", "0/1"]], gq=[[60, 60, 60], [30, 12, np.nan]]
    )  # fmt: skip
    read = calls(batch=found, family=trio())
    known = np.zeros(2, bool)
    figures = call_figures(found, read, known, SLIVAR, 1)
    shown = [
        (f.member, f.name, f.observed and round(f.observed, 3), f.threshold, f.setting, f.outcome.name)
        for f in figures
    ]  # fmt: skip
    assert shown == [
        ("proband", "gq", 30.0, "at least 20", "call_quality.min_gq", "PASS"),
        ("proband", "depth", 40.0, "at least 6", "call_quality.min_depth", "PASS"),
        ("proband", "alt_fraction", 0.15, "at least 0.2", "call_quality.het_min_alt_fraction", "FAIL"),
        ("proband", "alt_fraction", 0.15, "at most 0.8", "call_quality.het_max_alt_fraction", "PASS"),
        ("father", "gq", 12.0, "at least 20", "call_quality.min_gq", "FAIL"),
        ("father", "depth", 40.0, "at least 6", "call_quality.min_depth", "PASS"),
        ("father", "alt_fraction", 0.0, "at most 0.02", "call_quality.ref_max_alt_fraction", "PASS"),
        ("mother", "gq", None, "at least 20", "call_quality.min_gq", "NOT_ASSESSED"),
        ("mother", "depth", 40.0, "at least 6", "call_quality.min_depth", "PASS"),
        ("mother", "alt_fraction", 0.5, "at least 0.2", "call_quality.het_min_alt_fraction", "PASS"),
        ("mother", "alt_fraction", 0.5, "at most 0.8", "call_quality.het_max_alt_fraction", "PASS"),
    ]  # fmt: skip


# --- slow twin -----------------------------------------------------------------------------------


def slow_call(row, place, man, settings, *, known):
    """Judge one call, as the definition says: FAIL, NOT_ASSESSED or PASS for each figure."""
    if place == "Y" and not man:
        return set()
    if place == "MT" and not settings.mitochondrial:
        return set()
    called, half = row["alt_dosage"] >= 0, row["missing_alleles"] > 0
    on_x = place == "X" and man
    least_gq, least_depth = settings.min_gq, settings.min_depth
    if on_x and settings.male_x_min_gq is not None:
        least_gq = settings.male_x_min_gq
    if on_x and settings.male_x_min_depth is not None:
        least_depth = settings.male_x_min_depth
    depth = row["depth"]
    if settings.depth_counts == "ad":
        both = row["ref_reads"] >= 0 and row["alt_reads"] >= 0
        depth = row["ref_reads"] + row["alt_reads"] if both else -1
    answers = set()

    def ask(value, least, most, *, asked):
        if not asked:
            return
        missing = value is None or (isinstance(value, float) and math.isnan(value)) or value < 0
        if not called or missing:
            answers.add(Outcome.NOT_ASSESSED)
        else:
            answers.add(Outcome.PASS if least <= value <= most else Outcome.FAIL)

    ask(row["gq"], least_gq, math.inf, asked=least_gq > 0)
    spared = known and settings.depth_spares_known
    ask(depth, least_depth, math.inf, asked=least_depth > 0 and not spared)
    carries = row["alt_dosage"] > 0
    asked = settings.min_alt_reads > 0 and (carries or not called)
    ask(row["alt_reads"], settings.min_alt_reads, math.inf, asked=asked)
    if place == "MT":
        return answers
    share = None if half else row["alt_fraction"]
    two = carries and row["alt_dosage"] == row["ploidy"]
    f32 = {name: float(np.float32(getattr(settings, name))) for name in SHARES}
    het = (carries and not two) or not called
    low, high = f32["het_min_alt_fraction"], f32["het_max_alt_fraction"]
    ask(share, low, high, asked=het and (low > 0 or high < 1))
    low = f32["hom_min_alt_fraction"]
    ask(share, low, math.inf, asked=low > 0 and (two or (carries and half) or not called))
    high = f32["ref_max_alt_fraction"]
    ask(share, 0, high, asked=high < 1 and (not carries or not called))
    return answers


NUMBERS = ("gq", "depth", "ref_reads", "alt_reads", "alt_fraction")
CALLS = st.sampled_from(["0/0", "0/1", "1/1", "./.", "./1", "./0", "0", "1", ".", "1/2", "0/2"])
TENTHS = st.integers(0, 10).map(lambda n: n / 10)
MADE = st.builds(
    CallQualitySettings,
    asked_of=st.sampled_from(["proband", "family"]),
    min_gq=st.sampled_from([0.0, 10.0, 20.0]),
    min_depth=st.sampled_from([0, 6, 10]),
    depth_counts=st.sampled_from(["dp", "ad"]),
    min_alt_reads=st.sampled_from([0, 5]),
    het_min_alt_fraction=TENTHS, het_max_alt_fraction=TENTHS,
    hom_min_alt_fraction=TENTHS, ref_max_alt_fraction=TENTHS,
    male_x_min_gq=st.sampled_from([None, 0.0, 10.0]),
    male_x_min_depth=st.sampled_from([None, 0, 5]),
    depth_spares_known=st.booleans(), mitochondrial=st.booleans(),
)  # fmt: skip


@given(st.data(), MADE, st.sampled_from(sorted(set(PLACES) - {"other"})), st.sampled_from("MF"))
def test_as_the_slow_twin(data, settings, place, sex):
    genotypes = [data.draw(CALLS) for _ in range(3)]
    known = data.draw(st.booleans())
    figures = {
        "gq": data.draw(st.lists(st.sampled_from([5.0, 10.0, 20.0, math.nan]), min_size=3, max_size=3)),
        "depth": data.draw(st.lists(st.sampled_from([-1, 5, 6, 10, 40]), min_size=3, max_size=3)),
        "ref_reads": data.draw(st.lists(st.sampled_from([-1, 0, 1, 5]), min_size=3, max_size=3)),
        "alt_reads": data.draw(st.lists(st.sampled_from([-1, 0, 4, 5]), min_size=3, max_size=3)),
        "alt_fraction": data.draw(st.lists(TENTHS | st.just(math.nan), min_size=3, max_size=3)),
    }  # fmt: skip
    found = batch(
        genotypes=[genotypes], place=place, **{name: [given] for name, given in figures.items()}
    )
    read = calls(batch=found, family=trio(sex=sex))
    men = {"proband": sex == "M", "father": True, "mother": False}
    answers = set()
    for sample, man in enumerate(list(men.values())[: 1 if settings.asked_of == "proband" else 3]):
        names = ("alt_dosage", "missing_alleles", "ploidy", *NUMBERS)
        row = {name: found[name][0, sample].item() for name in names}
        answers |= slow_call(row, place, man, settings, known=known)
    order = (Outcome.FAIL, Outcome.NOT_ASSESSED, Outcome.PASS)
    expected = next((outcome for outcome in order if outcome in answers), Outcome.PASS)
    judged = judge_call_quality(found, read, np.array([known]), settings)
    assert judged.tolist() == [expected]
    told = {figure.outcome for figure in call_figures(found, read, np.array([known]), settings, 0)}
    assert next((outcome for outcome in order if outcome in told), Outcome.PASS) == expected


def test_order_and_number_of_variants_do_not_matter():
    genotypes = [["0/1", "0/0", "0/0"], ["0/1@0.1", "0/0", "0/0"], ["0/1", "./.", "0/0"]] * 3
    one = batch(genotypes=genotypes)
    read = calls(batch=one, family=trio())
    whole = judge_call_quality(one, read, np.zeros(9, bool), SLIVAR)
    assert whole.tolist() == [1, 0, -1] * 3
    for row in range(9):
        part = one.select(np.arange(9) == row)
        alone = judge_call_quality(
            part, calls(batch=part, family=trio()), np.zeros(1, bool), SLIVAR
        )
        assert alone.tolist() == [whole[row]]
