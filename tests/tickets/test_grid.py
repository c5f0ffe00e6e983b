"""The grid system over HTTP: what is sent, and what each answer means."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from standardwebhooks import Webhook

from actions.tickets.errors import GridRejectedError, GridUnavailableError
from actions.tickets.grid import Grid, HttpGrid, NullGrid
from actions.tickets.outbox import Delivery, Outbox
from actions.tickets.signing import verify
from actions.tickets.store import TicketStore
from tests.tickets.examples import LAMP, ME, MONDAY_NOON

SECRET = "whsec_" + base64.b64encode(b"thirty-two bytes of test secret!").decode()
TICKET = Delivery(
    id=1,
    event_id="e1",
    number="20260601-000001",
    target="grid",
    kind="file",
    body={"number": "20260601-000001", "description": "灯坏了"},
    attempts=1,
    lease="l",
)


def grid_answering(answer: Callable[[httpx.Request], httpx.Response]) -> HttpGrid:
    client = httpx.Client(transport=httpx.MockTransport(answer))
    return HttpGrid(client, "http://grid.example/api/", SECRET)


def test_a_ticket_is_posted_signed_with_its_number_as_key() -> None:
    asked: list[httpx.Request] = []

    def take(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(201, json={"external_id": "G-7"})

    external_id = grid_answering(take).send(TICKET, MONDAY_NOON)

    (request,) = asked
    assert external_id == "G-7"
    assert str(request.url) == "http://grid.example/api/tickets"
    assert request.headers["idempotency-key"] == TICKET.number
    assert json.loads(request.content)["description"] == "灯坏了"
    assert verify(SECRET, request.headers, request.content, MONDAY_NOON) == "e1"
    assert (
        Webhook(SECRET).sign("e1", MONDAY_NOON, request.content.decode())
        == (request.headers["webhook-signature"])
    )


def test_the_same_bytes_are_sent_at_every_try(store: TicketStore) -> None:
    bodies: list[bytes] = []

    def refuse(request: httpx.Request) -> httpx.Response:
        bodies.append(request.content)
        return httpx.Response(503)

    number = store.file(LAMP, MONDAY_NOON).number
    outbox, grid = Outbox(engine=store.engine), grid_answering(refuse)
    for days in range(3):
        now = MONDAY_NOON + timedelta(days=days)
        delivery = outbox.claim(now)
        assert delivery is not None
        with pytest.raises(GridUnavailableError) as away:
            grid.send(delivery, now)
        outbox.failed(delivery, now, away.value)
        store.urge(number, conversation=ME, now=now)

    assert len(set(bodies)) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413, 422])
def test_a_refusal_is_final(status: int) -> None:
    grid = grid_answering(lambda _: httpx.Response(status, json={"title": "事项分类不存在"}))

    with pytest.raises(GridRejectedError, match=f"HTTP {status}: 事项分类不存在"):
        grid.send(TICKET, MONDAY_NOON)


@pytest.mark.parametrize("status", [302, 408, 409, 425, 429, 500, 502, 503, 504])
def test_anything_else_is_tried_again(status: int) -> None:
    grid = grid_answering(lambda _: httpx.Response(status, headers={"Retry-After": "30"}))

    with pytest.raises(GridUnavailableError) as away:
        grid.send(TICKET, MONDAY_NOON)

    assert away.value.retry_after_s == 30


def test_a_conflict_is_given_up_after_three_tries(store: TicketStore) -> None:
    store.file(LAMP, MONDAY_NOON)
    outbox, grid = Outbox(engine=store.engine), grid_answering(lambda _: httpx.Response(409))

    tries = 0
    while delivery := outbox.claim(MONDAY_NOON + timedelta(days=tries)):
        tries += 1
        with pytest.raises(GridUnavailableError) as conflict:
            grid.send(delivery, MONDAY_NOON)
        outbox.failed(delivery, MONDAY_NOON + timedelta(days=tries - 1), conflict.value)

    assert tries == 3
    assert [d.last_error for d in outbox.dead()] == ["HTTP 409"]


def test_a_lost_connection_is_tried_again() -> None:
    def fall_silent(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("slow", request=request)

    with pytest.raises(GridUnavailableError, match="ReadTimeout"):
        grid_answering(fall_silent).send(TICKET, MONDAY_NOON)


@pytest.mark.parametrize(
    "body", ["<html>", "[]", "{}", '{"external_id": ""}', '{"external_id": null}']
)
def test_a_yes_without_a_number_is_not_believed(body: str) -> None:
    with pytest.raises(GridUnavailableError, match="without an external_id"):
        grid_answering(lambda _: httpx.Response(200, text=body)).send(TICKET, MONDAY_NOON)


def test_a_reason_for_the_operator_names_no_resident() -> None:
    grid = grid_answering(lambda _: httpx.Response(422, json={"title": "13812345678不对"}))

    with pytest.raises(GridRejectedError, match=r"HTTP 422: \[电话\]不对"):
        grid.send(TICKET, MONDAY_NOON)


def test_what_changed_is_asked_for_signed() -> None:
    def tell(request: httpx.Request) -> httpx.Response:
        verify(SECRET, request.headers, b"", MONDAY_NOON)
        assert request.url.params["updated_since"] == MONDAY_NOON.isoformat()
        return httpx.Response(200, json={"tickets": [{"number": "n"}]})

    assert grid_answering(tell).changed_since(MONDAY_NOON, MONDAY_NOON) == [{"number": "n"}]


def test_no_grid_system_takes_everything() -> None:
    grid: Grid = NullGrid()

    assert grid.send(TICKET, MONDAY_NOON) == ""
    assert grid.changed_since(MONDAY_NOON, MONDAY_NOON) == []
