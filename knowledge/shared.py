"""What several libraries of one process have in common, made once."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from knowledge.vector_server import VectorServer

Made = TypeVar("Made")


class Shared:
    """Keeps what was made by a key that says all it depends on, as long as somebody uses it."""

    def __init__(self, server: VectorServer | None = None) -> None:
        """Name the server that holds rows, where there is one."""
        self.server = server
        self._made: WeakValueDictionary[Hashable, Any] = WeakValueDictionary()

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what is kept under a key, made now if nobody uses it; two threads may both."""
        found: Made | None = self._made.get(key)
        if found is None:
            found = make()
            self._made[key] = found
        return found
