"""What an index is to have, and what a snapshot says that it consists of."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from knowledge.item import Passage
from knowledge.segment import FORMAT


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """The passages of one document, or of all shipped items, that an index is to have."""

    key: str
    read: Callable[[], Sequence[Passage]]
    stamp: str = ""  # by which the key of a document is known without reading its passages
    is_new: bool = False  # no snapshot knows the stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a snapshot consists of."""

    format: int
    model: str
    dim: int
    content: str
    passages: int
    rows: int
    created_at: str
    portions: list[list[str]]  # stamp and key of each, in the order of the passages
    files: dict[str, str] = field(default_factory=dict)  # digests

    @property
    def segments(self) -> list[str]:
        """The names of the segments, the oldest first."""
        return list(dict.fromkeys(file.partition(".")[0] for file in self.files))

    @property
    def keys(self) -> list[str]:
        """The keys of all shares, in the order of the passages."""
        return [key for _, key in self.portions if key]


def snapshot_name(portions: Sequence[Portion], model: str) -> str:
    """Return the name of the snapshot that these portions and this model make."""
    digest = hashlib.sha256(f"{FORMAT}:{model}".encode())
    for portion in portions:
        digest.update(f":{portion.key}".encode())
    return digest.hexdigest()[:20]
