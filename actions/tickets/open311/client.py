"""An Open311 GeoReport v2 endpoint as grid system.

The standard has no idempotency key and no updates: before a ticket is sent again, the endpoint is
asked whether the first try arrived (our number ends the description), and what happens here
afterwards stays here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from actions.tickets.errors import GridRejectedError, GridUnavailableError
from actions.tickets.grid import is_final, reason_of
from actions.tickets.letters import FILE
from actions.tickets.outbox import Delivery
from actions.tickets.retry import parse_retry_after
from actions.tickets.ticket import Status

NAME = "open311"
ASKED_AT_ONCE = 50  # ids in one question: the standard allows "multiple, comma delimited"
# The standard has two states; what they mean for a case here.
STATUSES = {"open": Status.ACCEPTED, "closed": Status.RESOLVED}
Numbers = Callable[[], Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One endpoint, its address without a format; ``service`` takes what has no own service."""

    url: str
    jurisdiction: str = ""
    service: str = ""
    key: str = field(default="", repr=False)

    @classmethod
    def parse(cls, address: str, key: str) -> "Endpoint":
        """Return the endpoint of ``https://host/v2?jurisdiction_id=…&service_code=…``."""
        url = httpx.URL(address)
        return cls(
            url=str(url.copy_with(query=None)).rstrip("/"),
            jurisdiction=url.params.get("jurisdiction_id", ""),
            service=url.params.get("service_code", ""),
            key=key,
        )


class Open311Grid:
    """Files tickets over GeoReport v2 and asks how the open ones stand.

    ``numbers`` gives our number for each of the endpoint's ids that is still open here.
    """

    system = NAME

    def __init__(self, client: httpx.Client, endpoint: Endpoint, numbers: Numbers) -> None:
        self._client, self._endpoint, self._numbers = client, endpoint, numbers
        self._services: dict[str, str] = {}  # service code by itself and by name
        self._asking: set[str] = set()  # codes of services with questions of their own
        self._questions: dict[str, list[dict[str, Any]]] = {}

    def send(self, delivery: Delivery, now: datetime) -> str:
        """File a ticket; an update is taken and goes nowhere."""
        if delivery.kind != FILE:
            return ""
        service = self._service_of(delivery.body, now)
        if delivery.attempts > 1 and (earlier := self._earlier(delivery, service, now)):
            return earlier
        headers = {"idempotency-key": delivery.number}  # not in the standard; ours honours it
        form = self._form(delivery, service) | self._answers(delivery.body, service, now)
        answer = self._ask("POST", "/requests.json", now, data=form, headers=headers)
        return self._id_of(answer, now)

    def changed_since(self, moment: datetime, now: datetime) -> list[Any]:
        """Return how the tickets that are open here stand over there, if that changed."""
        numbers, ids = self._numbers(), list(self._numbers())
        found: list[Any] = []
        for start in range(0, len(ids), ASKED_AT_ONCE):
            asked = ",".join(ids[start : start + ASKED_AT_ONCE])
            found += _rows(self._get("/requests.json", now, service_request_id=asked))
        events = [_event(row, numbers, now) for row in found]
        return [one for one in events if one and datetime.fromisoformat(one["at"]) >= moment]

    def _answers(self, body: Mapping[str, Any], service: str, now: datetime) -> dict[str, Any]:
        """Return our answers to the questions that the service asks under the same codes."""
        ours = {one["code"]: one["values"] for one in body.get("attributes", [])}
        if not ours or service not in self._asking:
            return {}
        if service not in self._questions:
            definition = _answered(self._get(f"/services/{service}.json", now))
            asked = definition.get("attributes") if isinstance(definition, dict) else None
            self._questions[service] = [one for one in asked or [] if isinstance(one, dict)]
        found = [_answer(one, ours) for one in self._questions[service]]
        return {name: values for name, values in found if values}

    def _form(self, delivery: Delivery, service: str) -> dict[str, str]:
        body = delivery.body
        address = " ".join(
            dict.fromkeys(body[part] for part in ("community", "building", "unit", "address"))
        )
        form = {
            "service_code": service,
            "description": f"{body['description']} {_mark(delivery.number)}",
            "address_string": address.strip(),
            "jurisdiction_id": self._endpoint.jurisdiction,
            "api_key": self._endpoint.key,
        }
        if body.get("latitude") is not None:
            form |= {"lat": str(body["latitude"]), "long": str(body["longitude"])}
        return {name: value for name, value in form.items() if value}

    def _service_of(self, body: Mapping[str, Any], now: datetime) -> str:
        if not self._services:
            for row in _rows(self._get("/services.json", now)):
                code = str(row.get("service_code", ""))
                self._services |= {str(row.get("service_name", "")): code, code: code}
                if str(row.get("metadata", "")).lower() == "true":
                    self._asking.add(code)
            self._services.pop("", None)
        category = body["category"]
        for wanted in (category["code"], category["name"], self._endpoint.service):
            if wanted in self._services:
                return self._services[wanted]
        raise GridRejectedError(f"no service for {category['code']}")

    def _earlier(self, delivery: Delivery, service: str, now: datetime) -> str:
        """Return the id that an earlier try got there without our hearing of it."""
        since = delivery.body["submitted_at"]
        found = _rows(self._get("/requests.json", now, service_code=service, start_date=since))
        mark = _mark(delivery.number)
        fitting = [row for row in found if mark in str(row.get("description", ""))]
        return str(fitting[0].get("service_request_id", "")) if fitting else ""

    def _id_of(self, answer: httpx.Response, now: datetime) -> str:
        row = next(iter(_rows(answer)), {})
        if row.get("service_request_id"):
            return str(row["service_request_id"])
        if row.get("token"):  # the id comes later; until then it is asked for again
            tokens = _rows(self._get(f"/tokens/{row['token']}.json", now))
            if tokens and tokens[0].get("service_request_id"):
                return str(tokens[0]["service_request_id"])
        raise GridUnavailableError(f"HTTP {answer.status_code} without a service_request_id")

    def _get(self, path: str, now: datetime, **params: str) -> httpx.Response:
        known = {"jurisdiction_id": self._endpoint.jurisdiction, **params}
        return self._ask("GET", path, now, params={n: v for n, v in known.items() if v})

    def _ask(self, method: str, path: str, now: datetime, **request: Any) -> httpx.Response:
        try:
            answer = self._client.request(method, f"{self._endpoint.url}{path}", **request)
        except httpx.HTTPError as error:
            raise GridUnavailableError(type(error).__name__) from error
        if answer.is_success:
            return answer
        if is_final(answer.status_code):
            raise GridRejectedError(reason_of(answer))
        wait = parse_retry_after(answer.headers.get("retry-after", ""), now)
        raise GridUnavailableError(reason_of(answer), retry_after_s=wait)


