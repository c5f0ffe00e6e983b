"""Keeps rows in collections of a Milvus server, an extra: ``make setup-milvus``."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.embedder import Vectors
from knowledge.errors import VectorsAwayError
from knowledge.item import Audience
from knowledge.rough_rows import Near
from knowledge.settings import MilvusAddress

CONNECTING_S = 3.0
SEARCHING_S = 1.0  # somebody waits
ASKING_S = 10.0
WRITING_S = 60.0
OPENING_S = 300.0  # of a collection that the server reads from its disk
MOST = 16_384  # rows that Milvus returns of one search


def is_installed() -> bool:
    """Return whether the extra is in this environment."""
    return find_spec("pymilvus") is not None


def answers(address: MilvusAddress) -> bool:
    """Return whether the extra is here and the server answers."""
    if not is_installed():
        return False
    collections = MilvusCollections(address)
    try:
        collections.names()
    except VectorsAwayError:
        return False
    finally:
        collections.close()
    return True


class MilvusCollections:
    """The collections of one server; connects when it is first asked something."""

    def __init__(self, address: MilvusAddress) -> None:
        self._address = address
        self._client: Any = None
        self._lock = Lock()

    def names(self) -> list[str]:
        """Return the names of all collections, of others too."""
        with self._asked() as client:
            return list(client.list_collections(timeout=ASKING_S))

    def rows_in(self, name: str) -> int | None:
        """Return how many rows a collection has; none if it is not there, or half made."""
        with self._asked() as client:
            if not client.has_collection(name, timeout=ASKING_S):
                return None
            if not client.list_indexes(name, timeout=ASKING_S):
                return None  # whoever made it was killed before it could be searched
            client.load_collection(name, timeout=OPENING_S)
            counted = client.query(
                name,
                filter="",
                output_fields=["count(*)"],
                consistency_level="Strong",
                timeout=ASKING_S,
            )
            return int(counted[0]["count(*)"])

    def create(self, name: str, dim: int) -> None:
        """Make a collection without rows, instead of one that was half made."""
        from pymilvus import DataType

        with self._asked() as client:
            if client.has_collection(name, timeout=ASKING_S):
                client.drop_collection(name, timeout=ASKING_S)
            schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
            schema.add_field("row", DataType.INT64, is_primary=True)
            schema.add_field("is_public", DataType.BOOL)
            schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dim)
            index = client.prepare_index_params()
            index.add_index("vector", index_type="AUTOINDEX", metric_type="IP")
            client.create_collection(
                name, schema=schema, index_params=index, num_shards=1, timeout=ASKING_S
            )

    def add(self, name: str, first: int, vectors: Vectors, is_public: NDArray[np.bool_]) -> None:
        """Add rows that are numbered from ``first`` on."""
        rows = [
            {"row": first + at, "is_public": bool(seen), "vector": vector}
            for at, (vector, seen) in enumerate(zip(vectors, is_public, strict=True))
        ]
        with self._asked() as client:
            client.insert(name, rows, timeout=WRITING_S)

    def cut(self, name: str, start: int) -> None:
        """Take the rows from ``start`` on out."""
        with self._asked() as client:
            client.delete(name, filter=f"row >= {start}", timeout=WRITING_S)

    def near(self, name: str, query: Vectors, audience: Audience, count: int) -> Near:
        """Return about the nearest rows that an audience may see, at most ``MOST``."""
        seen = "is_public == true" if audience is Audience.PUBLIC else ""
        with self._asked() as client:
            found = client.search(
                name,
                data=[query],
                filter=seen,
                limit=min(count, MOST),
                output_fields=["row"],
                search_params={"metric_type": "IP"},
                timeout=SEARCHING_S,
            )[0]
        return np.array(found.distances, np.float32), np.array(found.ids, np.int64)

    def drop(self, name: str) -> None:
        """Delete a collection; one that is not there does not matter."""
        with self._asked() as client:
            client.drop_collection(name, timeout=ASKING_S)

    def close(self) -> None:
        """Let the connection go."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    @contextmanager
    def _asked(self) -> Iterator[Any]:
        """Yield the client.

        Raises:
            VectorsAwayError: the server does not answer, or refuses.
        """
        import grpc
        from pymilvus.exceptions import MilvusException

        try:
            yield self._connected()
        except (MilvusException, grpc.RpcError, grpc.FutureTimeoutError, ValueError) as error:
            code = getattr(error, "code", "")
            reason = f"{type(error).__name__} {code() if callable(code) else code}".strip()
            raise VectorsAwayError(reason=reason) from error

    def _connected(self) -> Any:
        with self._lock:
            if self._client is None:
                from pymilvus import MilvusClient

                # it logs whatever it raises, at length; we say it once
                logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
                self._client = MilvusClient(
                    uri=self._address.uri, token=self._address.token, timeout=CONNECTING_S
                )
            return self._client
