"""`raredx diff`: two recorded runs, what differs between them, and what that did."""

from __future__ import annotations

from functools import cached_property, partial
from pathlib import Path
from typing import TextIO

from raredx.columns.run_changes import Cause, Difference, Ground, RunDiff, RunSide, WhyNotHook
from raredx.columns.runs import AlleleKey, RecordedRun, RunCandidate
from raredx.errors import InputError
from raredx.readers.run_candidates import read_candidates, read_near_misses
from raredx.readers.run_files import STANDARD_STREAM, files_of, read_run
from raredx.readers.run_records import (
    Causes,
    SiteRecord,
    read_site_records,
    record_causes,
)
from raredx.report.diff_json import diff_json_text
from raredx.report.diff_terminal import print_diff
from raredx.report.diff_tsv import diff_tsv_text
from raredx.report.writing import OutputSet
from raredx.scoring.run_admissions import Evidence, near_miss_asked
from raredx.scoring.run_changes import Side, compare_candidates
from raredx.scoring.run_differences import families_of, run_differences

__all__ = ["WhyNotHook", "compare_runs", "read_run", "write_diff"]


def compare_runs(old: RecordedRun, new: RecordedRun, why_not: WhyNotHook | None = None) -> RunDiff:
    """Compare the candidates of two runs.

    Parameters
    ----------
    old, new : RecordedRun
    why_not : callable, optional
        Asks a run why it has not a candidate.

    Raises
    ------
    InputError
        If the candidates of a run cannot be read, or the runs are of different assemblies.
    """
    assemblies = [run.heading["assembly"] for run in (old, new)]
    if assemblies[0] != assemblies[1]:
        what = f"is of {assemblies[1]}, and {old.path} of {assemblies[0]}"
        raise InputError(new.path, what, "Only runs of one assembly have positions in common.")
    sides = [
        Side(run.path, frozenset(families_of(run)), read_candidates(run)) for run in (old, new)
    ]
    differences = run_differences(old, new)
    witnesses = _Witnesses((old, new), (sides[0], sides[1]), differences, why_not)
    found = compare_candidates(sides[0], sides[1], differences, witnesses)
    told = [
        RunSide(run.path, run.document["raredx"], run.heading["command"], len(side.candidates))
        for run, side in zip((old, new), sides, strict=True)
    ]
    return RunDiff(
        told[0], told[1], differences, found.changes, found.unchanged, found.other_columns
    )


class _Witnesses:
    """Who can be asked why a run has not a candidate: its near misses, itself, its VCF."""

    def __init__(
        self,
        runs: tuple[RecordedRun, RecordedRun],
        sides: tuple[Side, Side],
        differences: tuple[Difference, ...],
        why_not: WhyNotHook | None,
    ) -> None:
        self._runs, self._sides, self._why_not = runs, sides, why_not
        self._near = [read_near_misses(run) for run in runs]
        self._files_differ = any(one.cause is Cause.VARIANTS for one in differences)
        # With one thing that differs the answer is known without asking.
        self._is_open = len({one.cause for one in differences} - {Cause.LIBRARIES}) > 1

    def __call__(self, candidate: RunCandidate, is_new: bool) -> Evidence:
        """Give who can be asked of the run without the candidate."""
        without = 0 if is_new else 1
        asked = [(Ground.NEAR_MISS, near_miss_asked(self._near[without], candidate))]
        if self._why_not is not None and self._is_open:
            ask = partial(self._why_not, self._runs[without], candidate)
            asked.append((Ground.EXPLANATION, ask))
        return Evidence(tuple(asked), self._told_by_records)

    def _told_by_records(self, candidate: RunCandidate) -> Causes | None:
        """Compare the records of a candidate; None where they cannot be looked up."""
        if not self._files_differ:
            return None
        old, new = self._records
        if old is None or new is None:
            return None
        found: dict[Cause, tuple[str, ...]] = {}
        for variant in candidate.variants:
            records = old.get(variant.key), new.get(variant.key)
            for cause, words in record_causes(*records, variant.genotypes).items():
                prefix = f"{variant.name} " if len(candidate.variants) > 1 else ""
                words = tuple(prefix + text for text in words)
                found[cause] = (*found.get(cause, ()), *words)
        return found

    @cached_property
    def _records(self) -> list[dict[AlleleKey, SiteRecord] | None]:
        """Read the alleles that only one run has, from both files, as far as they are there."""
        keys = [{one.key: one for one in side.candidates} for side in self._sides]
        alone = [one for key, one in keys[0].items() if key not in keys[1]]
        alone += [one for key, one in keys[1].items() if key not in keys[0]]
        wanted = {allele for one in alone for allele in one.alleles}
        found: list[dict[AlleleKey, SiteRecord] | None] = []
        for run in self._runs:
            file = run.first_input("vcf")
            here = file is not None and file.name != STANDARD_STREAM and not run.hides_names
            place = Path(file.name) if file is not None else Path()
            if not here or not place.is_file() or file is None or place.stat().st_size != file.size:
                found.append(None)
                continue
            found.append(read_site_records(place, wanted))
        return found


def write_diff(
    found: RunDiff,
    runs: tuple[RecordedRun, RecordedRun],
    names: tuple[str | None, str | None],
    file: TextIO | None,
) -> None:
    """Write a comparison: TSV and JSON where a name is given, and for people where a file is.

    Raises
    ------
    OutputError
        If an output cannot be written.
    SettingsError
        If a name is that of a file of one of the runs.
    """
    tsv, json = names
    with OutputSet(place for run in runs for place in files_of(run)) as outputs:
        for name in (tsv, json):
            if name is not None:
                outputs.prepare(name)
        if tsv is not None:
            outputs.write_text(tsv, diff_tsv_text(found))
        if json is not None:
            outputs.write_text(json, diff_json_text(found))
        outputs.commit()
    if file is not None:
        print_diff(found, file)
