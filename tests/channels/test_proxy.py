"""Doors of other processes: passed on as they are, and no others."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx
import pytest

from channels.proxy import BODY_LIMIT
from tests.channels.office import Building, Office, problem


@dataclass
class Behind:
    """The processes behind the gateway."""

    seen: list[httpx.Request] = field(default_factory=list)
    answer: httpx.Response = field(default_factory=lambda: httpx.Response(200))
    is_down: bool = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        if self.is_down:
            raise httpx.ConnectError("refused")
        return self.answer


BEHIND = Behind()


@pytest.fixture(scope="module")
def own_building(tmp_path_factory: pytest.TempPathFactory) -> Building:
    return Building.open(tmp_path_factory.mktemp("proxy"), BEHIND)


@pytest.fixture
async def office(own_building: Building) -> AsyncIterator[Office]:
    BEHIND.seen.clear()
    BEHIND.is_down, BEHIND.answer = False, httpx.Response(200)
    async with own_building.office() as opened:
        yield opened


SIGNED = {
    "webhook-id": "msg_1",
    "webhook-timestamp": "1700000000",
    "webhook-signature": "v1,abc= v1,def=",
    "content-type": "application/json; charset=utf-8",
}


async def test_a_signed_event_arrives_byte_for_byte(office: Office) -> None:
    body = '{"number":  "1", "note":"灯\\u4e00"}\n'.encode()
    BEHIND.answer = httpx.Response(401, content=b"{}", headers={"content-type": "x/y"})

    answer = await office.client.post("/api/grid/events", content=body, headers=SIGNED)

    (request,) = BEHIND.seen
    assert str(request.url) == "http://127.0.0.1:4/api/grid/events"
    assert request.content == body
    assert {name: request.headers[name] for name in SIGNED} == SIGNED
    assert request.headers["host"] == "127.0.0.1:4"
    assert (answer.status_code, answer.content) == (401, b"{}")
    assert answer.headers["content-type"] == "x/y"


@pytest.mark.parametrize(
    ("path", "port"),
    [
        ("/grid", 5),
        ("/grid/tickets?q=%E7%81%AF&page=2", 5),
        ("/grid/a%2Fb%3Fc%20d", 5),
        ("/grid/%E7%81%AF", 5),
        ("/open311/v2/requests.json?start_date=2026-01-01T00:00:00Z", 4),
    ],
)
async def test_an_address_is_passed_on_as_it_is(office: Office, path: str, port: int) -> None:
    await office.client.get(path)

    (request,) = BEHIND.seen
    assert request.url.port == port
    assert request.url.raw_path.decode() == path


async def test_cookies_and_redirects_pass_both_ways(office: Office) -> None:
    headers = [("set-cookie", "a=1"), ("set-cookie", "b=2"), ("location", "/grid/next")]
    BEHIND.answer = httpx.Response(303, headers=headers)

    answer = await office.client.post("/grid/sign-in", headers={"cookie": "c=3"})

    assert BEHIND.seen[0].headers["cookie"] == "c=3"
    assert answer.status_code == 303
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert answer.headers["location"] == "/grid/next"


async def test_headers_of_the_connection_stay_behind(office: Office) -> None:
    BEHIND.answer = httpx.Response(200, content=b"ok", headers={"connection": "close"})

    answer = await office.client.get("/grid", headers={"te": "trailers", "x-mine": "1"})

    assert "te" not in BEHIND.seen[0].headers
    assert BEHIND.seen[0].headers["x-mine"] == "1"
    assert "connection" not in answer.headers
    assert answer.headers["content-length"] == "2"


@pytest.mark.parametrize(
    "path",
    [
        "/internal/tickets",
        "/internal/tickets/1/history",
        "/api/grid",
        "/gridlock",
        "/webhooks/linli/webhook",
        "/embed",
        "/open311/%2e%2e/internal/tickets",
        "/open311/v2/%2E%2E/%2e%2e/healthz",
        "/grid/%2e%2e/internal/news",
        "/grid/./x%2f..%2fy",
    ],
)
async def test_other_doors_stay_shut(office: Office, path: str) -> None:
    answer = await office.client.get(path)

    problem(answer, 404, "not_found")
    assert BEHIND.seen == []


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_events_are_only_posted(office: Office, method: str) -> None:
    problem(await office.client.request(method, "/api/grid/events"), 405, "method_not_allowed")


async def test_a_silent_process_is_a_problem(office: Office) -> None:
    BEHIND.is_down = True

    problem(await office.client.get("/grid"), 503, "upstream_unavailable")


async def test_a_large_body_is_not_passed_on(office: Office) -> None:
    answer = await office.client.post("/grid/x", content=b"x" * (BODY_LIMIT + 1))

    problem(answer, 413, "too_large")
    assert BEHIND.seen == []


async def test_a_strange_address_breaks_nothing(office: Office) -> None:
    for path in ("/grid/%00", "/grid/%0d%0aX-Evil:%201", "/grid/" + "a" * 5000, "/grid/%ff"):
        assert (await office.client.get(path)).status_code in {200, 404}
