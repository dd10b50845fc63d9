"""BA1, BS1, BS2 and PM2: how frequent is the allele in people without rare disease?"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from raredx.columns.acmg import Answer, Open, make_criterion
from raredx.columns.batch import VariantBatch
from raredx.columns.records import dataclass
from raredx.evidence_settings import AcmgSettings
from raredx.scoring.acmg_subject import Subject, as_written
from raredx.scoring.frequency import FrequencyLimits, find_popmax
from raredx.vocabulary import UNKNOWN_INDEX, Assembly, Mode

BA1_EXCEPTIONS: dict[Assembly, frozenset[tuple[int, int, str, str]]] = {
    # Ghosh 2018, doi:10.1002/humu.23642: frequent, and still (likely) pathogenic or uncertain.
    # ACAD9, GJB2, HFE p.Cys282Tyr and p.His63Asp, MEFV twice, PIBF1, ACADS, BTD; positions as
    # Exomiser lists them (clinical rules 4.2).
    Assembly.GRCH38: frozenset(
        {
            (3, 128879647, "C", "CTAAG"), (13, 20189473, "C", "T"), (6, 26090951, "C", "G"),
            (6, 26092913, "G", "A"), (16, 3249586, "G", "A"), (16, 3249468, "C", "T"),
            (13, 72835359, "G", "A"), (12, 120737875, "C", "T"), (3, 15645186, "G", "C"),
        }
    ),
    Assembly.GRCH37: frozenset(
        {
            (3, 128598490, "C", "CTAAG"), (13, 20763612, "C", "T"), (6, 26091179, "C", "G"),
            (6, 26093141, "G", "A"), (16, 3299586, "G", "A"), (16, 3299468, "C", "T"),
            (13, 73409497, "G", "A"), (12, 121175678, "C", "T"), (3, 15686693, "G", "C"),
        }
    ),
}  # fmt: skip
"""Variants to which BA1 does not apply, on either assembly."""

_CONTINENTAL = ("gnomad", "gnomad_exomes", "gnomad_genomes", "exac", "topmed", "esp")
_GROUPS = ("afr", "amr", "eas", "nfe", "sas", "popmax", "aa", "ea")
MITOCHONDRIAL_SOURCE = "gnomad_mt_hom"
"""Share of people in whom all mitochondria carry the allele."""
TWO_COPIES = (Mode.AUTOSOMAL_RECESSIVE_HOM, Mode.COMPOUND_HET)
"""Modes with the recessive limit of PM2. One copy of X is enough in a man: no relaxed limit."""
DOMINANT = (Mode.DE_NOVO, Mode.AUTOSOMAL_DOMINANT, Mode.X_LINKED_DOMINANT)
"""Modes in which one copy is enough: BS2 has their limit, and BP2 asks for them."""


def is_continental(source: str) -> bool:
    """Whether a source is a large population without founders: at least 2,000 alleles each.

    gnomAD, ExAC, TOPMed and ESP, as a whole or a continental group; 1000 Genomes has fewer
    alleles in each group, and national cohorts, in-house counts and `MAX_AF` are not continental.

    Examples
    --------
    >>> [is_continental(s) for s in ("gnomad_nfe", "gnomad", "gnomad_genomes_fin", "1000g_afr")]
    [True, True, False, False]
    """
    head, _, group = source.rpartition("_")
    return source in _CONTINENTAL or (head in _CONTINENTAL and group in _GROUPS)


@dataclass(frozen=True)
class Frequencies:
    """Frequencies of every variant of a batch, as fractions; NaN where no source was read.

    Attributes
    ----------
    popmax, continental, mitochondrial : float32, shape (variant,)
        Highest over the judged sources; over large continental populations; of homoplasmic
        carriers, or popmax where that was not read.
    popmax_source, continental_source : int, shape (variant,)
        Column of `sources`, -1 unknown.
    homozygotes : int32, shape (variant,)
        People with two copies in the source that counts most of them, -1 where none was read.
    sources : tuple of str
    """

    popmax: NDArray[np.float32]
    popmax_source: NDArray[np.int16]
    continental: NDArray[np.float32]
    continental_source: NDArray[np.int16]
    mitochondrial: NDArray[np.float32]
    homozygotes: NDArray[np.int32]
    sources: tuple[str, ...]

    def source(self, place: int) -> str:
        """Name a source."""
        return self.sources[place] if place >= 0 else "every source"


def gather_frequencies(batch: VariantBatch, limits: FrequencyLimits) -> Frequencies:
    """Gather the frequencies and the counts of homozygotes that the criteria ask for."""
    af = batch["af"]
    popmax, popmax_source = find_popmax(af, limits)
    large = np.array([is_continental(source) for source in limits.sources], bool)
    continental = np.where(np.isnan(af) | ~large, np.float32(-1), af)
    n = len(batch)
    if continental.shape[1]:
        place = continental.argmax(axis=1).astype(np.int16)
        highest = continental.max(axis=1)
    else:
        place, highest = np.full(n, UNKNOWN_INDEX, np.int16), np.full(n, -1, np.float32)
    place[highest < 0] = UNKNOWN_INDEX
    highest = np.where(highest < 0, np.float32(np.nan), highest)
    mitochondrial = popmax.copy()
    if MITOCHONDRIAL_SOURCE in limits.sources:
        own = af[:, limits.sources.index(MITOCHONDRIAL_SOURCE)]
        mitochondrial = np.where(np.isnan(own), popmax, own)
    return Frequencies(
        popmax, popmax_source, highest, place, mitochondrial, batch["homozygotes"], limits.sources
    )


def judge_common(
    subject: Subject, found: Frequencies, assembly: Assembly, settings: AcmgSettings
) -> Iterator[Answer]:
    """Judge BA1 and BS1, which no mode of inheritance changes."""
    if subject.on_mt:
        yield from _judge_mitochondrial(subject, found, settings)
        return
    frequency = as_written(found.continental[subject.variant])
    if math.isnan(frequency):
        yield Open("BA1", "no frequency of a large continental population")
        yield Open("BS1", "no frequency of a large continental population")
        return
    if _is_frequent_yet_pathogenic(subject, assembly):
        return
    source = found.source(int(found.continental_source[subject.variant]))
    reason = f"frequency {frequency:.3g} in {source}"
    for code, limit in (("BA1", settings.ba1), ("BS1", settings.bs1)):
        if frequency > limit:
            yield make_criterion(code, "", f"{reason}, above {limit:g}", {"af": frequency})
            return


def _judge_mitochondrial(
    subject: Subject, found: Frequencies, settings: AcmgSettings
) -> Iterator[Answer]:
    """Judge BA1, BS1 and PM2 of a mitochondrial variant (McCormick 2020)."""
    frequency = as_written(found.mitochondrial[subject.variant])
    reason = f"homoplasmic in {frequency:.3g} of people"
    if math.isnan(frequency):
        for code in ("BA1", "BS1", "PM2"):
            yield Open(code, "no frequency")
    elif frequency >= settings.mt_ba1:
        yield make_criterion("BA1", "", reason, {"af": frequency})
    elif frequency >= settings.mt_bs1:
        yield make_criterion("BS1", "", reason, {"af": frequency})
    elif frequency < settings.mt_pm2:
        yield make_criterion("PM2", "supporting", reason, {"af": frequency})


def _is_frequent_yet_pathogenic(subject: Subject, assembly: Assembly) -> bool:
    """Whether a variant is one of the nine that are frequent and pathogenic all the same.

    Homozygotes without the disease say as little of them as their frequency.
    """
    key = (subject.contig, subject.position, subject.ref, subject.alt)
    return key in BA1_EXCEPTIONS[assembly]


def judge_rare(
    subject: Subject, found: Frequencies, assembly: Assembly, mode: Mode, settings: AcmgSettings
) -> Iterator[Answer]:
    """Judge PM2 and BS2 under a mode of inheritance; mitochondrial ones elsewhere."""
    if subject.on_mt:
        return
    frequency = as_written(found.popmax[subject.variant])
    if math.isnan(frequency):
        yield Open("PM2", "no population frequency")
    elif frequency <= settings.pm2_dominant:
        what = "absent from the population sources" if frequency == 0 else f"popmax {frequency:.3g}"
        yield make_criterion("PM2", "supporting", what, {"af": frequency})
    elif mode in TWO_COPIES and frequency < settings.pm2_recessive:
        source = found.source(int(found.popmax_source[subject.variant]))
        reason = f"popmax {frequency:.3g} in {source}, two copies needed"
        yield make_criterion("PM2", "supporting", reason, {"af": frequency})
    count = int(found.homozygotes[subject.variant])
    limit = settings.bs2_dominant if mode in DOMINANT else settings.bs2_recessive
    if count < 0:
        yield Open("BS2", "no counts of homozygotes")
    elif count > limit and not _is_frequent_yet_pathogenic(subject, assembly):
        reason = f"{count} homozygotes in the population, more than {limit}"
        yield make_criterion("BS2", "", reason, {"homozygotes": count})
