"""The routes of the simplified page: a home screen, a place to speak, one screen of answer."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from channels.conversations import Conversation, Conversations
from channels.days import day
from channels.doors import place_at
from channels.errors import ChannelError
from channels.feedback import Opinions
from channels.message import Outcome, Reply, Turn
from channels.news import News, NewsDesk
from channels.simple import visit
from channels.simple.calling import CALLS, Telling, add_calling
from channels.simple.card import add_card
from channels.simple.opinion import add_opinion
from channels.simple.relatives import RelativePages, add_relatives
from channels.simple.screens import batches, screens, telephones, without_ticket
from channels.simple.visit import Reading, Said
from channels.texts import explain
from channels.turns import Turns
from channels.web.assets import add_assets, environment, page

FOLDER = Path(__file__).parent
# The browser may keep an answer for its back button; with no-store it would ask to send the
# form again, which frightens people.
CACHING = "private, no-cache"


class SimplePages:
    """Draws the screens and passes on what is said."""

    def __init__(
        self, turns: Turns, conversations: Conversations, news: NewsDesk, community: str
    ) -> None:
        self._turns = turns
        self._conversations = conversations
        self._news = news
        self._community = community
        self._templates = environment(FOLDER / "templates", FOLDER / "static" / "simple.css")
        self._templates.filters["day"] = day

    def draw(self, request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
        """Return a screen in the visitor's size of letters."""
        shared = {
            "community": self._community,
            "size": visit.size_of(request),
            "place": visit.place_of(request),
            "path": request.url.path,
            "nonce": visit.new_nonce(),
            "said": None,
            "reading": None,
        }
        response = page(self._templates, name, status, caching=CACHING, **{**shared, **values})
        if visit.chosen_size(request):
            visit.keep(request, response, visit.SIZE_COOKIE, visit.size_of(request))
        if visit.entrance(request):
            visit.keep(request, response, visit.PLACE_COOKIE, visit.entrance(request))
        return response

    async def say(self, request: Request, said: Said) -> Response:
        """Pass on what was said and draw the answer."""
        known = visit.find(request, self._conversations)
        conversation, token = (known, "") if known else visit.open_new(self._conversations)
        try:
            turn = await self._turns.handle(said.inbound(conversation.id))
        except ChannelError as error:
            response = self.draw(
                request, "problem.html", error.status, title=explain(error), said=said
            )
        else:
            response = self.answer(request, turn, said)
        if token:
            visit.keep(request, response, visit.COOKIE, token)
        return response

    async def arrive(self, request: Request, place: str) -> Response:
        """Tell the dialogue where the visitor is, once, and lead them home."""
        known = visit.find(request, self._conversations)
        conversation, token = (known, "") if known else visit.open_new(self._conversations)
        response = RedirectResponse("/simple", 303)
        said = Said(text=place, nonce="door")
        with suppress(ChannelError):  # then they are asked where it is, as without the link
            await self._turns.handle(said.inbound(conversation.id))
        if token:
            visit.keep(request, response, visit.COOKIE, token)
        return response

    def answer(self, request: Request, turn: Turn, at: Said | Reading) -> HTMLResponse:
        """Draw one screen of a turn."""
        every = screens(turn)
        part = min(at.part, len(every) - 1)
        screen = every[part]
        groups = batches(screen.choices)
        batch = at.batch % len(groups)
        return self.draw(
            request,
            "reply.html",
            turn=turn,
            screen=screen,
            said=at if isinstance(at, Said) else None,
            reading=at if isinstance(at, Reading) else None,
            choices=groups[batch],
            next_part=None if screen.is_last else at.at(part=part + 1),
            next_batch=at.at(part=part, batch=batch + 1) if len(groups) > 1 else None,
            calls=_calls(turn) if turn.outcome is Outcome.EMERGENCY else (),
            telephones=telephones(screen.lines),
            without_ticket=without_ticket,
        )

    def read(self, request: Request, reading: Reading) -> Response:
        """Draw one screen of the news named, else of the oldest that was not looked at."""
        conversation, unseen = self.unseen(request)
        named = self._named(conversation, reading.news)
        if named is None:
            named, reading = next(iter(unseen), None), Reading()
        if named is None:
            return self.draw(request, "nothing.html")
        turn = _turn_of(named)
        response = self.answer(request, turn, replace(reading, news=named.id))
        if reading.part >= len(screens(turn)) - 1:  # who stops before finds it here again
            newest = max(visit.seen(request), named.id)
            visit.keep(request, response, visit.SEEN_COOKIE, str(newest))
        return response

    def _named(self, conversation: Conversation | None, id_: int) -> News | None:
        """Return the news of this id; None if it is not this visitor's."""
        if conversation is None or not id_:
            return None
        later = self._news.since(conversation.id, id_ - 1)
        return next((one for one in later if one.id == id_), None)

    def unseen(self, request: Request) -> tuple[Conversation | None, list[News]]:
        """Return the visitor's conversation and the news they have not looked at."""
        conversation = visit.find(request, self._conversations)
        if conversation is None:
            return None, []
        return conversation, self._news.since(conversation.id, visit.seen(request))


