"""How much each sign counts that a passage answers; the weights are read from YAML."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

WEIGHTS = Path(__file__).with_name("ranking.yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Weights of the signs, which are all in standard deviations above the corpus."""

    meaning: float  # cosine in the evened space, the question carried over the bridge
    words: float  # BM25
    plain: float = 0.0  # cosine as the model gives it
    rare: float = 0.0  # BM25 with the rarity of a term squared
    share: float = 0.0  # rarity-weighted share of the passage's terms that the question has

    @property
    def scale(self) -> float:
        """What a sum is divided by, so that it stays in standard deviations."""
        return self.meaning + self.plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """A question of a few words leans on its meaning, a long message on its rare words too."""

    question: Weights
    message: Weights
    message_terms: int  # different bigrams from which a question is a message

    def weights(self, terms: int) -> Weights:
        """Return the weights for a question of so many different bigrams."""
        return self.message if terms >= self.message_terms else self.question


@cache
def ranking() -> Ranking:
    """Return the shipped weights, read once."""
    stored = yaml.safe_load(WEIGHTS.read_text(encoding="utf-8"))
    return Ranking(
        question=Weights(**stored["question"]),
        message=Weights(**stored["message"]),
        message_terms=int(stored["message_terms"]),
    )
