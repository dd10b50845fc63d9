"""raredx evaluate: how well are known answers ranked, and do the probabilities hold?"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

_PATH = click.Path(path_type=Path)
_SWITCHES = (
    "phenotype_only", "diseases", "forget_publication", "singleton", "without_predictors",
)  # fmt: skip


@click.command(short_help="Measure rankings against known answers.")
@click.argument("truth", metavar="TRUTH.tsv", type=_PATH)
@click.argument("folder", metavar="[FOLDER]", type=_PATH, required=False)
@click.option(
    "--by",
    multiple=True,
    metavar="COLUMN",
    help="Split figures by this column of the truth, again for more.  [default: stratum]",
)
@click.option(
    "--phenotype-only",
    is_flag=True,
    help="Rank every gene of HPO by the terms in the truth (columns obs and exc); no FOLDER.",
)
@click.option("--diseases", is_flag=True, help="With --phenotype-only: rank diseases.")
@click.option(
    "--forget-publication",
    is_flag=True,
    help="Take what the case's own paper (column pmid) told out of HPO before scoring it.",
)
@click.option("--singleton", is_flag=True, help="Judge the proband alone.")
@click.option("--without-predictors", is_flag=True, help="Read no predictor of the annotation.")
@click.option(
    "--panel", "panels", multiple=True, metavar="ID|FILE", help="Gene panel, again for more."
)
@click.option("--ruleset", default="gel", show_default=True, metavar="NAME|FILE", help="Rule set.")
@click.option("--order", type=click.Choice(["score", "tier"]), help="Order of the candidates.")
@click.option(
    "--explained-share",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    metavar="SHARE",
    help="Share of families that a candidate explains; else the rule set's.",
)
@click.option(
    "--suffix",
    default="",
    metavar="TEXT",
    help="What follows the sample in file names: .tsv of results, .vcf.gz of variants.",
)
@click.option(
    "--limit", type=click.IntRange(0), default=0, metavar="N", help="Only the first N cases."
)
@click.option(
    "--boot",
    "n_boot",
    type=click.IntRange(0, 100_000),
    default=500,
    show_default=True,
    metavar="N",
    help="Draws of genes for the 95 % intervals.",
)
@click.option("--seed", type=int, default=1, show_default=True, metavar="N", help="Of the draws.")
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1, 256),
    default=1,
    show_default=True,
    metavar="N",
    help="Processes; the result is the same.",
)
@click.option("--keep", type=_PATH, metavar="FOLDER", help="Keep the result of each case there.")
@click.option("-o", "--output", metavar="OUT.tsv|-", help="One line for each case.")
@click.option("--json", metavar="FILE", help="Every figure, bin and case.")
@click.option("--svg", metavar="FILE", help="Reliability diagrams of the probabilities.")
@click.option("--markdown", metavar="FILE", help="The tables as a section of a document.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors and warnings.")
def evaluate(*, quiet: bool, **options: Any) -> None:  # fmt: skip
    """Measure rankings against known answers.

    TRUTH.tsv has columns sample and gene. FOLDER holds a result <sample>.tsv for each (columns
    rank and gene; of raredx or any tool), or <sample>.vcf.gz (.vcf, .bcf), <sample>.ped and
    <sample>.hpo.txt, which are ranked first. Ties get the middle rank; a case whose result is
    missing or cannot be made is a miss, and a warning tells it (exit code 0, unless there is
    none at all). Logs count cases; the outputs name them.
    """
    from raredx.pipeline.evaluate import EvaluateRequest, show
    from raredx.pipeline.evaluate import evaluate as run

    outputs = [options[name] for name in ("output", "json", "svg", "markdown")]
    if outputs.count("-") > 1:
        raise click.UsageError("Two outputs cannot both go to '-'; -o FILE names one.")
    options["order"] = options["order"] or ""
    request = EvaluateRequest(**options, command=recorded_evaluation(options))
    with _Progress(quiet=quiet) as progress:
        evaluation = run(request, progress.tell)
    if not quiet:
        taken = "-" in outputs
        show(evaluation, sys.stderr if taken else sys.stdout, is_log=taken)
    else:
        for warning in evaluation.log:
            click.echo(f"warning: {warning}", err=True)


def recorded_evaluation(options: dict[str, Any]) -> str:
    """Write the command line without what cannot change a result.

    Examples
    --------
    >>> recorded_evaluation({"truth": "truth.tsv", "folder": "out", "singleton": True, "limit": 3})
    'raredx evaluate --singleton --limit 3 truth.tsv out'
    """
    words = ["raredx", "evaluate"]
    words += ["--" + name.replace("_", "-") for name in _SWITCHES if options.get(name)]
    for name, flag in (("by", "--by"), ("panels", "--panel")):
        for value in options.get(name, ()):
            words += [flag, str(value)]
    usual: dict[str, Any] = {
        "ruleset": "gel", "order": "", "explained_share": None, "suffix": "", "limit": 0,
        "n_boot": 500, "seed": 1,
    }  # fmt: skip
    for name, value in usual.items():
        if options.get(name, value) != value:
            flag = {"n_boot": "boot"}.get(name, name).replace("_", "-")
            words += [f"--{flag}", str(options[name])]
    words += [str(options[name]) for name in ("truth", "folder") if options.get(name)]
    return shlex.join(words)


class _Progress:
    """A moving line on a terminal: cases done."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._status: Any = None
        self.tell: Callable[[int, int], None] = lambda *_: None

    def __enter__(self) -> _Progress:
        if sys.stderr.isatty() and not self._quiet:
            from rich.console import Console

            self._status = Console(file=sys.stderr).status("Reading")
            self._status.start()
            self.tell = lambda done, all_: self._status.update(f"{done:,} of {all_:,} cases")
        return self

    def __exit__(self, *fault: object) -> None:
        if self._status is not None:
            self._status.stop()
