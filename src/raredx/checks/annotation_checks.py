"""Has the file the annotation that a ranking needs, and the samples of the pedigree?"""

from __future__ import annotations

import difflib
import math
from collections.abc import Sequence

from raredx.checks.file_checks import Verdict, examples, finding, verdict
from raredx.columns.check_results import Finding, Severity
from raredx.columns.family import Pedigree
from raredx.columns.file_facts import Declarations, FileFacts
from raredx.columns.panel import Panel

ENOUGH_RECORDS = 100
"""Records from which on an annotation that never has a value is empty, not rare. Our choice."""

CONSEQUENCE_SHARE = 0.95
"""Share of records that VEP and SnpEff annotate at least; they name even intergenic ones."""


def judge_annotation(
    facts: FileFacts, declared: Declarations, panels: Sequence[Panel]
) -> list[Verdict]:
    """Ask every question about the annotation of a file."""
    return [
        judge_consequences(facts, declared),
        judge_frequencies(facts, declared),
        judge_clinvar(facts, declared),
        judge_panel_genes(facts, declared, panels),
    ]


def _share(facts: FileFacts, kind: str) -> float:
    """Share of the inspected records that have a kind of annotation; NaN without records."""
    return facts.annotated.get(kind, 0) / facts.inspected if facts.inspected else math.nan


def judge_consequences(facts: FileFacts, declared: Declarations) -> Verdict:
    """Are consequences there?"""
    if not declared.consequences:
        return verdict("consequences", [finding(
            "no_consequences", Severity.WARNING, (math.nan, math.nan),
            "no consequences are declared (INFO/CSQ, INFO/BCSQ or INFO/ANN): the file can be "
            "checked, not ranked",
            "Annotate the file with VEP, SnpEff or bcftools csq.",
        )])  # fmt: skip
    if not facts.inspected:
        return verdict("consequences", [], reason="no records")
    share = _share(facts, "consequence")
    everywhere = declared.consequences != "BCSQ"  # bcftools csq leaves out what lies in no gene
    least = CONSEQUENCE_SHARE if everywhere else 0.0
    if share > 0 and share >= least:
        return verdict("consequences", [])
    none = share == 0 and facts.records >= ENOUGH_RECORDS
    return verdict("consequences", [finding(
        "few_consequences", Severity.ERROR if none else Severity.WARNING, (share, least),
        f"{_words(share)} have a consequence in INFO/{declared.consequences}; the others are "
        "not assessed",
        "Annotate the whole file.", changes=none,
    )])  # fmt: skip


def judge_frequencies(facts: FileFacts, declared: Declarations) -> Verdict:
    """Are population frequencies there?"""
    if "frequency" not in declared.annotations:
        return verdict("frequencies", [finding(
            "no_frequencies", Severity.WARNING, (math.nan, math.nan),
            "no population frequency is declared: rare variants cannot be told from common ones",
            "Annotate with gnomAD.",
        )])  # fmt: skip
    if not facts.inspected:
        return verdict("frequencies", [], reason="no records")
    share = _share(facts, "frequency")
    if share > 0:
        return verdict("frequencies", [])
    enough = facts.records >= ENOUGH_RECORDS
    return verdict("frequencies", [finding(
        "empty_frequencies", Severity.ERROR if enough else Severity.WARNING, (0.0, math.nan),
        "population frequencies are declared, and no record that was looked at has one: every "
        "variant would look absent from the population",
        "Check the annotation: assembly and contig names of the frequency file.", changes=enough,
    )])  # fmt: skip


def judge_clinvar(facts: FileFacts, declared: Declarations) -> Verdict:
    """Is ClinVar there?"""
    if "clinvar" in declared.annotations:
        return verdict("clinvar", [])
    return verdict("clinvar", [finding(
        "no_clinvar", Severity.NOTE, (math.nan, math.nan),
        "no ClinVar significance is declared: known pathogenic variants cannot be told",
        "Annotate with ClinVar.",
    )], reason="not declared")  # fmt: skip


