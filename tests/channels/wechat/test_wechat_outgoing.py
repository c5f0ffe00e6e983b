"""Messages fit WeChat's size, lose nothing and number what can be chosen."""

from hypothesis import given
from hypothesis import strategies as st

from channels.message import Audience, Choice, Citation, Reply
from channels.news import News
from channels.wechat.outgoing import Item, cut, fits, pack, split

CHOICES = (Choice(title="解决了", token="t1"), Choice(title="没解决", token="t2"))
SENTENCE = "楼道灯坏了,物业说明天来修。"


def news(number: int, text: str, *choices: Choice) -> News:
    reply = Reply(text=text, choices=choices).as_dict()
    return News(id=number, body={"replies": [reply], "outcome": "ticket_status", "ticket": None})


def test_bubbles_become_one_message_with_numbers() -> None:
    item = Item.of([Reply(text="请核对"), Reply(text="对吗?", choices=CHOICES)])

    message = pack([item])

    assert message.text == "请核对\n\n对吗?\n\n回复1:解决了\n回复2:没解决"
    assert [choice.token for choice in message.choices] == ["t1", "t2"]


def test_numbers_count_through_everything_in_a_message() -> None:
    answer = Item.of([Reply(text="甲", choices=CHOICES[:1])])

    message = pack([answer, Item.of_news(news(1, "乙", CHOICES[1]))])

    assert "回复1:解决了" in message.text
    assert "回复2:没解决" in message.text
    assert message.news[0].id == 1


def test_an_answer_says_where_it_stands() -> None:
    citation = Citation(
        document="《条例》", clause="第三条", quote="三日内", source="https://example.org/a",
        checked="2026-01-01",
    )  # fmt: skip

    item = Item.of([Reply(text="三天。", citations=(citation,))])

    assert item.text.splitlines()[2:] == [
        "出处:《条例》第三条(2026-01-01 核对)",
        "原文:「三日内」",
        "https://example.org/a",
    ]


CLAUSE = Citation(document="《条例》", clause="第三条", quote="三日内", source="", checked="今年")


def test_where_an_answer_stands_comes_after_all_its_bubbles() -> None:
    item = Item.of([Reply(text="先打119。", citations=(CLAUSE,)), Reply(text="已通知网格员。")])

    assert item.text.startswith("先打119。\n\n已通知网格员。\n\n出处:")


def test_a_source_that_the_words_name_is_not_named_again() -> None:
    item = Item.of([Reply(text="三天。依据:《条例》第三条", citations=(CLAUSE,))])

    assert item.text == "三天。依据:《条例》第三条\n\n原文:「三日内」"


def test_elderly_people_get_the_source_without_the_quote() -> None:
    item = Item.of([Reply(text="三天。", citations=(CLAUSE,))], Audience.ELDERLY)

    assert item.text == "三天。\n\n出处:《条例》第三条(今年 核对)"


def test_nobody_s_words_become_a_link() -> None:
    item = Item.of([Reply(text='<a href="http://x">点我</a> 3<4')])

    assert "<a" not in item.text
    assert "3<4" in item.text


def test_what_does_not_fit_waits_in_order() -> None:
    waiting = [Item.of_news(news(n, f"第{n}条。" + SENTENCE * 15)) for n in range(5)]

    message = pack([Item.of([Reply(text="好的。")]), *waiting])

    assert [one.id for one in message.news] == [0, 1]
    assert message.has_more
    assert message.rest is None
    assert fits(message.text)


def test_a_long_answer_is_cut_after_a_sentence_and_keeps_its_options_for_the_end() -> None:
    item = Item.of([Reply(text=SENTENCE * 80, choices=CHOICES)])

    message = pack([item], reserve="再见")

    assert message.text.endswith("。")
    assert fits(message.text + "再见")
    assert message.choices == []
    assert message.rest is not None
    assert message.text + message.rest.text == SENTENCE * 80
    assert message.rest.choices == CHOICES


def test_options_too_long_for_a_message_are_shown_as_far_as_they_fit() -> None:
    many = tuple(Choice(title="很长的选项" * 30, token=f"t{n}") for n in range(6))

    first = pack([Item.of([Reply(text="请选", choices=many)])])
    assert first.rest is not None
    second = pack([Item.of([first.rest])])

    assert first.text == "请选"
    assert second.text.startswith("回复1:很长的选项")
    assert fits(second.text)
    assert second.rest is None
    assert len(second.choices) == 6


@given(st.text(min_size=1, max_size=3000))
def test_pieces_fit_and_hold_everything_but_blanks(text: str) -> None:
    pieces = split(text)

    assert all(fits(piece) for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@given(st.text(alphabet="一二。\n 🙂a", min_size=1, max_size=2000), st.text(max_size=40))
def test_a_cut_leaves_room_and_always_moves_on(text: str, reserve: str) -> None:
    beginning, rest = cut(text, reserve)

    assert fits(beginning + reserve)
    assert len(rest) < len(text) or not text.strip()
