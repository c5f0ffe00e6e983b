"""The ticket service: events of the grid system, Open311, and the console's internal side."""

import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import AwareDatetime, BaseModel
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from actions.tickets import console_api, console_casework, console_questions
from actions.tickets.body_limit import BodyLimit
from actions.tickets.database import reading
from actions.tickets.errors import (
    AccusedHandlerError,
    AlertNotFoundError,
    EventFormatError,
    ExtensionError,
    FollowUpPendingError,
    InvalidTransitionError,
    OpenTicketError,
    ParentMissingError,
    ReplayedEventError,
    ReturnRefusedError,
    SignatureError,
    TicketError,
    TicketNotFoundError,
    VaultError,
)
from actions.tickets.inbound import GridInbox
from actions.tickets.measures import Measures, Timing
from actions.tickets.open311 import routes as open311
from actions.tickets.outbox import Outbox
from actions.tickets.problems import Problem, ProblemBody
from actions.tickets.resources import PROBLEMS, Here, Resources, utc_now
from actions.tickets.schemas import request_body
from actions.tickets.settings import Settings
from actions.tickets.store import TicketStore, open_store
from actions.tickets.ticket import DeliveryStatus, Status

logger = logging.getLogger(__name__)

BODY_LIMIT_BYTES = 256 * 1024
CODES: dict[type[Exception], str] = {
    SignatureError: "unsigned",
    ReplayedEventError: "replayed",
    EventFormatError: "invalid-body",
    TicketNotFoundError: "unknown-ticket",
    InvalidTransitionError: "illegal-transition",
    ReturnRefusedError: "return-refused",
    AccusedHandlerError: "accused-handler",
    ParentMissingError: "parent-missing",
    ExtensionError: "extension-refused",
    OpenTicketError: "still-open",
    AlertNotFoundError: "unknown-alert",
    FollowUpPendingError: "follow-up-pending",
    VaultError: "unavailable",
    OperationalError: "unavailable",
}
REFUSALS: dict[int | str, dict[str, Any]] = {
    code: {"model": ProblemBody} for code in (401, 404, 409, 422)
}

router = APIRouter()


class EventIn(BaseModel):
    """What the grid system says about one ticket."""

    number: str
    status: Status
    note: str = ""
    handler: str = ""
    parent: str = ""  # 重复合并: which of our tickets it is joined to
    at: AwareDatetime


class EventOut(BaseModel):
    """Where the ticket stands now, and what became of the event."""

    status: str
    outcome: str


async def raw_body(request: Request) -> bytes:
    """Return the body as it was signed."""
    return await request.body()


@router.post(
    "/api/grid/events", tags=["grid"], responses=REFUSALS, openapi_extra=request_body(EventIn)
)
def grid_event(
    here: Here, request: Request, body: Annotated[bytes, Depends(raw_body)]
) -> EventOut:
    """Take a signed event of the grid system (Standard Webhooks)."""
    try:
        outcome = here.inbox.receive(request.headers, body, here.clock())
    except TicketError as error:
        here.measures.events.labels(CODES.get(type(error), "refused")).inc()
        if isinstance(error, EventFormatError):
            errors = [{"pointer": "/", "type": str(error)}]  # names the field, never its value
            raise Problem("invalid-body", errors=errors) from error
        raise
    here.measures.events.labels(outcome.value).inc()
    return EventOut(status=_status_now(here, body), outcome=outcome.value)


@router.get("/healthz", tags=["operation"])
def healthz(here: Here) -> dict[str, Any]:
    """Say whether the database answers, and how many deliveries wait or are dead."""
    with reading(here.store.engine) as session:
        session.execute(text("SELECT 1"))
    deliveries = dict.fromkeys(DeliveryStatus, 0)
    for (_target, status), count in here.outbox.counts().items():
        deliveries[DeliveryStatus(status)] += count
    return {"status": "ok", "database": "ok", "deliveries": deliveries}


@router.get("/metrics", tags=["operation"])
def metrics(here: Here) -> Response:
    """Return the numbers for Prometheus."""
    return Response(here.measures.exposition(), media_type=CONTENT_TYPE_LATEST)


def create_app(
    settings: Settings,
    *,
    store: TicketStore | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> FastAPI:
    """Return the application; without ``store`` it opens its own and closes it at the end."""
    store = store or open_store(settings)
    resources = Resources(
        settings=settings,
        store=store,
        inbox=GridInbox(store, settings.grid_secret),
        outbox=Outbox(engine=store.engine),
        measures=Measures(store.engine),
        clock=clock,
        started_at=clock(),
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        store.engine.dispose()

    app = FastAPI(
        title="Linli ticket service", version="1", lifespan=lifespan, docs_url=None, redoc_url=None
    )
    app.state.resources = resources
    _assemble(app, resources)
    return app


def _assemble(app: FastAPI, resources: Resources) -> None:
    PROBLEMS.install(app, CODES)
    open311.install(app)
    consoles = (console_questions.router, console_casework.router, console_api.router)
    for part in (router, open311.router, *consoles):
        app.include_router(part)
    app.add_middleware(BodyLimit, limit_bytes=BODY_LIMIT_BYTES, problems=PROBLEMS)
    app.add_middleware(Timing, measures=resources.measures)


def _status_now(here: Resources, body: bytes) -> str:
    ticket = here.store.by_number(json.loads(body)["number"])
    return ticket.status.value if ticket else ""
