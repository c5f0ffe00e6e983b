"""Topics that people answer for: nothing is quoted about them, from the next question on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from knowledge.answer import Outcome
from knowledge.counter import Counter
from knowledge.desk import Desk
from knowledge.errors import UnknownTopicError
from knowledge.settings import Settings
from tests.knowledge.conftest import POLICY, FakeEmbedder

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
ASKED = "居住证怎么办"


@pytest.fixture
def counter(settings: Settings, embedder: FakeEmbedder) -> Iterator[Counter]:
    settings = replace(settings, receipt_key="a-key")
    desk = Desk(settings, embedder=embedder)
    desk.add_bytes(POLICY.encode(), "高龄津贴.txt", publish=True)
    counter = Counter(desk, settings)
    yield counter
    counter.close()


def switch(counter: Counter, name: str, *, is_on: bool = True) -> str:
    return counter.topics.switch(name, is_on=is_on, operator="小李", now=NOON).name


@pytest.mark.parametrize("name", ["residence-permit", "居住证办理", "guide"])
def test_a_switched_topic_is_for_a_person_at_the_next_question(
    counter: Counter, name: str
) -> None:
    before = counter.answer(ASKED)

    switch(counter, name)
    after = counter.answer(ASKED)

    assert before.outcome is Outcome.GUIDE
    assert after.outcome is Outcome.NO_EVIDENCE
    assert after.held
    assert not after.is_refusal
    assert after.citations == ()
    assert after.asked is not None


def test_a_topic_comes_back(counter: Counter) -> None:
    switch(counter, "residence-permit")
    switch(counter, "residence-permit", is_on=False)

    assert counter.item("residence-permit").outcome is Outcome.GUIDE
    assert counter.topics.switched() == []


def test_a_chosen_item_is_held_as_well(counter: Counter) -> None:
    switch(counter, "residence-permit")

    assert counter.item("residence-permit").held == "residence-permit"


def test_other_topics_go_on(counter: Counter) -> None:
    switch(counter, "document")

    assert not counter.answer(ASKED).held


def test_operators_see_what_is_switched_and_by_whom(counter: Counter) -> None:
    number = switch(counter, "高龄津贴.txt")

    (topic,) = counter.topics.switched()
    assert (topic.name, topic.operator, topic.since) == (number, "小李", NOON)
    assert "高龄津贴" in topic.title


def test_what_there_is_not_cannot_be_switched(counter: Counter) -> None:
    with pytest.raises(UnknownTopicError, match="不存在"):
        switch(counter, "不存在")


def test_the_command_of_another_process_works_at_once(
    counter: Counter, settings: Settings, embedder: FakeEmbedder
) -> None:
    other = Counter(Desk(settings, embedder=embedder), settings)

    switch(other, "guide")
    held = counter.answer(ASKED).held
    other.close()

    assert held == "guide"
