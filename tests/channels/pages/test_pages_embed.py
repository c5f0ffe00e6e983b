"""The chat within another site: shown where it is allowed, by a script that any page can load."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, expect

from channels.errors import SettingsError
from channels.web.embedding import read_origins
from tests.channels.pages.house import free_port, open_house

STRICT = "default-src 'none'; script-src {0}; frame-src {0}"


@contextmanager
def another_site(house_url: str, port: int) -> Iterator[str]:
    """Serve a page of somebody else's with the snippet in it, under a strict policy."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            snippet = f'<script src="{house_url}/embed.js" defer></script>'
            body = f"<!doctype html><title>街道办</title><h1>街道办</h1>{snippet}".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", STRICT.format(house_url))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{port}"  # another site to the browser than 127.0.0.1
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(params=[True, False], ids=["allowed", "not allowed"])
def visited(
    request: pytest.FixtureRequest, browser: Browser, tmp_path: Path
) -> Iterator[tuple[Page, bool]]:
    """Give the other site's page, whose origin may or may not show the chat."""
    port = free_port()
    origins = f"http://localhost:{port}" if request.param else "https://www.example.gov.cn"
    with (
        open_house(tmp_path, free_port(), embed_origins=origins) as house,
        another_site(house.url, port) as site,
    ):
        page = browser.new_page(viewport={"width": 360, "height": 800}, locale="zh-CN")
        page.goto(site)
        yield page, request.param
        page.close()


@pytest.mark.browser
def test_the_chat_opens_in_a_site_that_may_show_it_and_in_no_other(
    visited: tuple[Page, bool],
) -> None:
    page, is_allowed = visited
    button = page.get_by_role("button", name="问邻里")

    button.click()

    heading = page.frame_locator("iframe[title='邻里社区助手']").get_by_role(
        "heading", name="您好，我是邻里助手"
    )
    if not is_allowed:
        expect(heading).to_have_count(0)
        return
    expect(heading).to_be_visible()
    page.frame_locator("iframe").locator("#words").fill("办居住证要什么材料？")
    page.frame_locator("iframe").locator(".send").click()
    expect(page.frame_locator("iframe").locator("#log")).to_contain_text("居民身份证")


@pytest.mark.browser
def test_the_button_opens_and_closes_by_keyboard(visited: tuple[Page, bool]) -> None:
    page, _ = visited
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("iframe")).to_be_visible()

    page.get_by_role("button", name="收起").press("Escape")

    expect(page.locator("iframe")).to_be_hidden()
    expect(page.get_by_role("button", name="问邻里")).to_be_focused()


@pytest.mark.parametrize(
    "value",
    [
        "www.example.gov.cn",
        "https://www.example.gov.cn/",
        "https://www.example.gov.cn/path",
        "*",
        "https://*.example.org",
        "https://a.example;script-src",
        "https://user@example.org",
        "https://example.org:0",
        "https://example.org:x",
        "ftp://example.org",
    ],
)
def test_what_is_no_origin_is_refused_by_name(value: str) -> None:
    with pytest.raises(SettingsError, match="LINLI_EMBED_ORIGINS"):
        read_origins(value)


def test_several_origins_are_read_once_each() -> None:
    value = " https://a.example  http://localhost:8080 https://a.example "

    assert read_origins(value) == ("https://a.example", "http://localhost:8080")


@given(st.text(max_size=60))
def test_no_setting_can_end_the_policy_and_begin_another_rule(value: str) -> None:
    try:
        origins = read_origins(value)
    except SettingsError:
        return

    assert all(not set(origin) & set("; ,'\"*") for origin in origins)
