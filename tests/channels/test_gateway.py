"""The gateway as a process: full disks, health, figures."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import event, text

from channels.errors import DialogueUnavailableError
from channels.message import Turn
from channels.readiness import WARM_UP, Readiness
from tests.channels.office import ASK, Building, Office, open_office, problem


def fill(office: Office) -> None:
    """Let the database grow no more, as on a full disk."""
    with office.parts.engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar()
    office.parts.engine.dispose()

    @event.listens_for(office.parts.engine, "connect")
    def _cap(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")


@contextmanager
def locked(office: Office) -> Iterator[None]:
    """Hold the write lock of the database, which nobody waits for long."""

    @event.listens_for(office.parts.engine, "connect")
    def _hurry(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout=20")

    office.parts.engine.dispose()
    other = sqlite3.connect(str(office.parts.engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


async def test_a_full_database_is_said_kindly_and_nothing_is_half_written(
    own_office: Office,
) -> None:
    guest = await own_office.guest()
    fill(own_office)

    answers = [await guest.send(text="灯" * 4000, message_id=f"m{n}") for n in range(12)]

    refused = answers[-1]
    problem(refused, 503, "storage_unavailable")
    assert refused.headers["retry-after"]
    for entry in own_office.parts.transcript.read(guest.id):
        assert entry["said"] == "灯" * 4000
    told = [answer.json() for answer in answers if answer.status_code == 200]
    kept = [e["reply"] for e in own_office.parts.transcript.read(guest.id) if e["reply"]]
    assert kept == told


async def test_a_locked_database_is_said_kindly_and_the_message_works_later(
    own_office: Office,
) -> None:
    guest = await own_office.guest()
    with locked(own_office):
        refused = await guest.send(text=ASK, message_id="m1")

    answer = await guest.send(text=ASK, message_id="m1")

    problem(refused, 503, "storage_unavailable")
    assert answer.status_code == 200
    assert own_office.talker.texts == [ASK]
    assert len(own_office.parts.transcript.read(guest.id)) == 1


async def test_an_answer_that_cannot_be_kept_is_asked_for_again(own_office: Office) -> None:
    guest = await own_office.guest()
    with own_office.parts.engine.begin() as connection:
        connection.execute(text("ALTER TABLE choices RENAME TO lost"))
    refused = await guest.send(
        text="问问居住证怎么办理要带什么材料可以吗谢谢您了", message_id="m1"
    )
    with own_office.parts.engine.begin() as connection:
        connection.execute(text("ALTER TABLE lost RENAME TO choices"))

    answer = await guest.send(text="问问居住证怎么办理要带什么材料可以吗谢谢您了", message_id="m1")

    problem(refused, 503, "storage_unavailable")
    assert answer.status_code == 200
    assert len(own_office.parts.transcript.read(guest.id)) == 1


async def test_the_storage_error_in_the_log_holds_no_words(
    own_office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    guest = await own_office.guest()
    with locked(own_office):
        await guest.send(text="张三丰")

    assert "storage failed" in caplog.text
    assert "张三丰" not in caplog.text


async def test_figures_count_turns_by_channel_and_outcome(own_office: Office) -> None:
    guest = await own_office.guest()
    await guest.say("张三丰")

    page = await own_office.client.get("/metrics")

    assert 'linli_turns_total{channel="web",outcome="clarify"} 1.0' in page.text
    assert "linli_turn_seconds_bucket" in page.text
    assert "张三丰" not in page.text
    assert guest.id not in page.text


async def test_health_names_every_process_and_what_is_down(tmp_path: Path) -> None:
    def behind(request: httpx.Request) -> httpx.Response:
        if request.url.port == 5:
            raise httpx.ConnectError("refused")
        if request.url.path == "/webhooks/linli/":
            return httpx.Response(200, text="not JSON")
        return httpx.Response(200, json={"model": "m"})

    async with open_office(tmp_path, behind) as office:
        health = (await office.client.get("/healthz")).json()

    assert health["status"] == "degraded"
    assert health["ready"] is False
    assert health["tickets"] == health["actions"] == {"status": "ok", "model": "m"}
    assert health["grid"] == health["rasa"] == {"status": "down"}


@pytest.mark.parametrize("voice", [{"status": "down", "hears": False}, None])
async def test_health_says_when_nobody_hears(
    tmp_path: Path, voice: dict[str, object] | None
) -> None:
    def behind(request: httpx.Request) -> httpx.Response:
        if request.url.host == "voice":
            if voice is None:
                raise httpx.ConnectError("refused")
            return httpx.Response(200, json=voice)
        return httpx.Response(200, json={})

    building = Building.open(tmp_path, behind, LINLI_VOICE_URL="http://voice:7")
    async with building.office() as office:
        health = (await office.client.get("/healthz")).json()
    await building.parts.close()

    assert health["status"] == "degraded"
    assert health["voice"]["status"] == "down"


async def test_nobody_is_told_ready_before_a_turn_is_warm(own_office: Office) -> None:
    assert (await own_office.client.get("/readyz")).status_code == 503


class LateDialogue:
    """Answers from the third try on."""

    def __init__(self, turn: Turn) -> None:
        self.turn, self.tries = turn, 0

    async def respond(self, utterance: object) -> Turn:
        self.tries += 1
        if self.tries < 3:
            raise DialogueUnavailableError
        return self.turn


async def test_warming_up_waits_for_the_dialogue_and_leaves_no_conversation(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.readiness.RETRY_S", 0)
    late = LateDialogue(office.talker.script[ASK])
    object.__setattr__(office.parts, "dialogue", late)
    readiness = Readiness(office.parts)

    try:
        await asyncio.wait_for(readiness.warm_up(), 5)
    finally:
        object.__setattr__(office.parts, "dialogue", office.talker)

    assert readiness.is_ready
    assert late.tries == 2 + 2 * len(WARM_UP)
    assert office.parts.handover.waiting() == []
