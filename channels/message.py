"""What goes in and out of a conversation, the same for every channel."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self


class Audience(StrEnum):
    """Whom the wording is for; a worker is known by binding, never by asking."""

    STANDARD = "standard"
    ELDERLY = "elderly"


class Outcome(StrEnum):
    """How a turn ended."""

    ANSWER = "answer"
    GUIDE = "guide"
    NO_EVIDENCE = "no_evidence"
    TICKET_DRAFT = "ticket_draft"
    TICKET = "ticket"
    TICKET_STATUS = "ticket_status"
    HANDOVER = "handover"
    EMERGENCY = "emergency"
    SMALLTALK = "smalltalk"
    CLARIFY = "clarify"


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A point someone sent; ``datum`` is WGS-84, GCJ-02 or BD-09, as the channel gives it."""

    latitude: float
    longitude: float
    datum: str = "WGS-84"

    def as_dict(self) -> dict[str, Any]:
        """Return the wire form."""
        return {"latitude": self.latitude, "longitude": self.longitude, "datum": self.datum}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One thing a person sent (来话): words, a chosen option, a place or pictures."""

    conversation: str
    text: str | None = None
    choice: str | None = None  # the token of a Choice offered in this conversation
    payload: str = ""  # Rasa's, of a button of our own pages; never from outside
    location: Location | None = None
    media: tuple[str, ...] = ()
    message_id: str | None = None  # the channel's own; a repeated one does nothing
    address: str = ""  # a digest of where it came from, against guessing; never the address


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An option (选项) offered with a reply."""

    title: str
    token: str = ""  # at most 32 ASCII characters, valid in its own conversation only
    payload: str = ""  # Rasa's; never leaves the gateway

    def as_dict(self) -> dict[str, str]:
        """Return the wire form, without the payload."""
        return {"title": self.title, "token": self.token}


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where an answer stands (出处); ``quote`` is an exact substring of ``text``."""

    document: str
    clause: str
    quote: str
    source: str
    checked: str
    text: str = ""
    passage: str = ""
    receipt: str = ""  # by which the answer can be verified later

    @classmethod
    def from_dict(cls, wire: dict[str, Any]) -> Self:
        """Return the citation that the action server sent."""
        return cls(**{name: str(wire.get(name) or "") for name in cls.__dataclass_fields__})

    def as_dict(self) -> dict[str, str]:
        """Return the wire form."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One bubble (回复)."""

    text: str
    choices: tuple[Choice, ...] = ()
    citations: tuple[Citation, ...] = ()
    receipt: str = ""  # of an answer or a refusal; other replies have none

    def as_dict(self) -> dict[str, Any]:
        """Return the wire form."""
        return {
            "text": self.text,
            "choices": [choice.as_dict() for choice in self.choices],
            "citations": [citation.as_dict() for citation in self.citations],
            "receipt": self.receipt,
        }

    @classmethod
    def from_dict(cls, wire: dict[str, Any]) -> Self:
        """Return the reply that was stored."""
        return cls(
            text=wire["text"],
            choices=tuple(Choice(title=c["title"], token=c["token"]) for c in wire["choices"]),
            citations=tuple(Citation.from_dict(c) for c in wire["citations"]),
            receipt=wire.get("receipt", ""),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What Rasa understood; ``confidence`` in 0..1."""

    name: str
    confidence: float

    def as_dict(self) -> dict[str, Any]:
        """Return the wire form."""
        return {"name": self.name, "confidence": self.confidence}


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Everything said back to one message."""

    replies: tuple[Reply, ...]
    outcome: Outcome
    ticket: dict[str, Any] | None = None
    intent: Intent = field(default_factory=lambda: Intent(name="", confidence=0.0))

    def as_dict(self) -> dict[str, Any]:
        """Return the wire form of the HTTP contract."""
        return {
            "replies": [reply.as_dict() for reply in self.replies],
            "outcome": self.outcome.value,
            "ticket": self.ticket,
            "intent": self.intent.as_dict(),
        }

    @classmethod
    def from_dict(cls, wire: dict[str, Any]) -> Self:
        """Return the turn that was stored."""
        return cls(
            replies=tuple(Reply.from_dict(reply) for reply in wire["replies"]),
            outcome=Outcome(wire["outcome"]),
            ticket=wire["ticket"],
            intent=Intent(**wire["intent"]),
        )
