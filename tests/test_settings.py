"""Rule sets: the bundled ones agree with the defaults, and with what they model; impossible
values are refused."""

from __future__ import annotations

import re

import msgspec
import pytest

from builders import read_table
from raredx.columns.terms import TERMS, canonical_term
from raredx.errors import SettingsError
from raredx.evidence_settings import AcmgSettings, PhenotypeSettings, ScoreSettings
from raredx.question_settings import ALL_MODES
from raredx.settings import (
    CallQualitySettings,
    DeNovoSettings,
    FrequencySettings,
    KnownPathogenicSettings,
    MosaicSettings,
    PanelSettings,
    SegregationSettings,
    decode_ruleset,
    list_rulesets,
    read_ruleset,
    with_explained_share,
)
from raredx.vocabulary import MODE_NAMES, ClinvarClass

GEL = read_ruleset("gel").text


@pytest.mark.parametrize("name", ["gel", "gel-incomplete"])
def test_bundled_values_are_the_defaults(name):
    rules = read_ruleset(name).rules
    assert rules.de_novo == DeNovoSettings()
    assert rules.mosaic == MosaicSettings()
    assert rules.phenotype == PhenotypeSettings()
    assert rules.acmg == AcmgSettings()
    assert rules.score == ScoreSettings()


def test_gel_asks_nothing_of_the_questions_that_other_rule_sets_ask():
    """Each of its tables is the default, but for what it named before there were others."""
    rules = read_ruleset("gel").rules
    assert rules.call_quality == CallQualitySettings()
    assert rules.panel == PanelSettings()
    assert rules.known_pathogenic == KnownPathogenicSettings()
    assert rules.segregation == SegregationSettings()
    own = ("fallback_sources", "ignored_groups", "relaxed")
    named = {key: getattr(rules.frequency, key) for key in own}
    assert rules.frequency == FrequencySettings(**named)
    assert rules.quality.judge_filter
    consequence = rules.consequence
    assert (consequence.judged_on, consequence.untiered) == ("mane", True)
    assert consequence.moderate_modes == ALL_MODES
    assert not consequence.moderate_with_pm5
    assert consequence.partner_min_alphamissense is None
    assert consequence.not_in_pairs == ()


def test_every_mode_has_its_name_among_the_settings():
    assert set(ALL_MODES) == set(MODE_NAMES.values())
    assert len(ALL_MODES) == len(MODE_NAMES)


# As the programs' own files and ../shared/docs/peers.md (b) state them; docs/rulesets.md.
PUBLISHED = """
setting                               | slivar  | talos    | g2p
quality.judge_filter                  | True    | True     | False
quality.pass_filters                  | PASS    | PASS     | PASS
call_quality.asked_of                 | family  | proband  | nobody
call_quality.min_gq                   | 20.0    | 0.0      | 0.0
call_quality.min_depth                | 6       | 10       | 0
call_quality.depth_counts             | ad      | dp       | dp
call_quality.min_alt_reads            | 0       | 5        | 0
call_quality.het_min_alt_fraction     | 0.2     | 0.0      | 0.0
call_quality.het_max_alt_fraction     | 0.8     | 1.0      | 1.0
call_quality.hom_min_alt_fraction     | 0.98    | 0.0      | 0.0
call_quality.ref_max_alt_fraction     | 0.02    | 1.0      | 1.0
call_quality.male_x_min_gq            | 10.0    | None     | None
call_quality.male_x_min_depth         | 6       | None     | None
call_quality.depth_spares_known       | False   | True     | False
call_quality.mitochondrial            | True    | False    | True
frequency.dominant                    | 0.001   | 1e-05    | 0.0001
frequency.recessive                   | 0.01    | 0.01     | 0.005
frequency.mitochondrial               | 0.001   | 1.0      | 0.0001
frequency.by_mode x_linked_recessive  | None    | 1e-05    | 0.0001
frequency.by_mode x_linked_compound_het | None  | None     | 0.0001
frequency.max_homozygotes de_novo     | None    | 0        | None
frequency.max_homozygotes autosomal_dominant | None | 0    | None
frequency.max_homozygotes autosomal_recessive_hom | None | 5 | None
frequency.max_homozygotes compound_het | 9      | 5        | None
frequency.known_pathogenic            | 0.05    | 0.05     | 0.05
frequency.known_by_mode de_novo       | None    | 5e-05    | None
frequency.known_by_mode autosomal_dominant | None | 5e-05  | None
frequency.known_by_mode compound_het  | None    | None     | None
consequence.judged_on                 | any     | any      | any
consequence.untiered                  | False   | False    | False
consequence.min_spliceai              | 2.0     | 2.0      | 2.0
consequence.moderate_with_pm5         | False   | True     | False
consequence.partner_min_alphamissense | None    | 0.564    | None
known_pathogenic.classes              |         | pathogenic, likely_pathogenic |
known_pathogenic.min_stars            | 0       | 1        | 0
known_pathogenic.spares_filter        | False   | True     | False
known_pathogenic.incomplete_penetrance | False  | True     | False
known_pathogenic.partner_min_stars    | None    | 0        | None
panel.required                        | none    | green    | green
panel.mode_must_fit                   | False   | True     | True
panel.x_het_female_fits               | False   | True     | True
segregation.relatives                 | all     | parents  | none
segregation.use_phase_sets            | False   | True     | False
segregation.imprinting                | False   | False    | False
segregation.incomplete_penetrance     | False   | False    | False
segregation.hemizygous_min_alt_fraction | 0.75  | 0.0      | 0.0
segregation.min_heteroplasmy          | 0.05    | 0.2      | 0.05
segregation.mosaic_max_fraction       | 0.0     | 0.0      | 0.0
de_novo.high_min_gq                   | 20.0    | 26.0     | 20.0    # Talos: more than 25
de_novo.medium_min_depth              | 6       | 5        | 6
de_novo.min_alt_fraction              | 0.2     | 0.2      | 0.2
de_novo.max_alt_fraction              | 0.8     | 1.0      | 0.8
de_novo.max_parental_alt_reads        | 1       | 1000000  | 1
de_novo.max_parental_alt_fraction     | 0.02    | 1.0      | 0.02
de_novo.kept_min_grade                | medium  | any      | any
de_novo.moderate_min_grade            | any     | medium   | any
de_novo.parent_min_gq                 | 0.0     | 19.0     | 0.0
de_novo.min_posterior                 | 0.0     | 0.0      | 0.5
"""


