"""What must hold for every family: random pedigrees and genotypes through raredx's functions.

Genotypes are dropped down a random pedigree by Mendel's laws, loops included, and some calls
are then lost, halved or spoilt; phenotypes follow the allele, or are drawn freely.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from builders import batch, calls, evidence, family
from raredx.scoring.candidates import collect_candidates
from raredx.scoring.fit_tables import has_incomplete
from raredx.scoring.inheritance import judge_single
from raredx.scoring.mode_answers import SINGLE_MODES
from raredx.scoring.split_sites import join_split_sites
from raredx.settings import SegregationSettings
from raredx.vocabulary import MODE_NAMES, Mode, Outcome

INCOMPLETE = SegregationSettings(incomplete_penetrance=True)
PLACES = ("7", "PAR1", "X", "Y", "MT")
SETTINGS = settings(max_examples=150, suppress_health_check=[HealthCheck.filter_too_much])


@dataclass(frozen=True)
class Relative:
    """A member; `0` for no parent, `-` as genotype for one who was not sequenced."""

    name: str
    father: str
    mother: str
    sex: str
    status: str
    genotype: str


@dataclass(frozen=True)
class Home:
    """A family with the calls of one variant, and who is the proband."""

    people: tuple[Relative, ...]
    proband: str
    place: str

    @property
    def sequenced(self) -> list[Relative]:
        return [person for person in self.people if person.genotype != "-"]


# --- random families -----------------------------------------------------------------------------


def drop(draw, place: str, sex: str, father: list[int] | None, mother: list[int] | None):
    """Alleles of one person: from the parents, or drawn for a founder."""
    allele = st.sampled_from([0, 0, 0, 1])

    def give(parent, n):
        return draw(st.sampled_from(parent)) if parent else draw(allele) if n else 0

    if place == "MT":
        return [give(mother, 1)]
    if place == "Y":
        return [give(father, 1)] if sex == "M" else []
    if place == "X" and sex == "M":
        return [give(mother, 1)]
    return [give(father, 1), give(mother, 1)]


def spoil(draw, alleles: list[int], *, true: bool) -> str:
    """Write a call; now and then it is lost, halved, of a mosaic, or (unless true) wrong."""
    text = "/".join(map(str, sorted(alleles))) or "."
    faults = ["none"] * 8 + ["lost", "half", "mosaic", "absent"] + ["wrong"] * (not true)
    fault = draw(st.sampled_from(faults))
    if fault == "absent":
        return "-"
    if fault == "lost":
        return re.sub(r"\d", ".", text)
    if fault == "half" and len(alleles) == 2:
        return f"./{alleles[0]}"
    if fault == "wrong" and alleles:
        return "/".join(str(draw(st.sampled_from([0, 1]))) for _ in alleles)
    return "0/1@0.15" if fault == "mosaic" and text == "0/1" else text


@st.composite
def homes(draw, places=PLACES, *, true=False):
    """Draw a family of three to nine, in which anybody may marry anybody.

    In a true one no call is wrong, and alleles are new in founders alone.
    """
    place = draw(st.sampled_from(places))
    people: list[Relative] = []
    alleles: dict[str, list[int]] = {}
    by_allele = draw(st.booleans())  # otherwise most modes fail
    free = st.sampled_from(["A", "A", "U", "U", "?"])
    for number in range(draw(st.integers(3, 9))):
        men = [p.name for p in people if p.sex == "M"] or ["0"]
        women = [p.name for p in people if p.sex == "F"] or ["0"]
        born = number >= 2 and draw(st.integers(0, 3)) > 0
        father = draw(st.sampled_from(men)) if born else "0"
        mother = draw(st.sampled_from(women)) if born else "0"
        sex = "MF"[number] if number < 2 else draw(st.sampled_from("MF"))
        name = f"p{number}"
        alleles[name] = drop(draw, place, sex, alleles.get(father), alleles.get(mother))
        if not true and alleles[name] and draw(st.integers(0, 5)) == 0:
            alleles[name][-1] = 1
        call = spoil(draw, alleles[name], true=true)
        status = "AU"[1 not in alleles[name]] if by_allele else draw(free)
        people.append(Relative(name, father, mother, sex, status, call))
    called = [p for p in people if "1" in p.genotype]
    assume(called)
    children = [p for p in called if p.father != "0"] or called
    proband = draw(st.sampled_from(children))
    return Home(tuple(people), proband.name, place)


# --- what is asked -------------------------------------------------------------------------------


def read(home: Home, *, order=None, names=None, genotypes=None, place_contig=None):
    """Family and calls of a home; genotypes of further variants may be given by name."""
    names = names or {}
    rename = {p.name: names.get(p.name, p.name) for p in home.people} | {"0": "0"}
    lines = [
        f"{rename[p.name]} {rename[p.father]} {rename[p.mother]} {p.sex} {p.status}"
        for p in home.people
    ]
    samples = [p for p in home.sequenced]
    if order is not None:
        samples = [samples[n] for n in order]
    members = family(
        people="\n".join(lines), sequenced=[rename[p.name] for p in samples],
        proband=rename[home.proband],
    )  # fmt: skip
    rows = genotypes or [{p.name: p.genotype for p in samples}]
    columns = {} if place_contig is None else {"contig": [place_contig] * len(rows)}
    found = batch(
        genotypes=[[row[p.name] for p in samples] for row in rows], place=home.place, **columns
    )
    return members, found


def judge(home: Home, **how) -> dict[tuple[str, bool], Outcome]:
    """Answers of every mode in which one variant is enough, both penetrances."""
    members, found = read(home, **how)
    return judge_calls(calls(batch=found, family=members))


def judge_calls(read_calls, variant=0):
    return {
        (MODE_NAMES[mode], complete): Outcome(
            int(judge_single(read_calls, mode, complete=complete)[variant])
        )
        for mode in SINGLE_MODES
        for complete in (True, False)
    }


def candidates(members, found, settings_=INCOMPLETE):
    """Candidates of a batch: modes, penetrance, outcome, phase and variants."""
    rows = collect_candidates(
        evidence(batch=found), calls(batch=found, family=members), frozenset(), settings_
    )
    names = ("mode", "variant", "partner", "complete", "segregation", "phase")
    return sorted(zip(*(getattr(rows, n).tolist() for n in names), strict=True))


# --- relatives who go ----------------------------------------------------------------------------


def without_sample(home: Home, name: str) -> Home:
    people = [replace(p, genotype="-") if p.name == name else p for p in home.people]
    return replace(home, people=tuple(people))


def without_person(home: Home, name: str) -> Home:
    """Take somebody out of the pedigree; their children lose a parent."""
    people = [
        replace(
            p,
            father="0" if p.father == name else p.father,
            mother="0" if p.mother == name else p.mother,
        )
        for p in home.people
        if p.name != name
    ]
    return replace(home, people=tuple(people))


def lost(before: dict[tuple[str, bool], Outcome], after: dict[tuple[str, bool], Outcome]):
    """Modes with incomplete penetrance that fitted and do not any more."""
    return [
        mode
        for mode in SINGLE_MODES
        if has_incomplete(mode)
        and before[MODE_NAMES[mode], False] is not Outcome.FAIL
        and after[MODE_NAMES[mode], False] is Outcome.FAIL
    ]


@SETTINGS
@given(homes(true=True), st.data())
def test_a_sample_taken_away_loses_no_candidate(home, data):
    """Incomplete penetrance; clinical rules 9.

    Of calls that contradict each other one is wrong, which leaves a mode open: without it the
    others may exclude.
    """
    others = [p.name for p in home.sequenced if p.name != home.proband]
    assume(others)
    before = judge(home)
    event(f"fits: {any(o is not Outcome.FAIL for o in before.values())}")
    assert lost(before, judge(without_sample(home, data.draw(st.sampled_from(others))))) == []


@SETTINGS
@given(homes(true=True), st.data())
def test_a_relative_taken_out_of_the_pedigree_loses_no_candidate(home, data):
    others = [p.name for p in home.people if p.name != home.proband]
    before = judge(home)
    assert lost(before, judge(without_person(home, data.draw(st.sampled_from(others))))) == []


# --- what changes nothing ------------------------------------------------------------------------


@SETTINGS
@given(homes(), st.data())
def test_names_and_order_change_nothing(home, data):
    """Neither the names of the samples, nor the order of columns or of PED lines."""
    order = data.draw(st.permutations(range(len(home.sequenced))))
    names = {p.name: f"s{n}" for n, p in enumerate(data.draw(st.permutations(home.people)))}
    shuffled = replace(home, people=tuple(data.draw(st.permutations(home.people))))
    wanted = judge(home)
    assert judge(home, order=order) == wanted
    assert judge(home, names=names) == wanted
    assert judge(shuffled) == wanted


@SETTINGS
@given(homes(), st.data())
def test_an_uninformative_relative_changes_nothing(home, data):
    """Unknown phenotype, no sample, and nobody's parent: a child of anybody, or a stranger."""
    father = data.draw(st.sampled_from(["0", *(p.name for p in home.people if p.sex == "M")]))
    mother = data.draw(st.sampled_from(["0", *(p.name for p in home.people if p.sex == "F")]))
    more = Relative("new", father, mother, data.draw(st.sampled_from("MF?")), "?", "-")
    assert judge(replace(home, people=(*home.people, more))) == judge(home)


