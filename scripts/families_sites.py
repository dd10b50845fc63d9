"""Read the called sites of a small VCF as `raredx check` does, without its limits of quality."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from raredx.checks.site_kinds import site_kinds
from raredx.columns.sites import SiteBatch
from raredx.kernels import mendel, site_calls
from raredx.readers.annotation_probe import AnnotationProbe
from raredx.readers.htslib import catch_messages
from raredx.readers.record_facts import RecordFacts
from raredx.readers.sites import SitePlan, SiteStream
from raredx.readers.vcf_file import VcfFile
from raredx.vocabulary import Assembly

UNCALLED = site_calls.UNUSED
AUTOSOMAL_LIKE = (site_calls.AUTOSOMAL, site_calls.OTHER_ALLELE, site_calls.PSEUDOAUTOSOMAL)


@dataclass(frozen=True)
class Sites:
    """Sites of one file.

    Attributes
    ----------
    samples : tuple of str
    batch : SiteBatch
    kind : int8, shape (site,)
        Of `raredx.kernels.site_calls`.
    codes : int8, shape (site, sample)
        0, 1, 2 for reference, heterozygous and homozygous or hemizygous; -1 not used.
    """

    samples: tuple[str, ...]
    batch: SiteBatch
    kind: NDArray[np.int8]
    codes: NDArray[np.int8]

    def of(self, sample: str) -> NDArray[np.int8]:
        """Codes of one sample."""
        return np.asarray(self.codes[:, self.samples.index(sample)])


def read_sites(vcf: Path) -> Sites:
    """Read every site of a file of GRCh37."""
    with catch_messages() as messages:
        file = VcfFile(str(vcf), vcf.name, messages)
        probe = AnnotationProbe(file.header, where=vcf.name)
        samples = file.header.samples
        plan = SitePlan(samples, Assembly.GRCH37, probe)
        facts = RecordFacts(probe, Assembly.GRCH37, None, None)
        (batch,) = SiteStream(file, plan, facts).batches()
        file.close()
    kind = site_kinds(batch, Assembly.GRCH37)
    codes = np.empty(batch["dosage"].shape, np.int8)
    site_calls.code_calls(
        batch["dosage"], batch["missing"], batch["ploidy"], batch["gq"], batch["depth"],
        kind, np.zeros(2), codes,
    )  # fmt: skip
    return Sites(samples, batch, kind, codes)


def mendel_answer(kind: int, trio: tuple[int, int, int], *, son: bool) -> str:
    """Say what the kernels of `raredx check` find at one site of one trio.

    Parameters
    ----------
    kind : int
    trio : (int, int, int)
        Codes of child, father and mother.
    son : bool

    Returns
    -------
    str
        `error`, `error with one parent`, or empty.
    """
    child, father, mother = trio
    if child < 0:
        return ""
    if kind == site_calls.ON_X and son:
        return "error" if mother >= 0 and mendel.judge_x(child, father, mother, True) == 1 else ""
    if kind == site_calls.ON_Y:
        wrong = son and (child, father) in ((0, 2), (2, 0))
        return "error with one parent" if wrong else ""
    if kind not in (*AUTOSOMAL_LIKE, site_calls.ON_X):
        return ""
    if father >= 0 and mother >= 0:
        if kind == site_calls.ON_X:
            return "error" if mendel.judge_x(child, father, mother, False) == 1 else ""
        return "error" if mendel.judge_trio(child, father, mother) == 1 else ""
    opposite = any((child, parent) in ((0, 2), (2, 0)) for parent in (father, mother))
    return "error with one parent" if opposite and kind != site_calls.OTHER_ALLELE else ""
