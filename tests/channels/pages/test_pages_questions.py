"""Left questions, gaps and topics in a browser: real gateway, ticket service, knowledge desk."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, ViewportSize, expect

from actions.tickets.masking import mask
from actions.tickets.outbox import Outbox
from actions.tickets.service import create_app
from actions.tickets.settings import Settings as TicketSettings
from actions.tickets.store import TicketStore, open_store
from actions.tickets.ticket import Status
from knowledge.counter import Counter
from knowledge.desk import Desk
from knowledge.publishing import Publishing
from knowledge.questions_service import questions_router
from knowledge.service import KnowledgeService
from knowledge.settings import Settings
from tests.channels.pages.house import CONSOLE_TOKEN, House, free_port, open_house, open_tickets
from tests.channels.pages.measures import overflow, too_pale, too_small
from tests.knowledge.conftest import ITEM, WORKER_ITEM, FakeEmbedder
from tests.tickets.examples import ME, QUESTION

pytestmark = pytest.mark.browser
SCREEN: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 800}
MARS = "火星移民签证找谁办"


@dataclass(frozen=True)
class Office:
    """A house whose desks are open."""

    house: House
    counter: Counter
    store: TicketStore


class Tickets:
    """The real ticket service."""

    def __init__(self, home: Path) -> None:
        self.settings = TicketSettings(
            home=home,
            database_url=f"sqlite:///{home / 'tickets.db'}",
            internal_token="internal",
            vault_key=Fernet.generate_key().decode(),
        )
        self.store = open_store(self.settings)

    def app(self) -> FastAPI:
        return create_app(self.settings, store=self.store)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    items = tmp_path / "items"
    items.mkdir()
    (items / "residence-permit.yml").write_text(ITEM, encoding="utf-8")
    (items / "home-visit.yml").write_text(WORKER_ITEM, encoding="utf-8")
    settings = Settings(home=tmp_path / "home", items=items, receipt_key="a-key")
    counter = Counter(Desk(settings, embedder=FakeEmbedder()), settings)
    port, tickets = free_port(), Tickets(tmp_path)
    publishing = Publishing(counter.desk, lambda: counter.current)
    service = KnowledgeService(
        publishing, token="internal", port=port, routers=[questions_router(counter, mask)]
    )
    service.start()
    with (
        open_tickets(tickets) as url,  # type: ignore[arg-type]
        open_house(tmp_path / "home", free_port(), url, f"http://127.0.0.1:{port}") as house,
    ):
        yield Office(house, counter, tickets.store)
    service.stop()
    counter.close()


@pytest.fixture
def page(browser: Browser, office: Office) -> Iterator[Page]:
    context = browser.new_context(viewport=SCREEN, locale="zh-CN", base_url=office.house.url)
    context.set_default_timeout(8_000)
    opened = context.new_page()
    opened.goto("/console")
    opened.fill("#name", "李敏")
    opened.fill("#token", CONSOLE_TOKEN)
    opened.get_by_role("button", name="登录").click()
    opened.wait_for_url("**/console")
    yield opened
    context.close()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def refused(office: Office, words: str = MARS) -> None:
    answer = office.counter.answer(words)
    office.counter.keep(
        answer, said=words, masked=mask(words), conversation="c-1", now=datetime.now(UTC)
    )


def check_looks(page: Page) -> None:
    for size in (SCREEN, PHONE):
        page.set_viewport_size(size)
        assert overflow(page) == 0
        assert too_small(page, 24) == []
        assert too_pale(page, 4.5) == []


def test_a_left_question_is_answered_once_told_and_kept_as_a_draft(
    page: Page, office: Office
) -> None:
    question = replace(QUESTION, description="活动室晚上开不开")
    number = office.store.file(question, datetime.now(UTC)).number
    page.goto("/console/questions")
    expect(page.get_by_role("heading", name="活动室晚上开不开")).to_be_visible()
    check_looks(page)

    page.get_by_label("答复", exact=False).first.fill("晚上开到九点。")
    page.get_by_text("同时存为知识草稿").click()
    page.get_by_label("存为草稿，审核后发布").check()
    page.get_by_label("依据或来源").fill("社区公告")
    press(page, "答复")

    expect(page.get_by_role("status")).to_contain_text("答复已经发给提问的人")
    expect(page.locator(".empty")).to_have_text("现在没有等待答复的问题。")
    ticket = office.store.by_number(number)
    assert ticket is not None
    assert ticket.status is Status.RESOLVED
    told = Outbox(engine=office.store.engine).claim(datetime.now(UTC), target="news")
    assert told is not None
    assert told.body["conversation"] == ME
    assert "晚上开到九点。" in told.body["text"]
    page.get_by_role("link", name="去审核、发布").click()
    expect(page.get_by_role("heading", name="活动室晚上开不开？").first).to_be_visible()
    expect(page.locator("#clauses")).to_contain_text("晚上开到九点。")


def test_a_long_question_is_answered_and_its_draft_is_cut(page: Page, office: Office) -> None:
    words = "".join(f"第{row}次想问活动室几点开门。" for row in range(40))
    number = office.store.file(replace(QUESTION, description=words), datetime.now(UTC)).number
    page.goto("/console/questions")
    page.locator("textarea").fill("早上八点。")
    page.get_by_text("同时存为知识草稿").click()
    page.get_by_label("存为草稿，审核后发布").check()
    expect(page.locator("[name=question]")).to_have_value(words[:300])

    press(page, "答复")

    expect(page.get_by_role("status")).to_contain_text("问答已存为草稿")
    ticket = office.store.by_number(number)
    assert ticket is not None
    assert ticket.status is Status.RESOLVED


def test_an_answer_as_long_as_the_page_allows_is_taken_with_its_line_breaks(
    page: Page, office: Office
) -> None:
    number = office.store.file(QUESTION, datetime.now(UTC)).number
    page.goto("/console/questions")
    words = "早上八点。\n" * 333
    page.locator("textarea").fill(words)

    press(page, "答复")

    expect(page.get_by_role("status")).to_contain_text("答复已经发给提问的人")
    ticket = office.store.by_number(number)
    assert ticket is not None
    assert ticket.status is Status.RESOLVED


def test_a_page_of_before_with_a_long_question_is_taken_too(page: Page, office: Office) -> None:
    number = office.store.file(QUESTION, datetime.now(UTC)).number
    page.goto("/console/questions")
    mark = page.locator("[name=csrf]").last.input_value()
    long = "长" * 3000

    answer = page.request.post(
        f"/console/questions/{number}",
        form={"csrf": mark, "question": long, "source": long, "text": "好。"},
    )

    ticket = office.store.by_number(number)
    assert ticket is not None
    assert (answer.status, ticket.status) == (200, Status.RESOLVED)


def test_a_long_gap_is_made_a_draft(page: Page, office: Office) -> None:
    refused(office, MARS + "，" + "火星移民要带多少行李和氧气，" * 30)
    page.goto("/console/gaps")
    first = page.locator(".question").first
    first.get_by_text("写成草稿").click()
    first.get_by_label("答案").fill("由星际事务窗口办理。")

    first.get_by_role("button", name="存为草稿").click()

    expect(page.get_by_role("status")).to_contain_text("已存为草稿")


def test_a_gap_is_seen_masked_counted_and_made_a_draft(page: Page, office: Office) -> None:
    refused(office, "我叫王小明," + MARS)
    refused(office)
    refused(office)
    page.goto("/console/gaps")
    first = page.locator(".question").first
    expect(first.locator(".gap-count")).to_have_text("2 次")
    expect(page.locator("main")).not_to_contain_text("王小明")
    check_looks(page)

    first.get_by_text("写成草稿").click()
    first.get_by_label("答案").fill("火星移民签证由星际事务窗口办理。")
    first.get_by_role("button", name="存为草稿").click()

    expect(page.get_by_role("status")).to_contain_text("已存为草稿")
    expect(page.locator(".question")).to_have_count(1)
    press(page, "不用处理")
    expect(page.locator(".empty")).to_have_text("没有未处理的缺口。")


def test_a_topic_is_given_to_a_person_and_taken_back(page: Page, office: Office) -> None:
    page.goto("/console/gaps")
    page.fill("#topic", "居住证办理")
    press(page, "改由人答复")
    expect(page.locator("#topics strong")).to_have_text("居住证办理")
    held = office.counter.item("residence-permit").held

    press(page, "恢复由知识库回答")
    expect(page.locator("#topics strong")).to_have_count(0)

    assert held == "residence-permit"
    assert not office.counter.item("residence-permit").held


def test_a_topic_that_there_is_not_is_said(page: Page) -> None:
    page.goto("/console/gaps")
    page.fill("#topic", "不存在的事项")

    press(page, "改由人答复")

    expect(page.locator("main")).to_contain_text("没有“不存在的事项”")
