"""Errors over HTTP as problem+json (RFC 9457) with a Chinese title."""

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from channels.errors import ChannelError
from channels.texts import explain, problems

logger = logging.getLogger(__name__)

_BY_STATUS = {
    403: "forbidden", 404: "not_found", 405: "method_not_allowed", 413: "too_large",
}  # fmt: skip


def problem(status: int, key: str, title: str | None = None) -> JSONResponse:
    """Return a problem document; ``type`` is a name of ours, stable for programs."""
    body = {
        "type": f"urn:linli:problem:{key}",
        "title": title or problems()[key],
        "status": status,
        "detail": HTTPStatus(status).phrase,
    }
    headers = {"Retry-After": "5"} if status == 503 else None
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def install(app: FastAPI) -> None:
    """Make every error of ``app`` a problem document, with no word of the resident in it."""

    @app.exception_handler(ChannelError)
    async def on_channel_error(_request: Request, error: ChannelError) -> JSONResponse:
        return problem(error.status, error.text_key, explain(error))

    @app.exception_handler(RequestValidationError)
    async def on_bad_request(_request: Request, _error: RequestValidationError) -> JSONResponse:
        return problem(422, "bad_request")

    @app.exception_handler(HTTPException)
    async def on_http(_request: Request, error: HTTPException) -> JSONResponse:
        key = _BY_STATUS.get(error.status_code, "bad_request")
        return problem(error.status_code, key)

    @app.exception_handler(Exception)  # the top of a request
    async def on_fault(_request: Request, error: Exception) -> JSONResponse:
        logger.error("request failed: %s", type(error).__name__)
        return problem(500, "internal")

    @app.exception_handler(SQLAlchemyError)
    async def on_storage(_request: Request, error: SQLAlchemyError) -> JSONResponse:
        logger.error("storage failed: %s", type(error).__name__)
        return problem(503, "storage_unavailable")

    @app.exception_handler(OSError)
    async def on_disk(_request: Request, error: OSError) -> JSONResponse:
        logger.error("disk failed: errno %s", error.errno)
        return problem(503, "storage_unavailable")
