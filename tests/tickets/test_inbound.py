"""What the grid system reports: verified, once, in order, by legal steps."""

import base64
import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from actions.tickets.caretaker import close_answered, escalate_overdue, poll
from actions.tickets.errors import (
    EventFormatError,
    InvalidTransitionError,
    ReplayedEventError,
    SignatureError,
    TicketNotFoundError,
)
from actions.tickets.grid import NullGrid
from actions.tickets.inbound import GridEvent, GridInbox, Outcome, way
from actions.tickets.signing import sign
from actions.tickets.store import TicketStore
from actions.tickets.ticket import NEXT, Level, Status
from tests.tickets.examples import FIRE, LAMP, ME, MONDAY_NOON

SECRET = "whsec_" + base64.b64encode(b"thirty-two bytes of test secret!").decode()
MINUTE = timedelta(minutes=1)


@pytest.fixture
def inbox(store: TicketStore) -> GridInbox:
    return GridInbox(store, SECRET)


@pytest.fixture
def number(store: TicketStore) -> str:
    return store.file(LAMP, MONDAY_NOON).number


def event(number: str, status: str, minutes: float = 1, **more: str) -> dict[str, Any]:
    at = (MONDAY_NOON + minutes * MINUTE).isoformat()
    return {"number": number, "status": status, "at": at, "note": "", "handler": "", **more}


def receive(inbox: GridInbox, found: object, message_id: str = "m1") -> Outcome:
    body, now = json.dumps(found).encode(), MONDAY_NOON + 60 * MINUTE
    return inbox.receive(sign(SECRET, message_id, now, body), body, now)


def apply(inbox: GridInbox, found: dict[str, Any], now: datetime | None = None) -> Outcome:
    return inbox.apply(GridEvent.parse(found), now or MONDAY_NOON + timedelta(days=30))


def status_of(store: TicketStore, number: str) -> Status:
    ticket = store.by_number(number)
    assert ticket is not None
    return ticket.status


def test_an_event_moves_the_ticket_and_names_the_handler(
    store: TicketStore, inbox: GridInbox, number: str
) -> None:
    outcome = receive(inbox, event(number, "accepted", handler="李师傅", note="已接单"))

    ticket = store.by_number(number)
    assert ticket is not None
    assert outcome is Outcome.APPLIED
    assert (ticket.status, ticket.handler) == (Status.ACCEPTED, "李师傅")
    assert ticket.updated_at == MONDAY_NOON + MINUTE


def test_a_grid_system_that_jumps_ahead_is_followed_by_legal_steps(
    store: TicketStore, inbox: GridInbox, number: str
) -> None:
    receive(inbox, event(number, "in_progress"))

    steps = [step.to_status for step in store.history(number)]
    news = [d for d in store.deliveries(number) if d.target == "news"]
    assert steps == [Status.SUBMITTED, Status.ACCEPTED, Status.IN_PROGRESS]
    assert len(news) == 1


def test_the_grid_system_is_not_told_its_own_news(
    store: TicketStore, inbox: GridInbox, number: str
) -> None:
    receive(inbox, event(number, "in_progress"))

    assert [d.kind for d in store.deliveries(number) if d.target == "grid"] == ["file"]


def test_a_replayed_event_changes_nothing(
    store: TicketStore, inbox: GridInbox, number: str
) -> None:
    receive(inbox, event(number, "accepted"))
    before = store.history(number)

    with pytest.raises(ReplayedEventError):
        receive(inbox, event(number, "resolved", 2))

    assert store.history(number) == before


def test_an_event_that_failed_may_come_again_under_its_id(
    store: TicketStore, inbox: GridInbox, number: str
) -> None:
    with pytest.raises(InvalidTransitionError):
        receive(inbox, event(number, "reopened"), "m7")

    assert receive(inbox, event(number, "accepted"), "m7") is Outcome.APPLIED


