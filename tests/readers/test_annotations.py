"""Frequencies in their three states, ClinVar in its spellings, predictors: per ALT allele."""

from __future__ import annotations

import math

import numpy as np
import pytest

from builders import read_table
from raredx.readers.info_fields import frequency_source, homozygote_count
from raredx.vocabulary import ClinvarClass
from vcf_files import CSQ_FIELDS, csq, csq_line, info_line

nan = math.nan
NUMBER_A = info_line("gnomad_AF", "A", "Float", "gnomAD")
NUMBER_1 = info_line("gnomad_AF", "1", "Float", "gnomAD")
NUMBER_DOT = info_line("gnomad_AF", ".", "Float", "gnomAD")
TEXT_A = info_line("gnomad_AF", "A", "String", "gnomAD")
LINES = {"A": NUMBER_A, "1": NUMBER_1, ".": NUMBER_DOT, "text A": TEXT_A}
NO_AF = tuple(name for name in CSQ_FIELDS if name != "gnomADe_AF")

# 0 is a source without the allele; nan one that cannot be read for it.
FREQUENCIES = """
Number | ALT | written          | frequency of each ALT
A      | T   | gnomad_AF=0.01   | 0.01
A      | T   | gnomad_AF=1e-5   | 0.00001
A      | T   | gnomad_AF=0      | 0
A      | T   | gnomad_AF=.      | 0
A      | T   | -                | 0
A      | T   | gnomad_AF=-1     | 0         # some recipes write -1 for absent
A      | T,G | gnomad_AF=0.1,0.2 | 0.1 0.2
A      | T,G | gnomad_AF=.,0.2  | 0 0.2
A      | T,G | gnomad_AF=0.1,.  | 0.1 0
A      | T,G | -                | 0 0
A      | T,G | gnomad_AF=0.1    | nan nan   # one number of two: of which allele?
A      | T   | gnomad_AF=0.1,0.2 | nan
1      | T   | gnomad_AF=0.1    | 0.1
1      | T,G | gnomad_AF=0.1    | nan nan   # of which allele?
1      | T,G | -                | 0 0
.      | T   | gnomad_AF=0.1    | 0.1
.      | T,G | gnomad_AF=0.1,0.2 | 0.1 0.2
text A | T   | gnomad_AF=0.1    | 0.1
text A | T,G | gnomad_AF=0.1,0.2 | 0.1 0.2
text A | T,G | gnomad_AF=.,0.2  | 0 0.2
"""


def record(written, alt="T", call="", **entry):
    """Write a record of the proband with an entry for each ALT."""
    fields = entry.pop("fields", NO_AF)
    alts = alt.split(",")
    entries = ",".join(csq(fields, Allele=a, **entry) for a in alts)
    about = f"CSQ={entries}" + (f";{written}" if written != "-" else "")
    return f"chr7 1000 A {alt} {about} GT {call or ('1/2' if len(alts) == 2 else '0/1')}"


@pytest.mark.parametrize(
    "row", read_table(text=FREQUENCIES), ids=lambda r: f"{r['Number']} {r['ALT']} {r['written']}"
)
def test_frequency_of_info(fx_batch, row):
    info = [csq_line(NO_AF), LINES[row["Number"]]]
    read = fx_batch(record(row["written"], row["ALT"]), info=info)
    assert read.sources.frequency_sources == ("gnomad",)
    expected = [[float(v)] for v in row["frequency of each ALT"].split()]
    np.testing.assert_allclose(read.batch["af"], expected, rtol=1e-6)


def test_the_callset_s_own_frequency_is_none(fx_batch):
    info = [csq_line(NO_AF), info_line("AF", "A", "Float", "Allele frequency")]
    read = fx_batch(record("AF=0.5"), info=info)
    assert read.sources.frequency_sources == ()
    assert read.batch["af"].shape == (1, 0)


ENTRIES = """
written    | frequency
0.01       | 0.01
0          | 0
-          | 0
.          | 0
0.01&0.3   | 0.3
0.3&.      | 0.3
&0.3       | 0.3
1.2e-05    | 0.000012
-1         | 0         # some recipes write -1 for absent
text       | nan
"""


