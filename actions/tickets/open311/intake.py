"""Turns what another tool submits into a complaint."""

import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from actions.tickets.attributes import read_answers
from actions.tickets.categories import Category
from actions.tickets.errors import AttributeMissingError, AttributeValueError
from actions.tickets.open311.rendering import Open311Error
from actions.tickets.ticket import DESCRIPTION_LIMIT, Complaint, Place, Reporter

CHANNEL = "open311"
DATUM = "WGS-84"  # the standard's only one
FIELD_LIMIT = 200
_CONTACT = ("first_name", "last_name", "phone", "email")
_BUILDING = re.compile(r"(\d{1,3})\s*(?:栋|幢|座|号楼)")
_UNIT = re.compile(r"(\d{1,2})\s*单元")
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]+)\](?:\[\d*\])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A form as it came; ``attributes`` are the answers to the service's questions."""

    fields: Mapping[str, str]
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    has_files: bool = False  # they are not taken: photographs come through our own channels


def submission_of(items: Iterable[tuple[str, object]]) -> Submission:
    """Return the form of these items; an attribute may come several times."""
    fields: dict[str, str] = {}
    attributes: dict[str, tuple[str, ...]] = {}
    has_files = False
    for name, value in items:
        if not isinstance(value, str):
            has_files = True
            continue
        words = as_utf8(value)
        if found := _ATTRIBUTE.fullmatch(name):
            attributes[found[1]] = (*attributes.get(found[1], ()), words)
        else:
            fields[name] = words
    return Submission(fields=fields, attributes=attributes, has_files=has_files)


def as_utf8(text: str) -> str:
    """Return what a client meant that sends UTF-8 without percent signs (``curl -d``).

    Form parsers take such bytes for Latin-1; text that arrived rightly does not look like it.
    """
    try:
        return text.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


def check_key(offered: str, keys: frozenset[str]) -> None:
    """Let a request through whose key is one of ``keys``; without keys anyone may file.

    Raises:
        Open311Error: The key is missing or wrong.
    """
    if keys and not any(hmac.compare_digest(offered.encode(), key.encode()) for key in keys):
        raise Open311Error("key")


def complaint_of(
    given: Submission, categories: Mapping[str, Category], *, origin: str
) -> Complaint:
    """Return the complaint a submitted form makes.

    Raises:
        Open311Error: A field is missing or bad.
    """
    form = given.fields
    category = _category(form.get("service_code", "").strip(), categories)
    description = form.get("description", "").strip()
    if len(description) > DESCRIPTION_LIMIT:
        raise Open311Error("description-long")
    contact = " ".join(form.get(name, "").strip() for name in _CONTACT).split()
    if any(
        len(form.get(name, "")) > FIELD_LIMIT
        for name in (*_CONTACT, "address_string", "address_id")
    ):
        raise Open311Error("field-long")
    return Complaint(
        category=category.code,
        description=description or category.name,
        place=_place(form),
        attributes=_attributes(given, category),
        reporter=Reporter(channel=CHANNEL, contact=" ".join(contact), is_anonymous=not contact),
        origin=origin,
    )


def _category(code: str, categories: Mapping[str, Category]) -> Category:
    if not code:
        raise Open311Error("service-missing")
    if code not in categories:
        raise Open311Error("service-unknown")
    return categories[code]


def _attributes(given: Submission, category: Category) -> dict[str, tuple[str, ...]]:
    try:
        asked = [one for one in category.attributes if not one.internal]
        return read_answers(asked, given.attributes)
    except AttributeMissingError as error:
        raise Open311Error("attribute-missing", f"attribute[{error.code}]") from error
    except AttributeValueError as error:
        raise Open311Error("attribute-bad", f"attribute[{error.code}]") from error


def _place(form: Mapping[str, str]) -> Place:
    address = form.get("address_string", "").strip() or form.get("address_id", "").strip()
    latitude, longitude = _position(form)
    if not address and latitude is None:
        raise Open311Error("place-missing")
    building, unit = _BUILDING.search(address), _UNIT.search(address)
    return Place(
        address=address,
        building=f"{building[1]}栋" if building else "",
        unit=f"{unit[1]}单元" if unit else "",
        latitude=latitude,
        longitude=longitude,
        datum=DATUM if latitude is not None else "",
    )


def _position(form: Mapping[str, str]) -> tuple[float | None, float | None]:
    texts = [form.get(name, "").strip() for name in ("lat", "long")]
    if not any(texts):
        return None, None
    try:
        latitude, longitude = (float(text) for text in texts)
    except ValueError as error:
        raise Open311Error("place-bad") from error
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise Open311Error("place-bad")
    return latitude, longitude
