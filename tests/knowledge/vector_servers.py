"""A vector server in memory, and a real one: milvus-lite over gRPC, where the extra is there."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.claims import Claims
from knowledge.embedder import Vectors
from knowledge.errors import VectorsAwayError
from knowledge.item import Audience
from knowledge.milvus import MilvusCollections
from knowledge.rough_rows import Near
from knowledge.settings import MilvusAddress
from knowledge.vector_server import Collections, VectorServer

PATIENCE_S = 60.0


class FakeCollections:
    """Collections in memory, which can be away and can fail after so many batches."""

    def __init__(self) -> None:
        self.held: dict[str, list[tuple[int, NDArray[np.float32], bool]]] = {}
        self.is_away = False
        self.batches_left = 1_000_000
        self.sent: list[int] = []  # the first row of each batch
        self.counted = 0

    def _asked(self) -> None:
        if self.is_away:
            raise VectorsAwayError(reason="UNAVAILABLE")

    def names(self) -> list[str]:
        self._asked()
        return list(self.held)

    def rows_in(self, name: str) -> int | None:
        self._asked()
        self.counted += 1
        return len(self.held[name]) if name in self.held else None

    def create(self, name: str, dim: int) -> None:
        self._asked()
        assert dim > 0
        self.held[name] = []

    def add(self, name: str, first: int, vectors: Vectors, is_public: NDArray[np.bool_]) -> None:
        self.batches_left -= 1
        if self.batches_left < 0:  # half of it has come through
            self.is_away, vectors, is_public = True, vectors[::2], is_public[::2]
        self.sent.append(first)
        rows = zip(range(first, first + len(vectors)), vectors, map(bool, is_public), strict=True)
        self.held[name] += rows
        self._asked()

    def cut(self, name: str, start: int) -> None:
        self._asked()
        self.held[name] = [row for row in self.held[name] if row[0] < start]

    def near(self, name: str, query: Vectors, audience: Audience, count: int) -> Near:
        self._asked()
        if name not in self.held:
            raise VectorsAwayError(reason="100")
        seen = [row for row in self.held[name] if row[2] or audience is Audience.WORKER]
        cosines = np.array([vector @ query for _, vector, _ in seen], np.float32)
        best = np.argsort(-cosines)[:count]
        return cosines[best], np.array([seen[at][0] for at in best], np.int64)

    def drop(self, name: str) -> None:
        self._asked()
        self.held.pop(name, None)

    def close(self) -> None:
        pass


@contextmanager
def serving(folder: Path, port: int) -> Iterator[None]:
    """Run milvus-lite until the end of the block."""
    command = [sys.executable, "-m", "milvus_lite", "server", "--host", "127.0.0.1"]
    process = subprocess.Popen(
        [*command, "--port", str(port), "--data-dir", str(folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: _listens(port))
        yield
    finally:
        process.terminate()
        process.wait(20)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait until a question is answered with yes."""
    until = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)


def opened(collections: Collections, folder: Path) -> VectorServer:
    """Return a server as a process of the home in this folder opens it."""
    return VectorServer(collections, Claims(folder / "milvus"))


def collections_of(name: str, request: pytest.FixtureRequest) -> Collections:
    """Return collections in memory, or those of the real server."""
    if name == "memory":
        return FakeCollections()
    return MilvusCollections(MilvusAddress(uri=request.getfixturevalue("milvus")))
