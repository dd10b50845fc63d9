"""Is an allele rare enough for a mode of inheritance, and where is it most frequent?"""

from __future__ import annotations

from dataclasses import field

import numpy as np
from numpy.typing import NDArray

from raredx.columns.records import dataclass
from raredx.kernels import frequency as kernels
from raredx.settings import FrequencySettings
from raredx.vocabulary import MODE_NAMES, UNKNOWN_INDEX, Mode, Outcome

RECESSIVE_MODES = {
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
    by_mode : dict
        Limits of modes that have their own, float32, shape (source,).
    settings : FrequencySettings
        What they are from; homozygotes and known pathogenic variants are held against it.
    """

    sources: tuple[str, ...]
    dominant: NDArray[np.float32]
    recessive: NDArray[np.float32]
    mitochondrial: NDArray[np.float32]
    in_popmax: NDArray[np.bool_]
    by_mode: dict[Mode, NDArray[np.float32]] = field(default_factory=dict)
    settings: FrequencySettings = FrequencySettings()

    def of(self, mode: Mode) -> NDArray[np.float32]:
        """Give the limits of a mode of inheritance."""
        if mode in self.by_mode:
            return self.by_mode[mode]
        if mode is Mode.MITOCHONDRIAL:
            return self.mitochondrial
        return self.recessive if mode in RECESSIVE_MODES else self.dominant

    def top(self, *, on_mt: bool) -> NDArray[np.float32]:
        """Give the loosest limit of any mode, or of those of the nucleus, shape (source,)."""
        found = np.fmax(self.dominant, self.recessive)
        for mode, limits in self.by_mode.items():
            if mode is not Mode.MITOCHONDRIAL:
                found = np.fmax(found, limits)
        return np.fmax(found, self.of(Mode.MITOCHONDRIAL)) if on_mt else found

    def loosest(self) -> dict[str, float]:
        """Give the loosest limit of any mode of the nucleus for each source that is judged."""
        return {
            source: float(limit)
            for source, limit in zip(self.sources, self.top(on_mt=False), strict=True)
            if not np.isnan(limit)
        }

    @property
    def outside_popmax(self) -> frozenset[str]:
        """Sources that are judged, but do not count for popmax."""
        return frozenset(
            source
            for source, counts in zip(self.sources, self.in_popmax.tolist(), strict=True)
            if not counts
        )

    @property
    def open_on_mt(self) -> bool:
        """Whether the limits on MT are looser than any of the nucleus."""
        return not np.array_equal(self.top(on_mt=False), self.top(on_mt=True), equal_nan=True)


def source_limits(sources: tuple[str, ...], settings: FrequencySettings) -> FrequencyLimits:
    """Give every declared population source its limits.

    A fallback source is judged only where no other is declared; sources that a rule set judges
    alone, where one of them is.

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
    only = np.array([s in settings.only_sources for s in sources], bool)
    if only.any():
        ignored = ~only
    own: dict[str, float] = dict(settings.by_mode.items())
    modes = {mode: own[name] for mode, name in MODE_NAMES.items() if name in own}
    by_mode = {mode: np.full(n, limit, np.float32) for mode, limit in modes.items()}
    for limits in (dominant, recessive, mitochondrial, *by_mode.values()):
        limits[ignored] = np.nan
    return FrequencyLimits(
        sources, dominant, recessive, mitochondrial, in_popmax & ~ignored, by_mode, settings
    )


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


def judge_homozygotes(
    homozygotes: NDArray[np.int32], mode: Mode, settings: FrequencySettings
) -> NDArray[np.int8]:
    """Hold the most homozygotes of any population source against the limit of a mode.

    Parameters
    ----------
    homozygotes : int32, shape (variant,)
        -1 where no count was read: NOT_ASSESSED, where the mode is asked.

    Examples
    --------
    >>> settings = FrequencySettings(max_homozygotes={"de_novo": 0})
    >>> counts = np.array([0, 1, -1], np.int32)
    >>> judge_homozygotes(counts, Mode.DE_NOVO, settings).tolist()
    [1, 0, -1]
    >>> judge_homozygotes(counts, Mode.COMPOUND_HET, settings).tolist()
    [1, 1, 1]
    """
    limits: dict[str, int] = dict(settings.max_homozygotes.items())
    most = limits.get(MODE_NAMES[mode])
    if most is None:
        return np.full(homozygotes.shape, Outcome.PASS, np.int8)
    out = np.where(homozygotes > most, Outcome.FAIL, Outcome.PASS).astype(np.int8)
    out[homozygotes < 0] = Outcome.NOT_ASSESSED
    return out
