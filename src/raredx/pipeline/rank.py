"""`raredx rank`: VCF in, ranked candidates out."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from raredx.columns.batch import VariantBatch, concatenate_batches
from raredx.columns.genome import MT_CODE
from raredx.columns.records import dataclass
from raredx.columns.results import CandidateTable, empty_table, join_tables
from raredx.pipeline.family import (
    FamilyEvidence,
    RunContext,
    frequency_outcome,
    gather_evidence,
    judge_family,
)
from raredx.pipeline.inputs import InputList, tee_standard_input
from raredx.pipeline.plan import Plan, make_plan
from raredx.pipeline.references import (
    load_tables,
    phenotype_of,
    with_clinvar,
    without_predictors,
)
from raredx.pipeline.request import RankRequest
from raredx.pipeline.run_record import (
    DescribedFamily,
    JudgedFamilies,
    document_of,
    heading_of,
    panel_warnings,
    warnings_of,
)
from raredx.pipeline.sample_tap import (
    SampleAnswers,
    check_warnings,
    fill_unknown_sexes,
    judge_sample,
    open_sample,
    refuse_findings,
)
from raredx.readers.htslib import HtslibMessages, catch_messages
from raredx.readers.phenotype_input import terms_file
from raredx.readers.vcf import VariantStream
from raredx.readers.vcf_file import VcfFile
from raredx.report.heading import Heading
from raredx.report.json_document import json_text
from raredx.report.run_json import names_beside, run_text
from raredx.report.tsv import lines_text, tsv_text
from raredx.report.vcf import write_vcf
from raredx.report.writing import OutputSet
from raredx.scoring.acmg import unused_curated
from raredx.scoring.describe import describe
from raredx.scoring.evidence import Evidence
from raredx.scoring.gene_ranking import (
    DISEASE_COLUMNS,
    GENE_COLUMNS,
    rank_diseases,
    rank_genes,
)
from raredx.scoring.split_sites import join_split_sites
from raredx.settings import LoadedRuleSet, read_ruleset, with_explained_share
from raredx.vocabulary import Outcome

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
    genes, diseases : tuple of dict
        Ranked, of all families.
    """

    table: CandidateTable
    heading: Heading
    document: dict[str, Any]
    warnings: list[str]
    remarks: tuple[str, ...] = ()
    genes: tuple[dict[str, Any], ...] = ()
    diseases: tuple[dict[str, Any], ...] = ()


def rank(request: RankRequest, progress: Progress) -> RunResult:
    """Run a request and write its outputs; nothing is written unless all of it can be.

    Raises
    ------
    RareDxError
        For anything that the user can put right.
    """
    loaded = with_explained_share(read_ruleset(request.ruleset), request.explained_share)
    inputs = InputList()
    with OutputSet(_input_paths(request)) as outputs, ExitStack() as stack:
        asked = [name for _, name in _outputs(request) if name is not None]
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
        for role in ("hpo_data", "clinvar", "curated"):
            if (path := getattr(request, role)) is not None:
                inputs.add_file(role, path)
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
    paths = [request.ped, request.regions_file, Path(request.ruleset), Path(request.vcf),
             request.phenopacket, request.hpo_data, request.clinvar, request.curated,
             terms_file(request.hpo)]  # fmt: skip
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
    told = judge_sample(sample, plan.read.samples, pedigrees, plan.read.assembly)
    if request.strict:
        refuse_findings(told.checks, request.vcf_name)
    families, notes = fill_unknown_sexes(plan.families, told.sexes)
    plan = replace(plan, families=families, notes=plan.notes + notes)
    evidence = _ask_each_variant(join_split_sites(concatenate_batches(batches)), plan, stream)
    found = _judge_families(request, evidence, plan, told)
    stream.counts.drop("segregation", len(evidence.batch) - found.n_kept)
    tables = [described.table for described in found.families]
    table = join_tables(tables) if tables else empty_table(())
    heading = replace(heading_of(request, loaded, plan, found), checks=told.checks)
    warnings = [*plan.warnings, *check_warnings(told.checks), *panel_warnings(plan)]
    warnings += [*found.warnings, *warnings_of(messages, stream, evidence, plan.context)]
    document = document_of(heading, plan, stream, table)
    document["panel_question"] = found.panel_answers
    document["warnings"] = warnings
    remarks = (file.way,) if file.way else ()
    genes = tuple(line for described in found.families for line in described.genes)
    diseases = tuple(line for described in found.families for line in described.diseases)
    result = RunResult(table, heading, document, warnings, remarks, genes, diseases)
    return result, header, digest


