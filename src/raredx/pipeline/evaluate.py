"""`raredx evaluate`: how well are known answers ranked, and do the probabilities hold?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from operator import attrgetter
from pathlib import Path
from typing import TextIO

from raredx import __version__
from raredx.columns.evaluation import CaseOutcome, Evaluation, Ranking, TruthCase, TruthList
from raredx.columns.genes import GeneTable
from raredx.errors import InputError, SettingsError, logged, private, shown
from raredx.pipeline.evaluate_files import CaseFiles, find_case_files
from raredx.pipeline.evaluate_phenotype import (
    TermCase,
    bundled_ontology,
    find_rows,
    hgnc_number,
    outcome_of,
    plan_batches,
    rank_batch,
)
from raredx.pipeline.evaluate_request import EvaluateRequest, check_request
from raredx.pipeline.evaluate_runs import FamilyResult, plan_runs, run_family
from raredx.pipeline.processes import in_order
from raredx.readers.genes import read_gene_table
from raredx.readers.rankings import decode_ranking
from raredx.readers.text_table import read_text
from raredx.readers.truth import TruthNeeds, read_truth
from raredx.report.evaluation_json import evaluation_json_text
from raredx.report.evaluation_markdown import evaluation_markdown_text
from raredx.report.evaluation_svg import evaluation_svg_text
from raredx.report.evaluation_terminal import print_evaluation
from raredx.report.evaluation_tsv import evaluation_tsv_text
from raredx.report.writing import OutputSet
from raredx.scoring.answers import find_answer
from raredx.scoring.calibration import judge_calibration
from raredx.scoring.metrics import Draws, Grouping, judge_case, summarise_strata
from raredx.settings import read_ruleset

__all__ = ["EvaluateRequest", "Evaluation", "evaluate", "show"]

Tell = Callable[[int, int], None]
"""Called with the cases done and those there are; may do nothing."""

NAMED = 5
"""Cases that a warning names; all are in the table of cases."""

_OVER_ONE = 1e-3
"""What the probabilities of a result may add up to above 1 unremarked: they are written rounded
to six digits. Our choice."""


def evaluate(request: EvaluateRequest, tell: Tell) -> Evaluation:
    """Measure rankings against known answers, and write the outputs; none is written half.

    A case whose result is missing, or that cannot be run, is a miss, and a warning names it.

    Raises
    ------
    RareDxError
        For anything that the user can put right; also where no case could be run at all.
    """
    check_request(request)
    with OutputSet([request.truth, *_files_in(request.folder)]) as outputs:
        for name in (request.output, request.json, request.svg, request.markdown):
            if name is not None:
                outputs.prepare(name)
        needs = TruthNeeds(
            request.by,
            request.forget_publication,
            request.phenotype_only,
            request.diseases,
            request.limit,
        )
        truth = read_truth(request.truth, needs)
        measure = _by_phenotype if request.phenotype_only else _by_variants
        evaluation = measure(request, truth, tell)
        texts = (
            (request.output, evaluation_tsv_text),
            (request.json, evaluation_json_text),
            (request.svg, evaluation_svg_text),
            (request.markdown, evaluation_markdown_text),
        )
        for name, write in texts:
            if name is not None:
                outputs.write_text(name, write(evaluation))
        outputs.commit()
    return evaluation


def _files_in(folder: Path | None) -> list[Path]:
    """List the files of a folder, which no output may overwrite; one unreadable is told later."""
    with suppress(OSError):
        return [*folder.iterdir()] if folder is not None else []
    return []


def show(evaluation: Evaluation, file: TextIO, *, is_log: bool = False) -> None:
    """Print an evaluation for people; a log names no case."""
    warnings = evaluation.log if is_log else evaluation.warnings
    print_evaluation(replace(evaluation, warnings=warnings), file)


def _by_variants(request: EvaluateRequest, truth: TruthList, tell: Tell) -> Evaluation:
    """Evaluate results, read or made here."""
    assert request.folder is not None
    table = read_gene_table()
    files = find_case_files(request.folder, truth.cases, request.suffix)
    warnings: list[str] = []
    if files.are_results:
        useless = request.only_for_rankings()
        if useless:
            what = f"holds results, and {' and '.join(useless)} need VCF files"
            raise SettingsError(str(request.folder), what, "Leave it out, or give VCF files.")
        results = _read_results(files, tell)
    else:
        results = _run_families(request, truth.cases, files, tell)
        bare = [
            case.sample
            for case, result in zip(truth.cases, results, strict=True)
            if result.ranking is not None and not result.has_terms
        ]
        warnings += _named("ran without HPO terms", bare)
        n_unknown = sum(result.n_unknown_terms for result in results)
        warnings += [f"terms not in HPO, left out: {n_unknown}"] if n_unknown else []
    outcomes = [_judge(c, r, table) for c, r in zip(truth.cases, results, strict=True)]
    over = [o.case.sample for o in outcomes if o.none < -_OVER_ONE]
    warnings += _named("probabilities add up to more than 1", over)
    how = "results as given" if files.are_results else "variants" + _how(request)
    return _gather(request, truth, outcomes, (("raredx_ranked", how),), warnings)


def _how(request: EvaluateRequest) -> str:
    """Say how families were ranked, where it was not plainly."""
    said = {
        "the proband alone": request.singleton,
        "without predictors": request.without_predictors,
        "own publication forgotten": request.forget_publication,
    }
    return "".join(f", {text}" for text, is_so in said.items() if is_so)


def _judge(case: TruthCase, result: FamilyResult, table: GeneTable) -> CaseOutcome:
    """Find the answer of a case in its result."""
    if result.ranking is None:
        return CaseOutcome(case, fault=result.fault)
    return judge_case(case, result.ranking, *find_answer(case, result.ranking, table))


def _read_results(files: CaseFiles, tell: Tell) -> list[FamilyResult]:
    """Read results; one that is missing is a fault of its case, an unreadable one of the run."""
    found = []
    for number, path in enumerate(files.paths):
        if path is None:
            found.append(FamilyResult(None, "no result"))
        else:
            found.append(FamilyResult(_read_result(path)))
        tell(number + 1, len(files.paths))
    return found


def _read_result(path: Path) -> Ranking:
    """Read one result."""
    return decode_ranking(read_text(path), str(path))


def _run_families(
    request: EvaluateRequest, cases: Sequence[TruthCase], files: CaseFiles, tell: Tell
) -> list[FamilyResult]:
    """Rank the cases that have files."""
    if request.keep is not None:
        _make_folder(request.keep)
    runs = plan_runs(request, cases, files.paths)
    done: dict[str, FamilyResult] = {}
    for run, result in zip(runs, in_order(run_family, runs, request.jobs), strict=True):
        done[run.sample] = result
        tell(len(done), len(runs))
    if all(result.ranking is None for result in done.values()):
        first = next(iter(done.values()))
        what = f"none of {len(done)} cases could be run; the first: {first.fault}"
        raise InputError(str(request.folder), what, "Run one of them with raredx rank.")
    return [done.get(case.sample, FamilyResult(None, "no VCF file")) for case in cases]


def _make_folder(path: Path) -> None:
    """Make the folder for results that are kept."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise SettingsError(str(path), f"is no folder: {fault.strerror or fault}") from None


