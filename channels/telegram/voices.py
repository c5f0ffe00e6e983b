"""Voice messages: heard and read back, or kept for a person where nobody here can hear."""

import asyncio
from dataclasses import replace

from telegram import Bot, Update
from telegram.ext import ContextTypes, MessageHandler, filters

from channels import readback
from channels.message import Choice, Inbound, Outcome, Reply, Turn
from channels.parts import Parts
from channels.telegram.commands import PRIVATE
from channels.telegram.desk import Desk, chat_of, message_id
from channels.telegram.files import Attachment, fetch, voice_of
from channels.telegram.words import words

VOICE = filters.VOICE | filters.AUDIO | filters.VIDEO_NOTE


class Voices:
    """Reads back what it hears; what it cannot hear it keeps, and offers a human being."""

    def __init__(self, parts: Parts, bot: Bot, desk: Desk) -> None:
        self._parts, self._bot, self._desk = parts, bot, desk

    def handlers(self) -> list[MessageHandler[ContextTypes.DEFAULT_TYPE, None]]:
        """Return the handler."""
        return [MessageHandler(PRIVATE & VOICE, self.on_voice)]

    async def on_voice(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Read a voice message back; while a person has the conversation, keep it for them."""
        attachment = voice_of(update.message) if update.message else None
        if attachment is not None:
            await self._desk.say(update, self._turn(update, attachment))

    async def _turn(self, update: Update, attachment: Attachment) -> Turn:
        """Return what is said to a voice message.

        Raises:
            ChannelError: it cannot be taken.
        """
        conversation = self._desk.conversation(chat_of(update)).id
        known = self._parts.transcript.answered(conversation, message_id(update))
        if known is not None:
            return known
        content = await fetch(self._bot, attachment)
        listener = self._parts.listener
        heard = await listener.hear(conversation, content)
        if heard is not None and heard.is_clear:
            return await listener.take(conversation, message_id(update), heard.text)
        media = await asyncio.to_thread(self._parts.media.save, conversation, content)
        if self._parts.handover.is_taken(conversation):
            return await self._pass_on(update, conversation, media)
        return await self._offer_human(update, conversation, media, is_heard=heard is not None)

    async def _pass_on(self, update: Update, conversation: str, media: str) -> Turn:
        inbound = Inbound(conversation=conversation, media=(media,), message_id=message_id(update))
        return await self._parts.turns.handle(inbound)

    async def _offer_human(
        self, update: Update, conversation: str, media: str, *, is_heard: bool
    ) -> Turn:
        """Add the sound to a draft if there is one, else offer somebody who hears it."""
        unclear = readback.unclear(is_kept=True)
        if self._is_drafting(conversation):
            turn = await self._pass_on(update, conversation, media)
            first = unclear.replies[0].text if is_heard else words().voice_in_draft
            return replace(turn, replies=(Reply(text=first), *turn.replies))
        choice = Choice(title=words().voice_choice, payload=readback.HUMAN)
        offer = Turn(
            replies=(Reply(text=words().voice, choices=(choice,)),), outcome=Outcome.CLARIFY
        )
        said = words().said["voice"].format(media=media)
        transcript = self._parts.transcript
        transcript.hear(conversation, message_id(update), said)
        return transcript.answer(conversation, message_id(update), unclear if is_heard else offer)

    def _is_drafting(self, conversation: str) -> bool:
        turns = self._parts.transcript.read(conversation, limit=3)
        answered = [turn["reply"] for turn in turns if turn["reply"]]
        return bool(answered) and answered[-1]["outcome"] == Outcome.TICKET_DRAFT