@pytest.mark.parametrize("row", read_table(text=ENTRIES), ids=lambda r: r["written"])
def test_frequency_of_consequences(fx_batch, row):
    text = "" if row["written"] == "-" else row["written"]
    read = fx_batch(record("-", fields=CSQ_FIELDS, gnomADe_AF=text))
    assert read.sources.frequency_sources == ("gnomad_exomes",)
    np.testing.assert_allclose(read.batch["af"], [[float(row["frequency"])]], rtol=1e-6)


def test_each_allele_reads_its_own_entry(fx_batch):
    entries = f"{csq(Allele='G', gnomADe_AF='0.2')},{csq(Allele='T', gnomADe_AF='0.1')}"
    read = fx_batch(f"chr7 1000 A T,G CSQ={entries} GT 1/2")
    np.testing.assert_allclose(read.batch["af"], [[0.1], [0.2]], rtol=1e-6)


def test_any_entry_of_the_allele_tells_its_frequency(fx_batch):
    """VEP repeats the frequency on every transcript; some tools fill only one."""
    entries = f"{csq()},{csq(gnomADe_AF='0.2', Feature='ENST2')}"
    read = fx_batch(f"chr7 1000 A T CSQ={entries} GT 0/1")
    np.testing.assert_allclose(read.batch["af"], [[0.2]], rtol=1e-6)


def test_the_highest_of_two_fields_of_one_source(fx_batch):
    info = [
        csq_line(),
        info_line("gnomADe_AF", "A", "Float", "vcfanno"),
        info_line("gnomAD_exomes_AF", "A", "Float", "another recipe"),
    ]
    written = "gnomADe_AF=0.01;gnomAD_exomes_AF=0.03"
    read = fx_batch(record(written, fields=CSQ_FIELDS, gnomADe_AF="0.02"), info=info)
    assert read.sources.frequency_sources == ("gnomad_exomes",)
    np.testing.assert_allclose(read.batch["af"], [[0.03]], rtol=1e-6)


def test_what_cannot_be_read_hides_no_frequency(fx_batch):
    info = [csq_line(), info_line("gnomADe_AF", "1", "Float", "vcfanno")]
    read = fx_batch(record("gnomADe_AF=0.3", fields=CSQ_FIELDS, gnomADe_AF="text"), info=info)
    np.testing.assert_allclose(read.batch["af"], [[0.3]], rtol=1e-6)


def test_sources_stay_apart_and_sorted(fx_batch):
    info = [csq_line(), info_line("swegen", "A", "Float", "no AF in its name")] + [
        info_line(name, "A", "Float", name)
        for name in ("SWEGENAF", "EXACAF", "gnomad_genomes_AF_nfe", "gnomad_nhomalt", "gnomad_AC")
    ]
    written = "SWEGENAF=0.1;EXACAF=0.2;gnomad_genomes_AF_nfe=0.3"
    read = fx_batch(record(written, fields=CSQ_FIELDS, gnomADe_AF="0.4"), info=info)
    assert read.sources.frequency_sources == (
        "exac",
        "gnomad_exomes",
        "gnomad_genomes_nfe",
        "swegen",
    )
    np.testing.assert_allclose(read.batch["af"], [[0.2, 0.4, 0.3, 0.1]], rtol=1e-6)


# --- homozygotes ---------------------------------------------------------------------------------

