"""Run the development sets beside the checkout, and write their part of docs/validation.md.

`evaluate_all.py EVALUATION_DIR [--jobs N] [--only NAME] [--limit N] [--results DIR]
[--document FILE]` evaluates every set of `SETS` with each case's own publication forgotten. The
part of the document between the two marks is replaced, and nothing else; without marks it is
put at the end. With `--only` or `--limit` nothing is written to the document: the tables are
printed. `--results` keeps the TSV, JSON and SVG of every set.
"""

from __future__ import annotations

import argparse
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from raredx.columns.evaluation import METRICS, Evaluation
from raredx.pipeline.evaluate import evaluate
from raredx.pipeline.evaluate_request import EvaluateRequest
from raredx.report.evaluation_markdown import evaluation_markdown_text, table_text

ROOT = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- evaluation -->\n", "<!-- /evaluation -->\n"
SPIKED = "spiked_dev.tar.gz"
FOLDER = "dev_trio"


@dataclass(frozen=True)
class Goal:
    """One figure that the project set itself: of which cases, at least, and the aim."""

    figure: str
    least: float
    aim: float
    cases: str = "all"
    macro: bool = False


@dataclass(frozen=True)
class DevelopmentSet:
    """One set: its name and title, what is asked, and the goals."""

    name: str
    title: str
    switches: tuple[str, ...]
    goals: tuple[Goal, ...] = ()
    cases: str = ""
    about: str = ""


UNKNOWN_GENES = "stratum=C_gene_not_in_HPOA"
SIMULATED = (
    "Real causal variants in simulated families, with simulated predictor scores: good to compare "
    "versions with, no accuracy on patients."
)
SETS = (
    DevelopmentSet(
        "trio", "Spiked trios", (),
        (Goal("top1", 87, 92), Goal("top5", 96, 98), Goal("top1", 65, 75, UNKNOWN_GENES)),
        about=SIMULATED,
    ),
    DevelopmentSet(
        "singleton", "Spiked families, the proband alone", ("singleton",),
        (Goal("top1", 78, 83), Goal("top10", 95, 97)), about=SIMULATED,
    ),
    DevelopmentSet(
        "trio-without-predictors", "Spiked trios without predictors",
        ("without_predictors",), (Goal("top1", 74, 80),), about=SIMULATED,
    ),
    DevelopmentSet(
        "cada-clinvar", "Phenotype only: cases of ClinVar", ("phenotype_only",),
        (Goal("top1", 10.9, 13), Goal("top10", 34.5, 38)), "cada_clinvar_cases.tsv",
        "Terms and genes of 2,577 ClinVar submissions, collected by CADA. They name no "
        "publication, so none can be forgotten.",
    ),
    DevelopmentSet(
        "phenopackets", "Phenotype only: published cases", ("phenotype_only",),
        (Goal("top1", 15, 18), Goal("top10", 35, 40), Goal("top1", 13, 15, macro=True),
         Goal("top10", 30, 34, macro=True)),
        "phenotype_cases.dev.tsv.gz", "Published cases of phenopacket-store.",
    ),
)  # fmt: skip
CALIBRATED = ("trio", "singleton")
LEAST_ECE, AIM_ECE = 0.05, 0.03
"""Expected calibration error of the most probable gene: at most, and the aim."""


def request_of(one: DevelopmentSet, source: Path, place: Path) -> EvaluateRequest:
    """Say what to evaluate; the command is shown as a reader would type it."""
    switches = [*one.switches, "forget_publication"]
    words = ["raredx", "evaluate", *(f"--{name.replace('_', '-')}" for name in switches)]
    asked = dict.fromkeys(switches, True)
    if one.cases:
        command = " ".join([*words, f"../shared/evaluation/{one.cases}"])
        return EvaluateRequest(source / one.cases, command=command, **asked)
    command = " ".join([*words, f"{FOLDER}/truth.tsv", FOLDER])
    return EvaluateRequest(place / FOLDER / "truth.tsv", place / FOLDER, command=command, **asked)


def measured(evaluation: Evaluation, goal: Goal) -> float | None:
    """Find the figure of a goal; None where there are no such cases."""
    for figures in evaluation.figures:
        if figures.name == goal.cases:
            estimates = figures.macro if goal.macro else figures.micro
            return estimates[METRICS.index(goal.figure)].value
    return None


