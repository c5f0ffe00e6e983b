"""The grid page in a real browser, on a phone and with JavaScript switched off."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from actions.tickets.reference_grid.app import create_app
from actions.tickets.reference_grid.contract import TicketIn
from actions.tickets.reference_grid.moves import Status
from actions.tickets.reference_grid.resources import utc_now
from actions.tickets.reference_grid.settings import Settings
from tests.browser import open_browser
from tests.channels.pages.accessibility import barriers
from tests.tickets_http.conftest import NUMBER, SECRET, TOKEN, ticket_body
from tests.tickets_http.test_loop import free_port, serving

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """A grid system with one ticket; its gateway is not there."""
    port = free_port()
    settings = Settings(
        home=tmp_path,
        port=port,
        gateway_url="http://127.0.0.1:9",
        secret=SECRET,
        internal_token=TOKEN,
    )
    app = create_app(settings)
    offered = TicketIn.model_validate(ticket_body())
    app.state.resources.desk.receive(offered, digest="d", now=utc_now())
    with serving(app, port) as url:
        yield url


def test_a_ticket_can_be_handled_on_a_phone_without_javascript(
    browser: Browser, site: str
) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{site}/grid")
    page.get_by_role("button", name="进入演示").click()
    page.get_by_role("link", name=NUMBER).click()

    page.get_by_role("button", name="受理", exact=True).click()
    page.get_by_label("办理人或单位").fill("老周")
    page.get_by_role("button", name="派遣", exact=True).click()

    expect(page.locator(".tag-status")).to_have_text("已派遣")
    expect(page.locator("#history")).to_contain_text("老周")
    context.close()


def test_the_pages_fit_a_phone_and_complain_of_nothing(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    widths = []
    page.goto(f"{site}/grid")
    with page.expect_navigation():
        page.get_by_role("button", name="进入演示").click()
    for address in ("/grid", f"/grid/tickets/{NUMBER}"):
        page.goto(site + address)
        widths.append(page.evaluate("document.documentElement.scrollWidth"))
        assert barriers(page) == [], address

    assert widths == [360, 360]
    assert complaints == []
    context.close()


def test_the_board_follows_what_others_do(browser: Browser, site: str) -> None:
    context = browser.new_context()
    page, other = context.new_page(), context.new_page()
    page.goto(f"{site}/grid")
    with page.expect_navigation():
        page.get_by_role("button", name="进入演示").click()
    other.goto(f"{site}/grid/tickets/{NUMBER}")
    with other.expect_navigation():
        other.get_by_role("button", name="受理", exact=True).click()
    page.bring_to_front()

    page.locator("#new .tag", has_text="已受理").wait_for(timeout=12_000)

    assert Status.ACCEPTED in other.content()
    context.close()
