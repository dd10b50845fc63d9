"""`raredx rank`: VCF in, ranked candidates out."""

from __future__ import annotations

import hashlib
import math
import platform
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from raredx import __version__
from raredx.columns.batch import VariantBatch, concatenate_batches
from raredx.columns.family import Family
from raredx.columns.genes import MatchKind
from raredx.columns.genome import MT_CODE
from raredx.columns.records import dataclass
from raredx.columns.results import CandidateTable, empty_table, join_tables
from raredx.pipeline.family import (
    RunContext,
    frequency_outcome,
    gather_evidence,
    judge_family,
)
from raredx.pipeline.inputs import InputList, tee_standard_input
from raredx.pipeline.plan import Plan, make_plan
from raredx.pipeline.request import RankRequest
from raredx.pipeline.sample_tap import (
    check_warnings,
    fill_unknown_sexes,
    judge_sample,
    open_sample,
    refuse_findings,
)
from raredx.readers.htslib import HtslibMessages, catch_messages
from raredx.readers.vcf import VariantStream
from raredx.readers.vcf_file import VcfFile
from raredx.report.heading import FamilyHeading, Heading, Member
from raredx.report.json_document import json_text
from raredx.report.run_json import names_beside, run_text
from raredx.report.tsv import tsv_text
from raredx.report.vcf import write_vcf
from raredx.report.writing import OutputSet
from raredx.scoring.describe import describe
from raredx.scoring.evidence import Evidence
from raredx.scoring.split_sites import join_split_sites
from raredx.settings import LoadedRuleSet, read_ruleset
from raredx.versions import package_versions
from raredx.vocabulary import Affection, Outcome, Sex

Progress = Callable[[int, str, float], None]
"""Called with the number of records read, the place, and the share of the file read, NaN where
that is not known; may do nothing."""


@dataclass(frozen=True)
class RunResult:
    """What a run found.

    Attributes
    ----------
    table : CandidateTable
    heading : Heading
    document : dict
        The content of run.json.
    warnings : list of str
    remarks : tuple of str
        For the log alone.
    """

    table: CandidateTable
    heading: Heading
    document: dict[str, Any]
    warnings: list[str]
    remarks: tuple[str, ...] = ()


def rank(request: RankRequest, progress: Progress) -> RunResult:
    """Run a request and write its outputs; nothing is written unless all of it can be.

    Raises
    ------
    RareDxError
        For anything that the user can put right.
    """
    loaded = read_ruleset(request.ruleset)
    inputs = InputList()
    with OutputSet(_input_paths(request)) as outputs, ExitStack() as stack:
        asked = [n for n in (request.output, request.json, request.vcf_out) if n is not None]
        for name in asked:
            outputs.prepare(name)
        files = [name for name in asked if outputs.is_file(name)]
        records = names_beside(files[0]) if files else ()
        for name in records:
            outputs.prepare(name)
        messages = stack.enter_context(catch_messages())
        if Path(request.ruleset).is_file():
            inputs.add_file("ruleset", Path(request.ruleset))
        if request.vcf == "-":
            with tee_standard_input(inputs) as path:
                result, header, _ = _analyse(request, path, loaded, (messages, inputs, progress))
        else:
            tools = (messages, inputs, progress)
            result, header, digest = _analyse(request, request.vcf, loaded, tools)
            inputs.add_file("vcf", Path(request.vcf), digest)
        _write(request, result, header, outputs)
        result.document["inputs"] = [asdict(record) for record in inputs.records]
        result.document["outputs"] = _describe_outputs(request, outputs)
        text = run_text(result.document)
        for name in records:
            outputs.write_text(name, text)
        outputs.commit()
    return result


def _input_paths(request: RankRequest) -> list[Path]:
    """List the files that a run reads."""
    paths = [request.ped, request.regions_file, Path(request.ruleset), Path(request.vcf)]
    paths += [Path(name) for name in request.panels]
    return [path for path in paths if path is not None and path.is_file()]


