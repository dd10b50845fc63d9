"""What is counted of the records: order, alleles, normalisation, annotation, genes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raredx.columns.gene_codes import GeneCodes
from raredx.columns.genes import gene_table
from raredx.columns.mitochondria import MtReference
from raredx.readers import record_facts
from raredx.readers.annotation_probe import AnnotationProbe
from raredx.readers.htslib import catch_messages
from raredx.readers.record_facts import RecordFacts, normalisation_fault
from raredx.readers.vcf_file import VcfFile
from raredx.vocabulary import Assembly
from vcf_files import csq, csq_line, info_line, vcf_text

CALL = "0/1:8,9:17:99"
CLNSIG = info_line("CLNSIG", ".", "String", "significance")
GNOMAD = info_line("gnomAD_AF", "A", "Float", "frequency")
CADD = info_line("CADD_PHRED", "A", "Float", "score")


def count(tmp_path, *records, info=(), codes=None, assembly=Assembly.GRCH38):
    """Count the records of a file."""
    path = tmp_path / "x.vcf"
    path.write_text(vcf_text(records=[f"{r} {CALL}" for r in records], info=list(info)))
    with catch_messages() as messages:
        file = VcfFile(str(path), "x.vcf", messages)
        facts = RecordFacts(AnnotationProbe(file.header, where="x.vcf"), assembly, codes, None)
        for record in file.all_records(()):
            facts.add(record, (record.CHROM, record.POS), (record.REF, record.ALT))
        file.close()
    return facts.finish()


KINDS = [
    # records; how many of which kind
    (["chr1 10 A T ."], {}),
    (["chr1 10 A T,G ."], {"multiallelic": 1}),
    (["chr1 10 A T,* ."], {"star": 1}),
    (["chr1 10 A <DEL> .", "chr1 10 A G]chr2:5] ."], {"symbolic": 2}),
    (["chr1 10 A . ."], {"no_alt": 1}),
    (["chr1 10 R T ."], {"odd_ref": 1}),
    (["chr1 10 A T .", "chr1 10 A G ."], {}),
    (["chr1 10 A T .", "chr1 10 A T ."], {"duplicate": 1}),
    (["chr1 10 A T .", "chr1 10 A G,T .", "chr1 10 A T ."], {"duplicate": 2, "multiallelic": 1}),
    (["chr1 10 A T .", "chr1 10 AC TC ."], {"not_trimmed": 1}),
    (["chr1 10 A <DEL> .", "chr1 10 A <DEL> ."], {"symbolic": 2}),
    (["chr1 10 A T .", "chr1 9 A T .", "chr1 11 A T ."], {"out_of_order": 1}),
    (["chr1 10 A T .", "chr2 5 A T .", "chr1 20 A T ."], {"contig_again": 1}),
    (["chr1 10 A T .", "chr2 10 A T ."], {}),
    (["chrY 57227415 A T .", "chrY 57227416 A T ."], {"beyond_contig": 1}),
    (["chr9_alt 999999999 A T ."], {}),
]


@pytest.mark.parametrize(("records", "kinds"), KINDS, ids=lambda x: ";".join(x))
def test_kinds(tmp_path, records, kinds):
    facts = count(tmp_path, *records)
    assert {kind: seen.n for kind, seen in facts.kinds.items() if seen.n} == kinds
    assert facts.records == len(records)


def test_examples_say_where_and_what(tmp_path):
    facts = count(tmp_path, *(f"chr1 {k} A T,G ." for k in range(10, 20)))
    seen = facts.kinds["multiallelic"]
    assert (seen.n, seen.examples) == (10, [f"chr1:{k} A>T,G" for k in range(10, 15)])


def test_contigs(tmp_path):
    facts = count(tmp_path, "chr1 10 A T .", "chr1 99 A T .", "chr2 5 A T .")
    assert {n: (c.records, c.last_position) for n, c in facts.contigs.items()} == {
        "chr1": (2, 99), "chr2": (1, 5),
    }  # fmt: skip


def test_mitochondrial_ref_alleles_tell_the_reference(tmp_path):
    records = ("chrM 73 A G .", "chrM 752 C T .", "chrM 750 G A .", "chrM 100 A G .")
    facts = count(tmp_path, *records)
    assert facts.mt_refs == {MtReference.RCRS: 2, MtReference.YORUBA: 1}


# --- normalisation -------------------------------------------------------------------------------

REFERENCE = "GGGCACACACAGGGTTTTACGTACGTCCA"  # Tan et al. 2015 show such a repeat


def spell_everywhere(start, end, inserted):
    """Every way to write one change of REFERENCE with at most two more bases at each side."""
    changed = REFERENCE[:start] + inserted + REFERENCE[end:]
    found = []
    for first in range(1, len(REFERENCE)):
        for length in range(1, 12):
            ref = REFERENCE[first : first + length]
            size = len(changed) - len(REFERENCE) + len(ref)
            alt = changed[first : first + size] if size > 0 else ""
            if (
                alt
                and ref != alt
                and REFERENCE[:first] + alt + REFERENCE[first + length :] == changed
            ):
                found.append((first + 1, ref, alt))
    return found


@pytest.mark.parametrize(
    ("start", "end", "inserted"),
    [
        (5, 7, ""),
        (9, 11, ""),
        (8, 8, "CA"),
        (15, 16, ""),
        (18, 19, "G"),
        (18, 18, "T"),
        (12, 15, ""),
    ],
)
def test_exactly_one_spelling_of_a_change_is_normalised(start, end, inserted):
    """Judged without the reference; the normalised one is the shortest and leftmost."""
    spelled = spell_everywhere(start, end, inserted)
    normalised = [s for s in spelled if not normalisation_fault(s[0], (s[1], s[2]))]
    assert len(normalised) == 1
    shortest = min(len(ref) + len(alt) for _, ref, alt in spelled)
    assert normalised == [min(s for s in spelled if len(s[1]) + len(s[2]) == shortest)]


def test_the_first_base_of_a_contig_can_stand_only_so():
    assert normalisation_fault(1, ("AA", "A")) == ""
    assert normalisation_fault(2, ("AA", "A")) == "not_left_aligned"


@given(st.lists(st.text("ACGTacgt", min_size=1, max_size=5), min_size=1, max_size=4))
def test_case_and_order_of_alts_do_not_matter(alleles):
    ref, *alts = alleles
    found = normalisation_fault(9, (ref, *alts))
    assert found == normalisation_fault(9, (ref.upper(), *(a.lower() for a in reversed(alts))))
    assert found in ("", "not_trimmed", "not_left_aligned")


# --- annotation ----------------------------------------------------------------------------------


def test_annotation_is_counted(tmp_path):
    with_all = csq(gnomADe_AF="0.1", CLIN_SIG="benign")
    facts = count(
        tmp_path,
        f"chr1 10 A T CSQ={with_all};CADD_PHRED=20",
        f"chr1 11 A T CSQ={csq()};CLNSIG=Pathogenic",
        "chr1 12 A T gnomAD_AF=0",
        "chr1 13 A T gnomAD_AF=.",
        info=(csq_line(), CLNSIG, GNOMAD, CADD),
    )
    assert facts.inspected == 4
    assert facts.annotated == {"consequence": 2, "frequency": 2, "clinvar": 2, "cadd": 1}
    assert facts.formats == {"GT": 4, "GQ": 4, "DP": 4, "AD": 4, "PL": 0, "PS": 0}


def test_what_is_not_declared_is_absent(tmp_path):
    assert count(tmp_path, "chr1 10 A T .").annotated == {}


def test_inspected_records_are_bounded_and_even(tmp_path, monkeypatch):
    monkeypatch.setattr(record_facts, "INSPECTED", 8)
    records = [f"chr1 {k} A T {'gnomAD_AF=0.1' if k <= 50 else '.'}" for k in range(1, 101)]
    facts = count(tmp_path, *records, info=(GNOMAD,))
    assert (facts.records, facts.inspected) == (100, 7)  # every 16th
    assert facts.annotated == {"frequency": 4}


def test_genes_that_the_consequences_name(tmp_path):
    codes = GeneCodes(gene_table(hgnc_id=[5, 1100], symbol=["A1BG", "BRCA1"]))
    entries = f"{csq(SYMBOL='BRCA1', Gene='')},{csq(SYMBOL='ZZZ', Gene='')}"
    facts = count(tmp_path, f"chr1 10 A T CSQ={entries}", info=(csq_line(),), codes=codes)
    assert [codes.symbol(code) for code in sorted(facts.genes)] == ["BRCA1", "ZZZ"]
