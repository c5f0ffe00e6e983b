"""The routes of the console; all of them server-rendered, all forms marked against forgery."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, RedirectResponse

from channels.console.door import COOKIE, PATH, SIGN_IN, Door, check_admin
from channels.console.drawing import FOLDER, Drawing
from channels.console.knowledge import KnowledgeDesk
from channels.console.knowledge_routes import add_knowledge
from channels.console.question_routes import add_questions
from channels.console.questions import QuestionDesk
from channels.console.session import LIFETIME, Operator, Sessions
from channels.console.tickets import PAGE_SIZE, Filters, Move, TicketDesk
from channels.errors import UnknownMediaError
from channels.forms import Lines
from channels.handover import HandoverDesk
from channels.media import MediaStore
from channels.web.assets import add_assets

WRONG_TOKEN_DELAY_S = 0.5  # so that guessing is slow
NAME_LENGTH = 40
PRIVATE = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


def _now() -> datetime:
    return datetime.now(UTC)


def create_router(  # noqa: PLR0913 - put together in one place
    *,
    console_token: str,
    clerk_token: str,
    tickets: TicketDesk,
    knowledge: KnowledgeDesk,
    questions: QuestionDesk,
    handover: HandoverDesk,
    media: MediaStore,
    community: str,
    clock: Callable[[], datetime] = _now,
) -> APIRouter:
    """Return the routes below ``/console``; without a token nobody can sign in."""
    sessions = Sessions(console_token, clock, clerk_token)
    drawing = Drawing(community, clock)
    door = Door(sessions, drawing)
    router = APIRouter(prefix=PATH, include_in_schema=False, route_class=door.route_class())
    _add_sign_in(router, sessions, drawing, door)
    _add_tickets(router, tickets, handover, drawing, door)

    async def draw(
        operator: Operator, number: str, identity: dict[str, str] | None = None
    ) -> Response:
        found = await tickets.one(number)
        kinds = await run_in_threadpool(media.kinds, found["ticket"].get("media", []))
        return drawing.page(
            "ticket.html",
            operator,
            **found,
            identity=identity,
            kinds=kinds,
            waiting=_waiting(handover),
        )

    _add_ticket(router, tickets, media, draw, door)
    _add_ticket_acts(router, tickets, door)
    _add_order(router, tickets, door)
    _add_handover(router, handover, drawing, door)
    _add_handover_acts(router, handover, door)
    add_knowledge(router, knowledge, drawing, door, lambda: _waiting(handover))
    add_questions(router, questions, drawing, door, lambda: _waiting(handover))
    add_assets(router, "/static", FOLDER / "static")
    return router


def _add_sign_in(router: APIRouter, sessions: Sessions, drawing: Drawing, door: Door) -> None:
    @router.get("/sign-in")
    def show_sign_in(request: Request) -> Response:
        """Show the form, or why there is none."""
        if door.find(request):
            return RedirectResponse(PATH, 303)
        problem = "" if sessions.is_open else drawing.words["problems"]["closed"]
        return drawing.page("sign_in.html", None, problem=problem, who="")

    @router.post("/sign-in")
    async def sign_in(
        request: Request,
        token: Annotated[str, Form()] = "",
        name: Annotated[str, Form()] = "",
    ) -> Response:
        """Let somebody in who knows the token and says who they are."""
        name = " ".join(name.split())[:NAME_LENGTH]
        if not sessions.is_token(token):
            await asyncio.sleep(WRONG_TOKEN_DELAY_S)
            problem = drawing.words["problems"]["wrong_token"]
            return drawing.page("sign_in.html", None, 403, problem=problem, who=name)
        if not name:
            problem = drawing.words["problems"]["no_name"]
            return drawing.page("sign_in.html", None, 422, problem=problem, who="")
        response = RedirectResponse(PATH, 303)
        response.set_cookie(
            COOKIE,
            sessions.open(name, is_admin=sessions.is_admin_token(token)),
            max_age=int(LIFETIME.total_seconds()),
            path=PATH,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return response

    @router.post("/sign-out")
    def sign_out(_operator: Annotated[Operator, Depends(door.acting)]) -> Response:
        """Forget who is signed in."""
        response = RedirectResponse(SIGN_IN, 303)
        response.delete_cookie(COOKIE, path=PATH)
        return response


def _filters(
    status: str = "",
    cell: str = "",
    q: str = "",
    overdue: bool = False,
    open: bool = False,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> Filters:
    return Filters(
        status=status,
        cell=cell,
        words=q.strip()[:100],
        is_overdue=overdue,
        is_open=open,
        offset=offset,
    )


def _add_tickets(
    router: APIRouter, tickets: TicketDesk, handover: HandoverDesk, drawing: Drawing, door: Door
) -> None:
    @router.get("")
    async def show_tickets(
        operator: Annotated[Operator, Depends(door.operator)],
        filters: Annotated[Filters, Depends(_filters)],
    ) -> Response:
        """Show the tickets that fit the filters."""
        found = await tickets.list(filters)
        stats = await tickets.stats()
        return drawing.page(
            "tickets.html",
            operator,
            **found,
            filters=filters,
            page_size=PAGE_SIZE,
            tables=await tickets.tables(),
            stats=stats,
            dead=sum(counts.get("dead", 0) for counts in stats["deliveries"].values()),
            waiting=_waiting(handover),
        )

    @router.get("/deliveries")
    async def show_dead(operator: Annotated[Operator, Depends(door.operator)]) -> Response:
        """Show what could not be delivered, and why."""
        dead = await tickets.dead()
        return drawing.page("deliveries.html", operator, **dead, waiting=_waiting(handover))


def _add_ticket(
    router: APIRouter,
    tickets: TicketDesk,
    media: MediaStore,
    draw: Callable[..., Awaitable[Response]],
    door: Door,
) -> None:
    @router.get("/tickets/{number}")
    async def show_ticket(
        number: str, operator: Annotated[Operator, Depends(door.operator)]
    ) -> Response:
        """Show one ticket with its history and deliveries."""
        return await draw(operator, number)

    @router.post("/tickets/{number}/contact")
    async def show_contact(
        number: str,
        operator: Annotated[Operator, Depends(door.acting)],
        reason: Annotated[str, Form(max_length=500)] = "",
    ) -> Response:
        """Show one ticket with its reporter's contact; who looked and why is kept."""
        identity = await tickets.identity(number, operator.name, reason.strip())
        return await draw(operator, number, identity)

    @router.get("/tickets/{number}/media/{media_id}")
    async def show_media(
        number: str, media_id: str, _operator: Annotated[Operator, Depends(door.operator)]
    ) -> Response:
        """Show a picture, voice or video that belongs to a ticket, and to that ticket only."""
        found = await tickets.one(number)
        if media_id not in found["ticket"].get("media", []):
            raise UnknownMediaError
        kept = await run_in_threadpool(media.find, media_id)
        return FileResponse(kept.path, media_type=kept.kind, headers=PRIVATE)


