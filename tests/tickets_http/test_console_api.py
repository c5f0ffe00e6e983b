"""The internal routes of the ticket service."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from actions.tickets.bursts import watch
from actions.tickets.errors import GridRejectedError
from actions.tickets.outbox import Outbox
from actions.tickets.settings import Settings
from actions.tickets.store import TicketStore
from tests.tickets.examples import QUESTION
from tests.tickets_http.conftest import NOON, TOKEN, Clock, file_ticket

URL = "/internal/tickets"


@pytest.fixture
def console(service: TestClient) -> TestClient:
    service.headers["authorization"] = f"Bearer {TOKEN}"
    return service


def bury(store: TicketStore) -> None:
    outbox = Outbox(engine=store.engine)
    delivery = outbox.claim(NOON, target="grid")
    assert delivery is not None
    outbox.failed(delivery, NOON, GridRejectedError("HTTP 422: 内容不符合约定"))


@pytest.mark.parametrize("offered", ["", "Bearer ", "Bearer wrong", "Basic internal-token"])
def test_strangers_are_turned_away(service: TestClient, offered: str) -> None:
    answer = service.get(URL, headers={"authorization": offered})

    assert answer.status_code == 401
    assert answer.json()["title"] == "没有凭证或凭证不对"


def test_without_a_token_set_nobody_gets_in(
    open_service: Callable[[Settings], TestClient], settings: Settings
) -> None:
    service = open_service(replace(settings, internal_token=""))

    assert service.get(URL, headers={"authorization": "Bearer "}).status_code == 401


def test_tickets_are_listed_with_what_operators_need(
    console: TestClient, store: TicketStore
) -> None:
    number = file_ticket(store).number

    found = console.get(URL).json()

    (row,) = found["tickets"]
    assert found["total"] == 1
    assert (row["number"], row["grid_cell"], row["is_overdue"]) == (number, "XFL-01-3", False)
    assert row["status_name"] == "已提交"
    assert "contact" not in row


def test_the_list_can_be_narrowed(console: TestClient, store: TicketStore, clock: Clock) -> None:
    first = file_ticket(store, origin="1").number
    second = file_ticket(store, origin="2", building="20栋", now=NOON + timedelta(days=20)).number
    store.withdraw(second, conversation="web:1", now=NOON + timedelta(days=20))
    clock.advance(timedelta(days=20))

    def numbers(**query: object) -> list[str]:
        rows = console.get(URL, params=query).json()["tickets"]  # type: ignore[arg-type]
        return [row["number"] for row in rows]

    assert numbers() == [second, first]
    assert numbers(status="withdrawn") == numbers(open="false") == [second]
    assert numbers(status=["withdrawn", "submitted"]) == [second, first]
    assert numbers(cell="XFL-01") == numbers(overdue="true") == numbers(q=first) == [first]
    assert numbers(overdue="false") == [second]
    assert numbers(limit=1, offset=1) == [first]


@pytest.mark.parametrize("query", [{"status": "flying"}, {"cell": "none"}, {"limit": "0"}])
def test_a_filter_that_means_nothing_is_refused(
    console: TestClient, query: dict[str, str]
) -> None:
    answer = console.get(URL, params=query)

    assert (answer.status_code, answer.json()["title"]) == (422, "内容不符合约定")


def test_a_ticket_comes_with_history_deliveries_and_ways_on(
    console: TestClient, store: TicketStore
) -> None:
    number = file_ticket(store).number

    found = console.get(f"{URL}/{number}").json()

    assert [event["event"] for event in found["history"]] == ["file"]
    assert [one["target"] for one in found["deliveries"]] == ["grid"]
    assert {"status": "accepted", "name": "已受理"} in found["next"]
    assert console.get(f"{URL}/20200101-000001").status_code == 404


def test_an_operator_moves_a_ticket(console: TestClient, store: TicketStore) -> None:
    number = file_ticket(store).number
    step = {"status": "accepted", "actor": "李社工", "public_note": "马上去看"}

    moved = console.post(f"{URL}/{number}/moves", json=step)
    again = console.post(f"{URL}/{number}/moves", json=step)

    assert moved.json()["ticket"]["status"] == "accepted"
    assert moved.json()["history"][-1]["actor"] == "李社工"
    assert (again.status_code, again.json()["type"]) == (409, "/problems/illegal-transition")


def test_a_ticket_in_follow_up_cannot_be_closed_yet(
    console: TestClient, store: TicketStore
) -> None:
    number = file_ticket(store).number
    for status in ("accepted", "resolved"):
        console.post(f"{URL}/{number}/moves", json={"status": status, "actor": "李社工"})

    closed = console.post(f"{URL}/{number}/moves", json={"status": "closed", "actor": "李社工"})

    assert (closed.status_code, closed.json()["type"]) == (409, "/problems/follow-up-pending")


def test_notes_merging_and_contacts_work(console: TestClient, store: TicketStore) -> None:
    parent, child = (file_ticket(store, origin=origin).number for origin in ("1", "2"))
    noted = console.post(f"{URL}/{parent}/notes", json={"actor": "李社工", "text": "已电话"})
    merged = console.post(f"{URL}/{child}/merge", json={"actor": "李社工", "parent": parent})
    itself = console.post(f"{URL}/{child}/merge", json={"actor": "李社工", "parent": child})
    seen = console.post(f"{URL}/{parent}/contact", json={"viewer": "李社工", "reason": "回访"})

    assert noted.json()["history"][-1]["internal_note"] == "已电话"
    assert merged.json()["ticket"]["status"] == "merged"
    assert itself.status_code == 409
    assert seen.json()["contact"] == "13800002222"


def test_a_ticket_is_joined_in_no_other_way_than_to_a_parent(
    console: TestClient, store: TicketStore
) -> None:
    number = file_ticket(store).number
    step = {"status": "merged", "actor": "李社工"}

    refused = console.post(f"{URL}/{number}/moves", json=step)
    found = console.get(f"{URL}/{number}").json()

    assert refused.headers["content-type"] == "application/problem+json"
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/parent-missing")
    assert found["ticket"]["status"] == "submitted"
    assert "merged" not in {one["status"] for one in found["next"]}


def test_a_dead_delivery_shows_its_reason_and_can_be_sent_again(
    console: TestClient, store: TicketStore
) -> None:
    number = file_ticket(store).number
    bury(store)
    (dead,) = console.get(f"{URL}/deliveries/dead").json()["deliveries"]

    sent = console.post(f"{URL}/deliveries/{dead['id']}/requeue")

    assert (dead["number"], dead["last_error"]) == (number, "HTTP 422: 内容不符合约定")
    assert sent.json() == {"requeued": 1}
    assert console.get(f"{URL}/deliveries/dead").json() == {"deliveries": []}
    assert console.post(f"{URL}/{number}/requeue").status_code == 404


def test_the_numbers_add_up(console: TestClient, store: TicketStore, clock: Clock) -> None:
    file_ticket(store, origin="1")
    gone = file_ticket(store, origin="2").number
    store.withdraw(gone, conversation="web:1", now=NOON)
    fresh = console.get(f"{URL}/stats").json()
    clock.advance(timedelta(days=30))

    stats = console.get(f"{URL}/stats").json()

    assert (stats["total"], stats["open"], stats["overdue"]) == (2, 1, 1)
    assert fresh["overdue"] == 0
    assert stats["by_status"] == {"submitted": 1, "withdrawn": 1}
    assert stats["deliveries"]["grid"]["pending"] == 3


def test_the_tables_name_the_codes(console: TestClient) -> None:
    tables = console.get(f"{URL}/tables").json()

    assert tables["statuses"]["submitted"] == "已提交"
    assert len(tables["cells"]) == 40


def test_an_operator_extends_a_deadline_once(console: TestClient, store: TicketStore) -> None:
    number = file_ticket(store).number
    words = {"actor": "operator:li", "text": "等配件"}

    first = console.post(f"{URL}/{number}/extension", json=words)
    second = console.post(f"{URL}/{number}/extension", json=words)

    assert first.json()["ticket"]["extended_at"] is not None
    assert (second.status_code, second.json()["type"]) == (409, "/problems/extension-refused")


def test_a_vain_call_is_noted(console: TestClient, store: TicketStore) -> None:
    number = file_ticket(store).number

    found = console.post(f"{URL}/{number}/unreached", json={"actor": "operator:li"}).json()

    assert found["ticket"]["unreached_count"] == 1
    assert found["history"][-1]["event"] == "unreached"


def test_a_joined_ticket_is_parted(console: TestClient, store: TicketStore) -> None:
    parent, child = (file_ticket(store, origin=origin).number for origin in "ab")
    by = {"actor": "operator:li"}
    console.post(f"{URL}/{child}/merge", json={**by, "parent": parent})

    found = console.post(f"{URL}/{child}/part", json=by).json()

    assert (found["ticket"]["status"], found["ticket"]["parent"]) == ("triaged", "")


def test_a_burst_is_on_the_first_page_until_somebody_looked(
    console: TestClient, store: TicketStore
) -> None:
    for origin in "abcd":
        file_ticket(store, origin=origin)
    watch(store, NOON)

    before = console.get(f"{URL}/stats").json()
    (alert,) = before["alerts"]
    seen = console.post(f"{URL}/alerts/{alert['id']}/seen", json={"actor": "operator:li"})
    unknown = console.post(f"{URL}/alerts/999/seen", json={"actor": "operator:li"})

    assert (alert["kind_name"], alert["place"], alert["count"]) == ("群发", "3栋", 4)
    assert before["bursts"] == [{"category": "FAC-01", "place": "3栋", "count": 4}]
    assert (seen.status_code, unknown.status_code) == (200, 404)
    assert console.get(f"{URL}/stats").json()["alerts"] == []


def test_a_ticket_that_came_back_three_times_is_not_taken_back_again(
    console: TestClient, store: TicketStore
) -> None:
    number = file_ticket(store).number
    steps = ["accepted", *["dispatched", "triaged"] * 3, "dispatched"]
    for status in steps:
        console.post(f"{URL}/{number}/moves", json={"actor": "a", "status": status})

    answer = console.post(f"{URL}/{number}/moves", json={"actor": "a", "status": "triaged"})

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/return-refused")


def test_a_settled_ticket_loses_what_is_personal_and_an_open_one_does_not(
    console: TestClient, store: TicketStore
) -> None:
    number = file_ticket(store, description="灯坏了,电话13800001111").number
    url, act = f"/internal/tickets/{number}/erasure", {"actor": "李主任", "text": "居民来电要求"}

    refused = console.post(url, json=act)
    store.withdraw(number, conversation="web:1", now=NOON)
    done = console.post(url, json=act)

    assert (refused.status_code, refused.json()["title"]) == (
        409,
        "工单还在办理，结束以后才能删除个人信息",
    )
    assert done.status_code == 200
    assert "13800001111" not in done.text
    assert done.json()["history"][-1]["event"] == "erased"


def test_left_questions_are_listed_and_answered(console: TestClient, store: TicketStore) -> None:
    number = store.file(QUESTION, NOON).number

    waiting = console.get("/internal/questions").json()["questions"]
    body = {"actor": "小李", "text": "满半年就可以办。"}
    answer = console.post(f"/internal/questions/{number}/answer", json=body)
    again = console.post(f"/internal/questions/{number}/answer", json=body)

    assert [one["number"] for one in waiting] == [number]
    assert answer.json()["ticket"]["status"] == "resolved"
    assert again.status_code == 409
    assert console.get("/internal/questions").json()["questions"] == []


def test_left_questions_are_ours_alone(service: TestClient) -> None:
    assert service.get("/internal/questions").status_code == 401
