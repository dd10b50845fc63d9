"""Was it the frequency of a variant or its limit that kept it out, where both changed?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import nan

from raredx.columns.records import dataclass
from raredx.columns.run_changes import Cause, Difference
from raredx.scoring.run_causes import Causes


@dataclass(frozen=True)
class Limits:
    """A frequency and its limit in the run with a candidate, and in the one without; NaN unknown.

    Attributes
    ----------
    here, limit_here : float
        Fractions, in the run that has the candidate.
    there, limit_there : float
        In the run that has it not.
    """

    here: float
    limit_here: float
    there: float
    limit_there: float


def by_limit(found: Causes, limits: Limits) -> Causes:
    """Leave out the frequency or the rule where the other alone keeps the variant out.

    Where either alone does, or only both together, or figures are not known, both stay.

    Examples
    --------
    >>> causes = {Cause.FREQUENCY: ("af",), Cause.RULE: ("limit",)}
    >>> list(by_limit(causes, Limits(0.0, 0.001, 0.05, 0.0001)))
    [<Cause.FREQUENCY: 'frequency'>]
    >>> list(by_limit(causes, Limits(0.0005, 0.001, 0.0005, 0.0001)))
    [<Cause.RULE: 'rule'>]
    """
    by_frequency = limits.there > limits.limit_here
    by_rule = limits.here > limits.limit_there
    if by_frequency == by_rule:
        return found
    left_out = Cause.RULE if by_frequency else Cause.FREQUENCY
    return {cause: words for cause, words in found.items() if cause is not left_out}


def limit_rule(rule: str, differences: Sequence[Difference]) -> Difference | None:
    """Find the changed setting that the words of a rule name; None without one."""
    changed = (one for one in differences if one.cause is Cause.RULE)
    return next((one for one in changed if names_setting(rule, one.what)), None)


def old_limit(rule: Difference | None, threshold: str, *, present_is_new: bool) -> float:
    """Give the limit in the run that has the candidate: that of the other, if it did not change."""
    if rule is None:
        return first_number(threshold)
    return first_number(rule.new if present_is_new else rule.old)


def names_setting(rule: str, setting: str) -> bool:
    """Whether the words of a rule name a setting.

    Examples
    --------
    >>> names_setting("gel 1.0: frequency.dominant = 0.001", "frequency.dominant")
    True
    """
    return setting in re.split(r"[\s:=,]+", rule)


def first_number(text: str) -> float:
    """Read the first number of a text; NaN without one.

    Examples
    --------
    >>> first_number("at most 0.001, dominant"), first_number("0.05 in gnomad_genomes")
    (0.001, 0.05)
    """
    for word in text.replace("=", " ").replace(",", " ").split():
        try:
            return float(word)
        except ValueError:
            continue
    return nan
