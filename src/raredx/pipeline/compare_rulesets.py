"""`raredx compare-rulesets`: one file, several rule sets, and which of them keeps which variant.

The file is read once, through a gate that drops only what every rule set is certain to drop; what
each would have dropped while it reads is remembered. The answers are those of a ranking, and the
reasons those of an explanation (`ask_window`, `trail_of`).
"""

from __future__ import annotations

import math
import shlex
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from raredx import __version__
from raredx.columns.batch import VariantBatch, concatenate_batches
from raredx.columns.family import Family
from raredx.columns.records import dataclass
from raredx.columns.ruleset_comparison import (
    ComparedRuleset,
    ComparedVariant,
    RulesetComparison,
)
from raredx.errors import SettingsError
from raredx.pipeline.disguise import Disguise, disguised
from raredx.pipeline.explain_window import Window, ask_window
from raredx.pipeline.inputs import InputList, tee_standard_input
from raredx.pipeline.plan import Plan, make_plan, under_rules
from raredx.pipeline.rank import Progress, input_paths
from raredx.pipeline.request import RankRequest
from raredx.pipeline.ruleset_verdicts import Places, compared_cells, kept_places, verdicts_of
from raredx.pipeline.sample_tap import (
    fill_unknown_sexes,
    judge_sample,
    open_sample,
    refuse_findings,
)
from raredx.pipeline.trails import Asked
from raredx.readers.gate import join_gates
from raredx.readers.htslib import HtslibMessages, catch_messages
from raredx.readers.vcf import VariantStream
from raredx.readers.vcf_file import VcfFile
from raredx.report.ruleset_comparison_json import comparison_json_text
from raredx.report.ruleset_comparison_text import agreement_table, summary_lines
from raredx.report.ruleset_comparison_tsv import comparison_tsv_text
from raredx.report.writing import OutputSet
from raredx.settings import LoadedRuleSet, read_ruleset, with_explained_share
from raredx.vocabulary import Outcome

LEAST = 2
"""Rule sets that make a comparison."""


@dataclass(frozen=True)
class Read:
    """What was read of the file.

    Attributes
    ----------
    batch : VariantBatch
        What at least one rule set lets pass.
    fates : list of dict
        For each rule set, by number of the record, the question at which it drops it.
    plan : Plan
        Of the first rule set, with the sexes that the calls tell.
    parents_of : callable
        Whether the samples of a family's parents were shown to be those of the proband's.
    """

    batch: VariantBatch
    fates: list[dict[int, str]]
    plan: Plan
    parents_of: Callable[[Family], Outcome]


def label_of(name_or_path: str) -> str:
    """Call a rule set by its bundled name, or by the name of its file.

    Examples
    --------
    >>> label_of("gel"), label_of("rules/mine.toml")
    ('gel', 'mine')
    """
    return Path(name_or_path).name.removesuffix(".toml")


def check_labels(names: Iterable[str]) -> tuple[str, ...]:
    """Give every rule set its label.

    Raises
    ------
    SettingsError
        If there are too few, or two are called alike.
    """
    labels = tuple(label_of(name) for name in names)
    if len(labels) < LEAST:
        what = f"{len(labels)} rule set{'' if len(labels) == 1 else 's'} cannot be compared"
        raise SettingsError("rule sets", what, "Name at least two, before the VCF.")
    twice = next((label for label in labels if labels.count(label) > 1), None)
    if twice is not None:
        what = "is the name of two rule sets that are to be compared"
        raise SettingsError(twice, what, "Give each file a name of its own.")
    return labels


def compare_rulesets(
    request: RankRequest, names: tuple[str, ...], progress: Progress
) -> RulesetComparison:
    """Compare rule sets on one file, and write the outputs of the request: TSV and JSON.

    Parameters
    ----------
    request : RankRequest
        As for a ranking; its rule set is not looked at.
    names : tuple of str
        Rule sets, by name or path.
    progress : Progress

    Raises
    ------
    RareDxError
        For anything that the user can put right.
    """
    check_labels(names)
    with disguised(request) as disguise:
        return _run(disguise.named(request), names, disguise, progress)


