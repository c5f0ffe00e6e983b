"""Remembers the vector of every text, so that unchanged text is never embedded twice."""

import hashlib
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

import sqlite_wal
from knowledge.embedder import Embedder, Progress, Vectors
from knowledge.seed import KEY_BYTES, read_seed

CHUNK = 64
ASKED_AT_ONCE = 500


def text_key(text: str) -> bytes:
    """Return what a text's vector is kept under."""
    return hashlib.blake2b(text.encode(), digest_size=KEY_BYTES).digest()


class VectorStore:
    """A SQLite file of vectors by model and text; losing it costs only time."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        try:
            self._prepare()
        except sqlite3.DatabaseError:
            path.unlink()
            self._prepare()

    def _prepare(self) -> None:
        with closing(self._connect()) as connection, connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS vector "
                "(model TEXT, hash BLOB, data BLOB NOT NULL, PRIMARY KEY (model, hash)) "
                "WITHOUT ROWID"
            )

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=10.0)
        sqlite_wal.switch_to_wal(connection)
        return connection

    def vectors(
        self,
        texts: Sequence[str],
        embedder: Embedder,
        progress: Progress = lambda done, total: None,
    ) -> Vectors:
        """Return float32, shape (n, dim): passages' vectors, computing only the unknown ones."""
        hashes = [text_key(text) for text in texts]
        known = self._known(hashes, embedder)
        if len(known) < len(set(hashes)):
            seed = read_seed(embedder.model_id)
            fresh = {key: seed[key] for key in hashes if key in seed and key not in known}
            self._keep(fresh, embedder.model_id)
            known |= fresh
        unknown = {key: text for key, text in zip(hashes, texts, strict=True) if key not in known}
        # texts of like length share a batch, so that little of it is padding
        missing = sorted(unknown.items(), key=lambda pair: len(pair[1]))
        for start in range(0, len(missing), CHUNK):
            chunk = missing[start : start + CHUNK]
            progress(start, len(missing))
            found = embedder.embed_passages([text for _, text in chunk])
            fresh = dict(zip((key for key, _ in chunk), found, strict=True))
            self._keep(fresh, embedder.model_id)
            known |= fresh
        progress(len(missing), len(missing))
        if not texts:
            return np.zeros((0, embedder.dim), np.float32)
        return np.stack([known[key] for key in hashes])

    def _known(self, hashes: Sequence[bytes], embedder: Embedder) -> dict[bytes, Vectors]:
        found: dict[bytes, Vectors] = {}
        keys = list(dict.fromkeys(hashes))
        with closing(self._connect()) as connection:
            for start in range(0, len(keys), ASKED_AT_ONCE):
                some = keys[start : start + ASKED_AT_ONCE]
                marks = ",".join("?" * len(some))
                query = f"SELECT hash, data FROM vector WHERE model = ? AND hash IN ({marks})"  # noqa: S608 - only question marks
                for key, data in connection.execute(query, [embedder.model_id, *some]):
                    vector = np.frombuffer(data, np.float32)
                    if len(vector) == embedder.dim:
                        found[key] = vector
        return found

    def _keep(self, vectors: dict[bytes, Vectors], model: str) -> None:
        rows = [(model, key, vector.tobytes()) for key, vector in vectors.items()]
        with closing(self._connect()) as connection, connection:
            connection.executemany("INSERT OR IGNORE INTO vector VALUES (?, ?, ?)", rows)
