"""Which transcript describes a variant, and what class its consequence is."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import Transcript, batch, gene_codes, genes
from raredx.scoring.transcripts import choose_transcripts, is_coding_biotype, judged_terms
from raredx.settings import ConsequenceSettings, read_ruleset
from raredx.vocabulary import ConsequenceClass, TranscriptChoice

SETTINGS = ConsequenceSettings(
    high=("stop_gained", "frameshift_variant", "splice_donor_variant"),
    moderate=("missense_variant", "inframe_deletion", "splice_region_variant"),
    noncoding_gene=("non_coding_transcript_exon_variant",),
)
HIGH, MODERATE = ConsequenceClass.HIGH, ConsequenceClass.MODERATE
SELECT = Transcript("missense_variant", transcript="SELECT", mane_select=True, canonical=True)
PLUS = Transcript("stop_gained", transcript="PLUS", mane_plus_clinical=True)
CANONICAL = Transcript("missense_variant", transcript="CANONICAL", canonical=True)
WORST = Transcript("frameshift_variant", transcript="WORST")
MILD = Transcript("synonymous_variant", transcript="MILD")


def choose(*transcripts, codes=None, settings=SETTINGS):
    """Choose among the transcripts of one variant: one answer for each gene."""
    found = batch(genotypes=[["0/1"]], transcripts=[list(transcripts)])
    chosen = choose_transcripts(found, codes or gene_codes(), settings)
    names = found.transcripts.transcript
    return [
        {
            "gene": int(chosen.gene[n]),
            "shown": names[chosen.entry[n]],
            "choice": TranscriptChoice(int(chosen.choice[n])),
            "judged": names[chosen.tier_entry[n]],
            "class": ConsequenceClass(int(chosen.consequence_class[n])),
            "worst": names[chosen.worst_entry[n]],
            "other worse": bool(chosen.other_worse[n]),
        }
        for n in range(chosen.gene.size)
    ]


@pytest.mark.parametrize(
    ("transcripts", "shown", "choice", "judged", "strength", "other_worse"),
    [
        ((SELECT, PLUS, CANONICAL, WORST), "SELECT", "MANE_SELECT", "PLUS", HIGH, False),
        ((SELECT, CANONICAL, WORST), "SELECT", "MANE_SELECT", "SELECT", MODERATE, True),
        ((SELECT, CANONICAL, MILD), "SELECT", "MANE_SELECT", "SELECT", MODERATE, False),
        ((PLUS, CANONICAL, WORST), "PLUS", "MANE_PLUS_CLINICAL", "PLUS", HIGH, False),
        ((CANONICAL, WORST), "CANONICAL", "CANONICAL", "CANONICAL", MODERATE, True),
        ((MILD, WORST), "WORST", "WORST", "WORST", HIGH, False),
    ],
)
def test_order_of_choice(transcripts, shown, choice, judged, strength, other_worse):
    """MANE Select, Plus Clinical, canonical, worst; in whatever order they are written."""
    expected = {
        "gene": 0, "shown": shown, "choice": TranscriptChoice[choice], "judged": judged,
        "class": strength, "other worse": other_worse,
    }  # fmt: skip
    for order in itertools.permutations(transcripts):
        (found,) = choose(*order)
        assert {key: found[key] for key in expected} == expected


def test_worst_transcript_is_named_even_when_another_is_shown():
    (found,) = choose(MILD, SELECT, WORST)
    assert found["worst"] == "WORST"


def test_a_worse_transcript_that_makes_no_protein_does_not_count():
    decay = Transcript("stop_gained", transcript="NMD", biotype="retained_intron")
    (found,) = choose(SELECT, decay)
    assert (found["class"], found["other worse"], found["worst"]) == (MODERATE, False, "SELECT")


def test_each_gene_is_answered_for_itself():
    other = Transcript("frameshift_variant", gene=2, transcript="OTHER", mane_select=True)
    found = choose(SELECT, other)
    assert [(f["gene"], f["shown"], f["class"], f["other worse"]) for f in found] == [
        (0, "SELECT", MODERATE, False),
        (2, "OTHER", HIGH, False),
    ]


def test_variants_without_genes_have_no_row():
    found = batch(genotypes=[["0/1"]] * 3, transcripts=[[], [SELECT], [WORST, CANONICAL]])
    chosen = choose_transcripts(found, gene_codes(), SETTINGS)
    assert chosen.variant.tolist() == [1, 2]
    assert chosen.entry.tolist() == [0, 2]
    assert choose_transcripts(batch(genotypes=[]), gene_codes(), SETTINGS).gene.size == 0


ENTRY = st.builds(
    Transcript,
    st.sampled_from(("stop_gained", "missense_variant", "synonymous_variant", "intron_variant")),
    st.integers(0, 2),
    st.sampled_from("ABC"),
    st.sampled_from(("protein_coding", "lncRNA", "")),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
SEVERITY = {"stop_gained": 1, "missense_variant": 2, "synonymous_variant": 3, "intron_variant": 4}
STRENGTH = {"stop_gained": HIGH, "missense_variant": MODERATE}


def strength(entry):
    """Class of one entry."""
    coding = entry.biotype != "lncRNA"
    return STRENGTH.get(entry.consequence, ConsequenceClass.NONE) if coding else 0


def expected_choice(listed):
    """Choose among the numbered entries of one gene, by the rules as they are written."""
    ordered = sorted(
        listed,
        key=lambda pair: (
            pair[1].biotype == "lncRNA", SEVERITY[pair[1].consequence], pair[1].transcript
        ),
    )  # fmt: skip
    select = [pair for pair in ordered if pair[1].mane_select]
    plus = [pair for pair in ordered if pair[1].mane_plus_clinical]
    canonical = [pair for pair in ordered if pair[1].canonical]
    shown = (select or plus or canonical or ordered)[0]
    judged = select + plus or [shown]
    best = max(strength(entry) for _, entry in judged)
    tier = next(pair for pair in judged if strength(pair[1]) == best)
    worse = any(strength(entry) > best for _, entry in ordered)
    return shown[0], tier[0], best, ordered[0][0], worse


@given(st.lists(st.lists(ENTRY, max_size=6), max_size=4))
def test_every_variant_and_gene_is_answered_as_if_alone(variants):
    found = batch(genotypes=[["0/1"]] * len(variants), transcripts=variants)
    chosen = choose_transcripts(found, gene_codes(), SETTINGS)
    number, expected = itertools.count(), []
    for variant, entries in enumerate(variants):
        listed = [(next(number), entry) for entry in entries]
        for gene in sorted({entry.gene for entry in entries}):
            own = [pair for pair in listed if pair[1].gene == gene]
            expected.append((variant, gene, *expected_choice(own)))
    columns = (
        chosen.variant, chosen.gene, chosen.entry, chosen.tier_entry, chosen.consequence_class,
        chosen.worst_entry, chosen.other_worse,
    )  # fmt: skip
    assert list(zip(*(column.tolist() for column in columns), strict=True)) == expected


@pytest.mark.parametrize(
    ("consequence", "biotype", "locus", "expected"),
    [
        ("stop_gained", "protein_coding", "gene with protein product", "HIGH"),
        ("stop_gained&splice_region_variant", "protein_coding", "gene with protein product", "HIGH"),
        ("splice_region_variant&intron_variant", "protein_coding", "gene with protein product", "MODERATE"),
        ("synonymous_variant", "protein_coding", "gene with protein product", "NONE"),
        ("intron_variant", "protein_coding", "gene with protein product", "NONE"),
        ("stop_gained", "", "gene with protein product", "HIGH"),
        ("stop_gained", "processed_transcript", "gene with protein product", "NONE"),
        ("stop_gained", "protein_coding_CDS_not_defined", "gene with protein product", "NONE"),
        ("stop_gained", "IG_V_gene", "immunoglobulin gene", "HIGH"),
        ("stop_gained", "mRNA", "gene with protein product", "HIGH"),
        ("non_coding_transcript_exon_variant", "lncRNA", "RNA, long non-coding", "NONCODING_GENE"),
        ("non_coding_transcript_exon_variant", "retained_intron", "gene with protein product", "NONE"),
        ("splice_donor_variant", "lncRNA", "RNA, long non-coding", "NONE"),  # not in these settings
        # a biotype that the annotation states counts for more than HGNC's locus type
        ("frameshift_variant", "protein_coding", "RNA, long non-coding", "HIGH"),
        ("frameshift_variant", "", "RNA, long non-coding", "NONE"),
    ],
)  # fmt: skip
def test_class_of_a_consequence(consequence, biotype, locus, expected):
    codes = gene_codes(table=genes(symbols=["AAA"], locus_type=[locus]))
    (found,) = choose(Transcript(consequence, biotype=biotype), codes=codes)
    assert found["class"] is ConsequenceClass[expected]


def test_a_gene_that_the_table_does_not_know_may_make_a_protein():
    codes = gene_codes()
    unknown = codes.code("", "NOVEL1", "")
    (found,) = choose(Transcript("stop_gained", gene=unknown), codes=codes)
    assert (found["gene"], found["class"]) == (3, HIGH)


# Clinical rules 2.2, rule set `gel`.
@pytest.mark.parametrize(
    ("strength", "terms"),
    [
        ("HIGH", "transcript_ablation splice_acceptor_variant splice_donor_variant stop_gained "
                 "frameshift_variant stop_lost start_lost initiator_codon_variant"),
        ("MODERATE", "transcript_amplification inframe_insertion inframe_deletion missense_variant "
                     "splice_region_variant incomplete_terminal_codon_variant "
                     "protein_altering_variant"),
        ("NONE", "synonymous_variant intron_variant 3_prime_UTR_variant 5_prime_UTR_variant "
                 "upstream_gene_variant"),
    ],
)  # fmt: skip
def test_terms_of_the_bundled_rules(strength, terms):
    settings = read_ruleset("gel").rules.consequence
    for term in terms.split():
        (found,) = choose(Transcript(term), settings=settings)
        assert found["class"] is ConsequenceClass[strength], term


def test_terms_that_a_rule_could_use():
    assert judged_terms(SETTINGS, noncoding=False) == SETTINGS.high + SETTINGS.moderate
    assert judged_terms(SETTINGS, noncoding=True)[-1] == "non_coding_transcript_exon_variant"


def test_coding_biotypes():
    coding = ("protein_coding", "mRNA", "protein_coding_LoF", "TR_C_gene", "")
    assert all(is_coding_biotype(biotype) for biotype in coding)
    assert not any(is_coding_biotype(b) for b in ("lncRNA", "retained_intron", "miRNA"))
