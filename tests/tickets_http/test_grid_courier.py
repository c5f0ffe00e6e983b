"""Events on their way from the grid system to the gateway."""

from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from standardwebhooks import Webhook

from actions.tickets.reference_grid.desk import Move
from actions.tickets.reference_grid.moves import COLUMN, NEXT, Status
from actions.tickets.reference_grid.resources import TEXTS, Resources
from tests.tickets_http.conftest import NUMBER, SECRET, Clock, Gateway, forward


@pytest.fixture
def here(grid: TestClient, grid_app: FastAPI) -> Resources:
    forward(grid)
    resources: Resources = grid_app.state.resources
    return resources


def accept(here: Resources, clock: Clock) -> None:
    here.desk.move(NUMBER, Move(status=Status.ACCEPTED, operator="王网格"), now=clock.now)


def dispatch(here: Resources, clock: Clock) -> None:
    move = Move(status=Status.DISPATCHED, operator="王网格", handler="老周", note="明早到")
    here.desk.move(NUMBER, move, now=clock.now)


def test_a_move_is_told_to_the_gateway_signed(
    here: Resources, clock: Clock, gateway: Gateway
) -> None:
    accept(here, clock)

    here.courier.deliver_due(clock.now)

    request = gateway.asked[0]
    stamp = request.headers["webhook-timestamp"]
    expected = Webhook(SECRET).sign(
        request.headers["webhook-id"], clock.now, request.content.decode()
    )
    assert str(request.url) == "http://gateway/api/grid/events"
    assert (stamp, request.headers["webhook-signature"]) == (
        str(int(clock.now.timestamp())),
        expected,
    )
    assert gateway.bodies == [
        {
            "number": NUMBER,
            "status": "accepted",
            "note": "",
            "handler": "",
            "at": "2026-11-23T04:00:00.000000+00:00",
        }
    ]


def test_an_event_that_did_not_arrive_goes_again_with_the_same_id_and_a_new_signature(
    here: Resources, clock: Clock, gateway: Gateway
) -> None:
    gateway.answers = [httpx.ConnectError("down"), httpx.Response(503)]
    accept(here, clock)

    for _ in range(4):
        here.courier.deliver_due(clock.now)
        clock.advance(timedelta(minutes=1))

    ids = [request.headers["webhook-id"] for request in gateway.asked]
    stamps = {request.headers["webhook-timestamp"] for request in gateway.asked}
    assert len(ids) == 3
    assert len(set(ids)) == 1
    assert len(stamps) == 3


def test_retry_after_is_honoured(here: Resources, clock: Clock, gateway: Gateway) -> None:
    gateway.answers = [httpx.Response(429, headers={"retry-after": "600"})]
    accept(here, clock)
    here.courier.deliver_due(clock.now)
    clock.advance(timedelta(minutes=9))

    tried = here.courier.deliver_due(clock.now)

    assert tried == 0
    assert here.courier.deliver_due(clock.now + timedelta(minutes=1)) == 1


def test_a_refused_event_is_dead_and_an_operator_can_send_it_again(
    here: Resources, clock: Clock, gateway: Gateway
) -> None:
    gateway.answers = [httpx.Response(422)]
    accept(here, clock)
    here.courier.deliver_due(clock.now)
    (dead,) = here.desk.one(NUMBER)[1]

    here.courier.retry_now(NUMBER, clock.now)
    here.courier.deliver_due(clock.now)

    (settled,) = here.desk.one(NUMBER)[1]
    assert (dead.is_dead, dead.last_error) == (True, "HTTP 422")
    assert settled.settled_at == clock.now


def test_an_event_that_was_taken_before_is_settled(
    here: Resources, clock: Clock, gateway: Gateway
) -> None:
    gateway.answers = [httpx.Response(409, json={"type": "/problems/replayed"})]
    accept(here, clock)

    here.courier.deliver_due(clock.now)

    assert here.desk.one(NUMBER)[1][0].settled_at == clock.now


def test_the_events_of_one_ticket_keep_their_order(
    here: Resources, clock: Clock, gateway: Gateway
) -> None:
    gateway.answers = [httpx.Response(503)]
    accept(here, clock)
    dispatch(here, clock)

    for _ in range(4):
        here.courier.deliver_due(clock.now)
        clock.advance(timedelta(minutes=1))

    assert [body["status"] for body in gateway.bodies] == ["accepted", "accepted", "dispatched"]


def test_an_event_tried_in_vain_long_enough_is_dead(
    here: Resources, clock: Clock, gateway: Gateway
) -> None:
    gateway.answers = [httpx.Response(500) for _ in range(60)]
    accept(here, clock)

    for _ in range(60):
        here.courier.deliver_due(clock.now)
        clock.advance(timedelta(hours=2))

    assert here.desk.one(NUMBER)[1][0].is_dead
    assert len(gateway.asked) == 40


def test_every_status_has_a_way_on_a_column_and_a_name() -> None:
    assert set(NEXT) == set(COLUMN) == set(Status) == {Status(s) for s in TEXTS["statuses"]}
    assert {after for leads in NEXT.values() for after in leads} == set(TEXTS["moves"])
    assert set(TEXTS["moves"]) == set(TEXTS["notes"])
