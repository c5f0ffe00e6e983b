"""The knowledge desk over HTTP, on loopback, for the console; the gateway holds the token."""

import logging
import secrets
from collections.abc import Sequence
from threading import Thread
from typing import Annotated, Any

import uvicorn
from fastapi import APIRouter, Depends, FastAPI, Form, Header, Request, UploadFile
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import SQLAlchemyError

from knowledge.attempts import Attempts, State
from knowledge.differences import Difference
from knowledge.errors import (
    AlreadyBegunError,
    BusyError,
    ExpiredDocumentError,
    ForbiddenError,
    KnowledgeError,
    MoveError,
    NotYetInForceError,
    UnknownDocumentError,
    UnknownGapError,
    UnknownReceiptError,
    UnknownTopicError,
)
from knowledge.item import Audience
from knowledge.life import PUBLISHING, Move, Terms, local_day, moved, moves_from
from knowledge.publishing import Publishing
from knowledge.record import DocumentRecord
from knowledge.texts import texts
from knowledge.timetable import Timetable

logger = logging.getLogger(__name__)
STATUSES: dict[type[KnowledgeError], int] = {
    ForbiddenError: 401,
    UnknownDocumentError: 404,
    UnknownGapError: 404,
    UnknownReceiptError: 404,
    UnknownTopicError: 404,
    MoveError: 409,
    BusyError: 409,
    ExpiredDocumentError: 409,
    NotYetInForceError: 409,
    AlreadyBegunError: 409,
}
GATES_SHOWN = 3


class TermsIn(BaseModel):
    """What a person corrected."""

    title: str = Field(max_length=255)
    official_number: str = ""
    issuer: str = ""
    issued: str = ""
    effective: str = ""
    expires: str = ""
    area: str = ""
    owner: str = ""
    audience: Audience
    actor: str = Field(min_length=1, max_length=80)


class MoveIn(BaseModel):
    """A step, who makes it, and why."""

    move: Move
    actor: str = Field(min_length=1, max_length=80)
    note: str = Field(default="", max_length=1000)
    override: str = Field(default="", max_length=1000)


