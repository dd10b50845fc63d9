"""Findings about a file, from what was counted: tables of counts and words."""

from __future__ import annotations

import pytest

from raredx.checks import file_checks
from raredx.checks.file_checks import judge_file
from raredx.columns.check_results import Severity
from raredx.columns.file_facts import (
    RECORD_KINDS,
    ContigFacts,
    Declarations,
    FileFacts,
    ReferenceFacts,
)
from raredx.columns.genome import CONTIG_LENGTHS
from raredx.columns.mitochondria import MtReference
from raredx.vocabulary import Assembly, Outcome

LENGTHS = {f"chr{n}": length for n, length in CONTIG_LENGTHS[Assembly.GRCH38].items() if n < 23}
FORMATS = ("GT", "GQ", "DP", "AD")
ALL_FORMATS = dict.fromkeys(FORMATS, 10)
NOT_ASSESSED, FAIL, PASS = Outcome.NOT_ASSESSED, Outcome.FAIL, Outcome.PASS


def facts_of(*, records=1000, contigs=None, **kinds):
    """Facts of a clean file with some records of these kinds."""
    facts = FileFacts(records=records, alleles=records, inspected=10, formats=dict(ALL_FORMATS))
    names = contigs if contigs is not None else {"chr1": records}
    facts.contigs = {name: ContigFacts(n, 1000) for name, n in names.items()}
    for kind, n in kinds.items():
        facts.kinds[kind].n = n
        facts.kinds[kind].examples = [f"chr1:{k}" for k in range(1, min(n, 5) + 1)]
    return facts


def judge(facts, *, assembly=Assembly.GRCH38, **declared):
    """Give the answers by question, and the findings by code."""
    declared = Declarations("x.vcf", **({"contigs": LENGTHS, "formats": FORMATS} | declared))
    verdicts = judge_file(facts, declared, assembly)
    answers = {v.answer.question: v.answer for v in verdicts}
    return answers, {f.code: f for v in verdicts for f in v.findings}


def test_a_clean_file():
    answers, findings = judge(facts_of())
    assert findings == {}
    outcomes = {question: answer.outcome for question, answer in answers.items()}
    unknown = {"reference": NOT_ASSESSED, "mitochondrion": NOT_ASSESSED}
    assert outcomes == dict.fromkeys(outcomes, PASS) | unknown
    assert answers["reference"].reason == "no reference sequence given"
    assert answers["mitochondrion"].reason == "no mitochondrial records"


KINDS = [
    # kind of records: question, its answer; finding, severity, whether results change, words
    ("multiallelic", "normalised", PASS, "multiallelic", "note", False,
     "3 records have several ALT alleles; each is judged on its own"),
    ("not_left_aligned", "normalised", FAIL, "not_normalised", "warning", False,
     "3 records are not normalised (3 not left-aligned, 0 with bases to trim): "
     "chr1:1, chr1:2, chr1:3. Their frequency and ClinVar entries may have been missed"),
    ("not_trimmed", "normalised", FAIL, "not_normalised", "warning", False,
     "3 records are not normalised (0 not left-aligned, 3 with bases to trim): "
     "chr1:1, chr1:2, chr1:3. Their frequency and ClinVar entries may have been missed"),
    ("duplicate", "duplicates", FAIL, "duplicate", "warning", False,
     "3 records have an allele that stands already at their position, and would be ranked "
     "twice: chr1:1, chr1:2, chr1:3"),
    ("symbolic", "alleles", PASS, "symbolic", "note", False,
     "3 records have symbolic alleles or breakends, which are not judged: chr1:1, chr1:2, chr1:3"),
    ("odd_ref", "alleles", FAIL, "odd_ref", "warning", False,
     "3 REF alleles hold other letters than A, C, G, T and N: chr1:1, chr1:2, chr1:3"),
    ("out_of_order", "order", FAIL, "out_of_order", "warning", False,
     "records are not sorted, first at chr1:1, chr1:2, chr1:3; runs of homozygosity and "
     "uniparental disomy cannot be trusted"),
    ("contig_again", "order", FAIL, "out_of_order", "warning", False,
     "records are not sorted, first at chr1:1, chr1:2, chr1:3; runs of homozygosity and "
     "uniparental disomy cannot be trusted"),
    ("beyond_contig", "assembly", FAIL, "beyond_contig", "error", True,
     "3 records lie beyond the end of their contig in GRCh38: chr1:1, chr1:2, chr1:3"),
    ("unfiltered", "filter", PASS, "no_filter", "note", False,
     "FILTER is `.` in 3 of 1000 records: the quality of these calls was not judged"),
    ("no_genotype", "genotypes", FAIL, "no_genotypes", "warning", False,
     "3 of 1000 records have no genotype (GT)"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "question", "outcome", "code", "severity", "changes", "message"), KINDS,
    ids=[row[0] for row in KINDS],
)  # fmt: skip
def test_kinds_of_records(kind, question, outcome, code, severity, changes, message):
    answers, findings = judge(facts_of(**{kind: 3}))
    assert list(findings) == [code]
    finding = findings[code]
    assert (finding.message, finding.severity, finding.changes_results) == (
        message, severity, changes,
    )  # fmt: skip
    assert finding.subject == ("file",)
    assert answers[question].outcome is outcome
    assert bool(finding.mend) is (severity != Severity.NOTE or code == "no_filter")


