"""The whole loop over real HTTP: ticket → grid system → operator → event → status → news."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from typer.testing import CliRunner

from actions.tickets.caretaker import poll
from actions.tickets.cli import grid_app
from actions.tickets.errors import GridUnavailableError, TargetUnavailableError
from actions.tickets.grid import HttpGrid
from actions.tickets.inbound import GridInbox
from actions.tickets.outbox import Outbox
from actions.tickets.reference_grid.app import create_app as create_grid
from actions.tickets.reference_grid.desk import Move
from actions.tickets.reference_grid.moves import Status as GridStatus
from actions.tickets.reference_grid.settings import Settings as GridSettings
from actions.tickets.service import create_app
from actions.tickets.settings import Settings
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Status
from tests.tickets.filed import told
from tests.tickets_http.conftest import SECRET, TOKEN, file_ticket


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(app: FastAPI, port: int) -> Iterator[str]:
    """Serve an application on loopback for as long as the block lasts."""
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    until(lambda: server.started)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


def until(holds: Callable[[], bool], *, timeout_s: float = 30) -> None:
    deadline = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)


class World:
    """A ticket service and a grid system that know each other."""

    def __init__(self, tmp_path: Path, store: TicketStore, stack: ExitStack) -> None:
        self.store = store
        port = free_port()
        settings = Settings(
            home=tmp_path, database_url="", grid_secret=SECRET, internal_token=TOKEN
        )
        grid_settings = GridSettings(
            home=tmp_path,
            port=free_port(),
            gateway_url=f"http://127.0.0.1:{port}",
            secret=SECRET,
            internal_token=TOKEN,
            first_retry_s=0.05,
        )
        grid_app = create_grid(grid_settings)
        self.resources = grid_app.state.resources
        stack.enter_context(serving(create_app(replace(settings), store=store), port))
        self.grid_url = stack.enter_context(serving(grid_app, grid_settings.port))
        self.client = stack.enter_context(httpx.Client(trust_env=False))
        self.grid = HttpGrid(self.client, f"{self.grid_url}/grid/api", SECRET)
        self.outbox = Outbox(engine=store.engine)

    def deliver(self) -> str:
        """Send one due delivery to the grid system, and settle it."""
        now = datetime.now(UTC)
        delivery = self.outbox.claim(now, target="grid")
        assert delivery is not None
        try:
            external_id = self.grid.send(delivery, now)
        except TargetUnavailableError as error:
            self.outbox.failed(delivery, now, error)
            raise
        self.outbox.delivered(delivery, now, external_id=external_id, system="grid")
        return external_id

    def move(self, number: str, status: GridStatus, **words: str) -> None:
        move = Move(status=status, operator="王网格", **words)
        self.resources.desk.move(number, move, now=datetime.now(UTC))
        self.resources.loop.wake()

    def fail(self, **plan: Any) -> None:
        answer = self.client.post(
            f"{self.grid_url}/grid/api/faults",
            json=plan,
            headers={"authorization": f"Bearer {TOKEN}"},
        )
        assert answer.status_code == 200

    def stands(self, number: str) -> Status | None:
        ticket = self.store.by_number(number)
        return ticket.status if ticket else None


@pytest.fixture
def world(tmp_path: Path, store: TicketStore) -> Iterator[World]:
    with ExitStack() as stack:
        yield World(tmp_path, store, stack)


def test_a_ticket_goes_round_and_its_reporter_hears_of_every_step(world: World) -> None:
    number = file_ticket(world.store, now=datetime.now(UTC)).number
    external_id = world.deliver()

    for status in (GridStatus.ACCEPTED, GridStatus.DISPATCHED, GridStatus.IN_PROGRESS):
        world.move(number, status, handler="老周")
    world.move(number, GridStatus.RESOLVED, note="已换新灯")
    until(lambda: world.stands(number) is Status.RESOLVED)

    ticket = world.store.by_number(number)
    assert ticket is not None
    assert (ticket.external_id, ticket.handler) == (external_id, "老周")
    assert ticket.result_text == "已换新灯"
    news = [one for one in world.store.deliveries(number) if one.target == "news"]
    assert len(news) == 4


def test_a_lost_answer_leaves_one_ticket_in_the_grid_system(world: World) -> None:
    number = file_ticket(world.store, now=datetime.now(UTC)).number
    world.fail(mode="lost", times=1)

    with pytest.raises(GridUnavailableError):
        world.deliver()
    assert world.resources.desk.one(number)[0].number == number
    world.outbox.requeue(datetime.now(UTC))
    until(lambda: world.outbox.counts()[("grid", "pending")] == 1)


def test_a_busy_grid_system_says_when_to_come_again(world: World) -> None:
    file_ticket(world.store, now=datetime.now(UTC))
    world.fail(mode="unavailable", times=1, retry_after_s=30)

    with pytest.raises(GridUnavailableError) as raised:
        world.deliver()

    assert raised.value.retry_after_s == 30


def test_the_command_line_tells_the_grid_system_to_fail_and_to_recover(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_ticket(world.store, now=datetime.now(UTC))
    monkeypatch.setenv("LINLI_INTERNAL_TOKEN", TOKEN)
    monkeypatch.setenv("LINLI_GRID_SECRET", SECRET)
    at = ("--url", world.grid_url)

    told = CliRunner().invoke(grid_app, ["fail", "unavailable", "--retry-after-s", "1", *at])
    with pytest.raises(GridUnavailableError):
        world.deliver()
    CliRunner().invoke(grid_app, ["fail", "none", *at])
    world.outbox.hurry(datetime.now(UTC), "grid")
    until(lambda: world.outbox.has_more(datetime.now(UTC), "grid"))

    assert told.exit_code == 0
    assert world.deliver()


def test_who_does_not_know_the_token_cannot_make_it_fail(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINLI_INTERNAL_TOKEN", "another")
    monkeypatch.setenv("LINLI_GRID_SECRET", SECRET)

    told = CliRunner().invoke(grid_app, ["fail", "lost", "--url", world.grid_url])

    assert told.exit_code == 1
    assert told.stdout.startswith("HTTP 403")


def test_a_question_and_its_answer_travel_both_ways(world: World) -> None:
    number = file_ticket(world.store, now=datetime.now(UTC)).number
    world.deliver()
    world.move(number, GridStatus.ACCEPTED)
    world.move(number, GridStatus.AWAITING_REPORTER, note="请问是几楼？")
    until(lambda: world.stands(number) is Status.AWAITING_REPORTER)

    world.store.supplement(number, "三楼", conversation="web:1", now=datetime.now(UTC))
    world.deliver()

    assert world.stands(number) is Status.ACCEPTED
    assert world.resources.desk.one(number)[0].state is GridStatus.ACCEPTED


def test_a_reopened_ticket_is_new_again_in_the_grid_system(world: World) -> None:
    number = file_ticket(world.store, now=datetime.now(UTC)).number
    world.deliver()
    world.move(number, GridStatus.ACCEPTED)
    world.move(number, GridStatus.DISPATCHED, handler="老周")
    world.move(number, GridStatus.IN_PROGRESS)
    world.move(number, GridStatus.RESOLVED, note="已换新灯")
    until(lambda: world.stands(number) is Status.RESOLVED)

    world.store.confirm(number, False, conversation="web:1", now=datetime.now(UTC))
    world.deliver()
    world.move(number, GridStatus.ACCEPTED)
    until(lambda: world.stands(number) is Status.ACCEPTED)

    ticket = world.resources.desk.one(number)[0]
    assert (ticket.state, ticket.round) == (GridStatus.ACCEPTED, 2)


def test_polling_brings_the_same_news_as_events(world: World) -> None:
    number = file_ticket(world.store, now=datetime.now(UTC)).number
    world.deliver()
    world.move(number, GridStatus.ACCEPTED)
    until(lambda: world.stands(number) is Status.ACCEPTED)

    now = datetime.now(UTC)
    (row,) = world.grid.changed_since(datetime(2026, 1, 1, tzinfo=UTC), now)

    assert (row["number"], row["status"]) == (number, "accepted")


def test_polling_does_not_undo_what_was_joined_or_put_off_at_the_console(world: World) -> None:
    first, second, third = (
        file_ticket(world.store, origin=origin, now=datetime.now(UTC)).number for origin in "abc"
    )
    for number in (first, second, third):
        world.deliver()
        world.move(number, GridStatus.ACCEPTED)
        until(lambda number=number: world.stands(number) is Status.ACCEPTED)  # type: ignore[misc]
    world.store.merge(second, first, actor="operator:li", now=datetime.now(UTC))
    world.store.move(third, Status.SUSPENDED, actor="operator:li", now=datetime.now(UTC))
    world.deliver()
    world.deliver()

    moved = poll(world.store, world.grid, GridInbox(world.store, SECRET), datetime.now(UTC))

    assert moved == 0
    assert (world.stands(second), world.stands(third)) == (Status.MERGED, Status.SUSPENDED)
    assert not any("不能受理" in news for news in told(world.store, second, "news"))


def test_what_residents_do_afterwards_is_shown_to_the_operator(world: World) -> None:
    number = file_ticket(world.store, now=datetime.now(UTC)).number
    world.deliver()
    world.store.urge(number, conversation="web:1", now=datetime.now(UTC))
    world.store.withdraw(number, conversation="web:1", now=datetime.now(UTC))

    world.deliver()
    world.deliver()

    ticket = world.resources.desk.one(number)[0]
    assert [step.kind for step in ticket.history] == ["received", "urge", "withdrawn"]
    assert (ticket.state, ticket.urge_count) == (GridStatus.WITHDRAWN, 1)
