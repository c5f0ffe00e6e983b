"""What other routing rules would have done with past tickets, before they are switched on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from actions.tickets.categories import Category
from actions.tickets.database import reading
from actions.tickets.desk import Desk
from actions.tickets.models import TicketRow
from actions.tickets.rows import ticket_from
from actions.tickets.rules import Rules
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Level, RequestType, Ticket


@dataclass(slots=True, kw_only=True)
class Difference:
    """What would have been different for the tickets of one category; numbers of tickets."""

    category: str
    name: str
    tickets: int = 0
    handler: int = 0
    level: int = 0
    deadline: int = 0
    late: int = 0  # resolved after the deadline, by the present table
    late_then: int = 0  # by the other one
    missing: int = 0  # the other table has no such category


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where one table sends one ticket, and until when it has to be resolved."""

    handler: str
    level: Level
    due_at: datetime


def simulate(
    store: TicketStore,
    categories: Mapping[str, Category] | None = None,
    rules: Rules | None = None,
    *,
    since: datetime | None = None,
) -> list[Difference]:
    """Return the differences another table of categories, or of rules, would make.

    Most tickets come first; a table that is left out is the present one.

    Both tables are asked anew, so what operators changed later by hand does not count.
    """
    query = select(TicketRow).where(TicketRow.request_type != RequestType.ENQUIRY.value)
    if since is not None:
        query = query.where(TicketRow.submitted_at >= since)
    found: dict[str, Difference] = {}
    present = store.desk
    other = replace(
        present, categories=categories or present.categories, rules=rules or present.rules
    )
    with reading(store.engine) as session:
        for row in session.scalars(query.execution_options(yield_per=500)):
            ticket = ticket_from(row, store.desk.categories)
            _compare(ticket, present, other, found)
    return sorted(found.values(), key=lambda one: (-one.tickets, one.category))


def _compare(ticket: Ticket, desk: Desk, other: Desk, found: dict[str, Difference]) -> None:
    code = ticket.complaint.category
    one = found.setdefault(code, Difference(category=code, name=ticket.category_name))
    one.tickets += 1
    now, then = route(ticket, desk, desk), route(ticket, desk, other)
    if now is None or then is None:
        one.missing += 1
        return
    one.handler += now.handler != then.handler
    one.level += now.level is not then.level
    one.deadline += now.due_at != then.due_at
    if ticket.resolved_at is not None:
        one.late += ticket.resolved_at > now.due_at
        one.late_then += ticket.resolved_at > then.due_at


def route(ticket: Ticket, desk: Desk, other: Desk) -> Route | None:
    """Return where a desk would send a ticket when it is filed, or None without a row for it."""
    category = other.categories.get(ticket.complaint.category)
    present = desk.categories.get(ticket.complaint.category)
    if category is None or present is None:
        return None
    handler, level = other.rules.route(category, ticket.complaint.description)
    urgency = ticket.complaint.urgency
    if urgency == present.urgency:  # the table's word, not the resident's
        urgency = category.urgency
    due_at = desk.clocks.deadlines(urgency, level, ticket.submitted_at).due_at
    return Route(handler=handler, level=level, due_at=due_at)
