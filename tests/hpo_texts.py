"""A small HPO that a geneticist can read, as the three files that HPO releases."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from raredx.columns.genes import GeneTable, gene_table
from raredx.columns.ontology import Ontology
from raredx.readers.hpo_sources import build_ontology

OBO = r"""format-version: 1.2
data-version: hp/releases/2025-01-16
ontology: hp.obo

[Term]
id: HP:0000001
name: All

[Term]
id: HP:0000118
name: Phenotypic abnormality
is_a: HP:0000001 ! All

[Term]
id: HP:0000005
name: Mode of inheritance
is_a: HP:0000001 ! All

[Term]
id: HP:0000006
name: Autosomal dominant inheritance
is_a: HP:0000005 ! Mode of inheritance

[Term]
id: HP:0000152
name: Abnormality of head or neck
is_a: HP:0000118 ! Phenotypic abnormality

[Term]
id: HP:0000252
name: Microcephaly
def: "Head circumference below 2 standard deviations." [PMID:19125436]
synonym: "Small head" EXACT layperson [ORCID:0000-0001-5889-4463]
synonym: "Decreased size of \"skull\"" RELATED []
synonym: "Small head" EXACT []
is_a: HP:0000152 {source="x"} ! Abnormality of head or neck
is_a: HP:0012443 ! Abnormality of brain morphology

[Term]
id: HP:0000707
name: Abnormality of the nervous system
is_a: HP:0000118 ! Phenotypic abnormality

[Term]
id: HP:0012443
name: Abnormality of brain morphology
is_a: HP:0000707 ! Abnormality of the nervous system

[Term]
id: HP:0001250
name: Seizure
alt_id: HP:0001275
alt_id: HP:0002279
synonym: "Seizures" EXACT plural_form []
synonym: "Epilepsy" EXACT []
is_a: HP:0000707 ! Abnormality of the nervous system

[Term]
id: HP:0002121
name: Absence seizure
is_a: HP:0001250 ! Seizure

[Term]
id: HP:0007270
name: Atypical absence seizure
is_a: HP:0002121 ! Absence seizure

[Term]
id: HP:0010819
name: obsolete Atonic fits
is_obsolete: true
replaced_by: HP:0010820

[Term]
id: HP:0010820
name: obsolete Drop fits
is_obsolete: true
replaced_by: HP:0002279

[Term]
id: HP:0004168
name: obsolete Large or small head
is_obsolete: true
consider: HP:0000252
consider: HP:0000152

[Term]
id: HP:0004169
name: obsolete Fits with a small head
is_obsolete: true
replaced_by: HP:0001250
replaced_by: HP:0000252

