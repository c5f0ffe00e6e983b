"""The one module that imports torch and sentence-transformers."""

import hashlib
import logging
import os
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np

# a local folder is loaded below in every case: asking the hub "is there a newer one?" only delays
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import torch
from sentence_transformers import SentenceTransformer
from transformers.utils import logging as transformers_logging

from knowledge.embedder import Vectors

BATCH = 16
QUERY_NAMES = ("query", "question", "search_query")
PASSAGE_NAMES = ("document", "passage", "search_document")


class SentenceEmbedder:
    """A sentence-transformers model on one thread, which is fastest on a busy machine."""

    def __init__(self, folder: str, *, name: str) -> None:
        _be_quiet()
        torch.set_num_threads(1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of old model folders; nothing a resident can act on
            self._model = SentenceTransformer(
                folder, device="cpu", local_files_only=True, trust_remote_code=False
            )
        self._model.eval()
        prompts = {name: prompt or "" for name, prompt in (self._model.prompts or {}).items()}
        is_e5 = "e5" in Path(name).name.lower() or "e5" in Path(folder).name.lower()
        self._query = _prompt(prompts, QUERY_NAMES) or ("query: " if is_e5 else "")
        self._passage = _prompt(prompts, PASSAGE_NAMES) or ("passage: " if is_e5 else "")
        self.dim = int(self.embed_queries(["."]).shape[1])
        self.model_id = f"{Path(name).name}-{_fingerprint(Path(folder))}"

    def embed_queries(self, queries: Sequence[str]) -> Vectors:
        """Return float32, shape (n, dim), rows of unit length."""
        return self._embed([self._query + query for query in queries])

    def embed_passages(self, passages: Sequence[str]) -> Vectors:
        """Return float32, shape (n, dim), rows of unit length."""
        return self._embed([self._passage + passage for passage in passages])

    def _embed(self, texts: list[str]) -> Vectors:
        with torch.inference_mode():
            vectors = self._model.encode(
                texts,
                batch_size=BATCH,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
                prompt="",
            )
        return np.ascontiguousarray(vectors, dtype=np.float32)


def _prompt(prompts: dict[str, str], names: Sequence[str]) -> str:
    return next((prompts[name] for name in names if prompts.get(name)), "")


def _fingerprint(folder: Path) -> str:
    """Tell two models of one name apart by their files' names and sizes."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".safetensors", ".bin", ".json"} and path.is_file():
            digest.update(f"{path.relative_to(folder)}:{path.stat().st_size};".encode())
    return digest.hexdigest()[:8]


def _be_quiet() -> None:
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    for name in ("sentence_transformers", "huggingface_hub", "transformers"):
        logging.getLogger(name).setLevel(logging.ERROR)
