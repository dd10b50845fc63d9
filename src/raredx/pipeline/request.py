"""What a user asks of `raredx rank` and of `raredx check`, as plain values."""

from __future__ import annotations

from pathlib import Path

from raredx.columns.records import dataclass
from raredx.vocabulary import Assembly


@dataclass(frozen=True)
class RankRequest:
    """One run.

    Attributes
    ----------
    vcf : str
        Path, or `-` for standard input.
    ped : Path or None
    proband : str or None
    karyotypes : tuple of str
        `ID=XXY`, for members whose sex chromosomes are known.
    hpo : str
        HPO ids as typed, or the path of a text file; empty for those of the PED file.
    phenopacket : Path or None
        GA4GH phenopacket of the proband or the family.
    hpo_data : Path or None
        Another HPO cache than the bundled one.
    forget : str
        A publication, `PMID:…`, whose annotations of diseases are left out; for evaluations.
    clinvar : Path or None
        ClinVar VCF, instead of the bundled table.
    curated : Path or None
        Curated ACMG/AMP criteria.
    order : str
        `score`, or `tier` for the tier first.
    explained_share : float or None
        Share of families that a candidate explains; None for that of the rule set.
    ignore_predictors : bool
        Whether to take every predictor for missing; for evaluations.
    panels : tuple of str
        Identifiers or paths; `all` for every bundled panel.
    assembly : Assembly or None
    ruleset : str
    regions : tuple of str
    regions_file : Path or None
    panel_only : bool
        Whether to read only the genes of the panels; with regions, where both meet.
    threads : int
    output, json, vcf_out, genes_out, diseases_out : str or None
        Paths; `-` for standard output.
    pseudonyms : Path or None
        File with the key of pseudonyms, which then stand for every name.
    pseudonym_table : str or None
        Where to write which pseudonym stands for whom.
    jsonl, parquet, xlsx, near_misses : str or None
    html, phenopacket_out : str or None
        One file for each family; with several, `{family}` stands in the name.
    allow_missing_frequency, allow_unsequenced : bool
    strict : bool
        Whether to refuse where the samples are not what the pedigree says.
    exact : bool
        Whether htslib decodes every record, without a sieve in front; changes no result.
    command : str
        The command line, without what cannot change a result.
    batch_rows : int
        Rows of a batch; changes no result.
    """

    vcf: str
    ped: Path | None = None
    proband: str | None = None
    karyotypes: tuple[str, ...] = ()
    hpo: str = ""
    phenopacket: Path | None = None
    hpo_data: Path | None = None
    forget: str = ""
    clinvar: Path | None = None
    curated: Path | None = None
    order: str = "score"
    explained_share: float | None = None
    ignore_predictors: bool = False
    panels: tuple[str, ...] = ()
    assembly: Assembly | None = None
    ruleset: str = "gel"
    regions: tuple[str, ...] = ()
    regions_file: Path | None = None
    panel_only: bool = False
    threads: int = 1
    output: str | None = "-"
    json: str | None = None
    vcf_out: str | None = None
    genes_out: str | None = None
    diseases_out: str | None = None
    jsonl: str | None = None
    parquet: str | None = None
    xlsx: str | None = None
    near_misses: str | None = None
    html: str | None = None
    phenopacket_out: str | None = None
    pseudonyms: Path | None = None
    pseudonym_table: str | None = None
    allow_missing_frequency: bool = False
    allow_unsequenced: bool = False
    strict: bool = False
    exact: bool = False
    command: str = ""
    batch_rows: int = 4096

    @property
    def vcf_name(self) -> str:
        """What to call the VCF in messages."""
        return "standard input" if self.vcf == "-" else self.vcf

    @property
    def ranks_genes(self) -> bool:
        """Whether an output that is asked for shows ranked genes or diseases."""
        return any((self.json, self.genes_out, self.diseases_out, self.html, self.xlsx))

    @property
    def shows_near_misses(self) -> bool:
        """Whether an output that is asked for shows near misses."""
        return any((self.near_misses, self.json, self.html, self.xlsx))


@dataclass(frozen=True)
class CheckRequest:
    """One check.

    Attributes
    ----------
    vcf : str
        Path, or `-` for standard input.
    ped : Path or None
        Without it no sample is held against a pedigree.
    proband : str or None
        Individual id; with it, only that person's family is held against the samples.
    karyotypes : tuple of str
        `ID=XXY`; they come before those of the PED file.
    fasta : Path or None
        Reference sequence, to compare REF alleles with.
    panels : tuple of str
        Identifiers or paths; `all` for every bundled panel.
    assembly : Assembly or None
    regions : tuple of str
    regions_file : Path or None
    threads : int
    output, json, multiqc : str or None
        Paths; `-` for standard output, but not for `multiqc`.
    allow_unsequenced : bool
    pseudonyms : Path or None
        File with the key of pseudonyms, which then stand for every name.
    command : str
        The command line, without what cannot change a result.
    batch_sites : int
        Sites of a batch; changes no result.
    """

    vcf: str
    ped: Path | None = None
    proband: str | None = None
    karyotypes: tuple[str, ...] = ()
    fasta: Path | None = None
    panels: tuple[str, ...] = ()
    assembly: Assembly | None = None
    regions: tuple[str, ...] = ()
    regions_file: Path | None = None
    threads: int = 1
    output: str | None = None
    json: str | None = None
    multiqc: str | None = None
    allow_unsequenced: bool = False
    pseudonyms: Path | None = None
    command: str = ""
    batch_sites: int = 4096

    @property
    def vcf_name(self) -> str:
        """What to call the VCF in messages."""
        return "standard input" if self.vcf == "-" else self.vcf