[Typedef]
id: part_of
name: part of
is_transitive: true
"""

HPOA_HEAD = """#description: "HPO annotations for rare diseases"
#version: 2025-01-17
#tracker: https://github.com/obophenotype/human-phenotype-ontology/issues
#hpo-version: http://purl.obolibrary.org/obo/hp/releases/2025-01-16/hp.json
"""

COLUMNS = (
    *("database_id", "disease_name", "qualifier", "hpo_id", "reference", "evidence", "onset"),
    *("frequency", "sex", "modifier", "aspect", "biocuration"),
)

LINES = """
OMIM:308350  DEE-1       -    HP:0001250  PMID:11              3/4         P
OMIM:308350  DEE-1       -    HP:0001250  PMID:22              1/4         P
OMIM:308350  DEE-1       -    HP:0000252  PMID:22;PMID:33      50%         P
OMIM:308350  DEE-1       -    HP:0000252  OMIM:308350          HP:0040281  P
OMIM:308350  DEE-1       NOT  HP:0007270  PMID:22              -           P
OMIM:308350  DEE-1       -    HP:0000006  PMID:22              -           I
ORPHA:2512   MCPH        -    HP:0000252  ORPHA:2512           HP:0040280  P
ORPHA:2512   MCPH        -    HP:0007270  ORPHA:2512           HP:0040285  P
OMIM:607208  Dravet      -    HP:0010819  PMID:33              -           P
OMIM:607208  Dravet      -    HP:0007270  PMID:44              0/7         P
OMIM:999999  Nothing     -    HP:0001250  PMID:44              0/3         P
"""
"""disease, name, qualifier, term, reference, frequency, aspect; `-` for an empty cell."""

GENES = """hpo_id\thpo_name\tncbi_gene_id\tgene_symbol\tdisease_id
HP:0001250\tSeizure\t170302\tARX\tOMIM:308350
HP:0000252\tMicrocephaly\t170302\tARX\tOMIM:308350
HP:0001250\tSeizure\t6323\tSCN1A-OLD\tOMIM:607208
HP:0001250\tSeizure\t6323\tSCN1A-OLD\tOMIM:308350
HP:0000252\tMicrocephaly\t0\tMCPH1\tORPHA:2512
HP:0000252\tMicrocephaly\t999999999\tNO-SUCH\tORPHA:2512
HP:0001250\tSeizure\t4\tUNUSED\tOMIM:999999
"""

TABLE: GeneTable = gene_table(
    hgnc_id=[6954, 10585, 18060],
    symbol=["MCPH1", "SCN1A", "ARX"],
    ncbi=["79648", "6323", "170302"],
    alias=["", "NO-SUCH", ""],  # not taken for the gene of that symbol: the numbers differ
)


class Sources(NamedTuple):
    """Where the three files lie."""

    obo: Path
    hpoa: Path
    genes: Path

    def build(self) -> Ontology:
        return build_ontology(*self, TABLE)


def hpoa_text(lines: str, head: str = HPOA_HEAD, columns: tuple[str, ...] = COLUMNS) -> str:
    """Write lines in the layout of phenotype.hpoa."""
    rows = ["\t".join(columns)]
    for line in lines.split("\n"):
        cells = ["" if cell == "-" else cell for cell in line.split()]
        if cells:
            disease, name, qualifier, term, reference, frequency, aspect = cells
            rows.append("\t".join(
                [disease, name, qualifier, term, reference, "PCS", "", frequency, "", "", aspect,
                 "HPO:skoehler[2017-07-13]"]
            ))  # fmt: skip
    return head + "\n".join(rows) + "\n"


def write_sources(
    folder: Path, obo: str = OBO, lines: str = LINES, genes: str = GENES, hpoa: str | None = None
) -> Sources:
    """Write the three files."""
    found = Sources(*(folder / name for name in ("hp.obo", "phenotype.hpoa", "genes.txt")))
    texts = (obo, hpoa_text(lines) if hpoa is None else hpoa, genes)
    for path, text in zip(found, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    return found


def same(one: Ontology, other: Ontology, but: tuple[str, ...] = ()) -> list[str]:
    """Name the columns in which two ontologies differ, but for some that may."""
    different = []
    for name in Ontology.__dataclass_fields__:
        a, b = getattr(one, name), getattr(other, name)
        if name in but:
            continue
        if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
            equal = a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
        else:
            equal = a == b if isinstance(a, str) else list(a) == list(b)
        if not equal:
            different.append(name)
    return different


def profile(ontology: Ontology, disease: str) -> dict[str, float]:
    """Terms of a disease with their frequencies."""
    row = list(ontology.disease_id).index(disease)
    span = slice(ontology.profile_start[row], ontology.profile_start[row + 1])
    terms = [ontology.term_id(term) for term in ontology.profile_term[span]]
    return dict(zip(terms, ontology.profile_frequency[span].tolist(), strict=True))


def genes_of(ontology: Ontology) -> dict[str, list[str]]:
    """Diseases of each gene."""
    ends = zip(ontology.gene_start[:-1], ontology.gene_start[1:], strict=True)
    return {
        symbol: [ontology.disease_id[row] for row in ontology.gene_disease[start:end]]
        for symbol, (start, end) in zip(ontology.gene_symbol, ends, strict=True)
    }