def test_an_unsigned_event_changes_nothing(
    store: TicketStore, inbox: GridInbox, number: str
) -> None:
    body = json.dumps(event(number, "accepted")).encode()

    with pytest.raises(SignatureError) as refused:
        inbox.receive({}, body, MONDAY_NOON)

    assert refused.value.http_status == 401
    assert status_of(store, number) is Status.SUBMITTED


def test_a_late_event_does_not_turn_the_ticket_back(
    store: TicketStore, inbox: GridInbox, number: str
) -> None:
    apply(inbox, event(number, "resolved", 10))

    assert apply(inbox, event(number, "in_progress", 9)) is Outcome.STALE
    assert status_of(store, number) is Status.RESOLVED


def test_the_same_report_again_is_no_news(
    store: TicketStore, inbox: GridInbox, number: str
) -> None:
    apply(inbox, event(number, "in_progress", 1, note="已到场"))
    before = len(store.deliveries(number))

    assert apply(inbox, event(number, "in_progress", 2, note="已到场")) is Outcome.DUPLICATE
    assert len(store.deliveries(number)) == before


def test_something_new_in_the_same_status_is_news(
    store: TicketStore, inbox: GridInbox, number: str
) -> None:
    apply(inbox, event(number, "in_progress", 1, note="已到场"))
    before = len(store.deliveries(number))

    assert apply(inbox, event(number, "in_progress", 2, note="在等配件")) is Outcome.NOTED
    assert len(store.deliveries(number)) == before + 1


def test_the_grid_system_cannot_close_over_the_reporters_head(
    store: TicketStore, inbox: GridInbox, number: str
) -> None:
    outcome = apply(inbox, event(number, "closed", note="修好了"))

    assert outcome is Outcome.HELD
    assert status_of(store, number) is Status.RESOLVED


def test_a_report_about_the_round_before_is_stale(
    store: TicketStore, inbox: GridInbox, number: str
) -> None:
    apply(inbox, event(number, "resolved", 10))
    store.confirm(number, False, conversation=ME, now=MONDAY_NOON + 20 * MINUTE)

    assert apply(inbox, event(number, "resolved", 15)) is Outcome.STALE
    assert apply(inbox, event(number, "in_progress", 25)) is Outcome.APPLIED


@pytest.mark.parametrize("status", ["submitted", "withdrawn", "in_progress"])
def test_a_withdrawn_ticket_cannot_be_moved_by_the_grid(
    store: TicketStore, inbox: GridInbox, number: str, status: str
) -> None:
    if status == "withdrawn":
        apply(inbox, event(number, "accepted"))
    else:
        store.withdraw(number, conversation=ME, now=MONDAY_NOON)

    with pytest.raises(InvalidTransitionError):
        apply(inbox, event(number, status, 5))


def test_an_emergency_is_taken_up_by_the_grid(store: TicketStore, inbox: GridInbox) -> None:
    number = store.file_emergency(FIRE, MONDAY_NOON).number

    apply(inbox, event(number, "in_progress"))

    ticket = store.by_number(number)
    assert ticket is not None
    assert (ticket.status, ticket.closed_at) == (Status.IN_PROGRESS, None)


def test_a_fast_clock_over_there_does_not_block_later_events(
    store: TicketStore, inbox: GridInbox, number: str
) -> None:
    now = MONDAY_NOON + 5 * MINUTE
    apply(inbox, event(number, "accepted", 500), now)

    assert apply(inbox, event(number, "in_progress", 6), now + MINUTE) is Outcome.APPLIED


def test_an_unknown_number_is_said_so(inbox: GridInbox) -> None:
    with pytest.raises(TicketNotFoundError):
        receive(inbox, event("20200101-000001", "accepted"))


