"""Why is a candidate of one run none of the other?

Asked in this order, and the first that answers counts:

1. its family is not in the other run;
2. the same variant is a candidate there in another mode, or with another partner: what differs
   between the two is told by their columns;
3. the question that it failed there, from its near misses or asked of that run again;
4. its records in both variant files;
5. what differs between the runs: the only thing, or one of several.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from raredx.columns.records import dataclass
from raredx.columns.run_changes import (
    ARROW,
    CAUSE_WORDS,
    Cause,
    Difference,
    Ground,
    Reason,
    WhyNot,
)
from raredx.columns.runs import AlleleKey, RunCandidate, RunVariant
from raredx.scoring.run_causes import (
    Causes,
    causes_of,
    list_few,
    name_causes,
    row_causes,
)
from raredx.scoring.run_limits import (
    Limits,
    by_limit,
    first_number,
    limit_rule,
    names_setting,
    old_limit,
)

CAUSES_OF_QUESTION = {
    "filter": (Cause.GENOTYPE, Cause.CLINVAR, Cause.RULE),
    "call_quality": (Cause.GENOTYPE, Cause.CLINVAR, Cause.RULE),
    "frequency": (Cause.FREQUENCY, Cause.CLINVAR, Cause.RULE),
    "consequence": (Cause.ANNOTATION, Cause.CLINVAR, Cause.PREDICTOR, Cause.PANEL, Cause.RULE),
    "carried": (Cause.GENOTYPE, Cause.PEDIGREE),
    "segregation": (Cause.GENOTYPE, Cause.PEDIGREE, Cause.RULE),
    "panel": (Cause.PANEL, Cause.RULE),
    "de_novo_grade": (Cause.GENOTYPE, Cause.PEDIGREE, Cause.FREQUENCY, Cause.RULE),
    "consequence_in_mode": (
        Cause.ANNOTATION, Cause.CLINVAR, Cause.PREDICTOR, Cause.GENOTYPE, Cause.PEDIGREE,
        Cause.RULE,
    ),
    "regions": (Cause.REGIONS, Cause.PANEL),
    "file": (Cause.VARIANTS, Cause.REGIONS),
}  # fmt: skip
"""What can change the answer to a question; a rule set may let ClinVar rescue from some."""

RULES_OF_QUESTION = {
    "filter": ("quality.", "known_pathogenic."),
    "call_quality": ("call_quality.", "known_pathogenic."),
    "frequency": ("frequency.", "known_pathogenic."),
    "consequence": ("consequence.", "known_pathogenic."),
    "segregation": ("segregation.", "de_novo.", "mosaic.", "known_pathogenic."),
    "panel": ("panel.",),
    "de_novo_grade": ("de_novo.",),
    "consequence_in_mode": ("consequence.", "de_novo.", "known_pathogenic."),
}
"""Settings that a question asks, by how their keys begin."""

_IN_THE_FILE = (
    Cause.GENOTYPE, Cause.FREQUENCY, Cause.ANNOTATION, Cause.PREDICTOR, Cause.CLINVAR,
)  # fmt: skip
"""What a variant file tells: another file can be behind each."""

_ADMIT_NOTHING = (Cause.HPO, Cause.CURATED)
"""What only ranks: never why a variant is a candidate, unless nothing else differs."""

_RANK_ONLY = ("score.", "phenotype.", "acmg.", "order", "proband.")
"""Settings that only rank, by how their keys begin."""


@dataclass(frozen=True)
class Absence:
    """A candidate of one run, and the other run, which has it not.

    Attributes
    ----------
    candidate : RunCandidate
    run : str
        The run without it.
    present_is_new : bool
        Whether the candidate is of the new run: it appeared.
    family_is_there : bool
        Whether the run without it judged the family.
    relatives : tuple of RunCandidate
        Candidates of that run in the same family and gene that share a variant with it.
    """

    candidate: RunCandidate
    run: str
    present_is_new: bool
    family_is_there: bool
    relatives: tuple[RunCandidate, ...] = ()


Asked = Callable[[RunVariant], tuple[WhyNot, ...]]
"""Gives every question that keeps a variant from being a candidate of the run without it; none
where that is not known."""


def _no_records(_: RunCandidate) -> Causes | None:
    return None


@dataclass(frozen=True)
class Evidence:
    """Who can be asked about a candidate that one run has not.

    Attributes
    ----------
    asked : sequence of (Ground, callable)
        Asked about each variant, the best first.
    records : callable
        Says in what its records differ between the variant files; None where that is not known.
    """

    asked: Sequence[tuple[Ground, Asked]] = ()
    records: Callable[[RunCandidate], Causes | None] = _no_records


def explain_absence(
    absence: Absence, differences: Sequence[Difference], evidence: Evidence
) -> Reason:
    """Say why a candidate is in one run alone.

    Parameters
    ----------
    absence : Absence
    differences : sequence of Difference
        Between the runs.
    evidence : Evidence
    """
    candidate = absence.candidate
    own = [one for one in differences if one.family in ("", candidate.family_id)]
    if not absence.family_is_there:
        name = f"{candidate.family_id} with proband {candidate.proband}"
        words = f"family {name} is not in {absence.run}"
        return Reason(Cause.PEDIGREE, (Cause.PEDIGREE,), True, Ground.COLUMNS, words)
    if absence.relatives and (found := _from_relative(absence, own)) is not None:
        return found
    told = evidence.records(candidate)
    asked = ""
    for variant in candidate.variants:
        for ground, ask in evidence.asked:
            answers = [answer for answer in ask(variant) if _speaks_of(answer, candidate)]
            if not answers:
                continue
            words = "; ".join(_asked_words(one, variant, absence.run) for one in answers)
            causes = [_causes_of(one, absence, variant, (own, told)) for one in answers]
            if any(causes):
                certain = all(len(one) < 2 for one in causes)
                return _reason(_union(causes), ground, words, certain=certain)
            asked = asked or words
    reason = _from_runs(own) if told is None else _from_records(told, own)
    return replace(reason, words=f"{reason.words}; {asked}") if asked else reason


def _causes_of(
    answer: WhyNot,
    absence: Absence,
    variant: RunVariant,
    known: tuple[Sequence[Difference], Causes | None],
) -> Causes:
    """Give what differs and can change the answer to a question."""
    differences, told = known
    supported = _supported(answer, differences, told)
    if answer.question == "frequency" and {Cause.FREQUENCY, Cause.RULE} <= set(supported):
        rule = limit_rule(answer.rule, differences)
        limits = Limits(
            first_number(variant.cells.get("popmax_af", "")),
            old_limit(rule, answer.threshold, present_is_new=absence.present_is_new),
            first_number(answer.observed),
            first_number(answer.threshold),
        )
        supported = by_limit(supported, limits)
    return supported


def _union(found: Sequence[Causes]) -> Causes:
    """Put causes of several questions together: each keeps the candidate out."""
    causes: dict[Cause, tuple[str, ...]] = {}
    for one in found:
        for cause, words in one.items():
            causes[cause] = tuple(dict.fromkeys((*causes.get(cause, ()), *words)))
    return causes


def _speaks_of(answer: WhyNot, candidate: RunCandidate) -> bool:
    """Whether the question tells of the candidate: a pair can lack its partner for any reason."""
    return len(candidate.variants) == 1 or answer.question != "segregation"


def _asked_words(answer: WhyNot, variant: RunVariant, run: str) -> str:
    """Write the question that a variant failed."""
    asked = f"{answer.question} of {variant.name} in {run}: {answer.observed or 'no value'}"
    if answer.threshold:
        asked += f", asked for {answer.threshold}"
    return f"{asked} ({answer.rule})" if answer.rule else asked


def _reason(causes: Causes, ground: Ground, more: str, *, certain: bool) -> Reason:
    """Put causes into one reason."""
    words = name_causes(causes, " and " if certain else " or ")
    cause = next(iter(causes)) if len(causes) == 1 else Cause.SEVERAL
    return Reason(cause, tuple(causes), certain, ground, f"{words}; {more}" if more else words)


def _from_relative(absence: Absence, differences: Sequence[Difference]) -> Reason | None:
    """Compare a candidate with one of the other run that shares a variant with it."""
    candidate = absence.candidate
    relative = max(absence.relatives, key=lambda one: len(one.alleles & candidate.alleles))
    if candidate.alleles - relative.alleles:
        return None
    pair = (relative, candidate) if absence.present_is_new else (candidate, relative)
    told, runs = row_causes(*pair), causes_of(_admitting(differences))
    possible = (Cause.GENOTYPE, Cause.CLINVAR, Cause.ANNOTATION, Cause.FREQUENCY)
    found = {cause: told[cause] for cause in possible if cause in told}
    found |= {cause: runs[cause] for cause in (Cause.PEDIGREE, Cause.RULE) if cause in runs}
    if not found:
        return None
    more = f"in {absence.run} it is {relative.mode}, rank {relative.rank}"
    return _reason(found, Ground.COLUMNS, more, certain=len(found) == 1)


def _from_records(told: Causes, differences: Sequence[Difference]) -> Reason:
    """Put what the records of a candidate differ in, in the place of the file as a whole."""
    others = [one for one in differences if one.cause is not Cause.VARIANTS]
    if not told:  # its records are the same: the file is the cause only where nothing else differs
        return _from_runs(others if causes_of(others) else differences)
    runs = causes_of(_admitting(others))
    runs.pop(Cause.LIBRARIES, None)
    found = {**told, **{cause: words for cause, words in runs.items() if cause not in told}}
    return _reason(found, Ground.RECORDS, "", certain=len(found) == 1)


def _supported(answer: WhyNot, differences: Sequence[Difference], told: Causes | None) -> Causes:
    """Keep the causes of a question that something differs in.

    Of what a variant file can tell, only that in which the records differ, where they are known.
    """
    begins = RULES_OF_QUESTION.get(answer.question, ())
    relevant = [
        one for one in differences if one.cause is not Cause.RULE or one.what.startswith(begins)
    ]
    named = [
        one for one in relevant if one.cause is Cause.RULE and names_setting(answer.rule, one.what)
    ]
    if named:
        relevant = [one for one in relevant if one.cause is not Cause.RULE] + named
    runs = causes_of(relevant)
    found: Causes = {}
    for cause in CAUSES_OF_QUESTION.get(answer.question, ()):
        if told is not None and cause in told:
            found[cause] = told[cause]
        elif cause is not Cause.VARIANTS and cause in runs:
            found[cause] = runs[cause]
        elif told is None and cause in (*_IN_THE_FILE, Cause.VARIANTS) and Cause.VARIANTS in runs:
            found[cause] = runs[Cause.VARIANTS]
    return found


def _admitting(differences: Sequence[Difference]) -> list[Difference]:
    """Keep what can make a variant a candidate, and leave out what only ranks candidates."""
    return [
        one
        for one in differences
        if one.cause not in _ADMIT_NOTHING
        and not (one.cause is Cause.RULE and one.what.startswith(_RANK_ONLY))
    ]


def _from_runs(differences: Sequence[Difference]) -> Reason:
    """Blame the only thing that differs, or name all that may be behind it."""
    runs, admitting = causes_of(differences), causes_of(_admitting(differences))
    found = admitting or runs
    if not found:
        words = "nothing that the runs recorded differs"
        return Reason(Cause.UNKNOWN, (), False, Ground.NONE, words)
    if len(found) == 1:
        cause = next(iter(found))
        only = "the only difference" if len(runs) == 1 else "the only difference that can admit it"
        words = f"{name_causes(found, '')}: {only}"
        return Reason(cause, (cause,), True, Ground.ONLY_DIFFERENCE, words)
    words = f"one of: {name_causes(found, ', ')}"
    return Reason(Cause.SEVERAL, tuple(found), False, Ground.NONE, words)


def near_miss_asked(
    rows: Mapping[tuple[str, AlleleKey], Sequence[Mapping[str, str]]], candidate: RunCandidate
) -> Asked:
    """Make who answers from the near misses of a run: of the same gene, in the same mode."""

    def ask(variant: RunVariant) -> tuple[WhyNot, ...]:
        return tuple(
            WhyNot(row["question"], row["observed"], row["threshold"], row["rule"])
            for row in rows.get((candidate.family_id, variant.key), ())
            if row["mode"] == candidate.mode and candidate.gene in ("", row["gene"])
        )

    return ask


def place_change(old_above: set[str], new_above: set[str], old: int, new: int) -> Reason:
    """Explain a rank that changed while the candidate itself did not.

    Parameters
    ----------
    old_above, new_above : set of str
        Names of the candidates above it in both runs.
    old, new : int
        Its ranks.
    """
    came, left = sorted(new_above - old_above), sorted(old_above - new_above)
    parts = [
        f"{what} {list_few(names, 3)}"
        for what, names in (("now above it:", came), ("no longer above it:", left))
        if names
    ]
    words = f"{CAUSE_WORDS[Cause.OTHERS]}: rank {old} {ARROW} {new}"
    if not parts:
        return Reason(Cause.UNKNOWN, (), False, Ground.NONE, f"rank {old} {ARROW} {new}")
    words = f"{words}, {'; '.join(parts)}"
    return Reason(Cause.OTHERS, (Cause.OTHERS,), True, Ground.ORDER, words)
