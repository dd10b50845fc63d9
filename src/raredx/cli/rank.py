"""raredx rank: one family, or several, from a VCF to ranked candidates."""

from __future__ import annotations

import shlex
import sys
from typing import Any

import click

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
    from raredx.pipeline.rank import rank as run
    from raredx.pipeline.request import RankRequest
    from raredx.vocabulary import Assembly

    _check_standard_streams(options)
    assembly = Assembly(options["assembly"]) if options["assembly"] else None
    request = RankRequest(
        **{
            name: options[name]
            for name in ("vcf", "ped", "proband", "karyotypes", "hpo", "panels", "ruleset",
                         "regions", "regions_file", "threads", "output", "vcf_out",
                         "allow_missing_frequency", "allow_unsequenced", "strict")
        },
        json=options["json_out"],
        assembly=assembly,
        command=_command(options),
    )  # fmt: skip
    with Reporter(quiet=quiet, log_json=log_json) as reporter:
        result = run(request, reporter.progress)
    reporter.summary(result)


def _check_standard_streams(options: dict[str, Any]) -> None:
    """Two results cannot both go to standard output, and none comes from a terminal."""
    if [options[name] for name in ("output", "json_out", "vcf_out")].count("-") > 1:
        raise click.UsageError("Two outputs cannot both go to '-'; -o FILE names one.")
    if options["vcf"] == "-" and sys.stdin.isatty():
        raise click.UsageError("Standard input is a terminal; pipe a VCF into it.")


_FLAGS = {
    "ped": "--ped",
    "proband": "--proband",
    "karyotypes": "--karyotype",
    "hpo": "--hpo",
    "panels": "--panel",
    "assembly": "--assembly",
    "ruleset": "--ruleset",
    "regions": "-r",
    "regions_file": "-R",
}


def _command(options: dict[str, Any]) -> str:
    """Write the command line without what cannot change a result."""
    words = ["raredx", "rank"]
    for name, flag in _FLAGS.items():
        value = options[name]
        for one in value if isinstance(value, tuple) else [value]:
            if one:
                words += [flag, str(one)]
    for name in ("allow_missing_frequency", "allow_unsequenced"):
        if options[name]:
            words.append("--" + name.replace("_", "-"))
    return shlex.join([*words, options["vcf"]])
