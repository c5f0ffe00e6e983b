"""The routes of GeoReport v2 under ``/open311/v2``."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from actions.tickets.attributes import Attribute, emergency_of
from actions.tickets.categories import Category
from actions.tickets.errors import VaultError
from actions.tickets.open311.intake import Submission, check_key, complaint_of, submission_of
from actions.tickets.open311.listing import LONGEST_PAGE, PAGE_SIZE, Asked, Listing
from actions.tickets.open311.rendering import (
    FORMATS,
    TEXTS,
    Open311Error,
    moment,
    render,
    render_error,
)
from actions.tickets.resources import Here

PREFIX = "/open311/v2"
FORM = "application/x-www-form-urlencoded"
FORMS = {FORM, "multipart/form-data"}  # the second where a client sends a photograph along
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
REQUESTS = ("service_requests", "request")

FIELDS = (
    "service_code", "jurisdiction_id", "address_string", "lat", "long", "description",
    "first_name", "last_name", "phone", "email", "api_key",
)  # fmt: skip
FORM_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {
                "schema": {
                    "type": "object",
                    "required": ["service_code"],
                    "properties": {name: {"type": "string"} for name in FIELDS},
                    "additionalProperties": {"type": "string"},  # attribute[code]
                }
            }
        },
    }
}

router = APIRouter(prefix=PREFIX, tags=["Open311 GeoReport v2"])


def known_format(form: str) -> str:
    """Return the format the address ends in.

    Raises:
        Open311Error: There is no such format.
    """
    if form not in FORMATS:
        raise Open311Error("format")
    return form


Form = Annotated[str, Depends(known_format)]


async def submitted(request: Request) -> Submission:
    """Return the fields of a form-encoded body.

    Raises:
        Open311Error: The body is not a form.
    """
    if request.headers.get("content-type", "").split(";")[0].strip().lower() not in FORMS:
        raise Open311Error("form")
    try:
        async with request.form(max_fields=100, max_files=5) as form:
            # some clients put key and jurisdiction into the address
            return submission_of([*request.query_params.multi_items(), *form.multi_items()])
    except HTTPException as error:  # Starlette's word for a broken multipart body
        raise Open311Error("form") from error


Submitted = Annotated[Submission, Depends(submitted)]


@router.get("/discovery.{form}")
def discovery(here: Here, form: Form) -> Response:
    """Say where the service is and what it speaks."""
    endpoint = {
        "specification": SPECIFICATION,
        "url": f"{here.settings.gateway_url}{PREFIX}",
        "changeset": moment(here.started_at),
        "type": "production",
        "formats": ["text/xml", "application/json"],
    }
    value = {
        "changeset": moment(here.started_at),
        "contact": TEXTS["discovery"]["contact"],
        "key_service": TEXTS["discovery"]["contact"],
        "endpoints": [endpoint],
    }
    return render(value, form, names=("discovery",))


@router.get("/services.{form}")
def services(here: Here, form: Form) -> Response:
    """List what may be reported."""
    rows = [_service(category) for category in here.store.desk.categories.values()]
    return render(rows, form, names=("services", "service"))


@router.get("/services/{service_code}.{form}")
def definition(here: Here, form: Form, service_code: str) -> Response:
    """Return one service's definition: what it asks beyond the description."""
    category = here.store.desk.categories.get(service_code)
    if category is None:
        raise Open311Error("service-unknown")
    asked = [_attribute(attribute) for attribute in _public(category)]
    value = {"service_code": service_code, "attributes": asked}
    return render(value, form, names=("service_definition",))


@router.get("/requests.{form}")
def requests(here: Here, form: Form, request: Request) -> Response:
    """List requests, newest first, in their public form."""
    return render(_listing(here).requests(asked(request.query_params)), form, names=REQUESTS)


