"""The training examples of the bot and their vectors, for the benchmarks of understanding."""

import hashlib
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from knowledge.embedder import open_embedder
from knowledge.settings import Settings

SKILLS = Path(__file__).resolve().parents[1] / "bot" / "skills"
BATCH = 64  # texts


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence and the intent it is an example of."""

    text: str
    intent: str


def read_examples(skills: Path = SKILLS) -> list[Example]:
    """Return every example once, in the order of the files."""
    found: dict[Example, None] = {}
    for path in sorted(skills.glob("*/nlu.yml")):
        for entry in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            for line in entry.get("examples", "").splitlines() if "intent" in entry else ():
                text = line.strip().removeprefix("-").strip()
                found[Example(text, entry["intent"])] = None
    return list(found)


def embedded(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return float32, shape (n, dim), rows of unit length; kept in a temporary folder."""
    settings = Settings.from_env(os.environ)
    kept = Path(tempfile.gettempdir()) / f"linli-bench-{os.getuid()}"
    kept.mkdir(mode=0o700, exist_ok=True)
    path = kept / f"{hashlib.sha256(settings.embedding_model.encode()).hexdigest()[:16]}.npz"
    known: dict[str, NDArray[np.float32]] = {}
    if path.exists():
        with np.load(path) as stored:
            known = dict(zip(stored["texts"].tolist(), stored["rows"], strict=True))
    missing = [text for text in dict.fromkeys(texts) if text not in known]
    if missing:
        embedder = open_embedder(settings)
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            known |= dict(zip(batch, embedder.embed_queries(batch), strict=True))
        np.savez(path, texts=np.array(list(known)), rows=np.stack(list(known.values())))
    return np.stack([known[text] for text in texts])
