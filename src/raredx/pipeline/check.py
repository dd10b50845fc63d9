"""`raredx check`: are these samples what the pedigree says, and is the file fit to be ranked?"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from raredx import __version__
from raredx.checks.annotation_checks import judge_annotation, judge_samples_named
from raredx.checks.file_checks import judge_file
from raredx.checks.sample_checks import judge_samples
from raredx.checks.sample_stats import SiteStatistics
from raredx.columns.check_results import CheckResult
from raredx.columns.family import Pedigree
from raredx.columns.file_facts import Declarations
from raredx.columns.gene_codes import GeneCodes
from raredx.columns.genome import assembly_of
from raredx.columns.panel import Panel
from raredx.columns.pseudonyms import Pseudonyms
from raredx.columns.records import dataclass
from raredx.errors import InputError, SettingsError, private
from raredx.pipeline.check_log import LoggedFinding, logged_findings
from raredx.pipeline.disguise import Disguise, disguised
from raredx.pipeline.families import read_ped, with_karyotypes
from raredx.pipeline.inputs import InputList, tee_standard_input
from raredx.pipeline.plan import read_panels
from raredx.pipeline.read_regions import choose_regions
from raredx.pipeline.request import CheckRequest
from raredx.readers.annotation_probe import AnnotationProbe
from raredx.readers.genes import read_gene_table
from raredx.readers.header import VcfHeader, decide_assembly
from raredx.readers.htslib import HtslibMessages, catch_messages
from raredx.readers.record_facts import RecordFacts
from raredx.readers.reference import Reference, ReferenceComparison
from raredx.readers.sites import SitePlan, SiteStream
from raredx.readers.vcf_file import VcfFile
from raredx.report.check_json import check_json_text
from raredx.report.check_multiqc import multiqc_names, multiqc_texts
from raredx.report.check_report import CheckReport
from raredx.report.check_terminal import print_report
from raredx.report.check_tsv import check_tsv_text
from raredx.report.writing import OutputSet
from raredx.settings import CheckSettings
from raredx.vocabulary import Assembly

__all__ = ["CheckReport", "LoggedFinding", "check", "logged_findings", "show"]

Progress = Callable[[int, str, float], None]
"""Called with the number of records read and the place; may do nothing."""

MOST_SAMPLES = 100
"""Samples of no pedigree are read up to this number in all; every pair of them can be compared.
Our choice: a larger cohort is checked by the families of its PED file."""


def check(request: CheckRequest, progress: Progress) -> CheckReport:
    """Run a check and write its outputs; nothing is written unless all of it can be.

    Raises
    ------
    RareDxError
        For anything that the user can put right and that keeps the file from being read.
        What can be read and does not fit is a finding of the report.
    """
    with disguised(request) as disguise:
        report = _run(disguise.named(request), disguise, progress)
    return report


def _run(request: CheckRequest, disguise: Disguise, progress: Progress) -> CheckReport:
    """Run a check in which people go by the names that outputs may have."""
    inputs = InputList()
    with OutputSet(_input_paths(request)) as outputs, ExitStack() as stack:
        tables = multiqc_names(request.multiqc) if request.multiqc is not None else {}
        for name in (request.output, request.json, *tables.values()):
            if name is not None:
                outputs.prepare(name)
        messages = stack.enter_context(catch_messages())
        reference = None
        if request.fasta is not None:
            reference = stack.enter_context(Reference(request.fasta))
        tools = (messages, inputs, progress, disguise)
        if request.vcf == "-":
            with tee_standard_input(inputs) as path:
                report = _examine(request, path, reference, tools)
        else:
            report = _examine(request, request.vcf, reference, tools)
        report = disguise.result(report)
        if request.output is not None:
            outputs.write_text(request.output, check_tsv_text(report))
        if request.json is not None:
            outputs.write_text(request.json, check_json_text(report))
        texts = multiqc_texts(report) if tables else {}
        for table, name in tables.items():
            outputs.write_text(name, texts[table])
        outputs.commit()
    return report


def show(report: CheckReport, file: TextIO) -> None:
    """Print a report for people to read."""
    print_report(report, file)


def _input_paths(request: CheckRequest) -> list[Path]:
    """List the files that a check reads."""
    paths = [request.ped, request.regions_file, request.fasta, request.pseudonyms]
    paths.append(Path(request.vcf))
    paths += [Path(name) for name in request.panels]
    return [path for path in paths if path is not None and path.is_file()]


@dataclass(frozen=True)
class _Setup:
    """What a check needs before the first record is read."""

    pedigrees: tuple[Pedigree, ...]
    panels: tuple[Panel, ...]
    plan: SitePlan
    facts: RecordFacts
    declared: Declarations


def _examine(
    request: CheckRequest,
    path: str,
    reference: Reference | None,
    tools: tuple[HtslibMessages, InputList, Progress, Disguise],
) -> CheckReport:
    """Read the file once, count, and judge."""
    messages, inputs, progress, disguise = tools
    given = disguise.pseudonyms
    file = VcfFile(path, request.vcf_name, messages, request.threads, pseudonyms=given)
    setup = _set_up(request, file, reference, inputs)
    disguise.check_outputs(request)
    plan, facts, settings = setup.plan, setup.facts, CheckSettings()
    file.set_samples(plan.samples)
    stream = SiteStream(file, plan, facts)
    statistics = SiteStatistics(plan.samples, setup.pedigrees, plan.assembly, settings)
    for batch in stream.batches():
        statistics.add(batch)
        progress(facts.facts.records, facts.place, math.nan)
    file.close()
    report = _report(request, setup, statistics.finish(), settings)
    shown = [w for w in messages.warnings() if "not defined in the header" not in w]
    said = tuple(disguise.text(f"htslib: {text}") for text in shown[:5])
    return replace(report, notes=disguise.notes(file.header.n_left_out) + report.notes + said)


def _set_up(
    request: CheckRequest, file: VcfFile, reference: Reference | None, inputs: InputList
) -> _Setup:
    """Decide what to read; refuse what cannot be checked at all."""
    header, name = file.header, request.vcf_name
    if not header.samples:
        raise InputError(name, "holds no samples", "Give a VCF with genotypes.")
    lengths = reference.lengths if reference is not None else {}
    assembly = _assembly(header, lengths, request)
    pedigrees = _pedigrees(request, header.pseudonyms, inputs)
    probe = AnnotationProbe(header, where=name)
    table = read_gene_table() if request.panels else None
    panels = read_panels(request.panels, table, inputs) if table is not None else ()
    facts = RecordFacts(
        probe,
        assembly,
        GeneCodes(table) if table is not None else None,
        ReferenceComparison(reference) if reference is not None else None,
    )
    plan = SitePlan(
        _samples(header.samples, pedigrees),
        assembly,
        probe,
        regions=choose_regions((request.regions, request.regions_file), file, inputs),
        batch_sites=request.batch_sites,
    )
    declared = Declarations(
        name,
        header.samples,
        dict(header.contigs),
        tuple(header.format),
        probe.layout.key if probe.layout else "",
        probe.kinds,
    )
    return _Setup(pedigrees, panels, plan, facts, declared)


def _assembly(header: VcfHeader, lengths: dict[str, int], request: CheckRequest) -> Assembly:
    """Tell the assembly by the header, the request, or at last the reference sequence."""
    stated = request.assembly
    if stated is None and not any(header.contigs.values()):
        stated, _ = assembly_of(lengths)
    return decide_assembly(header, stated, where=request.vcf_name)


def _pedigrees(
    request: CheckRequest, given: Pseudonyms | None, inputs: InputList
) -> tuple[Pedigree, ...]:
    """Read the pedigrees to hold samples against."""
    if request.ped is None:
        if request.proband is not None:
            where = private(f"proband {request.proband}", "the proband")
            raise SettingsError(where, "no pedigree to find the family in", "Give a PED file.")
        return tuple(with_karyotypes([], request.karyotypes))
    inputs.add_file("ped", request.ped)
    found = with_karyotypes(read_ped(request.ped, given), request.karyotypes)
    if request.proband is not None:
        found = [pedigree for pedigree in found if request.proband in pedigree.members]
        if not found:
            what = f"{private(request.proband, 'the proband')} is in no family"
            raise InputError(str(request.ped), what, "Correct the proband's id.")
    return tuple(found)


def _samples(names: tuple[str, ...], pedigrees: tuple[Pedigree, ...]) -> tuple[str, ...]:
    """Choose the samples to read: those of the pedigrees, then others up to a number."""
    members = {name for pedigree in pedigrees for name in pedigree.members}
    room = MOST_SAMPLES - sum(name in members for name in names)
    others = [name for name in names if name not in members]
    wanted = members.union(others[: max(room, 0)])
    return tuple(name for name in names if name in wanted)


def _report(
    request: CheckRequest, setup: _Setup, result: CheckResult, settings: CheckSettings
) -> CheckReport:
    """Judge what was counted, and gather it."""
    facts, declared, plan = setup.facts.finish(), setup.declared, setup.plan
    verdicts = [
        judge_samples_named(setup.pedigrees, declared, allow_unsequenced=request.allow_unsequenced),
        *judge_file(facts, declared, plan.assembly),
        *judge_annotation(facts, declared, setup.panels),
    ]
    findings = [finding for verdict in verdicts for finding in verdict.findings]
    findings += judge_samples(result, setup.pedigrees, settings)
    return CheckReport(
        version=__version__,
        command=request.command,
        vcf=request.vcf_name,
        ped=str(request.ped or ""),
        fasta=str(request.fasta or ""),
        pedigrees=setup.pedigrees,
        declared=declared,
        facts=facts,
        file_answers=tuple(verdict.answer for verdict in verdicts),
        result=replace(result, findings=tuple(findings)),
        notes=_notes(request, setup),
    )


def _notes(request: CheckRequest, setup: _Setup) -> tuple[str, ...]:
    """Say what a reader of the report must know."""
    notes = []
    if request.ped is None:
        notes.append("no pedigree given: sexes and relations are told, and held against nothing")
    left_out = len(setup.declared.samples) - len(setup.plan.samples)
    if left_out:
        notes.append(f"{left_out} samples of no pedigree were not read")
    return tuple(notes)
