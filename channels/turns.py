"""A turn: one message, answered once, in the order the person sent them."""

import asyncio
import logging
import re
import secrets
import time
import unicodedata
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Protocol
from weakref import WeakValueDictionary

from channels import readback
from channels.conversations import Conversation, Conversations
from channels.dialogue import Dialogue, Utterance
from channels.errors import BadMessageError, DialogueUnavailableError
from channels.handover import HandoverDesk
from channels.media import MediaStore
from channels.message import Inbound, Outcome, Turn
from channels.transcript import Transcript

logger = logging.getLogger(__name__)

TEXT_LIMIT = 4000
MESSAGE_ID_LIMIT = 128
EMERGENCY = "/emergency"  # begins the payload of an option that raises the alarm
_JOINERS = "\u200c\u200d\ufe00-\ufe0f\U000e0020-\U000e007f"  # with tags: they build emoji
_KEPT = re.compile(rf"[\n\t{_JOINERS}]")
_OPENING = re.compile(rf"^[\s{_JOINERS}]+")


class Aside(Protocol):
    """Answers some messages out of the dialogue's hearing."""

    def shown(self, text: str) -> str:
        """Return what the transcript keeps instead of such a message."""
        ...

    def is_mine(self, text: str) -> bool:
        """Return whether the dialogue must not see this message."""
        ...

    async def answer(self, conversation: Conversation, text: str, inbound: Inbound) -> Turn:
        """Answer such a message."""
        ...


class Turns:
    """Takes messages of every channel to the dialogue, one at a time for each person."""

    def __init__(
        self,
        *,
        conversations: Conversations,
        dialogue: Dialogue,
        transcript: Transcript,
        handover: HandoverDesk,
        media: MediaStore,
        asides: Sequence[Aside] = (),
    ) -> None:
        self._conversations = conversations
        self._asides = asides
        self._dialogue = dialogue
        self._transcript = transcript
        self._handover = handover
        self._media = media
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._observers: list[Callable[[str, Turn, float], None]] = []

    def observe(self, observer: Callable[[str, Turn, float], None]) -> None:
        """Let ``observer`` hear of each turn: its channel, the turn, seconds."""
        self._observers.append(observer)

    async def handle(self, inbound: Inbound) -> Turn:
        """Answer one message; the same ``message_id`` again gets the first answer.

        Raises:
            ChannelError: the message cannot be taken; the text for the person goes with it.
        """
        started = time.monotonic()
        conversation = self._conversations.by_id(inbound.conversation)
        inbound = _checked(inbound)
        async with self._in_order(conversation.id):
            turn = self._transcript.answered(conversation.id, inbound.message_id)
            if turn is None:
                turn = await self._answer(conversation, inbound)
        seconds = time.monotonic() - started
        for observer in self._observers:
            observer(conversation.channel, turn, seconds)
        logger.info(
            "turn outcome=%s intent=%s channel=%s ms=%d",
            turn.outcome.value,
            turn.intent.name,
            conversation.channel,
            seconds * 1000,
        )
        return turn

    async def _answer(self, conversation: Conversation, inbound: Inbound) -> Turn:
        self._media.check(conversation.id, inbound.media)
        text, said = self._read(conversation, inbound)
        message_id = inbound.message_id or secrets.token_hex(8)
        aside = next((one for one in self._asides if one.is_mine(text)), None)
        self._transcript.hear(conversation.id, message_id, aside.shown(text) if aside else said)
        if aside is not None:
            named = replace(inbound, message_id=message_id)
            turn = await aside.answer(conversation, text, named)
        elif self._is_for_person(conversation, inbound, text):
            turn = Turn(replies=(), outcome=Outcome.HANDOVER)
        elif text == readback.SAY_AGAIN:
            turn = readback.ask_again()
        else:
            turn = await self._respond(conversation, inbound, message_id, text)
        if turn.outcome is Outcome.HANDOVER:
            self._handover.ask(conversation.id)
        return self._transcript.answer(conversation.id, message_id, turn)

    def _is_for_person(self, conversation: Conversation, inbound: Inbound, text: str) -> bool:
        """Return whether the bot keeps silent; nobody in danger waits for a person to read."""
        if inbound.payload or text.startswith(EMERGENCY) or readback.is_urgent(text):
            return False
        return self._handover.is_taken(conversation.id)

    async def _respond(
        self, conversation: Conversation, inbound: Inbound, message_id: str, text: str
    ) -> Turn:
        metadata = {
            "channel": conversation.channel,
            "audience": conversation.audience.value,
            "message_id": message_id,
            "media": list(inbound.media),
            "location": inbound.location.as_dict() if inbound.location else None,
            "address": inbound.address,
        }
        utterance = Utterance(
            sender=conversation.id,
            text=text,
            audience=conversation.audience.value,
            metadata=metadata,
        )
        try:
            return await self._dialogue.respond(utterance)
        except DialogueUnavailableError:
            self._handover.ask(conversation.id)  # a person sees what the machine could not
            raise

    def _read(self, conversation: Conversation, inbound: Inbound) -> tuple[str, str]:
        """Return what Rasa gets and what the transcript shows."""
        if inbound.payload:
            return inbound.payload, inbound.text or ""
        if inbound.choice:
            choice = self._transcript.choice(conversation.id, inbound.choice)
            return choice.payload, choice.title
        if inbound.text:
            offered = self._transcript.offered(conversation.id, inbound.text)
            if offered is not None:
                return offered.payload, inbound.text
            # Rasa would obey a typed "/affirm"; what looks like a command is not understood.
            is_command = re.match(r"/\w", inbound.text)
            return ("/out_of_scope" if is_command else inbound.text), inbound.text
        kind = "send_location" if inbound.location else "send_media"
        return f"/{kind}", ""

    @asynccontextmanager
    async def _in_order(self, conversation: str) -> AsyncIterator[None]:
        lock = self._locks.setdefault(conversation, asyncio.Lock())
        async with lock:
            yield


def _checked(inbound: Inbound) -> Inbound:
    text = clean(inbound.text or "")
    if len(text) > TEXT_LIMIT:
        raise BadMessageError("too_long", limit=TEXT_LIMIT, length=len(text))
    if len(inbound.message_id or "") > MESSAGE_ID_LIMIT:
        raise BadMessageError("message_id_too_long", limit=MESSAGE_ID_LIMIT)
    if not (text or inbound.payload or inbound.choice or inbound.location or inbound.media):
        raise BadMessageError
    return replace(inbound, text=text or None)


def clean(text: str) -> str:
    """Return ``text`` composed (NFC), without control characters and outer space.

    Of the invisible characters only those that build emoji stay, and none of them opens a text.
    """
    composed = unicodedata.normalize("NFC", text)
    visible = "".join(c for c in composed if not _is_control(c) or _KEPT.match(c))
    return _OPENING.sub("", visible).rstrip()


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in {
        "Cc",
        "Cf",
        "Cs",
    }  # Cs: half a character, which no database takes
