"""Plays a conversation against a running product, over HTTP as a browser does."""

import json
import os
import signal
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import httpx
from PIL import Image
from sqlalchemy import Engine
from standardwebhooks.webhooks import Webhook

from actions.tickets.database import open_engine
from actions.tickets.errors import TicketError
from actions.tickets.store import TicketStore
from actions.tickets.workers import WorkerRegistry
from tests.conversation import Conversation, Expectation, Step, faults, titles_of, words_of
from tests.serving import Product

NEWS_WITHIN_S = 30.0
BACK_WITHIN_S = 120.0
RESIDENT = "居民"
WORKER_NAME = "演示社工"
GRID_PATH = ("accepted", "in_progress", "resolved")  # how the grid system gets to a result


class ConversationFailedError(AssertionError):
    """What was wrong, with the conversation up to there."""


@dataclass(slots=True)
class Person:
    """One browser: a token, the options on its screen, the latest news it has."""

    token: str
    conversation: str
    options: dict[str, str] = field(default_factory=dict)
    latest_news: int = 0
    last_sent: dict[str, Any] = field(default_factory=dict)
    last_turn: dict[str, Any] = field(default_factory=dict)

    @property
    def headers(self) -> dict[str, str]:
        """Return what opens the conversation."""
        return {"authorization": f"Bearer {self.token}"}


class Player:
    """Plays one conversation; the ticket filed last is everybody's ``{number}`` and ``{code}``."""

    def __init__(self, product: Product, client: httpx.Client, script: Conversation) -> None:
        self._product, self._client, self._script = product, client, script
        self._people: dict[str, Person] = {}
        self._ticket: dict[str, str] = {}
        self._heard: list[str] = []

    def play(self) -> None:
        """Play to the end.

        Raises:
            ConversationFailedError: a turn was not as expected.
        """
        for position, step in enumerate(self._script.steps, 1):
            person = self._person(step.person or RESIDENT)
            if step.restart:
                restart_rasa(self._product, self._client)
                continue
            if step.later_h:
                self._let_pass(step.later_h)
                continue
            if step.grid:
                self._hear_of_grid(person, step, position)
                continue
            turn = self._send(person, step)
            self._remember(person, turn)
            self._judge(turn, step.expected, position)

    def clear_up(self) -> None:
        """Take back what was filed, so that the next conversation may be about the same place."""
        engine = open_engine(self._product.tickets_url)
        try:
            store = TicketStore(engine)
            for person in self._people.values():
                for ticket in store.of_conversation(person.conversation):
                    with suppress(TicketError):
                        store.withdraw(
                            ticket.number, conversation=person.conversation, now=datetime.now(UTC)
                        )
        finally:
            engine.dispose()

    def _let_pass(self, hours: float) -> None:
        """Let the dialogue believe that it last asked so many hours ago."""
        with closing(sqlite3.connect(self._product.home / "rasa.db")) as rasa, rasa:
            for person in self._people.values():
                sender = (person.conversation,)
                kept = "SELECT events FROM rasa_trackers WHERE sender = ?"
                events = json.loads(rasa.execute(kept, sender).fetchone()[0])
                for event in events:
                    if event.get("name") == "draft_at":
                        asked_at = datetime.fromisoformat(event["value"])
                        event["value"] = (asked_at - timedelta(hours=hours)).isoformat()
                changed = "UPDATE rasa_trackers SET events = ? WHERE sender = ?"
                rasa.execute(changed, (json.dumps(events), *sender))

    def _person(self, name: str) -> Person:
        if name not in self._people:
            wanted = {"audience": self._script.audience}
            answer = self._client.post("/api/conversations", json=wanted)
            answer.raise_for_status()
            opened = answer.json()
            self._people[name] = Person(token=opened["token"], conversation=opened["conversation"])
        return self._people[name]

    def _send(self, person: Person, step: Step) -> dict[str, Any]:
        body = person.last_sent if step.repeat else self._body(person, step)
        shown = body.get("text") or step.choose or next(iter(body))
        self._heard.append(f"{step.person or RESIDENT}: {shown}")
        answer = self._client.post("/api/messages", json=body, headers=person.headers)
        if answer.status_code != 200:
            raise self._failure(f"HTTP {answer.status_code}: {answer.text}")
        turn: dict[str, Any] = answer.json()
        intent = turn["intent"]
        mark = f"[{turn['outcome']}, {intent['name']} {intent['confidence']}]"
        self._heard.append(f"  → {mark} {words_of(turn)} {titles_of(turn) or ''}")
        if step.repeat and turn != person.last_turn:
            raise self._failure("the same message again got another answer")
        person.last_sent, person.last_turn = body, turn
        return turn

    def _body(self, person: Person, step: Step) -> dict[str, Any]:
        body: dict[str, Any] = {"message_id": uuid4().hex}
        if step.choose:
            title = self._filled(step.choose)
            if title not in person.options:
                raise self._failure(f"{title} is not on offer: {list(person.options)}")
            return body | {"choice": person.options[title]}
        if step.worker_code:
            return body | {"text": f"绑定 {self._invite(step.worker_code)}"}
        if step.location:
            body["location"] = dict(step.location)
        if step.photo:
            body["media"] = [self._upload(person)]
        if step.user:
            body["text"] = self._filled(step.user)
        return body

    def _filled(self, text: str) -> str:
        for name, value in self._ticket.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    def _upload(self, person: Person) -> str:
        picture = BytesIO()
        Image.new("RGB", (32, 32), "gray").save(picture, "PNG")
        files = {"file": ("photo.png", picture.getvalue(), "image/png")}
        answer = self._client.post("/api/media", files=files, headers=person.headers)
        answer.raise_for_status()
        return str(answer.json()["media_id"])

    def _invite(self, cells: tuple[str, ...]) -> str:
        engine: Engine = open_engine(self._product.tickets_url)
        try:
            return WorkerRegistry(engine).invite(WORKER_NAME, cells, datetime.now(UTC))
        finally:
            engine.dispose()

    def _remember(self, person: Person, turn: Mapping[str, Any]) -> None:
        offered = {c["title"]: c["token"] for r in turn["replies"] for c in r["choices"]}
        person.options = offered
        ticket = turn["ticket"] or {}
        if ticket.get("number") and turn["outcome"] == "ticket":
            self._ticket = {"number": ticket["number"], "code": ticket["code"]}

    def _judge(self, turn: Mapping[str, Any], expected: Expectation, position: int) -> None:
        filled = _filled_expectation(expected, self._ticket)
        if wrong := faults(turn, filled, self._script.audience):
            raise self._failure(f"turn {position}: " + "; ".join(wrong))

    def _hear_of_grid(self, person: Person, step: Step, position: int) -> None:
        """Let the grid system report, and wait for the news that this makes."""
        until = GRID_PATH.index(step.grid) + 1 if step.grid in GRID_PATH else 0
        for status in GRID_PATH[:until] or (step.grid,):
            self._report(status, step.note if status == step.grid else "")
        for news in self._news(person):
            self._heard.append(f"  ⇐ {words_of(news)} {titles_of(news) or ''}")
            if (news["ticket"] or {}).get("status") == step.grid:
                self._remember(person, news)
                self._judge(news, step.expected, position)
                return
        raise self._failure(f"turn {position}: no news of {step.grid}")

    def _report(self, status: str, note: str) -> None:
        now = datetime.now(UTC)
        event = {"number": self._ticket["number"], "status": status, "note": note, "handler": ""}
        body = json.dumps(event | {"at": now.isoformat()}, ensure_ascii=False)
        event_id = f"evt_{uuid4().hex}"
        signed = Webhook(self._product.secrets["LINLI_GRID_SECRET"]).sign(event_id, now, body)
        headers = {
            "content-type": "application/json", "webhook-id": event_id,
            "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signed,
        }  # fmt: skip
        answer = self._client.post("/api/grid/events", content=body.encode(), headers=headers)
        if not answer.is_success:
            raise self._failure(f"the event {status} got {answer.status_code}: {answer.text}")

    def _news(self, person: Person) -> Iterator[dict[str, Any]]:
        deadline = time.monotonic() + NEWS_WITHIN_S
        with self._client.stream(
            "GET", "/api/events", params={"after": person.latest_news}, headers=person.headers,
            timeout=httpx.Timeout(NEWS_WITHIN_S),
        ) as stream:  # fmt: skip
            for line in stream.iter_lines():
                if line.startswith("data:"):
                    news: dict[str, Any] = json.loads(line.removeprefix("data:"))
                    person.latest_news = int(news["id"])
                    yield news
                if time.monotonic() > deadline:
                    return

    def _failure(self, what: str) -> ConversationFailedError:
        return ConversationFailedError(f"{what}\n\n" + "\n".join(self._heard))


