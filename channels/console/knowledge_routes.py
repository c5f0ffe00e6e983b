"""The pages of the knowledge desk: upload, read, correct, compare, publish, withdraw."""

from collections.abc import Callable
from hashlib import sha256
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request, Response, UploadFile
from fastapi.responses import JSONResponse, RedirectResponse

from channels.console.door import PATH, Door, check_admin
from channels.console.drawing import Drawing
from channels.console.knowledge import KnowledgeDesk, KnowledgeServiceError
from channels.console.session import Operator
from channels.forms import Lines

HOME = f"{PATH}/knowledge"
FIELDS = (
    "title", "official_number", "issuer", "issued", "effective", "expires", "area", "owner",
    "audience",
)  # fmt: skip
FILES = 20  # at once
CLERKS_MOVES = frozenset({"submit"})  # what others are told begins and ends with an administrator


def add_knowledge(
    router: APIRouter,
    knowledge: KnowledgeDesk,
    drawing: Drawing,
    door: Door,
    waiting: Callable[[], int],
) -> None:
    """Add the routes below ``/console/knowledge``."""
    pages = _Pages(knowledge, drawing, waiting)
    _add_shelf(router, knowledge, pages, door)
    _add_document(router, knowledge, pages, door)
    _add_acts(router, knowledge, pages, door)


class _Pages:
    """Draws both pages, also with the sentence of what went wrong."""

    def __init__(
        self, knowledge: KnowledgeDesk, drawing: Drawing, waiting: Callable[[], int]
    ) -> None:
        self._knowledge, self._drawing, self._waiting = knowledge, drawing, waiting

    async def shelf(
        self,
        operator: Operator,
        status: str = "",
        problems: list[str] | None = None,
        kept: str = "",
    ) -> Response:
        """Return the list with the form for uploads; ``kept`` are numbers, see ``_kept``."""
        found = await self._knowledge.list()
        shown = [one for one in found if not status or one["status"] == status]
        return self._drawing.page(
            "knowledge.html",
            operator,
            422 if problems else 200,
            documents=[one for one in reversed(shown) if status or one["status"] != "removed"],
            series=_latest(found),
            counts={
                name: sum(one["status"] == name for one in found)
                for name in self._drawing.words["knowledge"]["statuses"]
            },
            chosen=status,
            problems=problems or [],
            kept=[one for one in found if one["number"] in kept.split()],
            waiting=self._waiting(),
        )

    async def document(
        self,
        operator: Operator,
        number: str,
        *,
        earlier: str = "",
        problem: str = "",
        kept: str = "",
    ) -> Response:
        """Return the page of one version; ``kept`` are numbers, see ``_kept``."""
        found = await self._knowledge.one(number)
        changes = await self._knowledge.changes(number, earlier)
        return self._drawing.page(
            "knowledge_document.html",
            operator,
            409 if problem else 200,
            **found,
            comparison=changes,
            problem=problem,
            kept=number in kept.split(),
            waiting=self._waiting(),
        )

    def sentence(self, error: KnowledgeServiceError) -> str:
        """Return what to tell the operator."""
        down: str = self._drawing.words["problems"]["knowledge_unavailable"]
        return error.title or down

    def left_over(self, files: list[UploadFile]) -> str:
        """Return what to tell of the files that come after those that are taken at once."""
        says: str = self._drawing.words["problems"]["too_many_files"]
        return says.format(most=FILES, count=len(files), first=files[0].filename or "")

    def namesake(self, name: str) -> str:
        """Return what to tell of a file whose name another one has that was sent with it."""
        says: str = self._drawing.words["problems"]["namesake"]
        return says.format(file=name)


