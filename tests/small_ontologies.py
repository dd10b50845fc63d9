"""Small ontologies with annotations, drawn by Hypothesis and written as HPO's files."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from hpo_texts import write_sources
from raredx.columns.ontology import Ontology
from reference_ontology import Line

FREQUENCIES = ("", "0/3", "1/3", "2/2", "5/4", "1/0", "30%", "HP:0040281", "HP:0040285")


@st.composite
def hierarchies(draw: st.DrawFn) -> dict[int, list[int]]:
    """Terms with their parents: HP:0000001, HP:0000118, and some below it."""
    parents: dict[int, list[int]] = {1: [], 118: [1]}
    numbers = draw(st.permutations(range(200, 200 + draw(st.integers(1, 7)))))
    for number in numbers:
        above = st.sampled_from([term for term in parents if term != 1])
        parents[number] = draw(st.lists(above, min_size=1, max_size=3, unique=True))
    return parents


@st.composite
def annotated(draw: st.DrawFn) -> tuple[dict[int, list[int]], list[Line]]:
    """A hierarchy and lines that annotate diseases with its terms."""
    parents = draw(hierarchies())
    terms = sorted(set(parents) - {1})
    line = st.builds(
        Line,
        disease=st.sampled_from(["OMIM:1", "OMIM:2", "OMIM:3", "ORPHA:4"]),
        term=st.sampled_from(terms),
        frequency=st.sampled_from(FREQUENCIES),
        reference=st.sampled_from(["PMID:1", "PMID:12", "PMID:1;PMID:2", "PMID:2;PMID:3", "X:1"]),
        negated=st.sampled_from([False, False, False, True]),
    )
    return parents, draw(st.lists(line, min_size=1, max_size=14))


def sources_of(folder: Path, parents: dict[int, list[int]], lines: list[Line]) -> Ontology:
    """Build an ontology of these."""
    obo = "format-version: 1.2\ndata-version: 1\n\n" + "\n".join(
        f"[Term]\nid: HP:{number:07d}\nname: {number}\n"
        + "".join(f"is_a: HP:{parent:07d}\n" for parent in above)
        for number, above in sorted(parents.items())
    )
    rows = "\n".join(
        f"{line.disease} {line.disease} {'NOT' if line.negated else '-'} HP:{line.term:07d} "
        f"{line.reference} {line.frequency or '-'} P"
        for line in lines
    )
    genes = "ncbi_gene_id\tgene_symbol\tdisease_id\n" + "".join(
        f"{number}\tG{number}\t{disease}\n"
        for number, diseases in enumerate([(1, 2), (2,), (3, 4), (1, 2, 3, 4)])
        for disease in (f"OMIM:{d}" if d < 4 else f"ORPHA:{d}" for d in diseases)
    )
    return write_sources(folder, obo, rows, genes).build()
