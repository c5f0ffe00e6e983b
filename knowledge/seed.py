"""Vectors of the shipped items' texts, shipped too, so that a first start takes seconds.

Texts that changed since are simply embedded; ``linli knowledge seed`` brings the file up to date.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from knowledge.embedder import Vectors

SEED = Path(__file__).with_name("seed.npz")
KEY_BYTES = 16


def read_seed(model: str, path: Path = SEED) -> Mapping[bytes, Vectors]:
    """Return vectors by the hash of their text; none if the file is of another model."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            if str(stored["model"]) != model:
                return {}
            keys, scales, rows = stored["keys"], stored["scales"], stored["rows"]
    except (OSError, ValueError, KeyError):
        return {}
    vectors = rows.astype(np.float32) * scales[:, None]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return {key.tobytes(): vector for key, vector in zip(keys, vectors, strict=True)}


def write_seed(model: str, keys: Sequence[bytes], vectors: Vectors, path: Path = SEED) -> None:
    """Write vectors as one byte a number, which moves a cosine by less than a thousandth."""
    scales = np.abs(vectors).max(axis=1) / 127
    rows = np.round(vectors / scales[:, None]).astype(np.int8)
    hashes = np.frombuffer(b"".join(keys), np.uint8).reshape(-1, KEY_BYTES)
    with path.open("wb") as file:
        np.savez_compressed(
            file, model=np.array(model), keys=hashes, scales=scales.astype(np.float32), rows=rows
        )
