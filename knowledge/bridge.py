"""Carries a question's vector from where questions stand to where their answers stand.

A question and its answer are worded differently, and differently in the same way whatever they are
about. A linear map learned from pairs of both makes up for that; ``bench.ranking`` fits it.
"""

from functools import cache
from pathlib import Path

import numpy as np

from knowledge.embedder import Vectors

BRIDGE = Path(__file__).with_name("bridge.npz")


@cache
def bridge_of(model: str, path: Path = BRIDGE) -> Vectors | None:
    """Return the map for one model, float32, shape (dim, dim); none for any other model."""
    with np.load(path, allow_pickle=False) as stored:
        if str(stored["model"]) != model:
            return None
        change = stored["change"].astype(np.float32) * stored["scales"][:, None]
    return np.asarray(np.eye(len(change), dtype=np.float32) + change, np.float32)


def write_bridge(model: str, bridge: Vectors, path: Path = BRIDGE) -> None:
    """Write a map as one byte a number."""
    change = bridge - np.eye(len(bridge), dtype=np.float32)
    scales = np.maximum(np.abs(change).max(axis=1), 1e-9) / 127
    rows = np.round(change / scales[:, None]).astype(np.int8)
    with path.open("wb") as file:
        np.savez_compressed(
            file, model=np.array(model), scales=scales.astype(np.float32), change=rows
        )
