"""The console: nobody in without the token, no form without its mark, and an operator's day."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from channels.console.session import LIFETIME, Sessions
from channels.message import Audience
from tests.channels.pages.accessibility import barriers
from tests.channels.pages.house import CONSOLE_TOKEN, House
from tests.channels.pages.measures import overflow, too_pale, too_small
from tests.channels.pages.ticket_service import LAMP, TicketHouse

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
NUMBER = LAMP["number"]


@pytest.fixture
def client(house: House) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=house.url, trust_env=False) as opened:
        yield opened


def sign_in(client: httpx.Client) -> str:
    """Sign in and return the mark that forms carry."""
    client.post("/console/sign-in", data={"token": CONSOLE_TOKEN, "name": "李敏"})
    mark = re.search(r'name="csrf" value="(\w+)"', client.get("/console").text)
    assert mark
    return mark[1]


def sign_in_by_hand(page: Page) -> None:
    page.goto("/console")
    page.fill("#name", "李敏")
    page.fill("#token", CONSOLE_TOKEN)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="工单")).to_be_visible()


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(out, "PNG")
    return out.getvalue()


def waiting_resident(house: House) -> str:
    conversation, _ = house.parts.conversations.open(Audience.STANDARD, "web")
    house.parts.handover.ask(conversation.id)
    return conversation.id


def test_a_session_ends_by_time_and_by_a_new_token() -> None:
    now = [NOON]
    sessions = Sessions("one", lambda: now[0])
    cookie = sessions.open("李敏", is_admin=True)
    operator = sessions.read(cookie)
    assert operator is not None
    assert operator.name == "李敏"

    now[0] = NOON + LIFETIME + timedelta(seconds=1)

    assert sessions.read(cookie) is None
    assert Sessions("two", lambda: NOON).read(cookie) is None


@pytest.mark.parametrize("cookie", ["", ".", "a.b", "é.é", "W10=.0"])
def test_a_cookie_that_is_not_ours_opens_nothing(cookie: str) -> None:
    assert Sessions("one", lambda: NOON).read(cookie) is None


def test_without_a_token_there_is_no_console() -> None:
    sessions = Sessions("", lambda: NOON)

    assert not sessions.is_token("")
    assert sessions.read(sessions.open("x", is_admin=True)) is None


@pytest.mark.parametrize("path", ["", "/deliveries", f"/tickets/{NUMBER}", "/handover"])
def test_a_stranger_is_led_to_the_door(client: httpx.Client, path: str) -> None:
    answer = client.get(f"/console{path}")

    assert (answer.status_code, answer.headers["location"]) == (303, "/console/sign-in")


def test_a_wrong_token_opens_nothing(client: httpx.Client) -> None:
    answer = client.post("/console/sign-in", data={"token": "guess", "name": "x"})

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_the_cookie_is_strict_and_out_of_reach_of_scripts(client: httpx.Client) -> None:
    answer = client.post("/console/sign-in", data={"token": CONSOLE_TOKEN, "name": "李敏"})

    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/console" in cookie


@pytest.mark.parametrize(("actor", "label"), [("reporter", "居民说"), ("李敏", "告知居民")])
def test_the_history_says_whose_words_they_are(
    client: httpx.Client, tickets: TicketHouse, actor: str, label: str
) -> None:
    sign_in(client)
    tickets.steps.append({"status": "accepted", "actor": actor, "public_note": "是三楼那盏"})

    page = client.get(f"/console/tickets/{NUMBER}").text
    tickets.steps.clear()  # the other tests have the same ticket

    assert f"{label}：是三楼那盏" in page


@pytest.mark.parametrize("is_anonymous", [True, False])
def test_a_ticket_says_whether_its_reporter_stays_unnamed(
    client: httpx.Client, tickets: TicketHouse, is_anonymous: bool
) -> None:
    sign_in(client)
    tickets.is_anonymous = is_anonymous

    page = client.get(f"/console/tickets/{NUMBER}").text
    tickets.is_anonymous = False

    assert ("匿名" in page) is is_anonymous


def test_a_form_without_its_mark_does_nothing(client: httpx.Client, tickets: TicketHouse) -> None:
    sign_in(client)
    before = len(tickets.steps)

    answer = client.post(f"/console/tickets/{NUMBER}/move", data={"status": "accepted"})

    assert answer.status_code == 403
    assert len(tickets.steps) == before


def test_a_ticket_that_is_not_there_is_a_page_not_an_error(client: httpx.Client) -> None:
    sign_in(client)

    answer = client.get("/console/tickets/20200101-000001")

    assert answer.status_code == 404
    assert "没有办成" in answer.text


def test_pages_allow_no_foreign_or_inline_content(client: httpx.Client) -> None:
    for path in ("/", "/simple", "/console/sign-in"):
        policy = client.get(path).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_looking_at_a_contact_leaves_a_reason(client: httpx.Client, tickets: TicketHouse) -> None:
    mark = sign_in(client)

    answer = client.post(
        f"/console/tickets/{NUMBER}/contact", data={"csrf": mark, "reason": "回访"}
    )

    assert "010-0000-0199" in answer.text
    assert "楼上的老人" in answer.text
    assert tickets.views == [{"viewer": "李敏", "reason": "回访"}]


def test_a_move_names_who_helps_and_how_it_is_closed(
    client: httpx.Client, tickets: TicketHouse
) -> None:
    mark = sign_in(client)
    form = {
        "csrf": mark,
        "status": "closed",
        "handler": " 物业 ",
        "co_handlers": "社区居委会、派出所, 供电公司",
        "archive_type": "special",
    }

    client.post(f"/console/tickets/{NUMBER}/move", data=form)

    assert tickets.steps == [
        {
            "actor": "李敏",
            "status": "closed",
            "public_note": "",
            "internal_note": "",
            "handler": "物业",
            "co_handlers": ["社区居委会", "派出所", "供电公司"],
            "archive_type": "special",
        }
    ]


def test_what_a_category_asked_stands_on_the_page(client: httpx.Client) -> None:
    sign_in(client)

    page = client.get(f"/console/tickets/{NUMBER}").text

    assert "<dt>灯杆号</dt><dd>A12</dd>" in page


def test_an_operator_joins_a_ticket_to_another(client: httpx.Client, tickets: TicketHouse) -> None:
    mark = sign_in(client)

    answer = client.post(
        f"/console/tickets/{NUMBER}/merge", data={"csrf": mark, "parent": " 20261121-000001 "}
    )

    assert answer.status_code == 303
    assert tickets.merged == [{"number": NUMBER, "actor": "李敏", "parent": "20261121-000001"}]


def test_a_tickets_picture_is_shown_to_operators_alone(
    house: House, client: httpx.Client, tickets: TicketHouse
) -> None:
    conversation = waiting_resident(house)
    ours, foreign = (house.parts.media.save(conversation, picture()) for _ in range(2))
    tickets.media = [ours]
    address = f"/console/tickets/{NUMBER}/media"

    stranger = client.get(f"{address}/{ours}")
    sign_in(client)
    shown, hidden = client.get(f"{address}/{ours}"), client.get(f"{address}/{foreign}")
    page = client.get(f"/console/tickets/{NUMBER}").text
    tickets.media = []

    assert stranger.status_code == 303
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/png")
    assert "sandbox" in shown.headers["content-security-policy"]
    assert hidden.status_code == 422
    assert f"{address}/{ours}" in page


@pytest.mark.browser
def test_an_operator_moves_a_ticket_and_sends_a_dead_delivery_again(
    page: Page, tickets: TicketHouse
) -> None:
    sign_in_by_hand(page)
    page.get_by_role("link", name=NUMBER).click()
    expect(page.locator(".delivery.dead .reason")).to_contain_text("422")

    page.get_by_role("button", name="重新发送").click()
    expect(page.locator(".delivery.dead")).to_have_count(0)
    page.select_option("#status", "accepted")
    page.fill("#public_note", "师傅明天来修。")
    page.get_by_role("button", name="办理").click()

    expect(page.locator(".timeline")).to_contain_text("师傅明天来修。")
    assert tickets.requeued == [7]
    assert tickets.steps[-1]["actor"] == "李敏"


@pytest.mark.browser
def test_an_operator_takes_a_conversation_answers_and_gives_it_back(
    page: Page, house: House
) -> None:
    conversation = waiting_resident(house)
    sign_in_by_hand(page)
    page.goto(f"/console/handover/{conversation}")

    page.get_by_role("button", name="我来接待").click()
    page.fill("#text", "您好,我是社区的李敏。")
    page.get_by_role("button", name="发送").click()

    expect(page.locator(".line.person")).to_contain_text("您好,我是社区的李敏。")
    assert house.parts.handover.is_taken(conversation)
    page.get_by_role("button", name="交还机器人").click()
    expect(page.get_by_role("heading", name="人工接待")).to_be_visible()
    assert not house.parts.handover.is_taken(conversation)


@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "width"), [("dark", 360), ("light", 1280)])
def test_every_page_of_the_console_can_be_read_and_touched(
    browser: Browser, house: House, scheme: Any, width: int
) -> None:
    conversation = waiting_resident(house)
    page = browser.new_page(
        viewport={"width": width, "height": 800}, color_scheme=scheme, base_url=house.url
    )
    sign_in_by_hand(page)
    paths = ("", "/deliveries", f"/tickets/{NUMBER}", "/handover", f"/handover/{conversation}")
    for path in paths:
        page.goto(f"/console{path}")
        assert too_pale(page, 4.5) == [], path
        assert too_small(page, 24) == [], path
        assert overflow(page) == 0, path
        assert barriers(page) == [], path
    page.close()
