"""How content somebody is, as people say it; what denies it comes first."""

import pytest

from actions.understanding.normalise import normalise
from actions.understanding.rating import rating_of


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("十分不满意", 0),
        ("不是特别满意", 0),
        ("并不怎么满意", 0),
        ("没有很满意", 0),
        ("负五星", 0),
        ("不赞", 0),
        ("不理解", 0),
        ("不可以", 0),
        ("不可以接受", 0),
        ("垃圾", 0),
        ("垃圾!", 0),
        ("真垃圾", 0),
        ("差评", 0),
        ("不好", 0),
        ("零分", 0),
        ("二十分钟才来,太差了", 0),
    ],
)
def test_what_is_denied_is_low(text: str, rating: int) -> None:
    assert rating_of(normalise(text)) == rating


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("不好意思,很满意", 3),
        ("二十分钟就修好了,很满意", 3),
        ("垃圾清走了很满意", 3),
        ("十分满意", 3),
        ("没有不满意", 2),
        ("没什么不满意的", 2),
        ("不差", 2),
        ("不差,挺好的", 2),
        ("差不多吧", 1),
        ("十分", 3),
        ("打十分", 3),
        ("九分", 3),
        ("95分", 3),
        ("3分", 1),
        ("可以", 2),
        ("理解", 1),
        ("不错", 2),
        ("没毛病,很满意", 3),
        ("不得不说很赞", 3),
    ],
)
def test_what_only_holds_such_a_word_is_not(text: str, rating: int) -> None:
    assert rating_of(normalise(text)) == rating


@pytest.mark.parametrize(
    "text", ["不好意思", "等了二十分钟", "垃圾没人收", "分钟", "温差大", "差不多一周", "三个星期"]
)
def test_words_that_hold_no_grade_are_none(text: str) -> None:
    assert rating_of(normalise(text)) is None
