"""How well labels are guessed: macro-F1, each label's F1, and whether the shares are honest."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

BINS = 10


def f1_of(truth: Sequence[str], guessed: Sequence[str]) -> dict[str, float]:
    """Return the F1 of each label that the truth has."""
    pairs = list(zip(truth, guessed, strict=True))
    return {label: _f1(label, pairs) for label in sorted(set(truth))}


def _f1(label: str, pairs: Sequence[tuple[str, str]]) -> float:
    both = sum(one == label == other for one, other in pairs)
    either = sum((one == label) + (other == label) for one, other in pairs)
    return 2 * both / either if either else 0.0


def calibration_error(confidence: NDArray[np.floating], is_right: NDArray[np.bool_]) -> float:
    """Return the expected calibration error: how far confidence is from being right, 0 to 1."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return float(
        sum(
            abs(is_right[bins == one].mean() - confidence[bins == one].mean())
            * np.mean(bins == one)
            for one in np.unique(bins)
        )
    )
