"""What a user asks of `raredx evaluate`, as plain values."""

from __future__ import annotations

from pathlib import Path

from raredx.columns.records import dataclass
from raredx.errors import SettingsError

DEFAULT_RULESET = "gel"


@dataclass(frozen=True)
class EvaluateRequest:
    """One evaluation.

    Attributes
    ----------
    truth : Path
        Cases with their answers.
    folder : Path or None
        Results or inputs, named by sample; None with `phenotype_only`.
    phenotype_only, diseases : bool
        Whether to rank all genes of HPO by the terms of each case, and whether diseases.
    by : tuple of str
        Columns by which figures are split.
    forget_publication, singleton, without_predictors : bool
        How the cases are run.
    panels : tuple of str
    ruleset, order : str
        As for a ranking; `order` empty for its default.
    explained_share : float or None
        As for a ranking: the share of families that a candidate explains.
    suffix : str
        What follows the sample in file names; empty to look.
    limit : int
        The first cases alone; 0 for all.
    n_boot, seed : int
        Draws for the intervals.
    jobs : int
        Processes; changes no result.
    keep : Path or None
        Folder for the results of cases that are run.
    output, json, svg, markdown : str or None
        Paths; `-` for standard output.
    command : str
        The command line, without what cannot change a result.
    """

    truth: Path
    folder: Path | None = None
    phenotype_only: bool = False
    diseases: bool = False
    by: tuple[str, ...] = ()
    forget_publication: bool = False
    singleton: bool = False
    without_predictors: bool = False
    panels: tuple[str, ...] = ()
    ruleset: str = DEFAULT_RULESET
    order: str = ""
    explained_share: float | None = None
    suffix: str = ""
    limit: int = 0
    n_boot: int = 500
    seed: int = 1
    jobs: int = 1
    keep: Path | None = None
    output: str | None = None
    json: str | None = None
    svg: str | None = None
    markdown: str | None = None
    command: str = ""

    def only_for_runs(self) -> list[str]:
        """Name what is asked for that only a ranking of variants can heed."""
        asked = {
            "singletons": self.singleton,
            "no predictors": self.without_predictors,
            "panels": bool(self.panels),
            "an order": bool(self.order),
            "an explained share": self.explained_share is not None,
            "results to keep": self.keep is not None,
        }
        return [name for name, is_asked in asked.items() if is_asked]

    def only_for_rankings(self) -> list[str]:
        """Name what is asked for that only a ranking made here can heed."""
        asked = {
            "forgotten publications": self.forget_publication,
            "a rule set": self.ruleset != DEFAULT_RULESET,
        }
        return self.only_for_runs() + [name for name, is_asked in asked.items() if is_asked]


def check_request(request: EvaluateRequest) -> None:
    """Refuse what cannot be meant together.

    Raises
    ------
    SettingsError
    """
    if request.phenotype_only:
        useless = request.only_for_runs() + (["a suffix"] if request.suffix else [])
        if request.folder is not None:
            what = "is not read: the cases are ranked by the terms in the table alone"
            raise SettingsError(str(request.folder), what, "Leave the folder out.")
        if useless:
            what = f"no variants are ranked, which {' and '.join(useless)} need"
            raise SettingsError("phenotype only", what, "Leave it out.")
    elif request.folder is None:
        what = "no folder is given"
        mend = "Name the folder of results, or of VCF files, or rank by phenotype only."
        raise SettingsError(str(request.truth), what, mend)
    elif request.diseases:
        what = "only a ranking by phenotype ranks diseases"
        raise SettingsError("diseases", what, "Ask for phenotype only, or leave it out.")