def _add_ticket_acts(router: APIRouter, tickets: TicketDesk, door: Door) -> None:
    @router.post("/tickets/{number}/move")
    async def move(
        number: str,
        operator: Annotated[Operator, Depends(door.acting)],
        step: Annotated[Move, Form()],
    ) -> Response:
        """Move a ticket; the resident is told by the ticket service."""
        await tickets.move(number, {**step.as_step(), "actor": operator.name})
        return RedirectResponse(f"{PATH}/tickets/{number}", 303)

    @router.post("/tickets/{number}/note")
    async def note(
        number: str,
        operator: Annotated[Operator, Depends(door.acting)],
        text: Annotated[Lines, Form()] = "",
    ) -> Response:
        """Keep an internal note."""
        if text.strip():
            await tickets.note(number, operator.name, text.strip())
        return RedirectResponse(f"{PATH}/tickets/{number}", 303)

    @router.post("/tickets/{number}/act")
    async def act(
        number: str,
        operator: Annotated[Operator, Depends(door.acting)],
        act: Annotated[Literal["extension", "unreached", "part", "erasure"], Form()],
        text: Annotated[Lines, Form(max_length=1000)] = "",
    ) -> Response:
        """Extend a deadline, note a vain call, part a ticket, or erase what is personal in it."""
        if act == "erasure":
            check_admin(operator)
        await tickets.act(number, act, operator.name, text.strip())
        return RedirectResponse(f"{PATH}/tickets/{number}", 303)


