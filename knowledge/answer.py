"""What the knowledge base says to a question."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from knowledge.item import Audience, Citation, Facet


class Outcome(StrEnum):
    """How a question ended."""

    ANSWER = "answer"
    GUIDE = "guide"
    NO_EVIDENCE = "no_evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What an answer was made from: index, model and the probabilities that were needed."""

    index: str
    model: str
    thresholds: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How an answer came about, so that it can be made again; in memory only, it has words."""

    ground: Ground
    question: str = field(default="", repr=False)  # empty for an item that was chosen
    audience: Audience = Audience.PUBLIC
    item: str = ""  # what was talked about before, or was chosen
    facet: Facet | None = None
    is_enquiry: bool = False


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
    asked: Asked | None = None
    held: str = ""  # the topic that a person answers for now, so that nothing is quoted
    is_rephrased: bool = False

    def __post_init__(self) -> None:
        if (self.outcome is Outcome.NO_EVIDENCE) == bool(self.citations):
            raise ValueError("every answer has a citation, and a refusal has none")

    @property
    def is_refusal(self) -> bool:
        """Whether nothing was found; a topic that a person answers for was found."""
        return self.outcome is Outcome.NO_EVIDENCE and not self.held
