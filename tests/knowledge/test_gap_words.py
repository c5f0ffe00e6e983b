"""A question without a subject is no gap of its own, and no door is told in one."""

import pytest

from knowledge.gap_words import names_subject, without_door


@pytest.mark.parametrize(
    "question",
    [
        "周末呢？",
        "那要带什么材料",
        "依据什么",
        "要多久",
        "在哪办？",
        "那多少钱呢",
        "电话是多少",
        "需要本人去吗",
        "可以代办吗",
        "网上能办吗",
        "那下午呢",
        "第二个呢",
        "为什么",
        "那这个呢?",
        "我住[门牌]，那要多久",
        "",
    ],
)
def test_a_question_that_only_asks_names_no_subject(question: str) -> None:
    assert not names_subject(question)


@pytest.mark.parametrize(
    "question",
    [
        "火星移民签证找谁办",
        "小区周末停水吗",
        "活动室几点开门",
        "你们周末上班吗",
        "狗证在哪办",
        "停车费多少钱",
        "可以申请低保吗",
        "[门牌]漏水怎么办",
        "那老人呢",
        "12345几点上班",
        "65岁有什么优惠",
        "wifi怎么收费",
        "地下室能住人吗",
        "电梯多久修一次",
    ],
)
def test_a_question_of_something_names_it(question: str) -> None:
    assert names_subject(question)


@pytest.mark.parametrize(
    ("words", "masked"),
    [
        ("5栋1单元漏水", "[门牌]漏水"),
        ("我住5栋1单元[门牌]，水管坏了", "我住[门牌]，水管坏了"),
        ("十二号楼二单元电梯坏了", "[门牌]电梯坏了"),
        ("A座3单元停电", "[门牌]停电"),
        ("3号楼 2单元 停水", "[门牌] 停水"),
        ("5-1-[门牌]没气", "[门牌]没气"),
        ("第三单元的门禁", "[门牌]的门禁"),
    ],
)
def test_building_and_unit_are_masked_as_the_door_is(words: str, masked: str) -> None:
    assert without_door(words) == masked


@pytest.mark.parametrize(
    "words", ["每栋几个单元", "一个单元几户", "这栋楼归谁管", "7座车怎么停", "2024-1-5发的补贴"]
)
def test_what_names_no_building_is_left(words: str) -> None:
    assert without_door(words) == words
