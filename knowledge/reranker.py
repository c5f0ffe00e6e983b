"""Reads question and passage together and puts the passages in order; off unless one is named.

A cross-encoder knows more than vectors and takes much longer, so its time is limited: whoever is
late is not waited for, and the order of the vectors stays.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as LateError
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from knowledge.embedder import named_folder
from knowledge.errors import BrokenModelError
from knowledge.index_kind import IndexKind
from knowledge.settings import Settings

logger = logging.getLogger(__name__)
RERANKED = 24  # passages that are read

Scorer = Callable[[str, Sequence[str]], Sequence[float]]


class Reranker:
    """A scorer with a limit of time; one question at a time."""

    def __init__(self, scorer: Scorer, limit_s: float) -> None:
        self._scorer, self._limit_s = scorer, limit_s
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="reranker")
        self._lock = Lock()
        self._running: Future[list[float]] | None = None

    def order(self, question: str, texts: Sequence[str]) -> list[int]:
        """Return the numbers of the texts, the best first; as they are where it takes too long."""
        as_given = list(range(len(texts)))
        with self._lock:
            if self._running is not None and not self._running.done():
                return as_given  # still busy with another question
            self._running = running = self._thread.submit(self._scored, question, list(texts))
        try:
            scores = running.result(timeout=self._limit_s)
        except LateError:
            logger.warning("the reranker took longer than %s s", self._limit_s)
            return as_given
        except (RuntimeError, ValueError, TypeError, IndexError, KeyError) as error:
            logger.warning("the reranker failed: %s", type(error).__name__)  # no words of anybody
            return as_given
        return sorted(as_given, key=lambda at: -scores[at])

    def _scored(self, question: str, texts: list[str]) -> list[float]:
        scores = [float(score) for score in self._scorer(question, texts)]
        if len(scores) != len(texts):
            raise ValueError(len(scores))
        return scores

    def close(self) -> None:
        """Let the thread go."""
        self._thread.shutdown(wait=False, cancel_futures=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Searching:
    """What settings say of how a library is searched."""

    kind: IndexKind = IndexKind.AUTO
    reranker: Reranker | None = None


def open_reranker(settings: Settings) -> Reranker | None:
    """Return the reranker that the settings name, or none.

    Raises:
        MissingModelError: the model is not here and may not be fetched, or cannot be.
        BrokenModelError: its files cannot be used.
    """
    name = settings.reranker
    if not name:
        return None
    folder = named_folder(name, may_use_hub=settings.may_use_hub)
    try:
        return Reranker(_cross_encoder(folder), settings.reranker_limit_s)
    except (OSError, ValueError, ImportError, RuntimeError, KeyError) as error:
        raise BrokenModelError(model=name) from error


def _cross_encoder(folder: Path) -> Scorer:
    import torch
    from sentence_transformers import CrossEncoder  # this imports torch, some 300 MB

    torch.set_num_threads(1)
    model = CrossEncoder(str(folder), device="cpu", local_files_only=True)

    def scores(question: str, texts: Sequence[str]) -> Sequence[float]:
        found = model.predict([(question, text) for text in texts], show_progress_bar=False)
        return [float(score) for score in found.reshape(len(texts), -1)[:, -1]]

    return scores
