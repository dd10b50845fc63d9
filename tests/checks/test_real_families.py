"""Real families through the whole of `raredx check`: they pass, and exchanged they do not."""

from __future__ import annotations

import pytest

from raredx.pipeline.check import check
from raredx.pipeline.request import CheckRequest
from raredx.settings import CheckSettings
from raredx.vocabulary import Assembly, Outcome

RELATIVES = {
    "same_person", "sex_mismatch", "karyotype_hint", "not_parent_and_child", "less_related",
    "more_related", "mendel_errors", "samples_swapped", "de_novo_excess", "contamination",
    "uniparental_disomy", "deletion_or_disomy", "mendel_contig", "founders_related",
}  # fmt: skip


def examine(vcf, ped=None, assembly=None):
    """Check a file; give the statistics and the codes of the findings about people."""
    request = CheckRequest(vcf=str(vcf), ped=ped, assembly=assembly)
    report = check(request, lambda *_: None)
    return report.result, {f.code for f in report.findings} & RELATIVES


@pytest.fixture(scope="module")
def fx_ashkenazi(fx_shared):
    """GIAB exome trio HG002, HG003, HG004: chromosome 1 and the beginning of 2, no X, no Y."""
    folder = fx_shared / "data" / "families" / "ashkenazi_trio"
    return folder / "ashk-trio.vcf.gz", folder / "ashk-trio.ped"


def test_a_reference_trio_passes(fx_ashkenazi):
    """14 Mendelian errors in 8,763 good calls, by a count of others; here 3 SNVs and 11 indels."""
    result, codes = examine(*fx_ashkenazi)
    assert codes == set()
    (trio,) = result.trios
    assert (trio.errors, trio.other.errors) == (3, 11)
    assert trio.informative > 6500
    assert trio.de_novo <= 2
    kinship = {p.relation_expected: p.kinship for p in result.pairs}
    assert kinship["parent and child"] == pytest.approx(0.25, abs=0.02)
    assert kinship["unrelated"] == pytest.approx(0.0, abs=0.02)
    outcomes = {a.question: a.outcome for s, a in result.answers() if len(s) == 3}
    assert outcomes.pop("uniparental") is Outcome.NOT_ASSESSED  # little of chromosome 2
    assert outcomes == dict.fromkeys(("mendel", "de_novo"), Outcome.PASS)
    sex = [a for _, a in result.answers() if a.question == "sex"]
    assert {a.outcome for a in sex} == {Outcome.NOT_ASSESSED}


PLACES = {
    "child and father": "ash HG003 HG002 HG004 1 2\nash HG002 0 0 1 0\nash HG004 0 0 2 0\n",
    "child and mother": "ash HG004 HG003 HG002 2 2\nash HG003 0 0 1 0\nash HG002 0 0 2 0\n",
}


@pytest.mark.parametrize("ped", PLACES.values(), ids=PLACES)
def test_exchanged_places_are_found(fx_ashkenazi, tmp_path, ped):
    """One chromosome of an exome tells who is the child."""
    path = tmp_path / "exchanged.ped"
    path.write_text(ped)
    result, codes = examine(fx_ashkenazi[0], path)
    assert codes == {"samples_swapped"}
    (fit,) = result.roles
    assert fit.stated.rate > 0.2
    assert fit.best[0].rate < 0.001
    assert ("HG003", "HG003") in fit.best[0].places or len(fit.best) == 2


def test_parents_stated_as_strangers_to_each_other_and_to_the_child(fx_ashkenazi, tmp_path):
    path = tmp_path / "strangers.ped"
    path.write_text("a HG002 0 0 1 2\nb HG003 0 0 1 1\nc HG004 0 0 2 1\n")
    result, codes = examine(fx_ashkenazi[0], path)
    assert codes == {"more_related"}
    inferred = {(p.first, p.second): p.relation_inferred for p in result.pairs}
    assert inferred["HG002", "HG003"] == inferred["HG002", "HG004"] == "parent and child"
    assert inferred["HG003", "HG004"] == "unrelated"


def test_a_file_of_rare_variants_raises_no_alarm(fx_shared):
    """A clinical VCF of 680 records, most of them rare: relatedness is not judged."""
    folder = fx_shared / "data" / "families" / "scout_643594"
    result, codes = examine(folder / "643594.clinical.vcf.gz", folder / "643594.ped")
    assert codes == set()
    assert result.selection.rare_only
    outcomes = {
        a.outcome for _, a in result.answers() if a.question in ("kinship", "mendel", "sex")
    }
    assert outcomes == {Outcome.NOT_ASSESSED}


def test_an_exome_without_common_variants_has_no_sex(fx_shared):
    """Pfeiffer exome: hets on X and Y calls that are all heterozygous tell nothing."""
    result, codes = examine(fx_shared / "data" / "exome" / "Pfeiffer.vcf.gz")
    assert codes == set()
    (sample,) = result.samples
    assert sample.sex.name == "UNKNOWN"
    assert sample.y_sites <= 1


def test_one_chromosome_of_a_genome(fx_shared):
    """NA12878, chromosome 21: figures of a good genome, and no run of homozygosity."""
    result, codes = examine(fx_shared / "data" / "genome" / "PG_NA12878_hg38-chr21.vcf.gz")
    assert codes == set()
    (sample,) = result.samples
    assert sample.het_hom == pytest.approx(1.59, abs=0.02)
    assert sample.ti_tv == pytest.approx(2.08, abs=0.02)
    assert (sample.n_roh, result.assembly) == (0, Assembly.GRCH38)


def test_every_error_that_gemini_lists(fx_shared, monkeypatch):
    """GEMINI's authors list 19 violations in 22 records; two half-calls and one `./.` are none."""
    every = CheckSettings(min_depth=0)  # most of its calls have fewer than ten reads
    monkeypatch.setattr("raredx.pipeline.check.CheckSettings", lambda: every)
    folder = fx_shared / "data" / "families" / "gemini"
    result, codes = examine(folder / "test.mendel.vcf", folder / "test.mendel.ped", Assembly.GRCH37)
    (trio,) = result.trios
    assert trio.errors + trio.other.errors == 19
    assert codes == set()
