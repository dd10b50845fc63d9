"""Consequences: layouts as annotators write them, and which entry belongs to which ALT."""

from __future__ import annotations

import pytest

from builders import read_table
from raredx.errors import InputError
from raredx.readers.consequences import AlleleMatcher, allele_names, cell_reader, read_layout
from vcf_files import CSQ_FIELDS, csq, csq_line, info_line

# Descriptions of real headers.
VEP_110 = (
    "Consequence annotations from Ensembl VEP. Format: Allele|Consequence|IMPACT|SYMBOL|Gene|"
    "Feature_type|Feature|BIOTYPE|EXON|INTRON|HGVSc|HGVSp|cDNA_position|CDS_position|"
    "Protein_position|Amino_acids|Codons|Existing_variation|ALLELE_NUM|DISTANCE|STRAND|FLAGS|"
    "VARIANT_CLASS|SYMBOL_SOURCE|HGNC_ID|CANONICAL|MANE_SELECT|MANE_PLUS_CLINICAL|TSL|"
    "gnomADe_AF|gnomADe_NFE_AF|gnomADg_AF|MAX_AF|CLIN_SIG|LoF|REVEL|SpliceAI_pred_DS_AG"
)
VEP_OLD = (
    "Consequence type as predicted by VEP. Format: Consequence|Codons|Amino_acids|Gene|SYMBOL|"
    "Feature|EXON|PolyPhen|SIFT|Protein_position|BIOTYPE"
)
SNPEFF = (
    "Functional annotations: 'Allele | Annotation | Annotation_Impact | Gene_Name | Gene_ID | "
    "Feature_Type | Feature_ID | Transcript_BioType | Rank | HGVS.c | HGVS.p | "
    "cDNA.pos / cDNA.length | CDS.pos / CDS.length | AA.pos / AA.length | Distance | "
    "ERRORS / WARNINGS / INFO' "
)
BCSQ = (
    "Local consequence annotation from BCFtools/csq, see "
    "http://samtools.github.io/bcftools/howtos/csq-calling.html for details. Format: "
    "Consequence|gene|transcript|biotype|strand|amino_acid_change|dna_change"
)
BCSQ_OLD = (
    "Haplotype-aware consequence annotation from BCFtools/csq. Format: "
    "'[*]consequence|gene|transcript|biotype[|strand|amino_acid_change|dna_change]' "
    "or, for consequences of variants split across multiple sites, a pointer to the record "
    "storing the consequences '@position'. '*' prefix indicates a consequence downstream from a stop"
)


def layout(description, key="CSQ"):
    return read_layout({key: description}, where="x.vcf")


@pytest.mark.parametrize(
    ("key", "description", "kind", "n", "places"),
    [
        ("CSQ", VEP_110, "CSQ", 37, {"allele": 0, "consequence": 1, "symbol": 3, "gene_id": 4,
                                     "transcript": 6, "hgnc_id": 24, "allele_number": 18,
                                     "mane_select": 26, "loftee": 34}),
        ("CSQ", VEP_OLD, "CSQ", 11, {"consequence": 0, "gene_id": 3, "symbol": 4,
                                     "transcript": 5, "biotype": 10}),
        ("vep", VEP_110, "CSQ", 37, {"allele": 0}),
        ("ANN", SNPEFF, "ANN", 16, {"allele": 0, "consequence": 1, "symbol": 3, "gene_id": 4,
                                    "feature_type": 5, "transcript": 6, "biotype": 7, "exon": 8,
                                    "hgvs_c": 9, "hgvs_p": 10}),
        ("BCSQ", BCSQ, "BCSQ", 7, {"consequence": 0, "symbol": 1, "transcript": 2, "biotype": 3,
                                   "amino_acid_change": 5, "dna_change": 6}),
        ("BCSQ", BCSQ_OLD, "BCSQ", 7, {"consequence": 0, "symbol": 1, "transcript": 2,
                                       "dna_change": 6}),
    ],
    ids=["VEP 110", "old VEP", "VEP under another key", "SnpEff", "bcftools", "older bcftools"],
)  # fmt: skip
def test_layouts_of_real_headers(key, description, kind, n, places):
    found = layout(description, key)
    assert (found.key, found.kind, len(found.names)) == (key, kind, n)
    assert {role: found.place.get(role) for role in places} == places


