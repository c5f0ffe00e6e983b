"""The knowledge desk in a browser: the real gateway over the real desk and its HTTP service."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from knowledge.desk import Desk
from knowledge.item import Audience
from knowledge.publishing import Publishing
from knowledge.service import KnowledgeService
from knowledge.settings import Settings
from tests.channels.pages.house import CONSOLE_TOKEN, House, free_port, open_house, open_tickets
from tests.channels.pages.measures import overflow, too_pale, too_small
from tests.channels.pages.ticket_service import TicketHouse
from tests.knowledge.conftest import ITEM, POLICY, WORKER_ITEM, FakeEmbedder

SCREEN: ViewportSize = {"width": 1280, "height": 900}
expect.set_options(timeout=20_000)
PHONE: ViewportSize = {"width": 360, "height": 800}
STAYS = "仍仅工作人员可见"
GOLDEN = "unanswerable: [社区食堂几点开饭]\n"
CANTEEN = "社区食堂问答\n问：社区食堂几点开饭？\n答：社区食堂上午11点30分开饭。"


@dataclass(frozen=True)
class Office:
    """A house whose knowledge desk is open."""

    house: House
    desk: Desk


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    items, home = tmp_path_factory.mktemp("items"), tmp_path_factory.mktemp("home")
    (items / "residence-permit.yml").write_text(ITEM, encoding="utf-8")
    (items / "home-visit.yml").write_text(WORKER_ITEM, encoding="utf-8")
    desk = Desk(Settings(home=home, items=items), embedder=FakeEmbedder())
    port = free_port()
    service = KnowledgeService(Publishing(desk), token="internal", port=port)
    service.start()
    with (
        pytest.MonkeyPatch.context() as patch,
        open_tickets(TicketHouse()) as tickets,
        open_house(home, free_port(), tickets, f"http://127.0.0.1:{port}") as house,
    ):
        patch.setattr("knowledge.golden.GOLDEN", home / "nowhere" / "golden.yml")
        yield Office(house, desk)
    service.stop()
    desk.close()


@pytest.fixture
def client(office: Office) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=office.house.url, trust_env=False) as opened:
        opened.post("/console/sign-in", data={"token": CONSOLE_TOKEN, "name": "李敏"})
        yield opened


@pytest.fixture
def page(browser: Browser, office: Office) -> Iterator[Page]:
    context = browser.new_context(viewport=SCREEN, locale="zh-CN", base_url=office.house.url)
    context.set_default_timeout(8_000)
    opened = context.new_page()
    opened.goto("/console")
    opened.fill("#name", "李敏")
    opened.fill("#token", CONSOLE_TOKEN)
    opened.get_by_role("button", name="登录").click()
    yield opened
    context.close()


def upload(page: Page, name: str, text: str) -> None:
    page.goto("/console/knowledge")
    page.set_input_files(
        "#files", {"name": name, "mimeType": "text/plain", "buffer": text.encode()}
    )
    page.get_by_role("button", name="上传").click()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def mark(client: httpx.Client) -> str:
    found = re.search(r'name="csrf" value="(\w+)"', client.get("/console/knowledge").text)
    assert found
    return found[1]


def test_a_file_is_read_corrected_reviewed_published_compared_and_ended(
    page: Page, office: Office
) -> None:
    upload(page, "津贴.txt", POLICY)
    expect(page.get_by_role("heading", name="云溪市高龄津贴发放办法")).to_be_visible()
    expect(page.locator("#clauses")).to_contain_text("年满80周岁")
    page.fill("#owner", "王芳")
    page.fill("#expires", "2030-12-31")
    press(page, "保存")
    press(page, "提交审核")
    press(page, "检查并发布")
    expect(page.locator(".head .badge").first).to_have_text("已发布")
    expect(page.locator("#gate")).to_contain_text("门禁通过")

    upload(page, "津贴.txt", POLICY.replace("100元", "150元"))
    expect(page.locator("#changes li.changed del")).to_have_text("0")
    expect(page.locator("#changes li.changed ins")).to_have_text("5")
    press(page, "提交审核")
    press(page, "检查并发布")
    expect(page.locator(".head .badge").first).to_have_text("已发布")

    page.get_by_role("link", name="第 1 版").click()
    press(page, "恢复发布这一版")
    expect(page.locator(".head .badge").first).to_have_text("已发布")
    press(page, "宣布失效")
    expect(page.locator(".head .badge").first).to_have_text("已失效")

    expect(page.locator("#history")).to_contain_text("李敏")
    record = office.desk.documents.versions(office.desk.documents.find("津贴.txt").series)[-1]
    assert (record.owner, record.expires, record.status) == ("王芳", "2030-12-31", "expired")
    assert office.desk.documents.standing(office.desk.clock()).audiences == {}


def test_a_version_that_loses_a_golden_question_needs_a_reason(page: Page, office: Office) -> None:
    (office.desk.home / "golden.yml").write_text(GOLDEN, encoding="utf-8")
    upload(page, "食堂.txt", CANTEEN)
    press(page, "提交审核")
    press(page, "检查并发布")

    expect(page.locator("#gate")).to_contain_text("门禁未通过，没有发布")
    expect(page.locator("#gate")).to_contain_text("社区食堂几点开饭")
    page.get_by_text("门禁不通过也要发布").click()
    page.fill("#override", "今年起由本社区答复")
    press(page, "仍要发布")

    expect(page.locator(".head .badge").first).to_have_text("已发布")
    expect(page.locator("#gate")).to_contain_text("今年起由本社区答复")
    (office.desk.home / "golden.yml").unlink()
    press(page, "移除")


def test_a_version_of_a_later_day_is_approved_for_it(page: Page, office: Office) -> None:
    upload(
        page,
        "明年.txt",
        "云溪市犬只办法\n第一条 每只收费100元。\n第二条 本办法自2099年1月1日起施行。",
    )
    press(page, "提交审核")

    press(page, "批准，到施行日自动发布")

    expect(page.locator(".head .badge").first).to_have_text("已批准，待施行")
    expect(page.locator(".act")).to_contain_text("到 2099-01-01 自动过门禁并发布")
    press(page, "退回修改")
    expect(page.locator(".head .badge").first).to_have_text("待审核")
    press(page, "移除")


def test_what_is_in_force_already_is_offered_no_approval(page: Page) -> None:
    upload(
        page,
        "去年.txt",
        "云溪市犬只办法\n第一条 每只收费90元。\n第二条 本办法自2020年1月1日起施行。",
    )

    press(page, "提交审核")

    expect(page.get_by_role("button", name="检查并发布")).to_be_visible()
    expect(page.get_by_role("button", name="批准，到施行日自动发布")).to_have_count(0)
    press(page, "移除")


def test_what_cannot_be_read_is_said_on_the_page(page: Page) -> None:
    upload(page, "空.txt", " ")

    expect(page.get_by_role("alert")).to_contain_text("空.txt")


def send(
    client: httpx.Client, *files: tuple[str, str], audience: str = "public"
) -> httpx.Response:
    return client.post(
        "/console/knowledge",
        data={"csrf": mark(client), "audience": audience},
        files=[("files", (name, text.encode())) for name, text in files],
        follow_redirects=True,
    )


def test_a_new_version_for_workers_is_said_to_stay_theirs(
    client: httpx.Client, office: Office
) -> None:
    first = POLICY.replace("云溪市", "南溪市")
    silent = send(client, ("内部.txt", first), audience="worker")

    told = send(client, ("内部.txt", first.replace("100元", "150元")))

    record = office.desk.documents.find(told.url.path.rpartition("/")[2])
    assert (record.version, record.audience) == (2, Audience.WORKER)
    assert STAYS in told.text
    assert STAYS not in silent.text
    assert STAYS not in client.get(f"/console/knowledge/{record.number}").text


def test_of_several_files_those_that_stay_the_workers_own_are_named(
    client: httpx.Client, office: Office
) -> None:
    first = POLICY.replace("云溪市", "北溪市")
    send(client, ("规程.txt", first), audience="worker")

    told = send(
        client,
        ("规程.txt", first.replace("100元", "150元")),
        ("通告.txt", first.replace("北溪市", "西溪市")),
    )

    (note,) = re.findall(rf"<p[^>]*>([^<]*){STAYS}", told.text)
    assert "北溪市" in note
    assert "西溪市" not in note


def test_of_two_files_of_one_name_sent_at_once_the_second_is_refused(
    client: httpx.Client, office: Office
) -> None:
    first, second = (POLICY.replace("云溪市", city) for city in ("东溪市", "中溪市"))

    told = send(client, ("同名.txt", first), ("同名.txt", first), ("同名.txt", second))

    series = office.desk.documents.find("同名.txt").series
    assert told.status_code == 422
    assert "两个不同的文件都叫“同名.txt”" in told.text
    assert [one.title for one in office.desk.documents.versions(series)] == [
        "东溪市高龄津贴发放办法"
    ]


def test_files_after_the_most_that_are_taken_at_once_are_named(
    client: httpx.Client, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.console.knowledge_routes.FILES", 2)
    cities = ("甲溪市", "乙溪市", "丙溪市", "丁溪市")

    told = send(client, *((f"{city}.txt", POLICY.replace("云溪市", city)) for city in cities))

    assert told.status_code == 422
    assert "后面 2 个（从“丙溪市.txt”起）没有添加" in told.text
    assert office.desk.documents.find("乙溪市.txt").title == "乙溪市高龄津贴发放办法"


def test_a_date_that_cannot_be_is_refused_in_words(client: httpx.Client, office: Office) -> None:
    number = office.desk.add_bytes(POLICY.encode() + b"1", "某.txt").number
    terms = {"title": "办法", "issued": "2026-02-30", "audience": "public", "csrf": mark(client)}

    answer = client.post(f"/console/knowledge/{number}/terms", data=terms)

    assert answer.status_code == 409
    assert "发布日期" in answer.text
    assert office.desk.documents.find(number).issued != "2026-02-30"


def test_a_form_from_elsewhere_moves_nothing(client: httpx.Client, office: Office) -> None:
    number = office.desk.add_bytes(POLICY.encode() + b"2", "别.txt").number

    answer = client.post(f"/console/knowledge/{number}/move", data={"move": "submit", "csrf": "x"})

    assert answer.status_code == 403
    assert office.desk.documents.find(number).status == "draft"


@pytest.mark.parametrize("path", ["", "/nothing-of-this-number", "/x/attempt"])
def test_nobody_looks_in_without_signing_in(office: Office, path: str) -> None:
    answer = httpx.get(f"{office.house.url}/console/knowledge{path}", trust_env=False)

    assert answer.headers.get("location") == "/console/sign-in"


def test_an_unknown_document_is_said_to_be_unknown(client: httpx.Client) -> None:
    answer = client.get("/console/knowledge/nothing")

    assert answer.status_code == 404
    assert "没有" in answer.text


def test_both_pages_can_be_read_and_touched_on_a_telephone(page: Page, office: Office) -> None:
    office.desk.add_bytes(POLICY.encode(), "津贴.txt")
    newer = office.desk.add_bytes(POLICY.replace("200元", "300元").encode(), "津贴.txt")
    page.set_viewport_size(PHONE)

    for path in ("/console/knowledge", f"/console/knowledge/{newer.number}"):
        page.goto(path)

        assert overflow(page) <= 0
        assert too_pale(page, 4.5) == []
        assert too_small(page, 40) == []


def test_the_main_way_needs_no_mouse(page: Page) -> None:
    upload(page, "键盘.txt", POLICY.replace("云溪市", "东港市"))
    page.get_by_role("button", name="提交审核").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".head .badge").first).to_have_text("待审核")

    page.get_by_role("button", name="检查并发布").focus()
    page.keyboard.press("Enter")

    expect(page.locator(".head .badge").first).to_have_text("已发布")
    press(page, "移除")
