"""PS1, PM5, PM1, PP2 and BP1 against reported variants of the same residue, base, gene."""

from __future__ import annotations

from dataclasses import replace

import pytest

from acmg_cases import (
    Case,
    Reported,
    Variant,
    clinvar_table,
    gene_facts,
    judge,
    labels,
    opens,
)
from builders import read_table
from raredx.evidence_settings import AcmgSettings
from raredx.scoring.acmg_places import places_asked
from raredx.scoring.genetic_code import CODE, complement
from raredx.vocabulary import (
    Assembly,
    ClinvarClass,
    GeneValidity,
    Mode,
    Outcome,
    ReportedKind,
)

# Codon 117 of AAA is 3099-3101 (coding bases 349 to 351). Here it is CGT, arginine.
# CAT His, TGT Cys, CCT Pro, GGT Gly, CGA and CGC Arg.
ARG_HIS = Variant(3100, "G", "A", hgvs_p="p.Arg117His")
CODON = 3099

RESIDUES = """
reported               | stars | class | PS1 PM5        | open
3100-G-A               | 2     | P     |                |         # the variant itself never counts
3100-G-C               | 2     | P     | PM5            |         # CCT, proline
3100-G-C               | 2     | LP    | PM5            |
3100-G-C               | 3     | P     | PM5            |
3100-G-C               | 1     | P     | PM5_Supporting |
3100-G-C               | 0     | P     | PM5_Supporting |
3100-G-C               | -1    | P     | PM5_Supporting |
3099-C-T               | 2     | P     | PM5            |         # TGT, cysteine
3099-C-G               | 2     | P     | PM5            |         # GGT, glycine
3100-G-C               | 2     | VUS   |                |
3100-G-C               | 2     | B     |                |
3098-T-C               | 2     | P     |                |         # the codon before
3102-T-C               | 2     | P     |                |         # the codon behind
3100-G-C 3100-G-T      | 2     | P     | PM5            |
"""
CLASSES = {
    "P": ClinvarClass.PATHOGENIC, "LP": ClinvarClass.LIKELY_PATHOGENIC,
    "VUS": ClinvarClass.UNCERTAIN, "B": ClinvarClass.BENIGN,
}  # fmt: skip


def table_of(text, *, stars=2, known="P", kind=ReportedKind.MISSENSE, complete=False):
    """Read reported variants written as position-ref-alt."""
    found = []
    for word in text.split():
        position, ref, alt = word.split("-")
        found.append(Reported(int(position), ref, alt, CLASSES[known], stars, kind))
    return clinvar_table(*found, complete=complete)


@pytest.mark.parametrize("row", read_table(text=RESIDUES), ids=str)
def test_residues(row):
    table = table_of(row["reported"], stars=int(row["stars"]), known=row["class"])
    found = judge(ARG_HIS, clinvar=table)
    assert labels(found, "PS1", "PM5") == row["PS1 PM5"].split()
    assert opens(found, "PS1") == opens(found, "PM5") == []


SAME = """
own          | protein       | reported | stars | PS1 PM5        # which codon does it have to be?
3101-T-A     | p.Asp117Glu   | 3101-T-G | 2     | PS1            # GAT: GAA and GAG are Glu
3101-T-A     | p.Asp117Glu   | 3101-T-G | 1     | PS1_Moderate
3101-T-A     | p.Asp117Glu   | 3101-T-G | 0     | PS1_Supporting
3101-T-G     | p.Phe117Leu   | 3101-T-A | 2     | PS1            # TTT: TTA and TTG are Leu
3101-T-G     | p.Phe117Leu   | 3099-T-C | 2     | PS1            # and so is CTT
3101-G-T     | p.Met117Ile   | 3101-G-A | 2     | PS1            # ATG
3101-G-T     | p.Met117Ile   | 3099-A-G | 2     | PM5            # GTG is Val
3101-G-T     | p.Met117Ile   | 3101-G-A 3099-A-G | 2 | PS1        # PS1 stands for both
"""


