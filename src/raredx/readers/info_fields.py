"""Names of frequencies, counts, ClinVar fields and predictors, in INFO and consequence fields.

The names are those of gnomAD, VEP and its plugins, vcfanno recipes, SnpSift dbNSFP and
nf-core/raredisease. They are compared without regard to case; nothing is read by position.
"""

from __future__ import annotations

import math
import re
from dataclasses import field
from functools import lru_cache
from typing import NamedTuple

from raredx.columns.records import dataclass
from raredx.vocabulary import ClinvarClass

_GROUPS = (
    "afr", "ami", "amr", "asj", "eas", "fin", "mid", "nfe", "sas", "oth", "remaining", "eur",
    "aa", "ea", "raw",
)  # fmt: skip
_RESOURCES: tuple[tuple[str, str], ...] = (
    # prefix of the name, in lower case, longest first; resource
    ("gnomad_mt", "gnomad_mt"),
    ("gnomad_exomes", "gnomad_exomes"),
    ("gnomad_genomes", "gnomad_genomes"),
    ("gnomadexomes", "gnomad_exomes"),
    ("gnomadgenomes", "gnomad_genomes"),
    ("gnomad_exome", "gnomad_exomes"),
    ("gnomad_genome", "gnomad_genomes"),
    ("gnomade", "gnomad_exomes"),
    ("gnomadg", "gnomad_genomes"),
    ("gnomad_e", "gnomad_exomes"),
    ("gnomad_g", "gnomad_genomes"),
    ("gnomad", "gnomad"),
    ("exac", "exac"),
    ("topmed", "topmed"),
    ("1000g", "1000g"),
    ("1000gp3", "1000g"),
    ("swegen", "swegen"),
    ("sweref", "sweref"),
)
_HIGHEST = {"popmax", "grpmax", "max", "fafmax", "faf95", "faf99"}
_PLAIN = {  # VEP's own columns, 1000 Genomes and ESP
    "af": "1000g", "afr_af": "1000g_afr", "amr_af": "1000g_amr", "eas_af": "1000g_eas",
    "eur_af": "1000g_eur", "sas_af": "1000g_sas", "aa_af": "esp_aa", "ea_af": "esp_ea",
    "max_af": "max_af",
}  # fmt: skip
_NATIVE = {"af_popmax": "gnomad_popmax", "af_grpmax": "gnomad_popmax"}


def frequency_source(name: str, *, in_consequences: bool) -> str:
    """Name the population source of a field, or give the empty string for any other field.

    Parameters
    ----------
    name : str
        INFO key or consequence field.
    in_consequences : bool
        VEP's `AF` is the 1000 Genomes frequency; INFO/AF is the callset's own and no
        population frequency.

    Examples
    --------
    >>> frequency_source("gnomADe_NFE_AF", in_consequences=True)
    'gnomad_exomes_nfe'
    >>> frequency_source("GNOMADAF_popmax", in_consequences=False)
    'gnomad_popmax'
    >>> frequency_source("AF", in_consequences=False), frequency_source("gnomad_nhomalt",
    ... in_consequences=False)
    ('', '')
    """
    lower = name.lower().removeprefix("dbnsfp_")
    if in_consequences and lower in _PLAIN:
        return _PLAIN[lower]
    if lower in _NATIVE:
        return _NATIVE[lower]
    found = next(((p, r) for p, r in _RESOURCES if lower.startswith(p)), None)
    if found is None:
        return ""
    prefix, resource = found
    rest = lower[len(prefix) :]
    words = [w for w in re.split(r"[_.]+", re.sub(r"af$", "_af", rest)) if w]
    if not any(w in ("af", "faf", "faf95", "faf99", "fafmax") for w in words):
        return ""
    if any(w in ("ac", "an", "nhomalt", "xx", "xy", "male", "female") for w in words):
        return ""
    if resource == "gnomad_mt":
        return resource + ("_het" if "het" in words else "_hom")
    group = next((w for w in words if w in _GROUPS), "")
    if not group and any(w in _HIGHEST for w in words):
        group = "popmax"
    return f"{resource}_{group}" if group else resource


class HomozygoteCount(NamedTuple):
    """What a field counts: its population source, and by how much each person counts."""

    source: str
    per_person: int


