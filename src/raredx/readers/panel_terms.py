"""Words of panel sources -> our vocabulary: modes of inheritance, confidence, mechanism."""

from __future__ import annotations

import re
from functools import cache

from raredx.vocabulary import Confidence, Moi

_WORDS = re.compile(r"[a-z0-9]+")

# PanelApp statements, Gene2Phenotype allelic requirements of both vocabularies, short codes,
# HPO terms. Keys are lower case with one blank between words. `hemizygous` of the older
# Gene2Phenotype means affected men and, as a rule, unaffected women.
_SHORT = {
    **{" ".join(_WORDS.findall(moi.value)): moi for moi in Moi},
    "ad": Moi.MONOALLELIC,
    "autosomal dominant": Moi.MONOALLELIC,
    "hp 0000006": Moi.MONOALLELIC,
    "monoallelic autosomal": Moi.MONOALLELIC,
    "monoallelic par": Moi.MONOALLELIC,
    "imprinted": Moi.MONOALLELIC,
    "mosaic": Moi.MONOALLELIC,
    "ar": Moi.BIALLELIC,
    "autosomal recessive": Moi.BIALLELIC,
    "hp 0000007": Moi.BIALLELIC,
    "biallelic autosomal": Moi.BIALLELIC,
    "biallelic par": Moi.BIALLELIC,
    "xl": Moi.XLINKED_MONOALLELIC,
    "xld": Moi.XLINKED_MONOALLELIC,
    "x linked": Moi.XLINKED_MONOALLELIC,
    "x linked dominant": Moi.XLINKED_MONOALLELIC,
    "x linked over dominance": Moi.XLINKED_MONOALLELIC,
    "hp 0001417": Moi.XLINKED_MONOALLELIC,
    "hp 0001423": Moi.XLINKED_MONOALLELIC,
    "monoallelic x": Moi.XLINKED_MONOALLELIC,
    "monoallelic x het": Moi.XLINKED_MONOALLELIC,
    "monoallelic x heterozygous": Moi.XLINKED_MONOALLELIC,
    "xlr": Moi.XLINKED_BIALLELIC,
    "x linked recessive": Moi.XLINKED_BIALLELIC,
    "hp 0001419": Moi.XLINKED_BIALLELIC,
    "hemizygous": Moi.XLINKED_BIALLELIC,
    "monoallelic x hem": Moi.XLINKED_BIALLELIC,
    "monoallelic x hemizygous": Moi.XLINKED_BIALLELIC,
    "yl": Moi.YLINKED,
    "y linked": Moi.YLINKED,
    "hp 0001450": Moi.YLINKED,
    "monoallelic y hem": Moi.YLINKED,
    "monoallelic y hemizygous": Moi.YLINKED,
    "mt": Moi.MITOCHONDRIAL,
    "hp 0001427": Moi.MITOCHONDRIAL,
    "na": Moi.UNKNOWN,
    "digenic": Moi.UNKNOWN,
    "uncertain": Moi.UNKNOWN,
}


@cache
def parse_moi(text: str) -> Moi:
    """Tell the mode of inheritance from the words of a source.

    Case and punctuation do not matter, and PanelApp statements are known by their leading
    words. Of several modes (`AD/AR`, `biallelic,monoallelic`) the union is taken. Words that
    say nothing definite give `Moi.UNKNOWN`, which later allows every mode.

    Examples
    --------
    >>> parse_moi("MONOALLELIC, autosomal or pseudoautosomal, NOT imprinted").value
    'monoallelic_not_imprinted'
    >>> parse_moi("AD/AR").value, parse_moi("hemizygous").value, parse_moi("Other").value
    ('monoallelic_and_biallelic', 'xlinked_biallelic', 'unknown')
    """
    words = " ".join(_WORDS.findall(text.lower()))
    if words in _SHORT:
        return _SHORT[words]
    parts = [" ".join(_WORDS.findall(part)) for part in re.split(r"[,;/&+|]", text.lower())]
    parts = [part for part in parts if part]
    if len(parts) > 1 and all(part in _SHORT for part in parts):
        return _union({_SHORT[part] for part in parts})
    return _parse_statement(words)


def _parse_statement(words: str) -> Moi:
    """Read a PanelApp statement by its leading words."""
    if words.startswith("both mono"):
        if "more severe" in words:
            return Moi.MONOALLELIC_AND_MORE_SEVERE_BIALLELIC
        return Moi.MONOALLELIC_AND_BIALLELIC
    if words.startswith("monoallelic"):
        for kind in ("not", "maternally", "paternally"):
            if f"{kind} imprinted" in words:
                return Moi(f"monoallelic_{kind}_imprinted")
        return Moi.MONOALLELIC
    if words.startswith("biallelic"):
        return Moi.BIALLELIC
    if words.startswith(("x linked", "xlinked")):
        if "biallelic mutations in females" in words or "recessive" in words:
            return Moi.XLINKED_BIALLELIC
        return Moi.XLINKED_MONOALLELIC
    return Moi.MITOCHONDRIAL if words.startswith("mitochondrial") else Moi.UNKNOWN


def _union(modes: set[Moi]) -> Moi:
    """Give the mode that allows what each of these allows; unknown where none of ours does."""
    if len(modes) == 1:
        return modes.pop()
    if modes == {Moi.XLINKED_BIALLELIC, Moi.XLINKED_MONOALLELIC}:
        return Moi.XLINKED_MONOALLELIC
    mono = {mode for mode in modes if mode.value.startswith("monoallelic")}
    if not modes - mono - {Moi.BIALLELIC}:
        return Moi.MONOALLELIC_AND_BIALLELIC if modes & {Moi.BIALLELIC} else Moi.MONOALLELIC
    return Moi.UNKNOWN


