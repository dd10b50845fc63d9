"""raredx rank: one family, or several, from a VCF to ranked candidates."""

from __future__ import annotations

from typing import Any

import click

from raredx.cli.command_line import check_standard_streams, recorded_command
from raredx.cli.options import analysis_options, log_options, output_options


@click.command(short_help="Rank the variants of a family.")
@click.argument("vcf", metavar="VCF|-")
@analysis_options
@output_options
@log_options
def rank(quiet: bool, log_json: bool, **options: Any) -> None:
    """Rank the variants of a family: VCF or BCF in, candidates out.

    Without a PED file a VCF of one sample is a singleton. Without a panel all genes are in
    scope and nothing is Tier 1 or 2. run.json is written beside the output.
    """
    from raredx.cli.progress import Reporter
    from raredx.cli.requests import rank_request
    from raredx.pipeline.rank import rank as run

    check_standard_streams(options)
    request = rank_request(options, recorded_command("rank", options))
    with Reporter(quiet=quiet, log_json=log_json) as reporter:
        result = run(request, reporter.progress)
    reporter.summary(result)
