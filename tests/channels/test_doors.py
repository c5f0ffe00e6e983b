"""Codes of QR codes at entrances, in links to our own pages."""

import pytest

from channels.doors import place_at


@pytest.mark.parametrize(
    ("code", "place"),
    [("3", "3栋"), ("b3-2", "3栋2单元"), ("12-1", "12栋1单元"), ("03-02", "3栋2单元")],
)
def test_a_code_is_read_as_its_resident_would_say_it(code: str, place: str) -> None:
    assert place_at(code) == place


@pytest.mark.parametrize("code", ["", "东门", "3-", "1234", "3-2-101", "<b>", "b"])
def test_what_is_no_code_names_no_place(code: str) -> None:
    assert place_at(code) == ""
