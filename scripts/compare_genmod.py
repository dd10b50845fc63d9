"""Hold raredx against genmod on the Scout trio: which modes fit each record, which pairs.

`compare_genmod.py SHARED_DIR` reads families/scout_643594, whose INFO/GeneticModels and
INFO/Compounds genmod wrote, judges the segregation of every record with raredx whatever its
filter, frequency and consequence, and prints Markdown: counts by mode, then each record and
each pair on which the two differ, with the calls and the class of the difference.
docs/validation.md says who is right.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

import cyvcf2
import numpy as np

from raredx.columns.batch import concatenate_batches
from raredx.columns.genome import region_codes
from raredx.columns.terms import SEVERITY
from raredx.pipeline.family import gather_evidence
from raredx.pipeline.inputs import InputList
from raredx.pipeline.plan import make_plan
from raredx.pipeline.request import RankRequest
from raredx.readers.htslib import catch_messages
from raredx.readers.vcf import VariantStream
from raredx.readers.vcf_file import VcfFile
from raredx.scoring.candidates import collect_candidates
from raredx.scoring.family_calls import read_calls
from raredx.scoring.split_sites import join_split_sites
from raredx.settings import read_ruleset
from raredx.vocabulary import (
    MODE_NAMES,
    OUTCOME_NAMES,
    PHASE_NAMES,
    Genotype,
    Mode,
    Outcome,
    Phase,
)

FAMILY_KEY = "internal_id"
PEOPLE = {"proband": "ADM1059A2", "father": "ADM1059A1", "mother": "ADM1059A3"}
COUNTERPARTS = {  # raredx's mode, genmod's models
    "de_novo": ("AD_dn", "XD_dn"),
    "autosomal_dominant": ("AD",),
    "autosomal_recessive_hom": ("AR_hom", "AR_hom_dn"),
    "compound_het": ("AR_comp", "AR_comp_dn"),
    "x_linked_recessive": ("XR", "XR_dn"),
    "x_linked_dominant": ("XD",),
    "y_linked": (),
    "mitochondrial": (),
}
NO_DATA = -2147483648


@dataclass(frozen=True)
class Record:
    """What one VCF record says: calls by role, genmod's answers, genes by VEP."""

    gt: dict[str, str]
    calls: str
    filters: str
    models: frozenset[str]
    partners: frozenset[str]
    symbols: frozenset[str]
    decomposed: bool
    mosaic: bool = False
    """Whether raredx reads a parent's heterozygous call as mosaic."""

    @property
    def homozygous(self) -> bool:
        """Whether the proband has two copies."""
        return self.gt["proband"] == "1/1"


def main(shared: Path) -> None:
    folder = shared / "data" / "families" / "scout_643594"
    vcf = folder / "643594.clinical.vcf.gz"
    with tempfile.TemporaryDirectory() as place, catch_messages():
        records = read_records(vcf)
        modes, pairs, mosaic = judge(vcf, folder / "643594.ped", Path(place))
    records = {name: replace(r, mosaic=name in mosaic) for name, r in records.items()}
    carried = sum("1" in record.gt["proband"] for record in records.values())
    print(f"{len(records)} records, {carried} of them carried by the proband\n")
    report_modes(records, modes)
    report_certainty(records, modes)
    report_pairs(records, pairs)


def read_records(path: Path) -> dict[str, Record]:
    """Read genmod's answers, one record for each ALT allele: the file is decomposed."""
    vcf = cyvcf2.VCF(str(path))
    described = vcf.get_header_type("CSQ")["Description"]
    symbol = described.split("Format: ")[1].strip('"').split("|").index("SYMBOL")
    columns = {role: vcf.samples.index(name) for role, name in PEOPLE.items()}
    found = {}
    for record in vcf:
        entries = (record.INFO.get("CSQ") or "").split(",")
        models = (record.INFO.get("GeneticModels") or "").removeprefix(f"{FAMILY_KEY}:")
        partners = (record.INFO.get("Compounds") or "").removeprefix(f"{FAMILY_KEY}:")
        gt = {role: genotype(record, column) for role, column in columns.items()}
        reads = [f"{role} {gt[role]} {quality(record, columns[role])}" for role in columns]
        found[f"{record.CHROM}_{record.POS}_{record.REF}_{record.ALT[0]}"] = Record(
            gt,
            "; ".join(reads),
            record.FILTER or "PASS",
            frozenset(filter(None, models.split("|"))),
            frozenset(p.rpartition(">")[0] for p in partners.split("|") if p),
            frozenset(e.split("|")[symbol] for e in entries if e),
            record.INFO.get("OLD_MULTIALLELIC") is not None,
        )
    return found