def create_app(
    publishing: Publishing,
    token: str,
    routers: Sequence[APIRouter] = (),
    attempts: Attempts | None = None,
) -> FastAPI:
    """Return the application; without a token nobody gets in, ``routers`` are behind it too."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    def guard(authorization: Annotated[str, Header()] = "") -> None:
        expected = f"Bearer {token}"
        if not token or not secrets.compare_digest(authorization.encode(), expected.encode()):
            raise ForbiddenError

    @app.exception_handler(KnowledgeError)
    def explain(_request: Request, error: KnowledgeError) -> JSONResponse:
        status = next((code for kind, code in STATUSES.items() if isinstance(error, kind)), 422)
        return _problem(status, str(error))

    @app.exception_handler(RequestValidationError)
    def refuse(_request: Request, _error: RequestValidationError) -> JSONResponse:
        return _problem(422, texts().error("request"))

    @app.exception_handler(SQLAlchemyError)
    def apologise(_request: Request, error: SQLAlchemyError) -> JSONResponse:
        logger.error("the database failed: %s", type(error).__name__)  # a statement has words
        return _problem(503, texts().error("unknown"))

    router = APIRouter(prefix="/internal/knowledge", dependencies=[Depends(guard)])
    attempts = attempts or Attempts(publishing)
    _add_reading(router, publishing, attempts)
    _add_changing(router, publishing, attempts)
    for more in routers:
        router.include_router(more)
    app.include_router(router)
    return app


def _problem(status: int, title: str) -> JSONResponse:
    body = {"type": "about:blank", "title": title, "status": status}
    return JSONResponse(body, status, media_type="application/problem+json")


def _add_reading(router: APIRouter, publishing: Publishing, attempts: Attempts) -> None:
    documents = publishing.desk.documents

    @router.get("/documents")
    def list_documents() -> dict[str, Any]:
        """Return every version that was not thrown away, and what is in force."""
        documents.expire_due(publishing.desk.clock())
        records = documents.records(with_removed=True)
        return {"documents": [record.as_json() for record in records]}

    @router.get("/documents/{number}")
    def show(number: str) -> dict[str, Any]:
        """Return a version with all that a person needs to decide about it."""
        record = documents.find(number)
        found = attempts.of(record.number)
        is_to_come = record.begins > local_day(publishing.desk.clock())
        return {
            "document": record.as_json(),
            "clauses": [
                {"label": one.label, "context": one.context, "text": one.text}
                for one in documents.sections(record.number)
            ],
            "versions": [one.as_json() for one in documents.versions(record.series)],
            "history": [one.as_json() for one in documents.history(record.series)],
            "gates": documents.gates(record.number)[:GATES_SHOWN],
            "moves": [str(move) for move in moves_from(record.status, is_to_come=is_to_come)],
            "items": publishing.silenced_by(record),
            "attempt": found.as_json() if found else None,
        }

    @router.get("/documents/{number}/changes")
    def compare(number: str, earlier: str = "") -> dict[str, Any]:
        """Return what is different from an earlier version; what is the same is left out."""
        before, changes = publishing.changes(number, earlier)
        after = documents.find(number)
        return {
            "before": before.as_json() if before else None,
            "terms": _terms_changed(before, after),
            "changes": [one.as_json() for one in changes if one.kind is not Difference.SAME],
            "same": sum(one.kind is Difference.SAME for one in changes),
        }

    @router.get("/documents/{number}/attempt")
    def look(number: str) -> dict[str, Any]:
        """Return how far the publishing of a version has come."""
        found = attempts.of(documents.find(number).number)
        return found.as_json() if found else {"state": None}


def _terms_changed(before: DocumentRecord | None, after: DocumentRecord) -> list[dict[str, str]]:
    if before is None:
        return []
    changes = after.terms.changes_from(before.terms)
    return [{"field": name, "before": old, "after": new} for name, (old, new) in changes.items()]


def _add_changing(router: APIRouter, publishing: Publishing, attempts: Attempts) -> None:
    desk = publishing.desk

    @router.post("/documents", status_code=201)
    def add(
        file: UploadFile,
        actor: Annotated[str, Form(min_length=1, max_length=80)],
        audience: Annotated[Audience, Form()] = Audience.PUBLIC,
        series: Annotated[str, Form(max_length=16)] = "",
    ) -> dict[str, Any]:
        """Read an uploaded file and keep it as a draft."""
        record = desk.add_bytes(
            file.file.read(), file.filename or "", audience=audience, actor=actor, series=series
        )
        return record.as_json()

    @router.post("/documents/{number}/terms")
    def edit(number: str, terms: TermsIn) -> dict[str, Any]:
        """Correct what was read of a document."""
        given = terms.model_dump(exclude={"actor", "audience"})
        stripped = {name: str(value).strip() for name, value in given.items()}
        wanted = Terms(**stripped, audience=terms.audience)
        record = desk.documents.edit(number, wanted, actor=terms.actor, now=desk.clock())
        return record.as_json()

    @router.post("/documents/{number}/moves")
    def move(number: str, step: MoveIn) -> JSONResponse:
        """Take a step; one that publishes goes through the gate, and is watched by asking."""
        record = desk.documents.find(number)
        if step.move not in PUBLISHING:
            record = publishing.move(record.number, step.move, actor=step.actor, note=step.note)
            return JSONResponse({"document": record.as_json()})
        moved(record.status, step.move)
        begun = attempts.begin(
            record.number, actor=step.actor, note=step.note, override=step.override.strip()
        )
        status = 202 if begun.state is State.RUNNING else 200
        return JSONResponse({"attempt": begun.as_json()}, status)


class KnowledgeService:
    """Serves the desk on loopback in a thread of its own, and publishes what is due."""

    def __init__(
        self,
        publishing: Publishing,
        *,
        token: str,
        port: int,
        routers: Sequence[APIRouter] = (),
    ) -> None:
        attempts = Attempts(publishing)
        self._timetable = Timetable(attempts)
        config = uvicorn.Config(
            create_app(publishing, token, routers, attempts),
            host="127.0.0.1",
            port=port,
            log_level="warning",
            access_log=False,
            ws="none",
            lifespan="off",
        )
        self._server = uvicorn.Server(config)
        self._thread = Thread(target=self._server.run, daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()
        self._timetable.start()

    def stop(self) -> None:
        """Stop answering and free the port."""
        self._timetable.stop()
        self._server.should_exit = True
        self._thread.join(10)

    @property
    def is_started(self) -> bool:
        """Whether somebody who asks is answered."""
        return self._server.started