def goal_rows(one: DevelopmentSet, evaluation: Evaluation) -> list[tuple[str, ...]]:
    """Hold a set against its goals, a row each."""
    rows = []
    for goal in one.goals:
        what = goal.figure.replace("top", "top-")
        what += ", mean over genes" if goal.macro else ""
        what += ", genes unknown to HPO" if goal.cases == UNKNOWN_GENES else ""
        value = measured(evaluation, goal)
        shown = "not assessed" if value is None else f"{value:.1f}"
        met = (
            ""
            if value is None
            else answer(round(value, 1) >= goal.least, round(value, 1) >= goal.aim)
        )
        rows.append((one.title, what, f"{goal.least:g}", f"{goal.aim:g}", shown, met))
    if one.name in CALIBRATED:
        parts = evaluation.calibration.parts
        shown, met = "not assessed", ""
        if parts:
            error = parts[0].ece_width
            shown = f"{error:.3f} (by chance {parts[0].ece_chance.value:.3f})"
            met = answer(round(error, 3) <= LEAST_ECE, round(error, 3) <= AIM_ECE)
        rows.append((one.title, "calibration error", f"≤ {LEAST_ECE}", f"≤ {AIM_ECE}", shown, met))
    return rows


def answer(least: bool, aim: bool) -> str:
    """Say how far a goal is met."""
    return "aim" if aim else "yes" if least else "**no**"


def section(found: list[tuple[DevelopmentSet, Evaluation]]) -> str:
    """Write the part of the document."""
    rows = [row for one, evaluation in found for row in goal_rows(one, evaluation)]
    head = ("set", "figure", "at least", "aim", "measured", "met")
    lines = ["|" + "|".join(f" {cell} " for cell in row) + "|" for row in rows]
    table = "\n".join([table_text(head, []), *lines])
    blocks = [table]
    for one, evaluation in found:
        blocks += [f"### {one.title}", one.about, evaluation_markdown_text(evaluation).rstrip()]
    return "\n\n".join(block for block in blocks if block) + "\n"


def put(document: str, content: str) -> str:
    r"""Replace what stands between the marks; put marks and content at the end without them.

    >>> put("a\n<!-- evaluation -->\nold\n<!-- /evaluation -->\nb\n", "new\n")
    'a\n<!-- evaluation -->\nnew\n<!-- /evaluation -->\nb\n'
    """
    before, mark, rest = document.partition(BEGIN)
    if not mark:
        title = "\n## Development sets\n\n"
        return f"{document.rstrip()}\n{title}{BEGIN}{content}{END}"
    _, end, after = rest.partition(END)
    if not end:
        raise SystemExit(f"the document has {BEGIN.strip()} without {END.strip()}")
    return f"{before}{BEGIN}{content}{END}{after}"


def progress(name: str) -> Callable[[int, int], None]:
    """Say on standard error how far a set is, every five seconds and at its end."""
    began = last = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if done == total or now - last > 5:
            last = now
            print(f"{name}: {done} of {total} cases, {now - began:.0f} s", file=sys.stderr)

    return tell


def run(arguments: argparse.Namespace, place: Path) -> list[tuple[DevelopmentSet, Evaluation]]:
    """Evaluate the sets, one after the other."""
    found = []
    chosen = [one for one in SETS if arguments.only in ("", one.name)]
    if not chosen:
        raise SystemExit(f"no set {arguments.only!r}: {', '.join(one.name for one in SETS)}")
    if any(not one.cases for one in chosen):
        with tarfile.open(arguments.source / SPIKED) as archive:
            archive.extractall(place, filter="data")
    for one in chosen:
        request = request_of(one, arguments.source, place)
        request = replace(request, jobs=arguments.jobs, limit=arguments.limit)
        if arguments.results is not None:
            arguments.results.mkdir(parents=True, exist_ok=True)
            names = {
                kind: str(arguments.results / f"{one.name}.{end}")
                for kind, end in (("output", "tsv"), ("json", "json"), ("svg", "svg"))
            }
            request = replace(request, **names)
        found.append((one, evaluate(request, progress(one.name))))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("source", type=Path, metavar="EVALUATION_DIR")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="", metavar="NAME")
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--results", type=Path)
    parser.add_argument("--document", type=Path, default=ROOT / "docs" / "validation.md")
    arguments = parser.parse_args()
    if not (arguments.source / SPIKED).is_file():
        print(f"no development sets in {arguments.source}: nothing evaluated", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory(prefix="raredx-evaluate-all-") as place:
        found = run(arguments, Path(place))
    content = section(found)
    if arguments.only or arguments.limit:
        print(content, end="")
        return
    text = arguments.document.read_text(encoding="utf-8")
    arguments.document.write_text(put(text, content), encoding="utf-8")
    print(f"written: {arguments.document}", file=sys.stderr)


if __name__ == "__main__":
    main()
