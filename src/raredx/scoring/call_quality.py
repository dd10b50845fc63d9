"""Are the calls good enough? Every figure that a rule set asks of the proband, or of a family.

The call counts as it is written: two copies of two, or one of one, are homozygous here, one copy
beside another allele is heterozygous. How it is read on X and MT is the segregation question's.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from raredx.columns.batch import VariantBatch
from raredx.columns.records import dataclass
from raredx.scoring.family_calls import FamilyCalls
from raredx.settings import CallQualitySettings
from raredx.vocabulary import Outcome, Region, Sex


@dataclass(frozen=True)
class CallFigure:
    """One figure of one call, held against its limit.

    Attributes
    ----------
    member : str
        Individual id.
    name : str
        `gq`, `depth`, `alt_reads` or `alt_fraction`.
    observed : float or None
        None where it is not known.
    limit : float
    at_least : bool
        Whether the limit is the least that passes; otherwise it is the most.
    setting : str
        Key of the rule set that holds the limit.
    outcome : Outcome
    """

    member: str
    name: str
    observed: float | None
    limit: float
    at_least: bool
    setting: str
    outcome: Outcome

    @property
    def threshold(self) -> str:
        """What is asked, in words.

        Examples
        --------
        >>> CallFigure("S1", "gq", 15.0, 20.0, True, "call_quality.min_gq", Outcome.FAIL).threshold
        'at least 20'
        """
        return f"{'at least' if self.at_least else 'at most'} {self.limit:g}"


@dataclass(frozen=True)
class _Figure:
    """One figure of one member, of every variant: NaN unknown; where it is asked."""

    name: str
    setting: str
    observed: NDArray[np.float32]
    limit: float
    at_least: bool
    asked: NDArray[np.bool_]

    def judge(self) -> NDArray[np.int8]:
        """Hold the figure against its limit; PASS where it is not asked."""
        limit = np.float32(self.limit)
        good = self.observed >= limit if self.at_least else self.observed <= limit
        out = np.where(np.isnan(self.observed), Outcome.NOT_ASSESSED, good)
        return np.where(self.asked, out, Outcome.PASS).astype(np.int8)


def judge_call_quality(
    batch: VariantBatch,
    calls: FamilyCalls,
    known: NDArray[np.bool_],
    settings: CallQualitySettings,
) -> NDArray[np.int8]:
    """Hold the calls of the proband, or of every sequenced member, against a rule set.

    Parameters
    ----------
    batch : VariantBatch
    calls : FamilyCalls
        Of the same variants.
    known : bool, shape (variant,)
        Known pathogenic: these may be spared the depth.
    settings : CallQualitySettings

    Returns
    -------
    int8, shape (variant,)
        `Outcome`. One figure beyond its limit fails; otherwise a missing call, GQ, depth or
        count of reads that is asked for leaves it NOT_ASSESSED. A figure at its limit passes,
        and so does everything where nothing is asked.
    """
    out = np.full(len(batch), Outcome.PASS, np.int8)
    for member in _asked_members(calls, settings):
        for figure in _figures(batch, calls, member, (settings, known)):
            # FAIL outweighs NOT_ASSESSED, which outweighs PASS
            judged = figure.judge()
            unknown = (judged == Outcome.NOT_ASSESSED) & (out == Outcome.PASS)
            out[unknown] = Outcome.NOT_ASSESSED
            out[judged == Outcome.FAIL] = Outcome.FAIL
    return out


def call_figures(
    batch: VariantBatch,
    calls: FamilyCalls,
    known: NDArray[np.bool_],
    settings: CallQualitySettings,
    variant: int,
) -> list[CallFigure]:
    """List every figure that is asked of one variant, as `judge_call_quality` judges it.

    Members in their order, the proband first. The list is empty where nothing is asked.
    """
    found = []
    for member in _asked_members(calls, settings):
        for figure in _figures(batch, calls, member, (settings, known)):
            if not figure.asked[variant]:
                continue
            observed = float(figure.observed[variant])
            found.append(
                CallFigure(
                    calls.family.pedigree.members[calls.members[member]],
                    figure.name,
                    None if np.isnan(observed) else observed,
                    figure.limit,
                    figure.at_least,
                    f"call_quality.{figure.setting}",
                    Outcome(int(figure.judge()[variant])),
                )
            )
    return found


def _asked_members(calls: FamilyCalls, settings: CallQualitySettings) -> range:
    """Columns of `calls` that are asked."""
    n_asked = {"nobody": 0, "proband": 1, "family": len(calls.members)}
    return range(n_asked[settings.asked_of])


def _figures(
    batch: VariantBatch,
    calls: FamilyCalls,
    member: int,
    asked_by: tuple[CallQualitySettings, NDArray[np.bool_]],
) -> Iterator[_Figure]:
    """Give every figure that is asked of one member."""
    settings, known = asked_by
    column = int(calls.samples[member])
    sex_on_x, sex_on_y = (int(sex) for sex in calls.sexes[member])
    here = np.full(len(batch), True)
    if sex_on_y == Sex.FEMALE:  # no Y, no call to be judged
        here &= calls.region != Region.Y
    if not settings.mitochondrial:
        here &= calls.region != Region.MITOCHONDRIAL
    male_x = (calls.region == Region.X) & (sex_on_x == Sex.MALE)
    gq = _known(batch, "gq", column)
    depth = _known(batch, "depth", column)
    if settings.depth_counts == "ad":
        depth = _known(batch, "ref_reads", column) + _known(batch, "alt_reads", column)
    deep = here & ~(known & settings.depth_spares_known)
    for name, observed, asked in (("gq", gq, here), ("depth", depth, deep)):
        usual, on_x = f"min_{name}", f"male_x_min_{name}"
        other = getattr(settings, on_x)
        if other is not None:
            yield from _asked(name, on_x, observed, (other, True), asked & male_x)
            asked = asked & ~male_x
        yield from _asked(name, usual, observed, (getattr(settings, usual), True), asked)
    yield from _read_figures(batch, column, here, (settings, calls.region))


def _read_figures(
    batch: VariantBatch,
    column: int,
    here: NDArray[np.bool_],
    asked_by: tuple[CallQualitySettings, NDArray[np.int8]],
) -> Iterator[_Figure]:
    """Give the figures that depend on what is called: ALT reads, and their share."""
    settings, region = asked_by
    copies, ploidy = batch["alt_dosage"][:, column], batch["ploidy"][:, column]
    half = batch["missing_alleles"][:, column] > 0
    # a missing call may carry the allele or not: both are asked, and neither is known
    missing = copies < 0
    carries = (copies > 0) | missing
    reads, fraction = (_known(batch, n, column) for n in ("alt_reads", "alt_fraction"))
    least = (settings.min_alt_reads, True)
    yield from _asked("alt_reads", "min_alt_reads", reads, least, here & carries)
    balanced = here & (region != Region.MITOCHONDRIAL)
    # a half-call is of one copy or of two: its balance is not known
    share = np.where(half, np.float32(np.nan), fraction).astype(np.float32)
    two = (copies == ploidy) & (copies > 0)
    kinds = {
        "het": carries & ~two,
        "hom": two | (carries & half) | missing,
        "ref": ~carries | missing,
    }
    for key in ("het_min", "het_max", "hom_min", "ref_max"):
        kind, _, end = key.partition("_")
        setting = f"{key}_alt_fraction"
        limit = (getattr(settings, setting), end == "min")
        yield from _asked("alt_fraction", setting, share, limit, balanced & kinds[kind])


def _asked(
    name: str,
    setting: str,
    observed: NDArray[np.float32],
    limit: tuple[float, bool],
    asked: NDArray[np.bool_],
) -> Iterator[_Figure]:
    """Give a figure, unless its limit lets everything pass."""
    least, at_least = limit
    if least > 0 if at_least else least < 1:
        yield _Figure(name, setting, observed, least, at_least, asked)


def _known(batch: VariantBatch, name: str, column: int) -> NDArray[np.float32]:
    """Give a figure of a sample's calls, NaN where it, or the call, is missing."""
    values = batch[name][:, column].astype(np.float32)
    unknown = (values < 0) | (batch["alt_dosage"][:, column] < 0)
    return np.where(unknown, np.float32(np.nan), values).astype(np.float32)
