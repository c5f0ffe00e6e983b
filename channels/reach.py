"""The planner of news: whether a messenger lets us speak to somebody who did not just ask.

Some messengers grant a few messages for a while after something that the person did; each
grant counts everything that we have sent since, and it is enough that one of them is open.
A channel without such rules never asks here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, Select, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from channels.database import noting
from channels.schema import ReachRow, table_of

_REACH = table_of(ReachRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """So many messages for so long, after one kind of act."""

    kind: str
    lifetime: timedelta
    messages: int


class Reach:
    """Keeps what is granted for each conversation; several processes may share it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def open(self, conversation: str, grant: Grant, now: datetime) -> None:
        """Begin a grant anew; what was left of the same kind does not add up."""
        values = {"closes_at": now + grant.lifetime, "remaining": grant.messages}
        mine = (_REACH.c.conversation == conversation) & (_REACH.c.kind == grant.kind)
        with noting(self._engine) as connection:
            if connection.execute(update(_REACH).where(mine).values(values)).rowcount:
                return
        row = {"conversation": conversation, "kind": grant.kind, **values}
        try:
            with noting(self._engine) as connection:
                connection.execute(insert(_REACH), row)
        except IntegrityError:  # two acts at once: the other has begun it
            return

    def remaining(self, conversation: str, now: datetime) -> int:
        """Return how many messages may go out now."""
        with self._engine.connect() as connection:
            return connection.scalar(_most(conversation, now)) or 0

    def spend(self, conversation: str, now: datetime) -> bool:
        """Take one message from every open grant; return whether it may go out."""
        spent = {"remaining": _REACH.c.remaining - 1}
        taking = update(_REACH).where(_open(conversation, now)).values(spent)
        with self._engine.begin() as connection:
            return connection.execute(taking).rowcount > 0

    def close(self, conversation: str) -> None:
        """Believe the messenger that nothing is granted, whatever we have counted."""
        with self._engine.begin() as connection:
            connection.execute(delete(_REACH).where(_REACH.c.conversation == conversation))


def _open(conversation: str, now: datetime) -> ColumnElement[bool]:
    return (
        (_REACH.c.conversation == conversation)
        & (_REACH.c.closes_at > now)
        & (_REACH.c.remaining > 0)
    )


def _most(conversation: str, now: datetime) -> Select[tuple[int]]:
    return select(func.max(_REACH.c.remaining)).where(_open(conversation, now))
