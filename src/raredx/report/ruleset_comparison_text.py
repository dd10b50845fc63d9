"""What a comparison of rule sets found, in lines for people."""

from __future__ import annotations

from raredx.columns.ruleset_comparison import RulesetComparison


def summary_lines(found: RulesetComparison) -> list[str]:
    """Say how many variants each rule set keeps, and how far they agree.

    Examples
    --------
    >>> from raredx.columns.ruleset_comparison import ComparedRuleset, ComparedVariant, Verdict
    >>> sets = tuple(ComparedRuleset(label, label, "1", "") for label in ("gel", "mine"))
    >>> row = ComparedVariant({}, (Verdict("kept"), Verdict("panel")))
    >>> for line in summary_lines(RulesetComparison(sets, (row,))):
    ...     print(line)
    1 variants and genes are kept by at least one rule set, 0 by all 2
    gel keeps 1, 1 of them alone
    mine keeps 0, 0 of them alone; drops 1: panel 1
    gel and mine: both keep 0 of the 1 that either keeps
    """
    counts = found.counts()
    lines = [
        f"{counts['variants_and_genes']} variants and genes are kept by at least one rule set, "
        f"{counts['kept_by_all']} by all {len(found.labels)}"
    ]
    for label in found.labels:
        dropped = counts["dropped_by"][label]
        words = ", ".join(f"{question} {n}" for question, n in dropped.items())
        drops = f"; drops {sum(dropped.values())}: {words}" if dropped else ""
        alone = counts["kept_alone"][label]
        lines.append(f"{label} keeps {counts['kept'][label]}, {alone} of them alone{drops}")
    lines += [
        f"{two['first']} and {two['second']}: both keep {two['both']} of the {two['either']} that "
        "either keeps"
        for two in counts["agreement"]
    ]
    return lines


def agreement_table(found: RulesetComparison) -> list[str]:
    """Draw how many variants and genes each two rule sets keep; of one with itself all of its own.

    Examples
    --------
    >>> from raredx.columns.ruleset_comparison import ComparedRuleset, ComparedVariant, Verdict
    >>> sets = tuple(ComparedRuleset(label, label, "1", "") for label in ("gel", "mine"))
    >>> row = ComparedVariant({}, (Verdict("kept"), Verdict("panel")))
    >>> for line in agreement_table(RulesetComparison(sets, (row,))):
    ...     print(line)
    kept by both  gel  mine
    gel             1     0
    mine            0     0
    """
    kept = [found.kept_by(row) for row in found.rows]
    corner = "kept by both"
    first = max(map(len, (corner, *found.labels)))
    widths = [max(len(label), 3) for label in found.labels]
    heads = [label.rjust(width) for label, width in zip(found.labels, widths, strict=True)]
    lines = ["  ".join([corner.ljust(first), *heads])]
    for one in found.labels:
        numbers = [sum(one in own and other in own for own in kept) for other in found.labels]
        cells = [str(n).rjust(width) for n, width in zip(numbers, widths, strict=True)]
        lines.append("  ".join([one.ljust(first), *cells]))
    return lines
