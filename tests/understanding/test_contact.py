"""Telephone numbers, and numbers that are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.understanding.contact import find_contacts, own_contact
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
        lambda digits: f"+86{digits}",
        lambda digits: f"86{digits}",
        lambda digits: f"0086{digits}",
        lambda digits: f"{digits[:3]},{digits[3:7]},{digits[7:]}",
        lambda digits: f"{digits[:3]}、{digits[3:6]}、{digits[6:]}",
        lambda digits: ",".join([digits[:3], digits[3:7], digits[7:]]).translate(SPOKEN),
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
    [
        "身份证110101199003071234",
        "20261121-000123",
        "6222021234567890123",
        "打12345没人理",
        "501",
        "套餐139,1288,1599元",
        "15,20,33,41,55,6号",
        "861381234567",
        "9986138123456789",
    ],
)
def test_other_long_numbers_are_no_telephone(text: str) -> None:
    assert not find_contacts(normalise(text))


def own(text: str) -> str:
    plain = normalise(text)
    return own_contact(plain, find_contacts(plain))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("不要打13812345678这个，打13987654321", "13987654321"),
        ("原来的13812345678不用了，换成13987654321", "13987654321"),
        ("物业电话88881234打不通，我的是13812345678", "13812345678"),
        ("电话13812345678写错了,是13987654321", "13987654321"),
        ("打13812345678没人接,我老婆的13987654321", "13987654321"),
        ("13812345678,或者打我座机0591-8765432", "0591-8765432"),
        ("我电话13812345678,备用13987654321", "13812345678"),
        ("打13812345678打不通的话就打13987654321", "13812345678"),
        ("我是物业的,电话13812345678", "13812345678"),
        ("有事打13812345678", "13812345678"),
        ("13812345678", "13812345678"),
    ],
)
def test_the_number_by_which_somebody_wants_to_be_reached_is_taken(text: str, value: str) -> None:
    assert own(text) == value


@pytest.mark.parametrize(
    "text",
    ["4008123123打不通", "物业电话88881234打不通", "客服热线400-820-8820", "别打13812345678"],
)
def test_a_hotline_and_the_number_of_the_property_company_are_nobodys_own(text: str) -> None:
    assert find_contacts(normalise(text))
    assert own(text) == ""