def _filled_expectation(expected: Expectation, ticket: Mapping[str, str]) -> Expectation:
    """Return the expectation with ``{number}`` and ``{code}`` filled in."""

    def fill(text: str) -> str:
        for name, value in ticket.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    wanted = {k: fill(v) if isinstance(v, str) else v for k, v in (expected.ticket or {}).items()}
    return replace(
        expected,
        says=tuple(tuple(fill(words) for words in group) for group in expected.says),
        never=tuple(fill(words) for words in expected.never),
        choices=tuple(fill(title) for title in expected.choices),
        ticket=wanted or None,
    )


def restart_rasa(product: Product, client: httpx.Client) -> None:
    """Kill the dialogue server as a crash would, and wait until it is back."""
    children = f"/proc/{product.process.pid}/task/{product.process.pid}/children"
    with open(children, encoding="ascii") as listed:
        pids = [int(pid) for pid in listed.read().split()]
    for pid in pids:
        with open(f"/proc/{pid}/cmdline", "rb") as command:
            if b"rasa\0run" in command.read():
                os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + BACK_WITHIN_S
    door = f"http://127.0.0.1:{product.port + 1}/webhooks/linli/"
    while time.monotonic() < deadline:
        with suppress(httpx.HTTPError):
            if client.get(door).json().get("model"):
                return
        time.sleep(0.3)
    raise ConversationFailedError("the dialogue server did not come back")
