"""Whether a name is to be kept back, said in whatever words, and taken back again."""

from datetime import UTC, datetime

import pytest

from actions.draft import Draft
from actions.understanding.pointing import calls_off
from actions.understanding.understanding import understand

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "我不愿透露姓名",
        "不方便透露姓名",
        "不方便留名字",
        "不想实名",
        "不要实名",
        "名字就不留了",
        "名字别写",
        "名字不写",
        "我的名字请不要写",
        "我要匿名举报",
        "别报名字",
        "怕邻居知道",
        "怕得罪人",
        "please don't tell my neighbor",
        "Don't use my name please",
        "I don't want them to know",
        "please keep it confidential",
    ],
)
def test_a_wish_to_stay_unknown_is_heard(text: str) -> None:
    assert understand(text, NOW).is_anonymous


@pytest.mark.parametrize(
    "text",
    [
        "不用匿名",
        "不需要匿名",
        "不是匿名",
        "取消匿名",
        "把匿名去掉",
        "不用给我保密",
        "我不怕得罪人",
        "我不怕他报复",
        "不能报名吗",
        "不想报名了",
        "怕邻居不知道，贴个通知",
        "群里有人匿名骂人",
        "被匿名举报了",
        "不要实名认证",
        "举报要不要实名",
        "收到匿名短信",
        "孩子名字不写全能报吗",
        "名字不写错就行",
        "don't tell me to wait",
        "my neighbor does not tell anything",
        "the lamp is broken",
    ],
)
def test_a_name_or_a_fear_that_is_only_spoken_of_hides_nobody(text: str) -> None:
    assert not understand(text, NOW).is_anonymous


@pytest.mark.parametrize(
    "text", ["不匿名了", "取消匿名", "不用匿名", "把匿名去掉", "不用给我保密", "我实名举报"]
)
def test_who_may_be_named_after_all_is_no_longer_hidden(text: str) -> None:
    hidden = Draft(is_anonymous=True)

    assert not hidden.with_details_of(understand(text, NOW)).is_anonymous


@pytest.mark.parametrize(
    "text", ["3栋2单元", "不匿名会不会被报复", "不匿名的话就算了", "不想实名", "不匿名怕报复"]
)
def test_nothing_else_undoes_the_wish(text: str) -> None:
    hidden = Draft(is_anonymous=True)

    assert hidden.with_details_of(understand(text, NOW)).is_anonymous


def test_taking_back_a_detail_calls_nothing_off() -> None:
    assert not calls_off("取消匿名")
    assert not calls_off("把照片取消")
    assert calls_off("取消吧")
