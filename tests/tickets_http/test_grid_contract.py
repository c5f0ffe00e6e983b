"""The machine side of the reference grid system."""

import json
import re
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from actions.tickets.reference_grid.desk import Move
from actions.tickets.reference_grid.moves import Status
from tests.tickets_http.conftest import NOON, NUMBER, TOKEN, Clock, forward, signed, ticket_body

BODY = json.dumps(ticket_body()).encode()
URL = "/grid/api/tickets"


def listed(grid: TestClient) -> list[dict[str, str]]:
    answer = grid.get(URL, headers={"authorization": f"Bearer {TOKEN}"})
    rows: list[dict[str, str]] = answer.json()["tickets"]
    return rows


def told(grid: TestClient, event: str, clock: Clock) -> None:
    body = json.dumps({"event": event, "text": ""}).encode()
    headers = signed(body, key=event, at=clock.now)
    answer = grid.post(f"{URL}/{NUMBER}/updates", content=body, headers=headers)
    assert answer.status_code == 201


def test_a_signed_ticket_is_taken_and_gets_an_id(grid: TestClient) -> None:
    answer = forward(grid)

    assert answer.status_code == 201
    assert answer.json() == {"external_id": "WG2026112300001"}


def test_the_same_key_and_body_again_is_answered_with_the_same_id(grid: TestClient) -> None:
    first = forward(grid)

    again = forward(grid)

    assert (again.status_code, again.json()) == (200, first.json())


def test_the_same_ticket_written_in_another_order_is_still_the_same(grid: TestClient) -> None:
    first = forward(grid)

    again = forward(grid, dict(reversed(ticket_body().items())))

    assert (again.status_code, again.json()) == (200, first.json())


def test_the_same_key_with_another_body_is_refused(grid: TestClient) -> None:
    forward(grid)

    answer = forward(grid, ticket_body(description="另一件事"))

    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "同一个幂等键对应了不同的内容"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        signed(BODY, secret="whsec_" + "QUFB" * 8),
        signed(BODY, at=NOON - timedelta(minutes=6)),
        signed(BODY, at=NOON + timedelta(minutes=6)),
        signed(BODY + b" "),
        {**signed(BODY), "webhook-signature": signed(BODY)["webhook-signature"][:-4]},
        {**signed(BODY), "webhook-signature": "nonsense"},
        {**signed(BODY), "webhook-timestamp": "yesterday"},
    ],
    ids=["none", "other-key", "stale", "early", "altered", "cut", "nonsense", "no-time"],
)
def test_a_ticket_without_a_good_signature_is_refused(
    grid: TestClient, headers: dict[str, str]
) -> None:
    answer = grid.post(URL, content=BODY, headers={**headers, "idempotency-key": NUMBER})

    assert answer.status_code == 401
    assert forward(grid).status_code == 201  # nothing was kept of the refused one


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"number": "1"',
        json.dumps(ticket_body(description="")).encode(),
        json.dumps(ticket_body(urgency=9)).encode(),
        json.dumps(ticket_body(due_at="tomorrow")).encode(),
        json.dumps(ticket_body(number="20261123-000002")).encode(),
    ],
    ids=["empty", "list", "cut", "wordless", "urgency", "due", "other-number"],
)
def test_a_body_that_is_not_a_ticket_is_refused_for_good(grid: TestClient, body: bytes) -> None:
    answer = grid.post(URL, content=body, headers=signed(body, key=NUMBER))

    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_a_refusal_never_repeats_what_the_resident_wrote(grid: TestClient) -> None:
    answer = forward(grid, ticket_body(urgency="13800001111", description="张三"))

    assert answer.status_code == 422
    assert "13800001111" not in answer.text
    assert "张三" not in answer.text


def test_a_ticket_without_a_key_is_refused(grid: TestClient) -> None:
    assert grid.post(URL, content=BODY, headers=signed(BODY)).status_code == 400


def test_too_large_a_body_is_refused_before_it_is_read(grid: TestClient) -> None:
    body = b"x" * 70_000

    answer = grid.post(URL, content=body, headers=signed(body, key=NUMBER))

    assert answer.status_code == 413


def test_an_update_is_written_into_the_history_once(grid: TestClient) -> None:
    forward(grid)
    body = json.dumps({"number": NUMBER, "event": "urge", "text": "请快一点"}).encode()

    answers = [
        grid.post(f"{URL}/{NUMBER}/updates", content=body, headers=signed(body, key="u1"))
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 200]
    resources = grid.app.state.resources  # type: ignore[attr-defined]
    assert resources.desk.one(NUMBER)[0].urge_count == 1


