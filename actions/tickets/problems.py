"""Errors as ``application/problem+json`` with a Chinese title.

Source: RFC 9457, section 3.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

MEDIA_TYPE = "application/problem+json"
BY_STATUS = {404: "not-found", 405: "not-allowed", 413: "too-large"}


class ProblemTitle(BaseModel):
    """One kind of problem: its HTTP status and what a person reads."""

    status: int
    title: str


class ProblemBody(BaseModel):
    """The shape of every error answer, for the OpenAPI document."""

    type: str
    title: str
    status: int
    errors: list[dict[str, str]] = []


class Problem(Exception):  # noqa: N818 - the word of the standard
    """Answer the request with this problem; ``code`` is a key of the titles."""

    def __init__(
        self,
        code: str,
        *,
        errors: list[dict[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.code, self.errors, self.headers = code, errors or [], headers


class Problems:
    """Turns what went wrong into answers, in the words of one YAML table."""

    def __init__(self, titles: Mapping[str, Any]) -> None:
        self._titles = {code: ProblemTitle.model_validate(row) for code, row in titles.items()}

    def answer(self, problem: Problem) -> Response:
        """Return the answer for a problem."""
        known = self._titles[problem.code]
        return self._render(problem.code, known.status, known.title, problem)

    def install(self, app: FastAPI, errors: Mapping[type[Exception], str] | None = None) -> None:
        """Let ``app`` answer every error this way; ``errors`` gives a code to domain errors."""
        app.add_exception_handler(Problem, self._on_problem)
        app.add_exception_handler(RequestValidationError, self._on_invalid)
        app.add_exception_handler(HTTPException, self._on_http)
        app.add_exception_handler(Exception, self._on_crash)
        for kind, code in (errors or {}).items():
            app.add_exception_handler(kind, self._on_known(code))

    def _render(self, code: str, status: int, title: str, problem: Problem | None) -> Response:
        body: dict[str, Any] = {"type": f"/problems/{code}", "title": title, "status": status}
        if problem is not None and problem.errors:
            body["errors"] = problem.errors
        headers = problem.headers if problem is not None else None
        return JSONResponse(body, status, headers, MEDIA_TYPE)

    async def _on_problem(self, _request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)  # noqa: S101 - registered for this class only
        return self.answer(error)

    async def _on_invalid(self, _request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101
        return self.answer(Problem("invalid-body", errors=places(error.errors())))

    async def _on_http(self, _request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101
        code = BY_STATUS.get(error.status_code, "other")
        title = self._titles[code].title
        answer = self._render(code, error.status_code, title, None)
        answer.headers.update(error.headers or {})
        return answer

    async def _on_crash(self, _request: Request, _error: Exception) -> Response:
        return self.answer(Problem("internal"))

    def _on_known(self, code: str) -> Any:
        async def handle(_request: Request, _error: Exception) -> Response:
            return self.answer(Problem(code))

        return handle


def places(errors: Any) -> list[dict[str, str]]:
    """Return where a body is wrong and how, and never what it said there."""
    return [
        {"pointer": "/" + "/".join(str(part) for part in error["loc"]), "type": str(error["type"])}
        for error in errors
    ]


def invalid(error: ValidationError) -> Problem:
    """Return the problem for a body that a model refused."""
    details = error.errors(include_url=False, include_input=False, include_context=False)
    return Problem("invalid-body", errors=places(details))


def load_problems(path: Path) -> Problems:
    """Return the problems whose titles stand in a YAML file."""
    return Problems(yaml.safe_load(path.read_text(encoding="utf-8")))
