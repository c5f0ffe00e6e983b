"""One call: greeting, menu, speech and keys, until the caller hangs up or a person takes over."""

import logging
import secrets
from collections.abc import Sequence
from contextlib import suppress

from channels import readback
from channels.errors import ChannelError, HearingUnavailableError
from channels.hearing import Hearing
from channels.listening import Listener
from channels.message import Choice, Inbound, Outcome, Reply
from channels.message import Turn as Answer
from channels.telephone.line import Line, Turn
from channels.telephone.sound import from_wav, to_wav
from channels.telephone.words import words
from channels.turns import Turns

logger = logging.getLogger(__name__)

TRIES = 2  # silences or unclear speeches in a row; then a person
PERSON, MENU, ABORT = "0", "9", "*"
LONGEST_CODE = 12  # characters that are read one by one


class PersonNeededError(Exception):
    """A person has to take the call; ``reason`` is said before."""

    def __init__(self, reason: str = "") -> None:
        super().__init__()
        self.reason = reason


class Call:
    """Speaks with one caller; nothing of the sound is kept."""

    def __init__(
        self, line: Line, conversation: str, *, hearing: Hearing, listener: Listener, turns: Turns
    ) -> None:
        self._line, self._conversation = line, conversation
        self._hearing, self._listener, self._turns = hearing, listener, turns
        self._choices: tuple[Choice, ...] = ()
        self._misses = 0

    async def run(self, community: str) -> None:
        """Talk until a person is needed.

        Raises:
            HungUpError: the caller is gone; what was begun waits for the next call.
        """
        try:
            await self._say(words().greeting.format(community=community), words().menu)
            while True:
                await self._answer(await self._line.listen())
        except PersonNeededError as need:
            await self._transfer(need.reason or words().person)
        except ChannelError as error:
            logger.warning("a call goes to a person: %s", type(error).__name__)
            await self._transfer(words().trouble)

    async def _transfer(self, reason: str) -> None:
        with suppress(HearingUnavailableError):  # then the call is passed on in silence
            await self._say(reason)
        await self._line.hang_up()

    async def _answer(self, turn: Turn) -> None:
        if turn.key:
            self._misses = 0
            await self._press(turn.key)
        elif turn.sound:
            await self._hear(turn.sound)
        else:
            await self._miss(words().silence)

    async def _press(self, key: str) -> None:
        """Take a key: an offered option first, then the menu's."""
        number = int(key) if key.isdecimal() else 0
        if key == PERSON:
            await self._ask(Inbound(conversation=self._conversation, payload=readback.HUMAN))
            raise PersonNeededError
        if 0 < number <= len(self._choices):
            token = self._choices[number - 1].token
            await self._ask(Inbound(conversation=self._conversation, choice=token))
        elif key in {MENU, ABORT}:
            self._choices = ()
            await self._say(words().menu)
        elif self._choices or key not in words().keys:
            await self._say(words().wrong_key, *self._offered())
        elif said := words().keys[key]:
            await self._ask(Inbound(conversation=self._conversation, text=said))
        else:
            await self._say(words().ask[key])

    async def _hear(self, sound: bytes) -> None:
        heard = await self._line.meanwhile(self._hearing.hear(to_wav(sound)))
        if not heard.is_clear or not heard.text:
            await self._miss(words().unclear)
            return
        self._misses = 0
        message_id = f"tel-{secrets.token_hex(8)}"
        taking = self._listener.take(self._conversation, message_id, heard.text)
        await self._tell(await self._line.meanwhile(taking))

    async def _ask(self, inbound: Inbound) -> None:
        await self._tell(await self._line.meanwhile(self._turns.handle(inbound)))

    async def _tell(self, answer: Answer) -> None:
        """Say an answer and its options by number; the code of a ticket twice, sign by sign."""
        if not answer.replies:  # a person has the conversation
            raise PersonNeededError
        self._choices = tuple(choice for reply in answer.replies for choice in reply.choices)
        code = str((answer.ticket or {}).get("code") or "")
        said = [line for reply in answer.replies for line in _lines(reply)]
        if code and len(code) <= LONGEST_CODE:
            said.append(words().code.format(code=spaced(code)))
        if answer.outcome is Outcome.HANDOVER:
            raise PersonNeededError("。".join([*said, words().person]))
        await self._say(*said, *(self._offered() or [words().speak]))

    def _offered(self) -> list[str]:
        return [
            words().option.format(title=choice.title, number=number)
            for number, choice in enumerate(self._choices[:8], 1)
        ]

    async def _miss(self, sentence: str) -> None:
        self._misses += 1
        if self._misses >= TRIES:
            await self._ask_person_quietly()
            raise PersonNeededError(f"{words().sorry}{words().person}")
        await self._say(sentence, *self._offered())

    async def _ask_person_quietly(self) -> None:
        """Let the console know, too, so that somebody sees what was begun."""
        await self._turns.handle(Inbound(conversation=self._conversation, payload=readback.HUMAN))

    async def _say(self, *sentences: str) -> None:
        spoken = await self._line.meanwhile(self._hearing.speak("\n".join(sentences)))
        try:
            sound = from_wav(spoken)
        except ValueError as error:
            raise HearingUnavailableError from error
        await self._line.play(sound)


def spaced(code: str) -> str:
    """Return ``code`` so that it is read sign by sign."""
    return ",".join(code)


def _lines(reply: Reply) -> Sequence[str]:
    sources = dict.fromkeys(
        words().source.format(document=one.document.strip("《》"), clause=one.clause)
        for one in reply.citations
    )
    return [reply.text, *sources]