def _by_phenotype(request: EvaluateRequest, truth: TruthList, tell: Tell) -> Evaluation:
    """Evaluate a ranking of all genes, or diseases, by the terms of each case."""
    ontology, table = bundled_ontology(), read_gene_table()
    term_cases, n_unknown = [], 0
    for place, case in enumerate(truth.cases):
        terms, lost = find_rows(ontology, case.terms)
        excluded, lost_excluded = find_rows(ontology, case.excluded)
        n_unknown += lost + lost_excluded
        number = 0 if request.diseases else hgnc_number(case, table)
        disease = case.disease_id if request.diseases else ""
        term_cases.append(TermCase(place, terms, excluded, case.gene, number, disease))
    forget = [case.pmid if request.forget_publication else "" for case in truth.cases]
    settings = read_ruleset(request.ruleset).rules.phenotype
    batches = plan_batches(term_cases, forget, settings)
    outcomes: dict[int, CaseOutcome] = {}
    for ranks in in_order(rank_batch, batches, request.jobs):
        outcomes |= {found.place: outcome_of(truth.cases[found.place], found) for found in ranks}
        tell(len(outcomes), len(truth.cases))
    warnings = [f"terms not in HPO, left out: {n_unknown}"] if n_unknown else []
    unit = _unit(request)
    ordered = [outcomes[place] for place in range(len(truth.cases))]
    unknown = [outcome.case.sample for outcome in ordered if outcome.answer < 0]
    without = " without their publication" if request.forget_publication else ""
    warnings += _named(f"{unit} unknown to HPO{without}, counted as a miss", unknown)
    about = (
        ("raredx_ranked", f"all {unit}s of HPO, by the terms alone{_how(request)}"),
        ("raredx_hpo", f"{ontology.release}, annotations {ontology.annotation_release}"),
    )
    return _gather(request, truth, ordered, about, warnings)


