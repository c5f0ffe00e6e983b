"""What the tests of the ticket domain's HTTP side share."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.fernet import Fernet
from fastapi import FastAPI
from fastapi.testclient import TestClient

from actions.tickets.database import migrate, open_engine
from actions.tickets.desk import Desk
from actions.tickets.reference_grid.app import create_app as create_grid
from actions.tickets.reference_grid.settings import Settings as GridSettings
from actions.tickets.reference_grid.signature import sign
from actions.tickets.service import create_app
from actions.tickets.settings import Settings
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Complaint, Place, Reporter, Ticket
from actions.tickets.vault import Vault

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"
TOKEN = "internal-token"
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)  # 12:00 in Shanghai, a Monday
NUMBER = "20261123-000001"
LIGHT = "FAC-01"  # 公共照明


class Clock:
    """Shows the time it is told."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, step: timedelta) -> None:
        self.now += step


class Gateway:
    """Answers each event with the next of ``answers``, and then with 200."""

    def __init__(self) -> None:
        self.answers: list[httpx.Response | httpx.TransportError] = []
        self.asked: list[httpx.Request] = []

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0) if self.answers else httpx.Response(200, json={})
        if isinstance(answer, httpx.TransportError):
            raise answer
        return answer

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(request.content) for request in self.asked]


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def grid_settings(tmp_path: Path) -> GridSettings:
    return GridSettings(
        home=tmp_path, port=1, gateway_url="http://gateway", secret=SECRET, internal_token=TOKEN
    )


@pytest.fixture
def open_grid(clock: Clock, gateway: Gateway) -> Iterator[Callable[[GridSettings], FastAPI]]:
    """Open grid systems whose courier waits to be told."""
    opened: list[FastAPI] = []

    def open_one(settings: GridSettings) -> FastAPI:
        app = create_grid(settings, clock=clock, transport=httpx.MockTransport(gateway.handle))
        opened.append(app)
        return app

    yield open_one
    for app in opened:
        app.state.resources.close()


@pytest.fixture
def grid_app(open_grid: Callable[[GridSettings], FastAPI], grid_settings: GridSettings) -> FastAPI:
    return open_grid(grid_settings)


@pytest.fixture
def grid(grid_app: FastAPI) -> TestClient:
    """A client of the grid system, without its courier thread."""
    return TestClient(grid_app, base_url="http://127.0.0.1", follow_redirects=False)


def ticket_body(number: str = NUMBER, **changes: object) -> dict[str, object]:
    """A forwarded ticket as the contract has it."""
    body: dict[str, object] = {
        "number": number,
        "category": {"code": "lighting", "name": "楼道照明"},
        "description": "三楼楼道灯坏了三天",
        "address": "幸福里社区3栋2单元",
        "building": "3栋",
        "unit": "2单元",
        "grid_cell": "XFL-01-3",
        "urgency": 3,
        "status": "submitted",
        "due_at": (NOON + timedelta(hours=24)).isoformat(),
    }
    return body | changes


def signed(body: bytes, *, at: datetime = NOON, key: str = "", secret: str = SECRET) -> Any:
    """Return the headers of a signed request."""
    headers = sign(secret, message_id=f"msg_{key}{at.timestamp()}", now=at, body=body)
    headers["content-type"] = "application/json"
    return headers | ({"idempotency-key": key} if key else {})


def forward(grid: TestClient, body: dict[str, object] | None = None) -> Any:
    """Send a ticket to the grid system as the delivery worker does."""
    ticket = body or ticket_body()
    content = json.dumps(ticket, ensure_ascii=False).encode()
    return grid.post(
        "/grid/api/tickets", content=content, headers=signed(content, key=str(ticket["number"]))
    )


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with every table, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "tickets.db"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture
def store(tmp_path: Path, migrated: Path) -> Iterator[TicketStore]:
    """A store on a database of its own."""
    path = tmp_path / "tickets.db"
    shutil.copy(migrated, path)
    engine = open_engine(f"sqlite:///{path}")
    yield TicketStore(engine, Desk(vault=Vault(Fernet.generate_key().decode())))
    engine.dispose()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, database_url="", grid_secret=SECRET, internal_token=TOKEN)


@pytest.fixture
def open_service(store: TicketStore, clock: Clock) -> Callable[[Settings], TestClient]:
    """Open ticket services on the one store."""

    def open_one(settings: Settings) -> TestClient:
        return TestClient(create_app(settings, store=store, clock=clock))

    return open_one


@pytest.fixture
def service(open_service: Callable[[Settings], TestClient], settings: Settings) -> TestClient:
    return open_service(settings)


def complaint(
    *, origin: str = "", building: str = "3栋", description: str = "三楼楼道灯坏了三天"
) -> Complaint:
    """A complaint about a broken light, from the conversation ``web:1``."""
    return Complaint(
        category=LIGHT,
        description=description,
        place=Place(address=f"幸福里社区{building}2单元", building=building, unit="2单元"),
        reporter=Reporter(conversation="web:1", channel="web", contact="13800002222"),
        origin=origin,
    )


def file_ticket(store: TicketStore, *, now: datetime = NOON, **fields: str) -> Ticket:
    """File a complaint about a broken light."""
    return store.file(complaint(**fields), now)
