"""Rule sets: the bundled ones agree with the defaults, and impossible values are refused."""

from __future__ import annotations

import re

import msgspec
import pytest

from raredx.errors import SettingsError
from raredx.evidence_settings import AcmgSettings, PhenotypeSettings, ScoreSettings
from raredx.settings import (
    DeNovoSettings,
    MosaicSettings,
    decode_ruleset,
    read_ruleset,
    with_explained_share,
)

GEL = read_ruleset("gel").text


@pytest.mark.parametrize("name", ["gel", "gel-incomplete"])
def test_bundled_values_are_the_defaults(name):
    rules = read_ruleset(name).rules
    assert rules.de_novo == DeNovoSettings()
    assert rules.mosaic == MosaicSettings()
    assert rules.phenotype == PhenotypeSettings()
    assert rules.acmg == AcmgSettings()
    assert rules.score == ScoreSettings()


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
    ],
)
def test_refused_in_the_evidence(key, value, said):
    text, n = re.subn(rf"^{key} = .*$", f"{key} = {value}", GEL, flags=re.MULTILINE)
    assert n == 1
    with pytest.raises(SettingsError) as refused:
        decode_ruleset(text.encode(), where="own.toml")
    assert said in str(refused.value)


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
