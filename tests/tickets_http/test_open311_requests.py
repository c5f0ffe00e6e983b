"""Open311 GeoReport v2: what can be read of requests, and filing the same thing at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from xml.etree.ElementTree import fromstring

import pytest
from fastapi.testclient import TestClient

from actions.tickets.finding import Wanted
from actions.tickets.store import TicketStore
from actions.tickets.ticket import RequestType, Status
from tests.tickets_http.conftest import LIGHT, NOON, complaint, file_ticket

V2 = "/open311/v2"
LIFT = "FAC-02"  # 电梯故障: asks whether somebody is trapped
FORM = {
    "service_code": LIGHT,
    "address_string": "幸福里社区3栋2单元",
    "description": "楼道灯不亮，我叫王小明，电话13800001111",
    "first_name": "小明",
    "phone": "13800001111",
}


def test_what_the_public_reads_names_nobody(service: TestClient) -> None:
    service.post(f"{V2}/requests.json", data=FORM)

    listed = service.get(f"{V2}/requests.json").text

    for private in ("13800001111", "王小明", "小明"):
        assert private not in listed
    assert "楼道灯不亮" in listed


def test_a_question_for_a_worker_is_not_public(service: TestClient, store: TicketStore) -> None:
    asked = replace(complaint(origin="q"), category="question", request_type=RequestType.ENQUIRY)
    number = store.file(asked, NOON).number

    assert service.get(f"{V2}/requests.json").json() == []
    assert service.get(f"{V2}/requests/{number}.json").status_code == 404


def test_requests_can_be_filtered(service: TestClient, store: TicketStore) -> None:
    first = file_ticket(store, origin="1").number
    second = file_ticket(store, origin="2", now=NOON + timedelta(days=1)).number
    store.withdraw(first, conversation="web:1", now=NOON)

    def numbers(**query: str) -> list[str]:
        rows = service.get(f"{V2}/requests.json", params=query).json()
        return [row["service_request_id"] for row in rows]

    assert numbers() == numbers(status="open,closed") == [second, first]
    assert numbers(status="open") == numbers(start_date="2026-11-24T00:00:00+08:00") == [second]
    assert numbers(status="closed") == numbers(end_date="2026-11-23T12:30:00+08:00") == [first]
    assert numbers(service_request_id=f"{first}, {second}") == [second, first]
    assert numbers(service_code="none") == []
    assert numbers(updated_after="2026-11-24T00:00:00+08:00") == [second]
    assert numbers(updated_before="2026-11-23T12:30:00+08:00") == [first]
    assert numbers(page="2", page_size="1") == [first]


@pytest.mark.parametrize(
    "query",
    [
        {"status": "new"},
        {"start_date": "today"},
        {"start_date": "0001-01-01T00:00:00+08:00"},  # before the first moment there is in UTC
        {"updated_before": "9999-12-31T23:59:59-08:00"},
        {"end_date": "2026-11-23"},
        {"page": "0"},
    ],
)
def test_a_bad_filter_is_refused(service: TestClient, query: dict[str, str]) -> None:
    answer = service.get(f"{V2}/requests.json", params=query)

    assert (answer.status_code, answer.json()[0]["code"]) == (400, 400)


def test_a_merged_ticket_stands_where_its_parent_stands(
    service: TestClient, store: TicketStore
) -> None:
    parent, child = (file_ticket(store, origin=origin).number for origin in ("1", "2"))
    store.merge(child, parent, actor="王网格", now=NOON)
    before = service.get(f"{V2}/requests/{child}.json").json()[0]["status"]
    for status in (Status.ACCEPTED, Status.REJECTED):
        store.move(parent, status, actor="王网格", now=NOON)

    (after,) = service.get(f"{V2}/requests/{child}.json").json()

    assert (before, after["status"]) == ("open", "closed")


def test_one_request_in_xml_has_the_fields_of_the_standard(
    service: TestClient, store: TicketStore
) -> None:
    ticket = file_ticket(store, description="灯坏了 <b>&\x00\x0b")

    root = fromstring(service.get(f"{V2}/requests/{ticket.number}.xml").content)

    assert root.tag == "service_requests"
    assert root.findtext("request/service_request_id") == ticket.number
    assert root.findtext("request/description") == "灯坏了 <b>&"
    assert root.findtext("request/requested_datetime") == "2026-11-23T12:00:00+08:00"


def test_a_token_leads_to_its_request(service: TestClient, store: TicketStore) -> None:
    number = file_ticket(store).number

    (row,) = service.get(f"{V2}/tokens/{number}.json").json()

    assert row == {"service_request_id": number, "token": number}
    assert service.get(f"{V2}/tokens/none.xml").status_code == 404


def test_one_event_sent_fifty_times_at_once_is_one_ticket(
    service: TestClient, store: TicketStore
) -> None:
    def post(_: int) -> str:
        answer = service.post(
            f"{V2}/requests.json", data=FORM, headers={"idempotency-key": "event-1"}
        )
        return str(answer.json()[0]["service_request_id"])

    with ThreadPoolExecutor(max_workers=50) as pool:
        numbers = set(pool.map(post, range(50)))

    (number,) = numbers
    assert [ticket.number for ticket in store.search(Wanted())] == [number]
    assert len(store.deliveries(number)) == 1
    assert [event.event for event in store.history(number)] == ["file"]
