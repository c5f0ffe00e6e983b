"""The pages for what the bot could not answer: left questions, gaps, topics for people."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Response
from fastapi.responses import RedirectResponse

from channels.console.door import PATH, Door
from channels.console.drawing import Drawing
from channels.console.questions import QuestionDesk
from channels.console.session import Operator
from channels.forms import Lines

QUESTIONS, GAPS = f"{PATH}/questions", f"{PATH}/gaps"
WEEKS = 12
Words = Annotated[Lines, Form(max_length=2000)]
LINE = 300
Short = Annotated[str, Form(max_length=LINE)]
# For what may not stand in an answer's way: it is cut to a line where it is longer.
Long = Annotated[str, Form()]


def add_questions(
    router: APIRouter,
    questions: QuestionDesk,
    drawing: Drawing,
    door: Door,
    waiting: Callable[[], int],
) -> None:
    """Add the routes below ``/console/questions`` and ``/console/gaps``."""
    _add_left(router, questions, drawing, door, waiting)
    _add_gaps(router, questions, drawing, door, waiting)
    _add_topics(router, questions, door)


def _add_left(
    router: APIRouter,
    questions: QuestionDesk,
    drawing: Drawing,
    door: Door,
    waiting: Callable[[], int],
) -> None:
    @router.get("/questions")
    async def show(
        operator: Annotated[Operator, Depends(door.operator)], draft: str = "", done: str = ""
    ) -> Response:
        """Show the questions that wait for an answer."""
        return drawing.page(
            "questions.html",
            operator,
            questions=await questions.waiting(),
            draft=draft,
            done=done,
            waiting=waiting(),
        )

    @router.post("/questions/{number}")
    async def answer(
        number: str,
        operator: Annotated[Operator, Depends(door.acting)],
        question: Long = "",
        text: Words = "",
        source: Long = "",
        keep: Annotated[bool, Form()] = False,
    ) -> Response:
        """Answer a question, and keep question and answer as a draft if wished."""
        if not text.strip():
            return RedirectResponse(QUESTIONS, 303)
        await questions.answer(number, operator.name, text.strip())
        if not (keep and question.strip()):
            return RedirectResponse(f"{QUESTIONS}?done=1", 303)
        words = _words(question[:LINE], text, source[:LINE], operator)
        return RedirectResponse(f"{QUESTIONS}?done=1&draft={await questions.draft(words)}", 303)


def _add_gaps(
    router: APIRouter,
    questions: QuestionDesk,
    drawing: Drawing,
    door: Door,
    waiting: Callable[[], int],
) -> None:
    @router.get("/gaps")
    async def show(
        operator: Annotated[Operator, Depends(door.operator)],
        weeks: Annotated[int, Query(ge=1, le=104)] = WEEKS,
        draft: str = "",
    ) -> Response:
        """Show what was asked in vain or disliked, and the topics that people answer for."""
        gaps = await questions.gaps(weeks)
        return drawing.page(
            "gaps.html",
            operator,
            gaps=gaps,
            most=max((week["count"] for gap in gaps for week in gap["weeks"]), default=1),
            topics=await questions.topics(),
            weeks=weeks,
            draft=draft,
            waiting=waiting(),
        )

    @router.post("/gaps/draft")
    async def draft(
        operator: Annotated[Operator, Depends(door.acting)],
        receipts: Annotated[str, Form()],
        question: Short = "",
        text: Words = "",
        source: Short = "",
    ) -> Response:
        """Make a draft of a gap's answer; publishing it is a step of the knowledge desk."""
        if not (question.strip() and text.strip()):
            return RedirectResponse(GAPS, 303)
        words = _words(question, text, source, operator)
        number = await questions.draft({**words, "receipts": receipts.split()})
        return RedirectResponse(f"{GAPS}?draft={number}", 303)

    @router.post("/gaps/dismiss")
    async def dismiss(
        _operator: Annotated[Operator, Depends(door.acting)],
        receipts: Annotated[str, Form()],
    ) -> Response:
        """Take a gap off the list."""
        await questions.dismiss(receipts.split())
        return RedirectResponse(GAPS, 303)


def _add_topics(router: APIRouter, questions: QuestionDesk, door: Door) -> None:
    @router.post("/topics")
    async def switch(
        operator: Annotated[Operator, Depends(door.administering)],
        name: Annotated[str, Form(max_length=100)] = "",
        is_on: Annotated[bool, Form()] = False,
    ) -> Response:
        """Let a person answer for a topic from the next question on, or no more."""
        if name.strip():
            await questions.switch(name.strip(), operator.name, is_on=is_on)
        return RedirectResponse(f"{GAPS}#topics", 303)


def _words(question: str, text: str, source: str, operator: Operator) -> dict[str, Any]:
    return {
        "question": question.strip(),
        "answer": text.strip(),
        "source": source.strip(),
        "actor": operator.name,
    }