def _analyse(
    request: RankRequest,
    path: str,
    loaded: LoadedRuleSet,
    tools: tuple[HtslibMessages, InputList, Progress],
) -> tuple[RunResult, str, str]:
    """Read and judge; give the result, the header of the samples read, and the file's hash.

    The hash is empty where the reader did not see all of the file.
    """
    messages, inputs, progress = tools
    file = VcfFile(
        path, request.vcf_name, messages, request.threads, exact=request.exact, tell=progress
    )
    plan = make_plan(request, file, loaded, inputs)
    file.set_samples(plan.read.samples)
    header = file.header_text()
    sample = open_sample(file.header, request.vcf_name)
    stream = VariantStream(file, plan.read, sample)
    batches = []
    for batch in stream.batches():
        batches.append(batch)
        last = f"{batch['contig'][-1]}:{batch['position'][-1]}" if len(batch) else ""
        progress(stream.counts.records, last, math.nan)
    digest = file.sha256()
    file.close()
    pedigrees = [family.pedigree for family in plan.families]
    checks, sexes = judge_sample(sample, plan.read.samples, pedigrees, plan.read.assembly)
    if request.strict:
        refuse_findings(checks, request.vcf_name)
    families, notes = fill_unknown_sexes(plan.families, sexes)
    plan = replace(plan, families=families, notes=plan.notes + notes)
    evidence = _ask_each_variant(join_split_sites(concatenate_batches(batches)), plan, stream)
    tables, n_kept = [], np.zeros(len(evidence.batch), bool)
    panel_answers = dict.fromkeys(("pass", "fail", "not_assessed"), 0)
    for family in plan.families:
        judged = judge_family(evidence, family, plan.context)
        n_kept[judged.rows.variant] = True
        for outcome in Outcome:
            panel_answers[outcome.name.lower()] += int((judged.tiers.panel == outcome).sum())
        tables.append(describe(judged))
    stream.counts.drop("segregation", int((~n_kept).sum()))
    table = join_tables(tables) if tables else empty_table(())
    heading = replace(_heading(request, loaded, plan), checks=checks)
    warnings = [*plan.warnings, *check_warnings(checks), *_panel_warnings(plan)]
    warnings += _warnings(messages, stream, evidence, plan.context)
    document = _document(heading, plan, stream, table)
    document["panel_question"] = panel_answers
    document["warnings"] = warnings
    remarks = (file.way,) if file.way else ()
    return RunResult(table, heading, document, warnings, remarks), header, digest


def _ask_each_variant(batch: VariantBatch, plan: Plan, stream: VariantStream) -> Evidence:
    """Ask what one variant can answer alone, and drop what fails."""
    evidence = gather_evidence(batch, plan.context)
    frequency = frequency_outcome(batch, plan.context.limits)
    common = (frequency == Outcome.FAIL) & ~evidence.known
    named = np.zeros(len(batch), bool)
    named[evidence.genes.variant[evidence.reportable | evidence.near]] = True
    probands = plan.read.probands
    carried = (batch["alt_dosage"][:, probands] > 0).any(axis=1)
    least = plan.context.rules.segregation.min_heteroplasmy
    by_reads = (batch["alt_fraction"][:, probands] >= np.float32(least)).any(axis=1)
    carried |= by_reads & (batch["contig_code"] == MT_CODE)
    counts = stream.counts
    counts.drop("frequency", int(common.sum()))
    counts.drop("consequence", int((~common & ~named).sum()))
    counts.drop("carried", int((~common & named & ~carried).sum()))
    return _select(evidence, plan.context, ~common & named & carried)


def _select(evidence: Evidence, context: RunContext, keep: np.ndarray[Any, Any]) -> Evidence:
    """Keep some variants of the evidence."""
    return gather_evidence(evidence.batch.select(keep), context)


def _heading(request: RankRequest, loaded: LoadedRuleSet, plan: Plan) -> Heading:
    """Gather what stands above the results."""
    sources = plan.read.sources
    panels = tuple(
        {
            "panel_id": panel.panel_id,
            "name": panel.name,
            "version": panel.version,
            "date": panel.date,
            "moi_source": panel.moi_source,
            "genes": panel.n_genes,
            "green": panel.n_green,
        }
        for panel in plan.panels
    )
    return Heading(
        version=__version__,
        command=request.command,
        ruleset=loaded.rules.name,
        ruleset_version=loaded.rules.version,
        ruleset_sha256=loaded.sha256,
        assembly=plan.read.assembly.value,
        consequences=sources.layout.key,
        frequency_sources=sources.frequency_sources,
        predictors=sources.predictors,
        clinvar="declared" if sources.has_clinvar else "not_assessed",
        panels=panels,
        families=tuple(_family_heading(family, plan.hpo_terms) for family in plan.families),
        notes=plan.notes,
    )


