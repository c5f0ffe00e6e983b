"""Which of several things are left out: each by its own words, and by nobody else's."""

import pytest

from actions.understanding.left_out import left_out
from actions.understanding.normalise import normalise
from actions.understanding.pointing import drops, only_one_of


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("第一个报，第二个不报", (1,)),
        ("第一个报第二个不报", (1,)),
        ("第一个不报第二个报", (0,)),
        ("只报第一个不报第二个", (1,)),
        ("不报第二个，报第一个", (1,)),
        ("第二个不报了", (1,)),
        ("第二个，不用报了", (1,)),
        ("第二个不用了", (1,)),
        ("算了第二个不要了", (1,)),
        ("把第二个删了吧", (1,)),
        ("麻烦取消第一个", (0,)),
        ("第二个别报了，第三个留着", (1,)),
        ("第二个和第三个都不报", (1, 2)),
        ("第二个、第三个不要了", (1, 2)),
        ("第一个不报，第三个也不报", (0, 2)),
        ("第一个报，别的不用报", (1, 2)),
        ("第二个物业修好了，不用管了", (1,)),
        ("我不想管第二个了", (1,)),
        ("第一个急，最后那个不要了", (2,)),
    ],
)
def test_each_is_left_out_by_its_own_words(text: str, out: tuple[int, ...]) -> None:
    assert left_out(normalise(text), 3) == out


@pytest.mark.parametrize(
    "text",
    [
        "第二个物业不管",
        "第二个报了三次都不管",
        "第二个不要紧，第一个急",
        "第二个一直没人提，他们也不说",
        "第二个取消不了",
        "第二个不要写我名字",
        "第二个不要拖太久",
        "第二个照片删掉",
        "第二个的电话不要了",
        "第二个不报销吗",
        "第二个物业说不交物业费就不修",
        "第一个特别急，第二个也报",
        "第一个急，第二个也急",
        "算了第一个报吧",
        "不报了",
        "第五个不报",
    ],
)
def test_nothing_is_left_out_that_nobody_takes_back(text: str) -> None:
    assert left_out(normalise(text), 3) == ()


@pytest.mark.parametrize(
    "text",
    ["垃圾的事物业一直不管", "这个不要紧", "取消不了", "报了三次都不管", "特别报告一下",
     "他们不提", "把照片删掉", "要不要检测"],
)  # fmt: skip
def test_what_is_not_done_is_no_wish_to_drop_it(text: str) -> None:
    assert not drops(text)


@pytest.mark.parametrize("text", ["不用管了", "算了不报了", "别报了", "我不要了", "帮我撤掉吧"])
def test_a_wish_to_drop_it_is_heard(text: str) -> None:
    assert drops(text)


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("只报第一个,第二个不报", 0),
        ("只报第二个不报第一个", 1),
        ("只报第一个,第二个也报吧", None),
        ("第一个报第二个不报", None),
        ("报第一个,第二个也报", None),
        ("就第一个不报", None),
    ],
)
def test_one_is_kept_alone_only_if_the_others_are_not_wanted(text: str, only: int | None) -> None:
    assert only_one_of(text, 2) == only
