"""One call: greeting, menu, speech and keys, until the caller hangs up or a person takes over."""

import asyncio
import logging
import re
import secrets
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from channels import readback
from channels.errors import ChannelError, HearingUnavailableError
from channels.hearing import Hearing
from channels.listening import Listener
from channels.message import Choice, Inbound, Outcome, Reply
from channels.message import Turn as Answer
from channels.telephone.line import HungUpError, Line, Turn
from channels.telephone.sound import from_wav, to_wav
from channels.telephone.words import words
from channels.turns import Turns

logger = logging.getLogger(__name__)

TRIES = 2  # silences or unclear speeches in a row; then a person
PERSON, REPEAT, MENU = "0", "9", "*"
PATIENCE_S = 1.5  # of silence on the line; then the caller is asked to wait
SHORTEST = 3  # characters; less than an answer to a read-back is a mishearing of one
LONGEST_CODE = 12  # characters that are read one by one
_NUMBER = re.compile(r"\d{8}-\d{6}")  # of a ticket: too long for ears
_CLAUSES = re.compile(r"\w+")
_T = TypeVar("_T")


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
        self._said: tuple[str, ...] = ()
        self._misses = 0
        self._is_known = False

    async def run(self, community: str, *, is_known: bool) -> None:
        """Talk until a person is needed; ``is_known`` is a caller whose number we see.

        Raises:
            HungUpError: the caller is gone; what was begun waits for the next call.
        """
        self._is_known = is_known
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
            await self._choose(self._choices[number - 1])
        elif key == REPEAT:
            await self._say(*self._said)
        elif key == MENU:
            self._choices = ()
            await self._say(words().menu)
        elif self._choices or key not in words().keys:
            await self._say(words().wrong_key, *(self._offered() or [words().menu]))
        elif said := words().keys[key]:
            await self._ask(Inbound(conversation=self._conversation, text=said))
        else:
            await self._say(words().ask[key])

    async def _hear(self, sound: bytes) -> None:
        heard = await self._patiently(self._hearing.hear(to_wav(sound)))
        option = _meant(heard.text, self._choices)
        if not heard.is_clear or not heard.text or (not option and self._is_half(heard.text)):
            await self._miss(words().unclear)
            return
        self._misses = 0
        if option:
            await self._choose(option)
            return
        message_id = f"tel-{secrets.token_hex(8)}"
        taking = self._listener.take(self._conversation, message_id, heard.text)
        await self._tell(await self._patiently(taking))

    def _is_half(self, text: str) -> bool:
        """Return whether ``text`` is no more than a misheard answer to what was read back."""
        is_asked = any(one.title == readback.words().confirm for one in self._choices)
        return is_asked and len(text) < SHORTEST and not readback.is_urgent(text)

    async def _choose(self, choice: Choice) -> None:
        await self._ask(Inbound(conversation=self._conversation, choice=choice.token))

    async def _ask(self, inbound: Inbound) -> None:
        await self._tell(await self._patiently(self._turns.handle(inbound)))

    async def _patiently(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Return what ``work`` finds; and say so when that takes a while."""
        task = asyncio.create_task(work)
        try:
            await self._line.meanwhile(asyncio.wait({task}, timeout=PATIENCE_S))
            if not task.done():
                await self._play(words().wait)
            await self._line.meanwhile(asyncio.wait({task}))
        except (HungUpError, HearingUnavailableError):
            await asyncio.gather(task, return_exceptions=True)
            raise
        return task.result()

    async def _tell(self, answer: Answer) -> None:
        """Say an answer and its options by number; a new ticket's code twice, sign by sign."""
        if not answer.replies:  # a person has the conversation
            raise PersonNeededError
        self._choices = tuple(choice for reply in answer.replies for choice in reply.choices)
        code = str((answer.ticket or {}).get("code") or "")
        said = [line for reply in answer.replies for line in _lines(reply)]
        said = [_NUMBER.sub("", _without(text, words().left_out)) for text in said]
        if answer.outcome is Outcome.TICKET and 0 < len(code) <= LONGEST_CODE:
            said.append(words().code.format(code=spaced(code)))
            said += [words().same_telephone] * self._is_known
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
        # What was said before stays what 9 repeats: it may be the code of a ticket.
        await self._play(sentence, *self._offered())

    async def _ask_person_quietly(self) -> None:
        """Let the console know, too, so that somebody sees what was begun."""
        await self._turns.handle(Inbound(conversation=self._conversation, payload=readback.HUMAN))

    async def _say(self, *sentences: str) -> None:
        self._said = sentences
        await self._play(*sentences)

    async def _play(self, *sentences: str) -> None:
        await self._line.play(await self._sound("\n".join(sentences)))

    async def _sound(self, sentences: str) -> bytes:
        spoken = await self._line.meanwhile(self._hearing.speak(sentences))
        try:
            return from_wav(spoken)
        except ValueError as error:
            raise HearingUnavailableError from error


def spaced(code: str) -> str:
    """Return ``code`` so that it is read sign by sign."""
    return ",".join(code)


def _meant(text: str, choices: Sequence[Choice]) -> Choice | None:
    """Return the option that a spoken answer names, by its title or by a clause of it."""
    said = {text.strip(readback.MARKS), readback.answer_in(text)}
    for choice in choices:
        if said & {choice.title, *_CLAUSES.findall(choice.title)}:
            return choice
    return None


def _without(text: str, beginnings: Sequence[str]) -> str:
    lines = text.splitlines()
    return "\n".join(line for line in lines if not line.startswith(tuple(beginnings)))


def _lines(reply: Reply) -> Sequence[str]:
    sources = dict.fromkeys(
        words().source.format(document=one.document.strip("《》"), clause=one.clause)
        for one in reply.citations
    )
    return [reply.text, *sources]
