"""Is the file what it says: assembly, reference, order, alleles, genotypes?

Each question is a function of what was counted; it gives an answer and its findings. What a
file has of annotation is asked in `annotation_checks`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from raredx.columns.check_results import Finding, Severity
from raredx.columns.check_statistics import Answer
from raredx.columns.file_facts import Declarations, FileFacts
from raredx.columns.genome import MT_CODE, OTHER_CODE, assembly_of, contig_code
from raredx.columns.mitochondria import RCRS_LENGTH, MtReference, mt_reference_of_length
from raredx.columns.records import dataclass
from raredx.vocabulary import Assembly, Outcome

WRONG_REF_SHARE, WRONG_REF_RECORDS = 0.05, 3
"""From this share and number of REF alleles that differ, on one contig, the reference is another
one. Our choice: of two unrelated sequences three of four bases differ, of one sequence none."""

GENOTYPE_FIELDS = {
    "GQ": "calls cannot be held against their quality",
    "DP": "depth cannot tell sex chromosomes or deletions",
    "AD": "reads cannot bear out a de novo, mosaic, hemizygous or contaminated call",
}
"""FORMAT fields that the judgement of calls needs, and what is lost without them."""


@dataclass(frozen=True)
class Verdict:
    """The answer to one question about a file, and what was found."""

    answer: Answer
    findings: tuple[Finding, ...] = ()


def verdict(question: str, findings: Iterable[Finding], *, reason: str = "") -> Verdict:
    """Answer a question: not assessed where there is a reason, otherwise by its findings.

    Notes do not make an answer fail.

    Examples
    --------
    >>> verdict("order", []).answer.outcome.name
    'PASS'
    >>> verdict("reference", [], reason="no FASTA file").answer.outcome.name
    'NOT_ASSESSED'
    """
    found = tuple(findings)
    grave = any(finding.severity is not Severity.NOTE for finding in found)
    outcome = Outcome.FAIL if grave else Outcome.NOT_ASSESSED if reason else Outcome.PASS
    return Verdict(Answer(question, outcome, "" if grave else reason), found)


def judge_file(facts: FileFacts, declared: Declarations, assembly: Assembly) -> list[Verdict]:
    """Ask every question about the records of a file."""
    questions: tuple[Callable[[], Verdict], ...] = (
        lambda: judge_assembly(facts, declared, assembly),
        lambda: judge_reference(facts, assembly),
        lambda: judge_mitochondrion(facts, declared),
        lambda: judge_contig_names(facts, declared),
        lambda: judge_order(facts),
        lambda: judge_alleles(facts),
        lambda: judge_normalisation(facts),
        lambda: judge_duplicates(facts),
        lambda: judge_filter(facts),
        lambda: judge_genotypes(facts, declared),
    )
    return [ask() for ask in questions]


def finding(
    code: str, severity: Severity, numbers: tuple[float, float], message: str, mend: str = "",
    *, changes: bool = False,
) -> Finding:  # fmt: skip
    """Make a finding about the file: `numbers` are what was counted and what was expected."""
    return Finding(code, severity, ("file",), *numbers, message, mend, changes)


def examples(places: Sequence[str], n: int) -> str:
    """Write the first places of a kind.

    Examples
    --------
    >>> examples(["1:5", "1:9"], 2), examples(["1:5", "1:9"], 7)
    ('1:5, 1:9', '1:5, 1:9, …')
    """
    return ", ".join(places) + (", …" if n > len(places) else "")


def judge_assembly(facts: FileFacts, declared: Declarations, assembly: Assembly) -> Verdict:
    """Do positions lie on the contigs of the assembly?"""
    found = []
    beyond = facts.kinds["beyond_contig"]
    if beyond.n:
        found.append(finding(
            "beyond_contig", Severity.ERROR, (beyond.n, 0),
            f"{beyond.n} records lie beyond the end of their contig in {assembly}: "
            f"{examples(beyond.examples, beyond.n)}",
            "State the assembly that the file was called on.", changes=True,
        ))  # fmt: skip
    told, _ = assembly_of(declared.contigs)
    reason = "" if told or found else "the header gives no contig lengths; positions fit"
    return verdict("assembly", found, reason=reason)


def judge_reference(facts: FileFacts, assembly: Assembly) -> Verdict:
    """Do the REF alleles stand in the reference sequence?"""
    there = facts.reference
    if not there.name:
        return verdict("reference", [], reason="no reference sequence given")
    found = []
    told, why = assembly_of(there.lengths)
    if told and told is not assembly:
        found.append(finding(
            "reference_assembly", Severity.ERROR, (math.nan, math.nan),
            f"the VCF is {assembly}, the reference {there.name} is {told}: there {why}",
            f"Give the reference sequence of {assembly}.",
        ))  # fmt: skip
    found += _different_refs(facts, changes=not found)
    missing = [name for name in facts.contigs if not there.compared.get(name)]
    absent = sorted(name for name in missing if there.unknown.get(name))
    if absent and there.compared:
        found.append(finding(
            "reference_contigs", Severity.NOTE, (len(absent), 0),
            f"{len(absent)} contigs cannot be compared with the reference: "
            f"{examples(absent[:5], len(absent))}",
        ))  # fmt: skip
    reason = "" if there.compared else "the reference has none of the contigs"
    return verdict("reference", found, reason=reason)


def _different_refs(facts: FileFacts, *, changes: bool) -> list[Finding]:
    """Judge the REF alleles that differ, contig by contig."""
    there = facts.reference
    n, of = sum(there.different.values()), sum(there.compared.values())
    if not n:
        return []
    wrong = [
        name
        for name, count in there.different.items()
        if count >= WRONG_REF_RECORDS and count / there.compared[name] >= WRONG_REF_SHARE
    ]
    message = (
        f"{n} of {of} REF alleles ({100 * n / of:.3g} %) differ from {there.name}: "
        f"{'; '.join(there.examples)}{'; …' if n > len(there.examples) else ''}"
    )
    if not wrong:
        return [finding(
            "reference_differs", Severity.WARNING, (n / of, 0.0), message,
            "Look at these records; `bcftools norm --check-ref` lists all of them.",
        )]  # fmt: skip
    if len(wrong) < len(there.compared):
        message += f". On {examples(wrong[:5], len(wrong))} it is another sequence"
    return [finding(
        "reference_mismatch", Severity.ERROR, (n / of, 0.0), message,
        "Give the reference that the file was called on; if this is it, call or lift over anew.",
        changes=changes,
    )]  # fmt: skip


def judge_mitochondrion(facts: FileFacts, declared: Declarations) -> Verdict:
    """Ask whether the file counts in rCRS, as MITOMAP, ClinVar and gnomAD do."""
    names = [name for name in {**declared.contigs, **facts.contigs} if contig_code(name) == MT_CODE]
    records = sum(facts.contigs[name].records for name in names if name in facts.contigs)
    lengths = {declared.contigs.get(name, 0) for name in names} - {0}
    lengths |= {n for name, n in facts.reference.lengths.items() if contig_code(name) == MT_CODE}
    told = {mt_reference_of_length(length) for length in lengths}
    yoruba = facts.mt_refs.get(MtReference.YORUBA, 0)
    rcrs = facts.mt_refs.get(MtReference.RCRS, 0)
    shown = ", ".join(f"{length:,}" for length in sorted(lengths))
    if MtReference.YORUBA in told or yoruba > rcrs:
        how = f"its length is {shown}" if MtReference.YORUBA in told else ""
        how = how or f"{yoruba} of {yoruba + rcrs} REF alleles that can tell say so"
        what = f"{records} records have other positions than MITOMAP and ClinVar use"
        return verdict("mitochondrion", [finding(
            "mt_not_rcrs", Severity.ERROR if records else Severity.NOTE,
            (max(lengths, default=math.nan), RCRS_LENGTH),
            f"the mitochondrial genome is NC_001807 (hg19's chrM), not rCRS: {how}"
            + (f"; {what}" if records else "; it has no records"),
            "Call the mitochondrial genome on rCRS (NC_012920), or leave it out.",
            changes=records > 0,
        )])  # fmt: skip
    if lengths and told == {MtReference.UNKNOWN} and records:
        return verdict("mitochondrion", [finding(
            "mt_unknown_length", Severity.WARNING, (max(lengths), RCRS_LENGTH),
            f"the mitochondrial contig is {shown} long: neither rCRS nor NC_001807",
            "Call the mitochondrial genome on rCRS (NC_012920).",
        )])  # fmt: skip
    if not records:
        return verdict("mitochondrion", [], reason="no mitochondrial records")
    known = MtReference.RCRS in told or rcrs
    return verdict("mitochondrion", [], reason="" if known else "neither length nor REF tell")


def judge_contig_names(facts: FileFacts, declared: Declarations) -> Verdict:
    """Are contigs named in one way, and those of the primary assembly?"""
    found = []
    named = (("the records", list(facts.contigs)), ("the header", list(declared.contigs)))
    for where, all_names in named:
        known = [name for name in all_names if contig_code(name) not in (OTHER_CODE, MT_CODE)]
        prefixed = [name for name in known if name[:3].lower() == "chr"]
        if prefixed and len(prefixed) < len(known):
            bare = next(name for name in known if name not in prefixed)
            grave = where == "the records"
            found.append(finding(
                "mixed_contig_names", Severity.WARNING if grave else Severity.NOTE,
                (len(prefixed), len(known)),
                f"{where} name contigs with and without `chr`: {prefixed[0]}, {bare}",
                "Rename them (bcftools annotate --rename-chrs) before annotation.",
            ))  # fmt: skip
    other = {n: c.records for n, c in facts.contigs.items() if contig_code(n) == OTHER_CODE}
    if other:
        names = list(other)
        found.append(finding(
            "other_contigs", Severity.NOTE, (sum(other.values()), 0),
            f"{sum(other.values())} records lie on contigs other than 1 to 22, X, Y and MT, which "
            f"are not assessed: {examples(names[:5], len(names))}",
        ))  # fmt: skip
    return verdict("contig_names", found)


def judge_order(facts: FileFacts) -> Verdict:
    """Do records stand in order?"""
    found = []
    back, again = facts.kinds["out_of_order"], facts.kinds["contig_again"]
    if back.n or again.n:
        places = [*back.examples, *again.examples]
        found.append(finding(
            "out_of_order", Severity.WARNING, (back.n + again.n, 0),
            f"records are not sorted, first at {examples(places[:5], back.n + again.n)}; runs of "
            "homozygosity and uniparental disomy cannot be trusted",
            "Sort the file (bcftools sort).",
        ))  # fmt: skip
    return verdict("order", found)


def judge_alleles(facts: FileFacts) -> Verdict:
    """Are the alleles sequences?"""
    found = []
    symbolic, odd = facts.kinds["symbolic"], facts.kinds["odd_ref"]
    if symbolic.n:
        found.append(finding(
            "symbolic", Severity.NOTE, (symbolic.n, 0),
            f"{symbolic.n} records have symbolic alleles or breakends, which are not judged: "
            f"{examples(symbolic.examples, symbolic.n)}",
        ))  # fmt: skip
    if odd.n:
        found.append(finding(
            "odd_ref", Severity.WARNING, (odd.n, 0),
            f"{odd.n} REF alleles hold other letters than A, C, G, T and N: "
            f"{examples(odd.examples, odd.n)}",
            "Look at these records.",
        ))  # fmt: skip
    return verdict("alleles", found)


def judge_normalisation(facts: FileFacts) -> Verdict:
    """Are alleles written as databases write them: one ALT each, trimmed, left-aligned?"""
    found = []
    many, left, trim = (facts.kinds[k] for k in ("multiallelic", "not_left_aligned", "not_trimmed"))
    if many.n:
        found.append(finding(
            "multiallelic", Severity.NOTE, (many.n, 0),
            f"{many.n} records have several ALT alleles; each is judged on its own",
        ))  # fmt: skip
    if left.n or trim.n:
        places = [*left.examples, *trim.examples]
        found.append(finding(
            "not_normalised", Severity.WARNING, (left.n + trim.n, 0),
            f"{left.n + trim.n} records are not normalised ({left.n} not left-aligned, {trim.n} "
            f"with bases to trim): {examples(places[:5], left.n + trim.n)}. Their frequency and "
            "ClinVar entries may have been missed",
            "Normalise (bcftools norm -m -any -f reference.fa) before annotation.",
        ))  # fmt: skip
    return verdict("normalised", found)


def judge_duplicates(facts: FileFacts) -> Verdict:
    """Ask whether each allele stands once."""
    twice = facts.kinds["duplicate"]
    if not twice.n:
        return verdict("duplicates", [])
    return verdict("duplicates", [finding(
        "duplicate", Severity.WARNING, (twice.n, 0),
        f"{twice.n} records have an allele that stands already at their position, and would be "
        f"ranked twice: {examples(twice.examples, twice.n)}",
        "Remove duplicates (bcftools norm --rm-dup exact).",
    )])  # fmt: skip


def judge_filter(facts: FileFacts) -> Verdict:
    """Ask whether FILTER says anything."""
    bare, n = facts.kinds["unfiltered"].n, facts.records
    if not bare:
        return verdict("filter", [])
    what = "every record" if bare == n else f"{bare} of {n} records"
    return verdict("filter", [finding(
        "no_filter", Severity.NOTE, (bare / n, 0.0),
        f"FILTER is `.` in {what}: the quality of these calls was not judged",
        "Filter the calls; FILTER PASS says that they passed.",
    )], reason="FILTER is `.`" if bare == n else "")  # fmt: skip


def judge_genotypes(facts: FileFacts, declared: Declarations) -> Verdict:
    """Do records have genotypes, with what the judgement of calls needs?"""
    none, n = facts.kinds["no_genotype"].n, facts.records
    if not n:
        return verdict("genotypes", [], reason="no records")
    if none and none == n:
        return verdict("genotypes", [finding(
            "no_genotypes", Severity.ERROR, (none, 0), "no record has a genotype (GT)",
            "Give a VCF with genotypes.", changes=True,
        )])  # fmt: skip
    found = []
    if none:
        found.append(finding(
            "no_genotypes", Severity.WARNING, (none, 0),
            f"{none} of {n} records have no genotype (GT)", "Look at these records.",
        ))  # fmt: skip
    lost = [k for k in GENOTYPE_FIELDS if k not in declared.formats or not facts.formats.get(k)]
    if lost:
        why = "; ".join(f"without {key} {GENOTYPE_FIELDS[key]}" for key in lost)
        found.append(finding(
            "no_call_fields", Severity.WARNING, (len(lost), 0),
            f"FORMAT lacks {', '.join(lost)}: {why}",
            "Keep these fields when the file is made.",
        ))  # fmt: skip
    return verdict("genotypes", found)
