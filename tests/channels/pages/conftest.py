"""A browser and a house for each module, so that no event loop outlives its tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    ViewportSize,
)

from tests.browser import open_browser
from tests.channels.pages.house import House, free_port, open_house, open_tickets
from tests.channels.pages.ticket_service import TicketHouse

PHONE: ViewportSize = {"width": 360, "height": 800}


@pytest.fixture(scope="module")
def tickets() -> TicketHouse:
    return TicketHouse()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, tickets: TicketHouse) -> Iterator[House]:
    home: Path = tmp_path_factory.mktemp("home")
    with open_tickets(tickets) as url, open_house(home, free_port(), url) as opened:
        yield opened


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture
def context(browser: Browser, house: House) -> Iterator[BrowserContext]:
    house.dialogue.is_down = False
    house.dialogue.asked.clear()
    opened = browser.new_context(
        viewport=PHONE, locale="zh-CN", timezone_id="Asia/Shanghai", base_url=house.url
    )
    opened.set_default_timeout(8_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
