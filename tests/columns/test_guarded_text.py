"""Text that could be a formula is guarded, and comes back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from guarded_cells import begins_a_formula
from raredx.columns.guarded_text import guard, unguard

TEXT = st.text(
    st.sampled_from("=+-@'\" \t\r\n\x00;aZ0＝＋－＠﹦\u2212\u200b\ufeff\u00a0\u202e"), max_size=8
)


@given(TEXT)
def test_no_guarded_text_begins_a_formula(text):
    assert not begins_a_formula(guard(text))


@given(TEXT)
def test_the_apostrophe_can_be_taken_off_again(text):
    assert unguard(guard(text)) == text


@given(st.text())
def test_any_text_comes_back(text):
    assert unguard(guard(text)) == text


@given(st.text())
def test_only_an_apostrophe_is_added(text):
    assert guard(text) in (text, f"'{text}")
