"""The real channel and the real library between an emulated Telegram and a scripted dialogue."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx

from channels.dialogue import Utterance
from channels.errors import DialogueUnavailableError
from channels.message import Choice, Intent, Outcome, Reply, Turn
from channels.parts import Parts
from channels.settings import Settings
from channels.telegram import Pace, Telegram, create_telegram
from tests.channels.ears import Ears
from tests.channels.telegram_emulator import TOKEN, BotApi

WANG, LI = 501, 502
YES = (Choice(title="确认登记", payload="/affirm"), Choice(title="不登记了", payload="/cancel"))
QUICK = Pace(
    poll_s=1,
    peek_s=0.02,
    album_s=0.15,
    window_s=0,
    backoff_s=(0.05,),
)


def turn(
    *texts: str, outcome: Outcome = Outcome.CLARIFY, choices: tuple[Choice, ...] = ()
) -> Turn:
    replies = [Reply(text=text) for text in texts]
    replies[-1] = Reply(text=texts[-1], choices=choices)
    return Turn(
        replies=tuple(replies), outcome=outcome, intent=Intent(name="inform", confidence=1.0)
    )


@dataclass
class ScriptedDialogue:
    """Answers from ``script``, else repeats the words; ``hold`` makes words wait."""

    script: dict[str, Turn] = field(default_factory=dict)
    held: dict[str, asyncio.Event] = field(default_factory=dict)
    heard: list[Utterance] = field(default_factory=list)
    is_down: bool = False
    fault: Exception | None = None

    async def respond(self, utterance: Utterance) -> Turn:
        self.heard.append(utterance)
        if utterance.text in self.held:
            await self.held[utterance.text].wait()
        if self.is_down:
            raise DialogueUnavailableError
        if self.fault is not None:
            raise self.fault
        return self.script.get(utterance.text) or turn(f"听到:{utterance.text}")

    def hold(self, text: str) -> asyncio.Event:
        """Let words wait for their answer until the event is set."""
        self.held[text] = asyncio.Event()
        return self.held[text]

    @property
    def texts(self) -> list[str]:
        return [utterance.text for utterance in self.heard]


@dataclass
class Opinions:
    """The knowledge desk, as far as opinions go; ``status`` is what it answers."""

    status: int = 204
    given: list[dict[str, object]] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.status == 204:
            self.given.append(json.loads(request.content))
        return httpx.Response(self.status)


@dataclass
class House:
    """Everything that a test looks at."""

    api: BotApi
    parts: Parts
    dialogue: ScriptedDialogue
    ears: Ears
    telegram: Telegram
    opinions: Opinions


def settings(home: Path, api: BotApi, **more: str) -> Settings:
    return Settings.from_env({
        "LINLI_HOME": str(home),
        "LINLI_TELEGRAM_TOKEN": TOKEN,
        "LINLI_TELEGRAM_API_URL": api.url,
        "LINLI_INTERNAL_TOKEN": "internal",
        **more,
    })  # fmt: skip


@asynccontextmanager
async def open_house(home: Path, api: BotApi, **more: str) -> AsyncIterator[House]:
    dialogue = ScriptedDialogue()
    ears, opinions = Ears(is_open=False), Opinions()
    parts = Parts.assemble(settings(home, api, **more), dialogue=dialogue, hearing=ears)
    first = parts.client  # the directory goes on with it, and finds nobody
    client = httpx.AsyncClient(transport=httpx.MockTransport(opinions))
    parts = replace(parts, client=client)
    telegram = create_telegram(parts, QUICK)
    await telegram.start()
    try:
        yield House(
            api=api, parts=parts, dialogue=dialogue, ears=ears, telegram=telegram,
            opinions=opinions,
        )  # fmt: skip
    finally:
        await telegram.stop()
        await first.aclose()
        await parts.close()