COUNT_NAMES = """
name                                | source         | counted for each person
nhomalt                             | gnomad         | 1      # gnomAD's own names
nhomalt_nfe                         | gnomad         | 1
nhomalt_grpmax                      | gnomad         | 1
nhomalt_joint                       | gnomad         | 1
nhomalt_exomes                      | gnomad_exomes  | 1
nhomalt_joint_afr                   | gnomad         | 1
controls_nhomalt                    | gnomad         | 1
gnomad_nhomalt                      | gnomad         | 1      # slivar
gnomad_popmax_nhomalt               | gnomad         | 1
gnomADe_nhomalt                     | gnomad_exomes  | 1      # VEP with gnomAD's file
gnomADg_nhomalt_popmax              | gnomad_genomes | 1
gnomADe_non_cancer_nhomalt          | gnomad_exomes  | 1
gnomADj_nhomalt                     | gnomad         | 1
gnomAD_exomes_nhomalt               | gnomad_exomes  | 1      # dbNSFP
gnomAD_genomes_NFE_nhomalt          | gnomad_genomes | 1
dbNSFP_gnomAD_exomes_nhomalt        | gnomad_exomes  | 1      # SnpSift
dbNSFP_gnomAD4.1_joint_POPMAX_nhomalt | gnomad       | 1
gnomAD_Hom                          | gnomad         | 1
gnomad_num_hom_alt                  | gnomad         | 1
GNOMAD_HOM_AFR                      | gnomad         | 1
gnomad_exomes_hom                   | gnomad_exomes  | 1      # VarFish
ExAC_AC_Hom                         | exac           | 1      # people, unlike others
exac_num_hom_alt                    | exac           | 1
Hom_AFR                             | exac           | 1
Hom_SAS                             | exac           | 1
topmed_Hom                          | topmed         | 1
SWEGENAAC_Hom                       | swegen         | 2      # bcftools: alleles
SWEGENAC_Hom                        | swegen         | 2
SWEREFAC_Hom                        | sweref         | 2
gnomad_AC_Hom                       | gnomad         | 2
Hom                                 | -              | -      # LoqusDB: people with rare disease
HOM                                 | -              | -
AC_Hom                              | -              | -      # of the file itself
Hom_Male                            | -              | -      # one sex
Hom_raw                             | -              | -
STAR_Hom                            | -              | -
nhomalt_raw                         | -              | -
nhomalt_XX                          | -              | -
gnomADe_nhomalt_raw                 | -              | -
gnomAD_nhomalt_female               | -              | -
gnomAD_nhomalt_XY                   | -              | -
gnomAD_nhemi                        | -              | -
gnomad_genomes_hemi                 | -              | -
ExAC_AC_Hemi                        | -              | -
gnomAD_AC                           | -              | -
gnomAD_AC_XY                        | -              | -
gnomAD_AF                           | -              | -
gnomAD_AF_nhomalt                   | -              | -
gnomad_hom_f                        | -              | -      # a fraction
gnomad_AF_hom                       | -              | -
gnomad_age_hist_hom_bin_freq        | -              | -
GNOMAD_MT_AC_hom                    | -              | -      # homoplasmic
GNOMAD_MTAF_hom                     | -              | -
gnomad_mtdna_hom                    | -              | -
helix_hom                           | -              | -
HOMLEN                              | -              | -
gnomAD                              | -              | -
"""


@pytest.mark.parametrize("row", read_table(text=COUNT_NAMES), ids=lambda r: r["name"])
def test_names_of_counts(row):
    found = homozygote_count(row["name"])
    if row["source"] == "-":
        assert found is None
    else:
        assert found == (row["source"], int(row["counted for each person"]))
        for in_consequences in (True, False):  # one field is never both
            assert frequency_source(row["name"], in_consequences=in_consequences) == ""


# -1 is not known, and 0 nobody.
COUNTS = """
Number | ALT | written                          | homozygotes of each ALT
A      | T   | gnomad_nhomalt=7                 | 7
A      | T   | gnomad_nhomalt=0                 | 0
A      | T   | gnomad_nhomalt=.                 | 0
A      | T   | -                                | 0
A      | T   | gnomad_nhomalt=-1                | 0         # slivar: not in gnomAD
A      | T   | gnomad_nhomalt=-9                | 0
A      | T   | gnomad_AF=0                      | 0
A      | T   | gnomad_AF=-1;gnomad_nhomalt=-1   | 0
A      | T   | gnomad_AF=0.1                    | -1        # in gnomAD, and nobody counted
A      | T   | gnomad_AF=0.1;gnomad_nhomalt=-1  | -1
A      | T   | gnomad_AF=0.1;gnomad_nhomalt=.   | -1
A      | T   | gnomad_AF=0.1;gnomad_nhomalt=0   | 0
A      | T   | gnomad_AF=0.1;gnomad_nhomalt=7   | 7
A      | T,G | gnomad_nhomalt=7,2               | 7 2
A      | T,G | gnomad_nhomalt=.,2               | 0 2
A      | T,G | gnomad_AF=.,0.1;gnomad_nhomalt=7,. | 7 -1
A      | T,G | -                                | 0 0
A      | T,G | gnomad_nhomalt=7                 | -1 -1     # one number of two: of which allele?
A      | T   | gnomad_nhomalt=7,2               | -1
1      | T   | gnomad_nhomalt=7                 | 7
1      | T,G | gnomad_nhomalt=7                 | -1 -1     # of which allele?
1      | T,G | -                                | 0 0
.      | T,G | gnomad_nhomalt=7,2               | 7 2
text A | T,G | gnomad_nhomalt=7,2               | 7 2
text A | T   | gnomad_nhomalt=many              | -1
text A | T   | gnomad_nhomalt=nan               | -1
text A | T   | gnomad_nhomalt=inf               | -1
text A | T   | gnomad_nhomalt=2147483647        | 2147483647
text A | T   | gnomad_nhomalt=2147483648        | -1        # no number of people
text A | T   | gnomad_nhomalt=7.0               | 7
"""
KINDS = {"A": ("A", "Integer"), "1": ("1", "Integer"), ".": (".", "Integer"),
         "text A": ("A", "String")}  # fmt: skip