@pytest.mark.parametrize(
    "found",
    [
        [],
        {},
        {"number": "n", "status": "flying", "at": "2026-06-01T00:00:00Z"},
        {"number": "n", "status": "accepted", "at": "2026-06-01T00:00:00"},
        {"number": "n", "status": "accepted", "at": "yesterday"},
        {"number": "n", "status": "accepted"},
        {"number": "n", "status": "accepted", "at": "0001-01-01T00:00:00+08:00"},
        {"number": "n", "status": "merged", "at": "2026-06-01T00:00:00Z"},
        {"number": "n", "status": "merged", "at": "2026-06-01T00:00:00Z", "parent": " "},
        {"number": 5, "status": "accepted", "at": "2026-06-01T00:00:00Z"},
        {"number": "n", "status": "accepted", "at": "2026-06-01T00:00:00Z", "note": {}},
    ],
)
def test_what_is_no_event_is_refused(inbox: GridInbox, found: object) -> None:
    with pytest.raises(EventFormatError):
        receive(inbox, found)


def test_every_way_is_made_of_legal_steps() -> None:
    for status in Status:
        for target in set(Status) - {status}:
            try:
                steps = way(status, target)
            except InvalidTransitionError:
                continue
            for before, after in zip([status, *steps], steps, strict=False):
                assert after in NEXT[before]


class TellingGrid(NullGrid):
    """Tells of changes when asked."""

    def __init__(self, *found: object) -> None:
        self.found = list(found)
        self.asked: list[datetime] = []

    def changed_since(self, moment: datetime, now: datetime) -> list[Any]:
        self.asked.append(moment)
        return self.found


def test_polling_applies_what_changed_once_and_remembers_how_far_it_came(
    store: TicketStore, inbox: GridInbox, number: str
) -> None:
    found = (event("20200101-000001", "accepted"), "rubbish", event(number, "accepted", 2))
    grid = TellingGrid(*found)

    moved = [poll(store, grid, inbox, MONDAY_NOON + 9 * MINUTE) for _ in range(2)]

    assert moved == [1, 0]
    assert grid.asked[1] == MONDAY_NOON + MINUTE  # the newest change, less a minute
    assert status_of(store, number) is Status.ACCEPTED


def test_once_a_day_a_whole_month_is_asked_for(store: TicketStore, inbox: GridInbox) -> None:
    grid, recent = TellingGrid(), MONDAY_NOON - timedelta(hours=1)
    grid.found = [event(store.file(LAMP, recent).number, "accepted")]

    for hours in (0, 1, 23, 24):
        poll(store, grid, inbox, MONDAY_NOON + timedelta(hours=hours))

    asked_for_a_month = [moment <= MONDAY_NOON - timedelta(days=29) for moment in grid.asked]
    assert asked_for_a_month == [True, False, False, True]


def test_a_ticket_is_closed_when_its_reporter_says_nothing(
    store: TicketStore, inbox: GridInbox, number: str
) -> None:
    apply(inbox, event(number, "resolved"), MONDAY_NOON + MINUTE)

    early = close_answered(store, MONDAY_NOON + timedelta(hours=20))
    late = close_answered(store, MONDAY_NOON + timedelta(days=2))

    assert (early, late) == ([], [number])
    assert status_of(store, number) is Status.CLOSED
    assert store.history(number)[-1].reason == "follow_up_over"


def test_an_overdue_ticket_is_raised_one_level_once(store: TicketStore, number: str) -> None:
    late = MONDAY_NOON + timedelta(hours=25)

    raised = [escalate_overdue(store, now) for now in (MONDAY_NOON, late, late + MINUTE)]

    ticket = store.by_number(number)
    assert ticket is not None
    assert raised == [[], [number], []]
    assert ticket.level is Level.COMMUNITY
    assert [d.kind for d in store.deliveries(number)] == ["file", "update"]


@pytest.mark.parametrize("status", ["resolved", "suspended"])
def test_a_ticket_that_waits_for_nobody_of_ours_is_not_raised(
    store: TicketStore, inbox: GridInbox, number: str, status: str
) -> None:
    apply(inbox, event(number, status))

    assert escalate_overdue(store, MONDAY_NOON + timedelta(days=9)) == []
