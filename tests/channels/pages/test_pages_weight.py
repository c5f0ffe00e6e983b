"""What the pages weigh on the wire, and that nothing comes from anywhere else."""

from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Page

from tests.channels.pages.house import House

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/", 200_000),
        ("/simple", 60_000),
        ("/simple/ask", 60_000),
        ("/simple/call", 60_000),
        ("/simple/card", 60_000),
        ("/family", 60_000),
    ],
)
def test_a_page_is_light_and_asks_nobody_else(
    page: Page, house: House, path: str, limit: int
) -> None:
    lengths: list[int] = []
    hosts: set[str] = set()
    wire = page.context.new_cdp_session(page)
    wire.on("Network.loadingFinished", lambda one: lengths.append(int(one["encodedDataLength"])))
    wire.send("Network.enable")
    page.on("request", lambda one: hosts.add(urlsplit(one.url).netloc))

    page.goto(path, wait_until="load")

    assert 0 < sum(lengths) <= limit
    assert hosts == {urlsplit(house.url).netloc}


def test_a_page_is_styled_by_what_it_brings_and_by_nothing_injected(
    page: Page, house: House
) -> None:
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))

    page.goto("/simple")
    own = page.locator("body").evaluate("node => getComputedStyle(node).fontSize")
    page.evaluate(
        "document.head.append(Object.assign(document.createElement('style'),"
        " {textContent: 'body { font-size: 3px }'}))"
    )

    assert page.locator("body").evaluate("node => getComputedStyle(node).fontSize") == own
    assert any("Content Security Policy" in one for one in refused)


def test_pages_travel_compressed_and_the_stream_of_events_does_not(house: House) -> None:
    with httpx.Client(base_url=house.url, trust_env=False) as client:
        page = client.get("/")
        opened = client.post("/api/conversations", json={}).json()
        key = {"Authorization": f"Bearer {opened['token']}"}
        with client.stream("GET", "/api/events", headers=key) as events:
            encoding = events.headers.get("content-encoding")

    assert page.headers["content-encoding"] == "gzip"
    assert encoding is None
