"""Tickets, deliveries, history and alerts as operators see them."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from actions.tickets.alerts import Alert
from actions.tickets.ledger import ledger_of
from actions.tickets.resources import Resources
from actions.tickets.rows import DeliveryRecord, Event
from actions.tickets.ticket import Ticket

LEDGER_DAYS = 30


def ticket_json(ticket: Ticket, here: Resources) -> dict[str, Any]:
    """Return a ticket as operators see it; the contact stays in the vault."""
    complaint = ticket.complaint
    return {
        **ticket.as_contract(),
        "request_type": complaint.request_type.value,
        "request_type_name": complaint.request_type.label,
        "title": complaint.title,
        "description_safe": ticket.description_safe,
        "since": complaint.since,
        "community": complaint.place.community,
        "street": complaint.place.street,
        "room": complaint.place.room,
        "latitude": complaint.place.latitude,
        "longitude": complaint.place.longitude,
        "datum": complaint.place.datum,
        "media": list(complaint.media),
        "channel": complaint.reporter.channel,
        "conversation": complaint.reporter.conversation,
        "is_anonymous": complaint.reporter.is_anonymous,
        "level": ticket.level.value,
        "level_name": ticket.level.label,
        "handler": ticket.handler,
        "co_handlers": list(ticket.co_handlers),
        "due_basis": ticket.due_basis,
        "is_open": ticket.is_open,
        "is_overdue": ticket.is_overdue(here.clock()),
        **{name: _plain(getattr(ticket, name)) for name in _SAME},
    }


_SAME = (
    "submitted_at", "updated_at", "acknowledge_due_at", "feedback_due_at", "resolved_at",
    "closed_at", "follow_up_until", "round", "urge_count", "dispatch_count", "return_count",
    "result_text", "resolved_by_reporter", "satisfaction", "archive_type", "parent",
    "external_id", "external_system", "extended_at", "is_designated", "unreached_count",
    "return_reason",
)  # fmt: skip


def delivery_json(record: DeliveryRecord) -> dict[str, Any]:
    """Return a delivery as operators see it."""
    fields = {name: _plain(value) for name, value in asdict(record).items()}
    return {**fields, "status_name": record.status.label}


def event_json(event: Event) -> dict[str, Any]:
    """Return one line of a ticket's history."""
    fields = {name: _plain(value) for name, value in asdict(event).items()}
    return {**fields, "to_status_name": event.to_status.label}


def ledger_json(here: Resources) -> dict[str, Any]:
    """Return the 721 ledger of the last days."""
    now = here.clock()
    found = ledger_of(here.store.engine, now - timedelta(days=LEDGER_DAYS), now)
    levels = [
        {"level": one.level, "name": one.level.label, "count": one.count, "percent": one.percent}
        for one in found.lines
    ]
    return {"days": LEDGER_DAYS, "total": found.total, "levels": levels}


def alert_json(alert: Alert, here: Resources) -> dict[str, Any]:
    """Return something an operator should look at."""
    category = here.store.desk.categories.get(alert.category)
    named = {"kind_name": alert.kind.label, "category_name": category.name if category else ""}
    return {name: _plain(value) for name, value in asdict(alert).items()} | named


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