@pytest.mark.parametrize(
    "row", read_table(text=PUBLISHED), ids=lambda row: row["setting"].replace(" ", ".")
)
@pytest.mark.parametrize("name", ["slivar", "talos", "g2p"])
def test_published_values(name, row):
    path, _, entry = row["setting"].partition(" ")
    table, _, key = path.partition(".")
    value = getattr(getattr(read_ruleset(name).rules, table), key)
    if entry:
        value = value.get(entry)
    shown = ", ".join(value) if isinstance(value, tuple) else str(value)
    assert shown == row[name]


# Beside PASS of the terms below: what each list says of a few that differ.
TERM_LISTS = """
term                                | gel      | slivar   | talos    | g2p
frameshift_variant                  | high     | high     | high     | high
stop_lost                           | high     | high     | high     | high
transcript_ablation                 | high     | high     | -        | high
transcript_amplification            | moderate | high     | -        | high
missense_variant                    | moderate | moderate | moderate | moderate
inframe_deletion                    | moderate | moderate | moderate | moderate
protein_altering_variant            | moderate | moderate | -        | moderate
splice_region_variant               | moderate | moderate | -        | moderate
splice_donor_5th_base_variant       | moderate | -        | -        | moderate
splice_polypyrimidine_tract_variant | -        | -        | -        | moderate
stop_retained_variant               | -        | moderate | -        | -
coding_sequence_variant             | -        | -        | -        | moderate
synonymous_variant                  | -        | -        | -        | -
intron_variant                      | -        | -        | -        | -
"""


@pytest.mark.parametrize("row", read_table(text=TERM_LISTS), ids=lambda row: row["term"])
@pytest.mark.parametrize("name", ["gel", "slivar", "talos", "g2p"])
def test_terms(name, row):
    settings = read_ruleset(name).rules.consequence
    found = [kind for kind in ("high", "moderate") if row["term"] in getattr(settings, kind)]
    assert found == ([] if row[name] == "-" else [row[name]])


@pytest.mark.parametrize(("name", "n_terms"), [("slivar", 28), ("talos", 9), ("g2p", 17)])
def test_number_of_terms(name, n_terms):
    """slivar has 29 with inframe_altering, G2P 18 with initiator_codon_variant: names of one term."""
    settings = read_ruleset(name).rules.consequence
    assert len({*settings.high, *settings.moderate}) == n_terms


@pytest.mark.parametrize("name", list_rulesets())
def test_terms_are_spelt_as_they_are_compared(name):
    settings = read_ruleset(name).rules.consequence
    terms = settings.high + settings.moderate + settings.noncoding_gene + settings.not_in_pairs
    assert [term for term in terms if canonical_term(term) != term] == []
    snpeff = {"bidirectional_gene_fusion", "protein_protein_contact", "5_prime_UTR_truncation",
              "structural_interaction_variant", "3_prime_UTR_truncation"}  # fmt: skip
    assert set(terms) - set(TERMS) <= snpeff


