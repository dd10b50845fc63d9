"""What `raredx explain` can be asked, and of which files."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pysam
import pytest
from pysam import bcftools

from gate_files import BCSQ_INFO, INFO
from raredx.errors import RareDxError, SettingsError
from raredx.pipeline.explain import explain
from raredx.pipeline.request import RankRequest
from raredx.vocabulary import Assembly
from vcf_files import compress, contig_lines, csq, csq_line, info_line, vcf_text

DEMO = Path(__file__).resolve().parents[2] / "data" / "demo"
TRIO = "F kid dad mum 1 2\nF dad 0 0 1 1\nF mum 0 0 2 1\n"
NAMES = {"HGVSc": "ENST00000003084.11:c.1521_1523del", "Feature": "ENST00000003084.11",
         "HGVSp": "ENSP00000003084.6:p.Phe508del", "Allele": "-", "SYMBOL": "CFTR", "Gene": "",
         "Consequence": "inframe_deletion", "MANE_SELECT": "NM_000492.4"}  # fmt: skip
DELETION = f"chr7 117559590 ATCT A CSQ={csq(**NAMES)} GT 1/1 0/1 0/1"
OTHERS = [f"chr7 117480030 A T CSQ={csq(SYMBOL='CFTR', Gene='')} GT 0/0 0/1 0/0"]


def request_for(folder, made, *, info=INFO, contigs=None, kind="vcf", **options):
    (folder / "x.ped").write_text(TRIO)
    path = folder / "x.vcf"
    path.write_text(
        vcf_text(records=made, samples=("kid", "dad", "mum"), info=info, contigs=contigs)
    )
    if kind == "gz":
        path = compress(path)
    if kind == "gz without index":
        path = compress(path, index=False)
    if kind == "bcf":
        bcf = folder / "x.bcf"
        bcftools.view("-Ob", "-o", str(bcf), str(path), catch_stdout=False)
        bcftools.index("-f", str(bcf))
        path = bcf
    return RankRequest(vcf=str(path), ped=folder / "x.ped", output=None, **options)


def found(folder, made, asked, **options):
    """Explain; give the variants that were meant."""
    answer = explain(request_for(folder, made, **options), asked)
    return [trail.variant for trail in answer.trails], answer


ASKED = (
    "chr7-117559590-ATCT-A", "7-117559590-ATCT-A", "7:117559590:ATCT:A", "chr7_117559590_atct_a",
    "chr7:117559590ATCT>A", "chr7-117559589-TATCT-TA", "7:117559590", "7:117,559,592",
    "chr7:117559500-117559600", "7:g.117559591_117559593del",
    "NC_000007.14:g.117559591_117559593del",
    "CFTR:p.Phe508del", "CFTR:p.F508del", "CFTR:p.(Phe508del)", "cftr:p.phe508del",
    "CFTR:c.1521_1523del", "NM_000492.4:c.1521_1523del", "NM_000492:c.1521_1523delCTT",
    "NM_000492.4(CFTR):c.1521_1523del", "ENST00000003084.11:c.1521_1523del",
    "enst00000003084:c.1521_1523del", "ENSP00000003084.6:p.Phe508del", "ENSP00000003084:p.F508del",
    "HGNC:1884:c.1521_1523del", "ABCC7:p.Phe508del", "ENSG00000001626:p.Phe508del", " CFTR:p.F508del ",
)  # fmt: skip


@pytest.mark.parametrize("asked", ASKED)
def test_every_way_to_ask_for_an_allele(tmp_path, asked):
    assert found(tmp_path, [*OTHERS, DELETION], asked)[0] == ["chr7-117559590-ATCT-A"]


@pytest.mark.parametrize("asked", ["CFTR", "cftr", "ABCC7", "HGNC:1884", "ENSG00000001626.3"])
def test_every_way_to_ask_for_a_gene(tmp_path, asked):
    """Only what the proband carries is explained; the rest is counted."""
    variants, answer = found(tmp_path, [*OTHERS, DELETION], asked)
    assert variants == ["chr7-117559590-ATCT-A"]
    assert answer.gene_overview == ("family F: 1 candidates, 1 not carried by the proband",)


@pytest.mark.parametrize("kind", ["vcf", "gz", "gz without index", "bcf"])
@pytest.mark.parametrize("asked", ["chr7-117559590-ATCT-A", "NM_000492.4:c.1521_1523del", "rs7"])
def test_every_kind_of_file(tmp_path, kind, asked):
    request = request_for(tmp_path, [*OTHERS, DELETION])
    text = Path(request.vcf).read_text().replace("117559590\t.", "117559590\trs77;rs7")
    Path(request.vcf).write_text(text)
    path = Path(request.vcf)
    if kind.startswith("gz"):
        path = compress(path, index=kind == "gz")
    elif kind == "bcf":
        path = tmp_path / "y.bcf"
        bcftools.view("-Ob", "-o", str(path), request.vcf, catch_stdout=False)
        bcftools.index("-f", str(path))
    answer = explain(RankRequest(vcf=str(path), ped=request.ped, output=None), asked)
    assert [(t.variant, t.variant_id) for t in answer.trails] == [
        ("chr7-117559590-ATCT-A", "rs77;rs7")
    ]


def test_a_version_that_is_not_that_of_the_annotation_is_said(tmp_path):
    _, answer = found(tmp_path, [DELETION], "ENST00000003084.6:c.1521_1523del")
    assert answer.notes[0] == (
        "asked for ENST00000003084.6:c.1521_1523del"[:29].rstrip(":c")
        + "; found by ENST00000003084.11: numbering may differ between versions"
    )


def test_names_of_snpeff(tmp_path):
    info = (info_line("ANN", ".", "String", "Functional annotations: 'Allele | Annotation | "
                      "Annotation_Impact | Gene_Name | Gene_ID | Feature_Type | Feature_ID | "
                      "Transcript_BioType | Rank | HGVS.c | HGVS.p | cDNA.pos / cDNA.length | "
                      "CDS.pos / CDS.length | AA.pos / AA.length | Distance | "
                      "ERRORS / WARNINGS / INFO'"),)  # fmt: skip
    entry = ("A|conservative_inframe_deletion|MODERATE|CFTR|CFTR|transcript|NM_000492.4|"
             "protein_coding|11/27|c.1521_1523delCTT|p.Phe508del|||||")  # fmt: skip
    made = [f"chr7 117559590 ATCT A ANN={entry} GT 1/1 0/1 0/1"]
    for asked in (
        "CFTR:p.Phe508del",
        "NM_000492.4:c.1521_1523del",
        "ENST00000003084:c.1521_1523del",
    ):
        variants, _ = found(tmp_path, made, asked, info=info, allow_missing_frequency=True)
        assert variants == ["chr7-117559590-ATCT-A"]


def test_annotation_without_hgvs_is_said(tmp_path):
    made = [
        "chr7 117559590 ATCT A BCSQ=inframe_deletion|CFTR|ENST00000003084|protein_coding GT 1/1 0/1 0/1"
    ]
    variants, answer = found(tmp_path, made, "CFTR:p.Phe508del", info=BCSQ_INFO)
    assert variants == []
    assert "BCSQ of this file holds no such HGVS names here: ask by place or allele" in answer.notes
    assert found(tmp_path, made, "CFTR", info=BCSQ_INFO)[0] == ["chr7-117559590-ATCT-A"]


# --- alleles written otherwise --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "asked", "expected"),
    [
        ("100 CA C", "chr7-104-AA-A", ["chr7-100-CA-C"]),  # a run of A, the last of which is asked
        ("100 CA C", "chr7-104-GA-G", []),  # the base before it is known: no run of A
        ("100 C CAG", "chr7-104-G-GAG", ["chr7-100-C-CAG"]),
        ("100 CA C", "chr7-104-AT-A", []),
        ("100 CA C,CAA", "chr7-100-C-CA", ["chr7-100-CA-CAA"]),
        ("100 A G", "chr7-99-TA-TG", ["chr7-100-A-G"]),
        ("100 ACGT TCGT", "chr7-100-A-T", ["chr7-100-ACGT-TCGT"]),
        ("100 A *,G", "chr7-100-A-G", ["chr7-100-A-G"]),
        ("100 A G", "chr7-100-A-C", []),
    ],
)  # fmt: skip
def test_alleles_written_otherwise(tmp_path, made, asked, expected):
    _, ref, alts = made.split()
    entries = ",".join(
        csq(Allele=allele(ref, alt), SYMBOL="CFTR", Gene="") for alt in alts.split(",")
    )
    variants, answer = found(tmp_path, [f"chr7 {made} CSQ={entries} GT 0/1 0/1 0/0"], asked)
    assert variants == expected
    if not expected:
        assert answer.conclusion.startswith("It is not in the file")


def allele(ref: str, alt: str) -> str:
    """Write an allele as VEP does: without the first base where the lengths differ."""
    return alt if len(ref) == len(alt) or alt == "*" else alt[1:] or "-"


def test_other_alleles_of_the_place_are_named(tmp_path):
    variants, answer = found(tmp_path, [DELETION], "chr7-117559590-A-G")
    assert variants == []
    assert answer.others == ("chr7-117559590-ATCT-A is another allele at this place",)
    assert answer.conclusion == (
        "It is not in the file, so no question was asked of it: another record spans it; kid's "
        "call in it is 1/1."
    )


def test_a_residue_that_another_allele_changes(tmp_path):
    _, answer = found(tmp_path, [DELETION], "CFTR:p.Phe508Val")
    assert answer.others == (
        "chr7-117559590-ATCT-A (ENSP00000003084.6:p.Phe508del) changes the same residue",
    )


def test_records_of_one_allele_that_stand_twice(tmp_path):
    made = [f"chr7 117559590 A T{f} CSQ={csq(SYMBOL='CFTR', Gene='')} GT 1/1 0/1 0/1"
            for f in (";LowQual", "")]  # fmt: skip
    _, answer = found(tmp_path, made, "chr7-117559590-A-T")
    assert [(trail.kept, trail.failed) for trail in answer.trails] == [
        (False, "filter"),
        (True, ""),
    ]


# --- what is not in the file ----------------------------------------------------------------------

GVCF = (*INFO, info_line("END", "1", "Integer", "End of the block"))


@pytest.mark.parametrize(
    ("block", "sentence"),
    [
        ("GT:AD:DP:GQ 0/0:30,0:30:90 0/0:31,0:31:90 0/0:32,0:32:90",
         "a reference block covers the place; kid's call in it is 0/0 with 30 reads"),
        ("GT:AD:DP:GQ 0/0:3,0:3:9 0/0:31,0:31:90 0/0:32,0:32:90",
         "a reference block covers the place; kid's call in it is 0/0 with 3 reads, too few to go "
         "by"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["vcf", "gz"])
def test_a_reference_block_covers_it(tmp_path, block, sentence, kind):
    made = [f"chr7 117550000 A <NON_REF> END=117560000 {block}", *OTHERS][::-1]
    request = request_for(tmp_path, made, info=GVCF, kind=kind)
    answer = explain(request, "chr7-117559590-ATCT-A")
    assert answer.trails == ()
    assert answer.coverage[0].record == "reference block chr7:117550000-117560000"
    assert [call.name for call in answer.coverage[0].calls] == ["kid", "dad", "mum"]
    assert answer.conclusion == (
        f"It is not in the file, so no question was asked of it: {sentence}."
    )


def test_nothing_covers_it(tmp_path):
    _, answer = found(tmp_path, [DELETION], "chr7-117599999-A-T")
    assert answer.conclusion == (
        "It is not in the file, so no question was asked of it: no record spans the place, and "
        "whether it was sequenced cannot be told from this file (a gVCF would tell)."
    )


def test_a_contig_that_the_file_lacks(tmp_path):
    contigs = [line for line in contig_lines() if "chr9" not in line]
    _, answer = found(tmp_path, [DELETION], "9-100-A-T", contigs=contigs)
    assert answer.conclusion == (
        "It is not in the file, so no question was asked of it: the file has no contig 9."
    )


def test_a_contig_that_the_header_forgot(tmp_path):
    contigs = [line for line in contig_lines() if "chr7" not in line]
    assert found(tmp_path, [DELETION], "7:117559590", contigs=contigs)[0] == [
        "chr7-117559590-ATCT-A"
    ]


@pytest.mark.parametrize("allele", ["*", "<DEL>"])
def test_alleles_that_are_no_sequences(tmp_path, allele):
    made = [f"chr7 117559590 A {allele} . GT 0/1 0/1 0/0", *OTHERS]
    _, answer = found(tmp_path, made, f"chr7-117559590-A-{allele}")
    assert answer.conclusion.endswith(
        f"{allele} is no sequence, and alleles that are none are not judged."
    )


# --- what cannot be asked -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("foo", "variant foo: is no variant and no known gene"),
        ("", "variant : is no variant and no known gene"),
        ("1:abc", "variant 1:abc: is no variant and no known gene"),
        ("chr7:0", "variant chr7:0: positions begin at 1"),
        ("chr7:20-10", "variant chr7:20-10: ends before it begins"),
        ("chr77:100", "x.vcf has no contig chr77 (it has chr1, chr2, chr3, chr4, …)"),
        ("NOGENE:p.Val1Met", "variant NOGENE:p.Val1Met: is no variant and no known gene"),
        ("MRP7", "variant MRP7: MRP7 may be ABCC10 or CFTR"),
        ("NC_000007.13:g.1A>T", "NC_000007.13: is not of GRCh38, on which the file stands"),
        ("NC_000099.1:g.1A>T", "NC_000099.1: is no chromosome of the human genome"),
        ("chr7:g.dup", "variant chr7:g.dup: names no position"),
        ("chr7-1e9-A-T", "variant chr7-1e9-A-T: is no variant and no known gene"),
        ("chr7-99999999999-A-T", "positions begin at 1 and end at 2,147,483,647"),
        ("chr7-5-A-a", "variant chr7-5-A-a: REF and ALT are the same"),
    ],
)
def test_what_is_no_question(tmp_path, asked, said):
    with pytest.raises(SettingsError) as fault:
        found(tmp_path, [DELETION], asked)
    assert said in str(fault.value)
    assert fault.value.mend


def test_standard_input_is_refused(tmp_path):
    request = RankRequest(vcf="-", ped=tmp_path / "x.ped", output=None)
    with pytest.raises(RareDxError, match="standard input: cannot be looked up"):
        explain(request, "CFTR")


def test_an_index_that_is_older_than_the_file(tmp_path):
    """It is not used, and said to be so."""
    request = request_for(tmp_path, [*OTHERS, DELETION], kind="gz")
    later = time.time() + 100
    os.utime(request.vcf, (later, later))
    answer = explain(request, "chr7-117559590-ATCT-A")
    assert [trail.kept for trail in answer.trails] == [True]
    assert any("is older than the file: index it again" in note for note in answer.notes)
    absent = explain(request, "chr7-117599999-A-T")
    assert absent.coverage == ()


# --- other assemblies, families and regions -------------------------------------------------------


def test_grch37(tmp_path):
    made = [DELETION.replace("chr7 117559590", "7 117199644")]
    contigs = contig_lines(Assembly.GRCH37, prefix="", mt="MT")
    for asked in ("chr7:117199644", "CFTR:p.Phe508del", "NC_000007.13:g.117199645_117199647del"):
        assert found(tmp_path, made, asked, contigs=contigs)[0] == ["7-117199644-ATCT-A"]


def test_a_place_inside_a_long_deletion(tmp_path):
    ref = "A" + "C" * 3000
    made = [f"chr7 117559590 {ref} A CSQ={csq(Allele='-', SYMBOL='CFTR', Gene='')} GT 1/1 0/1 0/1"]
    variants, _ = found(tmp_path, made, "chr7:117562000", kind="gz")
    assert variants == [f"chr7-117559590-{ref}-A"]


def test_several_families(tmp_path):
    request = request_for(tmp_path, [DELETION])
    (tmp_path / "x.ped").write_text("F kid 0 0 1 2\nG dad 0 mum 1 2\nG mum 0 0 2 1\n")
    answer = explain(request, "CFTR:p.Phe508del")
    assert [(t.family_id, t.proband, t.kept) for t in answer.trails] == [
        ("F", "kid", True), ("G", "dad", False),
    ]  # fmt: skip


def test_unknown_sexes_are_told(tmp_path):
    request = request_for(tmp_path, [DELETION])
    (tmp_path / "x.ped").write_text(TRIO.replace("kid dad mum 1", "kid dad mum 0"))
    notes = " ".join(explain(request, "CFTR:p.Phe508del").notes)
    assert "sex of kid is not stated" in notes


def test_csq_without_any_consequence(tmp_path):
    made = ["chr7 117559590 A T . GT 1/1 0/1 0/1", *OTHERS]
    variants, answer = found(tmp_path, made, "chr7-117559590-A-T", info=[csq_line()],
                             allow_missing_frequency=True)  # fmt: skip
    assert variants == ["chr7-117559590-A-T"]
    assert answer.trails[0].failed == "consequence"
    assert answer.conclusion == (
        "It is not a candidate; it could only be one if the file's annotation said which gene it "
        "lies in and what it does there."
    )


def test_the_demonstration_family_says_the_same_with_an_index(tmp_path):
    """Through the index, and reading all of the file."""
    path = tmp_path / "family.vcf.gz"
    path.write_bytes((DEMO / "family.vcf.gz").read_bytes())
    request = RankRequest(vcf=str(path), ped=DEMO / "family.ped", panels=("402",), output=None)
    whole = explain(request, "FOXG1")
    pysam.tabix_index(str(path), preset="vcf", force=True)
    assert explain(request, "FOXG1") == whole
