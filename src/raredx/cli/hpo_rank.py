"""raredx hpo rank: genes or diseases by phenotype alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from raredx.cli.hpo_option import hpo_data_option
from raredx.cli.panel_output import print_json, print_table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from raredx.columns.ontology import Ontology
    from raredx.scoring.phenotype import PhenotypeScores

_DEFAULT_LIMIT = 20
_SHOWN_TERMS = 3
_DECIMALS = 4


@click.command()
@click.argument("terms", metavar="HP:…,HP:…")
@click.option(
    "--excluded", default="", metavar="HP:…,HP:…", help="Terms that the patient does not have."
)
@click.option(
    "--excluded-weight",
    type=click.FloatRange(min=0.0),
    help="Weight of excluded terms; otherwise that of the rule set, which is 0.",
)
@click.option("--diseases", is_flag=True, help="Rank diseases instead of genes.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=_DEFAULT_LIMIT,
    show_default=True,
    help="Rows to show at most.",
)
@click.option(
    "--forget",
    default="",
    metavar="PMID:…",
    help="Forget every annotation that cites this publication, as for a published case.",
)
@hpo_data_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def rank(
    terms: str, excluded: str, excluded_weight: float | None, diseases: bool, limit: int,
    forget: str, hpo_data: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Rank genes by how well their diseases fit HPO terms; no variants.

    TERMS are ids with commas between, or a text file; a leading `-` marks a term that the patient
    does not have. The score is the natural logarithm of a likelihood ratio against the average
    gene (docs/phenotype.md): it orders, and is no probability.
    """
    from raredx.readers.ontology_cache import read_ontology
    from raredx.scoring.phenotype import score_phenotype

    ontology = _without(read_ontology(hpo_data), forget)
    observed, absent, notes = _resolved(ontology, terms, excluded)
    settings = _settings(excluded_weight)
    scores = score_phenotype(ontology, observed, absent, settings)
    unused = [row for row in observed if row not in scores.terms]
    if unused:
        ids = ", ".join(ontology.term_id(row) for row in unused)
        notes.append(f"not used, beyond the {settings.max_terms} most informative: {ids}")
    if absent and not settings.excluded_weight:
        notes.append(f"{len(absent)} excluded terms have weight 0: see --excluded-weight")
    rows = _ranked(ontology, scores, diseases, limit)
    if as_json:
        print_json(_document(ontology, scores, rows, absent, notes))
        return
    for note in notes:
        click.echo(f"raredx: {note}", err=True)
    _print(rows, diseases)


def _without(ontology: Ontology, publication: str) -> Ontology:
    """Forget a publication, which has to be one that is cited."""
    from raredx.columns.profiles import without_publication
    from raredx.errors import SettingsError

    if not publication:
        return ontology
    less = without_publication(ontology, publication)
    if less is ontology:
        fact = f"no annotation of HPO {ontology.annotation_release} cites {publication}"
        raise SettingsError("--forget", fact, "Leave it out: there is nothing to forget.")
    return less


def _resolved(
    ontology: Ontology, terms: str, excluded: str
) -> tuple[tuple[int, ...], tuple[int, ...], list[str]]:
    """Rows of the terms that the patient has and does not have, and what is to be said."""
    from raredx.errors import SettingsError
    from raredx.readers.phenotype_input import read_terms, resolve_terms

    stated = read_terms(terms, "HPO terms")
    others = read_terms(excluded, "--excluded") if excluded else None
    lacking = stated.excluded
    if others:
        lacking = (*lacking, *others.observed, *others.excluded)
    observed = resolve_terms(ontology, stated.observed, "HPO terms")
    absent = resolve_terms(ontology, lacking, "--excluded")
    both = set(observed.rows) & set(absent.rows)
    if both:
        ids = ", ".join(ontology.term_id(row) for row in sorted(both))
        raise SettingsError("--excluded", f"{ids} also stands among the terms", "Decide for one.")
    if not observed.rows:
        fact = "no term describes a patient: nothing to rank by"
        raise SettingsError("HPO terms", fact, "Give a term below HP:0000118.")
    return observed.rows, absent.rows, [*observed.notes, *absent.notes]


