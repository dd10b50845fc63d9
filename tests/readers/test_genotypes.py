"""Every call kept distinct: what stands in GT, AD, DP, GQ and AF, and nothing made up."""

from __future__ import annotations

import numpy as np
import pytest

from builders import read_table
from raredx.columns.batch import VARIANT_COLUMNS
from vcf_files import FORMATS, csq, csq_line

ONE = f"chr7 1000 A T CSQ={csq()}"
TWO = f"chr7 1000 A T,G CSQ={csq()},{csq(Allele='G')}"
STAR = f"chr7 1000 A T,* CSQ={csq()}"
DECLARED = [column.name for column in VARIANT_COLUMNS if "sample" in column.axes]
NAMES = ("alt_dosage", "other_dosage", "missing_alleles", "ploidy", "genotype_text")

# The proband is 0/1 or 1/2, so that the record is read; the second sample is looked at.
CALLS = """
site | call    | copies of T | others | not called | ploidy | as written
one  | 0/0     | 0           | 0      | 0          | 2      | 0/0
one  | 0/1     | 1           | 0      | 0          | 2      | 0/1
one  | 1/1     | 2           | 0      | 0          | 2      | 1/1
one  | 1|0     | 1           | 0      | 0          | 2      | 1|0
one  | 0|1     | 1           | 0      | 0          | 2      | 0|1
one  | ./1     | 1           | 0      | 1          | 2      | ./1
one  | 1/.     | 1           | 0      | 1          | 2      | 1/.
one  | ./0     | 0           | 0      | 1          | 2      | ./0
one  | ./.     | -1          | 0      | 2          | 2      | ./.
one  | .       | -1          | 0      | 1          | 1      | .
one  | 0       | 0           | 0      | 0          | 1      | 0
one  | 1       | 1           | 0      | 0          | 1      | 1
one  | 0/1/1   | 2           | 0      | 0          | 3      | 0/1/1
two  | 1/2     | 1           | 1      | 0          | 2      | 1/2
two  | 0/2     | 0           | 1      | 0          | 2      | 0/2
two  | 2/2     | 0           | 2      | 0          | 2      | 2/2
two  | ./2     | 0           | 1      | 1          | 2      | ./2
two  | 2       | 0           | 1      | 0          | 1      | 2
star | 1/2     | 1           | 1      | 0          | 2      | 1/2
star | 0/2     | 0           | 1      | 0          | 2      | 0/2
star | 2/2     | 0           | 2      | 0          | 2      | 2/2
"""
SITES = {"one": ONE, "two": TWO, "star": STAR}


@pytest.mark.parametrize("row", read_table(text=CALLS), ids=lambda r: f"{r['site']} {r['call']}")
def test_calls(fx_batch, row):
    found = fx_batch(f"{SITES[row['site']]} GT 0/1 {row['call']}", samples=("kid", "other")).batch
    assert found["alt"][0] == "T"
    got = [str(found[name][0, 1]) for name in NAMES]
    assert got == list(row.values())[2:]


def test_both_alleles_of_a_site_count_for_themselves(fx_batch):
    found = fx_batch(f"{TWO} GT 1/2 0/2", samples=("kid", "mum")).batch
    assert found["alt"].tolist() == ["T", "G"]
    assert found["alt_index"].tolist() == [1, 2]
    assert found["site"].tolist() == [0, 0]
    assert found["alt_dosage"].tolist() == [[1, 0], [1, 1]]
    assert found["other_dosage"].tolist() == [[1, 1], [1, 0]]


def test_star_is_no_variant(fx_batch):
    """A `*` is what another record deletes: no row of its own, and counted."""
    read = fx_batch(f"{STAR} GT 1/2")
    assert read.batch["alt"].tolist() == ["T"]
    assert (read.counts.alleles, read.counts.not_sequence) == (1, 1)


@pytest.mark.parametrize("alt", ["*", "<DEL>", "<*>", "A[chr2:321681["])
def test_alleles_that_are_no_sequence_give_no_row(fx_batch, alt):
    read = fx_batch(f"chr7 1000 A {alt} CSQ={csq(Allele='-')} GT 0/1")
    assert len(read.batch) == 0
    assert (read.counts.records, read.counts.alleles, read.counts.not_sequence) == (1, 0, 1)


# --- reads ---------------------------------------------------------------------------------------

