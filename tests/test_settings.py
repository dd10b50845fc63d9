"""Rule sets: the bundled ones agree with the defaults, and impossible values are refused."""

from __future__ import annotations

import msgspec
import pytest

from raredx.errors import SettingsError
from raredx.settings import DeNovoSettings, MosaicSettings, decode_ruleset, read_ruleset

GEL = read_ruleset("gel").text


@pytest.mark.parametrize("name", ["gel", "gel-incomplete"])
def test_bundled_values_are_the_defaults(name):
    rules = read_ruleset(name).rules
    assert rules.de_novo == DeNovoSettings()
    assert rules.mosaic == MosaicSettings()


@pytest.mark.parametrize("table", ["de_novo", "mosaic"])
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