def _settings(excluded_weight: float | None) -> Any:
    """Take the settings as they come, with another weight of excluded terms if wanted."""
    import msgspec

    from raredx.evidence_settings import PhenotypeSettings

    settings = PhenotypeSettings()
    if excluded_weight is None:
        return settings
    return msgspec.structs.replace(settings, excluded_weight=excluded_weight)


def _ranked(
    ontology: Ontology, scores: PhenotypeScores, diseases: bool, limit: int
) -> list[dict[str, Any]]:
    """Describe the best genes or diseases; of equals the first in the ontology comes first."""
    import numpy as np

    values: NDArray[np.float64] = scores.disease if diseases else scores.gene
    order = np.argsort(-values, kind="stable")[:limit].tolist()
    shared: dict[int, NDArray[np.float64]] = {}
    found = []
    for place in order:
        score = round(float(values[place]), _DECIMALS)
        above = int((values > values[place]).sum())
        rank_of = above + (int((values == values[place]).sum()) + 1) / 2
        disease = place if diseases else int(scores.best_disease[place])
        row: dict[str, Any] = {"rank": rank_of, "score": score}
        if not diseases:
            number = int(ontology.gene_hgnc[place])
            row["gene"] = ontology.gene_symbol[place]
            row["hgnc_id"] = f"HGNC:{number}" if number else ""
        found.append({**row, **_disease_document(ontology, scores, disease, shared)})
    return found


def _disease_document(
    ontology: Ontology,
    scores: PhenotypeScores,
    disease: int,
    shared: dict[int, NDArray[np.float64]],
) -> dict[str, Any]:
    """Name a disease and the terms that match; `shared` is kept from one to the next."""
    from raredx.scoring.phenotype import matched_terms

    def named(row: int) -> dict[str, str]:
        return {"id": ontology.term_id(row), "name": ontology.name[row]}

    matches: list[dict[str, Any]] = [
        {
            "term": named(match.query),
            "annotated": named(match.annotated),
            "common": named(match.ancestor),
            "information": round(match.information, _DECIMALS),
            "of": round(float(ontology.information[match.query]), _DECIMALS),
        }
        for match in matched_terms(ontology, scores, disease, shared)
    ]
    matches.sort(key=lambda match: -match["information"])
    return {
        "disease_id": ontology.disease_id[disease],
        "disease": ontology.disease_name[disease],
        "matches": matches,
    }


def _document(
    ontology: Ontology,
    scores: PhenotypeScores,
    rows: list[dict[str, Any]],
    absent: tuple[int, ...],
    notes: list[str],
) -> dict[str, Any]:
    """Put the ranking together with what it was made of."""
    return {
        "hpo": {"release": ontology.release, "annotations": ontology.annotation_release},
        "about": list(ontology.about),
        "terms": [ontology.term_id(row) for row in scores.terms],
        "excluded": [ontology.term_id(row) for row in absent],
        "notes": notes,
        "ranking": rows,
    }


def _print(rows: list[dict[str, Any]], diseases: bool) -> None:
    """Print a ranking as a table."""
    from raredx.scoring.gene_phenotype import SHOWN_SHARE

    head = ("rank", "score", *(() if diseases else ("gene",)), "disease", "name", "best matches")
    table: list[tuple[str, ...]] = [head]
    for row in rows:
        near = [m for m in row["matches"] if m["information"] >= SHOWN_SHARE * m["of"]]
        cells = [f"{row['rank']:g}", f"{row['score']:.2f}"]
        cells += [] if diseases else [row["gene"]]
        words = "; ".join(_match_text(match) for match in near[:_SHOWN_TERMS]) or "-"
        table.append((*cells, row["disease_id"], row["disease"], words))
    print_table(table)


def _match_text(match: dict[str, Any]) -> str:
    """Write a match: one name where both have the term, else both."""
    term, annotated = match["term"]["name"], match["annotated"]["name"]
    return str(term if term == annotated else f"{term} = {annotated}")
