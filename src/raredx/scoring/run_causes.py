"""Why did a candidate move between two runs? Its columns, its addends, and what differs else.

An addend, a tier or a class can change for a few reasons each. Of these, one counts as a cause
where columns of the candidate that speak of it differ between the runs; only where none does,
what differs between the runs as a whole is asked. Nothing is chosen among several: then all are
named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from raredx.columns.records import dataclass
from raredx.columns.run_changes import (
    ARROW,
    CAUSE_WORDS,
    AddendChange,
    Cause,
    Difference,
    Ground,
    Reason,
)
from raredx.columns.runs import RunCandidate, RunVariant

ROUNDING = 0.0002
"""Scores and addends have four decimals: two of them may differ by twice half a last digit in each
of two runs. Our choice: twice the last digit."""

COLUMNS_OF = {
    Cause.CLINVAR: ("clinvar", "clinvar_stars"),
    Cause.PANEL: ("panels", "moi"),
    Cause.FREQUENCY: ("popmax_af", "homozygotes", "frequencies"),
    Cause.ANNOTATION: (
        "consequence", "transcript", "hgvs_p", "hgvs_c", "worst_consequence", "loftee", "pli",
        "transcript_choice", "impact", "exon",
    ),
    Cause.PREDICTOR: ("revel", "alphamissense", "cadd", "spliceai"),
    Cause.GENOTYPE: ("filter", "heteroplasmy", "heteroplasmy_mother"),
}  # fmt: skip
"""Columns that speak of a cause, the most telling first; calls of the members beside them."""

_EFFECT = (Cause.ANNOTATION, Cause.PREDICTOR, Cause.CURATED, Cause.CLINVAR, Cause.KNOWLEDGE)
_FAMILY = (Cause.GENOTYPE, Cause.PEDIGREE, Cause.FREQUENCY)
CAUSES_OF_ADDEND = {
    "prior": (),
    "effect": _EFFECT,
    "rarity": (Cause.FREQUENCY,),
    "segregation": _FAMILY,
    "gene": (Cause.KNOWLEDGE, Cause.ANNOTATION, Cause.PANEL),
    "panel": (Cause.PANEL,),
    "phenotype": (Cause.HPO,),
    "reported": (Cause.CLINVAR,),
}
"""What can change an addend (docs/score.md), beside the rules and raredx, which can change each."""

_CAUSES_OF_TIER = (
    Cause.PANEL, Cause.ANNOTATION, Cause.CLINVAR, Cause.GENOTYPE, Cause.PEDIGREE, Cause.FREQUENCY,
    Cause.PREDICTOR,
)  # fmt: skip

_CAUSES_OF_CRITERION = {
    **dict.fromkeys(("PM2", "BA1", "BS1", "BS2"), (Cause.FREQUENCY,)),
    **dict.fromkeys(("PP3", "BP4"), (Cause.PREDICTOR, Cause.ANNOTATION)),
    **dict.fromkeys(("PS2", "PM6", "PP1", "BS4", "BP5"), (Cause.GENOTYPE, Cause.PEDIGREE)),
    **dict.fromkeys(
        ("PM3", "BP2"), (Cause.GENOTYPE, Cause.PEDIGREE, Cause.CLINVAR, Cause.ANNOTATION)
    ),
    "PP4": (Cause.HPO,),
}
_CAUSES_OF_OTHER_CRITERIA = _EFFECT
_CURATED_ONLY = ("PS3", "BS3", "PS4", "PP4", "BP5")
"""Criteria that only a curator states."""

_RULES_OF_ADDEND = {
    "prior": ("score.prior", "score.explained_share"),
    "rarity": ("score.rarity", "score.absent", "frequency."),
    "segregation": ("score.", "segregation.", "de_novo.", "mosaic."),
    "effect": ("score.", "acmg.", "consequence."),
    "gene": ("score.",),
    "panel": ("score.panel_share",),
    "phenotype": ("score.phenotype", "phenotype."),
    "reported": ("score.clinvar",),
}
"""Settings that an addend depends on, by how their keys begin."""

Causes = dict[Cause, tuple[str, ...]]
"""Causes that hold, each with its words."""


@dataclass(frozen=True)
class MoveFacts:
    """What is known of a candidate in both runs.

    Attributes
    ----------
    rows : dict
        Causes that its own columns tell.
    runs : dict
        Causes that the runs as a whole differ in.
    settings : tuple of Difference
        Of the rule set.
    """

    rows: Causes
    runs: Causes
    settings: tuple[Difference, ...]


def gather_facts(
    old: RunCandidate, new: RunCandidate, differences: Sequence[Difference]
) -> MoveFacts:
    """Gather what differs about one candidate."""
    own = [one for one in differences if one.family in ("", new.family_id)]
    settings = tuple(one for one in own if one.cause is Cause.RULE)
    return MoveFacts(row_causes(old, new), causes_of(own), settings)


def causes_of(differences: Iterable[Difference]) -> Causes:
    """Group differences by cause; libraries are left out where anything else differs."""
    found: dict[Cause, tuple[str, ...]] = {}
    for one in differences:
        found[one.cause] = (*found.get(one.cause, ()), one.words)
    if len(found) > 1:
        found.pop(Cause.LIBRARIES, None)
    return found


def row_causes(old: RunCandidate, new: RunCandidate) -> Causes:
    """Give the causes that the columns of a candidate tell, each with its words.

    Variants are compared by allele; one that only one of the two has is left out.
    """
    found: dict[Cause, tuple[str, ...]] = {}
    twins = {variant.key: variant for variant in old.variants}
    many = len(new.variants) > 1
    for variant in new.variants:
        twin = twins.get(variant.key)
        if twin is None:
            continue
        prefix = f"{variant.name} " if many else ""
        for cause, words in _variant_causes(twin, variant).items():
            found[cause] = (*found.get(cause, ()), *(prefix + text for text in words))
    return found


def _variant_causes(old: RunVariant, new: RunVariant) -> Causes:
    """Compare one variant."""
    found: dict[Cause, tuple[str, ...]] = {}
    for cause, columns in COLUMNS_OF.items():
        differing = [name for name in columns if _cell(old, name) != _cell(new, name)]
        if differing:  # the first says it best: others follow from it
            found[cause] = tuple(_change(name, old, new) for name in differing[:1])
    calls = [
        f"{name} of {member}: {before.get(name) or 'none'} {ARROW} {after.get(name) or 'none'}"
        for member in dict.fromkeys((*old.genotypes, *new.genotypes))
        for before, after in ((old.genotypes.get(member, {}), new.genotypes.get(member, {})),)
        for name in ("gt", "dp", "gq", "ab")
        if before.get(name) != after.get(name)
    ]
    if calls:
        found[Cause.GENOTYPE] = (*found.get(Cause.GENOTYPE, ()), *calls)
    if old.curated != new.curated:
        words = ", ".join(sorted(old.curated)) or "none", ", ".join(sorted(new.curated)) or "none"
        found[Cause.CURATED] = (f"curated: {words[0]} {ARROW} {words[1]}",)
    return found


def _cell(variant: RunVariant, name: str) -> str:
    """Give a cell; empty where the table has no such column."""
    return variant.cells.get(name, "")


def _change(name: str, old: RunVariant, new: RunVariant) -> str:
    """Write how a cell changed; of a list, what left and what came."""
    before, after = _cell(old, name), _cell(new, name)
    if ";" in before + after:
        one, other = before.split(";"), after.split(";")
        before = list_few([word for word in one if word not in other])
        after = list_few([word for word in other if word not in one])
    return f"{name}: {before or 'none'} {ARROW} {after or 'none'}"


def list_few(names: Sequence[str], most: int = 2) -> str:
    """List some names, and count the rest.

    Examples
    --------
    >>> list_few(["a", "b", "c", "d"])
    'a; b and 2 more'
    """
    rest = len(names) - most
    return "; ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")


def addend_changes(
    old: RunCandidate, new: RunCandidate, facts: MoveFacts
) -> tuple[AddendChange, ...]:
    """Split the change of a score into its addends, each with its causes; largest first."""
    deltas: dict[str, float] = {}
    for name in dict.fromkeys((*old.addends, *new.addends)):
        delta = (new.addends.get(name) or 0.0) - (old.addends.get(name) or 0.0)
        opened = (old.addends.get(name) is None) != (new.addends.get(name) is None)
        if abs(delta) > ROUNDING or opened:
            deltas[name] = round(delta, 4) + 0.0
    whole = sum(abs(delta) for delta in deltas.values())
    found = []
    for name, delta in deltas.items():
        causes = _causes_of_addend(name, facts)
        found.append(
            AddendChange(
                name,
                _number(old.addends.get(name)),
                _number(new.addends.get(name)),
                delta,
                round(abs(delta) / whole, 4) if whole else 0.0,
                tuple(causes),
                "; ".join(text for words in causes.values() for text in words),
            )
        )
    return tuple(sorted(found, key=lambda one: (-abs(one.delta), one.name)))


def _number(value: float | None) -> float:
    """Give a number, NaN where it was not assessed."""
    return float("nan") if value is None else value


def _causes_of_addend(name: str, facts: MoveFacts) -> Causes:
    """Find the causes of a changed addend."""
    begins = _RULES_OF_ADDEND.get(name, ("score.",))
    rules = tuple(one.words for one in facts.settings if one.what.startswith(begins))
    return pick_causes(CAUSES_OF_ADDEND.get(name, ()), facts, rules)


def pick_causes(possible: Sequence[Cause], facts: MoveFacts, rules: tuple[str, ...]) -> Causes:
    """Find which of the possible causes hold.

    Parameters
    ----------
    possible : sequence of Cause
    facts : MoveFacts
    rules : tuple of str
        Changed settings that what changed depends on.

    Returns
    -------
    dict
        Those that the columns tell; without any, those that the runs differ in. Settings that it
        depends on are named beside either. Where none of these differs, all that does; empty where
        nothing does.
    """
    found = {cause: facts.rows[cause] for cause in possible if cause in facts.rows}
    if not found:
        found = {cause: facts.runs[cause] for cause in possible if cause in facts.runs}
    elif Cause.PEDIGREE in possible and Cause.PEDIGREE in facts.runs:
        found[Cause.PEDIGREE] = facts.runs[Cause.PEDIGREE]
    if rules:
        found[Cause.RULE] = rules
    return found or dict(facts.runs)


def _causes_of_tier(facts: MoveFacts) -> Causes:
    """Find the causes of a changed tier."""
    begins = ("consequence.", "known_pathogenic.", "segregation.", "de_novo.", "mosaic.", "panel.")
    rules = tuple(one.words for one in facts.settings if one.what.startswith(begins))
    return pick_causes(_CAUSES_OF_TIER, facts, rules)


def _causes_of_class(old: RunCandidate, new: RunCandidate, facts: MoveFacts) -> Causes:
    """Find the causes of a changed class, criterion by criterion."""
    rules = tuple(one.words for one in facts.settings if one.what.startswith("acmg."))
    found: Causes = {}
    for code in _changed_criteria(old, new):
        possible = _CAUSES_OF_CRITERION.get(code, _CAUSES_OF_OTHER_CRITERIA)
        if Cause.CURATED in facts.rows or code in _CURATED_ONLY:
            possible = (*possible, Cause.CURATED)
        for cause, words in pick_causes(possible, facts, rules).items():
            found[cause] = tuple(dict.fromkeys((*found.get(cause, ()), *words)))
    return found or pick_causes((), facts, rules)


def _changed_criteria(old: RunCandidate, new: RunCandidate) -> list[str]:
    """Name the criteria that one run has and the other has not, or with another strength."""
    twins = {variant.key: variant for variant in old.variants}
    found = []
    for variant in new.variants:
        if (twin := twins.get(variant.key)) is not None:
            before, after = (
                set(filter(None, _cell(one, "acmg_criteria").split(";"))) for one in (twin, variant)
            )
            found += [text.partition("_")[0] for text in sorted(before ^ after)]
    return list(dict.fromkeys(found))


def explain_move(
    old: RunCandidate, new: RunCandidate, differences: Sequence[Difference]
) -> tuple[Reason, tuple[AddendChange, ...]] | None:
    """Say why score, tier or class of a candidate changed; None where none of them did."""
    facts = gather_facts(old, new, differences)
    addends = addend_changes(old, new, facts)
    parts: list[tuple[Causes, str]] = [
        (_causes_of_addend(one.name, facts), f"{one.delta:+.2f} ({one.name})") for one in addends
    ]
    if old.tier != new.tier:
        what = f"tier {old.tier} {ARROW} {new.tier}"
        parts.append((_causes_of_tier(facts), what))
    if old.acmg_class != new.acmg_class:
        what = f"class {old.acmg_class} {ARROW} {new.acmg_class}"
        parts.append((_causes_of_class(old, new, facts), what))
    if not parts:
        return None
    return _join(parts, facts), addends


def _join(parts: Sequence[tuple[Causes, str]], facts: MoveFacts) -> Reason:
    """Make one reason of what changed: effects with the same causes stand together."""
    together: dict[tuple[Cause, ...], tuple[Causes, list[str]]] = {}
    for causes, what in parts:
        known, effects = together.setdefault(tuple(causes), ({}, []))
        for cause, told in causes.items():
            known[cause] = tuple(dict.fromkeys((*known.get(cause, ()), *told)))
        effects.append(what)
    found = tuple(dict.fromkeys(cause for causes in together for cause in causes))
    words = "; ".join(_words(causes, effects, facts) for causes, effects in together.values())
    certain = all(_is_certain(causes, facts) for causes, _ in together.values())
    cause = found[0] if len(found) == 1 else (Cause.SEVERAL if found else Cause.UNKNOWN)
    return Reason(cause, found, certain, _ground_of(found, facts), words)


def _is_certain(causes: Causes, facts: MoveFacts) -> bool:
    """Whether all of these causes are behind it, rather than one of them."""
    return len(causes) == 1 or (len(causes) > 1 and all(cause in facts.rows for cause in causes))


def _ground_of(found: Sequence[Cause], facts: MoveFacts) -> Ground:
    """Say what causes rest on."""
    if found and all(cause in facts.rows for cause in found):
        return Ground.COLUMNS
    if found and len(facts.runs) == 1:
        return Ground.ONLY_DIFFERENCE
    return Ground.COLUMNS if len(found) == 1 or any(c in facts.rows for c in found) else Ground.NONE


def _words(causes: Causes, effects: Sequence[str], facts: MoveFacts) -> str:
    """Write causes and what they did."""
    did = ", ".join(effects)
    if not causes:
        return f"nothing recorded tells why: {did}"
    between = " and " if _is_certain(causes, facts) else " or "
    return f"{name_causes(causes, between)}, {did}"


def name_causes(causes: Causes, between: str) -> str:
    """Write causes with their words."""
    named = (f"{CAUSE_WORDS[cause]} ({'; '.join(words)})" for cause, words in causes.items())
    return between.join(named)