@pytest.mark.parametrize(
    "row", read_table(text=SAME.replace("        # which", " # which")), ids=str
)
def test_same_residue_by_another_base(row):
    position, ref, alt = row["own"].split("-")
    own = Variant(int(position), ref, alt, hgvs_p=row["protein"])
    found = judge(own, clinvar=table_of(row["reported"], stars=int(row["stars"])))
    assert labels(found, "PS1", "PM5") == row["PS1 PM5"].split()


UNKNOWN_CODON = """
own      | protein     | reported | PS1 PM5 | open
3099-G-C | p.Gly117Arg | 3099-G-A |         | yes    # GGA>AGA is Arg, GGC>AGC is Ser
3099-G-A | p.Gly117Ser | 3099-G-C | PM5     |        # serine only from GGT and GGC: then Arg
3099-A-C | p.Ile117Leu | 3099-A-T |         | yes    # ATA>TTA is Leu, ATC>TTC is Phe
3099-A-T | p.Thr117Ser | 3100-C-G |         | yes    # ACC>AGC is Ser, ACA>AGA is Arg
3099-G-C | p.Val117Leu | 3099-G-T |         | yes    # GTA>TTA is Leu, GTC>TTC is Phe
3099-G-C | p.Gly117Arg | 3099-G-A 3100-G-T | PM5 | yes    # GTN is Val for certain
3099-A-C | p.Ile117Leu | 3099-A-T 3101-A-G | PS1 |        # another one tells the base: ATA
3099-A-C | p.Ile117Leu | 3099-A-T 3101-C-G | PM5 |        # ATC
"""


@pytest.mark.parametrize("row", read_table(text=UNKNOWN_CODON), ids=str)
def test_codon_that_is_not_known(row):
    """What every possible codon agrees on is told; the rest is left open, with the variant."""
    position, ref, alt = row["own"].split("-")
    own = Variant(int(position), ref, alt, hgvs_p=row["protein"])
    found = judge(own, clinvar=table_of(row["reported"]))
    assert labels(found, "PS1", "PM5") == row["PS1 PM5"].split()
    first = row["reported"].split()[0]
    told = [f"codon not known, residue made by 7-{first} (pathogenic, 2 stars) either way"]
    assert opens(found, "PS1") == told * bool(row["open"])
    assert opens(found, "PM5") == told * (bool(row["open"]) and not row["PS1 PM5"])


def test_every_pair_of_changes_against_the_codon_itself():
    """Whatever codon stands at 117, an answer agrees with it."""
    wrong, told = [], 0
    for codon in ("ATG", "CGT", "AGA", "TCA", "TTG", "GGC"):
        changes = [
            (place, alt, CODE[codon[:place] + alt + codon[place + 1 :]])
            for place in range(3)
            for alt in "ACGT"
            if CODE[codon[:place] + alt + codon[place + 1 :]] not in (CODE[codon], "*")
        ]
        for place, alt, residue in changes:
            own = Variant(CODON + place, codon[place], alt, hgvs_p=f"p.{CODE[codon]}117{residue}")
            for other, other_alt, other_residue in changes:
                if (place, alt) == (other, other_alt):
                    continue
                reported = Reported(CODON + other, codon[other], other_alt)
                found = labels(judge(own, clinvar=clinvar_table(reported)), "PS1", "PM5")
                told += bool(found)
                if found and found != (["PS1"] if residue == other_residue else ["PM5"]):
                    wrong.append((codon, place, alt, other, other_alt, found))
    assert wrong == []
    assert told > 100