def test_roles_that_a_file_lacks_are_absent():
    found = layout(VEP_OLD)
    assert {"allele", "hgnc_id", "mane_select"} & set(found.place) == set()
    assert found.value(["missense_variant"], "allele") == ""
    assert found.value(["missense_variant"], "biotype") == ""  # the entry is too short


@pytest.mark.parametrize("n_cells", [1, 4, 10, 11, 12, 15])
def test_fields_read_at_once_are_those_read_one_by_one(n_cells):
    """Whether the entry has every cell (11), some of them, or more."""
    found = layout(VEP_OLD)
    roles = ("mane", "biotype", "consequence", "symbol", "hgvs_c")
    entry = [f"cell {n}" for n in range(n_cells)]
    assert found.reader(roles)(entry) == tuple(found.value(entry, role) for role in roles)
    assert found.reader(("consequence",))(entry) == ("cell 0",)
    assert found.reader(())(entry) == ()
    assert entry == [f"cell {n}" for n in range(n_cells)]


@pytest.mark.parametrize(
    ("places", "expected"),
    [((), ()), ((1,), ("b",)), ((-1,), ("",)), ((5,), ("",)), ((2, 0), ("c", "a")),
     ((0, -1, 2), ("a", "", "c")), ((3, 1, 9), ("", "b", ""))],
)  # fmt: skip
def test_cells_by_place(places, expected):
    assert cell_reader(places)(["a", "b", "c"]) == expected


def test_fields_are_recognised():
    found = layout(VEP_110).fields
    assert found.frequencies == {
        "gnomADe_AF": "gnomad_exomes", "gnomADe_NFE_AF": "gnomad_exomes_nfe",
        "gnomADg_AF": "gnomad_genomes", "MAX_AF": "max_af",
    }  # fmt: skip
    assert found.clinvar_significance == "CLIN_SIG"
    assert found.predictors == {"revel": ("REVEL",), "spliceai": ("SpliceAI_pred_DS_AG",)}


def test_csq_before_bcsq_before_ann():
    every = {"ANN": SNPEFF, "BCSQ": BCSQ, "CSQ": VEP_110}
    assert read_layout(every, where="x").key == "CSQ"
    assert read_layout({"ANN": SNPEFF, "BCSQ": BCSQ}, where="x").key == "BCSQ"


@pytest.mark.parametrize(
    ("info", "message"),
    [
        (
            {"AC": "Allele count"},
            "x.vcf: no consequences: none of INFO/CSQ, INFO/BCSQ and INFO/ANN is declared\n"
            "  Annotate the file with VEP (INFO/CSQ), bcftools csq (INFO/BCSQ) or "
            "SnpEff (INFO/ANN).",
        ),
        ({"CSQ": "Consequences"}, "x.vcf: INFO/CSQ has no Format in its Description"),
        (
            {"CSQ": "From VEP. Format: Allele|SYMBOL"},
            "x.vcf: the Format of INFO/CSQ names no consequence field",
        ),
    ],
)
def test_layouts_that_cannot_be_read(info, message):
    with pytest.raises(InputError) as caught:
        read_layout(info, where="x.vcf")
    assert (str(caught.value), caught.value.exit_code) == (message, 3)


# --- alleles -------------------------------------------------------------------------------------

VEP_ALLELES = """
what                       | REF  | ALT       | Allele     | ALT number
SNV                        | A    | T         | T          | 1
two SNVs                   | A    | T,G       | T G        | 1 2
insertion                  | A    | AT        | T          | 1
insertion of several       | A    | ACGT      | CGT        | 1
deletion                   | AT   | A         | -          | 1
deletion of several        | ACGT | A         | -          | 1
deletion, one base kept    | ACGT | AC        | C          | 1
two deletions              | ACGT | A,AC      | - C        | 1 2
insertion and deletion     | TA   | T,TAA     | - AA       | 1 2
SNV and insertion          | A    | G,AT      | G AT       | 1 2  # no base shared by all: nothing cut
SNV and deletion           | AT   | A,GT      | A GT       | 1 2
SNV beside an insertion    | AC   | AG,ACT    | G CT       | 1 2  # all share A: cut from all
MNV                        | AC   | GT        | GT         | 1
MNV that shares its start  | AC   | AT        | AT         | 1    # no indel: nothing is cut
insertion beside *         | A    | AT,*      | T          | 1
deletion beside *          | AT   | *,A       | -          | 2
SNV beside *               | A    | *,T       | T          | 2
symbolic                   | A    | T,<DEL>   | T          | 1
not there                  | A    | T         | G          | 0
reference                  | A    | T         | A          | 0
nothing deleted            | A    | T         | -          | 0
"""


