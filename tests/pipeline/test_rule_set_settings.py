"""Each setting of a rule set that `gel` does not ask: a line of VCF, and kept or dropped by what.

Two rule sets are compared on one record, or a few: a loose one, which keeps it, and the same with
the setting.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from raredx.columns.panel import PanelDraft, PanelHeader, PanelRecord
from raredx.pipeline.compare_rulesets import compare_rulesets
from raredx.pipeline.request import RankRequest
from raredx.readers.panel_tsv import encode_panel
from raredx.vocabulary import Confidence, Moi
from vcf_files import FORMATS, csq, csq_line, info_line, vcf_text

INFO = (
    csq_line(),
    info_line("gnomad_AF", "A", "Float", "gnomAD"),
    info_line("gnomad_popmax_AF", "A", "Float", "gnomAD, highest group"),
    info_line("gnomad_nhomalt", "A", "Integer", "homozygotes in gnomAD"),
    info_line("CLNSIG", ".", "String", "ClinVar"),
    info_line("CLNREVSTAT", ".", "String", "ClinVar's review"),
    info_line("am_pathogenicity", "A", "Float", "AlphaMissense"),
)
FORMAT = (
    *FORMATS,
    '##FORMAT=<ID=PS,Number=1,Type=Integer,Description="Phase set">',
)
TRIO = "F kid dad mum 1 2\nF dad 0 0 1 1\nF mum 0 0 2 1\n"
ILL_FATHER = "F kid dad mum 1 2\nF dad 0 0 1 2\nF mum 0 0 2 1\n"
GIRL = "F kid dad mum 2 2\nF dad 0 0 1 1\nF mum 0 0 2 1\n"
SISTER = TRIO + "F sis dad mum 2 2\n"
LOOSE = """
name = "loose"
version = "1"
[consequence]
high = ["stop_gained", "frameshift_variant"]
moderate = ["missense_variant", "splice_region_variant"]
[segregation]
mosaic_max_fraction = 0
"""
GENES = {"CFTR": (3, Moi.BIALLELIC), "FOXG1": (3, Moi.MONOALLELIC), "TTN": (2, Moi.BIALLELIC),
         "EDA": (3, Moi.XLINKED_BIALLELIC), "UBE3A": (3, Moi.MONOALLELIC_MATERNALLY_IMPRINTED)}  # fmt: skip
"""Confidence and mode of inheritance on the panel."""

GOOD = "0/1:20,20:40:99 0/0:40,0:40:99 0/0:40,0:40:99"
HOM = "1/1:0,40:40:99 0/1:20,20:40:99 0/1:20,20:40:99"


def line(calls, *, place="chr7 1000", gene="CFTR", term="missense_variant", alt="T", more=""):
    entry = csq(SYMBOL=gene, Gene="", Consequence=term)
    return f"{place} A {alt} CSQ={entry}{';' if more else ''}{more} GT:AD:DP:GQ {calls}"


KNOWN = "CLNSIG=Pathogenic;CLNREVSTAT=criteria_provided,_single_submitter"


@dataclass(frozen=True)
class Case:
    """Records, a setting, and the verdict on the first record."""

    about: str
    records: tuple[str, ...]
    setting: str
    verdict: str
    ped: str = TRIO
    panel: bool = True
    observed: str = ""


def one(about, calls, setting, verdict, *, observed="", ped=TRIO, panel=True, **how):
    return Case(about, (line(calls, **how),), setting, verdict, ped, panel, observed)


def pair(about, first, second, setting, verdict, *, ped=TRIO, observed="", other="", **how):
    """Two records of one gene; `how` is of the first, `other` is INFO of the second."""
    records = (line(first, **how), line(second, place="chr7 9000", more=other))
    return Case(about, records, setting, verdict, ped, True, observed)


QUALITY = '[call_quality]\nasked_of = "{}"\n{}'
FROM_DAD = "0/1:20,20:40:99 0/1:20,20:40:99 0/0:40,0:40:99"
FROM_MUM = "0/1:20,20:40:99 0/0:40,0:40:99 0/1:20,20:40:99"
CALLS = (
    one("GQ of the proband", "0/1:20,20:40:19 0/0:40,0:40:99 0/0:40,0:40:99",
        QUALITY.format("proband", "min_gq = 20"), "call_quality",
        observed="kid: gq 19, asked at least 20"),
    one("GQ at the limit", "0/1:20,20:40:20 0/0:40,0:40:99 0/0:40,0:40:99",
        QUALITY.format("proband", "min_gq = 20"), "kept"),
    one("GQ of the mother, not asked", "0/1:20,20:40:99 0/0:40,0:40:99 0/0:40,0:40:3",
        QUALITY.format("proband", "min_gq = 20"), "kept"),
    one("GQ of the mother", "0/1:20,20:40:99 0/0:40,0:40:99 0/0:40,0:40:3",
        QUALITY.format("family", "min_gq = 20"), "call_quality", observed="mum: gq 3"),
    one("no GQ", "0/1:20,20:40:. 0/0:40,0:40:99 0/0:40,0:40:99",
        QUALITY.format("proband", "min_gq = 20"), "kept"),
    one("depth", "0/1:4,5:9:99 0/0:40,0:40:99 0/0:40,0:40:99",
        QUALITY.format("proband", "min_depth = 10"), "call_quality"),
    one("depth of ClinVar's, spared", "0/1:4,5:9:99 0/0:40,0:40:99 0/0:40,0:40:99",
        QUALITY.format("proband", "min_depth = 10\ndepth_spares_known = true"), "kept",
        more=KNOWN),
    one("depth by AD", "0/1:4,5:30:99 0/0:40,0:40:99 0/0:40,0:40:99",
        QUALITY.format("proband", 'min_depth = 10\ndepth_counts = "ad"'), "call_quality"),
    one("ALT reads", "0/1:36,4:40:99 0/0:40,0:40:99 0/0:40,0:40:99",
        QUALITY.format("proband", "min_alt_reads = 5"), "call_quality"),
    one("allele balance", "0/1:33,7:40:99 0/0:40,0:40:99 0/0:40,0:40:99",
        QUALITY.format("proband", "het_min_alt_fraction = 0.2"), "call_quality"),
    one("two copies with REF reads", "1/1:2,38:40:99 0/1:20,20:40:99 0/1:20,20:40:99",
        QUALITY.format("proband", "hom_min_alt_fraction = 0.98"), "call_quality"),
    pair("a partner with poor calls", FROM_DAD, "0/1:20,20:40:5 0/0:40,0:40:99 0/1:20,20:40:99",
         QUALITY.format("proband", "min_gq = 20"), "segregation",
         observed="no other allele of CFTR in the proband that fails no question"),
)  # fmt: skip
FREQUENCY = (
    one("FILTER is asked", GOOD, "", "filter", alt="T;LowQual", observed="FILTER LowQual"),
    one("FILTER is missing", GOOD, "", "kept", alt="T;."),
    one("FILTER of others than ClinVar's", GOOD, "[known_pathogenic]\nspares_filter = true",
        "filter", alt="T;LowQual"),
    one("FILTER is not asked", GOOD, "[quality]\njudge_filter = false", "kept", alt="T;LowQual"),
    one("ClinVar's despite FILTER", GOOD, "[known_pathogenic]\nspares_filter = true", "kept",
        alt="T;LowQual", more=KNOWN),
    one("a limit of one mode", HOM, "[frequency]\nby_mode = { autosomal_recessive_hom = 0.001 }",
        "frequency", more="gnomad_AF=0.002", observed="0.002 in gnomad"),
    one("the limit of another mode", HOM, "[frequency]\nby_mode = { compound_het = 0.001 }",
        "kept", more="gnomad_AF=0.002"),
    one("judged alone", HOM, '[frequency]\nonly_sources = ["gnomad"]', "kept",
        more="gnomad_AF=0.002;gnomad_popmax_AF=0.005"),
    one("another source judged alone", HOM,
        '[frequency]\nrecessive = 0.003\nonly_sources = ["gnomad_popmax"]', "frequency",
        more="gnomad_AF=0.002;gnomad_popmax_AF=0.005"),
    one("homozygotes", HOM, "[frequency]\nmax_homozygotes = { autosomal_recessive_hom = 5 }",
        "frequency", more="gnomad_AF=0.0001;gnomad_nhomalt=6"),
    one("homozygotes at the limit", HOM,
        "[frequency]\nmax_homozygotes = { autosomal_recessive_hom = 5 }", "kept",
        more="gnomad_AF=0.0001;gnomad_nhomalt=5"),
    one("homozygotes not known", HOM,
        "[frequency]\nmax_homozygotes = { autosomal_recessive_hom = 5 }", "kept",
        more="gnomad_AF=0.0001;gnomad_nhomalt=."),
    one("homozygotes of ClinVar's", HOM,
        "[frequency]\nmax_homozygotes = { autosomal_recessive_hom = 5 }", "kept",
        more=f"gnomad_AF=0.0001;gnomad_nhomalt=6;{KNOWN}"),
    one("ClinVar's, too frequent for the mode", GOOD,
        "[frequency]\nknown_by_mode = { de_novo = 0.0005 }", "frequency", panel=False,
        more=f"gnomad_AF=0.002;{KNOWN}", gene="FOXG1"),
    one("ClinVar's, rare enough for the mode", GOOD,
        "[frequency]\nknown_by_mode = { de_novo = 0.005 }", "kept", panel=False,
        more=f"gnomad_AF=0.002;{KNOWN}", gene="FOXG1"),
)  # fmt: skip
DE_NOVO_ONLY = '[consequence]\nhigh = ["stop_gained"]\nmoderate = ["missense_variant"]\nmoderate_modes = ["de_novo"]\n'
WEAK_NEW = "0/1:20,20:40:99 0/0:40,0:40:99 0/0:38,2:40:99"
CONSEQUENCE = (
    one("missense, new", GOOD, DE_NOVO_ONLY, "kept", gene="FOXG1"),
    one("missense, homozygous", HOM, DE_NOVO_ONLY, "consequence_in_mode",
        observed="missense_variant, as autosomal recessive hom"),
    one("stop, homozygous", HOM, DE_NOVO_ONLY, "kept", term="stop_gained"),
    one("missense, ClinVar's", HOM, DE_NOVO_ONLY, "kept", more=KNOWN),
    one("missense, weakly new", WEAK_NEW,
        DE_NOVO_ONLY + '[de_novo]\nmoderate_min_grade = "high"', "consequence_in_mode",
        gene="FOXG1"),
    pair("missense beside a stop, benign by AlphaMissense", FROM_DAD, FROM_MUM,
         DE_NOVO_ONLY + "partner_min_alphamissense = 0.5", "consequence_in_mode",
         term="stop_gained", other="am_pathogenicity=0.4"),
    pair("missense beside a stop, pathogenic by AlphaMissense", FROM_DAD, FROM_MUM,
         DE_NOVO_ONLY + "partner_min_alphamissense = 0.5", "kept",
         term="stop_gained", other="am_pathogenicity=0.5"),
    pair("missense beside a stop, AlphaMissense not known", FROM_DAD, FROM_MUM,
         DE_NOVO_ONLY + "partner_min_alphamissense = 0.5", "kept", term="stop_gained"),
    pair("missense beside a stop, ClinVar's without a star", FROM_DAD, FROM_MUM,
         DE_NOVO_ONLY + "[known_pathogenic]\nmin_stars = 1\npartner_min_stars = 0", "kept",
         term="stop_gained", other="CLNSIG=Pathogenic;CLNREVSTAT=no_assertion_criteria_provided"),
    pair("missense beside a stop, without ClinVar", FROM_DAD, FROM_MUM,
         DE_NOVO_ONLY + "[known_pathogenic]\nmin_stars = 1\npartner_min_stars = 0",
         "consequence_in_mode", term="stop_gained"),
    one("a term by itself is not paired: homozygous it is none", HOM,
        '[consequence]\nhigh = []\nmoderate = ["missense_variant", "splice_region_variant"]\n'
        'not_in_pairs = ["splice_region_variant"]', "kept", term="splice_region_variant"),
    pair("a term that is not paired", FROM_DAD, FROM_MUM,
         '[consequence]\nhigh = []\nmoderate = ["missense_variant", "splice_region_variant"]\n'
         'not_in_pairs = ["splice_region_variant"]', "segregation", term="splice_region_variant",
         observed="splice_region_variant alone is not paired"),
    pair("another term beside it", FROM_DAD, FROM_MUM,
         '[consequence]\nhigh = []\nmoderate = ["missense_variant", "splice_region_variant"]\n'
         'not_in_pairs = ["splice_region_variant"]', "kept",
         term="splice_region_variant&missense_variant"),
    one("without a term, untiered", HOM, "", "kept", term="intron_variant"),
    one("without a term, not shown", HOM,
        '[consequence]\nmoderate = ["missense_variant"]\nuntiered = false', "consequence",
        term="intron_variant"),
)  # fmt: skip
GREEN = '[panel]\nrequired = "green"\n'
INHERITED = "0/1:20,20:40:99 0/1:20,20:40:99 0/0:40,0:40:99"
PANEL = (
    one("green", HOM, GREEN, "kept"),
    one("amber", HOM, GREEN, "panel", gene="TTN", observed="TTN is only amber"),
    one("amber is enough", HOM, '[panel]\nrequired = "amber"\n', "kept", gene="TTN"),
    one("on no panel", HOM, GREEN, "panel", gene="ACTN3", observed="ACTN3 is on none of the 1"),
    one("no panel applied", HOM, GREEN, "kept", gene="ACTN3", panel=False),
    one("green for another mode", GOOD, GREEN, "kept"),
    one("the mode must fit", GOOD, GREEN + "mode_must_fit = true", "panel",
        observed="CFTR is green, but for biallelic"),
    one("the mode fits", GOOD, GREEN + "mode_must_fit = true", "kept", gene="FOXG1"),
    one("one copy on X in a woman", "0/1:20,20:40:99 0/0:40,0:40:99 0/1:20,20:40:99",
        GREEN + "mode_must_fit = true", "panel", gene="EDA", place="chrX 70000000", ped=GIRL),
    one("one copy on X in a woman is enough", "0/1:20,20:40:99 0/0:40,0:40:99 0/1:20,20:40:99",
        GREEN + "mode_must_fit = true\nx_het_female_fits = true", "kept", gene="EDA",
        place="chrX 70000000", ped=GIRL),
)  # fmt: skip
FROM_ILL = "0/1:20,20:40:99 0/1:20,20:40:99 0/0:40,0:40:99"
SEGREGATION = (
    one("a mode that is asked", GOOD, '[segregation]\nmodes = ["de_novo"]', "kept"),
    one("a mode that is not asked", HOM, '[segregation]\nmodes = ["de_novo"]', "segregation",
        observed="mine does not ask for autosomal recessive hom"),
    pair("pairs are not asked", FROM_DAD, FROM_MUM, '[segregation]\nmodes = ["de_novo"]',
         "segregation"),
    one("an unaffected father transmits", INHERITED,
        "[known_pathogenic]\nincomplete_penetrance = true", "kept", gene="FOXG1", more=KNOWN),
    one("an unaffected mother, imprinted", "0/1:20,20:40:99 0/1:20,20:40:99 0/0:40,0:40:99",
        "[segregation]\nimprinting = false", "segregation", gene="UBE3A"),
    one("a weak de novo call", WEAK_NEW, '[de_novo]\nkept_min_grade = "high"', "de_novo_grade",
        gene="FOXG1", observed="grade"),
    one("a good de novo call", GOOD, '[de_novo]\nkept_min_grade = "high"', "kept", gene="FOXG1"),
    one("GQ of a parent", "0/1:20,20:40:99 0/0:40,0:40:99 0/0:40,0:40:21",
        '[de_novo]\nkept_min_grade = "medium"\nparent_min_gq = 25', "de_novo_grade",
        gene="FOXG1"),
)  # fmt: skip
CASES = {case.about: case for case in (*CALLS, *FREQUENCY, *CONSEQUENCE, *PANEL, *SEGREGATION)}


def write(folder, case):
    (folder / "x.ped").write_text(case.ped)
    text = vcf_text(records=case.records, samples=("kid", "dad", "mum"), info=INFO, formats=FORMAT)
    (folder / "x.vcf").write_text(text)
    rows = [
        PanelRecord("gene", "", name, Confidence(level), moi, "", "")
        for name, (level, moi) in GENES.items()
    ]
    header = PanelHeader(panel_id="mine", name="Mine", version="1.0")
    (folder / "panel.tsv").write_text(encode_panel(PanelDraft(header, rows)))
    # the first keeps whatever there is to keep; the second is the setting over the same rules
    loose = LOOSE.replace("mosaic", "incomplete_penetrance = true\nmosaic")
    loose += "[quality]\njudge_filter = false\n"
    (folder / "loose.toml").write_text(loose)
    mine = LOOSE.replace('"loose"', '"mine"')
    for table in ("consequence", "segregation"):
        if f"[{table}]" in case.setting:
            start = mine.index(f"[{table}]")
            end = mine.find("\n[", start + 1)
            mine = mine[:start] + (mine[end + 1 :] if end > 0 else "")
    (folder / "mine.toml").write_text(f"{mine}\n{case.setting}\n")
    return RankRequest(
        vcf=str(folder / "x.vcf"), ped=folder / "x.ped", output=None, allow_unsequenced=True,
        panels=(str(folder / "panel.tsv"),) if case.panel else (), command="raredx x.vcf",
    )  # fmt: skip


@pytest.mark.parametrize("about", CASES)
def test_verdict(about, tmp_path):
    case = CASES[about]
    request = write(tmp_path, case)
    names = tuple(str(tmp_path / name) for name in ("loose.toml", "mine.toml"))
    found = compare_rulesets(request, names, lambda *_: None)
    assert found.rows, "the loose rule set keeps nothing"
    first = min(found.rows, key=lambda row: row.cells["pos"])
    assert (first.verdicts[1].verdict, case.observed in first.verdicts[1].observed) == (
        case.verdict, True,
    ), first.verdicts  # fmt: skip
