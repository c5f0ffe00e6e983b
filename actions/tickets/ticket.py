"""The ticket and its life: what a complaint becomes, and where it may go from here."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from actions.tickets.attributes import Answers, Detail
from actions.tickets.errors import ComplaintError, InvalidTransitionError
from actions.tickets.names import name_of

DESCRIPTION_LIMIT = 4000


class Status(StrEnum):
    """Where a case stands, as its reporter sees it."""

    AWAITING_REPORTER = "awaiting_reporter"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    TRIAGED = "triaged"
    DISPATCHED = "dispatched"
    IN_PROGRESS = "in_progress"
    SUSPENDED = "suspended"
    RESOLVED = "resolved"
    FOLLOWED_UP = "followed_up"
    CLOSED = "closed"
    REJECTED = "rejected"
    MERGED = "merged"
    DIVERTED = "diverted"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"

    @property
    def label(self) -> str:
        """The Chinese name a resident reads."""
        return name_of("statuses", self.value)


_S = Status
_LEAVING = frozenset({_S.REJECTED, _S.MERGED, _S.WITHDRAWN})
_WORK = frozenset({_S.TRIAGED, _S.DISPATCHED, _S.IN_PROGRESS, _S.RESOLVED})

NEXT: dict[Status, frozenset[Status]] = {
    _S.AWAITING_REPORTER: _LEAVING
    | {_S.SUBMITTED, _S.ACCEPTED, _S.TRIAGED, _S.DISPATCHED, _S.IN_PROGRESS},
    _S.SUBMITTED: _LEAVING | {_S.AWAITING_REPORTER, _S.ACCEPTED, _S.DIVERTED},
    _S.ACCEPTED: _LEAVING | _WORK | {_S.AWAITING_REPORTER, _S.SUSPENDED, _S.DIVERTED},
    _S.TRIAGED: _LEAVING
    | {_S.AWAITING_REPORTER, _S.DISPATCHED, _S.IN_PROGRESS, _S.RESOLVED, _S.SUSPENDED}
    | {_S.DIVERTED},
    _S.DISPATCHED: _LEAVING
    | {_S.AWAITING_REPORTER, _S.TRIAGED, _S.IN_PROGRESS, _S.RESOLVED, _S.SUSPENDED},  # 退单
    _S.IN_PROGRESS: _LEAVING
    | {_S.AWAITING_REPORTER, _S.TRIAGED, _S.DISPATCHED, _S.RESOLVED, _S.SUSPENDED},
    _S.SUSPENDED: _LEAVING | {_S.DISPATCHED, _S.IN_PROGRESS, _S.RESOLVED},
    _S.RESOLVED: frozenset({_S.FOLLOWED_UP, _S.CLOSED, _S.REOPENED}),
    _S.FOLLOWED_UP: frozenset({_S.CLOSED, _S.REOPENED}),
    _S.CLOSED: frozenset({_S.REOPENED}),
    _S.REJECTED: frozenset(),
    _S.MERGED: frozenset({_S.TRIAGED, _S.CLOSED}),  # parted again, or closed with its parent
    _S.DIVERTED: frozenset(
        {_S.ACCEPTED, _S.CLOSED, _S.WITHDRAWN}
    ),  # the grid member goes and looks
    _S.WITHDRAWN: frozenset(),
    _S.REOPENED: _LEAVING | _WORK | {_S.AWAITING_REPORTER, _S.ACCEPTED, _S.SUSPENDED},
}
SETTLED = frozenset({_S.CLOSED, _S.REJECTED, _S.MERGED, _S.DIVERTED, _S.WITHDRAWN})
PAUSED = frozenset({_S.AWAITING_REPORTER, _S.SUSPENDED})  # the clock stands still


class RequestType(StrEnum):
    """What the reporter wants of us (诉求类型)."""

    ENQUIRY = "enquiry"
    REQUEST = "request"
    COMPLAINT = "complaint"
    REPORT = "report"
    SUGGESTION = "suggestion"
    PRAISE = "praise"

    @property
    def label(self) -> str:
        """The Chinese name a resident reads."""
        return name_of("request_types", self.value)


class Level(StrEnum):
    """Where a ticket is settled (办结层级), the 721 ledger; later means higher."""

    GRID = "grid"
    COMMUNITY = "community"
    STREET = "street"
    DISTRICT = "district"

    @property
    def label(self) -> str:
        """The Chinese name a resident reads."""
        return name_of("levels", self.value)


class DeliveryStatus(StrEnum):
    """How far one delivery has come, as operators see it."""

    PENDING = "pending"
    SENDING = "sending"
    DELIVERED = "delivered"
    DEAD = "dead"

    @property
    def label(self) -> str:
        """The Chinese name an operator reads."""
        return name_of("delivery_statuses", self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where it is; every part may be unknown."""

    address: str = ""
    community: str = ""
    street: str = ""
    building: str = ""  # "3栋"
    unit: str = ""  # "2单元"
    room: str = ""  # "501"; never leaves for the grid system
    cell: str = ""  # 单元网格 code
    latitude: float | None = None
    longitude: float | None = None
    datum: str = ""  # WGS-84, GCJ-02, BD-09

    @property
    def label(self) -> str:
        """The address, or else the building and unit."""
        return self.address or f"{self.community}{self.building}{self.unit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """Who reports, and through which channel; the contact is sealed at rest."""

    conversation: str = ""
    channel: str = ""
    contact: str = field(default="", repr=False)
    is_anonymous: bool = False
    on_behalf_of: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What somebody reports, before it has a number.

    ``urgency`` 3 is the ordinary case and leaves the word to the category; 1 is danger to life.
    ``origin`` identifies the message it came from: filing it twice yields one ticket.
    """

    category: str
    description: str = field(repr=False)
    request_type: RequestType = RequestType.COMPLAINT
    title: str = field(default="", repr=False)
    place: Place = Place()
    since: str = ""
    urgency: int = 3
    reporter: Reporter = Reporter()
    media: tuple[str, ...] = ()
    attributes: Answers = field(default_factory=dict, repr=False, hash=False)  # 追问项的回答
    origin: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.urgency <= 4:
            raise ComplaintError("urgency is not between 1 and 4")
        if not self.description.strip():
            raise ComplaintError("description is empty")
        if len(self.description) > DESCRIPTION_LIMIT:
            raise ComplaintError(f"description is longer than {DESCRIPTION_LIMIT} characters")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A filed complaint (工单) and how far it has come; the contact stays in the vault."""

    number: str
    code: str  # 查询码
    complaint: Complaint
    submitted_at: datetime  # aware, UTC, as every time here
    updated_at: datetime
    status: Status = Status.SUBMITTED
    description_safe: str = ""
    category_name: str = ""
    level: Level = Level.GRID
    handler: str = ""
    due_at: datetime | None = None
    due_basis: str = ""
    acknowledge_due_at: datetime | None = None
    feedback_due_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    follow_up_until: datetime | None = None
    round: int = 1
    urge_count: int = 0
    dispatch_count: int = 0
    return_count: int = 0
    result_text: str = ""
    resolved_by_reporter: bool | None = None
    satisfaction: int | None = None
    archive_type: str = ""
    parent: str = ""
    external_id: str = ""
    external_system: str = ""
    extended_at: datetime | None = None
    is_designated: bool = False
    unreached_count: int = 0
    co_handlers: tuple[str, ...] = ()  # 协办
    return_reason: str = ""
    details: tuple[Detail, ...] = ()  # the complaint's attributes, by their names

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to act on it."""
        return self.status not in SETTLED

    def is_overdue(self, now: datetime) -> bool:
        """Return whether it should have been resolved by now and is not."""
        unresolved = self.is_open and self.status not in PAUSED and self.resolved_at is None
        return unresolved and self.due_at is not None and now > self.due_at

    def moved_to(self, status: Status) -> Self:
        """Return this ticket in its next status.

        Raises:
            InvalidTransitionError: ``NEXT`` does not lead there from here.
        """
        if status not in NEXT[self.status]:
            raise InvalidTransitionError(self.number, self.status, status)
        return replace(self, status=status)

    def as_contract(self) -> dict[str, Any]:
        """Return the ``ticket`` object of the HTTP contract."""
        place = self.complaint.place
        return {
            "number": self.number,
            "code": self.code,
            "status": self.status.value,
            "status_name": self.status.label,
            "category": {"code": self.complaint.category, "name": self.category_name},
            "description": self.complaint.description,
            "attributes": [detail.as_contract() for detail in self.details],
            "address": place.address,
            "building": place.building,
            "unit": place.unit,
            "grid_cell": place.cell,
            "urgency": self.complaint.urgency,
            "due_at": self.due_at.isoformat() if self.due_at else None,
        }
