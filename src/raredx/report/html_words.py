"""The words of the page: what codes, flags and terms mean, as a clinician would say it."""

from __future__ import annotations

CONSEQUENCES: dict[str, str] = {
    # Sequence Ontology terms without `_variant`, as VEP, SnpEff and bcftools csq write them
    "transcript_ablation": "whole transcript deleted",
    "transcript_amplification": "whole transcript duplicated",
    "exon_loss": "exon deleted",
    "splice_acceptor": "splice acceptor site changed",
    "splice_donor": "splice donor site changed",
    "splice_donor_5th_base": "fifth base of the splice donor changed",
    "splice_donor_region": "near the splice donor site",
    "splice_region": "near a splice site",
    "splice_polypyrimidine_tract": "polypyrimidine tract before the splice acceptor changed",
    "stop_gained": "premature stop codon",
    "stop_lost": "stop codon lost",
    "stop_retained": "stop codon changed, still a stop",
    "start_lost": "start codon lost",
    "start_retained": "start codon changed, still a start",
    "initiator_codon": "start codon changed",
    "frameshift": "reading frame shifted",
    "inframe_insertion": "amino acids inserted, frame kept",
    "inframe_deletion": "amino acids deleted, frame kept",
    "inframe_altering": "amino acids changed, frame kept",
    "conservative_inframe_insertion": "amino acids inserted, frame kept",
    "conservative_inframe_deletion": "amino acids deleted, frame kept",
    "disruptive_inframe_insertion": "amino acids inserted within a codon, frame kept",
    "disruptive_inframe_deletion": "amino acids deleted within a codon, frame kept",
    "protein_altering": "protein changed",
    "missense": "one amino acid changed",
    "rare_amino_acid": "rare amino acid changed",
    "synonymous": "amino acid unchanged",
    "incomplete_terminal_codon": "last, incomplete codon changed",
    "coding_sequence": "within the coding sequence",
    "mature_mirna": "within a mature microRNA",
    "5_prime_utr": "before the start codon (5′ UTR)",
    "5_prime_utr_premature_start_codon_gain": "new start codon before the start (5′ UTR)",
    "3_prime_utr": "after the stop codon (3′ UTR)",
    "non_coding_transcript_exon": "within an exon of a non-coding transcript",
    "non_coding_transcript": "within a non-coding transcript",
    "non_coding": "within a non-coding transcript",
    "nmd_transcript": "on a transcript that is broken down",
    "intron": "within an intron",
    "upstream_gene": "before the gene",
    "downstream_gene": "after the gene",
    "tf_binding_site": "binding site of a transcription factor",
    "tfbs_ablation": "binding site of a transcription factor deleted",
    "regulatory_region": "regulatory region",
    "regulatory_region_ablation": "regulatory region deleted",
    "intergenic": "between genes",
    "intergenic_region": "between genes",
    "structural_interaction": "contact within the protein changed",
    "gene_fusion": "fusion of two genes",
    "feature_truncation": "transcript shortened",
    "feature_elongation": "transcript lengthened",
}

MODES: dict[str, str] = {
    "de_novo": "New in the proband (de novo)",
    "autosomal_dominant": "Dominant, one copy",
    "autosomal_recessive_hom": "Recessive, two equal copies (homozygous)",
    "compound_het": "Recessive, two different variants (compound heterozygous)",
    "x_linked_recessive": "X-linked recessive",
    "x_linked_dominant": "X-linked dominant",
    "x_linked_compound_het": "X-linked, two different variants",
    "x_linked_het_female": "X-linked, one copy in an affected woman",
    "y_linked": "Y-linked",
    "mitochondrial": "Mitochondrial",
}

ORIGINS: dict[str, str] = {
    "paternal": "from the father",
    "maternal": "from the mother",
    "both": "one copy from each parent",
    "either": "from either parent",
    "new": "in neither parent",
}

PHASES: dict[str, str] = {
    "in_trans": "on different copies (in trans)",
    "in_trans_phased": "on different copies (in trans, by phase set)",
    "probably_in_trans": "probably on different copies (in trans)",
    "unknown": "phase unknown: both may lie on one copy",
    "likely_in_cis": "likely on one copy (in cis)",
    "in_cis": "on one copy (in cis)",
}

CLASSES: dict[str, str] = {
    "pathogenic": "Pathogenic",
    "likely_pathogenic": "Likely pathogenic",
    "uncertain": "Uncertain significance",
    "likely_benign": "Likely benign",
    "benign": "Benign",
}

TIERS: dict[str, str] = {"1": "Tier 1", "2": "Tier 2", "3": "Tier 3", "untiered": "Untiered"}

CHOICES: dict[str, str] = {
    "mane_select": "MANE Select",
    "mane_plus_clinical": "MANE Plus Clinical",
    "canonical": "canonical",
    "worst": "the worst affected",
}

OPEN_QUESTIONS: dict[str, str] = {
    "filter": "did the variant pass the caller’s filters?",
    "frequency": "is it rare enough in the population?",
    "segregation": "does it fit the family?",
    "panel": "does the gene stand green on an applied panel?",
    "clinvar": "what does ClinVar say of it?",
    "gq": "is the genotype call certain (genotype quality)?",
    "depth": "is it covered by enough reads?",
    "allele_balance": "do the reads fit the genotype (allele balance)?",
    "call_quality": "are the calls as good as the rule set asks?",
    "de_novo_grade": "do the reads bear out a new allele as far as the rule set asks?",
    "consequence_in_mode": "is the effect enough in this mode of inheritance?",
}

