"""Doors of other processes that open on the gateway's address: grid page, webhook, Open311."""

import httpx
from fastapi import APIRouter, Request
from fastapi.responses import Response

from channels.parts import Parts
from channels.problems import problem

BODY_LIMIT = 2 * 1024 * 1024  # bytes
# Of the connection, not of the message (RFC 9110, 7.6.1), and what our server sets itself.
_HOP_BY_HOP = {
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer",
    "transfer-encoding", "upgrade", "host", "content-length", "content-encoding", "date", "server",
}  # fmt: skip
METHODS = ["GET", "POST", "PUT", "DELETE", "HEAD"]


def create_router(parts: Parts) -> APIRouter:
    """Return the routes that pass a request on as it is."""
    router = APIRouter(include_in_schema=False)
    settings = parts.settings

    async def to_grid(request: Request) -> Response:
        return await _forward(parts.client, settings.grid_page_url, request)

    async def to_tickets(request: Request) -> Response:
        return await _forward(parts.client, settings.tickets_url, request)

    router.add_api_route("/grid", to_grid, methods=METHODS)
    router.add_api_route("/grid/{path:path}", to_grid, methods=METHODS)
    router.add_api_route("/api/grid/events", to_tickets, methods=["POST"])
    router.add_api_route("/open311/{path:path}", to_tickets, methods=METHODS)
    return router


async def _forward(client: httpx.AsyncClient, target: str, request: Request) -> Response:
    if {".", ".."} & set(request.url.path.split("/")):  # would lead to doors that stay shut
        return problem(404, "not_found")
    body = await request.body()
    if len(body) > BODY_LIMIT:
        return problem(413, "too_large")
    headers = [(k, v) for k, v in request.headers.items() if k.lower() not in _HOP_BY_HOP]
    path = request.scope["raw_path"].decode("ascii").partition("?")[0]
    query = f"?{request.url.query}" if request.url.query else ""
    try:
        answer = await client.request(
            request.method,
            f"{target}{path}{query}",
            content=body,
            headers=headers,
            follow_redirects=False,
        )
    except httpx.HTTPError:
        return problem(503, "upstream_unavailable")
    passed = Response(answer.content, answer.status_code)
    passed.raw_headers.extend(
        (name.lower(), value)
        for name, value in answer.headers.raw
        if name.decode().lower() not in _HOP_BY_HOP
    )
    return passed
