"""raredx explain: why a variant is, or is not, among the candidates."""

from __future__ import annotations

from typing import Any

import click

from raredx.cli.command_line import recorded_command
from raredx.cli.options import analysis_options


@click.command(short_help="Say why a variant is, or is not, a candidate.")
@click.argument("vcf", metavar="VCF")
@click.option(
    "--variant",
    required=True,
    metavar="VARIANT",
    help="chr7-117559590-ATCT-A, 7:117559590, NM_000492.4:c.1521_1523del, CFTR:p.Phe508del, a "
    "gene, or an rsID.",
)
@analysis_options
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def explain(variant: str, as_json: bool, **options: Any) -> None:
    """Say what `raredx rank` asked of one variant, and what it answered.

    Give the options of the ranking. Every question is printed in order, with what was observed,
    what was asked for, the rule and its source; the last sentence says what would have to be
    different. The answers are those of the ranking: both use the same functions.
    """
    from raredx.cli.requests import rank_request
    from raredx.pipeline.explain import explain as run
    from raredx.pipeline.explain import explanation_of

    request = rank_request(options, recorded_command("explain", options))
    click.echo(explanation_of(run(request, variant), request, as_json=as_json), nl=False)
