"""How many informative meioses join the affected carriers of a pedigree?

A rare allele came into the family once. It reached every carrier by transmissions, each with a
chance of one half; those on the proband's own line back to the common ancestor are certain, since
the proband has it, unless an affected carrier stands on that line and could have lacked it. The
rest are informative, and together they are as improbable as one half to their number (after
Jarvik and Browning 2016, doi:10.1016/j.ajhg.2016.04.003).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from raredx.columns.family import Pedigree
from raredx.vocabulary import Sex

Line = tuple[tuple[int, int], ...]
"""Transmissions upwards: child and parent, one after the other."""


def count_meioses(
    pedigree: Pedigree,
    proband: int,
    carriers: Collection[int],
    lacking: Collection[int],
    *,
    on_x: bool,
) -> int:
    """Count the informative meioses of one allele.

    Parameters
    ----------
    pedigree : Pedigree
    proband : int
        Member who carries the allele for certain.
    carriers : collection of int
        Other affected members who carry it.
    lacking : collection of int
        Members who do not: nobody has it from them.
    on_x : bool
        A man has his X from his mother, and his daughters have his for certain.

    Returns
    -------
    int
        Carriers who cannot be joined to the others by one origin count for nothing.
    """
    origin: dict[int, int] = {}
    joined, open_ends = [proband], sorted(set(carriers) - {proband})
    while open_ends:
        found = [
            (len(new), carrier, new)
            for carrier in open_ends
            for new in _connections(pedigree, joined, carrier, (origin, lacking, on_x))
        ]
        if not found:
            break
        _, carrier, new = min(found)
        origin.update(new)
        joined = sorted({*joined, carrier, *origin, *origin.values()})
        open_ends = [person for person in open_ends if person not in joined]
    certain = _certain(proband, origin, set(carriers))
    return sum(
        child not in certain and not (on_x and pedigree.sex[parent] == Sex.MALE)
        for child, parent in origin.items()
    )


Rules = tuple[dict[int, int], Collection[int], bool]
"""Origins that are settled, members who lack the allele, and whether it lies on X."""


def _connections(
    pedigree: Pedigree, joined: list[int], carrier: int, rules: Rules
) -> Iterator[Line]:
    """Give the transmissions that would have to be added to join a carrier."""
    settled = rules[0]
    theirs = dict(_lines(pedigree, carrier, rules))
    for person in joined:
        for ancestor, line in _lines(pedigree, person, rules):
            other = theirs.get(ancestor)
            if other is None:
                continue
            new = dict(line + other)
            if len(new) == len({*line, *other}):  # nobody has it from both parents
                yield tuple(sorted((c, p) for c, p in new.items() if c not in settled))


def _lines(pedigree: Pedigree, person: int, rules: Rules) -> Iterator[tuple[int, Line]]:
    """Give each ancestor who may have given an allele, nearest first, with the line to them."""
    settled, lacking, on_x = rules
    reached: list[tuple[int, Line]] = [(person, ())]
    seen = {person}
    for at, line in reached:  # grows while it is read
        yield at, line
        parents = [int(pedigree.father[at]), int(pedigree.mother[at])]
        if on_x and pedigree.sex[at] == Sex.MALE:
            parents = parents[1:]
        if at in settled:
            parents = [settled[at]]
        for parent in parents:
            if parent >= 0 and parent not in lacking and parent not in seen:
                seen.add(parent)
                reached.append((parent, (*line, (at, parent))))


def _certain(proband: int, origin: dict[int, int], carriers: set[int]) -> set[int]:
    """Members of the proband's line whose own transmission says nothing: none above affected."""
    line = [proband]
    while line[-1] in origin:
        line.append(origin[line[-1]])
    affected = [place for place, person in enumerate(line) if person in carriers]
    return set(line[max(affected, default=0) :])
