"""Is an allele rare enough for a mode of inheritance, and where is it most frequent?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from raredx.columns.records import dataclass
from raredx.kernels import frequency as kernels
from raredx.settings import FrequencySettings
from raredx.vocabulary import UNKNOWN_INDEX, Mode

_RECESSIVE = {
    Mode.AUTOSOMAL_RECESSIVE_HOM,
    Mode.COMPOUND_HET,
    Mode.X_LINKED_RECESSIVE,
    Mode.X_LINKED_COMPOUND_HET,
}


@dataclass(frozen=True)
class FrequencyLimits:
    """Limits of each population source under a rule set.

    Attributes
    ----------
    sources : tuple of str
    dominant, recessive, mitochondrial : float32, shape (source,)
        Largest fraction that passes; NaN for a source that is not judged.
    in_popmax : bool, shape (source,)
    """

    sources: tuple[str, ...]
    dominant: NDArray[np.float32]
    recessive: NDArray[np.float32]
    mitochondrial: NDArray[np.float32]
    in_popmax: NDArray[np.bool_]

    def of(self, mode: Mode) -> NDArray[np.float32]:
        """Give the limits of a mode of inheritance."""
        if mode is Mode.MITOCHONDRIAL:
            return self.mitochondrial
        return self.recessive if mode in _RECESSIVE else self.dominant

    def loosest(self) -> dict[str, float]:
        """Give the loosest limit of any mode for each source that is judged."""
        top = np.fmax(np.fmax(self.dominant, self.recessive), self.mitochondrial)
        return {
            source: float(limit)
            for source, limit in zip(self.sources, top, strict=True)
            if not np.isnan(limit)
        }


def source_limits(sources: tuple[str, ...], settings: FrequencySettings) -> FrequencyLimits:
    """Give every declared population source its limits.

    A fallback source is judged only where no other is declared.

    Examples
    --------
    >>> settings = FrequencySettings(fallback_sources=("max_af",))
    >>> limits = source_limits(("gnomad", "max_af"), settings)
    >>> limits.dominant.tolist()[1]
    nan
    """
    n = len(sources)
    dominant = np.full(n, settings.dominant, np.float32)
    recessive = np.full(n, settings.recessive, np.float32)
    mitochondrial = np.full(n, settings.mitochondrial, np.float32)
    in_popmax = np.ones(n, bool)
    for relaxed in settings.relaxed:
        for place, source in enumerate(sources):
            if source in relaxed.sources:
                dominant[place], recessive[place] = relaxed.dominant, relaxed.recessive
                in_popmax[place] = relaxed.in_popmax
    ignored = np.array([s.rpartition("_")[2] in settings.ignored_groups for s in sources], bool)
    fallback = np.array([s in settings.fallback_sources for s in sources], bool)
    if n and not (fallback | ignored).all():
        ignored |= fallback
    for limits in (dominant, recessive, mitochondrial):
        limits[ignored] = np.nan
    return FrequencyLimits(sources, dominant, recessive, mitochondrial, in_popmax & ~ignored)


def judge_frequency(af: NDArray[np.float32], limits: NDArray[np.float32]) -> NDArray[np.int8]:
    """Hold each allele against the limits of one mode.

    Parameters
    ----------
    af : float32, shape (variant, source)
        Fractions; 0 where the source has no record, NaN where it was not read.
    limits : float32, shape (source,)
        NaN for a source that is not judged.

    Returns
    -------
    int8, shape (variant,)
        `Outcome`: exactly at the limit passes; nothing read is NOT_ASSESSED.

    Examples
    --------
    >>> af = np.array([[0.01], [0.011], [np.nan], [0.0]], np.float32)
    >>> judge_frequency(af, np.array([0.01], np.float32)).tolist()
    [1, 0, -1, 1]
    """
    if af.shape[1] != limits.shape[0]:
        raise ValueError(f"{af.shape[1]} sources, and limits for {limits.shape[0]}")
    out = np.empty(af.shape[0], np.int8)
    kernels.judge_frequency(np.ascontiguousarray(af), limits, out)
    return out


def find_popmax(
    af: NDArray[np.float32], limits: FrequencyLimits
) -> tuple[NDArray[np.float32], NDArray[np.int16]]:
    """Find the highest frequency over the judged sources, and the source; NaN and -1 unknown.

    Examples
    --------
    >>> limits = source_limits(("exac", "gnomad"), FrequencySettings())
    >>> popmax, source = find_popmax(np.array([[0.1, 0.2], [np.nan, np.nan]], np.float32), limits)
    >>> popmax.round(2).tolist(), source.tolist()
    ([0.20000000298023224, nan], [1, -1])
    """
    n = af.shape[0]
    known = np.where(np.isnan(af) | ~limits.in_popmax[None, :], np.float32(-1), af)
    if not known.shape[1]:
        return np.full(n, np.nan, np.float32), np.full(n, UNKNOWN_INDEX, np.int16)
    source = known.argmax(axis=1).astype(np.int16)
    popmax = known.max(axis=1)
    source[popmax < 0] = UNKNOWN_INDEX
    return np.where(popmax < 0, np.float32(np.nan), popmax).astype(np.float32), source
