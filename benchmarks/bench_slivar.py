"""The same task for slivar: rare, damaging, in PASS records, and in one of five modes of a trio.

slivar (Pedersen et al. 2021, doi:10.1038/s41525-021-00227-3) is measured where it is on the PATH.
It asks what the rule set `gel` asks, as far as its expressions can: FILTER, the frequencies in
INFO with the limits of `gel`, impact, and the genotypes of the five modes. It does not read the
frequencies inside CSQ, ClinVar or panels, and judges a record where raredx judges each allele;
so the variants differ a little, and every difference is written down.
"""

from __future__ import annotations

import csv
import shlex
from pathlib import Path

SINGLE_MODES = ("denovo", "recessive", "x_denovo", "x_recessive")
SIDE = "comphet_side"
# The rarest allele of a record decides, so that no record with a rare one is lost.
FUNCTIONS = """\
function lowest(name) {
  if (!(name in INFO)) { return 0; }
  var value = INFO[name];
  return value.length === undefined ? value : Math.min.apply(null, value);
}
function rare(limit) { return lowest("gnomAD_AF") <= limit && lowest("gnomAD_popmax_AF") <= limit; }
function on_x() { return variant.CHROM == "chrX" || variant.CHROM == "X"; }
"""
RECORD = 'variant.FILTER == "PASS" && INFO.impactful && rare(0.01)'
TRIO = (
    "denovo:kid.het && mom.hom_ref && dad.hom_ref && rare(0.001)",
    "recessive:kid.hom_alt && mom.het && dad.het && !on_x()",
    "x_denovo:on_x() && kid.sex == 'male' && kid.alts >= 1 && mom.hom_ref && dad.hom_ref",
    "x_recessive:on_x() && kid.sex == 'male' && kid.alts >= 1 && mom.het && dad.hom_ref",
    f"{SIDE}:kid.het && mom.alts + dad.alts == 1 && mom.alts >= 0 && dad.alts >= 0",
)


def slivar_command(slivar: str, vcf: Path, ped: Path, stem: Path) -> list[str]:
    """Write the functions beside the output, and give the two steps as one command."""
    functions = stem.with_suffix(".js")
    functions.write_text(FUNCTIONS, encoding="utf-8")
    family = ["--ped", str(ped)]
    judged, pairs = stem.with_suffix(".expr.vcf"), stem.with_suffix(".comphet.vcf")
    modes = [word for expression in TRIO for word in ("--trio", expression)]
    expr = [slivar, "expr", "--vcf", str(vcf), *family, "--pass-only", "--js", str(functions)]
    comphet = [slivar, "compound-hets", "--vcf", str(judged), *family, "--sample-field", SIDE]
    steps = (
        [*expr, "--info", RECORD, *modes, "--out-vcf", str(judged)],
        [*comphet, "--sample-field", "denovo", "--out-vcf", str(pairs)],
    )
    return ["sh", "-c", " && ".join(shlex.join(step) for step in steps)]


def sites_of_vcf(path: Path, modes: tuple[str, ...] = ()) -> set[tuple[str, int]]:
    """Read the sites of a VCF, or those whose INFO names one of the modes."""
    found = set()
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("#"):
                continue
            chrom, position, *_, info = line.split("\t", 8)[:8]
            names = {item.partition("=")[0] for item in info.split(";")}
            if not modes or names & set(modes):
                found.add((chrom, int(position)))
    return found


def sites_of_tsv(path: Path) -> set[tuple[str, int]]:
    """Read the sites of a table of candidates."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader((line for line in lines if line[:2] != "##"), delimiter="\t")
        return {(row["chrom"], int(row["pos"])) for row in rows}


def write_differences(table: Path, stem: Path) -> str:
    """Write the sites that one tool alone reports beside the output; say how many there are."""
    ours = sites_of_tsv(table)
    theirs = sites_of_vcf(stem.with_suffix(".expr.vcf"), SINGLE_MODES)
    theirs |= sites_of_vcf(stem.with_suffix(".comphet.vcf"))
    rows = [("raredx", *site) for site in sorted(ours - theirs)]
    rows += [("slivar", *site) for site in sorted(theirs - ours)]
    path = stem.with_suffix(".differences.tsv")
    lines = ["only_in\tchrom\tpos", *("\t".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return (
        f"{len(ours & theirs)} sites in both, {len(ours - theirs)} in raredx alone, "
        f"{len(theirs - ours)} in slivar alone ({path.name})"
    )
