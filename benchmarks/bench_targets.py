"""What the figures should be, and whether they are. Standard library alone, like `bench.py`."""

from __future__ import annotations

from dataclasses import dataclass

from bench_measure import Document

PASS, MISS, NOT_MEASURED, NOT_JUDGED = "PASS", "MISS", "not measured", "not judged"
MIN_ROUNDS = 3
MIN_FREE_CORES = 1.8  # of 2; with fewer, wall time says nothing about our threads


@dataclass(frozen=True)
class Target:
    """A figure of a row and the range it should lie in."""

    row: str
    figure: str
    about: str
    high: float | None = None
    low: float | None = None
    unit: str = ""

    @property
    def limit(self) -> str:
        """Write the range.

        >>> Target("a", "b", "c", high=1.2, unit=" s").limit, Target("a", "b", "c", low=12).limit
        ('≤ 1.2 s', '≥ 12')
        """
        if self.low is not None and self.high is not None:
            return f"{self.low:g} to {self.high:g}{self.unit}"
        sign, value = ("≤", self.high) if self.high is not None else ("≥", self.low)
        return f"{sign} {value:g}{self.unit}"

    def met(self, value: float) -> bool:
        """Tell whether a value lies in the range."""
        return (self.high is None or value <= self.high) and (self.low is None or value >= self.low)


CPU = "CPU of raredx over that of bcftools"
TARGETS = (
    Target("trio-1M", "cpu_ratio", CPU, 0.60),
    Target("trio-5M", "cpu_ratio", CPU, 0.50),
    Target("trio-5M", "peak_mb", "peak memory", 300, unit=" MB"),
    Target("growth", "memory", "peak memory at 5M over that at 1M", 1.2),
    Target("growth", "speed", "records per CPU second at 5M over those at 500k", 1.15, 0.85),
    Target("threads", "wall_ratio", "wall time of 2 threads over that of 1", 0.65),
    Target("threads", "cpu_ratio", "CPU of 2 threads over that of 1", 1.1),
    Target("nofreq", "cpu_ratio", CPU, 1.5),
    Target("bare", "cpu_ratio", CPU, 1.5),
    Target("bcf", "cpu_ratio", CPU, 1.6),
    Target("cohort", "cpu_ratio", CPU, 0.35),
    Target("panel", "cpu_s", "CPU, start included", 1.2, unit=" s"),
    Target("demo", "wall_s", "wall time", 1.2, unit=" s"),
    Target("help", "cpu_s", "CPU", 0.12, unit=" s"),
    Target("slivar", "speedup", "CPU of slivar over that of raredx", low=12),
)


def growth(rows: dict[str, Document]) -> Document:
    """Compare the sizes of the trio: memory, and speed over the whole process.

    `marginal` leaves the start out: CPU per further record from 1M to 5M, over that from 500k to
    1M. It has no target; a program of linear growth has 1.

    >>> def row(n, cpu, mb):
    ...     tool = {"cpu_s": cpu, "peak_mb": mb, "records_per_cpu_s": round(n / cpu)}
    ...     return {"records": n, "tools": {"raredx": tool}}
    >>> rows = {"trio-500k": row(500, 1.5, 90.0), "trio-1M": row(1000, 2.5, 100.0)}
    >>> growth(rows | {"trio-5M": row(5000, 10.5, 110.0)})["figures"]
    {'memory': 1.1, 'speed': 1.429, 'marginal': 1.0}
    """
    found = {name: row for name, row in rows.items() if "tools" in row}
    half, one, five = (found.get(f"trio-{size}") for size in ("500k", "1M", "5M"))
    ours = {id(row): row["tools"]["raredx"] for row in (half, one, five) if row}
    figures = {}
    if one and five:
        figures["memory"] = ours[id(five)]["peak_mb"] / ours[id(one)]["peak_mb"]
    if half and five:
        speeds = [ours[id(row)]["records_per_cpu_s"] for row in (five, half)]
        figures["speed"] = speeds[0] / speeds[1]
    if half and one and five:
        late, early = (
            (ours[id(b)]["cpu_s"] - ours[id(a)]["cpu_s"]) / (b["records"] - a["records"])
            for a, b in ((one, five), (half, one))
        )
        if early > 0:
            figures["marginal"] = late / early
    rounded = {name: round(value, 3) for name, value in figures.items()}
    return {"about": "growth with the file", "input": "", "figures": rounded}


def judge(
    target: Target, rows: dict[str, Document], full: bool, rounds: int = MIN_ROUNDS
) -> Document:
    """Hold a figure against its target: on full inputs, and from enough rounds for a median.

    >>> target = Target("bcf", "cpu_ratio", "CPU over bcftools", 1.6)
    >>> rows = {"bcf": {"input": "bcf-1M", "figures": {"cpu_ratio": 1.7}}}
    >>> judge(target, rows, full=True)["verdict"], judge(target, rows, full=False)["verdict"]
    ('MISS', 'not judged')
    >>> judge(target, {"bcf": {"not_measured": "no such option"}}, True)["note"]
    'no such option'
    """
    row = rows[target.row]
    value = row.get("figures", {}).get(target.figure)
    verdict, note = NOT_MEASURED, row.get("not_measured", "")
    if value is None:
        note = note or missing_part(target)
    elif not full and row.get("input"):
        verdict, note = NOT_JUDGED, "small input"
    elif rounds < MIN_ROUNDS:
        verdict, note = NOT_JUDGED, f"fewer than {MIN_ROUNDS} rounds"
    elif target.figure == "wall_ratio" and row["figures"].get("free_cores", 0) < MIN_FREE_CORES:
        note = f"{row['figures'].get('free_cores', 0):.2f} of 2 cores were free"
    else:
        verdict = PASS if target.met(value) else MISS
    return {
        "row": target.row,
        "figure": target.figure,
        "about": target.about,
        "target": target.limit,
        "value": value,
        "unit": target.unit,
        "verdict": verdict,
        "note": note,
    }


def missing_part(target: Target) -> str:
    """Say what a figure that could not be formed wants."""
    if target.row == "growth":
        return "needs trio-5M, and trio-1M or trio-500k"
    return "bcftools is not on the PATH"


def judge_all(rows: dict[str, Document], full: bool, rounds: int = MIN_ROUNDS) -> list[Document]:
    """Judge every target whose row was asked for."""
    return [judge(target, rows, full, rounds) for target in TARGETS if target.row in rows]
