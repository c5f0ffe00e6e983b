"""Turns text into vectors whose inner product says how near two texts are in meaning."""

import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError

from knowledge.errors import BrokenModelError, MissingModelError
from knowledge.model_folder import ModelFolder, UnsupportedModelError
from knowledge.settings import DEFAULT_MODEL, Settings

logger = logging.getLogger(__name__)

Vectors = NDArray[np.float32]
Progress = Callable[[int, int], None]  # (done, total)
REMEMBERED_QUERIES = 4096


class Embedder(Protocol):
    """Embeds questions and passages into the same space."""

    @property
    def dim(self) -> int:
        """The length of a vector."""
        ...

    @property
    def model_id(self) -> str:
        """What the model is called, so that vectors of two models are never mixed."""
        ...

    @property
    def engine(self) -> str:
        """What computes the vectors, and why it is not the fast one; for operators."""
        ...

    def embed_queries(self, queries: Sequence[str]) -> Vectors:
        """Return float32, shape (n, dim), rows of unit length."""
        ...

    def embed_passages(self, passages: Sequence[str]) -> Vectors:
        """Return float32, shape (n, dim), rows of unit length."""
        ...


class RememberingEmbedder:
    """Embeds a question once however often it is asked, by whichever part of the program."""

    def __init__(self, embedder: Embedder, *, size: int = REMEMBERED_QUERIES) -> None:
        self.inner, self._size = embedder, size
        self._known: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()
        self.dim, self.model_id = embedder.dim, embedder.model_id
        self.engine = embedder.engine

    def embed_queries(self, queries: Sequence[str]) -> Vectors:
        """Return float32, shape (n, dim); only questions not seen lately are computed."""
        if not queries:
            return np.zeros((0, self.dim), np.float32)
        with self._lock:
            found = {query: self._known[query] for query in queries if query in self._known}
            missing = [query for query in dict.fromkeys(queries) if query not in found]
            if missing:
                found |= dict(zip(missing, self.inner.embed_queries(missing), strict=True))
            for query in queries:
                self._known[query] = found[query]
                self._known.move_to_end(query)
            while len(self._known) > self._size:
                self._known.popitem(last=False)
        return np.stack([found[query] for query in queries])

    def embed_passages(self, passages: Sequence[str]) -> Vectors:
        """Return float32, shape (n, dim); passages are kept elsewhere, in the vector store."""
        return self.inner.embed_passages(passages)


def open_embedder(settings: Settings) -> Embedder:
    """Return the embedder that the settings name: a graph in onnxruntime where there can be one.

    Raises:
        MissingModelError: the model is not here and may not be fetched, or cannot be.
        BrokenModelError: its files cannot be used.
    """
    name, models = settings.embedding_model, settings.home / "models"
    try:
        if name == DEFAULT_MODEL:
            from knowledge.conversion import converted_model

            return RememberingEmbedder(_open_folder(converted_model(models), name, models))
        folder = named_folder(name, may_use_hub=settings.may_use_hub)
        return RememberingEmbedder(_open_folder(folder, name, models))
    except (OSError, ValueError, ImportError, RuntimeError, KeyError, SafetensorError) as error:
        raise BrokenModelError(model=name) from error


def named_folder(name: str, *, may_use_hub: bool) -> Path:
    """Return a folder, a copy in the local cache, or one from the hub if that is allowed."""
    from knowledge.hub import cached_copy, fetched_copy

    path = Path(name).expanduser()
    if path.is_dir():
        return path
    if path.is_absolute() or name.startswith((".", "~")):
        raise MissingModelError(model=name)
    folder = cached_copy(name)
    if folder is None and may_use_hub:
        folder = fetched_copy(name)
    if folder is None:
        raise MissingModelError(model=name)
    return Path(folder)


def _open_folder(path: Path, name: str, models: Path) -> Embedder:
    folder = ModelFolder(path, name)
    # tests hold the shipped model's graph against sentence-transformers, so it needs no torch
    reference = None if name == DEFAULT_MODEL else partial(_open_slowly, folder)
    try:
        from knowledge.graph_embedder import open_graph

        return open_graph(folder, models, reference)
    except Exception as error:  # whatever it is, sentence-transformers may still open the model
        reason = str(error) if isinstance(error, UnsupportedModelError) else type(error).__name__
    logger.warning("embedding with sentence-transformers: %s", reason)
    return _open_slowly(folder, reason=reason)


def _open_slowly(folder: ModelFolder, *, reason: str = "") -> Embedder:
    from knowledge.sentence_embedder import SentenceEmbedder  # this imports torch

    return SentenceEmbedder(folder, reason=reason)
