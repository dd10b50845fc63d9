"""What run.json tells of a run beside its counts: arguments, settings, sources of evidence."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Any

import msgspec

from raredx.columns.runs import KnowledgeSource
from raredx.pipeline.request import RankRequest
from raredx.pipeline.run_request import request_arguments
from raredx.readers.knowledge_heads import BUNDLED, bundled_sources
from raredx.report.heading import Heading
from raredx.settings import CheckSettings, LoadedRuleSet
from raredx.vocabulary import Assembly


def run_facts(request: RankRequest, loaded: LoadedRuleSet, heading: Heading) -> dict[str, Any]:
    """Gather what was asked, by which settings it was judged, and by what knowledge.

    Parameters
    ----------
    request : RankRequest
    loaded : LoadedRuleSet
        As it was in force: an option that overrides one of its values is in it.
    heading : Heading

    Returns
    -------
    dict
        `arguments`, `settings` and `knowledge` of run.json.
    """
    return {
        "arguments": request_arguments(request),
        "settings": settings_of(request, loaded),
        "knowledge": [asdict(source) for source in _used_sources(request, heading)],
    }


def settings_of(request: RankRequest, loaded: LoadedRuleSet) -> dict[str, Any]:
    """Give every key and value that was in force, and checksums of file and values."""
    rules: dict[str, Any] = msgspec.to_builtins(loaded.rules)
    checks: dict[str, Any] = msgspec.to_builtins(CheckSettings())
    values = json.dumps([rules, checks], sort_keys=True, ensure_ascii=False, allow_nan=False)
    return {
        "ruleset": request.ruleset,
        "sha256": loaded.sha256,
        "values_sha256": hashlib.sha256(values.encode()).hexdigest(),
        "rules": rules,
        "checks": checks,
    }


def _used_sources(request: RankRequest, heading: Heading) -> tuple[KnowledgeSource, ...]:
    """Name what evidence was looked up in; a file that was given stands for a bundled table."""
    given: list[KnowledgeSource] = []
    names = ["genes", "gene_facts"]
    if heading.assembly == Assembly.GRCH38.value:
        names.append("coding")
    if heading.panels:
        names.append("panels")
    if request.clinvar is not None:
        given.append(KnowledgeSource("clinvar", _release(heading), str(request.clinvar)))
    elif heading.assembly == Assembly.GRCH38.value:
        names.append("clinvar")
    if heading.hpo and request.hpo_data is not None:
        release = heading.hpo.split(",")[0].removeprefix("HPO ")
        given.append(KnowledgeSource("hpo", release, str(request.hpo_data)))
    elif heading.hpo:
        names.append("hpo")
    found = (*bundled_sources(tuple(names)), *given)
    return tuple(sorted(found, key=lambda source: source.name))


def _release(heading: Heading) -> str:
    """Find the release of a ClinVar file in what the heading says of it; empty if unknown."""
    marks = ("ClinVar (NCBI), file ", ", release ")
    for line in heading.data:
        if line.startswith(marks[0]) and marks[1] in line:
            release = line.rpartition(marks[1])[2].split(",")[0]
            return "" if release == "unknown" else release
    return ""


def installed_sources(recorded: tuple[KnowledgeSource, ...]) -> tuple[KnowledgeSource, ...]:
    """Give the bundled tables of today that stand where the recorded ones stood."""
    names = tuple(source.name for source in recorded if source.source == BUNDLED)
    return bundled_sources(names)