@pytest.mark.parametrize("name", list_rulesets())
def test_clinvar_classes_are_known(name):
    for word in read_ruleset(name).rules.known_pathogenic.classes:
        assert word.upper() in ClinvarClass.__members__


def test_modes_of_each_rule_set():
    lacking = {
        name: sorted(set(ALL_MODES) - set(read_ruleset(name).rules.segregation.modes))
        for name in list_rulesets()
    }
    assert lacking == {
        "g2p": [],
        "gel": [],
        "gel-incomplete": [],
        "slivar": ["mitochondrial", "x_linked_het_female", "y_linked"],
        "talos": ["y_linked"],
    }


@pytest.mark.parametrize("name", ["slivar", "talos", "g2p"])
def test_each_published_rule_set_says_where_it_is_from(name):
    rules = read_ruleset(name).rules
    assert rules.name == name
    assert rules.description
    assert any(source.startswith(("brentp/", "populationgenomics/", "Ensembl/"))
               for source in rules.sources)  # fmt: skip


EVIDENCE = ("phenotype", "acmg", "score")


@pytest.mark.parametrize("table", ["de_novo", "mosaic", *EVIDENCE])
def test_every_key_stands_in_the_bundled_files(table):
    """A user reads the keys there, each with its source."""
    keys = msgspec.structs.asdict(getattr(read_ruleset("gel").rules, table))
    for key in keys:
        assert f"\n{key} = " in GEL


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("error_rate = 0.002", "error_rate = 0", "mosaic.error_rate is 0.0, not between 0 and 0.5"),
        (
            "error_rate = 0.002", "error_rate = 0.5",
            "mosaic.error_rate is 0.5, not between 0 and 0.5",
        ),
        (
            "snv_mutation_rate = 1.29e-8", "snv_mutation_rate = 0.0",
            "de_novo.snv_mutation_rate is 0.0, not between 0 and 0.5",
        ),
        (
            "rarest_frequency = 1e-5", "rarest_frequency = 0",
            "de_novo.rarest_frequency is 0.0, not between 0 and 0.5",
        ),
        (
            "parent_probability = 0.05", "parent_probability = 5",
            "mosaic.parent_probability is 5.0, not a fraction from 0 to 1",
        ),
        (
            "cluster_candidates = 3", "cluster_candidates = 1",
            "de_novo.cluster_candidates is 1",
        ),
    ],
)  # fmt: skip
def test_refused(old, new, said):
    assert GEL.count(f"\n{old}\n") == 1
    with pytest.raises(SettingsError) as refused:
        decode_ruleset(GEL.replace(f"\n{old}\n", f"\n{new}\n").encode(), where="own.toml")
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("min_spliceai", "0", "consequence.min_spliceai is not above 0"),
        ("explained_share", "1", "Expected `float` < 1.0 - at `$.score.explained_share`"),
        ("explained_share", "0", "Expected `float` > 0.0 - at `$.score.explained_share`"),
        ("explained_share", "nan", "at `$.score.explained_share`"),
        ("panel_share", "0.0", "Expected `float` > 0.0 - at `$.score.panel_share`"),
        ("prior", "inf", "score.prior is inf, not a number"),
        ("phenotype_unknown", "nan", "score.phenotype_unknown is nan, not a number"),
        ("splice_benign", "0.2", "acmg.splice_benign is not below acmg.splice_pathogenic"),
        ("bs1", "0.06", "acmg.bs1 is not below acmg.ba1"),
        ("pp1_strong", "5", "acmg.pp1_moderate is not below acmg.pp1_strong"),
        ("ba1", "5", "Expected `float` <= 1.0 - at `$.acmg.ba1`"),
        ("pvs1_min_reported", "-1", "Expected `int` >= 0 - at `$.acmg.pvs1_min_reported`"),
        ("missense_tool", '"best"', "Invalid enum value 'best'"),
        ("background", "0", "at `$.phenotype.background`"),
        ("max_terms", "0", "at `$.phenotype.max_terms`"),
        ("excluded_weight", "-1", "at `$.phenotype.excluded_weight`"),
        ("asked_of", '"parents"', "Invalid enum value 'parents' - at `$.call_quality.asked_of`"),
        ("min_gq", "20", "call_quality has limits, but asked_of is nobody"),
        ("min_gq", "-1", "Expected `float` >= 0.0 - at `$.call_quality.min_gq`"),
        ("min_gq", "nan", "at `$.call_quality.min_gq`"),
        ("het_min_alt_fraction", "1.2", "Expected `float` <= 1.0"),
        ("hom_min_alt_fraction", "nan", "at `$.call_quality.hom_min_alt_fraction`"),
        ("by_mode", "{ dominant = 0.01 }", "Invalid enum value 'dominant'"),
        ("by_mode", "{ de_novo = 2 }", "Expected `float` <= 1.0 - at `$.frequency.by_mode[...]`"),
        ("max_homozygotes", "{ de_novo = -1 }", "Expected `int` >= 0"),
        ("known_by_mode", "{ de_novo = -0.1 }", "Expected `float` >= 0.0"),
        ("judged_on", '"worst"', "Invalid enum value 'worst' - at `$.consequence.judged_on`"),
        ("required", '"red"', "Invalid enum value 'red' - at `$.panel.required`"),
        ("mode_must_fit", "true", "panel asks for the mode, but required is none"),
        ("relatives", '"siblings"', "Invalid enum value 'siblings'"),
        ("kept_min_grade", '"best"', "Invalid enum value 'best' - at `$.de_novo.kept_min_grade`"),
        ("parent_min_gq", "-1", "at `$.de_novo.parent_min_gq`"),
    ],
)
def test_refused_in_a_key(key, value, said):
    text, n = re.subn(rf"^{key} = .*$", f"{key} = {value}", GEL, flags=re.MULTILINE)
    assert n == 1
    with pytest.raises(SettingsError) as refused:
        decode_ruleset(text.encode(), where="own.toml")
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "said", "mend"),
    [
        (
            'asked_of = "nobody"\nmin_gq = 0\n', 'asked_of = "nobody"\nmin_gq = 20\n',
            "call_quality has limits, but asked_of is nobody",
            "Give asked_of as proband or family.",
        ),
        (
            'asked_of = "nobody"', 'asked_of = "family"\nmale_x_min_depth = -6',
            "Expected `int` >= 0 - at `$.call_quality.male_x_min_depth`", "rulesets show gel",
        ),
        (
            'required = "none"\n', 'required = "none"\nany_panel = true\n',
            "unknown field `any_panel` - at `$.panel`", "rulesets show gel",
        ),
    ],
)  # fmt: skip
def test_refused_together(old, new, said, mend):
    assert GEL.count(old) == 1
    with pytest.raises(SettingsError) as refused:
        decode_ruleset(GEL.replace(old, new).encode(), where="own.toml")
    assert said in refused.value.what
    assert mend in refused.value.mend


