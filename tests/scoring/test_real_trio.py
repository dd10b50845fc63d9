"""Grade and posterior of every new-looking allele in the exome of a real trio (GIAB HG002)."""

from __future__ import annotations

from dataclasses import dataclass

import cyvcf2
import numpy as np
import pytest
from numpy.typing import NDArray

from builders import batch, calls, family
from raredx.columns.batch import VariantBatch
from raredx.readers.genotypes import GenotypeBuilder, RecordCalls
from raredx.scoring.de_novo import grade_de_novo
from raredx.scoring.inheritance import judge_single
from raredx.scoring.posterior import de_novo_posterior
from raredx.settings import DeNovoSettings, MosaicSettings
from raredx.vocabulary import DeNovoGrade, Mode, Outcome

NUMERIC = frozenset({"AD", "DP", "GQ", "PL"})
PEOPLE = "HG002 HG003 HG004 M A\nHG003 0 0 M U\nHG004 0 0 F U"


@dataclass(frozen=True)
class NewAlleles:
    """Alleles of PASS records that neither parent is called with."""

    position: NDArray[np.int32]
    grade: NDArray[np.int8]
    posterior: NDArray[np.float64]


def read_records(path) -> tuple[VariantBatch, list[str]]:
    """Read every allele of every PASS record, without annotation."""
    vcf = cyvcf2.VCF(str(path))
    builder = GenotypeBuilder(len(vcf.samples))
    sites = []
    for number, record in enumerate(vcf):
        if record.FILTER is not None:
            continue
        numbers = [n for n, alt in enumerate(record.ALT, start=1) if set(alt) <= set("ACGT")]
        found = RecordCalls(record, NUMERIC, len(vcf.samples))
        builder.add_record(found, numbers, len(record.ALT), stated_first=False)
        sites += [(number, record.POS, record.REF, record.ALT[n - 1]) for n in numbers]
    site, position, ref, alt = zip(*sites, strict=True)
    columns = builder.columns()
    blank = [["0/0"] * len(vcf.samples)] * len(sites)
    made = batch(
        genotypes=blank, site=list(site), position=list(position), ref=list(ref), alt=list(alt),
        **columns,
    )  # fmt: skip
    return made, vcf.samples


@pytest.fixture(scope="module")
def fx_new(fx_shared):
    found, samples = read_records(
        fx_shared / "data" / "families" / "ashkenazi_trio" / "ashk-trio.vcf.gz"
    )
    read = calls(batch=found, family=family(people=PEOPLE, sequenced=samples))
    new = judge_single(read, Mode.DE_NOVO, complete=True) == Outcome.PASS
    settings = DeNovoSettings()
    grade, _ = grade_de_novo(found, read, settings, np.zeros(len(found), bool))
    unread = np.full(len(found), np.nan, np.float32)
    posterior = de_novo_posterior(found, read, unread, settings, MosaicSettings().error_rate)
    return NewAlleles(found["position"][new], grade[new], posterior[new])


def test_there_are_some(fx_new):
    assert fx_new.position.size == 20


def test_high_grades_are_certain(fx_new):
    high = fx_new.grade == DeNovoGrade.HIGH
    assert sorted(fx_new.position[high].tolist()) == [15_752_321, 155_036_260, 200_080_462]
    assert (fx_new.posterior[high] > 0.9999).all()


def test_certain_ones_of_low_grade_are_mosaics(fx_new):
    """17 % ALT reads in the proband; three ALT reads of 16 in the father."""
    found = fx_new.posterior > 0.9
    certain = found & (fx_new.grade < DeNovoGrade.HIGH)
    assert sorted(fx_new.position[certain].tolist()) == [16_974_454, 200_080_464]


def test_the_rest_is_hardly_new(fx_new):
    """Weak calls of a parent, or reads of the allele there; two copies have no number."""
    rest = fx_new.posterior[(fx_new.posterior <= 0.9) | np.isnan(fx_new.posterior)]
    assert rest.size == 15
    assert np.isnan(rest).sum() == 3
    assert np.nanmax(rest) < 1e-3
