"""What is planted in simulated families is found, and nothing else.

Families are made by gene dropping (`simulated`), with errors in one call of a thousand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from builders import pedigree
from raredx.checks import sample_checks
from raredx.checks.sample_checks import judge_samples
from raredx.checks.sample_stats import SiteStatistics
from raredx.columns.check_results import Finding, Severity
from raredx.columns.check_statistics import PairStats
from raredx.settings import CheckSettings
from raredx.vocabulary import Assembly, Karyotype, Outcome, Sex
from simulated import FATHER, MOTHER, Deletion, Disomy, Study, batches, drop_genes

TRIO = "child father mother M A\nfather 0 0 M U\nmother 0 0 F U"
GIRL = TRIO.replace("mother M A", "mother F A")
WIDE = """
child  father mother M A
father pgf    pgm    M U
mother mgf    mgm    F U
sister father mother F U
uncle  pgf    pgm    M U
aunt   mgf    mgm    F U
half   father other  M U
cousin uncle  wife   F U
pgf 0 0 M U
pgm 0 0 F U
mgf 0 0 M U
mgm 0 0 F U
other 0 0 F U
wife 0 0 F U
stranger 0 0 M U
woman 0 0 F U
"""


def check(people, study=None, *, samples=None, stated=None, size=4096):
    """Simulate `people`, call `samples`, and judge them by the pedigree `stated`."""
    study = study or Study(autosomal=8000)
    tree = pedigree(people=people)
    names = samples or list(tree.members)
    trees = [pedigree(people=stated or people)] if not isinstance(stated, list) else stated
    statistics = SiteStatistics([n.partition("=")[0] for n in names], trees, Assembly.GRCH38)
    for batch in batches(drop_genes(tree, study), tree, study, names, size):
        statistics.add(batch)
    result = statistics.finish()
    return result, judge_samples(result, trees, CheckSettings())


@dataclass(frozen=True)
class Case:
    """What is simulated, and the findings that it should give: code, subject."""

    expected: tuple[tuple[str, str], ...] = ()
    people: str = TRIO
    samples: tuple[str, ...] = ()
    stated: str = ""
    study: Study = field(default_factory=lambda: Study(autosomal=8000))


WIDE_TRIO = {"people": WIDE, "stated": TRIO}
CASES = {
    "as stated": Case(),
    "a girl": Case(people=GIRL),
    "everyone of a wide family": Case(people=WIDE),
    "men called diploid": Case(study=Study(autosomal=8000, diploid_men=True)),
    "no depths, qualities, reads or frequencies": Case(
        study=Study(autosomal=8000, with_reads=False, with_af=False)
    ),
    "one call in a hundred wrong": Case(study=Study(autosomal=8000, error=0.01)),
    "one chromosome, siblings share it": Case(
        people=WIDE, study=Study(autosomal=4000, contigs=(21,), on_x=0, on_y=0, on_mt=0)
    ),
    "father and mother exchanged": Case(
        (
            ("sex_mismatch", "father"), ("sex_mismatch", "mother"), ("samples_swapped", "FAM"),
        ), samples=("child", "father=mother", "mother=father"),
    ),
    "child and father exchanged": Case(
        (("samples_swapped", "FAM"),), samples=("child=father", "father=child", "mother")
    ),
    "all three in a ring": Case(
        (
            ("sex_mismatch", "father"), ("sex_mismatch", "mother"), ("samples_swapped", "FAM"),
        ), samples=("child=father", "father=mother", "mother=child"),
    ),
    "brother and sister exchanged": Case(
        (
            ("sex_mismatch", "child"), ("sex_mismatch", "sister"), ("samples_swapped", "FAM"),
        ),
        people=WIDE, samples=("child=sister", "father", "mother", "sister=child"),
        stated=f"{TRIO}\nsister father mother F U",
    ),
    "another father": Case(
        (("not_parent_and_child", "child father"),), **WIDE_TRIO,
        samples=("child", "father=stranger", "mother"),
    ),
    "the uncle for the father": Case(
        (("not_parent_and_child", "child father"),), **WIDE_TRIO,
        samples=("child", "father=uncle", "mother"),
    ),
    "the aunt for the mother": Case(
        (("not_parent_and_child", "child mother"),), **WIDE_TRIO,
        samples=("child", "father", "mother=aunt"),
    ),
    "grandfather for the father": Case(
        (("not_parent_and_child", "child father"),), **WIDE_TRIO,
        samples=("child", "father=pgf", "mother"),
    ),
    "sister for the mother": Case(
        (("more_related", "father mother"), ("not_parent_and_child", "child mother")),
        **WIDE_TRIO, samples=("child", "father", "mother=sister"),
    ),
    "another child": Case(
        (("not_parent_and_child", "child father"), ("not_parent_and_child", "child mother")),
        **WIDE_TRIO, samples=("child=stranger", "father", "mother"),
    ),
    "a duo with another mother": Case(
        (("not_parent_and_child", "child mother"),), people=WIDE,
        samples=("child", "mother=woman"), stated="child 0 mother M A\nmother 0 0 F U",
    ),
    "one sample twice": Case(
        (("same_person", "child father"),), samples=("child", "father=child", "mother")
    ),
    "half siblings stated as full": Case(
        (("less_related", "child half"),), people=WIDE, samples=("child", "half"),
        stated="child father mother M A\nhalf father mother M U\nfather 0 0 M U\nmother 0 0 F U",
    ),
    "full siblings stated as half": Case(
        (("more_related", "child sister"),), people=WIDE, samples=("child", "sister"),
        stated=(
            "child father mother M A\nsister father other F U\nfather 0 0 M U\n"
            "mother 0 0 F U\nother 0 0 F U"
        ),
    ),
    "parents not named: siblings may be full": Case(
        people=WIDE, samples=("child", "sister"),
        stated="child 0 mother M A\nsister 0 mother F U\nmother 0 0 F U",
    ),
    "the pedigree says nothing of the two": Case(
        people=WIDE, samples=("child", "sister"), stated="child 0 0 M A\nsister 0 0 F U"
    ),
    "parents are cousins, and nobody said so": Case(
        (("founders_related", "child cousin"),), people=WIDE, samples=("child", "cousin"),
        stated="child 0 0 M U\ncousin 0 0 F U\nbaby child cousin M A",
        study=Study(autosomal=20_000),
    ),
    "a boy stated as a girl": Case((("sex_mismatch", "child"),), stated=GIRL),
    "X0": Case(
        (("karyotype_hint", "child"),), people=GIRL,
        study=Study(autosomal=8000, karyotypes={"child": "X0"}),
    ),
    "XXY": Case(
        (("karyotype_hint", "child"),), study=Study(autosomal=8000, karyotypes={"child": "XXY"})
    ),
    "maternal isodisomy of 15": Case(
        (("uniparental_disomy", "child"),),
        study=Study(autosomal=20_000, disomies=(Disomy("child", 15, MOTHER, "isodisomy"),)),
    ),
    "paternal heterodisomy of 7": Case(
        (("uniparental_disomy", "child"),),
        study=Study(autosomal=20_000, disomies=(Disomy("child", 7, FATHER, "heterodisomy"),)),
    ),
    "part of 11": Case(
        (("uniparental_disomy", "child"),),
        study=Study(
            autosomal=40_000,
            disomies=(Disomy("child", 11, FATHER, "isodisomy", 1, 40_000_000),),
        ),
    ),
    "a deletion of 4 Mb": Case(
        (("deletion_or_disomy", "child"),),
        study=Study(
            autosomal=200_000, deletions=(Deletion("child", 5, FATHER, 20_000_000, 24_000_000),)
        ),
    ),
    "a tenth of the child's reads are foreign": Case(
        (("contamination", "child"),), study=Study(autosomal=8000, contaminated={"child": 0.1})
    ),
    "a hundredth of them": Case(study=Study(autosomal=8000, contaminated={"child": 0.01})),
    "forty new variants": Case(
        (("de_novo_excess", "child father mother"),),
        study=Study(autosomal=8000, new_variants=40),
    ),
    "five new variants": Case(study=Study(autosomal=8000, new_variants=5)),
    "rare variants only": Case(
        (("rare_variants_only", "file"),), study=Study(autosomal=80_000, max_af=0.02)
    ),
    "rare variants only, no frequencies": Case(
        (("rare_variants_only", "file"),),
        study=Study(autosomal=80_000, max_af=0.02, with_af=False),
    ),
    "another father, rare variants only": Case(
        (("rare_variants_only", "file"),), **WIDE_TRIO,
        samples=("child", "father=stranger", "mother"),
        study=Study(autosomal=80_000, max_af=0.02),
    ),
    "too few sites": Case(study=Study(autosomal=400, on_x=20, on_y=5, on_mt=3)),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_is_planted_is_found(case):
    _, findings = check(
        case.people, case.study, samples=list(case.samples) or None, stated=case.stated or None
    )
    found = sorted((f.code, " ".join(f.subject)) for f in findings)
    assert found == sorted(case.expected), [f.message for f in findings]


def only(findings: tuple[Finding, ...], code: str) -> Finding:
    """Give the one finding of a code."""
    (found,) = [f for f in findings if f.code == code]
    return found


def test_a_swap_says_where_the_samples_belong():
    _, findings = check(TRIO, samples=["child=father", "father=child", "mother"])
    swap = only(findings, "samples_swapped")
    assert swap.message == (
        "the samples fit better in other places of the pedigree: sample father in the place of "
        "child, sample child in the place of father; with that Mendelian errors fall from 846 of "
        "2,733 sites (31.0 %) to 2 of 2,987 (0.067 %)"
    )
    assert (swap.severity, swap.changes_results) == (Severity.ERROR, True)
    assert "sample sheet" in swap.mend


def test_exchanged_parents_are_told_by_sex():
    _, findings = check(TRIO, samples=["child", "father=mother", "mother=father"])
    swap = only(findings, "samples_swapped")
    assert "sample mother in the place of father" in swap.message
    assert swap.message.endswith("samples whose sex does not fit fall from 2 to 0")


def test_another_father_is_told_with_figures():
    _, findings = check(WIDE, samples=["child", "father=stranger", "mother"], stated=TRIO)
    found = only(findings, "not_parent_and_child")
    assert found.message.startswith("father is not the father of child by the genotypes: ")
    assert "sites homozygous in both are opposite" in found.message
    assert found.message.endswith("0.250 expected: they look unrelated")
    assert found.value > 0.3
    assert found.expected == CheckSettings().parentage_max_rate
    assert found.changes_results


def test_two_families_that_exchanged_their_children():
    """Kinship between families tells it; nobody of either family would."""
    people = "c1 f1 m1 M A\nf1 0 0 M U\nm1 0 0 F U\nc2 f2 m2 M A\nf2 0 0 M U\nm2 0 0 F U"
    one, two = "c1 f1 m1 M A\nf1 0 0 M U\nm1 0 0 F U", "c2 f2 m2 M A\nf2 0 0 M U\nm2 0 0 F U"
    stated = [pedigree(people=one, family_id="ONE"), pedigree(people=two, family_id="TWO")]
    names = ["c1=c2", "f1", "m1", "c2=c1", "f2", "m2"]
    _, findings = check(people, samples=names, stated=stated)
    (found,) = findings
    assert (found.code, found.subject) == ("samples_swapped", ("c1", "c2"))
    assert found.message == (
        "c1 (family ONE) and c2 (family TWO) seem exchanged: 8 of their relations are wrong as "
        "stated, none the other way round"
    )
    assert check(people, stated=stated)[1] == ()


def test_a_disomy_is_described():
    study = Study(autosomal=20_000, disomies=(Disomy("child", 15, MOTHER, "isodisomy"),))
    result, findings = check(TRIO, study)
    (segment,) = result.upd
    assert (segment.contig, segment.parent, segment.kind) == ("15", "mother", "isodisomy")
    assert segment.uniparental == segment.informative > 20
    assert segment.contig_share == 1.0
    assert not segment.deletion_suspected
    assert segment.depth_ratio == pytest.approx(1.0, abs=0.05)
    message = only(findings, "uniparental_disomy").message
    assert message.startswith("chromosome 15: maternal uniparental isodisomy; ")
    assert "lack the father's allele" in message
    assert "imprinted" in only(findings, "uniparental_disomy").mend
    assert not only(findings, "uniparental_disomy").changes_results


def test_one_homozygous_chromosome_of_a_child_without_parents():
    study = Study(autosomal=60_000, disomies=(Disomy("child", 15, MOTHER, "isodisomy"),))
    _, findings = check(TRIO, study, samples=["child"])
    message = only(findings, "roh_one_chromosome").message
    assert "Mb of chromosome 15 are homozygous" in message


def test_a_child_of_siblings():
    people = "c s t F A\ns f m M U\nt f m F U\nf 0 0 M U\nm 0 0 F U"
    result, findings = check(people, Study(autosomal=60_000))
    child = result.samples[0]
    assert child.froh == pytest.approx(0.25, abs=0.1)
    assert child.f_af == pytest.approx(child.froh, abs=0.03)  # two ways to the same
    assert [f.code for f in findings] == ["inbreeding"]
    assert findings[0].severity is Severity.NOTE
    assert "the parents seem related" in findings[0].message
    pair = next(p for p in result.pairs if (p.first, p.second) == ("c", "f"))
    assert pair.kinship_corrected > pair.kinship + 0.04  # homozygosity by descent put right


def test_a_stated_karyotype_is_no_finding_and_a_wrong_one_is():
    tree = pedigree(people=TRIO)
    stated = [type(tree)(**{**tree.__dict__, "karyotypes": {"child": Karyotype.XXY}})]
    odd = Study(autosomal=8000, karyotypes={"child": "XXY"})
    assert check(TRIO, odd, stated=stated)[1] == ()
    (found,) = check(TRIO, stated=stated)[1]
    assert found.code == "karyotype_mismatch"
    assert found.message.startswith("stated XXY, the calls say male (XY): ")


def test_sex_is_told_with_figures():
    _, findings = check(TRIO, stated=GIRL)
    found = only(findings, "sex_mismatch")
    assert found.message.startswith("stated female, the calls say male (XY): 0.0 % of ")
    assert "sites on Y are called" in found.message
    assert "depth on X is 0.50 of the autosomes" in found.message


def test_rare_variants_only_leaves_everything_open():
    result, findings = check(TRIO, Study(autosomal=80_000, max_af=0.02))
    assert result.selection.rare_only
    open_ones = {a.question for _, a in result.answers() if a.outcome is Outcome.NOT_ASSESSED}
    assert {"sex", "contamination", "kinship", "mendel", "parentage", "roles"} <= open_ones
    assert not any(a.outcome is Outcome.FAIL for _, a in result.answers())
    assert "were not judged" in findings[0].message


def test_too_few_sites_say_so():
    result, _ = check(TRIO, Study(autosomal=400, on_x=20, on_y=5, on_mt=3))
    reasons = {a.question: a.reason for _, a in result.answers()}
    assert reasons["kinship"].endswith("informative sites, 500 are needed")
    assert reasons["mendel"].endswith("informative sites, 300 are needed")
    assert "variants on X" in reasons["sex"]


def test_every_answer_is_a_known_question():
    result, _ = check(WIDE)
    from_result = {a.question for _, a in result.answers()}
    assert from_result == {
        "sex", "missingness", "contamination", "ti_tv", "het_hom", "inbreeding", "kinship",
        "parentage", "maternal_line", "paternal_line", "mendel", "de_novo", "uniparental",
        "roles",
    }  # fmt: skip


def test_sexes_of_people_in_no_pedigree_are_told_all_the_same():
    result, findings = check(TRIO, stated=[])
    assert findings == ()
    assert [s.sex for s in result.samples] == [Sex.MALE, Sex.MALE, Sex.FEMALE]
    relations = {(p.first, p.second): p.relation_inferred for p in result.pairs}
    assert relations == {
        ("child", "father"): "parent and child", ("child", "mother"): "parent and child",
        ("father", "mother"): "unrelated",
    }  # fmt: skip
    assert all(isinstance(p, PairStats) and p.relation_expected == "" for p in result.pairs)


SCORING = Path(sample_checks.__file__).parent
DOCUMENT = SCORING.parents[2] / "docs" / "check.md"


@pytest.mark.skipif(not DOCUMENT.exists(), reason="docs/check.md comes with the source only")
def test_every_code_is_explained():
    """Codes stand first in a finding, or are chosen just before."""
    source = "".join(
        (SCORING / f"{name}.py").read_text(encoding="utf-8")
        for name in ("sample_findings", "relative_findings", "sample_checks", "family_swaps")
    )
    codes = set(re.findall(r'(?:Finding\(\s*|code = |code, |kind = )"([a-z_]+)"', source))
    codes |= set(re.findall(r'code = [^\n]*, "([a-z_]+)"', source))
    assert {"sex_mismatch", "same_person", "samples_swapped", "not_siblings"} <= codes
    table = DOCUMENT.read_text(encoding="utf-8").partition("## Findings")[2]
    explained = set(re.findall(r"`([a-z_]+)`", table.partition("## How far")[0]))
    assert codes <= explained
