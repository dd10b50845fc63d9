"""Is the allele known to ClinVar as pathogenic, and still rare enough to be rescued?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from raredx.columns.batch import VariantBatch
from raredx.settings import FrequencySettings, RuleSet
from raredx.vocabulary import MODE_NAMES, ClinvarClass, Mode


def is_known_pathogenic(
    batch: VariantBatch, popmax: NDArray[np.float32], rules: RuleSet
) -> NDArray[np.bool_]:
    """Criterion 6 of Genomics England tiering, as far as the file's ClinVar fields go.

    Parameters
    ----------
    batch : VariantBatch
    popmax : float32, shape (variant,)
        Highest population frequency; NaN does not stand against rescue.
    rules : RuleSet

    Returns
    -------
    bool, shape (variant,)
    """
    limit = np.float32(rules.frequency.known_pathogenic)
    return np.asarray(is_of_known_class(batch, rules) & ~(popmax > limit), bool)


def is_of_known_class(batch: VariantBatch, rules: RuleSet) -> NDArray[np.bool_]:
    """Whether ClinVar calls each variant what the rule set counts, however frequent it is.

    Returns
    -------
    bool, shape (variant,)
    """
    settings = rules.known_pathogenic
    classes = [ClinvarClass[name.upper()] for name in settings.classes]
    known = np.isin(batch["clinvar_class"], classes)
    starred = np.maximum(batch["clinvar_stars"], 0) >= settings.min_stars
    return np.asarray(known & starred, bool)


def known_in_mode(
    known: NDArray[np.bool_], popmax: NDArray[np.float32], mode: Mode, settings: FrequencySettings
) -> NDArray[np.bool_]:
    """Say which known pathogenic variants are rare enough to count as such in a mode.

    Parameters
    ----------
    known : bool, shape (variant,)
        As `known.is_known_pathogenic` gives them.
    popmax : float32, shape (variant,)
        NaN does not stand against it.

    Examples
    --------
    >>> settings = FrequencySettings(known_by_mode={"de_novo": 0.001})
    >>> known, popmax = np.array([True, True]), np.array([0.001, 0.01], np.float32)
    >>> known_in_mode(known, popmax, Mode.DE_NOVO, settings).tolist()
    [True, False]
    >>> known_in_mode(known, popmax, Mode.COMPOUND_HET, settings).tolist()
    [True, True]
    """
    limits: dict[str, float] = dict(settings.known_by_mode.items())
    return np.asarray(known & ~(popmax > np.float32(limits.get(MODE_NAMES[mode], 1.0))), bool)
