"""Measures answers within WeChat's time: ``python -m bench.wechat``.

A WeChat of our own brings messages over real HTTP to the real gateway, with a stub for the
dialogue that stalls now and then; some messages are brought again with the same MsgId, as WeChat
does when an answer is lost. A plain door, which waits for the dialogue and remembers nothing, is
measured beside it.
"""

import argparse
import asyncio
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from time import perf_counter

import httpx
import uvicorn
from fastapi import FastAPI, Request, Response
from rich.console import Console
from rich.table import Table

from channels.dialogue import Utterance
from channels.gateway import create_app
from channels.message import Intent, Outcome, Reply, Turn
from channels.parts import Parts
from channels.settings import Settings
from channels.wechat.envelope import read_fields, write_text
from tests.channels.wechat.platform import (
    APPID,
    OUT_OF_ORDER,
    SECRET,
    TOKEN,
    Platform,
    serving,
)
from tests.serving import free_base_port

REPOSITORY = Path(__file__).parents[1]
TURNS, PLAIN_TURNS = 10_000, 1_000
EACH = 10  # messages of a person
STALLED, REPEATED = 0.02, 0.03  # shares
STALL_S = 6.0
AIM_S = 4.5
PEOPLE = 16  # writing at once
SLOW = "慢"
SEED = 7


class Stub:
    """Repeats what it hears, after a pause if it begins with ``SLOW``."""

    def __init__(self) -> None:
        self.heard: Counter[str] = Counter()

    async def respond(self, utterance: Utterance) -> Turn:
        """Return the words."""
        self.heard[utterance.text] += 1
        if utterance.text.startswith(SLOW):
            await asyncio.sleep(STALL_S)
        return Turn(
            replies=(Reply(text=utterance.text),),
            outcome=Outcome.ANSWER,
            intent=Intent(name="stub", confidence=1.0),
        )


@dataclass(slots=True)
class Tally:
    """What was seen from WeChat's side."""

    seconds: list[float] = field(default_factory=list)  # of each time a message was brought
    read: Counter[str] = field(default_factory=Counter)  # texts that arrived at once
    failures: int = 0  # after three tries
    repeats: int = 0
    differing: int = 0  # repeats that were answered otherwise


class Door(Platform):
    """A WeChat that looks at the clock."""

    tally: Tally

    async def post(self, message: dict[str, str]) -> httpx.Response:
        """Bring a message once."""
        begin = perf_counter()
        try:
            return await super().post(message)
        finally:
            self.tally.seconds.append(perf_counter() - begin)


async def measure(kind: str, turns: int) -> tuple[Tally, Counter[str], Door, int]:
    """Return what WeChat saw, what the dialogue heard, and how many turns stalled."""
    platform = Door()
    platform.tally = Tally()
    texts = list(_texts(turns))
    with tempfile.TemporaryDirectory() as folder:
        async with serving(platform.app()) as url, _gateway(kind, Path(folder), url) as door:
            limits = httpx.Limits(max_connections=PEOPLE * 2)
            async with httpx.AsyncClient(trust_env=False, limits=limits) as client:
                platform.client, platform.door = client, f"{door}/wechat"
                await _write_all(platform, texts)
                stalled = sum(text.startswith(SLOW) for text in texts)
                if kind == "gateway":
                    await platform.arrivals(stalled)
                heard = Counter((await client.get(f"{door}/bench/heard")).json())
    return platform.tally, heard, platform, stalled


def _texts(turns: int) -> Iterator[str]:
    chance = random.Random(SEED)
    for number in range(turns):
        yield f"{SLOW if chance.random() < STALLED else '问'}{number:05d}"


async def _write_all(platform: Door, texts: Sequence[str]) -> None:
    people = [(f"oPerson{n:06d}", texts[n : n + EACH]) for n in range(0, len(texts), EACH)]
    waiting = asyncio.Semaphore(PEOPLE)
    chance = random.Random(SEED)

    async def live(person: str, own: Sequence[str]) -> None:
        async with waiting:
            for text in own:
                await _write(platform, person, text, is_repeated=chance.random() < REPEATED)

    await asyncio.gather(*(live(person, own) for person, own in people))


