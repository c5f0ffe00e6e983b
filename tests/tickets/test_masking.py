"""What leaves for the handler names nobody."""

import pytest

from actions.tickets.masking import is_id_number, mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13812345678找我", "电话[电话]找我"),
        ("手机138 1234 5678", "手机[电话]"),
        ("+86 138-1234-5678", "[电话]"),
        ("座机010-62345678转801", "座机[电话]"),
        ("身份证11010519491231002X", "身份证[身份证号]"),
        ("卡号6222021234567890128", "卡号[银行卡号]"),
        ("京A12345堵门", "[车牌]堵门"),
        ("沪AD12345占道", "[车牌]占道"),
        ("粤B·12345占道", "[车牌]占道"),
        ("我叫王小明,住3栋", "我叫[姓名],住3栋"),
        ("楼上张先生太吵", "楼上[姓名]先生太吵"),
        ("3栋2单元501漏水", "3栋2单元[门牌]漏水"),
        ("3栋2单元501室漏水", "3栋2单元[门牌]室漏水"),
        ("3-2-501漏水", "3-2-[门牌]漏水"),
        ("邮箱wang@example.com", "邮箱[邮箱]"),
        ("微信号wang_1234", "微信号[账号]"),
    ],
)
def test_identities_are_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "幸福里3栋2单元楼道灯坏三天了没人修",
        "请打12345或者110",
        "停水从2026年6月1日开始",
        "物业费涨到1200元",
        "工单20260601-000123没动静",
        "电梯困人,120还没到",
        "楼道堆了300斤杂物",
        "小区大门口有人摆摊",
        "施工到22:30还没停",
        "单元的阿姨说没水",
    ],
)
def test_words_that_name_nobody_stay(text: str) -> None:
    assert mask(text) == text


def test_the_check_character_of_an_id_number_is_calculated() -> None:
    assert is_id_number("11010519491231002X")
    assert not is_id_number("110105194912310021")


def test_masking_twice_changes_nothing() -> None:
    once = mask("我叫王小明,电话13812345678,车牌京A12345,3栋2单元501")

    assert mask(once) == once
