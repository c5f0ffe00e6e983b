"""The gateway: the only process that listens for people."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Header, Response
from fastapi.responses import JSONResponse
from fastapi_offline import FastAPIOffline
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from pydantic import BaseModel, Field
from starlette.middleware.gzip import GZipMiddleware

from channels import api, feedback, pages, problems, proxy, speech
from channels.body_limit import BodyLimit
from channels.errors import ForbiddenError, UnknownConversationError
from channels.message import Choice
from channels.messengers import create_messengers
from channels.metrics import TurnMetrics
from channels.openapi import PublicDocument
from channels.parts import Parts
from channels.readiness import Readiness

COMPRESSED_FROM = 1000  # bytes; below, the envelope outweighs what is saved


class OfferedChoice(BaseModel):
    """An option that comes with news."""

    title: str
    payload: str


class PublishedNews(BaseModel):
    """News for a conversation, as the delivery worker or an operator's command brings it."""

    id: str = Field(min_length=1, max_length=128)
    conversation: str
    number: str = ""  # of the ticket; empty for news of something else, such as a correction
    status: str = ""
    status_name: str = ""
    text: str
    choices: list[OfferedChoice] = []


def _ticket_of(news: PublishedNews) -> dict[str, str] | None:
    if not news.number:
        return None
    return {"number": news.number, "status": news.status, "status_name": news.status_name}


def create_app(parts: Parts) -> FastAPI:
    """Return the application; its background work begins with its lifespan."""
    readiness = Readiness(parts)
    messengers = create_messengers(parts)

    async def open_doors() -> None:
        await readiness.warm_up()
        await document.complete()
        for messenger in messengers:  # not before: what waits would be answered with an excuse
            await messenger.start()
        if messengers:
            await parts.news.keep_pushing()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        opening = asyncio.create_task(open_doors())
        yield
        opening.cancel()
        for messenger in messengers:
            await messenger.stop()
        await parts.close()

    app = FastAPIOffline(title="Linli", version="1", lifespan=lifespan, redoc_url=None)
    document = PublicDocument(app, parts)
    app.openapi = document.read  # type: ignore[method-assign]  # FastAPI's own way
    app.state.parts = parts
    problems.install(app)
    app.include_router(api.router)
    app.include_router(feedback.router)
    app.include_router(speech.router)
    app.include_router(_operations(parts, readiness))
    app.include_router(proxy.create_router(parts))
    for messenger in messengers:
        app.include_router(messenger.router)
    pages.mount(app, parts)
    app.add_middleware(BodyLimit)
    # Compression tells a secret's letters only to who can have a browser ask for the same page
    # again and again with a guess in it: our cookies are not sent along from other sites.
    app.add_middleware(GZipMiddleware, minimum_size=COMPRESSED_FROM)
    return app


def _operations(parts: Parts, readiness: Readiness) -> APIRouter:
    router = APIRouter(tags=["operations"])
    registry = CollectorRegistry()
    parts.turns.observe(TurnMetrics(registry))

    @router.get("/healthz")
    async def healthz() -> dict[str, Any]:
        """Return the state of every process and which models serve."""
        return await readiness.health()

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        """Answer 200 only when a turn would be answered warm."""
        ready = readiness.is_ready
        return JSONResponse({"ready": ready}, 200 if ready else 503)

    @router.get("/metrics")
    async def metrics() -> Response:
        """Return the figures for Prometheus."""
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    @router.post("/internal/news", status_code=204, include_in_schema=False)
    async def take_news(
        news: PublishedNews, authorization: Annotated[str, Header()] = ""
    ) -> Response:
        """Keep a piece of news for its conversation; the same id again is harmless.

        Where there is no such conversation the answer is 404, so that nobody tries again.
        """
        expected = f"Bearer {parts.settings.internal_token}"
        if not parts.settings.internal_token or not secrets.compare_digest(
            authorization.encode(), expected.encode()
        ):
            raise ForbiddenError
        body = {
            "replies": [{"text": news.text, "choices": [], "citations": []}],
            "outcome": "ticket_status" if news.number else "answer",
            "ticket": _ticket_of(news),
        }
        choices = tuple(Choice(title=c.title, payload=c.payload) for c in news.choices)
        try:
            await parts.news.publish(news.conversation, news.id, body, choices)
        except UnknownConversationError:
            return problems.problem(404, "unknown_conversation")
        if news.number and news.status_name:
            await parts.circle.tell_of_ticket(
                news.conversation, news.id, news.number, news.status_name
            )
        return Response(status_code=204)

    return router
