"""Measures that Telegram's limits are kept and nothing is lost: ``python -m bench.telegram``.

An emulated Bot API refuses with 429 what comes faster than Telegram allows: 1 message to a chat
and 30 to all in any second. Every chat writes all its messages at once, the worst that can come.
The real channel answers over HTTP with a stub for the dialogue; beside it, in the
same run, the same channel without its pacing, for fewer messages.
"""

import argparse
import asyncio
import logging
import tempfile
import time
from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from channels.dialogue import Utterance
from channels.message import Intent, Outcome, Reply, Turn
from channels.parts import Parts
from channels.telegram import Pace, create_telegram
from tests.channels.telegram.house import settings
from tests.channels.telegram_emulator import BotApi, Emulator, Json, refusal

MESSAGES, CHATS = 5_000, 500
UNPACED = 1_000  # messages for the channel without pacing
SHIPPED = Pace()
OVERALL = 30  # messages a second to all chats
PATIENCE_S = 15  # without one new answer


@dataclass
class Second:
    """Remembers the last ``limit`` that passed; one more within a second is too many."""

    limit: int
    passed: deque[float] = field(default_factory=deque)

    def take(self) -> bool:
        """Return whether one more may come now."""
        now = time.monotonic()
        while self.passed and now - self.passed[0] >= 1:
            self.passed.popleft()
        if len(self.passed) >= self.limit:
            return False
        self.passed.append(now)
        return True


class StrictApi(BotApi):
    """A Telegram that refuses what is too fast, as the real one does."""

    def restrict(self) -> None:
        """Begin to count."""
        self.overall = Second(OVERALL)
        self.chats: dict[int, Second] = defaultdict(lambda: Second(1))
        self.refused = 0

    def on_sendmessage(self, data: Json) -> Any:
        """Deliver the message, or say 429."""
        chat = int(data["chat_id"])
        if not (self.overall.take() and self.chats[chat].take()):
            self.refused += 1
            return refusal(429, "Too Many Requests: retry after 1", retry_after=1)
        return super().on_sendmessage(data)


class Stub:
    """Repeats what it hears."""

    async def respond(self, utterance: Utterance) -> Turn:
        """Return the words."""
        return Turn(
            replies=(Reply(text=utterance.text),),
            outcome=Outcome.ANSWER,
            intent=Intent(name="stub", confidence=1.0),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What was seen from Telegram's side."""

    written: int
    arrived: int  # different answers
    twice: int
    disordered: int  # chats whose answers came in another order
    refused: int
    seconds: float


async def measure(pace: Pace, messages: int, chats: int) -> Tally:
    """Write ``messages`` from ``chats`` at once and wait for every answer."""
    emulator = Emulator()
    emulator.api = api = _strict(emulator.api)
    each = messages // chats
    with emulator, tempfile.TemporaryDirectory() as folder:
        parts = Parts.assemble(settings(Path(folder), api), dialogue=Stub())
        for number in range(each):
            for chat in range(1, chats + 1):
                api.write(chat, f"{chat}:{number}")
        telegram = create_telegram(parts, pace)
        begin = time.monotonic()
        await telegram.start()
        try:
            await _until_answered(api, each * chats)
        finally:
            seconds = time.monotonic() - begin
            await telegram.stop()
            await parts.close()
    return _tallied(api, each * chats, seconds)


def _strict(api: BotApi) -> StrictApi:
    strict = StrictApi(url=api.url)
    strict.restrict()
    return strict


async def _until_answered(api: StrictApi, expected: int) -> None:
    """Wait for every answer, or until none came for a while: what is given up is lost."""
    arrived, last = 0, time.monotonic()
    while arrived < expected and time.monotonic() - last < PATIENCE_S:
        await asyncio.sleep(0.5)
        found = len(set(api.texts()))
        arrived, last = found, last if found == arrived else time.monotonic()


def _tallied(api: StrictApi, written: int, seconds: float) -> Tally:
    counts = Counter(api.texts())
    orders: dict[str, list[int]] = defaultdict(list)
    for text in counts:  # in the order of their first arrival
        chat, _, number = text.partition(":")
        orders[chat].append(int(number))
    return Tally(
        written=written,
        arrived=len(counts),
        twice=sum(count > 1 for count in counts.values()),
        disordered=sum(order != sorted(order) for order in orders.values()),
        refused=api.refused,
        seconds=seconds,
    )


def table(rows: Sequence[tuple[str, Tally]]) -> Table:
    """Return the figures of each way."""
    found = Table()
    for name in (
        "channel", "written", "answered", "answered twice", "chats out of order",
        "refused with 429", "messages a second",
    ):  # fmt: skip
        found.add_column(name)
    for name, tally in rows:
        found.add_row(
            name, f"{tally.written:,}", f"{tally.arrived:,}", str(tally.twice),
            str(tally.disordered), f"{tally.refused:,}", f"{tally.arrived / tally.seconds:.1f}",
        )  # fmt: skip
    return found


def main() -> None:
    """Measure both and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.telegram", description=__doc__)
    parser.add_argument("--messages", type=int, default=MESSAGES)
    parser.add_argument("--chats", type=int, default=CHATS)
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)  # each pause is a line
    hasty = replace(SHIPPED, window_s=0)
    few = min(options.messages, UNPACED)
    rows = [
        ("**Linli's**", asyncio.run(measure(SHIPPED, options.messages, options.chats))),
        ("without pacing", asyncio.run(measure(hasty, few, min(options.chats, few)))),
    ]
    Console(width=140).print(table(rows))


if __name__ == "__main__":
    main()
