"""What two answers mean: the same, different, or different in a way that is stated."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fuzz.answers import Answer, compare


@dataclass(frozen=True)
class Verdict:
    """One comparison.

    Attributes
    ----------
    kind : str
        `same`, `stated`, `differs`; `no answer` where the exact side died, `unstable` where it
        does not agree with itself.
    why : str
        What differs; for `stated`, which statement it falls under.
    sifted : bool
        Whether the fast path was taken at all.
    """

    kind: str
    why: str = ""
    sifted: bool = False


_UNREADABLE = re.compile(r"^InputError \(3\) \S+: cannot be read")
_NO_BLOCK = re.compile(
    r"(damaged: no BGZF block|truncated: the BGZF block) at byte|is cut off|a header line stands"
)


def judge(
    exact: Answer, fast: Answer, ignore: tuple[str, ...] = (), *, damaged: bool = False
) -> Verdict:
    """Compare two answers; parts named in `ignore` may differ, and more if the file is damaged.

    Stated differences, all of them for files that are damaged:

    * both refuse the file, perhaps with other words and after another number of records: a fault
      further on may be met first, and what was read until then is of no use;
    * what is no BGZF block in the middle of a BGZF file, and a header line among the records: htslib
      may read on, we refuse;
    * a line with a control byte or without POS is in no sample of the records, though htslib may read it;
    * what htslib warns of in lines that are dropped is not said, and what it says of a line
      without columns depends on the lines before, which may be dropped.

    That a fault in a dropped line goes unnoticed is a fourth (`campaign.ask` looks after it).
    """
    names = compare(exact, fast, ignore)
    if not names:
        return Verdict("same", "", fast.sifted)
    stated = ""
    if not damaged:
        return Verdict("differs", names, fast.sifted)
    both = _UNREADABLE.match(exact.refusal) and _UNREADABLE.match(fast.refusal)
    if both:
        stated = "both refuse"
    elif exact.refusal != fast.refusal and _NO_BLOCK.search(fast.refusal):
        stated = "no BGZF block, which htslib reads as gzip"
    elif all(name.startswith("sample.") for name in names.partition(": ")[0].split()):
        stated = "a damaged line is not sampled"
    elif names.startswith("warnings:"):
        stated = "warnings of damaged lines"
    if stated:
        return Verdict("stated", stated, fast.sifted)
    return Verdict("differs", names, fast.sifted)
