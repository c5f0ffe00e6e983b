"""The bodies that come over the wire, as this side of the contract reads them."""

import hashlib
import json
from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Answer = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
Number = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z_-]{0,39}$")]


class CategoryIn(BaseModel):
    """What kind of trouble it is."""

    code: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
    name: Short = ""


class AttributeIn(BaseModel):
    """An answer to what the category asks beyond the description."""

    name: Short = ""
    values: Annotated[list[Answer], Field(max_length=20)] = []


class TicketIn(BaseModel):
    """A ticket somebody forwards; fields not known here are ignored, so the contract may grow."""

    model_config = ConfigDict(extra="ignore")

    number: Number
    category: CategoryIn
    description: Annotated[str, StringConstraints(min_length=1, max_length=4000)]
    attributes: Annotated[list[AttributeIn], Field(max_length=50)] = []
    status: Short = ""
    address: Short | None = ""
    building: Short | None = ""
    unit: Short | None = ""
    grid_cell: Short | None = ""
    urgency: int = Field(default=3, ge=1, le=4)
    due_at: AwareDatetime | None = None

    @property
    def is_emergency(self) -> bool:
        """Return whether the resident has already been told to call 110, 119 or 120."""
        return self.status == "diverted" or self.urgency == 1


class UpdateIn(BaseModel):
    """Something the resident's side adds to a ticket that was forwarded before."""

    model_config = ConfigDict(extra="ignore")

    event: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,32}$")]
    text: Annotated[str, StringConstraints(max_length=4000)] = ""


class Accepted(BaseModel):
    """The answer to a forwarded ticket."""

    external_id: str


class TicketOut(BaseModel):
    """How far one ticket has come, for those who poll."""

    number: str
    external_id: str
    status: str
    note: str
    handler: str
    at: datetime


class TicketsOut(BaseModel):
    """Tickets that changed, oldest change first."""

    tickets: list[TicketOut]


def digest_of(body: bytes) -> str:
    """Return a digest that is the same for the same JSON, however it was spaced and ordered."""
    canonical = json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
