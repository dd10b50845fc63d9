"""Does a mode of inheritance fit what a green panel gene asks for?"""

from __future__ import annotations

import pytest

from builders import OnPanel, genes, panel, read_table
from raredx.scoring.panel_match import ALLOWED, AppliedPanels, PanelEntry, judge_entry
from raredx.vocabulary import Confidence, Mode, Moi, Outcome

SHORT = {
    "DN": Mode.DE_NOVO, "AD": Mode.AUTOSOMAL_DOMINANT, "AR": Mode.AUTOSOMAL_RECESSIVE_HOM,
    "CH": Mode.COMPOUND_HET, "XLR": Mode.X_LINKED_RECESSIVE, "XLD": Mode.X_LINKED_DOMINANT,
    "XCH": Mode.X_LINKED_COMPOUND_HET, "YL": Mode.Y_LINKED, "MT": Mode.MITOCHONDRIAL,
}  # fmt: skip
# Clinical rules 1.3 and the grouping of 2.1; + allowed, . not.
MODES = """
moi                                   | DN | AD | AR | CH | XLR | XLD | XCH | YL | MT
monoallelic                           | +  | +  | .  | .  | .   | .   | .   | .  | .
monoallelic_not_imprinted             | +  | +  | .  | .  | .   | .   | .   | .  | .
monoallelic_maternally_imprinted      | +  | +  | .  | .  | .   | .   | .   | .  | .
monoallelic_paternally_imprinted      | +  | +  | .  | .  | .   | .   | .   | .  | .
biallelic                             | .  | .  | +  | +  | .   | .   | .   | .  | .
monoallelic_and_biallelic             | +  | +  | +  | +  | .   | .   | .   | .  | .
monoallelic_and_more_severe_biallelic | +  | +  | +  | +  | .   | .   | .   | .  | .
xlinked_biallelic                     | .  | .  | .  | .  | +   | .   | +   | .  | .
xlinked_monoallelic                   | +  | .  | .  | .  | +   | +   | +   | .  | .
ylinked                               | +  | .  | .  | .  | .   | .   | .   | +  | .
mitochondrial                         | .  | .  | .  | .  | .   | .   | .   | .  | +
unknown                               | +  | +  | +  | +  | +   | +   | +   | +  | +
"""
BOTH_KNOWN = (1, 0)


def entry(*, moi, confidence=Confidence.GREEN):
    made = panel(rows=[OnPanel("AAA", confidence, moi)])
    return PanelEntry(made, confidence, moi, "")


@pytest.mark.parametrize("row", read_table(text=MODES), ids=lambda row: row["moi"])
def test_modes_of_each_statement(row):
    moi = Moi(row["moi"])
    allowed = {SHORT[name] for name, sign in row.items() if sign == "+"}
    assert ALLOWED[moi] == allowed
    for mode in Mode:
        passes = judge_entry(entry(moi=moi), mode, (0, 1) if "paternally" in moi else BOTH_KNOWN)
        assert passes is (Outcome.PASS if mode in allowed else Outcome.FAIL)


def test_every_statement_is_in_the_table():
    assert {row["moi"] for row in read_table(text=MODES)} == {moi.value for moi in Moi}
    assert set(ALLOWED) == set(Moi)


@pytest.mark.parametrize("confidence", [Confidence.NONE, Confidence.RED, Confidence.AMBER])
@pytest.mark.parametrize("moi", Moi)
def test_a_gene_that_is_not_green_never_fits(moi, confidence):
    made = entry(moi=moi, confidence=confidence)
    assert {judge_entry(made, mode, BOTH_KNOWN) for mode in Mode} == {Outcome.FAIL}


# Clinical rules 3.5: the imprinted parent's allele is silent.
IMPRINTED = """
moi                              | father | mother | outcome
monoallelic_maternally_imprinted | 1      | 0      | PASS
monoallelic_maternally_imprinted | 0      | 1      | FAIL
monoallelic_maternally_imprinted | 1      | 1      | NOT_ASSESSED # either may have given it
monoallelic_maternally_imprinted | 0      | 0      | NOT_ASSESSED # de novo, phase unknown
monoallelic_maternally_imprinted | -1     | 0      | NOT_ASSESSED
monoallelic_maternally_imprinted | 1      | -1     | NOT_ASSESSED
monoallelic_maternally_imprinted | -1     | -1     | NOT_ASSESSED
monoallelic_paternally_imprinted | 0      | 1      | PASS
monoallelic_paternally_imprinted | 1      | 0      | FAIL
monoallelic_paternally_imprinted | 1      | 1      | NOT_ASSESSED
monoallelic_paternally_imprinted | 0      | 0      | NOT_ASSESSED
monoallelic_paternally_imprinted | -1     | 1      | NOT_ASSESSED
monoallelic_not_imprinted        | 0      | 1      | PASS
monoallelic_not_imprinted        | -1     | -1     | PASS
"""


