"""Options that commands share: what is read and judged, and where results go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
_PATH = click.Path(path_type=Path)

_ANALYSIS = (
    click.option(
        "--ped", type=_PATH, metavar="FILE", help="Pedigree; HPO terms may stand in column 7."
    ),
    click.option("--proband", metavar="ID", help="Who is studied; otherwise the PED file tells."),
    click.option("--hpo", default="", metavar="HP:…,HP:…", help="HPO terms of the proband."),
    click.option(
        "--panel",
        "panels",
        multiple=True,
        metavar="ID|FILE",
        help="Gene panel to apply, again for more; `all` for every bundled one.",
    ),
    click.option(
        "--assembly",
        type=click.Choice(["GRCh37", "GRCh38"]),
        help="Reference assembly, where the header does not tell.",
    ),
    click.option(
        "--ruleset",
        default="gel",
        show_default=True,
        metavar="NAME|FILE",
        help="Rule set, see `raredx rulesets`.",
    ),
    click.option(
        "-r", "--regions", multiple=True, metavar="REGION", help="contig:first-last, 1-based."
    ),
    click.option("-R", "--regions-file", type=_PATH, metavar="BED", help="Regions as BED."),
    click.option(
        "-@",
        "--threads",
        type=click.IntRange(1, 256),
        default=1,
        show_default=True,
        metavar="N",
        help="Threads that inflate; the result is the same.",
    ),
    click.option(
        "--allow-missing-frequency",
        is_flag=True,
        help="Go on where the VCF declares no population frequency.",
    ),
    click.option(
        "--allow-unsequenced",
        is_flag=True,
        help="Accept members of the PED file that are not in the VCF.",
    ),
)
_OUTPUT = (
    click.option(
        "-o",
        "--output",
        default="-",
        show_default=True,
        metavar="OUT.tsv|-",
        help="Candidates as TSV.",
    ),
    click.option("--json", "json_out", metavar="FILE", help="Candidates as JSON."),
    click.option("--vcf", "vcf_out", metavar="FILE", help="Candidates as .vcf, .vcf.gz or .bcf."),
)
_LOG = (
    click.option("--quiet", is_flag=True, help="Say nothing but errors."),
    click.option("--log-json", is_flag=True, help="Log as JSON lines on standard error."),
)


def _apply(function: F, options: tuple[Callable[[F], F], ...]) -> F:
    for option in reversed(options):
        function = option(function)
    return function


def analysis_options(function: F) -> F:
    """Add the options that say what is read and how it is judged."""
    return _apply(function, _ANALYSIS)


def output_options(function: F) -> F:
    """Add the options that say where results go."""
    return _apply(function, _OUTPUT)


def log_options(function: F) -> F:
    """Add the options that say how much is told on standard error."""
    return _apply(function, _LOG)