def test_an_update_of_an_unknown_ticket_is_refused(grid: TestClient) -> None:
    body = json.dumps({"event": "urge"}).encode()

    answer = grid.post(f"{URL}/{NUMBER}/updates", content=body, headers=signed(body, key="u1"))

    assert answer.status_code == 404


def test_a_withdrawn_ticket_is_withdrawn_here_as_well(grid: TestClient) -> None:
    forward(grid)
    body = json.dumps({"event": "withdrawn"}).encode()

    grid.post(f"{URL}/{NUMBER}/updates", content=body, headers=signed(body, key="u1"))

    resources = grid.app.state.resources  # type: ignore[attr-defined]
    assert resources.desk.one(NUMBER)[0].state is Status.WITHDRAWN
    assert listed(grid) == []  # the sender knows


@pytest.mark.parametrize("event", ["urge", "suspended", "escalate", "due_soon"])
def test_what_the_sender_told_does_not_make_an_operators_move_a_new_one(
    grid: TestClient, grid_app: FastAPI, clock: Clock, event: str
) -> None:
    forward(grid)
    move = Move(status=Status.ACCEPTED, operator="王网格", note="马上去看")
    grid_app.state.resources.desk.move(NUMBER, move, now=clock.now)
    before = listed(grid)
    clock.advance(timedelta(minutes=2))

    told(grid, event, clock)

    assert listed(grid) == before
    assert [(row["status"], row["note"]) for row in before] == [("accepted", "马上去看")]


@pytest.mark.parametrize("event", ["merged", "rejected", "reopened", "erased"])
def test_a_ticket_the_sender_moved_is_listed_when_an_operator_moves_it_again_only(
    grid: TestClient, grid_app: FastAPI, clock: Clock, event: str
) -> None:
    forward(grid)
    move = Move(status=Status.ACCEPTED, operator="王网格")
    grid_app.state.resources.desk.move(NUMBER, move, now=clock.now)

    told(grid, event, clock)

    assert listed(grid) == []


def test_a_question_the_sender_had_answered_is_not_listed_any_more(
    grid: TestClient, grid_app: FastAPI, clock: Clock
) -> None:
    forward(grid)
    move = Move(status=Status.AWAITING_REPORTER, operator="王网格", note="请问是几楼？")
    grid_app.state.resources.desk.move(NUMBER, move, now=clock.now)

    told(grid, "supplement", clock)

    assert listed(grid) == []


def test_polling_lists_what_changed_since(
    grid: TestClient, grid_app: FastAPI, clock: Clock
) -> None:
    desk = grid_app.state.resources.desk
    for number in (NUMBER, "20261123-000002", "20261123-000003"):  # nobody looks at the last
        forward(grid, ticket_body(number))
    for number in (NUMBER, "20261123-000002"):
        clock.advance(timedelta(minutes=1))
        desk.move(number, Move(status=Status.ACCEPTED, operator="王网格"), now=clock.now)

    answer = grid.get(
        URL,
        params={"updated_since": clock.now.isoformat()},
        headers={"authorization": f"Bearer {TOKEN}"},
    )

    assert [row["number"] for row in answer.json()["tickets"]] == ["20261123-000002"]


def test_polling_takes_a_signature_in_place_of_the_token(grid: TestClient) -> None:
    assert grid.get(URL, headers=signed(b"")).status_code == 200
    assert grid.get(URL).status_code == 401
    assert grid.get(URL, headers={"authorization": "Bearer wrong"}).status_code == 401


def test_faults_are_set_with_the_internal_token_only(grid: TestClient) -> None:
    plan = {"mode": "unavailable", "times": 1, "retry_after_s": 7}
    refused = grid.post("/grid/api/faults", json=plan)

    grid.post("/grid/api/faults", json=plan, headers={"authorization": f"Bearer {TOKEN}"})

    failed, taken = forward(grid), forward(grid)
    assert refused.status_code == 403
    assert (failed.status_code, failed.headers["retry-after"]) == (503, "7")
    assert taken.status_code == 201


def test_the_openapi_document_refers_to_nothing_that_is_missing(grid: TestClient) -> None:
    document = grid.get("/grid/api/openapi.json").json()

    referred = set(re.findall(r'"#/([^"]+)"', json.dumps(document)))
    assert referred <= {f"components/schemas/{name}" for name in document["components"]["schemas"]}
    schema = document["paths"]["/grid/api/tickets"]["post"]["requestBody"]["content"]
    assert "category" in schema["application/json"]["schema"]["properties"]
