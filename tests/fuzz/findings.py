"""Findings: made smaller, saved in a folder, asked again."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

from fuzz.answers import Way, open_bench
from fuzz.campaign import Finding, Question, confirm
from fuzz.cases import Case
from fuzz.verdicts import Verdict

PATIENCE = 20.0
"""Seconds that are spent on making one finding smaller."""


def make_smaller(finding: Finding) -> Finding:
    """Take away what is not needed for the difference."""
    end = time.monotonic() + PATIENCE
    best = finding
    with open_bench() as bench:

        def still(case: Case, question: Question | None = None) -> bool:
            nonlocal best
            if time.monotonic() > end:
                return False
            question = question or best.question
            verdict = confirm(bench, case, question)
            if verdict.kind != "differs" or _sort(verdict.why) != _sort(finding.why):
                return False
            best = replace(best, case=case, question=question, why=verdict.why)
            return True

        if not still(finding.case):
            return finding
        still(best.case, replace(best.question, way=Way(exact=False)))
        whole = best.case.text
        if still(best.case.with_text(whole, plain=True)) or still(best.case.with_text(whole)):
            _fewer_lines(best.case, still)
            for _ in range(2):
                for smaller in _smaller_texts(best.case.text):
                    if len(smaller) < len(best.case.text):
                        still(best.case.with_text(smaller))
        else:
            _fewer_bytes(best.case, still)
    return best


def _sort(why: str) -> str:
    """Tell differences apart by what differs."""
    return why.partition(":")[0]


def _fewer_lines(case: Case, still: Callable[[Case], bool]) -> None:
    """Drop lines of the body, then of the header, in halves, quarters and so on."""
    text = case.text
    for wanted in (False, True):
        n = 2
        while True:
            lines = text.splitlines(keepends=True)
            marked = [k for k, line in enumerate(lines) if line.startswith(b"#") == wanted]
            if wanted:
                marked = [k for k in marked if b"#CHROM" not in lines[k]][1:]
            size = -(-len(marked) // n)
            if not marked or not size:
                break
            for start in range(0, len(marked), size):
                gone = {*marked[start : start + size]}
                fewer = b"".join(line for k, line in enumerate(lines) if k not in gone)
                if still(case.with_text(fewer)):
                    text = fewer
                    break
            else:
                if size == 1:
                    break
                n = min(2 * n, len(marked))


def _smaller_texts(text: bytes) -> Iterator[bytes]:
    """Give texts with shorter cells and shorter INFO."""
    lines = text.split(b"\n")
    for k, line in enumerate(lines):
        if line.startswith(b"#"):
            continue
        cells = line.split(b"\t")
        for c, plain in ((2, b"."), (5, b"."), (6, b"PASS"), (7, b"."), (3, b"A"), (4, b"G")):
            if c < len(cells) and cells[c] != plain:
                yield b"\n".join(
                    [*lines[:k], b"\t".join([*cells[:c], plain, *cells[c + 1 :]]), *lines[k + 1 :]]
                )
        if len(cells) > 7:
            parts = cells[7].split(b";")
            for p in range(len(parts)):
                info = b";".join(parts[:p] + parts[p + 1 :]) or b"."
                yield b"\n".join(
                    [*lines[:k], b"\t".join([*cells[:7], info, *cells[8:]]), *lines[k + 1 :]]
                )


def _fewer_bytes(case: Case, still: Callable[[Case], bool]) -> None:
    """Drop stretches of a compressed file."""
    data, size = case.data, len(case.data) // 2
    while size >= 16:
        start = 0
        while start < len(data):
            fewer = data[:start] + data[start + size :]
            if still(replace(case, data=fewer)):
                data = fewer
            else:
                start += size
        size //= 2


def save(finding: Finding, output: Path) -> Path:
    """Write a finding into a folder of its own; give its name."""
    case, question = finding.case, finding.question
    folder = output / f"{finding.kind}-{finding.number}-{question.level}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / case.name).write_bytes(case.data)
    (folder / "x.ped").write_text(case.ped)
    about = {"vcf": case.name, "blocks": case.blocks, "cracked": case.cracked,
             "request": case.request, "question": asdict(question)}  # fmt: skip
    (folder / "case.json").write_text(json.dumps(about, indent=1) + "\n")
    (folder / "reason.txt").write_text(f"{finding.kind} case {finding.number}\n{finding.why}\n")
    return folder


def load(folder: Path) -> Verdict:
    """Ask a saved finding again."""
    about = json.loads((folder / "case.json").read_text())
    data = (folder / about["vcf"]).read_bytes()
    whole = b"" if about["cracked"] or about["blocks"] == "bcf" else data
    text = gzip.decompress(whole) if whole[:2] == b"\x1f\x8b" else whole
    ped = (folder / "x.ped").read_text()
    case = Case(
        data, about["vcf"], ped, about["request"], 0, text, about["blocks"], about["cracked"]
    )
    asked = about["question"]
    question = Question(
        Way(**asked["way"]), asked["level"], asked["damaged"], tuple(asked["ignore"])
    )
    with open_bench() as bench:
        return confirm(bench, case, question)
