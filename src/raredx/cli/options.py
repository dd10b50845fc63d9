"""Options that commands share: what is read and judged, and where results go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from raredx.cli.hpo_option import hpo_data_option

F = TypeVar("F", bound=Callable[..., Any])
_PATH = click.Path(path_type=Path)

_PED = click.option(
    "--ped", type=_PATH, metavar="FILE", help="Pedigree; HPO terms may stand in column 7."
)
_PROBAND = click.option(
    "--proband", metavar="ID", help="Who is studied; otherwise the PED file tells."
)
_KARYOTYPE = click.option(
    "--karyotype",
    "karyotypes",
    multiple=True,
    metavar="ID=XXY",
    help="Sex chromosomes of a member: XX, XY, X0, XXY, XYY or XXX.",
)
_PANEL = click.option(
    "--panel",
    "panels",
    multiple=True,
    metavar="ID|FILE",
    help="Gene panel to apply, again for more; `all` for every bundled one.",
)
_ASSEMBLY = click.option(
    "--assembly",
    type=click.Choice(["GRCh37", "GRCh38"]),
    help="Reference assembly, where the header does not tell.",
)
_REGIONS = click.option(
    "-r", "--regions", multiple=True, metavar="REGION", help="contig:first-last, 1-based."
)
_REGIONS_FILE = click.option(
    "-R", "--regions-file", type=_PATH, metavar="BED", help="Regions as BED."
)
_THREADS = click.option(
    "-@",
    "--threads",
    type=click.IntRange(1, 256),
    default=1,
    show_default=True,
    metavar="N",
    help="Threads that inflate and scan; the result is the same.",
)
_UNSEQUENCED = click.option(
    "--allow-unsequenced",
    is_flag=True,
    help="Accept members of the PED file that are not in the VCF.",
)

_PSEUDONYMS = click.option(
    "--pseudonyms",
    type=_PATH,
    metavar="KEYFILE",
    help="Write pseudonyms for samples and families, made with the key in this file.",
)

_RULESET = click.option(
    "--ruleset",
    default="gel",
    show_default=True,
    metavar="NAME|FILE",
    help="Rule set, see `raredx rulesets`.",
)
_ORDER = click.option(
    "--order",
    type=click.Choice(["score", "tier"]),
    default="score",
    show_default=True,
    help="What comes first in the ranking.",
)

_ANALYSIS = (
    _PED,
    _PROBAND,
    _KARYOTYPE,
    click.option(
        "--hpo", default="", metavar="HP:…,HP:…|FILE", help="HPO terms of the proband, or a file."
    ),
    click.option(
        "--phenopacket",
        type=_PATH,
        metavar="FILE",
        help="GA4GH phenopacket v2 of the proband or the family, JSON or YAML.",
    ),
    hpo_data_option,
    _PANEL,
    _ASSEMBLY,
    _RULESET,
    _ORDER,
    click.option(
        "--explained-share",
        type=float,
        metavar="0..1",
        help="Share of your families that a candidate explains; shifts all probabilities.",
    ),
    click.option(
        "--clinvar", type=_PATH, metavar="VCF", help="ClinVar, instead of the bundled table."
    ),
    click.option(
        "--curated", type=_PATH, metavar="TSV", help="Curated ACMG/AMP criteria, which win."
    ),
    _REGIONS,
    _REGIONS_FILE,
    click.option(
        "--panel-only",
        is_flag=True,
        help="Read and report only the green and amber genes of the panels.",
    ),
    _THREADS,
    click.option(
        "--allow-missing-frequency",
        is_flag=True,
        help="Go on where the VCF declares no population frequency.",
    ),
    _UNSEQUENCED,
    click.option(
        "--strict",
        is_flag=True,
        help="Write nothing (exit 4) where samples are not what the pedigree says.",
    ),
    click.option(
        "--exact",
        is_flag=True,
        help="Let htslib decode every record: slower, with the same results.",
    ),
    _PSEUDONYMS,
)
_OUTPUT = (
    click.option(
        "-o",
        "--output",
        default="-",
        show_default=True,
        metavar="OUT.tsv|-",
        help="Candidates as TSV.",
    ),
    click.option("--json", "json_out", metavar="FILE", help="Candidates as JSON."),
    click.option("--vcf", "vcf_out", metavar="FILE", help="Candidates as .vcf, .vcf.gz or .bcf."),
    click.option(
        "--html",
        metavar="FILE",
        help="A report to read, one file for each family ({family} in the name for several).",
    ),
    click.option("--xlsx", metavar="FILE", help="Candidates and near misses for a spreadsheet."),
    click.option(
        "--near-misses", metavar="FILE", help="Variants that fail exactly one question, as TSV."
    ),
    click.option(
        "--phenopacket-out",
        metavar="FILE",
        help="GA4GH phenopacket v2 with interpretations, one for each family.",
    ),
    click.option("--jsonl", metavar="FILE", help="Candidates as JSON lines."),
    click.option("--parquet", metavar="FILE", help="Candidates as Parquet."),
    click.option("--genes", "genes_out", metavar="FILE", help="Genes ranked, as TSV."),
    click.option("--diseases", "diseases_out", metavar="FILE", help="Diseases ranked, as TSV."),
    click.option(
        "--pseudonym-table",
        metavar="FILE",
        help="Which pseudonym stands for whom, as TSV for your eyes only.",
    ),
)
_CHECK = (
    _PED,
    _PROBAND,
    _KARYOTYPE,
    click.option(
        "--fasta", type=_PATH, metavar="FILE", help="Reference sequence to compare REF with."
    ),
    _PANEL,
    _ASSEMBLY,
    _REGIONS,
    _REGIONS_FILE,
    _THREADS,
    _UNSEQUENCED,
    _PSEUDONYMS,
    click.option("-o", "--output", metavar="OUT.tsv|-", help="Every figure and answer as TSV."),
    click.option("--json", "json_out", metavar="FILE", help="The same as JSON."),
    click.option("--multiqc", metavar="FILE_mqc.json", help="Tables for MultiQC."),
)
_LOG = (
    click.option("--quiet", is_flag=True, help="Say nothing but errors."),
    click.option("--log-json", is_flag=True, help="Log as JSON lines on standard error."),
)


def _apply(function: F, options: tuple[Callable[[F], F], ...]) -> F:
    for option in reversed(options):
        function = option(function)
    return function


def analysis_options(function: F) -> F:
    """Add the options that say what is read and how it is judged."""
    return _apply(function, _ANALYSIS)


def comparison_options(function: F) -> F:
    """Add the options of an analysis under several rule sets, whose order does not matter."""
    return _apply(function, tuple(one for one in _ANALYSIS if one not in (_RULESET, _ORDER)))


def check_options(function: F) -> F:
    """Add the options of a check."""
    return _apply(function, _CHECK)


def output_options(function: F) -> F:
    """Add the options that say where results go."""
    return _apply(function, _OUTPUT)


def log_options(function: F) -> F:
    """Add the options that say how much is told on standard error."""
    return _apply(function, _LOG)
