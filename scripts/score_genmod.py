"""Score genmod and raredx on the exported conformance suite, topic by topic.

    python scripts/conformance.py OUT
    python scripts/score_genmod.py OUT WORK [GENMOD]

GENMOD is the program, `genmod` unless given. WORK receives what genmod reads and writes. genmod
asks for split sites and for a sample of every member, so each VCF is split (another ALT of a
call is written `0`, as `bcftools norm` does), and members without a sample leave the PED. Genes of
rows with reduced penetrance go into the file that genmod has for them. docs/validation.md
shows the table; docs/conformance.md says how answers are mapped.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from conformance_raredx import Asked, by_file, judge_by_program, read_expected

MODELS = {
    "de_novo": {"AD_dn", "XD_dn", "XR_dn"},
    "autosomal_dominant": {"AD"},
    "autosomal_recessive_hom": {"AR_hom", "AR_hom_dn"},
    "compound_het": {"AR_comp", "AR_comp_dn"},
    "x_linked_compound_het": {"AR_comp", "AR_comp_dn"},
    "x_linked_recessive": {"XR", "XR_dn"},
    "x_linked_dominant": {"XD"},
}
"""genmod's models for each mode; it has none for the modes that are not here."""
WITHOUT, REFUSED = "no such model", "not run"
"""genmod refuses a family without an affected member."""


def split_site(line: str) -> list[str]:
    """Write one line of a VCF as one line for each ALT that is a sequence.

    Examples
    --------
    >>> cells = ["7", "9", ".", "A", "C,G", "9", "PASS", "CSQ=C|x|,G|x|", "GT:AD", "1/2:0,8,9"]
    >>> [line.split()[4:] for line in split_site(" ".join(cells).replace(" ", chr(9)))][0]
    ['C', '9', 'PASS', 'CSQ=C|x|', 'GT:AD', '1/0:0,8']
    """
    cells = line.split("\t")
    alts = cells[4].split(",")
    if len(alts) == 1:
        return [line]
    lines = []
    for number, alt in enumerate(alts, start=1):
        if alt == "*":
            continue
        info = re.sub(r"gnomAD_AF=[^;]*", "gnomAD_AF=0", cells[7])
        *others, entries = re.split(r"(?:^|(?<=;))CSQ=", info)
        entry = entries.split(",")[number - 1]
        own = [*cells[:4], alt, *cells[5:7], f"{''.join(others)}CSQ={entry}"]
        keys = cells[8].split(":")
        calls = [split_call(call.split(":"), keys, number) for call in cells[9:]]
        lines.append("\t".join([*own, cells[8], *calls]))
    return lines


def split_call(values: list[str], keys: list[str], number: int) -> str:
    """Write one call for one of several ALTs."""
    made = []
    for key, value in zip(keys, values, strict=False):
        parts = value.split(",")
        if key == "GT":
            value = re.sub(r"\d+", lambda m: "1" if m[0] == str(number) else "0", value)
        elif key == "AD" and len(parts) > number:
            value = f"{parts[0]},{parts[number]}"
        elif key == "AF" and len(parts) >= number:
            value = parts[number - 1]
        made.append(value)
    return ":".join(made)


def prepare(folder: Path, work: Path, asked: Sequence[Asked]) -> tuple[Path, Path, Path]:
    """Write VCF, PED and list of genes with reduced penetrance as genmod wants them."""
    lines = (folder / asked[0].vcf).read_text(encoding="utf-8").splitlines()
    samples = next(line for line in lines if line.startswith("#CHROM")).split("\t")[9:]
    made = [own for line in lines for own in ([line] if line[0] == "#" else split_site(line))]
    vcf = work / asked[0].vcf
    ped, genes = vcf.with_suffix(".ped"), vcf.with_suffix(".genes.tsv")
    vcf.write_text("\n".join(made) + "\n", encoding="utf-8")
    people = (folder / asked[0].vcf).with_name(f"{asked[0].vcf.split('.')[0]}.ped")
    rows = [line.split("\t") for line in people.read_text(encoding="utf-8").splitlines()]
    kept = [
        [fam, name, *(p if p in samples else "0" for p in parents), *rest]
        for fam, name, *parents_and_rest in rows
        for parents, rest in [(parents_and_rest[:2], parents_and_rest[2:])]
        if name in samples
    ]
    ped.write_text("".join("\t".join(row) + "\n" for row in kept), encoding="utf-8")
    reduced = [one.gene for one in asked if one.penetrance == "incomplete"]
    genes.write_text("".join(f"{gene}\n" for gene in reduced), encoding="utf-8")
    return vcf, ped, genes


def run_genmod(program: str, files: tuple[Path, Path, Path], options: Sequence[str]) -> str | None:
    """Run `genmod models`; give what it wrote, or None where it refused."""
    vcf, ped, genes = files
    command = [program, "models", str(vcf), "-f", str(ped), "--vep", "-p", "1", *options]
    if genes.stat().st_size:
        command += ["--reduced_penetrance", str(genes)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"genmod refused {vcf.name}", file=sys.stderr)
        return None
    return done.stdout


