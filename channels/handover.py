"""Handover (转人工): who waits for a person, and who has taken the conversation."""

import logging
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, bindparam, select
from sqlalchemy.orm import Session

from channels.conversations import Conversation
from channels.errors import PushFailedError, UnknownConversationError
from channels.message import Audience
from channels.news import NewsDesk
from channels.schema import ConversationRow, table_of
from channels.transcript import Transcript

_TABLE = table_of(ConversationRow)
_STATE = select(_TABLE.c.handover).where(_TABLE.c.id == bindparam("sought"))  # asked in every turn


logger = logging.getLogger(__name__)


Observer = Callable[[Conversation, str], None]  # who waits, and since when


class HandoverDesk:
    """The inbox of people who asked for a human being.

    A conversation is ``none``, ``waiting`` (the bot still answers) or ``taken`` (it is silent).
    """

    def __init__(self, engine: Engine, news: NewsDesk, transcript: Transcript) -> None:
        self._engine = engine
        self._news = news
        self._transcript = transcript
        self._observers: list[Observer] = []

    def observe(self, observer: Observer) -> None:
        """Let ``observer`` hear of everybody who begins to wait."""
        self._observers.append(observer)

    def ask(self, conversation: str) -> None:
        """Put the conversation into the inbox, unless it is there already."""
        with Session(self._engine) as session, session.begin():
            row = _row(session, conversation)
            if row.handover != "none":
                return
            since = datetime.now(UTC)
            row.handover, row.handover_at = "waiting", since
            waits = Conversation(
                id=row.id,
                audience=Audience(row.audience),
                channel=row.channel,
                account=row.account,
            )
        for observer in self._observers:
            observer(waits, since.isoformat())

    def is_taken(self, conversation: str) -> bool:
        """Return whether a person has the conversation, so that the bot keeps silent."""
        with self._engine.connect() as connection:
            state = connection.scalar(_STATE, {"sought": conversation})
        if state is None:
            raise UnknownConversationError
        return bool(state == "taken")

    def waiting(self) -> list[dict[str, Any]]:
        """Return the conversations that wait or are taken, longest wait first."""
        query = (
            select(ConversationRow)
            .where(ConversationRow.handover != "none")
            .order_by(ConversationRow.handover_at)
        )
        with Session(self._engine) as session:
            rows = session.scalars(query).all()
        return [
            {
                "conversation": row.id,
                "channel": row.channel,
                "audience": row.audience,
                "state": row.handover,
                "operator": row.operator,
                "since": row.handover_at.isoformat() if row.handover_at else None,
            }
            for row in rows
        ]

    def take(self, conversation: str, operator: str) -> None:
        """Let ``operator`` have the conversation; the bot is silent from now on."""
        with Session(self._engine) as session, session.begin():
            row = _row(session, conversation)
            row.handover, row.operator = "taken", operator

    def give_back(self, conversation: str) -> None:
        """Let the bot answer again."""
        with Session(self._engine) as session, session.begin():
            row = _row(session, conversation)
            row.handover, row.operator, row.handover_at = "none", "", None

    def messages(self, conversation: str) -> list[dict[str, Any]]:
        """Return what both sides said and the person's answers, oldest first."""
        spoken = self._transcript.read(conversation)
        answered = self._news.read(conversation)
        return sorted(spoken + answered, key=lambda entry: str(entry["at"]))

    async def answer(self, conversation: str, operator: str, text: str) -> None:
        """Send a person's words to the resident, as news in the channel they use."""
        body = {
            "replies": [{"text": text, "choices": [], "citations": []}],
            "outcome": "handover",
            "ticket": None,
            "operator": operator,
        }
        try:
            await self._news.publish(conversation, f"human-{secrets.token_hex(8)}", body)
        except PushFailedError:
            logger.warning("a person's answer waits until the messenger can be reached")


def _row(session: Session, conversation: str) -> ConversationRow:
    row = session.get(ConversationRow, conversation)
    if row is None:
        raise UnknownConversationError
    return row