EXTRA = (
    *FORMATS,
    '##FORMAT=<ID=RO,Number=1,Type=Integer,Description="Reference reads">',
    '##FORMAT=<ID=AO,Number=A,Type=Integer,Description="Alternative reads">',
    '##FORMAT=<ID=DV,Number=1,Type=Integer,Description="Non-reference reads">',
    '##FORMAT=<ID=AF,Number=A,Type=Float,Description="Fraction">',
    '##FORMAT=<ID=AD2,Number=.,Type=Integer,Description="Something else">',
)
READS = """
site | format         | call                | ref | alt | depth | gq   | fraction
one  | GT:AD:DP:GQ    | 0/1:12,8:21:99      | 12  | 8   | 21    | 99.0 | 0.40
one  | GT:AD:DP:GQ    | 0/1:20,0:20:99      | 20  | 0   | 20    | 99.0 | 0.00
one  | GT:AD:DP:GQ    | 0/1:0,0:0:0         | 0   | 0   | 0     | 0.0  | nan   # no reads
one  | GT             | 0/1                 | -1  | -1  | -1    | nan  | nan
one  | GT:AD          | 0/1:12,8            | 12  | 8   | 20    | nan  | 0.40  # depth from AD
one  | GT:DP          | 0/1:21              | -1  | -1  | 21    | nan  | nan
one  | GT:AD:DP:GQ    | 0/1:.:.:.           | -1  | -1  | -1    | nan  | nan
one  | GT:AD:DP:GQ    | 0/1:.,.:21:50       | -1  | -1  | 21    | 50.0 | nan
one  | GT:AD:DP:GQ    | 0/1:.,8:21:50       | -1  | 8   | 21    | 50.0 | nan   # of how many?
one  | GT:AD:DP:GQ    | 0/1:12,.:21:50      | 12  | -1  | 21    | 50.0 | nan
one  | GT:AD:DP       | 0/1:8:21            | -1  | -1  | 21    | nan  | nan   # one number
one  | GT:AD:DP       | 0/1:12,8,3:23       | -1  | -1  | 23    | nan  | nan   # three of two
two  | GT:AD:DP       | 1/2:1,9,10:20       | 1   | 9   | 20    | nan  | 0.45
two  | GT:AD:DP       | 1/2:1,.,10:20       | 1   | 10  | 20    | nan  | nan   # G, with T not counted
two  | GT:AD:DP       | 1/2:1,9:20          | -1  | -1  | 20    | nan  | nan   # two of three
one  | GT:DP:RO:AO    | 0/1:21:12:8         | 12  | 8   | 21    | nan  | 0.40  # freebayes
two  | GT:RO:AO       | 1/2:1:9,10          | 1   | 9   | 20    | nan  | 0.45
two  | GT:RO:AO       | 1/2:1:9             | -1  | -1  | -1    | nan  | nan
one  | GT:DP:DV       | 0/1:20:8            | 12  | 8   | 20    | nan  | 0.40  # samtools
two  | GT:DP:DV       | 1/2:20:19           | -1  | -1  | 20    | nan  | nan   # of which ALT?
one  | GT:AF          | 0/1:0.37            | -1  | -1  | -1    | nan  | 0.37
two  | GT:AF          | 1/2:0.4,0.6         | -1  | -1  | -1    | nan  | 0.40
one  | GT:AD:AF       | 0/1:12,8:0.1        | 12  | 8   | 20    | nan  | 0.40  # counts come first
one  | GT:AD:AF       | 0/1:.:0.1           | -1  | -1  | -1    | nan  | 0.10
one  | GT:AD2         | 0/1:12,8            | -1  | -1  | -1    | nan  | nan
"""


@pytest.mark.parametrize("row", read_table(text=READS), ids=lambda r: f"{r['site']} {r['call']}")
def test_reads(fx_batch, row):
    found = fx_batch(f"{SITES[row['site']]} {row['format']} {row['call']}", formats=EXTRA).batch
    last = len(found) - 1 if row["call"] == "1/2:1,.,10:20" else 0
    counts = [int(row[name]) for name in ("ref", "alt", "depth")]
    assert [found[n][last, 0] for n in ("ref_reads", "alt_reads", "depth")] == counts
    np.testing.assert_allclose(found["gq"][last, 0], float(row["gq"]))
    np.testing.assert_allclose(found["alt_fraction"][last, 0], float(row["fraction"]), rtol=1e-6)