@pytest.mark.parametrize("kind", ["star", "filtered", "no_alt", "other_contig"])
def test_what_is_only_counted(kind):
    assert judge(facts_of(**{kind: 3}))[1] == {}


def test_every_kind_is_told_or_only_counted():
    told = {row[0] for row in KINDS}
    assert told | {"star", "filtered", "no_alt", "other_contig"} == set(RECORD_KINDS)


def test_no_record_passed_a_filter():
    answers, findings = judge(facts_of(unfiltered=1000))
    assert answers["filter"].outcome is NOT_ASSESSED
    assert findings["no_filter"].message == (
        "FILTER is `.` in every record: the quality of these calls was not judged"
    )


def test_no_genotypes_at_all():
    answers, findings = judge(facts_of(no_genotype=1000))
    assert answers["genotypes"].outcome is FAIL
    assert findings["no_genotypes"].severity is Severity.ERROR
    assert findings["no_genotypes"].changes_results


@pytest.mark.parametrize(("declared", "present"), [(("GT", "DP", "AD"), ALL_FORMATS),
                                                   (FORMATS, ALL_FORMATS | {"GQ": 0})])  # fmt: skip
def test_call_fields_that_are_not_declared_or_never_there(declared, present):
    facts = facts_of()
    facts.formats = present
    findings = judge(facts, formats=declared)[1]
    assert findings["no_call_fields"].message == (
        "FORMAT lacks GQ: without GQ calls cannot be held against their quality"
    )


def test_without_contig_lengths_the_assembly_is_taken_on_trust():
    answers, findings = judge(facts_of(), contigs={})
    assert answers["assembly"].outcome is NOT_ASSESSED
    assert answers["assembly"].reason == "the header gives no contig lengths; positions fit"
    assert findings == {}


# --- contig names --------------------------------------------------------------------------------


def test_names_with_and_without_chr_in_the_records():
    answers, findings = judge(facts_of(contigs={"chr1": 5, "2": 5}))
    assert answers["contig_names"].outcome is FAIL
    assert findings["mixed_contig_names"].message == (
        "the records name contigs with and without `chr`: chr1, 2"
    )


def test_names_with_and_without_chr_in_the_header_are_a_note():
    answers, findings = judge(facts_of(), contigs={**LENGTHS, "X": 156040895})
    assert answers["contig_names"].outcome is PASS
    assert findings["mixed_contig_names"].severity is Severity.NOTE


def test_other_contigs_are_counted():
    findings = judge(facts_of(contigs={"chr1": 5, "GL1": 3, "chrUn_1": 4}))[1]
    assert findings["other_contigs"].message == (
        "7 records lie on contigs other than 1 to 22, X, Y and MT, which are not assessed: "
        "GL1, chrUn_1"
    )


# --- mitochondrion -------------------------------------------------------------------------------

RCRS, YORUBA = MtReference.RCRS, MtReference.YORUBA
MT = [
    # header, FASTA, REF alleles that speak for; answer, finding, changes results
    ("told by the header", 16569, 0, {}, PASS, "", False),
    ("told by REF", 0, 0, {RCRS: 3}, PASS, "", False),
    ("told by nothing", 0, 0, {}, NOT_ASSESSED, "", False),
    ("hg19 by the header", 16571, 0, {}, FAIL, "mt_not_rcrs", True),
    ("hg19 by the FASTA", 0, 16571, {}, FAIL, "mt_not_rcrs", True),
    ("hg19 by REF", 0, 0, {YORUBA: 3, RCRS: 1}, FAIL, "mt_not_rcrs", True),
    ("hg19 by REF, the header lies", 16569, 0, {YORUBA: 3}, FAIL, "mt_not_rcrs", True),
    ("neither", 16500, 0, {}, FAIL, "mt_unknown_length", False),
]


