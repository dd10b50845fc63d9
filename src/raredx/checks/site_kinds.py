"""Of what kind is each row of a site batch, and may statistics use it?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from raredx.columns.genome import X_TRANSPOSED, Y_CODE
from raredx.columns.sites import SiteBatch
from raredx.kernels import site_calls as kernels
from raredx.vocabulary import Assembly, Outcome, Region

_SNV_KINDS = {
    Region.AUTOSOMAL: kernels.AUTOSOMAL,
    Region.PSEUDOAUTOSOMAL: kernels.PSEUDOAUTOSOMAL,
    Region.X: kernels.ON_X,
    Region.Y: kernels.ON_Y,
    Region.MITOCHONDRIAL: kernels.ON_MT,
}


def site_kinds(batch: SiteBatch, assembly: Assembly) -> NDArray[np.int8]:
    """Say of each row what it can be used for.

    Rows of multi-allelic records and rows whose FILTER failed are not used; FILTER `.` is.
    Pseudo-autosomal rows on Y repeat those on X.

    Returns
    -------
    int8, shape (site,)
        Kinds of `kernels.site_calls`.
    """
    region, contig, position = batch["region"], batch["contig_code"], batch["position"]
    out = np.full(len(batch), kernels.OFF, np.int8)
    usable = batch["biallelic"] & (batch["passed"] != Outcome.FAIL)
    for where, kind in _SNV_KINDS.items():
        out[usable & batch["is_snv"] & (region == where)] = kind
    out[usable & ~batch["is_snv"] & (region == Region.AUTOSOMAL)] = kernels.OTHER_ALLELE
    for code, (first, last) in X_TRANSPOSED[assembly].items():
        out[(contig == code) & (position >= first) & (position <= last)] = kernels.OFF
    out[(contig == Y_CODE) & (region == Region.PSEUDOAUTOSOMAL)] = kernels.OFF
    return out
