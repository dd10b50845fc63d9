"""The result as Markdown, and its place in the README. Standard library alone, like `bench.py`."""

from __future__ import annotations

from bench_measure import BenchError, Document

MARKERS = ("<!-- bench: start -->", "<!-- bench: end -->")


def targets_table(targets: list[Document]) -> list[str]:
    """Write every target, what was measured, and the verdict.

    >>> target = {"row": "bcf", "about": "CPU", "target": "≤ 1.6", "value": 1.5321, "unit": "",
    ...           "verdict": "PASS", "note": ""}
    >>> print(targets_table([target])[-1])
    | bcf | CPU | ≤ 1.6 | 1.53 | PASS |
    """
    lines = ["| row | figure | target | measured | verdict |", "|---|---|---|---:|---|"]
    for t in targets:
        value = "–" if t["value"] is None else f"{number(t['value'])}{t['unit']}"
        verdict = f"{t['verdict']}: {t['note']}" if t["note"] else t["verdict"]
        lines.append(f"| {t['row']} | {t['about']} | {t['target']} | {value} | {verdict} |")
    return lines


def number(value: float) -> str:
    """Write a figure with as many digits as it deserves.

    >>> number(0.0381), number(1.5321), number(15.4), number(268.31)
    ('0.038', '1.53', '15.4', '268')
    """
    if value < 0.1:
        return f"{value:.3f}"
    if value < 10:
        return f"{value:.2f}"
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def work_table(rows: dict[str, Document]) -> list[str]:
    """Write what each tool took for each row, medians.

    >>> run = {"cpu_s": 2.5, "wall_s": 3.0, "peak_mb": 180.0, "records_per_cpu_s": 400000}
    >>> row = {"records": 1000000, "compressed_mb": 203.1, "tools": {"raredx": run}}
    >>> print(work_table({"trio-1M": row})[-1])
    | trio-1M | 1,000,000 | 203 | raredx | 2.50 | 3.00 | 400,000 | 180 | – |
    """
    floor = "bcftools"
    lines = [
        "| row | records | MB | tool | CPU s | wall s | records/CPU s | peak MB | CPU ratio |",
        "|---|---:|---:|---|---:|---:|---:|---:|---:|",
    ]
    for name, row in rows.items():
        records = f"{row['records']:,}" if "records" in row else "–"
        size = number(row["compressed_mb"]) if "compressed_mb" in row else "–"
        tools = row.get("tools", {})
        for tool, run in tools.items():
            ratio = row["figures"]["cpu_ratio"] if {tool, floor} == tools.keys() else None
            speed = "–" if run["records_per_cpu_s"] is None else f"{run['records_per_cpu_s']:,}"
            cells = (
                *(name, records, size, tool, number(run["cpu_s"])),
                *(number(run["wall_s"]), speed, number(run["peak_mb"])),
                "–" if ratio is None or tool == floor else number(ratio),
            )
            lines.append("| " + " | ".join(cells) + " |")
    return lines


def kernels_table(kernels: Document) -> list[str]:
    """Write the figures of the kernels as a table, in CPU seconds and microseconds a site.

    >>> row = {"sites": 1000000, "members": 3, "genotypes_s": 0.1, "modes_s": 0.05,
    ...        "pairs_s": 0.1, "whole_s": 0.25}
    >>> print(kernels_table({"sites": [row], "families": []})[-1])
    | 1,000,000 | 3 | 0.100 | 0.050 | 0.100 | 0.250 | 0.25 |
    """
    lines = [
        "| sites | members | genotypes | modes | pairs | CPU s | µs/site |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in [*kernels["sites"], *kernels["families"]]:
        pairs = f"{row['pairs_s']:.3f}" if "pairs_s" in row else "–"
        cells = (
            *(f"{row['sites']:,}", str(row["members"]), f"{row['genotypes_s']:.3f}"),
            *(f"{row['modes_s']:.3f}", pairs, f"{row['whole_s']:.3f}"),
            f"{row['whole_s'] / row['sites'] * 1e6:.2f}",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def remarks(result: Document) -> list[str]:
    """Write the lines below the tables: notes of the rows, machine, versions, date."""
    lines = []
    for name, row in result["rows"].items():
        lines += [f"- {name}: {note}." for note in row.get("notes", ())]
    marginal = result["rows"].get("growth", {}).get("figures", {}).get("marginal")
    if marginal is not None:
        text = "CPU per further record from 1M to 5M over that from 500k to 1M (start left out)"
        lines.append(f"- growth: {text}: {marginal:.2f}.")
    about = result["environment"]
    versions = "; ".join(f"{name}: {text}" for name, text in about["versions"].items())
    small = " Quick: small inputs, no verdicts." if result["quick"] else ""
    lines.append(f"- Medians of {result['rounds']} interleaved rounds on {about['date']}.{small}")
    lines.append(f"- {about['cpu_model']}, {about['cores']} cores. {versions}.")
    return lines


def table(result: Document, plot: str = "") -> str:
    """Write the result as Markdown, with the plot if there is one."""
    lines = [*targets_table(result["targets"]), "", *work_table(result["rows"])]
    if plot:
        lines += ["", f"![CPU seconds and peak memory against records]({plot})"]
    lines += ["", *remarks(result)]
    if result.get("kernels"):
        lines += ["", "Every segregation kernel, compiled, one thread:", ""]
        lines += kernels_table(result["kernels"])
    return "\n".join(lines)


def replace_between(text: str, new: str) -> str:
    r"""Put new text between the markers.

    >>> print(replace_between("a\n<!-- bench: start -->\nold\n<!-- bench: end -->\nb", "new"))
    a
    <!-- bench: start -->
    new
    <!-- bench: end -->
    b
    """
    start, end = MARKERS
    if text.count(start) != 1 or text.count(end) != 1:
        raise BenchError(f"the README must hold {start} and {end} once each")
    before, rest = text.split(start)
    after = rest.split(end)[1]
    return f"{before}{start}\n{new}\n{end}{after}"
