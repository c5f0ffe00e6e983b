"""家人电话: the elderly person lets relatives in, with consent, and out again at any time."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from channels.conversations import Conversation, Conversations
from channels.errors import ChannelError
from channels.family.circle import Circle
from channels.family.tie import LIMIT, Side, State
from channels.qr import qr_code
from channels.simple import visit
from channels.simple.calling import Drawer
from channels.texts import explain

HOME = "/simple/family"


class RelativePages:
    """Draws who may be called, who asks, and the code for the next one."""

    def __init__(
        self, circle: Circle, conversations: Conversations, draw: Drawer, public_url: str
    ) -> None:
        self._circle = circle
        self._conversations = conversations
        self._draw = draw
        self._public_url = public_url

    def find(self, request: Request) -> Conversation | None:
        """Return the visitor's conversation."""
        return visit.find(request, self._conversations)

    def show(self, request: Request) -> Response:
        """Show the relative who asks, one at a time, else everybody who was let in."""
        known = self.find(request)
        try:
            ties = self._circle.ties.of_elder(known.id) if known else []
        except ChannelError as error:
            return self._draw(request, "closed.html", error.status, title=explain(error))
        asking = next((tie for tie in ties if tie.state is State.ASKED), None)
        if asking:
            return self._draw(request, "family_asked.html", tie=asking)
        return self._draw(request, "family.html", ties=ties, is_full=len(ties) >= LIMIT)

    def offer(self, request: Request) -> Response:
        """Show a new code with its QR code."""
        known = self.find(request)
        elder, token = (known, "") if known else visit.open_new(self._conversations)
        try:
            code = self._circle.offer(elder.id)
        except ChannelError as error:
            return self._draw(request, "closed.html", error.status, title=explain(error))
        address = f"{self._public_url or str(request.base_url).rstrip('/')}/family"
        response = self._draw(
            request, "family_code.html", code=code, address=address.partition("://")[2],
            picture=qr_code(f"{address}?code={code}"),
        )  # fmt: skip
        if token:
            visit.keep(request, response, visit.COOKIE, token)
        return response

    async def agree(self, request: Request, tie: str) -> Response:
        """Note the consent; letters get as large as the relative has chosen, never smaller."""
        known = self.find(request)
        agreed = await self._circle.agree(tie, known.id) if known else None
        response = RedirectResponse(HOME, 303)
        if agreed and agreed.particulars.size:
            size = max(agreed.particulars.size, visit.size_of(request))
            visit.keep(request, response, visit.SIZE_COOKIE, size)
        return response

    async def end(self, request: Request, tie: str) -> Response:
        """Refuse somebody, or let them out again."""
        known = self.find(request)
        if known:
            await self._circle.end(tie, known.id, Side.ELDER)
        return RedirectResponse(HOME, 303)

    def show_one(self, request: Request, tie: str) -> Response:
        """Show one relative."""
        known = self.find(request)
        ties = self._circle.agreed(known.id) if known else []
        found = next((one for one in ties if one.id == tie), None)
        if found is None:
            return RedirectResponse(HOME, 303)
        return self._draw(request, "family_one.html", tie=found)


def add_relatives(router: APIRouter, pages: RelativePages) -> None:
    """Add the screens about relatives."""

    @router.get("/family")
    def show(request: Request) -> Response:
        """Show who asks or who was let in."""
        return pages.show(request)

    @router.get("/family/code")
    def lead() -> Response:
        """Lead a reloaded address of the code page back to the list."""
        return RedirectResponse(HOME, 303)

    @router.post("/family/code")
    def offer(request: Request) -> Response:
        """Make a code."""
        return pages.offer(request)

    @router.post("/family/agree")
    async def agree(request: Request, tie: Annotated[str, Form(max_length=24)]) -> Response:
        """Agree."""
        return await pages.agree(request, tie)

    @router.post("/family/end")
    async def end(request: Request, tie: Annotated[str, Form(max_length=24)]) -> Response:
        """Refuse or end."""
        return await pages.end(request, tie)

    @router.get("/family/{tie}")
    def show_one(request: Request, tie: str) -> Response:
        """Show one relative."""
        return pages.show_one(request, tie)
