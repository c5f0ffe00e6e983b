"""The family circle: pairing with consent, calls for help, and news of tickets for relatives."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from channels.days import hour
from channels.errors import PairingError, PushFailedError
from channels.family.guesses import Guesses
from channels.family.tie import Call, Particulars, Side, State, Tie
from channels.family.ties import Ties
from channels.family.words import words
from channels.message import Choice
from channels.news import NewsDesk

logger = logging.getLogger(__name__)

HEARD = "/family_heard"  # what the choice under a call means; a typed one is not understood
ONE_CALL = timedelta(seconds=60)  # pressing again within it is the same call
SHOWN_FOR = timedelta(days=7)


def _now() -> datetime:
    return datetime.now(UTC)


class Circle:
    """Lets relatives in and tells them what they may know; words of questions never."""

    def __init__(self, ties: Ties, news: NewsDesk, clock: Callable[[], datetime] = _now) -> None:
        self.ties = ties
        self._news = news
        self._clock = clock
        self._guesses = Guesses()

    def offer(self, elder: str) -> str:
        """Return a code that a relative may use once within half an hour.

        Raises:
            PairingError: there are three relatives already, or too many codes in this hour.
            VaultError: there is no key to keep a telephone with.
        """
        return self.ties.offer(elder, self._clock())

    async def ask(self, code: str, relative: str, said: Particulars, caller: str) -> Tie:
        """Use a code; ``caller`` is a digest of where it came from, against guessing.

        Raises:
            PairingError: the code is wrong, used or too old, or there were too many guesses.
        """
        now = self._clock()
        if self._guesses.is_too_many(caller, now):
            raise PairingError("pairing_guesses")
        try:
            tie = self.ties.ask(code, relative, said, now)
        except PairingError as error:
            if error.text_key == PairingError.key:
                self._guesses.note(caller, now)
            raise
        await self._tell(tie.elder, f"family-asked-{tie.id}", _say("asked", tie))
        return tie

    async def agree(self, tie: str, elder: str) -> Tie | None:
        """Note the elderly person's consent and tell the relative."""
        agreed = self.ties.agree(tie, elder, self._clock())
        if agreed:
            await self._tell(agreed.relative, f"family-agreed-{tie}", _say("agreed", agreed))
        return agreed

    async def end(self, tie: str, conversation: str, side: Side) -> Tie | None:
        """End a tie from either side, forget the relative and tell the other side."""
        ended = self.ties.end(tie, conversation, side, self._clock())
        if ended is None:
            return None
        if side is Side.RELATIVE:
            if ended.state is State.AGREED:
                await self._tell(ended.elder, f"family-ended-{tie}", _say("left", ended))
        else:
            key = "ended" if ended.state is State.AGREED else "refused"
            await self._tell(ended.relative, f"family-ended-{tie}", _say(key, ended))
        return ended

    def call(self, elder: str, key: str) -> tuple[Call, bool]:
        """Note that the elderly person calls for help; return the call and whether it is new.

        The same ``key``, and another press within a minute, is the same call. Nobody is told
        yet, so that nothing that is filed under the call waits for a messenger.
        """
        now = self._clock()
        last = next(iter(self.ties.calls(elder, now - ONE_CALL)), None)
        return (last, False) if last else self.ties.call(elder, key, now)

    async def tell_of_call(self, elder: str, call: Call) -> None:
        """Tell every relative of a call; the same one again is told once."""
        at = hour(call.at)
        choice = Choice(title=words()["choices"]["heard"], payload=f"{HEARD} {call.id}")
        for tie in self.agreed(elder):
            text = _say("called", tie, at=at)
            await self._tell(tie.relative, f"family-call-{call.id}-{tie.id}", text, (choice,))

    async def hear(self, call: str, relative: str) -> bool:
        """Tell the elderly person that a call is heard; False if somebody did so before."""
        tie = self.ties.hear(call, relative, self._clock())
        if tie is None:
            return False
        await self._tell(tie.elder, f"family-heard-{call}-{tie.id}", _say("heard", tie))
        return True

    def calls_of(self, tie: Tie) -> list[Call]:
        """Return the calls of the last days that this relative was told of, newest first."""
        since = self._clock() - SHOWN_FOR
        return self.ties.calls(tie.elder, max(since, tie.agreed_at or since))

    def agreed(self, elder: str) -> list[Tie]:
        """Return the relatives who were let in."""
        return [tie for tie in self.ties.of_elder(elder) if tie.state is State.AGREED]

    def is_asked(self, elder: str) -> bool:
        """Return whether a relative waits for an answer."""
        return self.ties.is_asked(elder)

    async def tell_of_ticket(self, elder: str, key: str, number: str, status: str) -> None:
        """Tell the relatives how a ticket stands; ``status`` is its name, and nothing more."""
        for tie in self.agreed(elder):
            text = _say("moved", tie, status=status, number=number)
            await self._tell(tie.relative, f"{key[:90]}-{tie.id}", text)

    async def _tell(
        self, conversation: str, key: str, text: str, choices: tuple[Choice, ...] = ()
    ) -> None:
        body: dict[str, Any] = {
            "replies": [{"text": text, "choices": [], "citations": []}],
            "outcome": "answer",
            "ticket": None,
        }
        try:
            await self._news.publish(conversation, key, body, choices)
        except PushFailedError:
            logger.warning("news for a relative waits until the messenger can be reached")


def _say(key: str, tie: Tie, **values: str) -> str:
    said = tie.particulars
    elder = said.elder_name or words()["elder"]
    return str(words()["news"][key]).format(elder=elder, **values)