def genotype(record: Any, column: int) -> str:
    *alleles, _ = record.genotypes[column]
    return "/".join("." if allele < 0 else str(allele) for allele in alleles)


def quality(record: Any, column: int) -> str:
    """Write GQ, DP and AD of one sample, `.` where there is none."""
    shown = []
    for key in ("GQ", "DP", "AD"):
        values = record.format(key)
        row = [] if values is None else [int(v) for v in np.atleast_1d(values[column])]
        text = ",".join(str(v) for v in row if v > NO_DATA + 1)
        shown.append(f"{key} {text or '.'}")
    return " ".join(shown)


def judge(
    vcf: Path, ped: Path, place: Path
) -> tuple[dict[str, dict[str, str]], dict[tuple[str, str], tuple[str, str]], set[str]]:
    """Judge every record with raredx.

    Returns
    -------
    (dict, dict, set)
        Record to mode to outcome, without FAIL, complete penetrance; pair of records to
        outcome and phase; records at which a parent is read as mosaic.
    """
    rules = place / "permissive.toml"
    terms = ", ".join(f'"{term}"' for term in SEVERITY)
    limits = "dominant = 1.0\nrecessive = 1.0\nmitochondrial = 1.0\nknown_pathogenic = 1.0"
    rules.write_text(
        'name = "permissive"\nversion = "1"\n'
        f"[frequency]\n{limits}\n[consequence]\nmoderate = [{terms}]\n"
        "[segregation]\nincomplete_penetrance = true\n"
    )
    passing = place / "passing.vcf"
    source = cyvcf2.VCF(str(vcf))
    writer = cyvcf2.Writer(str(passing), source)
    for record in source:
        record.FILTER = "PASS"
        writer.write_record(record)
    writer.close()
    loaded = read_ruleset(str(rules))
    with catch_messages() as messages:
        file = VcfFile(str(passing), "trio", messages)
        request = RankRequest(vcf=str(passing), ped=ped, ruleset=str(rules))
        plan = make_plan(request, file, loaded, InputList())
        file.set_samples(plan.read.samples)
        batch = concatenate_batches(list(VariantStream(file, plan.read).batches()))
    batch = join_split_sites(batch)
    evidence = gather_evidence(batch, plan.context)
    evidence = replace(evidence, reportable=np.ones_like(evidence.reportable))
    region = region_codes(batch["contig_code"], batch["position"], plan.read.assembly)
    calls = read_calls(batch, region, plan.families[0], loaded.rules.segregation)
    rows = collect_candidates(evidence, calls, frozenset(), loaded.rules.segregation)
    fields = ("contig", "position", "ref", "alt")
    names = ["_".join(map(str, f)) for f in zip(*(batch[f] for f in fields), strict=True)]
    modes: dict[str, dict[str, str]] = defaultdict(dict)
    pairs = {}
    for row in np.flatnonzero(rows.complete).tolist():
        name, partner = names[rows.variant[row]], int(rows.partner[row])
        mode = MODE_NAMES[Mode(int(rows.mode[row]))]
        outcome = OUTCOME_NAMES[Outcome(int(rows.segregation[row]))]
        if modes[name].get(mode) != "pass":
            modes[name][mode] = outcome
        if partner >= 0:
            pair = min(name, names[partner]), max(name, names[partner])
            pairs[pair] = outcome, PHASE_NAMES[Phase(int(rows.phase[row]))]
    mosaic = (calls.genotype == Genotype.MOSAIC).any(axis=1)
    return modes, pairs, {name for name, read in zip(names, mosaic, strict=True) if read}