@pytest.mark.parametrize("row", read_table(text=IMPRINTED), ids=lambda row: "-".join(row.values()))
def test_imprinted_genes_ask_for_the_expressed_allele(row):
    origin = (int(row["father"]), int(row["mother"]))
    found = judge_entry(entry(moi=Moi(row["moi"])), Mode.AUTOSOMAL_DOMINANT, origin)
    assert found is Outcome[row["outcome"]]


def test_entries_of_a_gene_are_every_row_of_every_panel_in_order():
    one = panel(
        rows=[
            OnPanel("AAA", Confidence.GREEN, Moi.BIALLELIC),
            OnPanel("BBB", Confidence.RED, Moi.MONOALLELIC, "not_lof"),
            OnPanel("AAA", Confidence.AMBER, Moi.MONOALLELIC),
            OnPanel("NOSUCH", Confidence.GREEN, Moi.MONOALLELIC),
        ],
        panel_id="1",
    )
    two = panel(rows=[OnPanel("AAA", Confidence.RED, Moi.UNKNOWN)], panel_id="2", name="Second")
    found = AppliedPanels([one, two])
    assert found.n_panels == 2
    assert [(e.panel.panel_id, e.confidence, e.moi) for e in found.of(0)] == [
        ("1", Confidence.GREEN, Moi.BIALLELIC),
        ("1", Confidence.AMBER, Moi.MONOALLELIC),
        ("2", Confidence.RED, Moi.UNKNOWN),
    ]
    assert [e.lof_mechanism for e in found.of(1)] == ["not_lof"]
    assert [e.is_green for e in found.of(0)] == [True, False, False]
    assert found.of(0)[2].label == "2 v1.0 Second (red)"
    # no other gene, and no gene at all, has an entry: not even one that the table lacks
    assert found.of(2) == found.of(-1) == AppliedPanels([]).of(0) == []


@pytest.mark.parametrize(
    ("best", "is_green", "is_listed"),
    [
        (Confidence.GREEN, True, True),
        (Confidence.AMBER, False, True),
        (Confidence.RED, False, False),
        (Confidence.NONE, False, False),
    ],
)
def test_green_and_listed_genes(best, is_green, is_listed):
    """The best row of any panel counts."""
    red = panel(rows=[OnPanel("AAA", Confidence.RED)])
    other = panel(rows=[OnPanel("BBB"), OnPanel("AAA", best)], panel_id="2")
    for panels in ([red, other], [other, red]):
        found = AppliedPanels(panels)
        assert (found.is_green(0), 0 in found.listed) == (is_green, is_listed)
        assert found.is_green(1)
        assert 2 not in found.listed


def test_a_gene_that_was_not_found_is_not_listed():
    """-1 stands for no gene: an intergenic consequence would seem to hit a listed gene."""
    found = AppliedPanels([panel(rows=[OnPanel("AAA"), OnPanel("NOSUCH")])])
    assert found.listed == {0}
    assert not found.is_green(-1)


def test_imprinted_genes_are_green_ones():
    silent = Moi.MONOALLELIC_MATERNALLY_IMPRINTED
    rows = [OnPanel("AAA", moi=silent), OnPanel("BBB", Confidence.AMBER, silent), OnPanel("CCC")]
    assert AppliedPanels([panel(rows=rows)]).imprinted() == {0}


@pytest.mark.parametrize(
    ("chromosome", "moi", "mode"),
    [
        ("X", Moi.MONOALLELIC, Mode.X_LINKED_DOMINANT),
        ("X", Moi.BIALLELIC, Mode.X_LINKED_RECESSIVE),
        ("X", Moi.MONOALLELIC_AND_BIALLELIC, Mode.X_LINKED_DOMINANT),
        ("Y", Moi.MONOALLELIC, Mode.Y_LINKED),
        ("7", Moi.MONOALLELIC, Mode.AUTOSOMAL_DOMINANT),
    ],
)
def test_statements_are_fitted_to_the_chromosome(chromosome, moi, mode):
    """An autosomal statement on an X gene is read as X-linked, clinical rules 1.3."""
    table = genes(symbols=["AAA"], chromosome=[chromosome])
    entries = AppliedPanels([panel(rows=[OnPanel("AAA", moi=moi)], table=table)]).of(0)
    assert judge_entry(entries[0], mode, BOTH_KNOWN) is Outcome.PASS
