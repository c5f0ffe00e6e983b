"""English is understood as the Chinese that it means, and nothing else is touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.report import report_in
from actions.understanding.english import in_chinese
from actions.understanding.normalise import normalise
from actions.understanding.understanding import understand
from actions.wording import is_question
from tests.understanding.test_understanding import NOW


@pytest.mark.parametrize(
    ("text", "category", "building"),
    [
        ("The elevator in building 6 stopped working", "FAC-02", "6栋"),
        ("hallway lights are out, block 4 unit 2", "FAC-01", "4栋"),
        ("my toilet is clogged. Building 8, apt 1203", "HSE-02", "8栋"),
        ("7-1-402 ceiling is leaking since yesterday", "HSE-01", "7栋"),
        ("no hot water in tower 3 for two days", "UTL-01", "3栋"),
        ("trash piling up behind building nine", "ENV-01", "9栋"),
    ],
)
def test_everyday_faults_in_english_have_their_category_and_door(
    text: str, category: str, building: str
) -> None:
    found = understand(text, NOW)

    assert found.category is not None
    assert (found.category.code, found.place.building) == (category, building)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("5栋 basement 灯不亮", "地下室"),
        ("门口 smells like gas 怎么办", "煤气味"),
        ("请问 how much 物业费", "多少钱"),
    ],
)
def test_english_between_chinese_words_is_read_with_them(text: str, said: str) -> None:
    assert said in normalise(text)


@pytest.mark.parametrize(
    "text",
    ["我家wifi连不上", "LED大屏太亮", "在A座3单元", "app打不开", "查询码 K7M3Q9HXA", "KTV太吵",
     "write me a story about a tree", "What is the meaning of life?", "sdf jkl qwe"],
)  # fmt: skip
def test_names_codes_and_what_no_community_deals_with_stay_as_they_are(text: str) -> None:
    assert in_chinese(text) == text


@given(st.text(alphabet="abcdeilghtof rk3-,.?!楼灯 ", max_size=60))
def test_a_text_is_as_long_as_before(text: str) -> None:
    assert len(in_chinese(text)) == len(text)


def test_a_drill_is_no_fire_and_an_extinguisher_neither() -> None:
    assert "着火" not in in_chinese("the fire drill was too loud, fire extinguisher is missing")


def test_a_question_in_english_is_one() -> None:
    assert is_question("where can I renew my residence permit")


def test_since_when_is_read_in_english() -> None:
    found = understand("lift broken for three days, building 2", NOW)

    assert found.since is not None
    assert "3天" in found.since.phrase


def test_a_door_in_english_tells_no_story() -> None:
    assert report_in("building 11 unit 1", is_detail=True) is None
