"""raredx rulesets: which rule sets there are, and every threshold of one."""

from __future__ import annotations

import click


@click.group()
def rulesets() -> None:
    """List and show rule sets: our own, and what other programs publish."""


@rulesets.command(name="list")
def list_() -> None:
    """List the bundled rule sets."""
    from raredx.settings import list_rulesets, read_ruleset

    for name in list_rulesets():
        rules = read_ruleset(name).rules
        click.echo(f"{name}\t{rules.version}\t{rules.description}")


@rulesets.command()
@click.argument("name", metavar="NAME|FILE")
def show(name: str) -> None:
    """Show a rule set in full, as the TOML file that it is."""
    from raredx.settings import read_ruleset

    loaded = read_ruleset(name)
    click.echo(f"# sha256 {loaded.sha256}")
    click.echo(loaded.text, nl=False)
