"""Progress on a terminal, a summary, and log lines for machines; all on standard error."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from raredx.pipeline.result import RunResult

_EVERY_SECONDS = 0.5


class Reporter:
    """Say what a run does: a moving line on a terminal, JSON lines, or nothing."""

    def __init__(self, *, quiet: bool, log_json: bool) -> None:
        self._quiet = quiet
        self._log_json = log_json
        self._status: Any = None
        self._began = self._shown = time.monotonic()

    def __enter__(self) -> Reporter:
        if sys.stderr.isatty() and not (self._quiet or self._log_json):
            from rich.console import Console

            self._status = Console(file=sys.stderr).status("Reading")
            self._status.start()
        return self

    def __exit__(self, *fault: object) -> None:
        if self._status is not None:
            self._status.stop()

    def progress(self, records: int, place: str, share: float) -> None:
        """Show how far the reader is: records, place, and how long it may take, where known."""
        now = time.monotonic()
        if self._status is None or now - self._shown < _EVERY_SECONDS:
            return
        self._shown = now
        self._status.update(progress_text(records, place, share, now - self._began))

    def event(self, level: str, event: str, **facts: object) -> None:
        """Write a log line: JSON for machines, otherwise words, warnings only if not quiet."""
        if self._log_json:
            print(json.dumps({"level": level, "event": event, **facts}), file=sys.stderr)
        elif not self._quiet:
            text = str(facts.get("message", event))
            print(f"{level}: {text}" if level == "warning" else text, file=sys.stderr)

    def summary(self, result: RunResult) -> None:
        """Say what was found, of nobody by name: logs are kept where reports are not."""
        counts = result.document["counts"]
        for line in result.log:
            self.event(line.level, line.event, message=line.text)
        for family in result.heading.families:
            rows = [
                (tier, name)
                for tier, name, fam in zip(
                    result.table["tier"],
                    result.table["candidate_id"],
                    result.table["family_id"],
                    strict=True,
                )
                if fam == family.family_id
            ]
            best: dict[str, str] = {}
            for tier, name in rows:
                best[name] = min(tier, best.get(name, tier))
            tally = {t: sum(b == t for b in best.values()) for t in ("1", "2", "3", "untiered")}
            self.event(
                "info",
                "ranked",
                records=counts["records"],
                candidates=len(best),
                tiers=tally,
                message=f"{counts['records']} records read, {len(best)} candidates: "
                f"{tally['1']} Tier 1, {tally['2']} Tier 2, {tally['3']} Tier 3, "
                f"{tally['untiered']} untiered",
            )


def progress_text(records: int, place: str, share: float, seconds: float) -> str:
    """Say how far the reader is, and how long the rest may take where the share is known.

    Examples
    --------
    >>> progress_text(1_000_000, "chr3:5", 0.25, 2.0)
    '1,000,000 records, 500,000/s, chr3:5, 25 %, about 6 s left'
    >>> progress_text(8192, "chr1:77", float("nan"), 0.5)
    '8,192 records, 16,384/s, chr1:77'
    """
    said = f"{records:,} records, {records / max(seconds, 1e-9):,.0f}/s"
    said += f", {place}" if place else ""
    if share > 0:
        left = seconds * (1 - min(share, 1.0)) / share
        said += f", {share:.0%}".replace("%", " %") + f", about {left:.0f} s left"
    return said
