"""Static files and the headers that every page of ours carries."""

import base64
import hashlib
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from channels.web.embedding import frame_policy

# Nothing from elsewhere, nothing inline but our own style; pictures may be the resident's own.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "media-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(self)",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def environment(folder: Path, *stylesheets: Path) -> Environment:
    """Return a template environment over ``folder`` that escapes and forgives no missing name.

    Its pages carry the ``stylesheets`` with them as ``{{ style }}``: a page that asks for its
    looks once more is blank for another round trip, most of a second on a poor connection.
    """
    style = "".join(path.read_text(encoding="utf-8") for path in stylesheets)
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=select_autoescape(("html", "webmanifest")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["style"] = Markup(style)  # noqa: S704  # our own file
    made.globals["policy"] = _policy(style)
    return made


def _policy(style: str) -> str:
    """Return the policy that also allows exactly this style within the page."""
    if not style:
        return POLICY
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return POLICY.replace("style-src 'self'", f"style-src 'self' 'sha256-{digest}'")


def page(
    templates: Environment,
    name: str,
    status: int = 200,
    *,
    caching: str = "no-store",
    framed_by: tuple[str, ...] = (),
    **values: Any,
) -> HTMLResponse:
    """Return the rendered page; it may hold what somebody said, so no proxy may keep it.

    ``framed_by`` are the origins that may show it within their own pages.
    """
    html = templates.get_template(name).render(**values)
    policy = frame_policy(str(templates.globals["policy"]), framed_by)
    headers = {**HEADERS, "Content-Security-Policy": policy, "Cache-Control": caching}
    return HTMLResponse(html, status, headers=headers)


def add_assets(router: APIRouter, prefix: str, folder: Path) -> None:
    """Serve the files of ``folder`` below ``prefix``; browsers ask again each time (ETag)."""
    files = StaticFiles(directory=folder)

    @router.get(f"{prefix}/{{name:path}}", include_in_schema=False)
    async def asset(name: str, request: Request) -> Response:
        """Return one file."""
        response = await files.get_response(name, request.scope)
        response.headers["Cache-Control"] = "no-cache"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response
