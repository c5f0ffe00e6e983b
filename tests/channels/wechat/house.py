"""The real channel behind real HTTP, between the emulated WeChat and a scripted dialogue."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
from fastapi import FastAPI

from channels import problems
from channels.body_limit import BodyLimit
from channels.conversations import Conversation
from channels.dialogue import Utterance
from channels.errors import DialogueUnavailableError
from channels.message import Audience, Choice, Intent, Outcome, Reply, Turn
from channels.parts import Parts
from channels.settings import Settings
from channels.wechat import Pace, Wechat, create_wechat
from channels.wechat.crypto import Seal
from channels.wecom import create_wecom
from tests.channels.ears import Ears
from tests.channels.office import migrated
from tests.channels.wechat.platform import (
    AES_KEY,
    APPID,
    SECRET,
    TOKEN,
    Platform,
    serving,
)

HERE = "http://here"
IN_TIME, SHORT = 60.0, 0.2  # seconds until an answer is late; the machine may be busy
YES = (Choice(title="确认登记", payload="/affirm"), Choice(title="不登记了", payload="/cancel"))
SOLVED = (Choice(title="已解决", payload='/confirm_solved{"ticket_number":"1"}'),)


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
    """Answers from ``script``, else repeats the words; ``held`` words wait to be let go."""

    script: dict[str, Turn] = field(default_factory=dict)
    held: dict[str, asyncio.Event] = field(default_factory=dict)
    heard: list[Utterance] = field(default_factory=list)
    is_down: bool = False
    fault: Exception | None = None
    is_asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def respond(self, utterance: Utterance) -> Turn:
        self.heard.append(utterance)
        self.is_asked.set()
        if utterance.text in self.held:
            await self.held[utterance.text].wait()
        if self.is_down:
            raise DialogueUnavailableError
        if self.fault is not None:
            raise self.fault
        return self.script.get(utterance.text) or turn(f"听到:{utterance.text}")

    def hold(self, text: str) -> asyncio.Event:
        self.held[text] = asyncio.Event()
        return self.held[text]

    @property
    def texts(self) -> list[str]:
        return [utterance.text for utterance in self.heard]


@dataclass
class House:
    """Everything that a test looks at."""

    platform: Platform
    parts: Parts
    dialogue: ScriptedDialogue
    ears: Ears
    wechat: Wechat

    def conversation(self, person: str) -> Conversation:
        channel = "wecom" if self.platform.is_wecom else "wechat"
        return self.parts.conversations.for_account(channel, person, Audience.STANDARD)

    def be_patient(self) -> None:
        """From now on let nothing be late."""
        self.wechat.exchanges.answer_s = IN_TIME

    async def stop(self) -> None:
        """Let everybody speak out, and stop."""
        for event in self.dialogue.held.values():
            event.set()
        await self.wechat.stop()

    async def publish(self, person: str, key: str, choices: tuple[Choice, ...] = ()) -> None:
        """Bring news of a ticket, whose text is ``key``."""
        ticket = {"number": "20260101-000001", "status": "accepted", "status_name": "已受理"}
        body = {
            "replies": [Reply(text=key).as_dict()], "outcome": "ticket_status", "ticket": ticket,
        }  # fmt: skip
        conversation = self.conversation(person).id
        await self.parts.news.publish(conversation, f"{conversation}-{key}", body, choices)


def settings(home: Path, **more: str) -> Settings:
    return Settings.from_env({
        "LINLI_HOME": str(home),
        "LINLI_INTERNAL_TOKEN": "internal",
        "LINLI_PUBLIC_URL": "https://linli.example.org/",
        "LINLI_WECHAT_TOKEN": TOKEN,
        "LINLI_WECHAT_APPID": APPID,
        "LINLI_WECHAT_SECRET": SECRET,
        "LINLI_WECOM_TOKEN": TOKEN,
        "LINLI_WECOM_AES_KEY": AES_KEY,
        "LINLI_WECOM_CORP": APPID,
        "LINLI_WECOM_AGENT": "1000002",
        "LINLI_WECOM_SECRET": SECRET,
        **more,
    })  # fmt: skip


@asynccontextmanager
async def open_house(
    home: Path,
    *,
    answer_s: float = IN_TIME,
    is_sealed: bool = False,
    is_wecom: bool = False,
    over_http: bool = False,
    database: bytes | None = None,
    **more: str,
) -> AsyncIterator[House]:
    """Give a channel; ``over_http`` WeChat's patience is real, else it waits for follow-ups."""
    if is_sealed:
        more["LINLI_WECHAT_AES_KEY"] = AES_KEY
    (home / "conversations.db").write_bytes(database or migrated())
    platform, dialogue = Platform(is_wecom=is_wecom), ScriptedDialogue()
    ears = Ears(is_open=False)
    parts = Parts.assemble(settings(home, **more), dialogue=dialogue, hearing=ears)
    parts.news._clock = platform.clock
    pace = replace(Pace(), answer_s=answer_s, busy_s=(0.01, 0.01))
    interface = httpx.AsyncClient(transport=httpx.ASGITransport(platform.app()), base_url=HERE)
    create = create_wecom if is_wecom else create_wechat
    wechat = create(parts, pace, platform.clock, interface)
    app = FastAPI()
    problems.install(app)
    app.include_router(wechat.router)
    app.add_middleware(BodyLimit)
    platform.seal = Seal(AES_KEY, APPID) if is_sealed or is_wecom else None
    house = House(platform=platform, parts=parts, dialogue=dialogue, ears=ears, wechat=wechat)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(parts.close)
        stack.push_async_callback(house.stop)
        await wechat.start()
        transport = None if over_http else httpx.ASGITransport(app, raise_app_exceptions=False)
        url = await stack.enter_async_context(serving(app)) if over_http else HERE
        platform.door = f"{url}/{'wecom' if is_wecom else 'wechat'}"
        platform.client = await stack.enter_async_context(
            httpx.AsyncClient(transport=transport, trust_env=False)
        )
        yield house
