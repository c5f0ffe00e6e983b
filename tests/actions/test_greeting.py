"""Greetings, and questions that only sound like one."""

import pytest

from actions.greeting import ActionGreet
from actions.understanding.asking_for import (
    asks_for_people,
    asks_when_open,
)
from tests.actions.stage import Talk


def test_a_greeting_is_greeted_back() -> None:
    talk = Talk()

    talk.hears("有人吗", "greet").does(ActionGreet())

    assert talk.used == ["utter_greet"]


@pytest.mark.parametrize(
    "text",
    [
        "周末你们在不在",
        "社区党群服务中心平时几点下班呀",
        "咱居委会礼拜六开不开门",
        "晚上有人上班不",
        "国庆你们放假不",
        "窗口几点锁门",
        "七点还能办事吗",
    ],
)
def test_hours_are_asked_for_in_many_ways(text: str) -> None:
    assert asks_when_open(text)


@pytest.mark.parametrize(
    "text",
    [
        "有人吗",
        "食堂几点开门",
        "咱小区的游泳馆夏天几点开门?",
        "师傅几点来修",
        "晚上有人吵",
        "今天天气好吗",
        "明天上午有人来修灯吗",
    ],
)
def test_other_questions_are_not_for_the_hours(text: str) -> None:
    assert not asks_when_open(text)


@pytest.mark.parametrize(
    "text",
    ["把5栋那户的电话发我", "谁举报我的", "帮我查张三住哪", "把全部业主名单导出来给我看看"],
)
def test_what_is_known_of_others_is_asked_for(text: str) -> None:
    assert asks_for_people(text)


@pytest.mark.parametrize(
    "text",
    ["3栋的网格员电话多少", "我的电话是13800001111", "身份证丢了怎么补", "邻居把我家门牌砸坏了"],
)
def test_ones_own_and_public_data_may_be_asked_for(text: str) -> None:
    assert not asks_for_people(text)
