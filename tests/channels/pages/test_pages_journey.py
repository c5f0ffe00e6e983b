"""The whole way of an elderly person, once without scripts and once with the keyboard alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.channels.pages.house import House
from tests.channels.pages.measures import overflow, too_pale, too_small

pytestmark = pytest.mark.browser
TABS = 40  # a page has fewer stops than that
OUTLINE = """
(() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
})()
"""
FOCUSED = "document.activeElement.textContent.trim() || document.activeElement.id"


def check(page: Page) -> None:
    """Assert what holds on every screen for elderly people."""
    at = page.url
    assert too_pale(page, 7) == [], at
    assert too_small(page, 60) == [], at
    assert overflow(page) == 0, at
    assert page.locator("main .option").count() <= 3, at
    assert page.locator("textarea").count() <= 1, at
    expect(page.locator(".bar")).to_contain_text("找人帮忙")


class Fingers:
    """Presses and types as a finger does."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, name: str) -> None:
        with self.page.expect_navigation():
            self.page.locator("main, .bar").get_by_text(name, exact=False).last.click()
        check(self.page)

    def say(self, words: str) -> None:
        self.page.fill("textarea", words)
        self.press("发送")


class Keys(Fingers):
    """Reaches everything by Tab, and sees where it stands."""

    def press(self, name: str) -> None:
        self._reach(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        check(self.page)

    def say(self, words: str) -> None:
        self._reach("text")
        self.page.keyboard.type(words)
        self.press("发送")

    def _reach(self, name: str) -> None:
        for _ in range(TABS):
            self.page.keyboard.press("Tab")
            if name in self.page.evaluate(FOCUSED):
                assert self.page.evaluate(OUTLINE) >= 3, name
                return
        raise AssertionError(f"the keyboard does not reach {name}")


def walk(hand: Fingers, house: House) -> None:
    """Ask, report, look up, call a person, tell of danger, and call for help."""
    page, reply = hand.page, hand.page.locator("#reply")
    hand.press("我要问事")
    hand.say("办居住证要什么材料")
    while page.get_by_role("button", name="接着看").count():
        hand.press("接着看")
    expect(page.locator(".basis").first).to_contain_text("居住证暂行条例")

    hand.press("首页")
    hand.press("我要报修")
    hand.say("楼道灯坏了")
    expect(reply).to_contain_text("几栋几单元")
    hand.say("3栋2单元")
    hand.press("确认提交")
    expect(page.locator(".code")).to_have_text("K7M2Q9PA4")

    hand.say("K7M2Q9PA4")
    expect(page.locator(".ticket")).to_contain_text("处置中")

    hand.press("找人帮忙")
    expect(reply).to_contain_text("社区工作人员")

    hand.press("首页")
    hand.press("我要问事")
    hand.say("着火了")
    expect(page.locator("a[href='tel:119']")).to_be_visible()

    hand.press("首页")
    hand.press("一键呼叫")
    hand.press("是，叫人")
    expect(reply).to_contain_text("已经通知")
    expect(page.locator("a[href='tel:120']")).to_be_visible()
    assert len(house.dialogue.asked) == 8


@pytest.mark.parametrize("size", ["1", "3"])
@pytest.mark.parametrize(("hand", "has_scripts"), [(Fingers, False), (Keys, True)])
def test_the_whole_way_can_be_gone_without_scripts_and_by_keyboard_alone(
    browser: Browser,
    house: House,
    hand: Callable[[Page], Fingers],
    has_scripts: bool,
    size: str,
) -> None:
    house.dialogue.asked.clear()
    context = browser.new_context(
        viewport={"width": 360, "height": 740},
        java_script_enabled=has_scripts,
        base_url=house.url,
    )
    page = context.new_page()
    page.goto(f"/simple?size={size}")
    check(page)

    walk(hand(page), house)

    context.close()
