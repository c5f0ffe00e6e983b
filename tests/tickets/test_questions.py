"""Questions left for a worker: seen, answered once, and the asker told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from actions.tickets.errors import InvalidTransitionError, TicketNotFoundError
from actions.tickets.outbox import Outbox
from actions.tickets.questions import added_to, answer_question, open_questions
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Status, Ticket
from tests.tickets.examples import LAMP, ME, QUESTION
from tests.tickets.examples import MONDAY_NOON as NOON

LATER = NOON + timedelta(hours=1)
WORDS = "满半年就可以办,带身份证到一楼窗口。"


def left(store: TicketStore, words: str = "居住证怎么办", hours: int = 0) -> Ticket:
    complaint = replace(QUESTION, description=words, origin=words)
    return store.file(complaint, NOON + timedelta(hours=hours))


def answered(store: TicketStore, number: str) -> Ticket:
    return answer_question(store, number, WORDS, actor="小李", now=LATER)


def test_questions_wait_the_longest_first_and_complaints_do_not(store: TicketStore) -> None:
    second = left(store, "活动室几点开门", hours=1)
    first = left(store)
    store.file(LAMP, NOON)

    assert [one.number for one in open_questions(store)] == [first.number, second.number]


def test_an_answer_settles_the_question_and_tells_the_asker(store: TicketStore) -> None:
    number = left(store).number

    ticket = answered(store, number)

    assert ticket.status is Status.RESOLVED
    assert open_questions(store) == []
    outbox = Outbox(engine=store.engine)
    told = [one.body for one in iter(lambda: outbox.claim(LATER, target="news"), None)]
    assert [body["conversation"] for body in told] == [ME]
    assert WORDS in told[0]["text"]
    assert "答复" in told[0]["text"]


def test_a_question_is_answered_once(store: TicketStore) -> None:
    number = left(store).number
    answered(store, number)

    with pytest.raises(InvalidTransitionError):
        answered(store, number)


def test_an_answer_that_did_not_help_is_asked_for_again(store: TicketStore) -> None:
    number = left(store).number
    answered(store, number)

    store.confirm(number, False, conversation=ME, now=LATER)

    assert [one.number for one in open_questions(store)] == [number]
    assert answered(store, number).status is Status.RESOLVED


def test_what_was_asked_after_the_answer_stands_beside_the_question(store: TicketStore) -> None:
    number = left(store).number
    store.supplement(number, "我是租房的", conversation=ME, now=NOON)
    before = added_to(store, number)
    answered(store, number)
    store.confirm(number, False, conversation=ME, now=LATER)
    store.supplement(number, "周末办不办", conversation=ME, now=LATER)

    assert before == ["我是租房的"]
    assert added_to(store, number) == ["周末办不办"]


def test_a_complaint_is_no_question(store: TicketStore) -> None:
    number = store.file(LAMP, NOON).number

    with pytest.raises(TicketNotFoundError):
        answered(store, number)


def test_a_withdrawn_question_is_not_answered(store: TicketStore) -> None:
    number = left(store).number
    store.withdraw(number, conversation=ME, now=NOON)

    with pytest.raises(InvalidTransitionError):
        answered(store, number)
    assert open_questions(store) == []
