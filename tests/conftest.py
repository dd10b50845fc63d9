"""Hypothesis profile, and the real data beside the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

SHARED = Path(__file__).resolve().parents[1].parent / "shared"

# The first call of a kernel compiles it, hence no deadline; the same examples in every run.
settings.register_profile("raredx", deadline=None, max_examples=150, derandomize=True)
settings.load_profile("raredx")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that asks for `fx_shared`; skip the marked where there is no such data."""
    absent = pytest.mark.skip(reason=f"no real data beside the checkout: {SHARED.name}/ not found")
    for item in items:
        if "fx_shared" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.shared)
        if item.get_closest_marker("shared") and not SHARED.is_dir():
            item.add_marker(absent)


@pytest.fixture(scope="session")
def fx_shared() -> Path:
    """Folder of the real data beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip(f"no real data beside the checkout: {SHARED.name}/ not found")
    return SHARED
