"""raredx check: are these samples what the pedigree says, and is the file fit to be ranked?"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from raredx.cli.command_line import check_standard_streams, recorded_command
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
    to standard output; where another output goes there, standard error lists the findings,
    without names.

    Exit code 4: a finding would change what a ranking says. Outputs are written all the same.
    """
    from raredx.cli.progress import Reporter
    from raredx.pipeline.check import check as run
    from raredx.pipeline.check import show
    from raredx.pipeline.request import CheckRequest
    from raredx.vocabulary import Assembly

    check_standard_streams(options)
    names = ("vcf", "ped", "proband", "karyotypes", "fasta", "panels", "regions",
             "regions_file", "threads", "output", "multiqc", "allow_unsequenced",
             "pseudonyms")  # fmt: skip
    request = CheckRequest(
        **{name: options[name] for name in names},
        json=options["json_out"],
        assembly=Assembly(options["assembly"]) if options["assembly"] else None,
        command=recorded_command("check", options),
    )
    with Reporter(quiet=quiet, log_json=log_json) as reporter:
        report = run(request, reporter.progress)
    if log_json or "-" in (options["output"], options["json_out"]):
        _log(report, reporter)
    elif not quiet:
        show(report, sys.stdout)
    if report.changes_results:
        click.get_current_context().exit(FINDINGS_EXIT_CODE)


def _log(report: CheckReport, reporter: Reporter) -> None:
    """Write each finding, and at last how many there were, as log lines; nobody by name."""
    from raredx.pipeline.check import logged_findings

    for finding in logged_findings(report):
        reporter.event(
            finding.level,
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
        message=f"findings: {len(report.findings)}, of which "
        f"{sum(f.changes_results for f in report.findings)} would change results",
    )
