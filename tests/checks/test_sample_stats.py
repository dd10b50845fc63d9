"""Figures of samples, pairs and trios: independent of batches, and right where planted by hand."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from builders import pedigree, read_table
from raredx.checks.answers import Basis
from raredx.checks.sample_checks import judge_samples
from raredx.checks.sample_counts import Counted, inbreeding_by_moments
from raredx.checks.sample_stats import SiteStatistics
from raredx.checks.sex_chromosomes import infer_sex
from raredx.columns.check_results import CheckResult, Severity
from raredx.columns.sites import SiteBatch
from raredx.kernels import site_calls as kernels
from raredx.settings import CheckSettings
from raredx.vocabulary import Assembly, Karyotype, Outcome, Sex
from simulated import MOTHER, Disomy, Study, batches, call_samples, drop_genes

TRIO = "child father mother M A\nfather 0 0 M U\nmother 0 0 F U"
TREE = pedigree(people=TRIO)
NAMES = ("child", "father", "mother")
SMALL = Study(autosomal=6000)


def columns(study=SMALL):
    """Simulated columns of the trio, to be spoilt."""
    return call_samples(drop_genes(TREE, study), TREE, study, NAMES)


def judge(spoilt, settings=None, tree=TREE):
    """Count and judge columns in one batch."""
    settings = settings or CheckSettings()
    statistics = SiteStatistics(NAMES, [tree], Assembly.GRCH38, settings)
    statistics.add(SiteBatch(spoilt))
    result = statistics.finish()
    return result, judge_samples(result, [tree], settings)


def answer(result: CheckResult, question: str, *subject: str):
    """Give the outcome and the reason of one question."""
    (found,) = [a for s, a in result.answers() if s == subject and a.question == question]
    return found.outcome, found.reason


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_batches_change_nothing(size):
    study = Study(autosomal=1500, disomies=(Disomy("child", 3, MOTHER, "isodisomy"),))
    made = []
    for cut in (size, 100_000):
        statistics = SiteStatistics(NAMES, [TREE], Assembly.GRCH38)
        for batch in batches(drop_genes(TREE, study), TREE, study, NAMES, cut):
            statistics.add(batch)
        made.append(repr(statistics.finish()))
    assert made[0] == made[1]


def test_a_batch_of_other_samples_is_refused():
    statistics = SiteStatistics(["one"], [], Assembly.GRCH38)
    with pytest.raises(ValueError, match="3 samples, not 1"):
        statistics.add(SiteBatch(columns()))


def test_counts_of_a_small_file_by_hand():
    """Five autosomal rows: one fails its filter, one is of a record with two ALTs."""
    spoilt = {name: array[:5].copy() for name, array in columns().items()}
    spoilt["dosage"][:] = [[1, 0, 1], [2, 1, 1], [1, 0, 0], [1, 1, 1], [1, 0, 2]]
    spoilt["ploidy"][:], spoilt["missing"][:] = 2, 0
    spoilt["passed"][3], spoilt["biallelic"][4] = 0, False
    spoilt["is_transition"][:] = [True, True, False, True, True]
    result, findings = judge(spoilt)
    child = result.samples[0]
    assert (child.sites, child.het, child.hom_alt, child.hom_ref) == (3, 2, 1, 0)
    assert (child.transitions, child.transversions, child.ti_tv) == (2, 1, 2.0)
    (trio,) = result.trios
    assert (trio.informative, trio.errors, trio.child_only) == (2, 1, 1)
    assert (result.selection.rows, result.selection.used) == (5, 3)
    assert findings == ()


def test_an_unfiltered_file_counts():
    """FILTER `.` is not assessed, and no failure."""
    spoilt = columns()
    spoilt["passed"][:] = -1
    assert judge(spoilt)[0].selection.used == judge(columns())[0].selection.used


def test_a_merge_of_single_samples_leaves_relatives_open():
    spoilt = columns()
    reference = spoilt["dosage"] == 0
    spoilt["dosage"][reference], spoilt["missing"][reference] = -1, 2
    result, findings = judge(spoilt)
    assert [f.code for f in findings] == ["no_reference_calls"]
    assert findings[0].subject == ("file",)
    assert "seems merged from files of single samples" in findings[0].message
    assert findings[0].changes_results
    for question in ("mendel", "de_novo"):
        outcome, reason = answer(result, question, *NAMES)
        assert outcome is Outcome.NOT_ASSESSED
        assert reason == result.selection.why


def test_references_filled_in_by_a_merge_are_not_believed():
    """`bcftools merge -0`: 0/0 without GQ and DP beside a described call is no call."""
    spoilt = columns()
    filled = spoilt["dosage"] == 0
    spoilt["gq"][filled], spoilt["depth"][filled] = np.nan, -1
    result, findings = judge(spoilt)
    assert [f.code for f in findings] == ["no_reference_calls"]
    assert result.trios[0].de_novo == 0


def test_missing_calls():
    spoilt = columns()
    gone = np.arange(len(spoilt["position"])) % 4 == 0
    spoilt["dosage"][gone, 1], spoilt["missing"][gone, 1] = -1, 2
    result, findings = judge(spoilt)
    assert [(f.code, f.subject) for f in findings] == [("missing_calls", ("father",))]
    assert findings[0].message.startswith("25.0 % of ")
    assert result.samples[1].missingness == pytest.approx(0.25, abs=0.002)


def test_odd_ratios():
    spoilt = columns()
    spoilt["is_transition"][:] = False
    spoilt["is_transition"][::3] = True
    _, findings = judge(spoilt)
    assert {f.code for f in findings} == {"ti_tv"}
    assert findings[0].message.startswith("transitions over transversions are 0.5")
    assert findings[0].severity is Severity.WARNING
    assert not findings[0].changes_results
    spoilt = columns()
    hom = (spoilt["dosage"][:, 2] == 2) & (np.arange(len(spoilt["position"])) % 2 == 0)
    spoilt["dosage"][hom, 2] = 1
    assert ("het_hom", ("mother",)) in {(f.code, f.subject) for f in judge(spoilt)[1]}


def test_skewed_heterozygotes_look_contaminated():
    """Where reads of reference are dropped from homozygous calls, the balance still tells."""
    spoilt = columns(Study(autosomal=6000, with_af=False))
    het = spoilt["dosage"][:, 0] == 1
    spoilt["alt_reads"][het, 0], spoilt["ref_reads"][het, 0] = 6, 24
    _, findings = judge(spoilt)
    (found,) = findings
    assert (found.code, found.subject) == ("contamination", ("child",))
    assert "heterozygous calls have less than 30 % ALT reads (mean 20.0 %)" in found.message


def test_errors_that_no_parent_alone_explains():
    """Two hundred false heterozygotes of the child, of which reads tell nothing."""
    spoilt = columns(Study(autosomal=6000, new_variants=300))
    new = (spoilt["dosage"] == [1, 0, 0]).all(axis=1)
    spoilt["alt_reads"][new] = spoilt["ref_reads"][new] = -1
    _, findings = judge(spoilt)
    assert [f.code for f in findings] == ["mendel_errors"]
    assert "though each parent alone fits" in findings[0].message


def test_a_chromosome_with_many_errors():
    """Every third heterozygote of the child on chromosome 9 is called homozygous."""
    spoilt = columns(Study(autosomal=20_000))
    rows = np.flatnonzero((spoilt["contig_code"] == 9) & (spoilt["dosage"][:, 0] == 1))[::3]
    spoilt["dosage"][rows, 0] = 2
    _, findings = judge(spoilt)
    (found,) = findings
    assert found.code == "mendel_contig"
    assert found.message.startswith("chromosome 9: ")
    assert "elsewhere" in found.message


def test_thin_chromosomes_leave_disomy_open():
    result, findings = judge(columns(Study(autosomal=20_000)))
    outcome, reason = answer(result, "uniparental", *NAMES)
    assert outcome is Outcome.NOT_ASSESSED
    assert reason.startswith("fewer than 20 sites that tell the parents' alleles apart on chromo")
    assert reason.endswith("21, 22")
    assert findings == ()
    dense = judge(columns(Study(autosomal=100_000)))[0]
    assert answer(dense, "uniparental", *NAMES) == (Outcome.PASS, "")


def test_another_mitochondrion():
    spoilt = columns(Study(autosomal=6000, on_mt=200))
    rows = spoilt["contig_code"] == 25
    spoilt["dosage"][rows, 0] = 1 - spoilt["dosage"][rows, 2]
    result, findings = judge(spoilt)
    assert [f.code for f in findings] == ["maternal_line"]
    assert "sites on MT differ between child and mother" in findings[0].message
    assert answer(result, "paternal_line", "child", "father")[0] is Outcome.PASS


def test_pairs_of_strangers_are_left_out_above_a_cap():
    trees = [pedigree(people=f"a{n} 0 0 M A", family_id=str(n)) for n in range(3)]
    settings = CheckSettings(max_pairs=2)
    statistics = SiteStatistics(["a0", "a1", "a2"], trees, Assembly.GRCH38, settings)
    statistics.add(SiteBatch(columns()))
    result = statistics.finish()
    assert (result.pairs, result.pairs_left_out) == ((), 3)
    (found,) = [f for f in judge_samples(result, trees, settings) if f.code == "pairs_left_out"]
    assert found.message == "3 pairs of samples of different families were not compared"


def test_too_many_trios_leave_roles_open():
    result, findings = judge(columns(), CheckSettings(max_triples=2))
    assert answer(result, "roles", "FAM") == (
        Outcome.NOT_ASSESSED, "too many trios to try other places",
    )  # fmt: skip
    assert findings == ()


def test_larger_families_are_tried_by_single_swaps():
    people = f"{TRIO}\nb father mother M U\ns father mother F U\nt father mother F U"
    tree = pedigree(people=people)
    study = Study(autosomal=4000)
    names = ["child", "father=s", "mother", "b", "s=father", "t"]
    statistics = SiteStatistics(tree.members, [tree], Assembly.GRCH38)
    for batch in batches(drop_genes(tree, study), tree, study, names):
        statistics.add(batch)
    result = statistics.finish()
    (fit,) = result.roles
    assert fit.tried == 16  # as stated, and 15 swaps of two of six
    assert [way.moved for way in fit.best] == [(("father", "s"), ("s", "father"))]
    codes = {f.code for f in judge_samples(result, [tree], CheckSettings())}
    assert codes == {"samples_swapped", "sex_mismatch"}


# --- new variants --------------------------------------------------------------------------------

NEW = """
child reads | father reads | mother reads | gq | filter | af    | counted
20,20       | 40,0         | 40,0         | 60 | 1      | nan   | yes
20,20       | 40,0         | 40,0         | 60 | -1     | nan   | yes # FILTER `.`
20,20       | 40,0         | 40,0         | 60 | 0      | nan   | no
20,20       | 40,0         | 40,0         | 60 | 1      | 0.01  | no  # known in the population
20,20       | 40,0         | 40,0         | 60 | 1      | 0.0   | yes
36,4        | 40,0         | 40,0         | 60 | 1      | nan   | no  # a tenth of the reads
5,35        | 40,0         | 40,0         | 60 | 1      | nan   | no
20,20       | 60,1         | 40,0         | 60 | 1      | nan   | yes
20,20       | 60,1         | 60,1         | 60 | 1      | nan   | no  # two reads in the parents
20,20       | 20,1         | 40,0         | 60 | 1      | nan   | no  # 4.8 % of the father's
20,20       | 9,0          | 40,0         | 60 | 1      | nan   | no  # father below 10 reads
20,20       | 40,0         | 40,0         | 19 | 1      | nan   | no
-1,-1       | 40,0         | 40,0         | 60 | 1      | nan   | unknown
"""


@pytest.mark.parametrize("row", read_table(text=NEW), ids=lambda r: "-".join(r.values()))
def test_new_variants_by_hand(row):
    spoilt = {name: array[:1].copy() for name, array in columns().items()}
    spoilt["dosage"][:] = [[1, 0, 0]]
    spoilt["ploidy"][:], spoilt["missing"][:] = 2, 0
    reads = [[int(n) for n in row[f"{who} reads"].split(",")] for who in NAMES]
    spoilt["ref_reads"][:], spoilt["alt_reads"][:] = (
        [[r for r, _ in reads]],
        [[a for _, a in reads]],
    )
    spoilt["depth"][:] = [[max(sum(pair), 40 * (pair[0] < 0)) for pair in reads]]
    spoilt["gq"][:], spoilt["passed"][:] = float(row["gq"]), int(row["filter"])
    spoilt["af"][:] = float(row["af"])
    (trio,) = judge(spoilt)[0].trios
    expected = {"yes": (1, 0), "no": (0, 0), "unknown": (0, 1)}[row["counted"]]
    assert (trio.de_novo, trio.de_novo_without_reads) == expected


# --- sex -----------------------------------------------------------------------------------------

SEXES = """
x het | x hom | y called | y sites | x depth | y depth | karyotype | sex
0     | 100   | 100      | 100     | nan     | nan     | XY        | MALE
5     | 95    | 100      | 100     | 0.5     | 0.5     | XY        | MALE # mismapped calls
60    | 40    | 5        | 100     | nan     | nan     | XX        | FEMALE
60    | 40    | 0        | 0       | 1.0     | nan     | UNKNOWN   | FEMALE # no Y in the file
0     | 100   | 0        | 0       | nan     | nan     | UNKNOWN   | MALE
0     | 100   | 0        | 100     | 0.5     | 0.0     | X0        | UNKNOWN
60    | 40    | 100      | 100     | 1.0     | 0.5     | XXY       | MALE
66    | 34    | 0        | 100     | 1.5     | 0.0     | XXX       | FEMALE
0     | 100   | 100      | 100     | 0.5     | 1.0     | XYY       | MALE
0     | 100   | 0        | 100     | 1.0     | 0.0     | UNKNOWN   | UNKNOWN # two alike copies of X
20    | 80    | 0        | 0       | nan     | nan     | UNKNOWN   | UNKNOWN # between the sexes
60    | 40    | 100      | 100     | 1.0     | 0.05    | XX        | FEMALE # called, and no reads
60    | 40    | 35       | 100     | 1.0     | nan     | UNKNOWN   | FEMALE
95    | 5     | 0        | 0       | nan     | nan     | UNKNOWN   | UNKNOWN # rare variants only
5     | 10    | 10       | 15      | nan     | nan     | UNKNOWN   | UNKNOWN # too few
"""


@cache
def whole_file():
    """What a file with common variants and reference calls holds."""
    return judge(columns())[0].selection


@pytest.mark.parametrize("row", read_table(text=SEXES), ids=lambda r: "-".join(r.values()))
def test_sex_by_hand(row):
    calls = np.zeros(kernels.N_COUNTS, np.int64)
    calls[kernels.X_HET], calls[kernels.X_HOM] = int(row["x het"]), int(row["x hom"])
    calls[kernels.Y_USED], calls[kernels.Y_SITES] = int(row["y called"]), int(row["y sites"])
    calls[kernels.AUTO_DEPTH], calls[kernels.AUTO_DEPTH_N] = 4000, 100
    for name, total, number in (
        ("x depth", kernels.X_DEPTH, kernels.X_DEPTH_N),
        ("y depth", kernels.Y_DEPTH, kernels.Y_DEPTH_N),
    ):
        if row[name] != "nan":
            calls[total], calls[number] = round(4000 * float(row[name])), 100
    counted = Counted(calls, np.zeros(kernels.N_READ_SUMS), np.zeros((2, 2), np.int64))
    evidence = infer_sex(counted, Basis(whole_file(), CheckSettings()))
    assert (evidence.karyotype.name, evidence.sex.name) == (row["karyotype"], row["sex"])
    assert bool(evidence.reason) == (row["sex"] == "UNKNOWN")
    # with X that cannot be believed, Y alone may still tell a man
    filtered = replace(whole_file(), rare_only=True, why_rare="filtered")
    alone = infer_sex(counted, Basis(filtered, CheckSettings()))
    has_y = row["karyotype"] in ("XY", "XXY", "XYY")
    assert (alone.sex is Sex.MALE, alone.sex is Sex.UNKNOWN) == (has_y, not has_y)
    assert alone.karyotype is Karyotype.UNKNOWN


# --- inbreeding ----------------------------------------------------------------------------------


@pytest.mark.parametrize("f", [0.0, 0.0625, 0.25, 0.5, -0.05])
def test_inbreeding_by_moments_finds_what_was_put_in(f):
    """Genotypes in exactly the expected shares, of which only carriers are seen."""
    p = (np.arange(100) + 0.5) / 100
    q, n = 1 - p, 1e6
    bins = np.stack([n * 2 * p * q * (1 - f), n * (p * p + p * q * f)], axis=1)
    bins[:5] = bins[95:] = 0
    assert inbreeding_by_moments(np.round(bins).astype(np.int64)) == pytest.approx(f, abs=1e-3)


def test_inbreeding_of_nobody():
    assert np.isnan(inbreeding_by_moments(np.zeros((100, 2), np.int64)))


def test_families_without_a_parent_have_no_roles():
    tree = pedigree(people="a 0 0 M A\nb 0 0 F U")
    assert SiteStatistics(["a", "b"], [tree], Assembly.GRCH38).finish().roles == ()