def _gather(
    request: EvaluateRequest,
    truth: TruthList,
    outcomes: list[CaseOutcome],
    about: tuple[tuple[str, str], ...],
    warnings: list[str],
) -> Evaluation:
    """Compute the figures, and say what is behind them."""
    failed = [f"{o.case.sample}: {o.fault}" for o in outcomes if o.fault]
    texts = _named("counted as a miss", failed) + warnings
    others = [f"{o.case.gene} as {o.found_as}" for o in outcomes if o.found_as]
    texts += _named("found under another name", others)
    if truth.without_answer:
        texts.append(f"no answer, left out: {_cases(truth.without_answer)}")
    if truth.without_terms:
        texts.append(f"no terms, left out: {_cases(truth.without_terms)}")
    if request.forget_publication:
        bare = [case.sample for case in truth.cases if not case.pmid]
        texts += _named("no publication that could be forgotten", bare)
    calibration = judge_calibration(outcomes)
    if 0 < calibration.n_cases < len(outcomes):
        texts.append(f"without probabilities: {_cases(calibration.n_not_assessed)}")
    unit = _unit(request)
    about = (
        ("raredx_version", __version__),
        ("raredx_command", request.command),
        *about,
        ("raredx_intervals", f"{request.n_boot} draws of {unit}s, seed {request.seed}"),
    )
    draws = Draws(request.n_boot, request.seed)
    figures = summarise_strata(outcomes, truth.by, _grouping(unit), draws)
    return Evaluation(
        about, unit, truth.by, tuple(outcomes), figures, calibration,
        tuple(map(shown, texts)), tuple(map(logged, texts)),
    )  # fmt: skip


def _unit(request: EvaluateRequest) -> str:
    """Say what is ranked."""
    return "disease" if request.diseases else "gene"


def _grouping(unit: str) -> Grouping:
    """Give what cases are grouped by: the gene, or the disease."""
    of_disease, of_gene = attrgetter("disease_id"), attrgetter("gene")
    return Grouping(unit, of_disease if unit == "disease" else of_gene)


def _cases(number: int) -> str:
    """Count cases in words.

    Examples
    --------
    >>> _cases(1), _cases(2000)
    ('1 case', '2,000 cases')
    """
    return "1 case" if number == 1 else f"{number:,} cases"


def _named(what: str, samples: Sequence[str]) -> list[str]:
    """Count cases, and name the first, marked; nothing without a case.

    Examples
    --------
    >>> (text,) = _named("ran without HPO terms", ["S1", "S2"])
    >>> shown(text), logged(text)
    ('ran without HPO terms: 2 cases (S1, S2)', 'ran without HPO terms: 2 cases')
    """
    if not samples:
        return []
    first = ", ".join(samples[:NAMED]) + (", …" if len(samples) > NAMED else "")
    return [f"{what}: {_cases(len(samples))}{private(f' ({first})', '')}"]
