"""The operators' page: a board of tickets, one ticket with its history, and the moves.

Every action is a plain form post, so the page works with JavaScript switched off.
"""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, FastAPI, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from actions.tickets.reference_grid.desk import Move
from actions.tickets.reference_grid.errors import (
    MoveError,
    NoteMissingError,
    UnknownTicketError,
)
from actions.tickets.reference_grid.moves import Status
from actions.tickets.reference_grid.resources import TEXTS, Here
from actions.tickets.reference_grid.sessions import COOKIE, LASTS, Operator
from actions.tickets.reference_grid.views import board_view, page, ticket_view

PolicyValue = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": PolicyValue,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}

router = APIRouter(prefix="/grid", include_in_schema=False, default_response_class=HTMLResponse)

Short = Annotated[str, Form(max_length=60)]


class NotSignedInError(Exception):
    """Nobody is signed in, or the form does not belong to this session."""


def signed_in(request: Request, here: Here) -> Operator:
    """Return who is at the page.

    Raises:
        NotSignedInError: The cookie is missing or its shift is over.
    """
    operator = here.sessions.operator(request.cookies.get(COOKIE, ""), here.clock())
    if operator is None:
        raise NotSignedInError
    return operator


SignedIn = Annotated[Operator, Depends(signed_in)]


def own_form(operator: SignedIn, csrf: Annotated[str, Form(max_length=100)] = "") -> Operator:
    """Return who posted a form that came from our own page.

    Raises:
        NotSignedInError: The form's token is not the session's.
    """
    if csrf != operator.csrf:
        raise NotSignedInError
    return operator


OwnForm = Annotated[Operator, Depends(own_form)]


@router.get("")
def board(
    here: Here,
    operator: SignedIn,
    cell: Annotated[str, Query(max_length=40)] = "",
    q: Annotated[str, Query(max_length=60)] = "",
) -> Response:
    """Show the tickets in four columns."""
    tickets = here.desk.board(cell=cell, words=q.strip())
    view = board_view(tickets, now=here.clock())
    cells = here.desk.cells()
    return html("board.html", operator=operator, view=view, cells=cells, cell=cell, q=q)


@router.get("/")
def board_with_slash() -> Response:
    """Lead to the one address of the board."""
    return RedirectResponse("/grid", 308)


@router.get("/tickets/{number}")
def ticket(
    here: Here, operator: SignedIn, number: str, said: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """Show one ticket, its history and what may be done next."""
    return _ticket_page(here, operator, number, said=said)


@router.post("/tickets/{number}/moves")
def move(
    here: Here,
    operator: OwnForm,
    number: str,
    status: Annotated[Status, Form()],
    handler: Short = "",
    note: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Move a ticket on; the resident hears of it through the outbox."""
    decided = Move(
        status=status, operator=operator.name, handler=handler.strip(), note=note.strip()
    )
    try:
        here.desk.move(number, decided, now=here.clock())
    except MoveError:
        return _ticket_page(here, operator, number, said="cannot-move", status_code=409)
    except NoteMissingError:
        return _ticket_page(
            here, operator, number, said="note-missing", status_code=422, open_move=status
        )
    except UnknownTicketError:
        return html("missing.html", 404, operator=operator)
    here.loop.wake()
    return RedirectResponse(f"/grid/tickets/{quote(number)}?said=moved", 303)


@router.post("/tickets/{number}/retry")
def retry(here: Here, operator: OwnForm, number: str) -> Response:
    """Send what has not arrived yet once more."""
    here.courier.retry_now(number, here.clock())
    here.loop.wake()
    return RedirectResponse(f"/grid/tickets/{quote(number)}?said=retried", 303)


@router.get("/sign-in")
def sign_in_form(here: Here, said: Annotated[str, Query(max_length=20)] = "") -> Response:
    """Ask for the password, or offer the demonstration's one click."""
    return html("sign_in.html", is_open=here.sessions.is_open, said=said)


@router.post("/sign-in")
def sign_in(
    here: Here,
    request: Request,
    name: Short = "",
    password: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Begin a shift."""
    now = here.clock()
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return _refused(here, "expired", 403)
    if here.sessions.is_locked(now):
        return _refused(here, "locked", 429)
    token = here.sessions.sign_in(name.strip() or TEXTS["operator"], password, now)
    if token is None:
        return _refused(here, "wrong-password", 401)
    answer = RedirectResponse("/grid", 303)
    answer.set_cookie(
        COOKIE,
        token,
        max_age=int(LASTS.total_seconds()),
        path="/grid",
        secure=request.headers.get("x-forwarded-proto", request.url.scheme) == "https",
        httponly=True,
        samesite="strict",
    )
    return answer


@router.post("/sign-out")
def sign_out(here: Here, request: Request, operator: OwnForm) -> Response:
    """End the shift."""
    here.sessions.sign_out(request.cookies.get(COOKIE, ""))
    answer = RedirectResponse("/grid/sign-in", 303)
    answer.delete_cookie(COOKIE, path="/grid")
    return answer


def install(app: FastAPI) -> None:
    """Let pages that need an operator lead to the sign-in."""

    async def lead(request: Request, _error: Exception) -> Response:
        said = "" if request.method == "GET" else "?said=expired"
        return RedirectResponse(f"/grid/sign-in{said}", 303)

    app.add_exception_handler(NotSignedInError, lead)


def html(template: str, status_code: int = 200, **values: Any) -> Response:
    """Return a rendered page with the headers every page carries."""
    return HTMLResponse(page(template, **values), status_code, HEADERS)


def _refused(here: Here, said: str, status_code: int) -> Response:
    return html("sign_in.html", status_code, is_open=here.sessions.is_open, said=said)


def _ticket_page(
    here: Here,
    operator: Operator,
    number: str,
    *,
    said: str,
    status_code: int = 200,
    open_move: Status | None = None,
) -> Response:
    try:
        found, events = here.desk.one(number)
    except UnknownTicketError:
        return html("missing.html", 404, operator=operator)
    view = ticket_view(found, events, now=here.clock(), open_move=open_move)
    return html("ticket.html", status_code, operator=operator, view=view, said=said)
