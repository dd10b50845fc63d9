"""raredx warmup: compile the kernels before anybody waits for them."""

from __future__ import annotations

import click


@click.command(short_help="Compile the kernels, once, for all later runs.")
def warmup() -> None:
    """Compile the kernels, once, for all later runs, and say where they are kept.

    Without this a first large run compiles what it needs, which takes up to half a minute; small
    runs need nothing. It depends on the versions of raredx, Python and Numba and on the
    generation of the processor (x86-64-v2, -v3, -v4), and is shared by all machines alike.

    The kernels are kept in the user's cache directory; where that cannot be written, in the
    directory for temporary files. The environment variable RAREDX_CACHE_DIR names another
    folder. A container image is best built with RAREDX_CACHE_DIR=/opt/raredx set for good, and
    `raredx warmup` run at the end: later runs only read there.
    """
    from raredx.pipeline.warmup import warm_up

    done = warm_up()
    if done.folder is None:
        click.echo("Nothing to compile: NUMBA_DISABLE_JIT or NUMBA_BOUNDSCHECK is set.")
        return
    if done.unwritable is not None:
        click.echo(f"{done.unwritable} cannot be written: the temporary directory serves.")
    click.echo(f"{done.n_kernels} compiled kernels in {done.folder}")
