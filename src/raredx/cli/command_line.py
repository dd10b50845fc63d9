"""What commands share around a run: the command line that is recorded, and standard streams."""

from __future__ import annotations

import shlex
import sys
from typing import Any

import click

_RECORDED = {
    "ped": "--ped",
    "proband": "--proband",
    "karyotypes": "--karyotype",
    "hpo": "--hpo",
    "phenopacket": "--phenopacket",
    "hpo_data": "--hpo-data",
    "clinvar": "--clinvar",
    "curated": "--curated",
    "explained_share": "--explained-share",
    "fasta": "--fasta",
    "panels": "--panel",
    "assembly": "--assembly",
    "ruleset": "--ruleset",
    "regions": "-r",
    "regions_file": "-R",
    "pseudonyms": "--pseudonyms",
}
_OUTPUTS = (
    "output", "json_out", "vcf_out", "genes_out", "diseases_out", "html", "xlsx", "near_misses",
    "phenopacket_out", "jsonl", "parquet",
)  # fmt: skip
_SWITCHES = ("panel_only", "allow_missing_frequency", "allow_unsequenced")


def recorded_command(command: str, options: dict[str, Any]) -> str:
    """Write the command line without what cannot change a result.

    Examples
    --------
    >>> recorded_command("check", {"ped": "family.ped", "panels": ("R59",), "vcf": "family.vcf"})
    'raredx check --ped family.ped --panel R59 family.vcf'
    """
    words = ["raredx", command]
    for name, flag in _RECORDED.items():
        value = options.get(name)
        for one in value if isinstance(value, tuple) else [value]:
            if one:
                words += [flag, str(one)]
    if options.get("order") == "tier":
        words += ["--order", "tier"]
    words += ["--" + name.replace("_", "-") for name in _SWITCHES if options.get(name)]
    return shlex.join([*words, options["vcf"]])


def check_standard_streams(options: dict[str, Any]) -> None:
    """Two results cannot both go to standard output, and none comes from a terminal."""
    if [options.get(name) for name in _OUTPUTS].count("-") > 1:
        raise click.UsageError("Two outputs cannot both go to '-'; -o FILE names one.")
    if options["vcf"] == "-" and sys.stdin.isatty():
        raise click.UsageError("Standard input is a terminal; pipe a VCF into it.")