def why_record(record: Record, mode: str, fits_genmod: bool) -> str:
    """Name the class of a difference on one record."""
    gt = record.gt
    if fits_genmod and "1" not in gt["proband"]:
        return "proband_other_allele" if record.decomposed else "proband_no_call"
    if mode == "mitochondrial":
        return "mitochondrial"
    if mode == "autosomal_dominant":
        if record.mosaic:
            return "mosaic_parent"
        return "healthy_parents" if fits_genmod else "homozygous_parent_no_call"
    if mode == "compound_het" and record.homozygous:
        return "pair_with_homozygous"
    if record.homozygous and mode != "x_linked_recessive":
        called = "." not in gt["father"] + gt["mother"]
        return "homozygous_new" if called else "homozygous_parent_no_call"
    if mode == "x_linked_recessive" and gt["father"] == "0/1":
        return "father_het_on_x"
    if mode == "compound_het":
        if fits_genmod:
            return "pairs_on_y"
        if record.partners:
            return "pair_without_model"
        both = "1" in gt["father"] and "1" in gt["mother"]
        return "both_parents_carry_one" if both else "partner_differs"
    return "unexplained"


def why_pair(a: Record, b: Record, name: str) -> str:
    """Name the class of a difference on one pair of records."""
    if name.startswith("Y"):
        return "pairs_on_y"
    if a.homozygous or b.homozygous:
        one = a if a.homozygous else b
        healthy = "1/1" in (one.gt["father"], one.gt["mother"])
        return f"one_homozygous, {'a parent too' if healthy else 'no parent'}"
    if (a.mosaic or b.mosaic) and why_open(a, b) == "nothing":
        return "mosaic_parent"
    for one in (a, b):
        if "1" in one.gt["father"] and "1" in one.gt["mother"]:
            return f"both_parents_carry_one, {why_open(a, b)}"
    return "unexplained"


def why_open(a: Record, b: Record) -> str:
    """Say what keeps transmission from telling the phase of a pair."""
    parents = [(record.gt["father"], record.gt["mother"]) for record in (a, b)]
    if ("0/0", "0/0") in parents:
        return "one is new"
    return "a parent has no call" if "." in str(parents) else "nothing"


def report_modes(records: dict[str, Record], modes: dict[str, dict[str, str]]) -> None:
    """Print the counts by mode, then every record on which the two differ."""
    print("## Modes\n")
    print("| raredx | genmod | both | only genmod | only raredx: pass | not assessed |")
    print("|---|---|---|---|---|---|")
    lines = []
    for mode, models in COUNTERPARTS.items():
        count: Counter[str] = Counter()
        for name, record in records.items():
            theirs = bool(record.models.intersection(models))
            ours = modes.get(name, {}).get(mode)
            key = ("both" if ours else "genmod") if theirs else (ours or "neither")
            count[key] += 1
            if key not in ("both", "neither"):
                who = "genmod" if theirs else f"raredx {ours}"
                cause = why_record(record, mode, theirs)
                models_text = "\\|".join(sorted(record.models)) or "."
                lines.append(
                    f"| {mode} | {who} | {cause} | {name} | {record.filters} "
                    f"| {models_text} | {record.calls} |"
                )
        cells = (count[key] for key in ("both", "genmod", "pass", "not_assessed"))
        print(f"| {mode} | {', '.join(models) or '-'} | {' | '.join(map(str, cells))} |")
    classes = Counter(tuple(line.split(" | ")[i].strip("| ") for i in (0, 1, 2)) for line in lines)
    print("\n| mode | only | class | records |\n|---|---|---|---|")
    for what, n in sorted(classes.items()):
        print(f"| {' | '.join(what)} | {n} |")
    print("\n| mode | only | class | record | FILTER | GeneticModels | calls |")
    print("|---|---|---|---|---|---|---|")
    print("\n".join(lines))


