"""Questions that residents also ask and that no shipped item answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import yaml

from knowledge.bm25 import normalised
from knowledge.embedder import Vectors

OPEN = Path(__file__).with_name("open.yml")


@cache
def open_texts() -> tuple[str, ...]:
    """Return the shipped open questions, read once."""
    return tuple(yaml.safe_load(OPEN.read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class OpenQuestions:
    """Open questions and their vectors, float32, shape (n, dim), rows of unit length."""

    texts: tuple[str, ...]
    vectors: Vectors

    @classmethod
    def of(cls, texts: Sequence[str], vectors: Vectors) -> "OpenQuestions":
        """Return them as they are compared, their words normalised."""
        return cls(tuple(map(normalised, texts)), vectors)

    @classmethod
    def none(cls, dim: int) -> "OpenQuestions":
        """Return no questions at all."""
        return cls((), np.zeros((0, dim), np.float32))