def _latest(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the newest version of each document that was not thrown away."""
    newest: dict[str, dict[str, Any]] = {}
    for one in found:
        if one["status"] != "removed":
            newest[one["series"]] = one
    return list(newest.values())


def _kept(added: list[dict[str, Any]], audience: str) -> str:
    """Return the numbers of those that stay the workers' own, whatever was wished."""
    return " ".join(one["number"] for one in added if one["audience"] != audience)


def _add_shelf(router: APIRouter, knowledge: KnowledgeDesk, pages: _Pages, door: Door) -> None:
    @router.get("/knowledge")
    async def show_shelf(
        operator: Annotated[Operator, Depends(door.operator)],
        status: str = "",
        kept: str = "",
    ) -> Response:
        """Show the documents, and take new ones."""
        return await pages.shelf(operator, status, kept=kept)

    @router.post("/knowledge")
    async def add(
        operator: Annotated[Operator, Depends(door.acting)],
        files: list[UploadFile],
        audience: Annotated[str, Form()] = "public",
        series: Annotated[str, Form()] = "",
    ) -> Response:
        """Keep uploaded files as drafts; what cannot be read is said, the rest is kept."""
        details = {"actor": operator.name, "audience": audience, "series": series}
        added, problems = [], []
        digests: dict[str, str] = {}
        for file in files[:FILES]:
            name, content = file.filename or "", await file.read()
            digest = sha256(content).hexdigest()
            if digests.get(name, digest) != digest:  # it would become the other's next version
                problems.append(pages.namesake(name))
                continue
            try:
                added.append(await knowledge.add(name, content, details))
                digests[name] = digest
            except KnowledgeServiceError as error:
                problems.append(pages.sentence(error))
        if len(files) > FILES:
            problems.append(pages.left_over(files[FILES:]))
        kept = _kept(added, audience)
        if problems:
            return await pages.shelf(operator, problems=problems, kept=kept)
        place = f"{HOME}/{added[0]['number']}" if len(added) == 1 else HOME
        return RedirectResponse(f"{place}?{urlencode({'kept': kept})}" if kept else place, 303)


def _add_document(router: APIRouter, knowledge: KnowledgeDesk, pages: _Pages, door: Door) -> None:
    @router.get("/knowledge/{number}")
    async def show_document(
        number: str,
        operator: Annotated[Operator, Depends(door.operator)],
        earlier: str = "",
        kept: str = "",
    ) -> Response:
        """Show one version: clauses, differences, steps, gate, history."""
        return await pages.document(operator, number, earlier=earlier, kept=kept)

    @router.get("/knowledge/{number}/attempt")
    async def show_attempt(
        number: str, _operator: Annotated[Operator, Depends(door.operator)]
    ) -> Response:
        """Return how far the gate has come, for the page that waits for it."""
        return JSONResponse(await knowledge.attempt(number), headers={"Cache-Control": "no-store"})


def _add_acts(router: APIRouter, knowledge: KnowledgeDesk, pages: _Pages, door: Door) -> None:
    @router.post("/knowledge/{number}/terms")
    async def edit(
        number: str, request: Request, operator: Annotated[Operator, Depends(door.acting)]
    ) -> Response:
        """Correct what was read of the document."""
        form = await request.form()
        terms = {name: str(form.get(name, "")) for name in FIELDS}
        try:
            await knowledge.edit(number, terms | {"actor": operator.name})
        except KnowledgeServiceError as error:
            return await pages.document(operator, number, problem=pages.sentence(error))
        return RedirectResponse(f"{HOME}/{number}", 303)

    @router.post("/knowledge/{number}/move")
    async def move(
        number: str,
        operator: Annotated[Operator, Depends(door.acting)],
        move: Annotated[str, Form()],
        note: Annotated[Lines, Form(max_length=1000)] = "",
        override: Annotated[Lines, Form(max_length=1000)] = "",
    ) -> Response:
        """Take a step; one that publishes is watched on the document's page."""
        if move not in CLERKS_MOVES:
            check_admin(operator)
        step = {"move": move, "actor": operator.name, "note": note.strip()}
        try:
            await knowledge.move(number, step | {"override": override.strip()})
        except KnowledgeServiceError as error:
            return await pages.document(operator, number, problem=pages.sentence(error))
        return RedirectResponse(f"{HOME}/{number}", 303)
