"""The card for the wall: black on white, A5, with a code that says at which building it hangs."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdfium2 import PdfDocument

from tests.channels.pages.accessibility import barriers
from tests.channels.pages.house import House
from tests.channels.pages.measures import letters, overflow, too_pale

pytestmark = pytest.mark.browser
A5_PT = (419.5, 595.3)


def test_a_card_for_each_building_is_one_sheet_of_a5(
    page: Page, house: House, tmp_path: Path
) -> None:
    page.goto("/simple/card?at=all")

    page.pdf(path=str(tmp_path / "card.pdf"), prefer_css_page_size=True)

    with PdfDocument(tmp_path / "card.pdf") as document:
        sizes = [document.get_page_size(number) for number in range(len(document))]
    assert sizes == [pytest.approx(A5_PT, abs=1)] * 2


def test_a_card_says_where_to_ring_and_what_to_say(page: Page) -> None:
    page.goto("/simple/card?at=b3")

    card = page.locator(".card")
    said = card.inner_text()

    for words in ("3栋", "010-0000-0103", "010-0000-0001", "120", "119", "110"):
        assert words in said
    expect(card.locator(".say li")).to_have_count(3)
    assert barriers(page) == []
    assert too_pale(page, 7) == []
    assert overflow(page) == 0


def test_on_paper_the_letters_are_large_and_nothing_else_is_there(page: Page) -> None:
    page.goto("/simple/card")
    page.emulate_media(media="print")

    printed = letters(page)

    assert min(one["size"] for one in printed) >= 17  # px: 4.6 mm, 13 pt
    assert min(one["ratio"] for one in printed) == pytest.approx(21)
    expect(page.locator(".screen")).to_be_hidden()


def test_whoever_scans_the_card_need_not_say_the_building(page: Page, house: House) -> None:
    page.goto("/simple?at=b3-2")
    page.goto("/simple/report")

    with page.expect_navigation():
        page.get_by_role("button", name="电梯坏了").click()

    assert house.dialogue.asked == ["3栋2单元电梯坏了"]


@pytest.mark.parametrize("at", ["b0", "b3-2<b>", "3", "b9999", "b3;x"])
def test_what_is_no_entrance_is_ignored(page: Page, at: str) -> None:
    page.goto(f"/simple?at={at}")
    page.goto("/simple/report")

    assert re.fullmatch("哪里坏了？", page.get_by_role("heading", level=1).inner_text())
