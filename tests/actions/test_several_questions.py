"""Several questions in one message: each answered with its source, or refused by its name."""

import pytest

from actions.clarifying import ActionAnswerOrClarify
from actions.complaint import ActionDraftComplaint
from actions.enquiry import ActionAnswerQuestion
from actions.tickets.workers import WorkerRegistry
from tests.actions.stage import FakeAnswerer, Talk, card

PERMIT = "居住证怎么办"


def answer(
    talk: Talk,
    knows: FakeAnswerer,
    workers: WorkerRegistry,
    action: type[ActionAnswerQuestion] = ActionAnswerQuestion,
) -> list[str]:
    talk.does(action(knows, lambda: workers))  # type: ignore[arg-type]
    return [str(one.get("answer", "")) for one in talk.said]


@pytest.mark.parametrize("action", [ActionAnswerQuestion, ActionAnswerOrClarify])
def test_each_question_is_answered(
    talk: Talk, workers: WorkerRegistry, action: type[ActionAnswerQuestion]
) -> None:
    knows = FakeAnswerer({PERMIT: card("permit"), "高龄津贴多少": card("age", text="八十岁起")})

    told = answer(talk.hears(f"{PERMIT}，高龄津贴多少", "ask_guide"), knows, workers, action)

    assert told == ["这样办", "八十岁起"]
    assert talk.slots["item"] == "age"


def test_a_question_without_a_subject_is_about_the_one_before(
    talk: Talk, workers: WorkerRegistry
) -> None:
    knows = FakeAnswerer({PERMIT: card("permit"), "多少钱": card("permit", text="免费")})

    told = answer(talk.hears(f"{PERMIT}，多少钱", "ask_guide"), knows, workers)

    assert told == ["这样办", "免费"]
    assert ("多少钱", "permit") in [(text, item) for text, _, item in knows.asked]


def test_what_has_no_answer_is_refused_by_name_and_may_be_left(
    talk: Talk, workers: WorkerRegistry
) -> None:
    knows = FakeAnswerer({PERMIT: card("permit")})

    told = answer(talk.hears(f"{PERMIT}，停车月卡多少钱", "ask_guide"), knows, workers)

    assert talk.used == ["utter_answer", "utter_answer", "utter_no_evidence"]
    assert "停车月卡多少钱" in told[1]
    assert talk.slots["pending_question"] == "停车月卡多少钱"


def test_the_same_answer_is_said_once(talk: Talk, workers: WorkerRegistry) -> None:
    knows = FakeAnswerer({PERMIT: card("permit"), "居住证能不能办": card("permit")})

    told = answer(talk.hears(f"{PERMIT}，居住证能不能办", "ask_guide"), knows, workers)

    assert told == ["这样办"]


def test_where_nothing_is_known_the_whole_is_refused_once(
    talk: Talk, workers: WorkerRegistry
) -> None:
    answer(talk.hears("停车月卡多少钱，装修押金多少", "ask_guide"), FakeAnswerer(), workers)

    assert talk.used == ["utter_no_evidence"]
    assert talk.slots["pending_question"] == "停车月卡多少钱，装修押金多少"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("我叫王小明，电话13800138000，住3栋2单元501，游泳池几点开放", "游泳池几点开放"),
        ("我老家河南的，居住证怎么办", "我老家外地的，居住证怎么办"),
    ],
)
def test_what_is_told_of_oneself_is_not_looked_up_and_not_lost(
    talk: Talk, workers: WorkerRegistry, text: str, asked: str
) -> None:
    knows = FakeAnswerer()

    answer(talk.hears(text, "ask_policy"), knows, workers)

    assert knows.asked[0][0] == asked
    assert talk.slots["pending_question"] == text


def test_a_question_beside_a_report_is_refused_by_name(
    talk: Talk, workers: WorkerRegistry
) -> None:
    report = ActionDraftComplaint()
    report._enquiry = ActionAnswerQuestion(FakeAnswerer(), lambda: workers)  # type: ignore[arg-type]

    talk.hears("垃圾都臭死了没人清，停车月卡多少钱一个月啊", "report_problem")
    talk.does(report)

    assert "停车月卡多少钱" in talk.said[0]["answer"]
    assert talk.draft["category"] == "ENV-01"