def _family_heading(family: Family, hpo_terms: tuple[str, ...]) -> FamilyHeading:
    """Describe one family."""
    pedigree = family.pedigree
    members = tuple(
        Member(
            name,
            family.role(number),
            Sex(int(pedigree.sex[number])).name.lower(),
            Affection(int(pedigree.affection[number])).name.lower(),
            bool(family.sample[number] >= 0),
        )
        for number, name in enumerate(pedigree.members)
    )
    terms = hpo_terms or family.hpo_terms
    return FamilyHeading(pedigree.family_id, family.proband_id, members, terms)


def _panel_warnings(plan: Plan) -> list[str]:
    """Count the panel genes that joined no gene; run.json names them."""
    found = []
    kinds: tuple[tuple[MatchKind, str], ...] = (
        ("unmatched", "are not in the gene table"),
        ("ambiguous", "are ambiguous"),
    )
    for kind, what in kinds:
        names = {name for panel in plan.panels for name in panel.match.names(kind)}
        if names:
            shown = ", ".join(sorted(names)[:5]) + (", …" if len(names) > 5 else "")
            found.append(f"{len(names)} panel genes {what} (in full in run.json): {shown}")
    return found


def _warnings(
    messages: HtslibMessages, stream: VariantStream, evidence: Evidence, context: RunContext
) -> list[str]:
    """Gather what went on but should be known."""
    found = []
    if stream.counts.unfiltered_records:
        found.append(f"{stream.counts.unfiltered_records} records have FILTER '.': not assessed")
    if stream.n_unmatched_entries:
        found.append(f"{stream.n_unmatched_entries} consequence entries fit no ALT allele exactly")
    bare = stream.counts.unassessable["consequence"]
    if bare:
        found.append(f"{bare} alleles have no consequence in the file: not assessed")
    other = int((evidence.batch["contig_code"] == 0).sum())
    if other:
        found.append(
            f"{other} alleles lie on contigs other than 1 to 22, X, Y and MT: not assessed"
        )
    shown = [w for w in messages.warnings() if "not defined in the header" not in w]
    return found + [f"htslib: {text}" for text in shown[:5]]


def _document(
    heading: Heading, plan: Plan, stream: VariantStream, table: CandidateTable
) -> dict[str, Any]:
    """Gather the content of run.json, but for inputs and outputs."""
    counts = stream.counts
    packages = ("cyvcf2", "pysam", "numpy", "numba", "pandas")
    by_tier: dict[str, int] = {}
    for tier in table["tier"]:
        by_tier[tier] = by_tier.get(tier, 0) + 1
    return {
        "raredx": heading.version,
        "python": platform.python_version(),
        "packages": package_versions(packages),
        "heading": heading.document(),
        "counts": {
            "records": counts.records,
            "alleles": counts.alleles + counts.common,
            "alleles_not_sequence": counts.not_sequence,
            "records_unfiltered": counts.unfiltered_records,
            "steps": counts.steps(),
            "candidates": len({*zip(table["family_id"], table["candidate_id"], strict=True)}),
            "rows_by_tier": dict(sorted(by_tier.items())),
        },
        "panel_genes": [
            {
                "panel_id": panel.panel_id,
                "joined_by": dict(panel.match.counts),
                "unmatched": list(panel.match.names("unmatched")),
                "ambiguous": {
                    name: list(panel.match.alternatives.get(name, ()))
                    for name in panel.match.names("ambiguous")
                },
            }
            for panel in plan.panels
        ],
    }


def _write(request: RankRequest, result: RunResult, header: str, outputs: OutputSet) -> None:
    """Write every output to its temporary place."""
    if request.output is not None:
        outputs.write_text(request.output, tsv_text(result.table, result.heading))
    if request.json is not None:
        outputs.write_text(request.json, json_text(result.table, result.heading))
    if request.vcf_out is not None:
        with outputs.guard(request.vcf_out) as place:
            write_vcf(result.table, result.heading, header, request.vcf_out, place)


def _describe_outputs(request: RankRequest, outputs: OutputSet) -> list[dict[str, Any]]:
    """Hash what was written to files."""
    found = []
    for role, name in (("tsv", request.output), ("json", request.json), ("vcf", request.vcf_out)):
        if name is None or name == "-" or not outputs.place(name).is_file():
            continue
        raw = outputs.place(name).read_bytes()
        digest = hashlib.sha256(raw).hexdigest()
        found.append({"role": role, "name": name, "size": len(raw), "sha256": digest})
    return found
