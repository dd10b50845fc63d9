"""Which day does a file state that has to state one, and may not state today?"""

from __future__ import annotations

import re
from datetime import date

from raredx.report.heading import Heading

EPOCH = date(1970, 1, 1)
"""Where nothing that was used has a date."""
_DAY = re.compile(r"(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)")


def knowledge_date(heading: Heading) -> date:
    """Give the latest day in what a run looked up: HPO, evidence, panels.

    The same input must give the same bytes, so no output holds the time at which it was written.
    Formats that ask for a time of creation get this day: nothing older was known, and nothing
    newer was used.

    Examples
    --------
    >>> from dataclasses import replace
    >>> plain = Heading("1", "x", "gel", "1", "", "GRCh38", "CSQ", (), (), "declared")
    >>> knowledge_date(replace(plain, hpo="HPO 2025-01-16, annotations 2025-01-17")).isoformat()
    '2025-01-17'
    >>> knowledge_date(replace(plain, data=("of 2025-13-01",))).isoformat()
    '1970-01-01'
    """
    texts = [heading.hpo, *heading.data, *(str(panel["date"]) for panel in heading.panels)]
    found = []
    for text in texts:
        for year, month, day in _DAY.findall(text):
            try:
                found.append(date(int(year), int(month), int(day)))
            except ValueError:
                continue
    return max(found, default=EPOCH)
