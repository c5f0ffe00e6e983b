"""Other systems that take tickets: an Open311 endpoint, a folder, and several at once."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from actions.tickets.database import migrate, open_engine
from actions.tickets.deliver import deliver_next
from actions.tickets.desk import Desk
from actions.tickets.errors import (
    GridRejectedError,
    GridUnavailableError,
    SettingsError,
)
from actions.tickets.finding import Wanted
from actions.tickets.folder import FolderGrid
from actions.tickets.grid import HttpGrid, NullGrid
from actions.tickets.open311.client import Endpoint, Open311Grid
from actions.tickets.outbox import Delivery, Outbox
from actions.tickets.service import create_app
from actions.tickets.settings import Settings
from actions.tickets.store import TicketStore
from actions.tickets.targets import open_targets
from actions.tickets.ticket import Status
from tests.tickets_http.conftest import NOON, Clock, complaint, file_ticket

URL = "http://testserver/open311/v2"
FOLDER = "file:///srv/linli"
OPEN311 = "open311+https://city.example/v2?jurisdiction_id=city.example&service_code=OTHER"


@pytest.fixture
def city(tmp_path: Path) -> Iterator[TicketStore]:
    """The ticket store of another Linli, which serves as the city's Open311 endpoint."""
    engine = open_engine(f"sqlite:///{tmp_path / 'city.db'}")
    migrate(engine)
    yield TicketStore(engine, Desk())
    engine.dispose()


@pytest.fixture
def city_client(city: TicketStore, settings: Settings, clock: Clock) -> TestClient:
    wanted = replace(settings, open311_keys=frozenset({"city-key"}))
    return TestClient(create_app(wanted, store=city, clock=clock))


def claimed(store: TicketStore, *, target: str = "grid") -> Delivery:
    delivery = Outbox(engine=store.engine).claim(NOON, target=target)
    assert delivery is not None
    return delivery


def grid_at(client: Any, numbers: dict[str, str] | None = None) -> Open311Grid:
    endpoint = Endpoint.parse(URL, "city-key")
    return Open311Grid(client, endpoint, lambda: numbers or {})


def test_a_ticket_is_filed_over_open311_without_naming_the_resident(
    store: TicketStore, city: TicketStore, city_client: TestClient
) -> None:
    ticket = file_ticket(store, description="楼道灯坏了，我叫王小明，电话13800001111")

    external_id = grid_at(city_client).send(claimed(store), NOON)

    there = city.by_number(external_id)
    assert there is not None
    assert there.complaint.category == ticket.complaint.category
    assert there.complaint.place.building == "3栋"
    assert there.complaint.description.endswith(f"#{ticket.number}")
    assert "13800001111" not in there.complaint.description


def test_answers_go_to_the_questions_a_service_asks(
    store: TicketStore, city: TicketStore, city_client: TestClient
) -> None:
    answers = {"trapped": ("unknown",), "lift": ("2号梯，我叫王小明",), "gone": ("old",)}
    store.file(replace(complaint(), category="FAC-02", attributes=answers), NOON)

    external_id = grid_at(city_client).send(claimed(store), NOON)

    there = city.by_number(external_id)
    assert there is not None
    assert there.complaint.attributes == {"trapped": ("unknown",), "lift": ("2号梯，我叫[姓名]",)}


def test_a_second_try_finds_what_the_first_one_filed(
    store: TicketStore, city: TicketStore, city_client: TestClient
) -> None:
    file_ticket(store)
    delivery = claimed(store)
    first = grid_at(city_client).send(delivery, NOON)

    second = grid_at(city_client).send(replace(delivery, attempts=2), NOON)

    assert second == first
    assert [ticket.number for ticket in city.search(Wanted())] == [first]


def test_what_happens_over_there_comes_back(
    store: TicketStore, city: TicketStore, city_client: TestClient
) -> None:
    ticket = file_ticket(store)
    external_id = grid_at(city_client).send(claimed(store), NOON)
    for status in (Status.ACCEPTED, Status.REJECTED):
        city.move(external_id, status, actor="operator", now=NOON, public_note="不归我们管")

    grid = grid_at(city_client, {external_id: ticket.number})
    (event,) = grid.changed_since(NOON - timedelta(hours=1), NOON)

    assert (event["number"], event["status"]) == (ticket.number, "resolved")


def test_a_category_without_a_service_is_refused_for_good(store: TicketStore) -> None:
    file_ticket(store)
    services = httpx.MockTransport(lambda _: httpx.Response(200, json=[{"service_code": "9"}]))

    with httpx.Client(transport=services) as client, pytest.raises(GridRejectedError):
        grid_at(client).send(claimed(store), NOON)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(403, json=[{"code": 403}]), GridRejectedError),
        (httpx.Response(503), GridUnavailableError),
        (httpx.Response(200, json=[]), GridUnavailableError),
        (httpx.Response(200, text="<html>"), GridUnavailableError),
    ],
)
def test_an_answer_without_an_id_is_not_believed(
    store: TicketStore, answer: httpx.Response, error: type[Exception]
) -> None:
    file_ticket(store)

    def handle(request: httpx.Request) -> httpx.Response:
        known = [{"service_code": "FAC-01"}]
        return answer if request.method == "POST" else httpx.Response(200, json=known)

    with (
        httpx.Client(transport=httpx.MockTransport(handle)) as client,
        pytest.raises(error),
    ):
        grid_at(client).send(claimed(store), NOON)


