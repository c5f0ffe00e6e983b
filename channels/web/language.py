"""The language of the chat page's own words; what the assistant answers is Chinese."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from fastapi import Request

FOLDER = Path(__file__).with_name("interface")
COOKIE = "linli_lang"
DEFAULT = "zh"
LANGUAGES = ("zh", "en")


@cache
def interface(language: str) -> dict[str, Any]:
    """Return every word of the page in ``language``, read once."""
    path = FOLDER / f"{language}.yml"
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def chosen_language(request: Request) -> str:
    """Return the language just chosen by a link; empty if none was."""
    chosen = request.query_params.get("lang", "").partition("-")[0]
    return chosen if chosen in LANGUAGES else ""


def language_of(request: Request) -> str:
    """Return the language just chosen, else the one kept, else the browser's first of ours."""
    kept = request.cookies.get(COOKIE, "")
    known = chosen_language(request) or (kept if kept in LANGUAGES else "")
    return known or _first(request.headers.get("accept-language", ""))


def _first(header: str) -> str:
    """Return the best of the header's languages (RFC 9110, 12.5.4); Chinese where none is ours."""
    wanted = []
    for place, item in enumerate(header.split(",")):
        name, _, parameter = item.strip().partition(";")
        language = name.lower().partition("-")[0]
        if language in LANGUAGES:
            wanted.append((-_quality(parameter), place, language))
    return min(wanted)[2] if wanted and min(wanted)[0] < 0 else DEFAULT


def _quality(parameter: str) -> float:
    if not parameter:
        return 1.0
    try:
        return min(1.0, float(parameter.replace(" ", "").removeprefix("q=")))
    except ValueError:
        return 0.0