def _mark(number: str) -> str:
    return f"#{number}"


def _answer(question: Mapping[str, Any], ours: Mapping[str, list[str]]) -> tuple[str, list[str]]:
    """Return the field of the form and what goes into it: keys, where the service has a list."""
    code = str(question.get("code", ""))
    keys = {str(one.get("name")): str(one.get("key")) for one in question.get("values") or []}
    values = [keys.get(value, "" if keys else value) for value in ours.get(code, [])]
    several = str(question.get("datatype", "")) == "multivaluelist"
    return f"attribute[{code}]{'[]' if several else ''}", [value for value in values if value]


def _answered(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError as error:
        raise GridUnavailableError(f"HTTP {answer.status_code} without JSON") from error


def _rows(answer: httpx.Response) -> list[dict[str, Any]]:
    found = _answered(answer)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _event(
    row: Mapping[str, Any], numbers: Mapping[str, str], now: datetime
) -> dict[str, str] | None:
    """Return one row as an event of ours, or None if it says nothing about a ticket of ours."""
    number = numbers.get(str(row.get("service_request_id", "")))
    status = STATUSES.get(str(row.get("status", "")).lower())
    if number is None or status is None:
        return None
    return {
        "number": number,
        "status": status.value,
        "note": str(row.get("status_notes") or ""),
        "handler": str(row.get("agency_responsible") or ""),
        "at": _moment(str(row.get("updated_datetime") or ""), now),
    }


def _moment(text: str, now: datetime) -> str:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return now.isoformat()
    return (found if found.tzinfo else now).isoformat()