@SETTINGS
@given(homes())
def test_phasing_and_order_of_alleles_change_nothing(home):
    """In the modes in which one variant is enough."""

    def rewrite(separator, turned):
        people = []
        for person in home.people:
            text, at, fraction = person.genotype.partition("@")
            alleles = re.split(r"[/|]", text)
            alleles = alleles[::-1] if turned else alleles
            people.append(replace(person, genotype=separator.join(alleles) + at + fraction))
        return replace(home, people=tuple(people))

    wanted = judge(home)
    for separator, turned in (("|", False), ("/", True), ("|", True)):
        assert judge(rewrite(separator, turned)) == wanted


@SETTINGS
@given(homes())
def test_names_of_contigs_change_nothing(home):
    _, found = read(home)
    name = str(found["contig"][0])
    for other in (name.removeprefix("chr"), "MT" if name == "chrM" else name.lower()):
        assert judge(home, place_contig=other) == judge(home)


@SETTINGS
@given(homes())
def test_another_record_changes_nothing(home):
    """A variant's answer does not hang on what else is in the batch."""
    own = {p.name: p.genotype for p in home.sequenced}
    lost_calls = {name: re.sub(r"\d", ".", call.partition("@")[0]) for name, call in own.items()}
    plain = {name: re.sub(r"\d", "0", call.partition("@")[0]) for name, call in own.items()}
    members, found = read(home, genotypes=[own, lost_calls, plain])
    assert judge_calls(calls(batch=found, family=members)) == judge(home)


