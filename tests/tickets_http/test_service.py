"""The ticket service over HTTP: events of the grid system, health, numbers."""

import json
import re
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from actions.tickets.database import reading, writing
from actions.tickets.reference_grid.signature import sign
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Status
from tests.tickets_http.conftest import NOON, SECRET, TOKEN, Clock, file_ticket

URL = "/api/grid/events"


def event(number: str, status: str = "accepted", **fields: object) -> bytes:
    body = {"number": number, "status": status, "note": "", "handler": "王网格"}
    return json.dumps(body | {"at": NOON.isoformat()} | fields).encode()


def headers(body: bytes, message_id: str = "evt_1", **changes: str) -> dict[str, str]:
    return sign(SECRET, message_id=message_id, now=NOON, body=body) | changes


def test_a_signed_event_moves_the_ticket(service: TestClient, store: TicketStore) -> None:
    number = file_ticket(store).number
    body = event(number)

    answer = service.post(URL, content=body, headers=headers(body))

    assert answer.status_code == 200
    assert answer.json() == {"status": "accepted", "outcome": "applied"}
    ticket = store.by_number(number)
    assert ticket is not None
    assert (ticket.status, ticket.handler) == (Status.ACCEPTED, "王网格")


@pytest.mark.parametrize("fault", ["unsigned", "stale", "early", "cut", "altered", "other-key"])
def test_an_event_without_a_good_signature_changes_nothing(
    service: TestClient, store: TicketStore, fault: str
) -> None:
    number = file_ticket(store).number
    body = event(number)
    sent = {
        "unsigned": {},
        "stale": sign(SECRET, message_id="e", now=NOON - timedelta(minutes=6), body=body),
        "early": sign(SECRET, message_id="e", now=NOON + timedelta(minutes=6), body=body),
        "cut": headers(body, **{"webhook-signature": headers(body)["webhook-signature"][:-6]}),
        "altered": headers(body + b" "),
        "other-key": sign("whsec_" + "QUFB" * 8, message_id="e", now=NOON, body=body),
    }[fault]

    answer = service.post(URL, content=body, headers=sent)

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "签名不正确或已过期"
    ticket = store.by_number(number)
    assert ticket is not None
    assert ticket.status is Status.SUBMITTED


def test_a_replayed_event_is_refused(service: TestClient, store: TicketStore) -> None:
    body = event(file_ticket(store).number)
    service.post(URL, content=body, headers=headers(body))

    answer = service.post(URL, content=body, headers=headers(body))

    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/replayed"


def test_an_event_about_an_unknown_ticket_is_refused(service: TestClient) -> None:
    body = event("20200101-000001")

    assert service.post(URL, content=body, headers=headers(body)).status_code == 404


def test_an_event_the_ticket_cannot_follow_is_refused(
    service: TestClient, store: TicketStore
) -> None:
    number = file_ticket(store).number
    store.withdraw(number, conversation="web:1", now=NOON)
    body = event(number, "in_progress")

    answer = service.post(URL, content=body, headers=headers(body))

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/illegal-transition")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", event("n", "flying"), event("", "accepted"), event("n", at="noon")],
    ids=["empty", "cut", "list", "status", "number", "time"],
)
def test_a_body_that_is_no_event_is_refused(service: TestClient, body: bytes) -> None:
    answer = service.post(URL, content=body, headers=headers(body))

    assert answer.status_code == 422
    assert answer.json()["title"] == "内容不符合约定"


def test_an_event_without_a_note_field_is_taken(service: TestClient, store: TicketStore) -> None:
    body = event(file_ticket(store).number, note=None)

    assert service.post(URL, content=body, headers=headers(body)).status_code == 200


def test_too_large_a_body_is_refused(service: TestClient) -> None:
    answer = service.post(URL, content=b"x" * 300_000)

    assert (answer.status_code, answer.json()["title"]) == (413, "内容太大")


def test_an_unknown_address_is_a_problem_in_chinese(service: TestClient) -> None:
    answer = service.get("/nowhere")

    assert (answer.status_code, answer.json()["title"]) == (404, "没有这个地址")
    assert service.get(URL).status_code == 405


def test_health_tells_of_waiting_deliveries(service: TestClient, store: TicketStore) -> None:
    file_ticket(store)

    answer = service.get("/healthz").json()

    assert answer["database"] == "ok"
    assert answer["deliveries"] == {"pending": 1, "sending": 0, "delivered": 0, "dead": 0}


def test_prometheus_gets_numbers_and_no_paths(service: TestClient, store: TicketStore) -> None:
    number = file_ticket(store).number
    service.get(f"/internal/tickets/{number}", headers={"authorization": f"Bearer {TOKEN}"})

    numbers = service.get("/metrics").text

    assert 'linli_tickets{status="submitted"} 1.0' in numbers
    assert 'linli_deliveries{status="pending",target="grid"} 1.0' in numbers
    assert 'route="/internal/tickets/{number}"' in numbers
    assert number not in numbers


def test_the_openapi_document_names_every_route(service: TestClient) -> None:
    document = service.get("/openapi.json").json()
    paths = document["paths"]

    referred = set(re.findall(r'"#/([^"]+)"', json.dumps(document)))
    assert referred <= {f"components/schemas/{name}" for name in document["components"]["schemas"]}
    assert {URL, "/open311/v2/requests.{form}", "/internal/tickets/{number}/moves"} <= set(paths)


def test_the_clock_is_an_argument(service: TestClient, store: TicketStore, clock: Clock) -> None:
    body = event(file_ticket(store).number)
    clock.advance(timedelta(minutes=6))

    assert service.post(URL, content=body, headers=headers(body)).status_code == 401


def test_a_failing_statement_names_nobody(store: TicketStore) -> None:
    with pytest.raises(OperationalError) as raised, reading(store.engine) as session:
        session.execute(text("SELECT * FROM nowhere WHERE words = :words"), {"words": "王小明"})

    assert "王小明" not in str(raised.value)


def test_without_its_database_the_service_says_so(service: TestClient, store: TicketStore) -> None:
    with writing(store.engine) as session:
        session.execute(text("DROP TABLE ticket_deliveries"))

    answer = service.get("/healthz")

    assert (answer.status_code, answer.json()["title"]) == (503, "暂时没有准备好，请稍后再试")