def read_models(text: str) -> dict[tuple[str, str], tuple[set[str], set[str]]]:
    """Read models and compounds by row and `pos-ref-alt`; compounds as `pos-ref-alt` too."""
    found = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        cells = line.split("\t")
        info = dict(pair.split("=", 1) for pair in cells[7].split(";") if "=" in pair)
        models = set(info.get("GeneticModels", ":").split(":", 1)[1].split("|"))
        partners = set()
        for compound in filter(None, info.get("Compounds", ":").split(":", 1)[1].split("|")):
            _, *variant = compound.partition(">")[0].rsplit("_", 3)
            partners.add("-".join(variant))
        found[info["ROW"], "-".join((cells[1], cells[3], cells[4]))] = models - {""}, partners
    return found


def genmod_says(found: dict[tuple[str, str], tuple[set[str], set[str]]], one: Asked) -> str:
    """Answer one row: pass, fail, or that there is no such model."""
    if one.mode not in MODELS:
        return WITHOUT
    key = one.row, "-".join(map(str, one.own))
    models, partners = found.get(key, (set(), set()))
    if one.partner is not None and one.is_pair:
        return "pass" if "-".join(map(str, one.partner)) in partners else "fail"
    return "pass" if models & MODELS[one.mode] else "fail"


def score(asked: Sequence[Asked], answers: dict[str, str]) -> dict[str, Counter[str]]:
    """Count right and all answers by topic: decided rows, and those not assessed."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for one in asked:
        count, said = counts[one.topic], answers[one.row]
        if said in (WITHOUT, REFUSED):
            count[WITHOUT] += 1
        elif one.expected.outcome == "not_assessed":
            count["open"] += 1
            count["open right"] += said != "fail"
            count["open said"] += said == "not_assessed"
        else:
            count["decided"] += 1
            count["right"] += said == one.expected.outcome
            count["lost"] += said == "fail" and one.expected.outcome == "pass"
            count["wrongly kept"] += said != "fail" and one.expected.outcome == "fail"
    return counts


def main(folder: Path, work: Path, program: str) -> None:
    work.mkdir(parents=True, exist_ok=True)
    asked = read_expected(folder)
    tools: dict[str, dict[str, str]] = {"raredx": {}, "genmod": {}, "genmod --phased": {}}
    for own in by_file(asked).values():
        for row, given in judge_by_program(folder, own).items():
            wanted = next(one.expected for one in own if one.row == row)
            best = wanted if wanted in given else given[0]
            phase_right = best == wanted or best.outcome != wanted.outcome
            tools["raredx"][row] = best.outcome if phase_right else f"{best.outcome}, {best.phase}"
        files = prepare(folder, work, own)
        for name, options in (("genmod", []), ("genmod --phased", ["--phased"])):
            written = run_genmod(program, files, options)
            found = read_models(written or "")
            tools[name] |= {
                one.row: REFUSED if written is None else genmod_says(found, one) for one in own
            }
    print_table(asked, {name: score(asked, answers) for name, answers in tools.items()})
    for name, answers in tools.items():
        lines = [f"{one.row}\t{one.expected.outcome}\t{answers[one.row]}\n" for one in asked]
        (work / f"{name.replace(' --', '_')}.tsv").write_text("".join(lines), encoding="utf-8")


def print_table(asked: Sequence[Asked], scores: dict[str, dict[str, Counter[str]]]) -> None:
    """Print Markdown: right of all decided rows, and open rows not excluded of all open ones."""
    names = list(scores)
    print(f"| topic | {' | '.join(names)} | open: {' | open: '.join(names)} | {WITHOUT} |")
    print("|---" * (2 * len(names) + 2) + "|")
    total: dict[str, Counter[str]] = {name: Counter() for name in names}
    for topic in sorted({one.topic for one in asked}):
        for name in names:
            total[name] += scores[name][topic]
        print_line(topic, [scores[name][topic] for name in names])
    print_line("all", [total[name] for name in names])
    for name in names:
        lost, kept = total[name]["lost"], total[name]["wrongly kept"]
        print(f"\n{name}: of the decided rows {lost} lost, {kept} wrongly kept")


def print_line(topic: str, counts: list[Counter[str]]) -> None:
    decided = [f"{c['right']}/{c['decided']}" for c in counts]
    left_open = [f"{c['open right']}/{c['open']}" for c in counts]
    without = max(c[WITHOUT] for c in counts)
    print(f"| {topic} | {' | '.join(decided)} | {' | '.join(left_open)} | {without or ''} |")


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit("usage: python scripts/score_genmod.py OUT WORK [GENMOD]")
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] if len(sys.argv) == 4 else "genmod")
