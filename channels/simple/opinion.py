"""有用/没用: what an elderly person thinks of an answer, in one press, on any browser."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import ValidationError

from channels.conversations import Conversations
from channels.errors import ChannelError, UnknownReceiptError
from channels.feedback import Feedback, Opinions
from channels.simple import visit
from channels.simple.calling import Drawer
from channels.texts import explain


def add_opinion(
    router: APIRouter, draw: Drawer, opinions: Opinions, conversations: Conversations
) -> None:
    """Add the one route."""

    @router.post("/opinion")
    async def judge(
        request: Request,
        receipt: Annotated[str, Form(max_length=32)] = "",
        useful: Annotated[bool, Form()] = False,
    ) -> Response:
        """Keep the opinion and say thanks; an answer of somebody else cannot be judged."""
        known = visit.find(request, conversations)
        try:
            if known is None:
                raise UnknownReceiptError
            given = _given(receipt, is_useful=useful)
            await opinions.keep(known.id, given)
        except ChannelError as error:
            return draw(request, "closed.html", error.status, title=explain(error))
        return draw(request, "thanks.html", is_useful=useful)


def _given(receipt: str, *, is_useful: bool) -> Feedback:
    try:
        return Feedback(receipt=receipt, useful=is_useful)
    except ValidationError as error:
        raise UnknownReceiptError from error
