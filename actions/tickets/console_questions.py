"""The internal side for questions that were left for a worker."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from actions.tickets import questions
from actions.tickets.console_api import REFUSALS, Name, authorized, whole
from actions.tickets.console_views import ticket_json
from actions.tickets.resources import Here

router = APIRouter(
    prefix="/internal/questions",
    tags=["internal"],
    dependencies=[Depends(authorized)],
    responses=REFUSALS,
)


class AnswerIn(BaseModel):
    """A worker's answer; whoever asked reads it."""

    actor: Name
    text: Annotated[str, Field(min_length=1, max_length=2000)]


@router.get("")
def waiting(here: Here) -> dict[str, Any]:
    """List the questions without an answer, the longest waiting first.

    Each has in ``added`` what was asked besides since it was left or last answered.
    """
    found = [
        ticket_json(one, here) | {"added": questions.added_to(here.store, one.number)}
        for one in questions.open_questions(here.store)
    ]
    return {"questions": found}


@router.post("/{number}/answer")
def answer(here: Here, number: str, given: AnswerIn) -> dict[str, Any]:
    """Answer a question; whoever asked is told through the outbox."""
    questions.answer_question(
        here.store, number, given.text.strip(), actor=given.actor, now=here.clock()
    )
    return whole(here, number)
