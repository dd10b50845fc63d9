"""The rest of the pedigree: obligate carriers, unsequenced links, male-to-male, karyotypes, mosaics.

Members are written `id father mother sex status genotype`, `-` for not sequenced; the first is
the proband. A stated karyotype follows the sex: `F:X0`.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from builders import batch, calls, family, read_table
from raredx.scoring.inheritance import judge_single
from raredx.vocabulary import Karyotype, Mode, Outcome

WORDS = {"pass": Outcome.PASS, "fail": Outcome.FAIL, "open": Outcome.NOT_ASSESSED}
MODES = {
    "DN": Mode.DE_NOVO, "AD": Mode.AUTOSOMAL_DOMINANT, "AR": Mode.AUTOSOMAL_RECESSIVE_HOM,
    "XLR": Mode.X_LINKED_RECESSIVE, "XLD": Mode.X_LINKED_DOMINANT, "YL": Mode.Y_LINKED,
    "XHF": Mode.X_LINKED_HET_FEMALE,
}  # fmt: skip


def judge(people, mode, *, place="7", complete=True):
    lines, genotypes, karyotypes = [], {}, {}
    for person in people.split(";"):
        name, father, mother, sex, status, genotype = person.split()
        sex, _, karyotype = sex.partition(":")
        lines.append(f"{name} {father} {mother} {sex} {status}")
        if genotype != "-":
            genotypes[name] = genotype
        if karyotype:
            karyotypes[name] = Karyotype[karyotype]
    members = family(people="\n".join(lines), sequenced=list(genotypes))
    members = replace(members, pedigree=replace(members.pedigree, karyotypes=karyotypes))
    found = calls(batch=batch(genotypes=[[*genotypes.values()]], place=place), family=members)
    return Outcome(int(judge_single(found, mode, complete=complete)[0]))


OBLIGATE = """
family                                                                                    | mode | complete | incomplete
kid dad mum F A 0/1; dad old 0 M U -; mum 0 0 F U 0/0; old 0 0 M A 0/1                     | AD   | fail | open # the unaffected father must carry it
kid dad mum F A 0/1; dad old 0 M A -; mum 0 0 F U 0/0; old 0 0 M A 0/1                     | AD   | open | open # he is affected: nothing speaks against it
kid dad mum F A 0/1; dad old 0 M ? -; mum 0 0 F U 0/0; old 0 0 M A 0/1                     | AD   | open | open
kid dad mum F A 0/1; dad old 0 M U ./.; mum 0 0 F U 0/0; old 0 0 M A 0/1                   | AD   | fail | open # nor does a sample without a call help
kid dad mum F A 0/1; dad 0 0 M U -; mum 0 0 F U -                                          | AD   | fail | open # one of them gave it
kid dad mum F A 0/1; dad 0 0 M U -; mum 0 0 F A -                                          | AD   | open | open
kid dad mum F A 1/1; dad 0 0 M U ./.; mum 0 0 F U 0/0                                      | AD   | fail | open # he alone can have given it
kid dad mum F A 0/1; dad o p M A 0/1; mum 0 0 F U 0/0; o 0 0 M U 0/0; p 0 0 F U 0/0        | AD   | pass | pass # new in the father, inherited by the child
kid dad mum F A 0/1; dad o p M A 0/1; mum 0 0 F U 0/0; o 0 0 M U 0/0; p 0 0 F U 0/0; aunt o p F A - | AD | fail | fail # the aunt cannot have it
kid dad mum F A 0/1; dad 0 0 M A 0/1; mum 0 0 F U 0/0; a dad mum F U 0/0; b a c M A -; c 0 0 M U 0/0 | AD | fail | fail # the nephew of two without it is ill
"""


@pytest.mark.parametrize("row", read_table(text=OBLIGATE), ids=lambda row: row["family"])
def test_dominant(row):
    mode = MODES[row["mode"]]
    assert judge(row["family"], mode) is WORDS[row["complete"]]
    assert judge(row["family"], mode, complete=False) is WORDS[row["incomplete"]]


ANY = """
place | family                                                                              | mode | outcome
7     | kid dad mum F A 1/1; dad 0 0 M U 0/1; mum 0 0 F U 0/1; sis dad mum F A -             | AR   | pass # she may have both
7     | kid dad mum F A 1/1; dad 0 0 M U 0/1; mum 0 0 F U 0/0; sis dad mum F A -             | AR   | fail # she cannot have both
7     | kid dad mum F A 1/1; dad 0 0 M U 0/1; mum 0 0 F U 0/0                                | AR   | pass # isodisomy
7     | kid dad mum F A 1/1; dad 0 0 M A 1/1; mum 0 0 F U 0/1; bro dad mum M U -             | AR   | pass # he may be a carrier
7     | kid dad mum F A 1/1; dad 0 0 M A 1/1; mum 0 0 F A 1/1; bro dad mum M U -             | AR   | fail # he must have both
7     | kid dad mum F A 1/1; dad 0 0 M U 0/1; mum 0 0 F U 0/1; bro dad mum M U 0/0           | AR   | pass
7     | kid dad mum F A 1/1; dad 0 0 M U 0/1; mum 0 0 F U 0/0; bro dad mum M U 0/1           | AR   | pass
7     | kid dad mum F A 0/1; dad 0 0 M A 1/1; mum 0 0 F U 0/0; bro dad mum M U 0/0           | AD   | open # the brother's call and the father's contradict
X     | kid dad mum F A 0/1; dad o p M A 1; mum 0 0 F U 0/0; o 0 0 M A 1; p 0 0 F U 0/0      | XLD  | fail # from father to son
X     | kid dad mum F A 0/1; dad o p M A 1; mum 0 0 F U 0/0; o 0 0 M U 0; p 0 0 F A 0/1      | XLD  | pass
X     | kid dad mum M A 1; dad 0 0 M A 1; mum 0 0 F U 0/0                                    | XLR  | fail # from father to son
X     | kid dad mum M A 1; dad 0 0 M U 0; mum 0 0 F U 0/0                                    | XLR  | pass # new in him
X     | kid dad mum F A 0/1; dad 0 0 M A 1; mum 0 0 F U 0/0; sis dad mum F U -               | XLD  | fail # an affected father has affected daughters
X     | kid dad mum F A 0/1; dad 0 0 M A 1; mum 0 0 F U 0/0; bro dad mum M U -               | XLD  | pass # and healthy sons
Y     | kid dad mum M A 1; dad 0 0 M A 1; mum 0 0 F U .; bro dad mum M U -                   | YL   | fail # his brother has the same Y
Y     | kid dad mum M A 1; dad 0 0 M A 1; mum 0 0 F U .; sis dad mum F U -                   | YL   | pass
X     | kid dad mum F A 0/1; dad 0 0 M U 0; mum 0 0 F U 0/1                                  | XHF  | pass # an unaffected mother with one copy
X     | kid dad mum F A 0/1; dad 0 0 M U 0; mum 0 0 F U 0/1                                  | XLD  | fail
X     | kid dad mum F A 0/1; dad 0 0 M U 1; mum 0 0 F U 0/0                                  | XHF  | fail # an unaffected man
X     | kid dad mum F A 0/1; dad 0 0 M U 0; mum 0 0 F U 0/0                                  | XHF  | fail # new: another mode
X     | kid dad mum F A 1/1; dad 0 0 M A 1; mum 0 0 F U 0/1                                  | XHF  | fail # two copies: another mode
X     | kid dad mum M A 1; dad 0 0 M U 0; mum 0 0 F U 0/1                                    | XHF  | fail # a man
X     | kid dad mum F A 0/1; dad 0 0 M U 0; mum 0 0 F U 0/1; bro dad mum M A 1               | XHF  | pass
X     | kid dad mum F A 0/1; dad 0 0 M U 0; mum 0 0 F U 0/1; bro dad mum M A 0               | XHF  | fail
X     | kid dad mum F A 0/1; dad 0 0 M U 0; mum 0 0 F U 0/1; sis dad mum F U 0/1             | XHF  | pass
X     | kid dad mum F A 0/1; dad 0 0 M U 0; mum 0 0 F U ./.                                  | XHF  | open
X     | kid dad mum F:X0 A 0/1@0.90; dad 0 0 M U 0; mum 0 0 F U 0/1                          | XLR  | pass # one X, called diploid
X     | kid dad mum F:X0 A 1; dad 0 0 M U 0; mum 0 0 F U 0/1                                 | XLR  | pass
X     | kid dad mum F:X0 A 1; dad 0 0 M A 1; mum 0 0 F U 0/0                                 | XLR  | pass # her X may be her father's
X     | kid dad mum F A 1; dad 0 0 M A 1; mum 0 0 F U 0/0                                    | XLR  | pass # called haploid: isodisomy, or X0
X     | kid dad mum M:XXY A 0/1; dad 0 0 M U 0; mum 0 0 F U 0/1                              | XLR  | fail # he has two X
X     | kid dad mum M:XXY A 1/1; dad 0 0 M A 1; mum 0 0 F U 0/1                              | XLR  | pass
X     | kid dad mum M:XXY A 0/1; dad 0 0 M A 1; mum 0 0 F U 0/0                              | XLD  | pass # an XXY man may have his father's X
X     | kid dad mum F:XXX A 0/0/1; dad 0 0 M A 1; mum 0 0 F U 0/0                            | XLD  | pass
Y     | kid dad mum F:X0 A 1; dad 0 0 M A 1; mum 0 0 F U .                                   | YL   | fail # no Y
Y     | kid dad mum M:XXY A 1; dad 0 0 M A 1; mum 0 0 F U .                                  | YL   | pass
7     | kid dad mum F A 0/1; dad 0 0 M U 0/1@0.10; mum 0 0 F U 0/0                           | AD   | open # a mosaic father
7     | kid dad mum F A 0/1; dad 0 0 M U 0/1@0.25; mum 0 0 F U 0/0                           | AD   | fail # no mosaic
7     | kid dad mum F A 0/1; dad 0 0 M A 0/1@0.10; mum 0 0 F U 0/0                           | AD   | pass
7     | kid dad mum F A 0/1; dad 0 0 M U 0/1@0.10; mum 0 0 F U 0/0                           | DN   | fail # some of his cells have it
7     | kid dad mum F A 1/1; dad 0 0 M U 0/1@0.10; mum 0 0 F U 0/1                           | AR   | pass
7     | kid dad mum F A 0/1@0.10; dad 0 0 M U 0/0; mum 0 0 F U 0/0                           | DN   | pass # the proband's own mosaic is a de novo
7     | kid dad mum F A 0/1; dad 0 0 M U 0/0; mum 0 0 F U 0/0; sis dad mum F A 0/1           | DN   | pass # shared: a parent's germ cells
7     | kid dad mum F A 0/1; dad 0 0 M U 0/0; mum 0 0 F U 0/0; sis dad mum F U 0/1           | DN   | fail
"""


@pytest.mark.parametrize("row", read_table(text=ANY), ids=lambda r: f"{r['mode']} {r['family']}")
def test_modes(row):
    assert judge(row["family"], MODES[row["mode"]], place=row["place"]) is WORDS[row["outcome"]]


def test_a_loop_narrows_soundly():
    """Cousins' child, homozygous: the shared grandfather must carry it, called or not."""
    people = ("kid dad mum F A 1/1; dad a x M U 0/1; mum b y F U 0/1; a old 0 M U {a};"
              "b old 0 M U {b}; x 0 0 F U 0/0; y 0 0 F U 0/0; old 0 0 M {old} -")  # fmt: skip
    healthy = people.format(a="0/1", b="0/1", old="U")
    assert judge(healthy, Mode.AUTOSOMAL_RECESSIVE_HOM) is Outcome.PASS
    # x and y lack it, so both uncles must have it: 0/0 of one of them contradicts
    wrong = people.format(a="0/0", b="0/1", old="U")
    assert judge(wrong, Mode.AUTOSOMAL_RECESSIVE_HOM) is Outcome.NOT_ASSESSED
