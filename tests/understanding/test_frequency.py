"""How often something happens is heard in the person's own words."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.draft import Draft
from actions.understanding.frequency import find_frequency
from actions.understanding.normalise import normalise
from actions.understanding.understanding import understand

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("楼上每天半夜拖桌子", "每天半夜"),
        ("天天晚上十一点还在跳", "天天晚上十一点"),
        ("每天晚上十点以后就开始唱", "每天晚上十点以后"),
        ("每天早上6点半左右放鞭炮", "每天早上6点半左右"),
        ("每晚十点到十二点最吵", "每晚十点到十二点"),
        ("天天十二点多才收摊", "天天十二点多"),
        ("每天三点钟准时敲", "每天三点钟"),
        ("每天有一点味道", "每天"),
        ("每天晚上一点都不消停", "每天晚上"),
        ("天天一点一点地漏", "天天"),
        ("电梯一周坏三次", "一周坏三次"),
        ("每隔两天停一次水", "每隔两天停一次"),
        ("一下雨就漏", "一下雨就"),
        ("每到周末就烧烤", "每到周末就"),
        ("三天两头跳闸", "三天两头"),
        ("门口老是有人乱停车", "老是"),
        ("一天到晚吵死了", "一天到晚"),
        ("保洁一个月才来一次", "一个月才来一次"),
    ],
)
def test_how_often_is_heard(text: str, phrase: str) -> None:
    found = find_frequency(normalise(text))

    assert found is not None
    assert found.phrase == phrase
    assert normalise(text)[found.start : found.end] == phrase


@pytest.mark.parametrize(
    "text", ["3栋2单元灯坏了", "昨天晚上停电", "第一次报修", "去过一次派出所"]
)
def test_what_happened_once_is_no_habit(text: str) -> None:
    assert find_frequency(normalise(text)) is None


@pytest.mark.parametrize(
    "text",
    [
        "昨天天花板掉下来一块",
        "今天天没亮就开始施工",
        "前天天花板漏了",
        "上周周五坏的",
        "今年年初就坏了",
        "上月月底停的",
        "当天天气不好",
        "昨夜夜里两点响",
        "昨晚晚上10点吵",
        "明天天一亮来吧",
    ],
)
def test_two_words_that_meet_are_no_habit(text: str) -> None:
    assert find_frequency(normalise(text)) is None


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("楼上天天放音乐", "天天"),
        ("门前天天堵车", "天天"),
        ("楼下601天天吵", "天天"),
        ("周周都停水", "周周"),
        ("年年冬天不热", "年年"),
        ("月月涨", "月月"),
        ("晚晚吵到两点", "每晚"),
    ],
)
def test_a_habit_beside_a_place_is_heard(text: str, phrase: str) -> None:
    found = find_frequency(normalise(text))

    assert found is not None
    assert found.phrase == phrase


@given(st.text(alphabet="每天一下雨就两次周个月晚上3,", max_size=30))
def test_any_text_gives_a_piece_of_itself(text: str) -> None:
    found = find_frequency(text)

    assert found is None or (text[found.start : found.end] == found.phrase != "")


def test_a_message_tells_since_when_how_often_for_whom_and_without_a_name() -> None:
    told = understand("替我妈匿名反映,三号楼东边路灯从上周五起天天晚上闪", NOW).as_dict()["draft"]

    assert told["since"] == "从上周五起"
    assert told["frequency"] == "天天晚上"
    assert told["is_anonymous"]
    assert told["on_behalf_of"]


def test_a_draft_keeps_since_when_beside_how_often() -> None:
    first = Draft().with_details_of(understand("楼上漏水三天了", NOW))
    more = first.with_details_of(understand("每天半夜都漏", NOW))

    assert more.when_told == "三天了,每天半夜"
    assert more.to_complaint(conversation="c", channel="web", origin="o").since == more.when_told
