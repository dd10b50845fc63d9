"""Ask a recorded run why it has not a candidate of another run, by explaining the variant under it.

The answer is that of today's raredx on the recorded arguments: it is given only where version,
settings and inputs are those of the record.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from raredx import __version__
from raredx.columns.run_changes import WhyNot
from raredx.columns.runs import FileState, RecordedRun, RunCandidate, RunVariant
from raredx.columns.trail import Step, VariantTrail
from raredx.errors import RareDxError
from raredx.pipeline.explain import explain
from raredx.pipeline.outputs import KINDS
from raredx.pipeline.request import RankRequest
from raredx.pipeline.run_facts import settings_of
from raredx.pipeline.run_request import request_of
from raredx.readers.run_files import STANDARD_STREAM, look_at
from raredx.settings import read_ruleset, with_explained_share

MOST_ASKED = 50
"""Variants that are explained for one comparison: our choice, since each reads the file again."""


class RunAsker:
    """Asks recorded runs; callable as a `WhyNotHook`.

    Parameters
    ----------
    most : int
        Questions that are asked at most; after them it does not know.
    """

    def __init__(self, most: int = MOST_ASKED) -> None:
        self._requests: dict[str, RankRequest | None] = {}
        self._left = most

    def __call__(
        self, run: RecordedRun, candidate: RunCandidate, variant: RunVariant
    ) -> tuple[WhyNot, ...]:
        """Explain one variant of a candidate; nothing where the run cannot be asked."""
        if run.path not in self._requests:
            self._requests[run.path] = _request(run)
        request = self._requests[run.path]
        if request is None or self._left <= 0:
            return ()
        self._left -= 1
        try:
            found = explain(request, variant.name)
        except RareDxError:
            return ()
        own = [
            trail
            for trail in found.trails
            if (trail.family_id, trail.proband) == (candidate.family_id, candidate.proband)
        ]
        if not found.trails:
            return (WhyNot("file", found.conclusion),)
        return _answers(own[0], candidate) if own else ()


def _request(run: RecordedRun) -> RankRequest | None:
    """Make the request of a run; None where today's answer would not be that of the run."""
    if not run.arguments or run.hides_names or run.document["raredx"] != __version__:
        return None
    if any(file.name == STANDARD_STREAM for file in run.inputs):
        return None
    if any(look_at(file, Path()).state is not FileState.UNCHANGED for file in run.inputs):
        return None
    try:
        request = request_of(run.arguments, run.path)
        loaded = with_explained_share(read_ruleset(request.ruleset), request.explained_share)
    except RareDxError:
        return None
    settings = run.document["settings"]
    if settings_of(request, loaded)["values_sha256"] != settings.get("values_sha256"):
        return None
    no_outputs: dict[str, Any] = dict.fromkeys(kind.attribute for kind in KINDS)
    return replace(request, **no_outputs)


def _answers(trail: VariantTrail, candidate: RunCandidate) -> tuple[WhyNot, ...]:
    """Take the questions that drop the candidate: in its mode, of its gene, of the variant.

    Frequency is asked of the variant by the loosest limit and again in each mode: once is enough.
    """
    steps: list[Step] = []
    for gene in trail.genes:
        if candidate.gene in ("", gene.gene):
            steps += [step for mode in gene.modes if mode.mode == candidate.mode
                      for step in mode.steps]  # fmt: skip
            steps.append(gene.consequence)
    found: dict[str, WhyNot] = {}
    for step in (*steps, *trail.steps):
        if step.is_against and step.question not in found:
            found[step.question] = WhyNot(
                step.question, step.observed, step.threshold, step.rule, step.source
            )
    return tuple(found.values())