async def _write(platform: Door, person: str, text: str, *, is_repeated: bool) -> None:
    platform.clock.now = datetime.now(UTC)
    message = platform.message(person, "text", Content=text)
    said = await platform.bring(message)
    platform.tally.failures += said == OUT_OF_ORDER
    platform.tally.read[said or ""] += 1
    if is_repeated:
        platform.tally.repeats += 1
        platform.tally.differing += await platform.bring(message) != said


@asynccontextmanager
async def _gateway(kind: str, home: Path, api_url: str) -> AsyncIterator[str]:
    """Serve the gateway, or a plain door, in a process of its own."""
    port = free_base_port()
    environ = {
        **os.environ,
        "LINLI_HOME": str(home),
        "LINLI_PORT": str(port),
        "LINLI_WECHAT_TOKEN": TOKEN,
        "LINLI_WECHAT_APPID": APPID,
        "LINLI_WECHAT_SECRET": SECRET,
        "LINLI_WECHAT_API_URL": api_url,
    }
    command = [sys.executable, "-m", "bench.wechat", "--serve", kind]
    process = await asyncio.create_subprocess_exec(*command, env=environ, cwd=REPOSITORY)
    url = f"http://127.0.0.1:{port}"
    try:
        await _until_ready(url)
        yield url
    finally:
        process.terminate()
        await process.wait()


async def _until_ready(url: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as client, asyncio.timeout(60):
        while True:
            try:
                if (await client.get(f"{url}/readyz")).is_success:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.2)


def serve(kind: str) -> None:
    """Be the process that is measured."""
    settings, stub = Settings.from_env(os.environ), Stub()
    parts = Parts.assemble(settings, dialogue=stub)
    app = create_app(parts) if kind == "gateway" else _plain(stub)

    @app.get("/bench/heard")
    def read_heard() -> dict[str, int]:
        return dict(stub.heard)

    uvicorn.run(app, host="127.0.0.1", port=settings.port, log_level="error", access_log=False)


def _plain(stub: Stub) -> FastAPI:
    app = FastAPI()

    @app.get("/readyz")
    def readyz() -> None:
        return None

    @app.post("/wechat")
    async def take(request: Request) -> Response:
        fields = read_fields(await request.body())
        person, text = fields["FromUserName"], fields["Content"]
        utterance = Utterance(sender=person, text=text, audience="standard", metadata={})
        turn = await stub.respond(utterance)
        return Response(write_text(person, fields["ToUserName"], turn.replies[0].text))

    return app


def table(rows: Sequence[tuple[str, Tally, Counter[str], Door, int]]) -> Table:
    """Return the figures of each door."""
    found = Table(
        title=f"{STALLED:.0%} of the turns stall {STALL_S:.0f} s, {PEOPLE} people at once"
    )
    for name in (
        "door", "turns", "within 4.5 s", "median, p99, longest", "no answer at all",
        "stalled: answer brought later", "repeats", "answered otherwise", "handled twice",
    ):  # fmt: skip
        found.add_column(name)
    for name, tally, heard, platform, stalled in rows:
        turns = sum(tally.read.values())
        in_time = sum(second <= AIM_S for second in tally.seconds) / len(tally.seconds)
        cuts = quantiles(tally.seconds, n=100)
        sent = Counter(message["text"]["content"] for message in platform.sent)
        once = sum(count == 1 for text, count in sent.items() if text.startswith(SLOW))
        twice = sum(count > 1 for text, count in heard.items() if text[1:].isdecimal())
        found.add_row(
            name, f"{turns:,}", f"{in_time:.2%}",
            f"{cuts[49] * 1000:.0f} ms, {cuts[98] * 1000:.0f} ms, {max(tally.seconds):.2f} s",
            str(tally.failures), f"{once} of {stalled}", str(tally.repeats),
            str(tally.differing), str(twice),
        )  # fmt: skip
    return found


def main() -> None:
    """Measure both doors and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.wechat", description=__doc__)
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--serve", choices=("gateway", "plain"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve)
        return
    plain_turns = min(options.turns, PLAIN_TURNS)
    rows = [
        ("**Linli's gateway**", *asyncio.run(measure("gateway", options.turns))),
        ("a plain door", *asyncio.run(measure("plain", plain_turns))),
    ]
    Console(width=160).print(table(rows))


if __name__ == "__main__":
    main()
