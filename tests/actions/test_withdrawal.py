"""Withdrawing (撤回): asked about once, done on a yes, and never by a word for something else."""

from datetime import UTC, datetime, timedelta

import pytest

from actions.dropping import ActionDropTicket, answers_whether_to_withdraw
from actions.progress import (
    ActionConfirmSolved,
    ActionShowProgress,
    ActionUrgeTicket,
    ActionWithdrawTicket,
    TicketAction,
)
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Status
from tests.actions.filed import file, run, status_of
from tests.actions.stage import Talk


def test_a_ticket_can_be_withdrawn_once(talk: Talk, store: TicketStore) -> None:
    ticket = file(store)

    run(talk.hears("撤回", "withdraw_ticket"), ActionWithdrawTicket, store)
    assert talk.used == ["utter_withdrawn"]

    talk.hears(intent="withdraw_ticket", entities={"ticket_number": ticket.number})
    run(talk, ActionWithdrawTicket, store)
    assert talk.used == ["utter_move_refused"]


def test_what_is_hardly_a_withdrawal_withdraws_nothing(talk: Talk, store: TicketStore) -> None:
    ticket = file(store)

    run(talk.hears("忘了留个名", "withdraw_ticket", sure=0.26), ActionWithdrawTicket, store)

    assert talk.used == ["utter_ask_withdraw"]
    assert store.by_number(ticket.number) == ticket


def test_what_is_done_before_anybody_came_may_be_withdrawn(talk: Talk, store: TicketStore) -> None:
    ticket = file(store)
    run(talk.hears("已经好了", "confirm_solved"), ActionConfirmSolved, store)
    assert talk.used == ["utter_ask_withdraw_solved"]

    run(talk.hears("嗯", "affirm"), ActionDropTicket, store)

    assert talk.used == ["utter_withdrawn"]
    assert status_of(store, ticket) is Status.WITHDRAWN


def test_who_says_no_to_a_withdrawal_keeps_the_ticket(talk: Talk, store: TicketStore) -> None:
    ticket = file(store)
    talk.slots |= {"topic": "ticket", "ticket_number": ticket.number}
    run(talk.hears("算了", "cancel"), ActionDropTicket, store)
    assert talk.used == ["utter_ask_withdraw"]

    run(talk.hears("先别撤", "nlu_fallback"), ActionDropTicket, store)

    assert talk.used == ["utter_not_withdrawn"]
    assert store.by_number(ticket.number) == ticket


@pytest.mark.parametrize("between", [ActionShowProgress, ActionUrgeTicket])
def test_a_yes_to_something_else_withdraws_nothing(
    talk: Talk, store: TicketStore, between: type[TicketAction]
) -> None:
    ticket = file(store)
    talk.slots |= {"topic": "ticket", "ticket_number": ticket.number}
    run(talk.hears("算了", "cancel"), ActionDropTicket, store)
    run(talk.hears("到哪一步了", "ask_progress"), between, store)

    run(talk.hears("好", "affirm"), ActionDropTicket, store)

    assert status_of(store, ticket) is Status.SUBMITTED


def test_a_withdrawal_that_is_told_to_wait_is_none(talk: Talk, store: TicketStore) -> None:
    ticket = file(store)
    run(talk.hears("已经好了", "confirm_solved"), ActionConfirmSolved, store)

    run(talk.hears("先别撤,还是来看看", "withdraw_ticket"), ActionWithdrawTicket, store)

    assert talk.used == ["utter_not_withdrawn"]
    assert status_of(store, ticket) is Status.SUBMITTED


def test_an_old_question_about_a_withdrawal_is_forgotten(talk: Talk, store: TicketStore) -> None:
    ticket = file(store)
    asked = {"number": ticket.number, "at": (datetime.now(UTC) - timedelta(hours=1)).isoformat()}
    talk.slots |= {
        "topic": "ticket", "ticket_number": ticket.number, "withdrawal_asked": asked,
    }  # fmt: skip

    assert not answers_whether_to_withdraw(talk.hears("好", "affirm").tracker())
