"""What a question without a subject is about, and what a part of an offered title chooses."""

import pytest

from actions.following import (
    Subject,
    about_of,
    asks_without_subject,
    chosen_of,
    names_subject,
    speaks_of,
)
from tests.actions.stage import card

OFFERED = (
    ("a", "食品经营许可（变更）"),
    ("b", "食品经营许可（注销）"),
    ("c", "食品经营许可（首次）"),
)


@pytest.mark.parametrize(
    "text",
    ["那要多少钱？", "要收费吗", "电话多少", "多久要退", "周末呢", "带什么材料？", "在哪办？",
     "要预约吗", "要什么条件", "咋办"],
)  # fmt: skip
def test_a_question_that_only_asks_names_nothing(text: str) -> None:
    assert asks_without_subject(text)


@pytest.mark.parametrize(
    "text", ["停车月卡多少钱", "社区电话多少", "物业几点上班", "首次的", "楼道灯坏了", ""]
)
def test_a_question_that_names_a_thing_has_a_subject(text: str) -> None:
    assert not asks_without_subject(text)


@pytest.mark.parametrize(
    ("text", "item"),
    [("首次的", "c"), ("变更呢", "a"), ("那注销呢", "b"), ("变更要多久", "a"), ("注销那个", "b"),
     ("注销要带什么", "b"),
     ("食品的", ""), ("要多久", ""), ("今天天气真好", ""), ("居住证呢", "")],
)  # fmt: skip
def test_a_part_of_one_offered_title_chooses_it(text: str, item: str) -> None:
    assert chosen_of(OFFERED, text) == item


@pytest.mark.parametrize(
    ("question", "about"),
    [("停车月卡多少钱", "停车月卡"), ("房东不退押金咋办", "房东不退押金"), ("多少钱", "多少钱")],
)
def test_a_question_is_about_what_it_does_not_ask(question: str, about: str) -> None:
    assert about_of(question) == about


@pytest.mark.parametrize(("text", "names"), [("游泳池门票怎么买", True), ("那租房的呢", False)])
def test_a_case_of_the_matter_before_is_no_matter_of_its_own(text: str, names: bool) -> None:
    assert names_subject(text) is names


def test_an_answer_speaks_of_a_subject_whose_words_it_has() -> None:
    answer = card("", text="停车月卡每月160元")

    assert speaks_of(answer, "停车月卡")
    assert not speaks_of(answer, "游泳池门票")


def test_what_was_offered_stays_while_one_of_it_is_talked_about() -> None:
    shown = Subject().told(card("a", choices=OFFERED), "食品经营许可怎么办")

    chosen = shown.told(card("c"), "首次的")
    other = shown.told(card("dog-keeping"), "养狗怎么办")

    assert chosen.offered == OFFERED
    assert other.offered == ()