@pytest.mark.parametrize(
    "row", read_table(text=COUNTS), ids=lambda r: f"{r['Number']} {r['ALT']} {r['written']}"
)
def test_homozygotes_of_info(fx_batch, row):
    counted = info_line("gnomad_nhomalt", *KINDS[row["Number"]], "gnomAD")
    read = fx_batch(record(row["written"], row["ALT"]), info=[csq_line(NO_AF), NUMBER_A, counted])
    expected = [int(v) for v in row["homozygotes of each ALT"].split()]
    assert read.batch["homozygotes"].tolist() == expected
    assert read.batch["homozygotes"].dtype == np.int32


def test_homozygotes_that_the_file_does_not_declare(fx_batch):
    """Not even where it knows that no source has the allele."""
    read = fx_batch(record("gnomad_AF=0"), info=[csq_line(NO_AF), NUMBER_A])
    assert read.batch["homozygotes"].tolist() == [-1]


COUNT_ENTRIES = """
count | frequency | homozygotes
7     | 0.1       | 7
0     | 0.1       | 0
-     | -         | 0          # declared, and nothing in the source
.     | .         | 0
-1    | 0         | 0
-     | 0.1       | -1         # in the source, and nobody counted
.     | 0.1       | -1
-1    | 0.1       | -1
2&7   | 0.1       | 7
7&.   | 0.1       | 7
-1&7  | 0.1       | 7
text  | -         | -1
"""
COUNTED_FIELDS = (*CSQ_FIELDS, "gnomADe_nhomalt")


@pytest.mark.parametrize("row", read_table(text=COUNT_ENTRIES), ids=str)
def test_homozygotes_of_consequences(fx_batch, row):
    count, frequency = ("" if row[n] == "-" else row[n] for n in ("count", "frequency"))
    written = record("-", fields=COUNTED_FIELDS, gnomADe_AF=frequency, gnomADe_nhomalt=count)
    read = fx_batch(written, info=[csq_line(COUNTED_FIELDS)])
    assert read.batch["homozygotes"].tolist() == [int(row["homozygotes"])]
    known = 0.0 if frequency in ("", ".") else float(frequency)
    np.testing.assert_allclose(read.batch["af"], [[known]], rtol=1e-6)


def test_each_allele_reads_its_own_count(fx_batch):
    """The frequencies, ClinVar and predictors beside it stay theirs."""
    fields = (*COUNTED_FIELDS, "REVEL")
    one = csq(fields, Allele="G", gnomADe_nhomalt="2", gnomADe_AF="0.2", REVEL="0.7",
              CLIN_SIG="benign")  # fmt: skip
    two = csq(fields, Allele="T", gnomADe_nhomalt="7", gnomADe_AF="0.1", REVEL="0.4")
    read = fx_batch(f"chr7 1000 A T,G CSQ={one},{two} GT 1/2", info=[csq_line(fields)])
    assert read.batch["homozygotes"].tolist() == [7, 2]
    np.testing.assert_allclose(read.batch["af"], [[0.1], [0.2]], rtol=1e-6)
    np.testing.assert_allclose(read.batch["revel"], [0.4, 0.7], rtol=1e-6)
    assert read.batch["clinvar"].tolist() == ["", "benign"]


