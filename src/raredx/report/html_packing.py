"""Keep the page small: the details of the best candidates are written out, the rest is packed.

A page of up to a hundred candidates or so is written out whole. Of a longer one, rows of all
candidates are, and details as far as they fit, the best first; the others follow compressed, for
the page's own script to unfold when a row is opened. What they hold is the same.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Sequence
from dataclasses import replace

from raredx.columns.records import dataclass

PAGE_LIMIT = 980_000
"""Bytes of a page above which details are packed: below 1 MB with a margin (our choice)."""
_AROUND = 70
"""Bytes that the template puts around one detail."""


@dataclass(frozen=True)
class Written:
    """One candidate as HTML: its row, what opens below it, and the words that open it.

    `detail` is empty where it is packed.
    """

    row: str
    detail: str
    about: str

    @property
    def rest(self) -> int:
        """Bytes of what opens."""
        return len(self.detail.encode("utf-8")) + len(self.about.encode("utf-8")) + _AROUND


def pack(written: Sequence[Written], around: int) -> tuple[list[Written], str]:
    """Pack the details that do not fit.

    Parameters
    ----------
    written : sequence of Written
        The best first.
    around : int
        Bytes of the page without candidates.

    Returns
    -------
    (list of Written, str)
        The candidates, and the packed details, in their order: JSON, zlib, base64. Empty where
        everything fits.

    Examples
    --------
    >>> pack([Written("a", "b", "c")], 100)[1]
    ''
    """
    sizes = [one.rest for one in written]
    room = PAGE_LIMIT - around - sum(len(one.row.encode("utf-8")) for one in written)
    if sum(sizes) <= room:
        return list(written), ""
    share = len(_packed(written)) / sum(sizes)
    kept, used = 0, share * sum(sizes)
    while kept < len(sizes) and used + sizes[kept] * (1 - share) <= room:
        used += sizes[kept] * (1 - share)
        kept += 1
    text = _packed(written[kept:])
    while kept and sum(sizes[:kept]) + len(text) > room:
        kept = kept * 4 // 5
        text = _packed(written[kept:])
    return [*written[:kept], *(replace(one, detail="") for one in written[kept:])], text


def _packed(written: Sequence[Written]) -> str:
    """Compress details."""
    text = json.dumps([one.detail for one in written], ensure_ascii=False)
    return base64.b64encode(zlib.compress(text.encode("utf-8"), 9)).decode()
