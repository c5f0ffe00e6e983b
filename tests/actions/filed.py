"""A filed ticket, and what became of it, for the tests of what residents do with theirs."""

from datetime import UTC, datetime, timedelta

from actions.progress import (
    TicketAction,
)
from actions.tickets.categories import QUESTION
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Complaint, Place, Reporter, RequestType, Status, Ticket
from tests.actions.stage import Talk

SECRET = "张三丰家楼上漏水"


def file(store: TicketStore, who: str = "me", origin: str = "1") -> Ticket:
    complaint = Complaint(
        category="FAC-01",
        description=SECRET,
        place=Place(building="3栋", unit="2单元", address="3栋2单元501"),
        reporter=Reporter(conversation=who, channel="web"),
        origin=f"{who}:{origin}",
    )
    return store.file(complaint, datetime.now(UTC) - timedelta(minutes=5))


def file_about(
    store: TicketStore, category: str, words: str, building: str, minute: int
) -> Ticket:
    complaint = Complaint(
        category=category,
        description=words,
        place=Place(building=building, unit="1单元"),
        reporter=Reporter(conversation="me", channel="web"),
        origin=f"me:{minute}",
    )
    return store.file(complaint, datetime.now(UTC) - timedelta(minutes=9 - minute))


def left_question(store: TicketStore) -> Ticket:
    complaint = Complaint(
        category=QUESTION,
        description="小区游泳池几点开放",
        request_type=RequestType.ENQUIRY,
        reporter=Reporter(conversation="me", channel="web"),
        origin="me:question",
    )
    return store.file(complaint, datetime.now(UTC) - timedelta(minutes=5))


def status_of(store: TicketStore, ticket: Ticket) -> Status | None:
    now = store.by_number(ticket.number)
    return now.status if now else None


def run(talk: Talk, action: type[TicketAction], store: TicketStore) -> None:
    talk.does(action(lambda: store))