def test_mitochondrial_callers_state_the_fraction(fx_batch):
    """Mutect2 filters reads before it states AF: there it comes before AD."""
    record = f"chrM 3243 A G CSQ={csq(Allele='G')} GT:AD:AF 0/1:80,20:0.31"
    assert fx_batch(record, formats=EXTRA).batch["alt_fraction"][0, 0] == pytest.approx(0.31)
    auto = record.replace("chrM 3243", "chr7 3243")
    assert fx_batch(auto, formats=EXTRA).batch["alt_fraction"][0, 0] == pytest.approx(0.2)


def test_text_where_a_number_is_declared_elsewhere(fx_batch):
    """AD of type String is not read as numbers."""
    formats = (FORMATS[0], FORMATS[1].replace("Integer", "String"), *FORMATS[2:])
    found = fx_batch(f"{ONE} GT:AD:DP:GQ 0/1:12,8:20:50", formats=formats).batch
    assert found["ref_reads"].tolist() == [[-1]]
    assert found["depth"].tolist() == [[20]]


def test_a_record_without_gt_is_counted_not_judged(fx_batch):
    read = fx_batch(f"{ONE} DP 20", f"{ONE} GT 0/1")
    assert read.batch["site"].tolist() == [1]
    assert read.counts.unassessable["carried"] == 1
    assert read.counts.failed["carried"] == 0


def test_an_uncalled_proband_is_not_assessed(fx_batch):
    """No call is not reference: dropped, and counted as not assessed."""
    read = fx_batch(f"{ONE} GT ./.", f"{ONE} GT ./0", f"{ONE} GT 0/0", f"{ONE} GT 0/1")
    assert read.batch["site"].tolist() == [3]
    assert read.counts.unassessable["carried"] == 2
    assert read.counts.failed["carried"] == 1


def test_samples_do_not_mix(fx_batch):
    found = fx_batch(
        f"{ONE} GT:AD:DP:GQ 0/1:12,8:20:99 0/0:30,0:30:60 ./.:.:.:. 1:0,9:9:20",
        samples=("kid", "dad", "mum", "uncle"),
    ).batch
    assert found["alt_dosage"].tolist() == [[1, 0, -1, 1]]
    assert found["ploidy"].tolist() == [[2, 2, 2, 1]]
    assert found["depth"].tolist() == [[20, 30, -1, 9]]
    np.testing.assert_array_equal(found["gq"], np.array([[99, 60, np.nan, 20]], np.float32))
    np.testing.assert_allclose(found["alt_fraction"], [[0.4, 0.0, np.nan, 1.0]], rtol=1e-6)


LIKELIHOODS = """
site | format   | call                                | alt | ref  | het  | hom
one  | GT:PL    | 0/1:50,0,70                         | 1   | 50   | 0    | 70
one  | GT:PL    | 1:90,0                              | 1   | 90   | nan  | 0
one  | GT:PL    | 0/1:.                               | 1   | nan  | nan  | nan
one  | GT       | 0/1                                 | 1   | nan  | nan  | nan
one  | GT:GL    | 0/1:-5,-0.1,-7                      | 1   | 50   | 1    | 70
two  | GT:PL    | 1/2:60,50,40,30,0,20                | 1   | 60   | 50   | 40
two  | GT:PL    | 1/2:60,50,40,30,0,20                | 2   | 60   | 30   | 20
two  | GT:PL    | 2:60,50,0                           | 2   | 60   | nan  | 0
"""
PL_FORMATS = (
    *EXTRA,
    '##FORMAT=<ID=PL,Number=G,Type=Integer,Description="Likelihoods">',
    '##FORMAT=<ID=GL,Number=G,Type=Float,Description="Likelihoods, log10">',
    '##FORMAT=<ID=PS,Number=1,Type=Integer,Description="Phase set">',
    '##FORMAT=<ID=PID,Number=1,Type=String,Description="Physical phase set">',
    '##FORMAT=<ID=PGT,Number=1,Type=String,Description="Physical phase">',
    '##FORMAT=<ID=HP,Number=.,Type=String,Description="Phase">',
)


