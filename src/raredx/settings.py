"""Rule sets: every threshold of a run, read from TOML when asked, frozen and hashed.

A rule set is one file. `gel`, `gel-incomplete` and the published rules of other programs
(`g2p`, `slivar`, `talos`; docs/rulesets.md) are bundled; a user's own file has the same keys,
may leave out any of them (the defaults are those of `gel`), and may not invent others.
"""

from __future__ import annotations

import hashlib
import tomllib
from importlib import resources
from math import isfinite
from pathlib import Path

import msgspec

from raredx.errors import SettingsError
from raredx.evidence_settings import IN_ORDER, AcmgSettings, PhenotypeSettings, ScoreSettings
from raredx.question_settings import (
    CallQualitySettings,
    ConsequenceSettings,
    DeNovoSettings,
    FrequencySettings,
    KnownPathogenicSettings,
    MosaicSettings,
    PanelSettings,
    ProbandSettings,
    QualitySettings,
    RelaxedLimit,
    SegregationSettings,
)
from raredx.vocabulary import DE_NOVO_GRADE_NAMES

__all__ = [
    "CallQualitySettings", "CheckSettings", "ConsequenceSettings", "DeNovoSettings",
    "FrequencySettings", "KnownPathogenicSettings", "LoadedRuleSet", "MosaicSettings",
    "PanelSettings", "ProbandSettings", "QualitySettings", "RelaxedLimit", "RuleSet",
    "SegregationSettings", "decode_ruleset", "list_rulesets", "read_ruleset",
    "with_explained_share",
]  # fmt: skip


class CheckSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Thresholds of `raredx check`, in no rule set; docs/check.md explains each in its place."""

    # A call is used from this GQ and depth, half the depth on X, Y and MT (slivar's rule for
    # uniparental disomy; gnomAD's adjusted genotypes: GQ >= 20, DP >= 10).
    min_gq: float = 20.0
    min_depth: int = 10
    # Common from here. Below these shares, among ALT-carrying calls, of common ones or of
    # homozygous ones a file looks filtered to rare variants. Our choice: whole exomes and
    # genomes have 0.6 to 0.8 and 0.3 to 0.45.
    common_af: float = 0.05
    min_common_share: float = 0.3
    min_hom_alt_share: float = 0.15
    # Below this share of reference calls, calls are missing where nobody looked. Our choice.
    min_reference_share: float = 0.02
    # ALT-carrying calls that are needed to judge either. Our choice.
    selection_min_calls: int = 200

    # Sex. Het share of ALT-carrying calls on X; usable calls on Y over its sites; depths over
    # the autosomal one (0.5 for one copy, 1.0 for two). Our choice of cuts between the modes.
    min_x_sites: int = 30
    min_y_sites: int = 20
    one_x_max_het: float = 0.15
    two_x_min_het: float = 0.3
    two_x_max_het: float = 0.85
    y_absent_max_called: float = 0.2
    y_present_min_called: float = 0.5
    one_x_max_depth: float = 0.7
    three_x_min_depth: float = 1.35
    y_absent_max_depth: float = 0.1
    y_present_min_depth: float = 0.25
    two_y_min_depth: float = 0.8

    # Kinship: least for duplicates, first, second and third degree (Manichaikul 2010, Table 1).
    duplicate_kinship: float = 0.354
    first_degree_kinship: float = 0.177
    second_degree_kinship: float = 0.0884
    third_degree_kinship: float = 0.0442
    # Least sites with a heterozygote or opposite homozygotes; most pairs compared. Our choice.
    kinship_min_sites: int = 500
    max_pairs: int = 5000
    # Tolerance: slack + z * standard error. Realised kinship varies by about ibd_spread times
    # the root of the expected one over a whole genome (full siblings 0.020: Visscher 2006,
    # doi:10.1371/journal.pgen.0020041; other degrees our approximation).
    kinship_slack: float = 0.02
    kinship_z: float = 3.5
    ibd_spread: float = 0.04
    # IBS0 over both heterozygous (R0; Waples 2019, doi:10.1111/mec.14954): 0 in parent and
    # child, about 0.07 in full siblings, 0.5 in strangers. Our cuts: parent and child up to
    # the first, siblings from the second on; between them, calling errors or one disomy.
    siblings_min_r0: float = 0.015
    parent_child_max_r0: float = 0.04

    # Mendelian errors over informative sites. Good data have below 0.5 %; a wrong parent
    # gives more than 10 %. Our choice of cuts and least numbers of sites.
    mendel_min_sites: int = 300
    mendel_max_rate: float = 0.03
    parentage_min_sites: int = 100
    parentage_max_rate: float = 0.04
    contig_min_errors: int = 20
    contig_error_factor: float = 5.0
    line_min_sites: int = 5
    line_max_rate: float = 0.3
    max_triples: int = 2000
    roles_all_permutations: int = 5

    # De novo: most SNVs per genome (44 to 82: Acuna-Hidalgo 2016,
    # doi:10.1186/s13059-016-1110-1), variants of a genome (4.1 to 5.0 million: 1000 Genomes
    # 2015, doi:10.1038/nature15393). The factor and the least expectation are our choice.
    de_novo_per_genome: float = 82.0
    variants_per_genome: float = 4.1e6
    de_novo_factor: float = 2.0
    de_novo_least: float = 5.0
    de_novo_max_af: float = 0.001

    # Contamination fails above 3 % (Genomics England); CHARR's sites have a reference allele
    # of 0.05 to 0.95 and 10 to 100 reads (Lu 2023, doi:10.1016/j.ajhg.2023.10.011). The share
    # of heterozygotes with few ALT reads, at 20 reads or more, is our choice.
    max_contamination: float = 0.03
    contamination_min_sites: int = 200
    contamination_max_depth: int = 100
    balance_min_depth: int = 20
    balance_min_sites: int = 500
    max_low_het_share: float = 0.15
    max_missingness: float = 0.1
    # Genomes have 2.0 to 2.1, exomes 2.6 to 3.3; random errors 0.5. Our choice of cuts.
    ratio_min_sites: int = 1000
    min_ti_tv: float = 1.8
    max_ti_tv: float = 3.6
    # 1.2 to 2.0 by ancestry (Wang 2015, doi:10.1093/bioinformatics/btu668), with room.
    min_het_hom: float = 0.9
    max_het_hom: float = 3.0

    # Runs of homozygosity: F_ROH counts those above 1.5 Mb (McQuillan 2008,
    # doi:10.1016/j.ajhg.2008.08.007). Shares of heterozygotes among ALT-carrying calls outside
    # and inside a run, and the rest, are our choice.
    roh_min_length: int = 1_500_000
    roh_max_gap: int = 2_000_000
    roh_min_sites: int = 20
    roh_het_outside: float = 0.6
    roh_het_inside: float = 0.01
    roh_min_score: float = 15.0
    roh_max_dip: float = 25.0
    roh_min_covered: int = 500_000_000
    # Child of second cousins 1/64, of first cousins 1/16.
    froh_note: float = 0.0156
    roh_one_contig_share: float = 0.8
    roh_one_contig_length: int = 10_000_000

    # Uniparental segments: clinical rules 3.5 [mem], checked by simulation. Shorter ones are
    # listed from the second length on, as possible deletions.
    upd_min_sites: int = 20
    upd_min_share: float = 0.95
    upd_min_length: int = 5_000_000
    upd_list_length: int = 1_000_000
    upd_max_dip: int = 3
    upd_max_contigs: int = 3
    iso_max_het: float = 0.05
    hetero_min_het: float = 0.95
    deletion_max_depth: float = 0.7


class RuleSet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All settings of a run."""

    name: str
    version: str
    consequence: ConsequenceSettings
    description: str = ""
    sources: tuple[str, ...] = ()
    quality: QualitySettings = QualitySettings()
    call_quality: CallQualitySettings = CallQualitySettings()
    frequency: FrequencySettings = FrequencySettings()
    known_pathogenic: KnownPathogenicSettings = KnownPathogenicSettings()
    panel: PanelSettings = PanelSettings()
    segregation: SegregationSettings = SegregationSettings()
    de_novo: DeNovoSettings = DeNovoSettings()
    mosaic: MosaicSettings = MosaicSettings()
    proband: ProbandSettings = ProbandSettings()
    phenotype: PhenotypeSettings = PhenotypeSettings()
    acmg: AcmgSettings = AcmgSettings()
    score: ScoreSettings = ScoreSettings()


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
    ['g2p', 'gel', 'gel-incomplete', 'slivar', 'talos']
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


