"""The one module that imports torch and sentence-transformers."""

import logging
import os
import warnings
from collections.abc import Sequence

import numpy as np

# a local folder is loaded below in every case: asking the hub "is there a newer one?" only delays
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import torch
from sentence_transformers import SentenceTransformer
from transformers.utils import logging as transformers_logging

from knowledge.embedder import Vectors
from knowledge.model_folder import ModelFolder

BATCH = 16


class SentenceEmbedder:
    """A sentence-transformers model on one thread, which is fastest on a busy machine."""

    def __init__(self, folder: ModelFolder, *, reason: str = "") -> None:
        _be_quiet()
        torch.set_num_threads(1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of old model folders; nothing a resident can act on
            self._model = SentenceTransformer(
                str(folder.path), device="cpu", local_files_only=True, trust_remote_code=False
            )
        self._model.eval()
        self._query, self._passage = folder.prompts
        self.engine = f"sentence-transformers ({reason})" if reason else "sentence-transformers"
        self.dim = int(self.embed_queries(["."]).shape[1])
        self.model_id = folder.model_id

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


def _be_quiet() -> None:
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    for name in ("sentence_transformers", "huggingface_hub", "transformers"):
        logging.getLogger(name).setLevel(logging.ERROR)
