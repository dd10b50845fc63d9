"""raredx check: are these samples what the pedigree says, and is the file fit to be ranked?"""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING, Any

import click

from raredx.cli.options import check_options, log_options
from raredx.errors import FINDINGS_EXIT_CODE

if TYPE_CHECKING:
    from raredx.cli.progress import Reporter
    from raredx.pipeline.check import CheckReport


@click.command(short_help="Check samples, relations and the file before a ranking.")
@click.argument("vcf", metavar="VCF|-")
@check_options
@log_options
def check(quiet: bool, log_json: bool, **options: Any) -> None:
    """Check a VCF or BCF against its pedigree: sexes, relations, Mendel's laws, and the file.

    Without a PED file sexes and relations are told, and held against nothing. The report goes
    to standard output, or to standard error where another output goes there.

    Exit code 4: a finding would change what a ranking says. Outputs are written all the same.
    """
    from raredx.cli.progress import Reporter
    from raredx.pipeline.check import check as run
    from raredx.pipeline.check import show
    from raredx.pipeline.request import CheckRequest
    from raredx.vocabulary import Assembly

    _check_standard_streams(options)
    names = ("vcf", "ped", "proband", "karyotypes", "fasta", "panels", "regions",
             "regions_file", "threads", "output", "multiqc", "allow_unsequenced")  # fmt: skip
    request = CheckRequest(
        **{name: options[name] for name in names},
        json=options["json_out"],
        assembly=Assembly(options["assembly"]) if options["assembly"] else None,
        command=_command(options),
    )
    with Reporter(quiet=quiet, log_json=log_json) as reporter:
        report = run(request, reporter.progress)
    if log_json:
        _log(report, reporter)
    elif not quiet:
        taken = "-" in (options["output"], options["json_out"])
        show(report, sys.stderr if taken else sys.stdout)
    if report.changes_results:
        click.get_current_context().exit(FINDINGS_EXIT_CODE)


def _log(report: CheckReport, reporter: Reporter) -> None:
    """Write each finding, and at last how many there were, as log lines."""
    for finding in report.findings:
        reporter.event(
            finding.severity.value,
            "finding",
            code=finding.code,
            subject=finding.subject,
            changes_results=finding.changes_results,
            message=finding.message,
        )
    reporter.event(
        "info",
        "checked",
        records=report.facts.records,
        findings=len(report.findings),
        changes_results=report.changes_results,
    )


def _check_standard_streams(options: dict[str, Any]) -> None:
    """Two results cannot both go to standard output, and none comes from a terminal."""
    if options["output"] == "-" and options["json_out"] == "-":
        raise click.UsageError("Two outputs cannot both go to '-'; -o FILE names one.")
    if options["vcf"] == "-" and sys.stdin.isatty():
        raise click.UsageError("Standard input is a terminal; pipe a VCF into it.")


_FLAGS = {
    "ped": "--ped",
    "proband": "--proband",
    "karyotypes": "--karyotype",
    "fasta": "--fasta",
    "panels": "--panel",
    "assembly": "--assembly",
    "regions": "-r",
    "regions_file": "-R",
}


def _command(options: dict[str, Any]) -> str:
    """Write the command line without what cannot change a result."""
    words = ["raredx", "check"]
    for name, flag in _FLAGS.items():
        value = options[name]
        for one in value if isinstance(value, tuple) else [value]:
            if one:
                words += [flag, str(one)]
    if options["allow_unsequenced"]:
        words.append("--allow-unsequenced")
    return shlex.join([*words, options["vcf"]])
