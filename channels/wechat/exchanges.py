"""Each message answered once and in time, however often WeChat brings it."""

import asyncio
import logging
from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol
from weakref import WeakValueDictionary

from channels.message import Outcome, Reply, Turn
from channels.texts import problems
from channels.wechat.incoming import Incoming
from channels.wechat.words import words

logger = logging.getLogger(__name__)

REMEMBERED = 10_000  # answered messages; WeChat repeats within 15 s
WAITING_LIMIT = 20  # messages of one person at once; more are asked to slow down


class Answerer(Protocol):
    """Whoever finds the answer, and then says it one way or the other."""

    async def respond(self, incoming: Incoming) -> Turn:
        """Return the answer; it may take its time."""
        ...

    def reply(self, incoming: Incoming, turn: Turn) -> str:
        """Return the passive reply for an answer in time, empty for none."""
        ...

    def promise(self, incoming: Incoming) -> None:
        """Note that an answer will come too late for that, so that it outlives this process."""
        ...

    async def bring(self, incoming: Incoming, turn: Turn) -> None:
        """Bring an answer that came too late, and keep the promise."""
        ...


@dataclass(slots=True, eq=False)
class Exchange:
    """One message and what is said to it, the same to each repetition."""

    said: asyncio.Future[str]
    is_late: bool = False


@dataclass(slots=True)
class Exchanges:
    """Runs one person's messages in order, and those of different people side by side."""

    answerer: Answerer
    answer_s: float
    _known: OrderedDict[tuple[str, str], Exchange] = field(default_factory=OrderedDict)
    _order: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    _waiting: Counter[str] = field(default_factory=Counter)
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    async def take(self, incoming: Incoming) -> str:
        """Return the passive reply, in time; a slow answer is brought later.

        A repetition gets what the first got, and waits for it if it is still being made.
        """
        exchange = self._known.get(incoming.key)
        if exchange is None:
            if self._waiting[incoming.account] >= WAITING_LIMIT:
                return problems()["too_many"]
            exchange = self._begin(incoming)
        try:
            return await asyncio.wait_for(asyncio.shield(exchange.said), self.answer_s)
        except TimeoutError:
            return self._put_off(incoming, exchange)

    def resume(self, owed: Sequence[Incoming]) -> None:
        """Answer what a process before this one has promised, in order."""
        for incoming in owed:
            if incoming.key not in self._known:
                exchange = self._begin(incoming)
                exchange.is_late = True
                exchange.said.set_result(words().patience)

    async def settle(self) -> None:
        """Wait until every answer that is on its way has been said or kept."""
        while self._running:
            await asyncio.gather(*self._running, return_exceptions=True)

    def _begin(self, incoming: Incoming) -> Exchange:
        exchange = Exchange(asyncio.get_running_loop().create_future())
        self._known[incoming.key] = exchange
        self._waiting[incoming.account] += 1
        task = asyncio.create_task(self._run(incoming, exchange))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        self._forget_old()
        return exchange

    async def _run(self, incoming: Incoming, exchange: Exchange) -> None:
        lock = self._order.setdefault(incoming.account, asyncio.Lock())
        try:
            async with lock:
                turn = await self._respond(incoming)
                if exchange.is_late:
                    await self.answerer.bring(incoming, turn)
                else:  # nothing may wait between these two: either is_late or said
                    exchange.said.set_result(self.answerer.reply(incoming, turn))
        except Exception as error:  # the top of what a message sets going
            logger.error("an answer was not given: %s", type(error).__name__)
            if not exchange.said.done():
                exchange.said.set_result(problems()["internal"])
        finally:
            self._waiting[incoming.account] -= 1
            if not self._waiting[incoming.account]:
                del self._waiting[incoming.account]

    async def _respond(self, incoming: Incoming) -> Turn:
        try:
            return await self.answerer.respond(incoming)
        except Exception as error:  # our fault; the person hears of it, now or later
            logger.error("a message failed: %s", type(error).__name__)
            apology = Reply(text=problems()["internal"])
            return Turn(replies=(apology,), outcome=Outcome.CLARIFY)

    def _forget_old(self) -> None:
        while len(self._known) > REMEMBERED:
            key, oldest = next(iter(self._known.items()))
            if not oldest.said.done():
                break
            del self._known[key]

    def _put_off(self, incoming: Incoming, exchange: Exchange) -> str:
        if not exchange.said.done():
            exchange.is_late = True
            exchange.said.set_result(words().patience)
            self.answerer.promise(incoming)
        return exchange.said.result()
