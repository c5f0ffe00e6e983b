"""Keeps what is expired, withdrawn or removed out of answers from the very next question on.

The index is taken up within a second or two; this is asked each time, and costs one look at the
latest step in the history.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from knowledge.item import Audience, KnowledgeItem
from knowledge.life import local_day
from knowledge.record import Standing
from knowledge.shelf import Shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class Ward:
    """What may not be quoted at one moment."""

    standing: Standing | None = None  # none where no document has a life, as in a measurement
    items: frozenset[str] = field(default_factory=frozenset)  # shipped ones that rest on an end
    home: str = ""  # the place that answers are for: the nearer document goes before the wider
    day: str = ""  # of the answer, as ISO: what begins later is told as such; empty if unknown

    def barred(self, owners: Collection[str], audience: Audience) -> frozenset[str]:
        """Return which of an index's documents may not be quoted to somebody.

        A replaced version serves until the index has the one that replaced it.
        """
        if self.standing is None:
            return frozenset()
        return frozenset(one for one in owners if not self._may(one, owners, audience))

    def _may(self, owner: str, owners: Collection[str], audience: Audience) -> bool:
        if self.standing is None:
            return True
        successor = self.standing.successors.get(owner, owner)
        if successor != owner and successor in owners:
            return False
        allowed = self.standing.audiences.get(successor)
        return allowed is not None and audience.may_see(allowed)


OPEN = Ward()


class Guard:
    """Looks at the records for every question and remembers until the next step or day."""

    def __init__(
        self,
        shelf: Callable[[], Shelf],
        items: Mapping[str, KnowledgeItem],
        clock: Callable[[], datetime],
        home: str = "",
    ) -> None:
        self._shelf, self._items, self._clock, self._home = shelf, items, clock, home
        # both in one, so that no other thread sees the new stamp beside the old ward
        self._known: tuple[tuple[int, str], Ward] = ((-1, ""), OPEN)

    def ward(self) -> Ward:
        """Return what may not be quoted now."""
        now, shelf = self._clock(), self._shelf()
        seen = (shelf.stamp(), local_day(now))
        stamp, ward = self._known
        if seen != stamp:
            standing = shelf.standing(now)
            silent = resting_on(standing.ended, self._items)
            ward = Ward(standing=standing, items=silent, home=self._home, day=local_day(now))
            self._known = (seen, ward)
        return ward


def resting_on(ended: Collection[str], items: Mapping[str, KnowledgeItem]) -> frozenset[str]:
    """Return the items with a clause of a document that has ended, by its title or number."""
    return frozenset(
        item.id
        for item in items.values()
        if any({clause.document, clause.number} & set(ended) for clause in item.clauses)
    )
