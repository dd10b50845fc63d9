"""On which haplotype does each sample carry an ALT allele, and within which set does that count?

Read from a phased GT with its PS (VCF 4.3: without PS, all phased calls of a contig are one
set), otherwise from HP (GATK ReadBackedPhasing), otherwise from PGT and PID (HaplotypeCaller).
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

WHOLE_CONTIG = "|"
"""Name of the set of phased calls without PS."""

_HP_ENTRY = re.compile(r"(.+)-([12])")


class PhasedCalls:
    """What one record says of haplotypes.

    Parameters
    ----------
    alleles : int16, shape (sample, ploidy)
        Allele numbers; -1 not called, -2 beyond the ploidy of the call.
    phased : bool, shape (sample,)
        Whether GT is written with `|`.
    fields : dict
        `PS`, `HP`, `PGT`, `PID` as text, one for each sample, as far as the record has them.

    Examples
    --------
    >>> alleles, phased = np.array([[1, 0], [0, 1]]), np.array([True, False])
    >>> calls = PhasedCalls(alleles, phased, {"PS": ["7", "7"]})
    >>> calls.of_allele(1)
    ([0, -1], ['PS:7', ''])
    """

    def __init__(
        self, alleles: NDArray[np.int16], phased: NDArray[np.bool_], fields: dict[str, list[str]]
    ) -> None:
        self._alleles = alleles.tolist()
        self._phased = phased.tolist()
        self._fields = fields

    def of_allele(self, number: int) -> tuple[list[int], list[str]]:
        """Give the haplotype (0, 1, or -1) and the phase set of one ALT for each sample.

        Only a diploid call with one copy of the allele has a haplotype.
        """
        found = [self._of_sample(sample, number) for sample in range(len(self._alleles))]
        return [haplotype for haplotype, _ in found], [phase_set for _, phase_set in found]

    def _of_sample(self, sample: int, number: int) -> tuple[int, str]:
        call = [a for a in self._alleles[sample] if a != -2]
        if len(call) != 2 or call.count(number) != 1:
            return -1, ""
        place = call.index(number)
        if self._phased[sample]:
            stated = self._text("PS", sample)
            return place, f"PS:{stated}" if stated else WHOLE_CONTIG
        entries = self._text("HP", sample).split(",")
        if len(entries) == 2 and (entry := _HP_ENTRY.fullmatch(entries[place])):
            return int(entry[2]) - 1, f"HP:{entry[1]}"
        if number == 1 or 0 in call:
            return self._of_physical(sample, number)
        return -1, ""

    def _of_physical(self, sample: int, number: int) -> tuple[int, str]:
        """Read PGT and PID; PGT counts the alleles of its own record, or writes the ALT as 1."""
        name, call = self._text("PID", sample), self._text("PGT", sample).split("|")
        if not name or len(call) != 2:
            return -1, ""
        for written in (str(number), "1"):
            if call.count(written) == 1:
                return call.index(written), f"PID:{name}"
        return -1, ""

    def _text(self, key: str, sample: int) -> str:
        """Give a field's text, empty where missing."""
        values = self._fields.get(key)
        text = values[sample] if values else ""
        return "" if text in (".", "") else text
