"""What was really said is told from what a recogniser makes of noise."""

import pytest

from voice.recogniser import is_echo, is_stuck
from voice.vocabulary import read_vocabulary

PROMPT = "居民来电:居住证、三栋二单元、网格员、楼道灯。"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("居住证三栋二单元", True),
        ("三栋二单元、网格员,三栋二单元。", True),
        ("三栋二单元", False),
        ("三栋二单元楼道灯坏了", False),
        ("三栋二单元,网格员在不在", False),
    ],
)
def test_words_that_all_stand_in_the_prompt_are_its_echo(raw: str, *, expected: bool) -> None:
    assert is_echo(raw, PROMPT) is expected


@pytest.mark.parametrize("raw", ["判断软软软软软软软", "在在在在在", "我要,我要,我要,我要,我要"])
def test_going_round_in_circles_is_not_clear(raw: str) -> None:
    assert is_stuck(raw)


@pytest.mark.parametrize(
    "raw",
    ["对对对", "单号是零零零零零七", "00000007", "电话零一零八八八八", "灯坏了,灯坏了"],
)
def test_saying_a_thing_again_is_clear(raw: str) -> None:
    assert not is_stuck(raw)


def test_nothing_that_residents_say_is_taken_for_an_echo() -> None:
    found = read_vocabulary()

    assert [text for text in found.texts if is_echo(text, found.prompt)] == []
