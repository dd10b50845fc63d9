"""raredx compare-rulesets: which rule set keeps which variant of a family?"""

from __future__ import annotations

import sys
from typing import Any

import click

from raredx.cli.command_line import check_standard_streams, recorded_command
from raredx.cli.options import comparison_options, log_options


@click.command(
    name="compare-rulesets", short_help="Say which rule set keeps which variant of a family."
)
@click.argument("names", metavar="RULESET RULESET… VCF|-", nargs=-1, required=True)
@comparison_options
@click.option(
    "-o", "--output", default="-", show_default=True, metavar="OUT.tsv|-", help="Rows as TSV."
)
@click.option("--json", "json_out", metavar="FILE", help="The same as JSON, with the counts.")
@log_options
def compare_rulesets(names: tuple[str, ...], quiet: bool, log_json: bool, **options: Any) -> None:
    """Judge one file by several rule sets: which of them keeps which variant?

    Name the rule sets (see `raredx rulesets list`, or TOML files), then the VCF or BCF; the other
    options are those of `raredx rank`. One row for each variant and gene that at least one rule
    set keeps; of each of the others the question that drops it, with what was observed and what
    was asked for. Counts and agreement stand above the table, and on standard error.
    """
    from raredx.cli.progress import Reporter
    from raredx.cli.requests import rank_request
    from raredx.pipeline.compare_rulesets import LEAST, told_lines, told_table
    from raredx.pipeline.compare_rulesets import compare_rulesets as run

    *rulesets, vcf = names
    if len(rulesets) < LEAST:
        raise click.UsageError(
            "Name at least two rule sets and then one VCF, as in "
            "`raredx compare-rulesets gel slivar --ped family.ped family.vcf.gz`."
        )
    options |= {"vcf": vcf, "ruleset": "gel", "order": "score"}
    check_standard_streams(options)
    request = rank_request(options, recorded_command("compare-rulesets", options | {"ruleset": ""}))
    with Reporter(quiet=quiet, log_json=log_json) as reporter:
        found = run(request, tuple(rulesets), reporter.progress)
    for line in told_lines(found):
        reporter.event("info", "compared", message=line)
    if not (quiet or log_json):
        print(f"\n{told_table(found)}", file=sys.stderr)
