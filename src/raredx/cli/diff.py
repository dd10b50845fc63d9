"""raredx diff: which candidates of two runs appeared, vanished or moved, and why?"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from raredx.errors import FINDINGS_EXIT_CODE

if TYPE_CHECKING:
    from raredx.pipeline.compare_runs import WhyNotHook

_RUN = click.Path(path_type=Path)


@click.command(short_help="Compare two runs: what changed, each with its cause.")
@click.argument("old", metavar="RUN1", type=_RUN)
@click.argument("new", metavar="RUN2", type=_RUN)
@click.option("-o", "--output", metavar="OUT.tsv|-", help="One row for each changed candidate.")
@click.option("--json", metavar="FILE", help="The same as JSON, with every addend.")
@click.option(
    "--ask",
    type=click.IntRange(0),
    default=50,
    show_default=True,
    metavar="N",
    help="Variants to explain under the other run at most, where several things differ.",
)
@click.option("--exit-code", is_flag=True, help="Exit with 4 where a candidate changed.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
def diff(
    old: Path,
    new: Path,
    output: str | None,
    json: str | None,
    *,
    ask: int,
    exit_code: bool,
    quiet: bool,
) -> None:
    """Compare the candidates of two runs: which appeared, vanished or moved, and why.

    RUN1 and RUN2 are run.json or NAME.run.json, or folders that hold one. The candidates are
    read from the JSON output of each run, else from its TSV, as recorded or beside the record;
    they must be what the run wrote. Where several things differ, a run is asked why it has not a
    candidate of the other, as far as its inputs are what they were.
    """
    from raredx.pipeline.compare_runs import compare_runs, read_run, write_diff

    if output == "-" and json == "-":
        raise click.UsageError("Two outputs cannot both go to '-'; -o FILE names one.")
    runs = read_run(old), read_run(new)
    found = compare_runs(*runs, _asker(ask) if ask else None)
    taken = "-" in (output, json)
    write_diff(found, runs, (output, json), None if quiet or taken else sys.stdout)
    if taken and not quiet:
        click.echo(found.counted(), err=True)  # a log names nobody
    if exit_code and found.changes:
        click.get_current_context().exit(FINDINGS_EXIT_CODE)


def _asker(most: int) -> WhyNotHook:
    """Make who asks a run; what that needs is loaded when the first question comes."""

    @cache
    def load() -> WhyNotHook:
        from raredx.pipeline.why_not import RunAsker

        return RunAsker(most)

    return lambda run, candidate, variant: load()(run, candidate, variant)
