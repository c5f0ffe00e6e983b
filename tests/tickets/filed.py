"""Tickets in the store as tests need them, and what was told of them."""

import json
from datetime import timedelta

from sqlalchemy import text

from actions.tickets.store import TicketStore
from actions.tickets.ticket import Status, Ticket
from tests.tickets.examples import LAMP, MONDAY_NOON

LATER = MONDAY_NOON + timedelta(hours=1)


def resolved(store: TicketStore) -> Ticket:
    number = store.file(LAMP, MONDAY_NOON).number
    store.move(number, Status.ACCEPTED, actor="operator", now=MONDAY_NOON)
    return store.move(
        number, Status.RESOLVED, actor="operator", now=LATER, public_note="已更换灯泡"
    )


def told(store: TicketStore, number: str, target: str) -> list[str]:
    query = text("SELECT payload FROM ticket_deliveries WHERE number=:n AND target=:t ORDER BY id")
    with store.engine.connect() as connection:
        found = connection.execute(query, {"n": number, "t": target}).scalars().all()
    return [str(json.loads(body) if isinstance(body, str) else body) for body in found]
