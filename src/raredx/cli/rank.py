"""raredx rank: one family, or several, from a VCF to ranked candidates."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Any

import click

_PATH = click.Path(path_type=Path)


@click.command(short_help="Rank the variants of a family.")
@click.argument("vcf", metavar="VCF|-")
@click.option(
    "--ped", type=_PATH, metavar="FILE", help="Pedigree; HPO terms may stand in column 7."
)
@click.option("--proband", metavar="ID", help="Who is studied; otherwise the PED file tells.")
@click.option("--hpo", default="", metavar="HP:…,HP:…", help="HPO terms of the proband.")
@click.option(
    "--panel", "panels", multiple=True, metavar="ID|FILE",
    help="Gene panel to apply, again for more; `all` for every bundled one.",
)  # fmt: skip
@click.option(
    "--assembly", type=click.Choice(["GRCh37", "GRCh38"]),
    help="Reference assembly, where the header does not tell.",
)  # fmt: skip
@click.option(
    "--ruleset", default="gel", show_default=True, metavar="NAME|FILE",
    help="Rule set, see `raredx rulesets`.",
)  # fmt: skip
@click.option("-r", "--regions", multiple=True, metavar="REGION", help="contig:first-last.")
@click.option("-R", "--regions-file", type=_PATH, metavar="BED", help="Regions as BED.")
@click.option(
    "-@", "--threads", type=click.IntRange(1, 256), default=1, show_default=True, metavar="N",
    help="Threads; the result is the same.",
)  # fmt: skip
@click.option(
    "-o", "--output", default="-", show_default=True, metavar="OUT.tsv|-", help="Candidates as TSV."
)
@click.option("--json", "json_out", metavar="FILE", help="Candidates as JSON.")
@click.option("--vcf", "vcf_out", metavar="FILE", help="Candidates as .vcf, .vcf.gz or .bcf.")
@click.option(
    "--allow-missing-frequency", is_flag=True,
    help="Go on where the VCF declares no population frequency.",
)  # fmt: skip
@click.option(
    "--allow-unsequenced", is_flag=True,
    help="Accept members of the PED file that are not in the VCF.",
)  # fmt: skip
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
@click.option("--log-json", is_flag=True, help="Log as JSON lines on standard error.")
def rank(quiet: bool, log_json: bool, **options: Any) -> None:
    """Rank the variants of a family: VCF or BCF in, candidates out.

    Without a PED file a VCF of one sample is a singleton. Without a panel all genes are in
    scope and nothing is Tier 1 or 2. run.json is written beside the output.
    """
    from raredx.cli.progress import Reporter
    from raredx.pipeline.rank import rank as run
    from raredx.pipeline.request import RankRequest
    from raredx.vocabulary import Assembly

    _refuse_shared_output(options)
    assembly = Assembly(options["assembly"]) if options["assembly"] else None
    request = RankRequest(
        **{
            name: options[name]
            for name in ("vcf", "ped", "proband", "hpo", "panels", "ruleset", "regions",
                         "regions_file", "threads", "output", "vcf_out",
                         "allow_missing_frequency", "allow_unsequenced")
        },
        json=options["json_out"],
        assembly=assembly,
        command=_command(options),
    )  # fmt: skip
    with Reporter(quiet=quiet, log_json=log_json) as reporter:
        result = run(request, reporter.progress)
    reporter.summary(result)


def _refuse_shared_output(options: dict[str, Any]) -> None:
    """Two results cannot go to one place, and binary output not to a terminal."""
    places = [options[name] for name in ("output", "json_out", "vcf_out") if options[name]]
    for place in set(places):
        if places.count(place) > 1:
            raise click.UsageError(f"Two outputs cannot both go to {place!r}; -o FILE names one.")
    if options["vcf"] == "-" and sys.stdin.isatty():
        raise click.UsageError("Standard input is a terminal; pipe a VCF into it.")


def _command(options: dict[str, Any]) -> str:
    """Write the command line without what cannot change a result."""
    words = ["raredx", "rank"]
    for name, flag in (("ped", "--ped"), ("proband", "--proband"), ("hpo", "--hpo"),
                       ("panels", "--panel"), ("assembly", "--assembly"),
                       ("ruleset", "--ruleset"), ("regions", "-r"), ("regions_file", "-R")):  # fmt: skip
        value = options[name]
        for one in value if isinstance(value, tuple) else [value]:
            if one:
                words += [flag, str(one)]
    for name in ("allow_missing_frequency", "allow_unsequenced"):
        if options[name]:
            words.append("--" + name.replace("_", "-"))
    return shlex.join([*words, options["vcf"]])
