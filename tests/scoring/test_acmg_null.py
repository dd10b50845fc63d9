"""PVS1 branch by branch, the gene's gate, and PM4."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from acmg_cases import (
    LOSS_KNOWN,
    NOTHING_KNOWN,
    Case,
    Variant,
    gene_facts,
    judge,
    labels,
    opens,
)
from builders import OnPanel, Transcript, genes, panel, read_table
from raredx.columns.gene_facts import GeneFacts
from raredx.vocabulary import Assembly, Confidence, GeneValidity, Outcome

# AAA: 216 residues; a stop up to residue 167 is more than 50 bases before the last junction.
# Residue n begins at coding base 3n - 2: 1051-1100 hold 1-50, 2001-2200 51-250, 3001-3300 251-550.
TREE = """
consequence             | position | ref  | alt | gene | PVS1        | reason
stop_gained             | 3100     | A    | G   | AAA  | PVS1        | premature stop at residue 117 of 216, decay
frameshift_variant      | 3100     | AC   | A   | AAA  | PVS1        | frameshift at residue 117 of 216, decay
stop_gained             | 3251     | A    | G   | AAA  | PVS1        | premature stop at residue 167 of 216, decay
stop_gained             | 3252     | A    | G   | AAA  | PVS1_Strong | premature stop at residue 168 of 216, no decay, 23% of the protein lost
stop_gained             | 4035     | A    | G   | AAA  | PVS1_Strong | premature stop at residue 195 of 216, no decay, 10% of the protein lost
stop_gained             | 4036     | A    | G   | AAA  | PVS1_Moderate | premature stop at residue 196 of 216, no decay, 10% of the protein lost
stop_gained             | 4098     | A    | G   | AAA  | PVS1_Moderate | premature stop at residue 216 of 216, no decay, 0% of the protein lost
stop_gained             | 16900    | A    | G   | BBB  | PVS1        | premature stop at residue 117 of 216, decay
stop_gained             | 16749    | A    | G   | BBB  | PVS1        | premature stop at residue 167 of 216, decay
stop_gained             | 16748    | A    | G   | BBB  | PVS1_Strong | premature stop at residue 168 of 216, no decay, 23% of the protein lost
stop_gained             | 30200    | A    | G   | CCC  | PVS1_Strong | premature stop at residue 34 of 199, no decay, 83% of the protein lost
splice_donor_variant    | 2201     | A    | G   | AAA  | PVS1        | splice site of exon 2/4 lost, frame lost, decay
splice_donor_variant    | 2202     | A    | G   | AAA  | PVS1        | splice site of exon 2/4 lost, frame lost, decay
splice_acceptor_variant | 2000     | A    | G   | AAA  | PVS1        | splice site of exon 2/4 lost, frame lost, decay
splice_donor_variant    | 3301     | A    | G   | AAA  | PVS1_Strong | splice site of exon 3/4 lost, frame kept, 46% of the protein
splice_acceptor_variant | 4000     | A    | G   | AAA  | PVS1_Strong | splice site of exon 4/4 lost, frame lost, no decay, 16% of the protein or more
splice_donor_variant    | 42019    | A    | G   | DDD  | PVS1_Moderate | splice site of exon 2/4 lost, frame kept, 4% of the protein
splice_donor_variant    | 51101    | A    | G   | EEE  |             |
splice_donor_variant    | 2199     | ACGT | A   | AAA  | PVS1        | splice site of exon 2/4 lost, frame lost, decay
start_lost              | 1051     | A    | G   | AAA  | PVS1_Supporting | start codon lost
transcript_ablation     | 3100     | A    | G   | AAA  | PVS1        | whole transcript deleted
missense_variant        | 3100     | A    | G   | AAA  |             |
splice_region_variant   | 3303     | A    | G   | AAA  |             |
stop_lost               | 4100     | A    | G   | AAA  |             |
inframe_deletion        | 3100     | ACGT | A   | AAA  |             |
splice_acceptor_variant&stop_gained | 3100 | A | G | AAA | PVS1       | premature stop at residue 117 of 216, decay
"""


EVERY_GENE = replace(
    LOSS_KNOWN,
    loss_of_function=np.full(5, Outcome.PASS, np.int8),
    validity=np.full(5, GeneValidity.DEFINITIVE, np.int8),
)
"""Loss of function is a known mechanism of every gene."""


@pytest.mark.parametrize(
    "row", read_table(text=TREE), ids=lambda r: f"{r['consequence']}-{r['position']}"
)
def test_tree(row):
    variant = Variant(
        int(row["position"]), row["ref"], row["alt"], row["consequence"], gene=row["gene"]
    )
    found = judge(variant, facts=EVERY_GENE)
    assert labels(found, "PVS1") == row["PVS1"].split()
    if row["reason"]:
        (pvs1,) = [c for c in found.criteria if c.code == "PVS1"]
        assert pvs1.reason == f"{row['reason']}, loss of function is a mechanism of {row['gene']}"


def test_shifted_frame_may_meet_its_stop_behind_the_last_junction():
    """fsTer52 from residue 117 ends at 168: no decay, though the frame shifts before."""
    shift = Variant(3100, "AC", "A", "frameshift_variant")
    assert labels(judge(replace(shift, hgvs_p="p.Thr117fsTer51")), "PVS1") == ["PVS1"]
    found = judge(replace(shift, hgvs_p="p.Thr117ArgfsTer52"))
    assert labels(found, "PVS1") == ["PVS1_Strong"]
    assert "46% of the protein lost" in found.criteria[0].reason


# Only AAA has facts: loss, reported (all, losses), validity, pLI.
GATE = """
mechanism    | reported | losses | validity     | pli  | PVS1            | open
pass         | 0        | 0      | not_assessed | nan  | PVS1            |
pass         | 0        | 0      | definitive   | nan  | PVS1            |
pass         | 0        | 0      | strong       | nan  | PVS1            |
pass         | 0        | 0      | moderate     | nan  | PVS1_Strong     |
pass         | 0        | 0      | limited      | nan  |                 |
pass         | 0        | 0      | disputed     | nan  |                 |
pass         | 0        | 0      | refuted      | 1.0  |                 |
not_assessed | 29       | 3      | not_assessed | nan  | PVS1            |        # 10.3 %
not_assessed | 30       | 3      | not_assessed | nan  |                 | yes    # 10 % is not more
not_assessed | 2        | 2      | not_assessed | nan  |                 | yes    # fewer than three
not_assessed | 5        | 3      | moderate     | nan  | PVS1_Strong     |
not_assessed | 0        | 0      | not_assessed | 0.9  | PVS1_Strong     |        # nothing but intolerance
not_assessed | 0        | 0      | moderate     | 0.95 | PVS1_Moderate   |
not_assessed | 0        | 0      | not_assessed | 0.89 |                 | yes
not_assessed | 0        | 0      | not_assessed | nan  |                 | yes
fail         | 0        | 0      | definitive   | 1.0  |                 |        # another mechanism
fail         | 20       | 10     | definitive   | nan  | PVS1            |        # and losses reported
"""


@pytest.mark.parametrize("row", read_table(text=GATE), ids=str)
def test_gate_of_the_gene(row):
    facts = gene_facts(
        loss_of_function=Outcome[row["mechanism"].upper()],
        plp=int(row["reported"]),
        plp_loss=int(row["losses"]),
        validity=GeneValidity[row["validity"].upper()],
    )
    found = judge(Variant(consequence="stop_gained"), facts=facts, pli=float(row["pli"]))
    assert labels(found, "PVS1") == row["PVS1"].split()
    wanted = ["loss of function is not known to be a mechanism of AAA"] * bool(row["open"])
    assert opens(found, "PVS1") == wanted


def test_gene_without_facts_stays_open():
    found = judge(Variant(consequence="stop_gained"), facts=None)
    assert opens(found, "PVS1") == ["loss of function was not looked up for AAA"]
    other = judge(Variant(52100, consequence="stop_gained", gene="EEE"), facts=LOSS_KNOWN)
    assert opens(other, "PVS1") == ["loss of function is not known to be a mechanism of EEE"]


def test_panel_that_excludes_loss_of_function():
    """Green, and the panel says that loss of function does not cause the disease."""
    table = genes(symbols=("AAA", "BBB", "CCC", "DDD", "EEE"))
    for confidence, expected in ((Confidence.GREEN, []), (Confidence.AMBER, ["PVS1"])):
        rows = [OnPanel("AAA", confidence, lof_mechanism="not_lof")]
        found = judge(Variant(consequence="stop_gained"), panels=(panel(rows=rows, table=table),))
        assert labels(found, "PVS1") == expected


TRANSCRIPTS = """
transcript | exon  | loftee | consequence             | assembly | PVS1            | open
select     |       |        | stop_gained             | GRCh38   | PVS1            |
select     |       | HC     | stop_gained             | GRCh38   | PVS1            |
select     |       | LC     | stop_gained             | GRCh38   | PVS1_Moderate   |
plus       | 5/20  |        | stop_gained             | GRCh38   | PVS1            |
canonical  | 5/20  |        | stop_gained             | GRCh38   | PVS1_Strong     |        # not MANE
worst      | 5/20  |        | stop_gained             | GRCh38   | PVS1_Strong     |
canonical  | 5/20  |        | stop_gained             | GRCh37   | PVS1            |        # none has MANE
canonical  | 18/20 |        | stop_gained             | GRCh37   | PVS1            |
canonical  | 19/20 |        | stop_gained             | GRCh37   | PVS1_Strong     | last 50 bases of the exon not known
canonical  | 20/20 |        | stop_gained             | GRCh37   | PVS1_Moderate   | share of the protein that is lost not known
canonical  | 1/1   |        | frameshift_variant      | GRCh37   | PVS1_Moderate   | share of the protein that is lost not known
canonical  | 5-6/20 |       | frameshift_variant      | GRCh37   | PVS1            |
canonical  |       |        | frameshift_variant      | GRCh37   | PVS1_Moderate   | place in the transcript not known
canonical  | 5     |        | frameshift_variant      | GRCh37   | PVS1_Moderate   | place in the transcript not known
canonical  |       | HC     | frameshift_variant      | GRCh37   | PVS1_Strong     | place in the transcript not known
canonical  |       |        | splice_donor_variant    | GRCh37   | PVS1_Moderate   | exon and frame not known
canonical  | 20/20 | LC     | stop_gained             | GRCh37   | PVS1_Moderate   | share of the protein that is lost not known
worst      | 5/20  |        | stop_gained             | GRCh37   | PVS1            |        # the only one
"""


@pytest.mark.parametrize("row", read_table(text=TRANSCRIPTS), ids=str)
def test_transcripts(row):
    kind = row["transcript"]
    variant = Variant(
        consequence=row["consequence"], exon=row["exon"], loftee=row["loftee"],
        mane=kind == "select", plus_clinical=kind == "plus", canonical=kind == "canonical",
    )  # fmt: skip
    found = judge(variant, assembly=Assembly(row["assembly"]))
    assert labels(found, "PVS1") == row["PVS1"].split()
    told = [text.partition(", ")[2] for text in opens(found, "PVS1")]
    assert told == [row["open"]] * bool(row["open"])


def test_annotation_without_transcripts_is_placed_on_mane():
    """An entry that names no transcript says nothing against the gene's MANE Select."""
    unnamed = Variant(consequence="stop_gained", mane=False, transcript="")
    assert labels(judge(unnamed), "PVS1") == ["PVS1"]


