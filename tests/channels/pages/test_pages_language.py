"""The chat's own words in two languages, and the picker of buildings."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import Request
from playwright.sync_api import Browser, Page, expect

from channels.web.language import LANGUAGES, interface, language_of
from tests.channels.pages.accessibility import barriers
from tests.channels.pages.house import House
from tests.channels.pages.measures import overflow, too_pale, too_small

CHINESE_SAID = "楼道灯坏了"


def paths(words: Any, at: str = "") -> Iterator[str]:
    """Yield the path of every word in a table of words."""
    if isinstance(words, dict):
        for name, value in words.items():
            yield from paths(value, f"{at}.{name}")
    elif isinstance(words, list):
        yield f"{at}[{len(words)}]"
    else:
        assert isinstance(words, str), at
        yield at


def asked(query: str = "", cookie: str = "", header: str = "") -> Request:
    headers = [(b"accept-language", header.encode()), (b"cookie", cookie.encode())]
    scope = {"type": "http", "query_string": query.encode(), "headers": headers}
    return Request(scope)


def test_both_languages_have_every_word() -> None:
    tables = [sorted(paths(interface(language))) for language in LANGUAGES]

    assert tables[0] == tables[1]


@pytest.mark.parametrize(
    ("request_", "language"),
    [
        (asked(), "zh"),
        (asked(header="en-GB,en;q=0.9"), "en"),
        (asked(header="fr, zh-CN;q=0.8, en;q=0.5"), "zh"),
        (asked(header="fr, de"), "zh"),
        (asked(header="en;q=0, zh;q=0.1"), "zh"),
        (asked(header="en;q=much"), "zh"),
        (asked(header="en", cookie="linli_lang=zh"), "zh"),
        (asked("lang=en", "linli_lang=zh", "zh-CN"), "en"),
        (asked("lang=xx", "linli_lang=xx", "en"), "en"),
    ],
)
def test_a_choice_goes_before_what_was_kept_and_that_before_the_browser(
    request_: Request, language: str
) -> None:
    assert language_of(request_) == language


@pytest.fixture
def english(browser: Browser, house: House) -> Iterator[Page]:
    house.dialogue.is_down = False
    house.dialogue.asked.clear()
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, locale="en-GB", base_url=house.url
    )
    context.set_default_timeout(8_000)
    yield context.new_page()
    context.close()


@pytest.mark.browser
def test_the_page_speaks_english_and_says_that_answers_are_chinese(
    english: Page, house: House
) -> None:
    english.goto("/")
    expect(english.locator("html")).to_have_attribute("lang", "en")
    expect(english.locator("#welcome")).to_contain_text("Answers are in Chinese")
    assert barriers(english) == []

    english.get_by_role("button", name="The light in the stairwell is broken").click()
    expect(english.locator(".card.draft")).to_contain_text("still to say")

    assert house.dialogue.asked == [CHINESE_SAID]
    assert english.locator(".turn.bot .bubble [lang=zh-CN]").count() == 1
    expect(english.locator(".choices")).to_have_attribute("lang", "zh-CN")
    assert barriers(english) == []
    assert too_pale(english, 4.5) == []
    assert overflow(english) == 0


@pytest.mark.browser
def test_the_language_is_switched_by_a_link_and_kept(english: Page) -> None:
    english.goto("/")
    english.locator("#menu summary").click()
    english.locator("#menu").get_by_role("link", name="中文").click()
    expect(english.locator("html")).to_have_attribute("lang", "zh-CN")

    english.goto("/")

    expect(english.get_by_role("button", name="找人帮忙")).to_be_visible()


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_errors_are_english_too(english: Page, house: House, width: int) -> None:
    english.set_viewport_size({"width": width, "height": 740})
    english.goto("/")
    english.context.set_offline(True)

    english.fill("#words", "你好")
    english.press("#words", "Enter")

    expect(english.locator(".failed-row")).to_contain_text("Send again")
    expect(english.locator("#connection")).to_contain_text("No network")


@pytest.mark.browser
def test_a_building_is_picked_by_keyboard_alone(page: Page, house: House) -> None:
    page.goto("/")
    page.get_by_role("button", name="告诉我在哪里").focus()

    page.keyboard.press("Enter")
    expect(page.locator("#where-building")).to_be_focused()
    assert barriers(page) == []
    assert too_small(page, 44) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator(".card.draft")).to_contain_text("3栋")
    assert house.dialogue.asked == ["3栋2单元"]
    expect(page.locator("#where")).to_be_hidden()


@pytest.mark.browser
def test_no_building_chosen_sends_nothing_and_escape_leads_back(page: Page, house: House) -> None:
    page.goto("/")
    opener = page.get_by_role("button", name="告诉我在哪里")
    opener.click()
    expect(page.locator("#where-building")).to_be_visible()

    page.get_by_role("button", name="就是这里").click()
    page.keyboard.press("Escape")

    expect(page.locator("#where")).to_be_hidden()
    expect(opener).to_be_focused()
    assert house.dialogue.asked == []
