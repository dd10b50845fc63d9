"""Sequence Ontology consequence terms: order, impact and the names annotators give them.

Order and impact are those of Ensembl VEP ("Calculated variant consequences" table, release
112); SnpEff's additional terms stand beside their nearest VEP term. A term's *severity* is
its place in this order, 0 the most severe.
"""

from __future__ import annotations

from functools import lru_cache

from raredx.vocabulary import Impact

_ORDER: tuple[tuple[Impact, str], ...] = (
    (Impact.HIGH, "transcript_ablation exon_loss_variant gene_fusion rare_amino_acid_variant"),
    (Impact.HIGH, "splice_acceptor_variant splice_donor_variant stop_gained frameshift_variant"),
    (Impact.HIGH, "stop_lost start_lost transcript_amplification"),
    (Impact.HIGH, "feature_elongation feature_truncation"),
    (Impact.MODERATE, "disruptive_inframe_insertion conservative_inframe_insertion"),
    (Impact.MODERATE, "inframe_insertion"),
    (Impact.MODERATE, "disruptive_inframe_deletion conservative_inframe_deletion"),
    (Impact.MODERATE, "inframe_deletion missense_variant protein_altering_variant"),
    (Impact.LOW, "splice_donor_5th_base_variant splice_region_variant"),
    (Impact.LOW, "splice_donor_region_variant splice_polypyrimidine_tract_variant"),
    (Impact.LOW, "incomplete_terminal_codon_variant start_retained_variant"),
    (Impact.LOW, "stop_retained_variant synonymous_variant"),
    (Impact.LOW, "5_prime_UTR_premature_start_codon_gain_variant"),
    (Impact.MODIFIER, "coding_sequence_variant mature_miRNA_variant 5_prime_UTR_variant"),
    (Impact.MODIFIER, "3_prime_UTR_variant non_coding_transcript_exon_variant intron_variant"),
    (Impact.MODIFIER, "NMD_transcript_variant non_coding_transcript_variant"),
    (Impact.MODIFIER, "coding_transcript_variant upstream_gene_variant downstream_gene_variant"),
    (Impact.MODIFIER, "TFBS_ablation TFBS_amplification TF_binding_site_variant"),
    (Impact.MODIFIER, "regulatory_region_ablation regulatory_region_amplification"),
    (Impact.MODIFIER, "regulatory_region_variant intergenic_variant sequence_variant"),
)

TERMS: tuple[str, ...] = tuple(term for _, row in _ORDER for term in row.split())
"""Every term, most severe first."""

TERM_IMPACT: tuple[Impact, ...] = tuple(impact for impact, row in _ORDER for _ in row.split())

SEVERITY = {term: number for number, term in enumerate(TERMS)}

UNKNOWN_SEVERITY = len(TERMS)
"""Severity of a term that is not in the table: after every known one."""

_SAME_AS = {
    # legacy VEP and SnpEff names
    "initiator_codon_variant": "start_lost",
    "nc_transcript_variant": "non_coding_transcript_variant",
    "non_coding_exon_variant": "non_coding_transcript_exon_variant",
    "intergenic_region": "intergenic_variant",
    "intragenic_variant": "intron_variant",
    "splice_branch_variant": "splice_region_variant",
    # bcftools csq
    "inframe_altering": "protein_altering_variant",
    "non_coding": "non_coding_transcript_exon_variant",
    "utr": "5_prime_UTR_variant",
    "upstream": "upstream_gene_variant",
    "downstream": "downstream_gene_variant",
}
_LOWER = {term.lower(): term for term in TERMS}


@lru_cache(maxsize=4096)
def canonical_term(term: str) -> str:
    """Give the Sequence Ontology name of a term as annotators write it.

    Examples
    --------
    >>> canonical_term("missense"), canonical_term("5_prime_utr"), canonical_term("stop_gained")
    ('missense_variant', '5_prime_UTR_variant', 'stop_gained')
    >>> canonical_term("initiator_codon_variant")
    'start_lost'
    """
    lower = term.strip().lower()
    if lower in _SAME_AS:
        return _SAME_AS[lower]
    return _LOWER.get(lower) or _LOWER.get(f"{lower}_variant") or term.strip()


@lru_cache(maxsize=65536)
def read_terms(text: str) -> tuple[str, int, int]:
    """Read the `&`-joined terms of one transcript.

    Returns
    -------
    (str, int, int)
        Canonical terms joined by `&`, most severe first; the severity of the worst
        (`UNKNOWN_SEVERITY` when none is known); its `Impact`.

    Examples
    --------
    >>> read_terms("splice_region_variant&missense_variant")
    ('missense_variant&splice_region_variant', 19, 2)
    >>> read_terms("*stop_gained")[0], read_terms("sequence_feature")[2]
    ('stop_gained', -1)
    """
    names = {canonical_term(term) for term in text.lstrip("*").split("&") if term}
    ordered = sorted(names, key=lambda name: (SEVERITY.get(name, UNKNOWN_SEVERITY), name))
    severity = min((SEVERITY.get(name, UNKNOWN_SEVERITY) for name in ordered), default=len(TERMS))
    impact = TERM_IMPACT[severity] if severity < UNKNOWN_SEVERITY else Impact.UNKNOWN
    return "&".join(ordered), severity, int(impact)
