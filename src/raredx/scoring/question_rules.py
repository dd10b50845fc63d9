"""Which setting decides a question, and what it asks for: for near misses and explanations."""

from __future__ import annotations

from collections.abc import Iterable

from raredx.scoring.frequency import RECESSIVE_MODES
from raredx.settings import RuleSet
from raredx.vocabulary import MODE_NAMES, Mode


def frequency_key(mode: Mode) -> str:
    """Name the setting that limits the frequency under a mode without a limit of its own.

    Examples
    --------
    >>> frequency_key(Mode.COMPOUND_HET), frequency_key(Mode.DE_NOVO)
    ('recessive', 'dominant')
    """
    if mode is Mode.MITOCHONDRIAL:
        return "mitochondrial"
    return "recessive" if mode in RECESSIVE_MODES else "dominant"


def frequency_limit(rules: RuleSet, mode: Mode) -> tuple[str, float]:
    """Give the setting that limits the frequency under a mode, and its value.

    Examples
    --------
    >>> from raredx.settings import read_ruleset
    >>> rules = read_ruleset("g2p").rules
    >>> frequency_limit(rules, Mode.COMPOUND_HET), frequency_limit(rules, Mode.X_LINKED_RECESSIVE)
    (('recessive', 0.005), ('by_mode.x_linked_recessive', 0.0001))
    """
    own: dict[str, float] = dict(rules.frequency.by_mode.items())
    name = MODE_NAMES[mode]
    if name in own:
        return f"by_mode.{name}", own[name]
    key = frequency_key(mode)
    return key, getattr(rules.frequency, key)


def loosest_mode(rules: RuleSet, *, on_mt: bool) -> Mode:
    """Name a mode of which the limit of frequency is the loosest; on MT any, elsewhere not MT's.

    Examples
    --------
    >>> from raredx.settings import read_ruleset
    >>> loosest_mode(read_ruleset("talos").rules, on_mt=False).name
    'AUTOSOMAL_RECESSIVE_HOM'
    """
    modes = [mode for mode in Mode if on_mt or mode is not Mode.MITOCHONDRIAL]
    return max(modes, key=lambda mode: frequency_limit(rules, mode)[1])


def setting_of(question: str, rules: RuleSet, mode: Mode | None = None) -> str:
    """Write the setting that decides a question."""
    if question == "filter":
        if not rules.quality.judge_filter:
            return "quality.judge_filter = false"
        return f"quality.pass_filters = {', '.join(rules.quality.pass_filters)}"
    if question == "frequency" and mode is not None:
        key, limit = frequency_limit(rules, mode)
        return f"frequency.{key} = {limit:g}"
    if question == "consequence":
        return f"consequence.high, .moderate; min_spliceai = {rules.consequence.min_spliceai:g}"
    if question == "segregation":
        kind = "incomplete" if rules.segregation.incomplete_penetrance else "complete"
        return f"segregation, {kind} penetrance"
    if question == "carried":
        return f"segregation.min_heteroplasmy = {rules.segregation.min_heteroplasmy:g} on MT"
    return _setting_of_few(question, rules)


def _setting_of_few(question: str, rules: RuleSet) -> str:
    """Write the setting that decides a question which only some rule sets ask."""
    if question == "call_quality":
        return f"call_quality, asked of the {rules.call_quality.asked_of}"
    if question == "panel" and rules.panel.required != "none":
        fits = ", mode_must_fit" if rules.panel.mode_must_fit else ""
        return f"panel.required = {rules.panel.required}{fits}"
    if question == "de_novo_grade":
        return f"de_novo.kept_min_grade = {rules.de_novo.kept_min_grade}"
    if question == "consequence_in_mode":
        settings = rules.consequence
        found = [f"consequence.moderate_modes = {listed(settings.moderate_modes)}"]
        if settings.moderate_with_pm5:
            found.append("moderate_with_pm5")
        if settings.partner_min_alphamissense is not None:
            found.append(f"partner_min_alphamissense = {settings.partner_min_alphamissense:g}")
        if rules.known_pathogenic.partner_min_stars is not None:
            found.append(f"partner_min_stars = {rules.known_pathogenic.partner_min_stars}")
        return "; ".join(found)
    return question


def listed(names: Iterable[str]) -> str:
    """Join names, or say that there is none.

    Examples
    --------
    >>> listed(("de_novo", "y_linked")), listed(())
    ('de_novo, y_linked', 'none')
    """
    return ", ".join(names) or "none"


def rule_of(question: str, rules: RuleSet, mode: Mode | None = None) -> str:
    """Name the rule: rule set, setting, and where it comes from."""
    return f"{rules.name} {rules.version}: {setting_of(question, rules, mode)}"


def source_of(rules: RuleSet) -> str:
    """Name where the questions of a rule set come from."""
    return f"{rules.name} {rules.version}: {'; '.join((*rules.sources, 'docs/tiers.md'))}"
