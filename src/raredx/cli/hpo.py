"""raredx hpo: find HPO terms by name, show one, rank genes by terms."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from raredx.cli.hpo_option import hpo_data_option
from raredx.cli.hpo_rank import rank
from raredx.cli.panel_output import print_json, print_table

if TYPE_CHECKING:
    from raredx.columns.ontology import Ontology
    from raredx.columns.term_search import TermHit

_DEFAULT_LIMIT = 20
_IDS = {"alternative_id", "obsolete_id"}


@click.group()
def hpo() -> None:
    """Find and show terms of the Human Phenotype Ontology (HPO)."""


@hpo.command("search")
@click.argument("words", metavar="TEXT", nargs=-1, required=True)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=_DEFAULT_LIMIT,
    show_default=True,
    help="Terms to show at most.",
)
@hpo_data_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def search_command(
    words: tuple[str, ...], limit: int, hpo_data: Path | None, as_json: bool
) -> None:
    """Find terms by name and synonym, whatever the case; words may be cut short.

    The diseases counted have the term or one below it.
    """
    from raredx.columns.term_search import TermMatch, search_terms
    from raredx.errors import SettingsError
    from raredx.readers.ontology_cache import read_ontology

    text = " ".join(words)
    ontology = read_ontology(hpo_data)
    hits = search_terms(ontology, text, limit)
    if not hits:
        fact = f"no term of HPO {ontology.release} has this name or one like it"
        raise SettingsError(repr(text), fact, "Try other words, or fewer.")
    documents = [_hit_document(ontology, hit) for hit in hits]
    if as_json:
        print_json(documents)
        return
    if hits[0].match is TermMatch.SIMILAR:
        click.echo(f"No term is called {text!r}. Alike:", err=True)
    rows = [("term", "diseases", "name", "synonym")]
    rows.extend(
        (found["id"], str(found["n_diseases"]), _shown_name(found), found["synonym"])
        for found in documents
    )
    print_table(rows)


@hpo.command("show")
@click.argument("term_id", metavar="ID")
@hpo_data_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show_command(term_id: str, hpo_data: Path | None, as_json: bool) -> None:
    """Show a term: names, place in the ontology, diseases and genes.

    ID is `HP:0001250`; earlier numbers lead to the term that stands for them now.
    """
    from raredx.cli.hpo_term import find_term, former_document, term_document
    from raredx.readers.ontology_cache import read_ontology

    ontology = read_ontology(hpo_data)
    row, former = find_term(ontology, term_id)
    document: dict[str, Any] = {}
    if former >= 0:
        document |= former_document(ontology, former)
    if row >= 0:
        document |= term_document(ontology, row)
    if as_json:
        print_json(document)
        return
    for key in _IDS & document.keys():
        document[key] = ", ".join(document[key])
    for key, value in document.items():
        for line in value if isinstance(value, list) else [value]:
            if line != "":
                click.echo(f"{key}: {line}")


def _hit_document(ontology: Ontology, hit: TermHit) -> dict[str, Any]:
    """Write a hit as words and numbers."""
    from raredx.columns.term_facts import diseases_with

    return {
        "id": ontology.term_id(hit.row),
        "name": ontology.name[hit.row],
        "match": hit.match.name.lower(),
        "synonym": hit.synonym,
        "phenotype": bool(ontology.phenotypic[hit.row]),
        "n_diseases": int(diseases_with(ontology, hit.row).sum()),
    }


def _shown_name(found: dict[str, Any]) -> str:
    """Mark a term that does not describe a patient."""
    return f"{found['name']}{'' if found['phenotype'] else ' (no phenotype)'}"


hpo.add_command(rank)