# Sources are counted apart and the highest counts: who is in two of them is not known.
SEVERAL = """
gnomADe_nhomalt | gnomADg_nhomalt | gnomADg_AF | SWEGENAAC_Hom | homozygotes
3               | 5               | 0.1        | 2             | 5
3               | 5               | 0.1        | 12            | 6    # two alleles each
3               | .               | .          | .             | 3
0               | .               | 0.1        | .             | 0
.               | .               | 0.1        | .             | 0    # none in the exomes
.               | .               | .          | .             | 0
.               | .               | .          | 2             | 1
"""


@pytest.mark.parametrize("row", read_table(text=SEVERAL), ids=str)
def test_homozygotes_of_several_sources(fx_batch, row):
    fields = (*CSQ_FIELDS, "gnomADe_nhomalt")
    info = [
        csq_line(fields),
        info_line("gnomADg_nhomalt", "A", "Integer", "gnomAD"),
        info_line("gnomADg_AF", "A", "Float", "gnomAD"),
        info_line("SWEGENAAC_Hom", "A", "Integer", "SweGen"),
    ]
    names = ("gnomADg_nhomalt", "gnomADg_AF", "SWEGENAAC_Hom")
    written = ";".join(f"{name}={row[name]}" for name in names)
    count = row["gnomADe_nhomalt"]
    read = fx_batch(record(written, fields=fields, gnomADe_nhomalt=count), info=info)
    assert read.batch["homozygotes"].tolist() == [int(row["homozygotes"])]


def test_a_group_of_the_source_shows_that_the_allele_is_in_it(fx_batch):
    info = [
        csq_line(NO_AF),
        info_line("gnomad_nhomalt", "A", "Integer", "gnomAD"),
        info_line("gnomADg_AF_nfe", "A", "Float", "gnomAD"),
    ]
    read = fx_batch(record("gnomADg_AF_nfe=0.1"), info=info)
    assert read.batch["homozygotes"].tolist() == [-1]


def test_two_fields_of_one_source(fx_batch):
    """A count that is there stands for one that is not; a list of the wrong length for none."""
    info = [
        csq_line(NO_AF),
        info_line("gnomad_nhomalt", "A", "Integer", "gnomAD"),
        info_line("gnomad_popmax_nhomalt", "A", "Integer", "gnomAD"),
    ]
    for written, expected in (
        ("gnomad_nhomalt=7;gnomad_popmax_nhomalt=3", 7),
        ("gnomad_popmax_nhomalt=3", 3),
        ("gnomad_nhomalt=7,8;gnomad_popmax_nhomalt=3", 3),
        ("gnomad_nhomalt=7,8", -1),
    ):
        read = fx_batch(record(written), info=info)
        assert read.batch["homozygotes"].tolist() == [expected], written


# --- ClinVar -------------------------------------------------------------------------------------

