"""Several matters in one message come apart; one matter stays one."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.understanding.pointing import (
    drops,
    follows_up,
    only_one_of,
    points_back,
    supposes,
    tells_of_self,
    which_of,
    without_pointer,
)
from actions.understanding.problems import (
    MOST,
    Part,
    bare_place_in,
    bare_question,
    is_indignant,
    opens_another,
    problems_of,
    questions_of,
    split_message,
)
from tests.actions.stage import understander

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
MATTERS = {
    "FAC-01": "楼道灯坏了",
    "FAC-02": "电梯坏了停在一楼",
    "ENV-01": "垃圾桶满了没人收",
    "HSE-02": "下水道堵了往外冒",
}
PIECES = [*"楼道灯坏了电梯吗,。!? 12、栋三问", "还有", "另外", "对了", "再就是"]
WORDS = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


def parts_of(text: str) -> tuple[Part, ...]:
    return split_message(text, understander().understand, NOW)


@pytest.mark.parametrize("joint", [",还有", "。另外", ",再就是", ",对了还有个事,", ";以及"])
@pytest.mark.parametrize("pair", list(permutations(MATTERS, 2)))
def test_announced_problems_of_two_kinds_are_two(joint: str, pair: tuple[str, str]) -> None:
    one, other = pair

    parts = parts_of(f"3栋2单元{MATTERS[one]}{joint}{MATTERS[other]}")

    assert [part.code for part in parts] == [one, other]
    assert parts[0].door == "3栋2单元"


@pytest.mark.parametrize("mark", ["{}、", "{}.", "{})"])
def test_numbered_problems_come_apart(mark: str) -> None:
    lines = [f"{mark.format(n)}{text}" for n, text in enumerate(MATTERS.values(), 1)]

    assert [part.code for part in parts_of(" ".join(lines))] == list(MATTERS)


@pytest.mark.parametrize(
    "text",
    [
        "楼道灯坏了三天,电话打了没人接,还有我电话13800001111",
        "楼上漏水把我家墙泡了,还把灯给弄短路了",
        "电梯坏了,投诉了多少次也没用,物业就知道收钱,良心呢",
        "15栋3单元门口的路灯不亮,晚上也看不见道",
        "小区里遛狗不拴绳的太多了,还有人不捡狗屎,踩了一脚",
        "楼道里还有很多垃圾没人扫",
        "想报一个问题",
    ],
)
def test_a_rant_about_one_thing_stays_one(text: str) -> None:
    assert len(parts_of(text)) == 1


def test_the_same_fault_of_two_buildings_is_two() -> None:
    parts = parts_of("3栋楼道灯坏了,还有5栋的楼道灯也坏了")

    assert [part.door for part in parts] == ["3栋", "5栋"]


@pytest.mark.parametrize(
    "text",
    ["3栋楼道灯坏了,顺便问一下居住证怎么办", "请问居住证在哪办?另外3栋楼道灯坏了"],
)
def test_a_question_beside_a_problem_is_apart_from_it(text: str) -> None:
    parts = parts_of(text)

    assert [part.code for part in problems_of(parts)] == ["FAC-01"]
    assert "居住证" in questions_of(parts)[0].text


def test_more_matters_than_a_list_may_have_stay_together() -> None:
    text = "。另外".join(f"{n}栋楼道灯坏了" for n in range(1, MOST + 3))

    assert len(parts_of(text)) == 1


@given(text=WORDS)
@settings(max_examples=150, deadline=None)
def test_a_message_has_one_to_four_parts_and_invents_no_word(text: str) -> None:
    parts = parts_of(text)

    assert 1 <= len(parts) <= MOST
    for part in parts:
        assert not set(part.text) - set(text) - {","}
        assert len(part.text) <= len(text) + MOST


@given(text=WORDS)
@settings(max_examples=100, deadline=None)
def test_what_was_taken_apart_holds_what_was_told(text: str) -> None:
    kept = "".join(part.text for part in parts_of(text))

    assert kept.count("灯") == text.count("灯")
    assert kept.count("梯") == text.count("梯")


def test_a_place_alone_in_a_clause_is_found() -> None:
    read: Callable[..., object] = understander().understand

    assert bare_place_in("灯坏了,电梯也停了,7栋1单元", read, NOW) == "7栋1单元"  # type: ignore[arg-type]
    assert bare_place_in("灯坏了,7栋电梯也停了", read, NOW) == ""  # type: ignore[arg-type]


def test_the_announcement_of_a_question_is_no_part_of_it() -> None:
    assert bare_question("顺便问一下居住证怎么办") == "居住证怎么办"
    assert bare_question("居住证怎么办") == "居住证怎么办"


@pytest.mark.parametrize(
    ("text", "opens"), [("还有,灯也坏了", True), ("对了,门口", True), ("灯坏了", False)]
)
def test_a_message_that_adds_a_matter_says_so(text: str, opens: bool) -> None:
    assert opens_another(text) is opens


@pytest.mark.parametrize(
    ("text", "which"),
    [
        ("第二个不报了", 1),
        ("第1件的地址是5栋", 0),
        ("第两个", 1),
        ("最后那个不要了", 2),
        ("前面那个地址不对", 0),
        ("前面那个路口", None),
        ("第五个", None),
        ("不报了", None),
    ],
)
def test_which_of_three_is_meant(text: str, which: int | None) -> None:
    assert which_of(text, 3) == which


def test_only_one_may_be_kept() -> None:
    assert only_one_of("只报第一个吧", 2) == 0
    assert only_one_of("算了报第一个吧", 2) == 0
    assert only_one_of("第一个不报了", 2) is None


def test_the_pointer_is_taken_out_of_the_words() -> None:
    assert without_pointer("第二个地址是5栋") == "地址是5栋"


@pytest.mark.parametrize(
    ("text", "is_so"), [("第二个不报了", True), ("删掉吧", True), ("地址是5栋", False)]
)
def test_what_is_dropped_is_heard(text: str, is_so: bool) -> None:
    assert drops(text) is is_so


@pytest.mark.parametrize("text", ["我刚才那个怎么样了", "上一个撤了", "那个单子呢", "刚报的那件"])
def test_words_that_point_back(text: str) -> None:
    assert points_back(text)


@pytest.mark.parametrize(
    "text", ["那多久呢", "我妈也能办吗", "那要是租房的呢", "那得等几天呢", "孩子也可以领吗"]
)
def test_questions_without_a_subject_follow_up(text: str) -> None:
    assert follows_up(text)


@pytest.mark.parametrize(("text", "is_so"), [("那要是租房的呢", True), ("那多久呢", False)])
def test_another_case_is_supposed(text: str, is_so: bool) -> None:
    assert supposes(text) is is_so


def test_a_problem_that_is_announced_is_not_asked() -> None:
    assert questions_of(parts_of("想报一个问题")) == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("5栋电梯坏了三天,楼道垃圾堆了一个星期都发臭了", ["FAC-02", "ENV-01"]),
        ("门口路灯坏了,井盖没了,垃圾没人收", ["FAC-01", "RDS-02", "ENV-01"]),
        ("7栋楼道灯不亮,充电桩坏了,健身器材断了", ["FAC-01", "FAC-06", "FAC-04"]),
    ],
)
def test_another_thing_that_fails_needs_no_linking_word(text: str, codes: list[str]) -> None:
    assert [part.code for part in problems_of(parts_of(text))] == codes


@pytest.mark.parametrize(
    "text",
    [
        "电梯坏了三天,老人下不了楼",
        "路灯坏了,昨晚有人摔倒了",
        "物业不作为,电梯坏了三天没人修",
        "化粪池满了,臭味飘到楼上",
        "下水道堵了,污水冒出来,楼道都淹了",
        "小区大门门禁坏了,外人随便进,车被刮了",
    ],
)
def test_what_a_fault_brings_is_no_other_matter(text: str) -> None:
    assert len(parts_of(text)) == 1


@pytest.mark.parametrize(
    "text", ["我今年八十二了", "我户口不在这边", "我妈七十九岁", "我没有租房合同"]
)
def test_what_somebody_is_or_has_tells_of_the_own_case(text: str) -> None:
    assert tells_of_self(text)


@pytest.mark.parametrize("text", ["我家灯坏了", "我有个问题", "你们几点上班", "我要投诉物业"])
def test_what_is_wrong_or_wanted_does_not(text: str) -> None:
    assert not tells_of_self(text)


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("你们社区干什么吃的,摊子吵到半夜", True),
        ("凭什么让我们交", True),
        ("还有没有人管了", True),
        ("居住证怎么办理", False),
    ],
)
def test_indignation_is_no_question(text: str, is_so: bool) -> None:
    assert is_indignant(text) is is_so
