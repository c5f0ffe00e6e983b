"""The delivery worker as a whole: threads, processes, and processes that are killed."""

import base64
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from actions.tickets.database import migrate, open_engine
from actions.tickets.deliver import DeliveryWorker, utc_now
from actions.tickets.desk import Desk
from actions.tickets.errors import TargetRejectedError, TargetUnavailableError
from actions.tickets.gateway import HttpNewsroom
from actions.tickets.grid import NullGrid
from actions.tickets.letters import GRID
from actions.tickets.outbox import Delivery
from actions.tickets.settings import Settings
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Status
from tests.tickets.conftest import empty
from tests.tickets.examples import LAMP, MONDAY_NOON, lamp

SECRET = "whsec_" + base64.b64encode(b"thirty-two bytes of test secret!").decode()
REPOSITORY = Path(__file__).parents[2]


class Listener:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.heard: list[Delivery] = []

    def send(self, delivery: Delivery, now: datetime) -> str:
        self.heard.append(delivery)
        return ""


def settings_of(url: str, tmp_path: Path, **more: object) -> Settings:
    return Settings.from_env(
        {"LINLI_HOME": str(tmp_path), "LINLI_DATABASE_URL": url, "LINLI_DELIVERY_POLL_S": "0.05"}
        | {name: str(value) for name, value in more.items()}
    )


def wait_until(is_done: object, seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not is_done():  # type: ignore[operator]
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


@pytest.fixture
def shared_store(shared_url: str, desk: Desk) -> Iterator[TicketStore]:
    engine = open_engine(shared_url)
    migrate(engine)
    if engine.dialect.name == "postgresql":
        empty(engine)  # of what other tests left in the server
    yield TicketStore(engine, desk)
    engine.dispose()


def test_a_worker_carries_tickets_and_news_and_stops_when_told(
    shared_store: TicketStore, shared_url: str, tmp_path: Path
) -> None:
    store, newsroom = shared_store, Listener()
    worker = DeliveryWorker(settings_of(shared_url, tmp_path), store, {GRID: NullGrid()}, newsroom)
    thread = threading.Thread(target=worker.run)
    number = store.file(LAMP, utc_now()).number
    store.move(number, Status.ACCEPTED, actor="operator", now=utc_now())

    thread.start()
    try:
        wait_until(lambda: {d.status for d in store.deliveries(number)} == {"delivered"})
    finally:
        worker.stop()
        thread.join(timeout=30)

    assert not thread.is_alive()
    assert [delivery.number for delivery in newsroom.heard] == [number]


class Broken:
    """Fails as only a mistake of ours can."""

    def send(self, delivery: Delivery, now: datetime) -> str:
        raise TypeError("a mistake")


def test_a_mistake_of_ours_ends_the_worker_so_that_it_is_seen(desk: Desk, tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'tickets.db'}")
    migrate(engine)
    store = TicketStore(engine, desk)
    number = store.file(LAMP, MONDAY_NOON).number
    store.move(number, Status.ACCEPTED, actor="operator", now=MONDAY_NOON)

    with pytest.raises(TypeError, match="a mistake"):
        DeliveryWorker(settings_of("", tmp_path), store, {GRID: NullGrid()}, Broken()).run()

    engine.dispose()


NEWS = Delivery(
    id=1, event_id="e1", number="n", target="news", kind="news", body={"id": "e1"}, attempts=1,
    lease="l",
)  # fmt: skip


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, TargetUnavailableError),
        (404, TargetRejectedError),
        (422, TargetRejectedError),
        (500, TargetUnavailableError),
    ],
)
def test_news_the_gateway_cannot_take_now_waits(status: int, error: type[Exception]) -> None:
    client = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(status)))

    with pytest.raises(error):
        HttpNewsroom(client, "http://gateway.example", "token").send(NEWS, MONDAY_NOON)


def test_news_is_posted_with_the_internal_token() -> None:
    asked: list[httpx.Request] = []

    def take(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(204)

    client = httpx.Client(transport=httpx.MockTransport(take))
    HttpNewsroom(client, "http://gateway.example", "token").send(NEWS, MONDAY_NOON)

    assert str(asked[0].url) == "http://gateway.example/internal/news"
    assert asked[0].headers["authorization"] == "Bearer token"
    assert json.loads(asked[0].content) == {"id": "e1"}


class MoodyGrid(ThreadingHTTPServer):
    """Takes every ticket, loses one answer in five, and counts what it holds."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), MoodyHandler)
        self.holds: Counter[str] = Counter()
        self.chance = random.Random(7)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class MoodyHandler(BaseHTTPRequestHandler):
    server: MoodyGrid

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.server.holds[self.headers["idempotency-key"] or ""] += 1
        if self.server.chance.random() < 0.2:
            self.close_connection = True  # took it, and the answer is lost
            return
        body = b'{"external_id": "G-1"}'
        self.send_response(201)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def moody_grid() -> Iterator[MoodyGrid]:
    with MoodyGrid() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@contextmanager
def running_worker(url: str, grid: MoodyGrid, home: Path) -> Iterator[subprocess.Popen[bytes]]:
    environ = os.environ | {
        "LINLI_HOME": str(home), "LINLI_DATABASE_URL": url, "LINLI_GRID_URL": grid.url,
        "LINLI_GRID_SECRET": SECRET, "LINLI_DELIVERY_POLL_S": "0.05",
        "LINLI_DELIVERY_LEASE_S": "1", "LINLI_DELIVERY_ATTEMPTS": "50", "LINLI_GRID_POLL_S": "0",
        "LINLI_GATEWAY_URL": "http://127.0.0.1:9", "PYTHONPATH": str(REPOSITORY),
    }  # fmt: skip
    command = [sys.executable, "-m", "actions.tickets", "deliver"]
    with subprocess.Popen(command, env=environ, cwd=home, stdout=subprocess.DEVNULL) as worker:
        try:
            yield worker
        finally:
            worker.kill()


def test_killed_workers_lose_nothing(
    shared_store: TicketStore, shared_url: str, tmp_path: Path
) -> None:
    numbers: set[str] = set()
    with moody_grid() as grid:
        for wave in range(2):
            for n in range(12):
                numbers.add(shared_store.file(lamp(f"k{wave}-{n}"), utc_now()).number)
            enough = len(grid.holds) + 5
            with running_worker(shared_url, grid, tmp_path) as worker:
                wait_until(lambda enough=enough: len(grid.holds) >= enough)
                worker.send_signal(signal.SIGKILL)
        with running_worker(shared_url, grid, tmp_path) as worker:
            wait_until(lambda: set(grid.holds) == numbers)
            worker.send_signal(signal.SIGTERM)
            code = worker.wait(timeout=15)

    assert code == 0
    assert set(grid.holds) == numbers