def test_balance_the_wrong_way_round_is_refused():
    text = 'asked_of = "family"\nhet_min_alt_fraction = 0.8\nhet_max_alt_fraction = 0.2\n'
    raw = f'name = "own"\nversion = "1"\n[call_quality]\n{text}[consequence]\nhigh = ["stop_gained"]\n'
    with pytest.raises(SettingsError) as refused:
        decode_ruleset(raw.encode(), where="own.toml")
    assert str(refused.value) == (
        "own.toml: call_quality.het_min_alt_fraction is above het_max_alt_fraction"
    )


def test_no_mode_is_refused():
    raw = b'name = "own"\nversion = "1"\n[segregation]\nmodes = []\n[consequence]\nhigh = ["stop_gained"]\n'
    with pytest.raises(SettingsError) as refused:
        decode_ruleset(raw, where="own.toml")
    assert str(refused.value) == "own.toml: segregation.modes names no mode"


def test_a_table_that_is_gone_is_refused():
    """Points within a tier were the weights of 0.1's first rankings."""
    with pytest.raises(SettingsError, match="unknown field `ranking`"):
        decode_ruleset(f"{GEL}\n[ranking]\nhigh_impact = 4.0\n".encode(), where="own.toml")


def test_a_rule_set_may_leave_the_evidence_out():
    bare = decode_ruleset(GEL.partition("\n[phenotype]\n")[0].encode(), where="own.toml").rules
    assert (bare.phenotype, bare.acmg, bare.score) == (
        PhenotypeSettings(), AcmgSettings(), ScoreSettings(),
    )  # fmt: skip


def test_the_share_of_families_that_are_explained():
    loaded = read_ruleset("gel")
    assert with_explained_share(loaded, None) is loaded
    changed = with_explained_share(loaded, 0.3)
    assert changed.rules.score == msgspec.structs.replace(loaded.rules.score, explained_share=0.3)
    assert changed.sha256 == loaded.sha256


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, 1.5, float("nan")])
def test_a_share_out_of_range(share):
    with pytest.raises(SettingsError) as refused:
        with_explained_share(read_ruleset("gel"), share)
    assert str(refused.value) == (f"explained share: {share} is not between 0 and 1\n  Write 0.3.")


def test_a_relaxed_limit_names_its_sources():
    text = 'name = "x"\nversion = "1"\n[[frequency.relaxed]]\nsources = []\ndominant = 0.1\nrecessive = 0.1\n[consequence]\nhigh = ["stop_gained"]\n'
    with pytest.raises(SettingsError, match=r"frequency\.relaxed has no sources"):
        decode_ruleset(text.encode(), where="x.toml")
