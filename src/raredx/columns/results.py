"""The candidate table: what scoring fills and reports print, every column declared once."""

from __future__ import annotations

from dataclasses import field
from typing import Any

from raredx.columns.records import dataclass


@dataclass(frozen=True)
class OutputField:
    """One column of the table.

    `kind` is the JSON type: `integer`, `number`, `string` or `list` (strings, joined by `;`
    in tables).
    """

    name: str
    kind: str
    about: str


FIELDS: tuple[OutputField, ...] = (
    OutputField("rank", "integer", "rank of the candidate within its family, 1 is best"),
    OutputField(
        "candidate_id", "string", "identifier; partners, and variants of one event, share it"
    ),
    OutputField("tier", "string", "1, 2, 3 or untiered: Genomics England tier of this variant"),
    OutputField("score", "number", "evidence of the candidate in log10 odds: the addends' sum"),
    OutputField("probability", "number", "that the candidate explains the phenotype"),
    OutputField("gene", "string", "approved symbol, or the annotation's name"),
    OutputField("hgnc_id", "string", "HGNC identifier"),
    OutputField("mode", "string", "mode in which the candidate was judged"),
    OutputField("segregation_pattern", "string", "Genomics England name of the segregation"),
    OutputField("penetrance", "string", "complete or incomplete"),
    OutputField("acmg_class", "string", "proposed ACMG/AMP class of this variant"),
    OutputField("acmg_points", "integer", "sum of its criteria's points"),
    OutputField("acmg_criteria", "list", "criteria that hold, with strengths"),
    OutputField("disease", "string", "disease of the gene that fits the HPO terms best"),
    OutputField("disease_id", "string", "its identifier: OMIM, ORPHA or DECIPHER"),
    OutputField("matched_terms", "list", "HPO terms of the proband, each with its nearest of it"),
    OutputField("chrom", "string", "contig, as the file writes it"),
    OutputField("pos", "integer", "position, 1-based"),
    OutputField("ref", "string", "reference allele"),
    OutputField("alt", "string", "alternative allele"),
    OutputField("variant_id", "string", "ID of the VCF record"),
    OutputField("consequence", "string", "Sequence Ontology terms on the chosen transcript"),
    OutputField("impact", "string", "VEP impact of the worst of these terms"),
    OutputField("transcript", "string", "chosen transcript"),
    OutputField("transcript_choice", "string", "mane_select, mane_plus_clinical, canonical, worst"),
    OutputField("mane_refseq", "string", "RefSeq accession of a MANE Select transcript"),
    OutputField("exon", "string", "exon number and count"),
    OutputField("hgvs_c", "string", "HGVS, coding DNA"),
    OutputField("hgvs_p", "string", "HGVS, protein"),
    OutputField("worst_consequence", "string", "worst terms on any transcript of the gene"),
    OutputField("worst_transcript", "string", "transcript of these terms"),
    OutputField("popmax_af", "number", "highest population frequency, or not_assessed"),
    OutputField("popmax_source", "string", "population source of popmax_af"),
    OutputField("frequencies", "list", "every source that holds the allele, source=fraction"),
    OutputField("homozygotes", "integer", "homozygotes in the population sources; empty: unknown"),
    OutputField("clinvar", "string", "ClinVar significance, as written; not_assessed if not read"),
    OutputField("clinvar_stars", "integer", "ClinVar review stars"),
    OutputField("panels", "list", "applied panels with the gene: id, version, name, confidence"),
    OutputField("moi", "list", "mode of inheritance of the gene on each of these panels"),
    OutputField("segregation", "string", "pass or not_assessed: does the mode fit the family?"),
    OutputField(
        "phase",
        "string",
        "phase of a pair: in_trans, in_trans_phased, probably_in_trans, unknown, likely_in_cis",
    ),
    OutputField("phase_reason", "string", "what tells the phase"),
    OutputField("partner", "string", "other variant of a pair, chrom-pos-ref-alt"),
    OutputField(
        "parent_of_origin", "string", "paternal, maternal, both, either or new; empty: unknown"
    ),
    OutputField("de_novo_grade", "string", "high, medium, low or possible"),
    OutputField("de_novo_doubts", "list", "reasons for a grade below high"),
    OutputField("de_novo_posterior", "number", "probability that it is new; empty: unknown"),
    OutputField("event", "string", "close variants that may be one event, joined by +"),
    OutputField("heteroplasmy", "number", "fraction of mitochondrial reads in the proband"),
    OutputField("heteroplasmy_mother", "number", "the same fraction in the mother"),
    OutputField("filter", "string", "FILTER"),
    OutputField("not_assessed", "list", "questions that could not be answered"),
    OutputField("revel", "number", "REVEL"),
    OutputField("alphamissense", "number", "AlphaMissense"),
    OutputField("cadd", "number", "CADD, PHRED-scaled"),
    OutputField("spliceai", "number", "largest SpliceAI delta score"),
    OutputField("loftee", "string", "LOFTEE confidence on the chosen transcript"),
    OutputField("pli", "number", "pLI of the gene"),
    *(
        OutputField(f"score_{name}", "number", f"addend of the score: {about}")
        for name, about in (
            ("prior", "any candidate against none"),
            ("effect", "effect on the protein, ACMG/AMP points"),
            ("rarity", "population frequency"),
            ("segregation", "mode, de novo posterior, phase"),
            ("gene", "validity, inheritance, constraint"),
            ("panel", "applied panels; not_assessed without"),
            ("phenotype", "HPO terms; not_assessed without"),
            ("reported", "ClinVar of this variant; not_assessed if not read"),
        )
    ),
    OutputField("acmg_posterior", "number", "probability of pathogenicity by the points"),
    OutputField("acmg_temperature", "string", "of an uncertain variant: hot to ice_cold"),
    OutputField("acmg_reasons", "list", "each criterion with its reason"),
    OutputField("acmg_not_assessed", "list", "criteria that could not be judged, and why"),
    OutputField("family_id", "string", "family"),
    OutputField("proband", "string", "proband"),
    OutputField("flags", "list", "what to look at before believing the row"),
    OutputField("reason", "string", "why this tier, in words"),
)
"""Fixed columns, in order; four columns for each family member follow."""

