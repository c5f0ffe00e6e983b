"""What the knowledge base says to a question."""

from dataclasses import dataclass
from enum import StrEnum

from knowledge.item import Citation, Facet


class Outcome(StrEnum):
    """How a question ended."""

    ANSWER = "answer"
    GUIDE = "guide"
    NO_EVIDENCE = "no_evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A text and the citations it rests on; without citations it is a refusal."""

    outcome: Outcome
    text: str
    citations: tuple[Citation, ...] = ()
    score: float = 0.0  # the probability, 0 to 1, that the cited words answer the question
    item: str | None = None
    facet: Facet | None = None
    choices: tuple[tuple[str, str], ...] = ()  # (item id, title) of items that fit about equally

    def __post_init__(self) -> None:
        if (self.outcome is Outcome.NO_EVIDENCE) == bool(self.citations):
            raise ValueError("every answer has a citation, and a refusal has none")
