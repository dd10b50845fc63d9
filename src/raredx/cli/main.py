"""The `raredx` command: subcommands are loaded when they are called.

Exit codes: 0 done, 1 our fault (a traceback), 2 usage or settings, 3 unusable input or
output that cannot be written, 4 a check found what would change results.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from typing import Any

import click

from raredx import __version__
from raredx.errors import RareDxError

_COMMANDS = {
    # name: module, object, one line of help
    "rank": ("raredx.cli.rank", "rank", "Rank the variants of a family."),
    "explain": ("raredx.cli.explain", "explain", "Say why a variant is, or is not, a candidate."),
    "check": ("raredx.cli.check", "check", "Check samples, relations and the file."),
    "panels": ("raredx.cli.panels", "panels", "List, show and import gene panels."),
    "hpo": ("raredx.cli.hpo", "hpo", "Search HPO terms; rank genes by phenotype alone."),
    "data": ("raredx.cli.data", "data", "Show the bundled data; build a newer HPO."),
    "evaluate": ("raredx.cli.evaluate", "evaluate", "Measure rankings against known answers."),
    "compare-rulesets": (
        "raredx.cli.compare_rulesets",
        "compare_rulesets",
        "Say which rule set keeps which variant.",
    ),
    "rulesets": ("raredx.cli.rulesets", "rulesets", "List and show rule sets."),
    "diff": ("raredx.cli.diff", "diff", "Compare two runs: what changed, each with its cause."),
    "verify": (
        "raredx.cli.verify",
        "verify",
        "Compare a run's files with its record; run it again.",
    ),
    "warmup": ("raredx.cli.warmup", "warmup", "Compile the kernels, once, for later runs."),
}


class LazyGroup(click.Group):
    """A group that knows its subcommands by name and loads only the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the subcommands."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a subcommand."""
        if cmd_name not in _COMMANDS:
            return None
        module, name, _ = _COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of subcommands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in _COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run, and turn what a user can put right into one message and an exit code."""
        try:
            return super().invoke(ctx)
        except RareDxError as fault:
            click.echo(f"raredx: {fault.logged()}", err=True)
            ctx.exit(fault.exit_code)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda ctx, _, asked: _tell_version(ctx) if asked else None,
    help="Show the version of raredx and of HPO, with HPO's licence and citation.",
)
def cli() -> None:
    """Rank the variants of a family with a rare disease, and say why.

    Exit codes: 0 done, 2 usage or settings, 3 unusable input or output that cannot be
    written, 4 a check found what would change results, 1 a fault of raredx itself.
    """


def _tell_version(ctx: click.Context) -> None:
    """Print versions, and what HPO asks to be told."""
    from raredx.readers.ontology_head import hpo_about

    click.echo(f"raredx {__version__}")
    for line in hpo_about():
        click.echo(f"HPO {line}")
    ctx.exit()


def main() -> None:
    """Run the command line; a reader that closes the pipe early ends it quietly."""
    # No linear algebra here: NumPy's thread pool would only burn time at start.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.set_threshold(100_000)  # tables are long-lived: looking them through again finds nothing
    try:
        cli(prog_name="raredx")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


if __name__ == "__main__":
    main()