def report_certainty(records: dict[str, Record], modes: dict[str, dict[str, str]]) -> None:
    """Print, where both see a mode, which of genmod's labels met which answer of raredx."""
    print("\n## Labels where both see the mode\n")
    print("| raredx | answer | genmod | records |\n|---|---|---|---|")
    count: Counter[tuple[str, str, str]] = Counter()
    for name, record in records.items():
        for mode, models in COUNTERPARTS.items():
            theirs, ours = record.models.intersection(models), modes.get(name, {}).get(mode)
            if theirs and ours:
                count[mode, ours, ", ".join(sorted(theirs))] += 1
    for key, n in sorted(count.items()):
        print(f"| {' | '.join(key)} | {n} |")


def report_pairs(records: dict[str, Record], ours: dict[tuple[str, str], tuple[str, str]]) -> None:
    """Print the counts of pairs, then every pair on which the two differ."""
    theirs = {
        (min(name, partner), max(name, partner))
        for name, record in records.items()
        for partner in record.partners
    }
    carried = [name for name, record in records.items() if record.gt["proband"] in ("0/1", "1/0")]
    possible = {
        (min(pair), max(pair))
        for pair in combinations(carried, 2)
        if records[pair[0]].symbols & records[pair[1]].symbols - {""}
    }
    with_homozygous = {
        (min(a, b), max(a, b))
        for a in carried
        for b, other in records.items()
        if other.homozygous and records[a].symbols & other.symbols - {""}
    }
    lost = theirs - {(a, b) for a, b in theirs if a in records and b in records}
    print("\n## Pairs\n")
    print(
        f"{len(possible)} pairs of records, heterozygous in the proband, share a VEP gene symbol,"
    )
    print(f"and {len(with_homozygous)} pairs of a heterozygous and a homozygous one.")
    print(f"Of genmod's {len(theirs)} pairs, {len(lost)} name a record that the file lacks,")
    print(f"and {len(theirs - possible - lost)} share no symbol; of raredx's {len(ours)} pairs,")
    print(f"{len(set(ours) - possible - with_homozygous)} share none.\n")
    print("| raredx | phase | both | only raredx |\n|---|---|---|---|")
    answers: dict[tuple[str, str], Counter[bool]] = defaultdict(Counter)
    for pair, answer in ours.items():
        answers[answer][pair in theirs] += 1
    for answer, count in sorted(answers.items()):
        print(f"| {answer[0]} | {answer[1]} | {count[True]} | {count[False]} |")
    print(f"| - | only genmod: {len(theirs - set(ours))} | | |")
    print(f"| - | neither: {len((possible | with_homozygous) - theirs - set(ours))} | | |")
    print("\n| raredx | phase | left open by | genmod's models of the two | pairs |")
    print("|---|---|---|---|---|")
    models = Counter(
        (
            *ours[a, b],
            why_open(records[a], records[b]),
            " and ".join(sorted(compound_models(records[name]) for name in (a, b))),
        )
        for a, b in theirs & set(ours)
    )
    for key, n in sorted(models.items()):
        print(f"| {' | '.join(key)} | {n} |")
    print("\n| only | class | pairs |\n|---|---|---|")
    lines, classes = [], Counter[str]()
    for a, b in sorted(theirs ^ set(ours)):
        who = "genmod" if (a, b) in theirs else "raredx " + ", ".join(ours[a, b])
        cause = why_pair(records[a], records[b], a)
        classes[f"{who} | {cause}"] += 1
        lines.append(f"| {who} | {cause} | {a} | {records[a].calls} | {b} | {records[b].calls} |")
    for what, n in sorted(classes.items()):
        print(f"| {what} | {n} |")
    print("\n| only | class | first | calls | second | calls |\n|---|---|---|---|---|---|")
    print("\n".join(lines))


def compound_models(record: Record) -> str:
    """Write genmod's compound models of one record."""
    return ", ".join(sorted(m for m in record.models if m.startswith("AR_comp"))) or "none"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
