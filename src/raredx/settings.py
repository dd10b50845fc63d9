"""Rule sets: every threshold of a run, read from TOML when asked, frozen and hashed.

A rule set is one file. `gel` and `gel-incomplete` are bundled; a user's own file has the
same keys, may leave out any of them (the defaults here are those of `gel`), and may not
invent others.
"""

from __future__ import annotations

import hashlib
import tomllib
from importlib import resources
from pathlib import Path

import msgspec

from raredx.errors import SettingsError
from raredx.vocabulary import DE_NOVO_GRADE_NAMES


class QualitySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which FILTER values pass."""

    pass_filters: tuple[str, ...] = ("PASS",)


class RelaxedLimit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Limits for population groups too small for the general ones."""

    sources: tuple[str, ...]
    dominant: float
    recessive: float
    in_popmax: bool = True


class FrequencySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Largest population frequency that passes, as a fraction, by mode of inheritance."""

    dominant: float = 0.001
    recessive: float = 0.01
    mitochondrial: float = 0.001
    known_pathogenic: float = 0.05
    fallback_sources: tuple[str, ...] = ()
    ignored_groups: tuple[str, ...] = ()
    relaxed: tuple[RelaxedLimit, ...] = ()


class ConsequenceSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sequence Ontology terms by class."""

    high: tuple[str, ...] = ()
    moderate: tuple[str, ...] = ()
    noncoding_gene: tuple[str, ...] = ()


class KnownPathogenicSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which ClinVar classes count as known pathogenic."""

    classes: tuple[str, ...] = ("pathogenic", "likely_pathogenic", "conflicting")
    min_stars: int = 0


class SegregationSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Penetrance, and how calls on X and MT are read."""

    incomplete_penetrance: bool = False
    hemizygous_min_alt_fraction: float = 0.75
    min_heteroplasmy: float = 0.05
    homoplasmy: float = 0.95


class DeNovoSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Read evidence that grades a de novo call."""

    high_min_gq: float = 20.0
    high_min_depth: int = 10
    min_alt_fraction: float = 0.2
    max_alt_fraction: float = 0.8
    max_parental_alt_reads: int = 1
    max_parental_alt_fraction: float = 0.02
    medium_min_gq: float = 20.0
    medium_min_depth: int = 6
    tier1_min_grade: str = "medium"


class ProbandSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Call quality below which a candidate is flagged."""

    flag_gq: float = 20.0
    flag_depth: int = 10
    flag_min_het_fraction: float = 0.15
    flag_max_het_fraction: float = 0.85


class RankingSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Points of the evidence score that orders candidates within a tier."""

    high_impact: float = 4.0
    moderate_impact: float = 2.0
    noncoding_gene: float = 1.0
    pathogenic: float = 4.0
    likely_pathogenic: float = 3.0
    conflicting: float = 0.5
    benign: float = -4.0
    absent: float = 2.0
    rare_fraction: float = 0.1
    rare: float = 1.0
    de_novo_high: float = 3.0
    de_novo_medium: float = 2.0
    de_novo_low: float = 0.5
    both_alleles: float = 2.0
    hemizygous: float = 1.5
    inherited: float = 1.0
    segregation_not_assessed: float = -0.5
    constrained_pli: float = 0.9
    constrained: float = 0.5


class RuleSet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All settings of a run."""

    name: str
    version: str
    consequence: ConsequenceSettings
    description: str = ""
    sources: tuple[str, ...] = ()
    quality: QualitySettings = QualitySettings()
    frequency: FrequencySettings = FrequencySettings()
    known_pathogenic: KnownPathogenicSettings = KnownPathogenicSettings()
    segregation: SegregationSettings = SegregationSettings()
    de_novo: DeNovoSettings = DeNovoSettings()
    proband: ProbandSettings = ProbandSettings()
    ranking: RankingSettings = RankingSettings()


class LoadedRuleSet(msgspec.Struct, frozen=True):
    """A rule set with the text it came from and the SHA-256 of that text."""

    rules: RuleSet
    text: str
    sha256: str


def list_rulesets() -> list[str]:
    """Name the bundled rule sets.

    Examples
    --------
    >>> list_rulesets()
    ['gel', 'gel-incomplete']
    """
    folder = resources.files("raredx") / "data" / "rulesets"
    return sorted(p.name.removesuffix(".toml") for p in folder.iterdir() if p.name[-5:] == ".toml")


def read_ruleset(name_or_path: str) -> LoadedRuleSet:
    """Read a bundled rule set by name, or a TOML file by path.

    Raises
    ------
    SettingsError
        If there is no such rule set, it is not TOML, a key is unknown, or a value is out of
        its range.

    Examples
    --------
    >>> read_ruleset("gel").rules.frequency.dominant
    0.001
    """
    bundled = list_rulesets()
    if name_or_path in bundled:
        place = resources.files("raredx") / "data" / "rulesets" / f"{name_or_path}.toml"
        raw = place.read_bytes()
    else:
        path = Path(name_or_path)
        if not path.is_file():
            raise SettingsError(
                name_or_path,
                "no such rule set",
                f"Bundled: {', '.join(bundled)}; otherwise give the path of a TOML file.",
            )
        raw = path.read_bytes()
    return decode_ruleset(raw, where=name_or_path)


def decode_ruleset(raw: bytes, *, where: str) -> LoadedRuleSet:
    """Decode and check the bytes of a rule set; `where` names them in errors."""
    try:
        text = raw.decode("utf-8")
        rules = msgspec.convert(tomllib.loads(text), RuleSet)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise SettingsError(where, f"not a TOML file: {fault}") from None
    except msgspec.ValidationError as fault:
        mend = "`raredx rulesets show gel` prints every key with its meaning."
        raise SettingsError(where, str(fault), mend) from None
    _check_ranges(rules, where)
    return LoadedRuleSet(rules, text, hashlib.sha256(raw).hexdigest())


def _check_ranges(rules: RuleSet, where: str) -> None:
    """Refuse values that no reading of the key allows."""
    fractions = {
        f"{table}.{key}": value
        for table in ("frequency", "segregation", "proband", "de_novo")
        for key, value in msgspec.structs.asdict(getattr(rules, table)).items()
        if isinstance(value, float) and not key.endswith("gq")
    }
    for limit in rules.frequency.relaxed:
        fractions |= {
            f"frequency.relaxed {limit.sources[0]} dominant": limit.dominant,
            f"frequency.relaxed {limit.sources[0]} recessive": limit.recessive,
        }
    for key, value in fractions.items():
        if not 0.0 <= value <= 1.0:
            raise SettingsError(where, f"{key} is {value}, not a fraction from 0 to 1")
    grades = [name for name in DE_NOVO_GRADE_NAMES.values() if name]
    if rules.de_novo.tier1_min_grade not in grades:
        raise SettingsError(
            where,
            f"de_novo.tier1_min_grade is {rules.de_novo.tier1_min_grade!r}",
            f"Give one of {', '.join(grades)}.",
        )
    if not rules.consequence.high + rules.consequence.moderate:
        raise SettingsError(where, "consequence.high and consequence.moderate name no term")
