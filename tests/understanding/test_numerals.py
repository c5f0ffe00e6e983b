"""Numbers are read however people put their characters together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.understanding.numerals import CHINESE, number_of


@pytest.mark.parametrize(
    ("text", "number"), [("21", 21), ("二十一", 21), ("廿一", 21), ("五零一", 501), ("两百", 200)]
)
def test_a_spoken_number_is_read(text: str, number: int) -> None:
    assert number_of(text) == number


@given(st.text(CHINESE, min_size=1, max_size=7))
def test_characters_that_make_no_number_break_nothing(text: str) -> None:
    found = number_of(text)

    assert found is None or found >= 0
