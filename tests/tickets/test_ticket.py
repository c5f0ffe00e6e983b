"""The life of a ticket, on paper."""

from datetime import timedelta

import pytest

from actions.tickets.errors import ComplaintError, InvalidTransitionError
from actions.tickets.names import load_names
from actions.tickets.ticket import (
    NEXT,
    SETTLED,
    Complaint,
    DeliveryStatus,
    Level,
    RequestType,
    Status,
    Ticket,
)
from tests.tickets.examples import LAMP, MONDAY_NOON

TICKET = Ticket(
    number="20260601-000001",
    code="ABCDEFGHJ",
    complaint=LAMP,
    submitted_at=MONDAY_NOON,
    updated_at=MONDAY_NOON,
    category_name="楼道照明",
    due_at=MONDAY_NOON + timedelta(hours=24),
)
CONTRACT = {
    "number", "code", "status", "status_name", "category", "description", "attributes", "address",
    "building", "unit", "grid_cell", "urgency", "due_at",
}  # fmt: skip


def test_every_status_has_its_next_ones() -> None:
    assert set(NEXT) == set(Status)


def test_every_code_has_a_chinese_name() -> None:
    names = load_names()

    assert set(names["statuses"]) == set(Status)
    assert set(names["request_types"]) == set(RequestType)
    assert set(names["levels"]) == set(Level)
    assert set(names["delivery_statuses"]) == set(DeliveryStatus)


def test_every_status_can_be_reached_from_the_first_ones() -> None:
    reached, fresh = set(), {Status.SUBMITTED, Status.DIVERTED}
    while fresh:
        reached |= fresh
        fresh = {after for status in fresh for after in NEXT[status]} - reached

    assert reached == set(Status)


def test_no_status_leads_to_itself() -> None:
    assert [status for status in Status if status in NEXT[status]] == []


def test_an_illegal_step_is_refused_by_name() -> None:
    with pytest.raises(InvalidTransitionError) as refused:
        TICKET.moved_to(Status.CLOSED)

    assert (refused.value.status, refused.value.wanted) == (Status.SUBMITTED, Status.CLOSED)


def test_a_legal_step_leaves_the_old_ticket_alone() -> None:
    moved = TICKET.moved_to(Status.ACCEPTED)

    assert (TICKET.status, moved.status) == (Status.SUBMITTED, Status.ACCEPTED)


def test_a_ticket_is_open_until_it_is_settled() -> None:
    is_open = {status: TICKET.is_open for status in Status if status is TICKET.status}

    assert is_open == {Status.SUBMITTED: True}
    assert Status.CLOSED in SETTLED
    assert not TICKET.moved_to(Status.WITHDRAWN).is_open


def test_a_ticket_is_overdue_only_after_its_time() -> None:
    assert TICKET.due_at is not None

    assert not TICKET.is_overdue(TICKET.due_at)
    assert TICKET.is_overdue(TICKET.due_at + timedelta(seconds=1))


def test_a_waiting_ticket_is_never_overdue() -> None:
    waiting = TICKET.moved_to(Status.AWAITING_REPORTER)

    assert not waiting.is_overdue(MONDAY_NOON + timedelta(days=9))


def test_the_contract_has_its_fields_and_no_contact() -> None:
    contract = TICKET.as_contract()

    assert set(contract) == CONTRACT
    assert contract["category"] == {"code": "lighting", "name": "楼道照明"}
    assert contract["due_at"] == "2026-06-02T04:00:00+00:00"
    assert "13800001111" not in str(contract)


@pytest.mark.parametrize(
    ("description", "urgency"),
    [("", 3), ("  ", 3), ("字" * 4001, 3), ("灯坏了", 0), ("灯坏了", 5)],
)
def test_a_complaint_that_says_nothing_or_too_much_is_refused(
    description: str, urgency: int
) -> None:
    with pytest.raises(ComplaintError):
        Complaint(category="lighting", description=description, urgency=urgency)


def test_what_a_resident_says_is_not_in_the_repr() -> None:
    assert "13800001111" not in repr(LAMP)
    assert "灯坏" not in repr(LAMP)
