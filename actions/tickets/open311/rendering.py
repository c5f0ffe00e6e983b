"""Answers in the two formats of GeoReport v2, JSON and XML, from one and the same value."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring
from zoneinfo import ZoneInfo

import yaml
from starlette.responses import JSONResponse, Response

TEXTS: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("texts.yml").read_text(encoding="utf-8")
)
SHANGHAI = ZoneInfo("Asia/Shanghai")
FORMATS = ("json", "xml")
# characters XML 1.0 cannot hold, even escaped
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Open311Error(Exception):
    """Answer in GeoReport's own error form; ``code`` is a key of the error texts.

    ``field`` is what the text names: a field of the form, never what stands in it.
    """

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__(code)
        self.code, self.field = code, field


def render(value: Any, form: str, *, names: Sequence[str], status_code: int = 200) -> Response:
    """Return a value as JSON or XML.

    Args:
        value: Mappings, lists and plain values.
        form: ``json`` or ``xml``.
        names: The XML element of the whole, and of each member where the whole is a list.
        status_code: HTTP status.
    """
    if form == "json":
        return JSONResponse(value, status_code)
    root = Element(names[0])
    _fill(root, value, member=names[-1])
    body = tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(body, status_code, media_type="text/xml; charset=utf-8")


def render_error(problem: Open311Error, form: str) -> Response:
    """Return an error the way GeoReport v2 wants it."""
    error = TEXTS["errors"][problem.code]
    description = error["text"].format(field=problem.field)
    rows = [{"code": error["status"], "description": description}]
    form = form if form in FORMATS else "json"
    return render(rows, form, names=("errors", "error"), status_code=error["status"])


def moment(at: datetime | None) -> str | None:
    """Return a time as ISO 8601 with the offset people here live by."""
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds") if at else None


def _fill(element: Element, value: Any, *, member: str) -> None:
    if isinstance(value, Mapping):
        for name, part in value.items():
            _fill(SubElement(element, name), part, member=name.removesuffix("s"))
    elif isinstance(value, list):
        for part in value:
            _fill(SubElement(element, member), part, member=member)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif value is not None:
        element.text = _UNFIT.sub("", str(value))
