"""What the OpenAPI document says of answers; the answers themselves are made elsewhere."""

from typing import Any

from pydantic import BaseModel, Field

from channels.message import Outcome


class ChoiceDocument(BaseModel):
    """An option; its token works in its own conversation only."""

    title: str
    token: str


class CitationDocument(BaseModel):
    """Where an answer stands; ``quote`` is an exact substring of ``text``."""

    document: str
    clause: str
    quote: str
    source: str
    checked: str
    text: str
    passage: str
    receipt: str = Field(description="verifies the answer: linli answer verify")


class ReplyDocument(BaseModel):
    """One bubble."""

    text: str
    choices: list[ChoiceDocument]
    citations: list[CitationDocument]
    receipt: str = Field(description="of an answer or a refusal; empty for other replies")


class CategoryDocument(BaseModel):
    """What a ticket is about."""

    code: str
    name: str


class TicketDocument(BaseModel):
    """A ticket; while it is being collected it has no number yet."""

    number: str | None
    code: str | None
    status: str
    category: CategoryDocument
    description: str
    address: str
    building: str
    unit: str
    grid_cell: str
    urgency: int
    due_at: str | None


class IntentDocument(BaseModel):
    """What was understood; ``confidence`` in 0..1."""

    name: str
    confidence: float


class TurnDocument(BaseModel):
    """Everything said back to one message."""

    replies: list[ReplyDocument]
    outcome: Outcome
    ticket: TicketDocument | None
    intent: IntentDocument


PROBLEMS: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "A problem (RFC 9457); the title is a sentence for people, in Chinese",
        "content": {
            "application/problem+json": {
                "schema": {
                    "type": "object",
                    "required": ["type", "title", "status"],
                    "properties": {
                        "type": {"type": "string", "format": "uri"},
                        "title": {"type": "string"},
                        "status": {"type": "integer"},
                        "detail": {"type": "string"},
                    },
                }
            }
        },
    }
}
