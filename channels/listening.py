"""Takes what was spoken: read back first, and handled only when its speaker says so."""

from dataclasses import replace

from channels import readback
from channels.errors import BadMessageError, HearingUnavailableError, RefusedMediaError
from channels.handover import HandoverDesk
from channels.hearing import Heard, Hearing
from channels.message import Inbound, Reply, Turn
from channels.transcript import Transcript
from channels.turns import Turns, clean


class Listener:
    """Does for spoken words what ``Turns`` does for written ones."""

    def __init__(
        self, hearing: Hearing, turns: Turns, transcript: Transcript, handover: HandoverDesk
    ) -> None:
        self._hearing, self._turns = hearing, turns
        self._transcript, self._handover = transcript, handover

    async def hear(self, conversation: str, content: bytes) -> Heard | None:
        """Return what was said; None where nobody can hear it now, or a person hears it anyway.

        Nobody in danger waits until the person who has the conversation listens.

        Raises:
            BadMessageError: it is too long.
        """
        if not self._handover.is_taken(conversation):
            return await self._heard(content)
        try:
            heard = await self._heard(content)
        except BadMessageError:
            return None
        is_danger = heard is not None and heard.is_clear and readback.is_urgent(heard.text)
        return heard if is_danger else None

    async def _heard(self, content: bytes) -> Heard | None:
        if not self._hearing.is_open:
            return None
        try:
            return await self._hearing.hear(content)
        except (HearingUnavailableError, RefusedMediaError):  # a film without sound, for instance
            return None

    async def take(self, conversation: str, message_id: str, text: str) -> Turn:
        """Return the question whether ``text`` is right, or the answer where none is needed.

        Not asked back: a wish for a person, an option that was offered, what may be a danger,
        and what a person reads.

        Raises:
            ChannelError: the message cannot be taken.
        """
        known = self._transcript.answered(conversation, message_id)
        if known is not None:
            return known
        text = clean(text).lstrip("/")
        if readback.answer_in(text) == readback.words().human:  # works the first time
            wanted = Inbound(
                conversation=conversation, payload=readback.HUMAN, message_id=message_id
            )
            return await self._turns.handle(wanted)
        option = self._option(conversation, text)
        inbound = Inbound(conversation=conversation, text=option or text, message_id=message_id)
        if readback.is_urgent(text) and not option:
            turn = await self._turns.handle(inbound)
            heard = readback.words().heard_at_once.format(text=text)
            return replace(turn, replies=(Reply(text=heard), *turn.replies))
        if option or self._handover.is_taken(conversation):
            return await self._turns.handle(inbound)
        return self.note(conversation, message_id, text, readback.offer(text))

    def note(self, conversation: str, message_id: str, said: str, turn: Turn) -> Turn:
        """Write down what was heard and what we say to it; the first answer stays."""
        self._transcript.hear(conversation, message_id, readback.words().said.format(text=said))
        known = self._transcript.answered(conversation, message_id)
        return known or self._transcript.answer(conversation, message_id, turn)

    def _option(self, conversation: str, text: str) -> str | None:
        """Return the words of an offered option that was spoken."""
        for title in (text, readback.answer_in(text)):
            if title and self._transcript.offered(conversation, title) is not None:
                return title
        return None
