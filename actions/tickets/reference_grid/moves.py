"""What an operator may do with a ticket, and when."""

from enum import StrEnum


class Status(StrEnum):
    """How far a ticket has come in this grid system."""

    RECEIVED = "received"  # 新到: nobody has looked at it
    ACCEPTED = "accepted"
    DISPATCHED = "dispatched"
    IN_PROGRESS = "in_progress"
    AWAITING_REPORTER = "awaiting_reporter"
    RESOLVED = "resolved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"  # by the resident, never by an operator


class Column(StrEnum):
    """The four columns of the board."""

    NEW = "new"
    DISPATCHED = "dispatched"
    HANDLING = "handling"
    DONE = "done"


NEXT: dict[Status, tuple[Status, ...]] = {
    Status.RECEIVED: (Status.ACCEPTED, Status.AWAITING_REPORTER, Status.REJECTED),
    Status.ACCEPTED: (Status.DISPATCHED, Status.AWAITING_REPORTER, Status.REJECTED),
    Status.DISPATCHED: (Status.IN_PROGRESS, Status.AWAITING_REPORTER, Status.REJECTED),
    Status.IN_PROGRESS: (Status.RESOLVED, Status.AWAITING_REPORTER, Status.REJECTED),
    Status.AWAITING_REPORTER: (Status.ACCEPTED, Status.REJECTED),
    Status.RESOLVED: (),
    Status.REJECTED: (),
    Status.WITHDRAWN: (),
}

# Where a ticket goes here when the sender's side moved the case itself, by the event's name
FOLLOWS: dict[str, Status] = {
    "accepted": Status.ACCEPTED,
    "triaged": Status.ACCEPTED,
    "dispatched": Status.DISPATCHED,
    "in_progress": Status.IN_PROGRESS,
    "awaiting_reporter": Status.AWAITING_REPORTER,
    "resolved": Status.RESOLVED,
    "closed": Status.RESOLVED,
    "rejected": Status.REJECTED,
    "merged": Status.REJECTED,
    "withdrawn": Status.WITHDRAWN,
    "reopened": Status.RECEIVED,
}

COLUMN: dict[Status, Column] = {
    Status.RECEIVED: Column.NEW,
    Status.ACCEPTED: Column.NEW,
    Status.AWAITING_REPORTER: Column.NEW,
    Status.DISPATCHED: Column.DISPATCHED,
    Status.IN_PROGRESS: Column.HANDLING,
    Status.RESOLVED: Column.DONE,
    Status.REJECTED: Column.DONE,
    Status.WITHDRAWN: Column.DONE,
}

OPEN = frozenset(status for status, leads in NEXT.items() if leads)
NEEDS_NOTE = frozenset({Status.RESOLVED, Status.REJECTED, Status.AWAITING_REPORTER})
NEEDS_HANDLER = frozenset({Status.DISPATCHED})


def choices(status: Status, *, is_emergency: bool) -> tuple[Status, ...]:
    """Return where a ticket may go; an emergency is never sent back unseen."""
    if is_emergency and status is Status.RECEIVED:
        return (Status.ACCEPTED,)
    return NEXT[status]