@pytest.mark.parametrize(
    ("header", "fasta", "refs", "outcome", "code", "changes"), [row[1:] for row in MT],
    ids=[row[0] for row in MT],
)  # fmt: skip
def test_mitochondrion(header, fasta, refs, outcome, code, changes):
    facts = facts_of(contigs={"chr1": 900, "chrM": 12})
    facts.mt_refs = refs
    if fasta:
        facts.reference.lengths = {"MT": fasta}
    answers, findings = judge(facts, contigs={**LENGTHS, "chrM": header})
    assert answers["mitochondrion"].outcome is outcome
    assert list(findings) == ([code] if code else [])
    assert [f.changes_results for f in findings.values()] == ([changes] if code else [])


def test_hg19_mitochondrion_in_words():
    facts = facts_of(contigs={"chr1": 900, "chrM": 12})
    facts.mt_refs = {YORUBA: 3, RCRS: 1}
    findings = judge(facts, contigs={**LENGTHS, "chrM": 0})[1]
    assert findings["mt_not_rcrs"].message == (
        "the mitochondrial genome is NC_001807 (hg19's chrM), not rCRS: 3 of 4 REF alleles that "
        "can tell say so; 12 records have other positions than MITOMAP and ClinVar use"
    )
    by_length = judge(facts, contigs={**LENGTHS, "chrM": 16571})[1]["mt_not_rcrs"]
    assert "its length is 16,571" in by_length.message


def test_hg19_mitochondrion_without_records_is_a_note():
    answers, findings = judge(facts_of(), contigs={**LENGTHS, "chrM": 16571})
    assert findings["mt_not_rcrs"].severity is Severity.NOTE
    assert not findings["mt_not_rcrs"].changes_results
    assert answers["mitochondrion"].outcome is PASS


# --- reference -----------------------------------------------------------------------------------


def with_reference(*, compared, different=None, unknown=None, lengths=None, examples=()):
    facts = facts_of(contigs=dict.fromkeys([*compared, *(unknown or {})], 100))
    facts.reference = ReferenceFacts(
        "ref.fa", lengths or LENGTHS, compared, different or {}, unknown or {}, list(examples)
    )
    return facts


def test_every_ref_stands_in_the_reference():
    answers, findings = judge(with_reference(compared={"chr1": 500}))
    assert (answers["reference"].outcome, findings) == (PASS, {})


def test_single_differences_are_a_warning():
    facts = with_reference(
        compared={"chr1": 1000}, different={"chr1": 2}, examples=["chr1:5 REF A, reference C"]
    )
    findings = judge(facts)[1]
    finding = findings["reference_differs"]
    assert finding.message == (
        "2 of 1000 REF alleles (0.2 %) differ from ref.fa: chr1:5 REF A, reference C; …"
    )
    assert (finding.severity, finding.changes_results) == (Severity.WARNING, False)


def test_another_reference_changes_results():
    facts = with_reference(compared={"chr1": 1000}, different={"chr1": 740})
    finding = judge(facts)[1]["reference_mismatch"]
    assert finding.message.startswith("740 of 1000 REF alleles (74 %) differ from ref.fa")
    assert (finding.severity, finding.changes_results) == (Severity.ERROR, True)


def test_one_contig_of_another_reference_is_named():
    facts = with_reference(
        compared={"chr1": 100_000, "chrM": 20}, different={"chr1": 3, "chrM": 15}
    )
    finding = judge(facts)[1]["reference_mismatch"]
    assert finding.message.endswith("On chrM it is another sequence")


def test_two_differences_of_two_are_too_few_to_judge_a_contig():
    facts = with_reference(compared={"chr1": 1000, "chrM": 2}, different={"chrM": 2})
    assert list(judge(facts)[1]) == ["reference_differs"]


def test_a_reference_of_the_other_assembly_is_told_once():
    """The file may be fine: results would not change by giving the right reference."""
    other = {f"chr{n}": x for n, x in CONTIG_LENGTHS[Assembly.GRCH37].items()}
    facts = with_reference(compared={"chr1": 1000}, different={"chr1": 740}, lengths=other)
    findings = judge(facts)[1]
    assert findings["reference_assembly"].message == (
        "the VCF is GRCh38, the reference ref.fa is GRCh37: there chr1 is 249250621 long"
    )
    assert not any(finding.changes_results for finding in findings.values())


def test_contigs_that_the_reference_lacks():
    facts = with_reference(compared={"chr1": 100}, unknown={"chr1": 1, "chr2": 100})
    findings = judge(facts)[1]
    assert findings["reference_contigs"].message == (
        "1 contigs cannot be compared with the reference: chr2"
    )


def test_a_reference_without_any_contig_answers_nothing():
    answers, findings = judge(with_reference(compared={}, unknown={"chr1": 100}))
    assert answers["reference"].outcome is NOT_ASSESSED
    assert answers["reference"].reason == "the reference has none of the contigs"
    assert findings == {}


def test_limits_are_what_their_comment_says():
    assert 0 < file_checks.WRONG_REF_SHARE < 0.75
