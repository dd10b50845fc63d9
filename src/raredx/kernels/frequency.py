"""Is an allele rare enough in every population source?"""

from __future__ import annotations

from raredx.kernels.jit import kernel
from raredx.kernels.segregation import FAIL, NOT_ASSESSED, PASS


@kernel
def judge_frequency(af, limits, out):
    """Hold each allele's frequencies against a limit for each source.

    af      (variant, source)  fraction; 0 no record in the source, NaN source not read
    limits  (source,)          largest fraction that passes; NaN for a source not judged
    out     (variant,)         written: `Outcome`; one source above its limit fails, none
                               read leaves it not assessed
    """
    for v in range(af.shape[0]):
        outcome = NOT_ASSESSED
        for s in range(af.shape[1]):
            if af[v, s] > limits[s]:
                outcome = FAIL
                break
            if af[v, s] <= limits[s]:
                outcome = PASS
        out[v] = outcome
