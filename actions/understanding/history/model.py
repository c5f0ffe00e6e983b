"""A linear model over the terms of a message: labels and how likely each is."""

import json
import math
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actions.understanding.history.errors import HistoryModelError
from actions.understanding.history.terms import BLOCKS, worded

FORMAT = 2  # raise it when the terms change: a model learned from others would guess

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Block:
    """The terms of one kind: their rows, how rare each is (n,), what it says (n, labels)."""

    vocabulary: Mapping[str, int]
    rarity: Floats
    weights: Floats

    def points(self, terms: Sequence[str]) -> Floats | float:
        """Return the evidence for every label; none for terms that were never learned."""
        known = Counter(term for term in terms if term in self.vocabulary)
        if not known:
            return 0.0
        rows = [self.vocabulary[term] for term in known]
        values = np.array([1 + math.log(count) for count in known.values()], np.float32)
        values *= self.rarity[rows]
        found: Floats = values @ self.weights[rows] / np.linalg.norm(values)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryModel:
    """What was learned: ``bias`` has one number a label; ``blocks`` are named as the terms are.

    ``trust`` (advisers, labels) says how far to follow the leanings of what ships.
    """

    labels: tuple[str, ...]
    bias: Floats
    blocks: Mapping[str, Block]
    advisers: tuple[str, ...] = ()
    trust: Floats | None = None
    rows: int
    trained_on: str  # date, ISO

    def shares(self, plain: str, leanings: NDArray[np.float64] | None = None) -> Floats:
        """Return how likely each label is, from 0 to 1; together they make 1.

        Args:
            plain: the message, normalised.
            leanings: of the advisers, in their order; without them they count for nothing.
        """
        message = worded(plain)
        points = self.bias.copy()
        if leanings is not None and self.trust is not None:
            points += leanings.astype(np.float32) @ self.trust
        for name, block in self.blocks.items():
            points += block.points(BLOCKS[name](message))
        raised = np.exp(points - points.max())
        shares: Floats = raised / raised.sum()
        return shares


def save(model: HistoryModel, path: Path) -> None:
    """Write the model; a file half written is left for nobody."""
    about = {
        "labels": model.labels,
        "advisers": model.advisers,
        "rows": model.rows,
        "trained_on": model.trained_on,
    }
    arrays: dict[str, Any] = {"about": _packed(about), "bias": model.bias}
    if model.trust is not None:
        arrays["trust"] = model.trust
    for name, block in model.blocks.items():
        arrays[f"{name}.terms"] = _packed(list(block.vocabulary))
        arrays[f"{name}.rarity"], arrays[f"{name}.weights"] = block.rarity, block.weights
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    try:
        with partial.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **arrays)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def load(path: Path) -> HistoryModel:
    """Return the model kept in a file.

    Raises:
        HistoryModelError: there is none, or it cannot be read.
    """
    try:
        # Opened here: numpy leaves a broken file open.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return _model_of(arrays)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise HistoryModelError(
            f"模型 {path} 无法读取,请运行 linli train categories 重新训练。"
        ) from error


def _model_of(arrays: Mapping[str, NDArray[np.generic]]) -> HistoryModel:
    about = _unpacked(arrays["about"])
    labels, bias = tuple(about["labels"]), arrays["bias"].astype(np.float32)
    blocks = {name: _block_of(arrays, name, len(labels)) for name in BLOCKS}
    advisers = tuple(map(str, about["advisers"]))
    trust = arrays["trust"].astype(np.float32) if advisers else None
    if not labels or bias.shape != (len(labels),):
        raise ValueError("labels and bias do not fit")
    if trust is not None and trust.shape != (len(advisers), len(labels)):
        raise ValueError("labels and trust do not fit")
    return HistoryModel(
        labels=labels,
        bias=bias,
        blocks=blocks,
        advisers=advisers,
        trust=trust,
        rows=int(about["rows"]),
        trained_on=str(about["trained_on"]),
    )


def _block_of(arrays: Mapping[str, NDArray[np.generic]], name: str, labels: int) -> Block:
    terms = _unpacked(arrays[f"{name}.terms"])
    rarity, weights = arrays[f"{name}.rarity"], arrays[f"{name}.weights"]
    if rarity.shape != (len(terms),) or weights.shape != (len(terms), labels):
        raise ValueError("terms and weights do not fit")
    rows = {str(term): row for row, term in enumerate(terms)}
    return Block(rows, rarity.astype(np.float32), weights.astype(np.float32))


def _packed(found: object) -> NDArray[np.uint8]:
    return np.frombuffer(json.dumps(found, ensure_ascii=False).encode(), np.uint8)


def _unpacked(array: NDArray[np.generic]) -> Any:
    return json.loads(array.tobytes())