def create_router(
    telling: Telling, news: NewsDesk, opinions: Opinions, *, community: str, public_url: str
) -> APIRouter:
    """Return the routes below ``/simple``."""
    pages = SimplePages(telling.turns, telling.conversations, news, community)
    router = APIRouter(prefix="/simple", include_in_schema=False)
    _add_screens(router, pages, telling)
    _add_talk(router, pages)
    _add_news(router, pages)
    add_calling(router, pages.draw, telling)
    add_relatives(
        router, RelativePages(telling.circle, telling.conversations, pages.draw, public_url)
    )
    add_opinion(router, pages.draw, opinions, telling.conversations)
    add_card(router, telling.directory, community, public_url)
    add_assets(router, "/static", FOLDER / "static")
    return router


def _add_screens(router: APIRouter, pages: SimplePages, telling: Telling) -> None:

    @router.get("")
    async def home(request: Request, b: str = "") -> Response:
        """Return the three things one can do; a link at an entrance (``?b=3-2``) says where."""
        if place := place_at(b):
            return await pages.arrive(request, place)
        known, unseen = pages.unseen(request)
        is_asked = known is not None and telling.circle.is_asked(known.id)
        return pages.draw(request, "home.html", unseen=len(unseen), is_asked=is_asked)

    @router.get("/ask")
    def ask(request: Request) -> Response:
        """Return the place to ask a question."""
        return pages.draw(request, "ask.html")

    @router.get("/report")
    def report(request: Request) -> Response:
        """Return the place to say what is broken."""
        return pages.draw(request, "report.html")


def _add_talk(router: APIRouter, pages: SimplePages) -> None:
    @router.get("/say")
    def say_nothing() -> Response:
        """Lead a bookmark of an answer back home."""
        return RedirectResponse("/simple", 303)

    @router.post("/say")
    async def say(
        request: Request,
        said: Annotated[Said, Depends(Said.from_form)],
        size: Annotated[str, Form()] = "",
    ) -> Response:
        """Return one screen of the answer."""
        request.state.size = size
        return await pages.say(request, said)


def _add_news(router: APIRouter, pages: SimplePages) -> None:
    @router.get("/news")
    def read_news(
        request: Request, reading: Annotated[Reading, Depends(Reading.from_query)]
    ) -> Response:
        """Return one screen of news, the oldest first."""
        return pages.read(request, reading)

    @router.get("/unseen")
    def count_unseen(request: Request) -> dict[str, int]:
        """Return how many pieces of news wait, for the page's own script."""
        return {"unseen": len(pages.unseen(request)[1])}


def _turn_of(news: News) -> Turn:
    return Turn(
        replies=tuple(Reply.from_dict(reply) for reply in news.body.get("replies", [])),
        outcome=Outcome(news.body.get("outcome", Outcome.TICKET_STATUS)),
        ticket=news.body.get("ticket"),
    )


def _calls(turn: Turn) -> tuple[str, ...]:
    """Return the numbers to call, the one the answer names first."""
    words = "".join(reply.text for reply in turn.replies)
    return tuple(
        sorted(CALLS, key=lambda number: words.find(number) if number in words else len(words))
    )