@pytest.mark.parametrize("row", read_table(text=VEP_ALLELES), ids=lambda row: row["what"])
def test_alleles_as_vep_writes_them(row):
    matcher = AlleleMatcher(layout("From VEP. Format: Allele|Consequence"),
                            (100, row["REF"], row["ALT"].split(",")))  # fmt: skip
    found = [matcher.numbers([allele, "x"]) for allele in row["Allele"].split()]
    assert found == [(int(n),) if n != "0" else () for n in row["ALT number"].split()]


def test_minimal_alleles_count_where_no_other_gives_the_same():
    """VEP --minimal trims each allele by itself: `TA>T,TAA` becomes `-` and `A`."""
    assert allele_names("CSQ", "TA", ["T", "TAA"])["A"] == 2
    assert allele_names("CSQ", "ACT", ["AT", "ACCT"]) == {"T": 1, "CCT": 2, "-": 1, "C": 2}
    # trimmed, both deletions are `-`: VEP's own way decides, and without it nobody knows
    assert allele_names("CSQ", "CAA", ["CA", "C"]) == {"A": 1, "-": 2}
    assert "-" not in allele_names("CSQ", "GAA", ["GA", "TAA", "G"])


@pytest.mark.parametrize(
    ("written", "allele", "numbers"),
    [("2", "T", (2,)), ("1", "G", (1,)), ("", "G", (2,)), ("0", "T", (1,)), ("3", "T", (1,)),
     ("x", "G", (2,))],
)  # fmt: skip
def test_allele_num_decides_where_it_is_one(written, allele, numbers):
    """VEP --allele_number counts ALT from 1; what is no such number is left alone."""
    found = layout("From VEP. Format: Allele|Consequence|ALLELE_NUM")
    matcher = AlleleMatcher(found, (100, "A", ["T", "G"]))
    assert matcher.numbers([allele, "x", written]) == numbers


def test_snpeff_writes_alt_itself():
    matcher = AlleleMatcher(layout(SNPEFF, "ANN"), (100, "TA", ["T", "TAA"]))
    assert [matcher.numbers([a, "x"]) for a in ("T", "TAA", "-", "AA")] == [(1,), (2,), (), ()]


def test_an_entry_without_its_allele_fits_none():
    found = layout("From VEP. Format: Consequence|Allele")
    assert AlleleMatcher(found, (100, "A", ["T"])).numbers(["missense_variant"]) == ()


@pytest.mark.parametrize(
    ("alts", "change", "numbers"),
    [
        (["T"], "", (1,)),  # one ALT: nothing to tell apart
        (["T"], "100A>T", (1,)),
        (["T", "G"], "100A>T", (1,)),
        (["T", "G"], "100A>G", (2,)),
        (["T", "G"], "100A>G+102C>T", (2,)),
        (["T", "G"], "101A>G", ()),
        (["T", "G"], "", ()),
        (["T", "*"], "100A>T", (1,)),
    ],
)
def test_bcftools_names_the_change_not_the_allele(alts, change, numbers):
    matcher = AlleleMatcher(layout(BCSQ, "BCSQ"), (100, "A", alts))
    assert matcher.numbers(["missense", "G1", "T1", "pc", "+", "1A>1B", change]) == numbers


# --- through the stream --------------------------------------------------------------------------


def genes_of(read):
    """ALT to the transcripts of its entries."""
    transcripts = read.batch.transcripts
    return {
        alt: transcripts.transcript[transcripts.start[v] : transcripts.start[v + 1]].tolist()
        for v, alt in enumerate(read.batch["alt"])
    }


def test_every_transcript_of_every_allele(fx_batch):
    entries = ",".join(
        csq(Allele=allele, Feature=name)
        for allele, name in [("-", "E1"), ("AA", "E2"), ("-", "E3"), ("AA", "E4"), ("G", "E5")]
    )
    read = fx_batch(f"chr7 1000 TA T,TAA CSQ={entries} GT 1/2")
    assert genes_of(read) == {"T": ["E1", "E3"], "TAA": ["E2", "E4"]}
    assert read.unmatched == 1


def test_regulatory_features_name_no_transcript(fx_batch):
    entries = [
        csq(Feature="E1"),
        csq(Feature="ENSR1", Feature_type="RegulatoryFeature"),
        csq(Feature="ENSM1", Feature_type="MotifFeature"),
        csq(Feature="", Feature_type="", SYMBOL="", Gene="", Consequence="intergenic_variant"),
    ]
    read = fx_batch(f"chr7 1000 A T CSQ={','.join(entries)} GT 0/1")
    assert genes_of(read) == {"T": ["E1"]}
    assert read.unmatched == 0


