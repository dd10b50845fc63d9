"""Hold raredx against the models and compounds that genmod wrote into its own fixtures."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

from families_engine import FamilyVerdict, VcfRecord, judge, read_records, table

COUNTERPARTS = {  # raredx's mode, genmod's models
    "de_novo": {"AD_dn", "XD_dn"},
    "autosomal_dominant": {"AD"},
    "autosomal_recessive_hom": {"AR_hom", "AR_hom_dn"},
    "compound_het": {"AR_comp", "AR_comp_dn"},
    "x_linked_recessive": {"XR", "XR_dn"},
    "x_linked_dominant": {"XD"},
    "mitochondrial": set(),
}
Pair = tuple[int, int]


def genes_of(info: dict[str, str]) -> tuple[str, ...]:
    """Read genmod's regions: the genes that a record overlaps."""
    return tuple(filter(None, info.get("Annotation", "").split(",")))


def models_of(record: VcfRecord, family: str) -> set[str]:
    """Read the models of one family."""
    return _of_family(record.info.get("GeneticModels", ""), family)


def _of_family(text: str, family: str) -> set[str]:
    parts = {key: value for key, _, value in (x.partition(":") for x in text.split(","))}
    return set(filter(None, parts.get(family, "").split("|")))


def pairs_of(records: list[VcfRecord], family: str) -> set[Pair]:
    """Read the compounds of one family, as numbers of records."""
    number = {record.name: record.number for record in records}
    found = set()
    for record in records:
        for partner in _of_family(record.info.get("Compounds", ""), family):
            one, other = record.number, number[partner.partition(">")[0]]
            found.add((min(one, other), max(one, other)))
    return found


def why_record(record: VcfRecord, mode: str, verdict: FamilyVerdict) -> str:
    """Name the class of a difference on one record."""
    calls = record.gt(*verdict.members[:3])
    if record.contig.removeprefix("chr") in ("X", "MT", "M"):
        return "pseudo-autosomal" if record.contig.endswith("X") else "mitochondrial"
    if mode == "autosomal_dominant" and verdict.unaffected:
        return "healthy_parents"
    if mode == "compound_het":
        if "Exonic" not in record.info:
            return "outside exons"
        return "with a homozygous partner"
    return f"unexplained: {calls}"


def why_pair(one: VcfRecord, other: VcfRecord, proband: str) -> str:
    """Name the class of a pair that only raredx has."""
    if "1/1" in (one.calls[proband]["GT"], other.calls[proband]["GT"]):
        return "one is homozygous"
    if not ("Exonic" in one.info and "Exonic" in other.info):
        return "outside exons"
    return "unexplained"


def compare_modes(
    records: list[VcfRecord], verdict: FamilyVerdict
) -> tuple[dict[str, Counter[str]], list[tuple[object, ...]]]:
    """Count by mode who has each record, and list the records on which they differ."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    lines: list[tuple[object, ...]] = []
    for mode, models in COUNTERPARTS.items():
        for record in records:
            theirs = models_of(record, verdict.family_id) & models
            ours = verdict.answer(record.number, mode)
            who = "both" if theirs and ours != "fail" else "genmod" if theirs else ours
            counts[mode][who] += 1
            if who not in ("both", "fail"):
                own = "genmod" if theirs else f"raredx {ours}"
                cause = why_record(record, mode, verdict)
                written = "\\|".join(sorted(models_of(record, verdict.family_id))) or "."
                calls = record.gt(*verdict.members[:3])
                lines.append((mode, own, cause, record.name, written, calls))
    return counts, lines


def compare_pairs(
    records: list[VcfRecord], verdict: FamilyVerdict
) -> tuple[Counter[tuple[str, ...]], list[Pair]]:
    """Count pairs by raredx's answer and class; list the pairs that only genmod has."""
    theirs = pairs_of(records, verdict.family_id)
    ours = {(a[0], b[0]): answer for (a, b), answer in verdict.pairs.items()}
    counts: Counter[tuple[str, ...]] = Counter()
    for (one, other), (outcome, phase, _) in ours.items():
        if (one, other) in theirs:
            counts["both", outcome, phase] += 1
        else:
            cause = why_pair(records[one - 1], records[other - 1], verdict.proband)
            counts[f"only raredx: {cause}", outcome, phase] += 1
    return counts, sorted(theirs - set(ours))


def report(folder: Path, place: Path) -> str:
    """Write the comparison as Markdown."""
    vcf = folder / "test_vcf_regions_models.vcf"
    records = read_records(vcf, genes_of)
    (verdict,) = judge(vcf, folder / "recessive_trio.ped", records, place)
    counts, lines = compare_modes(records, verdict)
    pairs, only_genmod = compare_pairs(records, verdict)
    same = [
        name
        for name in ("test_vcf_annotated", "test_vcf_annotated_scored",
                     "test_vcf_regions_models_scored")
        if [models_of(r, verdict.family_id) for r in read_records(folder / f"{name}.vcf")]
        == [models_of(r, verdict.family_id) for r in records]
    ]  # fmt: skip
    rows: list[tuple[object, ...]] = [
        (mode, ", ".join(sorted(models)) or "-", c["both"], c["genmod"], c["pass"],
         c["not_assessed"])
        for (mode, models), c in zip(COUNTERPARTS.items(), counts.values(), strict=True)
    ]  # fmt: skip
    heads = ("raredx", "genmod", "both", "only genmod", "only raredx: pass", "not assessed")
    return "\n\n".join((
        table(heads, rows),
        table(("mode", "only", "class", "record", "GeneticModels", "calls"), lines),
        table(("pairs", "raredx", "phase", "pairs"), [(*k, n) for k, n in sorted(pairs.items())]),
        f"only genmod: {len(only_genmod)}; same models in: {', '.join(same)}",
    ))  # fmt: skip
