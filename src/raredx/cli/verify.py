"""raredx verify: is what a run recorded still there, and does it come out the same?"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from raredx.errors import FINDINGS_EXIT_CODE, InputError

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command(short_help="Compare the files of a run with its record; run it again.")
@click.argument("run", metavar="RUN", type=click.Path(path_type=Path))
@click.option(
    "--folder",
    type=_FOLDER,
    default=".",
    show_default=True,
    metavar="FOLDER",
    help="Where the relative paths of the record start.",
)
@click.option("--rerun", is_flag=True, help="Run it again, into a temporary folder, and compare.")
@click.option("--json", metavar="FILE", help="Every file and version as JSON.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
def verify(run: Path, folder: Path, rerun: bool, json: str | None, quiet: bool) -> None:
    """Compare the inputs and outputs of a run with its record, by size and SHA-256.

    RUN is run.json or NAME.run.json, or the folder that holds it. --rerun runs the recorded
    arguments again and compares the bytes of every output; nothing is written over.

    Exit code 4: a file has changed or is missing, or a second run gave other bytes.
    """
    from raredx.cli.progress import Reporter
    from raredx.pipeline.verify import files_of, read_run, write_verification
    from raredx.pipeline.verify import verify as look

    record = read_run(run)
    found = look(record, folder)
    if rerun:
        from raredx.pipeline.rerun import run_again

        with Reporter(quiet=quiet, log_json=False) as reporter:
            found = run_again(record, found, folder, reporter.progress)
    shown = None if quiet else (sys.stderr if json == "-" else sys.stdout)
    write_verification(found, files_of(record, folder), json, shown)
    if not found.stands:
        click.get_current_context().exit(FINDINGS_EXIT_CODE)
    if rerun and not found.rerun.made:
        mend = "Without --rerun its files alone are compared."
        raise InputError(record.path, f"cannot be run again: {found.rerun.reason}", mend)