ADDENDS: dict[str, str] = {
    "prior": "Starting point",
    "effect": "Effect on the protein",
    "rarity": "Rarity",
    "segregation": "Fit to the family",
    "gene": "Gene",
    "panel": "Panel",
    "phenotype": "Phenotype",
    "reported": "Reported in ClinVar",
}

ADDENDS_SHORT: dict[str, str] = {
    "prior": "start", "effect": "effect", "rarity": "rarity", "segregation": "family",
    "gene": "gene", "panel": "panel", "phenotype": "phenotype", "reported": "ClinVar",
}  # fmt: skip

ADDENDS_ABOUT: dict[str, str] = {
    "prior": "any one candidate against “none of these”; the same for all of a family",
    "effect": "loss of function, and ACMG/AMP points of the variant itself",
    "rarity": "how rare the variant is in the population",
    "segregation": "mode of inheritance, certainty of a new variant, phase of a pair",
    "gene": "known disease gene, its mode of inheritance, intolerance to loss",
    "panel": "whether the gene stands on the applied panels",
    "phenotype": "fit of the gene’s diseases to the HPO terms",
    "reported": "what ClinVar says of this very variant",
}

_SOURCES: tuple[tuple[str, str], ...] = (
    ("gnomad_exomes", "gnomAD exomes"),
    ("gnomad_genomes", "gnomAD genomes"),
    ("gnomad_mt_hom", "gnomAD mitochondrial, homoplasmic"),
    ("gnomad_mt_het", "gnomAD mitochondrial, heteroplasmic"),
    ("gnomad", "gnomAD"),
    ("exac", "ExAC"),
    ("topmed", "TOPMed"),
    ("1000g", "1000 Genomes"),
    ("esp", "ESP"),
    ("swegen", "SweGen"),
    ("sweref", "SweRef"),
    ("max_af", "highest of 1000 Genomes, ESP and gnomAD"),
)
_GROUPS: dict[str, str] = {
    "afr": "African", "ami": "Amish", "amr": "American", "asj": "Ashkenazi Jewish",
    "eas": "East Asian", "fin": "Finnish", "mid": "Middle Eastern",
    "nfe": "European, non-Finnish", "sas": "South Asian", "oth": "other",
    "remaining": "remaining", "eur": "European", "aa": "African American",
    "ea": "European American", "popmax": "highest group", "raw": "unfiltered",
}  # fmt: skip


def consequence_words(terms: str) -> str:
    """Say the terms of a consequence in words; unknown terms without their underscores.

    Examples
    --------
    >>> consequence_words("missense_variant&splice_region_variant")
    'one amino acid changed, near a splice site'
    >>> consequence_words("novel_kind_of_variant"), consequence_words("")
    ('novel kind of variant', 'consequence not known')
    """
    words = []
    for term in terms.split("&"):
        key = term.strip().removesuffix("_variant").lower()
        words.append(CONSEQUENCES.get(key) or term.replace("_", " ").strip())
    return ", ".join(dict.fromkeys(word for word in words if word)) or "consequence not known"


def source_words(source: str) -> str:
    """Name a population source.

    Examples
    --------
    >>> source_words("gnomad_exomes_nfe"), source_words("exac"), source_words("gnomad_popmax")
    ('gnomAD exomes, European, non-Finnish', 'ExAC', 'gnomAD, highest group')
    """
    for prefix, name in _SOURCES:
        if source == prefix:
            return name
        if source.startswith(f"{prefix}_"):
            group = source[len(prefix) + 1 :]
            return f"{name}, {_GROUPS.get(group, group.replace('_', ' '))}"
    return source.replace("_", " ")


def fraction_words(value: float) -> str:
    """Say a population frequency in percent and as one in so many.

    Examples
    --------
    >>> fraction_words(1.2e-05), fraction_words(0.0), fraction_words(0.25)
    ('0.0012 % (1 in 83,000)', 'not seen', '25 % (1 in 4)')
    """
    if value <= 0:
        return "not seen"
    times = 1 / value
    digits = max(len(str(int(times))) - 2, 0)
    rounded = round(times, -digits) if times >= 10 else round(times, 1)
    return f"{plain(value * 100)} % (1 in {rounded:,.10g})"


def plain(value: float) -> str:
    """Write a number with two significant digits and without an exponent.

    Examples
    --------
    >>> plain(0.00123), plain(25.0), plain(3.4567), plain(0.0)
    ('0.0012', '25', '3.5', '0')
    """
    if value == 0:
        return "0"
    text = f"{value:.2g}"
    return f"{float(text):.12f}".rstrip("0").rstrip(".") if "e" in text else text


def probability_words(value: float | None) -> str:
    """Say a probability in percent; the ends as bounds.

    Examples
    --------
    >>> [probability_words(p) for p in (0.859, 0.0004, 0.9996, None)]
    ['85.9 %', '< 0.1 %', '> 99.9 %', 'not assessed']
    """
    if value is None:
        return "not assessed"
    if value < 0.001:
        return "< 0.1 %"
    return "> 99.9 %" if value > 0.999 else f"{value * 100:.1f} %"


def signed(value: float) -> str:
    """Write a number with its sign, two decimals.

    Examples
    --------
    >>> signed(1.556), signed(-0.1), signed(0.0)
    ('+1.56', '−0.10', '0.00')
    """
    if abs(value) < 0.005:
        return "0.00"
    return f"{'+' if value > 0 else '−'}{abs(value):.2f}"
