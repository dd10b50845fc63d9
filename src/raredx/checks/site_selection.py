"""Does the file hold what the statistics need: common variants, and reference calls?"""

from __future__ import annotations

from raredx.checks.sample_counts import SampleCounts, ratio
from raredx.checks.sample_findings import percent
from raredx.columns.check_results import SiteSelection
from raredx.kernels import site_calls as kernels
from raredx.settings import CheckSettings


def describe_selection(
    rows: tuple[int, int], counts: SampleCounts, single: bool, settings: CheckSettings
) -> SiteSelection:
    """Tell a file without common variants, and one merged from files of single samples.

    Shares of calls are looked at, not of sites, so that the number of samples does not
    matter. Whole files have 0.3 to 0.45 homozygous among ALT-carrying calls, and 0.6 to 0.8
    at common variants; of rare variants nearly all calls are heterozygous.

    Parameters
    ----------
    rows : tuple of int
        Rows of the file, and those of them that are used.
    counts : SampleCounts
    single : bool
        One sample alone is called where it varies, and nowhere else.
    settings : CheckSettings
    """
    totals = counts.totals
    reference, het, hom = (
        int(totals[c]) for c in (kernels.HOM_REF, kernels.HET, kernels.HOM_ALT)
    )  # fmt: skip
    carried, with_af, common = counts.carried
    hom_share, reference_share = ratio(hom, het + hom), ratio(reference, reference + het + hom)
    enough = carried >= settings.selection_min_calls
    why_rare = why_no_reference = ""
    if enough and 2 * with_af >= carried and common < settings.min_common_share * with_af:
        why_rare = (
            f"only {percent(common / with_af)} of {with_af:,} variant calls are at common "
            "variants: the file looks filtered to rare ones"
        )
    elif enough and hom_share < settings.min_hom_alt_share:
        why_rare = (
            f"only {percent(hom_share)} of {carried:,} variant calls are homozygous: the file "
            "looks filtered to rare variants"
        )
    if enough and not single and reference_share < settings.min_reference_share:
        why_no_reference = (
            f"only {percent(reference_share)} of the calls are reference: the file seems merged "
            "from files of single samples, and a missing call may mean reference"
        )
    return SiteSelection(
        rows=rows[0], used=rows[1], carried=carried, with_af=with_af, common=common,
        hom_alt_share=hom_share, reference_share=reference_share, judged=enough,
        rare_only=bool(why_rare), reference_calls=not why_no_reference, why_rare=why_rare,
        why_no_reference=why_no_reference,
    )  # fmt: skip
