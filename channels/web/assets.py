"""Static files and the headers that every page of ours carries."""

from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

# Nothing from elsewhere, nothing inline; pictures may come from the resident's own device.
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


def environment(folder: Path) -> Environment:
    """Return a template environment over ``folder`` that escapes and forgives no missing name."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=select_autoescape(("html", "webmanifest")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(
    templates: Environment,
    name: str,
    status: int = 200,
    *,
    caching: str = "no-store",
    **values: Any,
) -> HTMLResponse:
    """Return the rendered page; it may hold what somebody said, so no proxy may keep it."""
    html = templates.get_template(name).render(**values)
    return HTMLResponse(html, status, headers={**HEADERS, "Cache-Control": caching})


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