_HOMOZYGOUS = {"nhomalt", "homalt", "nhom", "hom"}
_SUBSETS = {"controls", "biobanks", "and", "non", "cancer", "neuro", "topmed", "ukb"}
_BESIDE_COUNTS = (
    {"ac", "aac", "alt", "num", "n", "count", "all", "adj", "joint", "j", "v2", "v3", "v4"}
    | {"exomes", "genomes", "exome", "genome"}
    | _SUBSETS
    | (_HIGHEST - {"fafmax", "faf95", "faf99"})
    | set(_GROUPS) - {"raw"}
)
"""Words that may stand beside; any other makes the field something else: `raw`, one sex, `AF`."""
_EXAC_GROUPS = {"afr", "amr", "asj", "eas", "fin", "nfe", "oth", "sas"}
_COUNTS_PEOPLE = ("exac",)
"""Sources whose AC_Hom is a number of people: ExAC's AC_Adj is AC_Het + 2 AC_Hom + AC_Hemi."""


def homozygote_count(name: str) -> HomozygoteCount | None:
    """Tell which people a field counts that have an allele twice; None for any other field.

    A field without a source in its name is gnomAD's own where it says `nhomalt`, and that of
    ExAC and gnomAD 2.0 where it is `Hom_` and a group. `Hom` alone is LoqusDB's (people with
    rare disease), and `AC_Hom` alone what bcftools counts in the file itself: neither is a
    population. Beside a source `AC_Hom` is that of bcftools +fill-tags, "allele counts in
    homozygous genotypes", two for each person; not so in ExAC. Counts before the filter on
    genotypes (`raw`), of one sex and of hemizygotes are left aside, and so are mitochondria.

    Examples
    --------
    >>> homozygote_count("gnomADe_nhomalt"), homozygote_count("Hom_AFR")
    (HomozygoteCount(source='gnomad_exomes', per_person=1), HomozygoteCount(source='exac', per_person=1))
    >>> homozygote_count("SWEGENAAC_Hom")
    HomozygoteCount(source='swegen', per_person=2)
    >>> [homozygote_count(n) for n in ("Hom", "AC_Hom", "gnomAD_nhemi", "gnomAD_AF")]
    [None, None, None, None]
    """  # noqa: E501
    lower = name.lower().removeprefix("dbnsfp_")
    prefix, source = next(((p, r) for p, r in _RESOURCES if lower.startswith(p)), ("", ""))
    words = [w for w in re.split(r"[_.]+", lower[len(prefix) :]) if w and not w.isdigit()]
    homozygous = _HOMOZYGOUS.intersection(words)
    beside = set(words) - _HOMOZYGOUS
    if not homozygous or not beside <= _BESIDE_COUNTS or source == "gnomad_mt":
        return None
    if not source and "nhomalt" in words:
        kind = {"exomes", "genomes"} & beside
        source = "_".join(["gnomad", *sorted(kind)])
    elif not source and words[0] == "hom" and len(words) == 2 and words[1] in _EXAC_GROUPS:
        source = "exac"
    if not source:
        return None
    alleles = homozygous == {"hom"} and beside & {"ac", "aac"} and source not in _COUNTS_PEOPLE
    return HomozygoteCount(source, 2 if alleles else 1)


def read_number(text: object) -> float:
    """Read the largest number of a field that may hold an `&`- or `,`-joined list.

    Gives NaN where there is none.

    Examples
    --------
    >>> read_number("0.1&0.3"), read_number("."), read_number("1e-4")
    (0.3, nan, 0.0001)
    """
    if isinstance(text, (str, float, int)):
        try:
            return float(text)
        except ValueError:  # a list, or no number
            pass
    best = math.nan
    for word in re.split(r"[&,|]", str(text)):
        try:
            value = float(word)
        except ValueError:
            continue
        if not best >= value:
            best = value
    return best


@dataclass
class FieldNames:
    """Which of the fields that a file declares hold what; keys are as the file writes them.

    Attributes
    ----------
    frequencies : dict
        Field to population source.
    homozygotes : dict
        Field to what it counts.
    clinvar_significance, clinvar_review : str
        Field, or the empty string.
    predictors : dict
        `revel`, `alphamissense`, `cadd`, `spliceai` to fields (several for SpliceAI).
    """

    frequencies: dict[str, str] = field(default_factory=dict)
    homozygotes: dict[str, HomozygoteCount] = field(default_factory=dict)
    clinvar_significance: str = ""
    clinvar_review: str = ""
    predictors: dict[str, tuple[str, ...]] = field(default_factory=dict)


_SIGNIFICANCE = ("clnsig", "clinvar_clnsig", "clinvar_clinical_significance", "clin_sig", "clinvar")
_REVIEW = ("clnrevstat", "clinvar_clnrevstat", "clinvar_review_status", "clnrevstat")
_PREDICTORS = {
    "revel": ("revel", "revel_score", "dbnsfp_revel_score"),
    "alphamissense": ("am_pathogenicity", "alphamissense", "alphamissense_score",
                      "dbnsfp_alphamissense_score"),
    "cadd": ("cadd_phred", "dbnsfp_cadd_phred", "caddphred", "cadd"),
}  # fmt: skip
_SPLICEAI = re.compile(r"^spliceai(_pred)?_(ds|max)(_(ag|al|dg|dl|max))?$|^spliceai_ds_max$")


