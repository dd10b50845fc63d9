"""Which haplotype carries an ALT: PS, HP, PGT and PID, and what does not count."""

from __future__ import annotations

import numpy as np
import pytest

from builders import read_table
from raredx.readers.phase import PhasedCalls

CALLS = """
gt   | ps  | hp          | pgt | pid     | alt | haplotype | set        | why
0|1  | -   | -           | -   | -       | 1   | 1         | |          | phased without PS: one set
1|0  | 12  | -           | -   | -       | 1   | 0         | PS:12      |
0|1  | .   | -           | -   | -       | 1   | 1         | |          | PS is missing
0/1  | 12  | -           | -   | -       | 1   | -1        | -          | PS of an unphased GT
0/1  | -   | 900-1,900-2 | -   | -       | 1   | 1         | HP:900     |
0/1  | -   | 900-2,900-1 | -   | -       | 1   | 0         | HP:900     |
0/1  | -   | .           | -   | -       | 1   | -1        | -          |
0/1  | -   | 900-1       | -   | -       | 1   | -1        | -          | one entry for two alleles
0/1  | -   | -           | 0|1 | 88_A_G  | 1   | 1         | PID:88_A_G |
0/1  | -   | -           | 1|0 | 88_A_G  | 1   | 0         | PID:88_A_G |
0/1  | -   | -           | 0|1 | .       | 1   | -1        | -          | no name of the set
0/1  | -   | -           | 1|1 | 88_A_G  | 1   | -1        | -          |
0/2  | -   | -           | 0|1 | 88_A_G  | 2   | 1         | PID:88_A_G | PGT writes the ALT as 1
1/2  | -   | -           | 0|1 | 88_A_G  | 2   | -1        | -          | PGT tells nothing of 2
1|2  | 12  | -           | -   | -       | 2   | 1         | PS:12      |
1|2  | 12  | -           | -   | -       | 1   | 0         | PS:12      |
1|1  | 12  | -           | -   | -       | 1   | -1        | -          | on both
0|0  | 12  | -           | -   | -       | 1   | -1        | -          | on none
.|1  | 12  | -           | -   | -       | 1   | 1         | PS:12      | half a call
1    | 12  | -           | -   | -       | 1   | -1        | -          | haploid
"""


@pytest.mark.parametrize("row", read_table(text=CALLS), ids=lambda row: " ".join(row.values()))
def test_haplotype(row):
    gt = row["gt"]
    alleles = [-1 if a == "." else int(a) for a in gt.replace("|", "/").split("/")]
    fields = {k.upper(): [row[k]] for k in ("ps", "hp", "pgt", "pid") if row[k] != "-"}
    calls = PhasedCalls(
        np.array([alleles + [-2] * (2 - len(alleles))]), np.array(["|" in gt]), fields
    )
    haplotypes, sets = calls.of_allele(int(row["alt"]))
    assert haplotypes == [int(row["haplotype"])]
    assert sets == ["" if row["set"] == "-" else row["set"]]
