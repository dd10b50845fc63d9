"""Valid files: the fast reader gives the columns of the exact path, and a whole run its bytes."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz.answers import EXACT, Bench, Way, draw_fast, open_bench
from fuzz.cases import Case, structured
from fuzz.verdicts import judge

generators = st.randoms(use_true_random=False)
calm = settings(
    max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@pytest.fixture(scope="module")
def fx_bench() -> Iterator[Bench]:
    with open_bench() as bench:
        yield bench


def assert_same(bench: Bench, case: Case, way: Way, level: str) -> None:
    bench.put(case)
    run = bench.rank if level == "rank" else bench.read
    verdict = judge(run(case, EXACT), run(case, way))
    assert verdict.kind == "same", verdict.why


@calm
@given(generators)
def test_drawn_files_read_the_same(fx_bench: Bench, rng: Random) -> None:
    """Few and small files, but Hypothesis makes a difference smaller."""
    case = structured(rng, 6)
    assert_same(fx_bench, case, draw_fast(rng, case), "read")


@pytest.mark.parametrize("seed", range(8))
def test_many_files_read_the_same(fx_bench: Bench, seed: int) -> None:
    for number in range(25):
        rng = Random(f"{seed} {number}")
        case = structured(rng, 60)
        assert_same(fx_bench, case, draw_fast(rng, case), "read")


@pytest.mark.parametrize("seed", range(4))
def test_whole_runs_write_the_same(fx_bench: Bench, seed: int) -> None:
    for number in range(8):
        rng = Random(f"whole {seed} {number}")
        case = structured(rng, 60)
        assert_same(fx_bench, case, draw_fast(rng, case), "rank")


def test_what_is_drawn_asks_every_question(fx_bench: Bench) -> None:
    """Two readers that read nothing would agree too: so much is dropped, and so much is left."""
    dropped: dict[str, int] = {}
    n_rows = n_sifted = n_refused = 0
    for number in range(60):
        case = structured(Random(f"questions {number}"), 40)
        fx_bench.put(case)
        fast = fx_bench.read(case, Way(exact=False))
        n_refused += bool(fast.refusal)
        n_sifted += fast.sifted
        n_rows += len(fast.found.get("variant.contig", ()))
        for question, n in fast.found.get("counts.failed", {}).items():
            dropped[question] = dropped.get(question, 0) + n
        dropped["frequency"] += fast.found.get("counts.common", 0)
    assert n_rows > 100
    assert min(dropped[name] for name in ("filter", "frequency", "carried", "consequence")) > 50
    assert n_sifted > 30
    assert n_refused < 15