_CONFIDENCE_WORDS = {
    "green": Confidence.GREEN,
    "amber": Confidence.AMBER,
    "red": Confidence.RED,
    "none": Confidence.NONE,
    "removed": Confidence.NONE,
    # Gene2Phenotype. Moderate and better serve diagnosis; `child IF` is an incidental finding.
    "definitive": Confidence.GREEN,
    "strong": Confidence.GREEN,
    "moderate": Confidence.GREEN,
    "limited": Confidence.AMBER,
    "disputed": Confidence.RED,
    "refuted": Confidence.RED,
    "confirmed": Confidence.GREEN,
    "both rd and if": Confidence.GREEN,
    "both dd and if": Confidence.GREEN,
    "probable": Confidence.GREEN,
    "possible": Confidence.AMBER,
    "child if": Confidence.AMBER,
}


def parse_confidence(text: str) -> Confidence | None:
    """Tell the confidence from a PanelApp number (3 and 4 are green), colour or G2P word.

    None for anything else, so that the reader can say in which line it stands.

    Examples
    --------
    >>> parse_confidence("4").name, parse_confidence("Expert Review Amber").name
    ('GREEN', 'AMBER')
    >>> parse_confidence("maybe") is None
    True
    """
    words = text.strip().lower()
    if words in {"0", "1", "2", "3", "4"}:
        return Confidence(min(int(words), 3))
    return _CONFIDENCE_WORDS.get(words.removeprefix("expert review "))


def confidence_of_sources(text: str) -> Confidence:
    """Tell the colour from a PanelApp list of sources, the best one named; NONE without one.

    Examples
    --------
    >>> confidence_of_sources("NHS GMS;Expert Review Green").name
    'GREEN'
    """
    found = re.findall(r"expert review (green|amber|red|removed)", text.lower())
    return max((_CONFIDENCE_WORDS[word] for word in found), default=Confidence.NONE)


def lof_of_pathogenicity(text: str | None) -> str:
    """Read a PanelApp mode of pathogenicity; an empty one means loss of function acts.

    Examples
    --------
    >>> lof_of_pathogenicity(None), lof_of_pathogenicity("Other - see comments")
    ('yes', 'other')
    >>> lof_of_pathogenicity("Loss-of-function variants (as defined) DO NOT cause this phenotype")
    'not_lof'
    """
    words = " ".join(_WORDS.findall((text or "").lower()))
    if words.startswith("loss of function") and "do not cause" in words:
        return "not_lof"
    return "other" if words else "yes"


def lof_of_mechanism(text: str) -> str:
    """Read a Gene2Phenotype consequence or mechanism; empty where it is uncertain.

    Examples
    --------
    >>> lof_of_mechanism("loss of function"), lof_of_mechanism("activating")
    ('yes', 'other')
    """
    words = text.strip().lower()
    if words.startswith("loss of function"):
        return "yes"
    return "" if words in {"", "uncertain", "undetermined"} else "other"


DISEASE_GROUPS = (
    "cardiovascular",
    "neurological",
    "ophthalmological",
    "renal",
    "metabolic",
    "skeletal",
    "dermatological",
    "endocrine",
    "gastrointestinal",
    "haematological_immunological",
    "hearing",
    "respiratory",
    "ciliopathies",
    "growth",
    "dysmorphic_congenital",
    "tumour_syndromes",
    "rheumatological",
    "other",
)

# PanelApp has used two vocabularies: 100,000 Genomes and Genomic Medicine Service.
_SOURCE_GROUPS = {
    "Actionable information": "other",
    "Cancer Programme": "tumour_syndromes",
    "Cancer susceptibility": "tumour_syndromes",
    "Cardiology": "cardiovascular",
    "Cardiovascular disorders": "cardiovascular",
    "Ciliopathies": "ciliopathies",
    "Dermatological disorders": "dermatological",
    "Dermatology": "dermatological",
    "Dysmorphic and congenital abnormality syndromes": "dysmorphic_congenital",
    "Endocrine disorders": "endocrine",
    "Endocrinology": "endocrine",
    "Gastroenterological disorders": "gastrointestinal",
    "Gastrohepatology": "gastrointestinal",
    "Growth disorders": "growth",
    "Haematological and immunological disorders": "haematological_immunological",
    "Haematological disorders": "haematological_immunological",
    "Haematology": "haematological_immunological",
    "Hearing and ear disorders": "hearing",
    "Immunology": "haematological_immunological",
    "Inherited cancer": "tumour_syndromes",
    "Metabolic": "metabolic",
    "Metabolic disorders": "metabolic",
    "Mitochondrial": "metabolic",
    "Musculoskeletal": "skeletal",
    "Neurology": "neurological",
    "Neurology and neurodevelopmental disorders": "neurological",
    "Ophthalmological disorders": "ophthalmological",
    "Ophthalmology": "ophthalmological",
    "Renal": "renal",
    "Renal and urinary tract disorders": "renal",
    "Respiratory": "respiratory",
    "Respiratory disorders": "respiratory",
    "Rheumatological disorders": "rheumatological",
    "Skeletal disorders": "skeletal",
    "Tumour syndromes": "tumour_syndromes",
    "Viral research": "other",
}


def disease_group_of(words: str) -> str:
    """Put a PanelApp disease group into our words; empty where we do not know it.

    Examples
    --------
    >>> disease_group_of("Cardiology"), disease_group_of("Cardiovascular disorders")
    ('cardiovascular', 'cardiovascular')
    """
    return _SOURCE_GROUPS.get(words, "")