def test_a_record_without_consequences_is_not_assessed(fx_batch):
    read = fx_batch("chr7 1000 A T . GT 0/1", f"chr7 1001 A T CSQ={csq()} GT 0/1")
    assert read.batch["position"].tolist() == [1001]
    assert (read.counts.unassessable["consequence"], read.counts.failed["consequence"]) == (1, 0)


def test_an_allele_without_an_entry_is_not_assessed(fx_batch):
    read = fx_batch(f"chr7 1000 A T,G CSQ={csq(Allele='T')} GT 1/2")
    assert genes_of(read) == {"T": ["ENST1"]}
    assert read.counts.unassessable["consequence"] == 1


def bcsq(consequence, transcript="T1", change=""):
    return f"{consequence}|AAA|{transcript}|protein_coding|+|1A>1B|{change}"


def test_bcftools_pointers_are_followed(fx_batch):
    """Two changes in one codon: the second record points to the first."""
    info = [info_line("BCSQ", ".", "String", BCSQ)]
    both = bcsq("missense", "T1", "1000A>T+1001C>G")
    read = fx_batch(
        f"chr7 1000 A T BCSQ={both} GT 0/1", "chr7 1001 C G BCSQ=@1000 GT 0/1",
        "chr7 1002 C G BCSQ=@999 GT 0/1", info=info,
    )  # fmt: skip
    assert read.batch["position"].tolist() == [1000, 1001]
    assert read.batch.transcripts.transcript.tolist() == ["T1", "T1"]
    assert read.batch.transcripts.consequence.tolist() == ["missense_variant"] * 2
    assert read.counts.unassessable["consequence"] == 1  # it points to nothing


def test_bcftools_pointers_do_not_cross_contigs(fx_batch):
    info = [info_line("BCSQ", ".", "String", BCSQ)]
    both = bcsq("missense", "T1", "1000A>T+1001C>G")
    read = fx_batch(
        f"chr7 1000 A T BCSQ={both} GT 0/1", "chr8 1001 C G BCSQ=@1000 GT 0/1", info=info
    )
    assert read.batch["contig"].tolist() == ["chr7"]


def test_bcftools_consequences_after_a_stop(fx_batch):
    info = [info_line("BCSQ", ".", "String", BCSQ)]
    read = fx_batch(f"chr7 1000 A T BCSQ=*{bcsq('missense')} GT 0/1", info=info)
    assert read.batch.transcripts.consequence.tolist() == ["missense_variant"]


def test_what_an_entry_says(fx_batch):
    fields = (*CSQ_FIELDS, "EXON", "CANONICAL", "MANE_PLUS_CLINICAL", "LoF")
    entry = csq(
        fields, Consequence="splice_region_variant&synonymous_variant", EXON="3/11", LoF="HC",
        HGVSc="ENST1.2:c.30A>T", HGVSp="ENSP1.2:p.Leu10%3D", CANONICAL="YES",
        MANE_SELECT="NM_1.1",
    )  # fmt: skip
    found = fx_batch(f"chr7 1000 A T CSQ={entry} GT 0/1", info=[csq_line(fields)]).batch.transcripts
    assert found.consequence.tolist() == ["splice_region_variant&synonymous_variant"]
    assert found.hgvs_c.tolist() == ["ENST1.2:c.30A>T"]
    assert found.hgvs_p.tolist() == ["ENSP1.2:p.Leu10="]
    assert (found.exon[0], found.loftee[0], found.biotype[0]) == ("3/11", "HC", "protein_coding")
    marks = (found.mane_select[0], found.mane_plus_clinical[0], found.canonical[0])
    assert marks == (True, False, True)


def test_genes_join_on_hgnc_id_before_the_symbol(fx_batch):
    """`HGNC:2` is BBB; the annotation's symbol is an old or foreign name."""
    entries = [csq(HGNC_ID="HGNC:2", SYMBOL="OLD"), csq(HGNC_ID="3"), csq(SYMBOL="NEW1", Gene="")]
    read = fx_batch(f"chr7 1000 A T CSQ={','.join(entries)} GT 0/1")
    assert read.batch.transcripts.gene.tolist() == [1, 2, 3]
    assert read.codes.symbol(3) == "NEW1"
