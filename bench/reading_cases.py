"""Questions with sentences that answer them and others, for the reader to learn from."""

import zlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.evidence_cases import TOGETHER, Case, Group, cases_of, entries, open_library
from knowledge.embedder import Embedder
from knowledge.evidence import evidence_model
from knowledge.graph_embedder import GraphEmbedder
from knowledge.item import Audience
from knowledge.library import Library
from knowledge.quoting import quoted_span
from knowledge.reader import Excerpt, Pieces, Reader, excerpt, marks
from knowledge.settings import Settings
from knowledge.snapshot import heading

TRAINING = Path(__file__).parent / "data" / "evidence-training"
APART = 5  # one document in so many is not learned from
LOOKED_AT = 12  # sentences of a question that are kept, those that look best to the words model
SHUFFLE = 5  # the seed by which documents come beside one another

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A question, and the numbers of excerpts that answer it and of others, best first.

    ``margin`` is how far a reader that goes on learning has the right one, or "none" (0), ahead of
    what it must not take: small where there is something left to learn.
    """

    question: int
    right: tuple[int, ...]
    wrong: tuple[int, ...]
    has_fact: bool
    margin: float = 0.0


@dataclass
class States:
    """What the encoder's first layers make of each question and excerpt, computed once."""

    encoder: GraphEmbedder
    pieces: list[list[int]] = field(default_factory=list)
    held: list[NDArray[np.float16]] = field(default_factory=list)
    _known: dict[tuple[int, ...], int] = field(default_factory=dict)

    def number(self, pieces: list[int]) -> int:
        """Return the number of a text."""
        key = tuple(pieces)
        if key not in self._known:
            self._known[key] = len(self.pieces)
            self.pieces.append(pieces)
            self.held.append(self.encoder.states(pieces).astype(np.float16))
        return self._known[key]

    def length(self, question: int, told: int) -> int:
        """Return how many pieces both have."""
        return len(self.pieces[question]) + len(self.pieces[told])

    def pair(self, question: int, told: int) -> tuple[NDArray[np.float16], Numbers, Numbers]:
        """Return the states of both, and the marks of their pieces."""
        sides, shared = marks(self.pieces[question], self.pieces[told])
        return np.concatenate([self.held[question], self.held[told]]), sides, shared


def is_apart(file: str) -> bool:
    """Return whether nothing may be learned by the reader from a document."""
    return zlib.crc32(file.encode()) % APART == 0


def training_groups(*, apart: bool) -> list[Group]:
    """Return the documents to learn from, or those kept apart, in groups added together."""
    every = [one for one in entries(TRAINING) if is_apart(one["file"]) is apart]
    order = np.random.default_rng(SHUFFLE).permutation(len(every))
    count = max(round(len(every) / TOGETHER), 1)
    return [[every[place] for place in order[at::count]] for at in range(count)]


def lessons_of(
    group: Group,
    home: Path,
    settings: Settings,
    embedder: Embedder,
    states: States,
    reader: Reader | None = None,
) -> list[Lesson]:
    """Return the questions to documents that are added together.

    The wrong sentences come in the order of a ``reader`` that goes on learning, so that it learns
    from what it takes for right itself; else in that of the other measures.
    """
    library = open_library(home, group, settings, embedder)
    pieces = Pieces(states.encoder.tokenizer)
    return [_lesson(library, case, pieces, states, reader) for case in cases_of(group)]


def _lesson(
    library: Library, case: Case, pieces: Pieces, states: States, reader: Reader | None
) -> Lesson:
    asked = library.wording(case.question)
    query = library.embed(case.question)
    found = library.documents.candidates(asked, query, Audience.PUBLIC, is_read=False)
    rows = np.array([one.features for one in found])
    scores = evidence_model().scores(rows) if found else np.zeros(0)
    right: list[Excerpt] = []
    wrong: list[Excerpt] = []
    for at in np.argsort(-scores):
        one, passage = found[at], library.passages[found[at].passage]
        quoted = quoted_span(asked.question, passage.text, one.start, one.end)
        is_right = case.has_answer(passage.text[slice(*quoted)])
        if is_right or len(wrong) < LOOKED_AT:
            told = excerpt(passage, heading(passage), one.start, quoted)
            (right if is_right else wrong).append(told)
    margin = 0.0
    if reader is not None:
        text = asked.question.text
        logits = reader.logits(text, wrong)
        order = np.argsort([-one for one in logits])
        wrong = [wrong[at] for at in order]
        worst = max([0.0, *logits]) if right else max(logits, default=-np.inf)
        margin = max(reader.logits(text, right[:2]), default=0.0) - worst
    return Lesson(
        question=states.number(pieces.asked(asked.question.text)),
        right=tuple(states.number(pieces.told(one)) for one in right),
        wrong=tuple(states.number(pieces.told(one)) for one in wrong),
        has_fact=case.fact is not None,
        margin=margin,
    )