def _judge_families(
    request: RankRequest, evidence: Evidence, plan: Plan, told: SampleAnswers
) -> JudgedFamilies:
    """Judge and describe every family."""
    codes, rules = plan.read.codes, plan.context.rules
    if request.ignore_predictors:
        evidence = gather_evidence(without_predictors(evidence.batch), plan.context)
    tables = load_tables(request, evidence, plan.facts, plan.curated, plan.context)
    if request.clinvar is not None and tables.references.clinvar is not None:
        shown = with_clinvar(evidence.batch, tables.references.clinvar)
        evidence = gather_evidence(shown, plan.context)
    families, kept = [], np.zeros(len(evidence.batch), bool)
    panel_answers = dict.fromkeys(("pass", "fail", "not_assessed"), 0)
    unused = set(tables.curated.rows)
    asked = any((request.json, request.genes_out, request.diseases_out))
    for family, stated in zip(plan.families, plan.phenotypes, strict=True):
        phenotype = phenotype_of(stated, plan.ontology, codes, rules.phenotype)
        known = FamilyEvidence(tables, phenotype, told.parents_of(family))
        judged = judge_family(evidence, family, plan.context, known)
        kept[judged.rows.variant] = True
        unused &= set(unused_curated(tables.curated, judged.rows, evidence))
        for outcome in Outcome:
            panel_answers[outcome.name.lower()] += int((judged.tiers.panel == outcome).sum())
        genes = tuple(rank_genes(judged)) if asked else ()
        diseases = tuple(rank_diseases(judged, genes))
        families.append(
            DescribedFamily(describe(judged), judged.scores.none, stated, genes, diseases)
        )
    warnings = [
        f"{word.where}: {word.code} is of no candidate: {word.name}"
        for word in tables.curated.rows
        if word in unused
    ]
    return JudgedFamilies(families, int(kept.sum()), panel_answers, warnings, tables.about)


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


def _outputs(request: RankRequest) -> tuple[tuple[str, str | None], ...]:
    """Give the role and the name of each output."""
    return (
        ("tsv", request.output),
        ("json", request.json),
        ("vcf", request.vcf_out),
        ("genes", request.genes_out),
        ("diseases", request.diseases_out),
    )


def _write(request: RankRequest, result: RunResult, header: str, outputs: OutputSet) -> None:
    """Write every output to its temporary place."""
    if request.output is not None:
        outputs.write_text(request.output, tsv_text(result.table, result.heading))
    if request.json is not None:
        ranked = {"genes": result.genes, "diseases": result.diseases}
        outputs.write_text(request.json, json_text(result.table, result.heading, ranked))
    if request.genes_out is not None:
        text = lines_text(GENE_COLUMNS, result.genes, result.heading)
        outputs.write_text(request.genes_out, text)
    if request.diseases_out is not None:
        text = lines_text(DISEASE_COLUMNS, result.diseases, result.heading)
        outputs.write_text(request.diseases_out, text)
    if request.vcf_out is not None:
        with outputs.guard(request.vcf_out) as place:
            write_vcf(result.table, result.heading, header, request.vcf_out, place)


def _describe_outputs(request: RankRequest, outputs: OutputSet) -> list[dict[str, Any]]:
    """Hash what was written to files."""
    found = []
    for role, name in _outputs(request):
        if name is None or name == "-" or not outputs.place(name).is_file():
            continue
        raw = outputs.place(name).read_bytes()
        digest = hashlib.sha256(raw).hexdigest()
        found.append({"role": role, "name": name, "size": len(raw), "sha256": digest})
    return found
