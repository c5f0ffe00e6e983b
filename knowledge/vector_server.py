"""A server that holds rows for us: loads what it lacks, bears its absence, drops what is old."""

import logging
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Condition, Event, Thread
from time import perf_counter
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from knowledge.claims import Claims
from knowledge.embedder import Vectors
from knowledge.errors import SettingsError, VectorsAwayError
from knowledge.item import Audience
from knowledge.milvus import MilvusCollections, is_installed
from knowledge.rough_rows import Near
from knowledge.settings import MilvusAddress

logger = logging.getLogger(__name__)
RETRY_S = 5.0
BATCH = 1000  # rows that are sent together; those of a load that ended early are sent again
SEARCHES = 8  # segments that are searched at once

Batch = tuple[int, Vectors, NDArray[np.bool_]]  # first row, rows, which everybody may see
Given = TypeVar("Given")
Found = TypeVar("Found")


class Collections(Protocol):
    """What a server does; whatever it cannot is a ``VectorsAwayError``."""

    def names(self) -> list[str]:
        """Return the names of all collections."""
        ...

    def rows_in(self, name: str) -> int | None:
        """Return how many rows a collection has; none if it is not there."""
        ...

    def create(self, name: str, dim: int) -> None:
        """Make a collection without rows."""
        ...

    def add(self, name: str, first: int, vectors: Vectors, is_public: NDArray[np.bool_]) -> None:
        """Add rows that are numbered from ``first`` on."""
        ...

    def cut(self, name: str, start: int) -> None:
        """Take the rows from ``start`` on out."""
        ...

    def near(self, name: str, query: Vectors, audience: Audience, count: int) -> Near:
        """Return about the nearest rows that an audience may see."""
        ...

    def drop(self, name: str) -> None:
        """Delete a collection."""
        ...

    def close(self) -> None:
        """Let the connection go."""
        ...


class Loadable(Protocol):
    """Rows that are to be a collection."""

    collection: str
    count: int
    dim: int
    is_whole: bool  # whether the server has all of them, as far as is known

    def batches(self, start: int) -> Iterator[Batch]:
        """Yield the rows from one on, ``BATCH`` at a time."""
        ...


class VectorServer:
    """The collections of one home on a server that others may use too."""

    def __init__(self, collections: Collections, claims: Claims, prefix: str = "") -> None:
        self.collections, self.claims = collections, claims
        self.prefix = prefix or claims.prefix()
        self.is_up = True  # until it is found not to be
        self._lacking: list[Loadable] = []
        self._changed, self._closing = Condition(), Event()
        self._loader: Thread | None = None
        self._searches = ThreadPoolExecutor(SEARCHES, thread_name_prefix="vectors")

    def bring(self, parts: Sequence[Loadable], wait_s: float | None = None) -> None:
        """See that the server has these rows; wait for it, but not for a server that is away."""
        with self._changed:
            for part in parts:
                self._want(part)
            self._changed.wait_for(lambda: self._is_settled(parts), wait_s)

    def near(self, part: Loadable, query: Vectors, audience: Audience, count: int) -> Near:
        """Return about the nearest rows of a collection; none while the server lacks them."""
        if self.is_up and part.is_whole:
            try:
                return self.collections.near(part.collection, query, audience, count)
            except VectorsAwayError as error:
                with self._changed:
                    part.is_whole = False
                    self._is_away(error)
                    self._want(part)
        return np.zeros(0, np.float32), np.zeros(0, np.int64)

    def each(self, search: Callable[[Given], Found], many: Iterable[Given]) -> list[Found]:
        """Return what is found for each, all asked at once."""
        return list(self._searches.map(search, many))

    def sweep(self, snapshots: Collection[str]) -> None:
        """Drop the collections of this home that neither these snapshots nor a process uses."""
        is_ours = re.compile(re.escape(self.prefix) + "_[0-9a-f]{32}").fullmatch
        try:
            with self.claims.sweeping(snapshots) as kept:
                for name in filter(is_ours, self.collections.names()):
                    if name not in kept:
                        self.collections.drop(name)
        except VectorsAwayError as error:
            logger.warning("old collections are dropped another time: %s", error.reason)

    def close(self) -> None:
        """End what is being loaded; who opens it again goes on there."""
        self._closing.set()
        with self._changed:
            self._changed.notify_all()
            loader = self._loader
        if loader is not None:
            loader.join(RETRY_S)
        self._searches.shutdown()
        self.collections.close()

    def _is_settled(self, parts: Sequence[Loadable]) -> bool:
        """Return whether nothing is gained by waiting."""
        is_whole = all(part.is_whole for part in parts)
        return is_whole or not self.is_up or self._closing.is_set()

    def _want(self, part: Loadable) -> None:
        if part.is_whole or self._closing.is_set():
            return
        if part not in self._lacking:
            self._lacking.append(part)
        if self._loader is None:
            self._loader = Thread(target=self._load_all, name="vector-loader", daemon=True)
            self._loader.start()

    def _load_all(self) -> None:
        """Load what is lacking, in a thread of its own, until nothing is."""
        while not self._closing.is_set():
            with self._changed:
                if not self._lacking:
                    self._loader = None
                    return
                part = self._lacking[0]
            try:
                self._load(part)
            except (VectorsAwayError, OSError) as error:  # or a file of ours cannot be read
                with self._changed:
                    self._is_away(error)
                self._closing.wait(RETRY_S)
            else:
                with self._changed:
                    part.is_whole = True
                    self._lacking.remove(part)
                    self._is_back()

    def _load(self, part: Loadable) -> None:
        """Make a collection whole; what is there of an earlier load stays.

        Raises:
            VectorsAwayError: the server does not answer, or has not got all rows in the end.
        """
        if self.collections.rows_in(part.collection) == part.count:
            return
        with self.claims.loading():
            held = self.collections.rows_in(part.collection)
            if held == part.count:
                return
            begin = perf_counter()
            for first, rows, is_public in part.batches(self._prepared(part, held)):
                if self._closing.is_set():
                    raise VectorsAwayError(reason="closing")
                self.collections.add(part.collection, first, rows, is_public)
            if self.collections.rows_in(part.collection) != part.count:
                raise VectorsAwayError(reason="rows")
        logger.info(
            "%s rows loaded into %s in %.1f s",
            part.count, part.collection, perf_counter() - begin,
        )  # fmt: skip

    def _prepared(self, part: Loadable, held: int | None) -> int:
        """Return the row to go on with; batches come in order, so only the last may lack some."""
        if held is not None and held <= part.count:
            start = held // BATCH * BATCH
            if start < held:
                self.collections.cut(part.collection, start)
            return start
        if held is not None:  # rows are there twice
            self.collections.drop(part.collection)
        self.collections.create(part.collection, part.dim)
        return 0

    def _is_away(self, error: VectorsAwayError | OSError) -> None:
        if self.is_up:
            reason = getattr(error, "reason", type(error).__name__)
            logger.warning(
                "the vector server does not answer (%s): passages are found by words", reason
            )
        self.is_up = False
        self._changed.notify_all()

    def _is_back(self) -> None:
        if not self.is_up:
            logger.info("the vector server answers again")
        self.is_up = True
        self._changed.notify_all()


def open_server(address: MilvusAddress | None, folder: Path) -> VectorServer | None:
    """Return the server that the settings name, which need not answer yet.

    Raises:
        SettingsError: the extra that speaks to it is not installed.
    """
    if address is None:
        return None
    if not is_installed():
        raise SettingsError(variable="LINLI_MILVUS_URI", reason="make setup-milvus")
    return VectorServer(MilvusCollections(address), Claims(folder), address.prefix)