def test_codon_over_two_exons():
    """Codon 17 of AAA is 1099, 1100 and 2001: a reported variant across the intron counts."""
    own = Variant(2001, "T", "A", hgvs_p="p.Asp17Glu", spliceai=0.0)
    near = clinvar_table(Reported(1099, "G", "A"), Reported(1100, "A", "G"))
    # the last bases of an exon may act on splicing, so neither counts
    assert labels(judge(own, clinvar=near), "PM5") == []
    inner = Variant(3100, "G", "A", hgvs_p="p.Arg117His", spliceai=0.0)
    assert labels(judge(inner, clinvar=table_of("3099-C-T")), "PM5") == ["PM5"]


def test_reverse_strand():
    """BBB mirrors AAA: codon 117 is 16901, 16900, 16899, and bases are complemented."""
    own = Variant(16900, complement("G"), complement("A"), gene="BBB", hgvs_p="p.Arg117His")
    table = clinvar_table(Reported(16901, complement("C"), complement("T")))
    assert labels(judge(own, clinvar=table), "PM5") == ["PM5"]
    third = Variant(16899, complement("T"), complement("A"), gene="BBB", hgvs_p="p.Asp117Glu")
    same = clinvar_table(Reported(16899, complement("T"), complement("G")))
    assert labels(judge(third, clinvar=same), "PS1") == ["PS1"]


NOT_COUNTED = [
    (replace(ARG_HIS, spliceai=0.2), ReportedKind.MISSENSE, []),  # may act by splicing
    (replace(ARG_HIS, spliceai=0.19), ReportedKind.MISSENSE, ["PM5"]),
    (ARG_HIS, ReportedKind.SPLICE_SITE, []),
    (ARG_HIS, ReportedKind.LOSS, []),
    (ARG_HIS, ReportedKind.SYNONYMOUS, []),
    (replace(ARG_HIS, consequence="stop_gained"), ReportedKind.MISSENSE, []),
    (replace(ARG_HIS, consequence="synonymous_variant"), ReportedKind.MISSENSE, []),
]


@pytest.mark.parametrize(("own", "kind", "expected"), NOT_COUNTED)
def test_what_acts_by_splicing_or_loss_does_not_count(own, kind, expected):
    assert labels(judge(own, clinvar=table_of("3100-G-C", kind=kind)), "PS1", "PM5") == expected


OPEN = [
    (ARG_HIS, None, Assembly.GRCH38, "no ClinVar table for GRCh38"),
    (ARG_HIS, "table", Assembly.GRCH37, "no ClinVar table for GRCh37"),
    (replace(ARG_HIS, mane=False, canonical=True), "table", Assembly.GRCH38,
     "not in the coding sequence of a MANE Select transcript"),
    (replace(ARG_HIS, position=3500), "table", Assembly.GRCH38,
     "not in the coding sequence of a MANE Select transcript"),
    (replace(ARG_HIS, hgvs_p=""), "table", Assembly.GRCH38,
     "no protein change in the annotation, residue 117 has 7-3100-G-C (pathogenic, 2 stars)"),
    (replace(ARG_HIS, hgvs_p="p.Arg118His"), "table", Assembly.GRCH38,
     "the annotation counts residues in another transcript, residue 117 has "
     "7-3100-G-C (pathogenic, 2 stars)"),
    (replace(ARG_HIS, ref="GT", alt="AC", hgvs_p="p.Arg117His"), "table", Assembly.GRCH38,
     "more than one base is changed, residue 117 has 7-3100-G-C (pathogenic, 2 stars)"),
]  # fmt: skip


@pytest.mark.parametrize(("own", "table", "assembly", "reason"), OPEN)
def test_what_cannot_be_looked_up_is_said(own, table, assembly, reason):
    clinvar = table_of("3100-G-C") if table else None
    found = judge(own, clinvar=clinvar, assembly=assembly)
    assert labels(found, "PS1", "PM5") == []
    assert opens(found, "PS1") == opens(found, "PM5") == [reason]