CLINVAR = """
CLNSIG                                        | CLNREVSTAT                                           | class             | stars
Pathogenic                                    | reviewed_by_expert_panel                             | pathogenic        | 3
Likely_pathogenic                             | criteria_provided,_single_submitter                  | likely_pathogenic | 1
Pathogenic/Likely_pathogenic                  | criteria_provided,_multiple_submitters,_no_conflicts | pathogenic        | 2
Pathogenic|risk_factor                        | no_assertion_criteria_provided                       | pathogenic        | 0
Pathogenic,_low_penetrance                    | practice_guideline                                   | pathogenic        | 4
Likely_pathogenic,_low_penetrance             | criteria_provided,_single_submitter                  | likely_pathogenic | 1
Pathogenic/Likely_pathogenic/Pathogenic,_low_penetrance | criteria_provided,_single_submitter        | pathogenic        | 1
Pathogenic/Pathogenic,_low_penetrance|other   | criteria_provided,_single_submitter                  | pathogenic        | 1
Conflicting_interpretations_of_pathogenicity  | criteria_provided,_conflicting_interpretations       | conflicting       | 1
Conflicting_classifications_of_pathogenicity  | criteria_provided,_conflicting_classifications       | conflicting       | 1
Uncertain_significance                        | criteria_provided,_single_submitter                  | uncertain         | 1
Uncertain_significance/Uncertain_risk_allele  | criteria_provided,_single_submitter                  | uncertain         | 1
Likely_benign                                 | criteria_provided,_single_submitter                  | likely_benign     | 1
Benign/Likely_benign                          | criteria_provided,_single_submitter                  | benign            | 1
Benign                                        | -                                                    | benign            | -1
drug_response                                 | criteria_provided,_single_submitter                  | other             | 1
not_provided                                  | no_classification_provided                           | other             | 0
association|risk_factor                       | -                                                    | other             | -1
5                                             | exp                                                  | pathogenic        | 3
4                                             | single                                               | likely_pathogenic | 1
5|5                                           | mult                                                 | pathogenic        | 2
5|4                                           | -                                                    | pathogenic        | -1
5|2                                           | conf                                                 | conflicting       | 1
0                                             | no_criteria                                          | uncertain         | 0
2|255                                         | -                                                    | benign            | -1
.                                             | -                                                    | absent            | -1
-                                             | -                                                    | absent            | -1
"""
SIGNIFICANCE = (
    csq_line(NO_AF[:-1]),
    info_line("CLNSIG", ".", "String", "ClinVar"),
    info_line("CLNREVSTAT", ".", "String", "ClinVar"),
)


@pytest.mark.parametrize("row", read_table(text=CLINVAR), ids=lambda r: r["CLNSIG"])
def test_clinvar_of_info(fx_batch, row):
    written = ";".join(f"{k}={row[k]}" for k in ("CLNSIG", "CLNREVSTAT") if row[k] != "-")
    read = fx_batch(record(written or "-", fields=NO_AF[:-1]), info=SIGNIFICANCE)
    found = read.batch
    assert ClinvarClass(int(found["clinvar_class"][0])).name.lower() == row["class"]
    assert found["clinvar_stars"].tolist() == [int(row["stars"])]
    assert found["clinvar"].tolist() == ["" if row["CLNSIG"] in "-." else row["CLNSIG"]]


def test_clinvar_values_with_commas_on_one_allele(fx_batch):
    """`.`-numbered text with a comma is one value in words, not a list of alleles."""
    read = fx_batch(
        record("CLNSIG=Pathogenic,_low_penetrance", fields=NO_AF[:-1]), info=SIGNIFICANCE
    )
    assert read.batch["clinvar"].tolist() == ["Pathogenic,_low_penetrance"]


def test_clinvar_per_allele(fx_batch):
    info = [csq_line(NO_AF[:-1]), info_line("CLNSIG", "A", "String", "ClinVar")]
    read = fx_batch(record("CLNSIG=Benign,Pathogenic", "T,G", fields=NO_AF[:-1]), info=info)
    assert read.batch["clinvar"].tolist() == ["Benign", "Pathogenic"]
    read = fx_batch(record("CLNSIG=.,Pathogenic", "T,G", fields=NO_AF[:-1]), info=info)
    assert read.batch["clinvar_class"].tolist() == [ClinvarClass.ABSENT, ClinvarClass.PATHOGENIC]


def test_clinvar_of_nobody_knows_which_allele(fx_batch):
    """One value for two alleles: not assessed for either, never given to both."""
    read = fx_batch(record("CLNSIG=Pathogenic", "T,G", fields=NO_AF[:-1]), info=SIGNIFICANCE)
    assert read.batch["clinvar_class"].tolist() == [ClinvarClass.NOT_ASSESSED] * 2


def test_clinvar_not_declared_is_not_assessed(fx_batch):
    read = fx_batch(record("-", fields=NO_AF[:-1]), info=[csq_line(NO_AF[:-1])])
    assert not read.sources.has_clinvar
    assert read.batch["clinvar_class"].tolist() == [ClinvarClass.NOT_ASSESSED]