def _add_order(router: APIRouter, tickets: TicketDesk, door: Door) -> None:
    @router.post("/tickets/{number}/merge")
    async def merge(
        number: str,
        operator: Annotated[Operator, Depends(door.acting)],
        parent: Annotated[str, Form(max_length=20)] = "",
    ) -> Response:
        """Join a ticket to another one about the same thing; its reporter follows that one."""
        await tickets.merge(number, parent.strip(), operator.name)
        return RedirectResponse(f"{PATH}/tickets/{number}", 303)

    @router.post("/alerts/{alert}/seen")
    async def see(alert: int, operator: Annotated[Operator, Depends(door.acting)]) -> Response:
        """Take an alert off the first page."""
        await tickets.see(alert, operator.name)
        return RedirectResponse(PATH, 303)

    @router.post("/deliveries/{delivery}/requeue")
    async def requeue(
        delivery: int,
        _operator: Annotated[Operator, Depends(door.administering)],
        number: Annotated[str, Form(pattern=r"^[0-9-]*$")] = "",
    ) -> Response:
        """Send a dead delivery once more, then go back to where the form stood."""
        await tickets.requeue(delivery)
        back = f"/tickets/{number}#deliveries" if number else "/deliveries"
        return RedirectResponse(PATH + back, 303)


def _add_handover(router: APIRouter, handover: HandoverDesk, drawing: Drawing, door: Door) -> None:
    @router.get("/handover")
    def show_inbox(operator: Annotated[Operator, Depends(door.operator)]) -> Response:
        """Show who waits for a person, longest wait first."""
        inbox = [entry | {"last": _last_said(handover, entry)} for entry in handover.waiting()]
        return drawing.page("handover.html", operator, inbox=inbox, waiting=_waiting(handover))

    @router.get("/handover/{conversation}")
    def show_conversation(
        conversation: str, operator: Annotated[Operator, Depends(door.operator)]
    ) -> Response:
        """Show one conversation and the place to answer."""
        inbox = {entry["conversation"]: entry for entry in handover.waiting()}
        return drawing.page(
            "conversation.html",
            operator,
            conversation=conversation,
            entry=inbox.get(conversation),
            messages=handover.messages(conversation),
            waiting=_waiting(handover),
        )


def _add_handover_acts(router: APIRouter, handover: HandoverDesk, door: Door) -> None:
    def back(conversation: str) -> Response:
        return RedirectResponse(f"{PATH}/handover/{conversation}", 303)

    @router.post("/handover/{conversation}/take")
    def take(conversation: str, operator: Annotated[Operator, Depends(door.acting)]) -> Response:
        """Take the conversation; the bot is silent from now on."""
        handover.take(conversation, operator.name)
        return back(conversation)

    @router.post("/handover/{conversation}/answer")
    async def answer(
        conversation: str,
        operator: Annotated[Operator, Depends(door.acting)],
        text: Annotated[Lines, Form()] = "",
    ) -> Response:
        """Send words to the resident, taking the conversation if nobody has it."""
        if text.strip():
            if not handover.is_taken(conversation):
                handover.take(conversation, operator.name)
            await handover.answer(conversation, operator.name, text.strip())
        return back(conversation)

    @router.post("/handover/{conversation}/give-back")
    def give_back(
        conversation: str, _operator: Annotated[Operator, Depends(door.acting)]
    ) -> Response:
        """Let the bot answer again."""
        handover.give_back(conversation)
        return RedirectResponse(f"{PATH}/handover", 303)


def _last_said(handover: HandoverDesk, entry: dict[str, Any]) -> str:
    said = (message.get("said") for message in reversed(handover.messages(entry["conversation"])))
    return str(next(filter(None, said), ""))


def _waiting(handover: HandoverDesk) -> int:
    return sum(entry["state"] == "waiting" for entry in handover.waiting())
