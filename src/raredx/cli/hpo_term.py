"""What `raredx hpo show` says of a term."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from raredx.columns.ontology import Ontology

_ID = re.compile(r"(?:HP[:_])?(\d{1,7})", re.IGNORECASE)


def find_term(ontology: Ontology, text: str) -> tuple[int, int]:
    """Give the row of a term, and that among the former numbers; -1 where there is none.

    Raises
    ------
    SettingsError
        If the text is no identifier, or none that HPO has or had.
    """
    from raredx.errors import SettingsError

    search = "`raredx hpo search` finds terms by name."
    found = _ID.fullmatch(text.strip())
    if not found:
        raise SettingsError(repr(text), "is no identifier like HP:0001250", search)
    number = int(found[1])
    row = ontology.row(f"HP:{number:07d}")
    if row >= 0:
        return row, -1
    place = ontology.former(number)
    if place < 0:
        fact = f"is no term of HPO {ontology.release}"
        raise SettingsError(f"HP:{number:07d}", fact, search)
    return int(ontology.former_term[place]), place


def former_document(ontology: Ontology, former: int) -> dict[str, Any]:
    """Say what has become of a former number."""
    from raredx.columns.genes import LIST_SEPARATOR

    row = int(ontology.former_term[former])
    consider = ontology.former_consider[former].split(LIST_SEPARATOR) if row < 0 else []
    return {
        "asked_for": f"HP:{int(ontology.former_number[former]):07d}",
        "status": "obsolete" if ontology.former_obsolete[former] else "alternative id",
        "former_name": ontology.former_name[former],
        "replaced_by": ontology.term_id(row) if row >= 0 else "nothing",
        "consider": [_named(ontology, term) for term in consider if term],
    }


def term_document(ontology: Ontology, row: int) -> dict[str, Any]:
    """Write what the ontology says of a current term."""
    from raredx.columns.genes import LIST_SEPARATOR
    from raredx.columns.term_facts import at_or_below, diseases_with, genes_with, paths

    former = {
        obsolete: [
            f"HP:{number:07d}"
            for number in ontology.former_number[
                (ontology.former_term == row) & (ontology.former_obsolete == obsolete)
            ].tolist()
        ]
        for obsolete in (False, True)
    }
    return {
        "id": ontology.term_id(row),
        "name": ontology.name[row],
        "synonym": [text for text in ontology.synonyms[row].split(LIST_SEPARATOR) if text],
        "alternative_id": former[False],
        "obsolete_id": former[True],
        "path": [" > ".join(ontology.name[step] for step in path) for path in paths(ontology, row)],
        "phenotype": "yes" if ontology.phenotypic[row] else "no: it does not describe a patient",
        "terms_below": int(at_or_below(ontology, row).sum()) - 1,
        "diseases": int(diseases_with(ontology, row).sum()),
        "genes": int(genes_with(ontology, row).sum()),
        "information_nats": round(float(ontology.information[row]), 3),
        "release": f"HPO {ontology.release}, annotations {ontology.annotation_release}",
    }


def _named(ontology: Ontology, term_id: str) -> str:
    """Add its name to an identifier of a current term."""
    row = ontology.row(term_id)
    return ontology.named(row) if row >= 0 else term_id
