"""Voice messages: kept for a person to hear, since their words are not understood here."""

from telegram import Update
from telegram.ext import ContextTypes, MessageHandler, filters

from channels.message import Choice, Outcome, Reply, Turn
from channels.parts import Parts
from channels.telegram.commands import PRIVATE
from channels.telegram.desk import Desk, chat_of, message_id
from channels.telegram.files import voice_of
from channels.telegram.outgoing import Outbox
from channels.telegram.words import words

VOICE = filters.VOICE | filters.AUDIO | filters.VIDEO_NOTE
HUMAN = "/request_human"


class Voices:
    """Keeps what was spoken, adds it to a draft if there is one, and offers a human being."""

    def __init__(self, parts: Parts, desk: Desk, outbox: Outbox) -> None:
        self._parts, self._desk, self._outbox = parts, desk, outbox

    def handlers(self) -> list[MessageHandler[ContextTypes.DEFAULT_TYPE, None]]:
        """Return the handler."""
        return [MessageHandler(PRIVATE & VOICE, self.on_voice)]

    async def on_voice(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Keep a voice message; say nothing while a person has the conversation."""
        attachment = voice_of(update.message) if update.message else None
        media = await self._desk.keep(update, attachment) if attachment else None
        if media is None:
            return
        conversation = self._desk.conversation(chat_of(update)).id
        is_drafting = self._is_drafting(conversation)
        said = words().said["voice"].format(media=media)
        self._parts.transcript.hear(conversation, message_id(update), said)
        if self._parts.handover.is_taken(conversation):
            await self._desk.answer(update, media=(media,))
        elif is_drafting:
            await self._outbox.say(chat_of(update), words().voice_in_draft)
            await self._desk.answer(update, media=(media,))
        else:
            await self._offer_human(update)

    async def _offer_human(self, update: Update) -> None:
        conversation = self._desk.conversation(chat_of(update))
        transcript = self._parts.transcript
        choice = Choice(title=words().voice_choice, payload=HUMAN)
        offer = Turn(
            replies=(Reply(text=words().voice, choices=(choice,)),), outcome=Outcome.CLARIFY
        )
        turn = transcript.answered(conversation.id, message_id(update)) or transcript.answer(
            conversation.id, message_id(update), offer
        )
        await self._outbox.reply(chat_of(update), turn.replies, conversation.audience)

    def _is_drafting(self, conversation: str) -> bool:
        turns = self._parts.transcript.read(conversation, limit=3)
        answered = [turn["reply"] for turn in turns if turn["reply"]]
        return bool(answered) and answered[-1]["outcome"] == Outcome.TICKET_DRAFT
