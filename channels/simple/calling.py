"""一键呼叫: one press tells the grid member and the family, and shows whom to ring."""

from dataclasses import dataclass, replace
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from channels.conversations import Conversation, Conversations
from channels.directory import Contact, Directory
from channels.errors import ChannelError
from channels.family.calling import call_all, family_of, told
from channels.family.circle import Circle
from channels.family.tie import Tie
from channels.family.words import words
from channels.handover import HandoverDesk
from channels.message import Inbound, Turn
from channels.simple import visit
from channels.simple.screens import short_lines
from channels.turns import Turns

CALLS = ("120", "119", "110")
PEOPLE_A_SCREEN = 3


class Drawer(Protocol):
    """Draws a screen of ours."""

    def __call__(
        self, request: Request, name: str, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """Return the screen ``name``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Who is told when somebody calls for help."""

    turns: Turns
    conversations: Conversations
    handover: HandoverDesk
    circle: Circle
    directory: Directory

    async def call(self, elder: Conversation, nonce: str, place: str) -> Turn | None:
        """Tell the family and the grid member at once; None if no ticket could be filed.

        ``place`` is that of the entrance, if one was scanned. The dialogue files it, because it
        knows where the person lives.
        """
        press = Inbound(
            conversation=elder.id,
            text=words()["pressed"],
            payload=told(self.circle, elder.id, place),
            message_id=f"call-{nonce}",
        )
        self.handover.ask(elder.id)  # a person sees it even if nothing else works

        async def file(message_id: str) -> Turn | None:
            return await self._file(press, message_id)

        return await call_all(self.circle, elder.id, f"call-{nonce}", file)

    async def _file(self, press: Inbound, message_id: str) -> Turn | None:
        try:
            turn = await self.turns.handle(replace(press, message_id=message_id))
            if not _is_filed(turn):  # what failed is kept for every press: try under its own id
                turn = await self.turns.handle(press)
        except ChannelError:
            return None
        return turn if _is_filed(turn) else None

    async def people(self, ties: list[Tie]) -> list[Contact]:
        """Return whom to ring: the family, then the community's duty desk."""
        family = [
            Contact(name=tie.particulars.name, telephone=tie.particulars.telephone) for tie in ties
        ]
        duty = (await self.directory.tables()).duty
        return [*family, *([duty] if duty else [])]


def _is_filed(turn: Turn) -> bool:
    return bool((turn.ticket or {}).get("number"))


def add_calling(router: APIRouter, draw: Drawer, telling: Telling) -> None:
    """Add the question, the call itself, and the page of numbers."""

    async def values(conversation: Conversation | None) -> dict[str, Any]:
        ties = family_of(telling.circle, conversation.id) if conversation else []
        people = await telling.people(ties)
        return {
            "calls": CALLS,
            "family": [tie.particulars.name for tie in ties],
            "people": people[:PEOPLE_A_SCREEN],
            "others": people[PEOPLE_A_SCREEN:],
        }

    @router.get("/call")
    async def ask(request: Request) -> Response:
        """Ask once whether somebody shall be called, with the numbers below."""
        known = visit.find(request, telling.conversations)
        return draw(request, "call.html", **await values(known))

    @router.get("/emergency")
    def lead() -> Response:
        """Lead bookmarks and links in messages to the page that has the numbers now."""
        return RedirectResponse("/simple/call", 303)

    @router.post("/call")
    async def call(request: Request, nonce: Annotated[str, Form(max_length=32)] = "") -> Response:
        """Call, and say who has been told."""
        known = visit.find(request, telling.conversations)
        elder, token = (known, "") if known else visit.open_new(telling.conversations)
        turn = await telling.call(elder, nonce or visit.new_nonce(), visit.place_of(request))
        place = turn.ticket.get("building", "") if turn and turn.ticket else ""
        lines = short_lines(turn.replies[-1].text) if turn and turn.replies else []
        response = draw(
            request, "called.html", lines=lines, lacks_place=bool(turn) and not place,
            **await values(elder),
        )  # fmt: skip
        if token:
            visit.keep(request, response, visit.COOKIE, token)
        return response
