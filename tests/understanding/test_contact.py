"""Telephone numbers, and numbers that are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.understanding.contact import find_contacts
from actions.understanding.normalise import normalise

mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
SPOKEN = str.maketrans("0123456789", "零一二三四五六七八九")
WIDE = {ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789"}
styles = st.sampled_from(
    [
        str,
        lambda digits: f"{digits[:3]} {digits[3:7]} {digits[7:]}",
        lambda digits: f"{digits[:3]}-{digits[3:7]}-{digits[7:]}",
        lambda digits: digits.translate(SPOKEN),
        lambda digits: "幺" + digits[1:].translate(SPOKEN),
        lambda digits: digits.translate(WIDE),
        lambda digits: f"+86 {digits}",
    ]
)


@given(mobiles, styles, st.sampled_from(["", "我电话", "打我手机:", "3栋501,电话"]))
def test_a_mobile_number_is_found_however_it_is_written(
    number: str, style: object, lead: str
) -> None:
    assert callable(style)

    found = find_contacts(normalise(f"{lead}{style(number)},谢谢"))

    assert [contact.value for contact in found] == [number]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("010-62345678", "010-62345678"),
        ("(0591)8765432", "0591-8765432"),
        ("021 6234 5678 转 12", "021-62345678"),
        ("座机 6655443", "6655443"),
        ("400-820-8820", "4008208820"),
    ],
)
def test_other_telephones_are_found(text: str, value: str) -> None:
    assert [contact.value for contact in find_contacts(normalise(text))] == [value]


@pytest.mark.parametrize(
    "text",
    ["身份证110101199003071234", "20261121-000123", "6222021234567890123", "打12345没人理", "501"],
)
def test_other_long_numbers_are_no_telephone(text: str) -> None:
    assert not find_contacts(normalise(text))
