"""Announcements without a matter, and places that only point."""

import pytest

from actions.understanding.bare import (
    is_vague_place,
    says_only_that_there_is_something,
    wants_it_again,
)


@pytest.mark.parametrize(
    "text",
    [
        "有个事想说一下",
        "跟社区说个事",
        "我有点情况要说",
        "你好,我想投诉",
        "反映个问题",
        "帮我登记一下",
        "您好 有事要报",
        "我有件烦心事想找社区聊聊",
        "有幾件事要跟居委會說說",
        "报个修",
    ],
)
def test_an_announcement_says_nothing_yet(text: str) -> None:
    assert says_only_that_there_is_something(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "楼道灯坏了",
        "我要投诉物业",
        "我想报修一下水管",
        "电梯有问题",
        "反映一下楼上漏水",
        "邻居有事没事骂我",
        "没问题",
        "不报了",
        "你好",
    ],
)
def test_a_matter_or_a_word_of_another_kind_is_no_bare_announcement(text: str) -> None:
    assert not says_only_that_there_is_something(text)


@pytest.mark.parametrize("text", ["那边", "就那儿呗", "这里", "老地方", "在附近呢", "那头那块"])
def test_pointing_is_no_place(text: str) -> None:
    assert is_vague_place(text)


@pytest.mark.parametrize(
    "text", ["3栋那边", "超市旁边", "地下车库", "花坛边上", "垃圾站那儿", "嗯"]
)
def test_a_landmark_is_no_pointing(text: str) -> None:
    assert not is_vague_place(text)


def test_a_long_message_is_read_at_once() -> None:
    assert not says_only_that_there_is_something("有个事想反映说说" * 400 + "灯")


@pytest.mark.parametrize(
    "text",
    [
        "我听不懂,说简单点",
        "你再说一遍",
        "听不懂",
        "我眼睛不好,你说短点",
        "能说慢点吗",
        "太长了看不懂",
    ],
)
def test_a_wish_to_hear_it_again_or_plainer_is_heard(text: str) -> None:
    assert wants_it_again(text)


@pytest.mark.parametrize(
    "text",
    [
        "你根本听不懂",
        "你听不懂人话吗",
        "听不懂,找个人跟我讲",
        "我再说一遍,楼道灯坏了",
        "你真笨",
        "",
    ],
)
def test_anger_and_a_wish_for_a_person_are_no_wish_to_hear_it_again(text: str) -> None:
    assert not wants_it_again(text)