def test_nothing_reported_needs_no_protein_change():
    """Where nothing stands at the residue, the criteria do not hold, whatever the annotation."""
    found = judge(replace(ARG_HIS, hgvs_p=""), clinvar=table_of("3300-G-C"))
    assert opens(found, "PS1") == opens(found, "PM5") == []


def test_end_of_an_exon_needs_a_splice_score():
    """Codon 183 of AAA is 3297-3299: its last two bases belong to the donor."""
    own = Variant(3298, "G", "A", hgvs_p="p.Arg183His")
    table = table_of("3297-C-T")
    assert labels(judge(replace(own, spliceai=0.0), clinvar=table), "PM5") == ["PM5"]
    found = judge(own, clinvar=table)
    assert labels(found, "PM5") == []
    assert "at the end of an exon without a SpliceAI score" in opens(found, "PM5")[0]


def test_what_is_cited():
    found = judge(ARG_HIS, clinvar=table_of("3100-G-C 3099-C-T"))
    (pm5,) = [c for c in found.criteria if c.code == "PM5"]
    assert pm5.reason == "other change of residue 117 as 7-3099-C-T (pathogenic, 2 stars)"
    assert pm5.values == {"residue": 117, "stars": 2}


# The donor of the third exon of AAA: 3300 is its last base, 3301 is +1; exon 4 begins at 4001.
SPLICING = """
own          | consequence             | spliceai | reported | class | kind        | PS1
3303-A-G     | splice_region_variant   | 0.5      | 3303-A-T | P     | OTHER       | PS1            # same base
3303-A-G     | splice_region_variant   | 0.5      | 3303-A-T | LP    | OTHER       | PS1_Moderate
3303-A-G     | splice_region_variant   | 0.5      | 3304-A-T | P     | OTHER       | PS1_Moderate   # same motif
3303-A-G     | splice_region_variant   | 0.5      | 3304-A-T | LP    | OTHER       | PS1_Supporting
3303-A-G     | splice_region_variant   | 0.5      | 3303-AC-A | P    | OTHER       | PS1_Moderate   # deletes 3304
3303-A-G     | splice_region_variant   | 0.5      | 3302-TA-T | P    | OTHER       | PS1            # deletes 3303
3303-A-G     | splice_region_variant   | 0.5      | 3306-A-T | P     | OTHER       | PS1_Moderate   # +6
3303-A-G     | splice_region_variant   | 0.5      | 3307-A-T | P     | OTHER       |                # +7
3303-A-G     | splice_region_variant   | 0.5      | 3298-A-T | P     | SYNONYMOUS  | PS1_Moderate   # third last
3303-A-G     | splice_region_variant   | 0.5      | 3298-A-T | P     | MISSENSE    |
3303-A-G     | splice_region_variant   | 0.5      | 3301-A-T | P     | SPLICE_SITE |                # not of the core
3303-A-G     | splice_region_variant   | 0.1      | 3303-A-T | P     | OTHER       |                # no effect predicted
3303-A-G     | splice_region_variant   |          | 3303-A-T | P     | OTHER       |
3303-A-G     | splice_region_variant   | 0.5      | 3303-A-G | P     | OTHER       |                # itself
3300-A-G     | synonymous_variant      | 0.5      | 3303-A-T | P     | OTHER       | PS1_Moderate
3301-G-A     | splice_donor_variant    | 0.9      | 3302-T-C | P     | SPLICE_SITE | PS1_Supporting # beside PVS1
3301-G-A     | splice_donor_variant    | 0.9      | 3301-G-T | P     | SPLICE_SITE | PS1_Supporting
3301-G-A     | splice_donor_variant    | 0.9      | 4000-G-T | P     | SPLICE_SITE |                # another site
3981-A-G     | intron_variant          | 0.5      | 3990-A-T | P     | OTHER       | PS1_Moderate   # -20 of exon 4
3980-A-G     | intron_variant          | 0.5      | 3990-A-T | P     | OTHER       |                # -21
"""


