"""What polling brings twice: the same entry is applied once, whatever happened here since."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from actions.tickets.caretaker import close_answered, poll
from actions.tickets.casework import part
from actions.tickets.erasure import erase
from actions.tickets.errors import InvalidTransitionError, ParentMissingError
from actions.tickets.grid import NullGrid
from actions.tickets.inbound import GridEvent, GridInbox, Outcome
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Status, Ticket
from tests.tickets.examples import ME, MONDAY_NOON, lamp
from tests.tickets.filed import told

MINUTE = timedelta(minutes=1)
OPERATOR = "operator:li"


class TellingGrid(NullGrid):
    """Tells the same entries whenever it is asked."""

    def __init__(self, *found: dict[str, Any]) -> None:
        self.found = list(found)

    def changed_since(self, moment: datetime, now: datetime) -> list[Any]:
        return self.found


@pytest.fixture
def inbox(store: TicketStore) -> GridInbox:
    return GridInbox(store, "")


@pytest.fixture
def number(store: TicketStore) -> str:
    return store.file(lamp("first"), MONDAY_NOON).number


def entry(number: str, status: str, minutes: float, note: str = "", **more: str) -> dict[str, Any]:
    at = (MONDAY_NOON + minutes * MINUTE).isoformat()
    return {"number": number, "status": status, "at": at, "note": note, **more}


def polled(store: TicketStore, inbox: GridInbox, minutes: float, *found: dict[str, Any]) -> int:
    return poll(store, TellingGrid(*found), inbox, MONDAY_NOON + minutes * MINUTE)


def known(store: TicketStore, number: str) -> Ticket:
    ticket = store.by_number(number)
    assert ticket is not None
    return ticket


def moved(store: TicketStore, number: str, status: Status, minutes: float) -> None:
    store.move(number, status, actor=OPERATOR, now=MONDAY_NOON + minutes * MINUTE)


@pytest.mark.parametrize("status", [Status.SUSPENDED, Status.AWAITING_REPORTER])
def test_an_entry_that_comes_again_does_not_undo_what_an_operator_did_since(
    store: TicketStore, inbox: GridInbox, number: str, status: Status
) -> None:
    found = entry(number, "in_progress", 5, "电工下午到")
    polled(store, inbox, 6, found)
    moved(store, number, status, 10)
    before = told(store, number, "news")

    assert polled(store, inbox, 11, found) == 0
    assert known(store, number).status is status
    assert told(store, number, "news") == before


def test_an_entry_that_comes_again_after_the_resident_spoke_is_no_news(
    store: TicketStore, inbox: GridInbox, number: str
) -> None:
    found = entry(number, "in_progress", 5, "电工下午到")
    polled(store, inbox, 6, found)
    store.supplement(number, "是三楼", conversation=ME, now=MONDAY_NOON + 7 * MINUTE)

    assert polled(store, inbox, 8, found) == 0
    assert len(told(store, number, "news")) == 1


def test_the_same_words_at_a_later_time_are_no_news_after_the_resident_spoke(
    store: TicketStore, inbox: GridInbox, number: str
) -> None:
    polled(store, inbox, 6, entry(number, "in_progress", 5, "电工下午到"))
    store.supplement(number, "是三楼", conversation=ME, now=MONDAY_NOON + 7 * MINUTE)

    assert polled(store, inbox, 9, entry(number, "in_progress", 8, "电工下午到")) == 0
    assert len(told(store, number, "news")) == 1


def test_a_question_that_was_answered_is_not_asked_again(
    store: TicketStore, inbox: GridInbox, number: str
) -> None:
    found = entry(number, "awaiting_reporter", 5, "请问是几楼？")
    polled(store, inbox, 6, found)
    store.supplement(number, "三楼", conversation=ME, now=MONDAY_NOON + 7 * MINUTE)

    assert polled(store, inbox, 8, found) == 0
    assert known(store, number).status is Status.SUBMITTED


def test_a_status_that_stood_already_does_not_come_back_later(
    store: TicketStore, inbox: GridInbox, number: str
) -> None:
    for status in (Status.ACCEPTED, Status.IN_PROGRESS):
        moved(store, number, status, 1)
    found = entry(number, "in_progress", 5)
    polled(store, inbox, 6, found)
    moved(store, number, Status.SUSPENDED, 10)

    assert polled(store, inbox, 11, found) == 0
    assert known(store, number).status is Status.SUSPENDED


def test_words_that_were_erased_do_not_come_back(
    store: TicketStore, inbox: GridInbox, number: str
) -> None:
    found = entry(number, "rejected", 5, "王女士家不归本社区")
    polled(store, inbox, 6, found)
    erase(store, number, actor=OPERATOR, reason="居民要求", now=MONDAY_NOON + 7 * MINUTE)

    assert polled(store, inbox, 8, found) == 0
    assert "王女士" not in str(store.history(number)) + str(told(store, number, "news"))


def test_a_correction_of_the_same_second_is_taken(
    store: TicketStore, inbox: GridInbox, number: str
) -> None:
    polled(store, inbox, 6, entry(number, "in_progress", 5))

    assert polled(store, inbox, 7, entry(number, "resolved", 5, "已换灯")) == 1
    assert known(store, number).status is Status.RESOLVED


def test_a_grid_system_that_lists_every_step_of_a_second_is_applied_once(
    store: TicketStore, inbox: GridInbox, number: str
) -> None:
    steps = [entry(number, "in_progress", 5), entry(number, "dispatched", 5)]

    moves = [polled(store, inbox, minutes, *steps) for minutes in (6, 7, 8)]

    assert moves == [2, 0, 0]


def test_an_entry_from_a_clock_that_is_fast_is_applied_once(
    store: TicketStore, inbox: GridInbox, number: str
) -> None:
    found = entry(number, "in_progress", 30)
    polled(store, inbox, 6, found)
    moved(store, number, Status.SUSPENDED, 7)

    assert polled(store, inbox, 8, found) == 0
    assert known(store, number).status is Status.SUSPENDED


def test_what_polling_brought_is_not_applied_again_when_its_event_arrives(
    store: TicketStore, inbox: GridInbox, number: str
) -> None:
    found = entry(number, "in_progress", 5)
    polled(store, inbox, 6, found)
    moved(store, number, Status.SUSPENDED, 7)

    outcome = inbox.apply(GridEvent.parse(found), MONDAY_NOON + 8 * MINUTE, webhook_id="late")

    assert outcome is Outcome.DUPLICATE
    assert known(store, number).status is Status.SUSPENDED


def test_events_may_take_back_and_repeat_a_step_within_one_second(
    store: TicketStore, inbox: GridInbox, number: str
) -> None:
    for n, status in enumerate(("in_progress", "dispatched", "in_progress")):
        event = GridEvent.parse(entry(number, status, 5))
        inbox.apply(event, MONDAY_NOON + 6 * MINUTE, webhook_id=f"m{n}")

    assert known(store, number).status is Status.IN_PROGRESS


def test_a_newer_word_of_the_grid_system_counts_as_ever(
    store: TicketStore, inbox: GridInbox, number: str
) -> None:
    polled(store, inbox, 6, entry(number, "in_progress", 5))
    moved(store, number, Status.SUSPENDED, 10)

    assert polled(store, inbox, 12, entry(number, "in_progress", 11, "配件到了")) == 1
    assert known(store, number).status is Status.IN_PROGRESS


@pytest.mark.parametrize("status", ["in_progress", "rejected", "triaged"])
def test_a_joined_ticket_is_not_taken_out_by_the_grid_system(
    store: TicketStore, inbox: GridInbox, number: str, status: str
) -> None:
    parent = store.file(lamp("second"), MONDAY_NOON).number
    store.merge(number, parent, actor=OPERATOR, now=MONDAY_NOON)

    with pytest.raises(InvalidTransitionError):
        inbox.apply(GridEvent.parse(entry(number, status, 5)), MONDAY_NOON + 6 * MINUTE)

    assert (known(store, number).status, known(store, number).parent) == (Status.MERGED, parent)


def test_a_joined_ticket_may_be_closed_by_the_grid_system(
    store: TicketStore, inbox: GridInbox, number: str
) -> None:
    parent = store.file(lamp("second"), MONDAY_NOON).number
    store.merge(number, parent, actor=OPERATOR, now=MONDAY_NOON)

    assert polled(store, inbox, 6, entry(number, "closed", 5)) == 1
    assert known(store, number).status is Status.CLOSED


def test_a_ticket_parted_again_is_the_grid_systems_once_more(
    store: TicketStore, inbox: GridInbox, number: str
) -> None:
    parent = store.file(lamp("second"), MONDAY_NOON).number
    store.merge(number, parent, actor=OPERATOR, now=MONDAY_NOON)
    part(store, number, actor=OPERATOR, now=MONDAY_NOON + MINUTE)

    assert polled(store, inbox, 6, entry(number, "in_progress", 5)) == 1


def test_a_grid_system_joins_a_ticket_to_the_one_it_names(
    store: TicketStore, inbox: GridInbox, number: str
) -> None:
    parent = store.file(lamp("second"), MONDAY_NOON).number

    assert polled(store, inbox, 6, entry(number, "merged", 5, parent=parent)) == 1
    ticket = known(store, number)
    assert (ticket.status, ticket.parent) == (Status.MERGED, parent)
    assert store.followers(parent) == [ME]


def test_a_ticket_closed_with_its_parent_and_reopened_is_joined_no_longer(
    store: TicketStore, inbox: GridInbox, number: str
) -> None:
    parent = store.file(lamp("second"), MONDAY_NOON).number
    store.merge(number, parent, actor=OPERATOR, now=MONDAY_NOON)
    polled(store, inbox, 6, entry(number, "closed", 5))

    store.reopen(number, conversation=ME, now=MONDAY_NOON + 7 * MINUTE)

    assert known(store, number).parent == ""
    with pytest.raises(ParentMissingError):
        moved(store, number, Status.MERGED, 8)


def test_a_result_that_arrives_late_leaves_the_reporter_their_time_to_answer(
    store: TicketStore, inbox: GridInbox, number: str
) -> None:
    now = MONDAY_NOON + timedelta(days=3)

    inbox.apply(GridEvent.parse(entry(number, "resolved", 5, "已换灯")), now)

    ticket = known(store, number)
    assert ticket.resolved_at == MONDAY_NOON + 5 * MINUTE
    assert ticket.follow_up_until == store.desk.clocks.follow_up_until(now)
    assert close_answered(store, now + MINUTE) == []


@pytest.mark.parametrize("status", ["resolved", "closed"])
def test_who_heard_late_may_still_say_that_it_is_not_solved(
    store: TicketStore, inbox: GridInbox, number: str, status: str
) -> None:
    now = MONDAY_NOON + timedelta(days=6)
    inbox.apply(GridEvent.parse(entry(number, "resolved", 5)), now)
    if status == "closed":
        inbox.apply(GridEvent.parse(entry(number, "followed_up", 6)), now)
        inbox.apply(GridEvent.parse(entry(number, "closed", 7)), now)

    ticket = store.reopen(number, conversation=ME, now=now + MINUTE)

    assert ticket.status is Status.REOPENED


@pytest.mark.parametrize("parent", ["", "itself", "settled", "20200101-000001"])
def test_a_grid_system_joins_to_nothing_else(
    store: TicketStore, inbox: GridInbox, number: str, parent: str
) -> None:
    other = store.file(lamp("second"), MONDAY_NOON).number
    store.withdraw(other, conversation=ME, now=MONDAY_NOON)
    named = {"itself": number, "settled": other}.get(parent, parent)

    assert polled(store, inbox, 6, entry(number, "merged", 5, parent=named)) == 0
    assert known(store, number).status is Status.SUBMITTED
    assert told(store, number, "news") == []
