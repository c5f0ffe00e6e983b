"""The page of a relative: pair once, then see calls and how tickets stand, and leave again."""

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from channels.api import address_of
from channels.conversations import Conversation, Conversations
from channels.days import day, hour
from channels.errors import ChannelError, UnknownConversationError
from channels.family.circle import Circle
from channels.family.particulars import number_of, particulars
from channels.family.tie import Side, State
from channels.family.words import words
from channels.message import Audience
from channels.texts import explain
from channels.web.assets import add_assets, environment, page

FOLDER = Path(__file__).parent
STYLE = FOLDER.parent / "simple" / "static" / "simple.css"
PATH, COOKIE, CHANNEL = "/family", "linli_family", "family"
YEAR_S = 365 * 24 * 3600
FIELDS = ("code", "name", "telephone", "elder_name", "building", "unit", "size")
Short = Annotated[str, Form(max_length=40)]


class FamilyPages:
    """Draws the page of a relative; the cookie opens the conversation that gets the news."""

    def __init__(self, circle: Circle, conversations: Conversations, community: str) -> None:
        self._circle = circle
        self._conversations = conversations
        self._community = community
        self._templates = environment(FOLDER / "templates", STYLE)
        self._templates.filters |= {"day": day, "hour": hour}

    def find(self, request: Request) -> Conversation | None:
        """Return the relative's conversation, if the cookie still opens one."""
        return self._opened(request.cookies.get(COOKIE, ""))

    def show(self, request: Request, status: int = 200, **values: Any) -> HTMLResponse:
        """Return the people who let this relative in, or the form to ask."""
        known = self.find(request)
        ties = self._circle.ties.of_relative(known.id) if known else []
        agreed = [tie for tie in ties if tie.state is State.AGREED]
        shared: dict[str, Any] = {
            "community": self._community,
            "waiting": [tie for tie in ties if tie.state is State.ASKED],
            "ties": agreed,
            "calls": {tie.id: self._circle.calls_of(tie) for tie in agreed},
            "told": {tie.id: self._circle.ties.told(tie.id) for tie in agreed},
            "is_web": bool(known and known.channel != CHANNEL),
            "code": request.query_params.get("code", "")[:12],
            "problem": "",
            "typed": dict.fromkeys(FIELDS, ""),
        }
        caching = "private, no-cache"
        return page(self._templates, "family.html", status, caching=caching, **shared | values)

    async def pair(self, request: Request, typed: dict[str, str]) -> Response:
        """Ask the elderly person; where the code is wrong, what was typed stays."""
        own = typed.pop("conversation")  # of the web chat on the same device
        known, token = self.find(request), request.cookies.get(COOKIE, "")
        if known is None:
            known, token = self._opened(own), own
        try:
            said = particulars(
                typed["name"], typed["telephone"], typed["elder_name"],
                _place(typed["building"], typed["unit"]), typed["size"],
            )  # fmt: skip
            if known is None:
                known, token = self._conversations.open(Audience.STANDARD, CHANNEL)
            code = "".join(filter(str.isdecimal, typed["code"]))
            await self._circle.ask(code, known.id, said, address_of(request) or "here")
        except ChannelError as error:
            return self.show(request, error.status, problem=explain(error), typed=typed)
        response = RedirectResponse(PATH, 303)
        response.set_cookie(
            COOKIE, token, max_age=YEAR_S, path=PATH, httponly=True, samesite="strict",
            secure=request.url.scheme == "https",
        )  # fmt: skip
        return response

    async def hear(self, request: Request, call: str) -> Response:
        """Tell the elderly person that somebody has heard."""
        known = self.find(request)
        if known:
            await self._circle.hear(call, known.id)
        return RedirectResponse(PATH, 303)

    async def leave(self, request: Request, tie: str) -> Response:
        """End it from the relative's side."""
        known = self.find(request)
        if known:
            await self._circle.end(tie, known.id, Side.RELATIVE)
        return RedirectResponse(PATH, 303)

    def _opened(self, token: str) -> Conversation | None:
        try:
            return self._conversations.by_token(token) if token else None
        except UnknownConversationError:
            return None


def create_router(circle: Circle, conversations: Conversations, community: str) -> APIRouter:
    """Return the routes below ``/family``."""
    pages = FamilyPages(circle, conversations, community)
    router = APIRouter(prefix=PATH, include_in_schema=False)
    _add_page(router, pages)
    _add_acts(router, pages)
    add_assets(router, "/static", FOLDER / "static")
    return router


def _add_page(router: APIRouter, pages: FamilyPages) -> None:
    @router.get("")
    def show(request: Request) -> Response:
        """Show the page."""
        return pages.show(request)

    @router.post("")
    async def pair(  # noqa: PLR0913 - the fields of one form
        request: Request,
        *,
        code: Short = "",
        name: Short = "",
        telephone: Short = "",
        elder_name: Short = "",
        building: Short = "",
        unit: Short = "",
        size: Short = "",
        conversation: Annotated[str, Form(max_length=64)] = "",
    ) -> Response:
        """Ask to be let in."""
        typed = {
            "code": code, "name": name, "telephone": telephone, "elder_name": elder_name,
            "building": building, "unit": unit, "size": size, "conversation": conversation,
        }  # fmt: skip
        return await pages.pair(request, typed)


def _add_acts(router: APIRouter, pages: FamilyPages) -> None:
    @router.post("/heard")
    async def hear(request: Request, call: Annotated[str, Form(max_length=24)]) -> Response:
        """Say that a call was heard."""
        return await pages.hear(request, call)

    @router.post("/leave")
    async def leave(request: Request, tie: Annotated[str, Form(max_length=24)]) -> Response:
        """Leave."""
        return await pages.leave(request, tie)


def _place(building: str, unit: str) -> str:
    said = words()["place"]
    number, part = number_of(building), number_of(unit)
    if not number:
        return ""
    return str(said["unit" if part else "building"]).format(building=number, unit=part)