def test_an_id_that_comes_later_is_fetched_by_its_token(store: TicketStore) -> None:
    file_ticket(store)
    answers: dict[str, list[dict[str, Any]]] = {
        "/open311/v2/services.json": [{"service_code": "FAC-01"}],
        "/open311/v2/requests.json": [{"token": "t1"}],
        "/open311/v2/tokens/t1.json": [{"service_request_id": "88"}],
    }
    handle = httpx.MockTransport(lambda asked: httpx.Response(200, json=answers[asked.url.path]))

    with httpx.Client(transport=handle) as client:
        external_id = grid_at(client).send(claimed(store), NOON)

    assert external_id == "88"


def test_a_folder_gets_each_ticket_once_and_its_updates(
    store: TicketStore, tmp_path: Path
) -> None:
    ticket = file_ticket(store)
    grid, outbox = FolderGrid(tmp_path / "out"), Outbox(engine=store.engine)
    first = claimed(store)
    grid.send(first, NOON)
    external_id = grid.send(first, NOON)
    outbox.delivered(first, NOON, external_id=external_id, system=grid.system)
    store.urge(ticket.number, conversation="web:1", now=NOON)

    deliver_next(outbox, "grid", grid, system=grid.system, clock=lambda: NOON)

    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert len(names) == 2
    assert f"{ticket.number}.json" in names
    written = json.loads((tmp_path / "out" / f"{ticket.number}.json").read_text("utf-8"))
    assert written["building"] == "3栋"


def test_status_files_are_read_back_and_half_written_ones_wait(tmp_path: Path) -> None:
    (tmp_path / "status").mkdir()
    event = {"number": "20261123-000001", "status": "accepted", "at": NOON.isoformat()}
    (tmp_path / "status" / "1.json").write_text(json.dumps(event))
    (tmp_path / "status" / "2.json").write_text('{"number": "2026')

    found = FolderGrid(tmp_path).changed_since(NOON - timedelta(days=999), NOON)

    assert found == [event]


def test_a_folder_that_cannot_be_written_is_tried_again(
    store: TicketStore, tmp_path: Path
) -> None:
    file_ticket(store)
    (tmp_path / "file").write_text("not a folder")

    with pytest.raises(GridUnavailableError):
        FolderGrid(tmp_path / "file").send(claimed(store), NOON)


def test_several_systems_each_get_the_ticket_and_what_follows(
    store: TicketStore, settings: Settings
) -> None:
    several = replace(settings, grid_urls=("http://grid.example", FOLDER))
    wide = TicketStore(store.engine, replace(store.desk, targets=several.targets))
    ticket = wide.file(complaint(), NOON)

    wide.urge(ticket.number, conversation="web:1", now=NOON)

    assert sorted((d.target, d.kind) for d in wide.deliveries(ticket.number)) == [
        ("grid", "file"), ("grid", "update"), ("grid-2", "file"), ("grid-2", "update"),
    ]  # fmt: skip


def test_only_the_first_systems_id_is_the_tickets(store: TicketStore) -> None:
    wide = TicketStore(store.engine, replace(store.desk, targets=("grid", "grid-2")))
    number = wide.file(complaint(), NOON).number
    outbox = Outbox(engine=store.engine)
    for target, external_id in (("grid", "A-1"), ("grid-2", "B-7")):
        outbox.delivered(
            claimed(store, target=target), NOON, external_id=external_id, system=target
        )

    ticket = store.by_number(number)

    assert ticket is not None
    assert (ticket.external_id, ticket.external_system) == ("A-1", "grid")


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("", NullGrid),
        ("https://grid.example", HttpGrid),
        (FOLDER, FolderGrid),
        (OPEN311, Open311Grid),
    ],
)
def test_an_address_says_what_it_leads_to(
    store: TicketStore, settings: Settings, address: str, kind: type
) -> None:
    wanted = replace(settings, grid_urls=tuple(address.split()))

    with httpx.Client() as client:
        grids = open_targets(wanted, client, store)

    assert [type(grid) for grid in grids.values()] == [kind]


def test_an_address_without_a_secret_stops_the_start(
    store: TicketStore, settings: Settings
) -> None:
    unsigned = replace(settings, grid_urls=("http://grid.example",), grid_secret="")

    with httpx.Client() as client, pytest.raises(SettingsError, match="LINLI_GRID_SECRET"):
        open_targets(unsigned, client, store)


@pytest.mark.parametrize("address", ["ftp://grid.example", "file:relative", "grid.example"])
def test_an_address_of_no_known_form_is_refused(address: str) -> None:
    with pytest.raises(SettingsError, match="LINLI_GRID_URL"):
        Settings.from_env({"LINLI_GRID_URL": f"https://a.example {address}"})
