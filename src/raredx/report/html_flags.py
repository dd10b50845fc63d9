"""What each flag, criterion and term of a report means, in a sentence a clinician can act on."""

from __future__ import annotations

FLAGS: dict[str, str] = {
    "low_gq": "The proband’s genotype is uncertain: its quality is below the rule set’s limit.",
    "low_depth": "The proband has few reads here: fewer than the rule set’s limit.",
    "mosaic_possible": "Fewer reads carry it than the call promises: a mosaic, or an error.",
    "allele_balance": "Nearly all reads carry it, though the call is heterozygous.",
    "half_call": "One of the proband’s two copies was not called.",
    "male_het_on_x": "A man is called heterozygous on X, of which he has one copy.",
    "het_on_y": "A man is called heterozygous on Y, of which he has one copy.",
    "x_transposed_region": "Reads of X and Y are mixed up in this region.",
    "haploid_call_on_autosome": "One copy was called where two are expected: perhaps a deletion.",
    "haploid_call_in_female": "One copy of X was called in a woman: perhaps a deletion.",
    "ploidy_above_two": "More than two copies were called.",
    "two_alt_alleles": "The proband also has another variant at this very place.",
    "sex_unknown": "On X or Y, and the pedigree does not tell the proband’s sex.",
    "homoplasmic": "All mitochondrial reads of the proband carry it.",
    "heteroplasmic": "Part of the mitochondrial reads of the proband carry it.",
    "parent_not_sequenced": "A parent was not sequenced.",
    "father_not_called": "The father has no call here.",
    "mother_not_called": "The mother has no call here.",
    "transmitting_parent_affection_unknown": "Whether the parent who gave it is affected is not "
    "known.",
    "father_mosaic_possible": "The father may be a mosaic carrier: his reads do not fit his call.",
    "mother_mosaic_possible": "The mother may be a mosaic carrier: her reads do not fit her call.",
    "shared_by_siblings": "A sibling has it too: a parent’s germline may carry it.",
    "multinucleotide_event": "Close variants may be one event.",
    "de_novo_possible": "It may be new: no parent is known to carry it, and one has no call.",
    "isodisomy_or_deletion": "Two copies, and one parent has none: uniparental isodisomy, or a "
    "deletion.",
    "mother_without_allele": "The mother does not carry it.",
    "father_carries": "The father carries it.",
    "homoplasmic_in_unaffected": "All mitochondrial reads of an unaffected relative carry it.",
    "phase_unknown": "Whether the two variants lie on different copies is not known.",
    "phase_probable": "The two variants probably lie on different copies; test the other parent.",
    "likely_in_cis": "The two variants are close, and likely lie on one copy.",
    "phase_conflict": "Inheritance and phase set of the pair disagree.",
    "more_than_two_hits": "More than two variants of the gene pair with each other.",
    "skewed_x_inactivation": "One copy on X in an affected woman, which others carry unharmed.",
    "incomplete_penetrance": "An unaffected relative carries it: it was kept for incomplete "
    "penetrance.",
    "imprinted": "The gene is imprinted: an unaffected carrier does not exclude it.",
    "clinvar_rescued_frequency": "Too common, but shown because ClinVar knows it as pathogenic.",
    "clinvar_rescued_consequence": "Consequence not in the rule set, but ClinVar knows it as "
    "pathogenic.",
    "consequence_not_tiered": "Shown although no rule of the rule set names the consequence.",
    "other_transcript_worse": "On another transcript the consequence is graver.",
    "loftee_low_confidence": "LOFTEE doubts that the protein is lost.",
    "lof_not_the_mechanism": "Loss of function is not how this gene causes its disease.",
    "green_for_another_mode": "The gene is green on a panel, but for another mode of inheritance.",
    "moi_unknown": "The panel states no mode of inheritance.",
    "parent_of_origin_unknown": "The gene is imprinted, and the parent of origin is not known.",
    "gene_not_in_hgnc": "The gene is not in the table of approved genes.",
}
"""Every flag of docs/fields.md."""

CRITERIA: dict[str, str] = {
    "PVS1": "loss of function, where that causes the disease",
    "PS1": "same amino acid change as a known pathogenic variant",
    "PS2": "new in the proband, parents confirmed",
    "PS3": "functional studies show damage",
    "PS4": "more common in patients than in others",
    "PM1": "within a hot spot or an essential domain",
    "PM2": "absent or very rare in the population",
    "PM3": "in trans with a pathogenic variant, or homozygous, in a recessive disease",
    "PM4": "protein length changed",
    "PM5": "another change of the same amino acid is known to be pathogenic",
    "PM6": "presumably new in the proband",
    "PP1": "segregates with the disease in the family",
    "PP2": "missense in a gene that tolerates few",
    "PP3": "predicted to be damaging",
    "PP4": "the phenotype fits this gene closely",
    "BA1": "common in the population",
    "BS1": "more common than the disease allows",
    "BS2": "seen in healthy adults",
    "BS3": "functional studies show no damage",
    "BS4": "does not segregate with the disease",
    "BP1": "missense in a gene where only loss of function causes disease",
    "BP2": "in cis with a pathogenic variant, or in trans with one in a dominant disease",
    "BP3": "in-frame change within a repeat",
    "BP4": "predicted to be harmless",
    "BP5": "another cause was found",
    "BP7": "synonymous, without effect on splicing",
}
"""Codes of Richards et al. 2015, doi:10.1038/gim.2015.30, in our words."""

TERMS: tuple[tuple[str, str], ...] = (
    ("ACMG/AMP class", "a proposal by published criteria, for a person to confirm"),
    ("allele balance", "share of the reads that carry the variant; about 0.5 with one copy of two"),
    ("depth", "number of reads over the place"),
    ("evidence", "sum of eight addends in log10 odds: +1 makes a candidate ten times more likely, "
     "−1 ten times less"),
    ("genotype", "as the VCF file writes it: 0 is the reference, 1, 2, … its alternative alleles, "
     "a dot no call; 0/1 is one copy, 1/1 two; a bar, 0|1, tells the copy apart (phased)"),
    ("genotype quality", "certainty of the call; 20 is an error of 1 in 100, 30 of 1 in 1,000"),
    ("HGVS", "standard name of the change in the DNA (c.) and the protein (p.)"),
    ("HPO", "Human Phenotype Ontology, the vocabulary of clinical signs"),
    ("in trans, in cis", "two variants on different copies of the gene, or on one"),
    ("log10 odds", "tenfold steps of how much more likely one explanation is than another"),
    ("MANE Select", "the transcript that clinical laboratories agree to report on"),
    ("not assessed", "the data do not answer the question; it is neither passed nor failed"),
    ("probability", "that the candidate explains the phenotype, among all candidates and none"),
    ("tier", "Genomics England: Tier 1 and 2 lie in green genes of an applied panel whose mode of "
     "inheritance fits, 3 in other genes; untiered ones need another mode or consequence"),
)  # fmt: skip