@router.post("/requests.{form}", status_code=201, openapi_extra=FORM_BODY)
def file(here: Here, form: Form, request: Request, given: Submitted) -> Response:
    """File a ticket; an ``Idempotency-Key`` makes repeating harmless.

    Answers to a service's questions come as ``attribute[code]``, several as ``attribute[code][]``.
    """
    check_key(given.fields.get("api_key", ""), here.settings.open311_keys)
    key = request.headers.get("idempotency-key", "")[:120]
    categories = here.store.desk.categories
    complaint = complaint_of(given, categories, origin=f"open311:{key}" if key else "")
    category = categories[complaint.category]
    emergency = category.emergency or emergency_of(category.attributes, complaint.attributes)
    write = here.store.file_emergency if emergency else here.store.file
    try:
        ticket = write(complaint, here.clock())
    except VaultError as error:
        raise Open311Error("unavailable") from error
    notices = TEXTS["notices"]
    notice = notices["emergency"].format(number=emergency) if emergency else notices["filed"]
    if given.has_files:
        notice += notices["without_media"]
    row = {"service_request_id": ticket.number, "service_notice": notice, "account_id": None}
    return render([row], form, names=REQUESTS, status_code=201)


@router.get("/requests/{service_request_id}.{form}")
def one(here: Here, form: Form, service_request_id: str) -> Response:
    """Return one request in its public form."""
    rows = _listing(here).one(service_request_id)
    if not rows:
        raise Open311Error("request-unknown")
    return render(rows, form, names=REQUESTS)


@router.get("/tokens/{token}.{form}")
def token(here: Here, form: Form, token: str) -> Response:
    """Return the request of a token; filing is immediate here, so the number is the token."""
    if not _listing(here).one(token):
        raise Open311Error("token-unknown")
    row = {"service_request_id": token, "token": token}
    return render([row], form, names=REQUESTS)


def install(app: FastAPI) -> None:
    """Let ``app`` answer GeoReport's errors in GeoReport's form."""

    async def answer(request: Request, error: Exception) -> Response:
        assert isinstance(error, Open311Error)  # noqa: S101 - registered for this class only
        return render_error(error, request.url.path.rpartition(".")[2])

    app.add_exception_handler(Open311Error, answer)


def asked(query: Mapping[str, str]) -> Asked:
    """Return the filters of a query; a parameter that is empty counts as left out.

    Raises:
        Open311Error: A date, a status or a page is bad.
    """
    statuses = frozenset(_several(query.get("status", "")))
    if not statuses <= {"open", "closed"}:
        raise Open311Error("status-bad")
    return Asked(
        numbers=_several(query.get("service_request_id", "")),
        services=_several(query.get("service_code", "")),
        statuses=statuses,
        start=_date(query.get("start_date", "")),
        end=_date(query.get("end_date", "")),
        updated_after=_date(query.get("updated_after", "")),
        updated_before=_date(query.get("updated_before", "")),
        page=_count(query.get("page", ""), 1),
        page_size=min(_count(query.get("page_size", ""), PAGE_SIZE), LONGEST_PAGE),
    )


def _listing(here: Here) -> Listing:
    return Listing(here.store.engine, here.store.desk.categories)


def _service(category: Category) -> dict[str, Any]:
    return {
        "service_code": category.code,
        "service_name": category.name,
        "description": category.description or category.name,
        "metadata": bool(_public(category)),
        "type": "realtime",
        "keywords": ", ".join(category.keywords),
        "group": category.group or TEXTS["group"],
    }


def _public(category: Category) -> list[Attribute]:
    return [attribute for attribute in category.attributes if not attribute.internal]


def _attribute(attribute: Attribute) -> dict[str, Any]:
    row: dict[str, Any] = {
        "variable": attribute.variable,
        "code": attribute.code,
        "datatype": attribute.datatype.value,
        "required": attribute.required,
        "datatype_description": attribute.hint or None,
        "order": attribute.order,
        "description": attribute.question,
    }
    if attribute.values:
        row["values"] = [{"key": one.key, "name": one.name} for one in attribute.values]
    return row


def _several(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())[:LONGEST_PAGE]


def _date(text: str) -> datetime | None:
    if not text.strip():
        return None
    try:
        # an unescaped "+" of the offset arrives as a blank
        found = datetime.fromisoformat(text.strip().replace(" ", "+"))
        if found.tzinfo is None:
            raise Open311Error("date-bad")
        return found.astimezone(UTC)
    except (ValueError, OverflowError) as error:  # the first and last day have no UTC everywhere
        raise Open311Error("date-bad") from error


def _count(text: str, default: int) -> int:
    if not text.strip():
        return default
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 10**6):
        raise Open311Error("page-bad")
    return int(text)
