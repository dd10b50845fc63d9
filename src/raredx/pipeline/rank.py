"""`raredx rank`: VCF in, ranked candidates out."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from raredx.columns.batch import concatenate_batches
from raredx.columns.near_misses import empty_near_misses
from raredx.columns.results import empty_table, join_tables
from raredx.pipeline.disguise import Disguise, disguised
from raredx.pipeline.family import RunContext, gather_evidence
from raredx.pipeline.inputs import InputList, tee_standard_input
from raredx.pipeline.judging import judge_each
from raredx.pipeline.near_misses import (
    evidence_for_near_misses,
    join_near_misses,
    near_misses_of,
)
from raredx.pipeline.outputs import (
    FAMILY,
    asked_names,
    check_names,
    describe_outputs,
    write_outputs,
)
from raredx.pipeline.plan import Plan, make_plan
from raredx.pipeline.pseudonym_table import prepare_table, write_table
from raredx.pipeline.questions import ask_each_variant, asked_questions, count_in_families
from raredx.pipeline.references import clinvar_at
from raredx.pipeline.request import RankRequest
from raredx.pipeline.result import RunResult
from raredx.pipeline.run_facts import run_facts
from raredx.pipeline.run_log import log_lines
from raredx.pipeline.run_record import (
    DescribedFamily,
    JudgedFamilies,
    document_of,
    heading_of,
    panel_warnings,
    warnings_of,
)
from raredx.pipeline.run_resources import RunClock
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
from raredx.report.run_json import names_beside, run_text
from raredx.report.writing import OutputSet
from raredx.scoring.acmg import unused_curated
from raredx.scoring.describe import describe
from raredx.scoring.evidence import Evidence
from raredx.scoring.gene_ranking import rank_diseases, rank_genes
from raredx.scoring.split_sites import join_split_sites
from raredx.settings import LoadedRuleSet, read_ruleset, with_explained_share
from raredx.vocabulary import Outcome

Progress = Callable[[int, str, float], None]
"""Called with the number of records read, the place, and the share of the file read, NaN where
that is not known; may do nothing."""


def rank(request: RankRequest, progress: Progress) -> RunResult:
    """Run a request and write its outputs; nothing is written unless all of it can be.

    Raises
    ------
    RareDxError
        For anything that the user can put right.
    """
    with disguised(request) as disguise:
        return _run(disguise.named(request), disguise, progress)


def _run(request: RankRequest, disguise: Disguise, progress: Progress) -> RunResult:
    """Run a request in which people go by the names that outputs may have."""
    clock = RunClock()
    loaded = with_explained_share(read_ruleset(request.ruleset), request.explained_share)
    inputs = InputList()
    with OutputSet(input_paths(request)) as outputs, ExitStack() as stack:
        asked = asked_names(request)
        for name in asked:
            outputs.prepare(name)
        files = [name for name in asked if outputs.is_file(name)]
        records = names_beside(files[0].replace(FAMILY, "families")) if files else ()
        for name in records:
            outputs.prepare(name)
        prepare_table(request, outputs)
        messages = stack.enter_context(catch_messages())
        if Path(request.ruleset).is_file():
            inputs.add_file("ruleset", Path(request.ruleset))
        if request.vcf == "-":
            with tee_standard_input(inputs) as path:
                tools = (messages, inputs, progress, disguise)
                result, _ = _analyse(request, path, loaded, tools)
        else:
            tools = (messages, inputs, progress, disguise)
            result, digest = _analyse(request, request.vcf, loaded, tools)
            inputs.add_file("vcf", Path(request.vcf), digest)
        for role in ("hpo_data", "clinvar", "curated"):
            if (path := getattr(request, role)) is not None:
                inputs.add_file(role, path)
        result.document["inputs"] = [asdict(disguise.input(record)) for record in inputs.records]
        result.document.update(run_facts(disguise.recorded(request), loaded, result.heading))
        result = disguise.result(result)
        written = write_outputs(request, result, outputs)
        described = describe_outputs(written, outputs)
        for entry in described:
            entry["name"] = disguise.file_name(entry["name"])
        result.document["outputs"] = described
        result.document["resources"] = clock.spent()
        text = run_text(result.document)
        for name in records:
            outputs.write_text(name, text)
        write_table(request, disguise, outputs)
        outputs.commit()
    return result


def input_paths(request: RankRequest) -> list[Path]:
    """List the files that a run reads."""
    paths = [request.ped, request.regions_file, Path(request.ruleset), Path(request.vcf),
             request.phenopacket, request.hpo_data, request.clinvar, request.curated,
             request.pseudonyms, terms_file(request.hpo)]  # fmt: skip
    paths += [Path(name) for name in request.panels]
    return [path for path in paths if path is not None and path.is_file()]


def _analyse(
    request: RankRequest,
    path: str,
    loaded: LoadedRuleSet,
    tools: tuple[HtslibMessages, InputList, Progress, Disguise],
) -> tuple[RunResult, str]:
    """Read and judge; give the result, and the file's hash.

    The hash is empty where the reader did not see all of the file.
    """
    messages, inputs, progress, disguise = tools
    file = VcfFile(
        path, request.vcf_name, messages, request.threads, exact=request.exact, tell=progress,
        pseudonyms=disguise.pseudonyms,
    )  # fmt: skip
    plan = make_plan(request, file, loaded, inputs)
    disguise.check_outputs(request)
    check_names(request, plan.families)
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
        refuse_findings(told.checks, request.vcf_name, plan.families)
    families, notes = fill_unknown_sexes(plan.families, told.sexes)
    plan = replace(plan, families=families, notes=plan.notes + notes)
    found_all = gather_evidence(join_split_sites(concatenate_batches(batches)), plan.context)
    asked = ask_each_variant(found_all, plan.context, plan.read.probands)
    stream.counts.asked = asked_questions(plan.context.rules)
    asked.count(stream.counts)
    evidence = _select(found_all, plan.context, asked.kept)
    everything = None
    if request.shows_near_misses:
        near = stream.near_batch()
        everything = evidence_for_near_misses(found_all.batch, near, plan.context)
    found = _judge_families(request, evidence, plan, told, everything)
    count_in_families(stream.counts, found.judged, len(evidence.batch))
    warnings = [*plan.warnings, *check_warnings(told.checks, plan.families), *panel_warnings(plan)]
    warnings += [*found.warnings, *warnings_of(messages, stream, evidence, plan.context)]
    remarks = (file.way,) if file.way else ()
    heading = replace(heading_of(request, loaded, plan, found), checks=told.checks)
    heading = replace(heading, notes=disguise.notes(file.header.n_left_out) + heading.notes)
    log = log_lines(disguise, warnings, remarks, heading.notes)
    heading = replace(heading, notes=tuple(disguise.text(note) for note in heading.notes))
    result = _gather(heading, found, plan, stream)
    result = replace(
        result, header=header, remarks=remarks, log=log,
        warnings=[disguise.text(warning) for warning in warnings],
    )  # fmt: skip
    result.document["warnings"] = result.warnings
    return result, digest


def _gather(
    heading: Heading, found: JudgedFamilies, plan: Plan, stream: VariantStream
) -> RunResult:
    """Put the results of all families together."""
    tables = [described.table for described in found.families]
    table = join_tables(tables) if tables else empty_table(())
    document = document_of(heading, plan, stream, table)
    document["panel_question"] = found.panel_answers
    genes = tuple(line for described in found.families for line in described.genes)
    diseases = tuple(line for described in found.families for line in described.diseases)
    near_misses = join_near_misses([described.near_misses for described in found.families])
    return RunResult(
        table, heading, document, [], (), genes, diseases, near_misses, tuple(plan.families)
    )


def _judge_families(
    request: RankRequest,
    evidence: Evidence,
    plan: Plan,
    told: SampleAnswers,
    everything: Evidence | None,
) -> JudgedFamilies:
    """Judge and describe every family; with everything that was read, its near misses too."""
    tables, judged_families = judge_each(request, evidence, plan, told.parents_of)
    families = []
    panel_answers = dict.fromkeys(("pass", "fail", "not_assessed"), 0)
    unused = set(tables.curated.rows)
    ranks_genes = request.ranks_genes
    reported = None
    if everything is not None and request.clinvar is not None:
        reported = clinvar_at(request, everything.batch, plan.context.assembly)
    for one in judged_families:
        judged = one.judged
        unused &= set(unused_curated(tables.curated, judged.rows, judged.evidence))
        for outcome in Outcome:
            panel_answers[outcome.name.lower()] += int((judged.tiers.panel == outcome).sum())
        genes = tuple(rank_genes(judged)) if ranks_genes else ()
        diseases = tuple(rank_diseases(judged, genes))
        near = empty_near_misses()
        if everything is not None:
            near = near_misses_of(everything, judged, plan.context, one.known, reported)
        families.append(
            DescribedFamily(describe(judged), judged.scores.none, one.stated, genes, diseases, near)
        )
    warnings = [
        f"{word.where}: {word.code} is of no candidate: {word.name}"
        for word in tables.curated.rows
        if word in unused
    ]
    found = [one.judged for one in judged_families]
    return JudgedFamilies(families, found, panel_answers, warnings, tables.about)


def _select(evidence: Evidence, context: RunContext, keep: np.ndarray[Any, Any]) -> Evidence:
    """Keep some variants of the evidence."""
    return gather_evidence(evidence.batch.select(keep), context)