@pytest.mark.parametrize(
    ("written", "kind"),
    [("pathogenic", "PATHOGENIC"), ("likely_pathogenic&pathogenic", "PATHOGENIC"),
     ("benign&pathogenic", "CONFLICTING"), ("uncertain_significance", "UNCERTAIN"),
     ("", "ABSENT"), ("not_provided", "OTHER")],
)  # fmt: skip
def test_clinvar_of_consequences(fx_batch, written, kind):
    read = fx_batch(record("-", fields=NO_AF, CLIN_SIG=written), info=[csq_line(NO_AF)])
    assert ClinvarClass(int(read.batch["clinvar_class"][0])).name == kind


def test_info_before_consequences(fx_batch):
    info = [csq_line(NO_AF), info_line("CLNSIG", ".", "String", "ClinVar")]
    both = fx_batch(record("CLNSIG=Benign", fields=NO_AF, CLIN_SIG="pathogenic"), info=info)
    assert both.batch["clinvar"].tolist() == ["Benign"]
    one = fx_batch(record("-", fields=NO_AF, CLIN_SIG="pathogenic"), info=info)
    assert one.batch["clinvar"].tolist() == ["pathogenic"]


# --- predictors ----------------------------------------------------------------------------------

RAW = info_line("SpliceAI", ".", "String", "SpliceAI variant annotation")
SPLICE = "SpliceAI=T|AAA|0.10|0.20|0.00|0.05|1|2|3|4,G|AAA|0.90|0.00|0.00|0.00|1|2|3|4"


def test_raw_spliceai_is_read_per_allele(fx_batch):
    read = fx_batch(record(SPLICE, "T,G"), info=[csq_line(NO_AF), RAW])
    assert read.sources.predictors == ("spliceai",)
    np.testing.assert_allclose(read.batch["spliceai"], [0.2, 0.9], rtol=1e-6)


def test_raw_spliceai_of_two_genes_and_of_no_allele(fx_batch):
    info = [csq_line(NO_AF), RAW]
    two = fx_batch(record("SpliceAI=T|AAA|0.1|0|0|0|1|1|1|1,T|BBB|0|0.4|0|0|1|1|1|1"), info=info)
    np.testing.assert_allclose(two.batch["spliceai"], [0.4], rtol=1e-6)
    other = fx_batch(record("SpliceAI=C|AAA|0.9|0|0|0|1|1|1|1"), info=info)
    assert np.isnan(other.batch["spliceai"]).all()


def test_predictors_of_info_and_consequences(fx_batch):
    fields = (*NO_AF, "REVEL", "am_pathogenicity", "SpliceAI_pred_DS_AG", "SpliceAI_pred_DS_DL")
    info = [csq_line(fields), info_line("CADD_PHRED", "A", "Float", "CADD")]
    one = csq(fields, Allele="T", REVEL="0.7&0.8", am_pathogenicity="0.9",
              SpliceAI_pred_DS_AG="0.01", SpliceAI_pred_DS_DL="0.35")  # fmt: skip
    two = csq(fields, Allele="G", REVEL=".")
    read = fx_batch(f"chr7 1000 A T,G CSQ={one},{two};CADD_PHRED=25.5,. GT 1/2", info=info)
    assert read.sources.predictors == ("revel", "alphamissense", "cadd", "spliceai")
    np.testing.assert_allclose(read.batch["revel"], [0.8, nan], rtol=1e-6)
    np.testing.assert_allclose(read.batch["alphamissense"], [0.9, nan], rtol=1e-6)
    np.testing.assert_allclose(read.batch["cadd"], [25.5, nan], rtol=1e-6)
    np.testing.assert_allclose(read.batch["spliceai"], [0.35, nan], rtol=1e-6)


def test_a_transcript_without_a_score_hides_none(fx_batch):
    fields = (*NO_AF, "REVEL")
    entries = ",".join(csq(fields, REVEL=score) for score in ("0.7", ".", "0.4"))
    read = fx_batch(f"chr7 1000 A T CSQ={entries} GT 0/1", info=[csq_line(fields)])
    np.testing.assert_allclose(read.batch["revel"], [0.7], rtol=1e-6)


def test_predictors_that_the_file_lacks(fx_batch):
    read = fx_batch(record("-"), info=[csq_line(NO_AF)])
    assert read.sources.predictors == ()
    for name in ("revel", "alphamissense", "cadd", "spliceai"):
        assert np.isnan(read.batch[name]).all()