MEMBER_FIELDS: tuple[OutputField, ...] = (
    OutputField("gt", "string", "genotype, as written"),
    OutputField("dp", "integer", "read depth"),
    OutputField("gq", "number", "genotype quality"),
    OutputField("ab", "number", "allele balance: reads of this ALT over all reads"),
)
"""Columns of each family member, named `gt_ID`, `dp_ID`, `gq_ID`, `ab_ID`."""


def fields_named(*names: str) -> tuple[OutputField, ...]:
    """Give columns of the table that another table has too.

    Examples
    --------
    >>> [field.kind for field in fields_named("pos", "ref")]
    ['integer', 'string']
    """
    declared = {field.name: field for field in FIELDS}
    return tuple(declared[name] for name in names)


@dataclass(frozen=True)
class CandidateTable:
    """Ranked candidates, one row for each candidate and variant.

    Attributes
    ----------
    columns : dict
        Field name to one value for each row: `None` where there is none.
    members : tuple of str
        Individual ids that have columns of their own.
    details : list of dict
        For each row what only the JSON holds: transcripts and report events.
    records : tuple of str
        For each row its VCF line, where the run kept it.
    """

    columns: dict[str, list[Any]]
    members: tuple[str, ...]
    details: list[dict[str, Any]] = field(default_factory=list)
    records: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.columns["rank"])

    def __getitem__(self, name: str) -> list[Any]:
        return self.columns[name]

    def of_family(self, family_id: str) -> CandidateTable:
        """Give the rows of one family, with the columns of its members alone."""
        rows = [n for n, family in enumerate(self["family_id"]) if family == family_id]
        members = tuple(
            m for m in self.members if any(self[f"gt_{m}"][row] is not None for row in rows)
        )
        if not rows:
            members = self.members
        names = [f.name for f in FIELDS] + member_columns(members)
        return CandidateTable(
            {name: [self[name][row] for row in rows] for name in names},
            members,
            [self.details[row] for row in rows],
            tuple(self.records[row] for row in rows) if self.records else (),
        )


def member_columns(members: tuple[str, ...]) -> list[str]:
    """Name the columns of the members.

    Examples
    --------
    >>> member_columns(("S1",))
    ['gt_S1', 'dp_S1', 'gq_S1', 'ab_S1']
    """
    return [f"{column.name}_{member}" for member in members for column in MEMBER_FIELDS]


def empty_table(members: tuple[str, ...]) -> CandidateTable:
    """Make a table without rows."""
    names = [column.name for column in FIELDS] + member_columns(members)
    return CandidateTable({name: [] for name in names}, members)


def join_tables(tables: list[CandidateTable]) -> CandidateTable:
    """Put the tables of several families under each other; members that lack a cell get None."""
    members = tuple(dict.fromkeys(m for table in tables for m in table.members))
    joined = empty_table(members)
    for table in tables:
        for name, column in joined.columns.items():
            column += table.columns.get(name, [None] * len(table))
        joined.details.extend(table.details)
    records = sum((table.records for table in tables), ())
    return CandidateTable(joined.columns, members, joined.details, records)
