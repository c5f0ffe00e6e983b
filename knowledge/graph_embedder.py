"""Embeds with onnxruntime, in a fraction of the time and memory of sentence-transformers."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnxruntime
import yaml
from tokenizers import Tokenizer

from knowledge.conversion import sweep
from knowledge.embedder import Embedder, Vectors
from knowledge.model_folder import ModelFolder, UnsupportedModelError
from knowledge.texts import TEXTS

FORMAT = 3  # another number writes the graph anew
BETWEEN = 6  # layers before a reader takes over, see ``knowledge.reader``
NEAR = 0.998  # the least cosine to the reference
SAMPLES = 12
SILENT = 4  # onnxruntime's severity: only what is fatal


class GraphEmbedder:
    """An encoder on one thread; what a text is embedded beside does not touch its vector."""

    def __init__(self, folder: ModelFolder, graph: Path) -> None:
        self._session = session_of(graph)
        self.tokenizer = Tokenizer.from_file(str(folder.path / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(folder.max_pieces)
        self._halfway = onnxruntime.RunOptions()
        self._halfway.only_execute_path_to_fetches = True
        self._query, self._passage = folder.prompts
        self.model_id = folder.model_id
        self.dim = int(self._session.get_outputs()[0].shape[1])
        precision = self._session.get_modelmeta().custom_metadata_map["precision"]
        self.engine = f"onnxruntime, {precision}"

    def embed_queries(self, queries: Sequence[str]) -> Vectors:
        """Return float32, shape (n, dim), rows of unit length."""
        return self._embed(self._query, queries)

    def embed_passages(self, passages: Sequence[str]) -> Vectors:
        """Return float32, shape (n, dim), rows of unit length."""
        return self._embed(self._passage, passages)

    def states(self, ids: Sequence[int]) -> Vectors:
        """Return what the first ``BETWEEN`` layers make of pieces, float32, shape (n, dim)."""
        given = {"ids": np.array([ids], np.int64)}
        found: Vectors = self._session.run(["states"], given, self._halfway)[0][0]
        return found

    def _embed(self, prompt: str, given: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(given), self.dim), np.float32)
        for row, text in enumerate(given):
            # one at a time: activations share a scale within a run, and padding costs time
            ids = np.array([self.tokenizer.encode(prompt + text).ids], np.int64)
            vectors[row] = self._session.run(["sentence"], {"ids": ids})[0][0]
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)


def session_of(graph: Path) -> onnxruntime.InferenceSession:
    """Open a graph to be run on one thread, with inputs of any length."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # every length is another shape
    options.log_severity_level = SILENT
    return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])


def open_graph(
    folder: ModelFolder, models: Path, reference: Callable[[], Embedder] | None = None
) -> GraphEmbedder:
    """Open the model's graph below ``models``, writing it if it is missing or damaged.

    A new graph is compared with ``reference``, or else with its own form in single precision,
    which shows what this processor makes of eight bits. It appears complete or not at all.

    Raises:
        UnsupportedModelError: no graph of this model gives the reference's vectors.
    """
    path = models / f"{folder.model_id}-{FORMAT}.onnx"
    if path.is_file():
        try:
            return GraphEmbedder(folder, path)
        except (
            Exception
        ):  # onnxruntime's errors have no narrower base; a damaged file is made anew
            path.unlink(missing_ok=True)
    models.mkdir(parents=True, exist_ok=True)
    sweep(models, path.name)
    with TemporaryDirectory(prefix=f".{path.name}.{os.getpid()}.", dir=models) as partial:
        os.replace(_write(folder, Path(partial), reference), path)
    for older in models.glob(f"{folder.model_id}-*.onnx"):
        if older != path:
            older.unlink(missing_ok=True)
    return GraphEmbedder(folder, path)


def _write(folder: ModelFolder, partial: Path, reference: Callable[[], Embedder] | None) -> Path:
    """Return the file of the fastest graph that is near enough."""
    import onnx

    from knowledge.encoder_graph import Precision, encoder_graph

    def written(precision: Precision) -> Path:
        path = partial / precision.value
        onnx.save(encoder_graph(folder, precision, between=BETWEEN), path)
        return path

    samples = _samples()
    graphs = map(written, Precision)
    first = next(graphs)  # what cannot be written at all needs no reference
    trusted = reference() if reference else GraphEmbedder(folder, written(Precision.FLOAT))
    expected = trusted.embed_queries(samples)
    for path in (first, *graphs):
        found = GraphEmbedder(folder, path).embed_queries(samples)
        if found.shape == expected.shape and (found * expected).sum(axis=1).min() >= NEAR:
            return path
    raise UnsupportedModelError("its graph gives other vectors")


def _samples() -> list[str]:
    said: dict[str, str] = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))["errors"]
    return list(said.values())[:SAMPLES]