@pytest.mark.parametrize("row", read_table(text=SPLICING), ids=str)
def test_splice_motifs(row):
    position, ref, alt = row["own"].split("-")
    own = Variant(
        int(position), ref, alt, row["consequence"], spliceai=float(row["spliceai"] or "nan")
    )
    table = table_of(row["reported"], known=row["class"], kind=ReportedKind[row["kind"]])
    assert labels(judge(own, clinvar=table), "PS1") == row["PS1"].split()


def test_splice_motif_without_a_table():
    found = judge(Variant(3303, consequence="splice_region_variant", spliceai=0.5))
    assert opens(found, "PS1") == ["no ClinVar table for GRCh38"]


def around(*classes, kind=ReportedKind.MISSENSE, step=5):
    """List reported variants around 3200, with the classes in turn."""
    return [
        Reported(3200 + step * (n + 1) * (-1) ** n, "A", "C", CLASSES[known], 2, kind)
        for n, known in enumerate(classes)
    ]


HOT = """
classes                | PM1
P P P P                | PM1
P LP P LP              | PM1
P P P                  |                   # fewer than four
P P P P B              |                   # a benign one
P P P P VUS            | PM1
P P P P VUS VUS VUS VUS | PM1_Supporting   # not more than uncertain ones
"""


@pytest.mark.parametrize("row", read_table(text=HOT), ids=lambda r: r["classes"])
def test_hot_spots(row):
    table = clinvar_table(*around(*row["classes"].split(), step=3), complete=True)
    found = judge(Variant(3200, hgvs_p=""), clinvar=table)
    assert labels(found, "PM1") == row["PM1"].split()


@pytest.mark.parametrize(("distance", "expected"), [(25, ["PM1"]), (26, [])])
def test_width_of_a_hot_spot(distance, expected):
    reported = [Reported(3200 + distance, "A", alt) for alt in "CGT"]
    reported += [Reported(3200 - distance, "A", "C")]
    table = clinvar_table(*reported, complete=True)
    assert labels(judge(Variant(3200), clinvar=table), "PM1") == expected


def test_hot_spot_is_of_missense_and_in_frame_variants():
    table = clinvar_table(*around(*"PPPP"), complete=True)
    for consequence, expected in (("missense_variant", ["PM1"]), ("inframe_deletion", ["PM1"]),
                                  ("stop_gained", []), ("synonymous_variant", [])):  # fmt: skip
        own = Variant(3200, consequence=consequence)
        assert labels(judge(own, clinvar=table), "PM1") == expected
    losses = clinvar_table(*around(*"PPPP", kind=ReportedKind.LOSS), complete=True)
    assert labels(judge(Variant(3200), clinvar=losses), "PM1") == []


def test_table_without_benign_variants_leaves_hot_spots_open():
    """The bundled table: nothing can be said of benign neighbours, unless a rule set wants it."""
    table = clinvar_table(*around(*"PPPP"))
    found = judge(Variant(3200), clinvar=table)
    assert labels(found, "PM1") == []
    assert opens(found, "PM1") == [
        "4 reported (likely) pathogenic missense variants within 25 bases, "
        "the table lists no benign ones"
    ]
    assert opens(judge(Variant(3200), clinvar=clinvar_table(*around(*"PPP"))), "PM1") == []
    allowed = AcmgSettings(pm1_without_benign=True)
    assert labels(judge(Variant(3200), clinvar=table, settings=allowed), "PM1") == [
        "PM1_Supporting"
    ]


GENE = """
all | missense | losses | benign missense | PP2 BP1 | open
10  | 8        | 2      | 0               | PP2     |
20  | 15       | 5      | 0               | PP2     |        # 75 %
20  | 14       | 6      | 0               |         |
20  | 15       | 5      | 1               | PP2     |        # of twenty missense
20  | 15       | 5      | 2               |         |
20  | 5        | 15     | 0               | BP1     |
9   | 9        | 0      | 0               |         | yes    # too few
"""