def with_explained_share(loaded: LoadedRuleSet, share: float | None) -> LoadedRuleSet:
    """Set the share of families that a candidate explains, where one is given.

    Raises
    ------
    SettingsError
        If it is not between 0 and 1.
    """
    if share is None:
        return loaded
    if not 0.0 < share < 1.0:
        raise SettingsError("explained share", f"{share} is not between 0 and 1", "Write 0.3.")
    score = msgspec.structs.replace(loaded.rules.score, explained_share=share)
    rules = msgspec.structs.replace(loaded.rules, score=score)
    return msgspec.structs.replace(loaded, rules=rules)


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


_BETWEEN_0_AND_HALF = (
    "de_novo.snv_mutation_rate", "de_novo.indel_mutation_rate", "de_novo.rarest_frequency",
    "mosaic.error_rate",
)  # fmt: skip
"""Probabilities whose logarithm is taken, or without which a sum is empty."""


_LARGEST_WEIGHT = 100.0
"""Of the score, in log10 odds: our choice, beyond any evidence; it also refuses NaN."""


def _check_ranges(rules: RuleSet, where: str) -> None:
    """Refuse values that no reading of the key allows."""
    fractions = {
        f"{table}.{key}": value
        for table in ("frequency", "segregation", "proband", "de_novo", "mosaic")
        for key, value in msgspec.structs.asdict(getattr(rules, table)).items()
        if isinstance(value, float) and not key.endswith("gq")
    }
    for limit in rules.frequency.relaxed:
        if not limit.sources:
            raise SettingsError(where, "frequency.relaxed has no sources", "Name at least one.")
        fractions |= {
            f"frequency.relaxed {limit.sources[0]} dominant": limit.dominant,
            f"frequency.relaxed {limit.sources[0]} recessive": limit.recessive,
        }
    for key, value in fractions.items():
        if not 0.0 <= value <= 1.0:
            raise SettingsError(where, f"{key} is {value}, not a fraction from 0 to 1")
    for key in _BETWEEN_0_AND_HALF:
        if not 0.0 < fractions[key] < 0.5:
            raise SettingsError(where, f"{key} is {fractions[key]}, not between 0 and 0.5")
    for key, weight in msgspec.structs.asdict(rules.score).items():
        if not abs(weight) <= _LARGEST_WEIGHT:
            raise SettingsError(where, f"score.{key} is {weight}, not a number from -100 to 100")
    least = rules.de_novo.cluster_candidates
    if least < 2:
        raise SettingsError(where, f"de_novo.cluster_candidates is {least}", "Give at least 2.")
    grades = [name for name in DE_NOVO_GRADE_NAMES.values() if name]
    if rules.de_novo.tier1_min_grade not in grades:
        raise SettingsError(
            where,
            f"de_novo.tier1_min_grade is {rules.de_novo.tier1_min_grade!r}",
            f"Give one of {', '.join(grades)}.",
        )
    if not rules.consequence.high + rules.consequence.moderate:
        raise SettingsError(where, "consequence.high and consequence.moderate name no term")
    _check_evidence(rules, where)
    _check_asked(rules, where)


def _check_asked(rules: RuleSet, where: str) -> None:
    """Refuse limits of a question that is not asked, and questions that nothing can pass."""
    calls, panel = rules.call_quality, rules.panel
    faults = []
    if calls.asked_of == "nobody" and calls != CallQualitySettings():
        faults.append(("call_quality", "has limits, but asked_of is nobody",
                       "Give asked_of as proband or family."))  # fmt: skip
    if calls.het_min_alt_fraction > calls.het_max_alt_fraction:
        faults.append(("call_quality.het_min_alt_fraction", "is above het_max_alt_fraction", ""))
    if panel.required == "none" and panel != PanelSettings():
        faults.append(("panel", "asks for the mode, but required is none",
                       "Give required as green or amber."))  # fmt: skip
    if not rules.segregation.modes:
        faults.append(("segregation.modes", "names no mode", ""))
    for key, what, mend in faults:
        raise SettingsError(where, f"{key} {what}", mend)


def _check_evidence(rules: RuleSet, where: str) -> None:
    """Refuse values of the evidence that make no sense; plain ranges stand with their keys."""
    weights, acmg = map(msgspec.structs.asdict, (rules.score, rules.acmg))
    faults = [f"score.{key} is {w}, not a number" for key, w in weights.items() if not isfinite(w)]
    faults += [f"acmg.{a} is not below acmg.{b}" for a, b in IN_ORDER if acmg[a] >= acmg[b]]
    faults += ["consequence.min_spliceai is not above 0"] * (not rules.consequence.min_spliceai > 0)
    for fault in faults:
        raise SettingsError(where, fault)
