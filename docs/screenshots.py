"""Take the pictures of the README from a running product.

    .venv/bin/python docs/screenshots.py http://127.0.0.1:8000 --home var

Starts nothing but a browser. It files one demonstration complaint, and its operator is called
李敏; the console's key is read from the home's ``secrets.json``.
"""

import argparse
import json
import re
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

IMAGES = Path(__file__).with_name("images")
QUESTION = "办居住证要什么材料?"
COMPLAINT = "幸福里3栋2单元楼道灯坏三天了没人修"
OPERATOR = "李敏"
ONWARD = re.compile("^(确认提交|我的是另一个问题,继续提交)$")
DESK: ViewportSize = {"width": 1180, "height": 780}
PHONE: ViewportSize = {"width": 400, "height": 780}
ARGUMENTS = ("--no-sandbox", "--disable-gpu")
PATIENCE_MS = 30_000


class Photographer:
    """Opens pages of one product, each in a fresh context, and saves what they show."""

    def __init__(self, browser: Browser, base_url: str) -> None:
        self._browser, self._base_url = browser, base_url

    def open(self, path: str, viewport: ViewportSize) -> Page:
        """Return a page that shows ``path``."""
        context = self._browser.new_context(
            base_url=self._base_url, viewport=viewport, device_scale_factor=2, locale="zh-CN"
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.goto(path)
        return page

    def save(self, page: Page, name: str) -> None:
        """Write what the page shows to ``docs/images``, and close it."""
        page.wait_for_timeout(600)  # what moves comes to rest
        page.screenshot(path=IMAGES / f"{name}.png")
        page.context.close()


def say(page: Page, words: str) -> None:
    """Send a message in the web chat."""
    page.fill("#words", words)
    page.click(".send")


def take_chat(photographer: Photographer) -> None:
    """Show an answer with its citation open."""
    page = photographer.open("/", DESK)
    say(page, QUESTION)
    page.locator(".basis-chip").first.click()
    page.locator("#sheet[open]").wait_for()
    photographer.save(page, "chat")


def take_complaint(photographer: Photographer) -> str:
    """Show a filed complaint, and return its number."""
    page = photographer.open("/", PHONE)
    say(page, COMPLAINT)
    card = page.locator(".card.ticket")
    onward = page.get_by_role("button", name=ONWARD)
    for _ in range(3):  # a summary to confirm, and perhaps a neighbour's ticket to follow
        card.or_(onward).first.wait_for()
        if card.count():
            break
        onward.first.click()  # which takes the button away
    card.last.wait_for()
    number = card.last.locator(".number strong").inner_text()
    photographer.save(page, "complaint")
    return number


def take_elderly(photographer: Photographer) -> None:
    """Show the first screen for elderly people."""
    photographer.save(photographer.open("/simple", PHONE), "elderly")


def take_grid(photographer: Photographer, number: str) -> None:
    """Show the grid system's board once the complaint has arrived there."""
    page = photographer.open("/grid", DESK)
    page.get_by_role("button", name="进入演示").click()
    page.get_by_role("link", name=number).wait_for()
    photographer.save(page, "grid")


def take_console(photographer: Photographer, key: str) -> None:
    """Show the operators' tickets."""
    page = photographer.open("/console/sign-in", DESK)
    page.fill("#name", OPERATOR)
    page.fill("#token", key)
    page.get_by_role("button", name="登录", exact=True).click()
    page.locator("table.list").wait_for()
    photographer.save(page, "console")


def console_key(home: Path) -> str:
    """Return the key that ``linli serve`` printed."""
    secrets: dict[str, str] = json.loads((home / "secrets.json").read_text("utf-8"))
    return secrets["LINLI_CONSOLE_TOKEN"]


def main() -> int:
    """Take all pictures; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base_url")
    parser.add_argument("--home", type=Path, default=Path("var"))
    wanted = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        print("chromium is not on PATH", file=sys.stderr)
        return 1
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        photographer = Photographer(browser, wanted.base_url)
        take_chat(photographer)
        number = take_complaint(photographer)
        take_elderly(photographer)
        take_grid(photographer, number)
        take_console(photographer, console_key(wanted.home))
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
