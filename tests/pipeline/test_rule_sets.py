"""Every bundled rule set: the ways of reading agree, and so do ranking and explanation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import raredx.pipeline.plan
from explanations import assert_agree
from pipeline.test_explain_agrees import PEDIGREES, TABLE, request_for
from raredx.pipeline.rank import rank
from raredx.pipeline.request import RankRequest
from raredx.readers.bcf_sieve import BcfSieve
from raredx.readers.sieve import Sieve
from raredx.settings import list_rulesets
from readers.test_gate import INFO, fx_folder, records  # noqa: F401
from vcf_files import vcf_text

DEMO = Path(__file__).resolve().parents[2] / "data" / "demo"
FAMILY = RankRequest(
    vcf=str(DEMO / "family.vcf.gz"), ped=DEMO / "family.ped", panels=("all",), output=None
)
RULE_SETS = list_rulesets()


def scout(shared: Path) -> RankRequest:
    folder = shared / "data" / "families" / "scout_643594"
    return RankRequest(
        vcf=str(folder / "643594.clinical.vcf.gz"), ped=folder / "643594.ped", panels=("all",),
        output=None,
    )  # fmt: skip


def answers(request: RankRequest, folder: Path) -> dict[str, object]:
    """Rank; give every byte that is written, and the counts."""
    names = {"output": "x.tsv", "json": "x.json", "near_misses": "near.tsv"}
    asked = {key: str(folder / name) for key, name in names.items()}
    result = rank(replace(request, **asked, command="raredx rank"), lambda *_: None)
    found: dict[str, object] = {key: Path(path).read_bytes() for key, path in asked.items()}
    return found | {"counts": result.document["counts"]}


@pytest.fixture
def fx_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scan files of any size."""
    monkeypatch.setattr(Sieve, "pays", lambda self: True)
    monkeypatch.setattr(BcfSieve, "pays", lambda self: True)


@pytest.mark.parametrize("name", RULE_SETS)
def test_the_scan_drops_only_what_is_certain(name, fx_scan, tmp_path):
    request = replace(FAMILY, ruleset=name)
    assert answers(request, tmp_path) == answers(replace(request, exact=True), tmp_path)


@pytest.mark.parametrize("name", RULE_SETS)
def test_the_scan_drops_only_what_is_certain_of_a_real_trio(name, fx_scan, fx_shared, tmp_path):
    request = replace(scout(fx_shared), ruleset=name)
    assert answers(request, tmp_path) == answers(replace(request, exact=True), tmp_path)


@pytest.mark.parametrize("name", RULE_SETS)
def test_every_allele_of_the_demonstration_family_is_explained_as_it_is_ranked(name):
    both = assert_agree(replace(FAMILY, ruleset=name))
    assert len(both.trails) > 4000
    assert any(trail.kept for allele in both.trails for trail in allele)


@pytest.mark.parametrize("name", RULE_SETS)
def test_every_allele_of_a_real_trio_is_explained_as_it_is_ranked(name, fx_shared):
    assert_agree(replace(scout(fx_shared), ruleset=name))


@settings(max_examples=60)
@given(
    records(), st.booleans(), st.sampled_from([*PEDIGREES]),
    st.sampled_from(["slivar", "talos", "g2p"]),
)  # fmt: skip
def test_every_allele_of_small_files(fx_folder, made, panel, family, name):  # noqa: F811
    text = vcf_text(records=made, samples=("kid", "dad", "mum"), info=INFO)
    panels = (str(fx_folder / "panel.tsv"),) if panel else ()
    _, ped = PEDIGREES[family]
    with mock.patch.object(raredx.pipeline.plan, "read_gene_table", return_value=TABLE):
        assert_agree(request_for(fx_folder, text, ped, panels=panels, ruleset=name))
