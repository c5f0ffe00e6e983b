"""Remembers the vector of every text, so that unchanged text is never embedded twice."""

import hashlib
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

import sqlite_wal
from knowledge.embedder import Embedder, Progress, Vectors
from knowledge.seed import KEY_BYTES, read_seed

CHUNK = 64
ASKED_AT_ONCE = 500
PRIMARY = 0xFF  # of an extended result code of SQLite
UNREADABLE = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})


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
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & PRIMARY not in UNREADABLE:
                raise  # a full disk or too many open files takes no vector away
            for part in ("", "-wal", "-shm"):
                path.with_name(path.name + part).unlink(missing_ok=True)
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
        self.prepare(texts, embedder, progress)
        hashes = [text_key(text) for text in texts]
        found = np.empty((len(texts), embedder.dim), np.float32)
        with closing(self._connect()) as connection:
            known = dict(self._read("hash, data", set(hashes), embedder, connection))
        for row, key in enumerate(hashes):
            found[row] = np.frombuffer(known[key], np.float32)
        return found

    def prepare(
        self,
        texts: Iterable[str],
        embedder: Embedder,
        progress: Progress = lambda done, total: None,
    ) -> None:
        """Compute what is not known yet; who is stopped goes on where they were."""
        unknown = {text_key(text): text for text in texts}
        with closing(self._connect()) as connection:
            for (key,) in self._read("hash", set(unknown), embedder, connection):
                del unknown[key]
        if unknown:
            seed = read_seed(embedder.model_id)
            self._keep({key: seed[key] for key in unknown if key in seed}, embedder.model_id)
            unknown = {key: text for key, text in unknown.items() if key not in seed}
        # texts of like length share a batch, so that little of it is padding
        missing = sorted(unknown.items(), key=lambda pair: len(pair[1]))
        for start in range(0, len(missing), CHUNK):
            chunk = missing[start : start + CHUNK]
            progress(start, len(missing))
            found = embedder.embed_passages([text for _, text in chunk])
            self._keep(dict(zip((key for key, _ in chunk), found, strict=True)), embedder.model_id)
        progress(len(missing), len(missing))

    @staticmethod
    def _read(
        columns: str, hashes: Collection[bytes], embedder: Embedder, connection: sqlite3.Connection
    ) -> Iterator[Any]:
        """Yield columns of the vectors of a model that are known and as long as they should be."""
        keys = list(hashes)
        for start in range(0, len(keys), ASKED_AT_ONCE):
            some = keys[start : start + ASKED_AT_ONCE]
            marks = ",".join("?" * len(some))
            query = (  # only names of columns and question marks
                f"SELECT {columns} FROM vector "  # noqa: S608
                f"WHERE model = ? AND length(data) = ? AND hash IN ({marks})"
            )
            yield from connection.execute(query, [embedder.model_id, 4 * embedder.dim, *some])

    def _keep(self, vectors: dict[bytes, Vectors], model: str) -> None:
        rows = [(model, key, vector.tobytes()) for key, vector in vectors.items()]
        with closing(self._connect()) as connection, connection:
            connection.executemany("INSERT OR REPLACE INTO vector VALUES (?, ?, ?)", rows)
