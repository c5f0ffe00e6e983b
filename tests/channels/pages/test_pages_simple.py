"""The simplified page: the numbers it must keep to, and a whole filing without scripts."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from channels.message import Choice, Outcome, Reply, Turn
from channels.simple.screens import CHOICES_A_SCREEN, SCREEN_LENGTH, batches, screens
from tests.channels.pages.accessibility import barriers
from tests.channels.pages.house import RECEIPT, House, free_port, open_house
from tests.channels.pages.measures import letters, overflow, too_pale, too_small
from tests.knowledge.loopback import send, serving

BODY_PX = {"1": 24, "2": 32, "3": 40}  # 18, 24 and 30 pt


@pytest.fixture
def plain(browser: Browser, house: House) -> Iterator[Page]:
    """A telephone whose browser runs no scripts."""
    house.dialogue.is_down = False
    house.dialogue.asked.clear()
    context = browser.new_context(
        viewport={"width": 360, "height": 800}, java_script_enabled=False, base_url=house.url
    )
    yield context.new_page()
    context.close()


def press(page: Page, button: str) -> None:
    """Press a button and wait for the next page, as a person does."""
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()


def say(page: Page, words: str) -> None:
    page.fill("textarea", words)
    press(page, "发送")


def test_a_long_answer_is_cut_between_sentences_and_options_stand_last() -> None:
    text = "第一句很长很长很长很长很长很长很长很长很长很长很长。" * 12
    options = tuple(Choice(title=str(number), token=str(number)) for number in range(7))
    turn = Turn(replies=(Reply(text=text, choices=options),), outcome=Outcome.GUIDE)

    every = screens(turn)

    assert "".join(line for screen in every for line in screen.lines) == text
    assert all(sum(map(len, screen.lines)) <= SCREEN_LENGTH for screen in every)
    assert [bool(screen.choices) for screen in every] == [False] * (len(every) - 1) + [True]


@pytest.mark.parametrize("count", range(10))
def test_no_screen_offers_more_than_three_things(count: int) -> None:
    options = tuple(Choice(title=str(number), token=str(number)) for number in range(count))

    groups = batches(options)

    more = 1 if len(groups) > 1 else 0
    assert sum(groups, ()) == options
    assert all(len(group) + more <= CHOICES_A_SCREEN for group in groups)


@pytest.mark.browser
def test_a_link_at_an_entrance_tells_once_where_its_reader_lives(
    plain: Page, house: House
) -> None:
    for _ in range(2):
        plain.goto("/simple?b=3-2")

    assert plain.url.endswith("/simple")
    assert house.dialogue.asked == ["3栋2单元"]


@pytest.mark.browser
def test_a_complaint_is_filed_without_scripts(plain: Page, house: House) -> None:
    plain.goto("/simple")
    plain.get_by_role("link", name="我要报修").click()
    say(plain, "楼道灯坏了")
    expect(plain.locator("#reply")).to_contain_text("请问在几栋几单元")

    say(plain, "3栋2单元")
    press(plain, "确认提交")

    expect(plain.locator(".code")).to_have_text("K7M2Q9PA4")
    assert house.dialogue.asked == ["楼道灯坏了", "3栋2单元", "确认提交"]


@pytest.mark.browser
def test_turning_the_screen_or_enlarging_asks_nothing_twice(plain: Page, house: House) -> None:
    plain.goto("/simple/ask")
    say(plain, "居住证")
    press(plain, "接着看")
    first = plain.locator(".option").all_text_contents()

    press(plain, "特大")
    press(plain, "换一批")

    assert plain.locator(".option").all_text_contents() != first
    expect(plain.locator("html")).to_have_class("size-3")
    assert house.dialogue.asked == ["居住证"]


@pytest.mark.browser
def test_another_answer_from_a_page_gone_back_to_is_another_message(
    plain: Page, house: House
) -> None:
    plain.goto("/simple/ask")
    say(plain, "选项")
    press(plain, "居住证办理")

    plain.go_back()
    press(plain, "老年优待证办理")

    assert house.dialogue.asked == ["选项", "居住证办理", "老年优待证办理"]


@pytest.mark.browser
def test_a_failure_says_so_and_offers_the_same_message_again(plain: Page, house: House) -> None:
    plain.goto("/simple/ask")
    house.dialogue.is_down = True
    say(plain, "我的工单")
    expect(plain.get_by_role("alert")).to_contain_text("系统正在恢复")
    house.dialogue.is_down = False

    press(plain, "再发一次")

    expect(plain.locator(".ticket")).to_contain_text("处置中")


@pytest.mark.browser
def test_the_key_to_the_conversation_is_out_of_reach_of_scripts(plain: Page) -> None:
    plain.goto("/simple/ask")
    say(plain, "我的工单")

    (cookie,) = (one for one in plain.context.cookies() if one["name"] == "linli_simple")

    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    assert cookie["path"] == "/simple"


@pytest.mark.browser
def test_a_persons_answer_waits_on_the_home_screen(plain: Page, house: House) -> None:
    plain.goto("/simple")
    plain.get_by_role("navigation").get_by_role("button", name="找人帮忙").click()
    expect(plain.locator("#reply")).to_contain_text("社区工作人员")
    conversation = house.parts.handover.waiting()[-1]["conversation"]
    house.run(house.parts.handover.answer(conversation, "李敏", "我下午上门看您。"))

    plain.goto("/simple")
    plain.get_by_role("link", name="您有新消息").click()

    expect(plain.locator("#reply")).to_contain_text("我下午上门看您。")
    plain.goto("/simple")
    expect(plain.get_by_role("link", name="您有新消息")).to_be_hidden()


@pytest.mark.browser
def test_long_news_keep_to_the_rules_and_are_read_to_their_end(plain: Page, house: House) -> None:
    plain.goto("/simple")
    plain.get_by_role("navigation").get_by_role("button", name="找人帮忙").click()
    conversation = house.parts.handover.waiting()[-1]["conversation"]
    text = "".join(f"第{number}句话很长很长很长很长很长很长很长。" for number in range(12))
    body = {"replies": [{"text": text, "choices": [], "citations": []}]}
    five = tuple(Choice(title=f"选项{number}", payload=f"/choose_{number}") for number in range(5))
    house.run(house.parts.news.publish(conversation, "long", body, five))

    plain.goto("/simple/news?size=3")
    further = plain.get_by_role("link", name=re.compile("接着看|换一批"))
    while not plain.get_by_text("选项4").count():
        assert (too_pale(plain, 7), too_small(plain, 60), overflow(plain)) == ([], [], 0)
        assert plain.locator("main .option").count() <= 3
        with plain.expect_navigation():
            further.click()

    assert plain.locator("main .option").count() <= 3


@pytest.mark.browser
def test_a_script_in_what_is_said_stays_words(page: Page, house: House) -> None:
    page.goto("/simple/ask")

    say(page, "<script>document.title='x'</script><b>")

    expect(page.locator(".you")).to_contain_text("<script>")
    assert page.title() != "x"


@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "size"), [("light", "1"), ("dark", "2"), ("light", "3")])
def test_every_screen_keeps_to_the_rules_for_elderly_people(
    browser: Browser, house: House, scheme: Any, size: str
) -> None:
    page = browser.new_page(
        viewport={"width": 360, "height": 800}, color_scheme=scheme, base_url=house.url
    )
    page.goto(f"/simple?size={size}")
    for step in (
        "home",
        "ask",
        "report",
        "call",
        "family",
        "news",
        "居住证",
        "3栋",
        "我的工单",
        "着火",
        "转人工",
    ):
        if re.fullmatch("[a-z]+", step):
            page.goto("/simple" if step == "home" else f"/simple/{step}")
        else:
            page.goto("/simple/ask")
            say(page, step)
        assert too_pale(page, 7) == [], step
        assert too_small(page, 60) == [], step
        assert min(text["size"] for text in letters(page)) >= BODY_PX[size], step
        assert min(text["line"] for text in letters(page)) >= 1.3, step
        assert overflow(page) == 0, step
        assert barriers(page) == [], step
        assert page.locator("main .option").count() <= 3, step
        expect(page.locator(".bar button")).to_be_in_viewport()
    page.close()


@pytest.mark.browser
def test_an_answer_can_be_judged_in_one_press_without_scripts(
    browser: Browser, tmp_path: Path
) -> None:
    with (
        serving(lambda handler, _: send(handler, 204, b"")) as desk,
        open_house(tmp_path, free_port(), knowledge_url=desk.url) as house,
        browser.new_context(
            viewport={"width": 360, "height": 800}, java_script_enabled=False, base_url=house.url
        ) as context,
    ):
        page = context.new_page()
        page.goto("/simple/ask")
        say(page, "居住证")
        press(page, "接着看")
        page.locator("summary").click()
        assert too_small(page, 60) == []
        assert too_pale(page, 7) == []

        press(page, "没用")

        expect(page.get_by_role("heading", level=1)).to_have_text("谢谢您")
    assert [(body["receipt"], body["useful"]) for body in desk.asked] == [(RECEIPT, False)]


@pytest.mark.browser
def test_an_opinion_of_somebody_elses_answer_is_refused(plain: Page, house: House) -> None:
    answer = plain.request.post(
        f"{house.url}/simple/opinion", form={"receipt": RECEIPT, "useful": "true"}
    )

    assert answer.status == 404
    assert "没有找到这条回答" in answer.text()
