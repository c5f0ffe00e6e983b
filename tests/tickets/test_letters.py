"""Who is told what: questions for the reporter alone, emergencies for somebody in any case."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from actions.tickets import alerts
from actions.tickets.alerts import AlertKind
from actions.tickets.caretaker import warn_unanswered
from actions.tickets.inbound import GridEvent, GridInbox
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Complaint, Place, Status, Ticket
from actions.tickets.workers import WorkerRegistry
from tests.tickets.examples import FIRE, LAMP, ME, MONDAY_NOON, NEIGHBOUR
from tests.tickets.filed import told

MINUTE = timedelta(minutes=1)
QUARTER = timedelta(minutes=16)
OPERATOR = "operator:li"
NOWHERE = replace(FIRE, place=Place())
Move = Callable[[TicketStore, str, Status], object]


def by_operator(store: TicketStore, number: str, status: Status) -> object:
    return store.move(number, status, actor=OPERATOR, now=MONDAY_NOON, public_note="王女士家漏吗?")


def by_grid(store: TicketStore, number: str, status: Status) -> object:
    event = GridEvent(number=number, status=status, at=MONDAY_NOON, note="王女士家漏吗?")
    return GridInbox(store, "").apply(event, MONDAY_NOON)


def bound(store: TicketStore, conversation: str, cell: str) -> None:
    registry = WorkerRegistry(store.engine, store.desk.cells)
    registry.bind(conversation, registry.invite(conversation, [cell], MONDAY_NOON), MONDAY_NOON)


def heard(store: TicketStore, number: str, conversation: str) -> list[str]:
    return [news for news in told(store, number, "news") if f"'{conversation}'" in news]


def known(store: TicketStore, number: str) -> Ticket:
    ticket = store.by_number(number)
    assert ticket is not None
    return ticket


@pytest.mark.parametrize("move", [by_operator, by_grid])
def test_a_question_is_for_the_reporter_alone(store: TicketStore, move: Move) -> None:
    number = store.file(LAMP, MONDAY_NOON).number
    store.follow(number, NEIGHBOUR, MONDAY_NOON)

    move(store, number, Status.AWAITING_REPORTER)

    assert "王女士" in heard(store, number, ME)[0]
    assert heard(store, number, NEIGHBOUR) == []


def test_a_second_question_is_for_the_reporter_alone(store: TicketStore) -> None:
    number = store.file(LAMP, MONDAY_NOON).number
    store.follow(number, NEIGHBOUR, MONDAY_NOON)
    store.move(number, Status.AWAITING_REPORTER, actor=OPERATOR, now=MONDAY_NOON)

    by_grid(store, number, Status.AWAITING_REPORTER)

    assert len(heard(store, number, ME)) == 2
    assert heard(store, number, NEIGHBOUR) == []


def test_who_follows_hears_of_what_comes_after_the_question(store: TicketStore) -> None:
    number = store.file(LAMP, MONDAY_NOON).number
    store.follow(number, NEIGHBOUR, MONDAY_NOON)
    by_operator(store, number, Status.AWAITING_REPORTER)

    store.move(number, Status.ACCEPTED, actor=OPERATOR, now=MONDAY_NOON)

    assert "已受理" in heard(store, number, NEIGHBOUR)[0]


def test_an_emergency_is_told_to_the_workers_of_its_cell_alone(store: TicketStore) -> None:
    bound(store, "worker-here", "XFL-01")
    bound(store, "worker-there", "XFL-02")

    number = store.file_emergency(FIRE, MONDAY_NOON).number

    assert len(heard(store, number, "worker-here")) == 1
    assert heard(store, number, "worker-there") == []


@pytest.mark.parametrize("emergency", [NOWHERE, FIRE], ids=["no cell", "no worker"])
def test_an_emergency_that_is_no_workers_own_is_told_to_every_worker(
    store: TicketStore, emergency: Complaint
) -> None:
    bound(store, "worker-there", "XFL-02")
    bound(store, "worker-elsewhere", "XFL-02")

    number = store.file_emergency(emergency, MONDAY_NOON).number

    (there,) = heard(store, number, "worker-there")
    assert len(heard(store, number, "worker-elsewhere")) == 1
    assert "火情" in there
    assert "您的网格" not in there  # it may be anybody's
    assert alerts.unseen(store.engine) == []


def test_an_emergency_that_can_be_told_to_no_worker_is_an_alert_at_once(
    store: TicketStore,
) -> None:
    number = store.file_emergency(FIRE, MONDAY_NOON).number
    store.locate(number, Place(building="5栋"), "5栋", conversation=ME, now=MONDAY_NOON)

    (alert,) = alerts.unseen(store.engine)

    assert (alert.kind, alert.number) == (AlertKind.EMERGENCY, number)
    assert warn_unanswered(store, MONDAY_NOON + QUARTER) == []


@pytest.mark.parametrize("move", [by_operator, by_grid])
def test_a_ticket_that_turns_out_to_be_an_emergency_is_told_to_the_workers(
    store: TicketStore, move: Move
) -> None:
    bound(store, "worker-here", "XFL-01")
    number = store.file(LAMP, MONDAY_NOON).number

    move(store, number, Status.DIVERTED)

    (news,) = heard(store, number, "worker-here")
    assert "15分钟" in news
    ticket = known(store, number)
    assert ticket.complaint.urgency == 1
    assert ticket.acknowledge_due_at == MONDAY_NOON + timedelta(minutes=15)


def test_an_emergency_nobody_took_notice_of_is_an_alert_once(store: TicketStore) -> None:
    bound(store, "worker-here", "XFL-01")
    number = store.file_emergency(FIRE, MONDAY_NOON).number

    early = warn_unanswered(store, MONDAY_NOON + 14 * MINUTE)
    late = warn_unanswered(store, MONDAY_NOON + QUARTER)
    again = warn_unanswered(store, MONDAY_NOON + 2 * QUARTER)

    assert (early, late, again) == ([], [number], [])
    (alert,) = alerts.unseen(store.engine)
    assert (alert.kind, alert.number) == (AlertKind.EMERGENCY, number)


def test_an_operator_who_diverts_a_ticket_has_not_yet_sent_anybody(store: TicketStore) -> None:
    bound(store, "worker-here", "XFL-01")
    number = store.file(LAMP, MONDAY_NOON).number
    by_operator(store, number, Status.DIVERTED)

    assert warn_unanswered(store, MONDAY_NOON + QUARTER) == [number]


def test_an_emergency_that_was_taken_up_or_noted_is_no_alert(store: TicketStore) -> None:
    bound(store, "worker-here", "XFL-01")
    taken, noted = (
        store.file_emergency(replace(FIRE, origin=origin), MONDAY_NOON).number for origin in "ab"
    )
    store.move(taken, Status.ACCEPTED, actor=OPERATOR, now=MONDAY_NOON)
    store.note(noted, "网格员已到场", actor=OPERATOR, now=MONDAY_NOON)

    assert warn_unanswered(store, MONDAY_NOON + QUARTER) == []
