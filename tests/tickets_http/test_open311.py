"""Open311 GeoReport v2, in both formats: services, definitions, filing."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlencode
from xml.etree.ElementTree import fromstring

import pytest
from fastapi.testclient import TestClient

from actions.tickets.finding import Wanted
from actions.tickets.service import create_app
from actions.tickets.settings import Settings
from actions.tickets.store import TicketStore
from actions.tickets.ticket import Status
from tests.tickets_http.conftest import LIGHT, NOON

V2 = "/open311/v2"
LIFT = "FAC-02"  # 电梯故障: asks whether somebody is trapped
FORM = {
    "service_code": LIGHT,
    "address_string": "幸福里社区3栋2单元",
    "description": "楼道灯不亮，我叫王小明，电话13800001111",
    "first_name": "小明",
    "phone": "13800001111",
}


def test_discovery_says_where_and_how(service: TestClient) -> None:
    found = service.get(f"{V2}/discovery.json").json()
    xml = fromstring(service.get(f"{V2}/discovery.xml").content)

    (endpoint,) = found["endpoints"]
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["url"].endswith("/open311/v2")
    assert xml.findtext("endpoints/endpoint/formats/format") == "text/xml"


def test_services_are_the_community_categories(service: TestClient, store: TicketStore) -> None:
    rows = service.get(f"{V2}/services.json").json()
    answer = service.get(f"{V2}/services.xml", params={"jurisdiction_id": "city.gov"})

    root = fromstring(answer.content)
    assert {row["service_code"] for row in rows} == set(store.desk.categories)
    assert set(rows[0]) == {
        "service_code",
        "service_name",
        "description",
        "metadata",
        "type",
        "keywords",
        "group",
    }
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert answer.text.startswith("<?xml version='1.0' encoding='utf-8'?>")
    assert root.tag == "services"
    assert [one.findtext("service_code") for one in root] == [row["service_code"] for row in rows]
    assert {one.findtext("metadata") for one in root} == {"true", "false"}


def test_a_definition_says_what_the_service_asks(service: TestClient) -> None:
    found = service.get(f"{V2}/services/{LIFT}.json").json()
    xml = fromstring(service.get(f"{V2}/services/{LIFT}.xml").content)

    trapped, lift = found["attributes"]
    question = xml.find("attributes/attribute")
    assert (found["service_code"], xml.tag) == (LIFT, "service_definition")
    assert (trapped["code"], trapped["datatype"], trapped["required"], trapped["order"]) == (
        "trapped",
        "singlevaluelist",
        True,
        1,
    )
    assert [one["key"] for one in trapped["values"]] == ["yes", "no", "unknown"]
    assert (lift["code"], lift["datatype"], "values" in lift) == ("lift", "string", False)
    assert question is not None
    assert question.findtext("variable") == question.findtext("required") == "true"
    assert [one.findtext("key") for one in question.iterfind("values/value")] == [
        "yes",
        "no",
        "unknown",
    ]


def test_only_services_that_ask_have_metadata(service: TestClient, store: TicketStore) -> None:
    rows = service.get(f"{V2}/services.json").json()
    questions = {
        row["service_code"]: service.get(f"{V2}/services/{row['service_code']}.json").json()
        for row in rows
    }

    asking = {code for code, one in questions.items() if one["attributes"]}
    assert {row["service_code"] for row in rows if row["metadata"]} == asking
    assert LIFT in asking < set(store.desk.categories)


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({}, "attribute[trapped]"),
        ({"attribute[trapped]": " "}, "attribute[trapped]"),
        ({"attribute[trapped]": "perhaps"}, "attribute[trapped]"),
        ({"attribute[trapped]": ["no", "unknown"]}, "attribute[trapped]"),
        ({"attribute[trapped]": "no", "attribute[lift]": "长" * 501}, "attribute[lift]"),
    ],
)
def test_a_required_answer_that_is_missing_or_wrong_is_refused(
    service: TestClient, store: TicketStore, form: str, answers: dict[str, str], field: str
) -> None:
    answer = service.post(f"{V2}/requests.{form}", data=FORM | {"service_code": LIFT} | answers)

    assert answer.status_code == 400
    assert field in answer.text
    assert store.search(Wanted()) == []


def test_answers_are_kept_with_the_ticket(service: TestClient, store: TicketStore) -> None:
    answers = {"attribute[trapped]": "no", "attribute[lift]": "左边 2 号梯", "attribute[x]": "?"}
    (row,) = service.post(
        f"{V2}/requests.json", data=FORM | {"service_code": LIFT} | answers
    ).json()

    ticket = store.by_number(row["service_request_id"])
    assert ticket is not None
    assert ticket.complaint.attributes == {"trapped": ("no",), "lift": ("左边 2 号梯",)}
    assert [one.as_contract() for one in ticket.details] == [
        {"code": "trapped", "name": "是否困人", "values": ["没有困人"]},
        {"code": "lift", "name": "梯号", "values": ["左边 2 号梯"]},
    ]


@pytest.mark.parametrize("name", ["attribute[hours][]", "attribute[hours]"])
def test_a_question_with_several_answers_takes_several(
    service: TestClient, store: TicketStore, name: str
) -> None:
    form = FORM | {"service_code": "NOI-01", name: ["noon", "night"]}

    (row,) = service.post(f"{V2}/requests.json", data=form).json()

    ticket = store.by_number(row["service_request_id"])
    assert ticket is not None
    assert ticket.complaint.attributes == {"hours": ("noon", "night")}


def test_somebody_trapped_in_a_lift_is_an_emergency(
    service: TestClient, store: TicketStore
) -> None:
    form = FORM | {"service_code": LIFT, "attribute[trapped]": "yes"}

    (row,) = service.post(f"{V2}/requests.json", data=form).json()

    ticket = store.by_number(row["service_request_id"])
    assert "119" in row["service_notice"]
    assert ticket is not None
    assert ticket.status is Status.DIVERTED


def test_errors_come_in_the_form_of_the_standard(service: TestClient) -> None:
    answer = service.get(f"{V2}/services/none.json")
    xml = service.get(f"{V2}/services/none.xml")

    assert answer.status_code == xml.status_code == 404
    assert answer.json() == [{"code": 404, "description": "没有这个服务代码（service_code）"}]
    assert fromstring(xml.content).findtext("error/code") == "404"
    assert service.get(f"{V2}/services.yaml").status_code == 404


def test_a_form_becomes_a_ticket(service: TestClient, store: TicketStore) -> None:
    answer = service.post(f"{V2}/requests.json", data=FORM)

    (row,) = answer.json()
    ticket = store.by_number(row["service_request_id"])
    assert answer.status_code == 201
    assert ticket is not None
    assert ticket.complaint.place.cell == "XFL-01-3"
    assert ticket.complaint.reporter.channel == "open311"
    contact = store.contact(ticket.number, viewer="test", reason="test", now=NOON)
    assert contact == "小明 13800001111"


@pytest.mark.parametrize("text", ["灯坏了 3栋", "café", "plain"])
@pytest.mark.parametrize("is_quoted", [True, False])
def test_words_arrive_whole_also_without_percent_signs(
    service: TestClient, store: TicketStore, text: str, is_quoted: bool
) -> None:
    fields = {"service_code": LIGHT, "address_string": "3栋", "description": text}
    body = urlencode(fields) if is_quoted else "&".join(f"{n}={v}" for n, v in fields.items())
    headers = {"content-type": "application/x-www-form-urlencoded"}

    answer = service.post(f"{V2}/requests.json", content=body.encode(), headers=headers)

    ticket = store.by_number(answer.json()[0]["service_request_id"])
    assert ticket is not None
    assert ticket.complaint.description == text
    assert ticket.complaint.place.building == "3栋"


def test_filing_answers_in_xml_as_well(service: TestClient, store: TicketStore) -> None:
    answer = service.post(f"{V2}/requests.xml", data=FORM)

    number = fromstring(answer.content).findtext("request/service_request_id")
    assert number is not None
    assert store.by_number(number) is not None


def test_the_same_idempotency_key_files_once(service: TestClient) -> None:
    answers = [
        service.post(f"{V2}/requests.json", data=FORM, headers={"idempotency-key": "k1"})
        for _ in range(2)
    ]

    assert answers[0].json() == answers[1].json()


@pytest.mark.parametrize(
    ("changes", "status_code"),
    [
        ({"service_code": ""}, 400),
        ({"service_code": "none"}, 404),
        ({"address_string": ""}, 400),
        ({"lat": "39.9"}, 400),
        ({"lat": "north", "long": "116"}, 400),
        ({"lat": "nan", "long": "116"}, 400),
        ({"lat": "91", "long": "116"}, 400),
        ({"description": "长" * 4001}, 400),
        ({"phone": "1" * 201}, 400),
    ],
)
def test_a_bad_form_is_refused_with_a_reason(
    service: TestClient, changes: dict[str, str], status_code: int
) -> None:
    answer = service.post(f"{V2}/requests.json", data=FORM | changes)

    assert answer.status_code == status_code
    assert answer.json()[0]["code"] == status_code


def test_a_body_that_is_no_form_is_refused(service: TestClient) -> None:
    assert service.post(f"{V2}/requests.json", json=FORM).status_code == 400


def test_a_client_may_send_several_parts_and_put_its_key_into_the_address(
    open_service: Callable[[Settings], TestClient], settings: Settings, store: TicketStore
) -> None:
    service = open_service(replace(settings, open311_keys=frozenset({"secret"})))
    picture = {"media": ("lamp.png", b"not kept", "image/png")}

    answer = service.post(f"{V2}/requests.json?api_key=secret", data=FORM, files=picture)

    (row,) = answer.json()
    ticket = store.by_number(row["service_request_id"])
    assert ticket is not None
    assert ticket.complaint.media == ()
    assert "文件没有接收" in row["service_notice"]


def test_a_broken_form_of_several_parts_is_refused(service: TestClient) -> None:
    headers = {"content-type": "multipart/form-data; boundary=none"}

    answer = service.post(f"{V2}/requests.json", content=b"--some\r\n", headers=headers)

    assert (answer.status_code, answer.json()[0]["code"]) == (400, 400)


def test_a_position_is_enough_for_a_place(service: TestClient) -> None:
    form = FORM | {"address_string": "", "lat": "39.9042", "long": "116.4074"}
    number = service.post(f"{V2}/requests.json", data=form).json()[0]["service_request_id"]

    (row,) = service.get(f"{V2}/requests/{number}.json").json()

    assert (row["lat"], row["long"]) == (39.9042, 116.4074)


def test_with_keys_only_their_holders_file_and_anyone_reads(
    open_service: Callable[[Settings], TestClient], settings: Settings
) -> None:
    service = open_service(replace(settings, open311_keys=frozenset({"secret"})))

    refused = service.post(f"{V2}/requests.json", data=FORM | {"api_key": "guess"})
    taken = service.post(f"{V2}/requests.json", data=FORM | {"api_key": "secret"})

    assert (refused.status_code, refused.json()[0]["code"]) == (403, 403)
    assert taken.status_code == 201
    assert service.get(f"{V2}/requests.json").status_code == 200


def test_an_emergency_is_told_to_call_at_once(settings: Settings, store: TicketStore) -> None:
    categories = dict(store.desk.categories)
    categories[LIGHT] = replace(categories[LIGHT], emergency="119")
    alarmed = TicketStore(store.engine, replace(store.desk, categories=categories))
    service = TestClient(create_app(settings, store=alarmed, clock=lambda: NOON))

    (row,) = service.post(f"{V2}/requests.json", data=FORM).json()

    ticket = store.by_number(row["service_request_id"])
    assert "119" in row["service_notice"]
    assert ticket is not None
    assert ticket.status is Status.DIVERTED
