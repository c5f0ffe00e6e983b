"""The real gateway over a hand-written dialogue and a database in a file."""

import asyncio
import io
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Self

import httpx
from fastapi import FastAPI
from PIL import Image

from channels.database import migrate, open_engine
from channels.dialogue import Utterance
from channels.errors import DialogueUnavailableError
from channels.gateway import create_app
from channels.message import Choice, Inbound, Intent, Outcome, Reply, Turn
from channels.parts import Parts
from channels.schema import Base
from channels.settings import Settings

INTERNAL = "an-internal-token"
ASK = "要登记吗"
OFFERED = (
    Choice(title="确认提交", payload="/affirm"),
    Choice(title="查进度", payload='/ask_progress{"ticket_number":"20261121-000123"}'),
)


def says(text: str, *choices: Choice, outcome: Outcome = Outcome.CLARIFY) -> Turn:
    """Return a turn of one bubble."""
    return Turn(
        replies=(Reply(text=text, choices=choices),),
        outcome=outcome,
        intent=Intent(name="inform", confidence=0.9),
    )


@dataclass
class Talker:
    """Repeats what it hears, offers two options when asked to; may be down, slow or held up."""

    is_down: bool = False
    pause_s: float = 0.0
    script: dict[str, Turn] = field(default_factory=lambda: {ASK: says("请核对", *OFFERED)})
    heard: list[Utterance] = field(default_factory=list)
    held: dict[str, asyncio.Event] = field(default_factory=dict)

    async def respond(self, utterance: Utterance) -> Turn:
        self.heard.append(utterance)
        await asyncio.sleep(self.pause_s)
        if utterance.text in self.held:
            await self.held[utterance.text].wait()
        if self.is_down:
            raise DialogueUnavailableError
        return self.script.get(utterance.text) or says(f"听到:{utterance.text}")

    @property
    def texts(self) -> list[str]:
        return [utterance.text for utterance in self.heard]

    def forget(self) -> None:
        fresh = Talker()
        self.is_down, self.pause_s = fresh.is_down, fresh.pause_s
        self.script, self.heard, self.held = fresh.script, fresh.heard, fresh.held


@dataclass
class Guest:
    """Somebody with a conversation and its token."""

    id: str
    client: httpx.AsyncClient
    headers: dict[str, str]

    async def send(self, **message: Any) -> httpx.Response:
        return await self.client.post("/api/messages", json=message, headers=self.headers)

    async def say(self, text: str, **more: Any) -> dict[str, Any]:
        answer = await self.send(text=text, **more)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    async def post(self, content: bytes, kind: str = "application/json") -> httpx.Response:
        headers = {**self.headers, "content-type": kind}
        return await self.client.post("/api/messages", content=content, headers=headers)

    async def upload(self, content: bytes, name: str = "photo.jpg") -> httpx.Response:
        files = {"file": (name, content, "image/jpeg")}
        return await self.client.post("/api/media", files=files, headers=self.headers)

    def inbound(self, text: str, **more: Any) -> Inbound:
        return Inbound(conversation=self.id, text=text, **more)


@dataclass
class Office:
    """What a test looks at."""

    parts: Parts
    talker: Talker
    client: httpx.AsyncClient

    async def guest(self, audience: str = "standard") -> Guest:
        answer = await self.client.post("/api/conversations", json={"audience": audience})
        opened = answer.json()
        headers = {"Authorization": f"Bearer {opened['token']}"}
        return Guest(id=opened["conversation"], client=self.client, headers=headers)

    async def publish(self, token: str = INTERNAL, **news: Any) -> httpx.Response:
        body = {"id": "n-1", "number": "20261121-000123", "status": "accepted", "text": "已受理"}
        headers = {"Authorization": f"Bearer {token}"}
        return await self.client.post("/internal/news", json=body | news, headers=headers)


def settings(home: Path, **more: str) -> Settings:
    return Settings.from_env(
        {"LINLI_HOME": str(home), "LINLI_PORT": "1", "LINLI_INTERNAL_TOKEN": INTERNAL, **more}
    )


@cache
def migrated() -> bytes:
    """Return an empty database, migrated once for all tests."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/conversations.db")
        migrate(engine)
        engine.dispose()
        return Path(folder, "conversations.db").read_bytes()


@dataclass
class Building:
    """A gateway that many tests use one after the other."""

    parts: Parts
    talker: Talker
    app: FastAPI

    @classmethod
    def open(
        cls,
        home: Path,
        behind: Callable[[httpx.Request], httpx.Response] | None = None,
        **more: str,
    ) -> Self:
        """Build the gateway; ``behind`` answers for the processes it passes requests on to."""
        home.mkdir(parents=True, exist_ok=True)
        talker = Talker()
        parts = Parts.assemble(settings(home, **more), dialogue=talker)
        if behind is not None:
            client = httpx.AsyncClient(transport=httpx.MockTransport(behind))
            parts = replace(parts, client=client)
        return cls(parts=parts, talker=talker, app=create_app(parts))

    def clear(self) -> None:
        """Leave nothing of the test before."""
        self.talker.forget()
        with self.parts.engine.begin() as connection:
            for table in reversed(Base.metadata.sorted_tables):
                connection.execute(table.delete())
        shutil.rmtree(self.parts.settings.home / "media", ignore_errors=True)

    @asynccontextmanager
    async def office(self, host: str = "127.0.0.1") -> AsyncIterator[Office]:
        """Give the gateway with a client to it, which calls from ``host``."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=(host, 40000))
        async with httpx.AsyncClient(transport=transport, base_url="http://linli") as client:
            yield Office(parts=self.parts, talker=self.talker, client=client)


@asynccontextmanager
async def open_office(
    home: Path, behind: Callable[[httpx.Request], httpx.Response] | None = None, **more: str
) -> AsyncIterator[Office]:
    """Give a gateway of its own, which a test may break."""
    building = Building.open(home, behind, **more)
    async with building.office() as office:
        yield office
    await building.parts.close()


def picture(
    form: str = "JPEG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **more: Any
) -> bytes:
    """Return a picture's bytes."""
    out = io.BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else 0).save(out, form, **more)
    return out.getvalue()


def problem(answer: httpx.Response, status: int, key: str) -> str:
    """Assert that an answer is a problem document and return its title."""
    body = answer.json()
    assert answer.status_code == status, body
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["type"] == f"urn:linli:problem:{key}"
    assert body["status"] == status
    title: str = body["title"]
    assert any("一" <= letter <= "鿿" for letter in title), title
    return title
