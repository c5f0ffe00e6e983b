"""Status by query code: opened by a right one, closed to whoever guesses."""

from datetime import timedelta

import pytest

from actions.tickets.code_guard import CodeGuard
from actions.tickets.codes import new_code
from actions.tickets.errors import TooManyCodesError
from actions.tickets.store import TicketStore
from tests.tickets.examples import LAMP, ME, MONDAY_NOON, NEIGHBOUR

LATER = MONDAY_NOON + timedelta(hours=1)


def guess(guard: CodeGuard, times: int, who: str = ME, address: str = "") -> None:
    for _ in range(times):
        assert guard.open(new_code(), MONDAY_NOON, conversation=who, address=address) is None


def test_a_right_code_opens_as_often_as_one_likes(store: TicketStore) -> None:
    ticket, guard = store.file(LAMP, MONDAY_NOON), CodeGuard(store)

    found = [guard.open(ticket.code.lower(), MONDAY_NOON, conversation=ME) for _ in range(30)]

    assert found == [ticket] * 30


def test_after_five_wrong_codes_even_a_right_one_opens_nothing(store: TicketStore) -> None:
    ticket, guard = store.file(LAMP, MONDAY_NOON), CodeGuard(store)
    guess(guard, 5)

    with pytest.raises(TooManyCodesError):
        guard.open(ticket.code, MONDAY_NOON, conversation=ME)

    assert guard.open(ticket.code, MONDAY_NOON, conversation=NEIGHBOUR) == ticket
    assert guard.open(ticket.code, LATER, conversation=ME) == ticket


def test_new_conversations_from_one_address_do_not_help(store: TicketStore) -> None:
    guard = CodeGuard(store)
    for n in range(5):
        guess(guard, 4, f"guest-{n}", "192.0.2.7")

    with pytest.raises(TooManyCodesError):
        guard.open(new_code(), MONDAY_NOON, conversation="guest-6", address="192.0.2.7")

    guess(guard, 1, "guest-6", "192.0.2.8")


def test_a_slip_that_is_no_code_is_not_counted(store: TicketStore) -> None:
    ticket, guard = store.file(LAMP, MONDAY_NOON), CodeGuard(store)
    wrong = ticket.code[:-1] + ("2" if ticket.code[-1] != "2" else "3")

    for _ in range(30):
        assert guard.open(wrong, MONDAY_NOON, conversation=ME) is None

    assert guard.open(ticket.code, MONDAY_NOON, conversation=ME) == ticket
