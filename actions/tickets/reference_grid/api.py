"""The machine side of the contract: tickets come in, and how far they are can be asked."""

import hmac
import json
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, ValidationError

from actions.tickets.problems import Problem, ProblemBody, invalid
from actions.tickets.reference_grid.contract import (
    Accepted,
    TicketIn,
    TicketOut,
    TicketsOut,
    UpdateIn,
    digest_of,
)
from actions.tickets.reference_grid.database import GridStep, GridTicket
from actions.tickets.reference_grid.errors import SignatureError
from actions.tickets.reference_grid.faults import FaultPlan
from actions.tickets.reference_grid.resources import Here
from actions.tickets.reference_grid.signature import verify
from actions.tickets.schemas import request_body

PREFIX = "/grid/api"
router = APIRouter(prefix=PREFIX, tags=["grid"])

Key = Annotated[str, Header(alias="Idempotency-Key", max_length=200)]
REFUSALS: dict[int | str, dict[str, Any]] = {
    code: {"model": ProblemBody} for code in (401, 404, 409, 422)
}


async def signed_body(request: Request, here: Here) -> bytes:
    """Return the body of a signed request.

    Raises:
        Problem: The signature does not hold.
    """
    body = await request.body()
    try:
        verify(here.settings.secret, request.headers, body, now=here.clock())
    except SignatureError as error:
        raise Problem("unsigned") from error
    return body


def bearer(request: Request, here: Here) -> bool:
    """Return whether the request carries the internal token."""
    offered = request.headers.get("authorization", "").removeprefix("Bearer ")
    return hmac.compare_digest(offered.encode(), here.settings.internal_token.encode())


async def allowed_to_poll(request: Request, here: Here) -> None:
    """Let a request with the token or a signature through.

    Raises:
        Problem: It has neither.
    """
    if not bearer(request, here):
        await signed_body(request, here)


Model = TypeVar("Model", bound=BaseModel)
Signed = Annotated[bytes, Depends(signed_body)]


def parsed(model: type[Model], body: bytes) -> tuple[Model, str]:
    """Return what a body says and its digest.

    Raises:
        Problem: It is not JSON, or not what the contract says.
    """
    try:
        return model.model_validate_json(body), digest_of(body)
    except ValidationError as error:
        raise invalid(error) from error


@router.post("/tickets", status_code=201, responses=REFUSALS, openapi_extra=request_body(TicketIn))
def receive(here: Here, body: Signed, response: Response, key: Key = "") -> Accepted:
    """Take a ticket; the same key and body again is answered with the same id and 200."""
    if not key:
        raise Problem("key-missing")
    offered, digest = parsed(TicketIn, body)
    if key != offered.number:
        raise Problem("invalid-body", errors=[{"pointer": "/number", "type": "not_the_key"}])
    ticket, is_new = here.desk.receive(offered, digest=digest, now=here.clock())
    response.status_code = 201 if is_new else 200
    return Accepted(external_id=ticket.external_id)


@router.post(
    "/tickets/{number}/updates",
    status_code=201,
    responses=REFUSALS,
    openapi_extra=request_body(UpdateIn),
)
def update(
    here: Here,
    body: Signed,
    response: Response,
    number: Annotated[str, Path(max_length=40)],
    key: Key = "",
) -> dict[str, str]:
    """Take what the resident's side adds to a ticket; the same key again does nothing."""
    if not key:
        raise Problem("key-missing")
    offered, digest = parsed(UpdateIn, body)
    is_new = here.desk.update(number, offered, key=key, digest=digest, now=here.clock())
    response.status_code = 201 if is_new else 200
    return {"number": number}


@router.get("/tickets", responses={401: REFUSALS[401]}, dependencies=[Depends(allowed_to_poll)])
def changed(
    here: Here, updated_since: Annotated[AwareDatetime | None, Query()] = None
) -> TicketsOut:
    """Return the tickets that changed, for a gateway the events cannot reach."""
    found = here.desk.changed_since(updated_since)
    return TicketsOut(tickets=[polled(ticket, step) for ticket, step in found])


@router.post("/faults", responses={403: {"model": ProblemBody}})
def set_faults(here: Here, request: Request, plan: FaultPlan) -> FaultPlan:
    """Begin or stop failing on purpose."""
    if not bearer(request, here):
        raise Problem("forbidden")
    here.faults.plan = plan
    return plan


@router.get("/healthz")
def healthz() -> Response:
    """Return 200 while the process serves."""
    return Response(json.dumps({"status": "ok"}), media_type="application/json")


def polled(ticket: GridTicket, step: GridStep) -> TicketOut:
    """Return how far a ticket has come, as the event of that step said it."""
    return TicketOut(
        number=ticket.number,
        external_id=ticket.external_id,
        status=step.kind,
        note=step.note,
        handler=ticket.handler,
        at=step.at,
    )
