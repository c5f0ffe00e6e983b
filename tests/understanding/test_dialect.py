"""Dialects are heard as what they mean elsewhere."""

import pytest

from actions.tickets.categories import load_categories
from actions.understanding.answers import told_answers
from actions.understanding.normalise import normalise
from actions.understanding.understanding import understand
from tests.understanding.test_understanding import NOW


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("部升降機壞咗成個禮拜", "FAC-02"),
        ("樓梯口盞燈唔著", "FAC-01"),
        ("屋企成日冇水", "UTL-01"),
        ("厕所又塞咗", "HSE-02"),
        ("垃圾摆起好几天莫得人收", "ENV-01"),
        ("楼道灯勿亮了", "FAC-01"),
        ("屋头暖气一点儿不热", "UTL-04"),
    ],
)
def test_a_fault_told_in_a_dialect_has_its_category(text: str, code: str) -> None:
    found = understand(text, NOW)

    assert found.category is not None
    assert found.category.code == code


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("点申请低保", "咋申请低保"),
        ("去边度搞,几多钱", "去哪里搞,多少钱"),
        ("这个咋整", "这个咋办"),
        ("阿拉姆妈辰光", "我们姆妈时候"),
        ("啥子材料", "什么材料"),
    ],
)
def test_turns_of_a_dialect_are_put_right_character_for_character(text: str, means: str) -> None:
    assert normalise(text) == means


@pytest.mark.parametrize("text", ["晚上来人打牌赌钱", "一屋子人搓麻将论输赢", "地下室有赌局"])
def test_gambling_is_a_matter_of_the_police_and_not_of_noise(text: str) -> None:
    found = understand(text, NOW)

    assert found.category is not None
    assert found.category.code == "SAF-06"


def test_nobody_who_repairs_is_not_nobody_inside() -> None:
    lift = load_categories()["FAC-02"].attributes

    assert "trapped" not in told_answers(lift, "电梯停了三天没有人修")
    assert told_answers(lift, "电梯停了,里面没有人")["trapped"] == "no"


def test_a_room_before_a_habit_is_no_length_of_time() -> None:
    found = understand("6栋1单元302天天拖椅子", NOW)

    assert found.place.room == "302"
    assert found.since is None or "302" not in found.since.phrase
