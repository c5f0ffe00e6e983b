"""A guess of the category says how sure it is, and a subject line says what is wanted."""

from datetime import UTC, datetime
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.tickets.categories import load_categories
from actions.tickets.ticket import RequestType
from actions.understanding.category import CategoryClassifier
from actions.understanding.request_type import request_type_of
from actions.understanding.understanding import understand
from actions.understanding.vectors import BigramSpace

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)


@cache
def sorter() -> CategoryClassifier:
    return CategoryClassifier(load_categories())


def test_up_to_three_categories_are_named_with_their_confidence() -> None:
    found = understand("楼上漏水把天花板泡了,下水道也堵了", NOW).as_dict()["categories"]

    assert found[0].keys() == {"code", "name", "confidence"}
    assert found[0]["code"] == "HSE-01"
    assert len(found) <= 3
    assert [one["confidence"] for one in found] == sorted(
        (one["confidence"] for one in found), reverse=True
    )


@given(st.text(max_size=60))
def test_confidences_never_come_to_more_than_all(text: str) -> None:
    found = sorter().guess(text)

    assert all(0 <= one.confidence <= 1 for one in found)
    assert sum(one.confidence for one in found) <= 1.001


def test_one_clear_fault_is_surer_than_a_vague_word() -> None:
    clear = understand("路面井盖没了,窨井盖丢了", NOW).category
    vague = understand("那个地方不太好", NOW).category

    assert clear is not None
    assert clear.confidence > 0.8
    assert vague is None or vague.confidence < 0.5


def test_nearness_is_the_cosine_of_shared_pairs() -> None:
    space = BigramSpace(["路灯坏了", "狗没牵绳"])

    same, other = space.nearness("路灯坏了")

    assert same == pytest.approx(1)
    assert other == 0


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("北门的路什么时候修好。现在全是坑,下雨都是泥水,老人走路提心吊胆。", RequestType.ENQUIRY),
        ("小广场改造建议。现在又脏又乱没人管,晚上还停车,老人没处去。", RequestType.SUGGESTION),
        ("小区垃圾没人管。垃圾桶满了三天,苍蝇到处飞,物业说安排就是不来。", RequestType.COMPLAINT),
    ],
)  # fmt: skip
def test_a_subject_line_says_what_is_wanted(text: str, kind: RequestType) -> None:
    assert request_type_of(text) is kind


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("楼下烧烤摊每天吵到凌晨两点", "NOI-04"),
        ("楼下烧烤摊的油烟熏得开不了窗", "NOI-05"),
        ("夜宵摊猜拳喝酒,闹得一夜没睡", "NOI-04"),
    ],
)
def test_a_stall_is_loud_or_smokes(text: str, code: str) -> None:
    found = understand(text, NOW).category

    assert found is not None
    assert found.code == code
