"""What the running ticket service is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

from actions.tickets.inbound import GridInbox
from actions.tickets.measures import Measures
from actions.tickets.outbox import Outbox
from actions.tickets.problems import load_problems
from actions.tickets.settings import Settings
from actions.tickets.store import TicketStore

PROBLEMS = load_problems(Path(__file__).with_name("problems.yml"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """Opened once by the service, handed to every route."""

    settings: Settings
    store: TicketStore
    inbox: GridInbox
    outbox: Outbox
    measures: Measures
    clock: Callable[[], datetime]
    started_at: datetime


def utc_now() -> datetime:
    """Return the present, aware and in UTC."""
    return datetime.now(UTC)


def _of(request: Request) -> Resources:
    resources = request.app.state.resources
    assert isinstance(resources, Resources)  # noqa: S101 - set by create_app
    return resources


Here = Annotated[Resources, Depends(_of)]