@pytest.mark.parametrize(
    "row", read_table(text=LIKELIHOODS), ids=lambda r: f"{r['call']} {r['alt']}"
)
def test_likelihoods(fx_batch, row):
    found = fx_batch(
        f"{SITES[row['site']]} {row['format']} {row['call']}", formats=PL_FORMATS
    ).batch
    place = found["alt_index"].tolist().index(int(row["alt"]))
    read = [found[f"pl_{name}"][place, 0] for name in ("ref", "het", "hom")]
    np.testing.assert_allclose(read, [float(row[n]) for n in ("ref", "het", "hom")], rtol=1e-6)


@pytest.mark.parametrize(
    ("call", "haplotype", "phase_set"),
    [
        ("GT:PS 0|1:4711", 1, "PS:4711"),
        ("GT:PS 0|1:.", 1, "|"),
        ("GT:PS 0/1:4711", -1, ""),
        ("GT:PGT:PID 0/1:1|0:55_A_G", 0, "PID:55_A_G"),
        ("GT:HP 0/1:55-2,55-1", 0, "HP:55"),
        ("GT 0/1", -1, ""),
    ],
)
def test_phase(fx_batch, call, haplotype, phase_set):
    found = fx_batch(f"{ONE} {call}", formats=PL_FORMATS).batch
    assert found["haplotype"].tolist() == [[haplotype]]
    assert found["phase_set"].tolist() == [[phase_set]]


SPLITS = """
call          | split | copies | others | not called
./1:0,9:9:60  | yes   | 1      | 1      | 0
./1:0,9:9:60  | no    | 1      | 0      | 1
0/.:9,0:9:60  | yes   | 0      | 1      | 0
0/.:9,0:9:60  | no    | 0      | 0      | 1
./.:0,0:9:60  | yes   | 0      | 2      | 0
./.:0,0:9:0   | yes   | -1     | 0      | 2
./.:.:.:.     | yes   | -1     | 0      | 2
./.:0,0:9:60  | no    | -1     | 0      | 2
0/1:9,9:18:60 | yes   | 1      | 0      | 0
"""


@pytest.mark.parametrize("row", read_table(text=SPLITS), ids=lambda r: f"{r['call']} {r['split']}")
def test_what_a_missing_allele_stands_for_in_a_split_record(fx_batch, row):
    mark = "OLD_MULTIALLELIC=chr7:1000:A/T/G;" if row["split"] == "yes" else ""
    record = f"chr7 1000 A T {mark}CSQ={csq()} GT:AD:DP:GQ 0/1:9,9:18:60 {row['call']}"
    line = '##INFO=<ID=OLD_MULTIALLELIC,Number=1,Type=String,Description="Split">'
    found = fx_batch(record, samples=("kid", "mum"), info=(csq_line(), line)).batch
    got = [int(found[n][0, 1]) for n in ("alt_dosage", "other_dosage", "missing_alleles")]
    assert got == [int(row[n]) for n in ("copies", "others", "not called")]


UNLIKE = (
    f"{ONE} GT:AD:DP:GQ 0/1:12,8:21:99 0/0:30,0:30:60",
    f"{TWO} GT:PL 1/2:60,50,40,30,0,20 0/2:50,60,70,0,80,90",
    f"{ONE} GT:DP:RO:AO:GL 1|0:21:12:8:-5,-0.1,-7 0/1:9:9:0:-1,-2,-3",
    f"{STAR} GT:AD 1/2:1,9,10 ./1:2,3,4",
    f"{ONE} GT:AD:DP:GQ:HP 0/1:3,9:12:40:55-2,55-1 1/1:0,7:7:20:.",
    f"chrM 3243 A G CSQ={csq(Allele='G')} GT:AD:AF 1:80,20:0.31 0:90,0:0.0",
    f"{TWO} GT 0/1/2 0/0/1",
    f"{ONE} GT:AD:DP:GQ 1/1:0,9:.:30 ./.:.:.:.",
)


@pytest.mark.parametrize("turn", range(3))
def test_a_record_reads_the_same_among_others(fx_batch, turn):
    """Calls are worked out for like records together: none takes anything from another."""
    records = UNLIKE[turn:] + UNLIKE[:turn]
    parts = {"formats": PL_FORMATS, "samples": ("kid", "dad")}
    together = fx_batch(*records, **parts).batch
    alone = [fx_batch(record, **parts).batch for record in records]
    assert len(together) == sum(len(batch) for batch in alone) == 10
    for name in DECLARED:
        apart = np.concatenate([batch[name] for batch in alone])
        np.testing.assert_array_equal(together[name], apart, err_msg=name)
