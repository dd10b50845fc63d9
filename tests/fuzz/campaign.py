"""Long runs: many cases in child processes that may die, since htslib may.

A child works through its share of the case numbers and says, before each step, which it is: when
it dies, the parent knows on which side. A case is made from kind, seed and number alone.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from fuzz.answers import EXACT, Answer, Bench, Way, draw_fast, open_bench
from fuzz.cases import Case, structured
from fuzz.children import Ear, fork, in_child
from fuzz.damage import mutated_seed, nasty, squeezed
from fuzz.raw_bytes import body_of, draw_target, make_bytes
from fuzz.verdicts import Verdict, judge

LEVELS = ("read", "rank")
MOST_FAULTS = 8
ALONE = "what htslib makes of a line depends on the lines before"
UNNOTICED = "a fault in a dropped line goes unnoticed"
MOST_EXAMPLES = 3
"""Findings of one sort that are kept."""


@dataclass(frozen=True)
class Plan:
    """What to run.

    Attributes
    ----------
    kind : str
        `structured`, `nasty`, `squeezed` or `seeds`; `bytes` for the scan alone.
    seed : int
    most : int
        Records of a file at most.
    every : int
        Every so many cases is a whole run, the others only read; 0 for never.
    seeds : tuple of bytes
        Real files as text, for `seeds`.
    ignore : tuple of str
        Parts of an answer that may differ, for now.
    """

    kind: str
    seed: int = 0
    most: int = 40
    every: int = 10
    seeds: tuple[bytes, ...] = ()
    ignore: tuple[str, ...] = ()

    def judge(self, bench: Bench, number: int, say: Callable[[str], None]) -> tuple[Verdict, int]:
        """Make one case and judge it; give also how many records were sifted."""
        if self.kind == "bytes":
            return _judge_bytes(bench, Random(f"bytes {self.seed} {number}"), say)
        case, question = self.make(number)
        verdict = ask(bench, case, question, say)
        return verdict, case.n_records * verdict.sifted

    def make(self, number: int) -> tuple[Case, Question]:
        """Make one case, and what is asked of it."""
        rng = Random(f"{self.kind} {self.seed} {number}")
        case = MAKERS[self.kind](rng, self)
        level = LEVELS[bool(self.every) and number % self.every == 0]
        damaged = self.kind != "structured"
        return case, Question(draw_fast(rng, case), level, damaged, self.ignore)


MAKERS: dict[str, Callable[[Random, Plan], Case]] = {
    "structured": lambda rng, plan: structured(rng, plan.most),
    "nasty": lambda rng, plan: nasty(rng, min(plan.most, 12)),
    "squeezed": lambda rng, plan: squeezed(rng, plan.most),
    "seeds": lambda rng, plan: mutated_seed(rng, plan.seeds),
}


@dataclass
class Finding:
    """A case on which the fast path differs."""

    kind: str
    number: int
    why: str
    case: Case
    question: Question


@dataclass
class Tally:
    """What a campaign did; records are those of files that were sifted."""

    cases: int = 0
    records: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    deaths: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    seconds: float = 0.0


def _judge_bytes(bench: Bench, rng: Random, say: Callable[[str], None]) -> tuple[Verdict, int]:
    """Scan many drawn bytes under one drawn header."""
    say("exact")
    target, case = draw_target(rng, bench)
    say("fast")
    text, n_lines = body_of(case), 0
    for _ in range(50):
        data = make_bytes(rng, text)
        fault = target.fault(data)
        n_lines += data.count(b"\n")
        if fault:
            return Verdict("differs", f"{fault}: {data[:4000]!r}", True), n_lines
    return Verdict("same", "", True), n_lines


@dataclass(frozen=True)
class Question:
    """What is asked of both sides.

    Attributes
    ----------
    way : Way
        How the fast side is run.
    level : str
        `read` or `rank`.
    damaged : bool
        Whether stated differences are let pass.
    ignore : tuple of str
        Parts of an answer that may differ.
    """

    way: Way
    level: str = "read"
    damaged: bool = False
    ignore: tuple[str, ...] = ()

    def judge(self, exact: Answer, fast: Answer) -> Verdict:
        """Compare two answers."""
        return judge(exact, fast, self.ignore, damaged=self.damaged)


def ask(bench: Bench, case: Case, question: Question, say: Callable[[str], None]) -> Verdict:
    """Run both sides of one case."""
    bench.put(case)
    run = bench.rank if question.level == "rank" else bench.read
    say("exact")
    exact = run(case, EXACT)
    say("fast")
    fast = run(case, question.way)
    say("compare")
    verdict = question.judge(exact, fast)
    if verdict.kind != "differs" or not question.damaged:
        return verdict
    if case.cracked and (case.blocks == "bcf" or not case.text.startswith(b"##fileformat")):
        return verdict
    if exact.refusal:
        return _without_faults(bench, case, question, verdict)
    if fast.refusal and any(_refused_alone(bench, case)):
        return Verdict("unstable", ALONE, verdict.sifted)
    return verdict


def _without_faults(bench: Bench, case: Case, question: Question, verdict: Verdict) -> Verdict:
    """Ask again without the lines that htslib refuses: the sieve may have dropped them unread."""
    head, lines = case.parts()
    good: list[bytes] = []
    for n, line in enumerate(lines, 1):
        shorter = case.with_text(head + b"".join([*good, line]), plain=True)
        bench.put(shorter)
        if not bench.read(shorter, EXACT).refusal:
            good.append(line)
        if n - len(good) > MOST_FAULTS:
            return verdict
    if not good:  # nothing is left to compare
        return Verdict("stated", UNNOTICED, verdict.sifted)
    whole = case.with_text(head + b"".join(good))
    bench.put(whole)
    again = question.judge(bench.read(whole, EXACT), bench.read(whole, question.way))
    bench.put(case)
    same = again.kind in ("same", "stated")
    return Verdict("stated", UNNOTICED, verdict.sifted) if same else verdict


def _refused_alone(bench: Bench, case: Case) -> Iterator[bool]:
    """Tell of each line whether htslib refuses it where no other stands before it."""
    head, lines = case.parts()
    for line in lines:
        alone = case.with_text(head + line, plain=True)
        bench.put(alone)
        yield bool(bench.read(alone, EXACT).refusal)
    bench.put(case)


def confirm(bench: Bench, case: Case, question: Question) -> Verdict:
    """Ask again in a fresh child; the exact side must agree with itself.

    Where the fast side dies, each line is read alone by the exact side: htslib may not survive
    a line that is read first, and it is read first where those before it were dropped.
    """

    def work(say: Callable[[str], None]) -> Verdict:
        bench.put(case)
        run = bench.rank if question.level == "rank" else bench.read
        say("exact")
        first = run(case, EXACT)
        again = judge(first, run(case, EXACT), question.ignore)
        if again.kind == "differs":
            return Verdict("unstable", again.why)
        return ask(bench, case, question, say)

    def alone(say: Callable[[str], None]) -> Verdict:
        say("exact")
        return Verdict("unstable" if any([*_refused_alone(bench, case)]) else "same", ALONE)

    verdict = in_child(work)
    if question.damaged and not case.cracked and verdict.why.startswith("fast side died"):
        lonely = in_child(alone)
        return verdict if lonely.kind == "same" else lonely
    return verdict


@dataclass
class _Worker:
    """One share of the case numbers."""

    ear: Ear
    number: int
    said: str = ""
    since: float = 0.0


class Campaign:
    """Run cases until so many records, seconds or cases are through."""

    def __init__(self, plan: Plan, jobs: int = 1, patience: float = 120) -> None:
        self._plan, self._jobs, self._patience = plan, jobs, patience
        self.tally = Tally()
        self._examples: Counter[str] = Counter()

    def run(
        self,
        *,
        seconds: float = 1e9,
        records: int = 1 << 62,
        cases: int = 1 << 62,
        tell: Callable[[Tally], None] = lambda _: None,
    ) -> Tally:
        """Run, and give what was found; `tell` is called about every ten seconds."""
        began = told = time.monotonic()
        tally, share = self.tally, -(-cases // self._jobs)
        with open_bench() as bench:
            self._bench = bench
            bench.warm()
            workers = [self._start(bench, n, share) for n in range(self._jobs)]
            with selectors.DefaultSelector() as selector:
                for worker in workers:
                    selector.register(worker.ear.reading, selectors.EVENT_READ, worker)
                while selector.get_map():
                    now = time.monotonic()
                    tally.seconds = now - began
                    over = tally.seconds > seconds or tally.records >= records
                    if now - told > 10:
                        told = now
                        tell(tally)
                    for key, _ in selector.select(1.0):
                        self._hear(key.data)
                    for key in list(selector.get_map().values()):
                        self._mind(key.data, bench, selector, over, share)
        tally.seconds = time.monotonic() - began
        return tally

    def _start(self, bench: Bench, number: int, share: int) -> _Worker:
        """Start a child at a case number."""
        plan, step = self._plan, self._jobs

        def work(say: Callable[[str], None]) -> None:
            own = bench.beside(number % step)
            for at in range(number, share * step, step):
                say(f"case {at}")
                verdict, n_records = plan.judge(own, at, say)
                say(json.dumps([at, n_records, verdict.kind, verdict.why]))

        child, reading = fork(work)
        return _Worker(Ear(child, reading), number, since=time.monotonic())

    def _hear(self, worker: _Worker) -> None:
        """Take up what a child says."""
        for message in worker.ear.hear():
            worker.since = time.monotonic()
            if message.startswith("case "):
                worker.number = int(message[5:])
            elif message.startswith("["):
                self._count(*json.loads(message))
            worker.said = message

    def _count(self, number: int, n_records: int, kind: str, why: str) -> None:
        """Count one verdict; look again at a difference."""
        tally = self.tally
        tally.cases += 1
        tally.records += n_records
        if kind == "differs":
            kind = self._look_again(number, why)
        tally.verdicts[kind if kind != "stated" else f"stated: {why}"] += 1

    def _look_again(self, number: int, why: str) -> str:
        """Ask a fresh child; keep the first few findings of each sort."""
        if self._plan.kind == "bytes":
            self._keep(number, "bytes", why, Case(b"", "x", ""), Question(EXACT, "bytes"))
            return "differs"
        case, question = self._plan.make(number)
        sort = f"{why.partition(':')[0]} {question.level}"
        if self._examples[sort] >= MOST_EXAMPLES and not why.startswith(("refusal", "fast side")):
            return "differs"
        verdict = confirm(self._bench.beside(-1), case, question)
        if verdict.kind in ("unstable", "no answer"):
            return verdict.kind
        why = verdict.why if verdict.kind == "differs" else f"only once: {why}"
        self._keep(number, sort, why, case, question)
        return "differs"

    def _keep(self, number: int, sort: str, why: str, case: Case, question: Question) -> None:
        """Keep the first few findings of a sort."""
        self._examples[sort] += 1
        if self._examples[sort] <= MOST_EXAMPLES:
            self.tally.findings.append(Finding(self._plan.kind, number, why, case, question))

    def _mind(self, worker: _Worker, bench: Bench, selector: Any, over: bool, share: int) -> None:
        """Look after a child: stop it, or start another where it died."""
        late = time.monotonic() - worker.since > self._patience
        if (over or late) and not worker.ear.ended:
            os.kill(worker.ear.child, signal.SIGKILL)
            worker.ear.ended = True
        if not worker.ear.ended:
            return
        selector.unregister(worker.ear.reading)
        with worker.ear:
            death = worker.ear.death()
        if over or not death:
            return
        self._bury(worker, "no answer in time" if late else death)
        fresh = self._start(bench, worker.number + self._jobs, share)
        selector.register(fresh.ear.reading, selectors.EVENT_READ, fresh)

    def _bury(self, worker: _Worker, death: str) -> None:
        """Count a death; on the exact side it is no answer, on the other it may be a finding."""
        said = worker.said if worker.said in ("exact", "fast", "compare") else "making"
        if worker.said.startswith("broke: "):
            said, death = "harness", worker.said
        self.tally.deaths[f"{said}: {death}"] += 1
        if said == "exact":
            self._count(worker.number, 0, "no answer", "")
        else:
            self._count(worker.number, 0, "differs", f"{said} side died: {death}")
