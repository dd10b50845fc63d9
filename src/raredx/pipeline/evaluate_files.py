"""Which files of a folder belong to which case?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from raredx.columns.evaluation import TruthCase
from raredx.columns.records import dataclass
from raredx.errors import InputError, SettingsError

RESULT_SUFFIX = ".tsv"
VARIANT_SUFFIXES = (".vcf.gz", ".vcf", ".bcf")


@dataclass(frozen=True)
class CaseFiles:
    """The files of an evaluation.

    Attributes
    ----------
    are_results : bool
        Whether these are results; otherwise they are variants to rank.
    paths : tuple of (Path or None), shape (case,)
        None where the folder has none for the case.
    """

    are_results: bool
    paths: tuple[Path | None, ...]


def find_case_files(folder: Path, cases: Sequence[TruthCase], suffix: str) -> CaseFiles:
    """Find one file for each case, all results or all variants.

    Parameters
    ----------
    folder : Path
    cases : sequence of TruthCase
    suffix : str
        What follows the sample in the names; empty for `.tsv`, else those of variants.

    Raises
    ------
    InputError
        If the folder cannot be read, holds a file for no case, or two for one.
    SettingsError
        If results and variants are there and the suffix does not say which.
    """
    try:
        names = {path.name for path in folder.iterdir() if path.is_file()}
    except OSError as fault:
        raise InputError(str(folder), fault.strerror or str(fault), "Check the path.") from None
    if suffix:
        are_results = not suffix.endswith(VARIANT_SUFFIXES)
        return _found(folder, cases, names, (suffix,), are_results)
    results = [case.sample for case in cases if case.sample + RESULT_SUFFIX in names]
    variants = [c.sample for c in cases if any(c.sample + end in names for end in VARIANT_SUFFIXES)]
    if results and variants:
        raise SettingsError(
            str(folder),
            f"holds results ({results[0]}{RESULT_SUFFIX}) and variants (of {variants[0]})",
            "Say which by the suffix: .tsv for results, .vcf.gz, .vcf or .bcf for variants.",
        )
    ends = VARIANT_SUFFIXES if variants else (RESULT_SUFFIX,)
    return _found(folder, cases, names, ends, are_results=not variants)


def _found(
    folder: Path,
    cases: Sequence[TruthCase],
    names: set[str],
    ends: tuple[str, ...],
    are_results: bool,
) -> CaseFiles:
    """Join cases and files; refuse a folder without any, and a case with two."""
    paths: list[Path | None] = []
    for case in cases:
        mine = [case.sample + end for end in ends if case.sample + end in names]
        if len(mine) > 1:
            what = f"holds {' and '.join(mine)} for one case"
            raise InputError(str(folder), what, "Leave one of them there, or give the suffix.")
        paths.append(folder / mine[0] if mine else None)
    if not any(paths):
        shown = ", ".join(sorted(names)[:4]) + (", …" if len(names) > 4 else "")
        end = ends[0] if are_results else " or ".join(ends)
        raise InputError(
            str(folder),
            f"holds no file of a case, such as {cases[0].sample}{end} "
            f"(it has {shown or 'no files'})",
            "Name the files by the samples of the truth, or give the suffix.",
        )
    return CaseFiles(are_results, tuple(paths))
