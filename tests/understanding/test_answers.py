"""Answers to what a category asks, told in passing or when asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.tickets.attributes import Attribute
from actions.tickets.categories import load_categories
from actions.understanding.answers import answer_to, told_answers
from actions.understanding.normalise import normalise

ALL = [one for category in load_categories().values() for one in category.attributes]


def attribute(category: str, code: str) -> Attribute:
    return next(one for one in load_categories()[category].attributes if one.code == code)


@pytest.mark.parametrize(
    ("category", "text", "told"),
    [
        ("FAC-01", "小区东门的路灯不亮,灯杆号A12", {"pole": "A12"}),
        ("FAC-01", "灯杆编号是 LD-0031 的灯坏了", {"pole": "LD-0031"}),
        ("FAC-01", "3栋2单元楼道灯坏了", {}),
        ("FAC-02", "左边那部电梯停在三楼", {"lift": "左边那部电梯"}),
        ("FAC-02", "2号电梯按钮失灵,没有困人", {"trapped": "no", "lift": "2号电梯"}),
        ("HSE-01", "楼上漏水都漏到插座里了", {"power": "yes"}),
        ("UTL-01", "5栋停水了,只有我家停", {"scope": "home"}),
        ("UTL-02", "整栋楼都停电了", {"scope": "building"}),
        ("UTL-02", "停电了,不知道只有我家还是整个小区都停", {}),  # two of them: who knows
        ("UTL-04", "暖气不热,家里才十四度", {"temperature": "14"}),
        ("UTL-04", "屋里18.5度", {"temperature": "18.5"}),
        ("NOI-01", "工地半夜打桩,中午也不停", {"hours": "noon,night"}),
        ("RDS-02", "井盖上写着雨水,翘起来了", {"mark": "雨水"}),
    ],
)
def test_what_is_told_in_passing_is_taken(category: str, text: str, told: dict[str, str]) -> None:
    found = told_answers(load_categories()[category].attributes, normalise(text))

    assert {code: answer for code, answer in found.items() if code != "spot"} == told


@pytest.mark.parametrize(
    ("category", "code", "text", "answer"),
    [
        ("FAC-01", "pole", "A12", "A12"),
        ("FAC-01", "pole", "编号是0031。", "编号是0031"),
        ("FAC-02", "lift", "左边那部", "左边那部"),
        ("FAC-02", "lift", "不是这个", ""),
        ("HSE-01", "power", "没有", "no"),
        ("HSE-01", "power", "有的", "yes"),
        ("HSE-01", "power", "没问题", ""),
        ("UTL-01", "scope", "整个单元都这样", "unit"),
        ("UTL-01", "scope", "就我家", "home"),
        ("UTL-04", "temperature", "大概十五度吧", "15"),
        ("UTL-04", "temperature", "就这样,一点没错", ""),
        ("NOI-02", "hours", "晚上", "evening"),
        ("RDS-02", "mark", "写的是污水", "写的是污水"),
    ],
)
def test_a_short_answer_to_the_question_is_taken(
    category: str, code: str, text: str, answer: str
) -> None:
    assert answer_to(attribute(category, code), normalise(text)) == answer


@pytest.mark.parametrize(
    "text", ["对", "对的", "没错", "是的", "好", "可以", "提交吧", "不对", "不是", "没问题", "嗯"]
)
def test_a_yes_or_no_to_the_summary_answers_no_question(text: str) -> None:
    asked = [one for one in ALL if one.asked and not one.internal]

    assert [one.code for one in asked if answer_to(one, normalise(text))] == []


@given(st.sampled_from(ALL), st.text(max_size=40))
def test_whatever_is_said_an_answer_is_one_the_question_takes(one: Attribute, text: str) -> None:
    for answer in (answer_to(one, text), told_answers([one], text).get(one.code, "")):
        offered = answer.split(",") if one.datatype.is_list else [answer]
        assert one.read(offered) == tuple(part for part in offered if part)