def _run(
    request: RankRequest, names: tuple[str, ...], disguise: Disguise, progress: Progress
) -> RulesetComparison:
    """Compare under the names that outputs may have."""
    loaded = [with_explained_share(read_ruleset(n), request.explained_share) for n in names]
    paths = input_paths(request) + [Path(name) for name in names if Path(name).is_file()]
    with OutputSet(paths) as outputs:
        asked = [name for name in (request.output, request.json) if name is not None]
        for name in asked:
            outputs.prepare(name)
        bare = replace(request, output=None, json=None)
        with catch_messages() as messages:
            tools = (messages, disguise, progress)
            if request.vcf == "-":
                with tee_standard_input(InputList()) as path:
                    read = _read(request, path, loaded, tools)
            else:
                read = _read(request, request.vcf, loaded, tools)
        found = _compare(bare, names, loaded, read)
        heading = {"version": __version__, "command": _command(request.command, names)}
        heading["assembly"] = read.plan.read.assembly.value
        if request.output is not None:
            outputs.write_text(request.output, comparison_tsv_text(found, heading))
        if request.json is not None:
            outputs.write_text(request.json, comparison_json_text(found, heading))
        outputs.commit()
    return found


def told_lines(found: RulesetComparison) -> list[str]:
    """Say in lines what a comparison found."""
    return summary_lines(found)


def told_table(found: RulesetComparison) -> str:
    """Draw how far the rule sets agree."""
    return "\n".join(agreement_table(found))


def _command(command: str, names: tuple[str, ...]) -> str:
    """Write the rule sets into a recorded command line, before the VCF."""
    words = shlex.split(command)
    return shlex.join([*words[:-1], *(Path(name).name for name in names), *words[-1:]])


def _read(
    request: RankRequest,
    path: str,
    loaded: list[LoadedRuleSet],
    tools: tuple[HtslibMessages, Disguise, Progress],
) -> Read:
    """Read the file once, for all rule sets."""
    messages, disguise, progress = tools
    file = VcfFile(
        path, request.vcf_name, messages, request.threads, exact=request.exact, tell=progress,
        pseudonyms=disguise.pseudonyms,
    )  # fmt: skip
    asked, request = request, replace(request, output=None, json=None)
    plan = make_plan(request, file, loaded[0], InputList())
    disguise.check_outputs(asked)
    gates = [under_rules(plan, request, one).read.gate for one in loaded]
    joined = replace(plan.read, gate=join_gates(gates))
    file.set_samples(plan.read.samples)
    sample = open_sample(file.header, request.vcf_name)
    stream = VariantStream(file, joined, sample)
    batches = []
    for batch in stream.batches():
        batches.append(batch)
        progress(stream.counts.records, "", math.nan)
    file.close()
    pedigrees = [family.pedigree for family in plan.families]
    told = judge_sample(sample, plan.read.samples, pedigrees, plan.read.assembly)
    if request.strict:
        refuse_findings(told.checks, request.vcf_name, plan.families)
    families, _ = fill_unknown_sexes(plan.families, told.sexes)
    return Read(
        concatenate_batches(batches),
        stream.fates_of,
        replace(plan, families=families),
        told.parents_of,
    )


def _compare(
    request: RankRequest, names: tuple[str, ...], loaded: list[LoadedRuleSet], read: Read
) -> RulesetComparison:
    """Judge what was read by every rule set, and put the verdicts beside each other."""
    asked = [
        _ask(replace(request, ruleset=name), one, read, fates)
        for name, one, fates in zip(names, loaded, read.fates, strict=True)
    ]
    rows: list[ComparedVariant] = []
    for of_family in zip(*asked, strict=True):
        places = [kept_places(one) for one in of_family]
        kept: Places = set().union(*places)
        for variant, gene in sorted(kept):
            verdicts = verdicts_of(of_family, places, variant, gene)
            rows.append(ComparedVariant(compared_cells(of_family[0], variant, gene), verdicts))
    rulesets = tuple(
        ComparedRuleset(label_of(name), one.rules.name, one.rules.version, one.sha256)
        for name, one in zip(names, loaded, strict=True)
    )
    return RulesetComparison(rulesets, tuple(rows))


def _ask(
    request: RankRequest, loaded: LoadedRuleSet, read: Read, fates: dict[int, str]
) -> list[Asked]:
    """Ask of everything that was read what a run under a rule set asks; one for each family."""
    plan = under_rules(read.plan, request, loaded)
    batch = _filtered(read.batch, frozenset(loaded.rules.quality.pass_filters))
    dropped = tuple(fates.get(site, "") for site in batch["site"].tolist())
    return ask_window(request, plan, Window(batch, len(batch), dropped), read.parents_of)


def _filtered(batch: VariantBatch, passing: frozenset[str]) -> VariantBatch:
    """Answer FILTER by the values that pass under a rule set."""
    answers = {
        text: Outcome.NOT_ASSESSED if text == "." else Outcome(passing.issuperset(text.split(";")))
        for text in set(batch["filters"].tolist())
    }
    outcome = np.array([answers[text] for text in batch["filters"].tolist()], np.int8)
    return replace(batch, columns=batch.columns | {"filter_outcome": outcome})
