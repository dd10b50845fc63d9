"""BA1, BS1, BS2 and PM2 at their limits, and where frequencies are missing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from acmg_cases import Reported, Variant, clinvar_table, judge, labels, opens
from builders import batch, read_table
from raredx.scoring.acmg_frequency import (
    BA1_EXCEPTIONS,
    gather_frequencies,
    is_continental,
)
from raredx.scoring.frequency import source_limits
from raredx.settings import FrequencySettings
from raredx.vocabulary import Assembly

LIMITS = """
mode | af        | labels
AD   | 0         | PM2_Supporting
AD   | 0.000001  |
AD   | 0.00009   |
DN   | 0         | PM2_Supporting
XLR  | 0.00009   |                     # one copy is enough in a man
AR   | 0.00009   | PM2_Supporting
AR   | 0.0001    |                     # below, not at
CH   | 0.00009   | PM2_Supporting
CH   | 0.0001    |
XCH  | 0.00009   |
AD   | 0.015     |                     # above, not at
AD   | 0.0151    | BS1
AD   | 0.05      | BS1
AD   | 0.0501    | BA1
AR   | 0.3       | BA1
"""


@pytest.mark.parametrize("row", read_table(text=LIMITS), ids=lambda r: f"{r['mode']} {r['af']}")
def test_limits(row):
    found = judge(Variant(af=(float(row["af"]),)), mode=row["mode"])
    assert labels(found, "BA1", "BS1", "PM2") == row["labels"].split()


SOURCES = """
source               | large
gnomad               | yes
gnomad_nfe           | yes
gnomad_popmax        | yes
gnomad_exomes_eas    | yes
gnomad_genomes       | yes
gnomad_genomes_fin   |          # founders
gnomad_asj           |
gnomad_genomes_ami   |
gnomad_mid           |
gnomad_remaining     |
exac_sas             | yes
esp_ea               | yes
topmed               | yes
1000g                |          # fewer than 2,000 alleles in a group
1000g_afr            |
swegen               |
max_af               |
gnomad_mt_hom        |
"""


@pytest.mark.parametrize("row", read_table(text=SOURCES), ids=lambda r: r["source"])
def test_sources_of_ba1(row):
    assert is_continental(row["source"]) == bool(row["large"])
    found = judge(Variant(af=(0.2,)), sources=(row["source"],))
    if row["large"]:
        assert found.labels == ["BA1"]
    else:
        assert labels(found, "BA1", "BS1") == []
        told = ["no frequency of a large continental population"]
        assert opens(found, "BA1") == told
        assert opens(found, "BS1") == told


def test_highest_of_several_sources_counts():
    two = Variant(af=(0.01, 0.06))
    found = judge(two, sources=("gnomad_afr", "gnomad_nfe"))
    assert found.criteria[0].reason == "frequency 0.06 in gnomad_nfe, above 0.05"
    founders = judge(two, sources=("gnomad_afr", "gnomad_fin"))
    assert labels(founders, "BA1", "BS1") == []


def test_missing_frequency_is_neither_rare_nor_common():
    found = judge(Variant(af=(np.nan,)))
    assert labels(found, "BA1", "BS1", "PM2") == []
    assert opens(found, "PM2") == ["no population frequency"]
    assert opens(found, "BA1") == ["no frequency of a large continental population"]


def test_file_without_any_source():
    found = judge(Variant(af=()), sources=())
    assert opens(found, "PM2") == ["no population frequency"]
    assert opens(found, "BS1") == ["no frequency of a large continental population"]


def test_benign_stand_alone_comes_first():
    """Nothing else is asked, whatever else there is."""
    found = judge(Variant(af=(0.06,), revel=0.99), mode="DN")
    assert found.labels == ["BA1"]
    assert (found.acmg_class, found.points, found.not_assessed) == ("benign", -8, ())


@pytest.mark.parametrize("assembly", [*Assembly])
def test_nine_exceptions(assembly):
    """Each of them is frequent, and neither BA1 nor BS1; its neighbour is BA1."""
    names = {7: "7", 3: "3", 13: "13", 6: "6", 16: "16", 12: "12"}
    assert len(BA1_EXCEPTIONS[assembly]) == 9
    for contig, position, ref, alt in BA1_EXCEPTIONS[assembly]:
        variant = Variant(position, ref, alt, af=(0.2,), contig=f"chr{names[contig]}", mane=False)
        assert labels(judge(variant, assembly=assembly), "BA1", "BS1") == []
        beside = replace(variant, position=position + 1)
        assert labels(judge(beside, assembly=assembly), "BA1", "BS1") == ["BA1"]
        other = next(a for a in Assembly if a is not assembly)
        assert labels(judge(variant, assembly=other), "BA1") == ["BA1"]


@pytest.mark.parametrize("assembly", Assembly)
def test_homozygotes_say_nothing_of_the_exceptions(assembly):
    """HFE p.Cys282Tyr has thousands."""
    for contig, position, ref, alt in BA1_EXCEPTIONS[assembly]:
        variant = Variant(position, ref, alt, af=(0.03,), contig=f"chr{contig}", mane=False,
                          homozygotes=2000)  # fmt: skip
        assert labels(judge(variant, assembly=assembly), "BS2") == []
        beside = replace(variant, position=position + 1)
        assert labels(judge(beside, assembly=assembly), "BS2") == ["BS2"]


def test_exceptions_are_the_same_variants_on_both_assemblies():
    alleles = {
        assembly: sorted((contig, ref, alt) for contig, _, ref, alt in found)
        for assembly, found in BA1_EXCEPTIONS.items()
    }
    assert alleles[Assembly.GRCH37] == alleles[Assembly.GRCH38]


def test_exception_is_found_however_it_is_written():
    contig, position, ref, alt = 3, 128879647, "C", "CTAAG"
    assert (contig, position, ref, alt) in BA1_EXCEPTIONS[Assembly.GRCH38]
    padded = Variant(position - 1, f"A{ref}", f"A{alt}", af=(0.2,), contig="chr3", mane=False)
    assert labels(judge(padded), "BA1", "BS1") == []


HOMOZYGOTES = """
mode | counted | af      | labels
AD   | 0       | 0.0001  |
AD   | 5       | 0.0001  |
AD   | 6       | 0.0001  | BS2
DN   | 6       | 0.0001  | BS2
XLD  | 6       | 0.0001  | BS2
AR   | 2       | 0.001   |
AR   | 3       | 0.001   | BS2
XLR  | 3       | 0.001   | BS2
XLR  | 2       | 0.001   |
CH   | 3       | 0.001   | BS2
AD   | 6       | 0       |                 # never beside PM2
"""


@pytest.mark.parametrize("row", read_table(text=HOMOZYGOTES), ids=str)
def test_homozygotes(row):
    variant = Variant(af=(float(row["af"]),), homozygotes=int(row["counted"]))
    found = judge(variant, mode=row["mode"])
    assert labels(found, "BS2") == row["labels"].split()
    assert opens(found, "BS2") == []


def test_reason_of_homozygotes():
    (criterion,) = [c for c in judge(Variant(homozygotes=6)).criteria if c.code == "BS2"]
    assert criterion.reason == "6 homozygotes in the population, more than 5"
    assert criterion.values == {"homozygotes": 6}


def test_mitochondrial_variants_have_no_homozygotes():
    variant = Variant(3243, contig="chrM", gene="CCC", af=(0.001,), homozygotes=9)
    assert labels(judge(variant, mode="MT"), "BS2") == []


def test_unknown_number_of_homozygotes_is_not_zero():
    assert opens(judge(Variant(homozygotes=-1)), "BS2") == ["no counts of homozygotes"]
    assert opens(judge(Variant(homozygotes=0)), "BS2") == []


MITOCHONDRIAL = """
af       | labels
0        | PM2_Supporting
0.000019 | PM2_Supporting
0.00002  |                     # below, not at
0.0049   |
0.005    | BS1
0.0099   | BS1
0.01     | BA1
"""


@pytest.mark.parametrize("row", read_table(text=MITOCHONDRIAL), ids=lambda r: r["af"])
def test_mitochondrial_limits(row):
    """McCormick 2020: limits of their own, on the share of homoplasmic people."""
    variant = Variant(3243, contig="chrM", gene="CCC", af=(float(row["af"]),))
    found = judge(variant, mode="MT", sources=("gnomad_mt_hom",))
    assert labels(found, "BA1", "BS1", "PM2") == row["labels"].split()


def test_mitochondrial_heteroplasmy_does_not_count():
    variant = Variant(3243, contig="chrM", gene="CCC", af=(0.02, 0.0))
    found = judge(variant, mode="MT", sources=("gnomad_mt_het", "gnomad_mt_hom"))
    assert labels(found, "BA1", "PM2") == ["PM2_Supporting"]
    unread = judge(replace(variant, af=(0.02, np.nan)), mode="MT", sources=("gnomad_mt_het", "gnomad_mt_hom"))  # fmt: skip
    assert labels(unread, "BA1") == ["BA1"]


def test_mitochondrial_missense_has_no_predictor():
    found = judge(Variant(3243, contig="chrM", gene="CCC", revel=0.99, af=(0.001,)), mode="MT")
    assert labels(found, "PP3", "PP1", "BS4") == []
    for code in ("PP3", "BP4"):
        assert opens(found, code) == ["no predictor for mitochondrial variants is read"]


def test_mitochondrial_residues_are_not_looked_up():
    """Their code is another one, and MANE has no mitochondrial transcripts."""
    found = judge(
        Variant(3243, contig="chrM", gene="CCC", af=(0.001,), mane=False),
        mode="MT",
        clinvar=clinvar_table(Reported(3243, contig=25)),
    )
    for code in ("PS1", "PM5"):
        assert opens(found, code) == ["no coding map of mitochondrial genes"]


def test_frequencies_of_a_batch_without_sources():
    found = gather_frequencies(batch(genotypes=[["0/1"]]), source_limits((), FrequencySettings()))
    assert np.isnan(found.continental).all()
    assert found.source(-1) == "every source"
