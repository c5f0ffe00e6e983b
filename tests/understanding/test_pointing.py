"""Words that point back, and short questions about what was just reported."""

import pytest

from actions.understanding.pointing import asks_when_done, follows_up, refers_to_rest


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