def judge_panel_genes(facts: FileFacts, declared: Declarations, panels: Sequence[Panel]) -> Verdict:
    """Ask whether the annotation knows the genes of the panels.

    A gene without a variant is not named either: in a small file that is no fault.
    """
    if not panels or not declared.consequences:
        why = "no consequences" if panels else "no panel given"
        return verdict("panel_genes", [], reason=why)
    found = []
    for panel in panels:
        unmatched = panel.match.names("unmatched")
        if unmatched:
            found.append(finding(
                "panel_gene_unknown", Severity.WARNING, (len(unmatched), 0),
                f"{len(unmatched)} genes of {panel.panel_id} are not in the gene table: "
                f"{examples(unmatched[:5], len(unmatched))}",
                "Correct the symbols of the panel.",
            ))  # fmt: skip
        genes = {
            int(code): symbol
            for code, symbol in zip(panel.gene_index, panel.symbol, strict=True)
            if code >= 0
        }
        silent = sorted(symbol for code, symbol in genes.items() if code not in facts.genes)
        if silent and len(silent) == len(genes) and facts.records >= ENOUGH_RECORDS:
            found.append(finding(
                "panel_genes_silent", Severity.WARNING, (len(silent), 0),
                f"the annotation names none of the {len(genes)} genes of {panel.panel_id}: "
                f"{examples(silent[:5], len(silent))}",
                "Check that the file covers them, and how the annotation names genes.",
            ))  # fmt: skip
        elif silent:
            found.append(finding(
                "panel_genes_silent", Severity.NOTE, (len(silent), 0),
                f"the annotation names {len(genes) - len(silent)} of {len(genes)} genes of "
                f"{panel.panel_id}; no variant lies in {examples(silent[:5], len(silent))}, or "
                "they bear another name there",
            ))  # fmt: skip
    return verdict("panel_genes", found)


def _words(share: float) -> str:
    """Write a share of records."""
    return "no records" if share == 0 else f"{100 * share:.3g} % of records"


NAMING = frozenset({"no_member_sequenced", "sample_not_in_pedigree", "member_not_sequenced"})
"""Findings whose messages name people though they are about the file."""


def judge_samples_named(
    pedigrees: Sequence[Pedigree], declared: Declarations, *, allow_unsequenced: bool
) -> Verdict:
    """Are the people of the pedigree the samples of the file?"""
    if not pedigrees:
        return verdict("samples", [], reason="no pedigree given")
    samples = declared.samples
    members = {name for pedigree in pedigrees for name in pedigree.members}
    absent = [
        name
        for pedigree in pedigrees
        for name, line in zip(pedigree.members, pedigree.line, strict=True)
        if line and name not in samples
    ]
    absent = list(dict.fromkeys(absent))  # a parent of two families stands in both
    extra = [name for name in samples if name not in members]
    found: list[Finding] = []
    if not members.intersection(samples):
        found.append(finding(
            "no_member_sequenced", Severity.ERROR, (0, len(members)),
            f"no member of the pedigree is a sample of {declared.name} (it has "
            f"{examples(samples[:6], len(samples))})",
            "Correct the ids, or give the pedigree of this file.", changes=True,
        ))  # fmt: skip
    elif absent:
        found.append(_absent(absent, extra, allow_unsequenced=allow_unsequenced))
    if extra and members.intersection(samples):
        found.append(finding(
            "sample_not_in_pedigree", Severity.NOTE, (len(extra), 0),
            f"{len(extra)} samples are not in the pedigree: {examples(extra[:6], len(extra))}",
        ))  # fmt: skip
    return verdict("samples", found)


def _absent(absent: list[str], extra: list[str], *, allow_unsequenced: bool) -> Finding:
    """Name the members without a sample, and the sample that one of them might be."""
    lower = {name.strip().lower(): name for name in extra}
    close = []
    for name in absent[:6]:
        like = difflib.get_close_matches(name.strip().lower(), lower, n=1, cutoff=0.8)
        close += [f"{name} might be {lower[like[0]]}"] if like else []
    message = f"{len(absent)} members of the pedigree are not samples: " + examples(
        absent[:6], len(absent)
    )
    mend = "Correct the ids in the PED file, or allow unsequenced members."
    return Finding(
        "member_not_sequenced",
        Severity.NOTE if allow_unsequenced else Severity.ERROR,
        tuple(absent),
        len(absent),
        0,
        message + (f" ({'; '.join(close)})" if close else ""),
        "" if allow_unsequenced else mend,
        not allow_unsequenced,
    )
