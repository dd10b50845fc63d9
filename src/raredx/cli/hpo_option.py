"""The option that names another HPO than the bundled one."""

from __future__ import annotations

from pathlib import Path

import click

hpo_data_option = click.option(
    "--hpo-data",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="HPO written by `raredx data build-hpo`, instead of the bundled one.",
)
