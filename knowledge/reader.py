"""Reads a question and a sentence together, and says how well the one answers the other.

Two vectors made apart cannot tell "the fee for children" from "the fee for adults" reliably. Here
the shipped encoder reads both texts apart through its first layers, and layers of our own, which
``bench.reading`` trains and which are shipped as a graph in 8 bits, read them together (decomposed
attention, as in DeFormer, Cao et al. 2020). That takes a small part of a cross-encoder's time, for
what the first layers make of a sentence is remembered.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from knowledge.embedder import Embedder, RememberingEmbedder, Vectors
from knowledge.graph_embedder import BETWEEN, GraphEmbedder, session_of
from knowledge.item import Passage

WEIGHTS = Path(__file__).with_name("reader.onnx")
QUESTION = 48  # pieces of a question that are read
QUOTE = 72  # of the words that would be quoted
NAME = 20  # of the headings above them
CONTEXT = 48  # of headings and the words before
BEFORE = 70  # characters before the sentence
SURFACES = 2
REMEMBERED = 512  # texts, some 50 kB each
READ_SENTENCES = 12  # of a question, those that look best without


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """Words that might be quoted, and what stands above and before them."""

    quote: str
    above: str
    before: str


def excerpt(passage: Passage, heading: str, start: int, quoted: tuple[int, int]) -> Excerpt:
    """Return what is read of a passage for the sentence from ``start``."""
    named = "，".join(passage.surfaces[:SURFACES])
    return Excerpt(
        quote=passage.text[slice(*quoted)],
        above=f"{heading}｜{named}" if named else heading,
        before=passage.text[max(0, start - BEFORE) : start],
    )


class Pieces:
    """Takes texts apart as the reader was trained to see them."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._first, self._last = tokenizer.encode("").ids

    def asked(self, question: str) -> list[int]:
        """Return the pieces of a question."""
        return [self._first, *self._ids(f"query: {question}")[:QUESTION], self._last]

    def told(self, excerpt: Excerpt) -> list[int]:
        """Return the pieces of an excerpt; of a long context its beginning and its end."""
        quote = self._ids(f"passage: {excerpt.quote}")[:QUOTE]
        context = self._ids(f"{excerpt.above}：{excerpt.before}")
        if len(context) > CONTEXT:
            context = context[:NAME] + context[NAME:][NAME - CONTEXT :]
        return [self._first, *quote, self._last, *context, self._last]

    def _ids(self, text: str) -> list[int]:
        found: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return found


def marks(asked: Sequence[int], told: Sequence[int]) -> tuple[NDArray[np.int64], ...]:
    """Return for each piece of both texts its side, and 0 if the other text has it too, else 1."""
    sides = [0] * len(asked) + [1] * len(told)
    in_asked, in_told = set(asked), set(told)
    alone = [one not in in_told for one in asked] + [one not in in_asked for one in told]
    return np.array(sides, np.int64), np.array(alone, np.int64)


class Reader:
    """Reads on one thread, beside the encoder whose layers it goes on from."""

    def __init__(self, encoder: GraphEmbedder, graph: Path = WEIGHTS) -> None:
        self._session = session_of(graph)
        self._encoder, self._pieces = encoder, Pieces(encoder.tokenizer)
        self._known: OrderedDict[tuple[int, ...], NDArray[np.float16]] = OrderedDict()
        self._lock = Lock()

    def logits(self, question: str, excerpts: Sequence[Excerpt]) -> list[float]:
        """Return for each excerpt how well it answers: above 0, rather than not."""
        asked = self._pieces.asked(question)
        states = self._encoder.states(asked)
        return [self._logit(asked, states, self._pieces.told(one)) for one in excerpts]

    def _logit(self, asked: list[int], states: Vectors, told: list[int]) -> float:
        both = np.concatenate([states, self._states(told)])
        sides, shared = marks(asked, told)
        given = {"states": both[None], "sides": sides[None], "shared": shared[None]}
        return float(self._session.run(["logit"], given)[0][0, 0])

    def _states(self, told: list[int]) -> Vectors:
        key = tuple(told)
        with self._lock:
            known = self._known.get(key)
            if known is not None:
                self._known.move_to_end(key)
                return known.astype(np.float32)
        # rounded at once: layers of 8 bits would make more of the difference when it is read again
        found = self._encoder.states(told).astype(np.float16)
        with self._lock:
            self._known[key] = found
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return found.astype(np.float32)


@cache
def goes_on_from(path: Path = WEIGHTS) -> tuple[str, int]:
    """Return the model that the shipped reader goes on from, and after how many layers."""
    said = session_of(path).get_modelmeta().custom_metadata_map
    return str(said["model"]), int(said.get("between", 0))


def reader_of(embedder: Embedder) -> Reader | None:
    """Return the shipped reader, or none for a model that it does not go on from."""
    inner = embedder.inner if isinstance(embedder, RememberingEmbedder) else embedder
    if not isinstance(inner, GraphEmbedder) or (inner.model_id, BETWEEN) != goes_on_from():
        return None
    return _opened(inner)


@lru_cache(maxsize=1)
def _opened(encoder: GraphEmbedder) -> Reader:
    return Reader(encoder)
