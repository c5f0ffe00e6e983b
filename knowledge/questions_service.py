"""Gaps, topics and opinions of answers, over HTTP; a part of the knowledge service."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from knowledge.counter import Counter
from knowledge.gaps import Gap, Gaps, drafted

Name = Annotated[str, Field(min_length=1, max_length=100)]
Actor = Annotated[str, Field(min_length=1, max_length=80)]
Receipts = Annotated[list[Annotated[str, Field(max_length=16)]], Field(min_length=1)]


class FeedbackIn(BaseModel):
    """What a person thinks of an answer; ``said`` is what they had asked."""

    receipt: Annotated[str, Field(max_length=32)]
    useful: bool
    conversation: Annotated[str, Field(max_length=64)]
    said: str = ""


class SwitchIn(BaseModel):
    """Whether a person answers for a topic."""

    name: Name
    on: bool
    actor: Actor


class DraftIn(BaseModel):
    """A question and its answer, to become a draft."""

    question: Annotated[str, Field(min_length=1, max_length=300)]
    answer: Annotated[str, Field(min_length=1, max_length=4000)]
    source: Annotated[str, Field(max_length=300)] = ""
    actor: Actor
    receipts: list[str] = []  # of the gap that it answers


class DismissIn(BaseModel):
    """A gap that nobody needs to answer."""

    receipts: Receipts


def questions_router(counter: Counter, mask: Callable[[str], str]) -> APIRouter:
    """Return the routes; ``mask`` takes out of a text what names a person."""
    router = APIRouter()
    _add_gaps(router, Gaps(counter.desk, counter.notes), counter)
    _add_topics(router, counter)

    @router.post("/feedback", status_code=204)
    def judge(given: FeedbackIn) -> None:
        """Keep what a person thinks; a disliked answer becomes a gap."""
        counter.receipts.judge(
            given.receipt,
            is_useful=given.useful,
            conversation=given.conversation,
            now=datetime.now(UTC),
            gap=mask(given.said),
        )

    return router


def _add_gaps(router: APIRouter, gaps: Gaps, counter: Counter) -> None:
    @router.get("/gaps")
    def show(weeks: Annotated[int, Query(ge=1, le=104)] = 12) -> dict[str, Any]:
        """Return the open gaps, the most asked first."""
        since = datetime.now(UTC) - timedelta(weeks=weeks)
        found = gaps.open(since=since)
        return {"gaps": [gap_json(one) for one in found], "weeks": weeks}

    @router.post("/gaps/dismiss", status_code=204)
    def dismiss(given: DismissIn) -> None:
        """Take a gap off the list."""
        gaps.dismiss(given.receipts)

    @router.post("/drafts", status_code=201)
    def draft(given: DraftIn) -> dict[str, Any]:
        """Keep an answered question as a draft; of a gap or of a worker's answer."""
        words = {"question": given.question, "answer": given.answer, "source": given.source}
        if given.receipts:
            record = gaps.draft(given.receipts, **words, actor=given.actor)
        else:
            record = drafted(counter.desk, **words, actor=given.actor)
        return {"number": record.number, "title": record.title}


def _add_topics(router: APIRouter, counter: Counter) -> None:
    @router.get("/topics")
    def topics() -> dict[str, Any]:
        """Return the topics that people answer for."""
        switched = counter.topics.switched()
        return {"topics": [asdict(one) | {"since": one.since.isoformat()} for one in switched]}

    @router.post("/topics")
    def switch(given: SwitchIn) -> dict[str, Any]:
        """Let a person answer for a topic, or no more."""
        topic = counter.topics.switch(
            given.name.strip(), is_on=given.on, operator=given.actor, now=datetime.now(UTC)
        )
        return {"name": topic.name, "title": topic.title, "on": given.on}


def gap_json(gap: Gap) -> dict[str, Any]:
    """Return a gap for programs."""
    return {
        "name": gap.name,
        "question": gap.question,
        "others": list(gap.others),
        "receipts": list(gap.receipts),
        "count": gap.count,
        "unanswered": gap.unanswered,
        "disliked": gap.disliked,
        "weeks": [{"from": day, "count": count} for day, count in gap.weeks],
        "last_at": gap.last_at.isoformat(),
    }
