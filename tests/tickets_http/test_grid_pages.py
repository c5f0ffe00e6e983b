"""The operators' page of the reference grid system, used as a browser without JavaScript would."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from actions.tickets.reference_grid.contract import UpdateIn
from actions.tickets.reference_grid.settings import Settings
from tests.tickets_http.conftest import NUMBER, Clock, Gateway, forward, ticket_body

PAGE = f"/grid/tickets/{NUMBER}"


@pytest.fixture
def desk(grid: TestClient) -> TestClient:
    """A signed-in operator with one ticket."""
    forward(grid)
    grid.post("/grid/sign-in", data={"name": "王网格"})
    return grid


def csrf(client: TestClient) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/grid").text)
    assert found
    return found.group(1)


def move(client: TestClient, status: str, **fields: str) -> Any:
    form = {"csrf": csrf(client), "status": status, **fields}
    return client.post(f"{PAGE}/moves", data=form)


def test_the_board_asks_for_a_sign_in_first(grid: TestClient) -> None:
    answer = grid.get("/grid")

    assert (answer.status_code, answer.headers["location"]) == (303, "/grid/sign-in")
    assert "进入演示" in grid.get("/grid/sign-in").text


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(grid: TestClient) -> None:
    cookie = grid.post("/grid/sign-in", data={"name": "王网格"}).headers["set-cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/grid" in cookie


def test_another_site_cannot_sign_anybody_in(grid: TestClient) -> None:
    answer = grid.post("/grid/sign-in", headers={"sec-fetch-site": "cross-site"})

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_with_a_password_only_the_password_opens_the_board(
    open_grid: Callable[[Settings], FastAPI], grid_settings: Settings
) -> None:
    app = open_grid(replace(grid_settings, password="开门"))
    client = TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)

    wrong = client.post("/grid/sign-in", data={"password": "sesame"})
    right = client.post("/grid/sign-in", data={"password": "开门"})

    assert (wrong.status_code, right.status_code) == (401, 303)
    assert "进入演示" not in client.get("/grid/sign-in").text


def test_guessing_the_password_is_stopped(
    open_grid: Callable[[Settings], FastAPI], grid_settings: Settings, clock: Clock
) -> None:
    app = open_grid(replace(grid_settings, password="开门"))
    client = TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)
    for _ in range(10):
        client.post("/grid/sign-in", data={"password": "sesame"})

    locked = client.post("/grid/sign-in", data={"password": "开门"})
    clock.advance(timedelta(minutes=6))
    later = client.post("/grid/sign-in", data={"password": "开门"})

    assert (locked.status_code, later.status_code) == (429, 303)


def test_a_shift_ends_after_twelve_hours(desk: TestClient, clock: Clock) -> None:
    clock.advance(timedelta(hours=12, minutes=1))

    assert desk.get("/grid").status_code == 303


def test_signing_out_ends_the_session(desk: TestClient) -> None:
    desk.post("/grid/sign-out", data={"csrf": csrf(desk)})

    assert desk.get("/grid").status_code == 303


def test_the_board_shows_the_ticket_in_its_column(desk: TestClient) -> None:
    page = desk.get("/grid").text

    for words in ("新到", "已派遣", "处置中", "已办结", "楼道照明", NUMBER, "剩 1 天"):
        assert words in page


def test_what_residents_wrote_is_shown_as_text(desk: TestClient) -> None:
    forward(desk, ticket_body("20261123-000009", description="<script>alert(1)</script>"))

    page = desk.get("/grid").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_pages_allow_nothing_from_elsewhere(desk: TestClient) -> None:
    policy = desk.get("/grid").headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy


def test_a_ticket_can_be_carried_to_its_end(
    desk: TestClient, grid_app: FastAPI, gateway: Gateway, clock: Clock
) -> None:
    steps = [
        move(desk, "accepted"),
        move(desk, "dispatched", handler="老周"),
        move(desk, "in_progress"),
        move(desk, "resolved", note="已换新灯"),
    ]
    for _ in steps:
        grid_app.state.resources.courier.deliver_due(clock.now)

    assert [step.status_code for step in steps] == [303] * 4
    assert [body["status"] for body in gateway.bodies] == [
        "accepted",
        "dispatched",
        "in_progress",
        "resolved",
    ]
    assert gateway.bodies[-1]["note"] == "已换新灯"
    assert gateway.bodies[-1]["handler"] == "老周"
    assert "没有要做的了" in desk.get(PAGE).text


@pytest.mark.parametrize("status", ["rejected", "awaiting_reporter"])
def test_sending_back_and_asking_need_words(desk: TestClient, status: str) -> None:
    without = move(desk, status, note="  ")
    with_words = move(desk, status, note="请问是几楼？")

    assert without.status_code == 422
    assert "还缺必填的内容" in without.text
    assert with_words.status_code == 303


def test_a_move_that_no_longer_fits_changes_nothing(desk: TestClient) -> None:
    answer = move(desk, "resolved", note="好了")

    assert answer.status_code == 409
    assert "刚刚有了变化" in answer.text


def test_an_emergency_cannot_be_sent_back_unseen(desk: TestClient) -> None:
    forward(desk, ticket_body("20261123-000007", status="diverted", urgency=1))

    page = desk.get("/grid/tickets/20261123-000007").text

    assert "立即拨打" in page
    assert "受理" in page
    assert 'value="rejected"' not in page


def test_a_form_without_its_token_does_nothing(desk: TestClient) -> None:
    answer = desk.post(f"{PAGE}/moves", data={"status": "accepted", "csrf": "forged"})

    assert answer.headers["location"] == "/grid/sign-in?said=expired"
    assert 'value="accepted"' in desk.get(PAGE).text


def test_an_answered_question_goes_on_where_it_stopped(desk: TestClient, clock: Clock) -> None:
    move(desk, "accepted")
    move(desk, "awaiting_reporter", note="请问是几楼？")
    resources = desk.app.state.resources  # type: ignore[attr-defined]
    update = UpdateIn(event="supplement", text="三楼")
    resources.desk.update(NUMBER, update, key="k", digest="d", now=clock.now)

    page = desk.get(PAGE).text
    assert "居民补充说明" in page
    assert "三楼" in page
    assert 'value="dispatched"' in page


def test_the_board_can_be_searched(desk: TestClient) -> None:
    forward(desk, ticket_body("20261123-000002", address="幸福里社区9栋", grid_cell="XFL-03-3"))

    assert NUMBER not in desk.get("/grid", params={"q": "9栋"}).text
    assert NUMBER not in desk.get("/grid", params={"cell": "XFL-03-3"}).text
    assert "没有符合条件的工单" in desk.get("/grid", params={"q": "无此事"}).text


def test_an_unknown_number_has_a_page_of_its_own(desk: TestClient) -> None:
    answer = desk.get("/grid/tickets/20260101-000001")

    assert answer.status_code == 404
    assert "没有这张工单" in answer.text
