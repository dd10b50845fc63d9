"""Progress on a terminal, a summary, and log lines for machines; all on standard error."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from raredx.pipeline.rank import RunResult

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

    def progress(self, records: int, place: str) -> None:
        """Show how far the reader is."""
        now = time.monotonic()
        if self._status is None or now - self._shown < _EVERY_SECONDS:
            return
        self._shown = now
        rate = records / max(now - self._began, 1e-9)
        self._status.update(f"{records:,} records, {rate:,.0f}/s, {place}")

    def event(self, level: str, event: str, **facts: object) -> None:
        """Write a log line: JSON for machines, otherwise words, warnings only if not quiet."""
        if self._log_json:
            print(json.dumps({"level": level, "event": event, **facts}), file=sys.stderr)
        elif not self._quiet:
            text = str(facts.get("message", event))
            print(f"{level}: {text}" if level == "warning" else text, file=sys.stderr)

    def summary(self, result: RunResult) -> None:
        """Say what was found."""
        counts = result.document["counts"]
        for warning in result.warnings:
            self.event("warning", "warning", message=warning)
        for note in result.heading.notes:
            self.event("info", "note", message=f"note: {note}")
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
