"""Words that point back, and short questions about what was just reported."""

import pytest

from actions.understanding.pointing import agrees, asks_when_done, follows_up, refers_to_rest


@pytest.mark.parametrize(
    "text", ["什么时候能弄好", "啥时候来人", "几时修好啊", "多久能解决", "那得多久修好"]
)
def test_who_asks_when_it_will_be_done_is_heard(text: str) -> None:
    assert asks_when_done(text)


@pytest.mark.parametrize("text", ["什么时候上班", "几点开门", "修好了", "多久发一次补贴"])
def test_other_times_are_other_questions(text: str) -> None:
    assert not asks_when_done(text)


def test_a_part_that_begins_with_this_speaks_of_the_rest() -> None:
    assert refers_to_rest("这违不违法?")
    assert not refers_to_rest("高龄津贴多少钱")


@pytest.mark.parametrize(
    "text", ["那多久呢", "您好,那多久呢,麻烦了", "我走不动,叫我女儿去行不行,谢谢"]
)
def test_courtesies_do_not_hide_what_follows_up(text: str) -> None:
    assert follows_up(text)


@pytest.mark.parametrize(
    "text",
    ["好", "好的好的", "嗯嗯", "对对对", "对的,谢谢", "行吧那就这样", "可以了", "成", "中啊",
     "好嘞", "好滴麻烦了", "嗯 就这样", "是的呢!", "对就是这样", "是这样", "没事", "OK", "对头",
     "嗯呐", "嗯哪 对着呢", "是这么回事"],
)  # fmt: skip
def test_a_yes_is_heard_however_softly_it_is_said(text: str) -> None:
    assert agrees(text)


@pytest.mark.parametrize(
    "text",
    ["对面就是幼儿园", "中午也吵", "成天放音乐", "行人都绕道走", "好几家都这样", "对方太过分",
     "对门老太太都吓哭了", "好多人", "好像是三楼", "是二楼那家", "可以从后门进", "对了门口也脏",
     "好吵", "行李箱堵着", "中间那户", "没事就放音乐", "是楼上的水"],
)  # fmt: skip
def test_a_detail_that_begins_like_a_yes_is_none(text: str) -> None:
    assert not agrees(text)