# --- several ALT alleles -------------------------------------------------------------------------

ALLELES = st.sampled_from(["0", "1", "2", "."])


def split_call(call: str, alt: str, rest: str) -> str:
    """Write a call of a site with two ALTs for one of them; the other becomes `rest`."""
    other = {"1": "2", "2": "1"}[alt]
    return "/".join({alt: "1", other: rest}.get(a, a) for a in call.split("/"))


@SETTINGS
@given(homes(("7", "PAR1", "X")), st.data())
def test_a_split_site_is_judged_as_the_whole(home, data):
    """`bcftools norm` writes another ALT as `0`, `vt decompose` as `.`."""
    called = data.draw(st.booleans())  # half-calls cannot be told from other ALTs in vt's style
    allele = st.sampled_from(["0", "1", "2"]) if called else ALLELES
    rest = data.draw(st.sampled_from(["0", "."])) if called else "0"
    whole = {}
    for person in home.sequenced:
        n = 1 if home.place == "X" and person.sex == "M" else 2
        whole[person.name] = "/".join(data.draw(allele) for _ in range(n))
    assume({"1", "2"} & set(whole[home.proband].split("/")))
    members, _ = read(home)
    samples = [p.name for p in home.sequenced]
    as_one = batch(
        genotypes=[[whole[name] for name in samples]] * 2, place=home.place, alt_index=[1, 2],
        site=[0, 0],
    )  # fmt: skip
    parts = [[split_call(whole[name], alt, rest) for name in samples] for alt in "12"]
    as_two = join_split_sites(
        batch(
            genotypes=parts,
            place=home.place,
            alt_index=[1, 1],
            site=[0, 1],
            alt=["C", "G"],
            position=as_one["position"].tolist(),
        )
    )
    np.testing.assert_array_equal(as_two["site"], as_one["site"])
    wanted = [judge_calls(calls(batch=as_one, family=members), n) for n in (0, 1)]
    assert [judge_calls(calls(batch=as_two, family=members), n) for n in (0, 1)] == wanted
    assert candidates(members, as_two) == candidates(members, as_one)


# --- pairs ---------------------------------------------------------------------------------------


@SETTINGS
@given(homes(("7", "X")), homes(("7", "X")), st.data())
def test_names_and_order_change_no_pair(home, second, data):
    """Two variants of one gene, in any order of columns, lines and records."""
    own = {p.name: p.genotype for p in home.sequenced}
    spare = [p.genotype for p in second.sequenced] + ["0/1"]
    other = {}
    for n, person in enumerate(home.sequenced):
        call = spare[n % len(spare)]
        one_copy = home.place == "X" and person.sex == "M"
        call = "0/1" if person.name == home.proband else call
        other[person.name] = call.partition("@")[0][-1] if one_copy else call
    members, found = read(home, genotypes=[own, other])
    wanted = candidates(members, found)
    event(f"pairs: {sum(row[2] >= 0 for row in wanted) // 2}")
    order = data.draw(st.permutations(range(len(home.sequenced))))
    again = read(
        replace(home, people=tuple(data.draw(st.permutations(home.people)))), genotypes=[own, other]
    )
    assert candidates(*again) == wanted
    assert candidates(*read(home, genotypes=[own, other], order=order)) == wanted
    turned = candidates(*read(home, genotypes=[other, own]))
    swap = {0: 1, 1: 0, -1: -1}
    assert sorted((m, swap[v], swap[p], *rest) for m, v, p, *rest in turned) == wanted


def test_the_modes_with_incomplete_penetrance():
    """Policy 10: the properties above ask of these."""
    assert {mode for mode in SINGLE_MODES if has_incomplete(mode)} == {
        Mode.AUTOSOMAL_DOMINANT, Mode.X_LINKED_DOMINANT, Mode.Y_LINKED,
    }  # fmt: skip
