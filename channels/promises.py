"""Promises: an answer that was put off ("正在查") is owed until it was given or kept as news.

A messenger that got a promise brings the message no more, so it is written down here first.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.exc import IntegrityError

from channels.schema import ConversationRow, PromiseRow, table_of

_PROMISES, _CONVERSATIONS = table_of(PromiseRow), table_of(ConversationRow)


class Promises:
    """Keeps what a message was until its answer is safe."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def make(self, conversation: str, message_id: str, fields: Mapping[str, str]) -> None:
        """Note that the message ``fields`` will be answered later; twice is harmless."""
        row = {
            "conversation": conversation,
            "message_id": message_id,
            "fields": dict(fields),
            "at": datetime.now(UTC),
        }
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(_PROMISES), row)
        except IntegrityError:  # promised before a restart already
            return

    def keep(self, conversation: str, message_id: str) -> None:
        """Note that the answer is safe."""
        mine = (_PROMISES.c.conversation == conversation) & (_PROMISES.c.message_id == message_id)
        with self._engine.begin() as connection:
            connection.execute(delete(_PROMISES).where(mine))

    def owed(self, channel: str) -> list[dict[str, str]]:
        """Return the messages of a channel whose answers are still owed, oldest first."""
        query = (
            select(_PROMISES.c.fields)
            .join(_CONVERSATIONS, _CONVERSATIONS.c.id == _PROMISES.c.conversation)
            .where(_CONVERSATIONS.c.channel == channel)
            .order_by(_PROMISES.c.id)
        )
        with self._engine.connect() as connection:
            return [dict(fields) for fields in connection.scalars(query)]
