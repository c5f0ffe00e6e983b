"""一键呼叫 and the family: what an elderly person and a relative do, each on their own device."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.channels.pages.accessibility import barriers
from tests.channels.pages.house import House
from tests.channels.pages.measures import overflow, too_pale, too_small

pytestmark = pytest.mark.browser
FORM = {"name": "女儿小芳", "telephone": "010-0000-0123", "elder_name": "妈妈", "building": "3"}


@pytest.fixture
def devices(browser: Browser, house: House) -> Iterator[tuple[BrowserContext, BrowserContext]]:
    """The telephones of an elderly person, without scripts, and of a relative, with them."""
    house.dialogue.is_down = False
    house.dialogue.asked.clear()
    made = [
        browser.new_context(
            viewport={"width": 360, "height": 740}, java_script_enabled=js, base_url=house.url
        )
        for js in (False, True)
    ]
    for one in made:
        one.set_default_timeout(8_000)
    yield made[0], made[1]
    for one in made:
        one.close()


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def code_on(elder: Page) -> str:
    elder.goto("/simple/family")
    press(elder, "添加家人")
    return re.sub(r"\D", "", elder.locator(".code").inner_text())


def ask(relative: Page, code: str, **more: str) -> None:
    relative.goto(f"/family?code={code}")
    for field, value in (FORM | more).items():
        relative.fill(f"#{field}", value)
    press(relative, "请老人同意")


def pair(elder: Page, relative: Page) -> None:
    ask(relative, code_on(elder))
    elder.goto("/simple/family")
    press(elder, "是，我同意")


def test_one_press_and_one_yes_tell_the_grid_member_and_the_family(
    devices: tuple[BrowserContext, BrowserContext], house: House
) -> None:
    elder, relative = (one.new_page() for one in devices)
    pair(elder, relative)

    elder.goto("/simple")
    elder.get_by_role("link", name="一键呼叫").click()
    press(elder, "是，叫人")

    expect(elder.locator("#reply")).to_contain_text("已经通知杨春燕")
    expect(elder.locator("#reply")).to_contain_text("女儿小芳")
    links = elder.locator("main a[href^='tel:']").evaluate_all(
        "links => links.map((link) => link.getAttribute('href').slice(4))"
    )
    assert links == ["120", "119", "110", "01000000123", "010-0000-0001"]
    assert ["3栋" in one and "/emergency" in one for one in house.dialogue.asked] == [True]
    waiting = house.parts.handover.waiting()
    assert [one["audience"] for one in waiting if one["channel"] == "simple"]
    relative.goto("/family")
    press(relative, "我知道了，马上联系")
    elder.goto("/simple")
    expect(elder.get_by_role("link", name="您有新消息")).to_be_visible()


def test_loading_the_page_of_a_call_again_calls_once(
    devices: tuple[BrowserContext, BrowserContext], house: House
) -> None:
    elder = devices[0].new_page()
    elder.goto("/simple/call")
    press(elder, "是，叫人")

    elder.reload()

    assert len(house.dialogue.asked) == 1


def test_if_nobody_can_be_told_the_numbers_are_there(
    devices: tuple[BrowserContext, BrowserContext], house: House
) -> None:
    elder = devices[0].new_page()
    elder.goto("/simple/call")
    house.dialogue.is_down = True

    press(elder, "是，叫人")

    expect(elder.get_by_role("alert")).to_contain_text("请您再打电话")
    expect(elder.locator("a[href='tel:120']")).to_be_visible()
    assert house.parts.handover.waiting()


def test_no_calls_nobody(devices: tuple[BrowserContext, BrowserContext], house: House) -> None:
    elder = devices[0].new_page()
    elder.goto("/simple/call")

    with elder.expect_navigation():
        elder.get_by_role("link", name="否，不用").click()

    assert house.dialogue.asked == []


def test_what_a_relative_chose_and_a_refusal_hold(
    devices: tuple[BrowserContext, BrowserContext],
) -> None:
    elder, relative = (one.new_page() for one in devices)
    ask(relative, code_on(elder))
    elder.goto("/simple")
    with elder.expect_navigation():
        elder.get_by_role("link", name="有人想当您的家人联系人").click()
    expect(elder.locator(".reply")).to_contain_text("01000000123")

    press(elder, "不是，不同意")

    relative.goto("/family")
    expect(relative.get_by_role("heading")).to_have_text("做老人的家人联系人")
    pair(elder, relative)
    expect(elder.locator("html")).to_have_class("size-2")


def test_either_side_ends_it(devices: tuple[BrowserContext, BrowserContext]) -> None:
    elder, relative = (one.new_page() for one in devices)
    pair(elder, relative)
    elder.get_by_role("link", name="女儿小芳").click()

    press(elder, "去掉这位家人")

    relative.goto("/family")
    expect(relative.get_by_role("heading")).to_have_text("做老人的家人联系人")
    pair(elder, relative)
    relative.goto("/family")
    relative.get_by_text("不再联系").first.click()
    press(relative, "确定不再联系")
    elder.goto("/simple/family")
    expect(elder.locator(".option")).to_have_count(0)


def test_the_relatives_web_chat_rings_too(
    devices: tuple[BrowserContext, BrowserContext],
) -> None:
    elder, relative = (one.new_page() for one in devices)
    relative.goto("/")
    relative.fill("#words", "我的工单")
    relative.press("#words", "Enter")
    expect(relative.locator(".turn.bot")).to_have_count(1)
    pair(elder, relative)

    elder.goto("/simple/call")
    press(elder, "是，叫人")

    relative.goto("/")
    expect(relative.locator(".log")).to_contain_text("妈妈")
    expect(relative.get_by_role("button", name="我知道了,马上联系")).to_be_visible()


def test_a_wrong_code_says_so_and_keeps_what_was_typed(
    devices: tuple[BrowserContext, BrowserContext],
) -> None:
    relative = devices[1].new_page()

    ask(relative, "0000 0000")

    expect(relative.get_by_role("alert")).to_contain_text("号码不对")
    expect(relative.locator("#name")).to_have_value("女儿小芳")
    assert "0123" not in relative.url


def test_the_relatives_page_has_no_barriers(
    devices: tuple[BrowserContext, BrowserContext],
) -> None:
    elder, relative = (one.new_page() for one in devices)
    code = code_on(elder)
    for step in ("form", "waiting", "agreed", "called"):
        if step == "form":
            relative.goto(f"/family?code={code}")
        elif step == "waiting":
            ask(relative, code)
        elif step == "agreed":
            elder.goto("/simple/family")
            press(elder, "是，我同意")
        else:
            elder.goto("/simple/call")
            press(elder, "是，叫人")
        if step in {"agreed", "called"}:
            relative.goto("/family")
        assert barriers(relative) == [], step
        assert too_pale(relative, 7) == [], step
        assert too_small(relative, 44) == [], step
        assert overflow(relative) == 0, step


@pytest.mark.parametrize("size", ["1", "3"])
def test_every_screen_of_the_family_keeps_to_the_rules_for_elderly_people(
    browser: Browser, house: House, size: str
) -> None:
    elder = browser.new_page(viewport={"width": 360, "height": 740}, base_url=house.url)
    relative = browser.new_page(base_url=house.url)
    elder.goto(f"/simple?size={size}")
    code = code_on(elder)
    seen = []

    def check(step: str) -> None:
        seen.append(step)
        assert too_pale(elder, 7) == [], step
        assert too_small(elder, 60) == [], step
        assert overflow(elder) == 0, step
        assert barriers(elder) == [], step
        assert elder.locator("main .option").count() <= 3, step

    check("code")
    ask(relative, code)
    elder.goto("/simple/family")
    check("asked")
    press(elder, "是，我同意")
    elder.goto(f"/simple/family?size={size}")
    check("list")
    elder.locator(".option").first.click()
    check("one")
    elder.goto("/simple/call")
    check("call")
    press(elder, "是，叫人")
    check("called")
    elder.close()
    relative.close()


def test_a_stranger_sees_nobodys_family(
    devices: tuple[BrowserContext, BrowserContext], house: House
) -> None:
    elder, relative = (one.new_page() for one in devices)
    pair(elder, relative)
    one = elder.locator(".option").first.get_attribute("href")

    with httpx.Client(base_url=house.url, trust_env=False, follow_redirects=True) as stranger:
        pages = [stranger.get(path).text for path in ("/family", "/simple/family", str(one))]

    assert not any("小芳" in page or "0123" in page for page in pages)
