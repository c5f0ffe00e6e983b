"""A worker answers a left question in the chat; nobody else can."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from actions.answering import (
    ActionAskLeftAnswer,
    ActionBeginLeftAnswer,
    ActionSendLeftAnswer,
    ValidateLeftAnswerForm,
)
from actions.tickets.questions import answer_question, open_questions
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Place, Status
from actions.tickets.workers import WorkerRegistry
from actions.worker import ActionListCellTickets
from tests.actions.stage import Talk
from tests.tickets.examples import QUESTION

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)


@pytest.fixture
def number(store: TicketStore) -> str:
    return store.file(replace(QUESTION, place=Place()), NOON).number


@pytest.fixture
def worker(workers: WorkerRegistry, talk: Talk) -> Talk:
    code = workers.invite("小李", ("XFL-01",), NOON)
    workers.bind(talk.sender, code, NOON)
    return talk


def begin(talk: Talk, number: str, workers: WorkerRegistry, store: TicketStore) -> None:
    talk.hears(intent="answer_left_question", entities={"ticket_number": number})
    talk.does(ActionBeginLeftAnswer(lambda: workers, lambda: store))
    talk.slots["requested_slot"] = "left_answer"


def write(
    talk: Talk, text: str, workers: WorkerRegistry, store: TicketStore, intent: str = "chitchat"
) -> None:
    talk.hears(text, intent)
    talk.does(ValidateLeftAnswerForm())
    if talk.slots.get("left_answer"):
        talk.does(ActionSendLeftAnswer(lambda: workers, lambda: store))


def test_a_worker_sees_the_questions_that_wait(
    worker: Talk, workers: WorkerRegistry, store: TicketStore, number: str
) -> None:
    worker.hears("我的网格工单", "list_cell_tickets")

    worker.does(ActionListCellTickets(lambda: workers, lambda: store))

    assert worker.used == ["utter_no_cell_tickets", "utter_left_questions"]
    assert "居住证怎么办" in worker.said[-1]["lines"]
    (button,) = worker.said[-1]["buttons"]
    assert number in button["payload"]


def test_a_workers_words_settle_the_question(
    worker: Talk, workers: WorkerRegistry, store: TicketStore, number: str
) -> None:
    begin(worker, number, workers, store)
    worker.does(ActionAskLeftAnswer(lambda: workers, lambda: store))
    asked = worker.said[0]["question"]

    write(worker, "住满半年,带身份证来一楼。", workers, store)

    ticket = store.by_number(number)
    assert ticket is not None
    assert ticket.status is Status.RESOLVED
    assert asked == "居住证怎么办"
    assert worker.used == ["utter_left_answer_sent"]
    assert worker.slots["left_question"] is None


@pytest.mark.parametrize("intent", ["cancel", "emergency", "request_human"])
def test_what_a_rule_must_have_is_no_answer(
    worker: Talk, workers: WorkerRegistry, store: TicketStore, number: str, intent: str
) -> None:
    begin(worker, number, workers, store)

    write(worker, "算了不答了", workers, store, intent)

    assert [one.number for one in open_questions(store)] == [number]


def test_what_somebody_else_answered_meanwhile_stays_so(
    worker: Talk, workers: WorkerRegistry, store: TicketStore, number: str
) -> None:
    begin(worker, number, workers, store)
    answer_question(store, number, "可以办。", actor="小王", now=NOON)

    write(worker, "住满半年。", workers, store)

    assert worker.used == ["utter_left_answer_refused"]
    ticket = store.by_number(number)
    assert ticket is not None
    assert ticket.result_text == "可以办。"


def test_a_resident_cannot_answer(
    talk: Talk, workers: WorkerRegistry, store: TicketStore, number: str
) -> None:
    begin(talk, number, workers, store)

    assert talk.used == ["utter_workers_only"]
    assert "left_question" not in talk.slots
