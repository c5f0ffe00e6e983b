"""GeoReport v2 over real HTTP, asked by clients that know nothing of us."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen
from xml.etree.ElementTree import Element, fromstring

import pytest
from georeport import GeoReport

from actions.tickets.service import create_app
from actions.tickets.settings import Settings
from actions.tickets.store import TicketStore
from tests.tickets_http.conftest import LIGHT, NOON, file_ticket
from tests.tickets_http.test_loop import free_port, serving

LIFT, NOISE = "FAC-02", "NOI-01"
BOTH = pytest.mark.parametrize("form", ["json", "xml"])


@pytest.fixture
def endpoint(
    store: TicketStore, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    keyed = replace(settings, open311_keys=frozenset({"secret"}))
    with serving(create_app(keyed, store=store, clock=lambda: NOON), free_port()) as url:
        yield f"{url}/open311/v2"


@BOTH
def test_the_public_client_reads_services_and_what_they_ask(endpoint: str, form: str) -> None:
    client = GeoReport(endpoint, jurisdiction="xfl.example", output_format=form)

    services = {row["service_code"]: row for row in client.get_service_list()}
    definition = client.get_service_definition(LIFT)

    asked = definition["attributes"]
    rows = asked["attribute"] if form == "xml" else asked
    assert services[LIFT]["service_name"] == "电梯故障"
    assert str(services[LIFT]["metadata"]).lower() == "true"
    assert [row["code"] for row in rows] == ["trapped", "lift"]


@BOTH
def test_the_public_client_reads_requests(endpoint: str, store: TicketStore, form: str) -> None:
    numbers = {file_ticket(store, origin=origin).number for origin in ("1", "2")}
    client = GeoReport(endpoint, output_format=form)

    listed = client.get_service_requests(status="open", start_date="2026-01-01T00:00:00Z")
    one = client.get_service_request(min(numbers))

    assert {row["service_request_id"] for row in listed} == numbers
    assert (one["service_code"], one["status"]) == (LIGHT, "open")


@dataclass(frozen=True)
class StandardClient:
    """A client written from the standard's text with the standard library alone, in XML."""

    endpoint: str

    def definition(self, service: str) -> list[Element]:
        return list(self._get(f"services/{service}").iterfind("attributes/attribute"))

    def file(self, fields: dict[str, Any]) -> str:
        body = urlencode({**fields, "api_key": "secret"}, doseq=True).encode()
        with urlopen(f"{self.endpoint}/requests.xml", body) as answer:
            root = fromstring(answer.read())
        return root.findtext("request/service_request_id", "")

    def status(self, number: str) -> str:
        token = self._get(f"tokens/{number}").findtext("request/service_request_id", "")
        return self._get(f"requests/{token}").findtext("request/status", "")

    def _get(self, path: str) -> Element:
        with urlopen(f"{self.endpoint}/{path}.xml") as answer:
            return fromstring(answer.read())


def answers_to(asked: list[Element]) -> dict[str, str]:
    """Answer every question with the last of its values, or with a word."""
    keys = {one.findtext("code"): one.findall("values/value/key") for one in asked}
    return {
        f"attribute[{code}]": found[-1].text or "" if found else "2号"
        for code, found in keys.items()
    }


@pytest.mark.parametrize("service", [LIGHT, LIFT, NOISE])
def test_a_client_that_follows_the_definition_files(
    endpoint: str, store: TicketStore, service: str
) -> None:
    client = StandardClient(endpoint)
    asked = client.definition(service)
    fields = {"service_code": service, "lat": "39.9", "long": "116.4", "description": "坏了"}

    number = client.file(fields | answers_to(asked))

    ticket = store.by_number(number)
    assert ticket is not None
    assert set(ticket.complaint.attributes) == {one.findtext("code") for one in asked}
    assert client.status(number) == "open"
