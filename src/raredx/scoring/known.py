"""Is the allele known to ClinVar as pathogenic, and still rare enough to be rescued?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from raredx.columns.batch import VariantBatch
from raredx.settings import RuleSet
from raredx.vocabulary import ClinvarClass


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
    settings = rules.known_pathogenic
    classes = [ClinvarClass[name.upper()] for name in settings.classes]
    known = np.isin(batch["clinvar_class"], classes)
    starred = np.maximum(batch["clinvar_stars"], 0) >= settings.min_stars
    limit = np.float32(rules.frequency.known_pathogenic)
    return np.asarray(known & starred & ~(popmax > limit), bool)
