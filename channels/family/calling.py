"""一键呼叫 where people write: asked once, then the grid member and the family are told.

The page for elderly people has it as a button; here it is a word, which menus and commands say.
"""

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from channels.conversations import Conversation
from channels.dialogue import Dialogue, Utterance
from channels.directory import Directory
from channels.errors import ChannelError, DialogueUnavailableError
from channels.family.circle import Circle
from channels.family.tie import Call, Tie
from channels.family.words import words
from channels.handover import HandoverDesk
from channels.message import Choice, Inbound, Outcome, Reply, Turn

logger = logging.getLogger(__name__)

CALL, CALL_NOBODY = "/one_tap_call", "/one_tap_nobody"  # of our choices; typed ones are not obeyed


def told(circle: Circle, elder: str, scanned: str = "") -> str:
    """Return what the dialogue is told of a call, as the payload that files it.

    ``scanned`` is the place of the entrance, if one was scanned and no relative named a better.
    """
    places = [*(tie.particulars.place for tie in family_of(circle, elder)), scanned]
    place = next(filter(None, places), "")
    said = str(words()["told" if place else "told_nowhere"]).format(place=place)
    return f"/emergency{json.dumps({'emergency_told': said}, ensure_ascii=False)}"


def family_of(circle: Circle, elder: str) -> list[Tie]:
    """Return who was let in; nobody where that cannot be read, for a call goes on without."""
    try:
        return circle.agreed(elder)
    except (ChannelError, SQLAlchemyError) as error:
        logger.error("a family cannot be read: %s", type(error).__name__)
        return []


async def call_all(
    circle: Circle, elder: str, key: str, file: Callable[[str], Awaitable[Turn | None]]
) -> Turn | None:
    """Tell the family and ``file`` at once, under an id that all presses of a call share.

    ``key`` is the press's own id: what fails with the family leaves that, and holds up nothing.
    """
    try:
        call, is_new = circle.call(elder, key)
    except (ChannelError, SQLAlchemyError) as error:
        logger.error("a call is filed without the family: %s", type(error).__name__)
        return await file(key)
    filing = file(f"call-{call.id}")
    if not is_new:
        return await filing
    filed, _ = await asyncio.gather(filing, _tell(circle, elder, call))
    return filed


async def _tell(circle: Circle, elder: str, call: Call) -> None:
    try:
        await circle.tell_of_call(elder, call)
    except (ChannelError, SQLAlchemyError) as error:
        logger.error("a family was not told of a call: %s", type(error).__name__)


class CallAside:
    """Takes the word, its yes and its no, in every channel and whoever has the conversation."""

    def __init__(
        self, circle: Circle, handover: HandoverDesk, dialogue: Dialogue, directory: Directory
    ) -> None:
        self._circle, self._handover = circle, handover
        self._dialogue, self._directory = dialogue, directory
        self._word = re.compile(words()["calling"]["heard"])

    def is_mine(self, text: str) -> bool:
        """Return whether this calls for help."""
        return text in {CALL, CALL_NOBODY} or bool(self._word.match(text))

    def shown(self, text: str) -> str:
        """Return what the transcript keeps."""
        said = words()["calling"]
        titles = {CALL: said["yes"], CALL_NOBODY: said["no"]}
        return str(titles.get(text, words()["pressed"]))

    async def answer(self, conversation: Conversation, text: str, inbound: Inbound) -> Turn:
        """Ask, call, or leave it."""
        said = words()["calling"]
        if text == CALL:
            return await self._call(conversation, inbound)
        if text == CALL_NOBODY:
            return Turn(replies=(Reply(text=said["nobody"]),), outcome=Outcome.SMALLTALK)
        family = said["family"] if family_of(self._circle, conversation.id) else ""
        choices = (
            Choice(title=said["yes"], payload=CALL),
            Choice(title=said["no"], payload=CALL_NOBODY),
        )
        question = Reply(text=said["ask"].format(family=family), choices=choices)
        return Turn(replies=(question,), outcome=Outcome.CLARIFY)

    async def _call(self, elder: Conversation, inbound: Inbound) -> Turn:
        """Tell everybody at once; what one of them does not hear holds up no other."""
        self._handover.ask(elder.id)  # a person sees it even if nothing else works

        async def file(message_id: str) -> Turn | None:
            return await self._file(elder, message_id)

        filed = await call_all(self._circle, elder.id, inbound.message_id or "", file)
        said = words()["calling"]
        lines = [said["called"], filed.replies[-1].text] if filed else [said["not_called"]]
        if family_of(self._circle, elder.id):  # neither names nor telephones: this is kept
            lines.append(said["called_family"])
        replies = (Reply(text=await self._numbers()), Reply(text="\n".join(lines)))
        if filed is None:
            return Turn(replies=replies, outcome=Outcome.EMERGENCY)
        return Turn(
            replies=replies, outcome=filed.outcome, ticket=filed.ticket, intent=filed.intent
        )

    async def _file(self, elder: Conversation, message_id: str) -> Turn | None:
        metadata: dict[str, Any] = {
            "channel": elder.channel,
            "audience": elder.audience.value,
            "message_id": message_id,
            "media": [],
            "location": None,
            "address": "",
        }
        utterance = Utterance(
            sender=elder.id,
            text=told(self._circle, elder.id),
            audience=elder.audience.value,
            metadata=metadata,
        )
        try:
            turn = await self._dialogue.respond(utterance)
        except DialogueUnavailableError:
            return None
        return turn if turn.replies and (turn.ticket or {}).get("number") else None

    async def _numbers(self) -> str:
        said, duty = words()["calling"], (await self._directory.tables()).duty
        lines = [said["numbers"]]
        if duty is not None:
            lines.append(said["duty"].format(name=duty.name, telephone=duty.telephone))
        return "\n".join(lines)