@pytest.mark.parametrize("row", read_table(text=GENE), ids=str)
def test_kind_of_the_genes_variants(row):
    benign = int(row["benign missense"])
    reported = [
        Reported(3000 + n, "A", "C", CLASSES["P" if n >= benign else "B"]) for n in range(20)
    ]
    facts = gene_facts(
        plp=int(row["all"]), plp_missense=int(row["missense"]), plp_loss=int(row["losses"])
    )
    used = AcmgSettings(use_pp2_bp1=True, pm1_min_reported=99)
    case = {"facts": facts, "clinvar": clinvar_table(*reported, complete=True)}
    found = judge(Variant(3200), settings=used, **case)
    assert labels(found, "PP2", "BP1") == row["PP2 BP1"].split()
    assert bool(opens(found, "PP2")) == (row["open"] == "yes")
    assert labels(judge(Variant(3200), **case), "PP2", "BP1") == []  # off by default


def test_gene_kind_without_facts_stays_open():
    found = judge(Variant(3200), facts=None, settings=AcmgSettings(use_pp2_bp1=True))
    assert opens(found, "BP1") == ["0 reported variants of AAA are too few"]


def test_gene_kind_without_benign_variants_stays_open():
    facts = gene_facts(plp=20, plp_missense=18)
    listed = clinvar_table(*(Reported(3000 + n, "A", "C") for n in range(3)))
    for table in (clinvar_table(), listed):
        found = judge(
            Variant(3200), facts=facts, clinvar=table, settings=AcmgSettings(use_pp2_bp1=True)
        )
        assert opens(found, "PP2") == [
            "18 of 20 reported variants of AAA are missense, the table lists no benign ones"
        ]


def test_table_of_another_assembly_is_not_used():
    table = clinvar_table(Reported(3100, "G", "C"), assembly=Assembly.GRCH37)
    assert Case(clinvar=table).references().clinvar is None


def test_places_that_are_asked_for():
    """Enough of a ClinVar file gives the same answers as all of it."""
    codon = Variant(2001, "T", "A", hgvs_p="p.Asp17Glu")  # 1099, 1100 and 2001
    case = Case(variants=(codon,))
    asked = places_asked(case.evidence(), case.references(), AcmgSettings())
    assert asked == [(7, 1099, 1099), (7, 1100, 1100), (7, 1976, 2026), (7, 2001, 2001)]
    used = AcmgSettings(use_pp2_bp1=True)
    assert (7, 1001, 4500) in places_asked(case.evidence(), case.references(), used)
    near = Case(variants=(Variant(3100, "AC", "A", "frameshift_variant"),))
    assert places_asked(near.evidence(), near.references(), used) == [(7, 3076, 3126)]
    start = Case(variants=(Variant(5, gene="EEE", mane=False),))
    assert places_asked(start.evidence(), start.references(), AcmgSettings()) == [(7, 1, 30)]


def test_gene_that_only_the_annotation_knows():
    """A code behind the gene table has no facts, and is no fault."""
    references = Case(facts=gene_facts(plp=5)).references()
    for gene in (5, 99, -1):
        assert not references.knows(gene)
        assert references.reported(gene) == (0, 0, 0)
        assert references.mechanism(gene) is Outcome.NOT_ASSESSED
        assert references.validity(gene) is GeneValidity.NOT_ASSESSED
        assert references.allows(gene, Mode.DE_NOVO) is Outcome.NOT_ASSESSED
        assert references.coding_map(gene) is None
        assert references.pli(gene) != references.pli(gene)
    assert references.reported(0) == (5, 0, 0)


def test_variant_on_another_contig_is_not_asked_for():
    case = Case(variants=(Variant(3100, contig="chrUn"),))
    assert places_asked(case.evidence(), case.references(), AcmgSettings()) == []
