"""What relatives say in a messenger about pairing: answered here, out of the dialogue's hearing.

A telephone typed for pairing reaches neither the transcript nor Rasa.
"""

import re

from channels.conversations import Conversation
from channels.errors import PairingError, VaultError
from channels.family.circle import HEARD, Circle
from channels.family.particulars import particulars
from channels.family.tie import Side, State, Tie
from channels.family.words import words
from channels.message import Inbound, Outcome, Reply, Turn
from channels.texts import explain


class FamilyAside:
    """Takes the messages that are about pairing and calls, in every channel."""

    def __init__(self, circle: Circle) -> None:
        self._circle = circle
        said = words()["pairing"]
        self._begins, self._pair, self._part = (
            re.compile(said[name]) for name in ("begins", "pair", "part")
        )
        self._of_elder = (
            (re.compile(said["offer"]), self._offer),
            (re.compile(said["agree"]), self._agree),
            (re.compile(said["refuse"]), self._refuse),
        )

    def is_mine(self, text: str) -> bool:
        """Return whether the dialogue must not see this."""
        return text.startswith(f"{HEARD} ") or bool(self._begins.match(text))

    def shown(self, _text: str) -> str:
        """Return what the transcript keeps instead of the words."""
        return str(words()["pairing"]["shown"])

    async def answer(self, conversation: Conversation, text: str, inbound: Inbound) -> Turn:
        """Answer a message that is mine."""
        said = words()["pairing"]
        if text.startswith(HEARD):
            is_first = await self._circle.hear(text.partition(" ")[2], conversation.id)
            return _turn(said["heard" if is_first else "heard_before"])
        if self._part.match(text):
            return _turn(said["parted" if await self._end_all(conversation.id) else "nobody"])
        for pattern, act in self._of_elder:
            if pattern.match(text):
                return await act(conversation.id)
        return await self._ask(conversation, text, inbound)

    async def _ask(self, conversation: Conversation, text: str, inbound: Inbound) -> Turn:
        """Let a relative ask with the code that they were given."""
        said = words()["pairing"]
        found = self._pair.match(text)
        if found is None:
            return _turn(said["usage"])
        try:
            told = particulars(found["name"], found["telephone"])
            code = re.sub(r"\D", "", found["code"])
            await self._circle.ask(code, conversation.id, told, inbound.address or conversation.id)
        except (PairingError, VaultError) as error:
            return _turn(explain(error))
        return _turn(said["asked"])

    async def _offer(self, elder: str) -> Turn:
        """Give the elderly person a code to hand on."""
        try:
            code = self._circle.offer(elder)
        except (PairingError, VaultError) as error:
            return _turn(explain(error))
        shown = f"{code[:4]} {code[4:]}"
        return _turn(words()["pairing"]["offered"].format(code=shown))

    async def _agree(self, elder: str) -> Turn:
        """Let in whoever asked; the name is not shown, because what is said here is kept."""
        ties = self._asked(elder)
        for tie in ties:
            await self._circle.agree(tie.id, elder)
        return _turn(words()["pairing"]["agreed" if ties else "not_asked"])

    async def _refuse(self, elder: str) -> Turn:
        ties = self._asked(elder)
        for tie in ties:
            await self._circle.end(tie.id, elder, Side.ELDER)
        return _turn(words()["pairing"]["refused" if ties else "not_asked"])

    def _asked(self, elder: str) -> list[Tie]:
        """Return the ties that wait for an answer."""
        return [tie for tie in self._circle.ties.of_elder(elder) if tie.state is State.ASKED]

    async def _end_all(self, relative: str) -> int:
        ties = self._circle.ties.of_relative(relative)
        for tie in ties:
            await self._circle.end(tie.id, relative, Side.RELATIVE)
        return len(ties)


def _turn(text: str) -> Turn:
    return Turn(replies=(Reply(text=text),), outcome=Outcome.ANSWER)
