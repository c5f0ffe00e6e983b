"""The web chat in a browser, over the real gateway and a scripted dialogue."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from channels.message import Choice
from tests.channels.pages.accessibility import barriers
from tests.channels.pages.house import CLAUSE, RECEIPT, House, free_port, open_house
from tests.channels.pages.measures import overflow, too_pale, too_small
from tests.knowledge.loopback import send, serving

pytestmark = pytest.mark.browser


def say(page: Page, words: str) -> None:
    page.fill("#words", words)
    page.click(".send")


def conversation_of(page: Page) -> str:
    conversation: str = page.evaluate("JSON.parse(localStorage.getItem('linli.conversation'))")
    return conversation


def publish(house: House, conversation: str, key: str, body: dict[str, Any]) -> None:
    choices = (Choice(title="已经修好", payload="已经修好"),)
    house.run(house.parts.news.publish(conversation, key, body, choices))


NEWS = {
    "replies": [{"text": "您的工单已受理。", "choices": [], "citations": []}],
    "outcome": "ticket_status",
    "ticket": {"number": "20261121-000123", "status": "accepted", "status_name": "已受理"},
}


def test_the_first_screen_offers_four_examples_and_needs_nothing_from_elsewhere(
    page: Page, house: House
) -> None:
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(re.sub(r"(//[^/]+).*", r"\1", request.url)))
    problems: list[str] = []
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)

    page.goto("/")

    expect(page.locator(".examples button")).to_have_count(4)
    expect(page.get_by_role("button", name="找人帮忙")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert hosts == {house.url}
    assert problems == []


def test_words_stay_in_the_box_while_the_page_is_not_ready(page: Page) -> None:
    page.route("**/web/chat.js", lambda route: route.abort())
    page.goto("/")
    page.locator("#words").fill("楼道灯坏了")

    page.locator(".send").click(force=True)

    expect(page.locator("#words")).to_have_value("楼道灯坏了")


def test_a_link_at_an_entrance_tells_once_where_its_reader_lives(page: Page, house: House) -> None:
    page.goto("/?b=3-2")
    expect(page.locator(".card.draft")).to_contain_text("3栋")

    page.goto("/?b=3-2")

    expect(page.locator(".card.draft")).to_contain_text("3栋")
    expect(page.locator(".turn.mine")).to_have_count(1)
    assert house.dialogue.asked == ["3栋2单元"]


def test_a_link_that_names_no_door_says_nothing(page: Page, house: House) -> None:
    page.goto("/?b=<b>x</b>")

    expect(page.locator(".examples button")).to_have_count(4)
    assert house.dialogue.asked == []


def test_a_citation_opens_the_whole_clause_with_the_quoted_words_marked(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="办居住证要什么材料").click()
    chip = page.locator(".basis-chip").first

    chip.click()

    expect(page.locator("#sheet-text")).to_have_text(CLAUSE.text)
    expect(page.locator("#sheet mark")).to_have_text(CLAUSE.quote)
    expect(page.locator("#sheet-facts")).to_contain_text("2026-11-21")
    page.keyboard.press("Escape")
    expect(page.locator("#sheet")).to_be_hidden()
    expect(chip).to_be_focused()


def test_a_complaint_is_collected_confirmed_by_a_choice_and_gets_a_code(
    page: Page, house: House
) -> None:
    page.goto("/")
    say(page, "楼道灯坏了三天没人修")
    expect(page.locator(".card.draft .missing")).to_have_count(1)

    say(page, "3栋2单元")
    page.get_by_role("button", name="确认提交").click()

    expect(page.locator(".card.ticket")).to_contain_text("20261121-000123")
    expect(page.locator(".code-value")).to_have_text("K7M 2Q9 PA4")
    expect(page.locator(".steps [aria-current=step]")).to_have_text("提交")
    expect(page.locator(".card.draft")).to_have_count(0)
    assert house.dialogue.asked[-1] == "确认提交"


def test_an_emergency_puts_the_named_number_first(page: Page) -> None:
    page.goto("/")

    say(page, "楼下着火了")

    calls = page.locator(".card.emergency a")
    expect(calls).to_have_count(3)
    expect(calls.first).to_have_attribute("href", "tel:119")


def test_a_message_that_fails_is_sent_again_as_the_same_message(page: Page, house: House) -> None:
    page.goto("/")
    house.dialogue.is_down = True
    say(page, "我的工单")
    retry = page.get_by_role("button", name="再发一次")
    expect(retry).to_be_visible()
    house.dialogue.is_down = False

    retry.click()

    expect(page.locator(".card.ticket")).to_be_visible()
    expect(page.locator(".turn.mine")).to_have_count(1)
    assert len(house.parts.transcript.read(conversation_of(page))) == 1


def test_what_is_said_without_network_arrives_when_it_is_back(
    page: Page, context: BrowserContext, house: House
) -> None:
    page.goto("/")
    say(page, "我的网格员是谁")
    expect(page.locator(".turn.bot")).to_have_count(1)
    context.set_offline(True)
    say(page, "我的工单")
    expect(page.locator(".turn.mine.failed")).to_be_visible()
    expect(page.locator("#connection")).to_contain_text("网络断开了")

    context.set_offline(False)

    expect(page.locator(".card.ticket")).to_be_visible()
    assert house.dialogue.asked == ["我的网格员是谁", "我的工单"]


def test_what_failed_while_we_were_away_is_sent_when_we_are_back(page: Page, house: House) -> None:
    page.route("**/api/events*", lambda route: route.abort())
    page.goto("/")
    say(page, "我的网格员是谁")
    expect(page.locator(".turn.bot")).to_have_count(1)
    page.route("**/api/messages", lambda route: route.abort())
    say(page, "我的工单")
    expect(page.get_by_role("button", name="再发一次")).to_be_visible()

    page.unroute("**/api/messages")
    page.unroute("**/api/events*")

    expect(page.locator(".card.ticket")).to_be_visible()
    expect(page.get_by_role("button", name="再发一次")).to_have_count(0)


def test_the_conversation_outlives_a_reload_until_it_is_cleared(page: Page) -> None:
    page.goto("/")
    say(page, "我的工单")
    expect(page.locator(".card.ticket")).to_be_visible()

    page.reload()
    expect(page.locator(".card.ticket")).to_be_visible()
    page.locator("#menu summary").click()
    page.locator("#menu [data-forget]").click()
    page.locator("#forget-yes").click()

    expect(page.locator(".turn")).to_have_count(0)
    expect(page.locator("#welcome")).to_be_visible()
    kept = page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('linli.'))")
    assert kept == []


def test_news_arrives_without_asking_and_only_once(page: Page, house: House) -> None:
    page.goto("/")
    say(page, "我的网格员是谁")
    expect(page.locator(".turn.bot")).to_have_count(1)
    conversation = conversation_of(page)

    publish(house, conversation, f"{conversation}-1", NEWS)
    expect(page.locator(".from-news")).to_contain_text("您的工单已受理。")
    page.reload()
    publish(house, conversation, f"{conversation}-2", NEWS)

    expect(page.locator(".from-news")).to_have_count(2)
    page.get_by_role("button", name="已经修好").first.click()
    expect(page.locator(".turn.mine").last).to_contain_text("已经修好")


def test_a_persons_answer_is_shown_as_a_persons(page: Page, house: House) -> None:
    page.goto("/")
    page.get_by_role("button", name="找人帮忙").click()
    expect(page.locator(".turn.bot")).to_contain_text("社区工作人员")
    conversation = conversation_of(page)
    house.parts.handover.take(conversation, "李敏")

    say(page, "电梯什么时候修好")
    expect(page.locator(".heard")).to_be_visible()
    house.run(house.parts.handover.answer(conversation, "李敏", "师傅下午三点到。"))

    expect(page.locator(".from-person")).to_contain_text("师傅下午三点到。")
    assert "电梯什么时候修好" not in house.dialogue.asked


def test_a_photo_is_made_small_before_it_is_sent(page: Page, house: House) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (3000, 2000), "green").save(picture, "PNG")
    page.goto("/")

    page.set_input_files(
        "#file", {"name": "a.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    )
    expect(page.locator("#picked")).to_be_visible()
    say(page, "楼道灯坏了")

    expect(page.locator(".turn.mine .shot")).to_be_visible()
    expect(page.locator(".turn.bot")).to_have_count(1)
    (kept,) = (house.parts.settings.home / "media").iterdir()
    with Image.open(kept) as sent:
        assert (sent.format, sent.size) == ("JPEG", (1600, 1067))


def test_a_place_is_sent_with_its_datum(page: Page, context: BrowserContext) -> None:
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"latitude": 39.9, "longitude": 116.4})
    page.goto("/")

    with page.expect_request("**/api/messages") as sent:
        page.get_by_role("button", name="告诉我在哪里").click()
        page.get_by_role("button", name="用手机定位").click()

    expect(page.locator(".turn.bot")).to_have_count(1)
    sent_body = sent.value.post_data_json
    assert sent_body is not None
    place = sent_body["location"]
    assert place == {"latitude": 39.9, "longitude": 116.4, "datum": "WGS-84"}


def test_enter_sends_and_shift_enter_breaks_the_line(page: Page, house: House) -> None:
    page.goto("/")
    page.focus("#words")

    page.keyboard.type("第一行")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("第二行")
    page.keyboard.press("Enter")

    expect(page.locator(".turn.bot")).to_have_count(1)
    assert house.dialogue.asked[-1] == "第一行\n第二行"
    expect(page.locator("#words")).to_be_focused()


@pytest.mark.parametrize(("scheme", "width"), [("light", 320), ("dark", 360), ("light", 1280)])
def test_every_state_can_be_read_and_touched(
    browser: Browser, house: House, scheme: Any, width: int
) -> None:
    page = browser.new_page(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        base_url=house.url,
        locale="zh-CN",
    )
    page.goto("/")
    for words in ("居住证", "楼道灯", "3栋", "我的工单", "着火", "出错"):
        say(page, words)
        expect(page.locator("#typing")).to_be_hidden()
        expect(page.locator(".turn.mine.sending")).to_have_count(0)
    assert barriers(page) == []
    page.locator(".basis-chip").first.click()
    page.wait_for_timeout(300)  # the sheet rises

    assert too_pale(page, 4.5) == []
    assert too_small(page, 40 if width > 320 else 36) == []
    assert overflow(page) == 0
    assert barriers(page) == []
    page.close()


def test_an_answer_asks_whether_it_was_of_use_and_remembers(
    browser: Browser, tmp_path: Path
) -> None:
    with (
        serving(lambda handler, _: send(handler, 204, b"")) as desk,
        open_house(tmp_path, free_port(), knowledge_url=desk.url) as house,
        browser.new_context(
            base_url=house.url, viewport={"width": 390, "height": 844}, locale="zh-CN"
        ) as context,
    ):
        page = context.new_page()
        page.goto("/")
        page.get_by_role("button", name="办居住证要什么材料").click()

        page.get_by_role("button", name="没帮助").click()

        expect(page.locator(".opinion-thanks")).to_have_text("记下了，工作人员会看到")
        page.reload()
        expect(page.locator(".opinion-thanks")).to_be_visible()
        assert [one for one in too_small(page, 44) if "opinion" in str(one)] == []
        assert too_pale(page, 4.5) == []
    assert [body["useful"] for body in desk.asked] == [False]
    assert desk.asked[0]["receipt"] == RECEIPT


def test_an_opinion_that_does_not_arrive_can_be_given_again(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="办居住证要什么材料").click()

    page.get_by_role("button", name="有帮助").click()

    expect(page.locator("#notice")).to_contain_text("稍后再试")
    expect(page.get_by_role("button", name="有帮助")).to_be_enabled()


def test_the_page_can_be_installed_on_a_telephone(page: Page, context: BrowserContext) -> None:
    page.goto("/")
    page.wait_for_function("navigator.serviceWorker.ready.then(() => true)")
    browser = context.new_cdp_session(page)

    found = browser.send("Page.getInstallabilityErrors")["installabilityErrors"]
    touch = page.locator("link[rel='apple-touch-icon']").get_attribute("href")
    icon = page.request.get(str(touch))

    assert {one["errorId"] for one in found} <= {"in-incognito"}  # which every test is
    assert browser.send("Page.getAppManifest")["errors"] == []
    assert icon.headers["content-type"] == "image/png"  # an iPhone reads no SVG here