BESIDE = [
    ((), "PVS1"),
    ((Transcript("frameshift_variant"),), "PVS1"),
    ((Transcript("intron_variant"),), "PVS1_Strong"),
    ((Transcript("intron_variant", gene=1),), "PVS1"),
    ((Transcript("intron_variant", biotype="retained_intron"),), "PVS1"),
]


@pytest.mark.parametrize(("others", "label"), BESIDE)
def test_worst_transcript_that_another_contradicts(others, label):
    """Chosen only for its severity: one step less where a coding transcript is not hit."""
    worst = Variant(consequence="stop_gained", mane=False, exon="5/20", others=others)
    before = Variant(3000, others=(Transcript("intron_variant"),))
    for variants in ((worst,), (before, worst), (worst, before)):
        found = Case(variants, assembly=Assembly.GRCH37).assess()[variants.index(worst)]
        assert labels(found, "PVS1") == [label]
    (pvs1,) = [c for c in found.criteria if c.code == "PVS1"]
    assert pvs1.values == {"exon": "5/20", "loftee": None}


LENGTH = """
consequence                 | ref     | alt        | PM4             | open
inframe_deletion            | ACGT    | A          | PM4_Supporting  | BP3
inframe_insertion           | A       | ACGT       | PM4_Supporting  | BP3
inframe_deletion            | ACGTACG | A          | PM4             | BP3
conservative_inframe_insertion | A    | ACGTACG    | PM4             | BP3
disruptive_inframe_deletion | ACGT    | A          | PM4_Supporting  | BP3
protein_altering_variant    | ACGT    | T          | PM4_Supporting  | BP3
protein_altering_variant    | ACGT    | TGCA       |                 |
stop_lost                   | A       | G          | PM4             |
missense_variant            | A       | G          |                 |
stop_gained&inframe_deletion | ACGT   | A          |                 |      # PVS1 asks
"""


@pytest.mark.parametrize("row", read_table(text=LENGTH), ids=str)
def test_length_of_the_protein(row):
    found = judge(Variant(3100, row["ref"], row["alt"], row["consequence"]), facts=NOTHING_KNOWN)
    assert labels(found, "PM4") == row["PM4"].split()
    assert bool(opens(found, "BP3")) == (row["open"] == "BP3")


def test_mitochondrial_loss_of_function_is_not_judged():
    found = judge(Variant(3243, consequence="stop_gained", contig="chrM", gene="CCC"), mode="MT")
    assert labels(found, "PVS1") == []


def test_every_fact_is_a_column():
    """The gate reads columns that exist."""
    assert {"plp", "plp_loss", "validity", "loss_of_function"} <= set(
        GeneFacts.__dataclass_fields__
    )
