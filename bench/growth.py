"""Measures how soon one document more is searchable among many, beside building all of it anew.

    python -m bench.growth                         # 100,000 passages

Documents of made-up words go through the product's own store, index and answerer; their vectors
are drawn by the hash of the text, so nothing is embedded.
"""

import argparse
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from bench.processes import memory_mb
from bench.scale import made_up
from knowledge import desk as desks
from knowledge.desk import Desk, LiveAnswerer
from knowledge.embedder import Vectors
from knowledge.life import Terms
from knowledge.reading.document import Document, Section
from knowledge.settings import Settings
from knowledge.shared import Shared
from knowledge.snapshots import Snapshots

DIM = 384
DRAWN = 5000
PASSAGES = 100  # of a document
FRESH = "新办法{number}\n第一条 {text}。\n第二条 {more}。\n"


class DrawnEmbedder:
    """Vectors that depend on the text alone and mean nothing."""

    dim, model_id, engine = DIM, "drawn", "drawn"

    def __init__(self) -> None:
        self._drawn = np.random.default_rng(5).standard_normal((DRAWN, DIM), np.float32)

    def embed_queries(self, queries: Sequence[str]) -> Vectors:
        """Return float32, shape (n, dim)."""
        digests = [hashlib.blake2b(text.encode(), digest_size=16).digest() for text in queries]
        places = np.array([np.frombuffer(one, np.uint32) for one in digests]).reshape(-1, 4)
        vectors = self._drawn[places % DRAWN].sum(axis=1)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    def embed_passages(self, passages: Sequence[str]) -> Vectors:
        """Return float32, shape (n, dim)."""
        return self.embed_queries(passages)


def fill(desk: Desk, texts: Sequence[str]) -> None:
    """Store and publish documents of so many passages each."""
    now = datetime.now(UTC)
    for start in range(0, len(texts), PASSAGES):
        sections = tuple(
            Section(text=text, label=f"第{at + 1}条")
            for at, text in enumerate(texts[start : start + PASSAGES])
        )
        name = f"办法{start // PASSAGES}"
        digest = hashlib.sha256(name.encode()).hexdigest()
        document = Document(file=f"{name}.txt", title=name, digest=digest, sections=sections)
        desk.documents.add(document, Terms(title=name), now=now)
        desk.documents.publish(digest[:12], now)


def timed(name: str, step: Callable[[], object]) -> None:
    """Do something and print how long it took."""
    begin, spent = perf_counter(), process_time()
    step()
    wall, processor = perf_counter() - begin, process_time() - spent
    print(f"{name:44} {wall:7.2f} s, of the processor {processor:6.2f} s", flush=True)


def built_anew(desk: Desk, folder: Path) -> None:
    """Build the same index from nothing but the vectors, and open it."""
    folder.mkdir()
    shutil.copy(desk.home / "index" / "vectors.db", folder)
    fresh = Snapshots(folder)
    name = fresh.build(desk.portions(), desk.embedder, datetime.now(UTC))
    desk.opened(fresh.load(name))


def learned_anew(desk: Desk) -> None:
    """Open the index in use as after a document that changes what is learned of the corpus."""
    snapshot = desk.snapshots.load(desk.snapshots.current())
    snapshot.index.shared = Shared()
    desk.opened(snapshot)


def measure(home: Path, texts: Sequence[str], rounds: int) -> None:
    """Print what building, opening, adding and removing take."""
    desks.LOOK_EVERY_S = 0.0
    desk = Desk(Settings(home=home), embedder=DrawnEmbedder())
    timed(f"{len(texts):,} passages stored", lambda: fill(desk, texts))
    timed("first build, every vector drawn", desk.build)
    live = LiveAnswerer(desk)
    found = live.current.library
    print(f"{len(found.passages):,} passages with {len(found.rows):,} rows")
    del found
    print(f"memory: {memory_mb(os.getpid()):,.0f} MB (proportional set size)", flush=True)
    for number in range(rounds):
        text = FRESH.format(number=number, text=texts[number][:40], more=texts[number][40:80])

        def add(text: str = text, number: int = number) -> None:
            record = desk.add_bytes(text.encode(), f"新{number}.txt", publish=True)
            desk.build()
            if record.number not in live.current.library.owners:
                raise RuntimeError(record.number)

        def remove(number: int = number) -> None:
            desk.documents.remove(f"办法{number}", desk.clock())
            desk.build()
            if not live.current.library.passages:
                raise RuntimeError(number)

        timed("one document added, until it is searched", add)
        timed("one document removed, until it is out", remove)
    timed("opened, all that is learned learned anew", lambda: learned_anew(desk))
    timed("the same index built anew and opened", lambda: built_anew(desk, home / "fresh"))
    print(f"memory: {memory_mb(os.getpid()):,.0f} MB (proportional set size)")
    desk.close()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        measure(Path(home), made_up(arguments.passages, 1).texts, arguments.rounds)


if __name__ == "__main__":
    main()