def find_fields(declared: list[str], *, in_consequences: bool) -> FieldNames:
    """Recognise the fields that matter among those a file declares.

    Examples
    --------
    >>> found = find_fields(["AC", "AF", "gnomAD_AF", "CLNSIG"], in_consequences=False)
    >>> found.frequencies, found.clinvar_significance
    ({'gnomAD_AF': 'gnomad'}, 'CLNSIG')
    """
    names = FieldNames()
    lower = {name.lower(): name for name in reversed(declared)}
    for name in declared:
        source = frequency_source(name, in_consequences=in_consequences)
        if source:
            names.frequencies[name] = source
        counted = homozygote_count(name)
        if counted is not None:
            names.homozygotes[name] = counted
    names.clinvar_significance = next((lower[n] for n in _SIGNIFICANCE if n in lower), "")
    names.clinvar_review = next((lower[n] for n in _REVIEW if n in lower), "")
    for predictor, known in _PREDICTORS.items():
        found = next((lower[n] for n in known if n in lower), "")
        if found:
            names.predictors[predictor] = (found,)
    splice = tuple(n for n in declared if _SPLICEAI.match(n.lower()))
    if splice:
        names.predictors["spliceai"] = splice
    return names


_OLD_CODES = {  # ClinVar VCF before 2017, INFO/CLNSIG
    "0": "uncertain_significance", "1": "not_provided", "2": "benign", "3": "likely_benign",
    "4": "likely_pathogenic", "5": "pathogenic", "6": "drug_response", "7": "histocompatibility",
    "255": "other",
}  # fmt: skip


@lru_cache(maxsize=1024)
def clinvar_class(text: str) -> ClinvarClass:
    """Reduce a ClinVar significance, in any of its spellings, to its class.

    Different classes side by side (`pathogenic&benign`) count as conflicting; pathogenic
    beside likely pathogenic counts as pathogenic.

    Examples
    --------
    >>> clinvar_class("Pathogenic/Likely_pathogenic").name
    'PATHOGENIC'
    >>> clinvar_class("Conflicting_classifications_of_pathogenicity").name
    'CONFLICTING'
    >>> clinvar_class("5|2").name, clinvar_class("not_provided").name, clinvar_class("").name
    ('CONFLICTING', 'OTHER', 'ABSENT')
    """
    lower = text.lower().strip().replace(" ", "_")
    if lower in ("", "."):
        return ClinvarClass.ABSENT
    if "conflicting" in lower:
        return ClinvarClass.CONFLICTING
    words = {_OLD_CODES.get(w, w).strip("_") for w in re.split(r"[/|,&;]", lower) if w}
    words = {w for w in words if w}
    pathogenic = "pathogenic" in words
    likely_pathogenic = any(w.startswith("likely_pathogenic") for w in words)
    benign, likely_benign = "benign" in words, "likely_benign" in words
    uncertain = "uncertain_significance" in words
    if (pathogenic or likely_pathogenic) and (benign or likely_benign or uncertain):
        return ClinvarClass.CONFLICTING
    for holds, code in (
        (pathogenic, ClinvarClass.PATHOGENIC),
        (likely_pathogenic, ClinvarClass.LIKELY_PATHOGENIC),
        (uncertain, ClinvarClass.UNCERTAIN),
        (likely_benign and not benign, ClinvarClass.LIKELY_BENIGN),
        (benign, ClinvarClass.BENIGN),
    ):
        if holds:
            return code
    return ClinvarClass.OTHER


_STARS = (
    # ClinVar review status, https://www.ncbi.nlm.nih.gov/clinvar/docs/review_status/
    ("practice_guideline", 4), ("reviewed_by_expert_panel", 3), ("no_conflicts", 2),
    ("single_submitter", 1), ("conflicting", 1), ("no_assertion", 0), ("no_interpretation", 0),
    ("no_classification", 0),
    # the codes of ClinVar's VCF before 2017
    ("guideline", 4), ("exp", 3), ("mult", 2), ("single", 1), ("conf", 1),
    ("no_criteria", 0),
)  # fmt: skip


@lru_cache(maxsize=1024)
def clinvar_stars(text: str) -> int:
    """Count the review stars; -1 where there is no review status.

    Examples
    --------
    >>> clinvar_stars("criteria_provided,_multiple_submitters,_no_conflicts")
    2
    >>> clinvar_stars("reviewed_by_expert_panel"), clinvar_stars("")
    (3, -1)
    """
    lower = text.lower().replace(" ", "_").replace("&", ",")
    return next((stars for words, stars in _STARS if words in lower), -1)
